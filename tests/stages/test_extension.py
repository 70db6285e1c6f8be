"""A body's own fields: in the form, read, checked and consolidated, without code."""

import json

import pytest

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.fields import extension_fault
from perfxl.stages import read
from perfxl.stages.consolidate import frames
from perfxl.stages.issue import fill
from perfxl.ui.cli import main
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new

EXTENSION = {
    "type": "object",
    "properties": {
        "pnrr": {"type": "string", "maxLength": 40, "title": "Missione PNRR", "description": "Missione e componente."},
        "risparmio": {"type": "number", "minimum": 0, "title": "Risparmio", "description": "Euro risparmiati.",
                      "x-cell": "money", "x-open": ["final"]},
        "rischio": {"type": "string", "enum": ["alto", "basso"], "title": "Rischio", "description": "Quanto rischia.",
                    "x-open": ["plan", "interim", "final"]},
    },
}


@pytest.fixture
def campaign(tmp_path):
    """A campaign with own fields and the final round issued to S8."""
    made = Campaign(tmp_path / "c")
    new(made, 2021, demo.plan(), "it")
    (made.folder / "estensione.schema.json").write_text(json.dumps(EXTENSION), encoding="utf-8")
    issue(made, "final", ["S8"], "it")
    return made


def send_back(campaign, extension):
    form = campaign.issued("final", "S8").read_bytes()
    document = read.read(form, "f", EXTENSION).document
    objective = next(o for o in document["objectives"] if o["code"] == "S8.00001")
    objective["sheet"]["extension"] = extension
    objective["holding"]["final"] = {"percent": 87, "reason": "resta una conferenza"}
    made, findings = fill.fill(form, document, EXTENSION)
    assert findings == []
    assert read.read(made, "f", EXTENSION).document == document
    documents.write_bytes(campaign.folder / "ricevute" / "final" / "s8.xlsx", made)


def test_own_fields_go_from_the_form_to_the_consolidated_tables(campaign):
    send_back(campaign, {"risparmio": 1200.5, "rischio": "basso"})
    consolidate(campaign, "final", "it")
    content = documents.load(campaign.result("final"))["content"]
    objective = next(o for o in content["objectives"] if o["code"] == "S8.00001")
    assert documents.dumps(objective["sheet"]["extension"], indent=None) == '{"risparmio": 1200.5, "rischio": "basso"}\n'
    table = frames.tables(campaign.folder / "risultati" / "final")["objectives"]
    row = table[table.apply(lambda r: "S8.00001" in r.values, axis=1)].iloc[0]
    assert "basso" in row.values and 1200.5 in row.values


def test_own_fields_are_checked(campaign):
    form = campaign.issued("final", "S8").read_bytes()
    document = read.read(form, "f", EXTENSION).document
    objective = next(o for o in document["objectives"] if o["code"] == "S8.00001")
    objective["sheet"]["extension"] = {"risparmio": -3, "rischio": "boh"}
    made, findings = fill.fill(form, document, EXTENSION)
    assert findings == []
    found = read.read(made, "f", EXTENSION)
    assert {f.field["it"] for f in found.findings} == {"Risparmio", "Rischio"}
    assert all(f.place.cell for f in found.findings)


@pytest.mark.parametrize("extension, word", [
    ([], "type"), ({}, "properties"), ({"properties": {}}, "properties"), ({"properties": {"A B": {"type": "string"}}}, "A B"),
    ({"properties": {"a__b": {"type": "string"}}}, "a__b"), ({"properties": {"a": {"type": "object"}}}, "type"),
    ({"properties": {"a": {"type": "string", "x-cell": "table"}}}, "x-cell"),
    ({"properties": {"a": {"type": "string", "x-open": ["mai"]}}}, "x-open"),
    ({"properties": {"a": {"type": "string", "maxLength": "tre"}}}, "tre"),
])
def test_an_unusable_schema_says_what_is_wrong(extension, word, campaign, capsys):
    assert word in extension_fault(extension) or extension == []
    (campaign.folder / "estensione.schema.json").write_text(json.dumps(extension), encoding="utf-8")
    assert main(["issue", str(campaign.folder), "--round", "final"]) == 2
    err = capsys.readouterr().err
    assert "estensione.schema.json" in err and "Traceback" not in err


def test_a_fault_of_ours_reaches_nobody_as_a_traceback(campaign, capsys, monkeypatch):
    monkeypatch.setattr("perfxl.ui.cli.issue.issue", lambda *_: 1 / 0)
    assert main(["issue", str(campaign.folder), "--round", "final"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err and ".log" in err
