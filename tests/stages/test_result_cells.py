"""What the consolidated workbook writes of a cell by itself is what XlsxWriter would write."""

import zlib
from datetime import date
from decimal import Decimal

import pytest

from perfxl.stages.consolidate import cells
from perfxl.stages.consolidate.inline import PlainSheet
from perfxl.stages.consolidate.packaged import PackedWorkbook

FORMULAS = [("=SUM(A1:A3)", 1.5), ("=1/3", 1 / 3), ("=A1&\"<è>\"", "<è> & co."), ("=A1", ""), ("=A1", "-"), ("=A1", "#N/A"), ("=A1", "#1"),
            ("=A1", True), ("=A1", 3), ("=IFS(A1>1,2)", 2), ("=FILTER(A1:A2,A1:A2>0)", 1), ("{=SUM(A1:A2)}", 2), ("=A1", "_x0041_")]
NUMBERS = [0.0, -0.0, 0.1 + 0.2, 1e21, 1e-7, 123456789012345678.0]
DAYS = ["1901-01-01", "2020-02-29", "2021-12-31", "9999-12-31"]


def written(put) -> str:
    """The rows of a sheet that ``put`` has written in, with one look."""
    book = PackedWorkbook()
    book.add_worksheet("first", PlainSheet)
    sheet, look = book.add_worksheet("second", PlainSheet), book.add_format({"bold": True})
    put(sheet, look)
    sheet.finish()
    whole = zlib.decompress(sheet.packed.data, -zlib.MAX_WBITS).decode()
    return whole[whole.index("<sheetData"):whole.index("</sheetData>")]


@pytest.mark.parametrize(("formula", "value"), FORMULAS)
def test_a_formula(formula, value):
    theirs = written(lambda sheet, look: sheet.write_formula(0, 1, formula, look, value))
    assert written(lambda sheet, look: sheet.put_formula(0, 1, formula, look, value)) == theirs


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number(number):
    assert written(lambda sheet, look: sheet.put(0, 1, cells.number(number), look)) == written(lambda sheet, look: sheet.write_number(0, 1, number, look))


@pytest.mark.parametrize("day", DAYS)
def test_a_day(day):
    theirs = written(lambda sheet, look: sheet.write_datetime(0, 1, date.fromisoformat(day), look))
    assert written(lambda sheet, look: sheet.put(0, 1, cells.day(day), look)) == theirs


@pytest.mark.parametrize("text", ["1900-12-31", "31/12/2021", "2021-02-30", ""])
def test_what_is_no_day_of_the_calendar_is_none(text):
    assert cells.day(text) is None


@pytest.mark.parametrize("text", ["più & <meno>", " fuori ", "due\nrighe", "_x0041_x0042_", "x" * 100 + " & <y> _x0041_"])
def test_a_text_is_said_alike_however_long_it_is_and_however_often(text):
    said = cells.text(text)
    assert cells.text(text) == cells.plain(text) == said
    assert ("preserve" in said) is (text != text.strip())
    assert "<meno>" not in said and "<y>" not in said and "_x0041" not in said.replace("_x005F_x0041", "")


def test_heights_that_are_asked_for_again_are_those_that_xlsxwriter_sets():
    def ours(sheet, look):
        for row in range(4):
            sheet.set_height(row, 16 + 13.5 * (row % 2), row // 2)
            sheet.put_text(row, 0, "x", look)

    def theirs(sheet, look):
        for row in range(4):
            sheet.set_row(row, 16 + 13.5 * (row % 2), None, {"level": row // 2} if row // 2 else None)
            sheet.put_text(row, 0, "x", look)

    assert written(ours) == written(theirs)


def test_percentages_equal_to_one_another_are_said_alike_but_for_the_sign_of_zero():
    assert cells.percent(Decimal("25.0")) == cells.percent(25) == cells.percent("25") == "><v>0.25</v></c>"
    assert (cells.percent(Decimal(0)), cells.percent(Decimal("-0"))) == ("><v>0</v></c>", "><v>-0</v></c>")
