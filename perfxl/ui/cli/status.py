"""``perfxl status``: the board of a round: expected, received, late, versions, findings, open questions."""

import sys
from argparse import Namespace
from datetime import date

from perfxl.campaign import Campaign
from perfxl.campaign.register import board, board_table
from perfxl.campaign.register.telling import board_summary
from perfxl.model import documents
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import show_table
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun

#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual=True)
    given.active()
    given.add("--json", action="store_true", text="json_status")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    campaign = Campaign(args.folder)
    plan, _ = plan_of(campaign, args.lang)
    with register_updates.opened(campaign, args.lang, CannotRun, write=False) as register:
        found = board(register, campaign, plan, args.round, date.today())
    if args.json:
        sys.stdout.write(documents.dumps(found.document()))
        return CLEAN
    show_table(*board_table(found, args.lang), sys.stdout)
    print("\n".join(board_summary(found, args.lang)))
    return CLEAN
