"""The masters: current, deterministic, complete, and within what Excel and LibreOffice accept."""

import io
import re
import zipfile

import openpyxl
import pytest

from perfxl.model import resources
from perfxl.model.rounds import KINDS
from perfxl.model.texts import LANGUAGES, area
from perfxl.stages.issue.form import masters
from perfxl.stages.issue.form.names import required, short_fields
from perfxl.stages.issue.form.stored import stored
from perfxl.workbook.binding import (
    REVISED,
    STANDING,
    objective_scalars,
    objective_tables,
    return_scalars,
    return_tables,
    scalar_name,
    table_name,
)
from perfxl.workbook.patch import measure
from perfxl.workbook.patch.names import tokens
from perfxl.workbook.patch.workbook import Workbook

EXTENSION = {"properties": {"pnrr": {"type": "string", "title": "Missione", "enum": ["M1, digitale", "M2"]},
                            "green": {"type": "boolean", "title": "Verde", "x-open": ["interim"]}}}
KNOWN_FUNCTIONS = {"IFERROR", "COUNTA", "SUBSTITUTE", "EXACT", "LOWER", "UPPER", "SUMIF", "MIN", "IF", "AND", "OR", "NOT", "LEN", "LEFT", "SUM", "SUMPRODUCT", "COUNT", "COUNTIF", "ISNUMBER", "ISERROR", "ROUND", "ABS",
                   "AVERAGE", "MAX", "HYPERLINK", "VALUE", "RIGHT", "ISTEXT", "YEAR", "MONTH", "DAY", "DATE", "CHAR", "FIND"}


@pytest.fixture(scope="module", params=[(r, language) for r in KINDS for language in LANGUAGES], ids="-".join)
def master(request):
    round, language = request.param
    return round, language, openpyxl.load_workbook(io.BytesIO(stored(round, language)))


