"""What of the plan workbook is out of sight while it is blank, what brings it up, and what is printed."""

import io
import re
import zipfile

import pytest
from form_year import converted
from looked_at import sheet_of
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from plan_examples import EXTENSION, small
from pypdf import PdfReader

from perfxl.stages import plan
from perfxl.stages.plan import later, sight
from perfxl.stages.plan.drawing import PRINTED_WIDTH
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.plan.layout import KEY_ROW, TITLE_ROW, optional
from perfxl.stages.plan.sheets import sheets

CORE = ["Leggimi", "Ente", "Tornate", "Settori", "Cascata", "Obiettivi"]
OWN = EXTENSION["properties"]
WITH_LATER = {"properties": {**OWN, "saving": {**OWN["saving"], "x-open": ["final"]}, "share": {**OWN["share"], "x-open": ["monitoring"]}}}


def first_plan() -> dict:
    """The plan of a body that has filled in what the guide asks of a first one: nine objectives of one holder."""
    document = plan.blank_plan(2026)
    document["body"] |= {"code": "CPR", "name": "Comune di Prova"}
    document["sectors"] = [{"code": f"S{n}", "name": f"Settore {n}", "manager": "Ada Lodi", "email": f"s{n}@prova.example"} for n in (1, 2, 3)]
    document["cascade"] = [{"code": "01", "title": "Una città che funziona"}]
    document["objectives"] = [{"code": f"S{n}.{k}", "lead": f"S{n}", "holders": [{"sector": f"S{n}", "holding": {"weight": w}}],
                               "sheet": {"title": f"Obiettivo {k} del settore {n}", "strategic_lines": ["01"]}}
                              for n in (1, 2, 3) for k, w in ((1, 40), (2, 30), (3, 30))]
    return document


def visible(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        tags = re.findall(r"<sheet [^>]*>", package.read("xl/workbook.xml").decode())
    return [re.search(r' name="([^"]*)"', tag)[1] for tag in tags if 'state="hidden"' not in tag]


def edited(data: bytes, change) -> bytes:
    """The workbook as a user changes it and saves it."""
    book, made = load_workbook(io.BytesIO(data)), io.BytesIO()
    change(book)
    book.save(made)
    return made.getvalue()


def looked_at(content: bytes, kind, extension) -> tuple[bytes, tuple[str, ...]]:
    """The plan workbook after what changes in what is seen of it, and the sheets that show more; the same where nothing does."""
    seen = later.changes(content, kind, extension)
    return (later.applied(content, seen), seen.telling) if seen else (content, ())


def mark(book, table: str, said: str) -> None:
    sheet, _, cell = book.defined_names[sight.mark_name(table)].attr_text.replace("$", "").partition("!")
    book[sheet.strip("'")][cell] = said


def closed(data: bytes, title: str) -> set[str]:
    ws = sheet_of(data, title)
    return {ws.cell(KEY_ROW, n).value.partition(":")[2] for n in range(1, ws.max_column + 1) if ws.column_dimensions[get_column_letter(n)].hidden}


@pytest.fixture(scope="module")
def drawn():
    return write_plan(first_plan())


def test_a_first_plan_and_an_issued_one_print_only_pages_with_something_in_them(drawn, tmp_path):
    """By LibreOffice, which prints the headings of a blank table."""
    assert visible(drawn) == CORE
    issued, _ = looked_at(drawn, "plan", None)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(converted(issued, tmp_path, "pdf"))).pages]
    told = ["Che cosa fare", "Comune di Prova", "300", "31/01/2026", "s2@prova.example", "città che funziona", "Obiettivo 3 del settore 3"]
    assert len(pages) == len(told) and all(word in page for word, page in zip(told, pages, strict=True)), pages


