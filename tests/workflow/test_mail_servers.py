"""Sending and collecting through real servers, over TLS: aiosmtpd and Dovecot on loopback."""

import imaplib
import ssl
from datetime import date
from email import message_from_bytes, policy

import mail_corpus as corpus
import mail_servers
import pytest
from mail_servers import PASSWORD, USER
from test_mail_collect import campaign, filled, inbox, issued  # noqa: F401 - fixtures
from test_mail_send import replan, states

from perfxl.campaign.register import Register, verify
from perfxl.stages.mail import imap
from perfxl.stages.mail.imap import encoded
from perfxl.stages.mail.incoming.imap import mailbox
from perfxl.stages.mail.settings import Server, Unusable
from perfxl.workflow import collect as fetching
from perfxl.workflow import send as posting
from perfxl.workflow.remind import remind
from perfxl.workflow.running import CannotRun


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return mail_servers.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def box(authority):
    with mail_servers.dovecot(authority) as (port, maildir):
        yield port, maildir


@pytest.fixture(autouse=True)
def passwords(monkeypatch, authority):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    monkeypatch.setenv("PERFXL_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("PERFXL_IMAP_PASSWORD", PASSWORD)


def session(authority, port):
    made = imaplib.IMAP4_SSL("localhost", port, ssl_context=ssl.create_default_context(cafile=str(authority.ca)))
    made.login(USER, PASSWORD)
    return made


def deliver(authority, port, folder, *messages):
    """Put messages into a folder of the mailbox, unseen."""
    own = session(authority, port)
    own.create(encoded(folder))
    for message in messages:
        assert own.append(encoded(folder), None, '"13-Oct-2021 08:15:00 +0200"', message)[0] == "OK"
    own.logout()


def flags(authority, port, folder):
    own = session(authority, port)
    own.select(encoded(folder), readonly=True)
    _, found = own.fetch("1:*", "(UID FLAGS)")
    own.logout()
    return found


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_messages_leave_over_smtp_with_tls_and_once(campaign, authority, security):
    with mail_servers.smtp(authority, security == "starttls") as (kept, port):
        replan(campaign, mail={"way": "smtp", "smtp_host": "localhost", "smtp_port": port, "smtp_security": security,
                               "copies": ["nucleo@robinie.example"]})
        kept.refused = {"territorio@robinie.example", "nucleo@robinie.example"}
        post = posting.send_forms(campaign, "interim", ("S1",), "it")
        assert states(post) == {"S1": "sent"} and [f.code for f in post.findings] == ["MAIL04"]
        kept.refused = {"territorio@robinie.example"}
        post = posting.send_forms(campaign, "interim", (), "it")
        assert states(post) == {"S1": "already", "S8": "sent"} and [f.code for f in post.findings] == ["MAIL04"]
        assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "already", "S8": "already"}
        for _ in range(2):
            assert states(posting.send_forms(campaign, "interim", ("S1",), "it", again=True)) == {"S1": "sent"}
    own = [message_from_bytes(content)["Message-ID"] for _, _, content in kept.messages]
    assert len(set(own)) == len(own) == 4  # a server drops what has an identifier it has seen
    del kept.messages[2:]
    (sender, receivers, content), (_, others, _) = kept.messages
    made = message_from_bytes(content, policy=policy.default)
    assert (sender, receivers, others) == (USER, ["affari.generali@robinie.example"], ["nucleo@robinie.example"])
    assert made["Date"] and made["X-Unsent"] is None and made["Message-ID"].startswith("<perfxl.UPR-2021-interim-S1.form.")
    assert [a.get_content() for a in made.iter_attachments()] == [campaign.issued_form("interim", "S1").read_bytes()]
    assert PASSWORD.encode() not in b"".join(p.read_bytes() for p in campaign.folder.rglob("*") if p.is_file())


