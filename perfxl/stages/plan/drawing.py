"""Draws the plan workbook: one sheet a table, with its lists, prompts, live checks and colours."""

from typing import Any

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import long_text
from perfxl.model.documents import get_path
from perfxl.model.fields import Field
from perfxl.model.terms import worded
from perfxl.model.texts import Texts
from perfxl.stages.plan import round_tables
from perfxl.stages.plan.cells import (
    BOX,
    FORMATS,
    LINE,
    PALE,
    PLAIN,
    TAB,
    TOP,
    add_styles,
    begin_at,
    identify,
    put,
    set_page,
    shared_style,
    style_name,
    write_text,
)
from perfxl.stages.plan.conditions import add_look
from perfxl.stages.plan.file import parts_of
from perfxl.stages.plan.front import draw_body, draw_readme
from perfxl.stages.plan.layout import (
    KEY_ROW,
    NOTE_ROW,
    OWNER,
    REFERRED,
    SAID,
    TARGETS,
    TITLE_ROW,
    Column,
    Sheet,
    alone,
    optional,
)
from perfxl.stages.plan.rules import (
    Lists,
    add_column_rules,
    add_key_guard,
    sum_of_weights,
)
from perfxl.stages.plan.sheets import sheets
from perfxl.stages.plan.sight import WAITING, closed, waits
from perfxl.workbook import values
from perfxl.workbook.formulas.calculating import computed
from perfxl.workbook.patch.package import Package

#: Rows ready to be filled in under the last one.
SPARE = 200
#: Rows whose sum of weights is ready, under the last sector and in all. Programs other than Excel print every row that holds a
#: formula: these fit on the page that the sectors take anyway.
SPARE_SECTORS, READY_SECTORS = 5, 30
WIDTHS = {"long": 60, "lines": 28, "choice": 18, "yesno": 13, "date": 14, "percent": 12, "integer": 11, "number": 13, "money": 16}
#: Characters that fit on a printed page: wider tables take several.
PRINTED_WIDTH = 235
#: The longest a row of texts is drawn, in lines: the cell shows the rest when it is opened.
ROW_LINES = 6


def draw(document: dict[str, Any], language: str, extension: dict[str, Any] | None) -> bytes:
    """The workbook of ``document`` as bytes of an .xlsx file."""
    say = Texts("plan", language)
    book = Workbook()
    book.remove(book.active)
    add_styles(book)
    tables = sheets(extension)
    readme = book.create_sheet(say("sheet_readme"))
    body = book.create_sheet(say("sheet_body"))
    drawn = {sheet.id: book.create_sheet(sheet.title(language)) for sheet in tables}
    lists = Lists(book, say, language, {k: drawn[k].title for k in REFERRED})
    draw_body(body, document, say, lists)
    waiting: list[str] = []
    for sheet in tables:
        rows = _rows(document, sheet)
        _draw_table(drawn[sheet.id], sheet, rows=rows, say=say, lists=lists)
        if waits(sheet) and not rows:
            drawn[sheet.id].sheet_state = "hidden"
            waiting.append(sheet.id)
    _draw_weights(drawn, {s.id: s for s in tables}, language)
    lists.close()
    draw_readme(readme, document, say=say, drawn={s.id: drawn[s.id] for s in tables}, body=body)
    book.defined_names[WAITING] = DefinedName(WAITING, attr_text=f'"{",".join(waiting)}"', hidden=True)
    identify(book, document)
    return computed(Package(parts_of(book)), language)


def _rows(document: dict[str, Any], sheet: Sheet) -> list[tuple[str, dict[str, Any]]]:
    """(code of the objective, item) for every row of ``sheet``, in document order."""
    if sheet.id in SAID:
        return round_tables.rows(document, sheet.id)
    if sheet.id == "objectives":
        return [("", item if (own := alone(item)) is None else {**item, "holding": own}) for item in document.get("objectives", ())]
    if not sheet.owned:
        return [("", item) for item in document.get(sheet.id, ())]
    return [(objective.get("code"), item) for objective in document.get("objectives", ())
            if sheet.id != "holders" or alone(objective) is None for item in get_path(objective, sheet.path) or ()]


