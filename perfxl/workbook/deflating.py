"""Parts of a zip file that are packed while they are written, and kept packed until the file is put together."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from perfxl.workbook.packing import UNIX

#: Signs of text that are gathered before they are packed.
GATHERED = 1 << 16
#: What programs are told of every part: when it was written, and what it is to Unix: a file that its owner reads and writes.
MOMENT, RIGHTS = (1980, 1, 31, 0, 0, 0), 0o100600


@dataclass(frozen=True)
class Deflated:
    """A part, packed: its bytes as a zip file has them, their sum and how many they were."""

    data: bytes
    crc: int
    size: int


class Deflating:
    """Packs a text while it is written, as ``zipfile`` packs a whole one."""

    def __init__(self) -> None:
        self._pack = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._waiting: list[str] = []
        self._signs = self._crc = self._size = 0
        self._packed: list[bytes] = []

    def write(self, text: str) -> None:
        """Write ``text`` at the end."""
        self._waiting.append(text)
        self._signs += len(text)
        if self._signs >= GATHERED:
            self._flush()

    def _flush(self) -> None:
        content = "".join(self._waiting).encode()
        self._waiting, self._signs = [], 0
        self._crc, self._size = zlib.crc32(content, self._crc), self._size + len(content)
        self._packed.append(self._pack.compress(content))

    def close(self) -> Deflated:
        """The part; nothing is written after."""
        self._flush()
        return Deflated(b"".join([*self._packed, self._pack.flush()]), self._crc, self._size)


def zipped(parts: Iterable[tuple[str, str | bytes | Deflated]]) -> bytes:
    """The zip file of ``parts`` (name, content or what is packed) in their order; the same parts give the same bytes anywhere."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts:
            info = ZipInfo(name, MOMENT)
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, UNIX, RIGHTS << 16
            if isinstance(content, Deflated):
                _put(archive, info, content)
            else:
                archive.writestr(info, content)
    return made.getvalue()


def _put(archive: Any, info: ZipInfo, content: Deflated) -> None:
    """Put a part into ``archive``, a ``ZipFile``, as it is packed, which ``zipfile`` itself has no way to do."""
    info.CRC, info.compress_size, info.file_size = content.crc, len(content.data), content.size
    info.header_offset = archive.start_dir
    archive.fp.write(info.FileHeader(False))
    archive.fp.write(content.data)
    archive.filelist.append(info)
    archive.NameToInfo[info.filename] = info
    archive.start_dir, archive._didModify = archive.fp.tell(), True
