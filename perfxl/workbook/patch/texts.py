"""The texts of a workbook as programs read them best.

Some know no string item that stands in its cell (Calligra), some lose the line breaks of a text that is a cell's plain
value (Calligra), take what is escaped in it as it stands (LibreOffice), or lose the blank lines of a part (openxlsx for R).
A line is therefore a value, and what has several or is escaped a shared string, its breaks written as references.
"""

import re
from collections.abc import Callable

from lxml import etree

from perfxl.workbook.patch.package import parse_plain, serialise

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#: What XML takes for white space.
_BLANKS = " \t\r\n"

_SHARED = re.compile(r'(<c [^>]*?\bt="s"[^>]*(?<!/)>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>)(\d+)(</v>)')
_ITEM = re.compile(r"<si>(.*?)</si>|<si/>", re.S)
#: Line breaks, and what cells escape or that looks so: escapes in a cell's value are not resolved by LibreOffice.
_SPECIAL = re.compile("[\x00-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_LINE = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")


def is_line(text: str) -> bool:
    """Whether ``text`` is one line, without spaces at its ends and without what has to be escaped."""
    return text == text.strip(_BLANKS) and not _SPECIAL.search(text)


def item(stored: str) -> str:
    """A string item that stands in its cell; what is inside stands as it is, and some programs take the attribute for text."""
    return f'<is><t xml:space="preserve">{stored}</t></is>' if stored != stored.strip(_BLANKS) else f"<is><t>{stored}</t></is>"


def as_values(rows: str) -> str:
    """``rows`` with every plain line that is a string item of its cell as the cell's value."""
    return _each_item(rows, lambda cell, inner: _value(cell, inner) or cell)


def _each_item(rows: str, change: Callable[[str, str], str]) -> str:
    """``rows`` with each cell that holds a string item as ``change`` makes it, given what is in the item."""
    parts, at = list[str](), 0
    while (at_inline := rows.find("<is>", at)) >= 0:
        start, end = rows.rfind("<c ", at, at_inline), rows.find("</c>", at_inline) + len("</c>")
        parts += rows[at:start], change(rows[start:end], rows[at_inline + len("<is>"):rows.find("</is>", at_inline)])
        at = end
    return "".join((*parts, rows[at:]))


def _value(cell: str, inner: str) -> str | None:
    """``cell`` with the plain line ``inner`` as its value; None where that is something else."""
    line = _LINE.fullmatch(inner)
    if line is None or not is_line(line[1].replace("&#10;", "\n").replace("&#9;", "\t").replace("&#13;", "\r")):
        return None
    return _typed(cell, "str", line[1])


def _typed(cell: str, kind: str, value: str) -> str:
    head = cell[:cell.index(">")].replace(' t="inlineStr"', f' t="{kind}"')
    return f"{head}><v>{value}</v></c>"


class SharedTexts:
    """The shared strings of a workbook that is being written: those that its cells say; ``count``: how often they do."""

    def __init__(self, part: bytes | None):
        """``part``: those that its cells point to as they are."""
        self._root = etree.Element(f"{{{MAIN}}}sst", nsmap={None: MAIN}) if part is None else parse_plain(part)
        self._old = [inner for inner in _ITEM.findall(etree.tostring(self._root, encoding="unicode"))]
        for child in list(self._root):
            self._root.remove(child)
        self._numbers: dict[str, int] = {}
        self.count = 0

    def with_shared_texts(self, rows: str) -> str:
        """The ``rows`` of a sheet, pointing into this table; lines that were string items of cells are their values."""
        if self._old:
            rows = _SHARED.sub(lambda m: m[1] + (self._number(self._old[int(m[2])]) if int(m[2]) < len(self._old) else m[2]) + m[3], rows)
        return _each_item(rows, lambda cell, inner: _value(cell, inner) or _typed(cell, "s", self._number(inner)))

    def _number(self, inner: str) -> str:
        self.count += 1
        return str(self._numbers.setdefault(inner, len(self._numbers)))

    def xml(self) -> bytes:
        """The part that holds them."""
        self._root.text = None
        self._root.set("count", str(self.count))
        self._root.set("uniqueCount", str(len(self._numbers)))
        items = "".join(f"<si>{inner}</si>" for inner in self._numbers).replace("\n", "&#10;")
        return serialise(self._root).rstrip().removesuffix(b"/>") + f">{items}</sst>".encode()
