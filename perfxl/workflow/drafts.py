"""Drafts that were written and wait to be sent: a message has left when its mailbox says so, a receipt does, or the controller."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.campaign.register.message_log import drafts as drafts_of
from perfxl.model.findings import Finding, Place
from perfxl.model.succession import with_former
from perfxl.stages.mail import drafts
from perfxl.stages.mail.message import reference_in as reference_of
from perfxl.stages.mail.settings import Settings, Unusable
from perfxl.stages.mail.wording import KINDS
from perfxl.workflow import register_updates
from perfxl.workflow.plan_workbook import chosen, plan_of
from perfxl.workflow.running import CannotRun


@dataclass(frozen=True)
class Waiting:
    """A draft that waits: its key in the register, and what the register has of it."""

    key: str
    payload: dict[str, Any]


def waiting(register: Register, round: str, kinds: Iterable[str] = tuple(KINDS)) -> list[Waiting]:
    """The drafts of ``round`` of which nothing says that they were sent."""
    return [Waiting(e.key, dict(e.payload)) for e in drafts_of(register, round) if e.payload["message"] in set(kinds)]


def confirm_sent(campaign: Campaign, round: str, sectors: Iterable[str], language: str, kinds: Iterable[str] = tuple(KINDS)) -> list[dict[str, Any]]:
    """Take the controller's word that the drafts of ``round`` were sent (of ``sectors``, all when there are none); those that
    this was said of, as the register has them."""
    plan = with_former(plan_of(campaign, language)[0], campaign.issued_sectors(round))
    wanted = chosen(sectors, [s["code"] for s in plan["sectors"]], language)
    with register_updates.open_register(campaign, language, CannotRun) as register, register.batch():
        listed = [w for w in waiting(register, round, kinds) if w.payload["sector"] in wanted]
        for one in listed:
            _sent(register, one, "controller")
        return [w.payload for w in listed]


def update_from_mailbox(register: Register, settings: Settings, round: str) -> Iterator[Finding]:
    """Look in the mailbox what became of the drafts that were put there, and note those that were sent; a finding when the
    mailbox cannot be looked into."""
    listed = [w for w in waiting(register, round) if w.payload["way"] == "imap"]
    if not listed or settings.imap is None:
        return
    sought = [drafts.Draft(w.payload["message_id"], f"{w.payload['subject']} [{reference_of(w.payload['message_id'])}]", reference_of(w.payload["message_id"]))
              for w in listed]
    try:
        places = drafts.whereabouts(settings.imap, settings.drafts, sought)
    except (Unusable, drafts.Faulty) as problem:
        words = problem.words if isinstance(problem, drafts.Faulty) else {lang: problem.say(lang) for lang in ("it", "en")}
        yield Finding("MAIL17", Place(f"{settings.imap.user}/{settings.drafts}"), {
            "account": settings.imap.account, "folder": settings.drafts, "reason": words})
        return
    with register.batch():
        for one in listed:
            if places.get(one.payload["message_id"]) == "sent":
                _sent(register, one, "mailbox")


def _sent(register: Register, one: Waiting, by: str) -> None:
    register.record_once("sent", one.key, {**one.payload, "state": "sent", "by": by})
