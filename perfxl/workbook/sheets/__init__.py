"""Workbooks as they come: cells, names and properties of .xlsx and .ods, read without trusting them."""

from perfxl.workbook.sheets.model import BLANK, Book, Cell, Cells, Refused, Sheet

__all__ = ["BLANK", "Book", "Cell", "Cells", "Refused", "Sheet", "open_book"]


def open_book(data: bytes, file: str) -> Book:
    """The workbook in ``data`` (.xlsx or .ods); ``file`` is what findings call it.

    Raises ``Refused``, at once or when a sheet's cells are first asked for, with the finding that says why.
    """
    from perfxl.workbook.sheets import preflight

    package = preflight.examine(data, file)
    if package.kind == "ods":
        from perfxl.workbook.sheets import ods

        return ods.read(package)
    from perfxl.workbook.sheets import xlsx

    return xlsx.read(package)
