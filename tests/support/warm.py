"""Processes of perfxl for tests that are of what a command does, not of how it starts: each is a copy of one in which everything is
imported. It has a process of its own (to be killed, bounded, deaf to signals) at a hundredth of the cost of a fresh one.

As a program (``python -P warm.py``), it is the one that is copied: lines of JSON come in, numbers go out.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


class Warm:
    """The process that is copied."""

    def __init__(self):
        home = Path(__file__).parents[2]
        self._process = subprocess.Popen([sys.executable, "-P", __file__], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         env={**os.environ, "PYTHONPATH": str(home)})

    def ask(self, **asked):
        """The number that it answers."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        stdin.write(json.dumps(asked, default=str) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    def start(self, *words, folder, before="", script="", env=None, out=os.devnull, err=os.devnull) -> "Started":
        """perfxl with the ``words`` of a command line, or a ``script``, in ``folder``, where ``before`` is done first; it writes to the
        files ``out`` and ``err``."""
        return Started(self, self.ask(words=list(map(str, words)), folder=folder, before=before, script=script, env=env or {}, out=out, err=err))

    def run(self, *words, folder, before="", notes: Path) -> subprocess.CompletedProcess:
        """The same to its end, and what it said; ``notes``: a folder where it is kept meanwhile."""
        out, err = notes / "out.txt", notes / "err.txt"
        code = self.start(*words, folder=folder, before=before, out=out, err=err).wait()
        return subprocess.CompletedProcess(words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def end(self) -> None:
        """Nothing more is asked."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


class Started:
    """One copy; nobody else has its number before ``wait``."""

    def __init__(self, warm: Warm, pid: int):
        self._warm, self.pid = warm, pid
        self._code: int | None = None

    def signal(self, number: int) -> None:
        """Send it a signal, unless its end was waited for."""
        if self._code is None:
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        """Its exit code once it has ended, negative where a signal ended it."""
        if self._code is None:
            self._code = self._warm.ask(ended=self.pid, waits=False)
        return self._code

    def wait(self) -> int:
        """The same, waiting for it."""
        code = self._code = self._warm.ask(ended=self.pid, waits=True) if self._code is None else self._code
        return code


@pytest.fixture(scope="module")
def warm():
    """The process that is copied."""
    made = Warm()
    yield made
    made.end()


def _imported() -> None:
    """Import what commands import when they are asked for."""
    import matplotlib.backends.backend_agg  # noqa: F401
    import xlsxwriter  # noqa: F401

    from perfxl.stages.report import draft, report  # noqa: F401
    from perfxl.ui.cli import command_names, module

    for name in command_names():
        module(name)
    with contextlib.suppress(ImportError):
        from perfxl.ui import window  # noqa: F401


def _copy(asked: dict) -> int:
    """Be the copy; the exit code."""
    import runpy

    for number, path, how in ((0, os.devnull, os.O_RDONLY), (1, asked["out"], os.O_WRONLY), (2, asked["err"], os.O_WRONLY)):
        opened = os.open(path, how | (os.O_CREAT | os.O_TRUNC if number else 0), 0o600)
        os.dup2(opened, number)
    os.closerange(3, 64)
    os.chdir(asked["folder"])
    os.environ.update(asked["env"])
    sys.argv = [asked["script"] or "perfxl", *asked["words"]]
    try:
        exec(asked["before"], {})
        if asked["script"]:
            runpy.run_path(asked["script"], run_name="__main__")
            code = 0
        else:
            from perfxl.__main__ import main
            code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        import traceback
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()  # as Python does at the end of a process
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return code


def _ended(pid: int, waits: bool) -> int | None:
    there, status = os.waitpid(pid, 0 if waits else os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if there else None


def _serve() -> None:
    import gc

    _imported()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if "ended" in asked:
            answer = _ended(asked["ended"], asked["waits"])
        elif not (answer := os.fork()):
            code = 1
            try:
                code = _copy(asked)
            finally:
                os._exit(code)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
