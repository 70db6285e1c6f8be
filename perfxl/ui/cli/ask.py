"""``perfxl ask``: the controller's questions, one workbook a sector."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import progress, show_path
from perfxl.workflow import ask as asking
from perfxl.workflow.workers import Workers


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.add("--sector", nargs="+", default=[], metavar="S1", text="sector")
    given.readers()


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    questions = asking.ask(Campaign(args.folder), args.round, sectors=args.sector, language=args.lang, progress=progress(args.lang),
                       workers=Workers(args.executor, args.workers))
    for path in questions.paths:
        show_path(path)
    if questions.left:
        print(say("ask_left", left=questions.left), file=sys.stderr)
    said = "ask_done" if questions.paths else "ask_none"
    print(say(said, count=len(questions.paths), questions=questions.questions, folder=args.folder / "ricevute" / args.round, campaign=args.folder, id=args.round,
              round=args.round.name(args.lang)), file=sys.stderr)
    return CLEAN
