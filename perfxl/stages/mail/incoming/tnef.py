"""Attachments that Outlook sends as winmail.dat (MS-OXTNEF), messages and workbooks embedded in them included."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from perfxl.stages.mail.incoming.outlook import Attached, Broken

_SIGNATURE = struct.pack("<I", 0x223E9F78)
#: Attributes: a new attachment begins, its short name, its bytes, its properties.
_REND, _TITLE, _DATA, _PROPS = 0x9002, 0x8010, 0x800F, 0x9005
#: Properties: long and short name, bytes or embedded object, type, identifier in the text.
_LONG_NAME, _SHORT_NAME, _BYTES, _MIME, _CONTENT_ID = 0x3707, 0x3704, 0x3701, 0x370E, 0x3712
#: Types of properties: bytes that a fixed one takes; those whose length is said; the flag of several values.
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _WIDE, _OBJECT, _BINARY, _SEVERAL = 0x1E, 0x1F, 0x0D, 0x102, 0x1000
#: The interface that an embedded message or object names itself by stands before it.
_INTERFACE = 16
#: Properties of one attachment, and values of one property, that are looked at.
MOST = 2_000


@dataclass(frozen=True)
class _Value:
    """The first value of a property: its type and its bytes."""

    type: int
    raw: bytes

    @property
    def text(self) -> str:
        """The value as text; "" when it is none."""
        encoding = {_TEXT: "cp1252", _WIDE: "utf-16-le"}.get(self.type)
        return self.raw[:4_000].decode(encoding, "replace").rstrip("\0") if encoding else ""


def is_tnef(data: bytes) -> bool:
    """Whether ``data`` is a winmail.dat."""
    return data.startswith(_SIGNATURE)


def attachments(data: bytes) -> Iterator[Attached]:
    """The attachments in a winmail.dat; a message among them as the winmail.dat it is. ``Broken`` when it ends before it should."""
    title, content, begun, at = "", b"", False, 6
    properties: dict[int, _Value] = {}
    while at + 9 <= len(data):
        level, attribute, _, length = struct.unpack_from("<BHHI", data, at)
        value = data[at + 9:at + 9 + length]
        at += 9 + length + 2
        if len(value) != length or level not in (1, 2):
            raise Broken
        if attribute == _REND:
            if begun:
                yield _attachment(title, content, properties)
            title, content, properties, begun = "", b"", {}, True
        elif attribute == _TITLE:
            title = title or value.rstrip(b"\0").decode("cp1252", "replace")
        elif attribute == _DATA:
            content = value
        elif attribute == _PROPS:
            properties = _properties(value)
    if begun:
        yield _attachment(title, content, properties)
    if at < len(data):
        raise Broken


def _attachment(title: str, content: bytes, properties: dict[int, _Value]) -> Attached:
    """One attachment: an embedded object stands among its properties, and so do the bytes in what some programs write."""
    def text(number: int) -> str:
        return properties[number].text if number in properties else ""

    inside = properties.get(_BYTES)
    if inside is not None and inside.type == _OBJECT:
        content = inside.raw[_INTERFACE:]
    elif inside is not None and not content:
        content = inside.raw
    picture = text(_MIME).startswith("image/") and bool(text(_CONTENT_ID))
    return Attached(text(_LONG_NAME) or title or text(_SHORT_NAME), content, inline=picture)


def _properties(data: bytes) -> dict[int, _Value]:
    """The properties in ``data`` by number, as far as they can be read."""
    properties: dict[int, _Value] = {}
    count, at = int.from_bytes(data[:4], "little"), 4
    try:
        for _ in range(min(count, MOST)):
            type_, number = struct.unpack_from("<HH", data, at)
            at = _past_name(data, at + 4) if number >= 0x8000 else at + 4
            value, at = _value(data, at, type_)
            properties.setdefault(number, value)
    except (struct.error, Broken):  # what came before stands
        pass
    return properties


def _past_name(data: bytes, at: int) -> int:
    """Where a named property's values begin: its name is a number, or a text of the length it says."""
    kind, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (size + 3 & ~3 if kind == 1 else 0)


def _value(data: bytes, at: int, type_: int) -> tuple[_Value, int]:
    """The first value of a property of ``type_`` at ``at``, and where the next property begins."""
    base = type_ & ~_SEVERAL
    count = 1
    if base in (_TEXT, _WIDE, _OBJECT, _BINARY) or type_ & _SEVERAL:
        count, at = struct.unpack_from("<I", data, at)[0], at + 4
    first = b""
    for number in range(count):
        if number >= MOST:
            raise Broken
        size = _FIXED.get(base)
        if size is None:
            if base not in (_TEXT, _WIDE, _OBJECT, _BINARY):
                raise Broken
            size, at = struct.unpack_from("<I", data, at)[0], at + 4
        if at + size > len(data):
            raise Broken
        first = first if number else data[at:at + size]
        at += size + (-size & 3)
    return _Value(base, first), at
