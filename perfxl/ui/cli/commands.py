"""What each command does and says. Documents go to standard output, words about them to standard error."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from perfxl.campaign import Campaign, open_files
from perfxl.model import documents
from perfxl.model.fields import round_name
from perfxl.model.findings import Finding, counts
from perfxl.model.texts import Texts
from perfxl.ui.screen import progress, show_findings, show_outcomes, show_table
from perfxl.workflow.consolidate import Run
from perfxl.workflow.consolidate import consolidate as consolidate_round
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.new import following
from perfxl.workflow.new import new as new_campaign
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun
from perfxl.workflow.workers import Workers

CLEAN, FINDINGS = 0, 1
#: What a document can break of its schema so that there is no cell for it, or nothing to write.
UNFILLABLE = ("type", "const", "additionalProperties", "format", "uniqueItems", "maxItems")


def new(asked: Namespace) -> int:
    """``perfxl new``: the campaign folder and its plan workbook."""
    from datetime import date

    from perfxl.workflow import new_from_list

    say = Texts("cli", asked.lang)
    if asked.given and new_from_list.is_list(asked.given):
        return _new_from_list(asked, say)
    if asked.given and asked.after:
        raise CannotRun(say("from_or_after"))
    given = _document(asked.given, asked.lang) if asked.given else None
    notes = ()
    if asked.after:
        given, notes = following(Campaign(asked.after), Campaign(asked.folder), asked.year, asked.lang)
    if given is not None and asked.year and isinstance(given, dict) and given.get("year") != asked.year:
        raise CannotRun(say("year_differs", given=given.get("year"), asked=asked.year))
    path = new_campaign(Campaign(asked.folder), asked.year or date.today().year, given, asked.lang)
    show_findings(notes, asked.lang, sys.stdout)
    print(say("new_done", path=path))
    return CLEAN


def _new_from_list(asked: Namespace, say: Texts) -> int:
    """``perfxl new --from LIST``: the matching to be confirmed, or the plan that it gives."""
    from datetime import date

    from perfxl.workflow import new_from_list

    begun = new_from_list.begin(Campaign(asked.folder), asked.given, asked.year or date.today().year, asked.lang,
                            Campaign(asked.after) if asked.after else None)
    show_findings(begun.findings, asked.lang, sys.stdout)
    if begun.plan is None:
        print(say("list_matching", path=begun.matching, unmatched=begun.unmatched))
        return FINDINGS
    print(say("list_done", path=begun.plan, **begun.counts))
    print(say("list_left", left=begun.left, folder=asked.folder, matching=begun.matching))
    return _code(begun.findings)


def template(asked: Namespace) -> int:
    """``perfxl template``: the masters of the forms, the templates of the reports and of the messages, for the body to restyle."""
    from perfxl.stages.issue.form import masters
    from perfxl.stages.mail import wording
    from perfxl.stages.report import templates

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    plan, _ = plan_of(campaign, asked.lang)
    reports = [campaign.folder / "modelli" / name for name in templates.names()]
    mails = [wording.own(asked.folder, kind) for kind in wording.KINDS]
    there = [p for p in (*(campaign.master(r) for r in ("plan", "interim", "final")), *reports, *mails) if p.exists()]
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
    made = issue_forms(Campaign(asked.folder), asked.round, asked.sector, asked.lang, progress(asked.lang), asked.anyway)
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

    from perfxl.workflow import extend as stage

    say = Texts("cli", asked.lang)
    done = stage.extend(Campaign(asked.folder), asked.round, asked.to, asked.sector, asked.lang, date.today(), asked.anyway,
                        progress(asked.lang))
    for path in done.issued.paths if done.issued else ():
        print(path)
    print(say("extend_done", day=f"{asked.to:%d/%m/%Y}", who=", ".join(asked.sector) or say("extend_all"),
              count=len(done.sectors), sectors=", ".join(done.sectors) or say("nobody")), file=sys.stderr)
    return CLEAN


def load(asked: Namespace) -> int:
    """``perfxl load``: values of indicators from another system, for the forms of a round."""
    from perfxl.workflow import load as stage

    say = Texts("cli", asked.lang)
    done = stage.load(Campaign(asked.folder), asked.round, asked.file, asked.lang)
    show_findings(done.findings, asked.lang, sys.stdout)
    print(say("load_done", values=done.values, new=done.new, sectors=", ".join(done.sectors) or say("nobody")))
    if done.new:
        print(say("load_again" if done.issued else "load_next", folder=asked.folder, round=asked.round, sectors=" ".join(done.issued)))
    return _code(done.findings)


def ask(asked: Namespace) -> int:
    """``perfxl ask``: the controller's questions, one workbook a sector."""
    from perfxl.workflow import ask as asking

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
    from perfxl.workflow import send as posting

    if asked.done:
        return _said_sent(asked)
    chosen = {"forms": posting.send_forms, "receipts": posting.send_receipts, "questions": posting.send_questions}[asked.what or "forms"]
    return _posted(asked, chosen(Campaign(asked.folder), asked.round, asked.sector, asked.lang, asked.dry_run,
                                 asked.again))


