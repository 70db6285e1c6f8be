"""What is noticed while a cell is read: findings that name the field, without a place."""

from decimal import Decimal
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.findings import Finding, quote
from perfxl.model.texts import LANGUAGES
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values.words import percent_words

#: What cells show for a truth value.
TRUTH = ({"it": "FALSO", "en": "FALSE"}, {"it": "VERO", "en": "TRUE"})


def value_finding(code: str, field: Field, **values: Any) -> Finding:
    """The finding ``code`` about a value of ``field``."""
    return Finding(code, values=values, field={"it": field.title("it"), "en": field.title("en")})


def repaired(before: Any, after: Any, field: Field) -> list[Finding]:
    """The note that ``before`` was taken for ``after``; none where a reader would see no difference."""
    alike = all(quote(before, language) == quote(after, language) for language in LANGUAGES)
    return [] if alike else [value_finding("DATA10", field, before=before, after=after)]


def cell_shown(cell: Cell) -> Any:
    """A cell's value for a finding: as its reader sees it, near enough."""
    if cell.percent and isinstance(cell.value, Decimal):
        return percent_words(cell.value.scaleb(2))
    return None if isinstance(cell.value, str) and not cell.value.strip() else cell.value
