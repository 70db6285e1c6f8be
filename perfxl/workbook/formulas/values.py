"""Values as formulas have them: blank (None), number (float), text (str), bool, ``Error``, and blocks of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Scalar = float | str | bool | None


@dataclass(frozen=True)
class Error:
    """An error of a formula: ``#VALUE!`` and the like."""

    code: str


#: What a cell can hold.
Single = Scalar | Error


def differs(now: object, before: object) -> bool:
    """Whether two values that are not the same object are not the same for a formula: TRUE is not 1."""
    return type(now) is not type(before) or now != before


class Block:
    """Values in rows of one length: ``flat``, row after row, and the number of ``columns``. ``like``: a block of which it is a copy
    but for the ``others``, their places in ``flat``."""

    __slots__ = ("flat", "columns", "like", "others", "_mistaken")

    def __init__(self, flat: list[Single], columns: int = 1, like: "Block | None" = None, others: Sequence[int] = ()):
        self.flat, self.columns, self.like, self.others = flat, columns, like, others
        self._mistaken: bool | None = None

    @property
    def mistaken(self) -> bool:
        """Whether one of its values is an error."""
        if self._mistaken is None:
            self._mistaken = Error in set(map(type, self.flat))
        return self._mistaken

    def differing(self, old: "Block") -> Sequence[int]:
        """The places at which it holds something else than ``old``, which has as many."""
        if self is old:
            return ()
        if self.like is old:
            return self.others
        return [i for i, (a, b) in enumerate(zip(self.flat, old.flat, strict=True)) if a is not b]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.flat) // self.columns, self.columns

    def spread(self, rows: int, columns: int) -> list[Single]:
        """Its values in a block of that shape: a single row or column stands for each."""
        lines = [self.flat[at:at + self.columns] for at in range(0, len(self.flat), self.columns)]
        lines = lines if self.columns == columns else [line * columns for line in lines]
        return [v for line in (lines if len(lines) == rows else lines * rows) for v in line]


#: What a formula, or a part of one, comes to.
Value = Single | Block
VALUE, DIVISION = Error("#VALUE!"), Error("#DIV/0!")
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*%?\s*\Z")


def number(value: Single) -> float | Error:
    """``value`` where a number is wanted: blank is 0, text that is one counts."""
    if isinstance(value, Error):
        return value
    if value is None:
        return 0.0
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    if _NUMBER.match(value):
        plain = value.strip()
        return float(plain.rstrip("% ")) / 100 if plain.endswith("%") else float(plain)
    return VALUE


def text(value: Single, comma: bool) -> str | Error:
    """``value`` where a text is wanted; ``comma``: whether decimals are written with one."""
    if isinstance(value, Error):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("VERO" if value else "FALSO") if comma else str(value).upper()
    if isinstance(value, float):
        shown = f"{value:.15g}"
        if "e" in shown:
            shown = format(Decimal(shown), "f")
        return shown.replace(".", ",") if comma else shown
    return value


def truth(value: Single) -> bool | Error:
    """``value`` where a condition is wanted."""
    if isinstance(value, str):
        return {"TRUE": True, "FALSE": False}.get(value.upper(), VALUE)
    count = number(value)
    return count if isinstance(count, Error) else count != 0


def _rank(value: Single) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def compare(left: Single, right: Single) -> int | Error:
    """-1, 0 or 1: numbers before texts before conditions, texts whatever their case, a blank as the other side wants it."""
    if type(left) is float and type(right) is float:
        return 0 if left == right else _order(left, right)
    if type(left) is str and type(right) is str:
        return _alphabetic(left.casefold(), right.casefold())
    if isinstance(left, Error):
        return left
    if isinstance(right, Error):
        return right
    if left is None:
        left = "" if isinstance(right, str) else False if isinstance(right, bool) else 0.0
    if right is None:
        right = "" if isinstance(left, str) else False if isinstance(left, bool) else 0.0
    if _rank(left) != _rank(right):
        return -1 if _rank(left) < _rank(right) else 1
    if isinstance(left, str) and isinstance(right, str):
        return _alphabetic(left.casefold(), right.casefold())
    if isinstance(left, float) and isinstance(right, float):
        return _order(left, right)
    return bool(left) - bool(right)


def _alphabetic(left: str, right: str) -> int:
    return (left > right) - (left < right)


def _order(left: float, right: float) -> int:
    """-1, 0 or 1, as spreadsheets compare: to fifteen digits. Numbers further apart are told apart without writing them out."""
    if not abs(left - right) > 1e-12 * max(abs(left), abs(right)):
        left, right = float(f"{left:.15g}"), float(f"{right:.15g}")
    return (left > right) - (left < right)


def rounded(value: float, digits: int) -> float:
    """``value`` rounded half away from zero, as spreadsheets do: by the digits they show, not those of the processor."""
    shown = Decimal(f"{value:.15g}")
    return float(shown.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