def _said_sent(asked: Namespace) -> int:
    """``perfxl send --done``: the drafts of a round were sent, says the controller."""
    from perfxl.workflow import drafts

    say, kinds = Texts("mail", asked.lang), {"forms": ("form",), "receipts": ("receipt",), "questions": ("questions",)}
    told = drafts.done(Campaign(asked.folder), asked.round, asked.sector, asked.lang, *([kinds[asked.what]] if asked.what else ()))
    words = Texts("register", asked.lang)
    show_table([say(f"column_{c}") for c in ("sector", "subject", "state")],
               [[t["sector"], t["subject"], words("sent_sent")] for t in told], sys.stdout)
    print(say("post_said", count=len(told)))
    return CLEAN


def remind(asked: Namespace) -> int:
    """``perfxl remind``: one message to each sector that has not answered."""
    from datetime import date

    from perfxl.workflow import send as posting

    return _posted(asked, posting.remind(Campaign(asked.folder), asked.round, asked.sector, asked.lang, date.today(),
                                         asked.dry_run, asked.again))


def _posted(asked: Namespace, post) -> int:
    """Say what became of the messages of a run; its exit code."""
    from perfxl.workflow import send as posting

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
    if any(p.state in ("drafted", "waiting") for p in post.messages):
        print(say("post_waiting", round=asked.round))
    return _code(post.findings)