def test_a_message_nobody_takes_is_said_and_can_leave_later(campaign, authority):
    with mail_servers.smtp(authority) as (kept, port):
        replan(campaign, mail={"way": "smtp", "smtp_host": "localhost", "smtp_port": port})
        kept.refused = {"territorio@robinie.example"}
        post = posting.send_forms(campaign, "interim", ("S8",), "it")
        assert states(post) == {"S8": "failed"} and [f.code for f in post.findings] == ["MAIL05"]
        finding, = post.findings
        assert "no such user" in finding.message("it")
        kept.refused = set()
        assert states(posting.send_forms(campaign, "interim", ("S8",), "it")) == {"S8": "sent"}


@pytest.mark.parametrize("fault", ["authority", "password", "port", "name"])
def test_nothing_leaves_to_a_server_that_cannot_be_trusted(campaign, authority, monkeypatch, fault):
    with mail_servers.smtp(authority) as (kept, port):
        mail = {"way": "smtp", "smtp_host": "localhost", "smtp_port": port}
        if fault == "authority":
            monkeypatch.setenv("SSL_CERT_FILE", str(authority.key))
        elif fault == "password":
            monkeypatch.setenv("PERFXL_SMTP_PASSWORD", "sbagliata")
        elif fault == "port":
            mail["smtp_port"] = mail_servers.free_port()
        else:
            mail["smtp_host"] = "127.0.0.2"  # not a name of the certificate
        replan(campaign, mail=mail)
        with pytest.raises(CannotRun) as problem:
            posting.send_forms(campaign, "interim", ("S1",), "it")
        assert USER in str(problem.value) and "sbagliata" not in str(problem.value) and kept.messages == []
    with Register.open(campaign.folder, write=False) as register:
        assert register.entries("sent") == []


def move(authority, port, draft, folder, *, remade=False):
    """Send a draft as a mail program does: it goes into the folder of what was sent, perhaps with another identifier."""
    own = session(authority, port)
    own.select(encoded("Bozze è & così"))
    _, found = own.search(None, "HEADER", "Message-ID", draft)
    number = found[0].split()[-1]
    _, parts = own.fetch(number, "(BODY.PEEK[])")
    content = parts[0][1].replace(draft.encode(), b"<altro@robinie.example>") if remade else parts[0][1]
    own.create(encoded(folder))
    assert own.append(encoded(folder), None, None, content)[0] == "OK"
    own.store(number, "+FLAGS", "\\Deleted")
    own.expunge()
    own.logout()


@pytest.mark.parametrize(("remade", "sent"), [(False, "Posta inviata"), (True, "Archivio.elementi INVIATI")])
def test_drafts_are_put_into_the_mailbox_and_looked_at(campaign, authority, box, remade, sent):
    port, _ = box
    replan(campaign, mail={"way": "imap", "imap_host": "localhost", "imap_port": port, "imap_drafts": "Bozze è & così"})
    post = posting.send_forms(campaign, "interim", (), "it")
    assert states(post) == {"S1": "drafted", "S8": "drafted"} and post.box == (USER, "Bozze è & così")
    assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "waiting", "S8": "waiting"}
    own = session(authority, port)
    own.select(encoded("Bozze è & così"), readonly=True)
    _, found = own.fetch("1:*", "(FLAGS BODY.PEEK[])")
    own.logout()
    drafts = [p for p in found if isinstance(p, tuple)]
    assert len(drafts) >= 2 and all(b"\\Draft" in p[0] for p in drafts)
    made = message_from_bytes(drafts[-2][1], policy=policy.default)
    assert made["Subject"].endswith("[UPR-2021-interim-S1]")
    move(authority, port, post.messages[0].outgoing.message_id, sent, remade=remade)
    reminded = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))
    assert states(reminded) == {"S1": "drafted"} and [(f.code, f.values["sectors"]) for f in reminded.findings] == [("MAIL07", "S8")]
    again = remind(campaign, "interim", sectors=(), language="it",
                           today=date(2021, 10, 19))  # the reminder of the day before is still there
    assert states(again) == {"S1": "waiting"}
    with Register.open(campaign.folder, write=False) as register:
        assert [e.payload["by"] for e in register.entries("sent", state="sent")] == ["mailbox"]
    assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "already", "S8": "waiting"}
    move(authority, port, post.messages[1].outgoing.message_id, "Cestino")
    posting.send_forms(campaign, "interim", (), "it", again=False)
    assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "already", "S8": "waiting"}  # thrown away is not sent
    own = session(authority, port)
    own.delete(encoded("Bozze è & così")), own.delete(encoded(sent))
    own.logout()


