"""Every cell of a marked copy can be typed in, and is the one that the words speak of: on the demo's forms spoilt at random, and on
those of a real year with its known faults."""

import random
from copy import deepcopy
from functools import cache

import faults_year as real
import pytest
from looked_at import sheet_of
from marked_cells import assert_mendable

from perfxl import demo
from perfxl.model import base
from perfxl.model.documents import pointer
from perfxl.stages import check, issue, merge
from perfxl.stages.issue import fill
from perfxl.stages.read import read

FIXED = ("schema", "identity", "code", "role", "other_codes", "objective", "id", "result", "entity")
DAYS = ("2020-05-05", "2021-02-02", "2021-11-11", "2022-06-06")


@cache
def rounds() -> dict:
    """(plan, forms, returns) of the demo by round."""
    found, previous = {}, None
    for round in ("plan", "interim", "final"):
        content = base.base_content(demo.plan(), previous)
        issued = issue.returns(content, round)
        returned = deepcopy(issued) if round == "plan" else demo.returns(round, issued)
        found[round] = content, issued, returned
        merged = merge.merge(content, [merge.Returned(s, d, {}, s) for s, d in returned.items()], round)
        previous = {"content": merged.content}
    return found


def spoilt(document: dict, seed: str, count: int = 40) -> dict:
    """``document`` with ``count`` of its values wiped, or changed into others of their kind."""
    made, dice = deepcopy(document), random.Random(seed)

    def values(value):
        for key in list(value) if isinstance(value, dict) else ():
            if key not in FIXED:
                yield value, key
                yield from values(value[key])
        for item in value if isinstance(value, list) else ():
            yield from values(item)

    for owner, key in dice.sample(list(values(made)), count):
        value = owner.get(key)
        if value is None or isinstance(value, (dict, list)) and dice.random() < 0.9:
            continue
        if dice.random() < 0.6 or isinstance(value, (dict, list)):
            del owner[key]
        elif isinstance(value, bool):
            owner[key] = not value
        elif isinstance(value, (int, float)):
            owner[key] = dice.choice((0, 10, 37, 100))
        elif len(value) == 10 and value[4:5] == "-":
            owner[key] = dice.choice(DAYS)
        elif key == "status":
            owner[key] = dice.choice(("achieved", "partial", "not_achieved"))
    return made


@pytest.mark.parametrize("round, sector", [("plan", "S1"), ("interim", "S1"), ("final", "S1"), ("interim", "S4"), ("final", "DG")])
def test_marks_of_the_demo_spoilt(round, sector):
    content, issued, returned = rounds()[round]
    form = issue.issue(issued[sector], content)
    assert sum(assert_mendable(form, issued[sector], returned=spoilt(returned[sector], f"{round}{sector}{n}"), content=content,
                               round=round) for n in range(2)) > 2


@pytest.mark.parametrize("round", ["interim", "final"])
def test_marks_of_a_real_year(round):
    issued = real.issued("S9", round)
    issued["identity"]["digest"] = "0" * 16
    assert assert_mendable(issue.issue(issued, real.plan()), issued, returned=real.returned("S9", round), content=real.plan(),
                           round=round) > 2


def test_an_objective_born_in_the_round_is_open_as_in_the_plan_round():
    content, issued, _ = rounds()["interim"]
    new = {"code": "S1.00077", "lead": "S1", "kind": "ordinary", "sheet": {"title": "Nato a luglio", "strategic_lines": ["01.01.01"]},
           "holders": [{"sector": "S1", "holding": {"weighting": "weighted", "weight": 0}}]}
    grown = {**content, "objectives": [*content["objectives"], new]}
    mine = issue.returns(grown, "interim")["S1"]
    form = issue.issue(mine, grown)
    at = next(i for i, o in enumerate(mine["objectives"]) if o["code"] == "S1.00077")
    reading = read(form, "S1.xlsx")
    told = check.check(reading.document, mine, plan=grown, round="interim", places=reading.places, file="S1.xlsx")
    sheet = sheet_of(form, "S1.00077")
    own = {f.code: f.place.cell for f in told if f.objective == "S1.00077"}
    assert {"DATE08", "TEXT01", "TEXT04"} <= set(own) and all(not sheet[cell].protection.locked for cell in own.values())
    frame = {"start": "2021-07-01", "end": "2021-12-31", "purpose": "Scopo", "detail": "Dettaglio",
             "phases": [{"id": "1", "text": "Fase", "weighting": "weighted", "weight": 100, "start_1": "2021-07-01", "end_1": "2021-12-31",
                         "reading": {"realised": 50}}]}
    filled = deepcopy(mine)
    filled["objectives"][at]["sheet"] |= frame
    filled["objectives"][at]["holding"]["reading"] = {"percent": 50, "status": "partial", "reason": "In corso."}
    made, findings = fill.fill(form, filled)
    assert findings == []
    back = read(made, "S1.xlsx")
    told = check.check(back.document, mine, plan=grown, round="interim", places=back.places, file="S1.xlsx")
    assert [f.code for f in told if f.objective == "S1.00077" and f.code[:4] in ("LOCK", "DATE", "WGHT", "TEXT")] == ["TEXT05"]
    merged = merge.merge(grown, [merge.Returned("S1", back.document, places=back.places, file="S1.xlsx", issued=mine)], "interim")
    sheet = next(o for o in merged.content["objectives"] if o["code"] == "S1.00077")["sheet"]
    assert {k: sheet[k] for k in ("start", "end", "purpose", "detail")} == {k: frame[k] for k in ("start", "end", "purpose", "detail")}
    assert [p["weight"] for p in sheet["phases"]] == [100]
    assert pointer(("objectives", at, "sheet", "start")) in back.places
