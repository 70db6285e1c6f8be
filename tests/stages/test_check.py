"""The checks of one return: each fault gives its own finding at its own cell, and nothing else."""

from copy import deepcopy
from datetime import date
from itertools import chain

import pytest
from check_case import PROSE, changed, clean, codes, find, issued, places, plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_text import plan as plan_of
from return_text import cell_at, named, pointer, write
from text_tables import cases, finding_lines, lines

from perfxl.model.findings import Place
from perfxl.model.texts import area
from perfxl.stages import check as stage
from perfxl.stages.check.dates_in_text import dates_in

PREFIXES = ("ASKD", "LOCK", "WGHT", "DATE", "CODE", "TEXT", "OUTC", "SHRD", "RULE", "SCOR", "TYPE")
LONG = "Una lunga descrizione che racconta per intero il lavoro svolto dagli uffici, con le prove, gli incontri e i documenti."


def faults(text: str) -> list[tuple[str, list[str], str, str]]:
    """(round, codes expected, cell at which the fault is told, what is typed) of the table ``text``; where nothing is said, a fault is
    told at its first cell."""
    return [(row["tornata"], row["rilievi"].split(), row["detto a"] or row["cella"],
             "\n".join(f"{cell['cella']} | {cell['scritto']}" for cell in (row, *others))) for row, *others in cases(text)]


