"""Outcomes: the printed totals of a real year, and every way an outcome can come about or be missing."""

from decimal import Decimal

import first_shape
import pytest
from printed_year import YEAR, real_year

from perfxl.model import derived, result_degree
from perfxl.model.arithmetic import DEFAULT, Rules, rounded, rules_from, shown, weight_at
from perfxl.model.documents import schema
from perfxl.model.group_means import body_weight
from perfxl.model.outcomes import ComputedOutcomes, added_up, round_outcomes
from perfxl.model.readings import dropped, in_force
from perfxl.model.views import Entity, Item, Measure, Result, RoundOutcomes, Sector, Sheet


def weigh(content: dict, round: str) -> ComputedOutcomes:
    return round_outcomes(first_shape.now(content), round)


def degree(result: dict, round: str, entities=(), rules: Rules = DEFAULT) -> Decimal | None:
    return result_degree.degree(Result(first_shape.item(result)), first_shape.at(round), [Entity(first_shape.item(e)) for e in entities], rules)


def by_phases(sheet: dict, round: str) -> Decimal | None:
    return derived.by_phases(Sheet(first_shape.sheet(sheet)), first_shape.at(round))


def by_results(sheet: dict, round: str) -> Decimal | None:
    return derived.by_results(Sheet(first_shape.sheet(sheet)), first_shape.at(round))


def by_measures(measures: list[dict], round: str) -> Decimal | None:
    return derived.by_measures([Measure(first_shape.item(m)) for m in measures], first_shape.at(round))


@pytest.mark.parametrize("round", ["interim", "final"])
@pytest.mark.parametrize("sector", [s for s in YEAR if s["sector"] != "SG"], ids=lambda s: s["sector"])
def test_printed_totals(sector, round):
    found = {s.code: s for s in weigh(real_year(), round).sectors}[sector["sector"]]
    assert found.outcome == Decimal(str(sector[round])).quantize(Decimal("0.01"))
    assert found.denominator == 100


def test_not_weighted_sector_has_no_outcome_and_leaves_the_body():
    body = weigh(real_year(), "final").body
    assert body.excluded == ("SG",)
    assert body.counted == 10
    assert body.outcome == rounded(sum(Decimal(str(s["final"])) for s in YEAR if s["sector"] != "SG") / 10)


def test_replaced_counted_in_would_give_the_other_totals():
    year = real_year()
    for objective in year["objectives"]:
        for holder in objective["holders"]:
            for round in ("interim", "final"):
                holder["holding"][round].pop("status", None)
    for round, total in (("interim", "74.55"), ("final", "90.91")):
        assert {s.code: s.outcome for s in weigh(year, round).sectors}["S3"] == Decimal(total)


