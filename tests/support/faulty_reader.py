"""A reader that fails as the file tells it to, in whichever process it runs."""

import os
import signal
import time

from perfxl.workflow.workers import tasks
from perfxl.workflow.workers.tasks import FileRead, Job, Task

real = tasks.read_in_plan_words


def one(content: bytes, file: str, job: Job, form: tuple[bytes, str] | None = None) -> FileRead:
    """What ``tasks.read_in_plan_words`` gives, after doing what the first bytes of ``content`` ask for."""
    if content.startswith(b"HANG"):
        time.sleep(600)
    if content.startswith(b"EAT"):
        return real(b"x" * (1 << 30), file, job, form)
    if content.startswith(b"DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
    if content.startswith(b"RAISE"):
        raise KeyError("cella")
    return real(content, file, job, form)


def opened(task: Task, job: Job, form: tuple[bytes, str] | None = None) -> FileRead:
    """What ``tasks.opened`` gives, with this reader."""
    content = tasks.content_of(task)
    return content if isinstance(content, FileRead) else one(content, task.file, job, form)


def ends(*_) -> None:
    """What a process does that cannot begin."""
    os._exit(3)
