"""Sheets that are like one whose formulas are computed already come to what all their formulas come to."""

import io
import random

import pytest
from openpyxl import Workbook as Drawn
from openpyxl.workbook.defined_name import DefinedName

from perfxl import demo
from perfxl.stages import issue
from perfxl.stages.issue.fill import fill
from perfxl.workbook.formulas import likeness
from perfxl.workbook.formulas.calculating import compute
from perfxl.workbook.patch.workbook import Workbook

FORMULAS = ("IF(A1=\"\",\"\",A1&\"!\")", "IF(A2=\"\",0,A2*limit)", "SUMPRODUCT((A1:A4<>\"\")*1)+B4", "IF(A1=\"x\",A3,A4)+0", "there&A1", "IFERROR(A2/A3,\"none\")",
            "One!A1&A2", "Nowhere!A1", "SUMPRODUCT((A1:A4&\"\"=A2&\"\")*(LEN(A1:A4)>0))", "COUNTIF(A1:B4,\"x\")", "IF(A3>2,B5,B6)")
SHEETS = ("One", "Two", "Three")


def saved(edits: dict, limit: int = 10, there: str = "One!$A$2") -> bytes:
    """A workbook of three sheets of one make, with other things in some of their cells."""
    book, made = Drawn(), io.BytesIO()
    book.remove(book.active)
    for title in SHEETS:
        sheet = book.create_sheet(title)
        for row, formula in enumerate(FORMULAS, 1):
            sheet.cell(row, 2).value = f"={formula}"
        sheet["A4"] = 4
    for (title, at), value in edits.items():
        book[title][at] = value
    book.defined_names["limit"] = DefinedName("limit", attr_text=str(limit))
    book.defined_names["there"] = DefinedName("there", attr_text=there)
    book.save(made)
    return made.getvalue()


def computed(content: bytes) -> list:
    """The stored values of all formulas after they were computed anew."""
    book = Workbook(content)
    compute(book, "it", anew=True)
    return [(entry.name, row, *cell.stored) for entry in book.entries for row, _, cell in book.sheet(entry).computed()]


@pytest.fixture
def all_of(monkeypatch):
    """Computes a workbook as if nothing were like anything."""
    def run(content: bytes) -> list:
        with monkeypatch.context() as patched:
            patched.setattr(likeness, "likenesses", lambda book, language: {})
            return computed(content)
    monkeypatch.setattr(likeness, "_MANY", 1)
    monkeypatch.setattr(likeness, "_kept", {})
    return run


def test_any_values_and_formulas_in_sheets_of_one_make_come_to_what_all_of_them_come_to(all_of):
    chosen = random.Random(3)
    for _ in range(40):
        edits = {(chosen.choice(SHEETS), f"A{chosen.randint(1, 5)}"): chosen.choice(["x", "X", "10", 10, 3, 0, -2, None, True]) for _ in range(5)}
        if chosen.random() < 0.4:
            edits[chosen.choice(SHEETS), f"B{chosen.randint(1, 11)}"] = chosen.choice(["=1+1", "=A1", "=Two!A1", 5, "x", None])
        content = saved(edits, limit=chosen.choice([10, 20]), there=chosen.choice(["One!$A$2", "Two!$A$2"]))
        assert computed(content) == all_of(content), edits
    assert likeness._kept


def test_what_a_name_or_another_sheet_says_is_asked_anew_in_each_workbook(all_of):
    for there, title in (("One!$A$2", "One"), ("Three!$A$1", "Three"), ("Two!$A$1", "One")):
        content = saved({("One", "A1"): "first", (title, "A2"): "second", ("Two", "A1"): "third"}, there=there)
        assert computed(content) == all_of(content)


def test_a_value_that_cannot_be_computed_any_more_does_not_stay(all_of):
    book = Workbook(saved({}))
    for entry in book.entries:
        for row, column, _ in list(book.sheet(entry).computed()):
            book.sheet(entry).put_stored(row, column, "of before", "str")
    found = computed(book.save())
    assert found == all_of(book.save())
    assert {value for _, row, value, _ in found if row == 8} == {None} and "of before" not in {value for _, _, value, _ in found}


def test_a_form_that_is_filled_in_says_what_it_says_when_everything_is_computed(monkeypatch):
    content = demo.plan()
    document = issue.returns(content, "interim")["S2"]
    form = issue.issue(document, content)
    for number, objective in enumerate(document["objectives"]):
        objective.setdefault("holding", {})["reading"] = {"status": "partial", "percent": 10 + number}
    filled = fill(form, document)[0]
    with monkeypatch.context() as patched:
        patched.setattr(likeness, "likenesses", lambda book, language: {})
        assert _stored(fill(form, document)[0]) == _stored(filled)


def _stored(content: bytes) -> list:
    book = Workbook(content)
    return [(entry.name, row, column, *cell.stored) for entry in book.entries for row, column, cell in book.sheet(entry).computed()]
