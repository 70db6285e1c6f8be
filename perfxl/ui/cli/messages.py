"""What became of the messages of a run, for the commands that send some: apart, since mail is much to load."""

import sys
from argparse import Namespace

from perfxl.model.texts import Texts
from perfxl.ui.cli.shared import exit_code
from perfxl.ui.screen import show_findings, show_table
from perfxl.workflow import delivery


def show_messages(args: Namespace, post: delivery.Post) -> int:
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
        print(say("post_drafts", folder=args.folder / delivery.FOLDER / args.round))
    if post.box:
        print(say("post_box", account=post.box[0], folder=post.box[1]))
    if any(p.state in ("drafted", "waiting") for p in post.messages):
        print(say("post_waiting", folder=args.folder, round=args.round))
    return exit_code(post.findings)
