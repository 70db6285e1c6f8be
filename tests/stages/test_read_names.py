"""Returns that have lost the defined names of their fields are read by the places of the form, or say what is lost."""

import datetime
import io
import zlib

import openpyxl
import pytest
from openpyxl.utils.datetime import to_excel
from raw_form import NS, RawForm

from perfxl.stages import read
from perfxl.stages.read import moved_days
from perfxl.stages.read.issued import Issued

SECTOR, SHEET, PREFIX = "S1", "S1.00001", "px02_"


@pytest.fixture(scope="module")
def case(demo_year):
    """The return of S1 with its document, and the form it began as."""
    sent = next(p for p in demo_year.received_files("final") if SECTOR in p.name).read_bytes()
    form = Issued(demo_year.issued_form("final", SECTOR).read_bytes(), "emessa")
    return sent, read.read(sent, "S1").document, form


def drop(form: RawForm, which, text: str | None = None) -> None:
    """Take out the names for which ``which`` holds, or make them say ``text``."""
    block = form.workbook.find("m:definedNames", NS)
    for name in list(block):
        if which(name.get("name")):
            if text is None:
                block.remove(name)
            else:
                name.text = text


def codes(reading) -> list[str]:
    return [f.code for f in reading.findings]


LOST = {
    "what an objective held in short says of itself": lambda n: n.startswith(("px01_sheet__", "px01_role")),
    "all": lambda n: True,
    "all of the form": lambda n: n.startswith("px"),
    "those of one objective": lambda n: n.startswith(PREFIX),
    "those of the last objective": lambda n: n.startswith("px06_"),
    "those of an objective held in short": lambda n: n.startswith("px01_"),
    "one table": lambda n: n == PREFIX + "t_phases",
    "a table of outcomes": lambda n: n == PREFIX + "t_phases_reading",
    "a story": lambda n: n == PREFIX + "t_narrative",
    "one cell": lambda n: n == PREFIX + "holding__reading__percent",
    "the code": lambda n: n == PREFIX + "code",
    "a long text": lambda n: n == PREFIX + "sheet__purpose",
    "the measures": lambda n: n == "px_t_measures",
    "two in three, here and there": lambda n: n.startswith("px") and not n.startswith("pxm_") and zlib.crc32(n.encode()) % 3 > 0,
    "who filled it in": lambda n: n.startswith("px_compilation"),
}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("text", [None, "#REF!"])
@pytest.mark.parametrize("with_form", [True, False])
def test_what_lost_its_names_is_read_by_its_place_and_told(case, lost, text, with_form):
    sent, document, issued = case
    form = RawForm(sent)
    drop(form, LOST[lost], text)
    reading = read.read(form.bytes(), "S1", issued=(lambda known: issued) if with_form else None)
    assert reading.document == document
    assert codes(reading) == ["FORM30"]


def moved(form: RawForm) -> None:
    for before in (290, 171, 26, 14, 3):
        form.insert_row(SHEET, before)


def renamed(form: RawForm) -> None:
    for number, sheet in enumerate(form.workbook.iterfind("m:sheets/m:sheet", NS)):
        if sheet.get("name") != "_perfxl":
            sheet.set("name", f"Foglio{number}")


def exchanged(form: RawForm) -> None:
    """Give two tabs each the name of the other."""
    one, other = (s for s in form.workbook.iterfind("m:sheets/m:sheet", NS) if s.get("name") in (SHEET, "S1.00003"))
    names = one.get("name"), other.get("name")
    other.set("name", names[0])
    one.set("name", names[1])


@pytest.mark.parametrize("spoil", [moved, renamed, exchanged])
@pytest.mark.parametrize("with_form", [True, False])
def test_rows_inserted_and_sheets_renamed_are_found_all_the_same(case, spoil, with_form):
    sent, document, issued = case
    form = RawForm(sent)
    spoil(form)
    drop(form, lambda n: True)
    reading = read.read(form.bytes(), "S1", issued=(lambda known: issued) if with_form else None)
    assert reading.document == document
    assert codes(reading) == ["FORM30"]


def pasted(data: bytes, down: int = 0, right: int = 0, sheets=lambda s: True) -> bytes:
    """The cells of the visible sheets in a new workbook, by another library."""
    old, new = openpyxl.load_workbook(io.BytesIO(data)), openpyxl.Workbook()
    new.remove(new.active)
    for sheet in (s for s in old if s.sheet_state == "visible" and sheets(s)):
        made = new.create_sheet(sheet.title)
        for cell in (c for row in sheet.iter_rows() for c in row if c.value is not None):
            copy = made.cell(cell.row + down, cell.column + right)
            copy.value, copy.data_type, copy.number_format = cell.value, cell.data_type, cell.number_format
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


