"""Copies of a sheet are computed only where something is written in them, and come to what all their formulas come to."""

import io
import random

import pytest
from openpyxl import Workbook as Drawn
from openpyxl.workbook.defined_name import DefinedName

from perfxl import demo
from perfxl.stages import issue
from perfxl.workbook.formulas import likeness
from perfxl.workbook.formulas.calculating import compute
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.workbook import Workbook

FORMULAS = {"B1": "=IF(A1=\"\",\"\",A1&\"!\")", "B2": "=IF(A2=\"\",\"\",A2*limit)", "B3": "=SUMPRODUCT((A1:A4<>\"\")*1)+B4", "B4": "=IF(A1=\"x\",A3,A4)+0",
            "B5": "=IF(A2=\"\",0,Other!A1)", "B6": "=IFERROR(A2/A3,\"none\")", "B7": "=B6", "B8": "=Other!B1+1", "B9": "=Nowhere!A1",
            # what formulas have in common: of columns in which some cells are another
            "B10": "=SUMPRODUCT((A1:A4&\"\"=A2&\"\")*(LEN(A1:A4)>0))", "B11": "=IF(B10>1,SUMPRODUCT(ISTEXT(A1:A4)*(A1:A4<>\"x\")),limit)",
            "B12": "=SUMPRODUCT((A1:A4=limit)*1)+SUMPRODUCT(ISTEXT(A1:A4)*(A1:A4<>\"x\"))", "B13": "=SUMPRODUCT((RIGHT(A1:A4,1)=\"x\")*(B1:B4<>\"\"))",
            "B14": "=SUMPRODUCT((A1:A4=Other!A1)*1)", "B15": "=SUMPRODUCT((A1:A4=there)*1)", "B16": "=COUNTIF(A1:B4,\"x\")+COUNTIF(B11:B12,\">0\")",
            "B17": "=IFERROR(SUMPRODUCT((A1:A4>0)*A1:A4),\"text\")", "B18": "=B16&B17", "B19": "=SUMPRODUCT((A1:A4<>\"\")*(B1:B2<>\"\"))"}


def drawn() -> bytes:
    book = Drawn()
    book.active.title = "Form"
    for at, formula in FORMULAS.items():
        book.active[at] = formula
    book.active["A4"] = 4
    other = book.create_sheet("Other")
    other["A1"], other["B1"] = 7, "=A1*2"
    book.defined_names["limit"] = DefinedName("limit", attr_text="10")
    book.defined_names["there"] = DefinedName("there", attr_text="Form!$A$2")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


MASTER = drawn()


def written(edits: dict, limit: str = "10", whole: bool = False) -> list:
    """The stored values of a copy of the form after ``edits``; ``whole``: with all its formulas computed."""
    book = Workbook(MASTER)
    copy = book.sheet(book.clone(book.entries[0], "Copy"))
    book.set_name("limit", limit)
    copy.copied = not whole
    for (row, column), value in edits.items():
        if value is None:
            copy.clear(row, column)
        elif isinstance(value, str) and value.startswith("="):
            copy.put_formula(row, column, value[1:])
        elif isinstance(value, str):
            copy.put_text(row, column, value)
        else:
            copy.put_number(row, column, value)
    compute(book, "it")
    return [(row, column, *cell.stored) for row, column, cell in copy.computed()]


@pytest.mark.parametrize("value", ["x", 3, 0, None])
@pytest.mark.parametrize("row", [1, 2, 3, 4])
def test_every_edit_of_a_cell_gives_what_computing_all_gives(row, value):
    assert written({}) == written({}, whole=True)
    assert written({(row, 1): value}) == written({(row, 1): value}, whole=True)
    assert written({(row, 1): value, (2, 1): 5, (3, 1): 2}) == written({(row, 1): value, (2, 1): 5, (3, 1): 2}, whole=True)


def test_a_formula_that_is_another_in_the_copy_is_computed_with_what_reads_it():
    edits = {(6, 2): "=1+1"}
    found = dict((row, value) for row, _, value, _ in written(edits))
    assert written(edits) == written(edits, whole=True) and found[6] == found[7] == "2"


def test_constants_that_another_body_has_are_not_taken_for_those_of_the_last():
    for limit in ("10", "20", "10", "30", "40", "50", "60", "10"):
        assert written({(2, 1): 5}, limit) == written({(2, 1): 5}, limit, whole=True)
        assert written({}, limit) == written({}, limit, whole=True)


def test_a_form_says_what_it_says_when_everything_is_computed(monkeypatch):
    content = demo.plan()
    for round, sector in (("plan", "S2"), ("final", "S1")):
        document = issue.returns(content, round)[sector]
        made = issue.issue(document, content)
        asked = []
        with monkeypatch.context() as patched:
            patched.setattr(likeness, "likenesses", lambda book, _: asked.append(book) or {})
            assert issue.issue(document, content) == made and asked


def test_a_final_round_of_another_name_is_issued_like_any_other(monkeypatch):
    content = demo.plan()
    usual = issue.issue(issue.returns(content, "final")["S1"], content)
    content["rounds"] = [{**r, "name": "Rendiconto conclusivo"} if r["kind"] == "final" else r for r in content["rounds"]]
    named = issue.issue(issue.returns(content, "final")["S1"], content)
    books = [Workbook(made) for made in (usual, named)]
    for one, other in zip(books[0].entries, books[1].entries, strict=True):
        formulas = [{(r, c): cell.formula for r, c, cell in book.sheet(entry).computed()} for book, entry in zip(books, (one, other), strict=True)]
        assert formulas[0] == formulas[1], one.name
    said = ["".join(book.sheet(entry).text(r, c) for entry in book.entries for r, c in book.sheet(entry)) for book in books]
    assert "Rendiconto conclusivo" in said[1] and "Rendiconto conclusivo" not in said[0]


def test_any_edits_give_what_computing_all_gives():
    chosen = random.Random(7)
    for _ in range(60):
        edits = {(row, 1): chosen.choice(["x", "X", "10", 10, 3, 7, 0, -2, "ax", None]) for row in chosen.sample(range(1, 6), chosen.randint(1, 4))}
        if chosen.random() < 0.3:
            edits[chosen.randint(1, 19), 2] = chosen.choice(["=1+1", '="x"', "=A1"])
        assert written(edits) == written(edits, whole=True), edits


def test_what_was_found_of_one_copy_is_not_in_the_next():
    before = written({(3, 1): "mine"})
    written({(1, 1): "x", (2, 1): 10, (3, 1): "x", (4, 1): None})
    assert written({(3, 1): "mine"}) == before


def test_a_value_given_to_a_formula_that_nothing_touches_is_worked_out_all_the_same():
    book = Workbook(MASTER)
    copy = book.sheet(book.clone(book.entries[0], "Copy"))
    copy.put_result(3, 2, 99)
    compute(book, "it")
    assert copy.at(3, 2).value == "5"


def test_sheets_from_one_master_do_not_write_in_one_another():
    first, second = Workbook(MASTER), Workbook(MASTER)
    sheet: Sheet = first.sheet(first.entries[0])
    before = second.sheet(second.entries[0]).xml()
    sheet.put_text(1, 1, "mine")
    sheet.hide(2)
    sheet.put_style(4, 1, 0)
    sheet.put_number(30, 3, 1)
    assert second.sheet(second.entries[0]).xml() == before == Workbook(MASTER).sheet(second.entries[0]).xml()
    assert b"mine" in sheet.xml() and b'r="30"' in sheet.xml()
