"""What the system complains of, in words: what it is, on which path, what to do."""

import errno

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


def system_words(problem: OSError, language: str) -> str:
    """The complaint as a sentence: the path, what is the matter, what to do."""
    say, advice = Texts("cli", language), f"do_{code_of(problem)}"
    what = say(advice) if advice in area("cli") else say("do_other")
    if problem.filename in (None, ""):
        return say("os_error_nowhere", reason=reason(problem, language), advice=what)
    path = problem.filename if isinstance(problem.filename, str) else str(problem.filename)
    return say("os_error", path=path.replace("\n", "⏎"), reason=reason(problem, language), advice=what)
