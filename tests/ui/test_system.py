"""What the system refuses is told as what it is; what never ends is refused; nothing of a name reaches a terminal raw."""

import errno
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from warm import warm  # noqa: F401 - a fixture

from perfxl import demo
from perfxl.demo.play import send_back
from perfxl.model import documents
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import Texts, plain
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.report import pdf
from perfxl.ui.cli import main
from perfxl.ui.system import words as system_words

START = "import sys\nfrom perfxl.ui.cli import main\n"


def started(campaign, *command, before: str = "") -> subprocess.CompletedProcess:
    """A command in a fresh process; ``before``: what is done in it first."""
    code = f"{before}\n{START}sys.exit(main({[str(c) for c in command]!r}))"
    return subprocess.run([sys.executable, "-P", "-c", code], cwd=campaign.folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("kind", ["fifo", "device", "link to a device"])
@pytest.mark.parametrize("command", [["check", "{}"], ["read", "{}"], ["collect", ".", "{}"], ["new", "n", "--from", "{}"], ["bundle", "--verify", "{}"],
                                     ["fill", "a.xlsx", "{}", "-o", "b.xlsx"], ["fill", "a.xlsx", "a.json", "-o", "{}"], ["read", "a.xlsx", "--extension", "{}"]])
def test_what_never_ends_is_refused_when_it_is_named(kind, command, tmp_path, monkeypatch, capsys):
    path = tmp_path / "S1.xlsx"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        path.symlink_to("/dev/zero")
    monkeypatch.chdir(tmp_path)
    assert main([part.format(path) for part in command]) == 2
    assert str(path) in capsys.readouterr().err


#: Where a pipe may lie in a campaign under the name of what perfxl reads by itself, and the code with which consolidating then ends (0: a result is made).
PIPES = {"risultati/interim/consolidato.json": 0, "risultati/interim/.scritto-consolidato.xlsx": 0, "risultati/interim/~$consolidato.xlsx": 0,
         "risultati/interim/.~lock.consolidato.xlsx#": 0, ".registro.ultima.json": 0, "approvati/interim.json": 2, "piano.xlsx": 2}


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_in_place_of_what_perfxl_reads_by_itself_holds_nothing_up(name, consolidated, warm, tmp_path):
    path = consolidated.folder / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    for command in (("consolidate", ".", "--round", "interim", "--workers", "1"), ("log", ".", "--verify")):
        done = warm.run(*command, folder=consolidated.folder, notes=tmp_path)
        assert "Traceback" not in done.stderr and "guasto suo" not in done.stderr, done.stderr
        if command[0] == "consolidate":
            assert (done.returncode == 2) == (PIPES[name] == 2), done.stderr


#: What a body puts in its campaign, and a command that reads it.
OWN = {"estensione.schema.json": ["check", "."], "modelli/scheda-monitoring.xlsx": ["issue", ".", "--round", "interim"],
       "modelli/relazione-interim.docx": ["report", ".", "--round", "interim"], "modelli/posta/scheda.txt": ["send", ".", "--round", "interim", "--dry-run"]}


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to nothing"])
@pytest.mark.parametrize("name", OWN)
def test_what_stands_in_the_place_of_a_file_of_the_bodys_own_is_told_and_not_passed_over(name, kind, consolidated, monkeypatch, capsys):
    path = consolidated.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    {"pipe": os.mkfifo, "folder": Path.mkdir, "link to nothing": lambda p: p.symlink_to("nowhere")}[kind](path)
    monkeypatch.chdir(consolidated.folder)
    capsys.readouterr()
    assert main(OWN[name]) == 2
    said = capsys.readouterr().err
    assert name in said and Texts("cli", "it")("os_EISDIR" if kind == "folder" else "os_NOFILE") in said


@pytest.fixture
def consolidated(campaign):
    """A campaign that was consolidated once, with nothing returned yet."""
    assert main(["consolidate", str(campaign.folder), "--round", "interim", "--workers", "1"]) in (0, 1)
    return campaign


def limited(kind: str, most: int) -> str:
    """What has a process have ``most`` of a kind at most, once all is imported that commands need."""
    return ("import perfxl.ui.cli, perfxl.workflow.consolidate, perfxl.workflow.issue, perfxl.workflow.check, openpyxl, xlsxwriter\n"
            f"import resource; resource.setrlimit(resource.{kind}, ({most}, {most}))")


#: What a process may not have, in which command, and the path that is told with it.
LIMITS = [("EMFILE", limited("RLIMIT_NOFILE", 5), ["issue", ".", "--round", "final"], ".registro.lock.json"),
          ("EMFILE", limited("RLIMIT_NOFILE", 8), ["check", ".", "--workers", "2"], "usare .:"),
          ("EFBIG", limited("RLIMIT_FSIZE", 2000), ["issue", ".", "--round", "final"], "emesse/final/"),
          ("EFBIG", limited("RLIMIT_FSIZE", 2000), ["extend", ".", "--round", "interim", "--to", "2021-10-20"], "registro.sqlite"),
          ("EFBIG", limited("RLIMIT_FSIZE", 2000), ["consolidate", ".", "--round", "interim", "--workers", "1"], "risultati/interim/consolidato.xlsx"),
          ("EFBIG", limited("RLIMIT_FSIZE", 2000), ["template", "."], tempfile.gettempdir())]


@pytest.mark.parametrize("code, before, command, path", LIMITS)
def test_what_a_process_may_not_have_is_told_as_what_it_is_with_its_path(code, before, command, path, campaign, warm, tmp_path):
    send_back(campaign, "interim", "it")
    done = warm.run(*command, folder=campaign.folder, before=before, notes=tmp_path)
    words = Texts("cli", "it")(f"os_{code}")
    assert done.returncode == 2 and words in done.stderr and path in done.stderr, done.stderr
    assert "guasto suo" not in done.stderr and "Traceback" not in done.stderr and "danneggiato" not in done.stderr, done.stderr


def test_what_cannot_be_printed_is_no_fault_of_the_campaign(campaign):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-P", "-m", "perfxl", "log", "."], cwd=campaign.folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2 and Texts("cli", "it")("standard_output") in done.stderr and Texts("cli", "it")("os_ENOSPC") in done.stderr


def test_what_only_reads_works_where_nothing_can_be_written(consolidated, monkeypatch, capsys):
    """As on a disk that can only be read: the system refuses every opening that would write."""
    wrote = []

    def refuse(event, given):
        if event == "open" and str(given[0]).startswith(str(consolidated.folder)) and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR):
            wrote.append(given)
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), given[0])

    monkeypatch.setattr(os, "access", lambda path, mode, **_: not mode & os.W_OK)
    sys.addaudithook(lambda *said: refuse(*said) if refusing else None)
    refusing = [True]
    try:
        for command in (["explain", "S1", "--round", "interim"], ["status", "--round", "interim"], ["log"], ["log", "--verify"], ["resolve", "--round", "interim"],
                        ["check", "--round", "interim"], ["send", "--round", "interim", "--dry-run"]):
            code = main([command[0], str(consolidated.folder), *command[1:]])
            assert code in (0, 1), (command, capsys.readouterr().err)
    finally:
        refusing.clear()
    assert not wrote


