"""The plan workbook: what is written comes back, and what is wrong is said at its cell."""

import html
import io
import re
import zipfile

from form_year import converted
from hypothesis import HealthCheck, Phase, assume, given, settings
from looked_at import sheet_of
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula
from plan_examples import EXTENSION, differences, plans, small

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


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(plans())
def test_any_plan_comes_back_to_the_character(document):
    assume(not list(documents.violations("plan", document, EXTENSION)))
    reading = plan.read(write_plan(document, extension=EXTENSION), extension=EXTENSION)
    assert list(differences(document, reading.document)) == []
    codes = {f.code for f in reading.findings if not f.code.startswith("PLAN")}
    assert codes <= {"DATA24", "DATA25"}  # texts with unseen marks come back as they are, and it is said


def test_only_the_rows_that_are_filled_are_printed():
    data = write_plan(small(), "it")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        areas = re.findall(r'<definedName name="_xlnm.Print_Area"[^>]*>([^<]*)</definedName>', package.read("xl/workbook.xml").decode())
    book = load_workbook(io.BytesIO(data))
    assert len(areas) == sum(bool(ws.row_dimensions[1].hidden) for ws in book)  # every table
    told, = (html.unescape(a) for a in areas if "'Obiettivi'" in a)
    last, end = re.search(r"\$A\$4:\$([A-Z]+)\$(\d+)", told).groups()
    rows = f"MAX(('Obiettivi'!$A$4:${last}${end}<>\"\")*ROW('Obiettivi'!$A$4:$A${end}))"
    assert told == f"IF({rows}=0,'Obiettivi'!$A$1:${last}$1,'Obiettivi'!$A$2:INDEX('Obiettivi'!${last}:${last},{rows}))"


def test_the_printed_area_follows_what_is_typed(tmp_path):
    """How far the area reaches, computed by LibreOffice: 0 for a blank table, else the last row in which somebody wrote."""
    data = write_plan(small(), "it")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        told = [html.unescape(a) for a in re.findall(r'"_xlnm.Print_Area"[^>]*>([^<]*)<', package.read("xl/workbook.xml").decode())]
    book = load_workbook(io.BytesIO(data))
    book["Campi propri"]["B9"] = "scritta adesso"
    wanted = {"Settori": 3 + len(small()["sectors"]), "Obiettivi": 3 + len(small()["objectives"]), "Fasce": 0, "Campi propri": 9}
    sheet = book.create_sheet("calcolo")
    for number, title in enumerate(wanted, 1):
        rows, = (re.match(r"IF\((MAX\(.*?)=0,", a)[1] for a in told if f"'{title}'" in a)
        sheet.cell(number, 1).value = ArrayFormula(f"A{number}", f"={rows}")
    made = io.BytesIO()
    book.save(made)
    computed = load_workbook(io.BytesIO(converted(made.getvalue(), tmp_path, "xlsx")), data_only=True)["calcolo"]
    assert dict(zip(wanted, (row[0].value for row in computed.iter_rows()), strict=True)) == wanted


def test_blank_rows_of_the_sectors_show_nothing():
    ws = sheet_of(write_plan(small(), "it"), "Settori")
    assert not ws.print_options.gridLines and not any(c.fill.patternType for row in ws.iter_rows(min_row=6) for c in row)
    looked = [str(r.sqref) for r in ws.conditional_formatting for rule in r.rules if rule.formula == ["LEN($A4&$B4)>0"]]
    assert looked[0].startswith("C4:") and looked[1].startswith("A4:")


def test_codes_are_chosen_wherever_they_are_not_given():
    book = load_workbook(io.BytesIO(write_plan(small(), "it")))
    chosen = {f"{ws.title}: {ws.cell(3, next(iter(rule.sqref.ranges)).min_col).value}": rule.formula1 for ws in book
              for rule in ws.data_validations.dataValidation if (rule.formula1 or "").startswith("px_plan_list_")}
    assert chosen["Obiettivi: Linee strategiche"] == "px_plan_list_cascade" and chosen["Modifiche: Del settore"] == "px_plan_list_sectors"
    assert {k for k in chosen if "Obiettivo" in k} >= {f"{t}: Obiettivo *" for t in ("Settori titolari", "Fasi", "Risultati attesi", "Misure", "Valutazioni")}
    lines = next(r for r in book["Obiettivi"].data_validations.dataValidation if r.formula1 == "px_plan_list_cascade")
    assert not lines.showErrorMessage  # several lines are typed one under the other


def test_a_changed_code_is_chosen_among_those_of_sectors_and_objectives_or_typed(tmp_path):
    """As LibreOffice computes the list, with a blank row among the sectors and one that was added after it."""
    data = write_plan(small(), "it")
    book = load_workbook(io.BytesIO(data))
    ws, (sheet, _, cells) = book["Codici cambiati"], book.defined_names["px_plan_list_either"].attr_text.replace("'", "").partition("!")
    rules = {next(iter(r.sqref.ranges)).min_col: r for r in ws.data_validations.dataValidation if r.formula1 == "px_plan_list_either"}
    assert {*rules} == {1, 2} and not any(r.showErrorMessage for r in rules.values())
    sectors, objectives = ([row["code"] for row in small()[table]] for table in ("sectors", "objectives"))
    book["Settori"].cell(3 + len(sectors) + 2, 1, "NUOVO")
    made = io.BytesIO()
    book.save(made)
    assert [row[0].value or "" for row in load_workbook(io.BytesIO(data), data_only=True)[sheet][cells.replace("$", "")]][:len(sectors) + len(objectives) + 1] \
        == [*sectors, *objectives, ""]  # as perfxl leaves it
    computed = load_workbook(io.BytesIO(converted(made.getvalue(), tmp_path, "xlsx")), data_only=True)[sheet]
    listed = [row[0].value or "" for row in computed[cells.replace("$", "")]]
    assert listed[:len(sectors) + len(objectives) + 2] == [*sectors, "", "NUOVO", *objectives] and not any(listed[len(sectors) + len(objectives) + 2:])
