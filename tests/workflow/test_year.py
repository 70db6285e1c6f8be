"""The year of a campaign: versions, conflicts and choices, approvals, the board, the log."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.readings import read as read_at
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.ui.cli import main
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.plan_workbook import plan_of


def send(campaign, name, change, sector="S1"):
    """Put a return of ``sector`` among the received files: as the demo's sector fills it in, then ``change``d."""
    form = campaign.issued_form("interim", sector).read_bytes()
    document = demo.returns("interim", {sector: read.read(form, "f").document})[sector]
    change({o["code"]: o for o in document["objectives"]})
    made, findings = fill.fill(form, document)
    assert findings == []
    documents.write_bytes(campaign.folder / "ricevute" / "interim" / name, made)


def percent(value):
    def change(objectives):
        objectives["S1.00001"]["holding"]["reading"]["percent"] = value
    return change


def as_is(objectives):
    pass


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def declared(campaign, code="S1.00001"):
    content = documents.load(campaign.result("interim"))["content"]
    objective = next(o for o in content["objectives"] if o["code"] == code)
    return read_at(objective["holders"][0]["holding"], "interim", "percent")


def shown_before(form: Path, code="S1.00001"):
    """The percentage that a form shows for ``code`` as the one last found by earlier rounds, a fraction."""
    number = 1 + [o["code"] for o in read.read(form.read_bytes(), "f").document["objectives"]].index(code)
    book = openpyxl.load_workbook(form)
    (sheet, cell), = book.defined_names[f"pxc{number:02d}_before"].destinations
    return book[sheet][cell].value


def test_parallel_copies_conflict_wait_and_are_resolved(campaign, capsys):
    send(campaign, "a.xlsx", percent(60))
    send(campaign, "b.xlsx", percent(55))
    send(campaign, "s8.xlsx", as_is, "S8")
    assert run(capsys, "consolidate", campaign.folder, "--round", "interim", "--json")[0] == 1
    document = documents.load(campaign.result("interim"))
    conflict = document["conflicts"][0]
    assert [(c["sector"], c["objective"]) for c in document["conflicts"]] == [("S1", "S1.00001")]
    assert {a["file"] for a in conflict["answers"]} == {"ricevute/interim/a.xlsx", "ricevute/interim/b.xlsx"}
    assert {s["verdict"] for s in document["sources"] if s["sector"] == "S1"} == {"merged"}
    assert declared(campaign) is None  # the issued value, blank, until somebody chooses
    code, out, _ = run(capsys, "resolve", campaign.folder, "--round", "interim")
    assert code == 1 and conflict["key"] in out and "60" in out and "55" in out
    number = 1 + next(k for k, a in enumerate(conflict["answers"]) if a["file"].endswith("a.xlsx"))
    assert run(capsys, "resolve", campaign.folder, "--round", "interim", "--key", conflict["key"], "--choice", number, "--by", "Controllore")[0] == 0
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert declared(campaign) == 60
    assert "conflicts" not in documents.load(campaign.result("interim"))
    send(campaign, "s8 bis.xlsx", lambda o: o["S8.00001"]["holding"]["reading"].update(note="visto"), "S8")
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert declared(campaign) == 60  # a newer return elsewhere does not touch the decision
    send(campaign, "c.xlsx", percent(58))
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert declared(campaign) is None  # the very cell changed: the choice is asked again


def test_a_value_of_ones_own_resolves_too_and_bad_choices_are_refused(campaign, capsys):
    send(campaign, "a.xlsx", percent(60))
    send(campaign, "b.xlsx", percent(55))
    arguments = ("resolve", campaign.folder, "--round", "interim")
    code, out, _ = run(capsys, *arguments)
    key = next(line.split()[1] for line in out.splitlines() if line.startswith("S1"))
    for bad in (("boh", "--choice", "1"), (key, "--choice", "7"), (key,), (key, "--value", "settanta")):
        code, _, err = run(capsys, *arguments, "--key", *bad)
        assert code == 2 and err.strip() and "Traceback" not in err
    assert run(capsys, *arguments, "--key", key, "--value", "57,5%")[0] == 0
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert str(declared(campaign)) == "57.5"


