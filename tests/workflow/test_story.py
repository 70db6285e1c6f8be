"""One year from beginning to end, as the controller and the sectors live it, with the printed totals of the real one.

The plan is filled in by the sectors and approved; at the interim one objective replaces another, a phase is added, two
clerks send competing copies, questions are asked and answered; at the final an outcome is overridden.
"""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest
from looked_at import sheet_of
from review_sheet import Sheet, write

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.demo.play import send_back
from perfxl.model import documents
from perfxl.model.readings import reading
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.ui.cli import main
from perfxl.workflow.new import new

YEAR = {s["sector"]: s for s in json.loads((Path(__file__).parents[1] / "data" / "year-2021.json").read_text())}
#: What the controller decides of an objective; the rest is filled in by the sector that leads it.
DECIDED = ("title", "strategic_lines", "priority", "year_number", "year_count")
ADDED = "S3.00012"


def skeleton(*, added: bool) -> dict:
    """The plan as the controller begins it: who holds which objective, and its title; without what came during the year."""
    document = deepcopy(demo.plan())
    for part in ("requests", "evaluations", "considerations"):
        del document[part]
    document["objectives"] = [o for o in document["objectives"] if added or o["code"] != ADDED]
    for objective in document["objectives"]:
        objective["sheet"] = {k: objective["sheet"][k] for k in DECIDED if k in objective["sheet"]}
        if objective["code"] != ADDED:
            for holder in objective["holders"]:
                holder.pop("holding", None)
    return document


class Year:
    """The campaign being lived."""

    def __init__(self, folder: Path):
        self.campaign = Campaign(folder)

    def command(self, name: str, *arguments: str) -> int:
        code = main([name, str(self.campaign.folder), *arguments])
        assert code in (0, 1), (name, arguments)
        return code

    def receive(self, round: str, name: str, form: bytes, document: dict) -> None:
        filled, findings = fill.fill(form, document)
        assert findings == []
        documents.write_bytes(self.campaign.folder / "ricevute" / round / name, filled)

    def form(self, round: str, sector: str) -> tuple[bytes, dict]:
        made = self.campaign.issued_form(round, sector).read_bytes()
        return made, read.read(made, "f").document

    def document(self, round: str) -> dict:
        return documents.load(self.campaign.result(round))

    def totals(self, round: str) -> dict[str, str]:
        """The outcomes of the sectors that count."""
        found = self.document(round)["outcomes"][round]["sectors"]
        return {s["code"]: s["outcome"] for s in found if s["outcome"] is not None}


def printed(round: str) -> dict[str, str]:
    """The totals that were printed."""
    return {s: f"{Decimal(str(YEAR[s][round])):.2f}" for s in YEAR if s != "SG"}


def of(document: dict, code: str) -> dict:
    return next(o for o in document["objectives"] if o["code"] == code)


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Year:
    """The year after its first round: the sectors filled in the plan, and it was approved."""
    year = Year(tmp_path_factory.mktemp("story") / "c")
    new(year.campaign, 2021, skeleton(added=False), "it")
    year.command("issue", "--round", "plan")
    whole = {o["code"]: o for o in demo.plan()["objectives"]}
    wanted = issue.returns({**demo.plan(), "objectives": [o for o in whole.values() if o["code"] != ADDED]}, "plan")
    for sector in year.campaign.issued_sectors("plan"):
        form, blank = year.form("plan", sector)
        told = wanted[sector]["objectives"]
        for n, objective in enumerate(told):
            if objective["role"] != "lead":  # who does not lead an objective only reads what it is
                told[n] = {**objective, "sheet": of(blank, objective["code"])["sheet"]}
        year.receive("plan", f"{sector}.xlsx", form, wanted[sector])
    assert year.command("consolidate", "--round", "plan") == 0
    year.command("approve", "--round", "plan", "--act", "Giunta n. 58 del 30/06/2021", "--date", "2021-06-30", "--anyway")
    return year


@pytest.fixture(scope="module")
def interim(year) -> Year:
    """The year after its interim round."""
    documents.write_bytes(year.campaign.plan, write_plan(skeleton(added=True) | {"objectives": _with_added()}, "it"))
    year.command("issue", "--round", "interim")
    send_back(year.campaign, "interim", "it")
    _two_clerks(year)
    _a_slip(year)
    assert year.command("consolidate", "--round", "interim") == 1
    (conflict,) = year.document("interim")["conflicts"]
    write(year.campaign.result("interim", "consolidato.xlsx"), _ask_and_choose(conflict))
    year.command("ask", "--round", "interim")
    form = year.campaign.request_form("interim", "S8", 1).read_bytes()
    answer = read.read(form, "f").document
    answer["requests"][0]["answer"] = "È un errore di battitura: l’esito è 60%."
    answer["objectives"][0]["holding"]["reading"]["percent"] = 60
    year.receive("interim", "risposta.xlsx", form, answer)
    year.command("consolidate", "--round", "interim")
    year.command("approve", "--round", "interim", "--act", "Giunta n. 97 del 10/11/2021", "--date", "2021-11-10", "--anyway")
    return year


def _with_added() -> list[dict]:
    """The objectives of the plan with the one that replaces another, told in full: no plan round will fill it in."""
    return [o if o["code"] != ADDED else of(demo.plan(), ADDED) for o in skeleton(added=True)["objectives"]]


