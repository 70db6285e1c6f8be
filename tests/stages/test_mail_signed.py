"""Certified mail and signed files: what is certified and signed is registered, what is broken or claimed is said."""

import struct

import mail_corpus as corpus
import pytest
from mail_signing import Signer, cades, daticert, pec, smime
from test_mail_collect import campaign, collected, filled, inbox, issued  # noqa: F401 - fixtures

from perfxl import demo
from perfxl.campaign.register import Register, verify
from perfxl.stages.mail.incoming.model import Source
from perfxl.stages.mail.incoming.trust import Trust
from perfxl.stages.mail.incoming.unpack import unpack
from perfxl.ui.cli import main
from perfxl.workflow import send as posting
from perfxl.workflow.remind import remind

PEC = "affari.generali@pec.robinie.example"


@pytest.fixture(scope="module")
def authority():
    return Signer("Autorità di prova")


@pytest.fixture(scope="module")
def signer(authority):
    return Signer("Marta Olmeggi", authority)


def taken(campaign):
    with Register.open(campaign.folder, write=False) as register:
        return [e.payload for e in register.entries("taken")]


@pytest.mark.parametrize("shape", ["der", "pem", "base64", "curve", "twice", "detached", "detached in zip", "smime"])
def test_a_signed_form_is_unwrapped_and_its_signature_registered(campaign, inbox, filled, authority, signer, shape):
    content, made = filled["S1"], signer if shape != "curve" else Signer("Marta Olmeggi", authority, curve=True)
    whole = cades(content, made)
    if shape == "smime":
        message = smime(corpus.simple(content).split(b"MIME-Version: 1.0\r\n")[1], made, corpus.heads("x").split("MIME")[0])
    elif shape == "detached":
        attached = (corpus.part(f"Content-Type: {corpus.OCTETS}; name={name}\nContent-Transfer-Encoding: base64", corpus.b64(c))
                    for name, c in (("s.xlsx", content), ("s.xlsx.p7s", cades(content, made, detached=True))))
        message = corpus.crlf(corpus.heads("multipart/mixed; boundary=b") + "".join(attached) + "--b--\n")
    elif shape == "detached in zip":
        message = corpus.simple(corpus.zipped(("firma.p7s", cades(content, made, detached=True)), ("s.xlsx", content)), "a.zip")
    else:
        form = {"pem": b"-----BEGIN PKCS7-----\n" + corpus.b64(whole).encode() + b"-----END PKCS7-----\n",
                "base64": corpus.b64(whole).encode(), "twice": cades(whole, Signer("Il Segretario", authority))}.get(shape, whole)
        message = corpus.simple(form, "scheda.xlsx.p7m", "application/pkcs7-mime")
    (inbox / "a.eml").write_bytes(message)
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and set(codes) == {"MAIL34"}
    (told,) = taken(campaign)
    names = ["Il Segretario", "Marta Olmeggi"] if shape == "twice" else ["Marta Olmeggi"]
    assert [(s["signer"], s["intact"], s["trust"]) for s in told["signatures"]] == [(n, True, "") for n in names]
    assert told["signatures"][0]["at"] == "2021-10-11T09:30:00+00:00"
    assert all("non verificato" in finding.message("it") for finding in found.findings)
    assert campaign.received_files("interim")[0].read_bytes() == content


@pytest.mark.parametrize(("fault", "problem"), [
    ("content", "signature_content"), ("signature", "signature_false"), ("digest", "signature_weak"), ("bound", "signature_no_certificate")])
def test_a_broken_signature_is_a_finding_and_the_form_is_kept(campaign, inbox, filled, authority, signer, fault, problem):
    content = filled["S8"]
    whole = {"content": lambda: cades(content, signer), "signature": lambda: cades(content, signer),
             "digest": lambda: cades(content, signer, digest="sha1"), "bound": lambda: cades(content, signer, bound=authority)}[fault]()
    if fault == "content":  # the archive's last bytes: a comment of no length becomes another
        at = whole.index(b"PK\x05\x06") + 20
        whole = whole.replace(content[:60], content[:10] + b"\x01" + content[11:60], 1) if at < 0 else whole.replace(
            content[10:14], bytes([content[10] ^ 1]) + content[11:14], 1)
    elif fault == "signature":
        whole = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    (inbox / "a.p7m").write_bytes(whole)
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S8")] and codes == ["MAIL35"]
    assert [s["problem"] for s in taken(campaign)[0]["signatures"]] == [problem]
    finding, = found.findings
    assert len(finding.message("it")) > 80


