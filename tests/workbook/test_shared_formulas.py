"""Formulas of a column that are written once: what the file says stays what each cell computes."""

import io
import random

import pytest
from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator

from perfxl.workbook.patch.rows import rows_of
from perfxl.workbook.patch.shared_formulas import relative, shared, write_out
from perfxl.workbook.patch.workbook import Workbook

#: What a row's formula may be made of: moving and fixed cells, ranges, texts that look like cells, names, numbers.
PIECES = ("A{0}", "$A{0}", "A$3", "$A$3", "SUM(B{0}:C{0})", "SUM($B$2:$B$9)", "SUM(B$2:B{0})", '"A7 e B12"', '"dice ""A1"" qui"', "px01_t_phases",
          "pxm_at", "1E5", "LOG10(12)", "ATAN2(A{0},B{1})", "IF(A{0}=\"\",0,D{1}*100%)", "TRUE", "AB{0}&\"è\"", "ABS(-C{1})", "px_1A{2}")


def _saved(formulas: dict[str, str]) -> bytes:
    book, out = Book(), io.BytesIO()
    for cell, formula in formulas.items():
        book.active[cell] = f"={formula}"
    book.save(out)
    return out.getvalue()


def _rewritten(content: bytes) -> tuple[bytes, bytes]:
    """The workbook after patching, and the part of its sheet."""
    book = Workbook(content)
    book.sheet(book.entries[0])
    made = book.save()
    return made, Workbook(made).package.parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("seed", range(25))
def test_a_column_of_like_formulas_is_written_once_and_read_back_in_full(seed):
    chance = random.Random(seed)
    said = "+".join((*chance.choices(PIECES, k=chance.randint(6, 12)), "\"lunga quanto basta per essere scritta una volta\""))
    rows = range(5, 5 + chance.randint(2, 16))
    formulas = {f"F{row}": said.format(row, row + 30, 7) for row in rows}
    made, part = _rewritten(_saved(formulas))
    assert part.count(b't="shared"') == len(rows) and part.count(b'" si="0">') == 1
    there = load_workbook(io.BytesIO(made)).active
    assert {cell: there[cell].value for cell in formulas} == {cell: f"={formula}" for cell, formula in formulas.items()}
    again = Workbook(made)
    sheet = again.sheet(again.entries[0])
    assert [sheet.formula(row, 6) for row in rows] == list(formulas.values())


@pytest.mark.parametrize("said", ["'Altro foglio'!A{0}+1", "Altro!A{0}+1", "[1]Foglio!A{0}+1", "SUM({0}:{0})+1", "Tabella[[#This Row],[Peso]]+A{0}", "a{0}+1"])
def test_what_may_move_otherwise_is_written_in_each_cell(said):
    long = f'{said}&"un testo che rende lunga la formula di questa cella"'
    _, part = _rewritten(_saved({f"F{row}": long.format(row) for row in range(2, 9)}))
    assert relative(long.format(2), 2) is None and b"shared" not in part


def test_between_cells_that_share_no_other_formula_stands():
    text = '&"un testo che rende lunga la formula di questa cella"'
    made, part = _rewritten(_saved({f"F{row}": (f"A{row}" if row % 2 else f"B{row}+1") + text for row in range(2, 9)}))
    assert b"shared" not in part
    _, part = _rewritten(_saved({"F2": f"A2{text}", "F3": f"A3{text}", "F4": "A4", "F5": f"A5{text}", "F6": f"A6{text}"}))
    assert part.count(b' t="shared" ref="F2:F3"') == part.count(b' t="shared" ref="F5:F6"') == 1


def test_formulas_that_another_program_shares_are_seen_in_full():
    formula = "IF($A2=\"\",Altro!B2,SUM(C$2:C2)*D2)"
    cells = {(row, column): f'<c r="{"GH"[column - 7]}{row}"><f t="shared" {"ref=" + chr(34) + "G2:H4" + chr(34) + " " if (row, column) == (2, 7) else ""}si="0">'
             f'{formula.replace(chr(34), "&quot;") if (row, column) == (2, 7) else ""}</f><v>0</v></c>' for row in (2, 3, 4) for column in (7, 8)}
    rows = rows_of("".join(f'<row r="{row}">{cells[row, 7]}{cells[row, 8]}</row>' for row in (2, 3, 4)))
    write_out(rows)
    for (row, column) in cells:
        cell = rows[row].cells[column]
        assert cell.formula == Translator("=" + formula, "G2").translate_formula(f"{'GH'[column - 7]}{row}")[1:] and cell.options == ""


def test_a_file_made_to_unfold_without_end_is_left_as_it_is():
    long = "A1&" * 2_000 + "A1"
    rows = rows_of(f'<row r="1"><c r="A1"><f t="shared" ref="A1:A9000" si="0">{long}</f></c></row>'
                   + "".join(f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(2, 9_000)))
    write_out(rows)
    assert rows[5].cells[1].formula == "" and shared(rows) == {}
