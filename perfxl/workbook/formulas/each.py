"""What is done with every cell of blocks."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeGuard

from perfxl.workbook.formulas.sources import Computer, Formula, Values
from perfxl.workbook.formulas.values import VALUE, Block, Single, Value, differs

#: Values that are numbers as they stand.
PLAIN = frozenset((float, bool))
#: What is done with single values.
Doing = Callable[..., Single]


class Before(Values, Computer, Protocol):
    """What formulas found before: both who computed, and the page."""


class Each:
    """What is done with every cell of blocks, single values standing for each; ``worded``: whether it has to know how numbers are
    written; ``product``: whether it is that of numbers."""

    __slots__ = ("do", "parts", "worded", "product")

    def __init__(self, do: Doing, parts: tuple[Formula, ...], worded: bool = False, product: bool = False):
        self.do, self.parts, self.worded, self.product = do, parts, worded, product

    def __call__(self, of: Computer, page: Values, row: int = 0, /) -> Value:
        given = [part(of, page, row) for part in self.parts]
        return (_product(*given) if self.product else None) or each(self._doing(of), *given)

    def _doing(self, of: Computer) -> Doing:
        return partial(self.do, comma=of.comma) if self.worded else self.do

    def again(self, of: Computer, page: Values, before: "Before", known: Block, row: int = 0) -> Value:
        """The same, of which ``known`` is what it came to on the page ``before``: only what is another there is worked out. Raises
        ``LookupError`` where that page does not know."""
        given, then = [part(of, page, row) for part in self.parts], [part(before, before, row) for part in self.parts]
        if any(type(now) is Block and now.shape != known.shape for now in given):
            return each(self._doing(of), *given)
        others: set[int] = set()
        for now, old in zip(given, then, strict=True):
            if type(now) is type(old) is Block:
                others.update(now.differing(old))
            elif now is not old and differs(now, old):
                return each(self._doing(of), *given)
        values, do, changed = known.flat.copy(), self._doing(of), []
        for i in others:
            value, old = do(*[now.flat[i] if type(now) is Block else now for now in given]), values[i]
            if differs(value, old):
                values[i] = value
                changed.append(i)
        return Block(values, known.columns, like=known, others=changed) if changed else known


def _numeric(values: list[Single]) -> TypeGuard[list[float]]:
    """Whether all ``values`` are numbers as they stand."""
    return PLAIN.issuperset(map(type, values))


def _product(one: Value, other: Value) -> Block | None:
    """The product of two blocks of numbers and conditions, which most checks are made of; None where they are something else."""
    if isinstance(one, Block) and isinstance(other, Block) and one.shape == other.shape:
        left, right = one.flat, other.flat
        if _numeric(left) and _numeric(right):
            return Block([1.0 * a * b for a, b in zip(left, right, strict=True)], one.columns)
    return None


def each(do: Doing, *given: Value) -> Value:
    """``do`` on single values; on blocks for each place, single values standing for every place."""
    blocks = [v for v in given if isinstance(v, Block)]
    if not blocks:
        return do(*given)
    if len(given) == 1:
        blank = do(None)  # most cells of a form are blank
        return Block([blank if v is None else do(v) for v in blocks[0].flat], blocks[0].columns)
    if len(given) == 2 and len(blocks) == 1:
        one, other = given
        if isinstance(one, Block):
            blank = do(None, other)
            return Block([blank if v is None else do(v, other) for v in one.flat], one.columns)
        blank = do(one, None)
        return Block([blank if v is None else do(one, v) for v in blocks[0].flat], blocks[0].columns)
    if len(given) == len(blocks) and len({b.shape for b in blocks}) == 1:
        return Block(list(map(do, *[b.flat for b in blocks])), blocks[0].columns)
    rows, columns = max(b.shape[0] for b in blocks), max(b.shape[1] for b in blocks)
    if any(b.shape[0] not in (1, rows) or b.shape[1] not in (1, columns) for b in blocks):
        return VALUE
    lists = [v.spread(rows, columns) if isinstance(v, Block) else [v] * (rows * columns) for v in given]
    return Block(list(map(do, *lists)), columns)
