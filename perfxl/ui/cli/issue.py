"""``perfxl issue``: one workbook a sector."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import progress, show_findings, show_path
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.plan_workbook import shown_sheets_message

#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True
#: Many forms take room in many processes: reading the plan may leave none of its own behind.
READS_PLAN_APART = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="issue", announced=True)
    given.active()
    given.add("--sector", nargs="+", default=[], metavar="S1", text="sector")
    given.add("--anyway", action="store_true", text="anyway")
    given.add("--notes", action="store_true", text="notes")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    made = issue_forms(Campaign(args.folder), args.round, sectors=args.sector, language=args.lang,
                       progress=progress(args.lang), anyway=args.anyway)
    for path in made.paths:
        show_path(path)
    show_findings(made.findings, args.lang, sys.stderr, args.notes)
    again = len(made.paths) - len(made.fresh)
    print(say("issue_done", count=len(made.paths), folder=args.folder / "ricevute" / args.round), file=sys.stderr)
    if made.coming.sheets:
        print(shown_sheets_message(made.coming, args.lang), file=sys.stderr)
    if again:
        print(say("issue_same", count=again), file=sys.stderr)
    return exit_code(made.findings)
