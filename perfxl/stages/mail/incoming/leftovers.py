"""What programs put beside a file for themselves, and what the first bytes of a file say that it may be."""

import re
import struct

from lxml import etree

_APPLE_SINGLE, _APPLE_DOUBLE = bytes.fromhex("00051600"), bytes.fromhex("00051607")
_DESKTOP = bytes.fromhex("00000001") + b"Bud1"
_NAMES = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\._[^/]*|\.DS_Store|\.AppleDouble/.*|Icon\r?|Thumbs\.db|ehthumbs\.db|desktop\.ini|\.directory"
                    r"|\.~lock\.[^/]*#|~\$[^/]*)", re.I | re.S)
_PGP_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
#: How files begin that are a form or may hold one: archives, Office's and Outlook's containers, signatures, messages.
_CARRIERS = (b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("D0CF11E0A1B11AE1"), b"\x78\x9f\x3e\x22", b"-----BEGIN PKCS", b"-----BEGIN CMS",
             b"-----BEGIN PGP MESSAGE", b"Rar!", b"7z\xbc\xaf",
             b"\x1f\x8b", b"%PDF", _APPLE_SINGLE)
_DER = re.compile(rb"\x30(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)\x06[\x05-\x0d]\x2a\x86\x48", re.S)
#: Bytes of a manifest or of a signature in XML.
XML_LIMIT = 4 << 20


def may_carry(data: bytes) -> bool:
    """Whether ``data`` is a form or may hold one, whatever type a mail program gave it."""
    return data.startswith(_CARRIERS) or bool(_DER.match(data[:40])) or b"opendocument" in data[:2000] and data[:5] == b"<?xml"


def is_leftover(name: str, data: bytes) -> bool:
    """Whether ``data``, which its sender calls ``name``, is what a program keeps for itself, and can be no form."""
    if data.startswith((_APPLE_DOUBLE, _DESKTOP, _PGP_SIGNATURE)):
        return True
    return bool(_NAMES.fullmatch(name.replace("\\", "/"))) and not data.startswith((b"PK\x03\x04", _CARRIERS[2])) or (
        name.lower().endswith("thumbs.db"))


def data_fork(data: bytes) -> bytes | None:
    """The file inside an AppleSingle (RFC 1740), which holds it together with what the Mac knows of it; None when it is none."""
    if not data.startswith(_APPLE_SINGLE) or len(data) < 26:
        return None
    for number in range(min(struct.unpack_from(">H", data, 24)[0], 64)):
        if len(data) < 26 + 12 * (number + 1):
            break
        kind, at, length = struct.unpack_from(">III", data, 26 + 12 * number)
        if kind == 1 and at + length <= len(data):
            return data[at:at + length]
    return None


def xml(data: bytes) -> etree._Element | None:
    """The root of ``data`` as an element of lxml; None when it is no XML that can be read without danger."""
    if len(data) > XML_LIMIT or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return None
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        return None
