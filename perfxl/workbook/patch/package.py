"""The zip and XML layer under a workbook: parts in, parts out, nothing else of the file touched.

Files come back from many hands, so sizes are bounded, a DTD is refused and no entity is ever resolved. What is
written depends on the parts alone: times are fixed, so the same parts give the same bytes.
"""

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml import etree

from perfxl.workbook.packing import packed

MAX_PARTS, MAX_PART, MAX_TOTAL = 4_000, 128 << 20, 256 << 20
CONTENT_TYPES = "[Content_Types].xml"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#: Prefixes of elements that are added to a part: fixed here, since lxml keeps one table for the whole process and
#: another library in it would otherwise change the bytes.
for _prefix, _namespace in {
    "r": OFFICE_RELS,
    "vt": "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
    "s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "cust": "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}.items():
    etree.register_namespace(_prefix, _namespace)

#: What a font of a workbook holds, in the order of CT_Font (ISO/IEC 29500-1, 18.8.22): openpyxl and LibreOffice write another.
_FONT = ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family", "charset", "scheme")


class Unreadable(ValueError):
    """The file is not a workbook that can be opened safely."""


def parse(content: bytes) -> etree._Element:
    """The root of an XML part; raises ``Unreadable`` on broken XML or a DTD."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"broken XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("a part declares a DTD")
    return root


def parse_plain(content: bytes) -> etree._Element:
    """The same without comments and instructions, the names of its main namespace written without a prefix."""
    root = parse(content)
    etree.strip_tags(root, etree.Comment, etree.PI)
    if root.prefix is None:
        return root
    tags = etree.tostring(root, encoding="unicode")
    tags = tags.replace(f"<{root.prefix}:", "<").replace(f"</{root.prefix}:", "</").replace(f"xmlns:{root.prefix}=", "xmlns=", 1)
    return parse(tags.encode())


def serialise(root: etree._Element) -> bytes:
    """``root`` as an XML part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def order_fonts(styles: etree._Element) -> None:
    """Put what each font of the style part holds in the order that the format wants."""
    for font in styles.iterfind(".//{*}fonts/{*}font"):
        known = [child for child in font if isinstance(child.tag, str) and etree.QName(child).localname in _FONT]
        font[:] = [*sorted(known, key=lambda c: _FONT.index(etree.QName(c).localname)), *(c for c in font if c not in known)]


def with_ordered_fonts(styles: bytes) -> bytes:
    """The style part with its fonts as ``order_fonts`` leaves them."""
    root = parse(styles)
    order_fonts(root)
    return serialise(root)


@dataclass(frozen=True)
class Relation:
    """One relationship of a part: ``target`` is a part name, or an address as written when ``external``."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type: ``worksheet``, ``drawing``."""
        return self.type.rsplit("/", 1)[-1]


def rels_name(part: str) -> str:
    """Name of the part that holds the relationships of ``part`` ("" is the package)."""
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _relative(target: str, part: str) -> str:
    return posixpath.relpath(target, posixpath.dirname(part) or ".")


@lru_cache(256)
def _relations(content: bytes, folder: str) -> tuple[Relation, ...]:
    """The relationships that ``content`` tells of a part in ``folder``: while a workbook is made they are asked for again and again."""
    relations = []
    for item in parse(content):
        if not isinstance(item.tag, str):
            continue
        target, external = item.get("Target", ""), item.get("TargetMode") == "External"
        if not external:
            base = "" if target.startswith("/") else folder
            target = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
        relations.append(Relation(item.get("Id", ""), item.get("Type", ""), target, external))
    return tuple(relations)


@lru_cache(64)
def _content_types(content: bytes) -> tuple[tuple[str, str, str | None], ...]:
    """The content types that are declared: of which part, of which ending, what."""
    return tuple([(item.get("PartName", "").lstrip("/"), item.get("Extension", "").lower(), item.get("ContentType")) for item in parse(content)
                  if isinstance(item.tag, str)])


