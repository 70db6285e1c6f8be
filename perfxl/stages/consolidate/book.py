"""A workbook being written: sheets that write text as text and stay within Excel's limits.

Rows and columns count from 0, as XlsxWriter counts them. Every sheet is written from its first row to its last,
so that only one row is in memory; a sheet made with ``free`` may be written in any order and is put in order at the end.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from operator import itemgetter
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from perfxl.model.texts import Texts
from perfxl.stages.consolidate import cells
from perfxl.stages.consolidate.inline import PlainSheet
from perfxl.stages.consolidate.links import file_link, link_to, quoted
from perfxl.stages.consolidate.packaged import PackedWorkbook
from perfxl.stages.consolidate.plain_text import clean
from perfxl.stages.consolidate.styles import LINE, Styles
from perfxl.workbook.sheets.refs import column_letters

LINKS_A_SHEET = 65_000   # Excel's own limit is 65,530
NAME_LENGTH = 31

_ESCAPE = re.compile("_x[0-9a-fA-F]{4}_")  # Excel's escape of a character: XlsxWriter protects it in plain text only
_FORMULA_LIKE = ("=", "+", "-", "@", "'")


def a1(row: int, column: int, fixed: bool = False) -> str:
    """Address of a cell, rows and columns from 0: ``C12``, or ``$C$12``."""
    return xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)


def span(first: tuple[int, int], last: tuple[int, int], sheet: str = "") -> str:
    """A fixed range, on ``sheet`` when it is another one: ``'S1'!$C$5:$C$9``."""
    return (quoted(sheet) + "!" if sheet else "") + f"{a1(*first, True)}:{a1(*last, True)}"


class Sheet:
    """One worksheet. ``free`` sheets may be written in any order, and want ``finish`` at the end."""

    def __init__(self, book: "Book", name: str, tab: str, free: bool):
        self.book, self.name, self.free = book, name, free
        self.sheet = book.workbook.add_worksheet(name, PlainSheet)
        self.sheet.set_tab_color(tab)
        self.sheet.hide_gridlines(2)
        self.sheet.set_default_row(16)
        self._links = 0
        self._waiting: list[tuple[int, Callable[..., object], tuple[Any, ...]]] = []

    def _put(self, row: int, write: Callable[..., object], *given: Any) -> None:
        if self.free:
            self._waiting.append((row, write, given))
        else:
            write(row, *given)

    def finish(self) -> None:
        """Write what waits, in the order of its rows."""
        for row, write, given in sorted(self._waiting, key=itemgetter(0)):
            write(row, *given)
        self._waiting = []

    def put(self, row: int, column: int, cell: str, style: Format) -> None:
        """A cell that says ``cell``, a text of ``cells``."""
        if self.free:
            self._waiting.append((row, self.sheet.put, (column, cell, style)))
        else:
            self.sheet.put(row, column, cell, style)

    def text(self, row: int, column: int, value: str, style: Format) -> None:
        """Text as text, whatever it begins with."""
        self.put(row, column, cells.text(value), self.book.text_style(value, style))

    def rich(self, row: int, column: int, pieces: list[tuple[Format, str]], style: Format) -> None:
        """Text in several colours: (format, text) pieces; blank ones are left out."""
        pieces = [(f, clean(t)) for f, t in pieces if t]
        whole = "".join(t for _, t in pieces)
        if len(pieces) < 2 or clean(whole) != whole or _ESCAPE.search(whole):
            self.text(row, column, whole, style)
            return
        flat = [part for piece in pieces for part in piece]
        self._put(row, self.sheet.write_rich_string, column, *flat, self.book.text_style(whole, style))

    def number(self, row: int, column: int, value: Decimal | float | str, style: Format) -> None:
        """A number as it is: Decimal, int or float, or the text of one."""
        self.put(row, column, cells.number(float(value)), style)

    def percent(self, row: int, column: int, value: Decimal | float | str | None, style: Format) -> None:
        """A percentage given in points, kept as a fraction; blank when None."""
        self.put(row, column, cells.BLANK if value is None else cells.percent(value), style)

    def day(self, row: int, column: int, value: str, style: Format) -> None:
        """An ISO date as a date; as text where it is no date of Excel's calendar."""
        day = cells.day(value)
        if day is None:
            self.text(row, column, value, style)
        else:
            self.put(row, column, day, style)

    def blank(self, row: int, column: int, style: Format) -> None:
        """An empty cell with its look."""
        self.put(row, column, cells.BLANK, style)

    def formula(self, row: int, column: int, formula: str, style: Format, value: Decimal | float | str | None) -> None:
        """A formula with the value it has."""
        self._put(row, self.sheet.put_formula, column, formula, style, value)

    def figure(self, row: int, column: int, formula: str | None, style: Format, value: Decimal | float | str) -> None:
        """A figure by formula; as it is where ``formula`` is None, since this workbook has not all that it came from."""
        if formula is not None:
            self.formula(row, column, formula=formula, style=style, value=value)
        elif isinstance(value, str):
            self.text(row, column, value, style)
        else:
            self.number(row, column, value, style)

    def link(self, row: int, column: int, sheet: str, cell: str, text: str, style: Format) -> None:
        """A link to a cell of this workbook; plain text beyond Excel's limit of links."""
        self._link(row, column, target=f"internal:{quoted(sheet)}!{cell}", text=text, style=style)

    def link_file(self, row: int, column: int, place: tuple[str, str, str], text: str, link_style: Format, style: Format) -> None:
        """A link to (file, sheet, cell) of the campaign; plain text where it cannot be one."""
        target = file_link(*place)
        if target is None:
            self.text(row, column, text, style)
        else:
            self._link(row, column, target=target, text=text, style=link_style, plain=style)

    def link_path(self, row: int, column: int, address: str, text: str, link_style: Format, style: Format) -> None:
        """A link to a file by its address, relative to where the workbook lies and percent-encoded."""
        self._link(row, column, target=f"external:{address}", text=text, style=link_style, plain=style)

    def _link(self, row: int, column: int, target: str, text: str, style: Format, plain: Format | None = None) -> None:
        self._links += 1
        if self._links > LINKS_A_SHEET:
            self.text(row, column, text, plain or style)
        else:
            self._put(row, self.sheet.put_link, column, link_to(target), clean(text), style)

    def across(self, row: int, first: int, last: int, value: str, style: Format) -> None:
        """Text over several columns of one row."""
        self._merge(row, first, last, style)
        self.text(row, first, value, style)

    def across_formula(self, row: int, first: int, last: int, formula: str, style: Format, value: Decimal | float | str | None) -> None:
        """A formula over several columns of one row, with the value it has."""
        self._merge(row, first, last, style)
        self.formula(row, first, formula=formula, style=style, value=value)

    def _merge(self, row: int, first: int, last: int, style: Format) -> None:
        if last > first:
            self._put(row, lambda r: self.sheet.merge_range(r, first, r, last, "", style))

    def grid(self, first: tuple[int, int], last: tuple[int, int], key: int = 0) -> None:
        """Thin lines around every cell of the rows whose column ``key`` is filled, blank cells too, without writing them."""
        look = self.book.workbook.add_format({"border": 1, "border_color": LINE})
        where = f'=${column_letters(key + 1)}{first[0] + 1}<>""'
        self.sheet.conditional_format(*first, *last, {"type": "formula", "criteria": where, "format": look})

    def height(self, row: int, lines: float, size: float = 13.5, level: int = 0) -> None:
        """Height of a row that shows ``lines`` lines, within what Excel can show; ``level`` of its outline."""
        if lines > 1 or level:
            self.sheet.set_height(row, min(405, max(16, lines * size + 3)), level)

    def printed(self, header_rows: tuple[int, int] | None, high: int = 0, wide: int = 1, left: int = 0) -> None:
        """A4 landscape on ``wide`` pages, header rows and the first ``left`` columns repeated, page numbers below."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(wide, high)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.55)
        if header_rows:
            self.sheet.repeat_rows(*header_rows)
        if wide > 1 and left:
            self.sheet.repeat_columns(0, left - 1)
        self.sheet.set_footer(f"&L&8{self.book.footer}&C&8&A&R&8&P / &N")
        if self.book.mark:
            self.sheet.set_header(f'&C&"-,Bold"&11&KA01C10{self.book.mark}', {"margin": 0.2})


class Book:
    """The workbook: its sheets, its formats, its words. Rows wait in ``folder`` until ``close``."""

    def __init__(self, language: str, title: str, footer: str, created: date, folder: str, mark: str = ""):
        self.workbook = PackedWorkbook(folder)
        self.workbook.set_properties({"title": clean(title), "author": "perfxl", "created": datetime.combine(created, time(12))})
        self.workbook.set_calc_mode("auto")
        self.language, self.words, self.styles = language, Texts("result", language), Styles(self.workbook)
        self.mark = clean(mark).replace("&", "&&")[:180]
        self.footer = clean(footer).replace("&", "&&")[:180]
        self._names: set[str] = set()
        #: Where each row of the lists stands, the first one of a text in parts: pointer -> (sheet, row from 0).
        self.rows: dict[str, tuple[str, int]] = {}

    def reserve(self, names: list[str]) -> None:
        """Keep the names of the fixed sheets from being taken by a sector of the same code."""
        self._names |= {name.casefold() for name in names}

    def free_name(self, wanted: str) -> str:
        """A sheet name not taken yet, as near as possible to ``wanted``."""
        wanted = re.sub(r"[\[\]:*?/\\]", "-", wanted).strip("'")[:NAME_LENGTH]
        name, n = wanted, 1
        while name.casefold() in self._names:
            n += 1
            name = f"{wanted[: NAME_LENGTH - 4]} ({n})"
        self._names.add(name.casefold())
        return name

    def sheet(self, name: str, tab: str, free: bool = False) -> Sheet:
        """A new sheet at the end, those before it being whole; ``name`` is one of the reserved ones or comes from ``free_name``."""
        self.workbook.finish_sheets()
        return Sheet(self, name, tab, free)

    def text_style(self, value: str, style: Format) -> Format:
        """The format for ``value``: text that looks like a formula also gets Excel's mark of text."""
        if not value.startswith(_FORMULA_LIKE):
            return style
        return self.styles.marked(style)

    def close(self) -> bytes:
        """The finished workbook."""
        return self.workbook.packed()
