"""The foot of the dashboard: how the outcome went over the rounds, and what is late now."""

from collections.abc import Iterator
from dataclasses import dataclass

from perfxl.model.lateness import Lateness, result_lateness
from perfxl.model.views import Phase, Result
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.charts import AXIS, blank_chart
from perfxl.stages.consolidate.formulas import percent_format, value_or_none
from perfxl.stages.consolidate.layout import Layout
from perfxl.stages.consolidate.sectors import figure
from perfxl.stages.consolidate.styles import BAND, MOMENTS
from perfxl.stages.consolidate.view import View

#: How many late things are named, and how many rows the foot takes.
NAMED, ROWS = 8, 17
#: Most sectors that have a line of their own: with more of them nobody could tell the lines apart.
MOST_LINES = 12
#: Lines of the sectors: greys and blues of different lightness, some dashed.
LINES = (("#8FA3B8", "solid"), ("#5F6B7A", "dash"), ("#8FBF7F", "solid"), ("#B8C0CA", "dash"), ("#6E87AE", "solid"), ("#C9A24A", "dash"))


@dataclass(frozen=True)
class Late:
    """A phase or result that is late: its objective, who leads it, what it is called by, how late it is."""

    objective: str
    sector: str
    table: str
    id: str
    text: str
    lateness: Lateness


def late(view: View) -> list[Late]:
    """What is late at the round of the document and not done yet, the latest first."""
    return sorted((item for item in _late(view) if item.lateness.now), key=lambda item: (-item.lateness.days, item.objective, item.table, item.id))


def _late(view: View) -> Iterator[Late]:
    for objective in (o for o in view.objectives if not o.given_up(view.round)):
        sheet = objective.sheet
        late: list[tuple[str, Phase | Result, Lateness | None]] = [("phases", p, view.phase_lateness(objective, p)) for p in sheet.phases]
        late += [("results", r, result_lateness(r, view.round, tuple(e for e in sheet.entities if e.result == r.id), view.rules())) for r in sheet.results]
        for table, row, lateness in late:
            if lateness:
                yield Late(objective.code, objective.lead, table=table, id=str(row.id or ""),
                           text=row.in_force("text", view.round) or "", lateness=lateness)


def write_foot(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, across: tuple[int, int], chart_column: int, data_row: int) -> int:
    """Draw both from ``row`` down, the list on the left, the chart at ``chart_column``; ``data_row``: where its cells begin, right
    of the page. Returns the last row."""
    _late_list(view, book, layout=layout, sheet=sheet, row=row, first=across[0])
    if len(view.rounds) > 1:
        _trend(view, book, layout=layout, sheet=sheet, row=row, column=chart_column, corner=(data_row, across[1] + 8))
    return row + ROWS


def _late_list(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, first: int) -> None:
    words, styles, listed = book.words, book.styles, late(view)
    day = "/".join(reversed(view.round.reference_date.split("-"))) if view.round.reference_date else "–"
    sheet.text(row, first, words("late_now", day=day), styles(bold=True, font_size=12, font_color=BAND))
    if not listed:
        sheet.text(row + 1, first, words("late_none"), styles.soft())
        return
    sheet.text(row + 1, first, words("col_sector"), styles.header())
    sheet.text(row + 1, first + 1, words("col_objective"), styles.header())
    sheet.across(row + 1, first + 2, last=first + 7, value=words("late_what"), style=styles.header())
    sheet.text(row + 1, first + 8, words("late_days"), styles.header(align="center"))
    for n, item in enumerate(listed[:NAMED], row + 2):
        sheet.text(n, first, item.sector, styles.cell("code"))
        if (item.objective, item.sector) in layout.rows:
            sheet.link(n, first + 1, sheet=layout.sectors[item.sector].sheet, cell=a1(layout.rows[item.objective, item.sector], 0), text=item.objective, style=styles.link_cell())
        else:
            sheet.text(n, first + 1, item.objective, styles.cell("code"))
        said = words("late_phase" if item.table == "phases" else "late_result", id=item.id, text=item.text)
        sheet.across(n, first + 2, last=first + 7, value=said if len(said) <= 90 else said[:89] + "…",
                     style=styles.cell("code", font_size=9))
        sheet.number(n, first + 8, item.lateness.days, styles.cell("integer", align="center", bold=True))
    if len(listed) > NAMED:
        sheet.text(row + 2 + NAMED, first, words("late_more", count=len(listed) - NAMED), styles.soft())


def _trend(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, column: int, corner: tuple[int, int]) -> None:
    """A line for the body and, where they are few, for each sector, over the rounds."""
    top, left = corner
    words, styles = book.words, book.styles
    lines = ["", *([s["code"] for s in view.sectors] if len(view.sectors) <= MOST_LINES else [])]
    chart = blank_chart(book, {"type": "line"}, words("chart_trend"))
    sheet.text(top, left, words("col_round"), styles.soft(bold=True, bottom=1))
    for n, r in enumerate(view.rounds, top + 1):
        sheet.text(n, left, words.at("round", r), styles.soft())
    last = top + len(view.rounds)
    for k, code in enumerate(lines, left + 1):
        sheet.text(top, k, code or words("the_body"), styles.soft(bold=True, bottom=1))
        outcomes = [view.mean(r, "sectors" if code else "body", code).outcome for r in view.rounds]
        for n, (r, outcome) in enumerate(zip(view.rounds, outcomes, strict=True), top + 1):
            if outcome is not None:  # the line has a gap there
                sheet.formula(n, k, formula=f"={figure(view, layout, sector=code, round=r, part='outcome')}",
                              style=styles.soft(num_format=percent_format(view.rules(r))), value=value_or_none(outcome))
        ink, dash = LINES[(k - left - 2) % len(LINES)] if code else (MOMENTS["monitoring"], "solid")
        chart.add_series({"name": [sheet.name, top, k], "categories": [sheet.name, top + 1, left, last, left], "values": [sheet.name, top + 1, k, last, k],
                          "categories_data": [words.at("round", r) for r in view.rounds], "values_data": [None if v is None else points(v) for v in outcomes],
                          "line": {"color": ink, "width": 1.25 if code else 3.25, "dash_type": dash},
                          "marker": {"type": "circle", "size": 4 if code else 7, "fill": {"color": ink}, "border": {"color": ink}}})
    chart.set_y_axis({"min": 0, "max": 1, "major_unit": 0.2, "num_format": "0%", **AXIS})
    chart.set_x_axis({"num_font": AXIS["num_font"]})
    chart.show_blanks_as("gap")
    chart.set_size({"width": 615, "height": 330})
    sheet.sheet.insert_chart(row, column, chart, {"object_position": 2, "description": words("chart_trend")})
