"""A second year, of another invented body: its known faults are found, little else is told, and what is told stands on cells that can
mend it.

Its own codes, two monitorings, a transversal objective. Nothing in it was looked at while the checks were made. Each fault is one change
to one return of a clean year; what else is told of that year is noise.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import faults_year as real
import plan_text
import pytest
from marked_cells import assert_mendable
from return_text import write
from text_tables import cases

from perfxl.model import base, documents
from perfxl.stages import check, issue, merge

ROUNDS = ("plan", "m1", "m2", "final")
SECTORS = ("AFF", "FIN", "TEC", "SOC", "POL", "CUL")
SHARED = "TRA-2027-01"
THEMES = ("lo sportello unico", "il canile consortile", "la segnaletica dei borghi", "l’archivio storico", "la mensa delle scuole",
          "i contatori dell’acqua", "la biblioteca itinerante", "il mercato del giovedì", "le concessioni cimiteriali", "il parco fluviale",
          "gli alloggi popolari", "la protezione civile", "i ruoli della tassa rifiuti", "il trasporto a chiamata", "le palestre",
          "la videosorveglianza", "il bosco di Pradis", "gli orti sociali", "la ludoteca", "l’albo dei volontari", "le strade bianche",
          "la tesoreria", "il museo contadino", "le notifiche degli atti")


def code(sector: str, number: int) -> str:
    return f"{sector}-2027-{number:02d}"


#: What each objective is about.
ABOUT = dict(zip([code(s, n) for s in SECTORS for n in range(1, 5)], THEMES, strict=True))


def theme(objective: str) -> str:
    return ABOUT[objective]


def each(template: str, among=ABOUT) -> str:
    """The lines of ``template``, filled in for every objective, or for every sector."""
    return "\n".join(template.format(code=c, sector=c.partition("-")[0], theme=ABOUT.get(c), line="02.01" if c < "P" else "02.02",
                                     due="31/10/2027" if c == code("FIN", 1) else "31/12/2027") for c in among)  # one is due before the year ends


def plan() -> dict:
    """Four objectives of weight 25 for each sector, and one that all of them share by measures."""
    return plan_text.plan(f"""
        Ente
        Voce   | Valore
        Codice | CVA
        Nome   | Comunità della Valle Alta

        Tornate
        Sigla | Tipo         | Data di riferimento | Scadenza di restituzione
        plan  | Piano        | 31/01/2027          | 31/01/2027
        m1    | Monitoraggio | 30/04/2027          | 30/04/2027
        m2    | Monitoraggio | 30/09/2027          | 30/09/2027
        final | Consuntivo   | 31/12/2027          | 31/12/2027

        Settori
        Codice | Nome
        AFF    | Affari generali
        FIN    | Finanze
        TEC    | Lavori e ambiente
        SOC    | Servizi alla persona
        POL    | Polizia locale
        CUL    | Cultura

        Cascata
        Codice | Titolo
        02     | Linea 02
        02.01  | Linea 02.01
        02.02  | Linea 02.02

        Obiettivi
        Codice | Tipo | Capofila | Tipo di peso | Peso | Data inizio | Data fine | Anno di durata | Anni in tutto | Linee strategiche | Titolo | Finalità | Dettaglio dell’obiettivo
        {each("{code} | Ordinario | {sector} | Pesato | 25% | 01/01/2027 | 31/12/2027 | 1 | 1 | {line} | Riordinare {theme} "
              "| I cittadini trovano {theme} in ordine. | Si parte da un rilievo e si arriva a regime per {theme}.")}
        {SHARED} | Trasversale di ente | AFF | | | 01/01/2027 | 31/12/2027 | 1 | 1 | 02.02 | Trasparenza | Atti leggibili. | Ogni settore pubblica i suoi dati.

        Settori titolari
        Obiettivo | Settore | Tipo di peso
        {each(SHARED + " | {code} | Non pesato", among=SECTORS)}

        Responsabili
        Obiettivo | Responsabile
        {each("{code} | Livia Pascoli")}

        Risultati attesi
        Obiettivo | N. | Peso | Scadenza | Unità | Come si misura | Valore atteso | Fasi | Risultato atteso
        {each("{code} | 1 | 60% | {due}      | n.     |                    | 20 | 1-2 | Pratiche chiuse su {theme}")}
        {each("{code} | 2 | 40% | 31/12/2027 | giorni | Più basso è meglio | 10 | 3   | Giorni di attesa per {theme}")}

        Fasi
        Obiettivo | Fase | Pesata | Peso | Inizio nell’anno del piano | Fine nell’anno del piano | Descrizione della fase
        {each("{code} | 1 | Pesata | 40% | 01/01/2027 | 30/04/2027 | Rilievo di partenza per {theme}")}
        {each("{code} | 2 | Pesata | 30% | 01/05/2027 | 30/09/2027 | Avvio con gli uffici per {theme}")}
        {each("{code} | 3 | Pesata | 30% | 01/10/2027 | 31/12/2027 | Messa a regime per {theme}")}
        {SHARED} | 1 | Pesata | 100% | 01/01/2027 | 31/12/2027 | Pubblicazione dei dati

        Misure
        Settore | Obiettivo | N. | Misura
        {each("{code} | " + SHARED + " | 1 | Misura 1: atti dirigenziali⏎{code} | " + SHARED + " | 2 | Misura 2: tempi dei procedimenti", among=SECTORS).replace("⏎", chr(10))}
    """, year=2027)


STORY = {"m1": "Il rilievo di partenza per {theme} è fatto e consegnato; di {theme} gli uffici hanno discusso due volte, e {theme} ha chi ne risponde.",
         "m2": "Gli uffici seguono da soli {theme}: a {theme} manca solo la messa a regime, e chi segue {theme} la prepara per gli ultimi mesi.",
         "final": "Tutto è a regime: {theme} funziona come previsto, e nei questionari su {theme} l’utenza lo ha notato."}
#: What a sector with nothing to find says of an objective, by round: the outcome, and what each phase has come to.
SAID = {
    "m1": """
        {code}
        Esito %              | 40%
        Fasi 1: Realizzata % | 100%""",
    "m2": """
        {code}
        Esito %              | 70%
        Fasi 1: Realizzata % | 100%
        Fasi 2: Realizzata % | 100%""",
    "final": """
        {code}
        Esito %                             | 100%
        Fasi 1: Realizzata %                | 100%
        Fasi 2: Realizzata %                | 100%
        Fasi 3: Realizzata %                | 100%
        Risultati attesi 1: Valore ottenuto | 20
        Risultati attesi 2: Valore ottenuto | 10"""}
#: How far the measures that all share have come.
SHARE = {"m1": "30%", "m2": "60%", "final": "100%"}


def answered(issued: dict, round: str) -> dict:
    """What a sector with nothing to find sends back."""
    made = documents.loads(documents.dumps(issued))
    if round == "plan":
        return made
    how = "Stato | Raggiunto" if round == "final" else "Stato | Parzialmente raggiunto\nIn quanto | Le fasi seguenti cominciano più avanti nell’anno."
    for objective in made["objectives"]:
        code_, leads = objective["code"], objective.get("role", "lead") == "lead"
        if code_ != SHARED:
            write(made, f"{SAID[round].format(code=code_)}\n{how}\nRacconto della tornata | {STORY[round].format(theme=theme(code_))}")
            continue
        write(made, f"{SHARED}\nEsito % | {SHARE[round]}\n{how}")
        if leads:
            write(made, f"{SHARED}\nFasi 1: Realizzata % | {SHARE[round]}\nRacconto della tornata | I settori pubblicano i dati, al {SHARE[round]}.")
    for number in ("1", "2"):
        write(made, f"""
            Misure {number}: Realizzata % | {SHARE[round]}
            Misure {number}: Risultato    | Dati pubblicati per la misura {number}.""")
    return made


@dataclass(frozen=True)
class Round:
    """The plan-shaped content on which a round was issued, its forms and its clean returns by sector."""

    content: dict
    issued: dict
    returned: dict


@cache
def rounds() -> dict[str, Round]:
    found, previous = {}, None
    for round in ROUNDS:
        content = base.base_content(plan(), previous)
        issued = issue.returns(content, round)
        returned = {s: answered(d, round) for s, d in issued.items()}
        merged = merge.merge(content, [merge.Returned(s, d, places={}, file=s, issued=issued[s]) for s, d in returned.items()], round)
        found[round] = Round(content, issued, returned)
        previous = {"content": merged.content}
    return found


@dataclass(frozen=True)
class Fault:
    """What somebody wrote in a form; ``codes`` of which one must tell it, ``follows``: what may be told besides."""

    round: str
    sector: str
    objective: str
    codes: tuple[str, ...]
    follows: tuple[str, ...]
    typed: str


def known_faults(text: str) -> list[Fault]:
    """The faults of a table; the objective is given by its number in the sector, 0 for the shared one."""
    return [Fault(first["tornata"], first["settore"], SHARED if first["n."] == "0" else code(first["settore"], int(first["n."])),
                  codes=tuple(first["rilievi"].split()), follows=tuple(first["anche"].split()),
                  typed="\n".join(f"{row['cella']} | {row['scritto']}" for row in case)) for case in cases(text) for first in case[:1]]


LATE = "La fase di avvio è in ritardo per la gara deserta."
SAME = "Gli operatori hanno visitato tutte le famiglie in elenco e hanno aggiornato i fascicoli con l’assistente sociale di turno."
FAULTS = known_faults(f"""
    tornata | settore | n. | rilievi       | anche                       | cella                                       | scritto
    plan    | AFF     | 1  | DATE02        | DATE16                      | Data fine                                   | 31/12/2026
    plan    | AFF     | 2  | DATE04        |                             | Fasi 2: Fine nell’anno del piano            | 31/03/2027
    plan    | AFF     | 3  | DATE06        |                             | Fasi 3: Fine nell’anno del piano            | 31/01/2028
    plan    | AFF     | 4  | DATE05        |                             | Data fine                                   | 30/11/2027
            |         |    |               |                             | Risultati attesi 1: Scadenza                | 30/11/2027
            |         |    |               |                             | Risultati attesi 2: Scadenza                | 30/11/2027
    plan    | FIN     | 1  | WGHT02        |                             | Fasi 1: Peso                                | 30%
    plan    | FIN     | 2  | WGHT03        |                             | Risultati attesi 1: Peso                    | 50%
    plan    | FIN     | 3  | WGHT05        |                             | Fasi 3: Peso                                | (vuoto)
    plan    | FIN     | 4  | WGHT06        |                             | Risultati attesi 2: Peso                    | (vuoto)
    plan    | TEC     | 1  | TEXT01        |                             | Finalità                                    | (vuoto)
    plan    | TEC     | 2  | TEXT02        |                             | Fasi 1: Descrizione della fase              | (vuoto)
    plan    | TEC     | 3  | CODE06        |                             | Fasi #2: Fase                               | 1
    plan    | TEC     | 4  | CODE07        |                             | Risultati attesi #2: N.                     | 1
    plan    | SOC     | 1  | CODE05        |                             | Dettaglio dell’obiettivo                    | Si prosegue ciò che fa SOC-2027-002.
    plan    | SOC     | 2  | CODE20        |                             | Dettaglio dell’obiettivo                    | Si prosegue ciò che fa SOC-2027-77.
    plan    | SOC     | 3  | CODE11        |                             | Risultati attesi 1: Fasi                    | 1-5
    plan    | SOC     | 4  | DATE09        |                             | Risultati attesi 2: Scadenza                | 30/06/2028
    plan    | POL     | 1  | DATE15        |                             | Anno di durata                              | 2
    plan    | POL     | 2  | CODE19        |                             | Titolo                                      | Un’altra cosa, pensata dopo
    plan    | POL     | 3  | TEXT06        |                             | Verifiche di qualità                        | Sì
    plan    | POL     | 4  | DATE12        |                             | Responsabili Livia Pascoli: Dal             | 01/09/2027
            |         |    |               |                             | Responsabili Livia Pascoli: Al              | 01/03/2027
    m1      | AFF     | 1  | OUTC01        |                             | Esito %                                     | (vuoto)
            |         |    |               |                             | Stato                                       | (vuoto)
            |         |    |               |                             | In quanto                                   | (vuoto)
    m1      | AFF     | 2  | OUTC02        |                             | Stato                                       | Raggiunto
    m1      | AFF     | 3  | OUTC05        |                             | In quanto                                   | ...
    m1      | AFF     | 4  | TEXT05        |                             | Racconto della tornata                      | (vuoto)
    m1      | FIN     | 1  | OUTC07        | OUTC28                      | Esito %                                     | 100%
            |         |    |               |                             | Stato                                       | Raggiunto
            |         |    |               |                             | Fasi 2: Realizzata %                        | 100%
            |         |    |               |                             | Fasi 3: Realizzata %                        | 100%
            |         |    |               |                             | In quanto                                   | (vuoto)
    m1      | FIN     | 2  | OUTC25 OUTC24 |                             | Fasi 1: Realizzata %                        | (vuoto)
    m1      | FIN     | 3  | OUTC22        |                             | Esito %                                     | 65%
            |         |    |               |                             | In quanto                                   | {LATE}
    m1      | FIN     | 4  | OUTC30        |                             | Esito %                                     | 75%
            |         |    |               |                             | In quanto                                   | {LATE}
            |         |    |               |                             | Fasi 1: Realizzata %                        | 40%
            |         |    |               |                             | Fasi 2: Realizzata %                        | 35%
    m1      | TEC     | 1  | TYPE01        | OUTC22                      | Fasi 2: Realizzata %                        | "0.3"
    m1      | TEC     | 2  | DATE17        |                             | Racconto della tornata                      | Il rilievo è stato consegnato e discusso; la gara scade il 31/04/2027.
    m1      | TEC     | 3  | DATE18        |                             | Racconto della tornata                      | Il rilievo è concluso; la relazione è stata inviata alla Giunta il 18/06/2027.
    m1      | TEC     | 4  | CODE18        |                             | Racconto della tornata                      | Il rilievo è concluso e la fase 7 è cominciata.
    m1      | SOC     | 1  | LOCK01        |                             | Peso                                        | 30%
    m1      | SOC     | 2  | LOCK02        |                             | Fasi 1: Fine nell’anno del piano            | 31/05/2027
    m1      | SOC     | 3  | CODE13        |                             | Titolo                                      | Riordinare la protezione civile e altro
    m1      | SOC     | 4  | MERG05        | WGHT02 CODE11 OUTC22 OUTC21 | Fasi 2                                      | (vuoto)
    m1      | POL     | 1  | OUTC09        |                             | Stato                                       | Sostituito
            |         |    |               |                             | Esito %                                     | (vuoto)
            |         |    |               |                             | In quanto                                   | (vuoto)
    m1      | POL     | 2  | OUTC19        |                             | Esito %                                     | 50%
            |         |    |               |                             | In quanto                                   | {LATE}
            |         |    |               |                             | Fasi 1: Realizzata %                        | 40%
            |         |    |               |                             | Fasi 2: Realizzata %                        | 10%
    m2      | AFF     | 1  | OUTC08        | OUTC27                      | Esito %                                     | 30%
            |         |    |               |                             | In quanto                                   | {LATE}
            |         |    |               |                             | Fasi 1: Realizzata %                        | 75%
            |         |    |               |                             | Fasi 2: Realizzata %                        | 0%
    m2      | AFF     | 2  | OUTC27        |                             | Esito %                                     | 60%
            |         |    |               |                             | In quanto                                   | {LATE}
            |         |    |               |                             | Fasi 1: Realizzata %                        | 75%
    m2      | AFF     | 3  | TEXT09        |                             | Racconto della tornata                      | {STORY["m1"].format(theme=theme(code("AFF", 3)))}
    m2      | AFF     | 4  | TEXT07        |                             | Racconto della tornata                      | {STORY["m2"].format(theme=theme(code("AFF", 2))).replace("Gli uffici", "I nostri uffici")}
    m2      | FIN     | 1  | DATE11        | OUTC28 WGHT01               | Fasi 1: Fine modificata nell’anno del piano | 30/11/2027
    m2      | FIN     | 2  | CODE17 CODE14 |                             | Stato                                       | Sostituito
            |         |    |               |                             | Sostituito da                               | FIN-2027-9
            |         |    |               |                             | Peso modificato                             | 0%
            |         |    |               |                             | Esito %                                     | (vuoto)
            |         |    |               |                             | In quanto                                   | (vuoto)
    m2      | FIN     | 3  | OUTC10        |                             | Sostituito da                               | FIN-2027-04
            |         |    |               |                             | Peso modificato                             | 0%
    m2      | TEC     | 0  | OUTC13        |                             | Misure 2: Realizzata %                      | (vuoto)
    m2      | SOC     | 0  | OUTC11        |                             | Misure 1: Risultato                         | (vuoto)
    final   | AFF     | 1  | OUTC14        |                             | Risultati attesi 1: Valore ottenuto         | (vuoto)
    final   | AFF     | 2  | OUTC16        |                             | Risultati attesi 1: Valore ottenuto         | 12
            |         |    |               |                             | Risultati attesi 1: Raggiunto %             | 100%
    final   | AFF     | 3  | OUTC17        |                             | Risultati attesi 2: Valore ottenuto         | 25
    final   | AFF     | 4  | OUTC18        |                             | Risultati attesi 1: Valore ottenuto         | 2000
    final   | FIN     | 1  | OUTC31        |                             | Risultati attesi 1: Evidenze                | Verbale di chiusura delle pratiche del 20/12/2027.
    final   | FIN     | 2  | OUTC06        | OUTC21 OUTC22 OUTC08 OUTC23 | Esito %                                     | 0%
            |         |    |               |                             | Stato                                       | Non raggiunto
    final   | FIN     | 3  | OUTC03        |                             | Stato                                       | Non raggiunto
    final   | FIN     | 4  | OUTC04        |                             | Stato                                       | Parzialmente raggiunto
    final   | TEC     | 1  | SHRD07        |                             | Considerazioni del settore                  | Nel complesso gli obiettivi del settore sono raggiunti al 95,50%.
    final   | SOC     | 1  | TEXT08        |                             | Fasi 1: Che cosa è stato fatto              | {SAME}
            |         |    |               |                             | Fasi 3: Che cosa è stato fatto              | {SAME}
