"""The sheet of one sector: its table with live totals, and under it footnotes, requests and considerations."""

from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format

from perfxl.model import long_text
from perfxl.model.arithmetic import ZERO, Rules, dec
from perfxl.model.fields import objective_fields
from perfxl.model.group_means import sector_mean
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.columns import percent
from perfxl.stages.consolidate.formulas import (
    NONE,
    Worded,
    adds_up,
    mean_formulas,
    part_format,
    part_value,
    percent_format,
    said_weight,
    weight_format,
    weight_value,
)
from perfxl.stages.consolidate.layout import FIRST, PARTS, UNIT_PARTS, Layout, SectorPlace
from perfxl.stages.consolidate.prose import (
    PERCENT_WIDTH,
    STATUS_WIDTH,
    TITLE_WIDTH,
    marks,
    write_considerations,
    write_footnotes,
    write_requests,
)
from perfxl.stages.consolidate.styles import MOMENTS, SOFT, TABS, ink
from perfxl.stages.consolidate.units import write_units
from perfxl.stages.consolidate.view import Assignment, View


def write_sector(view: View, book: Book, layout: Layout, sector: dict[str, Any]) -> None:
    """Write the sheet of ``sector``."""
    place = layout.sectors[sector["code"]]
    sheet = book.sheet(place.sheet, TABS["sector"], free=True)
    _columns(sheet, book, place, view.shown)
    _head(view, book, layout=layout, sheet=sheet, sector=sector)
    _header(view, book, sheet, place)
    after, notes = marks(view, book, place.items)
    for n, held in enumerate(place.items):
        _objective(view, book, sheet=sheet, place=place, held=held, row=FIRST + n, mark=after[n])
    if not place.items:
        _empty(view, book, sheet, place)
    _totals(view, book, sheet, place)
    write_units(view, book, layout, sheet=sheet, place=place)
    row = place.end
    row = write_footnotes(book, sheet, place=place, notes=notes, row=row)
    row = write_requests(view, book, sheet=sheet, place=place, row=row)
    row = write_considerations(view, book, sheet=sheet, place=place, row=row)
    sheet.sheet.freeze_panes(FIRST, 1)
    sheet.printed((FIRST - 1, FIRST - 1))
    sheet.sheet.print_area(0, 0, row, place.width - 1)
    sheet.finish()


def _columns(sheet: Sheet, book: Book, place: SectorPlace, shown: tuple[str, ...]) -> None:
    widths = [TITLE_WIDTH, 11, 13, 18]
    for column, width in enumerate(widths):
        sheet.sheet.set_column(column, column, width)
    for r in place.rounds:
        away = {"level": 1, "hidden": True} if r not in shown else None
        sheet.sheet.set_column(place.status_column(r), place.status_column(r), STATUS_WIDTH, None, away)
        sheet.sheet.set_column(place.value_column(r), place.value_column(r), PERCENT_WIDTH, None, away)
    sheet.sheet.set_column(place.width, place.width, 3)
    more = 1 + len(UNIT_PARTS) * len(place.rounds) if place.units else 0
    sheet.sheet.set_column(place.width + 1, place.width + 3 * max(1, len(place.rounds)) + more, 11, book.styles.soft())


def _head(view: View, book: Book, layout: Layout, sheet: Sheet, sector: dict[str, Any]) -> None:
    styles, words = book.styles, book.words
    sheet.sheet.set_row(0, 26)
    sheet.text(0, 0, f"{sector['code']} · {sector['name']}", styles.title())
    sheet.link(1, 0, sheet=layout.name("dashboard"), cell=layout.home(sector["code"]), text=words("back"), style=styles.link(font_size=9))
    people = [words("manager_is", name=sector["manager"])] if sector.get("manager") else []
    people += [sector["appointment"]] if sector.get("appointment") else []
    sheet.text(2, 0, " · ".join(people), styles())
    source = next((s for s in view.document["sources"] if s["sector"] == sector["code"]), None)
    state = words("form_is", state=words(f"state_{view.state(sector['code'])}").lower())
    if source:
        sheet.link_file(3, 0, place=(source["file"], "", ""), text=f"{state}: {source['file']}",
                        link_style=styles.link(font_size=9), style=styles.soft())
    else:
        sheet.text(3, 0, state, styles.soft())


