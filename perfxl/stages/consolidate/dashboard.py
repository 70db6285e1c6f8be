"""*Cruscotto*: the outcome of the body and of its sectors at the last rounds, its trend, returns, findings, charts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format

from perfxl.model import lights
from perfxl.model.arithmetic import dec
from perfxl.model.findings import SEVERITIES
from perfxl.model.rounds import Round, names_of
from perfxl.model.texts import Texts
from perfxl.stages.consolidate.book import Book, Sheet, a1, span
from perfxl.stages.consolidate.cascade import Tree
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.charts import (
    AXIS,
    INK,
    blank_chart,
    series,
    weight_chart,
)
from perfxl.stages.consolidate.dashboard_foot import write_foot
from perfxl.stages.consolidate.directions import write_directions
from perfxl.stages.consolidate.formulas import (
    NONE,
    literal,
    percent_format,
    said_percent,
    value_or_none,
    weight_format,
    weight_value,
)
from perfxl.stages.consolidate.layout import CHARTS, CODE, FIGURES, FIRST, GAP, LAST, OUTCOMES_HEIGHT, TABLE_ROW, TITLE, TITLE_END, Layout
from perfxl.stages.consolidate.lists import findings_range
from perfxl.stages.consolidate.sectors import figure
from perfxl.stages.consolidate.styles import (
    BAND,
    FILLS,
    MOMENTS,
    PALE,
    SEVERITY,
    SOFT,
    TABS,
)
from perfxl.stages.consolidate.view import View

TILES_ROW = 3
#: How many sectors the note of a tile names.
TILE_NAMES = 8


def write_dashboard(view: View, book: Book, layout: Layout, tree: Tree) -> None:
    """Write the sheet, the first of the workbook."""
    sheet = book.sheet(layout.name("dashboard"), TABS["summary"], free=True)
    sheet.sheet.set_column(0, 0, 2)
    sheet.sheet.set_column(1, LAST, 10.5)
    sheet.sheet.set_column(TITLE, TITLE_END, 12)
    sheet.sheet.set_column(GAP, GAP, 3)
    _head(view, book, sheet)
    _tiles(view, book, layout, sheet)
    row = _sectors(view, book, layout, sheet)
    _legend(view, book, sheet, row)
    row += 3
    bottom = TABLE_ROW
    if view.rounds:
        _outcome_chart(view, book, sheet)
        row, bottom = write_directions(view, book, layout=layout, sheet=sheet, tree=tree, row=row)
    _links(book, layout, sheet, row)
    last = max(row + 1, TABLE_ROW + 38)
    if view.rounds:
        last = weight_chart(view, book, layout=layout, sheet=sheet, row=max(row + 3, bottom) + 1, across=(CODE, LAST), data_row=TABLE_ROW)
        last = write_foot(view, book, layout=layout, sheet=sheet, row=last + 1, across=(CODE, LAST), chart_column=CHARTS,
                          data_row=TABLE_ROW)
    sheet.printed(None, high=1)
    if view.rounds:
        sheet.sheet.set_portrait()
    sheet.sheet.center_horizontally()
    sheet.sheet.print_area(0, 0, last, LAST)
    sheet.sheet.activate()
    sheet.finish()


def _head(view: View, book: Book, sheet: Sheet) -> None:
    words, dates = book.words, view.dates.get(view.round, {})
    sheet.sheet.set_row(0, 30)
    sheet.text(0, 1, view.content["body"]["name"], book.styles(bold=True, font_size=20, font_color=BAND, valign="vcenter"))
    day = "/".join(reversed(dates["reference_date"].split("-"))) if dates.get("reference_date") else ""
    when = f" {words('on_day', day=day)}" if day else ""
    said = [words("plan_of_year", year=view.content["year"]), words.at("round", view.round) + when]
    said += [dates["act"]] if dates.get("act") else []
    sheet.text(1, 1, " · ".join(said), book.styles(font_size=11, font_color=SOFT))


def _tile(book: Book, sheet: Sheet, first: int, last: int, label: str, ink: str = BAND, fill: str = PALE) -> Callable[..., None]:
    """Draw the frame of a tile; returns a function that writes its figure and its note."""
    base = {"bg_color": fill, "align": "center", "valign": "vcenter", "left": 5, "left_color": "#FFFFFF",
            "right": 5, "right_color": "#FFFFFF"}
    quiet = SOFT if fill == PALE else ink
    sheet.across(TILES_ROW, first, last=last, value=label, style=book.styles(font_size=9, font_color=quiet, top=2, top_color=ink, **base))

    def write(formula: str, value: str | float, number: str, note: str = "", note_value: str | float | None = None) -> None:
        big = book.styles(bold=True, font_size=20, font_color=ink, num_format=number, **base)
        small = book.styles(font_size=8, font_color=quiet, text_wrap=True, **base)
        sheet.across_formula(TILES_ROW + 1, first, last=last, formula=formula, style=big, value=value)
        if note.startswith("="):
            sheet.across_formula(TILES_ROW + 2, first, last=last, formula=note, style=small, value=note_value)
        else:
            sheet.across(TILES_ROW + 2, first, last=last, value=note, style=small)

    return write


def _tiles(view: View, book: Book, layout: Layout, sheet: Sheet) -> None:
    words = book.words
    sheet.sheet.set_row(TILES_ROW + 1, 32)
    sheet.sheet.set_row(TILES_ROW + 2, 26)
    spans = iter([(1, 3), (4, 6), (7, 9)])
    for r in view.rounds[-2:]:
        note, said = _denominator(view, book, layout, r)
        _tile(book, sheet, *next(spans), words.at("body_outcome", r), MOMENTS[r.kind])(
            f"={figure(view, layout, sector='', round=r, part='outcome')}", value_or_none(view.mean(r, "body", "").outcome),
            number=percent_format(view.rules(r)), note=note, note_value=said)
    doc = view.document
    issued, returned, missing = (len(doc[k]) for k in ("issued", "returned", "missing"))
    column = FIGURES + _columns(view).index("state")
    states = span((TABLE_ROW + 1, column), (TABLE_ROW + len(view.sectors), column))
    given = sum(view.state(s["code"]) == "returned" for s in view.sectors)
    lacking = sum(view.state(s["code"]) == "missing" for s in view.sectors)
    _tile(book, sheet, *next(spans), words("forms_returned"))(
        f'=COUNTIF({states},"{words("state_returned")}")', given, "0", words("of_issued", issued=issued))
    look = SEVERITY["warning"] if missing else ("#F3F6F9", BAND)
    _tile(book, sheet, first=11, last=12, label=words("forms_missing"), ink=look[1], fill=look[0])(
        f'=COUNTIF({states},"{words("state_missing")}")', lacking, "0", ", ".join(doc["missing"][:TILE_NAMES]) + ("…" if missing > TILE_NAMES else ""))
    cells, counts = findings_range(view, layout), {s: sum(f["severity"] == s for f in doc["findings"]) for s in SEVERITIES}
    for n, severity in enumerate(SEVERITIES):
        fill, ink = SEVERITY[severity] if counts[severity] else (PALE, BAND)
        _tile(book, sheet, first=13 + 2 * n, last=14 + 2 * n, label=words(f"tile_{severity}"), ink=ink, fill=fill)(
            f'=COUNTIF({cells},"{words(f"severity_{severity}")}")', counts[severity], "0")


def _denominator(view: View, book: Book, layout: Layout, r: str) -> tuple[str, str]:
    """The note under the body's outcome: what is in the denominator, and the coverage, as formula and as text."""
    words, mean = book.words, view.mean(r, "body", "")
    if mean.outcome is None:
        return words("body_none"), words("body_none")
    rules = view.rules(r)
    weighted = rules.body_mean == "weighted"
    cells = [figure(view, layout, sector="", round=r, part=p) for p in ("denominator", "coverage")]
    was, sign = (".", ",") if book.language == "it" else (",", ".")
    places = 2 if weighted else 0
    before, after = words("body_denominator_weighted" if weighted else "body_denominator_equal"), words("body_coverage")
    parts = [f'SUBSTITUTE(FIXED(ROUND(ROUND({cell},10),{n}),{n},TRUE),"{was}","{sign}")'  # FIXED alone rounds the binary number
             for cell, n in ((cells[0], places), (f"{cells[1]}*100", rules.decimals))]
    bare = [s["code"] for s in view.sectors if view.mean(r, "sectors", s["code"]).exclusion == "no_weight"]
    named = ", ".join(bare[:TILE_NAMES]) + ("…" if len(bare) > TILE_NAMES else "")
    end = "%" + (words("body_no_weight", sectors=named) if bare else "")
    formula = "=" + "&".join((literal(before), parts[0], literal(after), parts[1], literal(end)))
    numbers = [said_percent(getattr(mean, p), book, n).rstrip("%") for p, n in (("denominator", places), ("coverage", rules.decimals))]
    return formula, f"{before}{numbers[0]}{after}{numbers[1]}{end}"


