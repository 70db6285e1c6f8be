"""Signed files (CAdES, S/MIME): what was signed, by whom, when, and whether it is still what was signed.

Nothing is fetched: a certificate is held against the certificates the body keeps, or its trust is said to be unchecked.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from perfxl.stages.mail.faults import raised_in
from perfxl.stages.mail.incoming import envelopes
from perfxl.stages.mail.incoming.model import Signature
from perfxl.stages.mail.incoming.trust import Trust, is_trusted

_DIGESTS = ("sha256", "sha384", "sha512", "sha512_256", "sha3_256", "sha3_384", "sha3_512", "shake256", "shake256_len")
_WEAK = ("md2", "md5", "sha1", "sha224", "sha512_224", "sha3_224", "shake128", "shake128_len")
#: Bytes of a digest by SHAKE256 where it goes with Ed448 (RFC 8419).
_SHAKE_BYTES = 64
#: What asn1crypto raises over what is no proper signature.
_FAULTS = (*envelopes.FAULTS, RecursionError)
#: Signatures looked at in one file.
MOST = 20


def open_signed(data: bytes) -> "Signed | None":
    """The signed file in ``data`` (DER, PEM or plain base64); None when it is none."""
    der = envelopes.der(data)
    if envelopes.kind(der) != "signed":
        return None
    from asn1crypto import cms, tsp  # noqa: F401 - tsp teaches cms the attributes of CAdES

    try:
        return Signed(cms.ContentInfo.load(der)["content"])
    except _FAULTS as problem:
        _of_the_file(problem)
        return Signed(None)


def _of_the_file(problem: BaseException) -> None:
    """Raise ``problem`` again when it is no fault of the signed file."""
    if not isinstance(problem, RecursionError) and not raised_in(problem, "asn1crypto"):
        raise problem


@dataclass(frozen=True)
class _Said:
    """What one signature says of itself, in plain values.

    ``attributes``: the signed ones as they were signed, None when the content itself is signed; ``digest``: of the content as
    they say it; ``bound``: digest algorithm and digest of the certificate they name, None without; ``others``: the certificates
    that came along (DER); ``certificate``, ``key`` and ``name``: the signer's, None and "" when it did not come.
    """

    at: str
    name: str
    certificate: bytes | None
    key: bytes
    key_kind: str
    others: tuple[bytes, ...]
    digest_algorithm: str
    digest: bytes | None
    attributes: bytes | None
    algorithm: str
    signature: bytes
    bound: tuple[str, bytes] | None


class Signed:
    """A signed file. ``content``: what was signed, None when it stands elsewhere or cannot be read."""

    def __init__(self, parsed: Any):
        """``parsed``: the SignedData (asn1crypto, which says no types); None where it cannot be read."""
        self._parsed = parsed

    @cached_property
    def content(self) -> bytes | None:
        """The file inside the signature."""
        if self._parsed is None:
            return None
        try:
            inner = self._parsed["encap_content_info"]["content"]
            return None if inner.native is None else bytes(inner.parsed.native if not isinstance(inner.native, bytes) else inner.native)
        except _FAULTS as problem:
            _of_the_file(problem)
            return None

    @cached_property
    def _all(self) -> tuple[_Said | None, ...]:
        """What each signature says; None for one that cannot be read."""
        if self._parsed is None:
            return ()
        try:
            certificates = [c.chosen for c in self._parsed["certificates"] if c.name == "certificate"]
            infos = list(self._parsed["signer_infos"])[:MOST]
        except _FAULTS as problem:
            _of_the_file(problem)
            return ()
        return tuple(_read(info, certificates) for info in infos)

    def is_of(self, content: bytes) -> bool:
        """Whether a signature here says that it is of ``content``."""
        return any(s is not None and s.digest is not None and s.digest == _digest(s.digest_algorithm, content) for s in self._all)

    def signatures(self, content: bytes, trust: Trust = Trust()) -> tuple[Signature, ...]:
        """What each signature says about ``content``; one broken one when none can be read."""
        return tuple(_checked(s, content, trust) for s in self._all) or (_unreadable(),)


def _unreadable(signer: str = "", at: str = "") -> Signature:
    return Signature(signer, at, False, "signature_unreadable")


class _Wrong(Exception):
    """A signature that does not hold; the text is a key of ``texts/mail.toml``."""


class _Unknown(Exception):
    """A signature by means that perfxl cannot check; the text names them."""


def _read(info: Any, certificates: list[Any]) -> _Said | None:
    """What a signature says; None when it cannot be read."""
    try:
        signer = _certificate(info, certificates)
        signed = info["signed_attrs"]
        whole = bool(signed.native)
        named = _attribute(info, "signing_certificate_v2")
        first = named["certs"][0] if named is not None else None
        return _Said(
            at=_time(info), name=_name(signer) if signer is not None else "", others=tuple(c.dump() for c in certificates),
            certificate=signer.dump() if signer is not None else None, key=signer.public_key.dump() if signer is not None else b"",
            key_kind=_key_kind(signer), digest_algorithm=info["digest_algorithm"]["algorithm"].native, digest=_said_digest(info),
            # What is signed are the attributes as a SET, whatever tag they stand under.
            attributes=b"\x31" + signed.dump()[1:] if whole else None,
            algorithm=info["signature_algorithm"]["algorithm"].native, signature=info["signature"].native,
            bound=(first["hash_algorithm"]["algorithm"].native, first["cert_hash"].native) if first is not None else None)
    except _FAULTS as problem:
        _of_the_file(problem)
        return None


def _attribute(info: Any, name: str) -> Any:
    """The first value of a signed attribute; None without it."""
    for attribute in info["signed_attrs"] if info["signed_attrs"].native else ():
        if attribute["type"].native == name:
            return attribute["values"][0]
    return None


def _said_digest(info: Any) -> bytes | None:
    said = _attribute(info, "message_digest")
    return None if said is None else said.native


def _certificate(info: Any, certificates: list[Any]) -> Any:
    """The certificate that a signature names among ``certificates``; None when it did not come."""
    sid = info["sid"]
    for certificate in certificates:
        if sid.name == "issuer_and_serial_number":
            if certificate.issuer == sid.chosen["issuer"] and certificate.serial_number == sid.chosen["serial_number"].native:
                return certificate
        elif certificate.key_identifier == sid.chosen.native:
            return certificate
    return None


def _key_kind(certificate: Any) -> str:
    """The kind of key of ``certificate``, as people call it."""
    if certificate is None:
        return ""
    name = certificate.public_key["algorithm"]["algorithm"].native
    return {"ed25519": "Ed25519", "ed448": "Ed448", "rsassa_pss": "RSA"}.get(name, name.upper())


def _time(info: Any) -> str:
    said = _attribute(info, "signing_time")
    return said.native.astimezone(UTC).isoformat() if said is not None and isinstance(said.native, datetime) else ""


def _name(certificate: Any) -> str:
    subject = certificate.subject.native
    name = subject.get("common_name") or " ".join(str(n) for n in (subject.get("given_name"), subject.get("surname")) if n)
    return " ".join(str(name or certificate.subject.human_friendly).split())[:200]


def _digest(algorithm: str, content: bytes) -> bytes | None:
    """The digest of ``content``; None by an algorithm that is weak or not known."""
    if algorithm not in _DIGESTS:
        return None
    return hashlib.shake_256(content).digest(_SHAKE_BYTES) if algorithm.startswith("shake") else hashlib.new(algorithm, content).digest()


def _checked(said: _Said | None, content: bytes, trust: Trust) -> Signature:
    """What a signature is worth. ``content``: what it should be of."""
    if said is None:
        return _unreadable()
    try:
        if said.certificate is None:
            raise _Wrong("signature_no_certificate")
        _of_content(said, content)
        _verify(said, content)
        _bound(said)
        known = is_trusted(said.certificate, said.others, said.at, trust)
        return Signature(said.name, said.at, intact=True, problem="" if known or not trust.roots else "signature_untrusted",
                         trust=trust.store if known else "")
    except _Wrong as problem:
        return Signature(said.name, said.at, False, str(problem))
    except _Unknown as problem:
        return Signature(said.name, said.at, False, "signature_unsupported", means=str(problem))


def _of_content(said: _Said, content: bytes) -> None:
    """Raise unless ``content`` is what was signed, as far as the digest tells."""
    if said.digest_algorithm in _WEAK:
        raise _Wrong("signature_weak")
    if said.digest_algorithm not in _DIGESTS:
        raise _Unknown(str(said.digest_algorithm))
    if said.attributes is not None and said.digest != _digest(said.digest_algorithm, content):
        raise _Wrong("signature_content")


def _verify(said: _Said, content: bytes) -> None:
    """Raise unless the signature was made with the key of the certificate."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import (
        ec,
        ed448,
        ed25519,
        padding,
        rsa,
    )
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    signed = content if said.attributes is None else said.attributes
    try:
        key = load_der_public_key(said.key)
    except UnsupportedAlgorithm:
        raise _Unknown(said.key_kind) from None
    except ValueError:
        raise _Wrong("signature_unreadable") from None
    hash_ = getattr(hashes, said.digest_algorithm.upper(), None)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(said.signature, signed)
        elif hash_ is None or said.digest_algorithm.startswith("shake"):
            raise _Unknown(str(said.digest_algorithm))
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(said.signature, signed, ec.ECDSA(hash_()))
        elif not isinstance(key, rsa.RSAPublicKey):
            raise _Unknown(said.key_kind)
        elif said.algorithm == "rsassa_pss":
            key.verify(said.signature, signed, padding.PSS(padding.MGF1(hash_()), padding.PSS.AUTO), hash_())
        else:
            key.verify(said.signature, signed, padding.PKCS1v15(), hash_())
    except InvalidSignature:
        raise _Wrong("signature_false") from None
    except UnsupportedAlgorithm:
        raise _Unknown(said.key_kind) from None


def _bound(said: _Said) -> None:
    """Raise ``_Wrong`` when the signature names another certificate as its own (CAdES)."""
    if said.bound is not None and (said.certificate is None or said.bound[0] not in hashlib.algorithms_available
                                   or hashlib.new(said.bound[0], said.certificate).digest() != said.bound[1]):
        raise _Wrong("signature_no_certificate")


def signed_part(raw: bytes, boundary: str) -> bytes | None:
    """The first part of a ``multipart/signed`` as it was signed, from the bytes of the message; None when it is not there."""
    mark = b"--" + boundary.encode("ascii", "replace")
    begin = re.search(rb"(?:^|\n)" + re.escape(mark) + rb"[ \t]*\r?\n", raw)
    end = re.compile(rb"\r?\n" + re.escape(mark)).search(raw, begin.end() - 1) if begin else None
    return raw[begin.end():end.start()].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if begin and end else None
