"""Reading a returned workbook: what was filled in comes back, to the character, whatever happened to the file."""

import pickle
import subprocess
from decimal import Decimal

import pytest
from full_return import EXTENSION, document
from plain_form import form
from text_tables import finding_lines, lines

from perfxl.model import documents
from perfxl.model.findings import Place
from perfxl.stages.read import read
from perfxl.stages.read.places import Places
from perfxl.stages.read.read_context import FEW_FORMULAS


def codes(reading, *, notes: bool = False) -> list[str]:
    return [f.code for f in reading.findings if notes or f.severity != "note"]


def test_the_sample_is_a_valid_return():
    assert [(v.path, v.rule) for v in documents.violations("return", document(), EXTENSION)] == []


def test_every_field_comes_back():
    filled = document()
    reading = read(form(filled, EXTENSION), "S1.xlsx", EXTENSION)
    assert documents.dumps(reading.document) == documents.dumps(filled)
    assert documents.encoded(reading.document) == documents.dumps(filled).encode()
    assert codes(reading, notes=True) == []


def cell_of(reading, pointer: str) -> tuple[str, str]:
    place = reading.places[pointer]
    return place.sheet, place.cell


def at(reading, code: str) -> list[tuple[str, str]]:
    return [(f.place.sheet, f.place.cell) for f in reading.findings if f.code == code]


def sheet_of(book, number: int = 1):
    return book[f"S1.{number:05d}"]


def found(sheet, text):
    """The (row, column) of the cell that says ``text``."""
    return next((c.row, c.column) for line in sheet.iter_rows() for c in line if c.value == text)


def block(sheet, table_id: str, number: int = 1):
    """(first row, last row) of a table, from its name."""
    ref = sheet.parent.defined_names[f"px{number:02d}_t_{table_id}"].attr_text.split("!")[1].replace("$", "")
    first, last = (int("".join(filter(str.isdigit, part))) for part in ref.split(":"))
    return first, last


def cell(sheet, path: str, number: int = 1):
    """The cell of a single field, from its name."""
    ref = sheet.parent.defined_names[f"px{number:02d}_{path.replace('/', '__')}"].attr_text.split("!")[1]
    return sheet[ref.split(":")[0].replace("$", "")]


@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_every_field_survives_libreoffice(tmp_path, to):
    filled = document(1)
    (tmp_path / "S1.xlsx").write_bytes(form(filled, EXTENSION))
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", to,
                    "--outdir", tmp_path / "out", tmp_path / "S1.xlsx"], check=True, capture_output=True)
    if to == "ods":  # LibreOffice itself drops a tab at the start of a line when it writes .ods
        filled = documents.loads(documents.dumps(filled).replace("\\n\\tquarta", "\\nquarta"))
    reading = read((tmp_path / "out" / f"S1.{to}").read_bytes(), "S1", EXTENSION)
    assert documents.dumps(reading.document) == documents.dumps(filled)
    assert codes(reading) == []
    assert reading.identity.sector == "S1"


def test_places_are_the_cells_that_were_filled_in():
    reading = read(form(document(1), EXTENSION), "a/S1.xlsx", EXTENSION)
    assert reading.places["/compilation/name"].file == "a/S1.xlsx"
    assert cell_of(reading, "/compilation/name") == ("Leggimi", "B1")
    assert cell_of(reading, "/objectives/0/code") == ("S1.00001", "B3")
    assert cell_of(reading, "/measures/1/id") == ("Misure", "B4")
    wanted = [p for p in _pointers(reading.document) if not p.startswith(("/identity", "/schema"))]
    assert [p for p in wanted if p not in reading.places] == []


def _pointers(value, path=""):
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in _pointers(v, f"{path}/{k}")]
    if isinstance(value, list) and isinstance(value[0], dict):
        return [p for k, v in enumerate(value) for p in _pointers(v, f"{path}/{k}")]
    return [path]


