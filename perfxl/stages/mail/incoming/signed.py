"""Signed files (CAdES, S/MIME): what was signed, by whom, when, and whether it is still what was signed.

Nothing is fetched: a certificate is held against the certificates the body keeps, or its trust is said to be unchecked.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path

from perfxl.stages.mail.incoming.model import Signature

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_ARMOUR = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.S)
_DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
#: What asn1crypto and cryptography raise over what is no proper signature.
_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError, NotImplementedError)
#: Signatures looked at in one file, and certificates from one up to its root.
MOST, LONGEST_CHAIN = 20, 6


def opened(data: bytes) -> "Signed | None":
    """The signed file in ``data`` (DER, PEM or plain base64); None when it is none."""
    der = data
    if not data.startswith(b"\x30"):
        found = _ARMOUR.search(data[:200]) or _ARMOUR.search(data) if data.startswith(b"-----BEGIN") else None
        text = found[1] if found else data if data[:1] == b"M" else b""
        try:
            der = base64.b64decode(text.translate(None, b" \t\r\n"), validate=True)
        except (binascii.Error, ValueError):
            return None
    if not der.startswith(b"\x30") or _SIGNED_DATA not in der[:40]:
        return None
    from asn1crypto import cms, tsp  # noqa: F401 - tsp teaches cms the attributes of CAdES

    try:
        return Signed(cms.ContentInfo.load(der)["content"])
    except _FAULTS:
        return Signed(None)


@dataclass(frozen=True)
class Trust:
    """The certificates a body trusts: what the store is called, and the certificates (of cryptography)."""

    store: str = ""
    roots: tuple = ()


class Signed:
    """A signed file. ``content``: what was signed, None when it stands elsewhere or cannot be read."""

    def __init__(self, parsed):
        self._parsed = parsed

    @cached_property
    def content(self) -> bytes | None:
        """The file inside the signature."""
        if self._parsed is None:
            return None
        try:
            inner = self._parsed["encap_content_info"]["content"]
            return None if inner.native is None else bytes(inner.parsed.native if not isinstance(inner.native, bytes) else inner.native)
        except _FAULTS:
            return None

    def of(self, content: bytes) -> bool:
        """Whether a signature here says that it is of ``content``."""
        try:
            return any(_said_digest(s) == _digest(s, content) for s in list(self._parsed["signer_infos"])[:MOST])
        except (*_FAULTS, _Wrong):
            return False

    def signatures(self, content: bytes, trust: Trust = Trust()) -> tuple[Signature, ...]:
        """What each signature says about ``content``; one broken one when none can be read."""
        try:
            certificates = [c.chosen for c in self._parsed["certificates"] if c.name == "certificate"]
            infos = list(self._parsed["signer_infos"])[:MOST]
        except _FAULTS:
            return (Signature("", "", False, "signature_unreadable"),)
        return tuple(_checked(info, certificates, content, trust) for info in infos) or (
            Signature("", "", False, "signature_unreadable"),)


class _Wrong(Exception):
    """A signature that does not hold; the text is a key of ``texts/mail.toml``."""


def _checked(info, certificates: list, content: bytes, trust: Trust) -> Signature:
    signer, at = "", ""
    try:
        at = _time(info)
        certificate = _certificate(info, certificates)
        signer = _name(certificate)
        if _said_digest(info) != _digest(info, content):
            raise _Wrong("signature_content")
        _verify(info, certificate, content)
        _bound(info, certificate)
        known = _trusted(certificate, certificates, at, trust)
        return Signature(signer, at, True, "" if known or not trust.roots else "signature_untrusted", trust.store if known else "")
    except _Wrong as problem:
        return Signature(signer, at, False, str(problem))
    except _FAULTS:
        return Signature(signer, at, False, "signature_unreadable")


def _attribute(info, name: str):
    """The first value of a signed attribute; None without it."""
    for attribute in info["signed_attrs"] if info["signed_attrs"].native else ():
        if attribute["type"].native == name:
            return attribute["values"][0]
    return None


def _said_digest(info) -> bytes | None:
    said = _attribute(info, "message_digest")
    return None if said is None else said.native


def _digest(info, content: bytes) -> bytes | None:
    """The digest of ``content`` as the signature takes it; None when it signs the content itself."""
    if not info["signed_attrs"].native:
        return None
    return hashlib.new(_algorithm(info), content).digest()


def _algorithm(info) -> str:
    name = info["digest_algorithm"]["algorithm"].native
    if name not in _DIGESTS:
        raise _Wrong("signature_weak")
    return name


def _certificate(info, certificates: list):
    sid = info["sid"]
    for certificate in certificates:
        if sid.name == "issuer_and_serial_number":
            if (certificate.issuer == sid.chosen["issuer"] and certificate.serial_number == sid.chosen["serial_number"].native):
                return certificate
        elif certificate.key_identifier == sid.chosen.native:
            return certificate
    raise _Wrong("signature_no_certificate")


def _verify(info, certificate, content: bytes) -> None:
    """Raise ``_Wrong`` unless the signature was made with the key of ``certificate``."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    hash_ = getattr(hashes, _algorithm(info).upper())()
    # What is signed are the attributes as a SET, whatever tag they stand under.
    signed = b"\x31" + info["signed_attrs"].dump()[1:] if info["signed_attrs"].native else content
    algorithm, signature = info["signature_algorithm"], info["signature"].native
    try:
        key = load_der_public_key(certificate.public_key.dump())
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hash_))
        elif algorithm["algorithm"].native == "rsassa_pss":
            key.verify(signature, signed, padding.PSS(padding.MGF1(hash_), padding.PSS.AUTO), hash_)
        else:
            key.verify(signature, signed, padding.PKCS1v15(), hash_)
    except InvalidSignature:
        raise _Wrong("signature_false") from None
    except UnsupportedAlgorithm:
        raise _Wrong("signature_weak") from None


