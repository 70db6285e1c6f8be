"""A reader that fails as the file tells it to, in whichever process it runs."""

import os
import signal
import time

from perfxl import work

real = work.one


def one(content: bytes, file: str, job: work.Job, form: tuple[bytes, str] | None = None) -> work.FileRead:
    """What ``work.one`` gives, after doing what the first bytes of ``content`` ask for."""
    if content.startswith(b"HANG"):
        time.sleep(600)
    if content.startswith(b"EAT"):
        return real(b"x" * (1 << 30), file, job, form)
    if content.startswith(b"DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
    if content.startswith(b"RAISE"):
        raise KeyError("cella")
    return real(content, file, job, form)


def ends(*_) -> None:
    """What a process does that cannot begin."""
    os._exit(3)
