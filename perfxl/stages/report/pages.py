"""The page on which each heading stands, read from the laid-out PDF and written into the contents of the Word document."""

import re

from lxml import etree

from perfxl.stages.report.package import packed, parts

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PAGES = re.compile(rb"/Type/Pages\b[^>]*?/Kids\s*\[([^\]]*)\]", re.S)
_BOOKMARK = re.compile(rb"/Title\s*<FEFF([0-9A-F]*)>\s*/Dest\s*\[(\d+) 0 R")


def headings(printed: bytes) -> list[tuple[str, int]]:
    """(text, page from 1) of every bookmark of a PDF of ``pdf.to_pdf``, in the order of the document."""
    kids = _PAGES.search(printed)
    if kids is None:
        return []
    page = {int(number): n for n, number in enumerate(re.findall(rb"(\d+) 0 R", kids[1]), 1)}
    titles = ((bytes.fromhex(title.decode()).decode("utf-16-be", "replace"), page.get(int(target))) for title, target in _BOOKMARK.findall(printed))
    return [(_plain(text), number) for text, number in titles if number]


def _plain(text: str) -> str:
    return " ".join(text.split())


def numbered(document: bytes, printed: bytes) -> bytes:
    """The Word document with the page of every line of its contents, as ``printed``, its PDF, has them.

    Word counts them again when it updates its fields; a line whose heading is not found keeps what it has.
    """
    contents, titles, at = parts(document), headings(printed), 0
    body = etree.fromstring(contents["word/document.xml"])
    for link in body.iter(f"{_W}hyperlink"):
        shown = _page_run(link)
        if shown is not None:
            text = _plain("".join(t.text or "" for t in link.iter(f"{_W}t") if t is not shown))
            here = next((n for n in range(at, len(titles)) if titles[n][0] == text), None)
            if here is not None:
                shown.text, at = str(titles[here][1]), here + 1
    contents["word/document.xml"] = etree.tostring(body, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(contents)


def without_pages(part: bytes) -> bytes:
    """The main part of a Word document in its canonical form, without the pages in its contents; raises ``lxml.etree.XMLSyntaxError``."""
    body = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    for link in body.iter(f"{_W}hyperlink"):
        shown = _page_run(link)
        if shown is not None:
            shown.text = ""
    return etree.tostring(body, method="c14n")


def _page_run(link: etree._Element) -> etree._Element | None:
    """The text that a PAGEREF field of a line of the contents shows; None for other links."""
    instruction = link.find(f".//{_W}instrText")
    if instruction is None or not (instruction.text or "").strip().startswith("PAGEREF"):
        return None
    return list(link.iter(f"{_W}t"))[-1]
