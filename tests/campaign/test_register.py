"""The register: what it records, that it records it once, and that no change to it goes unseen."""

import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from perfxl.campaign.register import (
    KINDS,
    Altered,
    Register,
    Unreadable,
    log,
    log_lines,
    verify,
)
from perfxl.campaign.register.store import suffix_of
from perfxl.model.texts import area

XLSX = b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml"
ODS = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"


def clock():
    return datetime(2021, 9, day=30, hour=14, minute=30, second=5, microsecond=999999, tzinfo=UTC)


@pytest.fixture
def register(tmp_path):
    with Register.open(tmp_path, clock=clock) as opened:
        yield opened


def year(register):
    """A small year: seven entries after the first, two files in the archive."""
    made = {}
    for name in ("emesse/interim/S1.xlsx", "risultati/interim/consolidato.json"):
        path = register.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        made[path.name] = hashlib.sha256(name.encode()).hexdigest()
    register.record_form("interim", "S1", number=1, digest="0" * 16, sha256=made["S1.xlsx"])
    for number, verdict in ((1, "superseded"), (2, "used")):
        came = register.receive(XLSX + bytes([number]), "interim", f"ricevute/interim/S1-{number}.xlsx")
        register.record_version("interim", "S1", sha256=came.payload["sha256"], number=number, verdict=verdict)
    register.decide("S1.00001/weight", "second", Decimal("10.5"), round="interim", sector="S1", answers=[5, Decimal("10.5")])
    register.record_run("consolidate", "interim", inputs="1" * 16, results=made["consolidato.json"],
                 findings={"error": 0, "warning": 1, "note": 2}, questions={"S1": 1})


def codes(findings):
    return [(f.code, f.values.get("entry", f.values.get("first")), f.place.file) for f in findings]


def change(folder, *statements):
    """Go round the register with another program."""
    with sqlite3.connect(folder / log.NAME) as db:
        db.execute("DROP TRIGGER entry_stays")
        db.execute("DROP TRIGGER entry_remains")
        for statement in statements:
            db.execute(*([statement] if isinstance(statement, str) else statement))
    db.close()


# What is recorded

def test_every_entry_is_sealed_as_documented(register):
    year(register)
    entries, previous = register.entries(), "0" * 64
    assert [e.kind for e in entries] == ["created", "issued", "received", "version", "received", "version", "decision", "run"]
    for number, entry in enumerate(entries, 1):
        payload = json.dumps({"key": entry.key, **json.loads(json.dumps(entry.payload, default=float))}, sort_keys=True,
                             separators=(",", ":"))
        sealed = json.dumps([number, "2021-09-30T14:30:05Z", entry.kind, payload, previous], separators=(",", ":"))
        assert entry.hash == hashlib.sha256(sealed.encode()).hexdigest()
        previous = entry.hash


def test_recording_the_same_twice_changes_nothing(register):
    year(register)
    before = register.entries()
    year(register)
    assert register.entries() == before


def test_what_changed_is_recorded_again_and_the_last_counts(register):
    register.record_form("interim", "S1", number=1, digest="0" * 16, sha256="a" * 64)
    register.record_form("interim", "S1", 2, "1" * 16, "b" * 64)
    register.record_form("interim", "S1", 1, "0" * 16, "a" * 64)
    assert [e.payload["issue"] for e in register.entries("issued", sector="S1")] == [1, 2, 1]
    assert register.latest("issued", "interim/S1").payload["issue"] == 1
    assert register.latest("issued", "final/S1") is None


def test_entries_are_found_by_kind_and_content(register):
    year(register)
    assert [e.payload["version"] for e in register.entries("version", sector="S1", verdict="used")] == [2]
    assert register.entries("version", sector="S2") == []
    assert len(register.entries(round="interim")) == 7


