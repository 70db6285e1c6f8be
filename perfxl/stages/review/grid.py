"""Finds the blocks of the review in a workbook and gives their rows, wherever they were moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.findings import Finding, Place
from perfxl.stages.review.blocks import (
    BLOCKS,
    OPEN,
    PROPERTY,
    TOKEN,
    block_name,
    parse_token,
)
from perfxl.workbook import values
from perfxl.workbook.sheets import Book, Cell, Refused, Sheet
from perfxl.workbook.sheets.refs import Ref, a1

#: How far down a hidden row of keys is looked for when its name is lost.
SEARCHED_ROWS = 30


@dataclass(frozen=True)
class Row:
    """One row of a block: its cells by key, and what is wrong with those that were looked at."""

    file: str
    sheet: str
    number: int
    columns: Mapping[str, int]
    cells: Mapping[str, Cell]
    findings: list[Finding] = field(default_factory=list)

    def place(self, key: str) -> Place:
        """The cell of column ``key``; of the first column when there is none."""
        return Place(self.file, self.sheet, a1(self.number, self.columns.get(key, min(self.columns.values()))))

    def text(self, key: str) -> str:
        """What a cell of perfxl's own says, "" when nothing; some programs make a number of a text that is one."""
        cell = self.cells.get(key)
        if cell is not None and isinstance(cell.value, Decimal) and cell.formula is None and cell.value == int(cell.value):
            return str(int(cell.value))
        return cell.text.strip() if cell is not None and cell.kind == "text" else ""

    def value(self, key: str, about: Field) -> Any:
        """What the cell says as documents hold it, None when nothing usable; what was noticed goes to ``findings``."""
        cell = self.cells.get(key)
        if cell is None:
            return None
        value, noticed = values.from_cell(cell, about)
        self.findings.extend(f.at(place=self.place(key), field={x: about.title(x) for x in ("it", "en")}) for f in noticed)
        return value

    def typed(self, fields: Mapping[str, Field]) -> dict[str, Any]:
        """The values of several cells, blank ones left out."""
        values = {key: self.value(key, about) for key, about in fields.items()}
        return {key: value for key, value in values.items() if value is not None}

    def failed(self) -> bool:
        """Whether a cell that was looked at holds something that cannot be used."""
        return any(f.severity == "error" for f in self.findings)

    def says(self, key: str) -> bool:
        """Whether something stands in the cell."""
        cell = self.cells.get(key)
        return cell is not None and not (cell.kind == "text" and not cell.text.strip())

    def open_cells(self, block: str) -> dict[str, Cell]:
        """What stands in the open cells of ``block``."""
        return {key: self.cells[key] for key in OPEN.get(block, ()) if self.says(key)}

    def quoted(self, block: str) -> str:
        """All that stands in the open cells, for a finding."""
        return "; ".join(cell_text(c) for c in self.open_cells(block).values())


def cell_text(cell: Cell) -> str:
    """What stands in a cell, for a finding: of a formula that was never computed, the formula."""
    return f"={cell.formula or ''}" if cell.kind == "blank" else str(cell.error if cell.kind == "error" else cell.value)


@dataclass(frozen=True)
class Pending:
    """What was written on a row that cannot be taken: it is written again as it stood, so that it can be put right.

    ``key``: what the row is about, "" for a new request; ``cells``: what stood in its open cells, by column.
    """

    block: str
    key: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Grid:
    """A block as it was found: its sheet, the row of its keys, its columns by key."""

    block: str
    sheet: Sheet
    key_row: int
    columns: Mapping[str, int]

    def rows(self, file: str) -> Iterator[Row]:
        """The rows under the head in which something stands, from the top."""
        by_column = {column: key for key, column in self.columns.items()}
        by_row: dict[int, dict[str, Cell]] = {}
        for row, column in self.sheet.cells:
            cell = self.sheet.cells[row, column]
            if row > self.key_row + 1 and column in by_column and (cell.kind != "blank" or cell.formula is not None):
                by_row.setdefault(row, {})[by_column[column]] = cell
        for number in sorted(by_row):
            yield Row(file, self.sheet.name, number=number, columns=self.columns, cells=by_row[number])


def identify(book: Book) -> tuple[str, tuple[str, ...]] | None:
    """The round that the workbook consolidates and the blocks it was written with; None when it does not say."""
    constant = book.names.get(TOKEN)
    said = [constant if isinstance(constant, str) else "", book.properties.get(PROPERTY, "")]
    return next(filter(None, map(parse_token, said)), None)


def find_blocks(book: Book, expected: tuple[str, ...]) -> dict[str, Grid]:
    """The blocks that are there: by their names, else, for those ``expected``, by their rows of keys on any sheet."""
    grids = {}
    for block in BLOCKS:
        ref = book.names.get(block_name(block))
        named = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
        grid = _keys(named, block, range(max(1, ref.top - 2), ref.top + SEARCHED_ROWS)) if named and isinstance(ref, Ref) else None
        if grid is None and block in expected:
            grid = next(filter(None, (_keys(s, block, range(1, SEARCHED_ROWS + 1)) for s in book.sheets)), None)
        if grid:
            grids[block] = grid
    return grids


def _keys(sheet: Sheet, block: str, rows: range) -> Grid | None:
    """The block whose row of keys is one of ``rows``; the first column wins when a key stands twice."""
    start = f"{block}:"
    by_row: dict[int, dict[str, int]] = {}
    try:
        cells = sheet.cells
    except Refused:
        return None
    for (row, column) in cells:
        if row in rows and cells[row, column].kind == "text" and cells[row, column].text.startswith(start):
            keys = by_row.setdefault(row, {})
            key = cells[row, column].text.removeprefix(start)
            keys[key] = min(column, keys.get(key, column))
    wanted = set(OPEN.get(block, ()))
    return next((Grid(block, sheet, row, keys) for row, keys in sorted(by_row.items()) if not wanted or wanted & set(keys)), None)
