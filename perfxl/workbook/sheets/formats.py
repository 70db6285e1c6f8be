"""Number formats: which make a number a date, a percentage or text; and dates from day counts."""

import datetime
import re
from decimal import Decimal

_BUILTIN_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 32), 34, 35, 36, *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_EPOCH = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}
_LAST = 2_958_465


def kind_of(number_format: int, code: str | None) -> str:
    """``date``, ``percent``, ``text`` or "" for a format by its number and, where it has one, its code."""
    if code is None:
        return ("date" if number_format in _BUILTIN_DATES else "percent" if number_format in (9, 10)
                else "text" if number_format == 49 else "")
    if code.strip() == "@":
        return "text"
    bare = _QUOTED.sub("", code.split(";")[0])
    if "%" in bare:
        return "percent"
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
