"""Many files that are no forms among the returns: told once for each kind of fault, with how many and the first names."""

import json
import shutil
import zipfile

import pytest
from hostile import OLE, packed, parts

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.findings import Finding, Place, grouped, report
from perfxl.ui.cli import main
from perfxl.ui.cli.collect import MOST_ASIDE
from perfxl.workflow.arrived import Collected
from perfxl.workflow.new import new
from perfxl.workflow.workers import Job, Task
from perfxl.workflow.workers import tasks as reading

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def foreign(code: str, count: int, **values) -> list[Finding]:
    return [Finding(code, Place(f"f{n:02d}"), values) for n in range(count)]


def test_what_is_alike_is_told_once_with_a_count_and_the_first_names():
    found = grouped([*foreign("FILE02", 40, kind="PDF"), *foreign("IDEN01", 2)])
    assert [(f.code, f.count) for f in found] == [("IDEN01", 1), ("IDEN01", 1), ("FILE02", 40)] or [
        (f.code, f.count) for f in found] == [("FILE02", 40), ("IDEN01", 1), ("IDEN01", 1)]
    one = next(f for f in found if f.code == "FILE02")
    assert one.place.file == "f00" and one.alike == ("f00", "f01", "f02", "f03", "f04")
    assert "Lo stesso in altri 39 file: f01, f02, f03, f04 e altri 35." in one.message("it")
    assert "The same in 39 other files: f01, f02, f03, f04 and 35 more." in one.message("en")
    assert one.message("it").count("f00") == 1


def test_few_stay_apart_and_so_does_what_a_sector_is_told():
    few = foreign("FILE02", 3, kind="PDF")
    assert grouped(few) == few
    of_sectors = [f.at(sector=f"S{n}") for n, f in enumerate(foreign("RETN02", 9, found="a", expected="b"))]
    assert grouped(of_sectors) == of_sectors
    on_cells = [f.at(place=Place(f.place.file, "S", "A1")) for f in foreign("FORM08", 9, found="#REF!")]
    assert grouped(on_cells) == on_cells


def test_several_kinds_are_named_in_one_finding():
    kinds = ["PDF", "JPEG", {"it": "un testo", "en": "a text file"}, "PDF"]
    one, = grouped(Finding("FILE02", Place(f"f{n}"), {"kind": kind}) for n, kind in enumerate(kinds))
    assert "PDF, JPEG, un testo" in one.message("it") and "PDF, JPEG, a text file" in one.message("en")


def test_the_count_stands_in_the_document():
    document = report(grouped(foreign("FILE03", 7)), "it")
    assert [f["count"] for f in document["findings"]] == [7]
    assert list(documents.violations("findings", document)) == []


@pytest.fixture
def folder(tmp_path):
    for n in range(6):
        (tmp_path / f"atto{n}.pdf").write_bytes(b"%PDF-1.7\n" + bytes(100_000))
        (tmp_path / f"foto{n}.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100_000))
        (tmp_path / f"tabella{n}.xlsx").write_bytes(packed(parts(ROW)))
        (tmp_path / f"vecchia{n}.xls").write_bytes(OLE + "Workbook".encode("utf-16-le"))
    return tmp_path


def test_a_folder_of_them_gives_a_line_for_each_kind(folder, capsys):
    assert main(["check", "--json", str(folder)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert sorted((f["code"], f["count"]) for f in document["findings"]) == [("FILE02", 12), ("FILE03", 6), ("IDEN01", 6)]
    assert main(["check", str(folder)]) == 1
    assert len([line for line in capsys.readouterr().out.splitlines() if "errore" in line]) == 3


def test_what_can_be_no_workbook_is_not_read_to_its_end(folder):
    content = reading.content_of(Task(folder / "atto0.pdf", "atto0.pdf"))
    assert len(content) < 40_000
    whole = reading.content_of(Task(folder / "tabella0.xlsx", "tabella0.xlsx"))
    assert zipfile.is_zipfile(folder / "tabella0.xlsx") and whole == (folder / "tabella0.xlsx").read_bytes()
    read = reading.opened(Task(folder / "atto0.pdf", "atto0.pdf"), Job())
    assert [f.code for f in read.reading.findings] == ["FILE02"] and read.sha256 == ""


def test_collecting_a_folder_of_them_tells_each_kind_once_and_lists_the_first(tmp_path, capsys):
    folder, here = tmp_path / "arrivi", tmp_path / "c"
    folder.mkdir()
    for n in range(30):
        (folder / f"atto{n}.pdf").write_bytes(b"%%PDF-1.7 %d" % n)
        if n < 6:
            (folder / f"tabella{n}.xlsx").write_bytes(packed(parts(ROW.replace("<v>1", f"<v>{n}"))))
    campaign = Campaign(here)
    new(campaign, 2021, demo.plan(), "it")
    assert main(["collect", "--json", str(here), str(folder)]) == 1
    document = json.loads(capsys.readouterr().out)
    assert sorted((f["code"], f["count"]) for f in document["findings"]) == [("IDEN01", 6), ("MAIL20", 30)]
    assert len(document["taken"]) == 36
    shutil.rmtree(here)
    new(campaign, 2021, demo.plan(), "it")
    assert main(["collect", str(here), str(folder)]) == 1
    said = capsys.readouterr().out
    assert said.count("messo da parte") == MOST_ASIDE and "Altri file messi da parte: 16." in said


def test_what_each_sender_of_a_message_is_asked_for_stays_apart():
    found = Collected(findings=[f.at(file=f"m.eml › {f.place.file}") for f in foreign("FILE03", 5)],
                    set_aside={"": foreign("FILE03", 5), **{name: [f.at(file=f"{name} › {f.place.file}") for f in foreign("FILE03", n)] for name, n in (("a", 6), ("b", 2))}})
    assert sorted(f.count for f in found.all_findings()) == [1] * 7 + [5, 6]
