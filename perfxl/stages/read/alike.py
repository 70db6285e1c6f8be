"""Tables that were read before: a return is a form with some cells filled in, and most of its rows are those of another.

Rows written alike are one object (``sheets.scan``). A table whose rows are those of one that was read, but for some that bear the same
slots, stands as that one does, and only those rows are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not
from typing import Any, NamedTuple

from perfxl.model.fields import Field
from perfxl.workbook.binding import ENDS, Table
from perfxl.workbook.sheets.model import Cells, Row, SharedRow
from perfxl.workbook.sheets.recent import Recent
from perfxl.workbook.sheets.refs import Ref

#: Cells of tables that are kept, and rows of the highest table that is.
KEPT, HIGHEST = 60_000, 500

Values = dict[tuple[str, ...], Any]


class Layout:
    """Where the columns of a table stand. ``slots``: that of its slots; ``columns``: by key; ``joined``: as its
    table has it; ``fields``: by the end of slots, the
    field of each column that is read; ``places``: likewise the end of its JSON Pointer, and its column; ``mark``: the column of
    identifiers, which rows of readings and of changes show for the eye; ``first``: the leftmost."""

    def __init__(self, table: Table, slots: int, columns: dict[str, int]):
        self.slots, self.columns, self.joined = slots, columns, table.joined
        self.fields: dict[str, dict[int, Field]] = {
            end: {columns[key]: f for key, _, f in fields if key in columns and not (self.joined and f.key == "id")}
            for end, fields in table.keyed.items()}
        self.places = {end: [(key, columns[column]) for column, key, _ in fields if column in columns] for end, fields in table.keyed.items()}
        self.mark, self.first = columns.get("id", 0), min(columns.values(), default=1)

    def end(self, slot: str) -> str:
        """The end of ``slot``."""
        return slot[-1] if slot[-1] in ENDS else ""


class Filled(NamedTuple):
    """What a row says: the number of its ``slot``, its ``values`` by the path of their field, the columns that are ``taken`` by it, how many
    ``characters`` they have."""

    slot: int
    values: Values
    taken: tuple[int, ...]
    characters: int

    def said(self) -> Values:
        """Its values, to be kept: lists are nobody else's."""
        return {path: [*value] if type(value) is list else value for path, value in self.values.items()}


@dataclass
class Standing:
    """A table as it stands. ``rows``: from its first to its last; ``slots``: likewise, "" where none; ``at``: the row by slot, in order;
    ``written``: by row, what the cells inside the table are made from; ``visited``: how many cells it has; ``filled``: by row, what those
    say that are not blank; ``own`` and ``make``: what makes its cells, ``make`` None while none numbers a shared string."""

    table: Table
    own: Callable[[Any], Any]
    rows: list[Row | None]
    slots: list[str]
    at: dict[str, int]
    written: dict[int, Row]
    layout: Layout
    visited: int
    filled: dict[int, Filled]
    make: Callable[[Any], Any] | None = None

    def others(self, rows: list[Row | None]) -> list[int]:
        """Which of ``rows`` are not those of this table, from 0."""
        return list(compress(count(), map(is_not, rows, self.rows)))


#: Tables that were read lately.
_known: Recent[tuple[Any, ...], Standing] = Recent(KEPT)


def forget() -> None:
    """Remember no table: no workbook is read for some time."""
    _known.forget()


def _key(cells: Cells, ref: Ref, table: Table, asked: tuple[Any, ...]) -> tuple[Any, ...]:
    return id(table), id(cells.own), ref[1:], asked


def known(cells: Cells, ref: Ref, table: Table, asked: tuple[Any, ...]) -> Standing | None:
    """The table that was read last at ``ref`` of a sheet of the same make, by the same rules, ``asked``."""
    table_before = _known.get(_key(cells, ref, table, asked))
    return table_before if table_before and (table_before.make is None or table_before.make is cells.make) else None


def keep(cells: Cells, ref: Ref, standing: Standing, asked: tuple[Any, ...]) -> None:
    """Remember a table in which nothing was noticed."""
    if any(type(row) is SharedRow for row in standing.rows):
        standing.make = cells.make
    _known.put(_key(cells, ref, standing.table, asked), standing, standing.visited + len(standing.rows))
