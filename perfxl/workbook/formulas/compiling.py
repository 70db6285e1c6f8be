"""A formula made into a function, once: forms have thousands of cells and a few hundred formulas, since those of a column say the same.

The function takes who computes (it is asked for names and other sheets), the page of values that the formula stands on (it is asked
for cells and blocks), and the row, from which the cells count that move with it. What cannot be computed says so when it is reached, not before: a branch that is not taken may hold anything.
"""

from collections.abc import Callable
from functools import lru_cache, partial

from perfxl.workbook.formulas.comparing import COMPARISONS, against
from perfxl.workbook.formulas.each import Each, each
from perfxl.workbook.formulas.functions import SINGLE, WHOLE, WORDED
from perfxl.workbook.formulas.parsing import Node, Unsupported, parse
from perfxl.workbook.formulas.sources import Computer, Formula, Values
from perfxl.workbook.formulas.values import (
    DIVISION,
    VALUE,
    Block,
    Error,
    Single,
    Value,
    number,
    text,
    truth,
)
from perfxl.workbook.patch.relative import relative


def compiled(formula: str, row: int | None = None) -> Formula:
    """What computes ``formula`` (without its equals sign), which stands in ``row`` where that is told; ``Unsupported`` when it cannot
    be read."""
    return _compiled((relative(formula, row) if row is not None else None) or formula)


@lru_cache(1 << 13)
def _compiled(formula: str) -> Formula:
    return made(parse(formula))


@lru_cache(1 << 16)
def made(node: Node) -> Formula:
    """The function of a part of a formula."""
    formula = _MADE[node.kind](node)
    if not _shared(node):
        return formula
    return (lambda _of, page, row=0: page.remember(formula, row)) if node.moves else lambda _of, page, _row=0: page.remember(formula, 0)


def _shared(node: Node) -> bool:
    """Whether a formula has it in common with others: what is asked of whole columns. Their sums are not: each is of one formula."""
    if node.kind == "call":
        return node.ranged and node.value not in _LAZY
    return node.kind == "binary" and several(node)


@lru_cache(1 << 16)
def several(node: Node) -> bool:
    """Whether it comes to several values: a range, and what is done with each of its cells."""
    return node.kind in ("range", "nearby") or (node.kind != "call" or node.value in SINGLE or node.value in WORDED) and any(map(several, node.parts))


def _constant(node: Node) -> Formula:
    value = Error(node.value) if node.kind == "error" else None if node.kind == "blank" else node.value
    return lambda _of, _page, _row=0: value


def _cell(node: Node) -> Formula:
    name, there, column = node.value
    if name is None:
        return lambda _of, page, _row=0: page.cell(there, column)
    return lambda of, _page, _row=0: of.page(name).cell(there, column)


def _near(node: Node) -> Formula:
    rows, column = node.value
    return lambda _of, page, row=0: page.cell(row + rows, column)


def _nearby(node: Node) -> Formula:
    first, left, last, right, first_moves, last_moves = node.value
    if first_moves and last_moves:
        top, bottom = min(first, last), max(first, last)
        return lambda _of, page, row=0: page.block((row + top, left, row + bottom, right))

    def between(_of: Computer, page: Values, row: int = 0) -> Value:
        one, other = first + row * first_moves, last + row * last_moves
        return page.block((min(one, other), left, max(one, other), right))
    return between


def _range(node: Node) -> Formula:
    name, *place = node.value
    rectangle = tuple(place)
    if name is None:
        return lambda _of, page, _row=0: page.block(rectangle)
    return lambda of, _page, _row=0: of.page(name).block(rectangle)


def _name(node: Node) -> Formula:
    name = node.value.casefold()
    return lambda of, page, _row=0: of.named(name, page)


def _unary(node: Node) -> Formula:
    inner, minus = made(node.parts[0]), node.value == "-"

    def signed(value: Single) -> Single:
        figure = number(value)
        return figure if isinstance(figure, Error) else -figure if minus else figure
    return lambda of, page, row=0: each(signed, inner(of, page, row))


def _percent(node: Node) -> Formula:
    inner = made(node.parts[0])
    return lambda of, page, row=0: each(lambda value: amount if isinstance(amount := number(value), Error) else amount / 100, inner(of, page, row))


def _binary(node: Node) -> Formula:
    left, right = map(made, node.parts)
    if node.value == "&":
        if several(node):
            return Each(_joined, (left, right), worded=True)
        return lambda of, page, row=0: each(partial(_joined, comma=of.comma), left(of, page, row), right(of, page, row))
    constant = next((part for part in reversed(node.parts) if part.kind in ("text", "number")), None)
    if node.value in _TURNED and constant is not None:
        first = node.parts[0] is constant
        return _held_against(node, _TURNED[node.value] if first else node.value, constant.value, right if first else left)
    do = _SIGNS[node.value]
    if several(node):
        return Each(do, (left, right), product=node.value == "*")

    def combined(of: Computer, page: Values, row: int = 0) -> Value:
        one, other = left(of, page, row), right(of, page, row)
        return each(do, one, other) if isinstance(one, Block) or isinstance(other, Block) else do(one, other)
    return combined


