"""The arithmetic under the outcomes: exact decimals, the body's rounding, formulas that stop at a blank.

Percentages are points (57.25). Sources: the objective sheets and sector tables of a real final report, which weigh
phases and, in one sector, expected results, each on a scale that sums to 100; the body's *Regole* for what it chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, overload

from perfxl.model.readings import changes, dropped, due, in_force, present, read
from perfxl.model.rounds import FINAL, Round

HUNDRED, ZERO, ONE = Decimal(100), Decimal(0), Decimal(1)

#: Decimals that typed percentages and weights are printed with, and those kept of a figure that is rounded only at the end.
TYPED, KEPT = 2, 10


@overload
def rounded(value: Decimal, decimals: int = 2) -> Decimal: ...
@overload
def rounded(value: None, decimals: int = 2) -> None: ...
@overload
def rounded(value: Decimal | None, decimals: int = 2) -> Decimal | None: ...
def rounded(value: Decimal | None, decimals: int = 2) -> Decimal | None:
    """``value`` half up to ``decimals``; None stays None."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@overload
def shown(value: Decimal) -> str: ...
@overload
def shown(value: None) -> None: ...
@overload
def shown(value: Decimal | None) -> str | None: ...
def shown(value: Decimal | None) -> str | None:
    """``value`` as documents carry figures: ``"57.25"``, with more decimals only where the figure has them."""
    if value is None:
        return None
    kept = rounded(value, KEPT).normalize()
    return f"{kept:.2f}" if int(kept.as_tuple().exponent) >= -2 else f"{kept:f}"


@overload
def dec(value: None) -> None: ...
@overload
def dec(value: int | str | float | Decimal) -> Decimal: ...
def dec(value: Any) -> Decimal | None:
    """A document's number as Decimal; None stays None."""
    return None if value is None else value if isinstance(value, Decimal) else Decimal(str(value))


def percent_text(value: Any, decimals: int, language: str) -> str:
    """An outcome as users read it, with the decimals that the body prints: ``57,25%``."""
    text = str(rounded(dec(value), decimals))
    return (text.replace(".", ",") if language == "it" else text) + "%"


@dataclass(frozen=True)
class Rules:
    """What of the arithmetic is the body's choice, as ``plan.schema.json#/$defs/rules`` explains it.

    ``once``: round at the end alone, else every printed figure is computed from the printed figures below it;
    ``decimals``: of printed figures; ``typed_degree``: whether a typed degree goes before the one from actual and target;
    ``near``: per cent of the target within which it counts as reached; ``cap``: the highest degree a value can give.
    """

    counting: str = "evaluated"
    missing: str = "out"
    body_mean: str = "equal"
    once: bool = False
    decimals: int = 2
    typed_degree: bool = True
    near: Decimal = ZERO
    cap: Decimal = HUNDRED

    def document(self) -> dict[str, Any]:
        """The rules as the outcomes of a round have them: a later document tells by which they were computed."""
        return {"counting": self.counting, "missing": self.missing, "body_mean": self.body_mean,
                "rounding": "once" if self.once else "each", "decimals": self.decimals,
                "degree": "typed" if self.typed_degree else "computed", "reached_within": _whole(self.near), "degree_cap": _whole(self.cap)}

    def figure(self, value: Decimal | None) -> Decimal | None:
        """A computed figure as those above it are computed from."""
        return rounded(value, KEPT if self.once else self.decimals)

    def printed(self, value: Decimal | None) -> Decimal | None:
        """A computed figure as it is printed."""
        return rounded(value, self.decimals)

    def typed(self, value: Decimal | None) -> Decimal | None:
        """What somebody typed (a weight, a percentage) as it counts: as it is printed, unless rounding comes at the end."""
        return value if self.once else rounded(value, TYPED)

    def percent(self, value: Any) -> Decimal | None:
        """A typed percentage as it counts; None for a blank and for what is no percentage (below 0, above 100)."""
        found = dec(value)
        return None if found is None or not ZERO <= found <= HUNDRED else self.typed(found)


def _whole(value: Decimal) -> int | Decimal:
    """``value`` as documents are read: an int when it is whole."""
    return int(value) if value == value.to_integral_value() else value


DEFAULT = Rules()


