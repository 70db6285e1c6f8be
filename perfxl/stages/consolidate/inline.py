"""A worksheet of XlsxWriter that writes every plain text as it is.

XlsxWriter takes a text that begins with ``<r>`` and ends with ``</r>`` for its own markup and writes it raw, and of
``_x0041_x0042_`` it protects the first escape only. Its constant memory mode is needed: texts stand in their cells.
"""

import re
from functools import cache

from xlsxwriter.worksheet import Worksheet

from perfxl.workbook.sheets.refs import column_letters

_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_CALL = re.compile(r"[A-Za-z_][\w.]*\(")
_PLAIN = frozenset(("String", "Number", "Blank"))


@cache
def _letters(column: int) -> str:
    return column_letters(column + 1)


class PlainSheet(Worksheet):
    """Give this class to ``add_worksheet`` of a workbook in constant memory mode."""

    _is_plain = True
    _calls: dict[str, bool] = {}

    def _write_cell(self, row, col, cell) -> None:
        """As XlsxWriter writes it; texts, numbers and blanks, which nearly all cells are, without going about it."""
        kind = type(cell).__name__
        self._is_plain = kind == "String"
        if not cell.format or kind not in _PLAIN:
            super()._write_cell(row, col, cell)
            return
        where = f'<c r="{_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'
        if kind == "Blank":
            self.fh.write(where + "/>")
        elif kind == "Number":
            self.fh.write(f"{where}><v>{cell.number:.16G}</v></c>")
        else:
            text = cell.string
            if "_x" in text:
                text = _ESCAPE.sub("_x005F_", text)
            if "&" in text or "<" in text or ">" in text:
                text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
            self.fh.write(f'{where} t="inlineStr"><is><t{space}>{text}</t></is></c>')

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


class _Text(str):
    """A text that is never markup, whatever it begins with: XlsxWriter asks the text itself."""

    def startswith(self, *_) -> bool:
        return False
