"""The functions that are computed here. Each is given values that are ready (``None`` for a blank) and gives one."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from perfxl.model.long_text import units
from perfxl.workbook.formulas.parsing import Unsupported
from perfxl.workbook.formulas.values import (
    DIVISION,
    VALUE,
    Block,
    Error,
    Single,
    Value,
    compare,
    number,
    rounded,
    text,
)


def _numbers(given: tuple[Value, ...]) -> Iterator[float | Error]:
    """The numbers among the arguments: of blocks only what is a number, of others whatever can be one."""
    for value in given:
        if isinstance(value, Block):
            yield from (v for v in value.flat if isinstance(v, Error) or (isinstance(v, float)))
        else:
            yield number(value)


def _over(do: Callable[[list[float]], float | Error]) -> Callable[..., Single]:
    def function(*given: Value) -> Single:
        numbers = list(_numbers(given))
        wrong = next((v for v in numbers if isinstance(v, Error)), None)
        return wrong or do([v for v in numbers if not isinstance(v, Error)])
    return function


def _count(*given: Value) -> float:
    return float(sum(isinstance(v, float) for value in given for v in (value.flat if isinstance(value, Block) else (value,))))


def _counta(*given: Value) -> float:
    return float(sum(v is not None for value in given for v in (value.flat if isinstance(value, Block) else (value,))))


def _sumproduct(*given: Value) -> float | Error:
    blocks = [v if isinstance(v, Block) else Block([v]) for v in given]
    if len({b.shape for b in blocks}) > 1:
        return VALUE
    total = 0.0
    if len(blocks) == 1:
        numbers = [v for v in blocks[0].flat if type(v) is float]
        if len(numbers) == len(blocks[0].flat):
            for one in numbers:
                total += one
            return total
    for values in zip(*(b.flat for b in blocks), strict=True):
        product = 1.0
        for value in values:
            if isinstance(value, Error):
                return value
            product *= value if isinstance(value, float) else 0.0
        total += product
    return total


def _index(values: Value, at: Single) -> Single:
    """The value of a block of one column, or one row, at a place counted from 1."""
    place = number(at)
    if isinstance(place, Error):
        return place
    block = values if isinstance(values, Block) else Block([values])
    if block.columns not in (1, len(block.flat)) or not 1 <= place < len(block.flat) + 1:  # 0 stands for all; past the end programs differ
        raise Unsupported("INDEX")
    return block.flat[int(place) - 1]


_OPERATOR = re.compile(r"(<=|>=|<>|<|>|=)?(.*)\Z", re.DOTALL)


@lru_cache(512, typed=True)
def _meets(criterion: Single) -> Callable[[Single], bool]:
    """Whether a cell meets the ``criterion`` of COUNTIF and its like."""
    sign, wanted = "=", criterion
    if isinstance(criterion, str) and (parts := _OPERATOR.match(criterion)):
        sign, wanted = parts[1] or "=", parts[2]
    if isinstance(wanted, str) and re.search(r"[*?~]", wanted):
        raise Unsupported("wildcards")
    value = number(wanted) if isinstance(wanted, str) and wanted.strip() else wanted
    typed = wanted if isinstance(value, Error) else value

    def meets(cell: Single) -> bool:
        if isinstance(cell, Error):
            return False
        if typed == "":
            return (cell is None) if sign == "=" else (cell is not None) if sign == "<>" else False
        if sign in ("=", "<>"):
            same = cell is not None and isinstance(cell, str) == isinstance(typed, str) and compare(cell, typed) == 0
            return same == (sign == "=")
        if cell is None or isinstance(cell, str) != isinstance(typed, str):
            return False
        order = compare(cell, typed)
        if isinstance(order, Error):
            return False
        return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[sign]
    return meets


def _chosen(given: tuple[Value, ...]) -> list[bool] | Error:
    """Which cells meet all pairs of block and criterion."""
    blocks = [v if isinstance(v, Block) else Block([v]) for v in given[::2]]
    if len({b.shape for b in blocks}) > 1:
        return VALUE
    tests = [_meets(c) for c in given[1::2]]
    if len(tests) == 1:
        test, blank = tests[0], tests[0](None)  # most cells of a form are blank
        return [blank if v is None else test(v) for v in blocks[0].flat]
    return [all(test(v) for test, v in zip(tests, values, strict=True)) for values in zip(*(b.flat for b in blocks), strict=True)]


def _countifs(*given: Value) -> float | Error:
    chosen = _chosen(given)
    return chosen if isinstance(chosen, Error) else float(sum(chosen))


def _sumifs(total: Block, *given: Value) -> float | Error:
    chosen = _chosen(given)
    if isinstance(chosen, Error):
        return chosen
    return float(sum(v for v, there in zip(total.flat, chosen, strict=True) if there and isinstance(v, float)))


def _sumif(block: Block, criterion: Single, total: Block | None = None) -> float | Error:
    return _sumifs(block if total is None else total, block, criterion)


def _average(values: list[float]) -> float | Error:
    return sum(values) / len(values) if values else DIVISION


def _cut(value: Single, count: Single = 1.0, comma: bool = False, right: bool = False) -> Single:
    shown, length = text(value, comma), number(count)
    if isinstance(shown, Error) or isinstance(length, Error):
        return shown if isinstance(shown, Error) else length
    if length < 0:
        return VALUE
    return (shown[-int(length):] if length >= 1 else "") if right else shown[:int(length)]


def _length(value: Single, comma: bool = False) -> Single:
    shown = text(value, comma)
    return shown if isinstance(shown, Error) else float(units(shown))


def _as_number(value: Single, comma: bool = False) -> Single:
    return number(value.replace(",", ".") if comma and isinstance(value, str) and value.count(",") == 1 else value)


def _find(wanted: Single, value: Single, comma: bool = False) -> Single:
    """Where ``wanted`` begins in ``value``, from 1; an error where it is not."""
    one, other = text(wanted, comma), text(value, comma)
    if isinstance(one, Error) or isinstance(other, Error):
        return one if isinstance(one, Error) else other
    return float(other.index(one) + 1) if one in other else VALUE


def _substitute(value: Single, old: Single, new: Single, comma: bool = False) -> Single:
    """``value`` with ``new`` in every place of ``old``."""
    words = [text(v, comma) for v in (value, old, new)]
    wrong = next((v for v in words if isinstance(v, Error)), None)
    if wrong:
        return wrong
    shown, one, other = (v for v in words if not isinstance(v, Error))
    return shown.replace(one, other) if one else shown


def _char(value: Single) -> Single:
    code = number(value)
    return code if isinstance(code, Error) else chr(int(code)) if 1 <= code < 128 else VALUE


def _round(value: Single, digits: Single = 0.0) -> Single:
    one, other = number(value), number(digits)
    return one if isinstance(one, Error) else other if isinstance(other, Error) else rounded(one, int(other))


def _abs(value: Single) -> Single:
    one = number(value)
    return one if isinstance(one, Error) else abs(one)


#: The day that number 0 stands for.
EPOCH = date(1899, 12, 30)


def _year(value: Single) -> Single:
    """The year of a day that is told as its number; days before March 1900 are counted in another way."""
    one = number(value)
    return one if isinstance(one, Error) else float((EPOCH + timedelta(days=int(one))).year) if 60 < one < 2_958_466 else VALUE


def _exact(value: Single, other: Single, comma: bool = False) -> Single:
    """Whether two texts are the same letter by letter."""
    one, two = text(value, comma), text(other, comma)
    if isinstance(one, Error) or isinstance(two, Error):
        return one if isinstance(one, Error) else two
    return one == two


def _case(change: Callable[[str], str]) -> Callable[..., Single]:
    """The function that changes a text by ``change``, capitals to small letters or back."""
    def changed(value: Single, comma: bool = False) -> Single:
        shown = text(value, comma)
        return shown if isinstance(shown, Error) else change(shown)
    return changed


#: Functions of whole blocks.
WHOLE: dict[str, Callable[..., Single]] = {
    "SUM": _over(lambda v: float(sum(v))), "MAX": _over(lambda v: max(v, default=0.0)), "MIN": _over(lambda v: min(v, default=0.0)), "AVERAGE": _over(_average),
    "COUNT": _count, "COUNTA": _counta, "SUMPRODUCT": _sumproduct, "COUNTIF": _countifs, "COUNTIFS": _countifs, "SUMIF": _sumif, "SUMIFS": _sumifs,
    "INDEX": _index,
}
#: Functions of single values: of a block they make a block.
SINGLE: dict[str, Callable[..., Single]] = {
    "ISNUMBER": lambda v: isinstance(v, float), "ISTEXT": lambda v: isinstance(v, str), "ISBLANK": lambda v: v is None,
    "ISERROR": lambda v: isinstance(v, Error), "ROUND": _round, "ABS": _abs, "CHAR": _char, "YEAR": _year,
}
#: Functions of single values that need to know how numbers are written.
WORDED: dict[str, Callable[..., Single]] = {"VALUE": _as_number, "LEN": _length, "FIND": _find, "LEFT": _cut, "SUBSTITUTE": _substitute,
                               "EXACT": _exact, "LOWER": _case(str.lower), "UPPER": _case(str.upper),
                               "RIGHT": lambda v, n=1.0, comma=False: _cut(v, n, comma, True)}
