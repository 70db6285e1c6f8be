"""What stands in a column of a list: whether it fits a field, and what a cell means there."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from perfxl.model.texts import LANGUAGES
from perfxl.stages.intake.targets import (
    Target,
    plain,
    targets,
)
from perfxl.workbook import values
from perfxl.workbook.sheets import Cell

#: How many cells of a column are looked at; the share of them that has to fit.
LOOKED, FIT = 60, 0.6
#: Under this share what stands in a column contradicts a heading that says clearly what it is.
CONTRADICTED = 0.2
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}\.\d{3,6}\Z")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_PERCENTAGE = re.compile(r"\s*([+\-−]? ?\d{1,6}(?:[.,]\d{1,6})?)\s*%\s*\Z")
_BY = re.compile(r"\s*(?:entro(?:\s+e non oltre)?(?:\s+(?:il|la data del|fine))?|fino al?|dal|al|by|before|until)\s+(?=\d|[a-z]{3})", re.I)
_LEAST = re.compile(r"\s*(?:≥|>=|almeno|minimo|min\.?|at least|not less than)\s*(?=\d)", re.I)

#: What says of a target that it is the most there may be.
MOST = re.compile(r"\s*(?:≤|<=|<|al massimo|massimo|max\.?|non oltre|non più di|fino a|at most|no more than|not more than|maximum|under|up to)\s*(?=\d)", re.I)

#: A number and its unit: ``40 ore``, ``n. 12 eventi``, ``n. 3``; not what makes it another number, nor a day.
_WITH_UNIT = re.compile(r"\s*(?:nr?\.?\s*)?([+-]?\d[\d.,]*)(?:\s+(?!(?:mil|mln|mld|k\b|thousand|billion|hundred|circa|about|o\b|e\b|or\b|and\b|oppure|su\b|di\b|of\b|per\b|a\b|to\b|entro|gen|feb|mar|apr|mag|may|giu|jun|lug|jul|ago|aug|set|sep|ott|oct|nov|dic|dec)[a-z]*\b)"
                        r"([^\W\d_][^\d\n;,%€]{0,24}))?\s*\Z", re.I)
_CURRENCY = re.compile(r"[€£$]|\b(?:euro|eur|gbp|usd)\b\.?", re.I)
_ENGLISH = re.compile(r"\s*[+-]?\d{1,3}(?:,\d{3})+\.\d{1,2}\s*\Z|\s*[+-]?\d{1,3}(?:,\d{3}){2,}\s*\Z")


def fits(cells: list[Cell], target: Target, least: float = FIT) -> bool:
    """Whether what stands in a column may be values of ``target``: at least the share ``least`` of it."""
    if not cells:
        return True
    if target.key.endswith("email"):
        return _share(cells, lambda c: c.kind == "text" and bool(_EMAIL.match(c.text.strip()))) >= least
    if target.key == "results/target":
        return _share(cells, lambda c: as_day(c) is not None
                      or _said_for(replace_text(c, MOST.sub("", c.text)) if c.kind == "text" else c, target) is not None) >= least
    if target.cell in ("date", "percent", "number", "integer", "money", "yesno", "choice"):
        return _share(cells, lambda c: _said_for(c, target) is not None) >= least
    if target.path[-1] == "name" and _share(cells, lambda c: c.kind == "text" and bool(_EMAIL.match(c.text.strip()))) >= FIT:
        return False
    if target.cell == "long" or target.path[-1] in ("title", "name", "text"):
        return _share(cells, lambda c: c.kind in ("date", "number", "bool")) <= 1 - least
    return True


def as_meant(cell: Cell, target: Target) -> Cell:
    """``cell`` without what lists write around a value of ``target``: "entro il" before a day, "at least" before a number, the sign
    of a currency; 95 % of an indicator is 95, a cell's own or typed as text."""
    if cell.formula is not None:
        return cell
    if target.cell == "number" and isinstance(cell.value, Decimal) and cell.percent:
        return Cell(cell.value * 100, "number")
    if cell.kind != "text":
        return cell
    if target.cell == "choice":
        return _choice(cell, target)
    if target.cell == "date":
        return replace_text(cell, _BY.sub("", cell.text))
    if target.cell not in ("number", "money", "integer"):
        return cell
    text = _LEAST.sub("", _CURRENCY.sub("", cell.text))
    amount = _WITH_UNIT.match(text)
    text = amount[1] if amount else text
    typed = _PERCENTAGE.match(text) if target.cell == "number" else None
    if typed:
        return Cell(Decimal(typed[1].replace(" ", "").replace(",", ".").replace("−", "-")), "number")
    english = _ENGLISH.match(text)  # commas between thousands: a point says so
    return Cell(Decimal(english[0].strip().replace(",", "")), "number") if english else replace_text(cell, text)


def unit_of(cell: Cell) -> str:
    """The unit that a value is written with; "" where it is a number alone, or none."""
    amount = _WITH_UNIT.match(_LEAST.sub("", cell.text)) if cell.kind == "text" and cell.formula is None and not _CURRENCY.search(cell.text) else None
    return " ".join((amount[2] or "").split()) if amount else ""


def as_day(cell: Cell) -> str | None:
    """The day that stands in ``cell``, in a target that is to be reached by then; None where none does."""
    if cell.kind != "date" and not (cell.kind == "text" and len(cell.text) < 60 and re.search(r"\d[./-]\d|[a-z]{3}", cell.text, re.I)):
        return None
    return _said_for(cell, _day())


def _said_for(cell: Cell, target: Target) -> Any:
    """The value that ``cell`` gives the field of ``target``; None where it gives none."""
    return values.from_cell(as_meant(cell, target), target.field)[0] if target.field else None


@cache
def _day() -> Target:
    return targets()["results/deadline"]


def _choice(cell: Cell, target: Target) -> Cell:
    """``cell`` with the whole label of the one choice that it begins (``Trasversale`` of ``Trasversale di ente``)."""
    labels = [label for x in LANGUAGES for label in target.field.labels(x).values()] if target.field else []
    begun = dict.fromkeys(label for label in labels if plain(label).startswith(plain(cell.text) + " "))
    exact = any(plain(label) == plain(cell.text) for label in labels)
    return replace_text(cell, next(iter(begun))) if len(begun) == 1 and not exact and len(cell.text.strip()) > 3 else cell


def replace_text(cell: Cell, text: str) -> Cell:
    """``cell`` with another text, itself where it is the same."""
    return cell if text == cell.value else Cell(text.strip(), "text")


def by_contents(cells: list[Cell]) -> str:
    if len(cells) < 2:
        return ""
    if _share(cells, lambda c: c.kind == "text" and bool(_CODE.match(c.text.strip()))) >= FIT:
        return "objectives/code"
    if _share(cells, lambda c: c.kind == "text" and bool(_EMAIL.match(c.text.strip()))) >= FIT:
        return "sectors/email"
    return ""


def _share(cells: list[Cell], holds: Callable[[Cell], bool]) -> float:
    return sum(map(holds, cells)) / len(cells)
