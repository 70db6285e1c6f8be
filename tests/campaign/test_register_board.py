"""The board of a round and its approval."""

import hashlib
import json
import stat
from datetime import UTC, date, datetime

import pytest

from perfxl.campaign import Campaign
from perfxl.campaign.register import (
    Altered,
    NotReady,
    Refusal,
    Register,
    approvals,
    approve,
    baseline,
    board,
    board_table,
    current_document,
    log_lines,
    verify,
    withdraw,
    witness,
)
from perfxl.campaign.register.as_text import board_summary
from perfxl.campaign.register.board import STATES
from perfxl.model.texts import area

SECTORS = {"S1": "Affari generali", "S2": "Personale", "S3": "Bilancio", "S4": "Scuola", "S9": "Senza obiettivi"}
PLAN = {"year": 2021, "rounds": [{"id": "interim", "kind": "monitoring", "deadline": "2021-10-15"}, {"id": "final", "kind": "final"}],
        "sectors": [{"code": c, "name": n} for c, n in SECTORS.items()],
        "objectives": [{"code": f"{c}.00001", "holders": [{"sector": c}]} for c in ("S1", "S2", "S3")],
        "measures": [{"sector": "S4"}],
        "requests": [{"sector": "S3", "round": "interim", "question": "Perché?"},
                     {"sector": "S3", "round": "interim", "question": "Quando?", "answer": "Ieri"},
                     {"sector": "S3", "round": "final", "question": "Quanto?"}]}
ACT = "DG n. 86 del 30/06/2021"


