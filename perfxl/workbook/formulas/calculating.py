"""The formulas of a workbook that is being patched, computed in the order in which they need one another."""

from collections.abc import Callable
from math import isfinite

from perfxl.model.languages import comma
from perfxl.workbook.formulas.compiling import compiled
from perfxl.workbook.formulas.pages import CopiedPage, Page
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.formulas.sources import Place, Values
from perfxl.workbook.formulas.values import Block, Error, Single, Value
from perfxl.workbook.patch.cell import Cell
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry
from perfxl.workbook.patch.package import Package
from perfxl.workbook.patch.stored_values import escape, number_text
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workbook.sheets.refs import parse_named

#: Cells that a formula may need one after the other, and cells of one block.
_DEEPEST, _LARGEST = 60, 200_000
#: Cells that the formulas of a workbook may look at in all: what is made to take long is left without values.
_MOST = 10_000_000


def compute(book: Workbook, language: str, anew: bool = False, own: bool = False) -> int:
    """Give every formula of ``book`` its value, as ``language`` writes numbers in texts; how many could not be computed. ``anew``: the
    values that it has belong to what stood there before, and none of them stays. ``own``: its formulas are those of a master, and may become Python (``writing``)."""
    calculator, left = Calculator(book, language, own), 0
    waiting = calculator.waiting(language)
    for entry in book.entries:
        sheet, page = book.sheet(entry), calculator.page(entry.name)
        for row, column in waiting[entry.name]:
            try:
                store(sheet, row, column, page.cell(row, column))
            except Unsupported:
                left += 1
                if anew:
                    sheet.put_stored(row, column, None)
    calculator.forget()
    return left


def computed(content: bytes | Package, language: str) -> bytes:
    """The workbook ``content`` with the values of its formulas, its parts related as all programs know it; nothing else is touched."""
    book = Workbook(content)
    compute(book, language)
    for entry in book.entries:
        book.package.parts[entry.part] = book.sheet(entry).xml()
    book.package.relate_anew()
    return book.package.save()


def store(sheet: Sheet, row: int, column: int, value: Single) -> None:
    """Give the formula of a cell its ``value``; ``Unsupported`` when no cell can hold it."""
    if isinstance(value, float) and not isfinite(value):
        raise Unsupported("no value of a cell")
    if isinstance(value, str):
        sheet.put_stored(row, column, escape(value), "str")
    elif isinstance(value, Error):
        sheet.put_stored(row, column, value.code, "e")
    else:
        sheet.put_stored(row, column, None if value is None else number_text(value), "b" if isinstance(value, bool) else None)


class Calculator:
    """Computes cells of ``book`` and keeps what it found; ``own``: whether its formulas are those of a master."""

    def __init__(self, book: Workbook, language: str, own: bool = False):
        self.book, self.comma, self.own = book, comma(language), own
        self._entries = {e.name.casefold(): e for e in book.entries}
        self._names = {(n.scope.name if n.scope else None, n.name.casefold()): n.text for n in book.names}
        self._pages: dict[str, Page] = {}
        self._found: dict[tuple[str, str], Callable[[Values], Value]] = {}
        self._open: set[tuple[str, int, int]] = set()
        self._looked_at = 0

    def waiting(self, language: str) -> dict[str, list[Place]]:
        """By sheet the cells whose formulas are to be computed: all, or those of a sheet like one that is known that what is written
        in it touches. The others have their values then."""
        from perfxl.workbook.formulas.likeness import likenesses  # which is made by a calculator itself

        known, cells = likenesses(self.book, language), {}
        for entry in self.book.entries:
            sheet, like = self.book.sheet(entry), known.get(entry.name)
            if like is None:
                cells[entry.name] = [(row, column) for row, column, _ in sheet.computed()]
                continue
            page = self._pages[entry.name.casefold()] = CopiedPage(self, entry.name, sheet, known=like.known, changed=like.changed)
            like.begin(sheet, page.touched)
            cells[entry.name] = sorted(place for place in page.touched | sheet.given if sheet.formula(*place) is not None)
        return cells

    def forget(self) -> None:
        """Let go of what was found: it leads back here, and would stay until somebody searches for cycles."""
        self._pages.clear()
        self._found.clear()

    # -- what formulas ask for
    def page(self, name: str) -> Page:
        """The values of the sheet called ``name``; ``Unsupported`` where there is none."""
        key = name.casefold()
        if key not in self._pages:
            if key not in self._entries:
                raise Unsupported(f"sheet {name}")
            self._pages[key] = self._opened(self._entries[key])
        return self._pages[key]

    def _opened(self, entry: Entry) -> Page:
        return Page(self, entry.name, self.book.sheet(entry))

    def guarded(self, page: Page, row: int, column: int) -> Single | Unsupported:
        """The value of a cell of ``page``, ``Unsupported`` where it has none."""
        key = (page.name, row, column)
        if key in self._open or len(self._open) > _DEEPEST:
            raise Unsupported("a circle")
        self._open.add(key)
        try:
            return page.computed(row, column)
        except Unsupported as problem:
            return problem
        except (ArithmeticError, ValueError, TypeError, IndexError, RecursionError) as problem:  # arguments too few, numbers too large
            return Unsupported(type(problem).__name__)
        finally:
            self._open.discard(key)

    def result(self, page: Page, cell: Cell, row: int) -> Single:
        """What the formula of ``cell``, which stands in ``row``, comes to on ``page``."""
        if not cell.formula or cell.options and cell.option("t") in ("shared", "array", "dataTable"):
            raise Unsupported("a shared formula")
        value = compiled(cell.formula, row)(self, page, row)
        if isinstance(value, Block):
            raise Unsupported("no value of a cell")
        return 0.0 if value is None else value  # a formula that leads to a blank cell shows 0

    def look_at(self, cells: int) -> None:
        """Count ``cells`` that a formula looks at; ``Unsupported`` when they are too many."""
        self._looked_at += cells
        if cells > _LARGEST or self._looked_at > _MOST:
            raise Unsupported("a large block")

    def definition(self, name: str, page: Values) -> str | None:
        """What the defined name ``name`` stands for in a cell of ``page``."""
        return self._names.get((page.name, name), self._names.get((None, name)))

    def named(self, name: str, page: Values) -> Value:
        """What the defined name ``name`` comes to, in a cell of ``page``."""
        key = page.name, name
        definition = self._found.get(key)
        if definition is None:
            definition = self._found[key] = self._finding(name, page)
        return definition(page)

    def _finding(self, name: str, page: Values) -> Callable[[Values], Value]:
        """How to find what ``name`` comes to, in cells of ``page``."""
        text = self.definition(name, page)
        if text is None:
            return lambda _page: Error("#NAME?")
        ref = parse_named(text)
        if ref is None:
            return lambda page: compiled(text.lstrip("="))(self, page)
        if (ref.top, ref.left) == (ref.bottom, ref.right):
            return lambda page: (self.page(ref.sheet) if ref.sheet is not None else page).cell(ref.top, ref.left)
        return lambda page: (self.page(ref.sheet) if ref.sheet is not None else page).block((ref.top, ref.left, ref.bottom, ref.right))
