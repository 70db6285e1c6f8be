"""The arithmetic under the outcomes: exact decimals, the body's rounding, formulas that stop at a blank.

Percentages are points (57.25). Sources: the objective sheets and sector tables of a real final report, which weigh
phases and, in one sector, expected results, each on a scale that sums to 100; the body's *Regole* for what it chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED, ZERO, ONE = Decimal(100), Decimal(0), Decimal(1)

#: Decimals that typed percentages and weights are printed with, and those kept of a figure that is rounded only at the end.
TYPED, KEPT = 2, 10


def rounded(value: Decimal | None, decimals: int = 2) -> Decimal | None:
    """``value`` half up to ``decimals``; None stays None."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(value: Decimal | None) -> str | None:
    """``value`` as documents carry figures: ``"57.25"``, with more decimals only where the figure has them."""
    if value is None:
        return None
    kept = rounded(value, KEPT).normalize()
    return f"{kept:.2f}" if kept.as_tuple().exponent >= -2 else f"{kept:f}"


def dec(value) -> Decimal | None:
    """A document's number as Decimal; None stays None."""
    return None if value is None else value if isinstance(value, Decimal) else Decimal(str(value))


@dataclass(frozen=True)
class Rules:
    """What of the arithmetic is the body's choice, as ``plan.schema.json#/$defs/rules`` explains it.

    ``once``: round at the end alone, else every printed figure is computed from the printed figures below it;
    ``decimals``: of printed figures; ``typed_degree``: whether a typed degree goes before the one from actual and target.
    """

    counting: str = "evaluated"
    missing: str = "out"
    body_mean: str = "equal"
    once: bool = False
    decimals: int = 2
    typed_degree: bool = True

    def document(self) -> dict:
        """The rules as the outcomes of a round have them: a later document tells by which they were computed."""
        return {"counting": self.counting, "missing": self.missing, "body_mean": self.body_mean,
                "rounding": "once" if self.once else "each", "decimals": self.decimals,
                "degree": "typed" if self.typed_degree else "computed"}

    def figure(self, value: Decimal | None) -> Decimal | None:
        """A computed figure as those above it are computed from."""
        return rounded(value, KEPT if self.once else self.decimals)

    def printed(self, value: Decimal | None) -> Decimal | None:
        """A computed figure as it is printed."""
        return rounded(value, self.decimals)

    def typed(self, value: Decimal | None) -> Decimal | None:
        """What somebody typed (a weight, a percentage) as it counts: as it is printed, unless rounding comes at the end."""
        return value if self.once else rounded(value, TYPED)

    def percent(self, value) -> Decimal | None:
        """A typed percentage as it counts; None for a blank and for what is no percentage (below 0, above 100)."""
        found = dec(value)
        return None if found is None or not ZERO <= found <= HUNDRED else self.typed(found)


DEFAULT = Rules()


def rules_from(given: Mapping | None) -> Rules:
    """The rules of the arithmetic in the ``rules`` of a plan; defaults hold for what is missing."""
    given = given or {}
    return Rules(counting=given.get("counting", DEFAULT.counting), missing=given.get("missing", DEFAULT.missing),
                 body_mean=given.get("body_mean", DEFAULT.body_mean), once=given.get("rounding", "each") == "once",
                 decimals=int(given.get("decimals", DEFAULT.decimals)), typed_degree=given.get("degree", "typed") == "typed")


def in_force(item: dict, key: str, round: str):
    """The value of ``key`` in force at ``round``: the revision where there is one, from the interim on."""
    revised = item.get(f"{key}_revised") if round != "plan" else None
    return item.get(key) if revised is None else revised


def weight_at(item: dict, round: str, rules: Rules = DEFAULT) -> Decimal | None:
    """The weight of ``item`` in force at ``round`` as it counts; a revision that is no percentage revises nothing."""
    revised = rules.percent(item.get("weight_revised")) if round != "plan" else None
    return rules.percent(item.get("weight")) if revised is None else revised


def reading(item: dict, key: str, round: str):
    """What was said of ``item`` at ``round``: ``realised`` of a phase, ``actual`` or ``degree`` of a result, ``percent`` of a measure."""
    return item.get(f"{round}_{key}")


def dropped(item: dict, round: str) -> bool:
    """Whether a phase or expected result was given up at the interim: from then on it is out of weights and outcomes."""
    return round != "plan" and bool(item.get("dropped"))


def mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Weighted mean of (weight, value) pairs, unrounded; None when the weights sum to zero."""
    pairs = list(pairs)
    total = sum((w for w, _ in pairs), ZERO)
    return sum((w * v for w, v in pairs), ZERO) / total if total else None


def by_phases(sheet: dict, round: str, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × realised / Σ weight over the year's weighted phases that were not dropped, unrounded.

    None when no phase is weighted, or a weighted phase has no weight or no realised percentage: a blank is
    never silently 0.
    """
    pairs = []
    for phase in sheet.get("phases", ()):
        weight = weight_at(phase, round, rules)
        if phase.get("weighting") == "not_weighted" or weight == 0 or dropped(phase, round):
            continue
        realised = rules.percent(reading(phase, "realised", round))
        if weight is None or realised is None:
            return None
        pairs.append((weight, realised))
    return mean(pairs)


