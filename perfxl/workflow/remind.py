"""Reminds the sectors that have not returned, and who owns what of an objective."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, board
from perfxl.campaign.register.board import Row
from perfxl.model.findings import Finding, in_order
from perfxl.model.readings import idle
from perfxl.stages import mail
from perfxl.stages.mail import Matter
from perfxl.stages.mail.message import Attachment
from perfxl.stages.mail.settings import settings
from perfxl.workflow import owners
from perfxl.workflow.delivery import Post, chosen_sectors, deliver
from perfxl.workflow.owners import Owed
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.send import sector_form


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
        chosen = set(chosen_sectors(campaign, round, sectors, language))
        return [r for r in board(register, campaign, plan=plan, round=round, today=today).rows if r.sector in chosen]

    def to_owners(register: Register, plan: dict[str, Any], findings: list[Finding]) -> list[Matter]:
        owed = rows(register, plan)
        listed.extend(owners.owed(campaign, own, round=round, rows=owed, language=language))
        owing = [r for r in owed if any(o.sector == r.sector for o in listed)]
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
                for r in due for _, issue, form in sector_form(register, campaign, plan=plan, round=round, sector=r.sector, findings=findings)]

    posts = [deliver(campaign, kind, round=round, language=language, matters=matters, dry_run=dry_run, again=again)
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
