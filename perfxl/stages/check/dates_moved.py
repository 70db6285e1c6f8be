"""At a monitoring: days that it moves, and days that have passed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from perfxl.model.arithmetic import dec
from perfxl.model.documents import day_of
from perfxl.model.findings import Finding
from perfxl.model.lateness import phase_lateness
from perfxl.model.shares import typed_as_shares, whole_of
from perfxl.model.views import Item, Phase
from perfxl.stages.check.dates import SPANS, begins, tied
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import Path, ReturnContext, before_and_after, format_day, path_in_force


def moved_when_passed(case: ReturnContext) -> Iterator[Finding]:
    """DATE11: at a monitoring, an end moved forward when it had already passed, and no reason given."""
    for entry in case.filled_entries if case.round.kind == "monitoring" else ():
        if _reasoned(entry):
            continue
        moves: list[tuple[Path, tuple[Any, Any]]] = [(("sheet", "phases", i, "revision", "end_1"), before_and_after(p, "end_1")) for i, p in entry.phases]
        moves += [(("sheet", "results", i, "revision", "deadline"), before_and_after(r, "deadline")) for i, r in entry.results]
        moves.append((("sheet", "revision", "end"), before_and_after(entry.sheet, "end")))
        for path, dates_ in moves:
            old, new = map(day_of, dates_)
            if old and new and old < case.reference and old < new:
                yield entry.finding("DATE11", *path, old=format_day(old), new=format_day(new))


def _reasoned(entry: Entry) -> bool:
    """Whether the round says why it changes the objective."""
    return bool(entry.holding.revision(entry.case.round).get("reason"))


def left_behind(case: ReturnContext) -> Iterator[Finding]:
    """DATE19: at a monitoring, a result tied to no phase that is due when a phase ended before it was moved on."""
    for entry in case.filled_entries if case.round.kind == "monitoring" else ():
        later: dict[date, tuple[Phase, date]] = {}
        for _, phase in entry.kept_phases:
            old, new = map(day_of, before_and_after(phase, "end_1"))
            if old and new and new > old:
                later[old] = phase, new
        for i, result in entry.kept_results:
            written, put = before_and_after(result, "deadline")
            due = day_of(written)
            if due is not None and due in later and not tied(result) and not put:
                phase, new = later[due]
                yield entry.finding("DATE19", "sheet", "results", i, *path_in_force(result, "deadline"), result=result.id,
                                 phase=phase.id, value=format_day(due), end=format_day(new))


def ended_before(case: ReturnContext) -> Iterator[Finding]:
    """DATE21: at a monitoring, an approved end brought back to a day already past, of something that is not told as done, and no
    reason given."""
    for entry in case.filled_entries if case.round.kind == "monitoring" else ():
        if _reasoned(entry):
            continue
        moves: list[tuple[Path, Item, str, float | None]]
        moves = [(("sheet", "phases", i, "revision", f"end_{k}"), p, f"end_{k}", p.reading(case.round).realised)
                 for i, p in entry.kept_phases for k in SPANS]
        moves += [(("sheet", "results", i, "revision", "deadline"), r, "deadline", r.reading(case.round).degree)
                  for i, r in entry.kept_results]
        moves.append((("sheet", "revision", "end"), entry.sheet, "end", 100 if entry.achieved else 0))
        for path, row, key, done in moves:
            old, new = map(day_of, before_and_after(row, key))
            if old and new and new < old and new <= case.reference <= old and done != 100:
                yield entry.finding("DATE21", *path, old=format_day(old), new=format_day(new))


def started_before(case: ReturnContext) -> Iterator[Finding]:
    """DATE20: at a monitoring, a start brought forward to a day already past, and no reason given."""
    for entry in case.filled_entries if case.round.kind == "monitoring" else ():
        for i, phase in entry.phases:
            old, new = map(day_of, before_and_after(phase, "start_1"))
            if old and new and new < old and new <= case.reference and not _reasoned(entry):
                yield entry.finding("DATE20", "sheet", "phases", i, "revision", "start_1", phase=phase.id,
                                 old=format_day(old), new=format_day(new))


def late(case: ReturnContext) -> Iterator[Finding]:
    """DATE22: at a monitoring, a phase whose end has passed and that is not done, with no new end and no note on its
    dates, of an objective that is told as achieved: of one that is not, a word on why is asked for anyway (OUTC06)."""
    for entry in case.filled_entries if case.round.kind == "monitoring" else ():
        if not entry.achieved or entry.outcome.reason or entry.outcome.note or _reasoned(entry):
            continue
        shares = typed_as_shares(entry.sheet, case.round, entry.percent, dec(case.rules["derivable_tolerance"]))
        for i, phase in entry.kept_phases:
            lateness = phase_lateness(phase, case.round, shares, whole_of(entry.sheet, case.round))
            realised = dec(phase.reading(case.round).realised)
            if lateness and lateness.now and realised is not None and not phase.in_force("dates_note", case.round):
                yield entry.finding("DATE22", "sheet", "phases", i, "reading", "realised", phase=phase.id, end=format_day(lateness.expected),
                                    days=lateness.days, reference=format_day(case.reference))


def not_begun(case: ReturnContext) -> Iterator[Finding]:
    """DATE25: at a monitoring, something realised of a phase that was to begin after the reference date, without its actual start
    and without a word on its dates; of an objective said achieved its running phases are told (OUTC07)."""
    for entry in case.filled_entries if case.round.kind == "monitoring" else ():
        if entry.achieved:
            continue
        for i, phase in entry.kept_phases:
            start = begins(entry, phase)
            begun = phase.last_read("actual_start", case.round) or phase.in_force("dates_note", case.round)
            realised = dec(phase.reading(case.round).realised)
            if start and start > case.reference and realised and not begun:
                yield entry.finding("DATE25", "sheet", "phases", i, "reading", "realised", phase=phase.id, start=format_day(start),
                                    realised=realised, reference=format_day(case.reference))


#: In any round: what they look at only a monitoring has.
CHECKS = (
    (moved_when_passed, ("DATE11",)),
    (left_behind, ("DATE19",)),
    (started_before, ("DATE20",)),
    (ended_before, ("DATE21",)),
    (late, ("DATE22",)),
    (not_begun, ("DATE25",)),
)
