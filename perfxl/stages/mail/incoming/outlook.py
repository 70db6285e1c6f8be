"""Outlook's own containers: messages saved as .msg (MS-OXMSG), and workbooks embedded in a text (MS-OLEDS)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from perfxl.stages.mail.faults import raised_in
from perfxl.stages.mail.incoming.messages import is_entity
from perfxl.stages.mail.incoming.model import ITEM_LIMIT

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_PROPERTIES = "__properties_version1.0"
#: Where a workbook stands that is an object of a text.
_PACKAGE = "Package"
_LONG_NAME, _SHORT_NAME, _BYTES, _MIME, _CONTENT_ID = "3707", "3704", "3701", "370E", "3712"
#: Characters of the texts that are looked at; attachments of one message.
LONGEST, MOST = 60_000, 1_000


class Broken(Exception):
    """The container cannot be read."""


@dataclass(frozen=True)
class Attached:
    """One attachment: its name and its bytes, or the message it is; ``inline``: a picture of the text."""

    name: str
    content: bytes = b""
    message: "Msg | None" = None
    inline: bool = False


class Msg:
    """A message saved by Outlook; ``at``: the storage it stands in, for one attached to another."""

    def __init__(self, ole: Any, at: tuple[str, ...] = ()):
        self._ole, self._at = ole, at

    def text(self, tag: str) -> str:
        """The text of property ``tag`` (hexadecimal); "" when there is none."""
        for kind, encoding in (("001F", "utf-16-le"), ("001E", "cp1252")):
            raw = self._stream(*self._at, f"__substg1.0_{tag}{kind}")
            if raw is not None:
                return raw[:2 * LONGEST].decode(encoding, "replace").rstrip("\0")
        return ""

    @property
    def delivered(self) -> str:
        """When it was delivered, else sent; ISO, "" when it does not say."""
        raw = self._stream(*self._at, _PROPERTIES) or b""
        times = {}
        for at in range(24 if self._at else 32, len(raw) - 15, 16):
            tag, _, value = struct.unpack_from("<IIQ", raw, at)
            times[tag] = value
        value = times.get(0x0E060040) or times.get(0x00390040)
        try:
            return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 10)).isoformat() if value else ""
        except OverflowError:
            return ""

    @property
    def signed(self) -> bytes:
        """The message as it was signed and travelled (S/MIME, certified mail), which Outlook keeps whole; b"" without one."""
        if not self.text("001A").lower().startswith("ipm.note.smime"):
            return b""
        kept = [one.content for one in self.attachments() if is_entity(one.content)]
        return kept[0] if len(kept) == 1 else b""

    def attachments(self) -> Iterator[Attached]:
        """Everything attached, in Outlook's order."""
        depth = len(self._at) + 1
        rooms = sorted({tuple(e[:depth]) for e in self._ole.listdir(streams=True, storages=True)
                        if tuple(e[:depth - 1]) == self._at and len(e) >= depth and e[depth - 1].startswith("__attach_version1.0_#")})
        for room in rooms[:MOST]:
            own = Msg(self._ole, room)
            name = own.text(_LONG_NAME) or own.text(_SHORT_NAME)
            inner = (*room, f"__substg1.0_{_BYTES}000D")
            if self._ole.exists("/".join(inner)) and self._ole.exists("/".join((*inner, _PROPERTIES))):
                yield Attached(name, message=Msg(self._ole, inner))
            elif (embedded := self._stream(*inner, _PACKAGE)) is not None:
                yield Attached(name, embedded)
            else:
                picture = own.text(_MIME).startswith("image/") and bool(own.text(_CONTENT_ID))
                yield Attached(name, self._stream(*room, f"__substg1.0_{_BYTES}0102") or b"", inline=picture)

    def _stream(self, *path: str) -> bytes | None:
        name = "/".join(path)
        if not self._ole.exists(name) or self._ole.get_type(name) != 2:
            return None
        if self._ole.get_size(name) > min(ITEM_LIMIT, self._ole.fp.getbuffer().nbytes):
            raise Broken
        return self._ole.openstream(name).read()


def open_message(data: bytes) -> Msg | None:
    """The message in ``data``, as Outlook saves it; None when it is something else."""
    if not data.startswith(_OLE) or _PROPERTIES.encode("utf-16-le") not in data:
        return None
    import olefile

    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
        return Msg(ole) if ole.exists(_PROPERTIES) else None
    except FAULTS as problem:
        if not is_of_the_file(problem):
            raise
        return None


def package(data: bytes) -> bytes | None:
    """The workbook embedded in the object ``data`` (a compound file with a package in it); None when it is none."""
    if not data.startswith(_OLE) or _PACKAGE.encode("utf-16-le") not in data:
        return None
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return ole.openstream(_PACKAGE).read() if ole.exists(_PACKAGE) and ole.get_size(_PACKAGE) <= len(data) else None
    except FAULTS as problem:
        if not is_of_the_file(problem):
            raise
        return None


#: What olefile raises over containers whose parts lie.
FAULTS = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, RecursionError, Broken)


def is_of_the_file(problem: BaseException) -> bool:
    """Whether ``problem``, one of ``FAULTS``, is a fault of the container and not of perfxl."""
    return isinstance(problem, Broken | struct.error | RecursionError) or raised_in(problem, "olefile")
