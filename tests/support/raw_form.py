"""A workbook's cells straight from its XML, and edits of them: owes nothing to the reader under test.

Reads what ``perfxl`` and LibreOffice write; formulas, styles and names are taken as they stand.
"""

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from lxml import etree

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
MAIN = "{%s}" % NS["m"]
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def number(text: str) -> int:
    column = 0
    for letter in text:
        column = column * 26 + ord(letter) - 64
    return column


class RawCell(NamedTuple):
    """``content`` is str, Decimal, bool or None (a formula's is what was computed); ``open``: not locked."""

    content: object
    formula: bool
    open: bool


BLANK = {open_: RawCell(None, False, open_) for open_ in (False, True)}


class RawForm:
    """The parts of an .xlsx, its sheets by name, to be read and edited."""

    def __init__(self, data: bytes):
        archive = zipfile.ZipFile(io.BytesIO(data))
        self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.workbook = etree.fromstring(self.parts["xl/workbook.xml"])
        rels = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {r.get("Id"): posixpath.normpath(posixpath.join("xl", r.get("Target").removeprefix("/xl/"))) for r in rels}
        self.part = {s.get("name"): targets[s.get(RELATION)] for s in self.workbook.iterfind("m:sheets/m:sheet", NS)}
        self._roots: dict[str, etree._Element] = {}
        self._defined: dict[str, etree._Element] | None = None

    def root(self, sheet: str) -> etree._Element:
        """The sheet, to be edited."""
        if sheet not in self._roots:
            self._roots[sheet] = etree.fromstring(self.parts[self.part[sheet]])
        return self._roots[sheet]

    def names(self) -> dict[str, tuple[str, int, int, int, int]]:
        """(sheet, top, left, bottom, right) of each defined name that is a rectangle."""
        places = {}
        for name in self.workbook.iterfind("m:definedNames/m:definedName", NS):
            match = re.fullmatch(r"'?((?:[^'!]|'')+)'?!\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?", name.text or "")
            if match:
                sheet, left, top, right, bottom = match.groups()
                places[name.get("name")] = (sheet.replace("''", "'"), int(top), number(left), int(bottom or top), number(right or left))
        return places

    def cells(self, sheet: str) -> Mapping[tuple[int, int], RawCell]:
        """Every cell that the sheet has, blank ones too."""
        beside = self.parts.get("xl/sharedStrings.xml", b""), self.parts["xl/styles.xml"]
        if sheet in self._roots:
            return _cells(self._roots[sheet], _strings(beside[0]), _open(beside[1]))
        return _unedited(self.parts[self.part[sheet]], *beside)

    # -- edits
    def put(self, sheet: str, row: int, column: int, content, kind: str = "") -> None:
        """Write ``content`` (str, int, Decimal, bool, None; a formula when ``kind`` is ``f``, a text
        whose escapes are left alone when it is ``raw``) in a cell."""
        cell = self._cell(sheet, row, column)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if content is None:
            return
        if kind == "f":
            etree.SubElement(cell, MAIN + "f").text = content
        elif isinstance(content, str) and kind in ("", "raw"):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, MAIN + "is"), MAIN + "t")
            text.text = content if kind else re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", content)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        else:
            if kind or isinstance(content, bool):
                cell.set("t", kind or "b")
            etree.SubElement(cell, MAIN + "v").text = str(int(content) if isinstance(content, bool) else content)

    def _cell(self, sheet: str, row: int, column: int) -> etree._Element:
        data = self.root(sheet).find("m:sheetData", NS)
        line = next((r for r in data if int(r.get("r")) >= row), None)
        if line is None or int(line.get("r")) != row:
            new = etree.Element(MAIN + "row", r=str(row))
            data.append(new) if line is None else line.addprevious(new)
            line = new
        for cell in line:
            at = number(cell.get("r").rstrip("0123456789"))
            if at == column:
                return cell
            if at > column:
                new = etree.Element(MAIN + "c", r=f"{letters(column)}{row}")
                cell.addprevious(new)
                return new
        return etree.SubElement(line, MAIN + "c", r=f"{letters(column)}{row}")

    def hide(self, sheet: str, row: int) -> None:
        next(r for r in self.root(sheet).iter(MAIN + "row") if r.get("r") == str(row)).set("hidden", "1")

    def insert_row(self, sheet: str, before: int) -> None:
        """Move everything from row ``before`` on one row down, names too."""
        for line in self.root(sheet).find("m:sheetData", NS):
            if int(line.get("r")) >= before:
                line.set("r", str(int(line.get("r")) + 1))
                for cell in line:
                    cell.set("r", re.sub(r"\d+", line.get("r"), cell.get("r")))
        for name in self.workbook.iterfind("m:definedNames/m:definedName", NS):
            if (name.text or "").startswith((f"'{sheet}'!", f"{sheet}!")):
                head, _, tail = name.text.rpartition("!")
                name.text = head + "!" + re.sub(
                    r"(\$[A-Z]+\$)(\d+)", lambda m: m[1] + str(int(m[2]) + (int(m[2]) >= before)), tail)

    def add_sheet(self, name: str) -> None:
        """A sheet that the form has not."""
        part = f"xl/worksheets/added{len(self.part)}.xml"
        self.part[name] = part
        self._roots[name] = etree.fromstring(f'<worksheet xmlns="{NS["m"]}"><sheetData/></worksheet>')
        sheets = self.workbook.find("m:sheets", NS)
        etree.SubElement(sheets, MAIN + "sheet", {"name": name, "sheetId": str(900 + len(self.part)), RELATION: f"rAdded{len(self.part)}"})
        self._relate("xl/_rels/workbook.xml.rels", f"rAdded{len(self.part)}", "worksheet", f"/{part}")

    def _relate(self, rels: str, number_: str, kind: str, target: str, external: bool = False) -> None:
        blank = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
        root = etree.fromstring(self.parts.get(rels, blank))
        kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        relation = etree.SubElement(root, root.tag.replace("Relationships", "Relationship"), Id=number_, Type=kinds + kind, Target=target)
        if external:
            relation.set("TargetMode", "External")
        self.parts[rels] = etree.tostring(root)

    def relate(self, sheet: str, number_: str, kind: str, target: str, external: bool = False) -> None:
        """A relation of a sheet (``""``: of the workbook)."""
        folder, name = posixpath.split(self.part[sheet] if sheet else "xl/workbook.xml")
        self._relate(f"{folder}/_rels/{name}.rels", number_, kind=kind, target=target, external=external)

    def comment(self, sheet: str, row: int, column: int, text: str) -> None:
        """A comment on a cell; one for each sheet."""
        part = f"xl/comments{abs(hash(sheet)) % 10_000}.xml"
        root = etree.fromstring(f'<comments xmlns="{NS["m"]}"><authors><author>chi</author></authors><commentList/></comments>')
        comment = etree.SubElement(root[1], MAIN + "comment", ref=f"{letters(column)}{row}", authorId="0")
        etree.SubElement(etree.SubElement(comment, MAIN + "text"), MAIN + "t").text = text
        self.parts[part] = etree.tostring(root)
        self.relate(sheet, "rComment", "comments", f"/{part}")

    def define(self, name: str, text: str) -> None:
        """A defined name of the workbook; one of that name is replaced."""
        block = self.workbook.find("m:definedNames", NS)
        if self._defined is None:
            self._defined = {n.get("name"): n for n in block if n.get("localSheetId") is None}
        if name not in self._defined:
            self._defined[name] = etree.SubElement(block, MAIN + "definedName", name=name)
        self._defined[name].text = text

    def bytes(self, **parts: bytes) -> bytes:
        """The workbook as it now stands; ``parts`` replace those of their name."""
        self.parts["xl/workbook.xml"] = etree.tostring(self.workbook)
        for sheet, root in self._roots.items():
            self.parts[self.part[sheet]] = etree.tostring(root)
        self.parts |= parts
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        return out.getvalue()


