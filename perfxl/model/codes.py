"""The codes of sectors, objectives, strategic lines, phases and results: the body's own.

A code names files and sheets, stands in cells and formulas, in subjects of mails and in lists: what one of these cannot bear
is refused, with the reason. Today's and tomorrow's codes are told apart by nothing: no part of perfxl reads one by its shape.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from perfxl.model import documents

#: The most characters of a code.
MOST = 20
#: A code as it stands inside longer texts: identities of workbooks, subjects of mails.
INSIDE = r"[0-9A-Z](?:[0-9A-Z._-]{0,18}[0-9A-Z])?"
#: What Windows takes for a device, whatever follows the dot, and a workbook for a value, a sheet of its own.
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])\Z")
#: In the languages in which bodies of Italy have their programs, those of the bilingual regions among them.
_VALUES = frozenset(("TRUE", "FALSE", "VERO", "FALSO", "VRAI", "FAUX", "WAHR", "FALSCH", "HISTORY", "CRONOLOGIA"))
_FILE, _SHEET, _LIST, _FORMULA, _MATCH = set('<>"|/\\:'), set("[]'!"), set(",;\n\t"), set("=+@%&^"), set("*?~")
_PART = re.compile(r"\d+|\D+")
_SHAPED = re.compile(r"(?<![\w.])(?:[0-9A-Z][0-9A-Z._-]*)?[0-9A-Z](?!\w)")


@cache
def code_pattern(kind: str) -> re.Pattern[str]:
    """What a code of ``kind`` (``sectorCode``, ``objectiveCode``, ``lineCode``, ``itemId``) looks like."""
    return re.compile(documents.schema("objective")["$defs"][kind]["pattern"])


def refusal_reason(code: str, slash: bool = False) -> str:
    """The first reason for which ``code`` cannot be one, as the key of its words (``code_long``, ``code_file``, ...); "" when
    none is known. ``slash``: whether it may hold ``/``: phases and results name no file."""
    held = set(code) - (set("/ ") if slash else set())
    if len(code) > MOST:
        return "code_long"
    if code[:1] in _FORMULA or code[:1] == "-":
        return "code_formula"
    for signs, reason in ((_FILE, "code_file"), (_SHEET, "code_sheet"), (_MATCH, "code_match"), (_LIST, "code_list")):
        if held & signs:
            return reason
    if code[:1] in "._ " or code[-1:] in "._- ":
        return "code_ends"
    if any(not c.isascii() for c in code):
        return "code_accent"
    return "code_signs"


def is_device(code: str) -> bool:
    """Whether Windows takes a file of that name for a device."""
    return bool(_DEVICES.match(code.partition(".")[0].strip().upper()))


def is_value(code: str) -> bool:
    """Whether a cell takes it for true or false, or a workbook for a sheet of its own."""
    return code.partition(".")[0].strip().upper() in _VALUES


def sort_key(code: str) -> tuple[Any, ...]:
    """What codes are sorted by: numbers in them by their size (``M2`` before ``M10``), the rest by its letters."""
    return tuple((0, int(p), p) if p.isdecimal() else (1, 0, p) for p in _PART.findall(code)), code


def named_in(text: str, known: Iterable[str]) -> list[str]:
    """The codes of ``known`` that stand in ``text`` (capitals) as words of their own, the longest first: ``DIR-AMB`` is not ``DIR``."""
    named = []
    for code in sorted(known, key=lambda c: (-len(c), c)):
        whole = _whole(code)
        if whole.search(text):
            named.append(code)
            text = whole.sub("\n", text)
    return named


@lru_cache(4096)
def _whole(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Z]){re.escape(code)}(?![0-9A-Z])")


def code_candidates(text: str) -> Iterable[re.Match[str]]:
    """Every run of signs in ``text`` that could be a code."""
    return _SHAPED.finditer(text)


def skeleton(code: str) -> str:
    """A code with a zero for each run of digits: codes of one kind mostly share it."""
    return re.sub(r"\d+", "0", code)
