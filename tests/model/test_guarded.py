"""What a change of the arithmetic would move and no other test notices: what is not due or not yet there, sums made again, edges."""

from copy import deepcopy
from decimal import Decimal

import pytest
from campaigns import year

from perfxl.model import lights, shares
from perfxl.model import outcomes as of
from perfxl.model.arithmetic import percent_text, rules_from
from perfxl.model.derived import by_measures, by_phases, by_results, measure_terms, phase_terms, result_terms
from perfxl.model.documents import schema
from perfxl.model.group_means import body_weight
from perfxl.model.means import Mean, follows_from, read_mean
from perfxl.model.objective_outcome import read_outcome
from perfxl.model.result_degree import computed_degree, falls, fault_of, last_degree, last_degree_round, progress, ratio
from perfxl.model.rounds import Rounds
from perfxl.model.views import Entity, MeanOutcome, Measure, ObjectiveOutcome, Result, RoundOutcomes, Sector, Sheet
from perfxl.model.weigh import weigh
from perfxl.workbook.formulas.compiling import compiled

D = Decimal
YEAR = Rounds.of({"rounds": [{"id": "plan", "kind": "plan"}, *({"id": f"q{n}", "kind": "monitoring", "reference_date": f"2021-0{3 * n}-30"} for n in (1, 2, 3)),
                             {"id": "final", "kind": "final"}]})


def has_meaning(result: dict, round, entity: dict | None = None) -> bool:
    return fault_of(Result(result), round, entity=None if entity is None else Entity(entity)) is None


def told(round: str, **values) -> dict:
    return {"readings": [{"round": round, **values}]}


# -- what is not due, or not there yet
def test_a_phase_that_is_not_due_is_out_unless_it_was_told_of():
    sheet = {"phases": [{"id": "1", "weight": 40, **told("q1", realised=50)}, {"id": "2", "weight": 60, "due": ["final"]}]}
    assert by_phases(Sheet(sheet), YEAR["q1"]) == 50
    sheet["phases"][1] |= told("q1", realised=100)
    assert by_phases(Sheet(sheet), YEAR["q1"]) == 80
    assert by_phases(Sheet(sheet), YEAR["final"]) is None  # both are due, neither was told of


def test_a_phase_that_a_later_round_added_was_not_there_before():
    sheet = {"phases": [{"id": "1", "weight": 40, **told("q1", realised=50)}, {"id": "2", "weight": 60, "added": "q2"}]}
    assert by_phases(Sheet(sheet), YEAR["q1"]) == 50
    sheet["phases"][0]["readings"].append({"round": "q2", "realised": 50})
    assert by_phases(Sheet(sheet), YEAR["q2"]) is None


def test_a_result_that_is_not_due_is_out_and_one_that_was_told_of_counts():
    sheet = {"results": [{"id": "1", "weight": 50, "target": 10, **told("q1", actual=5)},
                         {"id": "2", "weight": 50, "target": 10, "due": ["final"]}]}
    assert by_results(Sheet(sheet), YEAR["q1"]) == 50
    sheet["results"][1] |= told("q1", actual=10)
    assert by_results(Sheet(sheet), YEAR["q1"]) == 75


def test_a_measure_that_is_not_due_is_out_and_one_that_was_told_of_counts():
    measures = [{"id": "1", **told("q1", percent=40)}, {"id": "2", "due": ["final"]}]
    assert by_measures([*map(Measure, measures)], YEAR["q1"]) == 40
    assert by_measures([*map(Measure, [measures[0], {**measures[1], **told("q1", percent=80)}])], YEAR["q1"]) == 60
    assert by_measures([*map(Measure, [{**m, "due": ["q1"]} for m in measures])], YEAR["q1"]) is None


def test_an_entity_that_a_later_round_added_was_not_there_before():
    entities = [{"target": 10, **told("q1", actual=5)}, {"target": 10, "added": "q2"}]
    assert computed_degree(Result({"id": "1"}), YEAR["q1"], [*map(Entity, entities)]) == 50
    assert computed_degree(Result({"id": "1"}), YEAR["q2"], [*map(Entity, entities)]) is None


