"""The round that a command is about when nobody names one."""

from datetime import date

import pytest

from perfxl.campaign.register import approve
from perfxl.ui.cli import main
from perfxl.workflow import register_updates
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.open_round import last_result, open_round
from perfxl.workflow.running import CannotRun


def test_the_open_round_is_the_last_issued_and_after_its_approval_the_next(campaign, capsys):
    assert open_round(campaign, "it") == "interim"  # the fixture issued it; nothing before it was
    consolidate(campaign, "interim", "it")
    assert main(["consolidate", str(campaign.folder), "--lang", "it"]) == 1  # the returns are missing
    assert "Tornata: monitoraggio." in capsys.readouterr().err
    with register_updates.opened(campaign, "it", CannotRun) as register:
        approve(register, campaign, "interim", "DG n. 1", date(2021, 11, 1), anyway=True)
    assert (open_round(campaign, "it"), last_result(campaign, "it")) == ("final", "interim")


def test_before_anything_was_issued_it_is_the_first(campaign):
    for path in (campaign.folder / "emesse").rglob("*.xlsx"):
        path.unlink()
    assert open_round(campaign, "it") == "plan"


def test_an_unknown_round_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["consolidate", "x", "--round", "autunno"])
