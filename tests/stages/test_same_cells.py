"""Rows that were found to agree are not compared again; what is written over one of a later file is told all the same."""

import io
from collections import Counter

import pytest
from openpyxl import load_workbook

from perfxl.stages import read
from perfxl.stages.read import same_cells
from perfxl.stages.read.issued import Issued
from perfxl.workbook.sheets.making import maker
from perfxl.workbook.sheets.model import Cells, Written, as_row

SHEET = "S8.00001"


def text(said):
    return Written("inlineStr", None, said, None)


def numbered(number):
    return Written("s", None, str(number), None)


def formula(said):
    return Written("n", None, "1", said)


def book(rows, strings=(), kinds=("",)):
    return Cells({number: row if not isinstance(row, dict) else as_row(row) for number, row in rows.items()},
                 maker(kinds, False, str, strings))


def agree(returned, form, taken=None):
    return same_cells.agree(returned, form, taken or {}, {})


@pytest.fixture(autouse=True)
def _nothing_known():
    same_cells.forget()


def test_the_same_rows_with_other_shared_strings_are_compared_again():
    row, form = as_row({1: numbered(0), 2: formula("A1")}), as_row({1: text("Titolo"), 2: formula("A1")})
    issued = book({1: form}, kinds=("", "text"))
    for strings, agrees in ((["Titolo"], True), (["Titolo mio"], False), (["Titolo"], True), ([], False)):
        returned = Cells({1: row}, maker(("",), False, str, strings))
        assert agree(returned, issued) is agrees
    forms = [Cells({1: row}, maker(("", "text"), False, str, strings)) for strings in (["Titolo"], ["Altro"], ["Titolo"])]
    assert [agree(book({1: form}), one) for one in forms] == [True, False, True]


def test_no_cell_of_a_file_passes_for_a_shared_string():
    issued = book({1: {1: text("Titolo")}}, kinds=("", "text"))
    assert agree(book({1: {1: numbered(0)}}, ["Titolo"]), issued)
    for kind in ("shared string", "n", "e"):
        assert not agree(book({1: {1: Written(kind, None, "Titolo", None)}}), issued)


def test_a_formula_that_stands_in_another_row_is_looked_for_there():
    row, below = as_row({1: formula("SUM(B1:B2)")}), as_row({1: formula("")})
    returned = book({2: row})
    for above, agrees in (("SUM(B1:B2)", True), ("MAX(B1:B2)", False), ("SUM(B1:B2)", True)):
        issued = Cells({1: as_row({1: formula(above)}), 2: below}, maker(("", "text"), False, str, ()))
        assert agree(returned, issued) is agrees


def test_a_cell_that_was_a_field_is_compared_where_it_is_none():
    row, form = as_row({1: text("mio"), 2: text("Voce")}), as_row({1: text("Chiave"), 2: text("Voce")})
    returned, issued = book({1: row}), book({1: form}, kinds=("", "text"))
    assert [agree(returned, issued, taken) for taken in ({1: {1}}, {1: {1}}, {}, {1: {2}}, {1: {1, 2}})] == [True, True, False, False, True]


def test_rows_that_are_let_go_lend_their_place_to_no_other():
    issued = book({1: {1: text("Titolo")}}, kinds=("", "text"))
    for number in range(2_000):
        says = "Titolo" if number % 3 else f"Titolo {number}"
        assert agree(book({1: {1: text(says)}}), issued) is (says == "Titolo")


def test_what_is_written_over_a_later_file_saved_again_is_told(demo_year):
    sent = next(p for p in demo_year.received_files("final") if "S8" in p.name).read_bytes()
    issued = demo_year.issued_form("final", "S8").read_bytes()

    def saved(edit=lambda sheet: None):
        again, held = load_workbook(io.BytesIO(sent)), io.BytesIO()
        edit(again[SHEET])
        again.save(held)
        return held.getvalue()

    def told(content):
        reading = read.read(content, "S8", None, 2021)
        return [(f.code, f.place.cell, f.values) for f in read.extra_findings(reading, "S8", Issued(issued, "emessa"))]

    def over(sheet):
        locked = [c for row in sheet.iter_rows() for c in row if c.value is not None and c.protection.locked]
        next(c for c in locked if c.value == "Titolo").value = "Titolo mio"
        next(c for c in locked if c.data_type == "f").value = "=7*6"
        sheet.cell(locked[0].row, 40).value = "accanto"

    def hide(sheet):
        for row in range(1, sheet.max_row + 1):
            sheet.row_dimensions[row].hidden = True

    clean, written, hidden = saved(), saved(over), saved(hide)
    first = told(written)
    assert Counter(code for code, *_ in first).keys() >= {"FORM15", "FORM16", "FORM26"}, first
    hiding = told(hidden)
    assert [code for code, *_ in hiding] == ["FORM19"]
    same_cells.forget()
    assert [told(content) for content in (clean, clean, written, hidden, clean, written)] == [[], [], first, hiding, [], first]
