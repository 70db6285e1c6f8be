"""``perfxl remind``: one message to each sector that has not answered."""

from argparse import Namespace
from datetime import date

from perfxl.campaign import Campaign
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.messages import show_messages
from perfxl.workflow.remind import remind


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.add("--sector", nargs="+", default=[], metavar="S1", text="sector")
    given.add("--dry-run", action="store_true", text="dry_run")
    given.add("--again", action="store_true", text="again")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    return show_messages(args, remind(Campaign(args.folder), args.round, sectors=args.sector, language=args.lang,
                                              today=date.today(),
                                         dry_run=args.dry_run, again=args.again))