FAULTS = faults(f"""
    rilievi       | tornata | cella                                         | scritto                            | detto a
    LOCK01        | interim | Finalità                                      | Un’altra finalità
    LOCK01        | interim | Finalità                                      | (vuoto)
    LOCK02        | interim | Fasi 1: Descrizione della fase                | Un’altra fase
    LOCK02        | final   | Valori per ente Acero: Valore atteso          | 3
    LOCK03        | interim | Responsabili Ada Neri: Responsabile           | Ivo Bruni                          | Responsabili
    LOCK04        | interim | Misure 1: Misura                              | Un’altra misura
    WGHT01        | plan    | Peso                                          | 50%
    WGHT01        | interim | Peso modificato                               | 55%
    WGHT02        | plan    | Fasi 1: Peso                                  | 50%
    WGHT02        | interim | Fasi 2: Peso modificato                       | 39,5%
    WGHT03        | plan    | Risultati attesi 1: Peso                      | 90%
    WGHT04        | plan    | Peso                                          | (vuoto)
    WGHT05        | plan    | Fasi 2: Peso                                  | (vuoto)
    WGHT06        | plan    | Risultati attesi 2: Risultato atteso          | Esito due                          | Risultati attesi 2: Peso
    WGHT01 WGHT07 | plan    | Tipo di peso                                  | Remunerato con incentivi           | Peso
    WGHT08        | plan    | Fasi 0: Peso                                  | 10%
    WGHT09        | interim | Stato                                         | Sostituito                         | Peso modificato
                  |         | Sostituito da                                 | S1.00002
                  |         | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    DATE01        | plan    | Fasi 1: Fine nell’anno del piano              | 31/06/2021
    DATE02        | plan    | Data fine                                     | 02/01/2021
                  |         | Data inizio                                   | 31/12/2021
    DATE03        | plan    | Data fine                                     | 31/12/2020
                  |         | Data inizio                                   | 01/01/2020
                  |         | Anni in tutto                                 | (vuoto)
                  |         | Risultati attesi 1: Scadenza                  | 31/12/2020
                  |         | Risultati attesi 1: Fasi                      | (vuoto)
                  |         | Fasi                                          | (vuoto)
                  |         | Fasi 3-bis: Descrizione della fase            | Nuova
                  |         | Fasi 3-bis: Pesata                            | Non pesata nell’anno
    DATE04        | plan    | Fasi 1: Inizio nell’anno del piano            | 15/07/2021                         | Fasi 1: Fine nell’anno del piano
    DATE05        | plan    | Data inizio                                   | 01/02/2021                         | Fasi 1: Inizio nell’anno del piano
    DATE06        | plan    | Fasi 2: Fine nell’anno del piano              | 31/01/2022
    DATE06        | plan    | Fasi 2: Fine nell’anno successivo             | 31/01/2023
    DATE07        | plan    | Fasi 1: Fine nell’anno del piano              | (vuoto)
    DATE08        | plan    | Data inizio                                   | (vuoto)
    DATE09        | plan    | Risultati attesi 1: Scadenza                  | 31/03/2022
    DATE10        | interim | Risultati attesi 2: Scadenza                  | 10/07/2021
                  |         | Motivo delle modifiche                        | Ritardo dei fornitori.
                  |         | Risultati attesi 2: Risultato atteso          | Due
                  |         | Risultati attesi 2: Peso modificato           | 0%
                  |         | Risultati attesi 2: Fasi                      | 1
                  |         | Fasi 1: Fine modificata nell’anno del piano   | 31/08/2021
    DATE11        | interim | Fasi 1: Fine modificata nell’anno del piano   | 31/08/2021
    DATE12        | plan    | Responsabili #1: Al                           | 01/04/2021
                  |         | Responsabili #1: Dal                          | 01/05/2021
    DATE13        | plan    | Responsabili #1: Al                           | 01/04/2020
    DATE14        | plan    | Responsabili #2: Dal                          | 01/09/2021
                  |         | Responsabili #2: Responsabile                 | B
                  |         | Responsabili #1: Al                           | 30/09/2021
    DATE15        | plan    | Anno di durata                                | 2
    DATE16        | plan    | Anni in tutto                                 | 2
    DATE17        | interim | Racconto della tornata                        | Bando chiuso il 31/9/2021.
    DATE17        | interim | In quanto                                     | Si chiude il 31 settembre.
    DATE18        | interim | Racconto della tornata                        | Inviata la nota prot. 123 del 13/10/2021.
    DATE19        | interim | Risultati attesi 2: Scadenza                  | 30/06/2021
                  |         | Motivo delle modifiche                        | Ritardo dei fornitori.
                  |         | Risultati attesi 2: Risultato atteso          | Due
                  |         | Risultati attesi 2: Peso modificato           | 0%
                  |         | Fasi 1: Fine modificata nell’anno del piano   | 31/08/2021
    DATE20        | interim | Fasi 2: Inizio modificato nell’anno del piano | 01/05/2021
    CODE01 TEXT01 | plan    | Codice                                        | S1.0001
                  |         | Titolo                                        | (vuoto)
    CODE03        | plan    | Linee strategiche                             | 02.01.01
    CODE04        | plan    | Dettaglio dell’obiettivo                      | Prosegue 02.01.01.S1.00002 con altri mezzi.
    CODE05        | plan    | Dettaglio dell’obiettivo                      | Prosegue S1.0002 con altri mezzi.
    CODE20        | plan    | Dettaglio dell’obiettivo                      | Prosegue S1.00099 con altri mezzi.
    CODE06        | plan    | Fasi #4: Fase                                 | 2
                  |         | Fasi #4: Descrizione della fase               | Ancora
                  |         | Fasi #4: Pesata                               | Non pesata nell’anno
    CODE07        | plan    | Risultati attesi #2: N.                       | 1
                  |         | Risultati attesi #2: Risultato atteso         | Ancora
                  |         | Risultati attesi #2: Peso                     | 0%
    CODE08 WGHT01 | plan    | #4!Codice                                     | S2.00001
                  |         | #4!Ruolo                                      | Trasversale
                  |         | #4!Peso                                       | 5%
    CODE09        | plan    | Misure #3: N.                                 | 1
                  |         | Misure #3: Obiettivo                          | S2.00001
                  |         | Misure #3: Misura                             | Misura 1
    CODE10        | plan    | Valori per ente #2: Ente                      | Acero
                  |         | Valori per ente #2: Risultato                 | 1
                  |         | Valori per ente #2: Valore atteso             | 2
    CODE11        | plan    | Risultati attesi 1: Fasi                      | 1-4
    CODE12        | plan    | Valori per ente Acero: Risultato              | 7
    CODE13        | interim | Titolo                                        | Titolo di S1.00001 (sviluppo)
    CODE14        | interim | Sostituito da                                 | S9.00777
                  |         | Stato                                         | Sostituito
                  |         | Peso modificato                               | 0%
                  |         | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    CODE15        | interim | Sostituito da                                 | S1.00001
                  |         | Stato                                         | Sostituito
                  |         | Peso modificato                               | 0%
                  |         | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    CODE17        | interim | Sostituito da                                 | S1.0002
                  |         | Stato                                         | Sostituito
                  |         | Peso modificato                               | 0%
                  |         | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    CODE18        | interim | Racconto della tornata                        | Le fasi 1 e 5 sono concluse.
    TEXT01        | plan    | Dettaglio dell’obiettivo                      | "  "
    TEXT02        | plan    | Fasi 1: Descrizione della fase                | (vuoto)
    TEXT02        | interim | Fasi 3-bis: Pesata                            | Non pesata nell’anno               | Fasi 3-bis: Descrizione della fase
    TEXT03        | plan    | Risultati attesi 1: Risultato atteso          | (vuoto)
    TEXT04        | plan    | Fasi                                          | (vuoto)
                  |         | Risultati attesi 1: Fasi                      | (vuoto)
    TEXT05        | interim | Racconto della tornata                        | (vuoto)
    TEXT06        | plan    | Verifiche di qualità                          | Sì                                 | Quali verifiche
    TEXT07        | plan    | S1.00002!Dettaglio dell’obiettivo             | {LONG.replace('prove', 'verifiche')}
                  |         | Dettaglio dell’obiettivo                      | {LONG}
    TEXT08        | plan    | Dettaglio dell’obiettivo                      | {LONG}
                  |         | Finalità                                      | {LONG}
    TEXT09        | final   | Racconto della tornata                        | {PROSE.format(code="S1.00001")} Al monitoraggio.
    TEXT10        | interim | Racconto della tornata                        | {"Parola " * 3600}
    TEXT11        | plan    | Fasi 1: Descrizione della fase                | {"riga⏎" * 29}
    OUTC01        | interim | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    OUTC02        | final   | Esito %                                       | 99,5%                              | Stato
    OUTC03        | interim | Stato                                         | Non raggiunto
    OUTC04        | final   | Stato                                         | Parzialmente raggiunto
                  |         | In quanto                                     | Perché sì.
    OUTC05        | interim | In quanto                                     | " "
    OUTC05        | interim | In quanto                                     | ...
    OUTC05        | interim | In quanto                                     | – –
    OUTC06        | interim | In quanto                                     | (vuoto)
                  |         | Esito %                                       | 0%
                  |         | Fasi 1: Realizzata %                          | 0%
    OUTC07        | interim | Esito %                                       | 100%
                  |         | Fasi 2: Realizzata %                          | 100%
                  |         | In quanto                                     | (vuoto)
    OUTC08 OUTC27 | final   | Fasi 1: Realizzata %                          | 0%
                  |         | Esito %                                       | 40%
                  |         | In quanto                                     | Rinviata.
                  |         | Stato                                         | (vuoto)
    OUTC09        | interim | Stato                                         | Sostituito                         | Sostituito da
                  |         | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    CODE14 WGHT01 | interim | Sostituito da                                 | S9.00777
                  |         | Stato                                         | Sostituito
                  |         | Peso modificato                               | 0%
                  |         | S1.00002!Peso modificato                      | 45%
                  |         | Esito %                                       | (vuoto)
                  |         | In quanto                                     | (vuoto)
    OUTC10 WGHT01 | interim | Sostituito da                                 | S1.00002                           | Esito %
                  |         | Peso modificato                               | 0%
    OUTC12        | interim | S2.00001!Esito %                              | 92%
    OUTC13        | interim | Misure 1: Realizzata %                        | (vuoto)
    OUTC11        | interim | Misure 2: Risultato                           | (vuoto)
    OUTC14        | final   | Risultati attesi 1: Valore ottenuto           | (vuoto)
                  |         | Valori per ente                               | (vuoto)
    OUTC15        | final   | Valori per ente Acero: Valore ottenuto        | (vuoto)
    OUTC16        | final   | Risultati attesi 1: Raggiunto %               | 100%
                  |         | Risultati attesi 1: Valore ottenuto           | 8
    OUTC17        | final   | Risultati attesi 1: Valore ottenuto           | 8
    OUTC18        | final   | Risultati attesi 1: Valore ottenuto           | 40
    OUTC19        | interim | Fasi 1: Realizzata %                          | 60%
    OUTC20        | interim | Esito %                                       | 80%
    OUTC21        | interim | Esito %                                       | 45%
                  |         | Risultati attesi 1: Raggiunto %               | 20%
    OUTC22        | interim | Esito %                                       | 45%
    OUTC23        | interim | Esito %                                       | 45%
                  |         | Risultati attesi 1: Raggiunto %               | 20%
                  |         | Fasi 1: Realizzata %                          | (vuoto)
    OUTC24        | interim | Fasi 2: Realizzata %                          | (vuoto)
                  |         | Esito %                                       | 80%
    OUTC25        | interim | Fasi 2: Realizzata %                          | (vuoto)
    OUTC26        | interim | Fasi                                          | (vuoto)                            | Risultati attesi 1: Raggiunto %
    SCOR01        | plan    | Risultati attesi 1: Valore atteso             | 0
    SCOR01        | interim | Risultati attesi 1: Valore atteso modificato  | -3
    SCOR02        | plan    | Risultati attesi 1: Come si misura            | Avanzamento dal valore di partenza | Risultati attesi 1: Valore atteso
    SCOR02        | plan    | Risultati attesi 1: Come si misura            | Avanzamento dal valore di partenza | Risultati attesi 1: Valore atteso
                  |         | Risultati attesi 1: Valore di partenza        | 10
    SCOR06        | plan    | Risultati attesi 1: Come si misura            | Fasce del valore ottenuto          | Risultati attesi 1: Tabella di fasce
    SCOR06        | plan    | Risultati attesi 1: Tabella di fasce          | NESSUNA
    SCOR06        | plan    | Risultati attesi 1: Fino a                    | 5
                  |         | Risultati attesi 1: Come si misura            | Fra due valori
    SCOR06        | plan    | Risultati attesi 1: Come si misura            | Minimo, atteso, eccellenza         | Risultati attesi 1: Minimo
                  |         | Valori per ente                               | (vuoto)
    SCOR08        | final   | Risultati attesi 1: Denominatore              | 0
    OUTC17 SCOR03 | final   | Risultati attesi 1: Raggiunto %               | 99%
                  |         | Risultati attesi 1: Valore ottenuto           | 5
    OUTC16        | final   | Risultati attesi 1: Raggiunto %               | 100%
                  |         | Risultati attesi 1: Valore ottenuto           | 9
    SCOR05        | final   | Esito %                                       | 99,995%
    SCOR05        | interim | Fasi 1: Realizzata %                          | 99,999%
    OUTC12 SCOR05 | interim | Misure 1: Realizzata %                        | 49,999%
    OUTC28        | interim | Fasi 2: Realizzata %                          | 100%
                  |         | Esito %                                       | 40%
                  |         | Fasi 1: Realizzata %                          | 0%
""")


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_a_well_filled_return_has_nothing_to_say(round):
    assert [(f.code, f.path) for f in find(round)] == []
    assert [(f.code, f.path) for f in find(round, issue=False)] == []


