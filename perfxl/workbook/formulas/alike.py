"""Whether two formulas are one and the same, which every program writes in its own way.

LibreOffice, Gnumeric and Calligra part arguments otherwise, quote sheets otherwise, write ``TRUE()``, ``[.A1]``, ``1E-10`` as it is,
prefixes or none; inserted rows and renamed sheets change what a formula refers to, and not what it says.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from perfxl.workbook.formulas.parsing import Unsupported, parse
from perfxl.workbook.sheets.refs import LONGEST_FORMULA, parse_cell

_TOKEN = re.compile(r"""(?P<text>"(?:[^"]|"")*+(?:"|\Z))
  | \[?\.?(?:\$?(?:'(?P<quoted>(?:[^']|'')++)'|(?P<plain>[^\W\d]\w*+))(?:!\[?\.?|\.))?
      (?P<first>\$?[A-Za-z]{1,3}\$?\d{1,7})(?![\w(.!]) (?: :\.?(?:\$?(?:'(?:[^']|'')++'|[^\W\d]\w*+)[!.])?(?P<last>\$?[A-Za-z]{1,3}\$?\d{1,7})(?![\w(]))? \]?
  | (?P<name>'(?:[^']|'')*+(?:'|\Z))
  | (?P<number>(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?)
  | (?P<word>[^\W\d][\w.]*+)
  | (?P<sign>\S)""", re.VERBOSE)
#: What parts arguments or marks a reference, and what stands before the names of newer functions.
_PASSING, _PREFIX = frozenset("[]$"), re.compile(r"(?:_XLFN\.|_XLWS\.|COM\.MICROSOFT\.|ORG\.[A-Z]+\.)+")
_PARTING = frozenset(";~")
_HEAD = re.compile(r"\s*(?:of:|oooc:|msoxl:)?\s*=*")


class Reference(NamedTuple):
    """A rectangle that a formula looks at: ``sheet`` in small letters, "" for its own; first and last cell as (row, column)."""

    sheet: str
    first: tuple[int, int] | None
    last: tuple[int, int] | None


class Sense(NamedTuple):
    """What a formula says, whoever wrote it: its functions, signs and constants in order, with a cell for each of its
    ``references``, which follow."""

    said: tuple[str, ...]
    references: tuple[Reference, ...]

    def says_as(self, other: "Sense") -> bool:
        """Whether it says the same, whatever it refers to: Gnumeric adds brackets that change nothing."""
        if self.said == other.said:
            return True
        try:
            return len(self.references) == len(other.references) and parse("".join(self.said)) == parse("".join(other.said))
        except Unsupported:
            return False


@lru_cache(4096)
def sense(formula: str) -> Sense:
    """The sense of ``formula``, with its equals sign or without."""
    bare = _HEAD.sub("", formula, count=1)
    if len(bare) > LONGEST_FORMULA:
        return Sense((bare,), ())
    said: list[str] = []
    references = []
    for token in _TOKEN.finditer(bare):
        if token["first"]:
            references.append(_reference(token))
            said.append("A1")
        elif token["sign"] in _PASSING:
            continue
        elif token["sign"] == ")" and len(said) > 1 and said[-1] == "(" and said[-2] in ("TRUE", "FALSE"):
            said.pop()
        else:
            said.append(_said(token))
    return Sense(tuple(said), tuple(references))


def _reference(match: re.Match[str]) -> Reference:
    sheet = (match["quoted"] or "").replace("''", "'").strip("[].") or match["plain"] or ""
    first = parse_cell(match["first"])
    return Reference(sheet.casefold(), first, parse_cell(match["last"]) if match["last"] else first)


def _said(match: re.Match[str]) -> str:
    if match["number"]:
        return repr(float(match["number"]))
    if match["word"]:
        return _PREFIX.sub("", match["word"].upper())
    if match["text"]:
        return match[0].replace(";", ",")  # SheetJS writes it so in .ods
    return "," if match[0] in _PARTING else match[0]