def test_a_later_and_fuller_version_stands_in_place_of_the_earlier(campaign, capsys):
    def half(objectives):
        for code, objective in objectives.items():
            if code > "S1.00002":
                objective["holding"].pop("reading", None)

    send(campaign, "prima.xlsx", half)
    send(campaign, "poi.xlsx", as_is)
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    document = documents.load(campaign.result("interim"))
    assert {s["file"]: s["verdict"] for s in document["sources"]} == {
        "ricevute/interim/poi.xlsx": "used", "ricevute/interim/prima.xlsx": "superseded"}
    assert "conflicts" not in document


def test_two_clerks_who_split_the_work_merge_without_a_conflict(campaign, capsys):
    def only(chosen):
        def change(objectives):
            issued_ = {o["code"]: o for o in issue.returns(demo.plan(), "interim")["S1"]["objectives"]}
            for code in objectives:
                if code not in chosen:
                    objectives[code].clear()
                    objectives[code].update(issued_[code])
        return change

    send(campaign, "anna.xlsx", only({"S1.00001", "S1.00002", "SG.00001"}))
    send(campaign, "bruno.xlsx", only({"S1.00003", "S1.00004", "S1.00005"}))
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    document = documents.load(campaign.result("interim"))
    assert "conflicts" not in document
    assert next(s["outcome"] for s in document["outcomes"]["interim"]["sectors"] if s["code"] == "S1") == "57.25"


def test_running_again_changes_neither_results_nor_log(campaign, capsys):
    send(campaign, "a.xlsx", as_is)
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    before = {p: p.read_bytes() for p in (campaign.folder / "risultati").rglob("*.*")}
    log = run(capsys, "log", campaign.folder)[1]
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    run(capsys, "issue", campaign.folder, "--round", "interim", "--sector", "S1", "S8")
    assert {p: p.read_bytes() for p in (campaign.folder / "risultati").rglob("*.*")} == before
    assert run(capsys, "log", campaign.folder)[1] == log
    assert run(capsys, "log", campaign.folder, "--verify")[0] == 0


def test_the_board_tells_who_is_expected_received_and_missing(campaign, capsys):
    send(campaign, "a.xlsx", as_is)
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    code, out, _ = run(capsys, "status", campaign.folder, "--round", "interim", "--json")
    rows = {r["sector"]: r for r in json.loads(out)["sectors"]}
    assert code == 0
    assert (rows["S1"]["versions"], rows["S8"]["versions"]) == (1, 0)


def test_an_approved_round_is_the_base_of_the_next_and_cannot_change(campaign, capsys):
    send(campaign, "a.xlsx", as_is)
    send(campaign, "s8.xlsx", as_is, "S8")
    approve = ("approve", campaign.folder, "--round", "interim", "--act", "DG n. 128 del 17/11/2021", "--date", "2021-11-17", "--anyway")
    assert run(capsys, *approve)[0] == 2
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert run(capsys, *approve)[0] == run(capsys, *approve)[0] == 0
    frozen = campaign.approved("interim").read_bytes()
    send(campaign, "a.xlsx", percent(10))
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert run(capsys, *approve)[0] == 2
    assert campaign.approved("interim").read_bytes() == frozen
    issue_forms(campaign, "final", ["S1"], "it")
    assert shown_before(campaign.issued_form("final", "S1")) == pytest.approx(0.6)
    campaign.approved("interim").chmod(0o644)
    campaign.approved("interim").write_bytes(frozen.replace(b'"57.25"', b'"99.25"'))
    assert run(capsys, "log", campaign.folder, "--verify")[0] == 1


def test_the_originals_are_kept_whatever_happens_to_the_received_files(campaign, capsys):
    send(campaign, "a.xlsx", as_is)
    (campaign.folder / "ricevute" / "interim" / "foto.jpg").write_bytes(b"\xff\xd8\xff non una scheda")
    received = {p.name: p.read_bytes() for p in campaign.received_files("interim")}
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    for path in campaign.received_files("interim"):
        path.unlink()
    archived = [p.read_bytes() for p in (campaign.folder / "archivio").rglob("*") if p.is_file()]
    assert all(archived.count(content) == 1 for content in received.values())  # beside the forms that were issued


