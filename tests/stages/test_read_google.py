"""Forms as Google Sheets writes them: without properties, protection, footers, constants or the hidden sheet."""

import io

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from perfxl.model import identity
from perfxl.stages import read


def exported(content: bytes, own_names: bool) -> bytes:
    """``content`` as it comes out of there; with ``own_names`` every name belongs to its sheet, as after copying sheets."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    del book[identity.HIDDEN_SHEET]
    for name in list(book.defined_names):
        target = book.defined_names[name].attr_text
        sheet = target.rsplit("!", 1)[0].strip("'")
        if sheet not in book.sheetnames:
            del book.defined_names[name]
        elif own_names:
            del book.defined_names[name]
            book[sheet].defined_names[name] = DefinedName(name, attr_text=target)
    for sheet in book:
        sheet.protection.sheet = False
        for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
            part.text = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("own_names", (False, True))
def test_it_reads_the_same(demo_year, own_names):
    content = next(p for p in demo_year.received_files("interim") if "S1" in p.name).read_bytes()
    before, after = read.read(content, "S1.xlsx"), read.read(exported(content, own_names), "S1.xlsx")
    assert after.identity == before.identity
    assert after.document == before.document
    assert [f.code for f in after.findings] == [f.code for f in before.findings]
