"""The formulas of a workbook that is being patched, computed in the order in which they need one another."""

from collections.abc import Callable
from decimal import Decimal
from math import isfinite

from perfxl.workbook.formulas.functions import SINGLE, WHOLE, WORDED
from perfxl.workbook.formulas.parsing import Node, Unsupported, parse
from perfxl.workbook.formulas.values import (
    DIVISION,
    VALUE,
    Block,
    Error,
    compare,
    number,
    text,
    truth,
)
from perfxl.workbook.patch.cells import Sheet, tag
from perfxl.workbook.patch.package import serialise
from perfxl.workbook.patch.workbook import Entry, Workbook
from perfxl.workbook.sheets.refs import parse_named

#: Cells that a formula may need one after the other, and cells of one block.
_DEEPEST, _LARGEST = 60, 200_000
#: Cells that the formulas of a workbook may look at in all: what is made to take long is left without values.
_MOST = 10_000_000
_COMPARED: dict[str, Callable[[int], bool]] = {
    "=": lambda o: o == 0, "<>": lambda o: o != 0, "<": lambda o: o < 0, ">": lambda o: o > 0, "<=": lambda o: o <= 0, ">=": lambda o: o >= 0}


def compute(book: Workbook, language: str) -> int:
    """Give every formula of ``book`` its value, as ``language`` writes numbers in texts; how many could not be computed."""
    found, left = Calculator(book, language), 0
    for entry in book.entries:
        sheet = book.sheet(entry)
        for row, column, _ in sheet.computed():
            try:
                _store(sheet, row, column, found.cell(entry, row, column))
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


def _store(sheet: Sheet, row: int, column: int, value) -> None:
    if isinstance(value, Block) or (isinstance(value, float) and not isfinite(value)):
        raise Unsupported("no value of a cell")
    shown = value.code if isinstance(value, Error) else Decimal(repr(value)) if isinstance(value, float) else value
    sheet.put_result(row, column, shown)
    if isinstance(value, (bool, Error)):
        sheet.cells[row, column].set("t", "b" if isinstance(value, bool) else "e")