def test_a_second_writer_gets_a_clear_message(campaign, capsys):
    hold = ("import sys, time; from pathlib import Path; from perfxl.campaign.register import Register\n"
            "with Register.open(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)")
    holder = subprocess.Popen([sys.executable, "-c", hold, str(campaign.folder)], stdout=subprocess.PIPE, text=True,
                              cwd=Path(__file__).parents[2])
    try:
        assert holder.stdout.readline().strip() == "held"
        code, _, err = run(capsys, "issue", campaign.folder, "--round", "interim")
        assert code == 2 and str(holder.pid) in err and "Traceback" not in err
    finally:
        holder.kill()
        holder.wait()


def test_what_the_controller_writes_in_the_result_holds_on_the_next_run(campaign, capsys):
    from review_sheet import Sheet, edited

    consolidate = ("consolidate", campaign.folder, "--round", "interim")
    send(campaign, "a.xlsx", percent(60))
    send(campaign, "b.xlsx", percent(55))
    run(capsys, *consolidate)
    conflict = documents.load(campaign.result("interim"))["conflicts"][0]
    result = campaign.result("interim", "consolidato.xlsx")
    number = 1 + next(k for k, a in enumerate(conflict["answers"]) if a["file"].endswith("a.xlsx"))

    def write(book):
        Sheet(book, "conflicts").put(f"S1|{conflict['key']}", choice=f"Risposta {number}")
        Sheet(book, "evaluations").put("interim|S1.00002|S1", choice="Rettificato", percent=0.4, reason="Visti i verbali", by="Nucleo")
        Sheet(book, "requests").put("", sector="S1", objective="S1.00004", question="Quanti pagamenti?")
        Sheet(book, "considerations").put("interim|S1", text="Buon avvio.")

    result.write_bytes(edited(write, result.read_bytes()))
    for _ in range(2):  # read once, and kept when the sheets are written anew
        run(capsys, *consolidate)
        document = documents.load(campaign.result("interim"))
        assert declared(campaign) == 60 and "conflicts" not in document
        told = {(o["objective"], o["sector"]): o for o in document["outcomes"]["interim"]["objectives"]}["S1.00002", "S1"]
        assert (told["declared"], told["evaluated"], told["value"], told["basis"]) == ("30.00", "40.00", "40.00", "evaluated")
        assert "Quanti pagamenti?" in [r["question"] for r in document["content"]["requests"]]
        assert {"sector": "S1", "round": "interim", "text": "Buon avvio."} in document["content"]["considerations"]
    assert "Visti i verbali" in run(capsys, "explain", campaign.folder, "S1.00002", "--round", "interim")[1]


def test_next_year_begins_from_the_last_one(campaign, capsys, tmp_path):
    send(campaign, "a.xlsx", as_is)
    assert run(capsys, "new", tmp_path / "d", "--after", campaign.folder)[0] == 2
    run(capsys, "consolidate", campaign.folder, "--round", "interim")
    assert run(capsys, "new", tmp_path / "d", "--after", campaign.folder, "--year", "2021")[0] == 2
    own = ("posta/sollecito.txt", "relazione-final.docx", "relazione-cittadini.docx", "scheda-final.xlsx")
    for name in own:
        documents.write_bytes(campaign.folder / "modelli" / name, b"the body's own")
    assert run(capsys, "new", tmp_path / "d", "--after", campaign.folder)[0] == 0
    there = tmp_path / "d" / "modelli"
    assert sorted(p.relative_to(there).as_posix() for p in there.rglob("*") if p.is_file()) == sorted(own)
    plan, findings = plan_of(Campaign(tmp_path / "d"), "it")
    assert plan["year"] == 2022
    carried = {o["code"]: o for o in plan["objectives"]}
    assert "S1.00003" not in carried  # annual
    assert carried["S1.00002"]["sheet"]["year_number"] == 2


def test_what_killed_runs_left_half_written_goes_away(campaign, capsys):
    left = [campaign.folder / name for name in ("..registro.lock.json.ab12cd_9", "emesse/interim/.S1.xlsx.ab12cd_9", "posta/interim/.a.eml.ab12cd_9",
                                                "ricevute/interim/.a.xlsx.ab12cd_9", "risultati/interim/.relazione.docx.ab12cd_9")]
    mine = campaign.folder / "ricevute" / "interim" / ".nascosto.xlsx"
    for path in (*left, mine):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    run(capsys, "issue", campaign.folder, "--round", "interim", "--sector", "S1")
    assert [p for p in left if p.exists()] == [] and mine.exists()
