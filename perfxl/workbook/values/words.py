"""Values as their readers see them: percentages, weights, choices, days, by language where they differ."""

import re
from decimal import Decimal
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.languages import number_text
from perfxl.model.points import sign
from perfxl.model.texts import FORMS


def percent_words(points: int | Decimal) -> dict[str, str]:
    """Percent points as findings quote them: ``12,5%``, in English ``12.5%``."""
    text = format(Decimal(points).normalize(), "f") + "%"
    return {language: number_text(text, language) for language in FORMS}


def weight_words(weight: int | Decimal, points: bool) -> dict[str, str]:
    """A weight as findings quote it: ``12,5%``, or ``12,5 punti``."""
    if not points:
        return percent_words(weight)
    text = format(Decimal(weight).normalize(), "f")
    return {language: number_text(text, language) + sign(language, points) for language in FORMS}


def struck_words(struck: str) -> str | dict[str, str]:
    """What is struck out, a number as its reader sees it."""
    number = re.fullmatch(r"-?\d+\.\d+%?", struck)
    return {language: number_text(struck, language) for language in FORMS} if number else struck


def likely_percent(points: Decimal) -> Decimal:
    """What was probably meant by percent points above 0 and below 1: typed in a cell of percentages, 0,35 becomes 0,35 %."""
    return points.scaleb(2)


def shown(value: Any, about: Field) -> Any:
    """A document's value as its cell shows it to a reader, by language where they differ; None for nothing."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value is None:
        return None
    if (about.cell == "percent" or about.schema.get("x-points")) and not isinstance(value, (str, bool)):
        return weight_words(Decimal(str(value)), points=about.cell != "percent")
    if about.cell in ("choice", "yesno"):
        return {language: about.labels(language).get(value, value) for language in FORMS}
    if about.cell == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "/".join(reversed(value.split("-")))
    return value
