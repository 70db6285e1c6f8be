"""Where a clerk lands: the cell on which each sheet opens, and the cells to which the form's own links lead.

Links of a master name their target (``"#px_code"``); an issued form has addresses. Calc selects the target of a link to a
name as a range, in which Tab and Enter go round and the next value overwrites the first.
"""

import re
from functools import partial

from lxml import etree

from perfxl.stages.issue.form.names import SUMMARY
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry, quoted
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.sheets.refs import Ref, a1, column_letters, parse_cell

_LINK = re.compile(r'(HYPERLINK\(\s*"#)(px[A-Za-z0-9_]+)(?=")')
_CODE, _TABLE = re.compile(r"px\d+_code\Z"), re.compile(r"px(\d+)?_t_")
#: What is filled in first on a sheet, where it is open; otherwise its first open cell.
_FIRST = ("holding__reading__percent",)
#: Rows that are seen above the cell on which a sheet opens, where it lies below the first screen.
_ABOVE, _SCREEN = 2, 24


def apply(form: Form, count: int) -> None:
    """Aim the links of a form of ``count`` objectives, and put the cursor of every sheet on its first cell to be filled."""
    landing = Landing(form, count)
    for entry in form.book.entries:
        sheet = form.book.sheet(entry)
        sheet.change_formulas('"#px', partial(landing.aimed, source=entry))
        cell = landing.of_sheet(entry)
        if cell and entry.state == "visible":
            _open_at(sheet, *cell)


class Landing:
    """The cells to be filled first."""

    def __init__(self, form: Form, count: int):
        self.form, self.count = form, count
        self._found: dict[str, tuple[int, int] | None] = {}
        self._own = {}
        for number in range(1, count + 1):
            place = form.places.get(f"px{number:02d}_code")
            if place:
                self._own[place[0].name] = number

    def aimed(self, formula: str, source: Entry) -> str:
        """``formula`` of the sheet ``source``, its links leading to addresses."""
        return _LINK.sub(lambda m: m[1] + (self.address(m[2], source) or m[2]), formula)

    def address(self, name: str, source: Entry) -> str | None:
        """The address to which a link on the sheet ``source`` to ``name`` leads: of a sheet's code or a table its cell to be
        filled first, of the summary the row of the objective from which one comes."""
        place = self.form.places.get(name)
        if place is None:
            return None
        entry, ref = place
        row, column = ref.top, ref.left
        if _CODE.match(name):
            row, column = self.of_sheet(entry) or (row, column)
        elif _TABLE.match(name):
            row, column = self._free(entry, ref) or self.of_sheet(entry) or (row, column)
        elif name == SUMMARY:
            row += 1 + self._own.get(source.name, 1)
        return f"{quoted(entry.name)}!{a1(row, column)}".replace('"', '""')

    def of_sheet(self, entry: Entry) -> tuple[int, int] | None:
        """Row and column of the cell of ``entry`` to be filled first; None where nothing is open."""
        if entry.name not in self._found:
            self._found[entry.name] = self._first_of(entry)
        return self._found[entry.name]

    def _first_of(self, entry: Entry) -> tuple[int, int] | None:
        sheet = self.form.book.sheet(entry)
        number = self._own.get(entry.name)
        if self.form.places.get(SUMMARY, (None,))[0] is entry:
            ref = self.form.places[SUMMARY][1]
            return ref.top + 2, ref.left
        for key in _FIRST if number else ():
            place: tuple[Sheet, Ref] | None = self.form.cell(f"px{number:02d}_{key}")
            if place and self._open(sheet, place[1].top, place[1].left):
                return place[1].top, place[1].left
        hidden = _hidden_columns(sheet)
        return min(((row, column) for row, column in sheet if column not in hidden and self._open(sheet, row, column)), default=None)

    def _free(self, entry: Entry, ref: Ref) -> tuple[int, int] | None:
        """The first open cell in which nothing stands, in a row of the block ``ref`` in which nothing stands at all."""
        sheet = self.form.book.sheet(entry)
        hidden = _hidden_columns(sheet)
        for row in range(ref.top + 2, ref.bottom + 1):
            if any((row, c) in sheet.written for c in range(ref.left, ref.right + 1)):
                continue
            column = next((c for c in range(ref.left, ref.right + 1) if c not in hidden and self._open(sheet, row, c)), None)
            if column is not None:
                return row, column
        return None

    def _open(self, sheet: Sheet, row: int, column: int) -> bool:
        cell = sheet.at(row, column)
        return cell is not None and not sheet.hidden(row) and self.form.book.styles.is_open(cell.style)


def _hidden_columns(sheet: Sheet) -> set[int]:
    columns: set[int] = set()
    for item in sheet.root.iterfind(f"{tag('cols')}/{tag('col')}"):
        if item.get("hidden") in ("1", "true"):
            columns |= set(range(int(item.get("min")), min(int(item.get("max")), 64) + 1))
    return columns


def _open_at(sheet: Sheet, row: int, column: int) -> None:
    """Put the cursor of the sheet on a cell, and have the cell on the screen."""
    for view in sheet.root.iter(tag("sheetView")):
        pane = view.find(tag("pane"))
        below, beside = row, column
        if pane is not None:
            below, beside = (row > float(pane.get("ySplit", 0)), column > float(pane.get("xSplit", 0)))
            name = ("bottom" if below else "top") + ("Right" if beside else "Left")
            if not pane.get("xSplit"):
                name = "bottomLeft" if below else "topLeft"
            if not pane.get("ySplit"):
                name = "topRight" if beside else "topLeft"
            pane.set("activePane", name)
            _scroll(pane, sheet, row)
        for old in view.findall(tag("selection")):
            view.remove(old)
        chosen = etree.Element(tag("selection"), activeCell=a1(row, column), sqref=a1(row, column))
        if pane is not None:
            chosen.set("pane", pane.get("activePane"))
            pane.addnext(chosen)
        else:
            view.insert(0, chosen)


def _scroll(pane: etree._Element, sheet: Sheet, row: int) -> None:
    """Scroll the part that moves so that ``row`` is seen."""
    top, left = parse_cell(pane.get("topLeftCell", "")) or (1, 1)
    shown = sum(not sheet.hidden(n) for n in range(top, row))
    if shown > _SCREEN:
        pane.set("topLeftCell", f"{column_letters(left)}{row - _ABOVE}")


__all__ = ["Landing", "apply"]