@pytest.mark.parametrize("down, right", [(0, 0), (3, 1)])
def test_sheets_pasted_into_a_new_book_are_read(case, down, right):
    sent, document, issued = case
    reading = read.read(pasted(sent, down, right), "S1", issued=lambda known: issued)
    assert reading.document == document
    assert codes(reading) == ["FORM30"]
    assert [f.code for f in read.extra_findings(reading, "S1", issued)] == []


def bare(data: bytes) -> bytes:
    """The values alone of every sheet, as programs write that keep no formats: dates and percentages are numbers."""
    old, new = openpyxl.load_workbook(io.BytesIO(data), data_only=True), openpyxl.Workbook()
    new.remove(new.active)
    for sheet in old:
        made = new.create_sheet(sheet.title)
        for cell in (c for row in sheet.iter_rows() for c in row if c.value is not None):
            day = isinstance(cell.value, datetime.date)
            copy = made.cell(cell.row, cell.column)
            copy.value = to_excel(cell.value) if day else cell.value
            copy.data_type = "n" if day else cell.data_type
            copy.number_format = "General"
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def test_values_alone_are_read_for_what_they_were(case):
    sent, document, issued = case
    reading = read.read(bare(sent), "S1", issued=lambda known: issued)
    assert reading.document == document
    assert codes(reading) == ["FORM30", "FORM36"]
    assert [f.code for f in read.extra_findings(reading, "S1", issued)] == []


def aged(form: RawForm) -> None:
    """Make a form of it as it was when a year had one interim and one final round: its keys, its labels, and a part on each sheet
    that shows what the interim found."""
    told = ("done", "realised", "note", "degree", "actual", "result", "percent")
    for sheet in form.part:
        texts = {at: c.content for at, c in form.cells(sheet).items() if isinstance(c.content, str) and not c.formula}
        keys = {row for (row, _), text in texts.items() if text == "#"}
        for (row, column), text in texts.items():
            if row in keys and text in told:
                form.put(sheet, row, column, f"final_{text}")
            elif text in ("Titolo (in vigore)", "Data fine (in vigore)"):
                form.put(sheet, row, column, f"{text.split()[0]} {'modificato' if text[0] == 'T' else 'fine modificata'}")
        heading = next((row for (row, column), text in texts.items() if column == 1 and text.endswith(". Consuntivo")), None)
        rows = (("4. Monitoraggio intermedio",), ("Esito %", 0.35), ("In quanto", "Detto prima."), ("id", "interim_done", "#"),
                ("1", "Fatto prima.", "1"), ("phase", "text", "#"), ("1", "Racconto di prima.", "1"))
        for _ in rows if heading else ():
            form.insert_row(sheet, heading)
        for row, cells in enumerate(rows if heading else (), heading or 0):
            for column, content in enumerate(cells, 1):
                form.put(sheet, row, 11 if content == "#" or column == 3 else column, content)


def test_an_older_form_is_read_without_names_and_without_the_form(case):
    sent, document, _ = case
    form = RawForm(sent)
    drop(form, lambda n: True)
    aged(form)
    reading = read.read(form.bytes(), "S1")
    assert reading.document == document
    assert codes(reading) == ["FORM30"]


def test_a_table_with_more_columns_than_the_form_has_is_read(case):
    sent, document, issued = case
    form = RawForm(sent)
    sheet, top, left, bottom, right = form.names()["px_t_measures"]
    drop(form, lambda n: True)
    for (row, column), cell in sorted(form.cells(sheet).items(), reverse=True):
        if top <= row <= bottom and column == right:  # two columns before the last that nobody knows
            form.put(sheet, row, column + 2, cell.content)
            form.put(sheet, row, column, None)
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert reading.document["measures"] == document["measures"]


def test_a_sheet_that_is_really_gone_is_told_as_missing(case):
    sent, document, issued = case
    reading = read.read(pasted(sent, sheets=lambda s: s.title != SHEET), "S1", issued=lambda known: issued)
    assert [o["code"] for o in reading.document["objectives"]] == [o["code"] for o in document["objectives"] if o["code"] != SHEET]
    assert codes(reading) == ["FORM30", "FORM05"]
    assert [f.values for f in reading.findings if f.code == "FORM05"] == [{"number": 2}]


def test_the_last_sheet_deleted_with_its_names_is_told_as_missing(case):
    sent, _, issued = case
    form = RawForm(sent)
    drop(form, lambda n: n.startswith("px06_"))
    sheets = form.workbook.find("m:sheets", NS)
    sheets.remove(next(s for s in sheets if s.get("name") == "S1.00005"))
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert [(f.code, f.values) for f in reading.findings] == [("FORM05", {"number": 6})]


