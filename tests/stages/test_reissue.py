"""A return is laid beside the form that it answers, whatever was issued after it; a newer answer stands before an older one."""

import shutil
from datetime import date

import pytest

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.campaign.register import board, board_table
from perfxl.model import documents
from perfxl.model.base import base_content
from perfxl.model.findings import Place
from perfxl.stages import issue, plan
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.workflow import check as inspection
from perfxl.workflow import drafts, extend, register_updates
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.load_round import load_round
from perfxl.workflow.remind import remind
from perfxl.workflow.running import CannotRun

INTERIM = ("S1", "S8")


def answer(campaign: Campaign, sector: str, name: str = "", change=None) -> None:
    """Have the form of ``sector`` as it is issued now filled in as the demo fills it in, ``change``d, among the received."""
    form = campaign.issued_form("interim", sector).read_bytes()
    content = plan.read(campaign.plan.read_bytes(), "piano.xlsx").document
    filled = demo.returns("interim", issue.returns(base_content(content, None), "interim"))[sector]
    if change:
        change(filled)
    made, findings = fill.fill(form, filled)
    assert findings == []
    documents.write_bytes(campaign.folder / "ricevute" / "interim" / f"{name or sector}.xlsx", made)


def replan(campaign: Campaign, change) -> None:
    """Write the plan anew, ``change``d."""
    content = plan.read(campaign.plan.read_bytes(), "piano.xlsx").document
    change(content)
    documents.write_bytes(campaign.plan, write_plan(content, "it"))


def deadline(content: dict) -> None:
    next(r for r in content["rounds"] if r["id"] == "interim")["deadline"] = "2021-11-30"


def contact(content: dict) -> None:
    content["body"]["contact_phone"] = "0431 999999"


def renamed(content: dict) -> None:
    next(s for s in content["sectors"] if s["code"] == "S1")["name"] = "Un altro nome"


def retitled(content: dict) -> None:
    next(o for o in content["objectives"] if o["lead"] == "S1")["sheet"]["title"] = "Un altro titolo"


def findings_of(campaign: Campaign) -> list[str]:
    return [f.code for f in inspection.inspect([campaign.folder], "it").findings if f.severity != "note"]


def test_a_form_is_laid_beside_what_was_really_issued(demo_year, tmp_path):
    """The interim is consolidated again, with less in it, after the final forms were issued and came back."""
    campaign = Campaign(tmp_path / "c")
    shutil.copytree(demo_year.folder, campaign.folder)
    next(p for p in campaign.received_files("interim") if "S1" in p.name).unlink()
    consolidate(campaign, "interim", "it")
    found = inspection.inspect([campaign.folder], "it").findings
    assert [f.code for f in found if f.code.startswith("LOCK") or f.code == "RETN06"] == []
    alone = next(p for p in campaign.received_files("final") if "S1" in p.name)
    # what S1 found at the interim is no longer known: as far as anybody can tell, its evidence all came too late
    assert {f.code for f in inspection.inspect([alone], "it").findings} <= {"OUTC31"}


@pytest.mark.parametrize("change", [deadline, contact, renamed, retitled], ids=lambda c: c.__name__)
def test_what_the_controller_changed_since_is_no_fault_of_the_sectors(campaign, change):
    for sector in INTERIM:
        answer(campaign, sector)
    replan(campaign, change)
    assert findings_of(campaign) == []
    made = issue_forms(campaign, "interim", INTERIM, "it")
    assert set(made.fresh) == ({"S1"} if change in (renamed, retitled) else set(INTERIM))
    assert findings_of(campaign) == []
    assert [f.code for f in inspection.inspect(campaign.received_files("interim"), "it").findings if f.severity != "note"] == []
    with register_updates.open_register(campaign, "it", CannotRun, write=False) as register:
        rows = {r.sector: r for r in board(register, campaign, plan=demo.plan(), round="interim", today=date(2021, 10, 1)).rows}
    assert rows["S1"].issue == 2


