"""``perfxl bundle``: the archive for the evaluation board; with ``--verify``, whether one holds."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.texts import Texts
from perfxl.stages.publish import proof
from perfxl.ui.cli.arguments import LICENCES, Arguments
from perfxl.ui.cli.shared import CLEAN, exit_code
from perfxl.ui.screen import show_findings
from perfxl.workflow.bundle import bundle as write_bundle
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("folder", metavar="DIR", type=Path, nargs="?", text="folder")
    given.round()
    given.add("--licence", choices=LICENCES, text="licence_bundle")
    given.add("--draft", action="store_true", text="draft")
    given.add("--verify", metavar="FILE", type=Path, text="verify_bundle")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    if (args.folder is None) == (args.verify is None):
        raise CannotRun(say("bundle_one_of"))
    if args.verify is None:
        made = write_bundle(Campaign(args.folder), args.round, args.lang, args.licence, args.draft)
        print(say("bundle_done", path=made.path, licence=made.licence))
        print(*made.told, sep="\n", end="\n" if made.told else "")
        return CLEAN

    if args.verify.stat().st_size > proof.MAX_ARCHIVE:
        raise CannotRun(say("bundle_too_large", path=args.verify))
    verdict = proof.verify(args.verify.read_bytes(), args.verify.name)
    show_findings(verdict.findings, args.lang, sys.stdout)
    if not verdict.findings:
        print(say("bundle_holds", count=verdict.figures, last=verdict.last))
    if verdict.unchecked:
        print(say("bundle_unchecked", files=", ".join(verdict.unchecked)))
    return exit_code(verdict.findings)
