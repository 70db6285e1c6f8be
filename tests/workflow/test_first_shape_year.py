"""A year that began with documents of the first shape: what was approved of it then stands in every document of today."""

import json
from copy import deepcopy
from hashlib import sha256
from io import BytesIO

import first_shape
import openpyxl
import pytest
from docx import Document
from test_negotiation import plan

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model import documents
from perfxl.model.documents import write_bytes
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.report import report
from perfxl.ui.cli import main
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new


def two() -> dict:
    """A plan of two objectives of the same weight."""
    made = plan()
    first = made["objectives"][0]
    first["holders"][0]["holding"]["weight"] = 50
    made["objectives"].append({**deepcopy(first), "code": "S1.00002"})
    return made


def as_then(document: dict) -> dict:
    """A consolidated document as the first shape had it."""
    content = {**first_shape.told(document["content"]), "schema": "perfxl/plan/1",
               "rounds": [{"round": r["id"], **{k: v for k, v in r.items() if k not in ("id", "kind")}} for r in document["content"]["rounds"]]}
    return {**document, "schema": "perfxl/consolidated/1", "content": content, "places": []}


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The campaign at its final, and what its interim had given; the first objective was replaced since."""
    from perfxl.stages.issue import fill
    from perfxl.stages.read import read

    campaign = Campaign(tmp_path_factory.mktemp("anno"))
    new(campaign, 2021, two(), "it")
    issue(campaign, "interim", (), "it")
    form = campaign.issued_form("interim", "S1").read_bytes()
    returned = read(form, "S1").document
    for objective, percent in zip(returned["objectives"], (0, 100), strict=True):
        objective["holding"]["reading"] = {"percent": percent}
    write_bytes(campaign.folder / "ricevute" / "interim" / "S1.xlsx", fill.fill(form, returned)[0])
    consolidate(campaign, "interim", "it")
    then = documents.encoded(as_then(documents.load(campaign.result("interim"))))
    write_bytes(campaign.result("interim"), then)
    with Register.open(campaign.folder) as register:
        last = register.entries("run")[-1].payload
        register.record_run("consolidate", "interim", last["inputs"], sha256(then).hexdigest(), last["findings"], questions=last["questions"])
    assert main(["approve", str(campaign.folder), "--round", "interim", "--act", "Delibera 1", "--date", "2021-10-30", "--anyway"]) == 0
    changed = two()
    changed["objectives"].append({**deepcopy(changed["objectives"][0]), "code": "S1.00009"})
    campaign.plan.write_bytes(write_plan(changed, "it", None))
    issue(campaign, "final", (), "it")
    form = campaign.issued_form("final", "S1").read_bytes()
    returned = read(form, "S1").document
    for objective in returned["objectives"]:
        objective["holding"] |= {"revision": {"replaced_by": "S1.00009"}} if objective["code"] == "S1.00001" else {"reading": {"percent": 60}}
    write_bytes(campaign.folder / "ricevute" / "final" / "S1.xlsx", fill.fill(form, returned)[0])
    return campaign, consolidate(campaign, "final", "it")


def test_what_was_approved_then_is_as_it_was(year):
    campaign, run = year
    approved = documents.load(campaign.approved("interim"))
    assert json.loads(campaign.approved("interim").read_bytes())["schema"] == "perfxl/consolidated/1"
    assert run.document["outcomes"]["interim"] == approved["outcomes"]["interim"]
    (sector,) = run.document["outcomes"]["interim"]["sectors"]
    assert (sector["outcome"], sector["denominator"]) == ("50.00", "100.00")
    assert {o["objective"]: o["exclusion"] for o in run.document["outcomes"]["final"]["objectives"]}["S1.00001"] == "replaced"


def test_every_paper_says_so_and_the_archive_proves_it(year, capsys):
    campaign, run = year
    sheet = openpyxl.load_workbook(run.workbook, data_only=True).worksheets[0]
    assert 0.5 in [c.value for row in sheet.iter_rows(min_row=9, max_row=11) for c in row]
    word = Document(BytesIO(report(run.document, "it")))
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    assert "50,00" in cells and "100,00" in cells
    assert main(["explain", str(campaign.folder), "S1", "--round", "monitoraggio"]) == 0
    assert "è 50,00%" in capsys.readouterr().out
    assert main(["bundle", str(campaign.folder), "--round", "final", "--draft"]) == 0
    (archive,) = campaign.result("final", "x").parent.glob("archivio-*.zip")
    assert main(["bundle", "--verify", str(archive)]) == 0
