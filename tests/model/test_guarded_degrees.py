"""Degrees and what an objective is computed from, at each turn of their rules: what a change there would move."""

from dataclasses import replace
from decimal import Decimal

import pytest

from perfxl.model.arithmetic import KEPT, mean, rules_from, rules_in, status_of, weight_at
from perfxl.model.derived import by_measures, by_mix, by_phases, by_results, result_terms, share_of, worst_counts
from perfxl.model.means import Above, Mean
from perfxl.model.method import UNCAPPED
from perfxl.model.result_degree import computed_degree, degree, falls, fault_of, out, progress, ratio, values_of
from perfxl.model.rounds import Rounds
from perfxl.model.views import Entity, Holding, Measure, Phase, Result, Sheet

D = Decimal
YEAR = Rounds.of({"rounds": [{"id": "plan", "kind": "plan"}, {"id": "q1", "kind": "monitoring"}, {"id": "q2", "kind": "monitoring"}, {"id": "final", "kind": "final"}]})
FINAL, ONCE = YEAR["final"], rules_from({"rounding": "once"})
BANDS = [{"scale": "Q", "to": 100, "degree": 40}, {"scale": "Q", "from": 100, "degree": 90}]


def found(**values) -> dict:
    return {"readings": [{"round": "final", **values}]}


def said(id: str = "1", actual=None, **more) -> dict:
    return {"id": id, **more, **({} if actual is None else found(actual=actual))}


def result(id: str = "1", actual=None, **more) -> Result:
    return Result(said(id, actual, **more))


# -- the rules themselves
def test_the_rules_of_a_round_keep_the_tables_of_the_body():
    content = {"rules": {"decimals": 1}, "bands": BANDS}
    assert [(r.decimals, list(r.scales)) for r in (rules_in(content), rules_in(content, {"decimals": 0}), rules_in({}))] == [(1, ["Q"]), (0, ["Q"]), (2, [])]


def test_a_figure_that_is_rounded_at_the_end_keeps_ten_decimals_and_a_typed_value_all():
    third = D(1) / 3
    assert (ONCE.figure(third), rules_from({}).figure(third), ONCE.printed(third)) == (round(third, KEPT), D("0.33"), D("0.33"))
    assert (ONCE.typed(D("1.005")), rules_from({"decimals": 0}).typed(D("1.005"))) == (D("1.005"), D("1.01"))


def test_the_weight_in_force_is_the_latest_that_was_said():
    item = {"weight": 10, "revisions": [{"round": "q1", "weight": 30}, {"round": "q2", "target": 5}, {"round": "final", "weight": 40}]}
    assert [weight_at(Holding(item), YEAR[r]) for r in ("plan", "q1", "q2", "final")] == [10, 30, 30, 40]
    assert weight_at(Holding({"weight": 10, "revisions": [{"round": "q1", "weight": 130}]}), FINAL) == 10


def test_a_mean_of_nothing_is_none():
    assert (mean([]), mean([(D(0), D(5))])) == (None, None)


# -- phases
def test_phases_of_no_weight_stop_nothing_and_all_decimals_count_where_rounding_is_once():
    sheet = {"phases": [{"id": "1", "weight": 0}, {"id": "2", "weight": "33.333", **found(realised="66.666")}, {"id": "3", "weight": "66.667", **found(realised=50)}]}
    assert by_phases(Sheet(sheet), FINAL, ONCE) == (D("33.333") * D("66.666") + D("66.667") * 50) / 100
    assert by_phases(Sheet(sheet), FINAL) == (D("33.33") * D("66.67") + D("66.67") * 50) / 100


# -- degrees
def test_the_computed_degree_goes_first_where_the_body_wants_it_and_the_typed_one_stands_in_for_it():
    both, typed, computed = ({"id": "1", "target": 10, **found(**values)} for values in ({"actual": 5, "degree": 80}, {"degree": 80}, {"actual": 5}))
    for rule, expected in (("typed", [80, 80, 50]), ("computed", [50, 80, 50])):
        assert [degree(Result(r), FINAL, rules=rules_from({"degree": rule})) for r in (both, typed, computed)] == expected


def test_entities_stand_for_a_value_that_is_not_there_and_for_nothing_else():
    entities = [Entity({"target": 100, **found(actual=96)}), Entity({"target": 100, **found(actual=50)})]
    assert computed_degree(result(target=100), FINAL, entities) == computed_degree(result(actual=3), FINAL, entities) == 73
    assert computed_degree(result(target=100), FINAL, entities, rules_from({"reached_within": 5})) == 75
    assert computed_degree(result(target=100, actual=20), FINAL, entities) == 20  # its own comes first
    assert computed_degree(result(target=0, actual=5, direction="lower"), FINAL, entities) is None  # and stays none where it means nothing
    assert computed_degree(result(target=100, until=120, direction="range"), FINAL, entities) is None
    assert computed_degree(result(target=100), FINAL, []) is None
    assert computed_degree(result(target=100), FINAL, [*entities, Entity({"target": 100})]) is None


