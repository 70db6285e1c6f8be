"""The sheets that are plain lists: one header, one row per item, a filter, a link to the cell each row comes from."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from xlsxwriter.format import Format

from perfxl.model import long_text
from perfxl.model.rounds import Round
from perfxl.stages.consolidate import cells, records, rows
from perfxl.stages.consolidate.book import Book, Sheet, span
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.columns import LONG_TEXT, Column, Row, Table, column_from_texts, folded
from perfxl.stages.consolidate.formulas import NONE, percent_format
from perfxl.stages.consolidate.layout import TOP, Layout
from perfxl.stages.consolidate.prose import long_pieces
from perfxl.stages.consolidate.styles import SEVERITY, TABS
from perfxl.stages.consolidate.view import Assignment, View

WIDTHS = {"text": 22, "long": 46, "lines": 22, "choice": 16, "yesno": 11, "integer": 9, "number": 12, "percent": 12,
          "money": 15, "date": 12, "code": 13}
WIDER = {"title": 46, "title_revised": 46, "text": 60, "email": 26, "appointment": 34, "name": 30, "file": 40, "sha256": 34,
         "narrative": 104, "id": 9, "phase": 9, "phases": 12, "unit": 14, "weighting": 23, "about": 26, "state": 13, "part": 8}
PAGE = 190  # characters that fit the width of a printed page and can still be read
NARROW = 8  # a column of texts is never narrower: what is no longer takes one line
LINES = 6  # a row of a list shows at most so many lines; the rest is read in the cell


def head(book: Book, layout: Layout, sheet: Sheet, key: str, note: str = "") -> None:
    """Title, link back to the dashboard and an explanation."""
    sheet.sheet.set_row(0, 26)
    sheet.text(0, 0, book.words(f"title_{key}"), book.styles.title())
    sheet.link(1, 0, sheet=layout.name("dashboard"), cell=layout.home(), text=book.words("back"), style=book.styles.link(font_size=9))
    if note:
        sheet.text(1, 2, note, book.styles.soft())


def header(book: Book, sheet: Sheet, row: int, columns: list[Column], widths: Mapping[str, float] | None = None, view: View | None = None) -> None:
    """The header row of a list, each column in the colour of its moment, and the widths of the columns; those of rounds that
    ``view`` folds away are hidden, one click from being seen."""
    wide = [max(_width(c, widths), _word(c.title(book.language))) for c in columns]
    longest = max(len(c.title(book.language)) / max(8, w) for c, w in zip(columns, wide, strict=True))
    sheet.sheet.set_row(row, 15 * min(4, max(2, 1 + int(longest * 1.25))))
    for k, column in enumerate(columns):
        away = {"level": 1, "hidden": True} if view and folded(view, column) else None
        sheet.sheet.set_column(k, k, wide[k], None, away)
        sheet.text(row, k, column.title(book.language), book.styles.header(column.moment))


def _word(title: str) -> float:
    """The width in which no word of a heading is broken, beside the indent of its cell."""
    return max(map(len, title.split())) * 1.05 + 2


def _width(column: Column, widths: Mapping[str, float] | None = None) -> float:
    own = widths.get(column.key) if widths else None
    return WIDER.get(column.key, WIDTHS[column.cell]) if own is None else own


def put(book: Book, sheet: Sheet, row: int, k: int, column: Column, value: Any, **look: Any) -> None:
    """One value in the cell its column asks for; a blank is not written, the grid of the list draws it."""
    if value is not None and value != [] and value != "":
        _put(book, sheet, row, k, column=column, value=value, style=book.styles.cell(column.cell, column.moment, **look))


def _put(book: Book, sheet: Sheet, row: int, k: int, column: Column, value: Any, style: Format) -> None:
    sheet.put(row, k, *saying(book, column)(value, style))


#: Numbers and days as cells have them.
_NUMERIC = ("number", "money", "integer")


def saying(book: Book, column: Column) -> Callable[[Any, Format], tuple[str, Format]]:
    """What gives of a value that is not blank, and of the look of its cell, what the cell says where ``column`` asks for it, a text
    of ``cells``, and how it looks."""
    labels, numeric, dated = column.cell in ("choice", "yesno"), column.cell in _NUMERIC, column.cell == "date"
    if column.cell == "percent":
        return lambda value, style: (cells.percent(value), style)

    def in_words(value: Any) -> str:
        if value.__class__ is str and not labels:
            return value if len(value) <= LONG_TEXT else _shortened(value, book)
        if labels:
            return column.label(value, book.language)
        return "\n".join(map(str, value)) if isinstance(value, list) else _shortened(str(value), book)

    def cell(value: Any, style: Format) -> tuple[str, Format]:
        if dated and value.__class__ is str and (day := cells.day(value)) is not None:
            return day, style
        if numeric and not isinstance(value, str):
            return cells.number(float(value)), style
        text = in_words(value)
        return cells.text(text), book.text_style(text, style)

    return cell


def _shortened(text: str, book: Book) -> str:
    """A text too long for a list is begun here and stands whole among the narratives."""
    if len(text) <= LONG_TEXT:
        return text
    return f"{text[:LONG_TEXT]}… ({book.words('continues', sheet=book.words('sheet_narratives'))})"


#: Cells whose values are never lists, nor so long that they take several lines.
_ONE_LINE = ("percent", "number", "money", "integer", "date", "yesno", "code")


def lines_of(columns: list[Column], values: dict[str, Any], most: int = LINES, widths: Mapping[str, float] | None = None) -> int:
    """How many lines a row needs, at most ``most``."""
    return counting_lines(columns, most, widths)(values)


def counting_lines(columns: list[Column], most: int = LINES, widths: Mapping[str, float] | None = None) -> Callable[[dict[str, Any]], int]:
    """What says how many lines a row of ``columns`` needs, by its values: at most ``most``."""
    measured = [(c.key, c.cell in ("text", "long"), _width(c, widths) * 1.05) for c in columns if c.cell not in _ONE_LINE]

    def lines(values: dict[str, Any]) -> int:
        need = 1
        for key, long, width in measured:
            value = values.get(key)
            if value is None:
                continue
            if value.__class__ is list:
                need = max(need, len(value))
            elif long and isinstance(value, str) and (len(value) > width or "\n" in value):
                need = max(need, long_text.lines_shown(value[:1000], width))
            if need >= most:
                return most
        return need

    return lines


def origin_writer(view: View, book: Book, sheet: Sheet, k: int) -> Callable[[int, str], None]:
    """What writes the last cell of a row: a link to the cell of the returned file that the row comes from, by its pointer."""
    link_style, style = book.styles.link_cell(font_size=9), book.styles.cell("code", font_size=9)

    def write(row: int, at: str) -> None:
        origin = view.nearest(at)
        if origin is not None:
            first = origin.first
            sheet.link_file(row, k, place=(origin.file, origin.sheet, first), text=f"{origin.sheet}!{first}", link_style=link_style, style=style)

    return write


def write_list(view: View, book: Book, layout: Layout, key: str, table: Table, freeze: int, note: str = "",
               special: Callable[[Sheet, int, int, Column, Row], bool] | None = None, most: int = LINES) -> None:
    """A list sheet. ``special`` may write a cell itself and then returns True; ``freeze``: columns kept in sight."""
    sheet = book.sheet(layout.name(key), TABS["list"])
    columns = [*table.columns, column_from_texts("origin", "code")]
    head(book, layout, sheet=sheet, key=key, note=note)
    header(book, sheet, TOP, columns, view=view)
    row, there = TOP, [(k, column, column.key, saying(book, column)) for k, column in enumerate(table.columns)]
    looks: dict[tuple[int, bool], Format] = {}
    origin = origin_writer(view, book, sheet, len(table.columns))
    name, lines, put = layout.name(key), counting_lines(columns, most), sheet.sheet.put
    for item in table:
        row += 1
        values = item.values
        sheet.height(row, lines(values))
        given_up = bool(values.get("dropped"))
        for k, column, of, says in there:
            if special is not None and special(sheet, row, k, column, item):
                continue
            value = values.get(of)
            if value is None or value == "" or value == []:
                continue
            look = k, given_up and of != "dropped"
            if look not in looks:
                looks[look] = book.styles.cell(column.cell, column.moment, **({"font_strikeout": True} if look[1] else {}))
            put(row, k, *says(value, looks[look]))
        origin(row, item.at)
        book.rows.setdefault(item.at, (name, row))
    if row == TOP:
        sheet.text(TOP + 1, 0, book.words("nothing_here"), book.styles.soft())
    end_list(sheet, row, len(columns))
    sheet.sheet.freeze_panes(TOP + 1, freeze)
    sheet.printed((TOP, TOP), wide=pages([c for c in columns if not folded(view, c)]), left=freeze)


def end_list(sheet: Sheet, row: int, width: int) -> None:
    """The filter and the grid of a list that ends at ``row``."""
    sheet.sheet.autofilter(TOP, 0, max(row, TOP + 1), width - 1)
    sheet.grid((TOP + 1, 0), (max(row, TOP + 1), width - 1))


def pages(columns: list[Column], widths: Mapping[str, float] | None = None) -> int:
    """How many pages wide a list is printed."""
    return max(1, round(sum(_width(c, widths) for c in columns) / PAGE))


def write_as_shares(view: View, book: Book, sheet: Sheet, row: int, k: int, round: Round, held: Assignment) -> bool:
    """Write that phases were told as shares where their figure would stand; whether they were."""
    if not view.shares_for_phases(round, held):
        return False
    sheet.text(row, k, book.words("as_shares"), book.styles.cell("text", round, font_size=9, valign="top"))
    return True


def write_objectives(view: View, book: Book, layout: Layout, extension: dict[str, Any] | None) -> None:
    """*Obiettivi*: the outcome that counts is the one on the sector's sheet, by formula."""
    by_at = {held.at: held for held in view.held}

    def counting(sheet: Sheet, row: int, k: int, column: Column, item: Row) -> bool:
        part, r = column.key.partition("_")[2], next((r for r in view.rounds if r == column.moment), None)
        if part not in ("value", "by_phases") or r is None:
            return False
        held, value = by_at[item.at], item.values[column.key]
        if part == "by_phases":
            return write_as_shares(view, book, sheet=sheet, row=row, k=k, round=r, held=held)
        cell = layout.value(r, held)
        sheet.formula(row, k, formula=f'=IF(ISNUMBER({cell}),{cell},"{NONE}")',
                      style=book.styles.cell("percent", r, bold=True, num_format=percent_format(view.rules(r))),
                      value=NONE if value is None else points(value))
        return True

    write_list(view, book, layout=layout, key="objectives", table=rows.objectives(view, extension), freeze=3, special=counting)