def _columns(view: View) -> list[str]:
    """What the columns of figures hold, five at most."""
    if not view.rounds:
        return ["objectives", "total_weight", "state"]
    latest = view.rounds[-2:]
    return [*latest, *(["change"] if len(latest) == 2 else []), "light" if view.rules().green else "coverage", "state"]


def _sectors(view: View, book: Book, layout: Layout, sheet: Sheet) -> int:
    """The table of the sectors; returns the row after it."""
    styles, words, columns = book.styles, book.words, _columns(view)
    sheet.sheet.set_row(TABLE_ROW, 30)
    sheet.text(TABLE_ROW - 1, CODE, words("by_sector" if view.rounds else "sheet_sectors"), styles(bold=True, font_size=12, font_color=BAND))
    sheet.text(TABLE_ROW, CODE, words("col_sector"), styles.header())
    sheet.across(TABLE_ROW, TITLE, last=TITLE_END, value=words("col_name"), style=styles.header())
    for k, key in enumerate(columns):
        moment = key if key in view.rounds else "plan"
        sheet.text(TABLE_ROW, FIGURES + k, words.at("dash", key) if key in view.rounds else words(f"dash_{key}"), styles.header(moment, align="center"))
    row = TABLE_ROW
    for sector in view.sectors:
        row += 1
        code = sector["code"]
        sheet.sheet.set_row(row, 17)
        sheet.link(row, CODE, sheet=layout.sectors[code].sheet, cell=a1(FIRST, 0), text=code, style=styles.link_cell(bold=True))
        deep: dict[str, Any] = {"indent": view.structure.depth(code) - 1} if view.structure.levelled else {}
        sheet.across(row, TITLE, last=TITLE_END, value=sector["name"], style=styles.cell("code", valign="vcenter", **deep))
        for k, key in enumerate(columns):
            _figure(view, book, layout=layout, sheet=sheet, row=row, k=FIGURES + k, key=key, code=code, look=styles.cell)
    if view.rounds:
        row += 1
        sheet.sheet.set_row(row, 20)
        sheet.text(row, CODE, words("the_body"), styles.total())
        sheet.across(row, TITLE, last=TITLE_END, value="", style=styles.total())
        for k, key in enumerate(columns):
            _figure(view, book, layout=layout, sheet=sheet, row=row, k=FIGURES + k, key=key, code="", look=styles.total)
    return row + 1


