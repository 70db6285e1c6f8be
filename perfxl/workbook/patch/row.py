"""A row of a worksheet part as text, its cells when somebody looks at them.

Rows and cells are shared by all sheets that begin with the same part, and are never changed: a sheet that changes one has its own.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from perfxl.workbook.patch.cell import OPEN, Cell, Together, coded, written
from perfxl.workbook.patch.relative import relative
from perfxl.workbook.sheets.refs import column_number

_CELL = re.compile(r"<c( [^>]*?)?(?:/>|>(.*?)</c>)", re.S)
#: Formulas that are written in full are no longer than this.
_SHORT = 48
#: What formulas begin with that lead somewhere: each of them elsewhere.
_LINK = "HYPERLINK("
#: Ways of writing a row that are kept: it shares the same formulas in the first sheets of all forms, in the second, and so on.
_WAYS = 16


class Row:
    """One row: ``attributes``, and ``cells`` by column. ``raw``: what the part has in it, None once a cell of it is changed."""

    __slots__ = ("attributes", "raw", "_rest", "_like", "_alone", "_cells", "_formulas", "_mentioned", "_blanks", "_sayings", "_known", "_sharing",
                 "_head", "_varied", "_bare")

    def __init__(self, attributes: dict[str, str], raw: str | None = ""):
        self.attributes, self.raw, self._rest = attributes, raw, ""
        self._like: Row | None = None  # the row of the part that it is a copy of, as long as no formula of it is another
        self._alone = False
        self._head: str | None = None
        self._varied: dict[tuple[tuple[str, str | None], ...], Row] | None = None
        self._bare: tuple[str | None, Row] | None = None
        self._forget()

    def _forget(self) -> None:
        """Ask everything anew."""
        self._cells: dict[int, Cell] | None = None
        self._formulas: tuple[int, ...] | None = None
        self._mentioned: dict[str, tuple[int, ...]] | None = None
        self._blanks: dict[tuple[int, ...], bool] | None = None
        self._sayings: tuple[tuple[int, str | None], ...] | Literal[False] | None = None
        self._known: dict[int, tuple[Mapping[int, Together], str]] | None = None
        self._sharing: tuple[tuple[int, Cell], ...] | None = None

    @property
    def cells(self) -> dict[int, Cell]:
        """Its cells, in the order of the part."""
        if self._cells is None:
            like = self._unchanged
            if like is not None:
                self._cells, self._rest = like.cells, like._rest
            else:
                self._cells = self._read(self.raw or "")
        return self._cells

    def _read(self, raw: str) -> dict[int, Cell]:
        cells, column = dict[int, Cell](), 0
        for attributes, inner in _CELL.findall(raw):
            cell = Cell.read(attributes, inner)
            address = cell.attributes.get("r")
            column = column_number(address.rstrip("0123456789")) if address else column + 1
            cells[column] = cell
        self._rest = _CELL.sub("", raw).strip() if "extLst" in raw else ""
        return cells

    @property
    def _unchanged(self) -> "Row | None":
        """The row that it is a copy of, as long as it has the cells of that."""
        return self._like if self._like is not None and self._like.raw is self.raw else None

    @property
    def formulas(self) -> tuple[int, ...]:
        """The columns in which there are formulas."""
        if self._formulas is None:
            if self._like is not None:
                self._formulas = self._like.formulas
            elif self.raw is not None and "<f" not in self.raw:
                self._formulas = ()
            else:
                self._formulas = tuple([column for column, cell in self.cells.items() if cell.formula is not None])
        return self._formulas

    @property
    def sharing(self) -> tuple[tuple[int, Cell], ...]:
        """The cells whose formulas the part writes together with others, by column; of a row as the part has it."""
        if self._sharing is None:
            there = [(column, self.cells[column]) for column in self.formulas] if self.raw is None or 't="shared"' in self.raw else ()
            self._sharing = tuple([(column, cell) for column, cell in there if cell.option("t") == "shared"])
        return self._sharing

    def mentioning(self, part: str) -> tuple[int, ...]:
        """The columns of the formulas in which ``part`` occurs; of a row that nobody changed asked once for all sheets that share it."""
        if not part:
            return self.formulas
        if self.raw is None:
            return self._mentioning(part)
        if (like := self._unchanged) is not None:
            return like.mentioning(part)
        if self._mentioned is None:
            self._mentioned = {}
        if part not in self._mentioned:
            self._mentioned[part] = self._mentioning(part)
        return self._mentioned[part]

    def _mentioning(self, part: str) -> tuple[int, ...]:
        cells = self.cells if self.raw is None or coded(part) in self.raw else {}
        return tuple([column for column in self.formulas if part in (cells[column].formula or "")]) if cells else ()

    def blank_in(self, columns: tuple[int, ...]) -> bool:
        """Whether nothing stands in any of ``columns``; of a row that nobody changed asked once for all sheets that share it."""
        if self.raw is None:
            return self._blank_in(columns)
        if (like := self._unchanged) is not None:
            return like.blank_in(columns)
        if self._blanks is None:
            self._blanks = {}
        if columns not in self._blanks:
            self._blanks[columns] = self._blank_in(columns)
        return self._blanks[columns]

    def _blank_in(self, columns: tuple[int, ...]) -> bool:
        cells = self.cells
        return all([column not in cells or cells[column].blank for column in columns])

    # -- how it is written
    def sayings(self, number: int) -> tuple[tuple[int, str | None], ...] | None:
        """The columns of its formulas, being row ``number``, with what each says in any row, None of those that no other row may share;
        None in all where some are shared already. Asked once for all sheets that share it."""
        if self._like is not None:
            return self._like.sayings(number)
        if self._sayings is None:
            cells = [(column, self.cells[column]) for column in self.formulas]
            if any(cell.options and cell.option("t") == "shared" for _, cell in cells):
                self._sayings = False
            else:
                self._sayings = tuple([(column, relative(said, number) if len(said) > _SHORT and not cell.options and not said.startswith(_LINK) else None)
                                       for column, cell in cells if (said := cell.formula) is not None])
        return None if self._sayings is False else self._sayings

    def inner(self, together: Mapping[int, Together] | None = None) -> str:
        """What is in it, as the part writes it; ``together``: by column the formulas that it shares with other rows. Of a row that
        nobody changed it is written once."""
        if not together:
            return self._joined({}) if self.raw is None else self.raw
        if self.raw is None:
            return self._numbered(together)
        if (like := self._unchanged) is not None:
            return like.inner(together)
        if self._known is None:
            self._known = {}
        known = self._known.get(id(together))
        if known is None or known[0] is not together:
            if len(self._known) >= _WAYS:
                self._known = {}
            known = self._known[id(together)] = together, self._numbered(together)
        return known[1]

    def _numbered(self, together: Mapping[int, Together]) -> str:
        pieces = self._joined(together).split(OPEN)
        kept = [pieces[0]]
        for column, piece in zip([c for c in self.formulas if c in together], pieces[1:], strict=True):
            kept += str(together[column].number), piece
        return "".join(kept)

    def _joined(self, together: Mapping[int, Together]) -> str:
        return "".join([c.xml(together.get(column)) for column, c in self.cells.items()]) + self._rest

    def xml(self, together: Mapping[int, Together] | None = None) -> str:
        """As the part writes it; ``together``: by column the formulas that it shares with other rows."""
        inner = self.inner(together)
        if self._alone:
            head = written(self.attributes)
        else:
            if self._head is None:
                self._head = written(self.attributes)
            head = self._head
        return f"<row{head}>{inner}</row>" if inner else f"<row{head}/>"

    # -- changing it
    @classmethod
    def new(cls, number: int) -> "Row":
        """A blank row that may be changed."""
        made = cls({"r": str(number)})
        made._alone = True
        return made

    def own(self) -> "Row":
        """A copy that may be changed."""
        copy = Row(dict(self.attributes))
        copy._alone = True
        copy.take(self)
        return copy

    def settled(self) -> "Row":
        """The same, never to be changed any more: sheets may share it."""
        self.raw, self._alone = self.inner(), False
        return self

    def saying(self, part: str, change: Callable[[str], str]) -> tuple["Row", tuple[int, ...]]:
        """The same with the formulas in which ``part`` occurs as ``change`` has them, and the columns of those that are others; sheets
        may share it."""
        found = {column: new for column in self.mentioning(part) if (new := change(self.cells[column].formula or "")) != self.cells[column].formula}
        if not found:
            return self, ()
        copy = self.own()
        for column, formula in found.items():
            copy.put(column, self.cells[column].saying(formula))
        return copy.settled(), tuple(found)

    def rewritten(self, columns: range, change: Callable[[str], str | None]) -> tuple["Row", tuple[int, ...]]:
        """The same with the formulas in ``columns`` as ``change`` has them, blank where it has none, and the columns of formulas there;
        sheets may share it."""
        found = {column: change(said) for column in self.formulas if column in columns and (said := self.cells[column].formula)}
        if not found:
            return self, ()
        copy = self.own()
        for column, formula in found.items():
            copy.put(column, self.cells[column].emptied() if formula is None else self.cells[column].saying(formula))
        return copy.settled(), tuple(found)

    def varied(self, *attributes: tuple[str, str | None]) -> "Row":
        """The same with other ``attributes``, None for none; sheets may share it as they share this one, which nobody changes."""
        if self._varied is None:
            self._varied = {}
        if attributes not in self._varied:
            copy = self.own()
            for name, value in attributes:
                if value is None:
                    copy.attributes.pop(name, None)
                else:
                    copy.attributes[name] = value
            self._varied[attributes] = copy.settled()
        return self._varied[attributes]

    def take(self, other: "Row") -> None:
        """Have the cells of ``other``."""
        self._forget()
        self._like, self.raw = other._like if other._alone else other, other.inner()
        if other._alone and other._unchanged is None:
            self._cells, self._rest = dict(other.cells), other._rest

    def without_formulas(self) -> "Row":
        """The same, its computed cells blank, with their styles; sheets may share it."""
        if self._bare is not None and self._bare[0] is self.raw and self.raw is not None:
            return self._bare[1]
        copy = self.own()
        for column in self.formulas:
            copy.put(column, self.cells[column].emptied())
        self._bare = self.raw, copy.settled()
        return self._bare[1]

    def put(self, column: int, cell: Cell) -> None:
        """Have ``cell`` stand in ``column``."""
        cells = self.cells if self._unchanged is None else dict(self.cells)
        old = cells.get(column)
        cells[column], self.raw = cell, None
        self._cells = cells if old is not None else dict(sorted(cells.items()))
        if old is None or old.formula is not cell.formula or old.options is not cell.options:
            self._like = self._formulas = self._sayings = None
