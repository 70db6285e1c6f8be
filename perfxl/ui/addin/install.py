"""Where the add-in stands on Windows and macOS, put there and taken away. No administrator's rights are needed."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from perfxl.model.documents import write_bytes
from perfxl.ui.addin import shortcuts
from perfxl.ui.addin.building import NAME, carried
from perfxl.ui.addin.guide import PAGES
from perfxl.ui.addin.macros import PROJECT, mac_script

WINDOWS, MAC, LINUX = "win32", "darwin", "linux"
#: Keys that Windows has when Excel is installed, or was opened once.
_EXCEL_OF_WINDOWS = (r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", r"Software\Microsoft\Office\16.0\Excel\Options")
_GROUP = Path("Library/Group Containers/UBF8T346G9.Office")
_SANDBOX = Path("Library/Containers/com.microsoft.Excel/Data")
_SCRIPTS = Path("Library/Application Scripts/com.microsoft.Excel")


@dataclass(frozen=True)
class Machine:
    """The computer as the installation needs it. ``system``: ``sys.platform``; ``home``: the user's folder; ``roaming``: the
    folder of Windows for settings; ``desktop``: the folder of the icons; ``python``: the interpreter that Excel will start;
    ``programs``: the folder of macOS for programs; ``policies``: reads a number in Windows' registry by key and name, None where
    there is none; ``entries``: all binary values under one of the user's keys there; ``known``: whether a key is there."""

    system: str
    home: Path
    roaming: Path
    desktop: Path
    python: Path
    programs: Path
    policies: Callable[[str, str], int | None]
    entries: Callable[[str], list[bytes]]
    known: Callable[[str], bool]

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
        if self.system != MAC:
            return None
        return self.home / _SCRIPTS / f"xlwings-{version('xlwings')}.applescript"

    @property
    def preferences(self) -> tuple[Path, ...]:
        """Where macOS keeps what Office may do, the administrator's word first."""
        name = "com.microsoft.office.plist"
        ruled = Path("/Library/Managed Preferences")
        return (ruled / self.home.name / name, ruled / name, self.home / "Library" / "Preferences" / name)

    @property
    def excel(self) -> bool:
        """Whether Excel is installed, for all users or for this one."""
        if self.system == WINDOWS:
            return any(map(self.known, _EXCEL_OF_WINDOWS))
        return any((folder / "Microsoft Excel.app").is_dir() for folder in (self.programs, self.home / "Applications"))

    @property
    def shortcuts(self) -> dict[Path, bytes]:
        """The icons that open perfxl's own window: where they stand, what they hold."""
        return shortcuts.files(self.system, self.home, self.desktop, self.python)

    @property
    def traces(self) -> tuple[Path, ...]:
        """What the buttons leave: the campaigns used last, the log, the guide as pages."""
        own = tuple(self.home / f".{PROJECT}" / name for name in ("campagne.json", "perfxl.log", *(f"{page}.html" for page in PAGES)))
        return (*own, self.home / _SANDBOX / "xlwings.log") if self.system == MAC else own


def this_machine() -> Machine:
    """The computer that perfxl runs on."""
    python, home = Path(sys.executable), Path.home()
    if python.name.lower() == "pythonw.exe":
        python = python.with_name("python.exe")
    return Machine(sys.platform, home, roaming=Path(os.environ.get("APPDATA", home / "AppData" / "Roaming")),
                   desktop=shortcuts.desktop(home), python=python,
                   programs=Path("/Applications"), policies=_policy, entries=_entries, known=_known)


def _policy(path: str, name: str) -> int | None:
    if sys.platform != "win32":
        return None
    import winreg

    for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        try:
            with winreg.OpenKey(root, path) as key:
                return int(winreg.QueryValueEx(key, name)[0])
        except (OSError, ValueError):
            continue
    return None


def _known(path: str) -> bool:
    if sys.platform != "win32":
        return False
    import winreg

    for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        try:
            winreg.OpenKey(root, path).Close()
            return True
        except OSError:
            continue
    return False


def _entries(path: str) -> list[bytes]:
    if sys.platform != "win32":
        return []
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            addins = [winreg.EnumValue(key, n)[1] for n in range(winreg.QueryInfoKey(key)[1])]
    except OSError:
        return []
    return [value for value in addins if isinstance(value, bytes)]


def install(machine: Machine, made: bytes, shortcut: bool) -> list[Path]:
    """Put the add-in and what it needs in place; what was written.

    ``OSError`` where Excel holds the file or nothing can be written, ``UnicodeEncodeError`` when the macros could not read where
    Python stands: nothing is written then.
    """
    written = [machine.addin, machine.settings]
    said = settings(machine).encode(encoding(machine))
    write_bytes(machine.addin, made)
    write_bytes(machine.settings, said)
    if machine.script:
        source = carried(machine.script.name)
        write_bytes(machine.script, mac_script(source.read_bytes()))
        written.append(machine.script)
    return written + (place_shortcuts(machine) if shortcut else [])


def place_shortcuts(machine: Machine) -> list[Path]:
    """Write the icons that open perfxl's own window; where they stand."""
    for path, content in machine.shortcuts.items():
        write_bytes(path, content)
        path.chmod(0o755)
    return list(machine.shortcuts)


def settings(machine: Machine) -> str:
    """The settings of the add-in: this very Python, and where perfxl is when it is not among its packages."""
    key = "INTERPRETER_WIN" if machine.system == WINDOWS else "INTERPRETER_MAC"
    lines = {key: str(machine.python)}
    package = Path(__file__).resolve().parents[3]
    if package.name != "site-packages":
        lines["PYTHONPATH"] = str(package)
    return "".join(f'"{name}","{value}"\n' for name, value in lines.items())


def encoding(machine: Machine) -> str:
    """How the macros read a text file: in the code page of the computer on Windows."""
    return "mbcs" if machine.system == WINDOWS == sys.platform else "cp1252" if machine.system == WINDOWS else "mac_roman"


def uninstall(machine: Machine) -> list[Path]:
    """Take away everything that ``install`` writes and the buttons leave; what was there. Folders of perfxl's own that are
    left empty go with it."""
    placed = (machine.addin, machine.settings, machine.script) if machine.system in (WINDOWS, MAC) else ()
    gone = [p for p in (*placed, *machine.shortcuts, *machine.traces) if p is not None and p.is_file()]
    for path in gone:
        path.unlink()
    drawing = machine.home / f".{PROJECT}" / "matplotlib"
    if drawing.is_dir():  # the letters of this computer as the charts know them, made again when they are missing
        shutil.rmtree(drawing, ignore_errors=True)
        gone.append(drawing)
    menu = machine.home / ".local" / "share" / "applications"
    for own in (machine.home / f".{PROJECT}", *((menu, *menu.parents[:2]) if machine.system == LINUX else ())):
        if own.is_dir() and not any(own.iterdir()):
            own.rmdir()
    return gone