def like_shares(rows: Iterable[tuple[Decimal | None, Decimal | None]], declared: Decimal | None, near: Decimal) -> Decimal | None:
    """The sum of realised percentages that look like shares of the objective, ``rows`` being (weight, realised) of its phases: those
    that are done equal their weight, and their sum is what was ``declared``, within ``near`` points. None otherwise.

    A share above the weight of its phase is one all the same when the sum is what was declared.
    """
    known = [(w, r) for w, r in rows if w is not None and r is not None]
    if len(known) < 2 or 2 * sum(r > w for w, r in known) > len(known):
        return None
    above, whole = any(r > w for w, r in known), sum((r for _, r in known), ZERO)
    same = sum(1 for w, r in known if r == w and w < HUNDRED)
    if not same or not whole:
        return None
    close = declared is not None and abs(whole - declared) <= near
    return whole if close or (declared is None and same > 1 and not above) else None


def typed_as_shares(sheet: dict, round: str, declared: Decimal | None, near: Decimal) -> bool:
    """Whether the phases of ``sheet`` were told as shares, so that what they give by their weights is not what was meant."""
    live = [p for p in sheet.get("phases", ()) if p.get("weighting") != "not_weighted" and not dropped(p, round)
            and dec(in_force(p, "weight", round)) != 0]
    whole = like_shares([(dec(in_force(p, "weight", round)), dec(p.get(f"{round}_realised"))) for p in live], declared, near)
    given = by_phases(sheet, round)
    return whole is not None and (given is None or abs(given - whole) > near)


def degree(result: dict, round: str, entities: Iterable[dict] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """How far one expected result is achieved, 0 to 100, as it counts.

    The degree typed by the sector or the one that its values give, by the body's rule the one or the other first.
    None when neither is there.
    """
    given = (rules.percent(reading(result, "degree", round)), computed_degree(result, round, entities, rules))
    return next((d for d in (given if rules.typed_degree else given[::-1]) if d is not None), None)


def computed_degree(result: dict, round: str, entities: Iterable[dict] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """The degree that actual and target give, else the plain mean of those of the entities; as it counts.

    None when a value is missing, or when the way of measuring means nothing for the values there are.
    """
    target = in_force(result, "target", round)
    if reading(result, "actual", round) is not None and target is not None:
        own = _scored(result, target, result, round)
    else:
        several = [_scored(e, e.get("target"), result, round) for e in entities]
        own = mean((ONE, d) for d in several) if several and None not in several else None
    return rules.figure(own)


def _scored(item: dict, target, result: dict, round: str) -> Decimal | None:
    """The degree of ``item`` (a result or what one entity has of it), measured as ``result`` says, unrounded.

    What grows is held against its baseline at the end of the year alone: during the year a count is still on its way.
    """
    actual, target, baseline = dec(reading(item, "actual", round)), dec(target), dec(item.get("baseline"))
    way = result.get("direction") or "higher"
    if way == "typed" or actual is None or target is None:
        return None
    if way == "progress":
        return progress(actual, target, baseline)
    return ratio(actual, target, way == "lower", baseline if way == "lower" or round == "final" else None)


def ratio(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None = None) -> Decimal | None:
    """Actual over target, target over actual when ``lower`` is better, as points from 0 to 100, unrounded.

    100 when the target is reached; 0 when the actual value is worse than the ``baseline``, where there is one that the
    target improves on. None when the target is not reached and is 0 or less: no share of it means anything.
    """
    if actual <= target if lower else actual >= target:
        return HUNDRED
    if target <= 0:
        return None
    if worse_than_baseline(actual, target, lower, baseline):
        return ZERO
    top, bottom = (target, actual) if lower else (actual, target)
    return max(ZERO, top / bottom * 100)


def worse_than_baseline(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None) -> bool:
    """Whether ``actual`` is on the wrong side of a ``baseline`` that ``target`` improves on."""
    if baseline is None:
        return False
    return target < baseline < actual if lower else actual < baseline < target


def progress(actual: Decimal, target: Decimal, baseline: Decimal | None) -> Decimal | None:
    """How much of the way from ``baseline`` to ``target`` was made, as points from 0 to 100, unrounded.

    Works for what rises and for what falls, whatever the signs. None without a baseline or when the target is the baseline.
    """
    if baseline is None or target == baseline:
        return None
    return max(ZERO, min(HUNDRED, (actual - baseline) / (target - baseline) * 100))


def by_results(sheet: dict, round: str, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × degree / Σ weight over the expected results that were not dropped, unrounded; equal weights where none has one.

    None when there are no results, a degree is unknown, or only some results have a weight.
    """
    pairs = []
    for result in sheet.get("results", ()):
        weight = weight_at(result, round, rules)
        if weight == 0 or dropped(result, round):
            continue
        mine = [e for e in sheet.get("entities", ()) if e.get("result") == result.get("id")]
        pairs.append((weight, degree(result, round, mine, rules)))
    weighted = [w is not None for w, _ in pairs]
    if not pairs or any(d is None for _, d in pairs) or any(weighted) != all(weighted):
        return None
    return mean((ONE if w is None else w, d) for w, d in pairs)


def by_measures(measures: Iterable[dict], round: str, rules: Rules = DEFAULT) -> Decimal | None:
    """Plain mean of the percentages of the applicable measures, unrounded; None when one is missing."""
    values = [rules.percent(reading(m, "percent", round)) for m in measures if m.get("applicable", True)]
    return mean((ONE, v) for v in values) if values and None not in values else None


def status_of(percent: Decimal | None, rules: Rules = DEFAULT) -> str | None:
    """The status that follows from a percentage as it is printed."""
    if percent is None:
        return None
    said = rules.printed(percent)
    return "achieved" if said >= 100 else "not_achieved" if said <= 0 else "partial"