def content(**more) -> dict:
    rounds = [{"id": str(r), "kind": r.kind, "reference_date": r.reference_date} for r in YEAR]
    return {"rounds": rounds, "sectors": [{"code": "S1"}], "objectives": [], **more}


def objective(number: int, holding: dict | None, **more) -> dict:
    return {"code": f"S1.0000{number}", "lead": "S1", "holders": [{"sector": "S1", **({} if holding is None else {"holding": holding})}], **more}


def test_an_objective_that_is_not_due_is_out_of_the_denominator_until_it_is():
    made = content(objectives=[objective(1, {"weight": 60, **told("q1", percent=50)}), objective(2, {"weight": 40}, due=["final"])])
    first, last = (of.round_outcomes(made, r).document() for r in ("q1", "final"))
    assert [o["exclusion"] for o in first["objectives"]] == [None, "not_due"]
    assert (first["sectors"][0]["denominator"], first["sectors"][0]["missing"], first["sectors"][0]["excluded"]) == ("60.00", 0, ["S1.00002"])
    assert [o["exclusion"] for o in last["objectives"]] == ["missing", "missing"]
    made["objectives"][1]["holders"][0]["holding"] |= told("q1", percent=100)
    assert of.round_outcomes(made, "q1").sectors[0].outcome == 70


def test_an_objective_that_is_not_due_and_replaced_is_replaced():
    made = content(objectives=[objective(1, {"weight": 60, **told("q1", status="replaced")}, due=["final"])])
    assert of.round_outcomes(made, "q1").objectives[0].exclusion == "replaced"


# -- targets of single rounds
def test_a_round_with_a_target_of_its_own_is_measured_by_it():
    result = {"id": "1", "target": 100, "targets": [{"round": "q1", "value": 20}, {"round": "q3", "value": 70}],
              "readings": [{"round": r, "actual": 35} for r in ("q1", "q2", "q3", "final")], "revisions": [{"round": "q2", "target": 50}]}
    assert [computed_degree(Result(result), YEAR[r]) for r in ("q1", "q2", "q3", "final")] == [100, 70, 50, 70]
    result["revisions"].append({"round": "q3", "target": 35})  # what the round itself changes goes before
    assert computed_degree(Result(result), YEAR["q3"]) == 100


# -- items that say little
def test_a_holder_without_holding_has_no_weight_and_a_lead_that_holds_nothing_does_not_speak():
    made = content(objectives=[objective(1, None), {"code": "S9.00001", "lead": "S9", "holders": [
        {"sector": "S1", "holding": {"weight": 100, **told("q1", percent=30)}}]}])
    found = of.round_outcomes(made, "q1").objectives
    assert [(o.exclusion, o.declared) for o in found] == [("no_weight", None), (None, D(30))]
    made["objectives"][1]["holders"].append({"sector": "S9"})
    assert of.round_outcomes(made, "q1").objectives[1].declared == 30


def test_a_plan_without_objectives_has_no_outcome():
    bare = {k: v for k, v in content().items() if k != "objectives"}
    found = of.round_outcomes(bare, "q1")
    assert (found.body.outcome, found.sectors[0].exclusion, found.objectives) == (None, "empty", ())


def test_terms_are_called_by_their_identifiers():
    sheet = {"phases": [{"id": "3-bis", "weight": 5, **told("q1", realised=1)}], "results": [{"id": "2", **told("q1", degree=7)}]}
    assert [(t.name, t.weight) for t in phase_terms(Sheet(sheet), YEAR["q1"])] == [("3-bis", 5)]
    assert [(t.name, t.weight) for t in result_terms(Sheet(sheet), YEAR["q1"])] == [("2", 1)]
    measures = [{"id": "m1", **told("q1", percent=1)}, told("q1", percent=2)]
    assert [t.name for t in measure_terms([*map(Measure, measures)], YEAR["q1"])] == ["m1", ""]
    assert [t.name for t in result_terms(Sheet({"results": [told("q1", degree=7)]}), YEAR["q1"])] == [""]
    assert [t.name for t in phase_terms(Sheet({"phases": [{"weight": 1, **told("q1", realised=7)}]}), YEAR["q1"])] == [""]


