"""Sessions at an IMAP server, bounded: what it sends is counted and timed, and nothing it says is believed unread."""

import base64
import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.mail.faults import raised_in
from perfxl.stages.mail.settings import Server, Unusable

MB = 1 << 20
#: Seconds that one answer may take besides its bytes; bytes a second below which a server drips; seconds for one session.
TIMEOUT_SECONDS, SLOWEST, SESSION_SECONDS = 60.0, 20_000, 3_600.0
#: Bytes of an answer that brings no message, and of one line of it.
ANSWER_LIMIT, LINE_LIMIT = 16 * MB, 4 * MB
_PIECE = 1 << 16
#: Characters of a server's own words that are passed on.
_WORDS = 200


class Faulty(Exception):
    """A server did not answer as the protocol has it, or not in time; ``key`` and ``values`` are a text of ``texts/mail.toml``."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values

    @property
    def words(self) -> dict[str, str]:
        """What is wrong, by language."""
        return {language: Texts("mail", language)(self.key, **self.values) for language in LANGUAGES}


class _Bounded(imaplib.IMAP4):
    """What an IMAP session of the standard library reads, within what it was allowed."""

    _buffer, _allowed, _left, _until, _end = b"", ANSWER_LIMIT, ANSWER_LIMIT, 0.0, 0.0

    def allow(self, size: int = ANSWER_LIMIT) -> None:
        """Let the next answer have ``size`` bytes, and the time for them."""
        now = time.monotonic()
        self._end = self._end or now + SESSION_SECONDS
        self._allowed, self._left, self._until = size, size, now + TIMEOUT_SECONDS

    def readline(self) -> bytes:
        """One line of the server's."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > LINE_LIMIT:
                raise Faulty("imap_much", limit=LINE_LIMIT // MB)
            if not self._more():
                break
        at = self._buffer.find(b"\n") + 1 or len(self._buffer)
        line, self._buffer = self._buffer[:at], self._buffer[at:]
        return line

    def read(self, size: int) -> bytes:
        """``size`` bytes, as many as the server has said it sends; fewer when it goes away."""
        if size > self._left + len(self._buffer):
            raise Faulty("imap_much", limit=self._allowed // MB)
        pieces, count = [self._buffer[:size]], min(size, len(self._buffer))
        self._buffer = self._buffer[size:]
        while count < size and self._more():
            piece, self._buffer = self._buffer[:size - count], self._buffer[size - count:]
            pieces.append(piece)
            count += len(piece)
        return b"".join(pieces)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Literal["OK"], list[None]]:
        """Go on over TLS; what was said before it began is nothing that was asked."""
        answer = super().starttls(ssl_context)
        if self._buffer:
            raise Faulty("imap_words")
        return answer

    def _more(self) -> bool:
        """Receive some bytes; whether there were any."""
        if not self._end:
            self.allow()
        wait = min(self._until, self._end) - time.monotonic()
        try:
            if wait <= 0:
                raise TimeoutError
            self.sock.settimeout(wait)
            piece = self.sock.recv(_PIECE)
        except TimeoutError:
            raise Faulty("imap_slow") from None
        self._buffer += piece
        self._left -= len(piece)
        self._until += len(piece) / SLOWEST
        if self._left < 0:
            raise Faulty("imap_much", limit=self._allowed // MB)
        return bool(piece)


class Tls(_Bounded, imaplib.IMAP4_SSL):
    """A session over TLS from its beginning."""


class StartTls(_Bounded):
    """A session that goes over to TLS."""


def connect(server: Server) -> Tls | StartTls:
    """A session at an IMAP server, over TLS, logged in; ``Unusable`` when it cannot be had."""
    password, context = server.password(), ssl.create_default_context()
    session: Tls | StartTls | None = None
    try:
        with _server_faults():
            if server.security == "tls":
                session = Tls(server.host, server.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
            else:
                session = StartTls(server.host, server.port, timeout=TIMEOUT_SECONDS)
                session.starttls(context)
            session.allow()
            session.login(server.user, password)
            return session
    except Faulty as problem:
        if session is not None:
            session.shutdown()
        raise Unusable("no_server", account=server.account, port=server.port, reason=problem.words) from None


@contextmanager
def answer(session: Tls | StartTls, size: int = ANSWER_LIMIT) -> Iterator[None]:
    """Within it, one command whose answer may have ``size`` bytes; whatever the server does wrong is ``Faulty``."""
    session.allow(size)
    with _server_faults():
        yield


@contextmanager
def _server_faults() -> Iterator[None]:
    """Within it, what the standard library raises over a server's answers becomes ``Faulty``."""
    try:
        yield
    except imaplib.IMAP4.abort as problem:
        gone = any(word in str(problem) for word in ("socket error", "BYE", "LOGOUT"))
        raise Faulty("imap_gone" if gone else "imap_words") from None
    except imaplib.IMAP4.error as problem:
        raise Faulty("imap_refused", reason=_tamed(re.sub(r"\\x[0-9a-f]{2}", " ", re.sub(r"\bb(['\"])(.*?)\1", r"\2", str(problem))))) from None
    except OSError as problem:
        raise Faulty("imap_broke", reason=_tamed(problem.strerror or str(problem) or type(problem).__name__)) from None
    except (ValueError, TypeError, LookupError, AttributeError) as problem:
        if not raised_in(problem, "imaplib"):
            raise
        raise Faulty("imap_words") from None


def refused(words: bytes) -> Faulty:
    """A server does not do what was asked, with these ``words``."""
    return Faulty("imap_refused", reason=_tamed(words[:4 * _WORDS].decode("utf-8", "replace")))


def leave(session: Tls | StartTls | None) -> None:
    """Say goodbye, whatever the server thinks of it."""
    if session is None:
        return
    try:
        with answer(session):
            session.logout()
    except Faulty:
        session.shutdown()


def number(raw: bytes) -> int:
    """A number of the protocol, 32 bits; ``Faulty`` when it is none."""
    if not re.fullmatch(rb"\d{1,10}", raw) or int(raw) >= 1 << 32:
        raise Faulty("imap_numbers", found=_tamed(raw[:40].decode("ascii", "replace")))
    return int(raw)


def encoded(folder: str) -> str:
    """``folder`` as IMAP writes the names of folders (RFC 3501, 5.1.3), in quotes."""
    made = re.sub(r"[^\x20-\x7e]+", lambda m: "&" + base64.b64encode(m[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
                  + "-", folder.replace("&", "&-"))
    return '"' + made.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _tamed(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:_WORDS]
