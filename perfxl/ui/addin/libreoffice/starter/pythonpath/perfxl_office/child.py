"""perfxl in a process of its own: started, listened to line by line, answered, ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any

#: How long a process that was asked to stop may take before it is ended, in seconds.
GRACE = 5.0
#: How long what it said last may take to be read once it has ended.
_LAST = 2.0
#: What the office program sets for its own Python and libraries, which must not reach another Python.
_OFFICES = ("PYTHON", "URE_", "UNO_", "LD_LIBRARY_PATH", "DYLD_")


class Child:
    """One run of perfxl. From ``listen`` on, ``heard`` is called, in a thread of its own, with each message and at last, whatever
    happened, with None; before that nothing is heard, so that nobody hears of a child that they do not know yet."""

    def __init__(self, machine: "dict[str, Any]", stage: str, language: str, state: "dict[str, Any]", heard: "Callable[[dict[str, Any] | None], None]") -> None:
        self.errors = tempfile.TemporaryFile()
        self.process: subprocess.Popen[bytes] = subprocess.Popen([machine["python"], "-P", "-m", "perfxl.ui.addin.libreoffice", stage, language],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=_environment(machine),
                                        cwd=os.path.expanduser("~"), **_apart())
        self._lock, self._heard = threading.Lock(), heard
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self.say(state)

    def listen(self) -> None:
        """Begin to listen."""
        self._listener.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            with contextlib.suppress(ValueError):
                message = json.loads(line.decode("utf-8"))
                if isinstance(message, dict):
                    self._heard(message)

    def _watch(self) -> None:
        """Wait for the end of the process, not of its line: what it has started may outlive it and hold the line open."""
        self.process.wait()
        self._listener.join(_LAST)
        if self._listener.is_alive():
            self._end_group()
            self._listener.join(_LAST)  # the end is told last
        self._heard(None)

    def say(self, message: "dict[str, Any]") -> None:
        """Send a message; one that is gone already does not hear it."""
        into = self.process.stdin
        with self._lock, contextlib.suppress(OSError, ValueError):
            if into is not None:
                into.write(json.dumps(message).encode("utf-8") + b"\n")
                into.flush()

    def cancel(self) -> None:
        """Ask it to stop, and end it with all that it has started when it does not."""
        self.say({"cancel": True})
        self._after_grace(self.end)

    def end(self) -> None:
        """End it, and the processes that it has started: those that left its group are ended by itself, if it still can."""
        if self.process.poll() is not None:
            return
        if sys.platform == "win32":
            subprocess.call(["taskkill", "/F", "/T", "/PID", str(self.process.pid)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, creationflags=0x08000000)
        else:
            self.process.terminate()
            self._after_grace(self._end_what_is_left)

    @staticmethod
    def _after_grace(what: "Callable[[], object]") -> None:
        timer = threading.Timer(GRACE, what)
        timer.daemon = True
        timer.start()

    def _end_what_is_left(self) -> None:
        if self.process.poll() is None:
            self._end_group()

    def _end_group(self) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The last line that it wrote about a trouble."""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:500] if lines else ""


def _environment(machine: "dict[str, Any]") -> "dict[str, str]":
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_OFFICES)}
    kept["PYTHONUTF8"] = "1"
    if machine.get("path"):
        kept["PYTHONPATH"] = machine["path"]
    return kept


def _apart() -> "dict[str, Any]":
    """No console on Windows; elsewhere a group of its own, that can be ended as a whole."""
    return {"creationflags": 0x08000000} if sys.platform == "win32" else {"start_new_session": True}
