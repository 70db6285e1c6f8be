"""Weighted means with their denominators, missing values treated the three ways at once.

Percentages are points (57.25). Sources of the rules: the sector tables of a real final report and the body's *Regole*.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import ZERO, Rules, dec, mean, rounded, shown
from perfxl.model.views import MeanOutcome, PlaceAbove

#: Decimals to which a sum of weights is exact, thirds of them included: what is beyond comes from dividing.
EXACT = 20


@dataclass(frozen=True)
class Mean:
    """A weighted mean with its denominator, as ``consolidated.schema.json#/$defs/mean`` explains it.

    ``code`` is a sector, a strategic line, or "" for the body; ``excluded`` names what is out of the denominator.
    ``weight`` and ``exclusion`` are those of a sector in the body's mean: its weight there, or why it is out. Of a sector whose
    outcome follows from others below it: ``own`` is the mean of its own objectives, ``units`` that of the sectors below it. Of one
    that stands below another: ``above`` says which, with its weight in that one's mean, or why it is out of it.
    """

    code: str
    outcome: Decimal | None
    denominator: Decimal | None
    without_missing: Decimal | None
    missing_as_zero: Decimal | None
    missing_as_last: Decimal | None
    coverage: Decimal | None
    counted: int
    missing: int
    excluded: tuple[str, ...]
    weight: Decimal | None = None
    exclusion: str | None = None
    own: "Mean | None" = None
    units: "Mean | None" = None
    above: "MeanPlace | None" = None

    def document(self) -> dict[str, Any]:
        """The mean as the consolidated document has it."""
        figures = ("outcome", "denominator", "without_missing", "missing_as_zero", "missing_as_last", "coverage")
        fields = {"code": self.code, **{k: shown(getattr(self, k)) for k in figures},
                 "counted": self.counted, "missing": self.missing, "excluded": list(self.excluded)}
        place = {"weight": shown(self.weight), "exclusion": self.exclusion}
        parts = {k: getattr(self, k).document() for k in ("own", "units", "above") if getattr(self, k) is not None}
        return {**fields, **{k: v for k, v in place.items() if v is not None}, **parts}


@dataclass(frozen=True)
class MeanPlace:
    """The place of a sector in the mean of the one that it stands under: its ``weight`` there, or why it is out of it."""

    code: str
    weight: Decimal | None = None
    exclusion: str | None = None

    def document(self) -> dict[str, Any]:
        """The place as the consolidated document has it."""
        fields = {"code": self.code, "weight": shown(self.weight), "exclusion": self.exclusion}
        return {k: v for k, v in fields.items() if v is not None}


@dataclass(frozen=True)
class MeanTerm:
    """One thing that enters a mean: its name, weight, value and last known value (None where missing).

    Several parts of one name are one thing: an objective in each of the sectors that hold it.
    """

    name: str
    weight: Decimal
    value: Decimal | None
    last: Decimal | None = None


def outcomes_mean(code: str, parts: Iterable[MeanTerm], excluded: Iterable[str], rules: Rules) -> Mean:
    """The mean of ``parts``, missing values treated the three ways; ``outcome`` follows the body's rule."""
    parts = list(parts)
    last = [(p, p.last if p.value is None else p.value) for p in parts]
    ways = {"out": [(p, p.value) for p in parts if p.value is not None],
            "zero": [(p, ZERO if p.value is None else p.value) for p in parts],
            "last_known": [(p, v) for p, v in last if v is not None]}
    figures = {way: rules.figure(mean((p.weight, v) for p, v in chosen)) for way, chosen in ways.items()}
    counted, whole = ways[rules.missing], sum((p.weight for p in parts), ZERO)
    present = sum((p.weight for p, _ in ways["out"]), ZERO)
    return Mean(code, outcome=figures[rules.missing],
                denominator=rules.typed(rounded(sum((p.weight for p, _ in counted), ZERO), EXACT)) if parts else None,
                without_missing=figures["out"], missing_as_zero=figures["zero"], missing_as_last=figures["last_known"],
                coverage=rules.figure(present / whole * 100) if whole else None,
                counted=len({p.name for p, _ in counted}), missing=len({p.name for p in parts if p.value is None}),
                excluded=tuple(excluded))


def follows_from(recorded: MeanOutcome, rules: Rules) -> tuple[str, ...]:
    """What the outcome of a sector follows from, as it was ``recorded``: its ``own`` objectives, the ``units`` below it, or both."""
    if not recorded.levelled:
        return ("own",)
    parts = {"own": recorded.own, "units": recorded.units} if rules.units == "mix" else {"units": recorded.units}
    return tuple(name for name, part in parts.items() if part.counted + part.missing) or ("own",)


def read_mean(recorded: MeanOutcome) -> Mean:
    """The mean that ``Mean.document`` wrote."""
    figures = ("outcome", "denominator", "without_missing", "missing_as_zero", "missing_as_last", "coverage")
    own, units = (read_mean(recorded.own), read_mean(recorded.units)) if recorded.levelled else (None, None)
    return Mean(recorded.code, **{k: dec(getattr(recorded, k)) for k in figures}, counted=recorded.counted, missing=recorded.missing,
                excluded=tuple(recorded.excluded), weight=dec(recorded.weight), exclusion=recorded.exclusion,
                own=own, units=units, above=read_above(recorded.above))


def read_above(place: PlaceAbove) -> MeanPlace | None:
    """The ``place`` of a sector in the mean of the one above; None where it stands under none."""
    return MeanPlace(place.code, weight=dec(place.weight), exclusion=place.exclusion) if place else None