def test_trust_is_checked_against_the_body_s_own_certificates(campaign, inbox, filled, authority, signer, capsys):
    (campaign.folder / "certificati").mkdir()
    (campaign.folder / "certificati" / "ca.pem").write_bytes(authority.pem)
    (inbox / "a.p7m").write_bytes(cades(filled["S1"], signer))
    (inbox / "b.p7m").write_bytes(cades(filled["S8"], Signer("Chiunque")))
    _, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1"), ("return", "S8")] and codes == ["MAIL34", "MAIL36"]
    assert [s["trust"] for t in taken(campaign) for s in t["signatures"]] == ["certificati", ""]
    assert main(["log", str(campaign.folder)]) == 0
    assert ", firmato da Marta Olmeggi, integro" in capsys.readouterr().out


def test_a_pipe_among_the_certificates_holds_nobody_up(campaign, inbox, filled, authority):
    import os

    (campaign.folder / "certificati").mkdir()
    os.mkfifo(campaign.folder / "certificati" / "tubo.pem")
    (campaign.folder / "certificati" / "ca.pem").write_bytes(authority.pem)
    (inbox / "a.eml").write_bytes(transport(corpus.simple(filled["S1"]), Signer("Gestore PEC", authority)))
    found, _, codes = collected(campaign, inbox)
    findings, = [f for f in found.findings if f.code != "MAIL38"]
    assert "MAIL38" in codes and findings.place.file == "certificati/tubo.pem" and "revoche non controllate" in next(
        f for f in found.findings if f.code == "MAIL38").message("it")


def test_the_seal_of_certified_mail_is_held_against_them_too(campaign, inbox, filled, authority):
    from cryptography.hazmat.primitives.serialization import Encoding

    (campaign.folder / "certificati").mkdir()
    (campaign.folder / "certificati" / "ca.cer").write_bytes(authority.certificate.public_bytes(Encoding.DER))
    (campaign.folder / "certificati" / "leggimi.txt").write_text("certificati del 2021")
    (inbox / "a.eml").write_bytes(transport(corpus.simple(filled["S1"]), Signer("Gestore PEC", authority)))
    (inbox / "b.eml").write_bytes(transport(corpus.simple(filled["S1b"]), Signer("Gestore PEC")))
    found, _, codes = collected(campaign, inbox)
    assert sorted(codes) == ["MAIL38", "MAIL38", "MAIL39"]
    assert next(f for f in found.findings if f.code == "MAIL39").place.file == "certificati/leggimi.txt"
    first, second = (f.message("it") for f in found.findings if f.code == "MAIL38")
    assert "verificato con quelli della cartella «certificati»" in first and "revoche non controllate" in first
    assert "non risale" in second
    with Register.open(campaign.folder, write=False) as register:
        assert [e.payload["certified"]["trust"] for e in register.entries("message")] == ["certificati", ""]


def test_a_signature_alone_and_damaged_ones_are_said(filled, signer):
    whole = cades(b"altro", signer, detached=True)
    assert [f.code for f in unpack(Source("x.p7s", whole))] == ["MAIL33"]
    for cut in range(20, len(whole), 97):
        unpack(Source("x.p7m", whole[:cut]))
        unpack(Source("x.p7m", whole[:cut] + bytes(50) + whole[cut + 50:]), Trust("s", (signer.certificate,)))


def transport(original, operator, **more):
    return pec("posta-certificata", daticert("posta-certificata", PEC, receiver="performance@pec.example",
                                             subject="R: scheda [UPR-2021-interim-S1]",
                                             message_id="<1@robinie.example>"), operator, original, **more)


