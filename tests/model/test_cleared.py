"""Dates that a monitoring clears: a phase put off to the next year has none left in this one, from then on and on every surface."""

import io

import openpyxl
import pytest
from form_year import declared, plan
from looked_at import sheet_of

from perfxl.model.changes import changes
from perfxl.model.readings import CLEARED, in_force
from perfxl.model.rounds import Rounds
from perfxl.stages import issue, read
from perfxl.stages.check import check
from perfxl.stages.issue import fill
from perfxl.stages.merge import merge
from perfxl.stages.merge.overlay import Returned

MOVED = {"start_1": CLEARED, "end_1": CLEARED, "start_2": "2022-02-01", "end_2": "2022-05-31"}


@pytest.fixture(scope="module")
def case():
    """The form of S1 at the interim, filled in, its second phase put off to the next year and the day of a result cleared."""
    prefilled = issue.returns(plan(), "interim")["S1"]
    filled = declared(prefilled)
    sheet = filled["objectives"][0]["sheet"]
    sheet["phases"][1] = {k: v for k, v in sheet["phases"][1].items() if k not in ("reading", "revision")} | {"revision": MOVED}
    sheet["results"][0]["revision"] = {"deadline": CLEARED}
    sheet["revision"] = {**sheet.get("revision", {}), "end": "2022-12-31"}
    made, findings = fill.fill(issue.issue(prefilled, plan()), filled)
    assert not findings
    return prefilled, made


def test_it_is_read_and_means_no_date(case):
    prefilled, made = case
    reading = read.read(made, "s1.xlsx")
    sheet = reading.document["objectives"][0]["sheet"]
    assert (sheet["phases"][1]["revision"], sheet["results"][0]["revision"]["deadline"], reading.findings) == (MOVED, CLEARED, [])
    place = reading.places["/objectives/0/sheet/phases/1/revision/end_1"]
    cell = sheet_of(made, place.sheet)[place.cell]
    assert (cell.value, cell.protection.locked) == ("–", False)


@pytest.mark.parametrize("typed", ["-", "–", " — ", "Nessuna", "none.", "annullata"])
def test_people_say_it_in_several_ways(case, typed):
    _, made = case
    place = read.read(made, "s1.xlsx").places["/objectives/0/sheet/phases/1/revision/end_1"]
    book = openpyxl.load_workbook(io.BytesIO(made))
    book[place.sheet][place.cell].value = typed
    out = io.BytesIO()
    book.save(out)
    reading = read.read(out.getvalue(), "s1.xlsx")
    assert reading.document["objectives"][0]["sheet"]["phases"][1]["revision"] == MOVED


def test_an_approved_date_is_not_cleared_so(case):
    """Only a revision clears: where the plan round writes a date, a dash is none."""
    form = issue.issue(issue.returns(plan(), "plan")["S1"], plan())
    place = read.read(form, "s1.xlsx").places["/objectives/0/sheet/phases/1/end_1"]
    book = openpyxl.load_workbook(io.BytesIO(form))
    book[place.sheet][place.cell].value = "–"
    out = io.BytesIO()
    book.save(out)
    assert "DATA16" in [f.code for f in read.read(out.getvalue(), "s1.xlsx").findings]


def test_nobody_is_blamed_for_it(case):
    prefilled, made = case
    reading = read.read(made, "s1.xlsx")
    findings = check(reading.document, prefilled, plan=plan(), round="interim", places=reading.places, file="s1.xlsx")
    about = [f.code for f in findings if f.path.startswith(("/objectives/0/sheet/phases/1", "/objectives/0/sheet/results/0"))]
    assert not [code for code in about if code.startswith("DATE")]


def test_it_is_in_force_from_then_on_and_can_be_taken_back(case):
    _, made = case
    reading = read.read(made, "s1.xlsx")
    content = merge(plan(), [Returned("S1", reading.document, reading.places, "s1.xlsx")], "interim").content
    phase, rounds = content["objectives"][0]["sheet"]["phases"][1], Rounds.from_plan(content)
    assert [in_force(phase, "end_1", rounds[r]) for r in ("plan", "interim", "final")] == [phase["end_1"], None, None]
    final = issue.returns(content, "final")["S1"]
    again = read.read(issue.issue(final, content), "s1.xlsx")
    assert (again.document["objectives"][0]["sheet"]["phases"][1]["in_force"], again.findings) == (MOVED, [])
    phase["revisions"].append({"round": "final", "end_1": "2021-11-30"})
    assert in_force(phase, "end_1", rounds["final"]) == "2021-11-30"


def test_it_is_told_among_the_changes(case):
    _, made = case
    reading = read.read(made, "s1.xlsx")
    content = merge(plan(), [Returned("S1", reading.document, reading.places, "s1.xlsx")], "interim").content
    told = {c.field: (c.approved, c.revised) for c in changes({"content": content, "round": "interim"}) if c.item == "2"}
    assert told["end_1"] == (plan()["objectives"][0]["sheet"]["phases"][1]["end_1"], CLEARED)
