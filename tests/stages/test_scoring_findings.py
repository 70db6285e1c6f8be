"""What cannot be measured is told in the plan and in returns, where it can be mended, with what to choose."""

import first_shape
import pytest

from perfxl.model.views import Result
from perfxl.stages.plan.checks import problems

BANDS = [{"scale": "A", "from": 0, "to": 10, "degree": 50}, {"scale": "A", "from": 10, "degree": 100}]


def plan(result: dict, entities: list = (), sectors=({"code": "S1", "name": "Uno"},), rules: dict | None = None) -> dict:
    return first_shape.now({"year": 2021, "sectors": list(sectors), "rules": rules or {}, "bands": BANDS, "objectives": [
        {"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1"}],
         "sheet": {"title": "Uno", "results": [{"id": "1", "text": "Uno", **result}], "entities": list(entities)}}]})


def told(*args, **more) -> list[tuple]:
    return [(p.code, "/".join(map(str, p.path[4:] if p.path[0] == "objectives" else p.path))) for p in problems(first_shape.now(plan(*args, **more)))
            if p.code in ("PLAN80", "PLAN81", "PLAN82", "PLAN83")]


@pytest.mark.parametrize(("result", "expected"), [
    ({"target": 10}, []), ({"direction": "lower", "target": "0.5"}, []), ({}, []),
    ({"target": 0}, [("PLAN81", "0/target")]),
    ({"direction": "lower", "target": -3, "baseline": 5}, [("PLAN81", "0/target")]),
    ({"direction": "progress", "target": -3, "baseline": 5}, []),
    ({"direction": "progress", "target": 0, "baseline": 22}, []),
    ({"direction": "progress", "target": 10}, [("PLAN82", "0/target")]),
    ({"direction": "progress", "target": 10, "baseline": 10}, [("PLAN82", "0/target")]),
    ({"direction": "typed", "target": 0}, []),
    ({"target": 10, "target_revised": 0}, [("PLAN81", "0/revisions/0/target")]),
    ({"target": 0, "target_revised": 10}, []),
    ({"target": 0, "dropped": "Non serve."}, []),
    ({"target": 0, "final_degree": 80}, []),
    ({"direction": "bands", "scale": "A"}, []), ({"direction": "date", "deadline": "2021-06-30", "scale": "A"}, []),
    ({"direction": "bands"}, [("PLAN83", "0/scale")]), ({"target": 5, "scale": "B"}, [("PLAN83", "0/scale")]),
    ({"direction": "yesno"}, []), ({"direction": "yesno", "scale": "A"}, [("PLAN83", "0/scale")]), ({"direction": "yesno", "per": 100}, [("PLAN83", "0/per")]),
    ({"direction": "date"}, [("PLAN83", "0/deadline")]),
    ({"direction": "range", "until": 0}, []), ({"direction": "range", "target": 18, "until": 22}, []),
    ({"direction": "range"}, [("PLAN83", "0/until")]), ({"direction": "range", "target": 22, "until": 18}, [("PLAN83", "0/until")]),
    ({"direction": "levels", "minimum": 10, "target": 20, "excellence": 25}, []), ({"direction": "levels", "minimum": 20, "target": 10, "excellence": 5}, []),
    ({"direction": "levels", "target": 20}, [("PLAN83", "0/minimum")]), ({"direction": "levels", "minimum": 20, "target": 20}, [("PLAN83", "0/minimum")]),
    ({"direction": "levels", "minimum": 10, "target": 20, "excellence": 15}, [("PLAN83", "0/minimum")]),
])
def test_a_result_that_cannot_be_measured(result, expected):
    assert told(result) == expected


def test_what_the_entities_have_of_it_is_measured_alike():
    entities = [{"result": "1", "entity": "A", "target": 0}, {"result": "1", "entity": "B", "target": 5}, {"result": "2", "entity": "C", "target": 0}]
    assert told({}, entities) == [("PLAN81", "0/target")]
    assert told({"target": 10}, entities) == []  # the result has a target of its own: theirs are not used
    assert told({"direction": "progress"}, entities[1:2]) == [("PLAN82", "0/target")]


@pytest.mark.parametrize(("mean", "sector", "expected"), [
    ("weighted", {}, [("PLAN80", "sectors/1/weight")]), ("weighted", {"weight": 0}, []), ("weighted", {"weighted": False}, []), ("equal", {}, [])])
