"""Issued forms are written as programs expect that read less than they should: Calligra, xlsx-populate, openxlsx."""

import io
import posixpath
import zipfile

import openpyxl
import pytest
from lxml import etree

from perfxl.model import long_text
from perfxl.stages import read
from perfxl.stages.issue import fill
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workbook.sheets import open_book

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@pytest.fixture(scope="module")
def form(issued):
    return issued.issued_form("interim", "S1").read_bytes()


@pytest.fixture(scope="module")
def parts(form):
    with zipfile.ZipFile(io.BytesIO(form)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("which", ["form", "plan"])
def test_targets_are_relative_and_lead_to_parts(issued, parts, which):
    parts = parts if which == "form" else _parts(issued.plan.read_bytes())
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


def test_a_line_is_a_value_and_several_are_a_shared_string_whose_breaks_are_references(parts):
    cells = [c for name in parts if name.startswith("xl/worksheets/sheet") for c in etree.fromstring(parts[name]).iter(MAIN + "c")]
    values = [c.findtext(MAIN + "v") for c in cells if c.get("t") == "str" and c.find(MAIN + "f") is None]
    assert "Codice" in values and not any("\n" in v or v != v.strip(" \t\r\n") for v in values)
    assert not {c.get("t") for c in cells} & {"inlineStr"}
    said = [c.findtext(MAIN + "v") for c in cells if c.get("t") == "s"]
    table = parts["xl/sharedStrings.xml"]
    root = etree.fromstring(table)
    assert sorted(set(map(int, said))) == list(range(len(root))) == list(range(int(root.get("uniqueCount")))) and int(root.get("count")) == len(said)
    assert len({etree.tostring(item) for item in root}) == len(root) and all("\n" in t.text for t in root.iter(MAIN + "t"))
    assert b"&#10;" in table and b"\n" not in table.partition(b"?>\n")[2]


TEXTS = ("una riga", " davanti", "dietro ", "\u00a0fisso\u00a0", "due\nrighe", "vuota\n\nin mezzo", "\n", "\tt", "a\r\nb", "<r>a</r>\n&#10;", "_x000A_", "una _x0041_ riga", "=1+1", "s")


def _plain_book() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active["A1"], made.create_sheet("altro")["A1"] = "qui", "là"
    made.save(out)
    return out.getvalue()


def _parts(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_text_comes_back_as_it_was_and_spaces_are_marked_only_at_its_ends():
    book = Workbook(_plain_book())
    for row, text in enumerate(TEXTS, 2):
        book.sheet(book.entries[0]).put_text(row, 1, text)
    made = book.save()
    again, other = Workbook(made), openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    for row, text in enumerate(("qui", *TEXTS), 1):
        assert again.sheet(again.entries[0]).text(row, 1) == open_book(made, "x").sheets[0].cell(row, 1).value == text
        assert "\r" in text or "_x" in text or other.cell(row, 1).value == text
    sheet = etree.fromstring(_parts(made)["xl/worksheets/sheet1.xml"])
    assert not [v.text for v in sheet.iter(MAIN + "v") if "_x" in v.text]  # LibreOffice would show the escape
    marked = [t.text for t in etree.fromstring(_parts(made)["xl/sharedStrings.xml"]).iter(MAIN + "t") if t.get(SPACE)]
    assert marked == [text for text in TEXTS if text != text.strip(" \t\r\n")]
    assert _parts(again.save())["xl/sharedStrings.xml"] == _parts(made)["xl/sharedStrings.xml"]


def test_what_is_typed_over_leaves_the_file_and_what_runs_say_stays():
    book = Workbook(_plain_book())
    book.sheet(book.entries[0]).put_text(1, 1, "da\ntogliere")
    parts, rich = _parts(book.save()), b"<r><rPr><b/></rPr><t>gras</t></r><r><t>so</t></r>"
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(b"</sst>", b"<si>" + rich + b"</si></sst>")
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(
        b"</sheetData>", b'<row r="9"><c r="A9" t="s"><v>1</v></c><c r="B9" t="s"><v>1</v></c></row></sheetData>')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    book = Workbook(out.getvalue())
    assert book.sheet(book.entries[0]).text(1, 1) == "da\ntogliere" and book.sheet(book.entries[1]).text(9, 1) == "grasso"
    book.sheet(book.entries[0]).put_text(1, 1, "messo")
    made = book.save()
    table = _parts(made)["xl/sharedStrings.xml"]
    assert b"togliere" not in table and table.count(rich) == 1 and b'count="2" uniqueCount="1"' in table
    assert [open_book(made, "x").sheets[1].cell(9, column).value for column in (1, 2)] == ["grasso", "grasso"]


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
        texts = [t.text or "" for n in archive.namelist() if n.startswith(("xl/worksheets/sheet", "xl/shared"))
                 for t in etree.fromstring(archive.read(n)).iter(MAIN + "t", MAIN + "v")]
    assert max(len(t.encode("utf-16-le")) // 2 for t in texts) <= 32_767
