"""The sheets of the plan workbook without a table: what to do, and the body with its rules."""

from typing import Any

from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import long_text
from perfxl.model.documents import get_path
from perfxl.model.fields import Field
from perfxl.model.findings import quote
from perfxl.model.terms import words_in_use
from perfxl.model.texts import Texts
from perfxl.stages.plan.cells import (
    BOX,
    LINE,
    MOMENT_FILL,
    TAB,
    begin_at,
    begins_at,
    put,
    set_page,
    style_name,
    write_text,
)
from perfxl.stages.plan.conditions import add_look, add_validation
from perfxl.stages.plan.layout import (
    group_titles,
    scalar_name,
    scalars,
)
from perfxl.stages.plan.rules import MISSING, WRONG, Lists, accept, filled, hint
from perfxl.stages.plan.sight import ADDED, LATER, mark_name
from perfxl.workbook import values
from perfxl.workbook.patch import measure

#: Width of the column that says what to write: what a laptop's screen has left beside labels and values.
HELP_WIDTH = 84


def draw_body(ws: Worksheet, document: dict[str, Any], say: Texts, lists: Lists) -> None:
    """The sheet of the year, the body and its rules: one value a row, each with its own defined name."""
    language = say.language
    write_text(ws.cell(1, 1), say("file_title", year=document.get("year", "")), "perfxl title")
    ws.row_dimensions[1].height = 30
    write_text(ws.cell(2, 1), say("body_note"), "perfxl note")
    for number, key in enumerate(("column_field", "column_value", "column_help"), 1):
        write_text(ws.cell(3, number), say(key), "perfxl plan")
    row, group, first = 3, None, 0
    for field in sorted(scalars(), key=lambda f: f.path[0] == "rules"):  # last what has its values already: no page is printed without any
        if len(field.path) > 1 and field.path[0] != group:
            group = field.path[0]
            row += 2
            write_text(ws.cell(row, 1), group_titles(group)[language], "perfxl section")
        row += 1
        star = " *" if field.required else ""
        write_text(ws.cell(row, 1), field.title(language) + star, "perfxl label")
        cell = ws.cell(row, 2)
        cell.style = style_name(field)
        cell.border = BOX
        value = get_path(document, field.path)
        first = first or (row if value is None and field.required else 0)
        if value is not None:
            put(cell, values.to_cell(value, field, language).content, field, styled=True)
        cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        help_ = _help(field, say, lists)
        write_text(ws.cell(row, 3), help_, "perfxl help")
        ws.row_dimensions[row].height = LINE * max(1, measure.lines(help_, HELP_WIDTH)) + 5
        accept(ws, f"B{row}", field, lists)
        if field.required:
            add_look(ws, f"B{row}", f"LEN(TRIM(B{row}))=0", filled(MISSING))
        name = scalar_name(field)
        ws.parent.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(ws.title)}!$B${row}")
    for letter, width in zip("ABC", (32, 44, HELP_WIDTH), strict=True):
        ws.column_dimensions[letter].width = width
    ws.sheet_view.showGridLines = False
    ws.sheet_properties.tabColor = TAB["setup"]
    begin_at(ws, first or 4, 2)  # the year, where nothing is missing
    set_page(ws, "1:2", "portrait")


def _help(field: Field, say: Texts, lists: Lists) -> str:
    """The description of a field, how it is written where that is not plain, and what holds when it is blank."""
    sentences = [field.description(say.language)]
    if field.cell not in ("text", "long", "choice", "yesno"):
        sentences.append(hint(field, lists))
    default = field.schema.get("default")
    if default not in (None, []):
        shown = values.to_cell(default, field, say.language)
        sentences.append(say("blank_means", value=quote(shown.content, say.language)))
    if field.key == "weights_total" and not words_in_use().points:
        sentences.append(say("begun_in_percent"))
    return " ".join(sentences)


