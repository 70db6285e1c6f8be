"""What there is to answer to the sectors: receipts for what they sent back, and the questions that still wait."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, result
from perfxl.campaign.register.board import local_day
from perfxl.campaign.register.words import day
from perfxl.model.base import waiting
from perfxl.model.documents import digest
from perfxl.model.findings import Finding, counts
from perfxl.model.texts import Texts
from perfxl.stages import mail, mark
from perfxl.stages.mail import Matter, correspondents
from perfxl.stages.mail.correspondents import Correspondent
from perfxl.stages.mail.message import Attachment
from perfxl.workflow.gathered import Gathered, Source
from perfxl.workflow.load_round import form_of, load_round


def receipts(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, sectors: Iterable[str], language: str,
             dry_run: bool = False) -> list[Matter]:
    """One receipt to everybody of a sector who sent something usable, about what came from them, with their own workbook marked
    when there is something to mend. What came as before is no new matter: the versions decide.

    ``dry_run``: ``register`` is only read.
    """
    gathered = load_round(campaign, round, language, register=None if dry_run else register)
    named = {s["code"]: s for s in plan["sectors"] if s["code"] in set(sectors)}
    arrivals = correspondents.arrivals(register, round)
    by_sector: dict[str, list[Source]] = {}
    for source in gathered.sources:
        if source.sector in named:
            by_sector.setdefault(source.sector, []).append(source)
    return [_receipt(campaign, plan, gathered=gathered, sector=named[sector], own=group, everybody=groups)
            for sector, several in by_sector.items()
            for groups in [correspondents.grouped(named[sector], several, arrivals)] for group in groups]


def _receipt(campaign: Campaign, plan: dict[str, Any], gathered: Gathered, sector: dict[str, Any], own: Correspondent, everybody: list[Correspondent]) -> Matter:
    """The receipt for what came from ``own``, one of ``everybody`` who sent something for ``sector``."""
    language, code = plan["body"].get("language", "it"), sector["code"]
    heads = [s for s in own.sources if s.verdict != "superseded"]
    findings = mark.for_sector(f for f in gathered.findings if f.place.file in {s.read.file for s in heads})
    number = counts(findings)
    marked = _marked(campaign, plan, gathered=gathered, heads=heads, findings=findings, language=language)
    others = any(s.verdict == "merged" for o in everybody if o is not own for s in o.sources)
    say = Texts("mail", language)
    recipient = own.name or say("colleague", sector=sector["name"]) if own.address else sector.get("manager") or say("head", sector=sector["name"])
    facts = {"recipient": recipient,
             "arrived": day(local_day(own.arrived).isoformat(), language) if own.arrived else "",
             "versions": sum(s.verdict != "answers" for s in own.sources), "merged": sum(s.verdict == "merged" for s in heads) > 1,
             "others": others and any(s.verdict == "merged" for s in heads), "superseded": not heads,
             "marked": len(marked), "errors": number["error"], "warnings": number["warning"]}
    about = "/".join(sorted(s.read.sha256[:16] for s in heads or own.sources))
    written = tuple(o.address for o in everybody if o is not own)
    return Matter(code, about, attachments=marked, facts=facts, in_reply_to=own.message_id,
                  to=(own.address,) if own.address else (), number=everybody.index(own) + 1,
                  elsewhere=(*written, sector.get("email", "")) if own.address else written)


def _marked(campaign: Campaign, plan: dict[str, Any], gathered: Gathered, heads: list[Source], findings: list[Finding], language: str) -> tuple[Attachment, ...]:
    """Each workbook that counts and has something to mend, with its findings marked; numbered when there are several."""
    made = []
    for head in heads:
        own = [f for f in findings if f.place.file == head.read.file]
        content = _mark(campaign, gathered, head=head, findings=own, language=language) if any(f.severity != "note" for f in own) else None
        if content:
            made.append((head, content))
    names = [mail.form_name(plan, gathered.round, h.sector, asked=h.verdict == "answers") for h, _ in made]
    return tuple(Attachment(n if names.count(n) == 1 else n.replace(".xlsx", f"-{k}.xlsx"), content)
                 for k, (n, (_, content)) in enumerate(zip(names, made, strict=True), 1))


def _mark(campaign: Campaign, gathered: Gathered, head: Source, findings: list[Finding], language: str) -> bytes | None:
    """The workbook of ``head`` with ``findings`` marked on it; None when that cannot be done."""
    form = form_of(campaign, gathered, head)
    try:
        return mark.mark((campaign.folder / head.read.file).read_bytes(), findings, language=language,
                         form=form.read_bytes() if form.is_file() else None,
                         document=head.read.reading.document, extension=campaign.extension, open_only=True, round=gathered.round)
    except (mark.Unreadable, OSError):
        return None


def questions(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, sectors: Iterable[str]) -> list[Matter]:
    """One message for each sector with questions that have no answer yet, with the workbook to answer in when one was made
    that holds them all."""
    consolidated = result(register, campaign, round)
    open_ = waiting(consolidated.document["content"] if consolidated else plan, round)
    return [_questions(register, campaign, plan=plan, round=round, sector=s, waiting=open_[s]) for s in sectors if s in open_]


def _questions(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, sector: str, waiting: list[dict[str, Any]]) -> Matter:
    language = plan["body"].get("language", "it")
    questions = [{**{k: r.get(k, "") for k in ("objective", "about", "question")}, "due": day(r.get("due", ""), language)} for r in waiting]
    attached = _asked(register, campaign, plan=plan, round=round, sector=sector, requests={r["id"] for r in waiting})
    about = "/".join([digest(questions), *(a.sha256[:16] for a in attached)])
    return Matter(sector, about, attached, {"questions": questions, "attached": bool(attached)})


def _asked(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, sector: str, requests: set[str]) -> tuple[Attachment, ...]:
    """The last workbook with questions to ``sector``, as it was made, when it holds all ``requests``."""
    made = register.entries("asked", round=round, sector=sector)
    path = campaign.request_form(round, sector, made[-1].payload["number"]) if made else None
    if path is None or not path.is_file() or not requests <= set(made[-1].payload["requests"]):
        return ()
    content = path.read_bytes()
    if sha256(content).hexdigest() != made[-1].payload["sha256"]:
        return ()
    return (Attachment(mail.form_name(plan, round, sector, asked=True), content),)
