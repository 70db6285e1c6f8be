"""The hidden keys of the plan workbook: guarded, and not missed where they are lost."""

import io

import openpyxl
import pytest
from looked_at import sheet_of

from perfxl import demo
from perfxl.stages.plan import drawing, layout, reading
from perfxl.stages.plan.sheets import sheets


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return drawing.draw(demo.plan(), "it", None)


def spoilt(content: bytes, spoil) -> reading.PlanReading:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        if sheet.row_dimensions[layout.KEY_ROW].hidden:
            spoil(sheet)
    out = io.BytesIO()
    book.save(out)
    return reading.read(out.getvalue())


def over(column, value="S1.00009"):
    def spoil(sheet):
        sheet.cell(layout.KEY_ROW, column).value = value
    return spoil


def emptied(sheet):
    for cell in sheet[layout.KEY_ROW]:
        cell.value = None


@pytest.mark.parametrize(("spoil", "code"), [
    (over(1), "PLAN07"), (over(2), "PLAN07"), (over(1, None), "PLAN99"), (over(2, None), "PLAN99"), (emptied, "PLAN08"), (lambda sheet: sheet.delete_rows(layout.KEY_ROW), "PLAN08")])
def test_a_plan_whose_keys_were_lost_is_read_by_its_headings_and_says_so(drawn, spoil, code):
    found = spoilt(drawn, spoil)
    assert found.document == demo.plan()
    tables = len(sheets())
    codes = [f.code for f in found.findings]
    assert set(codes) == {code} and len(codes) == tables
    if code == "PLAN07":
        assert {f.values["found"] for f in found.findings} == {"S1.00009"}


def test_headings_of_another_workbook_make_no_plan():
    book = openpyxl.Workbook()
    book.active.title = "Settori"
    book.active.append(["Codice", "Nome", "Dirigente"])
    book.active.append(["S1", "Affari generali", "Ada Neri"])
    out = io.BytesIO()
    book.save(out)
    assert [f.code for f in reading.read(out.getvalue()).findings] == ["PLAN01"]


@pytest.mark.parametrize("document", [{"schema": "perfxl/plan/2"}, None])
def test_every_table_opens_on_its_first_free_row_with_its_keys_guarded(drawn, document):
    content = drawing.draw(document, "it", None) if document else drawn
    book = openpyxl.load_workbook(io.BytesIO(content))
    tables = [s for s in book if s.row_dimensions[layout.KEY_ROW].hidden]
    assert len(tables) == len(sheets())
    for sheet in tables:
        row = 1 + max(r for r in range(layout.TITLE_ROW, sheet.max_row + 1) if sheet.cell(r, 1).value is not None)
        chosen = sheet.sheet_view.selection[-1]
        assert (chosen.activeCell, chosen.pane) == (f"A{row}", sheet.sheet_view.pane.activePane), sheet.title
        guards = [v for v in sheet.data_validations.dataValidation if "A1" in v.sqref]
        assert [(v.type, v.formula1, v.errorStyle or "stop") for v in guards] == [("custom", "FALSE", "stop")]
    links = {cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink}
    assert links <= {f"'{s.title}'!{s.sheet_view.selection[-1].activeCell}" for s in book} | {f"{s.title}!{s.sheet_view.selection[-1].activeCell}" for s in book}


def test_what_goes_in_a_value_of_the_body_stands_beside_it_and_nothing_lies_over_it(drawn):
    body = sheet_of(drawn, "Ente")
    told = {row[0].value: row[2].value for row in body.iter_rows(min_row=4) if row[0].value}
    assert told["Anno *"].endswith("Un numero intero da 1990 a 2199.") and told["Inizio dell’anno"].endswith("come 30/09/2026.")
    assert told["Codice *"] == "Sigla dell’ente, per esempio UTP."
    rules = body.data_validations.dataValidation
    assert rules and not any(rule.prompt for rule in rules)


def test_each_table_opens_with_its_next_row_in_sight(drawn):
    book = openpyxl.load_workbook(io.BytesIO(drawn))
    for sheet in (s for s in book if s.sheet_view.pane and s.row_dimensions[layout.KEY_ROW].hidden):
        view = sheet.sheet_view
        first, last = (int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for cell in (view.pane.topLeftCell, view.selection[-1].activeCell))
        assert sum(sheet.row_dimensions[row].height or 15 for row in range(first, last)) < 320, sheet.title  # of some 480 points of a laptop's screen