def test_without_a_place_for_temporary_files_it_consolidates_and_who_needs_one_says_so(campaign):
    nowhere = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/nowhere']"
    done = started(campaign, "consolidate", ".", "--round", "interim", before=nowhere)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
    problem = FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/nowhere']")
    assert Texts("cli", "it")("os_NOTEMP") in system_words(problem, "it")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EMFILE, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.ENOENT])
@pytest.mark.parametrize("language", ["it", "en"])
def test_each_complaint_has_its_words_its_path_and_its_advice(number, language):
    said = system_words(OSError(number, "x", "/campagna/piano.xlsx"), language)
    assert "/campagna/piano.xlsx" in said and "{" not in said
    assert ("Excel" in said) == (number == errno.EACCES), "only what may be open elsewhere is said to be"
    assert "  " not in system_words(OSError(number, "x"), language), "no empty path"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_document_that_cannot_be_written_is_named_and_the_old_one_stays(number, tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def full(handle):
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError) as problem:
        documents.write_bytes(path, b"new")
    assert problem.value.filename == str(path) and path.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("mask, mode", [(0o022, 0o644), (0o077, 0o600), (0o027, 0o640)])
def test_the_mask_of_the_user_is_respected(mask, mode, tmp_path):
    before = os.umask(mask)
    try:
        documents.write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_end_nothing(closed, campaign):
    command = f'"{sys.executable}" -P -m perfxl log . --verify {closed}'
    done = subprocess.run(["sh", "-c", command], cwd=campaign.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "Traceback" not in done.stderr + done.stdout
    done = subprocess.run(["sh", "-c", f'"{sys.executable}" -P -m perfxl log nowhere {closed}'], cwd=campaign.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "Traceback" not in done.stderr + done.stdout and "nowhere" not in done.stdout


def test_an_interruption_while_modules_are_imported_is_one_word(campaign):
    before = ("import builtins\nkept = builtins.__import__\ndef slow(name, *a, **k):\n    if name.startswith('perfxl.workflow'): raise KeyboardInterrupt\n"
              "    return kept(name, *a, **k)\nbuiltins.__import__ = slow")
    done = started(campaign, "status", ".", before=before)
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.strip() == Texts("cli", "it")("interrupted").strip()


NAMES = ("a\x1b[31mrosso.xlsx", "a\nb.xlsx", "a\x07\x9b2J.xlsx", "a\u202exslx.xlsx")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_command_no_terminal(name, campaign, capsys):
    folder = campaign.folder / "ricevute" / "interim"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"PK")
    shown = plain(name)
    assert shown.isprintable() and shown in Finding("FILE01", Place(name)).message("it")
    for command in (["check", str(campaign.folder)], ["check", str(folder / name)], ["read", str(folder / (name + "x"))], ["check", "--" + name],
                    ["report", str(campaign.folder / name), "--round", "final"]):
        try:
            main(command)
        except SystemExit:
            pass
        printed = capsys.readouterr()
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed.out + printed.err), command