def test_every_table_is_one_page_wide_until_more_of_it_is_filled_in():
    document = {**first_plan(), "objectives": []}
    book = load_workbook(io.BytesIO(write_plan(document)))
    for sheet in sheets():
        ws = book[sheet.title("it")]
        at = {c.key: ws.column_dimensions[get_column_letter(n)] for n, c in enumerate(sheet.columns, 1)}
        assert ws.page_setup.fitToWidth == 1, sheet.id
        assert sum(d.width for d in at.values() if not d.hidden) <= PRINTED_WIDTH, sheet.id
        assert not [c.key for c in sheet.columns if c.field.required and not c.more and not optional(sheet, c) and at[c.key].hidden], sheet.id
        assert {*sight.FIRST.get(sheet.id, ())} <= set(at), sheet.id
    assert sheet_of(write_plan(small()), "Obiettivi").page_setup.fitToWidth == 2


def test_a_column_is_closed_until_something_stands_in_it():
    document = small()
    document["objectives"][0]["sheet"]["extension"] = {"share": 50}
    document["objectives"][0]["sheet"]["detail"] = "Come si fa."
    data = write_plan(document, extension=WITH_LATER)
    keys = closed(data, "Obiettivi")
    assert {"sheet/extension/saving", "sheet/constraints", "ready"} <= keys
    assert not {"sheet/extension/share", "sheet/extension/pnrr", "sheet/title", "sheet/detail"} & keys
    assert "phases/end_1" in closed(data, "Modifiche") and "holding/percent" not in closed(data, "Letture")


@pytest.mark.parametrize("language, yes, no", [("it", "Sì", "No"), ("en", "Yes", "No")])
def test_a_sheet_is_shown_and_hidden_as_the_first_sheet_says(language, yes, no):
    data = write_plan(first_plan(), language)
    titles = {s.id: s.title(language) for s in sheets()}
    readme = load_workbook(io.BytesIO(data)).worksheets[0]
    listed = [c.value for c in readme["A"] if c.value in titles.values()]
    assert sorted(listed) == sorted(titles[t] for t in (*sight.ADDED, *sight.LATER))
    assert {readme.cell(c.row, 3).coordinate for c in readme["A"] if c.value in listed} == \
        {str(cell) for rule in readme.data_validations.dataValidation for cells in rule.sqref.ranges for row in cells.rows for cell in
         (f"{get_column_letter(c)}{r}" for r, c in row)}
    assert looked_at(data, None, None) == (data, ())
    asked = edited(data, lambda book: (mark(book, "bands", yes), mark(book, "readings", yes.casefold()), mark(book, "money", "forse")))
    shown, told = looked_at(asked, None, None)
    assert told == (titles["bands"], titles["readings"]) and set(visible(shown)) - set(visible(data)) == set(told)
    assert looked_at(shown, None, None) == (shown, ())
    assert plan.read(shown).document == plan.read(data).document
    gone, told = looked_at(edited(shown, lambda book: mark(book, "bands", no)), None, None)
    assert not told and titles["bands"] not in visible(gone) and titles["readings"] in visible(gone)
    again, told = looked_at(edited(gone, lambda book: mark(book, "bands", yes)), None, None)
    assert told == (titles["bands"],) and titles["bands"] in visible(again)


def test_the_workbook_opens_on_a_sheet_that_is_seen(drawn):
    def on_bands(book):
        book["Fasce"].sheet_state = "visible"
        book.active = book["Fasce"]
        mark(book, "bands", "No")

    book = load_workbook(io.BytesIO(looked_at(edited(drawn, on_bands), None, None)[0]))
    assert book.active.title == "Leggimi" and book["Fasce"].sheet_state == "hidden" and not book["Fasce"].sheet_view.tabSelected


def test_a_table_with_something_in_it_is_seen(drawn):
    everything = write_plan(small())
    assert {"Settori titolari", "Fasi", "Misure", "Valutazioni", "Richieste", "Valori per ente", "Letture"} <= set(visible(everything))
    pasted, told = looked_at(edited(drawn, lambda book: book["Fasi"].cell(TITLE_ROW + 5, 1, "S1.1")), None, None)
    assert told == ("Fasi",)
    # shown once: whoever hides it after that wants it hidden, whatever stands in it
    hidden = edited(pasted, lambda book: setattr(book["Fasi"], "sheet_state", "hidden"))
    assert looked_at(hidden, "final", None)[1] and "Fasi" not in visible(looked_at(hidden, "final", None)[0])


