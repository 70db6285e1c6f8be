"""Icons that open perfxl's own window, on the desktop of each system."""

import os
import re
import shlex
import sys
from pathlib import Path, PureWindowsPath

_DESKTOP_OF_LINUX = re.compile(r'^XDG_DESKTOP_DIR="(.+)"\s*$', re.MULTILINE)


def desktop(home: Path) -> Path:
    """The folder of the icons of this computer's desktop: it may have another name, or stand in a cloud."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders") as key:
                return Path(os.path.expandvars(winreg.QueryValueEx(key, "Desktop")[0]))
        except OSError:
            return home / "Desktop"
    return _desktop_of_linux(home) if sys.platform.startswith("linux") else home / "Desktop"


def _desktop_of_linux(home: Path) -> Path:
    """The desktop as ``user-dirs.dirs`` names it (*Scrivania*), else ``Desktop``."""
    try:
        said = _DESKTOP_OF_LINUX.search((home / ".config" / "user-dirs.dirs").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        said = None
    return Path(said[1].replace("$HOME", str(home))) if said else home / "Desktop"


def files(system: str, home: Path, desktop: Path, python: Path) -> dict[Path, bytes]:
    """Each icon's file and what it holds; on Linux also the entry in the menu of programs."""
    if system == "win32":
        return {desktop / "perfxl.cmd": _windows(python).encode()}
    if system == "darwin":
        return {desktop / "perfxl.command": f"#!/bin/sh\nexec {shlex.quote(str(python))} -P -m perfxl window\n".encode()}
    entry = _linux(python).encode()
    return {desktop / "perfxl.desktop": entry, home / ".local" / "share" / "applications" / "perfxl.desktop": entry}


def _windows(python: Path) -> str:
    """A command file. It is read in the code page that its first line sets; a percent sign is written twice."""
    windowed = PureWindowsPath(python).with_name("pythonw.exe")
    return f'@chcp 65001 >nul\r\n@start "" "{str(windowed).replace("%", "%%")}" -P -m perfxl window\r\n'


def _linux(python: Path) -> str:
    """A desktop entry (freedesktop.org): in ``Exec`` a word stands in quotation marks, with ``"`` ``$`` and the like after a
    backslash, which is itself written twice, and a percent sign twice."""
    word = re.sub(r'(["`$\\])', r"\\\1", str(python)).replace("\\", "\\\\").replace("%", "%%")
    return ("[Desktop Entry]\nType=Application\nName=perfxl\nComment=Piano della performance\nComment[en]=Performance plan\n"
            f'Exec="{word}" -P -m perfxl window\nIcon=x-office-spreadsheet\nTerminal=false\nCategories=Office;\n')
