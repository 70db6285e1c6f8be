"""The Python behind the ribbon: each callback of the add-in runs ``press`` in a new process."""

import contextlib
import shutil
import sys
import traceback
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xlwings

from perfxl.campaign import Campaign, open_files
from perfxl.campaign.register import result as recorded
from perfxl.model import safe_path
from perfxl.model.texts import Texts
from perfxl.stages.plan.sight import Sight
from perfxl.ui.addin import cloud, live, native, place
from perfxl.ui.addin.actions import run
from perfxl.ui.addin.dialogs import Dialogs
from perfxl.ui.addin.troubles import in_words, log_trouble, open_file
from perfxl.workflow import register_updates
from perfxl.workflow.running import CannotRun


def press(stage: str, language: str) -> None:
    """What the button of ``stage`` does in the Excel it was pressed in. What goes wrong is told there; where even that cannot
    be done, the words end this process, and the add-in shows them."""
    safe_path.secure()
    try:
        run(stage, ExcelDesk(caller(), language))
    except Exception as problem:  # noqa: BLE001 - words, never a traceback
        sys.exit(in_words(problem, language))


def caller() -> xlwings.Book:
    """The workbook that was in front when the button was pressed, in the Excel it was pressed in. xlwings cuts its name at an ``=``."""
    said = {key: value for key, _, value in (word.partition("=") for word in sys.argv if word.startswith("--"))}
    name = said.get("--wb", "").strip()
    if "=" not in name:
        return xlwings.Book.caller()
    window = said.get("--hwnd", "").strip()
    apps = [app for app in xlwings.apps if not window or str(app.hwnd) == window]
    return next(book for app in apps for book in app.books if book.name.casefold() == name.casefold())


