"""The controller at work in the consolidated workbook: its review sheets filled in with openpyxl."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries


class Sheet:
    """A sheet of the review being filled in: cells by key of the column and by what the row is about."""

    def __init__(self, book, block: str):
        where = book.defined_names[f"px_review_{block}"].attr_text
        name, _, ref = where.rpartition("!")
        self.left, self.top, _, self.bottom = range_boundaries(ref.replace("$", ""))
        self.ws, self.block = book[name.strip("'")], block
        self.columns = {c.value.partition(":")[2]: c.column for c in self.ws[self.top] if c.value}

    def row(self, key: str) -> int:
        """The row about ``key``; the first open row when blank."""
        at = self.columns["#key"]
        return next(r for r in range(self.top + 2, self.bottom + 1) if (self.ws.cell(r, at).value or "") == key)

    def put(self, key: str, **typed) -> str:
        """Write in the row about ``key``; the address of the first cell written."""
        row = self.row(key)
        for name, value in typed.items():
            cell = self.ws.cell(row, self.columns[name])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a controller types text that begins with = after an apostrophe
        return f"{get_column_letter(self.columns[next(iter(typed))])}{row}"

    def add(self, **typed) -> None:
        """Write in the first open row that is still blank."""
        at = self.columns["#key"]
        row = next(r for r in range(self.top + 2, self.bottom + 1) if not self.ws.cell(r, at).value
                   and not any(self.ws.cell(r, self.columns[k]).value for k in typed))
        for name, value in typed.items():
            self.ws.cell(row, self.columns[name]).value = value


def edited(edit: Callable, made: bytes) -> bytes:
    """The workbook ``made`` after ``edit`` changed it."""
    book = openpyxl.load_workbook(BytesIO(made))
    edit(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def write(path: Path, edit: Callable) -> None:
    """Let ``edit`` change the workbook at ``path``, and save it."""
    path.write_bytes(edited(edit, path.read_bytes()))
