"""Whose word counts for whom, and what the outcomes of a round say of themselves: what a change there would move."""

from decimal import Decimal

from perfxl.model.arithmetic import rules_from
from perfxl.model.means import Part, outcomes_mean
from perfxl.model.outcomes import round_outcomes

ROUNDS = [{"id": "plan", "kind": "plan"}, {"id": "q1", "kind": "monitoring"}, {"id": "final", "kind": "final"}]


def objective(code: str, lead: str, told: dict[str, dict | None], **more) -> dict:
    """``told``: by sector, by round, the percentage that it declared."""
    return {"code": code, "lead": lead, **more, "holders": [
        {"sector": s, "holding": {"weight": 50, "readings": [{"round": r, "percent": p} for r, p in (said or {}).items()]}} for s, said in told.items()]}


def plan(*objectives: dict, evaluations=(), **rules) -> dict:
    sectors = sorted({h["sector"] for o in objectives for h in o["holders"]})
    return {"rounds": ROUNDS, "rules": rules, "sectors": [{"code": c} for c in sectors], "objectives": list(objectives),
            "evaluations": [{"objective": o, "sector": s, "round": r, "percent": p} for o, s, r, p in evaluations]}


def values(content: dict, round: str = "final") -> dict[str, int | None]:
    """By objective and sector, the outcome."""
    return {f"{o.objective}/{o.sector}": o.value for o in round_outcomes(content, round).objectives}


def test_the_lead_speaks_for_all_wherever_it_stands_among_them():
    told = {"S2": {"final": 10}, "S1": {"final": 70}, "S3": {}}
    assert values(plan(objective("A", "S1", told))) == {"A/S2": 70, "A/S1": 70, "A/S3": 70}
    assert values(plan(objective("A", "S1", told, kind="transversal"))) == {"A/S2": 10, "A/S1": 70, "A/S3": None}
    assert values(plan(objective("A", "S1", {"S2": {"final": 10}, "S1": {}, "S3": {}}))) == {"A/S2": 10, "A/S1": None, "A/S3": None}
    assert values(plan(objective("A", "S9", {"S2": {"final": 10}, "S3": {"final": 20}}))) == {"A/S2": 10, "A/S3": 20}  # the lead does not hold it


def test_an_evaluation_is_of_one_objective_in_one_sector_at_one_round_and_that_of_the_lead_extends_to_the_others():
    judged = [("A", "S1", "final", 90), ("A", "S2", "final", 40), ("A", "S3", "q1", 5), ("B", "S3", "final", 6)]
    told = {s: {"final": 70, "q1": 60} for s in ("S1", "S2", "S3")}
    content = plan(objective("A", "S1", told), objective("B", "S2", told), evaluations=judged)
    assert values(content) == {"A/S1": 90, "A/S2": 40, "A/S3": 90, "B/S1": 70, "B/S2": 70, "B/S3": 6}
    assert values(content, "q1") == {"A/S1": 60, "A/S2": 60, "A/S3": 5, "B/S1": 60, "B/S2": 60, "B/S3": 60}
    each = plan(objective("A", "S1", told, kind="transversal"), evaluations=judged)
    assert values(each) == {"A/S1": 90, "A/S2": 40, "A/S3": 70}
    assert values(plan(objective("A", "S1", told), evaluations=judged, counting="declared")) == {"A/S1": 70, "A/S2": 70, "A/S3": 70}


def test_an_outcome_says_the_last_known_one_only_where_it_has_none():
    content = plan(objective("A", "S1", {"S1": {"q1": 30, "final": 70}}), objective("B", "S1", {"S1": {"q1": 40}}), objective("C", "S1", {"S1": {}}), missing="last_known")
    found = round_outcomes(content, "final").document()
    assert [(o["value"], o.get("last"), "last" in o, o["counted"]) for o in found["objectives"]] == \
        [("70.00", None, False, True), (None, "40.00", True, True), (None, None, False, False)]
    assert (found["sectors"][0]["outcome"], found["sectors"][0]["denominator"], found["sectors"][0]["coverage"]) == ("55.00", "100.00", "33.33")


def test_the_sum_of_the_weights_is_none_of_nothing_and_keeps_what_rounding_once_keeps():
    nothing = outcomes_mean("S1", [], ["A"], rules_from({}))
    assert (nothing.denominator, nothing.outcome, nothing.coverage, nothing.counted, nothing.missing, nothing.excluded) == (None, None, None, 0, 0, ("A",))
    parts = [Part("A", Decimal("33.335"), Decimal(10)), Part("B", Decimal(10) / 3, None), Part("B", Decimal(20) / 3, None)]
    denominators = [outcomes_mean("S1", parts, [], rules_from({"missing": "zero", "rounding": r})).denominator for r in ("once", "each")]
    assert denominators == [Decimal("43.335"), Decimal("43.34")]
    found = outcomes_mean("S1", parts, [], rules_from({"missing": "zero"}))
    assert (found.counted, found.missing, found.without_missing, found.missing_as_zero, found.missing_as_last, found.coverage) == \
        (2, 1, 10, Decimal("7.69"), 10, Decimal("76.92"))
