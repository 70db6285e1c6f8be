"""*Gantt*: the phases month by month, as approved and as revised."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from perfxl.model import long_text
from perfxl.model.documents import day_of
from perfxl.model.plan_year import first_day, last_day, months_of
from perfxl.model.readings import dropped, in_force, last_read, revised
from perfxl.model.rounds import Round
from perfxl.model.views import Objective, Phase
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.formulas import weight_format, weight_value
from perfxl.stages.consolidate.layout import TOP, Layout
from perfxl.stages.consolidate.lists import head
from perfxl.stages.consolidate.styles import LINE, SOFT, TABS
from perfxl.stages.consolidate.view import View

YEARS = 3
COLUMNS = (("objective", 12), ("phase", 7), ("text", 58), ("weight", 9))
TEXT_WIDTH = 58
#: Letter and look of a month: approved only, revised only, both. The letters say it without colours too.
LOOKS = {"approved": ("#B8C0CA", "#3A4450"), "revised": ("#1F4E9E", "#FFFFFF"),
         "both": ("#6E87AE", "#FFFFFF"), "dropped": ("#ECEFF2", "#7A828C"), "actual": ("#22692F", "#FFFFFF")}
#: The line of the reference date, at the right of its month.
LINE_OF_TODAY = {"right": 5, "right_color": "#9C1C16"}


def months(item: dict[str, Any], plan: dict[str, Any], round: Round | None) -> set[tuple[int, int]]:
    """(year, month) in which a phase of ``plan`` runs, as approved, or with the dates in force at ``round``.

    A phase that starts in one year of the plan without an end runs until the next end it has, else to the end of that year; an
    end without a start runs from the first day of its year. Dates that cannot be read, and ends before their starts, count for
    nothing.
    """
    months: set[tuple[int, int]] = set()
    open_since: date | None = None
    for k in range(1, YEARS + 1):
        start, end = (day_of(_dated(item, f"{edge}_{k}", round)) for edge in ("start", "end"))
        if start and open_since:
            months |= _run(open_since, _of_year(plan, open_since)[1])
            open_since = None
        if end:
            months |= _run(start or open_since or _of_year(plan, end)[0], end)
            open_since = None
        elif start:
            open_since = start
    if open_since:
        months |= _run(open_since, _of_year(plan, open_since)[1])
    return months & {*months_of(plan, YEARS)}


def _of_year(plan: dict[str, Any], day: date) -> tuple[date, date]:
    """The first and the last day of the year, from the first of the plan on, that ``day`` is in; of its own, where it is another."""
    years = ((first_day(plan, k), last_day(plan, k)) for k in range(1, YEARS + 1))
    return next((y for y in years if y[0] <= day <= y[1]), (date(day.year, 1, 1), date(day.year, 12, 31)))


def _dated(item: dict[str, Any], key: str, round: Round | None) -> str | None:
    return in_force(item, key, round) if round else item.get(key)


def _run(start: date, end: date) -> set[tuple[int, int]]:
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return {(m // 12, m % 12 + 1) for m in range(first, min(last, first + 1200) + 1)}


def is_revised(item: dict[str, Any], round: Round) -> bool:
    """Whether a phase has revised dates at ``round``."""
    return any(revised(item, f"{edge}_{k}", round) for edge in ("start", "end") for k in range(1, YEARS + 1))


def bars(item: dict[str, Any], plan: dict[str, Any], round: Round) -> dict[tuple[int, int], str]:
    """What each month of a phase is: ``approved``, or where dates were revised ``both``, ``revised`` or ``dropped``.

    All months of a phase that was given up are ``dropped``.
    """
    old = months(item, plan, None)
    if dropped(item, round):
        return dict.fromkeys(old, "dropped")
    if not is_revised(item, round):
        return dict.fromkeys(old, "approved")
    new = months(item, plan, round)
    return {m: "both" if m in old and m in new else "revised" if m in new else "dropped" for m in old | new}


def actual_months(item: dict[str, Any], plan: dict[str, Any], round: Round) -> set[tuple[int, int]]:
    """(year, month) in which a phase really ran, as known at ``round``: from its actual start to its actual end, or on to the
    reference date where it is not over; an end without a start is its own month."""
    start, end = (day_of(last_read(item, round, key)) for key in ("actual_start", "actual_end"))
    first, until = start or end, end or day_of(round.reference_date)
    if first is None or until is None:
        return set()
    return _run(first, max(until, start or until)) & {*months_of(plan, YEARS)}


def write_gantt(view: View, book: Book, layout: Layout) -> None:
    """Write the sheet: a row for each objective, followed by one for each of its phases."""
    sheet = book.sheet(layout.name("gantt"), TABS["cascade"])
    shown = months_of(view.content, _years(view))
    rounds = list(view.shown)
    first = len(COLUMNS) + len(rounds)
    head(book, layout, sheet, "gantt")
    _legend(view, book, sheet)
    _header(book, sheet, shown=shown, rounds=rounds, first=first)
    row = TOP
    for objective in view.objectives:
        phases = objective.sheet.phases
        if phases:
            row += 1
            _objective(view, book, layout=layout, sheet=sheet, row=row, objective=objective,
                       columns=(first + len(shown), _line_column(view, first, shown)))
        for phase in phases:
            row += 1
            _phase(view, book, sheet=sheet, row=row, objective=objective, phase=phase, shown=shown, rounds=rounds, first=first)
            ran = actual_months(phase.data, view.content, view.round)
            if ran:
                row += 1
                _actual(view, book, sheet=sheet, row=row, objective=objective, phase=phase, ran=ran, shown=shown, first=first)
    if row == TOP:
        sheet.text(TOP + 1, 0, book.words("nothing_here"), book.styles.soft())
    last, end, line = max(row, TOP + 1), first + len(shown) - 1, _line_column(view, first, shown)
    for left, right in ((0, end),) if line is None else ((0, line - 1), (line + 1, end)):
        if left <= right:  # the column of the line has borders of its own
            sheet.grid((TOP + 1, left), (last, right))
    sheet.sheet.freeze_panes(TOP + 1, 3)
    sheet.sheet.outline_settings(True, False, True, False)
    sheet.printed((TOP, TOP))


def _years(view: View) -> int:
    """How many years of the plan to show: those up to the last that some phase reaches."""
    days = [day for objective in view.objectives for phase in objective.sheet.phases for day in _days(phase, view.round)]
    reached = (k for k in range(YEARS, 1, -1) if any(first_day(view.content, k) <= day <= last_day(view.content, k) for day in days))
    return next(reached, 1)


def _days(phase: Phase, round: Round) -> Iterator[date]:
    """The days of a phase, as approved and as revised."""
    for key in (f"{edge}_{k}" for k in range(1, YEARS + 1) for edge in ("start", "end")):
        yield from (day for value in (getattr(phase, key), phase.revised(key, round)) if (day := day_of(value)))


def _line_column(view: View, first: int, shown: list[tuple[int, int]]) -> int | None:
    """The column of the month of the reference date; None when it is not shown."""
    day = day_of(view.round.reference_date)
    month = (day.year, day.month) if day else None
    return first + shown.index(month) if month in shown else None


def _legend(view: View, book: Book, sheet: Sheet) -> None:
    """Three coloured cells with their words, on the row of the link."""
    pieces = []
    for look in LOOKS:
        fill, _ = LOOKS[look]
        pieces += [(book.styles(bold=True, font_color=fill if look != "dropped" else SOFT, font_size=9), f"{book.words(f'bar_{look}')} = "),
                   (book.styles.soft(), book.words(f"bar_{look}_means") + "    ")]
    if view.round.reference_date:
        day = "/".join(reversed(view.round.reference_date.split("-")))
        pieces.append((book.styles(font_color=LINE_OF_TODAY["right_color"], font_size=9), book.words("gantt_reference", day=day)))
    sheet.rich(1, 2, pieces, book.styles.soft())


def _header(book: Book, sheet: Sheet, shown: list[tuple[int, int]], rounds: list[Round], first: int) -> None:
    words, styles = book.words, book.styles
    sheet.sheet.set_row(TOP, 32)
    for k, (key, width) in enumerate(COLUMNS):
        sheet.sheet.set_column(k, k, width)
        sheet.text(TOP, k, words(f"gantt_{key}"), styles.header())
    for k, r in enumerate(rounds, len(COLUMNS)):
        sheet.sheet.set_column(k, k, 10)
        sheet.text(TOP, k, words.at("gantt_realised", r), styles.header(r, align="center", font_size=9))
    names = words("months").split()
    sheet.sheet.set_column(first, first + len(shown) - 1, 4.2)
    several = len({year for year, _ in shown}) > 1
    for n, (year, month) in enumerate(shown):
        text = names[month - 1] + (f"\n{year % 100:02d}" if several else "")
        sheet.text(TOP, first + n, text, styles.header(align="center", font_size=8, bg_color="#37495E" if n // 12 % 2 == 0 else "#5F6B7A"))


def _objective(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, objective: Objective, columns: tuple[int, int | None]) -> None:
    """The row of an objective; ``columns``: how many there are, and that of the line of the reference date."""
    width, line = columns
    title = objective.sheet.in_force("title", view.round) or book.words("no_title")
    look = {"bold": True, "bg_color": "#E3EAF2", "bottom": 1, "bottom_color": LINE, "valign": "vcenter"}
    style = book.styles(**look)
    sheet.height(row, 1.3)
    where = next(((layout.sectors[h.sector].sheet, layout.rows[objective.code, h.sector]) for h in objective.holders
                  if h.sector in layout.sectors), None)
    if where:
        sheet.link(row, 0, sheet=where[0], cell=a1(where[1], 0), text=objective.code, style=book.styles.link(**look))
    else:
        sheet.text(row, 0, objective.code, book.styles(**look))
    sheet.text(row, 1, title, book.styles(**look))
    for k in range(2, width):
        sheet.blank(row, k, style if k != line else book.styles(**look, **LINE_OF_TODAY))


def _phase(view: View, book: Book, sheet: Sheet, row: int, objective: Objective, phase: Phase, shown: list[tuple[int, int]], rounds: list[Round], first: int) -> None:
    styles = book.styles
    old, new = phase.text, phase.revised("text", view.round)
    struck: dict[str, Any] = {"font_strikeout": True} if phase.dropped(view.round) else {}
    sheet.height(row, min(5, long_text.lines_shown(new or old or "", TEXT_WIDTH)), 12.5, level=1)
    sheet.text(row, 0, objective.code, styles.cell("code", font_color=SOFT, font_size=8))
    sheet.text(row, 1, phase.id or "", styles.cell("code", align="center", **struck))
    sheet.text(row, 2, new or old or "", styles.cell("text", "monitoring" if new else "plan", font_size=9, **struck))
    weighted, weight = phase.weighting != "not_weighted", phase.revised("weight", view.round)
    moment = "plan" if weight is None else "monitoring"
    weight = phase.weight if weight is None else weight
    if weighted and weight is not None:
        rules = view.rules()
        sheet.number(row, 3, weight_value(weight, rules), styles.cell("percent", moment, num_format=weight_format(rules) if rules.points else "0.##%", font_size=9, **struck))
    else:
        sheet.text(row, 3, "" if weighted else "==", styles.cell("text", align="right", font_size=9))
    for k, r in enumerate(rounds, len(COLUMNS)):
        sheet.percent(row, k, phase.reading(r).realised, styles.cell("percent", r, num_format="0%", font_size=9))
    bars_ = bars(phase.data, view.content, view.round)
    _bars(view, book, sheet=sheet, row=row, first=first, shown=shown, kinds=bars_)


def _bars(view: View, book: Book, sheet: Sheet, row: int, first: int, shown: list[tuple[int, int]], kinds: dict[tuple[int, int], str]) -> None:
    """The months of a row, and the line of the reference date."""
    line = day_of(view.round.reference_date)
    for n, month in enumerate(shown):
        border: dict[str, Any] = LINE_OF_TODAY if line and month == (line.year, line.month) else {}
        kind = kinds.get(month)
        if kind:
            fill, ink = LOOKS[kind]
            look = book.styles.cell("code", bg_color=fill, font_color=ink, align="center", font_size=8, **border)
            sheet.text(row, first + n, book.words(f"bar_{kind}"), look)
        elif border:
            sheet.blank(row, first + n, book.styles.cell("code", **border))


def _actual(view: View, book: Book, sheet: Sheet, row: int, objective: Objective, phase: Phase, ran: set[tuple[int, int]], shown: list[tuple[int, int]], first: int) -> None:
    """The row under a phase that tells when it really ran, and how late it is."""
    styles, late = book.styles, view.phase_lateness(objective, phase)
    sheet.height(row, 1, 12.5, level=1)
    sheet.text(row, 0, objective.code, styles.cell("code", font_color=SOFT, font_size=8))
    sheet.text(row, 1, phase.id or "", styles.cell("code", align="center", font_color=SOFT))
    said = book.words("bar_actual_means") + (f" · {book.words('gantt_late')}: {late.days}" if late else "")
    sheet.text(row, 2, said, styles.cell("text", font_size=9, font_color=LOOKS["actual"][0]))
    _bars(view, book, sheet=sheet, row=row, first=first, shown=shown, kinds=dict.fromkeys(ran, "actual"))