def _two_clerks(year: Year) -> None:
    """S1 comes back twice: each clerk filled in some of the objectives, and both the first one, differently."""
    form, blank = year.form("interim", "S1")
    done = demo.returns("interim", {"S1": blank})["S1"]
    for path in year.campaign.received_files("interim"):
        if read.read(path.read_bytes(), "f").identity.sector == "S1":
            path.unlink()
    for name, mine in (("S1 Rossi.xlsx", (0, 1, 2)), ("S1 Bianchi.xlsx", (0, 3, 4, 5))):
        told = {**done, "objectives": [done["objectives"][n] if n in mine else o for n, o in enumerate(blank["objectives"])]}
        told = deepcopy(told)
        if "Rossi" in name:
            told["objectives"][0]["holding"]["reading"]["percent"] = 40
        year.receive("interim", name, form, told)


def _a_slip(year: Year) -> None:
    """S8 types 6 for 60."""
    path = next(p for p in year.campaign.received_files("interim") if read.read(p.read_bytes(), "f").identity.sector == "S8")
    told = read.read(path.read_bytes(), "f").document
    of(told, "S8.00001")["holding"]["reading"]["percent"] = 6
    documents.write_bytes(path, fill.fill(path.read_bytes(), told)[0])


def _ask_and_choose(conflict: dict):
    right = next(n for n, a in enumerate(conflict["answers"], 1) if "Bianchi" in a["file"])

    def edit(book):
        Sheet(book, "requests").add(sector="S8", objective="S8.00001", question="L’esito è davvero del 6%?", reopen="Sì")
        Sheet(book, "conflicts").put(f"S1|{conflict['key']}", choice=f"Risposta {right}")
    return edit


@pytest.fixture(scope="module")
def final(interim) -> Year:
    """The year at its end."""
    year = interim
    year.command("issue", "--round", "final")
    send_back(year.campaign, "final", "it")
    path = next(p for p in year.campaign.received_files("final") if read.read(p.read_bytes(), "f").identity.sector == "S2")
    told = read.read(path.read_bytes(), "f").document
    of(told, "S2.00001")["holding"]["reading"]["percent"] = 99
    documents.write_bytes(path, fill.fill(path.read_bytes(), told)[0])
    year.command("consolidate", "--round", "final")
    assert year.totals("final") != printed("final")
    write(year.campaign.result("final", "consolidato.xlsx"), lambda book: Sheet(book, "evaluations").put(
        "final|S2.00001|S2", choice="Rettificato", percent=0.9, reason="Le fasi svolte e gli indicatori valgono 90.", by="Nucleo"))
    year.command("consolidate", "--round", "final")
    return year


def test_the_plan_that_the_sectors_filled_in_is_the_one_approved(year):
    assert year.document("plan")["findings"] == []
    approved = documents.load(year.campaign.approved("plan"))["content"]
    whole = {o["code"]: o for o in demo.plan()["objectives"]}
    assert {o["code"]: o["sheet"] for o in approved["objectives"]} == {c: o["sheet"] for c, o in whole.items() if c != ADDED}


def test_the_interim_totals_are_the_printed_ones(interim):
    found = interim.document("interim")
    assert interim.totals("interim") == printed("interim")
    assert "conflicts" not in found and found["missing"] == []


def test_what_two_clerks_sent_is_all_there(interim):
    found = interim.document("interim")
    assert {s["verdict"] for s in found["sources"] if s["sector"] == "S1"} == {"merged"}
    told = {reading(h["holding"], "interim")["percent"] for o in found["content"]["objectives"] for h in o["holders"] if h["sector"] == "S1"}
    rows = next(s for s in json.loads((Path(__file__).parents[1] / "data" / "year-2021.json").read_text()) if s["sector"] == "S1")["rows"]
    assert told == {row[4] for row in rows}


def test_the_changes_of_the_year_are_told(interim):
    changes = interim.document("interim")["changes"]
    assert {c["objective"] for c in changes} >= {"S3.00009", ADDED, "S9.00004", "S8.00001", "S1.00004"}
    book = interim.campaign.result("interim", "consolidato.xlsx")
    rows = ["  ".join(str(c) for c in row if c) for row in sheet_of(book, "Modifiche").iter_rows(values_only=True)]
    assert any("S9.00004" in r and "3-bis" in r for r in rows) and any("S3.00009" in r and ADDED in r for r in rows)


def test_the_question_and_its_answer_stay(final):
    for round in ("interim", "final"):
        (request,) = final.document(round)["content"]["requests"]
        assert (request["sector"], request["answer"]) == ("S8", "È un errore di battitura: l’esito è 60%.")


def test_the_final_totals_are_the_printed_ones_under_the_outcome_in_force(final, capsys):
    assert final.totals("final") == printed("final")
    found = final.document("final")
    objective = of(found["content"], "S2.00001")
    assert reading(objective["holders"][0]["holding"], "final")["percent"] == 99
    assert [(e["percent"], e["by"]) for e in found["content"]["evaluations"]] == [(90, "Nucleo")]
    assert main(["explain", str(final.campaign.folder), "S2.00001", "--round", "final"]) == 0
    said = capsys.readouterr().out
    assert "90" in said and "99" in said and "Le fasi svolte e gli indicatori valgono 90." in said


def test_the_register_holds_all_of_it(final, capsys):
    assert main(["log", str(final.campaign.folder), "--verify"]) == 0
    capsys.readouterr()
    main(["log", str(final.campaign.folder)])
    said = capsys.readouterr().out
    assert "Giunta n. 58" in said and "Giunta n. 97" in said and "richieste" in said
    before = {p: p.read_bytes() for p in final.campaign.folder.rglob("*") if p.is_file() and "registro" not in p.name}
    final.command("consolidate", "--round", "final")
    assert {p: p.read_bytes() for p in before} == before
