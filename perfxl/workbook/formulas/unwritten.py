"""What the formulas of a sheet come to before anything is written in it, and which of them that touches.

Sheets of many forms are copies of one, and most of their rows stay blank. They are computed once, with note taken of every cell
that each formula looked at; of a copy only those are computed again that looked, directly or through others, at a cell that is not
as it was. A formula that looks at another sheet, or at a name that is not the same for all, is always computed.
"""

from dataclasses import dataclass, field

from perfxl.model.identity import CONSTANT
from perfxl.workbook.formulas.calculating import Calculator, store
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.rows import Row
from perfxl.workbook.patch.workbook import Entry, Workbook
from perfxl.workbook.sheets.refs import parse_named

Place = tuple[int, int]
#: Ways in which the constants of a master were set that are kept: one round has one.
_MOST = 4


@dataclass
class Unwritten:
    """``values`` of formulas by row and column; ``readers``: the formulas that looked at a cell; ``outside``: those that are always
    computed; ``rows``: the rows that have formulas, with their values."""

    values: dict[Place, object] = field(default_factory=dict)
    readers: dict[Place, list[Place]] = field(default_factory=dict)
    outside: set[Place] = field(default_factory=set)
    rows: dict[int, Row] = field(default_factory=dict)

    def touched(self, changed: set[Place]) -> set[Place]:
        """The formulas to compute where ``changed`` cells are not as they were."""
        found, waiting = set(), [*changed, *self.outside]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += self.readers.get(place, ())
        return found


def unwritten(book: Workbook, entry: Entry, language: str) -> Unwritten:
    """The same of the sheet that ``entry`` is a copy of, with the constants of ``book``."""
    sheet, constants = book.sheet(entry), _constants(book)
    kept, key = sheet.base.computed, (language, frozenset(constants.items()))
    if key not in kept:
        if len(kept) >= _MOST:
            kept.pop(next(iter(kept)))
        kept[key] = _Recording(book, language, entry, constants.keys()).run()
    return kept[key]


def _constants(book: Workbook) -> dict[str, str]:
    """The names that stand for a value, the same in all forms of a round."""
    return {n.name.casefold(): n.text for n in book.names if n.scope is None and n.name != CONSTANT and "!" not in n.text}


class _Recording(Calculator):
    """Computes a sheet as it was before anything was written in it, and keeps what each formula looked at."""

    def __init__(self, book: Workbook, language: str, entry: Entry, constants):
        super().__init__(book, language)
        self._of, self._constants = entry, constants
        self._sheet = Sheet(book.sheet(entry).root, book.shared, book.sheet(entry).base)
        self._looked: list[set[Place | None]] = [set()]
        self._reads: dict[Place, set[Place | None]] = {}

    def run(self) -> Unwritten:
        """What was found."""
        found = Unwritten()
        for row, column, _ in self._sheet.computed():
            place = row, column
            try:
                found.values[place] = value = self.cell(self._of, row, column)
                store(self._sheet, row, column, value)
            except Unsupported:
                found.outside.add(place)
        for place, reads in self._reads.items():
            if None in reads:
                found.outside.add(place)
            for read in reads - {None}:
                found.readers.setdefault(read, []).append(place)
        for place in found.outside:
            found.values.pop(place, None)
        found.rows = {row: self._sheet.line(row) for row, _ in found.values}
        return found

    @property
    def remembered(self) -> dict[tuple, object]:
        """Nothing: whoever asks looks at the cells himself."""
        return {}

    @remembered.setter
    def remembered(self, _) -> None:
        pass

    def sheet_of(self, entry: Entry) -> Sheet:
        """As it was."""
        return self._sheet if entry is self._of else super().sheet_of(entry)

    def cell(self, entry: Entry, row: int, column: int):
        self._looked[-1].add((row, column) if entry is self._of else None)
        return super().cell(entry, row, column)

    def block(self, entry: Entry, top: int, left: int, bottom: int, right: int):
        own = entry is self._of
        self._looked[-1].update([(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)] if own else [None])
        return super().block(entry, top, left=left, bottom=bottom, right=right)

    def named(self, name: str, entry: Entry):
        text = self.told(name, entry)
        if text is None or name not in self._constants and parse_named(text) is None:
            self._looked[-1].add(None)
        return super().named(name, entry)

    def _computed(self, entry: Entry, row: int, column: int):
        self._looked.append(set())
        try:
            return super()._computed(entry, row, column)
        finally:
            reads = self._looked.pop()
            if entry is self._of and self._sheet.formula(row, column) is not None:
                self._reads[row, column] = reads
