"""Ctrl-C ends perfxl in one sentence: it comes between two things, never in the middle of one that cannot be left half done.

So does being asked to end in any other way (``SIGTERM``, a terminal that is closed): what perfxl has started ends with it.

Interrupted while it imports a module, Python says so from wherever it is, and a library may make a fault of its own of it, as openpyxl
does of all that comes while it converts a value; interrupted while it hands a task to a new process, that process says that its task is cut short. There it waits for a moment.
"""

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

#: Seconds after which an interruption comes again that came where it could not be raised.
AGAIN = 0.02
_IMPORTING = "<frozen importlib._bootstrap>"
#: The end of a file and a function in it that catch everything (``except:``) and raise a fault of their own: an interruption would be lost.
_CATCHES_ALL = (str(Path("openpyxl", "descriptors", "base.py")), "_convert")
#: The other ways in which a program is asked to end: by ``kill``, by a terminal that is closed, by a console of Windows that is.
_ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


@dataclass
class _Waiting:
    """How many things are under way that must not be interrupted; whether an interruption waits for their end; whether one
    comes again until it can be raised; the number of the signal by which it came last."""

    held: int = 0
    came: bool = False
    again: bool = False
    number: int = signal.SIGINT


_waiting = _Waiting()


def handle_interrupts() -> None:
    """Answer Ctrl-C from now on, and one that came meanwhile (``__main__`` has it wait), and the other ways of being asked to end;
    each of them not in a program that has chosen to leave it to others."""
    if threading.current_thread() is not threading.main_thread():
        return
    answered = [n for n in (signal.SIGINT, *_ENDINGS) if signal.getsignal(n) in (signal.default_int_handler, signal.SIG_DFL)]
    for number in answered:
        signal.signal(number, _heard)
    if answered:
        sys.unraisablehook = _unraisable
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, *_ENDINGS})


def ignore_interrupts() -> None:
    """Leave them alone from now on: all is said, and the process ends in a moment."""
    for number in (signal.SIGINT, *_ENDINGS):
        if signal.getsignal(number) is _heard:
            signal.signal(number, signal.SIG_IGN)
    _waiting.again = False


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What is done within it is done to its end; an interruption that came meanwhile comes then.

    Programs started within it never hear of Ctrl-C, from their first moment: it is for this one to end them.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one hears of Ctrl-C
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _heard)
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    _waiting.held += 1
    try:
        yield
    finally:
        if masked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        _waiting.held -= 1
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, before)
        if _waiting.came and not _waiting.held:
            _waiting.came = False
            raise KeyboardInterrupt


def _heard(number: int, frame: FrameType | None) -> None:
    """Interrupt, or have it wait."""
    _waiting.number = number
    if _waiting.held:
        _waiting.came = True
    elif _is_deaf(frame):
        _again()
    else:
        _waiting.again = False
        raise KeyboardInterrupt


def _is_deaf(frame: FrameType | None) -> bool:
    """Whether something that would not let an interruption through is under way."""
    file, function = _CATCHES_ALL
    while frame is not None:
        code = frame.f_code
        if code.co_filename == _IMPORTING or code.co_name == function and code.co_filename.endswith(file):
            return True
        frame = frame.f_back
    return False


def _again() -> None:
    """Have the interruption come again in a moment, until it can be raised."""
    if not _waiting.again:
        _waiting.again = True
        threading.Thread(target=_repeat, daemon=True).start()


def _repeat() -> None:
    while _waiting.again:
        time.sleep(AGAIN)
        if not _waiting.again:
            return
        if hasattr(signal, "pthread_kill"):  # wakes the main thread from whatever it waits for
            signal.pthread_kill(threading.main_thread().ident or 0, _waiting.number)
        else:
            _thread.interrupt_main(signal.Signals(_waiting.number))


def _unraisable(unraisable: Any) -> None:
    """An interruption in a place that lets none through comes again; all else there is what was left over of something told elsewhere."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt):
        _again()
    elif os.environ.get("PERFXL_DEBUG"):
        sys.__unraisablehook__(unraisable)
