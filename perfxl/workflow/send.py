"""Sends the messages of a round and keeps the register of it, so that nothing leaves twice."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email.errors import MessageError
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, board
from perfxl.campaign.register.board import Row
from perfxl.campaign.register.words import day
from perfxl.model import deadlines
from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.readings import idle
from perfxl.model.succession import with_former
from perfxl.model.texts import Texts
from perfxl.stages import mail
from perfxl.stages.mail import Matter, transports, wording
from perfxl.stages.mail.faults import raised_in
from perfxl.stages.mail.out import Attachment, Outgoing, message
from perfxl.stages.mail.settings import Settings, Unusable, settings
from perfxl.stages.mail.wording import KINDS, lost_words
from perfxl.workflow import drafts, owners, register_updates
from perfxl.workflow import messages as answering
from perfxl.workflow import workers as work
from perfxl.workflow.owners import Owed
from perfxl.workflow.plan_workbook import chosen as chosen_
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun

#: Where the draft files stand in the campaign, by round.
FOLDER = "posta"

#: What can be said of a message: would leave, became a draft, left, had left before, is a draft that waits to be sent, may have
#: left, did not leave.
STATES = ("ready", "drafted", "sent", "already", "waiting", "uncertain", "failed")


@dataclass(frozen=True)
class Posted:
    """One message and what became of it: one of ``STATES``; ``path``: its draft file, when it has one."""

    outgoing: Outgoing
    state: str
    path: Path | None = None


@dataclass(frozen=True)
class Post:
    """The messages of one run, by sector, and what there is to say about them; ``box``: the folder of the mailbox that drafts are
    put into, with its account, where they are."""

    messages: tuple[Posted, ...]
    findings: tuple[Finding, ...]
    box: tuple[str, str] | None = None


def send_forms(campaign: Campaign, round: str, sectors: Iterable[str], language: str, dry_run: bool = False,
               again: bool = False) -> Post:
    """One message per sector with its issued workbook; ``sectors``: all that were issued one when empty.

    ``dry_run`` shows what would leave; ``again`` sends what was sent already.
    """
    def matters(register: Register, plan: dict[str, Any], findings: list[Finding]) -> list[Matter]:
        chosen = _chosen(campaign, round, sectors, language)
        return [Matter(s, about, (form,), {"issue": issue}) for s in chosen
                for about, issue, form in _form(register, campaign, plan=plan, round=round, sector=s, findings=findings)]

    return _post(campaign, "form", round=round, language=language, matters=matters, dry_run=dry_run, again=again)


def remind(campaign: Campaign, round: str, sectors: Iterable[str], language: str, today: date, dry_run: bool = False,
           again: bool = False) -> Post:
    """One reminder to each sector that has not answered, no more than one a day; the form goes along again. Where the plan names
    owners, they are reminded of what they owe, cell by cell, with the sector in copy, and the sector of the rest.

    None leaves before the days that the plan says before the deadline, nor to whom the form itself is still a draft.
    """
    own = plan_of(campaign, language)[0]  # owners are named by the codes of now
    about = {"round": round, "folder": campaign.folder}
    listed: list[Owed] = []

    def rows(register: Register, plan: dict[str, Any]) -> list[Row]:
        chosen = set(_chosen(campaign, round, sectors, language))
        return [r for r in board(register, campaign, plan=plan, round=round, today=today).rows if r.sector in chosen]

    def to_owners(register: Register, plan: dict[str, Any], findings: list[Finding]) -> list[Matter]:
        found = rows(register, plan)
        listed.extend(owners.owed(campaign, own, round=round, rows=found, language=language))
        owing = [r for r in found if any(o.sector == r.sector for o in listed)]
        days = settings(plan).remind_days
        due = [r.sector for r in _due([r for r in owing if r.versions], days, about=about, today=today, findings=findings)]
        due += [r.sector for r in _due([r for r in owing if not r.versions], days, about=about, today=today,
                                       findings=[])]  # of these the sectors' own turn tells
        return [m for s in due for m in _to_owners(plan, round, sector=s,
                                                   listed=[o for o in listed if o.sector == s and o.email], today=today)]

    def to_sectors(register: Register, plan: dict[str, Any], findings: list[Finding]) -> list[Matter]:
        missing = [r for r in rows(register, plan) if r.sector not in idle(plan, round) and r.state in ("waiting", "late")]
        rest = {r.sector: [o for o in listed if o.sector == r.sector] for r in missing}
        due = [r for r in _due(missing, settings(plan).remind_days, about=about, today=today,
                               findings=findings) if not rest[r.sector] or any(not o.email for o in rest[r.sector])]
        return [Matter(r.sector, today.isoformat(), (form,), {"issue": issue, "late": r.late, "missing": _cells(plan, rest[r.sector])})
                for r in due for _, issue, form in _form(register, campaign, plan=plan, round=round, sector=r.sector, findings=findings)]

    posts = [_post(campaign, kind, round=round, language=language, matters=matters, dry_run=dry_run, again=again)
             for kind, matters in (("owner", to_owners), ("reminder", to_sectors)) if kind == "reminder" or own.get("owners")]
    return Post(tuple(m for p in posts for m in p.messages), tuple(in_order(f for p in posts for f in p.findings)),
                next((p.box for p in posts if p.box), None))


def _to_owners(plan: dict[str, Any], round: str, sector: str, listed: list[Owed], today: date) -> list[Matter]:
    """One reminder to each owner of something that ``sector`` still owes, with the workbook to go on with."""
    own = next(s for s in plan["sectors"] if s["code"] == sector)
    made = []
    for number, one in enumerate(listed, 1):
        content = one.file.read_bytes() if one.file is not None and one.file.suffix == ".xlsx" else b""
        attached = (Attachment(mail.form_name(plan, round, sector), content),) if content else ()
        facts = {"recipient": one.name, "missing": _cells(plan, [one], owners_too=True), "late": one.late, "returned": one.returned, "attached": bool(attached),
                 "copied": own.get("email", one.email) != one.email}
        made.append(Matter(sector, today.isoformat(), attached, facts, to=(one.email,), number=number, copies=tuple(filter(None, (own.get("email"),)))))
    return made


def _cells(plan: dict[str, Any], listed: Iterable[Owed], owners_too: bool = False) -> list[dict[str, Any]]:
    """What ``listed`` owe, as a message tells it; only what nobody is named for unless ``owners_too``."""
    return owners.grouped((m for o in listed if owners_too or not o.email for m in o.missing), plan["body"].get("language", "it"))


def _due(rows: list[Row], days: int, about: dict[str, Any], today: date, findings: list[Finding]) -> Iterator[Row]:
    """Those of ``rows``, which have not answered, that a reminder may go to; a finding for the others, with what it is ``about``:
    the round and the folder."""
    unsent = [r.sector for r in rows if r.mail == "drafted" and not r.versions]
    if unsent:
        findings.append(Finding("MAIL07", values={"sectors": ", ".join(unsent), **about}))
    early: dict[date, list[str]] = {}
    for row in (r for r in rows if r.sector not in unsent):
        first = date.fromisoformat(row.deadline) - timedelta(days) if row.deadline else today
        if first > today:
            early.setdefault(first, []).append(row.sector)
        else:
            yield row
    findings += [Finding("MAIL08", values={"sectors": ", ".join(several), "days": days, "day": f"{first:%d/%m/%Y}"})
                 for first, several in sorted(early.items())]


def send_receipts(campaign: Campaign, round: str, sectors: Iterable[str], language: str, dry_run: bool = False,
                  again: bool = False) -> Post:
    """One receipt to each sector that sent something back: what came, which version counts, what to mend."""
    def matters(register: Register, plan: dict[str, Any], _findings: list[Finding]) -> list[Matter]:
        return answering.receipts(register, campaign, plan=plan, round=round,
                                  sectors=_chosen(campaign, round, sectors, language), language=language, dry_run=dry_run)

    return _post(campaign, "receipt", round=round, language=language, matters=matters, dry_run=dry_run, again=again)


def send_questions(campaign: Campaign, round: str, sectors: Iterable[str], language: str, dry_run: bool = False,
                   again: bool = False) -> Post:
    """One message to each sector with questions of the review that wait for an answer."""
    def matters(register: Register, plan: dict[str, Any], _findings: list[Finding]) -> list[Matter]:
        return answering.questions(register, campaign, plan=plan, round=round, sectors=_chosen(campaign, round, sectors, language))

    return _post(campaign, "questions", round=round, language=language, matters=matters, dry_run=dry_run, again=again)


def _chosen(campaign: Campaign, round: str, sectors: Iterable[str], language: str) -> list[str]:
    issued = campaign.issued_sectors(round)
    if not issued:
        raise CannotRun(Texts("cli", language)("nothing_issued", round=round, folder=campaign.folder))
    wanted = chosen_(sectors, issued, language)
    return [s for s in issued if s in wanted]


def _form(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, sector: str,
          findings: list[Finding]) -> list[tuple[str, int, Attachment]]:
    """What an issued form is, its issue number, and itself; nothing, with a finding, when the file is not what was issued."""
    entry, path = register.latest("issued", f"{round}/{sector}"), campaign.issued(round, sector)
    content = path.read_bytes()
    if entry is None or sha256(content).hexdigest() != entry.payload["sha256"]:
        findings.append(Finding("MAIL02", Place(campaign.relative(path)), {"sector": sector}, sector=sector))
        return []
    told = entry.payload
    return [(f"{told['issue']}/{told['digest']}", told["issue"], Attachment(mail.form_name(plan, round, sector), content))]


Matters = Callable[[Register, dict, list[Finding]], list[Matter]]


def _post(campaign: Campaign, kind: str, round: str, language: str, matters: Matters, dry_run: bool, again: bool) -> Post:
    """Compose, send and record the messages of ``kind``; ``CannotRun`` when none can leave at all."""
    plan, findings = with_former(plan_of(campaign, language)[0], campaign.issued_sectors(round)), []
    chosen = settings(plan)
    if not chosen.sender:
        raise CannotRun(Texts("mail", language)("no_sender"))
    posted = []
    try:
        with register_updates.opened(campaign, language, CannotRun, write=not dry_run) as register:
            if not dry_run:
                findings += drafts.look(register, chosen, round)
            listed = _composed(campaign, kind, plan=plan, round=round, chosen=chosen,
                               matters=_timed(register, plan, round, matters(register, plan, findings)))
            if again and chosen.way != "drafts":
                listed = [replace(o, again=len(register.entries("sent", **_same(o)))) for o in listed]
            pending = [o for o in listed if _state(register, o, again) == "ready"]
            with transports.transport(chosen) if pending and not dry_run else nullcontext() as way:
                for outgoing in listed:
                    state = _state(register, outgoing, again)
                    if state == "uncertain":
                        findings.append(_told("MAIL03", outgoing))
                    if not outgoing.to:
                        findings.append(Finding("MAIL01", values={"sector": outgoing.sector}, sector=outgoing.sector))
                        state = "failed"
                    if state == "ready" and not dry_run:
                        posted.append(_sent(register, campaign, way=way, chosen=chosen, plan=plan, outgoing=outgoing, findings=findings))
                    else:
                        posted.append(Posted(outgoing, state))
    except Unusable as problem:
        raise CannotRun(problem.say(language)) from None
    except work.Unavailable as problem:
        raise CannotRun(Texts("work", language)(problem.key, **problem.values)) from None
    box = (chosen.imap.user, chosen.drafts) if chosen.way == "imap" and chosen.imap and any(p.state == "drafted" for p in posted) else None
    return Post(tuple(posted), tuple(findings), box)


def _timed(register: Register, plan: dict[str, Any], round: str, matters: list[Matter]) -> list[Matter]:
    """``matters``, each with the day that holds for its sector."""
    extensions, language = register.extensions(round), plan["body"].get("language", "it")
    return [replace(m, facts={"deadline": day(deadlines.due(plan, round, extensions, m.sector), language), **m.facts}) for m in matters]


def _composed(campaign: Campaign, kind: str, plan: dict[str, Any], round: str, chosen: Settings, matters: list[Matter]) -> list[Outgoing]:
    """The messages about ``matters``; from the body's own template, in a process that can be stopped."""
    own, given = wording.own(campaign.folder, kind), (campaign.folder, kind, plan, round, chosen, matters)
    if not own.is_file() or not matters:
        return mail.compose(*given)
    try:
        made = work.guarded(_compose, given, None)
    except work.ReaderFailed as lost:
        raise Unusable("template_endless", path=own, reason=lost_words(lost.code, lost.values)) from None
    if isinstance(made, Unusable):
        raise made
    return made


