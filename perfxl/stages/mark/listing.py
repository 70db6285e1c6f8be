"""The sheet that lists the findings, with a link from each to its cell."""

from dataclasses import dataclass

from lxml import etree

from perfxl.model.findings import SEVERITIES, Finding, counts
from perfxl.model.identity import Identity
from perfxl.model.texts import Texts
from perfxl.stages.mark.paint import COLOURS, Paint, font, solid
from perfxl.workbook.patch import measure, texts
from perfxl.workbook.patch.sheet_rows import LINE_POINTS, MAX_POINTS
from perfxl.workbook.patch.stored_values import escape
from perfxl.workbook.patch.tags import MAIN, SPACE, tag
from perfxl.workbook.sheets.refs import a1

COLUMNS = {"severity": 11, "sheet": 19, "cell": 9, "field": 25, "what": 66, "remedy": 58, "code": 10}
_INK, _BAND, _LINK, _GREY = "1F3864", "E7ECF5", "0563C1", "5F6773"
_INDENT = 1.5  # units of width that the indent of a cell takes


@dataclass(frozen=True)
class Line:
    """One listed finding: the sheet and cell to show, and where its link leads ("" when it cannot lead anywhere)."""

    finding: Finding
    sheet: str
    cell: str
    target: str = ""


class Listing:
    """The sheet being written, row by row, with the formats it needs."""

    def __init__(self, paint: Paint, language: str):
        self.paint, self.language, self.say = paint, language, Texts("mark", language)
        self.rows = etree.Element(tag("sheetData"))
        self.links: list[tuple[str, str]] = []
        self.number = 0
        wrapped = {"wrapText": "1"}
        plain = {"wrapText": "1", "horizontal": "left", "indent": "1"}
        self.formats = {
            "title": paint.format(font(16, _INK, "b")),
            "strong": paint.format(font(10, _INK, "b")),
            "words": paint.format(font(10, "333333")),
            "beside": paint.format(font(10, "333333"), horizontal="left", indent="1"),
            "head": paint.format(font(9, _INK, "b"), solid(_BAND), boxed=True, horizontal="center", **wrapped),
            "cell": paint.format(font(), boxed=True, **plain),
            "link": paint.format(font(10, _LINK, "u"), boxed=True, **plain),
            "trace": paint.format(font(9, _GREY), boxed=True, **plain),
        }
        self.severities = {s: paint.format(font(10, COLOURS[s][1], "b"), solid(COLOURS[s][0]), boxed=True, **plain)
                           for s in SEVERITIES}

    def sheet(self, lines: list[Line], identity: Identity | None, rebuilt: bool, round: str = "") -> tuple[etree._Element, int]:
        """The worksheet and the row of its headings."""
        self._introduce(lines, identity, rebuilt, round)
        for severity in SEVERITIES:
            self._row([(self.say(f"severity_{severity}"), self.severities[severity]),
                       (self.say(f"means_{severity}"), self.formats["beside"])])
        self._row([])
        self._row([(self.say(f"column_{key}"), self.formats["head"]) for key in COLUMNS])
        head = self.number
        for line in lines:
            self._line(line)
        if not lines:
            self._row([(self.say("none"), self.formats["words"])])
        return self._worksheet(head), head

    def _introduce(self, lines: list[Line], identity: Identity | None, rebuilt: bool, round: str) -> None:
        title = self.say("title") if identity is None else self.say(
            "title_of", sector=identity.sector, year=identity.year, round=self.say.at("round", round or identity.round))
        self._row([(title, self.formats["title"])], 24)
        self._row([(self.say("counts", **counts(line.finding for line in lines)), self.formats["strong"])])
        self._row([(self.say("what_to_do"), self.formats["words"])])
        self._row([(self.say("how_to_go"), self.formats["words"])])
        if rebuilt:
            self._row([(self.say("rebuilt"), self.formats["strong"])])
        self._row([])

    def _line(self, line: Line) -> None:
        finding, formats = line.finding, self.formats
        said = finding.say(self.language)
        shown = formats["link"] if line.target else formats["cell"]
        self._row([(self.say(f"severity_{finding.severity}"), self.severities[finding.severity]),
                   (line.sheet or self.say("whole"), formats["cell"] if line.cell else shown), (line.cell, shown if line.cell else formats["cell"]),
                   (finding.field_in(self.language), formats["cell"]),
                   (f"{said['found']} {said['expected']}", formats["cell"]), (said["remedy"], formats["cell"]),
                   (finding.code, formats["trace"])])
        if line.target:
            self.links.append((a1(self.number, 3 if line.cell else 2), line.target))

    def _row(self, cells: list[tuple[str, int]], height: float = 0) -> None:
        self.number += 1
        row = etree.SubElement(self.rows, tag("row"), r=str(self.number))
        most = 1
        listed = len(cells) == len(COLUMNS)
        for column, ((text, style), width) in enumerate(zip(cells, COLUMNS.values(), strict=False), 1):
            cell = etree.SubElement(row, tag("c"), r=a1(self.number, column), s=str(style))
            if text:
                _store(cell, text)
                most = max(most, measure.lines(text, width - _INDENT) if listed else 1)
        if height or most > 1:
            row.set("ht", f"{min(MAX_POINTS, height or most * LINE_POINTS + 3):g}")
            row.set("customHeight", "1")

    def _worksheet(self, head: int) -> etree._Element:
        """The part around the rows: one page wide, headings repeated, locked without a password."""
        root = etree.Element(tag("worksheet"), nsmap={None: MAIN})

        def add(home: etree._Element, name: str, **attributes: str) -> etree._Element:
            return etree.SubElement(home, tag(name), **attributes)

        add(add(root, "sheetPr"), "pageSetUpPr", fitToPage="1")
        add(root, "dimension", ref=f"A1:{a1(self.number, len(COLUMNS))}")
        view = add(add(root, "sheetViews"), "sheetView", showGridLines="0", tabSelected="1", zoomScale="90", workbookViewId="0")
        add(view, "pane", ySplit=str(head), topLeftCell=f"A{head + 1}", activePane="bottomLeft", state="frozen")
        add(view, "selection", pane="bottomLeft", activeCell=f"A{head + 1}", sqref=f"A{head + 1}")
        add(root, "sheetFormatPr", defaultRowHeight="15")
        columns = add(root, "cols")
        for number, width in enumerate(COLUMNS.values(), 1):
            add(columns, "col", min=str(number), max=str(number), width=str(width), customWidth="1")
        root.append(self.rows)
        add(root, "sheetProtection", sheet="1", objects="1", scenarios="1", formatColumns="0", formatRows="0", autoFilter="0")
        add(root, "autoFilter", ref=f"A{head}:{a1(max(self.number, head + 1), len(COLUMNS))}")
        if self.links:
            links = add(root, "hyperlinks")
            for cell, target in self.links:
                add(links, "hyperlink", ref=cell, location=target)
        add(root, "pageMargins", left="0.4", right="0.4", top="0.45", bottom="0.6", header="0.25", footer="0.3")
        add(root, "pageSetup", paperSize="9", orientation="landscape", fitToWidth="1", fitToHeight="0")
        add(add(root, "headerFooter"), "oddFooter").text = f"&R&8{self.say('page')}"
        return root


def _store(cell: etree._Element, text: str) -> None:
    """Have the empty ``cell`` say ``text``."""
    if texts.is_line(text):
        cell.set("t", "str")
        etree.SubElement(cell, tag("v")).text = escape(text)
        return
    cell.set("t", "inlineStr")
    item = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
    item.text = escape(text)
    if text != text.strip():
        item.set(SPACE, "preserve")
