"""Every finding of the catalogue as a user reads it, with values of the kinds that checks put into it: words only, and of one language."""

import re
from decimal import Decimal

import pytest

from perfxl.model.findings import Finding, Place
from perfxl.model.texts import area

CATALOGUE = area("findings")
PLACEHOLDER = re.compile(r"{(\w+)}")
#: What no reader should meet: a day of machines, a raw key, what programs print of their own values, a placeholder left as it is.
RAW = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b[a-z]+_[a-z_]+\b|\b[a-z]+/[a-z_]+/\d|\bNone\b|\bTrue\b|\bFalse\b|[{}\[\]]|additionalProperties"
                 r"|\b(?:null|undefined|datetime|Decimal)\b|\(\)|«»|“”|  ")
#: Words of one language that the other does not have; names of sheets, files, fields of other programs are not among them.
ENGLISH = re.compile(r"\b(?:the|was|were|is|are|has|been|this|that|which|with|from|expected|found|should|sheet|sector|round|value|of)\b", re.I)
ITALIAN = re.compile(r"\b(?:il|lo|gli|della|del|delle|dei|è|sono|che|questo|questa|ci si|aspettava|trovato|foglio|settore|tornata|valore)\b", re.I)
#: Names that perfxl's folders, files, sheets and commands have in both languages.
NAMES = re.compile(r"«[^»]*»|“[^”]*”|perfxl \S+|--\w+|\bDIR\S*|\b[\w.-]+/[\w./-]*|\b(?:piano|registro|consolidato|corrispondenze)\.\w+|\bricevute\b|\bemesse\b"
                   r"|\bapprovati\b|\brisultati\b")


def values(code: str) -> dict:
    """A value for each placeholder of ``code``: a number where its name says one, else a name that belongs to no language."""
    names = {p for text in CATALOGUE[code]["it"].values() for p in PLACEHOLDER.findall(text)}
    return {name: Decimal("12.50") if name in NUMBERS else "Xyz" for name in names}


NUMBERS = {"count", "limit", "percent", "year", "length", "size", "depth", "days", "most", "least", "sum", "gap", "total", "whole", "number", "issue",
           "weight", "share", "line", "row", "column", "elapsed", "amber", "green"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_finding_is_said_in_words_of_its_language(code):
    finding = Finding(code, Place("ricevute/final/S1.xlsx", "S1.00001", "B5"), values(code))
    for language, foreign in (("it", ENGLISH), ("en", ITALIAN)):
        for said in finding.say(language).values():
            told = NAMES.sub("X", said)
            assert not RAW.search(told), said
            assert not foreign.search(told), said
