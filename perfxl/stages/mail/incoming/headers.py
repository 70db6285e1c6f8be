"""What the headers of a message say, read within bounds: a header can be as hostile as an attachment."""

import re
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from perfxl.stages.mail.incoming.model import Envelope

#: Characters of a header that are looked at, and of a text that is kept.
LONGEST, EXCERPT = 2_000, 2_000

_QUOTED, _COMMENT = re.compile(r'"(?:[^"\\]|\\.){0,400}"'), re.compile(r"\([^()]{0,400}\)")
_ANGLED, _BARE = re.compile(r"<\s*([^<>\s@]{1,200}@[^<>\s@]{1,250})\s*>"), re.compile(r"[^\s:;<>()@\[\]\"]{1,200}@[^\s:;<>()@\[\]\"]{1,250}")
#: Senders of one message that are kept.
MOST_SENDERS = 20
_ID = re.compile(r"<[^<>\s]{3,400}>")
_PROTOCOL = re.compile(
    r"\bprot(?:ocollo|\.)?(?:\s{0,3}(?:gen(?:erale|\.)?|(?:in\s{1,3})?(?:entrata|uscita|arrivo|partenza)))?"
    r"\s{0,3}(?:n(?:umero|r?\.|°|º)?\s{0,3})?[:.]?\s{0,3}"
    r"([\w.]{1,40}\.registro\s{1,3}ufficiale\.[EUI]\.\d{1,10}\.\d{1,2}-\d{1,2}-\d{4}"
    r"|(?:[EUI]\.?\s{1,3})?[A-Z]{0,6}[/-]?\d{1,10}(?:\s?[/-]\s?\d{2,10}(?![/\d]))?"
    r"(?:\s{1,3}del\s{1,3}\d{1,2}[/.-]\d{1,2}[/.-]\d{4})?)", re.I)


def header(message: Message, name: str) -> str:
    """Header ``name`` as text in one line, encoded words decoded; "" when there is none."""
    raw = message.get(name)
    return "" if raw is None else decoded(str(raw))


def decoded(raw: str) -> str:
    """``raw`` with its encoded words decoded, blanks and control characters tamed, at most ``LONGEST`` characters."""
    raw = raw[:LONGEST]
    try:
        parts = [p.decode(charset or "ascii", "replace") if isinstance(p, bytes) else p for p, charset in decode_header(raw)]
        text = "".join(parts)
    except (HeaderParseError, LookupError, ValueError):
        text = raw
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def file_name(part: Message) -> str:
    """The name an attachment gives itself, for people only; "" when it gives none."""
    for about, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        if len(str(part.get(about, ""))) > 2 * LONGEST:
            continue
        try:
            given = part.get_param(parameter, None, about)
            if given:
                return decoded(collapse_rfc2231_value(given))[:200]
        except (MessageError, ValueError, LookupError, TypeError):
            continue
    return ""


def envelope(message: Message, text: str, arrived: str = "") -> Envelope:
    """What ``message`` says of itself; ``text``: its body; ``arrived``: when the mailbox says it came."""
    said = header(message, "From")
    subject = header(message, "Subject")
    answers = _ID.findall(" ".join(str(message.get(h, ""))[:LONGEST] for h in ("In-Reply-To", "References")))
    own = _ID.search(str(message.get("Message-ID", ""))[:LONGEST])
    senders, posted = _named(message, "From"), _named(message, "Sender", "Resent-From", "Resent-Sender")
    return Envelope(senders[0] if senders else "", said, subject=subject, message_id=own[0] if own else "",
                    answers=tuple(dict.fromkeys(answers)),
                    arrived=arrived or _arrived(message), protocol=protocol(f"{subject}\n{text[:20 * EXCERPT]}"),
                    text=text[:EXCERPT], senders=senders, posted=posted)


def _named(message: Message, *names: str) -> tuple[str, ...]:
    """The addresses in the headers called ``names``, each once."""
    return tuple(dict.fromkeys(a for name in names for h in message.get_all(name, ())[:MOST_SENDERS] for a in addresses(str(h))))[:MOST_SENDERS]


def address(raw: str) -> str:
    """The address in a sender's line as it stands in the header, lower case; "" when there is none."""
    return next(iter(addresses(raw)), "")


def shown_name(said: str) -> str:
    """The name in a sender's line, as mail programs show it beside the address; "" when it has none."""
    name = said.partition("<")[0] if "<" in said else ""
    return " ".join(name.replace('"', " ").replace("\\", " ").split()).strip("' ")[:200]


def addresses(raw: str) -> tuple[str, ...]:
    """The addresses in a header of senders, each once, lower case.

    They are taken as they stand: of what is encoded, only the name that is shown beside an address can have anything to say,
    unless there is no address elsewhere.
    """
    text = raw[:LONGEST].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _addresses(text) or _addresses(decoded(raw))


def _addresses(text: str) -> tuple[str, ...]:
    for pattern in (_QUOTED, *[_COMMENT] * 3):  # comments stand in comments, not deep
        text = pattern.sub(" ", text)
    matches = (_ANGLED.findall(item) or _BARE.findall(item)[:1] for item in text.split(","))
    return tuple(dict.fromkeys(a.lower().strip("'") for several in matches for a in several))


def protocol(text: str) -> str:
    """The protocol number that ``text`` quotes; "" when it quotes none."""
    number = _PROTOCOL.search(text)
    return " ".join(number[1].split()) if number else ""


def _arrived(message: Message) -> str:
    """When the last server took it, else when it says it was written; ISO, "" when neither can be read."""
    stamps = [str(h)[-200:].rpartition(";")[2] for h in message.get_all("Received", ())[:1]]
    for raw in (*stamps, str(message.get("Date", ""))[:200]):
        at = moment(raw)
        if at:
            return at
    return ""


def moment(raw: str) -> str:
    """A date of a header as ISO with its zone; "" when it is none or of no time that matters."""
    try:
        date: datetime = parsedate_to_datetime(raw.strip())
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        return date.isoformat() if 1990 <= date.year < 2200 else ""
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
