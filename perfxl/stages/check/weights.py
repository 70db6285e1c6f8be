"""Weights: each level sums to 100, none is missing, none contradicts its own kind."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import ZERO, dec
from perfxl.model.findings import Finding
from perfxl.model.texts import FORMS
from perfxl.model.views import Holding, Phase, Result
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import ReturnContext, before_and_after, path_in_force
from perfxl.workbook.values import weight_words

#: How many objectives that left the count are looked at: each doubles the sums that may explain what lacks.
MOST_LEFT_OUT = 8


def _gap(weights: list[Decimal], case: ReturnContext) -> Decimal | None:
    """How far the sum of ``weights`` is from what the body wants it to be; None when it is near enough, or may be any."""
    gap = sum(weights, ZERO) - case.arithmetic.whole
    return gap if case.arithmetic.whole and abs(gap) > dec(case.rules["weight_tolerance"]) else None


def objectives_sum(case: ReturnContext) -> Iterator[Finding]:
    """WGHT01: the weights in force of the sector's weighted objectives sum to what the body wants: 100 as a rule.

    After the plan, a weight that was issued counts as issued: one typed over it is not taken, and is told as such. A
    workbook with questions has only some of the objectives. Nothing is said where all that lacks is the weight of objectives
    that were replaced and whose successor is not known, or has not taken it: that is told of them.
    """
    if case.document.requests:
        return
    counted = [e for e in case.entries if e.weighted]
    weights = [dec(_as_issued(e).in_force("weight", case.round)) for e in counted]
    if weights and None not in weights:
        gap = _gap(weights, case)
        if gap is not None and not _only_lacks(gap, case):
            at = next((e for e in counted if path_in_force(e.holding, "weight") != ("weight",)), counted[0])
            listed = {lang: "; ".join(f"{e.code} {weight_words(w, case.arithmetic.points)[lang]}" for e, w in zip(counted, weights, strict=True))
                      for lang in FORMS}
            yield at.finding("WGHT01", "holding", *path_in_force(at.holding, "weight"), sum=gap + case.arithmetic.whole, whole=case.arithmetic.whole,
                             gap=abs(gap), count=len(weights), weights=listed)


def _only_lacks(gap: Decimal, case: ReturnContext) -> bool:
    """Whether what lacks is what some of the objectives weigh, or weighed before the round, that left the count with nothing in
    their place."""
    sums = {ZERO}
    for weights in list(filter(None, map(_left_out, case.entries)))[:MOST_LEFT_OUT]:
        sums |= {s + w for s in sums for w in weights}
    return any(abs(gap + s) <= dec(case.rules["weight_tolerance"]) for s in sums - {ZERO})


def _left_out(entry: Entry) -> set[Decimal]:
    """What may lack for an objective that is replaced by none that the plan has (OUTC09, CODE14, CODE15, CODE17): what it weighs, or
    did before the round; for one that still bears a weight beside its successor (WGHT09): that."""
    if not entry.holding.weighs:
        return set()
    holding, case = _as_issued(entry), entry.case
    successor = holding.in_force("replaced_by", case.round)
    now, before = dec(holding.in_force("weight", case.round)), dec(before_and_after(holding, "weight")[0])
    if not successor and entry.outcome.status == "replaced" or successor and (successor not in case.planned or successor == entry.code):
        return {w for w in (now, before) if w}
    return {now} if successor and now and case.round.kind == "monitoring" else set()


def _as_issued(entry: Entry) -> Holding:
    """The holding with the weight that was issued, after the plan."""
    issued = entry.issued.holding.weight if entry.issued else None
    return entry.holding if entry.case.round.kind == "plan" or issued is None else Holding({**entry.holding.data, "weight": issued})


def _weighed(table: str, rows: Sequence[tuple[int, Phase | Result]]) -> tuple[Any, ...]:
    """The weight that a wrong sum is told on: the first that was revised, else the first there is."""
    at, row = next((r for r in rows if path_in_force(r[1], "weight") != ("weight",)), next(r for r in rows if r[1].weight is not None))
    return ("sheet", table, at, *path_in_force(row, "weight"))


def phases_sum(case: ReturnContext) -> Iterator[Finding]:
    """WGHT02: the weights in force of the year's phases of an objective sum to what the body wants: 100 as a rule.

    Nothing is said while a phase with dates in the year lacks its weight: that comes first.
    """
    for entry in case.filled_entries:
        dated = [(dec(p.in_force("weight", case.round)), p.in_force("end_1", case.round)) for _, p in entry.weighted_phases]
        weights = [w for w, _ in dated if w is not None]
        if weights and not any(w is None and end for w, end in dated):
            gap = _gap(weights, case)
            if gap is not None:
                yield entry.finding("WGHT02", *_weighed("phases", entry.weighted_phases), sum=gap + case.arithmetic.whole, whole=case.arithmetic.whole,
                                 gap=abs(gap), count=len(weights))


def results_sum(case: ReturnContext) -> Iterator[Finding]:
    """WGHT03: the weights in force of the expected results, where they have one, sum to what the body wants: 100 as a rule."""
    for entry in case.filled_entries:
        weights = [dec(r.in_force("weight", case.round)) for _, r in entry.kept_results]
        if weights and None not in weights:
            gap = _gap(weights, case)
            if gap is not None:
                yield entry.finding("WGHT03", *_weighed("results", entry.kept_results), sum=gap + case.arithmetic.whole, whole=case.arithmetic.whole,
                                 gap=abs(gap), count=len(weights))


def missing(case: ReturnContext) -> Iterator[Finding]:
    """WGHT04, WGHT05, WGHT06: a weighted objective, a phase of the year, or one result among weighted ones without weight."""
    for entry in case.entries:
        if entry.weighted and entry.holding.in_force("weight", case.round) is None:
            yield entry.finding("WGHT04", "holding", "weight")
    for entry in case.filled_entries:
        for i, phase in entry.weighted_phases:
            if phase.in_force("weight", case.round) is None:
                yield entry.finding("WGHT05", "sheet", "phases", i, "weight", phase=phase.id)
        yield from _results_missing(entry)


def _results_missing(entry: Entry) -> Iterator[Finding]:
    weights = [r.in_force("weight", entry.case.round) for _, r in entry.kept_results]
    if any(w is not None for w in weights):
        for (i, result), weight in zip(entry.kept_results, weights, strict=True):
            if weight is None:
                yield entry.finding("WGHT06", "sheet", "results", i, "weight", result=result.id)


def contradicted(case: ReturnContext) -> Iterator[Finding]:
    """WGHT07, WGHT08: a weight above 0 on an objective or phase that is said to be not weighted."""
    for entry in case.entries:
        if not entry.gone and not entry.holding.weighs:
            weight = dec(entry.holding.in_force("weight", case.round))
            if weight:
                yield entry.finding("WGHT07", "holding", *path_in_force(entry.holding, "weight"), weight=weight)
    for entry in case.filled_entries:
        for i, phase in entry.phases:
            weight = dec(phase.in_force("weight", case.round))
            if phase.weighting == "not_weighted" and weight:
                yield entry.finding("WGHT08", "sheet", "phases", i, *path_in_force(phase, "weight"),
                                 phase=phase.id, weight=weight)


def replaced_still_weighted(case: ReturnContext) -> Iterator[Finding]:
    """WGHT09: a replaced objective that still has a weight, where the form lets it be revised: at the final it only stays out."""
    for entry in case.entries if case.round.kind == "monitoring" else ():
        weight = dec(entry.holding.in_force("weight", case.round))
        successor = entry.holding.in_force("replaced_by", case.round)
        if successor and weight:
            yield entry.finding("WGHT09", "holding", "revision", "weight", weight=weight, successor=successor)


CHECKS = (
    (objectives_sum, ("WGHT01",)),
    (phases_sum, ("WGHT02",)),
    (results_sum, ("WGHT03",)),
    (missing, ("WGHT04", "WGHT05", "WGHT06")),
    (contradicted, ("WGHT07", "WGHT08")),
    (replaced_still_weighted, ("WGHT09",)),
)
