"""What a result stands for whose value is missing: the engine, the form's own formulas, explain and the check, for each choice."""

from decimal import Decimal

import pytest
from looked_at import book_with

from perfxl.model import degrees
from perfxl.model.arithmetic import rules_in
from perfxl.model.derived import by_results
from perfxl.model.readings import as_returned
from perfxl.model.rounds import Rounds
from perfxl.model.views import Result, Sheet
from perfxl.stages import issue
from perfxl.stages.check.entry import _with_earlier
from perfxl.stages.issue import fill

ROUNDS = [{"id": "plan", "kind": "plan", "reference_date": "2021-01-31", "deadline": "2021-02-28"},
          {"id": "t1", "kind": "monitoring", "reference_date": "2021-03-31", "deadline": "2021-04-15"},
          {"id": "t2", "kind": "monitoring", "reference_date": "2021-09-30", "deadline": "2021-10-15"},
          {"id": "final", "kind": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}]
#: Three results of 25, 25 and 50: the first is told at the end (50 of 100), the second was last at the second quarter (80), the
#: third at the first (20), nothing after.
RESULTS = [{"id": "1", "text": "Uno", "weight": 25, "target": 100, "readings": [{"round": "t1", "actual": 10}, {"round": "final", "actual": 50}]},
           {"id": "2", "text": "Due", "weight": 25, "target": 10, "readings": [{"round": "t1", "actual": 3}, {"round": "t2", "actual": 8}]},
           {"id": "3", "text": "Tre", "weight": 50, "target": 10, "readings": [{"round": "t1", "actual": 2}]}]
WEIGHTS = {
    ("last_known", None): "42.5",   # (25 × 50 + 25 × 80 + 50 × 20) / 100
    ("zero", None): "12.5",         # 25 × 50 / 100
    ("out", None): "50",            # 25 × 50 / 25
    ("unknown", None): None,
    ("unknown", "last_known"): None,  # the second alone has a choice of its own
    ("out", "last_known"): "65",    # (25 × 50 + 25 × 80) / 50
    ("zero", "last_known"): "32.5",  # (25 × 50 + 25 × 80 + 50 × 0) / 100
    ("last_known", "out"): "30",    # (25 × 50 + 50 × 20) / 75
}


def plan(rule: str, own: str | None) -> dict:
    results = [dict(r) for r in RESULTS]
    if own:
        results[1]["missing"] = own
    return {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "UTP", "name": "Unione"}, "rounds": ROUNDS,
            "rules": {"counting": "results", "missing_value": rule}, "sectors": [{"code": "S1", "name": "Uno"}],
            "objectives": [{"code": "S1.1", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weight": 100}}],
                            "sheet": {"title": "Primo", "results": results}}]}


@pytest.mark.parametrize(("rule", "own"), WEIGHTS)
def test_engine_and_form_agree_with_the_figure_worked_out_by_hand(rule, own):
    made, expected = plan(rule, own), WEIGHTS[rule, own]
    rules, final = rules_in(made), Rounds.from_plan(made)["final"]
    found = by_results(Sheet(made["objectives"][0]["sheet"]), final, rules)
    assert found == (None if expected is None else Decimal(expected))
    by_sector = issue.returns(made, "final")["S1"]
    form, _ = fill.fill(issue.issue(by_sector, made), by_sector)
    book = book_with(form, "pxc01_by_results", data_only=True)
    sheet, cell = book.defined_names["pxc01_by_results"].attr_text.replace("$", "").replace("'", "").split("!")
    assert book[sheet][cell].value == (pytest.approx(float(found) / 100) if expected else None)


def test_a_return_knows_what_earlier_rounds_found():
    made = plan("last_known", None)
    final, before = Rounds.from_plan(made)["final"], made["objectives"][0]["sheet"]["results"]
    back = [_with_earlier(Result(as_returned(r, final)), r["readings"], final) for r in before]
    assert by_results(Sheet({"results": back}), final, rules_in(made)) == Decimal("42.5")


def test_it_says_of_which_round_the_degree_is():
    made = plan("last_known", None)
    rounds, results = Rounds.from_plan(made), made["objectives"][0]["sheet"]["results"]
    said = [degrees.derivation(Result(r), rounds["final"], rules_in(made), "it") for r in results]
    assert ["2º monitoraggio" in said[1], "1º monitoraggio" in said[2], "ultimo noto" in said[0]] == [True, True, False]


def test_without_an_earlier_round_nothing_is_known():
    made = plan("last_known", None)
    for result in made["objectives"][0]["sheet"]["results"][1:]:
        result["readings"] = []
    assert by_results(Sheet(made["objectives"][0]["sheet"]), Rounds.from_plan(made)["final"], rules_in(made)) is None
