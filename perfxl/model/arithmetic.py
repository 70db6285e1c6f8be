"""The arithmetic under the outcomes: exact decimals, the body's rounding and its other choices, weighted means.

Percentages are points (57.25). Source: the body's *Regole* for what it chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, overload

from perfxl.model.bands import Scales, scales
from perfxl.model.languages import number_text
from perfxl.model.methods import USUAL
from perfxl.model.points import MOST
from perfxl.model.readings import changes
from perfxl.model.rounds import Round
from perfxl.model.terms import words_in_use
from perfxl.model.views import Item

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

    @overload
    def printed(self, value: Decimal) -> Decimal: ...
    @overload
    def printed(self, value: Decimal | None) -> Decimal | None: ...
    def printed(self, value: Decimal | None) -> Decimal | None:
        """A computed figure as it is printed."""
        return rounded(value, self.decimals)

    @overload
    def typed(self, value: Decimal) -> Decimal: ...
    @overload
    def typed(self, value: Decimal | None) -> Decimal | None: ...
    def typed(self, value: Decimal | None) -> Decimal | None:
        """What somebody typed (a weight, a percentage) as it counts: as it is printed, unless rounding comes at the end."""
        return value if self.once else rounded(value, TYPED)

    @property
    def points(self) -> bool:
        """Whether weights are points of a scale of the body's own."""
        return self.whole != HUNDRED

    def weight(self, value: Any) -> Decimal | None:
        """A typed weight as it counts; None for a blank and for what is none (below 0; above 100, where weights are percentages)."""
        weight = dec(value)
        return self.percent(weight) if not self.points or weight is None else self.typed(weight) if ZERO <= weight <= MOST else None

    def percent(self, value: Any) -> Decimal | None:
        """A typed percentage as it counts; None for a blank and for what is no percentage (below 0, above 100)."""
        percent = dec(value)
        return None if percent is None or not ZERO <= percent <= HUNDRED else self.typed(percent)


def _whole(value: Decimal) -> int | Decimal:
    """``value`` as documents are read: an int when it is whole."""
    return int(value) if value == value.to_integral_value() else value


DEFAULT = Rules()


def rules_in(content: Mapping[str, Any], chosen: Mapping[str, Any] | None = None) -> Rules:
    """The rules of the arithmetic of a plan-shaped document, with its tables of bands; ``chosen``: those that the outcomes of a
    round were computed by, where they say it."""
    return rules_from(content.get("rules") if chosen is None else chosen, content.get("bands", ()))


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


#: Rules that say no more than that weights are points.
POINTS = Rules(whole=ZERO)


def weight_at(item: Item, round: Round, rules: Rules | None = None) -> Decimal | None:
    """The weight of ``item`` in force at ``round`` as it counts; a revision that is no weight revises nothing. Without ``rules``, whether weights
    are points is as in the words in use."""
    rules = rules or (POINTS if words_in_use().points else DEFAULT)
    weights = [rules.weight(changed.get("weight")) for changed in changes(item.data, round)]
    return next((weight for weight in reversed(weights) if weight is not None), rules.weight(item.data.get("weight")))


def mean(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Weighted mean of (weight, value) pairs, unrounded; None when the weights sum to zero."""
    pairs = list(pairs)
    total = sum((w for w, _ in pairs), ZERO)
    return sum((w * v for w, v in pairs), ZERO) / total if total else None


def status_of(percent: Decimal | None, rules: Rules = DEFAULT) -> str | None:
    """The status that follows from a percentage as it is printed."""
    if percent is None:
        return None
    said = rules.printed(percent) or ZERO
    return "achieved" if said >= 100 else "not_achieved" if said <= 0 else "partial"