def test_blank_fields_of_existing_items_have_a_place_too():
    sample = {"schema": "perfxl/return/2", "identity": document()["identity"],
              "objectives": [{"code": "S1.00001", "sheet": {"phases": [{"id": "1"}]}}]}
    reading = read(form(sample), "S1.xlsx")
    assert reading.document == sample
    assert "/objectives/0/sheet/phases/0/weight" in reading.places
    assert "/objectives/0/holding/reading/percent" in reading.places
    assert "/objectives/0/sheet/phases/1/weight" not in reading.places


def test_renamed_moved_sheets_and_a_deleted_hidden_sheet_do_not_matter():
    def edit(book):
        sheet_of(book, 1).title = "Il mio obiettivo"
        for defined in book.defined_names.values():
            defined.attr_text = defined.attr_text.replace("'S1.00001'", "'Il mio obiettivo'")
        book.move_sheet("S1.00002", -3)
        del book["_perfxl"]

    filled = document(2)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    assert codes(reading) == []


def test_a_row_added_to_a_table_is_quoted_and_the_rest_is_read():
    def edit(book):
        sheet = sheet_of(book)
        first, _ = block(sheet, "money")
        sheet.cell(first + 3, 6).value = None  # the slot of the second item: its row looks like an added one
        sheet.cell(first + 3, 2).value = "una riga in più"

    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    del filled["objectives"][0]["sheet"]["money"][1]
    assert reading.document == filled
    finding, = reading.findings
    assert finding.code == "FORM02" and "una riga in più" in finding.values["found"]
    assert finding.place.cell.startswith("A")


def test_a_row_copied_within_a_table_is_quoted_where_it_differs():
    def edit(book):
        sheet = sheet_of(book)
        first, _ = block(sheet, "money")
        sheet.cell(first + 8, 6).value = "1"
        sheet.cell(first + 8, 2).value = "altra"

    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    assert finding_lines(reading.findings, "code | .found") == lines("FORM03 | altra")


def test_a_table_without_its_keys_is_quoted_whole():
    def edit(book):
        sheet = sheet_of(book)
        first, last = block(sheet, "responsibles")
        for row in range(first, last + 1):
            sheet.cell(row, 5).value = None

    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    said = filled["objectives"][0]["sheet"].pop("responsibles")
    assert reading.document == filled
    finding, = reading.findings
    assert finding.code == "FORM11" and said[2]["name"] in finding.values["found"]


def test_something_typed_beside_the_fields_of_a_table_is_quoted():
    def edit(book):
        sheet = sheet_of(book)
        first, _ = block(sheet, "money")
        sheet.cell(first + 2, 5).value = "da verificare"
        for row in range(1, FEW_FORMULAS + 1):  # a form calculates: one that does not was pasted as values, and its own with them
            sheet.cell(row, 8).value = "=1+1"

    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    assert [(f.code, f.values["found"]) for f in reading.findings] == [("FORM12", "da verificare")]


