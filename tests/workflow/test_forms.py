"""Forms made in several processes are those made here, to the byte."""

import os
import sys
from pathlib import Path

import pytest
import small_year

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model import process_copy
from perfxl.workflow import forms as making
from perfxl.workflow import issued_documents, plan_workbook, register_updates
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.running import CannotRun


@pytest.fixture
def campaign(tmp_path):
    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, small_year.plan(), "it")
    return campaign


def issued(campaign: Campaign) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in issue(campaign, "interim", (), "it").paths}


def where(document: dict, how) -> bytes:
    """Stands for what makes a form: says in which process."""
    return str(os.getpid()).encode()


def fails(document: dict, how) -> bytes:
    raise OSError("no room")


def test_forms_made_elsewhere_are_the_same(campaign, monkeypatch):
    here = issued(campaign)
    monkeypatch.setattr(making, "FEW", 1)
    assert issued(campaign) == here and len(here) == len(small_year.SECTORS)


def test_what_was_issued_is_read_elsewhere_as_it_is_here(campaign, monkeypatch):
    issued(campaign)
    prefilled = {s: {"identity": {"digest": "of a plan that changed since"}} for s in small_year.SECTORS}
    with Register.open(campaign.folder) as register:
        here = register_updates.as_issued(register, campaign, "interim", prefilled)
        campaign.issued_form("interim", small_year.SECTORS[0]).unlink()
        monkeypatch.setattr(issued_documents, "FEW", 1)
        assert register_updates.as_issued(register, campaign, "interim", prefilled) == here
        monkeypatch.setattr(issued_documents.work, "each", lambda given, *_: [issued_documents.work.ReaderFailed("WORK03") for _ in given])
        assert register_updates.as_issued(register, campaign, "interim", prefilled) == here
    assert len(here) == len(small_year.SECTORS) and all(document["schema"] for document in here.values())


def test_many_forms_are_made_in_other_processes(campaign, monkeypatch):
    monkeypatch.setattr(making, "FEW", 1)
    monkeypatch.setattr(making, "made_form", where)
    made = list(making.forms(campaign, [{}, {}, {}], making.Making({}, "interim"), "it"))
    assert made[0] == str(os.getpid()).encode() and made[0] not in made[1:]


def test_a_form_that_a_process_cannot_make_is_made_here(campaign, monkeypatch):
    monkeypatch.setattr(making, "FEW", 1)
    monkeypatch.setattr(making, "made_form", fails)
    monkeypatch.setattr(making, "_form", lambda campaign, document, how, language: b"here")
    assert list(making.forms(campaign, [{}, {}], making.Making({}, "interim"), "it")) == [b"here"] * 2


def test_a_master_that_cannot_be_used_is_told_before_any_process_starts(campaign, monkeypatch):
    monkeypatch.setattr(making, "FEW", 1)
    monkeypatch.setattr(making.work, "each", lambda *given: pytest.fail("processes were started"))
    master = campaign.master("monitoring")
    master.parent.mkdir(parents=True, exist_ok=True)
    master.write_bytes(b"no workbook")
    with pytest.raises(CannotRun, match=Path(master).name):
        issue(campaign, "interim", (), "it")


def test_what_a_copy_finds_wrong_with_the_plan_meanwhile_is_what_is_found_here(tmp_path, monkeypatch):
    content = small_year.plan()
    content["objectives"][0]["holders"][0]["holding"]["weight"] += 5  # PLAN70: its sector's weights come to more than 100
    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, content, "it")
    issue(campaign, "interim", (), "it")  # sheets that come up then are in sight from then on
    here = issue(campaign, "interim", (), "it").findings
    copied, copies = [], process_copy.copied_process
    monkeypatch.setattr(process_copy, "copied_process", lambda work: copied.append(work) or copies(work))
    monkeypatch.setattr(process_copy, "possible", lambda: True)
    monkeypatch.setattr(sys.modules[issue.__module__], "FEW", 1)
    assert issue(campaign, "interim", (), "it").findings == here and len(here) and len(copied) == 1


def test_what_was_looked_for_in_a_plan_that_changed_since_is_looked_for_again(campaign, monkeypatch):
    before = plan_workbook.waiting_sheets(campaign, "monitoring")
    assert before.sight and before.sight.shown  # sheets that come up at a monitoring
    assert plan_workbook.show_waiting_sheets(campaign, "monitoring", known=before).sheets
    assert not plan_workbook.show_waiting_sheets(campaign, "monitoring", known=before).sheets  # they are in sight by now
