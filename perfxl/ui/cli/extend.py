"""``perfxl extend``: more time for a round."""

import sys
from argparse import Namespace
from datetime import date

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import progress, show_path
from perfxl.workflow import extend as stage


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open", announced=True)
    given.add("--to", required=True, metavar="DATE", type=given.day, text="extend_to")
    given.add("--sector", nargs="+", default=[], metavar="S1", text="sector")
    given.add("--anyway", action="store_true", text="anyway")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    done = stage.extend(Campaign(args.folder), args.round, to=args.to, sectors=args.sector, language=args.lang,
                        today=date.today(), anyway=args.anyway,
                        progress=progress(args.lang))
    for path in done.issued.paths if done.issued else ():
        show_path(path)
    moved = say("extend_earlier" if done.earlier else "extend_later")
    print(say("extend_done" if done.sectors else "extend_done_nobody", day=f"{args.to:%d/%m/%Y}", who=", ".join(args.sector) or say("extend_all"),
              count=len(done.sectors), sectors=", ".join(done.sectors), folder=args.folder, round=args.round, moved=moved), file=sys.stderr)
    if done.stale:
        print(say("extend_stale", sectors=", ".join(done.stale)), file=sys.stderr)
    return CLEAN
