"""The add-in put in place on computers that are folders: Windows and macOS."""

import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from perfxl.model.documents import write_bytes
from perfxl.ui.addin import building, command, diagnosis, install, shortcuts
from perfxl.ui.cli import main
from perfxl.workflow.running import CannotRun


def machine(folder, system, registry=(), disabled=(), python="/gone/python", excel=False):
    """A computer; ``registry``: (end of a key, name, number) of each value that Windows' registry holds; ``excel``: whether it
    has Excel."""
    home = folder / "Users" / "anna"
    home.mkdir(parents=True, exist_ok=True)
    if excel and system == install.MAC:
        (folder / "Applications" / "Microsoft Excel.app").mkdir(parents=True, exist_ok=True)

    def read(path, name):
        return next((number for key, wanted, number in registry if path.endswith(key) and wanted == name), None)
    return install.Machine(system, home, roaming=home / "AppData" / "Roaming", desktop=home / "Desktop", python=Path(python),
                           programs=folder / "Applications", policies=read,
                           entries=lambda path: list(disabled) if path.endswith(r"Excel\Resiliency\DisabledItems") else [],
                           known=lambda path: excel and path.endswith("excel.exe"))


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("system, expected", [
    (install.WINDOWS, ["Users/anna/.perfxl/perfxl.conf", "Users/anna/AppData/Roaming/Microsoft/Excel/XLSTART/perfxl.xlam",
                       "Users/anna/Desktop/perfxl.cmd"]),
    (install.MAC, ["Users/anna/Desktop/perfxl.command", "Users/anna/Library/Application Scripts/com.microsoft.Excel/xlwings-{v}.applescript",
                   "Users/anna/Library/Containers/com.microsoft.Excel/Data/perfxl.conf",
                   "Users/anna/Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/perfxl.xlam"])])
def test_installed_then_taken_away_leaves_nothing(tmp_path, capsys, system, expected):
    import xlwings

    computer = machine(tmp_path, system)
    assert command.run("install", None, shortcut=True, language="it", machine=computer) == 0
    assert files(tmp_path) == [e.format(v=xlwings.__version__) for e in expected]
    said = capsys.readouterr().out
    assert "Performance" in said and str(computer.addin) in said
    for left in computer.traces:  # as the buttons leave them
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_text("x")
    assert command.run("uninstall", None, shortcut=False, language="it", machine=computer) == 0
    assert files(tmp_path) == [] and not (computer.home / ".perfxl").exists()
    capsys.readouterr()
    assert command.run("uninstall", None, shortcut=False, language="en", machine=computer) == 0
    assert "nothing to take away" in capsys.readouterr().out


def test_the_settings_are_as_the_macros_read_them(tmp_path):
    """Lines as VBA's Write # makes them and Input # reads them: two texts in quotation marks, separated by a comma."""
    computer = machine(tmp_path, install.WINDOWS, python=r"C:\Users\Niccolò\perfxl\python.exe")
    install.install(computer, b"x", False)
    lines = computer.settings.read_bytes().decode("cp1252").splitlines()
    assert '"INTERPRETER_WIN","C:\\Users\\Niccolò\\perfxl\\python.exe"' in lines
    assert all(line.count('"') == 4 and '","' in line for line in lines)
    assert diagnosis.settings_of(computer)["INTERPRETER_WIN"] == r"C:\Users\Niccolò\perfxl\python.exe"
    assert not any(path.exists() for path in computer.shortcuts)


@pytest.mark.parametrize("system", [install.WINDOWS, install.MAC])
def test_status_is_well_after_an_install(tmp_path, capsys, system):
    computer = machine(tmp_path, system, python=sys.executable, excel=True)
    command.run("install", None, shortcut=False, language="it", machine=computer)
    assert command.run("status", None, shortcut=False, language="it", machine=computer) == 0
    assert "da sistemare" not in capsys.readouterr().out


def states(computer, made=b"x"):
    return {s.key: s.well for s in diagnosis.status(computer, made)}


def wrong(computer):
    return {key for key, well in states(computer).items() if not well}


def test_status_finds_each_thing_that_is_wrong(tmp_path):
    bare = machine(tmp_path / "a", install.WINDOWS)
    assert wrong(bare) == {"excel", "present", "settings"}
    install.install(bare, b"x", False)
    assert "excel" in wrong(bare)  # folders of its own making are no Excel
    other = machine(tmp_path / "b", install.WINDOWS, excel=True)
    install.install(other, b"an older one", False)
    assert wrong(other) == {"equal", "interpreter"}
    mac = machine(tmp_path / "c", install.MAC, excel=True)
    install.install(mac, b"x", False)
    mac.script.unlink()
    assert wrong(mac) == {"equal", "interpreter", "script"}


TRUST, SECURITY = r"Excel\Security\Trusted Locations", r"Excel\Security"


