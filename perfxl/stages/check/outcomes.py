"""Outcomes declared: there, agreeing with their status, their reason and the calendar."""

from collections.abc import Iterator
from datetime import date

from perfxl.model.arithmetic import HUNDRED, dec, rounded
from perfxl.model.derived import applicable, by_measures, by_mix, by_phases, by_results
from perfxl.model.documents import day_of
from perfxl.model.findings import Finding
from perfxl.model.languages import quoted
from perfxl.model.methods import label
from perfxl.model.result_degree import values_of, way_of
from perfxl.model.rounds import Round
from perfxl.model.terms import pick
from perfxl.model.texts import FORMS
from perfxl.model.views import Phase, Result
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import ReturnContext, format_day, is_blank, says_nothing


def must_report(entry: Entry) -> bool:
    """Whether this sector has to declare an outcome: it leads the objective, or the objective is transversal."""
    return not entry.gone and entry.due and (entry.is_lead or entry.transversal)


def missing(case: ReturnContext) -> Iterator[Finding]:
    """OUTC01: no outcome at the round, neither declared nor given by the measures, nor computed where the body counts it so."""
    for entry in case.entries:
        if must_report(entry) and entry.percent is None and not _computed(entry) \
                and by_measures([m for _, m in case.measures_of(entry.code)], case.round, case.arithmetic) is None:
            yield entry.finding("OUTC01", "holding", "reading", "percent")


def _computed(entry: Entry) -> bool:
    """Whether the body counts the outcome that phases or results give, and they give one: what is declared beside it counts nowhere."""
    case, computed = entry.case, {"phases": by_phases, "results": by_results, "mix": by_mix}.get(entry.case.arithmetic.counting)
    borrowed = any((entry.code, str(r.id)) in case.borrowed for _, r in entry.results)
    return computed is not None and (borrowed or computed(entry.weighed_sheet, case.round, case.arithmetic) is not None)


def status(case: ReturnContext) -> Iterator[Finding]:
    """OUTC02, OUTC03, OUTC04: a status that the percentage contradicts."""
    for entry in case.entries:
        if code := _contradiction(entry):
            yield entry.finding(code, "holding", "reading", "status", percent=entry.percent)


def _contradiction(entry: Entry) -> str:
    """The code of what is said of a status that the percentage contradicts, "" when it does not."""
    said, percent = entry.outcome.status, entry.percent
    if percent is None:
        return ""
    return {"achieved": "OUTC02" if percent < HUNDRED else "",
            "not_achieved": "OUTC03" if percent > 0 else "",
            "partial": "OUTC04" if percent <= 0 or percent >= HUNDRED else ""}.get(said or "", "")


def reason(case: ReturnContext) -> Iterator[Finding]:
    """OUTC05, OUTC06: partial or not achieved, without a reason; not by a status that the percentage contradicts."""
    for entry in case.filled_entries:
        if entry.status in ("partial", "not_achieved") and not _contradiction(entry) and says_nothing(entry.outcome.reason):
            yield entry.finding("OUTC05" if entry.status == "partial" else "OUTC06", "holding", "reading", "reason")


def running(case: ReturnContext) -> Iterator[Finding]:
    """OUTC07: declared achieved while weighted phases end after the reference date."""
    for entry in case.filled_entries:
        if not entry.achieved:
            continue
        open_ = [(i, p, end) for i, p in entry.weighted_phases for end in [_end(p, case.round)] if end and end > case.reference]
        if open_:
            weight = sum(dec(p.in_force("weight", case.round)) or 0 for _, p, _ in open_)
            i, phase, end = max(open_, key=lambda last: last[2])
            yield entry.finding("OUTC07", "holding", "reading", "percent", phases=", ".join(str(p.id or "–") for _, p, _ in open_),
                             weight=weight, phase=phase.id, end=format_day(end), reference=format_day(case.reference))


def _end(phase: Phase, round: Round) -> date | None:
    """The last day of a phase that is weighted this year: of its period in a later year only when it has none in this one, or
    when it is not told as done here."""
    this, *later = (day_of(phase.in_force(f"end_{k}", round)) for k in (1, 2, 3))
    last = max((end for end in later if end), default=None)
    done = dec(phase.reading(round).realised) == HUNDRED
    return last if last and (this is None or not done) else this


