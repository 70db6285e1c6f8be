"""The arithmetic under the outcomes: exact decimals, the body's rounding, formulas that stop at a blank.

Percentages are points (57.25). Sources: the objective sheets and sector tables of a real final report, which weigh
phases and, in one sector, expected results, each on a scale that sums to 100; the body's *Regole* for what it chooses.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, overload

from perfxl.model.bands import Scales, scales
from perfxl.model.languages import number_text
from perfxl.model.methods import UNCAPPED, USUAL, Method, Values, degree_of, method
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
    return number_text(text + "%", language)


@dataclass(frozen=True)
class Rules:
    """What of the arithmetic is the body's choice, as ``plan.schema.json#/$defs/rules`` explains it.

    ``once``: round at the end alone, else every printed figure is computed from the printed figures below it;
    ``decimals``: of printed figures; ``typed_degree``: whether a typed degree goes before the one from actual and target;
    ``near``: per cent of the target within which it counts as reached; ``cap``: the highest degree a value can give;
    ``method``: the way of measuring of results that choose none; ``least``: the degree that a minimum gives; ``unread``: what a
    result stands for whose value is missing; ``share``: per cent that phases count beside results; ``results_as``: whether the
    results of an objective count by their mean or the worst of them; ``green``, ``amber``: from where a traffic light has these
    colours, 0 for none; ``units``: whether the outcome of a sector that has others below it follows from its ``own`` objectives, from
    the ``mean`` of those below it, or is a ``mix`` of both; ``units_mean``: of one weight each or of the weights that the plan
    gives them; ``units_share``: per cent that those below count in a mix; ``body_levels``: whether the ``first`` level of the
    sectors, the ``last`` one or ``all`` enter the body's mean, ``auto`` for what goes with ``units``; ``whole``: what weights sum to, 0 where they are points without a
    total; ``scales``: the body's tables of bands, which are no rule of a round.
    """

    counting: str = "evaluated"
    missing: str = "out"
    body_mean: str = "equal"
    once: bool = False
    decimals: int = 2
    typed_degree: bool = True
    near: Decimal = ZERO
    cap: Decimal = HUNDRED
    method: str = USUAL
    least: Decimal = Decimal(50)
    unread: str = "unknown"
    share: Decimal = Decimal(50)
    results_as: str = "mean"
    green: Decimal = ZERO
    amber: Decimal = ZERO
    units: str = "own"
    units_mean: str = "equal"
    units_share: Decimal = Decimal(50)
    body_levels: str = "auto"
    whole: Decimal = HUNDRED
    scales: Scales = field(default_factory=dict, hash=False)

    def document(self) -> dict[str, Any]:
        """The rules as the outcomes of a round have them: a later document tells by which they were computed. What came later
        than the others is said where it is not what it was before."""
        later, usual = self._later(), DEFAULT._later()
        return {"counting": self.counting, "missing": self.missing, "body_mean": self.body_mean,
                "rounding": "once" if self.once else "each", "decimals": self.decimals,
                "degree": "typed" if self.typed_degree else "computed", "reached_within": _whole(self.near), "degree_cap": _whole(self.cap),
                **{k: v for k, v in later.items() if v != usual[k]}}

    @property
    def levels_in_body(self) -> str:
        """Which levels of the sectors enter the body's mean: all where each counts its own objectives alone, else the first, which
        has those below it in its outcomes; unless the body says it."""
        return self.body_levels if self.body_levels != "auto" else "all" if self.units == "own" else "first"

    def _later(self) -> dict[str, Any]:
        return {"method": self.method, "minimum_degree": _whole(self.least), "missing_value": self.unread, "phases_share": _whole(self.share),
                "results_as": self.results_as, "light_green": _whole(self.green), "light_amber": _whole(self.amber), "units": self.units,
                "units_mean": self.units_mean, "units_share": _whole(self.units_share), "body_levels": self.body_levels,
                "weights_total": _whole(self.whole)}

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


def rules_in(content: Mapping[str, Any], told: Mapping[str, Any] | None = None) -> Rules:
    """The rules of the arithmetic of a plan-shaped document, with its tables of bands; ``told``: those that the outcomes of a
    round were computed by, where they say it."""
    return rules_from(content.get("rules") if told is None else told, content.get("bands", ()))


def rules_from(given: Mapping[str, Any] | None, bands: Iterable[dict[str, Any]] = ()) -> Rules:
    """The rules of the arithmetic in the ``rules`` of a plan and its ``bands``; defaults hold for what is missing."""
    given = given or {}
    return Rules(counting=given.get("counting", DEFAULT.counting), missing=given.get("missing", DEFAULT.missing),
                 body_mean=given.get("body_mean", DEFAULT.body_mean), once=given.get("rounding", "each") == "once",
                 decimals=int(given.get("decimals", DEFAULT.decimals)), typed_degree=given.get("degree", "typed") == "typed",
                 near=dec(given.get("reached_within", DEFAULT.near)), cap=dec(given.get("degree_cap", DEFAULT.cap)),
                 method=given.get("method", DEFAULT.method), least=dec(given.get("minimum_degree", DEFAULT.least)),
                 unread=given.get("missing_value", DEFAULT.unread), share=dec(given.get("phases_share", DEFAULT.share)),
                 results_as=given.get("results_as", DEFAULT.results_as), green=dec(given.get("light_green", DEFAULT.green)),
                 amber=dec(given.get("light_amber", DEFAULT.amber)), units=given.get("units", DEFAULT.units),
                 units_mean=given.get("units_mean", DEFAULT.units_mean), units_share=dec(given.get("units_share", DEFAULT.units_share)),
                 body_levels=given.get("body_levels", DEFAULT.body_levels), whole=dec(given.get("weights_total", DEFAULT.whole)),
                 scales=scales(bands))


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
    """How far one expected result is achieved, 0 to 100 (or to its cap), as it counts.

    The degree typed by the sector or the one that its values give, by the body's rule the one or the other first.
    None when neither is there.
    """
    given = (rules.percent(read(result, round, "degree")), computed_degree(result, round, entities, rules))
    return next((d for d in (given if rules.typed_degree else given[::-1]) if d is not None), None)


def computed_degree(result: dict[str, Any], round: Round, entities: Iterable[dict[str, Any]] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """The degree that the values of a result give, measured as it says, else the plain mean of those of the entities; as it
    counts. None when a value is missing, or when the way of measuring means nothing for the values there are."""
    way, values = way_of(result, rules), values_of(result, result, round, rules)
    own = degree_of(way, values)
    if own is None and any(getattr(values, key, None) is None for key in (way.reads, *way.needs)):
        several = [degree_of(way, values_of(e, result, round, rules)) if way.entities else None for e in entities if present(e, round)]
        known = [d for d in several if d is not None]
        own = mean((ONE, d) for d in known) if known and len(known) == len(several) else None
    return rules.figure(own)


def way_of(result: dict[str, Any], rules: Rules = DEFAULT) -> Method:
    """How a result is measured: as it says, else as its body does."""
    return method(result.get("direction") or rules.method)


def actual_of(item: dict[str, Any], result: dict[str, Any], round: Round) -> Decimal | None:
    """The actual value of ``item``: the ratio of its two numbers where ``result`` is one, else what was written."""
    per, top, bottom = result.get("per"), *(dec(read(item, round, key)) for key in ("numerator", "denominator"))
    if per is not None and None not in (top, bottom) and bottom != 0:
        return top * per / bottom  # in this order a whole quotient is whole: a third of 30 is 10
    return dec(read(item, round, "actual"))


def values_of(item: dict[str, Any], result: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> Values:
    """What ``item`` (a result or what one entity has of it) is measured from, as ``result`` and the body's rules say.

    What grows is held against its baseline at the end of the year alone: during the year a count is still on its way.
    """
    near, cap, scale = (result.get(key) for key in ("tolerance", "cap", "scale"))
    bands = None if scale is None else rules.scales.get(scale, ())
    until, minimum, excellence = (dec(result.get(key)) for key in ("until", "minimum", "excellence"))
    return Values(
        actual_of(item, result, round), dec(in_force(item, "target", round)), baseline=dec(item.get("baseline")), until=until,
        minimum=minimum, excellence=excellence,
        deadline=in_force(result, "deadline", round), achieved_on=read(item, round, "achieved_on"), achieved=read(item, round, "achieved"),
        near=rules.near if near is None else dec(near), cap=UNCAPPED if scale is not None and way_of(result, rules).scaled else rules.cap if cap is None else dec(cap),
        least=rules.least, bands=bands, held=round.kind == FINAL)


def falls(result: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> bool:
    """Whether ``result`` improves by falling: it says so, or its progress goes from a baseline down to the target."""
    way, target = way_of(result, rules).key, dec(in_force(result, "target", round))
    start = dec(result.get({"progress": "baseline", "levels": "minimum"}.get(way, "")))
    return way == "lower" or None not in (target, start) and target < start


def fault_of(result: dict[str, Any], round: Round, rules: Rules = DEFAULT, entity: dict[str, Any] | None = None) -> str | None:
    """Why the way in which ``result`` is measured gives no degree whatever its value will be (a key of ``texts/methods``); for
    the values that one ``entity`` has of it, where they are given; None where it means something."""
    way = way_of(result, rules)
    if entity is not None and not way.entities:
        return "entities"
    values = values_of(result if entity is None else entity, result, round, rules)
    if way.scaled and values.bands == ():
        return "scale"
    if not way.scaled and values.bands is not None:
        return "scale_unused"
    if result.get("per") is not None and way.reads != "actual":
        return "per_unused"
    return way.fault(values)


def ratio(actual: Decimal, target: Decimal, lower: bool, baseline: Decimal | None = None, rules: Rules = DEFAULT) -> Decimal | None:
    """The share that ``actual`` is of ``target``, as ``methods.share`` measures it."""
    return method("lower" if lower else "higher").degree(Values(actual, target, baseline, near=rules.near, cap=rules.cap))


def progress(actual: Decimal, target: Decimal, baseline: Decimal | None, rules: Rules = DEFAULT) -> Decimal | None:
    """How much of the way from ``baseline`` to ``target`` was made, as ``methods.progress`` measures it."""
    return method("progress").degree(Values(actual, target, baseline, near=rules.near, cap=rules.cap))


def by_results(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × degree / Σ weight over the expected results that were not dropped, unrounded; equal weights where none has one.

    The worst degree instead, where the objective or the body wants it so. None when there are no results, a degree is unknown, or
    only some results have a weight.
    """
    terms = result_terms(sheet, round, rules)
    if terms and worst_counts(sheet, rules):
        return min(t.value for t in terms)
    return _mean_of(terms)


