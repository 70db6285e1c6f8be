"""Workbooks as they come: cells, names and properties of .xlsx and .ods, read without trusting them."""

from perfxl.workbook.sheets.model import BLANK, Book, Cell, Cells, Refused, Sheet

__all__ = ["BLANK", "Book", "Cell", "Cells", "Refused", "Sheet", "open_book"]


def open_book(data: bytes, file: str) -> Book:
    """The workbook in ``data`` (.xlsx or .ods); ``file`` is what findings call it.

    Raises ``Refused``, at once or when a sheet's cells are first asked for, with the finding that says why.
    """
    from perfxl.workbook.sheets import ods, preflight, xlsx

    package = preflight.examine(data, file)
    return ods.read(package) if package.kind == "ods" else xlsx.read(package)
