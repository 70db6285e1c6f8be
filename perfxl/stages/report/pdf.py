"""A Word document as PDF, through LibreOffice where it is installed: tagged, with bookmarks, PDF/A-2 and PDF/UA."""

import atexit
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from perfxl.model import interruption, safe_path
from perfxl.stages.report.package import packed, parts

#: Filter options of LibreOffice: PDF/A-2, tagged, PDF/UA, bookmarks from the headings, links kept, pictures not degraded.
OPTIONS = {"SelectPdfVersion": 2, "UseTaggedPDF": True, "PDFUACompliance": True, "ExportBookmarks": True, "ExportNotes": False,
           "ExportLinksRelativeFsys": False, "UseLosslessCompression": True, "ReduceImageResolution": False, "DisplayPDFDocumentTitle": True}
#: Seconds that LibreOffice may take: for any document, and more for each 100 KB of it; after how many it is told.
SECONDS, SECONDS_EACH, TOLD_AFTER = 120, 20, 15
#: The variable by which whatever LibreOffice starts is known, and how often those that start others meanwhile are looked for.
MARK, ROUNDS = "PERFXL_OFFICE_FOLDER", 20


class NoOffice(RuntimeError):
    """LibreOffice is not installed, or could not make the PDF."""


def office() -> str | None:
    """The path of LibreOffice's program; None where it is not installed."""
    return safe_path.program("soffice", "libreoffice")


def to_pdf(document: bytes, waiting: Callable[[int, int], None] | None = None) -> bytes:
    """The PDF of a Word document; ``NoOffice`` when it cannot be made.

    LibreOffice works in a profile of its own, thrown away afterwards: no macro, no setting of the user takes part. One that
    takes long is told with ``waiting`` (seconds passed, seconds it may take); one that hangs is ended with all it started.
    """
    program = office()
    if program is None:
        raise NoOffice("soffice")
    with TemporaryDirectory(prefix="perfxl-") as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(_loose_contents(document))
        options = {k: {"type": "boolean" if isinstance(v, bool) else "long", "value": json.dumps(v)} for k, v in OPTIONS.items()}
        command = [program, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless", "--norestore", "--convert-to",
                   f"pdf:writer_pdf_Export:{json.dumps(options)}", "--outdir", folder, str(source)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1577836800", "GSETTINGS_BACKEND": "memory", MARK: folder}
        said = Path(folder) / "said"
        _run(command, environment, said=said, most=SECONDS + SECONDS_EACH * (len(document) // 100_000), waiting=waiting)
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise NoOffice(said.read_bytes()[-500:].decode(errors="replace").strip())
        return _in_tab_order(made.read_bytes())


def _run(command: list[str], environment: dict[str, Any], said: Path, most: int, waiting: Callable[[int, int], None] | None) -> None:
    """Run LibreOffice to its end, ``most`` seconds at most; what it says goes to a file, so that nothing waits for a pipe."""
    with said.open("wb") as out, _started(command, environment, out=out, folder=said.parent) as running:
        try:
            running.wait(min(TOLD_AFTER, most))
        except subprocess.TimeoutExpired:
            try:
                if waiting is not None:
                    waiting(min(TOLD_AFTER, most), most)
                running.wait(max(0, most - TOLD_AFTER))
            except subprocess.TimeoutExpired:
                raise NoOffice(f"{most} s") from None


@contextlib.contextmanager
def _started(command: list[str], environment: dict[str, Any], out: BinaryIO, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """LibreOffice under way; ended with all that it has started, whatever ends the work that it was started for."""
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    running = None

    def end() -> None:
        if running is not None:
            _end(running, folder)
    atexit.register(end)  # a window that is closed does not wait for the thread of its work
    try:
        with interruption.uninterrupted():  # what was started is known, whatever comes in that moment
            try:
                running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, cwd=folder, **apart)
            except OSError as problem:
                raise NoOffice(str(problem)) from problem
        yield running
    finally:
        with interruption.uninterrupted():
            end()
            atexit.unregister(end)


def _end(running: subprocess.Popen[bytes], folder: Path) -> None:
    """End what is still running of LibreOffice: it starts programs of its own, which outlive the one that was started, and may
    leave its group; they are known by ``folder``, which nothing else works in."""
    if sys.platform == "win32":
        if running.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(running.pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    for _ in range(ROUNDS):
        left = list(_working_in(folder))
        for number in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGKILL)
        if not left:
            break
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(5)


def _working_in(folder: Path) -> Iterator[int]:
    """The processes, where the system shows them, that have ``folder`` in their environment or among their words, or stand in it."""
    name = os.fsencode(folder)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # of somebody else, or gone meanwhile
            ended = (process / "stat").read_bytes().rpartition(b")")[2].split()[0] in (b"Z", b"X")
            if not ended and int(process.name) != os.getpid() and (name in (process / "environ").read_bytes() or name in (process / "cmdline").read_bytes()
                                                                   or os.fsencode(os.readlink(process / "cwd")).startswith(name)):
                yield int(process.name)


def page_count(made: bytes) -> int:
    """How many pages a PDF of ``to_pdf`` has: LibreOffice writes the tree of pages in clear."""
    return max((int(n) for n in re.findall(rb"/Type/Pages\b[^>]*?/Count (\d+)", made, re.S)), default=0)


def _in_tab_order(made: bytes) -> bytes:
    """The PDF with the order in which links are reached as the name that PDF/UA 7.18.3 wants: LibreOffice 7 writes a string."""
    return made.replace(b"\n/Tabs(S)\n", b"\n/Tabs/S \n")


def _loose_contents(document: bytes) -> bytes:
    """The document with its contents as plain lines, whose page numbers LibreOffice computes.

    Inside a field of contents it would keep the page numbers as they stand.
    """
    contents = parts(document)
    name = "word/document.xml"
    text = contents[name]
    begin = re.search(rb"<w:instrText[^>]*>\s*TOC\b", text)
    if begin:
        start = text.rfind(b"<w:p>", 0, begin.start())
        head_end = text.find(b"</w:r>", text.find(b'w:fldCharType="separate"', begin.start())) + len(b"</w:r>")
        first_run = text.find(b"<w:r>", text.find(b"</w:pPr>", start))
        rest = text[head_end:]
        depth, close = 1, None
        for mark in re.finditer(rb'<w:r>\s*<w:fldChar w:fldCharType="(begin|end)"[^>]*/>\s*</w:r>', rest):
            depth += 1 if mark[1] == b"begin" else -1
            if depth == 0:
                close = mark
                break
        if close:
            rest = rest[: close.start()] + rest[close.end():]
        contents[name] = text[:first_run] + rest
    return packed(contents)
