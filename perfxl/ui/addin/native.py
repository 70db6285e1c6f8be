"""What xlwings has no words for: Excel's own objects, named one way on Windows and another on macOS."""

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlwings


def read_only(book: "xlwings.Book") -> bool:
    """Whether Excel will not save this open workbook where it stands: somebody else has it open for writing."""
    native = book.api
    return bool(native.ReadOnly if hasattr(native, "ReadOnly") else native.read_only.get())


def address(book: "xlwings.Book") -> str:
    """Where Excel has an open workbook from: a path, or an address on the network."""
    native = book.api
    return str(native.FullName if hasattr(native, "FullName") else native.full_name.get())


def saved(book: "xlwings.Book") -> bool:
    """Whether this open workbook is as its file is."""
    native = book.api
    return bool(native.Saved if hasattr(native, "Saved") else native.saved.get())


def unprotect(sheet: "xlwings.Sheet") -> None:
    """Let the cells of a sheet be written."""
    native = sheet.api
    (native.Unprotect if hasattr(native, "Unprotect") else native.unprotect)()


def protect(sheet: "xlwings.Sheet") -> None:
    """Close the cells of a sheet again, as the file has them closed."""
    native = sheet.api
    if hasattr(native, "Protect"):
        native.Protect(AllowFormattingColumns=True, AllowFormattingRows=True, AllowFiltering=True)
    else:
        native.protect_worksheet(allow_formatting_columns=True, allow_formatting_rows=True, allow_filtering=True)


def unfilter(sheet: "xlwings.Sheet") -> None:
    """Take the filter off a sheet: rows that it hides would not be written."""
    native = sheet.api
    if hasattr(native, "AutoFilterMode"):
        if native.AutoFilterMode:
            native.AutoFilterMode = False
    elif native.autofilter_mode.get():
        native.autofilter_mode.set(False)


def filtered(sheet: "xlwings.Sheet", address: str) -> None:
    """Put the arrows of a filter on the head of ``address``; every row shows."""
    if hasattr(sheet.api, "AutoFilterMode"):
        sheet.range(address).api.AutoFilter(1)  # by its first column: without one, Excel would take arrows away that are there
    else:
        with contextlib.suppress(Exception):  # never tried on a Mac: the sheet is right without its arrows
            sheet.range(address).api.autofilter_range(field=1)


def show_column(cell: "xlwings.Range") -> None:
    """Show the whole column of a cell."""
    native = cell.api
    if hasattr(native, "EntireColumn"):
        native.EntireColumn.Hidden = False
    else:
        native.entire_column.hidden.set(False)


def hide_name(name: "xlwings.Name") -> None:
    """Keep a defined name out of the list that users see."""
    with contextlib.suppress(Exception):  # it says what it says all the same
        native = name.api
        if hasattr(native, "Visible"):
            native.Visible = False
        else:
            native.visible.set(False)
