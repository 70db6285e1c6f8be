"""The rows of a worksheet part as text: taken apart once, the cells of a row when somebody looks at them.

A part is parsed and written again before it is taken apart, so that ``<`` and ``>`` stand in tags alone. Rows and cells are
shared by all sheets that begin with the same part, and are never changed: a sheet that changes one has its own.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape as _escaped

from perfxl.workbook.patch.relative import relative
from perfxl.workbook.sheets.refs import a1, column_number

_ROW = re.compile(r"<row( [^>]*?)?(?:/>|>(.*?)</row>)", re.S)
_CELL = re.compile(r"<c( [^>]*?)?(?:/>|>(.*?)</c>)", re.S)
_FORMULA = re.compile(r"<f( [^>]*?)?(?:/>|>([^<]*)</f>)")
_VALUE = re.compile(r"<v(?: [^>]*?)?(?:/>|>([^<]*)</v>)")
_ATTRIBUTE = re.compile(r' ([^\s=]+)="([^"]*)"')
_PHONETIC, _TEXT = re.compile(r"<rPh[ >].*?</rPh>", re.S), re.compile(r"<t(?: [^>]*?)?>([^<]*)</t>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#13;": "\r", "&#10;": "\n", "&#9;": "\t", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
_CR = {"\r": "&#13;"}
#: Formulas that are written in full are no longer than this.
_SHORT = 48
#: What stands for a number that is known when a sheet is written; no part has it.
_OPEN = "\0"
#: Ways of writing a row that are kept: it shares the same formulas in most sheets.
_WAYS = 4


def plain(text: str) -> str:
    """``text`` of a part as it is meant."""
    return _ENTITY.sub(lambda m: _ENTITIES[m[0]], text) if "&" in text else text


def coded(text: str) -> str:
    """``text`` as a part has it."""
    return _escaped(text, _CR)


def _attributes(text: str | None) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text)) if text else {}


def _written(attributes: dict[str, str]) -> str:
    return "".join([f' {name}="{value}"' for name, value in attributes.items()])


class Together(NamedTuple):
    """How a formula is shared with other cells: the ``number`` that they all have, and for the one that has the text where they
    stand, its ``ref``."""

    number: int
    ref: str = ""


class Cell:
    """One cell: its ``attributes`` as the part writes them, its ``formula`` with the ``options`` of that, its stored ``value``, and
    the ``rest`` of what is in it (an inline string, extensions) as XML."""

    __slots__ = ("attributes", "formula", "options", "value", "rest", "_written")

    def __init__(self, attributes: dict[str, str], formula: str | None = None, value: str | None = None, rest: str = "",
                 options: str = ""):
        self.attributes, self.formula, self.value, self.rest, self.options = attributes, formula, value, rest, options
        self._written: tuple[str | None, str] | None = None

    @classmethod
    def read(cls, attributes: str | None, inner: str | None) -> "Cell":
        """The cell that the part writes so."""
        if not inner:
            return cls(_attributes(attributes))
        formula, value = _FORMULA.search(inner), _VALUE.search(inner)
        rest = inner
        for found in (formula, value):
            rest = rest.replace(found[0], "", 1) if found else rest
        return cls(_attributes(attributes), plain(formula[2] or "") if formula else None, value=plain(value[1] or "") if value else None,
                   rest=rest, options=formula[1] or "" if formula else "")

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.formula is None and self.value is None and not self.rest

    @property
    def content(self) -> tuple:
        """What stands in it, whatever its format."""
        return self.formula, self.value, self.rest, self.kind

    @property
    def stored(self) -> tuple[str | None, str | None]:
        """Its value as stored, and of what kind the part says that it is."""
        return self.value, self.attributes.get("t")

    @property
    def kind(self) -> str:
        """What sort of value it holds: ``n``, ``s``, ``str``, ``inlineStr``, ``b``, ``e``, ``d``."""
        return self.attributes.get("t", "n")

    @property
    def style(self) -> int:
        """The number of its format."""
        return int(self.attributes.get("s", 0))

    def option(self, name: str) -> str | None:
        """The attribute ``name`` of its formula."""
        return _attributes(self.options).get(name)

    @property
    def inline(self) -> str:
        """Its inline string, phonetic hints left out, as stored."""
        text = _PHONETIC.sub("", self.rest) if "<rPh" in self.rest else self.rest
        return plain("".join(_TEXT.findall(text)))

    def emptied(self, kind: str | None = None) -> "Cell":
        """The same with nothing in it, ready for a value of ``kind``."""
        return Cell(self._without(kind, "t", "cm", "vm"))

    def having(self, value: str, kind: str | None) -> "Cell":
        """The same formula with another value."""
        return Cell(self._without(kind, "t"), self.formula, value=value, rest=self.rest, options=self.options)

    def saying(self, formula: str) -> "Cell":
        """The same with another formula."""
        return Cell(self.attributes, formula, value=self.value, rest=self.rest, options=self.options)

    def styled(self, style: int) -> "Cell":
        """The same in another format."""
        return Cell({**self.attributes, "s": str(style)}, self.formula, value=self.value, rest=self.rest, options=self.options)

    def _without(self, kind: str | None, *names: str) -> dict[str, str]:
        kept = {k: v for k, v in self.attributes.items() if k not in names}
        return kept if kind is None else {**kept, "t": kind}

    def xml(self, together: Together | None = None) -> str:
        """As the part writes it, once for all rows that share it; ``together``: how it shares its formula, the number left open."""
        ref = None if together is None else together.ref
        known = self._written
        if known is None or known[0] != ref:
            known = self._written = ref, self._xml(ref)
        return known[1]

    def _xml(self, ref: str | None) -> str:
        attributes = _written(self.attributes)
        if self.blank:
            return f"<c{attributes}/>"
        options, told = self.options, self.formula
        if ref is not None:
            options, told = f' t="shared" ref="{ref}" si="{_OPEN}"' if ref else f' t="shared" si="{_OPEN}"', self.formula if ref else ""
        formula = "" if told is None else f"<f{options}>{coded(told)}</f>" if told else f"<f{options}/>"
        value = "" if self.value is None else f"<v>{coded(self.value)}</v>"
        return f"<c{attributes}>{formula}{value}{self.rest}</c>"


class Row:
    """One row: ``attributes``, and ``cells`` by column. ``raw``: what the part has in it, None once a cell of it is changed."""

    __slots__ = ("attributes", "raw", "_rest", "_like", "_alone", "_cells", "_formulas", "_mentioned", "_sayings", "_known")

    def __init__(self, attributes: dict[str, str], raw: str | None = ""):
        self.attributes, self.raw, self._rest = attributes, raw, ""
        self._like: Row | None = None  # the row of the part that it is a copy of, as long as no formula of it is another
        self._alone = False
        self._forget()

    def _forget(self) -> None:
        """Ask everything anew."""
        self._cells: dict[int, Cell] | None = None
        self._formulas: tuple[int, ...] | None = None
        self._mentioned: dict[str, bool] | None = None
        self._sayings: tuple[tuple[int, str | None], ...] | bool | None = None
        self._known: dict[tuple, list[str]] | None = None

    @property
    def cells(self) -> dict[int, Cell]:
        """Its cells, in the order of the part."""
        if self._cells is None:
            if self._unchanged:
                self._cells, self._rest = self._like.cells, self._like._rest
            else:
                self._cells = self._read()
        return self._cells

    def _read(self) -> dict[int, Cell]:
        found, column = {}, 0
        for attributes, inner in _CELL.findall(self.raw):
            cell = Cell.read(attributes, inner)
            address = cell.attributes.get("r")
            column = column_number(address.rstrip("0123456789")) if address else column + 1
            found[column] = cell
        self._rest = _CELL.sub("", self.raw).strip() if "extLst" in self.raw else ""
        return found

    @property
    def _unchanged(self) -> bool:
        """Whether it has the cells of the row that it is a copy of."""
        return self._like is not None and self._like.raw is self.raw

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

    def mentions(self, part: str) -> bool:
        """Whether ``part``, as parts write it, may occur in it; asked once for all sheets that share it."""
        if self.raw is None:
            return True
        if self._unchanged:
            return self._like.mentions(part)
        if self._mentioned is None:
            self._mentioned = {}
        if part not in self._mentioned:
            self._mentioned[part] = part in self.raw
        return self._mentioned[part]

    # -- how it is written
    def sayings(self, number: int) -> tuple[tuple[int, str | None], ...] | None:
        """The columns of its formulas, being row ``number``, with what each says in any row, None of those that no other row may share;
        None in all where some are shared already. Asked once for all sheets that share it."""
        if self._like is not None:
            return self._like.sayings(number)
        if self._sayings is None:
            cells = [(column, self.cells[column]) for column in self.formulas]
            self._sayings = not any(cell.options and cell.option("t") == "shared" for _, cell in cells) and tuple(
                [(column, relative(cell.formula, number) if len(cell.formula) > _SHORT and not cell.options else None) for column, cell in cells])
        return None if self._sayings is False else self._sayings

    def inner(self, together: Mapping[int, Together] | None = None) -> str:
        """What is in it, as the part writes it; ``together``: by column the formulas that it shares with other rows. Of a row that
        nobody changed it is written once."""
        if not together:
            return self._joined({}) if self.raw is None else self.raw
        if self.raw is None:
            pieces = self._joined(together).split(_OPEN)
        elif self._unchanged:
            return self._like.inner(together)
        else:
            key = tuple([(column, one.ref) for column, one in together.items()])
            if self._known is None or len(self._known) >= _WAYS and key not in self._known:
                self._known = {}
            if key not in self._known:
                self._known[key] = self._joined(together).split(_OPEN)
            pieces = self._known[key]
        found = [pieces[0]]
        for column, piece in zip([c for c in self.formulas if c in together], pieces[1:], strict=True):
            found += str(together[column].number), piece
        return "".join(found)

    def _joined(self, together: Mapping[int, Together]) -> str:
        return "".join([c.xml(together.get(column)) for column, c in self.cells.items()]) + self._rest

    def xml(self, together: Mapping[int, Together] | None = None) -> str:
        """As the part writes it; ``together``: by column the formulas that it shares with other rows."""
        inner, attributes = self.inner(together), _written(self.attributes)
        return f"<row{attributes}>{inner}</row>" if inner else f"<row{attributes}/>"

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

    def take(self, other: "Row") -> None:
        """Have the cells of ``other``."""
        self._forget()
        self._like, self.raw = other._like if other._alone else other, other.inner()
        if other._alone and not other._unchanged:
            self._cells, self._rest = dict(other.cells), other._rest

    def without_formulas(self) -> "Row":
        """A copy whose computed cells are blank, with their styles; sheets may share it."""
        copy = self.own()
        for column in self.formulas:
            copy.put(column, self.cells[column].emptied())
        return copy.settled()

    def put(self, column: int, cell: Cell) -> None:
        """Have ``cell`` stand in ``column``."""
        cells = dict(self.cells) if self._unchanged else self.cells
        old = cells.get(column)
        cells[column], self.raw = cell, None
        self._cells = cells if old is not None else dict(sorted(cells.items()))
        if old is None or old.formula is not cell.formula or old.options is not cell.options:
            self._like = self._formulas = self._sayings = None


class Rows(dict[int, Row]):
    """The rows of a part by number; ``computed``: what is known of their formulas; ``bare``: rows without their formulas."""

    def __init__(self):
        super().__init__()
        self.computed: dict = {}
        self.bare: dict[int, Row] = {}


def rows_of(data: str) -> Rows:
    """The rows of ``data``, what a part has between ``<sheetData>`` and ``</sheetData>``, by number."""
    found, last = Rows(), 0
    for attributes, inner in _ROW.findall(data):
        row = Row(_attributes(attributes), inner)
        last = int(row.attributes.get("r") or last + 1)
        found[last] = row
    return found


def blank_cell(row: int, column: int) -> Cell:
    """A cell made new."""
    return Cell({"r": a1(row, column)})
