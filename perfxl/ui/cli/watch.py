"""``perfxl watch``: a consolidation now and at every arrival, until it is stopped."""

import sys
from argparse import Namespace
from datetime import datetime

from perfxl.campaign import Campaign, open_files
from perfxl.model.findings import counts
from perfxl.model.texts import Texts
from perfxl.ui import watch as stage
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import show_findings, show_outcomes
from perfxl.workflow.consolidate import Run
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    campaign = Campaign(args.folder)
    print(Texts("addin", args.lang)("watching", folder=campaign.folder / "ricevute" / args.round), file=sys.stderr)
    try:
        for run in stage.watch(campaign, args.round, args.lang):
            _watched(campaign, run, args)
    except KeyboardInterrupt:  # the way to stop it
        print(Texts("addin", args.lang)("watch_over"), file=sys.stderr)
    return CLEAN


def _watched(campaign: Campaign, run: Run | CannotRun, args: Namespace) -> None:
    """Say what one consolidation of a watch came to, and when."""
    say = Texts("addin", args.lang)
    if isinstance(run, CannotRun):
        show_findings(run.findings, args.lang, sys.stderr)
        print(say("watch_at", time=f"{datetime.now():%H:%M}", what=run), file=sys.stderr, flush=True)
        return
    show_outcomes(run.summary(), args.lang)
    print(say("done_findings", **counts(run.findings)))
    print(say("watch_at", time=f"{datetime.now():%H:%M}", what=Texts("cli", args.lang)("consolidate_done", path=run.workbook)), flush=True)
    intended = campaign.result(args.round, "consolidato.xlsx")
    if run.workbook != intended:
        print(open_files.written_beside_message(intended, run.workbook, args.lang), file=sys.stderr, flush=True)
