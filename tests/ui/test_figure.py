"""The figure that a cell shows: told from the codes in its row, in the consolidated workbook and in a form."""

import pytest

from perfxl.model import documents, explain
from perfxl.ui.addin import figure
from perfxl.workbook import sheets


@pytest.fixture(scope="module")
def result(demo_year):
    path = demo_year.result("final", "consolidato.xlsx")
    return path, documents.load(demo_year.result("final")), sheets.open_book(path.read_bytes(), path.name)


def rows(book, sheet, head):
    """The rows of a sheet in which a cell begins with ``head``."""
    return sorted({row for (row, _), cell in book.sheet(sheet).cells.items() if isinstance(cell.value, str) and cell.value.startswith(head)})


@pytest.mark.parametrize("sheet, head, expected", [
    ("S2", "S2.00001", "S2/S2.00001"), ("S2", "SG.00001", "S2/SG.00001"), ("S2", "TOTALE", "S2"), ("Cruscotto", "S4", "S4"), ("Cruscotto", "ENTE", "ENTE"),
    ("Obiettivi", "S8.00001", "S8/S8.00001"), ("Settori", "S5", "S5")])
@pytest.mark.parametrize("column", "CFH")
def test_a_cell_of_the_consolidated_workbook(result, sheet, head, expected, column):
    path, document, book = result
    found = figure.at(document, path, sheet, f"{column}{rows(book, sheet, head)[0]}")
    assert found == expected and explain.explain(document, found, "it")


def test_a_cell_of_a_form_is_about_the_objective_of_its_sheet_and_its_sector(result, demo_year):
    form = demo_year.issued("final", "S1")
    assert figure.at(result[1], form, "S1.00002", "B40") == "S1/S1.00002"
    assert figure.at(result[1], form, "Leggimi", "B3") == "S1"


@pytest.mark.parametrize("sheet, cell", [("Cruscotto", "A1"), ("Nessuno", "A1"), ("Cruscotto", ""), ("Cruscotto", "XFD1048577")])
def test_a_cell_that_shows_no_figure(result, sheet, cell):
    assert figure.at(result[1], result[0], sheet, cell) is None


def test_every_choice_that_is_offered_can_be_explained(result):
    choices = figure.choices(result[1], "it")
    assert [c for c, _ in choices if not explain.explain(result[1], c, "it")] == [] and choices[0][0] == "ENTE"
