"""The formulas of a workbook that is being patched, computed in the order in which they need one another."""

from decimal import Decimal
from math import isfinite

from perfxl.workbook.formulas.compiling import compiled
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.formulas.values import Block, Error
from perfxl.workbook.patch.cells import Sheet, tag
from perfxl.workbook.patch.package import serialise
from perfxl.workbook.patch.workbook import Entry, Workbook
from perfxl.workbook.sheets.refs import parse_named

#: Cells that a formula may need one after the other, and cells of one block.
_DEEPEST, _LARGEST = 60, 200_000
#: Cells that the formulas of a workbook may look at in all: what is made to take long is left without values.
_MOST = 10_000_000
_FORMULA, _VALUE = tag("f"), tag("v")


def compute(book: Workbook, language: str) -> int:
    """Give every formula of ``book`` its value, as ``language`` writes numbers in texts; how many could not be computed."""
    found, left = Calculator(book, language), 0
    for entry in book.entries:
        sheet = book.sheet(entry)
        for row, column, formula in sheet.computed():
            try:
                _store(sheet, formula, found.cell(entry, row, column))
            except Unsupported:
                left += 1
    return left


def computed(content: bytes, language: str) -> bytes:
    """The workbook ``content`` with the values of its formulas; nothing else of it is touched."""
    book = Workbook(content)
    compute(book, language)
    for entry in book.entries:
        book.package.parts[entry.part] = serialise(book.sheet(entry).root)
    return book.package.save()


def _store(sheet: Sheet, formula, value) -> None:
    if isinstance(value, Block) or (isinstance(value, float) and not isfinite(value)):
        raise Unsupported("no value of a cell")
    shown = value.code if isinstance(value, Error) else Decimal(repr(value)) if isinstance(value, float) else value
    sheet.put_value(formula, shown)
    if isinstance(value, (bool, Error)):
        formula.getparent().set("t", "b" if isinstance(value, bool) else "e")


class Calculator:
    """Computes cells of ``book`` and keeps what it found."""

    def __init__(self, book: Workbook, language: str):
        self.book, self.comma = book, language == "it"
        self._entries = {e.name.casefold(): e for e in book.entries}
        self._names = {(n.scope.name if n.scope else None, n.name.casefold()): n.text for n in book.names}
        self._known: dict[tuple[str, int, int], object] = {}
        self._open: set[tuple[str, int, int]] = set()
        self._blocks: dict[tuple, Block] = {}
        self._looked_at = 0

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
        sheet = self.book.sheet(entry)
        cell = sheet.cells.get((row, column))
        if cell is None or not len(cell):
            return None
        formula = cell.find(_FORMULA)
        if formula is None:
            return _typed(sheet, cell, row, column)
        if not formula.text or formula.get("t") in ("shared", "array", "dataTable"):
            raise Unsupported("a shared formula")
        value = compiled(formula.text)(self, entry)
        return 0.0 if value is None else value  # a formula that leads to a blank cell shows 0

    # -- what formulas ask for
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
            self._blocks[key] = Block(tuple(self.cell(entry, r, c) for c in range(left, right + 1)) for r in range(top, bottom + 1))
        return self._blocks[key]

    def named(self, name: str, entry: Entry):
        """What the defined name ``name`` comes to, in a cell of ``entry``."""
        told = self._names.get((entry.name, name), self._names.get((None, name)))
        if told is None:
            return Error("#NAME?")
        ref = parse_named(told)
        if ref is None:
            return compiled(told.lstrip("="))(self, entry)
        there = self.sheet(ref.sheet, entry)
        if (ref.top, ref.left) == (ref.bottom, ref.right):
            return self.cell(there, ref.top, ref.left)
        return self.block(there, ref.top, left=ref.left, bottom=ref.bottom, right=ref.right)


def _typed(sheet: Sheet, cell, row: int, column: int):
    """What a cell without a formula holds."""
    kind, value = cell.get("t", "n"), cell.findtext(_VALUE)
    if kind in ("s", "str", "inlineStr"):
        return sheet.text(row, column)
    if value is None:
        return None
    return value in ("1", "true") if kind == "b" else Error(value) if kind == "e" else float(value)
