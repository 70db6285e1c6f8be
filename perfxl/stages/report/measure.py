"""How many pages a short Word document takes, estimated from its texts, tables and pictures where nothing can lay it out."""

import io
import math

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Length
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

#: Width of a letter and height of a line, in parts of the size of the type: those of Arial in running Italian text.
LETTER, LINE = 0.5, 1.2


def estimated_pages(document: bytes) -> int:
    """About how many pages ``document`` takes: pictures are not split, everything else is."""
    made = Document(io.BytesIO(document))
    section = made.sections[0]
    page = _points(section.page_height) - _points(section.top_margin) - _points(section.bottom_margin)
    width = _points(section.page_width) - _points(section.left_margin) - _points(section.right_margin)
    used = 0.0
    for block in made.iter_inner_content():
        height = _table(block) if isinstance(block, Table) else _paragraph(block, width)
        if isinstance(block, Paragraph) and _pictures(block) and used % page + height > page:
            used = math.ceil(used / page) * page
        used += height
    return max(1, math.ceil(used / page))


def _points(length: Length | None) -> float:
    return length.pt if length is not None else 0.0


def _pictures(paragraph: Paragraph) -> float:
    """Height of the pictures of a paragraph, in points."""
    return max((Length(int(e.get("cy"))).pt for e in paragraph._p.iter(qn("wp:extent"))), default=0.0)


def _paragraph(paragraph: Paragraph, width: float) -> float:
    """Height of a paragraph of ``width`` points, in points."""
    chain, style = [], paragraph.style
    while isinstance(style, ParagraphStyle):
        chain.append(style)
        style = style.base_style
    size = max((r.font.size.pt for r in paragraph.runs if r.font.size), default=0) or next((s.font.size.pt for s in chain if s.font.size), 11)
    before, after = (next((getattr(s.paragraph_format, k).pt for s in chain if getattr(s.paragraph_format, k) is not None), 0)
                     for k in ("space_before", "space_after"))
    lines = sum(max(1, math.ceil(len(line) * LETTER * size / width)) for line in (paragraph.text or " ").split("\n"))
    return max(lines * LINE * size, _pictures(paragraph)) + before + after


def _table(table: Table) -> float:
    """Height of a table, in points: each row as high as its highest cell."""
    heights = []
    for row in table._tbl.tr_lst:
        cells = [(tc.width.pt if tc.width else 100, [Paragraph(p, table) for p in tc.p_lst]) for tc in row.tc_lst]
        heights.append(max(sum(_paragraph(p, max(10, width - 7)) for p in written) for width, written in cells) + 1)
    return sum(heights)
