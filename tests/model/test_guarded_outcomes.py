"""Whose word counts for whom, and what the outcomes of a round say of themselves: what a change there would move."""

from decimal import ROUND_HALF_UP, Decimal

from perfxl.model.arithmetic import rules_from
from perfxl.model.means import Part, outcomes_mean
from perfxl.model.outcomes import outcomes, round_outcomes

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


SHEET = {"phases": [{"id": "1", "weight": "33.335", "readings": [{"round": "final", "realised": "66.665"}]}, {"id": "2", "weight": 50, "readings": [{"round": "final", "realised": 20}]}],
         "results": [{"id": "1", "target": 3, "readings": [{"round": "final", "actual": 1}]}]}


def told(content: dict, round: str = "final") -> dict[str, tuple]:
    """By objective and sector, the outcome, what it is taken from, the figures by phases, results and measures."""
    return {f"{o.objective}/{o.sector}": (o.value, o.basis, o.by_phases, o.by_results, o.by_measures) for o in round_outcomes(content, round).objectives}


def test_what_is_computed_from_the_sheet_is_the_leads_and_the_others_of_a_transversal_objective_have_their_measures():
    said = {"S1": {"final": 70}, "S2": {"final": 10}, "S3": {}}
    content = plan(objective("A", "S1", said, kind="transversal", sheet=SHEET), objective("B", "S2", {"S2": {}, "S3": {}}, sheet=SHEET), phases_share=50)
    content["measures"] = [{"sector": s, "measure": {"objective": "A", "id": "1", "readings": [{"round": "final", "percent": p}]}} for s, p in (("S2", 40), ("S3", "50.555"))]
    content["evaluations"] = [{"objective": "A", "sector": "S3", "round": "final", "percent": 90}]
    figures = {}
    for counting in ("evaluated", "declared", "phases", "results", "mix"):
        found = told(content | {"rules": content["rules"] | {"counting": counting}})
        assert [found[k][2:] for k in ("A/S2", "A/S3")] == [(None, None, 40), (None, None, Decimal("50.56"))]
        figures[counting] = [found[k][:2] for k in found]
    phases, results, mix = Decimal("38.67"), Decimal("33.33"), Decimal("36.00")
    none = (None, None)
    assert figures == {
        "evaluated": [(70, "declared"), (10, "declared"), (90, "evaluated"), none, none],
        "declared": [(70, "declared"), (10, "declared"), (Decimal("50.56"), "measures"), none, none],
        "phases": [(phases, "phases"), (40, "measures"), (Decimal("50.56"), "measures"), (phases, "phases"), (phases, "phases")],
        "results": [(results, "results"), (40, "measures"), (Decimal("50.56"), "measures"), (results, "results"), (results, "results")],
        "mix": [(mix, "mix"), (40, "measures"), (Decimal("50.56"), "measures"), (mix, "mix"), (mix, "mix")]}


def ten(value: Decimal) -> Decimal:
    """A figure with the decimals that are kept of it."""
    return value.quantize(Decimal("1E-10"), ROUND_HALF_UP)


def test_all_decimals_count_where_rounding_is_once():
    content = plan(objective("A", "S1", {"S1": {"final": "66.6666"}}, sheet=SHEET), rounding="once")
    content["objectives"][0]["holders"][0]["holding"]["weight"] = "33.335"
    found = round_outcomes(content, "final")
    by_phases = (Decimal("33.335") * Decimal("66.665") + 1000) / Decimal("83.335")
    assert (found.objectives[0].weight, found.objectives[0].value) == (Decimal("33.335"), Decimal("66.6666"))
    assert (found.objectives[0].by_phases, found.objectives[0].by_results) == (ten(by_phases), ten(Decimal(100) / 3))
    measured = plan(objective("A", "S1", {"S1": {}, "S2": {}}, kind="transversal"), rounding="once")
    measured["measures"] = [{"sector": "S2", "measure": {"objective": "A", "id": "1", "readings": [{"round": "final", "percent": "50.5555"}]}}]
    assert values(measured)["A/S2"] == Decimal("50.5555")
    mixed = round_outcomes(content | {"rules": {"rounding": "once", "counting": "mix", "phases_share": 50}}, "final").objectives[0].value
    assert mixed == ten((ten(by_phases) + ten(Decimal(100) / 3)) / 2)


def test_a_status_that_was_chosen_stands_where_the_declared_outcome_counts_and_at_its_round_alone():
    content = plan(*(objective(code, "S1", {"S1": {"q1": 50, "final": 60}}) for code in "ABCDE"), evaluations=[("B", "S1", "final", 60)])
    for n, status in ((0, "achieved"), (1, "achieved"), (2, "replaced"), (3, "withdrawn")):
        content["objectives"][n]["holders"][0]["holding"]["readings"][1]["status"] = status
    assert [o.status for o in round_outcomes(content, "final").objectives] == ["achieved", "partial", "replaced", "withdrawn", "partial"]
    assert [o.exclusion for o in round_outcomes(content, "final").objectives] == [None, None, "replaced", "withdrawn", None]
    assert [o.status for o in round_outcomes(content, "q1").objectives] == ["partial"] * 5
    whole = plan(objective("A", "S1", {"S1": {"final": "99.6"}}), objective("B", "S1", {"S1": {"final": 1}}), evaluations=[("B", "S1", "final", "99.6")], decimals=0)
    for rounding in ("each", "once"):
        assert [o.status for o in round_outcomes(whole | {"rules": {"decimals": 0, "rounding": rounding}}, "final").objectives] == ["achieved", "achieved"]


