"""The charts of the dashboard: Excel's own, on cells of the sheet, told apart by lightness as well as by colour."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter.chart import Chart

from perfxl.stages.consolidate.book import Book, Sheet
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.formulas import percent_format, weight_format, weight_value
from perfxl.stages.consolidate.layout import Layout
from perfxl.stages.consolidate.styles import BAND, FONT, LINE
from perfxl.stages.consolidate.view import Assignment, View

INK = "#4A5563"
AXIS = {"num_font": {"name": FONT, "size": 9}, "major_gridlines": {"visible": True, "line": {"color": "#DDE3EA"}}}
#: Size in pixels of the chart of weights, and how many rows of the sheet it covers.
WEIGHTS_SIZE, WEIGHTS_ROWS = (1380, 320), 16
#: How many objectives a chart names, and where beside its point: two that lose as much may stand on one place.
NAMED, SIDES = 8, ("right", "left")


def blank_chart(book: Book, kind: dict[str, Any], title: str) -> Chart:
    """A chart with its title and legend and no series yet."""
    chart = book.workbook.add_chart(kind)
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12, "bold": True, "color": BAND}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 9}})
    chart.set_chartarea({"border": {"color": LINE}, "fill": {"color": "#FFFFFF"}})
    return chart


def series(sheet: str, row: int, columns: tuple[int, int], figures: Sequence[tuple[Any, Any]], name: str, fill: str, gap: int, overlap: int = 0, pattern: str = "") -> dict[str, Any]:
    """One series from ``row`` down: categories and values in ``columns``.

    ``figures`` are the (category, value) pairs there, kept in the chart for previews.
    """
    last = row + len(figures) - 1
    where = {key: [sheet, row, column, last, column] for key, column in zip(("categories", "values"), columns, strict=True)}
    look = {"pattern": {"pattern": pattern, "fg_color": INK, "bg_color": fill}} if pattern else {"fill": {"color": fill}}
    return {"name": name, **where, **_kept(figures), **look, "border": {"color": INK, "width": 0.5}, "gap": gap, "overlap": overlap}


def _kept(figures: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    return {"categories_data": [c for c, _ in figures], "values_data": [v for _, v in figures]}


def heaviest(view: View, r: str, most: int = NAMED) -> list[Assignment]:
    """The objectives under 100 at ``r`` that take the most points away from their sectors: weight by what is missing."""
    heavy = []
    for held in view.held:
        outcome = view.outcome(r, held)
        if outcome.value is not None and outcome.counted and Decimal(outcome.value) < 100 and Decimal(outcome.weight or 0) > 0:
            heavy.append((Decimal(outcome.weight or 0) * (Decimal(outcome.value) - 100), held.key, held))
    return [held for *_, held in sorted(heavy, key=lambda rank: rank[:2])[:most]]


def weight_chart(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, across: tuple[int, int], data_row: int) -> int:
    """Weight against outcome of every counted objective at the last round, drawn at ``row`` over the columns ``across``.

    Its cells stand right of the page, from ``data_row`` down; returns the last row of the chart. Each name is a series
    of its own, since programs other than Excel show no other label that follows its cell.
    """
    r = view.rounds[-1]
    named = heaviest(view, r)
    ahead = {h.key for h in named}
    counted = [h for h in view.held if (o := view.outcome(r, h)).counted and o.value is not None]
    if not counted:
        return row
    rows = [*named, *[None] * (NAMED - len(named)), *(h for h in counted if h.key not in ahead)]
    name, first = across[1] + 2, data_row + 1
    _weights(view, book, layout=layout, sheet=sheet, rows=rows, corner=(data_row, name))
    rules = view.rules(r)
    shown = [(weight_value(view.outcome(r, h).weight or 0, rules), points(view.outcome(r, h).value)) if h else (None, None) for h in rows]
    last, x, y = first + len(rows) - 1, name + 1, name + 2
    title = book.words("chart_weights", round=book.words.at("in", r))
    chart = blank_chart(book, {"type": "scatter"}, title)
    chart.add_series({"name": book.words("sheet_objectives"), "categories": [sheet.name, first, x, last, x], "values": [sheet.name, first, y, last, y],
                      **_kept(shown), "marker": {"type": "circle", "size": 7, "fill": {"color": "#8FBF7F"}, "border": {"color": INK}}})
    for n in range(first, first + NAMED):
        chart.add_series({"name": [sheet.name, n, name], "categories": [sheet.name, n, x, n, x], "values": [sheet.name, n, y, n, y],
                          **_kept(shown[n - first: n - first + 1]), "marker": {"type": "none"},
                          "data_labels": {"series_name": True, "position": SIDES[n % 2], "font": {"name": FONT, "size": 8}}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"min": 0 if min(v for _, v in shown if v is not None) < 0.5 else 0.5, "max": 1.05, "major_unit": 0.1, "num_format": "0%",
                      "name": book.words("col_outcome"), **AXIS})
    chart.set_x_axis({"min": 0, "num_format": "General" if rules.points else "0%", "name": book.words("chart_axis", most=NAMED), **AXIS})
    chart.set_size(dict(zip(("width", "height"), WEIGHTS_SIZE, strict=True)))
    sheet.sheet.insert_chart(row, across[0], chart, {"object_position": 2, "description": title})
    return row + WEIGHTS_ROWS


def _weights(view: View, book: Book, layout: Layout, sheet: Sheet, rows: list[Assignment | None], corner: tuple[int, int]) -> None:
    """The cells of the chart: objective, weight, outcome, sector; a blank row where ``rows`` has None."""
    row, column = corner
    r, words, styles = view.rounds[-1], book.words, book.styles
    sheet.text(row - 1, column, words("chart_cells"), styles.soft())
    for k, key in enumerate(("col_objective", "head_weight", "col_outcome", "col_sector")):
        sheet.text(row, column + k, words(key), styles.soft(bold=True, bottom=1))
    for n, held in ((n, h) for n, h in enumerate(rows, row + 1) if h):
        sheet.text(n, column, held.objective.code, styles.soft())
        for k, part in enumerate(("weight", "value"), column + 1):
            cell = layout.value(r, held, part)
            sheet.formula(n, k, formula=f"=IF(ISNUMBER({cell}),{cell},NA())",
                          style=styles.soft(num_format=weight_format(view.rules(r)) if part == "weight" else percent_format(view.rules(r))),
                          value=(weight_value(view.outcome(r, held).weight or 0, view.rules(r)) if part == "weight" else points(view.outcome(r, held).value)))
        sheet.text(n, column + 3, held.holder.sector, styles.soft())