def _compose(given: tuple, _) -> list[Outgoing] | Unusable:
    try:
        return mail.compose(*given)
    except Unusable as problem:
        return problem


def _key(outgoing: Outgoing) -> str:
    return f"{outgoing.kind}/{outgoing.round}/{outgoing.sector}" + (f"/{outgoing.person}" if outgoing.person else "")


def _same(outgoing: Outgoing) -> dict[str, str]:
    """What the register says of ``outgoing`` each time it was handed over."""
    return {"round": outgoing.round, "sector": outgoing.sector, "message": outgoing.kind, "about": outgoing.about, "state": "sending"}


def _state(register: Register, outgoing: Outgoing, again: bool) -> str:
    """``ready``, ``already``, ``waiting`` or ``uncertain``, as the register has it."""
    last = register.latest("sent", _key(outgoing))
    if not again and last is not None and outgoing.kind in ("reminder", "owner") and (last.payload["state"], last.payload["way"]) == ("drafted", "imap"):
        return "waiting"  # the one of another day is still in the mailbox
    if again or last is None or last.payload["about"] != outgoing.about or last.payload["state"] == "failed":
        return "ready"
    return {"sending": "uncertain", "drafted": "waiting"}.get(last.payload["state"], "already")


def _sent(register: Register, campaign: Campaign, way, chosen: Settings, plan: dict[str, Any], outgoing: Outgoing,
          findings: list[Finding]) -> Posted:
    """Let ``outgoing`` leave. The register knows of it before: a run that is cut short does not send it again."""
    several = f"-{outgoing.number}" if outgoing.number > 1 else ""
    path = campaign.folder / FOLDER / outgoing.round / f"{KINDS[outgoing.kind]}-{outgoing.sector}{several}.eml"
    told = {"round": outgoing.round, "sector": outgoing.sector, "message": outgoing.kind, "about": outgoing.about,
            "to": list(outgoing.receivers), "subject": outgoing.subject, "message_id": outgoing.message_id,
            "way": chosen.way}

    def record(state: str) -> None:
        register.record_once("sent", _key(outgoing), {**told, "state": state})

    try:
        ready = message(outgoing, plan["body"]["name"], transports.now() if way.dated else None)
    except (ValueError, MessageError, IndexError) as problem:
        if not raised_in(problem, "email"):
            raise
        findings.append(_told("MAIL06", outgoing))
        return Posted(outgoing, "failed")
    if chosen.way != "drafts":
        record("sending")
    try:
        refused = way.deliver(ready, path)
    except transports.Refused as problem:
        record("failed")
        findings.append(_told("MAIL05", outgoing, reason=str(problem)))
        return Posted(outgoing, "failed")
    except transports.Uncertain:
        findings.append(_told("MAIL03", outgoing))
        return Posted(outgoing, "uncertain")
    record(way.state)
    findings += [_told("MAIL04", outgoing, address=a, reason=r) for a, r in sorted(refused.items())]
    return Posted(outgoing, way.state, path if chosen.way == "drafts" else None)


def _told(code: str, outgoing: Outgoing, **values: Any) -> Finding:
    return Finding(code, values={"sector": outgoing.sector, "to": ", ".join(outgoing.receivers), **values},
                   sector=outgoing.sector)