def test_a_certified_message_is_registered_with_what_the_operator_certifies(campaign, inbox, filled, authority):
    operator = Signer("Gestore PEC", authority)
    (inbox / "pec.eml").write_bytes(transport(corpus.outlook(filled["S1"]), operator))
    found, became, codes = collected(campaign, inbox)
    assert ("return", "S1") in became and sorted(codes) == ["MAIL28", "MAIL38"]
    with Register.open(campaign.folder, write=False) as register:
        (entry,) = register.entries("received")
        assert entry.payload["origin"] == PEC and entry.payload["arrived"] == "2021-10-11T16:05:09Z"
        certified = register.entries("message")[0].payload["certified"]
    assert certified["identifier"] == "opec292.1@pec.example" and certified["sealed"] and certified["seal"] == "Gestore PEC"
    assert certified["operator"] == "GESTORE PEC S.p.A."
    told = next(f for f in found.findings if f.code == "MAIL38").message("it")
    assert all(word in told for word in (PEC, "11/10/2021", "opec292.1@pec.example", "Gestore PEC", "certificato non verificato")), told


@pytest.mark.parametrize("inside, code", [("affari.generali@robinie.example", ()), (PEC, ()), ("bilancio@robinie.example", ("MAIL44",)), ("a@truffa.example", ("MAIL44",)),
                                          (f"{PEC}, a@truffa.example", ("MAIL44",)), ("affari.generali@robinle.example", ("MAIL44",))])
def test_a_certified_message_that_names_another_writer_inside_is_doubted(campaign, inbox, filled, authority, inside, code):
    (inbox / "pec.eml").write_bytes(transport(corpus.simple(filled["S1"], sender=inside), Signer("Gestore PEC", authority)))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and sorted(codes) == sorted(("MAIL38", *code))
    assert not code or all(PEC in f.message("it") for f in found.findings if f.code == "MAIL44")


@pytest.mark.parametrize("headers", [True, False])
def test_a_certified_message_saved_by_outlook_is_certified_all_the_same(campaign, inbox, filled, authority, headers):
    whole = transport(corpus.simple(filled["S1"]), Signer("Gestore PEC", authority))
    head, entity = whole.split(b"MIME-Version: 1.0\r\n", 1)
    streams = {k: v for k, v in msg([("smime.p7m", entity)], headers=False).items() if not k.endswith("_0037001F")}
    streams["__substg1.0_001A001F"] = "IPM.Note.SMIME.MultipartSigned".encode("utf-16-le")
    if headers:
        written = head + b"Content-Type: multipart/signed;\r\n boundary=boh\r\nMIME-Version: 1.0\r\n\r\n"
        streams["__substg1.0_007D001F"] = written.decode().encode("utf-16-le")
    (inbox / "pec.msg").write_bytes(compound(streams))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and codes == ["MAIL38"] and found.taken[0].sender == PEC
    with Register.open(campaign.folder, write=False) as register:
        assert register.entries("received")[0].payload["arrived"] == "2021-10-11T16:05:09Z"
        certified = register.entries("message")[0].payload["certified"]
    assert certified["sealed"] and certified["identifier"] == "opec292.1@pec.example"


def test_a_certificate_that_somebody_sends_along_certifies_nothing(campaign, inbox, filled):
    """A receipt forwarded with the form: the message is of who sent it, and the form is taken."""
    told = daticert("avvenuta-consegna", "performance@pec.example", receiver="x@pec.example", subject="x", message_id="<1@x>",
                    delivered="x@pec.example")
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1"]).replace(b"--b--", corpus.crlf(corpus.part(
        'Content-Type: application/xml; name="daticert.xml"\nContent-Disposition: attachment; filename="daticert.xml"', told)) + b"--b--"))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1"), ("aside", "")] and codes == ["MAIL20"]
    assert {t.sender for t in found.taken} == {corpus.SENDER}


def test_ordinary_mail_in_an_operator_s_envelope_is_of_who_wrote_it(campaign, inbox, filled, authority):
    """What the rules call an anomaly: a certified mailbox that takes ordinary mail."""
    inner = crlf_mixed(corpus.simple(filled["S1"]))
    head = ('From: "Per conto di: x" <posta-certificata@pec.example>\nSubject: ANOMALIA MESSAGGIO: x\nDate: ' + corpus.DATE
            + "\nX-Trasporto: errore\n")
    (inbox / "a.eml").write_bytes(smime(inner, Signer("Gestore PEC", authority), head))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and codes == [] and found.taken[0].sender == corpus.SENDER


def crlf_mixed(original):
    """A text and a message that is attached to it."""
    return corpus.crlf('Content-Type: multipart/mixed; boundary="p"\n\n' + corpus.text_part("Anomalia", "p")
                       + "--p\nContent-Type: message/rfc822\n\n") + original + b"\r\n--p--"


