"""``perfxl demo``: an invented body's year, played through the interim and the final round."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import board, board_table
from perfxl.demo import comune, mailing, play
from perfxl.model.findings import Finding
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN, exit_code
from perfxl.ui.screen import progress, show_findings, show_outcomes, show_table
from perfxl.workflow import delivery, register_updates
from perfxl.workflow.arrived import Collected
from perfxl.workflow.collect import ARRIVALS
from perfxl.workflow.consolidate import Run
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("folder", metavar="DIR", type=Path, nargs="?", default=Path("perfxl-demo"), text="demo_folder")
    given.add("--mail", action="store_true", text="demo_mail")
    given.add("--body", choices=("unione", "comune"), default="unione", text="demo_body")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    if args.folder.exists() and any(args.folder.iterdir()):
        raise CannotRun(say("folder_not_empty", path=args.folder))
    if args.mail and args.body != "unione":
        raise CannotRun(say("demo_mail_body"))
    if args.mail:
        return _demo_mail(args)
    if args.body == "comune":
        campaign, after = (Campaign(args.folder / name) for name in comune.YEARS)
        findings = _shown(comune.play(campaign, after, args.lang, progress(args.lang)), args.lang)
        print(say("demo_comune_done", plan=campaign.plan, form=campaign.issued_form("t3", "TEC"), result=campaign.result("final", "consolidato.xlsx"),
                  after=after.plan, folder=campaign.folder))
        return exit_code(findings)
    campaign = Campaign(args.folder)
    findings = _shown(play.play(campaign, args.lang, progress(args.lang)), args.lang)
    print(say("demo_done", plan=campaign.plan, form=campaign.issued_form("final", "S1"),
              result=campaign.result("final", "consolidato.xlsx"), folder=args.folder))
    return exit_code(findings)


def _shown(runs: Iterable[Run], language: str) -> list[Finding]:
    """Say what each consolidation came to, then all that was found, which is returned."""
    say = Texts("cli", language)
    findings: list[Finding] = []
    for run in runs:
        findings += run.findings
        print(say("demo_round", round=Rounds.from_plan(run.document["content"])[run.document["round"]].name(language)))
        show_outcomes(run.summary(), language)
    show_findings(findings, language, sys.stdout)
    return findings


def _demo_mail(args: Namespace) -> int:
    """``perfxl demo --mail``: a round played by mail, then its board."""
    say, words = Texts("mail", args.lang), Texts("register", args.lang)
    campaign = Campaign(args.folder)
    for done in mailing.play(campaign, args.lang, progress(args.lang)):
        if isinstance(done, delivery.Post):
            print(say("demo_post", message=words(f"message_{done.messages[0].outgoing.kind}"), count=len(done.messages),
                      sectors=", ".join(p.outgoing.sector for p in done.messages)))
        elif isinstance(done, Collected):
            show_findings(done.findings, args.lang, sys.stdout)
            print(say("collect_done", looked=done.looked, known=0, new=sum(t.became == "return" for t in done.taken),
                      aside=sum(t.became == "aside" for t in done.taken)))
        else:
            print(Texts("cli", args.lang)("consolidate_done", path=done.workbook))
    plan, _ = plan_of(campaign, args.lang)
    with register_updates.open_register(campaign, args.lang, CannotRun, write=False) as register:
        show_table(*board_table(board(register, campaign, plan=plan, round=mailing.ROUND, today=mailing.today()), args.lang), sys.stdout)
    print(say("demo_mail_done", drafts=args.folder / delivery.FOLDER / mailing.ROUND, arrivals=args.folder / ARRIVALS,
              folder=args.folder))
    return CLEAN
