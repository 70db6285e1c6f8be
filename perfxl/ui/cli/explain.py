"""``perfxl explain``: how an outcome came about, in one sentence."""

from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model import explain as stage
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.workflow.current_document import current_document
from perfxl.workflow.rounds import consolidated_rounds
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.add("what", metavar="WHAT", text="what")
    given.round()
    given.add("--draft", action="store_true", text="draft")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    campaign = Campaign(args.folder)
    rounds = [args.round] if args.round else reversed(consolidated_rounds(campaign, args.lang))
    round = next((r for r in rounds if campaign.result(r).exists() or campaign.approved(r).exists()), None)
    if round is None:
        raise CannotRun(say("nothing_consolidated", folder=args.folder))
    of = current_document(campaign, round, args.lang, args.draft)
    sentence = stage.explain(of.document, args.what, args.lang)
    if sentence is None:
        raise CannotRun(say("nothing_to_explain", what=args.what))
    print(sentence)
    print(*of.words(args.lang), sep="\n", end="\n" if of.words(args.lang) else "")
    return CLEAN
