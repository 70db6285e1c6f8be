"""``perfxl log``: what happened in the campaign; with ``--verify``, whether the record is unbroken."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.campaign.register import log_lines, verify
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN, exit_code
from perfxl.ui.screen import show_findings
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.add("--verify", action="store_true", text="verify")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    campaign = Campaign(args.folder)
    if not args.folder.is_dir():
        raise CannotRun(Texts("cli", args.lang)("no_path", path=args.folder))
    if args.verify:
        findings = verify(campaign.folder)
        show_findings(findings, args.lang, sys.stdout)
        if not findings:
            print(Texts("register", args.lang)("log_unbroken"))
        return exit_code(findings)
    with register_updates.open_register(campaign, args.lang, CannotRun, write=False) as register:
        for line in log_lines(register, args.lang, _rounds(campaign, args.lang)):
            print(line)
    return CLEAN


def _rounds(campaign: Campaign, language: str) -> Rounds | None:
    """The rounds of the plan; None where it cannot be read, which is no reason not to show the log."""
    try:
        return Rounds.from_plan(plan_of(campaign, language)[0])
    except CannotRun:
        return None
