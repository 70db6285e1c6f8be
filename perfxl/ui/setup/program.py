"""Installs perfxl for one user, puts its buttons and icon in place, starts its window; on the next double-click updates or uninstalls.

This file is ``__main__.py`` of ``perfxl-<version>.pyz``. It runs in the Python that is there, perfxl itself in one of its own.
Words: ``words.json``; what the archive holds: ``contents.json``; wheels: ``wheels/``. All three beside it in the archive.
"""

import io
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path
from typing import Any

NEEDED = (3, 11)
#: What pip says where the network is at fault, in the order in which to look.
_NETWORK = (("certificate", ("CERTIFICATE_VERIFY_FAILED", "SSLError")), ("proxy_refuses", ("407", "403 Client Error", "Proxy Authentication")),
            ("no_network", ("ProxyError", "NewConnectionError", "ConnectTimeout", "NameResolutionError", "No matching distribution",
                            "Could not find a version", "ReadTimeout", "Connection refused")))
_OWN = ("campagne.json", "perfxl.log", "libreoffice.json")


class Trouble(Exception):
    """It cannot go on; the message says why, and what to do."""


class Setup:
    """One run. ``archive``: the file that was double-clicked; ``home``: the user's folder."""

    def __init__(self, archive: Path, home: Path, language: str):
        self.archive, self.home, self.language = archive, home, language
        with zipfile.ZipFile(archive) as opened:
            self._words = json.loads(opened.read("words.json"))
            #: version; complete: whether every wheel is there; python and platform that they are for
            self.contents = json.loads(opened.read("contents.json"))
        self.folder = place(home)
        self.log = Path(tempfile.gettempdir()) / "perfxl-setup.log"

    def say(self, key: str, **values: Any) -> str:
        return self._words[key][self.language].format(**values)

    @property
    def python(self) -> Path:
        """The Python that perfxl has of its own."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def install(self) -> None:
        """Make the environment beside the one that is there, and put it in its place only when it is whole."""
        print(self.say("making", folder=self.folder), flush=True)
        before = self.folder.with_name(self.folder.name + ".prima")
        _remove(before)
        if self.folder.exists():
            self._move_away(before)
        try:
            self._environment()
            self._packages()
        except BaseException:
            _remove(self.folder)
            if before.exists():
                before.rename(self.folder)
            raise
        _remove(before)

    def _move_away(self, before: Path) -> None:
        try:
            self.folder.rename(before)
        except OSError:
            raise Trouble(self.say("in_use", path=self.folder)) from None

    def _environment(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        made = self._run([sys.executable, "-I", "-m", "venv", str(self.folder)])
        if made.returncode:
            raise Trouble(self.say("no_venv") if "ensurepip" in made.stdout or "No module named" in made.stdout
                          else self.say("failed", reason=_last(made.stdout), log=self.log))

    def _packages(self) -> None:
        here = {"found": "{}.{}".format(*sys.version_info), "here": sysconfig.get_platform()}
        complete = self.contents["complete"]
        fits = complete and (self.contents["python"], self.contents["platform"]) == (here["found"], platform_of())
        if complete and not fits:
            print(self.say("other_python", wanted=self.contents["python"], platform=self.contents["platform"], **here), flush=True)
        print(self.say("packages_own" if fits else "packages_net"), flush=True)
        with tempfile.TemporaryDirectory(prefix="perfxl-") as folder:
            with zipfile.ZipFile(self.archive) as opened:
                opened.extractall(folder, [n for n in opened.namelist() if n.startswith("wheels/")])
            pip = [str(self.python), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:",
                   "--find-links", str(Path(folder) / "wheels"), "perfxl=={}".format(self.contents["version"])]
            more = ["--no-index"] if fits else []
            while True:
                done = self._run([*pip, *more])
                if not done.returncode:
                    return
                more = self._proxy(done.stdout)

    def _proxy(self, output: str) -> "list[str]":
        """What to try again with, where the network is at fault and the user knows the way; ``Trouble`` else."""
        key = next((key for key, words in _NETWORK if any(word in output for word in words)), None)
        if key is None:
            raise Trouble(self.say("failed", reason=_last(output), log=self.log))
        words = self.say(key, platform=platform_of(), found="{}.{}".format(*sys.version_info))
        if key == "certificate" or not sys.stdin.isatty():
            raise Trouble(words)
        print(words, flush=True)
        given = input(self.say("ask_proxy")).strip()
        if not given:
            raise Trouble(self.say("canceled"))
        return ["--proxy", given if "://" in given else "http://" + given]

    def place_buttons(self) -> None:
        """The tab in Excel, the extension in LibreOffice, where they are; the icon on the desktop."""
        print(self.say("placing"), flush=True)
        for done in (self._perfxl("addin", "install", "--shortcut"), *([self._perfxl("addin", "install", "--libreoffice")] if self._office() else [])):
            if done.returncode:
                print(self.say("placing_failed", reason=_last(done.stdout)), flush=True)

    def _office(self) -> bool:
        looked = "import sys; from perfxl.ui.addin.libreoffice.installing import unopkg; sys.exit(unopkg() is None)"
        return self.python.exists() and not self._run([str(self.python), "-P", "-c", looked]).returncode

    def start(self) -> None:
        """Open the window, which stays when this ends."""
        if self._run([str(self.python), "-P", "-c", "import tkinter"]).returncode:
            print(self.say("no_window", command=self.python.with_name("perfxl")), flush=True)
            return
        print(self.say("starting"), flush=True)
        windowed = self.python.with_name("pythonw.exe")
        apart = {"creationflags": 0x00000008} if os.name == "nt" else {"start_new_session": True}
        subprocess.Popen([str(windowed if windowed.exists() else self.python), "-P", "-m", "perfxl", "window"], cwd=str(self.home),
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **apart)

    def uninstall(self) -> None:
        """Take everything away: buttons, icon, program, settings."""
        if not self.folder.exists():
            print(self.say("not_installed"), flush=True)
            return
        if self.python.exists():
            if self._office():
                self._perfxl("addin", "uninstall", "--libreoffice")
            gone = self._perfxl("addin", "uninstall")
            if gone.returncode:
                raise Trouble(_last(gone.stdout))
        try:
            _remove(self.folder)
        except OSError as problem:
            raise Trouble(self.say("in_use", path=problem.filename or self.folder)) from None
        for name in _OWN:
            (self.home / ".perfxl" / name).unlink(missing_ok=True)
        for left in (self.home / ".perfxl", self.folder.parent, *(self.folder.parents[1:3] if os.name != "nt" else ())):
            if left.is_dir() and not any(left.iterdir()):
                left.rmdir()
        self.log.unlink(missing_ok=True)
        print(self.say("uninstalled"), flush=True)

    def _perfxl(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self._run([str(self.python), "-P", "-m", "perfxl", *words, "--lang", self.language])

    def _run(self, words: "list[str]") -> "subprocess.CompletedProcess[str]":
        """Run a program; what it says is kept, and written to the log."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env={**kept, "PYTHONUTF8": "1"},
                              encoding="utf-8", errors="replace", cwd=str(self.home))
        with self.log.open("a", encoding="utf-8") as log:
            log.write("> {}\n{}\n".format(" ".join(words), done.stdout))
        return done


