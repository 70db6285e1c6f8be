"""A formula made into a function, once: forms have thousands of cells and a few hundred formulas.

The function takes who computes (it is asked for cells, blocks and names) and the sheet that the formula stands on. What cannot be
computed says so when it is reached, not before: a branch that is not taken may hold anything.
"""

from collections.abc import Callable
from functools import lru_cache
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
    from perfxl.workbook.patch.workbook import Entry

Formula = Callable[["Calculator", "Entry"], Any]


@lru_cache(4096)
def compiled(formula: str) -> Formula:
    """What computes ``formula`` (without its equals sign); ``Unsupported`` when it cannot be read."""
    return _made(parse(formula))


@lru_cache(1 << 16)
def _made(node: Node) -> Formula:
    made = _MADE[node.kind](node)
    return _remembered(made) if node.ranged and node.kind in ("binary", "call") and node.value not in _LAZY else made


def _remembered(made: Formula) -> Formula:
    """The same, worked out once on each sheet: the checks of a form ask the same of the same columns over and over."""
    def remembered(of, entry):
        known, key = of.remembered, (made, entry.name)
        if key not in known:
            known[key] = made(of, entry)
        return known[key]
    return remembered


def _constant(node: Node) -> Formula:
    value = Error(node.value) if node.kind == "error" else None if node.kind == "blank" else node.value
    return lambda _of, _entry: value


def _cell(node: Node) -> Formula:
    name, row, column = node.value
    if name is None:
        return lambda of, entry: of.cell(entry, row, column)
    return lambda of, entry: of.cell(of.sheet(name, entry), row, column)


def _range(node: Node) -> Formula:
    name, *place = node.value
    return lambda of, entry: of.block(of.sheet(name, entry), *place)


def _name(node: Node) -> Formula:
    name = node.value.casefold()
    return lambda of, entry: of.named(name, entry)


def _unary(node: Node) -> Formula:
    inner, minus = _made(node.parts[0]), node.value == "-"

    def signed(value):
        found = number(value)
        return found if isinstance(found, Error) else -found if minus else found
    return lambda of, entry: _each(signed, inner(of, entry))


def _percent(node: Node) -> Formula:
    inner = _made(node.parts[0])
    return lambda of, entry: _each(lambda value: found if isinstance(found := number(value), Error) else found / 100, inner(of, entry))


def _binary(node: Node) -> Formula:
    left, right = map(_made, node.parts)
    if node.value == "&":
        def joined(of, entry):
            one, other = left(of, entry), right(of, entry)
            return _each(lambda a, b: _joined(a, b, of.comma), one, other)
        return joined
    do = _SIGNS[node.value]

    def combined(of, entry):
        one, other = left(of, entry), right(of, entry)
        if type(one) is Block or type(other) is Block:
            return (_product(one, other) if node.value == "*" else None) or _each(do, one, other)
        return do(one, other)
    return combined


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


# --- functions ---------------------------------------------------------------------------------------------------------


def _call(node: Node) -> Formula:
    name, parts = node.value, tuple(map(_made, node.parts))
    if name in _LAZY:
        return _LAZY[name](parts)
    if name in WHOLE:
        whole = WHOLE[name]
        return lambda of, entry: whole(*[part(of, entry) for part in parts])
    if name in SINGLE:
        single = SINGLE[name]
        return lambda of, entry: _each(single, *[part(of, entry) for part in parts])
    if name in WORDED:
        worded = WORDED[name]

        def said(of, entry):
            given = [part(of, entry) for part in parts]
            return _each(lambda *values: worded(*values, comma=of.comma), *given)
        return said

    def unknown(of, entry):
        for part in parts:
            part(of, entry)
        raise Unsupported(name)
    return unknown


def _if(parts: tuple[Formula, ...]) -> Formula:
    def chosen(of, entry):
        condition = parts[0](of, entry)
        if isinstance(condition, Block):
            raise Unsupported("a condition on a block")
        holds = condition if isinstance(condition, bool) else truth(condition)
        if isinstance(holds, Error):
            return holds
        if holds:
            return parts[1](of, entry)
        return parts[2](of, entry) if len(parts) > 2 else False
    return chosen


def _iferror(parts: tuple[Formula, ...]) -> Formula:
    def rescued(of, entry):
        found = parts[0](of, entry)
        return parts[1](of, entry) if isinstance(found, Error) else found
    return rescued


def _conditions(holds_for: Callable[[list[bool]], bool]) -> Callable[[tuple[Formula, ...]], Formula]:
    def made(parts: tuple[Formula, ...]) -> Formula:
        def checked(of, entry):
            found: list[bool] = []
            for part in parts:
                value = part(of, entry)
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
    return lambda of, entry: _each(lambda v: h if isinstance(h := truth(v), Error) else not h, parts[0](of, entry))


def _hyperlink(parts: tuple[Formula, ...]) -> Formula:
    return lambda of, entry: parts[-1](of, entry)


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
