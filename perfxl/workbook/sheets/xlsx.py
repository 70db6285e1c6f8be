"""Reads .xlsx: parts to sheets, names and properties. Nothing outside the file is ever looked at."""

import posixpath
from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import islice

from lxml import etree

from perfxl.workbook.sheets import defined_names, extras, formats, scan, tree
from perfxl.workbook.sheets.making import Maker, index, maker, plain_maker, unescape
from perfxl.workbook.sheets.model import (
    LAST_COLUMN,
    LAST_ROW,
    STRUCK,
    Book,
    Cell,
    Cells,
    Content,
    Refused,
    Row,
    Sheet,
    Written,
    by_row,
)
from perfxl.workbook.sheets.package import MB, Package, children
from perfxl.workbook.sheets.recent import Recent

MAX_CELLS, FAR_KEPT = 500_000, 1_000
_YES = ("1", "true")
#: Targets inside the file by last word of their type ({"": first}), and by id under ``ids``.
Relations = dict[str, dict[str, str]]
#: What resolves the references in a text.
Clean = Callable[[str], str]
#: Numbers of the hidden rows, and of the hidden columns.
Hidden = tuple[frozenset[int], frozenset[int]]


def read(package: Package) -> Book:
    """The workbook in ``package``; its sheets parse their cells when first asked."""
    root = _related(package, "")
    home = root.get("officeDocument", {}).get("", "xl/workbook.xml")
    listed = defined_names.read(package, home)
    relations = _related(package, home)
    made: dict[int, int] = {}
    cleans: tuple[Clean, ...] = (str, scan.unescape)
    makers = {clean: cache(partial(_maker, package, relations, listed.from_1904, clean)) for clean in cleans}
    sheets, parts = [], []
    for number, (name, state, relation) in enumerate(listed.sheets):
        part = relations["ids"].get(relation)
        parse = partial(_content, package, part, makers=makers, made=made, number=number) if part else partial(_gone, package, name)
        sheets.append(Sheet(name, state, parse))
        parts.append((name, part))
    for sheet, names in zip(sheets, listed.own_names, strict=True):
        sheet.names.update(names)
    book = Book("xlsx", sheets, dict(listed.names), _custom(package, root), parts=package.names,
                look=lambda: extras.of_xlsx(package, home, parts))
    where = (*(part for _, part in parts), _part(package, relations, "sharedStrings", "xl/sharedStrings.xml"))
    book.mentions = lambda text: any(part and text.encode() in package.checked(part) for part in where)
    book.from_1904 = listed.from_1904
    book.has_percents = lambda: any("%" in kind or kind.startswith(("percent", "points")) for kind in _styles(package, relations))
    book.modified, book.modified_by = _core(package, root)
    return book


def _gone(package: Package, sheet: str) -> Content:
    """What a sheet says that is listed and leads to no part: that the file is cut. Read as blank it would say that nothing was written."""
    raise package.refuse("FILE06", part=_sheet_words(sheet))


def _sheet_words(sheet: str) -> dict[str, str]:
    return {"it": f"foglio {sheet}", "en": f"sheet {sheet}"}