def write_narratives(view: View, book: Book, layout: Layout, extension: dict[str, Any] | None) -> None:
    """*Relazioni*: a long text is carried on in the rows below, in pieces that the eye can read."""
    whole = records.narratives(view, extension)
    columns = list(whole.columns)
    text = Column("narrative", "long", columns[-1].titles)
    shown = (*columns[:-1], column_from_texts("part", "integer"), text)
    labels: dict[str, str] = {}

    def build() -> Iterator[Row]:
        for item in whole:
            about = item.values["about"]
            if about not in labels:
                labels[about] = records.about_label(about, book.language, extension)
            pieces = long_pieces(item.values["text"])
            for n, piece in enumerate(pieces):
                values = {**item.values, "about": labels[about], "part": n + 1, "narrative": piece}
                yield Row(item.at, values)

    def coloured(sheet: Sheet, row: int, k: int, column: Column, item: Row) -> bool:
        if column.key != "narrative":
            return False
        sheet.text(row, k, item.values["narrative"], book.styles.cell("text", view.year[item.values["round"]], valign="top"))
        return True

    write_list(view, book, layout=layout, key="narratives", table=Table("narratives", shown, build), freeze=5,
               note=book.words("narratives_note"),
               special=coloured, most=30)


def write_findings(view: View, book: Book, layout: Layout) -> None:
    """*Rilievi*: every finding, with a link that opens the returned file at the cell."""
    table = records.findings(view)
    sheet = book.sheet(layout.name("findings"), TABS["findings"])
    columns = [c for c in table.columns if c.key != "path"] + [c for c in table.columns if c.key == "path"]
    head(book, layout, sheet=sheet, key="findings", note=book.words("findings_note"))
    widths = {"severity": 10, "code": 10, "file": 32, "sheet": 14, "cell": 9, "field": 20, "sector": 9, "found": 40,
              "expected": 38, "remedy": 42, "path": 34}
    header(book, sheet, row=TOP, columns=columns, widths=widths)
    row, lines = TOP, counting_lines(columns, 12, widths)
    for item in table:
        row += 1
        sheet.height(row, lines(item.values))
        fill, ink = SEVERITY[item.values["severity"]]
        for k, column in enumerate(columns):
            value = item.values.get(column.key)
            if column.key == "severity":
                put(book, sheet, row=row, k=k, column=column, value=value, bg_color=fill, font_color=ink, bold=True)
            elif column.key in ("cell", "file") and value:
                where = (item.values.get("file") or "", item.values.get("sheet") or "", item.values.get("cell") or "")
                sheet.link_file(row, k, place=where, text=value, link_style=book.styles.link_cell(text_wrap=True),
                                style=book.styles.cell("text"))
            else:
                put(book, sheet, row=row, k=k, column=column, value=value)
    if row == TOP:
        sheet.text(TOP + 1, 0, book.words("no_findings"), book.styles.soft())
    end_list(sheet, row, len(columns))
    sheet.sheet.freeze_panes(TOP + 1, 2)
    sheet.printed((TOP, TOP))
    sheet.sheet.print_area(0, 0, max(row, TOP + 1), len(columns) - 2)


def findings_range(view: View, layout: Layout) -> str:
    """The cells that hold the severity of each finding, as a range of another sheet."""
    last = TOP + max(1, len(view.document["findings"]))
    return span((TOP + 1, 0), (last, 0), layout.name("findings"))


def created(view: View) -> date:
    """The day the workbook bears: the reference date of its round, so that the same input gives the same bytes."""
    day = view.dates.get(view.round, {}).get("reference_date")
    try:
        return date.fromisoformat(day) if day else date(view.content["year"], 1, 1)
    except ValueError:
        return date(view.content["year"], 1, 1)