def test_a_mailbox_is_collected_without_a_trace_and_taken_up_again(campaign, authority, box, filled):
    port, maildir = box
    folder = "Schede.2021 è"
    replan(campaign, mail={"imap_host": "localhost", "imap_port": port, "imap_folder": folder})
    deliver(authority, port, folder, corpus.outlook(filled["S1"]), corpus.crlf(corpus.heads("text/plain") + "ciao"))
    before, files = flags(authority, port, folder), sorted(p.name for p in maildir.rglob("*:2,*"))
    fetched = fetching.collect(campaign, (), "it")
    assert [(t.became, t.sector) for t in fetched.taken] == [("aside", ""), ("return", "S1"), ("aside", "")] and fetched.looked == 2
    assert [f.code for f in fetched.findings] == ["MAIL28", "MAIL37"]
    assert flags(authority, port, folder) == before and sorted(p.name for p in maildir.rglob("*:2,*")) == files
    assert b"\\Seen" not in b"".join(before)
    with Register.open(campaign.folder, write=False) as register:
        assert register.entries("received")[0].payload["arrived"] == "2021-10-13T06:15:00Z"  # what the mailbox says
        assert register.entries("mailbox")[0].payload["uid"] == 2
    assert fetching.collect(campaign, (), "it").looked == 0
    deliver(authority, port, folder, corpus.thunderbird(filled["S8"]))
    again = fetching.collect(campaign, (), "it")
    assert [(t.became, t.sector) for t in again.taken] == [("return", "S8")] and again.looked == 1
    own = session(authority, port)  # the folder made anew: its messages have other numbers
    own.delete(encoded(folder))
    own.logout()
    deliver(authority, port, folder, corpus.thunderbird(filled["S1b"]))
    assert [t.became for t in fetching.collect(campaign, (), "it").taken] == ["return"]
    assert verify(campaign.folder) == []


def test_a_folder_or_a_mailbox_that_is_not_there_is_said(campaign, authority, box, monkeypatch):
    port, _ = box
    replan(campaign, mail={"imap_host": "localhost", "imap_port": port, "imap_folder": "Non c’è"})
    with pytest.raises(CannotRun, match="Non c’è"):
        fetching.collect(campaign, (), "it")
    monkeypatch.setenv("PERFXL_IMAP_PASSWORD", "sbagliata")
    with pytest.raises(CannotRun, match="imap:performance@robinie.example@localhost"):
        fetching.collect(campaign, (), "it")


def endless(piece, pause=0.0):
    """Goes on for ever, fast or drop by drop."""
    def speak(connection, tag):
        import time

        while True:
            connection.sendall(piece)
            time.sleep(pause)
    return speak


