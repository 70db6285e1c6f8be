"""The parts inside a workbook file, each read within bounds, its XML parsed without following anything."""

import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from perfxl.model.findings import Finding, Place
from perfxl.workbook.sheets.model import MAX_TEXT, Refused

MB = 1 << 20
PART_LIMIT = 64 * MB
#: Bytes of memory that the tree of one part may take, as estimated from its tags and attributes.
TREE_LIMIT = 256 * MB
#: A part this short cannot exceed it.
SMALL = MB // 2

_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_ALLOWED = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


class Package:
    """The zip of a workbook. ``file``: what findings call it; ``kind``: xlsx or ods; ``names``: of its parts."""

    def __init__(self, archive: zipfile.ZipFile, file: str):
        self._archive, self.file, self.kind = archive, file, ""
        self._said = 0
        self._infos = {info.filename: info for info in archive.infolist()}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the directory."""
        return tuple(self._infos)

    def refuse(self, code: str, **values) -> Refused:
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
        info = self._infos.get(name)
        if info is None:
            raise self.refuse("FILE06", part=name)
        try:
            with self._archive.open(info) as part:
                data = part.read(PART_LIMIT + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
            raise self.refuse("FILE06", part=name) from None
        if len(data) > PART_LIMIT:
            raise self.refuse("FILE07", part=name, size=len(data) // MB, limit=PART_LIMIT // MB)
        return data

    def checked(self, name: str) -> bytes:
        """The bytes of XML part ``name``; raises ``Refused`` on a DTD or a foreign encoding."""
        data = self.read(name)
        encoding = _ENCODING.match(data[:200].lstrip(b"\xef\xbb\xbf"))
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:8] or (
                encoding and encoding[1].lower() not in _ALLOWED):
            raise self.refuse("FILE09", part=name, thing={"it": "una codifica insolita", "en": "an unusual encoding"})
        if declares(data) and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
            raise self.refuse("FILE09", part=name, thing={"it": "una DTD o un’entità", "en": "a DTD or an entity"})
        return data

    def parse(self, name: str, data: bytes) -> etree._Element:
        """The root of the part whose bytes ``checked`` gave; raises ``Refused`` when it is no XML or its tree would be
        too big to hold."""
        if len(data) > SMALL and 130 * data.count(b"<") + 200 * data.count(b"=") + len(data) > TREE_LIMIT:
            raise self.refuse("FILE08", count=data.count(b"<"), things={"it": "celle e altri elementi", "en": "cells and other elements"},
                              limit=TREE_LIMIT // 330)
        try:
            return etree.fromstring(data, _parser())
        except (etree.XMLSyntaxError, ValueError):
            raise self.refuse("FILE06", part=name) from None

    def xml(self, name: str) -> etree._Element:
        """The root of part ``name``, checked and parsed."""
        return self.parse(name, self.checked(name))


def declares(data: bytes) -> bool:
    """Whether ``data`` has a comment, CDATA or a declaration. Looking for one byte takes a hundredth of the time."""
    return b"!" in data and b"<!" in data


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
