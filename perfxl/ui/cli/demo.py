"""``perfxl demo``: an invented body's year, played through the interim and the final round."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import board, board_table
from perfxl.demo import mailing, play
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN, exit_code
from perfxl.ui.screen import progress, show_findings, show_outcomes, show_table
from perfxl.workflow import collect as fetching
from perfxl.workflow import register_updates
from perfxl.workflow import send as posting
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("folder", metavar="DIR", type=Path, nargs="?", default=Path("perfxl-demo"), text="demo_folder")
    given.add("--mail", action="store_true", text="demo_mail")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    if args.folder.exists() and any(args.folder.iterdir()):
        raise CannotRun(say("folder_not_empty", path=args.folder))
    if args.mail:
        return _demo_mail(args)
    campaign, findings = Campaign(args.folder), []
    for round in play.play(campaign, args.lang, progress(args.lang)):
        findings += round.findings
        print(say("demo_round", round=Rounds.of(round.document["content"])[round.document["round"]].name(args.lang)))
        show_outcomes(round.summary(), args.lang)
    show_findings(findings, args.lang, sys.stdout)
    print(say("demo_done", plan=campaign.plan, form=campaign.issued("final", "S1"),
              result=campaign.result("final", "consolidato.xlsx"), folder=args.folder))
    return exit_code(findings)


def _demo_mail(args: Namespace) -> int:
    """``perfxl demo --mail``: a round played by mail, then its board."""
    say, words = Texts("mail", args.lang), Texts("register", args.lang)
    campaign = Campaign(args.folder)
    for done in mailing.play(campaign, args.lang, progress(args.lang)):
        if isinstance(done, posting.Post):
            print(say("demo_post", message=words(f"message_{done.messages[0].outgoing.kind}"), count=len(done.messages),
                      sectors=", ".join(p.outgoing.sector for p in done.messages)))
        elif isinstance(done, fetching.Fetched):
            show_findings(done.findings, args.lang, sys.stdout)
            print(say("collect_done", looked=done.looked, known=0, new=sum(t.became == "return" for t in done.taken),
                      aside=sum(t.became == "aside" for t in done.taken)))
        else:
            print(Texts("cli", args.lang)("consolidate_done", path=done.workbook))
    plan, _ = plan_of(campaign, args.lang)
    with register_updates.opened(campaign, args.lang, CannotRun, write=False) as register:
        show_table(*board_table(board(register, campaign, plan, mailing.ROUND, mailing.today()), args.lang), sys.stdout)
    print(say("demo_mail_done", drafts=args.folder / posting.FOLDER / mailing.ROUND, arrivals=args.folder / fetching.ARRIVALS,
              folder=args.folder))
    return CLEAN