def test_weights_of_results_count_as_they_are_printed_or_whole_by_the_rule():
    sheet = {"results": [{"id": "1", "weight": D("33.333"), **told("q1", degree=100)}, {"id": "2", "weight": D("66.667"), **told("q1", degree=0)}]}
    assert by_results(Sheet(sheet), YEAR["q1"]) == D("33.33")
    assert by_results(Sheet(sheet), YEAR["q1"], rules_from({"rounding": "once"})) == D("33.333")


# -- edges
def test_edges_of_the_ways_to_measure():
    most = rules_from({"degree_cap": 150})
    assert ratio(D("0.5"), D("0.6"), lower=True, baseline=None, rules=most) == 120
    near = rules_from({"reached_within": 5, "degree_cap": 150})
    assert progress(D("9.9"), D("10.1"), D(10), near) == 0  # worse than the start, whatever the tolerance
    assert progress(D(10), D("10.1"), D(10), near) == 100  # still at the start, within the tolerance
    assert progress(D("10.0005"), D("10.1"), D(10), near) == 100
    assert progress(D(12), D(10), D(20)) == 80 and progress(D(5), D(5), D(5)) is None


@pytest.mark.parametrize(("weight", "inside"), [(1000, True), (D("1000.5"), False), (0, True), (-1, False), (None, False)])
def test_the_weight_of_a_sector_has_limits(weight, inside):
    sectors = [{"code": "S1", **({} if weight is None else {"weight": weight})}]
    made = content(sectors=sectors, rules={"body_mean": "weighted"}, objectives=[objective(1, {"weight": 100, **told("q1", percent=40)})])
    found = of.round_outcomes(made, "q1")
    assert (found.sectors[0].exclusion is None) == inside and (found.body.excluded == ("S1",)) != inside and found.body.code == ""


@pytest.mark.parametrize(("result", "falling", "meant"), [
    ({"target": 10}, False, True), ({"target": 0}, False, False), ({"target": -3, "direction": "lower"}, True, False), ({"direction": "lower", "target": 1}, True, True),
    ({"direction": "progress", "target": 5, "baseline": 9}, True, True), ({"direction": "progress", "target": 9, "baseline": 5}, False, True),
    ({"direction": "progress", "target": 5, "baseline": 5}, False, False), ({"direction": "progress", "target": 5}, False, False),
    ({"direction": "progress", "baseline": 5}, False, True), ({"direction": "typed", "target": 0}, False, True), ({}, False, True), ({"target": D("0.5")}, False, True)])
def test_which_way_a_result_improves_and_whether_a_share_of_it_means_anything(result, falling, meant):
    assert falls(Result(result), YEAR["q1"]) is falling
    assert has_meaning(result, YEAR["q1"]) is meant
    by_entity = {k: v for k, v in result.items() if k != "direction"}
    assert has_meaning({"direction": result.get("direction")}, YEAR["q1"], by_entity) is (meant and result.get("direction") != "typed")
    later = {**result, "revisions": [{"round": "q2", "target": 3}]}
    assert has_meaning({**later, "baseline": 9}, YEAR["q2"]) and falls(Result({"direction": "progress", "baseline": 9, **later}), YEAR["q2"]) == (
        later.get("direction") == "progress" and later.get("baseline", 9) > 3 or later.get("direction") == "lower" or "direction" not in later)


def test_figures_are_told_with_the_decimals_of_the_body():
    assert [percent_text("57.255", n, lang) for n, lang in ((2, "it"), (1, "en"), (0, "it"))] == ["57,26%", "57.3%", "57%"]


def test_rules_of_a_body_that_says_none():
    assert of.rules_of({}) == {"counting": "evaluated", "missing": "out", "body_mean": "equal", "weight_tolerance": D("0.05")}
    assert of.rules_of({"rules": {"missing": "zero"}})["missing"] == "zero"
    kept = rules_from({"reached_within": 5, "degree_cap": D("120.5")}).document()
    assert (type(kept["reached_within"]), kept["degree_cap"]) == (int, D("120.5"))


