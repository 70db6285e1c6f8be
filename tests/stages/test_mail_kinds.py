"""Every way a form is wrapped, by programs of other times and systems: it is found, and nothing else is said of it."""

import gzip
import random
import struct

import mail_corpus as corpus
import pytest
from mail_signing import Signer, cades
from test_mail_collect import campaign, collected, filled, inbox, issued  # noqa: F401 - fixtures
from test_mail_signed import compound, msg, tnef

from perfxl.model.findings import Finding
from perfxl.stages.mail import faults
from perfxl.stages.mail.incoming import leftovers, signed, text_attachments
from perfxl.stages.mail.incoming.model import Item, Letter, Source
from perfxl.stages.mail.incoming.trust import Trust
from perfxl.stages.mail.incoming.unpack import unpack

FORM = corpus.zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", random.Random(1).randbytes(9_000)))
HEAD = "In allegato la scheda compilata.\n\n"
XADES = (b'<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
         b"<ds:SignedInfo/><ds:Object><SigningTime>2021-10-11T09:30:00Z</SigningTime></ds:Object></ds:Signature></asic:XAdESSignatures>")


@pytest.fixture(scope="module")
def signer():
    return Signer("Marta Olmeggi", Signer("Autorità di prova"))


def attribute(level, number, value):
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def prop(kind, number, value):
    """A property of one value of Outlook's."""
    if kind in (3, 0xB):
        return struct.pack("<HH4s", kind, number, value)
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) & 3)


def named(value):
    """A property with a name of its own, as Outlook writes more and more of."""
    name = "x-nome".encode("utf-16-le") + b"\0\0"
    return struct.pack("<HH16sII", 0x1F, 0x8001, bytes(16), 1, len(name)) + name + bytes(-len(name) & 3) + struct.pack(
        "<II", 1, len(value)) + value + bytes(-len(value) & 3)


def winmail(*properties, content=b"", title=b"S1.xlsx\0"):
    """A winmail.dat with one attachment, which has those properties."""
    listed = struct.pack("<I", len(properties)) + b"".join(properties)
    return struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9006, b"\0\0\1\0") + attribute(2, 0x9002, bytes(14)) + attribute(
        2, 0x8010, title) + (attribute(2, 0x800F, content) if content else b"") + attribute(2, 0x9005, listed)


def embedded(inner):
    """A winmail.dat with a message or an object in it, among properties of every kind."""
    return winmail(prop(3, 0x3705, struct.pack("<I", 5)), prop(0xB, 0x7FFE, b"\1\0\0\0"), named("è".encode("utf-16-le") + b"\0\0"),
                   struct.pack("<HHI", 0x1003, 0x6001, 2) + bytes(8), prop(0xD, 0x3701, bytes(16) + inner), title=b"scheda\0")


def attached(content, name="S1.bin", **more):
    return corpus.simple(content, name, **more)


