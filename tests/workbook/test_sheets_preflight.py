"""What is refused, with which finding, and how soon."""

import struct
import time
import tracemalloc
import zipfile

import pytest
from full_return import document
from hostile import MAIN, PACKAGE, packed, parts
from plain_form import form
from test_sheets import ods

from perfxl.stages.read import read
from perfxl.workbook.sheets import Refused, open_book
from perfxl.workbook.sheets.package import declares

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)


def refusal(data: bytes) -> str:
    """The code with which the file is refused, when opened or when its sheets are read."""
    try:
        for sheet in open_book(data, "cartella/S1.xlsx").sheets:
            len(sheet.cells)
    except Refused as refused:
        assert refused.finding.place.file == "cartella/S1.xlsx"
        return refused.finding.code
    return ""


def _encrypted_zip() -> bytes:
    data = bytearray(packed(parts(ROW)))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def _declared(size: int) -> bytes:
    """A part whose directory entry declares ``size`` bytes."""
    data = bytearray(packed({**parts(ROW), "xl/media/x.bin": b"x" * 50}))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, size)
    return bytes(data)


def _bomb(size: int) -> bytes:
    return packed({**parts(), "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * size})


DTD = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet xmlns="%s"><sheetData>&b;</sheetData></worksheet>' % MAIN
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@pytest.mark.parametrize("name, make, code", [
    ("empty", lambda: b"", "FILE01"),
    ("pdf", lambda: b"%PDF-1.7 ...", "FILE02"),
    ("html", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "FILE02"),
    ("csv", lambda: b"codice;peso\r\nS1.00001;15\r\n", "FILE02"),
    ("prose", lambda: b"buongiorno", "FILE02"),
    ("xml of 2003", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "FILE02"),
    ("mail", lambda: b"From: a@b.it\r\nTo: c@d.it\r\n\r\nciao", "FILE02"),
    ("zeros", lambda: bytes(3000), "FILE02"),
    ("image", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "FILE02"),
    ("word", lambda: packed({"[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>', "word/document.xml": "<d/>"}), "FILE02"),
    ("old word", lambda: OLE + "WordDocument".encode("utf-16-le"), "FILE02"),
    ("zip", lambda: packed({"S1.xlsx": b"x"}), "FILE02"),
    ("empty zip", lambda: packed({}), "FILE02"),
    ("odt", lambda: ods("", mimetype="application/vnd.oasis.opendocument.text"), "FILE02"),
    ("xls", lambda: OLE + "Workbook".encode("utf-16-le"), "FILE03"),
    ("password", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "FILE04"),
    ("encrypted zip", _encrypted_zip, "FILE04"),
    ("encrypted ods", lambda: ods("", **{"META-INF/manifest.xml": "<m:encryption-data/>"}), "FILE04"),
    ("xlsm", lambda: packed(parts(ROW, types=MACRO)), "FILE05"),
    ("xlsb", lambda: packed(parts(ROW, types="application/vnd.ms-excel.sheet.binary.macroEnabled.main")), "FILE11"),
    ("hidden macro", lambda: packed({**parts(ROW), "xl/vbaProject.bin": b"x"}), "FILE05"),
    ("basic", lambda: ods("", **{"Basic/Standard/Module1.xba": "<x/>"}), "FILE05"),
    ("truncated", lambda: form(document(1, None))[:4000], "FILE06"),
    ("half a head", lambda: b"PK", "FILE06"),
    ("no workbook", lambda: packed({k: v for k, v in parts(ROW).items() if k != "xl/workbook.xml"}), "FILE06"),
    ("no sheet", lambda: packed({k: v for k, v in parts(ROW).items() if "sheet1" not in k}), "FILE06"),
    ("bad xml", lambda: packed(parts("<row><c>")), "FILE06"),
    ("bomb", lambda: _bomb(100 << 20), "FILE07"),
    ("dense bomb", lambda: _bomb(30 << 20), "FILE07"),
    ("declared", lambda: _declared(3 << 30), "FILE07"),
    ("many tags", lambda: packed(parts("<c/>" * 5_000_000), zipfile.ZIP_STORED), "FILE08"),
    ("many parts", lambda: packed({**parts(ROW), **{f"x/{n}": b"" for n in range(3000)}}), "FILE08"),
    ("very many parts", lambda: packed({**parts(ROW), **{f"x/{n:060d}": b"" for n in range(12_000)}}), "FILE08"),
    ("many sheets", lambda: packed(parts(ROW, workbook="<sheets>" + '<sheet name="a" r:id="r1"/>' * 10_000 + "</sheets>")), "FILE08"),
    ("dtd", lambda: packed(parts(DTD)), "FILE09"),
    ("utf-16", lambda: packed({**parts(), "xl/worksheets/sheet1.xml": DTD.replace("1.0\"", "1.0\" encoding=\"utf-16\"").encode("utf-16")}), "FILE09"),
    ("utf-7", lambda: packed(parts('<?xml version="1.0" encoding="utf-7"?><worksheet/>')), "FILE09"),
    ("two parts of a name", lambda: packed([*parts(ROW).items(), ("XL/workbook.xml", "<x/>")]), "FILE09"),
    ("path outside", lambda: packed({**parts(ROW), "../../etc/passwd": b"x"}), "FILE09"),
    ("drive", lambda: packed({**parts(ROW), "C:/x": b"x"}), "FILE09"),
    ("lzma", lambda: packed(parts(ROW), zipfile.ZIP_LZMA), "FILE09"),
])
def test_refusals(name, make, code):
    data = make()
    refusal(b"%PDF")  # what reads workbooks is loaded
    start = time.process_time()
    tracemalloc.start()
    found = refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == code
    assert time.process_time() - start < 1.5
    assert peak < 200 << 20


def test_a_refusal_is_a_reading_without_a_document():
    reading = read(b"%PDF-1.7", "S1.xlsx")
    assert (reading.document, reading.identity, dict(reading.places)) == (None, None, {})
    finding, = reading.findings
    assert finding.code == "FILE02" and "PDF" in finding.message("it")


def test_a_template_and_a_workbook_with_external_relations_are_read():
    template = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
    contents = parts(ROW, types=template)
    contents["xl/_rels/workbook.xml.rels"] = contents["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", '<Relationship Id="r2" Type="x/hyperlink" Target="file://server/share" TargetMode="External"/></Relationships>')
    assert open_book(packed(contents), "x").sheets[0].cell(1, 1).value == 1


@pytest.mark.parametrize("sheet, kept", [
    ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>', (1, 1)),
    ('<row r="999999999999"><c r="ZZZZZZ99999999999"><v>2</v></c></row>', (1, 0)),
    ('<row r="x"><c r="?1"><v>2</v></c><c r="A"><v>3</v></c><c r=""><v>3</v></c></row>', (3, 0)),
    ('<v>1</v><row><c r="A1"><v>1</v></c></row>', (1, 0)),
    ('<row r="1"><c r="A0"><v>1</v></c></row>', (1, 0)),
    ("<row>" + "<c><v>1</v></c>" * 20_000 + "</row>", (512, 16_384 - 512)),
])
def test_odd_addresses_neither_hang_nor_fail(sheet, kept):
    lying = packed(parts(f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{sheet}</sheetData></worksheet>',
                 shared="<si><t>a</t></si>"))
    start = time.process_time()
    content = open_book(lying, "x").sheets[0].content
    assert (len(content.cells), content.far_count) == kept
    assert all(1 <= r <= 20_000 and 1 <= c <= 512 for r, c in content.cells)
    assert time.process_time() - start < 0.5


def test_a_part_longer_than_it_declares_is_not_read_on():
    """The sizes of the directory are not trusted: a part that inflates beyond them is damaged."""
    data = bytearray(_bomb(1 << 20))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1000)
    assert refusal(bytes(data)) == "FILE06"


def test_bytes_changed_anywhere_never_raise():
    sound = form(document(1, None))
    step = max(1, len(sound) // 150)
    for at in range(0, len(sound), step):
        data = bytearray(sound)
        data[at] ^= 0x55
        reading = read(bytes(data), "x.xlsx")
        assert reading.document is not None or reading.findings


@pytest.mark.parametrize("before", [b"", b"a", b"!", b"a!" * 3, b"!" * 999, b"!" * 1_000, b"a!" * 1_001, b"!" * 5_000])
@pytest.mark.parametrize("then", [b"", b"<", b"<!", b"<!--", b"<a>", b"<a>!"])
def test_a_declaration_is_found_however_many_exclamation_marks_are_before_it(before, then):
    assert declares(before + then) == (b"<!" in before + then)
