"""A worksheet of XlsxWriter that writes every plain text as it is.

XlsxWriter takes a text that begins with ``<r>`` and ends with ``</r>`` for its own markup and writes it raw, and of
``_x0041_x0042_`` it protects the first escape only. Its constant memory mode is needed: texts stand in their cells.
"""

import re
from functools import cache

from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

from perfxl.workbook.sheets.refs import column_letters

_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_CALL = re.compile(r"[A-Za-z_][\w.]*\(")
_PLAIN = frozenset((CellStringTuple, CellNumberTuple, CellBlankTuple))


@cache
def _letters(column: int) -> str:
    return column_letters(column + 1)


class PlainSheet(Worksheet):
    """Give this class to ``add_worksheet`` of a workbook in constant memory mode.

    Texts, numbers, blanks and links, which nearly all cells are, are put by methods of its own, which leave out what XlsxWriter asks
    of each cell and a row of ours answers once; rows are written each in one go.
    """

    _is_plain = True
    _calls: dict[str, bool] = {}
    _row = -1

    def put_text(self, row: int, column: int, text: str, style: Format) -> None:
        """A text as it is, within Excel's limits."""
        self._begin(row, column)
        self.table[row][column] = CellStringTuple(text, style)

    def put_number(self, row: int, column: int, number: float, style: Format) -> None:
        """A number that is one."""
        self._begin(row, column)
        self.table[row][column] = CellNumberTuple(number, style)

    def put_link(self, row: int, column: int, target: Url, text: str, style: Format) -> None:
        """A link to ``target``; whoever puts it keeps to Excel's limit of links."""
        self.put_text(row, column, text, style)
        target.text = text
        self.hlink_count += 1
        self.hyperlinks[row][column] = target

    def _begin(self, row: int, column: int) -> None:
        """Write the row before ``row`` when it is the first cell of that, and note how far the cells reach."""
        if row != self._row or not self.dim_colmin <= column <= self.dim_colmax:
            if self._check_dimensions(row, column):
                raise ValueError(f"row {row} is written already, or is none")
            self._row = row
        if row > self.previous_row:
            self._write_single_row(row)

    def _write_single_row(self, current_row_num=0) -> None:
        """As XlsxWriter writes it, in one go."""
        row = self.previous_row
        if not self.table[row]:
            super()._write_single_row(current_row_num)
            return
        self.previous_row, cells, file = current_row_num, self.table[row], self.fh
        pieces: list[str] = []
        self.fh = _Pieces(pieces)
        self._write_row(row, None, *([self.row_info[row]] if row in self.row_info else []))
        for column in sorted(cells):
            self._write_cell(row, column, cells[column])
        self.fh = file
        file.write("".join(pieces) + "</row>")
        self.table.clear()

    def _write_cell(self, row, col, cell) -> None:
        """As XlsxWriter writes it; texts, numbers and blanks without going about it."""
        kind, style = cell.__class__, cell.format
        if not style or kind not in _PLAIN:
            self._is_plain = kind is CellStringTuple
            super()._write_cell(row, col, cell)
            return
        where = f'<c r="{_letters(col)}{row + 1}" s="{style.xf_index or style._get_xf_index()}"'
        if kind is CellStringTuple:
            text = cell.string
            if "_x" in text:
                text = _ESCAPE.sub("_x005F_", text)
            if "&" in text or "<" in text or ">" in text:
                text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
            self.fh.write(f'{where} t="inlineStr"><is><t{space}>{text}</t></is></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f"{where}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(where + "/>")

    def _prepare_formula(self, formula, expand_future_functions=False):
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

    def _escape_control_characters(self, data):
        """``data`` with what Excel would take for an escape escaped; control characters were taken out before."""
        if not isinstance(data, str):
            return data
        data = _ESCAPE.sub("_x005F_", data)
        return _Text(data) if self._is_plain else data


class _Pieces:
    """What a row writes, gathered."""

    def __init__(self, pieces: list[str]):
        self.write = pieces.append


class _Text(str):
    """A text that is never markup, whatever it begins with: XlsxWriter asks the text itself."""

    def startswith(self, *_) -> bool:
        return False
