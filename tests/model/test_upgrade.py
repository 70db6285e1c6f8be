"""Documents of the first shape, in the second: nothing of what they say is lost, moved to another round, or changed twice."""

from copy import deepcopy

import pytest

from perfxl.model import documents
from perfxl.model.upgrade import (
    document_shape,
    item,
    of_round,
    plan,
    pointer,
    renamed,
    returned_key,
    upgraded,
)

#: A plan of the first shape.
FIRST = {
    "schema": "perfxl/plan/1", "year": 2021, "body": {"code": "UNI", "name": "Ente di Prova"},
    "rounds": [{"round": r, "reference_date": d, "deadline": d} for r, d in (("plan", "2021-01-31"), ("interim", "2021-09-30"), ("final", "2021-12-31"))],
    "sectors": [{"code": "S1", "name": "Uno"}],
    "objectives": [{"code": "S1.00001", "lead": "S1", "kind": "transversal", "holders": [{"sector": "S1", "holding": {
        "weight": 40, "weight_revised": 50, "revision_reason": "Carichi", "interim": {"percent": 30}, "final": {"percent": 90, "status": "partial"}}}],
        "sheet": {"title": "Sportello", "phases": [
            {"id": "1", "text": "Fare", "weight": 50, "interim_realised": 20, "final_realised": 80}, {"id": "2", "text": "Finire", "dropped": "Non serve"}],
            "results": [{"id": "1", "text": "Pratiche", "target": 10, "target_revised": 8, "final_actual": 9}]}}],
    "measures": [{"sector": "S1", "measure": {"objective": "S1.00001", "id": "1", "measure": "Misura", "applicable": False, "final_percent": 60}}]}


def test_a_plan_says_by_round_what_it_said_by_name():
    second_shape = upgraded(FIRST)
    holding, sheet = second_shape["objectives"][0]["holders"][0]["holding"], second_shape["objectives"][0]["sheet"]
    assert [(r["id"], r["kind"]) for r in second_shape["rounds"]] == [("plan", "plan"), ("interim", "monitoring"), ("final", "final")]
    assert holding == {"weight": 40, "revisions": [{"round": "interim", "weight": 50, "reason": "Carichi"}],
                       "readings": [{"round": "interim", "percent": 30}, {"round": "final", "percent": 90, "status": "partial"}]}
    assert sheet["phases"] == [
        {"id": "1", "text": "Fare", "weight": 50, "readings": [{"round": "interim", "realised": 20}, {"round": "final", "realised": 80}]},
        {"id": "2", "text": "Finire", "revisions": [{"round": "interim", "dropped": "Non serve"}]}]
    assert sheet["results"][0]["revisions"] == [{"round": "interim", "target": 8}]
    assert second_shape["measures"][0]["measure"]["readings"] == [{"round": "final", "percent": 60}]
    assert not list(documents.violations("plan", second_shape))


@pytest.mark.parametrize("rounds", [("t1",), ("t1", "final"), ("interim", "t3"), ("t1", "t2", "t3")])
def test_what_the_second_shape_says_of_any_round_is_kept(rounds):
    said = {"revisions": [{"round": r, "weight": 10 + n} for n, r in enumerate(rounds)], "readings": [{"round": r, "percent": 5 * n} for n, r in enumerate(rounds)]}
    made = {"objectives": [{"code": "S1.00001", "holders": [{"sector": "S1", "holding": {"weight": 40, **said}}], "sheet": {"phases": [{"id": "1", "text": "Fare", **said}]}}],
            "measures": [{"sector": "S1", "measure": {"id": "1", **said}}]}
    assert plan(deepcopy(made)) == {**made, "rounds": []}
    assert item({"weight": 40, **said, "final_percent": 8})["readings"] == [*said["readings"], {"round": "final", "percent": 8}]


def test_what_was_given_is_left_as_it_is_and_once_is_enough():
    given = deepcopy(FIRST)
    second_shape = upgraded(given)
    assert given == FIRST and upgraded(second_shape) is second_shape


