"""One worksheet part being patched: values, styles, rows; what is not named stays as it is."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from perfxl.workbook.patch import measure
from perfxl.workbook.sheets.refs import a1, column_number, parse_cell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BLANKS = " \t\r\n"  # what XML takes for white space
LINE_POINTS, MAX_POINTS = 13.0, 409.0
FORMULAS = ("{*}f", "{*}formula", "{*}formula1", "{*}formula2")

#: Children of a worksheet up to the footer, in the order the format wants.
_ORDER = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
          "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
          "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
          "pageSetup", "headerFooter")

_EPOCH = datetime.date(1899, 12, 30)
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def tag(name: str) -> str:
    """``name`` in the main spreadsheet namespace."""
    return f"{{{MAIN}}}{name}"


_FORMULA, _VALUE = tag("f"), tag("v")
_column_of = lru_cache(1_024)(column_number)
_place_of = lru_cache(50_000)(parse_cell)


def escape(text: str) -> str:
    """``text`` as a cell stores it: ``_x0041_`` would be read as A, so its first underscore is coded."""
    return _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", _ESCAPED.sub("_x005F_", text))


def unescape(text: str) -> str:
    """The inverse of ``escape``."""
    return _CODED.sub(lambda m: chr(int(m[1], 16)), text)


def store_text(cell: etree._Element, text: str) -> None:
    """Put ``text`` into the empty ``cell``: a line by itself as the cell's value, which every program reads; several, or
    spaces at its ends, as a string item, which saving a ``Workbook`` puts with the shared strings (``texts``)."""
    if "\n" in text or text != text.strip(BLANKS):
        cell.set("t", "inlineStr")
        item = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
        if text != text.strip(BLANKS):  # what is inside stands as it is, and some programs take the attribute for text
            item.set(SPACE, "preserve")
    else:
        cell.set("t", "str")
        item = etree.SubElement(cell, _VALUE)
    item.text = escape(text)


def rich_text(item: etree._Element) -> str:
    """The text of a string item, phonetic hints left out."""
    return unescape("".join(t.text or "" for t in item.iter(tag("t")) if t.getparent().tag != tag("rPh")))


def number_text(value) -> str:
    """A number as a cell stores it: shortest decimal, no exponent, so that nothing is lost."""
    if isinstance(value, bool):
        return "1" if value else "0"
    value = value if isinstance(value, Decimal) else Decimal(str(value))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def serial(day: str) -> int:
    """Excel's number of an ISO date from 1900 on; before March 1900 it is one less, as Excel has a day that never was."""
    count = (datetime.date.fromisoformat(day) - _EPOCH).days
    return count if count > 60 else count - 1


#: The numbers of a sheet's rows and the (row, column) of its cells, in the order of its elements.
Places = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]


