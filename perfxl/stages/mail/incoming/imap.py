"""A folder of a mailbox, read over IMAP: nothing is marked, moved or deleted, and reading is taken up where it ended."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.mail.imap import (
    Faulty,
    StartTls,
    Tls,
    answer,
    connect,
    encoded,
    leave,
    number,
    refused,
)
from perfxl.stages.mail.incoming.model import MB, SOURCE_LIMIT, Source
from perfxl.stages.mail.settings import Server, Unusable

_UID, _SIZE = re.compile(rb"\bUID ([^ )]{1,40})"), re.compile(rb"RFC822\.SIZE ([^ )]{1,40})")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,40})"')


def mailbox(server: Server, folder: str, known: dict[str, Any] | None) -> Iterator[Source | Finding]:
    """The messages of ``folder`` that came after ``known``, the mark of the last one collected; all when it is None or the
    server has numbered them anew. ``Unusable`` when server or folder cannot be had; what a server does wrong later is a
    finding, and the last thing that comes of it."""
    session = connect(server)
    try:
        validity = _examine(session, server, folder)
        after = int(known["uid"]) if known and str(known["validity"]) == validity else 0
        for uid in _uids(session, after):
            yield from _message(session, server, folder=folder, validity=validity, uid=uid)
    except Faulty as problem:
        yield Finding("MAIL17", Place(f"{server.user}/{folder}"), {"account": server.account, "folder": folder, "reason": problem.words})
    finally:
        leave(session)


def _examine(session: Tls | StartTls, server: Server, folder: str) -> str:
    """Open ``folder`` for reading only; the number that says whether messages still have their numbers."""
    with answer(session):
        status, _ = session.select(encoded(folder), readonly=True)
        _, said = session.response("UIDVALIDITY")
    if status != "OK":
        raise Unusable("no_folder", account=server.account, folder=folder)
    return str(number(said[0])) if said and said[0] else ""


def _uids(session: Tls | StartTls, after: int) -> list[int]:
    with answer(session):
        status, uids = session.uid("SEARCH", f"UID {after + 1}:*")
    if status != "OK":
        raise refused(b" ".join(line or b"" for line in uids))
    numbers = {number(raw) for line in uids for raw in (line or b"").split()}
    return sorted(uid for uid in numbers if uid > after)  # "*" gives the last one in any case


def _message(session: Tls | StartTls, server: Server, folder: str, validity: str, uid: int) -> Iterator[Source | Finding]:
    """One message, unless it is gone meanwhile; one that is too big is told without being fetched."""
    label = f"{server.user}/{folder} #{uid}"
    status, about, _ = _answer(session, uid, "(UID RFC822.SIZE INTERNALDATE)")
    if status == "OK" and not about:
        return
    size = _SIZE.search(about)
    if size and number(size[1]) > SOURCE_LIMIT:
        yield Finding("MAIL12", Place(label), {"size": number(size[1]) // MB, "limit": SOURCE_LIMIT // MB})
        return
    content = _answer(session, uid, "(UID BODY.PEEK[])", SOURCE_LIMIT + MB)[2] if about else b""
    if not content and not (size and number(size[1]) == 0):
        reason = Faulty("imap_withheld", uid=uid).words
        yield Finding("MAIL17", Place(label), {"account": server.account, "folder": folder, "reason": reason})
    if content:
        mark = {"account": server.account, "folder": folder, "validity": validity, "uid": uid}
        yield Source(label, content, _moment(_DATE.search(about)), mark)


def _answer(session: Tls | StartTls, uid: int, what: str, size: int = MB) -> tuple[str, bytes, bytes]:
    """Whether the server does as asked ("OK"), what it says of a message, and the bytes it sends along."""
    with answer(session, size):
        status, parts = session.uid("FETCH", str(uid), what)
    said, sent = b"", b""
    for part in parts or ():
        if isinstance(part, tuple):
            said, sent = said + part[0], part[1]
        elif isinstance(part, bytes):
            said += part
    own = _UID.search(said)
    return (status, said, sent) if own and number(own[1]) == uid else (status, b"", b"")


def _moment(date: re.Match[bytes] | None) -> str:
    if not date:
        return ""
    try:
        return datetime.strptime(date[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z").isoformat()
    except ValueError:
        return ""
