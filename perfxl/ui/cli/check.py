"""``perfxl check``: every finding on a campaign or on single files; marked copies where asked for."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign, open_files
from perfxl.model import documents
from perfxl.model.findings import counts, report
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import progress, show_findings
from perfxl.workflow import check as inspection
from perfxl.workflow.plan_workbook import show_waiting_sheets, shown_sheets_message
from perfxl.workflow.running import CannotRun
from perfxl.workflow.workers import Workers

#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("paths", metavar="PATH", type=Path, nargs="+", text="paths")
    given.active()
    given.add("--json", action="store_true", text="json_findings")
    given.add("--marked", metavar="DIR", type=Path, text="marked")
    given.round()
    given.add("--notes", action="store_true", text="notes")
    given.readers()


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    for campaign in (Campaign(p) for p in args.paths if (p / "piano.xlsx").is_file()):
        if (coming := show_waiting_sheets(campaign)).sheets:
            print(shown_sheets_message(coming, args.lang), file=sys.stderr)
    inspected = inspection.inspect(args.paths, args.lang, progress=progress(args.lang), workers=Workers(args.executor, args.workers),
                               round=args.round)
    if not inspected.files and not inspected.findings and not any((p / "piano.xlsx").is_file() for p in args.paths):
        raise CannotRun(say("nothing_to_check", paths=", ".join(map(str, args.paths))))
    if args.json:
        sys.stdout.write(documents.dumps(report(inspected.findings, args.lang)))
    else:
        show_findings(inspected.findings, args.lang, sys.stdout, args.notes)
        print(say("check_done", files=len(inspected.files), **counts(inspected.findings)))
    if args.marked:
        marked = inspection.write_marked(inspected, args.marked, args.lang)
        lines = [*map(str, marked.written), *(say("not_marked", path=path) for path in marked.failed),
                 *(open_files.left_untouched_message(path, args.lang) for path in marked.open)]
        for line in lines:
            print(line, file=sys.stderr)
    return exit_code(inspected.findings)
