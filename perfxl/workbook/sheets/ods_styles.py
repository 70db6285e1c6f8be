"""What the styles of an .ods make of its cells: percentages, dates, texts, what is struck out, hidden sheets."""

import operator
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, STYLE, NUMBER = (f"{{{_URN}{n}:1.0}}" for n in ("office", "table", "style", "datastyle"))

_KINDS = {"percentage-style": "percent", "date-style": "date", "text-style": "text"}
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?\d+(?:\.\d+)?)\Z")
_COMPARE = {"<": operator.lt, ">": operator.gt, "=": operator.eq, "<=": operator.le, ">=": operator.ge, "!=": operator.ne}
#: Styles that a style may build upon, one on the other.
MOST_PARENTS = 10


@dataclass(frozen=True)
class Look:
    """``hidden``: the styles of sheets that hide them; ``texts``: of cells that make numbers text; ``percents``: that show
    percentages; ``struck``: of cells and of parts of their text that strike them out; ``formats``: the number format of each
    style of cells; ``from_1904``: whether days are counted from there."""

    hidden: Set[str] = frozenset()
    texts: Set[str] = frozenset()
    percents: Set[str] = frozenset()
    struck: Set[str] = frozenset()
    formats: Mapping[str, "Format"] = field(default_factory=dict)
    from_1904: bool = False

    def kind(self, style: str | None, value: Decimal) -> str:
        """``percent``, ``date``, ``text``, ``points`` or "" for ``value`` in a cell of ``style``."""
        known = self.formats.get(style or "Default")
        return known.kind_at(value) if known else ""


@dataclass(frozen=True)
class Format:
    """A number format: its ``kind``, and ``others`` for the values for which a condition holds."""

    kind: str
    others: tuple[tuple[Callable[[Decimal], bool], str], ...] = ()

    def kind_at(self, value: Decimal) -> str:
        """What it makes of ``value``."""
        return next((kind for holds, kind in self.others if holds(value)), self.kind)


def read(content: etree._Element, common: etree._Element | None) -> Look:
    """What the styles in ``content.xml`` and in ``styles.xml`` (``common``) say."""
    styles, formats = {}, {}
    for root in (common, content):
        for block in root.iterchildren(OFFICE + "styles", OFFICE + "automatic-styles") if root is not None else ():
            for element in block.iterchildren(etree.Element):
                name = element.get(STYLE + "name")
                if element.tag == STYLE + "style":
                    styles[element.get(STYLE + "family"), name] = element
                elif element.tag == STYLE + "default-style" and element.get(STYLE + "family") == "table-cell":
                    styles.setdefault(("table-cell", "Default"), element)
                elif element.tag.startswith(NUMBER):
                    formats[name] = element
    known = {name: _format(element, formats) for name, element in formats.items()}
    cells = {name: known[code] for family, name in styles if family == "table-cell"
             and (code := _inherited(styles, family, name, _code)) in known}
    return Look(
        frozenset(name for (family, name), e in styles.items() if family == "table" and _is_hidden(e)),
        frozenset(name for name, format_ in cells.items() if format_.kind == "text"),
        percents=frozenset(name for name, f in cells.items() if {"percent", "points"} & {f.kind, *(kind for _, kind in f.others)}),
        struck=frozenset(name for family, name in styles if family in ("table-cell", "text")
                  and _inherited(styles, family, name, _strike) not in (None, "none")),
        formats=cells, from_1904=_counts_from_1904(content))


def _inherited(styles: Mapping[tuple[str, str | None], etree._Element], family: str, name: str | None,
               say: Callable[[etree._Element], str | None]) -> str | None:
    """What ``say`` finds in the style or in those that it builds upon."""
    for _ in range(MOST_PARENTS):
        element = styles.get((family, name))
        if element is None:
            return None
        said = say(element)
        if said is not None:
            return said
        name = element.get(STYLE + "parent-style-name")
    return None


def _code(style: etree._Element) -> str | None:
    return style.get(STYLE + "data-style-name")


def _strike(style: etree._Element) -> str | None:
    """How the style strikes its text out, None when it says nothing of it."""
    properties = style.find(STYLE + "text-properties")
    if properties is None:
        return None
    said = properties.get(STYLE + "text-line-through-style")
    return said if said is not None else properties.get(STYLE + "text-line-through-type")


def _is_hidden(style: etree._Element) -> bool:
    properties = style.find(STYLE + "table-properties")
    return properties is not None and properties.get(TABLE + "display") == "false"


def _format(element: etree._Element, formats: Mapping[str, etree._Element]) -> Format:
    others = []
    for case in element.iterchildren(STYLE + "map"):
        match = _CONDITION.match(case.get(STYLE + "condition", "").strip())
        applied = formats.get(case.get(STYLE + "apply-style-name", ""))
        if match and applied is not None:
            others.append((_holds(match[1], Decimal(match[2])), _kind(applied)))
    return Format(_kind(element), tuple(others))


def _holds(sign: str, limit: Decimal) -> Callable[[Decimal], bool]:
    return lambda value: _COMPARE[sign](value, limit)


def _kind(element: etree._Element) -> str:
    """The kind of a number format; ``points`` when a percent sign is only text beside the number."""
    known = _KINDS.get(etree.QName(element).localname)
    if known:
        return known
    return "points" if any("%" in (text.text or "") for text in element.iterchildren(NUMBER + "text")) else ""


def _counts_from_1904(content: etree._Element) -> bool:
    return any(e.get(TABLE + "date-value", "").startswith("1904") for e in content.iter(TABLE + "null-date"))