@pytest.mark.parametrize("round", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_stored_masters_are_what_the_schemas_say(round, language):
    path = resources.folder("templates") / language / f"scheda-{round}.xlsx"
    assert path.read_bytes() == masters.build(round, language), "run python -m perfxl.stages.issue.form"


def test_write_makes_the_three_masters(tmp_path):
    paths = masters.write(tmp_path, "en", EXTENSION)
    assert [p.relative_to(tmp_path).as_posix() for p in paths] == [f"modelli/scheda-{r}.xlsx" for r in KINDS]
    assert paths[1].read_bytes() == masters.build("monitoring", "en", EXTENSION)


def test_every_field_shown_in_the_round_has_its_name_and_no_other(master):
    round, _, book = master
    wanted = {scalar_name(f.path) for f in (*objective_scalars(), *return_scalars()) if round in f.shown}
    wanted |= {table_name(t.id) for t in (*objective_tables(), *return_tables()) if t.shown(round)}
    assert {n for n in book.defined_names if n.startswith("px_")} == wanted | {"px_identity", "px_token"}
    assert {n for n in book.defined_names if n.startswith("pxs_")} == {"pxs_" + "__".join(f.path) for f in short_fields(round)}


def cells_of(book, name):
    sheet, area_ = book.defined_names[name].attr_text.rsplit("!", 1)
    found = book[sheet.strip("'")][area_.replace("$", "")]
    return [cell for row in found for cell in row] if isinstance(found, tuple) else [found]


def test_cells_are_open_exactly_when_their_field_is(master):
    round, _, book = master
    for f in (*objective_scalars(), *return_scalars()):
        if round in f.shown:
            for cell in cells_of(book, scalar_name(f.path)):
                opened = round in f.open
                assert cell.protection.locked is not opened, f.path
                assert (cell.fill.fill_type == "solid") is opened, f.path
                if f.cell in ("text", "long", "lines", "choice"):
                    assert cell.number_format == "@" and cell.alignment.wrap_text, f.path
    for f in short_fields(round):
        opened = round in f.open and f.path[0] == "holding"
        assert all(c.protection.locked is not opened for c in cells_of(book, "pxs_" + "__".join(f.path))), f.path


def test_blocks_hold_what_the_schema_allows(master):
    round, _, book = master
    for table in (*objective_tables(), *return_tables()):
        if not table.shown(round):
            continue
        sheet, area_ = book.defined_names[table_name(table.id)].attr_text.rsplit("!", 1)
        rows = [[c.value for c in row] for row in book[sheet.strip("'")][area_.replace("$", "")]]
        slots = [row[rows[0].index("#")] for row in rows[1:]]
        below = [end for end, fields in ((STANDING, table.standing), (REVISED, table.revisions)) if any(f.shows(round) for f in fields)]
        assert [s for s in slots if s and s.isdigit()] == [str(n) for n in range(1, table.slots + 1)]
        assert [s for s in slots if s and not s.isdigit()] == [f"{n}{end}" for n in range(1, table.slots + 1) for end in below]
        keys = {"phase", "text"} if table.story else {c.key for c in table.columns if round in c.shown}
        assert {k for k in rows[0] if k} == keys | {"#"}


def test_sheets_are_locked_without_password_landscape_and_never_merged(master):
    _, _, book = master
    assert book["_perfxl"].sheet_state == "veryHidden"
    for sheet in book:
        assert sheet.protection.sheet and sheet.protection.password is None
        assert not sheet.merged_cells.ranges
        if sheet.title != "_perfxl":
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert sheet.page_setup.fitToWidth == 1 and sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.print_title_rows and sheet.freeze_panes


def test_prompts_and_lists_are_within_excels_limits(master):
    _, _, book = master
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            assert bool(rule.prompt) is bool(rule.promptTitle) is rule.showInputMessage  # a title alone would be shown too
            assert len(rule.promptTitle or "") <= 32 and len(rule.prompt or "") <= 255
            assert len(rule.errorTitle or "") <= 32 and len(rule.error or "") <= 225
            assert len(rule.formula1 or "") <= 255
            if rule.type:
                assert rule.error or rule.type == "list"


def formulas(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value
        for where, rules in sheet.conditional_formatting._cf_rules.items():
            for rule in rules:
                yield sheet.title, str(where.sqref), "=" + rule.formula[0]


def test_formulas_use_known_names_and_functions_that_both_programs_have(master):
    _, _, book = master
    count = 0
    for sheet, cell, formula in formulas(book):
        bare = re.sub(r'"[^"]*"', '""', formula)
        assert set(re.findall(r"([A-Z][A-Z.]+)\(", bare)) <= KNOWN_FUNCTIONS, (sheet, cell, formula)
        assert tokens(formula) <= set(book.defined_names), (sheet, cell, formula)
        assert bare.count("(") == bare.count(")") and len(formula) < 8_000
        count += 1
    assert count > 300


def test_rows_are_not_of_fixed_height_and_times_are(master):
    round, language, _ = master
    with zipfile.ZipFile(io.BytesIO(stored(round, language))) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            assert b"customHeight" not in archive.read(name)
        assert b"2020-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("round", KINDS)
def test_the_bodys_own_fields_are_on_the_sheet(round):
    content = masters.build(round, "it", EXTENSION)
    places = Workbook(content).places()
    assert set(required(round, EXTENSION)) <= set(places)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [c.protection.locked for c in cells_of(book, "px_sheet__extension__pnrr")] == [round != "plan"]
    assert [c.protection.locked for c in cells_of(book, "px_sheet__extension__green")] == [round != "monitoring"]
    lists = [r.formula1 for r in book["Obiettivo"].data_validations.dataValidation if r.type == "list"]
    assert ("_perfxl!$C$1:$C$2" in lists) is (round == "plan")  # a choice with a comma is listed in cells
    if round == "plan":
        assert [book["_perfxl"][a].value for a in ("C1", "C2")] == ["M1, digitale", "M2"]


def test_what_is_missing_is_highlighted():
    def rules(round):
        sheet = openpyxl.load_workbook(io.BytesIO(stored(round, "it")))["Obiettivo"]
        return {str(w.sqref).split(":")[0].split()[0] for w in sheet.conditional_formatting._cf_rules}

    for round, names in (("plan", ["px_holding__weight"]), ("monitoring", ["px_holding__reading__percent", "px_holding__reading__reason"]),
                         ("final", ["px_holding__reading__percent", "px_holding__reading__reason"])):
        places = Workbook(stored(round, "it")).places()
        assert {places[n][1].address for n in names} <= rules(round)


def test_words_are_complete_and_safe_in_formulas():
    for key, message in area("form").items():
        assert set(message) == {"it", "en"} and all(message.values()), key
        holes = {language: set(re.findall(r"{(\w+)}", text)) for language, text in message.items()}
        assert holes["it"] == holes["en"], key
        if key.startswith(("ok", "see", "todo_", "duration_", "bar_")):
            assert not any('"' in text for text in message.values()), key


def test_lines_follow_the_width_of_letters():
    assert measure.lines("", 97) == 1
    assert measure.lines("a\nb\n", 97) == 3
    assert measure.lines("i" * 180, 97) == 1 < measure.lines("W" * 180, 97)
    assert measure.lines("😀" * 60, 97) == 2
