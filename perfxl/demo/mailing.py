"""The interim round of the invented year played by mail: the forms leave as drafts, the sectors answer, all is collected."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.demo.forms import prefilled
from perfxl.model import documents
from perfxl.model.base import base_content
from perfxl.stages import issue
from perfxl.stages.issue import fill
from perfxl.stages.mail.message import XLSX, reference
from perfxl.workflow import delivery, drafts
from perfxl.workflow import send as posting
from perfxl.workflow.arrived import Collected
from perfxl.workflow.collect import ARRIVALS, collect
from perfxl.workflow.consolidate import Run, consolidate
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.new import new
from perfxl.workflow.remind import remind
from perfxl.workflow.running import Progress, quiet

ROUND = "interim"
#: Who does what in the story: sends two versions, an old year's form first, a zip archive, a signed file, the message of a
#: colleague, through the registry office; comes late, stays silent.
TWICE, OLD_FORM, ZIPPED, SIGNED, FORWARDED, REGISTERED, LATE, SILENT = "S1", "S2", "S4", "S5", "S6", "S3", "S9", "S8"


def play(campaign: Campaign, language: str, progress: Progress = quiet
         ) -> Iterator[delivery.Post | Collected | Run]:
    """Play the round; yields what left, what was collected, the consolidation, the receipts and the reminders."""
    new(campaign, demo.plan()["year"], demo.plan(), language)
    issue_forms(campaign, ROUND, sectors=(), language=language, progress=progress)
    yield posting.send_forms(campaign, ROUND, (), language)
    drafts.confirm_sent(campaign, ROUND, (), language)  # in the story somebody sends them
    for name, content in answers(campaign).items():
        documents.write_bytes(campaign.folder / ARRIVALS / name, content)
    yield collect(campaign, (), language, progress)
    yield consolidate(campaign, ROUND, language, progress)
    yield posting.send_receipts(campaign, ROUND, (), language)
    yield remind(campaign, ROUND, sectors=(), language=language, today=today())


def answers(campaign: Campaign) -> dict[str, bytes]:
    """What the sectors answer, as messages by file name."""
    sectors = [s for s in campaign.issued_sectors(ROUND) if s != SILENT]
    forms = {s: campaign.issued_form(ROUND, s).read_bytes() for s in sectors}
    filled = demo.returns(ROUND, {s: prefilled(form, s) for s, form in forms.items()})
    made = {}
    for hour, sector in enumerate(sectors):
        at = datetime.fromisoformat(f"{_deadline() - timedelta(days=2)}T08:30:00+02:00") + timedelta(hours=hour)
        if sector == TWICE:
            made[f"{sector}-1.eml"] = _message(sector, "scheda.xlsx", _filled(forms[sector], _half(filled[sector])), at - timedelta(days=3))
        if sector == OLD_FORM:
            made[f"{sector}-1.eml"] = _message(sector, "scheda 2020.xlsx", _last_year(sector), at - timedelta(days=3))
        content, name = _filled(forms[sector], filled[sector]), f"{sector} definitiva.xlsx"
        if sector == ZIPPED:
            content, name = _zip(name, content), "scheda.zip"
        if sector == SIGNED:
            content, name = _signed(content), name + ".p7m"
        text = "Prot. n. 15234/2021 del 13/10/2021\n" if sector == REGISTERED else ""
        message = _message(sector, name, content=content, at=at + timedelta(days=5) if sector == LATE else at, text=text)
        made[f"{sector}.eml"] = _forwarded(sector, message, at) if sector == FORWARDED else message
    return made


def today() -> date:
    """The day on which the story ends: some days after the deadline."""
    return _deadline() + timedelta(days=4)


def _deadline() -> date:
    return date.fromisoformat(next(r["deadline"] for r in demo.plan()["rounds"] if r["id"] == ROUND))


def _half(document: dict[str, Any]) -> dict[str, Any]:
    """The first half of what a sector tells, as sent too early."""
    document = deepcopy(document)
    for objective in document["objectives"][1:]:
        objective.get("holding", {}).pop("reading", None)
    return document


def _filled(form: bytes, document: dict[str, Any]) -> bytes:
    made, findings = fill.fill(form, document)
    if findings:
        raise ValueError("; ".join(f.message("en") for f in findings))
    return made


def _last_year(sector: str) -> bytes:
    """The form of the year before."""
    content = base_content({**demo.plan(), "year": demo.plan()["year"] - 1}, None)
    document = issue.returns(content, ROUND)[sector]
    document["identity"]["issue"] = 1
    return issue.issue(document, content, master=None, language="it", extension=None)


def _zip(name: str, content: bytes) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(ZipInfo(name, (2021, 10, 13, 9, 0, 0)), content)
    return packed.getvalue()


def _signed(content: bytes) -> bytes:
    """``content`` inside a signature (CMS), with a certificate of nobody that is made for it and thrown away."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Firma dimostrativa")])
    validity = datetime(2021, 1, 1), datetime(2100, 1, 1)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, *validity).sign(key, SHA256())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _message(sector: str, name: str, content: bytes, at: datetime, text: str = "") -> bytes:
    """A sector's reply with one attachment."""
    made = _begun(sector, at, sha256(content).hexdigest())
    made.set_content(text + "In allegato la scheda compilata.\n", cte="7bit")
    kind = {"zip": ("application", "zip"), "p7m": ("application", "pkcs7-mime")}.get(name.rpartition(".")[2], XLSX)
    made.add_attachment(content, *kind, filename=name)
    made.set_boundary("=_" + sha256(content).hexdigest()[:32])
    return made.as_bytes()


def _forwarded(sector: str, message: bytes, at: datetime) -> bytes:
    """A message that carries another."""
    made = _begun(sector, at, sha256(message).hexdigest())
    made.set_content("Inoltro.\n", cte="7bit")
    made.add_attachment(message_from_bytes(message, policy=SMTP))
    made.set_boundary("=_" + sha256(message).hexdigest()[:32])
    return made.as_bytes()


def _begun(sector: str, at: datetime, digest: str) -> EmailMessage:
    """The headers of a sector's reply; ``digest``: of what it brings."""
    plan = demo.plan()
    made = EmailMessage(SMTP)
    made["From"] = next(s["email"] for s in plan["sectors"] if s["code"] == sector)
    made["To"] = plan["body"]["contact_email"]
    made["Subject"] = f"R: scheda monitoraggio [{reference(plan, ROUND, sector)}]"
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{digest[:16]}@robinie.example>"
    return made
