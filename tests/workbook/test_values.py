"""Values between cells and documents: certain repairs, quoted errors, exact round trips."""

import datetime
from decimal import Decimal

import pytest

from perfxl.model.fields import extension_fields, objective_fields
from perfxl.workbook.binding import objective_scalars, objective_tables
from perfxl.workbook.sheets.making import struck_out
from perfxl.workbook.sheets.model import Cell
from perfxl.workbook.values import from_cell, to_cell

FIELDS = {"/".join(f.path): f for f in objective_fields()}
PERCENT, DATE_FROM, DATE_TO = FIELDS["holding/weight"], FIELDS["sheet/start"], FIELDS["sheet/end"]
COLUMNS = {(t.id, f.key): f for t in objective_tables() for f in t.columns}
NUMBER, MONEY, ID = COLUMNS["results", "target"], COLUMNS["money", "amount"], COLUMNS["phases", "id"]
INTEGER, CHOICE, YES, LINES = (FIELDS[f"sheet/{k}"] for k in ("year_count", "priority", "quality_check", "peg_codes"))
TITLE, LONG, CODE = FIELDS["sheet/title"], FIELDS["sheet/detail"], FIELDS["code"]


def text(value):
    return Cell(value, "text")


def number(value, **more):
    return Cell(Decimal(value), "number", **more)


def outcome(cell, field, **more):
    value, findings = from_cell(cell, field, year=2021, **more)
    return value, [f.code for f in findings]


@pytest.mark.parametrize("cell, it, en", [
    (number("0.125", percent=True), "12,5%", "12.5%"), (number("0.5", percent=True), "50%", "50%"), (number("7.25"), "7,25", "7.25"),
    (text("n. 3.5"), "n. 3.5", "n. 3.5"), (Cell(datetime.date(2021, 10, 31), "date"), "31/10/2021", "31/10/2021")])
def test_what_is_struck_out_is_quoted_as_its_reader_sees_it(cell, it, en):
    value, (finding,) = from_cell(struck_out(cell), PERCENT)
    assert value is None and it in finding.message("it") and en in finding.message("en")


@pytest.mark.parametrize("cell, value, codes", [
    (number("0.15", percent=True), 15, []),
    (number("0.3333", percent=True), Decimal("33.33"), []),
    (number("0.07", percent=True), 7, []),
    (number("0.30000000000000004", percent=True), 30, []),
    (number("1", percent=True), 100, []),
    (number("80", percent=True), None, ["DATA14"]),
    (number("1.04", percent=True), None, ["DATA14"]),
    (number("-0.1", percent=True), -10, []),
    (number("80"), 80, ["DATA10"]),
    (number("0.8"), 80, ["DATA10"]),
    (number("0"), 0, []),
    (number("1"), None, ["DATA15"]),
    (text("80%"), 80, []),  # it reads as it stands: nothing to tell
    (text("80 %"), 80, ["DATA10"]),
    (text("80"), 80, ["DATA10"]),
    (text("0,8"), 80, ["DATA10"]),
    (text("0.8"), 80, ["DATA10"]),
    (text("0,8%"), Decimal("0.8"), ["DATA10"]),
    (text("1%"), 1, []),
    (text("1"), None, ["DATA15"]),
    (text("33,333%"), Decimal("33.333"), ["DATA10"]),
    (text("\u00a080\u00a0%"), 80, ["DATA10"]),
    (text("=="), None, ["DATA11"]),
    (text("35% 20%"), None, ["DATA11"]),
    (text("circa 80%"), None, ["DATA11"]),
    (Cell(True, "bool"), None, ["DATA11"]),
    (text("   "), None, []),
])
def test_percentages(cell, value, codes):
    assert outcome(cell, PERCENT) == (value, codes)


@pytest.mark.parametrize("cell, value, codes", [
    (number("12.5"), Decimal("12.5"), []),
    (text("12,5"), Decimal("12.5"), ["DATA10"]),
    (text("12.5"), Decimal("12.5"), ["DATA10"]),
    (text("1.234,56"), Decimal("1234.56"), ["DATA10"]),
    (text("1,234.56"), Decimal("1234.56"), ["DATA10"]),
    (text("1.234.567"), 1234567, ["DATA10"]),
    (text("10 000"), 10000, ["DATA10"]),
    (text("10 000,5"), Decimal("10000.5"), ["DATA10"]),
    (text("1.234"), None, ["DATA12"]),
    (text("1,234"), None, ["DATA12"]),
    (text("0,125"), Decimal("0.125"), ["DATA10"]),
    (text("1234.567"), Decimal("1234.567"), ["DATA10"]),
    (text("−3"), -3, ["DATA10"]),
    (text("+3"), 3, ["DATA10"]),
    (text(">= 170 = 369"), None, ["DATA11"]),
    (text("8,1 su 10"), None, ["DATA11"]),
    (text("1e5"), None, ["DATA11"]),
    (text("١٢"), None, ["DATA11"]),
    (text("9" * 60), None, ["DATA11"]),
    (number("0.8", percent=True), None, ["DATA13"]),
    (Cell(datetime.date(2021, 1, 1), "date"), None, ["DATA11"]),
])
def test_numbers(cell, value, codes):
    assert outcome(cell, NUMBER) == (value, codes)


