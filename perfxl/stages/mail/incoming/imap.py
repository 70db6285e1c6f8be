"""A folder of a mailbox, read over IMAP: nothing is marked, moved or deleted, and reading is taken up where it ended."""

import base64
import imaplib
import re
from collections.abc import Iterator
from datetime import datetime

from perfxl.model.findings import Finding, Place
from perfxl.stages.mail.incoming.model import MB, SOURCE_LIMIT, Source
from perfxl.stages.mail.settings import Server, Unusable
from perfxl.stages.mail.transports import connect

_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,40})"')


def encoded(folder: str) -> str:
    """``folder`` as IMAP writes the names of folders (RFC 3501, 5.1.3), in quotes."""
    made = re.sub(r"[^\x20-\x7e]+", lambda m: "&" + base64.b64encode(m[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
                  + "-", folder.replace("&", "&-"))
    return '"' + made.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mailbox(server: Server, folder: str, known: dict | None) -> Iterator[Source | Finding]:
    """The messages of ``folder`` that came after ``known``, the mark of the last one collected; all when it is None or the
    server has numbered them anew. ``Unusable`` when server or folder cannot be had."""
    session = connect(server)
    try:
        validity = _examine(session, server, folder)
        after = int(known["uid"]) if known and str(known["validity"]) == validity else 0
        for uid in _uids(session, after):
            yield from _message(session, server, folder, validity, uid)
    except (imaplib.IMAP4.error, OSError) as problem:
        raise Unusable("no_server", account=server.account, port=server.port, reason=str(problem)) from None
    finally:
        try:
            session.logout()
        except (imaplib.IMAP4.error, OSError):
            pass


def _examine(session: imaplib.IMAP4, server: Server, folder: str) -> str:
    """Open ``folder`` for reading only; the number that says whether messages still have their numbers."""
    answer, _ = session.select(encoded(folder), readonly=True)
    if answer != "OK":
        raise Unusable("no_folder", account=server.account, folder=folder)
    _, said = session.response("UIDVALIDITY")
    return said[0].decode() if said and said[0] else ""


def _uids(session: imaplib.IMAP4, after: int) -> list[int]:
    _, found = session.uid("SEARCH", None, f"UID {after + 1}:*")
    return sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > after)  # "*" gives the last one in any case


def _message(session: imaplib.IMAP4, server: Server, folder: str, validity: str, uid: int) -> Iterator[Source | Finding]:
    """One message, unless it is gone meanwhile; one that is too big is told without being fetched."""
    label = f"{server.user}/{folder} #{uid}"
    about = _answer(session, uid, "(UID RFC822.SIZE INTERNALDATE)")[0]
    size = _SIZE.search(about)
    if size and int(size[1]) > SOURCE_LIMIT:
        yield Finding("MAIL12", Place(label), {"size": int(size[1]) // MB, "limit": SOURCE_LIMIT // MB})
        return
    content = _answer(session, uid, "(UID BODY.PEEK[])")[1]
    if content:
        mark = {"account": server.account, "folder": folder, "validity": validity, "uid": uid}
        yield Source(label, content, _moment(_DATE.search(about)), mark)


def _answer(session: imaplib.IMAP4, uid: int, what: str) -> tuple[bytes, bytes]:
    """What the server says of a message, and the bytes it sends along."""
    _, parts = session.uid("FETCH", str(uid), what)
    said, sent = b"", b""
    for part in parts or ():
        if isinstance(part, tuple):
            said, sent = said + part[0], part[1]
        elif isinstance(part, bytes):
            said += part
    own = _UID.search(said)
    return (said, sent) if own and int(own[1]) == uid else (b"", b"")


def _moment(found: re.Match | None) -> str:
    if not found:
        return ""
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").isoformat()
    except ValueError:
        return ""
