"""A workbook as it was read: sheets, cells, names and properties, the same for .xlsx and .ods."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from perfxl.findings import Finding
from perfxl.sheets.refs import Ref

#: Beyond these a form or a plan has nothing; what stands there is listed in ``Sheet.far``, not read.
LAST_ROW, LAST_COLUMN = 20_000, 512


#: Characters that the cells of one workbook may say together, each as often as it is said.
MAX_TEXT = 16_000_000


class Refused(Exception):
    """The file cannot be read at all; ``finding`` says why and what to ask the sender."""

    def __init__(self, finding: Finding):
        super().__init__(finding.message("en"))
        self.finding = finding

    def __reduce__(self):
        return (Refused, (self.finding,))


class Cell(NamedTuple):
    """What stands in one cell.

    ``kind``: text, number, date, bool, error or blank; ``value``: str, Decimal, date (datetime when it has a
    time of day), bool or None; ``formula``: its text without the equals sign, "" when it is shared from another
    cell, None when there is no formula (``value`` is then what was typed, else the last computed one);
    ``error``: ``#REF!`` and the like, or a number that is none (NaN); ``percent`` and ``text_format``: how the
    cell is formatted.
    """

    value: str | Decimal | bool | datetime.date | None
    kind: str
    formula: str | None = None
    error: str | None = None
    percent: bool = False
    text_format: bool = False


BLANK = Cell(None, "blank")


class Extra(NamedTuple):
    """``kind``: comment, box, picture, link, tie (to another file or program) or object; ``sheet`` and ``cell``: where,
    "" when it is nowhere in particular; ``text``: what it says or where it leads; ``author``: of a comment."""

    kind: str
    sheet: str
    cell: str
    text: str
    author: str = ""


class Cells(Mapping):
    """The non-empty cells of a sheet by (row, column); each becomes a ``Cell`` when it is first looked at.

    Until then it is what ``make`` takes: (type, style, text, formula or None). Sheets with the same ``make`` have
    equal cells where they are written alike.
    """

    def __init__(self, raw: dict, make: Callable[[tuple], Cell]):
        self._raw, self.make = raw, make

    def __getitem__(self, at: tuple[int, int]) -> Cell:
        found = self._raw[at]
        if type(found) is not Cell:
            found = self._raw[at] = self.make(found)
        return found

    def get(self, at: tuple[int, int], default=None):
        """The cell at ``at``; ``default`` where nothing stands."""
        found = self._raw.get(at)
        return default if found is None else found if type(found) is Cell else self[at]

    def written(self) -> Iterable[tuple[tuple[int, int], tuple]]:
        """(row, column) of each cell, and what it is made from or the ``Cell`` itself."""
        return self._raw.items()

    def computed(self, at: tuple[int, int]) -> bool:
        """Whether a formula stands at ``at``, where something does."""
        found = self._raw[at]
        return (found.formula if type(found) is Cell else found[3]) is not None

    def __contains__(self, at) -> bool:
        return at in self._raw

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


@dataclass
class Content:
    """What a sheet's part says once it has been parsed.

    ``hidden_rows``, ``hidden_columns``: numbers; ``far``: cells outside the bounds, by (row, column), at most a
    thousand; ``far_count``: how many there are; ``footers``: texts of its page headers and footers.
    """

    cells: Cells
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    far: dict[tuple[int, int], Cell] = field(default_factory=dict)
    far_count: int = 0
    footers: tuple[str, ...] = ()


class Sheet:
    """One sheet: ``name``, ``state`` (visible, hidden, veryHidden), ``names`` of its own (name to ``Ref``, constant
    text, or None when it refers to nothing). Its cells are parsed when first asked for; that may raise ``Refused``.
    """

    def __init__(self, name: str, state: str, parse: Callable[[], Content],
                 look: Callable[[int, int], Cell | None] = lambda row, column: None):
        self.name, self.state, self._parse, self._look = name, state, parse, look
        self.names: dict[str, Ref | str | None] = {}

    @cached_property
    def content(self) -> Content:
        """Everything in the sheet's part."""
        return self._parse()

    @property
    def cells(self) -> Cells:
        """Its non-empty cells by (row, column)."""
        return self.content.cells

    @property
    def hidden_rows(self) -> frozenset[int]:
        """Numbers of its hidden rows."""
        return self.content.hidden_rows

    @property
    def hidden_columns(self) -> frozenset[int]:
        """Numbers of its hidden columns."""
        return self.content.hidden_columns

    def peek(self, row: int, column: int) -> Cell | None:
        """The cell at (row, column), found without parsing the sheet; None where that is not sure."""
        return self.cells.get((row, column)) if "content" in self.__dict__ else self._look(row, column)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at (row, column), blank where nothing stands."""
        return self.cells.get((row, column), BLANK)


@dataclass
class Book:
    """A workbook.

    ``kind``: xlsx or ods; ``sheets``: in tab order; ``names``: global ones, to ``Ref``, constant text, or None when
    they refer to nothing; ``properties``: custom document properties as text; ``modified`` and ``modified_by``: as
    the file says, "" when it does not; ``parts``: names of the parts inside the file; ``look``: finds its ``extras``.
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
