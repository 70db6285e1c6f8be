"""The check of what was typed or pasted and hardly meant."""

from openpyxl.utils import get_column_letter

from perfxl.stages.issue.form.conditions.asking import Asked, first_asked, say
from perfxl.stages.issue.form.drawing import CALC, CALC2, CALC3
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.sheet_cells import SheetCells
from perfxl.stages.issue.form.table_places import Cells


def check_typed(sheet: SheetCells) -> str:
    """A cell holds what was hardly meant, what is of another kind than its own, or more decimals than are printed.

    How many do is counted in hidden cells beside the check: in one formula all that would be too long for Excel.
    """
    canvas, asked = sheet.canvas, list[Asked]()
    for column, key, count in ((CALC, "todo_typed", canvas.open.small()), (CALC2, "todo_kind", canvas.open.other_kind()), (CALC3, "todo_decimals", canvas.open.decimals())):
        if count:
            canvas.put(column, "=" + "+".join(count), "hidden")
            asked.append((f"${get_column_letter(column)}${canvas.row}>0", say(sheet, key)))
    if sheet.round != "plan" and sheet.full:
        over = "+".join(f"SUM({sheet.cells(table, column)})" for table, column in faults.DRAGGED.items())
        asked += [(f"{over}>0", say(sheet, "todo_dragged")), (_spilled(sheet), say(sheet, "todo_spilled"))]
    if sheet.round != "plan":
        asked.append((f"IF(ISNUMBER({sheet.typed}),ABS(ROUND({sheet.typed},pxm_printed)-{sheet.typed})>0.0000000001,FALSE)", say(sheet, "todo_decimals")))
    return first_asked(sheet, asked)


def _spilled(sheet: SheetCells) -> str:
    """The condition that a text pasted on a cell ran over the rows below: lines that adjoin, of which a later one begins small or
    the one before ends open (``perfxl.stages.check.typed`` looks closer). Each part stands in a hidden cell beside the check."""
    parts = [_run_on(sheet.cells(table, 2)) for table in ("phases_reading", "results_reading")]
    sheet.canvas.put(CALC3 + 1, "=" + "+".join(parts), "hidden")
    return f"${get_column_letter(CALC3 + 1)}${sheet.canvas.row}>0"


def _run_on(cells: Cells) -> str:
    """How many rows of ``cells`` go on with the text of the row above; counted only where two or more were written."""
    column, (first, *others) = cells.column, cells.rows
    above, below = f"${column}${first}:${column}${others[-1] - 1}", f"${column}${others[0]}:${column}${others[-1]}"

    def line(where: str) -> str:
        return f'(LEN({where})>0)*(LEN({where})<={faults.LINE})*(LEN(SUBSTITUTE({where},CHAR(10),""))=LEN({where}))'

    def small(where: str) -> str:
        return f"EXACT(LEFT({where}),LOWER(LEFT({where})))*(1-EXACT(LEFT({where}),UPPER(LEFT({where}))))"

    def capital(where: str) -> str:
        return f"EXACT(LEFT({where}),UPPER(LEFT({where})))*(1-EXACT(LEFT({where}),LOWER(LEFT({where}))))"
    both_lines = f"{line(above)}*{line(below)}"
    ends_open = "+".join(f'(RIGHT({above})="{mark}")' for mark in ",;:")
    open_end = f"SUMPRODUCT({both_lines}*({ends_open})*(1-{capital(below)}))"
    begins = f"SUMPRODUCT({both_lines}*(1-{small(above)})*{small(below)})"
    all_small = f"SUMPRODUCT((1-{line(above)})*{line(below)}*{small(below)})+{line(f'${column}${first}')}*{small(f'${column}${first}')}"
    return f"IF(COUNTA({cells})<2,0,{open_end}+IF({all_small}=0,{begins},0))"
