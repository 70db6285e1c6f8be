"""Zip archives taken apart: names only tell people what was inside, sizes are those found and not those declared."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from perfxl.stages.mail.incoming.model import MOST_ITEMS, Budget, TooMuch
from perfxl.workbook.part_names import entry

#: Bytes of an archive's directory: 1,000 files need a tenth of it.
DIRECTORY_LIMIT = 1 << 20
#: Documents say what they are in a file of this name, and so do signed containers (ASiC, ETSI EN 319 162-1), which are archives.
_TYPE = "mimetype"
_DOCUMENTS = (b"application/vnd.oasis.opendocument", b"application/vnd.sun.xml", b"application/epub")
#: A document of Apple's programs, which may be a folder; others zip it.
_APPLE = re.compile(r"((?:[^/]*/)*[^/]*\.(?:numbers|pages|key)/)(?:index/.*\.iwa|index\.zip)\Z")
_SIGNED = (b"application/vnd.etsi.asic-", b"application/vnd.etsi.timestamp-token")


#: What zipfile raises over archives whose parts lie.
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


class Broken(Exception):
    """The archive cannot be taken apart; ``reason`` is a key of ``texts/mail.toml``."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def open_archive(data: bytes) -> zipfile.ZipFile | None:
    """The archive in ``data``; None when it is no zip, or one that is a document in itself (a workbook, a text)."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end >= 0 and int.from_bytes(data[end + 12:end + 16], "little") > DIRECTORY_LIMIT:
        raise TooMuch({"it": "i file nell’archivio", "en": "the files in the archive"}, MOST_ITEMS)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, OverflowError, zlib.error):
        return None
    return None if _is_document(archive) else archive


def _is_document(archive: zipfile.ZipFile) -> bool:
    """Whether ``archive`` is one document: an Office workbook or text, an OpenDocument one, one of Apple's."""
    names = {entry(name).lower() for name in archive.NameToInfo}
    if "[content_types].xml" in names or {"content.xml", "meta-inf/manifest.xml"} <= names:
        return True
    if any(name == "index.apxl" or name.startswith("index/") and name.endswith(".iwa") for name in names) or _is_folder_of_apple(names):
        return True
    return type_of(archive).startswith(_DOCUMENTS)


def _is_folder_of_apple(names: set[str]) -> bool:
    """Whether all that is in an archive, as lower-case ``names``, is one document of Apple's programs that is a folder."""
    folder = next((beside[1] for beside in map(_APPLE.match, sorted(names)) if beside), "")
    return bool(folder) and all(name.startswith((folder, "__macosx/")) or folder.startswith(name) for name in names)


def type_of(archive: zipfile.ZipFile) -> bytes:
    """What ``archive`` says it is in its file ``mimetype``; b"" when it does not say."""
    try:
        with archive.open(_TYPE) as part:
            return part.read(200).strip()
    except (KeyError, *FAULTS):
        return b""


def is_signed(archive: zipfile.ZipFile) -> bool:
    """Whether ``archive`` is a container of files and of signatures on them (ASiC)."""
    names = {name.upper() for name in archive.NameToInfo}
    return type_of(archive).startswith(_SIGNED) or any(
        n.startswith("META-INF/") and ("SIGNATURE" in n or n.endswith((".P7S", ".TST"))) for n in names)


def files(archive: zipfile.ZipFile, budget: Budget) -> Iterator[tuple[str, bytes | Broken]]:
    """Name and bytes of each file, or why it cannot be had; ``TooMuch`` when they would not end."""
    for info in archive.infolist():
        if info.is_dir():
            continue
        if info.flag_bits & 0x1:
            yield info.filename, Broken("archive_locked")
            continue
        try:
            with archive.open(info) as part:
                content = part.read(budget.room + 1)
        except FAULTS:
            yield info.filename, Broken("archive_damaged")
            continue
        if len(content) > budget.room:
            raise TooMuch({"it": "i MB di un file nell’archivio", "en": "the MB of a file in the archive"}, budget.room >> 20)
        yield info.filename, content


def ungzipped(data: bytes, limit: int) -> bytes | None:
    """The file that gzip made smaller (RFC 1952), of more than ``limit`` bytes that many and one; None when ``data`` is none."""
    if not data.startswith(b"\x1f\x8b\x08"):
        return None
    try:
        return zlib.decompressobj(31).decompress(data, limit + 1)
    except zlib.error:
        return None
