"""What a cell says after its address and its look, as a sheet has it: made once of what many cells say."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from perfxl.stages.consolidate.plain_text import clean

#: Signs of a text from which on it is hardly said twice; how many of the shorter ones are kept.
SHORT, KEPT = 48, 1 << 14
BLANK = "/>"

_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
#: Excel counts days from here, having a 29th of February 1900.
_BEFORE = date(1899, 12, 30).toordinal()


def text(value: str) -> str:
    """A text as it is: what XML cannot carry is made visible, what is beyond Excel's limit cut (``clean``)."""
    return _short(value) if len(value) <= SHORT else plain(clean(value))


@lru_cache(KEPT)
def _short(value: str) -> str:
    return plain(clean(value))


def plain(value: str) -> str:
    """A text that a cell can hold, as it is: never markup, nor one of Excel's escapes."""
    value = without_escapes(value)
    space = ' xml:space="preserve"' if value[:1].isspace() or value[-1:].isspace() else ""
    return f' t="inlineStr"><is><t{space}>{escape(value, quote=False)}</t></is></c>'


def without_escapes(value: str) -> str:
    """``value`` with what Excel would take for one of its escapes escaped."""
    return _ESCAPE.sub("_x005F_", value) if "_x" in value else value


def number(value: float) -> str:
    """A number."""
    return f"><v>{value:.16G}</v></c>"


def points(value: Any) -> float:
    """A percentage in points as the fraction a cell holds, the nearest to the exact one."""
    return float(Decimal(str(value)) / 100)


def percent(value: Any) -> str:
    """A percentage given in points, kept as a fraction."""
    return _percent(value) if value else number(points(value))  # zeros of either sign are the same to whoever keeps them


@lru_cache(KEPT)
def _percent(value: Any) -> str:
    return number(points(value))


@lru_cache(KEPT)
def day(value: str) -> str | None:
    """An ISO date as a date; None where it is no date of Excel's calendar."""
    try:
        known = date.fromisoformat(value)
    except ValueError:
        return None
    return None if known.year < 1901 else number(known.toordinal() - _BEFORE)


def formula(given: str, value: str | float) -> str:
    """A formula, without its sign of equality, and the value that it has: a number, or a text that is no error."""
    if value.__class__ is not str:
        return f"><f>{escape(given, quote=False)}</f><v>{value}</v></c>"
    kind = ' t="str"' if value else ""
    return f"{kind}><f>{escape(given, quote=False)}</f><v>{escape(value, quote=False)}</v></c>"
