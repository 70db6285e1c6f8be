"""One worksheet part being patched: values, formulas, styles; what is not named stays as it is."""

import copy
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal

from lxml import etree

from perfxl.workbook.patch import texts
from perfxl.workbook.patch.cell import Cell, blank_cell, coded
from perfxl.workbook.patch.row import Row
from perfxl.workbook.patch.rows import Rows
from perfxl.workbook.patch.sheet_rows import SheetRows
from perfxl.workbook.patch.stored_values import escape, number_text, unescape

#: Ways of changing the formulas of a part that are kept: one for each sheet of a form.
_MOST_CHANGES = 32
#: Rows written anew that are kept: those of a summary for each of its objectives.
_MOST_REWRITTEN = 1_024
FORMULAS = ("{*}f", "{*}formula", "{*}formula1", "{*}formula2")


class Sheet(SheetRows):
    """A worksheet: ``root``, its XML without rows, and its rows, of which it has its own where it changes them.

    ``shared``: the workbook's shared strings, for reading; ``touched``: texts shown, by (row, column); ``written``: cells that were
    given a value; ``given``: formulas that were given theirs by ``put_result``; ``copied``: whether it is a copy of another sheet of
    the workbook.
    """

    def __init__(self, root: etree._Element, shared: list[str], base: Rows, copied: bool = False):
        """``base``: the rows of the part, which are not changed."""
        super().__init__(root, base)
        self.shared, self.copied = shared, copied
        self._altered, self.given = set[tuple[int, int]](), set[tuple[int, int]]()
        self._valued: Mapping[int, Row] | None = None
        self.written: set[tuple[int, int]] = set()

    def copy(self) -> "Sheet":
        """Another sheet of the same rows, written in by nobody yet."""
        made = Sheet(copy.deepcopy(self.root), self.shared, self.base, copied=True)
        made._rows, made._own = {n: row.own() if n in self._own else row for n, row in self._rows.items()}, set(self._own)
        made._altered, made._valued = set(self._altered), self._valued
        return made

    def changed(self) -> set[tuple[int, int]]:
        """The cells that hold or compute something else than those of the part."""
        changed, base, rows = set(), self.base, self._rows
        for number, column in self._altered:
            old, new = base.get(number), rows.get(number)
            before, now = None if old is None else old.cells.get(column), None if new is None else new.cells.get(column)
            if now is None or before is None or now.formula != before.formula or now.formula is None and now.content != before.content:
                changed.add((number, column))
        return changed

    def begin_with(self, known: Mapping[int, Row], but: Container[tuple[int, int]] = ()) -> None:
        """Take the values of formulas from rows that are ``known``, ``but`` of some cells; once."""
        if self._valued is known:
            return
        self._valued = known
        for number, line in known.items():
            row = self._rows.get(number)
            if row is None:
                continue
            if row.raw is None or any((number, c) in but for c in line.formulas):
                for column in row.formulas:
                    if column in line.cells and (number, column) not in but:
                        self.put_stored(number, column, *line.cells[column].stored)
            elif number in self._own or row.attributes != line.attributes:
                self._row(number).take(line)
            else:
                self._rows[number] = line

    # -- cells
    def at(self, row: int, column: int) -> Cell | None:
        """The cell, which is not to be changed; None when there is none."""
        line = self._rows.get(row)
        return None if line is None else line.cells.get(column)

    def _there(self, row: int, column: int) -> Cell:
        """The cell, which is not to be changed; ``KeyError`` when there is none."""
        return self._rows[row].cells[column]

    def blank(self, row: int, column: int) -> bool:
        """Whether nothing stands in the cell."""
        line = self._rows.get(row)
        cell = None if line is None else line.cells.get(column)
        return cell is None or cell.formula is None and cell.value is None and not cell.rest

    def _put(self, row: int, column: int, cell: Cell) -> None:
        self._row(row).put(column, cell)
        self._altered.add((row, column))

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Row and column of every cell."""
        return ((number, column) for number, row in self._rows.items() for column in row.cells)

    def text(self, row: int, column: int) -> str:
        """What the cell says: its string, or its number as stored; "" when blank."""
        cell = self.at(row, column)
        if cell is None:
            return ""
        if cell.kind == "inlineStr":
            return unescape(cell.inline)
        value = cell.value or ""
        if cell.kind == "s":
            place = int(value) if value.isdecimal() else len(self.shared)
            return self.shared[place] if place < len(self.shared) else ""
        return unescape(value) if cell.kind == "str" else value

    def clear(self, row: int, column: int) -> None:
        """Leave the cell blank with its style."""
        cell = self.at(row, column)
        if cell is not None and not cell.blank:
            self._put(row, column, cell.emptied())
        self.touched.pop((row, column), None)
        self.written.discard((row, column))

    def clear_each(self, row: int, columns: tuple[int, ...]) -> None:
        """Leave the cells of a row blank with their styles."""
        line = self._rows.get(row)
        if line is not None and not line.blank_in(columns):
            for column in columns:
                self.clear(row, column)

    def clear_formulas(self, row: int) -> None:
        """Leave the computed cells of a row blank with their styles: of a row in which nothing will ever be written."""
        line = self._rows.get(row)
        if line is None or not line.formulas:
            return
        self._altered.update([(row, column) for column in line.formulas])
        if row in self._own:
            line.take(line.without_formulas())
        else:
            self._rows[row] = line.without_formulas()

    @property
    def fresh(self) -> bool:
        """Whether it is as its part has it."""
        return not self._altered and not self._own

    def bare(self, rows: frozenset[int]) -> "Sheet":
        """Another sheet of the same part, in which ``rows`` have no formulas, to be copied; this one where there are none."""
        return Sheet(self.root, self.shared, self.base.bare(rows), copied=True) if rows else self

    def restore(self, rows: Iterable[int], base: Rows) -> None:
        """Have ``rows``, in which nobody wrote, as ``base`` has them."""
        for number in rows:
            line = self._rows[number] = base[number]
            self._altered.update([(number, column) for column in line.formulas])

    def put_text(self, row: int, column: int, text: str) -> None:
        """Write ``text`` as text, whatever it begins with."""
        cell = self.at(row, column) or blank_cell(row, column)
        if texts.is_line(text):
            cell = cell.emptied("str")
            cell.value = escape(text)
        else:
            cell = cell.emptied("inlineStr")  # which saving the workbook puts with the shared strings
            cell.rest = texts.item(coded(escape(text)))
        self._put(row, column, cell)
        self.touched[row, column] = text
        self.written.add((row, column))

    def put_number(self, row: int, column: int, value: Decimal | float) -> None:
        """Write a number (int, Decimal, float) exactly."""
        cell = (self.at(row, column) or blank_cell(row, column)).emptied()
        cell.value = number_text(value)
        self._put(row, column, cell)
        self.written.add((row, column))

    def put_style(self, row: int, column: int, style: int) -> None:
        """Have the cell stand in the format ``style``."""
        cell = self.at(row, column)
        if cell is None or cell.attributes.get("s") != str(style):
            self._row(row).put(column, (cell or blank_cell(row, column)).styled(style))

    def style(self, row: int, column: int) -> int:
        """The format of the cell."""
        cell = self.at(row, column)
        return 0 if cell is None else cell.style

    # -- formulas
    def formula(self, row: int, column: int) -> str | None:
        """The formula of the cell; None where there is none."""
        cell = self.at(row, column)
        return None if cell is None else cell.formula

    def put_formula(self, row: int, column: int, formula: str) -> None:
        """Write another formula where there is one."""
        self._put(row, column, self._there(row, column).saying(formula))

    def put_result(self, row: int, column: int, value: str | Decimal | int, fit: bool = False) -> None:
        """Give the formula of the cell its value, for readers that do not compute; nothing without a formula.

        With ``fit`` the row is made as high as the value needs.
        """
        cell = self.at(row, column)
        if cell is None or cell.formula is None:
            return
        if isinstance(value, str):
            self.put_stored(row, column, escape(value), "str")
        else:
            self.put_stored(row, column, number_text(value))
        self.given.add((row, column))
        if fit and isinstance(value, str):
            self.touched[row, column] = value

    def put_stored(self, row: int, column: int, value: str | None, kind: str | None = None) -> None:
        """Give the formula of the cell the value that is stored so, of a ``kind`` of cell (a number's when None); none when None."""
        cell = self._there(row, column)
        if cell.value != value or cell.attributes.get("t") != kind:
            self._row(row).put(column, cell.having(value, kind))

    def computed(self, part: str = "") -> Iterator[tuple[int, int, Cell]]:
        """Row, column and cell of every formula in a cell in which ``part`` occurs."""
        for number, row in list(self._rows.items()) if not part else self._mentioning(part):
            for column in row.mentioning(part):
                yield number, column, row.cells[column]

    def change_formulas(self, part: str, change: Callable[[str], str], once: Hashable = None) -> None:
        """Have ``change`` write anew every formula in which ``part`` occurs: of cells, of conditions, of validations. ``once``: what
        ``change`` and ``part`` depend on, where other sheets of the same part are changed in the same way; asked once for all."""
        if once is None:
            for number, row in self._mentioning(part):
                for column in row.mentioning(part):
                    formula = row.cells[column].formula or ""
                    new = change(formula)
                    if new != formula:
                        self.put_formula(number, column, new)
        else:
            self._change_alike(part, change, self._known_changes(once))
        for item in self.root.iter(*FORMULAS):
            if item.text and part in item.text:
                item.text = change(item.text)

    def rewrite(self, row: int, columns: range, change: Callable[[str], str | None], once: Hashable) -> None:
        """Have ``change`` write anew the formulas in ``columns`` of a row, None for none; ``once``: what ``change`` depends on, asked once
        for all sheets that share the row."""
        line = self._rows.get(row)
        if line is None:
            return
        if row in self._own:
            found, changed = line.rewritten(columns, change)
            if changed:
                line.take(found)
        else:
            known, key = self.base.rewritten, (line, columns, once)
            if key not in known:
                if len(known) >= _MOST_REWRITTEN:
                    known.clear()
                known[key] = line.rewritten(columns, change)
            self._rows[row], changed = known[key]
        self._altered.update([(row, column) for column in changed])

    def _change_alike(self, part: str, change: Callable[[str], str], known: dict[Row, tuple[Row, tuple[int, ...]]]) -> None:
        """Have each row as ``known`` has it, by what it was; what is not known yet is asked and kept."""
        for number, row in list(self._rows.items()):
            if number in self._own:
                line, columns = row.saying(part, change)
                if columns:
                    row.take(line)
            else:
                found = known.get(row)
                if found is None:
                    found = known[row] = row.saying(part, change)
                self._rows[number], columns = found
            if columns:
                self._altered.update([(number, column) for column in columns])

    def _mentioning(self, part: str) -> list[tuple[int, Row]]:
        """Number and row of those in whose formulas ``part`` may occur."""
        rows, there = self._rows, self.base.mentioning(part)
        numbers = sorted(there.union([number for number, _ in self._altered]))
        return [(number, rows[number]) for number in numbers if number in rows]

    def _known_changes(self, once: Hashable) -> dict[Row, tuple[Row, tuple[int, ...]]]:
        kept = self.base.changed
        if once not in kept and len(kept) >= _MOST_CHANGES:
            kept.pop(next(iter(kept)))
        return kept.setdefault(once, {})
