"""The strategic directions on the dashboard: how many of their objectives are where."""

from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.cascade import Tree, line_cell, status_count
from perfxl.stages.consolidate.charts import AXIS, INK, blank_chart, series
from perfxl.stages.consolidate.formulas import percent_format, value_or_none
from perfxl.stages.consolidate.layout import CHARTS, CODE, FIGURES, OUTCOMES_HEIGHT, ROW_HEIGHT, TABLE_ROW, TITLE, TITLE_END, Layout
from perfxl.stages.consolidate.records import below
from perfxl.stages.consolidate.styles import BAND
from perfxl.stages.consolidate.view import View

STATUSES = ("achieved", "partial", "not_achieved", "replaced", "withdrawn", "not_due", "unknown")
#: Fill and pattern of each status, as the charts of the reports have them: lightness and pattern tell them apart in greyscale.
STATUS_LOOKS = {"achieved": ("#22692F", ""), "partial": ("#8FBF8A", "wide_upward_diagonal"), "not_achieved": ("#F4E3B2", "outlined_diamond"),
                "replaced": ("#D9D9D9", "percent_20"), "withdrawn": ("#D9D9D9", "large_confetti"), "not_due": ("#FFFFFF", "light_downward_diagonal"), "unknown": ("#FFFFFF", "")}


def write_directions(view: View, book: Book, layout: Layout, sheet: Sheet, tree: Tree, row: int) -> tuple[int, int]:
    """How many objectives of each strategic direction have each status, with a chart; returns the row after, and the first
    row that is surely under the charts: where sectors and directions are few no table stretches the rows beside them."""
    chosen, r, styles, words = tree.directions, view.rounds[-1], book.styles, book.words
    if not chosen:
        return row, TABLE_ROW + OUTCOMES_HEIGHT // ROW_HEIGHT + 1
    used = [s for s in STATUSES if any(_statuses(view, tree, n, r).get(s) for n in chosen)][:5]
    sheet.text(row, CODE, words("by_direction", round=words.at("in", r)), styles(bold=True, font_size=12, font_color=BAND))
    top = max(row, TABLE_ROW + OUTCOMES_HEIGHT // ROW_HEIGHT)
    row += 1
    sheet.sheet.set_row(row, 42)
    sheet.text(row, CODE, words("cascade_code"), styles.header())
    sheet.across(row, TITLE, last=TITLE_END, value=view.cascade.level(1, book.language), style=styles.header())
    for k, text in enumerate([words(f"status_{s}") for s in used] + ([words("col_outcome")] if len(used) < 5 else [])):
        sheet.text(row, FIGURES + k, text, styles.header(r, align="center", font_size=9))
    first = row + 1
    for n in chosen:
        row += 1
        _direction(view, book, layout=layout, sheet=sheet, tree=tree, row=row, n=n, r=r, used=used)
    chart = blank_chart(book, {"type": "bar", "subtype": "stacked"}, words("chart_directions", round=words.at("in", r)))
    for k, status in enumerate(used):
        figures = [(line["code"], _statuses(view, tree, n, r)[status]) for n in chosen if (line := tree.nodes[n].line)]
        chart.add_series(series(sheet.name, first, columns=(CODE, FIGURES + k), figures=figures,
                                name=words(f"status_{status}"), fill=STATUS_LOOKS[status][0], gap=45, overlap=100,
                                pattern=STATUS_LOOKS[status][1]))
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": AXIS["num_font"], "line": {"color": INK}})
    longest = max(sum(_statuses(view, tree, n, r)[s] for s in used) for n in chosen)
    chart.set_x_axis({"min": 0, "num_format": "0", **({"major_unit": 1} if longest <= 10 else {}), **AXIS})
    high = max(200, 110 + 34 * len(chosen))
    chart.set_size({"width": 615, "height": high})
    sheet.sheet.insert_chart(top, CHARTS, chart, {"object_position": 2, "description": words("chart_directions", round=words.at("in", r))})
    return row + 2, top + high // ROW_HEIGHT + 1


def _statuses(view: View, tree: Tree, n: int, r: str) -> dict[str, int]:
    """How many objectives of direction ``n`` have each status, each objective once, by the sector that speaks for it."""
    held = {h.objective.code: h for m in below(tree.nodes, n) for h in tree.nodes[m].leaves if h.is_lead}
    states = [view.outcome(r, h).state for h in held.values()]
    return {s: states.count(s) for s in STATUSES}


def _direction(view: View, book: Book, layout: Layout, sheet: Sheet, tree: Tree, row: int, n: int, r: str, used: list[str]) -> None:
    line, styles, counts = tree.nodes[n].line or {}, book.styles, _statuses(view, tree, n, r)
    sheet.sheet.set_row(row, 28)
    look = {"valign": "vcenter"}
    sheet.link(row, CODE, sheet=layout.name("cascade"), cell=a1(tree.row[n], 0), text=line["code"], style=styles.link_cell(bold=True))
    sheet.across(row, TITLE, last=TITLE_END, value=line["title"], style=styles.cell(**look, font_size=9))
    for k, status in enumerate(used):
        formula = "=" + status_count(tree, layout, n=n, round=r, label=book.words(f"status_{status}"))
        sheet.formula(row, FIGURES + k, formula=formula, style=styles.cell("integer", align="center", **look), value=counts[status])
    if len(used) < 5:
        sheet.formula(row, FIGURES + len(used), formula=f"={line_cell(tree, layout, n, r)}",
                      style=styles.cell("percent", r, num_format=percent_format(view.rules(r)), **look),
                      value=value_or_none(view.mean(r, "lines", line["code"]).outcome))
