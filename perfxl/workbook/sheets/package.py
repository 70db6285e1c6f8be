"""The parts inside a workbook file, each read within bounds, its XML parsed without following anything."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from perfxl.model.findings import Finding, Place
from perfxl.workbook.part_names import canonical, entry
from perfxl.workbook.sheets.inflate import Members
from perfxl.workbook.sheets.markup import declares
from perfxl.workbook.sheets.model import MAX_TEXT, Refused
from perfxl.workbook.sheets.recent import Recent

MB = 1 << 20
PART_LIMIT = 64 * MB
#: Bytes of memory that the tree of one part may take, as estimated from its tags and attributes.
TREE_LIMIT = 256 * MB
#: A part this short cannot exceed it.
SMALL = MB // 2

_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")
_ALLOWED = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
#: Read too, once made UTF-8: what some programs write.
_FOREIGN = {"utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "utf16": "utf-16", "iso-8859-1": "latin-1",
            "latin1": "latin-1", "windows-1252": "cp1252"}


class Package:
    """The zip of a workbook, ``archive`` in ``data``. ``file``: what findings call it; ``kind``: xlsx or ods; ``names``: of its parts. As in
    spreadsheet programs, ``Xl/Workbook.xml`` is ``xl/workbook.xml``, and ``a%20b`` is ``a b``."""

    def __init__(self, archive: zipfile.ZipFile, data: bytes, file: str):
        self._archive, self.file, self.kind = archive, file, ""
        self._members = Members(archive, data)
        self._said = 0
        self._infos = {entry(info.filename): info for info in archive.infolist()}
        self._folded = {name.casefold(): name for name in self._infos}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the directory."""
        return tuple(self._infos)

    def part(self, name: str) -> str | None:
        """The part called ``name``, however it is written; None when there is none."""
        return name if name in self._infos else self._folded.get(canonical(name).casefold())

    def target(self, part: str, target: str) -> str | None:
        """The part that ``target``, as a relationship of ``part`` has it, leads to; None when it is not in the file."""
        target = canonical(target.partition("#")[0])
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
        return self.part(posixpath.normpath(path))

    def refuse(self, code: str, **values: Any) -> Refused:
        """The exception to raise, with finding ``code`` on this file."""
        return Refused(Finding(code, Place(self.file), values))

    def say(self, characters: int) -> None:
        """Count what a cell says; raises ``Refused`` when all cells together say more than a form can."""
        self._said += characters
        if self._said > MAX_TEXT:
            raise self.refuse("FILE08", count=self._said, things={"it": "caratteri nelle celle", "en": "characters in its cells"},
                              limit=MAX_TEXT)

    def read(self, name: str) -> bytes:
        """The bytes of part ``name``, at most ``PART_LIMIT``; raises ``Refused``."""
        info = self._infos.get(self.part(name) or "")
        if info is None:
            raise self.refuse("FILE06", part=name)
        if (plain := self._members.read(info, PART_LIMIT)) is not None:
            return plain
        try:
            with self._archive.open(info) as part:
                data = part.read(PART_LIMIT + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
            raise self.refuse("FILE06", part=name) from None
        if len(data) > PART_LIMIT:
            raise self.refuse("FILE07", part=name, size=-(-len(data) // MB), limit=PART_LIMIT // MB)
        return data

    def checked(self, name: str) -> bytes:
        """The bytes of XML part ``name``, in UTF-8; raises ``Refused`` on a DTD or an encoding that is not known."""
        data = self.read(name)
        encoding = _ENCODING.match(data[:200].lstrip(b"\xef\xbb\xbf"))
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:8] or (
                encoding and encoding[1].lower() not in _ALLOWED):
            data = self._recoded(name, data, encoding[1].decode("latin-1").lower() if encoding else "")
        if declares(data) and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
            raise self.refuse("FILE09", part=name, thing={"it": "una DTD o un’entità", "en": "a DTD or an entity"})
        return data

    def _recoded(self, name: str, data: bytes, declared: str) -> bytes:
        """``data`` in UTF-8, without the declaration of what it was in."""
        known = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _FOREIGN.get(declared)
        if b"\x00" in data[:8] and known != "utf-16":
            known = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        try:
            text = data.decode(known) if known else None
        except UnicodeDecodeError:
            text = None
        if text is None:
            raise self.refuse("FILE09", part=name, thing={"it": "una codifica insolita", "en": "an unusual encoding"})
        return _DECLARATION.sub("", text, count=1).encode()

    def parse(self, name: str, data: bytes) -> etree._Element:
        """The root of the part whose bytes ``checked`` gave; raises ``Refused`` when it is no XML or its tree would be
        too big to hold."""
        size = 130 * data.count(b"<") + 200 * data.count(b"=") + len(data) if len(data) > SMALL else 0
        if size > TREE_LIMIT:
            raise self.refuse("FILE08", count=-(-size // MB), limit=TREE_LIMIT // MB,
                              things={"it": "MB fra celle e altri elementi", "en": "MB of cells and other elements"})
        try:
            return etree.fromstring(data, _parser())
        except (etree.XMLSyntaxError, ValueError):
            raise self.refuse("FILE06", part=name) from None

    def xml(self, name: str) -> etree._Element:
        """The root of part ``name``, checked and parsed; not to be changed: small parts that are written alike are one."""
        data = self.checked(name)
        root = _roots.get(data)
        if root is None:
            root = self.parse(name, data)
            _roots.put(data, root, len(data))
        return root


#: Roots of parts that were read lately, by their bytes: relationships and the like, which forms of one campaign have alike.
_roots: Recent[bytes, etree._Element] = Recent(MB // 8)

def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                           remove_comments=True, remove_pis=True, collect_ids=False)


def children(root: etree._Element, local: str) -> Iterator[etree._Element]:
    """The descendants of ``root`` whose tag is ``local`` in any namespace."""
    return root.iter("{*}" + local)


def constant(text: str) -> str | None:
    """The text of a defined name that is a string constant, ``"..."``; None when it is something else."""
    text = text.strip().lstrip("=")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or '"' in text[1:-1].replace('""', ""):
        return None
    return text[1:-1].replace('""', '"')
