"""A LibreOffice in a window that nobody sees, with the extension installed by its own unopkg: what the tests press it with."""

import json
import os
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
        pipe = f"perfxl{os.getpid()}{abs(hash(folder)) % 10_000}"
        self.env = {**os.environ, "DISPLAY": display, "PERFXL_HOME": str(self.home)}
        self.office = subprocess.Popen(["soffice", *self.options, "--norestore", "--nologo", "--nofirststartwizard",
                                        f"--accept=pipe,name={pipe};urp;"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.driver = subprocess.Popen([SYSTEM_PYTHON, str(Path(__file__).with_name("office_driver.py")), pipe], env=self.env,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        self.language = self._spoken()

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
        self.driver.stdin.write(json.dumps([name, *map(_plain, given)]) + "\n")
        self.driver.stdin.flush()
        told = json.loads(self.driver.stdout.readline() or '{"error": "the driver is gone"}')
        if "error" in told:
            raise Refused(told["error"])
        return told["value"]

    def until(self, found, what: str):
        """What ``found`` gives once it gives something."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            got = found()
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
        told = self.dialog(containing)
        last = [0.0]

        def gone() -> bool:
            now = self("dialog")
            if now is None or now["text"] != told["text"]:
                return True
            if time.monotonic() - last[0] > 3:
                self("click", now["buttons"][button])
                last[0] = time.monotonic()
            return False
        self.until(gone, f"{button} closes the dialog")
        return told["text"]

    def press(self, path, stage: str) -> float:
        """Dispatch the address of a button, once it can be pressed; how long that held the program."""
        word = area("addin")["button_status"][self.language]
        self.until(lambda: stage == "cancel" or self("toolbar", path)[word]["enabled"], "the last work ends")
        return self("dispatch", path, stage)

    def picture(self, path: Path) -> None:
        """What the screen shows."""
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=self.env["DISPLAY"]).save(path)

    def close(self) -> None:
        """End the program and take the extension away."""
        try:
            self("quit")
        except (Refused, OSError, ValueError):
            pass
        for process in (self.driver, self.office):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _plain(value):
    return str(value) if isinstance(value, Path) else value


__all__ = ["Office", "Refused"]
