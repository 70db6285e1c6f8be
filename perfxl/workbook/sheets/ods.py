"""Reads .ods: the same ``Book`` as for .xlsx, from the one part that holds all sheets."""

import datetime
import re
from collections.abc import Iterator, Set
from functools import cache, partial

from lxml import etree

from perfxl.workbook.sheets import formats, ods_styles
from perfxl.workbook.sheets.defined_names import MAX_SHEETS
from perfxl.workbook.sheets.extras import of_ods
from perfxl.workbook.sheets.making import CONSTANTS, exact, index, struck_out
from perfxl.workbook.sheets.model import (
    LAST_COLUMN,
    LAST_ROW,
    Book,
    Cell,
    Cells,
    Content,
    Refused,
    Sheet,
    by_row,
)
from perfxl.workbook.sheets.ods_styles import OFFICE, TABLE, Look
from perfxl.workbook.sheets.package import Package, children, constant
from perfxl.workbook.sheets.pictures import places_picture
from perfxl.workbook.sheets.refs import MAX_COLUMN, MAX_ROW, Ref, parse_named
from perfxl.workbook.sheets.xlsx import FAR_KEPT, MAX_CELLS

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, META = (f"{{{_URN}{n}:1.0}}" for n in ("text", "meta"))
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CELL, _COVERED = TABLE + "table-cell", TABLE + "covered-table-cell"
_BREAKS = re.compile(r" *[\n\t][ \n\t]*")


def read(package: Package) -> Book:
    """The workbook in ``package``; its sheets collect their cells when first asked."""
    root = package.xml("content.xml")
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise package.refuse("FILE06", part="content.xml")
    tables = body.findall(TABLE + "table")
    if len(tables) > MAX_SHEETS:
        raise package.refuse("FILE08", count=len(tables), things={"it": "fogli", "en": "sheets"}, limit=MAX_SHEETS)
    package.say(sum(_times(space, TEXT + "c", 10**9) for space in body.iter(TEXT + "s")))
    look = ods_styles.read(root, package.xml("styles.xml") if package.part("styles.xml") else None)
    made = [0]
    sheets = []
    for table in tables:
        state = "hidden" if table.get(TABLE + "style-name") in look.hidden else "visible"
        parse = cache(partial(_content, package, table, look, made))
        sheets.append(Sheet(table.get(TABLE + "name", ""), state, parse))
    known = {sheet.name for sheet in sheets}
    for sheet, table in zip(sheets, tables, strict=True):
        sheet.names = _names(table, known)
    properties, modified, by = _meta(package)
    return Book("ods", sheets, names=_names(body, known), properties=properties, modified=modified, modified_by=by,
                parts=package.names, page_texts=_page_texts(package),
                look=lambda: of_ods(body), from_1904=look.from_1904, has_percents=lambda: _has_percents(body, look))


def _has_percents(body: etree._Element, look: Look) -> bool:
    return bool(look.percents) or any(c.get(OFFICE + "value-type") == "percentage" for c in body.iter(_CELL))


def _names(parent: etree._Element, known: set[str]) -> dict[str, Ref | str | None]:
    """The defined names that stand directly below ``parent`` (the workbook or one sheet)."""
    names: dict[str, Ref | str | None] = {}
    for block in parent.iterchildren(TABLE + "named-expressions"):
        for name in block:
            if name.tag == TABLE + "named-range":
                ref = parse_named(name.get(TABLE + "cell-range-address", ""))
                value: Ref | str | None = ref if ref and ref.sheet in known else None
            elif name.tag == TABLE + "named-expression":
                text = name.get(TABLE + "expression", "").removeprefix("of:")
                value = constant(text)
                ref = parse_named(text.strip("=[]")) if value is None else None
                value = ref if ref and ref.sheet in known else value
            else:
                continue
            names[name.get(TABLE + "name", "")] = value
    return names


def _times(element: etree._Element, key: str, most: int) -> int:
    """How often ``element`` repeats, at least once and at most ``most`` times."""
    text = element.get(key, "1")
    return min(max(index(text), 1), most) if len(text) < 10 else most if text.isascii() and text.isdigit() else 1