@pytest.mark.parametrize("round, expected, place, typed", FAULTS, ids=[f"{expected[-1]}-{round}-{n}" for n, (round, expected, *_) in enumerate(FAULTS)])
def test_each_fault_gives_its_finding_at_its_place(round, expected, place, typed):
    findings = find(round, typed)
    assert codes(findings) == expected
    own = {c for c in expected if c != "WGHT01"} or {"WGHT01"}
    assert pointer(write(clean(round), typed), place) in {f.path for f in findings if f.code in own}


@pytest.mark.parametrize(("raggiunto", "rilievi", "rules", "scritto"), [  # whatever the values are, and 100 % like any other degree
    (100, "SCOR03", {}, """
        Risultati attesi 1: Come si misura  | Fatto o non fatto
        Risultati attesi 1: Fatto           | No"""),
    (100, "SCOR03", {}, """
        Risultati attesi 1: Come si misura  | Fra due valori
        Risultati attesi 1: Fino a          | 10
        Risultati attesi 1: Valore atteso   | 8"""),
    (100, "SCOR03", {}, """
        Risultati attesi 1: Come si misura     | Entro la scadenza
        Risultati attesi 1: Scadenza           | 30/11/2021
        Risultati attesi 1: Data del risultato | 20/12/2021"""),
    (100, "SCOR03", {}, """
        Risultati attesi 1: Valore atteso      | (vuoto)
        Risultati attesi 1: Valore ottenuto    | (vuoto)
        Valori per ente Acero: Valore ottenuto | 1"""),
    (100, "SCOR03", {"degree_cap": 150}, "Risultati attesi 1: Valore ottenuto | 14"),
    (100, "", {"degree_cap": 150}, "Risultati attesi 1: Valore ottenuto | 10"),
    (100, "OUTC16", {}, "Risultati attesi 1: Valore ottenuto | 9"),
    (100, "", {"reached_within": 10}, "Risultati attesi 1: Valore ottenuto | 9"),
    (100, "OUTC16", {"reached_within": 10}, "Risultati attesi 1: Valore ottenuto | 8,9"),
    (40, "SCOR03", {}, """
        Risultati attesi 1: Come si misura     | Più basso è meglio
        Risultati attesi 1: Valore ottenuto    | 9""")])
def test_a_degree_that_the_values_deny_is_told_once_with_both(raggiunto, rilievi, rules, scritto):
    findings = find("final", f"Risultati attesi 1: Raggiunto % | {raggiunto}%\n{scritto}", rules=rules, issue=False)
    assert codes(findings) == rilievi.split()
    assert named(clean("final"), {f.path for f in findings}) == ["Risultati attesi 1: Raggiunto %"] * bool(findings)
    for finding in findings:
        if finding.code == "SCOR03":
            assert finding.values["typed"] == raggiunto != finding.values["computed"]
            assert finding.values["holds"]["it"] == "digitato"


