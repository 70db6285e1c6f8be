"""Draws the plan workbook: one sheet a table, with its lists, prompts, live checks and colours.

Texts are written as inline strings escaped here, so that every character comes back and nothing becomes a
formula. Same plan, same bytes: no clock, fixed dates inside the zip.
"""

import re
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from perfxl import story, values
from perfxl.fields import Field
from perfxl.findings import quote
from perfxl.identity import CONSTANT, PROPERTY
from perfxl.plan_layout import KEY_ROW, MORE, NOTE_ROW, OWNER, TITLE_ROW, Column, Sheet, group_titles, scalar_name, scalars, sheets
from perfxl.plan_rules import MISSING, WRONG, Lists, add_column_rules, add_prompt, sum_of_weights
from perfxl.texts import Texts

#: Rows ready to be filled in under the last one.
SPARE = 200
#: Heading colours of the law's three moments.
MOMENT_FILL = {"plan": "262626", "interim": "0033CC", "final": "00702E"}
INPUT, PALE = "FFFBEA", "EEF1F5"
TAB = {"setup": "262626", "contents": "A6A6A6", "year": "0033CC"}
FORMATS = {"percent": "0.00%", "date": "dd/mm/yyyy", "money": "#,##0.00", "integer": "0", "number": "General"}
WIDTHS = {"long": 60, "lines": 28, "choice": 18, "yesno": 13, "date": 13, "percent": 12, "integer": 11, "number": 13, "money": 16}
CLOCK = datetime(2020, 1, 1)
MOST_SECTORS = 60
#: Characters that fit on a printed page: wider tables take several.
PRINTED_WIDTH = 230
#: The longest a row of texts is drawn, in lines (the cell shows the rest when it is opened), and a line in points.
ROW_LINES = 6
LINE = 12.8


def draw(document: dict, language: str, extension: dict | None) -> bytes:
    """The workbook of ``document`` as bytes of an .xlsx file."""
    say = Texts("plan", language)
    book = Workbook()
    book.remove(book.active)
    _styles(book)
    tables = sheets(extension)
    readme = book.create_sheet(say("sheet_readme"))
    body = book.create_sheet(say("sheet_body"))
    drawn = {sheet.id: book.create_sheet(sheet.title(language)) for sheet in tables}
    lists = Lists(book, say, language, {k: drawn[k].title for k in ("sectors", "objectives")})
    _draw_body(body, document, say, lists)
    for sheet in tables:
        _draw_table(drawn[sheet.id], sheet, _rows(document, sheet), say, lists)
    _draw_weights(drawn, {s.id: s for s in tables}, language)
    lists.close()
    _draw_readme(readme, document, say, {s.id: drawn[s.id] for s in tables}, body)
    _identify(book, document)
    return _saved(book)


# --- the tables -------------------------------------------------------------------------------------------------

def _rows(document: dict, sheet: Sheet) -> list[tuple[str, dict]]:
    """(code of the objective, item) for every row of ``sheet``, in document order."""
    if not sheet.owned:
        return [("", item) for item in document.get(sheet.id, ())]
    return [(objective.get("code"), item) for objective in document.get("objectives", ())
            for item in _at(objective, sheet.path) or ()]


