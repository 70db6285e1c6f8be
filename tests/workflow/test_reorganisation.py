"""A year in which the offices change: sectors recoded, merged, split, an objective that moves, a revision by an act.

The forms are out, and come back, under the codes of before; the plan is changed afterwards.
"""

import shutil
from datetime import date
from types import SimpleNamespace

import plan_text
import pytest
import small_year
from text_tables import cases, finding_lines, lines, rows, shown

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, board
from perfxl.demo.play import send_back
from perfxl.model.succession import Successions
from perfxl.model.weigh import weigh
from perfxl.stages import plan as stage
from perfxl.stages import read
from perfxl.stages.consolidate import consolidated
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.publish.validation import recomputed
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue, plan_faults
from perfxl.workflow.load_round import load_round
from perfxl.workflow.new import new
from perfxl.workflow.remind import remind
from perfxl.workflow.rounds import round_of

KEPT = ("S1.00001", "S1.00002", "S3.00001", "S3.00009", "S3.00012")


def plan() -> dict:
    made = small_year.plan()
    made["objectives"] = [o for o in made["objectives"] if o["code"] in KEPT]
    for key in ("requests", "considerations"):
        made.pop(key, None)
    return made


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The interim round of two sectors, returned and consolidated; not to be changed."""
    campaign = Campaign(tmp_path_factory.mktemp("year") / "c")
    new(campaign, 2021, plan(), "it")
    issue(campaign, "interim", (), "it")
    send_back(campaign, "interim", "it")
    return SimpleNamespace(campaign=campaign, run=consolidate(campaign, "interim", "it"))


@pytest.fixture
def campaign(begun, tmp_path) -> Campaign:
    return Campaign(shutil.copytree(begun.campaign.folder, tmp_path / "c"))


def loaded(campaign: Campaign, round: str) -> SimpleNamespace:
    """What consolidating would come to, without its workbook."""
    gathered = load_round(campaign, round, "it")
    outcomes = weigh(gathered.merged.content, gathered.round, gathered.outcomes_before)
    return SimpleNamespace(document=consolidated(gathered.merged_round(), outcomes, "it"), findings=gathered.findings)


def renumbered(text: str) -> dict[str, str]:
    """The codes of now by those of before, of a table of the two."""
    return {row["prima"]: row["adesso"] for row in rows(f"prima | adesso\n{text}")}


def replanned(campaign: Campaign, codes: str = "", said: str = "", change=lambda plan: None) -> dict:
    """Change the plan workbook: ``codes`` of sectors and objectives, and what is ``said`` of them in the sheet of changed codes; each a
    line ``before | now``."""
    made, now = plan(), renumbered(codes)
    for sector in made["sectors"]:
        sector["code"] = now.get(sector["code"], sector["code"])
    made["sectors"] = list({s["code"]: s for s in made["sectors"]}.values())
    for objective in made["objectives"]:
        objective |= {key: now.get(objective[key], objective[key]) for key in ("code", "lead")}
        for holder in objective["holders"]:
            holder["sector"] = now.get(holder["sector"], holder["sector"])
    if said:
        made["successions"] = [{"before": b, "now": n, "round": "interim", "reason": "Riorganizzazione", "act": "DG 12/2021"}
                               for b, n in renumbered(said).items()]
    change(made)
    campaign.plan.write_bytes(write_plan(made, "it"))
    assert [f.code for f in stage.read(campaign.plan.read_bytes()).findings if f.severity == "error"] == []
    return made


def sums(run, round="interim") -> dict:
    return {s["code"]: s["outcome"] for s in run.document["outcomes"][round]["sectors"]}


def told(run, *fields: str, of: str = "") -> list[str]:
    """The changes of ``fields`` that the result lists, of the item ``of`` where it is said."""
    found = [{**c, "item": c.get("objective") or c.get("item")} for c in run.document.get("changes", ()) if c["field"] in fields]
    return shown((c for c in found if of in ("", c["item"])), "kind", "item", "field", "approved", "revised", "reason")


def codes(run) -> list[str]:
    return sorted(f.code for f in run.findings)


RECODED = """
    S3.00001 | S5.00001
    S3.00009 | S5.00009
    S3.00012 | S5.00012"""


@pytest.mark.parametrize("objectives", ["", RECODED], ids=["the sector alone", "with its objectives"])
def test_a_sector_that_is_recoded_keeps_what_it_sent_back(begun, campaign, objectives):
    before = begun.run
    replanned(campaign, f"S3 | S5{objectives}", said="S3 | S5")
    after = consolidate(campaign, "interim", "it")
    assert sums(after) == {"S1": sums(before)["S1"], "S5": sums(before)["S3"]} and codes(after) == codes(before)
    *_, last = told(after, "code")
    assert [last] == lines("revised | S3 › S5 | code | S3 | S5 | Riorganizzazione (DG 12/2021)")
    assert after.document["issued"] == ["S1", "S3"] and after.document["missing"] == []
    replaced = next(o for o in after.document["content"]["objectives"] if o["code"].endswith("00009"))["holders"][0]["holding"]["revisions"]
    assert [r["replaced_by"] for r in replaced if "replaced_by" in r] == [renumbered(objectives).get("S3.00012", "S3.00012")]
    assert [p.stem for p in issue(campaign, "final", (), "it").paths] == ["S1", "S5"]
    final = loaded(campaign, "final")
    assert sums(final, "interim") == sums(after) and recomputed(final.document, {"interim": before.document}) == []


def test_sectors_that_are_merged_answer_with_both_forms(begun, campaign):
    merged = """
        S1 | S5
        S3 | S5"""
    replanned(campaign, merged, said=merged)
    after = loaded(campaign, "interim")
    assert list(sums(after)) == ["S5"] and codes(after) == codes(begun.run)
    for path in (campaign.folder / "ricevute" / "interim").iterdir():
        if "S3" in path.name:
            path.unlink()
    half = loaded(campaign, "interim")
    assert half.document["missing"] == ["S3"] and [f.sector for f in half.findings if f.code == "RETN13"] == ["S3"]
    with Register.open(campaign.folder, write=False) as register:
        expected = {r.sector: r.expected for r in board(register, campaign, plan=stage.read(campaign.plan.read_bytes()).document,
             round="interim", today=date(2021, 10, 1)).rows}
    assert expected == {"S1": True, "S3": True, "S5": False}


def test_a_sector_that_is_split_leaves_each_part_its_objectives(begun, campaign):
    def split(made):
        made["sectors"].append({"code": "S5", "name": "Un settore nuovo"})
        for objective in made["objectives"]:
            if objective["code"] in ("S3.00009", "S3.00012"):
                objective |= {"lead": "S5", "holders": [{**objective["holders"][0], "sector": "S5"}]}

    replanned(campaign, said="S3 | S5", change=split)
    after = loaded(campaign, "interim")
    assert list(sums(after)) == ["S1", "S3", "S5"] and codes(after) == codes(begun.run)
    assert {o["code"]: o["holders"][0]["holding"].get("readings") for o in after.document["content"]["objectives"]} == \
        {o["code"]: o["holders"][0]["holding"].get("readings") for o in begun.run.document["content"]["objectives"]}


def moved(made):
    objective = next(o for o in made["objectives"] if o["code"] == "S3.00001")
    objective |= {"lead": "S1", "holders": [{"sector": "S1", "holding": {"weighting": "weighted", "weight": 5}}]}


def test_an_objective_that_moves_takes_its_answers_along(begun, campaign):
    replanned(campaign, change=moved)
    after = loaded(campaign, "interim")
    before, now = (next(o for o in run.document["content"]["objectives"] if o["code"] == "S3.00001") for run in (begun.run, after))
    assert now["sheet"] == before["sheet"] and now["holders"][0]["holding"]["readings"] == before["holders"][0]["holding"]["readings"]
    assert now["holders"][0]["sector"] == "S1" and "revised | S3.00001 | lead | S3 | S1 |" in told(after, "lead")
    assert codes(after) == codes(begun.run)


def test_what_moves_after_a_round_goes_on_with_its_past_and_the_weight_of_the_plan(begun, campaign):
    replanned(campaign, change=moved)
    issue(campaign, "final", (), "it")
    final = loaded(campaign, "final")
    now = next(o for o in final.document["content"]["objectives"] if o["code"] == "S3.00001")
    assert now["holders"][0]["holding"]["weight"] == 5 and now["sheet"]["phases"][0]["readings"]
    assert sums(final, "interim") == sums(begun.run) and recomputed(final.document, {"interim": begun.run.document}) == []
    assert "revised | S3.00001 | lead | S3 | S1 |" in told(final, "lead")


def test_a_form_issued_anew_to_the_sector_of_now_stands_over_the_answers_to_the_one_before(begun, campaign):
    replanned(campaign, "S3 | S5", said="S3 | S5")
    issue(campaign, "interim", ("S5",), "it")
    waiting = loaded(campaign, "interim")
    assert waiting.document["missing"] == [] and sums(waiting)["S5"] == sums(begun.run)["S3"]
    shutil.copy(campaign.issued_form("interim", "S5"), campaign.folder / "ricevute" / "interim" / "nuova.xlsx")  # sent back blank
    after = loaded(campaign, "interim")
    assert sums(after)["S5"] == sums(begun.run)["S3"] and after.document["returned"] == ["S1", "S3", "S5"]


def test_sectors_that_join_leave_are_renamed_or_led_by_another_are_told(begun, campaign):
    def change(made):
        made["sectors"][0] |= {"name": "Un altro nome", "manager": "Ida Ferri"}
        made["sectors"].append({"code": "S9", "name": "Nono"})

    before = next(s for s in plan()["sectors"] if s["code"] == "S1")
    replanned(campaign, change=change)
    issue(campaign, "final", (), "it")
    final = loaded(campaign, "final")
    assert told(final, "name", "manager") == lines(f"""
        revised | S1 | name    | {before["name"]}            | Un altro nome |
        revised | S1 | manager | {before.get("manager", "")} | Ida Ferri     |""")
    assert "added | S9 | code |  | Nono |" in told(final, "code")


def test_a_sector_that_others_go_into_keeps_its_name_and_changes_are_told_in_words(begun, campaign):
    def change(made):
        itself = next(s for s in plan()["sectors"] if s["code"] == "S1")
        made["sectors"] = [itself if s["code"] == "S1" else s for s in made["sectors"]] + [{"code": "S9", "name": "Nono"}]
        next(o for o in made["objectives"] if o["code"] == "S3.00001")["holders"][0]["holding"]["weight"] = 7

    replanned(campaign, "S3 | S1", said="S3 | S1", change=change)
    assert told(loaded(campaign, "interim"), "name", "manager") == []
    issue(campaign, "final", (), "it")
    final = loaded(campaign, "final")
    assert told(final, "name", "manager") == []
    assert sums(final, "interim") == sums(begun.run) and recomputed(final.document, {"interim": begun.run.document}) == []
    assert {o["code"]: o["holders"][0]["holding"]["weight"] for o in final.document["content"]["objectives"]}["S3.00001"] == 7  # of S1, not of what S3 was
    titles = {t for c in final.document["changes"] for t in c["title"].values()}
    assert {"Settore", "Codice"} <= titles and not any("{" in t for t in titles)


@pytest.mark.parametrize("again", [False, True])
def test_a_new_name_is_told_in_the_first_round_too(begun, campaign, again):
    def change(made):
        made["sectors"][0] |= {"name": "Un altro nome", "manager": "Ida Ferri"}
        made["sectors"][1]["name"] = "Nome col codice nuovo"

    before = {s["code"]: s for s in plan()["sectors"]}
    replanned(campaign, "S3 | S5", said="S3 | S5", change=change)
    if again:
        issue(campaign, "interim", (), "it")
    assert told(loaded(campaign, "interim"), "name", "manager") == lines(f"""
        revised | S1 | name    | {before["S1"]["name"]}            | Un altro nome         |
        revised | S1 | manager | {before["S1"].get("manager", "")} | Ida Ferri             |
        revised | S5 | name    | {before["S3"]["name"]}            | Nome col codice nuovo |""")


@pytest.mark.parametrize("objectives", ["", RECODED], ids=["the sector alone", "with its objectives"])
def test_owners_of_a_sector_that_is_recoded_are_reminded_of_the_form_that_is_out(tmp_path, objectives):
    def change(made):
        made["owners"] = [{"objective": renumbered(objectives).get("S3.00001", "S3.00001"), "name": "Ada Neri", "email": "ada@robinie.example"}]
        made["sectors"][1]["email"] = "bilancio@robinie.example"
        del made["sectors"][0]["email"]

    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, plan(), "it")
    issue(campaign, "interim", ("S3",), "it")
    replanned(campaign, f"S3 | S5{objectives}", said="S3 | S5", change=change)
    owner, sector = (p.outgoing for p in remind(campaign, "interim", (), "it", date(2021, 12, 1)).messages)
    assert (owner.kind, owner.sector, owner.to, owner.copies) == ("owner", "S3", ("ada@robinie.example",), ("bilancio@robinie.example",))
    assert "obiettivo S3.00001" in owner.text and "riceve questo messaggio in copia" in owner.text  # as the form that is attached calls it
    assert sector.to == ("bilancio@robinie.example",) and "obiettivo S3.00001" not in sector.text and "obiettivo S3.00009" in sector.text


def test_an_owner_whose_sector_has_no_address_is_not_told_that_it_gets_a_copy(tmp_path):
    def change(made):
        made["owners"] = [{"objective": o["code"], "name": "Ada Neri", "email": "ada@robinie.example"} for o in made["objectives"]]
        for sector in made["sectors"]:
            del sector["email"]

    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, plan(), "it")
    issue(campaign, "interim", ("S3",), "it")
    replanned(campaign, change=change)
    post = remind(campaign, "interim", (), "it", date(2021, 12, 1))
    assert [(p.outgoing.kind, p.outgoing.copies, "in copia" in p.outgoing.text) for p in post.messages] == [("owner", (), False)]
    assert post.findings == ()


def by_act(made, round="interim"):
    objective = made["objectives"][0]
    why = {"round": round, "reason": "Meno personale", "act": "DG 33/2021"}
    objective["holders"][0]["holding"]["revisions"] = [{**why, "weight": 25}]
    objective["sheet"]["revisions"] = [{**why, "title": "Un titolo nuovo", "end": "2021-12-15"}]
    objective["sheet"]["results"][1]["revisions"] = [{**why, "target": 7}]


def test_a_revision_by_an_act_holds_though_the_form_was_out_and_says_why(begun, campaign):
    made = replanned(campaign, change=by_act)
    assert stage.read(campaign.plan.read_bytes()).document == made
    after = consolidate(campaign, "interim", "it")
    why = "Meno personale (DG 33/2021)"
    changed = [c for c in after.document["changes"] if c["field"] in ("weight", "title", "end", "target")]
    assert shown((c for c in changed if c.get("objective") == "S1.00001"), "field", "revised", "reason") == lines(f"""
        weight | 25              | {why}
        title  | Un titolo nuovo | {why}
        end    | 2021-12-15      | {why}
        target | 7               | {why}""")
    assert codes(after) == codes(begun.run) and sums(after) != sums(begun.run)
    issue(campaign, "final", (), "it")
    assert "Un titolo nuovo" in str(loaded(campaign, "final").document["content"]["objectives"][0])


def weights(run) -> list[str]:
    """The weights of S1.00001 that the result lists as changed."""
    return shown((c for c in run.document["changes"] if c["field"] == "weight" and c.get("objective") == "S1.00001"), "revised")


def test_a_form_does_not_change_what_an_act_says_and_it_is_told(begun, campaign, tmp_path):
    form = campaign.issued_form("interim", "S1")
    document = read.read(form.read_bytes(), "S1").document
    document["objectives"][0]["holding"]["revision"] = {"weight": 30, "reason": "Così vuole il settore"}
    for path in (campaign.folder / "ricevute" / "interim").iterdir():
        if "S1" in path.name:
            path.unlink()
    (campaign.folder / "ricevute" / "interim" / "S1.xlsx").write_bytes(fill.fill(form.read_bytes(), document)[0])
    replanned(campaign, change=by_act)
    after = loaded(campaign, "interim")
    findings, = [f for f in after.findings if f.code == "MERG17"]
    assert findings.objective == "S1.00001" and findings.place.cell and "DG 33/2021" in findings.message("it")
    assert weights(after) == ["25"]


def test_a_revision_of_a_round_that_is_over_is_told(begun, campaign):
    replanned(campaign, change=by_act)
    findings = [f for f in plan_faults(campaign, round_of(campaign, "final", "it"), "it") if f.code == "PLAN73"]
    assert {f.place.sheet for f in findings} == {"Modifiche"} and len(findings) == 3
    replanned(campaign, change=lambda made: by_act(made, "final"))
    assert not [f for f in plan_faults(campaign, round_of(campaign, "final", "it"), "it") if f.code == "PLAN73"]
    issue(campaign, "final", (), "it")
    assert weights(loaded(campaign, "final")) == ["25"]


def succeeded(text: str) -> SimpleNamespace:
    """The plan with the rows ``text`` in its sheet of changed codes, what its workbook reads as, and the findings on that sheet."""
    made = {**plan(), "successions": plan_text.plan(f"Codici cambiati\nPrima | Adesso | Dalla tornata\n{text.strip()}")["successions"]}
    read = stage.read(write_plan(made, "it"))
    return SimpleNamespace(plan=made, document=read.document,
                           told=finding_lines((f for f in read.findings if f.place.sheet == "Codici cambiati"), "code | cell"))


@pytest.mark.parametrize("case", cases("""
    caso                                | prima    | adesso   | rilievo | cella
    into a sector that is not there     | S3       | S8       | PLAN49  | B4
    the second of two                   | S1       | S3       |         |
                                        | S3       | S9       | PLAN49  | B5
    into itself                         | S3       | S3       | PLAN90  | A4
    a sector into an objective          | S3       | S1.00001 |         |
    of two that are there               | S1.00001 | S1.00002 | PLAN90  | A4
    of one that is there, after another | S2       | S1       |         |
                                        | S1       | S3       | PLAN90  | A5
    two objectives into one             | S7.001   | S1.00001 | PLAN90  | A4
                                        | S8.001   | S1.00001 | PLAN90  | A5
    one sector into two                 | S2       | S1       |         |
                                        | S2       | S3       |         |
