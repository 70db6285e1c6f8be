"""What somebody has typed in a consolidated workbook where nothing is read: it is worth a copy before it is replaced."""

from collections.abc import Iterator
from math import isclose

from perfxl.model.findings import Finding, Place
from perfxl.stages.review.blocks import BLOCKS, KEY, LISTS, OPEN, REQUESTS, block_name
from perfxl.stages.review.grid import Grid, Row, find
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import Ref, a1


def noted(saved: bytes, written: bytes) -> bool:
    """Whether a cell of ``saved`` says something that it does not in ``written``, the same workbook as perfxl wrote it.

    On the sheets of the review only what is not read counts: see ``unread``. Cells that were emptied are left out, and values
    of formulas. A workbook that can no longer be read may hold anything.
    """
    try:
        book, ours = sheets.open_book(saved, "saved"), sheets.open_book(written, "written")
        review = {ref.sheet for b in BLOCKS if isinstance(ref := ours.names.get(block_name(b)), Ref)}
        return any(True for sheet in ours.sheets if sheet.name not in review for _ in differing(book.sheet(sheet.name), sheet)) \
            or bool(unread(book, ours, ""))
    except sheets.Refused:
        return True


def unread(book: sheets.Book, ours: sheets.Book, file: str) -> list[Finding]:
    """A finding for each cell on the sheets of the review that says something and is not read: in a column that is not open,
    hidden ones too, on a row that is settled, beside or under the rows. ``ours``: the workbook as it was written; ``file``: what findings call
    ``book``, which may have its rows and sheets in another order.
    """
    found: list[Finding] = []
    known = find(ours, BLOCKS)
    for block, grid in find(book, BLOCKS).items():
        if block in known:
            found += [Finding("REVW19", Place(file, grid.sheet.name, a1(*at)), {"found": _words(cell)}) for at, cell in _beyond(grid, known[block])]
    return found


def _beyond(grid: Grid, ours: Grid) -> Iterator[tuple[tuple[int, int], sheets.Cell]]:
    """(row, column) and cell of what ``grid`` says and ``ours``, the same block as it was written, does not, but for open cells."""
    rows, written = {row.number: row for row in grid.rows("")}, {row.text(KEY): row for row in ours.rows("") if row.text(KEY)}
    by_column = {column: key for key, column in grid.columns.items()}
    above = [cell for (row, _), cell in ours.sheet.cells.items() if row <= ours.key_row + 1]
    for at in grid.sheet.cells:
        (row, column), cell = at, grid.sheet.cells[at]
        if cell.kind == "blank" or cell.kind == "text" and not cell.value.strip():
            continue
        key = by_column.get(column)
        if row <= grid.key_row + 1:
            if not any(_same(cell, known) for known in above):
                yield at, cell
        elif key is None:
            if not _same(cell, ours.sheet.cells.get(at, sheets.BLANK)):
                yield at, cell
        elif key == KEY:
            if rows[row].text(KEY) not in written:
                yield at, cell
        elif grid.block == LISTS:  # hidden, and sorted by nobody: its rows are about nothing
            if not _same(cell, ours.sheet.cells.get(at, sheets.BLANK)):
                yield at, cell
        elif not _open(grid.block, key, rows[row]):
            known = written.get(rows[row].text(KEY))
            if known is None or not _same(cell, known.cells.get(key, sheets.BLANK)):
                yield at, cell


def _open(block: str, key: str, row: Row) -> bool:
    """Whether the cell of column ``key`` on ``row`` is read: requests that were made are settled."""
    return key in OPEN.get(block, ()) and not (block == REQUESTS and row.text(KEY))


def _words(cell: sheets.Cell) -> str:
    return str(cell.error if cell.kind == "error" else cell.value if cell.value is not None else cell.formula)


def differing(sheet: sheets.Sheet | None, ours: sheets.Sheet) -> Iterator[tuple[tuple[int, int], sheets.Cell]]:
    """(row, column) and cell of what stands in ``sheet`` and not in ``ours``; cells that were emptied and values of formulas are
    left out."""
    for place in sheet.cells if sheet is not None else ():
        cell = sheet.cells[place]
        if cell.kind != "blank" and not _same(cell, ours.cells.get(place, sheets.BLANK)):
            yield place, cell


def _same(cell: sheets.Cell, known: sheets.Cell) -> bool:
    if cell.formula is not None or known.formula is not None:
        return (cell.formula is None) == (known.formula is None)  # programs write formulas each in its own way
    if cell.kind == known.kind == "number":
        return isclose(cell.value, known.value, rel_tol=1e-12)
    if cell.struck or known.struck:  # some programs save a text without what is struck through in it
        return sorted(f"{cell.value} {cell.struck}".split()) == sorted(f"{known.value} {known.struck}".split())
    return cell.value == known.value
