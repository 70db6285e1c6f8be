"""Whether a file may be read at all: decided from its first bytes and its directory, before any part is parsed.

What is refused is refused with a finding that says what to ask the sender. Everything that passes is then read
through ``Package``, which trusts no size the file declares.
"""

import io
import re
import zipfile
import zlib

from perfxl.model.findings import Finding, Place
from perfxl.workbook.sheets.model import Refused
from perfxl.workbook.sheets.package import MB, PART_LIMIT, Package

FILE_LIMIT, TOTAL_LIMIT, MAX_PARTS, MAX_RATIO, DIRECTORY_LIMIT = 64 * MB, 256 * MB, 2_000, 250, MB

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SIGNS = (
    (b"%PDF", "PDF"), (b"{\\rtf", "RTF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "GZIP"), (b"MZ", "EXE"), (b"GIF8", "GIF"), (b"BM", "BMP"),
)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MACRO_TYPES = {"macroEnabled": ".xlsm", "sheet.binary": ".xlsb", "vbaProject": "VBA",
                "macrosheet+xml": "XLM"}
_TEXT = {"it": "un testo", "en": "a text file"}
_UNKNOWN = {"it": "un file di altro tipo", "en": "a file of another kind"}


def examine(data: bytes, file: str) -> Package:
    """The package in ``data``, found fit to be read; raises ``Refused`` with a FILE finding otherwise."""
    place = Place(file)

    def refuse(code: str, **values):
        raise Refused(Finding(code, place, values))

    if not data:
        refuse("FILE01")
    if not data.startswith(b"PK\x03\x04"):
        code, kind = _not_a_zip(data)
        refuse(code, **{"FILE02": {"kind": kind}, "FILE06": {"part": "zip"}}.get(code, {}))
    if len(data) > FILE_LIMIT:
        refuse("FILE07", part="file", size=len(data) // MB, limit=FILE_LIMIT // MB)
    if _directory_size(data) > DIRECTORY_LIMIT:
        refuse("FILE08", count="> 10000", things={"it": "parti", "en": "parts"}, limit=MAX_PARTS)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, OverflowError, zlib.error):
        refuse("FILE06", part="zip")
    package = Package(archive, file)
    _directory(archive.infolist(), len(data), refuse)
    package.kind = _kind(package, refuse)
    return package


def _directory_size(data: bytes) -> int:
    """Bytes of the zip directory as its end record says; 0 when there is no such record."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return int.from_bytes(data[at + 12:at + 16], "little") if at >= 0 else 0


def _directory(infos: list[zipfile.ZipInfo], size: int, refuse) -> None:
    """Refuse what the directory alone gives away."""
    if len(infos) > MAX_PARTS:
        refuse("FILE08", count=len(infos), things={"it": "parti", "en": "parts"}, limit=MAX_PARTS)
    seen, total, packed = set(), 0, 0
    for info in infos:
        name = info.filename
        if info.flag_bits & 0x1:
            refuse("FILE04")
        if name.casefold() in seen:
            refuse("FILE09", part=name, thing={"it": "due parti con lo stesso nome", "en": "two parts of the same name"})
        if name.startswith(("/", "\\")) or "\\" in name or ".." in name.split("/") or "\x00" in name or ":" in name:
            refuse("FILE09", part=name, thing={"it": "un percorso fuori dal file", "en": "a path outside the file"})
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse("FILE09", part=name, thing={"it": "una compressione insolita", "en": "an unusual compression"})
        if info.file_size > PART_LIMIT or (info.file_size > MB and info.file_size > MAX_RATIO * info.compress_size):
            likely = min(PART_LIMIT, max(MB, MAX_RATIO * info.compress_size))
            refuse("FILE07", part=name, size=info.file_size // MB, limit=likely // MB)
        seen.add(name.casefold())
        total += info.file_size
        packed += info.compress_size
    if total > TOTAL_LIMIT:
        refuse("FILE07", part={"it": "l’insieme delle parti", "en": "all parts together"}, size=total // MB,
               limit=TOTAL_LIMIT // MB)
    if packed > size:
        refuse("FILE09", part="zip", thing={"it": "parti sovrapposte", "en": "overlapping parts"})


def _kind(package: Package, refuse) -> str:
    """``xlsx`` or ``ods``; refuses the rest."""
    names = package.names
    if "mimetype" in names and "content.xml" in names:
        mime = package.read("mimetype").strip()
        if not mime.startswith(_ODS):
            refuse("FILE02", kind="OpenDocument: " + mime.decode("latin-1")[-40:])
        manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        if b"encryption-data" in manifest:
            refuse("FILE04")
        if any(name.startswith(("Basic/", "Scripts/")) and name.endswith((".xba", ".py", ".js", ".bsh")) for name in names):
            refuse("FILE05", kind=".ods, Basic")
        return "ods"
    if "[Content_Types].xml" not in names:
        refuse("FILE02", kind="ZIP")
    types = package.read("[Content_Types].xml")
    for sign, kind in _MACRO_TYPES.items():
        if sign.encode() in types:
            refuse("FILE05", kind=kind)
    for folder, kind in (("word/", "Word (.docx)"), ("ppt/", "PowerPoint (.pptx)")):
        if any(name.startswith(folder) for name in names) and b"spreadsheetml.sheet.main" not in types:
            refuse("FILE02", kind=kind)
    if any(name.casefold().endswith(("vbaproject.bin", "workbook.bin")) for name in names):
        refuse("FILE05", kind="VBA")
    return "xlsx"


def _not_a_zip(data: bytes) -> tuple[str, object]:
    """The code and the kind of a file that is no zip."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "FILE04", None
        if "WordDocument".encode("utf-16-le") in data:
            return "FILE02", "Word (.doc)"
        return "FILE03", None
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"PK\x05\x06"):
        return "FILE02", "ZIP"
    if data[:2] == b"PK":
        return "FILE06", None
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            return "FILE02", kind
    low = head.lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
        return "FILE02", "XML 2003"
    if b"<html" in low or b"<!doctype html" in low:
        return "FILE02", "HTML"
    if low.startswith(b"<?xml") or low.startswith(b"<office:"):
        return "FILE02", "XML"
    if re.match(rb"(?:[\w-]+: .*\r?\n){2}", head):
        return "FILE02", {"it": "un messaggio di posta (.eml)", "en": "a mail message (.eml)"}
    if head and b"\x00" not in head:
        return "FILE02", "CSV" if re.match(rb"[^\n]*[;,\t][^\n]*\r?\n", head) else _TEXT
    return "FILE02", _UNKNOWN
