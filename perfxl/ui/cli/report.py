"""``perfxl report``: the Word document of a round or its short version for citizens, and its PDF."""

import sys
from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.report.short import PAGES
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import show_findings
from perfxl.workflow.report import piao, short_version
from perfxl.workflow.report import report as write_report
from perfxl.workflow.running import CannotRun

#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open")
    given.active()
    given.add("--pdf", action="store_true", text="pdf")
    given.add("--citizens", action="store_true", text="citizens")
    given.add("--piao", action="store_true", text="piao")
    given.add("--draft", action="store_true", text="draft")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    campaign = Campaign(args.folder)
    if args.citizens and args.piao:
        raise CannotRun(say("citizens_or_piao"))
    if args.citizens:
        short = short_version(campaign, args.round, language=args.lang, pdf=args.pdf, draft=args.draft)
        paths, findings, made_of = short.paths, short.findings, short.made_of
        print(say("short_pages" if short.counted else "short_pages_estimated", pages=short.pages, limit=PAGES))
    else:
        write = piao if args.piao else write_report
        made = write(campaign, args.round, language=args.lang, pdf=args.pdf, draft=args.draft)
        paths, findings, made_of = made.paths, made.findings, made.made_of
    for path in paths:
        print(say("report_done", path=path))
    print(*made_of, sep="\n", end="\n" if made_of else "")
    show_findings(findings, args.lang, sys.stdout)
    return exit_code(findings)
