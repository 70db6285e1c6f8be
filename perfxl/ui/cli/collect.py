"""``perfxl collect``: what came back, taken out of messages and archives and registered."""

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.findings import report
from perfxl.model.texts import Texts
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import progress, show_findings, show_table
from perfxl.workflow import collect as fetching
from perfxl.workflow.arrived import CollectedFile
from perfxl.workflow.rounds import rounds_of
from perfxl.workflow.workers import Workers

#: Files set aside, which no message brought, that have a row each.
MOST_ASIDE = 20
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
    rows = [[t.name, t.path, t.sender, say(f"became_{t.became}", sector=t.sector, round=words.at("round", rounds.get(t.round) or t.round) if t.round else ""),
             t.protocol, t.file] for t in shown]
    if rows:
        show_table([say(f"column_{c}") for c in ("name", "path", "sender", "became", "protocol", "file")], rows, sys.stdout)
    if more:
        print(say("more_aside", count=more, folder=args.folder))
    for news in collected.notices:
        print(say("notice", event=words(f"notice_{news.event}"), subject=news.subject, address=news.address))
    print(say("collect_done", looked=collected.looked, new=sum(t.became == "return" and not t.known for t in collected.taken),
              known=sum(t.known for t in collected.taken), aside=sum(t.became == "aside" and not t.known for t in collected.taken)))
    return exit_code(collected.findings)


def _shown(taken: list[CollectedFile]) -> tuple[list[CollectedFile], int]:
    """Those of ``taken`` that have a row each, and how many have none: of the files that no message brought and that are set
    aside, some."""
    aside = [t for t in taken if t.became == "aside" and not t.sender]
    left = {id(t) for t in aside[MOST_ASIDE:]}
    return [t for t in taken if id(t) not in left], len(left)
