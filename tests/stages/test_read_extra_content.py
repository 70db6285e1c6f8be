"""What a returned workbook has outside its fields, laid beside the form that was issued."""

import pytest
from hostile import ods
from lxml import etree
from openpyxl.utils import get_column_letter
from raw_form import MAIN, RawForm

from perfxl.stages import read
from perfxl.stages.read.issued import Issued
from perfxl.workbook.sheets import open_book
from perfxl.workbook.sheets.model import Extra

SHEET = "S8.00001"
DRAWING = ('<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
           'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{}</xdr:wsDr>')


@pytest.fixture(scope="module")
def told(demo_year):
    """A function that edits the return of S8 and gives what was noticed: (code, sheet, cell, values)."""
    sent = next(p for p in demo_year.received_files("final") if "S8" in p.name).read_bytes()
    issued = demo_year.issued_form("final", "S8").read_bytes()

    def run(*edits):
        form = RawForm(sent)
        for edit in edits:
            edit(form)
        reading = read.read(form.bytes(), "S8", None, 2021)
        return [(f.code, f.place.sheet, f.place.cell, f.values)
                for f in reading.findings + read.extra_findings(reading, "S8", Issued(issued, "emessa"))]

    return run


def at(form, name, down=0):
    sheet, top, left, _, _ = form.names()[name]
    return sheet, top + down, left


def draw(content):
    def edit(form):
        form.parts["xl/drawings/drawing9.xml"] = DRAWING.format(content).encode()
        form.relate(SHEET, "rDraw", "drawing", "/xl/drawings/drawing9.xml")
    return edit


def test_a_sound_return_has_nothing_beyond(told):
    assert told() == []


def test_a_heading_written_over_is_told_with_both_texts(told):
    (code, sheet, cell, values), = told(lambda f: f.put(SHEET, *_cell_that_says(f, "Titolo"), "Titolo (vedi nota)"))
    assert (code, sheet, values["old"], values["new"]) == ("FORM16", SHEET, "Titolo", "Titolo (vedi nota)")
    assert cell.startswith("A")


def _cell_that_says(form, text):
    return next(at for at, cell in form.cells(SHEET).items() if cell.content == text)


def test_a_key_of_a_table_written_over_is_told_too(told):
    found = told(lambda f: f.put(*at(f, "px02_t_money"), "tipo"))
    assert ("FORM16", SHEET) in [(code, sheet) for code, sheet, _, values in found if values.get("new") == "tipo"]


def test_many_cells_beside_the_form_are_one_finding(told):
    (code, _, cell, values), = told(*(lambda f, r=r: f.put(SHEET, 500 + r, 2, f"riga {r}") for r in range(60)))
    assert (code, cell) == ("FORM15", "B500")
    assert all(f"B{500 + r}: riga {r}" in values["found"] for r in range(60))


def test_headings_that_moved_with_their_rows_are_no_news(told):
    assert told(lambda f: f.insert_row(SHEET, 30), lambda f: f.insert_row(SHEET, 10)) == []


def test_a_formula_put_in_place_of_another_is_told_once(told):
    def edit(form):
        for position, cell in [*form.cells("Riepilogo").items()]:
            if cell.formula and position[0] in (36, 37):
                form.put("Riepilogo", *position, "1+41", "f")

    (code, sheet, _, values), = told(edit, lambda f: f.put(SHEET, 1, 1, 'UPPER("x")', "f"))
    assert (code, sheet) == ("FORM26", "Riepilogo")
    assert values["count"] > 2 and 'UPPER("x")' in values["found"] and "=1+41" in values["found"]


def test_a_formula_replaced_by_its_value_is_told(told):
    where = []

    def edit(form):
        where.extend(at(form, "pxm_total_weight"))
        form.put(*where, 1)

    (code, sheet, cell, values), = told(edit)
    assert (code, sheet, cell, values["new"]) == ("FORM16", where[0], f"{get_column_letter(where[2])}{where[1]}", "1") and values["old"] == {"it": "un calcolo della scheda", "en": "a calculation of the form"}


def test_an_added_sheet_is_quoted_whole(told):
    found = told(lambda f: f.add_sheet("Allegato"), lambda f: f.put("Allegato", 2, 2, "tabella"), lambda f: f.put("Allegato", 3, 2, 12))
    assert found == [("FORM17", "Allegato", "", {"found": "B2: tabella | B3: 12"})]


def test_hidden_sheets_and_rows_with_content_are_told(told):
    def hide_sheet(form):
        next(s for s in form.workbook.iter(MAIN + "sheet") if s.get("name") == "SG.00001").set("state", "hidden")

    def hide_row(form):
        form.hide(*at(form, "px02_holding__reading__percent")[:2])

    assert [(code, sheet) for code, sheet, _, _ in told(hide_sheet, hide_row)] == [("FORM18", "SG.00001"), ("FORM19", SHEET)]


def test_a_phase_without_its_text_is_told(told):
    found = told(lambda f: f.put(*at(f, "px02_t_narrative", 20), "7"))
    assert [(code, values["found"]) for code, _, _, values in found] == [("FORM14", "7")]


def test_text_boxes_and_pictures_are_told(told):
    box = "<xdr:sp><xdr:txBody><a:p><a:r><a:t>nella </a:t></a:r><a:r><a:t>casella</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    found = told(draw(box + "<xdr:pic/><xdr:pic/>"))
    assert [(code, values) for code, _, _, values in found] == [("FORM21", {"found": "nella casella"}), ("FORM25", {"count": 2})]


def test_threaded_comments_and_links_are_told(told):
    def edit(form):
        form.parts["xl/threadedComments/t.xml"] = b'<ThreadedComments><threadedComment ref="B4"><text>ciao</text></threadedComment></ThreadedComments>'
        form.relate(SHEET, "rThread", "threadedComment", "/xl/threadedComments/t.xml")
        form.relate(SHEET, "rLink", "hyperlink", "https://example.org/delibera", True)
        root = form.root(SHEET)
        etree.SubElement(etree.SubElement(root, MAIN + "hyperlinks"), MAIN + "hyperlink", {
            "ref": "B5", "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id": "rLink"})

    assert [(code, cell, values["found"]) for code, _, cell, values in told(edit)] == [
        ("FORM20", "B4", "B4: ciao"), ("FORM22", "B5", "B5: https://example.org/delibera")]


def test_what_an_ods_holds_besides_cells():
    inside = ('<table:shapes><draw:frame xmlns:draw="d"><draw:text-box><text:p>casella</text:p></draw:text-box></draw:frame></table:shapes>'
              '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>nota</text:p></office:annotation>'
              '<text:p><text:a xmlns:x="http://www.w3.org/1999/xlink" x:href="file://server/x">qui</text:a></text:p></table:table-cell></table:table-row>')
    book = open_book(ods(inside), "x")
    assert book.sheets[0].cell(1, 1).value == "qui"
    assert book.extras == (Extra("comment", "S", "", "nota"), Extra("box", "S", "", "casella"), Extra("link", "S", "", "file://server/x"))