def test_money_and_whole_numbers():
    assert outcome(text("€ 1.500,05"), MONEY) == (Decimal("1500.05"), ["DATA10"])
    assert outcome(text("1500 euro"), MONEY) == (1500, ["DATA10"])
    for written, value in (("€ 2.000", 2000), ("12.345", 12345), ("Euro 3.500,50", Decimal("3500.5")), ("EUR 4,500.00", 4500), ("3.000.-", 3000),
                           ("7.500,= €", 7500), ("1500,-- euro", 1500), ("-2.000", -2000)):  # of an amount three decimals mean nothing
        assert outcome(text(written), MONEY) == (value, ["DATA10"]), written
    assert outcome(text("2.000"), NUMBER) == (None, ["DATA12"])
    assert outcome(text("circa 500"), MONEY) == (None, ["DATA11"])
    assert outcome(number("3"), INTEGER) == (3, [])
    assert outcome(text("3"), INTEGER) == (3, [])
    assert outcome(number("3.5"), INTEGER) == (None, ["DATA19"])


@pytest.mark.parametrize("written, start, end", [
    ("1/06", "2021-06-01", "2021-06-01"),
    ("01.05.2021", "2021-05-01", "2021-05-01"),
    ("1-5-2021", "2021-05-01", "2021-05-01"),
    ("2021-05-01", "2021-05-01", "2021-05-01"),
    ("30/9/21", "2021-09-30", "2021-09-30"),
    ("gennaio", "2021-01-01", "2021-01-31"),
    ("sett", "2021-09-01", "2021-09-30"),
    ("Sett.", "2021-09-01", "2021-09-30"),
    ("feb 2024", "2024-02-01", "2024-02-29"),
    ("DIC", "2021-12-01", "2021-12-31"),
    ("15 giugno", "2021-06-15", "2021-06-15"),
    ("1° luglio 2021", "2021-07-01", "2021-07-01"),
    ("12/2021", "2021-12-01", "2021-12-31"),
    ("september", "2021-09-01", "2021-09-30"),
])
def test_dates_as_people_write_them(written, start, end):
    assert outcome(text(written), DATE_FROM) == (start, ["DATA10"])
    assert outcome(text(written), DATE_TO) == (end, ["DATA10"])


@pytest.mark.parametrize("written, code", [
    ("31/09", "DATA17"), ("29/02/2021", "DATA17"), ("13/13/2021", "DATA17"), ("0/5", "DATA17"), ("fine anno", "DATA16"),
    ("gennaio-marzo", "DATA16"), ("1-6", "DATA21"), ("1/6/75", "DATA21"), ("2021", "DATA16"), ("annuale", "DATA16"),
    ("x" * 500, "DATA16"), ("30 febbraio", "DATA17"), ("99/99/9999", "DATA17"), ("1/1/0000", "DATA17"),
])
def test_dates_that_are_none_or_several(written, code):
    value, findings = from_cell(text(written), DATE_TO, year=2021)
    assert value is None and [(f.code, f.values["found"]) for f in findings] == [(code, written)]


def test_dates_need_the_year_and_the_side_of_a_month():
    assert [f.code for f in from_cell(text("1/06"), DATE_TO)[1]] == ["DATA18"]
    assert [f.code for f in from_cell(text("31/09"), DATE_TO)[1]] == ["DATA17"]
    plain = extension_fields({"properties": {"x": {"type": "string", "format": "date"}}})[0]
    assert outcome(text("giugno"), plain) == (None, ["DATA21"])
    assert outcome(text("giugno"), plain, edge="end") == ("2021-06-30", ["DATA10"])
    assert outcome(text("giugno"), COLUMNS["phases", "end_2"]) == ("2022-06-30", ["DATA10"])


def test_dates_in_cells():
    assert outcome(Cell(datetime.date(2021, 9, 30), "date"), DATE_TO) == ("2021-09-30", [])
    assert outcome(Cell(datetime.datetime(2021, 9, 30, 12), "date"), DATE_TO) == ("2021-09-30", ["DATA10"])
    assert outcome(number("44469"), DATE_TO) == ("2021-09-30", ["DATA10"])
    assert outcome(number("2021"), DATE_TO) == (None, ["DATA16"])
    assert outcome(Cell(True, "bool"), DATE_TO) == (None, ["DATA16"])


@pytest.mark.parametrize("cell, more, before, after", [
    (number("44469"), {}, Decimal(44469), "30/09/2021"), (number("43007"), {"from_1904": True}, Decimal(43007), "30/09/2021"),
    (Cell(datetime.datetime(2021, 9, day=30, hour=12, minute=5), "date"), {}, "30/09/2021 12:05", "30/09/2021")])
