"""Chasing by person: owners are reminded of exactly what they owe, in which cell, with the sector in copy."""

import json
from copy import deepcopy
from datetime import date

import mail_corpus as corpus
import pytest
from played_year import demo_year
from test_mail_collect import campaign, collected, filled, inbox, issued  # noqa: F401 - fixtures

from perfxl import demo
from perfxl.campaign.register import Register, board
from perfxl.model import documents, next_year
from perfxl.stages import plan, read
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.ui.cli import main
from perfxl.workflow import drafts, owners
from perfxl.workflow.remind import remind

DAY = date(2021, 10, 18)
ANNA, LUCA, EVA = ({"name": n, "email": f"{n.split()[0].lower()}@robinie.example"} for n in ("Anna Bianchi", "Luca Rossi", "Eva Neri"))


def objectives(sector):
    """Codes of the objectives that ``sector`` leads, in the order of the plan."""
    return [o["code"] for o in demo.plan()["objectives"] if o["lead"] == sector and o.get("kind", "ordinary") == "ordinary"]


def replan(campaign, *owners_):
    campaign.plan.write_bytes(write_plan({**demo.plan(), "owners": list(owners_)}, "it"))


def owed(campaign, *sectors):
    document = plan.read(campaign.plan.read_bytes()).document
    with Register.open(campaign.folder, write=False) as register:
        rows = [r for r in board(register, campaign, plan=document, round="interim", today=DAY).rows if r.sector in sectors]
        return owners.owed(campaign, document, round="interim", rows=rows, language="it")


def test_a_form_that_did_not_come_back_owes_what_it_asks_for_by_owner(campaign):
    first, second, *_ = objectives("S1")
    replan(campaign, {"objective": first, **ANNA}, {"objective": second, **LUCA}, {"objective": second, "kind": "results", **EVA})
    found = {o.email: o for o in owed(campaign, "S1")}
    anna, luca = found[ANNA["email"]], found[LUCA["email"]]
    assert {m.objective for m in anna.missing} == {first} and {m.objective for m in luca.missing} == {second}
    assert {m.kind for m in luca.missing} <= {"", "phases"}  # results are Eva's: the closest owner counts
    assert not anna.returned and anna.file == campaign.issued_form("interim", "S1") and anna.late == 3
    assert {m.objective for m in found[""].missing}.isdisjoint({first, second})
    form = read.read(campaign.issued_form("interim", "S1").read_bytes(), "f")
    cells = {(p.sheet, p.cell) for p in form.places.values()}
    assert all((m.sheet, m.cell) in cells and m.field["it"] for m in anna.missing)


def test_owners_are_reminded_with_the_sector_in_copy_and_the_sector_of_the_rest(campaign):
    first, *others = objectives("S1")
    replan(campaign, {"objective": first, **ANNA})
    post = remind(campaign, "interim", sectors=("S1",), language="it", today=DAY)
    owner, sector = (p.outgoing for p in post.messages)
    assert (owner.kind, owner.to, owner.copies) == ("owner", (ANNA["email"],), ("affari.generali@robinie.example",))
    assert owner.subject.endswith("settore S1") and "Gentile Anna Bianchi," in owner.text and "sono passati 3 giorni" in owner.text
    assert f"obiettivo {first}" in owner.text and not any(f"obiettivo {o}" in owner.text for o in others)
    (one,) = [o for o in owed(campaign, "S1") if o.email]
    assert all(m.cell in owner.text for m in one.missing) and "\n\n\n" not in owner.text
    assert (owner.attachments[0].content, owner.attachments[0].name) == (campaign.issued_form("interim", "S1").read_bytes(), "UPR-2021-monitoraggio-S1.xlsx")
    assert sector.kind == "reminder" and f"obiettivo {first}" not in sector.text and f"obiettivo {others[0]}" in sector.text
    assert [p.path.name for p in post.messages] == ["sollecito-referente-S1.eml", "sollecito-S1.eml"]
    again = remind(campaign, "interim", sectors=("S1",), language="it", today=DAY)
    assert {p.state for p in again.messages} == {"waiting"}


def test_when_all_have_an_owner_the_sector_only_gets_copies(campaign):
    replan(campaign, *({"objective": o["code"], **ANNA} for o in demo.plan()["objectives"]))
    post = remind(campaign, "interim", sectors=("S1",), language="it", today=DAY)
    assert [(p.outgoing.kind, p.outgoing.to) for p in post.messages] == [("owner", (ANNA["email"],))]


def test_what_is_blank_in_a_form_that_came_back_is_asked_of_its_owner(campaign, inbox, filled):
    first, second, *_ = objectives("S1")
    document = read.read(filled["S1"], "f").document
    index = next(i for i, o in enumerate(document["objectives"]) if o["code"] == first)
    del document["objectives"][index]["holding"]["reading"]["percent"]
    content = fill.fill(campaign.issued_form("interim", "S1").read_bytes(), document)[0]
    (inbox / "a.eml").write_bytes(corpus.simple(content))
    replan(campaign, {"objective": first, **ANNA}, {"objective": second, **LUCA})
    collected(campaign, inbox)
    (anna,) = [o for o in owed(campaign, "S1") if o.email]
    assert anna.email == ANNA["email"] and anna.returned and {m.objective for m in anna.missing} == {first}
    post = remind(campaign, "interim", sectors=("S1",), language="it", today=DAY)
    assert [p.outgoing.to for p in post.messages] == [(ANNA["email"],)]
    assert "come il settore l’ha restituita" in post.messages[0].outgoing.text and post.messages[0].outgoing.attachments[0].content == content
    early = remind(campaign, "interim", sectors=("S1",), language="it", today=date(2021, 10, 1), again=True)
    assert early.messages == ()


