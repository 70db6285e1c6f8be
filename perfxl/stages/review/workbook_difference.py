"""A consolidated workbook, as somebody saved it, laid beside the same one as perfxl wrote it: which cells say something else."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from math import isclose

from perfxl.workbook import sheets
from perfxl.workbook.formulas.alike import Reference, sense
from perfxl.workbook.sheets.formats import day_of

#: Of a column, the texts by which it is known where columns were inserted: its heads come first.
_HEADS = 8


@dataclass(frozen=True)
class Beside:
    """``book``: the workbook as it was saved, by whatever program; ``ours``: as perfxl wrote it."""

    book: sheets.Book
    ours: sheets.Book
    _texts: dict[tuple[int, str, int], frozenset[str]] = field(default_factory=dict)

    def differing(self, ours: sheets.Sheet) -> Iterator[tuple[tuple[int, int], sheets.Cell]]:
        """(row, column) and cell of what stands in the saved sheet and not in ``ours``, the sheet of that name as it was written;
        cells that were emptied and values of formulas are left out."""
        sheet = self.book.sheet(ours.name)
        if sheet is None:
            return
        for place in sheet.cells:
            cell = sheet.cells[place]
            if (cell.kind != "blank" or cell.formula is not None) and not self.same(cell, ours.cells.get(place, sheets.BLANK), sheet, ours):
                yield place, cell

    def same(self, cell: sheets.Cell, known: sheets.Cell, sheet: sheets.Sheet, ours: sheets.Sheet) -> bool:
        """Whether ``cell`` of ``sheet`` says what ``known`` of ``ours`` does. A value in the place of a formula that came to it says no
        more: there are programs that keep values alone."""
        if cell.formula is not None:
            return known.formula is not None and self._same_formula(cell.formula, known.formula, sheet, ours)
        if known.formula is not None and known.kind == "blank":
            return False
        if isinstance(cell.value, Decimal) and isinstance(known.value, Decimal):
            return isclose(cell.value, known.value, rel_tol=1e-12)
        if cell.struck or known.struck:  # some programs save a text without what is struck through in it
            return _with_struck(cell) == _with_struck(known)
        return cell.value == known.value or _without_its_format(cell, known, self.book.from_1904)

    def _same_formula(self, formula: str, known: str, sheet: sheets.Sheet, ours: sheets.Sheet) -> bool:
        """Whether two formulas are one, though a program wrote it in its own way, and rows were inserted in what it looks at.
        Followers of a shared formula are blank: the first of them is told."""
        if not formula or not known or formula == known:
            return True
        saved, written = sense(formula), sense(known)
        if not saved.says_as(written) or len(saved.references) != len(written.references):
            return False
        return all(self._same_place(one, other, sheet, ours) for one, other in zip(saved.references, written.references, strict=True))

    def _same_place(self, one: Reference, other: Reference, sheet: sheets.Sheet, ours: sheets.Sheet) -> bool:
        """Whether ``one``, in the saved workbook, is what ``other`` is in the one that was written: where it stands the texts of its
        row and its column are the same."""
        here, there = _sheet(self.book, one.sheet, sheet), _sheet(self.ours, other.sheet, ours)
        if here is None or there is None or (here.name != there.name and self.book.sheet(there.name) is not None):
            return False
        if (one.first, one.last) == (other.first, other.last):
            return True
        return all(a is not None and b is not None and self._line(here, there, row=(a[0], b[0])) and self._column(here, there, column=(a[1], b[1]))
                   for a, b in ((one.first, other.first), (one.last, other.last)))

    def _line(self, here: sheets.Sheet, there: sheets.Sheet, row: tuple[int, int]) -> bool:
        return row[0] == row[1] or _row_texts(there, row[1]) <= _row_texts(here, row[0])

    def _column(self, here: sheets.Sheet, there: sheets.Sheet, column: tuple[int, int]) -> bool:
        return column[0] == column[1] or self._column_texts(there, column[1], _HEADS) <= self._column_texts(here, column[0])

    def _column_texts(self, sheet: sheets.Sheet, column: int, most: int | None = None) -> frozenset[str]:
        key = id(sheet), str(most), column
        if key not in self._texts:
            cells = (sheet.cells.get((row, column)) for row, columns in sheet.cells.rows.items() if column in columns)
            self._texts[key] = frozenset(islice((c.text for c in cells if c is not None and _is_text(c)), most))
        return self._texts[key]


def _sheet(book: sheets.Book, name: str, own: sheets.Sheet) -> sheets.Sheet | None:
    """The sheet that a reference names; its ``own`` when it names none."""
    return own if not name else next((s for s in book.sheets if s.name.casefold() == name), None)


def _row_texts(sheet: sheets.Sheet, row: int) -> frozenset[str]:
    """The texts typed in a row."""
    return frozenset(cell.text for column in sheet.cells.rows.get(row, ()) if _is_text(cell := sheet.cells[row, column]))


def _with_struck(cell: sheets.Cell) -> list[str]:
    return sorted(f"{'' if cell.value is None else cell.value} {cell.struck}".split())


def _is_text(cell: sheets.Cell) -> bool:
    return cell.kind == "text" and cell.formula is None


def _without_its_format(cell: sheets.Cell, known: sheets.Cell, from_1904: bool) -> bool:
    """Whether ``cell`` is ``known`` as programs write it that keep no formats: a day by its number, digits as a number."""
    if not isinstance(cell.value, Decimal):
        return False
    if known.kind == "date":
        day = day_of(cell.value, from_1904)
        return day is not None and day == (known.value.date() if isinstance(known.value, datetime.datetime) else known.value)
    return known.kind == "text" and known.text.strip().isdecimal() and cell.value == Decimal(known.text.strip())
