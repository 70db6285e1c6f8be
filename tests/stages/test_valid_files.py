"""Every kind of file that perfxl writes is valid Office Open XML to the last attribute: no error in a validator.

``OOXML_VALIDATOR`` names the command of Microsoft's own validator, where the computer has node: it knows more, and is asked about every
file. The one in Python, ten times slower, is asked about every file where the other is not there, else about one of each kind.
"""

import io
import json
import os
import re
import shlex
import subprocess
import zipfile
from functools import cache

import pytest
import report_year
import small_year
from lxml import etree
from openpyxl import Workbook
from openxml_audit import OpenXmlValidator, ValidationSeverity

from perfxl import demo
from perfxl.model.findings import Finding
from perfxl.model.rounds import KINDS
from perfxl.model.texts import area
from perfxl.model.weigh import weigh
from perfxl.stages import issue, mark, plan
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.issue import fill
from perfxl.stages.issue.form import masters
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.publish import validation
from perfxl.stages.read import read
from perfxl.stages.report import piao_chapter, report, short, short_version, templates, validation_pack
from perfxl.stages.report.marked import with_draft_mark as draft_marked
from perfxl.ui.addin import building, list_workbook
from perfxl.ui.cli import main

LANGUAGES = ("it", "en")
ROUNDS = ("plan", "interim", "final")
VALIDATORS = ("microsoft",) if os.environ.get("OOXML_VALIDATOR") else ("audit",)
#: The smallest file of each kind: what both validators are asked about.
OF_EACH_KIND = ("blank plan.xlsx", "master-final-it.xlsx", "issued.xlsx", "consolidated-en.xlsx", "list.xlsx", "citizens-en.docx", "validation-en.docx",
                "piao-en.docx", "draft.docx", "template-it.docx")


@cache
def issued() -> bytes:
    return issue.issue(prefilled(), demo.plan())


@cache
def prefilled() -> dict:
    return issue.returns(demo.plan(), "interim")["S1"]


@cache
def filled() -> bytes:
    return fill.fill(issued(), demo.returns("interim", {"S1": prefilled()})["S1"])[0]


def marked() -> bytes:
    """A filled form with a finding on the first cell of every kind of block, and one without a cell."""
    reading, found = read(filled(), "S1.xlsx"), {}
    for path, place in reading.places.items():
        found.setdefault(re.sub(r"\d+", "*", path), (path, place))
    values = {name: "31/09" for name in re.findall(r"{(\w+)}", " ".join(area("findings")["DATE01"]["it"].values()))}
    return mark.mark(filled(), [Finding("DATE01", place, values=values, field={}, path=path,
                                        sector="S1") for path, place in found.values()], "it")


def questions() -> bytes:
    asked = [{"id": "1", "sector": "S1", "round": "interim", "objective": "S1.00001", "question": "Confermate?", "reopen": True}]
    return issue.issue(issue.request_return(demo.plan(), "S1", requests=asked, round="interim", prefilled=prefilled()), demo.plan())


def findings() -> bytes:
    return list_workbook.table("Rilievi", ["2 rilievi"], ["Settore", "Trovato"], [["S1", "=1+1"], ["S2", "a\x0bb"]])


def pack(document: dict, language: str) -> bytes:
    return validation_pack(document, validation.criteria(document, language), language)


@cache
def small() -> dict:
    """The consolidated document of the plan of two sectors."""
    content = small_year.plan()
    codes = [s["code"] for s in content["sectors"]]
    return report_year.document("plan") | {"content": content, "outcomes": weigh(content, "plan"), "issued": codes, "returned": codes, "sources": []}


FILES = {
    "plan.xlsx": lambda: write_plan(demo.plan()),
    "blank plan.xlsx": lambda: write_plan(plan.blank_plan(2027, "en"), "en"),
    **{f"master-{r}-{language}.xlsx": lambda r=r, language=language: masters.build(r, language) for r in KINDS for language in LANGUAGES},
    "issued.xlsx": issued, "filled.xlsx": filled, "marked.xlsx": marked, "questions.xlsx": questions, "list.xlsx": findings,
    **{f"consolidated-{r}.xlsx": lambda r=r: result.write(report_year.document(r, small=r == "interim")) for r in ROUNDS},
    "report-plan.docx": lambda: report(small(), "it"), "report-en.docx": lambda: report(report_year.document("interim", small=True), "en"),
    "report-final.docx": lambda: report(report_year.document(), "it"),
    "citizens.docx": lambda: short_version(report_year.document()), "validation.docx": lambda: pack(report_year.document(), "it"),
    "piao.docx": lambda: piao_chapter(report_year.document()),
    "citizens-en.docx": lambda: short_version(report_year.document("interim", small=True), "en"),
    "validation-en.docx": lambda: pack(report_year.document(small=True), "en"), "piao-en.docx": lambda: piao_chapter(small(), "en"),
    "draft.docx": lambda: draft_marked(piao_chapter(small()), "it"),
    **{f"template-{language}.docx": lambda language=language: templates.template_in(short.TEMPLATE, language) for language in LANGUAGES},
    "consolidated-en.xlsx": lambda: result.write(small(), "en"),
    "perfxl.xlam": building.build,
}


