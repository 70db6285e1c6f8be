"""A consolidation at every arrival, on a clock of the test's own."""

import pytest
import small_year

from perfxl.campaign import Campaign
from perfxl.ui import watch as stage
from perfxl.ui.cli import main
from perfxl.workflow.consolidate import consolidate as consolidate_round
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.running import CannotRun


class Clock:
    """Time that passes only when the watch rests; ``at``: what happens in the folder at each moment."""

    def __init__(self, **at):
        self.now, self.rests, self.at = 100.0, 0, at

    def __call__(self):
        return self.now

    def rest(self, seconds):
        self.rests += 1
        self.now += seconds
        assert self.rests < 50, "nothing happens any more"
        self.at.get(f"rest{self.rests}", lambda: None)()


@pytest.fixture
def campaign(tmp_path):
    made = Campaign(tmp_path / "campagna")
    new(made, small_year.plan()["year"], small_year.plan(), "it")
    issue(made, "interim", ["S1", "S3"], "it")
    return made


def test_now_and_at_every_arrival_when_the_folder_is_still(campaign):
    form = campaign.issued_form("interim", "S1").read_bytes()
    target = campaign.folder / "ricevute" / "interim" / "s1.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    clock = Clock(rest2=lambda: target.write_bytes(form[:1000]), rest3=lambda: target.write_bytes(form))
    runs = stage.watch(campaign, "interim", language="it", rest=clock.rest, clock=clock)
    assert next(runs).document["returned"] == [] and clock.rests == 0
    assert next(runs).document["returned"] == ["S1"]
    assert clock.now - 100 >= 3 * stage.EVERY + stage.STILL  # not while it was being copied


def test_a_file_taken_away_is_seen(campaign):
    target = campaign.folder / "ricevute" / "interim" / "s1.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(campaign.issued_form("interim", "S1").read_bytes())
    clock = Clock(rest1=target.unlink)
    runs = stage.watch(campaign, "interim", language="it", rest=clock.rest, clock=clock)
    assert [next(runs).document["returned"] for _ in range(2)] == [["S1"], []]


def test_what_cannot_be_done_does_not_end_the_watch(campaign):
    plan = campaign.plan.read_bytes()
    campaign.plan.write_bytes(b"half saved")
    other = campaign.folder / "ricevute" / "interim" / "nuovo.xlsx"

    def mend():
        campaign.plan.write_bytes(plan)
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_bytes(campaign.issued_form("interim", "S3").read_bytes())
    clock = Clock(rest1=mend)
    runs = stage.watch(campaign, "interim", language="it", rest=clock.rest, clock=clock)
    assert isinstance(next(runs), CannotRun)
    assert next(runs).document["returned"] == ["S3"]


def test_what_the_system_refuses_is_tried_again(campaign, monkeypatch):
    real, refused = consolidate_round, [PermissionError(13, "in use", "s1.xlsx")]

    def consolidate(*given):
        if refused:
            raise refused.pop()
        return real(*given)
    monkeypatch.setattr(stage, "consolidate", consolidate)
    clock = Clock()
    runs = stage.watch(campaign, "interim", language="it", rest=clock.rest, clock=clock)
    told = next(runs)
    assert isinstance(told, CannotRun) and "s1.xlsx" in str(told) and "il permesso è negato" in str(told)
    assert next(runs).document["missing"] and clock.now - 100 >= stage.PAUSE


def test_the_command_tells_each_run_and_ends_well_with_ctrl_c(campaign, monkeypatch, capsys):
    def watch(campaign, round, language):
        yield consolidate_round(campaign, round, language)
        yield CannotRun("il piano è a metà")
        (campaign.result(round, "~$consolidato.xlsx")).write_bytes(b"\x04Anna")
        yield consolidate_round(campaign, round, language)
        raise KeyboardInterrupt
    monkeypatch.setattr(stage, "watch", watch)
    assert main(["watch", str(campaign.folder), "--round", "interim"]) == 0
    said = capsys.readouterr()
    assert said.out.count("Ore ") == 2 and "Rilievi: " in said.out and "consolidato-nuovo.xlsx" in said.out
    assert "il piano è a metà" in said.err and "Anna" in said.err and "Ho smesso" in said.err
