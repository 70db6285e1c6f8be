"""A copy of this process, as it stands (``fork``), that does something while this one goes on: nothing is sent to it.

It is bounded to this one's life, hears of no Ctrl-C, and has none of its files. What it gives is sent back.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from perfxl.model import interruption

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")


class CopyFailed(Exception):
    """The copy came to nothing, whyever: this process can do the same."""


def possible() -> bool:
    """Whether there can be a copy of this process that is of use: on Linux, where nothing else runs in it that a copy would cut short."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


class ProcessCopy:
    """A copy of this process that does ``work``, given its end of a connection to this one, and then ends."""

    def __init__(self, work: Callable[["Connection"], None]):
        from multiprocessing.connection import Pipe  # where there is a copy

        self._pid: int | None
        near_end, far_end = Pipe()
        watched, life = os.pipe()
        self._connection, self._life = near_end, life
        gc.freeze()  # looked at for what can be let go, every page would be copied
        try:
            self._pid = os.fork()
        except OSError:  # no room, or no more processes
            self._pid = None
        if self._pid == 0:
            _work(work, far_end, watched)
        os.close(watched)
        far_end.close()

    def send(self, value: Any) -> None:
        """Tell the copy ``value``; raises ``CopyFailed``."""
        try:
            self._connection.send(value)
        except OSError:
            raise CopyFailed from None

    def received(self) -> Any:
        """What the copy sends next; raises ``CopyFailed``."""
        try:
            return self._connection.recv()
        except (OSError, EOFError):
            raise CopyFailed from None

    def end(self) -> None:
        """Let the copy go, whatever it does."""
        gc.unfreeze()
        self._connection.close()
        os.close(self._life)
        if self._pid is None:
            return
        with interruption.uninterrupted():
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


@contextmanager
def copied_process(work: Callable[["Connection"], None]) -> Iterator[ProcessCopy]:
    """A copy that does ``work``, and is gone in the end."""
    copy: ProcessCopy | None = None
    try:
        with interruption.uninterrupted():
            copy = ProcessCopy(work)
        yield copy
    finally:
        if copy is not None:
            copy.end()


@contextmanager
def meanwhile(function: Callable[[], T], worthwhile: bool = True) -> Iterator[Callable[[], T]]:
    """``function`` done by a copy of this process from now on, where it is ``worthwhile`` and there can be one, else at once: what is
    given waits for what came out, a plain value. Whatever keeps the copy from it (it may be its fault), this process does it then."""
    if not (worthwhile and possible()):
        here = function()
        yield lambda: here
        return
    with copied_process(lambda connection: connection.send(function())) as copy:
        def result() -> T:
            try:
                made: T = copy.received()
                return made
            except CopyFailed:
                return function()
        yield result


def _work(work: Callable[["Connection"], None], connection: "Connection", watched: int) -> None:
    """What the copy does, and nothing after it."""
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _close_all_but(connection.fileno(), watched)
        threading.Thread(target=_end_with, args=(watched,), daemon=True).start()
        work(connection)
    except BaseException:  # whatever it is, it comes again where it can be told
        os._exit(1)
    os._exit(0)


def _close_all_but(*kept: int) -> None:
    """Close all files that were open where this process is a copy of, but those and what Python itself writes to."""
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            with suppress(OSError):  # that of the list itself is closed by now
                os.close(number)


def _end_with(watched: int) -> None:
    """End this process when the one that it is a copy of is gone."""
    os.read(watched, 1)
    os._exit(1)
