"""``perfxl addin status``: everything the tab needs, looked at in the order in which to mend it."""

import json
import os
import plistlib
import shlex
import subprocess
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from perfxl.ui.addin.install import MAC, WINDOWS, Machine, encoding

#: Keys of Windows' registry, under the user or the machine; what the office's administrator rules stands under ``Policies``.
_OFFICE = r"Software\Microsoft\Office\16.0"
_RULED = r"Software\Policies\Microsoft\Office\16.0"
_TRUSTED = r"\Excel\Security\Trusted Locations"
_SHIELD = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
#: The rule of Windows Defender that keeps Office from starting other programs; 1: it does.
_NO_PROGRAMS = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
#: The rule that keeps macros from calling Windows' own functions, which those of this add-in do not; earlier ones declared some.
_NO_WINDOWS = "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B"


@dataclass(frozen=True)
class State:
    """One thing that was looked at: ``key`` of its words, whether it is ``well``, and what the words need."""

    key: str
    well: bool
    values: dict[str, Any]


def status(machine: Machine, made: bytes) -> list[State]:
    """Everything the tab needs. ``made``: the add-in as it would be built now."""
    present = machine.addin.is_file()
    states = [State("excel", machine.excel, {}), State("present", present, {"path": machine.addin})]
    if present:
        states.append(State("equal", _same(machine.addin, made), {"version": version("xlwings")}))
    if present and machine.system == WINDOWS:
        states.append(State("enabled", not _disabled(machine), {"path": machine.addin}))
    interpreter = _interpreter(machine)
    states.append(State("settings", interpreter is not None, {"path": machine.settings}))
    if interpreter is not None:
        states.append(State("interpreter", _answers(machine, interpreter, settings_of(machine).get("PYTHONPATH", "")), {"path": interpreter}))
    if machine.script:
        states.append(State("script", machine.script.is_file(), {"path": machine.script}))
    states.append(State("policy", not _macros_blocked(machine), {}))
    if machine.system == WINDOWS:
        states.append(State("programs", not _ruled(machine, _NO_PROGRAMS), {}))
        if _ruled(machine, _NO_WINDOWS):
            states.append(State("win32", present and _same(machine.addin, made), {}))
    return states


def _same(path: Path, made: bytes) -> bool:
    try:
        return path.read_bytes() == made and zipfile.is_zipfile(path)
    except OSError:
        return False


def _disabled(machine: Machine) -> bool:
    """Whether Excel has put the add-in among its disabled items, as it does after a crash: their paths stand there in
    UTF-16, in small letters."""
    wanted = machine.addin.name.lower()
    return any(wanted in kept.decode("utf-16-le", "ignore").lower()
               for kept in machine.entries(_OFFICE + r"\Excel\Resiliency\DisabledItems"))


def _macros_blocked(machine: Machine) -> bool:
    """Whether macros are kept from running in the add-in.

    Excel trusts the folder where the add-in stands, whatever its setting for macros (3: only signed ones, 4: none) and for
    files that come from the internet, unless the administrator has taken trusted folders away.
    """
    if machine.system == MAC:
        return _macros_blocked_on_mac(machine)

    def ruled(place: str, name: str) -> int | None:
        return machine.policies(_RULED + place, name)
    if ruled(r"\Common", "vbaoff"):
        return True
    untrusted = ruled(_TRUSTED, "AllLocationsDisabled") or machine.policies(_OFFICE + _TRUSTED, "AllLocationsDisabled") \
        or ruled(r"\Common\Security\Trusted Locations", "allow user locations") == 0
    setting = ruled(r"\Excel\Security", "VBAWarnings")
    if setting is None:
        setting = machine.policies(_OFFICE + r"\Excel\Security", "VBAWarnings")
    marked = ruled(r"\Excel\Security", "blockcontentexecutionfrominternet") and _from_outside(machine.addin)
    return bool(untrusted and (setting in (3, 4) or marked))


def _from_outside(path: Path) -> bool:
    """Whether Windows marks the file as come from the internet: a stream of the file says so, in zone 3 or 4."""
    try:
        return any(f"ZoneId={zone}" in Path(f"{path}:Zone.Identifier").read_text(errors="replace") for zone in (3, 4))
    except OSError:
        return False


def _macros_blocked_on_mac(machine: Machine) -> bool:
    """The settings that an administrator gives come first, then the user's own."""
    said: dict[str, Any] = {}
    for path in reversed(machine.preferences):
        try:
            said |= plistlib.loads(path.read_bytes())
        except (OSError, ValueError, plistlib.InvalidFileException):
            continue
    return bool(said.get("VisualBasicEntirelyDisabled")) or said.get("VisualBasicMacroExecutionState") == "DisabledWithoutWarnings"


def _ruled(machine: Machine, rule: str) -> bool:
    """Whether a rule of Windows Defender is in force."""
    return any(machine.policies(root + _SHIELD, rule) == 1 for root in ("Software\\Policies\\", "Software\\"))


def settings_of(machine: Machine) -> dict[str, str]:
    """The settings as they stand; {} where there are none that can be read."""
    try:
        lines = machine.settings.read_bytes().decode(encoding(machine), "replace").splitlines()
        return dict(json.loads(f"[{line.replace(chr(92), chr(92) * 2)}]") for line in lines if line)
    except (OSError, ValueError):
        return {}


def _interpreter(machine: Machine) -> Path | None:
    said = settings_of(machine).get("INTERPRETER_WIN" if machine.system == WINDOWS else "INTERPRETER_MAC")
    return Path(said) if said else None


def _answers(machine: Machine, interpreter: Path, path: str) -> bool:
    """Whether the interpreter, started as Excel starts it, finds perfxl and xlwings."""
    code = f"import xlwings.utils;xlwings.utils.prepare_sys_path('false;;;;;;{path}');import perfxl.ui.addin.buttons"
    words: list[str] | str = [str(interpreter), "-P", "-B", "-c", code]
    kept = dict(os.environ)
    if machine.system == MAC:  # a shell with the environment of a window, not of a terminal
        words = ["/bin/sh", "-c", f'{shlex.quote(str(interpreter))} -P -B -u -W ignore -c "{code}"']
        kept = {name: os.environ[name] for name in ("HOME", "USER", "TMPDIR") if name in os.environ} | {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    try:
        return subprocess.run(words, capture_output=True, timeout=60, env=kept, cwd=interpreter.parent).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
