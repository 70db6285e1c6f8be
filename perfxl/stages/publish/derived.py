"""What follows from a consolidated document and the log: the validation pack, the open data, the list of the originals.

The archive is made with it, and whoever verifies an archive makes it again and compares.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from perfxl.campaign.register import Approval, approvals_in
from perfxl.campaign.register.log import Entry
from perfxl.model import documents
from perfxl.model.languages import document_language
from perfxl.model.texts import Texts
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.consolidate.view import View
from perfxl.stages.publish import package, tables, validation
from perfxl.stages.publish.bundle import ORIGINALS, originals_of


def data_files(document: dict[str, Any], entries: Sequence[Entry], licence: str, extension: dict[str, Any] | None, draft: bool = False) -> dict[str, bytes]:
    """The files that are data, by their names in the archive; the same inputs give the same bytes. ``draft``: the document
    is not what is approved, and the files say so."""
    view = View(document)
    published = package.package(view, tables.open_tables(view, extension), licence, language(document), draft=draft)
    pack = [c.document() for c in criteria(document, acts(document, entries, draft), extension)]
    return {"validazione.json": documents.dumps(pack).encode(), ORIGINALS: originals_of(entries),
            **{f"dati/{name}": content for name, content in published.items()}}


def acts(document: dict[str, Any], entries: Sequence[Entry], draft: bool) -> dict[str, Approval]:
    """The approvals that documents may name; a draft was approved by none, whatever the plan says: its act is blank."""
    known, round = approvals_in(entries), document["round"]
    return known | {round: Approval(round, act="", date="", digest="", file="", at="")} if draft else known


def workbook(document: dict[str, Any], extension: dict[str, Any] | None, draft: bool = False) -> bytes:
    """The consolidated workbook as perfxl writes it, in the language of the body; a ``draft`` says so on every page."""
    return result.write(document, language(document), extension, mark=draft_mark(language(document)) if draft else "")


def draft_mark(spoken: str) -> str:
    """The words that say of a document that it is a draft."""
    return Texts("report", spoken)("draft_mark")


def criteria(document: dict[str, Any], known: Mapping[str, Approval], extension: dict[str, Any] | None) -> tuple[validation.Criterion, ...]:
    """The criteria of the validation pack, in the language of the body."""
    return validation.criteria(document, language(document), extension, known)


def language(document: dict[str, Any]) -> str:
    """The language of the body."""
    return document_language(document["content"]["body"].get("language", "it"))


def texts(word: bytes) -> list[str]:
    """The paragraphs of a Word document, tables included; the lines of its contents without their pages, which may differ."""
    texts = []
    for paragraph in Document(io.BytesIO(word)).element.body.iter(qn("w:p")):
        text = "".join(t.text or "" for t in paragraph.iter(qn("w:t")))
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        texts.append(text.rstrip("0123456789…") if style is not None and style.get(qn("w:val"), "").startswith("TOC") else text)
    return texts
