"""What differs from the approved plan: found in the data, with its reason and its cell, shown and tabled."""

import json
from copy import deepcopy
from io import BytesIO

import first_shape
import openpyxl
import pytest
from played_year import demo_year, document
from result_year import consolidated, content

from perfxl.model import documents
from perfxl.model.change import from_document
from perfxl.model.changes import changes as changes_of
from perfxl.model.findings import Place
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.consolidate.frames import build
from perfxl.stages.consolidate.styles import MOMENTS

WHY = "Non serve più."


def changes(made: dict, approved: dict | None = None) -> list:
    return changes_of(first_shape.shaped(made), first_shape.shaped(approved))


def small() -> dict:
    """One objective of two sectors, with two phases, a result, an amount and a measure."""
    return {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "UTP", "name": "Unione"},
            "rounds": [{"round": r, "reference_date": d, "deadline": d} for r, d in (("plan", "2021-01-31"), ("interim", "2021-09-30"), ("final", "2021-12-31"))],
            "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
            "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [
                {"sector": "S1", "holding": {"weight": 60, "revision_reason": "Lo dice il capofila."}}, {"sector": "S2", "holding": {"weight": 10}}],
                "sheet": {"title": "Titolo", "strategic_lines": ["01"], "priority": "high", "extension": {"cup": "A1"},
                          "results": [{"id": "1", "text": "Uno", "target": 5}], "entities": [{"result": "1", "entity": "Acero", "target": 2}],
                          "money": [{"kind": "expense_current", "label": "Arredi", "amount": 100}],
                          "phases": [{"id": "1", "text": "Prima", "weight": 50}, {"id": "2", "text": "Seconda", "weight": 50}]}}],
            "measures": [{"sector": "S2", "measure": {"objective": "SG.00001", "id": "1", "measure": "Fare", "deadline": "giugno"}}]}


def told(found: list) -> list[tuple]:
    return [(c.round, c.kind, c.sector, c.table, c.item, c.field, c.approved, c.revised) for c in found]


def test_the_demo_year_tells_its_revisions():
    _, interim, _ = demo_year()
    found = changes(interim)
    assert len(found) == 29 and {c.round for c in found} == {"interim"}
    assert [(c.objective, c.kind, c.item, c.field, c.approved, c.revised) for c in found if c.objective in ("S3.00009", "S3.00012")] == [
        ("S3.00009", "replaced", "", "replaced_by", "S3.00009", "S3.00012"), ("S3.00009", "revised", "", "weight", 10, 0),
        ("S3.00012", "revised", "", "weight", 0, 10)]
    added = [c for c in found if c.kind == "added"]
    assert [(c.objective, c.table, c.item) for c in added] == [("S9.00004", "phases", "3-bis")] and "3-bis" in added[0].reason
    assert [c.title for c in found if c.field == "end_2" and c.kind == "revised"] == [{"it": "Fine nell’anno successivo", "en": "End in the next year"}]
    assert [len(c.revised) for c in found if c.cell_kind == "table"] == [2]
    order = [o["code"] for o in interim["content"]["objectives"]]
    assert [order.index(c.objective) for c in found] == sorted(order.index(c.objective) for c in found)


def test_the_final_round_keeps_what_the_interim_found():
    _, interim, final = demo_year()
    assert changes(final) == changes(interim)


def test_without_the_approved_plan_only_what_was_added_is_not_known():
    _, interim, _ = demo_year()
    alone = {k: v for k, v in interim.items() if k != "changes"}
    assert told(changes(alone)) == [t for t in told(changes(interim)) if t[1] != "added"]


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
    plan = small()
    plan["objectives"][0]["holders"][0]["holding"]["weight_revised"] = 60.0
    assert changes(document("interim", plan), small()) == []


def test_dropped_phases_and_results_have_their_own_reason_and_cell():
    plan = small()
    sheet = plan["objectives"][0]["sheet"]
    sheet["phases"][1] |= {"dropped": WHY}
    sheet["results"][0] |= {"dropped": "Idem."}
    place = {"path": "/objectives/0/sheet/phases/1/dropped", "file": "a.xlsx", "sheet": "S1.00001", "cell": "J9"}
    found = changes(document("final", plan, places=[place]), small())
    assert told(found) == [("interim", "dropped", "S1", "results", "1", "results", "Uno", None),
                           ("interim", "dropped", "S1", "phases", "2", "phases", "Seconda", None)]
    first, second = found
    assert (first.reason, second.reason) == ("Idem.", WHY) and second.place == Place("a.xlsx", "S1.00001", "J9")


def gone(round: str, **holding) -> dict:
    plan = small()
    plan["objectives"][0]["holders"][0]["holding"] |= holding
    return document(round, plan)


