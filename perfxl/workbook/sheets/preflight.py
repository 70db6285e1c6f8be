"""Whether a file may be read at all: decided from its first bytes and its directory, before any part is parsed.

What is refused is refused with a finding that says what to ask the sender. Everything that passes is then read
through ``Package``, which trusts no size the file declares.
"""

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any, NoReturn, Protocol

from perfxl.model.findings import Finding, Place
from perfxl.workbook.part_names import entry
from perfxl.workbook.sheets import foreign
from perfxl.workbook.sheets.model import Refused
from perfxl.workbook.sheets.package import MB, PART_LIMIT, Package, children
from perfxl.workbook.sheets.recent import Recent

FILE_LIMIT, TOTAL_LIMIT, MAX_PARTS, MAX_RATIO, DIRECTORY_LIMIT = 64 * MB, 256 * MB, 2_000, 250, MB

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class Refuse(Protocol):
    """Raises ``Refused`` with the finding ``code``, which says ``values``."""

    def __call__(self, code: str, **values: Any) -> NoReturn: ...


def examine(data: bytes, file: str) -> Package:
    """The package in ``data``, found fit to be read; raises ``Refused`` with a FILE finding otherwise."""
    place = Place(file)

    def refuse(code: str, **values: Any) -> NoReturn:
        raise Refused(Finding(code, place, values))

    if not data:
        refuse("FILE01")
    if not data.startswith(b"PK\x03\x04"):
        code, said = foreign.not_a_zip(data, file)
        refuse(code, **said)
    if len(data) > FILE_LIMIT:
        refuse("FILE07", part="file", size=-(-len(data) // MB), limit=FILE_LIMIT // MB)
    if _directory_size(data) > DIRECTORY_LIMIT:
        refuse("FILE08", count="> 10000", things={"it": "parti", "en": "parts"}, limit=MAX_PARTS)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, OverflowError, zlib.error):
        refuse("FILE06", part="zip")
    package = Package(archive, data, file)
    _directory(archive.infolist(), len(data), refuse)
    package.kind = _kind(package, refuse)
    return package


def _directory_size(data: bytes) -> int:
    """Bytes of the zip directory as its end record says; 0 when there is no such record."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return int.from_bytes(data[at + 12:at + 16], "little") if at >= 0 else 0


def _directory(infos: list[zipfile.ZipInfo], size: int, refuse: Refuse) -> None:
    """Refuse what the directory alone gives away."""
    if len(infos) > MAX_PARTS:
        refuse("FILE08", count=len(infos), things={"it": "parti", "en": "parts"}, limit=MAX_PARTS)
    seen, total, packed = set(), 0, 0
    for info in infos:
        name = entry(info.filename)
        if info.flag_bits & 0x1:
            refuse("FILE04")
        if name.casefold() in seen:
            refuse("FILE09", part=name, thing={"it": "due parti con lo stesso nome", "en": "two parts of the same name"})
        if ".." in name.split("/") or "\x00" in name or ":" in name:
            refuse("FILE09", part=name, thing={"it": "un percorso fuori dal file", "en": "a path outside the file"})
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse("FILE09", part=name, thing={"it": "una compressione insolita", "en": "an unusual compression"})
        if info.file_size > PART_LIMIT or (info.file_size > MB and info.file_size > MAX_RATIO * info.compress_size):
            likely = min(PART_LIMIT, max(MB, MAX_RATIO * info.compress_size))
            refuse("FILE07", part=name, size=-(-info.file_size // MB), limit=likely // MB)
        seen.add(name.casefold())
        total += info.file_size
        packed += info.compress_size
    if total > TOTAL_LIMIT:
        refuse("FILE07", part={"it": "l’insieme delle parti", "en": "all parts together"}, size=-(-total // MB),
               limit=TOTAL_LIMIT // MB)
    if packed > size:
        refuse("FILE09", part="zip", thing={"it": "parti sovrapposte", "en": "overlapping parts"})


def _kind(package: Package, refuse: Refuse) -> str:
    """``xlsx`` or ``ods``; refuses the rest."""
    names = package.names
    if "mimetype" in names and "content.xml" in names:
        mime = package.read("mimetype").strip()
        if mime.startswith(b"application/vnd.sun.xml.calc"):
            refuse("FILE11", **foreign.SAVE_AS["sxc"])
        if not mime.startswith(_ODS):
            refuse("FILE02", kind="OpenDocument: " + mime.decode("latin-1")[-40:])
        manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        if b"encryption-data" in manifest:
            refuse("FILE04")
        if any(name.startswith(("Basic/", "Scripts/")) and name.endswith((".xba", ".py", ".js", ".bsh")) for name in names):
            refuse("FILE05", kind=".ods, Basic")
        return "ods"
    if not package.part("[Content_Types].xml"):
        code, said = foreign.other_package(package)
        refuse(code, **said)
    types = _types(package)
    workbook = next((part for part, kind in types.items() if _BOOK.search(kind)), "")
    for folder, kind in (("word/", "Word (.docx)"), ("ppt/", "PowerPoint (.pptx)")):
        if not workbook and any(name.casefold().startswith(folder) for name in names):
            refuse("FILE02", kind=kind)
    if "sheet.binary" in types.get(workbook, "") or package.part("xl/workbook.bin"):
        refuse("FILE11", **foreign.SAVE_AS["xlsb"])
    if "macroEnabled" in types.get(workbook, ""):
        refuse("FILE05", kind=".xlsm")
    if code := _code(package, types, workbook):
        refuse("FILE05", kind=code)
    return "xlsx"


#: The content types of a workbook's main part.
_BOOK = re.compile(r"(?:sheet|template|addin)(?:\.macroEnabled)?\.main\+xml\Z|sheet\.binary\.")


def _types(package: Package) -> dict[str, str]:
    """The content type declared for each part by its own name; what is declared for an extension says nothing of the parts
    that a file really has, and some programs declare more than they write."""
    default, named = _declared(package)
    own = {part: kind for name, kind in named if (part := package.part(name))}
    home = package.part("xl/workbook.xml")
    if home and home not in own and _BOOK.search(default.get("xml", "")):
        own[home] = default["xml"]
    return own


#: What content types read lately declare, by their bytes: forms of one campaign have the same parts.
_known_types: Recent[bytes, tuple[dict[str, str], tuple[tuple[str, str], ...]]] = Recent(MB // 8)


def _declared(package: Package) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """The content types by extension, and those of parts, with their names as they stand there."""
    name = "[Content_Types].xml"
    data = package.checked(name)
    types = _known_types.get(data)
    if types is None:
        root = package.parse(name, data)
        types = ({e.get("Extension", "").casefold(): e.get("ContentType", "") for e in children(root, "Default")},
                 tuple((e.get("PartName", "").lstrip("/"), e.get("ContentType", "")) for e in children(root, "Override")))
        _known_types.put(data, types, len(data))
    return types


def _code(package: Package, types: dict[str, str], workbook: str) -> str:
    """What kind of macros the workbook has, "" when it has none. Those of a file that is embedded are that file's."""
    for name in package.names:
        low = name.casefold()
        if "/embeddings/" in f"/{low}":
            continue
        if low.rpartition("/")[2].startswith("vbaproject") or "vbaProject" in types.get(name, ""):
            return "VBA"
        if "macrosheet+xml" in types.get(name, "") or "/macrosheets/" in low:
            return "XLM"
    rels = package.part(f"{posixpath.dirname(workbook)}/_rels/{posixpath.basename(workbook)}.rels")
    leads = children(package.xml(rels), "Relationship") if rels else ()
    if any(r.get("Type", "").endswith("/vbaProject") and package.target(workbook, r.get("Target", "")) for r in leads):
        return "VBA"
    return ""