def test_unknown_kinds_and_verdicts_are_refused(register):
    with pytest.raises(ValueError):
        register.record_once("boh", "k", {})
    with pytest.raises(ValueError):
        register.record_version("interim", "S1", "a" * 64, 1, "boh")
    assert len(register.entries()) == 1


def test_a_batch_that_fails_records_nothing(register):
    with pytest.raises(RuntimeError), register.batch():
        register.record_form("interim", "S1", 1, "0" * 16, "a" * 64)
        with register.batch():
            register.record_form("interim", "S2", 1, "0" * 16, "a" * 64)
        raise RuntimeError
    assert len(register.entries()) == 1
    year(register)
    assert register.verify() == [] and len(register.entries()) == 8


@pytest.mark.parametrize("statement", ["UPDATE entry SET at = ''", "DELETE FROM entry"])
def test_the_database_itself_refuses_to_change_entries(register, tmp_path, statement):
    with sqlite3.connect(tmp_path / log.NAME) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)
    db.close()


def test_a_crash_and_a_network_share_are_what_the_settings_are_for(register, tmp_path):
    assert register._log._number("synchronous") == 3  # EXTRA
    assert register._log._db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert register._log._number("user_version") == log.VERSION


# Received files

def zipped(*names, first=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, first)
    return out.getvalue()


@pytest.mark.parametrize("content, suffix", [
    (zipped("[CONTENT_TYPES].XML", "XL/WORKBOOK.XML"), ".xlsx"), (zipped("/[Content_Types].xml", "\\xl\\workbook2.xml"), ".xlsx"),
    (zipped("%5BContent_Types%5D.xml", "xl/workbook.xml"), ".xlsx"), (zipped("[Content_Types].xml", "word/document.xml"), ".bin"),
    (zipped("content.xml", "mimetype", first=b"application/vnd.oasis.opendocument.spreadsheet"), ".ods"),
    (zipped("content.xml", "mimetype", first=b"application/vnd.oasis.opendocument.text"), ".bin")])
def test_a_workbook_keeps_its_suffix_however_its_parts_are_called(content, suffix):
    assert suffix_of(content) == suffix


@pytest.mark.parametrize("content, suffix", [(XLSX, ".xlsx"), (ODS, ".ods"), (b"PK\x03\x04 altro", ".bin"), (b"", ".bin"),
                                             (b"From: a@b.it\n", ".bin")])
def test_originals_are_kept_under_their_digest_read_only(register, tmp_path, content, suffix):
    entry = register.receive(content, "interim", "ricevute/interim/x.xlsm", origin="s1@ente.it")
    digest = hashlib.sha256(content).hexdigest()
    kept = tmp_path / "archivio" / digest[:2] / (digest + suffix)
    assert kept.read_bytes() == content and kept.stat().st_mode & 0o777 == 0o444
    assert register.store.get(digest) == content
    assert entry.payload == {"round": "interim", "sha256": digest, "size": len(content), "name": "x.xlsm",
                             "path": "ricevute/interim/x.xlsm", "origin": "s1@ente.it"}


def test_the_same_bytes_elsewhere_are_kept_once_and_noted_once_each(register, tmp_path):
    for _ in range(2):
        for name in ("a.xlsx", "sub/b.xlsx"):
            register.receive(XLSX, "interim", f"ricevute/interim/{name}")
    assert [e.payload["name"] for e in register.entries("received")] == ["a.xlsx", "b.xlsx"]
    assert len([p for p in (tmp_path / "archivio").rglob("*") if p.is_file()]) == 1


def test_what_is_in_the_archive_is_never_written_again(register):
    digest = register.receive(XLSX, "interim", "a.xlsx").payload["sha256"]
    before = register.store.path(digest).stat()
    register.receive(XLSX, "final", "a.xlsx")
    after = register.store.path(digest).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_names_that_are_not_text_are_recorded_and_shown(register):
    register.receive(b"x", "interim", "ricevute/interim/" + b"scheda-\xff\n.xlsx".decode("utf-8", "surrogateescape"))
    assert register.verify() == []
    line = next(said for said in log_lines(register, "it") if "Ricevuto" in said)
    assert "\n" not in line and line.encode("utf-8")