def test_a_sheet_whose_labels_are_gone_says_which_cells_are_lost_and_keeps_what_was_issued(case):
    sent, document, issued = case
    form = RawForm(sent)
    names = {n.get("name"): n.text for n in form.workbook.find("m:definedNames", NS)}
    title, weight = (int(names[PREFIX + key].rpartition("$")[2]) for key in ("sheet__title", "holding__weight"))
    drop(form, lambda n: n.startswith(PREFIX))
    for (row, column), cell in form.cells(SHEET).items():
        if column == 1 and title - 6 <= row < title + 60 and isinstance(cell.content, str) and not cell.formula:
            form.put(SHEET, row, column, f"Campo {row}")
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert codes(reading) == ["FORM30", "FORM31"]
    told = reading.findings[1].values["found"]["it"]
    assert f"Titolo (S1.00001!B{title})" in told and f"Peso (S1.00001!B{weight})" in told
    mine, before = reading.document["objectives"][1], read.read(issued.data, "S1").document["objectives"][1]
    assert mine["sheet"]["title"] == before["sheet"]["title"] and mine["holding"]["weight"] == before["holding"]["weight"]
    assert mine["holding"]["reading"] == document["objectives"][1]["holding"]["reading"]


def test_a_file_without_names_and_without_labels_never_passes_in_silence(case):
    sent, *_ = case
    form = RawForm(sent)
    drop(form, lambda n: True)
    for sheet in form.part:
        for (row, column), cell in form.cells(sheet).items():
            if column in (1, 2, 3) and isinstance(cell.content, str) and sheet != "_perfxl":
                form.put(sheet, row, column, None)
    reading = read.read(form.bytes(), "S1")
    assert "FORM31" in codes(reading)


def test_tables_that_no_master_knows_are_told_not_left_out(case):
    sent, *_ = case
    form = RawForm(sent)
    sheet, top, left, _, right = form.names()[PREFIX + "t_phases"]
    drop(form, lambda n: True)
    for column in range(left, right + 1):  # as a form of another version has them
        cell = form.cells(sheet).get((top, column))
        if cell and isinstance(cell.content, str) and cell.content not in ("#", "id"):
            form.put(sheet, top, column, cell.content + "_old")
    reading = read.read(form.bytes(), "S1")
    assert f"{sheet}!" in next(f for f in reading.findings if f.code == "FORM31").values["found"]


def test_a_block_that_lost_its_keys_keeps_what_was_issued(case):
    sent, document, issued = case
    form = RawForm(sent)
    sheet, top, left, _, right = form.names()["px_t_measures"]
    for column in range(left, right + 1):
        form.put(sheet, top, column, None)
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert codes(reading) == ["FORM11"]
    assert [m["id"] for m in reading.document["measures"]] == [m["id"] for m in document["measures"]]


def test_a_sheet_of_measures_deleted_is_told_and_keeps_what_was_issued(case):
    sent, document, issued = case
    reading = read.read(pasted(sent, sheets=lambda s: s.title != "Misure"), "S1", issued=lambda known: issued)
    assert codes(reading) == ["FORM30", "FORM33"]
    assert [m["id"] for m in reading.document["measures"]] == [m["id"] for m in document["measures"]]


@pytest.mark.parametrize("content", [None, "  ", "\u200b"])
def test_a_blank_code_comes_from_the_issued_form(case, content):
    sent, document, issued = case
    form = RawForm(sent)
    form.put(SHEET, *form.names()[PREFIX + "code"][1:3], content)
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert reading.document == document
    assert codes(reading) == ["FORM32"]


#: By table: the columns of its items that say which each is.
IDENTIFYING = {"px02_t_phases": ("id",), "px02_t_results": ("id",), "px_t_measures": ("objective", "id", "measure")}


def texts(form: RawForm, sheet: str):
    """What a cell of the sheet says, by row and column; "" when nothing."""
    cells = form.cells(sheet)
    return lambda row, column: str(cells[row, column].content or "") if (row, column) in cells else ""


def columns_of(form: RawForm, table: str) -> dict[str, int]:
    """The columns of the table by their hidden keys."""
    sheet, top, left, _, right = form.names()[table]
    said = texts(form, sheet)
    return {said(top, column): column for column in range(left, right + 1)}


def emptied(form: RawForm, table: str, keys: tuple[str, ...], which: slice) -> int:
    """Clear the cells under ``keys`` in those of the rows of ``table`` that say what the item is; how many rows."""
    sheet, top, left, bottom, right = form.names()[table]
    known, said = columns_of(form, table), texts(form, sheet)
    rows = [row for row in range(top + 2, bottom + 1) if said(row, known[keys[0]]) and said(row, known["#"]).isdecimal()][which]
    for row in rows:
        for key in keys:
            form.put(sheet, row, known[key], None)
    return len(rows)


