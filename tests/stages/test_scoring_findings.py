"""What cannot be measured is told in the plan and in returns, where it can be mended, with what to choose."""

import first_shape
import pytest

from perfxl.stages.plan.checks import problems


def plan(result: dict, entities: list = (), sectors=({"code": "S1", "name": "Uno"},), rules: dict | None = None) -> dict:
    return first_shape.now({"year": 2021, "sectors": list(sectors), "rules": rules or {}, "objectives": [
        {"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1"}],
         "sheet": {"title": "Uno", "results": [{"id": "1", "text": "Uno", **result}], "entities": list(entities)}}]})


def told(*args, **more) -> list[tuple]:
    return [(p.code, "/".join(map(str, p.path[4:] if p.path[0] == "objectives" else p.path))) for p in problems(first_shape.now(plan(*args, **more)))
            if p.code in ("PLAN80", "PLAN81", "PLAN82")]


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
