"""A throw-away certification authority, and CAdES and S/MIME signatures made with it."""

import hashlib
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    padding,
    rsa,
)
from cryptography.x509.oid import NameOID
from mail_corpus import b64, crlf, heads, part, text_part

SIGNED_AT = datetime(2021, 10, day=11, hour=9, minute=30, tzinfo=UTC)


class Signer:
    """A key and its certificate; ``issuer`` is the authority that signed it, itself without one."""

    def __init__(self, name, issuer=None, curve=False, hosts=()):
        self.key = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.certificate.subject if issuer else subject)
        made = made.public_key(self.key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime.now() + timedelta(days=900))
        made = made.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        if issuer is None:
            made = made.add_extension(x509.KeyUsage(True, False, key_encipherment=False, data_encipherment=False,
                                                    key_agreement=False, key_cert_sign=True, crl_sign=True,
                                                    encipher_only=False, decipher_only=False), critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        if issuer:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
            made = made.add_extension(identifier, critical=False)
        if hosts:
            import ipaddress

            names = [x509.IPAddress(ipaddress.ip_address(h)) if h[0].isdigit() else x509.DNSName(h) for h in hosts]
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        self.certificate = made.sign((issuer or self).key, hashes.SHA256())

    @property
    def pem(self):
        """The certificate as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self):
        """The key as text."""
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def cades(content, signer, detached=False, digest="sha256", bound=None):
    """A CAdES-BES signature of ``content`` (DER); ``bound``: another signer's certificate named as its own."""
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    certificate = asn1_x509.Certificate.load(der)
    named = (bound or signer).certificate.public_bytes(serialization.Encoding.DER)
    attributes = cms.CMSAttributes([
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(digest, content).digest()]}),
        cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": SIGNED_AT})]}),
        cms.CMSAttribute({"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [
            tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(named).digest()})]})]})])
    hash_ = {"sha256": hashes.SHA256, "sha1": hashes.SHA1}[digest]()
    if isinstance(signer.key, ec.EllipticCurvePrivateKey):
        algorithm, signature = "sha256_ecdsa", signer.key.sign(attributes.dump(), ec.ECDSA(hash_))
    elif isinstance(signer.key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        algorithm = "ed25519" if isinstance(signer.key, ed25519.Ed25519PrivateKey) else "ed448"
        signature = signer.key.sign(attributes.dump())
    elif isinstance(signer.key, dsa.DSAPrivateKey):
        algorithm, signature = "sha256_dsa", signer.key.sign(attributes.dump(), hash_)
    else:
        algorithm, signature = "rsassa_pkcs1v15", signer.key.sign(attributes.dump(), padding.PKCS1v15(), hash_)
    info = cms.SignerInfo({"version": "v1", "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber({
        "issuer": certificate.issuer, "serial_number": certificate.serial_number})}),
        "digest_algorithm": {"algorithm": digest}, "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": algorithm}, "signature": signature})
    inner = {"content_type": "data"} if detached else {"content_type": "data", "content": core.OctetString(content)}
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData({
        "version": "v1", "digest_algorithms": [{"algorithm": digest}], "encap_content_info": inner,
        "certificates": [cms.CertificateChoices("certificate", certificate)], "signer_infos": [info]})}).dump()


def smime(inner, signer, outer=None, boundary="s"):
    """A ``multipart/signed`` message around the MIME part ``inner``; ``outer``: its other headers."""
    inner = inner.rstrip(b"\r\n")
    head = crlf((outer or "") + f'MIME-Version: 1.0\nContent-Type: multipart/signed; protocol="application/x-pkcs7-signature"; '
                f'micalg=sha-256; boundary="{boundary}"\n\nThis is an S/MIME signed message\n\n')
    signature = crlf(part('Content-Type: application/x-pkcs7-signature; name="smime.p7s"\nContent-Transfer-Encoding: base64\n'
                          'Content-Disposition: attachment; filename="smime.p7s"', b64(cades(inner, signer, detached=True)), boundary))
    return head + f"--{boundary}\r\n".encode() + inner + b"\r\n" + signature + f"--{boundary}--\r\n".encode()


def daticert(kind, sender, receiver, subject, message_id, delivered="", identifier="opec292.1@pec.example", day="11/10/2021"):
    """What an operator certifies."""
    given = f"<consegna>{delivered}</consegna>" if delivered else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<postacert tipo="{kind}" errore="nessuno"><intestazione><mittente>{sender}</mittente>
<destinatari tipo="certificato">{receiver}</destinatari><risposte>{sender}</risposte><oggetto>{subject}</oggetto></intestazione>
<dati><gestore-emittente>GESTORE PEC S.p.A.</gestore-emittente><data zona="+0200"><giorno>{day}</giorno><ora>18:05:09</ora></data>
<identificativo>{identifier}</identificativo><msgid>{escape(message_id)}</msgid><ricevuta tipo="completa"/>{given}</dati></postacert>"""


def pec(kind, certificate, operator, original=b"", subject="x", seal=True):
    """A transport envelope or a receipt of certified mail; ``original``: the message it carries."""
    role = {"posta-certificata": "X-Trasporto: posta-certificata"}.get(kind, f"X-Ricevuta: {kind}")
    inner = crlf('Content-Type: multipart/mixed; boundary="p"\n\n' + text_part("Messaggio di posta certificata", "p") + part(
        'Content-Type: application/xml; name="daticert.xml"\nContent-Transfer-Encoding: base64\nContent-Disposition: inline; '
        'filename="daticert.xml"', b64(certificate.encode()), "p"))
    if original:
        inner += crlf('--p\nContent-Type: message/rfc822; name="postacert.eml"\nContent-Disposition: inline; '
                      'filename="postacert.eml"\n\n') + original + b"\r\n"
    inner += b"--p--"
    outer = f"From: \"Per conto di: x@pec.example\" <posta-certificata@pec.example>\nTo: performance@robinie.example\nSubject: {subject}\n" \
            f"Date: Mon, 11 Oct 2021 18:05:10 +0200\nMessage-ID: <opec@pec.example>\n{role}\n"
    made = smime(inner, operator, outer)
    return made if seal else crlf(heads("text/plain")).split(b"Content-Type")[0] + crlf(role + "\n") + inner