def fallen(case: ReturnContext) -> Iterator[Finding]:
    """OUTC08: an outcome below that of an earlier round."""
    for entry in case.entries:
        before, now = entry.last_percent, entry.percent
        if must_report(entry) and before is not None and now is not None and now < before:
            yield entry.finding("OUTC08", "holding", "reading", "percent", before=before, now=now)


def replaced(case: ReturnContext) -> Iterator[Finding]:
    """OUTC09, OUTC10: replaced without saying by what, or replaced and yet declared as if it counted."""
    for entry in case.entries:
        said, successor = entry.outcome.status, entry.holding.in_force("replaced_by", case.round)
        if said == "replaced" and is_blank(successor):
            yield entry.finding("OUTC09", "holding", "revision", "replaced_by")
        elif successor and (said not in (None, "replaced") or not said and entry.percent):
            yield entry.finding("OUTC10", "holding", "reading", "status" if said else "percent", successor=successor)


def measures(case: ReturnContext) -> Iterator[Finding]:
    """OUTC12, OUTC13, OUTC11: a transversal outcome that its measures do not give; a measure without its percentage, or
    with one and not a word of what was done."""
    for entry in case.entries:
        rows = case.measures_of(entry.code)
        if not rows or not must_report(entry):
            continue
        for i, m in rows:
            percent = m.reading(case.round).percent
            if applicable(m, case.round) and percent is None and m.due(case.round):
                yield case.finding("OUTC13", "measures", i, "reading", "percent", objective=entry.code, measure=m.id)
            elif applicable(m, case.round) and percent and is_blank(m.reading(case.round).result):
                yield case.finding("OUTC11", "measures", i, "reading", "result", objective=entry.code, measure=m.id,
                                percent=percent)
        given = by_measures([m for _, m in rows], case.round, case.arithmetic)
        said = entry.percent
        if not entry.is_lead and given is not None and said is not None \
                and abs(given - said) > dec(case.rules["derivable_tolerance"]):
            yield entry.finding("OUTC12", "holding", "reading", "percent", percent=said, measures=rounded(given))


def results(case: ReturnContext) -> Iterator[Finding]:
    """OUTC14: at the end of the year, a result that says what is expected and lacks what it is measured from, or a degree;
    OUTC15: an entity of one that has a target and no actual value."""
    for entry in case.filled_entries if case.round.kind == "final" else ():
        settled = {r.id for _, r in entry.results if _settled(r, case) or (entry.code, str(r.id)) in case.borrowed}
        for i, result in entry.kept_results:
            way, goal = way_of(result, case.arithmetic), result.in_force("target", case.round)
            values = values_of(result, result, case.round, case.arithmetic)
            value = values.actual if way.reads in ("actual", "degree") else getattr(values, way.reads)
            asked = goal is not None or way.reads not in ("actual", "degree") or way.key in ("bands", "range")
            if result.id not in settled and asked and value is None and not _entities_tell(entry, result):
                reads = "actual" if way.reads == "degree" else way.reads
                expected = goal if goal is not None else _expected(way.key)
                yield entry.finding("OUTC14", "sheet", "results", i, "reading", reads, result=result.id, target=expected)
        for i, row in entry.entities:
            if row.target is not None and row.reading(case.round).actual is None and row.result not in settled:
                yield entry.finding("OUTC15", "sheet", "entities", i, "reading", "actual", result=row.result, entity=row.entity,
                                 target=row.target)


def _expected(way: str) -> dict[str, str]:
    """What is expected of a result without a target, by its way of being measured."""
    return {language: quoted(pick(label(way), language), language) for language in FORMS}


def _settled(result: Result, case: ReturnContext) -> bool:
    """Whether nothing is asked of a result at the end: dropped, told in percent, due in another year or not at this round."""
    late = day_of(result.in_force("deadline", case.round))
    return result.dropped(case.round) or result.reading(case.round).degree is not None or bool(late and late > case.ends) \
        or not result.due(case.round)


def _entities_tell(entry: Entry, result: Result) -> bool:
    return any(e.result == result.id and e.reading(entry.case.round).actual is not None for _, e in entry.entities)


CHECKS = (
    (missing, ("OUTC01",)),
    (status, ("OUTC02", "OUTC03", "OUTC04")),
    (reason, ("OUTC05", "OUTC06")),
    (running, ("OUTC07",)),
    (fallen, ("OUTC08",)),
    (replaced, ("OUTC09", "OUTC10")),
    (measures, ("OUTC12", "OUTC13", "OUTC11")),
    (results, ("OUTC14", "OUTC15")),
)