@pytest.mark.parametrize(("document", "found"), [
    (FIRST, 1), ({"schema": "perfxl/return/2"}, 2), ({"schema": "perfxl/plan/3"}, 0), ({"schema": "perfxl/campaign/1"}, 0), ({"schema": 1}, 0), ({}, 0),
    (None, 0), ("perfxl/plan/1", 0), ([], 0)])
def test_the_shape_is_told_by_the_schema_alone(document, found):
    assert document_shape(document) == found
    if found != 1:
        assert upgraded(document) is document


@pytest.mark.parametrize(("told", "last", "round"), [
    ({}, "", "interim"), ({"interim": {"percent": 10}}, "", "interim"), ({"interim": {"percent": 10}}, "final", "final"),
    ({"interim": {"percent": 10}, "final": {"percent": 20}}, "", "final"), ({"interim": {"status": "replaced"}, "final": {"percent": 20}}, "", "interim"),
    ({"final": {"status": "replaced"}}, "", "final"), ({"final": {"percent": 20}}, "", "interim")])
def test_what_an_objective_was_replaced_by_belongs_to_the_round_that_said_so(told, last, round):
    made = plan({"objectives": [{"holders": [{"sector": "S1", "holding": {**told, "replaced_by": "S1.00002"}}]}]}, last)
    assert made["objectives"][0]["holders"][0]["holding"]["revisions"] == [{"round": round, "replaced_by": "S1.00002"}]


@pytest.mark.parametrize(("round", "phase", "holding"), [
    ("interim", {"reading": {"realised": 20}, "revision": {"weight": 60}}, {"revision": {"weight": 50}, "reading": {"percent": 30}}),
    ("final", {"in_force": {"weight": 60}, "reading": {"realised": 80}}, {"in_force": {"weight": 50}, "reading": {"percent": 90}})])
def test_a_return_has_its_own_round_and_what_was_in_force_before(round, phase, holding):
    told = {"schema": "perfxl/return/1", "identity": {"round": round}, "objectives": [{
        "code": "S1.00001", "holding": {"weight": 40, "weight_revised": 50, "interim": {"percent": 30}, "final": {"percent": 90}},
        "sheet": {"phases": [{"id": "1", "weight": 50, "weight_revised": 60, "interim_realised": 20, "final_realised": 80}]}}]}
    objective = upgraded(told)["objectives"][0]
    assert objective["sheet"]["phases"] == [{"id": "1", "weight": 50, **phase}]
    assert objective["holding"] == {"weight": 40, **holding}


def test_an_extension_of_the_body_is_carried_as_it_is():
    told = item({"id": "1", "extension": {"final_note": "x", "weight_revised": 1}, "final_actual": 3})
    assert told == {"id": "1", "readings": [{"round": "final", "actual": 3}], "extension": {"final_note": "x", "weight_revised": 1}}
    assert of_round(told, "final") == {"id": "1", "reading": {"actual": 3}, "extension": told["extension"]}
    assert of_round(told, "interim") == {"id": "1", "extension": told["extension"]}


@pytest.mark.parametrize(("old", "new"), [
    (("holding", "final", "percent"), ("holding", "readings", "final", "percent")), (("phases", 0, "interim_realised"), ("phases", 0, "readings", "interim", "realised")),
    (("holding", "weight_revised"), ("holding", "revisions", "interim", "weight")), (("phases", 1, "dropped"), ("phases", 1, "revisions", "interim", "dropped")),
    (("holding", "revision_reason"), ("holding", "revisions", "interim", "reason")), (("sheet", "title"), ("sheet", "title")), (("phases", 1), ("phases", 1))])
def test_the_way_to_a_value(old, new):
    assert renamed(old) == new


