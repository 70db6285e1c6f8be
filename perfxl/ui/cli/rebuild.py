"""``perfxl rebuild``: the register made again from what the campaign still proves."""

from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.rounds import round_name
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.workflow import rebuild as rebuilding


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    rebuilt = rebuilding.rebuild(Campaign(args.folder), args.lang)
    print(say("rebuild_done", path=args.folder / "registro.sqlite", kept=rebuilt.kept))
    if rebuilt.aside:
        print(say("rebuild_aside", path=args.folder / rebuilt.aside))
    for what, count in rebuilt.recovered.items():
        print("  " + say(f"rebuild_{what}", count=count))
    print(say("rebuild_lost"))
    for key, values in rebuilt.lost:
        named = {"name": round_name(values["round"], args.lang)} if "round" in values else {}
        print("  " + say(key, **values, **named))
    return CLEAN
