"""The values of one sheet, as its formulas ask for them.

Sheets of many forms are copies of one, in most rows of which nothing is ever written. What the formulas of that one come to is known
(``Known``), with all that each looked at; a copy takes it wherever the cells looked at are as they were, cell by cell and, within a
formula, for what it has in common with others. So a formula is computed again only when something that it saw is another.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from perfxl.workbook.formulas.each import Each
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.formulas.quickened import quickened
from perfxl.workbook.formulas.runtime import Otherwise, Wrong
from perfxl.workbook.formulas.sources import Formula, Place, Rectangle, Values
from perfxl.workbook.formulas.values import Block, Error, Single, Value, differs
from perfxl.workbook.patch.cell import Cell
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.row import Row
from perfxl.workbook.patch.rows import Rows
from perfxl.workbook.sheets.refs import parse_named

if TYPE_CHECKING:
    from perfxl.workbook.formulas.calculating import Calculator

class _Absent(Enum):
    """What stands for a value that nobody asked for yet."""

    ABSENT = 0


_ABSENT: Final = _Absent.ABSENT


class Page:
    """The values of ``sheet``, worked out when they are asked for: of cells, of blocks, of what formulas have in common."""

    def __init__(self, of: "Calculator", name: str, sheet: Sheet):
        self.of, self.name, self.sheet = of, name, sheet
        self.values: dict[Place, Single | Unsupported] = {}
        self.blocks: dict[Rectangle, Block] = {}
        self._remembered: dict[tuple[Formula, int], Value] = {}

    def cell(self, row: int, column: int) -> Single:
        """The value of a cell; ``Unsupported`` when it cannot be computed."""
        value = self.values.get((row, column), _ABSENT)
        if value is _ABSENT:
            value = self.values[row, column] = self.of.guarded(self, row, column)
        if isinstance(value, Unsupported):
            raise value
        return value

    def computed(self, row: int, column: int) -> Single:
        """The value of a cell that is not known yet."""
        cell = self.sheet.at(row, column)
        if cell is None:
            return None
        return typed(self.sheet, cell, row, column) if cell.formula is None else self._result(cell, row)

    def _result(self, cell: Cell, row: int) -> Single:
        """What the formula of ``cell`` comes to, by Python where it is one of a master and written so."""
        if self.of.own and cell.formula and not cell.options:
            formula = quickened(cell.formula, row)
            function = formula.python_function()
            if function is not None:
                try:
                    result: Single = function(self.of, self, row)
                except (Otherwise, Wrong):
                    formula.missed()
                else:
                    return 0.0 if result is None else result
        return self.of.result(self, cell, row)

    def block(self, rectangle: Rectangle) -> Block:
        """The values of a block of cells."""
        block = self.blocks.get(rectangle)
        if block is None:
            block = self.blocks[rectangle] = self._block(rectangle)
        return block

    def _block(self, rectangle: Rectangle) -> Block:
        top, left, bottom, right = rectangle
        self.of.look_at((bottom - top + 1) * (right - left + 1))
        blank, columns = self.sheet.blank, range(left, right + 1)  # most cells of a form are
        values = [None if blank(r, c) else self.cell(r, c) for r in range(top, bottom + 1) for c in columns]
        return Block(values, len(columns))

    def remember(self, made: Formula, row: int) -> Value:
        """What ``made``, a part of several formulas, comes to in ``row`` (0: in all rows the same): worked out once."""
        value = self._remembered.get((made, row), _ABSENT)
        if value is _ABSENT:
            value = self._remembered[made, row] = self._worked_out(made, row)
        return value

    def _worked_out(self, made: Formula, row: int) -> Value:
        return made(self.of, self, row)


def typed(sheet: Sheet, cell: Cell, row: int, column: int) -> Single:
    """What a cell without a formula holds."""
    kind, value = cell.kind, cell.value
    if kind in ("s", "str", "inlineStr"):
        return sheet.text(row, column)
    if value is None:
        return None
    return value in ("1", "true") if kind == "b" else Error(value) if kind == "e" else float(value)


@dataclass
class Known:
    """What a sheet comes to as long as nothing is written in it.

    ``base``: its rows, as the part has them; ``values`` of the cells that formulas looked at, and of the formulas; ``reads``: what each of these looked at, in that order;
    ``outside``: those that looked at other sheets, at names that are not the same for all, or could not be computed; ``readers``:
    the formulas that looked at a cell; ``blocks`` of cells; ``parts``: what formulas have in common, with what it looked at;
    ``rows``: those that have formulas, with their values.
    """

    base: Rows
    values: dict[Place, Single | Unsupported] = field(default_factory=dict)
    reads: dict[Place, tuple[Rectangle, ...]] = field(default_factory=dict)
    outside: set[Place] = field(default_factory=set)
    readers: dict[Place, list[Place]] = field(default_factory=dict)
    blocks: dict[Rectangle, Block] = field(default_factory=dict)
    parts: dict[tuple[Formula, int], tuple[Value, tuple[Rectangle, ...]]] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)

    def touched(self, changed: set[Place]) -> set[Place]:
        """The ``changed`` cells and all whose value may be another because of them."""
        touched, waiting = set[Place](), [*changed, *self.outside]
        while waiting:
            place = waiting.pop()
            if place not in touched:
                touched.add(place)
                waiting += self.readers.get(place, ())
        return touched


class _Before:
    """What formulas found on the sheet that is ``known``; ``LookupError`` for what they did not ask, or that is not the same for all."""

    def __init__(self, of: "Calculator", name: str, known: Known):
        self._of, self.name, self._known, self.comma = of, name, known, of.comma

    def cell(self, row: int, column: int) -> Single:
        """As ``Page`` has it."""
        value = self._known.values[row, column]
        if isinstance(value, Unsupported):
            raise LookupError(row, column)
        return value

    def block(self, rectangle: Rectangle) -> Block:
        """As ``Page`` has it."""
        return self._known.blocks[rectangle]

    def remember(self, made: Formula, row: int) -> Value:
        """As ``Page`` has it."""
        return self._known.parts[made, row][0]

    def named(self, name: str, page: Values) -> Value:
        """As ``Calculator`` has it, of constants."""
        text = self._of.definition(name, page)
        if text is None or parse_named(text) is not None:
            raise LookupError(name)
        return self._of.named(name, page)

    def page(self, name: str) -> Page:
        """As ``Calculator`` has it: another sheet may say anything."""
        raise LookupError(name)


class CopiedPage(Page):
    """The values of a copy of the sheet that is ``known``, of which the cells in ``changed`` say something else."""

    def __init__(self, of: "Calculator", name: str, sheet: Sheet, known: Known, changed: set[Place]):
        super().__init__(of, name, sheet)
        self.known, self.changed = known, changed
        self.touched = known.touched(self.changed)
        self.values = known.values.copy()
        self._in_column: dict[int, list[int]] = {}
        for row, column in self.touched:
            self.values.pop((row, column), None)
            self._in_column.setdefault(column, []).append(row)
        self._same: dict[Rectangle, bool] = {}
        self._before = _Before(of, name, known)

    def computed(self, row: int, column: int) -> Single:
        place = row, column
        reads = None if place in self.changed else self.known.reads.get(place)
        if reads is not None and self._as_known(reads) and not isinstance(known := self.known.values[place], Unsupported):
            return known
        return super().computed(row, column)

    def _block(self, rectangle: Rectangle) -> Block:
        known = self.known.blocks.get(rectangle)
        if known is None:
            return super()._block(rectangle)
        return known if self._is_same(rectangle) else self._where_touched(rectangle, known)

    def _where_touched(self, rectangle: Rectangle, known: Block) -> Block:
        """The block that is ``known``, with the cells that are touched as they are now."""
        top, left, bottom, right = rectangle
        self.of.look_at(len(known.flat))
        flat, others, width = known.flat.copy(), [], known.columns
        for column in range(left, right + 1):
            for row in self._in_column.get(column, ()):
                if top <= row <= bottom:
                    at = (row - top) * width + column - left
                    now, before = None if self.sheet.blank(row, column) else self.cell(row, column), flat[at]
                    if now is not before and differs(now, before):
                        flat[at] = now
                        others.append(at)
        return Block(flat, width, like=known, others=others)

    def _worked_out(self, made: Formula, row: int) -> Value:
        value, reads = self.known.parts.get((made, row), (None, None))
        if reads is None:
            return super()._worked_out(made, row)
        if self._as_known(reads):
            return value
        if type(made) is Each and type(value) is Block:
            try:
                return made.again(self.of, self, self._before, known=value, row=row)
            except LookupError:
                pass
        return super()._worked_out(made, row)

    def _as_known(self, reads: tuple[Rectangle, ...]) -> bool:
        """Whether all of them hold what they are known to hold; they are looked at in order, as whoever read them did."""
        same = self._same
        for rectangle in reads:
            is_same = same.get(rectangle)
            if not (self._is_same(rectangle) if is_same is None else is_same):
                return False
        return True

    def _is_same(self, rectangle: Rectangle) -> bool:
        top, left, bottom, right = rectangle
        known, is_same = self.known.values, True
        for column in range(left, right + 1):
            for row in self._in_column.get(column, ()):
                if top <= row <= bottom:
                    before, now = known.get((row, column)), self.cell(row, column)
                    if now is not before and differs(now, before):
                        is_same = False
                        break
            if not is_same:
                break
        self._same[rectangle] = is_same
        return is_same