def test_what_is_looked_up_in_a_table_is_not_capped_and_what_is_not_is():
    rules = rules_in({"bands": BANDS, "rules": {"degree_cap": 120}})
    assert values_of(result(scale="Q", target=10), result(scale="Q", target=10), FINAL, rules).cap == UNCAPPED
    levels = result(scale="Q", direction="levels", minimum=1, target=2, excellence=3, actual=9)
    assert values_of(levels, levels, FINAL, rules).cap == 120 == computed_degree(levels, FINAL, rules=rules)
    own = result(scale="Q", minimum=1, target=2, excellence=3, actual=9, cap=130)  # measured so since its body measures so
    assert computed_degree(own, FINAL, rules=rules_in({"bands": BANDS, "rules": {"method": "levels"}})) == 130
    assert computed_degree(result(scale="Q", target=200, actual=250), FINAL, rules=rules) == 90


@pytest.mark.parametrize(("told", "rules", "expected"), [
    ({"direction": "lower"}, {}, True), ({"direction": "higher", "target": 5, "baseline": 9, "minimum": 9}, {}, False), ({}, {"method": "lower"}, True),
    ({"direction": "progress", "target": 5, "baseline": 9}, {}, True), ({"direction": "progress", "target": 5, "minimum": 9}, {}, False),
    ({"direction": "progress", "target": 9, "baseline": 9}, {}, False),
    ({"direction": "levels", "target": 5, "minimum": 9}, {}, True), ({"direction": "levels", "target": 5, "baseline": 9}, {}, False),
    ({"target": 5, "minimum": 9}, {"method": "levels"}, True), ({"direction": "levels", "minimum": 9}, {}, False)])
def test_a_result_improves_by_falling_where_its_way_says_so(told, rules, expected):
    assert falls(Result(told), FINAL, rules_from(rules)) is expected


@pytest.mark.parametrize(("told", "rules", "entity", "expected"), [
    ({"target": 5}, {}, None, None), ({"target": 0}, {}, None, "share"), ({"target": 5}, {"method": "progress"}, None, "progress"),
    ({"direction": "range", "target": 5}, {}, {"target": 5}, "entities"), ({"target": 0}, {}, {"target": 5}, None), ({"target": 5}, {}, {"target": 0}, "share"),
    ({"target": 5, "scale": "Q"}, {}, None, None), ({"target": 5, "scale": "Z"}, {}, None, "scale"), ({"direction": "typed", "scale": "Z"}, {}, None, "scale_unused"),
    ({"direction": "typed", "scale": "Q"}, {}, None, "scale_unused"), ({"direction": "yesno", "per": 100}, {}, None, "per_unused"),
    ({"target": 5, "per": 100}, {}, None, None), ({"direction": "yesno"}, {}, None, None)])
def test_what_makes_a_result_impossible_to_measure_is_named(told, rules, entity, expected):
    assert fault_of(Result(told), FINAL, rules_in({"bands": BANDS, "rules": rules}), None if entity is None else Entity(entity)) == expected


def test_shares_and_progress_by_themselves_follow_the_rules_too():
    near, high = rules_from({"reached_within": 5}), rules_from({"degree_cap": 120})
    assert [ratio(D(a), D(10), lower) for a, lower in ((5, False), (20, True), (20, False))] == [50, 50, 100]
    assert (ratio(D(8), D(10), False, D(9)), ratio(D(96), D(100), False, None, near), ratio(D(130), D(100), False, None, high)) == (0, 100, 120)
    assert (progress(D(14), D(20), D(10)), progress(D("19.5"), D(20), D(10), near), progress(D(23), D(20), D(10), high), progress(D(5), D(20), None)) == (40, 100, 120, None)


# -- results, and both
def test_an_objective_has_its_own_share_and_its_own_way_to_count_results():
    rules = rules_from({"phases_share": 60, "results_as": "worst"})
    assert [share_of(Sheet(s), rules) for s in ({}, {"phases_share": 25}, {"phases_share": 0}, {"phases_share": 120})] == [60, 25, 0, 60]
    assert [worst_counts(Sheet(s), r) for s, r in (({}, rules), ({"results_as": "mean"}, rules), ({"results_as": "worst"}, rules_from({})), ({}, rules_from({})))] \
        == [True, False, True, False]


def test_a_result_with_a_value_counts_though_it_would_be_out_without_one_and_one_without_stops_the_rest():
    rows = [said("1", actual=5, target=10, missing="out"), said("2", actual=10, target=10)]
    assert [t.value for t in result_terms(Sheet({"results": rows}), FINAL)] == [50, 100]
    assert by_results(Sheet({"results": [*rows, said("3", target=10)]}), FINAL) is None
    assert by_results(Sheet({"results": [*rows, said("3", target=10, missing="out")]}), FINAL) == 75