def _draw_table(ws: Worksheet, sheet: Sheet, rows: list[tuple[str, dict[str, Any]]], say: Texts, lists: Lists) -> None:
    language = say.language
    last = TITLE_ROW + len(rows) + SPARE
    for number, column in enumerate(sheet.columns, 1):
        _draw_head(ws, sheet, number=number, column=column, language=language)
        add_column_rules(ws, sheet, number=number, column=column, first=TITLE_ROW + 1, last=last, lists=lists)
    add_key_guard(ws, f"A{KEY_ROW}:{get_column_letter(len(sheet.columns))}{KEY_ROW}", say)
    styles = [shared_style(ws, style_name(column.field)) for column in sheet.columns]
    for row, (owner, item) in enumerate(rows, TITLE_ROW + 1):
        _draw_row(ws, sheet, row=row, owner=owner, item=item, language=language, styles=styles)
    open_width = _close(ws, sheet)
    note = sheet.field.description(language)
    write_text(ws.cell(NOTE_ROW, 1), say("note_owned", description=note) if sheet.owned else note, "perfxl note")
    width = len(sheet.columns)
    letter = get_column_letter(width)
    ws.row_dimensions[KEY_ROW].hidden = True
    ws.row_dimensions[NOTE_ROW].height = 22
    ws.row_dimensions[TITLE_ROW].height = 46
    ws.freeze_panes = ws.cell(TITLE_ROW + 1, 3 if sheet.owned or sheet.id == "objectives" else 2)
    begin_at(ws, TITLE_ROW + 1 + len(rows), 1)
    ws.auto_filter.ref = f"A{TITLE_ROW}:{letter}{last}"
    ws.sheet_properties.tabColor = TAB[_part(sheet)]
    set_page(ws, f"{NOTE_ROW}:{TITLE_ROW}")
    ws.print_options.gridLines = True
    ws.page_setup.fitToWidth = -(-open_width // PRINTED_WIDTH)
    _print_filled(ws, sheet.columns, last)
    ws.print_title_cols = "A:B" if ws.page_setup.fitToWidth > 1 else None
    head = f"{quote_sheetname(ws.title)}!$A${KEY_ROW}:${letter}${TITLE_ROW}"
    ws.parent.defined_names[sheet.name] = DefinedName(sheet.name, attr_text=head)
    for number, column in enumerate(sheet.columns, 1):
        if column.key in ("code", "id") and sheet.id in ("sectors", "objectives", "rounds", "cascade") or column.field.schema.get("x-given") == sheet.id:
            at = get_column_letter(number)
            lists.define(sheet.id, f"{quote_sheetname(ws.title)}!${at}${TITLE_ROW + 1}:${at}${last}", last - TITLE_ROW)


def _close(ws: Worksheet, sheet: Sheet) -> float:
    """Close the columns that can do without being seen and in which nothing stands; whoever needs one opens it with the + over it.
    The width of the others."""
    filled = {column for (row, column), cell in ws._cells.items() if row > TITLE_ROW and cell.value is not None}
    width = 0.0
    for number, column in enumerate(sheet.columns, 1):
        dimension = ws.column_dimensions[get_column_letter(number)]
        if number not in filled and closed(sheet, column):
            dimension.hidden, dimension.outlineLevel = True, 1
        else:
            width += dimension.width
    return width


def _draw_weights(drawn: dict[str, Worksheet], tables: dict[str, Sheet], language: str) -> None:
    """The column of the sectors that sums their weights while they are being written."""
    holders, sectors = tables["holders"], tables["sectors"]
    last = drawn["holders"].auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    letters = {c.key: get_column_letter(n) for n, c in enumerate(holders.columns, 1)}
    ranges = {key: f"${at}${TITLE_ROW + 1}:${at}${last}" for key, at in letters.items()}
    end = drawn["objectives"].auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    own = {c.key: f"${at}${TITLE_ROW + 1}:${at}${end}" for n, c in enumerate(tables["objectives"].columns, 1) if (at := get_column_letter(n))}
    labels = {value: label for c in holders.columns for value, label in c.field.labels(language).items()}
    number = next(n for n, c in enumerate(sectors.columns, 1) if c.computed)
    ws = drawn["sectors"]
    filled = ws.max_row - TITLE_ROW if ws.cell(ws.max_row, 1).value is not None else 0
    for row in range(TITLE_ROW + 1, TITLE_ROW + max(filled + SPARE_SECTORS, READY_SECTORS) + 1):
        ws.cell(row, number, sum_of_weights(f"$A{row}", drawn["holders"].title, columns=ranges, labels=labels,
                                            own=(drawn["objectives"].title, own))).style = style_name(sectors.columns[number - 1].field)
    _mark_filled(ws, len(sectors.columns), computed=get_column_letter(number))


def _print_filled(ws: Worksheet, columns: tuple[Column, ...], last: int) -> None:
    """Print only the rows in which something stands, and nothing of a table that is blank. Excel computes what is printed; programs
    that do not print the headings of a blank table too."""
    title, first, letter = quote_sheetname(ws.title), TITLE_ROW + 1, get_column_letter(len(columns))
    number = next((n for n, c in enumerate(columns, 1) if c.computed), 0)  # what is computed stands in blank rows too
    sides = [(1, number - 1), (number + 1, len(columns))] if number else [(1, len(columns))]
    filled = ",".join(f"({title}!${get_column_letter(a)}${first}:${get_column_letter(b)}${last}<>\"\")*ROW({title}!$A${first}:$A${last})" for a, b in sides)
    area = (f"IF(MAX({filled})=0,{title}!$A${KEY_ROW}:${letter}${KEY_ROW},"  # the hidden row of keys: nothing is to be seen there
            f"{title}!$A${NOTE_ROW}:INDEX({title}!${letter}:${letter},MAX({filled})))")
    ws.defined_names["_xlnm.Print_Area"] = DefinedName("_xlnm.Print_Area", attr_text=area)


def _mark_filled(ws: Worksheet, columns: int, computed: str) -> None:
    """Of a sheet whose blank rows hold formulas in the column ``computed``, box those that are filled: programs that print the
    blank ones too have nothing to show there, no grid, no fill, no border."""
    first, letter = TITLE_ROW + 1, get_column_letter(columns)
    last = TITLE_ROW + SPARE
    ws.print_options.gridLines = False
    something = f"LEN($A{first}&$B{first})>0"
    for cells, look in ((f"{computed}{first}:{computed}{last}", {"fill": PatternFill(bgColor=PALE), "border": BOX}),
                        (f"A{first}:{letter}{last}", {"border": BOX})):
        add_look(ws, cells, something, DifferentialStyle(**look))


def _part(sheet: Sheet) -> str:
    if sheet.id in SAID and sheet.id != TARGETS:
        return "year"
    if sheet.owned:
        return "setup" if sheet.id == "holders" else "contents"
    return "year" if sheet.id in ("measures", "evaluations", "requests", "considerations", "successions") else "setup"


def _draw_head(ws: Worksheet, sheet: Sheet, number: int, column: Column, language: str) -> None:
    write_text(ws.cell(KEY_ROW, number), sheet.full_key(column))
    star = " *" if column.field.required and not column.more and not optional(sheet, column) else ""
    write_text(ws.cell(TITLE_ROW, number), column.title(language) + star, f"perfxl {column.field.moment}")
    dimension = ws.column_dimensions[get_column_letter(number)]
    dimension.width = _width(column)
    # Spare rows have the format of their column: nothing is written in them.
    dimension.number_format, dimension.alignment, dimension.font = FORMATS.get(column.field.cell, "@"), TOP, PLAIN


def _width(column: Column) -> int:
    cell, schema = column.field.cell, column.field.schema
    if cell != "text":
        return WIDTHS[cell]
    most = schema.get("maxLength", 0)
    return 15 if column.refers or "code" in column.key else 12 if not most else 22 if most <= 100 else 32 if most <= 254 else 44


def _draw_row(ws: Worksheet, sheet: Sheet, row: int, owner: str, item: dict[str, Any], language: str, styles: list[StyleArray]) -> None:
    lines = 1
    for number, (column, style) in enumerate(zip(sheet.columns, styles, strict=True), 1):
        if not column.read:
            continue
        value = owner if column.key == OWNER else get_path(item, column.field.path)
        if value is None:
            continue
        pieces = _pieces(column.field, value, language)
        for step, piece in enumerate(pieces):
            cell = ws.cell(row, number + step)
            put(cell, piece, column.field, styled=True)
            cell._style = style
            if isinstance(piece, str):
                lines = max(lines, long_text.lines_shown(piece, _width(column) * 1.25))
    ws.row_dimensions[row].height = LINE * min(lines, ROW_LINES) + 3


def _pieces(field: Field, value: Any, language: str) -> list[Any]:
    """What ``value`` puts in its cell, and in the next one when it is longer than a cell."""
    shown = values.to_cell(value, field, language).content
    if not isinstance(shown, str) or len(shown) <= long_text.CELL_LIMIT:
        return [shown]
    pieces = long_text.split(shown, 2)
    # Texts that story cannot cut kindly in two (one endless line after a short one) are cut where the cell ends.
    return pieces or [shown[: long_text.CELL_LIMIT] + long_text.SEAM, shown[long_text.CELL_LIMIT:]]


@worded()
def write(document: dict[str, Any], language: str = "it", extension: dict[str, Any] | None = None) -> bytes:
    """The workbook of ``document`` as bytes of an .xlsx file; ``extension``: the body's own fields.

    Raises ``ValueError`` when an objective holds fields of the body that ``extension`` does not declare: they
    would be lost.
    """
    declared = set((extension or {}).get("properties", ()))
    for objective in document.get("objectives", ()):
        stray = set(objective.get("sheet", {}).get("extension", ())) - declared
        if stray:
            raise ValueError(f"{objective.get('code')}: fields not declared by the extension: {', '.join(sorted(stray))}")
    return draw(document, language, extension)
