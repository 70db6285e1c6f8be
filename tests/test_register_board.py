"""The board of a round and its approval."""

import hashlib
import json
import stat
from datetime import UTC, date, datetime

import pytest

from perfxl.campaign import Campaign
from perfxl.register import Altered, NotReady, Register, approvals, approve, baseline, board, board_table, verify
from perfxl.register.board import STATES
from perfxl.register.telling import board_summary
from perfxl.texts import area

SECTORS = {"S1": "Affari generali", "S2": "Personale", "S3": "Bilancio", "S4": "Scuola", "S9": "Senza obiettivi"}
PLAN = {"year": 2021, "rounds": [{"round": "interim", "deadline": "2021-10-15"}, {"round": "final"}],
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
        register.issued("interim", sector, 1, "0" * 16, "a" * 64)


def send(register, clock, day, sector, number=1, verdict="used", **more):
    clock.day = day
    content = f"{sector} {number}".encode()
    came = register.receive(content, "interim", f"ricevute/interim/{sector}-{number}.xlsx", **more)
    register.version("interim", sector, came.payload["sha256"], number, verdict)


def consolidated(campaign, findings=(), **more):
    path = campaign.result("interim")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"round": "interim", "content": PLAN, "findings": list(findings), **more}))


def rows(register, campaign, today=date(2021, 10, 20), round="interim"):
    return {r.sector: r for r in board(register, campaign, PLAN, round, today).rows}


def test_states_follow_what_was_issued_and_what_came(register, campaign, clock):
    issue(register, "S2", "S3", "S4")
    send(register, clock, date(2021, 10, 15), "S3")
    send(register, clock, date(2021, 10, 18), "S4")
    found = rows(register, campaign)
    assert {s: (r.state, r.late, r.expected) for s, r in found.items()} == {
        "S1": ("not_issued", 0, True), "S2": ("late", 5, True), "S3": ("received", 0, True),
        "S4": ("received_late", 3, True), "S9": ("not_issued", 0, False)}
    assert rows(register, campaign, date(2021, 10, 15))["S2"].state == "waiting"
    assert rows(register, campaign, date(2021, 10, 16))["S2"].late == 1


def test_a_round_without_a_deadline_makes_nobody_late(register, campaign):
    register.issued("final", "S1", 1, "0" * 16, "a" * 64)
    assert rows(register, campaign, date(2030, 1, 1), "final")["S1"].state == "waiting"


def test_versions_are_counted_and_the_first_decides_whether_it_was_late(register, campaign, clock):
    issue(register, "S1")
    send(register, clock, date(2021, 10, 14), "S1", 1, "superseded")
    send(register, clock, date(2021, 10, 19), "S1", 2)
    send(register, clock, date(2021, 10, 20), "S1", 3, "refused")
    row = rows(register, campaign)["S1"]
    assert (row.versions, row.received, row.late, row.state) == (2, "2021-10-19T12:00:00Z", 0, "received")
    assert (row.issue, row.issued) == (1, "2021-09-30T12:00:00Z")


def test_a_file_found_later_than_it_came_is_not_late(register, campaign, clock):
    issue(register, "S1")
    send(register, clock, date(2021, 10, 20), "S1", arrived="2021-10-15T10:00:00+02:00")
    assert rows(register, campaign)["S1"].state == "received"


def test_files_that_were_taken_away_or_refused_are_no_answer(register, campaign, clock):
    issue(register, "S1", "S2")
    send(register, clock, date(2021, 10, 10), "S1", 1, "refused")
    send(register, clock, date(2021, 10, 10), "S2")
    send(register, clock, date(2021, 10, 11), "S2", 1, "withdrawn")
    found = rows(register, campaign)
    assert [found[s].state for s in ("S1", "S2")] == ["late", "late"]


def test_open_findings_come_from_the_last_consolidated_document(register, campaign):
    consolidated(campaign, [{"severity": "error", "sector": "S1"}, {"severity": "note", "sector": "S1"},
                            {"severity": "error", "sector": "S1"}, {"severity": "warning"}, {"severity": "note", "sector": "ZZ"}])
    found = board(register, campaign, PLAN, "interim", date(2021, 10, 20))
    assert {r.sector: r.findings for r in found.rows}["S1"] == {"error": 2, "warning": 0, "note": 1}
    assert found.elsewhere == {"error": 0, "warning": 1, "note": 1}
    assert found.document()["totals"]["findings"] == {"error": 2, "warning": 1, "note": 2}


