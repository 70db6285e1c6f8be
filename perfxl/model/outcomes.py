"""Outcomes: of an objective in a sector, of a sector, of a strategic line, of the body.

Everything is Decimal. By default every published figure is rounded half up to two decimals when its own computation
ends, and what stands above it is computed from published figures, so that whoever has the printed table can do the sum
again; a body may choose fewer decimals, or to round at the end alone. Percentages are points (57.25).

Sources of the rules: the sector tables of a real final report (weighted mean over the weights in force;
replaced, incentive-paid and not-weighted objectives out of the denominator) and the body's *Regole*.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import HUNDRED, ONE, ZERO, Rules, dec, mean, rules_in, shown, status_of, weight_at
from perfxl.model.cascade import Cascade
from perfxl.model.derived import by_measures, by_mix, by_phases, by_results
from perfxl.model.means import Above, Mean, Part, outcomes_mean, read_above
from perfxl.model.rounds import Round, Rounds
from perfxl.model.structure import Structure
from perfxl.model.views import Holder, Holding, Measure, Objective, ObjectiveOutcome, Plan, RoundOutcomes, Sector

DEFAULT_RULES = {"counting": "evaluated", "missing": "out", "body_mean": "equal", "weight_tolerance": Decimal("0.05")}


def rules_of(content: dict[str, Any]) -> dict[str, Any]:
    """The body's rules with the defaults for what it does not say."""
    return {**DEFAULT_RULES, **content.get("rules", {})}


def reporting_rounds(content: dict[str, Any]) -> tuple[Round, ...]:
    """The rounds of ``content`` that have outcomes, in the order of the year."""
    return Rounds.of(content).reporting


@dataclass(frozen=True)
class Outcome:
    """The outcome of one objective in one sector, as ``consolidated.schema.json#/$defs/outcome`` explains it.

    ``last``: the last outcome known from an earlier round; ``counted``: whether it stands in the denominator of the
    sector, by the body's rule on what is missing.
    """

    objective: str
    sector: str
    lines: tuple[str, ...]
    weight: Decimal | None
    by_phases: Decimal | None
    by_results: Decimal | None
    by_measures: Decimal | None
    declared: Decimal | None
    evaluated: Decimal | None
    value: Decimal | None
    basis: str | None
    status: str | None
    exclusion: str | None
    last: Decimal | None = None
    counted: bool = False

    @property
    def weighs(self) -> bool:
        """Whether it enters the mean, or would if it were not missing."""
        return self.exclusion in (None, "missing")

    def document(self) -> dict[str, Any]:
        """The outcome as the consolidated document has it."""
        figures = ("weight", "by_phases", "by_results", "by_measures", "declared", "evaluated", "value")
        found = {"objective": self.objective, "sector": self.sector, **{k: shown(getattr(self, k)) for k in figures},
                 "basis": self.basis, "status": self.status, "counted": self.counted, "exclusion": self.exclusion}
        return {**found, **({"last": shown(self.last)} if self.value is None and self.last is not None else {})}


def _declared(objective: Objective, holder: Holder, round: Round, rules: Rules) -> Decimal | None:
    """What was declared: for a shared objective the lead speaks, for a transversal one each sector for itself."""
    own = rules.percent(holder.holding.reading(round).percent)
    if objective.transversal:
        return own
    lead = objective.holder(objective.lead) or holder
    told = rules.percent(lead.holding.reading(round).percent)
    return own if told is None else told


def _evaluated(evaluations: Mapping[tuple[str, str, str], Decimal | None], objective: Objective, sector: str, round: str) -> Decimal | None:
    own = evaluations.get((objective.code, sector, round))
    if own is None and not objective.transversal:
        own = evaluations.get((objective.code, objective.lead, round))
    return own


def _exclusion(holding: Holding, round: Round, weight: Decimal | None, value: Decimal | None) -> str | None:
    if not holding.weighs:
        return holding.weighting
    return holding.gone(round) or ("no_weight" if weight is None else "missing" if value is None else None)


#: What is looked for, in order, by the rule on the outcome that counts.
ORDER = {"evaluated": ("evaluated", "declared"), "declared": ("declared",), "phases": ("phases",), "results": ("results",), "mix": ("mix",)}


