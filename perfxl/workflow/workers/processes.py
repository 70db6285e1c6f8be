"""Local processes that read: each with a limit of memory and a watch on its time, so that a file can end only its own.

What they do is a function of a task and of a job, both plain values: ``tasks.opened`` unless another is asked for.
"""

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from perfxl.model import interruption, safe_path
from perfxl.workflow.workers import tasks
from perfxl.workflow.workers.tasks import (
    MB,
    FileRead,
    Job,
    Reader,
    ReaderFailed,
    Task,
    Unavailable,
    unreadable,
)

#: Of one reading process, where the system can bound it.
MEMORY_LIMIT = 512 * MB
#: Seconds for one file.
TIME_LIMIT = 30.0
#: How processes are started: with nothing of this one's memory.
METHOD = "spawn" if sys.platform == "win32" else "forkserver"
#: Files in flight for each worker: enough to keep it busy, few enough to hold.
AHEAD = 4


class Processes:
    """Local processes. ``width``: files in flight; ``patience``: none needed, each process watches its own clock."""

    patience = None

    def __init__(self, count: int, job: Any, reader: Reader | None = None):
        self._count, self._job, self.width, self._reader = count, job, AHEAD * count, reader or tasks.opened
        self._executor = _pool(count, job, self._reader)

    def submit(self, task: Any) -> Future[Any]:
        """The reading of ``task`` to come; new processes take the place of a broken pool."""
        try:
            return _begun(self._executor, _in_process, task)
        except BrokenProcessPool:
            self.close()
            self._executor = _pool(self._count, self._job, self._reader)
            return _begun(self._executor, _in_process, task)

    def failed(self, problem: Exception, again: Any) -> None:
        """Nothing more to do: the next ``submit`` finds whole processes."""

    def close(self) -> None:
        """Let the processes go; what has not begun is dropped."""
        self._executor.shutdown(cancel_futures=True)


class _Pool(ProcessPoolExecutor):
    """Processes whose end is waited for undisturbed: interrupted meanwhile, it would leave behind some that nobody ends."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let them go."""
        with interruption.uninterrupted():
            super().shutdown(wait, cancel_futures=cancel_futures)


def begin(reader: Reader | None = None) -> None:
    """Start what readers are copies of, where they are copies of anything: it loads what ``reader`` uses while its caller does something else."""
    with suppress(OSError, EOFError):  # told when somebody asks for a reader
        _server_started(reader or tasks.opened)


def _server_started(reader: Reader) -> None:
    if METHOD != "forkserver":
        return
    from multiprocessing import forkserver, resource_tracker  # there are none on Windows

    multiprocessing.get_context(METHOD).set_forkserver_preload(["perfxl.stages.read", "perfxl.stages.check"] if reader is tasks.opened else [reader.__module__])
    with safe_path.for_children():
        resource_tracker.ensure_running()  # it sees to Ctrl-C by itself, and lets it through to whoever starts it
        with interruption.uninterrupted(), _silent():
            forkserver.ensure_running()


def _pool(count: int, job: Any, reader: Reader, seconds: float | None = None) -> ProcessPoolExecutor:
    """``count`` processes that have nothing of this one but ``job`` and ``reader``, within their limits; ``seconds``: for one
    task, ``TIME_LIMIT`` when None."""
    context = multiprocessing.get_context(METHOD)
    _server_started(reader)
    with safe_path.for_children():  # one that looks after locks is started here
        return _Pool(count, context, _begin, (reader, job, MEMORY_LIMIT, seconds or TIME_LIMIT))


@contextmanager
def _silent() -> Iterator[None]:
    """Programs started within it say nothing on the terminal, nor do those that they start: what ends a reader is told as what it is."""
    if os.environ.get("PERFXL_DEBUG"):
        yield
        return
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _begun(pool: ProcessPoolExecutor, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """``function`` given to ``pool``, which may start a process for it; raises ``Unavailable`` when none starts.

    A new process would first run the calling program's main module again, which it needs nothing of: a script that
    calls perfxl without a guard would start all over in each. So it is shown an empty one.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        with safe_path.for_children(), interruption.uninterrupted():
            return pool.submit(function, *arguments)
    except (OSError, EOFError) as problem:
        raise _none_starts(problem) from None
    finally:
        sys.modules["__main__"] = main


#: What ``_begin`` leaves in a reading process for ``_in_process``.
_mine: dict[str, Any] = {}


def _begin(reader: Reader, job: Any, memory: int, seconds: float) -> None:
    """Make this process a reader: bounded, deaf to the Ctrl-C that its parent answers."""
    if reader is tasks.opened:
        from perfxl.stages import check, read  # noqa: F401 - imported now, before memory is bounded and garbage frozen

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    _bound_memory(memory)
    # A reading makes hardly any cycles: looking for them less often saves a tenth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    _mine.update(reader=reader, job=job, seconds=seconds, nowhere=open(os.devnull, "w"))


def _end_with(parent: Any) -> None:
    """End this process when ``parent`` is gone: one that was killed can no longer ask its readers to."""
    parent.join()
    os._exit(1)


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


def _in_process(task: Any) -> Any:
    """What this reading process reads of the task; ends the process when the time is over."""
    faulthandler.dump_traceback_later(_mine["seconds"], exit=True, file=_mine["nowhere"])
    try:
        return _mine["reader"](task, _mine["job"])
    finally:
        faulthandler.cancel_dump_traceback_later()


def alone(task: Task, job: Job) -> FileRead:
    """What a process of its own reads of the file; a finding when that fails too."""
    try:
        return guarded(tasks.opened, task, job)
    except ReaderFailed as lost:
        return unreadable(task.file, lost.code, **lost.values)


def guarded(reader: Reader, task: Any, job: Any, seconds: float | None = None) -> Any:
    """What ``reader`` gives in a process of its own, in ``seconds`` (``TIME_LIMIT`` when None); raises ``ReaderFailed`` when that
    fails, ``Unavailable`` when none starts."""
    began, limit = time.monotonic(), seconds or TIME_LIMIT
    try:
        with _pool(1, job, reader, limit) as pool:
            return _begun(pool, _in_process, task).result()
    except Unavailable:
        raise
    except MemoryError:
        raise ReaderFailed("WORK01", limit=MEMORY_LIMIT // MB) from None
    except BrokenProcessPool:
        if time.monotonic() - began >= limit:
            raise ReaderFailed("WORK02", limit=int(limit)) from None
        _surely_starts()
        raise ReaderFailed("WORK03", reason={"it": "il programma si è interrotto", "en": "the program stopped"}) from None
    except Exception as problem:
        raise ReaderFailed("WORK03", reason=f"{type(problem).__name__}: {problem}") from None


def _surely_starts() -> None:
    """Raise ``Unavailable`` when no process can be started at all, so that it is not the file's fault."""
    try:
        with _pool(1, None, tasks.opened) as pool:
            _begun(pool, os.getpid).result()
    except BrokenProcessPool as problem:
        raise _none_starts(problem) from None


def _none_starts(problem: Exception) -> Unavailable:
    """Why no process starts: what the system said, and what it allows."""
    said = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
    allowed = {"processes": "–", "files": "–"}
    with suppress(ImportError, OSError, ValueError):
        import resource  # there is none on Windows

        for name, of in (("processes", resource.RLIMIT_NPROC), ("files", resource.RLIMIT_NOFILE)):
            most = resource.getrlimit(of)[0]
            allowed[name] = "–" if most == resource.RLIM_INFINITY else str(most)
    return Unavailable("no_processes", reason=said, **allowed)
