"""Reads the cells of a worksheet part without building its tree, when the part is written the way programs write it.

Many times faster than a tree: a part is cut into its rows, and a row that was read before, in any sheet of any file,
is not read again. Anything unusual (prefixes, comments, rich text in a cell, missing addresses) makes ``scan`` give
up, and the part is then read through its tree.
"""

import re
from functools import lru_cache, partial
from operator import lt
from typing import NamedTuple

from perfxl.workbook.sheets.markup import declares
from perfxl.workbook.sheets.model import Row, SharedRow, Written, as_row
from perfxl.workbook.sheets.pictures import is_picture
from perfxl.workbook.sheets.recent import Recent
from perfxl.workbook.sheets.refs import column_number

_HEAD = re.compile(
    r'\ufeff?(?:<\?xml[^<>]*\?>\s*)?<worksheet\b[^<>]*?\sxmlns="http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006'
    r'|purl\.oclc\.org/ooxml/spreadsheetml)/main"')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3}+)([1-9][0-9]{0,6}+)"([^<>/]*+)>(?:(<f[^<>]*+>)(?:([^<]*+)</f>)?)?'
    r'(?:<v>([^<]*+)</v>|<v/>|<is><t[^<>]*+>([^<]*+)</t></is>|<is><t/></is>)?</c>')
_ATTRIBUTE = re.compile(r'\s(\w+)="([^"]*)"')
_HIDDEN_ROW = re.compile(r'<row r="(\d{1,7})"[^<>]*? hidden="([^<>"]*)"')
#: A row's beginning, with the empty rows before it.
_ROW = re.compile(r"\s*(?:<row[^<>]*/>\s*)*<row(?![^<>]*/>)[^<>]*>")
_EMPTY_ROW = re.compile(r"<row[^<>]*/>")
_COLUMN = re.compile(r"<col\b([^<>]*)/>")
_FOOTER = re.compile(r"<(?:odd|even|first)(?:Header|Footer)[^<>]*>([^<]*)</")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

#: Decoding and cutting up a longer part at once would take too much memory; its tree gives the texts one by one.
LIMIT = 16 << 20

#: A part this long may be long for the blank cells that it formats: those are left out first.
LONG = 2 << 20
_GHOST = re.compile(rb"<c r=\"[A-Z]{1,3}[0-9]{1,7}\"[^<>]*(?:/>|></c>)")
_GHOST_ROW = re.compile(rb"<row(?![^<>]*\shidden=)[^<>]*(?:/>|>\s*</row>)")

_written = partial(tuple.__new__, Written)
class Piece(NamedTuple):
    """One row with the empty ones before it: its number and its last column (0 when it has no cell), its non-empty
    cells, hidden numbers."""

    number: int
    width: int
    cells: Row
    hidden: tuple[int, ...]


class Scanned(NamedTuple):
    """The rows by number, downwards; the last column of any; numbers of those that are hidden; attributes of the columns; texts
    of headers and footers."""

    rows: dict[int, Row]
    width: int
    hidden: list[int]
    columns: list[dict[str, str]]
    footers: tuple[str, ...]


#: Rows, and what stands above and below them, as they were read, by their bytes.
_pieces: Recent[bytes, Piece] = Recent(8 << 20)
_heads: Recent[bytes, list[dict[str, str]]] = Recent(1 << 19)
_tails: Recent[bytes, tuple[str, ...]] = Recent(1 << 19)


def forget() -> None:
    """Remember nothing of the rows that were read: no workbook is read for some time."""
    for known in (_pieces, _heads, _tails):
        known.forget()


def scan(data: bytes) -> Scanned | None:
    """What the part says, None when it is not written plainly enough to be sure."""
    if len(data) > LIMIT:
        return None
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0 or end < start or declares(data) or not data.rstrip().endswith(b"</worksheet>"):
        return None
    *written, last = data[start + len(b"<sheetData>"):end].split(b"</row>")
    try:
        columns, footers = _columns(data[:start]), _footers(data[end:])
        pieces = [*_pieces.each(written, _piece), _rest(last)]
    except (_Unusual, UnicodeDecodeError):
        return None
    rows, width, hidden = _in_order(pieces)
    return Scanned(rows, width, hidden=hidden, columns=columns, footers=footers)


