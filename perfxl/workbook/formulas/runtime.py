"""What formulas that were made into Python call while they run. No error is handed on as a value here: it is raised."""

from typing import TypeVar

from perfxl.model.long_text import units
from perfxl.workbook.formulas.values import (
    Block,
    Error,
    Single,
    Value,
    number,
    text,
    truth,
)

_Sound = TypeVar("_Sound", float, bool)


class Wrong(Exception):
    """A part comes to an error, which a formula may rescue."""


class Otherwise(Exception):
    """Something is met that only the formula made into functions knows: errors in cells, blocks where one value is wanted."""


def plain(block: Value) -> list[Single]:
    """The values of ``block``, none of which is an error."""
    if type(block) is not Block or block.mistaken:
        raise Otherwise
    return block.flat


def single(value: Value) -> Single:
    """``value``, which is no block and no error."""
    if type(value) is Block or type(value) is Error:
        raise Otherwise
    return value  # type: ignore[return-value]  # mypy takes neither away by ``type(…) is``


def checked(value: Value) -> Single:
    """What a function comes to."""
    if type(value) is Error:
        raise Wrong
    if type(value) is Block:
        raise Otherwise
    return value  # type: ignore[return-value]  # mypy takes neither away by ``type(…) is``


def numeric(value: Single) -> float:
    """``value`` where a number is wanted."""
    if type(value) is float:
        return value
    return _right(number(value))


def worded(value: Single, comma: bool) -> str:
    """``value``, which is no error, where a text is wanted."""
    return "" if value is None else value if type(value) is str else str(text(value, comma))


def holds(value: Single) -> bool:
    """``value`` where a condition is wanted."""
    if value is True or value is False:
        return value
    return _right(truth(value))


def _right(value: _Sound | Error) -> _Sound:
    """``value``, which is no error."""
    if isinstance(value, Error):
        raise Wrong
    return value


def divided(one: float, other: float) -> float:
    """The quotient."""
    if other == 0:
        raise Wrong
    return one / other


def length(words: str) -> float:
    """How long a text is for spreadsheets."""
    return float(units(words))


def counted(value: Single) -> float:
    """What a part of a sum of products comes to: nothing but numbers."""
    return value if type(value) is float else 0.0
