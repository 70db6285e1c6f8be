"""What can be told only when the document is whole: the numbers of captions, the bookmarks of headings, the contents."""

import re
from copy import deepcopy
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

_SEQ = re.compile(r"\s*SEQ\s+(\S+)")
_TOC = re.compile(r"\s*TOC\b")
LEVELS = {"Heading1": 1, "Heading2": 2}
#: A table of at most so many lines, about a third of a page, stays on one page; of a longer one, the first and the last rows stay together.
SHORT = 18
#: In twentieths of a point: what a letter of a table takes across, on the average, and what a cell keeps free at its sides.
_LETTER, _SIDES = 84, 216
#: What the properties of a table's cell hold, in the order of CT_TcPr (ISO/IEC 29500-1, 17.4.69).
_CELL = tuple(qn(f"w:{name}") for name in ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
                                            "textDirection", "tcFitText", "vAlign", "hideMark"))


def finish(document: Document) -> None:
    """Number the captions, mark the headings and write the contents of a ``docx`` document, in place."""
    body = document.element.body
    _number(body)
    for table in body.iter(qn("w:tbl")):
        _keep_together(table)
    for properties in body.iter(qn("w:tcPr")):
        _in_order(properties)
    entries = _mark(body)
    for begin in _fields(body, _TOC):
        _write_contents(begin, entries)


def _fields(body: BaseOxmlElement, pattern: re.Pattern[str]) -> list[BaseOxmlElement]:
    """The paragraphs in which a field of this kind begins."""
    return [next(a for a in instruction.iterancestors(qn("w:p"))) for instruction in body.iter(qn("w:instrText"))
            if pattern.match(instruction.text or "")]


def _number(body: BaseOxmlElement) -> None:
    """Write into every SEQ field the number it comes to."""
    counted: dict[str, int] = {}
    for instruction in list(body.iter(qn("w:instrText"))):
        sequence = _SEQ.match(instruction.text or "")
        if sequence:
            counted[sequence[1]] = counted.get(sequence[1], 0) + 1
            _set_result(instruction.getparent(), str(counted[sequence[1]]))


def _set_result(run: BaseOxmlElement, text: str) -> None:
    """Put ``text`` between the separator of the field and its end."""
    after = False
    shown: Any = None
    for sibling in run.itersiblings(qn("w:r")):
        mark = sibling.find(qn("w:fldChar"))
        kind = None if mark is None else mark.get(qn("w:fldCharType"))
        if kind == "end":
            return
        if after and shown is None:
            shown = sibling.find(qn("w:t"))
            if shown is not None:
                shown.text = text
        after = after or kind == "separate"


def _keep_together(table: BaseOxmlElement) -> None:
    """Keep the rows of a short table on one page, and no row of a longer one alone at a page's head or foot."""
    rows = table.findall(qn("w:tr"))
    kept = rows[:-1] if sum(map(_lines, rows)) <= SHORT else [*rows[:2], *rows[-3:-1]]
    for paragraph in (p for row in kept for p in row.iter(qn("w:p"))):
        paragraph.get_or_add_pPr().get_or_add_keepNext()


def _lines(row: BaseOxmlElement) -> int:
    """About how many lines the fullest cell of a table's row has."""
    most = 1
    for cell in row.findall(qn("w:tc")):
        width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
        wide = int(width.get(qn("w:w"))) if width is not None and width.get(qn("w:type")) == "dxa" else 0
        letters = max(1, (wide - _SIDES) // _LETTER)
        texts = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in cell.findall(qn("w:p")))
        most = max(most, sum(max(1, -(-len(text) // letters)) for text in texts))
    return most


def _in_order(properties: BaseOxmlElement) -> None:
    """Put the properties of a table's cell in the order of CT_TcPr: the template engine puts a cell's shading first."""
    properties[:] = sorted(properties, key=lambda child: _CELL.index(child.tag) if child.tag in _CELL else len(_CELL))


def _mark(body: BaseOxmlElement) -> list[tuple[int, str, str]]:
    """(level, text, bookmark) of every heading that the contents list; each gets its bookmark."""
    entries: list[tuple[int, str, str]] = []
    for paragraph in body.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        level = LEVELS.get("" if style is None else style.get(qn("w:val")))
        text = "".join(t.text or "" for t in paragraph.iter(qn("w:t"))).strip()
        if level and text:
            name, number = f"_Toc{900000 + len(entries)}", str(9000 + len(entries))
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            start.set(qn("w:id"), number)
            start.set(qn("w:name"), name)
            end.set(qn("w:id"), number)
            paragraph.insert(1, start)
            paragraph.append(end)
            entries.append((level, text, name))
    return entries


def _write_contents(first: BaseOxmlElement, entries: list[tuple[int, str, str]]) -> None:
    """Replace the result of the TOC field that begins in ``first`` by the entries, each leading to its heading."""
    lead, last = [], first
    for run in first.findall(qn("w:r")):
        lead.append(run)
        mark = run.find(qn("w:fldChar"))
        if mark is not None and mark.get(qn("w:fldCharType")) == "separate":
            break
    depth = 0
    for paragraph in [first, *first.itersiblings(qn("w:p"))]:
        marks = [m.get(qn("w:fldCharType")) for m in paragraph.iter(qn("w:fldChar"))]
        depth += marks.count("begin") - marks.count("end")
        last = paragraph
        if depth <= 0:
            break
    made = [_entry(*entry) for entry in entries] or [OxmlElement("w:p")]
    place = 1 if made[0].find(qn("w:pPr")) is not None else 0
    for run in reversed(lead):
        made[0].insert(place, deepcopy(run))
    made[-1].append(_field_char("end"))
    parent = first.getparent()
    at = parent.index(first)
    for old in parent[at: parent.index(last) + 1]:
        parent.remove(old)
    for offset, paragraph in enumerate(made):
        parent.insert(at + offset, paragraph)


def _entry(level: int, text: str, bookmark: str) -> BaseOxmlElement:
    """A line of the contents: the text of the heading, a tab, its page; the page is a field."""
    paragraph, properties, style = OxmlElement("w:p"), OxmlElement("w:pPr"), OxmlElement("w:pStyle")
    style.set(qn("w:val"), f"TOC{level}")
    properties.append(style)
    paragraph.append(properties)
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" PAGEREF {bookmark} \\h "
    for content in (_text(text), OxmlElement("w:tab")):
        link.append(_run(content))
    link.append(_field_char("begin"))
    link.append(_run(instruction))
    link.append(_field_char("separate"))
    link.append(_run(_text("…")))
    link.append(_field_char("end"))
    paragraph.append(link)
    return paragraph


def _text(text: str) -> BaseOxmlElement:
    made = OxmlElement("w:t")
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def _run(content: BaseOxmlElement) -> BaseOxmlElement:
    run = OxmlElement("w:r")
    run.append(content)
    return run


def _field_char(kind: str) -> BaseOxmlElement:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return _run(mark)