def test_questions_are_answered_and_left_as_they_are():
    asked = write(clean("final"), """
        Richieste
        N. | Obiettivo | Domanda
        1  |           | Perché?
        2  | S1.00001  | Quando?""")
    answered = write({**deepcopy(asked), "objectives": deepcopy(asked["objectives"][:1])}, """
        Richieste 1: Risposta | Per legge.
        Richieste 2: Domanda  | Come?""")
    findings = stage.check(answered, asked, plan=plan(), round="final", places={}, file="S1.xlsx")
    assert said(findings, answered) == lines("""
        ASKD01 | Richieste 2: Risposta
        LOCK05 | Richieste 2: Domanda""")
    assert stage.ANSWERED >= {"ASKD01", "LOCK01", "LOCK02", "LOCK04", "LOCK05"}


def said(found, document: dict) -> list[str]:
    """The lines ``code | cell`` of the findings about ``document``."""
    return [f"{f.code} | {cell_at(document, f.path)}" for f in found]


def _told(round: str, text: str, *among: str) -> list[str]:
    """What is said, by the codes ``among``, of the clean return of ``round`` with ``text`` written in it, as if it had been issued so."""
    document, base = changed(round, text)
    findings = stage.check(document, document, plan=base, round=round, places={}, file="S1.xlsx")
    return said([f for f in findings if f.code in among], document)


@pytest.mark.parametrize("raggiunto, realizzata, fatto, told", [
    ("100%", "0%", "Giornata svolta il 12/11/2021, con verbale.", ["OUTC29 | Fasi 2: Che cosa è stato fatto"]),
    ("80%", "0%", "Giornata svolta il 12/11/2021, con verbale.", []), ("100%", "100%", "Giornata svolta il 12/11/2021, con verbale.", []),
    ("100%", "0%", "Giornata svolta il 12/09/2021, con verbale.", []), ("100%", "0%", "Si prevede di concludere entro il 12/11/2021.", [])])
def test_a_result_told_reached_before_its_phase_was_done(raggiunto, realizzata, fatto, told):
    assert _told("final", f"""
        Risultati attesi 1: Fasi                 | 2
        interim: Risultati attesi 1: Raggiunto % | {raggiunto}
        interim: Fasi 2: Realizzata %            | {realizzata}
        Fasi 2: Che cosa è stato fatto           | {fatto}
    """, "OUTC29") == told


@pytest.mark.parametrize("realizzate, esito, told", [
    ((50, 30, 20), 100, True), ((50, 30, 30), 100, True), ((50, 20, 30), 100, False), ((100, 100, 100), 100, False), ((50, 30, 20), 60, False)])
def test_a_share_above_the_weight_of_its_phase(realizzate, esito, told):
    """Phases of 50, 20 and 30: a share of 30 of 20 is said to be one; shares within the weights are told as OUTC19."""
    first, second, third = realizzate
    text = f"""
        Fasi 0: Pesata | Pesata

        Fasi
        Fase | Peso | Realizzata % | Inizio nell’anno del piano | Fine nell’anno del piano
        1    | 50%  | {first}%     | 01/01/2021                 | 31/12/2021
        2    | 20%  | {second}%    | 01/01/2021                 | 31/12/2021
        0    | 30%  | {third}%     | 01/01/2021                 | 31/12/2021

        Esito %   | {esito}%
        Stato     | (vuoto)
        In quanto | Detto.
    """
    assert _told("final", text, "OUTC30") == ["OUTC30 | Fasi 2: Realizzata %"] * told
    if told:
        assert _told("final", text, "OUTC30", "OUTC19", "OUTC22", "OUTC27") == ["OUTC30 | Fasi 2: Realizzata %"]


@pytest.mark.parametrize("evidenze, prima, told", [
    ("Approvato con deliberazione del 20/12/2021.", "", True), ("Approvato con deliberazione del 20/09/2021.", "", False),
    ("Approvato il 12/09/2021 e pubblicato il 20/12/2021.", "", False), ("Approvato con deliberazione del 20/12/2021.", "100%", False),
    ("La scadenza prevista è il 20/12/2021.", "", False)])
def test_a_result_whose_evidence_is_later_than_its_day(evidenze, prima, told):
    assert bool(_told("final", f"""
        Risultati attesi 1: Scadenza             | 30/09/2021
        Risultati attesi 1: Evidenze             | {evidenze}
        Risultati attesi 1: Raggiunto %          | 100%
        interim: Risultati attesi 1: Raggiunto % | {prima}
    """, "OUTC31")) == told


@pytest.mark.parametrize("scadenza, added, known, told", [
    ("30/09/2021", None, "all", True), ("30/09/2021", None, "nothing", False), ("01/10/2021", None, "nothing", True),
    ("30/09/2021", "final", "nothing", True), ("30/09/2021", None, "the others", True), ("30/09/2021", None, "no such code", False)])
def test_evidence_that_an_earlier_round_may_have_had_is_not_missed(scadenza, added, known, told):
    """Of a result due by the monitoring of 30 September nothing is said where what that round found is not at hand; a sector
    that did not answer that round had nothing then."""
    document, base = changed("final", f"""
        Risultati attesi 1: Scadenza    | {scadenza}
        Risultati attesi 1: Evidenze    | Approvato il 20/12/2021.
        Risultati attesi 1: Raggiunto % | 100%
    """)
    objectives = {o["code"]: o for o in base["objectives"]}
    result, = objectives["S1.00001"]["sheet"]["results"]
    result |= {"added": added} if added else {}
    items = {code: [*(h.get("holding", {}) for h in o["holders"]), o["sheet"],
                    *(r for table in ("phases", "results", "entities") for r in o["sheet"].get(table, ()))] for code, o in objectives.items()}
    assert all(any("readings" in item for item in items[code]) for code in ("S1.00001", "S1.00002"))
    for item in chain(*{"nothing": items.values(), "the others": [items["S1.00001"]]}.get(known, ())):
        item.pop("readings", None)
    if known == "no such code":
        write(document, "Codice | (vuoto)")
    findings = stage.check(document, None if known == "no such code" else document, plan=base, round="final", places={}, file="S1.xlsx")
    assert ("OUTC31" in codes(findings)) == told


