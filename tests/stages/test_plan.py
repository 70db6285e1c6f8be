"""The plan workbook: what is written comes back, and what is wrong is said at its cell."""

import io
import re
import zipfile

from form_year import converted
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook
from plan_examples import EXTENSION, differences, plans, small
from pypdf import PdfReader

from perfxl.model import documents
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan


def test_a_plan_comes_back_in_both_languages():
    document = small()
    assert not list(documents.violations("plan", document))
    for language in ("it", "en"):
        reading = plan.read(write_plan(document, language))
        assert reading.document == document
        assert [f.code for f in reading.findings] == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(plans())
def test_any_plan_comes_back_to_the_character(document):
    assert not list(documents.violations("plan", document, EXTENSION))
    reading = plan.read(write_plan(document, extension=EXTENSION), extension=EXTENSION)
    assert list(differences(document, reading.document)) == []
    told = {f.code for f in reading.findings if not f.code.startswith("PLAN")}
    assert told <= {"DATA24", "DATA25"}  # texts with unseen marks come back as they are, and it is said


def test_of_the_sectors_only_the_rows_that_are_filled_are_printed():
    data = write_plan(small(), "it")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        area, = re.findall(r'<definedName name="_xlnm.Print_Area"[^>]*>([^<]*)</definedName>', package.read("xl/workbook.xml").decode())
    assert area.startswith("'Settori'!$A$2:INDEX('Settori'!$") and "COUNTA('Settori'!$A$4:$A$" in area
    ws = load_workbook(io.BytesIO(data))["Settori"]
    assert not ws.print_options.gridLines and not any(c.fill.patternType for row in ws.iter_rows(min_row=6) for c in row)
    looked = [str(r.sqref) for r in ws.conditional_formatting for rule in r.rules if rule.formula == ["LEN($A4&$B4)>0"]]
    assert looked[0].startswith("C4:") and looked[1].startswith("A4:")


def test_where_only_excel_knows_what_is_filled_the_sectors_take_no_page_more(tmp_path):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(converted(write_plan(small(), "it"), tmp_path, "pdf"))).pages]
    assert len([page for page in pages if "I settori dell’ente." in page]) == 2  # a wide table takes two side by side


def test_tables_of_later_rounds_that_forms_fill_in_are_out_of_sight_while_they_are_blank():
    hidden = {"Letture", "Responsabili modificati"}
    blank = {**small(), "objectives": []}
    for document, unseen in ((blank, hidden), (small(), hidden - {"Letture"})):
        book = load_workbook(io.BytesIO(write_plan(document, "it")))
        assert {ws.title for ws in book if ws.sheet_state == "hidden"} - {"_elenchi"} == unseen
        assert any("Letture" in str(c.value) and "clic destro" in str(c.value) for row in book["Leggimi"].iter_rows() for c in row) == ("Letture" in unseen)


def test_codes_are_chosen_wherever_they_are_not_given():
    book = load_workbook(io.BytesIO(write_plan(small(), "it")))
    chosen = {f"{ws.title}: {ws.cell(3, next(iter(rule.sqref.ranges)).min_col).value}": rule.formula1 for ws in book
              for rule in ws.data_validations.dataValidation if (rule.formula1 or "").startswith("px_plan_list_")}
    assert chosen["Obiettivi: Linee strategiche"] == "px_plan_list_cascade" and chosen["Modifiche: Del settore"] == "px_plan_list_sectors"
    assert {k for k in chosen if "Obiettivo" in k} >= {f"{t}: Obiettivo *" for t in ("Settori titolari", "Fasi", "Risultati attesi", "Misure", "Valutazioni")}
    lines = next(r for r in book["Obiettivi"].data_validations.dataValidation if r.formula1 == "px_plan_list_cascade")
    assert not lines.showErrorMessage  # several lines are typed one under the other