def test_when_it_came_is_kept_in_universal_time(register):
    entry = register.receive(b"x", "interim", "a.eml", arrived="2021-10-01T00:30:00+02:00")
    assert entry.payload["arrived"] == "2021-09-30T22:30:00Z"


def test_an_altered_original_is_not_given_out_and_mends_when_it_comes_again(register, tmp_path):
    digest = register.receive(XLSX, "interim", "ricevute/a.xlsx").payload["sha256"]
    path = register.store.path(digest)
    path.chmod(0o644)
    path.write_bytes(b"altro")
    with pytest.raises(Altered):
        register.store.get(digest)
    assert codes(register.verify()) == [("REGI07", 2, f"archivio/{digest[:2]}/{path.name}")]
    register.receive(XLSX, "interim", "ricevute/a.xlsx")
    assert register.verify() == [] and register.store.get(digest) == XLSX
    assert path.with_name(path.name + ".alterato").read_bytes() == b"altro"
    path.unlink()
    with pytest.raises(Altered):
        register.store.get(digest)
    assert codes(register.verify()) == [("REGI04", 2, f"archivio/{digest[:2]}")]


# Decisions

def test_the_last_decision_on_each_key_is_in_force(register):
    register.decide("S1.00001/weight", "first", 5, round="interim", sector="S1", answers=[5, 10], by="Terzoni", note="perché")
    register.decide("S2.00001/weight", "base", round="interim", sector="S2")
    register.decide("S1.00001/weight", "second", 10, round="interim", sector="S1", answers=[5, 10])
    register.decide("S1.00001/weight", "first", 1, round="final", sector="S1")
    found = register.decisions("interim")
    assert {k: (d.choice, d.value) for k, d in found.items()} == {
        "S1.00001/weight": ("second", 10), "S2.00001/weight": ("base", None)}
    assert list(register.decisions("interim", "S2")) == ["S2.00001/weight"]
    assert register.decisions("plan") == {}


def test_a_decision_holds_while_the_answers_are_those_it_was_taken_on(register):
    register.decide("k", "first", round="interim", answers={"a": 10, "b": None})
    decision = register.decisions("interim")["k"]
    assert decision.taken_on({"b": None, "a": Decimal("10.0")})
    assert not decision.taken_on({"a": 11, "b": None})


def test_decisions_outlive_the_process_that_took_them(register, tmp_path):
    register.decide("k", "first", Decimal("0.1"), round="interim")
    with Register.open(tmp_path, write=False) as later:
        assert later.decisions("interim")["k"].value == Decimal("0.1")


# The proof

@pytest.mark.parametrize("statement, expected", [
    ("UPDATE entry SET at = '2020-01-01T00:00:00Z' WHERE seq = 3", [("REGI01", 3)]),
    ("UPDATE entry SET kind = 'sent' WHERE seq = 2", [("REGI01", 2)]),
    ("UPDATE entry SET payload = replace(payload, '\"issue\":1', '\"issue\":2') WHERE seq = 2", [("REGI01", 2)]),
    ("UPDATE entry SET payload = 'non è JSON' WHERE seq = 5", [("REGI01", 5)]),
    ("UPDATE entry SET payload = NULL WHERE seq = 5", None),
    ("UPDATE entry SET payload = x'ff' WHERE seq = 5", [("REGI01", 5)]),
    ("UPDATE entry SET key = '\"altro\"' WHERE seq = 4", [("REGI01", 4)]),
    ("UPDATE entry SET previous = hash WHERE seq = 4", [("REGI03", 4), ("REGI01", 4)]),
    ("DELETE FROM entry WHERE seq IN (3, 4)", [("REGI02", 3)]),
    ("DELETE FROM entry WHERE seq > 6", [("REGI02", 7)]),
    ("DELETE FROM entry WHERE seq = 1", [("REGI02", 1)]),
])
def test_every_change_is_seen_where_it_is(register, tmp_path, statement, expected):
    year(register)
    assert verify(tmp_path) == []
    if expected is None:
        with pytest.raises(sqlite3.IntegrityError):
            change(tmp_path, statement)
        return
    change(tmp_path, statement)
    assert codes(verify(tmp_path)) == [(code, entry, log.NAME) for code, entry in expected]