""")  # of FIN 1 at m2 WGHT01 too: what FIN 3 weighed is nobody's, and it is told at the first


def faulty(round: str) -> dict[str, dict]:
    """The returns of ``round`` with all of its faults."""
    made = deepcopy(rounds()[round].returned)
    for fault in (f for f in FAULTS if f.round == round):
        write(made[fault.sector], f"{fault.objective}\n{fault.typed}")
    return made


def findings(round: str, returned: dict[str, dict]) -> list:
    """What is told of ``returned``, the returns of ``round``, one by one and all together."""
    content, issued = rounds()[round].content, rounds()[round].issued
    found = [f for s, d in returned.items() for f in check.without_repeats(check.check(d, issued[s], plan=content, round=round, places={}, file=f"{s}.xlsx"))]
    merged = merge.merge(content, [merge.Returned(s, d, places={}, file=f"{s}.xlsx", issued=issued[s]) for s, d in returned.items()], round)
    across = check.check_round(merged.content, round, returned=returned, places_by_sector={}, files={}, earlier={})
    return check.without_repeats([*found, *merged.findings, *across])


@pytest.mark.parametrize("round", ROUNDS)
def test_the_clean_year_gives_no_finding(round):
    assert [(f.code, f.sector, f.path) for f in findings(round, rounds()[round].returned)] == []


@pytest.mark.parametrize("round", ROUNDS)
def test_its_faults_are_found_and_nothing_else_is_told(round):
    faults = [f for f in FAULTS if f.round == round]
    told = {(f.sector, f.objective, f.code): f for f in findings(round, faulty(round))}
    missed = [f for f in faults if not any((f.sector, o, c) in told for o in (f.objective, "") for c in f.codes)]
    assert not missed
    known = {(f.sector, o, c) for f in faults for o in (f.objective, "") for c in (*f.codes, *f.follows)}
    assert sorted(told.keys() - known) == []


def test_there_are_many_and_of_many_kinds():
    assert len(FAULTS) >= 40 and len({f.codes for f in FAULTS}) >= 25
    total = sum(len(findings(r, faulty(r))) for r in ROUNDS)
    assert len(FAULTS) <= total <= 1.25 * len(FAULTS)


@pytest.mark.parametrize("round, sector", [("plan", "AFF"), ("plan", "TEC"), ("plan", "POL"), ("m1", "AFF"), ("m1", "SOC"), ("m2", "FIN"), ("final", "FIN")])
def test_what_is_told_to_a_sector_stands_on_a_cell_that_it_can_fill_in(round, sector):
    content, issued = rounds()[round].content, rounds()[round].issued[sector]
    form = issue.issue(issued, content)
    assert assert_mendable(form, issued, returned=faulty(round)[sector], content=content, round=round) > 1


#: What no user is to read in Italian: days and keys as programs write them, pointers, words of the code.
_RAW = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b[a-z]+_[a-z_\d]+\b|/[a-z_]+/\d+|[{}]|\b(?:None|True|False|Decimal)\b")
_ENGLISH = re.compile(r"\b(?:the|and|of|with|is|are|not|from|which|round|sector|objective|sheet|cell|value|weight|phases?|results?|percent|holding|"
                      r"reading|revision|status|achieved|partial|weighted|interim|final|monitoring|plan|missing|unknown)\b")


def test_what_is_told_of_either_year_is_told_in_words():
    told = [f for r in ROUNDS for f in findings(r, faulty(r))]
    told += [f for s in ("DG", "S1", "S9") for r in ("interim", "final")
             for f in check.check(real.returned(s, r), real.issued(s, r), plan=real.issued_on(r), round=r, places={}, file=f"{s}.xlsx")]
    assert len({f.code for f in told}) > 55
    for finding in told:
        message = finding.message("it")
        assert not _RAW.search(message), message
        assert not _ENGLISH.search(re.sub(r"«[^»]*»", "", message)), message
        assert not _RAW.search(re.sub(r"“[^”]*”", "", finding.message("en"))), finding.message("en")
