"""What is found in the mail, and how much of it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MB = 1 << 20
#: Bytes of one message or file; of one thing inside it; of everything unpacked from it.
SOURCE_LIMIT, ITEM_LIMIT, TOTAL_LIMIT = 160 * MB, 64 * MB, 256 * MB
#: Things unpacked from one message or file; containers one inside the other.
MOST_ITEMS, DEEPEST = 1_000, 8


@dataclass(frozen=True)
class Signature:
    """A signature found on a file. ``intact``: the content is what was signed and the signature is of this certificate;
    ``signer``: the certificate's name; ``at``: the time the signer claims, ISO, or ""; ``problem``: what is wrong, as a key of
    ``texts/mail.toml``, or ""; ``trust``: the store the certificate was checked against, "" when it was not; ``means``: the
    kind of key or signature that perfxl cannot check, "" when it can: such a one is neither intact nor broken."""

    signer: str
    at: str
    intact: bool
    problem: str = ""
    trust: str = ""
    means: str = ""


@dataclass(frozen=True)
class Certified:
    """What an operator certifies.

    ``kind``: ``posta-certificata`` or that of a receipt; ``at``: ISO with its zone, or ""; ``identifier``: the operator's;
    ``message_id``: of the message it is about; ``receiver``: whom a delivery was to; ``seal``: the operator's signature on
    the envelope, None when it has none.
    """
    kind: str
    sender: str = ""
    receivers: tuple[str, ...] = ()
    subject: str = ""
    at: str = ""
    operator: str = ""
    identifier: str = ""
    message_id: str = ""
    receiver: str = ""
    seal: Signature | None = None

    def as_record(self) -> dict[str, Any]:
        """What the register keeps of it."""
        return {"operator": self.operator, "identifier": self.identifier, "at": self.at, "sender": self.sender,
                "sealed": bool(self.seal and self.seal.intact), "seal": self.seal.signer if self.seal else "",
                "trust": self.seal.trust if self.seal else ""}


@dataclass(frozen=True)
class Envelope:
    """What a message says of itself: nothing of it is sure.

    ``sender``: the address, lower case; ``said``: the sender as the mail program shows it; ``answers``: identifiers of the
    messages it replies to; ``arrived``: when it came (ISO, with its zone), "" when nothing says so; ``protocol``: the
    protocol number in its subject or text; ``text``: how its text begins; ``certified``: what an operator of certified mail
    says, None for ordinary mail; ``senders``: every address it names as its sender, more than one in a
    message that wants to be of one to some programs and of another to others; ``posted``: who says that they sent it for the
    sender, or sent it on.
    """

    sender: str = ""
    said: str = ""
    subject: str = ""
    message_id: str = ""
    answers: tuple[str, ...] = ()
    arrived: str = ""
    protocol: str = ""
    text: str = ""
    certified: Certified | None = None
    senders: tuple[str, ...] = ()
    posted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One message or file to look into.

    ``label``: what users call it, and findings name; ``content``: its bytes; ``arrived``: when it came, if the mailbox
    knows; ``mark``: where a mailbox is to be taken up again after it.
    """

    label: str
    content: bytes
    arrived: str = ""
    mark: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """Something that came: ``name`` as its sender calls it, its bytes, and ``inside``: the containers it was in, from outside.

    ``inline``: a picture of the message's text rather than an attachment; ``beside``: what a program leaves beside a file
    for itself (``leftovers``), of which there is nothing to say when the file is there; ``secret``: how it is encrypted, "" when it is not.
    """

    name: str
    content: bytes
    inside: tuple[str, ...] = ()
    envelope: Envelope | None = None
    signatures: tuple[Signature, ...] = ()
    inline: bool = False
    beside: bool = False
    secret: str = ""


@dataclass(frozen=True)
class Letter:
    """A message that brings no file; ``label``: what findings call it; ``carries``: what it brings all the same, by name: pictures
    of its text, containers with nothing in them."""

    envelope: Envelope
    label: str
    carries: tuple[str, ...] = ()


class TooMuch(Exception):
    """Taking apart stops here: ``what`` (by language) exceeds ``limit``."""

    def __init__(self, what: dict[str, str], limit: int):
        super().__init__(what["en"])
        self.what, self.limit = what, limit


class Budget:
    """What may still be unpacked from one source."""

    def __init__(self, items: int = MOST_ITEMS, total: int = TOTAL_LIMIT):
        self._items, self._total = items, total

    def spend(self, size: int) -> None:
        """Count one thing of ``size`` bytes; ``TooMuch`` when it is one too many."""
        self._items -= 1
        self._total -= size
        if self._items < 0:
            raise TooMuch({"it": "gli allegati e i file contenuti", "en": "the attachments and files inside"}, MOST_ITEMS)
        if self._total < 0:
            raise TooMuch({"it": "i MB una volta estratti", "en": "the MB once unpacked"}, TOTAL_LIMIT // MB)

    @property
    def room(self) -> int:
        """Bytes the next thing may have."""
        return max(0, min(ITEM_LIMIT, self._total))