def test_open_questions_come_from_the_last_run_else_from_the_requests(register, campaign):
    assert rows(register, campaign)["S3"].questions == 1
    register.run("consolidate", "interim", "1", "2", {"error": 0, "warning": 0, "note": 0}, {"S1": 4})
    register.run("ask", "interim", "1", "2", {"error": 0, "warning": 0, "note": 0}, {"S2": 9})
    found = rows(register, campaign)
    assert [found[s].questions for s in ("S1", "S2", "S3")] == [4, 0, 0]


def test_a_broken_result_leaves_the_rest_of_the_board(register, campaign):
    issue(register, "S1")
    campaign.result("interim").parent.mkdir(parents=True)
    campaign.result("interim").write_text("{")
    assert rows(register, campaign)["S1"].state == "late"


def test_a_sector_no_longer_in_the_plan_is_still_shown(register, campaign):
    issue(register, "S7")
    row = rows(register, campaign)["S7"]
    assert (row.name, row.expected, row.state) == ("S7", False, "late")


def test_the_board_as_a_document(register, campaign, clock):
    issue(register, "S1", "S2")
    send(register, clock, date(2021, 10, 15), "S1")
    document = board(register, campaign, PLAN, "interim", date(2021, 10, 20)).document()
    assert json.loads(json.dumps(document)) == document
    assert document["totals"] == {"expected": 4, "issued": 2, "received": 1, "late": 1, "questions": 1,
                                  "findings": {"error": 0, "warning": 0, "note": 0}}
    assert document["sectors"][0] == {
        "sector": "S1", "name": "Affari generali", "expected": True, "state": "received", "issue": 1,
        "issued": "2021-09-30T12:00:00Z", "versions": 1, "received": "2021-10-15T12:00:00Z", "late": 0,
        "findings": {"error": 0, "warning": 0, "note": 0}, "questions": 0, "mail": "", "reminders": 0, "protocol": "",
        "deadline": "2021-10-15", "answered": [], "mailed": 0}


@pytest.mark.parametrize("language, expected", [
    ("it", ["S1 Affari generali", "ricevuta in ritardo", "n. 1, 30/09/2021", "", "1 (18/10/2021)", "3",
            "1", "", "", ""]),
    ("en", ["S1 Affari generali", "received late", "no. 1, 2021-09-30", "", "1 (2021-10-18)", "3",
            "1", "", "", ""])])
def test_the_board_as_a_table(register, campaign, clock, language, expected):
    issue(register, "S1")
    send(register, clock, date(2021, 10, 18), "S1")
    consolidated(campaign, [{"severity": "error", "sector": "S1"}])
    headings, table = board_table(board(register, campaign, PLAN, "interim", date(2021, 10, 20)), language)
    assert table[0] == expected and len(headings) == len(expected)
    assert [row[0][:2] for row in table] == ["S1", "S2", "S3", "S4"]  # S9 holds nothing and was sent nothing


def test_the_summary_says_deadline_totals_run_and_approval(register, campaign):
    told = board(register, campaign, PLAN, "interim", date(2021, 10, 20))
    assert len(board_summary(told, "it")) == 4 and "15/10/2021" in board_summary(told, "it")[1]
    consolidated(campaign, [{"severity": "warning"}])
    register.run("consolidate", "interim", "1", "2", {"error": 0, "warning": 1, "note": 0}, {})
    approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    told = board(register, campaign, PLAN, "interim", date(2021, 10, 20))
    assert len(board_summary(told, "en")) == 6 and ACT in board_summary(told, "en")[-1]
    assert told.document()["approval"]["act"] == ACT


def test_every_state_has_its_words():
    assert all(area("register")[f"state_{state}"][language] for state in STATES for language in ("it", "en"))


# Approval