def _bound(info, certificate) -> None:
    """Raise ``_Wrong`` when the signature names another certificate as its own (CAdES)."""
    said = _attribute(info, "signing_certificate_v2")
    if said is None:
        return
    first = said["certs"][0]
    if hashlib.new(first["hash_algorithm"]["algorithm"].native, certificate.dump()).digest() != first["cert_hash"].native:
        raise _Wrong("signature_no_certificate")


def _time(info) -> str:
    said = _attribute(info, "signing_time")
    return said.native.astimezone(UTC).isoformat() if said is not None and isinstance(said.native, datetime) else ""


def _name(certificate) -> str:
    subject = certificate.subject.native
    name = subject.get("common_name") or " ".join(filter(None, (subject.get("given_name"), subject.get("surname"))))
    return " ".join(str(name or certificate.subject.human_friendly).split())[:200]


def _trusted(certificate, others: list, at: str, trust: Trust) -> bool:
    """Whether ``certificate`` leads to one the body keeps, each valid when it was used."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if not trust.roots:
        return False
    when = datetime.fromisoformat(at) if at else datetime.now(UTC)
    current = x509.load_der_x509_certificate(certificate.dump())
    between = [x509.load_der_x509_certificate(c.dump()) for c in others]
    for _ in range(LONGEST_CHAIN):
        if not current.not_valid_before_utc <= when <= current.not_valid_after_utc:
            return False
        if current in trust.roots:
            return True
        for issuer in (*trust.roots, *between):
            try:
                current.verify_directly_issued_by(issuer)
                if issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                    break
            except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
                continue
        else:
            return False
        current = issuer
    return False


def store(paths: Iterable, name: str) -> Trust:
    """The certificates in the files at ``paths``, as a store called ``name``."""
    roots = tuple(chain.from_iterable(map(certificates, paths)))
    return Trust(name if roots else "", roots)


def certificates(path: Path) -> list:
    """The certificates in the file at ``path`` (PEM or DER); [] when there are none."""
    from cryptography import x509

    try:
        data = path.read_bytes()
        return x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
    except (OSError, ValueError):
        return []


def signed_part(raw: bytes, boundary: str) -> bytes | None:
    """The first part of a ``multipart/signed`` as it was signed, from the bytes of the message; None when it is not there."""
    mark = b"--" + boundary.encode("ascii", "replace")
    begin = re.search(rb"(?:^|\n)" + re.escape(mark) + rb"[ \t]*\r?\n", raw)
    end = re.compile(rb"\r?\n" + re.escape(mark)).search(raw, begin.end() - 1) if begin else None
    return raw[begin.end():end.start()].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if end else None
