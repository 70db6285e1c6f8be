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

from perfxl.model.arithmetic import Rules, dec, rules_in
from perfxl.model.cascade import Cascade
from perfxl.model.group_means import _placed, body_mean, line_mean, sector_mean, sector_means, with_units
from perfxl.model.means import Mean, read_above
from perfxl.model.objective_outcome import Outcome, outcome, read_outcome
from perfxl.model.rounds import Round, Rounds
from perfxl.model.structure import Structure
from perfxl.model.views import Measure, Plan, RoundOutcomes, Sector

DEFAULT_RULES = {"counting": "evaluated", "missing": "out", "body_mean": "equal", "weight_tolerance": Decimal("0.05")}


def rules_of(content: dict[str, Any]) -> dict[str, Any]:
    """The body's rules with the defaults for what it does not say."""
    return {**DEFAULT_RULES, **content.get("rules", {})}


def reporting_rounds(content: dict[str, Any]) -> tuple[Round, ...]:
    """The rounds of ``content`` that have outcomes, in the order of the year."""
    return Rounds.from_plan(content).reporting


def outcomes(content: dict[str, Any], round: str, last: Mapping[tuple[str, str], Decimal] | None = None) -> list[Outcome]:
    """The outcome of every objective in every sector that holds it, in plan order.

    ``last``: by (objective, sector), what was known before.
    """
    plan, rules, last, round = Plan(content), rules_in(content), last or {}, Rounds.from_plan(content)[round]
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
    now = outcomes(content, round, _last(((o.objective, o.sector), o.value) for document in before for o in RoundOutcomes(document).objectives))
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
    documents: list[dict[str, Any]] = []
    for r in rounds[: rounds.index(round)] if round in rounds else ():
        documents.append(round_outcomes(content, r, documents).document())
    return documents


def _last(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Decimal]:
    """By key, the last value of ``pairs`` (pairs in the order of the rounds) that is one."""
    return {key: Decimal(value) for key, value in pairs if value is not None}


def _known(before: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """The outcome of each sector as last known from the rounds ``before``."""
    return _last((s.code, s.missing_as_last) for document in before for s in RoundOutcomes(document).sectors)


def with_totals(content: dict[str, Any], document: dict[str, Any], earlier: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """``document``, the outcomes of a round, with its sectors and its body computed from the outcomes of the objectives in it.

    ``content`` says what documents did not always: the rules, and the weights of the sectors.
    """
    was = RoundOutcomes(document)
    rules = rules_in(content, was.rules)
    rows = [read_outcome(o) for o in was.objectives]
    known = _known(earlier)
    own = {s.code: sector_mean(s.code, [o for o in rows if o.sector == s.code], rules) for s in was.sectors}
    if was.rules is not None:
        sectors = [replace(m, weight=dec(s.weight), exclusion=s.exclusion) for s, m in zip(was.sectors, _recorded_levels(was, own, known, rules), strict=True)]
    else:
        plan = Plan(content)
        sectors = [_placed(plan.sector(s.code) or Sector({}), own[s.code], rules.body_mean, rules) for s in was.sectors]
    return {**document, "body": body_mean(sectors, known, rules).document(), "sectors": [s.document() for s in sectors]}


def _recorded_levels(recorded: RoundOutcomes, own: Mapping[str, Mean], known: Mapping[str, Decimal], rules: Rules) -> list[Mean]:
    """The means of the sectors of a round from those of their ``own`` objectives, one standing under another with the weight that
    the round says."""
    places = {s.code: place for s in recorded.sectors if (place := read_above(s.above))}
    structure = Structure({"sectors": [{"code": s.code, "above": s.above.code} for s in recorded.sectors]})
    means: dict[str, Mean] = {}
    for code in reversed(structure.ordered):
        inside = [replace(means[unit], weight=places[unit].weight) for unit in structure.below.get(code, ())]
        units = replace(body_mean(inside, known, rules), code=code)
        means[code] = replace(with_units(own[code], units, rules) if inside else own[code], above=places.get(code))
    return [means[s.code] for s in recorded.sectors]
