"""One value between a cell and a document, both ways.

What is certain is repaired and listed as a note with before and after; what is not is an error that quotes
what was found, and the value stays out. Findings come without a place: who knows the cell adds it.

Here stand the two ways; what each kind of field makes of a cell in ``texts``, ``choices``, ``numbers`` and ``dates``,
how its reader sees a value in ``words``.
"""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from perfxl.model.fields import Field
from perfxl.model.findings import Finding
from perfxl.model.readings import CLEARED
from perfxl.workbook.sheets import parse_text
from perfxl.workbook.sheets.formats import LATER_1904
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values.choices import as_choice
from perfxl.workbook.values.dates import When, as_date, counted_day
from perfxl.workbook.values.numbers import as_number, as_percent, exact_number
from perfxl.workbook.values.remarks import cell_shown, value_finding
from perfxl.workbook.values.texts import accepted_text, as_lines, as_text
from perfxl.workbook.values.words import likely_percent, percent_words, shown, struck_words, weight_words

__all__ = ["Content", "from_cell", "likely_percent", "percent_words", "shown", "to_cell", "weight_words"]

_NUMBERS = ("integer", "number", "percent", "money")
#: Words in a row, as no formula has them.
_PROSE = re.compile(r"\s*[^\W\d_]+(?:['’ ]+[^\W\d_]+){2}")


class Content(NamedTuple):
    """What a writer puts in a cell: ``kind`` is text, number, date, bool or blank; ``content`` str, Decimal, date,
    bool or None. A percentage is a number, the fraction."""

    kind: str
    content: str | Decimal | datetime.date | bool | None


def to_cell(value: Any, field: Field, language: str) -> Content:
    """What stands in a cell for ``value`` of ``field``, in a form in ``language``."""
    if value is None:
        return Content("blank", None)
    if field.cell in ("choice", "yesno"):
        return Content("text", field.labels(language).get(value, str(value)))
    if field.cell == "lines":
        return Content("text", "\n".join(value))
    if value == CLEARED and field.clears:
        return Content("text", CLEARED)
    if field.cell == "date":
        return Content("date", datetime.date.fromisoformat(value))
    if field.cell in _NUMBERS:
        exact = exact_number(value)
        return Content("number", exact.scaleb(-2) if field.cell == "percent" else exact)
    return Content("text", str(value))


def from_cell(cell: Cell, field: Field, language: str | None = None, *, year: int | None = None,
              edge: str = "", from_1904: bool = False) -> tuple[Any, list[Finding]]:
    """The value of ``field`` in ``cell`` as documents hold it (None when blank or unusable), and what was noticed.

    ``language`` of the form, Italian when not given: how a number becomes text. ``year``: the plan's, for dates
    written without one; ``edge`` (``start``, ``end``): which day a month stands for, when the field's key does not say;
    ``from_1904``: whether days without a date's format are counted from 1904.
    """
    if cell.kind == "text" and cell.formula is None and not cell.struck and field.cell in ("text", "long"):
        return accepted_text(cell.text, field)
    findings = []
    if cell.struck:
        findings.append(value_finding("FORM34", field, found=struck_words(cell.struck)))
    if cell.kind == "error":
        return None, [value_finding("FORM08", field, found=cell.error)]
    if cell.kind == "picture":
        return None, [value_finding("FORM35", field)]
    if cell.formula is not None and cell.kind in ("blank", "number") and _PROSE.match(cell.formula):
        cell = cell._replace(kind="text", value="=" + cell.formula, formula=None)  # a text that a program took for a formula
    if cell.formula is not None:
        if cell.kind == "blank":
            return None, [value_finding("FORM07", field, found="=" + cell.formula)]
        findings.append(value_finding("FORM06", field, found="=" + cell.formula, value=cell_shown(cell)))
    if cell.kind == "blank" or (cell.kind == "text" and not (cell.text.isalnum() or parse_text.tidy(cell.text))):
        return None, findings
    if field.cell == "date" and isinstance(cell.value, Decimal):
        value, noticed = counted_day(cell, field, cell.value + (LATER_1904 if from_1904 else 0))
    else:
        value, noticed = _READERS[field.cell](cell, field, language or "it", When(year, edge))
    return value, findings + noticed


#: What each kind of field makes of a cell that says something.
_READERS: dict[str, Callable[[Cell, Field, str, When], tuple[Any, list[Finding]]]] = {
    "text": as_text, "long": as_text, "lines": as_lines, "choice": as_choice, "yesno": as_choice,
    "integer": as_number, "number": as_number, "money": as_number, "percent": as_percent, "date": as_date}
