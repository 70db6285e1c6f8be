"""Reads received files apart from one another: here, in local processes, or on a Dask cluster.

One or two small files are read in this process, at once. More go through a ``concurrent.futures.Executor`` with a
bounded number of them in flight. A file that takes too long or too much memory, or that ends the process reading
it, is tried once more alone and then becomes a finding; the others are read all the same.
"""

import faulthandler
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from perfxl.campaign import Campaign
from perfxl.findings import Finding, Place

MB = 1 << 20
#: Of one reading process, where the system can bound it.
MEMORY_LIMIT = 512 * MB
#: Seconds for one file.
TIME_LIMIT = 30.0
#: Bytes up to which one or two files are read in this process: packed, and unpacked as their directory says.
SMALL, SMALL_UNPACKED = MB, 16 * MB
#: Files in flight for each worker: enough to keep it busy, few enough to hold.
AHEAD = 4


class Unavailable(Exception):
    """The workers asked for cannot be had; ``key`` and ``values`` say why in the words of ``texts/work.toml``."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Workers:
    """Who reads. ``executor``: None for this machine, else ``dask://HOST:PORT``; ``count``: local processes, 0 for as
    many as there are processors."""

    executor: str | None = None
    count: int = 0


@dataclass(frozen=True)
class Task:
    """One file to read: where it is, and what findings call it."""

    path: Path
    file: str


@dataclass(frozen=True)
class Job:
    """What the files of one run share.

    ``extension``: the body's own fields; ``year``: the plan's. With ``plan`` (and ``round``), every return of that
    plan's round is also checked, against the one of its sector in ``issued``; with ``home``, also laid beside the
    workbook issued to its sector in the campaign that stands there.
    """

    extension: dict | None = None
    year: int | None = None
    round: str = ""
    plan: dict | None = None
    issued: dict[str, dict] = field(default_factory=dict)
    home: Path | None = None

    def form(self, sector: str) -> tuple[bytes, str] | None:
        """The workbook issued to ``sector`` and what findings call it; None when there is none."""
        campaign = Campaign(self.home) if self.home else None
        path = campaign and campaign.issued(self.round, sector)
        return (path.read_bytes(), campaign.relative(path)) if path and path.is_file() else None


@dataclass(frozen=True)
class FileRead:
    """One received file after reading: what findings call it, SHA-256, what ``read`` made of it.

    ``sha256`` is "" for a file that could not be read at all. ``checked``: the findings of its content, ``beyond``: of
    what it has outside its fields, when the job has a plan; what stands there is then left out of ``reading``.
    """

    file: str
    sha256: str
    reading: Any
    checked: tuple[Finding, ...] = ()
    beyond: tuple[Finding, ...] = ()


def read_all(tasks: Iterable[Task], job: Job = Job(), workers: Workers = Workers(),
             progress: Callable[[Iterable, int], Iterable] = lambda items, total: items) -> list[FileRead]:
    """What was read of each task, in their order; raises ``Unavailable``, and nothing for what a file contains.

    ``progress`` passes on the results as they come.
    """
    listed = list(tasks)
    if not workers.executor and not workers.count and len(listed) <= 2 and all(_is_small(t.path) for t in listed):
        return list(progress((_here(t, job) for t in listed), len(listed)))
    hands = _Cluster(workers.executor, job) if workers.executor else _Processes(min(workers.count or _processors(), len(listed)), job)
    try:
        return list(progress(_stream(listed, hands, job), len(listed)))
    finally:
        hands.close()


def read_one(task: Task, job: Job = Job()) -> FileRead:
    """What was read of one task."""
    return read_all([task], job)[0]


def one(content: bytes, file: str, job: Job, form: tuple[bytes, str] | None = None) -> FileRead:
    """What is read of ``content``; may raise what a fault of the reader raises.

    ``form``: the workbook issued to the sector and its name, where ``job`` cannot get at it.
    """
    from perfxl import read
    from perfxl.sheets.preflight import FILE_LIMIT

    reading = read.read(content, file, job.extension, job.year)
    digest = sha256(content).hexdigest() if len(content) <= FILE_LIMIT else ""
    if job.plan is None:
        return FileRead(file, digest, reading)
    if not _expected(reading, job.plan, job.round):
        return FileRead(file, digest, replace(reading, outside=()))
    from perfxl import check

    sector = reading.identity.sector
    checked = check.check(reading.document, job.issued.get(sector), job.plan, job.round, reading.places, file)
    form = form or job.form(sector)
    beyond = read.beyond(reading, file, *form) if form else ()
    return FileRead(file, digest, replace(reading, outside=()), tuple(checked), tuple(beyond))


def _expected(reading: Any, plan: dict, round: str) -> bool:
    """Whether it is a return of this plan and round."""
    known = reading.identity
    return reading.document is not None and (known.body, known.year, known.round) == (plan["body"]["code"], plan["year"], round)


def _stream(tasks: list[Task], hands: "_Processes | _Cluster", job: Job) -> Iterator[FileRead]:
    """The results in the order of the tasks, no more than ``hands.width`` of them in flight."""
    flying: deque[tuple[Task, Future]] = deque()
    for task in tasks:
        if len(flying) >= hands.width:
            yield _landed(*flying.popleft(), hands, job)
        flying.append((task, hands.submit(task)))
    while flying:
        yield _landed(*flying.popleft(), hands, job)


def _landed(task: Task, future: Future, hands: "_Processes | _Cluster", job: Job) -> FileRead:
    """The result of ``future``; of its file read again alone, when whoever read it failed."""
    try:
        return future.result(hands.patience)
    except Exception as problem:  # whatever a reader can fail with, it fails for this file only
        again = _alone(task, job)
        hands.failed(problem, again)
        return again


def _here(task: Task, job: Job) -> FileRead:
    """What this process reads of the file."""
    try:
        return one(_content(task.path), task.file, job)
    except OSError as problem:
        return _unreadable(task.file, "WORK04", reason=problem.strerror or str(problem))
    except Exception:
        return _alone(task, job)


def _alone(task: Task, job: Job) -> FileRead:
    """What a process of its own reads of the file; a finding when that fails too."""
    began = time.monotonic()
    try:
        with _pool(1, job) as pool:
            return _begun(pool, _in_process, task).result()
    except Unavailable:
        raise
    except MemoryError:
        return _unreadable(task.file, "WORK01", limit=MEMORY_LIMIT // MB)
    except BrokenProcessPool:
        if time.monotonic() - began >= TIME_LIMIT:
            return _unreadable(task.file, "WORK02", limit=int(TIME_LIMIT))
        _surely_starts()
        return _unreadable(task.file, "WORK03", reason={"it": "il programma si è interrotto", "en": "the program stopped"})
    except Exception as problem:
        return _unreadable(task.file, "WORK03", reason=f"{type(problem).__name__}: {problem}")


def _surely_starts() -> None:
    """Raise ``Unavailable`` when no process can be started at all, so that it is not the file's fault."""
    try:
        with _pool(1, Job()) as pool:
            _begun(pool, os.getpid).result()
    except BrokenProcessPool:
        raise Unavailable("no_processes") from None


