"""``perfxl consolidate``: the consolidated workbook and document of a round."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign, open_files
from perfxl.campaign.register.words import act_of
from perfxl.model import documents
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import progress, show_findings, show_outcomes
from perfxl.workflow.consolidate import consolidate as consolidate_round
from perfxl.workflow.workers import Workers

#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True
#: What it makes of the returns takes more room than the plan: reading it may leave none of its own behind.
READS_PLAN_APART = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.active()
    given.add("--json", action="store_true", text="json")
    given.add("--notes", action="store_true", text="notes")
    given.readers()


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    intended = Campaign(args.folder).result(args.round, "consolidato.xlsx")
    known = open_files.copies(intended)
    run = consolidate_round(Campaign(args.folder), args.round, language=args.lang, progress=progress(args.lang),
                               workers=Workers(args.executor, args.workers))
    summary = run.summary()
    if args.json:
        sys.stdout.write(documents.dumps(summary))
        return exit_code(run.findings)
    show_findings(run.findings, args.lang, sys.stdout, args.notes)
    show_outcomes(summary, args.lang)
    print(say("consolidate_done", path=run.workbook))
    if run.approval:
        print(say("consolidate_approved", act=act_of(run.approval.act or say("act_unknown"), run.approval.date, args.lang)))
        print("\n".join(f"  {line}" for line in run.differs or [say("consolidate_same")]))
    for path in sorted(open_files.copies(intended) - known):
        print(Texts("addin", args.lang)("copy_kept", path=path), file=sys.stderr)
    if run.workbook != intended:
        print(open_files.written_beside_message(intended, run.workbook, args.lang), file=sys.stderr)
    return exit_code(run.findings)
