"""What follows for an objective from its phases, its expected results, its measures: weighted means that stop at a blank.

Sources: the objective sheets and sector tables of a real final report, which weigh phases and, in one sector, expected results,
each on a scale that sums to 100.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from perfxl.model.arithmetic import DEFAULT, HUNDRED, ONE, ZERO, Rules, mean, weight_at
from perfxl.model.result_degree import degree, is_left_out, last_degree
from perfxl.model.rounds import Round
from perfxl.model.views import Measure, Sheet


@dataclass(frozen=True)
class Term:
    """One thing that enters the mean of an objective: its identifier, its weight, its percentage, as they count."""

    name: str
    weight: Decimal
    value: Decimal


def _mean_of(terms: list[Term] | None) -> Decimal | None:
    return None if terms is None else mean((t.weight, t.value) for t in terms)


def by_phases(sheet: Sheet, round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × realised / Σ weight over the year's weighted phases that were not dropped, unrounded.

    None when no phase is weighted, or a weighted phase has no weight or no realised percentage: a blank is
    never silently 0.
    """
    return _mean_of(phase_terms(sheet, round, rules))


def phase_terms(sheet: Sheet, round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_phases`` is the mean of; None where a blank forbids it."""
    terms = []
    for phase in sheet.phases:
        weight, realised = weight_at(phase, round, rules), rules.percent(phase.reading(round).realised)
        if phase.weighting == "not_weighted" or weight == 0 or is_left_out(phase, round, realised):
            continue
        if weight is None or realised is None:
            return None
        terms.append(Term(str(phase.id or ""), weight, realised))
    return terms


def by_results(sheet: Sheet, round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Σ weight × degree / Σ weight over the expected results that were not dropped, unrounded; equal weights where none has one.

    The worst degree instead, where the objective or the body wants it so. None when there are no results, a degree is unknown, or
    only some results have a weight.
    """
    terms = result_terms(sheet, round, rules)
    if terms and worst_counts(sheet, rules):
        return min(t.value for t in terms)
    return _mean_of(terms)


def worst_counts(sheet: Sheet, rules: Rules = DEFAULT) -> bool:
    """Whether the results of an objective count by the worst of their degrees."""
    return (sheet.results_as or rules.results_as) == "worst"


def share_of(sheet: Sheet, rules: Rules = DEFAULT) -> Decimal:
    """Per cent that the phases of an objective count beside its results: its own, else the body's."""
    own = rules.percent(sheet.phases_share)
    return rules.share if own is None else own


def by_mix(sheet: Sheet, round: Round, rules: Rules = DEFAULT) -> Decimal | None:
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


def result_terms(sheet: Sheet, round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_results`` is the mean of; None where a blank forbids it."""
    degrees = []
    for result in sheet.results:
        weight = weight_at(result, round, rules)
        entities = [e for e in sheet.entities if e.result == result.id]
        achieved = degree(result, round, entities, rules)
        if weight == 0 or is_left_out(result, round, achieved):
            continue
        unread = result.missing or rules.unread
        if achieved is None and unread == "out":
            continue
        if achieved is None and unread in ("zero", "last_known"):
            achieved = ZERO if unread == "zero" else last_degree(result, round, entities, rules)
        degrees.append((str(result.id or ""), weight, achieved))
    weighted = {w is not None for _, w, _ in degrees}
    terms = [Term(name, ONE if w is None else w, d) for name, w, d in degrees if d is not None]
    return None if len(terms) < len(degrees) or len(weighted) > 1 else terms


def by_measures(measures: Iterable[Measure], round: Round, rules: Rules = DEFAULT) -> Decimal | None:
    """Plain mean of the percentages of the applicable measures, unrounded; None when one is missing."""
    return _mean_of(measure_terms(measures, round, rules))


def measure_terms(measures: Iterable[Measure], round: Round, rules: Rules = DEFAULT) -> list[Term] | None:
    """What ``by_measures`` is the mean of; None where a blank forbids it."""
    percents = [(m, rules.percent(m.reading(round).percent)) for m in measures if applicable(m, round)]
    due = [(str(m.id or ""), percent) for m, percent in percents if percent is not None or m.due(round)]
    terms = [Term(name, ONE, v) for name, v in due if v is not None]
    return None if len(terms) < len(due) else terms


def applicable(measure: Measure, round: Round) -> bool:
    """Whether a measure concerns its sector at ``round``: blank stands for yes."""
    return measure.in_force("applicable", round) is not False
