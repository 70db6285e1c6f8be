"""The year of a plan, which may begin in any month: its first and last day, its months, what it is called."""

from datetime import date, timedelta
from typing import Any

#: The last year that days are counted in.
_LAST_YEAR = 9998


def shifted(day: str, years: int) -> str:
    """``day`` so many years later; 29 February is the 28th where there is none."""
    given = date.fromisoformat(day)
    year = min(given.year + years, _LAST_YEAR)
    try:
        return given.replace(year=year).isoformat()
    except ValueError:
        return given.replace(year=year, day=28).isoformat()


def first_day(plan: dict[str, Any], number: int = 1) -> date:
    """The first day of the plan's year, or of the ``number``-th year from it: 1 January, unless the plan says otherwise."""
    try:
        begins = date.fromisoformat(plan.get("start") or "")
    except ValueError:
        begins = date(plan["year"], 1, 1)
    return date.fromisoformat(shifted(begins.isoformat(), number - 1))


def last_day(plan: dict[str, Any], number: int = 1) -> date:
    """The last day of the plan's year, or of the ``number``-th year from it."""
    return first_day(plan, number + 1) - timedelta(days=1)


def months_of(plan: dict[str, Any], count: int) -> list[tuple[int, int]]:
    """(year, month) of every month of ``count`` years from the first of the plan, in order: 12 a year, and one more at the end where
    the year begins within a month."""
    begins, ends = first_day(plan), last_day(plan, count)
    return [(n // 12, n % 12 + 1) for n in range(begins.year * 12 + begins.month - 1, ends.year * 12 + ends.month)]


def year_name(plan: dict[str, Any], number: int = 1) -> str:
    """What the plan's year, or the ``number``-th from it, is called: ``2026``, or ``2026/27`` where it ends in the next."""
    begins, ends = first_day(plan, number), last_day(plan, number)
    return str(begins.year) if begins.year == ends.year else f"{begins.year}/{ends.year % 100:02d}"
