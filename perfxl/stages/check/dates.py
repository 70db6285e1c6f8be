"""Dates: days that exist, periods the right way round, phases inside their objective and their year."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from perfxl.model.documents import day_of, pointer
from perfxl.model.findings import Finding, Place
from perfxl.model.plan_year import first_day, last_day
from perfxl.model.readings import CLEARED
from perfxl.model.rounds import Round
from perfxl.model.views import Item, Phase, Result, Return, Sheet
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import Path, ReturnContext, format_day, path_in_force, title_of

SPANS = (1, 2, 3)
#: Days by which what is begun may come before the objective itself; nothing of it can be over before.
EARLY = {"actual_start": 366}
COMPILED = ("compilation", "date")


def _dates(entry: Entry) -> Iterator[tuple[Path, str | None]]:
    """(path below the objective, text or None) of every date that the sheet has a cell for."""
    for path, owner in _said((), entry.sheet, entry.case.round):
        for key in ("start", "end"):
            yield ("sheet", *path, key), owner.get(key)
        for i, person in enumerate(Sheet(owner).responsibles):
            yield ("sheet", *path, "responsibles", i, "from"), person.from_
            yield ("sheet", *path, "responsibles", i, "to"), person.to
    ends = [f"{side}_{k}" for k in SPANS for side in ("start", "end")]
    for table, rows, keys in (("results", entry.results, ("deadline",)), ("phases", entry.phases, ends)):
        for i, row in rows:
            for path, owner in _said((table, i), row, entry.case.round):
                for key in keys:
                    yield ("sheet", *path, key), owner.get(key)


def _said(path: Path, item: Item, round: Round) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What an item says and what the round changes of it, each with its way."""
    yield path, item.data
    yield (*path, "revision"), item.revision(round)


def impossible(case: ReturnContext) -> Iterator[Finding]:
    """DATE01: a day that is not in the calendar, such as 31 September."""
    for entry in case.filled_entries:
        for path, text in _dates(entry):
            if text and day_of(text) is None and not (text == CLEARED and "revision" in path):
                parts = str(text).split("-")
                yield entry.finding("DATE01", *path, value="/".join(reversed(parts)) if len(parts) == 3 else text)


def frame(case: ReturnContext) -> Iterator[Finding]:
    """DATE02, DATE03: the objective ends before it starts, or has no day in the year of the plan."""
    for entry in case.filled_entries:
        start, end = _frame(entry)
        if start and end and end < start:
            yield entry.finding("DATE02", "sheet", *path_in_force(entry.sheet, "end"), start=format_day(start), end=format_day(end))
        elif end and end < case.begins:
            yield entry.finding("DATE03", "sheet", *path_in_force(entry.sheet, "end"), value=format_day(end), year=case.year)
        elif start and start > case.ends:
            yield entry.finding("DATE03", "sheet", *path_in_force(entry.sheet, "start"), value=format_day(start), year=case.year)


def _frame(entry: Entry) -> tuple[date | None, date | None]:
    round = entry.case.round
    return day_of(entry.sheet.in_force("start", round)), day_of(entry.sheet.in_force("end", round))


def _spans(entry: Entry) -> Iterator[tuple[int, Phase, int, date | None, date | None]]:
    """(row, phase, year 1 to 3, start, end) in force, for the years in which the phase has a date."""
    round = entry.case.round
    for i, phase in entry.kept_phases:
        for k in SPANS:
            if k < moved_to(entry, phase):
                continue  # what it had in this year was left there: it has moved on
            start, end = day_of(phase.in_force(f"start_{k}", round)), day_of(phase.in_force(f"end_{k}", round))
            if start or end:
                yield i, phase, k, start, end


def moved_to(entry: Entry, phase: Phase) -> int:
    """The first year (1 to 3) of a phase that was moved out of the years before: its revision begins it in a later one and says
    nothing of theirs; 1 otherwise."""
    round = entry.case.round
    said = {k for k in SPANS if any(phase.revised(f"{side}_{k}", round) not in (None, CLEARED) for side in ("start", "end"))}
    first = min(said, default=1)
    begins = first > 1 and phase.revised(f"start_{first}", round) and not phase.data.get(f"start_{first}")
    realised = [reading.realised for _, reading in entry.phase_before(phase).readings(round)]
    return first if begins and all(share in (None, 0) for share in (*realised, phase.reading(round).realised)) else 1


def begins(entry: Entry, phase: Phase) -> date | None:
    """The day on which a phase is to begin, in force at the round: of one that was moved on, the new one; None where nobody says."""
    years = SPANS[moved_to(entry, phase) - 1:]
    return next((day for k in years if (day := day_of(phase.in_force(f"start_{k}", entry.case.round)))), None)