def test_an_objective_entrusted_since_is_asked_for_and_one_taken_away_is_told(campaign):
    answer(campaign, "S1")
    given = next(o for o in demo.plan()["objectives"] if o["lead"] == "S1" and len(o["holders"]) == 1)

    def exchange(content):
        objective = next(o for o in content["objectives"] if o["code"] == given["code"])
        content["objectives"].append({**objective, "code": "S1.00099", "sheet": {**objective["sheet"], "title": "Nuovo"}})
        content["objectives"].remove(objective)

    replan(campaign, exchange)
    issue_forms(campaign, "interim", ("S1",), "it")
    findings = [f for f in inspection.inspect([campaign.folder], "it").findings if f.sector == "S1"]
    assert sorted(f.code for f in findings if f.severity != "note" and f.code[:4] in ("MERG", "RETN", "CODE", "FORM", "LOCK", "SHRD")) == \
        ["MERG08", "RETN08"]
    assert "S1.00099" in next(f for f in findings if f.code == "RETN08").message("it")
    assert given["code"] in next(f for f in findings if f.code == "MERG08").message("it")


def test_a_newer_form_that_was_answered_stands_before_the_older_field_by_field(campaign):
    answer(campaign, "S1", "prima")
    replan(campaign, deadline)
    issue_forms(campaign, "interim", ("S1",), "it")

    def second(filled):
        """Only the first objective is told again, the others are left as they were issued."""
        filled["objectives"][0]["holding"]["reading"] |= {"percent": 33, "status": "partial", "reason": "Rivisto."}
        for objective in filled["objectives"][1:]:
            objective["holding"].pop("reading", None)

    before = load_round(campaign, "interim", "it").merged.content
    answer(campaign, "S1", "seconda", second)
    gathered = load_round(campaign, "interim", "it")
    assert gathered.conflicts == {}

    def outcomes(content):
        return {o["code"]: next((r for r in h["holding"].get("readings", ()) if r["round"] == "interim"), None)
                for o in content["objectives"] for h in o["holders"] if h["sector"] == "S1"}

    old, new = outcomes(before), outcomes(gathered.merged.content)
    changed = [code for code in old if old[code] != new[code]]
    assert [new[c]["percent"] for c in changed] == [33]
    assert {s.verdict for s in gathered.sources if s.sector == "S1"} == {"merged"}
    assert sorted(s.issue for s in gathered.sources if s.sector == "S1") == [1, 2]


def test_the_board_tells_who_answered_which_and_that_the_new_form_has_not_left(campaign):
    from perfxl.workflow import send as posting

    answer(campaign, "S1")
    posting.send_forms(campaign, "interim", (), "it")
    consolidate(campaign, "interim", "it")
    replan(campaign, deadline)
    issue_forms(campaign, "interim", INTERIM, "it")
    assert [m.state for m in posting.send_forms(campaign, "interim", ("S8",), "it", dry_run=True).messages] == ["ready"]
    with register_updates.open_register(campaign, "it", CannotRun, write=False) as register:
        status = board(register, campaign, plan=plan.read(campaign.plan.read_bytes(), "").document, round="interim", today=date(2021, 10, 1))
    rows = {r.sector: r for r in status.rows}
    assert (rows["S1"].issue, rows["S1"].answered, rows["S1"].mailed) == (2, (1,), 1)
    told = {r[0][:2]: r for r in board_table(status, "it")[1]}
    assert "risponde alla n. 1" in told["S1"][4] and "non la n. 2" in told["S8"][3]
    assert [m.state for m in posting.send_forms(campaign, "interim", (), "it").messages] == ["drafted", "drafted"]
    assert [m.state for m in posting.send_forms(campaign, "interim", (), "it").messages] == ["waiting", "waiting"]  # drafts, not sent yet