class Clock:
    """A clock that stands at noon of the day it was set to."""

    def __init__(self):
        self.day = date(2021, 9, 30)

    def __call__(self):
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def register(tmp_path, clock):
    with Register.open(tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def campaign(tmp_path):
    return Campaign(tmp_path)


def issue(register, *sectors):
    for sector in sectors:
        register.record_form("interim", sector, 1, "0" * 16, "a" * 64)


def send(register, clock, day, sector, number=1, verdict="used", **more):
    clock.day = day
    content = f"{sector} {number}".encode()
    path = register.folder / "ricevute" / "interim" / f"{sector}-{number}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    came = register.receive(content, "interim", path.relative_to(register.folder).as_posix(), **more)
    register.record_version("interim", sector, sha256=came.payload["sha256"], number=number, verdict=verdict)


def consolidated(register, campaign, findings=(), questions=None, **more):
    """What a run leaves: its document, and its entry in the register."""
    path = campaign.result("interim")
    path.parent.mkdir(parents=True, exist_ok=True)
    answered = {**PLAN, "requests": [r for r in PLAN["requests"] if "answer" in r]}
    path.write_text(json.dumps({"round": "interim", "content": answered, "findings": list(findings), **more}))
    register.record_run("consolidate", "interim", inputs="1", results=hashlib.sha256(path.read_bytes()).hexdigest(),
                 findings={"error": 0, "warning": 0, "note": 0},
                 questions=questions or {})


def rows(register, campaign, today=date(2021, 10, 20), round="interim"):
    return {r.sector: r for r in board(register, campaign, plan=PLAN, round=round, today=today).rows}


def test_states_follow_what_was_issued_and_what_came(register, campaign, clock):
    issue(register, "S2", "S3", "S4")
    send(register, clock, date(2021, 10, 15), "S3")
    send(register, clock, date(2021, 10, 18), "S4")
    board_rows = rows(register, campaign)
    assert {s: (r.state, r.late, r.expected) for s, r in board_rows.items()} == {
        "S1": ("not_issued", 0, True), "S2": ("late", 5, True), "S3": ("received", 0, True),
        "S4": ("received_late", 3, True), "S9": ("not_issued", 0, False)}
    assert rows(register, campaign, date(2021, 10, 15))["S2"].state == "waiting"
    assert rows(register, campaign, date(2021, 10, 16))["S2"].late == 1


def test_a_round_without_a_deadline_makes_nobody_late(register, campaign):
    register.record_form("final", "S1", 1, "0" * 16, "a" * 64)
    assert rows(register, campaign, date(2030, 1, 1), "final")["S1"].state == "waiting"


def test_a_file_that_was_deleted_counts_no_more_and_one_that_was_renamed_does(register, campaign, clock):
    issue(register, "S2", "S3")
    send(register, clock, date(2021, 10, 14), "S2")
    send(register, clock, date(2021, 10, 14), "S3")
    folder = campaign.folder / "ricevute" / "interim"
    (folder / "S2-1.xlsx").unlink()
    (folder / "S3-1.xlsx").rename(folder / "altro nome.xlsx")
    board_rows = rows(register, campaign, date(2021, 10, 15))
    assert {s: (r.state, r.versions) for s, r in board_rows.items() if r.issue} == {"S2": ("waiting", 0), "S3": ("received", 1)}


def test_versions_are_counted_and_the_first_decides_whether_it_was_late(register, campaign, clock):
    issue(register, "S1")
    send(register, clock, day=date(2021, 10, 14), sector="S1", number=1, verdict="superseded")
    send(register, clock, day=date(2021, 10, 19), sector="S1", number=2)
    send(register, clock, day=date(2021, 10, 20), sector="S1", number=3, verdict="refused")
    row = rows(register, campaign)["S1"]
    assert (row.versions, row.received, row.late, row.state) == (2, "2021-10-19T12:00:00Z", 0, "received")
    assert (row.issue, row.issued) == (1, "2021-09-30T12:00:00Z")


def test_a_file_found_later_than_it_came_is_not_late(register, campaign, clock):
    issue(register, "S1")
    send(register, clock, date(2021, 10, 20), "S1", arrived="2021-10-15T10:00:00+02:00")
    assert rows(register, campaign)["S1"].state == "received"


def test_files_that_were_taken_away_or_refused_are_no_answer(register, campaign, clock):
    issue(register, "S1", "S2")
    send(register, clock, day=date(2021, 10, 10), sector="S1", number=1, verdict="refused")
    send(register, clock, date(2021, 10, 10), "S2")
    send(register, clock, day=date(2021, 10, 11), sector="S2", number=1, verdict="withdrawn")
    board_rows = rows(register, campaign)
    assert [board_rows[s].state for s in ("S1", "S2")] == ["late", "late"]


def test_open_findings_come_from_the_last_consolidated_document(register, campaign):
    consolidated(register, campaign, [{"severity": "error", "sector": "S1"}, {"severity": "note", "sector": "S1"},
                            {"severity": "error", "sector": "S1"}, {"severity": "warning"}, {"severity": "note", "sector": "ZZ"}])
    status = board(register, campaign, plan=PLAN, round="interim", today=date(2021, 10, 20))
    assert {r.sector: r.findings for r in status.rows}["S1"] == {"error": 2, "warning": 0, "note": 1}
    assert status.elsewhere == {"error": 0, "warning": 1, "note": 1}
    assert status.document()["totals"]["findings"] == {"error": 2, "warning": 1, "note": 2}


def test_open_questions_come_from_the_last_run_else_from_the_requests(register, campaign):
    assert rows(register, campaign)["S3"].questions == 1
    consolidated(register, campaign, questions={"S1": 4})
    register.record_run("ask", "interim", "1", "2", {"error": 0, "warning": 0, "note": 0}, {"S2": 9})
    board_rows = rows(register, campaign)
    assert [board_rows[s].questions for s in ("S1", "S2", "S3")] == [4, 0, 0]


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", "[" * 5000])
def test_the_board_does_not_take_its_findings_from_a_result_that_no_run_wrote(register, campaign, content):
    issue(register, "S1")
    consolidated(register, campaign)
    campaign.result("interim").unlink() if content is None else campaign.result("interim").write_text(content)
    with pytest.raises(Altered) as refused:
        rows(register, campaign)
    assert "perfxl consolidate" in refused.value.say("it") and str(campaign.result("interim")) in refused.value.say("en")


def test_a_sector_no_longer_in_the_plan_is_still_shown(register, campaign):
    issue(register, "S7")
    row = rows(register, campaign)["S7"]
    assert (row.name, row.expected, row.state) == ("S7", False, "late")


def test_the_board_as_a_document(register, campaign, clock):
    issue(register, "S1", "S2")
    send(register, clock, date(2021, 10, 15), "S1")
    document = board(register, campaign, plan=PLAN, round="interim", today=date(2021, 10, 20)).document()
    assert json.loads(json.dumps(document)) == document
    assert document["totals"] == {"expected": 4, "issued": 2, "received": 1, "late": 1, "questions": 1, "drafts": 0,
                                  "findings": {"error": 0, "warning": 0, "note": 0}}
    assert document["sectors"][0] == {
        "sector": "S1", "name": "Affari generali", "expected": True, "state": "received", "issue": 1,
        "issued": "2021-09-30T12:00:00Z", "versions": 1, "received": "2021-10-15T12:00:00Z", "late": 0,
        "findings": {"error": 0, "warning": 0, "note": 0}, "questions": 0, "mail": "", "reminders": 0, "protocol": "",
        "deadline": "2021-10-15", "answered": [], "mailed": 0, "drafts": 0}


@pytest.mark.parametrize("language, expected", [
    ("it", ["S1 Affari generali", "ricevuta in ritardo", "n. 1, 30/09/2021", "", "1 (18/10/2021)", "3",
            "1", "", "", ""]),
    ("en", ["S1 Affari generali", "received late", "no. 1, 2021-09-30", "", "1 (2021-10-18)", "3",
            "1", "", "", ""])])
def test_the_board_as_a_table(register, campaign, clock, language, expected):
    issue(register, "S1")
    send(register, clock, date(2021, 10, 18), "S1")
    consolidated(register, campaign, [{"severity": "error", "sector": "S1"}])
    headings, table = board_table(board(register, campaign, plan=PLAN, round="interim", today=date(2021, 10, 20)), language)
    assert table[0] == expected and len(headings) == len(expected)
    assert [row[0][:2] for row in table] == ["S1", "S2", "S3", "S4"]  # S9 holds nothing and was sent nothing


def test_the_summary_says_deadline_totals_run_and_approval(register, campaign):
    status = board(register, campaign, plan=PLAN, round="interim", today=date(2021, 10, 20))
    assert len(board_summary(status, "it")) == 4 and "15/10/2021" in board_summary(status, "it")[1]
    consolidated(register, campaign, [{"severity": "warning"}])
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    status = board(register, campaign, plan=PLAN, round="interim", today=date(2021, 10, 20))
    assert len(board_summary(status, "en")) == 6 and ACT in board_summary(status, "en")[-1]
    assert status.document()["approval"]["act"] == ACT


def test_every_state_has_its_words():
    assert all(area("register")[f"state_{state}"][language] for state in STATES for language in ("it", "en"))


# Approval

def test_approving_freezes_the_consolidated_document(register, campaign, tmp_path):
    consolidated(register, campaign)
    approval = approve(register, campaign, round="interim", act=f" {ACT} ", date=date(2021, 6, 30))
    frozen = tmp_path / "approvati" / "interim.json"
    assert frozen.read_bytes() == campaign.result("interim").read_bytes()
    assert not frozen.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert approval == approvals(register)["interim"]
    assert (approval.act, approval.date, approval.file) == (ACT, "2021-06-30", "approvati/interim.json")
    assert approval.digest == hashlib.sha256(frozen.read_bytes()).hexdigest()
    assert baseline(register, "interim") == json.loads(frozen.read_bytes())
    assert baseline(register, "final") is None and verify(tmp_path) == []


def test_approving_again_changes_nothing(register, campaign, tmp_path):
    consolidated(register, campaign)
    first = approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    before = (tmp_path / "approvati" / "interim.json").stat().st_mtime_ns
    assert approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30)) == first
    assert len(register.entries("approval")) == 1
    assert (tmp_path / "approvati" / "interim.json").stat().st_mtime_ns == before


