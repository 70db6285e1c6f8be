"""A Dask cluster that reads (extra ``perfxl[dask]``)."""

import pickle
import zlib
from concurrent.futures import CancelledError, Future
from dataclasses import replace

from perfxl.identity import Identity, parse
from perfxl.working import tasks
from perfxl.working.processes import AHEAD, TIME_LIMIT
from perfxl.working.tasks import FileRead, Job, Task, Unavailable


class Cluster:
    """A Dask cluster. The bytes of a file and of its form travel with the task, so that no folder need be shared."""

    #: Longer than any file may take, waiting for its turn included.
    patience = AHEAD * TIME_LIMIT

    def __init__(self, address: str, job: Job):
        try:
            from distributed import Client
        except ImportError:
            raise Unavailable("no_dask") from None
        self._address = address.removeprefix("dask://")
        try:
            self._client = Client(f"tcp://{self._address}", timeout=5, set_as_default=False)
        except (OSError, TimeoutError, ValueError):
            raise Unavailable("no_cluster", address=self._address) from None
        try:
            self._ready(job)
        except BaseException:
            self.close()
            raise

    def _ready(self, job: Job) -> None:
        from perfxl import __version__

        try:
            versions = self._client.run(version)
        except Exception:  # a worker without perfxl fails in any way it likes
            raise Unavailable("not_on_workers", address=self._address, version=__version__) from None
        if not versions:
            raise Unavailable("no_workers", address=self._address)
        if set(versions.values()) != {__version__}:
            raise Unavailable("not_on_workers", address=self._address, version=__version__)
        # A task of its own, not scattered: the cluster makes it again when the worker that had it is gone.
        self._forms, packed = job, pickle.dumps(replace(job, home=None))
        self._job = self._client.submit(unpacked, zlib.compress(packed, 1), pure=False)
        self._executor = self._client.get_executor(pure=False)
        self.width = AHEAD * sum(self._client.nthreads().values())

    def submit(self, task: Task) -> Future:
        """The reading of ``task`` to come."""
        content = tasks.content_of(task)
        if isinstance(content, FileRead):
            done: Future = Future()
            done.set_result(content)
            return done
        return self._executor.submit(tasks.one, content, task.file, self._job, self._forms.form(_peeked(content, task.file)))

    def failed(self, problem: Exception, again: FileRead) -> None:
        """Raise ``Unavailable`` when it was the cluster that failed, not the file."""
        lost = self._client.status != "running" or isinstance(problem, (TimeoutError, CancelledError))
        if lost and all(f.code not in ("WORK01", "WORK02", "WORK03") for f in again.reading.findings):
            raise Unavailable("cluster_lost", address=self._address)

    def close(self) -> None:
        """Leave the cluster to others."""
        self._client.close()


def _peeked(content: bytes, file: str) -> Identity | None:
    """What the file most likely is, None when it does not say at a glance."""
    from perfxl.sheets import Refused
    from perfxl.sheets.preflight import examine

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
    from perfxl import __version__, safe_path

    safe_path.secure()
    return __version__