class Package:
    """The parts of one workbook by name (without leading slash), in the order they are written."""

    def __init__(self, parts: dict[str, bytes]):
        self.parts = parts

    @classmethod
    def open(cls, content: bytes) -> "Package":
        """The package in ``content``; raises ``Unreadable`` when it is not a zip of bounded size."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = [i for i in archive.infolist() if not i.is_dir()]
                total = sum(i.file_size for i in entries)
                if len(entries) > MAX_PARTS or total > MAX_TOTAL or any(i.file_size > MAX_PART for i in entries):
                    raise Unreadable("the file is too large when opened")
                if len({i.filename for i in entries}) < len(entries):
                    raise Unreadable("two parts bear the same name")
                parts = {i.filename: archive.read(i) for i in entries}
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
            raise Unreadable(f"not a workbook: {error}") from error
        if CONTENT_TYPES not in parts:
            raise Unreadable("not an Excel workbook")
        return cls(parts)

    def save(self, swift: bool = False) -> bytes:
        """The zip file; content types first, as readers of streams expect. ``swift``: as ``packing.packed`` has it."""
        first = [n for n in (CONTENT_TYPES, rels_name("")) if n in self.parts]
        return packed(((name, self.parts[name]) for name in (*first, *(n for n in self.parts if n not in first))), swift=swift)

    def relations(self, part: str) -> list[Relation]:
        """The relationships of ``part`` in file order; [] when it has none."""
        content = self.parts.get(rels_name(part))
        return [] if content is None else list(_relations(content, posixpath.dirname(part)))

    def relate(self, part: str, relations: list[Relation]) -> None:
        """Make ``relations`` the relationships of ``part``."""
        if not relations:
            self.parts.pop(rels_name(part), None)
            return
        root = etree.Element(f"{{{PACKAGE_RELS}}}Relationships", nsmap={None: PACKAGE_RELS})
        for r in relations:
            item = etree.SubElement(root, f"{{{PACKAGE_RELS}}}Relationship", Id=r.id, Type=r.type,
                                    Target=r.target if r.external else _relative(r.target, part))
            if r.external:
                item.set("TargetMode", "External")
        self.parts[rels_name(part)] = serialise(root)

    def relate_anew(self) -> None:
        """Write every relationship again with a relative target: not all programs know the others."""
        for part in ["", *self.parts]:
            if rels_name(part) in self.parts:
                self.relate(part, self.relations(part))

    def rename(self, names: Mapping[str, str]) -> None:
        """Give parts other ``names``, by those they have; whatever leads to them leads there then."""
        relations = {part: self.relations(part) for part in ["", *self.parts] if rels_name(part) in self.parts}
        for part in relations:
            del self.parts[rels_name(part)]
        self.parts = {names.get(name, name): content for name, content in self.parts.items()}
        for part, leading in relations.items():
            self.relate(names.get(part, part), [r if r.external else replace(r, target=names.get(r.target, r.target)) for r in leading])

    def add_relation(self, part: str, kind: str, target: str) -> str:
        """Relate ``part`` to part ``target``; the new relationship's id."""
        relations = self.relations(part)
        taken = {r.id for r in relations}
        new = next(f"rIdPx{n}" for n in range(1, len(taken) + 2) if f"rIdPx{n}" not in taken)
        self.relate(part, [*relations, Relation(new, f"{OFFICE_RELS}/{kind}", target, False)])
        return new

    def content_type(self, part: str) -> str | None:
        """The declared content type of ``part``: its own, else its extension's."""
        default = None
        for name, extension, kind in _content_types(self.parts[CONTENT_TYPES]):
            if name == part:
                return kind
            if extension and part.lower().endswith("." + extension):
                default = kind
        return default

    def set_types(self, added: dict[str, str]) -> None:
        """Declare ``added`` content types by part, and forget those of parts that are gone."""
        root = parse(self.parts[CONTENT_TYPES])
        for item in list(root):
            name = item.get("PartName", "").lstrip("/")
            if name and (name not in self.parts or name in added):
                root.remove(item)
        for name, kind in added.items():
            if name in self.parts:
                etree.SubElement(root, f"{{{TYPES_NS}}}Override", PartName=f"/{name}", ContentType=kind)
        self.parts[CONTENT_TYPES] = serialise(root)

    def drop_unreachable(self) -> None:
        """Forget every part that no relationship leads to, and the relationships that lead nowhere."""
        reached, waiting = {""}, [""]
        while waiting:
            part = waiting.pop()
            relations = self.relations(part)
            kept = [r for r in relations if r.external or r.target in self.parts]
            if len(kept) < len(relations):
                self.relate(part, kept)
            for relation in kept:
                if not relation.external and relation.target not in reached:
                    reached.add(relation.target)
                    waiting.append(relation.target)
        keep = {CONTENT_TYPES} | reached | {rels_name(p) for p in reached}
        self.parts = {name: content for name, content in self.parts.items() if name in keep}