def test_a_second_act_is_a_correction_that_is_asked_for_and_names_the_first(register, campaign):
    consolidated(register, campaign)
    approve(register, campaign, round="interim", act="DG n. 68", date=date(2021, 6, 30))
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    assert refused.value.key == "second_act" and all(word in refused.value.say("it") for word in ("DG n. 68", "30/06/2021", ACT, "--correct"))
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30), correct=True)
    assert [e.payload["act"] for e in register.entries("approval")] == ["DG n. 68", ACT]
    assert register.entries("approval")[1].payload["corrects"]["act"] == "DG n. 68" and approvals(register)["interim"].act == ACT
    assert "rettifica DG n. 68 del 30/06/2021" in "\n".join(log_lines(register, "it"))


def test_a_correction_may_be_of_another_document_and_both_are_kept(register, campaign, tmp_path):
    consolidated(register, campaign)
    first = approve(register, campaign, round="interim", act="DG n. 68", date=date(2021, 6, 30))
    before = (tmp_path / "approvati" / "interim.json").read_bytes()
    consolidated(register, campaign, issued=["S1"])
    second = approve(register, campaign, round="interim", act=ACT, date=date(2021, 7, 30), correct=True)
    assert first.digest != second.digest and baseline(register, "interim")["issued"] == ["S1"]
    assert register.store.get(first.digest) == before and verify(tmp_path) == []


