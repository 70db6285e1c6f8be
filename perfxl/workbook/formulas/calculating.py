"""The formulas of a workbook that is being patched, computed in the order in which they need one another."""

from math import isfinite

from perfxl.model.languages import comma
from perfxl.workbook.formulas.compiling import compiled
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.formulas.values import Block, Error
from perfxl.workbook.patch.cells import Sheet, escape, number_text
from perfxl.workbook.patch.rows import Cell
from perfxl.workbook.patch.workbook import Entry, Workbook
from perfxl.workbook.sheets.refs import parse_named

#: Cells that a formula may need one after the other, and cells of one block.
_DEEPEST, _LARGEST = 60, 200_000
#: Cells that the formulas of a workbook may look at in all: what is made to take long is left without values.
_MOST = 10_000_000


def compute(book: Workbook, language: str) -> int:
    """Give every formula of ``book`` its value, as ``language`` writes numbers in texts; how many could not be computed."""
    found, left = Calculator(book, language), 0
    waiting = {entry.name: found.take(entry, language) for entry in book.entries}
    for entry in book.entries:
        sheet = book.sheet(entry)
        for row, column in waiting[entry.name]:
            try:
                store(sheet, row, column, found.cell(entry, row, column))
            except Unsupported:
                left += 1
    return left


def computed(content: bytes, language: str) -> bytes:
    """The workbook ``content`` with the values of its formulas, its parts related as all programs know it; nothing else is touched."""
    book = Workbook(content)
    compute(book, language)
    for entry in book.entries:
        book.package.parts[entry.part] = book.sheet(entry).xml()
    book.package.relate_anew()
    return book.package.save()


def store(sheet: Sheet, row: int, column: int, value) -> None:
    """Give the formula of a cell its ``value``; ``Unsupported`` when no cell can hold it."""
    if isinstance(value, Block) or (isinstance(value, float) and not isfinite(value)):
        raise Unsupported("no value of a cell")
    if isinstance(value, str):
        sheet.put_stored(row, column, escape(value), "str")
    elif isinstance(value, Error):
        sheet.put_stored(row, column, value.code, "e")
    else:
        sheet.put_stored(row, column, number_text(value), "b" if isinstance(value, bool) else None)


class Calculator:
    """Computes cells of ``book`` and keeps what it found."""

    def __init__(self, book: Workbook, language: str):
        self.book, self.comma = book, comma(language)
        self._entries = {e.name.casefold(): e for e in book.entries}
        self._names = {(n.scope.name if n.scope else None, n.name.casefold()): n.text for n in book.names}
        self._known: dict[tuple[str, int, int], object] = {}
        self._open: set[tuple[str, int, int]] = set()
        self._blocks: dict[tuple, Block] = {}
        self._looked_at = 0
        self.remembered: dict[tuple, object] = {}

    def take(self, entry: Entry, language: str) -> list[tuple[int, int]]:
        """The cells of ``entry`` whose formulas are to be computed: all, or those of a copy that what is written in it touches. The
        others have their values then."""
        from perfxl.workbook.formulas.unwritten import unwritten  # which is a calculator itself

        sheet = self.book.sheet(entry)
        if not sheet.copied:
            return [(row, column) for row, column, _ in sheet.computed()]
        blank = unwritten(self.book, entry, language)
        touched = blank.touched(sheet.changed())
        self._known |= {(entry.name, *place): value for place, value in blank.values.items() if place not in touched}
        return sheet.settle(blank.rows, touched)

    def cell(self, entry: Entry, row: int, column: int):
        """The value of a cell; ``Unsupported`` when it cannot be computed."""
        key = (entry.name, row, column)
        found = self._known.get(key, self)  # None is a value
        if found is self:
            if key in self._open or len(self._open) > _DEEPEST:
                raise Unsupported("a circle")
            self._open.add(key)
            try:
                self._known[key] = self._computed(entry, row, column)
            except Unsupported as problem:
                self._known[key] = problem
            except (ArithmeticError, ValueError, TypeError, IndexError, RecursionError) as problem:  # arguments too few, numbers too large
                self._known[key] = Unsupported(type(problem).__name__)
            finally:
                self._open.discard(key)
            found = self._known[key]
        if isinstance(found, Unsupported):
            raise found
        return found

    def _computed(self, entry: Entry, row: int, column: int):
        sheet = self.sheet_of(entry)
        cell = sheet.at(row, column)
        if cell is None:
            return None
        if cell.formula is None:
            return _typed(sheet, cell, row, column)
        if not cell.formula or cell.option("t") in ("shared", "array", "dataTable"):
            raise Unsupported("a shared formula")
        value = compiled(cell.formula)(self, entry)
        return 0.0 if value is None else value  # a formula that leads to a blank cell shows 0

    # -- what formulas ask for
    def sheet_of(self, entry: Entry) -> Sheet:
        """The cells of ``entry``."""
        return self.book.sheet(entry)

    def told(self, name: str, entry: Entry) -> str | None:
        """What the defined name ``name`` stands for in a cell of ``entry``."""
        return self._names.get((entry.name, name), self._names.get((None, name)))

    def sheet(self, name: str | None, entry: Entry) -> Entry:
        """The sheet called ``name``, ``entry`` where none is named."""
        found = entry if name is None else self._entries.get(name.casefold())
        if found is None:
            raise Unsupported(f"sheet {name}")
        return found

    def block(self, entry: Entry, top: int, left: int, bottom: int, right: int) -> Block:
        """The values of a block of cells."""
        size = (bottom - top + 1) * (right - left + 1)
        self._looked_at += size
        if size > _LARGEST or self._looked_at > _MOST:
            raise Unsupported("a large block")
        key = (entry.name, top, left, bottom, right)
        if key not in self._blocks:
            blank, columns = self.sheet_of(entry).blank, range(left, right + 1)  # most cells of a form are
            values = [None if blank(r, c) else self.cell(entry, r, c) for r in range(top, bottom + 1) for c in columns]
            self._blocks[key] = Block(values, len(columns))
        return self._blocks[key]

    def named(self, name: str, entry: Entry):
        """What the defined name ``name`` comes to, in a cell of ``entry``."""
        text = self.told(name, entry)
        if text is None:
            return Error("#NAME?")
        ref = parse_named(text)
        if ref is None:
            return compiled(text.lstrip("="))(self, entry)
        there = self.sheet(ref.sheet, entry)
        if (ref.top, ref.left) == (ref.bottom, ref.right):
            return self.cell(there, ref.top, ref.left)
        return self.block(there, ref.top, left=ref.left, bottom=ref.bottom, right=ref.right)


def _typed(sheet: Sheet, cell: Cell, row: int, column: int):
    """What a cell without a formula holds."""
    kind, value = cell.kind, cell.value
    if kind in ("s", "str", "inlineStr"):
        return sheet.text(row, column)
    if value is None:
        return None
    return value in ("1", "true") if kind == "b" else Error(value) if kind == "e" else float(value)