PHASES = [{"id": "1", "weight": 10, **found(realised=20)}]
RESULTS = [said(actual=5, target=10)]


@pytest.mark.parametrize(("phases", "results", "expected"), [
    (PHASES, RESULTS, 41), (PHASES, [], 20), ([], RESULTS, 50), ([], [], None), ([{"id": "1", "weight": 10}], RESULTS, None),
    (PHASES, [said(target=10)], None), ([{"id": "1", "weight": 10}], [], None), ([], [said(target=10)], None),
    ([{"id": "1", "weight": 10}], [said(target=10)], None)])
def test_phases_and_results_together_stop_at_a_blank_of_either(phases, results, expected):
    assert by_mix(Sheet({"phases": phases, "results": results}), FINAL, rules_from({"phases_share": 30})) == expected


def test_phases_and_results_together_are_made_of_figures_as_the_body_rounds_them():
    sheet = {"phases": [{"id": n, "weight": w, **found(realised=r)} for n, w, r in (("1", "33.333", "66.666"), ("2", "66.667", 50))],
             "results": [{"id": "1", "target": 3, **found(actual=1)}], "phases_share": 50}
    whole = (D("33.333") * D("66.666") + D("66.667") * 50) / 100
    assert by_mix(Sheet(sheet), FINAL, ONCE) == (50 * round(whole, KEPT) + 50 * round(D(100) / 3, KEPT)) / 100
    assert by_mix(Sheet(sheet), FINAL, rules_from({"decimals": 0})) == (50 * D(56) + 50 * D(33)) / 100


def test_measures_count_with_all_their_decimals_where_rounding_is_once():
    measures = [{"id": "1", **found(percent="66.666")}, {"id": "2", **found(percent=50)}]
    assert [by_measures([*map(Measure, measures)], FINAL, r) for r in (ONCE, rules_from({}))] == [D("58.333"), D("58.335")]


@pytest.mark.parametrize(("item", "told", "expected"), [
    ({}, 5, False), ({}, None, False), ({"due": ["q1"]}, None, True), ({"due": ["q1"]}, 5, False),
    ({"revisions": [{"round": "q1", "dropped": "No more."}]}, 5, True), ({"added": "final"}, 5, False)])
def test_what_was_given_up_or_is_not_due_is_out(item, told, expected):
    assert out(Phase(item), FINAL, told) is expected
    assert out(Phase({"added": "final"}), YEAR["q2"], 5)


@pytest.mark.parametrize(("percent", "decimals", "status"), [
    ("0", 2, "not_achieved"), ("0.004", 2, "not_achieved"), ("0.005", 2, "partial"), ("0.4", 0, "not_achieved"), ("1", 0, "partial"), ("1.5", 0, "partial"),
    ("99.994", 2, "partial"), ("99.995", 2, "achieved"), ("120", 2, "achieved"), (None, 2, None)])
def test_the_status_follows_from_the_percentage_as_it_is_printed(percent, decimals, status):
    assert status_of(None if percent is None else D(percent), rules_from({"decimals": decimals})) == status


def test_the_place_of_a_sector_says_its_weight_or_why_it_has_none_and_nothing_else():
    assert Above("D1", weight=D(3)).document() == {"code": "D1", "weight": "3.00"}
    assert Above("D1", exclusion="empty").document() == {"code": "D1", "exclusion": "empty"}
    bare = Mean("S1", *[None] * 6, counted=0, missing=0, excluded=())
    assert {"weight", "exclusion", "own", "units", "above"} & bare.document().keys() == set()
    assert replace(bare, exclusion="empty", own=bare).document().keys() >= {"exclusion", "own"}


def test_an_objective_may_want_its_worst_result_to_count_where_its_body_wants_the_mean():
    sheet = {"results": [said("1", actual=5, target=10), said("2", actual=9, target=10)]}
    assert [by_results(Sheet(sheet | own), FINAL) for own in ({}, {"results_as": "worst"})] == [70, 50]


def test_what_stops_phases_and_results_together_goes_by_the_rules_of_the_body():
    blank = Sheet({"phases": PHASES, "results": [said(target=10)]})
    assert [by_mix(blank, FINAL, rules_from({"phases_share": 30, "missing_value": v})) for v in ("unknown", "zero", "out")] == [None, 6, 20]
    light = Sheet({"phases": [*PHASES, {"id": "2", "weight": "0.004"}], "results": RESULTS, "phases_share": 30})
    assert (by_mix(light, FINAL), by_mix(light, FINAL, ONCE)) == (41, None)  # a weight that is printed as 0 is one where rounding is once
