"""The PDF that LibreOffice makes of the report: tagged, bookmarked, archivable, with the pages that its contents say."""

import io
import re

import pytest
import report_year
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from perfxl.report import report
from perfxl.reporting import pdf
from perfxl.reporting.pages import numbered


@pytest.fixture(scope="module")
def word():
    return report(report_year.document())


@pytest.fixture(scope="module")
def printed(word):
    return pdf.to_pdf(word)


@pytest.fixture(scope="module")
def reader(printed):
    return PdfReader(io.BytesIO(printed))


def _flat(outline):
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else [entry]


def test_tagged_in_its_language_with_a_title(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "it-IT"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Relazione sulla performance 2021 – Unione dei Comuni della Piana delle Robinie"
    tags = set()

    def walk(node, depth=0):
        node = node.get_object()
        if isinstance(node, list):
            for kid in node[:400]:
                walk(kid, depth)
        elif isinstance(node, dict):
            tags.add(node.get("/S"))
            if "/K" in node and depth < 6:
                walk(node["/K"], depth + 1)

    walk(root["/StructTreeRoot"])
    tags |= {str(root["/StructTreeRoot"]["/RoleMap"].get(t)) for t in tags if t}
    assert {"/H1", "/H2", "/H3", "/Table", "/TR", "/TH", "/L", "/P", "/Figure"} <= tags


def test_archivable_and_accessible_by_its_own_claim(reader):
    said = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in said and "<pdfuaid:part>1</pdfuaid:part>" in said
    assert reader.trailer["/Root"]["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert "/OpenAction" not in reader.trailer["/Root"] or "/JS" not in str(reader.trailer["/Root"]["/OpenAction"])
    for page in reader.pages:
        for font in (f.get_object() for f in page["/Resources"].get("/Font", {}).values()):
            described = font.get("/FontDescriptor") or font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.get_object())


def test_pictures_have_their_text(reader):
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(node.get("/Alt", ""))
            if node.get("/S") not in ("/Table", "/P", "/L") or node.get("/S") == "/P":
                kids = node.get("/K")
                if kids is not None:
                    walk(kids)

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert len(found) == 14 and all(len(text) > 20 for text in found)


def test_bookmarks_and_contents_give_the_pages(reader):
    marks = {}
    for entry in _flat(reader.outline):
        marks.setdefault(entry.title.strip(), reader.get_destination_page_number(entry) + 1)
    assert marks["Premessa"] == 4 and len(marks) > 100
    contents = " ".join(reader.pages[n].extract_text() for n in (1, 2))
    for title in ("Premessa", "I settori", "S6 · Servizi Sociali e Inclusione", "S1.00003 · Regole più brevi per i piccoli contratti"):
        after = contents.partition(title)[2].lstrip(". \t…")
        assert after.split()[0].lstrip(".") == str(marks[title]), title


def test_the_contents_of_the_word_document_have_the_pages_too(word, printed, reader):
    document = Document(io.BytesIO(numbered(word, printed)))
    lines = ["".join(t.text or "" for t in link.iter(qn("w:t"))) for link in document.element.body.iter(qn("w:hyperlink"))]
    told = {text: int(page) for text, page in (re.fullmatch(r"(.*\D)(\d+)", line).groups() for line in lines)}
    marks = {}
    for entry in _flat(reader.outline):
        marks.setdefault(entry.title.strip(), reader.get_destination_page_number(entry) + 1)
    assert len(told) == 82 and told == {text: marks[text] for text in told}
    assert numbered(word, b"not a PDF") == numbered(word, b"")
    update = [c for c in document.element.body.iter(qn("w:fldChar")) if c.get(qn("w:dirty")) == "true"]
    assert len(update) == 1  # Word counts the pages again, in its own layout, when it opens the document


def test_no_office_is_said(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(pdf.NoOffice):
        pdf.to_pdf(b"")
