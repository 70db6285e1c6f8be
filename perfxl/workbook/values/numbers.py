"""Numbers, amounts and percentages: what a cell holds as documents hold it."""

import re
from decimal import Decimal
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.findings import Finding
from perfxl.workbook.sheets import parse_text
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values.remarks import cell_shown, repaired, value_finding
from perfxl.workbook.values.words import percent_words

#: What is written beside an amount: the currency, and the dashes that stand for no cents.
_CURRENCY = re.compile(r"€|\b(?:euro|eur)\b\.?|\s*[.,]?\s*(?:[-–—=]{1,2}|//)\s*(?=(?:€|euro|eur)?\.?$)", re.I)


def exact_number(value: Any) -> Decimal:
    """A document's number, to the digit."""
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def plain_number(value: Decimal) -> int | Decimal:
    """``value`` as documents hold it: an int when it is whole."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def as_number(cell: Cell, field: Field, _language: str, _when: object) -> tuple[int | Decimal | None, list[Finding]]:
    """The number in ``cell``, None when it is none that ``field`` accepts."""
    findings: list[Finding] = []
    if isinstance(cell.value, Decimal):
        if cell.percent:
            return None, [value_finding("DATA13", field, found=cell_shown(cell))]
        value = plain_number(cell.value)
    elif isinstance(cell.value, str):
        text = parse_text.tidy(cell.value)
        if field.cell == "money":
            text = _CURRENCY.sub("", text).strip()
        number, problem = parse_text.number(text, whole_groups=field.cell == "money")
        if number is None:
            return None, [value_finding("DATA12" if problem == "ambiguous" else "DATA11", field, found=cell.value)]
        value = plain_number(number)
        findings = repaired(cell.value, number, field)
    else:
        return None, [value_finding("DATA11", field, found=cell_shown(cell))]
    if field.cell == "integer" and not isinstance(value, int):
        return None, [value_finding("DATA19", field, found=cell_shown(cell))]
    return value, findings


def as_percent(cell: Cell, field: Field, _language: str, _when: object) -> tuple[int | Decimal | None, list[Finding]]:
    """Percent points. A percent cell holds a fraction; any other number is points when above 1, a fraction below."""
    if isinstance(cell.value, Decimal) and cell.percent:
        points = _points(cell.value)
        if cell.value > 1 and points > field.schema.get("maximum", points):
            return None, [value_finding("DATA14", field, found=cell_shown(cell))]
        return points, []
    if isinstance(cell.value, Decimal):
        number, sign = cell.value, cell.points
    elif isinstance(cell.value, str):
        text = parse_text.tidy(cell.value)
        sign = text.endswith("%")
        typed, _problem = parse_text.number(text.rstrip("%") if text.endswith("%%") else text.removesuffix("%"), small=True)
        if typed is None:
            return None, [value_finding("DATA11", field, found=cell.value)]
        if text.endswith("%%"):  # Calc adds a sign to the one that was typed: nothing that its writer would see
            return plain_number(typed), []
        number = typed
    else:
        return None, [value_finding("DATA11", field, found=cell_shown(cell))]
    if number == 1 and not sign:
        return None, [value_finding("DATA15", field, found=cell_shown(cell))]
    points = plain_number(number) if sign or abs(number) > 1 or not number else _points(number)
    return points, repaired(cell.value, percent_words(points), field) if number or cell.kind == "text" else []


def _points(fraction: Decimal) -> int | Decimal:
    digits = len(fraction.normalize().as_tuple().digits)
    if digits > 15:  # what arithmetic left behind the digits a spreadsheet shows
        fraction = Decimal(f"{fraction:.14e}")
    return plain_number(fraction.scaleb(2))