def _at(item, path: tuple[str, ...]):
    for key in path:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def _draw_table(ws: Worksheet, sheet: Sheet, rows: list, say: Texts, lists: Lists) -> None:
    language = say.language
    last = TITLE_ROW + len(rows) + SPARE
    for number, column in enumerate(sheet.columns, 1):
        _draw_head(ws, sheet, number, column, language)
        add_column_rules(ws, sheet, number, column, TITLE_ROW + 1, last, lists)
    for row, (owner, item) in enumerate(rows, TITLE_ROW + 1):
        _draw_row(ws, sheet, row, owner, item, language)
    note = sheet.field.description(language)
    _text(ws.cell(NOTE_ROW, 1), say("note_owned", description=note) if sheet.owned else note, "perfxl note")
    width = len(sheet.columns)
    letter = get_column_letter(width)
    ws.row_dimensions[KEY_ROW].hidden = True
    ws.row_dimensions[NOTE_ROW].height = 22
    ws.row_dimensions[TITLE_ROW].height = 46
    ws.freeze_panes = ws.cell(TITLE_ROW + 1, 3 if sheet.owned or sheet.id == "objectives" else 2)
    ws.auto_filter.ref = f"A{TITLE_ROW}:{letter}{last}"
    ws.sheet_properties.tabColor = TAB[_part(sheet)]
    _page(ws, f"{NOTE_ROW}:{TITLE_ROW}")
    ws.print_options.gridLines = True
    ws.page_setup.fitToWidth = -(-sum(map(_width, sheet.columns)) // PRINTED_WIDTH)
    ws.print_title_cols = "A:B" if ws.page_setup.fitToWidth > 1 else None
    head = f"{quote_sheetname(ws.title)}!$A${KEY_ROW}:${letter}${TITLE_ROW}"
    ws.parent.defined_names[sheet.name] = DefinedName(sheet.name, attr_text=head)
    for number, column in enumerate(sheet.columns, 1):
        if column.key == "code" and sheet.id in ("sectors", "objectives"):
            at = get_column_letter(number)
            lists.define(sheet.id, f"{quote_sheetname(ws.title)}!${at}${TITLE_ROW + 1}:${at}${last}")


def _draw_weights(drawn: dict[str, Worksheet], tables: dict[str, Sheet], language: str) -> None:
    """The column of the sectors that sums their weights while they are being written."""
    holders, sectors = tables["holders"], tables["sectors"]
    last = drawn["holders"].auto_filter.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    letters = {c.key: get_column_letter(n) for n, c in enumerate(holders.columns, 1)}
    ranges = {key: f"${at}${TITLE_ROW + 1}:${at}${last}" for key, at in letters.items()}
    labels = {value: label for c in holders.columns for value, label in c.field.labels(language).items()}
    number = next(n for n, c in enumerate(sectors.columns, 1) if c.computed)
    ws = drawn["sectors"]
    for row in range(TITLE_ROW + 1, max(ws.max_row, TITLE_ROW + MOST_SECTORS) + 1):
        cell = ws.cell(row, number, sum_of_weights(f"$A{row}", drawn["holders"].title, ranges, labels))
        cell.style = "perfxl percent"
        cell.fill = PatternFill("solid", fgColor=PALE)


def _part(sheet: Sheet) -> str:
    if sheet.owned:
        return "setup" if sheet.id == "holders" else "contents"
    return "year" if sheet.id in ("measures", "evaluations", "requests", "considerations") else "setup"


def _draw_head(ws: Worksheet, sheet: Sheet, number: int, column: Column, language: str) -> None:
    _text(ws.cell(KEY_ROW, number), sheet.full_key(column))
    star = " *" if column.field.required and not column.more else ""
    _text(ws.cell(TITLE_ROW, number), column.title(language) + star, f"perfxl {column.field.moment}")
    dimension = ws.column_dimensions[get_column_letter(number)]
    dimension.width = _width(column)
    # Spare rows have the format of their column: nothing is written in them.
    dimension.number_format, dimension.alignment, dimension.font = FORMATS.get(column.field.cell, "@"), _TOP, _font()


def _width(column: Column) -> int:
    cell, schema = column.field.cell, column.field.schema
    if cell != "text":
        return WIDTHS[cell]
    most = schema.get("maxLength", 0)
    return 15 if column.refers or "code" in column.key else 12 if not most else 22 if most <= 100 else 32 if most <= 254 else 44


def _draw_row(ws: Worksheet, sheet: Sheet, row: int, owner: str, item: dict, language: str) -> None:
    lines = 1
    for number, column in enumerate(sheet.columns, 1):
        if not column.read:
            continue
        value = owner if column.key == OWNER else _at(item, column.field.path)
        if value is None:
            continue
        pieces = _pieces(column.field, value, language)
        for step, piece in enumerate(pieces):
            _put(ws.cell(row, number + step), piece, column.field)
            if isinstance(piece, str):
                lines = max(lines, story.lines_shown(piece, _width(column) * 1.25))
    ws.row_dimensions[row].height = LINE * min(lines, ROW_LINES) + 3


def _pieces(field: Field, value, language: str) -> list:
    """What ``value`` puts in its cell, and in the next one when it is longer than a cell."""
    shown = values.to_cell(value, field, language).content
    if not isinstance(shown, str) or len(shown) <= story.CELL_LIMIT:
        return [shown]
    pieces = story.split(shown, 2)
    # Texts that story cannot cut kindly in two (one endless line after a short one) are cut where the cell ends.
    return pieces or [shown[: story.CELL_LIMIT] + story.SEAM, shown[story.CELL_LIMIT:]]


# --- the sheets without a table -----------------------------------------------------------------------------------

def _draw_body(ws: Worksheet, document: dict, say: Texts, lists: Lists) -> None:
    language = say.language
    _text(ws.cell(1, 1), say("file_title", year=document.get("year", "")), "perfxl title")
    ws.row_dimensions[1].height = 30
    _text(ws.cell(2, 1), say("body_note"), "perfxl note")
    for number, key in enumerate(("column_field", "column_value", "column_help"), 1):
        _text(ws.cell(3, number), say(key), "perfxl plan")
    row, group = 3, None
    for field in scalars():
        if len(field.path) > 1 and field.path[0] != group:
            group = field.path[0]
            row += 2
            _text(ws.cell(row, 1), group_titles(group)[language], "perfxl section")
        row += 1
        star = " *" if field.required else ""
        _text(ws.cell(row, 1), field.title(language) + star, "perfxl label")
        cell = ws.cell(row, 2)
        cell.style = _style(field)
        cell.fill, cell.border = PatternFill("solid", fgColor=INPUT), _BOX
        value = _at(document, field.path)
        if value is not None:
            _put(cell, values.to_cell(value, field, language).content, field, styled=True)
        cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        help_ = _help(field, say)
        _text(ws.cell(row, 3), help_, "perfxl help")
        ws.row_dimensions[row].height = LINE * story.lines_shown(help_, 135) + 5
        add_prompt(ws, f"B{row}", field, lists)
        if field.required:
            ws.conditional_formatting.add(f"B{row}", FormulaRule(formula=[f"LEN(TRIM(B{row}))=0"], fill=PatternFill(bgColor=MISSING)))
        name = scalar_name(field)
        ws.parent.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(ws.title)}!$B${row}")
    for letter, width in zip("ABC", (30, 52, 90), strict=True):
        ws.column_dimensions[letter].width = width
    ws.sheet_view.showGridLines = False
    ws.sheet_properties.tabColor = TAB["setup"]
    _page(ws, "1:2")


