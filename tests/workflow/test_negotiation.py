"""A plan negotiated twice: what the sectors proposed comes back to them with the controller's answer, and is agreed."""

import pytest
from looked_at import sheet_of

import perfxl
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.read import read
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new


def plan() -> dict:
    phases = [{"id": str(n), "text": f"Fase {n}", "weight": 50, "start_1": "2021-01-01", "end_1": "2021-12-31"} for n in (1, 2)]
    results = [{"id": "1", "text": "Pratiche", "target": 100}, {"id": "2", "text": "Giorni", "direction": "lower", "target": 10}]
    rounds = [{"id": r, "kind": k, "reference_date": d, "deadline": d} for r, k, d in
              (("plan", "plan", "2021-01-31"), ("interim", "monitoring", "2021-09-30"), ("final", "final", "2021-12-31"))]
    return {"schema": "perfxl/plan/2", "year": 2021, "body": {"code": "UNI", "name": "Unione"}, "rounds": rounds, "sectors": [{"code": "S1", "name": "Uno"}],
            "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weight": 100}}],
                            "sheet": {"title": "Obiettivo", "phases": phases, "results": results}}]}


def send(campaign: Campaign, name: str, change) -> dict:
    """Change the form of S1 as ``change`` does and send it back as ``name``; what the form said."""
    form = campaign.issued_form("plan", "S1").read_bytes()
    document = read(form, "S1").document
    issued = documents.loads(documents.dumps(document))
    change(document["objectives"][0]["sheet"])
    made, wrong = fill.fill(form, document)
    assert not wrong
    documents.write_bytes(campaign.folder / "ricevute" / "plan" / f"{name}.xlsx", made)
    return issued["objectives"][0]["sheet"]


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    """The campaign after two passes, and what the second form said."""
    campaign = Campaign(tmp_path_factory.mktemp("negoziato"))
    new(campaign, 2021, plan(), "it")
    issue(campaign, "plan", (), "it")

    def propose(sheet: dict) -> None:
        sheet["purpose"] = "Perché lo chiede il settore."
        sheet["results"][0]["target"], sheet["results"][1]["target"] = 60, 15
        sheet["phases"][0]["weight"], sheet["phases"][1]["weight"] = 30, 70
        sheet["results"].append({"id": "3", "text": "Proposto dal settore", "target": 5})

    send(campaign, "proposta", propose)
    consolidate(campaign, "plan", "it")
    answered = plan()  # the controller answers in the plan workbook: 80, no more and no less; the rest is fine
    answered["objectives"][0]["sheet"]["results"][0]["target"] = 80
    campaign.plan.write_bytes(write_plan(answered, "it", None))
    issue(campaign, "plan", (), "it")
    second = send(campaign, "accordo", lambda sheet: sheet["phases"][0].update(text="Fase 1, come concordato"))
    run = consolidate(campaign, "plan", "it")
    return campaign, second, run.document["content"]["objectives"][0]["sheet"]


def test_the_second_form_says_what_was_proposed_and_what_the_controller_answered(talks):
    _, second, _ = talks
    assert [r["target"] for r in second["results"]] == [80, 15, 5]
    assert [p["weight"] for p in second["phases"]] == [30, 70] and second["purpose"] == "Perché lo chiede il settore."


def told(document: dict) -> list[tuple]:
    return [(p["pass"], p["by"], c["kind"], c.get("item", ""), c["field"], str(c.get("approved", "")), str(c.get("revised", ""))) for p in document["passes"] for c in p["changes"]]


def test_each_pass_is_told_apart_also_later_in_the_year(talks):
    campaign, _, _ = talks
    document = documents.load(campaign.result("plan"))
    assert [(p["pass"], p["by"]) for p in document["passes"]] == [(1, "sectors"), (2, "controller"), (2, "sectors")]
    found = told(document)
    assert sorted(f[2:] for f in found if f[0] == 1) == sorted([
        ("revised", "", "purpose", "", "Perché lo chiede il settore."), ("revised", "1", "target", "100", "60"), ("revised", "2", "target", "10", "15"),
        ("added", "3", "results", "", "Proposto dal settore"), ("revised", "1", "weight", "50", "30"), ("revised", "2", "weight", "50", "70")])
    assert [f for f in found if f[0] == 2] == [(2, "controller", "revised", "1", "target", "60", "80"),
                                               (2, "sectors", "revised", "1", "text", "Fase 1", "Fase 1, come concordato")]
    assert list(documents.violations("consolidated", document)) == []
    again = consolidate(campaign, "plan", "it").document
    assert again["passes"] == document["passes"]
    issue(campaign, "interim", (), "it")
    later = consolidate(campaign, "interim", "it")
    assert later.document["passes"] == document["passes"]
    frame = perfxl.tables(campaign.result("interim"))["changes"]
    mine = frame[frame["objective"] == "S1.00001"]
    assert [(int(n), by) for n, by in zip(mine["pass"], mine["pass_by"], strict=True)] == [(1, "sectors")] * 6 + [(2, "controller"), (2, "sectors")]
    for workbook in (campaign.result("plan", "consolidato.xlsx"), later.workbook):
        sheet = sheet_of(workbook, "Modifiche")
        rows = [[str(c.value) for c in row] for row in sheet.iter_rows() if row[0].value == "S1.00001"]
        when = [next(v for v in row if v.startswith("Piano, passaggio")) for row in rows]
        heights = [sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows() if row[0].value == "S1.00001"]
        assert min(heights) >= 2 * 12  # the words of a pass take two lines
        assert when == ["Piano, passaggio 1: proposta dei settori"] * 6 + ["Piano, passaggio 2: risposta del controller", "Piano, passaggio 2: proposta dei settori"]


def test_what_both_agree_on_is_the_plan(talks):
    campaign, _, agreed = talks
    assert [r["target"] for r in agreed["results"]] == [80, 15, 5]
    assert [p["text"] for p in agreed["phases"]] == ["Fase 1, come concordato", "Fase 2"] and [p["weight"] for p in agreed["phases"]] == [30, 70]
    issue(campaign, "interim", (), "it")
    sheet = read(campaign.issued_form("interim", "S1").read_bytes(), "S1").document["objectives"][0]["sheet"]
    assert [r["target"] for r in sheet["results"]] == [80, 15, 5]
