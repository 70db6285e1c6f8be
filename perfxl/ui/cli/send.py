"""``perfxl send``: one message a sector with its workbook, a receipt for it, or questions about it."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.messages import show_messages
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import show_table
from perfxl.workflow import drafts
from perfxl.workflow import send as posting

#: The kinds of message behind each word of ``--what``.
KINDS = {"forms": ("form",), "receipts": ("receipt",), "questions": ("questions",)}


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.add("--sector", nargs="+", default=[], metavar="S1", text="sector")
    given.add("--what", choices=("forms", "receipts", "questions"), default=None, text="what_to_send")
    given.add("--done", action="store_true", text="send_done")
    given.add("--dry-run", action="store_true", text="dry_run")
    given.add("--again", action="store_true", text="again")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    if args.done:
        return _said_sent(args)
    chosen = {"forms": posting.send_forms, "receipts": posting.send_receipts, "questions": posting.send_questions}[args.what or "forms"]
    return show_messages(args, chosen(Campaign(args.folder), args.round, sectors=args.sector, language=args.lang, dry_run=args.dry_run,
                                 again=args.again))


def _said_sent(args: Namespace) -> int:
    """Take the controller's word that the drafts of a round were sent."""
    say, words = Texts("mail", args.lang), Texts("register", args.lang)
    done = drafts.confirm_sent(Campaign(args.folder), args.round, args.sector, args.lang, *([KINDS[args.what]] if args.what else ()))
    show_table([say(f"column_{c}") for c in ("sector", "subject", "state")],
               [[t["sector"], t["subject"], words("sent_sent")] for t in done], sys.stdout)
    print(say("post_said", count=len(done)))
    return CLEAN
