"""A workbook being patched: its sheets, its defined names, its styles; sheets can be cloned and removed."""

import copy
import posixpath
from itertools import chain

from lxml import etree

from perfxl.workbook.patch import opened_sheets
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry, Name, on_sheet, quoted
from perfxl.workbook.patch.package import (
    OFFICE_RELS,
    Package,
    Relation,
    Unreadable,
    order_fonts,
    parse,
    rels_name,
    serialise,
)
from perfxl.workbook.patch.stored_values import rich_text
from perfxl.workbook.patch.styles import Styles
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.patch.texts import CONTENT_TYPE, SharedTexts
from perfxl.workbook.sheets.refs import Ref, parse_named

RID = f"{{{OFFICE_RELS}}}id"
#: Parts that several sheets may point to; any other part belongs to one sheet.
_SHAREABLE = ("image", "theme", "hyperlink")


class Workbook:
    """An .xlsx file whose parts are parsed when they are touched, and only those."""

    def __init__(self, content: bytes | Package):
        self.package = content if isinstance(content, Package) else Package.open(content)
        main = [r.target for r in self.package.relations("") if r.kind == "officeDocument"]
        if not main or main[0] not in self.package.parts:
            raise Unreadable("not an Excel workbook")
        self.part = main[0]
        self.root = parse(self.package.parts[self.part])
        if self.root.tag != tag("workbook"):
            raise Unreadable("not a workbook in the transitional format")
        self.types: dict[str, str] = {}
        self._sheets: dict[str, Sheet] = {}
        self._styles: Styles | None = None
        targets = {r.id: r.target for r in self.package.relations(self.part)}
        self.entries = [Entry(s.get("name"), targets.get(s.get(RID), ""), s.get("state", "visible"))
                        for s in self.root.iterfind(f"{tag('sheets')}/{tag('sheet')}")]
        if any(e.part not in self.package.parts for e in self.entries):
            raise Unreadable("a sheet is missing from the file")
        self.names = self._read_names()
        self.shared = self._read_shared()

    def _read_names(self) -> list[Name]:
        names = []
        for item in self.root.iterfind(f"{tag('definedNames')}/{tag('definedName')}"):
            local = item.get("localSheetId")
            scope = self.entries[int(local)] if local and int(local) < len(self.entries) else None
            names.append(Name(item.get("name", ""), item.text or "", scope, item.get("hidden") in ("1", "true")))
        return names

    def _shared_part(self) -> str | None:
        return next((r.target for r in self.package.relations(self.part) if r.kind == "sharedStrings"), None)

    def _read_shared(self) -> list[str]:
        part = self._shared_part()
        if part not in self.package.parts:
            return []
        return [rich_text(item) for item in parse(self.package.parts[part]).iterfind(tag("si"))]

    @property
    def styles(self) -> Styles:
        """The styles, ready to be added to."""
        if self._styles is None:
            part = next(r.target for r in self.package.relations(self.part) if r.kind == "styles")
            self._styles = Styles(part, parse(self.package.parts[part]))
        return self._styles

    def entry(self, name: str) -> Entry | None:
        """The sheet called ``name``."""
        return next((e for e in self.entries if e.name == name), None)

    def sheet(self, entry: Entry) -> Sheet:
        """The cells of ``entry``, parsed at the first call."""
        if entry.part not in self._sheets:
            apart = opened_sheets.recent.of(self.package.parts[entry.part])
            self._sheets[entry.part] = Sheet(copy.deepcopy(apart.root), self.shared, apart.rows)
        return self._sheets[entry.part]

    def open_sheets(self) -> list[Sheet]:
        """The sheets parsed so far."""
        return list(self._sheets.values())

    def places(self) -> dict[str, tuple[Entry, Ref]]:
        """Where each name of the whole workbook leads; names that lead to no cell are left out."""
        by_name, places = {e.name: e for e in self.entries}, {}
        for name in self.names:
            ref = parse_named(name.text) if name.scope is None else None
            if ref and ref.sheet in by_name:
                places[name.name] = (by_name[ref.sheet], ref)
        return places

    def clone(self, source: Entry, title: str, sheet: Sheet | None = None) -> Entry:
        """A copy of sheet ``source`` called ``title``, at the end, with copies of what it alone points to; of its cells as ``sheet`` has
        them, where that is given."""
        part = self._new_part(source.part)
        self.package.parts[part] = b""
        self._declare_like(source.part, part)
        self._sheets[part] = (sheet or self.sheet(source)).copy()
        self._copy_relations(source.part, part, source.name, title)
        entry = Entry(title, part)
        self.entries.append(entry)
        return entry

    def _declare_like(self, source: str, copy_: str) -> None:
        kind = self.package.content_type(source)
        if kind is not None:
            self.types[copy_] = kind

    def _new_part(self, like: str) -> str:
        stem, suffix = posixpath.splitext(like)
        stem = stem.rstrip("0123456789")
        return next(f"{stem}{n}{suffix}" for n in range(1, 100_000) if f"{stem}{n}{suffix}" not in self.package.parts)

    def _copy_relations(self, source: str, copy_: str, old: str, new: str) -> None:
        relations = []
        for r in self.package.relations(source):
            if r.external or r.kind in _SHAREABLE or r.target not in self.package.parts:
                relations.append(r)
            elif r.kind != "table":  # a table's name is its own in the whole workbook: the cells stay, the table goes
                part = self._new_part(r.target)
                self.package.parts[part] = self._on_sheet(self.package.parts[r.target], r.kind, old, new)
                self._declare_like(r.target, part)
                self._copy_relations(r.target, part, old, new)
                relations.append(Relation(r.id, r.type, part, False))
        if relations:
            self.package.relate(copy_, relations)

    @staticmethod
    def _on_sheet(content: bytes, kind: str, old: str, new: str) -> bytes:
        if kind != "chart":
            return content
        root = parse(content)
        for item in root.iter("{*}f"):
            item.text = on_sheet(item.text or "", old, new)
        return serialise(root)

    def remove(self, entry: Entry) -> None:
        """Take the sheet out with every name that leads to it or is local to it."""
        self.entries.remove(entry)
        self._sheets.pop(entry.part, None)
        self.package.parts.pop(entry.part, None)
        self.package.parts.pop(rels_name(entry.part), None)
        heads = (quoted(entry.name) + "!", entry.name + "!")
        self.names = [n for n in self.names
                      if n.scope is not entry and not n.text.lstrip("=").startswith(heads)]

    def set_name(self, name: str, text: str) -> None:
        """Make the workbook-wide ``name`` stand for ``text``."""
        self.names = [n for n in self.names if n.name != name or n.scope is not None]
        self.names.append(Name(name, text))

    def save(self) -> bytes:
        """The file; spreadsheets compute every formula anew when they open it."""
        self._name_parts_in_order()
        self._write_sheets()
        self._write_workbook()
        order_fonts(self.styles.root)
        self.package.parts[self.styles.part] = serialise(self.styles.root)
        self.package.drop_unreachable()
        self.package.relate_anew()
        self.package.set_types(self.types)
        return self.package.save(swift=True)

    def _write_sheets(self) -> None:
        """Write the sheets, and the shared strings anew: those that the cells say, in the order of the cells."""
        known = self._shared_part()
        shared = SharedTexts(None if known is None else self.package.parts.get(known))
        for entry in self.entries:
            self.package.parts[entry.part] = self.sheet(entry).xml(shared.with_shared_texts)
        if known is None and shared.count:
            known = posixpath.join(posixpath.dirname(self.part), "sharedStrings.xml")
            self.package.add_relation(self.part, "sharedStrings", known)
            self.types[known] = CONTENT_TYPE
        if known is not None:
            self.package.parts[known] = shared.xml()

    def _name_parts_in_order(self) -> None:
        """Call the parts of the sheets ``sheet1.xml``, ``sheet2.xml`` in tab order: some programs take them by their number."""
        home = posixpath.join(posixpath.dirname(self.part), "worksheets")
        names = {entry.part: f"{home}/sheet{number}.xml" for number, entry in enumerate(self.entries, 1)}
        if set(names.values()) & (self.package.parts.keys() - names.keys()):
            return
        declared = {new: kind for old, new in names.items() if (kind := self.package.content_type(old))}
        self.types = declared | {names.get(part, part): kind for part, kind in self.types.items()}  # what a copy is was said when it was made
        self.package.rename(names)
        self._sheets = {names.get(part, part): sheet for part, sheet in self._sheets.items()}
        for entry in self.entries:
            entry.part = names[entry.part]

    def _write_workbook(self) -> None:
        relations = [r for r in self.package.relations(self.part) if r.kind not in ("worksheet", "calcChain")]
        taken = {r.id for r in relations}
        sheets = self.root.find(tag("sheets"))
        for child in list(sheets):
            sheets.remove(child)
        for number, entry in enumerate(self.entries, 1):
            rid = next(r for r in chain((f"rIdSheet{number}",), (f"rIdSheet{number}x{n}" for n in range(9_999))) if r not in taken)
            item = etree.SubElement(sheets, tag("sheet"), name=entry.name, sheetId=str(number))
            if entry.state != "visible":
                item.set("state", entry.state)
            item.set(RID, rid)
            relations.append(Relation(rid, f"{OFFICE_RELS}/worksheet", entry.part, False))
        self.package.relate(self.part, relations)
        self._write_names(sheets)
        calc = self.root.find(tag("calcPr"))
        if calc is None:
            calc = etree.Element(tag("calcPr"))
            before = self.root.find(tag("definedNames"))
            (sheets if before is None else before).addnext(calc)
        calc.set("fullCalcOnLoad", "1")
        self.package.parts[self.part] = serialise(self.root)

    def _write_names(self, sheets: etree._Element) -> None:
        old = self.root.find(tag("definedNames"))
        if old is not None:
            self.root.remove(old)
        if not self.names:
            return
        block = etree.Element(tag("definedNames"))
        position, element = {id(e): n for n, e in enumerate(self.entries)}, tag("definedName")
        for name in sorted(self.names, key=lambda n: (n.name.casefold(), position[id(n.scope)] if n.scope else -1)):
            item = etree.SubElement(block, element, name=name.name)
            if name.scope is not None:
                item.set("localSheetId", str(position[id(name.scope)]))
            if name.hidden:
                item.set("hidden", "1")
            item.text = name.text
        after = self.root.find(tag("externalReferences"))
        (sheets if after is None else after).addnext(block)