def test_replaced_and_withdrawn_objectives_in_the_first_round_that_says_so():
    withdrawn = gone("final", interim={"percent": 20}, final={"status": "withdrawn", "reason": WHY}, revision_reason="")
    assert [(*t[:3], t[5]) for t in told(changes(withdrawn, small()))] == [("final", "withdrawn", "S1", "status")]
    assert changes(withdrawn, small())[0].reason == WHY
    replaced = gone("final", replaced_by="S1.00002", interim={"status": "replaced"}, final={"status": "replaced"})
    assert [(t[0], t[1], t[7]) for t in told(changes(replaced))] == [("interim", "replaced", "S1.00002")]
    late = gone("final", replaced_by="S1.00002", interim={"percent": 20})
    assert [t[0] for t in told(changes(late, small()))] == ["final"]
    known = gone("interim", replaced_by="S1.00002")
    known["changes"] = [c.document() for c in changes(known, small())]
    assert [t[:2] for t in told(changes(late, known))] == [("interim", "replaced")]


def test_what_was_added_or_taken_away_since_the_approved_plan():
    plan = small()
    new = deepcopy(plan["objectives"][0]) | {"code": "S1.00002"}
    plan["objectives"] = [new]
    plan["measures"][0]["measure"]["id"] = "2"
    assert [(c.kind, c.objective, c.table, c.item) for c in changes(document("interim", plan), small())] == [
        ("added", "S1.00002", "", ""), ("dropped", "S1.00001", "", ""), ("added", "SG.00001", "measures", "2"),
        ("dropped", "SG.00001", "measures", "1")]
    plan = small()
    objective = plan["objectives"][0]
    objective["holders"][1]["sector"] = "S3"
    objective["sheet"]["phases"] = [{"id": "1", "text": "Prima", "weight": 50}, {"id": "6-bis", "text": "Nuova", "weight": 50}]
    del objective["sheet"]["results"], objective["sheet"]["entities"]
    assert [t[1:6] for t in told(changes(document("interim", plan), small()))] == [
        ("dropped", "S2", "holders", "S2", "holders"), ("added", "S3", "holders", "S3", "holders"),
        ("dropped", "S1", "results", "1", "results"), ("dropped", "S1", "entities", "1 · Acero", "entities"),
        ("added", "S1", "phases", "6-bis", "phases"), ("dropped", "S1", "phases", "2", "phases")]


def test_plan_fields_that_differ_from_the_approved_document():
    plan = small()
    objective = plan["objectives"][0]
    objective["holders"][1]["holding"]["weight"] = 20
    objective["sheet"] |= {"strategic_lines": ["01", "02"], "priority": "low", "extension": {"cup": "B2"}}
    objective["sheet"]["phases"][0]["weighting"] = "not_weighted"
    objective["sheet"]["entities"][0]["target"] = 3
    objective["sheet"]["money"][0]["amount"] = 90
    plan["measures"][0]["measure"]["deadline"] = "luglio"
    found = changes(document("final", plan), document("interim", small()))
    assert [(c.sector, c.table, c.field, c.approved, c.revised) for c in found] == [
        ("S2", "", "weight", 10, 20), ("S1", "", "strategic_lines", ["01"], ["01", "02"]), ("S1", "", "priority", "high", "low"),
        ("S1", "money", "amount", 100, 90), ("S1", "entities", "target", 2, 3), ("S1", "phases", "weighting", None, "not_weighted"),
        ("S1", "", "cup", "A1", "B2"), ("S2", "measures", "deadline", "giugno", "luglio")]
    assert {c.round for c in found} == {"final"} and found[0].reason == "Lo dice il capofila."


def test_repeated_identifiers_are_told_apart_by_their_turn():
    plan = small()
    plan["objectives"][0]["sheet"]["phases"] = [{"id": "5", "text": "a"}, {"id": "5", "text": "b"}]
    other = deepcopy(plan)
    other["objectives"][0]["sheet"]["phases"][1]["text"] = "c"
    assert [(t[6], t[7]) for t in told(changes(document("interim", other), plan))] == [("b", "c")]


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
    book = openpyxl.load_workbook(BytesIO(result.write(made, "it")))
    sheet = book["Modifiche"]
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
    book = openpyxl.load_workbook(BytesIO(result.write(year(), "it")))
    struck = [[c.value for c in row[:3]] for row in book["Fasi"].iter_rows(min_row=5) if row[3].font.strike]
    assert struck == [["SG.00001", "SG", "1"]]
    gantt = next(r for r in book["Gantt"].iter_rows(min_row=5) if r[0].value == "SG.00001" and r[1].value == "1")
    assert gantt[2].font.strike


def test_no_changes_no_rows_in_english_too():
    plan = first_shape.now(small())
    made = document("interim", plan, outcomes=consolidated("interim", plan)["outcomes"])
    sheet = openpyxl.load_workbook(BytesIO(result.write(made, "en")))["Changes"]
    assert sheet["A5"].value == "No changes: the plan is the approved one."


def test_the_table_has_the_same_rows():
    made = year()
    table = next(t for t in build(made) if t.name == "changes")
    assert [(r.values["objective"], r.values["field"], r.values["kind"]) for r in table] == [(c.objective, c.field, c.kind) for c in changes(made)]
    assert [c.key for c in table.columns] == ["objective", "sector", "item", "field", "kind", "approved", "revised", "reason", "round", "pass", "pass_by"]
