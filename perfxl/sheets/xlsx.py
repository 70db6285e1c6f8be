"""Reads .xlsx: parts to sheets, names and properties. Nothing outside the file is ever looked at."""

import datetime
import posixpath
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from itertools import islice

from lxml import etree

from perfxl.sheets import extras, formats, scan, tree
from perfxl.sheets.model import LAST_COLUMN, LAST_ROW, Book, Cell, Cells, Content, Sheet
from perfxl.sheets.package import Package, children, constant
from perfxl.sheets.refs import Ref, a1, column_number, parse_named

MAX_SHEETS, MAX_NAMES, MAX_CELLS, FAR_KEPT = 200, 25_000, 500_000, 1_000
#: LibreOffice writes a typed TRUE as a formula.
CONSTANTS = {"TRUE()": Cell(True, "bool"), "FALSE()": Cell(False, "bool")}
_YES = ("1", "true")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RELATION_ID = re.compile(r"\{.*/relationships\}id\Z")


def read(package: Package) -> Book:
    """The workbook in ``package``; its sheets parse their cells when first asked."""
    home = _related(package, "").get("officeDocument", {}).get("", "xl/workbook.xml")
    root = package.xml(home)
    relations = _related(package, home)
    by_id = relations["ids"]
    shared = _Lazy(lambda: _shared_strings(package, relations))
    styles = _Lazy(lambda: _styles(package, relations))
    from_1904 = any(p.get("date1904") in ("1", "true") for p in children(root, "workbookPr"))
    made = [0]
    makers = {clean: _Lazy(lambda c=clean: _maker(package, shared(), styles(), from_1904, c)) for clean in (str, scan.unescape)}
    sheets, parts = [], []
    for element in children(root, "sheet"):
        part = by_id.get(next((v for k, v in element.attrib.items() if _RELATION_ID.match(k)), ""))
        parse = (lambda p=part: _content(package, p, makers, made)) if part else _nothing
        data = _Lazy(lambda p=part: package.checked(p) if p else b"")
        look = lambda row, column, d=data: _looked(d(), row, column, makers[scan.unescape])  # noqa: E731
        sheets.append(Sheet(element.get("name", ""), element.get("state", "visible"), parse, look))
        parts.append((element.get("name", ""), part))
        if len(sheets) > MAX_SHEETS:
            count = sum(1 for _ in children(root, "sheet"))
            raise package.refuse("FILE08", count=count, things={"it": "fogli", "en": "sheets"}, limit=MAX_SHEETS)
    book = Book("xlsx", sheets, {}, _custom(package, relations), parts=package.names,
                look=lambda: extras.of_xlsx(package, home, parts))
    _names(package, root, book)
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
    for relation in children(package.xml(rels), "Relationship"):
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
    root = package.xml(part)
    ns = root.tag.removesuffix("sst")
    return [_rich(item, ns) for item in root.iterchildren(ns + "si")]


def _rich(item: etree._Element, ns: str) -> str:
    """The text of a string item as its reader sees it."""
    text = tree.joined(item, ns)
    return _unescape(text) if "_x" in text else text


def _unescape(text: str) -> str:
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _styles(package: Package, relations: dict) -> list[str]:
    """``date``, ``percent``, ``text`` or "" by cell format."""
    part = _part(package, relations, "styles", "xl/styles.xml")
    if not part:
        return []
    root = package.xml(part)
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


def _content(package: Package, part: str, makers: dict[Callable, _Lazy], made: list[int]) -> Content:
    """What the sheet's part says. ``makers``: what makes cells, by what resolves the references in their texts;
    ``made`` counts the cells of the whole workbook."""
    data = package.checked(part)
    scanned = scan.scan(data)
    if scanned is None:
        root = package.parse(part, data)
        ns = root.tag.removesuffix("worksheet")
        entries, hidden = tree.cells(root, ns), (tree.hidden_rows(root, ns), _hidden_columns(tree.columns(root, ns)))
        footer = root.find(ns + "headerFooter")
        footers = tuple(t.text for t in footer if t.text) if footer is not None else ()
    else:
        entries, footers = _from_scan(scanned.cells), scanned.footers
        hidden = scanned.hidden_rows, _hidden_columns(scanned.columns)
    make = makers[str if scanned is None else scan.unescape]()
    raw, far, far_count = entries, {}, 0
    if entries and (max(entries)[0] > LAST_ROW or any(column > LAST_COLUMN for _, column in entries)):
        raw = {at: e for at, e in entries.items() if at[0] <= LAST_ROW and at[1] <= LAST_COLUMN}
        far_count = len(entries) - len(raw)
        far = {at: make(e) for at, e in islice(((a, e) for a, e in entries.items() if a not in raw), FAR_KEPT)}
    made[0] += len(entries)
    if made[0] > MAX_CELLS:
        raise package.refuse("FILE08", count=made[0], things={"it": "celle", "en": "cells"}, limit=MAX_CELLS)
    return Content(Cells(raw, make), *hidden, far, far_count, footers)