@pytest.mark.parametrize("scritto, told", [
    ("Fasi 2: Fine modificata nell’anno del piano | 31/08/2021", "Fasi 2: Fine modificata nell’anno del piano"),
    ("Fasi 2: Fine modificata nell’anno del piano | 31/08/2021\nFasi 2: Realizzata % | 100%", ""),
    ("Data fine modificata | 01/09/2021", "Data fine modificata"),
    ("Risultati attesi 1: Scadenza modificata | 31/08/2021", "Risultati attesi 1: Scadenza modificata"),
    ("Fasi 2: Fine modificata nell’anno del piano | 30/11/2021", "")])
def test_an_end_brought_back_into_the_past(scritto, told):
    assert _told("interim", scritto, "DATE21") == ([f"DATE21 | {told}"] if told else [])


@pytest.mark.parametrize("scritto, told", [
    ("""Fasi
        Fase | Inizio nell’anno del piano | Fine nell’anno del piano | Inizio nell’anno successivo | Fine nell’anno successivo
        2    | (vuoto)                    | (vuoto)                  | 01/01/2022                  | 30/06/2022""", True),
    ("""Fasi
        Fase | Fine nell’anno successivo | Realizzata %
        2    | 30/06/2022                | 80%""", True),
    ("""Fasi
        Fase | Fine nell’anno successivo | Realizzata %
        2    | 30/06/2022                | 100%""", False)])
def test_a_weighted_phase_that_ends_in_a_later_year(scritto, told):
    assert bool(_told("final", f"Data fine | 31/12/2022\n{scritto}", "OUTC07")) == told


def test_a_phase_moved_into_the_next_year_is_not_blamed_for_the_end_it_cannot_clear():
    assert _told("interim", """
        Data fine modificata                              | 30/06/2022
        Fasi 2: Inizio modificato nell’anno successivo    | 01/01/2022
        Fasi 2: Fine modificata nell’anno successivo      | 30/06/2022
        Fasi 2: Realizzata %                              | 0%
    """, "DATE04", "DATE05", "DATE06", "DATE07", "OUTC07") == []


@pytest.mark.parametrize("text, told", [
    ("Vedi S1.00020 per il resto.", "CODE05"), ("Vedi 02.01.01.S1.00002.", "CODE04"), ("Vedi S1.00002.", ""), ("Come nella fase 9.", "CODE18")])
@pytest.mark.parametrize("cell", ["Fasi 1: Che cosa è stato fatto", "Risultati attesi 1: Evidenze"])
def test_what_is_told_by_phase_and_result_is_read_for_codes_too(cell, text, told):
    assert _told("final", f"{cell} | {text}", "CODE04", "CODE05", "CODE18") == ([f"{told} | {cell}"] if told else [])


@pytest.mark.parametrize("text, told", [
    ("Vedi S1.00011.", {"CODE05": "S1.00001"}), ("Vedi S1.OO01.", {}), ("Vedi S1.0001.", {"CODE05": "S1.00001"}), ("Vedi S1.00020.", {"CODE05": "S1.00002"}),
    ("Vedi S1.00003.", {"CODE20": None}), ("Vedi S1.00099.", {"CODE20": None}), ("Vedi 01.01.01.S1.00417.", {"CODE20": None}),
    ("Vedi S1.00099 del 2019.", {}), ("Vedi S1.00099 dell’anno precedente.", {}), ("Vedi S1.00099 del 2021.", {"CODE20": None}), ("Vedi S7.00001.", {})])
def test_a_code_is_guessed_only_where_one_slip_explains_it(text, told):
    findings = find("plan", f"Dettaglio dell’obiettivo | {text}")
    assert {f.code: f.values.get("likely") for f in findings} == told
    assert all(f.values["codes"] == "S1.00001, S1.00002" for f in findings if f.code == "CODE20")


@pytest.mark.parametrize("ties, scritto, absent", [
    ("fase 1 e 2", "", []), ("Fasi 1, 2", "", []), ("1 e 4, fase 7", "", ["4, 7"]), ("1-2", "Fasi #2: Fase | (vuoto)", []), ("1-2", "Fasi #2: Fase | 1", [])])
def test_the_phases_that_a_result_is_tied_to(ties, scritto, absent):
    findings = find("plan", f"Risultati attesi 1: Fasi | {ties}\n{scritto}")
    assert [f.values["phase"] for f in findings if f.code == "CODE11"] == absent


def test_a_code_that_the_form_had_and_the_plan_has_no_more_is_not_a_misprint():
    gone = lambda base: base["objectives"].pop(1)  # noqa: E731
    assert "CODE05" not in codes(find("plan", "Dettaglio dell’obiettivo | Vedi S1.00002.", change_plan=gone))
    renamed = lambda base: base.update(successions=[{"before": "S1.00009", "now": "S1.00001"}])  # noqa: E731
    assert codes(find("plan", "Dettaglio dell’obiettivo | Già S1.00009.", change_plan=renamed)) == []


@pytest.mark.parametrize("titolo, told", [("Titolo dell’obiettivo, approvato nel piano", False), ("Tutt’altra cosa scritta daccapo", True)])
def test_a_title_written_anew_in_the_plan_round(titolo, told):
    form = write(issued("plan"), "Titolo | Titolo dell’obiettivo approvato nel piano")
    findings = stage.check(write(clean("plan"), f"Titolo | {titolo}"), form, plan=plan(), round="plan", places={}, file="S1.xlsx")
    assert [f.code for f in findings if f.code == "CODE19"] == ["CODE19"] * told


@pytest.mark.parametrize("text", ["La riunione è convocata per il 15/11/2021.", "Nota con l’appuntamento del 15/11/2021.",
                                  "Seduta in programma il 15/11/2021."])
