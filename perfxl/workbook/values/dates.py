"""Days: typed as dates, written as texts, or counted as spreadsheets count them."""

import datetime
from decimal import Decimal
from typing import NamedTuple

from perfxl.model.fields import Field
from perfxl.model.findings import Finding
from perfxl.model.readings import CLEARED
from perfxl.workbook.sheets import parse_text
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values.remarks import cell_shown, repaired, value_finding

#: How people say that a date holds no more.
_CLEARS = frozenset(("–", "-", "—", "−", "nessuna", "nessuna data", "tolta", "annullata", "none", "no date", "cleared"))
_SERIAL = (Decimal(32874), Decimal(73050))  # 1990-01-01 and 2099-12-31 as spreadsheets count days
_PROBLEMS = {"unreadable": "DATA16", "impossible": "DATA17", "no_year": "DATA18", "ambiguous": "DATA21"}


class When(NamedTuple):
    """What completes a date that is written in part: ``year``, None when nobody knows it; ``edge`` (``start``, ``end``):
    which day of it a month stands for, "" for what the field's key says."""

    year: int | None
    edge: str


def as_date(cell: Cell, field: Field, _language: str, when: When) -> tuple[str | None, list[Finding]]:
    """The day in ``cell``, in ISO 8601; ``CLEARED`` where it says that the field's day holds no more."""
    if isinstance(cell.value, datetime.datetime):
        return cell.value.date().isoformat(), repaired(f"{cell.value:%d/%m/%Y %H:%M}", f"{cell.value:%d/%m/%Y}", field)
    if isinstance(cell.value, datetime.date):
        return cell.value.isoformat(), []
    if not isinstance(cell.value, str):
        return None, [value_finding("DATA16", field, found=cell_shown(cell))]
    if field.clears and parse_text.tidy(cell.value).strip(".").casefold() in _CLEARS:
        return CLEARED, []
    year = when.year
    if year and "x-year" in field.schema:
        year += field.schema["x-year"] - 1
    day, problem = parse_text.day(cell.value, year, when.edge or _edge(field))
    if day is None:
        return None, [value_finding(_PROBLEMS[problem], field, found=cell.value)]
    return day.isoformat(), repaired(cell.value, day.strftime("%d/%m/%Y"), field)


def _edge(field: Field) -> str:
    key = field.key.split("_")[0]
    return "start" if key in ("start", "from") else "end" if key in ("end", "to", "deadline") else ""


def counted_day(cell: Cell, field: Field, count: Decimal) -> tuple[str | None, list[Finding]]:
    """The day that the number in ``cell``, without a date's format, stands for: ``count`` days from 30 December 1899."""
    if cell.percent or count != count.to_integral_value() or not _SERIAL[0] <= count <= _SERIAL[1]:
        return None, [value_finding("DATA16", field, found=cell_shown(cell))]
    day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(count))
    return day.isoformat(), repaired(cell.value, day.strftime("%d/%m/%Y"), field)
