"""The controller at work in the consolidated workbook: its review sheets filled in with openpyxl.

``fill_in(book, text)`` writes tables of text, by the names of the sheets and their captions; of a row, the cells that are closed to the
controller say which one is meant (of one without any, the first row that is still blank). ``Sheet`` is one of them by its hidden keys,
for tests that move rows or spoil keys.
"""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from text_tables import EMPTIED, blocks


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


def fill_in(book, text: str) -> None:
    """Write in the review sheets of ``book`` what the tables of ``text`` say: ``82,5%`` as the number it is, (vuoto) to empty a cell."""
    for name, given in blocks(text).items():
        ws = book[name]
        head = next(row for row in ws.iter_rows(max_row=20) if {c.value for c in row} >= set(given[0]))
        at = {cell.value: cell.column for cell in head if cell.value}
        below = range(head[0].row + 1, ws.max_row + 1)
        for row in given:
            own = {c for c in row if ws.cell(below[0], at[c]).protection.locked}
            found = (_row_about if own else _blank_row)(ws, below, {at[c]: v for c, v in row.items() if c in own or not own})
            for caption, typed in row.items():
                if caption not in own and typed:
                    _type(ws.cell(found, at[caption]), typed)


def _row_about(ws, below: range, closed: dict[int, str]) -> int:
    return next(r for r in below if all(str(ws.cell(r, c).value or "") == v for c, v in closed.items()))


def _blank_row(ws, below: range, own: dict[int, str]) -> int:
    return next(r for r in below if not any(ws.cell(r, c).value for c in own) and any(not ws.cell(r, c).protection.locked for c in own))


def _type(cell, typed: str) -> None:
    if typed == EMPTIED:
        cell.value = None
    elif re.fullmatch(r"-?[\d.]+(,\d+)?%", typed):
        cell.value = float(typed.rstrip("%").replace(",", ".")) / 100
    else:
        cell.value, cell.data_type = typed.replace("⏎", "\n"), "s"  # a controller types text that begins with = after an apostrophe


def told(findings, book) -> list[str]:
    """The lines ``code | sheet | row | caption`` of ``findings`` on the review sheets of ``book``; a row is named by its sector, its
    objective and its datum, as far as they are known."""
    found = []
    for finding in findings:
        ws = book[finding.place.sheet]
        cell = ws[finding.place.cell]
        head = next(row for row in ws.iter_rows(max_row=20) if {c.value for c in row} >= {"Settore", "#key"})
        names = [ws.cell(cell.row, c.column).value for c in head if c.value in ("Settore", "Obiettivo") and ws.cell(cell.row, c.column).protection.locked]
        datum = next((str(ws.cell(cell.row, c.column).value or "") for c in head if c.value == "Dato"), "")
        row = [datum] if datum else [n for n in names if n]
        found.append(f"{finding.code} | {ws.title} | {' '.join(row)} | {head[cell.column - 1].value}")
    return found


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
