"""A workbook drawn with openpyxl as the parts of a file, without a trace of when it was made. Rows are written as text, and nothing
is laid on disk on the way: that is half the time of openpyxl's own writer."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.compat import safe_string
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from perfxl.stages.plan.conditions import Looks
from perfxl.workbook.packing import UNIX, packed
from perfxl.workbook.patch.package import with_ordered_fonts

CLOCK = datetime(2020, 1, 1)
#: Where the rows of a sheet go.
_ROWS = b"<sheetData></sheetData>"
#: What a reader would take for the end of a line.
_RETURN = {"\r": "&#13;"}


class _Parts(dict[str, bytes]):
    """The parts that are written, by name, in the place of a zip file."""

    def writestr(self, name: str, content: str | bytes) -> None:
        """Keep a part."""
        self[name] = content.encode() if isinstance(content, str) else content

    def namelist(self) -> list[str]:
        """The parts kept so far."""
        return [*self]


class _BookWriter(ExcelWriter):
    """Writes a workbook into ``_Parts``."""

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write the part of ``ws``, which has no charts and no pictures."""
        ws._drawing = SpreadsheetDrawing()
        writer = _SheetWriter(ws, BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue().replace(_ROWS, writer.sheet_data, 1))
        self.manifest.append(ws)


class _SheetWriter(WorksheetWriter):
    """Writes a sheet; ``sheet_data``: its rows, which go in the place of none."""

    sheet_data = b""

    def write_rows(self) -> None:
        """Leave the place of the rows."""
        self.sheet_data = f"<sheetData>{''.join(_rows(self.ws))}</sheetData>".encode()
        with self.xf.send(True).element("sheetData"):
            pass
        self.xf.send(None)

    def write_formatting(self) -> None:
        """Write how cells look while formulas hold."""
        looks = self.ws.conditional_formatting
        if not isinstance(looks, Looks):
            super().write_formatting()
            return
        for tree in looks.trees(self.ws.parent._differential_styles):
            self.xf.send(tree)


def _rows(ws: Worksheet) -> Iterator[str]:
    by_row: dict[int, list[Any]] = {row: [] for row in ws.row_dimensions}
    for (row, _), cell in sorted(ws._cells.items()):
        by_row.setdefault(row, []).append(cell)
    styles: dict[int, int] = {}  # many cells have one style in common
    for row, cells in sorted(by_row.items()):
        attributes = "".join(f' {key}="{value}"' for key, value in dict(ws.row_dimensions[row] if row in ws.row_dimensions else {}).items())
        yield f'<row r="{row}"{attributes}>'
        for cell in cells:
            style = id(cell._style)
            if style not in styles:
                styles[style] = cell.style_id if cell.has_style else 0
            if cell._value is not None or styles[style]:
                yield _cell(ws, cell, styles[style])
        yield "</row>"


def _cell(ws: Worksheet, cell: Any, style: int) -> str:
    if cell.hyperlink:
        ws._hyperlinks.append(cell.hyperlink)
    value, kind = cell._value, cell.data_type
    head = f'<c r="{cell.coordinate}"' + (f' s="{style}"' if style else "")
    if kind == "f":
        return f"{head}><f>{escape(value[1:])}</f><v></v></c>"
    if value is None or value == "":
        return f'{head} t="{"inlineStr" if kind == "s" else kind}"></c>'
    if kind == "s":
        kept = ' xml:space="preserve"' if value != value.strip() else ""
        return f'{head} t="inlineStr"><is><t{kept}>{escape(value, _RETURN)}</t></is></c>'
    if kind == "d":
        kind, value = "n", to_excel(value, ws.parent.epoch)
    return f'{head} t="{kind}"><v>{safe_string(value)}</v></c>'


def parts_of(book: Workbook) -> dict[str, bytes]:
    """The parts of the workbook by name, without a trace of when it was made."""
    properties = book.properties
    properties.creator, properties.created, properties.modified = "perfxl", CLOCK, CLOCK
    parts = _Parts()
    _BookWriter(book, parts).write_data()
    parts["xl/styles.xml"] = with_ordered_fonts(parts["xl/styles.xml"])
    return parts


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    return packed(parts_of(book).items(), rights=0o644, system=UNIX)
