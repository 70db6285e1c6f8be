"""A Dask cluster that reads (extra ``perfxl[dask]``)."""

import pickle
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from perfxl.model import safe_path
from perfxl.model.identity import Identity, parse
from perfxl.model.version import __version__
from perfxl.workbook.sheets import Refused
from perfxl.workflow.workers import tasks
from perfxl.workflow.workers.processes import AHEAD, TIME_LIMIT
from perfxl.workflow.workers.tasks import FileRead, Job, Reader, ReaderFailed, Task, Unavailable

if TYPE_CHECKING:
    from distributed import Client


class Cluster:
    """A Dask cluster. The bytes of a file and of its form travel with the task, so that no folder need be shared."""

    #: Longer than any file may take, waiting for its turn included.
    patience = AHEAD * TIME_LIMIT

    def __init__(self, address: str, job: Job):
        self._address = address.removeprefix("dask://")
        self._client = connected(address)
        # A task of its own, not scattered: the cluster makes it again when the worker that had it is gone.
        self._forms, packed = job, pickle.dumps(replace(job, home=None))
        self._job = self._client.submit(unpacked, zlib.compress(packed, 1), pure=False)
        self._executor = self._client.get_executor(pure=False)
        self.width = AHEAD * sum(self._client.nthreads().values())

    def submit(self, task: Task) -> Future[Any]:
        """The reading of ``task`` to come."""
        content = tasks.content_of(task)
        if isinstance(content, FileRead):
            done: Future[Any] = Future()
            done.set_result(content)
            return done
        return self._executor.submit(tasks.read_in_plan_words, content, task.file, self._job, self._forms.form(_peeked(content, task.file)))

    def failed(self, problem: Exception, again: FileRead) -> None:
        """Raise ``Unavailable`` when it was the cluster that failed, not the file."""
        lost = self._client.status != "running" or isinstance(problem, (TimeoutError, CancelledError))
        if lost and all(f.code not in ("WORK01", "WORK02", "WORK03") for f in again.reading.findings):
            raise Unavailable("cluster_lost", address=self._address)

    def close(self) -> None:
        """Leave the cluster to others."""
        self._client.close()


def connected(address: str) -> "Client":
    """A client of the cluster at ``address``, whose workers have this perfxl; raises ``Unavailable`` when there is none."""
    try:
        from distributed import Client
    except ImportError:
        raise Unavailable("no_dask") from None
    where = address.removeprefix("dask://")
    try:
        client = Client(f"tcp://{where}", timeout=5, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise Unavailable("no_cluster", address=where) from None
    try:
        try:
            versions = client.run(version)
        except Exception:  # a worker without perfxl fails in any way it likes
            raise Unavailable("not_on_workers", address=where, version=__version__) from None
        if not versions:
            raise Unavailable("no_workers", address=where)
        if set(versions.values()) != {__version__}:
            raise Unavailable("not_on_workers", address=where, version=__version__)
    except BaseException:
        client.close()
        raise
    return client


def each_on(client: Any, given: Iterable[Any], job: Any, reader: Reader) -> Iterator[tuple[Any, Any]]:
    """(task, what ``reader`` gives for it on the cluster) in their order; a ``ReaderFailed`` in place of the second where whoever had
    the task failed, however often it was tried. ``given`` is asked for a few at a time."""
    in_flight: deque[tuple[Any, Any]] = deque()
    width = AHEAD * sum(client.nthreads().values())

    def result() -> tuple[Any, Any]:
        task, future = in_flight.popleft()
        try:
            return task, future.result(AHEAD * TIME_LIMIT)
        except Exception as problem:
            if client.status != "running":
                raise Unavailable("cluster_lost", address=str(client.scheduler.address).removeprefix("tcp://")) from None
            return task, ReaderFailed("WORK03", reason=f"{type(problem).__name__}: {problem}")

    for task in given:
        if len(in_flight) >= width:
            yield result()
        in_flight.append((task, client.submit(reader, task, job, pure=False)))
    while in_flight:
        yield result()


def _peeked(content: bytes, file: str) -> Identity | None:
    """What the file most likely is, None when it does not say at a glance."""
    from perfxl.workbook.sheets.preflight import examine

    for part in ("docProps/custom.xml", "meta.xml"):
        try:
            known = parse(examine(content, file).read(part).decode(errors="replace"))
        except Refused:
            continue
        if known:
            return known
    return None


def unpacked(packed: bytes) -> Job:
    """The job that came packed."""
    return pickle.loads(zlib.decompress(packed))


def version() -> str:
    """perfxl's version where this runs, which from now on takes nothing from the folder it was started in."""
    safe_path.secure()
    return __version__
