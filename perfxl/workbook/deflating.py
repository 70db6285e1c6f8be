"""Parts of a zip file that are packed while they are written, and kept packed until the file is put together."""

import zlib
from dataclasses import dataclass
from functools import lru_cache

#: Signs of text that are gathered before they are packed.
GATHERED = 1 << 16
#: How hard libdeflate tries (1 to 12): at 5 a form is as small as zlib makes it at 6.
_LEVEL = 5
#: Bytes of parts that are worth keeping packed.
_SHORT = 1 << 15


@dataclass(frozen=True)
class Deflated:
    """A part, packed: its bytes as a zip file has them, their sum and how many they were."""

    data: bytes
    crc: int
    size: int


def deflated(content: bytes) -> Deflated:
    """``content`` packed by libdeflate; what is short is packed once as long as it is asked for: forms have the same themes and styles."""
    return _once(content) if len(content) <= _SHORT else _deflated(content)


def _deflated(content: bytes) -> Deflated:
    import deflate  # of all commands only those that read workbooks or make them use it

    return Deflated(bytes(deflate.deflate_compress(content, _LEVEL)), deflate.crc32(content), len(content))


_once = lru_cache(128)(_deflated)


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
