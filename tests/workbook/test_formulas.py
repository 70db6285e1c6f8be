"""Formulas computed here: their values are those that LibreOffice computes, and every form and plan carries them all."""

import io
import math
import re
import subprocess

import pytest
from openpyxl import Workbook as Drawn
from openpyxl import load_workbook

from perfxl import demo
from perfxl.stages import issue
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.workbook.formulas.calculating import compute, computed
from perfxl.workbook.patch.package import Package
from perfxl.workbook.patch.workbook import Workbook

#: Formulas with what stands in A1:C3 below them.
CELLS = [[1.5, "abc", None], [0, "12", True], [-2, "", 0.125]]
CASES = ['A1+A2*A3^2', '-A3^2', '2^-1', '50%+A1', 'A1/A2', 'B1+1', 'B2+1', 'C1+1', 'C1&"x"&A1&C3', '"a""b"&B1', 'B1="ABC"', 'C1=""', 'C1=0', 'A1<B1',
         'IF(A2,"si","no")', 'IF(A1>1,"si")', 'IF(A3>1,"si")', 'IFERROR(A1/A2,"-")', 'AND(A1>0,C2)', 'OR(A2,FALSE)', 'NOT(A2)',
         'ISNUMBER(B2)', 'ISNUMBER(A2)', 'ISERROR(A1/0)', 'LEN(B1)', 'LEN(C1)', 'LEFT(B1,2)', 'LEFT(B1)', 'MAX(A1:A3)', 'MIN(A1:C3)', 'SUM(A1:C3)',
         'SUM(A1,3,TRUE)', 'COUNT(A1:C3)', 'AVERAGE(A1:A3)', 'AVERAGE(B1:B1)', 'ROUND(2.675,2)', 'ROUND(-0.5,0)', 'ROUND(1234.5,-2)', 'ABS(A3)',
         'SUMPRODUCT(A1:A3,A1:A3)', 'SUMPRODUCT(ISNUMBER(A1:A3)*(A1:A3>=0),A1:A3)', 'SUMPRODUCT(--(B1:B3<>""))', 'SUMPRODUCT(LEN(B1:B3))',
         'COUNTIF(B1:B3,"abc")', 'COUNTIF(A1:A3,">=0")', 'COUNTIF(A1:A3,"<>0")', 'COUNTIFS(A1:A3,">-5",B1:B3,"<>abc")', 'SUMIFS(A1:A3,B1:B3,"<>abc")',
         'SUMIFS(A1:A3,C1:C3,"=")', 'INDEX(A1:A3,2)', 'INDEX(B1:B3,A1)&"!"', 'INDEX(C1:C3,1)&""', 'INDEX(C1:C3,3)*2', 'INDEX(A1:C1,2)', 'INDEX(A1:A3,A1/0)',
         'HYPERLINK("#A1","vai")', "Altro!A1&\"!\"", 'nome+1', 'costante*2', '1.5&""', '0.1+0.2=0.3', '1/3&""', '100000000000&""']


def drawn() -> bytes:
    """A workbook with the cases down column F, which carry no value."""
    from openpyxl.workbook.defined_name import DefinedName

    book = Drawn()
    sheet, other = book.active, book.create_sheet("Altro")
    other["A1"] = "là"
    for r, row in enumerate(CELLS, 1):
        for c, value in enumerate(row, 1):
            if value not in (None, ""):
                sheet.cell(r, c, value).data_type = "s" if isinstance(value, str) else sheet.cell(r, c).data_type
    for n, case in enumerate(CASES, 1):
        sheet.cell(n, 6, "=" + case)
    book.defined_names["nome"] = DefinedName("nome", attr_text=f"{sheet.title}!$A$1")
    book.defined_names["costante"] = DefinedName("costante", attr_text="0.25")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def forms() -> dict[str, bytes]:
    """Forms of two sectors in each round, empty and filled in, in both languages, and the plan."""
    content, found = demo.plan(), {"plan": write_plan(demo.plan())}
    for sector, round in (("S1", "final"), ("S7", "interim"), ("SG", "plan")):
        prefilled = issue.returns(content, round)[sector]
        found[f"{sector}-{round}"] = issued = issue.issue(prefilled, content)
        if round != "plan":
            found[f"{sector}-{round}-filled"], _ = fill.fill(issued, demo.returns(round, {sector: prefilled})[sector])
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """{name: (values as they stand, values as LibreOffice computes them when there are none, formulas)}."""
    folder = tmp_path_factory.mktemp("formulas")
    made = {"cases": computed(drawn(), "en"), **forms()}
    for name, content in made.items():
        package = Package.open(content)
        for part in [p for p in package.parts if p.startswith("xl/worksheets/sheet")]:
            package.parts[part] = re.sub(rb'(<c [^>]*?)(?: t="(?:str|b|e)")?([^>]*>)(<f[^>]*>[^<]*</f>)<v>[^<]*</v>', rb"\1\2\3", package.parts[part])
        (folder / f"{name}.xlsx").write_bytes(package.save())
    subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir",
                    str(folder / "out"), *(str(folder / f"{n}.xlsx") for n in made)], check=True, capture_output=True, timeout=300)
    return {n: (load_workbook(io.BytesIO(c), data_only=True), load_workbook(folder / "out" / f"{n}.xlsx", data_only=True),
                load_workbook(io.BytesIO(c))) for n, c in made.items()}


