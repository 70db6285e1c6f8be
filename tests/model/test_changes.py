"""What differs from the approved plan: found in the data, with its reason and its cell, shown and tabled."""

import json
from copy import deepcopy

import pytest
from looked_at import book_with, sheet_of
from plan_text import plan as plan_of
from played_year import demo_year, document
from result_year import consolidated, content
from text_tables import lines, shown

from perfxl.model import documents
from perfxl.model.change import from_document
from perfxl.model.changes import changes
from perfxl.model.findings import Place
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.consolidate.frames import build
from perfxl.stages.consolidate.styles import MOMENTS

WHY = "Non serve più."


#: One objective of two sectors, with two phases, a result, an amount and a measure.
SMALL = """
    Settori
    Codice | Nome
    S1     | Uno
    S2     | Due

    Obiettivi
    Codice   | Titolo | Linee strategiche | Priorità
    S1.00001 | Titolo | 01                | Alta

    Settori titolari
    Obiettivo | Settore | Peso
    S1.00001  | S1      | 60%
    S1.00001  | S2      | 10%

    Risultati attesi
    N. | Risultato atteso | Valore atteso
    1  | Uno              | 5

    Valori per ente
    Risultato | Ente  | Valore atteso
    1         | Acero | 2

    Risorse economiche
    Natura         | Descrizione | Importo
    Spesa corrente | Arredi      | 100

    Fasi
    Fase | Descrizione della fase | Peso
    1    | Prima                  | 50%
    2    | Seconda                | 50%

    Misure
    Settore | Obiettivo | N. | Misura | Termine
    S2      | SG.00001  | 1  | Fare   | giugno
"""


def small(changed: str = "", text: str = SMALL) -> dict:
    """The plan of ``SMALL`` after the cells of ``changed`` were written, a field of the body's own among them."""
    plan = plan_of(text, changed)
    for objective in plan["objectives"]:
        objective.get("sheet", {})["extension"] = {"cup": "A1"}
    return plan


def differing(round: str, changed: str, approved: dict | None = None, columns: str = "round | kind | sector | table | item | field | approved | revised", **more) -> list[str]:
    """The lines of what differs in the plan of ``small`` from ``approved``, by default from itself unchanged."""
    return shown(changes(document(round, small(changed), **more), small() if approved is None else approved), *columns.split(" | "))


def test_the_demo_year_tells_its_revisions():
    _, interim, _ = demo_year()
    differences = changes(interim)
    assert len(differences) == 29 and {c.round for c in differences} == {"interim"}
    two = [c for c in differences if c.objective in ("S3.00009", "S3.00012")]
    assert shown(two, "objective", "kind", "item", "field", "approved", "revised") == lines("""
        S3.00009 | replaced |  | replaced_by | S3.00009 | S3.00012
        S3.00009 | revised  |  | weight      | 10       | 0
        S3.00012 | revised  |  | weight      | 0        | 10""")
    added = [c for c in differences if c.kind == "added"]
    assert shown(added, "objective", "table", "item") == lines("S9.00004 | phases | 3-bis")
    assert all("3-bis" in c.reason for c in added)
    assert [c.title for c in differences if c.field == "end_2" and c.kind == "revised"] == [{"it": "Fine nell’anno successivo", "en": "End in the next year"}]
    assert [len(c.revised) for c in differences if c.cell_kind == "table"] == [2]
    order = [o["code"] for o in interim["content"]["objectives"]]
    assert [order.index(c.objective) for c in differences] == sorted(order.index(c.objective) for c in differences)


def test_the_final_round_keeps_what_the_interim_found():
    _, interim, final = demo_year()
    assert changes(final) == changes(interim)


def test_without_the_approved_plan_only_what_was_added_is_not_known():
    _, interim, _ = demo_year()
    alone = {k: v for k, v in interim.items() if k != "changes"}
    columns = ("round", "kind", "sector", "table", "item", "field", "approved", "revised")
    assert shown(changes(alone), *columns) == shown([c for c in changes(interim) if c.kind != "added"], *columns)


def test_documents_give_changes_back_and_are_valid():
    _, interim, final = demo_year()
    for made in (interim, final):
        again = documents.loads(documents.dumps(made))
        assert changes(again) == [from_document(t) for t in made["changes"]] == changes(made)
        assert list(documents.violations("consolidated", again)) == []


@pytest.mark.parametrize("round", ["interim", "final"])
def test_nothing_differs_from_itself(round):
    assert changes(document(round, small()), small()) == changes(document(round, small()), document("plan", small())) == []


