"""The rounds of a year: their order, what users call them, the days between which they lie."""

from copy import copy, deepcopy
from datetime import date

import pytest

from perfxl.model.plan_year import first_day, last_day, months_of, shifted, year_name
from perfxl.model.rounds import Rounds, round_in, round_name

#: A year with three monitorings, told in no order, one of them without a day and one with a name.
YEAR = {"year": 2021, "rounds": [
    {"id": "final", "kind": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}, {"id": "m-late", "kind": "monitoring"},
    {"id": "m2", "kind": "monitoring", "reference_date": "2021-09-30", "name": "Verifica d’autunno"},
    {"id": "m1", "kind": "monitoring", "reference_date": "2021-03-31"}, {"id": "plan", "kind": "plan", "act": "Delibera 1"}]}


def test_the_order_is_plan_monitorings_by_day_final():
    assert list(Rounds.from_plan(YEAR)) == ["plan", "m1", "m2", "m-late", "final"]
    assert list(Rounds.from_plan({"rounds": [{"id": "b", "kind": "monitoring", "reference_date": "no day"}, {"id": "a", "kind": "monitoring"}]})) == ["b", "a"]


def test_a_plan_that_tells_no_round_has_the_usual_three():
    for plan in ({}, {"rounds": []}):
        assert [(str(r), r.kind) for r in Rounds.from_plan(plan)] == [("plan", "plan"), ("interim", "monitoring"), ("final", "final")]
    assert list(Rounds.from_plan({"rounds": [{"id": "x", "kind": "other"}, {"kind": "final"}, {"id": "f", "kind": "final"}]})) == ["f"]


def test_a_round_knows_those_before_it():
    plan, first, second, late, final = Rounds.from_plan(YEAR)
    assert (plan.before, plan.until, plan.reports) == (None, (plan,), False)
    assert (final.before, final.earlier) == (late, (plan, first, second, late))
    assert final.reported == (first, second, late, final) == Rounds.from_plan(YEAR).reporting
    assert Rounds.from_plan(YEAR).of_kind("monitoring") == (first, second, late)


def test_a_round_is_its_id_says_what_the_plan_says_of_it_and_does_not_change():
    plan, *_, final = Rounds.from_plan(YEAR)
    assert {"final": 1}[final] == 1 and (final.reference_date, final.deadline, final.act, plan.act) == ("2021-12-31", "2022-01-31", "", "Delibera 1")
    assert copy(final) is final and deepcopy([final])[0] is final
    with pytest.raises(AttributeError):
        final.deadline = "2022-02-28"


def test_rounds_are_found_by_id_and_have_their_place():
    rounds = Rounds.from_plan(YEAR)
    assert len(rounds) == 5 and "m2" in rounds and "m3" not in rounds
    assert rounds["m2"].own_name == "Verifica d’autunno" and rounds.get("m3") is None
    assert (rounds.position("plan"), rounds.position("final"), rounds.position("m3")) == (0, 4, 5)
    with pytest.raises(KeyError):
        rounds["m3"]


def test_names_are_the_body_s_own_else_they_follow_from_kind_and_number():
    names = [(r.name("it"), r.name("en")) for r in Rounds.from_plan(YEAR)]
    assert names[1:4] == [("1º monitoraggio", "Monitoring 1"), ("Verifica d’autunno",) * 2, ("3º monitoraggio", "Monitoring 3")]
    assert [r.name("it") for r in Rounds.from_plan({})][1] == "Monitoraggio intermedio"
    assert [r.by_kind("it") for r in Rounds.from_plan(YEAR)] == [True, False, False, False, True]


@pytest.mark.parametrize(("word", "found"), [
    ("m1", "m1"), ("M1", "m1"), ("  1º   Monitoraggio ", "m1"), ("monitoring 3", "m-late"), ("verifica d’autunno", "m2"), ("VERIFICA D'Autunno", "m2"), ("verifica d`autunno", "m2"), ("2º monitoraggio", "m2"),
    ("piano", "plan"), ("consuntivo", "final"), ("FINALE", "final"), ("monitoring", None), ("interim", None), ("", None), ("altro", None)])