@pytest.mark.parametrize(("path", "value"), [
    ("/objectives/0/holders/0/holding/final/percent", 90), ("/objectives/0/holders/0/holding/weight_revised", 50), ("/objectives/0/sheet/title", "Sportello"),
    ("/objectives/0/sheet/phases/0/final_realised", 80), ("/objectives/0/sheet/phases/1/dropped", "Non serve"), ("/objectives/0/sheet/results/0/target_revised", 8)])
def test_a_pointer_leads_to_the_same_value(path, value):
    content = upgraded(FIRST)
    at = content
    for part in pointer(path, content).split("/")[1:]:
        at = at[int(part)] if isinstance(at, list) else at[part]
    assert at == value


def test_a_pointer_to_what_is_not_there_is_still_a_pointer():
    content = upgraded(FIRST)
    assert pointer("/objectives/7/sheet/phases/9/final_realised", content) == "/objectives/7/sheet/phases/9/readings/0/realised"
    assert pointer("", content) == ""


def test_a_consolidated_document_points_and_names_as_its_content_does():
    told = {"schema": "perfxl/consolidated/1", "round": "final", "content": FIRST,
            "places": [{"path": "/objectives/0/sheet/phases/0/final_realised", "cell": "D7"}],
            "changes": [{"path": "/objectives/0/holders/0/holding/weight_revised", "field": "weight_revised"}, {"field": "title"}]}
    second_shape = upgraded(told)
    assert (second_shape["schema"], second_shape["content"]["schema"]) == ("perfxl/consolidated/2", "perfxl/plan/2")
    assert second_shape["places"] == [{"path": "/objectives/0/sheet/phases/0/readings/1/realised", "cell": "D7"}]
    assert [c["field"] for c in second_shape["changes"]] == ["weight", "title"]
    assert second_shape["changes"][0]["path"] == "/objectives/0/holders/0/holding/revisions/0/weight"


@pytest.mark.parametrize(("first", "second"), [
    ("S1.00001/phases/3-bis/interim_realised", "S1.00001/phases/3-bis/reading/realised"), ("S1.00001/phases/1/final_done", "S1.00001/phases/1/reading/done"),
    ("S1.00001/phases/3-bis/weight_revised", "S1.00001/phases/3-bis/revision/weight"), ("S1.00001/results/2/dropped", "S1.00001/results/2/revision/dropped"),
    ("S1.00001/holding/interim/percent", "S1.00001/holding/reading/percent"), ("S1.00001/holding/final/note", "S1.00001/holding/reading/note"),
    ("S1.00001/holding/weight_revised", "S1.00001/holding/revision/weight"), ("S1.00001/holding/revision_reason", "S1.00001/holding/revision/reason"),
    ("S1.00001/holding/replaced_by", "S1.00001/holding/revision/replaced_by"), ("S1.00001/title_revised", "S1.00001/revision/title"),
    ("S1.00001/responsibles_revised/Rossi/to", "S1.00001/revision/responsibles/Rossi/to"), ("S1.00001/responsibles_revised/Rossi", "S1.00001/revision/responsibles/Rossi"),
    ("S1.00001/interim_narrative", "S1.00001/reading/narrative"), ("S1.00001/entities/1:Comune/final_actual", "S1.00001/entities/1:Comune/reading/actual"),
    ("measures/S1.00001:2/interim_percent", "measures/S1.00001:2/reading/percent"), ("measures/S1.00001:2/applicable", "measures/S1.00001:2/revision/applicable"),
    ("weight_revised", "revision/weight"), *((k, k) for k in (
        "S1.00001/phases/3-bis", "S1.00001/phases", "S1.00001/holding/weight", "compilation/compiled_by", "requests/2/answer", "S1.00001/entities/1:dropped",
        "S1.00001/phases/3-bis/reading/realised", "S1.00001/holding/revision/replaced_by", "S1.00001/extension/interim_note"))])
def test_what_was_decided_on_the_first_shape_is_about_what_the_second_calls_otherwise(first, second):
    assert returned_key(first) == second and returned_key(second) == second
