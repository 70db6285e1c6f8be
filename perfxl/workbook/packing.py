"""Parts put into a zip file that is the same bytes whenever and wherever it is made."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from perfxl.workbook.deflating import Deflated, deflated

EPOCH = (1980, 1, 1, 0, 0, 0)
#: Who made the entries, as zip files say it: MS-DOS, which has no rights to tell, or Unix.
MSDOS, UNIX = 0, 3
#: Bytes of what stands before an entry and of its line in the list at the end, without its name; flags of entries.
_LOCAL, _CENTRAL, _DESCRIBED, _UNICODE = 30, 46, 0x08, 0x800


def packed(parts: Iterable[tuple[str, str | bytes | Deflated]], rights: int = 0, system: int = MSDOS, stored: Iterable[str] = (),
           moment: tuple[int, int, int, int, int, int] = EPOCH, swift: bool = False) -> bytes:
    """The zip file of ``parts`` (name, content or what is packed) in their order, all of one ``moment``, the first that zip files know.

    ``rights``: those of every file, as Unix writes them (0: none told); ``stored``: the endings of names that are compressed
    already and go in as they are. ``swift``: packed in two fifths of the time, as small, into other bytes than ``zipfile``
    makes.
    """
    made, ends = BytesIO(), tuple(stored)
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts:
            info = ZipInfo(name, moment)
            info.compress_type = ZIP_STORED if ends and name.endswith(ends) else ZIP_DEFLATED
            info.create_system, info.external_attr = system, rights << 16
            if isinstance(content, Deflated):
                _put(archive, info, content)
            elif swift and info.compress_type == ZIP_DEFLATED:
                _put(archive, info, deflated(content.encode() if isinstance(content, str) else content))
            else:
                archive.writestr(info, content)
    return made.getvalue()


def _put(archive: Any, info: ZipInfo, content: Deflated) -> None:
    """Put a part into ``archive``, a ``ZipFile``, as it is packed, which ``zipfile`` itself has no way to do."""
    info.CRC, info.compress_size, info.file_size = content.crc, len(content.data), content.size
    info.external_attr = info.external_attr or 0o600 << 16  # as zipfile has it where no rights are told
    info.header_offset = archive.start_dir
    archive.fp.write(info.FileHeader(False))
    archive.fp.write(content.data)
    archive.filelist.append(info)
    archive.NameToInfo[info.filename] = info
    archive.start_dir, archive._didModify = archive.fp.tell(), True


def alone(content: bytes, bare: bool = False) -> bool:
    """Whether ``content`` is a zip file with nothing in it but its entries: before the first, between them, after its end, in a
    comment. ``bare``: nor what programs note about an entry, as ``packed`` leaves it: rights, hours, words.
    """
    if content[:4] not in (b"PK\x03\x04", b"PK\x05\x06") or content[-22:-18] != b"PK\x05\x06" or content[-2:] != b"\0\0":
        return False
    with ZipFile(BytesIO(content)) as archive:
        entries = sorted(archive.infolist(), key=lambda i: i.header_offset)
    at = 0
    for entry in entries:
        head = content[at:at + _LOCAL]
        noted = int.from_bytes(head[28:30], "little")
        if entry.header_offset != at or entry.comment or bare and (noted or entry.extra or entry.flag_bits & _DESCRIBED):
            return False
        at += _LOCAL + int.from_bytes(head[26:28], "little") + noted + entry.compress_size
        if entry.flag_bits & _DESCRIBED:
            at += _described(entry, content, at)
    size, start = (int.from_bytes(content[k:k + 4], "little") for k in (-10, -6))
    return at == start and start + size == len(content) - 22 and (not bare or size == sum(_CENTRAL + len(_name(entry)) for entry in entries))


def _described(entry: ZipInfo, content: bytes, at: int) -> int:
    """Bytes of what a program that could not go back wrote after the entry that ends at ``at``: its check sum and its sizes, of four
    bytes or of eight, after a sign or without one. 0: nothing that says as much."""
    for sign in (b"PK\x07\x08", b""):
        for width in (4, 8):
            said = sign + entry.CRC.to_bytes(4, "little") + b"".join(size.to_bytes(width, "little") for size in (entry.compress_size, entry.file_size))
            if content[at:at + len(said)] == said:
                return len(said)
    return 0


def _name(entry: ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UNICODE else "cp437")
