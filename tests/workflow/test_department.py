"""A university department with codes and levels of its own, from its plan to the Relazione through the command line."""

import pytest
from department_year import FIGURES, play, run
from openpyxl import load_workbook

from perfxl.campaign import Campaign
from perfxl.model import documents


@pytest.fixture(scope="module")
def department(tmp_path_factory) -> Campaign:
    return Campaign(play(tmp_path_factory.mktemp("dipartimento") / "c"))


def test_the_figures_are_those_worked_out_by_hand(department):
    told = documents.load(department.result("final"))["outcomes"]["final"]
    found = {m["code"]: m["outcome"] for m in (*told["sectors"], *told["lines"])} | {"body": told["body"]["outcome"]}
    assert {code: f"{float(value):.2f}" for code, value in found.items()} == FIGURES


def test_no_finding_speaks_of_codes_or_of_the_cascade(department):
    found = [f for r in ("plan", "giugno", "final") for f in documents.load(department.result(r))["findings"]]
    assert [f["code"] for f in found if f["code"].startswith(("CODE", "RETN", "PLAN"))] == []


def test_files_and_sheets_bear_the_codes(department):
    assert department.issued_sectors("final") == ["12", "DIR-AMB", "UO.3"]
    assert {"OB-12.01-A", "OB-12.02-A"} <= set(load_workbook(department.issued("final", "12"), read_only=True).sheetnames)
    assert {"12", "DIR-AMB", "UO.3"} <= set(load_workbook(department.result("final", "consolidato.xlsx"), read_only=True).sheetnames)


@pytest.mark.parametrize("what", ["12", "dir-amb", "OB-12.01-A", "12/OB-12.01-A", "AZ-7", "ente"])
def test_every_figure_is_explained_by_its_code(department, capsys, what):
    assert run("explain", department.folder, what, "--round", "final") == 0
    value = FIGURES.get("body" if what == "ente" else what.upper(), "87,50").replace(".", ",")
    assert value.rstrip("0").rstrip(",") in capsys.readouterr().out


def test_the_relazione_is_written(department):
    assert run("report", department.folder, "--round", "final") in (0, 1)
    assert list(department.result("final").parent.glob("*.docx"))
