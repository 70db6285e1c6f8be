"""What each command does and says. Documents go to standard output, words about them to standard error."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from perfxl import documents, occupied, pipeline
from perfxl.campaign import Campaign
from perfxl.rounds import KINDS, round_name
from perfxl.findings import Finding, counts
from perfxl.pipeline import CannotRun
from perfxl.screen import progress, show_findings, show_outcomes, show_table
from perfxl.texts import Texts
from perfxl.work import Workers

CLEAN, FINDINGS = 0, 1


def new(asked: Namespace) -> int:
    """``perfxl new``: the campaign folder and its plan workbook."""
    from datetime import date

    say = Texts("cli", asked.lang)
    if asked.given and asked.after:
        raise CannotRun(say("from_or_after"))
    given = _document(asked.given, asked.lang) if asked.given else None
    notes = ()
    if asked.after:
        given, notes = pipeline.following(Campaign(asked.after), Campaign(asked.folder), asked.year, asked.lang)
    if given is not None and asked.year and isinstance(given, dict) and given.get("year") != asked.year:
        raise CannotRun(say("year_differs", given=given.get("year"), asked=asked.year))
    path = pipeline.new(Campaign(asked.folder), asked.year or date.today().year, given, asked.lang)
    show_findings(notes, asked.lang, sys.stdout)
    print(say("new_done", path=path))
    return CLEAN


def template(asked: Namespace) -> int:
    """``perfxl template``: the masters of the forms, the templates of the reports and of the messages, for the body to restyle."""
    from perfxl.form import masters
    from perfxl.mail import wording
    from perfxl.reporting import templates

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    plan, _ = pipeline.plan_of(campaign, asked.lang)
    reports = [campaign.folder / "modelli" / name for name in templates.names()]
    mails = [wording.own(asked.folder, kind) for kind in wording.KINDS]
    there = [p for p in (*(campaign.master(r) for r in KINDS), *reports, *mails) if p.exists()]
    if there and not asked.force:
        raise CannotRun(say("masters_exist", paths=", ".join(map(str, there))))
    language = plan["body"].get("language", "it")
    for path in (*masters.write(asked.folder, language, campaign.extension), *templates.write(asked.folder, language),
                 *wording.write(asked.folder, language)):
        print(path)
    print(say("template_done"))
    return CLEAN


def issue(asked: Namespace) -> int:
    """``perfxl issue``: one workbook a sector."""
    say = Texts("cli", asked.lang)
    made = pipeline.issue(Campaign(asked.folder), asked.round, asked.sector, asked.lang, progress(asked.lang), asked.anyway)
    for path in made.paths:
        print(path)
    show_findings(made.findings, asked.lang, sys.stderr)
    again = len(made.paths) - len(made.fresh)
    print(say("issue_done", count=len(made.paths), folder=asked.folder / "ricevute" / asked.round), file=sys.stderr)
    if again:
        print(say("issue_same", count=again), file=sys.stderr)
    return _code(made.findings)


def extend(asked: Namespace) -> int:
    """``perfxl extend``: more time for a round."""
    from datetime import date

    from perfxl import extend as stage

    say = Texts("cli", asked.lang)
    done = stage.extend(Campaign(asked.folder), asked.round, asked.to, asked.sector, asked.lang, date.today(), asked.anyway,
                        progress(asked.lang))
    for path in done.issued.paths if done.issued else ():
        print(path)
    print(say("extend_done", day=f"{asked.to:%d/%m/%Y}", who=", ".join(asked.sector) or say("extend_all"),
              count=len(done.sectors), sectors=", ".join(done.sectors) or say("nobody")), file=sys.stderr)
    return CLEAN


def ask(asked: Namespace) -> int:
    """``perfxl ask``: the controller's questions, one workbook a sector."""
    from perfxl import asking

    say = Texts("cli", asked.lang)
    found = asking.ask(Campaign(asked.folder), asked.round, asked.sector, asked.lang, progress(asked.lang),
                       Workers(asked.executor, asked.workers))
    for path in found.paths:
        print(path)
    if found.left:
        print(say("ask_left", left=found.left), file=sys.stderr)
    said = "ask_done" if found.paths else "ask_none"
    print(say(said, count=len(found.paths), questions=found.questions, folder=asked.folder / "ricevute" / asked.round,
              round=round_name(asked.round, asked.lang)), file=sys.stderr)
    return CLEAN


