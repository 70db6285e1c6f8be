"""Dates: days that exist, periods the right way round, phases inside their objective and their year."""

from collections.abc import Iterator
from datetime import date

from perfxl.model.arithmetic import in_force
from perfxl.model.findings import Finding
from perfxl.stages.check.return_context import Case, Entry, day, told, used

SPANS = (1, 2, 3)


def _dates(entry: Entry) -> Iterator[tuple[tuple, str]]:
    """(path below the objective, text) of every date written in the sheet."""
    for key in ("start", "start_revised", "end", "end_revised"):
        yield ("sheet", key), entry.sheet.get(key)
    for table, keys in (("results", ("deadline", "deadline_revised")), ("responsibles", ("from", "to")),
                        ("responsibles_revised", ("from", "to")),
                        ("phases", [f"{side}_{k}{r}" for k in SPANS for side in ("start", "end") for r in ("", "_revised")])):
        for i, row in entry.rows(table):
            for key in keys:
                yield ("sheet", table, i, key), row.get(key)


def impossible(case: Case) -> Iterator[Finding]:
    """DATE01: a day that is not in the calendar, such as 31 September."""
    for entry in case.told:
        for path, text in _dates(entry):
            if text and day(text) is None:
                parts = str(text).split("-")
                yield entry.find("DATE01", *path, value="/".join(reversed(parts)) if len(parts) == 3 else text)


def frame(case: Case) -> Iterator[Finding]:
    """DATE02, DATE03: the objective ends before it starts, or has no day in the year of the plan."""
    for entry in case.told:
        start, end = _frame(entry)
        if start and end and end < start:
            yield entry.find("DATE02", "sheet", used(entry.sheet, "end", case.round), start=told(start), end=told(end))
        elif end and end.year < case.year:
            yield entry.find("DATE03", "sheet", used(entry.sheet, "end", case.round), value=told(end), year=case.year)
        elif start and start.year > case.year:
            yield entry.find("DATE03", "sheet", used(entry.sheet, "start", case.round), value=told(start), year=case.year)


def _frame(entry: Entry) -> tuple[date | None, date | None]:
    round = entry.case.round
    return day(in_force(entry.sheet, "start", round)), day(in_force(entry.sheet, "end", round))


def _spans(entry: Entry) -> Iterator[tuple[int, dict, int, date | None, date | None]]:
    """(row, phase, year 1 to 3, start, end) in force, for the years in which the phase has a date."""
    round = entry.case.round
    for i, phase in entry.kept("phases"):
        for k in SPANS:
            if k < _moved_to(phase, round):
                continue  # what it had in this year cannot be cleared on the form: it has moved on
            start, end = day(in_force(phase, f"start_{k}", round)), day(in_force(phase, f"end_{k}", round))
            if start or end:
                yield i, phase, k, start, end


def _moved_to(phase: dict, round: str) -> int:
    """The first year (1 to 3) of a phase that was moved out of the years before: its revision begins it in a later one and says
    nothing of theirs; 1 otherwise."""
    said = {k for k in SPANS if any(phase.get(f"{side}_{k}_revised") for side in ("start", "end"))} if round != "plan" else set()
    first = min(said, default=1)
    begins = first > 1 and phase.get(f"start_{first}_revised") and not phase.get(f"start_{first}")
    return first if begins and phase.get("interim_realised") in (None, 0) and phase.get("final_realised") in (None, 0) else 1


def phases(case: Case) -> Iterator[Finding]:
    """DATE04, DATE05, DATE06: a phase ends before it starts, leaves its objective, or its dates stand under another year."""
    for entry in case.told:
        first, last = _frame(entry)
        for i, phase, k, start, end in _spans(entry):
            row, name = ("sheet", "phases", i), phase.get("id")
            if start and end and end < start:
                yield entry.find("DATE04", *row, used(phase, f"end_{k}", case.round),
                                 phase=name, start=told(start), end=told(end))
            wrong = [(side, v) for side, v in (("start", start), ("end", end)) if v and v.year != case.year + k - 1]
            for side, value in wrong:
                yield entry.find("DATE06", *row, used(phase, f"{side}_{k}", case.round),
                                 phase=name, value=told(value), year=case.year + k - 1)
            if first and last and first <= last and not wrong:
                side, value = ("start", start) if start and start < first else ("end", end)
                if value and not first <= value <= last:
                    yield entry.find("DATE05", *row, used(phase, f"{side}_{k}", case.round),
                                     phase=name, value=told(value), start=told(first), end=told(last))