def worst_counts(sheet: dict[str, Any], rules: Rules = DEFAULT) -> bool:
    """Whether the results of an objective count by the worst of their degrees."""
    return (sheet.get("results_as") or rules.results_as) == "worst"


def share_of(sheet: dict[str, Any], rules: Rules = DEFAULT) -> Decimal:
    """Per cent that the phases of an objective count beside its results: its own, else the body's."""
    own = rules.percent(sheet.get("phases_share"))
    return rules.share if own is None else own


def by_mix(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Phases and results together, each by its share, unrounded; where there are none of one, the other counts.

    None where a blank forbids one of the two, or there is neither.
    """
    phases, results = phase_terms(sheet, round, rules), result_terms(sheet, round, rules)
    if phases is None or results is None:
        return None
    one, other = rules.figure(by_phases(sheet, round, rules)), rules.figure(by_results(sheet, round, rules))
    if one is None or other is None:
        return other if one is None else one
    share = share_of(sheet, rules)
    return (share * one + (HUNDRED - share) * other) / HUNDRED


def result_terms(sheet: dict[str, Any], round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_results`` is the mean of; None where a blank forbids it."""
    found = []
    for result in sheet.get("results", ()):
        weight = weight_at(result, round, rules)
        mine = [e for e in sheet.get("entities", ()) if e.get("result") == result.get("id")]
        achieved = degree(result, round, mine, rules)
        if weight == 0 or out(result, round, achieved):
            continue
        unread = result.get("missing") or rules.unread
        if achieved is None and unread == "out":
            continue
        if achieved is None and unread in ("zero", "last_known"):
            achieved = ZERO if unread == "zero" else last_degree(result, round, mine, rules)
        found.append((str(result.get("id", "")), weight, achieved))
    weighted = {w is not None for _, w, _ in found}
    terms = [Term(name, ONE if w is None else w, d) for name, w, d in found if d is not None]
    return None if len(terms) < len(found) or len(weighted) > 1 else terms


def last_degree(result: dict[str, Any], round: Round, entities: Iterable[dict[str, Any]] = (), rules: Rules = DEFAULT) -> Decimal | None:
    """The degree of a result at the last round before ``round`` that gave it one; None where none did."""
    return next((told[1] for told in _degrees_before(result, round, list(entities), rules)), None)


def last_degree_round(result: dict[str, Any], round: Round, entities: Iterable[dict[str, Any]] = (), rules: Rules = DEFAULT) -> Round | None:
    """The round that ``last_degree`` is of."""
    return next((told[0] for told in _degrees_before(result, round, list(entities), rules)), None)


def _degrees_before(result: dict[str, Any], round: Round, entities: list[dict[str, Any]], rules: Rules) -> Iterator[tuple[Round, Decimal]]:
    """(round, degree) of the rounds before ``round`` that gave ``result`` a degree, the last one first."""
    for earlier in reversed(round.earlier):
        found = degree(result, earlier, entities, rules) if earlier.reports and present(result, earlier) else None
        if found is not None:
            yield earlier, found


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