def rules_from(given: Mapping[str, Any] | None) -> Rules:
    """The rules of the arithmetic in the ``rules`` of a plan; defaults hold for what is missing."""
    given = given or {}
    return Rules(counting=given.get("counting", DEFAULT.counting), missing=given.get("missing", DEFAULT.missing),
                 body_mean=given.get("body_mean", DEFAULT.body_mean), once=given.get("rounding", "each") == "once",
                 decimals=int(given.get("decimals", DEFAULT.decimals)), typed_degree=given.get("degree", "typed") == "typed",
                 near=dec(given.get("reached_within", DEFAULT.near)), cap=dec(given.get("degree_cap", DEFAULT.cap)))


def weight_at(item: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """The weight of ``item`` in force at ``round`` as it counts; a revision that is no percentage revises nothing."""
    told = [rules.percent(changed.get("weight")) for changed in changes(item, round)]
    return next((weight for weight in reversed(told) if weight is not None), rules.percent(item.get("weight")))


def mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Weighted mean of (weight, value) pairs, unrounded; None when the weights sum to zero."""
    pairs = list(pairs)
    total = sum((w for w, _ in pairs), ZERO)
    return sum((w * v for w, v in pairs), ZERO) / total if total else None


@dataclass(frozen=True)
class Term:
    """One thing that enters the mean of an objective: its identifier, its weight, its percentage, as they count."""

    name: str
    weight: Decimal
    value: Decimal


def _mean_of(terms: list[Term] | None) -> Decimal | None:
    return None if terms is None else mean((t.weight, t.value) for t in terms)


def by_phases(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × realised / Σ weight over the year's weighted phases that were not dropped, unrounded.

    None when no phase is weighted, or a weighted phase has no weight or no realised percentage: a blank is
    never silently 0.
    """
    return _mean_of(phase_terms(sheet, round, rules))


def phase_terms(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_phases`` is the mean of; None where a blank forbids it."""
    terms = []
    for phase in sheet.get("phases", ()):
        weight, realised = weight_at(phase, round, rules), rules.percent(read(phase, round, "realised"))
        if phase.get("weighting") == "not_weighted" or weight == 0 or out(phase, round, realised):
            continue
        if weight is None or realised is None:
            return None
        terms.append(Term(str(phase.get("id", "")), weight, realised))
    return terms


def degree(result: dict[str, Any], round: Round, entities: Iterable[dict[str, Any]] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """How far one expected result is achieved, 0 to 100, as it counts.

    The degree typed by the sector or the one that its values give, by the body's rule the one or the other first.
    None when neither is there.
    """
    given = (rules.percent(read(result, round, "degree")), computed_degree(result, round, entities, rules))
    return next((d for d in (given if rules.typed_degree else given[::-1]) if d is not None), None)


def computed_degree(result: dict[str, Any], round: Round, entities: Iterable[dict[str, Any]] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """The degree that actual and target give, else the plain mean of those of the entities; as it counts.

    None when a value is missing, or when the way of measuring means nothing for the values there are.
    """
    target = in_force(result, "target", round)
    if read(result, round, "actual") is not None and target is not None:
        own = _scored(result, target, result, round, rules)
    else:
        several = [_scored(e, e.get("target"), result, round, rules) for e in entities if present(e, round)]
        known = [d for d in several if d is not None]
        own = mean((ONE, d) for d in known) if known and len(known) == len(several) else None
    return rules.figure(own)


def _scored(item: dict[str, Any], target: Any, result: dict[str, Any], round: Round, rules: Rules) -> Decimal | None:
    """The degree of ``item`` (a result or what one entity has of it), measured as ``result`` says, unrounded.

    What grows is held against its baseline at the end of the year alone: during the year a count is still on its way.
    """
    actual, target, baseline = dec(read(item, round, "actual")), dec(target), dec(item.get("baseline"))
    way = result.get("direction") or "higher"
    if way == "typed" or actual is None or target is None:
        return None
    if way == "progress":
        return progress(actual, target, baseline, rules)
    return ratio(actual, target, way == "lower", baseline if way == "lower" or round.kind == FINAL else None, rules)


def falls(result: dict[str, Any], round: Round) -> bool:
    """Whether ``result`` improves by falling: it says so, or its progress goes from a baseline down to the target."""
    if result.get("direction") != "progress":
        return result.get("direction") == "lower"
    target, baseline = dec(in_force(result, "target", round)), dec(result.get("baseline"))
    return None not in (target, baseline) and target < baseline


def has_meaning(result: dict[str, Any], round: Round, entity: dict[str, Any] | None = None) -> bool:
    """Whether the way in which ``result`` is measured gives a degree, once there is an actual value, whatever it is; for
    the values that one ``entity`` has of it, where they are given.

    A share means something of a target above 0, a progress of a target that is not the baseline.
    """
    item = result if entity is None else entity
    target, way = dec(in_force(item, "target", round)), result.get("direction") or "higher"
    if target is None or way == "typed":
        return True
    if way == "progress":
        baseline = dec(item.get("baseline"))
        return baseline is not None and baseline != target
    return target > 0


def ratio(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None = None, rules: Rules = DEFAULT) -> Decimal | None:
    """Actual over target, target over actual when ``lower`` is better, as points from 0, unrounded.

    100 when the target is reached, more when it is passed and the body's cap is higher; 0 when the actual value is worse than the ``baseline``, where there is one that the
    target improves on. None when the target is not reached and is 0 or less: no share of it means anything.
    """
    if reached(actual, target, lower, rules):
        if target <= 0:
            return HUNDRED
        top, bottom = (target, actual) if lower else (actual, target)
        return max(HUNDRED, min(rules.cap, top / bottom * 100)) if bottom > 0 else rules.cap
    if target <= 0:
        return None
    if worse_than_baseline(actual, target, lower, baseline):
        return ZERO
    top, bottom = (target, actual) if lower else (actual, target)
    return max(ZERO, top / bottom * 100)


def reached(actual: Decimal, target: Decimal, lower: bool, rules: Rules = DEFAULT) -> bool:
    """Whether ``target`` is reached, or missed by no more than the share of it that the body lets pass."""
    near = abs(target) * rules.near / 100
    return actual <= target + near if lower else actual >= target - near


def worse_than_baseline(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None) -> bool:
    """Whether ``actual`` is on the wrong side of a ``baseline`` that ``target`` improves on."""
    if baseline is None:
        return False
    return target < baseline < actual if lower else actual < baseline < target


def progress(actual: Decimal, target: Decimal, baseline: Decimal | None, rules: Rules = DEFAULT) -> Decimal | None:
    """How much of the way from ``baseline`` to ``target`` was made, as points from 0 to the body's cap, unrounded.

    Works for what rises and for what falls, whatever the signs. None without a baseline or when the target is the baseline.
    """
    if baseline is None or target == baseline:
        return None
    made = (actual - baseline) / (target - baseline) * 100
    return max(ZERO if made < 0 else HUNDRED if reached(actual, target, target < baseline, rules) else ZERO, min(rules.cap, made))


def by_results(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × degree / Σ weight over the expected results that were not dropped, unrounded; equal weights where none has one.

    None when there are no results, a degree is unknown, or only some results have a weight.
    """
    return _mean_of(result_terms(sheet, round, rules))


def result_terms(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_results`` is the mean of; None where a blank forbids it."""
    found = []
    for result in sheet.get("results", ()):
        weight = weight_at(result, round, rules)
        mine = [e for e in sheet.get("entities", ()) if e.get("result") == result.get("id")]
        achieved = degree(result, round, mine, rules)
        if weight == 0 or out(result, round, achieved):
            continue
        found.append((str(result.get("id", "")), weight, achieved))
    weighted = {w is not None for _, w, _ in found}
    terms = [Term(name, ONE if w is None else w, d) for name, w, d in found if d is not None]
    return None if len(terms) < len(found) or len(weighted) > 1 else terms


def by_measures(measures: Iterable[dict[str, Any]], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Plain mean of the percentages of the applicable measures, unrounded; None when one is missing."""
    return _mean_of(measure_terms(measures, round, rules))


def measure_terms(measures: Iterable[dict[str, Any]], round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_measures`` is the mean of; None where a blank forbids it."""
    told = [(m, rules.percent(read(m, round, "percent"))) for m in measures if applicable(m, round)]
    found = [(str(m.get("id", "")), percent) for m, percent in told if percent is not None or due(m, round)]
    terms = [Term(name, ONE, v) for name, v in found if v is not None]
    return None if len(terms) < len(found) else terms


def out(item: dict[str, Any], round: Round, told: Any) -> bool:
    """Whether a phase or result is out of the calculation at ``round``: given up, added later, or not due and not ``told`` of."""
    return dropped(item, round) or not present(item, round) or told is None and not due(item, round)


def applicable(measure: dict[str, Any], round: Round) -> bool:
    """Whether a measure concerns its sector at ``round``: blank stands for yes."""
    return in_force(measure, "applicable", round) is not False


def status_of(percent: Decimal | None, rules: Rules = DEFAULT) -> str | None:
    """The status that follows from a percentage as it is printed."""
    if percent is None:
        return None
    said = rules.printed(percent) or ZERO
    return "achieved" if said >= 100 else "not_achieved" if said <= 0 else "partial"
