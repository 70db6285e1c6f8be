"""The sheets and defined names of a workbook, and formulas that speak of them."""

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"(?<![A-Za-z0-9_.\\])px(?:sc?|c|m)?\d*_[A-Za-z0-9_]+(?![A-Za-z0-9_.(])")


@dataclass
class Entry:
    """One sheet of the workbook: its name, its part, and whether it is ``visible``, ``hidden``, ``veryHidden``."""

    name: str
    part: str
    state: str = "visible"


@dataclass
class Name:
    """A defined name: what it stands for, the sheet it is local to (None: the whole workbook)."""

    name: str
    text: str
    scope: Entry | None = None
    hidden: bool = False


def quoted(sheet: str) -> str:
    """``sheet`` as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def on_sheet(formula: str, old: str, new: str) -> str:
    """``formula`` with references to sheet ``old`` turned to sheet ``new``."""
    formula = formula.replace(quoted(old) + "!", quoted(new) + "!")
    return re.sub(rf"(?<![\w.'\]]){re.escape(old)}!", lambda _: quoted(new) + "!", formula)


def renamed(formula: str, names: dict[str, str]) -> str:
    """``formula`` with defined names replaced, also inside the text of links (``"#px_code"``)."""
    return _TOKEN.sub(lambda m: names.get(m[0], m[0]), formula)


@lru_cache(4_096)
def tokens(formula: str) -> frozenset[str]:
    """The names with the form's prefixes that ``formula`` uses."""
    return frozenset(_TOKEN.findall(formula))
