"""Comparisons of values, as spreadsheets make them: most of them are with a constant, and are made ready for it."""

from collections.abc import Callable
from typing import Any

from perfxl.workbook.formulas.values import Error, compare

#: What each sign asks of the order of two values.
_HOLDS: dict[str, Callable[[int], bool]] = {
    "=": lambda o: o == 0, "<>": lambda o: o != 0, "<": lambda o: o < 0, ">": lambda o: o > 0, "<=": lambda o: o <= 0, ">=": lambda o: o >= 0}


def _comparing(holds: Callable[[int], bool]) -> Callable[[Any, Any], bool | Error]:
    # one order, looked up: what is asked most is asked of plain numbers and texts
    below, same, above = holds(-1), holds(0), holds(1)

    def compared(left: Any, right: Any) -> bool | Error:
        order = compare(left, right)
        return order if isinstance(order, Error) else same if order == 0 else above if order > 0 else below
    return compared


COMPARISONS = {sign: _comparing(holds) for sign, holds in _HOLDS.items()}


def against(sign: str, constant: float | str) -> Callable[[Any], bool | Error]:
    """The comparison ``value <sign> constant`` of one value."""
    general = COMPARISONS[sign]
    blank = general(None, constant)
    if isinstance(constant, str) and sign in ("=", "<>"):
        plain, same = constant.casefold(), sign == "="
        other = not same

        def same_text(value: Any) -> bool | Error:
            if value is None:
                return blank
            if value.__class__ is str:
                return same if value == constant or value.casefold() == plain else other
            return general(value, constant)
        return same_text
    number = constant.__class__ is float

    def held(value: Any) -> bool | Error:
        if value is None:
            return blank
        if number and value.__class__ is str:
            return text
        return general(value, constant)
    text = general("", constant)
    return held
