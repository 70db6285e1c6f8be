"""What is wrong with the plan is told to the controller, in the plan, before anything goes out; and not again at each round."""

from copy import deepcopy

import openpyxl
import pytest

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.stages.plan.check_weights import weights
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.ui.cli.shared import FINDINGS, exit_code
from perfxl.workflow.check import inspect
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.form_faults import form_faults
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.issue import plan_faults
from perfxl.workflow.rounds import round_of
from perfxl.workflow.running import CannotRun


def made(folder, change=lambda content: None) -> Campaign:
    """A campaign with the demo's plan, ``change``d, and nothing issued."""
    campaign, content = Campaign(folder), demo.plan()
    change(content)
    documents.write_bytes(campaign.plan, write_plan(content, "it"))
    return campaign


def lead(content: dict, code: str = "S1") -> dict:
    return next(o for o in content["objectives"] if o["lead"] == code and len(o.get("sheet", {}).get("phases", ())) > 1
                and len(o["sheet"].get("results", ())) > 1)


FAULTS = [
    ("CODE06", lambda s: s["phases"][1].update(id=s["phases"][0]["id"])),
    ("CODE07", lambda s: s["results"][1].update(id=s["results"][0]["id"])),
    ("DATE02", lambda s: s.update(start=s["end"], end=s["start"])),
    ("DATE04", lambda s: s["phases"][0].update(start_1="2021-11-01", end_1="2021-03-01")),
    ("DATE05", lambda s: s.update(end="2021-02-01")),
    ("DATE06", lambda s: s["phases"][0].update(end_1="2022-03-01")),
    ("WGHT02", lambda s: s["phases"][0].update(weight=1)),
    ("WGHT03", lambda s: [r.update(weight=10) for r in s["results"]]),
]


@pytest.mark.parametrize("code, spoil", FAULTS, ids=[c for c, _ in FAULTS])
@pytest.mark.parametrize("round", ["plan", "interim"])
def test_a_fault_of_a_sheet_is_told_of_the_plan(round, code, spoil):
    content = demo.plan()
    spoil(lead(content)["sheet"])
    found = form_faults(issue.returns(content, round), content, round=round, places={}, file="piano.xlsx")
    findings = [f for f in found if f.code == code]
    assert findings and all(f.to == "controller" and f.objective == lead(content)["code"] for f in findings)
    assert all(documents.pointer(("objectives", content["objectives"].index(lead(content)))) in f.path for f in findings)


@pytest.mark.parametrize("code, change", [
    ("PLAN70", lambda c: lead(c)["holders"][0]["holding"].update(weight=1)),
    ("PLAN71", lambda c: c["sectors"][0].pop("email")),
    ("CODE09", lambda c: c["measures"].append(deepcopy(c["measures"][0]))),
])
def test_a_fault_of_the_lists_is_told_as_the_forms_are_issued(tmp_path, code, change, capsys):
    campaign = made(tmp_path, change)
    made_ = issue_forms(campaign, "plan", ("S1",), "it")
    finding, = (f for f in made_.findings if f.severity != "note")
    assert finding.code == code and finding.place.cell
    assert exit_code(made_.findings) == FINDINGS


def test_before_anything_is_issued_a_check_says_what_issuing_would(tmp_path):
    def change(content):
        lead(content)["sheet"]["results"][0].update(direction="progress", baseline=3, target=3)  # of the plan itself
        lead(content)["sheet"]["phases"][0].update(weight=1)  # of the form
        content["sectors"][0].pop("email")
    campaign = made(tmp_path, change)
    codes = [(f.code, f.place.sheet, f.place.cell) for f in inspect([campaign.folder], "it").findings]
    issued = [(f.code, f.place.sheet, f.place.cell) for f in plan_faults(campaign, round_of(campaign, "plan", "it"), "it")]
    assert sorted(codes) == sorted(issued) and {"PLAN71", "WGHT02"} < {code for code, _, _ in codes}