def one(holding=None, sheet=None, rules=None, **more) -> dict:
    """A plan of one sector and one objective of weight 100."""
    holder = {"sector": "S1", "holding": {"weight": 100, **(holding or {})}}
    return {"sectors": [{"code": "S1", "name": "Uno"}], "rules": rules or {},
            "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [holder], "sheet": sheet or {}}], **more}


def test_evaluated_goes_before_declared_and_says_so():
    content = one({"final": {"percent": 80}}, evaluations=[
        {"objective": "S1.00001", "sector": "S1", "round": "final", "percent": 90, "reason": "visto"}])
    found = weigh(content, "final").objectives[0]
    assert (found.declared, found.evaluated, found.value, found.basis, found.status) == (80, 90, 90, "evaluated", "partial")


@pytest.mark.parametrize("rule, value", [("declared", 80), ("phases", Decimal("62.5")), ("results", 50), ("evaluated", 80)])
def test_the_rule_chooses_the_outcome_that_counts(rule, value):
    sheet = {"phases": [{"id": "1", "weight": 25, "final_realised": 100}, {"id": "2", "weight": 75, "final_realised": 50}],
             "results": [{"id": "1", "target": 10, "final_actual": 5}]}
    found = weigh(one({"final": {"percent": 80}}, sheet, {"counting": rule}), "final").objectives[0]
    assert found.value == value


def test_missing_is_shown_three_ways_with_the_coverage():
    content = one({"weight": 25, "interim": {"percent": 40}})
    content["objectives"].append({"code": "S1.00002", "lead": "S1", "holders": [
        {"sector": "S1", "holding": {"weight": 75, "final": {"percent": 100}}}]})
    found = weigh(content, "final").sectors[0]
    assert (found.without_missing, found.missing_as_zero, found.missing_as_last) == (100, 75, 85)
    assert (found.outcome, found.denominator, found.coverage, found.counted, found.missing) == (100, 75, 75, 1, 1)
    content["rules"] = {"missing": "zero"}
    assert weigh(content, "final").sectors[0].outcome == 75
    assert weigh(content, "final").sectors[0].denominator == 100


def test_blank_is_neither_100_nor_0():
    found = weigh(one({"final": {"status": "achieved"}}), "final")
    assert found.objectives[0].value is None
    assert (found.sectors[0].outcome, found.sectors[0].missing, found.body.outcome) == (None, 1, None)


def test_revised_weight_is_in_force_from_the_interim_on():
    content = one({"weight_revised": 0, "interim": {"percent": 10}})
    content["objectives"].append({"code": "S1.00002", "lead": "S1", "holders": [
        {"sector": "S1", "holding": {"weight": 100, "interim": {"percent": 90}}}]})
    assert weigh(content, "interim").sectors[0].outcome == 90


def test_lead_speaks_for_a_shared_objective_and_each_sector_for_a_transversal_one():
    content = one({"final": {"percent": 70}})
    content["sectors"].append({"code": "S2", "name": "Due"})
    content["objectives"][0]["holders"].append({"sector": "S2", "holding": {"weight": 20, "final": {"percent": 10}}})
    assert [o.value for o in weigh(content, "final").objectives] == [70, 70]
    content["objectives"][0]["kind"] = "transversal"
    assert [o.value for o in weigh(content, "final").objectives] == [70, 10]


def test_transversal_outcome_falls_back_on_the_measures():
    content = one({}, sheet={"phases": [{"id": "1", "weight": 100, "final_realised": 10}]})
    content["objectives"][0] |= {"kind": "transversal", "lead": "SG"}
    content["measures"] = [{"sector": "S1", "measure": {"objective": "S1.00001", "id": str(i), "measure": "m",
                                                        "final_percent": p, "applicable": a}}
                           for i, (p, a) in enumerate([(100, True), (84, True), (0, False)])]
    found = weigh(content, "final").objectives[0]
    assert (found.value, found.basis, found.by_phases) == (92, "measures", None)


def test_a_line_takes_what_stands_below_it():
    content = one({"final": {"percent": 50}}, {"strategic_lines": ["01.02.03"]})
    content["cascade"] = [{"code": c, "title": c} for c in ("01", "01.02", "01.02.03", "01.02.04", "02")]
    assert {m.code: m.outcome for m in weigh(content, "final").lines} == {
        "01": 50, "01.02": 50, "01.02.03": 50, "01.02.04": None, "02": None}


def test_body_mean_by_sector_weights():
    content = one({"final": {"percent": 100}}, rules={"body_mean": "weighted"})
    content["sectors"] = [{"code": "S1", "name": "Uno", "weight": 3}, {"code": "S2", "name": "Due", "weight": 1}]
    content["objectives"].append({"code": "S2.00001", "lead": "S2", "holders": [
        {"sector": "S2", "holding": {"weight": 100, "final": {"percent": 0}}}]})
    assert weigh(content, "final").body.outcome == 75


def test_missing_sector_is_out_of_the_body_and_lowers_the_coverage():
    content = one({"final": {"percent": 90}})
    content["sectors"].append({"code": "S2", "name": "Due"})
    content["objectives"].append({"code": "S2.00001", "lead": "S2", "holders": [{"sector": "S2", "holding": {"weight": 100}}]})
    body = weigh(content, "final").body
    assert (body.outcome, body.missing_as_zero, body.coverage, body.counted, body.missing) == (90, 45, 50, 1, 1)


@pytest.mark.parametrize("result, expected", [
    ({"target": 2600, "final_actual": 2523}, "97.04"),
    ({"target": 170, "final_actual": 369}, "100.00"),
    ({"target": 10, "final_actual": 20, "direction": "lower"}, "50.00"),
    ({"target": 10, "final_actual": 5, "direction": "lower"}, "100.00"),
    ({"target": 0, "final_actual": 0}, "100.00"),
    ({"target": 0, "final_actual": 3, "direction": "lower"}, "None"),
    ({"target": -3, "final_actual": "-2.9", "direction": "lower"}, "None"),
    ({"target": 0, "final_actual": "0.01", "direction": "lower"}, "None"),
    ({"target": -3, "final_actual": -4, "direction": "lower"}, "100.00"),
    ({"target": 20, "baseline": 30, "final_actual": 35, "direction": "lower"}, "0.00"),
    ({"target": 20, "baseline": 30, "final_actual": 30, "direction": "lower"}, "66.67"),
    ({"target": 20, "baseline": 10, "final_actual": 9}, "0.00"),
    ({"target": 20, "baseline": 10, "final_actual": 10}, "50.00"),
    ({"target": 20, "baseline": 25, "final_actual": 15}, "75.00"),
    ({"target": 20, "baseline": 15, "final_actual": 25, "direction": "lower"}, "80.00"),
    ({"target": 10, "final_actual": -1}, "0.00"),
    ({"target": 10, "baseline": 10, "final_actual": 12, "direction": "lower"}, "83.33"),
    ({"target": 10, "baseline": 10, "final_actual": 8}, "80.00"),
    ({"target": -3, "baseline": 5, "final_actual": "-2.9", "direction": "progress"}, "98.75"),
    ({"target": 20, "baseline": 30, "final_actual": 35, "direction": "progress"}, "0.00"),
    ({"target": 0, "baseline": 22, "final_actual": 4, "direction": "progress"}, "81.82"),
    ({"target": 10, "baseline": 10, "final_actual": 12, "direction": "progress"}, "None"),
    ({"target": 10, "final_actual": 12, "direction": "progress"}, "None"),
    ({"target": 10, "final_actual": 12, "direction": "typed"}, "None"),
    ({"target": 8, "final_actual": 4, "final_degree": 120}, "50.00"),
    ({"target": 8, "final_actual": 4, "final_degree": -1}, "50.00"),
    ({"target": 8, "final_actual": 4, "final_degree": 70}, "70.00"),
    ({"target": 10, "target_revised": 5, "final_actual": 5}, "100.00"),
])
def test_degree(result, expected):
    assert str(rounded(degree(result, "final"))) == expected


@pytest.mark.parametrize(("result", "rules", "expected"), [
    ({"target": 100, "final_actual": 95}, {"reached_within": 5}, "100.00"),
    ({"target": 100, "final_actual": "94.99"}, {"reached_within": 5}, "94.99"),
    ({"target": 100, "final_actual": 105, "direction": "lower"}, {"reached_within": 5}, "100.00"),
    ({"target": 100, "final_actual": 106, "direction": "lower"}, {"reached_within": 5}, "94.34"),
    ({"target": -10, "baseline": -6, "final_actual": "-9.5", "direction": "progress"}, {"reached_within": 5}, "100.00"),
    ({"target": -10, "baseline": -6, "final_actual": "-9.4", "direction": "progress"}, {"reached_within": 5}, "85.00"),
    ({"target": 100, "final_actual": 130}, {"degree_cap": 120}, "120.00"),
    ({"target": 100, "final_actual": 110}, {"degree_cap": 120}, "110.00"),
    ({"target": 10, "final_actual": 8, "direction": "lower"}, {"degree_cap": 150}, "125.00"),
    ({"target": 10, "final_actual": 0, "direction": "lower"}, {"degree_cap": 150}, "150.00"),
    ({"target": -3, "final_actual": -9, "direction": "lower"}, {"degree_cap": 150}, "100.00"),
    ({"target": 0, "baseline": 10, "final_actual": -2, "direction": "progress"}, {"degree_cap": 150}, "120.00"),
    ({"target": 0, "baseline": 10, "final_actual": -2, "direction": "progress"}, {}, "100.00"),
])
def test_the_body_may_let_a_little_pass_and_count_what_is_beyond(result, rules, expected):
    assert str(degree(result, "final", (), rules_from(rules))) == expected


def test_what_grows_is_held_against_its_baseline_at_the_end_alone():
    hours = {"target": 22400, "baseline": 21000, "interim_actual": 15900, "final_actual": 15900}
    assert (degree(hours, "interim"), degree(hours, "final")) == (Decimal("70.98"), 0)
    days = {"direction": "lower", "target": 20, "baseline": 30, "interim_actual": 35, "final_actual": 35}
    assert (degree(days, "interim"), degree(days, "final")) == (0, 0)


def test_degree_of_several_entities_is_their_mean_and_unknown_when_one_is_blank():
    entities = [{"target": 10, "final_actual": 10}, {"target": 10, "final_actual": 5}]
    assert degree({"id": "1"}, "final", entities) == 75
    assert degree({"id": "1"}, "final", [*entities, {"target": 10}]) is None


def test_results_weigh_98_96_as_counted_by_hand():
    targets = [(10, 1, 1), (35, 2600, 2523), (30, 170, 175), (10, 4, 4), (10, 12, 18), (5, 1, 1)]
    sheet = {"results": [{"id": str(i), "weight": w, "target": t, "final_actual": a} for i, (w, t, a) in enumerate(targets)]}
    assert str(rounded(by_results(sheet, "final"))) == "98.96"


@pytest.mark.parametrize("phases", [
    [{"weight": 50, "final_realised": 100}, {"weight": 50}],
    [{"weight": 50, "final_realised": 100}, {"final_realised": 100}],
    [{"weighting": "not_weighted", "final_realised": 100}],
    [],
])
def test_phases_are_not_derivable_while_something_is_blank(phases):
    assert by_phases({"phases": phases}, "final") is None


def test_unweighted_phases_and_revised_weights():
    phases = [{"weighting": "not_weighted"}, {"weight": 35, "weight_revised": 20, "interim_realised": 100},
              {"weight": 65, "weight_revised": 80, "interim_realised": 0}]
    assert by_phases({"phases": phases}, "interim") == 20


def test_some_results_without_weight_are_not_derivable():
    assert by_results({"results": [{"weight": 50, "final_degree": 100}, {"final_degree": 100}]}, "final") is None


def test_measures_not_applicable_are_out_of_the_mean():
    assert by_measures([{"final_percent": 100}, {"final_percent": 50}, {"applicable": False}], "final") == 75
    assert by_measures([{"final_percent": 100}, {}], "final") is None


def test_half_up():
    assert [str(rounded(Decimal(v))) for v in ("82.355", "82.345", "0.005", "79.0549999")] == ["82.36", "82.35", "0.01", "79.05"]


def old_shape(content: dict) -> dict:
    """The final outcomes of ``content`` as documents had them before they told rules and weights of sectors."""
    told = weigh(content, "final").document()
    del told["rules"]
    for mean in told["sectors"]:
        mean.pop("weight", None)
        mean.pop("exclusion", None)
    return told


@pytest.mark.parametrize("rule", ["equal", "weighted"])
@pytest.mark.parametrize("shape", [old_shape, lambda c: weigh(c, "final").document()], ids=["old", "new"])
def test_the_weight_of_a_sector_is_known_from_documents_of_either_shape(rule, shape):
    content = one({"final": {"percent": 50}}, rules={"body_mean": rule})
    content["sectors"] = [{"code": "S1", "weight": 3}, {"code": "S2", "weight": 2, "weighted": False}, {"code": "S9", "weight": 1}]
    content["objectives"].append({"code": "S2.00001", "lead": "S2", "holders": [{"sector": "S2", "holding": {"weight": 100, "final": {"percent": 0}}}]})
    told = shape(content)
    assert [body_weight(content, RoundOutcomes(told), Sector(s)) for s in content["sectors"]] == [3 if rule == "weighted" else 1, None, None]
    assert body_weight(content, RoundOutcomes(told), Sector({"code": "S7"})) is None


@pytest.mark.parametrize("shape", [old_shape, lambda c: weigh(c, "final").document()], ids=["old", "new"])
@pytest.mark.parametrize("rules", [{}, {"missing": "zero"}, {"missing": "last_known"}, {"body_mean": "weighted"}])
def test_what_was_published_adds_up_from_its_rows(rules, shape):
    content = one({"weight": 60, "interim": {"percent": 20}}, rules=rules)
    content["sectors"] = [{"code": "S1", "weight": 3}, {"code": "S2", "weight": 2}, {"code": "S3", "weight": 1, "weighted": False}]
    for code, percent in (("S1.00002", 90), ("S2.00001", None), ("S3.00001", 10)):
        told = {} if percent is None else {"final": {"percent": percent}}
        content["objectives"].append({"code": code, "lead": code[:2], "holders": [
            {"sector": code[:2], "holding": {"weight": 40, "interim": {"percent": 30}, **told}}]})
    told, before = shape(content), [weigh(content, "interim").document()]
    again = added_up(content, told, before)
    bare = [{k: v for k, v in s.items() if k in told["sectors"][0]} for s in again["sectors"]]
    assert (again["body"], [{**t, **{k: v for k, v in s.items() if k in t}} for s, t in zip(bare, told["sectors"], strict=True)]) == (told["body"], told["sectors"])
    for k, key in enumerate(("outcome", "coverage", "missing_as_last")):
        wrong = {**told, "sectors": [dict(s) for s in told["sectors"]]}
        wrong["sectors"][0][key] = f"{k}.00"
        assert added_up(content, wrong, before)["sectors"][0][key] != f"{k}.00"


def test_the_rounds_before_are_weighed_one_on_the_other():
    content = one({"interim": {"percent": 40}}, rules={"missing": "last_known"})
    assert weigh(content, "final").objectives[0].last == 40 and weigh(content, "final").body.outcome == 40
    assert weigh(content, "interim").objectives[0].last is None


def test_what_is_revised_or_given_up_during_the_year_is_not_so_in_the_plan():
    phase = {"id": "1", "weight": 40, "weight_revised": 60, "target": 1, "target_revised": 2, "dropped": "Non serve."}
    phase = first_shape.item(phase)
    assert [in_force(phase, "target", r) for r in first_shape.USUAL] == [1, 2, 2]
    assert [weight_at(Item(phase), r) for r in first_shape.USUAL] == [40, 60, 60]
    assert [dropped(phase, r) for r in first_shape.USUAL] == [False, True, True]


def test_the_plan_round_has_no_outcomes():
    from perfxl.model.weigh import weigh as by_round

    content = first_shape.now(one({"interim": {"percent": 40}}))
    assert by_round(content, "plan") == {}
    assert list(by_round(content, "interim")) == ["interim"] and list(by_round(content, "final")) == ["interim", "final"]


@pytest.mark.parametrize("given", [
    {}, {"counting": "phases"}, {"missing": "last_known"}, {"body_mean": "weighted"}, {"rounding": "once"}, {"decimals": 0}, {"decimals": 1},
    {"degree": "computed"}, {"reached_within": Decimal("2.5")}, {"degree_cap": 150}, {"rounding": "each", "degree": "typed", "decimals": 2}])
def test_the_rules_that_a_round_was_computed_by_come_back_from_its_document(given):
    rules = rules_from(given)
    told = rules.document()
    assert rules_from(told) == rules and told.items() >= given.items()
    assert set(told) <= set(schema("plan")["$defs"]["rules"]["properties"])
    assert weigh(one({"final": {"percent": 50}}, rules=given), "final").document()["rules"] == told


def test_without_rules_the_defaults_hold():
    defaults = {k: v["default"] for k, v in schema("plan")["$defs"]["rules"]["properties"].items()}
    assert rules_from(None) == rules_from({}) == rules_from(defaults) == DEFAULT


@pytest.mark.parametrize(("value", "text"), [
    (None, None), ("57.25", "57.25"), ("57.2", "57.20"), ("100", "100.00"), ("0", "0.00"), ("-0.5", "-0.50"), ("66.6666666667", "66.6666666667"),
    ("33.333", "33.333"), ("66.66666666666", "66.6666666667"), ("1E+2", "100.00"), ("57.2500", "57.25")])
def test_figures_stand_in_documents_with_two_decimals_or_as_many_as_they_have(value, text):
    assert shown(value if value is None else Decimal(value)) == text


@pytest.mark.parametrize("realised, declared, typed", [
    ((50, 20, 30), 100, True), ((50, 30, 20), 100, True), ((50, 30, 30), 100, True), ((50, 30, 30), 90, False), ((100, 100, 100), 100, False), ((50, 20, 30), 60, False), ((50, None, None), 50, False)])
def test_phases_told_as_shares_are_not_read_as_what_they_give(realised, declared, typed):
    """Phases of 50, 20 and 30: shares that sum to what was declared are known to be shares, wherever a document shows them."""
    from perfxl.model.shares import typed_as_shares

    phases = [first_shape.item({"id": str(n), "weighting": "weighted", "weight": w, **({} if r is None else {"final_realised": r})})
              for n, (w, r) in enumerate(zip((50, 20, 30), realised, strict=True), 1)]
    assert typed_as_shares(Sheet({"phases": phases}), first_shape.USUAL["final"], Decimal(declared), Decimal("0.5")) == typed


@pytest.mark.parametrize(("outcome", "before", "told"), [
    ("90", "80", "● in linea · ↗ in crescita"), ("89.99", "90", "▲ da seguire · ↘ in calo"), ("60", None, "▲ da seguire"),
    ("59.994", "59.99", "■ critico · → stabile"), (None, "10", "")])
def test_a_traffic_light_says_symbol_and_word_by_the_printed_figure(outcome, before, told):
    from perfxl.model.lights import told as light

    rules = rules_from({"light_green": 90, "light_amber": 60})
    assert light(*(None if v is None else Decimal(v) for v in (outcome, before)), rules, "it") == told
    assert light(*(None if v is None else Decimal(v) for v in (outcome, before)), rules_from({}), "it") == ""


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_the_formula_of_the_light_says_what_the_engine_says_of_figures_that_are_not_rounded(decimals):
    from itertools import product
    from types import SimpleNamespace

    from perfxl.model.lights import change, change_formula, formula, told, trend
    from perfxl.workbook.formulas.compiling import compiled

    rules = rules_from({"light_green": 60, "light_amber": 30, "decimals": decimals, "rounding": "once"})
    live = compiled(formula("now", "then", "it", places=str(decimals + 2), thresholds=("0.6", "0.3")))
    moved = compiled(change_formula("now", "then", decimals, "–"))
    figures = [None, *map(Decimal, ("0", "29.4", "29.995", "33.5820299", "34.48254902", "59.49", "59.5", "59.95", "59.994", "60", "100"))]
    for now, then in product(figures, figures):
        cells = {"now": "" if now is None else float(now / 100), "then": "" if then is None else float(then / 100)}
        sheet = SimpleNamespace(comma=True, named=lambda name, _entry, cells=cells: cells[name])
        assert live(sheet, None) == told(now, then, rules, "it"), (now, then)
        by = change(now, then, rules)
        assert moved(sheet, None) == ("–" if by is None else float(by)), (now, then)
        # what is read beside "steady" is 0, and 0 is read beside nothing else
        assert trend(now, then, rules) == (None if by is None else "same" if by == 0 else "up" if by > 0 else "down")


@pytest.mark.parametrize(("top", "bottom", "per", "target"), [(1, 3, 30, 10), (1, 3, 3, 1), (2, 3, 150, 100), (7, 100, 100, 7), (1, 3, 300, 100)])
@pytest.mark.parametrize("away", [-1, 1])
def test_a_ratio_that_is_its_target_has_reached_it(top, bottom, per, target, away):
    """Levels turn on one digit: what is a hair below its target would have the degree of the minimum."""
    result = {"direction": "levels", "target": target, "minimum": target + 5 * away, "per": per,
              "readings": [{"round": "final", "numerator": top, "denominator": bottom}]}
    assert result_degree.computed_degree(Result(result), first_shape.USUAL["final"]) == 100
