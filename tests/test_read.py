"""Reading a returned workbook: what was filled in comes back, to the character, whatever happened to the file."""

import subprocess
from decimal import Decimal

import pytest
from full_return import EXTENSION, document
from plain_form import form

from perfxl import documents
from perfxl.read import read


def codes(reading, *, notes: bool = False) -> list[str]:
    return [f.code for f in reading.findings if notes or f.severity != "note"]


def test_the_sample_is_a_valid_return():
    assert [(v.path, v.rule) for v in documents.violations("return", document(), EXTENSION)] == []


def test_every_field_comes_back():
    filled = document()
    reading = read(form(filled, EXTENSION), "S1.xlsx", EXTENSION)
    assert documents.dumps(reading.document) == documents.dumps(filled)
    assert codes(reading, notes=True) == []
