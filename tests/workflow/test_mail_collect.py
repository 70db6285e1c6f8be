"""What is collected from folders, messages and archives: every return is filed, everything else is named, nothing escapes."""

import json
import os
import random
import shutil
import signal
import time
from datetime import date
from email.message import EmailMessage
from hashlib import sha256

import mail_corpus as corpus
import pytest
from text_tables import finding_lines, shown

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, board, log_lines, verify
from perfxl.model import documents
from perfxl.stages import read
from perfxl.stages.issue import fill
from perfxl.stages.mail.incoming import headers, messages, senders, spool
from perfxl.stages.mail.incoming.model import Item, Letter, Source
from perfxl.stages.mail.incoming.spool import spool_source, unpack_task
from perfxl.stages.mail.incoming.unpack import unpack
from perfxl.ui.cli import main
from perfxl.workflow import arrivals
from perfxl.workflow import collect as fetching
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.workers import processes


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    campaign = Campaign(tmp_path_factory.mktemp("collect") / "c")
    new(campaign, 2021, demo.plan(), "it")
    issue(campaign, "interim", ("S1", "S8"), "it")
    return campaign


@pytest.fixture(scope="module")
def filled(issued):
    """The workbooks of S1 and S8 as their sectors fill them in, and a second version of S1's."""
    def made(sector, percent=None):
        form = issued.issued_form("interim", sector).read_bytes()
        document = demo.returns("interim", {sector: read.read(form, "f").document})[sector]
        if percent:
            document["objectives"][0]["holding"]["reading"]["percent"] = percent
        return fill.fill(form, document)[0]

    return {"S1": made("S1"), "S8": made("S8"), "S1b": made("S1", 55)}


@pytest.fixture
def campaign(issued, tmp_path):
    shutil.copytree(issued.folder, tmp_path / "c")
    return Campaign(tmp_path / "c")


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "posta"
    folder.mkdir()
    return folder


def collected(campaign, *paths):
    fetched = fetching.collect(campaign, paths, "it")
    return fetched, [(t.became, t.sector) for t in fetched.taken], [f.code for f in fetched.findings]


def received(campaign):
    return sorted(p.name for p in (campaign.folder / "ricevute").rglob("*") if p.is_file())


@pytest.mark.parametrize("shape", corpus.SHAPES)
def test_a_return_is_filed_in_whatever_shape_it_comes(campaign, inbox, filled, shape):
    (inbox / "a.eml").write_bytes(corpus.SHAPES[shape](filled["S1"]))
    found, became, _ = collected(campaign, inbox)
    assert ("return", "S1") in became and len([b for b in became if b[0] == "return"]) == 1
    (path,) = campaign.received_files("interim")
    assert path.read_bytes() == filled["S1"]
    with Register.open(campaign.folder, write=False) as register:
        (entry,) = register.entries("received")
        assert entry.payload["origin"] == corpus.SENDER and entry.payload["path"] == campaign.relative(path)
        assert entry.payload["arrived"] == ("2021-10-12T08:00:07Z" if shape == "gmail" else "2021-10-12T08:00:00Z")
        taken = next(e for e in register.entries("taken") if e.payload["became"] == "return").payload
        assert taken["message"] == register.entries("message")[0].payload["sha256"]
        if shape != "bare":
            assert taken["protocol"] == "4521/2021 del 12/10/2021"
    names = [t.name for t in found.taken if t.became == "return"]
    assert names == [{"outlook": "scheda definitiva è questa.xlsx", "thunderbird": "scheda S1 – definitiva perché.xlsx",
                      "apple": "scheda S1.xlsx", "gateway": "part 1 (application/octet-stream)", "bare": "s.xlsx",
                      "forwarded_encoded": "scheda definitiva è questa.xlsx"}.get(shape, "scheda.xlsx")]
    assert verify(campaign.folder) == []


def test_a_picture_of_the_text_is_only_noted(campaign, inbox, filled):
    (inbox / "a.eml").write_bytes(corpus.outlook(filled["S1"]))
    _, became, codes = collected(campaign, inbox)
    assert became == [("aside", ""), ("return", "S1")] and codes == ["MAIL28"]


def test_a_reply_brings_the_filled_form_and_not_the_blank_one(campaign, inbox, filled):
    blank = campaign.issued_form("interim", "S1").read_bytes()
    (inbox / "a.eml").write_bytes(corpus.reply_with_old_below(filled["S1"], blank))
    _, became, codes = collected(campaign, inbox)
    assert sorted(became) == [("blank", "S1"), ("return", "S1")] and codes == ["MAIL24"]
    assert len(received(campaign)) == 1


