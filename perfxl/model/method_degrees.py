"""The degree that each way of measuring gives, beside the same as a formula of the form, and when it means nothing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from perfxl.model.method import HUNDRED, ZERO, Cells, Values


def _known(value: Decimal | None) -> Decimal:
    """A quantity that is there: ways of measuring are asked for a degree only when all they need is."""
    if value is None:
        raise ValueError("a quantity that the way of measuring needs is missing")
    return value


def no_fault(_values: Values) -> str | None:
    return None


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


def no_share(values: Values) -> str | None:
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


def share_formula(c: Cells, lower: bool) -> str:
    top, bottom = (c.target, c.actual) if lower else (c.actual, c.target)
    passed = f"IF({c.target}<=0,1,IF({bottom}<=0,{c.cap},MAX(1,MIN({c.cap},{top}/{bottom}))))"
    known = f"ISNUMBER({c.baseline})"
    worse = f"AND({known},{c.target}<{c.baseline},{c.baseline}<{c.actual})" if lower else \
        f"AND({known},{c.actual}<{c.baseline},{c.baseline}<{c.target})" if c.final else "FALSE"
    part = f"{top}/{bottom}" if lower else f"MAX(0,{top}/{bottom})"
    return f'IF({_there(c, lower)},{passed},IF({c.target}<=0,"",IF({worse},0,{part})))'


def progress(values: Values) -> Decimal | None:
    """How much of the way from the baseline to the target was made, as points from 0 to the cap, unrounded.

    Works for what rises and for what falls, whatever the signs. None without a baseline or when the target is the baseline.
    """
    baseline, target = values.baseline, _known(values.target)
    if baseline is None or target == baseline:
        return None
    made = (_known(values.actual) - baseline) / (target - baseline) * 100
    return max(ZERO if made < 0 else HUNDRED if reached(values, target < baseline) else ZERO, min(values.cap, made))


def no_way(values: Values) -> str | None:
    return None if values.target is None or values.baseline not in (None, values.target) else "progress"


def progress_formula(c: Cells) -> str:
    made = f"({c.actual}-{c.baseline})/({c.target}-{c.baseline})"
    there = _there_by(c, f"{c.target}<{c.baseline}")
    return f"IF({made}<0,0,MAX(IF({there},1,0),MIN({c.cap},{made})))"


def no_way_formula(c: Cells) -> str:
    return f"IF(ISNUMBER({c.baseline}),{c.baseline}={c.target},TRUE)"


def distance_from_range(values: Values) -> Decimal | None:
    """How far the actual value lies outside of the range from target to ``until``, widened by the tolerance; 0 inside of it."""
    low, high, actual = values.target, values.until, _known(values.actual)
    below = ZERO if low is None else low - values.margin(low) - actual
    above = ZERO if high is None else actual - high - values.margin(high)
    return max(ZERO, below, above)


def no_range(values: Values) -> str | None:
    if values.target is None and values.until is None:
        return "range"
    both = values.target is not None and values.until is not None
    return "range_reversed" if both and _known(values.target) > _known(values.until) else None


def distance_from_range_formula(c: Cells) -> str:
    below = f"IF(ISNUMBER({c.target}),{c.target}-ABS({c.target})*{c.near}-{c.actual},0)"
    above = f"IF(ISNUMBER({c.until}),{c.actual}-{c.until}-ABS({c.until})*{c.near},0)"
    return f"MAX(0,{below},{above})"


def no_range_formula(c: Cells) -> str:
    return f"OR(COUNT({c.target},{c.until})=0,AND(COUNT({c.target},{c.until})=2,{c.target}>{c.until}))"


def days_late(values: Values) -> Decimal | None:
    """Days from the deadline to the day it was done; 0 when it was done in time; None when a date is none."""
    try:
        return Decimal(max(0, (date.fromisoformat(values.achieved_on or "") - date.fromisoformat(values.deadline or "")).days))
    except (TypeError, ValueError):
        return None


def full_or_nothing(values: Values, measure: Callable[[Values], Decimal | None]) -> Decimal | None:
    measured = measure(values)
    return None if measured is None else ZERO if measured > 0 else HUNDRED


def late_formula(c: Cells) -> str:
    return f"MAX(0,{c.achieved_on}-{c.deadline})"


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


def no_levels(values: Values) -> str | None:
    if values.minimum is None or values.target is None:
        return "levels"
    step, beyond = values.target - values.minimum, values.excellence
    apart = step != 0 if beyond is None else step * (beyond - values.target) > 0
    return None if apart else "levels_order"


def levels_formula(c: Cells) -> str:
    lower = f"{c.target}<{c.minimum}"
    best = f"AND(ISNUMBER({c.excellence}),IF({lower},{c.actual}<={c.excellence},{c.actual}>={c.excellence}))"
    enough = f"IF({lower},{c.actual}<={c.minimum},{c.actual}>={c.minimum})"
    there = _there_by(c, lower)
    return f"IF({best},{c.cap},IF({there},1,IF({enough},pxm_least,0)))"


def no_levels_formula(c: Cells) -> str:
    wrong_side = f"IF({c.target}<{c.minimum},{c.excellence}>={c.target},{c.excellence}<={c.target})"
    apart = f"IF({c.minimum}={c.target},TRUE,IF(ISNUMBER({c.excellence}),{wrong_side},FALSE))"
    return f"IF(ISNUMBER({c.minimum}),{apart},TRUE)"


def actual_value(values: Values) -> Decimal | None:
    return values.actual


def no_bands(values: Values) -> str | None:
    return None if values.bands else "bands"


def no_degree(_values: Values) -> Decimal | None:
    return None
