"""One writer at a time: a lock that the operating system lets go of when the process ends, however it ends.

The lock is SQLite's own, taken on an empty database beside the register: it works wherever the register does, on
every system, and leaves the register itself free for readers. The process that holds it must not open that file by
itself: closing it again would let go of the lock on some systems.
"""

import getpass
import os
import socket
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from perfxl.campaign.register.log import stamp, write_error
from perfxl.campaign.register.words import Busy, Unreadable, in_both_languages, moment
from perfxl.model import documents

LOCK, WRITER = ".registro.lock", ".registro.lock.json"

#: How long to wait for a writer that is just finishing, in seconds.
TIMEOUT_SECONDS = 0.5


class WriterLock:
    """The right to write in one campaign, from when it is made until ``release`` or the end of the process."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]):
        """Take the lock; raises ``Busy`` with who holds it, ``Unreadable`` when the folder cannot be
        written, ``OSError`` when the disk has no room or fails."""
        self._who = folder / WRITER
        self._held = None
        try:
            self._held = sqlite3.connect(str(folder / LOCK), timeout=TIMEOUT_SECONDS, isolation_level=None)
            self._held.execute("BEGIN EXCLUSIVE")
            documents.hide(folder / LOCK)
            documents.write_bytes(self._who, documents.dumps(_myself(clock)).encode())
        except BaseException as problem:
            if self._held:
                self._held.close()
            if not isinstance(problem, sqlite3.Error):
                raise
            if getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise _busy(folder) from None
            if getattr(problem, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                code = write_error(folder / LOCK)
                raise OSError(code, os.strerror(code), str(folder / LOCK)) from problem
            raise Unreadable("cannot_lock", path=folder / LOCK, reason=str(problem)) from problem

    def release(self) -> None:
        """Let another process write."""
        self._who.unlink(missing_ok=True)
        if self._held is not None:
            self._held.close()


def _myself(clock: Callable[[], datetime]) -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no user database, as in some containers
        user = ""
    return {"user": user, "host": socket.gethostname(), "pid": os.getpid(),
            "since": stamp(clock())}


def _busy(folder: Path) -> Busy:
    try:
        who = documents.load(folder / WRITER)
        return Busy("busy", folder=folder, user=who["user"] or "?", host=who["host"], pid=who["pid"],
                    since=in_both_languages(moment, who["since"]))
    except (OSError, ValueError, KeyError, TypeError):  # just being written, or just removed
        return Busy("busy_unknown", folder=folder)