"""), ids=lambda case: next(iter(case))["caso"])
def test_codes_that_cannot_have_changed_so_are_told(case):
    done = succeeded("\n".join(f"{row['prima']} | {row['adesso']} | interim" for row in case))
    assert done.document == done.plan
    assert done.told == [f"{row['rilievo']} | {row['cella']}" for row in case if row["rilievo"]]


def test_rows_that_are_not_complete_are_told_and_stop_nothing():
    done = succeeded("""
           | S1 | interim
        S9 |    |""")
    assert done.document is None and done.told == ["PLAN10 | A4", "PLAN10 | B5", "PLAN10 | C5"]


def test_a_code_leads_to_the_one_of_now_step_by_step_and_never_in_a_circle():
    found = Successions(plan_text.plan("""
        Obiettivi
        Codice | Capofila
        S7.001 | S7

        Codici cambiati
        Prima | Adesso
        S3    | S5
        S5    | S7
        X     | Y
        Y     | X"""))
    assert found.sector("S3") == "S7" and found.objective("S3.001") == "S7.001"
    assert found.parts("X") == () and found.objective("X.001") == "X.001"
    assert found.before("S7") == ("S5", "S3") and found.earlier_codes("S7.001") == ("S5.001", "S3.001")


def renamed(names: dict):
    """Give sectors, by code, the name that another one had."""
    was = {s["code"]: s["name"] for s in plan()["sectors"]}

    def change(made):
        for sector in made["sectors"]:
            sector["name"] = was.get(names.get(sector["code"]), sector["name"])
    return change


@pytest.mark.parametrize("case", cases("""
    caso                                        | prima | adesso | chi | si chiama come | rilievo
    exchanged                                   |       |        | S1  | S3             | S1
                                                |       |        | S3  | S1             | S3
    one has a new code, the other its name      | S3    | S5     | S1  | S3             | S1
    one went into the other, which has its name | S3    | S1     | S1  | S3             |
    both have new codes                         | S3    | S5     |     |                |
                                                | S1    | S7     |     |                |
"""), ids=lambda case: next(iter(case))["caso"])
def test_a_sector_with_the_code_that_another_had_is_told(begun, campaign, case):
    codes = "\n".join(f"{row['prima']} | {row['adesso']}" for row in case if row["prima"])
    replanned(campaign, codes, said=codes, change=renamed({row["chi"]: row["si chiama come"] for row in case if row["chi"]}))
    for faults in (plan_faults(campaign, round_of(campaign, "final", "it"), "it"), loaded(campaign, "interim").findings):
        assert [f.sector for f in faults if f.code == "PLAN92"] == [row["rilievo"] for row in case if row["rilievo"]]