def _help(field: Field, say: Texts) -> str:
    """The description of a field and what holds when it is blank."""
    default = field.schema.get("default")
    if default in (None, []):
        return field.description(say.language)
    shown = values.to_cell(default, field, say.language)
    text = quote(shown.content, say.language)
    return f"{field.description(say.language)} {say('blank_means', value=text)}"


def _draw_readme(ws: Worksheet, document: dict, say: Texts, drawn: dict, body: Worksheet) -> None:
    _text(ws.cell(1, 1), say("file_title", year=document.get("year", "")), "perfxl title")
    ws.row_dimensions[1].height = 30
    name = document.get("body", {}).get("name")
    if name:
        _text(ws.cell(2, 1), name, "perfxl label")
    _text(ws.cell(3, 1), say("readme_intro"), "perfxl wrapped")
    ws.merge_cells("A3:B3")
    ws.row_dimensions[3].height = 34
    row = _section(ws, 5, say("readme_steps"))
    for number, (step, targets) in enumerate(_steps(drawn, body), 1):
        title = targets[0].title if len(targets) == 1 else say(f"step_{step}_title")
        listed = "" if len(targets) == 1 else f" ({', '.join(t.title for t in targets)})"
        cell = ws.cell(row, 1)
        if targets:
            place = f"{quote_sheetname(targets[0].title)}!A{1 if targets[0] is body else TITLE_ROW}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
        _text(cell, f"{number}. {title}", "perfxl link" if targets else "perfxl step")
        row = _wrapped(ws, row, say(f"step_{step}") + listed * bool(targets))
    row = _section(ws, row + 1, say("readme_rules"))
    for rule in ("required", "percent", "lines", "freedom", "long"):
        row = _wrapped(ws, row, say(f"rule_{rule}"), 1)
    row = _section(ws, row + 1, say("readme_colours"))
    for colour, fill in (*((m, MOMENT_FILL[m]) for m in MOMENT_FILL), ("missing", MISSING), ("wrong", WRONG)):
        ws.cell(row, 1).fill = PatternFill("solid", fgColor=fill)
        row = _wrapped(ws, row, say(f"colour_{colour}"))
    ws.column_dimensions["A"].width, ws.column_dimensions["B"].width = 34, 96
    ws.sheet_view.showGridLines = False
    _page(ws, None)
    ws.page_setup.fitToHeight = 1