def test_approving_freezes_the_consolidated_document(register, campaign, tmp_path):
    consolidated(campaign)
    approval = approve(register, campaign, "interim", f" {ACT} ", date(2021, 6, 30))
    frozen = tmp_path / "approvati" / "interim.json"
    assert frozen.read_bytes() == campaign.result("interim").read_bytes()
    assert not frozen.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert approval == approvals(register)["interim"]
    assert (approval.act, approval.date, approval.file) == (ACT, "2021-06-30", "approvati/interim.json")
    assert approval.digest == hashlib.sha256(frozen.read_bytes()).hexdigest()
    assert baseline(register, "interim") == json.loads(frozen.read_bytes())
    assert baseline(register, "final") is None and verify(tmp_path) == []


def test_approving_again_changes_nothing(register, campaign, tmp_path):
    consolidated(campaign)
    first = approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    before = (tmp_path / "approvati" / "interim.json").stat().st_mtime_ns
    assert approve(register, campaign, "interim", ACT, date(2021, 6, 30)) == first
    assert len(register.entries("approval")) == 1
    assert (tmp_path / "approvati" / "interim.json").stat().st_mtime_ns == before


def test_a_mended_act_is_recorded_beside_the_first(register, campaign):
    consolidated(campaign)
    approve(register, campaign, "interim", "DG n. 68", date(2021, 6, 30))
    approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    assert [e.payload["act"] for e in register.entries("approval")] == ["DG n. 68", ACT]
    assert approvals(register)["interim"].act == ACT


def test_another_document_is_not_approved_over_the_first(register, campaign, tmp_path):
    consolidated(campaign)
    approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    before = (tmp_path / "approvati" / "interim.json").read_bytes()
    consolidated(campaign, issued=["S1"])
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, "interim", "DG n. 99", date(2021, 7, 30))
    assert refused.value.key == "already_approved"
    assert ACT in refused.value.say("it") and "30/06/2021" in refused.value.say("it") and "2021-06-30" in refused.value.say("en")
    assert (tmp_path / "approvati" / "interim.json").read_bytes() == before
    assert len(register.entries("approval")) == 1


@pytest.mark.parametrize("content", [None, "{", "[]", '{"round": "final"}', "{}"])
def test_nothing_is_approved_without_a_usable_result(register, campaign, tmp_path, content):
    if content is not None:
        campaign.result("interim").parent.mkdir(parents=True)
        campaign.result("interim").write_text(content)
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    assert refused.value.key == "not_consolidated"
    assert not (tmp_path / "approvati").exists() and register.entries("approval") == []


def test_an_approval_needs_its_act(register, campaign):
    consolidated(campaign)
    with pytest.raises(NotReady) as refused:
        approve(register, campaign, "interim", "  ", date(2021, 6, 30))
    assert refused.value.key == "no_act"


def test_a_copy_that_nothing_speaks_of_is_replaced(register, campaign, tmp_path):
    """What a crash between the copy and its entry leaves."""
    frozen = tmp_path / "approvati" / "interim.json"
    frozen.parent.mkdir()
    frozen.write_text('{"round": "interim"}')
    frozen.chmod(0o444)
    assert verify(tmp_path) == []
    consolidated(campaign)
    approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    assert frozen.read_bytes() == campaign.result("interim").read_bytes() and verify(tmp_path) == []


@pytest.mark.parametrize("harm", [lambda p: p.unlink(), lambda p: (p.chmod(0o644), p.write_text("{}"))])
def test_an_approved_document_that_was_changed_is_found_and_not_used(register, campaign, tmp_path, harm):
    consolidated(campaign)
    approve(register, campaign, "interim", ACT, date(2021, 6, 30))
    harm(tmp_path / "approvati" / "interim.json")
    assert [(f.code, f.place.file, f.values["entry"]) for f in verify(tmp_path)] == [("REGI08", "approvati/interim.json", 2)]
    with pytest.raises(Altered) as refused:
        baseline(register, "interim")
    assert ACT in refused.value.say("en")
    approve(register, campaign, "interim", ACT, date(2021, 6, 30))  # the same document puts the copy back
    assert verify(tmp_path) == []
