"""An objective said achieved, or a result, that what was measured denies: not done, below what was expected, or late."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from perfxl.model.arithmetic import HUNDRED, dec, rounded
from perfxl.model.degrees import derivation
from perfxl.model.derived import applicable
from perfxl.model.documents import day_of
from perfxl.model.findings import Finding
from perfxl.model.method_degrees import reached
from perfxl.model.result_degree import actual_of, computed_degree, falls, values_of, way_of
from perfxl.model.texts import FORMS
from perfxl.model.views import Entity, Result
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import ReturnContext, format_day, says_nothing

#: The ways of measuring in which a value is better the nearer it comes to its target, or the further beyond.
TOWARDS = ("higher", "lower", "progress", "typed", "levels")


def has_missed(case: ReturnContext, result: Result) -> bool | None:
    """Whether the actual value of ``result`` is short of its target by more than the tolerance; None where the two are not there or
    are not compared so."""
    values = values_of(result, result, case.round, case.arithmetic)
    if None in (values.target, values.actual) or way_of(result, case.arithmetic).key not in TOWARDS or result.scale is not None:
        return None
    return not reached(values, falls(result, case.round, case.arithmetic))


def said_full(case: ReturnContext, result: Result) -> bool:
    """Whether the degree typed for ``result`` is all of it."""
    typed = dec(result.reading(case.round).degree)
    return typed is not None and typed >= HUNDRED


def shortfall(case: ReturnContext, result: Result, entities: Iterable[Entity]) -> Decimal | None:
    """The degree of ``result`` where it is less than all of it, by what was typed as by what its values give; None where one of the
    two is all of it, or there is neither."""
    rules = case.arithmetic
    given = (rules.percent(result.reading(case.round).degree), computed_degree(result, case.round, entities, rules))
    known = [d for d in (given if rules.typed_degree else given[::-1]) if d is not None]
    return known[0] if known and max(known) < HUNDRED else None


def _asked_this_year(entry: Entry, result: Result) -> bool:
    """Whether an achieved objective has this result achieved: it counts, and is due by the end of the year."""
    case = entry.case
    due = day_of(result.in_force("deadline", case.round))
    return dec(result.in_force("weight", case.round)) != 0 and not (due and due > case.ends)


def targets(case: ReturnContext) -> Iterator[Finding]:
    """OUTC16, OUTC17, OUTC18: a target missed and the result said achieved, or the whole objective; a target left far behind."""
    for entry in case.filled_entries:
        for i, result in entry.kept_results:
            missed = has_missed(case, result)
            if missed is None:
                continue
            goal, actual = dec(result.in_force("target", case.round)), actual_of(result, result, case.round)
            lower = falls(result, case.round, case.arithmetic)
            path, values = ("sheet", "results", i), {"result": result.id, "target": goal, "actual": actual}
            if missed:
                if said_full(case, result):
                    yield entry.finding("OUTC16", *path, "reading", "degree", **values)
                elif entry.full and _asked_this_year(entry, result):
                    yield entry.finding("OUTC17", *path, "reading", "actual", **values)
            elif not lower and goal is not None and actual is not None and goal > 0 and actual * 100 / goal > dec(case.rules["overshoot_limit"]):
                yield entry.finding("OUTC18", *path, "reading", "actual", **values, share=rounded(actual * 100 / goal))


def undone(case: ReturnContext) -> Iterator[Finding]:
    """OUTC32: the whole objective said achieved, and a result that is not, however it is measured; a number that misses its target
    is told as OUTC17."""
    for entry in case.filled_entries:
        for i, result in entry.kept_results if entry.full else ():
            if has_missed(case, result) or not _asked_this_year(entry, result) or (entry.code, str(result.id)) in case.borrowed:
                continue
            mine = [(k, e) for k, e in entry.entities if e.result == result.id]
            degree = shortfall(case, result, [e for _, e in mine])
            if degree is not None:
                yield entry.finding("OUTC32", *_read_at(entry, i, result, mine), **not_achieved(case, result, degree, [e for _, e in mine]))


def measured_elsewhere(entries: Iterable[Entry]) -> Iterator[Finding]:
    """OUTC17, OUTC32 of results that another sector measures: what was found of them stands in the content of the round."""
    for entry in entries:
        case = entry.case
        for i, result in entry.kept_results if entry.full and entry.is_lead and not entry.gone and entry.planned else ():
            planned_result = next((r for r in entry.planned.sheet.results if r.id == result.id), None) if entry.planned else None
            if planned_result is None or (entry.code, str(result.id)) not in case.borrowed or not _asked_this_year(entry, planned_result):
                continue
            degree, path = shortfall(case, planned_result, ()), ("sheet", "results", i, "reading", "actual")
            if has_missed(case, planned_result):
                goal, actual = dec(planned_result.in_force("target", case.round)), actual_of(planned_result, planned_result, case.round)
                yield entry.finding("OUTC17", *path, result=result.id, target=goal, actual=actual)
            elif degree is not None:
                yield entry.finding("OUTC32", *path, **not_achieved(case, planned_result, degree, []))


def not_achieved(case: ReturnContext, result: Result, degree: Decimal, entities: list[Entity]) -> dict[str, object]:
    """What OUTC32 says of a result: its number, its degree, how that came about."""
    how = {language: derivation(result, case.round, rules=case.arithmetic, language=language, entities=entities) for language in FORMS}
    return {"result": result.id, "degree": rounded(degree), "how": how}


def _read_at(entry: Entry, index: int, result: Result, entities: list[tuple[int, Entity]]) -> tuple[str | int, ...]:
    """The way to what says that a result is not achieved: its degree, the value it is measured from, or the first of its entities."""
    case, path = entry.case, ("sheet", "results", index, "reading")
    reading, reads = result.reading(case.round), way_of(result, case.arithmetic).reads
    computed = computed_degree(result, case.round, (), case.arithmetic)
    if reading.degree is not None and (case.arithmetic.typed_degree or computed is None):
        return (*path, "degree")
    if computed is None and entities:
        return ("sheet", "entities", entities[0][0], "reading", "actual")
    if reads == "actual" and reading.actual is None and reading.numerator is not None:
        return (*path, "numerator")
    return (*path, reads)


def late(case: ReturnContext) -> Iterator[Finding]:
    """OUTC33: the whole objective said achieved, and a result that came after its deadline, of which nothing says so.

    Not of one that is measured by its day, whose degree says it; nor where a reason stands beside the outcome.
    """
    for entry in case.filled_entries:
        if not entry.full or not says_nothing(entry.outcome.reason):
            continue
        for i, result in entry.kept_results:
            due, came = day_of(result.in_force("deadline", case.round)), day_of(result.reading(case.round).achieved_on)
            mine = [e for _, e in entry.entities if e.result == result.id]
            by_day = way_of(result, case.arithmetic).key == "date"
            if due and came and came > due and not by_day and _asked_this_year(entry, result) and not has_missed(case, result) \
                    and shortfall(case, result, mine) is None:
                yield entry.finding("OUTC33", "sheet", "results", i, "reading", "achieved_on", result=result.id, due=format_day(due), came=format_day(came))


def measures(case: ReturnContext) -> Iterator[Finding]:
    """OUTC34: the lead says a transversal objective achieved, and one of its own measures is not; of the other sectors the
    mean of their measures is their outcome (OUTC12)."""
    for entry in case.filled_entries:
        for i, measure in case.measures_of(entry.code) if entry.transversal and entry.is_lead and entry.full else ():
            percent = case.arithmetic.percent(measure.reading(case.round).percent)
            if applicable(measure, case.round) and percent is not None and percent < HUNDRED:
                yield case.finding("OUTC34", "measures", i, "reading", "percent", objective=entry.code, measure=measure.id, percent=rounded(percent))


#: What each check raises, in the order in which they are asked.
CHECKS: tuple[tuple[Callable[[ReturnContext], Iterator[Finding]], tuple[str, ...]], ...] = (
    (targets, ("OUTC16", "OUTC17", "OUTC18")),
    (undone, ("OUTC32",)),
    (late, ("OUTC33",)),
    (measures, ("OUTC34",)),
)
