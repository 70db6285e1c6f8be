"""Outlook's own containers: messages saved as .msg (MS-OXMSG) and attachments sent as winmail.dat (MS-OXTNEF)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from perfxl.stages.mail.incoming.messages import is_entity
from perfxl.stages.mail.incoming.model import ITEM_LIMIT

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_PROPERTIES = "__properties_version1.0"
_TNEF = struct.pack("<I", 0x223E9F78)
#: Attributes of TNEF: a new attachment begins, its short name, its bytes, its properties.
_REND, _TITLE, _DATA, _PROPS = 0x9002, 0x8010, 0x800F, 0x9005
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

    def __init__(self, ole, at: tuple[str, ...] = ()):
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


def opened(data: bytes) -> Msg | None:
    """The message in ``data``, as Outlook saves it; None when it is something else."""
    if not data.startswith(_OLE) or _PROPERTIES.encode("utf-16-le") not in data:
        return None
    import olefile

    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
        return Msg(ole) if ole.exists(_PROPERTIES) else None
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, RecursionError):
        return None


#: What olefile raises over containers whose parts lie.
FAULTS = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, RecursionError, Broken)


def is_tnef(data: bytes) -> bool:
    """Whether ``data`` is a winmail.dat."""
    return data.startswith(_TNEF)


def tnef(data: bytes) -> Iterator[Attached]:
    """The attachments in a winmail.dat; ``Broken`` when it ends before it should."""
    name, content, begun, at = "", b"", False, 6
    while at + 9 <= len(data):
        level, attribute, _, length = struct.unpack_from("<BHHI", data, at)
        value = data[at + 9:at + 9 + length]
        at += 9 + length + 2
        if len(value) != length or level not in (1, 2):
            raise Broken
        if attribute == _REND:
            if begun:
                yield Attached(name, content)
            name, content, begun = "", b"", True
        elif attribute == _TITLE:
            name = name or value.rstrip(b"\0").decode("cp1252", "replace")
        elif attribute == _DATA:
            content = value
        elif attribute == _PROPS:
            name = _long_name(value) or name
    if begun:
        yield Attached(name, content)
    if at < len(data):
        raise Broken


def _long_name(properties: bytes) -> str:
    """The long name among an attachment's properties: 0x3707 as text of two or one byte a letter; "" without one."""
    for tag, encoding in ((0x3707001F, "utf-16-le"), (0x3707001E, "cp1252")):
        at = properties.find(struct.pack("<II", tag, 1))
        if at >= 0 and at + 12 <= len(properties):
            length = struct.unpack_from("<I", properties, at + 8)[0]
            if length <= 2_000:
                return properties[at + 12:at + 12 + length].decode(encoding, "replace").rstrip("\0")
    return ""
