"""The open consolidated workbook renewed in place: values, formulas, formats, names; the user's own sheets stay.

The new result is opened beside the old one and its cells are copied over, a sheet at a time; formulas are then written
again as they stand in the file, since a copy between workbooks would make them point back to where they came from.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.texts import Texts
from perfxl.ui.addin import native
from perfxl.ui.addin.graphs import charts_follow
from perfxl.ui.addin.typed_cells import Typed, rows_of, typed

if TYPE_CHECKING:
    import xlwings

#: More columns than a sheet has.
_ALL = 20_000
#: From the width of a column in the file to the one Excel shows: the margins of a cell.
_MARGIN = 5 / 7


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: sheets ``added`` and ``removed``; ``kept``: what the user had typed over perfxl's cells, now on
    a sheet of its own; ``charts``: sheets whose charts still show the rows they showed before."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[Typed, ...]
    charts: tuple[str, ...]


@contextmanager
def steady(app: "xlwings.App") -> Iterator[None]:
    """Excel without recalculation, redrawing, events and questions; as it was before, whatever happens."""
    settings = ("calculation", "screen_updating", "enable_events", "display_alerts")
    before = {name: getattr(app, name) for name in settings}
    try:
        for name in settings:
            setattr(app, name, "manual" if name == "calculation" else False)
        yield
    finally:
        failed = None
        for name, value in before.items():
            try:
                setattr(app, name, value)
            except Exception as problem:  # noqa: BLE001 - the other settings are put back all the same
                failed = problem
        if failed:
            raise failed


def refresh(book: "xlwings.Book", made: Path, before: bytes | None, language: str) -> Refreshed:
    """Renew ``book``, open in Excel, from the consolidated workbook at ``made``.

    ``before``: the consolidated workbook as perfxl wrote it last, None when there was none: it tells the sheets that are
    perfxl's from the user's own, and what was typed over.
    """
    new, old = _loaded(made.read_bytes()), _loaded(before) if before else _nothing()
    there = {s.name for s in book.sheets}
    with steady(book.app):
        front = book.sheets.active.name
        replaced = [ws.title for ws in new if ws.title in there and ws.title in old.sheetnames and _other_shape(ws, old[ws.title])]
        removed = tuple(ws.title for ws in old if ws.title not in new.sheetnames and ws.title in there)
        kept = [t for ws in old if ws.title in there for t in typed(book.sheets[ws.title], ws, _renewed(ws.title, new, replaced))]
        own = _own_formulas(book, {*new.sheetnames, *old.sheetnames}) if replaced else []
        source = book.app.books.open(str(made), update_links=False, read_only=True)
        try:
            added = _place_sheets(book, source, new=new, there=there, replaced=replaced)
            for ws in new:
                _renew(book.sheets[ws.title], source.sheets[ws.title], ws=ws, old=old[ws.title] if ws.title in old.sheetnames else None,
                       whole=ws.title in added)
            for name in removed:
                book.sheets[name].delete()
        finally:
            source.close()
        for cell, formula in own:
            if cell.formula != formula:
                cell.formula = formula
        _names(book, new, old)
        _keep(book, kept, Texts("addin", language))
        book.sheets[front if front in {s.name for s in book.sheets} else new.sheetnames[0]].activate()
    charts = tuple(ws.title for ws in new if not charts_follow(
        book.sheets[ws.title], ws, old[ws.title] if ws.title in old.sheetnames and ws.title not in added else None))
    return Refreshed(tuple(n for n in added if n not in replaced), removed, tuple(kept), charts)


def _loaded(made: bytes) -> Workbook:
    return load_workbook(BytesIO(made), rich_text=True)


def _nothing() -> Workbook:
    """A workbook without sheets."""
    book = Workbook()
    book.remove(book.active)
    return book


def _renewed(sheet: str, new: Workbook, replaced: list[str]) -> int:
    """How many columns of an open sheet are about to be written: all where it is replaced whole, or goes."""
    return new[sheet].max_column if sheet in new.sheetnames and sheet not in replaced else _ALL


def _own_formulas(book: "xlwings.Book", perfxl: set[str]) -> "list[tuple[xlwings.Range, str]]":
    """(cell, formula) on the user's own sheets: Excel spoils those that refer to a sheet that is being replaced."""
    formulas = []
    for sheet in book.sheets:
        if sheet.name in perfxl:
            continue
        used = sheet.used_range
        for r, row in enumerate(rows_of(used), used.row):
            formulas += [(sheet.range((r, c)), text) for c, text in enumerate(row, used.column) if str(text).startswith("=")]
    return formulas


