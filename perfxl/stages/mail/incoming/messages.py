"""Mail messages taken apart: their text, and everything attached to them at any depth.

A long attachment takes the standard library ten times its bytes: its base64 is kept out of what is parsed (``_lifted``).
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32
from functools import partial
from html import unescape
from itertools import islice
from typing import Any

from perfxl.stages.mail.incoming import text_attachments
from perfxl.stages.mail.incoming.headers import EXCERPT, file_name, header
from perfxl.stages.mail.incoming.leftovers import may_carry
from perfxl.stages.mail.incoming.model import TooMuch

#: Parts with parts of their own that a message may declare: forwards of forwards stay far below.
MOST_BOUNDARIES = 200
_DECLARED = re.compile(rb"boundary\s*=|message/rfc822", re.I)
_FIRST_LINES = re.compile(rb"(?:[!-9;-~]{1,80}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_TYPED = re.compile(rb"\s*(?:content-[a-z-]+|mime-version):", re.I)
_USUAL = re.compile(rb"^(?:from|to|subject|date|received|message-id|mime-version|return-path|content-type|x-unsent):", re.I | re.M)
_SCRIPT, _TAG = re.compile(r"<(style|script)\b", re.I), re.compile(r"<[^>]{0,2000}>")

#: What stands before a message in files of programs: how many bytes it has (Apple Mail), the mark of an mbox.
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf|[\r\n])*(?:\d{1,10} *\r?\n|>?From [^\r\n]{1,300}\r?\n)?")
#: Kinds of text that are the text of a message; of another kind, it is attached.
_WORDS = ("plain", "html", "enriched", "richtext", "markdown", "x-markdown", "x-amp-html", "watch-html")
_PGP = b"-----BEGIN PGP MESSAGE-----"
#: Characters of a page that files are looked for in.
_PAGE = 8 << 20

#: Characters of a header that are kept: what comes after is no name, no address and no boundary of anybody's.
HEADER_LIMIT = 8_000

#: What the standard library raises over headers that break the rules in ways it did not think of.
FAULTS = (TypeError, ValueError, LookupError, AttributeError, MessageError, RecursionError)


class _Bounded(Compat32):
    """Headers as they stand, bounded: the standard library takes minutes over some that are written for it."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Name and value of a header, its end cut off when it is too long."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_LIMIT]

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        """The value as it stands."""
        return value


_POLICY = _Bounded()

#: Bytes of base64 in a row that are parsed as they stand; of more, the rest is kept out.
SHORT = 64 << 10
_RUN, _ENDS = re.compile(rb"[A-Za-z0-9+/=\r\n]*"), re.compile(rb"[\r\n]*")
#: What stands for the run of a number; a message that writes it itself is parsed as it stands.
_MARK, _MARKED = b"\0perfxl %d\0", re.compile(rb"\0perfxl (\d+)\0")


class Parsed(Message):
    """A message, or a part of one, whose payload may have marks for the runs that stand in ``raw``."""

    _payload: Any  # as the standard library keeps it; what it gives is decoded already

    def __init__(self, policy: Any = _POLICY, raw: bytes = b"", runs: tuple[tuple[int, int], ...] = ()):
        super().__init__(policy)
        self._raw, self._runs = raw, runs

    def leaf(self, payload: str, encoding: str) -> "Parsed":
        """A part of the same message with that payload."""
        made = Parsed(self.policy, self._raw, self._runs)
        made["Content-Transfer-Encoding"] = encoding
        made.set_payload(payload)
        return made

    def whole(self, text: bytes) -> bytes:
        """``text`` of the message with its runs in place of their marks."""
        pieces = _MARKED.split(text)
        pieces[1::2] = [memoryview(self._raw)[slice(*self._runs[int(n)])] for n in pieces[1::2]]
        return b"".join(pieces)

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        """The payload as the standard library gives it, decoded with its runs."""
        standard: Any = super()  # whose types know this call by its literals alone
        if not decode or not self._runs or not isinstance(self._payload, str):
            return standard.get_payload(i, decode)
        text = self._payload.encode("ascii", "surrogateescape")
        if not _MARKED.search(text):
            return standard.get_payload(i, decode)
        encoding, text = header(self, "Content-Transfer-Encoding").lower(), self.whole(text)
        return _base64(text) if encoding == "base64" else quopri.decodestring(text) if encoding == "quoted-printable" else text


def _base64(text: bytes) -> bytes:
    """What ``text`` encodes, its end left out when it is cut off; ``text`` itself when it encodes nothing."""
    for cut in ("", "=", "=="):
        try:
            return binascii.a2b_base64(text + cut.encode() if cut else text)
        except binascii.Error:
            continue
    return text


def _after(pattern: re.Pattern[bytes], data: bytes, at: int = 0) -> int:
    """Where what fits ``pattern`` at ``at`` ends; ``at`` itself where nothing does."""
    match = pattern.match(data, at)
    return match.end() if match else at


def _lifted(data: bytes) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """``data`` with marks for its long runs of base64, and where these begin and end."""
    runs: list[tuple[int, int]] = []
    pieces: list[bytes] = []
    done, at = 0, SHORT
    while at < len(data) and b"\0perfxl " not in data:
        end = _after(_RUN, data, at)
        line, last = data.find(b"\n", at, end), data.rfind(b"\n", at, end)
        begin = _after(_ENDS, data, line) if line >= 0 else end  # what divides headers from a text stays
        if last - begin >= SHORT:
            last -= data[last - 1:last] == b"\r"
            pieces += [data[done:begin], _MARK % len(runs)]
            runs.append((begin, last))
            done = last
        at = max(end, at + SHORT)
    return b"".join((*pieces, data[done:])) if runs else data, tuple(runs)