def collect(asked: Namespace) -> int:
    """``perfxl collect``: what came back, taken out of messages and archives and registered."""
    from dataclasses import asdict

    from perfxl.model.findings import report
    from perfxl.workflow import collect as fetching

    say, words = Texts("mail", asked.lang), Texts("register", asked.lang)
    found = fetching.collect(Campaign(asked.folder), asked.paths, asked.lang, progress(asked.lang),
                             Workers(asked.executor, asked.workers))
    if asked.json:
        sys.stdout.write(documents.dumps({"looked": found.looked, "taken": [asdict(t) for t in found.taken],
                                          "notices": [asdict(n) for n in found.notices],
                                          **report(found.findings, asked.lang)}))
        return _code(found.findings)
    show_findings(found.findings, asked.lang, sys.stderr)
    rows = [[t.name, t.path, t.sender, say(f"became_{t.became}", sector=t.sector, round=words(f"round_{t.round}") if t.round else ""),
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
    from perfxl.stages import read as stage
    from perfxl.workflow.workers.tasks import Job

    job = Job(home=next((f for f in asked.file.resolve().parents if (f / "piano.xlsx").is_file()), None))
    reading = stage.read(asked.file.read_bytes(), asked.file.name, _extension(asked, asked.lang), issued=job.workbook)
    if reading.document is not None:
        sys.stdout.write(documents.dumps(reading.document))
    show_findings(reading.findings, asked.lang, sys.stderr)
    return 2 if reading.document is None else _code(reading.findings)


def fill(asked: Namespace) -> int:
    """``perfxl fill``: an issued workbook filled in from a return document."""
    from perfxl.stages.issue import fill as stage

    say = Texts("cli", asked.lang)
    document, extension = _document(asked.document, asked.lang), _extension(asked, asked.lang)
    # A row that lacks something, a value beyond its limits: ``read`` prints what a sector typed, and it can be typed again.
    wrong = [v for v in documents.violations("return", document, extension) if v.rule in UNFILLABLE]
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
    known = open_files.copies(intended)
    run = consolidate_round(Campaign(asked.folder), asked.round, asked.lang, progress(asked.lang),
                               Workers(asked.executor, asked.workers))
    summary = run.summary()
    if asked.json:
        sys.stdout.write(documents.dumps(summary))
        return _code(run.findings)
    show_findings(run.findings, asked.lang, sys.stdout)
    show_outcomes(summary, asked.lang)
    print(say("consolidate_done", path=run.workbook))
    if run.approval:
        from perfxl.campaign.register.words import day

        print(say("consolidate_approved", act=run.approval.act or say("act_unknown"), date=day(run.approval.date, asked.lang)))
        print("\n".join(f"  {line}" for line in run.differs or [say("consolidate_same")]))
    for path in sorted(open_files.copies(intended) - known):
        print(Texts("addin", asked.lang)("copy_kept", path=path), file=sys.stderr)
    if run.workbook != intended:
        print(open_files.told(intended, run.workbook, asked.lang), file=sys.stderr)
    return _code(run.findings)


def check(asked: Namespace) -> int:
    """``perfxl check``: every finding on a campaign or on single files; marked copies where asked for."""
    from perfxl.model.findings import report
    from perfxl.workflow import check as inspection

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
    from perfxl.stages.report.short import PAGES
    from perfxl.workflow.report import piao
    from perfxl.workflow.report import report as write_report
    from perfxl.workflow.report import short_version

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    if asked.citizens and asked.piao:
        raise CannotRun(say("citizens_or_piao"))
    if asked.citizens:
        short = short_version(campaign, asked.round, asked.lang, asked.pdf, asked.draft)
        paths, findings, told = short.paths, short.findings, short.told
        print(say("short_pages" if short.counted else "short_pages_estimated", pages=short.pages, limit=PAGES))
    else:
        write = piao if asked.piao else write_report
        made = write(campaign, asked.round, asked.lang, asked.pdf, asked.draft)
        paths, findings, told = made.paths, made.findings, made.told
    for path in paths:
        print(say("report_done", path=path))
    print(*told, sep="\n", end="\n" if told else "")
    show_findings(findings, asked.lang, sys.stdout)
    return _code(findings)


def publish(asked: Namespace) -> int:
    """``perfxl publish``: the open data of a round, once what looks personal has been looked at."""
    from perfxl.workflow.publish import publish as publish_round

    say = Texts("cli", asked.lang)
    done = publish_round(Campaign(asked.folder), asked.round, asked.lang, asked.licence, asked.cleared, asked.draft)
    show_findings(done.findings, asked.lang, sys.stdout)
    print(*done.told, sep="\n", end="\n" if done.told else "")
    print(say("publish_done", page=done.paths[0].parent / "index.html", folder=done.paths[0].parent, licence=asked.licence,
              count=sum(p.suffix != ".html" for p in done.paths)) if done.paths else
          say("publish_held", count=len(done.findings)))
    print(say("publish_limits"))
    return CLEAN if done.paths else FINDINGS


def bundle(asked: Namespace) -> int:
    """``perfxl bundle``: the archive for the evaluation board; with ``--verify``, whether one holds."""
    say = Texts("cli", asked.lang)
    if (asked.folder is None) == (asked.verify is None):
        raise CannotRun(say("bundle_one_of"))
    if asked.verify is None:
        from perfxl.workflow.bundle import bundle as write_bundle

        made = write_bundle(Campaign(asked.folder), asked.round, asked.lang, asked.licence, asked.draft)
        print(say("bundle_done", path=made.path, licence=made.licence))
        print(*made.told, sep="\n", end="\n" if made.told else "")
        return CLEAN
    from perfxl.stages.publish import proof

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
    from perfxl.model import explain as stage
    from perfxl.workflow.standing import standing

    say = Texts("cli", asked.lang)
    campaign = Campaign(asked.folder)
    rounds = [asked.round] if asked.round else ["final", "interim", "plan"]
    round = next((r for r in rounds if campaign.result(r).exists() or campaign.approved(r).exists()), None)
    if round is None:
        raise CannotRun(say("nothing_consolidated", folder=asked.folder))
    of = standing(campaign, round, asked.lang, asked.draft)
    sentence = stage.explain(of.document, asked.what, asked.lang)
    if sentence is None:
        raise CannotRun(say("nothing_to_explain", what=asked.what))
    print(sentence)
    print(*of.words(asked.lang), sep="\n", end="\n" if of.words(asked.lang) else "")
    return CLEAN


def approve(asked: Namespace) -> int:
    """``perfxl approve``: a round frozen with its act; the next round begins from it."""
    from perfxl.campaign import register as records
    from perfxl.campaign.register.words import day
    from perfxl.workflow import register_updates

    say, campaign = Texts("cli", asked.lang), Campaign(asked.folder)
    if asked.withdraw != (asked.reason is not None) or asked.withdraw and (asked.act or asked.date or asked.correct or asked.anyway):
        raise CannotRun(say("approve_withdraw_alone"))
    if not asked.withdraw and not (asked.act and asked.date):
        raise CannotRun(say("approve_act_needed"))
    plan_of(campaign, asked.lang)
    with register_updates.opened(campaign, asked.lang, CannotRun) as register:
        earlier = records.approvals(register).get(asked.round)
        if asked.withdraw:
            gone = records.withdraw(register, campaign, asked.round, asked.reason)
            print(say("approve_withdrawn", act=gone.act or say("act_unknown"), date=day(gone.date, asked.lang), digest=gone.digest))
            return CLEAN
        approval = records.approve(register, campaign, asked.round, asked.act, asked.date, anyway=asked.anyway, correct=asked.correct)
        left = records.still_open(records.baseline(register, asked.round), asked.round)
    print(say("approve_done", path=campaign.folder / approval.file, digest=approval.digest))
    if left:
        print(say("approve_open_still", listed="; ".join(records.open_lines(left, asked.lang))))
    if asked.correct:
        print(say("approve_corrected", act=earlier.act, date=day(earlier.date, asked.lang)))
    return CLEAN


def status(asked: Namespace) -> int:
    """``perfxl status``: the board of a round: expected, received, late, versions, findings, open questions."""
    from datetime import date

    from perfxl.campaign.register import board, board_table
    from perfxl.campaign.register.telling import board_summary
    from perfxl.workflow import owners, register_updates

    campaign = Campaign(asked.folder)
    plan, _ = plan_of(campaign, asked.lang)
    issued = [r for r in ("final", "interim", "plan") if campaign.issued_sectors(r)]
    round = asked.round or next(iter(issued), plan["rounds"][0]["round"])
    with register_updates.opened(campaign, asked.lang, CannotRun, write=False) as register:
        found = board(register, campaign, plan, round, date.today())
        if asked.by == "owner":
            listed = owners.by_owner(register, plan, round, owners.owed(campaign, plan, round, found.rows, asked.lang))
            return _by_owner(listed, found, asked)
    if asked.json:
        sys.stdout.write(documents.dumps(found.document()))
        return CLEAN
    show_table(*board_table(found, asked.lang), sys.stdout)
    print("\n".join(board_summary(found, asked.lang)))
    return CLEAN


def _by_owner(listed, found, asked: Namespace) -> int:
    """Say the board by owner: who owes what, in which cells."""
    from dataclasses import asdict

    say = Texts("register", asked.lang)
    if asked.json:
        sys.stdout.write(documents.dumps({"year": found.year, "round": found.round, "today": found.today,
                                          "owners": [asdict(o) for o in listed]}))
        return CLEAN
    rows = []
    for one in listed:
        first = f"{one.missing[0].sheet}!{one.missing[0].cell}" if one.missing else ""
        where = say("owner_more", first=first, count=len(one.missing) - 1) if len(one.missing) > 1 else first
        rows.append([f"{one.name} <{one.email}>" if one.email else say("owner_nobody"), ", ".join(one.sectors), ", ".join(one.objectives),
                     str(len(one.missing) or ""), where, str(one.late or ""), str(one.reminders or "")])
    show_table([say(f"column_{c}") for c in ("owner", "sectors", "objectives", "missing", "where", "late", "reminders")], rows, sys.stdout)
    return CLEAN


def log(asked: Namespace) -> int:
    """``perfxl log``: what happened in the campaign; with ``--verify``, whether the record is unbroken."""
    from perfxl.campaign.register import log_lines, verify
    from perfxl.workflow import register_updates

    campaign = Campaign(asked.folder)
    if not asked.folder.is_dir():
        raise CannotRun(Texts("cli", asked.lang)("no_path", path=asked.folder))
    if asked.verify:
        findings = verify(campaign.folder)
        show_findings(findings, asked.lang, sys.stdout)
        if not findings:
            print(Texts("register", asked.lang)("log_unbroken"))
        return _code(findings)
    with register_updates.opened(campaign, asked.lang, CannotRun, write=False) as register:
        for line in log_lines(register, asked.lang):
            print(line)
    return CLEAN


def rebuild(asked: Namespace) -> int:
    """``perfxl rebuild``: the register made again from what the campaign still proves."""
    from perfxl.workflow import rebuild as rebuilding

    say = Texts("cli", asked.lang)
    found = rebuilding.rebuild(Campaign(asked.folder), asked.lang)
    print(say("rebuild_done", path=asked.folder / "registro.sqlite", kept=found.kept))
    if found.aside:
        print(say("rebuild_aside", path=asked.folder / found.aside))
    for what, count in found.recovered.items():
        print("  " + say(f"rebuild_{what}", count=count))
    print(say("rebuild_lost"))
    for key, values in found.lost:
        print("  " + say(key, **values))
    return CLEAN


def resolve(asked: Namespace) -> int:
    """``perfxl resolve``: the conflicts of a round, or the choice made on one."""
    from perfxl.workflow import resolve as resolving

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
    """``perfxl addin``: the add-in for Excel, or the extension for LibreOffice, built, installed, looked at, taken away."""
    from perfxl.ui.addin import command

    if asked.shortcut and asked.what != "install":
        raise CannotRun(Texts("addin", asked.lang)("shortcut_only_install"))
    if asked.libreoffice:
        from perfxl.ui.addin.libreoffice import command as office

        return office.run(asked.what, asked.out, asked.shortcut, asked.lang)
    return command.run(asked.what, asked.out, asked.shortcut, asked.lang)


def attached(asked: Namespace) -> int:
    """Any stage with ``--active``: the same as its button, on the workbook open in Excel."""
    from perfxl.ui.addin import outside

    return outside.attached(asked.command, asked.lang, getattr(asked, "round", None))


def window(asked: Namespace) -> int:
    """``perfxl window``: the buttons of the ribbon in a window of their own."""
    from importlib.util import find_spec

    if find_spec("tkinter") is None:
        raise CannotRun(Texts("addin", asked.lang)("no_toolkit"))
    from perfxl.ui import window as own

    return own.run(asked.lang, asked.folder)


def watch(asked: Namespace) -> int:
    """``perfxl watch``: a consolidation now and at every arrival, until it is stopped."""
    from perfxl.ui import watch as stage

    campaign = Campaign(asked.folder)
    print(Texts("addin", asked.lang)("watching", folder=campaign.folder / "ricevute" / asked.round), file=sys.stderr)
    try:
        for run in stage.watch(campaign, asked.round, asked.lang):
            _watched(campaign, run, asked)
    except KeyboardInterrupt:  # the way to stop it
        print(Texts("addin", asked.lang)("watch_over"), file=sys.stderr)
    return CLEAN


def _watched(campaign: Campaign, run: Run | CannotRun, asked: Namespace) -> None:
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
        print(open_files.told(intended, run.workbook, asked.lang), file=sys.stderr, flush=True)


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
    from perfxl.campaign.register import board, board_table
    from perfxl.demo import mailing
    from perfxl.workflow import collect as fetching
    from perfxl.workflow import register_updates
    from perfxl.workflow import send as posting

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
    plan, _ = plan_of(campaign, asked.lang)
    with register_updates.opened(campaign, asked.lang, CannotRun, write=False) as register:
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
