"""``perfxl resolve``: the conflicts of a round, or the choice made on one."""

from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN, FINDINGS
from perfxl.workflow import resolve as resolving


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.add("--key", metavar="KEY", text="key")
    given.add("--choice", metavar="N", text="choice")
    given.add("--value", metavar="TEXT", text="value")
    given.add("--sector", metavar="S1", default="", text="conflict_sector")
    given.add("--by", metavar="NAME", default="", text="by")
    given.add("--note", metavar="TEXT", default="", text="note")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    campaign = Campaign(args.folder)
    if not args.key:
        waiting = resolving.waiting(campaign, args.round, args.lang)
        for line in resolving.lines(waiting, args.lang):
            print(line)
        return FINDINGS if waiting else CLEAN
    resolving.choose(campaign, args.round, key=args.key, choice=args.choice, value=args.value, sector=args.sector, by=args.by,
                     note=args.note, language=args.lang)
    print(say("resolve_done", folder=args.folder, round=args.round))
    return CLEAN
