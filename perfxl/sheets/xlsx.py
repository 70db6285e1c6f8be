"""Reads .xlsx: parts to sheets, names and properties. Nothing outside the file is ever looked at."""

import datetime
import posixpath
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from lxml import etree

from perfxl.sheets import formats
from perfxl.sheets.model import LAST_COLUMN, LAST_ROW, Book, Cell, Cells, Content, Sheet
from perfxl.sheets.package import Package, children, constant
from perfxl.sheets.refs import MAX_COLUMN, MAX_ROW, Ref, a1, column_number, parse_cell, parse_named

MAX_SHEETS, MAX_CELLS, FAR_KEPT = 200, 500_000, 100
#: LibreOffice writes a typed TRUE as a formula.
CONSTANTS = {"TRUE()": Cell(True, "bool"), "FALSE()": Cell(False, "bool")}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RELATION_ID = re.compile(r"\{.*/relationships\}id\Z")


def read(package: Package) -> Book:
    """The workbook in ``package``; its sheets parse their cells when first asked."""
    home = _related(package, "").get("officeDocument", {}).get("", "xl/workbook.xml")
    root, _ = package.xml(home)
    relations = _related(package, home)
    by_id = relations["ids"]
    shared = _Lazy(lambda: _shared_strings(package, relations))
    styles = _Lazy(lambda: _styles(package, relations))
    from_1904 = any(p.get("date1904") in ("1", "true") for p in children(root, "workbookPr"))
    made = [0]
    sheets, unread = [], []
    for element in children(root, "sheet"):
        part = by_id.get(next((v for k, v in element.attrib.items() if _RELATION_ID.match(k)), ""))
        parse = (lambda p=part: _content(package, p, shared, styles, from_1904, made)) if part else _nothing
        sheets.append(Sheet(element.get("name", ""), element.get("state", "visible"), parse))
        unread.append(part)
        if len(sheets) > MAX_SHEETS:
            count = sum(1 for _ in children(root, "sheet"))
            raise package.refuse("FILE08", count=count, things={"it": "fogli", "en": "sheets"}, limit=MAX_SHEETS)
    book = Book("xlsx", sheets, {}, _custom(package, relations), parts=package.names)
    _names(root, book)
    book.modified, book.modified_by = _core(package)
    return book


class _Lazy:
    """A value made when first asked for."""

    def __init__(self, make: Callable):
        self._make, self._made, self._value = make, False, None

    def __call__(self):
        if not self._made:
            self._value, self._made = self._make(), True
        return self._value


def _nothing() -> Content:
    return Content(Cells({}, Cell._make))


def _related(package: Package, part: str) -> dict:
    """Targets inside the file of ``part``'s relationships: by last word of their type ({"": first}), and by id."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", name + ".rels")
    found: dict = {"ids": {}}
    if rels not in package.names:
        return found
    for relation in children(package.xml(rels)[0], "Relationship"):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "")
        path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
        found["ids"][relation.get("Id", "")] = path
        found.setdefault(posixpath.basename(relation.get("Type", "")), {}).setdefault("", path)
    return found


def _part(package: Package, relations: dict, kind: str, usual: str) -> str | None:
    path = relations.get(kind, {}).get("", usual)
    return path if path in package.names else None


def _shared_strings(package: Package, relations: dict) -> list[str]:
    part = _part(package, relations, "sharedStrings", "xl/sharedStrings.xml")
    if not part:
        return []
    root, _ = package.xml(part)
    ns = root.tag.removesuffix("sst")
    return [_rich(item, ns) for item in root.iterchildren(ns + "si")]


def _rich(item: etree._Element, ns: str) -> str:
    """The text of a string item: its own or its runs', without phonetic hints."""
    text_tag = ns + "t"
    if len(item) == 1 and item[0].tag == text_tag:
        text = item[0].text or ""
    else:
        text = "".join(t.text or "" for child in item if child.tag in (text_tag, ns + "r")
                       for t in ((child,) if child.tag == text_tag else child.iterchildren(text_tag)))
    return _unescape(text) if "_x" in text else text


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)


def _styles(package: Package, relations: dict) -> list[str]:
    """``date``, ``percent``, ``text`` or "" by cell format."""
    part = _part(package, relations, "styles", "xl/styles.xml")
    if not part:
        return []
    root, _ = package.xml(part)
    ns = root.tag.removesuffix("styleSheet")
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iter(ns + "numFmt")}
    formats_ = root.find(ns + "cellXfs")
    kinds: dict[str, str] = {}
    found = []
    for xf in formats_ if formats_ is not None else ():
        number = xf.get("numFmtId", "0")
        if number not in kinds:
            kinds[number] = formats.kind_of(int(number) if number.isdigit() else 0, codes.get(number))
        found.append(kinds[number])
    return found


