"""The documents of an archive made again from its contents and compared, part by part, with those that are in it."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from perfxl.campaign.register.log import Entry
from perfxl.stages.publish import bundle, derived
from perfxl.stages.publish.pictures import look_alike
from perfxl.stages.report import report, short_version, validation_pack
from perfxl.stages.report.marked import with_draft_mark
from perfxl.stages.report.package import Unreadable, parts
from perfxl.stages.report.pages import without_pages
from perfxl.workbook.packing import alone


@dataclass(frozen=True)
class Compared:
    """What comparing came to: the files, with their part, that are not what is made again; the pictures that were drawn on
    another machine, so much alike that they say the same."""
    wrong: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


def words(document: dict[str, Any], log: list[Entry], extension: dict[str, Any] | None, draft: bool) -> dict[str, Callable[[], bytes]]:
    """How each Word document of the archive is made again."""
    spoken, known = derived.language(document), derived.acts(document, log, draft)

    def done(word: bytes) -> bytes:
        return with_draft_mark(word, spoken) if draft else word
    return {f"{bundle.document_name_of(document)}.docx": lambda: done(report(document, spoken, template=None,
        extension=extension, approvals=known)),
            bundle.CITIZENS: lambda: done(short_version(document, spoken)),
            bundle.VALIDATION: lambda: done(validation_pack(document, derived.criteria(document, known, extension), spoken))}


def differing_parts(name: str, there: bytes, made: bytes) -> Compared:
    """The Word document ``there`` beside ``made``, the same one made again: every part, headers and pictures included; the
    pages in the contents may differ, since they are counted where the document is laid out."""
    try:
        ours, theirs = parts(made), parts(there)
    except Unreadable:
        return Compared((name,))
    if not alone(there, bare=True):
        return Compared((name,))
    wrong, alike = [], []
    for part in sorted(ours.keys() | theirs.keys()):
        if ours.get(part) == theirs.get(part):
            continue
        if part not in ours or part not in theirs:
            wrong.append(f"{name}: {part}")
        elif part.endswith(".png") and look_alike(ours[part], theirs[part]):
            alike.append(f"{name}: {part}")
        elif not (part == "word/document.xml" and _same_but_pages(ours[part], theirs[part])):
            wrong.append(f"{name}: {part}")
    return Compared(tuple(wrong), tuple(alike))


def _same_but_pages(ours: bytes, theirs: bytes) -> bool:
    try:
        return without_pages(ours) == without_pages(theirs)
    except etree.XMLSyntaxError:
        return False


def workbook(there: bytes, document: dict[str, Any], extension: dict[str, Any] | None, draft: bool) -> Iterator[str]:
    """The parts of the consolidated workbook that are not what is made again."""
    ours, theirs = _opened(derived.workbook(document, extension, draft)), _opened(there)
    yield from (f"consolidato.xlsx: {part}" for part in sorted(ours.keys() | theirs.keys()) if ours.get(part) != theirs.get(part))


def _opened(content: bytes) -> dict[str, bytes]:

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > 5_000 or sum(i.file_size for i in entries) > 256 << 20 or len({i.filename for i in entries}) < len(entries):
                return {}
            return {i.filename: archive.read(i) for i in entries} if alone(content, bare=True) else {}
    except Exception:  # zlib and its kin each have errors of their own
        return {}