def test_more_time_for_one_sector_reaches_its_form_its_messages_and_its_lateness(campaign):
    from perfxl.stages.read import read
    from perfxl.workflow import send as posting

    today = date(2021, 11, 20)
    done = extend.extend(campaign, "interim", to=date(2021, 12, 5), sectors=["S8"], language="it", today=today)
    assert done.sectors == ("S8",) and done.issued.fresh == ("S8",)
    assert read(campaign.issued_form("interim", "S8").read_bytes(), "").identity.issue == 2
    assert read(campaign.issued_form("interim", "S1").read_bytes(), "").identity.issue == 1
    content = demo.plan()
    with register_updates.open_register(campaign, "it", CannotRun, write=False) as register:
        rows = {r.sector: r for r in board(register, campaign, plan=content, round="interim", today=today).rows}
    assert rows["S8"].state == "waiting" and rows["S8"].late == 0 and rows["S8"].deadline == "2021-12-05"
    assert rows["S1"].state == "late" and rows["S1"].late > 0
    texts = {m.outgoing.sector: m.outgoing.text for m in posting.send_forms(campaign, "interim", (), "it", dry_run=True).messages}
    assert "05/12/2021" in texts["S8"] and "05/12/2021" not in texts["S1"]

    def reminders(day):
        return {m.outgoing.sector: m.outgoing.text for m in remind(campaign, "interim", sectors=(), language="it",
            today=day, dry_run=True).messages}

    assert reminders(today).keys() == {"S1"}  # too early for who has more time
    texts = reminders(date(2021, 12, 4))
    assert "La scadenza è il 05/12/2021" in texts["S8"] and "La scadenza era il" in texts["S1"]
    answer(campaign, "S8")
    assert findings_of(campaign) == ["RETN01"]  # of S1, which has not answered
    with pytest.raises(CannotRun, match="è il"):
        extend.extend(campaign, "interim", to=date(2021, 1, 1), sectors=[], language="it", today=today)


def test_a_day_that_would_change_nothing_is_refused_and_an_earlier_one_is_called_so(campaign):
    from perfxl.workflow import send as posting

    today = date(2021, 11, 20)
    posting.send_forms(campaign, "interim", (), "it")
    drafts.confirm_sent(campaign, "interim", (), "it")
    remind(campaign, "interim", sectors=(), language="it", today=today)

    def more(day: int, *sectors: str) -> extend.Extended:
        return extend.extend(campaign, "interim", to=date(2021, 12, day), sectors=sectors, language="it", today=today)

    first = more(20)
    assert not first.earlier and first.stale == INTERIM  # their reminders tell the day of the plan
    with pytest.raises(CannotRun, match="già tempo fino al 20/12/2021"):
        more(10, "S1")
    assert not more(22, "S8").earlier
    assert more(15).earlier
    with register_updates.open_register(campaign, "it", CannotRun, write=False) as register:
        rows = {r.sector: r.deadline for r in board(register, campaign, plan=demo.plan(), round="interim", today=today).rows}
    assert (rows["S1"], rows["S8"]) == ("2021-12-15", "2021-12-22")


def test_an_approved_round_is_issued_again_only_if_it_is_asked_for(campaign):
    from perfxl.campaign.register import NotReady, approve
    from perfxl.model.rounds import Rounds

    for sector in INTERIM:
        answer(campaign, sector)
    consolidate(campaign, "interim", "it")
    with register_updates.open_register(campaign, "it", CannotRun) as register:
        approve(register, campaign, round="interim", act="DG n. 1", date=date(2021, 11, 1))
        with pytest.raises(NotReady, match="La tornata «Monitoraggio intermedio» è già approvata"):  # its name, not its id
            approve(register, campaign, round=Rounds.from_plan(demo.plan()).parse("interim"), act="DG n. 2", date=date(2021, 11, 2))
    with pytest.raises(CannotRun, match="--anyway"):
        issue_forms(campaign, "interim", (), "it")
    with pytest.raises(CannotRun, match="--anyway"):
        extend.extend(campaign, "interim", to=date(2022, 1, 15), sectors=[], language="it", today=date(2021, 11, 2))
    assert len(issue_forms(campaign, "interim", ("S1",), "it", anyway=True).paths) == 1


@pytest.fixture
def small(tmp_path) -> Campaign:
    """A campaign of one sector and one objective, with nothing issued."""
    from test_negotiation import plan as small_plan

    from perfxl.workflow.new import new

    campaign = Campaign(tmp_path / "p")
    new(campaign, 2021, small_plan(), "it")
    return campaign


def nothing(sheet: dict) -> None:
    """Left as it is."""


def purpose(sheet: dict) -> None:
    sheet["purpose"] = "Nuova finalità"


def weight(points: int):
    return lambda sheet: sheet["phases"][0].update(weight=points)


def text(words: str):
    return lambda sheet: sheet["results"][0].update(text=words)


