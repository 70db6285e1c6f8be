"""Days of a form whose sheets were moved into a workbook that counts days from 1904: the same numbers are other days there."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

#: Days by which a number is a later day where days are counted from 1904.
LATER = timedelta(1462)
#: Days that have to be later, all by as much, before it is taken for what moved them.
ENOUGH = 3
#: Years after that of the plan in which its days can be.
SPAN = 2


def put_back(document: dict[str, Any], issued: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Write in ``document`` the days of the form as it was ``issued`` in place of those that are later by ``LATER``; their paths.
    Nothing is done where they are few. A day that was not issued stays: whoever typed it saw what stands there."""
    moved = list(_moved(document, issued, ()))
    if len(moved) < ENOUGH:
        return []
    for owner, key, day, _ in moved:
        owner[key] = day
    return [path for *_, path in moved]


def put_back_alone(document: dict[str, Any], year: int, front_days: Iterable[date]) -> list[tuple[str | int, ...]]:
    """As ``put_back``, of a form of ``year`` that is seen without the one it began as: its own front tells days (``front_days``) that are
    later than any of its year. Days beyond the three years of a plan are put back; a day that was typed stands within them."""
    if not any(day.year > year + SPAN and abs((day - LATER).year - year) <= 1 for day in front_days):
        return []
    moved = list(_beyond(document, year, ()))
    for owner, key, day, _ in moved:
        owner[key] = day
    return [path for *_, path in moved] if len(moved) >= ENOUGH else []


def _beyond(here: Any, year: int, path: tuple[str | int, ...]) -> Iterator[tuple[Any, str | int, str, tuple[str | int, ...]]]:
    """What holds a day beyond the years of the plan and by which key, the day that it was, and its path."""
    keys: Any = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
    for key in keys:
        value = here[key]
        if isinstance(value, dict | list):
            yield from _beyond(value, year, (*path, key))
        elif isinstance(value, str) and len(value) == 10:
            try:
                day = date.fromisoformat(value)
            except ValueError:
                continue
            if day.year > year + SPAN:
                yield here, key, (day - LATER).isoformat(), (*path, key)


def _moved(here: Any, there: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Any, str | int, str, tuple[str | int, ...]]]:
    """What holds the day and by which key, the day as it was issued, and its path; lists row by row, as the form has them."""
    keys: Any = ()
    if isinstance(here, dict) and isinstance(there, dict):
        keys = [key for key in here if key in there]
    elif isinstance(here, list) and isinstance(there, list):
        keys = range(min(len(here), len(there)))
    for key in keys:
        returned, issued = here[key], there[key]
        if isinstance(returned, str) and isinstance(issued, str) and is_later(returned, issued):
            yield here, key, issued, (*path, key)
        elif isinstance(returned, dict | list):
            yield from _moved(returned, issued, (*path, key))


def is_later(returned: str, issued: str) -> bool:
    """Whether ``returned`` is the day of ``issued`` read where days are counted from 1904."""
    try:
        return len(returned) == len(issued) == 10 and date.fromisoformat(returned) == date.fromisoformat(issued) + LATER
    except (ValueError, OverflowError):
        return False
