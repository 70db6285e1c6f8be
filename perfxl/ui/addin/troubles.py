"""What a button tells when something is in its way, and where it writes what only a technician wants to read."""

import contextlib
import os
import subprocess
import sys
import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from perfxl.campaign import BadExtension
from perfxl.model.findings import Finding
from perfxl.model.texts import Texts
from perfxl.ui.addin import place
from perfxl.ui.system import reason
from perfxl.workflow.running import CannotRun

#: Findings that a dialog tells; the rest stand in the lists.
SHOWN = 6


def in_words(problem: Exception, language: str) -> str:
    """What to tell the user of ``problem``: what is the matter, what to do. The detail of what is no fault of the user's goes
    to the log, which the words name."""
    say, of_the_command = Texts("addin", language), Texts("cli", language)
    if isinstance(problem, CannotRun):
        return "\n\n".join([*finding_lines(problem.findings, language), str(problem)])  # which speaks of what stands above it
    if isinstance(problem, BadExtension):
        return "\n\n".join([*finding_lines(problem.findings, language), of_the_command("bad_extension", path=problem.path, reason=problem)])
    log = log_trouble("".join(traceback.format_exception(problem)))
    if isinstance(problem, OSError):
        return say("os_trouble", path=problem.filename or "", reason=reason(problem, language), log=log)
    return of_the_command("no_memory") if isinstance(problem, MemoryError) else say("trouble", log=log)


def finding_lines(findings: Iterable[Finding], language: str) -> list[str]:
    """The first findings as a dialog tells them, and how many more there are."""
    findings = list(findings)
    lines = [f"{f.code}: {f.message(language)}" for f in findings[:SHOWN]]
    if len(findings) > SHOWN:
        lines.append(Texts("addin", language)("more_findings", count=len(findings) - SHOWN))
    return lines


def log_trouble(detail: str) -> Path:
    """Add ``detail`` to the log of technical troubles; where the log is."""
    path = place.home() / "perfxl.log"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"--- {datetime.now():%Y-%m-%d %H:%M:%S}\n{detail}\n")
    return path


def open_file(path: Path) -> None:
    """Open a file or folder with the program that the system has for it."""
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - a path of perfxl's own making
    else:
        subprocess.Popen(["open" if sys.platform == "darwin" else "xdg-open", str(path)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
