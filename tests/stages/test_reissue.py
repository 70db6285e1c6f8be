"""What a form is laid beside when the plan, or the round before, has changed since it was issued."""

import shutil

from perfxl.campaign import Campaign
from perfxl.workflow import check as inspection
from perfxl.workflow import pipeline


def test_a_form_is_laid_beside_what_was_really_issued(demo_year, tmp_path):
    """The interim is consolidated again, with less in it, after the final forms were issued and came back."""
    campaign = Campaign(tmp_path / "c")
    shutil.copytree(demo_year.folder, campaign.folder)
    next(p for p in campaign.received("interim") if "S1" in p.name).unlink()
    pipeline.consolidate(campaign, "interim", "it")
    found = inspection.inspect([campaign.folder], "it").findings
    assert [f.code for f in found if f.code.startswith("LOCK") or f.code == "RETN06"] == []
    alone = next(p for p in campaign.received("final") if "S1" in p.name)
    assert [f.code for f in inspection.inspect([alone], "it").findings] == []