def der(*parts):
    body = b"".join(parts)
    size = len(body)
    return (bytes([size]) if size < 128 else bytes([0x80 | (n := (size.bit_length() + 7) // 8)]) + size.to_bytes(n, "big")) + body


def oid(text):
    first, second, *rest = map(int, text.split("."))
    made = [first * 40 + second]
    for number in rest:
        some = [number & 127]
        while number := number >> 7:
            some.insert(0, 128 | number & 127)
        made += some
    return b"\x06" + der(bytes(made))


def stamped(content, evidence=b"", meta=b"", indefinite=False):
    """Time-stamped data (RFC 5544)."""
    inner = b"\x02\x01\x01" + meta
    if indefinite:
        octets = b"\x24\x80" + b"".join(b"\x04" + der(content[k:k + 1000]) for k in range(0, len(content), 1000)) + bytes(2)
        return b"\x30\x80" + oid("1.2.840.113549.1.9.16.1.31") + b"\xa0\x80\x30\x80" + inner + octets + evidence + bytes(6)
    inner = b"\x30" + der(inner + b"\x04" + der(content) + evidence)
    return b"\x30" + der(oid("1.2.840.113549.1.9.16.1.31") + b"\xa0" + der(inner))


def compressed(content):
    import zlib

    octets = b"\xa0" + der(b"\x04" + der(zlib.compress(content)))
    inner = b"\x02\x01\x00\x30" + der(oid("1.2.840.113549.1.9.16.3.8")) + b"\x30" + der(oid("1.2.840.113549.1.7.1") + octets)
    return b"\x30" + der(oid("1.2.840.113549.1.9.16.1.9") + b"\xa0" + der(b"\x30" + der(inner)))


def children(whole):
    """The parts of a DER sequence."""
    def head(at):
        first = whole[at + 1]
        count = first & 127 if first & 128 else 0
        return at + 2 + count, int.from_bytes(whole[at + 2:at + 2 + count], "big") if count else first

    at, _ = head(0)
    while at < len(whole):
        begin, size = head(at)
        yield whole[at:begin + size]
        at = begin + size


def indefinite(signed_file, content):
    """A signed file as Italian signing programs write it: without lengths, its content in pieces."""
    kind, wrapped = children(signed_file)
    version, algorithms, _, *rest = children(next(children(wrapped)))
    pieces = b"\x24\x80" + b"".join(b"\x04" + der(content[k:k + 1000]) for k in range(0, len(content), 1000)) + bytes(2)
    inner = b"\x30\x80" + oid("1.2.840.113549.1.7.1") + b"\xa0\x80" + pieces + bytes(4)
    return b"\x30\x80" + kind + b"\xa0\x80\x30\x80" + version + algorithms + inner + b"".join(rest) + bytes(6)


UU = corpus.uuencoded
PLAIN = 'text/plain; charset=us-ascii; name="S1.xlsx"'
KINDS = {
    "uu": lambda c: corpus.in_text(HEAD + UU(c)),
    "uu without MIME": lambda c: corpus.before_mime(HEAD + UU(c)),
    "uu backticks": lambda c: corpus.in_text(HEAD + UU(c, blanks="`") + "saluti\n"),
    "uu blanks gone": lambda c: corpus.before_mime(UU(c, stripped=True)),
    "uu with sums": lambda c: corpus.in_text(UU(c, sums=True)),
    "uu quoted": lambda c: corpus.in_text("Inoltro:\n" + corpus.quoted(UU(c))),
    "uu quoted, blanks gone": lambda c: corpus.in_text(corpus.quoted(UU(c, stripped=True), ">")),
    "uu without end": lambda c: corpus.in_text(HEAD + UU(c, ended=False)),
    "uu in a part": lambda c: corpus.crlf(corpus.heads("multipart/mixed; boundary=b") + corpus.text_part()
                                          + corpus.part("Content-Type: text/plain", UU(c)) + "--b--\n"),
    "uu encoding": lambda c: corpus.single(c, corpus.OCTETS, "x-uuencode", UU(c)),
    "uu encoding, text": lambda c: corpus.single(c, PLAIN, "uuencode", UU(c)),
    "uu file": lambda c: attached(UU(c).encode(), "S1.uue", type_="text/plain"),
    "uu of base64": lambda c: corpus.in_text("begin-base64 644 S1.xlsx\n" + corpus.b64(c) + "====\n"),
    "uu in quoted-printable": lambda c: corpus.crlf(corpus.heads("text/plain", more="Content-Transfer-Encoding: quoted-printable\n")
                                                    + corpus.qp(UU(c).encode())),
    "uu in zip": lambda c: attached(corpus.zipped(("S1.uu", UU(c).encode())), "a.zip"),
    "yEnc": corpus.yenc,
    "yEnc attached": lambda c: attached(corpus.yenc(c).partition(b"Ecco.\r\n")[2], "S1.ync"),
    "gzip": lambda c: attached(gzip.compress(c), "S1.xlsx.gz"),
    "single text": lambda c: corpus.single(c, PLAIN),
    "single text without disposition": lambda c: corpus.single(c, PLAIN, disposition=""),
    "single text inline": lambda c: corpus.single(c, PLAIN, disposition="inline"),
    "single text without a name": lambda c: corpus.single(c, "text/plain", disposition=""),
    "single html": lambda c: corpus.single(c, 'text/html; name="S1.xlsx"'),
    "single csv": lambda c: corpus.single(c, 'text/csv; name="S1.xlsx"', disposition=""),
    "single quoted-printable": lambda c: corpus.single(c, PLAIN, "quoted-printable", corpus.qp(c)),
    "base64 whose headers are lost": lambda c: corpus.in_text(HEAD + corpus.b64(c)),
    "base64 called 8bit": lambda c: corpus.single(c, corpus.XLSX, "8bit"),
    "text part": lambda c: corpus.crlf(corpus.heads("multipart/mixed; boundary=b") + corpus.text_part() + corpus.part(
        "Content-Type: text/plain\nContent-Transfer-Encoding: base64", corpus.b64(c)) + "--b--\n"),
    "image": lambda c: attached(c, type_="image/png"),
    "image in the text": lambda c: corpus.crlf(corpus.heads("multipart/related; boundary=b") + corpus.text_part() + corpus.part(
        "Content-Type: image/jpeg; name=S1.xlsx\nContent-ID: <a@x>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64",
        corpus.b64(c)) + "--b--\n"),
    "audio": lambda c: attached(c, type_="audio/mpeg"),
    "data: of a page": lambda c: corpus.crlf(corpus.heads("text/html") + '<a href="data:application/octet-stream;base64,'
                                             + corpus.b64(c).replace("\n", "") + '">scheda</a>'),
    "winmail": lambda c: attached(tnef(("S1.xlsx", c)), "winmail.dat"),
    "winmail with a message": lambda c: attached(embedded(tnef(("S1.xlsx", c))), "winmail.dat"),
    "winmail with a message in a message": lambda c: attached(embedded(embedded(tnef(("S1.xlsx", c)))), "winmail.dat"),
    "winmail with an object": lambda c: attached(embedded(compound({"Package": c})), "winmail.dat"),
    "winmail by its properties": lambda c: attached(winmail(named(b"xy"), prop(0x102, 0x3701, c)), "ATT1.dat"),
    "msg with an object": lambda c: compound(msg([("oggetto", lambda at: {f"{at}Package": c})])),
    "asice": lambda c: attached(corpus.asic(c, ("META-INF/manifest.xml", b"<x/>"), ("META-INF/signatures.xml", b"<x/>")), "S1.asice"),
    "asics": lambda c: attached(corpus.asic(c, ("META-INF/timestamp.tst", b"\x30\x03\x02\x01\0"), kind="s"), "S1.asics"),
    "asice deflated": lambda c: corpus.asic(c, method=8),
    "mimetype of nothing": lambda c: attached(corpus.zipped(("mimetype", b"application/zip"), ("S1.xlsx", c)), "S1.scs"),
    "tsd": lambda c: attached(stamped(c), "S1.xlsx.tsd"),
    "tsd with evidence": lambda c: attached(stamped(c, b"\xa0" + der(b"\x30" + der(b"\x30" + der(b"\x30\x00")))), "S1.xlsx.tsd"),
    "tsd with its name": lambda c: attached(stamped(c, meta=b"\x30" + der(b"\x01\x01\0\x0c" + der(b"S1.xlsx"))), "a.tsd"),
    "tsd without lengths": lambda c: attached(stamped(c, indefinite=True), "S1.xlsx.tsd"),
    "tsd in base64": lambda c: attached(corpus.b64(stamped(c)).encode(), "S1.xlsx.tsd"),
    "tsd of a zip": lambda c: attached(stamped(corpus.zipped(("S1.xlsx", c))), "S1.zip.tsd"),
    "tsd alone": lambda c: stamped(c),
    "compressed": lambda c: attached(compressed(c), "smime.p7z"),
    "zip of the Mac": lambda c: attached(corpus.mac_zip(c), "S1.zip"),
    "appledouble": corpus.appledouble,
    "appledouble typed as nothing": lambda c: corpus.appledouble(c, corpus.OCTETS),
    "applesingle": lambda c: attached(corpus.applesingle(c), "S1.xlsx"),
    "leftovers of Windows": lambda c: attached(corpus.zipped(("x/S1.xlsx", c), ("x/Thumbs.db", compound({"1": b"x"})),
                                                             ("x/desktop.ini", b"[.ShellClassInfo]"), ("x/~$S1.xlsx", b"\5Anna")), "a.zip"),
    "stamp beside": lambda c: corpus.crlf(corpus.heads("multipart/mixed; boundary=b") + corpus.text_part() + "".join(corpus.part(
        f"Content-Type: {corpus.OCTETS}; name={n}\nContent-Transfer-Encoding: base64", corpus.b64(d)) for n, d in (
            ("S1.xlsx", c), ("S1.xlsx.tsr", b"\x30" + der(b"\x30\x03\x02\x01\x00\x30" + der(
                oid("1.2.840.113549.1.7.2") + b"\xa0" + der(b"\x30" + der(oid("1.2.840.113549.1.9.16.1.4")))))))) + "--b--\n"),
    "PGP signature beside": lambda c: attached(corpus.zipped(("S1.xlsx", c), ("S1.asc", b"-----BEGIN PGP SIGNATURE-----\nx")), "a.zip"),
    "emlx": lambda c: b"%d\n" % len(corpus.simple(c)) + corpus.simple(c),
    "eml with the mark of an mbox": lambda c: attached(b"From x@y Tue Oct 12 10:00:00 2021\n" + corpus.gmail(c), "scheda.eml"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_is_found_however_it_is_wrapped(kind):
    for lines in (b"\r\n", b"\n"):
        message = KINDS[kind](FORM)
        if not message.isascii() and lines == b"\n":
            continue
        found = [i for i in unpack(Source("m.eml", message.replace(b"\r\n", lines))) if not (isinstance(i, Item) and i.beside)]
        assert [(type(i), getattr(i, "content", None)) for i in found] == [(Item, FORM)] and not found[0].inline


def test_nothing_else_is_said_of_it(campaign, inbox, filled):
    content = filled["S1"]
    for number, kind in enumerate(KINDS):
        (inbox / f"{number:02}.bin").write_bytes(KINDS[kind](content))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] + [("copy", "S1")] * (len(KINDS) - 1) and set(codes) == {"MAIL25"}
    assert found.looked == len(KINDS) and collected(campaign, inbox)[2] == []


SPLIT = {"uu": lambda c: [corpus.in_text("".join(lines)) for lines in (UU(c).splitlines(True)[80:],)],
         "yEnc": lambda c: [corpus.yenc(c[:4_000], part="part=1 total=2 "), corpus.yenc(c[4_000:], part="part=2 total=2 ")]}


@pytest.mark.parametrize("way", SPLIT)
def test_a_part_of_a_file_is_told_as_one_not_as_a_message_without_attachments(campaign, inbox, filled, way):
    for number, message in enumerate(SPLIT[way](filled["S1"])):
        (inbox / f"{number}.eml").write_bytes(message)
    found, became, codes = collected(campaign, inbox)
    assert set(became) == {("aside", "")} and set(codes) == {"MAIL20"}
    assert all("spezzato in più messaggi" in f.message("it") for f in found.findings)


def test_a_bomb_of_gzip_is_not_unpacked():
    (taken,) = unpack(Source("m", attached(gzip.compress(bytes(90 << 20), 1), "a.gz")))
    assert isinstance(taken, Finding) and taken.code == "MAIL12" and taken.values["size"] > taken.values["limit"]


def test_a_folder_of_numbers_in_a_zip_is_one_document_and_hides_nothing_beside_it():
    numbers = (("x/S1.numbers/Index/Document.iwa", b"x"), ("x/S1.numbers/preview.jpg", b"y"), ("__MACOSX/x/._S1.numbers", b"z"))
    (item,) = unpack(Source("m", attached(corpus.zipped(*numbers), "S1.zip")))
    assert item.name == "S1.zip"
    taken = unpack(Source("m", attached(corpus.zipped(*numbers, ("x/S1.xlsx", FORM)), "S1.zip")))
    assert FORM in [i.content for i in taken]


@pytest.mark.parametrize("words", [
    "begin 644 storie\nci siamo\nvediamo domani\n", "begin 100 x\n", "we begin 644 x\nM\n", "begin 755 cose\nend\n",
    "begin 644 S1.xlsx\n", "begin-base64 644 a\nciao come va\n", "UEsDB cosa diversa\n", "MIIB" + "a" * 60 + "\n"])
def test_words_are_no_file(words):
    taken = unpack(Source("m", corpus.in_text(HEAD + words)))
    assert [type(f) for f in taken] == [Letter] and taken[0].envelope.text.split() == (HEAD + words).split()


def test_the_text_is_told_without_the_file_that_stood_in_it():
    (item,) = unpack(Source("m", corpus.in_text("Prot. n. 5/2021\n" + UU(FORM) + "Saluti\n")))
    assert item.envelope.text == "Prot. n. 5/2021\r\nSaluti" and item.envelope.protocol == "5/2021"


@pytest.mark.parametrize("seed", range(4))
def test_texts_full_of_beginnings_are_read_at_once(seed):
    import time

    lot = random.Random(seed)
    pieces = ["begin 644 x\n", "M" + "A" * 60 + "\n", "> ", "end\n", " \n", "UEsDB" + "A" * 60 + "\n", "A" * 76 + "\n", "data:x;base64,", "=" * 4 + "\n",
              "begin-base64 644 y\n", "=ybegin line=128 name=x\n", "=yend\n", "M" + " " * 60 + "\n", "`\n", "é", "\r", "M" * 3_000]
    text = "".join(lot.choices(pieces, k=40_000)).encode()
    began = time.process_time()
    text_attachments.extract_files(text), list(text_attachments.files_in_addresses(text.decode("latin-1"))), text_attachments.decode_bare_base64(text)
    assert time.process_time() - began < 5


# --- signed and then wrapped, wrapped and then signed -----------------------------------------------------------------


def with_manifest(content, signer, listed=None):
    """ASiC-E with CAdES: the signature is of a manifest, which lists the files."""
    import base64
    import hashlib

    value = base64.b64encode(hashlib.sha256(listed or content).digest()).decode()
    manifest = (f'<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
                f'<asic:DataObjectReference URI="S1.xlsx"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
                f"<ds:DigestValue>{value}</ds:DigestValue></asic:DataObjectReference></asic:ASiCManifest>").encode()
    return corpus.asic(content, ("META-INF/ASiCManifest001.xml", manifest), ("META-INF/signature001.p7s", cades(manifest, signer, detached=True)))


def two(*files):
    return corpus.crlf(corpus.heads("multipart/mixed; boundary=b") + corpus.text_part() + "".join(corpus.part(
        f"Content-Type: {corpus.OCTETS}; name={n}\nContent-Transfer-Encoding: base64", corpus.b64(c)) for n, c in files) + "--b--\n")


WRAPPED = {
    "signed, then zipped": lambda c, s: attached(corpus.zipped(("S1.xlsx.p7m", cades(c, s))), "S1.zip"),
    "zipped, then signed": lambda c, s: attached(cades(corpus.zipped(("S1.xlsx", c)), s), "S1.zip.p7m"),
    "zipped, then signed apart": lambda c, s: two(("S1.zip", corpus.zipped(("x/S1.xlsx", c))),
                                                  ("S1.zip.p7s", cades(corpus.zipped(("x/S1.xlsx", c)), s, detached=True))),
    "zipped twice, then signed apart": lambda c, s: two(("S1.zip", zips := corpus.zipped(("a.zip", corpus.zipped(("S1.xlsx", c))))),
                                                        ("firma.p7s", cades(zips, s, detached=True))),
    "signed, then stamped": lambda c, s: attached(stamped(cades(c, s)), "S1.xlsx.p7m.tsd"),
    "stamped, then signed": lambda c, s: attached(cades(stamped(c), s), "S1.xlsx.tsd.p7m"),
    "signed without lengths": lambda c, s: attached(indefinite(cades(c, s), c), "S1.xlsx.p7m"),
    "ASiC-S": lambda c, s: attached(corpus.asic(c, ("META-INF/signature.p7s", cades(c, s, detached=True)), kind="s"), "S1.asics"),
    "ASiC-E by a manifest": lambda c, s: attached(with_manifest(c, s), "S1.asice"),
    "signed, in a winmail": lambda c, s: attached(embedded(tnef(("S1.xlsx.p7m", cades(c, s)))), "winmail.dat"),
    "signed, uuencoded": lambda c, s: corpus.in_text(UU(cades(c, s), "S1.xlsx.p7m"))}


@pytest.mark.parametrize("way", WRAPPED)
def test_a_signature_is_held_through_what_is_wrapped_around_it(signer, way):
    found = [i for i in unpack(Source("m.eml", WRAPPED[way](FORM, signer))) if not (isinstance(i, Item) and i.beside)]
    assert [i.content for i in found] == [FORM]
    assert {(s.signer, s.intact, s.problem) for s in found[0].signatures} == {("Marta Olmeggi", True, "")}


def test_a_manifest_that_lists_another_file_signs_nothing(signer):
    taken = unpack(Source("m", with_manifest(FORM, signer, b"altro")))
    assert [i.signatures for i in taken if not i.beside] == [()]


def test_signatures_in_xml_are_told_as_not_checked(campaign, inbox, filled):
    (inbox / "a.asice").write_bytes(corpus.asic(filled["S1"], ("META-INF/signatures0.xml", XADES)))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and codes == ["MAIL45"]
    finding, = found.findings
    assert "XAdES" in finding.message("it") and "11/10/2021" in finding.message("it")


class Keyed(Signer):
    """A signer with another kind of key; the certificate's own signature is of an authority with an ordinary one."""

    def __init__(self, name, kind):
        import datetime

        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import dsa, ed448, ed25519
        from cryptography.x509.oid import NameOID

        authority = Signer("Autorità di prova", curve=True)
        self.key = {"Ed25519": ed25519.Ed25519PrivateKey.generate, "Ed448": ed448.Ed448PrivateKey.generate,
                    "DSA": lambda: dsa.generate_private_key(2048)}[kind]()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(authority.certificate.subject).public_key(self.key.public_key())
        made = made.serial_number(7).not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2040, 1, 1))
        self.certificate = made.sign(authority.key, hashes.SHA256())


@pytest.mark.parametrize(("kind", "code"), [("Ed25519", "MAIL34"), ("Ed448", "MAIL34"), ("DSA", "MAIL45")])
@pytest.mark.parametrize("hurt", [False, True])
def test_other_kinds_of_keys_are_checked_or_told_as_such(campaign, inbox, filled, kind, code, hurt):
    content = filled["S1"]
    whole = cades(content, Keyed("Marta Olmeggi", kind))
    if hurt:
        whole = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    (inbox / "a.p7m").write_bytes(whole)
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and codes == ["MAIL35" if hurt and kind != "DSA" else code]
    said = found.findings[0].message("it")
    assert "non si può leggere" not in said and (kind in said if kind == "DSA" else "Marta Olmeggi" in said)


@pytest.mark.parametrize("where", ["signature", "message", "outlook"])
def test_a_fault_of_the_program_is_not_told_as_one_of_the_file(campaign, inbox, filled, monkeypatch, signer, where):
    def broken(*_):
        raise TypeError("guasto")

    if where == "signature":
        monkeypatch.setattr(signed, "_digest", broken)
        message = attached(cades(FORM, signer), "S1.p7m")
    else:
        monkeypatch.setattr(leftovers, "is_leftover", broken)
        message = attached(FORM) if where == "message" else compound(msg([("S1.xlsx", FORM)]))
    with pytest.raises(TypeError, match="guasto"):
        unpack(Source("m", message))


def faulty(task, store):
    """Fails as perfxl's own code would."""
    raise TypeError("guasto")


def test_a_fault_of_the_program_is_told_as_its_own(campaign, inbox, filled, monkeypatch):
    from perfxl.stages.mail.incoming import spool

    monkeypatch.setattr(spool, "unpack_task", faulty)
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1"]))
    found, became, codes = collected(campaign, inbox)
    finding, = found.findings
    assert became == [("aside", "")] and codes == ["MAIL16"] and "il mittente non c’entra" in finding.message("it")


def test_whose_fault_it_is_is_seen_in_where_it_was_raised():
    import email

    try:
        unpack(None)
    except AttributeError as problem:
        assert not faults.raised_in(problem, "email")
    try:
        email.message_from_bytes(None)
    except Exception as problem:  # noqa: BLE001 - whatever it is, no code of perfxl's called it
        assert not faults.raised_in(problem, "email")


# --- what cannot be read, and what is no form -----------------------------------------------------------------------


def secret(kind, content=b"x" * 3_000):
    number = {"enveloped": "1.2.840.113549.1.7.3", "encrypted": "1.2.840.113549.1.7.6", "authenveloped": "1.2.840.113549.1.9.16.1.23"}[kind]
    return b"\x30" + der(oid(number) + b"\xa0" + der(b"\x30" + der(b"\x02\x01\x00\x04" + der(content))))


PGP = "-----BEGIN PGP MESSAGE-----\n\n" + "hQEMA" * 100 + "\n-----END PGP MESSAGE-----\n"
SECRETS = {
    **{kind: (lambda k: lambda: corpus.single(secret(k), f'application/pkcs7-mime; smime-type={k}-data; name="smime.p7m"',
                                              disposition='attachment; filename="smime.p7m"'))(kind)
       for kind in ("enveloped", "encrypted", "authenveloped")},
    "attached": lambda: attached(secret("enveloped"), "S1.xlsx.p7m"),
    "in outlook": lambda: compound({**msg([("smime.p7m", secret("enveloped"))]), "__substg1.0_001A001F": "IPM.Note.SMIME".encode("utf-16-le")}),
    "pgp in the text": lambda: corpus.in_text(PGP), "pgp file": lambda: attached(PGP.encode(), "S1.xlsx.asc"),
    "pgp by mime": lambda: corpus.crlf(corpus.heads('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b') + corpus.part(
        "Content-Type: application/pgp-encrypted", "Version: 1") + corpus.part(f"Content-Type: {corpus.OCTETS}; name=encrypted.asc", PGP) + "--b--\n"),
    "rights": lambda: attached(bytes.fromhex("76e80460c411e386") + b"x" * 99, "message.rpmsg")}


@pytest.mark.parametrize("way", SECRETS)
def test_what_is_encrypted_is_told_as_such_with_what_to_ask(campaign, inbox, way):
    (inbox / "a.eml").write_bytes(SECRETS[way]())
    found, became, codes = collected(campaign, inbox)
    finding, = found.findings
    assert became == [("aside", "")] and codes == ["MAIL41"] and finding.sector == "S1"
    said = finding.message("it")
    assert "cifrato" in said and "cifratura disattivata" in said and found.taken[0].sender == corpus.SENDER


def test_what_stands_beside_is_named_when_the_form_is_not_there(campaign, inbox):
    (inbox / "a.zip").write_bytes(corpus.zipped(("__MACOSX/._S1.xlsx", bytes.fromhex("00051607") + bytes(90))))
    assert collected(campaign, inbox)[1:] == ([("aside", "")], ["MAIL20"])


def test_a_form_that_is_called_a_leftover_is_taken(campaign, inbox, filled):
    (inbox / "a.zip").write_bytes(corpus.zipped(("__MACOSX/._S1.xlsx", filled["S1"]), ("META-INF/S8.xlsx", filled["S8"]),
                                                ("META-INF/signatures.xml", b"<x/>")))
    _, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1"), ("return", "S8")] and codes == []


def test_an_empty_container_is_not_told_as_no_attachment(campaign, inbox):
    (inbox / "a.eml").write_bytes(attached(tnef(), "winmail.dat"))
    (inbox / "b.eml").write_bytes(attached(corpus.zipped(), "vuoto.zip", sender="boh@x.it", subject="[UPR-2021-interim-S9]"))
    found, _, codes = collected(campaign, inbox)
    assert codes == ["MAIL42", "MAIL37"]
    first, second = (f.message("it") for f in found.findings)
    assert "soltanto winmail.dat" in first and "soltanto vuoto.zip" in second and "senza allegati" not in first + second


def test_whoever_wrote_before_sending_the_form_is_no_longer_awaited(campaign, inbox, filled):
    (inbox / "a.eml").write_bytes(corpus.in_text("La scheda arriva."))
    (inbox / "b.eml").write_bytes(corpus.simple(filled["S1"]))
    assert collected(campaign, inbox)[2] == ["MAIL37"]


@pytest.mark.parametrize("seed", range(3))
def test_damaged_wrappers_end_in_a_finding_or_a_leaf(signer, seed):
    lot = random.Random(seed)
    for make in (*KINDS.values(), *(lambda c, w=w: w(c, signer) for w in list(WRAPPED.values())[::3])):
        whole = make(FORM)
        for _ in range(6):
            at, size = lot.randrange(len(whole)), lot.choice((1, 4, 40))
            hurt = whole[:at] + lot.choice((b"", lot.randbytes(size), b"\xff" * size, b"0" * size)) + whole[at + size:]
            hurt = hurt[:lot.randrange(len(hurt))] if lot.random() < .3 else hurt
            for found in unpack(Source("m", hurt), Trust("s", (signer.certificate,))):
                assert isinstance(found, Item | Letter) or found.code in ("MAIL11", "MAIL13", "MAIL14", "MAIL33")
