"""The rows of a worksheet part as text: taken apart once, the cells of a row when somebody looks at them.

A part is parsed and written again before it is taken apart, so that ``<`` and ``>`` stand in tags alone. Rows and cells are
shared by all sheets that begin with the same part, and are never changed: a sheet that changes one has its own.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from html import escape  # that of xml.sax brings in what opens connections

from perfxl.workbook.sheets.refs import a1, column_number

_ROW = re.compile(r"<row( [^>]*?)?(?:/>|>(.*?)</row>)", re.S)
_CELL = re.compile(r"<c( [^>]*?)?(?:/>|>(.*?)</c>)", re.S)
_FORMULA = re.compile(r"<f( [^>]*?)?(?:/>|>([^<]*)</f>)")
_VALUE = re.compile(r"<v(?: [^>]*?)?(?:/>|>([^<]*)</v>)")
_ATTRIBUTE = re.compile(r' ([^\s=]+)="([^"]*)"')
_PHONETIC, _TEXT = re.compile(r"<rPh[ >].*?</rPh>", re.S), re.compile(r"<t(?: [^>]*?)?>([^<]*)</t>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#13;": "\r", "&#10;": "\n", "&#9;": "\t", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
#: Ways of writing a row that are kept: it shares the same formulas in most sheets.
_WAYS = 4


def plain(text: str) -> str:
    """``text`` of a part as it is meant."""
    return _ENTITY.sub(lambda m: _ENTITIES[m[0]], text) if "&" in text else text


def coded(text: str) -> str:
    """``text`` as a part has it."""
    return escape(text, quote=False).replace("\r", "&#13;")


def _attributes(text: str | None) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text)) if text else {}


def _written(attributes: dict[str, str]) -> str:
    return "".join([f' {name}="{value}"' for name, value in attributes.items()])


class Cell:
    """One cell: its ``attributes`` as the part writes them, its ``formula`` with the ``options`` of that, its stored ``value``, and
    the ``rest`` of what is in it (an inline string, extensions) as XML."""

    __slots__ = ("attributes", "formula", "options", "value", "rest")

    def __init__(self, attributes: dict[str, str], formula: str | None = None, value: str | None = None, rest: str = "",
                 options: str = ""):
        self.attributes, self.formula, self.value, self.rest, self.options = attributes, formula, value, rest, options

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

    def xml(self, together: str | None = None) -> str:
        """As the part writes it; ``together``: the options of a formula that it shares with other cells."""
        attributes = _written(self.attributes)
        if self.formula is None and self.value is None and not self.rest:
            return f"<c{attributes}/>"
        options, told = (self.options, self.formula) if together is None else (together, self.formula if " ref=" in together else "")
        formula = "" if told is None else f"<f{options}>{coded(told)}</f>" if told else f"<f{options}/>"
        value = "" if self.value is None else f"<v>{coded(self.value)}</v>"
        return f"<c{attributes}>{formula}{value}{self.rest}</c>"


class Row:
    """One row: ``attributes``, and ``cells`` by column. ``raw``: what the part has in it, None once a cell of it is changed."""

    def __init__(self, attributes: dict[str, str], raw: str | None = ""):
        self.attributes, self.raw, self._rest = attributes, raw, ""

    @cached_property
    def cells(self) -> dict[int, Cell]:
        """Its cells, in the order of the part."""
        found, column = {}, 0
        for attributes, inner in _CELL.findall(self.raw):
            cell = Cell.read(attributes, inner)
            address = cell.attributes.get("r")
            column = column_number(address.rstrip("0123456789")) if address else column + 1
            found[column] = cell
        self._rest = _CELL.sub("", self.raw).strip() if "extLst" in self.raw else ""
        return found

    @cached_property
    def formulas(self) -> tuple[int, ...]:
        """The columns in which there are formulas."""
        if self.raw is not None and "<f" not in self.raw:
            return ()
        return tuple([column for column, cell in self.cells.items() if cell.formula is not None])

    def mentions(self, part: str) -> bool:
        """Whether ``part``, as parts write it, may occur in it; asked once for all sheets that share it."""
        if self.raw is None:
            return True
        if part not in self._mentioned:
            self._mentioned[part] = part in self.raw
        return self._mentioned[part]

    @cached_property
    def _mentioned(self) -> dict[str, bool]:
        return {}

    @cached_property
    def inner(self) -> str:
        """What is in it, as the part writes it."""
        return "".join([c.xml() for c in self.cells.values()]) + self._rest if self.raw is None else self.raw

    @cached_property
    def _known(self) -> dict[tuple | None, str]:
        """How it was written, by the formulas that it shared."""
        return {}

    def written(self, together: Mapping[int, str] | None = None) -> str:
        """It as the part writes it, once for all sheets that share it and write its formulas ``together`` with those of others."""
        key = tuple(together.items()) if together else None
        if key not in self._known:
            if len(self._known) >= _WAYS:
                self._known.clear()
            self._known[key] = self.xml(together)
        return self._known[key]

    def own(self) -> "Row":
        """A copy that may be changed."""
        copy = Row(dict(self.attributes))
        copy.take(self)
        return copy

    def take(self, other: "Row") -> None:
        """Have the cells of ``other``."""
        self.raw = other.raw if other.raw is not None else other.inner
        self.cells, self._rest = dict(other.cells), other._rest
        self.formulas = other.formulas
        self.__dict__.pop("_mentioned", None)

    def without_formulas(self) -> "Row":
        """A copy whose computed cells are blank, with their styles."""
        copy = self.own()
        for column in self.formulas:
            copy.put(column, self.cells[column].emptied())
        copy.raw = copy.inner
        return copy

    def put(self, column: int, cell: Cell) -> None:
        """Have ``cell`` stand in ``column``."""
        old = self.cells.get(column)
        self.cells[column], self.raw = cell, None
        if old is None:
            self.cells = dict(sorted(self.cells.items()))
        self.__dict__.pop("formulas", None)

    def xml(self, together: Mapping[int, str] | None = None) -> str:
        """As the part writes it; ``together``: by column the options of formulas that it shares with other rows."""
        if together:
            inner = "".join([c.xml(together.get(column)) for column, c in self.cells.items()]) + self._rest
        else:
            inner = "".join([c.xml() for c in self.cells.values()]) + self._rest if self.raw is None else self.raw
        return f"<row{_written(self.attributes)}>{inner}</row>" if inner else f"<row{_written(self.attributes)}/>"


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
