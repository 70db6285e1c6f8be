"""What stands outside the fields of a returned workbook: headings, checks, and whatever was typed beside them.

A reading keeps it as it was found; ``beyond`` lays it beside the workbook that was issued.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from perfxl.binding import NAME
from perfxl.sheets.model import Book, Cell, Extra, Sheet
from perfxl.sheets.refs import Ref

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
    """The cells of one sheet that are no fields. ``names``: of its cells, by which the sheet is found in the issued
    workbook; ``hidden``: its hidden rows with what their fields hold; ``state``: as ``Sheet`` has it; ``extras``:
    comments and the like."""

    sheet: str
    names: tuple[str, ...]
    cells: Mapping[tuple[int, int], Said]
    hidden: Mapping[int, str] = field(default_factory=dict)
    state: str = "visible"
    extras: tuple[Extra, ...] = ()


def collect(book: Book, taken: Mapping[str, set[tuple[int, int]]]) -> tuple[Outside, ...]:
    """The cells outside ``taken`` and what else the sheets hold, by sheet in tab order; sheets with the same cells
    share them."""
    names = names_of(book)
    known: dict = {}
    shared: list[dict] = []
    found = []
    for sheet in book.sheets:
        read = taken.get(sheet.name, set())
        cells = cells_of(sheet, read, known)
        if names.get(sheet.name) == (LISTED,):
            cells = _beside_list(cells, book)
        same = next((s for s in shared if s == cells), cells)
        if same is cells:
            shared.append(cells)
        hidden = _hidden_content(sheet, read) if sheet.hidden_rows else {}
        extras = tuple(e for e in book.extras if e.sheet == sheet.name)
        found.append(Outside(sheet.name, names.get(sheet.name, ()), same, hidden, sheet.state, extras))
    return tuple(found)


def cells_of(sheet: Sheet, read: Container[tuple[int, int]], known: dict) -> dict[tuple[int, int], Said]:
    """The cells of ``sheet`` that are not among ``read``. ``known``: what is already known of cells written alike."""
    cells = sheet.cells
    alike = known.setdefault(cells.make, {})
    found = {}
    for at, written in cells.written():
        if at not in read:
            content = alike.get(written)
            if content is None:
                content = alike[written] = said_by(cells[at])
            found[at] = content
    return found


def _beside_list(cells: dict[tuple[int, int], Said], book: Book) -> dict[tuple[int, int], Said]:
    """Those of a marked copy's list of findings that are not the list's own."""
    own = book.names.get(LISTED)
    return {at: content for at, content in cells.items()
            if not isinstance(own, Ref) or at[0] > own.bottom or at[1] > own.right}


def names_of(book: Book) -> dict[str, tuple[str, ...]]:
    """A few names of the form's by sheet: its own first, then those of the workbook."""
    found: dict[str, list[str]] = {}
    for sheet in book.sheets:
        found[sheet.name] = [n for n, ref in sheet.names.items() if isinstance(ref, Ref) and _ANY_NAME.match(n)]
    for name, ref in book.names.items():
        if isinstance(ref, Ref) and ref.sheet in found and _ANY_NAME.match(name):
            found[ref.sheet].append(name)
    return {sheet: tuple(sorted(set(several), key=lambda n: (not NAME.match(n), n))[:12]) for sheet, several in found.items()}


def _hidden_content(sheet: Sheet, read: set[tuple[int, int]]) -> dict[int, str]:
    """What the fields in hidden rows hold, by row, computed cells aside."""
    rows: dict[int, list[str]] = {}
    hidden, cells = sheet.hidden_rows, sheet.cells
    for at in sorted(a for a in read if a[0] in hidden and a in cells):
        if not cells.computed(at) and (text := said_by(cells[at]).text.strip()):
            rows.setdefault(at[0], []).append(text)
    return {row: " | ".join(texts) for row, texts in rows.items()}


def said_by(cell: Cell) -> Said:
    """The content of a cell."""
    if cell.formula is not None:
        return Said("formula", _NUMBERED.sub("px_", cell.formula) if "px" in cell.formula else cell.formula)
    if cell.kind == "error":
        return Said("error", cell.error or "?")
    return Said(cell.kind, format(cell.value.normalize(), "f") if cell.kind == "number" and abs(cell.value) < 10**40
                else "" if cell.value is None else str(cell.value))
