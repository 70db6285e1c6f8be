"""Wrappers around a file that are no signatures of it: time stamps, compression, encryption (RFC 5544, 3161, 3274, 5652).

Nothing is decrypted: perfxl has no keys, and says what to ask instead.
"""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from perfxl.stages.mail.faults import raised_in

_ARMOUR = re.compile(rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----(.*?)-----END", re.S)
#: What an object identifier of the first bytes says a file is.
_KINDS = {bytes.fromhex(oid): kind for oid, kind in (
    ("06092a864886f70d010702", "signed"), ("060b2a864886f70d010910011f", "stamped"), ("060b2a864886f70d0109100109", "compressed"),
    ("06092a864886f70d010703", "encrypted"), ("06092a864886f70d010704", "encrypted"), ("06092a864886f70d010706", "encrypted"),
    ("060b2a864886f70d0109100117", "encrypted"))}
_STAMP = bytes.fromhex("060b2a864886f70d0109100104")
_HEAD = re.compile(rb"\x30(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)(.)", re.S)
_PGP, _RPMSG = b"-----BEGIN PGP MESSAGE-----", bytes.fromhex("76e80460c411e386")
#: What asn1crypto raises over what is not what it says.
FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, NotImplementedError)


def der(data: bytes) -> bytes:
    """The DER or BER in ``data``, which may be written as PEM or as plain base64; b"" when there is none."""
    if data.startswith(b"\x30"):
        return data
    armour = _ARMOUR.search(data[:200]) or _ARMOUR.search(data) if data.startswith(b"-----BEGIN") else None
    text = armour[1] if armour else data if data[:1] == b"M" else b""
    try:
        made = base64.b64decode(text.translate(None, b" \t\r\n"), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return made if made.startswith(b"\x30") else b""


def kind(der_: bytes) -> str:
    """What ``der_`` is: ``signed``, ``stamped``, ``stamp`` (a time stamp alone), ``compressed``, ``encrypted``, or "" for none of these."""
    head = _HEAD.match(der_[:40])
    if head is None:
        return ""
    if head[1] == b"\x30":  # an answer of a time-stamping authority: a status, then the stamp
        return "stamp" if _STAMP in der_[:400] else ""
    known = next((name for oid, name in _KINDS.items() if der_.startswith(oid, head.start(1))), "")
    return "stamp" if known == "signed" and _STAMP in der_[:120] else known


def secret(data: bytes) -> str:
    """How ``data`` is encrypted, as people call it; "" when it is not."""
    if kind(der(data)) == "encrypted":
        return "S/MIME"
    if data.lstrip()[:len(_PGP)] == _PGP:
        return "PGP"
    return "Microsoft RMS" if data.startswith(_RPMSG) else ""


@dataclass(frozen=True)
class Wrapped:
    """What stood in a wrapper: the name it has there, "" without one, and its bytes, None when they cannot be had."""

    name: str
    content: bytes | None


def open_envelope(der_: bytes, limit: int) -> Wrapped:
    """The file in what is ``stamped`` or ``compressed``; of more than ``limit`` bytes nothing but what there is room for and one."""
    try:
        info = _shapes()["info"].load(der_)["content"]
        if kind(der_) == "stamped":
            inner = info.parse(_shapes()["stamped"])
            content, meta = inner["content"].native, inner["meta_data"].native or {}
            return Wrapped(str(meta.get("file_name") or "")[:200], content)
        packed = info.parse(_shapes()["compressed"])["encap_content_info"]["content"].native
    except FAULTS as problem:
        if not raised_in(problem, "asn1crypto"):
            raise
        return Wrapped("", None)
    try:
        return Wrapped("", zlib.decompressobj().decompress(packed, limit + 1) if isinstance(packed, bytes) else None)
    except zlib.error:
        return Wrapped("", None)


@cache
def _shapes() -> dict[str, Any]:
    """The shapes of these wrappers. The evidence of a stamped file is left as it is: it is not checked, and not needed."""
    from asn1crypto import algos, cms, core, tsp

    class Info(core.Sequence):
        """A wrapper: what it is, and what is in it."""

        _fields = [("type", core.ObjectIdentifier), ("content", core.Any, {"explicit": 0})]

    class Stamped(core.Sequence):
        """TimeStampedData of RFC 5544."""

        _fields = [("version", core.Integer), ("data_uri", core.IA5String, {"optional": True}),
                   ("meta_data", tsp.MetaData, {"optional": True}), ("content", core.OctetString, {"optional": True}),
                   ("evidence", core.Any, {"optional": True})]

    class Compressed(core.Sequence):
        """CompressedData of RFC 3274."""

        _fields = [("version", core.Integer), ("algorithm", algos.AlgorithmIdentifier), ("encap_content_info", cms.EncapsulatedContentInfo)]

    return {"info": Info, "stamped": Stamped, "compressed": Compressed}
