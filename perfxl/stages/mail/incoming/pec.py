"""Certified mail (PEC): what its operator certifies in ``daticert.xml``, in transport envelopes and in receipts (RFC 6109)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from typing import Any

from lxml import etree

from perfxl.stages.mail.incoming.headers import address, file_name, header
from perfxl.stages.mail.incoming.messages import content, inner_parts, parse
from perfxl.stages.mail.incoming.model import Certified, Signature
from perfxl.stages.mail.message import REFERENCE
from perfxl.stages.mail.message import reference_in as reference_of

CERTIFICATE = "daticert.xml"
#: Bytes of a certificate: it names addresses and times.
LIMIT = 1 << 20
#: What each receipt says of a message that was sent, by the type its certificate gives.
EVENTS = {"accettazione": "accepted", "non-accettazione": "refused", "presa-in-carico": "taken_over",
          "avvenuta-consegna": "delivered", "errore-consegna": "undelivered", "preavviso-errore-consegna": "delayed",
          "rilevazione-virus": "undelivered"}
TRANSPORT = "posta-certificata"


@dataclass(frozen=True)
class Notice:
    """News of a message that was sent: ``event`` (a value of ``EVENTS``), and what tells which message and whom.

    ``sender``: who says so; ``doubtful``: it calls itself a receipt of certified mail, without a whole seal.
    """
    event: str
    message_id: str
    subject: str
    address: str
    at: str
    identifier: str
    label: str
    sender: str = ""
    doubtful: bool = False


def certified(message: Message, seal: Signature | None) -> Certified | None:
    """What the certificate in ``message`` says; None when there is none that can be read, or it only came along: ``message``
    is neither sealed nor calls itself an envelope or a receipt."""
    if seal is None and not (header(message, "X-Trasporto") or header(message, "X-Ricevuta")):
        return None
    pending = [message]
    while pending:
        part = pending.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            pending[:0] = inner_parts(part)
        elif file_name(part).lower() == CERTIFICATE:
            certificate = _read(content(part))
            return replace(certificate, seal=seal) if certificate else None
    return None


def anomalous(message: Message) -> bool:
    """Whether ``message`` is the envelope an operator puts around ordinary mail, of which it certifies nothing."""
    return header(message, "X-Trasporto").lower() == "errore"


def receipt(message: Message, known: Certified, label: str) -> Notice:
    """The news in a receipt of certified mail."""
    return Notice(EVENTS[known.kind], known.message_id, subject=known.subject,
                  address=known.receiver or ", ".join(known.receivers), at=known.at,
                  identifier=known.identifier, label=label, sender=address(str(message.get("From", ""))),
                  doubtful=not (known.seal and known.seal.intact))


def _read(data: bytes) -> Certified | None:
    if len(data) > LIMIT or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return None
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != "postacert":
        return None

    def text(path: str) -> str:
        return " ".join((root.findtext(path) or "").split())[:1000]

    receivers = tuple(" ".join((e.text or "").split()).lower() for e in root.findall("intestazione/destinatari")[:200])
    return Certified(str(root.get("tipo", ""))[:60], text("intestazione/mittente").lower(), receivers=receivers,
                     subject=text("intestazione/oggetto"),
                     at=_moment(text("dati/data/giorno"), text("dati/data/ora"), (root.find("dati/data").get("zona", "")
                             if root.find("dati/data") is not None else "")),
                     operator=text("dati/gestore-emittente"), identifier=text("dati/identificativo"),
                     message_id=text("dati/msgid"), receiver=text("dati/consegna").lower())


def _moment(day: str, time: str, zone: str) -> str:
    """The certified time: 12/10/2021, 10:00:00, +0200."""
    try:
        return datetime.strptime(f"{day} {time} {zone}", "%d/%m/%Y %H:%M:%S %z").isoformat()
    except ValueError:
        return ""


def message_of(news: Notice, sent: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The one of the messages ``sent``, the last first, that ``news`` is of.

    By its identifier, which a program that sends a draft may change; else by its subject, else by the reference in it.
    """
    listed, quoted = list(sent), REFERENCE.search(news.subject)
    same = [s for s in listed if news.message_id and s["message_id"] == news.message_id]
    alike = [s for s in listed if quoted and f"[{reference_of(s['message_id'])}]" == quoted[0]]
    return next(iter((*same, *(s for s in alike if s["subject"] in news.subject), *alike)), None)


def bounce(message: Message, label: str) -> Notice | None:
    """The news in a report that ordinary mail was not delivered (RFC 3464); None when ``message`` is none."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    failed, about = [], ("", "")
    for part in inner_parts(message):
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in inner_parts(part):
                if header(block, "Action").lower() == "failed":
                    failed.append(header(block, "Final-Recipient").rpartition(";")[2].strip().lower() or "?")
        elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            inner = next(iter(inner_parts(part)), None) or parse(content(part))
            about = header(inner, "Message-ID"), header(inner, "Subject")
    own = header(message, "Message-ID")
    if not failed or not any(about):
        return None
    return Notice("undelivered", *about, ", ".join(failed[:50]), "", own or about[0], label, address(str(message.get("From", ""))))
