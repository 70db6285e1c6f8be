"""Parts packed while they are written: what zipfile would have made of them whole."""

import zipfile
from io import BytesIO

import pytest

from perfxl.workbook.deflating import GATHERED, Deflating
from perfxl.workbook.packing import packed

LONG = "".join(f"riga {n} – è così\n" for n in range(20_000))


@pytest.mark.parametrize("text", ["", "breve", "à" * GATHERED, LONG])
def test_a_part_written_in_pieces_is_packed_as_zipfile_packs_it_whole(text):
    writing = Deflating()
    for k in range(0, len(text), 997):
        writing.write(text[k:k + 997])
    whole, pieces = packed([("a.xml", "altro"), ("b.xml", text)]), packed([("a.xml", "altro"), ("b.xml", writing.close())])
    assert pieces == whole


def test_the_file_can_be_read_and_has_its_parts_in_order():
    writing = Deflating()
    writing.write(LONG)
    with zipfile.ZipFile(BytesIO(packed([("b.xml", writing.close()), ("a.xml", "altro"), ("c.bin", b"\0\1")]))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["b.xml", "a.xml", "c.bin"]
        assert archive.read("b.xml").decode() == LONG
