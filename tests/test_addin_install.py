"""The add-in put in place on computers that are folders: Windows and macOS."""

import sys
from pathlib import Path

import pytest

from perfxl.addin import command, install
from perfxl.pipeline import CannotRun


def machine(folder, system, policy=None, python=None):
    home = folder / "Users" / "anna"
    home.mkdir(parents=True, exist_ok=True)
    return install.Machine(system, home, home / "AppData" / "Roaming", Path(python or sys.executable), lambda path, name: policy)


def with_excel(computer):
    computer.startup.mkdir(parents=True, exist_ok=True)
    return computer


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
    assert command.run("install", None, True, "it", computer) == 0
    assert files(tmp_path) == [e.format(v=xlwings.__version__) for e in expected]
    said = capsys.readouterr().out
    assert "Performance" in said and str(computer.addin) in said
    assert command.run("uninstall", None, False, "it", computer) == 0
    assert files(tmp_path) == [] and not (computer.home / ".perfxl").exists()
    capsys.readouterr()
    assert command.run("uninstall", None, False, "en", computer) == 0
    assert "nothing to take away" in capsys.readouterr().out


def test_the_settings_are_as_the_macros_read_them(tmp_path):
    """Lines as VBA's Write # makes them and Input # reads them: two texts in quotation marks, separated by a comma."""
    computer = machine(tmp_path, install.WINDOWS, python=r"C:\Users\Niccolò\perfxl\python.exe")
    install.install(computer, b"x", False)
    lines = computer.settings.read_bytes().decode("cp1252").splitlines()
    assert '"INTERPRETER_WIN","C:\\Users\\Niccolò\\perfxl\\python.exe"' in lines
    assert all(line.count('"') == 4 and '","' in line for line in lines)
    assert install.settings_of(computer)["INTERPRETER_WIN"] == r"C:\Users\Niccolò\perfxl\python.exe"
    assert not computer.shortcut.exists()


@pytest.mark.parametrize("system", [install.WINDOWS, install.MAC])
def test_status_is_well_after_an_install(tmp_path, capsys, system):
    computer = with_excel(machine(tmp_path, system))
    command.run("install", None, False, "it", computer)
    assert command.run("status", None, False, "it", computer) == 0
    assert "da sistemare" not in capsys.readouterr().out


def states(computer, made=b"x"):
    return {s.key: s.well for s in install.status(computer, made)}


def test_status_finds_each_thing_that_is_wrong(tmp_path):
    bare = machine(tmp_path / "a", install.WINDOWS)
    assert states(bare) == {"excel": False, "present": False, "settings": False, "policy": True}
    other = with_excel(machine(tmp_path / "b", install.WINDOWS, policy=4, python=tmp_path / "gone" / "python.exe"))
    install.install(other, b"an older one", False)
    assert states(other) == {"excel": True, "present": True, "equal": False, "settings": True, "interpreter": False, "policy": False}
    mac = with_excel(machine(tmp_path / "c", install.MAC))
    install.install(mac, b"x", False)
    mac.script.unlink()
    assert states(mac)["script"] is False


def test_every_state_has_its_words_and_its_mend(tmp_path, capsys):
    computer = with_excel(machine(tmp_path, install.MAC, policy=4, python=tmp_path / "gone"))
    install.install(computer, b"old", False)
    for language, mend in (("it", "perfxl window"), ("en", "perfxl window")):
        assert command.run("status", None, False, language, computer) == 1
        said = capsys.readouterr().out
        assert mend in said and said.count("→") >= 3


def test_a_file_that_excel_holds_is_told(tmp_path, monkeypatch):
    computer = machine(tmp_path, install.WINDOWS)

    def held(path, content):
        raise PermissionError(13, "in use", str(path))
    monkeypatch.setattr(install, "write_bytes", held)
    with pytest.raises(CannotRun, match="Chiudi del tutto Excel"):
        command.run("install", None, False, "it", computer)


def test_no_excel_on_linux(tmp_path):
    with pytest.raises(CannotRun, match="perfxl window"):
        command.run("install", None, False, "it", machine(tmp_path, "linux"))


def test_the_desktop_icon_starts_the_window(tmp_path):
    win, mac = machine(tmp_path / "w", install.WINDOWS), machine(tmp_path / "m", install.MAC, python="/opt/l'aquila/bin/python")
    install.install(win, b"x", True)
    install.install(mac, b"x", True)
    assert "pythonw.exe" in win.shortcut.read_text() and "-m perfxl window" in win.shortcut.read_text()
    import subprocess

    lines = mac.shortcut.read_text().splitlines()
    asked = subprocess.run(["sh", "-c", lines[1].replace("exec", "echo", 1)], capture_output=True, text=True, check=True)
    assert asked.stdout == "/opt/l'aquila/bin/python -m perfxl window\n" and mac.shortcut.stat().st_mode & 0o100
