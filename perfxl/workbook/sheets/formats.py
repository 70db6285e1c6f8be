"""Number formats: which make a number a date, a percentage or text; and dates from day counts."""

import datetime
import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_BUILTIN_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)))
#: What a format shows as it stands, what only takes room, and what is in brackets (colours, conditions, currencies).
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SECTION = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_COMPARE = {"<": operator.lt, ">": operator.gt, "=": operator.eq, "<=": operator.le, ">=": operator.ge, "<>": operator.ne}
_PLACES = re.compile(r"[0#?]|general|standard|[ydghms]", re.IGNORECASE)
_EPOCH = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}
_LAST = 2_958_465
#: How many days later a workbook that counts from 1904 begins.
LATER_1904 = 1_462

#: Before a code whose sections make different things of a number.
BY_VALUE = "?"


def kind_of(number_format: int, code: str | None) -> str:
    """``date``, ``percent``, ``text`` or "" for a format by its number and, where it has one, its code; ``points`` when it
    shows a percent sign that is only text beside the number; ``?`` and the code when that depends on the number."""
    if code is None:
        return ("date" if number_format in _BUILTIN_DATES else "percent" if number_format in (9, 10)
                else "text" if number_format == 49 else "")
    if code.strip() == "@":
        return "text"
    kinds = [kind for _, kind in sections(code) if kind is not None]
    if not kinds:
        return ""
    return kinds[0] if len(set(kinds)) == 1 else BY_VALUE + code


def kind_at(code: str, value: Decimal) -> str:
    """What the format ``code`` makes of ``value``: as its section that shows it, else as its first."""
    kinds = sections(code)
    chosen = next((kind for holds, kind in kinds if holds(value)), None)
    return chosen if chosen is not None else next((kind for _, kind in kinds if kind is not None), "")


@lru_cache(256)
def sections(code: str) -> tuple[tuple[Callable[[Decimal], bool], str | None], ...]:
    """Of each section for numbers: whether it shows a value, and what it makes of it; None when it shows no number."""
    texts = [match[0] for match in _SECTION.finditer(code) if match[0] or match.start() == 0 or code[match.start() - 1] == ";"]
    texts = texts[:3] or [code]
    stated = [_CONDITION.search(_LITERAL.sub("", text)) for text in texts]
    usual = ([lambda v: v > 0 or v == 0 and len(texts) < 3, lambda v: v < 0, lambda _: True]
             if not any(stated) else [lambda v: v > 0, lambda v: len(texts) < 3 or v < 0, lambda _: True])
    return tuple((_holds(condition) if condition else usual[at], _section_kind(text))
                 for at, (text, condition) in enumerate(zip(texts, stated, strict=True)))


def _holds(condition: re.Match[str]) -> Callable[[Decimal], bool]:
    try:
        compare, limit = _COMPARE[condition[1]], Decimal(condition[2])
    except InvalidOperation:
        return lambda _value: True
    return lambda value: compare(value, limit)


def _section_kind(code: str) -> str | None:
    bare = _QUOTED.sub("", code)
    if "%" in bare:
        return "percent"
    if not _PLACES.search(bare):
        return None
    if any("%" in (said or "") for match in _LITERAL.finditer(code) for said in match.groups()):
        return "points"
    low = bare.casefold()
    if "general" in low or "standard" in low:
        return ""
    return "date" if any(letter in low for letter in "ydg") or "mmm" in low else ""


def day_of(count: Decimal, from_1904: bool) -> datetime.date | datetime.datetime | None:
    """The day that ``count`` stands for, with its time when it has one; None outside the calendar."""
    if not 0 <= count <= _LAST:
        return None
    whole = int(count)
    if not from_1904 and whole <= 60:  # 1900 was no leap year, but spreadsheets say it was
        if whole in (0, 60):
            return None
        whole += 1
    moment = _EPOCH[from_1904] + datetime.timedelta(days=whole)
    seconds = round(float(count % 1) * 86_400)
    return moment + datetime.timedelta(seconds=seconds) if seconds else moment.date()