@pytest.mark.parametrize("which", [slice(None), slice(0, 1), slice(1, 3)], ids=["all", "the first", "two"])
@pytest.mark.parametrize("table", IDENTIFYING)
def test_rows_without_their_identifier_are_those_of_the_issued_form(case, table, which):
    sent, document, issued = case
    form = RawForm(sent)
    count = emptied(form, table, keys=IDENTIFYING[table], which=which)
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert reading.document == document
    assert [(f.code, f.values["count"]) for f in reading.findings] == [("FORM37", count)]


def test_an_item_whose_own_row_is_gone_is_told_where_the_next_of_its_rows_is(case):
    """What is in force of the phase, and what was found of it, stand in rows of their own."""
    sent, document, issued = case
    form = RawForm(sent)
    sheet, top, left, bottom, right = form.names()["px02_t_phases"]
    said, known = texts(form, sheet), columns_of(form, "px02_t_phases")
    row = next(row for row in range(top + 2, bottom + 1) if said(row, known["id"]) and said(row, known["#"]).isdecimal())
    identifier = said(row, known["id"])
    for column in range(left, right + 1):
        form.put(sheet, row, column, None)
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    assert identifier in [p["id"] for p in reading.document["objectives"][1]["sheet"]["phases"]]
    told = next(f for f in reading.findings if f.code == "FORM37")
    assert told.place.sheet == sheet and int("".join(c for c in told.place.cell if c.isdigit())) > row  # that of what is in force


def test_a_row_added_without_an_identifier_is_nobody_elses(case):
    sent, document, issued = case
    form = RawForm(sent)
    sheet, top, *_ = form.names()["px02_t_phases"]
    columns, said = columns_of(form, "px02_t_phases"), texts(form, sheet)
    held = len(next(o for o in document["objectives"] if o["code"] == SHEET)["sheet"]["phases"])
    row = next(r for r in range(top + 2, top + 60) if said(r, columns["#"]) == str(held + 1))
    form.put(sheet, row, columns["text"], "Una fase in più")
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    phases = next(o for o in reading.document["objectives"] if o["code"] == SHEET)["sheet"]["phases"]
    assert [p.get("id") for p in phases] == [*(p["id"] for p in phases[:held]), None] and "FORM37" not in codes(reading)


def test_days_of_the_form_are_put_back_where_a_workbook_counts_from_1904(case):
    sent, document, issued = case
    form = RawForm(sent)
    form.workbook.find("m:workbookPr", NS).set("date1904", "1")
    reading = read.read(form.bytes(), "S1", issued=lambda known: issued)
    (told,) = reading.findings
    assert told.code == "FORM38" and told.values["count"] > 20
    typed = datetime.date.fromisoformat(document["compilation"]["date"]) + datetime.timedelta(1462)
    assert reading.document["compilation"].pop("date") == typed.isoformat()  # typed by the sector: as it is seen
    assert reading.document == {**document, "compilation": {k: v for k, v in document["compilation"].items() if k != "date"}}
    alone = read.read(form.bytes(), "S1")
    assert codes(alone) == ["FORM38"] and alone.document == document  # its own front tells that its days moved
    alone_in_1900 = read.read(sent, "S1")
    assert codes(alone_in_1900) == [] and alone_in_1900.document == document


def test_a_day_typed_where_days_are_counted_from_1904_stays_as_it_is_seen():
    document = {"objectives": [{"sheet": {"start": "2025-01-02", "end": "2026-01-01", "phases": [{"start_1": "2028-01-01", "end_1": "2021-06-30"}]}}]}
    front = [datetime.date(2026, 1, 1)]
    assert len(moved_days.put_back_alone(document, 2021, front)) == 3
    [sheet] = [o["sheet"] for o in document["objectives"]]
    assert (sheet["start"], sheet["end"], sheet["phases"]) == ("2021-01-01", "2021-12-31", [{"start_1": "2023-12-31", "end_1": "2021-06-30"}])
    later = {"objectives": [{"sheet": {"start": "2025-01-02", "end": "2026-01-01", "until": "2026-06-01"}}]}
    assert moved_days.put_back_alone(later, 2021, [datetime.date(2021, 12, 31)]) == []  # a front of its own year: born in 1904


def test_another_form_is_not_believed(case, demo_year):
    sent, document, _ = case
    form = RawForm(sent)
    drop(form, LOST["one table"])
    other = Issued(demo_year.issued_form("final", "S8").read_bytes(), "altra")
    reading = read.read(form.bytes(), "S1", issued=lambda known: other)
    assert reading.document == document
