"""Tables as text, the way a person reads a sheet: what tests give and what they expect.

``rows`` and ``blocks`` read a table into rows by its captions, ``typed`` makes of a text what a clerk's cell would hold, ``lines`` and
``shown`` put what is expected and what was found in the same form, so that a difference reads as a row that changed. A line break
inside a cell is written ⏎, what stands between double quotes is that text, and a cell of which it matters that it was emptied is
``(vuoto)``.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.findings import BLANK, Finding, quote

EMPTIED = BLANK["it"]
#: What a column of findings is called, and what of a finding stands in it; ``.name`` is one of its values.
OF_A_FINDING = {"code": lambda f: f.code, "file": lambda f: f.place.file, "sheet": lambda f: f.place.sheet, "cell": lambda f: f.place.cell,
                "field": lambda f: f.field_in("it"), "path": lambda f: f.path, "sector": lambda f: f.sector, "objective": lambda f: f.objective,
                "severity": lambda f: f.severity, "to": lambda f: f.to, "found": lambda f: f.say("it")["found"]}


def cells(line: str) -> list[str]:
    """The cells of a line, without the blanks around them."""
    return [cell.strip() for cell in line.strip().split("|")]


def lines(text: str) -> list[str]:
    """The lines of a table, blank ones left out, their cells one blank apart whatever their width was."""
    return [" | ".join(cells(line)).strip() for line in text.splitlines() if line.strip()]


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a table by its captions, which are its first line; a shorter row is blank to the right."""
    head, *body = [cells(line) for line in text.splitlines() if line.strip()]
    assert all(len(row) <= len(head) for row in body), "a row has more cells than there are captions"
    return [dict(zip(head, row + [""] * (len(head) - len(row)), strict=True)) for row in body]


def cases(text: str) -> list[list[dict[str, str]]]:
    """The rows of a table by case: a row whose first cell is blank goes on with the case above."""
    grouped: list[list[dict[str, str]]] = []
    for row in rows(text):
        if next(iter(row.values())):
            grouped.append([])
        grouped[-1].append(row)
    return grouped


def blocks(text: str) -> dict[str, list[dict[str, str]]]:
    """Several tables, each under a line with its name, a blank line between them, by name."""
    parts = [[line for line in part.splitlines() if line.strip()] for part in re.split(r"\n[ \t]*\n", text)]
    return {name.strip(): rows("\n".join(lines)) for name, *lines in filter(None, parts)}


def shown(items: Iterable, *columns: str) -> list[str]:
    """``items`` (dicts, or values with fields) as the lines of a table with ``columns``; ``lines`` gives what is expected."""
    return [" | ".join(_said(item.get(c) if isinstance(item, dict) else getattr(item, c)) for c in columns).strip() for item in items]


def finding_lines(findings: Iterable[Finding], columns: str = "code | sheet | cell") -> list[str]:
    """``findings`` as the lines of a table; ``columns``: among ``OF_A_FINDING``, or ``.name`` for one of its values."""
    wanted = cells(columns)
    return [" | ".join(quote(f.values.get(c[1:]), "it") if c[0] == "." else OF_A_FINDING[c](f) for c in wanted).strip() for f in findings]


def _said(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return " · ".join(value)
    return "" if value is None else value.replace("\n", "⏎") if isinstance(value, str) else quote(value, "it")


def typed(field: Field, text: str) -> Any:
    """What documents hold of ``field`` when ``text`` stands in its cell; None for a blank one. What does not fit the field stays a
    text: the tests are of what people type."""
    if text in ("", EMPTIED):
        return None
    quoted, text = text[0] == text[-1] == '"' and len(text) > 1, text.replace("⏎", "\n")
    if quoted:
        return text[1:-1]
    if field.cell in ("choice", "yesno"):
        return field.answers.get(text.casefold(), text)
    if field.cell == "lines":
        return text.split("\n")
    if field.cell == "date" and (day := re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})", text)):
        return f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
    if field.cell in ("percent", "number", "money", "integer") and re.fullmatch(r"-?[\d.]*\d(,\d+)?\s?%?", text):
        number = Decimal(text.rstrip("% ").replace(".", "").replace(",", "."))
        return int(number) if number == number.to_integral_value() else number
    return text


def seen(field: Field, value: Any) -> str:
    """What a clerk sees in the cell of ``field`` that holds ``value``: the text of which ``typed`` makes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "⏎".join(map(str, value))
    if field.cell in ("choice", "yesno") and (label := field.labels("it").get(value if isinstance(value, str) else str(value).lower())):
        return label
    if field.cell == "date" and isinstance(value, str):
        return "/".join(reversed(value.split("-")))
    if isinstance(value, str | bool):
        return _said(value)
    number = f"{Decimal(str(value)).normalize():f}".replace(".", ",")
    return f"{number}%" if field.cell == "percent" else number
