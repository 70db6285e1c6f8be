"""The PDF that LibreOffice makes of the report: tagged, bookmarked, archivable, with the pages that its contents say."""

import io
import re
import shutil

import pytest
import report_year
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from perfxl.stages.report import pdf, report
from perfxl.stages.report.pages import numbered


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


class Tags:
    """The structure of a PDF: every element with its standard type, the type above it, itself."""

    def __init__(self, reader):
        root = reader.trailer["/Root"]["/StructTreeRoot"]
        self.roles, self.found = root.get("/RoleMap", {}), []
        self._walk(root["/K"], "")

    def _walk(self, node, above):
        node = node.get_object()
        if isinstance(node, list):
            for kid in node:
                self._walk(kid, above)
        elif isinstance(node, dict) and "/S" in node:
            kind = self.kind(node)
            self.found.append((kind, above, node))
            if "/K" in node:
                self._walk(node["/K"], kind)

    def kind(self, node) -> str:
        kind = str(node["/S"])
        while kind in self.roles:
            kind = str(self.roles[kind])
        return kind

    def of(self, kind):
        return [node for k, _, node in self.found if k == kind]


@pytest.fixture(scope="module")
def tags(reader):
    return Tags(reader)


def test_tagged_in_its_language_with_a_title(reader, tags):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "it-IT"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Relazione sulla performance 2021 – Unione dei Comuni della Piana delle Robinie"
    assert {"/H1", "/H2", "/H3", "/Table", "/TR", "/TH", "/L", "/P", "/Figure"} <= {kind for kind, *_ in tags.found}


def test_structure_keeps_the_rules_of_pdf_ua(reader, tags):
    parents = {"/TR": {"/Table", "/THead", "/TBody", "/TFoot"}, "/TH": {"/TR"}, "/TD": {"/TR"}, "/LI": {"/L"}, "/LBody": {"/LI"}, "/Lbl": {"/LI"}}
    assert [(kind, above) for kind, above, _ in tags.found if above not in parents.get(kind, {above})] == []
    levels = [int(kind[2]) for kind, *_ in tags.found if re.fullmatch(r"/H[1-6]", kind)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    tables, heads = tags.of("/Table"), tags.of("/TH")
    assert len(tables) > 200
    for table in tables:
        first = next(row.get_object() for row in table["/K"])
        assert {tags.kind(cell.get_object()) for cell in first["/K"]} == {"/TH"}
    scopes = [a.get_object() for head in heads for a in (head["/A"].get_object() if isinstance(head["/A"].get_object(), list) else [head["/A"]])]
    assert sum("/Scope" in a for a in scopes) == len(heads)
    for page in reader.pages:
        links = [a.get_object() for a in page.get("/Annots", [])]
        assert all(a.get("/Contents") and "/StructParent" in a for a in links)
        assert not links or page["/Tabs"] == "/S"
        assert not [x for x in page["/Resources"].get("/XObject", {}).values() if "/SMask" in x.get_object()]


def test_archivable_and_accessible_by_its_own_claim(reader):
    said = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in said and "<pdfuaid:part>1</pdfuaid:part>" in said
    assert reader.trailer["/Root"]["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert "/OpenAction" not in reader.trailer["/Root"] or "/JS" not in str(reader.trailer["/Root"]["/OpenAction"])
    for page in reader.pages:
        for font in (f.get_object() for f in page["/Resources"].get("/Font", {}).values()):
            described = font.get("/FontDescriptor") or font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.get_object())


def test_pictures_have_their_text(tags):
    found = [node.get("/Alt", "") for node in tags.of("/Figure")]
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
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(pdf.NoOffice):
        pdf.to_pdf(b"")
