"""Which sheets of a workbook are like one whose formulas are computed already, and in which cells they say something else.

A copy that is being made knows the sheet that it comes from. A form that was issued before does not; but its sheets of objectives are
all of one make, and so are those of the next form. What such a sheet comes to is kept, and held against the others cell by cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from perfxl.workbook.formulas.pages import Known, typed
from perfxl.workbook.formulas.sources import Place
from perfxl.workbook.formulas.unwritten import constants, recorded, unwritten
from perfxl.workbook.formulas.values import differs
from perfxl.workbook.patch.cell import Cell
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry
from perfxl.workbook.patch.workbook import Workbook

#: What a make of sheets is known by: the numbers of its rows, the language, the constants of the workbook.
_Make = tuple[tuple[int, ...], str, frozenset[tuple[str, str]]]
#: Makes that are kept, and formulas that a sheet has at least for it to be worth the while.
_MOST, _MANY = 12, 200
_kept: dict[_Make, Known] = {}


@dataclass(frozen=True)
class Likeness:
    """What is ``known`` of a sheet like the one that is computed, and where that one was ``changed``; ``copied``: whether it is its copy."""

    known: Known
    changed: set[Place]
    copied: bool

    def begin(self, sheet: Sheet, touched: set[Place]) -> None:
        """Give the formulas of ``sheet`` that are not ``touched`` the values that are known."""
        if self.copied:
            sheet.begin_with(self.known.rows, but=touched)
            return
        for row, line in self.known.rows.items():
            for column in line.formulas:
                if (row, column) not in touched and sheet.formula(row, column) is not None:
                    sheet.put_stored(row, column, *line.cells[column].stored)


def likenesses(book: Workbook, language: str) -> dict[str, Likeness]:
    """By name the sheets of ``book`` of which something is known."""
    found, makes = dict[str, Likeness](), dict[_Make, list[Entry]]()
    names = frozenset(constants(book).items())
    for entry in book.entries:
        sheet = book.sheet(entry)
        make = tuple(sheet.base), language, names
        if sheet.copied:
            known = unwritten(book, entry, language, sheet)
            found[entry.name] = Likeness(known, sheet.changed(), copied=True)
            _keep(make, known)
        else:
            makes.setdefault(make, []).append(entry)
    for make, entries in makes.items():
        like = _kept.get(make) or _of_many(book, entries, make)
        if like is not None:
            found |= {entry.name: Likeness(like, _differences(book.sheet(entry), like), copied=False) for entry in entries}
    return found


def _of_many(book: Workbook, entries: list[Entry], make: _Make) -> Known | None:
    """What is known of the one of ``entries`` in which least is written; None of a sheet alone, and of sheets of few formulas."""
    if len(entries) < 2:
        return None
    least = min(entries, key=lambda entry: len(book.package.parts[entry.part]))
    if sum(len(row.formulas) for row in book.sheet(least).base.values()) < _MANY:
        return None
    return _keep(make, recorded(book, least, make[1], dict(make[2]), sheet=book.sheet(least)))


def _keep(make: _Make, known: Known) -> Known:
    if make not in _kept and len(_kept) >= _MOST:
        _kept.pop(next(iter(_kept)))
    _kept[make] = known
    return known


def _differences(sheet: Sheet, known: Known) -> set[Place]:
    """The cells of ``sheet`` that have another formula, and those that formulas look at that hold another value."""
    found = set()
    for number, line in sheet.lines():
        base = known.base.get(number)
        if line is base:
            continue
        cells, like = line.cells, _cells(known, number)
        for column in line.formulas:
            other = like.get(column)
            if other is None or other.formula != cells[column].formula:
                found.add((number, column))
    for place in known.readers:
        cell = sheet.at(*place)
        if cell is None:
            now = None
        elif cell.formula is None:
            now = typed(sheet, cell, *place)
        else:
            continue
        before = known.values.get(place)
        if now is not before and differs(now, before):
            found.add(place)
    return found


def _cells(known: Known, number: int) -> Mapping[int, Cell]:
    line = known.base.get(number)
    return {} if line is None else line.cells