def test_a_message_inside_its_signature_is_opened(campaign, inbox, filled, signer):
    """S/MIME as some programs send it: the message stands in the signature itself."""
    inner = corpus.simple(filled["S1"])
    entity = inner[inner.index(b"Content-Type: multipart"):]
    (inbox / "a.eml").write_bytes(corpus.crlf(corpus.heads(
        'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"', more="Content-Transfer-Encoding: base64\n")
        + corpus.b64(cades(entity, signer))))
    _, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and codes == ["MAIL34"]
    assert taken(campaign)[0]["signatures"][0]["intact"]


@pytest.mark.parametrize("fault", ["no seal", "changed"])
def test_a_message_that_only_looks_certified_is_doubted(campaign, inbox, filled, authority, fault):
    made = transport(corpus.simple(filled["S1"]), Signer("Gestore PEC", authority), seal=fault != "no seal")
    if fault == "changed":
        made = made.replace(b"Messaggio di posta", b"Messaggio di Posta")
    (inbox / "pec.eml").write_bytes(made)
    _, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and "MAIL30" in codes


def receipt(kind, message_id, subject, operator, number, delivered=""):
    return pec(kind, daticert(kind, "performance@pec.example", receiver="affari.generali@robinie.example", subject=subject,
                              message_id=message_id, delivered=delivered,
                              identifier=f"opec{number}@pec.example"), operator,
                              corpus.simple(b"PK del messaggio spedito") if delivered else b"")


def test_receipts_are_matched_to_what_was_sent_and_stand_on_the_board(campaign, inbox, authority):
    from datetime import date

    from perfxl.campaign.register import board

    operator = Signer("Gestore PEC", authority)
    post = posting.send_forms(campaign, "interim", (), "it")
    remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 1))  # the same reference in another subject
    s1, s8 = (p.outgoing for p in post.messages)
    for number, (kind, about, identifier) in enumerate((("accettazione", s1, s1.message_id), ("avvenuta-consegna", s1, s1.message_id),
                                                        ("accettazione", s8, "<cambiato@pec.example>"), ("errore-consegna", s8, ""))):
        (inbox / f"{number}.eml").write_bytes(receipt(kind, identifier, subject=f"{about.subject} [{about.reference}]",
                                                      operator=operator, number=number // 2,
                                                      delivered=about.to[0] if "consegna" in kind else ""))
    (inbox / "9.eml").write_bytes(receipt("accettazione", "<boh@x>", subject="altro", operator=operator, number=9))
    found, became, codes = collected(campaign, inbox)
    assert became == [("aside", "")] and sorted(codes) == ["MAIL31", "MAIL32"] and len(found.notices) == 4
    with Register.open(campaign.folder, write=False) as register:
        before = register.entries()
    posting.send_forms(campaign, "interim", ("S8",), "it", again=True)
    again, _, codes = collected(campaign, inbox)
    assert codes == [] and again.notices == []
    with Register.open(campaign.folder, write=False) as register:
        assert {e.kind for e in register.entries()[len(before):]} <= {"sent"}
    with Register.open(campaign.folder, write=False) as register:
        rows = {r.sector: r.mail for r in board(register, campaign, plan=demo.plan(), round="interim", today=date(2021, 10, 1)).rows}
        assert [(e.payload["event"], e.payload["sector"]) for e in register.entries("notice")] == [
            ("accepted", "S1"), ("delivered", "S1"), ("accepted", "S8"), ("undelivered", "S8")]
        proof = register.entries("notice")[1].payload["sha256"]  # the receipt itself, with the operator's seal
        assert register.store.get(proof) == (inbox / "1.eml").read_bytes() and register.latest("message", proof)
    assert (rows["S1"], rows["S8"], rows["S2"]) == ("delivered", "undelivered", "")
    assert verify(campaign.folder) == []


def test_a_receipt_without_its_seal_is_not_counted(campaign, inbox, authority):
    sent = posting.send_forms(campaign, "interim", ("S8",), "it").messages[0].outgoing
    made = receipt("avvenuta-consegna", sent.message_id, subject="x", operator=Signer("Gestore PEC", authority), number=1,
                   delivered=sent.to[0])
    (inbox / "a.eml").write_bytes(made.replace(b"Messaggio di posta", b"Messaggio di Posta"))
    found, became, codes = collected(campaign, inbox)
    assert became == [("aside", "")] and codes == ["MAIL40"] and found.notices == []
    with Register.open(campaign.folder, write=False) as register:
        assert register.entries("notice") == []


