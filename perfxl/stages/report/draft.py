"""Drawing a Word template: styles, headings, fields, tables whose rows repeat."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.styles import Styles
from docx.table import Table
from docx.text.paragraph import Paragraph

from perfxl.model.texts import Texts
from perfxl.stages.report.docx_elements import PARAGRAPH_ORDER, TABLE_ORDER, arrange, element
from perfxl.stages.report.package import settled
from perfxl.stages.report.runs import STYLES

FONT = "Arial"

#: The font of signs such as ◕; programs that lack it take another that has them.
SYMBOL_FONT = "Segoe UI Symbol"

#: Colours of the moments; ``old`` is struck through besides.
COLOURS = {"plan": "000000", "monitoring": "0033CC", "final": "00702E", "old": "000000", "soft": "4A5563", "symbol": "22364D"}
BAND, HEADER, LINE = "22364D", "E3EAF2", "9AA7B5"
LOCALES = {"it": "it-IT", "en": "en-GB"}
WIDTH = 17.0  # centimetres between the margins of an A4 page
_TAG = re.compile(r"(\{\{r .*?\}\})")


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its width in centimetres, its content, the style of its text."""

    head: str
    width: float
    content: str
    moment: str = "plan"
    right: bool = False


class Draft:
    """A template being drawn."""

    def __init__(self, language: str):
        self.language = language
        self.say = Texts("report", language)
        self.document = Document()
        self._leave_out("thumbnail", "stylesWithEffects")
        self._page()
        self._styles()

    def finished(self, title: str) -> bytes:
        """The file, the same whenever it is made; ``title``: of the document, as its properties tell it."""
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = title, "{{ body }}", self.language
        properties.comments = ""  # the blank document has no keywords either
        out = BytesIO()
        self.document.save(out)
        return settled(out.getvalue())

    def _leave_out(self, *kinds: str) -> None:
        """Drop parts that come with the blank document and show or hold another one's looks."""
        for holder in (self.document.part.package, self.document.part):
            for key, relation in list(holder.rels.items()):
                if relation.reltype.rpartition("/")[2] in kinds:
                    holder.rels.pop(key)

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
        section.header_distance = section.footer_distance = Cm(1)

    def _styles(self) -> None:
        styles = self.document.styles
        base = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for old in base.findall(qn("w:lang")):
            base.remove(old)
        base.append(element("w:lang", val=LOCALES[self.language], eastAsia=LOCALES[self.language], bidi="ar-SA"))
        sizes = {"Normal": 9.5, "Heading 1": 17, "Heading 2": 13, "Heading 3": 11, "Heading 4": 9.5, "Title": 30, "Subtitle": 17,
                 "Caption": 8.5, "List Bullet": 9.5, "Header": 8, "Footer": 8}
        for name, size in sizes.items():
            self._font(styles[name], size)
        styles["Normal"].paragraph_format.space_after = Pt(4)
        styles["Normal"].paragraph_format.line_spacing = 1.08
        for name, before, after in (("Heading 1", 24, 10), ("Heading 2", 14, 6), ("Heading 3", 10, 4), ("Heading 4", 6, 2), ("Caption", 6, 3)):
            self._spaced(styles[name], before, after)
            styles[name].font.bold = True
            styles[name].font.color.rgb = RGBColor.from_string(BAND)
        for name in ("Heading 4", "Subtitle"):
            styles[name].font.italic = False
        for name in ("Title", "Subtitle"):
            styles[name].font.color.rgb = RGBColor.from_string(BAND)
            styles[name].element.rPr.remove(styles[name].element.rPr.find(qn("w:spacing")))
        styles["Caption"].font.bold = False
        # Chapters follow one another on the page: one that begins a new page may leave two lines alone on the one before.
        for name in ("Normal", "List Bullet"):
            styles[name].paragraph_format.widow_control = True
        self._own_styles(styles)

    def _own_styles(self, styles: Styles) -> None:
        for moment, identifier in STYLES.items():
            style = styles.add_style(self.say(f"style_{moment}"), WD_STYLE_TYPE.CHARACTER)
            style.element.set(qn("w:styleId"), identifier)
            style.font.color.rgb = RGBColor.from_string(COLOURS[moment])
            style.font.strike = moment == "old" or None
            style.quick_style = True
        self._font(styles[self.say("style_symbol")], 12, SYMBOL_FONT)
        for identifier, key, size in (("PxCell", "style_cell", 8), ("PxHead", "style_head", 7.5), ("PxNumber", "style_number", 9.5),
                                      ("PxContents", "style_contents", 17), ("PxGap", "style_gap", 4)):
            style = styles.add_style(self.say(key), WD_STYLE_TYPE.PARAGRAPH)
            style.element.set(qn("w:styleId"), identifier)
            style.base_style = styles["Normal"]
            self._font(style, size)
            self._spaced(style, 1, 1)
            style.font.bold = identifier in ("PxHead", "PxContents") or None
            if identifier == "PxContents":
                style.font.color.rgb = RGBColor.from_string(BAND)
            if identifier == "PxGap":
                style.paragraph_format.line_spacing = Pt(4)
            if identifier == "PxNumber":
                style.paragraph_format.left_indent, style.paragraph_format.first_line_indent = Cm(0.6), Cm(-0.6)
        for level, indent in ((1, 0), (2, 0.6)):
            style = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
            style.element.set(qn("w:styleId"), f"TOC{level}")
            style.base_style = styles["Normal"]
            self._spaced(style, 5 if level == 1 else 0, 1)
            style.font.bold = level == 1 or None
            style.paragraph_format.left_indent, style.paragraph_format.right_indent = Cm(indent), Cm(1)
            tabs = element("w:tabs")
            tabs.append(element("w:tab", val="right", leader="dot", pos=int(WIDTH * 567)))
            style.element.get_or_add_pPr().append(tabs)
            arrange(style.element.pPr, PARAGRAPH_ORDER)

    def _font(self, style: Any, size: float, name: str = FONT) -> None:
        style.font.name, style.font.size = name, Pt(size)
        fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
        for attribute in list(fonts.attrib):
            if "heme" in attribute:
                del fonts.attrib[attribute]
        for side in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{side}"), name)

    def _spaced(self, style: Any, before: float, after: float) -> None:
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)

    def margins(self, heading: str, cover: bool = True) -> None:
        """A running heading and the page numbers; the first page has neither where it is a ``cover``."""
        section = self.document.sections[0]
        section.different_first_page_header_footer = cover
        section.header.paragraphs[0].add_run(heading)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, between, _ = self.say("page_of", page="|", pages="|").split("|")
        footer.add_run(before)
        self.field(footer, "PAGE")
        footer.add_run(between)
        self.field(footer, "NUMPAGES")

    # What is written, top down

    def heading(self, level: int, text: str) -> Paragraph:
        """A real heading."""
        return self.document.add_heading(text, level)

    def write(self, text: str, style: str = "Normal", moment: str = "", paragraph: Paragraph | None = None) -> Paragraph:
        """A paragraph; ``{{r ...}}`` gets a run of its own, as the engine wants."""
        made = self.document.add_paragraph(style=style) if paragraph is None else paragraph
        for piece in (p for p in _TAG.split(text) if p):
            run = made.add_run(piece)
            if moment and not piece.startswith("{{r "):
                run.style = self.document.styles[self.say(f"style_{moment}")]
        return made

    def tag(self, text: str) -> None:
        """A paragraph that is only an instruction, and disappears: ``for s in sections``."""
        self.document.add_paragraph(f"{{%p {text} %}}")

    def prose(self, source: str) -> None:
        """The paragraphs of a text, items of lists with their bullet."""
        self.tag(f"for p in {source}")
        self.tag("if p.kind == 'bullet'")
        self.write("{{r p.text }}", "List Bullet")
        self.tag("elif p.kind == 'number'")
        self.write("{{r p.text }}", self.say("style_number"))
        self.tag("else")
        self.write("{{r p.text }}")
        self.tag("endif")
        self.tag("endfor")

    def field(self, paragraph: Paragraph, instruction: str, shown: str = "1", dirty: bool = False) -> None:
        """A field with the text shown until it is updated."""
        for kind, text in (("begin", None), (None, instruction), ("separate", None), ("text", shown), ("end", None)):
            run = paragraph.add_run(shown if kind == "text" else None)
            if kind in ("begin", "separate", "end"):
                run._r.append(element("w:fldChar", fldCharType=kind, **({"dirty": "true"} if dirty and kind == "begin" else {})))
            elif kind is None:
                instr = element("w:instrText")
                instr.set(qn("xml:space"), "preserve")
                instr.text = f" {text} "
                run._r.append(instr)

    def caption(self, kind: str, text: str, above: bool = True) -> Paragraph:
        """A numbered caption: ``kind`` is ``table`` or ``figure``."""
        made = self.document.add_paragraph(style="Caption")
        made.paragraph_format.keep_with_next = above
        made.add_run(f"{self.say(kind)} ")
        self.field(made, f"SEQ {self.say(kind)} \\* ARABIC")
        made.add_run(f". {text}")
        return made

    def picture(self, source: str, caption: str) -> None:
        """A chart with its caption, when there is one."""
        self.tag(f"if {source}")
        made = self.write(f"{{{{ {source} }}}}")
        made.alignment, made.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
        self.caption("figure", caption, above=False)
        self.tag("endif")

    def table(self, caption: str, columns: list[Column], loop: str, name: str = "row", strong: str = "", after: Iterable[tuple[str, list[str]]] = ()) -> None:
        """A table with a repeated header row; ``loop`` is what its rows go through.

        ``strong``: a condition for rows in bold on the fill ``row.fill``; ``after``: (loop, contents) of rows below.
        """
        self.caption("table", caption)
        table = self.document.add_table(rows=0, cols=len(columns), style="Table Grid")
        table.autofit = False
        for drawn, column in zip(table.columns, columns, strict=True):
            drawn.width = Cm(column.width)
        self._described(table, caption)
        self._row(table, columns, [c.head for c in columns], head=True)
        self._instruction(table, f"for {name} in {loop}")
        contents = [c.content for c in columns]
        if strong:
            self._instruction(table, f"if {strong}")
            self._row(table, columns, contents, strong=True)
            self._instruction(table, "else")
        self._row(table, columns, contents)
        if strong:
            self._instruction(table, "endif")
        self._instruction(table, "endfor")
        for other, cells in after:
            self._instruction(table, f"for {name} in {other}")
            self._row(table, columns, cells, total=True)
            self._instruction(table, "endfor")
        self.document.add_paragraph(style=self.say("style_gap"))

    def _described(self, table: Table, caption: str) -> None:
        """Widths, thin lines, and the text that stands for the table."""
        properties = table._tbl.tblPr
        borders = element("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            borders.append(element(f"w:{side}", val="single", sz=4, space=0, color=LINE))
        properties.append(borders)
        margins = element("w:tblCellMar")
        for side in ("left", "right"):
            margins.append(element(f"w:{side}", w=70, type="dxa"))
        properties.append(margins)
        properties.append(element("w:tblCaption", val=caption))
        properties.append(element("w:tblDescription", val=self.say("table_read")))
        arrange(properties, TABLE_ORDER)

    def _instruction(self, table: Table, text: str) -> None:
        table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr {text} %}}")

    def _row(self, table: Table, columns: list[Column], contents: Iterable[str], head: bool = False, strong: bool = False, total: bool = False) -> None:
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if head:
            properties.append(element("w:tblHeader"))
        for cell, column, content in zip(row.cells, columns, contents, strict=True):
            cell.width = Cm(column.width)
            paragraph = cell.paragraphs[0]
            paragraph.style = self.document.styles[self.say("style_head" if head or strong or total else "style_cell")]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if column.right else WD_ALIGN_PARAGRAPH.LEFT
            if head:
                paragraph.paragraph_format.keep_with_next = True
            if strong:
                self.write("{% cellbg row.fill %}", paragraph=paragraph)
            elif head or total:
                cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=HEADER))
            self.write(content, moment="" if head else column.moment, paragraph=paragraph)
