"""The open workbook renewed in place: what Excel does by itself is where things go wrong. Small workbooks, drawn here."""

from io import BytesIO

import excel_engine
import pytest
import xlwings
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from perfxl.ui.addin import live


@pytest.fixture
def excel():
    yield excel_engine.start()
    xlwings.engines.active = None


def drawn(rows, hidden=(), printed=None, extra=(), panes=None, choices=None, protected=False, names=()):
    """A result: the sheet *Dati*, a head and ``rows`` under it, and the sheets ``extra``, each with a chart of *Dati*, its
    ``panes`` kept in sight; ``names``: (name, cell)."""
    book = Workbook()
    ws = book.active
    ws.title = "Dati"
    for row in [["settore", "esito"], *rows]:
        ws.append(row)
    ws.auto_filter.ref = f"A1:B{len(rows) + 1}"
    ws.print_area = printed or f"A1:B{len(rows) + 1}"
    for row in hidden:
        ws.row_dimensions[row].hidden = True
    if choices:
        validation = DataValidation("list", formula1=f'"{choices}"')
        validation.add(f"B2:B{len(rows) + 1}")
        ws.add_data_validation(validation)
    if protected:
        ws.protection.sheet = True
        for number in range(2, len(rows) + 2):
            ws.cell(number, 2).protection = Protection(locked=False)
    for name in extra:
        other = book.create_sheet(name)
        other["A1"], other.freeze_panes = "=Dati!B2", panes
        chart = BarChart()
        chart.add_data(Reference(ws, 2, min_row=2, max_col=2, max_row=len(rows) + 1))
        other.add_chart(chart, "C3")
    for name, cell in names:
        book.defined_names[name] = DefinedName(name, attr_text=f"Dati!{cell}")
    return packed(book)


def packed(book):
    made = BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture
def renew(excel, tmp_path):
    """Renew an open workbook: ``before`` as perfxl wrote it, ``typed`` changes the open one, ``after`` the new result."""
    def run(before, after, typed=lambda book: None):
        path, beside = tmp_path / "consolidato.xlsx", tmp_path / "consolidato-nuovo.xlsx"
        path.write_bytes(before)
        beside.write_bytes(after)
        book = excel_engine.open_book(excel, path)
        typed(book)
        return live.refresh(book, beside, before, "it"), book.impl.workbook
    return run


def kept(found):
    return [(t.sheet, t.cell, t.text) for t in found.kept]


TWO, THREE = [["S1", 10], ["S2", 20]], [["S1", 10], ["S2", 21], ["S3", 30]]


def test_filter_and_printed_part_follow_the_rows(renew):
    _, book = renew(drawn(TWO), drawn(THREE))
    assert book["Dati"].auto_filter.ref == "A1:B4" and book["Dati"].print_area == "'Dati'!$A$1:$B$4"


def test_rows_that_a_filter_hides_are_renewed_too(renew):
    def typed(book):
        book.impl.workbook["Dati"].auto_filter.add_filter_column(0, ["S1"])
    _, book = renew(drawn(TWO), drawn(THREE), typed)
    assert [r[1].value for r in book["Dati"].iter_rows(min_row=2)] == [10, 21, 30]
    assert book["Dati"].auto_filter.ref == "A1:B4" and not book["Dati"].auto_filter.filterColumn


def test_a_printed_part_that_the_user_chose_stays_while_ours_is_the_same(renew):
    def typed(book):
        book.sheets["Dati"].page_setup.print_area = "$A$1:$A$2"
    assert renew(drawn(TWO), drawn([["S1", 11], ["S2", 20]]), typed)[1]["Dati"].print_area == "'Dati'!$A$1:$A$2"


