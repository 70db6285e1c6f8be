"""The certificates that a body trusts, and whether another leads to one of them; nothing is fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

#: Certificates from one up to its root.
LONGEST_CHAIN = 6


@dataclass(frozen=True)
class Trust:
    """The certificates a body trusts: what the store is called, and the certificates (of cryptography)."""

    store: str = ""
    roots: "tuple[x509.Certificate, ...]" = ()


def is_trusted(certificate: bytes, others: Iterable[bytes], at: str, trust: Trust) -> bool:
    """Whether ``certificate`` leads to one the body keeps, each valid when it was used: ``at`` (ISO), now when that is "".

    ``others``: certificates that came along; all are DER.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if not trust.roots:
        return False
    when = datetime.fromisoformat(at) if at else datetime.now(UTC)
    current, between = _loaded(certificate), [c for c in map(_loaded, others) if c is not None]
    for _ in range(LONGEST_CHAIN):
        if current is None or not current.not_valid_before_utc <= when <= current.not_valid_after_utc:
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


def _loaded(der: bytes) -> "x509.Certificate | None":
    """The certificate in ``der``; None when it breaks the rules of certificates."""
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def store(paths: Iterable[Path], name: str) -> Trust:
    """The certificates in the files at ``paths``, as a store called ``name``."""
    roots = tuple(chain.from_iterable(map(certificates, paths)))
    return Trust(name if roots else "", roots)


def certificates(path: Path) -> "list[x509.Certificate]":
    """The certificates in the file at ``path`` (PEM or DER); [] when there are none."""
    from cryptography import x509

    try:
        data = path.read_bytes()
        return x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
    except (OSError, ValueError):
        return []
