"""The figure that a cell shows: told from the codes in its row, in the consolidated workbook and in a form."""

import pytest

from perfxl.model import documents, explain
from perfxl.ui.addin import figure
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import a1


@pytest.fixture(scope="module")
def result(demo_year):
    path = demo_year.result("final", "consolidato.xlsx")
    return path, documents.load(demo_year.result("final")), sheets.open_book(path.read_bytes(), path.name)


def rows(book, sheet, head):
    """The rows of a sheet that begin with ``head``: the data of its charts stand far to the right."""
    return sorted({row for (row, column), cell in book.sheet(sheet).cells.items()
                   if column <= 6 and isinstance(cell.value, str) and cell.value.startswith(head)})


@pytest.mark.parametrize("sheet, head, expected", [
    ("S2", "S2.00001", "S2/S2.00001"), ("S2", "SG.00001", "S2/SG.00001"), ("S2", "TOTALE", "S2"), ("Cruscotto", "S4", "S4"), ("Cruscotto", "ENTE", "ENTE"),
    ("Obiettivi", "S8.00001", "S8/S8.00001"), ("Settori", "S5", "S5")])
@pytest.mark.parametrize("column", "CFH")
def test_a_cell_of_the_consolidated_workbook(result, sheet, head, expected, column):
    path, document, book = result
    found = figure.at(document, path, sheet, f"{column}{rows(book, sheet, head)[0]}")
    assert found.what == expected and explain.explain(document, found.what, "it")


@pytest.mark.parametrize("sheet, head, heading, round", [
    ("S2", "S2.00001", "Esito (monitoraggio)", "interim"), ("S2", "S2.00001", "Esito (consuntivo)", "final"), ("S2", "TOTALE", "Esito (monitoraggio)", "interim"),
    ("S2", "S2.00001", "Peso in vigore (monitoraggio)", "interim"), ("S2", "S2.00001", "Peso", "final"), ("Cruscotto", "S4", "Monitoraggio", "interim"),
    ("Cruscotto", "ENTE", "Consuntivo", "final"), ("Cruscotto", "ENTE", "Nome", "final"), ("Settori", "S5", "Esito · monitoraggio", "interim"),
    ("Settori", "S5", "Copertura · consuntivo", "final"), ("Settori", "S5", "Obiettivi", "final")])
def test_the_round_is_that_of_the_column(result, sheet, head, heading, round):
    path, document, book = result
    cells = book.sheet(sheet).cells
    column = next(c for (_, c), cell in sorted(cells.items()) if isinstance(cell.value, str) and cell.value.partition("\n")[0] == heading)
    row = rows(book, sheet, head)[0]
    assert figure.at(document, path, sheet, a1(row, column)).round == round
    if heading.startswith("Esito ("):  # the percentage stands beside the word
        assert figure.at(document, path, sheet, a1(row, column + 1)).round == round


def test_a_row_that_says_its_round_is_about_that_round(result):
    path, document, book = result
    told = {figure.at(document, path, "Relazioni", f"G{row}").round for row in range(5, 60) if book.sheet("Relazioni").cells[row, 3].value == "Monitoraggio"}
    assert told == {"interim"}


def test_a_cell_of_a_form_is_about_the_objective_of_its_sheet_and_its_sector(result, demo_year):
    form = demo_year.issued_form("final", "S1")
    assert figure.at(result[1], form, "S1.00002", "B40").what == "S1/S1.00002"
    assert figure.at(result[1], form, "Leggimi", "B3").what == "S1"


@pytest.mark.parametrize("sheet, cell", [("Cruscotto", "A1"), ("Nessuno", "A1"), ("Cruscotto", ""), ("Cruscotto", "XFD1048577")])
def test_a_cell_that_shows_no_figure(result, sheet, cell):
    assert figure.at(result[1], result[0], sheet, cell) is None


def test_every_choice_that_is_offered_can_be_explained(result):
    choices = figure.choices(result[1], "it")
    assert [c for c, _ in choices if not explain.explain(result[1], c, "it")] == [] and next(c for c, _ in choices) == "ENTE"
