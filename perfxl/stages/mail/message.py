"""A message to a sector: addresses, subject with the campaign's reference, text, attachments; the same bytes each time."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from perfxl.model.codes import INSIDE

#: The reference that every subject ends with: body, year, round, sector.
REFERENCE = re.compile(r"\[([A-Z][A-Z0-9]{0,7})-(\d{4})-([a-z][a-z0-9]{0,15})-" rf"({INSIDE})\]")
#: What our message identifiers begin with.
MARK = "perfxl"

class _Headers(EmailPolicy):
    """Headers as the strictest program reads them.

    Those in ASCII are folded late, for one that begins with a fold confuses some programs; of others the whole text is
    encoded (RFC 2047), in words of 75 characters at most: the standard library makes them as long as the line.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as it travels."""
        if str(value).isascii():
            return super().fold_binary(name, value)
        address = value.addresses[0] if name == "From" else None
        text = Header(address.display_name if address else str(value), "utf-8", 74, name).encode(linesep=self.linesep)
        return f"{name}: {text}{f'{self.linesep} <{address.addr_spec}>' if address else ''}{self.linesep}".encode("ascii")


_HEADERS = _Headers(linesep="\r\n", max_line_length=200)

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Attachment:
    """A workbook that goes with a message: the name the sector sees, its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Outgoing:
    """One message to one sector.

    ``kind``: one of ``wording.KINDS``; ``reference``: the campaign's, as in the subject, without brackets; ``about``: what
    makes it another message than the last of its kind (the digest of a workbook, a day): the same is never sent twice.
    ``person``: the address of whom it is written to in person, "" for the sector; ``number``: which of several to one sector.
    ``again``: how often it was handed to a server before: servers drop what has an identifier they have seen.
    """

    kind: str
    round: str
    sector: str
    reference: str
    about: str
    sender: str
    reply_to: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    again: int = 0
    person: str = ""
    number: int = 1

    @property
    def message_id(self) -> str:
        """The identifier, which replies and receipts quote; it says what the message is about."""
        about = (self.kind, self.about, *self.to, *(a.sha256 for a in self.attachments), *([str(self.again)] if self.again else ()))
        digest = sha256("\n".join(about).encode()).hexdigest()
        domain = self.sender.rpartition("@")[2] or "localhost"
        return f"<{MARK}.{self.reference}.{self.kind}.{digest[:16]}@{domain}>"

    @property
    def receivers(self) -> tuple[str, ...]:
        """Every address it goes to, each once."""
        return tuple(dict.fromkeys((*self.to, *self.copies)))


def reference(plan: dict[str, Any], round: str, sector: str) -> str:
    """The campaign's reference for a sector in a round: ``UPR-2021-interim-S1``."""
    return f"{plan['body']['code']}-{plan['year']}-{round}-{sector}"


def reference_in(message_id: str) -> str:
    """The reference in one of our message identifiers; "" when it is not ours."""
    parts = message_id.strip("<>").split(".")
    return parts[1] if len(parts) > 2 and parts[0] == MARK else ""


def message(outgoing: Outgoing, name: str, when: datetime | None = None) -> EmailMessage:
    """``outgoing`` as a message; ``name``: the sender's; ``when``: its date, None for a draft that is sent by hand.

    A draft carries ``X-Unsent``, so that Outlook and Thunderbird open it ready to send.
    """
    made = EmailMessage(SMTP)
    made["From"] = _address(outgoing.sender, name)
    made["To"] = [_address(a) for a in outgoing.to]
    copies = [a for a in outgoing.copies if a not in outgoing.to]
    if copies:
        made["Cc"] = [_address(a) for a in copies]
    if outgoing.reply_to:
        made["Reply-To"] = _address(outgoing.reply_to)
    made["Subject"] = f"{outgoing.subject} [{outgoing.reference}]"
    if when is None:
        made["X-Unsent"] = "1"
    else:
        made["Date"] = format_datetime(when)
    made["Message-ID"] = outgoing.message_id
    if outgoing.in_reply_to:
        made["In-Reply-To"] = made["References"] = outgoing.in_reply_to
    made.set_content(outgoing.text, cte="quoted-printable")
    for attachment in outgoing.attachments:
        made.add_attachment(attachment.content, *XLSX, filename=attachment.name)
    if outgoing.attachments:
        # The standard library draws the boundary by lot; this one is the message's own.
        made.set_boundary("=_" + sha256(outgoing.message_id.encode()).hexdigest()[:32])
    made.policy = _HEADERS
    return made


def _address(address: str, name: str = "") -> Address:
    return Address(" ".join(name.split()), addr_spec=address)
