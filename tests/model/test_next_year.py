"""The plan of the next year: what goes on, from where it starts, and what is left to decide."""

from copy import deepcopy

import first_shape
import pytest
from played_year import demo_year, document
from text_tables import finding_lines, lines

from perfxl.model import documents
from perfxl.model.findings import Finding
from perfxl.model.next_year import carry as carry_on
from perfxl.model.next_year import notes, shifted
from perfxl.model.rounds import Rounds
from perfxl.stages import plan
from perfxl.stages.check.dates import phases as phase_dates
from perfxl.stages.check.return_context import ReturnContext
from perfxl.stages.issue import returns
from perfxl.stages.plan.drawing import write as write_plan


def carry(made: dict, year: int, extension: dict | None = None) -> dict:
    return carry_on(first_shape.shaped(made), year, extension)


@pytest.fixture(scope="module")
def next_plan() -> dict:
    return carry(demo_year()[2], 2022)


def objective(plan: dict, code: str) -> dict:
    return next(o for o in plan["objectives"] if o["code"] == code)


def rows(plan: dict, code: str, table: str) -> dict[str, dict]:
    return {row["id"]: row for row in objective(plan, code)["sheet"][table]}


def test_the_plan_of_the_demo_is_valid_and_stands_in_its_workbook(next_plan):
    assert list(documents.violations("plan", next_plan)) == []
    reading = plan.read(write_plan(next_plan, "it", None), "piano.xlsx", None)
    assert reading.document == next_plan and not [f for f in reading.findings if f.severity == "error"]


def test_it_is_issued_without_dates_of_another_year(next_plan):
    for sector, told in returns(next_plan, "plan").items():
        case = ReturnContext.of(told, told, plan=next_plan, round=Rounds.of(next_plan)["plan"])
        assert not [f for f in phase_dates(case) if f.code in ("DATE04", "DATE06")], sector


def test_body_sectors_and_rounds(next_plan):
    content = demo_year()[2]["content"]
    assert next_plan["year"] == 2022 and all(next_plan[k] == content[k] for k in ("body", "sectors", "cascade"))
    assert next_plan.get("rules") == content.get("rules")
    assert next_plan["rounds"] == [{"id": "plan", "kind": "plan", "reference_date": "2022-06-30", "deadline": "2022-06-30"},
                                   {"id": "interim", "kind": "monitoring", "reference_date": "2022-09-30", "deadline": "2022-10-15"},
                                   {"id": "final", "kind": "final", "reference_date": "2022-12-31", "deadline": "2023-01-31"}]
    assert not {"evaluations", "requests", "considerations"} & set(next_plan)


def test_objectives_of_several_years_go_on_with_a_link(next_plan):
    before = {o["code"]: o for o in demo_year()[2]["content"]["objectives"]}
    going = {c for c, o in before.items() if o["sheet"]["year_number"] < o["sheet"]["year_count"]}
    assert {o["code"] for o in next_plan["objectives"]} == going and len(going) == 18
    for made in next_plan["objectives"]:
        old = before[made["code"]]["sheet"]
        assert made["continues"] == {"code": made["code"], "year": 2021}
        assert (made["sheet"]["year_number"], made["sheet"]["year_count"]) == (old["year_number"] + 1, old["year_count"])
    again = carry(document("final", next_plan), 2023)
    assert objective(again, "S8.00001")["continues"] == {"code": "S8.00001", "year": 2022}


def test_nothing_told_or_revised_in_the_year_is_left(next_plan):
    def keys(value):
        if isinstance(value, dict):
            for k, v in value.items():
                yield k
                yield from keys(v)
        elif isinstance(value, list):
            for v in value:
                yield from keys(v)

    assert not {"readings", "revisions", "added", "dropped", "replaced_by", "reason"} & set(keys(next_plan["objectives"]))


def test_revised_values_become_the_approved_ones(next_plan):
    old, new = objective(demo_year()[2]["content"], "S6.00005")["sheet"], objective(next_plan, "S6.00005")["sheet"]
    assert [r.get("purpose") for r in old["revisions"]] == [new["purpose"]] != [old["purpose"]]
    assert rows(next_plan, "S8.00001", "phases")["3"]["text"].startswith("Strategia del piano, scelte di fondo")
    assert objective(next_plan, "S2.00001")["sheet"]["responsibles"] == [{"name": "Rosanna Quartieri"}]