class Sheet:
    """A worksheet's XML with an index of its rows and cells.

    ``shared``: the workbook's shared strings, for reading; ``touched``: texts shown, by (row, column); ``written``: cells that were
    given a value.
    """

    def __init__(self, root: etree._Element, shared: list[str], like: "Places | None" = None):
        """``like``: where the rows and cells of a sheet of the same elements stand."""
        self.root, self.shared = root, shared
        self.data = root.find(tag("sheetData"))
        self.rows: dict[int, etree._Element] = {}
        self.cells: dict[tuple[int, int], etree._Element] = {}
        self.touched: dict[tuple[int, int], str] = {}
        self.written: set[tuple[int, int]] = set()
        self._made = False
        if like is None or not self._indexed(like):
            self._index()

    @property
    def places(self) -> "Places | None":
        """Where its rows and cells stand, in the order of its elements; None once some were made."""
        return None if self._made else (tuple(self.rows), tuple(self.cells))

    def _indexed(self, like: "Places") -> bool:
        """Index rows and cells as those of a sheet of the same elements; whether they are as many."""
        rows, cells = list(self.data.iterchildren(tag("row"))), list(self.data.iter(tag("c")))
        if (len(rows), len(cells)) != tuple(map(len, like)):
            return False
        self.rows, self.cells = dict(zip(like[0], rows, strict=True)), dict(zip(like[1], cells, strict=True))
        return True

    def _index(self) -> None:
        row_tag, cell_tag, last, column_of = tag("row"), tag("c"), 0, _column_of
        for row in self.data.iterchildren(row_tag):
            last = int(row.get("r") or last + 1)
            self.rows[last], column = row, 0
            for cell in row.iterchildren(cell_tag):
                address = cell.get("r")
                column = column_of(address.rstrip("0123456789")) if address else column + 1
                self.cells[last, column] = cell

    def row(self, number: int) -> etree._Element:
        """The row element ``number``, made when there is none."""
        if number not in self.rows:
            after = [n for n in self.rows if n < number]
            new = etree.Element(tag("row"), r=str(number))
            if after:
                self.rows[max(after)].addnext(new)
            else:
                self.data.insert(0, new)
            self.rows[number], self._made = new, True
        return self.rows[number]

    def cell(self, row: int, column: int) -> etree._Element:
        """The cell element, made in its place when there is none."""
        found = self.cells.get((row, column))
        if found is None:
            line = self.row(row)
            found = etree.Element(tag("c"), r=a1(row, column))
            before = [c for r, c in self.cells if r == row and c < column]
            if before:
                self.cells[row, max(before)].addnext(found)
            else:
                line.insert(0, found)
            self.cells[row, column], self._made = found, True
        return found

    def text(self, row: int, column: int) -> str:
        """What the cell says: its string, or its number as stored; "" when blank."""
        cell = self.cells.get((row, column))
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            item = cell.find(tag("is"))
            return rich_text(item) if item is not None else ""
        value = cell.findtext(tag("v")) or ""
        if cell.get("t") == "s":
            place = int(value) if value.isdecimal() else len(self.shared)
            return self.shared[place] if place < len(self.shared) else ""
        return unescape(value) if cell.get("t") == "str" else value

    def _empty(self, row: int, column: int) -> etree._Element:
        cell = self.cell(row, column)
        for child in list(cell):
            cell.remove(child)
        for attribute in ("t", "cm", "vm"):
            cell.attrib.pop(attribute, None)
        return cell

    def clear(self, row: int, column: int) -> None:
        """Leave the cell blank with its style."""
        if len(self.cells.get((row, column), ())):
            self._empty(row, column)
        self.touched.pop((row, column), None)
        self.written.discard((row, column))

    def put_text(self, row: int, column: int, text: str) -> None:
        """Write ``text`` as text, whatever it begins with."""
        store_text(self._empty(row, column), text)
        self.touched[row, column] = text
        self.written.add((row, column))

    def put_number(self, row: int, column: int, value) -> None:
        """Write a number (int, Decimal, float) exactly."""
        etree.SubElement(self._empty(row, column), tag("v")).text = number_text(value)
        self.written.add((row, column))

    def put_result(self, row: int, column: int, value: str | Decimal | int, fit: bool = False) -> None:
        """Give the formula of the cell its value, for readers that do not compute; nothing without a formula.

        With ``fit`` the row is made as high as the value needs.
        """
        cell = self.cells.get((row, column))
        formula = None if cell is None else cell.find(_FORMULA)
        if formula is None:
            return
        self.put_value(formula, value)
        if fit and isinstance(value, str):
            self.touched[row, column] = value

    @staticmethod
    def put_value(formula: etree._Element, value: str | Decimal | int) -> None:
        """Give the cell of ``formula`` its value."""
        cell = formula.getparent()
        for old in cell.findall(_VALUE):
            cell.remove(old)
        cell.attrib.pop("t", None)
        stored = etree.SubElement(cell, _VALUE)
        if isinstance(value, str):
            cell.set("t", "str")
            stored.text = escape(value)
        else:
            stored.text = number_text(value)

    def forget_results(self) -> None:
        """Drop the values of all formulas: they belong to what stood here before."""
        for row, column, _ in self.computed():
            cell = self.cells[row, column]
            for old in cell.findall(tag("v")):
                cell.remove(old)
            cell.attrib.pop("t", None)

    def hide(self, row: int, hidden: bool = True) -> None:
        """Hide or show a row."""
        line = self.row(row)
        if hidden:
            line.set("hidden", "1")
        else:
            line.attrib.pop("hidden", None)

    def fold(self, row: int) -> None:
        """Hide a row in a group of its own, which whoever needs it opens again."""
        line = self.row(row)
        line.set("hidden", "1")
        line.set("outlineLevel", "1")
        self.child("sheetFormatPr").set("outlineLevelRow", "1")

    def close_folds(self) -> None:
        """Say below each group of folded rows that it is closed, so that it is shown with a +."""
        for number, line in list(self.rows.items()):
            after = number + 1
            if line.get("outlineLevel") and not (after in self.rows and self.rows[after].get("outlineLevel")):
                self.row(after).set("collapsed", "1")

    def hidden(self, row: int) -> bool:
        """Whether the row is hidden."""
        return row in self.rows and self.rows[row].get("hidden") in ("1", "true")

    def widths(self) -> dict[int, float]:
        """Width of each column that has one of its own, in characters."""
        found = {}
        for item in self.root.iterfind(f"{tag('cols')}/{tag('col')}"):
            for column in range(int(item.get("min")), min(int(item.get("max")), 64) + 1):
                found[column] = float(item.get("width", 9))
        return found

    def fit_rows(self) -> None:
        """Make the rows of written texts as high as these need; whoever types later refits them."""
        widths, lines = self.widths(), {}
        for (row, column), text in self.touched.items():
            if column in widths:
                lines[row] = max(lines.get(row, 1), measure.lines(text, widths[column]))
        for row, count in lines.items():
            line = self.rows[row]
            if line.get("customHeight") not in ("1", "true"):
                needed = max(float(line.get("ht", 15)), count * LINE_POINTS + 2)
                line.set("ht", f"{min(MAX_POINTS, needed):g}")

    def child(self, name: str) -> etree._Element:
        """The part ``name`` of the sheet (``headerFooter``), made in its place when there is none."""
        found = self.root.find(tag(name))
        if found is None:
            found = etree.Element(tag(name))
            before = {tag(n) for n in _ORDER[: _ORDER.index(name)]}
            last = [child for child in self.root if child.tag in before][-1]
            last.addnext(found)
        return found

    def computed(self) -> Iterator[tuple[int, int, etree._Element]]:
        """Row, column and formula of every cell that has one."""
        for item in list(self.data.iter(_FORMULA)):
            cell = item.getparent()
            row, column = _place_of(cell.get("r", "")) or (0, 0)
            if cell is self.cells.get((row, column)):
                yield row, column, item

    def formulas(self) -> Iterator[etree._Element]:
        """Every element of the sheet that holds a formula: cells, conditions, validations, also in extensions."""
        return (item for item in self.root.iter(*FORMULAS) if item.text)
