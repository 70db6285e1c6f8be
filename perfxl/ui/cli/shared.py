"""What several commands do alike: exit codes, documents given as files, what became of messages."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.folder import own_fields
from perfxl.model import documents
from perfxl.model.findings import Finding
from perfxl.model.texts import Texts
from perfxl.ui.screen import show_findings, show_table
from perfxl.workflow import send as posting
from perfxl.workflow.running import CannotRun

CLEAN, FINDINGS = 0, 1


def exit_code(findings: Iterable[Finding]) -> int:
    """The exit code of a command that met ``findings``: notes alone are clean."""
    return FINDINGS if any(f.severity != "note" for f in findings) else CLEAN


def document_from(path: Path, language: str):
    try:
        return documents.load(path)
    except (ValueError, RecursionError) as problem:
        raise CannotRun(Texts("cli", language)("not_json", path=path, reason=problem)) from None


def extension_for(args: Namespace) -> dict | None:
    """The extension schema named, or the one of the campaign that the file stands in."""
    if args.extension:
        return own_fields(args.extension)
    for folder in args.file.resolve().parents:
        if (folder / "piano.xlsx").is_file():
            return Campaign(folder).extension
    return None


def show_messages(args: Namespace, post) -> int:
    """Say what became of the messages of a run; its exit code."""
    say = Texts("mail", args.lang)
    show_findings(post.findings, args.lang, sys.stderr)
    show_table([say(f"column_{c}") for c in ("sector", "to", "subject", "state")],
               [[p.outgoing.sector, ", ".join(p.outgoing.receivers), f"{p.outgoing.subject} [{p.outgoing.reference}]",
                 say(f"state_{p.state}")] for p in post.messages], sys.stdout)
    for outgoing in (p.outgoing for p in post.messages if args.dry_run and p.state == "ready"):
        print(say("post_whole", sector=outgoing.sector, to=", ".join(outgoing.to), copies=", ".join(outgoing.copies) or "–",
                  reply_to=outgoing.reply_to or "–", subject=f"{outgoing.subject} [{outgoing.reference}]", text=outgoing.text,
                  attachments=", ".join(f"{a.name} ({len(a.content) // 1024 + 1} KB)" for a in outgoing.attachments) or "–"))
    new = sum(p.state in ("ready", "drafted", "sent") for p in post.messages)
    print(say("post_dry" if args.dry_run else "post_done", new=new, count=len(post.messages)))
    if any(p.path for p in post.messages):
        print(say("post_drafts", folder=args.folder / posting.FOLDER / args.round))
    if any(p.state in ("drafted", "waiting") for p in post.messages):
        print(say("post_waiting", round=args.round))
    return exit_code(post.findings)
