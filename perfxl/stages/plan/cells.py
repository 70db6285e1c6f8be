"""The cells of the plan workbook: styles, texts to the character, the page.

Texts are written as inline strings escaped here, so that every character comes back and nothing becomes a
formula.
"""

import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.views import Selection
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.fields import Field
from perfxl.model.identity import CONSTANT, PROPERTY

#: Heading colours of the law's three moments.
MOMENT_FILL = {"plan": "262626", "monitoring": "0033CC", "final": "00702E"}
#: Fills of cells to write in, of a list that is taken over, and of computed ones; colours of the tabs by part of the plan.
INPUT, PALE = "FFFBEA", "EEF1F5"
TAB = {"setup": "262626", "contents": "A6A6A6", "year": "0033CC"}
FORMATS = {"percent": "0.00%", "date": "dd/mm/yyyy", "money": "#,##0.00", "integer": "0", "number": "General"}
#: Height of a line of text, in points.
LINE = 12.8
#: Points that rows take above the cell on which a sheet opens, on a laptop's screen; the height of a row of one line.
SEEN_POINTS, ROW_POINTS = 210, 15
TOP = Alignment(vertical="top", wrap_text=True)
_HAIR = Side(style="thin", color="C9CED6")
BOX = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)


def font(**look: Any) -> Font:
    """The workbook's font, with some of its looks changed."""
    return Font(**{"name": "Arial", "size": 10, **look})


PLAIN = font()


def add_styles(book: Workbook) -> None:
    """Gives the workbook its named styles: ``perfxl <kind of cell>``, ``perfxl <moment>``, and those of its own texts."""
    for cell in ("text", *FORMATS):
        book.add_named_style(NamedStyle(f"perfxl {cell}", number_format=FORMATS.get(cell, "@"), alignment=TOP, font=font()))
    for moment, colour in MOMENT_FILL.items():
        book.add_named_style(NamedStyle(
            f"perfxl {moment}", font=font(bold=True, color="FFFFFF"), fill=PatternFill("solid", fgColor=colour),
            alignment=Alignment(vertical="center", wrap_text=True), border=BOX, number_format="@"))
    plain = {"title": font(bold=True, size=18, color=MOMENT_FILL["plan"]), "note": font(italic=True, color="595959"),
             "section": font(bold=True, size=13, color=MOMENT_FILL["monitoring"]), "label": font(bold=True),
             "help": font(color="595959"), "wrapped": font(), "step": font(bold=True), "link": font(underline="single", color="1F5FA8")}
    for name, look in plain.items():
        wrap = name in ("help", "wrapped", "link", "step")
        align = Alignment(vertical="top" if name in ("wrapped", "link", "step") else "center", wrap_text=wrap)
        book.add_named_style(NamedStyle(f"perfxl {name}", font=look, alignment=align, number_format="@"))


def style_name(field: Field) -> str:
    """The style of a cell that holds ``field``."""
    return f"perfxl {field.cell}" if field.cell in FORMATS else "perfxl text"


def shared_style(ws: Worksheet, name: str) -> StyleArray:
    """What cells of the style called ``name`` may have in common as ``_style``, as long as nothing else is made of their look: to give
    each its own takes as long as to write it."""
    return ws.parent._named_styles[name].as_tuple()


def put(cell: Cell, value: Any, field: Field, styled: bool = False) -> None:
    """Puts a value in its cell: text as text whatever it begins with."""
    if isinstance(value, str):
        write_text(cell, value)
    else:
        cell.value = value
    if not styled:
        cell.style = style_name(field)


def write_text(cell: Cell, text: str, style: str = "") -> Cell:
    """Puts ``text`` in ``cell`` to the character; returns the cell."""
    # Readers decode _x0041_ in a string as a character: the underscore that would begin one is itself encoded.
    # The value is put past openpyxl's own setter, which would cut the longer, encoded text and look for formulas.
    cell._value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    cell.data_type = "s"
    if style:
        cell.style = style
    return cell


def set_page(ws: Worksheet, repeated: str | None = None, orientation: str = "landscape") -> None:
    """A4, one page wide; the rows ``repeated`` (``2:3``) head every page."""
    ws.page_setup.orientation, ws.page_setup.paperSize = orientation, 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    ws.oddFooter.left.text, ws.oddFooter.right.text = "&A", "&P / &N"
    if repeated:
        ws.print_title_rows = repeated


def begin_at(ws: Worksheet, row: int, column: int) -> None:
    """Have the sheet open with the cursor on a cell: below a frozen head it stands in the pane that moves."""
    view, cell = ws.sheet_view, f"{get_column_letter(column)}{row}"
    if view.pane is None:
        view.selection[0].activeCell = view.selection[0].sqref = cell
        return
    beside = column > (view.pane.xSplit or 0)
    view.pane.activePane = "bottomRight" if view.pane.xSplit and beside else "bottomLeft"
    view.selection = [Selection(pane=view.pane.activePane, activeCell=cell, sqref=cell)]
    first, last, seen = int(view.pane.ySplit or 0) + 1, row, 0.0
    while last > first and seen < SEEN_POINTS:
        last -= 1
        seen += ws.row_dimensions[last].height or ROW_POINTS
    if last > first:
        view.pane.topLeftCell = f"{view.pane.topLeftCell.rstrip('0123456789')}{last}"


def begins_at(ws: Worksheet) -> str:
    """The cell on which the sheet opens."""
    return ws.sheet_view.selection[-1].activeCell


def token(document: dict[str, Any]) -> str:
    """What the workbook is: ``PX1P|<body>|<year>``."""
    return f"PX1P|{document.get('body', {}).get('code', '')}|{document.get('year', '')}"


def identify(book: Workbook, document: dict[str, Any]) -> None:
    """Writes what the workbook is where renaming and saving do not reach it."""
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=token(document)))
    book.defined_names[CONSTANT] = DefinedName(CONSTANT, attr_text=f'"{token(document)}"')