def test_phases_move_up_by_a_year(next_plan):
    phases = rows(next_plan, "S8.00001", "phases")
    assert phases["5"] == {"id": "5", "text": phases["5"]["text"], "start_1": "2022-02-01", "end_1": "2022-12-15"}  # as revised
    assert phases["6"] == {"id": "6", "text": phases["6"]["text"], "weighting": "not_weighted", "start_2": "2023-02-01", "end_2": "2023-11-30"}
    assert set(phases["4"]) == {"id", "text"}  # late: to be planned and weighted anew
    for done in ("0", "1", "2", "3"):
        assert phases[done] == {"id": done, "text": phases[done]["text"], "weighting": "not_weighted"}
    across = rows(next_plan, "S6.00005", "phases")["4"]  # begun in December, goes on
    assert (across["start_1"], across["end_1"]) == ("2022-01-01", "2022-11-30")


def test_two_years_later_the_third_year_is_this_years():
    made = carry(demo_year()[2], 2023)
    assert {o["code"]: o["sheet"]["year_number"] for o in made["objectives"]} == {"SG.00001": 3, "S2.00004": 3, "S8.00001": 4}
    assert rows(made, "S8.00001", "phases")["6"]["start_1"] == "2023-02-01" and "weighting" not in rows(made, "S8.00001", "phases")["6"]
    assert made["rounds"][0]["reference_date"] == "2023-06-30"


def small(**sheet) -> dict:
    """One objective in its first of two years, at the end of the year."""
    return document("final", {
        "schema": "perfxl/plan/2", "year": 2021, "body": {"code": "UTP", "name": "Unione"},
        "rounds": [*({"round": r} for r in ("plan", "interim")),
                   {"round": "final", "reference_date": "2020-02-29", "deadline": "2022-01-31", "act": "DG 1"}],
        "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
        "objectives": [{"code": "S1.00001", "kind": "ordinary", "lead": "S1", "holders": [
            {"sector": "S1", "holding": {"weight": 60, "weight_revised": 50, "revision_reason": "x", "final": {"percent": 80}}},
            {"sector": "S2", "footnote": "Condiviso.", "holding": {"weighting": "not_weighted"}}],
            "sheet": {"title": "Titolo", "start": "2021-01-01", "end": "2022-12-31", "year_number": 1, "year_count": 2, **sheet}}]})


def sheet_of(**sheet) -> dict:
    return carry(small(**sheet), 2022)["objectives"][0]["sheet"]


def test_weights_in_force_go_on_and_dates_move():
    made = carry(small(), 2022)
    assert made["rounds"][-1] == {"id": "final", "kind": "final", "reference_date": "2021-02-28", "deadline": "2023-01-31"}
    assert made["objectives"][0]["holders"] == [{"sector": "S1", "holding": {"weight": 50}},
                                                {"sector": "S2", "footnote": "Condiviso.", "holding": {"weighting": "not_weighted"}}]
    assert shifted("2020-02-29", 4) == "2024-02-29"


@pytest.mark.parametrize("gone", [{"replaced_by": "S1.00009"}, {"interim": {"status": "replaced"}, "final": {}}, {"final": {"status": "withdrawn"}}])
def test_what_was_replaced_or_withdrawn_stays_behind(gone):
    made = small()
    made["content"]["objectives"][0]["holders"][0]["holding"] |= gone
    assert "objectives" not in carry(made, 2022)
    made = small()
    made["content"]["objectives"][0]["holders"][1]["holding"] |= gone
    assert [h["sector"] for h in carry(made, 2022)["objectives"][0]["holders"]] == ["S1"]


def test_an_end_that_is_past_is_left_blank():
    assert "end" not in sheet_of(end="2021-12-31") and sheet_of()["end"] == "2022-12-31"
    assert "end" not in sheet_of(end="2022-12-31", end_revised="2021-11-30")


def test_those_in_charge_when_the_year_ended_stay():
    people = [{"name": "A", "to": "2021-09-30"}, {"name": "B", "from": "2021-10-01", "to": "2021-12-31"},
              {"name": "C", "from": "2021-02-01"}, {"name": "D", "to": "2022-03-31"}]
    assert sheet_of(responsibles=people)["responsibles"] == [{"name": "B"}, {"name": "C"}, {"name": "D", "to": "2022-03-31"}]


