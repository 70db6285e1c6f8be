"""``perfxl send``: one message a sector with its workbook, a receipt for it, or questions about it."""

from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import show_messages
from perfxl.workflow import send as posting


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual=True)
    given.add("--sector", nargs="+", default=[], metavar="S1", text="sector")
    given.add("--what", choices=("forms", "receipts", "questions"), default="forms", text="what_to_send")
    given.add("--dry-run", action="store_true", text="dry_run")
    given.add("--again", action="store_true", text="again")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    chosen = {"forms": posting.send_forms, "receipts": posting.send_receipts, "questions": posting.send_questions}[args.what]
    return show_messages(args, chosen(Campaign(args.folder), args.round, args.sector, args.lang, args.dry_run,
                                 args.again))
