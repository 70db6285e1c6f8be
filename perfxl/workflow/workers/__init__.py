"""Reads received files apart from one another: here, in local processes, or on a Dask cluster.

One or two small files are read in this process, at once. More go through a ``concurrent.futures.Executor`` with a
bounded number of them in flight. A file that takes too long or too much memory, or that ends the process reading
it, is tried once more alone and then becomes a finding; the others are read all the same.
"""

import os
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perfxl.workflow.workers import tasks
from perfxl.workflow.workers.tasks import MB, FileRead, Job, Reader, ReaderFailed, Task, Unavailable

if TYPE_CHECKING:  # what starts processes is loaded where some are started: most commands read a file or two, here
    from concurrent.futures import Future

    from perfxl.workflow.workers.cluster import Cluster
    from perfxl.workflow.workers.processes import Processes

__all__ = ["FileRead", "Job", "ReaderFailed", "Task", "Unavailable", "Workers", "begin", "each", "guarded", "processors", "read_all"]

#: Bytes up to which one or two files are read in this process: packed, and unpacked as their directory says.
SMALL, SMALL_UNPACKED = MB, 16 * MB


@dataclass(frozen=True)
class Workers:
    """Who reads. ``executor``: None for this machine, else ``dask://HOST:PORT``; ``count``: local processes, 0 for as
    many as there are processors."""

    executor: str | None = None
    count: int = 0


def read_all(given: Iterable[Task], job: Job = Job(), workers: Workers = Workers(),
             progress: Callable[[Iterable[Any], int], Iterable[Any]] = lambda items, _total: items) -> list[FileRead]:
    """What was read of each task, in their order; raises ``Unavailable``, and nothing for what a file contains.

    ``progress`` passes on the results as they come.
    """
    listed = list(given)
    if not listed or not workers.executor and not workers.count and len(listed) <= 2 and all(map(_is_small, listed)):
        return list(progress((_here(t, job) for t in listed), len(listed)))
    pool = _pool(workers, job, len(listed))
    try:
        return list(progress(_stream(listed, pool, job), len(listed)))
    finally:
        pool.close()


def begin(given: int, workers: Workers = Workers()) -> None:
    """Let the processes that will read ``given`` files begin while their caller does something else, where there will be some."""
    if given > 2 and not workers.executor:
        from perfxl.workflow.workers import processes

        processes.begin()


def _pool(workers: Workers, job: Job, most: int) -> "Processes | Cluster":
    from perfxl.workflow.workers import processes

    if workers.executor:
        from perfxl.workflow.workers.cluster import Cluster

        return Cluster(workers.executor, job)
    return processes.Processes(min(workers.count or processors(), most), job)


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def guarded(reader: Reader, task: Any, job: Any, seconds: float | None = None) -> Any:
    """``processes.guarded``: what ``reader`` gives in a process of its own, within its limits."""
    from perfxl.workflow.workers import processes

    return processes.guarded(reader, task, job, seconds)


def each(given: Iterable[Any], job: Any, reader: Reader, workers: Workers = Workers()) -> Iterator[Any]:
    """What ``reader`` gives for each of ``given`` in local processes, in their order; a ``ReaderFailed`` where one fails over it.

    ``given`` is asked for a few at a time; ``given``, ``job`` and results are plain values, ``reader`` a function of a module.
    """
    from perfxl.workflow.workers import processes

    def again(task: Any, job: Any) -> Any:
        try:
            return guarded(reader, task, job)
        except ReaderFailed as lost:
            return lost

    pool = processes.Processes(workers.count or processors(), job, reader)
    try:
        yield from _stream(given, pool, job, again)
    finally:
        pool.close()


def _stream(given: Iterable[Any], pool: "Processes | Cluster", job: Any, again: Reader | None = None) -> Iterator[Any]:
    """The results in the order of the tasks, no more than ``pool.width`` of them in flight; ``again`` tries one alone."""
    in_flight: deque[tuple[Any, "Future[Any]"]] = deque()
    for task in given:
        if len(in_flight) >= pool.width:
            yield _result_or_retry(*in_flight.popleft(), pool, job, again or _alone)
        in_flight.append((task, pool.submit(task)))
    while in_flight:
        yield _result_or_retry(*in_flight.popleft(), pool, job, again or _alone)


def _alone(task: Task, job: Job) -> FileRead:
    from perfxl.workflow.workers import processes

    return processes.alone(task, job)


def _result_or_retry(task: Any, future: "Future[Any]", pool: "Processes | Cluster", job: Any, alone: Reader) -> Any:
    """The result of ``future``; of its file read again alone, when whoever read it failed."""
    try:
        return future.result(pool.patience)
    except Exception as problem:  # whatever a reader can fail with, it fails for this file only
        again = alone(task, job)
        pool.failed(problem, again)
        return again


def _here(task: Task, job: Job) -> FileRead:
    """What this process reads of the file."""
    try:
        return tasks.opened(task, job)
    except Exception:  # a fault of the reader, or no memory: a process of its own says which
        return _alone(task, job)


def _is_small(task: Task) -> bool:
    """Whether the file is surely read in a moment."""
    try:
        if task.path.stat().st_size > SMALL:
            return False
        with zipfile.ZipFile(task.path) as archive:
            return sum(info.file_size for info in archive.infolist()) <= SMALL_UNPACKED
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return True  # refused from its first bytes