def send(asked: Namespace) -> int:
    """``perfxl send``: one message a sector with its workbook, a receipt for it, or questions about it."""
    from perfxl import posting

    chosen = {"forms": posting.send_forms, "receipts": posting.send_receipts, "questions": posting.send_questions}[asked.what]
    return _posted(asked, chosen(Campaign(asked.folder), asked.round, asked.sector, asked.lang, asked.dry_run,
                                 asked.again))


def remind(asked: Namespace) -> int:
    """``perfxl remind``: one message to each sector that has not answered."""
    from datetime import date

    from perfxl import posting

    return _posted(asked, posting.remind(Campaign(asked.folder), asked.round, asked.sector, asked.lang, date.today(),
                                         asked.dry_run, asked.again))


def _posted(asked: Namespace, post) -> int:
    """Say what became of the messages of a run; its exit code."""
    from perfxl import posting

    say = Texts("mail", asked.lang)
    show_findings(post.findings, asked.lang, sys.stderr)
    show_table([say(f"column_{c}") for c in ("sector", "to", "subject", "state")],
               [[p.outgoing.sector, ", ".join(p.outgoing.receivers), f"{p.outgoing.subject} [{p.outgoing.reference}]",
                 say(f"state_{p.state}")] for p in post.messages], sys.stdout)
    for outgoing in (p.outgoing for p in post.messages if asked.dry_run and p.state == "ready"):
        print(say("post_whole", sector=outgoing.sector, to=", ".join(outgoing.to), copies=", ".join(outgoing.copies) or "–",
                  reply_to=outgoing.reply_to or "–", subject=f"{outgoing.subject} [{outgoing.reference}]", text=outgoing.text,
                  attachments=", ".join(f"{a.name} ({len(a.content) // 1024 + 1} KB)" for a in outgoing.attachments) or "–"))
    new = sum(p.state in ("ready", "drafted", "sent") for p in post.messages)
    print(say("post_dry" if asked.dry_run else "post_done", new=new, count=len(post.messages)))
    if any(p.path for p in post.messages):
        print(say("post_drafts", folder=asked.folder / posting.FOLDER / asked.round))
    return _code(post.findings)


def collect(asked: Namespace) -> int:
    """``perfxl collect``: what came back, taken out of messages and archives and registered."""
    from dataclasses import asdict

    from perfxl import fetching
    from perfxl.findings import report

    say, words = Texts("mail", asked.lang), Texts("register", asked.lang)
    found = fetching.collect(Campaign(asked.folder), asked.paths, asked.lang, progress(asked.lang),
                             Workers(asked.executor, asked.workers))
    if asked.json:
        sys.stdout.write(documents.dumps({"looked": found.looked, "taken": [asdict(t) for t in found.taken],
                                          "notices": [asdict(n) for n in found.notices],
                                          **report(found.findings, asked.lang)}))
        return _code(found.findings)
    show_findings(found.findings, asked.lang, sys.stderr)
    rows = [[t.name, t.path, t.sender, say(f"became_{t.became}", sector=t.sector, round=words.at("round", t.round) if t.round else ""),
             t.protocol, t.file] for t in found.taken if not t.known]
    if rows:
        show_table([say(f"column_{c}") for c in ("name", "path", "sender", "became", "protocol", "file")], rows, sys.stdout)
    for news in found.notices:
        print(say("notice", event=words(f"notice_{news.event}"), subject=news.subject, address=news.address))
    print(say("collect_done", looked=found.looked, new=sum(t.became == "return" and not t.known for t in found.taken),
              known=sum(t.known for t in found.taken), aside=sum(t.became == "aside" and not t.known for t in found.taken)))
    return _code(found.findings)


def read(asked: Namespace) -> int:
    """``perfxl read``: a returned workbook as a return document."""
    from perfxl import read as stage

    reading = stage.read(asked.file.read_bytes(), asked.file.name, _extension(asked, asked.lang))
    if reading.document is not None:
        sys.stdout.write(documents.dumps(reading.document))
    show_findings(reading.findings, asked.lang, sys.stderr)
    return 2 if reading.document is None else _code(reading.findings)


def fill(asked: Namespace) -> int:
    """``perfxl fill``: an issued workbook filled in from a return document."""
    from perfxl import fill as stage

    say = Texts("cli", asked.lang)
    document, extension = _document(asked.document, asked.lang), _extension(asked, asked.lang)
    wrong = list(documents.violations("return", document, extension))
    if wrong:
        listed = "\n".join(f"  {documents.pointer(v.path) or '/'}: {v.rule} {v.limit}" for v in wrong[:20])
        raise CannotRun(say("return_invalid", count=len(wrong), listed=listed))
    made, findings = stage.fill(asked.file.read_bytes(), document, extension)
    documents.write_bytes(asked.output, made)
    print(asked.output)
    show_findings(findings, asked.lang, sys.stderr)
    return _code(findings)


