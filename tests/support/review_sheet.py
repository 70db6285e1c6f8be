"""The controller at work in the consolidated workbook: its review sheets filled in.

``fill_in(book, text)`` writes tables of text, by the names of the sheets and their captions; of a row, the cells that are closed to the
controller say which one is meant (of one without any, the first row that is still blank). ``Sheet`` is one of them by its hidden keys,
for tests that move rows or spoil keys.
"""

import re
from collections.abc import Callable
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from raw_form import RawForm
from text_tables import EMPTIED, blocks


class Book:
    """A workbook being edited. What is typed in a review sheet goes straight into its XML, as Excel leaves everything else as it
    was; from the first thing on that is asked of it otherwise, it is openpyxl's."""

    def __init__(self, made: bytes):
        self.raw = RawForm(made)

    @cached_property
    def whole(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(BytesIO(self.raw.bytes()))

    @property
    def is_whole(self) -> bool:
        return "whole" in vars(self)

    def __getattr__(self, name: str):
        return getattr(self.whole, name)

    def __getitem__(self, title: str):
        return self.whole[title]

    def __delitem__(self, title: str) -> None:
        del self.whole[title]

    def __iter__(self):
        return iter(self.whole)

    def bytes(self) -> bytes:
        if not self.is_whole:
            return self.raw.bytes()
        out = BytesIO()
        self.whole.save(out)
        return out.getvalue()


class Cells:
    """The cells of a sheet of ``book``, as they stand in its XML while it is not openpyxl's."""

    def __init__(self, book: Book | openpyxl.Workbook, title: str):
        self.book, self.title = book, title
        there = book.raw.cells(title) if self._raw else {}
        self._content = {at: cell.content for at, cell in there.items()}
        self._open = {at for at, cell in there.items() if cell.open}

    @property
    def _raw(self) -> bool:
        return isinstance(self.book, Book) and not self.book.is_whole

    @cached_property
    def ws(self):
        """The sheet as openpyxl has it."""
        return self.book[self.title]

    @property
    def last(self) -> int:
        """The number of the last row."""
        return max(row for row, _ in self._content) if self._raw else self.ws.max_row

    def line(self, row: int) -> dict[int, Any]:
        """What stands in a row, by column."""
        cells = sorted((column, value) for (r, column), value in self._content.items() if r == row) if self._raw else \
            [(c.column, c.value) for c in self.ws[row]]
        return {column: value for column, value in cells if value is not None}

    def value(self, row: int, column: int):
        return self._content.get((row, column)) if self._raw else self.ws.cell(row, column).value

    def locked(self, row: int, column: int) -> bool:
        return (row, column) not in self._open if self._raw else self.ws.cell(row, column).protection.locked

    def type(self, row: int, column: int, value) -> None:
        """Type something in; text that begins with = is text: a controller types it after an apostrophe."""
        if self._raw:
            self.book.raw.put(self.title, row, column, value)
            self._content[row, column] = value
            return
        cell = self.ws.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


class Sheet(Cells):
    """A sheet of the review being filled in: cells by key of the column and by what the row is about."""

    def __init__(self, book: Book | openpyxl.Workbook, block: str):
        if isinstance(book, Book) and not book.is_whole:
            title, self.top, self.left, self.bottom, _ = book.raw.names()[f"px_review_{block}"]
        else:
            title, _, ref = book.defined_names[f"px_review_{block}"].attr_text.rpartition("!")
            title = title.strip("'")
            self.left, self.top, _, self.bottom = range_boundaries(ref.replace("$", ""))
        super().__init__(book, title)
        self.block = block
        self.columns = {value.partition(":")[2]: column for column, value in self.line(self.top).items()}

    def row(self, key: str) -> int:
        """The row about ``key``; the first open row when blank."""
        at = self.columns["#key"]
        return next(r for r in range(self.top + 2, self.bottom + 1) if (self.value(r, at) or "") == key)

    def put(self, key: str, **typed) -> str:
        """Write in the row about ``key``; the address of the first cell written."""
        row = self.row(key)
        for name, value in typed.items():
            self.type(row, self.columns[name], value)
        return f"{get_column_letter(self.columns[next(iter(typed))])}{row}"

    def add(self, **typed) -> None:
        """Write in the first open row that is still blank."""
        at = self.columns["#key"]
        row = next(r for r in range(self.top + 2, self.bottom + 1) if not self.value(r, at)
                   and not any(self.value(r, self.columns[k]) for k in typed))
        for name, value in typed.items():
            self.type(row, self.columns[name], value)


def fill_in(book: Book | openpyxl.Workbook, text: str) -> None:
    """Write in the review sheets of ``book`` what the tables of ``text`` say: ``82,5%`` as the number it is, (vuoto) to empty a cell."""
    for name, given in blocks(text).items():
        sheet = Cells(book, name)
        head = next(row for row in range(1, 21) if {*sheet.line(row).values()} >= set(given[0]))
        at = {caption: column for column, caption in sheet.line(head).items()}
        below = range(head + 1, sheet.last + 1)
        for row in given:
            own = {c for c in row if sheet.locked(below[0], at[c])}
            number = (_row_about if own else _blank_row)(sheet, below, {at[c]: v for c, v in row.items() if c in own or not own})
            for caption, typed in row.items():
                if caption not in own and typed:
                    sheet.type(number, at[caption], _value(typed))


def _row_about(sheet: Cells, below: range, closed: dict[int, str]) -> int:
    return next(r for r in below if all(str(sheet.value(r, c) or "") == v for c, v in closed.items()))


def _blank_row(sheet: Cells, below: range, own: dict[int, str]) -> int:
    return next(r for r in below if not any(sheet.value(r, c) for c in own) and any(not sheet.locked(r, c) for c in own))


def _value(typed: str) -> str | float | None:
    if typed == EMPTIED:
        return None
    if re.fullmatch(r"-?[\d.]+(,\d+)?%", typed):
        return float(typed.rstrip("%").replace(",", ".")) / 100
    return typed.replace("⏎", "\n")


def told(findings, book) -> list[str]:
    """The lines ``code | sheet | row | caption`` of ``findings`` on the review sheets of ``book``; a row is named by its sector, its
    objective and its datum, as far as they are known."""
    lines = []
    for finding in findings:
        ws = book[finding.place.sheet]
        cell = ws[finding.place.cell]
        head = next(row for row in ws.iter_rows(max_row=20) if {c.value for c in row} >= {"Settore", "#key"})
        names = [ws.cell(cell.row, c.column).value for c in head if c.value in ("Settore", "Obiettivo") and ws.cell(cell.row, c.column).protection.locked]
        datum = next((str(ws.cell(cell.row, c.column).value or "") for c in head if c.value == "Dato"), "")
        row = [datum] if datum else [n for n in names if n]
        lines.append(f"{finding.code} | {ws.title} | {' '.join(row)} | {head[cell.column - 1].value}")
    return lines


def edited(edit: Callable, made: bytes) -> bytes:
    """The workbook ``made`` after ``edit`` changed it."""
    book = Book(made)
    edit(book)
    return book.bytes()


def write(path: Path, edit: Callable) -> None:
    """Let ``edit`` change the workbook at ``path``, and save it."""
    path.write_bytes(edited(edit, path.read_bytes()))