def test_the_rules_of_a_round_are_read_as_they_were_written():
    said = {"counting": "mix", "missing": "zero", "body_mean": "weighted", "rounding": "once", "decimals": 1, "degree": "computed", "reached_within": 5,
            "degree_cap": 120, "method": "lower", "minimum_degree": D("33.3"), "missing_value": "last_known", "phases_share": 70, "results_as": "worst",
            "light_green": 90, "light_amber": 60, "units": "mix", "units_mean": "weighted", "units_share": D("12.5"), "body_levels": "last", "weights_total": 30}
    rules = rules_from(said)
    assert rules.document() == said and rules_from(rules.document()) == rules
    assert {r["$ref"].rpartition("/")[2] for r in schema("consolidated")["$defs"]["round"]["properties"]["rules"]["properties"].values()} == set(said)
    assert list(rules_from({}).document()) == list(said)[:8] and rules_from(None) == rules_from({}) == rules_from(rules_from({}).document())


@pytest.mark.parametrize(("units", "levels", "counted"), [("own", "auto", "all"), ("mean", "auto", "first"), ("mix", "auto", "first"), ("own", "first", "first"),
                                                          ("mix", "all", "all"), ("mean", "last", "last")])
def test_the_levels_that_enter_the_body_follow_the_outcomes_of_sectors_unless_said(units, levels, counted):
    assert rules_from({"units": units, "body_levels": levels}).levels_in_body == counted


# -- sums made again
@pytest.mark.parametrize("seed", range(1, 16))
def test_sectors_and_body_are_made_again_from_the_outcomes_of_objectives(seed):
    earlier = []
    document = year(seed).last
    for round, outcomes in document["outcomes"].items():
        ruined = deepcopy(outcomes)
        for mean in (ruined["body"], *ruined["sectors"]):
            mean.update(outcome="1.23", denominator="4.56", without_missing=None, missing_as_zero="7.89", counted=99, missing=98, coverage="0.01")
        assert of.added_up(document["content"], ruined, earlier) == outcomes, round
        earlier.append(outcomes)


def test_outcomes_written_before_they_said_their_rules_are_read_with_those_of_the_plan():
    made = content(sectors=[{"code": "S1", "weight": 3}, {"code": "S2", "weighted": False}, {"code": "S3"}], rules={"body_mean": "weighted", "missing": "zero"},
                   objectives=[objective(1, {"weight": 100, **told("q1", percent=40)})])
    now = of.round_outcomes(made, "q1").document()
    old = {k: v for k, v in now.items() if k != "rules"}
    old["sectors"] = [{k: v for k, v in s.items() if k not in ("weight", "exclusion")} for s in now["sectors"]]
    again = of.added_up(made, old, [])
    assert again["body"] == now["body"] and again["sectors"] == now["sectors"]
    assert [body_weight(made, RoundOutcomes(old), Sector(s)) for s in made["sectors"]] == [3, None, None]
    assert [body_weight(made, RoundOutcomes(now), Sector(s)) for s in made["sectors"]] == [3, None, None]
    assert body_weight({**made, "rules": {}}, RoundOutcomes(old), Sector(made["sectors"][0])) == 1
    assert body_weight(made, RoundOutcomes(now), Sector({"code": "S9"})) is None
    assert [m.get("exclusion") for m in of.added_up({**made, "sectors": made["sectors"][1:]}, old, [])["sectors"]] == ["no_weight", "not_weighted", "empty"]


def test_a_mean_and_an_outcome_are_read_as_they_were_written():
    found = Mean("S1", D(1), denominator=D(2), without_missing=D(3), missing_as_zero=D(4), missing_as_last=D(5), coverage=D(6),
                 counted=7, missing=8, excluded=("S1.00001",), weight=D(9), exclusion="empty")
    assert read_mean(MeanOutcome(found.document())) == found
    bare = Mean("S1", None, denominator=None, without_missing=None, missing_as_zero=None, missing_as_last=None, coverage=None,
                counted=0, missing=0, excluded=())
    assert read_mean(MeanOutcome(bare.document())) == bare
    made = content(rules={"missing": "last_known"}, objectives=[objective(1, {"weight": 100, **told("q1", percent=40)}), objective(2, {"weight": 7})])
    for outcome in (*of.round_outcomes(made, "q1").objectives, *of.round_outcomes(made, "q2").objectives):
        again = read_outcome(ObjectiveOutcome(outcome.document()))
        assert again == outcome and again.lines == ()


