"""What the system complains of, in words: what it is, on which path, what to do."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from perfxl.model.texts import Texts, area

#: Complaints that are the system's own, whatever was being done: the disk, its rights, what a process may have.
SYSTEM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "EFBIG", "EDQUOT", "EIO", "ENOMEM")
                   if hasattr(errno, name))


def code_of(problem: OSError) -> str:
    """The name of the complaint: ``ENOSPC``; ``NOTEMP`` where there is no place for temporary files."""
    if isinstance(problem, FileNotFoundError) and problem.filename is None and "temporary directory" in str(problem):
        return "NOTEMP"
    return errno.errorcode.get(problem.errno or 0, "")


def reason(problem: OSError, language: str) -> str:
    """What the system complains of; in its own words where there are none."""
    key = f"os_{code_of(problem)}"
    return Texts("cli", language)(key) if key in area("cli") else problem.strerror or str(problem) or type(problem).__name__


def words(problem: OSError, language: str) -> str:
    """The complaint as a sentence: the path, what is the matter, what to do."""
    say, advice = Texts("cli", language), f"do_{code_of(problem)}"
    what = say(advice) if advice in area("cli") else say("do_other")
    if problem.filename in (None, ""):
        return say("os_error_nowhere", reason=reason(problem, language), advice=what)
    path = problem.filename if isinstance(problem.filename, str) else str(problem.filename)
    return say("os_error", path=path.replace("\n", "⏎"), reason=reason(problem, language), advice=what)


def behind(problem: BaseException) -> OSError | None:
    """What the system complained of, where a library made an error of its own of it."""
    seen: BaseException | None = problem
    while seen is not None:
        for found in (seen, *seen.args):
            if isinstance(found, OSError) and found.errno in SYSTEM:
                return found
        seen = seen.__cause__ or seen.__context__
    return None


def endless(given: Iterable) -> Path | None:
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
