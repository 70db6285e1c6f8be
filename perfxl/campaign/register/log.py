"""The log: numbered entries in SQLite, each sealed with the hash of the one before it.

    hash = SHA-256 of the canonical JSON of [number, at, kind, payload as canonical JSON text, previous hash]

Entries are added, never changed: triggers refuse it, and whoever goes round them breaks the chain.
"""

import errno
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign.register.words import Busy, Unreadable
from perfxl.model import documents

NAME = "registro.sqlite"
VERSION = 1
APPLICATION = 0x50585247  # "PXRG": tells the file from any other SQLite database

#: Everything an entry can be about.
KINDS = ("created", "issued", "asked", "received", "version", "decision", "approval", "run",
         "sent", "message", "taken", "notice", "mailbox", "extended", "withdrawal", "rebuilt", "loaded", "set_aside", "pass")

#: What stands in place of the previous hash in the first entry.
FIRST = "0" * 64

#: What SQLite meets that is the system's: the disk, the folder, the number of files that may be open.
_SYSTEM = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EACCES, sqlite3.SQLITE_CANTOPEN: errno.EACCES,
           sqlite3.SQLITE_PERM: errno.EACCES}

#: What it meets in reading that is the file's: it ends where a page should be, or holds no sound one.
_DAMAGED = (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)

#: How long to wait for another program to finish with the database, in seconds: a commit takes a few milliseconds.
TIMEOUT_SECONDS = 10

