"""``perfxl withdraw``: a return, or a choice on a conflict, taken back."""

from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.workflow import withdraw as stage
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open", announced=True)
    given.add("--file", metavar="FILE", type=Path, text="withdraw_file")
    given.add("--key", metavar="KEY", text="withdraw_key")
    given.add("--sector", metavar="S1", default="", text="conflict_sector")
    given.add("--reason", metavar="TEXT", required=True, text="withdraw_reason")
    given.add("--by", metavar="NAME", default="", text="by")
    given.add("--again", action="store_true", text="withdraw_again")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say, campaign, reason = Texts("cli", args.lang), Campaign(args.folder), args.reason.strip().rstrip(".")
    if (args.file is None) == (args.key is None) or args.key is not None and args.again or not reason:
        raise CannotRun(say("withdraw_one"))
    if args.file is not None:
        path = stage.withdraw_return(campaign, args.round, file=args.file, reason=reason, by=args.by, language=args.lang, again=args.again)
        print(say("withdraw_read_again" if args.again else "withdraw_done", path=path, folder=args.folder, round=args.round))
    else:
        sector = stage.withdraw_choice(campaign, args.round, key=args.key, sector=args.sector, reason=reason, by=args.by,
                                       language=args.lang)
        print(say("withdraw_choice_done", key=args.key, sector=sector, folder=args.folder, round=args.round))
    return CLEAN
