"""Reads received files apart from one another: here, in local processes, or on a Dask cluster.

One or two small files are read in this process, at once. More go through a ``concurrent.futures.Executor`` with a
bounded number of them in flight. A file that takes too long or too much memory, or that ends the process reading
it, is tried once more alone and then becomes a finding; the others are read all the same.
"""

import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from perfxl.working import processes, tasks
from perfxl.working.cluster import Cluster
from perfxl.working.processes import Processes
from perfxl.working.tasks import MB, FileRead, Job, Task, Unavailable

__all__ = ["FileRead", "Job", "Task", "Unavailable", "Workers", "read_all"]

#: Bytes up to which one or two files are read in this process: packed, and unpacked as their directory says.
SMALL, SMALL_UNPACKED = MB, 16 * MB


@dataclass(frozen=True)
class Workers:
    """Who reads. ``executor``: None for this machine, else ``dask://HOST:PORT``; ``count``: local processes, 0 for as
    many as there are processors."""

    executor: str | None = None
    count: int = 0


def read_all(given: Iterable[Task], job: Job = Job(), workers: Workers = Workers(),
             progress: Callable[[Iterable, int], Iterable] = lambda items, total: items) -> list[FileRead]:
    """What was read of each task, in their order; raises ``Unavailable``, and nothing for what a file contains.

    ``progress`` passes on the results as they come.
    """
    listed = list(given)
    if not listed or not workers.executor and not workers.count and len(listed) <= 2 and all(map(_is_small, listed)):
        return list(progress((_here(t, job) for t in listed), len(listed)))
    count = min(workers.count or processes.processors(), len(listed))
    hands = Cluster(workers.executor, job) if workers.executor else Processes(count, job)
    try:
        return list(progress(_stream(listed, hands, job), len(listed)))
    finally:
        hands.close()


def _stream(listed: list[Task], hands: Processes | Cluster, job: Job) -> Iterator[FileRead]:
    """The results in the order of the tasks, no more than ``hands.width`` of them in flight."""
    flying: deque[tuple[Task, Future]] = deque()
    for task in listed:
        if len(flying) >= hands.width:
            yield _landed(*flying.popleft(), hands, job)
        flying.append((task, hands.submit(task)))
    while flying:
        yield _landed(*flying.popleft(), hands, job)


def _landed(task: Task, future: Future, hands: Processes | Cluster, job: Job) -> FileRead:
    """The result of ``future``; of its file read again alone, when whoever read it failed."""
    try:
        return future.result(hands.patience)
    except Exception as problem:  # whatever a reader can fail with, it fails for this file only
        again = processes.alone(task, job)
        hands.failed(problem, again)
        return again


def _here(task: Task, job: Job) -> FileRead:
    """What this process reads of the file."""
    try:
        return tasks.opened(task, job)
    except Exception:  # a fault of the reader, or no memory: a process of its own says which
        return processes.alone(task, job)


def _is_small(task: Task) -> bool:
    """Whether the file is surely read in a moment."""
    try:
        if task.path.stat().st_size > SMALL:
            return False
        with zipfile.ZipFile(task.path) as archive:
            return sum(info.file_size for info in archive.infolist()) <= SMALL_UNPACKED
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return True  # refused from its first bytes
