"""The rows of a worksheet part, taken apart once.

A part is parsed and written again before it is taken apart, so that ``<`` and ``>`` stand in tags alone.
"""

import re
from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from perfxl.workbook.patch.cell import attributes_in
from perfxl.workbook.patch.row import Row
from perfxl.workbook.sheets.recent import Recent

if TYPE_CHECKING:  # what is known of the formulas of rows is found out by who computes them
    from perfxl.workbook.formulas.pages import Known

_ROW = re.compile(r"<row( [^>]*?)?(?:/>|>(.*?)</row>)", re.S)
#: Ways in which rows of a part are without formulas, and words that were looked for in them, that are kept.
_MOST_BARE, _MOST_ASKED = 8, 64
#: Rows that parts had lately, up to so many characters: most rows of a sheet stand in its like, and in the next form.
recent: Recent[tuple[object, ...], Row] = Recent(8_000_000)


class Rows(dict[int, Row]):
    """The rows of a part by number; ``computed``: what is known of their formulas;
    ``changed``: by what changed formulas, for each row as it was what it is then, and the columns in which it is another;
    ``rewritten``: the same of single rows; ``layouts``: columns by key and rows by slot of the tables of copies, by where they stand."""

    def __init__(self, rows: Mapping[int, Row] = MappingProxyType({})) -> None:
        super().__init__(rows)
        self.computed: dict[tuple[str, frozenset[tuple[str, str]]], "Known"] = {}
        self.changed: dict[Hashable, dict[Row, tuple[Row, tuple[int, ...]]]] = {}
        self.rewritten: dict[tuple[Row, range, Hashable], tuple[Row, tuple[int, ...]]] = {}
        self.layouts: dict[tuple[int, ...], tuple[dict[str, int], dict[str, int]]] = {}
        self._bare: dict[frozenset[int], Rows] = {}
        self._mentioned: dict[str, frozenset[int]] = {}

    def bare(self, numbers: frozenset[int]) -> "Rows":
        """The same, those of ``numbers`` without their formulas."""
        if numbers not in self._bare:
            if len(self._bare) >= _MOST_BARE:
                self._bare.pop(next(iter(self._bare)))
            self._bare[numbers] = Rows({number: row.without_formulas() if number in numbers else row for number, row in self.items()})
        return self._bare[numbers]

    def mentioning(self, part: str) -> frozenset[int]:
        """The numbers of the rows in whose formulas ``part`` occurs."""
        if part not in self._mentioned:
            if len(self._mentioned) >= _MOST_ASKED:
                self._mentioned.clear()
            self._mentioned[part] = frozenset([number for number, row in self.items() if row.mentioning(part)])
        return self._mentioned[part]


def rows_of(data: str) -> Rows:
    """The rows of ``data``, what a part has between ``<sheetData>`` and ``</sheetData>``, by number."""
    rows, last = Rows(), 0
    for attributes, inner in _ROW.findall(data):
        key = last, attributes, inner
        row = recent.get(key)
        if row is None:
            row = Row(attributes_in(attributes), inner)
            recent.put(key, row, weight=len(inner) + 1)
        last = int(row.attributes.get("r") or last + 1)
        rows[last] = row
    return rows
