"""A stage killed at any moment leaves a campaign that the next run completes to the same bytes.

The suite kills a few times; for many: PERFXL_KILLS=200 PERFXL_KILL_SEED=7 pytest tests/workflow/test_kill.py
"""

import os
import random
import shutil
import signal
import time

import pytest
import small_year
from review_sheet import Sheet, write
from warm import warm  # noqa: F401 - a fixture

from perfxl.campaign import Campaign
from perfxl.demo.play import send_back
from perfxl.ui.cli import main
from perfxl.workflow.new import new

KILLS = int(os.environ.get("PERFXL_KILLS", "2"))
SECTORS = small_year.SECTORS
STAGES = {
    "issue": ("issue", "--round", "interim", "--sector", *SECTORS),
    "send": ("send", "--round", "interim"),
    "collect": ("collect",),
    "consolidate": ("consolidate", "--round", "interim"),
    "ask": ("ask", "--round", "interim"),
    "report": ("report", "--round", "interim"),
    "publish": ("publish", "--round", "interim", "--cleared"),
    "approve": ("approve", "--round", "interim", "--act", "DG n. 128", "--date", "2021-11-17", "--anyway"),
    "issue-final": ("issue", "--round", "final", "--sector", *SECTORS),
}


def command(stage, folder):
    name, *rest = STAGES[stage]
    return [name, str(folder), *rest]


def tree(folder):
    """Every document of a campaign by its path; the register is told apart by ``log --verify``."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file() and not p.name.startswith((".registro", "registro.sqlite"))}


@pytest.fixture(scope="module")
def before(warm, tmp_path_factory):
    """By stage: the campaign before it, the documents after it, and how long it takes."""
    home = tmp_path_factory.mktemp("kill")
    campaign = Campaign(home / "c")
    new(campaign, 2021, small_year.plan(), "it")
    told = {}
    for stage in STAGES:
        MEANWHILE.get(stage, lambda campaign: None)(campaign)
        shutil.copytree(campaign.folder, home / stage)
        started = time.monotonic()
        assert warm.start(*command(stage, campaign.folder), folder=home).wait() in (0, 1)
        told[stage] = (home / stage, tree(campaign.folder), time.monotonic() - started)
    return told


def returned(campaign):
    """The sectors send their forms back; they wait to be collected."""
    send_back(campaign, "interim", "it")
    (campaign.folder / "ricevute" / "interim").rename(campaign.folder / "in arrivo")


def questions(campaign):
    """The controller writes questions, of which one reopens a sheet."""
    def edit(book):
        Sheet(book, "requests").add(sector="S1", objective="S1.00001", question="Perché?", reopen="Sì")
        Sheet(book, "requests").add(sector="S3", question="Quando?")
    write(campaign.result("interim", "consolidato.xlsx"), edit)


#: What people do before a stage.
MEANWHILE = {"collect": returned, "ask": questions}


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_moment_the_next_run_completes_to_the_same_bytes(stage, before, warm, tmp_path, capsys):
    home, expected, seconds = before[stage]
    chance = random.Random(f"{os.environ.get('PERFXL_KILL_SEED', '1')}/{stage}")
    for number in range(KILLS):
        folder = tmp_path / str(number)
        shutil.copytree(home, folder)
        process = warm.start(*command(stage, folder), folder=tmp_path)
        time.sleep(chance.uniform(0.0, 1.0) * seconds)
        process.signal(signal.SIGKILL)
        process.wait()
        assert main(command(stage, folder)) in (0, 1)
        found = tree(folder)
        assert {k for k in {*found, *expected} if found.get(k) != expected.get(k)} == set()
        assert main(["log", str(folder), "--verify"]) == 0
        capsys.readouterr()