def test_a_workbook_with_questions_that_comes_back_as_it_left_is_no_answer(campaign, inbox, filled):
    with Register.open(campaign.folder) as register:
        register.record_once("asked", "interim/S1/1", {"round": "interim", "sector": "S1", "number": 1, "requests": [1],
                                                       "sha256": sha256(filled["S1"]).hexdigest()})
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1"]))
    assert collected(campaign, inbox)[1:] == ([("blank", "S1")], ["MAIL24"])


@pytest.mark.parametrize("source", ["folder", "mbox", "maildir", "zip", "nested", "single"])
def test_every_kind_of_source_gives_the_same_returns(campaign, inbox, filled, source):
    one, other = corpus.gmail(filled["S1"]), corpus.thunderbird(filled["S8"])
    if source in ("folder", "single"):
        (inbox / "uno.eml").write_bytes(one)
        (inbox / "due").write_bytes(other)
    elif source == "mbox":
        (inbox / "Posta").write_bytes(corpus.mbox(one, corpus.crlf("From: a\nTo: b\nSubject: c\n\nFrom here on\n"), other))
    elif source == "maildir":
        for name in ("cur", "new", "tmp", ".Schede/cur", ".Schede/new"):
            (inbox / name).mkdir(parents=True)
        (inbox / "cur" / "1634.a:2,S").write_bytes(one)
        (inbox / ".Schede" / "new" / "1634.b").write_bytes(other)
        (inbox / "tmp" / "1634.c").write_bytes(corpus.simple(filled["S1b"]))
        (inbox / "dovecot-uidlist").write_bytes(b"3 V1\n")
    elif source == "zip":
        (inbox / "a.zip").write_bytes(corpus.zipped(("uno.eml", one), ("x/due.xlsx", filled["S8"])))
    else:
        inner = corpus.zipped(("s8.xlsx", filled["S8"]))
        (inbox / "a.bin").write_bytes(corpus.zipped(("b.zip", corpus.zipped(("c.zip", inner), ("uno.eml", one)))))
    paths = sorted(inbox.iterdir()) if source == "single" else (inbox,)
    _, became, codes = collected(campaign, *paths)
    assert sorted(became) == [("return", "S1"), ("return", "S8")]
    assert set(codes) <= {"MAIL43"}  # both are sent by S1
    assert {p.read_bytes() for p in campaign.received_files("interim")} == {filled["S1"], filled["S8"]}


def test_collecting_again_changes_nothing_and_sources_stay_as_they_were(campaign, inbox, filled):
    (inbox / "a.eml").write_bytes(corpus.outlook(filled["S1"]))
    (inbox / "b.zip").write_bytes(corpus.zipped(("a", filled["S8"]), ("b", filled["S8"])))
    before = {p.name: p.read_bytes() for p in inbox.iterdir()}
    _, became, codes = collected(campaign, inbox)
    assert became.count(("copy", "S8")) + became.count(("return", "S8")) == 2
    with Register.open(campaign.folder, write=False) as register:
        entries = register.entries()
    found, _, again = collected(campaign, inbox)
    assert all(t.known for t in found.taken) and codes and again == []
    with Register.open(campaign.folder, write=False) as register:
        assert register.entries() == entries
    assert {p.name: p.read_bytes() for p in inbox.iterdir()} == before and len(received(campaign)) == 2
    (campaign.folder / "ricevute" / "interim" / received(campaign)[0]).unlink()
    collected(campaign, inbox)
    assert len(received(campaign)) == 1  # what the controller took away does not come back by itself


def test_two_versions_and_a_copy_come_from_two_messages(campaign, inbox, filled, capsys):
    (inbox / "a.eml").write_bytes(corpus.gmail(filled["S1"]))
    (inbox / "b.eml").write_bytes(corpus.apple(filled["S1b"]).replace(b"4521/2021 del 12/10/2021", b"12/2021"))
    (inbox / "c.eml").write_bytes(corpus.thunderbird(filled["S1"]))
    _, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1"), ("return", "S1"), ("copy", "S1")] and codes == ["MAIL25"]
    with Register.open(campaign.folder, write=False) as register:
        row = next(r for r in board(register, campaign, plan=demo.plan(), round="interim",
                                    today=date(2021, 10, 20)).rows if r.sector == "S1")
        assert "protocollo 4521/2021 del 12/10/2021" in "\n".join(log_lines(register, "it"))
    assert (row.state, row.versions) == ("received", 2)  # before any consolidation
    assert row.protocol == "4521/2021 del 12/10/2021, 12/2021"  # the copy came last
    assert main(["status", str(campaign.folder), "--round", "interim"]) == 0
    assert "prot. 4521/2021 del 12/10/2021, 12/2021" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "code"), [
    (b"%PDF-1.4 stampa", "MAIL20"), (b"\xff\xd8\xff\xe0foto", "MAIL20"), (b"", "MAIL20"), (b"ciao", "MAIL20"),
    (b"MZ\x90\x00", "MAIL20"), (bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 600, "FILE03")])
