"""``perfxl bundle``: the archive for the evaluation board; with ``--verify``, whether one holds."""

import sys
from argparse import Namespace
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.model.findings import quote
from perfxl.model.texts import Texts
from perfxl.model.version import __version__
from perfxl.stages.publish import archive
from perfxl.ui.cli.arguments import LICENCES, Arguments
from perfxl.ui.cli.shared import CLEAN, FINDINGS, exit_code
from perfxl.ui.screen import show_findings
from perfxl.workflow import verify
from perfxl.workflow.bundle import bundle as write_bundle
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.add("folder", metavar="DIR", type=Path, nargs="?", text="folder")
    given.round()
    given.add("--licence", choices=LICENCES, text="licence_bundle")
    given.add("--draft", action="store_true", text="draft")
    given.add("--verify", metavar="FILE", type=Path, text="verify_bundle")
    given.add("--known", metavar="HASH", default="", text="known")
    given.add("--signature", metavar="FILE", type=Path, text="signature")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    if (args.folder is None) == (args.verify is None):
        raise CannotRun(say("bundle_one_of"))
    if args.verify is None:
        made = write_bundle(Campaign(args.folder), args.round, language=args.lang, licence=args.licence, draft=args.draft)
        print(say("bundle_done", path=made.path, licence=made.licence))
        print(*made.made_of, sep="\n", end="\n" if made.made_of else "")
        return CLEAN
    return _verified(args, say)


def _verified(args: Namespace, say: Texts) -> int:
    """Say what verifying an archive came to, what it rests on first; the exit code."""
    size = args.verify.stat().st_size
    if size > archive.MAX_ARCHIVE:
        raise CannotRun(say("bundle_too_large", path=args.verify))
    print(say("bundle_begins", path=args.verify, minutes=-(-verify.seconds(size) // 60)), file=sys.stderr, flush=True)
    verdict = verify.verify(args.verify, args.known)
    if verdict.version not in ("", __version__):
        print(say("bundle_version", theirs=quote(verdict.version, args.lang), ours=__version__))
    if verdict.own:
        print(say("bundle_own", files=", ".join(verdict.own)))
    if verdict.unchecked:
        print(say("bundle_unchecked", files=", ".join(verdict.unchecked)))
    if verdict.alike:
        print(say("bundle_alike", files=", ".join(verdict.alike)))
    show_findings(verdict.findings, args.lang, sys.stdout)
    if not verdict.findings:
        print(say("bundle_holds", count=verdict.figures, last=verdict.last))
    signed = _signatures(args, say) if args.signature else CLEAN
    print(say("bundle_limits" if args.known or args.signature else "bundle_outside", last=verdict.last or "–", digest=verdict.content or "–"))
    return max(exit_code(verdict.findings), signed)


def _signatures(args: Namespace, say: Texts) -> int:
    """Say what a detached signature says of the archive; the exit code."""
    signatures = verify.signatures(args.verify, args.signature)
    if not signatures:
        raise CannotRun(say("signature_none", path=args.signature))
    for one in signatures:
        print(say("signature_holds" if one.intact else "signature_broken", signer=quote(one.signer, args.lang)))
    return CLEAN if all(one.intact for one in signatures) else FINDINGS
