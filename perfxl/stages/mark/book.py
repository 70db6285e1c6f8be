"""A returned workbook being annotated: parts are parsed when they are touched, all others are copied as they are."""

import posixpath
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from perfxl.workbook.patch.package import (
    CONTENT_TYPES,
    OFFICE_RELS,
    TYPES_NS,
    Package,
    Unreadable,
    parse,
    rels_name,
    serialise,
)
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.sheets.model import Refused
from perfxl.workbook.sheets.preflight import examine
from perfxl.workbook.sheets.refs import Ref, parse_named

RID = f"{{{OFFICE_RELS}}}id"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
#: What may stand before the defined names of a workbook.
_BEFORE_NAMES = tuple(map(tag, ("sheets", "functionGroups", "externalReferences")))


@dataclass(eq=False)
class Tab:
    """One sheet of the workbook: its entry there, its name, its part ("" when it is lost)."""

    entry: etree._Element
    name: str
    part: str

    @property
    def visible(self) -> bool:
        """Whether links can lead to it."""
        return self.entry.get("state", "visible") == "visible"


class MarkedBook:
    """An .xlsx file open for annotation; raises ``Unreadable`` on what cannot be patched safely."""

    def __init__(self, content: bytes):
        try:
            if examine(content, "").kind != "xlsx":
                raise Unreadable("not an Excel workbook")
            self.package = Package.open(content)
        except (Refused, zlib.error) as reason:
            raise Unreadable(str(reason)) from reason
        self._roots: dict[str, etree._Element] = {}
        self.types: dict[str, str] = {}
        main = [r.target for r in self.package.relations("") if r.kind == "officeDocument"]
        if not main or main[0] not in self.package.parts:
            raise Unreadable("not an Excel workbook")
        self.part = main[0]
        sheets = self.root(self.part).find(tag("sheets"))
        if self.root(self.part).tag != tag("workbook") or sheets is None:
            raise Unreadable("not a workbook in the transitional format")
        self._sheets = sheets

    # -- parts
    def root(self, part: str) -> etree._Element:
        """The tree of ``part``, written back when the workbook is saved."""
        if part not in self._roots:
            self._roots[part] = parse(self.package.parts[part])
        return self._roots[part]

    def related(self, part: str, kind: str) -> str | None:
        """The first part of ``kind`` that ``part`` points to, None when there is none in the file."""
        return next((r.target for r in self.package.relations(part)
                     if r.kind == kind and not r.external and r.target in self.package.parts), None)

    def add_part(self, part: str, root: etree._Element, content_type: str | None) -> None:
        """Put a new part in; ``content_type`` is None where its extension says it."""
        self.package.parts[part] = b""
        self._roots[part] = root
        if content_type:
            self.types[part] = content_type

    def drop_part(self, owner: str, part: str) -> None:
        """Take ``part`` out, with its relationships and the one that leads to it from ``owner``."""
        self.package.relate(owner, [r for r in self.package.relations(owner) if r.external or r.target != part])
        self._roots.pop(part, None)
        self.types.pop(part, None)
        self.package.parts.pop(part, None)
        self.package.parts.pop(rels_name(part), None)

    def free_part(self, folder: str, stem: str, suffix: str) -> str:
        """A part name that nothing bears, beside the workbook: ``xl/<folder>/<stem>3<suffix>``."""
        home = posixpath.join(posixpath.dirname(self.part), folder)
        taken = {name.casefold() for name in self.package.parts}
        names = (posixpath.join(home, f"{stem}{n}{suffix}") for n in range(1, len(taken) + 2))
        return next(name for name in names if name.casefold() not in taken)

    # -- sheets
    def tabs(self) -> list[Tab]:
        """The sheets in the order of their tabs."""
        targets = {r.id: r.target for r in self.package.relations(self.part)}
        tabs = []
        for entry in self._sheets.iterchildren(tag("sheet")):
            part = targets.get(entry.get(RID), "")
            tabs.append(Tab(entry, entry.get("name", ""), part if part in self.package.parts else ""))
        return tabs

    def insert_first(self, title: str, root: etree._Element) -> str:
        """Put a new sheet before all others and show it when the file is opened; its part."""
        part = self.free_part("worksheets", "sheet", ".xml")
        self.add_part(part, root, SHEET_TYPE)
        ids = [int(t.entry.get("sheetId", "0")) for t in self.tabs()]
        entry = etree.Element(tag("sheet"), name=title, sheetId=str(max(ids, default=0) + 1))
        entry.set(RID, self.package.add_relation(self.part, "worksheet", part))
        self._sheets.insert(0, entry)
        self._renumber(lambda position: position + 1)
        for view in self.root(self.part).iter(tag("workbookView")):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")
        return part

    def remove(self, tab: Tab) -> None:
        """Take a sheet out with the names that are local to it or lead to it."""
        gone = [t.part for t in self.tabs()].index(tab.part)
        for item in self._names():
            ref = parse_named(item.text or "")
            if item.get("localSheetId") == str(gone) or ref is not None and ref.sheet == tab.name:
                item.getparent().remove(item)
        self._sheets.remove(tab.entry)
        self._renumber(lambda position: position - (position > gone))
        self.drop_part(self.part, tab.part)

    # -- names
    def _names(self) -> list[etree._Element]:
        return list(self.root(self.part).iterfind(f"{tag('definedNames')}/{tag('definedName')}"))

    def names(self) -> dict[str, str]:
        """What the names of the whole workbook stand for."""
        return {n.get("name", ""): n.text or "" for n in self._names() if n.get("localSheetId") is None}

    def places(self) -> dict[str, Ref]:
        """Where the names of the whole workbook lead."""
        return {name: ref for name, text in self.names().items() if (ref := parse_named(text))}

    def add_name(self, name: str, text: str, local: int | None = None, hidden: bool = False) -> None:
        """Define ``name``, for the whole workbook or for the sheet at position ``local``."""
        root = self.root(self.part)
        block = root.find(tag("definedNames"))
        if block is None:
            block = etree.Element(tag("definedNames"))
            [child for child in root if child.tag in _BEFORE_NAMES][-1].addnext(block)
        item = etree.SubElement(block, tag("definedName"), name=name)
        if local is not None:
            item.set("localSheetId", str(local))
        if hidden:
            item.set("hidden", "1")
        item.text = text

    def _renumber(self, moved: Callable[[int], int]) -> None:
        """Say anew to which sheet each local name belongs, after ``moved(old position)``."""
        for item in self._names():
            local = item.get("localSheetId")
            if local is not None and local.isdecimal():
                item.set("localSheetId", str(moved(int(local))))

    # -- properties
    def set_property(self, name: str, value: str) -> None:
        """Make the custom document property ``name`` say ``value``."""
        part = self.related("", "custom-properties")
        if part is None:
            part = "docProps/custom.xml"
            self.add_part(part, etree.Element(f"{{{_CUSTOM}}}Properties", nsmap={None: _CUSTOM, "vt": _VALUES}), _CUSTOM_TYPE)
            self.package.add_relation("", "custom-properties", part)
        root = self.root(part)
        for old in [p for p in root if p.get("name") == name]:
            root.remove(old)
        taken = {p.get("pid") for p in root}
        pid = next(str(n) for n in range(2, len(taken) + 3) if str(n) not in taken)
        item = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_FORMAT_ID, pid=pid, name=name)
        etree.SubElement(item, f"{{{_VALUES}}}lpwstr").text = value

    # -- the file
    def save(self) -> bytes:
        """The annotated file."""
        for part, root in self._roots.items():
            vml = part.casefold().endswith(".vml")  # written without a declaration, as spreadsheets write it
            self.package.parts[part] = etree.tostring(root) if vml else serialise(root)
        self.package.set_types(self.types)
        self._declare_vml()
        return self.package.save()

    def _declare_vml(self) -> None:
        if not any(part.casefold().endswith(".vml") for part in self.package.parts):
            return
        root = parse(self.package.parts[CONTENT_TYPES])
        if not any(item.get("Extension", "").casefold() == "vml" for item in root):
            root.insert(0, etree.Element(f"{{{TYPES_NS}}}Default", Extension="vml", ContentType=VML_TYPE))
            self.package.parts[CONTENT_TYPES] = serialise(root)