@pytest.mark.parametrize("registry, blocked", [
    ([], False), ([(SECURITY, "VBAWarnings", 4)], False),  # the folder of the add-in is trusted
    ([(SECURITY, "VBAWarnings", 4), (TRUST, "AllLocationsDisabled", 1)], True),
    ([(SECURITY, "VBAWarnings", 3), (r"Common\Security\Trusted Locations", "allow user locations", 0)], True),
    ([(SECURITY, "VBAWarnings", 2), (TRUST, "AllLocationsDisabled", 1)], False),
    ([(r"16.0\Common", "vbaoff", 1)], True), ([(r"16.0\Common", "vbaoff", 0)], False)])
def test_macros_that_a_policy_blocks_on_windows(tmp_path, registry, blocked):
    assert ("policy" in wrong(machine(tmp_path, install.WINDOWS, registry))) is blocked


@pytest.mark.parametrize("zone, trusted, blocked", [(3, 1, True), (0, 1, False), (3, 0, False)])
def test_an_addin_from_the_internet_is_blocked_where_no_folder_is_trusted(tmp_path, zone, trusted, blocked):
    computer = machine(tmp_path, install.WINDOWS, [(SECURITY, "blockcontentexecutionfrominternet", 1), (TRUST, "AllLocationsDisabled", trusted)])
    install.install(computer, b"x", False)
    Path(f"{computer.addin}:Zone.Identifier").write_text(f"[ZoneTransfer]\nZoneId={zone}\n")
    assert ("policy" in wrong(computer)) is blocked


@pytest.mark.parametrize("number, blocked", [(1, True), (2, False)])  # 2: only noted
def test_office_that_may_not_start_programs(tmp_path, number, blocked):
    rule = (r"ASR\Rules", "D4F940AB-401B-4EFC-AADC-AD5F3C50688A", number)
    assert ("programs" in wrong(machine(tmp_path, install.WINDOWS, [rule]))) is blocked


def test_the_rule_on_calls_to_windows_is_known_and_does_no_harm_to_macros_that_make_none(tmp_path):
    rule = (r"ASR\Rules", "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B", 1)
    computer = machine(tmp_path, install.WINDOWS, [rule])
    install.install(computer, b"made", False)
    for made, well in ((b"made", False), (building.build(), True)):  # the first is no add-in of this version
        write_bytes(computer.addin, made)
        assert [s.well for s in diagnosis.status(computer, building.build()) if s.key == "win32"] == [well]
    assert not [s for s in diagnosis.status(machine(tmp_path, install.WINDOWS), b"made") if s.key == "win32"]


@pytest.mark.parametrize("folder", ["Anna Maria", "R&D (2)", "l'ufficio; nuovo"])
def test_a_python_on_a_mac_is_started_as_excel_starts_it_whatever_its_path_is(tmp_path, folder):
    python = tmp_path / folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (python.parent.parent / "pyvenv.cfg").write_text((Path(sys.executable).parent.parent / "pyvenv.cfg").read_text())
    (python.parent.parent / "lib").symlink_to(Path(sys.executable).parent.parent / "lib")
    computer = machine(tmp_path / "computer", install.MAC, python=python)
    install.install(computer, b"x", False)
    assert "interpreter" not in wrong(computer)


def test_an_addin_that_excel_has_disabled(tmp_path):
    path = "c:\\users\\anna\\appdata\\roaming\\microsoft\\excel\\xlstart\\%s\0"
    kept = [bytes([1, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0]) + (path % name).encode("utf-16-le") for name in ("other.xlam", "perfxl.xlam")]
    for disabled, expected in ((kept[:1], False), (kept, True)):
        computer = machine(tmp_path, install.WINDOWS, disabled=disabled, excel=True)
        install.install(computer, b"x", False)
        assert ("enabled" in wrong(computer)) is expected


@pytest.mark.parametrize("said, blocked", [
    ({}, False), ({"VisualBasicEntirelyDisabled": True}, True), ({"VisualBasicMacroExecutionState": "DisabledWithWarnings"}, False),
    ({"VisualBasicMacroExecutionState": "DisabledWithoutWarnings"}, True)])
def test_macros_that_a_setting_blocks_on_a_mac(tmp_path, said, blocked):
    computer = machine(tmp_path, install.MAC)
    computer.preferences[-1].parent.mkdir(parents=True)
    computer.preferences[-1].write_bytes(plistlib.dumps(said, fmt=plistlib.FMT_BINARY))
    assert ("policy" in wrong(computer)) is blocked
    computer.preferences[-1].write_bytes(b"not a property list")
    assert "policy" not in wrong(computer)


@pytest.mark.parametrize("system", [install.WINDOWS, install.MAC])
def test_every_state_has_its_words_and_its_mend(tmp_path, capsys, system):
    rules = [(r"16.0\Common", "vbaoff", 1), *((r"ASR\Rules", rule, 1) for rule in (
        "D4F940AB-401B-4EFC-AADC-AD5F3C50688A", "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B"))]
    disabled = "perfxl.xlam".encode("utf-16-le")
    for installed in (False, True):
        computer = machine(tmp_path / str(installed), system, rules, [disabled])
        if installed:
            install.install(computer, b"old", False)
        for language in ("it", "en"):
            assert command.run("status", None, shortcut=False, language=language, machine=computer) == 1
            said = capsys.readouterr().out
            assert said.count("→") == len(wrong(computer)) >= 2 and "{" not in said


