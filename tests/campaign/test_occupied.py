"""Results beside a file that somebody has open; sheets the user added are not lost."""

import ctypes
import os
import socket
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from perfxl.campaign import open_files
from perfxl.campaign.register import Register
from perfxl.ui.addin import list_workbook


def workbook(title="Rilievi"):
    return list_workbook.table(title, [], ["a"], [["b"]])


def seen(folder):
    """The files that a user sees."""
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))


def libreoffice(host):
    return f"Anna Rossi,anna,{host},22.11.2026 10:00,file:///x;".encode()


@pytest.mark.parametrize("lock, content, who", [
    ("~$x.xlsx", bytes([4]) + b"Anna".ljust(54) + b"\0" * 110, "Anna"), ("~$x.xlsx", b"", ""),
    (".~lock.x.xlsx#", b"Anna Rossi,anna,pc,22.11.2026 10:00,file:///x;", "Anna Rossi"),
    (".~lock.x.xlsx#", b",anna,pc,22.11.2026 10:00,file:///x;", "anna")])
def test_who_holds_it_and_where_the_result_goes(tmp_path, lock, content, who):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook())
    (tmp_path / lock).write_bytes(content)
    held = open_files.holder(path)
    assert (held.who, held.lock) == (who, tmp_path / lock)
    assert open_files.write_workbook(path, workbook("Altro")) == tmp_path / "x-nuovo.xlsx"
    assert path.read_bytes() == workbook() and (tmp_path / "x-nuovo.xlsx").read_bytes() == workbook("Altro")
    (tmp_path / lock).unlink()
    assert open_files.write_workbook(path, workbook("Altro")) == path
    assert path.read_bytes() == workbook("Altro") and seen(tmp_path) == ["x.xlsx"]


def test_what_is_told_says_who_since_when_and_how_to_free_it(tmp_path):
    path, aside = tmp_path / "x.xlsx", tmp_path / "x-nuovo.xlsx"
    (tmp_path / "~$x.xlsx").write_bytes(bytes([4]) + b"Anna".ljust(54))
    for language in ("it", "en"):
        said = open_files.written_beside_message(path, aside, language)
        assert "Anna" in said and str(aside) in said and str(tmp_path / "~$x.xlsx") in said
        assert f"{open_files.holder(path).since:%d/%m/%Y %H:%M}" in said
    (tmp_path / "~$x.xlsx").unlink()
    assert str(aside) in open_files.written_beside_message(path, aside, "it") and "~$" not in open_files.written_beside_message(path, aside, "it")


@pytest.mark.parametrize("platform, lock, content, running, held", [
    ("linux", ".~lock.x.xlsx#", libreoffice(socket.gethostname()), ["bash", "soffice.bin"], True),
    ("linux", ".~lock.x.xlsx#", libreoffice(socket.gethostname()), ["bash"], False),
    ("darwin", ".~lock.x.xlsx#", libreoffice(socket.gethostname()), ["/Applications/LibreOffice.app/Contents/MacOS/soffice"], True),
    ("linux", ".~lock.x.xlsx#", libreoffice("another-computer"), ["bash"], True),
    ("linux", ".~lock.x.xlsx#", b"Anna Rossi", ["bash"], True),
    ("linux", ".~lock.x.xlsx#", libreoffice(socket.gethostname()), None, True),  # it cannot be told what runs
    ("linux", "~$x.xlsx", b"\x04Anna", ["bash"], True),  # of another computer: Excel does not run on this one
    ("darwin", "~$x.xlsx", b"\x04Anna", ["/Applications/Microsoft Excel.app/Contents/MacOS/Microsoft Excel"], True),
    ("darwin", "~$x.xlsx", b"\x04Anna", ["Finder"], False)])