def draw_readme(ws: Worksheet, document: dict[str, Any], say: Texts, drawn: dict[str, Any], body: Worksheet) -> None:
    """The first sheet: what to do in which order, with links, and the tables that can be added; ``drawn``: the sheets of the tables by id."""
    write_text(ws.cell(1, 1), say("file_title", year=document.get("year", "")), "perfxl title")
    ws.row_dimensions[1].height = 30
    name = document.get("body", {}).get("name")
    if name:
        write_text(ws.cell(2, 1), name, "perfxl label")
    write_text(ws.cell(3, 1), say("readme_intro"), "perfxl wrapped")
    ws.merge_cells("A3:B3")
    ws.row_dimensions[3].height = 34
    row = _section(ws, 5, say("readme_steps"))
    steps = [(step, targets) for step, targets in _steps(drawn, body) if not targets or any(t.sheet_state == "visible" for t in targets)]
    for number, (step, targets) in enumerate(steps, 1):
        title = targets[0].title if len(targets) == 1 else say(f"step_{step}_title")
        seen = [t for t in targets if t.sheet_state == "visible"]
        listed = f" ({', '.join(t.title for t in seen)})" if len(targets) > 1 and seen else ""
        cell = ws.cell(row, 1)
        if seen:  # tables out of sight are told below
            place = f"{quote_sheetname(seen[0].title)}!{begins_at(seen[0])}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
        write_text(cell, f"{number}. {title}", "perfxl link" if seen else "perfxl step")
        row = _wrapped(ws, row, say(f"step_{step}") + listed)
    row = _draw_added(ws, row + 1, say, {key: sheet.title for key, sheet in drawn.items() if sheet.sheet_state != "visible"})
    row = _section(ws, row + 1, say("readme_rules"))
    for rule in ("required", "percent", "lines", "later", "freedom", "long"):
        row = _wrapped(ws, row, say(f"rule_{rule}"), 1)
    row = _section(ws, row + 1, say("readme_colours"))
    for colour, fill in (*((m, MOMENT_FILL[m]) for m in MOMENT_FILL), ("missing", MISSING), ("wrong", WRONG)):
        ws.cell(row, 1).fill = PatternFill("solid", fgColor=fill)
        row = _wrapped(ws, row, say(f"colour_{colour}"))
    for letter, width in zip("ABC", (34, 96, 12), strict=True):
        ws.column_dimensions[letter].width = width
    ws.sheet_view.showGridLines = False
    set_page(ws, orientation="portrait")
    ws.page_setup.fitToHeight = 1


def _draw_added(ws: Worksheet, row: int, say: Texts, unseen: dict[str, str]) -> int:
    """The tables that are out of sight, by id and title, each with a cell that says whether to show it; the next row."""
    if not unseen:
        return row
    row = _section(ws, row, say("readme_added"))
    row = _wrapped(ws, row, say("added_how"), 1)
    for number, key in enumerate(("column_sheet", "column_use", "column_show"), 1):
        write_text(ws.cell(row, number), say(key), "perfxl plan")
    first = row = row + 1
    for table in (*(k for k in ADDED if k in unseen), *(k for k in LATER if k in unseen)):
        cell = write_text(ws.cell(row, 1), unseen[table], "perfxl step")
        mark, name = ws.cell(row, 3), mark_name(table)
        mark.style, mark.border = "perfxl text", BOX
        mark.alignment = Alignment(horizontal="center", vertical="top")
        ws.parent.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(ws.title)}!${mark.column_letter}${mark.row}")
        row = _wrapped(ws, row, say(f"add_{table}"))
        cell.border = ws.cell(row - 1, 2).border = BOX
    add_validation(ws, f"C{first}:C{row - 1}", {"type": "list", "formula1": f'"{say("yes")},{say("no")}"', "allowBlank": True, "showErrorMessage": True,
                                                "errorTitle": say("column_show"), "error": say("hint_yesno")})
    return row


def _steps(drawn: dict[str, Any], body: Worksheet) -> list[tuple[str, list[Worksheet]]]:
    """What to do and where, in order: (message, sheets)."""
    contents = ("responsibles", "money", "results", "entities", "phases")
    year = ("evaluations", "requests", "considerations", "successions", "readings", "revisions", "responsibles_revised")
    return [("body", [body]), *((s, [drawn[s]]) for s in ("rounds", "sectors", "cascade", "bands", "indicators", "fields", "objectives", "holders")),
            ("contents", [drawn[s] for s in contents]), ("measures", [drawn["measures"]]), ("owners", [drawn["owners"]]),
            ("year", [drawn[s] for s in year]), ("done", [])]


def _section(ws: Worksheet, row: int, title: str) -> int:
    write_text(ws.cell(row, 1), title, "perfxl section")
    return row + 1


def _wrapped(ws: Worksheet, row: int, text: str, column: int = 2) -> int:
    """Writes ``text`` in ``row`` as high as it needs; returns the next row."""
    write_text(ws.cell(row, column), text, "perfxl wrapped")
    if column == 1:
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    ws.row_dimensions[row].height = LINE * long_text.lines_shown(text, 118 if column == 2 else 160) + 4
    return row + 1