def test_stories_longer_than_a_cell_are_joined_exactly():
    filled = document(1)
    sheet = filled["objectives"][0]["sheet"]
    long = "\n".join(f"- atto n. {n} del 12/05/2021, \u00e0\u00e8 «così»  " for n in range(300)) + "\n" + "x" * 20_000
    sheet["phases"][1]["reading"]["done"] = long
    sheet["reading"]["narrative"] = long[:-1]
    sheet["detail"] = long[-19_000:]
    reading = read(form(filled, EXTENSION), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    assert codes(reading) == []


def test_a_story_of_an_unknown_phase_stays_with_the_objective():
    def edit(book):
        sheet = sheet_of(book)
        first, _ = block(sheet, "narrative")
        sheet.cell(first + 9, 1).value = 12
        sheet.cell(first + 9, 2).value = "fatto"

    filled = document(1)
    del filled["objectives"][0]["sheet"]["reading"]["narrative"]
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert codes(reading) == ["FORM10"]
    assert reading.document["objectives"][0]["sheet"]["reading"]["narrative"] == "12: fatto"


def test_a_formula_counts_with_its_value_and_is_told():
    def edit(book):
        cell(sheet_of(book), "holding/weight").value = "=0.1+0.2"
        cell(sheet_of(book), "sheet/title").value = "=#REF!"
        cell(sheet_of(book), "sheet/service").value = "#N/A"
        cell(sheet_of(book), "sheet/service").data_type = "e"

    reading = read(form(document(1), EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert codes(reading) == ["FORM07", "FORM07", "FORM08"]
    assert "weight" not in reading.document["objectives"][0]["holding"]


def test_a_deleted_sheet_and_a_deleted_cell_are_told_apart():
    def edit(book):
        for name, defined in book.defined_names.items():
            if name.startswith("px02_") or name == "px01_sheet__service":
                defined.attr_text = "#REF!"
        del book["S1.00002"]
        next(c for c in book["S1.00001"]["A"] if c.value == "Servizio").value = None  # its row was deleted

    filled = document(3)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert sorted(codes(reading)) == ["FORM04", "FORM05"]
    assert [o["code"] for o in reading.document["objectives"]] == ["S1.00001", "S1.00003"]


def test_names_that_vanished_with_their_sheet_leave_a_gap_that_is_told():
    def edit(book):
        for name in [n for n in book.defined_names if n.startswith("px02_")]:
            del book.defined_names[name]
        del book["S1.00002"]

    reading = read(form(document(3), EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert codes(reading) == ["FORM05"]


def _copy_sheet(book, retitle: bool = True):
    """Duplicate the first objective sheet the way Excel does: names of its own on the copy."""
    from openpyxl.workbook.defined_name import DefinedName

    copy = book.copy_worksheet(sheet_of(book))
    copy.title = "S1.00001 (2)"
    for name, defined in book.defined_names.items():
        if name.startswith("px01_"):
            text = defined.attr_text.replace("'S1.00001'", "'S1.00001 (2)'")
            copy.defined_names[name] = DefinedName(name, attr_text=text)
    return copy


def test_an_identical_copy_of_a_sheet_is_nothing():
    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=_copy_sheet), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    assert codes(reading, notes=True) == []


def test_a_copy_that_differs_is_told_field_by_field():
    def edit(book):
        cell(sheet_of(book), "sheet/title")
        copy = _copy_sheet(book)
        ref = copy.defined_names["px01_sheet__title"].attr_text.split("!")[1].replace("$", "")
        copy[ref].value = "Un altro titolo"

    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    finding, = [f for f in reading.findings if f.severity != "note"]
    assert (finding.code, finding.place.sheet, finding.values["original"]) == ("FORM01", "S1.00001 (2)", "S1.00001")
    assert (finding.values["found"], finding.field["it"]) == ("Un altro titolo", "Titolo")


def test_when_only_the_copy_is_left_it_stands_for_the_original():
    def edit(book):
        copy = _copy_sheet(book)
        del book["S1.00001"]
        for name in [n for n in book.defined_names if n.startswith("px01_")]:
            book.defined_names[name].attr_text = "#REF!"
        assert copy.title in book.sheetnames

    filled = document(1)
    reading = read(form(filled, EXTENSION, edit=edit), "S1.xlsx", EXTENSION)
    assert reading.document == filled
    assert codes(reading) == []


def test_a_field_that_the_campaign_does_not_know_is_quoted():
    filled = document(1)
    reading = read(form(filled, EXTENSION), "S1.xlsx")
    assert codes(reading) == ["FORM13"] * len(EXTENSION["properties"])
    assert "extension" not in reading.document["objectives"][0]["sheet"]


def test_limits_are_told_at_the_cell():
    filled = document(1)
    objective = filled["objectives"][0]
    objective["sheet"]["title"] = "x" * 612
    objective["holding"]["reading"]["percent"] = Decimal("-3")
    objective["sheet"]["year_number"] = 12
    objective["sheet"]["councillors"] = [f"n. {n}" for n in range(6)]
    objective["sheet"]["other_codes"] = None
    objective["other_codes"] = ["S1.00002", "S1.00002"]
    del objective["sheet"]["phases"][0]["id"], objective["sheet"]["other_codes"]
    reading = read(form(filled, EXTENSION), "S1.xlsx", EXTENSION)
    del objective["holding"]["reading"]["percent"], objective["sheet"]["year_number"]  # what cannot be is out of every sum
    assert reading.document == filled
    told = {f.path: (f.code, f.place == reading.places.get(f.path), f.objective) for f in reading.findings}
    assert told == {
        "/objectives/0/sheet/title": ("DATA01", True, "S1.00001"),
        "/objectives/0/holding/reading/percent": ("DATA04", True, "S1.00001"),
        "/objectives/0/sheet/year_number": ("DATA03", True, "S1.00001"),
        "/objectives/0/sheet/councillors": ("DATA08", True, "S1.00001"),
        "/objectives/0/other_codes": ("DATA07", True, "S1.00001"),
        "/objectives/0/sheet/phases/0/id": ("DATA05", True, "S1.00001"),
    }
    assert next(f for f in reading.findings if f.code == "DATA01").values["over"] == 12


def test_dates_without_a_year_take_the_one_of_the_plan():
    def edit(book):
        first, _ = block(sheet_of(book), "phases")
        sheet_of(book).cell(first + 2, 5).value = "1/06"
        sheet_of(book).cell(first + 2, 8).value = "sett"
        sheet_of(book).cell(first + 2, 9).value = "31/09"

    reading = read(form(document(1), EXTENSION, edit=edit), "S1.xlsx", EXTENSION, 2021)
    phase = reading.document["objectives"][0]["sheet"]["phases"][0]
    assert (phase["start_1"], phase["end_2"], phase.get("start_3")) == ("2021-06-01", "2022-09-30", None)
    assert codes(reading, notes=True) == ["DATA10", "DATA10", "DATA17"]
    assert [f.path.rsplit("/", 1)[1] for f in reading.findings] == ["start_1", "end_2", "start_3"]


def test_far_cells_are_told_and_not_read():
    reading = read(form(document(1), EXTENSION, edit=lambda b: sheet_of(b).cell(1_048_576, 16_384, "qui")), "S1.xlsx", EXTENSION)
    assert codes(reading) == ["FORM09"]
    assert at(reading, "FORM09") == [("S1.00001", "XFD1048576")]


def test_a_rule_of_the_body_that_has_no_words_of_its_own_is_named():
    extension = {"properties": {"passo": {"type": "integer", "title": "Passo", "multipleOf": 5}}}
    filled = document(1, None)
    filled["objectives"][0]["sheet"]["extension"] = {"passo": 7}
    reading = read(form(filled, extension), "S1.xlsx", extension)
    assert [(f.code, f.values["rule"], f.field["it"]) for f in reading.findings] == [("DATA09", "multipleOf", "Passo")]
    filled["objectives"][0]["sheet"]["extension"] = {"passo": 10}
    assert codes(read(form(filled, extension), "S1.xlsx", extension)) == []


def test_a_wrong_percentage_is_quoted_as_one():
    filled = document(1)
    filled["objectives"][0]["holding"]["weight"] = Decimal("-12.5")
    finding, = read(form(filled, EXTENSION), "S1.xlsx", EXTENSION).findings
    assert finding.say("it")["found"] == "Trovato «-12,5%»."
    assert finding.say("en")["expected"] == "At least 0% was expected: the value is left out of the calculation."


def test_two_readings_of_the_same_bytes_are_equal():
    data = form(document(2), EXTENSION)
    first, second = read(data, "S1.xlsx", EXTENSION), read(data, "S1.xlsx", EXTENSION)
    assert (first.document, first.findings, dict(first.places)) == (second.document, second.findings, dict(second.places))


def test_places_that_travelled_are_as_they_were():
    here = Places("S1.xlsx", {"/compilation/name": ("Riepilogo", 82, 2), "/objectives/0": ("S1.00001", 14, 2)})
    there = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(here))))
    assert dict(there) == dict(here) and there["/objectives/0"] == Place("S1.xlsx", "S1.00001", "B14")
    assert there.nearest("/objectives/0/sheet/title") == there["/objectives/0"] and there.nearest("/x") == Place("S1.xlsx")
    assert there.get("/x") is None and "/x" not in there and len(there) == 2