def _content(package: Package, part: str, shared, styles, from_1904: bool, made: list[int]) -> Content:
    """What the sheet's part says. ``made`` counts the cells of the whole workbook."""
    root, source = package.xml(part)
    ns = root.tag.removesuffix("worksheet")
    value_tag, formula_tag, inline_tag, cell_tag = (ns + n for n in ("v", "f", "is", "c"))
    strings, kinds = shared(), styles()
    raw, far, columns, far_count = {}, {}, {}, 0
    last, addressed = None, False
    make = _maker(strings, kinds, from_1904, ns)
    for element in root.iter(value_tag, formula_tag, inline_tag):
        cell = element.getparent()
        if cell is last or cell.tag != cell_tag:
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
        if formula is not None:
            element = next(cell.iterchildren(value_tag, inline_tag), None)
        kind = cell.get("t", "n")
        text = None if element is None else element if element.tag == inline_tag else element.text
        if text is None and formula is None:
            continue
        entry = (kind, cell.get("s"), text if kind != "inlineStr" else _rich(text, ns) if element.tag == inline_tag else text, formula)
        if row <= LAST_ROW and column <= LAST_COLUMN:
            raw[row, column] = entry
        else:
            far_count += 1
            if len(far) < FAR_KEPT:
                far[row, column] = make(entry)
    made[0] += len(raw)
    if made[0] > MAX_CELLS:
        raise package.refuse("FILE08", count=made[0], things={"it": "celle", "en": "cells"}, limit=MAX_CELLS)
    hidden_rows, hidden_columns = _hidden(root, ns) if b"hidden" in source else (frozenset(), frozenset())
    footer = root.find(ns + "headerFooter")
    footers = tuple(t.text for t in footer if t.text) if footer is not None else ()
    return Content(Cells(raw, make), hidden_rows, hidden_columns, far, far_count, footers)


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


def _hidden(root: etree._Element, ns: str) -> tuple[frozenset, frozenset]:
    yes = ("1", "true")
    rows = frozenset(int(r.get("r")) for r in root.iter(ns + "row") if r.get("hidden") in yes and r.get("r", "").isdigit())
    columns = set()
    for col in root.iter(ns + "col"):
        first, last = col.get("min", ""), col.get("max", "")
        if col.get("hidden") in yes and first.isdigit() and last.isdigit():
            columns.update(range(int(first), min(int(last), LAST_COLUMN) + 1))
    return rows, frozenset(columns)


def _maker(strings: list[str], kinds: list[str], from_1904: bool, ns: str) -> Callable[[tuple], Cell]:
    """What turns (type, style, text, formula) into a ``Cell``."""

    def make(entry: tuple) -> Cell:
        kind, style, text, formula = entry
        if formula in CONSTANTS:
            return CONSTANTS[formula]
        style = kinds[int(style)] if style and style.isdigit() and int(style) < len(kinds) else ""
        as_text = style == "text"
        if kind == "s":
            found = strings[int(text)] if text and text.isdigit() and int(text) < len(strings) else None
            if found is None:
                return Cell(None, "error", formula, "?", False, as_text)
            return Cell(found, "text", formula, None, False, as_text) if found else Cell(None, "blank", formula)
        if kind in ("inlineStr", "str"):
            text = _unescape(text) if kind == "str" and text and "_x" in text else text
            return Cell(text, "text", formula, None, False, as_text) if text else Cell(None, "blank", formula)
        if text is None or not text.strip():
            return Cell(None, "blank", formula)
        if kind == "b":
            return Cell(text.strip() in ("1", "true"), "bool", formula)
        if kind == "e":
            return Cell(None, "error", formula, text)
        if kind == "d":
            return _iso(text, formula)
        return _number(text.strip(), style, formula, from_1904)

    return make


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
    if style == "date":
        day = formats.day_of(value, from_1904)
        if day is not None:
            return Cell(day, "date", formula)
    return Cell(value, "number", formula, None, style == "percent", style == "text")


def exact(text: str) -> Decimal | None:
    """The shortest decimal that is the same double as ``text``; None for what is no finite number."""
    if text.isdigit() and len(text) <= 15:
        return Decimal(text)
    try:
        value = Decimal(repr(float(text)))
    except (ValueError, OverflowError, InvalidOperation):
        return None
    return value if value.is_finite() and "_" not in text else None


def _names(root: etree._Element, book: Book) -> None:
    """Put the defined names in ``book`` and in its sheets."""
    known = {sheet.name for sheet in book.sheets}
    for name in children(root, "definedName"):
        text = name.text or ""
        value = constant(text)
        if value is None:
            ref = parse_named(text)
            value = ref if isinstance(ref, Ref) and ref.sheet in known else None
        local = name.get("localSheetId")
        if local is None:
            book.names[name.get("name", "")] = value
        elif local.isdigit() and int(local) < len(book.sheets):
            book.sheets[int(local)].names[name.get("name", "")] = value


def _custom(package: Package, _relations: dict) -> dict[str, str]:
    if "docProps/custom.xml" not in package.names:
        return {}
    return {p.get("name", ""): "".join(p.itertext()) for p in children(package.xml("docProps/custom.xml")[0], "property")}


def _core(package: Package) -> tuple[str, str]:
    """When and by whom the file was last saved, "" when it does not say."""
    if "docProps/core.xml" not in package.names:
        return "", ""
    root, _ = package.xml("docProps/core.xml")
    said = {etree.QName(e).localname: e.text or "" for e in root.iterchildren(etree.Element)}
    return said.get("modified", ""), said.get("lastModifiedBy", "")