def outcome(objective: Objective, holder: Holder, round: Round, rules: Rules, evaluations: Mapping[tuple[str, str, str], Decimal | None],
            measures: list[Measure], last: Decimal | None = None) -> Outcome:
    """The outcome of ``objective`` in the sector of ``holder`` at ``round``.

    ``evaluations``: percent by (objective, sector, round); ``measures``: the sector's measures of the objective;
    ``last``: the outcome last known before.
    """
    holding, sheet, sector = holder.holding, objective.sheet, holder.sector
    is_lead = not objective.transversal or sector == objective.lead
    found = {
        "evaluated": _evaluated(evaluations, objective, sector, round),
        "declared": _declared(objective, holder, round, rules),
        "phases": rules.figure(by_phases(sheet, round, rules)) if is_lead else None,
        "results": rules.figure(by_results(sheet, round, rules)) if is_lead else None,
        "mix": rules.figure(by_mix(sheet, round, rules)) if is_lead and rules.counting == "mix" else None,
        "measures": rules.figure(by_measures(measures, round, rules)),
    }
    order = ORDER[rules.counting]
    if not is_lead:
        order = (*(b for b in order if b in ("evaluated", "declared")), "measures")
    basis = next((b for b in order if found[b] is not None), None)
    value = rules.figure(found[basis]) if basis else None
    weight = weight_at(holding, round, rules)
    excluded = _exclusion(holding, round, weight, value)
    if excluded == "missing" and not objective.due(round):
        excluded = "not_due"
    said = holding.reading(round).status
    status = excluded if excluded in ("replaced", "withdrawn") else \
        status_of(value, rules) if basis != "declared" else said or status_of(value, rules)
    counted = excluded is None or excluded == "missing" and (rules.missing == "zero" or rules.missing == "last_known" and last is not None)
    return Outcome(objective.code, sector, tuple(sheet.strategic_lines),
                   weight=None if excluded in ("not_weighted", "incentives") else weight,
                   by_phases=found["phases"], by_results=found["results"], by_measures=found["measures"],
                   declared=found["declared"], evaluated=found["evaluated"], value=value, basis=basis, status=status,
                   exclusion=excluded, last=last, counted=counted)


def outcomes(content: dict[str, Any], round: str, last: Mapping[tuple[str, str], Decimal] | None = None) -> list[Outcome]:
    """The outcome of every objective in every sector that holds it, in plan order.

    ``last``: by (objective, sector), what was known before.
    """
    plan, rules, last, round = Plan(content), rules_in(content), last or {}, Rounds.of(content)[round]
    evaluations = {(e["objective"], e["sector"], e["round"]): rules.percent(e["percent"]) for e in content.get("evaluations", ())}
    measures: dict[tuple[str | None, str], list[Measure]] = {}
    for row in plan.measures:
        measures.setdefault((row.measure.objective, row.sector), []).append(row.measure)
    return [outcome(a.objective, a.holder, round=round, rules=rules, evaluations=evaluations, measures=measures.get(a.key, []), last=last.get(a.key))
            for a in plan.assignments]


@dataclass(frozen=True)
class ComputedOutcomes:
    """All outcomes of one round: the body, its sectors and strategic lines in plan order, the objectives."""

    body: Mean
    sectors: tuple[Mean, ...]
    lines: tuple[Mean, ...]
    objectives: tuple[Outcome, ...]
    rules: Rules

    def document(self) -> dict[str, Any]:
        """The outcomes as ``consolidated.schema.json#/$defs/round`` has them."""
        return {"rules": self.rules.document(), "body": self.body.document(), "sectors": [s.document() for s in self.sectors],
                "lines": [line.document() for line in self.lines], "objectives": [o.document() for o in self.objectives]}


def round_outcomes(content: dict[str, Any], round: str, earlier: Sequence[dict[str, Any]] | None = None) -> ComputedOutcomes:
    """The outcomes of ``content`` (a plan-shaped document) at ``round``.

    ``earlier``: the outcomes of the rounds before it, as their documents have them, in order; without it they are those
    that the content itself gives. A line takes every objective that realises it or a line below it, once, whoever holds
    it. The body is the mean of its sectors: of one weight each, or of the weights the plan gives them, by the rule
    ``body_mean``; sectors out of it, without the weight they need or with nothing weighted are excluded.
    """
    rules = rules_in(content)
    before = _before(content, round) if earlier is None else earlier
    now = outcomes(content, round, _last(((o.objective, o.sector), o.value) for told in before for o in RoundOutcomes(told).objectives))
    held: dict[str, list[Outcome]] = {}
    cascade = Cascade(content)
    below: dict[str, list[Outcome]] = {}
    for o in now:
        held.setdefault(o.sector, []).append(o)
        for line in dict.fromkeys(above for code in o.lines for above in cascade.upwards(code)):
            below.setdefault(line, []).append(o)
    known, plan = _known(before), Plan(content)
    sectors = sector_means(content, {s.code: sector_mean(s.code, held.get(s.code, []), rules) for s in plan.sectors}, known, rules)
    lines = tuple(line_mean(line.code, below.get(line.code, []), rules) for line in plan.cascade)
    return ComputedOutcomes(body_mean(sectors, known, rules), sectors, lines=lines, objectives=tuple(now), rules=rules)


