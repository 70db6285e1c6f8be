"""What there is to send: the messages of a round, from the plan and what is known of each sector."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfxl.campaign.register.words import day
from perfxl.model import terms
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.stages.mail.message import Attachment, Outgoing, reference
from perfxl.stages.mail.settings import Settings
from perfxl.stages.mail.wording import subject_and_text


@dataclass(frozen=True)
class Matter:
    """What one message is about: its sector, ``about`` (see ``Outgoing``), workbooks to attach, what the template may say.

    ``to``: whom it goes to, the sector's own address when it is empty; ``number``: which of the sector's messages of its kind it
    is; ``elsewhere``: addresses that get a message of their own, and no copy of this one; ``copies``: addresses that
    get a copy besides those that get one of every message.
    ``facts`` come on top of those every template has: body, year, round, round_name, sector, deadline, reference, reply_to.
    """

    sector: str
    about: str
    attachments: tuple[Attachment, ...]
    facts: Mapping[str, Any]
    in_reply_to: str = ""
    to: tuple[str, ...] = ()
    number: int = 1
    elsewhere: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


@terms.worded(2)
def compose(folder: Path, kind: str, plan: dict[str, Any], round: str, settings: Settings, matters: Iterable[Matter]) -> list[Outgoing]:
    """The messages of ``kind``, one a matter, in the plan's language; those without an address have an empty ``to``.

    ``folder``: the campaign's, for the body's own templates. ``Unusable`` when a template cannot be filled in.
    """
    made = []
    sectors = {s["code"]: s for s in plan["sectors"]}
    for matter in matters:
        sector = sectors[matter.sector]
        subject, text = subject_and_text(folder, kind, _language(plan), {**_facts(plan, round, sector, settings), **matter.facts})
        to = matter.to or ((sector["email"],) if sector.get("email") else ())
        copies = tuple(c for c in (*matter.copies, *sector.get("copies", ()), *settings.copies) if c not in (*to, *matter.elsewhere))
        made.append(Outgoing(kind=kind, round=round, sector=matter.sector, reference=reference(plan, round, matter.sector),
                             about=matter.about, sender=settings.sender, reply_to=settings.reply_to, to=to, copies=copies,
                             subject=subject, text=text, attachments=matter.attachments, in_reply_to=matter.in_reply_to,
                             person=",".join(matter.to), number=matter.number))
    return made


@terms.worded()
def form_name(plan: dict[str, Any], round: str, sector: str, asked: bool = False) -> str:
    """The name an attached form has, or with ``asked`` a workbook with questions: from codes alone."""
    say = Texts("register", _language(plan))
    called = say.at("round", Rounds.from_plan(plan).get(round) or round).replace(" ", "-").replace("/", "-")
    return f"{plan['body']['code']}-{plan['year']}-{called}-{sector}{'-' + say('asked_name') if asked else ''}.xlsx"


def _language(plan: dict[str, Any]) -> str:
    return plan["body"].get("language", "it")


def _facts(plan: dict[str, Any], round: str, sector: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """What every template may say. Fields that the plan leaves blank are ""."""
    language = _language(plan)
    due = next((r.get("deadline", "") for r in plan["rounds"] if r["id"] == round), "")
    body = {key: plan["body"].get(key, "") for key in ("code", "name", "address", "contact_name", "contact_email", "contact_phone")}
    return {"body": body, "year": plan["year"], "round": round, "round_name": Texts("register", language).at("round", Rounds.from_plan(plan).get(round) or round),
            "sector": {key: sector.get(key, "") for key in ("code", "name", "manager", "email")},
            "deadline": day(due, language), "reference": reference(plan, round, sector["code"]), "reply_to": settings.reply_to}