def test_a_word_stands_for_one_round_or_none(word, found):
    assert round_in(YEAR, word) == found


@pytest.mark.parametrize("word", ["interim", "Intermedio", "monitoraggio intermedio", "Interim monitoring", "monitoring"])
def test_the_kind_is_enough_where_there_is_one_of_it(word):
    assert round_in({}, word) == "interim"


def test_an_id_goes_before_a_name_and_a_name_before_a_kind():
    rounds = [{"id": "a", "kind": "monitoring", "name": "b"}, {"id": "b", "kind": "monitoring", "name": "final"}, {"id": "c", "kind": "final"}]
    assert [round_in({"rounds": rounds}, w) for w in ("b", "final", "consuntivo")] == ["b", "b", "c"]


def test_a_name_that_two_rounds_bear_stands_for_neither():
    rounds = [{"id": i, "kind": "monitoring", "name": "Verifica"} for i in ("a", "b")]
    assert round_in({"rounds": rounds}, "verifica") is None
    assert all(r.called(" VERIFICA ") for r in Rounds.from_plan({"rounds": rounds}))


def test_a_round_of_which_only_the_id_is_known_is_called_as_usual():
    assert (round_name("interim", "it"), round_name("m7", "it")) == ("Monitoraggio intermedio", "m7")
    assert round_name(Rounds.from_plan(YEAR)["m2"], "en") == "Verifica d’autunno"


@pytest.mark.parametrize(("plan", "number", "first", "last"), [
    ({"year": 2021}, 1, "2021-01-01", "2021-12-31"), ({"year": 2021}, 3, "2023-01-01", "2023-12-31"),
    ({"year": 2021, "start": "2021-09-01"}, 1, "2021-09-01", "2022-08-31"), ({"year": 2021, "start": "no day"}, 1, "2021-01-01", "2021-12-31"),
    ({"year": 2024, "start": "2024-02-29"}, 1, "2024-02-29", "2025-02-27"), ({"year": 2023, "start": "2023-03-01"}, 1, "2023-03-01", "2024-02-29")])
def test_the_year_of_a_plan_has_a_first_and_a_last_day(plan, number, first, last):
    assert (first_day(plan, number), last_day(plan, number)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(("start", "names", "first", "last", "count"), [
    (None, ["2025", "2026", "2027"], (2026, 1), (2026, 12), 12), ("2026-04-01", ["2025/26", "2026/27", "2027/28"], (2026, 4), (2027, 3), 12),
    ("2025-09-01", ["2024/25", "2025/26", "2026/27"], (2025, 9), (2026, 8), 12), ("2026-09-15", ["2025/26", "2026/27", "2027/28"], (2026, 9), (2027, 9), 13)])
def test_a_year_is_called_by_the_years_that_it_lies_in_and_has_its_own_months(start, names, first, last, count):
    plan = {"year": 2026, **({"start": start} if start else {})}
    assert [year_name(plan, k) for k in (0, 1, 2)] == names
    months = months_of(plan, 1)
    assert (months[0], months[-1], len(months), len(months_of(plan, 3))) == (first, last, count, count + 24)


@pytest.mark.parametrize(("day", "years", "found"), [
    ("2024-02-29", 1, "2025-02-28"), ("2024-02-29", 4, "2028-02-29"), ("2021-12-31", -1, "2020-12-31"), ("9990-06-30", 50, "9998-06-30")])
def test_a_day_some_years_later(day, years, found):
    assert shifted(day, years) == found


def test_a_word_for_several_rounds_names_them_all():
    given = {"year": 2026, "rounds": [{"id": "plan", "kind": "plan"}, *({"id": r, "kind": "monitoring"} for r in ("q1", "q2")), {"id": "final", "kind": "final"}]}
    rounds = Rounds.from_plan(given)
    assert rounds.parse("Monitoraggio") is None and rounds.of_word(" monitoraggio ") == (rounds["q1"], rounds["q2"])
    assert rounds.parse("consuntivo") == rounds["final"] and rounds.of_word("q1") == rounds.of_word("pippo") == ()