def _related(package: Package, part: str) -> Relations:
    """Targets inside the file of ``part``'s relationships: by last word of their type ({"": first}), and by id."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", name + ".rels")
    relations: Relations = {"ids": {}}
    if not package.part(rels):
        return relations
    for relation in children(package.xml(rels), "Relationship"):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "")
        path = package.target(part, target) or posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        relations["ids"][relation.get("Id", "")] = path
        relations.setdefault(posixpath.basename(relation.get("Type", "")), {}).setdefault("", path)
    return relations


def _part(package: Package, relations: Relations, kind: str, usual: str) -> str | None:
    return package.part(relations.get(kind, {}).get("", usual))


def _maker(package: Package, relations: Relations, from_1904: bool, clean: Clean) -> Maker:
    """What makes the cells of the workbook."""
    kinds, part = _styles(package, relations), _part(package, relations, "sharedStrings", "xl/sharedStrings.xml")
    if not part and "sharedStrings" in relations:  # cells number its texts: without it they would all be errors
        raise package.refuse("FILE06", part=posixpath.basename(relations["sharedStrings"][""]))
    return maker(kinds, from_1904, clean, _shared_strings(package, part)) if part else plain_maker(kinds, from_1904, clean)


def _shared_strings(package: Package, part: str) -> list[str]:
    root = package.xml(part)
    ns = root.tag.removesuffix("sst")
    return [_rich(item, ns) for item in root.iterchildren(ns + "si")]


def _rich(item: etree._Element, ns: str) -> str:
    """The text of a string item as its reader sees it."""
    text = tree.joined(item, ns)
    return unescape(text) if "_x" in text else text


#: What the style parts read lately say, by their bytes.
_known_styles: Recent[bytes, tuple[str, ...]] = Recent(MB)


def _styles(package: Package, relations: Relations) -> tuple[str, ...]:
    """``date``, ``percent``, ``text`` or "" by cell format."""
    part = _part(package, relations, "styles", "xl/styles.xml")
    if not part:
        return ()
    data = package.checked(part)
    styles = _known_styles.get(data)
    if styles is None:
        styles = _kinds(package.parse(part, data))
        _known_styles.put(data, styles, len(data))
    return styles


def _kinds(root: etree._Element) -> tuple[str, ...]:
    """The kind of each cell format, with ``STRUCK`` at the end of those that strike out what they show. The formats of
    conditional formats, tables and pivots have numbers of their own, and say nothing of the cells."""
    ns = root.tag.removesuffix("styleSheet")
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind(f"{ns}numFmts/{ns}numFmt")}
    struck = {str(at) for at, font in enumerate(root.iterfind(f"{ns}fonts/{ns}font")) if (mark := font.find(ns + "strike")) is not None
              and mark.get("val", "1") in _YES}
    kinds: dict[str, str] = {}
    by_format = []
    for xf in root.iterfind(f"{ns}cellXfs/{ns}xf"):
        number = xf.get("numFmtId", "0")
        if number not in kinds:
            kinds[number] = formats.kind_of(max(index(number), 0), codes.get(number))
        by_format.append(kinds[number] + STRUCK if xf.get("fontId") in struck else kinds[number])
    return tuple(by_format)


def _content(package: Package, part: str, makers: Mapping[Clean, Callable[[], Maker]], made: dict[int, int], number: int) -> Content:
    """What the sheet's part says. ``makers``: what makes cells, by what resolves the references in their texts;
    ``made``: how many cells each sheet has, this one being ``number``."""
    data = scan.without_ghosts(package.checked(part))
    scanned = scan.scan(data)
    if scanned is None:
        root = package.parse(part, data)
        ns = root.tag.removesuffix("worksheet")
        rows, hidden = by_row(tree.cells(root, ns)), (tree.hidden_rows(root, ns), _hidden_columns(tree.columns(root, ns)))
        hide = partial(_same, hidden)
        width = max(map(max, rows.values()), default=0)
        footer = root.find(ns + "headerFooter")
        footers = tuple(t.text for t in footer if t.text) if footer is not None else ()
    else:
        rows, width, footers = scanned.rows, scanned.width, scanned.footers
        hide = partial(_hidden, scanned)
    made[number] = sum(map(len, rows.values()))
    if (count := sum(made.values())) > MAX_CELLS:
        raise package.refuse("FILE08", count=count, things={"it": "celle", "en": "cells"}, limit=MAX_CELLS)
    make = makers[str if scanned is None else scan.unescape]()
    near, far = (rows, {}) if width <= LAST_COLUMN and max(rows, default=0) <= LAST_ROW else _parted(rows)
    kept = Cells(near, make, package.say)
    beyond = {at: kept.make(far[at]) for at in islice(far, FAR_KEPT)}
    return Content(kept, hide, far=beyond, far_count=len(far), footers=footers)


def _parted(rows: dict[int, Row]) -> tuple[dict[int, Row], dict[tuple[int, int], Written | Cell]]:
    """``rows`` within the bounds, and the cells outside them."""
    cells = {(number, column): cell for number, row in rows.items() for column, cell in row.items()}
    near = {at: cell for at, cell in cells.items() if at[0] <= LAST_ROW and at[1] <= LAST_COLUMN}
    return by_row(near), {at: cell for at, cell in cells.items() if at not in near}


def _same(hidden: Hidden) -> Hidden:
    return hidden


def _hidden(scanned: scan.Scanned) -> Hidden:
    """The rows and columns of a sheet that are hidden."""
    return frozenset(scanned.hidden), _hidden_columns(scanned.columns)


def _hidden_columns(columns: list[dict[str, str]]) -> frozenset[int]:
    hidden: set[int] = set()
    for col in columns:
        first, last = col.get("min", ""), col.get("max", "")
        if col.get("hidden") in _YES and first.isdecimal() and last.isdecimal():
            hidden.update(range(int(first), min(int(last), LAST_COLUMN) + 1))
    return frozenset(hidden)


def _properties(package: Package, root: Relations, kind: str, usual: str) -> etree._Element | None:
    """The properties of ``kind``; None where there are none, or they are cut short: a workbook reads without them."""
    part = _part(package, root, kind, usual)
    try:
        return package.xml(part) if part else None
    except Refused as refused:
        if refused.finding.code != "FILE06":
            raise
        return None


def _custom(package: Package, root: Relations) -> dict[str, str]:
    properties = _properties(package, root, "custom-properties", "docProps/custom.xml")
    return {} if properties is None else {p.get("name", ""): "".join(p.itertext()) for p in children(properties, "property")}


def _core(package: Package, root: Relations) -> tuple[str, str]:
    """When and by whom the file was last saved, "" when it does not say."""
    properties = _properties(package, root, "core-properties", "docProps/core.xml")
    said = {} if properties is None else {etree.QName(e).localname: e.text or "" for e in properties.iterchildren(etree.Element)}
    return said.get("modified", ""), said.get("lastModifiedBy", "")