def _figure(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, k: int, key: str, code: str, look: Callable[..., Format]) -> None:
    """One figure of the row of a sector, or of the body when ``code`` is blank."""
    kind, middle = "sectors" if code else "body", {"valign": "vcenter"}
    if key in view.rounds or key == "coverage":
        r, part = (key, "outcome") if key in view.rounds else (view.rounds[-1], "coverage")
        value = value_or_none(getattr(view.mean(r, kind, code), part))
        sheet.formula(row, k, formula=f"={figure(view, layout, sector=code, round=r, part=part)}",
                      style=look("percent", r, num_format=percent_format(view.rules(r)), **middle), value=value)
    elif key == "light":
        _light(view, book, sheet=sheet, row=row, k=k, code=code, look=look)
    elif key == "change":
        rules = view.rules()
        then, now = (dec(view.mean(r, kind, code).outcome) for r in view.rounds[-2:])
        moved = lights.change(now, then, rules)
        before, after = (a1(row, FIGURES + n) for n in (0, 1))
        zero = "0" + ("." + "0" * rules.decimals if rules.decimals else "")
        sheet.formula(row, k, formula=f"={lights.change_formula(after, before, rules.decimals, NONE)}",
                      style=look("number", num_format=f"+{zero};-{zero};{zero}", **middle), value=NONE if moved is None else float(moved))
    elif key == "state" and code:
        state = view.state(code)
        colours = dict(zip(("bg_color", "font_color"), SEVERITY["warning"], strict=True)) if state == "missing" else {}
        sheet.text(row, k, book.words(f"state_{state}"), look("choice", align="center", **middle, **colours))
    elif key == "objectives":
        sheet.number(row, k, len(layout.sectors[code].items), look("integer", **middle))
    elif key == "total_weight":
        place = layout.sectors[code]
        whole = sum((h.weight(view.round) or Decimal(0) for h in place.items), Decimal(0))
        sheet.formula(row, k, formula=f"={place.cell(place.total, 2)}", style=look("percent", num_format=weight_format(view.rules()), **middle),
                      value=weight_value(whole, view.rules()))
    else:
        sheet.blank(row, k, look("code"))