def test_a_sector_without_the_weight_that_the_bodys_mean_needs(mean, sector, expected):
    sectors = ({"code": "S1", "name": "Uno", "weight": 1}, {"code": "S2", "name": "Due", **sector})
    assert told({}, sectors=sectors, rules={"body_mean": mean}) == expected


def test_the_bodys_own_way_holds_where_a_result_chooses_none():
    assert told({"target": 10}, rules={"method": "progress"}) == [("PLAN82", "0/target")]
    assert told({"target": 10, "direction": "lower"}, rules={"method": "progress"}) == []
    assert told({}, [{"result": "1", "entity": "A", "target": 3}], rules={"method": "range"}) == [("PLAN83", "0/until")]


@pytest.mark.parametrize(("rows", "expected"), [
    ([{"to": 5, "degree": 20}, {"from": 5, "to": 9, "degree": 60}, {"from": 11, "degree": 100}], []),  # a common end, a gap, open ends
    ([{"to": 5, "degree": 20}, {"from": 4, "degree": 60}], [1]), ([{"degree": 20}, {"from": 4, "degree": 60}], [1]),
    ([{"from": 5, "to": 4, "degree": 20}], [0]), ([{"from": 5, "to": 6}], [0]), ([{"from": 0, "to": 0, "degree": 1}, {"from": 0, "to": 0, "degree": 2}], [1]),
    ([{"to": 5, "points": 1}, {"from": 5, "degree": 60}], [1]), ([{"to": 5, "degree": 1, "points": 1}], [0]), ([{"to": 5, "points": 0}], [0])])
def test_bands_that_make_no_sense(rows, expected):
    bands = [{"scale": "A", **row} for row in rows]
    found = [(p.code, p.path[1]) for p in problems({**plan({"target": 1}), "bands": bands}) if p.code.startswith("PLAN8")]
    assert found == [("PLAN84", n) for n in expected]


@pytest.mark.parametrize(("rules", "told_"), [({"light_green": 90, "light_amber": 60}, 0), ({}, 0), ({"light_green": 60, "light_amber": 60}, 1), ({"light_amber": 10}, 1)])
def test_thresholds_of_a_traffic_light(rules, told_):
    assert [p.code for p in problems(plan({"target": 1}, rules=rules))].count("PLAN85") == told_


def objective(code: str, lead: str, results: list, **more) -> dict:
    return {"code": code, "lead": lead, "holders": [{"sector": lead, "holding": {"weight": more.pop("weight", 100)}}], "sheet": {"results": results}, **more}


def shared_plan(indicators: list, *objectives: dict) -> dict:
    return {"year": 2021, "sectors": [{"code": "S1"}, {"code": "S2"}], "rounds": first_shape.now({"rounds": [
        {"round": r, "reference_date": f"2021-{m}-28"} for r, m in (("plan", "01"), ("interim", "06"), ("final", "12"))]})["rounds"],
        "indicators": indicators, "objectives": list(objectives)}


def codes(made: dict) -> list[str]:
    return sorted(p.code for p in problems(made) if p.code in ("PLAN40", "PLAN83", "PLAN86", "PLAN87", "PLAN88", "PLAN89", "PLAN91", "PLAN95"))


def test_shared_indicators_that_nobody_defines_or_measures():
    uses = [{"id": "1", "indicator": "I1"}]
    own = {"code": "I1", "owner": "S2", "direction": "lower", "target": 5}
    assert codes(shared_plan([own], objective("S1.001", "S1", uses), objective("S2.001", "S2", uses))) == []
    assert codes(shared_plan([own], objective("S1.001", "S1", uses))) == ["PLAN88"]
    assert codes(shared_plan([own, own], objective("S2.001", "S2", uses))) == ["PLAN86"]
    assert codes(shared_plan([], objective("S1.001", "S1", uses))) == ["PLAN87"]
    assert codes(shared_plan([{**own, "owner": "S9"}], objective("S1.001", "S1", uses))) == ["PLAN40", "PLAN88"]
    assert codes(shared_plan([{**own, "direction": "bands"}], objective("S2.001", "S2", uses))) == ["PLAN83"]  # as what it gives is measured


