"""``perfxl load``: values of indicators from another system, for the forms of a round."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import show_findings
from perfxl.workflow import load as stage


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="issue", announced=True)
    given.add("file", metavar="VALUES", type=Path, text="values")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    done = stage.load(Campaign(args.folder), args.round, args.file, args.lang)
    show_findings(done.findings, args.lang, sys.stdout)
    print(say("load_done", values=done.values, new=done.new, sectors=", ".join(done.sectors) or say("nobody")))
    if done.new:
        print(say("load_again" if done.issued else "load_next", folder=args.folder, round=args.round, sectors=" ".join(done.issued)))
    return exit_code(done.findings)
