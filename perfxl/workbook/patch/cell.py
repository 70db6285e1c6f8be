"""One cell of a worksheet part as text, and how it is written."""

import re
from html import escape  # that of xml.sax brings in what opens connections
from typing import NamedTuple

from perfxl.workbook.sheets.refs import a1

_FORMULA = re.compile(r"<f( [^>]*?)?(?:/>|>([^<]*)</f>)")
_VALUE = re.compile(r"<v(?: [^>]*?)?(?:/>|>([^<]*)</v>)")
_ATTRIBUTE = re.compile(r' ([^\s=]+)="([^"]*)"')
_PHONETIC, _TEXT = re.compile(r"<rPh[ >].*?</rPh>", re.S), re.compile(r"<t(?: [^>]*?)?>([^<]*)</t>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#13;": "\r", "&#10;": "\n", "&#9;": "\t", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
#: What stands for a number that is known when a sheet is written; no part has it.
OPEN = "\0"


def plain(text: str) -> str:
    """``text`` of a part as it is meant."""
    return _ENTITY.sub(lambda m: _ENTITIES[m[0]], text) if "&" in text else text


def coded(text: str) -> str:
    """``text`` as a part has it."""
    return escape(text, quote=False).replace("\r", "&#13;")


def attributes_in(text: str | None) -> dict[str, str]:
    """The attributes that a part writes so."""
    return dict(_ATTRIBUTE.findall(text)) if text else {}


def written(attributes: dict[str, str]) -> str:
    """``attributes`` as a part writes them."""
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
            return cls(attributes_in(attributes))
        formula, value = _FORMULA.search(inner), _VALUE.search(inner)
        rest = inner
        for element in (formula, value):
            rest = rest.replace(element[0], "", 1) if element else rest
        return cls(attributes_in(attributes), plain(formula[2] or "") if formula else None, value=plain(value[1] or "") if value else None,
                   rest=rest, options=formula[1] or "" if formula else "")

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.formula is None and self.value is None and not self.rest

    @property
    def content(self) -> tuple[str | None, str | None, str, str]:
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
        return attributes_in(self.options).get(name)

    @property
    def inline(self) -> str:
        """Its inline string, phonetic hints left out, as stored."""
        text = _PHONETIC.sub("", self.rest) if "<rPh" in self.rest else self.rest
        return plain("".join(_TEXT.findall(text)))

    def emptied(self, kind: str | None = None) -> "Cell":
        """The same with nothing in it, ready for a value of ``kind``."""
        return Cell(self._without(kind, "t", "cm", "vm"))

    def having(self, value: str | None, kind: str | None) -> "Cell":
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
        attributes = written(self.attributes)
        if self.blank:
            return f"<c{attributes}/>"
        options, text = self.options, self.formula
        if ref is not None:
            options, text = f' t="shared" ref="{ref}" si="{OPEN}"' if ref else f' t="shared" si="{OPEN}"', self.formula if ref else ""
        formula = "" if text is None else f"<f{options}>{coded(text)}</f>" if text else f"<f{options}/>"
        value = "" if self.value is None else f"<v>{coded(self.value)}</v>"
        return f"<c{attributes}>{formula}{value}{self.rest}</c>"


def blank_cell(row: int, column: int) -> Cell:
    """A cell made new."""
    return Cell({"r": a1(row, column)})