def test_what_a_crash_left_behind_holds_nothing_where_that_can_be_told(tmp_path, monkeypatch, platform, lock, content, running, held):
    monkeypatch.setattr(sys, "platform", platform)

    def ps(*_, **__):
        if running is None:
            raise FileNotFoundError("ps")
        return subprocess.CompletedProcess([], 0, "\n".join(running))
    monkeypatch.setattr(subprocess, "run", ps)
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook())
    (tmp_path / lock).write_bytes(content)
    assert (open_files.holder(path) is not None) is held
    assert (open_files.write_workbook(path, workbook("Altro")) != path) is held


def test_the_programs_of_this_computer_are_listed():
    assert open_files._running("python") or open_files._running("pytest")
    assert not open_files._running("no program has this name")


@pytest.mark.parametrize("opens, held", [({"x.xlsx", "~$x.xlsx"}, False), ({"x.xlsx"}, True), ({"~$x.xlsx"}, True)])
def test_windows_tells_by_opening_the_files(tmp_path, monkeypatch, opens, held):
    path = tmp_path / "x.xlsx"
    for name in ("x.xlsx", "~$x.xlsx"):
        (tmp_path / name).write_bytes(workbook())
    real = open_files.Path.open

    def refused(self, mode="r", *more, **other):
        if mode == "r+b" and self.name not in opens:
            raise PermissionError(13, "in use", str(self))
        return real(self, mode, *more, **other)
    monkeypatch.setattr(open_files.Path, "open", refused)
    monkeypatch.setattr(sys, "platform", "win32")
    assert (open_files.holder(path) is not None) is held


def test_the_first_place_beside_that_is_free_is_taken(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    for name in ("x.xlsx", "x-nuovo.xlsx"):
        (tmp_path / f"~${name}").write_bytes(b"\x04Anna")
    assert open_files.write_workbook(path, b"new") == tmp_path / "x-nuovo-2.xlsx"


def test_what_was_put_beside_goes_unless_somebody_wrote_in_it(tmp_path):
    path, lock = tmp_path / "x.xlsx", tmp_path / "~$x.xlsx"
    for typed in (False, True):
        lock.write_bytes(b"\x04Anna")
        aside = open_files.write_workbook(path, workbook())
        if typed:
            book = load_workbook(aside)
            book.active["A9"] = "appunto"
            book.save(aside)
        lock.unlink()
        assert open_files.write_workbook(path, workbook()) == path
        assert seen(tmp_path) == (["x-nuovo.xlsx", "x.xlsx"] if typed else ["x.xlsx"])


def test_each_result_is_kept_as_it_was_written(tmp_path):
    path = tmp_path / "x.xlsx"
    assert open_files.last_written(path) is None
    open_files.write_workbook(path, b"one")
    path.write_bytes(b"typed in")
    assert open_files.last_written(path) == b"one"
    (tmp_path / "~$x.xlsx").write_bytes(b"\x04Anna")
    aside = open_files.write_workbook(path, b"two")
    assert open_files.last_written(path) == b"one"  # what stands there is still the first
    open_files.note_carried_over(path, aside)
    assert open_files.last_written(path) == b"two" and not aside.exists() and path.read_bytes() == b"typed in"


def test_a_file_that_windows_refuses_to_replace(tmp_path, monkeypatch):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    real = open_files.write_bytes

    def held(target, content):
        if target in (path, open_files.path_beside(path)):
            raise PermissionError(13, "in use", str(target))
        real(target, content)
    monkeypatch.setattr(open_files, "write_bytes", held)
    open_files.path_beside(path).write_bytes(b"open too")
    assert open_files.write_workbook(path, b"new") == open_files.path_beside(path, 2) and path.read_bytes() == b"old"


def as_on_windows(monkeypatch):
    """Files with the read-only attribute are not replaced; the attributes that files are given, by their name in the end."""
    kept, real = {}, os.replace

    def replaced(source, target):
        if Path(target).exists() and not Path(target).stat().st_mode & stat.S_IWRITE:
            raise PermissionError(13, "access denied", str(target))
        kept.update({str(target): kept.pop(str(source))} if str(source) in kept else {})
        real(source, target)

    calls = {"GetFileAttributesW": lambda path: kept.get(path, 0x20 if Path(path).exists() else 0xFFFFFFFF), "SetFileAttributesW": kept.__setitem__}
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=SimpleNamespace(**calls)), raising=False)
    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(sys, "platform", "win32")
    return kept