def test_a_file_that_excel_holds_is_told(tmp_path, monkeypatch):
    computer = machine(tmp_path, install.WINDOWS)

    def held(path, content):
        raise PermissionError(13, "in use", str(path))
    monkeypatch.setattr(install, "write_bytes", held)
    with pytest.raises(CannotRun, match="Chiudi del tutto Excel"):
        command.run("install", None, shortcut=False, language="it", machine=computer)


@pytest.mark.parametrize("system", [install.WINDOWS, install.MAC])
def test_a_python_whose_path_the_macros_cannot_read_is_told_and_nothing_is_written(tmp_path, system):
    computer = machine(tmp_path, system, python="/Users/Łukasz/Дома/python")
    with pytest.raises(CannotRun, match="Łukasz.*perfxl window"):
        command.run("install", None, shortcut=False, language="it", machine=computer)
    assert files(tmp_path) == []


def test_no_excel_on_linux(tmp_path):
    for what in ("install", "status"):
        with pytest.raises(CannotRun, match="perfxl window.*--shortcut"):
            command.run(what, None, shortcut=False, language="it", machine=machine(tmp_path, "linux"))


def test_the_icon_on_linux_comes_and_goes(tmp_path, capsys):
    computer = machine(tmp_path, "linux")
    assert command.run("install", None, shortcut=True, language="it", machine=computer) == 0
    assert files(tmp_path) == ["Users/anna/.local/share/applications/perfxl.desktop", "Users/anna/Desktop/perfxl.desktop"]
    assert all(str(path) in capsys.readouterr().out for path in list(computer.shortcuts)[:1])
    assert command.run("uninstall", None, shortcut=False, language="it", machine=computer) == 0 and files(tmp_path) == []
    assert "Excel" not in capsys.readouterr().out


def test_the_icon_of_windows_starts_the_window(tmp_path):
    [(path, content)] = machine(tmp_path, install.WINDOWS, python=r"C:\Città 100%\python.exe").shortcuts.items()
    assert path.name == "perfxl.cmd"
    lines = content.decode("utf-8").split("\r\n")  # cmd reads the second line in the code page that the first one sets
    assert lines[0] == "@chcp 65001 >nul" and lines[1].startswith('@start "" "') and lines[1].endswith('pythonw.exe" -P -m perfxl window')
    assert "Città 100%%" in lines[1]


ODD = "/opt/l'aquila 100% $HOME/bin/python"


def test_the_icon_of_a_mac_starts_the_window(tmp_path):
    computer = machine(tmp_path, install.MAC, python=ODD)
    [path] = install.place_shortcuts(computer)
    first, second = path.read_text().splitlines()
    asked = subprocess.run(["sh", "-c", second.replace("exec", "echo", 1)], capture_output=True, text=True, check=True)
    assert first == "#!/bin/sh" and asked.stdout == f"{ODD} -P -m perfxl window\n" and path.stat().st_mode & 0o100


def test_the_icon_of_linux_starts_the_window(tmp_path):
    """Taken apart as the specification of desktop entries has it: escapes of strings, then quotation marks, then %%."""
    import re

    path, _ = install.place_shortcuts(machine(tmp_path, "linux", python=ODD))
    said = dict(line.split("=", 1) for line in path.read_text().splitlines()[1:])
    word, rest = re.fullmatch(r'"(.+)" (-P -m perfxl window)', said["Exec"].replace("\\\\", "\\")).groups()
    assert re.sub(r"\\(.)", r"\1", word).replace("%%", "%") == ODD and rest == "-P -m perfxl window"
    assert (said["Type"], said["Terminal"]) == ("Application", "false") and path.stat().st_mode & 0o100


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folder is named by Linux desktops")
def test_the_desktop_may_have_another_name(tmp_path):
    assert shortcuts.desktop(tmp_path) == tmp_path / "Desktop"
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "user-dirs.dirs").write_text('XDG_DESKTOP_DIR="$HOME/Scrivania"\n')
    assert shortcuts.desktop(tmp_path) == tmp_path / "Scrivania"


def test_a_desktop_that_cannot_be_written_is_told(tmp_path, capsys):
    computer = machine(tmp_path, "linux")
    computer.desktop.write_text("a file")
    with pytest.raises(CannotRun, match="perfxl window"):
        command.run("install", None, shortcut=True, language="it", machine=computer)


def test_the_command_line_looks_at_this_machine(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(install.Path, "home", lambda: tmp_path)
    assert main(["addin", "status"]) in (1, 2) and main(["addin", "uninstall"]) == 0
    assert capsys.readouterr().out