@pytest.mark.parametrize(("owner", "objectives", "told"), [
    ("S1", [("S1", {}, [])], ["PLAN91"]),                                          # nobody uses it
    ("S1", [("S1", {"ready": "line_indicators"}, [])], []),                        # the ready-made objective of its owner brings it
    ("S1", [("S2", {"ready": "line_indicators"}, [])], ["PLAN91"]),                # that of another does not
    (None, [("S1", {"ready": "line_indicators"}, [])], ["PLAN91"]),                # nor any, where nobody is said to measure it
    ("S1", [("S1", {"ready": "line_indicators"}, ["I2"])], ["PLAN91"]),            # nor one with results of its own
    (None, [("S2", {}, ["I1"])], []), ("S1", [("S2", {}, ["I1"])], ["PLAN88"])])   # a result uses it; then whoever measures it has to
def test_an_indicator_of_a_strategic_line_that_nobody_measures_is_told(owner, objectives, told):
    mine = {"code": "I1", "name": "Residenti", "direction": "higher", "target": 5, "line": "L1", **({"owner": owner} if owner else {})}
    made = shared_plan([mine, mine, {**mine, "code": "I2", "line": "L9"}, {**mine, "code": "I3", "line": None}],
                       *(objective(f"{lead}.001", lead, [{"id": str(n), "indicator": c} for n, c in enumerate(used, 1)], **more) for lead, more, used in objectives))
    made["cascade"] = [{"code": "L1", "title": "Abitare"}]
    found = [p for p in problems(made) if p.code in ("PLAN88", "PLAN91")]  # once, though the row stands twice; not of a line that is not there
    assert [p.code for p in found if p.values["value"] != "I2"] == told
    assert all(p.path == ("indicators", 0, "line") and p.values == {"value": "I1", "line": "L1"} for p in found if p.code == "PLAN91")


def test_an_indicator_is_measured_once_and_counts_where_it_is_used():
    from perfxl.model.indicators import borrowed, completed, shared
    from perfxl.model.outcomes import outcomes

    given = {"code": "I1", "owner": "S2", "name": "Giorni", "direction": "lower", "target": 10, "per": 1}
    made = completed(shared_plan([given], objective("S1.001", "S1", [{"id": "7", "indicator": "I1", "target": 99}]),
                                 objective("S2.001", "S2", [{"id": "1", "indicator": "I1"}])))
    assert borrowed(made) == {("S1.001", "7"): "S2"}
    assert [o["sheet"]["results"][0]["target"] for o in made["objectives"]] == [10, 10]
    made["objectives"][1]["sheet"]["results"][0]["readings"] = [{"round": "final", "numerator": 60, "denominator": 3, "note": "Dal protocollo."}]
    made["objectives"][0]["sheet"]["results"][0]["readings"] = [{"round": "final", "actual": 1, "note": "Visto."}]
    found = shared(made, "final")
    assert found["objectives"][0]["sheet"]["results"][0]["readings"] == [{"note": "Visto.", "round": "final", "numerator": 60, "denominator": 3}]
    assert [o.by_results for o in outcomes(found, "final")] == [50, 50]  # 10 / 20 both times
    assert shared(found, "final") == found


def test_the_payment_times_objective_is_one_line_of_the_plan():
    from perfxl.model.indicators import completed
    from perfxl.model.result_degree import degree

    made = shared_plan([], {"code": "S1.001", "lead": "S1", "ready": "payment_times", "holders": [{"sector": "S1", "holding": {"weight": 30}}]})
    assert codes(made) == []
    sheet = completed(made)["objectives"][0]["sheet"]
    assert "pagamento" in sheet["title"] and "13/2023" in sheet["purpose"] and "ready" in made["objectives"][0] and "sheet" not in made["objectives"][0]
    result = sheet["results"][0]
    for actual, expected in ((-4, 100), (0, 100), (1, 0)):
        assert degree(Result({**result, "readings": [{"round": "final", "actual": actual}]}), first_shape.at("final")) == expected
    made["objectives"][0]["holders"][0]["holding"]["weight"] = 20
    assert codes(made) == ["PLAN89"]
    made["objectives"][0]["sheet"] = {"results": [{"id": "1", "direction": "range", "until": 5}]}
    assert codes(made) == ["PLAN89", "PLAN95"]
