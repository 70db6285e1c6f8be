"""The board of the round at hand, as the window shows it and *Stato* lists it."""

from datetime import date

from perfxl.campaign import Campaign
from perfxl.campaign.register import Board, board
from perfxl.model.rounds import Rounds
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.rounds import open_round
from perfxl.workflow.running import CannotRun


def board_of(campaign: Campaign, round: str | None, language: str) -> Board:
    """The board of ``round``: of the last one that was issued when None, of the first of the plan when none was."""
    plan, _ = plan_of(campaign, language)
    chosen = Rounds.from_plan(plan).get(round or "") or open_round(campaign, language)
    with register_updates.open_register(campaign, language, CannotRun, write=False) as register:
        return board(register, campaign, plan=plan, round=chosen, today=date.today())
