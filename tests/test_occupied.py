"""Results beside a file that somebody has open; sheets the user added are not lost."""

import pytest
from openpyxl import load_workbook

from perfxl import occupied
from perfxl.addin import listing


def workbook(title="Rilievi"):
    return listing.table(title, [], ["a"], [["b"]])


@pytest.mark.parametrize("lock, content, who", [
    ("~$x.xlsx", bytes([4]) + b"Anna".ljust(54) + b"\0" * 110, "Anna"), ("~$x.xlsx", b"", ""),
    (".~lock.x.xlsx#", b"Anna Rossi,anna,pc,22.11.2026 10:00,file:///x;", "Anna Rossi"),
    (".~lock.x.xlsx#", b",anna,pc,22.11.2026 10:00,file:///x;", "anna")])
def test_who_holds_it_and_where_the_result_goes(tmp_path, lock, content, who):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook())
    (tmp_path / lock).write_bytes(content)
    assert occupied.holder(path) == who
    assert occupied.put(path, workbook("Altro")) == tmp_path / "x-nuovo.xlsx"
    assert path.read_bytes() == workbook() and (tmp_path / "x-nuovo.xlsx").read_bytes() == workbook("Altro")
    (tmp_path / lock).unlink()
    assert occupied.put(path, workbook("Altro")) == path
    assert path.read_bytes() == workbook("Altro") and not (tmp_path / "x-nuovo.xlsx").exists()


def test_a_file_that_windows_refuses_to_replace(tmp_path, monkeypatch):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    real = occupied.write_bytes

    def held(target, content):
        if target == path:
            raise PermissionError(13, "in use", str(target))
        real(target, content)
    monkeypatch.setattr(occupied, "write_bytes", held)
    assert occupied.put(path, b"new") == occupied.beside(path) and path.read_bytes() == b"old"


def test_a_sheet_that_the_user_added_is_kept_in_a_copy(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook())
    book = load_workbook(path)
    book.create_sheet("I miei conti")["A1"] = 12
    book.save(path)
    saved = path.read_bytes()
    assert occupied.put(path, workbook()) == path
    [kept] = [p for p in tmp_path.glob("x-*.xlsx")]
    assert kept.read_bytes() == saved and path.read_bytes() == workbook()


def test_results_nobody_saved_leave_no_copies(tmp_path):
    path = tmp_path / "x.xlsx"
    for title in ("Uno", "Due", "Due"):
        occupied.put(path, workbook(title))
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]