def test_a_good_plan_says_nothing():
    for round in ("plan", "interim"):
        assert form_faults(issue.returns(demo.plan(), round), demo.plan(), round=round, places={}, file="piano.xlsx") == []


def test_what_the_sector_will_fill_in_is_not_missing_yet():
    content = demo.plan()
    for objective in content["objectives"]:
        objective["sheet"] = {k: v for k, v in objective["sheet"].items() if k in ("title", "strategic_lines")}
        for holder in objective["holders"]:
            holder["holding"].pop("weight", None)
    assert form_faults(issue.returns(content, "plan"), content, round="plan", places={}, file="piano.xlsx") == []
    assert list(weights(content)) == []


@pytest.fixture(scope="module")
def consolidated(tmp_path_factory):
    """A campaign whose interim was issued to S1 and consolidated without any return."""
    campaign = made(tmp_path_factory.mktemp("consolidated"))
    issue_forms(campaign, "interim", ("S1",), "it")
    consolidate(campaign, "interim", "it")
    return campaign


def test_what_is_typed_in_the_plan_after_a_round_and_does_not_hold_is_told(consolidated):
    content = demo.plan()
    objective = lead(content)
    k = next(k for k, h in enumerate(objective["holders"]) if h["sector"] == "S1")
    objective["sheet"]["title"], objective["holders"][k]["holding"]["weight"] = "Riscritto", 99
    documents.write_bytes(consolidated.plan, write_plan(content, "it"))
    found = plan_faults(consolidated, round_of(consolidated, "final", "it"), "it")
    assert all(f.code == "PLAN72" and f.place.cell for f in found) and len(found) == 2
    told = next(f for f in found if "holding" in f.path).message("it")
    assert "99%" in told and "consolidando di nuovo «Monitoraggio intermedio», i cui esiti cambierebbero" in told
    again = consolidate(consolidated, "interim", "it")  # which it would, and the form that S1 has does not say so
    assert next(o["weight"] for o in again.document["outcomes"]["interim"]["objectives"] if (o["objective"], o["sector"]) == (objective["code"], "S1")) == "99.00"
    [moved] = [f for f in again.findings if f.code == "PLAN74"]
    assert moved.sector == "S1" and f"{objective['code']}, Peso" in moved.message("it") and moved.to == "controller"
    documents.write_bytes(consolidated.plan, write_plan(demo.plan(), "it"))
    assert [f.code for f in consolidate(consolidated, "interim", "it").findings if f.code == "PLAN74"] == []


def test_amounts_typed_as_text_are_told_together_and_none_as_blank(tmp_path):
    """Of twelve amounts all but two read in one way only: one note with the list, one error with the other."""
    content = demo.plan()
    money = [row for o in content["objectives"] for row in o["sheet"].get("money", ())][:12]
    written = ["1.500,00", "€ 2.000", "Euro 3.500,50", "12.345", "2000,5 €", "3.000.-", "EUR 4,500.00", "1 500,00", "7.500,=", "1500 euro", "mille", "circa 500"]
    for row in money:
        row["amount"] = 1
    campaign = Campaign(tmp_path)
    documents.write_bytes(campaign.plan, write_plan(content, "it"))
    book = openpyxl.load_workbook(campaign.plan)
    sheet = book["Risorse economiche"]
    cells = [row[4] for row in sheet.iter_rows(min_row=4) if row[4].value == 1]
    assert len(cells) == len(money) == len(written)
    for cell, text in zip(cells, written, strict=True):
        cell.value = text
    book.save(campaign.plan)
    with pytest.raises(CannotRun) as refused:
        issue_forms(campaign, "plan", ("S1",), "it")
    assert [(f.code, 1 + len(f.others)) for f in refused.value.findings if f.place.sheet == sheet.title] == [("DATA10", 10), ("DATA11", 2)]