@cache
def made(name: str) -> bytes:
    return FILES[name]()


def audit(path) -> list[str]:
    """What the validator in Python complains of. Its warnings are left out: they are about habits, not about the format."""
    found = OpenXmlValidator(max_errors=0).validate(str(path))
    return [f"{e.part_uri} {e.path}: {e.description}" for e in found.errors if e.severity == ValidationSeverity.ERROR]


def microsoft(path) -> list[str]:
    """What Microsoft's own validator complains of; it is given the newest version of Office, which knows most."""
    command = [*shlex.split(os.environ["OOXML_VALIDATOR"]), str(path), "--officeVersion", "Microsoft365"]
    document = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120).stdout)
    return [f"{e.get('path')} {e.get('xPath')}: {e['description']}" for e in document["errors"]]


@pytest.mark.parametrize(("name", "validator"), [
    *((name, validator) for name in FILES for validator in VALIDATORS), *((name, "audit") for name in OF_EACH_KIND if "audit" not in VALIDATORS)])
def test_a_file_that_perfxl_writes_is_valid(name, validator, tmp_path):
    path = tmp_path / name
    path.write_bytes(made(name))
    assert {"audit": audit, "microsoft": microsoft}[validator](path)[:5] == []


#: What a body types, of which perfxl proposes what each column becomes.
LIST = "Settore;Codice obiettivo;Titolo obiettivo;Peso;Indicatore;Target\nRagioneria;R1;Bilancio nei tempi;100;Giorni;30\n"


@pytest.mark.parametrize("validator", VALIDATORS)
def test_the_proposal_of_a_list_and_a_comparison_are_valid(validator, small_played, tmp_path):
    (tmp_path / "elenco.csv").write_text(LIST, encoding="utf-8")
    assert main(["new", str(tmp_path / "c"), "--from", str(tmp_path / "elenco.csv"), "--year", "2026"]) in (0, 1)
    assert main(["compare", str(small_played.folder), "-o", str(tmp_path / "confronto.xlsx")]) == 0
    for path in (tmp_path / "c" / "corrispondenze.xlsx", tmp_path / "confronto.xlsx"):
        assert {"audit": audit, "microsoft": microsoft}[validator](path)[:5] == [] == without_value(path.read_bytes())


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".xlsx") and not name.startswith("master-")])
def test_every_formula_of_a_workbook_carries_its_value(name):
    """What a preview, a mail program or a protected view shows, which calculate nothing. Masters go to nobody: forms made of them do."""
    assert without_value(made(name))[:5] == []


def without_value(workbook: bytes) -> list[str]:
    """The cells of a workbook that hold a formula and no value of it; an empty text is one."""
    found = []
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        for part in archive.namelist():
            if part.startswith("xl/worksheets/sheet"):
                for _, cell in etree.iterparse(io.BytesIO(archive.read(part)), tag="{*}c"):
                    value = cell.find("{*}v")
                    if cell.find("{*}f") is not None and (value is None or not value.text and cell.get("t") != "str"):
                        found.append(f"{part} {cell.get('r')}")
                    cell.clear()
    return found


def test_a_formula_without_a_value_is_found():
    book, saved = Workbook(), io.BytesIO()
    book.active["B2"] = "=1+1"
    book.save(saved)
    assert without_value(saved.getvalue()) == ["xl/worksheets/sheet1.xml B2"]


def test_the_validator_finds_an_element_out_of_its_place(tmp_path):
    from perfxl.workbook.patch.package import Package

    package = Package.open(made("blank plan.xlsx"))
    package.parts["xl/styles.xml"] = re.sub(rb"(<b val=\"1\"/>)(.*?)(</font>)", rb"\2\1\3", package.parts["xl/styles.xml"], count=1)
    (tmp_path / "wrong.xlsx").write_bytes(package.save())
    assert audit(tmp_path / "wrong.xlsx")


def test_a_master_whose_fonts_another_program_wrote_gives_valid_forms(tmp_path):
    from perfxl.workbook.patch.package import Package

    package = Package.open(masters.build("monitoring", "it"))
    package.parts["xl/styles.xml"] = re.sub(rb"<font>(.*?)(<name [^>]*/>)(.*?)</font>", rb"<font>\2\1\3</font>", package.parts["xl/styles.xml"])
    (tmp_path / "form.xlsx").write_bytes(issue.issue(prefilled(), demo.plan(), package.save()))
    assert audit(tmp_path / "form.xlsx") == []
