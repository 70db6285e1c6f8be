"""Whose workbook it is: any sign is enough, contradictions are told, none is an error."""

from dataclasses import replace

import pytest
from full_return import document
from plain_form import IDENTITY, form

from perfxl.stages.read import read

SMALL = document(1, None)
OTHER = replace(IDENTITY, sector="S9")


def _forget(book, *kept):
    """Take away every sign of identity but ``kept``."""
    if "property" not in kept:
        book.custom_doc_props = type(book.custom_doc_props)()
    if "token" not in kept:
        del book.defined_names["px_token"]
    if "name" not in kept:
        del book.defined_names["px_identity"]
    if "hidden" not in kept:
        del book["_perfxl"]
    if "footer" not in kept:
        book["Leggimi"].oddFooter.left.text = None


@pytest.mark.parametrize("sign", ["property", "token", "hidden", "footer"])
def test_any_one_sign_is_enough(sign):
    reading = read(form(SMALL, edit=lambda b: _forget(b, sign)), "x.xlsx")
    assert reading.identity == IDENTITY
    assert reading.document["identity"] == IDENTITY.document()
    assert reading.findings == []


def test_the_cell_on_the_first_sheet_is_enough():
    def edit(book):
        _forget(book, "name")
        row = book.defined_names["px_identity"].attr_text.split("$")[-1]
        book["Leggimi"][f"A{row}"].value = f"Scheda {IDENTITY.token} da restituire"

    assert read(form(SMALL, edit=edit), "x.xlsx").identity == IDENTITY


def _blank(book):
    _forget(book)
    for row in book["Leggimi"].iter_rows():
        for cell in row:
            cell.value = None if "PX1|" in str(cell.value) else cell.value


def test_what_a_cell_shows_is_enough_too_where_all_else_is_gone():
    assert read(form(SMALL, edit=_forget), "x.xlsx").identity == IDENTITY


def test_a_list_of_several_identities_is_none():
    def edit(book):
        _forget(book)
        book["Leggimi"]["A90"].value = replace(IDENTITY, sector="S2").token

    assert read(form(SMALL, edit=edit), "x.xlsx").identity is None


def test_none_is_not_a_return():
    reading = read(form(SMALL, edit=_blank), "x.xlsx")
    assert (reading.document, reading.identity, [f.code for f in reading.findings]) == (None, None, ["IDEN01"])


def test_a_sheet_from_another_form_is_told_and_the_majority_holds():
    def edit(book):
        book["S1.00001"].oddFooter.left.text = OTHER.token

    reading = read(form(SMALL, edit=edit), "x.xlsx")
    assert reading.identity == IDENTITY
    finding, = reading.findings
    assert (finding.code, finding.place.sheet, finding.values["found"]) == ("IDEN02", "S1.00001", OTHER.token)


def test_a_damaged_token_is_a_warning():
    def edit(book):
        book["_perfxl"]["A1"].value = IDENTITY.token.replace("|S1|", "|S2|")

    reading = read(form(SMALL, edit=edit), "x.xlsx")
    assert reading.identity == IDENTITY
    assert [(f.code, f.severity, f.place.cell) for f in reading.findings] == [("IDEN03", "warning", "A1")]


def test_when_it_was_saved_comes_from_the_file():
    import datetime

    def edit(book):
        book.properties.lastModifiedBy = "Anna Neri"
        book.properties.modified = datetime.datetime(2021, 10, day=4, hour=9, minute=30)

    reading = read(form(SMALL, edit=edit), "x.xlsx")
    assert reading.modified_by == "Anna Neri"
    assert reading.modified
