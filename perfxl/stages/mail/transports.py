"""The three ways a message leaves: a draft file, SMTP over TLS, a draft in the mailbox over IMAP.

Each is a context that ``deliver``s messages; ``Refused`` means the message surely did not leave, ``Uncertain`` that nobody
can know.
"""

import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from perfxl.model.documents import write_bytes
from perfxl.stages.mail import imap
from perfxl.stages.mail.settings import Server, Settings, Unusable

#: Seconds to wait for a server at each step.
TIMEOUT_SECONDS = 60
_FAILURES = (OSError, smtplib.SMTPException)


class Refused(Exception):
    """The message did not leave; the text is the server's reason."""


class Uncertain(Exception):
    """The connection broke while the message was on its way."""


class Drafts:
    """Draft files that a mail program opens ready to send."""

    state, dated = "drafted", False

    def deliver(self, message: EmailMessage, path: Path) -> dict[str, str]:
        """Write ``message`` at ``path``; no address is refused."""
        write_bytes(path, message.as_bytes())
        return {}


class Smtp:
    """Messages handed to an SMTP server."""

    state, dated = "sent", True

    def __init__(self, server: Server):
        """Connect over TLS and log in; ``Unusable`` when that fails."""
        password, context = server.password(), ssl.create_default_context()
        try:
            self._session: smtplib.SMTP = (
                smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context) if server.security == "tls"
                else smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS))
        except _FAILURES as problem:
            raise _no_server(server, problem) from None
        try:
            if server.security != "tls":
                self._session.starttls(context=context)
            self._log_in(server.user, password)
        except _FAILURES as problem:
            self.close()
            raise _no_server(server, problem) from None

    def _log_in(self, user: str, password: str) -> None:
        """Log in, once: ``login`` would try a wrong password again in every way the server knows, until it locks us out."""
        session = self._session
        session.ehlo_or_helo_if_needed()
        ways = session.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in ways:
            session.user, session.password = user, password
            session.auth("PLAIN", session.auth_plain)
        else:
            session.login(user, password)

    def deliver(self, message: EmailMessage, path: Path) -> dict[str, str]:  # noqa: ARG002
        """Hand over ``message``; the addresses the server refused, with its reasons."""
        try:
            refused = self._session.send_message(message)
        except smtplib.SMTPRecipientsRefused as problem:
            raise Refused(_answers(problem.recipients)) from None
        except (smtplib.SMTPServerDisconnected, OSError) as problem:
            raise Uncertain(_reason(problem)) from None
        except smtplib.SMTPException as problem:
            raise Refused(_reason(problem)) from None
        return {address: _answers({address: answer}) for address, answer in refused.items()}

    def close(self) -> None:
        """Say goodbye, whatever the server thinks of it."""
        try:
            self._session.quit()
        except (smtplib.SMTPException, OSError):
            self._session.close()


class ImapDrafts:
    """Drafts put into a folder of the mailbox."""

    state, dated = "drafted", True

    def __init__(self, server: Server, folder: str):
        """Connect over TLS and log in; ``Unusable`` when that fails or the folder cannot be had."""
        self._folder, self._session = folder, imap.connect(server)
        name = imap.encoded(folder)
        try:
            with imap.answer(self._session):
                usable = self._session.status(name, "(MESSAGES)")[0] == "OK" or self._session.create(name)[0] == "OK"
        except imap.Faulty:
            usable = False
        if not usable:
            self.close()
            raise Unusable("no_folder", account=server.account, folder=folder)

    def deliver(self, message: EmailMessage, path: Path) -> dict[str, str]:  # noqa: ARG002
        """Append ``message`` to the drafts; no address is refused."""
        self._session.allow()
        try:
            answer, said = self._session.append(imap.encoded(self._folder), r"(\Draft)", None, message.as_bytes())
        except (imaplib.IMAP4.abort, OSError, imap.Faulty) as problem:
            raise Uncertain(_reason(problem)) from None
        except imaplib.IMAP4.error as problem:
            raise Refused(_reason(problem)) from None
        if answer != "OK":
            raise Refused(repr(said))
        return {}

    def close(self) -> None:
        """Say goodbye."""
        imap.leave(self._session)


@contextmanager
def transport(settings: Settings) -> Iterator[Drafts | Smtp | ImapDrafts]:
    """The way of sending that the plan chose, open until the end of the ``with``; ``Unusable`` without its server."""
    if settings.way == "drafts":
        yield Drafts()
        return
    server = getattr(settings, settings.way)
    if server is None:
        raise Unusable(f"no_{settings.way}")
    way = Smtp(server) if settings.way == "smtp" else ImapDrafts(server, settings.drafts)
    try:
        yield way
    finally:
        way.close()


def _no_server(server: Server, problem: Exception) -> Unusable:
    return Unusable("no_server", account=server.account, port=server.port, reason=_reason(problem))


def now() -> datetime:
    """The moment a message is dated with."""
    return datetime.now().astimezone().replace(microsecond=0)


def _reason(problem: Exception) -> str:
    return str(problem) or type(problem).__name__


def _answers(recipients: dict[str, Any]) -> str:
    return "; ".join(f"{address}: {code} {said.decode('utf-8', 'replace')}" for address, (code, said) in recipients.items())
