"""The formats of a workbook being patched: twins of those that are there, added as they are needed."""

import copy

from lxml import etree

from perfxl.workbook.patch.tags import tag

#: Number formats that have an id of their own in every workbook.
_KNOWN_NUMBERS = {"0%": 9, "0.00%": 10}


class Styles:
    """The style part: twins of existing cell formats that differ in lock, fill or font colour."""

    def __init__(self, part: str, root: etree._Element):
        self.part, self.root = part, root
        self._formats = root.find(tag("cellXfs"))
        self._fonts = root.find(tag("fonts"))
        self._twins: dict[tuple[object, ...], int] = {}
        self._open: dict[int, bool] = {}

    def approved(self, style: int, *, locked: bool) -> int:
        """The format ``style`` in black; when ``locked``, also protected and without tint."""
        key = (style, locked)
        if key not in self._twins:
            new = copy.deepcopy(self._formats[style])
            new.set("fontId", str(self._black(int(new.get("fontId", 0)))))
            new.set("applyFont", "1")
            if locked:
                new.set("fillId", "0")
                protection = new.find(tag("protection"))
                if protection is not None:
                    new.remove(protection)
            self._formats.append(new)
            self._formats.set("count", str(len(self._formats)))
            self._twins[key] = len(self._formats) - 1
        return self._twins[key]

    def is_open(self, style: int) -> bool:
        """Whether cells of the format ``style`` can be written in on a protected sheet."""
        if style not in self._open:
            guard = self._formats[style].find(tag("protection"))
            self._open[style] = guard is not None and guard.get("locked") in ("0", "false")
        return self._open[style]

    def numbered(self, style: int, code: str) -> int:
        """The format ``style`` with ``code`` as the format of numbers: ``0.0%``."""
        key = (style, "number", code)
        if key not in self._twins:
            new = copy.deepcopy(self._formats[style])
            new.set("numFmtId", str(self._number(code)))
            new.set("applyNumberFormat", "1")
            self._formats.append(new)
            self._formats.set("count", str(len(self._formats)))
            self._twins[key] = len(self._formats) - 1
        return self._twins[key]

    def _number(self, code: str) -> int:
        """The id of the number format ``code``: one that every program knows, or one of the workbook's own."""
        if code in _KNOWN_NUMBERS:
            return _KNOWN_NUMBERS[code]
        own = self.root.find(tag("numFmts"))
        if own is None:
            own = etree.Element(tag("numFmts"), count="0")
            self.root.insert(0, own)
        for known in own:
            if known.get("formatCode") == code:
                return int(known.get("numFmtId", 0))
        number = max([163, *(int(f.get("numFmtId", 0)) for f in own)]) + 1
        etree.SubElement(own, tag("numFmt"), numFmtId=str(number), formatCode=code)
        own.set("count", str(len(own)))
        return number

    def opened(self, style: int) -> int:
        """The format ``style`` unprotected, with the tint that open cells have."""
        key = (style, "open")
        if key not in self._twins:
            new = copy.deepcopy(self._formats[style])
            guard = new.find(tag("protection"))
            if guard is None or guard.get("locked") != "0":
                if guard is not None:
                    new.remove(guard)
                etree.SubElement(new, tag("protection"), locked="0")
                new.set("applyProtection", "1")
                new.set("fillId", str(self._tint))
                new.set("applyFill", "1")
            self._formats.append(new)
            self._formats.set("count", str(len(self._formats)))
            self._twins[key] = len(self._formats) - 1
        return self._twins[key]

    @property
    def _tint(self) -> int:
        """The fill of the first format that is open and tinted, 0 when there is none."""
        for xf in self._formats:
            guard = xf.find(tag("protection"))
            if guard is not None and guard.get("locked") == "0" and int(xf.get("fillId", 0)) > 1:
                return int(xf.get("fillId"))
        return 0

    def _black(self, font: int) -> int:
        key = ("font", font)
        if key not in self._twins:
            new = copy.deepcopy(self._fonts[font])
            colour = new.find(tag("color"))
            if colour is not None:
                for attribute in list(colour.attrib):
                    del colour.attrib[attribute]
                colour.set("rgb", "FF000000")
            self._fonts.append(new)
            self._fonts.set("count", str(len(self._fonts)))
            self._twins[key] = len(self._fonts) - 1
        return self._twins[key]

