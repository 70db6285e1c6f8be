"""The Python behind the ribbon: each callback of the add-in runs ``press`` in a new process."""

import contextlib
import os
import subprocess
import sys
import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import xlwings

from perfxl.addin import live, place
from perfxl.addin.actions import Done, GivenUp, act
from perfxl.addin.dialogs import Dialogs
from perfxl.campaign import Campaign
from perfxl.findings import Finding
from perfxl.pipeline import CannotRun
from perfxl.texts import Texts

#: Findings that a dialog tells; the rest stand in the lists.
TOLD = 6


def press(stage: str, language: str) -> None:
    """What the button of ``stage`` does in the Excel it was pressed in. Never raises: what goes wrong is told there."""
    try:
        book = xlwings.Book.caller()
        desk = ExcelDesk(book, language)
    except Exception:  # noqa: BLE001 - without Excel there is nobody to tell but the log
        log_trouble(traceback.format_exc())
        raise
    run(stage, desk)


def run(stage: str, desk: "ExcelDesk") -> Done | None:
    """Do the action and tell how it went; None when it could not be done."""
    say = Texts("addin", desk.language)
    try:
        done = act(stage, desk)
        desk.tell("\n\n".join([done.text, *desk.remarks]))
        return done
    except GivenUp:
        return None
    except CannotRun as reason:
        desk.fail("\n\n".join([str(reason), *told(reason.findings, desk.language)]))
    except OSError as problem:
        log = log_trouble(traceback.format_exc())
        desk.fail(say("os_trouble", path=problem.filename or "", reason=problem.strerror or problem, log=log))
    except Exception:  # noqa: BLE001 - a dialog with what to do, the technical detail in the log
        desk.fail(say("trouble", log=log_trouble(traceback.format_exc())))
    finally:
        desk.rest()
    return None


def told(findings: Iterable[Finding], language: str) -> list[str]:
    """The first findings as a dialog tells them, and how many more there are."""
    findings = list(findings)
    lines = [f"{f.code}: {f.message(language)}" for f in findings[:TOLD]]
    if len(findings) > TOLD:
        lines.append(Texts("addin", language)("more_findings", count=len(findings) - TOLD))
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


class ExcelDesk(Dialogs):
    """A button pressed in Excel: its workbooks are saved and renewed there, its status bar shows how far the work is."""

    def __init__(self, book, language: str):
        super().__init__(language)
        self.book, self.app = book, book.app
        self.active = path_of(book)
        #: What there is to say besides what the action says itself.
        self.remarks: list[str] = []
        self._before: dict[Path, bytes] = {}

    def progress(self, items: Iterable, label: str, total: int):
        """Count in the status bar."""
        for number, item in enumerate(items, 1):
            with contextlib.suppress(Exception):  # a busy Excel refuses for a moment; the work goes on
                self.app.status_bar = f"perfxl: {label} {number}/{total}"
            yield item

    def save_open(self, campaign: Campaign) -> None:
        """Save plan and results that are open, and note how the results were written, to tell what was typed over."""
        from perfxl import documents, result
        from perfxl.fields import ROUNDS

        read = {campaign.plan.resolve(): None} | {campaign.result(r, "consolidato.xlsx").resolve(): r for r in ROUNDS}
        for book in self.app.books:
            path = path_of(book)
            if path is None or path.resolve() not in read:
                continue
            round = read[path.resolve()]
            if round and campaign.result(round).is_file():
                self._before[path.resolve()] = result.write(documents.load(campaign.result(round)), self.language, campaign.extension)
            book.save()

    def show(self, path: Path, intended: Path | None = None) -> None:
        """Open a workbook, or renew it where it is open already; a folder or a page in the system's own program."""
        if path.suffix != ".xlsx":
            open_file(path)
            return
        there = self._open_book(intended or path)
        if there is None and path.name.casefold() in {b.name.casefold() for b in self.app.books}:
            self.remarks.append(Texts("addin", self.language)("same_name", path=path))
            return
        if there is None:
            self.app.books.open(str(path)).activate()
            if intended:
                self._say_occupied(path, intended)
            return
        if intended is None or intended.name != "consolidato.xlsx":
            self._again(there, path, intended)
            return
        refreshed = live.refresh(there, path, self._before.get(intended.resolve()), self.language)
        there.save()
        path.unlink(missing_ok=True)
        say = Texts("addin", self.language)
        if refreshed.kept:
            self.remarks.append(say("kept_told", count=len(refreshed.kept), sheet=say("kept_sheet")))
        if refreshed.charts:
            self.remarks.append(say("charts_told", sheets=", ".join(refreshed.charts)))

    def _again(self, there, path: Path, intended: Path | None) -> None:
        """A list that is open: closed, put in its place, opened again."""
        there.close()
        if intended is not None:
            os.replace(path, intended)
        self.app.books.open(str(intended or path)).activate()

    def _say_occupied(self, path: Path, intended: Path) -> None:
        from perfxl.occupied import holder

        say = Texts("addin", self.language)
        self.remarks.append(say("occupied", path=intended, beside=path, who=holder(intended) or say("somebody")))

    def _open_book(self, path: Path):
        return next((b for b in self.app.books if (p := path_of(b)) is not None and p.resolve() == path.resolve()), None)

    def tell(self, text: str) -> None:
        """A dialog that says how it went."""
        self.app.alert(text, "perfxl", "ok", "info")

    def fail(self, text: str) -> None:
        """A dialog that says what went wrong and what to do."""
        self.app.alert(text, "perfxl", "ok", "critical")

    def rest(self) -> None:
        """Give the status bar back to Excel."""
        with contextlib.suppress(Exception):
            self.app.status_bar = False


def path_of(book) -> Path | None:
    """Where a workbook that is open stands on disk; None when it is not saved, or in a cloud without a local copy."""
    try:
        path = Path(book.fullname)
    except Exception:  # noqa: BLE001 - xlwings raises its own errors for addresses it cannot resolve
        return None
    return path if path.is_absolute() and path.is_file() else None
