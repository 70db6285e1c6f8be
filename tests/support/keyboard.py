"""Hands on a keyboard and a mouse before LibreOffice, on a laptop's screen that nobody sees: what is typed, and how many acts it
takes."""

import json
import os
import subprocess
import time
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that LibreOffice's UNO is installed for
SCREEN = "1366x768"
PATIENCE = 120
_ITEMS = (("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "it-IT"), ("/org.openoffice.Office.Linguistic/General", "UILocale", "en-US"),
          ("/org.openoffice.Office.Common/Misc", "ShowTipOfTheDay", "false"), ("/org.openoffice.Setup/Product", "ooSetupLastVersion", "99.9"),
          ("/org.openoffice.Setup/Office", "LastTipOfTheDayID", "1"), ("/org.openoffice.Office.Common/Save/Document", "WarnAlienFormat", "false"),
          ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"))
_SETTINGS = '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'
_ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


def _screen() -> tuple[subprocess.Popen, dict[str, str]]:
    """A screen that answers, and the environment of programs on it. Its number is far from those that servers take by themselves:
    one that starts or ends beside it may take the socket of a low one away."""
    for attempt in range(5):
        reader, writer = os.pipe()
        number = 1_000 + (os.getpid() + attempt * 97) % 50_000
        server = subprocess.Popen(["Xvfb", f":{number}", "-displayfd", str(writer), "-screen", "0", f"{SCREEN}x24", "-nolisten", "tcp",
                                   "-noreset"], pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as said:
            env = {**os.environ, "DISPLAY": f":{said.readline().strip()}"}
        if subprocess.run(["xdotool", "getmouselocation"], env=env, capture_output=True).returncode == 0:
            return server, env
        server.terminate()
        server.wait()
    raise AssertionError("no screen")


class Keyboard:
    """One LibreOffice on a screen of its own, in the Italian of a clerk's machine. ``acts``: keys, clicks and values typed since
    the file was opened, the opening with them."""

    def __init__(self, folder: Path):
        profile = folder / "profile" / "user" / "registrymodifications.xcu"
        profile.parent.mkdir(parents=True)
        profile.write_text(_SETTINGS.format("".join(_ITEM.format(*item) for item in _ITEMS)), encoding="utf-8")
        self.screen, self.env = _screen()
        pipe = f"keyboard{os.getpid()}{abs(hash(folder)) % 10_000}"
        self.office = subprocess.Popen(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--norestore", "--nologo",
                                        "--nofirststartwizard", f"--accept=pipe,name={pipe};urp;"], env=self.env,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.driver = subprocess.Popen([SYSTEM_PYTHON, str(Path(__file__).with_name("keyboard_driver.py")), pipe], env=self.env,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.driver.stdin and self.driver.stdout
        self._asked, self._told = self.driver.stdin, self.driver.stdout
        self.acts, self.window, self._clicked = 0, "", [0, 0]

    def ask(self, name: str, *given):
        """Have the driver say something."""
        self._asked.write(json.dumps([name, *map(str, given)]) + "\n")
        self._asked.flush()
        document = json.loads(self._told.readline() or '{"error": "the driver is gone"}')
        if "error" in document:
            raise AssertionError(document["error"])
        return document["value"]

    def until(self, holds, what: str):
        """What ``holds`` gives once it gives something."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if got := holds():
                return got
            time.sleep(0.05)
        raise AssertionError(f"{what}: not within {PATIENCE} s; {self.ask('where')}, {self.ask('dialogs')}")

    def open(self, path: Path) -> None:
        """Open a file, as a double click on the attachment does."""
        self.ask("open", path)
        self.window = self.until(lambda: self._windows(path.name), "the window of the file")
        self._run("windowsize", self.window, *SCREEN.split("x"), "windowmove", self.window, "0", "0", "windowfocus", "--sync", self.window)
        self.until(lambda: self.ask("visible")[3] > 10, "the sheet is drawn")
        self.acts = 1

    def _windows(self, name: str) -> str:
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name], env=self.env, capture_output=True, text=True).stdout
        return done.split()[-1] if done.split() else ""

    def _run(self, *words: str, text: str | None = None) -> None:
        subprocess.run(["xdotool", *words], env=self.env, check=True, input=text, text=True, capture_output=True)

    def key(self, *keys: str) -> None:
        """Press keys, one act each."""
        for one in keys:
            self._run("key", "--clearmodifiers", one)
            self.acts += 1

    def type(self, text: str, then: str = "Return") -> None:
        """Type a value and leave the cell: one act. Waits until the cell was left, or the program asks something."""
        before = self.ask("where")
        self._run("type", "--delay", "4", "--file", "-", text=text)
        self._run("key", then)
        self.acts += 1
        self.until(lambda: self.ask("where") != before or self.ask("dialogs"), f"{text!r} is taken or refused")

    def paste(self, text: str, edits: bool = False, page: str = "") -> None:
        """Paste text from another program on the chosen cell, or in one that is being edited, with ``page`` as HTML; the program's
        question how it is to be pasted is answered as it proposes."""
        self.ask("copied", text, page)
        self.key("ctrl+v")
        title = "Import Options" if page else "Text Import" if {"\n", "\t"} & set(text) and not edits else ""
        if title:
            asking = self.until(lambda: self._windows(f"^{title}$"), "the program asks how it is to be pasted")
            self._run("windowfocus", "--sync", asking, "key", "Return")
            self.until(lambda: title not in self.ask("dialogs") or "Information" in self.ask("dialogs"), "it closes, or the program says why not")
            if "Information" not in self.ask("dialogs"):
                self._run("windowfocus", "--sync", self.window)

    def copy(self, sheet: str, source: str, target: str) -> None:
        """Copy a cell and paste it on another one, which shows something else before."""
        if self.ask("where")[1] != source:
            self.click(sheet, source)
        self.key("ctrl+c")
        self.click(sheet, target)  # after the key, as it came
        before = self.ask("cell", sheet, target)
        self.key("ctrl+v")
        self.until(lambda: self.ask("cell", sheet, target) != before, f"{source} is pasted on {target}")
        self.key("Escape")

    def drag(self, sheet: str, first: str, last: str) -> None:
        """Drag the corner of the chosen cell down to another one, as one fills a column."""
        (x, y, wide, high), (_, down, _, deep) = (self.until(lambda c=c: self.ask("around", sheet, c), f"{c} is on the screen") for c in (first, last))
        steps = [(x + wide - 1, y + high - 1), (x + wide - 1, y + high + 3), (x + wide - 4, down + deep // 2), (x + wide - 4, down + deep // 2 + 1)]
        before = self.ask("where")
        self._run("mousemove", *map(str, steps[0]), "sleep", "0.2", "mousedown", "1")
        for spot in steps[1:]:
            self._run("mousemove", *map(str, spot), "sleep", "0.2")
        self._run("mouseup", "1")
        self.acts += 1
        self.until(lambda: self.ask("where") != before, f"the drag from {first} to {last} fills")

    def go(self, *keys: str) -> list[str]:
        """Press keys that move the cursor; where it is then."""
        for one in keys:
            before = self.ask("where")
            self.key(one)
            self.until(lambda before=before: self.ask("where") != before, f"{one} moves the cursor")
        return self.ask("where")

    def click(self, sheet: str, cell: str, control: bool = False) -> None:
        """Click a cell that is on the screen; with ``control`` as one follows a link, on its first letters."""
        spot = self.until(lambda: self.ask("at", sheet, cell), f"{cell} is on the screen")
        if control:
            spot[0] = self.ask("around", sheet, cell)[0] + 16
        if spot == self._clicked:  # two clicks on one spot, one after the other, would be a double click
            spot[0] -= 12
        self._clicked = spot
        held = ("keydown", "ctrl") if control else ()
        before = self.ask("where")
        self._run("mousemove", *map(str, spot), *held, "click", "1", *(("keyup", "ctrl") if control else ()))
        self.acts += 1
        self.until(lambda: self.ask("where") != before, f"the click on {cell} moves the cursor")

    def unfold(self, sheet: str, below: str, opened: str) -> None:
        """Click the + to the left of the row of ``below`` until the row of ``opened``, in the group that ends there, is seen."""
        _, y, _, _ = self.until(lambda: self.ask("around", sheet, below), f"{below} is on the screen")
        self._run("mousemove", "9", str(y + 1), "sleep", "0.2", "mousemove", "8", str(y), "sleep", "0.2", "click", "1")
        self.acts += 1
        self.until(lambda: self.ask("around", sheet, opened), f"{opened} is opened")

    def colour(self, sheet: str, cell: str) -> tuple[int, int, int]:
        """The colour of a cell of the screen, whatever it is from."""
        from PIL import ImageGrab

        x, y, wide, high = self.until(lambda: self.ask("around", sheet, cell), f"{cell} is on the screen")
        seen = ImageGrab.grab(xdisplay=self.env["DISPLAY"]).convert("RGB").getpixel((x + 4, y + high - 5))
        assert isinstance(seen, tuple)
        return seen[0], seen[1], seen[2]

    def refused(self, title: str) -> bool:
        """Whether the program refuses what was typed, in a window with that title; it is closed and the cell left as it was."""
        if title not in self.ask("dialogs"):
            return False
        asking = self.until(lambda: self._windows(f"^{title}$"), "the window that refuses")
        self._run("windowfocus", "--sync", asking, "key", "Escape")
        self.until(lambda: title not in self.ask("dialogs"), "it closes")
        self._run("windowfocus", "--sync", self.window, "key", "Escape")
        return True

    def save(self) -> None:
        """Save as the file is."""
        self.key("ctrl+s")
        self.until(lambda: not self.ask("modified"), "the file is saved")

    def close(self) -> None:
        """Close the file."""
        self.ask("close")

    def picture(self, path: Path) -> None:
        """What the screen shows."""
        from PIL import ImageGrab

        last = b""
        while (seen := ImageGrab.grab(xdisplay=self.env["DISPLAY"])).tobytes() != last:  # until it is drawn
            last = seen.tobytes()
            time.sleep(0.5)
        ImageGrab.grab(xdisplay=self.env["DISPLAY"]).save(path)

    def end(self) -> None:
        """End the program and the screen."""
        try:
            self.ask("quit")
        except (AssertionError, OSError, ValueError):
            pass
        for process in (self.driver, self.office):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self.screen.terminate()
        self.screen.wait()
