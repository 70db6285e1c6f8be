"""A body's own fields: in the form, read, checked and consolidated, without code."""

import json
import shutil

import pytest

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents, fast_validation
from perfxl.model.extension import faults
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


@pytest.fixture(scope="module")
def own_fields(tmp_path_factory):
    """A campaign with own fields and the final round issued to S8; not to be changed."""
    made = Campaign(tmp_path_factory.mktemp("own") / "c")
    new(made, 2021, demo.plan(), "it")
    (made.folder / "estensione.schema.json").write_text(json.dumps(EXTENSION), encoding="utf-8")
    issue(made, "final", ["S8"], "it")
    return made


@pytest.fixture
def campaign(own_fields, tmp_path):
    """A copy of it to be spoiled."""
    return Campaign(shutil.copytree(own_fields.folder, tmp_path / "c"))


def send_back(campaign, extension):
    form = campaign.issued_form("final", "S8").read_bytes()
    document = read.read(form, "f", EXTENSION).document
    objective = next(o for o in document["objectives"] if o["code"] == "S8.00001")
    objective["sheet"]["extension"] = extension
    objective["holding"]["reading"] = {"percent": 87, "reason": "resta una conferenza"}
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
    form = campaign.issued_form("final", "S8").read_bytes()
    document = read.read(form, "f", EXTENSION).document
    objective = next(o for o in document["objectives"] if o["code"] == "S8.00001")
    objective["sheet"]["extension"] = {"risparmio": -3, "rischio": "boh"}
    made, findings = fill.fill(form, document, EXTENSION)
    assert findings == []
    reading = read.read(made, "f", EXTENSION)
    assert {f.field["it"] for f in reading.findings} == {"Risparmio", "Rischio"}
    assert all(f.place.cell for f in reading.findings)


def only(**given):
    """A schema with one field, ``a``, a text unless ``given`` says otherwise."""
    return {"properties": {"a": {"type": "string", "title": "A", "description": "x", **given}}}


WRONG = [  # the schema, the place that is wrong
    ([], "/"), ("a", "/"), (3, "/"), (None, "/"), ({}, "properties"), ({"properties": {}}, "properties"), ({"properties": []}, "properties"),
    ({"properties": {"A B": {"type": "string"}}}, "properties/A B"), ({"properties": {"a__b": {"type": "string"}}}, "properties/a__b"),
    ({"properties": {"a": []}}, "properties/a"), ({"properties": {"a": {"type": "object"}}}, "properties/a/type"),
    ({"properties": {"a": {}}}, "properties/a/type"), ({**only(), "type": "array"}, "type"), ({**only(), "allOf": []}, "allOf"),
    ({**only(), "required": ["b"]}, "required"), ({**only(), "required": "a"}, "required"), ({**only(), "$ref": "http://127.0.0.1:9/x"}, "$ref"),
    (only(**{"$ref": "http://127.0.0.1:9/x"}), "properties/a/$ref"), (only(**{"$dynamicRef": "#x"}), "properties/a/$dynamicRef"),
    (only(properties={}), "properties/a/properties"), (only(**{"x-own": 1}), "properties/a/x-own"),
    (only(**{"x-cell": "table"}), "properties/a/x-cell"), (only(**{"x-cell": ["text"]}), "properties/a/x-cell"),
    (only(**{"x-open": ["mai"]}), "properties/a/x-open"), (only(**{"x-open": "plan"}), "properties/a/x-open"), (only(**{"x-open": [[]]}), "properties/a/x-open"),
    (only(**{"x-shown": {}}), "properties/a/x-shown"), (only(maxLength="tre"), "properties/a/maxLength"), (only(maxLength=0.5), "properties/a/maxLength"),
    (only(maxLength=10**7), "properties/a/maxLength"), (only(minLength=9, maxLength=3), "properties/a/minLength"), (only(minLength=-1), "properties/a/minLength"),
    (only(type="number", minimum=9.5, maximum=3), "properties/a/minimum"), (only(type="number", maximum=10**400), "properties/a/maximum"),
    (only(type="number", maximum=True), "properties/a/maximum"), (only(**{"x-en": "English"}), "properties/a/x-en"),
    (only(**{"x-en": {"title": 3}}), "properties/a/x-en/title"), (only(title=""), "properties/a/title"), (only(title=["A"]), "properties/a/title"),
    (only(description="x" * 3000), "properties/a/description"), (only(enum=[{"a": 1}]), "properties/a/enum"), (only(enum=[]), "properties/a/enum"),
    (only(enum=["a", "a"]), "properties/a/enum"), (only(enum="ab"), "properties/a/enum"), (only(**{"x-cell": "choice"}), "properties/a/enum"),
    (only(enum=["a"], **{"x-labels": ["A"]}), "properties/a/x-labels"), (only(enum=["a"], **{"x-labels": {"a": "A"}}), "properties/a/x-labels"),
    (only(enum=["a"], **{"x-labels": {"b": {"it": "B", "en": "B"}}}), "properties/a/x-labels"), (only(format="uri"), "properties/a/format"),
    (only(pattern="("), "properties/a/pattern"), (only(pattern="(?=a)"), "properties/a/pattern"), (only(pattern=r"(a)\1"), "properties/a/pattern"),
    (only(pattern=3), "properties/a/pattern"), (only(pattern="a" * 501), "properties/a/pattern"), (only(pattern="(((a{1000}){1000}){1000})"), "properties/a/pattern"),
    ({"properties": {f"a{n}": {"type": "string"} for n in range(3000)}}, "properties")]


