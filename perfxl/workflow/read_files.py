"""Received files read: by processes of this computer or on a cluster, as ``workers`` has it; workers that cannot be had are a refusal."""

from collections.abc import Iterable

from perfxl.model.texts import Texts
from perfxl.workflow import workers as work
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.workers import FileRead, Job, Task, Workers


def read_files(tasks: Iterable[Task], job: Job, workers: Workers, language: str, progress: Progress = quiet) -> list[FileRead]:
    """What was read of each received file, in their order; ``CannotRun`` when the workers asked for cannot be had."""
    say = Texts("cli", language)
    try:
        return work.read_all(tasks, job, workers, lambda items, total: progress(items, say("progress_read"), total))
    except work.Unavailable as reason:
        raise CannotRun(Texts("work", language)(reason.key, **reason.values)) from None