def test_an_appointment_is_no_fact(text):
    assert _told("interim", f"Racconto della tornata | {text}", "DATE18") == []


def test_a_phase_that_has_not_begun_is_asked_for_no_share_of_time():
    """Phases of 60 and 40, the second to begin in November and blank: 60 is what they give, and nothing is missing."""
    text = """
        Fasi 2: Inizio nell’anno del piano | 01/11/2021
        Fasi 2: Realizzata %               | (vuoto)
        In quanto                          | In corso.
    """
    among = ("OUTC20", "OUTC22", "OUTC24", "OUTC25")
    assert _told("interim", f"{text}\nEsito % | 60%", *among) == []
    assert _told("interim", f"{text}\nEsito % | 90%", *among) == ["OUTC22 | Esito %"]


def test_time_was_not_counted_where_no_phase_was_under_way():
    """Phases of 60 and 40, the first done, the second to begin in November but told as realised by 45: 60 is what was done, not the time gone by."""
    assert _told("interim", """
        Fasi
        Fase | Inizio nell’anno del piano | Fine nell’anno del piano | Realizzata %
        1    | 01/01/2021                 | 30/06/2021               | 100%
        2    | 01/11/2021                 | 31/12/2021               | 45%

        Esito %   | 60%
        In quanto | In corso.
    """, "OUTC20", "OUTC22", "OUTC24", "OUTC25") == ["OUTC22 | Esito %"]


@pytest.mark.parametrize(("written", "told"), [("04/10/2021", []), ("05/10/2021", []), ("06/10/2021", ["DATE26"]), ("03/10/2201", ["DATE26"]), ("(vuoto)", [])])
def test_a_form_is_not_filled_in_after_it_came(written, told):
    """It came on 4 October; the clock of who filled it in may be ahead by a day."""
    document = write(clean("interim"), f"Data di compilazione | {written}")
    where = {"/compilation/date": Place("S1.xlsx", "Riepilogo", "C9")}
    found = stage.check_arrival(document, where, "S1.xlsx", date(2021, 10, 4))
    assert finding_lines(found, "code | cell | sector | .received | field") == [f"{code} | C9 | S1 | 04/10/2021 | Data di compilazione" for code in told]


@pytest.mark.parametrize(("scritto", "told"), [
    ("", ["DATE25"]), ("Inizio effettivo | 20/09/2021", []), ("Nota sulle date | Anticipata con l’avviso di agosto", []),
    ("Inizio modificato nell’anno del piano | 01/09/2021", ["DATE20"]), ("Inizio nell’anno del piano | 30/09/2021", []), ("Realizzata % | 0%", []),
    ("Pesata | Non pesata nell’anno", ["DATE25"])])
def test_nothing_is_realised_of_a_phase_that_has_not_begun(scritto, told):
    text = "Fasi 2: Inizio nell’anno del piano | 15/11/2021\nFasi 2: Realizzata % | 30%\n" + (scritto and f"Fasi 2: {scritto}")
    assert [f.code for f in find("interim", text, issue=False) if f.code.startswith("DATE")] == told
    assert all(f.code != "DATE25" for f in find("interim", f"{text}\nEsito % | 100%\nIn quanto | (vuoto)", issue=False))


def test_every_code_is_declared_in_the_catalogue_and_raised_here():
    from test_check_round import RAISED as raised_of_the_round

    declared = [c for _, some in (*stage.CHECKS, *stage.DATES, *stage.OUTCOMES, *stage.ACROSS, *stage.ARRIVAL) for c in some]
    assert {c for c in area("findings") if c.startswith(PREFIXES)} == set(declared)
    raised = {c for _, expected, *_ in FAULTS for c in expected} | set(raised_of_the_round) | {"CODE02", "CODE16", "ASKD01", "LOCK05", "OUTC29", "SCOR04", "SCOR07", "SCOR09", "SCOR10",
                                                                                         "OUTC30", "OUTC31", "DATE21", "DATE22", "DATE23", "DATE24", "DATE25", "DATE26", "DATE27", "CODE19",
                                                                                         "TYPE01", "TYPE02", "TYPE03", "TEXT12", "OUTC32", "OUTC33", "OUTC34"}
    assert set(declared) == raised


def test_a_check_raises_only_the_codes_beside_it():
    from perfxl.model.rounds import Rounds
    from perfxl.stages.check.return_context import ReturnContext

    for round, _, _, typed in FAULTS:
        document = write(clean(round), typed)
        case = ReturnContext.from_documents(document, issued(round), plan=plan(), round=Rounds.from_plan(plan())[round], places=places(document), file="S1.xlsx")
        for run, declared in (*stage.CHECKS, *stage.DATES, *stage.OUTCOMES):
            assert {f.code for f in run(case)} <= set(declared), run.__name__


def test_an_actual_value_worse_than_the_baseline():
    for direction, baseline, actual, told in (("Più basso è meglio", 30, 35, ["SCOR04"]), ("Avanzamento dal valore di partenza", 5, 4, ["SCOR04"]),
                                              ("Più basso è meglio", 30, 29, []), ("(vuoto)", 5, 4, []),  # the last: a count still on its way
                                              ("Grado indicato dal settore", 30, 12, [])):
        assert codes(find("interim", f"""
            Risultati attesi
            N. | Come si misura | Valore di partenza | Valore ottenuto
            1  | {direction}    | {baseline}         | {actual}""", issue=False)) == told, direction


def test_a_value_in_no_band_and_two_numbers_that_do_not_give_the_value_written():
    bands = plan_of("""
        Fasce
        Tabella | Da | A | Grado
        A       | 0  | 5 | 50
        A       | 8  |   | 100""")["bands"]
    for told, text in (("SCOR07", "Come si misura | Fasce del valore ottenuto; Tabella di fasce | A; Valore ottenuto | 6"),
                       ("SCOR07", "Come si misura | Entro la scadenza; Tabella di fasce | A; Data del risultato | 07/01/2022"),  # seven days late
                       ("SCOR09", "Rapporto per | 100; Numeratore | 1; Denominatore | 3"),
                       ("", "Rapporto per | 100; Numeratore | 1; Denominatore | 10"),
                       ("SCOR10", "Rapporto per | 1; Numeratore | 10")):
        typed = "\n".join(f"Risultati attesi 1: {cell}" for cell in ("Valore ottenuto | 10", *text.split("; ")))
        findings = find("final", typed, issue=False, change_plan=lambda base: base.update(bands=bands))
        assert [c for c in codes(findings) if c.startswith("SCOR")] == told.split(), text


