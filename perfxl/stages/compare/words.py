"""How the values of a comparison are written for a reader: figures, codes in words, links."""

import re
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from perfxl.model import documents
from perfxl.model.arithmetic import rounded
from perfxl.model.fields import objective_fields, walk
from perfxl.model.terms import cached_in_words
from perfxl.model.texts import Texts, area

#: A link longer than this is not made one: Excel's own limit.
LONGEST = 250
_PLACEHOLDER = re.compile(r"\{\w+\}")


def figure(text: str | None, language: str, unit: str = "") -> str:
    """A figure: ``97,98%``; a dash where there is none."""
    if text is None:
        return "–"
    number = format(Decimal(text).normalize(), "f") if unit != "%" else format(rounded(Decimal(text)), "f")
    return (number.replace(".", ",") if language == "it" else number) + unit


@cached_in_words
def directions(language: str) -> dict[str, str]:
    """The directions of an indicator in words, by code."""
    results = next(f for f in objective_fields() if f.path == ("sheet", "results"))
    return next(f for f in results.items if f.path == ("direction",)).labels(language)


@cache
def _rules() -> dict[str, Any]:
    return {f.key: f for f in walk(documents.schema("plan"), "plan") if f.path[0] == "rules"}


@cached_in_words
def rules(text: str, language: str) -> str:
    """The rules of a body in words, as the plan workbook names them."""
    pairs = (part.partition("=")[::2] for part in text.split("; ") if part)
    return "; ".join(f"{_rules()[k].title(language)}: {_rules()[k].labels(language).get(v, v)}" if k in _rules() else f"{k}: {v}" for k, v in pairs)


def severity(code: str, language: str) -> str:
    """A severity in words."""
    return Texts("cli", language)(f"severity_{code}")


def finding(code: str, language: str) -> str:
    """What the findings of ``code`` expect, as their catalogue says; "" for one that is of another version."""
    known = area("findings").get(code)
    return _PLACEHOLDER.sub("…", known[language]["expected"]) if known else ""


def link(path: str) -> str | None:
    """A relative path as the address of a link; None where it is too long."""
    address = quote(path, safe="/:")
    return address if len(address) <= LONGEST else None