def test_money_of_the_years_to_come_stays():
    money = [{"kind": "expense_current", "amount": 1}, {"kind": "expense_current", "amount": 2, "year": 2021},
             {"kind": "expense_current", "amount": 3, "year": 2022}]
    assert sheet_of(money=money)["money"] == money[2:]


def test_indicators_start_from_the_last_actual():
    results = [{"id": "1", "target": 10, "baseline": 2, "interim_actual": 4, "final_actual": 7, "weight": 40, "deadline": "2021-12-31"},
               {"id": "2", "target": 10, "target_revised": 20, "interim_actual": 12, "weight": 60, "deadline": "2022-06-30"},
               {"id": "3", "target": 5, "baseline": 9, "direction": "lower", "final_actual": 4},
               {"id": "4", "text": "Regolamento approvato", "final_degree": 100}, {"id": "5", "target": 3, "baseline": 1}]
    entities = [{"result": "3", "entity": "A", "target": 5, "final_actual": 6}, {"result": "3", "entity": "B", "target": 5, "final_actual": 5},
                {"result": "4", "entity": "A", "target": 5}]
    made = sheet_of(results=results, entities=entities)
    assert made["results"] == [{"id": "1", "baseline": 7, "target": 10, "past_1": 7},
                               {"id": "2", "deadline": "2022-06-30", "baseline": 12, "target": 20, "past_1": 12},
                               {"id": "3", "direction": "lower", "baseline": 4, "past_1": 4}, {"id": "5", "baseline": 1, "target": 3}]
    assert made["entities"] == [{"result": "3", "entity": "A", "baseline": 6, "target": 5}, {"result": "3", "entity": "B", "baseline": 5}]


def test_weights_of_results_stay_while_all_results_do():
    results = [{"id": "1", "target": 10, "weight": 40, "weight_revised": 30}, {"id": "2", "target": 10, "weight": 60, "weight_revised": 70}]
    assert [r["weight"] for r in sheet_of(results=results)["results"]] == [30, 70]
    assert sheet_of(results=[*results[:1], results[1] | {"dropped": "x"}])["results"] == [{"id": "1", "target": 10}]


def test_what_was_dropped_goes_with_the_ties_to_it():
    phases = [{"id": "1", "text": "a", "weight": 100, "final_realised": 100}, {"id": "3-bis", "text": "b", "dropped": "x"}]
    results = [{"id": "1", "target": 1, "phases": "1-3-bis"}, {"id": "2", "target": 1, "phases": "1-3"}]
    made = sheet_of(phases=phases, results=results)
    assert made["phases"] == [{"id": "1", "text": "a", "weighting": "not_weighted"}]
    assert [r.get("phases") for r in made["results"]] == [None, "1-3"]


@pytest.mark.parametrize(("told", "history"), [({"final_realised": 100}, True), ({"final_realised": 90, "interim_realised": 100}, False),
                                               ({"interim_realised": 100}, True), ({}, False)])
def test_a_phase_is_done_by_what_was_told_last(told, history):
    phase = sheet_of(phases=[{"id": "1", "weight": 20, "start_1": "2021-01-01", "end_1": "2021-03-01", **told}])["phases"][0]
    assert phase == {"id": "1", **({"weighting": "not_weighted"} if history else {})}


def test_measures_not_finished_go_on_with_their_objective():
    made = small(year_number=1, year_count=1)
    made["content"]["objectives"][0] |= {"kind": "transversal"}
    measure = {"objective": "S1.00001", "measure": "Fare", "deadline": "semestrale"}
    made["content"]["measures"] = [{"sector": "S2", "measure": {**measure, "id": str(n), **told}} for n, told in enumerate((
        {"interim_percent": 100}, {"interim_percent": 100, "final_percent": 90}, {"applicable": False}, {"final_percent": 100}))]
    plan_ = carry(made, 2022)
    assert plan_["measures"] == [{"sector": "S2", "measure": {**measure, "id": n}} for n in ("1", "2")]
    assert plan_["objectives"][0]["sheet"] | {"end": ""} == {"title": "Titolo", "start": "2021-01-01", "end": "", "year_number": 1, "year_count": 1}
    del made["content"]["measures"][1:3]
    assert not {"objectives", "measures"} & set(carry(made, 2022))


