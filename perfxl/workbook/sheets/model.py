"""A workbook as it was read: sheets, cells, names and properties, the same for .xlsx and .ods."""

import datetime
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, overload

from perfxl.model.findings import Finding
from perfxl.model.texts import LANGUAGES
from perfxl.workbook.sheets.refs import Ref

#: Beyond these a form or a plan has nothing; what stands there is listed in ``Sheet.far``, not read.
LAST_ROW, LAST_COLUMN = 20_000, 512


#: Characters that the cells of one workbook may say together, each as often as it is said.
MAX_TEXT = 16_000_000


class Refused(Exception):
    """The file cannot be read at all; ``finding`` says why and what to ask the sender."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message("en"))
        self.finding = finding

    def __reduce__(self) -> tuple[type["Refused"], tuple[Finding]]:
        return (Refused, (self.finding,))

    def own(self) -> Finding:
        """The finding for a workbook of the campaign itself: whoever reads it has the file, and there is no sender."""
        reason = {language: self.finding.say(language)["found"].rstrip(".") for language in LANGUAGES}
        return Finding("FILE13", self.finding.place, {"reason": reason})


class Cell(NamedTuple):
    """What stands in one cell.

    ``kind``: text, number, date, bool, error, picture or blank; ``value``: str, Decimal, date (datetime when it has a
    time of day), bool or None; ``formula``: its text without the equals sign, "" when it is shared from another
    cell, None when there is no formula (``value`` is then what was typed, else the last computed one);
    ``error``: ``#REF!`` and the like, or a number that is none (NaN); ``percent`` and ``text_format``: how the
    cell is formatted; ``points``: a percent sign is shown beside the number as it stands, 0.5 as ``0,5%``; ``struck``:
    what is written but struck out, and therefore not in ``value``.
    """

    value: str | Decimal | bool | datetime.date | None
    kind: str
    formula: str | None = None
    error: str | None = None
    percent: bool = False
    text_format: bool = False
    points: bool = False
    struck: str = ""

    @property
    def text(self) -> str:
        """What a cell with a text says; "" of any other."""
        return self.value if isinstance(self.value, str) else ""


BLANK = Cell(None, "blank")


class Extra(NamedTuple):
    """``kind``: comment, box, picture, link, tie (to another file or program) or object; ``sheet`` and ``cell``: where,
    "" when it is nowhere in particular; ``text``: what it says or where it leads; ``author``: of a comment."""

    kind: str
    sheet: str
    cell: str
    text: str
    author: str = ""


Default = TypeVar("Default")

#: Ends the valid part of a text, before what is struck out in it. XML cannot hold it.
STRUCK = "\x00"


class Written(NamedTuple):
    """A non-empty cell as its part writes it, before anything is made of it; ``type``: its own, ``picture`` for one placed
    in the cell; ``style``: number of its format; ``formula``: as ``Cell`` has it."""

    type: str
    style: str | None
    text: str | None
    formula: str | None


#: The non-empty cells of one row by column, leftmost first. Sheets and files share them: they are never changed.
Row = Mapping[int, Written | Cell]


class SharedRow(dict[int, Written | Cell]):
    """A ``Row`` with cells that number shared strings: what it says depends on the workbook."""


def as_row(cells: dict[int, Written | Cell]) -> Row:
    """``cells`` of one row, by column in order, as a ``Row``."""
    return SharedRow(cells) if any(type(cell) is Written and cell.type == "s" for cell in cells.values()) else cells


def by_row(cells: Mapping[tuple[int, int], Written | Cell]) -> dict[int, Row]:
    """``cells`` by row, then by column, both in order."""
    rows: dict[int, dict[int, Written | Cell]] = {}
    for row, column in sorted(cells):
        rows.setdefault(row, {})[column] = cells[row, column]
    return {row: as_row(columns) for row, columns in rows.items()}


class Cells(Mapping[tuple[int, int], Cell]):
    """The non-empty cells of a sheet by (row, column); each becomes a ``Cell`` when it is first looked at.

    ``rows``: what they are made from, downwards; ``make``: what makes them (of an .xlsx from ``Written``, of an .ods they are made already); ``own``: what makes those that number no shared
    string: such cells written alike are equal where it is the same; ``say``: told how many characters each cell says that
    is looked at.
    """

    def __init__(self, rows: Mapping[int, Row], make: Callable[[Any], Cell],
                 say: Callable[[int], None] = lambda _characters: None) -> None:
        self.rows, self.make, self.say = rows, make, say
        self.own: Callable[[Any], Cell] = getattr(make, "own", make)
        self._made: dict[int, dict[int, Cell]] = {}

    def __reduce__(self) -> tuple[type["Cells"], tuple[Any, ...]]:
        """What travels to another process: whoever counts what is looked at stays behind."""
        return Cells, (self.rows, self.make)

    @overload
    def get(self, at: tuple[int, int], default: None = None) -> Cell | None: ...

    @overload
    def get(self, at: tuple[int, int], default: Cell | Default) -> Cell | Default: ...

    def get(self, at: tuple[int, int], default: Any = None) -> Any:
        """The cell at ``at``; ``default`` where nothing stands."""
        row, column = at
        columns = self.rows.get(row)
        written = columns.get(column) if columns is not None else None
        return default if written is None else self.made(row, column, written)

    def made(self, row: int, column: int, written: Written | Cell) -> Cell:
        """The cell at (row, column), for those who hold what is ``written`` there."""
        kept = self._made.get(row)
        if kept is None:
            kept = self._made[row] = {}
        cell = kept.get(column)
        if cell is None:
            cell = kept[column] = self.make(written)
            if cell.kind == "text":
                self.say(len(cell.formula or "") + len(cell.text))
            elif cell.formula:
                self.say(len(cell.formula))
        return cell

    def __getitem__(self, at: tuple[int, int]) -> Cell:
        cell = self.get(at)
        if cell is None:
            raise KeyError(at)
        return cell

    def in_full(self, at: tuple[int, int]) -> Written | Cell:
        """What stands at ``at``, its formula written out where it is shared with the one above it in its column."""
        row, column = at
        cell = self.rows[row][column]
        if cell.formula != "":
            return cell
        above = self._formulas.get(column, ())
        place = bisect(above, row, key=lambda pair: pair[0])
        return cell._replace(formula=above[place - 1][1]) if place else cell

    @cached_property
    def _formulas(self) -> dict[int, list[tuple[int, str]]]:
        """Row and text of the formulas that are written, by column, downwards."""
        by_column: dict[int, list[tuple[int, str]]] = {}
        for row, columns in self.rows.items():
            for column, cell in columns.items():
                if cell.formula:
                    by_column.setdefault(column, []).append((row, cell.formula))
        return by_column

    def computed(self, at: tuple[int, int]) -> bool:
        """Whether a formula stands at ``at``, where something does."""
        return self.rows[at[0]][at[1]].formula is not None

    def __contains__(self, at: Any) -> bool:
        return at[1] in self.rows.get(at[0], ())

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row, columns in self.rows.items() for column in columns)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


@dataclass
class Content:
    """What a sheet's part says once it has been parsed.

    ``hide``: finds the numbers of the hidden rows and columns when they are asked for; ``far``: cells outside the bounds, by (row, column), at most a
    thousand; ``far_count``: how many there are; ``footers``: texts of its page headers and footers.
    """

    cells: Cells
    hide: Callable[[], tuple[frozenset[int], frozenset[int]]] = lambda: (frozenset(), frozenset())
    far: dict[tuple[int, int], Cell] = field(default_factory=dict)
    far_count: int = 0
    footers: tuple[str, ...] = ()

    @cached_property
    def hidden(self) -> tuple[frozenset[int], frozenset[int]]:
        """Numbers of the hidden rows, and of the hidden columns."""
        return self.hide()


class Sheet:
    """One sheet: ``name``, ``state`` (visible, hidden, veryHidden), ``names`` of its own (name to ``Ref``, constant
    text, or None when it refers to nothing). Its cells are parsed when first asked for; that may raise ``Refused``.
    """

    def __init__(self, name: str, state: str, parse: Callable[[], Content]):
        self.name, self.state, self._parse = name, state, parse
        self.names: dict[str, Ref | str | None] = {}

    @cached_property
    def content(self) -> Content:
        """Everything in the sheet's part."""
        return self._parse()

    def release(self) -> None:
        """Keep its cells in memory no longer; they are parsed again when they are next asked for."""
        self.__dict__.pop("content", None)

    @property
    def cells(self) -> Cells:
        """Its non-empty cells by (row, column)."""
        return self.content.cells

    @property
    def hidden_rows(self) -> frozenset[int]:
        """Numbers of its hidden rows."""
        return self.content.hidden[0]

    @property
    def hidden_columns(self) -> frozenset[int]:
        """Numbers of its hidden columns."""
        return self.content.hidden[1]

    def cell(self, row: int, column: int) -> Cell:
        """The cell at (row, column), blank where nothing stands."""
        return self.cells.get((row, column), BLANK)