@pytest.mark.parametrize("begun", ["sleep 300 &", "setsid sleep 300 &", "(cd / && exec setsid sleep 300) &", "env -i setsid sleep 300 &",
                                   "(cd / && exec env -i setsid sh -c 'sleep 300; :' \"$0 $*\") &"])
def test_a_libreoffice_that_hangs_is_told_and_ended_with_its_children(begun, tmp_path, monkeypatch):
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{begun}\necho $! > \"$PERFXL_TEST_CHILD\"\nsleep 300\n")
    program.chmod(0o755)
    monkeypatch.setenv("PERFXL_TEST_CHILD", str(tmp_path / "child"))
    monkeypatch.setattr(pdf, "office", lambda: str(program))
    for name, value in (("SECONDS", 1), ("SECONDS_EACH", 0), ("TOLD_AFTER", 0.3)):
        monkeypatch.setattr(pdf, name, value)
    monkeypatch.setattr(pdf, "_loose_contents", lambda document: document)
    told = []
    with pytest.raises(pdf.NoOffice):
        pdf.to_pdf(b"PK", lambda passed, most: told.append((passed, most)))
    assert told == [(0.3, 1)]
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if not _alive(child):
            break
        time.sleep(0.1)
    assert not _alive(child), "what it started is gone too"


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("code, found", [("CON", "PLAN36"), ("NUL", "PLAN36"), ("AUX", "PLAN36"), ("COM1", "PLAN36"), ("LPT1", "PLAN36"), ("PRN", "PLAN36"),
                                         ("TRUE", "PLAN35"), ("VERO", "PLAN35"), ("FALSO", "PLAN35"), ("FALSE", "PLAN35"), ("WAHR", "PLAN35"), ("FALSCH", "PLAN35"),
                                         ("HISTORY", "PLAN35"), ("CRONOLOGIA", "PLAN35")])
def test_codes_that_other_programs_take_for_something_else_are_refused_in_the_plan(code, found):
    from perfxl.stages.plan.checks import problems

    made = demo.plan()
    made["sectors"][1]["code"] = code
    made["objectives"][0]["code"] = f"{code}.00001"
    told = [(p.code, p.path) for p in problems(made) if p.code in ("PLAN35", "PLAN36")]
    assert told == [(found, ("sectors", 1, "code")), (found, ("objectives", 0, "code"))]
    assert not [p for p in problems(demo.plan()) if p.code in ("PLAN35", "PLAN36")]


def test_the_plan_workbook_says_which_cell_has_such_a_code():
    made = demo.plan()
    made["sectors"].append({**made["sectors"][0], "code": "NUL", "name": "Nuovo"})
    finding, = [f for f in plan.read(write_plan(made, "it"), "piano.xlsx").findings if f.code == "PLAN36"]
    assert finding.place.cell and "NUL" in finding.message("it")
