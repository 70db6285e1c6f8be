"""``perfxl publish``: the open data of a round, once what looks personal has been looked at."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import LICENCES, Arguments
from perfxl.ui.cli.shared import CLEAN, FINDINGS
from perfxl.ui.screen import show_findings
from perfxl.workflow.publish import publish as publish_round


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.add("--licence", choices=LICENCES, default=LICENCES[0], text="licence")
    given.add("--cleared", action="store_true", text="cleared")
    given.add("--draft", action="store_true", text="draft")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    done = publish_round(Campaign(args.folder), args.round, language=args.lang, licence=args.licence, cleared=args.cleared,
                         draft=args.draft)
    show_findings(done.findings, args.lang, sys.stdout)
    print(*done.made_of, sep="\n", end="\n" if done.made_of else "")
    print(say("publish_done", page=done.paths[0].parent / "index.html", folder=done.paths[0].parent, licence=args.licence,
              count=sum(p.suffix != ".html" for p in done.paths)) if done.paths else
          say("publish_held", count=len(done.findings)))
    print(say("publish_limits"))
    return CLEAN if done.paths else FINDINGS