def test_a_bounce_of_ordinary_mail_is_news_too(campaign, inbox):
    sent = posting.send_forms(campaign, "interim", ("S8",), "it").messages[0].outgoing
    (inbox / "a.eml").write_bytes(corpus.crlf(corpus.heads('multipart/report; report-type=delivery-status; boundary="b"', "mailer@x.example",
        "Undelivered") + corpus.text_part("no") + corpus.part("Content-Type: message/delivery-status",
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; territorio@robinie.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; copia@robinie.example\nAction: failed\n\nFinal-Recipient: rfc822; c@d.it\nAction: delivered\n")
        + corpus.part("Content-Type: message/rfc822", f"Subject: x\nMessage-ID: {sent.message_id}\n\nx") + "--b--\n"))
    found, became, codes = collected(campaign, inbox)
    assert became == [] and codes == ["MAIL32"]
    assert found.notices[0].address == "territorio@robinie.example, copia@robinie.example"


@pytest.mark.parametrize("certificate", ["<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><postacert>&a;</postacert>", "<x/>",
                                         "<postacert>", "x" * 3_000_000, "<postacert tipo='accettazione'/>"])
def test_a_certificate_that_is_none_is_passed_over(certificate, authority):
    taken = unpack(Source("m", pec("accettazione", certificate, authority)))
    assert all("root:" not in repr(f) for f in taken)


# --- Outlook's containers -------------------------------------------------------------------------------------------


def tnef(*files, long_names=True):
    """A winmail.dat with ``files``."""
    def attribute(level, number, value):
        return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    made = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9006, b"\0\0\1\0")
    for name, content in files:
        wide = name.encode("utf-16-le") + b"\0\0"
        made += attribute(2, 0x9002, bytes(14)) + attribute(2, 0x8010, b"SCHEDA~1.XLS\0") + attribute(2, 0x800F, content)
        if long_names:
            made += attribute(2, 0x9005, struct.pack("<III", 1, 0x3707001F, 1) + struct.pack("<I", len(wide)) + wide)
    return made


