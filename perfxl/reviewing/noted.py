"""Whether somebody has typed in a consolidated workbook where nothing is read: it is worth a copy before it is replaced."""

from collections.abc import Iterator
from math import isclose

from perfxl import sheets
from perfxl.reviewing.blocks import BLOCKS, block_name
from perfxl.sheets.refs import Ref


def noted(saved: bytes, written: bytes) -> bool:
    """Whether a cell of ``saved`` says something that it does not in ``written``, the same workbook as perfxl wrote it.

    The sheets of the review are left out: what stands there is read. So are cells that were emptied, and values of formulas.
    """
    try:
        book, ours = sheets.open_book(saved, "saved"), sheets.open_book(written, "written")
        review = {ref.sheet for b in BLOCKS if isinstance(ref := ours.names.get(block_name(b)), Ref)}
        return any(True for sheet in ours.sheets if sheet.name not in review for _ in differing(book.sheet(sheet.name), sheet))
    except sheets.Refused:
        return False


def differing(sheet: sheets.Sheet | None, ours: sheets.Sheet) -> Iterator[tuple[tuple[int, int], sheets.Cell]]:
    """(row, column) and cell of what stands in ``sheet`` and not in ``ours``; cells that were emptied and values of formulas are
    left out."""
    for place in sheet.cells if sheet is not None else ():
        cell = sheet.cells[place]
        if cell.kind != "blank" and not _same(cell, ours.cells.get(place, sheets.BLANK)):
            yield place, cell


def _same(cell: sheets.Cell, known: sheets.Cell) -> bool:
    if cell.formula is not None or known.formula is not None:
        return (cell.formula is None) == (known.formula is None)
    if cell.kind == known.kind == "number":
        return isclose(cell.value, known.value, rel_tol=1e-12)
    return cell.value == known.value
