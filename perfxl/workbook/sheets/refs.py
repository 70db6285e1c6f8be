"""Cell addresses: ``C12`` to (row, column) and back, and the ranges that defined names stand for."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
#: No program keeps a longer formula: Excel ends at 8,192 signs, and others write more of them for the same.
LONGEST_FORMULA = 20_000


class Ref(NamedTuple):
    """A rectangle on a sheet, rows and columns from 1, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """``B3`` or ``B3:K20``, without the sheet."""
        first, last = a1(self.top, self.left), a1(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    @property
    def rows(self) -> range:
        """The numbers of its rows."""
        return range(self.top, self.bottom + 1)


@lru_cache(1024)
def column_letters(column: int) -> str:
    """``AA`` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(1024)
def column_number(letters: str) -> int:
    """27 for ``AA``."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(row: int, column: int) -> str:
    """``C12`` for (12, 3)."""
    return f"{column_letters(column)}{row}"


#: As Excel writes most names.
_PLAIN = re.compile(r"'([^']+)'!\$([A-Z]{1,3})\$(\d{1,7})(?::\$([A-Z]{1,3})\$(\d{1,7}))?\Z")
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_NAMED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!:$]+))[!.](\$?[A-Za-z]{1,3}\$?\d{1,7})(?::(?:[^!:]*[!.])?(\$?[A-Za-z]{1,3}\$?\d{1,7}))?\Z")


def parse_cell(text: str) -> tuple[int, int] | None:
    """(12, 3) for ``C12`` or ``$C$12``; None when it is not an address inside Excel's grid."""
    match = _CELL.fullmatch(text)
    if not match:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if 1 <= row <= MAX_ROW and column <= MAX_COLUMN else None


@lru_cache(1 << 13)
def parse_named(text: str) -> Ref | None:
    """The rectangle that a name stands for: ``'S1.00001'!$B$3:$K$20``, or ``$'S1.00001'.$B$3`` in .ods.

    None for constants, ``#REF!``, unions and references to other workbooks.
    """
    if match := _PLAIN.match(text):
        sheet, left, top, right, bottom = match.groups()
        first_row, first = int(top), column_number(left)
        last_row, last = (int(bottom), column_number(right)) if bottom else (first_row, first)
        if "[" not in sheet and 1 <= first_row <= last_row <= MAX_ROW and first <= last <= MAX_COLUMN:
            return Ref._make((sheet, first_row, first, last_row, last))
    match = _NAMED.match(text.strip().lstrip("=").removeprefix("$"))
    if not match:
        return None
    sheet = match[1].replace("''", "'") if match[1] else match[2]
    corner = parse_cell(match[3])
    other = parse_cell(match[4]) if match[4] else corner
    if not corner or not other or "[" in sheet:
        return None
    return Ref(sheet, min(corner[0], other[0]), left=min(corner[1], other[1]), bottom=max(corner[0], other[0]), right=max(corner[1], other[1]))
