"""What the consolidated workbook says of returned files and of rounds that are still to come."""

import io
from copy import deepcopy

import openpyxl
import pytest

from perfxl.model import documents
from perfxl.stages.consolidate import workbook as result


@pytest.fixture(scope="module")
def told(demo_year):
    """The workbook of the interim in which S1 sent an earlier version with other considerations, by language."""
    document = deepcopy(documents.load(demo_year.result("interim")))
    source = next(s for s in document["sources"] if s["sector"] == "S1")
    earlier = {**source, "file": "ricevute/interim/bozza.xlsx", "sha256": "0" * 64, "verdict": "superseded",
               "compilation": {**source["compilation"], "considerations": "Ancora da scrivere."}}
    document["sources"].append(earlier)
    book = openpyxl.load_workbook(io.BytesIO(result.write(document, "it")))
    return document, book


def texts(sheet) -> list[str]:
    return [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]


def test_every_returned_file_says_what_became_of_it(told):
    _, book = told
    rows = list(book["Fonti"].iter_rows(min_row=4, values_only=True))
    column = rows[0].index("Esito della lettura")
    said = {row[1]: row[column] for row in rows[1:15]}
    assert said["ricevute/interim/bozza.xlsx"] == "Superato"
    assert said["ricevute/interim/scheda_S1.xlsx"] == "Usato"


def test_what_a_superseded_version_considers_is_not_told_for_the_sector(told):
    assert "Ancora da scrivere." not in texts(told[1]["S1"])


def test_a_round_does_not_tell_what_was_said_in_a_later_one(told):
    document, book = told
    later = {c["sector"]: c["text"] for c in document["content"]["considerations"] if c["round"] == "final"}
    asked = [r for r in document["content"]["requests"] if r["round"] == "final" and r["sector"] == "S1"]
    assert later["S1"] and asked
    shown = " ".join(texts(book["S1"]))
    assert later["S1"] not in shown and asked[0]["question"] not in shown