def test_the_weight_of_a_sector_is_that_of_its_outcomes_whatever_the_plan_says_later():
    made = content(sectors=[{"code": "S1", "weight": 3}], rules={"body_mean": "weighted"}, objectives=[objective(1, {"weight": 100, **told("q1", percent=40)})])
    now = of.round_outcomes(made, "q1").document()
    assert body_weight({**made, "sectors": [{"code": "S1", "weight": 9}]}, RoundOutcomes(now), Sector({"code": "S1", "weight": 9})) == 3


def test_a_round_without_a_document_of_its_own_knows_what_those_before_it_published():
    made = content(rules={"missing": "last_known"}, objectives=[objective(1, {"weight": 50, **told("q1", percent=40)}), objective(2, {"weight": 50, **told("q2", percent=80)})])
    first = weigh(made, "q1")["q1"]
    first["objectives"][0]["value"] = "20.00"  # as it was approved
    assert weigh(made, "q3", {"q1": first})["q2"]["sectors"][0]["outcome"] == "50.00"


def test_what_is_last_known_comes_from_every_round_before():
    made = content(rules={"missing": "last_known"}, objectives=[objective(1, {"weight": 50, **told("q1", percent=40)}), objective(2, {"weight": 50, **told("q2", percent=80)})])
    alone, together = of.round_outcomes(made, "final").document(), weigh(made, "final")
    assert together["final"] == alone and [o.get("last") for o in alone["objectives"]] == ["40.00", "80.00"]
    assert (together["q2"]["sectors"][0]["outcome"], alone["sectors"][0]["outcome"], alone["body"]["outcome"]) == ("60.00", "60.00", "60.00")
    assert list(together) == ["q1", "q2", "q3", "final"] and weigh(made, "plan") == {}
    assert of.round_outcomes(made, "plan").objectives[0].last is None


@pytest.mark.parametrize(("weight", "counts"), [(0, True), (1000, True), (D("1000.01"), False), (D("1000.004"), True), (-1, False)])
def test_a_sector_weighs_from_nothing_to_a_thousand_in_the_body(weight, counts):
    made = content(rules={"body_mean": "weighted"}, sectors=[{"code": "S1", "weight": weight}], objectives=[objective(1, {"weight": 60, **told("q1", percent=50)})])
    (found,) = of.round_outcomes(made, "q1").sectors
    assert (found.exclusion is None) == counts


# -- sectors that stand under one another
def levelled(rules: dict, *objectives: tuple[str, int | None], **sectors: dict) -> of.ComputedOutcomes:
    """The outcomes at q2 of D1 above U1 and U2, and of D2, with objectives of weight 100 (sector, percent) that said it at q2."""
    given = [{"code": c, **({"above": "D1"} if c[0] == "U" else {}), **sectors.get(c, {})} for c in ("D1", "U1", "U2", "D2")]
    made = [{"code": f"{s}.{n}", "lead": s, "holders": [{"sector": s, "holding": {"weight": 100, **({} if v is None else told("q2", percent=v))}}]}
            for n, (s, v) in enumerate(objectives)]
    return of.round_outcomes(content(sectors=given, rules=rules, objectives=made), "q2")


ALL_OF_THEM = (("D1", 10), ("U1", 40), ("U2", 80), ("D2", 90))
WEIGHED = {"U1": {"weight": 3}, "U2": {"weight": 1}}


