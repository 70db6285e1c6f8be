"""What lies in a campaign is trusted only when the register says the same: nothing the controller did is undone without a word."""

import io
import json
import re
import shutil
import sqlite3
import zipfile
from datetime import date
from random import Random

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from review_sheet import Sheet, write
from text_tables import finding_lines

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.ui.cli import main
from perfxl.workflow import since_approval

ROUND = "final"
ACT = ("--act", "DG n. 34", "--date", "2022-04-20")


def evaluate(campaign, percent=0.1):
    """The controller evaluates an objective of S1 in the consolidated workbook, and consolidates."""
    write(campaign.result(ROUND, "consolidato.xlsx"),
          lambda book: Sheet(book, "evaluations").put(f"{ROUND}|S1.00001|S1", choice="Rettificato", percent=percent, reason="Il risultato non c’è"))
    assert main(["consolidate", str(campaign.folder), "--round", ROUND]) in (0, 1)


@pytest.fixture(scope="module")
def played(small_played, tmp_path_factory):
    """A year of two sectors, consolidated, evaluated and consolidated again; with the register as it was before."""
    home = tmp_path_factory.mktemp("trust")
    campaign = Campaign(shutil.copytree(small_played.folder, home / "c"))
    shutil.copyfile(campaign.folder / "registro.sqlite", home / "older.sqlite")
    evaluate(campaign)
    return campaign.folder, home / "older.sqlite"


@pytest.fixture
def year(played, tmp_path):
    return Campaign(shutil.copytree(played[0], tmp_path / "c"))


