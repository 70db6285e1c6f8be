"""What the formulas of a sheet come to before anything is written in it, and what each of them looks at.

Sheets of many forms are copies of one, and most of their rows stay blank. They are computed once, with note taken of every cell
that each formula, and each part that formulas have in common, looked at (``pages.Known``). A formula that looks at another sheet, or
at a name that is not the same for all, is always computed.
"""

from collections.abc import Collection, Mapping

from perfxl.model.identity import CONSTANT
from perfxl.workbook.formulas.calculating import Calculator, store
from perfxl.workbook.formulas.pages import Known, Page
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.formulas.sources import Formula, Place, Rectangle, Values
from perfxl.workbook.formulas.values import Block, Single, Value
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry
from perfxl.workbook.patch.workbook import Workbook

#: Ways in which the constants of a master were set that are kept: one round has one.
_MOST = 4


def begin_computed(book: Workbook, entry: Entry, language: str, sheet: Sheet) -> None:
    """Give the formulas of ``sheet``, which is ``entry`` or made of it, the values that they have before anything is written in it: its
    copies begin with them."""
    sheet.begin_with(unwritten(book, entry, language, sheet).rows)


def unwritten(book: Workbook, entry: Entry, language: str, sheet: Sheet) -> Known:
    """What is known of what ``sheet`` is a copy of, with the constants of ``book``, whose ``entry`` it stands for."""
    names = constants(book)
    kept, key = sheet.base.computed, (language, frozenset(names.items()))
    if key not in kept:
        if len(kept) >= _MOST:
            kept.pop(next(iter(kept)))
        kept[key] = recorded(book, entry, language, names, sheet=sheet)
    return kept[key]


def recorded(book: Workbook, entry: Entry, language: str, names: Mapping[str, str], *, sheet: Sheet) -> Known:
    """What is known of ``sheet``, which stands for ``entry``, as its part has it; ``names``: the ``constants`` of the workbook."""
    return _Recording(book, language, entry, names.keys(), sheet=sheet).run()


def constants(book: Workbook) -> dict[str, str]:
    """The names that stand for a value, the same in all forms of a round."""
    return {n.name.casefold(): n.text for n in book.names if "!" not in n.text and n.scope is None and n.name != CONSTANT}


class _Recording(Calculator):
    """Computes a sheet as it was before anything was written in it, and keeps what each formula looked at."""

    def __init__(self, book: Workbook, language: str, entry: Entry, constants: Collection[str], *, sheet: Sheet):
        super().__init__(book, language)
        self._constants = constants
        self._sheet = Sheet(sheet.root, book.shared, sheet.base)
        self._page = self._pages[entry.name.casefold()] = _RecordedPage(self, entry.name, self._sheet)

    def run(self) -> Known:
        """What was found."""
        page, values = self._page, {}
        found = Known(base=self._sheet.base, values=page.values, blocks=page.blocks, parts=page.parts)
        for row, column, _ in self._sheet.computed():
            place = row, column
            try:
                values[place] = value = page.cell(row, column)
                store(self._sheet, row, column, value)
            except Unsupported:
                found.outside.add(place)
        for place, reads in page.reads.items():
            if None in reads:
                found.outside.add(place)
            found.reads[place] = tuple(read for read in reads if read is not None)
            for read in {cell for rectangle in found.reads[place] for cell in _cells(rectangle)}:
                found.readers.setdefault(read, []).append(place)
        for row, column in found.outside:
            found.reads.pop((row, column), None)
            self._sheet.put_stored(row, column, *self._sheet.base[row].cells[column].stored)
        found.rows = {row: self._sheet.line(row).settled() for row in dict.fromkeys(row for row, _ in found.reads)}
        return found

    def named(self, name: str, page: Values) -> Value:
        if name not in self._constants:
            self._page.note(None)
        return super().named(name, page)

    def page(self, name: str) -> Page:
        self._page.note(None)  # whichever it is here: a copy may have another name
        return super().page(name)


def _cells(rectangle: Rectangle) -> list[Place]:
    top, left, bottom, right = rectangle
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


class _RecordedPage(Page):
    """The values of the sheet, with what was looked at for each: ``None`` for what is not on it."""

    def __init__(self, of: Calculator, name: str, sheet: Sheet):
        super().__init__(of, name, sheet)
        self.reads: dict[Place, dict[Rectangle | None, None]] = {}
        self.parts: dict[tuple[Formula, int], tuple[Value, tuple[Rectangle, ...]]] = {}
        self._looked: list[dict[Rectangle | None, None]] = [{}]

    def note(self, rectangle: Rectangle | None) -> None:
        """Keep that ``rectangle`` is looked at."""
        self._looked[-1][rectangle] = None

    def cell(self, row: int, column: int) -> Single:
        self.note((row, column, row, column))
        return super().cell(row, column)

    def computed(self, row: int, column: int) -> Single:
        self._looked.append({})
        try:
            return super().computed(row, column)
        finally:
            reads = self._looked.pop()
            if self.sheet.formula(row, column) is not None:
                self.reads[row, column] = reads

    def block(self, rectangle: Rectangle) -> Block:
        self.note(rectangle)
        self._looked.append({})  # its cells one by one say no more
        try:
            return super().block(rectangle)
        finally:
            self._looked.pop()

    def remember(self, made: Formula, row: int) -> Value:
        key = made, row
        if key not in self.parts:
            self._looked.append({})
            try:
                value = made(self.of, self, row)
            finally:
                reads = self._looked.pop()
                self._looked[-1] |= reads
            here = tuple(read for read in reads if read is not None)
            if len(here) < len(reads):
                return value
            self.parts[key] = value, here
        value, known = self.parts[key]
        self._looked[-1] |= dict.fromkeys(known)
        return value
