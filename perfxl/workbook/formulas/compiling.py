"""A formula made into a function, once: forms have thousands of cells and a few hundred formulas.

The function takes who computes (it is asked for names and other sheets) and the page of values that the formula stands on (it is asked
for cells and blocks). What cannot be computed says so when it is reached, not before: a branch that is not taken may hold anything.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from perfxl.workbook.formulas.calculating import Calculator
    from perfxl.workbook.formulas.pages import Page

Formula = Callable[["Calculator", "Page"], Any]


@lru_cache(4096)
def compiled(formula: str) -> Formula:
    """What computes ``formula`` (without its equals sign); ``Unsupported`` when it cannot be read."""
    return _made(parse(formula))


@lru_cache(1 << 16)
def _made(node: Node) -> Formula:
    made = _MADE[node.kind](node)
    return (lambda _of, page: page.remember(made)) if _shared(node) else made


def _shared(node: Node) -> bool:
    """Whether a formula has it in common with others: what is asked of whole columns. Their sums are not: each is of one formula."""
    if node.kind == "call":
        return node.ranged and node.value not in _LAZY
    return node.kind == "binary" and _several(node)


@lru_cache(1 << 16)
def _several(node: Node) -> bool:
    """Whether it comes to several values: a range, and what is done with each of its cells."""
    return node.kind == "range" or (node.kind != "call" or node.value in SINGLE or node.value in WORDED) and any(map(_several, node.parts))


def _constant(node: Node) -> Formula:
    value = Error(node.value) if node.kind == "error" else None if node.kind == "blank" else node.value
    return lambda _of, _page: value


def _cell(node: Node) -> Formula:
    name, row, column = node.value
    if name is None:
        return lambda _of, page: page.cell(row, column)
    return lambda of, _page: of.page(name).cell(row, column)


def _range(node: Node) -> Formula:
    name, *place = node.value
    rectangle = tuple(place)
    if name is None:
        return lambda _of, page: page.block(rectangle)
    return lambda of, _page: of.page(name).block(rectangle)


def _name(node: Node) -> Formula:
    name = node.value.casefold()
    return lambda of, page: of.named(name, page)


def _unary(node: Node) -> Formula:
    inner, minus = _made(node.parts[0]), node.value == "-"

    def signed(value):
        found = number(value)
        return found if isinstance(found, Error) else -found if minus else found
    return lambda of, page: _each(signed, inner(of, page))


def _percent(node: Node) -> Formula:
    inner = _made(node.parts[0])
    return lambda of, page: _each(lambda value: found if isinstance(found := number(value), Error) else found / 100, inner(of, page))


def _binary(node: Node) -> Formula:
    left, right = map(_made, node.parts)
    if node.value == "&":
        if _several(node):
            return Each(_joined, (left, right), worded=True)
        return lambda of, page: _each(partial(_joined, comma=of.comma), left(of, page), right(of, page))
    do = _SIGNS[node.value]
    if _several(node):
        return Each(do, (left, right))

    def combined(of, page):
        one, other = left(of, page), right(of, page)
        return _each(do, one, other) if type(one) is Block or type(other) is Block else do(one, other)
    return combined


class Each:
    """What is done with every cell of blocks, single values standing for each; ``worded``: whether it has to know how numbers are
    written."""

    __slots__ = ("do", "parts", "worded")

    def __init__(self, do: Callable, parts: tuple[Formula, ...], worded: bool = False):
        self.do, self.parts, self.worded = do, parts, worded

    def __call__(self, of, page):
        given = [part(of, page) for part in self.parts]
        return (_product(*given) if self.do is _TIMES else None) or _each(self._doing(of), *given)

    def _doing(self, of) -> Callable:
        return partial(self.do, comma=of.comma) if self.worded else self.do

    def again(self, of, page, before, known: Block) -> Block:
        """The same, of which ``known`` is what it came to on the page ``before``: only what is another there is worked out. Raises
        ``LookupError`` where that page does not know."""
        given, then = [part(of, page) for part in self.parts], [part(before, before) for part in self.parts]
        if any(type(now) is Block and now.shape != known.shape for now in given):
            return _each(self._doing(of), *given)
        others: set[int] = set()
        for now, old in zip(given, then, strict=True):
            if type(now) is type(old) is Block:
                others.update([i for i, (a, b) in enumerate(zip(now.flat, old.flat, strict=True)) if a is not b])
            elif now is not old and (type(now) is not type(old) or now != old):
                return _each(self._doing(of), *given)
        found, do = known.flat.copy(), self._doing(of)
        for i in others:
            value, old = do(*[now.flat[i] if type(now) is Block else now for now in given]), found[i]
            if type(value) is not type(old) or value != old:
                found[i] = value
        return Block(found, known.columns)


def _product(one, other) -> Block | None:
    """The product of two blocks of numbers and conditions, which most checks are made of; None where they are something else."""
    if type(one) is type(other) is Block and one.shape == other.shape and _PLAIN.issuperset(map(type, one.flat)) and _PLAIN.issuperset(map(type, other.flat)):
        return Block([1.0 * a * b for a, b in zip(one.flat, other.flat, strict=True)], one.columns)
    return None


def _joined(left, right, comma: bool):
    words = [text(left, comma), text(right, comma)]
    return next((w for w in words if isinstance(w, Error)), None) or "".join(words)


def _comparing(holds: Callable[[int], bool]) -> Callable:
    def compared(left, right):
        order = compare(left, right)
        return order if isinstance(order, Error) else holds(order)
    return compared


def _reckoning(do: Callable[[float, float], Any]) -> Callable:
    def reckoned(left, right):
        if type(left) in _PLAIN and type(right) in _PLAIN:
            return do(float(left), float(right))
        one, other = number(left), number(right)
        return one if isinstance(one, Error) else other if isinstance(other, Error) else do(one, other)
    return reckoned


#: Values that are numbers as they stand.
_PLAIN = frozenset((float, bool))


def _power(one: float, other: float):
    try:
        found = one ** other
    except (ZeroDivisionError, OverflowError):
        return Error("#NUM!")
    return found if isinstance(found, float) else Error("#NUM!")


_SIGNS: dict[str, Callable] = {
    "=": _comparing(lambda o: o == 0), "<>": _comparing(lambda o: o != 0), "<": _comparing(lambda o: o < 0),
    ">": _comparing(lambda o: o > 0), "<=": _comparing(lambda o: o <= 0), ">=": _comparing(lambda o: o >= 0),
    "+": _reckoning(lambda a, b: a + b), "-": _reckoning(lambda a, b: a - b), "*": _reckoning(lambda a, b: a * b),
    "/": _reckoning(lambda a, b: DIVISION if b == 0 else a / b), "^": _reckoning(_power)}
_TIMES = _SIGNS["*"]


# --- functions ---------------------------------------------------------------------------------------------------------


def _call(node: Node) -> Formula:
    name, parts = node.value, tuple(map(_made, node.parts))
    if name in _LAZY:
        return _LAZY[name](parts)
    if name in WHOLE:
        whole = WHOLE[name]
        return lambda of, page: whole(*[part(of, page) for part in parts])
    if name in SINGLE:
        single = SINGLE[name]
        if _several(node):
            return Each(single, parts)
        return lambda of, page: _each(single, *[part(of, page) for part in parts])
    if name in WORDED:
        worded = WORDED[name]
        if _several(node):
            return Each(worded, parts, worded=True)

        def said(of, page):
            given = [part(of, page) for part in parts]
            return _each(lambda *values: worded(*values, comma=of.comma), *given)
        return said

    def unknown(of, page):
        for part in parts:
            part(of, page)
        raise Unsupported(name)
    return unknown


def _if(parts: tuple[Formula, ...]) -> Formula:
    def chosen(of, page):
        condition = parts[0](of, page)
        if isinstance(condition, Block):
            raise Unsupported("a condition on a block")
        holds = condition if isinstance(condition, bool) else truth(condition)
        if isinstance(holds, Error):
            return holds
        if holds:
            return parts[1](of, page)
        return parts[2](of, page) if len(parts) > 2 else False
    return chosen


def _iferror(parts: tuple[Formula, ...]) -> Formula:
    def rescued(of, page):
        found = parts[0](of, page)
        return parts[1](of, page) if isinstance(found, Error) else found
    return rescued


def _conditions(holds_for: Callable[[list[bool]], bool]) -> Callable[[tuple[Formula, ...]], Formula]:
    def made(parts: tuple[Formula, ...]) -> Formula:
        def checked(of, page):
            found: list[bool] = []
            for part in parts:
                value = part(of, page)
                several = [v for v in value.flat if not isinstance(v, str) and v is not None] if isinstance(value, Block) else (value,)
                for one in several:
                    holds = truth(one)
                    if isinstance(holds, Error):
                        return holds
                    found.append(holds)
            return holds_for(found) if found else VALUE
        return checked
    return made


def _not(parts: tuple[Formula, ...]) -> Formula:
    return lambda of, page: _each(lambda v: h if isinstance(h := truth(v), Error) else not h, parts[0](of, page))


def _hyperlink(parts: tuple[Formula, ...]) -> Formula:
    return lambda of, page: parts[-1](of, page)


#: Functions that do not look at all they are given.
_LAZY: dict[str, Callable[[tuple[Formula, ...]], Formula]] = {
    "IF": _if, "IFERROR": _iferror, "AND": _conditions(all), "OR": _conditions(any), "NOT": _not, "HYPERLINK": _hyperlink}
_MADE: dict[str, Callable[[Node], Formula]] = {
    **dict.fromkeys(("number", "text", "bool", "error", "blank"), _constant), "cell": _cell, "range": _range, "name": _name,
    "unary": _unary, "percent": _percent, "binary": _binary, "call": _call}


def _each(do: Callable, *given):
    """``do`` on single values; on blocks for each place, single values standing for every place."""
    blocks = [v for v in given if isinstance(v, Block)]
    if not blocks:
        return do(*given)
    if len(given) == 1:
        blank = do(None)  # most cells of a form are blank
        return Block([blank if v is None else do(v) for v in given[0].flat], given[0].columns)
    if len(given) == 2 and len(blocks) == 1:
        one, other = given
        if isinstance(one, Block):
            blank = do(None, other)
            return Block([blank if v is None else do(v, other) for v in one.flat], one.columns)
        blank = do(one, None)
        return Block([blank if v is None else do(one, v) for v in other.flat], other.columns)
    if len(given) == len(blocks) and len({b.shape for b in blocks}) == 1:
        return Block(list(map(do, *[b.flat for b in blocks])), blocks[0].columns)
    rows, columns = max(b.shape[0] for b in blocks), max(b.shape[1] for b in blocks)
    if any(b.shape[0] not in (1, rows) or b.shape[1] not in (1, columns) for b in blocks):
        return VALUE
    lists = [v.spread(rows, columns) if isinstance(v, Block) else [v] * (rows * columns) for v in given]
    return Block(list(map(do, *lists)), columns)