@pytest.mark.parametrize("sector_does, we_do, told, get, agreed, yearly", [
    (nothing, weight(40), [], lambda s: s["phases"][0]["weight"], 40, 40),
    (weight(30), purpose, [], lambda s: (s["phases"][0]["weight"], s["purpose"]), (30, "Nuova finalità"), (30, "Nuova finalità")),
    (weight(30), weight(40), ["RETN11"], lambda s: s["phases"][0]["weight"], 40, 30),
    (text("Chiuse"), text("Aperte"), ["RETN11"], lambda s: s["results"][0]["text"], "Aperte", "Chiuse"),
    (weight(40), weight(40), [], lambda s: s["phases"][0]["weight"], 40, 40),
    (nothing, lambda s: s["phases"].append({"id": "3", "text": "Nuova"}), [], lambda s: len(s["phases"]), 3, 3),
    (weight(30), lambda s: s["phases"].pop(0), ["RETN12"], lambda s: s["phases"][0]["weight"], 30, 30),
    (lambda s: s["phases"].pop(0), weight(40), ["RETN12"], lambda s: len(s["phases"]), 1, 1),
    (nothing, lambda s: s["phases"].pop(1), [], lambda s: len(s["phases"]), 1, 1),
])
def test_a_cell_that_changed_on_either_side_is_told_apart_and_nothing_is_lost(sector_does, we_do, told, get, agreed, yearly):
    from test_negotiation import plan as small_plan

    from perfxl.stages.merge.emissions import both_changed, brought_up
    from perfxl.stages.merge.overlay import Returned, merge

    after = small_plan()
    we_do(after["objectives"][0]["sheet"])
    began, last = (issue.returns(content, "plan")["S1"] for content in (small_plan(), after))
    document = documents.loads(documents.dumps(began))
    sector_does(document["objectives"][0]["sheet"])
    returned = Returned("S1", document, {"/objectives/0/sheet": Place("S1.xlsx", "S1.00001", "A1")}, "S1.xlsx")
    for talks, value in ((True, agreed), (False, yearly)):  # in the plan round the newer form is our answer
        moved, both = brought_up(returned, began, last, negotiated=talks)
        found = list(both_changed(both, moved, began, last, negotiated=talks))
        merged = merge(after, [moved], "plan")
        assert [f.code for f in (*found, *merged.findings)] == told
        assert get(merged.content["objectives"][0]["sheet"]) == value
        assert all(f.place.file == "S1.xlsx" and f.to == "controller" and "/phases" not in f.message("it") for f in found)


def test_a_cell_that_crossed_in_the_post_is_told_with_both_values_and_the_numbers_of_the_forms(small):
    from test_negotiation import send

    issue_forms(small, "plan", (), "it")
    send(small, "prima", weight(30))
    replan(small, lambda content: weight(40)(content["objectives"][0]["sheet"]))
    issue_forms(small, "plan", (), "it")
    gathered = load_round(small, "plan", "it")
    [told] = [f for f in gathered.findings if f.code in ("RETN09", "RETN11")]
    assert told.code == "RETN11" and told.place.cell
    assert not [w for w in ("scheda n. 1", "n. 2", "«50%»", "«30%»", "«40%»", "Per ora vale «40%»") if w not in told.message("it")], told.message("it")


def test_what_a_sector_and_the_controller_both_revised_in_the_year_is_told(small):
    """At a monitoring the sector's word holds over what the plan workbook says since, unless an act says it; both are told."""
    from test_negotiation import plan as small_plan

    issue_forms(small, "interim", (), "it")
    form = small.issued_form("interim", "S1").read_bytes()
    from perfxl.stages.read import read

    document = read(form, "S1").document
    document["objectives"][0]["sheet"]["phases"][1]["revision"] = {"end_1": "2021-11-30"}
    made, wrong = fill.fill(form, document)
    assert not wrong
    documents.write_bytes(small.folder / "ricevute" / "interim" / "S1.xlsx", made)
    changed = small_plan()
    changed["objectives"][0]["sheet"]["phases"][1]["revisions"] = [{"round": "interim", "end_1": "2021-10-31"}]
    documents.write_bytes(small.plan, write_plan(changed, "it"))
    issue_forms(small, "interim", (), "it")
    gathered = load_round(small, "interim", "it")
    [told] = [f for f in gathered.findings if f.code == "RETN11"]
    assert "30/11/2021" in told.message("it") and "31/10/2021" in told.message("it")
    phase = gathered.merged.content["objectives"][0]["sheet"]["phases"][1]
    assert [r["end_1"] for r in phase["revisions"]] == ["2021-11-30"]