def consolidate(asked: Namespace) -> int:
    """``perfxl consolidate``: the consolidated workbook and document of a round."""
    say = Texts("cli", asked.lang)
    intended = Campaign(asked.folder).result(asked.round, "consolidato.xlsx")
    known = occupied.copies(intended)
    run = pipeline.consolidate(Campaign(asked.folder), asked.round, asked.lang, progress(asked.lang),
                               Workers(asked.executor, asked.workers))
    summary = run.summary()
    if asked.json:
        sys.stdout.write(documents.dumps(summary))
        return _code(run.findings)
    show_findings(run.findings, asked.lang, sys.stdout)
    show_outcomes(summary, asked.lang)
    print(say("consolidate_done", path=run.workbook))
    for path in sorted(occupied.copies(intended) - known):
        print(Texts("addin", asked.lang)("copy_kept", path=path), file=sys.stderr)
    if run.workbook != intended:
        print(occupied.told(intended, run.workbook, asked.lang), file=sys.stderr)
    return _code(run.findings)


def check(asked: Namespace) -> int:
    """``perfxl check``: every finding on a campaign or on single files; marked copies where asked for."""
    from perfxl import inspection
    from perfxl.findings import report

    say = Texts("cli", asked.lang)
    found = inspection.inspect(asked.paths, asked.lang, progress(asked.lang), Workers(asked.executor, asked.workers))
    if not found.files and not found.findings and not any((p / "piano.xlsx").is_file() for p in asked.paths):
        raise CannotRun(say("nothing_to_check", paths=", ".join(map(str, asked.paths))))
    if asked.json:
        sys.stdout.write(documents.dumps(report(found.findings, asked.lang)))
    else:
        show_findings(found.findings, asked.lang, sys.stdout)
        print(say("check_done", files=len(found.files), **counts(found.findings)))
    if asked.marked:
        made, failed = inspection.write_marked(found, asked.marked, asked.lang)
        for path in made:
            print(path, file=sys.stderr)
        for path in failed:
            print(say("not_marked", path=path), file=sys.stderr)
    return _code(found.findings)


def report(asked: Namespace) -> int:
    """``perfxl report``: the Word document of a round or its short version for citizens, and its PDF."""
    from perfxl import delivery
    from perfxl.reporting.short import PAGES

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    if asked.citizens:
        short = delivery.short_version(campaign, asked.round, asked.lang, asked.pdf)
        paths, findings = short.paths, short.findings
        print(say("short_pages" if short.counted else "short_pages_estimated", pages=short.pages, limit=PAGES))
    else:
        made = delivery.report(campaign, asked.round, asked.lang, asked.pdf)
        paths, findings = made.paths, made.findings
    for path in paths:
        print(say("report_done", path=path))
    show_findings(findings, asked.lang, sys.stdout)
    return _code(findings)


def publish(asked: Namespace) -> int:
    """``perfxl publish``: the open data of a round, once what looks personal has been looked at."""
    from perfxl import delivery

    say = Texts("cli", asked.lang)
    done = delivery.publish(Campaign(asked.folder), asked.round, asked.lang, asked.licence, asked.cleared)
    show_findings(done.findings, asked.lang, sys.stdout)
    print(say("publish_done", folder=done.paths[0].parent, count=len(done.paths), licence=asked.licence) if done.paths else
          say("publish_held", count=len(done.findings)))
    return CLEAN if done.paths else FINDINGS


def bundle(asked: Namespace) -> int:
    """``perfxl bundle``: the archive for the evaluation board; with ``--verify``, whether one holds."""
    say = Texts("cli", asked.lang)
    if (asked.folder is None) == (asked.verify is None):
        raise CannotRun(say("bundle_one_of"))
    if asked.verify is None:
        from perfxl import delivery

        made = delivery.bundle(Campaign(asked.folder), asked.round, asked.lang, asked.licence)
        print(say("bundle_done", path=made.path, licence=made.licence))
        return CLEAN
    from perfxl.publish import proof

    if asked.verify.stat().st_size > proof.MAX_ARCHIVE:
        raise CannotRun(say("bundle_too_large", path=asked.verify))
    verdict = proof.verify(asked.verify.read_bytes(), asked.verify.name)
    show_findings(verdict.findings, asked.lang, sys.stdout)
    if not verdict.findings:
        print(say("bundle_holds", count=verdict.figures, last=verdict.last))
    if verdict.unchecked:
        print(say("bundle_unchecked", files=", ".join(verdict.unchecked)))
    return _code(verdict.findings)