@pytest.mark.parametrize(("rules", "expected", "body"), [  # D1 follows from 10 of its own, from 40 and 80 below it (weights 3 and 1)
    ({}, 10, 55), ({"body_levels": "first"}, 10, 50), ({"body_levels": "last"}, 10, 70),
    ({"units": "mean"}, 60, 75), ({"units": "mean", "units_mean": "weighted"}, 50, 70), ({"units": "mean", "body_levels": "all"}, 60, D("67.5")),
    ({"units": "mix"}, 35, D("62.5")), ({"units": "mix", "units_share": 20}, 20, 55), ({"units": "mix", "units_share": 0}, 10, 50),
    ({"units": "mix", "units_share": 100, "units_mean": "weighted"}, 50, 70)])
def test_the_outcome_of_a_sector_follows_from_its_own_or_from_those_below_it(rules, expected, body):
    found = levelled(rules, *ALL_OF_THEM, **WEIGHED)
    assert (found.sectors[0].outcome, found.body.outcome) == (expected, body)
    below = rules.get("units", "own") != "own"
    assert [m.code for m in found.sectors if m.units] == ["D1"] * below and [m.code for m in found.sectors if m.own] == ["D1"] * below
    assert [m.above and (m.above.code, m.above.weight, m.above.exclusion) for m in found.sectors] == (
        [None, ("D1", 3, None), ("D1", 1, None), None] if rules.get("units_mean") else [None, ("D1", 1, None), ("D1", 1, None), None] if below else [None] * 4)
    level = rules.get("body_levels", "first" if below else "all")
    other = {"first": ("U1", "U2"), "last": ("D1",), "all": ()}[level]
    assert found.body.excluded == other and [m.code for m in found.sectors if m.exclusion == "other_level"] == list(other)
    assert of.added_up(content(rules=rules), found.document(), []) == found.document()
    assert [read_mean(MeanOutcome(m.document())) for m in found.sectors] == list(found.sectors)


def test_what_is_in_the_mean_of_those_below_and_what_is_not():
    mix = {"units": "mix", "units_mean": "weighted", "units_share": 75}
    found = levelled(mix, *ALL_OF_THEM, U1={"weighted": False}, U2={"weight": 2})
    assert [m.above and m.above.exclusion for m in found.sectors] == [None, "not_weighted", None, None]
    d1 = found.sectors[0]
    assert (d1.outcome, d1.denominator, d1.own.outcome, d1.units.outcome, d1.units.denominator) == (D("62.5"), 100, 10, 80, 2)  # 25 × 10 + 75 × 80
    assert (d1.units.code, d1.own.code, d1.code, d1.counted, d1.missing, d1.excluded, d1.coverage) == ("D1", "D1", "D1", 2, 0, ("U1",), 100)
    alone = levelled(mix, ("D1", 10), ("U2", 80), U1={"weight": 1})
    assert [m.above and m.above.exclusion for m in alone.sectors] == [None, "empty", "no_weight", None]
    assert (alone.sectors[0].outcome, alone.sectors[0].denominator, alone.sectors[0].units.outcome, alone.sectors[0].units.denominator) == (10, 100, None, None)
    only = levelled(mix, ("U1", 40), ("U2", None), **WEIGHED)
    d1 = only.sectors[0]
    assert (d1.outcome, d1.denominator, d1.counted, d1.missing, d1.coverage, d1.missing_as_zero) == (40, 3, 1, 1, 75, 30)
    assert only.sectors[3].exclusion == "empty" and levelled(mix, **WEIGHED).sectors[0].exclusion == "empty"
    assert levelled({"units": "mean"}, ("D1", 10)).sectors[0].outcome == 10  # nobody below has anything: what is its own counts


def test_what_those_below_had_last_counts_where_the_body_wants_it():
    made = content(sectors=[{"code": "D1"}, {"code": "U1", "above": "D1"}, {"code": "U2", "above": "D1"}], rules={"units": "mean", "missing": "last_known"},
                   objectives=[{"code": "U1.1", "lead": "U1", "holders": [{"sector": "U1", "holding": {"weight": 100, **told("q1", percent=20)}}]},
                               {"code": "U2.1", "lead": "U2", "holders": [{"sector": "U2", "holding": {"weight": 100, **told("q2", percent=60)}}]}])
    first, second = of.round_outcomes(made, "q1"), of.round_outcomes(made, "q2")
    assert [m.outcome for m in (*first.sectors, first.body)] == [20, 20, None, 20] and [m.outcome for m in (*second.sectors, second.body)] == [40, 20, 60, 40]
    assert second.sectors[0].units.missing == 1 and of.added_up(made, second.document(), [first.document()]) == second.document()


