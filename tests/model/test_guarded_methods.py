"""The degree by each way of measuring, worked out by hand, of the engine and of the formula of the form: what a change there would move."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from perfxl.model.bands import Band
from perfxl.model.indicators import GIVEN, MEASURED, PAYMENT_WEIGHT, borrowed, of_line, used_in, with_ready_made
from perfxl.model.method import Cells, Values
from perfxl.model.methods import METHODS, degree_of, formulas, label, measured, method
from perfxl.workbook.formulas.compiling import compiled
from perfxl.workbook.formulas.values import Block

D = Decimal
FIELDS = ("actual", "target", "baseline", "until", "minimum", "excellence", "deadline", "achieved_on", "achieved")
LABELS = {key: label(key)["it"] for key in METHODS}
RISING, FALLING = {"minimum": 4, "target": 8, "excellence": 10, "cap": 120}, {"minimum": 8, "target": 4, "excellence": 2, "cap": 120}
CASES = {
    "higher": [({"actual": 5, "target": 10}, 50), ({"actual": "0.25", "target": "0.5"}, 50), ({"actual": 5, "target": 10, "baseline": 6}, 0), ({"actual": 5, "target": 10, "baseline": 5}, 50),
               ({"actual": 12, "target": 10}, 100), ({"actual": 12, "target": 10, "cap": 130}, 120), ({"actual": 14, "target": 10, "cap": 130}, 130),
               ({"actual": "9.5", "target": 10, "near": 5}, 100), ({"actual": "9.4", "target": 10, "near": 5}, 94), ({"actual": -5, "target": 10}, 0),
               ({"actual": 1, "target": 0, "cap": 130}, 100), ({"actual": -1, "target": 0}, None), ({"target": 10}, None), ({"actual": 5}, None)],
    "lower": [({"actual": 20, "target": 10}, 50), ({"actual": 40, "target": 10, "baseline": 30}, 0), ({"actual": 8, "target": 10, "cap": 130}, 125),
              ({"actual": 0, "target": 10, "cap": 130}, 130), ({"actual": "0.5", "target": 1, "cap": 250}, 200), ({"actual": "10.5", "target": 10, "near": 5}, 100), ({"actual": 1, "target": 0}, None)],
    "progress": [({"actual": 14, "target": 20, "baseline": 10}, 40), ({"actual": 16, "target": 10, "baseline": 20}, 40), ({"actual": 9, "target": 20, "baseline": 10}, 0),
                 ({"actual": 23, "target": 20, "baseline": 10, "cap": 120}, 120), ({"actual": 22, "target": 20, "baseline": 10, "cap": 150}, 120),
                 ({"actual": 19, "target": 20, "baseline": 10, "near": 5}, 100), ({"actual": 11, "target": 10, "baseline": 20, "near": 10}, 100),
                 ({"actual": 5, "target": 5, "baseline": 5}, None), ({"actual": 5, "target": 7}, None)],
    "levels": [*((RISING | {"actual": a}, d) for a, d in (("3.99", 0), (4, 50), ("7.99", 50), (8, 100), ("9.99", 100), (10, 120), (11, 120))),
               *((FALLING | {"actual": a}, d) for a, d in (("8.01", 0), (8, 50), ("4.01", 50), (4, 100), ("2.01", 100), (2, 120), (1, 120))),
               ({"actual": 11, "minimum": 4, "target": 8, "cap": 120}, 100), ({"actual": 5, "minimum": 4, "target": 8, "least": 60}, 60),
               ({"actual": "7.6", "minimum": 4, "target": 8, "near": 5}, 100), ({"actual": 5, "minimum": 5, "target": 5}, None), ({"actual": 5, "target": 5}, None),
               (RISING | {"actual": 9, "excellence": 8}, None), (RISING | {"actual": 9, "excellence": 3}, None), (FALLING | {"actual": 9, "excellence": 5}, None)],
    "range": [*(({"actual": a, "target": 1, "until": 3}, d) for a, d in (("0.99", 0), (1, 100), (3, 100), ("3.01", 0))), ({"actual": 99, "target": 1}, 100),
              ({"actual": "0.5", "target": 1}, 0), ({"actual": -9, "until": 3}, 100), ({"actual": 4, "until": 3}, 0), ({"actual": 4}, None),
              *(({"actual": a, "target": 10, "until": 20, "near": 10}, d) for a, d in (("8.99", 0), (9, 100), (22, 100), ("22.01", 0))),
              ({"actual": 3, "target": 3, "until": 3}, 100), ({"actual": 3, "target": 4, "until": 3}, None)],
    "yesno": [({"achieved": True}, 100), ({"achieved": False}, 0), ({}, None)],
    "date": [({"deadline": "2021-03-31", "achieved_on": day}, d) for day, d in (("2021-03-30", 100), ("2021-03-31", 100), ("2021-04-01", 0), (None, None))]}


def values(cells: dict) -> Values:
    return Values(**{k: v if isinstance(v, bool) or v is None or k in ("deadline", "achieved_on") else D(v) for k, v in cells.items()})


def cell(value: object) -> object:
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, str):
        return float((date.fromisoformat(value) - date(1899, 12, 30)).days)
    return None if value is None else float(value)


def by_form(cells: Cells, by: str, measured_from: Values, entities: bool = False, **more) -> object:
    """What the cell of the degree shows, in points; None where it is blank."""
    names = {k: cell(getattr(measured_from, k)) for k in FIELDS} | {"way": LABELS[by], "scale": 0.0 if measured_from.bands is None else 1.0 if measured_from.bands else -1.0, "pxm_least": float(measured_from.least / 100), **more}
    for near, cap in (("near", "cap"), ("pxm_near", "pxm_cap")):
        names |= {near: float(measured_from.near / 100), cap: float(measured_from.cap / 100)}
    where = SimpleNamespace(comma=True, named=lambda name, _entry: names[name])
    names |= {f"pxm_band_{key}": Block(column) for key, column in COLUMNS.items()}
    for name, formula in zip(("plain", "value", "degree"), formulas(cells, LABELS, chosen="way", entities=entities, at=("plain", "value")), strict=True):
        names[name] = compiled(formula)(where, None)
    return None if names["degree"] == "" else round(names["degree"] * 100, 9)


#: A table of two bands, up to 5 and from 5 to 60, as a value in points or days is read in it, and the same on the sheet of a form.
TABLE = (Band(None, D(5), D(20)), Band(D(5), D(60), D(60)))
COLUMNS = {"scale": [1.0, 1.0], "from": [-1e9, 5.0], "to": [5.0, 60.0], "from_in": [1.0, 0.0], "to_in": [1.0, 1.0], "degree": [0.2, 0.6]}
ALL_CELLS = Cells(**{k: k for k in (*FIELDS, "near", "cap", "scale")}, yes="sì")


@pytest.mark.parametrize("way", CASES)
def test_the_degree_by_each_way_is_what_one_works_out_by_hand(way):
    for cells, degree in CASES[way]:
        assert degree_of(METHODS[way], values(cells)) == degree, cells
        assert by_form(ALL_CELLS, way, values(cells)) == degree, cells


IN_TABLE = {
    "higher": [({"actual": 4, "target": 8}, 60), ({"actual": 4, "target": 100}, 20), ({"actual": 7, "target": 8}, None), ({"actual": 4}, None)],
    "lower": [({"actual": 8, "target": 4}, 60), ({"actual": 100, "target": 4}, 20)],
    "progress": [({"actual": 14, "target": 20, "baseline": 10}, 60), ({"actual": 14, "target": 20}, None)],
    "bands": [({"actual": a}, d) for a, d in ((3, 20), (5, 20), ("5.01", 60), (60, 60), (61, None), (None, None))],
    "range": [({"actual": a, "target": 1, "until": 3}, d) for a, d in ((3, 20), (9, 60), (99, None))], "typed": [({"actual": 3, "target": 3}, None)],
    "levels": [({"actual": 4, "minimum": 4, "target": 8}, 50)], "yesno": [({"achieved": True}, 100)],
    "date": [({"deadline": "2021-03-31", "achieved_on": day}, d) for day, d in (("2021-03-30", 20), ("2021-04-03", 20), ("2021-04-30", 60), ("2021-06-30", None))]}


@pytest.mark.parametrize("way", IN_TABLE)
def test_the_degree_that_a_table_gives_is_what_one_reads_in_it(way):
    for cells, degree in IN_TABLE[way]:
        looked_up = replace(values(cells), bands=TABLE)
        assert degree_of(METHODS[way], looked_up) == degree, cells
        assert by_form(ALL_CELLS, way, looked_up) == degree, cells
        unknown = replace(looked_up, bands=())
        assert degree_of(METHODS[way], unknown) == by_form(ALL_CELLS, way, unknown) == (degree if way in ("levels", "yesno") else None)


def test_the_values_of_entities_are_measured_in_four_ways_alone():
    assert [k for k, m in METHODS.items() if m.entities] == ["higher", "lower", "progress", "bands"]
    assert [by_form(ALL_CELLS, way, replace(values(cells), bands=bands), entities=True) for way, cells, bands in (
        ("lower", {"actual": 20, "target": 10}, None), ("progress", {"actual": 14, "target": 20, "baseline": 10}, None), ("bands", {"actual": 3}, TABLE),
        ("higher", {"actual": 4, "target": 8}, TABLE), ("typed", {"actual": 4, "target": 8}, None))] == [50, 40, 20, 60, None]
    assert not any("None" in formula for each in (True, False) for formula in formulas(ALL_CELLS, LABELS, chosen="way", entities=each, at=("plain", "value")))


def test_a_way_of_no_name_is_the_usual_one_and_what_lacks_or_means_nothing_is_not_looked_up():
    assert method(None) is method("") is method("none of ours") is METHODS["higher"] and method("lower") is METHODS["lower"]
    assert [measured(METHODS[way], values(cells)) for way, cells in (("higher", {"target": 10}), ("range", {"actual": 5, "target": 4, "until": 3}),
                                                                   ("range", {"actual": 5, "target": 1, "until": 3}))] == [None, None, 2]
    assert [by_form(ALL_CELLS, "date", values({"actual": 5, "target": 10}), entities=each, way="none of ours") for each in (True, False)] == [50, 50]
    for_entities = "".join(formulas(ALL_CELLS, LABELS, chosen="way", entities=True, at=("plain", "value")))
    assert {k for k in METHODS if f'"{LABELS[k]}"' in for_entities} == {"lower", "progress", "bands", "typed"}


def test_what_a_form_has_no_cell_for_stands_as_the_rules_of_the_body_say():
    bare, half = Cells("actual", "target", "baseline"), values({"actual": 5, "target": 10, "baseline": 6})
    assert (by_form(bare, "higher", half), by_form(Cells("actual", "target", "baseline", final=False), "higher", half)) == (0, 50)
    assert by_form(bare, "higher", values({"actual": 13, "target": 10, "cap": 120})) == 120 and by_form(bare, "higher", values({"actual": 9, "target": 10, "near": 10})) == 100
    assert by_form(bare, "range", values({"actual": 5, "target": 1, "until": 3})) == 100  # no cell for the other end
    assert [by_form(bare, way, values({"actual": 5, "target": 1, "minimum": 0})) for way in ("levels", "yesno", "date")] == [None] * 3
    there = Cells("actual", "target", "baseline", minimum="minimum", there="there")
    for way, low in (("higher", 50), ("progress", 40), ("levels", 50)):
        measured_from = values({"actual": 5 if way != "progress" else 4, "target": 10, "minimum": 1, **({"baseline": 0} if way == "progress" else {})})
        assert [by_form(there, way, measured_from, there=known) for known in (True, False)] == [100, low]


@pytest.mark.parametrize(("way", "told", "fault"), [
    ("range", {}, "range"), ("range", {"target": 4, "until": 3}, "range_reversed"), ("range", {"target": 3, "until": 3}, None), ("range", {"target": 4}, None), ("range", {"until": 4}, None),
    ("levels", {"target": 4}, "levels"), ("levels", {"minimum": 4}, "levels"), ("levels", {"minimum": 4, "target": 4}, "levels_order"), ("levels", {"minimum": 4, "target": 5}, None),
    ("levels", {"minimum": 4, "target": "4.5", "excellence": 5}, None), ("levels", {"minimum": 5, "target": "4.5", "excellence": 4}, None),
    ("levels", {"minimum": 4, "target": 5, "excellence": 5}, "levels_order"), ("levels", {"minimum": 4, "target": 5, "excellence": 3}, "levels_order"),
    ("levels", {"minimum": 5, "target": 5, "excellence": 6}, "levels_order"), ("progress", {}, None), ("progress", {"baseline": 5}, None),
    ("progress", {"target": 5}, "progress"), ("progress", {"target": 5, "baseline": 5}, "progress"), ("higher", {"target": 0}, "share"), ("higher", {}, None)])
def test_what_means_nothing_is_called_by_its_name(way, told, fault):
    assert METHODS[way].fault(values(told)) == fault


def test_what_is_looked_up_in_a_table_is_the_distance():
    outside = [METHODS["range"].measure(values({"actual": a, "target": 1, "until": 3})) for a in ("0.25", 1, 2, 3, 5)]
    assert outside == [D("0.75"), 0, 0, 0, 2]
    late = [METHODS["date"].measure(Values(deadline="2021-03-31", achieved_on=day)) for day in ("2021-03-01", "2021-03-31", "2021-04-01", "2021-04-30", "no", None, 5)]
    assert late == [0, 0, 1, 30, None, None, None]


def test_the_label_of_a_way_is_what_users_see():
    assert label.__wrapped__("yesno").items() >= {"it": "Fatto o non fatto", "en": "Done or not done"}.items()


def test_the_ready_made_objective_is_filled_in_beside_others_and_weighs_three_tenths_at_least():
    found = with_ready_made({"objectives": [{"code": "S1.1", "ready": "payment_times"}, {"code": "S1.2"}]})["objectives"]
    assert [len(o.get("sheet", {}).get("results", ())) for o in found] == [1, 0] and PAYMENT_WEIGHT == 30


def test_an_indicator_gives_all_that_a_result_is_measured_from():
    assert set(GIVEN) == {"unit", "direction", "baseline", "target", "scale", "tolerance", "cap", "until", "minimum", "excellence", "per", "missing",
                          "past_1", "past_2", "past_3", "target_2", "target_3"}
    assert set(MEASURED) == {"actual", "numerator", "denominator", "achieved", "achieved_on", "degree"}


def test_where_an_indicator_is_used_and_which_of_them_tell_of_a_line():
    def uses(code: str, *indicators: str) -> dict:
        return {"code": code, "lead": "S1", "sheet": {"results": [{"id": str(n), "indicator": i} for n, i in enumerate(indicators)]}}

    first, second = {"code": "I1", "line": "L1"}, {"code": "I2"}
    content = {"objectives": [uses("B", "I1", "I1"), uses("A", "I1", "I2"), uses("C", "I2")], "indicators": [first, second]}
    assert [used_in(content, code) for code in ("I1", "I2", "I3")] == [["B", "A"], ["A", "C"], []]
    assert (of_line(content, "L1"), of_line(content, "L2"), of_line({}, "L1")) == ([first], [], []) and borrowed({}) == {}
