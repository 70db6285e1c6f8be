"""From what a part writes to cells: texts, numbers, dates, errors."""

import datetime
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from perfxl.workbook.sheets import formats
from perfxl.workbook.sheets.model import STRUCK, Cell, Written
from perfxl.workbook.sheets.pictures import places_picture
from perfxl.workbook.sheets.recent import Recent

#: LibreOffice writes a typed TRUE as a formula.
CONSTANTS = {"TRUE()": Cell(True, "bool"), "FALSE()": Cell(False, "bool")}
#: Characters up to which a text or a formula is kept for when it comes again, and how many such cells are kept.
SHORT, KEPT = 64, 8_000

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Maker:
    """Makes the cells of a workbook whose formats are ``kinds`` and whose shared strings are ``strings``; ``clean``
    resolves the references in a text. Forms say the same short things over and over: those are made once.

    ``own``: what makes the cells that hold no shared string, the same for all workbooks that have the same formats.
    """

    def __init__(self, kinds: Sequence[str], from_1904: bool, clean: Callable[[str], str], strings: Sequence[str] = (),
                 own: "Maker | None" = None):
        self._kinds, self._from_1904, self._clean, self._strings = kinds, from_1904, clean, strings
        self._known: Recent[Written, Cell] = Recent(KEPT)
        self.own = own or self

    def __reduce__(self) -> tuple[object, ...]:
        """What travels to another process: what is known already stays behind."""
        return Maker, (self._kinds, self._from_1904, self._clean, self._strings)

    def __call__(self, written: Written) -> Cell:
        if written.type != "s" and self.own is not self:
            return self.own(written)
        cell = self._known.get(written)
        if cell is None:
            cell = self._made(*written)
            if len(written.text or "") < SHORT and len(written.formula or "") < 4 * SHORT and (
                    cell.kind != "text" or len(cell.text) < SHORT):
                self._known.put(written, cell, 1)
        return cell

    def _made(self, kind: str, style: str | None, text: str | None, formula: str | None) -> Cell:
        if formula:
            if formula in CONSTANTS:
                return CONSTANTS[formula]
            formula = self._clean(formula)
        number = index(style)
        style = self._kinds[number] if 0 <= number < len(self._kinds) else ""
        if style.endswith(STRUCK):
            return struck_out(self._plain(kind, style[:-1], text, formula))
        return self._plain(kind, style, text, formula)

    def _plain(self, kind: str, style: str, text: str | None, formula: str | None) -> Cell:
        """The cell as it would be if nothing in it were struck out by its format."""
        if formula and places_picture(formula):
            return Cell(None, "picture", formula)
        if kind in ("s", "inlineStr", "str"):
            text = self.string(text) if kind == "s" else self._inline(text)
            if formula is not None and text == "":  # computed: a formula that was not has no type
                return Cell("", "text", formula)
            return self._text(text, formula, style == "text")
        if text is None or not text.strip():
            return Cell(None, "blank", formula)
        if kind == "picture":
            return Cell(None, "picture", formula)
        if kind == "b":
            return Cell(text.strip() in ("1", "true"), "bool", formula)
        if kind == "e":
            return Cell(None, "error", formula, text)
        return _iso(text, formula) if kind == "d" else _number(text.strip(), style, formula, self._from_1904)

    def string(self, text: str | None) -> str | None:
        """The shared string that ``text`` numbers, None when there is none."""
        number = index(text)
        return self._strings[number] if 0 <= number < len(self._strings) else None

    def _inline(self, text: str | None) -> str:
        text = self._clean(text) if text else ""
        return unescape(text) if "_x" in text else text

    @staticmethod
    def _text(text: str | None, formula: str | None, as_text: bool) -> Cell:
        if text is None:
            return Cell(None, "error", formula=formula, error="?", percent=False, text_format=as_text)
        if STRUCK in text:
            text, _, struck = text.partition(STRUCK)
            return Cell(text or None, "text" if text else "blank", formula=formula, error=None, percent=False,
                        text_format=as_text, points=False, struck=struck)
        return Cell(text, "text", formula=formula, error=None, percent=False, text_format=as_text) if text else Cell(None, "blank", formula)


def struck_out(cell: Cell) -> Cell:
    """The cell when all of it is struck out."""
    if cell.kind == "picture" or cell.value is None or isinstance(cell.value, str) and not cell.value.strip():
        return cell
    said = cell.value.strftime("%d/%m/%Y") if isinstance(cell.value, datetime.date) else str(cell.value)
    if cell.percent and isinstance(cell.value, Decimal):
        said = format(cell.value.scaleb(2).normalize(), "f") + "%"
    return Cell(None, "blank", formula=None, error=None, percent=cell.percent, text_format=cell.text_format,
                points=cell.points, struck=said + cell.struck)


def index(text: str | None) -> int:
    """The number that ``text`` is, -1 when it is none: ``²`` is a digit to ``isdigit``, and no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


#: Makers of cells without shared strings.
_plain: Recent[tuple[tuple[str, ...], bool, Callable[[str], str]], Maker] = Recent(16)


def maker(kinds: tuple[str, ...], from_1904: bool, clean: Callable[[str], str], strings: Sequence[str]) -> Maker:
    """The maker of a workbook with shared ``strings``."""
    return Maker(kinds, from_1904, clean, strings, own=plain_maker(kinds, from_1904, clean))


def plain_maker(kinds: tuple[str, ...], from_1904: bool, clean: Callable[[str], str]) -> Maker:
    """The maker of a workbook without shared strings: the same one for all that have the same formats."""
    maker = _plain.get((kinds, from_1904, clean))
    if maker is None:
        maker = Maker(kinds, from_1904, clean)
        _plain.put((kinds, from_1904, clean), maker, 1)
    return maker


def unescape(text: str) -> str:
    """``text`` with what stands for characters that XML cannot hold (``_x000D_``) resolved."""
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16) or 1), text)  # NUL is STRUCK: another control character stands for it
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _iso(text: str, formula: str | None) -> Cell:
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return Cell(text, "text", formula)
    return Cell(moment.date() if moment.time() == datetime.time() else moment.replace(tzinfo=None), "date", formula)


def _number(text: str, style: str, formula: str | None, from_1904: bool) -> Cell:
    value = exact(text)
    if value is None:
        return Cell(None, "error", formula, text[:60])
    if style.startswith(formats.BY_VALUE):
        style = formats.kind_at(style[1:], value)
    if style == "date":
        day = formats.day_of(value, from_1904)
        if day is not None:
            return Cell(day, "date", formula)
    return Cell(value, "number", formula=formula, error=None, percent=style == "percent", text_format=style == "text",
                points=style == "points")


def exact(text: str) -> Decimal | None:
    """The shortest decimal that is the same double as ``text``; None for what is no finite number."""
    if not text.isascii():
        return None
    if text.isdigit() and len(text) <= 15:
        return Decimal(text)
    try:
        value = Decimal(repr(float(text)))
    except (ValueError, OverflowError, InvalidOperation):
        return None
    return value if value.is_finite() and "_" not in text else None
