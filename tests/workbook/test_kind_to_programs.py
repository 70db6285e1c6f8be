"""Issued forms are written as programs expect that read less than they should: Calligra, xlsx-populate, openxlsx."""

import io
import posixpath
import zipfile

import pytest
from lxml import etree

from perfxl.model import long_text
from perfxl.stages import read
from perfxl.stages.issue import fill

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@pytest.fixture(scope="module")
def form(issued):
    return issued.issued("interim", "S1").read_bytes()


@pytest.fixture(scope="module")
def parts(form):
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_targets_are_relative_and_lead_to_parts(parts):
    rels = [name for name in parts if name.endswith(".rels")]
    assert "xl/_rels/workbook.xml.rels" in rels
    for name in rels:
        home = posixpath.dirname(posixpath.dirname(name))
        for relation in etree.fromstring(parts[name]):
            target = relation.get("Target")
            if relation.get("TargetMode") != "External":
                assert not target.startswith("/")
                assert posixpath.normpath(posixpath.join(home, target)) in parts


def test_sheets_are_numbered_in_tab_order(parts):
    rels = {r.get("Id"): r.get("Target") for r in etree.fromstring(parts["xl/_rels/workbook.xml.rels"])}
    sheets = etree.fromstring(parts["xl/workbook.xml"]).find(MAIN + "sheets")
    targets = [rels[next(v for k, v in sheet.attrib.items() if k.endswith("}id"))] for sheet in sheets]
    assert targets == [f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)]
    types = {e.get("PartName") for e in etree.fromstring(parts["[Content_Types].xml"]) if e.get("PartName")}
    assert {f"/xl/{target}" for target in targets} <= types and all(t.lstrip("/") in parts for t in types)


def test_space_is_preserved_only_where_it_has_to_be(parts):
    seen = set()
    for name in (n for n in parts if n.startswith("xl/worksheets/sheet")):
        for text in etree.fromstring(parts[name]).iter(MAIN + "t"):
            said = text.text or ""
            seen.add((said != said.strip(), "\n" in said, text.get(SPACE)))
    assert {(True, False, "preserve"), (False, False, None), (False, True, None)} <= seen
    assert {space for outer, _, space in seen if outer} == {"preserve"} and {space for outer, _, space in seen if not outer} == {None}


@pytest.mark.parametrize("text", ["😀" * 40_000, "a😀" * 25_000, "\n".join(["😀" * 9_000] * 5), "😀 " * 30_000, "a" * 40_000])
def test_long_texts_are_cut_as_spreadsheets_count(text):
    pieces = long_text.split(text, 24)
    assert long_text.join(pieces) == text
    assert all(len(piece.encode("utf-16-le")) // 2 <= 32_767 for piece in pieces)


def test_a_narrative_of_emoji_fits_its_cells_and_comes_back(form):
    document = read.read(form, "S1").document
    lead = next(o for o in document["objectives"] if o["role"] == "lead")
    lead["sheet"].setdefault("reading", {})["narrative"] = "😀" * 32_000
    made, findings = fill.fill(form, document, None)
    assert [f.code for f in findings] == []
    assert read.read(made, "S1").document == document
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        texts = [t.text or "" for n in archive.namelist() if n.startswith("xl/worksheets/sheet")
                 for t in etree.fromstring(archive.read(n)).iter(MAIN + "t")]
    assert max(len(t.encode("utf-16-le")) // 2 for t in texts) <= 32_767
