"""What became of drafts that were put into a mailbox: still there, sent, or neither; nothing is marked or moved."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from perfxl.stages.mail.imap import (
    Faulty,
    StartTls,
    Tls,
    answer,
    connect,
    encoded,
    leave,
    number,
)
from perfxl.stages.mail.incoming.headers import decoded
from perfxl.stages.mail.settings import Server

#: Names of the folder of what was sent, where the server does not say which it is.
_SENT_NAMES = ("Sent", "Sent Items", "Sent Messages", "Sent Mail", "Posta inviata", "Inviata", "Inviati", "Elementi inviati", "Messaggi inviati")
#: A folder as LIST tells it: its flags, what parts its name from that of the folder around it, and its name as it is to be written.
_LISTED = re.compile(rb'\(([^)]{0,400})\) (?:"((?:[^"\\]|\\.){1,4})"|NIL) (.{1,400})', re.S)
_UID = re.compile(rb"\bUID ([^ )]{1,40})")
#: Messages with the same reference that are looked at in one folder.
MOST = 100


@dataclass(frozen=True)
class Draft:
    """A draft to look for: its identifier, its subject as it was written, and the reference in it."""

    message_id: str
    subject: str
    reference: str


def whereabouts(server: Server, folder: str, drafts: Iterable[Draft]) -> dict[str, str]:
    """By identifier, ``draft`` for what is still in ``folder``, ``sent`` for what stands among the mail that was sent; nothing for
    what is in neither. ``Unusable`` when the server cannot be had, ``Faulty`` when it does not answer as it should.

    Programs that send a draft may give it another identifier: its subject, which has the reference, is looked for too.
    """
    listed = list(drafts)
    places: dict[str, str] = {}
    session = connect(server)
    try:
        for state, names in (("draft", [encoded(folder).encode()]), ("sent", _sent_folders(session))):
            for name in names:
                with _examined(session, name) as there:
                    places |= {d.message_id: state for d in listed if there and d.message_id not in places and _has(session, d)}
    finally:
        leave(session)
    return places


def _sent_folders(session: Tls | StartTls) -> list[bytes]:
    """The folders of what was sent, as IMAP writes them: those the server says are such, else those that are called so."""
    with answer(session):
        _, lines = session.list()
    folders = [m for line in lines or () if isinstance(line, bytes) and (m := _LISTED.match(line))]
    said = [m[3] for m in folders if b"\\sent" in m[1].lower().split()]
    usual = {encoded(name).strip('"').casefold() for name in _SENT_NAMES}
    return said or [m[3] for m in folders if _own_name(m).casefold() in usual]


def _own_name(listed: re.Match[bytes]) -> str:
    """The name of a folder without those of the folders around it."""
    name = listed[3].strip(b'"').decode("ascii", "replace")
    return name.rpartition(listed[2].decode("ascii", "replace").removeprefix("\\"))[2] if listed[2] else name


@contextmanager
def _examined(session: Tls | StartTls, name: bytes) -> Iterator[bool]:
    """Within it, the folder ``name`` is open for reading only; whether it could be."""
    with answer(session):
        there = session.select(name.decode("ascii", "replace"), readonly=True)[0] == "OK"
    yield there


def _has(session: Tls | StartTls, draft: Draft) -> bool:
    """Whether the open folder has ``draft``."""
    if _search(session, "HEADER", "Message-ID", f'"{draft.message_id}"'):
        return True
    return any(_subject(session, uid) == " ".join(draft.subject.split())
               for uid in _search(session, "HEADER", "Subject", f'"{draft.reference}"')[-MOST:])


def _search(session: Tls | StartTls, *criteria: str) -> list[int]:
    with answer(session):
        _, numbers = session.uid("SEARCH", *criteria)
    return sorted(number(raw) for line in numbers or () for raw in (line or b"").split())


def _subject(session: Tls | StartTls, uid: int) -> str:
    """The subject of a message, in one line; "" when it is gone."""
    with answer(session):
        _, parts = session.uid("FETCH", str(uid), "(UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    for part in parts or ():
        own = _UID.search(part[0]) if isinstance(part, tuple) else None
        if own and number(own[1]) == uid:
            raw = re.sub(r"\r?\n(?=[ \t])", "", part[1].decode("utf-8", "replace")).strip()
            return decoded(raw.partition(":")[2])
    return ""


__all__ = ["Draft", "Faulty", "whereabouts"]
