"""A sheet of the controller's review: its locked and open cells, its hidden keys, the lists its cells choose from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format

from perfxl.model import long_text
from perfxl.model.fields import Field
from perfxl.model.texts import Texts
from perfxl.stages.consolidate.book import Book, Sheet, a1, span
from perfxl.stages.consolidate.columns import Column, column_from_field
from perfxl.stages.consolidate.inputs import accept, open_style
from perfxl.stages.consolidate.layout import Layout
from perfxl.stages.consolidate.links import quoted
from perfxl.stages.consolidate.lists import put
from perfxl.stages.consolidate.styles import TABS
from perfxl.stages.consolidate.view import View
from perfxl.stages.review.blocks import (
    CONFLICTS,
    KEY,
    LISTS,
    OPEN,
    block_name,
    fields,
    review_field,
)
from perfxl.stages.review.grid import Pending
from perfxl.workbook.sheets import Cell

KEYS, TOP = 2, 3  # rows of the hidden keys and of the header
LINES = 12        # a row shows at most so many lines; the rest is read in the cell


@dataclass(frozen=True)
class Shown:
    """A column of a review sheet: its key in the block, the look and title of its cells, its width.

    ``accepts``: the field that an open cell takes, None for locked cells; ``hidden``: not seen.
    """

    key: str
    column: Column
    width: float
    accepts: Field | None = None
    hidden: bool = False


@dataclass
class Line:
    """One row: what stands in its cells by key, which open cells are locked after all, what an open cell takes instead.

    ``special``: cells that are written by a function of (sheet, row, column); ``pending``: what stands in the open cells
    instead, as the controller wrote it.
    """

    values: dict[str, Any]
    locked: frozenset[str] = frozenset()
    takes: dict[str, Field] = field(default_factory=dict)
    special: dict[str, Callable[[Sheet, int, int], object]] = field(default_factory=dict)
    pending: Mapping[str, Cell] | None = None


class Lists:
    """The hidden sheet with the codes that may be chosen: sectors, and the objectives of each."""

    def __init__(self, view: View, sheet: str):
        self.name = sheet
        self.sectors = [s["code"] for s in view.sectors]
        self.pairs = [(code, h.objective.code) for code in self.sectors for h in view.by_sector.get(code, ())]

    def sector_list(self) -> str:
        """The range of the sectors."""
        return f"={span((2, 0), (1 + len(self.sectors), 0), self.name)}"

    def objective_list(self, sector_cell: str) -> str | None:
        """The formula of the objectives of the sector whose code is in ``sector_cell``; of all when it is blank."""
        if not self.pairs:
            return None
        last = 1 + len(self.pairs)
        codes, objectives = span((2, 1), (last, 1), self.name), span((2, 2), (last, 2), self.name)
        first = f"{quoted(self.name)}!{a1(2, 2, True)}"
        own = f"OFFSET({first},MATCH({sector_cell},{codes},0)-1,0,SUMPRODUCT(({codes}={sector_cell})*1),1)"
        return f'=IF({sector_cell}="",{objectives},{own})'

    def write(self, book: Book) -> None:
        """Write the sheet."""
        sheet, style = book.sheet(self.name, TABS["sources"]), book.styles()
        for column, key in enumerate(("sectors", "sector", "objective")):
            sheet.text(0, column, f"{LISTS}:{key}", style)
        for n in range(max(len(self.sectors), len(self.pairs))):
            if n < len(self.sectors):
                sheet.text(2 + n, 0, self.sectors[n], style)
            if n < len(self.pairs):
                sheet.text(2 + n, 1, self.pairs[n][0], style)
                sheet.text(2 + n, 2, self.pairs[n][1], style)
        last = 2 + max(len(self.sectors), len(self.pairs))
        book.workbook.define_name(block_name(LISTS), "=" + span((0, 0), (last, 2), self.name))
        sheet.sheet.hide()


class Page:
    """One review sheet being written."""

    def __init__(self, view: View, book: Book, layout: Layout, block: str, lists: Lists | None,
                 pending: Iterable[Pending] = ()):
        self.view, self.book, self.layout, self.block, self.lists = view, book, layout, block, lists
        self.words = Texts("review", book.language)
        self.moment = view.round
        self.pending = [p for p in pending if p.block == block]
        self.runs: dict[str, list[tuple[int, int, int, Field]]] = {}

    def own(self, key: str, cell: str, width: float, titles: dict[str, Any] | None = None) -> Shown:
        """A locked column that only the review has."""
        about = review_field(key, cell)
        return Shown(key, Column(key, cell, titles or {x: about.title(x) for x in ("it", "en")}), width)

    def hidden(self, key: str) -> Shown:
        """A column that says what the row is about."""
        return Shown(key, Column(key, "code", {"it": key, "en": key}), 4, hidden=True)

    def open(self, width: dict[str, float]) -> list[Shown]:
        """The open columns of the block."""
        known = fields(self.block) if self.block != CONFLICTS else {
            **fields(CONFLICTS), "other": review_field("other", "long")}
        return [Shown(k, column_from_field(known[k], k), width[k], known[k]) for k in OPEN[self.block]]

    def write(self, columns: list[Shown], lines: list[Line], freeze: int) -> None:
        """The whole sheet: title, hidden keys, header, rows, protection."""
        sheet = self.book.sheet(self.layout.name(self.block), TABS["review"])
        self._put_back(lines)
        self._head(sheet, columns)
        row = TOP
        for line in lines:
            row += 1
            sheet.height(row, min(LINES, max((self._lines(c, line) for c in columns), default=1)))
            for k, column in enumerate(columns):
                self._cell(sheet, row, k=k, column=column, line=line)
        for key, runs in self.runs.items():
            for first, end, k, takes in runs:
                accept(sheet, (first, end), k, about=takes, words=self.words, lists=self.lists, key=key)
        last = max(row, TOP + 1)
        if lines:
            sheet.sheet.autofilter(TOP, 0, last, len(columns) - 1)
        self.book.workbook.define_name(block_name(self.block), "=" + span((KEYS, 0), (last, len(columns) - 1), sheet.name))
        sheet.sheet.freeze_panes(TOP + 1, freeze)
        begin = next((k for k, c in enumerate(columns) if c.accepts), 0)
        at = next((n for n, line in enumerate(lines, TOP + 1) if columns[begin].key not in line.locked), TOP + 1)
        sheet.sheet.set_selection(at, begin, at, begin)
        seen = [k for k, c in enumerate(columns) if not c.hidden]
        sheet.printed((TOP, TOP))
        sheet.sheet.print_area(0, 0, last, seen[-1])
        sheet.sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})

    def _put_back(self, lines: list[Line]) -> None:
        """Give each row of the last workbook that could not be taken a row of this one: its own, or an open one."""
        waiting = list(self.pending)
        for line in lines:
            pending = next((p for p in waiting if p.key == line.values.get(KEY, "")), None)
            if pending:
                waiting.remove(pending)
                line.pending = pending.cells

    def _head(self, sheet: Sheet, columns: list[Shown]) -> None:
        styles, language = self.book.styles, self.book.language
        for k, column in enumerate(columns):
            sheet.sheet.set_column(k, k, column.width, None, {"hidden": True} if column.hidden else None)
        sheet.sheet.set_row(0, 26)
        round = self.book.words.at("round", self.view.round)
        sheet.text(0, 0, self.words(f"title_{self.block}", round=round.lower()), styles.title())
        sheet.link(1, 0, sheet=self.layout.name("dashboard"), cell=self.layout.home(), text=self.book.words("back"), style=styles.link(font_size=9))
        sheet.text(1, 2, self.words(f"note_{self.block}"), styles.soft())
        sheet.sheet.set_row(KEYS, None, None, {"hidden": True})
        for k, column in enumerate(columns):
            sheet.text(KEYS, k, f"{self.block}:{column.key}", styles.soft())
        sheet.sheet.set_row(TOP, 32)
        for k, column in enumerate(columns):
            sheet.text(TOP, k, column.column.titles[language], styles.header(self.moment if column.accepts else "plan"))

    @staticmethod
    def _lines(column: Shown, line: Line) -> int:
        value = line.values.get(column.key)
        return long_text.lines_shown(value[:2000], column.width * 1.05) if isinstance(value, str) and not column.hidden else 1

    def _cell(self, sheet: Sheet, row: int, k: int, column: Shown, line: Line) -> None:
        value = line.values.get(column.key)
        takes = None if column.key in line.locked else line.takes.get(column.key, column.accepts)
        if column.key in line.special:
            line.special[column.key](sheet, row, k)
        elif takes:
            style = open_style(self.book, takes, self.moment)
            if line.pending is not None:
                self._put_raw(sheet, row, k=k, cell=line.pending.get(column.key), style=style)
            elif value is None:
                sheet.blank(row, k, style)
            else:
                self._put(sheet, row, k=k, column=column_from_field(takes, column.key), value=value, style=style)
            self._extend(column.key, row, k, takes)
        elif value is not None and value != "":
            if column.hidden:
                sheet.text(row, k, value, self.book.styles.soft())
            else:
                put(self.book, sheet, row=row, k=k, column=column.column, value=value, valign="top")
        elif not column.hidden:
            sheet.blank(row, k, self.book.styles.cell(column.column.cell, column.column.moment, valign="top"))

    def _extend(self, key: str, row: int, k: int, takes: Field) -> None:
        """Note that an open cell takes ``takes``: neighbours that take the same share one rule."""
        runs = self.runs.setdefault(key, [])
        if runs and runs[-1][1] == row - 1 and runs[-1][3] is takes:
            runs[-1] = (runs[-1][0], row, k, takes)
        else:
            runs.append((row, row, k, takes))

    @staticmethod
    def _put_raw(sheet: Sheet, row: int, k: int, cell: Cell | None, style: Format) -> None:
        """What the controller wrote, as it stood; the text of a formula, never the formula."""
        if cell is None:
            sheet.blank(row, k, style)
        elif cell.formula:
            sheet.text(row, k, "=" + cell.formula, style)
        elif isinstance(cell.value, Decimal):
            sheet.number(row, k, cell.value, style)
        elif isinstance(cell.value, date):
            sheet.day(row, k, cell.value.isoformat()[:10], style)
        else:
            sheet.text(row, k, str(cell.error or cell.value), style)

    def _put(self, sheet: Sheet, row: int, k: int, column: Column, value: Any, style: Format) -> None:
        """A value in an open cell, in the cell's own format."""
        if column.cell == "percent":
            sheet.percent(row, k, value, style)
        elif column.cell == "date":
            sheet.day(row, k, value, style)
        elif column.cell in ("choice", "yesno"):
            sheet.text(row, k, column.label(value, self.book.language), style)
        else:
            sheet.text(row, k, str(value), style)
