"""What a controller does to the plan workbook in Excel or LibreOffice does not change what it says."""

import random
import subprocess
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from plan_examples import EXTENSION, differences, small

from perfxl.model import documents
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.workbook import sheets

TABLES = ("Settori", "Cascata", "Obiettivi", "Settori titolari", "Responsabili", "Risultati attesi", "Fasi", "Misure")


def reread(edit, document=None, extension=None) -> plan.PlanReading:
    """The reading after ``edit`` changed the workbook of ``document``."""
    book = load_workbook(BytesIO(write_plan(document or small(), extension=extension)))
    edit(book)
    out = BytesIO()
    book.save(out)
    return plan.read(out.getvalue(), extension=extension)


def head(book, sheet: str, ref: str):
    """Lets the names of ``sheet`` follow its head to ``ref``, as a spreadsheet program does."""
    for name in book.defined_names.values():
        if name.attr_text.startswith((f"{sheet}!", f"'{sheet}'!")) and name.name.count("_") == 2:
            name.attr_text = f"'{sheet}'!{ref}"


def test_blank_rows_between_rows_are_skipped():
    def edit(book):
        for sheet in TABLES:
            book[sheet].insert_rows(5, 3)
    reading = reread(edit)
    assert reading.document == small()
    assert reading.places["/sectors/1/code"].cell == "A8"


def test_rows_above_the_head_and_columns_between_move_with_it():
    def edit(book):
        for sheet in TABLES:
            book[sheet].insert_rows(1, 2)
            book[sheet].insert_cols(2, 1)
            head(book, sheet, "$A$3:$Z$5")
    reading = reread(edit)
    assert reading.document == small()
    assert reading.places["/sectors/1/name"].cell == "C7"


def test_columns_in_any_order_and_rows_sorted():
    def edit(book):
        for sheet in TABLES:
            ws = book[sheet]
            order = list(range(1, ws.max_column + 1))
            random.Random(sheet).shuffle(order)
            rows = [[ws.cell(r, c).value for c in order] for r in range(1, ws.max_row + 1)]
            for r, row in enumerate(rows, 1):
                for c, value in enumerate(row, 1):
                    ws.cell(r, c).value = value
                    ws.cell(r, c).number_format = "@" if isinstance(value, str) else ws.cell(r, order[c - 1]).number_format
    document = small()
    for objective in document["objectives"]:
        for holder in objective["holders"]:
            holder.pop("holding", None)
    for path in ("phases", "money", "results", "entities", "responsibles"):
        document["objectives"][0]["sheet"].pop(path)
    assert reread(edit, document).document == document


def test_sheets_renamed_and_names_lost():
    def edit(book):
        for number, ws in enumerate(book.worksheets):
            if ws.title not in ("Ente", "_elenchi"):
                ws.title = f"Foglio {number}"
        for name in [n for n in book.defined_names if n.count("_") == 2 and n not in ("px_plan_year",)]:
            del book.defined_names[name]
    reading = reread(edit)
    assert reading.document == small()
    assert reading.findings == ()


def test_rows_beyond_the_prepared_ones_are_read():
    document = small()
    document["cascade"] += [{"code": f"{n:02d}", "title": f"Linea {n}"} for n in range(4, 99)]
    def edit(book):
        ws = book["Cascata"]
        for n, line in enumerate(document["cascade"][3:]):
            ws[f"A{900 + n}"], ws[f"B{900 + n}"] = line["code"], line["title"]
    assert reread(edit).document == document


def test_numbers_and_codes_typed_by_hand_are_understood():
    def edit(book):
        ws = book["Settori titolari"]
        ws["F4"].value, ws["F4"].number_format = "60,0 %", "@"
        ws["F5"].value, ws["F5"].number_format = 0.6667, "General"
        book["Settori"]["A4"] = " s1 "
        book["Fasi"]["B4"] = 0
    reading = reread(edit)
    assert reading.document == small()
    assert {(f.code, f.severity, f.place.cell) for f in reading.findings} == {
        ("DATA10", "note", "F4"), ("DATA10", "note", "F5"), ("DATA10", "note", "A4")}


def test_places_lead_to_the_cells():
    data = write_plan(small())
    reading, book = plan.read(data, "piano.xlsx"), load_workbook(BytesIO(data))
    for pointer, value in (("/body/name", "Unione di prova"), ("/sectors/1/name", "Territorio"),
                           ("/objectives/0/holders/1/code", "S2.00007"), ("/objectives/0/sheet/phases/1/text", "=SUM(A1:A9)"),
                           ("/measures/0/measure/id", "1"), ("/objectives/1", "S1.00002")):
        place = reading.places[pointer]
        assert (place.file, book[place.sheet][place.cell].value) == ("piano.xlsx", value)


def test_same_plan_same_bytes():
    assert write_plan(small(), "it", EXTENSION) == write_plan(documents.loads(documents.dumps(small())), "it", EXTENSION)


def test_nothing_in_the_workbook_is_a_formula_but_the_sum_of_weights_and_a_list_of_codes():
    document = small()
    document["sectors"][0]["name"] = '=HYPERLINK("http://x.example";"clic")'
    book = load_workbook(BytesIO(write_plan(document)))
    formulas = [(ws.title, get_column_letter(c.column)) for ws in book for row in ws for c in row if c.data_type == "f"]
    lists, _, cells = book.defined_names["px_plan_list_either"].attr_text.replace("'", "").partition("!")
    first = book[lists][cells.replace("$", "")][0][0].column
    assert book[lists].sheet_state == "hidden"
    assert set(formulas) == {("Settori", "C"), *((lists, get_column_letter(n)) for n in (first, first + 1))}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_plan_saved_by_libreoffice_comes_back(kind, tmp_path):
    document = small()
    document["objectives"][0]["sheet"] |= {
        "extension": {"pnrr": "M1C1", "green": False, "saving": 12, "share": 50, "area": "sud", "notes": "-1"},
        "readings": [{"round": "interim", "narrative": "a\n" + "riga _x0041_ lunga \u2060\n" * 1500},
                     {"round": "final", "narrative": " spazi \n\n" + ("parola " * 700 + "\n") * 8 + " "}]}
    for number, weight, revised in ((0, 30, "66.67"), (1, 70, "33.33")):
        document["objectives"][number]["holders"][1]["holding"] |= {"weight": weight, "revisions": [{"round": "interim", "weight": Decimal(revised)}]}
    (tmp_path / "piano.xlsx").write_bytes(write_plan(document, extension=EXTENSION))
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
                    "--convert-to", kind, "--outdir", tmp_path / "out", tmp_path / "piano.xlsx"],
                   check=True, capture_output=True, timeout=120)
    saved = (tmp_path / "out" / f"piano.{kind}").read_bytes()
    reading = plan.read(saved, extension=EXTENSION)
    assert list(differences(document, reading.document)) == []
    assert {f.code for f in reading.findings} == {"DATA25"}  # the word joiners in the narrative above are told
    sums = sheets.open_book(saved, "piano").sheet("Settori")
    assert [sums.cell(row, 3).value or None for row in (4, 5, 6)] == [1, 1, None]
