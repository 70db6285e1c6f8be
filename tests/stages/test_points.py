"""Weights that are points on a scale of the body's own: renormalised, their sum told beside each figure, nobody told to make 100."""


import pytest
from form_year import plan
from looked_at import book_with

from perfxl.model.outcomes import round_outcomes
from perfxl.stages import issue
from perfxl.stages.check import check
from perfxl.stages.issue import fill
from perfxl.stages.plan.check_weights import weights

#: By what the weights are to make in all, the points of the two objectives of S1, and whether they are told to be wrong.
SCALES = {(30, 20, 10): False, (30, 20, 9): True, (0, 7, 2): False, (100, 20, 10): True, (None, 20, 10): True, (None, 60, 40): False}


def made(total: int | None, first: int, second: int) -> dict:
    """The small plan with other weights; phases and results in points of which those of the objective make 20."""
    given = plan()
    given["rules"] = {} if total is None else {"weights_total": total}
    one, between, other = given["objectives"]
    between["sheet"]["phases"][0]["weight"] = total or 100
    one["holders"][0]["holding"]["weight"], other["holders"][0]["holding"]["weight"] = first, second
    for phase, points in zip(one["sheet"]["phases"], (total or 100, 0, 0), strict=False):
        phase["weight"] = points
    for result in one["sheet"]["results"]:
        result["weight"] = (total or 100) / 2
    return given


def told(book, name: str):
    sheet, cell = book.defined_names[name].attr_text.replace("$", "").replace("'", "").split("!")
    return book[sheet][cell].value


@pytest.mark.parametrize(("scale", "wrong"), SCALES.items())
def test_only_a_sum_that_is_not_the_bodys_is_told(scale, wrong):
    given = made(*scale)
    document = issue.returns(given, "plan")["S1"]
    form, _ = fill.fill(issue.issue(document, given), document)
    findings = check(document, document, plan=given, round="plan", places={}, file="S1.xlsx")
    assert [f.code for f in findings if f.code in ("WGHT01", "WGHT02", "WGHT03")] == ["WGHT01"] * wrong
    assert [p.code for p in weights(given) if given["sectors"][p.path[1]]["code"] == "S1"] == ["PLAN70"] * wrong
    book = book_with(form, "Riepilogo", "pxm_total_weight", data_only=True)
    total = sum(scale[1:]) / (100 if given["rules"].get("weights_total", 100) == 100 else 1)
    assert told(book, "pxm_total_weight") == pytest.approx(total)
    states = [c.value for row in book["Riepilogo"].iter_rows() for c in row if isinstance(c.value, str) and "pesi degli obiettivi" in c.value]
    assert bool(states) == wrong


def test_the_outcome_is_the_mean_by_points_with_their_sum_beside_it():
    given = made(30, 20, 10)
    for objective, percent in zip(given["objectives"], (80, 0, 50), strict=True):
        objective["holders"][0]["holding"]["readings"] = [{"round": "final", "percent": percent}]
    mean = next(s for s in round_outcomes(given, "final").document()["sectors"] if s["code"] == "S1")
    assert (mean["outcome"], mean["denominator"]) == ("70.00", "30.00")  # (20 × 80 + 10 × 50) / 30
