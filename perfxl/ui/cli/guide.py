"""``perfxl guide``: the user's guide as pages for the browser, in the words of the body."""

from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.addin.guide import page
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.workflow.plan_workbook import plan_of


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    plan_of(Campaign(args.folder), args.lang)
    print(say("guide_done", path=page(Path(args.folder) / say("guide_folder"), args.lang)))
    return CLEAN