def test_what_a_sector_counts_is_what_both_its_parts_count():
    mix = {"units": "mix", "missing": "zero"}
    d1 = levelled(mix, ("D1", 10), ("D1", 30), ("U1", 40), ("U2", None)).sectors[0]
    assert (d1.counted, d1.missing, d1.own.counted, d1.units.counted, d1.units.missing) == (4, 1, 2, 2, 1)
    out = levelled({"units": "mean"}, *ALL_OF_THEM, D1={"weighted": False})  # out of the body's mean, whatever it follows from
    assert (out.sectors[0].weight, out.sectors[0].exclusion, out.body.excluded, out.body.outcome) == (None, "not_weighted", ("D1", "U1", "U2"), 90)


# -- what stands for a result that says nothing
def test_a_result_that_says_nothing_has_the_last_degree_that_it_had():
    rules = rules_from({"missing_value": "last_known"})
    result = {"id": "1", "target": 10, "readings": [{"round": "q1", "actual": 2}, {"round": "q2", "actual": 5}]}
    assert [last_degree(Result(result), YEAR[r], rules=rules) for r in ("q1", "q2", "q3", "final")] == [None, 20, 50, 50]
    assert [last_degree_round(Result(result), YEAR[r], rules=rules) for r in ("q1", "q2", "q3")] == [None, YEAR["q1"], YEAR["q2"]]
    assert by_results(Sheet({"results": [result]}), YEAR["q3"], rules) == 50 and by_results(Sheet({"results": [result]}), YEAR["q3"]) is None
    assert last_degree(Result({**result, "added": "q2"}), YEAR["q2"], rules=rules) is None  # it was not there at q1
    assert last_degree(Result({"id": "1", **told("plan", degree=80)}), YEAR["q1"], rules=rules) is None  # a plan finds nothing


def test_the_values_of_entities_are_those_of_their_own_result_and_stand_for_it_later():
    entities = [{"result": r, "target": 10, **told("q1", actual=a)} for r, a in (("1", 2), ("1", 4), ("2", 9))]
    sheet = {"results": [{"id": "1", "missing": "last_known"}, {"id": "2", "missing": "zero"}], "entities": entities}
    assert [t.value for t in result_terms(Sheet(sheet), YEAR["q1"])] == [30, 90] and [t.value for t in result_terms(Sheet(sheet), YEAR["q2"])] == [30, 0]
    assert last_degree_round(Result(sheet["results"][0]), YEAR["q2"], [*map(Entity, entities[:2])]) == YEAR["q1"]


@pytest.mark.parametrize(("units", "objectives", "parts"), [
    ("mix", ALL_OF_THEM, ("own", "units")), ("mean", ALL_OF_THEM, ("units",)), ("own", ALL_OF_THEM, ("own",)), ("mix", ALL_OF_THEM[:1], ("own",)),
    ("mix", ALL_OF_THEM[1:], ("units",)), ("mean", ALL_OF_THEM[:1], ("own",)), ("mix", (("U1", None),), ("units",)), ("mix", (("D1", None), ("U1", 5)), ("own", "units"))])
def test_what_an_outcome_follows_from_is_told_from_its_document(units, objectives, parts):
    found = levelled({"units": units}, *objectives)
    assert follows_from(MeanOutcome(found.sectors[0].document()), found.rules) == parts
    as_zero = levelled({"units": units, "missing": "zero"}, *objectives)  # what is missing and counts as 0 is there too
    assert follows_from(MeanOutcome(as_zero.sectors[0].document()), as_zero.rules) == parts


def test_results_count_as_they_have_weights_or_none():
    told_of = [{"id": n, **told("q1", degree=d)} for n, d in (("1", 30), ("2", 90))]
    rows = [{**told_of[0], "weight": 0}, {**told_of[1], "weight": 5}, {"id": "3", "weight": 5, "missing": "out"}, {"id": "4", "weight": 5, "missing": "zero"}]
    assert [(t.name, t.weight, t.value) for t in result_terms(Sheet({"results": rows}), YEAR["q1"])] == [("2", 5, 90), ("4", 5, 0)]
    assert result_terms(Sheet({"results": [told_of[0], {**told_of[1], "weight": 5}]}), YEAR["q1"]) is None


