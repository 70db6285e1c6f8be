"""A LibreOffice in a window that nobody sees, with the extension installed by its own unopkg: what the tests press it with."""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from perfxl.model.texts import area
from perfxl.ui.addin.libreoffice import extension, installing

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that LibreOffice's UNO is installed for
TIMEOUT_SECONDS = 180
_LOCALE = ('<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>')
_ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


class Refused(Exception):
    """LibreOffice, or its driver, would not; the message is its own."""


class Office:
    """One LibreOffice with a profile of its own under ``folder``, on ``display``, speaking ``language``."""

    def __init__(self, folder: Path, display: str, language: str = "it"):
        self.folder, self.home = folder, folder / "home"
        folder.mkdir(parents=True, exist_ok=True)
        self.options = [f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                        f"-env:UNO_SHARED_PACKAGES_CACHE={(folder / 'shared').as_uri()}"]
        self._settings(language)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PERFXL_HOME", str(self.home))
            installing.install(extension.build(), self.options)
        self.env = {**os.environ, "DISPLAY": display, "PERFXL_HOME": str(self.home)}
        self.begin()
        self.language = self._spoken()

    def begin(self) -> None:
        """Start the program, and what drives it; once more where it has ended before it could be spoken to."""
        for attempt in range(3):
            pipe = f"perfxl{os.getpid()}{time.monotonic_ns()}"
            with (self.folder / "office.log").open("ab") as log:
                self.office = subprocess.Popen(["soffice", *self.options, "--norestore", "--nologo", "--nofirststartwizard",
                                                f"--accept=pipe,name={pipe};urp;"], env=self.env, stdout=log, stderr=log, start_new_session=True)
            self.driver = subprocess.Popen([SYSTEM_PYTHON, str(Path(__file__).with_name("office_driver.py")), pipe], env=self.env,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
            assert self.driver.stdin and self.driver.stdout
            self._asked, self._told = self.driver.stdin, self.driver.stdout
            try:
                self("opened")
                return
            except Refused:
                self.end()
                if attempt == 2:
                    raise

    def end(self) -> None:
        """End program and driver, whatever they are doing."""
        for process in (self.driver, self.office):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _spoken(self) -> str:
        """The language the program speaks: the one wanted where it is installed."""
        path = self.folder / "empty.ods"
        self("new", path)
        names = self("toolbar", path)
        self("close", path)
        return next(code for code, word in area("addin")["button_consolidate"].items() if word in names)

    def _settings(self, language: str) -> None:
        """The language of the menus, no tip of the day, no hint that it is new."""
        items = [("/org.openoffice.Office.Linguistic/General", "UILocale", {"it": "it", "en": "en-US"}[language]),
                 ("/org.openoffice.Office.Common/Misc", "ShowTipOfTheDay", "false"), ("/org.openoffice.Setup/Office", "LastTipOfTheDayID", "1"),
                 ("/org.openoffice.Setup/Product", "ooSetupLastVersion", "99.9")]
        path = self.folder / "profile" / "user" / "registrymodifications.xcu"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_LOCALE.format("".join(_ITEM.format(*item) for item in items)), encoding="utf-8")

    def __call__(self, name: str, *given):
        """Have the driver do something."""
        try:
            self._asked.write(json.dumps([name, *map(_plain, given)]) + "\n")
            self._asked.flush()
        except OSError as problem:
            raise Refused(f"the driver is gone: {problem}") from None
        if not self._answers():
            self.end()  # what it still said would answer the next question
            raise Refused(f"{name}: no answer ({self._state()})")
        document = json.loads(self._told.readline() or '{"error": "the driver is gone"}')
        if "error" in document:
            raise Refused(f"{document['error']} ({self._state()})")
        return document["value"]

    def _answers(self) -> bool:
        """Whether the driver says something; not when the program has ended."""
        end = time.monotonic() + 2 * TIMEOUT_SECONDS
        while time.monotonic() < end:
            ended = self.office.poll() is not None
            if select.select([self._told], [], [], 1)[0]:
                return True
            if ended:
                return False
        return False

    def _state(self) -> str:
        ended = self.office.poll()
        return "the program is running" if ended is None else f"the program has ended with {ended}: {self.folder / 'office.log'}"

    def until(self, met, what: str):
        """What ``met`` gives once it gives something."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            got = met()
            if got:
                return got
            time.sleep(0.1)
        self.picture(self.folder / "late.png")
        raise AssertionError(f"{what}: nothing within {TIMEOUT_SECONDS} s ({self.folder / 'late.png'})")

    def dialog(self, containing: str = ""):
        """The dialog that comes up."""
        return self.until(lambda: (d := self("dialog")) and containing in d["text"] and d, f"dialog {containing!r}")

    def answer(self, button: str, containing: str = "") -> str:
        """Click a button of the dialog that comes up, again where the first click came before it was drawn; what the dialog said."""
        dialog = self.dialog(containing)
        last = [0.0]

        def gone() -> bool:
            now = self("dialog")
            if now is None or now["text"] != dialog["text"]:
                return True
            if time.monotonic() - last[0] > 3:
                self("click", now["buttons"][button])
                last[0] = time.monotonic()
            return False
        self.until(gone, f"{button} closes the dialog")
        return dialog["text"]

    def button(self, path, stage: str, enabled: bool = True) -> list[int]:
        """The middle of a button of the toolbar, once it is drawn and can be pressed (or cannot)."""
        word = area("addin")[f"button_{stage}"][self.language]
        return self.until(lambda: (b := self("toolbar", path).get(word)) and b["enabled"] == enabled and b["at"],
                          f"{word} can{'' if enabled else 'not'} be pressed")

    def idle(self, path) -> None:
        """Come back when no work of the extension is under way."""
        self.until(lambda: not self("running", path), "the last work ends")

    def press(self, path, stage: str) -> float:
        """Dispatch the address of a button, once it can be pressed; how long that held the program."""
        self.idle(path)
        return self("dispatch", path, stage)

    def click(self, path, stage: str) -> None:
        """Click a button of the toolbar, again where the first click came before it was drawn, until its work is under way (or,
        for the one that stops, over)."""
        last = [0.0]

        def done() -> bool:
            if self("running", path) != (stage == "cancel"):
                return True
            if time.monotonic() - last[0] > 10:
                self("click", self.button(path, stage))
                last[0] = time.monotonic()
            return False
        self.until(done, f"{stage} answers the click")

    def rest(self) -> None:
        """Leave nothing to the next test: the work stopped, dialogs given up, documents closed. A program that is beyond that is
        ended and started anew."""
        try:
            self.until(self._at_rest, "the program comes to rest")
        except (Refused, AssertionError, ValueError):
            self.end()
            self.begin()

    def _at_rest(self) -> bool:
        """One step towards rest; whether it is reached."""
        dialog, documents = self("dialog"), self("opened")
        if dialog is not None:
            self("key", "Escape")
        elif documents and self("running", documents[0]):
            self("dispatch", documents[0], "cancel")
        else:
            for path in documents:
                try:
                    self("close", path)
                except Refused:  # a dialog is coming up, or going
                    return False
            return True
        return False

    def picture(self, path: Path) -> None:
        """What the screen shows."""
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=self.env["DISPLAY"]).save(path)

    def close(self) -> None:
        """Close what is open and end the program."""
        with contextlib.suppress(Refused, ValueError, subprocess.TimeoutExpired):
            self.rest()
            self("quit")
            for process in (self.driver, self.office):
                process.wait(20)
        self.end()


def _plain(value):
    return str(value) if isinstance(value, Path) else value


__all__ = ["Office", "Refused"]