def test_the_weights_of_now_are_told_once(tmp_path):
    """Of two rounds that went out, both on weights that make no 100, ``check`` says it of the last alone."""
    campaign = made(tmp_path, lambda content: lead(content)["holders"][0]["holding"].update(weight=1))
    for round in ("interim", "final"):
        issue_forms(campaign, round, ("S1",), "it")
        consolidate(campaign, round, "it")
    findings = [f for f in inspect([campaign.folder], "it").findings if f.code == "PLAN70"]
    assert [(f.sector, bool(f.place.cell)) for f in findings] == [("S1", True)]


def test_weights_are_those_in_force(consolidated):
    """An objective added in the year that is to take the place of another does not make 140%; the sector says which."""
    def with_new(weight):
        content = demo.plan()
        mine = next(h for o in content["objectives"] if o["lead"] == "S1" for h in o["holders"] if h["sector"] == "S1" and h["holding"].get("weight"))
        content["objectives"].append({"code": "S1.00088", "lead": "S1", "kind": "ordinary",
                                      "sheet": {"title": "Nuovo", "strategic_lines": lead(content)["sheet"]["strategic_lines"]},
                                      "holders": [{"sector": "S1", "holding": {"weighting": "weighted", "weight": weight or mine["holding"]["weight"]}}]})
        documents.write_bytes(consolidated.plan, write_plan(content, "it"))
        return [f.code for f in plan_faults(consolidated, round_of(consolidated, "final", "it"), "it")]

    assert "PLAN70" not in with_new(None)


def test_weights_that_the_sectors_give_are_theirs_from_then_on(tmp_path):
    """A plan with the weight of the transversal objective alone: its 10% is no sum, before the sectors have answered nor after."""
    def bare(content):
        for objective in content["objectives"]:
            for holder in objective["holders"] if objective["kind"] != "transversal" else ():
                holder["holding"].pop("weight", None)

    campaign = made(tmp_path, bare)
    first = issue_forms(campaign, "plan", ("S1",), "it")
    filled, told = documents.loads(documents.dumps(issue.returns(demo.plan(), "plan")["S1"])), first.paths[0].read_bytes()
    filled["identity"] = read.read(told, "S1").document["identity"]
    form, _ = fill.fill(told, filled)
    documents.write_bytes(campaign.folder / "ricevute" / "plan" / "S1.xlsx", form)
    consolidate(campaign, "plan", "it")
    later = issue_forms(campaign, "interim", ("S1",), "it")
    assert [f.code for f in (*first.findings, *later.findings) if f.code == "PLAN70"] == []


@pytest.mark.parametrize("code, spoil", [FAULTS[6], FAULTS[3]], ids=["WGHT02", "DATE04"])
def test_a_fault_of_the_plan_is_told_once_in_the_year(tmp_path, code, spoil):
    campaign = made(tmp_path, lambda content: spoil(lead(content)["sheet"]))
    told = []
    for round in ("plan", "interim", "final"):
        told.append([f.code for f in issue_forms(campaign, round, ("S1",), "it").findings if f.code == code])
        consolidate(campaign, round, "it")
    assert told == [[code], [], []]


def meaningless(content: dict) -> None:
    """A target of which a share means nothing."""
    result = lead(content)["sheet"]["results"][0]
    result.update(direction="lower", unit="giorni", target=-3)
    result.pop("baseline", None)


def test_a_target_without_meaning_bars_the_first_issuing_and_is_told_once(tmp_path):
    campaign = made(tmp_path, meaningless)
    with pytest.raises(CannotRun) as refused:
        issue_forms(campaign, "plan", ("S1",), "it")
    assert [f.code for f in refused.value.findings if f.severity == "error"] == ["PLAN81"]
    assert not (campaign.folder / "emesse").exists()


def test_a_year_that_has_begun_goes_on_with_such_a_target(tmp_path):
    campaign = made(tmp_path)
    issue_forms(campaign, "interim", ("S1",), "it")
    content = demo.plan()
    meaningless(content)
    documents.write_bytes(campaign.plan, write_plan(content, "it"))
    assert "PLAN81" in {f.code for f in issue_forms(campaign, "interim", ("S1",), "it").findings}
    assert consolidate(campaign, "interim", "it").document["round"] == "interim"