class Calculator:
    """Computes cells of ``book`` and keeps what it found."""

    def __init__(self, book: Workbook, language: str):
        self.book, self.comma = book, language == "it"
        self._entries = {e.name.casefold(): e for e in book.entries}
        self._names = {(n.scope.name if n.scope else None, n.name.casefold()): n.text for n in book.names}
        self._known: dict[tuple[str, int, int], object] = {}
        self._open: set[tuple[str, int, int]] = set()
        self._looked_at = 0

    def cell(self, entry: Entry, row: int, column: int):
        """The value of a cell; ``Unsupported`` when it cannot be computed."""
        key = (entry.name, row, column)
        if key not in self._known:
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
        if cell is None:
            return None
        formula = cell.find(tag("f"))
        if formula is None:
            return _typed(sheet, cell, row, column)
        if not formula.text or formula.get("t") in ("shared", "array", "dataTable"):
            raise Unsupported("a shared formula")
        value = self.value(parse(formula.text), entry)
        return 0.0 if value is None else value  # a formula that leads to a blank cell shows 0

    # -- the tree
    def value(self, node: Node, entry: Entry):
        """What ``node`` comes to, in a cell of ``entry``."""
        if node.kind in ("number", "text", "bool"):
            return node.value
        if node.kind == "error":
            return Error(node.value)
        if node.kind == "blank":
            return None
        return getattr(self, f"_{node.kind}")(node, entry)

    def _sheet(self, name: str | None, entry: Entry) -> Entry:
        found = entry if name is None else self._entries.get(name.casefold())
        if found is None:
            raise Unsupported(f"sheet {name}")
        return found

    def _cell(self, node: Node, entry: Entry):
        name, row, column = node.value
        return self.cell(self._sheet(name, entry), row, column)

    def _range(self, node: Node, entry: Entry) -> Block:
        name, top, left, bottom, right = node.value
        return self._block(self._sheet(name, entry), top, left, bottom, right)

    def _block(self, entry: Entry, top: int, left: int, bottom: int, right: int) -> Block:
        size = (bottom - top + 1) * (right - left + 1)
        self._looked_at += size
        if size > _LARGEST or self._looked_at > _MOST:
            raise Unsupported("a large block")
        return Block(tuple(self.cell(entry, r, c) for c in range(left, right + 1)) for r in range(top, bottom + 1))

    def _name(self, node: Node, entry: Entry):
        told = self._names.get((entry.name, node.value.casefold()), self._names.get((None, node.value.casefold())))
        if told is None:
            return Error("#NAME?")
        ref = parse_named(told)
        if ref is None:
            return self.value(parse(told.lstrip("=")), entry)
        there = self._sheet(ref.sheet, entry)
        if (ref.top, ref.left) == (ref.bottom, ref.right):
            return self.cell(there, ref.top, ref.left)
        return self._block(there, ref.top, ref.left, ref.bottom, ref.right)

    def _unary(self, node: Node, entry: Entry):
        return _each(lambda v: v if isinstance(v := number(v), Error) else -v if node.value == "-" else v, self.value(node.parts[0], entry))

    def _percent(self, node: Node, entry: Entry):
        return _each(lambda v: v if isinstance(v := number(v), Error) else v / 100, self.value(node.parts[0], entry))

    def _binary(self, node: Node, entry: Entry):
        left, right = (self.value(part, entry) for part in node.parts)
        return _each(lambda a, b: self._combined(node.value, a, b), left, right)

    def _combined(self, sign: str, left, right):
        if sign in _COMPARED:
            order = compare(left, right)
            return order if isinstance(order, Error) else _COMPARED[sign](order)
        if sign == "&":
            words = [text(v, self.comma) for v in (left, right)]
            return next((w for w in words if isinstance(w, Error)), None) or "".join(words)
        one, other = number(left), number(right)
        for side in (one, other):
            if isinstance(side, Error):
                return side
        return _reckoned(sign, one, other)

    def _call(self, node: Node, entry: Entry):
        name, parts = node.value, node.parts
        if name in ("IF", "IFERROR", "AND", "OR", "NOT", "HYPERLINK"):
            return getattr(self, f"_{name.lower()}")(parts, entry)
        given = [self.value(part, entry) for part in parts]
        if name in WHOLE:
            return WHOLE[name](*given)
        if name in SINGLE:
            return _each(SINGLE[name], *given)
        if name in WORDED:
            return _each(lambda *values: WORDED[name](*values, comma=self.comma), *given)
        raise Unsupported(name)

    def _if(self, parts: tuple[Node, ...], entry: Entry):
        condition = self.value(parts[0], entry)
        if isinstance(condition, Block):
            raise Unsupported("a condition on a block")
        holds = truth(condition)
        if isinstance(holds, Error):
            return holds
        if holds:
            return self.value(parts[1], entry)
        return self.value(parts[2], entry) if len(parts) > 2 else False

    def _iferror(self, parts: tuple[Node, ...], entry: Entry):
        found = self.value(parts[0], entry)
        return self.value(parts[1], entry) if isinstance(found, Error) else found

    def _conditions(self, parts: tuple[Node, ...], entry: Entry) -> list[bool] | Error:
        found: list[bool] = []
        for part in parts:
            value = self.value(part, entry)
            several = [v for v in value.flat if not isinstance(v, str) and v is not None] if isinstance(value, Block) else [value]
            for one in several:
                holds = truth(one)
                if isinstance(holds, Error):
                    return holds
                found.append(holds)
        return found or VALUE

    def _and(self, parts: tuple[Node, ...], entry: Entry):
        found = self._conditions(parts, entry)
        return found if isinstance(found, Error) else all(found)

    def _or(self, parts: tuple[Node, ...], entry: Entry):
        found = self._conditions(parts, entry)
        return found if isinstance(found, Error) else any(found)

    def _not(self, parts: tuple[Node, ...], entry: Entry):
        return _each(lambda v: h if isinstance(h := truth(v), Error) else not h, self.value(parts[0], entry))

    def _hyperlink(self, parts: tuple[Node, ...], entry: Entry):
        return self.value(parts[-1], entry)


def _typed(sheet: Sheet, cell, row: int, column: int):
    """What a cell without a formula holds."""
    kind, value = cell.get("t", "n"), cell.findtext(tag("v"))
    if kind in ("s", "str", "inlineStr"):
        return sheet.text(row, column)
    if value is None:
        return None
    return value in ("1", "true") if kind == "b" else Error(value) if kind == "e" else float(value)


def _each(do: Callable, *given):
    """``do`` on single values; on blocks for each place, single values standing for every place."""
    blocks = [v for v in given if isinstance(v, Block)]
    if not blocks:
        return do(*given)
    rows, columns = max(b.shape[0] for b in blocks), max(b.shape[1] for b in blocks)
    if any(b.shape[0] not in (1, rows) or b.shape[1] not in (1, columns) for b in blocks):
        return VALUE

    def at(value, r: int, c: int):
        return value[r if value.shape[0] > 1 else 0][c if value.shape[1] > 1 else 0] if isinstance(value, Block) else value
    return Block(tuple(do(*(at(v, r, c) for v in given)) for c in range(columns)) for r in range(rows))


def _reckoned(sign: str, one: float, other: float):
    if sign == "/":
        return DIVISION if other == 0 else one / other
    if sign == "^":
        try:
            found = one ** other
        except (ZeroDivisionError, OverflowError):
            return Error("#NUM!")
        return found if isinstance(found, float) else Error("#NUM!")
    return one + other if sign == "+" else one - other if sign == "-" else one * other