def _looked(data: bytes, row: int, column: int, maker: _Lazy) -> Cell | None:
    """The cell at (row, column) of a part that is not parsed; None where it is not plain to see."""
    found = scan.one(data, a1(row, column))
    entries = _from_scan([found]) if found else {}
    return maker()(entries[row, column]) if (row, column) in entries else None


def _from_scan(cells: list[tuple]) -> dict[tuple[int, int], tuple]:
    """(type, style, text, formula) of each cell by (row, column)."""
    columns: dict[str, int] = {}
    kinds: dict[str, tuple[str, str | None]] = {}
    entries = {}
    for letters, digits, attributes, formula_tag, formula, value, inline in cells:
        column = columns.get(letters) or columns.setdefault(letters, column_number(letters))
        kind, style = kinds.get(attributes) or kinds.setdefault(attributes, scan.attributes(attributes))
        text = inline if kind == "inlineStr" else value
        if text or formula_tag:
            entries[int(digits), column] = (kind, style, text or None, formula if formula_tag else None)
    return entries


def _hidden_columns(columns: list[dict[str, str]]) -> frozenset[int]:
    found: set[int] = set()
    for col in columns:
        first, last = col.get("min", ""), col.get("max", "")
        if col.get("hidden") in _YES and first.isdecimal() and last.isdecimal():
            found.update(range(int(first), min(int(last), LAST_COLUMN) + 1))
    return frozenset(found)


def _maker(package: Package, strings: list[str], kinds: list[str], from_1904: bool,
           clean: Callable[[str], str]) -> Callable[[tuple], Cell]:
    """What turns (type, style, text, formula) into a ``Cell``; ``clean`` resolves the references in a text."""

    def make(entry: tuple) -> Cell:
        kind, style, text, formula = entry
        if formula:
            if formula in CONSTANTS:
                return CONSTANTS[formula]
            formula = clean(formula)
            package.say(len(formula))
        style = kinds[int(style)] if style and style.isdigit() and int(style) < len(kinds) else ""
        as_text = style == "text"
        if kind == "s":
            found = strings[int(text)] if text and text.isdigit() and int(text) < len(strings) else None
            if found is None:
                return Cell(None, "error", formula, "?", False, as_text)
            package.say(len(found))
            return Cell(found, "text", formula, None, False, as_text) if found else Cell(None, "blank", formula)
        if kind in ("inlineStr", "str"):
            text = clean(text) if text else ""
            text = _unescape(text) if "_x" in text else text
            package.say(len(text))
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

    made: dict[tuple, Cell] = {}

    def remembered(entry: tuple) -> Cell:
        """The sheets of a form say the same short things over and over."""
        cell = made.get(entry)
        if cell is None:
            cell = make(entry)
            if cell.kind != "text" or len(cell.value) < 64 and not cell.formula:
                made[entry] = cell
        return cell

    return remembered


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


def _names(package: Package, root: etree._Element, book: Book) -> None:
    """Put the defined names in ``book`` and in its sheets."""
    known = {sheet.name for sheet in book.sheets}
    if (count := sum(1 for _ in children(root, "definedName"))) > MAX_NAMES:
        raise package.refuse("FILE08", count=count, things={"it": "nomi definiti", "en": "defined names"}, limit=MAX_NAMES)
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
    return {p.get("name", ""): "".join(p.itertext()) for p in children(package.xml("docProps/custom.xml"), "property")}


def _core(package: Package) -> tuple[str, str]:
    """When and by whom the file was last saved, "" when it does not say."""
    if "docProps/core.xml" not in package.names:
        return "", ""
    root = package.xml("docProps/core.xml")
    said = {etree.QName(e).localname: e.text or "" for e in root.iterchildren(etree.Element)}
    return said.get("modified", ""), said.get("lastModifiedBy", "")