def test_what_is_no_form_is_named_and_kept(campaign, inbox, content, code):
    (inbox / "a.eml").write_bytes(corpus.simple(content, "cosa.dat"))
    found, became, codes = collected(campaign, inbox)
    assert became == [("aside", "")] and codes == [code]
    assert finding_lines(found.findings, "code | file") == [f"{code} | posta/a.eml › cosa.dat"]
    with Register.open(campaign.folder, write=False) as register:
        (entry,) = register.entries("taken")
        assert register.store.get(entry.payload["sha256"]) == content and entry.payload["code"] == code
    assert received(campaign) == []


def reissued(filled, **changes):
    """A workbook of another campaign: its identity changed everywhere it stands."""
    import io
    import zipfile
    from dataclasses import replace

    known = read.read(filled, "f").identity
    other = replace(known, **changes).token
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        return corpus.zipped(*((n, archive.read(n).replace(known.token.encode(), other.encode())) for n in archive.namelist()))


@pytest.mark.parametrize(("changes", "code"), [
    ({"year": 2020}, "MAIL21"), ({"body": "ALTRO"}, "MAIL21"), ({"sector": "Z9"}, "MAIL22"), ({"round": "final"}, "MAIL23")])
def test_a_form_of_another_year_body_or_round_is_set_aside(campaign, inbox, filled, changes, code):
    (inbox / "a.eml").write_bytes(corpus.simple(reissued(filled["S8"], **changes)))
    _, became, codes = collected(campaign, inbox)
    assert became == [("aside", "")] and codes == [code] and received(campaign) == []


@pytest.mark.parametrize(("sender", "code"), [
    ("affari.generali@robinie.example", None), ("m.olmeggi@robinie.example", None), ("marta@gmail.example", "MAIL26"),
    ("affari.generali@rоbinie.example", "MAIL27"), ("affari.generali@robinle.example", "MAIL27"),
    ("affari.generali@robinie.example.truffa.example", "MAIL27"), ("affari.generali@robin1e.example", "MAIL27"),
    ("affari.generali@" + "rоbinie".encode("idna").decode() + ".example", "MAIL27"), ("affari.generali@robbinie.example", "MAIL27"),
    ("bilancio@robinie.example", "MAIL43"), ("Settore 3 <BILANCIO@robinie.example>", "MAIL43"),
    ("a@truffa.example\nFrom: affari.generali@robinie.example", "MAIL44"), ("affari.generali@robinie.example\nFrom: a@truffa.example", "MAIL44"),
    ("affari.generali@robinie.example, a@truffa.example", "MAIL44"), ("Uno <affari.generali@robinie.example> <a@truffa.example>", "MAIL44"),
    ('"affari.generali@robinie.example" <a@truffa.example>', "MAIL26"), ("affari.generali@robinie.example <a@truffa.example>", "MAIL26"),
    ("=?utf-8?q?=3Caffari.generali=40robinie.example=3E?= <a@truffa.example>", "MAIL26"),
    ("(affari.generali@robinie.example) a@truffa.example", "MAIL26"), ("=?utf-8?q?Anna_=3Caffari.generali=40robinie.example=3E?=", None),
    ('"Generali, Affari (S1)" <affari.generali@robinie.example>', None), ("affari.generali@robinie.example (Anna)", None),
    ("affari.generali@robinie.example\nSender: a@truffa.example", "MAIL26"), ("affari.generali@robinie.example\nSender: segreteria@robinie.example", None),
    ("affari.generali@robinie.example\nResent-From: a@truffa.example", "MAIL26"), ("affari.generali@robinie.example\nResent-From: protocollo@robinie.example", None),
    ("affari.generali@robinie.example\nResent-Sender: p@robinle.example", "MAIL27"), ("a@truffa.example\nSender: affari.generali@robinie.example", "MAIL26"),
    ("a@truffa.example\nResent-From: affari.generali@robinie.example", "MAIL26"), ("Settori: affari.generali@robinie.example, a@truffa.example;", "MAIL44"),
    ("affari.generali@robinie.example,\n a@truffa.example", "MAIL44"), ("a@truffa.example (S1 (affari.generali@robinie.example))", "MAIL26"),
    ("=?utf-8?b?YWZmYXJpLmdlbmVyYWxpQHJvYmluaWUuZXhhbXBsZQ==?= <a@truffa.example>", "MAIL26"),
    ("affari.generali@robinie.example\nFrom: =?utf-8?q?S1?= <a@truffa.example>", "MAIL44"),
    ("affari.generali@robinie.example\nX-Trasporto: posta-certificata\nFrom: a@truffa.example", "MAIL44")])