def _unreadable(file: str, code: str, **values: Any) -> FileRead:
    from perfxl.read import Reading

    return FileRead(file, "", Reading(None, None, {}, [Finding(code, Place(file), values)]))


def _content(path: Path) -> bytes:
    """The file's bytes; of one too big to be read as much as shows that it is."""
    from perfxl.sheets.preflight import FILE_LIMIT

    with open(path, "rb") as file:
        return file.read(FILE_LIMIT + MB)


def _is_small(path: Path) -> bool:
    """Whether the file is surely read in a moment."""
    import zipfile

    try:
        if path.stat().st_size > SMALL:
            return False
        with zipfile.ZipFile(path) as archive:
            return sum(info.file_size for info in archive.infolist()) <= SMALL_UNPACKED
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return True  # refused from its first bytes


def _processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Processes:
    """Local processes. ``width``: files in flight; ``patience``: none needed, each process watches its own clock."""

    patience = None

    def __init__(self, count: int, job: Job):
        self._count, self._job, self.width = count, job, AHEAD * count
        self._executor = _pool(count, job)

    def submit(self, task: Task) -> Future:
        """The reading of ``task`` to come; new processes take the place of a broken pool."""
        try:
            return _begun(self._executor, _in_process, task)
        except BrokenProcessPool:
            self.close()
            self._executor = _pool(self._count, self._job)
            return _begun(self._executor, _in_process, task)

    def failed(self, problem: Exception, again: FileRead) -> None:
        """Nothing more to do: the next ``submit`` finds whole processes."""

    def close(self) -> None:
        """Let the processes go; what has not begun is dropped."""
        self._executor.shutdown(cancel_futures=True)