def test_what_is_replaced_or_withdrawn_says_so_whatever_was_evaluated():
    content = plan(*(objective(code, "S1", {"S1": {"final": 60}}) for code in "ABC"), evaluations=[(code, "S1", "final", 100) for code in "ABC"])
    for n, status in ((0, "replaced"), (1, "withdrawn")):
        content["objectives"][n]["holders"][0]["holding"]["readings"][0]["status"] = status
    assert [(o.status, o.value) for o in round_outcomes(content, "final").objectives] == [("replaced", 100), ("withdrawn", 100), ("achieved", 100)]


def test_what_counts_in_the_sum_of_the_weights_is_told_of_each_objective():
    rows = (("A", {"q1": 20, "final": 30}), ("B", {"q1": 40}), ("C", {}), ("D", {"final": 50}), ("E", {"final": 50}), ("F", {"final": 50}))
    content = plan(*(objective(code, "S1", {"S1": said}) for code, said in rows))
    for n, weighting in ((4, "incentives"), (5, "not_weighted")):
        content["objectives"][n]["holders"][0]["holding"]["weighting"] = weighting
    content["objectives"][3]["holders"][0]["holding"]["readings"][0]["status"] = "withdrawn"
    for missing, counted in (("out", "A"), ("zero", "ABC"), ("last_known", "AB")):
        found = round_outcomes(content | {"rules": {"missing": missing}}, "final").objectives
        assert [o.counted for o in found] == [code in counted for code, _ in rows]
        assert [o.weight for o in found] == [50, 50, 50, 50, None, None]
    assert [o.last for o in found] == [20, 40, None, None, None, None] and [o.last for o in outcomes(content, "final")] == [None] * 6


def test_a_line_counts_each_objective_once_with_what_was_last_known_and_names_those_that_count_nowhere():
    sheet = {"strategic_lines": ["L"]}
    content = plan(objective("A", "S1", {"S1": {"q1": 40}, "S2": {}}, sheet=sheet), objective("B", "S1", {"S1": {"final": 80}}, sheet=sheet),
                   objective("C", "S1", {"S1": {"final": 10}}, sheet=sheet), missing="last_known") | {"cascade": [{"code": "L"}]}
    content["objectives"][2]["holders"][0]["holding"]["weighting"] = "incentives"
    content["objectives"][0]["holders"][1]["holding"]["weighting"] = "not_weighted"  # in one of its two sectors alone
    (line,) = round_outcomes(content, "final").lines
    assert (line.outcome, line.denominator, line.counted, line.missing, line.excluded, line.coverage) == (60, 100, 2, 1, ("C",), 50)


def test_a_sector_whose_objectives_weigh_nothing_counts_as_zero_where_what_is_missing_does():
    content = plan(objective("A", "S1", {"S1": {"final": 50}}), objective("B", "S2", {"S2": {"final": 80}}))
    content["objectives"][0]["holders"][0]["holding"]["weight"] = 0
    for missing, outcome in (("out", 80), ("zero", 40), ("last_known", 80)):
        body = round_outcomes(content | {"rules": {"missing": missing}}, "final").body
        assert (body.outcome, body.missing_as_zero, body.coverage, body.missing) == (outcome, 40, 50, 1)


def test_a_sector_without_any_outcome_counts_in_the_body_as_it_was_last_known():
    content = plan(objective("A", "S1", {"S1": {"q1": 40}}), objective("B", "S1", {"S1": {}}), objective("C", "S2", {"S2": {"q1": 10, "final": 80}}), missing="last_known")
    content["objectives"][0]["holders"][0]["holding"]["readings"].append({"round": "final", "status": "withdrawn"})
    found = round_outcomes(content, "final")
    assert (found.sectors[0].missing_as_last, found.body.outcome, found.body.counted) == (None, 60, 2)


def test_who_has_others_below_names_what_is_out_of_its_own_objectives_and_of_those_below():
    content = plan(objective("A", "D1", {"D1": {"final": 50}}), objective("B", "D1", {"D1": {"final": 5}}), objective("C", "U1", {"U1": {"final": 70}}),
                   objective("D", "U2", {"U2": {"final": 9}}), units="mix", units_share=50)
    content["objectives"][1]["holders"][0]["holding"]["weighting"] = "incentives"
    for sector in content["sectors"][1:]:
        sector["above"] = "D1"
    content["sectors"][2]["weighted"] = False
    directorate = round_outcomes(content, "final").sectors[0]
    assert (directorate.outcome, directorate.excluded, directorate.counted, directorate.missing) == (60, ("B", "U2"), 2, 0)
