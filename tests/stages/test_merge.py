"""Returns laid over the plan: what a round leaves open is taken, the rest stays, nothing is lost."""

from copy import deepcopy

import first_shape

from perfxl.model.base import base_content
from perfxl.model.findings import Place
from perfxl.model.readings import read
from perfxl.stages.merge import Returned, merge

PLAN = {
    "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
    "objectives": [
        {"code": "S1.00001", "lead": "S1", "holders": [
            {"sector": "S1", "holding": {"weight": 60}}, {"sector": "S2", "code": "S2.00009", "holding": {"weight": 20}}],
         "sheet": {"title": "Titolo", "strategic_lines": ["01.01.01"],
                   "phases": [{"id": "1", "text": "uno", "weight": 40}, {"id": "2", "text": "due", "weight": 60}],
                   "entities": [{"result": "1", "entity": "Alfa", "target": 3}]}}],
    "measures": [{"sector": "S2", "measure": {"objective": "SG.00001", "id": "1", "measure": "fare", "deadline": "2021"}}],
}


def laid(round, objective, sector="S1", measures=None, base=PLAN, places=None):
    """The merge of one return of ``sector`` that holds ``objective``."""
    whole = {"sheet": {"entities": PLAN["objectives"][0]["sheet"]["entities"],
                       **({"phases": [{"id": "1"}, {"id": "2"}]} if round != "plan" else {})}}
    if sector == "S1" and objective["code"] == "S1.00001" and round != "plan":
        objective = {**objective, "sheet": {**whole["sheet"], **objective.get("sheet", {})}}
    document = {"objectives": [objective], **({"measures": measures} if measures else {})}
    return merge(base, [Returned(sector, first_shape.returned(document, round), places or {}, f"{sector}.xlsx")], round)


def told(items: list[dict]) -> list[dict]:
    """Items as a plan keeps them."""
    return [first_shape.item(i) for i in items]


def codes(merged):
    return [f.code for f in merged.findings]


def test_interim_takes_revisions_and_progress_and_keeps_the_approved():
    merged = laid("interim", {"code": "S1.00001", "holding": {"weight": 99, "weight_revised": 50, "interim": {"percent": 40}},
                              "sheet": {"title": "Altro", "title_revised": "Nuovo", "interim_narrative": "fatto",
                                        "phases": [{"id": "1", "text": "cambiato", "weight": 1, "weight_revised": 30, "interim_realised": 100},
                                                   {"id": "2", "text": "due", "weight": 60, "interim_done": "metà"},
                                                   {"id": "2-bis", "text": "nuova", "weight": 10}]}})
    objective = merged.content["objectives"][0]
    assert objective["sheet"]["title"] == "Titolo" and objective["sheet"]["revisions"] == [{"round": "interim", "title": "Nuovo"}]
    assert objective["sheet"]["phases"] == told([
        {"id": "1", "text": "uno", "weight": 40, "weight_revised": 30, "interim_realised": 100},
        {"id": "2", "text": "due", "weight": 60, "interim_done": "metà"},
        {"id": "2-bis", "text": "nuova", "weight": 10, "added": "interim"}])
    assert objective["holders"][0]["holding"] == {"weight": 60, "revisions": [{"round": "interim", "weight": 50}],
                                                 "readings": [{"round": "interim", "percent": 40}]}
    assert objective["sheet"]["strategic_lines"] == ["01.01.01"]
    assert codes(merged) == []


def test_plan_round_takes_everything_the_sector_wrote_and_a_cleared_cell_clears():
    merged = laid("plan", {"code": "S1.00001", "holding": {"weight": 70},
                           "sheet": {"purpose": "perché", "phases": [{"id": "A", "text": "tutta nuova"}]}})
    sheet = merged.content["objectives"][0]["sheet"]
    assert sheet == {"purpose": "perché", "strategic_lines": ["01.01.01"], "phases": [{"id": "A", "text": "tutta nuova"}]}


def test_final_round_aligns_by_identifier_not_by_row():
    merged = laid("final", {"code": "S1.00001", "sheet": {
        "phases": [{"id": "2", "final_realised": 50}, {"id": "1", "final_realised": 100}],
        "entities": [{"result": "1", "entity": "Alfa", "target": 99, "final_actual": 4}]}})
    sheet = merged.content["objectives"][0]["sheet"]
    assert [(p["id"], read(p, "final", "realised"), p["weight"]) for p in sheet["phases"]] == [("1", 100, 40), ("2", 50, 60)]
    assert sheet["entities"] == told([{"result": "1", "entity": "Alfa", "target": 3, "final_actual": 4}])