def test_a_result_with_the_read_only_attribute_is_told_as_such(tmp_path, monkeypatch):
    path = tmp_path / "x.xlsx"
    as_on_windows(monkeypatch)
    path.write_bytes(b"old")
    path.chmod(0o444)
    monkeypatch.setattr(open_files, "_can_be_opened", lambda _path: True)
    aside = open_files.write_workbook(path, b"new")
    assert aside == open_files.path_beside(path) and path.read_bytes() == b"old"
    assert "«Sola lettura»" in open_files.written_beside_message(path, aside, "it") and "“Read-only”" in open_files.written_beside_message(path, aside, "en")
    path.chmod(0o644)
    assert open_files.write_workbook(path, b"newer") == path and not aside.exists()


@pytest.mark.parametrize(("name", "lock"), [("relazione.docx", "~$lazione.docx"), ("piano12.docx", "~$iano12.docx"), ("breve.docx", "~$breve.docx"),
                                            ("relazione.docx", ".~lock.relazione.docx#"), ("relazione.xlsx", "~$relazione.xlsx")])
def test_a_document_that_is_open_is_left_as_it_was_and_told(tmp_path, name, lock):
    path = tmp_path / name
    assert open_files.replace(path, b"old")
    (tmp_path / lock).write_bytes(b"\x04Anna" if lock.startswith("~$") else libreoffice("altrove"))
    assert not open_files.replace(path, b"new") and path.read_bytes() == b"old"
    assert "Anna" in (said := open_files.left_untouched_message(path, "it")) and lock in said and str(path) in said
    assert open_files.replace(path, b"renewed", anyway=True) and path.read_bytes() == b"renewed"


def test_a_document_that_windows_lets_nobody_replace_is_told(tmp_path, monkeypatch):
    path = tmp_path / "relazione.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr(open_files, "write_bytes", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "in use", str(path))))
    assert not open_files.replace(path, b"new") and "altro programma" in open_files.left_untouched_message(path, "it")
    path.chmod(0o444)
    assert "Sola lettura" in open_files.left_untouched_message(path, "it")
    with pytest.raises(PermissionError):
        open_files.replace(tmp_path / "manca.pdf", b"new")


def test_files_of_work_are_hidden_on_windows_too_and_results_are_not(tmp_path, monkeypatch):
    kept = as_on_windows(monkeypatch)
    for content in (b"one", b"two"):
        open_files.write_workbook(tmp_path / "x.xlsx", content)
    with Register.open(tmp_path) as register:
        register.record_once("issued", "final/S1", {"sha256": "0" * 64})
        while_open = {Path(name).name: told for name, told in kept.items()}
    assert {".scritto-x.xlsx", ".registro.lock", ".registro.lock.json"} <= while_open.keys()
    assert set(while_open.values()) == {0x22} and all(name.startswith(".") for name in while_open)  # hidden, and what it was


def test_a_sheet_that_the_user_added_is_kept_in_a_copy(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook())
    book = load_workbook(path)
    book.create_sheet("I miei conti")["A1"] = 12
    book.properties.modified = datetime(2026, 3, 5, 9, 41, 7)  # older versions of openpyxl leave it as it was
    book.save(path)
    saved = path.read_bytes()
    assert open_files.write_workbook(path, workbook()) == path
    [kept] = [p for p in tmp_path.glob("x-*.xlsx")]
    assert kept.read_bytes() == saved and path.read_bytes() == workbook()


def test_results_nobody_saved_leave_no_copies(tmp_path):
    path = tmp_path / "x.xlsx"
    for title in ("Uno", "Due", "Due"):
        open_files.write_workbook(path, workbook(title))
    assert seen(tmp_path) == ["x.xlsx"]