def chained(contents, size):
    """Contents laid out in sectors of ``size``: the bytes, the chain of each sector, the first sector of each content."""
    body, chains, starts = b"", [], []
    for content in contents:
        count = -(-len(content) // size)
        starts.append(len(chains) if count else 0xFFFFFFFE)
        chains += [*range(len(chains) + 1, len(chains) + count), 0xFFFFFFFE] if count else []
        body += content.ljust(count * size, b"\0")
    return body, chains, starts


def numbers(values, size=512):
    """Numbers of four bytes, filled up to whole sectors."""
    made = b"".join(struct.pack("<I", v) for v in values)
    return made.ljust(-(-len(made) // size) * size, b"\xff")


def compound(streams):
    """A compound file (MS-CFB) with ``streams`` by path: small ones in the small sectors, as the rules have it."""
    paths = sorted({tuple(s.split("/"))[:k] for s in streams for k in range(1, s.count("/") + 2)})
    nodes = [(), *paths]
    index = {n: k for k, n in enumerate(nodes)}
    small = [p for p in paths if len(streams.get("/".join(p), b"")) < 4096 and "/".join(p) in streams]
    big = [p for p in paths if "/".join(p) in streams and p not in small]
    mini, mini_chains, mini_starts = chained([streams["/".join(p)] for p in small], 64)
    first, later, ordered = {}, {}, sorted(paths, key=lambda p: (len(p[-1]), p[-1].upper()))
    for n in nodes:  # each folder's children hang to the right of one another: a tree all the same
        own = [index[p] for p in ordered if p[:-1] == n]
        first[index[n]] = own[0] if own else 0xFFFFFFFF
        later |= dict(zip(own, own[1:]))
    directory_size = -(-len(nodes) * 128 // 512) * 512
    whole = [mini, numbers(mini_chains), *(streams["/".join(p)] for p in big)]
    _, _, starts = chained([*whole, bytes(directory_size)], 512)
    begins = dict(zip(small, mini_starts)) | dict(zip(big, starts[2:])) | {(): starts[0]}
    entries = b""
    for k, n in enumerate(nodes):
        name = (n[-1] if n else "Root Entry").encode("utf-16-le") + b"\0\0"
        stream = "/".join(n) in streams if n else False
        size = len(mini) if not n else len(streams.get("/".join(n), b""))
        entries += name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), 5 if not n else 2 if stream else 1, 1, 0xFFFFFFFF,
                   later.get(k, 0xFFFFFFFF), first[k]) + bytes(36) + struct.pack("<IQ", begins.get(n, 0xFFFFFFFE), size)
    body, chains, starts = chained([*whole, entries.ljust(directory_size, b"\0")], 512)
    tables = next(k for k in range(1, 109) if (len(chains) + k) * 4 <= k * 512)
    first_table = len(chains)
    table = numbers([*chains, *[0xFFFFFFFD] * tables])
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6) + struct.pack(
        "<IIIIIIIII", 0, tables, starts[-1], 0, 4096, starts[1], len(numbers(mini_chains)) // 512, 0xFFFFFFFE, 0)
    return (header + numbers(range(first_table, first_table + tables))).ljust(512, b"\xff")[:512] + body + table


def msg(attachments, at="", headers=True):
    """A message as Outlook saves it; an attachment is (name, bytes) or (name, streams of another message)."""
    def text(tag, value):
        return {f"{at}__substg1.0_{tag}001F": value.encode("utf-16-le")}

    streams = {f"{at}__properties_version1.0": bytes(24 if at else 32) + struct.pack("<IIQ", 0x0E060040, 6, 132_785_136_000_000_000)}
    streams |= text("0037", "R: scheda [UPR-2021-interim-S1]") | text("5D01", corpus.SENDER) | text("1000", "Prot. n. 7/2021")
    if headers:
        streams |= text("007D", f"From: {corpus.SENDER}\r\nDate: {corpus.DATE}\r\nMessage-ID: <o@x>\r\n")
    for k, (name, content) in enumerate(attachments):
        room = f"{at}__attach_version1.0_#{k:08X}/"
        streams |= {f"{room}__properties_version1.0": bytes(8), f"{room}__substg1.0_3707001F": name.encode("utf-16-le")}
        streams |= content(f"{room}__substg1.0_3701000D/") if callable(content) else {f"{room}__substg1.0_37010102": content}
    return streams


@pytest.mark.parametrize("shape", ["msg", "msg without headers", "msg in msg", "winmail", "winmail short"])
def test_outlook_s_containers_are_opened(campaign, inbox, filled, shape):
    content, name = filled["S1"], "scheda è questa.xlsx"
    made = {"msg": lambda: compound(msg([(name, content)])),
            "msg without headers": lambda: compound(msg([(name, content)], headers=False)),
            "msg in msg": lambda: compound(msg([("inoltro", lambda at: msg([(name, content)], at))])),
            "winmail": lambda: corpus.simple(tnef(("x.txt", b"x"), (name, content)), "winmail.dat", "application/ms-tnef"),
            "winmail short": lambda: corpus.simple(tnef((name, content), long_names=False), "winmail.dat")}[shape]()
    (inbox / "a.bin").write_bytes(made)
    found, became, _ = collected(campaign, inbox)
    assert became[-1] == ("return", "S1")
    assert found.taken[-1].name == ("SCHEDA~1.XLS" if shape == "winmail short" else name) and found.taken[-1].sender == corpus.SENDER
    with Register.open(campaign.folder, write=False) as register:
        arrived = register.entries("received")[0].payload["arrived"]
    assert arrived == ("2021-10-12T12:00:00Z" if shape == "msg without headers" else "2021-10-12T08:00:00Z")
    assert campaign.received_files("interim")[0].read_bytes() == content


@pytest.mark.parametrize("kind", ["msg", "tnef"])
def test_damaged_containers_end_in_a_finding_or_a_leaf(kind):
    whole = compound(msg([("a.xlsx", b"PK" * 3000)])) if kind == "msg" else tnef(("a.xlsx", b"PK" * 3000))
    for cut in range(8, len(whole), len(whole) // 60):
        for hurt in (whole[:cut], whole[:cut] + b"\xff" * 16 + whole[cut + 16:]):
            for found in unpack(Source("x", hurt)):
                assert getattr(found, "code", "MAIL14") in ("MAIL14", "MAIL11")
