"""The arithmetic under the outcomes: exact decimals, one rounding rule, formulas that stop at a blank.

Percentages are points (57.25). Sources: the objective sheets and sector tables of a real final report, which weigh
phases and, in one sector, expected results, each on a scale that sums to 100.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from perfxl.readings import due, dropped, in_force, present, read
from perfxl.rounds import Round

HUNDRED, ZERO = Decimal(100), Decimal(0)


def rounded(value: Decimal | None) -> Decimal | None:
    """``value`` half up to two decimals; None stays None."""
    return None if value is None else value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def shown(value: Decimal | None) -> str | None:
    """``value`` as documents carry outcomes: ``"57.25"``."""
    return None if value is None else str(rounded(value))


def dec(value) -> Decimal | None:
    """A document's number as Decimal; None stays None."""
    return None if value is None else value if isinstance(value, Decimal) else Decimal(str(value))


def mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Weighted mean of (weight, value) pairs, unrounded; None when the weights sum to zero."""
    pairs = list(pairs)
    total = sum((w for w, _ in pairs), ZERO)
    return sum((w * v for w, v in pairs), ZERO) / total if total else None


def by_phases(sheet: dict, round: Round) -> Decimal | None:
    """Σ weight × realised / Σ weight over the year's weighted phases that were not dropped, unrounded.

    None when no phase is weighted, or a weighted phase has no weight or no realised percentage: a blank is
    never silently 0.
    """
    pairs = []
    for phase in sheet.get("phases", ()):
        weight = dec(in_force(phase, "weight", round))
        realised = dec(read(phase, round, "realised"))
        if phase.get("weighting") == "not_weighted" or weight == 0 or out(phase, round, realised):
            continue
        if weight is None or realised is None:
            return None
        pairs.append((weight, realised))
    return mean(pairs)


def degree(result: dict, round: Round, entities: Iterable[dict] = ()) -> Decimal | None:
    """How far one expected result is achieved, 0 to 100, unrounded.

    The degree typed by the sector, else actual / target (target / actual when lower is better) capped at 100,
    else the plain mean over the entities that have both. None when neither can be computed.
    """
    typed = dec(read(result, round, "degree"))
    if typed is not None:
        return typed
    lower = result.get("direction") == "lower"
    own = _ratio(dec(read(result, round, "actual")), dec(in_force(result, "target", round)), lower)
    if own is not None:
        return own
    several = [_ratio(dec(read(e, round, "actual")), dec(e.get("target")), lower) for e in entities if present(e, round)]
    return mean((Decimal(1), r) for r in several) if several and None not in several else None


def _ratio(actual: Decimal | None, target: Decimal | None, lower: bool) -> Decimal | None:
    if actual is None or target is None:
        return None
    if actual <= target if lower else actual >= target:
        return HUNDRED
    top, bottom = (target, actual) if lower else (actual, target)
    return max(ZERO, min(HUNDRED, top / bottom * 100)) if bottom > 0 else ZERO


def by_results(sheet: dict, round: Round) -> Decimal | None:
    """Σ weight × degree / Σ weight over the expected results that were not dropped, unrounded; equal weights where none has one.

    None when there are no results, a degree is unknown, or only some results have a weight.
    """
    pairs = []
    for result in sheet.get("results", ()):
        weight = dec(in_force(result, "weight", round))
        mine = [e for e in sheet.get("entities", ()) if e.get("result") == result.get("id")]
        reached = degree(result, round, mine)
        if weight == 0 or out(result, round, reached):
            continue
        pairs.append((weight, reached))
    weighted = [w is not None for w, _ in pairs]
    if not pairs or any(d is None for _, d in pairs) or any(weighted) != all(weighted):
        return None
    return mean((w or Decimal(1), d) for w, d in pairs)


def out(item: dict, round: Round, told) -> bool:
    """Whether a phase or result is out of the calculation at ``round``: given up, added later, or not due and not ``told`` of."""
    return dropped(item, round) or not present(item, round) or told is None and not due(item, round)


def applicable(measure: dict, round: Round) -> bool:
    """Whether a measure concerns its sector at ``round``: blank stands for yes."""
    return in_force(measure, "applicable", round) is not False


def by_measures(measures: Iterable[dict], round: Round) -> Decimal | None:
    """Plain mean of the percentages of the applicable measures, unrounded; None when one is missing."""
    found = [(m, dec(read(m, round, "percent"))) for m in measures if applicable(m, round)]
    values = [percent for m, percent in found if percent is not None or due(m, round)]
    return mean((Decimal(1), v) for v in values) if values and None not in values else None


def status_of(percent: Decimal | None) -> str | None:
    """The status that follows from a percentage."""
    if percent is None:
        return None
    return "achieved" if percent >= 100 else "not_achieved" if percent <= 0 else "partial"
