"""Sends the messages of a round and keeps the register of it, so that nothing leaves twice."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model.findings import Finding, Place
from perfxl.stages import mail
from perfxl.stages.mail import Matter
from perfxl.stages.mail.message import Attachment
from perfxl.workflow import messages as answering
from perfxl.workflow.delivery import Post, chosen_sectors, deliver


def send_forms(campaign: Campaign, round: str, sectors: Iterable[str], language: str, dry_run: bool = False,
               again: bool = False) -> Post:
    """One message per sector with its issued workbook; ``sectors``: all that were issued one when empty.

    ``dry_run`` shows what would leave; ``again`` sends what was sent already.
    """
    def matters(register: Register, plan: dict[str, Any], findings: list[Finding]) -> list[Matter]:
        chosen = chosen_sectors(campaign, round, sectors, language)
        return [Matter(s, about, (form,), {"issue": issue}) for s in chosen
                for about, issue, form in sector_form(register, campaign, plan=plan, round=round, sector=s, findings=findings)]

    return deliver(campaign, "form", round=round, language=language, matters=matters, dry_run=dry_run, again=again)


def send_receipts(campaign: Campaign, round: str, sectors: Iterable[str], language: str, dry_run: bool = False,
                  again: bool = False) -> Post:
    """One receipt to each sector that sent something back: what came, which version counts, what to mend."""
    def matters(register: Register, plan: dict[str, Any], _findings: list[Finding]) -> list[Matter]:
        return answering.receipts(register, campaign, plan=plan, round=round,
                                  sectors=chosen_sectors(campaign, round, sectors, language), language=language, dry_run=dry_run)

    return deliver(campaign, "receipt", round=round, language=language, matters=matters, dry_run=dry_run, again=again)


def send_questions(campaign: Campaign, round: str, sectors: Iterable[str], language: str, dry_run: bool = False,
                   again: bool = False) -> Post:
    """One message to each sector with questions of the review that wait for an answer."""
    def matters(register: Register, plan: dict[str, Any], _findings: list[Finding]) -> list[Matter]:
        return answering.questions(register, campaign, plan=plan, round=round, sectors=chosen_sectors(campaign, round, sectors, language))

    return deliver(campaign, "questions", round=round, language=language, matters=matters, dry_run=dry_run, again=again)


def sector_form(register: Register, campaign: Campaign, plan: dict[str, Any], round: str, sector: str,
          findings: list[Finding]) -> list[tuple[str, int, Attachment]]:
    """What an issued form is, its issue number, and itself; nothing, with a finding, when the file is not what was issued."""
    entry, path = register.latest("issued", f"{round}/{sector}"), campaign.issued_form(round, sector)
    content = path.read_bytes()
    if entry is None or sha256(content).hexdigest() != entry.payload["sha256"]:
        findings.append(Finding("MAIL02", Place(campaign.relative(path)), {"sector": sector}, sector=sector))
        return []
    payload = entry.payload
    return [(f"{payload['issue']}/{payload['digest']}", payload["issue"], Attachment(mail.form_name(plan, round, sector), content))]