def phase_without_dates(case: Case) -> Iterator[Finding]:
    """DATE07: a phase weighted this year without a start and an end in this year."""
    for entry in case.told:
        for i, phase in entry.phases():
            bare = [k for k in ("start_1", "end_1") if not in_force(phase, k, case.round)] if _moved_to(phase, case.round) == 1 else []
            if bare and in_force(phase, "weight", case.round) is not None:
                yield entry.find("DATE07", "sheet", "phases", i, bare[0], phase=phase.get("id"), year=case.year)


def objective_without_dates(case: Case) -> Iterator[Finding]:
    """DATE08: an objective without start or end."""
    for entry in case.told:
        for key in ("start", "end"):
            if not in_force(entry.sheet, key, case.round):
                yield entry.find("DATE08", "sheet", key)


def result_deadlines(case: Case) -> Iterator[Finding]:
    """DATE09, DATE10: a result due outside its objective, or before the end of a phase it is tied to."""
    for entry in case.told:
        first, last = _frame(entry)
        ends = {str(p.get("id")): (k, end) for _, p, k, _, end in _spans(entry) if end}
        for i, result in entry.kept("results"):
            due = day(in_force(result, "deadline", case.round))
            if not due:
                continue
            path = ("sheet", "results", i, used(result, "deadline", case.round))
            if first and last and first <= last and not first <= due <= last:
                yield entry.find("DATE09", *path, result=result.get("id"), value=told(due), start=told(first), end=told(last))
            late = [(end, p) for p in tied(result) if p in ends for _, end in [ends[p]] if end > due]
            if late and not _produces(result, late, entry):
                end, phase = max(late)
                yield entry.find("DATE10", *path, result=result.get("id"), value=told(due), phase=phase, end=told(end))


def _produces(result: dict, late: list, entry: Entry) -> bool:
    """Whether a phase that ends after the deadline is no surprise: several phases, or dates nobody has moved."""
    if len(tied(result)) > 1 or entry.case.round == "plan":
        return True
    phase = next(p for _, p in entry.rows("phases") if str(p.get("id")) == late[0][1])
    return not any(phase.get(f"end_{k}_revised") for k in SPANS)


def tied(result: dict) -> list[str]:
    """The phase identifiers a result is tied to: "1-3, 3-bis" is 1, 3 and 3-bis."""
    import re

    text = str(result.get("phases") or "")
    return [p for part in re.split(r"[,;/+]|\be\b|\band\b", text) for p in _dashed(part.strip()) if p]


def _dashed(part: str) -> list[str]:
    pieces: list[str] = []
    for piece in (p.strip() for p in part.split("-")):
        if pieces and not piece[:1].isdecimal():
            pieces[-1] += "-" + piece
        else:
            pieces.append(piece)
    return pieces


def moved_when_passed(case: Case) -> Iterator[Finding]:
    """DATE11: at the interim, an end moved forward when it had already passed, and no reason given."""
    if case.round != "interim":
        return
    for entry in case.told:
        if entry.holding.get("revision_reason"):
            continue
        moves = [(("sheet", "phases", i, "end_1_revised"), p.get("end_1"), p.get("end_1_revised")) for i, p in entry.rows("phases")]
        moves += [(("sheet", "results", i, "deadline_revised"), r.get("deadline"), r.get("deadline_revised"))
                  for i, r in entry.rows("results")]
        moves.append((("sheet", "end_revised"), entry.sheet.get("end"), entry.sheet.get("end_revised")))
        for path, before, after in moves:
            old, new = day(before), day(after)
            if old and new and old < case.reference and old < new:
                yield entry.find("DATE11", *path, old=told(old), new=told(new))