_TABLES = (
    # AUTOINCREMENT keeps the highest number ever given, which shows that entries were cut off at the end.
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,"
    " payload TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE)",
    "CREATE INDEX entry_of ON entry (kind, key, seq)",
    "CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END",
    "CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


@dataclass(frozen=True)
class Entry:
    """One entry: number from 1, UTC stamp (ISO), kind, key among its kind, what it says, and its two hashes."""

    seq: int
    at: str
    kind: str
    key: str
    payload: dict[str, Any]
    previous: str
    hash: str


def utc_now() -> datetime:
    """The present moment: the clock of the register unless another is given."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """``moment`` as the log writes it: UTC, ISO, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical(value: Any) -> str:
    """``value`` as the one JSON text that all equal values share: sorted keys, no spaces, ASCII, 10 for 10.0."""
    return json.dumps(_plain(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (Decimal, float)):
        return documents.plain(Decimal(str(value)))
    return value


def entry_hash(seq: int, at: str, kind: str, payload: str, previous: str) -> str:
    """The hash of an entry, from what it is made of; ``payload`` is the text that is stored."""
    return sha256(canonical([seq, at, kind, payload, previous]).encode()).hexdigest()


class Log:
    """The entries of one campaign. ``sqlite3`` errors become ``Busy`` or ``Unreadable``, with words for the user."""

    def __init__(self, folder: Path, write: bool, clock: Callable[[], datetime] = utc_now):
        self.path = folder / NAME
        self._clock = clock
        self._batch = False
        with self._safely():
            self._connect(write)

    def _connect(self, write: bool) -> None:
        # A path and not a URI: SQLite refuses URIs that name a server, and campaigns live on network shares.
        self._db = sqlite3.connect(str(self.path) if write or self.path.is_file() else ":memory:",
                                   timeout=TIMEOUT_SECONDS, isolation_level=None)
        try:
            self._prepare(write)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, write: bool) -> None:
        # A rollback journal, since a write-ahead log does not work on network shares; EXTRA is FULL that also
        # makes the end of the journal durable, so an entry that was recorded outlives a power cut.
        if write:
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.execute("PRAGMA synchronous = EXTRA")
        if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            if not write:  # nothing recorded yet: read as a register without entries, and leave the folder alone
                self._db.close()
                self._db = sqlite3.connect(":memory:", isolation_level=None)
            self._create(record=write)
        self._db.execute("PRAGMA trusted_schema = OFF")
        if self._number("application_id") != APPLICATION:
            raise Unreadable("not_a_register", path=self.path)
        if self._number("user_version") > VERSION:
            raise Unreadable("newer_register", path=self.path)
        if not write:
            # Not opened read-only: a reader that comes after a crash must be able to roll the journal back.
            self._db.execute("PRAGMA query_only = ON")

    def _create(self, record: bool) -> None:
        with self._transaction():
            for statement in _TABLES:
                self._db.execute(statement)
            if record:
                self._append("created", "", {"schema": f"perfxl/register/{VERSION}"})

    def _number(self, pragma: str) -> int:
        return self._db.execute(f"PRAGMA {pragma}").fetchone()[0]

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    @contextmanager
    def _safely(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            if getattr(problem, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Busy("busy_database", path=self.path) from problem
            whole = getattr(problem, "sqlite_errorcode", 0)
            code = write_error(self.path) if whole & 0xFF == sqlite3.SQLITE_IOERR and whole not in _DAMAGED else _SYSTEM.get(whole & 0xFF)
            # A file that is damaged may say that it can only be read: then it is not the system that says so.
            if code is not None and (code != errno.EACCES or not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK)):
                raise OSError(code, os.strerror(code), str(self.path)) from problem
            raise Unreadable("unreadable", path=self.path, reason=str(problem)) from problem

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Record all that happens inside together: every entry of it or, when it is cut short, none."""
        if self._batch:  # already inside one
            yield
            return
        with self._safely(), self._transaction():
            self._batch = True
            try:
                yield
            finally:
                self._batch = False

    def record_once(self, kind: str, key: str, payload: dict[str, Any]) -> Entry:
        """The entry of ``kind`` and ``key`` that says ``payload``: the last one if it does, else a new one."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is not a kind of entry")
        if self._batch:
            return self._record(kind, key, payload)
        with self._safely():
            last = self.latest(kind, key)
            if last is not None and _says(last, payload):
                return last
            with self._transaction():
                return self._record(kind, key, payload)

    def _record(self, kind: str, key: str, payload: dict[str, Any]) -> Entry:
        last = self.latest(kind, key)
        return last if last is not None and _says(last, payload) else self._append(kind, key, payload)

    def _append(self, kind: str, key: str, payload: dict[str, Any]) -> Entry:
        # Inside a transaction that already holds the database: nobody can come between the last hash and this one.
        last = self._db.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = (last[0] + 1, last[1]) if last else (1, FIRST)
        at = stamp(self._clock())
        text = canonical({"key": key, **payload})
        row = (seq, at, kind, canonical(key), text, previous, entry_hash(seq, at, kind=kind, payload=text, previous=previous))
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return _entry(row)

    def entries(self, kind: str | None = None, **filters: Any) -> list[Entry]:
        """Entries in order: of ``kind`` (all kinds when None), whose payload has the values of ``filters``."""
        with self._safely():
            rows = self._db.execute("SELECT * FROM entry WHERE ? IS NULL OR kind = ? ORDER BY seq", (kind, kind)).fetchall()
            entries = map(_entry, rows)
            return [e for e in entries if all(e.payload.get(name) == value for name, value in filters.items())]

    def latest(self, kind: str, key: str) -> Entry | None:
        """The last entry of ``kind`` and ``key``; None when there is none."""
        with self._safely():
            row = self._db.execute("SELECT * FROM entry WHERE kind = ? AND key = ? ORDER BY seq DESC LIMIT 1",
                                   (kind, canonical(key))).fetchone()
            return None if row is None else _entry(row)

    def rows(self) -> tuple[list[tuple[Any, ...]], int]:
        """Entries as they are stored, for proving, and the highest number ever given."""
        with self._safely():
            self._db.execute("BEGIN")
            try:
                stored = self._db.execute("SELECT * FROM entry ORDER BY seq").fetchall()
                highest = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
                sound = self._db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            finally:
                self._db.execute("ROLLBACK")
        if sound != "ok":
            raise Unreadable("unreadable", path=self.path, reason=sound)
        return stored, highest[0] if highest else 0


def write_error(path: Path) -> int:
    """What the system has against writing at ``path``, which SQLite does not pass on: found by writing as much beside it."""
    try:
        with tempfile.TemporaryFile(dir=path.parent) as tried:
            tried.seek(path.stat().st_size if path.exists() else 0)
            tried.write(bytes(1 << 16))
            tried.flush()
            os.fsync(tried.fileno())
    except OSError as problem:
        return problem.errno or errno.EIO
    return errno.EIO


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, at, kind, _, text, previous, hash_ = row
    try:
        payload = documents.loads(text)
        return Entry(seq, at, kind=kind, key=payload.pop("key"), payload=payload, previous=previous, hash=hash_)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as problem:
        raise sqlite3.DataError(f"entry {seq}: {problem}") from problem


def _says(entry: Entry, payload: dict[str, Any]) -> bool:
    return canonical(entry.payload) == canonical(payload)