def _steps(drawn: dict, body: Worksheet) -> list[tuple[str, list[Worksheet]]]:
    """What to do and where, in order: (message, sheets)."""
    contents = ("responsibles", "responsibles_revised", "money", "results", "entities", "phases")
    year = ("evaluations", "requests", "considerations")
    return [("body", [body]), *((s, [drawn[s]]) for s in ("rounds", "sectors", "cascade", "objectives", "holders")),
            ("contents", [drawn[s] for s in contents]), ("measures", [drawn["measures"]]),
            ("year", [drawn[s] for s in year]), ("done", [])]


def _section(ws: Worksheet, row: int, title: str) -> int:
    _text(ws.cell(row, 1), title, "perfxl section")
    return row + 1


def _wrapped(ws: Worksheet, row: int, text: str, column: int = 2) -> int:
    """Writes ``text`` in ``row`` as high as it needs; returns the next row."""
    _text(ws.cell(row, column), text, "perfxl wrapped")
    if column == 1:
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    ws.row_dimensions[row].height = LINE * story.lines_shown(text, 118 if column == 2 else 160) + 4
    return row + 1


# --- cells, styles, file ----------------------------------------------------------------------------------------

_TOP = Alignment(vertical="top", wrap_text=True)
_HAIR = Side(style="thin", color="C9CED6")
_BOX = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)


def _font(**look) -> Font:
    return Font(**{"name": "Arial", "size": 10, **look})


def _styles(book: Workbook) -> None:
    for cell in ("text", *FORMATS):
        book.add_named_style(NamedStyle(f"perfxl {cell}", number_format=FORMATS.get(cell, "@"), alignment=_TOP, font=_font()))
    for moment, colour in MOMENT_FILL.items():
        book.add_named_style(NamedStyle(
            f"perfxl {moment}", font=_font(bold=True, color="FFFFFF"), fill=PatternFill("solid", fgColor=colour),
            alignment=Alignment(vertical="center", wrap_text=True), border=_BOX, number_format="@"))
    plain = {"title": _font(bold=True, size=18, color=MOMENT_FILL["plan"]), "note": _font(italic=True, color="595959"),
             "section": _font(bold=True, size=13, color=MOMENT_FILL["interim"]), "label": _font(bold=True),
             "help": _font(color="595959"), "wrapped": _font(), "step": _font(bold=True), "link": _font(underline="single", color="1F5FA8")}
    for name, font in plain.items():
        wrap = name in ("help", "wrapped", "link", "step")
        align = Alignment(vertical="top" if name in ("wrapped", "link", "step") else "center", wrap_text=wrap)
        book.add_named_style(NamedStyle(f"perfxl {name}", font=font, alignment=align, number_format="@"))


def _style(field: Field) -> str:
    return f"perfxl {field.cell}" if field.cell in FORMATS else "perfxl text"


def _put(cell: Cell, value, field: Field, styled: bool = False) -> None:
    """Puts a value in its cell: text as text whatever it begins with."""
    if isinstance(value, str):
        _text(cell, value)
    else:
        cell.value = value
    if not styled:
        cell.style = _style(field)


def _text(cell: Cell, text: str, style: str = "") -> Cell:
    # Readers decode _x0041_ in a string as a character: the underscore that would begin one is itself encoded.
    # The value is put past openpyxl's own setter, which would cut the longer, encoded text and look for formulas.
    cell._value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    cell.data_type = "s"
    if style:
        cell.style = style
    return cell


def _page(ws: Worksheet, repeated: str | None) -> None:
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    ws.oddFooter.left.text, ws.oddFooter.right.text = "&A", "&P / &N"
    if repeated:
        ws.print_title_rows = repeated


def token(document: dict) -> str:
    """What the workbook is: ``PX1P|<body>|<year>``."""
    return f"PX1P|{document.get('body', {}).get('code', '')}|{document.get('year', '')}"


def _identify(book: Workbook, document: dict) -> None:
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=token(document)))
    book.defined_names[CONSTANT] = DefinedName(CONSTANT, attr_text=f'"{token(document)}"')


def _saved(book: Workbook) -> bytes:
    properties = book.properties
    properties.creator, properties.created, properties.modified = "perfxl", CLOCK, CLOCK
    first, final = BytesIO(), BytesIO()
    with ZipFile(first, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    with ZipFile(first) as drawn, ZipFile(final, "w", ZIP_DEFLATED) as archive:
        for name in drawn.namelist():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, drawn.read(name))
    return final.getvalue()