@pytest.mark.parametrize("extension, place", WRONG)
def test_an_unusable_schema_says_what_is_wrong_and_where(extension, place):
    fault = next(faults(extension))
    assert (fault.place or "/") == place and set(fault.expected) == {"it", "en"} and place in fault.finding("e.json").message("it")
    said = extension_fault(extension)
    assert said and "None" not in said


@pytest.mark.parametrize("content", [json.dumps(only(pattern="(")), "", "{", "[" * 5000, '{"properties": NaN}', "\xff", "[]", '{"a":' * 5000])
@pytest.mark.parametrize("command", [("issue", "--round", "final"), ("check",)])
def test_every_command_tells_of_an_unusable_schema_with_its_file(content, command, campaign, capsys):
    (campaign.folder / "estensione.schema.json").write_text(content, encoding="latin-1")
    assert main([command[0], str(campaign.folder), *command[1:]]) == 2
    err = capsys.readouterr().err
    assert "estensione.schema.json" in err and "EXTN0" in err and "guasto suo" not in err


@pytest.fixture(scope="module")
def hours(tmp_path_factory):
    """A campaign with an own field of hours, from 0.5 to 99.5, issued to S8."""
    made = Campaign(tmp_path_factory.mktemp("hours") / "c")
    made.folder.mkdir()
    own = {"properties": {"ore": {"type": "number", "title": "Ore", "description": "x", "minimum": 0.5, "maximum": 99.5},
                          "molte": {"type": "number", "title": "Molte", "description": "x", "minimum": 1e-3, "maximum": 1e20}}}
    (made.folder / "estensione.schema.json").write_text(json.dumps(own), encoding="utf-8")
    new(made, 2021, demo.plan(), "it")
    issue(made, "final", ["S8"], "it")
    return made


@pytest.mark.parametrize("value, codes", [(42.5, []), (0.5, []), (99.5, []), (99.6, ["DATA03"]), (0.4, ["DATA04"])])
def test_limits_with_a_fraction_are_read_and_checked(hours, value, codes):
    form = hours.issued_form("final", "S8").read_bytes()
    document = read.read(form, "f", hours.extension).document
    next(o for o in document["objectives"] if o["code"] == "S8.00001")["sheet"]["extension"] = {"ore": value}
    made, findings = fill.fill(form, document, hours.extension)
    reading = read.read(made, "f", hours.extension)
    assert findings == [] and [f.code for f in reading.findings] == codes
    read_back = next(o for o in reading.document["objectives"] if o["code"] == "S8.00001")["sheet"].get("extension", {})
    assert read_back == ({} if codes else {"ore": documents.loads(str(value))})  # what cannot be is out, and quoted
    assert all(str(value).replace(".", ",") in f.say("it")["found"] for f in reading.findings)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(.*a){20}$", "(x+x+)+y", "^(a|aa)+$"])
def test_no_pattern_takes_longer_than_its_text(pattern):
    own = only(pattern=pattern)
    assert extension_fault(own) == ""
    document = {"schema": "perfxl/return/2", "objectives": [{"code": "S1.00001", "sheet": {"extension": {"a": "a" * 20_000 + "!"}}}]}
    fast_validation.surely_valid("return", document, own)
    assert list(documents.violations("return", document, own))


def test_a_fault_of_ours_reaches_nobody_as_a_traceback(campaign, capsys, monkeypatch):
    monkeypatch.setattr("perfxl.ui.cli.issue.issue_forms", lambda *_, **__: 1 / 0)
    assert main(["issue", str(campaign.folder), "--round", "final"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err and ".log" in err
