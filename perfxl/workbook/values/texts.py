"""Texts: to the character where their field accepts them, else with the smallest repair that makes them acceptable."""

import datetime
import re
from decimal import Decimal
from functools import cache
from typing import Any

from perfxl.model import documents
from perfxl.model.fields import Field, resolve
from perfxl.model.findings import Finding
from perfxl.model.languages import number_text
from perfxl.model.terms import pick
from perfxl.workbook.sheets import lookalike, parse_text
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values.remarks import TRUTH, repaired, value_finding
from perfxl.workbook.values.words import percent_words

#: Blanks in a code that say nothing: beside a sign, between letters and digits; two words are no code.
_BETWEEN = re.compile(r"\s+(?=[^\w\s])|(?<=[^\w\s])\s+|(?<=[^\W\d_])\s+(?=\d)|(?<=\d)\s+(?=[^\W\d_])")
#: A text that any field accepts which has no form of its own (codes and identifiers have one).
_FREE_TEXT = "Un testo, libero (è così)"
#: What a text without a pattern of its own may be: anything that XML and JSON can both hold.
_ANY_TEXT = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f\\ufffe\\uffff]+$"
_CONTROL = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))


@cache
def _pattern(text: str | None) -> re.Pattern[str]:
    return re.compile(text or _ANY_TEXT)


@cache
def _free(pattern: str | None) -> bool:
    return pattern is None or bool(re.search(pattern, _FREE_TEXT))


def accepted_text(text: str, field: Field) -> tuple[str | None, list[Finding]]:
    """``text`` to the character when ``field`` accepts it, else with the smallest repair that makes it acceptable."""
    pattern = _pattern(field.schema.get("pattern"))
    if text.isascii():
        if pattern.search(text):
            return (text if text.strip() else None), []
    elif not (text[0].isalnum() or parse_text.tidy(text)):  # marks that nobody sees say nothing
        return None, []
    elif pattern.search(text):
        return text, _unseen(text, field)
    if not text.strip():
        return None, []
    candidates = [text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")]
    candidates.append(candidates[-1].translate(_CONTROL))
    if field.cell != "long" and "pattern" in field.schema:
        candidates.append(" ".join(candidates[-1].split()))
    if not _free(field.schema.get("pattern")):
        bare = _BETWEEN.sub("", parse_text.tidy(text).strip())
        candidates += [parse_text.tidy(text), bare, bare.upper()]
    for index, candidate in enumerate(candidates):
        if pattern.search(candidate):
            return candidate, repaired(text, candidate, field) if index else []
    if not _free(field.schema.get("pattern")):
        for candidate in (lookalike.plain(bare), lookalike.plain(bare).upper()):
            if pattern.search(candidate):
                return candidate, [value_finding("DATA23", field, found=text, letters=lookalike.letters(bare), after=candidate)]
    return text, []


def _unseen(text: str, field: Field) -> list[Finding]:
    """Marks in a text that its reader does not see."""
    if lookalike.TURNING.search(text):
        return [value_finding("DATA24", field, found=text, marks=lookalike.names(text))]
    return [value_finding("DATA25", field, found=text, marks=lookalike.names(text))] if lookalike.UNSEEN.search(text) else []


def as_text(cell: Cell, field: Field, language: str, _when: object) -> tuple[str | None, list[Finding]]:
    """What ``cell`` says as a text, a number or a day as it is written in ``language``."""
    value = cell.value
    free = _free(field.schema.get("pattern"))
    if isinstance(value, bool):
        word = pick(TRUTH[value], language)
        return word, repaired(value, word, field)
    if isinstance(value, datetime.date):
        text = value.strftime("%d/%m/%Y")
        return (text, []) if free else (None, [value_finding("DATA22", field, found=text)])
    if isinstance(value, Decimal):
        shown = percent_words(value.scaleb(2))[language] if cell.percent else ""
        return _number_text(value, field, shown=shown, language=language if free else "")
    return accepted_text(cell.text, field)


def _number_text(number: Decimal, field: Field, *, shown: str, language: str) -> tuple[str, list[Finding]]:
    """``number`` in a field of texts; ``shown``: the percentage that its cell shows, "" for none; ``language``: how it is
    written, "" in a code, which has none."""
    whole = number == number.to_integral_value()
    text = shown or format(number.quantize(Decimal(1)) if whole and abs(number) < 10**27 else number.normalize(), "f")
    if whole and not shown:
        return text, [value_finding("DATA20", field, found=text)] if len(text.lstrip("-")) > 15 else []
    text = number_text(text, language) if language else text
    return text, repaired(number, text, field)


def as_lines(cell: Cell, field: Field, language: str, when: object) -> tuple[list[str] | None, list[Finding]]:
    """The lines of ``cell`` that say something, each as a text."""
    item = Field(field.path, "text", schema=_item_schema(field), open=field.open, shown=field.shown)
    if cell.kind != "text":
        value, findings = as_text(cell, item, language, when)
        return [value] if value is not None else None, findings
    values, findings = [], []
    for line in cell.text.replace("\r\n", "\n").split("\n"):
        value, noticed = accepted_text(line, item)
        findings += noticed
        if value is not None:
            values.append(value)
    return values or None, findings


def _item_schema(field: Field) -> dict[str, Any]:
    items = field.schema.get("items", {})
    home = next((n for n in ("objective", "plan") if not items.get("$ref", "").startswith("#/")
                 or items["$ref"].split("/")[-1] in documents.schema(n)["$defs"]), "objective")
    items = resolve(items, home)[0]
    return {**items, "title": field.title("it"), "x-en": {"title": field.title("en")}}