SIZE = b"* 1 FETCH (UID 7 RFC822.SIZE 10 INTERNALDATE \"13-Oct-2021 08:15:00 +0200\")\r\n"
WRONG = {
    "numbers in words": {"SEARCH": b"* SEARCH sette\r\n"}, "numbers in bytes": {"SEARCH": b"* SEARCH \xff\xfe\r\n"},
    "numbers of thousands of digits": {"SEARCH": b"* SEARCH " + b"7" * 5_000 + b"\r\n"}, "negative": {"SEARCH": b"* SEARCH -7\r\n"},
    "beyond": {"SEARCH": b"* SEARCH 4294967296\r\n"}, "validity": {"EXAMINE": b"* OK [UIDVALIDITY \xc3\xa8] x\r\n"},
    "validity of digits": {"EXAMINE": b"* OK [UIDVALIDITY " + b"1" * 9_000 + b"] x\r\n"},
    "size": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": b"* 1 FETCH (UID 7 RFC822.SIZE " + b"9" * 5_000 + b")\r\n"},
    "size in words": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": b"* 1 FETCH (UID 7 RFC822.SIZE tanto)\r\n"},
    "identifier": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": b"* 1 FETCH (UID settimo RFC822.SIZE 1)\r\n"},
    "literal": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": SIZE, "BODY": b"* 1 FETCH (UID 7 BODY[] {99999999999}\r\n\0"},
    "literal of digits": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": SIZE, "BODY": b"* 1 FETCH (UID 7 BODY[] {" + b"9" * 9_000 + b"}\r\n\0"},
    "no text": {"SEARCH": b"* \xff\xfe\xfd 1\r\n"}, "nothing known": {"SEARCH": b"??\r\n"}, "bye": {"SEARCH": b"* BYE\r\n\0"},
    "endless line": {"SEARCH": endless(b"* SEARCH " + b"7 " * 30_000)}, "endless lines": {"SEARCH": endless(b"* 1 EXISTS\r\n" * 3_000)},
    "dripping": {"SEARCH": endless(b"*", 0.05)}, "dripping lines": {"EXAMINE": endless(b"* OK x\r\n", 0.05)}, "silence": {"SEARCH": lambda c, t: None},
    "dripping message": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": SIZE, "BODY": lambda c, t: (
        c.sendall(b"* 1 FETCH (UID 7 BODY[] {1000000}\r\n"), endless(b"x", 0.05)(c, t))},
    "more messages than a session has time for": {"SEARCH": b"* SEARCH " + b" ".join(b"%d" % n for n in range(1, 300_000)) + b"\r\n"},
    "literal below nothing": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": SIZE, "BODY": b"* 1 FETCH (UID 7 BODY[] {-5}\r\n)\r\n\0"},
    "one more digit than a number has": {"SEARCH": b"* SEARCH 00000000007\r\n"}, "digits of another script": {"SEARCH": "* SEARCH ٧\r\n".encode()},
    "nothing but nothing": {"SEARCH": b"\0" * 5_000_000 + b"\r\n"}, "login that drips": {"LOGIN": endless(b"* OK x\r\n", 0.05)},
    "refused": {"SEARCH": lambda c, t: c.sendall(t + b" NO \x1b[31mrosso \xff\x07\r\n")}, "misunderstood": {"SEARCH": lambda c, t: c.sendall(t + b" BAD \xff\r\n")},
    "numbers with nothing in them": {"SEARCH": b"* SEARCH 7\0 8\r\n"}, "literal of a million million": {"SEARCH": b"* SEARCH {1000000000000}\r\n\0"},
    "message withheld": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": SIZE, "BODY": b"* 1 FETCH (UID 7 BODY[] NIL)\r\n"},
    "message refused": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": lambda c, t: c.sendall(t + b" NO broken\r\n")},
    "no end": {"SEARCH": b"* SEARCH 7\r\n", "SIZE": SIZE, "BODY": b"* 1 FETCH (UID 7 BODY[] {20}\r\nciao\0"}}


@pytest.fixture
def impatient(monkeypatch):
    """Waits a second where it would wait a minute."""
    monkeypatch.setattr(imap, "TIMEOUT_SECONDS", 0.6)
    monkeypatch.setattr(imap, "SESSION_SECONDS", 1.5)


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_a_mailbox_answers_the_other_sources_go_on(campaign, authority, filled, impatient, wrong):
    server = mail_servers.Scripted(authority, WRONG[wrong])
    arrivals = campaign.folder / "in arrivo"
    arrivals.mkdir()
    (arrivals / "a.eml").write_bytes(corpus.simple(filled["S1"]))
    replan(campaign, mail={"imap_host": "localhost", "imap_port": server.port})
    try:
        fetched = fetching.collect(campaign, (), "it")
    finally:
        server.close()
    assert [(t.became, t.sector) for t in fetched.taken] == [("return", "S1")]
    (said,) = fetched.findings
    assert said.code == ("MAIL18" if "login" in wrong else "MAIL17")
    told = said.message("it")
    assert USER.partition("@")[0] in told and "\\x" not in told and told.isprintable()
    assert "refused" not in wrong or "rosso" in told or "non consegna il messaggio 7" in told