def test_the_board_is_read_by_owner(campaign, capsys):
    first, second, *_ = objectives("S1")
    replan(campaign, {"objective": first, **ANNA}, {"objective": second, **ANNA}, {"objective": "S8.00001", "sector": "S8", **LUCA})
    assert main(["status", str(campaign.folder), "--round", "interim", "--by", "owner"]) == 0
    out = capsys.readouterr().out
    assert "Anna Bianchi <anna@robinie.example>" in out and f"{first}, {second}" in out and "(nessun referente)" in out
    remind(campaign, "interim", sectors=("S1",), language="it", today=DAY)
    drafts.confirm_sent(campaign, "interim", (), "it")
    assert main(["status", str(campaign.folder), "--round", "interim", "--by", "owner", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)["owners"]
    assert [(o["email"], o["reminders"]) for o in document[:2]] == [(ANNA["email"], 1), (LUCA["email"], 0)]
    assert {m["objective"] for m in document[0]["missing"]} == {first, second}


@pytest.mark.parametrize(("owner", "code"), [
    ({"objective": "S1.99999"}, "PLAN41"), ({"sector": "Z9"}, "PLAN40"), ({"kind": "results", "item": "99"}, "PLAN48"),
    ({"item": "1"}, "PLAN48"), ({"kind": "results", "item": "1"}, None), ({"kind": "phases"}, None)])
def test_owners_of_what_the_plan_does_not_have_are_told(owner, code):
    document = {**demo.plan(), "owners": [{"objective": objectives("S1")[1], **ANNA, **owner}]}
    read_back = plan.read(write_plan(document, "it"))
    assert [f.code for f in read_back.findings if f.code in ("PLAN40", "PLAN41", "PLAN48")] == ([code] if code else [])
    assert read_back.document["owners"] == document["owners"]


def test_owners_go_on_with_their_objectives():
    year = deepcopy(demo_year()[2])
    codes = [o["code"] for o in year["content"]["objectives"]]
    year["content"]["owners"] = [{"objective": c, **ANNA} for c in codes]
    made = next_year.carry(year, 2022)
    assert [o["objective"] for o in made["owners"]] == [c for c in codes if c in {o["code"] for o in made["objectives"]}]
    assert list(documents.violations("plan", made)) == []


def test_a_form_that_did_not_come_back_owes_every_cell_that_its_round_reads(campaign):
    first, *_ = objectives("S1")
    form = read.read(campaign.issued_form("interim", "S1").read_bytes(), "f")
    index, sheet = next((i, o["sheet"]) for i, o in enumerate(form.document["objectives"]) if o["code"] == first)
    measured = next(k for k, r in enumerate(sheet["results"]) if "target" in r and not any(e["result"] == r["id"] for e in sheet.get("entities", ())))
    worded = next(k for k, r in enumerate(sheet["results"]) if "target" not in r)
    replan(campaign, {"objective": first, **ANNA}, *({"objective": first, "kind": "results", "item": sheet["results"][k]["id"], **who} for k, who in ((measured, EVA), (worded, LUCA))))
    found = {o.email: [m.cell for m in o.missing] for o in owed(campaign, "S1")}
    at = f"/objectives/{index}/sheet"
    assert found[EVA["email"]] == [form.places[f"{at}/results/{measured}/reading/actual"].cell]
    assert found[LUCA["email"]] == [form.places[f"{at}/results/{worded}/reading/actual"].cell]  # it has an owner of its own
    begun = [form.places[f"{at}/phases/{k}/reading/realised"].cell for k, p in enumerate(sheet["phases"]) if p.get("start_1", "9") <= "2021-09-30" and p.get("weighting") != "not_weighted"]
    later = {form.places[f"{at}/phases/{k}/reading/realised"].cell for k, p in enumerate(sheet["phases"])} - {*begun}
    anna = found[ANNA["email"]]
    assert {form.places[f"/objectives/{index}/holding/reading/percent"].cell, *begun} <= {*anna} and not later & {*anna}
    places = {form.places[f"{at}/entities/{k}/reading/actual"].cell for k in range(len(sheet.get("entities", ())))}
    assert places and places <= {*anna} and not {*found[EVA["email"]], *found[LUCA["email"]]} & {*anna}


def test_one_address_gets_one_message_however_its_name_is_written(campaign):
    first, second, *_ = objectives("S1")
    replan(campaign, {"objective": first, **ANNA}, {"objective": second, "name": "Bianchi dott.ssa Anna", "email": ANNA["email"].upper()})
    (anna,) = [o for o in owed(campaign, "S1") if o.email]
    assert {m.objective for m in anna.missing} == {first, second} and anna.name == ANNA["name"]