class ExcelDesk(Dialogs):
    """A button pressed in Excel: its workbooks are saved and renewed there, its status bar shows how far the work is."""

    def __init__(self, book: xlwings.Book, language: str):
        super().__init__(language)
        self.book, self.app = book, book.app
        self.active, self.about, self.selected = path_of(book), about_of(book), selected_in(book)
        #: What there is to say besides what the action says itself.
        self.remarks: list[str] = []
        self._before: dict[Path, bytes] = {}
        #: The files of this computer that open workbooks were proved to be, by the name of the workbook.
        self._proved: dict[str, Path] = {}

    def progress(self, items: Iterable[Any], label: str, total: int) -> Iterator[Any]:
        """Count in the status bar."""
        for number, item in enumerate(items, 1):
            with contextlib.suppress(Exception):  # a busy Excel refuses for a moment; the work goes on
                self.app.status_bar = f"perfxl: {label} {number}/{total}"
            yield item

    def save_open(self, campaign: Campaign) -> None:
        """Save plan and results that are open, and note how the results were written, to tell what was typed over.

        ``CannotRun`` when one is open from the network and cannot be told to be a file of the campaign: what was typed in it would be lost.
        """
        results = sorted((campaign.folder / "risultati").glob("*/consolidato.xlsx"))
        read = {campaign.plan.resolve(): None} | {path.resolve(): path.parent.name for path in results}
        for book in self.app.books:
            self._prove(book, campaign, read)
        for book in self.app.books:
            path = self._path_of(book)
            if path is None or path.resolve() not in read or native.read_only(book):
                continue
            round = read[path.resolve()]
            if round:
                self._note(path, campaign, round)
            book.save()

    def _prove(self, book: xlwings.Book, campaign: Campaign, read: Collection[Path]) -> None:
        """Learn which file of the campaign a workbook that is open from the network is; ``read``: those that perfxl reads or renews.

        What the workbook says of itself tells; where it says nothing, what its address is taken for: several computers may
        have a file at that place, and the open one be another's.
        """
        if not cloud.is_remote(book) or native.read_only(book):
            return
        path, guess = next(filter(None, (place.place_in(campaign.folder, token) for token in tokens_of(book))), None), path_of(book)
        if path is None and guess is not None and guess.resolve() in read:
            path = guess
        if path is None:
            return
        say = Texts("addin", self.language)

        def waiting() -> None:
            with contextlib.suppress(Exception):
                self.app.status_bar = f"perfxl: {say('cloud_waiting', name=book.name)}"
        if not cloud.prove(book, path, waiting):
            raise CannotRun(say("cloud_unknown", name=book.name, address=native.address(book), path=path))
        self._proved[book.name] = path

    def _path_of(self, book: xlwings.Book) -> Path | None:
        return self._proved.get(book.name) or path_of(book)

    def _note(self, path: Path, campaign: Campaign, round: str) -> None:
        """Note how the result at ``path`` was written; it is made again when that was before copies were kept."""
        before = open_files.last_written(path)
        if before is None:
            from perfxl.stages.consolidate import workbook as result  # what draws workbooks: of older campaigns alone

            with register_updates.open_register(campaign, self.language, CannotRun, write=False) as register:
                known = recorded(register, campaign, round)
            before = result.write(known.document, self.language, campaign.extension) if known else None
        if before:
            self._before[path.resolve()] = before

    def hold(self, result: Path) -> bool:
        """Whether the result is open for writing; one that the user has saved something in is opened, and renewed in place."""
        there = self._open_book(result)
        if there is not None:
            return not native.read_only(there)
        written = open_files.last_written(result)
        taken = result.name.casefold() in {b.name.casefold() for b in self.app.books}
        if taken or written is None or open_files.holder(result) is not None or not result.is_file() or result.read_bytes() == written:
            return False
        self._before[result.resolve()] = written
        self._opened(result, update_links=False)
        return True

    def _opened(self, path: Path, **how: Any) -> xlwings.Book:
        """Have Excel open the file at ``path``; which one it is needs no proof, though Excel may call it by an address of the network."""
        book = self.app.books.open(str(path), **how)
        self._proved[book.name] = path
        return book

    def renews(self, path: Path) -> bool:  # noqa: ARG002
        """Never: Word has its own documents."""
        return False

    def reveal(self, plan: Path, sight: Sight) -> bool:
        """Show and hide sheets and columns of the plan in the window in which it is open, and save it; whether it is open here."""
        there = self._open_book(plan)
        if there is None or native.read_only(there):
            return False
        for name in sight.shown:
            there.sheets[name].visible = True
        for name in sight.hidden:
            if there.sheets.active.name == name:
                there.sheets[0].activate()
            there.sheets[name].visible = False
        for name, columns in sight.columns.items():
            for column in columns:
                native.show_column(there.sheets[name].range((1, column)))
        for name, said in sight.names.items():
            native.hide_name(there.names.add(name, f"={said}"))
        there.save()
        return True

    def show(self, path: Path, intended: Path | None = None) -> None:
        """Open a workbook, or renew it where it is open already; a folder or a page in the system's own program."""
        if path.suffix != ".xlsx":
            open_file(path)
            return
        there = self._open_book(intended or path)
        if there is None or (intended and native.read_only(there)):
            if intended:
                self.remarks.append(open_files.written_beside_message(intended, path, self.language))
            self._open(path)
        elif (intended or path).name == "consolidato.xlsx":
            self._renew(there, path, intended or path)
        else:
            self._again(there, path, intended or path)

    def _again(self, there: xlwings.Book, path: Path, intended: Path) -> None:
        """Open a list again that is open; what the user has typed in it and not saved goes to a copy of it."""
        made = path.read_bytes()
        if not native.saved(there) and not native.read_only(there):
            there.save()
            kept = intended.with_name(f"{intended.stem}-{datetime.now():%Y%m%d-%H%M}{intended.suffix}")
            shutil.copyfile(intended, kept)
            self.remarks.append(Texts("addin", self.language)("list_kept", path=kept))
        there.close()
        self._open(open_files.write_workbook(intended, made))

    def _open(self, path: Path) -> None:
        """Open a workbook; another of the same name, which Excel would not have beside it, is closed if the user agrees."""
        say = Texts("addin", self.language)
        other = next((b for b in self.app.books if b.name.casefold() == path.name.casefold()), None)
        if other is not None and self._path_of(other) == path:
            other.close()
        elif other is not None:
            if not self._agreed(say("ask_close", name=other.name, other=self._path_of(other) or other.name, path=path)):
                self.remarks.append(say("same_name", path=path))
                return
            if not native.read_only(other):
                other.save()
            other.close()
        self._opened(path).activate()

    def _agreed(self, question: str) -> bool:
        """Whether the user says yes; no where they cannot be asked."""
        try:
            return bool(self.ask_yes(question))
        except CannotRun:
            return False

    def _renew(self, there: xlwings.Book, path: Path, intended: Path) -> None:
        """Renew the open workbook ``there``, which stands at ``intended``, from ``path``; the two may be one."""
        say, made = Texts("addin", self.language), self._apart(path, intended)
        try:
            refreshed = live.refresh(there, made, self._before.get(intended.resolve()), self.language)
            there.save()
        except Exception:  # noqa: BLE001 - half renewed: the user must not save it
            log = log_trouble(traceback.format_exc())
            raise CannotRun(say("refresh_failed", path=intended, beside=made, log=log)) from None
        open_files.note_carried_over(intended, path if path != intended else made)
        made.unlink(missing_ok=True)
        if refreshed.kept:
            self.remarks.append(say("kept_told", count=len(refreshed.kept), sheet=say("kept_sheet")))
        if refreshed.charts:
            self.remarks.append(say("charts_told", sheets=", ".join(refreshed.charts)))

    def _apart(self, path: Path, intended: Path) -> Path:
        """``path``, or a copy of it that Excel can open: under a name that no open workbook has."""
        names, number, apart = {b.name.casefold() for b in self.app.books}, 1, path
        while apart.name.casefold() in names:
            apart = open_files.path_beside(intended, number)
            number += 1
        if apart != path:
            shutil.copyfile(path, apart)
        return apart

    def _open_book(self, path: Path) -> xlwings.Book | None:
        return next((b for b in self.app.books if (p := self._path_of(b)) is not None and p.resolve() == path.resolve()), None)

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


def path_of(book: xlwings.Book) -> Path | None:
    """Where a workbook that is open stands on disk; None when it is not saved, or in a cloud without a local copy."""
    try:
        path = Path(book.fullname)
    except Exception:  # noqa: BLE001 - xlwings raises its own errors for addresses it cannot resolve
        return None
    return path if path.is_absolute() and path.is_file() else None


def about_of(book: xlwings.Book) -> place.About | None:
    """What an open workbook says it belongs to, also when it is not saved or stands in a cloud; None when it does not say."""
    return next(filter(None, map(place.about, tokens_of(book))), None)


def tokens_of(book: xlwings.Book) -> list[str]:
    """The texts in which an open workbook says what it is."""
    tokens = []
    for name in place.TOKENS:
        with contextlib.suppress(Exception):  # each system has its own error for a name that is not there
            tokens.append(book.names[name].refers_to or "")
    return tokens


def selected_in(book: xlwings.Book) -> tuple[str, str]:
    """Sheet and cell that are chosen in an open workbook; "" when there are none."""
    with contextlib.suppress(Exception):  # each system has its own error for a chart that is chosen
        chosen = book.app.selection
        if chosen is not None:
            return chosen.sheet.name, chosen.address.partition(":")[0].replace("$", "")
    return "", ""