def test_there_must_be_an_act_to_correct(register, campaign):
    consolidated(register, campaign)
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30), correct=True)
    assert refused.value.key == "nothing_to_correct"


def test_an_approval_is_withdrawn_for_a_reason_and_leaves_the_round_as_it_was_consolidated_last(register, campaign, tmp_path):
    consolidated(register, campaign)
    approval = approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    frozen = (tmp_path / "approvati" / "interim.json").read_bytes()
    consolidated(register, campaign, issued=["S1"])
    assert "issued" not in current_document(register, campaign, "interim")
    with pytest.raises(NotReady) as refused:
        withdraw(register, "interim", " ")
    assert refused.value.key == "no_reason"
    withdraw(register, "interim", "Errore nel conteggio di S3")
    assert approvals(register) == {} and baseline(register, "interim") is None
    assert current_document(register, campaign, "interim")["issued"] == ["S1"] and not (tmp_path / "approvati" / "interim.json").exists()
    assert register.store.get(approval.digest) == frozen and verify(tmp_path) == []
    assert "Errore nel conteggio di S3" in "\n".join(log_lines(register, "it"))
    with pytest.raises(NotReady) as refused:
        withdraw(register, "interim", "di nuovo")
    assert refused.value.key == "not_approved"
    for _ in range(2):
        approve(register, campaign, round="interim", act="DG n. 99", date=date(2021, 7, 30))
        assert approvals(register)["interim"].act == "DG n. 99"
        withdraw(register, "interim", "Errore nel conteggio di S3")
        assert approvals(register) == {}, "the same act approves again, the same reason withdraws again"


def test_what_is_open_stops_an_approval_unless_it_is_told_to_go_on(register, campaign, tmp_path):
    consolidated(register, campaign, [{"severity": "error"}, {"severity": "note"}], missing=["S2", "S4"], content=PLAN, conflicts=[{}])
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    assert refused.value.key == "approve_open" and not (tmp_path / "approvati").exists()
    assert all(words in refused.value.say("it") for words in ("errori: 1", "S2, S4", "richieste senza risposta: 1", "conflitti da decidere: 1"))
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30), anyway=True)
    assert register.entries("approval")[0].payload["open"] == {"errors": 1, "missing": ["S2", "S4"], "questions": 1, "conflicts": 1}
    assert "con ancora: errori: 1" in "\n".join(log_lines(register, "it"))


