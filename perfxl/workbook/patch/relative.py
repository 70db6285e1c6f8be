"""Formulas as any row of their column says them."""

import re
import sys
from functools import lru_cache

#: What looks like a cell and is none: a text, the name of a sheet.
_QUOTED = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""")
#: A cell whose row moves with the formula.
_MOVING = re.compile(r"(?<![\w.\\])(\$?[A-Z]{1,3})(\d{1,7})(?![\w.(!])")
#: Whole rows, other sheets and workbooks, tables, cells in small letters: not seen as cells that move.
_OTHERWISE = re.compile(r"[!\[]|\d\s*:\s*\$?\d|(?<![\w.\\$])\$?[a-zA-Z]{0,2}[a-z][a-zA-Z]{0,2}\$?\d{1,7}(?![\w.(!])")
_COUNTED = re.compile("\0(-?\\d+)\1")


@lru_cache(1 << 15)
def relative(formula: str, row: int) -> str | None:
    """``formula`` as cells of any row of its column say it: a row that moves with it counts from its own. None where that cannot
    be said."""
    pieces = _QUOTED.split(formula)
    if any(_OTHERWISE.search(piece) for piece in pieces[::2]):
        return None
    pieces[::2] = [_MOVING.sub(lambda m: f"{m[1]}\0{int(m[2]) - row}\1", piece) for piece in pieces[::2]]
    return sys.intern("".join(pieces))  # cells of a column say the same, and are asked whether they do


def in_row(said: str, row: int) -> str:
    """What ``relative`` said, in a cell of ``row``."""
    return _COUNTED.sub(lambda m: str(int(m[1]) + row), said)
