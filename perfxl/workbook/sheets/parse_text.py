"""Numbers and dates as people write them in cells that hold text.

What can only mean one thing is read; the rest comes back with the problem in one word, and nothing is guessed.
"""

import datetime
import re
from calendar import monthrange
from decimal import Decimal

INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
                           *range(0x2066, 0x206A), 0xFEFF, 0x00AD, 0x115F, 0x1160, 0x180E, 0x3164, 0xFFA0))
_SPACES = {0x00A0: " ", 0x2007: " ", 0x2009: " ", 0x202F: " ", 0x3000: " "}
_MINUS = {0x2212: "-", 0x2013: "-", 0x2010: "-", 0x2011: "-"}

_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)", re.ASCII)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?|(?:[ ']\d{3})+(?:[.,]\d+)?)", re.ASCII)
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00)?)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2}) ?([./-]) ?(\d{1,2})(?: ?[./-] ?(\d{4}|\d{2}))?", re.ASCII)
_MONTH = re.compile(r"(\d{1,2}) ?[./-] ?(\d{4})", re.ASCII)
_WORDED = re.compile(r"(?:(\d{1,2})[°º^]? ?[- ]? ?)?([a-z]{3,10})\.?(?: ?[- ']? ?(\d{4}|\d{2}))?", re.ASCII)
#: The months, in each language in which they are read.
MONTHS = (
    ("gennaio", "january"), ("febbraio", "february"), ("marzo", "march"), ("aprile", "april"), ("maggio", "may"),
    ("giugno", "june"), ("luglio", "july"), ("agosto", "august"), ("settembre", "september"), ("ottobre", "october"),
    ("novembre", "november"), ("dicembre", "december"),
)


def tidy(text: str) -> str:
    """``text`` without invisible marks, every space an ordinary one, none at the ends."""
    return text.translate(INVISIBLE).translate(_SPACES).strip()


def number(text: str, *, small: bool = False, whole_groups: bool = False) -> tuple[Decimal | None, str]:
    """The number written in ``text`` and "", or None and ``unreadable`` or ``ambiguous``.

    ``1.234`` is a thousand to some and one and a bit to others: ambiguous, unless ``small`` says that thousands
    make no sense (percentages), or ``whole_groups`` that three decimals do not (amounts of money).
    """
    text = tidy(text).translate(_MINUS)
    if len(text) > 40:
        return None, "unreadable"
    if _EITHER.fullmatch(text) and whole_groups:
        return Decimal(text.replace(",", "").replace(".", "")), ""
    if _EITHER.fullmatch(text) and not small:
        return None, "ambiguous"
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", ".")), ""
    if not _GROUPED.fullmatch(text):
        return None, "unreadable"
    marks = [c for c in text if c in ".,"]
    last = marks[-1] if marks and (marks.count(marks[-1]) == 1) and (len(set(marks)) == 2 or " " in text or "'" in text) else ""
    digits = "".join("." if c == last else c for c in text if c == last or c not in "., '")
    return Decimal(digits), ""


def _month_number(word: str) -> int:
    return next((i for i, names in enumerate(MONTHS, 1) if any(n.startswith(word) for n in names)), 0)


def _full_year(text: str | None, year: int | None) -> tuple[int | None, str]:
    if not text:
        return year, "" if year else "no_year"
    if len(text) == 4:
        return int(text), ""
    full = 2000 + int(text)
    return (full, "") if year is None or abs(full - year) <= 10 else (None, "ambiguous")


def day(text: str, year: int | None = None, edge: str = "") -> tuple[datetime.date | None, str]:
    """The date written in ``text`` and "", or None and the problem.

    ``year`` completes ``1/06``; ``edge`` (``start`` or ``end``) says which day of it a month stands for.
    Problems: ``unreadable``, ``impossible`` (31/09), ``no_year``, ``ambiguous``.
    """
    text = " ".join(tidy(text).casefold().translate(_MINUS).split()).rstrip(".,;")
    if len(text) > 40:
        return None, "unreadable"
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH.fullmatch(text):
        return _edge_of(int(match[2]), int(match[1]), edge)
    if match := _DAY.fullmatch(text):
        if match[2] == "-" and not match[4]:
            return None, "ambiguous"
        return _of_parts(match[1], int(match[3]), year_text=match[4], year=year, edge=edge)
    match = _WORDED.fullmatch(text)
    if not match or not (month := _month_number(match[2])):
        return None, "unreadable"
    return _of_parts(match[1], month, year_text=match[3], year=year, edge=edge)


def _of_parts(day_text: str | None, month: int, year_text: str | None, year: int | None,
              edge: str) -> tuple[datetime.date | None, str]:
    full, problem = _full_year(year_text, year)
    if problem == "no_year" and day_text and (not 1 <= month <= 12 or not 1 <= int(day_text) <= monthrange(2000, month)[1]):
        return None, "impossible"
    if problem or full is None:
        return None, problem
    return _date(full, month, int(day_text)) if day_text else _edge_of(full, month, edge)


def _date(year: int, month: int, number_: int) -> tuple[datetime.date | None, str]:
    try:
        return datetime.date(year, month, number_), ""
    except ValueError:
        return None, "impossible"


def _edge_of(year: int, month: int, edge: str) -> tuple[datetime.date | None, str]:
    if not 1 <= month <= 12 or not year:
        return None, "impossible"
    if not edge:
        return None, "ambiguous"
    return _date(year, month, 1 if edge == "start" else monthrange(year, month)[1])