def explain(asked: Namespace) -> int:
    """``perfxl explain``: how an outcome came about, in one sentence."""
    from perfxl import explain as stage

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    rounds = [asked.round] if asked.round else reversed(pipeline.consolidated_rounds(campaign, asked.lang))
    path = next((p for p in map(campaign.result, rounds) if p.is_file()), None)
    if path is None:
        raise CannotRun(say("nothing_consolidated", folder=asked.folder))
    sentence = stage.explain(documents.load(path), asked.what, asked.lang)
    if sentence is None:
        raise CannotRun(say("nothing_to_explain", what=asked.what))
    print(sentence)
    return CLEAN


def approve(asked: Namespace) -> int:
    """``perfxl approve``: a round frozen with its act; the next round begins from it."""
    from perfxl import keeping
    from perfxl.register import approve as freeze

    campaign = Campaign(asked.folder)
    pipeline.plan_of(campaign, asked.lang)
    with keeping.opened(campaign, asked.lang, CannotRun) as register:
        approval = freeze(register, campaign, asked.round, asked.act, asked.date)
    print(Texts("cli", asked.lang)("approve_done", path=campaign.folder / approval.file, digest=approval.digest))
    return CLEAN


def status(asked: Namespace) -> int:
    """``perfxl status``: the board of a round: expected, received, late, versions, findings, open questions."""
    from datetime import date

    from perfxl import keeping
    from perfxl.register import board, board_table
    from perfxl.register.telling import board_summary

    campaign = Campaign(asked.folder)
    plan, _ = pipeline.plan_of(campaign, asked.lang)
    with keeping.opened(campaign, asked.lang, CannotRun, write=False) as register:
        found = board(register, campaign, plan, asked.round, date.today())
    if asked.json:
        sys.stdout.write(documents.dumps(found.document()))
        return CLEAN
    show_table(*board_table(found, asked.lang), sys.stdout)
    print("\n".join(board_summary(found, asked.lang)))
    return CLEAN


def log(asked: Namespace) -> int:
    """``perfxl log``: what happened in the campaign; with ``--verify``, whether the record is unbroken."""
    from perfxl import keeping
    from perfxl.register import log_lines, verify

    campaign = Campaign(asked.folder)
    if not asked.folder.is_dir():
        raise CannotRun(Texts("cli", asked.lang)("no_path", path=asked.folder))
    if asked.verify:
        findings = verify(campaign.folder)
        show_findings(findings, asked.lang, sys.stdout)
        if not findings:
            print(Texts("register", asked.lang)("log_unbroken"))
        return _code(findings)
    with keeping.opened(campaign, asked.lang, CannotRun, write=False) as register:
        for line in log_lines(register, asked.lang):
            print(line)
    return CLEAN


def resolve(asked: Namespace) -> int:
    """``perfxl resolve``: the conflicts of a round, or the choice made on one."""
    from perfxl import resolving

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    if not asked.key:
        waiting = resolving.waiting(campaign, asked.round, asked.lang)
        for line in resolving.lines(waiting, asked.lang):
            print(line)
        return FINDINGS if waiting else CLEAN
    resolving.choose(campaign, asked.round, asked.key, asked.choice, asked.value, asked.sector, asked.by, asked.note, asked.lang)
    print(say("resolve_done", folder=asked.folder, round=asked.round))
    return CLEAN


def addin(asked: Namespace) -> int:
    """``perfxl addin``: the add-in for Excel, built, installed, looked at, taken away."""
    from perfxl.addin import command

    return command.run(asked.what, asked.out, asked.shortcut, asked.lang)


def attached(asked: Namespace) -> int:
    """Any stage with ``--active``: the same as its button, on the workbook open in Excel."""
    from perfxl.addin import outside

    return outside.attached(asked.command, asked.lang, getattr(asked, "round", None))


def window(asked: Namespace) -> int:
    """``perfxl window``: the buttons of the ribbon in a window of their own."""
    from importlib.util import find_spec

    if find_spec("tkinter") is None:
        raise CannotRun(Texts("addin", asked.lang)("no_toolkit"))
    from perfxl import window as own

    return own.run(asked.lang, asked.folder)


