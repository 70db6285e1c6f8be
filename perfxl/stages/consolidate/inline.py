"""A worksheet of XlsxWriter that writes every plain text as it is, and that is packed as soon as it is whole.

XlsxWriter takes a text that begins with ``<r>`` and ends with ``</r>`` for its own markup and writes it raw, and of
``_x0041_x0042_`` it protects the first escape only. Its constant memory mode is needed: texts stand in their cells.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter.format import Format
from xlsxwriter.relationships import Relationships
from xlsxwriter.worksheet import CellStringTuple, Worksheet

from perfxl.stages.consolidate import cells as said
from perfxl.stages.consolidate.links import Link
from perfxl.workbook.deflating import Deflated, Deflating
from perfxl.workbook.sheets.refs import column_letters

#: Signs of rows that wait in memory before they go to disk.
IN_MEMORY = 1 << 19

_CALL = re.compile(r"[A-Za-z_][\w.]*\(")
#: What a formula can have as its value here; else XlsxWriter writes it.
_VALUES = (float, int, str)


@cache
def _letters(column: int) -> str:
    return column_letters(column + 1)


class _Rows:
    """The rows of a sheet as text, on disk in ``folder`` where they are many."""

    def __init__(self, folder: str | None):
        self._folder, self._signs = folder, 0
        self._waiting: list[str] = []
        self._file: IO[str] | None = None
        self._pieces: list[int] = []

    def write(self, text: str) -> None:
        """Write ``text`` at the end."""
        self._waiting.append(text)
        self._signs += len(text)
        if self._signs > IN_MEMORY:
            if self._file is None:
                self._file = TemporaryFile("w+", dir=self._folder, encoding="utf-8", newline="")
            self._file.write("".join(self._waiting))
            self._pieces.append(self._signs)
            self._waiting, self._signs = [], 0

    def read(self) -> Iterator[str]:
        """All of it, from the beginning, once; each row whole."""
        if self._file is not None:
            self._file.seek(0)
            yield from (self._file.read(signs) for signs in self._pieces)
            self._file.close()
        yield from self._waiting


class PlainSheet(Worksheet):
    """A sheet of a ``PackedWorkbook``.

    Texts, numbers, blanks and links, which nearly all cells are, are put by methods of its own, which leave out what XlsxWriter asks
    of each cell and a row of ours answers once; rows are written each in one go. Once it is ``finish``ed nothing can be written.
    """

    _is_plain = True
    _calls: dict[str, bool] = {}
    _row = -1
    #: What XlsxWriter keeps, and writes to: the rows of a sheet, one of them, or the sheet as it is packed.
    fh: Any
    previous_row: int
    external_hyper_links: list[Any]

    #: The sheet and what it leads to (None where that is nothing), once they are whole.
    packed: Deflated | None = None
    links: Deflated | None = None

    def _initialize(self, init_data: dict[str, Any]) -> None:
        super()._initialize({**init_data, "constant_memory": False})
        self.constant_memory = True
        self.fh = self._rows = _Rows(self.tmpdir)
        self._cells: dict[int, Any] = {}  # what a cell says and its look; of XlsxWriter's own, what it has made of it
        self._marks: dict[Format, str] = {}
        self._row_ends: dict[tuple[Any, ...], str] = {}
        self._heights: dict[tuple[int, int], Any] = {}
        self._links: list[tuple[int, int, Link, str]] = []

    def _opt_close(self) -> None:
        """Nothing: rows are not in a file of XlsxWriter's."""

    def put(self, row: int, column: int, cell: str, style: Format) -> None:
        """A cell that says ``cell``, a text of ``cells``."""
        if row != self._row:
            self._begin(row)
        self._cells[column] = cell, style

    def put_text(self, row: int, column: int, text: str, style: Format) -> None:
        """A text as it is, within Excel's limits."""
        self.put(row, column, said.text(text), style)

    def put_formula(self, row: int, column: int, formula: str, style: Format, value: Any) -> None:
        """A formula with the value it has."""
        if value.__class__ in _VALUES and "{" not in formula and "#" not in formula and not (value.__class__ is str and value[:1] == "#") \
                and all(map(self._old, _CALL.findall(formula))):
            self.put(row, column, said.formula(formula.removeprefix("="), value), style)
        else:
            self.write_formula(row, column, formula, cell_format=style, value=value)

    def put_link(self, row: int, column: int, target: Link, text: str, style: Format) -> None:
        """A link to ``target``; whoever puts it keeps to Excel's limit of links."""
        self.put(row, column, said.text(text), style)
        self._links.append((row, column, target, text))

    def set_height(self, row: int, height: float, level: int) -> None:
        """The height of a row in points, and its level in the outline: what ``set_row`` does, where nothing else is set."""
        if self._check_dimensions(row, self.dim_colmin or 0):
            return
        size = int(height * 4 / 3 + 0.5), level
        known = self._heights.get(size)
        if known is None:
            self.set_row_pixels(row, size[0], None, {"level": level})
            self._heights[size] = self.row_info[row]
        else:
            self.row_info[row] = known
            self.row_sizes[row] = [size[0], False]

    def is_numbered(self) -> bool:
        """Whether all that it still has to write has its number in the workbook: drawings never, looks once a row has them."""
        waiting = [cell[-1] if cell.__class__ is tuple else cell.format for cell in self.table.get(self.previous_row, {}).values()]
        waiting += [info.column_format for info in self.col_info.values()]
        waiting += [info.row_format for info in self.row_info.values()]
        return not (self.charts or self.images or self.shapes) and all(look is None or look.xf_index is not None for look in waiting)

    def number_rest(self) -> None:
        """Give all looks that it still has to write their numbers."""
        self._write_single_row()
        for info in self.col_info.values():
            if info.column_format is not None:
                info.column_format._get_xf_index()

    def finish(self, packing: Callable[[], Deflating] = Deflating) -> None:
        """Pack what was written, and let go of it."""
        if self.packed is not None:
            return
        self._write_single_row()
        self.fh = writing = packing()
        self._assemble_xml_file()
        self.packed, self.fh = writing.close(), None
        leading = (*self.external_hyper_links, *self.external_drawing_links)
        if leading:
            rels = Relationships()
            for link in leading:
                rels._add_document_relationship(*link)
            rels.fh = writing = packing()
            rels._assemble_xml_file()
            self.links = writing.close()
        self._release_rows()

    def _release_rows(self) -> None:
        """Keep no longer what only writing the sheet took, of a thousand sheets as of one: what the workbook still asks for stays."""
        self._rows = _Rows(None)
        for kept in (self.external_hyper_links, self._links, self._row_ends, self._marks, self._heights, self._cells, self.table, self.row_info,
                     self.row_sizes, self.col_info, self.merge, self.cond_formats, self.validations):
            kept.clear()

    def _begin(self, row: int) -> None:
        """Write the row before ``row``, and note how far the cells reach."""
        if self.packed is None and row > self.previous_row:
            self._write_single_row(row)
        if self.packed is not None or row < self.previous_row or self._check_dimensions(row, 0, ignore_col=True):
            raise ValueError(f"row {row} is written already, or is none")
        self._row, self._cells = row, self.table[row]

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """As XlsxWriter writes it, in one go."""
        row, self.previous_row = self.previous_row, current_row_num
        cells, info = self.table.get(row), self.row_info.pop(row, None)
        self.table.clear()
        self._row = -1
        if not cells:
            if info is not None:
                self._write_empty_row(row, None, info)
            return
        rows, number, pieces = self.fh, row + 1, _Pieces()
        self.fh = pieces
        write, marks = pieces.write, self._marks
        write(f'<row r="{number}"{self._row_end(info)}')
        columns = sorted(cells)
        for column in (columns[0], columns[-1]):
            if self._check_dimensions(row, column, ignore_row=True):
                raise ValueError(f"there is no column {column}")
        for column in columns:
            cell = cells[column]
            if cell.__class__ is not tuple:
                self._is_plain = cell.__class__ is CellStringTuple
                self._write_cell(row, column, cell)
                continue
            says, style = cell
            write(f'<c r="{_letters(column)}{number}"{marks.get(style) or self._mark(style)}{says}')
        write("</row>")
        rows.write("".join(pieces.pieces))
        self.fh = rows

    def _mark(self, style: Format) -> str:
        """How cells of ``style`` say so."""
        self._marks[style] = f' s="{style._get_xf_index()}"'
        return self._marks[style]

    def _row_end(self, info: Any) -> str:
        """What the tag of a row says after its number."""
        key = () if info is None else (info.height, info.row_format, info.hidden, info.level, info.collapsed)
        if key not in self._row_ends:
            file, pieces = self.fh, _Pieces()
            self.fh = pieces
            self._write_row(0, None, *([info] if info else []))
            self._row_ends[key] = "".join(pieces.pieces).removeprefix('<row r="1"')
            self.fh = file
        return self._row_ends[key]

    def _write_optimized_sheet_data(self) -> None:
        """The rows as they were written."""
        if self.dim_rowmin is None:
            self._xml_empty_tag("sheetData")
            return
        self._xml_start_tag("sheetData")
        for text in self._rows.read():
            self.fh.write(text)
        self._xml_end_tag("sheetData")

    def _write_hyperlinks(self) -> None:
        """The links in the order of rows and columns, as XlsxWriter writes them."""
        if not self._links:
            return
        self._xml_start_tag("hyperlinks")
        for row, column, link, text in sorted(self._links, key=lambda known: known[:2]):
            where = f'<hyperlink ref="{_letters(column)}{row + 1}"'
            if link.target:
                self.rel_count += 1
                self.external_hyper_links.append(("/hyperlink", link.target, "External"))
                place = f' location="{self._escape_attributes(link.place)}"' if link.place else ""
                self.fh.write(f'{where} r:id="rId{self.rel_count}"{place}/>')
            else:
                self.fh.write(f'{where} location="{self._escape_attributes(link.place)}" display="{self._escape_attributes(text)}"/>')
        self._xml_end_tag("hyperlinks")

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """As XlsxWriter makes it, which looks for each newer function in turn: not where a formula has none of them."""
        if expand_future_functions or self.use_future_functions or "{" in formula or not all(map(self._old, _CALL.findall(formula))):
            return super()._prepare_formula(formula, expand_future_functions)
        return formula.removeprefix("=")

    def _old(self, call: str) -> bool:
        """Whether XlsxWriter leaves the name of a function in ``call``, ``SUM(``, as it is."""
        known = self._calls.get(call)
        if known is None:
            known = self._calls[call] = super()._prepare_formula(call) == call
        return known

    def _escape_control_characters(self, data: Any) -> Any:
        """``data`` with what Excel would take for an escape escaped; control characters were taken out before."""
        if not isinstance(data, str):
            return data
        data = said.without_escapes(data)
        return _Text(data) if self._is_plain else data


class _Pieces:
    """What a row writes, gathered."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.write = self.pieces.append


class _Text(str):
    """A text that is never markup, whatever it begins with: XlsxWriter asks the text itself."""

    def startswith(self, *_: object) -> bool:
        return False