def _content(package: Package, table: etree._Element, look: Look, made: list[int]) -> Content:
    """What the sheet holds. ``made`` counts the cells of the whole workbook."""
    cells: dict[tuple[int, int], Cell] = {}
    far: dict[tuple[int, int], Cell] = {}
    hidden_rows: set[int] = set()
    row, far_count, usual = 1, 0, _usual(table)
    for line in table.iter(TABLE + "table-row"):
        lines = _times(line, TABLE + "number-rows-repeated", MAX_ROW)
        if line.get(TABLE + "visibility", "visible") != "visible":
            hidden_rows.update(range(row, min(row + lines, LAST_ROW + 1)))
        for column, columns, cell in _line(line, look, usual):
            inside = range(row, min(row + lines, LAST_ROW + 1)), range(column, min(column + columns, LAST_COLUMN + 1))
            made[0] += len(inside[0]) * len(inside[1])
            if made[0] > MAX_CELLS:
                raise package.refuse("FILE08", count=made[0], things={"it": "celle", "en": "cells"}, limit=MAX_CELLS)
            package.say(_length(cell) * len(inside[0]) * len(inside[1]))
            cells.update(((r, c), cell) for r in inside[0] for c in inside[1])
            outside = lines * columns - len(inside[0]) * len(inside[1])
            far_count += outside
            if outside and len(far) < FAR_KEPT:
                far[row + lines - 1, column + columns - 1] = cell
        row += lines
    hidden = frozenset(hidden_rows), _hidden_columns(table)
    return Content(Cells(by_row(cells), _itself), lambda: hidden, far, far_count)


def _itself(cell: Cell) -> Cell:
    return cell


def _usual(table: etree._Element) -> list[tuple[int, str | None]]:
    """The last column of each group of columns, and the style of their cells that have none."""
    groups, last = [], 0
    for column in table.iter(TABLE + "table-column"):
        last += _times(column, TABLE + "number-columns-repeated", MAX_COLUMN)
        groups.append((last, column.get(TABLE + "default-cell-style-name")))
    return groups


def _line(line: etree._Element, look: Look, usual: list[tuple[int, str | None]]) -> Iterator[tuple[int, int, Cell]]:
    """(column, how many times, cell) for the non-empty cells of a row; ``usual``: the styles of the columns."""
    column, of_row = 1, line.get(TABLE + "default-cell-style-name")
    for element in line:
        if element.tag not in (_CELL, _COVERED):
            continue
        columns = _times(element, TABLE + "number-columns-repeated", MAX_COLUMN)
        if len(element) or element.get(OFFICE + "value-type") or element.get(TABLE + "formula"):
            style = element.get(TABLE + "style-name") or of_row or next((name for last, name in usual if column <= last), None)
            cell = _cell(element, style, look)
            if cell.kind != "blank" or cell.formula is not None or cell.struck:
                yield column, columns, cell
        column += columns


def _length(cell: Cell) -> int:
    return len(cell.formula or "") + (len(cell.value) if isinstance(cell.value, str) else 0)


def _hidden_columns(table: etree._Element) -> frozenset[int]:
    hidden: set[int] = set()
    column = 1
    for element in table.iter(TABLE + "table-column"):
        columns = _times(element, TABLE + "number-columns-repeated", MAX_COLUMN)
        if element.get(TABLE + "visibility", "visible") != "visible":
            hidden.update(range(column, min(column + columns, LAST_COLUMN + 1)))
        column += columns
    return frozenset(hidden)


def _cell(element: etree._Element, style: str | None, look: Look) -> Cell:
    """The cell, with what is struck out in it apart from the rest."""
    cell = _plain(element, style, look)
    if style in look.struck:
        return struck_out(cell)
    if look.struck and cell.kind == "text" and cell.formula is None:
        struck = "".join("".join(span.itertext()) for span in element.iter(TEXT + "span") if span.get(TEXT + "style-name") in look.struck)
        if struck.strip():  # a blank has nothing to strike out
            kept = _text(element, look.struck)
            return cell._replace(value=kept or None, kind="text" if kept else "blank", struck=struck)
    return cell


