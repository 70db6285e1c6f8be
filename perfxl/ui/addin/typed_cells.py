"""What the user typed over the cells that perfxl wrote: it is carried to a sheet of its own before they are renewed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from math import isclose
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

if TYPE_CHECKING:
    import xlwings


@dataclass(frozen=True)
class Typed:
    """A cell that is not as perfxl left it: its sheet, its address, and what stands there, as Excel's formula bar shows it."""

    sheet: str
    cell: str
    text: str


def typed(sheet: "xlwings.Sheet", written: Worksheet, columns: int) -> Iterator[Typed]:
    """Cells of ``sheet``, open in Excel, that hold something other than ``written`` has there.

    Only the first ``columns`` columns are about to be renewed; cells that were open to the controller are left out, since
    what stands there is read as an answer; so are cells that were emptied.
    """
    used, last_row, last_column = sheet.used_range, written.max_row, written.max_column
    rows, columns = used.row + used.shape[0] - 1, min(columns, used.column + used.shape[1] - 1)
    for r, row in enumerate(rows_of(sheet.range((1, 1), (rows, columns))), 1):
        for c, text in enumerate(row, 1):
            cell = written.cell(r, c) if r <= last_row and c <= last_column else None
            answered = cell is not None and written.protection.sheet and not cell.protection.locked
            if text not in ("", None) and not answered and not _same(str(text), cell.value if cell is not None else None):
                yield Typed(sheet.name, f"{get_column_letter(c)}{r}", str(text))


def rows_of(block: "xlwings.Range") -> list[list[str]]:
    """What the formula bar shows for the cells of ``block``, row by row, whatever its shape."""
    formulas: Any = block.formula
    rows, columns = block.shape
    if rows == columns == 1:
        return [[formulas]]
    if rows == 1 or columns == 1:
        flat = [cell for row in formulas for cell in (row if isinstance(row, (list, tuple)) else [row])]
        return [flat] if rows == 1 else [[cell] for cell in flat]
    return [list(row) for row in formulas]


def _same(text: str, value: Any) -> bool:
    """Whether the formula bar's ``text`` is what a cell with ``value`` shows there."""
    if value is None:
        return False
    if isinstance(value, ArrayFormula):
        value = value.text
    if isinstance(value, (datetime, date, time)):
        value = to_excel(value)
    if isinstance(value, bool):
        return text.upper() in (str(value).upper(), "VERO" if value else "FALSO")
    if isinstance(value, (int, float)):
        try:
            return isclose(float(text), value, rel_tol=1e-12, abs_tol=1e-12)
        except ValueError:
            return False
    return text.replace("\r\n", "\n") == str(value).replace("\r\n", "\n")