def _light(view: View, book: Book, sheet: Sheet, row: int, k: int, code: str, look: Callable[..., Format]) -> None:
    """The traffic light of the last round with its trend: symbol, word and colour."""
    rules, latest = view.rules(), view.rounds[-2:]
    means = [view.mean(r, "sectors" if code else "body", code).outcome for r in latest]
    cells = [a1(row, FIGURES + n) for n in range(len(latest))]
    now, before = (None if m is None else Decimal(m) for m in (means[-1], means[0] if len(means) == 2 else None))
    thresholds = f"{rules.green / 100:f}", f"{rules.amber / 100:f}"
    text, colour = lights.as_text(now, before, rules, book.language), lights.COLOURS.get(lights.light(now, rules) or "")
    dressed = {"bg_color": colour[0], "font_color": colour[1]} if colour else {}
    light = lights.formula(cells[-1], cells[0] if len(cells) == 2 else '""', book.language, places=str(rules.decimals + 2), thresholds=thresholds, none=NONE)
    sheet.formula(row, k, formula="=" + light, style=look("text", valign="vcenter", font_size=8, **dressed), value=text or NONE)
    for key, (back, front) in lights.COLOURS.items():
        mark = Texts("lights", book.language)(key)[0]
        sheet.sheet.conditional_format(row, k, row, k, {"type": "formula", "criteria": f'=LEFT({a1(row, k)},1)="{mark}"',
                                                        "format": book.workbook.add_format({"bg_color": back, "font_color": front})})


def _legend(view: View, book: Book, sheet: Sheet, row: int) -> None:
    pieces = [(book.styles(font_color=MOMENTS[m], font_size=9, bold=True), _moment(view, book, m) + "   ")
              for m in MOMENTS if m == "plan" or any(r.kind == m for r in view.rounds)]
    sheet.rich(row, CODE, pieces, book.styles(font_size=9, bold=True))


def _moment(view: View, book: Book, kind: str) -> str:
    """What a colour stands for: the rounds of its kind, by name where the body names them."""
    rounds = [r for r in view.rounds if r.kind == kind]
    named = any(r.named(book.language) for r in rounds)
    return book.words(f"legend_named_{kind}", rounds=names_of(rounds, book.language)) if named else book.words(f"legend_{kind}")


def _fill(round: Round, latest: tuple[Round, ...]) -> str:
    """The fill of a round in a chart: its kind's, darker for the last of two monitorings."""
    return "#1F4E9E" if round.kind == "monitoring" and round != latest[0] else FILLS[round.kind]


def _plotted(outcome: str | None) -> float | None:
    return None if outcome is None else points(outcome)


def _outcome_chart(view: View, book: Book, sheet: Sheet) -> None:
    """Outcome by sector, the last round beside the one before it: light before, dark after."""
    chart = blank_chart(book, {"type": "column"}, book.words("chart_outcomes"))
    latest = view.rounds[-2:]
    for r in latest:
        column = FIGURES + _columns(view).index(r)
        figures = [(s["code"], _plotted(view.mean(r, "sectors", s["code"]).outcome)) for s in view.sectors]
        chart.add_series(series(sheet.name, TABLE_ROW + 1, columns=(CODE, column), figures=figures,
                                name=book.words.at("round", r), fill=_fill(r, latest), gap=60))
    chart.set_y_axis({"min": 0, "max": 1, "major_unit": 0.2, "num_format": "0%", "line": {"none": True}, **AXIS})
    chart.set_x_axis({"num_font": AXIS["num_font"], "line": {"color": INK}})
    chart.set_size({"width": 615, "height": OUTCOMES_HEIGHT})
    sheet.sheet.insert_chart(TABLE_ROW - 1, CHARTS, chart, {"object_position": 2, "description": book.words("chart_outcomes")})


def _links(book: Book, layout: Layout, sheet: Sheet, row: int) -> None:
    """Links to the other summary sheets, on one row."""
    sheets = [(key, name) for key, name in layout.names.items() if key != "dashboard"]
    sheet.text(row, CODE, book.words("other_sheets"), book.styles.soft())
    for k, (key, name) in enumerate(sheets):
        sheet.link(row + k // 8, TITLE + k % 8, sheet=name, cell=layout.landing(key), text=name, style=book.styles.link(font_size=9))