def phases(case: ReturnContext) -> Iterator[Finding]:
    """DATE04, DATE05, DATE06: a phase ends before it starts, leaves its objective, or its dates stand under another year."""
    for entry in case.filled_entries:
        first, last = _frame(entry)
        for i, phase, k, start, end in _spans(entry):
            row, name = ("sheet", "phases", i), phase.id
            if start and end and end < start:
                yield entry.finding("DATE04", *row, *path_in_force(phase, f"end_{k}"),
                                 phase=name, start=format_day(start), end=format_day(end))
            year = first_day(case.plan, k), last_day(case.plan, k)
            wrong = [(side, v) for side, v in (("start", start), ("end", end)) if v and not year[0] <= v <= year[1]]
            for side, value in wrong:
                yield entry.finding("DATE06", *row, *path_in_force(phase, f"{side}_{k}"),
                                 phase=name, value=format_day(value), year=case.year + k - 1)
            if first and last and first <= last and not wrong:
                side, day = ("start", start) if start and start < first else ("end", end)
                if day and not first <= day <= last:
                    yield entry.finding("DATE05", *row, *path_in_force(phase, f"{side}_{k}"),
                                     phase=name, value=format_day(day), start=format_day(first), end=format_day(last))


def phase_without_dates(case: ReturnContext) -> Iterator[Finding]:
    """DATE07: a phase weighted this year without a start and an end in this year, which no round has cleared."""
    for entry in case.filled_entries:
        for i, phase in entry.weighted_phases:
            bare = [k for k in ("start_1", "end_1") if not phase.in_force(k, case.round) and phase.revised(k, case.round) != CLEARED]
            bare = bare if moved_to(entry, phase) == 1 else []
            if bare and phase.in_force("weight", case.round) is not None:
                yield entry.finding("DATE07", "sheet", "phases", i, bare[0], phase=phase.id, year=case.year)


def objective_without_dates(case: ReturnContext) -> Iterator[Finding]:
    """DATE08: an objective without start or end."""
    for entry in case.filled_entries:
        for key in ("start", "end"):
            if not entry.sheet.in_force(key, case.round):
                yield entry.finding("DATE08", "sheet", key)


def result_deadlines(case: ReturnContext) -> Iterator[Finding]:
    """DATE09, DATE10: a result due outside its objective, or before the end of a phase it is tied to."""
    for entry in case.filled_entries:
        first, last = _frame(entry)
        ends = {str(p.id): (k, end) for _, p, k, _, end in _spans(entry) if end}
        for i, result in entry.kept_results:
            due = day_of(result.in_force("deadline", case.round))
            if not due:
                continue
            path: Path = ("sheet", "results", i, *path_in_force(result, "deadline"))
            if first and last and first <= last and not first <= due <= last:
                yield entry.finding("DATE09", *path, result=result.id, value=format_day(due), start=format_day(first), end=format_day(last))
            late = [(end, p) for p in tied(result) if p in ends for _, end in [ends[p]] if end > due]
            if late and not _produces(result, late, entry):
                end, phase = max(late)
                yield entry.finding("DATE10", *path, result=result.id, value=format_day(due), phase=phase, end=format_day(end))


def _produces(result: Result, late: list[tuple[date, str]], entry: Entry) -> bool:
    """Whether a phase that ends after the deadline is no surprise: several phases, or dates nobody has moved."""
    if len(tied(result)) > 1 or entry.case.round.kind == "plan":
        return True
    phase = next(p for _, p in entry.phases if str(p.id) == late[0][1])
    return not any(path_in_force(phase, f"end_{k}") != (f"end_{k}",) for k in SPANS)


def tied(result: Result) -> list[str]:
    """The phase identifiers a result is tied to: "1-3, 3-bis" is 1, 3 and 3-bis; "fasi 1 e 2" is 1 and 2."""
    text = re.sub(r"\b(?:fas[ei]|phases?)\b\s*(?:n\.\s*)?(?=\d)", "", str(result.phases or ""), flags=re.I)
    return [p for part in re.split(r"[,;/+]|\be\b|\band\b", text) for p in _dashed(part.strip()) if p]


def _dashed(part: str) -> list[str]:
    pieces: list[str] = []
    for piece in (p.strip() for p in part.split("-")):
        if pieces and not piece[:1].isdecimal():
            pieces[-1] += "-" + piece
        else:
            pieces.append(piece)
    return pieces


