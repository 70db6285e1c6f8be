"""A button pressed in LibreOffice: the documents that are open there are saved, opened and renewed in place."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.model.documents import write_bytes
from perfxl.model.texts import Texts
from perfxl.stages.plan.sight import Sight
from perfxl.ui.addin import place
from perfxl.ui.addin.desk import GivenUp
from perfxl.ui.addin.libreoffice.line import Line, OfficeRefused
from perfxl.ui.addin.libreoffice.user_additions import added
from perfxl.ui.addin.questions import Field, Question
from perfxl.ui.addin.troubles import log_trouble, open_file
from perfxl.workflow.running import CannotRun

#: What the office program opens itself; the rest is opened by the system's own program.
OFFICES = (".xlsx", ".ods", ".docx")


class OfficeDesk:
    """The office program at the other end of ``line``."""

    def __init__(self, line: Line, language: str):
        self.line, self.language = line, language
        active = line.state.get("active")
        self.active = Path(active) if active else None
        self.about = next(filter(None, map(place.about, line.state.get("tokens", ()))), None)
        self.selected = (line.state.get("sheet") or "", line.state.get("cell") or "")
        #: What there is to say besides what the action says itself.
        self.remarks: list[str] = []
        self._before: dict[Path, bytes] = {}

    # -- what the user is asked and told
    def ask_folder(self, title: str, start: Path | None) -> Path | None:
        """A folder that the user types or looks for, ``start`` standing there; None when they give up."""
        say, text, given = Texts("addin", self.language), title, str(start or "")
        while True:
            field = Field("folder", say("field_folder"), kind="folder", value=given, options=(("", say("browse")),))
            said = self.ask(Question("perfxl", text, fields=(field,), agree=say("go_on"), refuse=say("give_up")))
            if said is None:
                return None
            given = said["folder"].strip().strip('"')  # as Windows copies a path
            with suppress(RuntimeError):  # ~ of nobody
                chosen = Path(given).expanduser()
                if chosen.is_absolute():
                    return chosen
            text = f"{title}\n\n{say('folder_wrong', given=given)}" if given else title

    def ask_round(self, title: str, rounds: Sequence[str], first: str) -> str | None:
        """One of ``rounds``; None when the user gives up."""
        words, say = Texts("register", self.language), Texts("addin", self.language)
        options = tuple((str(r), words.at("round", r)) for r in rounds)
        field = Field("round", say("field_round"), kind="choice", value=first, options=options)
        said = self.ask(Question("perfxl", title, fields=(field,), agree=say("go_on"), refuse=say("give_up")))
        return said["round"] if said else None

    def ask_yes(self, question: str) -> bool | None:
        """Yes, no, or None when the user gives up."""
        return {"yes": True, "no": False}.get(self.line.call("alert", question, "ask", "yes_no_cancel"))

    def ask(self, question: Question) -> dict[str, str] | None:
        """The answers by key; None when the user gives up."""
        return self.line.call("ask", question.document())

    def tell(self, text: str) -> None:
        """A box that says how it went."""
        self.line.call("alert", text, "info")

    def fail(self, text: str) -> None:
        """A box that says what went wrong and what to do."""
        self.line.call("alert", text, "error")

    def progress(self, items: Iterable[Any], label: str, total: int) -> Iterator[Any]:
        """Count in the status bar; ``GivenUp`` when the user has stopped the work."""
        for number, item in enumerate(items, 1):
            self._go_on()
            self.line.tell(progress=[label, number, total])
            yield item
        self._go_on()

    def _go_on(self) -> None:
        if self.line.cancelled.is_set():
            raise GivenUp

    def rest(self) -> None:
        """Nothing to put back: the office program ends its status bar itself."""

    # -- documents
    def _open_book(self, path: Path) -> dict[str, Any] | None:
        return next((b for b in self.line.call("books") if Path(b["path"]).resolve() == path.resolve()), None)

    def save_open(self, campaign: Campaign) -> None:
        """Save plan and results that are open, and note how the results were written, to tell what was typed over. ``CannotRun`` when one is
        open from the network."""
        for remote in self.line.call("remote", place.TOKENS):
            if any(place.place_in(campaign.folder, token) for token in remote["tokens"]):
                raise CannotRun(Texts("addin", self.language)("cloud_office", address=remote["address"]))
        results = {path.resolve() for path in (campaign.folder / "risultati").glob("*/consolidato.xlsx")}
        read = {campaign.plan.resolve()} | results
        for book in self.line.call("books"):
            path = Path(book["path"]).resolve()
            if path not in read or book["readonly"]:
                continue
            if path in results:
                self._note(path)
            if book["modified"]:
                self.line.call("save", book["path"])

    def _note(self, path: Path) -> None:
        written = open_files.last_written(path)
        if written is not None:
            self._before[path] = written

    def hold(self, result: Path) -> bool:
        """Whether the result is open for writing; one that the user has saved something in is opened, and renewed in place."""
        there = self._open_book(result)
        if there is not None:
            return not there["readonly"]
        written = open_files.last_written(result)
        if written is None or open_files.holder(result) is not None or not result.is_file() or result.read_bytes() == written:
            return False
        self._note(result.resolve())
        self.line.call("open", str(result))
        return True

    def renews(self, path: Path) -> bool:
        """Whether the document at ``path`` is open here without changes, and ``show`` renews it."""
        there = self._open_book(path)
        return there is not None and not there["readonly"] and not there["modified"]

    def reveal(self, plan: Path, sight: Sight) -> bool:
        """Show in the window of the plan, which was saved, the same workbook with other sheets in sight; whether it is open here."""
        from perfxl.stages.plan import later

        there = self._open_book(plan)
        if there is None or there["readonly"]:
            return False
        try:
            self.line.call("release", there["path"])
            write_bytes(plan, later.applied(plan.read_bytes(), sight))  # what was typed meanwhile is in it
            self.line.call("load", there["path"], None)
        except OfficeRefused as problem:
            raise CannotRun(Texts("addin", self.language)("plan_reopen", path=plan, log=log_trouble(str(problem)))) from None
        return True

    def show(self, path: Path, intended: Path | None = None) -> None:
        """Open a document, or renew it where it is open already; a folder or a page in the system's own program."""
        if path.suffix not in OFFICES:
            open_file(path)
            return
        target = intended or path
        there = self._open_book(target)
        if there is None or there["readonly"]:
            if intended:
                self.remarks.append(open_files.written_beside_message(intended, path, self.language))
            self.line.call("open", str(path))
        else:
            self._renew(path, target)

    def _renew(self, path: Path, target: Path) -> None:
        """Show in the window of ``target`` what stands in ``path``, which may be the same; what the user had in it is carried over."""
        say, made = Texts("addin", self.language), path.read_bytes()
        with TemporaryDirectory(prefix="perfxl-", ignore_cleanup_errors=True) as folder:
            before, carried = Path(folder) / target.name, None
            try:
                self.line.call("release", str(target))
                shutil.copyfile(target, before)
                write_bytes(target, made)
                if target.suffix == ".xlsx":
                    carried = self._carried(before, target, made)
                    open_files.note_carried_over(target, path) if path != target else write_bytes(open_files.last_written_path(target), made)
                self.line.call("load", str(target), carried)
            except OfficeRefused as problem:
                kept = open_files.write_beside(target, made)
                raise CannotRun(say("refresh_failed", path=target, beside=kept, log=log_trouble(str(problem)))) from None

    def _carried(self, before: Path, target: Path, made: bytes) -> dict[str, Any] | None:
        """What the user had in the workbook that is being replaced, as the office program takes it; a list is copied instead."""
        say, written = Texts("addin", self.language), self._before.get(target.resolve()) or open_files.last_written(target)
        saved = before.read_bytes()
        if written is None or saved in (written, made):
            return None
        if target.name != "consolidato.xlsx":
            kept = target.with_name(f"{target.stem}-{datetime.now():%Y%m%d-%H%M}{target.suffix}")
            write_bytes(kept, saved)
            self.remarks.append(say("list_kept", path=kept))
            return None
        own = added(saved, written, made)
        if own.typed:
            self.remarks.append(say("kept_told", count=len(own.typed), sheet=say("kept_sheet")))
        head = [say("column_sheet"), say("column_cell"), say("kept_text")]
        rows = [[t.sheet, t.cell, t.text] for t in own.typed]
        return {"before": str(before), "sheets": own.sheets, "names": own.names,
                "kept": {"title": say("kept_sheet"), "head": head, "rows": rows}} if own else None
