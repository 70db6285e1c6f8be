"""Choices, yes and no: the value that a cell's label, code or short form surely stands for."""

from decimal import Decimal
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.findings import Finding
from perfxl.model.languages import quoted
from perfxl.model.terms import pick
from perfxl.model.texts import FORMS
from perfxl.workbook.sheets import parse_text
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values.numbers import exact_number, plain_number
from perfxl.workbook.values.remarks import TRUTH, repaired, value_finding


def as_choice(cell: Cell, field: Field, _language: str, _when: object) -> tuple[Any, list[Finding]]:
    """The value that ``cell`` chooses, None when it is none of the field's."""
    if field.cell == "yesno" and isinstance(cell.value, bool):
        return cell.value, []
    text = str(cell.value)
    exact = field.answers
    if field.cell == "choice" and isinstance(cell.value, Decimal):
        exact = exact | {_digits(exact_number(v)): v for v in field.schema.get("enum", ()) if isinstance(v, (int, float))}
        if (answer := exact.get(_digits(cell.value))) is not None:
            return answer, []
    if (value := exact.get(text.strip().casefold(), exact.get(text.strip()))) is not None:
        return value, []
    folded = {_folded(str(label)): value for label, value in exact.items()}
    if (value := folded.get(_folded(text))) is not None:
        return value, repaired(text, {language: field.labels(language).get(value, value) for language in FORMS}, field)
    said = {language: pick(TRUTH[cell.value], language) for language in FORMS} if isinstance(cell.value, bool) else text
    choices = {language: ", ".join(quoted(label, language) for label in field.labels(language).values()) for language in FORMS}
    return None, [value_finding("DATA06", field, found=said, choices=choices)]


def _digits(number: Decimal) -> str:
    return format(plain_number(number), "f")


def _folded(text: str) -> str:
    return "".join(parse_text.tidy(text).casefold().replace("ì", "i").replace("í", "i").replace("i'", "i").split()).rstrip(".")