def test_every_formula_has_the_value_that_libreoffice_gives_it(both):
    looked_at, differ = 0, []
    for name, (ours, theirs, formulas) in both.items():
        for sheet in formulas:
            for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
                one, other = (book[sheet.title][cell.coordinate].value for book in (ours, theirs))
                one, other = "" if one is None else one, "" if other is None else other
                looked_at += 1
                numbers = all(isinstance(v, (int, float)) for v in (one, other))
                if not (math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12) if numbers else one == other):
                    differ.append((name, sheet.title, cell.coordinate, cell.value, one, other))
    assert not differ[:5], len(differ)
    assert looked_at > 3_000


def test_no_formula_of_a_form_or_plan_is_without_a_value():
    for name, content in forms().items():
        book = Workbook(content)
        cells = [(e.name, row, column, c.value) for e in book.entries for row, column, c in book.sheet(e).computed()]
        assert cells and not [(name, *at) for *at, value in cells if value is None]


def test_a_form_seen_without_computing_shows_its_figures():
    """What a preview shows of a returned form: the outcome that the sector declared, no red check."""
    content = demo.plan()
    prefilled = issue.returns(content, "final")["S1"]
    filled, _ = fill.fill(issue.issue(prefilled, content), demo.returns("final", {"S1": prefilled})["S1"])
    book = load_workbook(io.BytesIO(filled), data_only=True)
    shown = [c.value for row in book["Riepilogo"].iter_rows() for c in row if c.value is not None]
    assert 1 in shown and not any(isinstance(v, str) and v.startswith("#") for v in shown)


@pytest.mark.parametrize("formula", ["TODAY()", "A1:A3", "A1:A3*2", "SUM(1", "[1]X!A1", "A1(", "SUM((A1:A3,B1))", "MAX()+LEFT()", "1E999*10", "INDIRECT(\"A1\")"])
def test_what_is_not_known_is_left_without_a_value_and_so_is_what_needs_it(formula):
    book = Drawn()
    for cell, said in (("A5", formula), ("B5", "A5+1"), ("C5", "1+1"), ("D5", "SUM(A5)")):
        book.active[cell] = "=" + said
    made = io.BytesIO()
    book.save(made)
    patched = Workbook(made.getvalue())
    assert compute(patched, "it") == 3
    sheet = patched.sheet(patched.entries[0])
    assert [bool(sheet.at(5, c).value) for c in (1, 2, 3, 4)] == [False, False, True, False]


def test_circles_and_long_chains_end():
    book = Drawn()
    book.active["A1"], book.active["B1"] = "=B1", "=A1"
    for row in range(1, 3000):
        book.active.cell(row, 3, f"=C{row + 1}+1")
        book.active.cell(row + 1, 4, f"=D{row}+1")
    made = io.BytesIO()
    book.save(made)
    patched = Workbook(made.getvalue())
    assert compute(patched, "it") >= 2
    assert patched.sheet(patched.entries[0]).at(3000, 4).value == "2999"


def test_italian_writes_decimals_with_a_comma():
    book = Drawn()
    book.active["A1"] = '="I pesi sommano a "&ROUND(0.905*100,2)&"%"'
    made = io.BytesIO()
    book.save(made)
    assert load_workbook(io.BytesIO(computed(made.getvalue(), "it")), data_only=True).active["A1"].value == "I pesi sommano a 90,5%"
    assert load_workbook(io.BytesIO(computed(made.getvalue(), "en")), data_only=True).active["A1"].value == "I pesi sommano a 90.5%"
