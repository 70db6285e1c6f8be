"""What somebody has typed in a consolidated workbook where nothing is read: it is worth a copy before it is replaced."""

from collections.abc import Iterator

from perfxl.model.findings import Finding, Place
from perfxl.stages.review.blocks import BLOCKS, KEY, LISTS, OPEN, REQUESTS, block_name
from perfxl.stages.review.grid import Grid, Row, cell_text, find_blocks
from perfxl.stages.review.workbook_difference import Beside
from perfxl.workbook import sheets
from perfxl.workbook.sheets.refs import Ref, a1


def has_notes(saved: bytes, written: bytes) -> bool:
    """Whether a cell of ``saved`` says something that it does not in ``written``, the same workbook as perfxl wrote it.

    On the sheets of the review only what is not read counts: see ``unread``. Cells that were emptied are left out, and values
    of formulas. A workbook that can no longer be read may hold anything.
    """
    try:
        book, ours = sheets.open_book(saved, "saved"), sheets.open_book(written, "written")
        beside = Beside(book, ours)
        review = {ref.sheet for b in BLOCKS if isinstance(ref := ours.names.get(block_name(b)), Ref)}
        return any(True for sheet in ours.sheets if sheet.name not in review for _ in beside.differing(sheet)) \
            or bool(unread(book, ours, ""))
    except sheets.Refused:
        return True


def unread(book: sheets.Book, ours: sheets.Book, file: str) -> list[Finding]:
    """A finding for each cell on the sheets of the review that says something and is not read: in a column that is not open,
    hidden ones too, on a row that is settled, beside or under the rows. ``ours``: the workbook as it was written; ``file``: what findings call
    ``book``, which may have its rows and sheets in another order.
    """
    findings: list[Finding] = []
    known, beside = find_blocks(ours, BLOCKS), Beside(book, ours)
    for block, grid in find_blocks(book, BLOCKS).items():
        if block in known:
            findings += [Finding("REVW19", Place(file, grid.sheet.name, a1(*at)), {"found": _words(cell)})
                      for at, cell in _beyond(grid, known[block], beside)]
    return findings


def _beyond(grid: Grid, ours: Grid, beside: Beside) -> Iterator[tuple[tuple[int, int], sheets.Cell]]:
    """(row, column) and cell of what ``grid`` says and ``ours``, the same block as it was written, does not, but for open cells."""
    rows, written = {row.number: row for row in grid.rows("")}, {row.text(KEY): row for row in ours.rows("") if row.text(KEY)}
    by_column = {column: key for key, column in grid.columns.items()}
    above = [cell for (row, _), cell in ours.sheet.cells.items() if row <= ours.key_row + 1]

    def same(cell: sheets.Cell, known: sheets.Cell) -> bool:
        return beside.same(cell, known, grid.sheet, ours.sheet)

    for at in grid.sheet.cells:
        (row, column), cell = at, grid.sheet.cells[at]
        if cell.kind == "blank" and cell.formula is None or cell.kind == "text" and cell.formula is None and not cell.text.strip():
            continue
        key = by_column.get(column)
        if row <= grid.key_row + 1:
            if not any(same(cell, known) for known in above):
                yield at, cell
        elif key is None:
            if not same(cell, ours.sheet.cells.get(at, sheets.BLANK)):
                yield at, cell
        elif key == KEY:
            if rows[row].text(KEY) not in written:
                yield at, cell
        elif grid.block == LISTS:  # hidden, and sorted by nobody: its rows are about nothing
            if not same(cell, ours.sheet.cells.get(at, sheets.BLANK)):
                yield at, cell
        elif not _open(grid.block, key, rows[row]):
            known = written.get(rows[row].text(KEY))
            if known is None or not same(cell, known.cells.get(key, sheets.BLANK)):
                yield at, cell


def _open(block: str, key: str, row: Row) -> bool:
    """Whether the cell of column ``key`` on ``row`` is read: requests that were made are settled."""
    return key in OPEN.get(block, ()) and not (block == REQUESTS and row.text(KEY))


def _words(cell: sheets.Cell) -> str:
    return f"={cell.formula}" if cell.formula else cell_text(cell)