@pytest.mark.parametrize("greeting", [b"* BYE via\r\n", b"\xff\xfe\r\n", b"{99999999999}\r\n", endless(b"*", 0.05), endless(b"* OK" * 9_000), b""])
def test_a_mailbox_that_cannot_be_had_is_told_and_the_other_sources_go_on(campaign, authority, filled, impatient, greeting):
    server = mail_servers.Scripted(authority, {}, greeting)
    replan(campaign, mail={"imap_host": "localhost", "imap_port": server.port})
    try:
        with pytest.raises(CannotRun, match="imap:performance"):
            fetching.collect(campaign, (), "it")
        (campaign.folder / "in arrivo").mkdir()
        (campaign.folder / "in arrivo" / "a.eml").write_bytes(corpus.simple(filled["S1"]))
        fetched = fetching.collect(campaign, (), "it")
    finally:
        server.close()
    assert [(t.became, t.sector) for t in fetched.taken] == [("return", "S1")] and [f.code for f in fetched.findings] == ["MAIL18"]


def test_messages_before_a_fault_of_the_mailbox_are_taken_and_not_fetched_again(campaign, authority, filled, impatient):
    whole = corpus.simple(filled["S1"])

    asked = []

    def size(connection, tag):
        asked.append(tag)
        connection.sendall(b"* 1 FETCH (UID %d RFC822.SIZE 10)\r\n" % (6 + len(asked)) + tag + b" OK done\r\n")

    def body(connection, tag):
        sent = b"* 1 FETCH (UID 7 BODY[] {%d}\r\n" % len(whole) + whole + b")\r\n" + tag + b" OK done\r\n"
        connection.sendall(sent if len(asked) == 1 else b"* 2 FETCH (UID 8 BODY[] {999999999}\r\n")

    server = mail_servers.Scripted(authority, {"EXAMINE": b"* OK [UIDVALIDITY 5] x\r\n", "SEARCH": b"* SEARCH 7 8\r\n", "SIZE": size, "BODY": body})
    replan(campaign, mail={"imap_host": "localhost", "imap_port": server.port})
    try:
        fetched = fetching.collect(campaign, (), "it")
    finally:
        server.close()
    assert [t.became for t in fetched.taken] == ["return"] and [f.code for f in fetched.findings] == ["MAIL17"]
    with Register.open(campaign.folder, write=False) as register:
        assert (register.entries("mailbox")[0].payload["uid"], register.entries("mailbox")[0].payload["validity"]) == (7, "5")


@pytest.mark.parametrize("seed", range(3))
def test_answers_cut_and_mixed_end_in_a_finding(campaign, authority, impatient, seed):
    """Attacks with a fixed seed: whatever comes, a mailbox ends in messages, or in one finding of its own."""
    import random

    lot = random.Random(seed)
    pieces = [b"* SEARCH 7\r\n", SIZE, b"* 1 FETCH (UID 7 BODY[] {5}\r\nciao!)\r\n", b"\r\n", b"{3}\r\n", b"* ", b"\0", b"(((", b"+ \r\n", b"NO\r\n"]

    def speak(connection, tag):
        connection.sendall(b"".join(lot.choices(pieces, k=lot.randrange(1, 6))) + lot.choice((tag + b" OK done\r\n", tag + b" NO x\r\n", tag + b" BAD x\r\n", b"")))

    for _ in range(6):
        server = mail_servers.Scripted(authority, dict.fromkeys(("SEARCH", "SIZE", "BODY", "EXAMINE"), speak))
        try:
            listed = list(mailbox(Server("imap", "localhost", port=server.port, security="tls", user=USER), "INBOX", None))
        except Unusable as problem:
            assert problem.key == "no_folder"
            continue
        finally:
            server.close()
        assert all(getattr(one, "code", "MAIL17") == "MAIL17" for one in listed)


def test_names_of_folders_are_written_as_imap_wants():
    assert encoded("Posta in arrivo") == '"Posta in arrivo"'
    assert encoded("è & \"così\" 台北") == '"&AOg- &- \\"cos&AOw-\\" &U,BTFw-"'
    assert Server("imap", "h", port=993, security="tls", user="u").account == "imap:u@h"
