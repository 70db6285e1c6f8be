"""Formats added to a workbook's styles: found again when they are there already, so that they never pile up."""

from typing import Any

from lxml import etree

from perfxl.workbook.patch.package import Unreadable
from perfxl.workbook.patch.tags import tag

#: Fill, ink and comment tint of each severity; stronger than the tints of the form.
COLOURS = {"error": ("F4A7A0", "7A0F0A", "FCE4E2"), "warning": ("FFD479", "6B4700", "FFF3D6"), "note": ("B9D7F2", "123F66", "E6F1FB")}

_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
          "extLst")


def element(name: str, *children: etree._Element, **attributes: str) -> etree._Element:
    """An element of the main spreadsheet namespace."""
    made = etree.Element(tag(name), **attributes)
    made.extend(children)
    return made


def solid(colour: str) -> etree._Element:
    """A plain fill, as cells and as conditional formats understand it."""
    return element("fill", element("patternFill", element("fgColor", rgb="FF" + colour),
                                   element("bgColor", rgb="FF" + colour), patternType="solid"))


def _key(item: etree._Element) -> tuple[Any, ...]:
    return (item.tag, tuple(sorted(item.attrib.items())), (item.text or "").strip(), tuple(_key(c) for c in item))


class Paint:
    """The style part of a workbook, with formats added at its end."""

    def __init__(self, root: etree._Element):
        if root.tag != tag("styleSheet"):
            raise Unreadable("the styles cannot be added to")
        self.root = root

    def format(self, font: etree._Element, fill: etree._Element | None = None, *, boxed: bool = False, **alignment: str) -> int:
        """The number of a locked cell format; its text begins with no formula even when it is typed anew."""
        line = [element(side, element("color", rgb="FFB8C0CC"), style="thin") for side in ("left", "right", "top", "bottom")]
        border = element("border", *line, element("diagonal")) if boxed else element(
            "border", *(element(side) for side in ("left", "right", "top", "bottom", "diagonal")))
        numbers = {"fontId": self._add("fonts", font), "borderId": self._add("borders", border),
                   "fillId": 0 if fill is None else self._add("fills", fill)}
        return self._add("cellXfs", element(
            "xf", element("alignment", vertical="top", **alignment), numFmtId="0", xfId="0", quotePrefix="1", applyFont="1",
            applyFill="1", applyBorder="1", applyAlignment="1", **{k: str(v) for k, v in numbers.items()}))

    def severity(self, severity: str) -> int:
        """The number of the differential format that marks a cell."""
        back, ink, _ = COLOURS[severity]
        edge = [element(side, element("color", rgb="FF" + ink), style="thin") for side in ("left", "right", "top", "bottom")]
        return self._add("dxfs", element("dxf", solid(back), element("border", *edge)))

    def _add(self, block: str, item: etree._Element) -> int:
        """The position of ``item`` in ``block``, put at its end unless it is there."""
        home = self.root.find(tag(block))
        if home is None:
            home = element(block)
            before = [c for c in self.root if c.tag in {tag(n) for n in _ORDER[: _ORDER.index(block)]}]
            before[-1].addnext(home) if before else self.root.insert(0, home)
        wanted, children = _key(item), [c for c in home if isinstance(c.tag, str)]
        for position, child in enumerate(children):
            if _key(child) == wanted:
                return position
        home.append(item)
        home.set("count", str(len(children) + 1))
        return len(children)


def font(size: float = 10, colour: str = "333333", *marks: str) -> etree._Element:
    """A font of the form's family; ``marks``: ``b`` bold, ``u`` underlined."""
    return element("font", *(element(m) for m in marks), element("sz", val=f"{size:g}"), element("color", rgb="FF" + colour),
                   element("name", val="Arial"), element("family", val="2"))
