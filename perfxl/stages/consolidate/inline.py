"""A worksheet of XlsxWriter that writes every plain text as it is.

XlsxWriter takes a text that begins with ``<r>`` and ends with ``</r>`` for its own markup and writes it raw, and of
``_x0041_x0042_`` it protects the first escape only. Its constant memory mode is needed: texts stand in their cells.
"""

import re

from xlsxwriter.worksheet import Worksheet

_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")


class PlainSheet(Worksheet):
    """Give this class to ``add_worksheet`` of a workbook in constant memory mode."""

    _is_plain = True

    def _write_cell(self, row, col, cell) -> None:
        self._is_plain = type(cell).__name__ == "String"
        super()._write_cell(row, col, cell)

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
