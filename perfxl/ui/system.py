"""What the system complains of, in words: what it is, on which path, what to do."""

import contextlib
import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from perfxl.model import documents
from perfxl.model.texts import Texts, area

#: Complaints that are the system's own, whatever was being done: the disk, its rights, what a process may have.
SYSTEM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "EFBIG", "EDQUOT", "EIO", "ENOMEM")
                   if hasattr(errno, name))

#: Those of whoever writes.
DISK = ("ENOSPC", "EFBIG", "EDQUOT", "EIO", "EROFS")


def code_of(problem: OSError) -> str:
    """The name of the complaint: ``ENOSPC``; ``NOTEMP`` where there is no place for temporary files, ``NOFILE`` for what is none."""
    if isinstance(problem, FileNotFoundError) and problem.filename is None and "temporary directory" in str(problem):
        return "NOTEMP"
    return "NOFILE" if isinstance(problem, documents.NotAFile) else errno.errorcode.get(problem.errno or 0, "")


def reason(problem: OSError, language: str) -> str:
    """What the system complains of; in its own words where there are none."""
    key = f"os_{code_of(problem)}"
    return Texts("cli", language)(key) if key in area("cli") else problem.strerror or str(problem) or type(problem).__name__


def words(problem: OSError, language: str, folder: object = None) -> str:
    """The complaint as a sentence: the path, what is the matter, what to do. ``folder``: what was being worked on."""
    say, advice = Texts("cli", language), f"do_{code_of(problem)}"
    what = say(advice) if advice in area("cli") else say("do_other")
    path = _path(problem, say, folder)
    if path is None:
        return say("os_error_nowhere", reason=reason(problem, language), advice=what)
    return say("os_error", path=path.replace("\n", "⏎"), reason=reason(problem, language), advice=what)


def _path(problem: OSError, say: Texts, folder: object) -> str | None:
    """Where it happened. Documents are named where they are written: what has no name is what is printed, or a temporary file."""
    if problem.filename not in (None, ""):
        return problem.filename if isinstance(problem.filename, str) else str(problem.filename)
    if code_of(problem) in DISK:
        if _is_printing(problem):
            return say("standard_output")
        with contextlib.suppress(OSError):
            return tempfile.gettempdir()
    return str(folder) if folder is not None and code_of(problem) != "NOTEMP" else None


def _is_printing(problem: OSError) -> bool:
    """Whether it came up where something is said, not where a library writes."""
    trace, last = problem.__traceback__, ""
    while trace is not None:
        last = trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    return Path(last).is_relative_to(Path(__file__).parent)


def system_cause(problem: BaseException) -> OSError | None:
    """What the system complained of, where a library made an error of its own of it."""
    seen: BaseException | None = problem
    while seen is not None:
        for reason in (seen, *seen.args):
            if isinstance(reason, OSError) and reason.errno in SYSTEM:
                return reason
        written = re.fullmatch(r"IO_(E[A-Z]+)", str(seen))  # how lxml names it
        if written and getattr(errno, written[1], None) in SYSTEM:
            return OSError(getattr(errno, written[1]), "")
        seen = seen.__cause__ or seen.__context__
    return None


def endless(given: Iterable[Any]) -> Path | None:
    """The first path among ``given`` (paths, and lists of them) that is no file or folder: a pipe never ends, nor does a
    device, and neither may be written over."""
    for value in given:
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, Path) and path.exists() and not path.is_file() and not path.is_dir():
                return path
    return None


def open_streams() -> None:
    """Have the three standard streams open, whatever the process was started with: a file that took the place of one
    would be written in."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")


def say(text: object) -> None:
    """Words to standard error; none where nobody reads there any more."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)
