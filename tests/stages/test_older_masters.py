"""A body's own master from when a year had one interim and one final round still makes forms, which are filled in and read as any other."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from raw_form import NS, RawForm
from test_formula_limits import campaign

from perfxl.campaign import Campaign
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.workbook.older_names import OlderNames

DATA = Path(__file__).parents[1] / "data"


def restyled(kind: str) -> bytes:
    """The master of ``kind`` as a body made it its own: its ink on the banner of the first sheet, a sheet of its own."""
    book = openpyxl.load_workbook(DATA / f"scheda-{kind}-1.xlsx")
    book.worksheets[0]["A1"].font = Font(color="FF7A1F6B", bold=True)
    book.create_sheet("Nostre istruzioni")["A1"] = "Telefonare all’ufficio programmazione"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module", params=["interim", "final"])
def made(request):
    """(content, round, what the form was filled in with, the form)."""
    content = campaign(1, monitorings=2, items=2, entities=2, measures=2)
    if request.param == "final":
        content["objectives"][0]["sheet"]["phases"][0]["revisions"] = [{"round": "m01", "weight": 2}]
    round = "m02" if request.param == "interim" else "final"
    document = issue.returns(content, round)["S2"]
    document["objectives"][0]["holding"]["reading"] = {"percent": 55, "status": "partial", "reason": "Carichi", "note": "Nota"}
    form = issue.issue(document, content, restyled(request.param), "it")
    return content, round, document, form


def test_what_it_is_filled_in_with_is_read_back(made):
    _, round, document, form = made
    filled, lost = fill.fill(form, document)
    assert lost == []
    reading = read.read(filled, "x.xlsx")
    assert not reading.findings and reading.document["identity"]["round"] == round
    one, other = document["objectives"][0], reading.document["objectives"][0]
    assert other["holding"]["reading"] == one["holding"]["reading"]
    assert [p["reading"] for p in other["sheet"]["phases"]] == [p["reading"] for p in one["sheet"]["phases"]]
    assert [r["reading"] for r in other["sheet"]["results"]] == [r["reading"] for r in one["sheet"]["results"]]
    assert [m["reading"] for m in reading.document.get("measures", ())] == [m["reading"] for m in document.get("measures", ())]


@pytest.mark.parametrize("made", ["final"], indirect=True)
def test_without_names_and_without_the_form_it_is_read_by_the_places_of_todays_master(made):
    _, _, document, form = made
    filled, _ = fill.fill(form, document)
    expected, nameless = read.read(filled, "x.xlsx").document, RawForm(filled)
    block = nameless.workbook.find("m:definedNames", NS)
    for name in list(block):
        block.remove(name)
    reading = read.read(nameless.bytes(), "x.xlsx")
    assert [f.code for f in reading.findings] == ["FORM30"]
    assert reading.document == expected


def test_what_an_earlier_round_changed_is_not_kept_from_who_fills_it_in():
    content = campaign(1, monitorings=2, items=2, entities=2, measures=2)
    content["objectives"][0]["sheet"]["phases"][0]["revisions"] = [{"round": "m01", "weight": 2}]
    with pytest.raises(issue.MasterIncomplete) as refused:
        issue.issue(issue.returns(content, "m02")["S2"], content, restyled("interim"), "it")
    assert refused.value.names == ["sheet.phases.in_force.weight"]
    assert issue.issue(issue.returns(content, "m01")["S2"], content, restyled("interim"), "it")


def test_it_keeps_the_looks_and_the_sheets_of_the_body(made):
    book = openpyxl.load_workbook(BytesIO(made[3]))
    assert book.worksheets[0]["A1"].font.color.rgb == "FF7A1F6B" and book["Nostre istruzioni"]["A1"].value.startswith("Telefonare")
    assert "#REF!" not in str([n.attr_text for n in book.defined_names.values()])
    assert not [n for n in book.defined_names if "__interim__" in n or "__final__" in n]


def test_names_of_another_round_have_none_today_and_todays_stay():
    late = OlderNames("final")
    assert [late.name(n) for n in ("holding__interim__percent", "holding__final__percent", "t_phases_interim", "t_phases_final", "t_narrative_final", "sheet__title_revised",
                                   "holding__reading__percent", "t_phases")] == [
        "", "holding__reading__percent", "", "t_phases_reading", "t_narrative", "sheet__in_force__title", "holding__reading__percent", "t_phases"]
    assert (late.key("interim_actual"), late.key("final_actual"), late.key("actual"), late.slot("3r"), OlderNames("interim").slot("3r")) == ("", "actual", "actual", "3f", "3r")


def test_the_file_that_the_body_put_bears_the_name_of_the_time(tmp_path):
    (tmp_path / "modelli").mkdir()
    (tmp_path / "modelli" / "scheda-interim.xlsx").write_bytes(restyled("interim"))
    assert Campaign(tmp_path).master("monitoring").name == "scheda-interim.xlsx"
