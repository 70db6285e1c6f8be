"""Marks on the cells of a worksheet part: a conditional format before all others, so that the cells keep their own."""

import re
from collections.abc import Callable

from lxml import etree

from perfxl.workbook.patch.package import Unreadable
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.sheets.refs import MAX_COLUMN, MAX_ROW

#: A condition that always holds and says whose it is, also after another program has saved the file.
CONDITION = 'LEN("perfxl {severity}")>0'
_OURS = re.compile(r"perfxl (?:error|warning|note)\b")

#: Children of a worksheet in the order the format wants.
_ORDER = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
          "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
          "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
          "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
          "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
          "webPublishItems", "tableParts", "extLst")


def place(root: etree._Element, item: etree._Element, first: bool = False) -> None:
    """Put ``item`` into a worksheet where its kind belongs: after its like, or before with ``first``."""
    name = etree.QName(item).localname
    upto = _ORDER.index(name) + (not first)
    before = {tag(n) for n in _ORDER[:upto]}
    last = [child for child in root if child.tag in before]
    if not last:
        raise Unreadable("a sheet is not written like one")
    last[-1].addnext(item)


def unmark(root: etree._Element) -> None:
    """Take earlier marks off."""
    for block in root.findall(tag("conditionalFormatting")):
        for rule in block.findall(tag("cfRule")):
            if any(_OURS.search(f.text or "") for f in rule.iterfind(tag("formula"))):
                block.remove(rule)
        if block.find(tag("cfRule")) is None:
            root.remove(block)


def mark(root: etree._Element, cells: dict[str, list[str]], formats: dict[str, int]) -> None:
    """Colour ``cells``, addresses by severity, with the differential format of each severity in ``formats``.

    Priorities 1 to 3 are ours: those of other rules are moved on only where they would clash.
    """
    others = [r for r in root.iter("{*}cfRule") if (r.get("priority") or "").isdecimal()]
    clash = len(formats) + 1 - min((int(r.get("priority")) for r in others), default=len(formats) + 1)
    for rule in others if clash > 0 else ():
        rule.set("priority", str(int(rule.get("priority")) + clash))
    for number, severity in reversed(list(enumerate(formats, 1))):
        if cells.get(severity):
            block = etree.Element(tag("conditionalFormatting"), sqref=" ".join(cells[severity]))
            rule = etree.SubElement(block, tag("cfRule"), type="expression", dxfId=str(formats[severity]), priority=str(number))
            etree.SubElement(rule, tag("formula")).text = CONDITION.format(severity=severity)
            place(root, block, first=True)


def unfold(root: etree._Element, rows: set[int]) -> None:
    """Open those of the ``rows`` that are folded away: what is told of them can be mended there."""
    for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        if row.get("outlineLevel") and row.get("hidden") in ("1", "true") and (row.get("r") or "").isdecimal() and int(row.get("r")) in rows:
            row.attrib.pop("hidden")


def unselect(root: etree._Element) -> None:
    """Leave the sheet out of the selected ones: sheets selected together are typed into together."""
    for view in root.iter(tag("sheetView")):
        view.attrib.pop("tabSelected", None)


class Grid:
    """Sizes of a sheet's rows and columns in pixels, hidden ones 0; rows and columns from 1."""

    def __init__(self, root: etree._Element):
        default = root.find(tag("sheetFormatPr"))
        said = {} if default is None else default.attrib
        self._height = _pixels(_number(said.get("defaultRowHeight"), 15.0))
        self._width = round(_number(said.get("defaultColWidth"), 9.14) * 7)
        self._widths: dict[int, int] = {}
        for col in root.iterfind(f"{tag('cols')}/{tag('col')}"):
            width = 0 if col.get("hidden") in ("1", "true") else round(_number(col.get("width"), 9.14) * 7)
            for column in range(int(_number(col.get("min"), 1)), min(int(_number(col.get("max"), 0)), MAX_COLUMN) + 1):
                self._widths[column] = width
        self._heights = {}
        for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
            if (row.get("r") or "").isdecimal():
                self._heights[int(row.get("r"))] = 0 if row.get("hidden") in ("1", "true") else _pixels(
                    _number(row.get("ht"), 0)) or self._height

    def across(self, column: int, pixels: int) -> tuple[int, int, int, int]:
        """(first column, offset, last column, offset), columns from 0, of a box beside ``column`` that wide.

        Where the grid ends too soon the box begins further left.
        """
        return _box(min(column + 1, MAX_COLUMN), pixels, offset=12, size=lambda c: self._widths.get(c, self._width), end=MAX_COLUMN)

    def down(self, row: int, pixels: int) -> tuple[int, int, int, int]:
        """The same downwards, from the row above ``row``."""
        return _box(max(row - 1, 1), pixels, offset=4, size=lambda r: self._heights.get(r, self._height), end=MAX_ROW)


def _box(start: int, pixels: int, offset: int, size: Callable[[int], int], end: int) -> tuple[int, int, int, int]:
    for first in (start, max(1, start - 40), 1):
        last, rest = _walk(first, pixels + offset, size, end)
        if rest is not None:
            break
    return first - 1, offset, last - 1, rest or 0


def _walk(first: int, pixels: int, size: Callable[[int], int], end: int) -> tuple[int, int | None]:
    """The row or column that lies ``pixels`` after the start of ``first``, and how far into it; None past the end."""
    at = first
    while pixels > size(at):
        pixels -= size(at)
        at += 1
        if at > end or at > first + 4_000:  # nothing but hidden ones
            return min(at, end), None
    return at, pixels


def _pixels(points: float) -> int:
    return round(points * 96 / 72)


def _number(text: str | None, otherwise: float) -> float:
    try:
        value = otherwise if text is None else float(text)
    except ValueError:
        return otherwise
    return value if 0 <= value < 100_000 else otherwise