@lru_cache(maxsize=128)
def _unedited(sheet: bytes, strings: bytes, styles: bytes) -> Mapping[tuple[int, int], RawCell]:
    """The cells of a sheet as it came: forms of one round share most of their sheets, and a spoiled return those that were let be."""
    return MappingProxyType(_cells(etree.fromstring(sheet), _strings(strings), _open(styles)))


@lru_cache(maxsize=8)
def _strings(part: bytes) -> list[str]:
    return ["".join(t.text or "" for t in si.iter(MAIN + "t")) for si in etree.fromstring(part)] if part else []


@lru_cache(maxsize=8)
def _open(styles: bytes) -> list[bool]:
    """Of each format of cells, whether what bears it is not locked."""
    protections = [xf.find("m:protection", NS) for xf in etree.fromstring(styles).find("m:cellXfs", NS)]
    return [p is not None and p.get("locked") == "0" for p in protections]


def _cells(sheet: etree._Element, strings: list[str], unlocked: list[bool]) -> dict[tuple[int, int], RawCell]:
    cells = {}
    for cell in sheet.iter(MAIN + "c"):
        letters, row = re.findall(r"\A([A-Z]+)(\d+)\Z", cell.get("r"))[0]
        open_ = unlocked[int(cell.get("s", 0))]
        filled = len(cell) > 0
        cells[int(row), number(letters)] = RawCell(_content(cell, strings), cell.find(MAIN + "f") is not None, open_) if filled else BLANK[open_]
    return cells


def _content(cell: etree._Element, strings: list[str]):
    kind, value = cell.get("t", "n"), cell.findtext(MAIN + "v")
    if kind == "inlineStr":
        return _unescaped("".join(t.text or "" for t in cell.iter(MAIN + "t"))) or None
    if kind == "s":
        return _unescaped(strings[int(value)]) or None
    if value in (None, ""):
        return None
    return value == "1" if kind == "b" else Decimal(value) if kind == "n" else _unescaped(value) if kind == "str" else value


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def as_day(count: Decimal) -> str:
    """The ISO date that a spreadsheet shows for a number of days."""
    try:
        return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(count))).isoformat()
    except OverflowError:
        return ""