def _pool(count: int, job: Job) -> ProcessPoolExecutor:
    """``count`` processes that have nothing of this one but ``job``, within their limits."""
    if sys.platform == "win32":
        context = multiprocessing.get_context("spawn")
    else:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["perfxl.read", "perfxl.check"])
    return ProcessPoolExecutor(count, context, _begin, (one, job, MEMORY_LIMIT, TIME_LIMIT))


def _begun(pool: ProcessPoolExecutor, function: Callable, *arguments: Any) -> Future:
    """``function`` given to ``pool``, which may start a process for it; raises ``Unavailable`` when none starts.

    A new process would first run the calling program's main module again, which it needs nothing of: a script that
    calls perfxl without a guard would start all over in each. So it is shown an empty one.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        return pool.submit(function, *arguments)
    except (OSError, EOFError):
        raise Unavailable("no_processes") from None
    finally:
        sys.modules["__main__"] = main


#: What ``_begin`` leaves in a reading process for ``_in_process``.
_mine: dict[str, Any] = {}


def _begin(reader: Callable[[bytes, str, Job], FileRead], job: Job, memory: int, seconds: float) -> None:
    """Make this process a reader: bounded, deaf to the Ctrl-C that its parent answers."""
    from perfxl import check, read  # noqa: F401 - imported now, before memory is bounded and garbage frozen

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory(memory)
    # A reading makes hardly any cycles: looking for them less often saves a tenth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    _mine.update(reader=reader, job=job, seconds=seconds, nowhere=open(os.devnull, "w"))


def _bound_memory(limit: int) -> None:
    """Let this process have ``limit`` bytes at most, on systems that can."""
    try:
        import resource
    except ImportError:
        return
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    hard = resource.getrlimit(kind)[1]
    try:
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    except (OSError, ValueError):
        pass  # some systems know the limit and refuse to set it


def _in_process(task: Task) -> FileRead:
    """What this reading process reads of the file; ends the process when the time is over."""
    faulthandler.dump_traceback_later(_mine["seconds"], exit=True, file=_mine["nowhere"])
    try:
        content = _content(task.path)
    except OSError as problem:
        return _unreadable(task.file, "WORK04", reason=problem.strerror or str(problem))
    else:
        return _mine["reader"](content, task.file, _mine["job"])
    finally:
        faulthandler.cancel_dump_traceback_later()


class _Cluster:
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
        try:
            content = _content(task.path)
        except OSError as problem:
            done: Future = Future()
            done.set_result(_unreadable(task.file, "WORK04", reason=problem.strerror or str(problem)))
            return done
        return self._executor.submit(one, content, task.file, self._job, self._forms.form(_peeked(content, task.file)))

    def failed(self, problem: Exception, again: FileRead) -> None:
        """Raise ``Unavailable`` when it was the cluster that failed, not the file."""
        lost = self._client.status != "running" or isinstance(problem, (TimeoutError, CancelledError))
        if lost and all(f.code not in ("WORK01", "WORK02", "WORK03") for f in again.reading.findings):
            raise Unavailable("cluster_lost", address=self._address)

    def close(self) -> None:
        """Leave the cluster to others."""
        self._client.close()


def _peeked(content: bytes, file: str) -> str:
    """The sector that the file most likely comes from, "" when it does not say at a glance."""
    from perfxl.identity import parse
    from perfxl.sheets import Refused
    from perfxl.sheets.preflight import examine

    for part in ("docProps/custom.xml", "meta.xml"):
        try:
            known = parse(examine(content, file).read(part).decode(errors="replace"))
        except Refused:
            continue
        if known:
            return known.sector
    return ""


def unpacked(packed: bytes) -> Job:
    """The job that came packed."""
    return pickle.loads(zlib.decompress(packed))


def version() -> str:
    """perfxl's version where this runs."""
    from perfxl import __version__

    return __version__