def _header(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    styles, words, row = book.styles, book.words, FIRST - 1
    sheet.sheet.set_row(row, 45)
    for column, key in enumerate(("executive_objective", "priority", "weight", "duration")):
        sheet.text(row, column, words(f"head_{key}"), styles.header(align="left" if column == 0 else "center"))
    for r in place.rounds:
        column, day = place.status_column(r), view.dates.get(r, {}).get("reference_date", "")
        on = words("on_day", day="/".join(reversed(day.split("-")))) if day else ""
        sheet.text(row, column, "\n".join(t for t in (words.at("head_outcome", r), on) if t), styles.header(r, align="center"))
        sheet.text(row, column + 1, "%", styles.header(r, align="center"))
    for r in place.rounds or (view.round,):
        for part in ("weight", "counted", "last"):
            if r.reports or part != "last":
                text = f"{words(f'working_{part}')} ({words.at('in', r)})"
                sheet.text(row, place.working_column(r, part), text, styles.soft(text_wrap=True, bottom=1, valign="vcenter", italic=True))


def _labels(key: str, language: str) -> dict[str, Any]:
    return next(f for f in objective_fields() if f.key == key).labels(language)


def duration(sheet: dict[str, Any], book: Worded) -> str:
    """The duration class: ``annuale`` or ``pluriennale (2/3)``; blank when the sheet does not say."""
    number, count = sheet.get("year_number"), sheet.get("year_count")
    if count == 1 or (count is None and number == 1):
        return book.words("annual")
    return book.words("several_years", number=number or "?", count=count) if count else ""


def title_pieces(view: View, book: Book, held: Assignment, mark: str = "") -> list[tuple[Format, str]]:
    """Code, title as approved, title as revised, mark: the pieces of a title in their colours."""
    styles, sheet = book.styles, held.objective.sheet.data
    old, new = sheet.get("title"), view.revised(sheet, "title")
    pieces = [(styles(bold=True, font_color=MOMENTS["plan"]), held.codes + "  ")]
    if new:
        pieces += [(styles(font_color=MOMENTS["plan"], font_strikeout=True), old or ""),
                   (styles(font_color=MOMENTS["monitoring"]), (" " if old else "") + new)]
    else:
        pieces.append((styles(font_color=MOMENTS["plan"]), old or book.words("no_title")))
    return pieces + [(styles(bold=True, font_color="#8E1B10"), f" {mark}" if mark else "")]


def _objective(view: View, book: Book, sheet: Sheet, place: SectorPlace, held: Assignment, row: int, mark: str) -> None:
    styles, contents = book.styles, held.objective.sheet.data
    pieces = title_pieces(view, book, held, mark) if held.i >= 0 else \
        [(styles(bold=True), held.codes + "  "), (styles(font_color=SOFT), book.words("not_in_plan"))]
    lines = long_text.lines_shown("".join(t for _, t in pieces), TITLE_WIDTH)
    sheet.height(row, max(2 if place.rounds else 1, lines))
    sheet.rich(row, 0, pieces, styles.cell("text"))
    centred = {"align": "center", "valign": "vcenter"}
    priority = contents.get("priority") or ""
    sheet.text(row, 1, _labels("priority", book.language).get(priority, priority), styles.cell(**centred))
    written = _weight(view, book, sheet=sheet, held=held, row=row, whole=view.weight_sums.get(place.code, ZERO))
    sheet.text(row, 3, duration(contents, book), styles.cell(**centred))
    for r in place.rounds:
        outcome = view.outcome(r, held)
        status = book.words(f"status_{outcome.state}")
        sheet.text(row, place.status_column(r), status, styles.cell(moment=r, **centred))
        sheet.percent(row, place.value_column(r), percent(outcome.value), styles.cell("percent", r, valign="vcenter", num_format=percent_format(view.rules(r))))
    _working(view, book, sheet=sheet, place=place, held=held, row=row, written=written)


def _weight(view: View, book: Book, sheet: Sheet, held: Assignment, row: int, whole: Decimal) -> Decimal | None:
    """Write the weight, in points beside the sum of which it is a part; returns the number that the cell holds, as documents have it."""
    styles, holding, rules = book.styles, held.holder.holding.data, view.rules()
    old, new = dec(holding.get("weight")), dec(view.revised(holding, "weight"))
    shown = weight_format(rules, whole, book)
    style = styles.cell("percent", valign="vcenter", align="center", num_format=shown)
    if holding.get("weighting") in ("not_weighted", "incentives"):
        sheet.text(row, 2, book.words(f"weight_{holding['weighting']}"), styles.cell(valign="vcenter", align="center", font_color=SOFT))
        return None
    if new is None or new == old:
        _put_weight(sheet, row, old, style=style, rules=rules)
        return old
    pieces = [(styles(font_color=MOMENTS["plan"], font_strikeout=True), said_weight(old, book, rules) if old is not None else ""),
              (styles(font_color=MOMENTS["monitoring"]), (" " if old is not None else "") + said_weight(new, book, rules))]
    if old is None:
        _put_weight(sheet, row, new, style=styles.cell("percent", "monitoring", valign="vcenter", align="center", num_format=shown), rules=rules)
        return new
    sheet.rich(row, 2, pieces, styles.cell(valign="vcenter", align="center"))
    return None


def _put_weight(sheet: Sheet, row: int, weight: Decimal | None, style: Format, rules: Rules) -> None:
    if weight is None:
        sheet.blank(row, 2, style)
    else:
        sheet.number(row, 2, weight_value(weight, rules), style)


def _working(view: View, book: Book, sheet: Sheet, place: SectorPlace, held: Assignment, row: int, written: Decimal | None) -> None:
    """The columns of the calculation: weight at the round, ``written`` in its cell or not, whether it is in the denominator, last known outcome."""
    style, flag = book.styles.soft(num_format="0.00%"), book.styles.soft(num_format="0")
    for r in place.rounds or (view.round,):
        weight, rules = view.weight(r, held), view.rules(r)
        column, heavy = place.working_column(r, "weight"), book.styles.soft(num_format=weight_format(rules))
        if written is not None and written == weight:
            sheet.formula(row, column, formula=f"={a1(row, 2)}", style=heavy, value=weight_value(weight, rules))
        else:
            sheet.number(row, column, weight_value(weight or 0, rules), heavy)
        sheet.number(row, place.working_column(r, "counted"), int(view.weighs(r, held)), flag)
        if not place.rounds:
            continue
        formula = f'"{NONE}"'
        value: str | float = NONE
        for q in place.rounds[: place.rounds.index(r) + 1]:
            cell = a1(row, place.value_column(q))
            formula = f"IF(ISNUMBER({cell}),{cell},{formula})"
            known = view.outcome(q, held).value
            value = value if known is None else points(known)
        sheet.formula(row, place.working_column(r, "last"), formula=f"={formula}", style=style, value=value)


def _empty(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    for column in range(place.width):
        sheet.text(FIRST, column, book.words("no_objectives") if column == 0 else "", book.styles.cell(font_color=SOFT))
    for r in place.rounds or (view.round,):
        for part in ("weight", "counted"):
            sheet.number(FIRST, place.working_column(r, part), 0, book.styles.soft())


def _totals(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    """The total row and the parts of the mean under it, all live formulas."""
    styles, words = book.styles, book.words
    latest = place.rounds[-1] if place.rounds else view.round
    weights, counted = (place.column(place.working_column(latest, p)) for p in ("weight", "counted"))
    sheet.sheet.set_row(place.total, 22)
    sheet.text(place.total, 0, words("total_own" if place.units else "total" if place.rounds else "total_plan"), styles.total())
    sheet.formula(place.total, 2, formula=f"=SUMPRODUCT({weights},{counted})", style=styles.total("percent", align="center", num_format=weight_format(view.rules(latest))),
                  value=weight_value(view.weight_sums.get(place.code, ZERO), view.rules(latest)))
    for column in (1, 3):
        sheet.blank(place.total, column, styles.total())
    means = {r: view.mean(r, "sectors", place.code).own for r in place.rounds}
    sums = {r: adds_up(means[r], sector_mean(place.code, view.rows_of(r, place.items), view.rules(r)))
            for r in place.rounds}
    for n, part in enumerate(PARTS if place.rounds else ()):
        row = place.total + n
        if n:
            sheet.text(row, 0, words(f"part_{part}"), styles.soft(align="right", indent=1, valign="vcenter"))
        for r in place.rounds:
            weights, counted, last = (place.column(place.working_column(r, p)) for p in ("weight", "counted", "last"))
            number = part_format(part, view.rules(r))
            look = styles.total("percent", r, num_format=number) if n == 0 else \
                styles.soft(num_format=number, align="right", indent=1, font_color=ink(r))
            value = part_value(means[r], part, view.rules(r))
            formulas = mean_formulas(weights, counted, values=place.column(place.value_column(r)), last=last, rules=view.rules(r))
            formula = formulas[part] if sums[r] else None
            sheet.figure(row, place.value_column(r), formula=formula, style=look, value=value)
            if n == 0:
                sheet.blank(row, place.status_column(r), styles.total(moment=r))
