"""The parts of sheets taken apart: their XML without rows, and the rows; those that were opened last are kept."""

from dataclasses import dataclass

from lxml import etree

from perfxl.workbook.patch import shared_formulas
from perfxl.workbook.patch.package import Unreadable, parse_plain
from perfxl.workbook.patch.rows import Rows, rows_of
from perfxl.workbook.patch.tags import tag


def taken_apart(root: etree._Element) -> Rows:
    """The rows of the sheet ``root``, which is left with none."""
    data = root.find(tag("sheetData"))
    text = etree.tostring(data, encoding="unicode", with_tail=False)
    data.clear()
    rows = rows_of(text)
    if 't="shared"' in text:
        shared_formulas.write_out(rows)
    return rows


@dataclass(frozen=True)
class Apart:
    """A sheet's part taken apart: its XML without rows, and the rows."""

    root: etree._Element
    rows: Rows


class RecentSheets:
    """The sheets that were opened last, taken apart, by the bytes of their parts: many workbooks begin with one master."""

    def __init__(self, most: int):
        self._most, self._kept = most, dict[bytes, Apart]()

    def of(self, part: bytes) -> Apart:
        """``part`` taken apart; raises ``Unreadable`` when it is no sheet. What was kept longest makes room."""
        if part not in self._kept:
            root = parse_plain(part)
            if root.find(tag("sheetData")) is None:
                raise Unreadable("a sheet has no cells")
            if len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)))
            self._kept[part] = Apart(root, taken_apart(root))
        return self._kept[part]


recent = RecentSheets(24)
