"""Which round a command is about when nobody says."""

from perfxl.campaign import Campaign
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def open_round(campaign: Campaign, language: str) -> str:
    """The round being worked on: the last that was issued; once it is approved the one after it, as the plan has them; before
    anything was issued the first."""
    from perfxl.campaign.register import approvals

    plan, _ = plan_of(campaign, language)
    rounds = [r["round"] for r in sorted(plan["rounds"], key=lambda r: r.get("reference_date") or "")]
    issued = [r for r in rounds if campaign.issued_sectors(r)]
    if not issued:
        return rounds[0]
    with register_updates.opened(campaign, language, CannotRun, write=False) as register:
        approved = issued[-1] in approvals(register)
    after = rounds[rounds.index(issued[-1]) + 1:]
    return after[0] if approved and after else issued[-1]


def last_result(campaign: Campaign, language: str) -> str:
    """The last round that was consolidated; the open one when none was."""
    plan, _ = plan_of(campaign, language)
    rounds = [r["round"] for r in sorted(plan["rounds"], key=lambda r: r.get("reference_date") or "")]
    done = [r for r in rounds if campaign.result(r).is_file()]
    return done[-1] if done else open_round(campaign, language)
