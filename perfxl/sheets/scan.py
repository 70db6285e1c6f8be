"""Reads the cells of a worksheet part without building its tree, when the part is written the way programs write it.

Several times faster than a tree. Anything unusual (prefixes, comments, rich text in a cell, missing addresses) makes
``scan`` give up, and the part is then read through its tree.
"""

import re
from typing import NamedTuple

_HEAD = re.compile(
    r'\ufeff?(?:<\?xml[^<>]*\?>\s*)?<worksheet\b[^<>]*?\sxmlns="http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006'
    r'|purl\.oclc\.org/ooxml/spreadsheetml)/main"')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>/]*)>(?:(<f[^<>]*>)(?:([^<]*)</f>)?)?'
    r'(?:<v>([^<]*)</v>|<v/>|<is><t[^<>]*>([^<]*)</t></is>|<is><t/></is>)?</c>')
_ATTRIBUTE = re.compile(r'\s(\w+)="([^"]*)"')
_HIDDEN_ROW = re.compile(r'<row r="(\d{1,7})"[^<>]*? hidden="([^<>"]*)"')
_EMPTY_ROW = re.compile(r"<row[^<>]*/>")
_COLUMN = re.compile(r"<col\b([^<>]*)/>")
_FOOTER = re.compile(r"<(?:odd|even|first)(?:Header|Footer)[^<>]*>([^<]*)</")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


#: Decoding and cutting up a longer part at once would take too much memory; its tree gives the texts one by one.
LIMIT = 16 << 20


class Scanned(NamedTuple):
    """``cells``: (letters, row digits, attributes, formula tag, formula, value, inline text) as written; hidden row
    numbers; attributes of the columns; texts of headers and footers."""

    cells: list[tuple[str, str, str, str, str, str, str]]
    hidden_rows: frozenset[int]
    columns: list[dict[str, str]]
    footers: tuple[str, ...]


def scan(data: bytes) -> Scanned | None:
    """What the part says, None when it is not written plainly enough to be sure."""
    if len(data) > LIMIT:
        return None
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0 or end < start or b"<!" in data or not data.rstrip().endswith(b"</worksheet>"):
        return None
    try:
        head, region, tail = (data[a:b].decode() for a, b in ((0, start), (start, end), (end, len(data))))
    except UnicodeDecodeError:
        return None
    if not _HEAD.match(head):
        return None
    if (rows := data.count(b"<row", start, end)) != data.count(b"</row>", start, end):
        if rows != data.count(b"</row>", start, end) + len(_EMPTY_ROW.findall(region)):
            return None
    if "\r" in region:
        region = region.replace("\r\n", "\n").replace("\r", "\n")
    cells = _CELL.findall(region)
    if len(cells) != data.count(b"</c>", start, end):
        return None
    marked = data.count(b' hidden="', start, end)
    told = _HIDDEN_ROW.findall(region) if marked else []
    if marked != len(told):
        return None
    hidden = frozenset(int(row) for row, said in told if said in ("1", "true"))
    columns = [dict(_ATTRIBUTE.findall(found)) for found in _COLUMN.findall(head)]
    footers = tuple(unescape(found) for found in _FOOTER.findall(tail) if found)
    return Scanned(cells, hidden, columns, footers)


def one(data: bytes, address: str) -> tuple[str, str, str, str, str, str, str] | None:
    """The cell at ``address`` as ``Scanned.cells`` has it, looked for alone; None where it is not plain to see."""
    sign = f'<c r="{address}"'.encode()
    at = data.find(sign)
    if at < 0 or b"<!" in data or data.find(sign, at + 1) >= 0:
        return None
    try:
        found = _CELL.match(data[at:data.find(b"</c>", at) + 4].decode())
    except UnicodeDecodeError:
        return None
    return tuple(part or "" for part in found.groups()) if found else None


def attributes(text: str) -> tuple[str, str | None]:
    """Type and style of a cell from its attributes as written."""
    found = dict(_ATTRIBUTE.findall(text))
    return found.get("t", "n"), found.get("s")


def unescape(text: str) -> str:
    """``text`` with its character references resolved."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
