"""Where the add-in stands on Windows and macOS, put there, looked at and taken away. No administrator's rights are needed."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from perfxl.addin.building import NAME
from perfxl.addin.macros import PROJECT
from perfxl.documents import write_bytes

WINDOWS, MAC = "win32", "darwin"
_GROUP = Path("Library/Group Containers/UBF8T346G9.Office")
_SANDBOX = Path("Library/Containers/com.microsoft.Excel/Data")
_SCRIPTS = Path("Library/Application Scripts/com.microsoft.Excel")


@dataclass(frozen=True)
class Machine:
    """The computer as the installation needs it. ``system``: ``sys.platform``; ``home``: the user's folder; ``roaming``: the
    folder of Windows for settings; ``python``: the interpreter that Excel will start; ``policies``: reads a value of Windows'
    policies, None where there is none."""

    system: str
    home: Path
    roaming: Path
    python: Path
    policies: Callable[[str, str], int | None]

    @property
    def startup(self) -> Path:
        """The folder whose workbooks Excel opens when it starts."""
        if self.system == WINDOWS:
            return self.roaming / "Microsoft" / "Excel" / "XLSTART"
        return self.home / _GROUP / "User Content.localized" / "Startup.localized" / "Excel"

    @property
    def addin(self) -> Path:
        """Where the add-in stands."""
        return self.startup / NAME

    @property
    def settings(self) -> Path:
        """The file from which the add-in takes the interpreter to start."""
        if self.system == WINDOWS:
            return self.home / f".{PROJECT}" / f"{PROJECT}.conf"
        return self.home / _SANDBOX / f"{PROJECT}.conf"

    @property
    def script(self) -> Path | None:
        """The script that lets Excel for Mac start a program; None on Windows, which needs none."""
        if self.system == WINDOWS:
            return None
        return self.home / _SCRIPTS / f"xlwings-{version('xlwings')}.applescript"

    @property
    def shortcut(self) -> Path:
        """The icon on the desktop that opens perfxl's own window."""
        return self.home / "Desktop" / ("perfxl.cmd" if self.system == WINDOWS else "perfxl.command")

    @property
    def excel(self) -> bool:
        """Whether Excel seems to be installed."""
        if self.system == WINDOWS:
            return (self.roaming / "Microsoft" / "Excel").is_dir()
        return (self.home / _GROUP).is_dir() or Path("/Applications/Microsoft Excel.app").is_dir()


def this_machine() -> Machine:
    """The computer that perfxl runs on."""
    python = Path(sys.executable)
    if python.name.lower() == "pythonw.exe":
        python = python.with_name("python.exe")
    home = Path.home()
    return Machine(sys.platform, home, Path(os.environ.get("APPDATA", home / "AppData" / "Roaming")), python, _policy)


def _policy(path: str, name: str) -> int | None:
    if sys.platform != WINDOWS:
        return None
    import winreg

    for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        try:
            with winreg.OpenKey(root, path) as key:
                return int(winreg.QueryValueEx(key, name)[0])
        except (OSError, ValueError):
            continue
    return None


def install(machine: Machine, made: bytes, shortcut: bool) -> list[Path]:
    """Put the add-in and what it needs in place; what was written. ``OSError`` where Excel holds the file or nothing can be written."""
    written = [machine.addin, machine.settings]
    write_bytes(machine.addin, made)
    write_bytes(machine.settings, settings(machine).encode(_encoding(machine)))
    if machine.script:
        source = Path(find_spec("xlwings").origin).parent / machine.script.name
        write_bytes(machine.script, source.read_bytes())
        written.append(machine.script)
    if shortcut:
        write_bytes(machine.shortcut, _starter(machine).encode(_encoding(machine)))
        machine.shortcut.chmod(0o755)
        written.append(machine.shortcut)
    return written


def settings(machine: Machine) -> str:
    """The settings of the add-in: this very Python, and where perfxl is when it is not among its packages."""
    key = "INTERPRETER_WIN" if machine.system == WINDOWS else "INTERPRETER_MAC"
    lines = {key: str(machine.python), "SHOW CONSOLE": "False", "USE UDF SERVER": "False"}
    package = Path(__file__).resolve().parents[2]
    if package.name != "site-packages":
        lines["PYTHONPATH"] = str(package)
    return "".join(f'"{name}","{value}"\n' for name, value in lines.items())


def _encoding(machine: Machine) -> str:
    """How the macros read a text file: in the code page of the computer on Windows."""
    return "mbcs" if machine.system == WINDOWS == sys.platform else "cp1252" if machine.system == WINDOWS else "mac_roman"


def _starter(machine: Machine) -> str:
    if machine.system == WINDOWS:
        return f'@start "" "{machine.python.with_name("pythonw.exe")}" -m perfxl window\r\n'
    return f"#!/bin/sh\nexec '{str(machine.python).replace(chr(39), chr(39) + chr(92) + chr(39) * 2)}' -m perfxl window\n"


def uninstall(machine: Machine) -> list[Path]:
    """Take away everything that ``install`` writes; what was there. Folders that are left empty go with it."""
    gone = [p for p in (machine.addin, machine.settings, machine.script, machine.shortcut) if p is not None and p.is_file()]
    for path in gone:
        path.unlink()
    if machine.system == WINDOWS and machine.settings.parent.is_dir() and not any(machine.settings.parent.iterdir()):
        machine.settings.parent.rmdir()
    return gone


@dataclass(frozen=True)
class State:
    """One thing that was looked at: ``key`` of its words, whether it is ``well``, and what the words need."""

    key: str
    well: bool
    values: dict


def status(machine: Machine, made: bytes) -> list[State]:
    """Everything the tab needs, in the order in which to mend it. ``made``: the add-in as it would be built now."""
    present = machine.addin.is_file()
    disabled = machine.policies(r"Software\Policies\Microsoft\Office\16.0\Excel\Security", "VBAWarnings") == 4
    found = [State("excel", machine.excel, {}), State("present", present, {"path": machine.addin})]
    if present:
        found.append(State("equal", _same(machine.addin, made), {"version": version("xlwings")}))
    interpreter = _interpreter(machine)
    found.append(State("settings", interpreter is not None, {"path": machine.settings}))
    if interpreter is not None:
        found.append(State("interpreter", _answers(interpreter, settings_of(machine).get("PYTHONPATH")), {"path": interpreter}))
    if machine.script:
        found.append(State("script", machine.script.is_file(), {"path": machine.script}))
    return [*found, State("policy", not disabled, {})]


def _same(path: Path, made: bytes) -> bool:
    try:
        return path.read_bytes() == made and zipfile.is_zipfile(path)
    except OSError:
        return False


def settings_of(machine: Machine) -> dict[str, str]:
    """The settings as they stand; {} where there are none that can be read."""
    try:
        lines = machine.settings.read_bytes().decode(_encoding(machine), "replace").splitlines()
        return dict(json.loads(f"[{line.replace(chr(92), chr(92) * 2)}]") for line in lines if line)
    except (OSError, ValueError):
        return {}


def _interpreter(machine: Machine) -> Path | None:
    said = settings_of(machine).get("INTERPRETER_WIN" if machine.system == WINDOWS else "INTERPRETER_MAC")
    return Path(said) if said else None


def _answers(interpreter: Path, path: str | None) -> bool:
    """Whether the interpreter starts and finds perfxl and xlwings."""
    try:
        asked = subprocess.run([str(interpreter), "-c", "import perfxl.addin.buttons"], capture_output=True, timeout=60,
                               env={**os.environ, **({"PYTHONPATH": path} if path else {})})
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0