def test_days_are_told_as_people_write_them_beside_what_stands_in_the_cell(cell, more, before, after):
    [told] = from_cell(cell, DATE_TO, year=2021, **more)[1]
    assert told.values == {"before": before, "after": after}


def test_a_choice_is_told_in_the_reader_s_language():
    [told] = from_cell(text("media."), CHOICE)[1]
    assert told.values["after"] == {"it": "MEDIA", "en": "MEDIUM", "fr": "MOYENNE"}


def test_choices():
    assert outcome(text("ALTA"), CHOICE) == ("high", [])
    assert outcome(text(" Alta "), CHOICE) == ("high", [])
    assert outcome(text("HIGH"), CHOICE) == ("high", [])
    assert outcome(text("high"), CHOICE) == ("high", [])
    assert outcome(text("ALTA\u200b."), CHOICE) == ("high", ["DATA10"])
    value, (finding,) = from_cell(text("altissima"), CHOICE)
    assert (value, finding.code) == (None, "DATA06")
    assert "«ALTA»" in finding.message("it") and "HIGH" in finding.message("en").upper()
    assert outcome(text("Sì"), YES) == (True, [])
    assert outcome(text("si"), YES) == (True, ["DATA10"])
    assert outcome(text("No"), YES) == (False, [])
    assert outcome(Cell(False, "bool"), YES) == (False, [])
    assert outcome(text("x"), YES) == (None, ["DATA06"])
    assert outcome(number("1"), YES) == (None, ["DATA06"])


def test_text_is_kept_to_the_character_or_repaired_with_a_note():
    kept = " =1+1\n\t- due  \n\n"
    assert outcome(text(kept), LONG) == (kept, [])
    assert outcome(text("a\r\nb"), LONG) == ("a\nb", [])
    assert outcome(text("a\x07b"), LONG) == ("ab", ["DATA10"])
    assert outcome(text("due\nrighe"), TITLE) == ("due righe", ["DATA10"])
    assert outcome(text("s1.00001\u00a0"), CODE) == ("S1.00001", ["DATA10"])
    assert outcome(text("non un codice"), CODE) == ("non un codice", [])
    assert outcome(text("12\n\nA/3"), LINES) == (["12", "A/3"], [])


def test_numbers_and_dates_in_text_fields():
    assert outcome(number("12"), ID) == ("12", [])
    assert outcome(number("12"), LINES) == (["12"], [])
    assert outcome(number("3.5"), TITLE) == ("3,5", ["DATA10"])
    assert outcome(number("3.5"), TITLE, language="en") == ("3.5", ["DATA10"])
    assert outcome(number("3.5"), ID) == ("3.5", ["DATA10"])
    assert outcome(number("0.8", percent=True), TITLE) == ("80%", ["DATA10"])
    assert outcome(number("1234567890123456000"), TITLE) == ("1234567890123456000", ["DATA20"])
    assert outcome(Cell(datetime.date(2021, 1, 3), "date"), ID) == (None, ["DATA22"])
    assert outcome(Cell(datetime.date(2021, 12, 31), "date"), TITLE) == ("31/12/2021", [])
    assert outcome(Cell(True, "bool"), TITLE) == ("VERO", ["DATA10"])


def test_formulas_and_errors():
    assert outcome(number("0.5", percent=True, formula="A1"), PERCENT) == (50, ["FORM06"])
    assert outcome(Cell("ciao", "text", "A1"), TITLE) == ("ciao", ["FORM06"])
    assert outcome(Cell(None, "blank", "A1"), PERCENT) == (None, ["FORM07"])
    assert outcome(Cell(None, "error", None, "#REF!"), PERCENT) == (None, ["FORM08"])


@pytest.mark.parametrize("field, value, kind, content", [
    (PERCENT, 15, "number", Decimal("0.15")), (PERCENT, Decimal("33.33"), "number", Decimal("0.3333")),
    (DATE_TO, "2021-09-30", "date", datetime.date(2021, 9, 30)), (CHOICE, "high", "text", "ALTA"),
    (YES, False, "text", "No"), (LINES, ["a", "b"], "text", "a\nb"), (TITLE, "=1+1", "text", "=1+1"),
    (NUMBER, Decimal("1.5"), "number", Decimal("1.5")), (TITLE, None, "blank", None),
])
def test_to_cell(field, value, kind, content):
    assert to_cell(value, field, "it") == (kind, content)


def test_every_choice_comes_back_from_both_languages():
    for field in (*objective_scalars(), *COLUMNS.values()):
        if field.cell in ("choice", "yesno"):
            for language in ("it", "en"):
                for value in field.labels(language):
                    assert outcome(text(to_cell(value, field, language).content), field) == (value, [])


def test_text_without_a_pattern_of_its_own():
    plain = extension_fields({"properties": {"x": {"type": "string"}}})[0]
    assert outcome(text("due\nrighe"), plain) == ("due\nrighe", [])
    assert outcome(text("a\x00\x1bb"), plain) == ("ab", ["DATA10"])
    assert outcome(text("\n "), plain) == (None, [])
