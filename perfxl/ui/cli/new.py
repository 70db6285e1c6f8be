"""``perfxl new``: the campaign folder and its plan workbook."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.findings import Finding
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN, FINDINGS, document_from, exit_code
from perfxl.ui.screen import show_findings
from perfxl.workflow import new_from_list
from perfxl.workflow.new import following
from perfxl.workflow.new import new as new_campaign
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.add("--year", type=int, text="year")
    given.add("--from", dest="given", metavar="LIST|PLAN.json", type=Path, text="from")
    given.add("--after", metavar="DIR1", type=Path, text="after")
    given.add("--points", metavar="TOTAL", type=given.total, text="points")
    given.add("--all", dest="every", action="store_true", text="all")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    if args.every and (args.given or not args.after):
        raise CannotRun(say("all_without_after"))
    if args.points is not None and (args.given or args.after):
        raise CannotRun(say("points_of_blank"))
    if args.given and new_from_list.is_list(args.given):
        return _new_from_list(args, say)
    if args.given and args.after:
        raise CannotRun(say("from_or_after"))
    given = document_from(args.given, args.lang) if args.given else None
    notes: list[Finding] = []
    if args.after:
        given, notes = following(Campaign(args.after), Campaign(args.folder), year=args.year, language=args.lang, every=args.every)
    if given is not None and args.year and isinstance(given, dict) and given.get("year") != args.year:
        raise CannotRun(say("year_differs", given=given.get("year"), args=args.year))
    path = new_campaign(Campaign(args.folder), args.year or date.today().year, given, args.lang, points=args.points)
    show_findings(notes, args.lang, sys.stdout)
    print(say("new_done", path=path))
    return CLEAN


def _new_from_list(args: Namespace, say: Texts) -> int:
    """``perfxl new --from LIST``: the matching to be confirmed, or the plan that it gives."""
    begun = new_from_list.begin(Campaign(args.folder), args.given, year=args.year or date.today().year, language=args.lang,
                            before=Campaign(args.after) if args.after else None)
    show_findings(begun.findings, args.lang, sys.stdout)
    if begun.plan is None:
        print(say("list_matching", path=begun.matching, unmatched=begun.unmatched))
        return FINDINGS
    print(say("list_done", path=begun.plan, **begun.counts))
    print(say("list_left", left=begun.left, folder=args.folder, matching=begun.matching))
    return exit_code(begun.findings)