def test_a_degree_is_rounded_as_the_body_does_also_where_an_earlier_one_stands_for_it():
    rules, sheet = rules_from({"decimals": 0, "missing_value": "last_known"}), {"results": [{"id": "1", "target": 3, **told("q1", actual=1)}]}
    assert [t.value for r in ("q1", "q2") for t in result_terms(Sheet(sheet), YEAR[r], rules)] == [33, 33]


def test_an_outcome_of_nothing_is_below_the_lowest_threshold():
    rules = rules_from({"light_green": 1, "light_amber": "0.5"})
    assert [lights.light(D(v), rules) for v in ("0", "0.49", "0.495", "0.99", "0.995")] == ["red", "red", "amber", "amber", "green"]


def test_the_light_of_a_cell_is_the_light_of_its_outcome():
    assert set(lights.COLOURS) == {"green", "amber", "red"}
    formula, rules = compiled(lights.formula("now", "then", "en")), rules_from({"light_green": 90, "light_amber": 60, "decimals": 1})
    names = {"pxm_green": 0.9, "pxm_amber": 0.6, "pxm_printed": 3.0}
    for now, then in ((95, 80), (D("89.95"), 90), (D("89.94"), 95), (60, None), (D("59.94"), 10), (None, 10)):
        cells = {key: "" if v is None else float(v) / 100 for key, v in (("now", now), ("then", then))}
        assert formula(Named(names | cells), None) == lights.as_text(now if now is None else D(now), then if then is None else D(then), rules, "en")
    assert formula(Named({"now": 0.95, "then": 0.8, **names, "pxm_green": 0.0}), None) == ""


# -- phases that were told as shares of the objective
def phases(*rows: tuple[int | None, int | None]) -> Sheet:
    return Sheet({"phases": [{"id": str(n), "weight": w, **({} if r is None else told("q1", realised=r))} for n, (w, r) in enumerate(rows)]})


def test_what_phases_give_is_no_figure_where_they_were_told_as_shares_and_do_not_count():
    sheet, beside = phases((30, 30), (70, 70)), {"by_phases": "58.00", "basis": "declared", "declared": "100.00"}
    assert shares.no_figure(sheet, ObjectiveOutcome(beside), YEAR["q1"], D(1)) and shares.no_figure(sheet, ObjectiveOutcome(beside | {"declared": None, "basis": None}), YEAR["q1"], D(1))
    assert shares.no_figure(sheet, ObjectiveOutcome(beside | {"declared": "99.00"}), YEAR["q1"], D(1)) and not shares.no_figure(sheet, ObjectiveOutcome(beside | {"declared": "99.00"}), YEAR["q1"], D("0.5"))
    for other in ({"basis": "phases"}, {"basis": "mix"}, {"by_phases": None}, {"declared": "50.00"}):
        assert not shares.no_figure(sheet, ObjectiveOutcome(beside | other), YEAR["q1"], D(1))
    assert not shares.no_figure(sheet, ObjectiveOutcome(beside), YEAR["q2"], D(1))  # nothing was told of them then
    assert [shares.near_in(c) for c in ({}, {"rules": {}}, {"rules": {"derivable_tolerance": 2}})] == [D("0.5"), D("0.5"), 2]


def test_phases_of_no_weight_and_blank_ones_do_not_hide_shares():
    assert shares.typed_as_shares(phases((30, 30), (70, 70), (0, 5)), YEAR["q1"], None, D("0.5"))
    assert shares.typed_as_shares(phases((30, 30), (40, 40), (30, None)), YEAR["q1"], D(70), D("0.5"))  # the phases give nothing yet


class Named:
    """Gives a formula the values of names, in place of a workbook."""

    comma = True

    def __init__(self, values: dict):
        self.named = lambda name, _entry: values[name]