def test_a_revision_equal_to_what_was_approved_is_no_change():
    assert differing("interim", "Settori titolari #1: interim: Peso modificato | 60%") == []


def test_dropped_phases_and_results_have_their_own_reason_and_cell():
    place = {"path": "/objectives/0/sheet/phases/1/revisions/0/dropped", "file": "a.xlsx", "sheet": "S1.00001", "cell": "J9"}
    dropped = f"Fasi 2: interim: Eliminata perché | {WHY}\nRisultati attesi 1: interim: Eliminato perché | Idem."
    first, second = changes(document("final", small(dropped), places=[place]), small())
    assert shown([first, second], "round", "kind", "sector", "table", "item", "field", "approved", "revised", "reason") == lines(f"""
        interim | dropped | S1 | results | 1 | results | Uno |  | Idem.
        interim | dropped | S1 | phases  | 2 | phases  | Seconda |  | {WHY}""")
    assert second.place == Place("a.xlsx", "S1.00001", "J9")


def holding(*cells: str) -> str:
    """Cells of S1, as changes of the plan."""
    return "\n".join(f"Settori titolari #1: {cell}" for cell in cells)


def test_replaced_and_withdrawn_objectives_in_the_first_round_that_says_so():
    withdrawn = holding("interim: Esito % | 20%", "final: Stato | Ritirato", f"final: In quanto | {WHY}")
    assert differing("final", withdrawn, columns="round | kind | sector | field | reason") == lines(f"final | withdrawn | S1 | status | {WHY}")
    replaced = holding("interim: Sostituito da | S1.00002", "interim: Stato | Sostituito", "final: Stato | Sostituito")
    assert differing("final", replaced, columns="round | kind | revised") == lines("interim | replaced | S1.00002")
    late = holding("final: Sostituito da | S1.00002", "interim: Esito % | 20%")
    assert differing("final", late, columns="round") == ["final"]
    known = document("interim", small(holding("interim: Sostituito da | S1.00002")))
    known["changes"] = [c.document() for c in changes(known, small())]
    told_at_both = holding("interim: Sostituito da | S1.00002", "interim: Esito % | 20%")
    assert differing("final", told_at_both, approved=known, columns="round | kind") == lines("interim | replaced")


def test_what_was_added_or_taken_away_since_the_approved_plan():
    renamed = small(text=SMALL.replace("S1.00001", "S1.00002").replace("S2      | SG.00001  | 1 ", "S2      | SG.00001  | 2 "))
    assert shown(changes(document("interim", renamed), small()), "kind", "objective", "table", "item") == lines("""
        added   | S1.00002 |          |
        dropped | S1.00001 |          |
        added   | SG.00001 | measures | 2
        dropped | SG.00001 | measures | 1""")
    others = "Settori titolari #2: Settore | S3\nFasi #2: Fase | 6-bis\nFasi #2: Descrizione della fase | Nuova"
    plan = small(others)
    objective, = plan["objectives"]
    del objective["sheet"]["results"], objective["sheet"]["entities"]
    assert shown(changes(document("interim", plan), small()), "kind", "sector", "table", "item", "field") == lines("""
        dropped | S2 | holders  | S2        | holders
        added   | S3 | holders  | S3        | holders
        dropped | S1 | results  | 1         | results
        dropped | S1 | entities | 1 · Acero | entities
        added   | S1 | phases   | 6-bis     | phases
        dropped | S1 | phases   | 2         | phases""")


def test_plan_fields_that_differ_from_the_approved_document():
    plan = small(f"""
        Settori titolari #2: Peso                 | 20%
        {holding("interim: Motivo delle modifiche | Lo dice il capofila.")}
        Obiettivi S1.00001: Linee strategiche     | 01⏎02
        Obiettivi S1.00001: Priorità              | Bassa
        Fasi 1: Pesata                            | Non pesata nell’anno
        Valori per ente 1: Valore atteso          | 3
        Risorse economiche #1: Importo            | 90
        Misure #1: Termine | luglio""")
    objective, = plan["objectives"]
    objective["sheet"]["extension"] = {"cup": "B2"}
    differences = changes(document("final", plan), document("interim", small()))
    assert shown(differences, "sector", "table", "field", "approved", "revised") == lines("""
        S2 |          | weight          | 10   | 20
        S1 |          | strategic_lines | 01   | 01 · 02
        S1 |          | priority        | high | low
        S1 | money    | amount          | 100  | 90
        S1 | entities | target          | 2    | 3
        S1 | phases   | weighting       |      | not_weighted
        S1 |          | cup             | A1   | B2
        S2 | measures | deadline        | giugno | luglio""")
    assert {c.round for c in differences} == {"final"} and next(iter(differences)).reason == "Lo dice il capofila."


