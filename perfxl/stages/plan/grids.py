"""The tables of a plan workbook: where each stands, by its hidden row of keys, and its rows."""

from dataclasses import dataclass, field
from typing import Any

from perfxl.model import upgrade
from perfxl.model.fields import Field
from perfxl.model.findings import Place
from perfxl.model.rounds import kind_labels
from perfxl.stages.plan.headings import SEARCHED_ROWS
from perfxl.stages.plan.layout import KEY_ROW, TITLE_ROW, Column, Sheet
from perfxl.workbook import sheets
from perfxl.workbook.sheets import Book
from perfxl.workbook.sheets.refs import Ref, a1


@dataclass
class Grid:
    """A table found in a workbook: its columns by key, the first row under its head; ``headed``: the columns known by their
    headings alone."""

    layout: Sheet
    sheet: sheets.Sheet
    key_row: int
    first: int
    columns: dict[str, int] = field(default_factory=dict)
    headed: set[int] = field(default_factory=set)

    def place(self, file: str, row: int, key: str = "") -> Place:
        """The cell of column ``key`` in ``row``; of the first column when there is no such column."""
        return Place(file, self.sheet.name, a1(row, self.columns.get(key) or min(self.columns.values())))


@dataclass
class Row:
    """One item: the grid and the row it stands in, what it says, the objective it belongs to; ``part``: of a row of what
    rounds said, what it speaks of."""

    grid: Grid
    number: int
    item: dict[str, Any]
    owner: str | None
    part: str = ""


def grid_of(book: Book, layout: Sheet) -> Grid | None:
    """The table of ``layout``: by its name, or else by its row of keys on any sheet."""
    ref = book.names.get(layout.name)
    named = book.sheet(ref.sheet) if isinstance(ref, Ref) else None
    if named and isinstance(ref, Ref):
        grid = _keys(named, layout, range(ref.top, ref.bottom + 1))
        if grid:
            grid.first = max(ref.bottom, grid.key_row) + 1
            return grid
    for sheet in book.sheets:
        grid = _keys(sheet, layout, range(1, SEARCHED_ROWS + 1))
        if grid:
            return grid
    return None


def _keys(sheet: sheets.Sheet, layout: Sheet, rows: range) -> Grid | None:
    """The table whose row of keys is one of ``rows``; the first column wins when a key stands twice."""
    start = f"{layout.id}:"
    by_sheet: dict[int, dict[str, int]] = {}
    cells = sheet.cells
    for row in (row for row in cells.rows if row in rows):
        for column, written in cells.rows[row].items():
            cell = cells.made(row, column, written)
            if cell.kind == "text" and cell.text.startswith(start):
                keys = by_sheet.setdefault(row, {})
                key = cell.text.removeprefix(start)
                keys[key] = min(column, keys.get(key, column))
    for row, columns in sorted(by_sheet.items()):
        if len(columns) > 1 or len(layout.columns) == 1:
            ordered = dict(sorted(columns.items(), key=lambda pair: pair[1]))
            return Grid(layout, sheet, key_row=row, first=row + TITLE_ROW - KEY_ROW + 1, columns=ordered)
    return None


def old_round(layout: Sheet) -> dict[str, Column]:
    """The column in which the table of the rounds named them, when there were three."""
    if layout.id != "rounds":
        return {}
    kind = next(c for c in layout.columns if c.key == "kind")
    labels = {old: kind_labels()[new] for old, new in upgrade.ROUNDS.items()}
    labels["interim"] = {"it": "Monitoraggio intermedio", "en": "Interim monitoring"}
    field = Field(("round",), "choice", schema={**kind.field.schema, "enum": list(labels), "x-labels": labels}, open=(), shown=())
    return {"round": Column("round", field, kind.titles)}