def test_only_what_the_user_typed_is_kept_when_the_layout_is_another(renew):
    """Another version of perfxl writes other words and hides another row: the user has typed two cells, one beside the table."""
    def typed(book):
        book.sheets["Dati"].range("A3").formula = "telefonare"
        book.sheets["Dati"].range("H2").formula = "promemoria"
        own = book.sheets.add("Mio", after=book.sheets["Dati"])
        own.range("A1").formula = "=Dati!B2*2"
        own.range("A2").formula = "=1+1"
    found, book = renew(drawn(TWO), drawn([["Settore S1", 10], ["Settore S2", 20]], hidden=[1]), typed)
    assert kept(found) == [("Dati", "H2", "promemoria"), ("Dati", "A3", "telefonare")]
    assert book["Dati"].row_dimensions[1].hidden and book["Dati"]["A3"].value == "Settore S2"
    assert [book["Mio"][c].value for c in ("A1", "A2")] == ["=Dati!B2*2", "=1+1"]


def test_choices_of_cells_that_change_take_the_whole_sheet(renew):
    found, book = renew(drawn(TWO, choices="a,b"), drawn(TWO, choices="a,b,c"),
                        lambda b: setattr(b.sheets["Dati"].range("H2"), "formula", "promemoria"))
    [validation] = book["Dati"].data_validations.dataValidation
    assert validation.formula1 == '"a,b,c"' and kept(found) == [("Dati", "H2", "promemoria")]


def test_answers_in_open_cells_are_no_notes(renew):
    def typed(book):
        book.sheets["Dati"].api.Unprotect()
        book.sheets["Dati"].range("B2").formula = "99"
        book.impl.workbook["Dati"].protection.sheet = True
    assert kept(renew(drawn(TWO, protected=True), drawn(TWO, protected=True), typed)[0]) == []


def test_a_sheet_that_goes_leaves_what_was_typed_on_it(renew):
    found, book = renew(drawn(TWO, extra=["S9"]), drawn(TWO), lambda b: setattr(b.sheets["S9"].range("A5"), "formula", "mia nota"))
    assert found.removed == ("S9",) and "S9" not in book.sheetnames and kept(found) == [("S9", "A5", "mia nota")]
    assert [c.value for c in book["Annotazioni conservate"][2]] == ["S9", "A5", "mia nota"]


@pytest.mark.parametrize("before, added", [(drawn(TWO), ("S9",)), (drawn(THREE, extra=["S9"]), ())], ids=["new", "of another shape"])
def test_charts_and_formulas_of_a_copied_sheet_show_this_workbook(renew, before, added):
    found, book = renew(before, drawn(THREE, extra=["S9"], panes="A2"))
    assert found.added == added and book["S9"]["A1"].value == "=Dati!B2" and book["S9"].freeze_panes == "A2"
    assert [s.val.numRef.f for s in book["S9"]._charts[0].series] == ["'Dati'!$B$2:$B$4"] and found.charts == ()


def test_names_are_those_of_the_new_result_and_the_users_stay(renew):
    _, book = renew(drawn(TWO, names=[("moved", "$A$2"), ("gone", "$A$3"), ("same", "$B$2")]),
                    drawn(THREE, names=[("moved", "$A$4"), ("same", "$B$2"), ("come", "$B$4")]),
                    lambda book: book.names.add("mio", "=Dati!$A$1"))
    assert {n: d.attr_text for n, d in book.defined_names.items()} == {
        "moved": "Dati!$A$4", "same": "Dati!$B$2", "come": "Dati!$B$4", "mio": "Dati!$A$1"}


def test_without_what_was_written_the_users_sheets_stay(excel, tmp_path):
    """A sheet named as a new workbook names its first one is the user's."""
    path, beside = tmp_path / "consolidato.xlsx", tmp_path / "consolidato-nuovo.xlsx"
    book = load_workbook(BytesIO(drawn(TWO)))
    book.create_sheet("Sheet")["A1"] = "mio"
    path.write_bytes(packed(book))
    beside.write_bytes(drawn(THREE))
    there = excel_engine.open_book(excel, path)
    found = live.refresh(there, beside, None, "it")
    assert there.impl.workbook["Sheet"]["A1"].value == "mio" and found.removed == ()
    assert [r[1].value for r in there.impl.workbook["Dati"].iter_rows(min_row=2)] == [10, 21, 30]