def watch(asked: Namespace) -> int:
    """``perfxl watch``: a consolidation now and at every arrival, until it is stopped."""
    from perfxl import watch as stage

    campaign = Campaign(asked.folder)
    print(Texts("addin", asked.lang)("watching", folder=campaign.folder / "ricevute" / asked.round), file=sys.stderr)
    try:
        for run in stage.watch(campaign, asked.round, asked.lang):
            _watched(campaign, run, asked)
    except KeyboardInterrupt:  # the way to stop it
        print(Texts("addin", asked.lang)("watch_over"), file=sys.stderr)
    return CLEAN


def _watched(campaign: Campaign, run: pipeline.Run | CannotRun, asked: Namespace) -> None:
    """Say what one consolidation of a watch came to, and when."""
    from datetime import datetime

    say = Texts("addin", asked.lang)
    if isinstance(run, CannotRun):
        show_findings(run.findings, asked.lang, sys.stderr)
        print(say("watch_at", time=f"{datetime.now():%H:%M}", what=run), file=sys.stderr, flush=True)
        return
    show_outcomes(run.summary(), asked.lang)
    print(say("done_findings", **counts(run.findings)))
    print(say("watch_at", time=f"{datetime.now():%H:%M}", what=Texts("cli", asked.lang)("consolidate_done", path=run.workbook)), flush=True)
    intended = campaign.result(asked.round, "consolidato.xlsx")
    if run.workbook != intended:
        print(occupied.told(intended, run.workbook, asked.lang), file=sys.stderr, flush=True)


def demo(asked: Namespace) -> int:
    """``perfxl demo``: an invented body's year, played through the interim and the final round."""
    from perfxl.demo import play

    say = Texts("cli", asked.lang)
    if asked.folder.exists() and any(asked.folder.iterdir()):
        raise CannotRun(say("folder_not_empty", path=asked.folder))
    if asked.mail:
        return _demo_mail(asked)
    campaign, findings = Campaign(asked.folder), []
    for round in play.play(campaign, asked.lang, progress(asked.lang)):
        findings += round.findings
        print(say("demo_round", round=round_name(round.document["round"], asked.lang)))
        show_outcomes(round.summary(), asked.lang)
    show_findings(findings, asked.lang, sys.stdout)
    print(say("demo_done", plan=campaign.plan, form=campaign.issued("final", "S1"),
              result=campaign.result("final", "consolidato.xlsx"), folder=asked.folder))
    return _code(findings)


def _demo_mail(asked: Namespace) -> int:
    """``perfxl demo --mail``: a round played by mail, then its board."""
    from perfxl import fetching, keeping, posting
    from perfxl.demo import mailing
    from perfxl.register import board, board_table

    say, words = Texts("mail", asked.lang), Texts("register", asked.lang)
    campaign = Campaign(asked.folder)
    for done in mailing.play(campaign, asked.lang, progress(asked.lang)):
        if isinstance(done, posting.Post):
            print(say("demo_post", message=words(f"message_{done.messages[0].outgoing.kind}"), count=len(done.messages),
                      sectors=", ".join(p.outgoing.sector for p in done.messages)))
        elif isinstance(done, fetching.Fetched):
            show_findings(done.findings, asked.lang, sys.stdout)
            print(say("collect_done", looked=done.looked, known=0, new=sum(t.became == "return" for t in done.taken),
                      aside=sum(t.became == "aside" for t in done.taken)))
        else:
            print(Texts("cli", asked.lang)("consolidate_done", path=done.workbook))
    plan, _ = pipeline.plan_of(campaign, asked.lang)
    with keeping.opened(campaign, asked.lang, CannotRun, write=False) as register:
        show_table(*board_table(board(register, campaign, plan, mailing.ROUND, mailing.today()), asked.lang), sys.stdout)
    print(say("demo_mail_done", drafts=asked.folder / posting.FOLDER / mailing.ROUND, arrivals=asked.folder / fetching.ARRIVALS,
              folder=asked.folder))
    return CLEAN


def _code(findings: Iterable[Finding]) -> int:
    return FINDINGS if any(f.severity != "note" for f in findings) else CLEAN


def _document(path: Path, language: str):
    try:
        return documents.load(path)
    except (ValueError, RecursionError) as problem:
        raise CannotRun(Texts("cli", language)("not_json", path=path, reason=problem)) from None


def _extension(asked: Namespace, language: str) -> dict | None:
    """The extension schema named, or the one of the campaign that the file stands in."""
    if asked.extension:
        return _document(asked.extension, language)
    for folder in asked.file.resolve().parents:
        if (folder / "piano.xlsx").is_file():
            return Campaign(folder).extension
    return None
