"""The demo year with two of its sectors: enough to press a button on, and soon played."""

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.demo.play import send_back
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new

SECTORS = ("S1", "S3")


def plan() -> dict:
    """The plan of the demo year, with the sectors of ``SECTORS`` and what is theirs alone."""
    made = demo.plan()
    made["sectors"] = [s for s in made["sectors"] if s["code"] in SECTORS]
    made["objectives"] = [o for o in made["objectives"] if {o["lead"], *(h["sector"] for h in o["holders"])} <= {*SECTORS}]
    codes = {o["code"] for o in made["objectives"]}
    for key in ("measures", "evaluations", "requests", "considerations"):
        kept = [i for i in made.pop(key, ()) if i.get("sector", "S1") in SECTORS and i.get("objective", min(codes)) in codes]
        if kept and key != "measures":  # measures are of objectives that every sector holds
            made[key] = kept
    return made


def play(campaign: Campaign) -> Campaign:
    """Play the interim and the final round."""
    new(campaign, plan()["year"], plan(), "it")
    for round in ("interim", "final"):
        issue(campaign, round, (), "it")
        send_back(campaign, round, "it")
        consolidate(campaign, round, "it")
    return campaign