def actual(case: ReturnContext) -> Iterator[Finding]:
    """DATE23, DATE24, DATE27: a phase that really ended before it really began; a day told as past that the round's own date has not
    seen; one long before the objective, as 2012 typed for 2021."""
    for entry in case.filled_entries:
        begun = day_of(entry.sheet.in_force("start", case.round))
        for i, phase in entry.kept_phases:
            start, end = (day_of(phase.last_read(key, case.round)) for key in ("actual_start", "actual_end"))
            if start and end and end < start:
                yield entry.finding("DATE23", "sheet", "phases", i, "reading", "actual_end", phase=phase.id, start=format_day(start), end=format_day(end))
        days: list[tuple[str, int, Item, str]]
        days = [("phases", i, p, key) for i, p in entry.kept_phases for key in ("actual_start", "actual_end")]
        days += [("results", i, r, "achieved_on") for i, r in entry.kept_results]
        for table, i, row, key in days:
            value = day_of(getattr(row.reading(case.round), key))
            if value and case.reference and value > case.reference:
                yield entry.finding("DATE24", "sheet", table, i, "reading", key, value=format_day(value), reference=format_day(case.reference))
            elif value and begun and value < begun - timedelta(days=EARLY.get(key, 0)):
                yield entry.finding("DATE27", "sheet", table, i, "reading", key, value=format_day(value), start=format_day(begun))


def compiled(document: dict[str, Any], places: Mapping[str, Place], file: str, received: date) -> Iterator[Finding]:
    """DATE26: a form that says it was filled in after the day on which it was ``received``; a day is let pass, for clocks that are
    ahead of ours."""
    returned = Return(document)
    day = day_of(returned.compilation.date)
    if day and day > received + timedelta(days=1):
        yield Finding("DATE26", places.get(pointer(COMPILED), Place(file)), {"value": format_day(day), "received": format_day(received)},
                      field=title_of(COMPILED), path=pointer(COMPILED), sector=returned.identity.sector)


def responsibles(case: ReturnContext) -> Iterator[Finding]:
    """DATE12, DATE13, DATE14: a period the wrong way round, outside the year, or begun before its predecessor's end."""
    for entry in case.filled_entries:
        for table, owner in _said((), entry.sheet, case.round):
            handed: tuple[str | None, date] | None = None
            for i, person in enumerate(Sheet(owner).responsibles):
                start, end = day_of(person.from_), day_of(person.to)
                path, name = ("sheet", *table, "responsibles", i), person.name
                if start and end and end < start:
                    yield entry.finding("DATE12", *path, "to", name=name, start=format_day(start), end=format_day(end))
                elif end and end < case.begins:
                    yield entry.finding("DATE13", *path, "to", name=name, value=format_day(end), year=case.year)
                elif start and start > case.ends:
                    yield entry.finding("DATE13", *path, "from", name=name, value=format_day(start), year=case.year)
                elif handed and start and handed[1] >= start > case.begins:
                    yield entry.finding("DATE14", *path, "from", name=name, start=format_day(start),
                                     other=handed[0], end=format_day(handed[1]))
                if end and end < case.ends:
                    handed = (name, end)


def duration(case: ReturnContext) -> Iterator[Finding]:
    """DATE15, DATE16: year k of n with k above n, or n years that do not reach the end of objective or phases."""
    for entry in case.filled_entries:
        number, count = (entry.sheet.data.get(key) for key in ("year_number", "year_count"))  # blank is not 1 here: nothing is said of it
        if not number or not count:
            continue
        if number > count:
            yield entry.finding("DATE15", "sheet", "year_number", number=number, count=count)
            continue
        last = case.year + int(count) - int(number)
        end = _frame(entry)[1]
        number_of = int(count) - int(number) + 1
        if end and not first_day(case.plan, number_of) <= end <= last_day(case.plan, number_of):
            yield entry.finding("DATE16", "sheet", "year_count", number=number, count=count, last=last, end=format_day(end))


CHECKS = (
    (impossible, ("DATE01",)),
    (frame, ("DATE02", "DATE03")),
    (phases, ("DATE04", "DATE05", "DATE06")),
    (phase_without_dates, ("DATE07",)),
    (objective_without_dates, ("DATE08",)),
    (result_deadlines, ("DATE09", "DATE10")),
    (responsibles, ("DATE12", "DATE13", "DATE14")),
    (duration, ("DATE15", "DATE16")),
)

#: Of the days that a round tells, which every round can put right.
TOLD = (
    (actual, ("DATE23", "DATE24", "DATE27")),
)
