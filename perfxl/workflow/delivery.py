"""Messages composed, handed over once, and kept in the register: what every command does that writes to sectors."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from email.errors import MessageError
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.campaign.register.words import day
from perfxl.model import deadlines
from perfxl.model.findings import Finding
from perfxl.model.succession import with_former
from perfxl.model.texts import Texts
from perfxl.stages import mail
from perfxl.stages.mail import Matter, transports, wording
from perfxl.stages.mail.faults import raised_in
from perfxl.stages.mail.message import Outgoing, message
from perfxl.stages.mail.settings import Settings, Unusable, settings
from perfxl.stages.mail.wording import KINDS, reader_failure
from perfxl.workflow import drafts, register_updates
from perfxl.workflow import workers as work
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


def chosen_sectors(campaign: Campaign, round: str, sectors: Iterable[str], language: str) -> list[str]:
    issued = campaign.issued_sectors(round)
    if not issued:
        raise CannotRun(Texts("cli", language)("nothing_issued", round=round, folder=campaign.folder))
    wanted = chosen_(sectors, issued, language)
    return [s for s in issued if s in wanted]

#: What there is to send: from the register, the plan, and the findings, to which it adds.
Matters = Callable[[Register, dict[str, Any], list[Finding]], list[Matter]]


def deliver(campaign: Campaign, kind: str, round: str, language: str, matters: Matters, dry_run: bool, again: bool) -> Post:
    """Compose, send and record the messages of ``kind``; ``CannotRun`` when none can leave at all."""
    plan = with_former(plan_of(campaign, language)[0], campaign.issued_sectors(round))
    findings: list[Finding] = []
    chosen = settings(plan)
    if not chosen.sender:
        raise CannotRun(Texts("mail", language)("no_sender"))
    posted = []
    try:
        with register_updates.open_register(campaign, language, CannotRun, write=not dry_run) as register:
            if not dry_run:
                findings += drafts.update_from_mailbox(register, chosen, round)
            listed = _composed(campaign, kind, plan=plan, round=round, chosen=chosen,
                               matters=_timed(register, plan, round, matters(register, plan, findings)))
            if again and chosen.way != "drafts":
                listed = [replace(o, again=len(register.entries("sent", **_same(o)))) for o in listed]
            pending = [o for o in listed if _state(register, o, again) == "ready"]
            with transports.transport(chosen) if pending and not dry_run else nullcontext() as way:
                for outgoing in listed:
                    state = _state(register, outgoing, again)
                    if state == "uncertain":
                        findings.append(_finding("MAIL03", outgoing))
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
    return [replace(m, facts={"deadline": day(deadlines.due_day(plan, round, extensions, m.sector), language), **m.facts}) for m in matters]


def _composed(campaign: Campaign, kind: str, plan: dict[str, Any], round: str, chosen: Settings, matters: list[Matter]) -> list[Outgoing]:
    """The messages about ``matters``; from the body's own template, in a process that can be stopped."""
    own, given = wording.own_template(campaign.folder, kind), (campaign.folder, kind, plan, round, chosen, matters)
    if not own.is_file() or not matters:
        return mail.compose(*given)
    try:
        made = work.guarded(_compose, given, None)
    except work.ReaderFailed as lost:
        raise Unusable("template_endless", path=own, reason=reader_failure(lost.code, lost.values)) from None
    if isinstance(made, Unusable):
        raise made
    return made


def _compose(given: tuple[Any, ...], _: Any) -> list[Outgoing] | Unusable:
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


def _sent(register: Register, campaign: Campaign, way: Any, chosen: Settings, plan: dict[str, Any], outgoing: Outgoing,
          findings: list[Finding]) -> Posted:
    """Let ``outgoing`` leave. The register knows of it before: a run that is cut short does not send it again."""
    several = f"-{outgoing.number}" if outgoing.number > 1 else ""
    path = campaign.folder / FOLDER / outgoing.round / f"{KINDS[outgoing.kind]}-{outgoing.sector}{several}.eml"
    payload = {"round": outgoing.round, "sector": outgoing.sector, "message": outgoing.kind, "about": outgoing.about,
            "to": list(outgoing.receivers), "subject": outgoing.subject, "message_id": outgoing.message_id,
            "way": chosen.way}

    def record(state: str) -> None:
        register.record_once("sent", _key(outgoing), {**payload, "state": state})

    try:
        ready = message(outgoing, plan["body"]["name"], transports.now() if way.dated else None)
    except (ValueError, MessageError, IndexError) as problem:
        if not raised_in(problem, "email"):
            raise
        findings.append(_finding("MAIL06", outgoing))
        return Posted(outgoing, "failed")
    if chosen.way != "drafts":
        record("sending")
    try:
        refused = way.deliver(ready, path)
    except transports.Refused as problem:
        record("failed")
        findings.append(_finding("MAIL05", outgoing, reason=str(problem)))
        return Posted(outgoing, "failed")
    except transports.Uncertain:
        findings.append(_finding("MAIL03", outgoing))
        return Posted(outgoing, "uncertain")
    record(way.state)
    findings += [_finding("MAIL04", outgoing, address=a, reason=r) for a, r in sorted(refused.items())]
    return Posted(outgoing, way.state, path if chosen.way == "drafts" else None)


def _finding(code: str, outgoing: Outgoing, **values: Any) -> Finding:
    return Finding(code, values={"sector": outgoing.sector, "to": ", ".join(outgoing.receivers), **values},
                   sector=outgoing.sector)