def test_a_removed_row_is_kept_and_said_and_an_added_one_too():
    merged = laid("final", {"code": "S1.00001", "sheet": {"phases": [{"id": "1"}, {"id": "9", "text": "abusiva"}]}})
    assert [p["id"] for p in merged.content["objectives"][0]["sheet"]["phases"]] == ["1", "9", "2"]
    assert sorted(codes(merged)) == ["MERG04", "MERG05"]


def test_a_partner_changes_only_its_own_holding_and_may_use_its_own_code():
    merged = laid("interim", {"code": "S2.00009", "holding": {"interim": {"percent": 10}},
                              "sheet": {"title_revised": "non suo", "interim_narrative": "nemmeno"}}, sector="S2")
    objective = merged.content["objectives"][0]
    assert objective["sheet"] == PLAN["objectives"][0]["sheet"]
    assert objective["holders"][1]["holding"] == {"weight": 20, "readings": [{"round": "interim", "percent": 10}]}


def test_unknown_missing_and_double_objectives_are_findings():
    assert codes(laid("final", {"code": "S1.00777"})) == ["MERG01", "MERG03"]
    sheet = PLAN["objectives"][0]["sheet"]
    document = {"objectives": [{"code": "S1.00001", "holding": {"final": {"percent": 1}}, "sheet": sheet},
                               {"code": "S1.00001", "holding": {"final": {"percent": 2}}}]}
    merged = merge(PLAN, [Returned("S1", first_shape.returned(document, "final"), {}, "x.xlsx")], "final")
    assert codes(merged) == ["MERG02"]
    assert merged.content["objectives"][0]["holders"][0]["holding"]["readings"] == [{"round": "final", "percent": 1}]


def test_measures_are_filled_in_and_strangers_are_findings():
    merged = laid("final", {"code": "S1.00001"}, "S2", [
        {"objective": "SG.00001", "id": "1", "measure": "cambiata", "final_percent": 80},
        {"objective": "SG.00001", "id": "7", "measure": "mai vista"}])
    assert merged.content["measures"][0]["measure"] == PLAN["measures"][0]["measure"] | {"readings": [{"round": "final", "percent": 80}]}
    assert codes(merged) == ["MERG06"]


def test_places_lead_back_to_the_returned_cells():
    places = {"/objectives/0/code": Place("S1.xlsx", "Foglio", "B3"),
              "/objectives/0/holding/reading/percent": Place("S1.xlsx", "Foglio", "B9"),
              "/objectives/0/sheet/phases/0": Place("S1.xlsx", "Foglio", "A20")}
    merged = laid("final", {"code": "S1.00001", "holding": {"final": {"percent": 5}}, "sheet": {"phases": [{"id": "2"}]}}, places=places)
    assert merged.places == {
        "/objectives/0": places["/objectives/0/code"], "/objectives/0/holders/0": places["/objectives/0/code"],
        "/objectives/0/holders/0/holding/readings/0/percent": places["/objectives/0/holding/reading/percent"],
        "/objectives/0/sheet/phases/1": places["/objectives/0/sheet/phases/0"]}
    assert codes(merged) == ["MERG05"]


def test_the_base_is_not_touched():
    before = deepcopy(PLAN)
    laid("interim", {"code": "S1.00001", "holding": {"interim": {"percent": 3}}})
    assert PLAN == before


def test_next_round_begins_where_the_last_one_ended():
    done = laid("interim", {"code": "S1.00001", "holding": {"interim": {"percent": 40}}, "sheet": {"title_revised": "Nuovo"}}).content
    plan = deepcopy(PLAN)
    plan["objectives"][0]["sheet"]["strategic_lines"] = ["01.01.02"]
    plan["objectives"].append({"code": "S1.00002", "lead": "S1", "holders": [{"sector": "S1"}], "sheet": {"title": "Aggiunto"}})
    base = base_content(plan, {"round": "interim", "content": done})
    assert base["objectives"][0]["sheet"] | {"phases": 0} == PLAN["objectives"][0]["sheet"] | {
        "revisions": [{"round": "interim", "title": "Nuovo"}], "strategic_lines": ["01.01.02"], "phases": 0}
    assert base["objectives"][0]["holders"][0]["holding"]["readings"] == [{"round": "interim", "percent": 40}]
    assert base["objectives"][1]["sheet"] == {"title": "Aggiunto"}