def test_who_sent_a_form_is_looked_at(campaign, inbox, filled, sender, code):
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1"], sender=sender))
    found, became, codes = collected(campaign, inbox)
    assert became == [("return", "S1")] and codes == ([code] if code else [])
    named = {"MAIL43": "indirizzo del settore S3", "MAIL44": "a@truffa.example"}.get(code, "")
    assert all(named in finding.message("it") for finding in found.findings)


def test_a_form_under_another_sector_s_reference_is_doubted(campaign, inbox, filled):
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1"], subject="R: [UPR-2021-interim-S8]"))
    assert collected(campaign, inbox)[2] == ["MAIL29"]


HOSTILE_NAMES = ["../../../etc/cron.d/x.xlsx", "/etc/passwd", "C:\\Windows\\win.ini", "CON", "nul.xlsx", "a\x00b.xlsx", "x" * 5000 + ".xlsx",
                 "..", ".", "~$scheda.xlsx", "registro.sqlite", "piano.xlsx", "\u202excod.exe", "a\r\nBcc: b@c.it", "aux:stream"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_decides_where_a_byte_is_written(campaign, inbox, filled, name):
    root = campaign.folder.parent
    (inbox / "a.zip").write_bytes(corpus.zipped((name, filled["S1"])))
    (inbox / "b.eml").write_bytes(corpus.simple(filled["S8"], name.replace("\x00", "").replace('"', "").replace("\r\n", " ")))
    outside = {p for p in root.rglob("*") if campaign.folder not in p.parents}
    plan = campaign.plan.read_bytes()
    _, became, _ = collected(campaign, inbox)
    assert sorted(became) == [("return", "S1"), ("return", "S8")]
    assert {p for p in root.rglob("*") if campaign.folder not in p.parents} == outside and campaign.plan.read_bytes() == plan
    names = received(campaign)
    assert [n[:3] for n in names] == ["S1-", "S8-"] and all(len(n) == 3 + 16 + 5 for n in names)


def test_duplicate_names_in_one_archive_are_both_taken(campaign, inbox, filled):
    (inbox / "a.zip").write_bytes(corpus.zipped(("s.xlsx", filled["S1"]), ("s.xlsx", filled["S1b"])))
    assert collected(campaign, inbox)[1] == [("return", "S1"), ("return", "S1")]


def deep_message(depth):
    text = corpus.heads('multipart/mixed; boundary="b0"')
    for k in range(depth):
        text += f'--b{k}\nContent-Type: multipart/mixed; boundary="b{k + 1}"\n\n'
    return corpus.crlf(text)


def deep_forwards(depth):
    return b"Subject: x\nFrom: a@b.it\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * depth


def deep_zip(depth, content=b"x"):
    for _ in range(depth):
        content = corpus.zipped(("a.zip", content))
    return content


def wide_zip():
    """42.zip in small: a thousand copies of 16 MB of nothing."""
    inner = corpus.zipped(("0", b"\0" * (16 << 20)))
    return corpus.zipped(*((f"{k}.zip", inner) for k in range(100)))


BOMBS = {"multipart": lambda: deep_message(5_000), "forwards": lambda: deep_forwards(20_000),
         "some forwards": lambda: deep_forwards(100), "zips": lambda: deep_zip(60), "wide": wide_zip,
         "flat": lambda: corpus.zipped(("a", b"\0" * (200 << 20))), "many": lambda: corpus.zipped(*((f"{k}", b"x") for k in range(3_000))),
         "parts": lambda: corpus.crlf(corpus.heads('multipart/mixed; boundary="b"') + "--b\n\nx\n" * 1 + corpus.part(
             "Content-Type: image/gif", "x") * 5_000)}


def killer(task, store):
    """Takes sources apart, but does to its process what they ask for."""
    content = task.path.read_bytes()
    if b"X-Do: die" in content:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"X-Do: hang" in content:
        time.sleep(600)
    if b"X-Do: eat" in content:
        bytearray(1 << 30)
    return unpack_task(task, store)


def test_a_message_that_ends_whoever_opens_it_takes_nothing_with_it(campaign, inbox, filled, monkeypatch):
    monkeypatch.setattr(spool, "unpack_task", killer)
    monkeypatch.setattr(processes, "TIME_LIMIT", 6.0)
    for what in ("die", "hang", "eat"):
        (inbox / f"{what}.eml").write_bytes(f"X-Do: {what}\r\n".encode() + corpus.simple(filled["S1"]))
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S8"]))
    found, became, codes = collected(campaign, inbox)
    assert became.count(("return", "S8")) == 1 and became.count(("aside", "")) == 3
    lost = {f.place.file: f.message("it") for f in found.findings if f.code == "MAIL15"}
    assert list(lost) == ["posta/die.eml", "posta/eat.eml", "posta/hang.eml"]
    assert all(word in text for word, text in zip(("interrott", "512 MB", "6 secondi"), lost.values(), strict=True))
    with Register.open(campaign.folder, write=False) as register:
        (entry,) = (e.payload for e in register.entries("taken") if "die" in e.payload["name"])
        assert register.store.get(entry["sha256"]) == (inbox / "die.eml").read_bytes()
    assert collected(campaign, inbox)[2] == [] and verify(campaign.folder) == []


def test_progress_tells_of_each_message_when_it_is_done(campaign, inbox, monkeypatch):
    for number in range(3):
        (inbox / f"{number}.eml").write_bytes(corpus.simple(b"x" * number))
    events, put = [], arrivals.Arrivals._kept
    monkeypatch.setattr(arrivals.Arrivals, "_kept", lambda self, *a: events.append("kept") or put(self, *a))

    def progress(items, label, total):
        for item in items:
            events.append((label, total))
            yield item

    fetching.collect(campaign, [inbox], "it", progress)
    assert events == [("Raccolta della posta", 3), "kept"] * 3


def test_messages_wait_on_disk_and_not_in_memory(campaign, inbox, monkeypatch):
    """Fifty are sorted together: their bytes stand in a folder that is gone in the end."""
    for number in range(4):
        (inbox / f"{number}.eml").write_bytes(corpus.simple(b"x" * number))
    folders = set()
    monkeypatch.setattr(spool, "spool_source", lambda source, folder, number: folders.add(folder) or spool_source(source, folder, number))
    monkeypatch.setattr(fetching, "TOGETHER", 2)
    assert collected(campaign, inbox)[0].looked == 4 and len(folders) == 3 - 1 and not any(f.exists() for f in folders)


def test_a_message_without_attachment_is_kept_and_named_once(campaign, inbox):
    letter = corpus.crlf(corpus.heads("text/plain; charset=utf-8", subject="R: scheda") + "La scheda arriva domani. Prot. n. 12/2021\n")
    (inbox / "a.eml").write_bytes(letter)
    (inbox / "b.zip").write_bytes(corpus.zipped(("uno.eml", letter.replace(b"domani", b"oggi")), ("due.eml", letter)))
    found, became, codes = collected(campaign, inbox)
    assert became == [("aside", "")] * 3 and codes == ["MAIL42"] * 3 and found.taken[0].protocol == "12/2021"
    first, *_ = found.findings
    told = first.message("it")
    assert "La scheda arriva domani. Prot. n. 12/2021" in told and "un messaggio senza allegati di affari.generali@robinie.example" in told
    assert first.severity == "warning" and "(monitoraggio)" in told  # its sector is awaited
    with Register.open(campaign.folder, write=False) as register:
        kept = register.entries("message")[0].payload
        assert register.store.get(kept["sha256"]) == letter and kept["text"].startswith("La scheda arriva domani")
    assert collected(campaign, inbox)[2] == [] and verify(campaign.folder) == []


@pytest.mark.parametrize(("heads", "code"), [
    ({}, "MAIL42"), ({"sender": "boh@x.it"}, "MAIL42"), ({"sender": "boh@x.it", "subject": "offerta"}, None),
    ({"sender": "boh@x.it", "subject": "R: [UPR-2021-interim-S9]"}, "MAIL37"),
    ({"sender": "boh@x.it", "subject": "R: offerta", "more": "In-Reply-To: <perfxl.UPR-2021-interim-S1.form.1@robinie.example>\n"}, "MAIL42"),
    ({"sender": "affari.generali@robin1e.example", "subject": "ciao"}, "MAIL37"), ({"subject": "ciao"}, "MAIL42"),
    ({"sender": "imprese@robinie.example", "subject": "ciao"}, "MAIL37"), ({"sender": "mensa@robinie.example", "subject": "menù"}, None)])
def test_only_letters_of_the_campaign_are_kept(campaign, inbox, heads, code):
    picture = "Content-Type: image/png\nContent-ID: <a>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64"
    (inbox / "a.eml").write_bytes(corpus.crlf(corpus.heads("text/plain", **heads) + "testo"))
    (inbox / "b.eml").write_bytes(corpus.crlf(corpus.heads("multipart/related; boundary=b", **heads) + corpus.text_part()
                                              + corpus.part(picture, corpus.b64(b"stemma")) + "--b--"))
    found, _, codes = collected(campaign, inbox)
    assert sorted(codes) == (["MAIL28", code, code] if code else []) and found.looked == 2
    if code:  # a message that carries something is not told as one that carries nothing
        first, second = (f.message("it") for f in found.findings if f.code == code)
        assert "senza allegati" in first and "senza allegati" not in second and "soltanto image/png" in second
    with Register.open(campaign.folder, write=False) as register:
        assert len(register.entries("message")) == 2 * bool(code)


def _many(*files, subject="Tutti i file") -> bytes:
    """A message of the sender of ``corpus`` with ``files`` (name, content)."""
    letter = EmailMessage()
    letter["From"], letter["Subject"] = corpus.SENDER, subject
    letter.set_content("In allegato.")
    for name, content in files:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(letter)


def test_what_one_message_or_archive_brings_beside_a_form_has_one_row_and_one_finding_and_is_kept_whole(campaign, inbox, filled, capsys):
    many = [f"foto{n}.bin" for n in range(30)]
    (inbox / "molte.eml").write_bytes(_many(*((name, name.encode()) for name in many), ("S1.xlsx", filled["S1"])))
    (inbox / "poche.eml").write_bytes(_many(*((f"atto{n}.bin", b"%d" % n) for n in range(3)), subject="Altro"))
    (inbox / "archivio.zip").write_bytes(corpus.zipped(*((f"a/carta{n}.txt", b"carta %d" % n) for n in range(12))))
    (inbox / "dentro.eml").write_bytes(_many(("carte.zip", corpus.zipped(*((f"foglio{n}.txt", b"foglio %d" % n) for n in range(8)))), subject="Dentro"))
    assert main(["collect", str(campaign.folder), str(inbox)]) == 1
    said = capsys.readouterr()
    rows = [line.split("\t")[:4:3] for line in said.out.splitlines()]
    assert ["foto0.bin, foto1.bin, foto2.bin e altri 27", "messi da parte: 30"] in rows and ["a/carta0.txt, a/carta1.txt, a/carta2.txt e altri 9", "messi da parte: 12"] in rows
    assert ["foglio0.txt, foglio1.txt, foglio2.txt e altri 5", "messi da parte: 8"] in rows and [r[0] for r in rows if r[1:] == ["messo da parte"]] == ["atto0.bin", "atto1.bin", "atto2.bin"]
    assert sum(r[0] == "S1.xlsx" for r in rows) == 1 and "Altri file messi da parte: 41." in said.out and "Messi da parte: 53." in said.out
    assert [line.split(":")[1].partition(" › ")[0] for line in said.err.splitlines() if line.startswith("MAIL20")].count(" posta/molte.eml") == 1
    assert "Lo stesso in altri 29 file: foto1.bin, foto10.bin" in said.err
    with Register.open(campaign.folder, write=False) as register:
        assert {e.payload["name"] for e in register.entries("taken")} >= {*many, *(f"a/carta{n}.txt" for n in range(12)), *(f"foglio{n}.txt" for n in range(8))}


def test_a_message_of_nobody_stands_in_the_log(campaign, inbox, capsys):
    (inbox / "a.eml").write_bytes(b"To: x@y.it\r\nSubject: [UPR-2021-interim-S1]\r\nMIME-Version: 1.0\r\n\r\nciao\r\n")
    assert collected(campaign, inbox)[2] == ["MAIL42"]
    assert main(["log", str(campaign.folder)]) == 0 and "Raccolto un messaggio" in capsys.readouterr().out


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_put_out_in_bounded_time_and_said(campaign, inbox, filled, bomb):
    (inbox / "a.eml").write_bytes(BOMBS[bomb]())
    (inbox / "b.eml").write_bytes(corpus.simple(filled["S1"]))
    began = time.monotonic()
    _, became, codes = collected(campaign, inbox)
    assert time.monotonic() - began < 40 and "MAIL11" in codes
    assert ("return", "S1") in became and ("aside", "") in became  # the next message is none the worse, the bomb is kept


ODD = {
    "header": lambda: corpus.crlf(corpus.heads("text/plain", subject="=?utf-8?B?" + "A" * 3_000_000) + "x"),
    "addresses": lambda: corpus.crlf(corpus.heads("text/plain", sender="(" * 200_000 + "a@b" + ")" * 200_000) + "x"),
    "parameters": lambda: corpus.crlf(corpus.heads("text/plain; " + "a*0=b;" * 200_000) + "x"),
    "name": lambda: corpus.simple(b"x", "a;" * 100_000),
    "deep": lambda: deep_message(150),
    "no end": lambda: corpus.simple(b"x")[:-10],
    "charset": lambda: corpus.crlf(corpus.heads("text/plain; charset=boh") + "x"),
    "encoded word": lambda: corpus.crlf(corpus.heads("text/plain", subject="=?boh?Q?=ZZ?= =?utf-8?X?a?=") + "x"),
    "external": lambda: corpus.crlf(corpus.heads('message/external-body; access-type=URL; URL="http://a.example/x"') + "Content-Type: a/b\n\nx"),
    "no boundary": lambda: corpus.crlf(corpus.heads("multipart/mixed") + "--b\n\nx"),
    "base64": lambda: corpus.crlf(corpus.heads("application/pdf", more="Content-Transfer-Encoding: base64\n") + "@@@@=A\n=="),
    "date": lambda: corpus.simple(b"x", date="Tue, 99 Abc 99999 99:99:99 +9999"),
    "html": lambda: corpus.crlf(corpus.heads("text/html") + "<" * 500_000),
    "styles": lambda: corpus.crlf(corpus.heads("text/html") + "<style " * 20_000 + "</script>"),
    "protocol": lambda: corpus.crlf(corpus.heads("text/plain") + "prot " * 200_000),
    "protocol and blanks": lambda: corpus.crlf(corpus.heads("text/plain") + "prot. n." + " " * 30_000 + "prot." + "a." * 30_000),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_messages_are_read_without_falling_and_at_once(odd):
    began = time.process_time()
    found = list(unpack(Source("m", ODD[odd]())))
    assert time.process_time() - began < 2
    assert all(isinstance(f, Item | Letter) or f.code in ("MAIL11", "MAIL14") for f in found)


LONG = bytes(range(256)) * 1_200  # longer than what is parsed as it stands


@pytest.mark.parametrize("ends", ["crlf", "lf"])
@pytest.mark.parametrize("shape", corpus.SHAPES)
def test_a_long_attachment_is_whole_in_whatever_shape_it_comes(shape, ends):
    message = corpus.SHAPES[shape](LONG)
    message = message.replace(b"\r\n", b"\n") if ends == "lf" else message
    assert [i.content for i in unpack(Source("m", message)) if not i.inline] == [LONG]
    assert max(map(len, messages._lifted(message)[0].splitlines())) < 2_000 < len(messages._lifted(message)[0]) < len(message) - 100_000


def test_what_is_kept_out_of_the_parsing_comes_back_where_it_stood():
    run = b"QUJD" * 19 + b"\r\n"
    head = corpus.crlf(corpus.heads(corpus.OCTETS))
    for message in (head + b"\0perfxl 0\0\r\n" + run * 3_000, head + run * 1_000 + b"\r\n\r\n" + run * 3_000 + b"- end",
                    head.replace(b"MIME", b"X-Long: " + b"A" * 300_000 + b"\r\nMIME") + run * 3_000, head + b"A" * 300_000,
                    head[:-2] + b"X: " + b"B" * 200_000 + b"\r\n\r\n" + run * 3_000):
        assert [i.content for i in unpack(Source("m", message))] == [message.partition(b"\r\n\r\n")[2]]
    cut = corpus.simple(LONG).replace(b"\r\n--b--\r\n", b"")[:-3]
    assert LONG.startswith(unpack(Source("m", cut))[0].content[:-10])


def test_a_big_attachment_ends_in_a_finding_within_bounds(tmp_path, campaign, inbox, filled):
    import subprocess
    import sys

    (inbox / "a.eml").write_bytes(corpus.simple(random.Random(50).randbytes(50 << 20), "video.xlsx"))
    (inbox / "b.eml").write_bytes(corpus.simple(filled["S1"]))
    code = ("import json, sys\nfrom pathlib import Path\nfrom perfxl.workflow import collect as fetching\nfrom perfxl.campaign import Campaign\n"
            "found = fetching.collect(Campaign(Path(sys.argv[1])), [Path(sys.argv[2])], 'it')\n"
            "print(json.dumps([[t.became for t in found.taken], [f.code for f in found.findings],"
            " int(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])]))")
    began = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", code, str(campaign.folder), str(inbox)], capture_output=True, text=True, check=True)
    became, codes, peak = json.loads(ran.stdout)
    assert became == ["aside", "return"] and len(codes) == 1
    assert time.monotonic() - began < 60 and peak < 512 << 10, peak  # KB


@pytest.mark.parametrize(("text", "number"), [
    ("Prot. n. 1234/2021", "1234/2021"), ("protocollo N° 77 del 3/4/2021", "77 del 3/4/2021"), ("Prot. gen. n. 12-2021", "12-2021"),
    ("PROT.UPR/00123", "UPR/00123"), ("Prot. Gen. 2021/0001234", "2021/0001234"), ("Prot. E 12345/2021.", "E 12345/2021"),
    ("Protocollo in entrata n. 5 del 12/10/2021", "5 del 12/10/2021"), ("Protocollo d’intesa del 12/10/2021", ""),
    ("prot. m_ps.AOOUPR.REGISTRO UFFICIALE.U.0012345.12-10-2021", "m_ps.AOOUPR.REGISTRO UFFICIALE.U.0012345.12-10-2021"), ("protezione 55", ""), ("prot civile", ""), ("protocollo nr. 5", "5")])
def test_protocol_numbers_are_found(text, number):
    assert headers.protocol(text) == number


def test_the_text_of_a_page_is_what_people_read():
    page = corpus.crlf(corpus.heads("text/html; charset=utf-8") + "<html><style>p {}</style><p>La scheda &egrave;</p><SCRIPT>x()</Script><br>pronta")
    assert " ".join(unpack(Source("m", page))[0].envelope.text.split()) == "La scheda è pronta"


def test_addresses_far_from_any_known_are_just_elsewhere():
    assert senders.classify_sender("a@b.it", ()) == "known"
    assert senders.classify_sender("", ("a@b.it",)) == "elsewhere"
    assert senders.classify_sender("x@pec.b.it", ("a@b.it",)) == "house" and senders.classify_sender("x@ab.it", ("a@b.it",)) == "elsewhere"
    assert senders.classify_sender("x@gmail.com", ("anna@gmail.com",)) == "elsewhere"  # anybody may have an address there
    assert senders.classify_sender("ann\u0430@gmail.com", ("anna@gmail.com",)) == "alike"
    assert senders.classify_sender("x@c.it", ("a@b.it",)) == "elsewhere"  # short names are not one letter off


def test_locked_files_of_an_archive_are_named(campaign, inbox, filled):
    packed = bytearray(corpus.zipped(("segreto.xlsx", filled["S1"])))
    for at in (6, packed.find(b"PK\x01\x02") + 8):
        packed[at] |= 1
    (inbox / "a.zip").write_bytes(packed)
    found, _, codes = collected(campaign, inbox)
    finding, = found.findings
    assert codes == ["MAIL13"] and "password" in finding.message("it")
    assert collected(campaign, inbox)[1:] == ([("aside", "")], [])


def test_links_and_hidden_files_of_a_folder_are_left_alone(campaign, inbox, filled, tmp_path):
    (tmp_path / "fuori.xlsx").write_bytes(filled["S1"])
    (inbox / "link.xlsx").symlink_to(tmp_path / "fuori.xlsx")
    (inbox / "dir").symlink_to(tmp_path)
    (inbox / ".nascosto.xlsx").write_bytes(filled["S1"])
    (inbox / "~$s.xlsx").write_bytes(filled["S1"])
    assert collected(campaign, inbox)[1] == []


def test_the_command_tells_in_words_and_in_data_and_knows_the_folder_of_arrivals(campaign, filled, capsys):
    arguments = ["collect", str(campaign.folder)]
    assert main(arguments) == 2 and "in arrivo" in capsys.readouterr().err
    documents.write_bytes(campaign.folder / "in arrivo" / "a.eml", corpus.simple(filled["S1"]))
    documents.write_bytes(campaign.folder / "in arrivo" / "foto.jpg", b"\xff\xd8\xff\xe0foto")
    assert main([*arguments, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [t["became"] for t in document["taken"]] == ["return", "aside"] and shown(document["findings"], "code") == ["MAIL20"]
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert "Già raccolte: 2" in captured.out and captured.err == ""
    documents.write_bytes(campaign.folder / "in arrivo" / "b.eml", corpus.simple(filled["S8"]))
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert "S8-" in captured.out and "4521/2021 del 12/10/2021" in captured.out and "S1-" not in captured.out
    assert "MAIL43" in captured.err and "foto.jpg" not in captured.err
    assert main([*arguments, "non-esiste"]) == 2
