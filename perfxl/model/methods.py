"""The ways of measuring a result, one entry each in ``METHODS``: what it needs, when it means something, the degree it
gives, the same as a formula of the form.

A new way is a new entry here, its label in ``schemas/objective`` (``direction``), its words in ``texts/methods.toml`` and its
worked example in ``docs/calcolo.toml``. Degrees are points (57.25) in decimals, fractions in formulas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial

from perfxl.model.bands import Band, find
from perfxl.model.documents import schema
from perfxl.model.texts import FORMS, area

HUNDRED, ZERO = Decimal(100), Decimal(0)
#: A cap that no degree reaches: what is looked up in a table of bands is not capped, its table says how far it goes.
UNCAPPED = Decimal(10**7)


@dataclass(frozen=True)
class Values:
    """What one result (or one entity of it) is measured from. Quantities in its unit, days as ISO text.

    ``near``: per cent of the target within which it counts as reached; ``cap``: the highest degree; ``bands``: the table that it
    is read in, None where it names none, () where it names one that the body has not; ``least``: the degree that the minimum
    gives; ``held``: whether what grows is held against its baseline, as at the end of the year.
    """

    actual: Decimal | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    until: Decimal | None = None
    minimum: Decimal | None = None
    excellence: Decimal | None = None
    deadline: str | None = None
    achieved_on: str | None = None
    achieved: bool | None = None
    near: Decimal = ZERO
    cap: Decimal = HUNDRED
    least: Decimal = Decimal(50)
    bands: tuple[Band, ...] | None = None
    held: bool = True

    def margin(self, value: Decimal) -> Decimal:
        """How far from ``value`` still counts as there."""
        return abs(value) * self.near / 100


@dataclass(frozen=True)
class Cells:
    """Where a formula finds what ``Values`` holds: the address of a cell (or a name) for each; ``way``: the label that the way
    of measuring bears there; ``yes``: what an achieved result says; ``final``: whether the year is over; ``there``: of a cell that
    says whether the target is reached, the right way round, where there is one.
    """

    actual: str
    target: str
    baseline: str
    near: str = "pxm_near"
    cap: str = "pxm_cap"
    until: str = '""'
    minimum: str = '""'
    excellence: str = '""'
    deadline: str = '""'
    achieved_on: str = '""'
    achieved: str = '""'
    scale: str = "0"
    yes: str = ""
    final: bool = True
    there: str = ""


@dataclass(frozen=True)
class Method:
    """One way of measuring.

    ``key``: the value of ``direction``; ``reads``: the key of the reading that the round must have; ``needs``: the keys of the
    result that must be there for it to mean something; ``entities``: whether values by entity are measured so too;
    ``fault``: why the values mean nothing (a key of ``texts/methods.toml``), None where they do; ``degree``: of values that are
    all there, None where there is none; ``formula``: the same, of cells that hold what it reads and needs and mean something;
    ``senseless``: the condition, of cells that hold what it needs, that ``fault`` finds something and no value gives a degree;
    None where the needs tell it all, or where a degree is given in spite of the fault; ``measure`` and ``measured``: what is
    looked up in a table of bands, where it is not the degree; ``scaled``: whether a table may be used.
    """

    key: str
    reads: str
    needs: tuple[str, ...]
    degree: Callable[[Values], Decimal | None]
    formula: Callable[[Cells], str]
    fault: Callable[[Values], str | None]
    senseless: Callable[[Cells], str] | None = None
    entities: bool = False
    scaled: bool = True
    measure: Callable[[Values], Decimal | None] | None = None
    measured: Callable[[Cells], str] | None = None


def _known(value: Decimal | None) -> Decimal:
    """A quantity that is there: ways of measuring are asked for a degree only when all they need is."""
    if value is None:
        raise ValueError("a quantity that the way of measuring needs is missing")
    return value


def _no_fault(_values: Values) -> str | None:
    return None


# -- share of the target -----------------------------------------------------------------------------------------------

def reached(values: Values, lower: bool) -> bool:
    """Whether the target is reached, or missed by no more than the share of it that counts as reached."""
    actual, target = _known(values.actual), _known(values.target)
    near = values.margin(target)
    return actual <= target + near if lower else actual >= target - near


def worse_than_baseline(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None) -> bool:
    """Whether ``actual`` is on the wrong side of a ``baseline`` that ``target`` improves on."""
    if baseline is None:
        return False
    return target < baseline < actual if lower else actual < baseline < target


def share(values: Values, lower: bool) -> Decimal | None:
    """Actual over target, target over actual when ``lower`` is better, as points from 0, unrounded.

    100 when the target is reached, more when it is passed and the cap is higher; 0 when the actual value is worse than the
    baseline, where there is one that the target improves on. None when the target is not reached and is 0 or less: no share of
    it means anything.
    """
    actual, target, baseline = _known(values.actual), _known(values.target), values.baseline if lower or values.held else None
    top, bottom = (target, actual) if lower else (actual, target)
    if reached(values, lower):
        if target <= 0:
            return HUNDRED
        return max(HUNDRED, min(values.cap, top / bottom * 100)) if bottom > 0 else values.cap
    if target <= 0:
        return None
    if worse_than_baseline(actual, target, lower, baseline):
        return ZERO
    return max(ZERO, top / bottom * 100)


def _no_share(values: Values) -> str | None:
    return "share" if values.target is not None and values.target <= 0 else None


def _there(cells: Cells, lower: bool) -> str:
    """The condition that the target is reached."""
    if cells.there:
        return cells.there
    near = f"ABS({cells.target})*{cells.near}"
    one, other = (cells.actual, cells.target) if lower else (cells.target, cells.actual)
    return f"ROUND({one}-{other}-{near},9)<=0"


def _there_by(cells: Cells, lower: str) -> str:
    """The condition that the target is reached, where the condition ``lower`` says whether less is better."""
    return f"IF({lower},{_there(cells, True)},{_there(cells, False)})"


def _share_formula(c: Cells, lower: bool) -> str:
    top, bottom = (c.target, c.actual) if lower else (c.actual, c.target)
    passed = f"IF({c.target}<=0,1,IF({bottom}<=0,{c.cap},MAX(1,MIN({c.cap},{top}/{bottom}))))"
    known = f"ISNUMBER({c.baseline})"
    worse = f"AND({known},{c.target}<{c.baseline},{c.baseline}<{c.actual})" if lower else \
        f"AND({known},{c.actual}<{c.baseline},{c.baseline}<{c.target})" if c.final else "FALSE"
    part = f"{top}/{bottom}" if lower else f"MAX(0,{top}/{bottom})"
    return f'IF({_there(c, lower)},{passed},IF({c.target}<=0,"",IF({worse},0,{part})))'


# -- progress ----------------------------------------------------------------------------------------------------------

def progress(values: Values) -> Decimal | None:
    """How much of the way from the baseline to the target was made, as points from 0 to the cap, unrounded.

    Works for what rises and for what falls, whatever the signs. None without a baseline or when the target is the baseline.
    """
    baseline, target = values.baseline, _known(values.target)
    if baseline is None or target == baseline:
        return None
    made = (_known(values.actual) - baseline) / (target - baseline) * 100
    return max(ZERO if made < 0 else HUNDRED if reached(values, target < baseline) else ZERO, min(values.cap, made))


def _no_way(values: Values) -> str | None:
    return None if values.target is None or values.baseline not in (None, values.target) else "progress"


def _progress_formula(c: Cells) -> str:
    made = f"({c.actual}-{c.baseline})/({c.target}-{c.baseline})"
    there = _there_by(c, f"{c.target}<{c.baseline}")
    return f"IF({made}<0,0,MAX(IF({there},1,0),MIN({c.cap},{made})))"


def _no_way_formula(c: Cells) -> str:
    return f"IF(ISNUMBER({c.baseline}),{c.baseline}={c.target},TRUE)"


# -- a range, with both ends or one --------------------------------------------------------------------------------------

def outside(values: Values) -> Decimal | None:
    """How far the actual value lies outside of the range from target to ``until``, widened by the tolerance; 0 inside of it."""
    low, high, actual = values.target, values.until, _known(values.actual)
    below = ZERO if low is None else low - values.margin(low) - actual
    above = ZERO if high is None else actual - high - values.margin(high)
    return max(ZERO, below, above)


def _no_range(values: Values) -> str | None:
    if values.target is None and values.until is None:
        return "range"
    both = values.target is not None and values.until is not None
    return "range_reversed" if both and _known(values.target) > _known(values.until) else None


def _outside_formula(c: Cells) -> str:
    below = f"IF(ISNUMBER({c.target}),{c.target}-ABS({c.target})*{c.near}-{c.actual},0)"
    above = f"IF(ISNUMBER({c.until}),{c.actual}-{c.until}-ABS({c.until})*{c.near},0)"
    return f"MAX(0,{below},{above})"


def _no_range_formula(c: Cells) -> str:
    return f"OR(COUNT({c.target},{c.until})=0,AND(COUNT({c.target},{c.until})=2,{c.target}>{c.until}))"


# -- by date -------------------------------------------------------------------------------------------------------------

def days_late(values: Values) -> Decimal | None:
    """Days from the deadline to the day it was done; 0 when it was done in time; None when a date is none."""
    try:
        return Decimal(max(0, (date.fromisoformat(values.achieved_on or "") - date.fromisoformat(values.deadline or "")).days))
    except (TypeError, ValueError):
        return None


def _full_or_nothing(values: Values, measure: Callable[[Values], Decimal | None]) -> Decimal | None:
    found = measure(values)
    return None if found is None else ZERO if found > 0 else HUNDRED


def _late_formula(c: Cells) -> str:
    return f"MAX(0,{c.achieved_on}-{c.deadline})"


# -- minimum, target, excellence -----------------------------------------------------------------------------------------

def levels(values: Values) -> Decimal | None:
    """0 below the minimum, the body's degree from it on, 100 from the target, the cap from the excellence, for what rises and
    for what falls."""
    actual, minimum, excellence = _known(values.actual), _known(values.minimum), values.excellence
    lower = _known(values.target) < minimum
    if excellence is not None and (actual <= excellence if lower else actual >= excellence):
        return values.cap
    if reached(values, lower):
        return HUNDRED
    return values.least if (actual <= minimum if lower else actual >= minimum) else ZERO


def _no_levels(values: Values) -> str | None:
    if values.minimum is None or values.target is None:
        return "levels"
    step, beyond = values.target - values.minimum, values.excellence
    apart = step != 0 if beyond is None else step * (beyond - values.target) > 0
    return None if apart else "levels_order"


def _levels_formula(c: Cells) -> str:
    lower = f"{c.target}<{c.minimum}"
    best = f"AND(ISNUMBER({c.excellence}),IF({lower},{c.actual}<={c.excellence},{c.actual}>={c.excellence}))"
    enough = f"IF({lower},{c.actual}<={c.minimum},{c.actual}>={c.minimum})"
    there = _there_by(c, lower)
    return f"IF({best},{c.cap},IF({there},1,IF({enough},pxm_least,0)))"


def _no_levels_formula(c: Cells) -> str:
    wrong_side = f"IF({c.target}<{c.minimum},{c.excellence}>={c.target},{c.excellence}<={c.target})"
    apart = f"IF({c.minimum}={c.target},TRUE,IF(ISNUMBER({c.excellence}),{wrong_side},FALSE))"
    return f"IF(ISNUMBER({c.minimum}),{apart},TRUE)"


def _actual(values: Values) -> Decimal | None:
    return values.actual


def _no_bands(values: Values) -> str | None:
    return None if values.bands else "bands"


def _nothing(_values: Values) -> Decimal | None:
    return None


METHODS: dict[str, Method] = {m.key: m for m in (
    Method("higher", "actual", needs=("target",), degree=partial(share, lower=False),
           formula=partial(_share_formula, lower=False), fault=_no_share, entities=True),
    Method("lower", "actual", needs=("target",), degree=partial(share, lower=True),
           formula=partial(_share_formula, lower=True), fault=_no_share, entities=True),
    Method("progress", "actual", needs=("target",), degree=progress, formula=_progress_formula, fault=_no_way,
           senseless=_no_way_formula, entities=True),
    Method("typed", "degree", needs=(), degree=_nothing, formula=lambda _c: '""', fault=_no_fault, scaled=False),
    Method("bands", "actual", needs=(), degree=_nothing, formula=lambda _c: '""', fault=_no_bands, entities=True,
           measure=_actual, measured=lambda c: c.actual),
    Method("levels", "actual", needs=("target",), degree=levels, formula=_levels_formula, fault=_no_levels,
           senseless=_no_levels_formula, scaled=False),
    Method("range", "actual", needs=(), degree=partial(_full_or_nothing, measure=outside),
           formula=lambda c: f"IF(ROUND({_outside_formula(c)},9)<=0,1,0)", fault=_no_range,
           senseless=_no_range_formula, measure=outside, measured=_outside_formula),
    Method("yesno", "achieved", needs=(), degree=lambda v: HUNDRED if v.achieved else ZERO,
           formula=lambda c: f'IF({c.achieved}="{c.yes}",1,0)',
           fault=_no_fault, scaled=False),
    Method("date", "achieved_on", needs=("deadline",), degree=partial(_full_or_nothing, measure=days_late),
           formula=lambda c: f"IF({_late_formula(c)}<=0,1,0)",
           fault=lambda v: None if v.deadline else "date", measure=days_late, measured=_late_formula),
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
    found = None if value is None else find(values.bands, value)
    return None if found is None else found.degree


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
    found = f'IF(ISNUMBER({plain}),{plain}*100,"")'
    known = {k: _guarded(m, cells, m.formula(cells)) for k in keys if (m := METHODS[k])}
    looked_up = {k: _guarded(m, cells, m.measured(cells)) if m.measured else found if m.scaled else '""' for k in keys if (m := METHODS[k])}
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
    found = formulas[last]
    for key in reversed(others):
        found = f'IF({chosen}="{labels[key]}",{formulas[key]},{found})'
    return found


@cache
def label(key: str) -> dict[str, str]:
    """What users see for the way of measuring called ``key``, by language."""
    results = schema("objective")["$defs"]["sheet"]["properties"]["results"]["items"]["properties"]
    return results["direction"]["x-labels"][key]


def texts(key: str) -> dict[str, str]:
    """A message of ``texts/methods.toml``, by language."""
    return {language: area("methods", language)[key][language] for language in FORMS}