def _plain(element: etree._Element, style: str | None, look: Look) -> Cell:
    kind = element.get(OFFICE + "value-type", "")
    formula = element.get(TABLE + "formula")
    if formula is not None:
        formula = formula.removeprefix("of:").removeprefix("=")
        if formula in CONSTANTS:
            return CONSTANTS[formula]
        if places_picture(formula):
            return Cell(None, "picture", formula)
    as_text = style in look.texts
    if element.get(_CALCEXT + "value-type") == "error":
        return Cell(None, "error", formula, _text(element) or "?")
    if kind in ("float", "currency", "percentage"):
        given = element.get(OFFICE + "value", "")
        value = exact(given)
        if value is None:
            return Cell(None, "error", formula, given[:60] or "?")
        shown = look.kind(style, value) if kind == "float" else "percent" if kind == "percentage" else ""
        if shown == "date" and (day := formats.day_of(value, look.from_1904)) is not None:
            return Cell(day, "date", formula)
        return Cell(value, "number", formula=formula, error=None, percent=shown == "percent", text_format=as_text, points=shown == "points")
    if kind == "date":
        return _date(element, formula)
    if kind == "boolean":
        return Cell(element.get(OFFICE + "boolean-value") == "true", "bool", formula)
    text = _text(element) or element.get(OFFICE + "string-value", "")
    if formula is not None and text.startswith(("#", "Err:")) and _is_error(text):
        return Cell(None, "error", formula, text)
    if not text and formula is not None and (kind == "string" or not kind and element.find(TEXT + "p") is not None):
        return Cell("", "text", formula)  # computed: LibreOffice leaves out the type, not the line
    return Cell(text, "text", formula=formula, error=None, percent=False, text_format=as_text) if text else Cell(None, "blank", formula)


def _is_error(text: str) -> bool:
    return bool(re.fullmatch(r"#(?:REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!)|Err:\d{3}", text))


def _date(element: etree._Element, formula: str | None) -> Cell:
    given = element.get(OFFICE + "date-value", "")
    try:
        moment = datetime.datetime.fromisoformat(given[:26])
    except ValueError:
        text = _text(element) or given
        return Cell(text, "text", formula) if text else Cell(None, "blank", formula)
    return Cell(moment.date() if moment.time() == datetime.time() else moment.replace(tzinfo=None), "date", formula)


def _text(element: etree._Element, without: Set[str] = frozenset()) -> str:
    """The paragraphs of a cell, a line each; its annotation is not its text. Spans of the styles ``without`` are left out."""
    return "\n".join(_paragraph(p, without) for p in element.iterchildren(TEXT + "p"))


def _paragraph(paragraph: etree._Element, without: Set[str]) -> str:
    if not len(paragraph):
        return _collapsed(paragraph.text)
    parts = [_collapsed(paragraph.text)]
    for child in paragraph:
        if child.tag == TEXT + "s":
            parts.append(" " * _times(child, TEXT + "c", 100_000))
        elif child.tag == TEXT + "tab":
            parts.append("\t")
        elif child.tag == TEXT + "line-break":
            parts.append("\n")
        elif child.tag in (TEXT + "span", TEXT + "a", TEXT + "ruby", TEXT + "ruby-base") and (
                not without or child.get(TEXT + "style-name") not in without):
            parts.append(_paragraph(child, without))
        parts.append(_collapsed(child.tail))
    return "".join(parts)


def _collapsed(text: str | None) -> str:
    """Line breaks and tabs inside a paragraph's own text are how the XML is laid out: they count as one space.

    Runs of spaces are kept: LibreOffice writes them as they are in cells of several lines.
    """
    if not text:
        return ""
    return _BREAKS.sub(" ", text) if "\n" in text or "\t" in text else text


def _meta(package: Package) -> tuple[dict[str, str], str, str]:
    if "meta.xml" not in package.names:
        return {}, "", ""
    try:
        root = package.xml("meta.xml")
    except Refused as refused:  # cut short: a workbook reads without it
        if refused.finding.code != "FILE06":
            raise
        return {}, "", ""
    properties = {e.get(META + "name", ""): "".join(e.itertext()) for e in root.iter(META + "user-defined")}
    said = {tag: "".join(e.itertext()) for tag in ("date", "creator") for e in root.iter(_DC + tag)}
    return properties, said.get("date", ""), said.get("creator", "")


def _page_texts(package: Package) -> tuple[str, ...]:
    """The texts of the page headers and footers of all sheets."""
    if "styles.xml" not in package.names:
        return ()
    root = package.xml("styles.xml")
    return tuple(dict.fromkeys(
        "".join(block.itertext()) for page in children(root, "master-page") for block in page
        if etree.QName(block).localname.startswith(("footer", "header"))))
