"""The ways of measuring a result, one entry each in ``METHODS``: what it needs, when it means something, the degree it
gives, the same as a formula of the form.

A new way is a new entry here, its label in ``schemas/objective`` (``direction``), its words in ``texts/methods.toml`` and its
worked example in ``docs/calcolo.toml``. Degrees are points (57.25) in decimals, fractions in formulas.
"""

from decimal import Decimal
from functools import cache, partial

from perfxl.model.bands import band_of
from perfxl.model.documents import schema
from perfxl.model.method import HUNDRED, UNCAPPED, ZERO, Cells, Method, Values
from perfxl.model.method_degrees import (
    actual_value,
    days_late,
    distance_from_range,
    distance_from_range_formula,
    full_or_nothing,
    late_formula,
    levels,
    levels_formula,
    no_bands,
    no_degree,
    no_fault,
    no_levels,
    no_levels_formula,
    no_range,
    no_range_formula,
    no_share,
    no_way,
    no_way_formula,
    progress,
    progress_formula,
    share,
    share_formula,
)
from perfxl.model.texts import FORMS, area

__all__ = ["METHODS", "UNCAPPED", "USUAL", "Cells", "Method", "Values", "degree_of", "formulas", "label", "measured", "method", "read_in", "texts"]

METHODS: dict[str, Method] = {m.key: m for m in (
    Method("higher", "actual", needs=("target",), degree=partial(share, lower=False),
           formula=partial(share_formula, lower=False), fault=no_share, entities=True),
    Method("lower", "actual", needs=("target",), degree=partial(share, lower=True),
           formula=partial(share_formula, lower=True), fault=no_share, entities=True),
    Method("progress", "actual", needs=("target",), degree=progress, formula=progress_formula, fault=no_way,
           senseless=no_way_formula, entities=True),
    Method("typed", "degree", needs=(), degree=no_degree, formula=lambda _c: '""', fault=no_fault, scaled=False),
    Method("bands", "actual", needs=(), degree=no_degree, formula=lambda _c: '""', fault=no_bands, entities=True,
           measure=actual_value, measured=lambda c: c.actual),
    Method("levels", "actual", needs=("target",), degree=levels, formula=levels_formula, fault=no_levels,
           senseless=no_levels_formula, scaled=False),
    Method("range", "actual", needs=(), degree=partial(full_or_nothing, measure=distance_from_range),
           formula=lambda c: f"IF(ROUND({distance_from_range_formula(c)},9)<=0,1,0)", fault=no_range,
           senseless=no_range_formula, measure=distance_from_range, measured=distance_from_range_formula),
    Method("yesno", "achieved", needs=(), degree=lambda v: HUNDRED if v.achieved else ZERO,
           formula=lambda c: f'IF({c.achieved}="{c.yes}",1,0)',
           fault=no_fault, scaled=False),
    Method("date", "achieved_on", needs=("deadline",), degree=partial(full_or_nothing, measure=days_late),
           formula=lambda c: f"IF({late_formula(c)}<=0,1,0)",
           fault=lambda v: None if v.deadline else "date", measure=days_late, measured=late_formula),
)}

#: The way of a body that chooses none.
USUAL = "higher"


def method(key: str | None) -> Method:
    """The way of measuring called ``key``, the usual one when there is none of that name."""
    return METHODS.get(key or USUAL, METHODS[USUAL])


def degree_of(way: Method, values: Values) -> Decimal | None:
    """The degree that ``values`` give measured in ``way``, unrounded; None when one lacks, or means nothing, or lies in no band."""
    wanted = (*way.needs, *((way.reads,) if way.reads != "degree" else ()))
    if any(getattr(values, key) is None for key in wanted) or _senseless(way, values):
        return None
    if values.bands is None or not way.scaled:
        return way.degree(values)
    value = (way.measure or way.degree)(values)
    band = None if value is None else band_of(values.bands, value)
    return None if band is None else band.degree