def place(home: Path) -> Path:
    """Where perfxl stands: in the user's own folder for programs, under a plain path (Excel for Mac starts it in a shell)."""
    local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else None
    return Path(local) / "perfxl" / "programma" if local else home / ".local" / "share" / "perfxl" / "programma"


def platform_of() -> str:
    """The system and its processor, as the names of wheels group them: ``windows-amd64``, ``darwin-arm64``, ``linux-x86_64``."""
    return "{}-{}".format(platform.system(), platform.machine()).lower()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _last(text: str) -> str:
    """The last line that says something."""
    return ([line for line in text.strip().splitlines() if line.strip()] or ["?"])[-1][:300]


def _language() -> str:
    said = next(filter(None, map(os.environ.get, ("PERFXL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if sys.platform == "win32" and not os.environ.get("PERFXL_LANG"):
        import ctypes

        said = "it" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x10 else "en"
    return "en" if said.lower().startswith("en") else "it"


def run(archive: Path, words: "list[str]") -> int:
    """Do what ``words`` say (``--uninstall``), else what the user wants; the exit code."""
    setup = Setup(archive, Path.home(), _language())
    print(setup.say("title", version=setup.contents["version"]) + "\n", flush=True)
    try:
        if sys.version_info < NEEDED:
            raise Trouble(setup.say("old_python", found=platform.python_version(), path=sys.executable))
        wanted = "u" if "--uninstall" in words else _wanted(setup)
        if wanted == "u":
            setup.uninstall()
        elif wanted == "i":
            setup.install()
            setup.place_buttons()
            setup.start()
        else:
            print(setup.say("canceled"))
    except Trouble as problem:
        print("\n{}".format(problem), flush=True)
        return 1
    except OSError as problem:
        print("\n" + setup.say("failed", reason="{}: {}".format(problem.filename or "", problem.strerror or problem), log=setup.log), flush=True)
        return 1
    return 0


def _wanted(setup: Setup) -> str:
    """``i``: install or update, ``u``: uninstall, "": nothing."""
    if not setup.folder.exists() or not sys.stdin.isatty():
        return "i"
    print(setup.say("menu", folder=setup.folder))
    given = input("> ").strip().lower()[:1]
    return {"": "i", setup.say("answer_uninstall"): "u"}.get(given, "")


def main() -> int:
    """What the double click starts: in a window that waits before it closes."""
    code = 1
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        archive = Path(sys.argv[0]).resolve()
        code = run(archive, sys.argv[1:])
        return code
    finally:
        if sys.stdin is not None and sys.stdin.isatty() and "--uninstall" not in sys.argv:
            with zipfile.ZipFile(archive) as opened:
                print("\n" + json.loads(opened.read("words.json"))["close"][_language()])
            input()


if __name__ == "__main__":
    sys.exit(main())
