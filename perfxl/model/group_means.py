"""The outcomes above objectives: of a sector, of a strategic line, of the sectors that stand above others, of the body."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import HUNDRED, ONE, ZERO, Rules, dec, mean, rules_in
from perfxl.model.means import Mean, MeanPlace, MeanTerm, outcomes_mean
from perfxl.model.objective_outcome import Outcome
from perfxl.model.structure import Structure
from perfxl.model.views import Plan, RoundOutcomes, Sector


def sector_mean(code: str, chosen: Sequence[Outcome], rules: Rules) -> Mean:
    """The mean of a sector's objectives: those weighted enter, the others are named as excluded."""
    parts = [MeanTerm(o.objective, o.weight, o.value, o.last) for o in chosen if o.weighs and o.weight is not None]
    return outcomes_mean(code, parts, [o.objective for o in chosen if not o.weighs], rules)


def line_mean(code: str, chosen: Sequence[Outcome], rules: Rules) -> Mean:
    """The mean of the objectives of a strategic line, each once.

    In every sector that weighs it an objective enters with its weight there divided by the number of those sectors: it
    counts with the mean of its weights, whether one sector holds it or ten.
    """
    sectors: dict[str, int] = {}
    for o in chosen:
        sectors[o.objective] = sectors.get(o.objective, 0) + o.weighs
    parts = [MeanTerm(o.objective, o.weight / sectors[o.objective], o.value, o.last) for o in chosen if o.weighs and o.weight is not None]
    return outcomes_mean(code, parts, [name for name, n in sectors.items() if not n], rules)


def sector_means(content: dict[str, Any], own: Mapping[str, Mean], known: Mapping[str, Decimal], rules: Rules) -> tuple[Mean, ...]:
    """The means of all sectors in plan order, each with its place in the body's: of the ``own`` objectives of each, by code, and of
    the sectors below it by the rule ``units``. ``known``: the outcomes of the sectors as last known before."""
    structure = Structure(content)
    means: dict[str, Mean] = {}
    for code in reversed(structure.ordered):
        means[code] = own[code]
        below = structure.below.get(code, ())
        if below and rules.units != "own":
            inside = [_placed(Sector(structure.sectors[unit]), means[unit], kind=rules.units_mean, rules=rules) for unit in below]
            means |= {m.code: replace(means[m.code], above=MeanPlace(code, m.weight, m.exclusion)) for m in inside}
            means[code] = with_units(own[code], replace(body_mean(inside, known, rules), code=code), rules)
    return tuple(_in_body(s, means[s.code], structure, rules) for s in Plan(content).sectors)


def with_units(own: Mean, units: Mean, rules: Rules) -> Mean:
    """The mean of a sector from that of its ``own`` objectives and that of the sectors below it, by the rule ``units``: where there
    is nothing of one, the other counts."""
    there = [(own, HUNDRED - rules.units_share), (units, rules.units_share)] if rules.units == "mix" else [(units, HUNDRED)]
    parts = [replace(part, weight=share) for part, share in there if part.counted + part.missing] or [replace(own, weight=HUNDRED)]
    if len(parts) == 1:
        return replace(parts[0], weight=None, own=own, units=units)
    both = body_mean(parts, {}, rules)
    return replace(both, code=own.code, counted=own.counted + units.counted, missing=own.missing + units.missing,
                   excluded=(*own.excluded, *units.excluded), own=own, units=units)


def _placed(sector: Sector, of_sector: Mean, kind: str, rules: Rules) -> Mean:
    """The mean of a sector with its weight in a mean of sectors, ``equal`` or ``weighted``, or why it is out of it."""
    weight = rules.typed(dec(sector.weight)) if kind == "weighted" else ONE
    if not sector.weighted:
        return replace(of_sector, exclusion="not_weighted")
    if not of_sector.counted + of_sector.missing:
        return replace(of_sector, exclusion="empty")
    if weight is None or not ZERO <= weight <= 1000:
        return replace(of_sector, exclusion="no_weight")
    return replace(of_sector, weight=weight)


def _in_body(sector: Sector, of_sector: Mean, structure: Structure, rules: Rules) -> Mean:
    """The mean of a sector with its weight in the body's, or why it is out of it: another level counts there, it says so itself,
    it has nothing that counts, its weight is missing."""
    level = rules.levels_in_body
    if level == "first" and structure.above(sector.code) or level == "last" and structure.below.get(sector.code):
        return replace(of_sector, exclusion="other_level")
    return _placed(sector, of_sector, rules.body_mean, rules)


def body_mean(sectors: Sequence[Mean], known: Mapping[str, Decimal], rules: Rules) -> Mean:
    """The mean of the sectors that have a weight in it; ``known``: their outcomes as last known before."""
    inside = [(s.weight, s) for s in sectors if s.weight is not None]
    ways: dict[str, list[tuple[Decimal, Decimal | None]]] = {
            "out": [(w, s.without_missing) for w, s in inside],
            "zero": [(w, s.missing_as_zero or ZERO) for w, s in inside],
            "last_known": [(w, known.get(s.code) if s.missing_as_last is None else s.missing_as_last) for w, s in inside]}
    pairs: dict[str, list[tuple[Decimal, Decimal]]] = {way: [(w, v) for w, v in rows if v is not None] for way, rows in ways.items()}
    figures = {way: rules.figure(mean(rows)) for way, rows in pairs.items()}
    counted = pairs[rules.missing]
    return Mean("", outcome=figures[rules.missing], denominator=sum((w for w, _ in counted), ZERO) if inside else None,
                without_missing=figures["out"], missing_as_zero=figures["zero"], missing_as_last=figures["last_known"],
                coverage=rules.figure(mean((w, s.coverage or ZERO) for w, s in inside)),
                counted=len(counted), missing=sum(s.without_missing is None for _, s in inside),
                excluded=tuple(s.code for s in sectors if s.weight is None))


def body_weight(content: dict[str, Any], outcomes: RoundOutcomes, sector: Sector) -> Decimal | None:
    """The weight of ``sector`` in the body's mean as ``outcomes``, the outcomes of a round, were computed; None when it is out.

    Documents written before outcomes said it are read with the plan in ``content``.
    """
    of_sector = outcomes.sector(sector.code)
    if not of_sector or outcomes.rules is not None:
        return dec(of_sector.weight)
    if sector.code in outcomes.body.excluded:
        return None
    return dec(sector.weight) if rules_in(content).body_mean == "weighted" else ONE