def test_an_entry_rewritten_with_its_hash_breaks_the_link_to_the_next(register, tmp_path):
    year(register)
    victim = register.entries()[3]
    text = log.canonical({"key": victim.key, **victim.payload, "verdict": "used"})
    seal = log.entry_hash(4, victim.at, kind=victim.kind, payload=text, previous=victim.previous)
    change(tmp_path, ("UPDATE entry SET payload = ?, hash = ? WHERE seq = 4", (text, seal)))
    findings = verify(tmp_path)
    assert codes(findings) == [("REGI03", 5, log.NAME)]
    finding, = findings
    assert finding.values["value"] == victim.hash and finding.values["hash"] == seal


@pytest.mark.parametrize("content", [b"non un database" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_what_is_not_a_database_is_a_finding(tmp_path, content):
    (tmp_path / log.NAME).write_bytes(content)
    assert codes(verify(tmp_path)) == [("REGI05", None, log.NAME)]
    for write in (True, False):
        with pytest.raises(Unreadable):
            Register.open(tmp_path, write=write)
    assert not (tmp_path / ".registro.lock.json").exists()
    assert (tmp_path / log.NAME).read_bytes() == content


@pytest.mark.parametrize("pragma, key", [("application_id = 1", "not_a_register"), ("user_version = 2", "newer_register")])
def test_another_database_and_a_newer_register_are_told_apart(register, tmp_path, pragma, key):
    with sqlite3.connect(tmp_path / log.NAME) as db:
        db.execute(f"PRAGMA {pragma}")
    db.close()
    with pytest.raises(Unreadable) as refused:
        Register.open(tmp_path, write=False)
    assert refused.value.key == key
    finding, = verify(tmp_path)
    assert finding.code == "REGI05" and "{" not in finding.message("it") + finding.message("en")


def test_damaged_pages_are_a_finding(register, tmp_path):
    with register.batch():
        for number in range(300):
            register.decide(f"k{number}", "first", "x" * 400, round="interim")
    register.close()
    path = tmp_path / log.NAME
    content = bytearray(path.read_bytes())
    content[5 * 4096:9 * 4096] = b"\xa5" * (4 * 4096)
    path.write_bytes(content)
    assert codes(verify(tmp_path)) == [("REGI05", None, log.NAME)]


def test_a_campaign_without_register_is_empty_and_stays_so(tmp_path):
    with Register.open(tmp_path, write=False) as register:
        assert register.entries() == [] and register.decisions("interim") == {} and register.verify() == []
        with pytest.raises(Unreadable):
            register.record_form("interim", "S1", number=1, digest="0" * 16, sha256="a" * 64)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_without_its_register_is_a_finding(register, tmp_path):
    register.receive(XLSX, "interim", "a.xlsx")
    register.close()
    (tmp_path / log.NAME).unlink()
    assert codes(verify(tmp_path)) == [("REGI06", None, log.NAME)]


def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(Unreadable) as refused:
        Register.open(tmp_path / "no")
    assert refused.value.key == "cannot_lock" and str(tmp_path / "no") in refused.value.say("it")
    assert not (tmp_path / "no").exists()


def test_findings_say_everything_in_both_languages(register, tmp_path):
    year(register)
    change(tmp_path, "UPDATE entry SET previous = hash WHERE seq = 4", "DELETE FROM entry WHERE seq = 6")
    for finding in verify(tmp_path):
        for language in ("it", "en"):
            assert "{" not in finding.message(language) and finding.place.file == log.NAME


# In words

@pytest.mark.parametrize("choice, told", [
    ("withdrawn", "Ritirata la scelta su k, monitoraggio, da Ada, perché: visto"), ("base", "Deciso su k, monitoraggio: il valore emesso, da Ada, perché: visto"),
    ("a" * 64, f"Deciso su k, monitoraggio: la risposta del file con impronta {'a' * 12}, da Ada, perché: visto")])
def test_a_choice_is_told_in_words(tmp_path, choice, told):
    with Register.open(tmp_path) as register:
        register.decide("k", choice, round="interim", sector="S1", by="Ada", note="visto")
        assert told in "\n".join(log_lines(register, "it"))


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_kind_of_entry_has_its_words(language):
    assert all(area("register")[f"log_{kind}"][language] for kind in KINDS)


@pytest.mark.parametrize("language, expected", [("it", [
    "Aperto il registro",
    "Emessa la scheda di S1, monitoraggio, emissione n. 1 (impronta {2})",
    "Ricevuto ricevute/interim/S1-1.xlsx, monitoraggio, 47 byte (impronta {0})",
    "Versione 1 della scheda di S1, monitoraggio: superata da un’altra versione (impronta {0})",
    "Ricevuto ricevute/interim/S1-2.xlsx, monitoraggio, 47 byte (impronta {1})",
    "Versione 2 della scheda di S1, monitoraggio: è quella che conta (impronta {1})",
    "Deciso su S1.00001/weight, monitoraggio: second = 10,5",
    "Consolidamento, monitoraggio: 0 errori, 1 avvisi, 2 note, 1 questioni aperte (impronta {3})",
]), ("en", [
    "Register opened",
    "Issued the form of S1, interim, issue no. 1 (digest {2})",
    "Received ricevute/interim/S1-1.xlsx, interim, 47 bytes (digest {0})",
    "Version 1 of the form of S1, interim: superseded by another version (digest {0})",
    "Received ricevute/interim/S1-2.xlsx, interim, 47 bytes (digest {1})",
    "Version 2 of the form of S1, interim: is the one that counts (digest {1})",
    "Decided on S1.00001/weight, interim: second = 10.5",
    "Consolidation, interim: 0 errors, 1 warnings, 2 notes, 1 open questions (digest {3})",
])])
def test_the_log_reads_as_a_diary(register, language, expected):
    year(register)
    contents = [XLSX + b"\x01", XLSX + b"\x02", b"emesse/interim/S1.xlsx", b"risultati/interim/consolidato.json"]
    digests = [hashlib.sha256(content).hexdigest()[:12] for content in contents]
    lines = list(log_lines(register, language))
    assert [line[28:] for line in lines[:-1]] == [e.format(*digests) for e in expected]
    assert [int(line[:5]) for line in lines[:-1]] == list(range(1, 9))
    assert register.entries()[-1].hash in lines[-1]


def test_names_and_notes_from_outside_stay_in_their_line(register):
    register.decide("k\nFALSO", "first", "=cmd()\x1b[31m", round="interim", by="a\nb", note="c\rd")
    line, = [said for said in log_lines(register, "it") if "Deciso" in said]
    assert not any(c in line for c in "\n\r\x1b")


def test_a_disk_without_room_is_told_as_such_by_the_lock_too(tmp_path):
    """A limit on the size of files stands for the full disk: SQLite says no more of either."""
    program = ("import errno, pathlib, resource, signal, sys\n"
               "from perfxl.campaign.register import Register\n"
               "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
               "resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
               "try:\n    Register.open(pathlib.Path(sys.argv[1]))\n"
               "except OSError as problem:\n    print(errno.errorcode[problem.errno], problem.filename)\n")
    said = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert said.stdout.startswith("EFBIG ") and str(tmp_path) in said.stdout, said
