"""Reads the cells of a worksheet part from its tree: the slower way, for parts written in unusual ways."""

from lxml import etree

from perfxl.workbook.sheets.model import STRUCK, Written
from perfxl.workbook.sheets.pictures import is_picture
from perfxl.workbook.sheets.refs import (
    MAX_COLUMN,
    MAX_ROW,
    a1,
    column_number,
    parse_cell,
)


def cells(root: etree._Element, ns: str) -> dict[tuple[int, int], Written]:
    """The non-empty cells by (row, column)."""
    value_tag, formula_tag, inline_tag, cell_tag = (ns + n for n in ("v", "f", "is", "c"))
    entries: dict[tuple[int, int], Written] = {}
    columns: dict[str, int] = {}
    last, addressed = None, False
    for element in root.iter(value_tag, formula_tag, inline_tag):
        cell = element.getparent()
        if cell is last or cell is None or cell.tag != cell_tag:
            continue
        last = cell
        row, column = _at(cell.get("r"), columns)
        if not row and not addressed:
            _give_addresses(root, ns)
            addressed = True
            row, column = _at(cell.get("r"), columns)
        if not row:
            continue
        formula = element.text or "" if element.tag == formula_tag else None
        kind = "picture" if cell.get("t") == "e" and cell.get("vm") and is_picture(formula) else cell.get("t", "n")
        value = cell.find(inline_tag if kind == "inlineStr" else value_tag)
        text = None if value is None else joined(value, ns) if kind == "inlineStr" else value.text
        if text or formula is not None:
            entries[row, column] = Written(kind, cell.get("s"), text, formula)
    return entries


def joined(item: etree._Element, ns: str) -> str:
    """The text of a string item: its own or its runs', without phonetic hints; what is struck out in it follows the rest
    after ``STRUCK``."""
    text_tag = ns + "t"
    if len(item) == 1 and item[0].tag == text_tag:
        return item[0].text or ""
    struck = [run for run in item.iterchildren(ns + "r") if _is_struck(run, ns)]
    if any((t.text or "").strip() for run in struck for t in run.iterchildren(text_tag)):  # a blank has nothing to strike out
        kept = "".join(t.text or "" for child in item if child.tag in (text_tag, ns + "r") and child not in struck
                       for t in ((child,) if child.tag == text_tag else child.iterchildren(text_tag)))
        return kept + STRUCK + "".join(t.text or "" for run in struck for t in run.iterchildren(text_tag))
    return "".join(t.text or "" for child in item if child.tag in (text_tag, ns + "r")
                   for t in ((child,) if child.tag == text_tag else child.iterchildren(text_tag)))


def _is_struck(run: etree._Element, ns: str) -> bool:
    mark = run.find(f"{ns}rPr/{ns}strike")
    return mark is not None and mark.get("val", "1") not in ("0", "false")


def _at(address: str | None, columns: dict[str, int]) -> tuple[int, int]:
    """(row, column) of an address, (0, 0) when it is none. ``columns``: numbers by letters, as far as known."""
    if not address:
        return 0, 0
    letters = address.rstrip("0123456789")
    digits = address[len(letters):]
    column = columns.get(letters) or columns.setdefault(letters, _column(letters))
    return (int(digits), column) if column and digits and len(digits) <= 7 and digits[0] != "0" else (0, 0)


def _column(letters: str) -> int:
    return column_number(letters) if letters.isascii() and letters.isalpha() and len(letters) <= 3 else 0


def _give_addresses(root: etree._Element, ns: str) -> None:
    """Write the address on every cell whose own is missing or none: some writers leave it out, and count."""
    row = 0
    for line in root.iter(ns + "row"):
        number = line.get("r", "")
        row = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 8 else row + 1
        column = 0
        for cell in line.iterchildren(ns + "c"):
            at = parse_cell(cell.get("r", ""))
            column = at[1] if at else column + 1
            if not at:
                cell.set("r", a1(min(max(row, 1), MAX_ROW), min(column, MAX_COLUMN)))


def hidden_rows(root: etree._Element, ns: str) -> frozenset[int]:
    """Numbers of the hidden rows."""
    return frozenset(int(r.get("r")) for r in root.iter(ns + "row")
                     if r.get("hidden") in ("1", "true") and r.get("r", "").isdecimal())


def columns(root: etree._Element, ns: str) -> list[dict[str, str]]:
    """The attributes of each range of columns."""
    return [dict(col.attrib) for col in root.iter(ns + "col")]