def tree(folder):
    """Everything that lies in a campaign, but for the lock of the register."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".registro.lock")}


def run(capsys, *arguments) -> tuple[int, str]:
    """Exit code and words of a command."""
    code = main([str(a) for a in arguments])
    printed = capsys.readouterr()
    assert "guasto suo" not in printed.err, printed.err
    return code, printed.out + printed.err


def outcome(campaign, round=ROUND):
    return json.loads(campaign.result(round).read_bytes())["outcomes"][round]["body"]["outcome"]


# The register

def lose(folder, older):
    (folder / "registro.sqlite").unlink()


def empty(folder, older):
    (folder / "registro.sqlite").write_bytes(b"")


def restore(folder, older):
    shutil.copyfile(older, folder / "registro.sqlite")


def restore_with_its_note(folder, older):
    """A backup that knows hidden files too: the note of the last entry is as old as the register."""
    restore(folder, older)
    with sqlite3.connect(folder / "registro.sqlite") as db:
        last = db.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    (folder / ".registro.ultima.json").write_text(json.dumps({"entry": last[0], "hash": last[1]}))


@pytest.mark.parametrize("note", ["as old", "kept", "gone"])
def test_a_backup_from_before_an_approval_stops_another_act_over_it(year, note, capsys):
    """The approved document is the result that the register knows: the approval is what it does not know of."""
    register, noted = year.folder / "registro.sqlite", year.folder / ".registro.ultima.json"
    old = register.read_bytes(), noted.read_bytes()
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == 0
    register.write_bytes(old[0])
    {"as old": lambda: noted.write_bytes(old[1]), "kept": lambda: None, "gone": noted.unlink}[note]()
    for command in (("approve", "--round", ROUND, "--act", "DG n. 99", "--date", "2022-05-01"), ("consolidate", "--round", ROUND)):
        code, told = run(capsys, command[0], year.folder, *command[1:])
        assert code == 2 and "perfxl rebuild" in told, told
    assert run(capsys, "log", year.folder, "--verify")[0] == 1
    assert run(capsys, "rebuild", year.folder)[0] == 0 and "un atto da indicare" in run(capsys, "explain", year.folder, "S1")[1]


def test_an_approval_that_was_cut_short_is_not_suspected(year, capsys, monkeypatch):
    from perfxl.campaign.register import approval

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(approval, "_approval", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        killed.setattr(Register, "record_once", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with Register.open(year.folder) as register:
            approval.approve(register, year, ROUND, "DG n. 34", date(2022, 4, 20), anyway=True)
    assert run(capsys, "status", year.folder)[0] == 0
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == 0
    assert run(capsys, "log", year.folder, "--verify")[0] == 0


def restore_without_note(folder, older):
    restore(folder, older)
    (folder / ".registro.ultima.json").unlink()


def cut(folder, older):
    """The end taken off by somebody who knows SQLite."""
    with sqlite3.connect(folder / "registro.sqlite") as db:
        db.executescript("DROP TRIGGER entry_remains; DELETE FROM entry WHERE seq > (SELECT max(seq) - 3 FROM entry);"
                         "UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM entry)")


COMMANDS = [("consolidate", "--round", ROUND), ("issue", "--round", ROUND), ("collect",), ("ask", "--round", ROUND), ("send", "--round", ROUND),
            ("remind", "--round", ROUND), ("approve", "--round", ROUND, *ACT), ("report", "--round", ROUND), ("publish", "--round", ROUND),
            ("bundle",), ("explain", "S1"), ("status",), ("log",), ("resolve", "--round", ROUND), ("check",)]


@pytest.mark.parametrize("harm", [lose, empty, restore, restore_with_its_note, restore_without_note, cut])
def test_a_register_that_is_not_that_of_the_campaign_stops_every_command_and_nothing_is_written(year, played, harm, capsys):
    harm(year.folder, played[1])
    (year.folder / "in arrivo").mkdir()
    shutil.copyfile(year.issued_form(ROUND, "S1"), year.folder / "in arrivo" / "S1.xlsx")
    before = tree(year.folder)
    for command, *rest in COMMANDS:
        code, told = run(capsys, command, year.folder, *rest)
        assert code == 2 and "registro.sqlite" in told and "perfxl rebuild" in told, (command, told)
        assert tree(year.folder) == before, command
    assert main(["log", str(year.folder), "--verify"]) == 1


@pytest.mark.parametrize("harm", [lose, empty, restore, restore_without_note, cut, lambda folder, _: (folder / "registro.sqlite").write_bytes(b"SQLite" * 9)])
def test_a_register_is_made_again_from_what_the_campaign_still_proves(year, played, harm, capsys):
    before = outcome(year)
    harm(year.folder, played[1])
    code, told = run(capsys, "rebuild", year.folder)
    assert code == 0 and "consolidati, con gli esiti che tornano" in told and "Non si recupera" in told, told
    assert run(capsys, "log", year.folder, "--verify")[0] == 0
    assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] in (0, 1)
    assert outcome(year) == before, "what the controller evaluated holds"
    code, told = run(capsys, "log", year.folder)
    assert "Registro ricostruito" in told
    assert run(capsys, "rebuild", year.folder)[0] == 2, "there is nothing more to do"


def test_a_register_made_again_knows_what_was_approved_and_takes_its_act(year, played, capsys):
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == 0
    frozen = year.approved(ROUND).read_bytes()
    evaluate(year, 0.5)
    lose(*[year.folder, None])
    code, told = run(capsys, "rebuild", year.folder)
    assert "l’atto che ha approvato la tornata «Consuntivo»" in told
    code, told = run(capsys, "explain", year.folder, "S1")
    assert "un atto da indicare" in told
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT)[0] == 0
    assert year.approved(ROUND).read_bytes() == frozen and "DG n. 34" in run(capsys, "explain", year.folder, "S1")[1]


def test_an_archive_for_the_board_proves_the_act_when_the_register_is_lost(year, capsys, monkeypatch):
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == run(capsys, "bundle", year.folder)[0] == 0
    lose(year.folder, None)
    code, told = run(capsys, "rebuild", year.folder)
    assert code == 0 and "--act …" not in told and "DG n. 34" in run(capsys, "explain", year.folder, "S1")[1]


def test_results_that_do_not_hold_are_not_recovered_but_what_was_written_in_the_workbook_is(year, played, capsys):
    before = outcome(year)
    typed(year.result(ROUND))
    lose(year.folder, None)
    code, told = run(capsys, "rebuild", year.folder)
    assert code == 0 and "risultati/final/consolidato.json non si può usare" in told and "valutazioni e considerazioni tue: " in told
    assert run(capsys, "explain", year.folder, "S1", "--round", ROUND)[0] == 2
    assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] in (0, 1) and outcome(year) == before


def test_a_new_campaign_and_one_that_was_cut_short_are_not_suspected(tmp_path, capsys):
    assert run(capsys, "new", tmp_path / "n", "--year", "2021")[0] == 0
    (tmp_path / "n" / "ricevute" / "interim").mkdir()
    (tmp_path / "n" / "ricevute" / "interim" / "a.xlsx").write_bytes(b"PK")
    assert run(capsys, "log", tmp_path / "n", "--verify")[0] == 0


def test_results_put_in_place_by_a_run_that_was_killed_before_it_recorded_them_are_made_again(year, monkeypatch, capsys):
    from perfxl.workflow import register_updates

    evaluated = outcome(year)
    write(year.result(ROUND, "consolidato.xlsx"), lambda book: Sheet(book, "evaluations").put(f"{ROUND}|S1.00001|S1", percent=0.2))
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(register_updates, "record_run", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        from perfxl.workflow.consolidate import consolidate
        consolidate(year, ROUND, "it")
    code, told = run(capsys, "report", year.folder, "--round", ROUND)
    assert code == 2 and "perfxl consolidate" in told
    assert run(capsys, "issue", year.folder, "--round", "interim")[0] in (0, 1)
    assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] in (0, 1)
    assert outcome(year) != evaluated and run(capsys, "log", year.folder, "--verify")[0] == 0


# Documents

READERS = [("explain", "S1"), ("report", "--round", ROUND), ("report", "--round", ROUND, "--citizens"), ("publish", "--round", ROUND, "--cleared"),
           ("bundle",), ("approve", "--round", ROUND, *ACT), ("status", "--round", ROUND), ("send", "--round", ROUND, "--what", "questions")]


def typed(path):
    text = path.read_text()
    figure = json.loads(text)["outcomes"][ROUND]["body"]["outcome"]
    path.write_text(text.replace(f'"{figure}"', '"12.34"'))


def without_a_part(path):
    document = json.loads(path.read_text())
    del document["content"]
    path.write_text(json.dumps(document))


DAMAGE = {"typed": typed, "empty": lambda p: p.write_bytes(b""), "cut": lambda p: p.write_bytes(p.read_bytes()[:-200]),
          "garbage": lambda p: p.write_bytes(bytes(range(256)) * 8), "list": lambda p: p.write_text("[]"), "object": lambda p: p.write_text("{}"),
          "nested": lambda p: p.write_text("[" * 1000 + "]" * 1000), "very nested": lambda p: p.write_text('{"a":' * 100_000),
          "a part missing": without_a_part, "folder": lambda p: (p.unlink(), p.mkdir())}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_result_that_is_not_what_was_written_is_believed_by_nobody(year, damage, capsys):
    path = year.result(ROUND)
    DAMAGE[damage](path)
    for command, *rest in READERS if damage in ("typed", "nested", "folder") else READERS[:2]:
        code, told = run(capsys, command, year.folder, *rest)
        assert code == 2 and str(path) in told and "perfxl consolidate" in told, (command, told)
    code, told = run(capsys, "log", year.folder, "--verify")
    assert code == 1 and "REGI10" in told
    if damage in ("typed", "very nested"):
        assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] in (0, 1)
        assert run(capsys, "explain", year.folder, "S1")[0] == 0 and run(capsys, "log", year.folder, "--verify")[0] == 0


@pytest.mark.parametrize("damage", ["typed", "nested"])
def test_a_result_of_the_round_before_that_was_changed_is_not_the_base_of_the_next(year, damage, capsys):
    path = year.result("interim")
    DAMAGE[damage](path) if damage != "typed" else path.write_text(path.read_text().replace('"percent": ', '"percent": 1', 1))
    for command, *rest in [("issue", "--round", ROUND), ("consolidate", "--round", ROUND), ("check",), ("bundle",)]:
        code, told = run(capsys, command, year.folder, *rest)
        assert code == 2 and str(path) in told and "--round interim" in told, (command, told)


def test_a_result_that_was_deleted_is_not_passed_over(year, capsys):
    year.result("interim").unlink()
    code, told = run(capsys, "consolidate", year.folder, "--round", ROUND)
    assert code == 2 and "Manca" in told and str(year.result("interim")) in told


@pytest.mark.parametrize("damage", [d for d in DAMAGE if d != "folder"])
def test_an_approval_that_is_not_what_was_approved_is_believed_by_nobody_and_can_be_put_back(year, damage, capsys):
    interim = ("--round", "interim", *ACT)
    assert run(capsys, "approve", year.folder, *interim, "--anyway")[0] == 0
    path = year.approved("interim")
    good = path.read_bytes()
    path.chmod(0o644)
    if damage == "typed":
        path.write_text(path.read_text().replace('"percent": ', '"percent": 1', 1))
    else:
        DAMAGE[damage](path)
    year.result("interim").write_text("{}")
    for command, *rest in [("issue", "--round", ROUND), ("consolidate", "--round", ROUND), ("report", "--round", "interim"), ("explain", "S1", "--round", "interim")]:
        code, told = run(capsys, command, year.folder, *rest)
        assert code == 2 and str(path) in told and "perfxl approve" in told, (command, told)
    assert run(capsys, "approve", year.folder, *interim)[0] == 0
    assert path.read_bytes() == good
    assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] in (0, 1)


def test_an_approval_that_was_deleted_is_not_replaced_by_the_result(year, capsys):
    assert run(capsys, "approve", year.folder, "--round", "interim", *ACT, "--anyway")[0] == 0
    year.approved("interim").unlink()
    code, told = run(capsys, "issue", year.folder, "--round", ROUND)
    assert code == 2 and "DG n. 34" in told


def test_an_approval_that_the_register_knows_nothing_of_stops_the_work(year, capsys):
    path = year.approved("interim")
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")
    code, told = run(capsys, "issue", year.folder, "--round", ROUND)
    assert code == 2 and "approvati/interim.json" in told
    code, told = run(capsys, "log", year.folder, "--verify")
    assert code == 1 and "REGI13" in told


def test_whatever_lies_in_the_archive_among_the_approved_and_the_issued_is_missed_and_its_changes_are_told(year, capsys):
    """Every file in turn, with one bit turned, then gone."""
    write(year.result(ROUND, "consolidato.xlsx"), lambda book: Sheet(book, "requests").add(sector="S1", question="Perché?"))
    assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] == run(capsys, "ask", year.folder, "--round", ROUND)[0] == 0
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == 0
    chance, silent, count = Random(14), {"changed": [], "gone": []}, 0
    watched = [p for where in ("archivio", "approvati", "emesse") for p in sorted((year.folder / where).rglob("*")) if p.is_file()]
    for path in watched:
        content, mode = path.read_bytes(), path.stat().st_mode
        path.chmod(0o644)
        at = chance.randrange(len(content))
        for how in silent:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1:]) if how == "changed" else path.unlink()
            with Register.open(year.folder, write=False) as register:
                count += 1
                if not register.verify():
                    silent[how].append(path)
        path.write_bytes(content)
        path.chmod(mode)
    assert count == 2 * len(watched) > 20 and silent == {"changed": [], "gone": []}, silent
    assert run(capsys, "log", year.folder, "--verify")[0] == 0


def test_verifying_the_log_looks_at_forms_and_at_strangers_in_the_archive(year, capsys):
    year.issued_form(ROUND, "S1").write_bytes(b"PK")
    (year.folder / "archivio" / "ab").mkdir(exist_ok=True)
    (year.folder / "archivio" / "ab" / ("ab" * 32 + ".bin")).write_bytes(b"?")
    code, told = run(capsys, "log", year.folder, "--verify")
    assert code == 1 and "REGI11" in told and "REGI12" in told


@pytest.mark.parametrize("seed", range(12))
def test_a_register_with_a_bit_flipped_is_told_and_nothing_else_is_done(year, seed, capsys):
    import random

    chance, path = random.Random(f"flip/{seed}"), year.folder / "registro.sqlite"
    content = bytearray(path.read_bytes())
    for _ in range(3):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content))
    before = tree(year.folder)
    for command, *rest in [("status",), ("explain", "S1"), ("log",)]:
        code, told = run(capsys, command, year.folder, *rest)
        assert code in (0, 1) or "registro.sqlite" in told, told
    code, told = run(capsys, "consolidate", year.folder, "--round", ROUND)
    assert code in (0, 1) or "registro.sqlite" in told and tree(year.folder) == before, told


# Approved, then consolidated again

def test_what_leaves_shows_what_was_approved_and_says_so_and_a_draft_is_marked(year, capsys):
    approved = outcome(year)
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == 0
    evaluate(year, 0.5)
    now = outcome(year)
    assert now != approved
    code, told = run(capsys, "consolidate", year.folder, "--round", ROUND)
    shown = [o.replace(".", ",") + "%" for o in (approved, now)]
    assert "DG n. 34 del 20/04/2022" in told and f"Ente: approvato {shown[0]}, ora {shown[1]}" in told
    code, told = run(capsys, "explain", year.folder, "ENTE")
    assert shown[0][:-1] in told and "approvate con DG n. 34" in told and "--draft" in told
    code, told = run(capsys, "explain", year.folder, "ENTE", "--draft")
    assert shown[1][:-1] in told and "bozza" in told
    code, told = run(capsys, "consolidate", year.folder, "--round", ROUND, "--json")
    assert json.loads(told)["approved"]["act"] == "DG n. 34" and json.loads(told)["approved"]["differs"]


def test_reports_and_archives_of_what_was_approved_and_of_a_draft(year, capsys, monkeypatch):
    import pandas
    from docx import Document

    from perfxl.model import safe_path

    monkeypatch.setattr(safe_path, "program", lambda *names: None)  # nothing here takes a PDF
    assert run(capsys, "approve", year.folder, "--round", ROUND, *ACT, "--anyway")[0] == 0
    evaluate(year, 0.5)
    for command, *rest in [("report", "--round", ROUND), ("report", "--round", ROUND, "--citizens"), ("publish", "--round", ROUND, "--cleared"), ("bundle",)]:
        code, told = run(capsys, command, year.folder, *rest)
        assert code in (0, 1) and "approvate con DG n. 34" in told, told
        code, told = run(capsys, command, year.folder, *rest, "--draft")
        assert code in (0, 1) and "bozza" in told, told
    for name in ("relazione", "cittadini"):
        said = [[p.text for section in Document(year.result(ROUND, f"{name}{draft}.docx")).sections
                 for head in (section.header, section.first_page_header) for p in head.paragraphs] for draft in ("", "-bozza")]
        assert not any("BOZZA" in text for text in said[0]) and any("BOZZA" in text for text in said[1])
    cover = "\n".join(p.text for p in Document(year.result(ROUND, "relazione-bozza.docx")).paragraphs)
    assert "Approvato con" not in cover and "DG n. 34" in "\n".join(p.text for p in Document(year.result(ROUND, "relazione.docx")).paragraphs)
    for page in ("index.html", "index.en.html"):
        drafts = [(year.result(ROUND, f"dati-aperti{draft}") / page).read_text().count('<aside class="draft">') for draft in ("", "-bozza")]
        assert drafts == [0, 1]
    for archive in year.result(ROUND, "x").parent.glob("archivio-*.zip"):
        book = load_workbook(io.BytesIO(zipfile.ZipFile(archive).read("consolidato.xlsx")))
        assert all(("BOZZA" in (sheet.oddHeader.center.text or "")) == ("bozza" in archive.name) for sheet in book.worksheets if sheet.sheet_state == "visible"), archive
    for data in (year.result(ROUND, "dati-aperti-bozza"), year.result(ROUND, "dati-aperti")):
        marked = {path.name: path.read_text(encoding="utf-8").count("BOZZA: non è") for path in data.iterdir() if path.suffix in (".csv", ".json", ".md")}
        rows = {path.name: pandas.read_csv(path).shape[0] for path in data.glob("*.csv")}
        assert all(count >= rows.get(name, 1) for name, count in marked.items() if name != "dictionary.csv") if "bozza" in data.name else not any(marked.values())
    assert (year.result(ROUND, "dati-aperti-bozza") / "BOZZA.txt").is_file() and not (year.result(ROUND, "dati-aperti") / "BOZZA.txt").exists()
    for archive in year.result(ROUND, "x").parent.glob("archivio-*.zip"):
        assert run(capsys, "bundle", "--verify", archive)[0] == 0, archive
    assert len(list(year.result(ROUND, "x").parent.glob("archivio-*.zip"))) == 2


def test_the_words_of_approve_and_withdraw(year, capsys):
    approve = ("approve", year.folder, "--round", ROUND)
    year.received_files(ROUND)[0].unlink()  # of a sector nothing is there any more
    assert run(capsys, "consolidate", year.folder, "--round", ROUND)[0] == 1
    code, told = run(capsys, *approve, *ACT)
    assert code == 2 and "--anyway" in told
    code, told = run(capsys, *approve, *ACT, "--anyway")
    assert code == 0 and "Restano aperti" in told
    code, told = run(capsys, *approve, "--act", "DG n. 35", "--date", "2022-05-01", "--anyway")
    assert code == 2 and "DG n. 34 del 20/04/2022" in told and "--correct" in told
    code, told = run(capsys, *approve, "--act", "DG n. 35", "--date", "2022-05-01", "--correct")
    assert code == 0 and "Rettifica DG n. 34 del 20/04/2022" in told
    assert run(capsys, *approve, "--withdraw")[0] == run(capsys, *approve, "--reason", "x")[0] == run(capsys, *approve)[0] == 2
    code, told = run(capsys, *approve, "--withdraw", "--reason", "Errore materiale")
    assert code == 0 and "DG n. 35" in told
    code, told = run(capsys, "log", year.folder)
    assert "Errore materiale" in told and "rettifica DG n. 34" in told
    with Register.open(year.folder, write=False) as register:
        assert register.verify() == []


# What the controller types

TYPED = {  # sheet of the review, where: row of what key (None: under the rows), column of what key (None: beside them)
    "an answer by telephone": ("requests", "last", "answer"), "another question": ("requests", "last", "question"),
    "the day of the answer": ("requests", "last", "answer_date"), "a note beside": ("requests", "last", None),
    "a title": ("evaluations", f"{ROUND}|S1.00001|S1", "title"), "beside an evaluation": ("evaluations", f"{ROUND}|S1.00001|S1", None),
    "a name": ("considerations", f"{ROUND}|S1", "sector_name"), "under the considerations": ("considerations", None, "sector"),
    "above": ("considerations", "above", None), "in the hidden column": ("requests", None, "#key")}


@pytest.fixture(scope="module")
def asked(played, tmp_path_factory):
    """The year with a request among those made."""
    campaign = Campaign(shutil.copytree(played[0], tmp_path_factory.mktemp("asked") / "c"))
    write(campaign.result(ROUND, "consolidato.xlsx"), lambda book: Sheet(book, "requests").add(sector="S1", question="Perché?"))
    assert main(["consolidate", str(campaign.folder), "--round", ROUND]) in (0, 1)
    return campaign.folder


def put(book, block, row, column):
    sheet = Sheet(book, block)
    at = {"last": lambda: sheet.row(next(str(n) for n in range(99, 0, -1) if has(sheet, str(n)))), "above": lambda: 1,
          None: lambda: sheet.bottom + 4}.get(row, lambda: sheet.row(row))()
    there = sheet.columns[column] if column else max(sheet.columns.values()) + 2
    sheet.type(at, there, "Detto al telefono")
    return f"{get_column_letter(there)}{at}"


def has(sheet, key):
    return any((sheet.value(r, sheet.columns["#key"]) or "") == key for r in range(sheet.top + 2, sheet.bottom + 1))


@pytest.mark.parametrize("what", TYPED)
def test_what_the_controller_types_where_nothing_is_read_is_told_with_its_cell(asked, what):
    from review_sheet import edited

    from perfxl.stages import review
    from perfxl.stages.review.unread_notes import has_notes

    made = Campaign(asked).result(ROUND, "consolidato.xlsx").read_bytes()
    cells = []
    saved = edited(lambda book: cells.append(put(book, *TYPED[what])), made)
    finding, = [f for f in review.read(saved, "c.xlsx", written=made).findings if f.code == "REVW19"]
    assert finding.place.cell == cells[0] and "Detto al telefono" in finding.message("it") and has_notes(saved, made)


@pytest.mark.parametrize("seed", range(2))
def test_any_cell_of_a_review_sheet_that_says_something_is_taken_kept_for_correction_or_told(asked, seed):
    """Texts and numbers in cells by chance: open, closed, hidden, above, beside and far below, on the hidden lists too."""
    import openpyxl
    from openpyxl.cell.cell import MergedCell

    from perfxl.stages import review
    from perfxl.stages.review.unread_notes import has_notes

    made, chance, typed = Campaign(asked).result(ROUND, "consolidato.xlsx").read_bytes(), Random(seed), {}
    book = openpyxl.load_workbook(io.BytesIO(made))
    for block in ("evaluations", "requests", "considerations", "lists"):
        name, _, ref = book.defined_names[f"px_review_{block}"].attr_text.rpartition("!")
        sheet, keys = book[name.strip("'")], int(ref.split("$")[2].rstrip(":"))
        for row in (*chance.sample(range(1, sheet.max_row + 1), min(20, sheet.max_row)), sheet.max_row + 1, sheet.max_row + 40, 5000):
            column = chance.choice((*range(1, sheet.max_column + 1), sheet.max_column + 1, 300))
            cell = sheet.cell(row, column)
            if row != keys and not isinstance(cell, MergedCell):
                cell.value = typed[sheet.title, f"{get_column_letter(column)}{row}"] = chance.choice([
                    f"ZZ{len(typed):05d}", 700_000 + len(typed), f"={700_000 + len(typed)}*1", f'=IF(ISNUMBER(Obiettivi!$A${len(typed) + 900}),"ZZ","–")'])
    out = io.BytesIO()
    book.save(out)
    reviewed = review.read(out.getvalue(), "c.xlsx", written=made)
    told = {(f.place.sheet, f.place.cell.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for f in reviewed.findings}  # a row is told at one of its cells
    lost = [at for at, value in typed.items() if (at[0], at[1].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) not in told and str(value) not in repr(reviewed)]
    assert len(typed) > 60 and lost == [] and has_notes(out.getvalue(), made)


OVER = {"a figure": "=0.99", "more of it": lambda formula: formula + "+0.05", "another row": lambda formula: re.sub(r"\$(\d+)", lambda row: f"${int(row[1]) + 1}", formula),
        "another column": lambda formula: re.sub(r"\$([A-Z]+)\$", "$C$", formula), "text": '="concordato"', "a function": lambda formula: formula.replace("ISNUMBER", "ISTEXT"),
        "another sheet": lambda formula: re.sub(r"'[^']+'!", "'Riepilogo linee'!", formula)}


@pytest.mark.parametrize("block, column", [("evaluations", "in_force"), ("considerations", "overall")])
@pytest.mark.parametrize("over", OVER)
def test_a_formula_typed_over_perfxls_own_is_told_though_it_has_no_value(asked, block, column, over):
    from review_sheet import edited

    from perfxl.stages import review
    from perfxl.stages.review.unread_notes import has_notes

    made, written = Campaign(asked).result(ROUND, "consolidato.xlsx").read_bytes(), {}

    def typed(book):
        sheet = Sheet(book, block)
        cell = sheet.ws.cell(sheet.top + 2, sheet.columns[column])
        cell.value = OVER[over] if isinstance(OVER[over], str) else OVER[over](cell.value)
        written.update(cell=cell.coordinate, formula=cell.value)

    saved = edited(typed, made)
    finding, = review.read(saved, "c.xlsx", written=made).findings
    assert finding_lines([finding], "code | cell") == [f"REVW19 | {written['cell']}"]
    assert written["formula"] in finding.message("it") and has_notes(saved, made)


def test_a_formula_without_a_value_in_an_open_cell_is_not_passed_over(asked):
    from review_sheet import edited

    from perfxl.stages import review

    made = Campaign(asked).result(ROUND, "consolidato.xlsx").read_bytes()
    saved = edited(lambda book: Sheet(book, "evaluations").put(f"{ROUND}|S1.00002|S1", choice="Rettificato", reason="Come detto"), made)
    book = load_workbook(io.BytesIO(saved))
    sheet = Sheet(book, "evaluations")
    sheet.ws.cell(sheet.row(f"{ROUND}|S1.00002|S1"), sheet.columns["percent"]).value = "=1/2"
    out = io.BytesIO()
    book.save(out)
    reviewed = review.read(out.getvalue(), "c.xlsx", written=made)
    finding, = reviewed.findings
    assert not reviewed.evaluations and finding.code == "FORM07" and "=1/2" in finding.message("it")
    assert [p.cells["percent"].formula for p in reviewed.pending] == ["1/2"]


def test_a_workbook_that_was_only_saved_or_sorted_says_nothing_more(asked):
    from review_sheet import edited

    from perfxl.stages import review
    from perfxl.stages.review.unread_notes import has_notes

    made = Campaign(asked).result(ROUND, "consolidato.xlsx").read_bytes()

    def turned(book):
        sheet = Sheet(book, "considerations")
        first, second = sheet.top + 2, sheet.top + 3
        for column in sheet.columns.values():
            a, b = sheet.ws.cell(first, column), sheet.ws.cell(second, column)
            a.value, b.value = b.value, a.value
    for edit in (lambda book: None, turned):
        saved = edited(edit, made)
        assert [f.code for f in review.read(saved, "c.xlsx", written=made).findings] == [] and not has_notes(saved, made)


def test_an_answer_typed_by_hand_is_kept_in_a_copy_and_told(asked, tmp_path, capsys):
    year = Campaign(shutil.copytree(asked, tmp_path / "c"))
    path = year.result(ROUND, "consolidato.xlsx")
    write(path, lambda book: put(book, "requests", "last", "answer"))
    code, told = run(capsys, "consolidate", year.folder, "--round", ROUND)
    copies = [p for p in path.parent.glob("consolidato-2*.xlsx")]
    assert "REVW19" in told and "«Detto al telefono»" in told and len(copies) == 1 and str(copies[0]) in told
    assert any("Detto al telefono" in row for sheet in load_workbook(copies[0], read_only=True) for row in sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("damage", ["cut", "without its first form"])
def test_a_workbook_that_cannot_be_compared_is_kept(year, damage, capsys):
    path = year.result(ROUND, "consolidato.xlsx")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        write(path, lambda book: book.active.cell(40, 40).__setattr__("value", "mio"))
        path.with_name(".scritto-consolidato.xlsx").unlink()
    mine = path.read_bytes()
    run(capsys, "consolidate", year.folder, "--round", ROUND)
    assert [p.read_bytes() for p in path.parent.glob("consolidato-2*.xlsx")] == [mine]


def test_what_differs_outside_the_objectives_is_said_to():
    def document(weight: int) -> dict:
        return {"round": "final", "outcomes": {}, "content": {"sectors": [{"code": "A", "weight": weight}], "objectives": []}}
    [told] = since_approval.lines(document(1), document(2), "it")
    assert "1, nessuno in un obiettivo" in told and "settori" in told
