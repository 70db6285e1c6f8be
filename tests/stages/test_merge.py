"""Returns laid over the plan: what a round leaves open is taken, the rest stays, nothing is lost."""

from copy import deepcopy

from plan_text import plan
from return_text import pointer, write
from text_tables import finding_lines, lines, rows

from perfxl.model.base import base_content
from perfxl.model.findings import Place
from perfxl.stages.issue import returns
from perfxl.stages.merge import Returned, merge

PLAN = """
    Settori
    Codice | Nome
    S1     | Uno
    S2     | Due

    Obiettivi
    Codice   | Titolo | Linee strategiche
    S1.00001 | Titolo | 01.01.01

    Settori titolari
    Settore | Codice nel settore | Peso | Obiettivo
    S1      |                    | 60%  | S1.00001
    S2      | S2.00009           | 20%  | S1.00001

    Fasi
    Fase | Descrizione della fase | Peso | Obiettivo
    1    | uno                    | 40%  | S1.00001
    2    | due                    | 60%  | S1.00001

    Valori per ente
    Risultato | Ente | Valore atteso | Obiettivo
    1         | Alfa | 3             | S1.00001

    Misure
    Settore | Obiettivo | N. | Misura | Termine
    S2      | SG.00001  | 1  | fare   | 2021
"""


def form(round, sector="S1"):
    """The return of ``sector`` as it is issued."""
    return returns(plan(PLAN), round)[sector]


def laid(round, text="", sector="S1"):
    """The merge of the form of ``sector`` with ``text`` written in it."""
    return merge(plan(PLAN), [Returned(sector, write(form(round, sector), text), {}, f"{sector}.xlsx")], round)


def content(changes=""):
    """The objectives and measures of the plan with ``changes`` in its cells."""
    return {key: plan(PLAN, changes)[key] for key in ("objectives", "measures")}


def content_of(merged):
    return {key: merged.content[key] for key in ("objectives", "measures")}


def codes(merged):
    return finding_lines(merged.findings, "code")


def test_interim_takes_revisions_and_progress_and_keeps_the_approved():
    merged = laid("interim", """
        Peso                               | 99%
        Peso modificato                    | 50%
        Esito %                            | 40%
        Titolo                             | Altro
        Titolo modificato                  | Nuovo
        Racconto della tornata             | fatto
        Linee strategiche                  | (vuoto)
        Fasi 1: Descrizione della fase     | cambiato
        Fasi 1: Peso                       | 1%
        Fasi 1: Peso modificato            | 30%
        Fasi 1: Realizzata %               | 100%
        Fasi 2: Che cosa è stato fatto     | metà
        Fasi 2-bis: Descrizione della fase | nuova
        Fasi 2-bis: Peso                   | 10%""")
    assert codes(merged) == []
    assert content_of(merged) == content("""
        Settori titolari S1: interim: Peso modificato       | 50%
        Settori titolari S1: interim: Esito %               | 40%
        Obiettivi S1.00001: interim: Titolo modificato      | Nuovo
        Obiettivi S1.00001: interim: Racconto della tornata | fatto
        Fasi 1: interim: Peso modificato                    | 30%
        Fasi 1: interim: Realizzata %                       | 100%
        Fasi 2: interim: Che cosa è stato fatto             | metà
        Fasi #3: Fase                                       | 2-bis
        Fasi 2-bis: Descrizione della fase                  | nuova
        Fasi 2-bis: Peso                                    | 10%
        Fasi 2-bis: Aggiunto a                              | interim
        Fasi 2-bis: Obiettivo                               | S1.00001""")


def test_plan_round_takes_everything_the_sector_wrote_and_a_cleared_cell_clears():
    merged = laid("plan", """
        Peso                           | 70%
        Titolo                         | (vuoto)
        Finalità                       | perché
        Linee strategiche              | (vuoto)
        Valori per ente                | (vuoto)
        Fasi                           | (vuoto)
        Fasi A: Descrizione della fase | tutta nuova""")
    assert [o["sheet"] for o in merged.content["objectives"]] == [o["sheet"] for o in plan("""
        Obiettivi
        Codice   | Finalità | Linee strategiche
        S1.00001 | perché   | 01.01.01

        Fasi
        Fase | Descrizione della fase
        A    | tutta nuova""")["objectives"]]


