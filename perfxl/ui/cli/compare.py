"""``perfxl compare``: the campaigns of many bodies side by side."""

from argparse import Namespace
from pathlib import Path

from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN, FINDINGS
from perfxl.ui.screen import progress
from perfxl.workflow import compare as comparing
from perfxl.workflow.workers import Workers


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("folders", metavar="DIR", type=Path, nargs="+", text="compared")
    given.add("-o", "--output", metavar="OUT.xlsx", type=Path, default=Path("confronto.xlsx"), text="compare_output")
    given.add("--round", metavar="ROUND", text="compare_round")
    given.readers()


def run(args: Namespace) -> int:
    """Do it; the exit code: findings where campaigns are left out."""
    say = Texts("compare", args.lang)
    made = comparing.compare(args.folders, args.output, language=args.lang, round=args.round, progress=progress(args.lang),
                             workers=Workers(args.executor, args.workers))
    print(say("done", count=made.read, workbook=made.workbook, page=made.page, data=made.data))
    if made.moments > 1:
        print(say("done_moments", count=made.moments))
    if made.left_out:
        print(say("done_left_out", count=made.left_out, sheet=say("sheet_left_out")))
    return FINDINGS if made.left_out else CLEAN