def _place_sheets(book: "xlwings.Book", source: "xlwings.Book", new: Workbook, there: set[str], replaced: list[str]) -> list[str]:
    """Add the sheets that the open workbook lacks, each after the one it follows, and those that take the place of
    another; their names."""
    added: list[str] = []
    for position, ws in enumerate(new):
        if ws.title in there and ws.title not in replaced:
            continue
        if ws.title in there:
            copy = source.sheets[ws.title].copy(before=book.sheets[ws.title])
            book.sheets[ws.title].delete()
        elif position:
            copy = source.sheets[ws.title].copy(after=book.sheets[new.sheetnames[position - 1]])
        else:
            copy = source.sheets[ws.title].copy(before=book.sheets[0])
        copy.name = ws.title
        added.append(ws.title)
    return added


def _renew(sheet: "xlwings.Sheet", source: "xlwings.Sheet", ws: Worksheet, old: Worksheet | None, whole: bool) -> None:
    """Give ``sheet`` the contents of ``source``; ``ws`` is the same sheet as the file has it, ``whole`` when just copied."""
    rows, columns = ws.max_row, ws.max_column
    if ws.protection.sheet:
        native.unprotect(sheet)
    if not whole:
        native.unfilter(sheet)
        _renew_cells(sheet, source, ws, old)
    for first, column, formulas in _formula_runs(ws):
        sheet.range((first, column), (first + len(formulas) - 1, column)).formula = [[f] for f in formulas]
    if not whole:
        last = max(old.max_row if old else 0, _last_row(sheet))
        if last > rows and old is not None:
            under = sheet.range((rows + 1, 1), (last, columns))
            under.unmerge()
            under.clear()
        _sizes(sheet, ws, old)
        if ws.auto_filter.ref:
            native.filtered(sheet, ws.auto_filter.ref)
        if old is None or _printed(ws) != _printed(old):
            sheet.page_setup.print_area = _printed(ws)
    if ws.protection.sheet:
        native.protect(sheet)


def _renew_cells(sheet: "xlwings.Sheet", source: "xlwings.Sheet", ws: Worksheet, old: Worksheet | None) -> None:
    rows, columns = ws.max_row, ws.max_column
    target, whole = sheet.range((1, 1), (rows, columns)), source.range((1, 1), (rows, columns))
    sheet.range((1, 1), (max(rows, old.max_row if old else 0), columns)).unmerge()
    if ws.data_validations.count:
        # The choices of cells lead to other sheets: rows that are new take them from the row above, within the workbook.
        if old is not None and rows > old.max_row:
            sheet.range((old.max_row, 1), (old.max_row, columns)).copy(sheet.range((old.max_row + 1, 1), (rows, columns)))
        whole.copy()
        target.paste("values")
        whole.copy()
        target.paste("formats")
        sheet.book.app.cut_copy_mode = False
        return
    charts = len(sheet.charts)
    target.clear()
    whole.copy(sheet.range((1, 1)))
    for extra in reversed(range(charts, len(sheet.charts))):  # Excel copies charts together with their cells
        sheet.charts[extra].delete()


def _last_row(sheet: "xlwings.Sheet") -> int:
    used = sheet.used_range
    return used.row + used.shape[0] - 1


