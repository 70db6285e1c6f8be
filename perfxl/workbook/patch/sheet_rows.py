"""A worksheet part as rows: seen, hidden, folded, as high as their texts need; its XML put together again."""

import re
from collections.abc import Callable, Iterable

from lxml import etree

from perfxl.workbook.patch import measure, shared_formulas
from perfxl.workbook.patch.package import serialise
from perfxl.workbook.patch.row import Row
from perfxl.workbook.patch.rows import Rows
from perfxl.workbook.patch.tags import tag

LINE_POINTS, MAX_POINTS = 13.0, 409.0

#: Children of a worksheet up to the footer, in the order the format wants.
_ORDER = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
          "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
          "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
          "pageSetup", "headerFooter")

_DATA = re.compile(rb"<sheetData[^>]*/>")


class SheetRows:
    """The rows of a worksheet, of which it has its own where it changes them: ``root``, its XML without rows.

    ``touched``: texts shown, by (row, column).
    """

    def __init__(self, root: etree._Element, base: Rows):
        """``base``: the rows of the part, which are not changed."""
        self.root, self.base = root, base
        self._rows, self._own = dict[int, Row](base), set[int]()
        self.touched: dict[tuple[int, int], str] = {}

    def xml(self, finish: Callable[[str], str] = str) -> bytes:
        """The part; ``finish``: what is done to its rows before."""
        rows = finish("".join(shared_formulas.lines(self._rows)))
        xml = serialise(self.root)
        data = _DATA.search(xml)
        if not rows or data is None:
            return xml
        return b"".join((xml[:data.end() - 2], b">", rows.encode(), b"</sheetData>", xml[data.end():]))

    def lines(self) -> Iterable[tuple[int, Row]]:
        """Number and row of all rows, which are not to be changed."""
        return self._rows.items()

    def line(self, number: int) -> Row:
        """The row, which is not to be changed."""
        return self._rows[number]

    def _row(self, number: int) -> Row:
        """The row, which is the sheet's own from now on; made when there is none."""
        if number not in self._own:
            known = self._rows.get(number)
            self._rows[number] = known.own() if known else Row.new(number)
            self._own.add(number)
            if known is None:
                self._rows = dict(sorted(self._rows.items()))
        return self._rows[number]

    def _attribute(self, number: int, *attributes: tuple[str, str | None]) -> None:
        """Give a row ``attributes``, None for none."""
        if number in self._rows and number not in self._own:
            self._rows[number] = self._rows[number].varied(*attributes)
            return
        line = self._row(number)
        for name, value in attributes:
            if value is None:
                line.attributes.pop(name, None)
            else:
                line.attributes[name] = value

    def hide(self, row: int, hidden: bool = True) -> None:
        """Hide or show a row."""
        if row not in self._rows or (self._rows[row].attributes.get("hidden") != "1") == hidden:
            self._attribute(row, ("hidden", "1" if hidden else None))

    def fold(self, row: int, level: int = 1) -> None:
        """Hide a row in a group with its neighbours, which whoever needs it opens again; of a higher ``level`` it stays hidden then."""
        self._attribute(row, ("hidden", "1"), ("outlineLevel", str(level)))
        format_ = self.child("sheetFormatPr")
        format_.set("outlineLevelRow", str(max(level, int(format_.get("outlineLevelRow", 0)))))

    def close_folds(self) -> None:
        """Say below each group of folded rows that it is closed, so that it is shown with a +."""
        levels = {n: int(row.attributes["outlineLevel"]) for n, row in self._rows.items() if row.attributes.get("outlineLevel")}
        for number, level in levels.items():
            if levels.get(number + 1, 0) < level:
                self._attribute(number + 1, ("collapsed", "1"))

    def hidden(self, row: int) -> bool:
        """Whether the row is hidden."""
        return row in self._rows and self._rows[row].attributes.get("hidden") in ("1", "true")

    def widths(self) -> dict[int, float]:
        """Width of each column that has one of its own, in characters."""
        widths = {}
        for item in self.root.iterfind(f"{tag('cols')}/{tag('col')}"):
            for column in range(int(item.get("min")), min(int(item.get("max")), 64) + 1):
                widths[column] = float(item.get("width", 9))
        return widths

    def fit_rows(self) -> None:
        """Make the rows of written texts as high as these need; whoever types later refits them."""
        widths, lines = self.widths(), dict[int, int]()
        for (row, column), text in self.touched.items():
            if column in widths:
                lines[row] = max(lines.get(row, 1), measure.lines(text, widths[column]))
        for row, count in lines.items():
            known = self._rows[row].attributes
            if known.get("customHeight") not in ("1", "true"):
                needed = max(float(known.get("ht", 15)), count * LINE_POINTS + 2)
                self._row(row).attributes["ht"] = f"{min(MAX_POINTS, needed):g}"

    def child(self, name: str) -> etree._Element:
        """The part ``name`` of the sheet (``headerFooter``), made in its place when there is none."""
        element = self.root.find(tag(name))
        if element is None:
            element = etree.Element(tag(name))
            before = {tag(n) for n in _ORDER[: _ORDER.index(name)]}
            last = [child for child in self.root if child.tag in before][-1]
            last.addnext(element)
        return element