def test_final_round_aligns_by_identifier_not_by_row():
    merged = laid("final", """
        Fasi                                | (vuoto)
        Fasi 2: Realizzata %                | 50%
        Fasi 1: Realizzata %                | 100%
        Valori per ente #1: Valore atteso   | 99
        Valori per ente #1: Valore ottenuto | 4""")
    assert content_of(merged) == content("""
        Fasi 1: final: Realizzata %               | 100%
        Fasi 2: final: Realizzata %               | 50%
        Valori per ente 1: final: Valore ottenuto | 4""")


def test_a_removed_row_is_kept_and_said_and_an_added_one_too():
    merged = laid("final", """
        Fasi 2                         | (vuoto)
        Fasi 9: Descrizione della fase | abusiva""")
    assert [p["id"] for p in merged.content["objectives"][0]["sheet"]["phases"]] == ["1", "9", "2"]
    assert sorted(codes(merged)) == ["MERG04", "MERG05"]


def test_a_partner_changes_only_its_own_holding_and_may_use_its_own_code():
    merged = laid("interim", sector="S2", text="""
        Codice                 | S2.00009
        Esito %                | 10%
        Titolo modificato      | non suo
        Racconto della tornata | nemmeno""")
    assert content_of(merged) == content("Settori titolari S2: interim: Esito % | 10%")


def test_unknown_missing_and_double_objectives_are_findings():
    assert codes(laid("final", "Codice | S1.00777")) == ["MERG01", "MERG03"]
    merged = laid("final", """
        Esito %    | 1%
        #2!Codice  | S1.00001
        #2!Esito % | 2%""")
    assert codes(merged) == ["MERG02"]
    assert content_of(merged) == content("Settori titolari S1: final: Esito % | 1%")


def test_measures_are_filled_in_and_strangers_are_findings():
    merged = laid("final", sector="S2", text="""
        Misure #1: Misura       | cambiata
        Misure #1: Realizzata % | 80%
        Misure #2: Obiettivo    | SG.00001
        Misure #2: N.           | 7
        Misure #2: Misura       | mai vista""")
    assert content_of(merged) == content("Misure S2: final: Realizzata % | 80%")
    assert codes(merged) == ["MERG06"]


def test_places_lead_back_to_the_returned_cells():
    returned = write(form("final"), """
        Esito % | 5%
        Fasi 1  | (vuoto)""")
    places = {pointer(returned, row["cella"]): Place("S1.xlsx", "Foglio", row["sta in"]) for row in rows("""
        cella   | sta in
        Codice  | B3
        Esito % | B9
        Fasi 2  | A20""")}
    merged = merge(plan(PLAN), [Returned("S1", returned, places, "S1.xlsx")], "final")
    assert [f"{path} | {place.file} | {place.sheet} | {place.cell}" for path, place in sorted(merged.places.items())] == lines("""
        /objectives/0                                      | S1.xlsx | Foglio | B3
        /objectives/0/holders/0                            | S1.xlsx | Foglio | B3
        /objectives/0/holders/0/holding/readings/0/percent | S1.xlsx | Foglio | B9
        /objectives/0/sheet/phases/1                       | S1.xlsx | Foglio | A20""")
    assert codes(merged) == ["MERG05"]


def test_the_base_is_not_touched():
    base, returned = plan(PLAN), write(form("interim"), "Esito % | 3%")
    before = deepcopy(base)
    merge(base, [Returned("S1", returned, {}, "S1.xlsx")], "interim")
    assert base == before


def test_next_round_begins_where_the_last_one_ended():
    done = laid("interim", """
        Esito %           | 40%
        Titolo modificato | Nuovo""").content
    changed = """
        Obiettivi S1.00001: Linee strategiche | 01.01.02
        Obiettivi #2: Codice                  | S1.00002
        Obiettivi #2: Titolo                  | Aggiunto"""
    base = base_content(plan(PLAN, changed), {"round": "interim", "content": done})
    assert base["objectives"] == plan(PLAN, f"""{changed}
        Settori titolari S1: interim: Esito %          | 40%
        Obiettivi S1.00001: interim: Titolo modificato | Nuovo""")["objectives"]