def _before(content: dict[str, Any], round: str) -> list[dict[str, Any]]:
    rounds = reporting_rounds(content)
    found: list[dict[str, Any]] = []
    for r in rounds[: rounds.index(round)] if round in rounds else ():
        found.append(round_outcomes(content, r, found).document())
    return found


def _last(told: Iterable[tuple[Any, Any]]) -> dict[Any, Decimal]:
    """By key, the last value of ``told`` (pairs in the order of the rounds) that is one."""
    return {key: Decimal(value) for key, value in told if value is not None}


def _known(before: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """The outcome of each sector as last known from the rounds ``before``."""
    return _last((s.code, s.missing_as_last) for told in before for s in RoundOutcomes(told).sectors)


def sector_mean(code: str, chosen: Sequence[Outcome], rules: Rules) -> Mean:
    """The mean of a sector's objectives: those weighted enter, the others are named as excluded."""
    parts = [Part(o.objective, o.weight, o.value, o.last) for o in chosen if o.weighs and o.weight is not None]
    return outcomes_mean(code, parts, [o.objective for o in chosen if not o.weighs], rules)


def line_mean(code: str, chosen: Sequence[Outcome], rules: Rules) -> Mean:
    """The mean of the objectives of a strategic line, each once.

    In every sector that weighs it an objective enters with its weight there divided by the number of those sectors: it
    counts with the mean of its weights, whether one sector holds it or ten.
    """
    sectors: dict[str, int] = {}
    for o in chosen:
        sectors[o.objective] = sectors.get(o.objective, 0) + o.weighs
    parts = [Part(o.objective, o.weight / sectors[o.objective], o.value, o.last) for o in chosen if o.weighs and o.weight is not None]
    return outcomes_mean(code, parts, [name for name, n in sectors.items() if not n], rules)


def sector_means(content: dict[str, Any], own: Mapping[str, Mean], known: Mapping[str, Decimal], rules: Rules) -> tuple[Mean, ...]:
    """The means of all sectors in plan order, each with its place in the body's: of the ``own`` objectives of each, by code, and of
    the sectors below it by the rule ``units``. ``known``: the outcomes of the sectors as last known before."""
    structure = Structure(content)
    found: dict[str, Mean] = {}
    for code in reversed(structure.ordered):
        found[code] = own[code]
        below = structure.below.get(code, ())
        if below and rules.units != "own":
            inside = [_placed(Sector(structure.sectors[unit]), found[unit], kind=rules.units_mean, rules=rules) for unit in below]
            found |= {m.code: replace(found[m.code], above=Above(code, m.weight, m.exclusion)) for m in inside}
            found[code] = with_units(own[code], replace(body_mean(inside, known, rules), code=code), rules)
    return tuple(_in_body(s, found[s.code], structure, rules) for s in Plan(content).sectors)


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


def _placed(sector: Sector, found: Mean, kind: str, rules: Rules) -> Mean:
    """The mean of a sector with its weight in a mean of sectors, ``equal`` or ``weighted``, or why it is out of it."""
    weight = rules.typed(dec(sector.weight)) if kind == "weighted" else ONE
    if not sector.weighted:
        return replace(found, exclusion="not_weighted")
    if not found.counted + found.missing:
        return replace(found, exclusion="empty")
    if weight is None or not ZERO <= weight <= 1000:
        return replace(found, exclusion="no_weight")
    return replace(found, weight=weight)


def _in_body(sector: Sector, found: Mean, structure: Structure, rules: Rules) -> Mean:
    """The mean of a sector with its weight in the body's, or why it is out of it: another level counts there, it says so itself,
    it has nothing that counts, its weight is missing."""
    level = rules.levels_in_body
    if level == "first" and structure.above(sector.code) or level == "last" and structure.below.get(sector.code):
        return replace(found, exclusion="other_level")
    return _placed(sector, found, rules.body_mean, rules)


def body_mean(sectors: Sequence[Mean], known: Mapping[str, Decimal], rules: Rules) -> Mean:
    """The mean of the sectors that have a weight in it; ``known``: their outcomes as last known before."""
    inside = [(s.weight, s) for s in sectors if s.weight is not None]
    ways: dict[str, list[tuple[Decimal, Decimal | None]]] = {
            "out": [(w, s.without_missing) for w, s in inside],
            "zero": [(w, s.missing_as_zero or ZERO) for w, s in inside],
            "last_known": [(w, known.get(s.code) if s.missing_as_last is None else s.missing_as_last) for w, s in inside]}
    pairs: dict[str, list[tuple[Decimal, Decimal]]] = {way: [(w, v) for w, v in found if v is not None] for way, found in ways.items()}
    figures = {way: rules.figure(mean(found)) for way, found in pairs.items()}
    counted = pairs[rules.missing]
    return Mean("", outcome=figures[rules.missing], denominator=sum((w for w, _ in counted), ZERO) if inside else None,
                without_missing=figures["out"], missing_as_zero=figures["zero"], missing_as_last=figures["last_known"],
                coverage=rules.figure(mean((w, s.coverage or ZERO) for w, s in inside)),
                counted=len(counted), missing=sum(s.without_missing is None for _, s in inside),
                excluded=tuple(s.code for s in sectors if s.weight is None))


def body_weight(content: dict[str, Any], told: RoundOutcomes, sector: Sector) -> Decimal | None:
    """The weight of ``sector`` in the body's mean as ``told``, the outcomes of a round, were computed; None when it is out.

    Documents written before outcomes said it are read with the plan in ``content``.
    """
    found = told.sector(sector.code)
    if not found or told.rules is not None:
        return dec(found.weight)
    if sector.code in told.body.excluded:
        return None
    return dec(sector.weight) if rules_in(content).body_mean == "weighted" else ONE


def added_up(content: dict[str, Any], told: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """``told``, the outcomes of a round, with its sectors and its body computed from the outcomes of the objectives in it.

    ``content`` says what documents did not always: the rules, and the weights of the sectors.
    """
    was = RoundOutcomes(told)
    rules = rules_in(content, was.rules)
    rows = [read_outcome(o) for o in was.objectives]
    known = _known(earlier)
    own = {s.code: sector_mean(s.code, [o for o in rows if o.sector == s.code], rules) for s in was.sectors}
    if was.rules is not None:
        sectors = [replace(m, weight=dec(s.weight), exclusion=s.exclusion) for s, m in zip(was.sectors, _told_levels(was, own, known, rules), strict=True)]
    else:
        plan = Plan(content)
        sectors = [_placed(plan.sector(s.code) or Sector({}), own[s.code], rules.body_mean, rules) for s in was.sectors]
    return {**told, "body": body_mean(sectors, known, rules).document(), "sectors": [s.document() for s in sectors]}


def _told_levels(told: RoundOutcomes, own: Mapping[str, Mean], known: Mapping[str, Decimal], rules: Rules) -> list[Mean]:
    """The means of the sectors of a round from those of their ``own`` objectives, one standing under another with the weight that
    the round says."""
    places = {s.code: place for s in told.sectors if (place := read_above(s.above))}
    structure = Structure({"sectors": [{"code": s.code, "above": s.above.code} for s in told.sectors]})
    found: dict[str, Mean] = {}
    for code in reversed(structure.ordered):
        inside = [replace(found[unit], weight=places[unit].weight) for unit in structure.below.get(code, ())]
        units = replace(body_mean(inside, known, rules), code=code)
        found[code] = replace(with_units(own[code], units, rules) if inside else own[code], above=places.get(code))
    return [found[s.code] for s in told.sectors]


def read_outcome(told: ObjectiveOutcome) -> Outcome:
    """The outcome that ``Outcome.document`` wrote, without its strategic lines."""
    figures = ("weight", "by_phases", "by_results", "by_measures", "declared", "evaluated", "value")
    return Outcome(told.objective, told.sector, (), **{k: dec(getattr(told, k)) for k in figures}, basis=told.basis,
                   status=told.status, exclusion=told.exclusion, last=dec(told.last), counted=told.counted)