@dataclass(frozen=True)
class MessagePart:
    """One leaf of a message: what it calls itself, its type, its bytes, whether it is a picture of the text."""

    name: str
    type: str
    content: bytes
    inline: bool = False


def is_message(data: bytes) -> bool:
    """Whether ``data`` begins as a mail message does."""
    begin = _after(_BEFORE, data)
    head = data[begin:begin + 8192]
    return bool(_FIRST_LINES.match(head)) and len(_USUAL.findall(head)) >= 2


def is_entity(data: bytes) -> bool:
    """Whether ``data`` begins as what is signed of a mail message does: with its type."""
    return bool(_TYPED.match(data[:2_000]))


def parse(data: bytes) -> Parsed:
    """The message in ``data``; ``TooMuch`` when it is built to exhaust whoever reads it."""
    data = data[_after(_BEFORE, data):]
    if next(islice(_DECLARED.finditer(data), MOST_BOUNDARIES, None), None):
        raise TooMuch({"it": "le parti una dentro l’altra", "en": "the parts one inside the other"}, MOST_BOUNDARIES)
    short, runs = _lifted(data)
    make = partial(Parsed, raw=data if runs else b"", runs=runs)
    try:
        read = message_from_bytes(short, make, policy=_POLICY)
    except RecursionError:
        raise TooMuch({"it": "le parti una dentro l’altra", "en": "the parts one inside the other"}, MOST_BOUNDARIES) from None
    return read if isinstance(read, Parsed) else make()  # what ``make`` makes is one


def content(part: Message) -> bytes:
    """The bytes of ``part``, decoded; b"" of one that has parts of its own."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def inner_parts(part: Message) -> list[Parsed]:
    """The parts that ``part`` of a message that was parsed has; [] when it has none."""
    payload = part.get_payload()
    return [p for p in payload if isinstance(p, Parsed)] if isinstance(payload, list) else []


def parts(message: Parsed) -> Iterator[MessagePart | Parsed]:
    """The leaves of ``message`` that are not its text, files that stand in its text, and the messages attached to it, in order."""
    pending, alone = [message], True
    while pending:
        part = pending.pop(0)
        if part.get_content_type() == "message/rfc822":
            yield _attached(part)
        elif part.is_multipart() and part.get_content_maintype() == "multipart":
            pending[:0] = inner_parts(part)
        elif part.get_content_maintype() == "text":
            yield from _of_text(part, alone)
        elif part.get_content_type() != "application/pgp-encrypted":  # which only says that the next one is
            yield _leaf(part)
        alone = False


def _of_text(part: Message, alone: bool) -> Iterator[MessagePart]:
    """What ``part`` brings: itself, when it is a file that is called a text, else the files that stand in it.

    ``alone``: it is the whole message. What has a name or is called an attachment is no text of the message.
    """
    words = content(part)
    attached = part.get_content_disposition() == "attachment" or file_name(part) and not alone
    if attached or part.get_content_subtype() not in _WORDS or may_carry(words):
        yield MessagePart(file_name(part), part.get_content_type(), words)
        return
    if _PGP in words:
        yield MessagePart("", "application/pgp-encrypted", words[words.index(_PGP):])
    for block in text_attachments.extract_files(words)[1]:
        yield MessagePart(block.name, "", block.content)
    if part.get_content_subtype() == "html":
        for block in text_attachments.files_in_addresses(words[:_PAGE].decode("latin-1")):
            yield MessagePart("", block.type, block.content, block.type.startswith("image/") and not may_carry(block.content))


def text(message: Parsed) -> str:
    """The text of ``message`` for people, at most some thousand characters; "" when it has none."""
    pending = [message]
    while pending:
        part = pending.pop(0)
        if part.is_multipart():
            if part.get_content_maintype() == "multipart":
                pending[:0] = inner_parts(part)
        elif part.get_content_maintype() == "text" and (part is message or not file_name(part)):
            said = _decoded(part)
            if part.get_content_subtype() == "html":
                said = unescape(_TAG.sub(" ", _unscripted(said[:40 * EXCERPT])))
            if said.strip():
                return said.strip()[:20 * EXCERPT]
    return ""


def _unscripted(html: str) -> str:
    """``html`` without its styles and scripts; each is looked for onwards only, so that none is looked for twice."""
    pieces: list[str] = []
    at = 0
    while (begins := _SCRIPT.search(html, at)) and (ends := re.compile(f"</{begins[1]}\\s*>", re.I).search(html, begins.end())):
        pieces.append(html[at:begins.start()])
        at = ends.end()
    return "".join((*pieces, html[at:]))


def _attached(part: Parsed) -> MessagePart | Parsed:
    """The message attached in ``part``; as a leaf when it stands encoded, which the rules forbid and programs do."""
    inner = next(iter(inner_parts(part)), None)
    if inner is None:
        return MessagePart(file_name(part), "message/rfc822", b"")
    if header(part, "Content-Transfer-Encoding").lower() in ("base64", "quoted-printable"):
        outer = part.leaf(inner.as_string().lstrip("\n"), header(part, "Content-Transfer-Encoding"))
        return MessagePart(file_name(part), "message/rfc822", content(outer))
    return inner


def _leaf(part: Parsed) -> MessagePart:
    inner = inner_parts(part)  # message/partial, message/external-body and the like: told, never followed
    data = b"\n".join(part.whole(p.as_bytes()) for p in inner) if inner else content(part)
    picture = (part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment" and bool(part.get("Content-ID"))
               and not may_carry(data))
    return MessagePart(file_name(part), part.get_content_type(), data, picture)


def _decoded(part: Message) -> str:
    words = content(part)
    raw = b"" if may_carry(words) and part.get_content_subtype() != "html" else text_attachments.extract_files(words)[0][:200 * EXCERPT]
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("latin-1")