def test_repeated_identifiers_are_told_apart_by_their_turn():
    twice = small("Fasi #1: Fase | 5\nFasi #1: Descrizione della fase | a\nFasi #2: Fase | 5\nFasi #2: Descrizione della fase | b")
    other = deepcopy(twice)
    other["objectives"][0]["sheet"]["phases"][1]["text"] = "c"
    assert shown(changes(document("interim", other), twice), "approved", "revised") == lines("b | c")


def test_same_document_same_changes_whatever_the_order_of_its_keys():
    _, interim, _ = demo_year()
    turned = json.loads(json.dumps(documents.loads(documents.dumps({k: v for k, v in interim.items() if k != "changes"})), default=str, sort_keys=True))
    assert [c.key for c in changes(turned)] == [c.key for c in changes({k: v for k, v in interim.items() if k != "changes"})]


# -- the sheet and the table
def year() -> dict:
    """The invented year of the workbook with one change of each kind, in both rounds."""
    plan = content()
    first = plan["objectives"][0]
    phase = first["sheet"]["phases"][0]
    phase["revisions"] = [{"round": "interim", **next(iter(phase.get("revisions", ())), {}), "dropped": WHY}]
    first["sheet"]["priority"] = "low" if first["sheet"]["priority"] != "low" else "high"
    made = consolidated("final", plan)
    made["places"].append({"path": "/objectives/0/sheet/phases/0/revisions/0/dropped", "file": "ricevute/interim/SG.xlsx", "sheet": "SG.00001", "cell": "J22"})
    made["changes"] = [c.document() for c in changes(made, content())]
    return made


def test_the_sheet_shows_each_change_in_the_colour_of_its_round_and_leads_to_its_cell():
    made = year()
    sheet = sheet_of(result.write(made, "it"), "Modifiche")
    rows = {(r[0].value, r[2].value, r[3].value): r for r in sheet.iter_rows(min_row=5)}
    assert len(rows) == len(made["changes"])
    gone = rows["SG.00001", "fase 1", "Fasi"]
    assert [c.value for c in gone[4:9]] == ["Eliminato", "Analisi del servizio com’è oggi", "Eliminato", WHY, "Monitoraggio"]
    assert gone[5].font.strike and gone[6].font.color.rgb[2:] == MOMENTS["monitoring"][1:]
    assert gone[9].value == "SG.00001!J22" and gone[9].hyperlink.target.replace("\\", "/") == "../../ricevute/interim/SG.xlsx"
    assert gone[9].hyperlink.location == "'SG.00001'!J22"
    priority = rows["SG.00001", None, "Priorità"]
    assert {priority[5].value, priority[6].value} <= {"ALTA", "MEDIA", "BASSA"}
    assert [priority[k].font.color.rgb[2:] for k in (5, 6)] == [MOMENTS[r][1:] for r in ("plan", "final")]
    weight = next(r for k, r in rows.items() if k[0] == "S3.00009" and k[2] == "Peso")
    assert (weight[5].value, weight[6].value, weight[6].number_format) == (0.1, 0, "0.00%")


def test_what_was_dropped_is_struck_through_among_the_phases_and_in_the_gantt():
    book = book_with(result.write(year(), "it"), "Fasi", "Gantt")
    struck = [[c.value for c in row[:3]] for row in book["Fasi"].iter_rows(min_row=5) if row[3].font.strike]
    assert struck == [["SG.00001", "SG", "1"]]
    gantt = next(r for r in book["Gantt"].iter_rows(min_row=5) if r[0].value == "SG.00001" and r[1].value == "1")
    assert gantt[2].font.strike


def test_no_changes_no_rows_in_english_too():
    plan = small()
    made = document("interim", plan, outcomes=consolidated("interim", plan)["outcomes"])
    sheet = sheet_of(result.write(made, "en"), "Changes")
    assert sheet["A5"].value == "No changes: the plan is the approved one."


def test_the_table_has_the_same_rows():
    made = year()
    table = next(t for t in build(made) if t.name == "changes")
    assert [(r.values["objective"], r.values["field"], r.values["kind"]) for r in table] == [(c.objective, c.field, c.kind) for c in changes(made)]
    assert [c.key for c in table.columns] == ["objective", "sector", "item", "field", "kind", "approved", "revised", "reason", "round", "pass", "pass_by"]
