"""``perfxl status``: the board of a round: expected, received, late, versions, findings, open questions."""

import sys
from argparse import Namespace
from dataclasses import asdict
from datetime import date

from perfxl.campaign import Campaign
from perfxl.campaign.register import board, board_table
from perfxl.campaign.register.as_text import board_summary
from perfxl.campaign.register.board import Board
from perfxl.model import documents
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import show_table
from perfxl.workflow import owners, register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun

#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.active()
    given.add("--by", choices=("sector", "owner"), default="sector", text="status_by")
    given.add("--json", action="store_true", text="json_status")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    campaign = Campaign(args.folder)
    plan, _ = plan_of(campaign, args.lang)
    with register_updates.open_register(campaign, args.lang, CannotRun, write=False) as register:
        status = board(register, campaign, plan=plan, round=args.round, today=date.today())
        if args.by == "owner":
            return _by_owner(owners.by_owner(register, plan, args.round,
                                             owners.owed(campaign, plan, round=args.round, rows=status.rows,
                                                 language=args.lang)), status, args)
    if args.json:
        sys.stdout.write(documents.dumps(status.document()))
        return CLEAN
    show_table(*board_table(status, args.lang), sys.stdout)
    print("\n".join(board_summary(status, args.lang)))
    return CLEAN


def _by_owner(listed: list[owners.OwnerRow], status: Board, args: Namespace) -> int:
    """Say the board by owner: who owes what, in which cells."""
    say = Texts("register", args.lang)
    if args.json:
        sys.stdout.write(documents.dumps({"year": status.year, "round": status.round, "today": status.today,
                                          "owners": [asdict(o) for o in listed]}))
        return CLEAN
    rows = []
    for one in listed:
        first = f"{one.missing[0].sheet}!{one.missing[0].cell}" if one.missing else ""
        where = say("owner_more", first=first, count=len(one.missing) - 1) if len(one.missing) > 1 else first
        rows.append([f"{one.name} <{one.email}>" if one.email else say("owner_nobody"), ", ".join(one.sectors), ", ".join(one.objectives),
                     str(len(one.missing) or ""), where, str(one.late or ""), str(one.reminders or "")])
    show_table([say(f"column_{c}") for c in ("owner", "sectors", "objectives", "missing", "where", "late", "reminders")], rows, sys.stdout)
    return CLEAN
