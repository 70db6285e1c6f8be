"""``perfxl collect``: what came back, taken out of messages and archives and registered."""

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.findings import WITHIN, report
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import progress, show_findings, show_table
from perfxl.workflow import collect as fetching
from perfxl.workflow.arrived import CollectedFile
from perfxl.workflow.rounds import rounds_of
from perfxl.workflow.workers import Workers

#: Files set aside that have a row each: of those that no message or archive brought, and of one message or archive; beyond these a
#: message or archive has one row, which names the first few.
MOST_ASIDE, MOST_OF_ONE, NAMED = 20, 5, 3
#: It can be done on the workbook open in Excel.
ON_OPEN_WORKBOOK = True


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.add("paths", metavar="SOURCE", type=Path, nargs="*", text="sources")
    given.active()
    given.add("--json", action="store_true", text="json_collect")
    given.readers()


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say, words = Texts("mail", args.lang), Texts("register", args.lang)
    collected = fetching.collect(Campaign(args.folder), args.paths, language=args.lang, progress=progress(args.lang),
                             workers=Workers(args.executor, args.workers))
    if args.json:
        sys.stdout.write(documents.dumps({"looked": collected.looked, "taken": [asdict(t) for t in collected.taken],
                                          "notices": [asdict(n) for n in collected.notices],
                                          **report(collected.findings, args.lang)}))
        return exit_code(collected.findings)
    show_findings(collected.findings, args.lang, sys.stderr)
    rounds = rounds_of(Campaign(args.folder), args.lang)
    shown, more = _shown([t for t in collected.taken if not t.known])
    rows = []
    for first, *others in shown:
        round = words.at("round", rounds.get(first.round) or first.round) if first.round else ""
        became = say("many_aside", count=1 + len(others)) if others else say(f"became_{first.became}", sector=first.sector, round=round)
        path = first.path.partition(WITHIN)[0] if others else first.path
        rows.append([_named([first, *others], say) if others else first.name, path, first.sender, became, first.protocol, first.file])
    if rows:
        show_table([say(f"column_{c}") for c in ("name", "path", "sender", "became", "protocol", "file")], rows, sys.stdout)
    if more:
        print(say("more_aside", count=more, folder=args.folder))
    for news in collected.notices:
        print(say("notice", event=words(f"notice_{news.event}"), subject=news.subject, address=news.address))
    print(say("collect_done", looked=collected.looked, new=sum(t.became == "return" and not t.known for t in collected.taken),
              known=sum(t.known for t in collected.taken), aside=sum(t.became == "aside" and not t.known for t in collected.taken)))
    return exit_code(collected.findings)


def _shown(taken: list[CollectedFile]) -> tuple[list[list[CollectedFile]], int]:
    """The files of each row, and how many are not named in one: many set aside of one message or archive have a row together, and
    of those that none brought some have one each."""
    of_one: dict[tuple[str, str], list[CollectedFile]] = {}
    for one in taken:
        if one.became == "aside":
            of_one.setdefault((one.message, one.path.partition(WITHIN)[0] if one.path != one.name else ""), []).append(one)
    loose = of_one.pop(("", ""), [])
    together = {id(one): several for several in of_one.values() if len(several) > MOST_OF_ONE for one in several}
    left = {id(one) for one in loose[MOST_ASIDE:]}
    rows = [together.get(id(one), [one]) for one in taken if id(one) not in left]
    rows = list({id(row[0]): row for row in rows}.values())
    return rows, len(left) + sum(len(row) - NAMED for row in rows if len(row) > 1)


def _named(several: list[CollectedFile], say: Texts) -> str:
    """The first few of ``several`` by name, and how many more there are."""
    return say("and_more", names=", ".join(t.name for t in several[:NAMED]), count=len(several) - NAMED)