def _formula_runs(ws: Worksheet) -> Iterator[tuple[int, int, list[str]]]:
    """(first row, column, formulas) of every stretch of formulas down a column; rows and columns from 1."""
    for column in ws.iter_cols():
        run: list[str] = []
        for cell in column:
            if cell.data_type == "f":
                run.append(cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value)
            elif run:
                yield cell.row - len(run), cell.column, run
                run = []
        if run:
            yield column[-1].row - len(run) + 1, column[0].column, run


def _sizes(sheet: "xlwings.Sheet", ws: Worksheet, old: Worksheet | None) -> None:
    """Heights and widths that are not as they were in the last result; others may be the user's, and stay."""
    usual = ws.sheet_format.defaultRowHeight

    def height(of: Worksheet | None, row: int) -> float:
        known = of.row_dimensions[row] if of is not None and row in of.row_dimensions else None
        return (known.height or usual) if known else usual

    hidden = {r for r in range(1, ws.max_row + 1) if r in ws.row_dimensions and ws.row_dimensions[r].hidden}
    for row in range(1, ws.max_row + 1):
        if row not in hidden and (old is None or height(ws, row) != height(old, row)):
            sheet.range((row, 1)).row_height = height(ws, row)
    for key, dimension in ws.column_dimensions.items():
        same = old is not None and key in old.column_dimensions and old.column_dimensions[key].width == dimension.width
        if dimension.width and not dimension.hidden and not same:
            sheet.range((1, dimension.min), (1, dimension.max)).column_width = round(dimension.width - _MARGIN, 2)


def _printed(ws: Worksheet) -> str | None:
    """The part of a sheet that is printed, without the sheet's name; None when that is all of it."""
    return ws.print_area.rpartition("!")[2] or None if ws.print_area else None


def _other_shape(ws: Worksheet, old: Worksheet) -> bool:
    """Whether a sheet is another than its cells can tell, and is copied whole: rows and columns that are hidden or kept in
    sight, titles of the printed pages, choices of cells that lead to no other sheet."""
    def shape(of: Worksheet) -> tuple[object, ...]:
        return (of.freeze_panes, of.print_title_rows, of.print_title_cols, of.sheet_state,
                {r for r, d in of.row_dimensions.items() if d.hidden}, {c for c, d in of.column_dimensions.items() if d.hidden})

    def choices(of: Worksheet) -> set[tuple[object, ...]]:
        return {(str(v.sqref), v.type, v.formula1, v.formula2) for v in of.data_validations.dataValidation}
    chosen = choices(ws)
    within = not any("!" in str(f) for _, _, *formulas in chosen for f in formulas)
    return shape(ws) != shape(old) or (chosen != choices(old) and within)


def _names(book: "xlwings.Book", new: Workbook, old: Workbook) -> None:
    """Defined names as the new result has them; the user's own stay."""
    there = {name.name: name for name in book.names}
    for name, defined in new.defined_names.items():
        wanted = defined.attr_text if defined.attr_text.startswith("=") else f"={defined.attr_text}"
        if name not in there:
            book.names.add(name, wanted)
        elif there[name].refers_to != wanted:
            there[name].refers_to = wanted
    for name in old.defined_names.keys() - new.defined_names.keys():
        if name in there:
            there[name].delete()


def _keep(book: "xlwings.Book", kept: list[Typed], say: Texts) -> None:
    """Write what was typed over on a sheet of the user's, under what it has already."""
    if not kept:
        return
    title = say("kept_sheet")
    if title in {s.name for s in book.sheets}:
        sheet, row = book.sheets[title], _last_row(book.sheets[title]) + 1
    else:
        sheet, row = book.sheets.add(title, after=book.sheets[len(book.sheets) - 1]), 2
        sheet.range((1, 1)).value = [say("column_sheet"), say("column_cell"), say("kept_text")]
    cells = sheet.range((row, 1), (row + len(kept) - 1, 3))
    cells.number_format = "@"  # text stays text, whatever it begins with
    cells.value = [[t.sheet, t.cell, t.text] for t in kept]
