"""``perfxl approve``: a round frozen with its act; the next round begins from it."""

from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.campaign import register as records
from perfxl.campaign.register.words import act_of
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.round(usual="open", announced=True)
    given.add("--act", metavar="ACT", text="act")
    given.add("--date", metavar="YYYY-MM-DD", type=given.day, text="act_date")
    given.add("--anyway", action="store_true", text="approve_anyway")
    given.add("--correct", action="store_true", text="correct")
    given.add("--withdraw", action="store_true", text="withdraw")
    given.add("--reason", metavar="TEXT", text="reason")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say, campaign = Texts("cli", args.lang), Campaign(args.folder)
    if args.withdraw != (args.reason is not None) or args.withdraw and (args.act or args.date or args.correct or args.anyway):
        raise CannotRun(say("approve_withdraw_alone"))
    if not args.withdraw and not (args.act and args.date):
        raise CannotRun(say("approve_act_needed"))
    plan_of(campaign, args.lang)
    with register_updates.open_register(campaign, args.lang, CannotRun) as register:
        earlier = records.approvals(register).get(args.round)
        if args.withdraw:
            gone = records.withdraw(register, args.round, args.reason)
            print(say("approve_withdrawn", act=act_of(gone.act or say("act_unknown"), gone.date, args.lang), digest=gone.digest))
            return CLEAN
        approval = records.approve(register, campaign, round=args.round, act=args.act, date=args.date, anyway=args.anyway,
                                   correct=args.correct)
        approved = records.baseline(register, args.round)
        left = records.still_open(approved, args.round) if approved else {}
    print(say("approve_done", path=campaign.folder / approval.file, digest=approval.digest))
    if left:
        print(say("approve_open_still", listed="; ".join(records.open_lines(left, args.lang))))
    if args.correct and earlier:
        print(say("approve_corrected", act=act_of(earlier.act, earlier.date, args.lang)))
    return CLEAN
