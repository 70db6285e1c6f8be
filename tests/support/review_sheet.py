"""The controller at work in the consolidated workbook: its review sheets filled in."""

from collections.abc import Callable
from functools import cached_property
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from raw_form import RawForm


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


class Sheet:
    """A sheet of the review being filled in: cells by key of the column and by what the row is about."""

    def __init__(self, book: Book | openpyxl.Workbook, block: str):
        self.book, self.block = book, block
        if self._raw:
            self.title, self.top, self.left, self.bottom, _ = book.raw.names()[f"px_review_{block}"]
            self.cells = {at: cell.content for at, cell in book.raw.cells(self.title).items()}
        else:
            self.title, _, ref = book.defined_names[f"px_review_{block}"].attr_text.rpartition("!")
            self.title = self.title.strip("'")
            self.left, self.top, _, self.bottom = openpyxl.utils.cell.range_boundaries(ref.replace("$", ""))
            self.cells = {}
        line = {at[1]: value for at, value in self.cells.items() if at[0] == self.top} or {c.column: c.value for c in self.ws[self.top]}
        self.columns = {str(value).partition(":")[2]: column for column, value in line.items() if value}

    @property
    def _raw(self) -> bool:
        return isinstance(self.book, Book) and not self.book.is_whole

    @cached_property
    def ws(self):
        """The sheet as openpyxl has it."""
        return self.book[self.title]

    def _value(self, row: int, column: int):
        return self.cells.get((row, column)) if self._raw else self.ws.cell(row, column).value

    def _type(self, row: int, column: int, value) -> None:
        if self._raw:
            self.book.raw.put(self.title, row, column, value)
            self.cells[row, column] = value
            return
        cell = self.ws.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a controller types text that begins with = after an apostrophe

    def row(self, key: str) -> int:
        """The row about ``key``; the first open row when blank."""
        at = self.columns["#key"]
        return next(r for r in range(self.top + 2, self.bottom + 1) if (self._value(r, at) or "") == key)

    def put(self, key: str, **typed) -> str:
        """Write in the row about ``key``; the address of the first cell written."""
        row = self.row(key)
        for name, value in typed.items():
            self._type(row, self.columns[name], value)
        return f"{get_column_letter(self.columns[next(iter(typed))])}{row}"

    def add(self, **typed) -> None:
        """Write in the first open row that is still blank."""
        at = self.columns["#key"]
        row = next(r for r in range(self.top + 2, self.bottom + 1) if not self._value(r, at)
                   and not any(self._value(r, self.columns[k]) for k in typed))
        for name, value in typed.items():
            self._type(row, self.columns[name], value)


def edited(edit: Callable, made: bytes) -> bytes:
    """The workbook ``made`` after ``edit`` changed it."""
    book = Book(made)
    edit(book)
    return book.bytes()


def write(path: Path, edit: Callable) -> None:
    """Let ``edit`` change the workbook at ``path``, and save it."""
    path.write_bytes(edited(edit, path.read_bytes()))
