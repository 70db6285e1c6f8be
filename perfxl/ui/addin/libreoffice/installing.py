"""The extension put into LibreOffice by its own ``unopkg``, looked at, taken away."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from perfxl.model.documents import write_bytes
from perfxl.ui.addin import place
from perfxl.ui.addin.libreoffice.extension import IDENTIFIER, NAME

#: Where LibreOffice's own installers put it, beside what is on the path.
_PLACES = ("C:/Program Files/LibreOffice/program", "C:/Program Files (x86)/LibreOffice/program",
           "/Applications/LibreOffice.app/Contents/MacOS", "/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program")
_TIMEOUT_SECONDS = 180  # seconds


class OfficeMissing(Exception):
    """There is no LibreOffice here, or not one that takes extensions."""


class OfficeFailed(Exception):
    """LibreOffice would not; the message is its own."""


def unopkg() -> Path | None:
    """LibreOffice's program for extensions; None where there is none."""
    names = ("unopkg.com", "unopkg.exe") if sys.platform == "win32" else ("unopkg",)
    program = next(filter(None, map(shutil.which, names)), None)
    return Path(program) if program else next((p / n for p in map(Path, _PLACES) for n in names if (p / n).is_file()), None)


def settings_path() -> Path:
    """The file from which the extension takes the Python to start."""
    return place.home() / "libreoffice.json"


def settings() -> dict[str, str]:
    """This very Python, and where perfxl is when it is not among its packages."""
    python, package = Path(sys.executable), Path(__file__).resolve().parents[4]
    if python.name.lower() == "pythonw.exe":
        python = python.with_name("python.exe")
    return {"python": str(python), **({"path": str(package)} if package.name != "site-packages" else {})}


def install(made: bytes, options: Iterable[str] = ()) -> Path:
    """Have LibreOffice take the extension ``made``, in place of an earlier one; the file of settings that was written.

    ``options``: more of ``unopkg``'s own (the profile). ``OfficeMissing``, ``OfficeFailed``.
    """
    with TemporaryDirectory(prefix="perfxl-") as folder:
        path = Path(folder) / NAME
        path.write_bytes(made)
        _run("add", "--force", "--suppress-license", *_shared(), *options, str(path))
    write_bytes(settings_path(), json.dumps(settings(), indent=1).encode())
    return settings_path()


def installed(options: Iterable[str] = ()) -> bool:
    """Whether LibreOffice has the extension. ``OfficeMissing``, ``OfficeFailed``."""
    return f"Identifier: {IDENTIFIER}\n" in _run("list", *_shared(), *options)


def uninstall(options: Iterable[str] = ()) -> bool:
    """Take the extension away; whether it was there. ``OfficeMissing``, ``OfficeFailed``."""
    there = installed(options)
    if there:
        _run("remove", *_shared(), *options, IDENTIFIER)
    settings_path().unlink(missing_ok=True)
    return there


def _shared() -> tuple[str, ...]:
    """The administrator of a Unix system installs for all users: LibreOffice refuses anything else."""
    return ("--shared",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _run(*words: str) -> str:
    program = unopkg()
    if program is None:
        raise OfficeMissing
    with TemporaryDirectory(prefix="perfxl-", ignore_cleanup_errors=True) as folder:  # it leaves its own there, and settings it does not need
        apart = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder), "GSETTINGS_BACKEND": "memory"}
        done = subprocess.run([str(program), *words], capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_SECONDS,
                              stdin=subprocess.DEVNULL, env=apart)
    if done.returncode:
        raise OfficeFailed((done.stderr or done.stdout).strip().splitlines()[-1:] or [program.name])
    return done.stdout.replace("\r\n", "\n")