def without_ghosts(data: bytes) -> bytes:
    """``data`` without its blank cells, and the rows that had no others: formats that somebody gave to ten thousands of
    rows. A part whose cells do not all say where they are is left as it is."""
    if len(data) < LONG or declares(data) or data.count(b"<c ") != data.count(b'<c r="') + data.count(b"<c/>"):
        return data
    return _GHOST_ROW.sub(b"", _GHOST.sub(b"", data))


class _Unusual(Exception):
    """The part is not written plainly enough to be sure of what it says."""


def _columns(head: bytes) -> list[dict[str, str]]:
    found = _heads.get(head)
    if found is None:
        text = head.decode()
        if not _HEAD.match(text):
            raise _Unusual
        found = [dict(_ATTRIBUTE.findall(column)) for column in _COLUMN.findall(text)]
        _heads.put(head, found, len(head))
    return found


def _footers(tail: bytes) -> tuple[str, ...]:
    found = _tails.get(tail)
    if found is None:
        found = tuple(unescape(footer) for footer in _FOOTER.findall(tail.decode()) if footer)
        _tails.put(tail, found, len(tail))
    return found


def _piece(row: bytes) -> Piece:
    """The row that ends with ``row``, kept for when it comes again; raises ``_Unusual``."""
    text = row.decode()
    head = _ROW.match(text)
    if not head or row.count(b"<row") != head[0].count("<row"):
        raise _Unusual
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _CELL.findall(text, head.end())
    if len(found) != row.count(b"</c>"):
        raise _Unusual
    number, last, ordered, cells = found[0][1] if found else "0", 0, True, SharedRow() if b't="s"' in row else {}
    for letters, digits, said, formula_tag, formula, value, inline in found:
        if digits != number:
            raise _Unusual
        kind, style = _short(said) if len(said) < 60 else attributes(said)
        if kind == "picture" and not is_picture(formula if formula_tag else None):
            kind = "e"
        content = inline if kind == "inlineStr" else value
        if content or formula_tag:
            column = column_number(letters)
            cells[column] = _written((kind, style, content or None, formula if formula_tag else None))
            ordered, last = ordered and column > last, column
    if not ordered:
        cells = type(cells)(sorted(cells.items()))
    made = Piece(int(number) if cells else 0, next(reversed(cells), 0), cells, _hidden(text))
    _pieces.put(row, made, len(row))
    return made


def _rest(last: bytes) -> Piece:
    """What follows the last row that has an end: empty rows at most; raises ``_Unusual``."""
    text = last.decode()
    if "<c " in text or text.count("<row") != len(_EMPTY_ROW.findall(text)):
        raise _Unusual
    return Piece(0, 0, {}, _hidden(text))


def _hidden(text: str) -> tuple[int, ...]:
    marked = text.count(' hidden="')
    if not marked:
        return ()
    rows = _HIDDEN_ROW.findall(text)
    if len(rows) != marked:
        raise _Unusual
    if marked == 1:
        ((row, said),) = rows
        return (int(row),) if said in ("1", "true") else ()
    return tuple(int(row) for row, said in rows if said in ("1", "true"))


def _in_order(pieces: list[Piece]) -> tuple[dict[int, Row], int, list[int]]:
    """The rows that have cells, by number, of a cell written twice the later one; the last column of any; numbers of hidden rows."""
    filled = [piece for piece in pieces if piece[2]]
    rows = {number: cells for number, _, cells, _ in filled}
    numbers = list(rows)
    if len(rows) < len(filled):
        rows = {}
        for number, _, cells, _ in filled:
            rows[number] = as_row(dict(sorted({**rows[number], **cells}.items()))) if number in rows else cells
    ordered = all(map(lt, numbers, numbers[1:]))
    return (rows if ordered else dict(sorted(rows.items())), max([piece[1] for piece in filled], default=0),
            [number for piece in pieces if piece[3] for number in piece[3]])


def attributes(text: str) -> tuple[str, str | None]:
    """Type and style of a cell from its attributes as written; ``picture`` for an error that bears a rich value."""
    found = dict(_ATTRIBUTE.findall(text))
    return "picture" if found.get("t") == "e" and "vm" in found else found.get("t", "n"), found.get("s")


_short = lru_cache(1024)(attributes)


def unescape(text: str) -> str:
    """``text`` with its character references resolved."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
