"""The parts of a plainly made zip unpacked in a quarter of the time: libdeflate in place of zlib, and nothing between it and the bytes.

Whatever is not quite as programs write it (names or sizes that differ between header and directory, members that overlap, a sum
that is another) is left to ``zipfile``, which says what it is.
"""

import zipfile
from functools import cached_property

#: Of a local header: its length, where its name's length and that of what follows it stand.
_HEADER, _NAME, _EXTRA = 30, 26, 28


class Members:
    """The members of ``archive``, whose bytes are ``data``."""

    def __init__(self, archive: zipfile.ZipFile, data: bytes):
        self._archive, self._data = archive, data

    @cached_property
    def _ends(self) -> dict[int, int]:
        """Where each member has to end at the latest, by where it begins: where the next begins, or the directory."""
        starts = sorted(info.header_offset for info in self._archive.infolist())
        ends = [*starts[1:], self._archive.start_dir]
        return dict(zip(reversed(starts), reversed(ends), strict=True))  # of two that begin at one place, neither has any room

    def read(self, info: zipfile.ZipInfo, limit: int) -> bytes | None:
        """What the member says, None when ``zipfile`` has to look at it, or it has more than ``limit`` bytes."""
        data, start = self._data, info.header_offset
        name = info.orig_filename
        head = data[start:start + _HEADER]
        if head[:4] != b"PK\x03\x04" or info.flag_bits & 0x61 or info.file_size > limit or not name.isascii():
            return None
        begin = start + _HEADER + int.from_bytes(head[_NAME:_NAME + 2], "little")
        if data[start + _HEADER:begin] != name.encode():
            return None
        begin += int.from_bytes(head[_EXTRA:_EXTRA + 2], "little")
        end = begin + info.compress_size
        if end > self._ends[start]:
            return None
        content = _unpacked(memoryview(data)[begin:end], info)
        return content if content is not None and len(content) == info.file_size else None


def _unpacked(packed: memoryview, info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a member, never more than it declares; None when they are packed otherwise, are more, or have another sum."""
    import deflate  # of all commands only those that read workbooks or make them use it

    if info.compress_type == zipfile.ZIP_STORED:
        content = bytes(packed)
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        try:
            content = bytes(deflate.deflate_decompress(packed, info.file_size))
        except deflate.DeflateError:
            return None
    else:
        return None
    return content if deflate.crc32(content) == info.CRC else None
