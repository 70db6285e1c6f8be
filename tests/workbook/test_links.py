"""Every link inside every workbook that perfxl writes leads to an address on a sheet that is there, and to a cell to be filled or read."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import form_year
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks import bodies
from perfxl import demo
from perfxl.model.findings import Finding, Place
from perfxl.stages import issue, mark
from perfxl.stages.plan import drawing
from perfxl.workflow import compare as comparing
from perfxl.workflow.workers import Workers

_FORMULA = re.compile(r'HYPERLINK\(\s*"#((?:[^"]|"")*)"')
_ADDRESS = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!([A-Z]+[0-9]+)\Z")


def form(round: str) -> bytes:
    return issue.issue(issue.returns(form_year.plan(), round)["S1"], form_year.plan())


def questions() -> bytes:
    plan = form_year.plan()
    prefilled = issue.returns(plan, "interim")["S1"]
    requests = [{"id": "1", "sector": "S1", "objective": "S1.00001", "question": "Quante?", "reopen": True}]
    return issue.issue(issue.request_return(plan, "S1", requests=requests, round="interim", prefilled=prefilled), plan)


def marked() -> bytes:
    """A form with a finding on a cell, and the list of what was found."""
    content = form("interim")
    finding = Finding("TYPE01", Place("S1.xlsx", "S1.00001", "B5"), {"found": "0,35%", "likely": "35%"})
    return mark.mark(content, [finding], "it")


def consolidated() -> bytes:
    from test_review import MADE  # with two conflicts

    return MADE


def compared(folder: Path) -> bytes:
    for number in (1, 2):
        bodies.write(folder / f"ente {number}", number, 2)
    return comparing.compare([folder], folder / "confronto.xlsx", "it", workers=Workers(count=1)).workbook.read_bytes()


WRITTEN = {"form at the plan": lambda _: form("plan"), "form at a monitoring": lambda _: form("interim"), "form at the end": lambda _: form("final"),
           "questions": lambda _: questions(), "marked copy": lambda _: marked(), "plan": lambda _: drawing.draw(demo.plan(), "it", None),
           "empty plan": lambda _: drawing.draw({"schema": "perfxl/plan/2"}, "it", None), "consolidated": lambda _: consolidated(), "compare": compared}


def links(book: openpyxl.Workbook) -> Iterator[tuple[Worksheet, str]]:
    """The sheet and the target of each link of ``book`` to a place in it."""
    for sheet in book.worksheets:
        for cell in (c for row in sheet.iter_rows() for c in row):
            if cell.hyperlink and cell.hyperlink.location and not cell.hyperlink.target:
                yield sheet, cell.hyperlink.location
            elif isinstance(cell.value, str) and cell.value.startswith("=") and "HYPERLINK" in cell.value:
                found = _FORMULA.findall(cell.value)
                assert found, (sheet.title, cell.coordinate, cell.value)
                yield from ((sheet, target.replace('""', '"')) for target in found)


def wrong(book: openpyxl.Workbook, target: str) -> str:
    """Why nobody who follows a link to ``target`` can read or fill in anything there, "" when one can."""
    at = _ADDRESS.match(target)
    name = (at[1] or at[2]).replace("''", "'") if at else ""
    if name not in book.sheetnames:
        return "no address of a sheet that is there"
    sheet = book[name]
    cell = sheet[at[3]]
    if sheet.sheet_state != "visible" or sheet.row_dimensions[cell.row].hidden or any(
            d.hidden and d.min <= cell.column <= d.max for d in sheet.column_dimensions.values()):
        return "hidden"
    begins = sheet.sheet_view.selection[-1].activeCell == cell.coordinate and sheet.title != book.worksheets[0].title
    return "" if cell.value is not None or not cell.protection.locked or begins else "nothing to read, nothing to fill in"


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_link_leads_to_a_cell_to_be_filled_or_read(kind, tmp_path):
    book = openpyxl.load_workbook(BytesIO(WRITTEN[kind](tmp_path)))
    found = list(links(book))
    assert found
    assert {(sheet.title, target, why) for sheet, target in found if (why := wrong(book, target))} == set()


@pytest.mark.parametrize("target", ["px_summary", "'Altro'!A1", "Dati!A9", "Dati!B2", "Dati!A3"])
def test_a_link_that_leads_nowhere_is_known(target):
    book = openpyxl.Workbook()
    book.active.title = "Dati"
    book.active["A2"], book.active["B2"], book.active["A3"] = "Uno", "Due", "Tre"
    book.active.column_dimensions["B"].hidden = book.active.row_dimensions[3].hidden = True
    book.save(out := BytesIO())
    book = openpyxl.load_workbook(out)
    assert wrong(book, target) and not wrong(book, "Dati!A2")


def test_the_links_back_of_a_comparison_lead_to_its_first_figures(tmp_path):
    book = openpyxl.load_workbook(BytesIO(compared(tmp_path)))
    front = book.worksheets[0]
    (target,) = {target for _, target in links(book)}
    cell = front[target.rpartition("!")[2]]
    assert cell.row > 3 and isinstance(front.cell(cell.row, 2).value, int)
