"""Parts are unpacked without zipfile where the zip is plainly made; whatever is not goes through it, to the same end."""

import io
import struct
import zipfile

import pytest
from hostile import packed, parts

from perfxl.workbook.sheets import Refused, open_book
from perfxl.workbook.sheets.inflate import Members

SHEET = "xl/worksheets/sheet1.xml"
ROW = '<row r="1"><c r="A1"><v>12</v></c></row>'
LIMIT = 1 << 20


def member(data: bytes, name: str = SHEET) -> tuple[Members, zipfile.ZipInfo]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return Members(archive, data), archive.getinfo(name)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_what_is_plainly_made_is_unpacked(method):
    data = packed(parts(ROW), method)
    archive = zipfile.ZipFile(io.BytesIO(data))
    for info in archive.infolist():
        members, _ = member(data)
        assert members.read(info, LIMIT) == archive.read(info)
        assert members.read(info, info.file_size - 1) is None


def spoiled(data: bytes, field: int, value: bytes, local: bool = False) -> bytes:
    """``data`` with ``value`` in a field of the sheet's header, in the directory or before its bytes."""
    at = data.index(SHEET.encode()) - 30 if local else data.rindex(SHEET.encode()) - 46
    return data[:at + field] + value + data[at + field + len(value):]


DATA = packed(parts(ROW))
PACKED = zipfile.ZipFile(io.BytesIO(DATA)).getinfo(SHEET).compress_size
SIZE = struct.pack("<I", len(zipfile.ZipFile(io.BytesIO(DATA)).read(SHEET)) - 1)


@pytest.mark.parametrize("data", [
    spoiled(DATA, 16, b"\0\0\0\0"), spoiled(DATA, 24, SIZE), spoiled(DATA, 24, b"\xff\xff\0\0"), spoiled(DATA, 20, b"\x10\0\0\0"),
    spoiled(DATA, 20, struct.pack("<I", PACKED + 9)), spoiled(DATA, 42, b"\0\0\0\0"), spoiled(DATA, 0, b"PKxx", local=True), spoiled(DATA, 30, b"XL", local=True),
    spoiled(DATA, 10, b"\0\0"), spoiled(DATA, 8, b"\x20\0"),
], ids=["sum", "shorter", "longer", "cut", "over the next", "another's place", "no header", "another name", "not packed", "patched"])
def test_what_is_not_is_left_to_zipfile(data):
    """And is then refused, or read as it always was: no size or sum that a file declares is trusted."""
    members, info = member(data)
    assert members.read(info, LIMIT) is None
    try:
        expected = zipfile.ZipFile(io.BytesIO(data)).read(info)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.zlib.error):
        with pytest.raises(Refused):
            open_book(data, "x").sheets[0].cell(1, 1)
    else:
        assert b"<v>12</v>" in expected and open_book(data, "x").sheets[0].cell(1, 1).value == 12


def test_more_than_was_declared_is_never_unpacked():
    """A part that declares little and says much."""
    bomb = packed(parts("<row>" + " " * (8 << 20) + "</row>"))
    at = bomb.rindex(SHEET.encode()) - 46
    data = bomb[:at + 24] + struct.pack("<I", 1_000) + bomb[at + 28:]
    members, info = member(data)
    assert info.file_size == 1_000 and members.read(info, LIMIT) is None
