"""The workbook in which the columns of a list are matched with the plan: the sheet *Corrispondenze*, and its answers.

A row a column; a hidden column says which one, so that rows may be sorted and titles changed. Texts of the list are
written as texts, whatever they begin with.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as DrawnCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import long_text
from perfxl.model.texts import LANGUAGES, Texts, area
from perfxl.stages.intake.tables import TITLES, Table
from perfxl.stages.intake.targets import Match, Target, plain
from perfxl.stages.plan.cells import (
    BOX,
    INPUT,
    LINE,
    TOP,
    add_styles,
    set_page,
    write_text,
)
from perfxl.stages.plan.file import saved
from perfxl.stages.plan.rules import MISSING
from perfxl.workbook.sheets import Cell, open_book

#: Where the answer stands, where the headings are, the columns of the answers.
CONFIRM_ROW, HEAD_ROW, BECOMES, GROUP = 4, 6, 7, 8
_KEY = re.compile(r"perfxl:(-?\d+)\Z")
_WIDTHS = (4, 16, 10, 40, 46, 9, 46, 9, 40)


@dataclass(frozen=True)
class Answers:
    """What was confirmed: the matches, whether somebody said that they are right, the titles of targets that are none."""

    matches: tuple[Match, ...]
    confirmed: bool
    unknown: tuple[str, ...]


def draw(tables: Sequence[Table], matches: Iterable[Match], given: Mapping[str, Target], file: str, language: str) -> bytes:
    """The workbook as bytes of an .xlsx file; ``file``: what the list is called."""
    say, book = Texts("lists", language), Workbook()
    ws = book.active
    ws.title = say("sheet")
    add_styles(book)
    write_text(ws.cell(1, 2), say("title", file=file), "perfxl title")
    write_text(ws.cell(2, 2), say("intro"), "perfxl wrapped")
    ws.merge_cells(start_row=2, start_column=2, end_row=2, end_column=9)
    ws.row_dimensions[1].height, ws.row_dimensions[2].height = 30, LINE * 4
    write_text(ws.cell(CONFIRM_ROW, 2), say("confirm"), "perfxl label")
    _answer(ws.cell(CONFIRM_ROW, BECOMES))
    write_text(ws.cell(CONFIRM_ROW, BECOMES), say("no"))
    _choices(book, ws, [t.title(language) for t in given.values()], say)
    for number, key in enumerate(("sheet", "column", "head", "examples", "filled", "becomes", "group", "why"), 2):
        write_text(ws.cell(HEAD_ROW, number), say(f"head_{key}"), "perfxl plan")
    ws.row_dimensions[HEAD_ROW].height = LINE * 2 + 4
    by_place = {(t.sheet, c): t for t in tables for c in t.heads}
    for row, match in enumerate(matches, HEAD_ROW + 1):
        _row(ws, row, match=match, table=by_place[match.sheet, match.column], given=given, say=say)
    for number, width in enumerate(_WIDTHS, 1):
        ws.column_dimensions[get_column_letter(number)].width = width
    ws.column_dimensions["A"].hidden = True
    ws.freeze_panes = ws.cell(HEAD_ROW + 1, 5)
    ws.sheet_view.showGridLines = False
    set_page(ws, f"{HEAD_ROW}:{HEAD_ROW}")
    return saved(book)


def _answer(cell: DrawnCell) -> None:
    cell.style = "perfxl text"
    cell.fill, cell.border = PatternFill("solid", fgColor=INPUT), BOX


def _row(ws: Worksheet, row: int, match: Match, table: Table, given: Mapping[str, Target], say: Texts) -> None:
    cells = table.column(match.column)
    shown = " · ".join(dict.fromkeys(" ".join(str(c.value).split())[:40] for c in cells[:12]))
    texts = {1: f"perfxl:{match.column}", 2: match.sheet, 3: table.letters(match.column),
             4: match.head or say("titles_over" if match.column == TITLES else "no_heading"), 5: shown[:120], 9: say(f"why_{match.why or 'none'}")}
    for column, text in texts.items():
        write_text(ws.cell(row, column), text, "perfxl help" if column in (5, 9) else "perfxl wrapped")
        ws.cell(row, column).alignment = TOP
    ws.cell(row, 6, len(cells)).style = "perfxl integer"
    _answer(ws.cell(row, BECOMES))
    if match.target:
        write_text(ws.cell(row, BECOMES), given[match.target].title(say.language))
    _answer(ws.cell(row, GROUP))
    ws.cell(row, GROUP).number_format = "0"
    ws.cell(row, GROUP).alignment = Alignment(horizontal="center", vertical="top")
    ws.cell(row, GROUP).value = match.group if match.target else None
    lines = max(long_text.lines_shown(str(ws.cell(row, n).value or "-"), width * 1.1) for n, width in enumerate(_WIDTHS, 1) if n > 1)
    ws.row_dimensions[row].height = LINE * lines + 4


def _choices(book: Workbook, ws: Worksheet, titles: list[str], say: Texts) -> None:
    hidden = book.create_sheet(say("sheet_choices"))
    hidden.sheet_state = "hidden"
    for number, title in enumerate(titles, 1):
        write_text(hidden.cell(number, 1), title)
    for number, text in enumerate((say("yes"), say("no")), 1):
        write_text(hidden.cell(number, 2), text)
    name = quote_sheetname(hidden.title)
    for cells, where in ((f"{get_column_letter(BECOMES)}{HEAD_ROW + 1}:{get_column_letter(BECOMES)}2000", f"{name}!$A$1:$A${len(titles)}"),
                         (f"{get_column_letter(BECOMES)}{CONFIRM_ROW}", f"{name}!$B$1:$B$2")):
        rule = DataValidation(type="list", formula1=where, allow_blank=True, showErrorMessage=True)
        rule.add(cells)
        ws.add_data_validation(rule)
    which = DataValidation(type="whole", operator="between", formula1="1", formula2="99", allow_blank=True, showErrorMessage=True)
    which.add(f"{get_column_letter(GROUP)}{HEAD_ROW + 1}:{get_column_letter(GROUP)}2000")
    ws.add_data_validation(which)
    at = f"{get_column_letter(BECOMES)}{CONFIRM_ROW}"
    ws.conditional_formatting.add(at, FormulaRule(formula=[f'{at}<>"{say("yes")}"'], fill=PatternFill(bgColor=MISSING)))


def read(data: bytes, file: str, given: Mapping[str, Target]) -> Answers:
    """The answers in the workbook ``data``; raises ``Refused`` when it cannot be opened."""
    book = open_book(data, file)
    titles = {plain(t.title(x)): t.key for t in given.values() for x in LANGUAGES}
    matches, unknown, confirmed = [], [], False
    yes = {plain(area("lists")["yes"][x]) for x in LANGUAGES}
    ask = {plain(area("lists")["confirm"][x]) for x in LANGUAGES}
    for sheet in book.sheets:
        if sheet.state != "visible":
            continue
        for row in sorted({r for r, _ in sheet.cells}):
            text = {c: _said(sheet.cell(row, c)) for c in range(1, len(_WIDTHS) + 1)}
            confirmed = confirmed or plain(text[2]) in ask and plain(text[BECOMES]) in yes
            key = _KEY.match(text[1])
            if not key:
                continue
            target = titles.get(plain(text[BECOMES]), "")
            if text[BECOMES] and not target:
                unknown.append(text[BECOMES])
            head = "" if int(key[1]) == TITLES or text[4] in area("lists")["no_heading"].values() else text[4]
            group = int(text[GROUP]) if text[GROUP].isdecimal() and 0 < int(text[GROUP]) < 100 else 1
            matches.append(Match(text[2], int(key[1]), head=head, target=target, group=group, why="before"))
    return Answers(tuple(matches), confirmed, tuple(dict.fromkeys(unknown)))


def _said(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value).strip()