def left_behind(case: Case) -> Iterator[Finding]:
    """DATE19: at the interim, a result tied to no phase that is due when a phase ended before it was moved on."""
    for entry in case.told if case.round == "interim" else ():
        moved = {p["end_1"]: (p, new) for _, p in entry.kept("phases") if (old := day(p.get("end_1")))
                 and (new := day(p.get("end_1_revised"))) and new > old}
        for i, result in entry.kept("results"):
            if result.get("deadline") in moved and not tied(result) and not result.get("deadline_revised"):
                phase, new = moved[result["deadline"]]
                yield entry.find("DATE19", "sheet", "results", i, "deadline", result=result.get("id"), phase=phase.get("id"),
                                 value=told(day(result["deadline"])), end=told(new))


def ended_before(case: Case) -> Iterator[Finding]:
    """DATE21: at the interim, an approved end brought back to a day already past, of something that is not told as done, and no
    reason given."""
    for entry in case.told if case.round == "interim" else ():
        if entry.holding.get("revision_reason"):
            continue
        moves = [(("sheet", "phases", i, f"end_{k}_revised"), p, f"end_{k}", p.get("interim_realised"))
                 for i, p in entry.kept("phases") for k in SPANS]
        moves += [(("sheet", "results", i, "deadline_revised"), r, "deadline", r.get("interim_degree")) for i, r in entry.kept("results")]
        moves.append((("sheet", "end_revised"), entry.sheet, "end", 100 if entry.achieved else 0))
        for path, row, key, done in moves:
            old, new = day(row.get(key)), day(row.get(f"{key}_revised"))
            if old and new and new < old and new <= case.reference <= old and done != 100:
                yield entry.find("DATE21", *path, old=told(old), new=told(new))


def started_before(case: Case) -> Iterator[Finding]:
    """DATE20: at the interim, a start brought forward to a day already past, and no reason given."""
    for entry in case.told if case.round == "interim" else ():
        for i, phase in entry.rows("phases"):
            old, new = day(phase.get("start_1")), day(phase.get("start_1_revised"))
            if old and new and new < old and new <= case.reference and not entry.holding.get("revision_reason"):
                yield entry.find("DATE20", "sheet", "phases", i, "start_1_revised", phase=phase.get("id"),
                                 old=told(old), new=told(new))


def responsibles(case: Case) -> Iterator[Finding]:
    """DATE12, DATE13, DATE14: a period the wrong way round, outside the year, or begun before its predecessor's end."""
    for entry in case.told:
        for table in ("responsibles", "responsibles_revised"):
            handed: tuple[str, date] | None = None
            for i, row in entry.rows(table):
                start, end = day(row.get("from")), day(row.get("to"))
                path, name = ("sheet", table, i), row.get("name")
                if start and end and end < start:
                    yield entry.find("DATE12", *path, "to", name=name, start=told(start), end=told(end))
                elif end and end.year < case.year or start and start.year > case.year:
                    yield entry.find("DATE13", *path, "to" if end and end.year < case.year else "from",
                                     name=name, value=told(end if end and end.year < case.year else start), year=case.year)
                elif handed and start and handed[1] >= start > date(case.year, 1, 1):
                    yield entry.find("DATE14", *path, "from", name=name, start=told(start),
                                     other=handed[0], end=told(handed[1]))
                if end and end < date(case.year, 12, 31):
                    handed = (name, end)


def duration(case: Case) -> Iterator[Finding]:
    """DATE15, DATE16: year k of n with k above n, or n years that do not reach the end of objective or phases."""
    for entry in case.told:
        number, count = entry.sheet.get("year_number"), entry.sheet.get("year_count")
        if not number or not count:
            continue
        if number > count:
            yield entry.find("DATE15", "sheet", "year_number", number=number, count=count)
            continue
        last = case.year + int(count) - int(number)
        end = _frame(entry)[1]
        if end and end.year != last:
            yield entry.find("DATE16", "sheet", "year_count", number=number, count=count, last=last, end=told(end))


CHECKS = (
    (impossible, ("DATE01",)),
    (frame, ("DATE02", "DATE03")),
    (phases, ("DATE04", "DATE05", "DATE06")),
    (phase_without_dates, ("DATE07",)),
    (objective_without_dates, ("DATE08",)),
    (result_deadlines, ("DATE09", "DATE10")),
    (moved_when_passed, ("DATE11",)),
    (left_behind, ("DATE19",)),
    (started_before, ("DATE20",)),
    (ended_before, ("DATE21",)),
    (responsibles, ("DATE12", "DATE13", "DATE14")),
    (duration, ("DATE15", "DATE16")),
)
