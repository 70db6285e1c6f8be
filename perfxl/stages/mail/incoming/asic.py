"""Containers of files and signatures (ASiC, ETSI EN 319 162-1): what in them is signature, and what a manifest lists.

Their CAdES signatures are checked like any other. Of signatures in XML (XAdES) only what they say of themselves is read.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree

from perfxl.stages.mail.incoming.leftovers import xml
from perfxl.stages.mail.incoming.model import Signature

_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
#: Files and signatures of one container that are looked at.
MOST = 200
#: What a manifest may name a digest by, as hashlib does.
_DIGESTS = {"sha256": "sha256", "sha384": "sha384", "sha512": "sha512", "sha3-256": "sha3_256", "sha3-512": "sha3_512"}
_META = re.compile(r"META-INF/.*", re.I | re.S)


@dataclass
class Signatures:
    """What stands beside the files of a container. ``unchecked``: its signatures in XML, of every file in it."""

    unchecked: list[Signature] = field(default_factory=list)

    def mark_read(self, name: str, content: bytes) -> bool:
        """Whether the file ``name`` is one of those that stand beside; signatures in CMS are opened like any other."""
        path = name.replace("\\", "/")
        if path == "mimetype":
            return True
        if not _META.fullmatch(path) or path.lower().endswith((".p7s", ".p7m")):
            return False
        if content.lstrip()[:1] == b"<" and len(self.unchecked) < MOST:
            self.unchecked += _xades(content)
        return content[:4] != b"PK\x03\x04"


def _xades(content: bytes) -> list[Signature]:
    """The signatures in an XML file, as they name themselves."""
    root = xml(content)
    return [] if root is None else [Signature(_signer(s), _time(s), False, "signature_unsupported", means="XAdES")
                                    for s in root.iter(f"{_DSIG}Signature") if s.find(f"{_DSIG}SignedInfo") is not None][:MOST]


def _signer(signature: etree._Element) -> str:
    """The name in the first certificate that came along; "" without one that can be read."""
    text = signature.findtext(f"{_DSIG}KeyInfo/{_DSIG}X509Data/{_DSIG}X509Certificate") or ""
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        named = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, binascii.Error):
        return ""
    return " ".join(str(named[0].value).split())[:200] if named else ""


def _time(signature: etree._Element) -> str:
    """When it says that it was made."""
    said = next((e.text or "" for e in signature.iter("{*}SigningTime")), "").strip()
    return said if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", said) else ""


def manifest(content: bytes) -> set[tuple[str, bytes]] | None:
    """The digests that a manifest lists, with the algorithm as hashlib calls it; None when ``content`` is none."""
    root = xml(content) if content.lstrip()[:1] == b"<" else None
    if root is None or etree.QName(root).localname != "ASiCManifest":
        return None
    listed = set()
    for entry in list(root.iter("{*}DataObjectReference"))[:MOST]:
        method, value = entry.find(f"{_DSIG}DigestMethod"), entry.findtext(f"{_DSIG}DigestValue") or ""
        algorithm = _DIGESTS.get(str(method.get("Algorithm", "")).rpartition("#")[2].lower()) if method is not None else None
        try:
            if algorithm:
                listed.add((algorithm, base64.b64decode("".join(value.split()), validate=True)))
        except (ValueError, binascii.Error):
            continue
    return listed


def is_listed(content: bytes, listed: set[tuple[str, bytes]]) -> bool:
    """Whether ``content`` is one of the files ``listed`` in a manifest."""
    return any((algorithm, hashlib.new(algorithm, content).digest()) in listed for algorithm in {a for a, _ in listed})