def _held_against(node: Node, sign: str, constant: float | str, part: Formula) -> Formula:
    """The comparison of what ``part`` comes to with a ``constant``."""
    compared = against(sign, constant)
    if several(node):
        return Each(compared, (part,))

    def held(of: Computer, page: Values, row: int = 0) -> Value:
        value = part(of, page, row)
        return each(compared, value) if type(value) is Block else compared(value)
    return held


def _joined(left: Single, right: Single, comma: bool) -> Single:
    words = [text(left, comma), text(right, comma)]
    return next((w for w in words if isinstance(w, Error)), None) or "".join([w for w in words if isinstance(w, str)])


def _reckoning(do: Callable[[float, float], float | Error]) -> Callable[[Single, Single], Single]:
    def reckoned(left: Single, right: Single) -> Single:
        if type(left) is float and type(right) is float:
            return do(left, right)
        one, other = number(left), number(right)
        return one if isinstance(one, Error) else other if isinstance(other, Error) else do(one, other)
    return reckoned


def _power(one: float, other: float) -> float | Error:
    try:
        power = one ** other
    except (ZeroDivisionError, OverflowError):
        return Error("#NUM!")
    return power if isinstance(power, float) else Error("#NUM!")


#: Each comparison with its sides changed.
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SIGNS: dict[str, Callable[[Single, Single], Single]] = {
    **COMPARISONS,
    "+": _reckoning(lambda a, b: a + b), "-": _reckoning(lambda a, b: a - b), "*": _reckoning(lambda a, b: a * b),
    "/": _reckoning(lambda a, b: DIVISION if b == 0 else a / b), "^": _reckoning(_power)}


# --- functions ---------------------------------------------------------------------------------------------------------


def _call(node: Node) -> Formula:
    name, parts = node.value, tuple(map(made, node.parts))
    if name in _LAZY:
        return _LAZY[name](parts)
    if name in WHOLE:
        whole = WHOLE[name]
        return lambda of, page, row=0: whole(*[part(of, page, row) for part in parts])
    if name in SINGLE:
        single = SINGLE[name]
        if several(node):
            return Each(single, parts)
        return lambda of, page, row=0: each(single, *[part(of, page, row) for part in parts])
    if name in WORDED:
        worded = WORDED[name]
        if several(node):
            return Each(worded, parts, worded=True)

        def said(of: Computer, page: Values, row: int = 0) -> Value:
            given = [part(of, page, row) for part in parts]
            return each(lambda *values: worded(*values, comma=of.comma), *given)
        return said

    def unknown(of: Computer, page: Values, row: int = 0) -> Value:
        for part in parts:
            part(of, page, row)
        raise Unsupported(name)
    return unknown


def _if(parts: tuple[Formula, ...]) -> Formula:
    def chosen(of: Computer, page: Values, row: int = 0) -> Value:
        holds = parts[0](of, page, row)
        if holds is not True and holds is not False:
            if isinstance(holds, Block):
                raise Unsupported("a condition on a block")
            holds = truth(holds)
            if isinstance(holds, Error):
                return holds
        if holds:
            return parts[1](of, page, row)
        return parts[2](of, page, row) if len(parts) > 2 else False
    return chosen


def _iferror(parts: tuple[Formula, ...]) -> Formula:
    def rescued(of: Computer, page: Values, row: int = 0) -> Value:
        result = parts[0](of, page, row)
        return parts[1](of, page, row) if isinstance(result, Error) else result
    return rescued


def _conditions(holds_for: Callable[[list[bool]], bool]) -> Callable[[tuple[Formula, ...]], Formula]:
    def made(parts: tuple[Formula, ...]) -> Formula:
        def checked(of: Computer, page: Values, row: int = 0) -> Value:
            met: list[bool] = []
            for part in parts:
                value = part(of, page, row)
                if value is True or value is False:
                    met.append(value)
                    continue
                several = [v for v in value.flat if not isinstance(v, str) and v is not None] if isinstance(value, Block) else (value,)
                for one in several:
                    holds = truth(one)
                    if isinstance(holds, Error):
                        return holds
                    met.append(holds)
            return holds_for(met) if met else VALUE
        return checked
    return made


def _not(parts: tuple[Formula, ...]) -> Formula:
    return lambda of, page, row=0: each(lambda v: h if isinstance(h := truth(v), Error) else not h, parts[0](of, page, row))


def _hyperlink(parts: tuple[Formula, ...]) -> Formula:
    return lambda of, page, row=0: parts[-1](of, page, row)


#: Functions that do not look at all they are given.
_LAZY: dict[str, Callable[[tuple[Formula, ...]], Formula]] = {
    "IF": _if, "IFERROR": _iferror, "AND": _conditions(all), "OR": _conditions(any), "NOT": _not, "HYPERLINK": _hyperlink}
_MADE: dict[str, Callable[[Node], Formula]] = {
    **dict.fromkeys(("number", "text", "bool", "error", "blank"), _constant), "cell": _cell, "range": _range, "near": _near, "nearby": _nearby, "name": _name,
    "unary": _unary, "percent": _percent, "binary": _binary, "call": _call}
