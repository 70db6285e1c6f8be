"""A Word document marked as a draft on every page: its words stand in the head of each, whatever template it came from."""

import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.section import _Footer, _Header
from docx.shared import Pt, RGBColor

from perfxl.model.texts import Texts
from perfxl.stages.report.package import settled

_RED = RGBColor(0xA0, 0x1C, 0x10)


def with_draft_mark(word: bytes, language: str) -> bytes:
    """The document with the words that say it is a draft at the top of every page, first and even ones included."""
    document = Document(io.BytesIO(word))
    said = Texts("report", language)("draft_mark")
    for section in document.sections:
        heads = [section.header, *([section.first_page_header] if section.different_first_page_header_footer else []),
                 *([section.even_page_header] if document.settings.odd_and_even_pages_header_footer else [])]
        for head in heads:
            if not any(paragraph.text == said for paragraph in head.paragraphs):  # one that follows the section before has it already
                _write(head, said)
    made = io.BytesIO()
    document.save(made)
    return settled(made.getvalue())


def _write(head: _Header | _Footer, said: str) -> None:
    first = head.paragraphs[0] if head.paragraphs else head.add_paragraph()
    paragraph = first.insert_paragraph_before()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(said)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(11), _RED
