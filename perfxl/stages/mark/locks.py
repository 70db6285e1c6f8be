"""Which cells of a workbook its protection closes: nobody can mend what cannot be typed in."""

from lxml import etree

from perfxl.workbook.patch.tags import tag
from perfxl.workbook.sheets.refs import parse_cell


class Locks:
    """The closed cells of a workbook, by its style part; sheets are looked at once, when they are asked about."""

    def __init__(self, styles: etree._Element):
        formats = styles.find(tag("cellXfs"))
        self._open = {str(n) for n, xf in enumerate(formats if formats is not None else ())
                      if (guard := xf.find(tag("protection"))) is not None and guard.get("locked") in ("0", "false")}
        self._sheets: dict[int, set[tuple[int, int]] | None] = {}
        self._kept: list[etree._Element] = []

    def closed(self, sheet: etree._Element, row: int, column: int) -> bool:
        """Whether the sheet is protected and the cell is not one of those left open."""
        if id(sheet) not in self._sheets:
            self._kept.append(sheet)  # so that its id stays its own
            self._sheets[id(sheet)] = self._opened(sheet)
        opened = self._sheets[id(sheet)]
        return opened is not None and (row, column) not in opened

    def _opened(self, sheet: etree._Element) -> set[tuple[int, int]] | None:
        """The cells left open; None when the sheet is not protected."""
        guard = sheet.find(tag("sheetProtection"))
        if guard is None or guard.get("sheet") not in ("1", "true"):
            return None
        cells = (parse_cell(c.get("r") or "") for c in sheet.iter(tag("c")) if c.get("s", "0") in self._open)
        return {at for at in cells if at}