def test_the_bodys_own_fields_of_the_plan_stay():
    extension = {"properties": {"cup": {"type": "string"}, "fine": {"type": "string", "x-open": ["final"]}}}
    made = small(extension={"cup": "A1", "fine": "sì"})
    assert carry(made, 2022, extension)["objectives"][0]["sheet"]["extension"] == {"cup": "A1"}
    assert carry(made, 2022)["objectives"][0]["sheet"]["extension"] == {"cup": "A1", "fine": "sì"}


@pytest.mark.parametrize("year", [2020, 2021])
def test_a_year_that_does_not_follow_is_refused(year):
    with pytest.raises(ValueError, match=f"{year} does not follow 2021"):
        carry(small(), year)


def test_the_consolidated_document_is_left_as_it_was():
    made = small(phases=[{"id": "1", "weight": 3}], responsibles=[{"name": "A"}])
    before = deepcopy(made)
    carry(made, 2022)["objectives"][0]["sheet"]["responsibles"][0]["name"] = "B"
    assert made == before


def test_notes_say_what_is_left_to_decide():
    made = small(phases=[{"id": "1", "weight": 60}, {"id": "2", "end_2": "2022-05-31"}], responsibles=[{"name": "A", "to": "2021-05-01"}],
                 results=[{"id": "1", "target": 1, "final_actual": 1}])
    made["content"]["objectives"].append(deepcopy(made["content"]["objectives"][0]) | {"code": "S1.00002"})
    made["content"]["objectives"][1]["sheet"] = {"year_count": 1}
    found = notes(first_shape.shaped(made), carry(made, 2022))
    assert finding_lines(found, "code | sector | objective") == lines("""
        YEAR01 | S1 | S1.00002
        YEAR02 | S1 | S1.00001
        YEAR04 | S1 | S1.00001
        YEAR03 | S1 |
        YEAR05 | S1 |""")
    by_code = {f.code: f for f in found}
    assert by_code["YEAR02"] == Finding("YEAR02", values={"code": "S1.00001", "phases": "1", "year": 2022}, sector="S1", objective="S1.00001")
    assert by_code["YEAR03"].values == {"sector": "S1", "list": "S1.00001"} and by_code["YEAR05"].values["list"] == "S1.00001 (1)"
    first, *_ = notes(first_shape.shaped(document("plan", made["content"])), carry(made, 2022))
    assert first.code == "YEAR02"


# -- the values of other years, and objectives of one year
def measured(**more) -> dict:
    """A plan with one objective of two years whose result has values of other years, ended at 8 of 10."""
    result = {"id": "1", "text": "Pratiche", "target": 10, "past_1": 6, "past_2": 5, "past_3": 4, "target_2": 12, "target_3": 15,
              "readings": [{"round": "final", "actual": 8}], **more}
    sheet = {"title": "T", "year_number": 1, "year_count": 2, "results": [result]}
    return document("final", {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "B", "name": "B"}, "sectors": [{"code": "S1", "name": "Uno"}],
                              "rounds": [{"id": "final", "kind": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}],
                              "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weight": 100}}], "sheet": sheet}]})


@pytest.mark.parametrize(("year", "more", "expected"), [
    (2022, {}, {"baseline": 8, "target": 12, "past_1": 8, "past_2": 6, "past_3": 5, "target_2": 15}),
    (2023, {}, {"baseline": 8, "target": 15, "past_2": 8, "past_3": 6}),
    (2022, {"target_2": None, "target_3": None}, {"baseline": 8, "target": 10, "past_1": 8, "past_2": 6, "past_3": 5}),
    (2022, {"readings": [], "target_2": 7}, {"target": 7, "past_2": 6, "past_3": 5, "target_2": 15}),
    (2022, {"targets": [{"round": "final", "value": 9}], "counts": "period"},
     {"baseline": 8, "target": 12, "past_1": 8, "past_2": 6, "past_3": 5, "target_2": 15, "counts": "period"})])
