"""Every kind of file that perfxl writes is valid Office Open XML to the last attribute: no error in a validator.

``OOXML_VALIDATOR`` names the command of a second validator, Microsoft's own, where the computer has node.
"""

import json
import os
import re
import shlex
import subprocess
from functools import cache

import pytest
import report_year
from openxml_audit import OpenXmlValidator, ValidationSeverity

from perfxl import demo
from perfxl.model.findings import Finding
from perfxl.model.rounds import KINDS
from perfxl.model.texts import area
from perfxl.stages import issue, mark, plan
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.issue import fill
from perfxl.stages.issue.form import masters
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.publish import validation
from perfxl.stages.read import read
from perfxl.stages.report import report, short_version, validation_pack
from perfxl.ui.addin import building, listing

LANGUAGES = ("it", "en")
ROUNDS = ("plan", "interim", "final")
VALIDATORS = ("audit", *(("microsoft",) if os.environ.get("OOXML_VALIDATOR") else ()))


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
    return issue.issue(issue.asked(demo.plan(), "S1", requests=asked, round="interim", prefilled=prefilled()), demo.plan())


def findings() -> bytes:
    return listing.table("Rilievi", ["2 rilievi"], ["Settore", "Trovato"], [["S1", "=1+1"], ["S2", "a\x0bb"]])


def pack() -> bytes:
    document = report_year.document()
    return validation_pack(document, validation.criteria(document, "it"))


FILES = {
    "plan.xlsx": lambda: write_plan(demo.plan()),
    "blank plan.xlsx": lambda: write_plan(plan.blank(2027, "en"), "en"),
    **{f"master-{r}-{language}.xlsx": lambda r=r, language=language: masters.build(r, language) for r in KINDS for language in LANGUAGES},
    "issued.xlsx": issued, "filled.xlsx": filled, "marked.xlsx": marked, "questions.xlsx": questions, "list.xlsx": findings,
    **{f"consolidated-{r}.xlsx": lambda r=r: result.write(report_year.document(r)) for r in ROUNDS},
    **{f"report-{r}.docx": lambda r=r: report(report_year.document(r), "it") for r in ROUNDS},
    "citizens.docx": lambda: short_version(report_year.document()), "validation.docx": pack,
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
    told = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=120).stdout)
    return [f"{e.get('path')} {e.get('xPath')}: {e['description']}" for e in told["errors"]]


@pytest.mark.parametrize("validator", VALIDATORS)
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_perfxl_writes_is_valid(name, validator, tmp_path):
    path = tmp_path / name
    path.write_bytes(made(name))
    assert {"audit": audit, "microsoft": microsoft}[validator](path)[:5] == []


def test_the_validator_finds_an_element_out_of_its_place(tmp_path):
    from perfxl.workbook.patch.package import Package

    package = Package.open(issued())
    package.parts["xl/styles.xml"] = re.sub(rb"(<b val=\"1\"/>)(.*?)(</font>)", rb"\2\1\3", package.parts["xl/styles.xml"], count=1)
    (tmp_path / "wrong.xlsx").write_bytes(package.save())
    assert audit(tmp_path / "wrong.xlsx")


def test_a_master_whose_fonts_another_program_wrote_gives_valid_forms(tmp_path):
    from perfxl.workbook.patch.package import Package

    package = Package.open(masters.build("monitoring", "it"))
    package.parts["xl/styles.xml"] = re.sub(rb"<font>(.*?)(<name [^>]*/>)(.*?)</font>", rb"<font>\2\1\3</font>", package.parts["xl/styles.xml"])
    (tmp_path / "form.xlsx").write_bytes(issue.issue(prefilled(), demo.plan(), package.save()))
    assert audit(tmp_path / "form.xlsx") == []
