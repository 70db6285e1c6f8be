"""What stands outside the fields of a returned workbook: headings, checks, and whatever was typed beside them.

A reading keeps it as it was found; ``beyond`` lays it beside the workbook that was issued.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from perfxl.workbook.binding import part_of
from perfxl.workbook.sheets.model import Book, Cell, Cells, Extra, Sheet
from perfxl.workbook.sheets.refs import Ref

#: The list of findings that a marked copy has on a sheet of its own.
LISTED = "pxm_findings"

_ANY_NAME = re.compile(r"px[a-z]*\d{0,2}_[A-Za-z0-9_]+\Z")
_NUMBERED = re.compile(r"\bpx\d\d_")


class Said(NamedTuple):
    """One cell: ``kind`` as ``Cell`` has it, ``formula`` for what is computed; ``text``: its content, or the formula
    with the names of every objective sheet alike."""

    kind: str
    text: str


@dataclass(frozen=True)
class Outside:
    """One sheet as far as it is no fields. ``names``: of its cells, by which the sheet is found in the issued workbook;
    ``cells``: all of them; ``taken``: by row, the columns that are fields; ``hidden``: its hidden rows with what their
    fields hold; ``state``: as ``Sheet`` has it; ``extras``: comments and the like."""

    sheet: str
    names: tuple[str, ...]
    cells: Cells
    taken: Mapping[int, Set[int]] = field(default_factory=dict)
    hidden: Mapping[int, str] = field(default_factory=dict)
    state: str = "visible"
    extras: tuple[Extra, ...] = ()

    @cached_property
    def said(self) -> dict[tuple[int, int], Said]:
        """What the cells say that are no fields."""
        return {at: said_by(self.cells[at]) for at in self.cells if at[1] not in self.taken.get(at[0], ())}


def collect(book: Book, taken: Mapping[str, Mapping[int, Set[int]]]) -> tuple[Outside, ...]:
    """The cells outside ``taken`` (columns by sheet and row) and what else the sheets hold, by sheet in tab order."""
    names = names_of(book)
    outside = []
    for sheet in book.sheets:
        read = taken.get(sheet.name, {})
        hidden = _hidden_content(sheet, read) if sheet.hidden_rows else {}
        if names.get(sheet.name) == (LISTED,):
            read = _own_list(sheet, book)
        extras = tuple(e for e in book.extras if e.sheet == sheet.name)
        outside.append(Outside(sheet.name, names.get(sheet.name, ()), cells=sheet.cells, taken=read, hidden=hidden,
                             state=sheet.state, extras=extras))
    return tuple(outside)


def _own_list(sheet: Sheet, book: Book) -> dict[int, Set[int]]:
    """The columns, by row, of a marked copy's list of findings that are the list's own."""
    own = book.names.get(LISTED)
    if not isinstance(own, Ref):
        return {}
    return {row: {c for c in columns if c <= own.right} for row, columns in sheet.cells.rows.items() if row <= own.bottom}


def names_of(book: Book) -> dict[str, tuple[str, ...]]:
    """A few names of the form's by sheet: its own first, then those of the workbook."""
    fields: dict[str, set[str]] = {sheet.name: set() for sheet in book.sheets}
    others: dict[str, set[str]] = {sheet.name: set() for sheet in book.sheets}
    own = ((sheet.name, name) for sheet in book.sheets for name, ref in sheet.names.items() if isinstance(ref, Ref))
    for sheet, name in (*own, *((ref.sheet, name) for name, ref in book.names.items() if isinstance(ref, Ref) and ref.sheet in fields)):
        if part_of(name):
            fields[sheet].add(name)
        elif name.startswith("px") and _ANY_NAME.match(name):
            others[sheet].add(name)
    return {sheet: tuple([*sorted(names), *sorted(others[sheet])][:12]) for sheet, names in fields.items()}


def _hidden_content(sheet: Sheet, read: Mapping[int, Set[int]]) -> dict[int, str]:
    """What the fields in hidden rows hold, by row, computed cells aside."""
    by_row = {}
    for row in sorted(read.keys() & sheet.hidden_rows):
        cells = [sheet.cells[row, c] for c in sorted(read[row]) if (row, c) in sheet.cells and not sheet.cells.computed((row, c))]
        if texts := [text for cell in cells if (text := said_by(cell).text.strip())]:
            by_row[row] = " | ".join(texts)
    return by_row


def said_by(cell: Cell) -> Said:
    """The content of a cell."""
    if cell.formula is not None:
        return Said("formula", _NUMBERED.sub("px_", cell.formula) if "px" in cell.formula else cell.formula)
    if cell.kind == "error":
        return Said("error", cell.error or "?")
    if cell.kind == "picture":
        return Said("picture", "[immagine]")
    if cell.struck:
        return Said("text", f"{'' if cell.value is None else cell.value}{cell.struck}")
    return Said(cell.kind, format(cell.value.normalize(), "f") if isinstance(cell.value, Decimal) and abs(cell.value) < 10**40
                else "" if cell.value is None else str(cell.value))