def test_lines_unknown_to_the_cascade():
    def strip(base):
        base["objectives"][0]["sheet"].pop("strategic_lines")

    assert codes(find("plan", "Linee strategiche | 01.01.0l", issue=False, change_plan=strip)) == ["CODE16"]
    assert codes(find("plan", "Linee strategiche | 01.01.02", issue=False, change_plan=strip)) == ["CODE02"]  # the next number
    assert codes(find("plan", "Linee strategiche | 77.88.99", issue=False, change_plan=strip)) == ["CODE02"]


def test_the_place_is_the_cell_else_the_row_else_the_sheet_else_the_file():
    finding, = find("plan", "Fasi 0: Peso | 10%")
    assert finding.place.sheet == "S1.00001" and finding.place.cell
    assert finding.field == {"it": "Peso", "en": "Weight"}
    document = write(clean("plan"), "Fasi 2: Peso | (vuoto)")
    row = pointer(document, "Fasi 2: Fase")
    for known, place in (({row: places(document)[row]}, places(document)[row]), ({"/objectives/0/code": Place("S1.xlsx", "Scheda", "B2")}, Place("S1.xlsx", "Scheda")),
                         ({}, Place("S1.xlsx"))):
        finding, = stage.check(document, None, plan=plan(), round="plan", places=known, file="S1.xlsx")
        assert finding.place == place


def test_thirds_are_within_the_tolerance_and_the_body_may_widen_it():
    assert codes(find("plan", """
        Fasi 0: Pesata | Pesata

        Fasi
        Fase | Peso   | Inizio nell’anno del piano | Fine nell’anno del piano
        1    | 33,33% | 01/01/2021                 | 31/12/2021
        2    | 33,33% | 01/01/2021                 | 31/12/2021
        0    | 33,33% | 01/01/2021                 | 31/12/2021""")) == []
    assert codes(find("plan", "Fasi 1: Peso | 58%")) == ["WGHT02"]
    assert codes(find("plan", "Fasi 1: Peso | 58%", rules={"weight_tolerance": 2})) == []


@pytest.mark.parametrize("rules, expected", [
    ({}, ["OUTC20"]), ({"elapsed_counts": True}, []), ({"derivable_from": "free"}, []),
    ({"derivable_tolerance": 20}, []), ({"elapsed_tolerance": 0.5}, ["OUTC22"])])
def test_what_an_outcome_may_follow_from_is_the_bodys_rule(rules, expected):
    assert codes(find("interim", "Esito % | 79%", rules=rules)) == expected


def test_phases_or_results_by_rule():
    told = """
        Esito %                                    | 20%
        Risultati attesi 1: Raggiunto %            | 20%
        S1.00002!Risultati attesi 1: Raggiunto %   | 60%"""
    assert codes(find("interim", told)) == []
    assert codes(find("interim", told, rules={"derivable_from": "results"})) == []
    assert codes(find("interim", told, rules={"derivable_from": "phases"})) == ["OUTC22"]
    assert codes(find("interim", rules={"derivable_from": "results"})) == ["OUTC26", "OUTC26"]


def test_both_figures_stand_in_the_message():
    finding, = find("interim", "Esito % | 45%\nRisultati attesi 1: Raggiunto % | 20%")
    assert {key: finding.values[key] for key in ("percent", "phases", "results")} == {"percent": 45, "phases": 60, "results": 20}
    assert "45%" in finding.message("it") and "60%" in finding.message("it") and "20%" in finding.message("en")


def test_severities_and_blocks_are_the_bodys():
    rules = {"as_note": ["WGHT01"], "as_error": ["WGHT01", "DATE05"], "blocking": ["WGHT01"]}
    findings = find("plan", "Peso | 50%", rules=rules)
    assert finding_lines(findings, "code | severity") == ["WGHT01 | error"]
    assert stage.blocking(findings, {"rules": rules}) == findings
    assert stage.blocking(findings, {"rules": {}}) == []
    assert finding_lines(find("plan", "Peso | 50%", rules={"as_note": ["WGHT01"]}), "code | severity") == ["WGHT01 | note"]


def test_dates_already_approved_are_left_alone_at_the_end_of_the_year():
    assert codes(find("final", "Anni in tutto | 2")) == ["LOCK01"]
    assert codes(find("final", "Anni in tutto | 2", issue=False)) == ["DATE16"]


def test_a_partner_is_not_asked_for_what_the_lead_tells():
    def partner(base):
        base["objectives"][0]["lead"] = "S2"

    def blank(document):
        document["objectives"][0]["holding"]["reading"], document["objectives"][0]["sheet"] = {}, {}

    assert codes(find("interim", blank, change_plan=partner, issue=False)) == []


def test_what_the_sector_planned_for_later_is_no_fault():
    for sentence in ("La fase sarà conclusa entro il 31/12/2021.", "Misurabile al 31.12.2021.", "Proseguirà fino al 30 novembre 2021.",
                     "Incontro fissato al prossimo 30 ottobre.", "Il rapporto 24/7 è attivo, v. art. 31/9.", "Scade il 15/11/2021.",
                     "La delibera n. 12 del 2019 e la nota prot. 5 del 30/09/2021 sono agli atti."):
        assert codes(find("interim", f"Racconto della tornata | {sentence}")) == [], sentence


def test_spaces_and_line_ends_are_no_change():
    assert codes(find("interim", 'Finalità | " Finalità di  S1.00001 "')) == []


def test_a_text_with_another_subject_is_not_a_copy():
    other = LONG.replace("il lavoro svolto dagli uffici", "le opere compiute nei parchi").replace("gli incontri e i documenti", "le visite e le piante")
    assert codes(find("plan", f"Dettaglio dell’obiettivo | {LONG}\nS1.00002!Dettaglio dell’obiettivo | {other}")) == []