def test_another_document_is_not_approved_over_the_first(register, campaign, tmp_path):
    consolidated(register, campaign)
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    before = (tmp_path / "approvati" / "interim.json").read_bytes()
    consolidated(register, campaign, issued=["S1"])
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    assert refused.value.key == "already_approved"
    assert all(refused.value.say(language).count("30/06/2021") == 1 and ACT in refused.value.say(language) for language in ("it", "en"))
    assert (tmp_path / "approvati" / "interim.json").read_bytes() == before
    assert len(register.entries("approval")) == 1


@pytest.mark.parametrize("content", [None, "{", "[]", '{"round": "final"}', "{}", "[" * 5000])
@pytest.mark.parametrize("recorded", [True, False])
def test_nothing_is_approved_without_a_usable_result(register, campaign, tmp_path, content, recorded):
    if content is not None:
        campaign.result("interim").parent.mkdir(parents=True)
        campaign.result("interim").write_text(content)
        if recorded:
            register.record_run("consolidate", "interim", "1", hashlib.sha256(content.encode()).hexdigest(), {}, {})
    with pytest.raises(Refusal) as refused:
        approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    assert refused.value.key == ("not_consolidated" if content is None else "result_altered")
    assert not (tmp_path / "approvati").exists() and register.entries("approval") == []


def test_an_approval_needs_its_act(register, campaign):
    consolidated(register, campaign)
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, round="interim", act="  ", date=date(2021, 6, 30))
    assert refused.value.key == "no_act"


def test_a_copy_that_nothing_speaks_of_is_replaced(register, campaign, tmp_path):
    """What a crash between the copy and its entry leaves; without the note of it, it is nobody's."""
    frozen = tmp_path / "approvati" / "interim.json"
    frozen.parent.mkdir()
    consolidated(register, campaign)
    frozen.write_bytes(campaign.result("interim").read_bytes())
    frozen.chmod(0o444)
    assert [f.code for f in verify(tmp_path)] == ["REGI13"]
    register.announce_results(witness.approval("interim"), hashlib.sha256(frozen.read_bytes()).hexdigest())
    assert verify(tmp_path) == []
    consolidated(register, campaign, issued=["S1"])
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    assert frozen.read_bytes() == campaign.result("interim").read_bytes() and verify(tmp_path) == []


@pytest.mark.parametrize("harm", [lambda p: p.unlink(), lambda p: (p.chmod(0o644), p.write_text("{}"))])
def test_an_approved_document_that_was_changed_is_found_and_not_used(register, campaign, tmp_path, harm):
    consolidated(register, campaign)
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))
    harm(tmp_path / "approvati" / "interim.json")
    assert [(f.code, f.place.file, f.values["entry"]) for f in verify(tmp_path)] == [("REGI08", "approvati/interim.json", 3)]
    with pytest.raises(Altered) as refused:
        baseline(register, "interim")
    assert ACT in refused.value.say("en")
    with pytest.raises(Altered):
        current_document(register, campaign, "interim")
    consolidated(register, campaign, issued=["S1"])
    approve(register, campaign, round="interim", act=ACT, date=date(2021, 6, 30))  # the same act puts the copy back from the archive
    assert verify(tmp_path) == [] and "issued" not in baseline(register, "interim")


@pytest.mark.parametrize("act, it, en", [
    ("DG n. 50", "DG n. 50 del 30/04/2021", "DG n. 50 of 2021-04-30"), ("DG n. 50/2021", "DG n. 50/2021 del 30/04/2021", "DG n. 50/2021 of 2021-04-30"),
    *((act, act, act) for act in ("DG n. 50 del 30/04/2021", "DG n. 50 del 30.4.2021", "Delibera 50 del 30 aprile 2021", "Delibera 50 del 1° aprile 2021",
                                  "Determinazione 50 of 2021-04-30", "DG 50, 30-04-2021"))])
def test_an_act_is_told_with_its_day_once(act, it, en):
    from perfxl.campaign.register.words import act_of

    assert (act_of(act, "2021-04-30", "it"), act_of(act, "2021-04-30", "en"), act_of(act, "", "it")) == (it, en, act)