@dataclass
class Book:
    """A workbook.

    ``kind``: xlsx or ods; ``sheets``: in tab order; ``names``: global ones, to ``Ref``, constant text, or None when
    they refer to nothing; ``properties``: custom document properties as text; ``modified`` and ``modified_by``: as
    the file says, "" when it does not; ``parts``: names of the parts inside the file; ``look``: finds its ``extras``;
    ``from_1904``: whether it counts days from 1904; ``has_percents``: whether any format of it is a percentage: a program
    that keeps no formats leaves none; ``mentions``: whether a text, of ASCII letters, may stand in any of its sheets.
    """

    kind: str
    sheets: list[Sheet]
    names: dict[str, Ref | str | None]
    properties: dict[str, str]
    modified: str = ""
    modified_by: str = ""
    parts: tuple[str, ...] = ()
    page_texts: tuple[str, ...] = ()
    look: Callable[[], tuple[Extra, ...]] = tuple
    from_1904: bool = False
    has_percents: Callable[[], bool] = lambda: True
    mentions: Callable[[str], bool] = lambda _text: True

    @cached_property
    def extras(self) -> tuple[Extra, ...]:
        """What it holds besides cells; raises ``Refused`` when that cannot be read."""
        return self.look()

    @cached_property
    def by_name(self) -> dict[str, Sheet]:
        """The sheets by name."""
        return {sheet.name: sheet for sheet in self.sheets}

    def sheet(self, name: str) -> Sheet | None:
        """The sheet called ``name``, None when there is none."""
        return self.by_name.get(name)
