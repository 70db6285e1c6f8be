"""The formulas of the form give the degree that the engine gives, of every way of measuring, for values that make no sense too."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from perfxl.model.bands import Band, limits
from perfxl.model.method import UNCAPPED, Cells, Values
from perfxl.model.methods import METHODS, degree_of, formulas, label
from perfxl.stages.issue.form.bands import ENDLESS
from perfxl.workbook.formulas.compiling import compiled
from perfxl.workbook.formulas.values import Block

#: Quantities at every place from one another: below, at, above, on the other side of zero, not there.
QUANTITIES = (None, *map(Decimal, ("-3", "0", "2", "10", "10.4", "20")))
DAYS = (None, "2021-03-31", "2021-04-01", "2021-12-31")
#: No table, one that the body has not, one with a gap, open ends and a common end, one of small steps.
TABLES = (None, (), (Band(None, Decimal(0), Decimal(100)), Band(Decimal(0), Decimal(10), Decimal(60)), Band(Decimal("10.5"), None, Decimal(20))),
          (Band(Decimal(50), Decimal(100), Decimal(30)), Band(Decimal(100), Decimal(150), Decimal(110))))
#: What each way looks at beside the actual value, each with what it may be.
LOOKED_AT = {"higher": ("target", "baseline"), "lower": ("target", "baseline"), "progress": ("target", "baseline"), "typed": ("target",),
             "bands": ("target",), "levels": ("target", "minimum", "excellence"), "range": ("target", "until"), "yesno": ("achieved",),
             "date": ("deadline", "achieved_on")}
MAY_BE = {"deadline": DAYS, "achieved_on": DAYS, "achieved": (None, True, False)}
FIELDS = ("actual", "target", "baseline", "until", "minimum", "excellence", "deadline", "achieved_on", "achieved")
LABELS = {key: label(key)["it"] for key in METHODS}
NO_WAY = "altro"


class Named:
    """Gives formulas the values of names, in place of a workbook."""

    comma = True

    def __init__(self, values: dict):
        self.values = values

    def named(self, name: str, _entry) -> object:
        return self.values[name]


def told(value: object) -> object:
    """``value`` as a cell holds it."""
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, str):
        return float(date.fromisoformat(value).toordinal() - date(1899, 12, 30).toordinal())
    return "" if value is None else float(value)


def table_names(table: tuple[Band, ...]) -> dict[str, object]:
    """The named columns of the sheet of bands that has ``table`` alone, then a row that is blank."""
    rows = [(1.0, float(-ENDLESS if low is None else low), float(ENDLESS if high is None else high), float(low_in), float(high_in),
             float(band.degree / 100)) for band, low, high, low_in, high_in in limits(table)]
    columns = zip(*rows, strict=True) if rows else [()] * 6
    return {f"pxm_band_{key}": Block([*column, None])
            for key, column in zip(("scale", "from", "to", "from_in", "to_in", "degree"), columns, strict=True)}


def form_degree(way: str, values: Values, entities: bool = False) -> object:
    """What the cell of the form with the degree shows."""
    found = formulas(Cells(**{key: key for key in (*FIELDS, "near", "cap", "scale")}, yes="sì", final=values.held), LABELS,
                     chosen="way", entities=entities,
                     at=("plain", "value"))
    names = {key: told(getattr(values, key)) for key in FIELDS}
    names |= {"near": float(values.near / 100), "cap": float(values.cap / 100), "pxm_least": float(values.least / 100), "way": way,
              "scale": 0.0 if values.bands is None else 1.0 if values.bands else -1.0, **table_names(values.bands or ())}
    for name, formula in zip(("plain", "value", "degree"), found, strict=True):
        names[name] = compiled(formula)(Named(names), None)
    return names["degree"]


def grid(way: str):
    """Values that ``way`` may meet, sensible or not."""
    keys = ("actual", *LOOKED_AT[way])
    for found in product(*(MAY_BE.get(key, QUANTITIES) for key in keys)):
        for table, (near, cap, held) in product(TABLES, ((0, 100, True), (5, 130, False))):
            capped = Decimal(cap) if table is None or not METHODS[way].scaled else UNCAPPED
            yield Values(**dict(zip(keys, found, strict=True)), near=Decimal(near), cap=capped, held=held, least=Decimal(60), bands=table)


def differing(way: str, entities: bool = False) -> tuple[list, int]:
    """Where form and engine do not agree, and in how many cases both have no degree."""
    wrong, blank = [], 0
    for values in grid(way):
        engine, form = degree_of(METHODS[way], values), form_degree(LABELS[way], values, entities)
        blank += engine is None and form == ""
        same = form == "" if engine is None else isinstance(form, float) and abs(form - float(engine / 100)) < 1e-9
        if not same:
            wrong.append((values, engine, form))
    return wrong, blank


@pytest.mark.parametrize("way", METHODS)
def test_the_form_gives_the_degree_of_the_engine_and_none_where_it_gives_none(way):
    wrong, blank = differing(way)
    assert wrong[:3] == [] and blank


@pytest.mark.parametrize("way", [key for key, m in METHODS.items() if m.entities])
def test_values_by_entity_too(way):
    wrong, blank = differing(way, entities=True)
    assert wrong[:3] == [] and blank


def test_what_an_entity_is_not_measured_by_gives_no_degree():
    assert form_degree(LABELS["typed"], Values(Decimal(5), Decimal(10)), entities=True) == ""
    assert form_degree(NO_WAY, Values(Decimal(5), Decimal(10)), entities=True) == 0.5


@pytest.mark.parametrize(("way", "fault", "given"), [
    ("levels", "levels", {"target": 10}), ("levels", "levels_order", {"target": 10, "minimum": 5, "excellence": 8}),
    ("levels", "levels_order", {"target": 10, "minimum": 15, "excellence": 12}), ("levels", "levels_order", {"target": 10, "minimum": 10}),
    ("range", "range", {}), ("range", "range_reversed", {"target": 10, "until": 5}), ("progress", "progress", {"target": 10}),
    ("progress", "progress", {"target": 10, "baseline": 10}), ("bands", "bands", {})])
def test_a_way_that_means_nothing_is_blank_whatever_the_value(way, fault, given):
    for actual in QUANTITIES[1:]:
        values = Values(actual=actual, **{k: Decimal(v) for k, v in given.items()})
        assert METHODS[way].fault(values) == fault
        assert degree_of(METHODS[way], values) is None and form_degree(LABELS[way], values) == ""