def test_values_of_earlier_years_and_targets_of_later_ones_move_with_the_year(year, more, expected):
    made = measured(**more)
    row = made["content"]["objectives"][0]["sheet"]["results"][0]
    for key in [k for k, v in row.items() if v is None]:
        del row[key]
    found = carry_on(made, year, None, every=True)["objectives"][0]["sheet"]["results"][0]
    assert {k: v for k, v in found.items() if k not in ("id", "text")} == expected


def test_annual_objectives_go_on_where_all_are_asked_for():
    made = measured()
    sheet = made["content"]["objectives"][0]["sheet"]
    sheet |= {"year_number": 1, "year_count": 1, "phases": [{"id": "1", "text": "Fare", "weight": 100, "start_1": "2021-01-01", "end_1": "2021-12-31",
                                                             "readings": [{"round": "final", "realised": 100}]}]}
    sheet |= {"start": "2021-02-01", "end": "2021-12-31"}
    assert "objectives" not in carry_on(made, 2022)
    found = carry_on(made, 2022, every=True)
    assert {k: found["objectives"][0]["sheet"][k] for k in ("start", "end")} == {"start": "2022-02-01", "end": "2022-12-31"}
    sheet |= {"start": "2019-02-01"}  # of several years, at its end: the year that follows is its own
    assert carry_on(made, 2022, every=True)["objectives"][0]["sheet"]["start"] == "2022-01-01"
    assert list(documents.violations("plan", found)) == []
    assert found["objectives"][0]["continues"] == {"code": "S1.00001", "year": 2021}
    assert found["objectives"][0]["sheet"]["phases"] == [{"id": "1", "text": "Fare"}]  # to be done again, with a weight and dates of its own
    assert {k: found["objectives"][0]["sheet"][k] for k in ("year_number", "year_count")} == {"year_number": 1, "year_count": 1}


SHARED = {
    "schema": "perfxl/plan/2", "year": 2026, "body": {"code": "E", "name": "Ente"}, "mail": {"way": "smtp", "remind_days": 3}, "sectors": [{"code": "S1", "name": "Uno"}],
    "rounds": [{"id": "plan", "kind": "plan"}, {"id": "final", "kind": "final"}],
    "bands": [{"scale": "RIT", "from": 0, "to": 10, "degree": 100}, {"scale": "RIT", "from": 10, "degree": 0}],
    "indicators": [
        {"code": "I1", "name": "Raccolta", "direction": "higher", "baseline": 60, "target": 65, "past_1": 58, "target_2": 70},
        {"code": "I2", "name": "Ritardo", "direction": "lower", "target": 5},
        {"code": "I3", "name": "Mai misurato", "target": 9, "past_1": 7}],
    "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weight": 100}}], "sheet": {
        "title": "Rifiuti", "year_number": 1, "year_count": 3, "results": [
            {"id": "1", "indicator": "I1", "direction": "higher", "target": 65, "readings": [{"round": "final", "actual": 66}]},
            {"id": "2", "indicator": "I2", "direction": "lower", "target": 5, "readings": [{"round": "final", "actual": 4}]}]}}]}


@pytest.mark.parametrize(("every", "reached"), [(False, {}), (True, {"target": 5})])
def test_tables_of_bands_the_mailbox_and_shared_indicators_go_on(every, reached):
    """Indicators begin from what was measured of them, as results do: the target of the year after becomes this year's."""
    made = carry_on({"round": "final", "content": deepcopy(SHARED)}, 2027, every=every)
    assert made["mail"] == SHARED["mail"] and made["bands"] == SHARED["bands"]
    assert made["indicators"] == [
        {"code": "I1", "name": "Raccolta", "direction": "higher", "baseline": 66, "target": 70, "past_2": 58, "past_1": 66},
        {"code": "I2", "name": "Ritardo", "direction": "lower", "baseline": 4, "past_1": 4, **reached},
        {"code": "I3", "name": "Mai misurato", "target": 9, "past_2": 7}]


def test_what_was_revised_of_a_shared_indicator_is_its_target_from_then_on():
    content = deepcopy(SHARED)
    content["objectives"][0]["sheet"]["results"][1]["revisions"] = [{"round": "final", "target": 3}]
    found = carry_on({"round": "final", "content": content}, 2027)["indicators"][1]
    assert (found["target"], found["baseline"]) == (3, 4)  # 4 is not yet 3: the target stays