def measured(way: Method, values: Values) -> Decimal | None:
    """What is looked up in the table of bands: days late, the distance from a range, the degree itself."""
    wanted = (*way.needs, way.reads)
    if not way.scaled or any(getattr(values, key) is None for key in wanted) or _senseless(way, values):
        return None
    return (way.measure or way.degree)(values)


def _senseless(way: Method, values: Values) -> bool:
    """Whether no value gives a degree because of what the way of measuring is given."""
    return way.senseless is not None and way.fault(values) is not None


def read_in(scale: str, value: str) -> str:
    """The formula that reads ``value`` in the table of bands with the number ``scale``; blank where it lies in none."""
    at = f"ROUND({value},8)"
    inside = (f"(pxm_band_scale={scale})*(({at}>pxm_band_from)+({at}=pxm_band_from)*pxm_band_from_in)"
              f"*(({at}<pxm_band_to)+({at}=pxm_band_to)*pxm_band_to_in)")
    return f'IF(SUMPRODUCT({inside})=0,"",SUMPRODUCT({inside},pxm_band_degree))'


def formulas(cells: Cells, labels: dict[str, str], chosen: str, entities: bool, at: tuple[str, str]) -> tuple[str, str, str]:
    """The degree by the way that the cell ``chosen`` names, as a fraction, blank where there is none, in three formulas: without
    a table of bands, what is looked up in one, and the degree that holds.

    ``labels``: what users see for each way; ``entities``: whether it is of values by entity, which few ways measure; ``at``: the
    cells in which the first and the second of the formulas stand.
    """
    plain, value = at
    keys = tuple(k for k, m in METHODS.items() if k != USUAL and (m.entities or k == "typed" or not entities)) + (USUAL,)
    points = f'IF(ISNUMBER({plain}),{plain}*100,"")'
    known = {k: _guarded(m, cells, m.formula(cells)) for k in keys if (m := METHODS[k])}
    looked_up = {k: _guarded(m, cells, m.measured(cells)) if m.measured else points if m.scaled else '""' for k in keys if (m := METHODS[k])}
    unscaled = ",".join(f'{chosen}="{labels[k]}"' for k in keys if not METHODS[k].scaled)
    scaled = f'IF(ISNUMBER({value}),{read_in(cells.scale, value)},"")'
    return (f'IFERROR({_choose(chosen, labels, known)},"")', f'IF({cells.scale}=0,"",IFERROR({_choose(chosen, labels, looked_up)},""))',
            f"IF(OR({cells.scale}=0,{unscaled}),{plain},{scaled})")


def _guarded(way: Method, cells: Cells, formula: str) -> str:
    """``formula``, blank while a cell that it needs is, and where what they hold means nothing."""
    formula = f'IF({way.senseless(cells)},"",{formula})' if way.senseless else formula
    wanted = [getattr(cells, k) for k in (*way.needs, way.reads) if k not in ("degree", "achieved")]
    tests = [f"ISNUMBER({cell})" for cell in wanted] + ([f'{cells.achieved}<>""'] if way.reads == "achieved" else [])
    return f'IF(AND({",".join(tests)}),{formula},"")' if tests else formula


def _choose(chosen: str, labels: dict[str, str], formulas: dict[str, str]) -> str:
    *others, last = formulas
    chain = formulas[last]
    for key in reversed(others):
        chain = f'IF({chosen}="{labels[key]}",{formulas[key]},{chain})'
    return chain


@cache
def label(key: str) -> dict[str, str]:
    """What users see for the way of measuring called ``key``, by language."""
    results = schema("objective")["$defs"]["sheet"]["properties"]["results"]["items"]["properties"]
    return results["direction"]["x-labels"][key]


def texts(key: str) -> dict[str, str]:
    """A message of ``texts/methods.toml``, by language."""
    return {language: area("methods", language)[key][language] for language in FORMS}