def test_a_filled_table_is_not_hidden_by_no(drawn):
    def filled(book):
        book["Fasi"].cell(TITLE_ROW + 1, 1, "S1.1")
        mark(book, "phases", "No")

    assert "Fasi" in visible(looked_at(edited(drawn, filled), None, None)[0])


def test_what_is_needed_from_a_round_on_comes_up_with_it():
    drawn = write_plan(first_plan(), "it", WITH_LATER)
    later_ones = {"sheet/extension/saving", "sheet/extension/share"}
    assert visible(drawn) == CORE and later_ones <= closed(drawn, "Obiettivi")
    plan_, told = looked_at(drawn, "plan", WITH_LATER)
    assert (told, visible(plan_)) == ((), CORE) and later_ones <= closed(plan_, "Obiettivi")
    monitored, told = looked_at(plan_, "monitoring", WITH_LATER)
    assert set(told) == {"Modifiche", "Obiettivi"} and set(visible(monitored)) == {*CORE, "Modifiche"}
    assert closed(monitored, "Obiettivi") == closed(plan_, "Obiettivi") - {"sheet/extension/share"}
    last, told = looked_at(monitored, "final", WITH_LATER)
    assert told == ("Obiettivi",) and not later_ones & closed(last, "Obiettivi")
    assert looked_at(last, "monitoring", WITH_LATER) == (last, ())
    assert plan.read(last, extension=WITH_LATER).document == plan.read(drawn, extension=WITH_LATER).document


def test_a_sheet_that_is_not_wanted_does_not_come_up_with_its_round(drawn):
    unwanted = edited(drawn, lambda book: mark(book, "revisions", "No"))
    assert looked_at(unwanted, "monitoring", None)[1] == () and visible(looked_at(unwanted, "monitoring", None)[0]) == CORE


def test_what_the_controller_hides_again_stays_so():
    drawn, _ = looked_at(write_plan(small(), "it"), "final", None)
    hidden = edited(drawn, lambda book: setattr(book["Letture"], "sheet_state", "hidden"))
    assert looked_at(hidden, "final", None) == (hidden, ())


def test_a_plan_made_before_is_left_as_its_controller_has_it(drawn):
    def as_before(book):
        for name in [n for n in book.defined_names if n == sight.WAITING or n.startswith("px_plan_show__")]:
            del book.defined_names[name]
        for title in ("Fasce", "Fasi"):
            book[title].sheet_state = "visible"
        book["Misure"].cell(TITLE_ROW + 1, 2, "S1.1")

    old = edited(drawn, as_before)
    assert looked_at(old, None, None) == (old, ())


def test_what_waits_fits_in_a_formula():
    assert len(",".join((*sight.ADDED, *sight.LATER))) < 250  # Excel’s limit for a text in a formula is 255
    assert {s.id for s in sheets() if sight.waits(s)} == {*sight.ADDED, *sight.LATER}


def test_a_finding_about_a_hidden_sheet_says_how_to_show_it(drawn):
    def spoilt(book):
        book["Fasi"].cell(TITLE_ROW + 1, 1, "S9.9")
        ws = book["Risultati attesi"]
        at = {ws.cell(KEY_ROW, n).value.partition(":")[2]: n for n in range(1, ws.max_column + 1)}
        for key, value in (("#objective", "S1.1"), ("id", "1"), ("text", "Utenti"), ("indicator", "IND.9")):
            ws.cell(TITLE_ROW + 1, at[key], value)

    book = edited(drawn, spoilt)
    codes = {f.code: f for f in plan.read(book).findings}
    assert (codes["PLAN41"].place.sheet, codes["PLAN41"].unseen) == ("Fasi", ("Fasi",))
    assert "«Fasi» è nascosto" in codes["PLAN41"].message("it") and "“Fasi” is hidden" in codes["PLAN41"].message("en")
    reading = plan.read(looked_at(book, None, None)[0]).findings
    assert {f.code: f.unseen for f in reading} == {"PLAN41": (), "PLAN87": ("Indicatori",)}  # what it asks for stands on a sheet that is hidden