def test_many_long_texts_are_compared_in_reasonable_time():
    import time

    def swell(document):
        for n, told in enumerate(document["objectives"][:2]):
            told["sheet"]["phases"] += [{"id": f"{n}-{k}", "text": "x", "weighting": "not_weighted",
                                         "reading": {"done": f"{n} {k} " + "parola detta più volte " * 1700}} for k in range(200)]

    started = time.process_time()
    findings = find("interim", swell)
    assert time.process_time() - started < 8
    assert {"TEXT07", "TEXT08"} <= set(codes(findings))


LEAVES = [None, "", " ", "x" * 300, "31/09/2021", "2021-02-30", "1-2-3", "S1.0001", -5, 0, 100, 1e9, True, [], ["01.01.09"]]


@given(st.sampled_from(["plan", "interim", "final"]), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_the_cells_the_checks_speak(round, changes):
    """Every value of the return replaced by another of its own kind, or taken away, in any combination."""
    def spoil(document):
        for where, which in changes:
            leaves = list(_leaves(document["objectives"])) + list(_leaves(document.get("measures", [])))
            owner, key = leaves[where % len(leaves)]
            kind = type(owner[key])
            fitting = [v for v in LEAVES if type(v) is kind or {type(v), kind} == {int, float}]
            if which % 5 and fitting:
                owner[key] = fitting[which % len(fitting)]
            elif isinstance(owner, dict):
                del owner[key]

    for finding in find(round, spoil):
        assert finding.message("it") and finding.message("en")


def _leaves(value):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, (dict, list)):
            yield from _leaves(inner)
        else:
            yield value, key


HAPPENED = (
    "come risulta dal verbale di inizio lavori del 12/10/2021",
    "determina di proroga del 12/11/2021",
    "lettera di invito del 12/10/2021",
    "il piano è stato approvato nella seduta del 12/11/2021",
    "il corso si è concluso il 3 dicembre 2021, con attestati",
    "da parte del Comune con nota del 12/11/2021",
    "delibera di Giunta n. 88/2021 del 04/11/2021",
    "Determinazione n. 1272 del 9.12.2021",
    "È stata approvata la delibera n. 45 del 12/11/2021.",
    "con determina n. 1200 del 05/12/2021 è stato affidato il servizio",
    "la commissione si è riunita il 14 novembre 2021",
    "come da verbale del 03/11/2021",
    "l’incontro si è tenuto il 10/10/2021",
    "In data 15/10/2021 è stato pubblicato il bando",
    "Il 18 ottobre 2021 si è svolto il corso",
    "nota prot. 4521 del 20/10/2021 inviata alla Regione",
    "il collaudo è avvenuto il 22/11/2021",
    "il contratto è stato firmato in data 12/10/2021",
    "Con PEC del 4 novembre 2021 l’ufficio ha trasmesso i dati",
    "i lavori sono terminati il 15/11/2021",
    "la gara è stata aggiudicata il 12/12/2021",
    "consegnata la relazione il 10/11/2021",
)
TO_COME = (
    "nella riunione del 20/09/2021 si è deciso di consegnare il 20/11/2021",
    "inviata la convocazione per la seduta del 12/11/2021",
    "il 20/10/2021 è fissata la seduta",
    "inviata la bozza, che la Giunta approva il 20/12/2021",
    "pubblicato il bando che scade il 30/11/2021",
    "con determina n. 8 del 02/02/2021 (esecutiva dal 15/10/2021)",
    "firmato il contratto, consegna il 15/11/2021",
    "la seduta è convocata per il 12/11/2021",
    "la seduta del 12/11/2021 è convocata con avviso",
    "il contratto con scadenza 31/12/2021",
    "il contratto scade il 31/12/2021",
    "è stata fissata la riunione del 20/10/2021",
    "la nota fissa l’appuntamento al 20/10/2021",
    "delibera che proroga al 31/12/2021 il termine",
    "è stato inviato l’invito al convegno del 5 novembre 2021",
    "Con nota prot. 123 si chiede di rispondere entro il 15/10/2021",
    "La convenzione vale dal 01/01/2022",
    "contratto di servizio in vigore dal 01/01/2022",
    "la determina avrà effetto dal 1 gennaio 2022",
    "È stata inviata la lettera di invito alla seduta del 12/11/2021",
    "L’ordinanza dispone la chiusura dal 20/10/2021 al 30/10/2021",
    "approvato il calendario delle sedute: 12/10/2021 e 15/11/2021",
    "Il decreto del 15/06/2021 rinvia al 31/12/2021 l’adempimento",
    "È stato approvato il cronoprogramma che prevede la fine il 20/12/2021",
    "La determina n. 30 del 02/03/2021 affida il servizio fino al 31/12/2021",
    "Con delibera n. 3 del 10/05/2021 il corso parte il 15/10/2021",
    "il contratto decorre dal 01/11/2021",
    "la convenzione ha durata dal 01/07/2021 al 31/12/2023",
    "avviso pubblicato con termine per le domande il 29/10/2021",
    "l’assemblea è in agenda il 14/10/2021",
    "è stata presentata domanda di proroga al 31/12/2021",
    "Il verbale rimanda la decisione alla seduta del 15/11/2021",
    "con nota del 03/05/2021 è stato comunicato l’avvio dei lavori il 18/10/2021",
    "la lettera indica come data di consegna il 20/11/2021",
    "si attende la seduta del 12/11/2021",
)


@pytest.mark.parametrize(("texts", "fact"), [(HAPPENED, True), (TO_COME, False)], ids=["happened", "to come"])
def test_an_act_is_told_from_an_appointment(texts, fact):
    """After 30 September 2021: an act bears its date; what is due, starts, is convened or postponed lies ahead."""
    later = {text: any(d.fact for d in dates_in(text, 2021) if d.day and d.day > date(2021, 9, 30)) for text in texts}
    assert [text for text, told in later.items() if told is not fact] == []
