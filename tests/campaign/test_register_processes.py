"""The register among several processes: one writer, free readers, and processes that die at any point."""

import os
import random
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
import register_writer

from perfxl.campaign import Campaign
from perfxl.campaign.register import Busy, Register, verify
from perfxl.model import documents

SCRIPT = Path(register_writer.__file__)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[1])}


def start(folder, *arguments):
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder), *map(str, arguments)], env=ENVIRONMENT, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.fixture
def holder(tmp_path):
    """A process that holds the right to write in ``tmp_path``."""
    process = start(tmp_path, "hold")
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def content(folder):
    """Every entry and every kept byte."""
    with Register.open(folder, write=False) as register:
        entries = register.entries()
    kept = {p.relative_to(folder).as_posix(): (p.read_bytes(), p.stat().st_mode)
            for root in ("archivio", "approvati") for p in (folder / root).rglob("*") if p.is_file()}
    return entries, kept


def broken(folder, expected):
    """What the proof finds beside what work that was cut short leaves: a file or a result of ``expected`` put in place of which no
    entry tells yet."""
    kept = {path for path in expected[1] if path.startswith("archivio/")}
    left = {("REGI12", path) for path in kept} | {("REGI10", "risultati/interim/consolidato.json")}
    return [f for f in verify(folder) if (f.code, f.place.file) not in left]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What an undisturbed run leaves, and how many lines of the register it runs through."""
    folder = tmp_path_factory.mktemp("whole")
    process = start(folder, "record", 0)
    lines = int(process.communicate()[0])
    assert process.returncode == 0 and lines > 500
    return content(folder), lines


def test_a_second_writer_is_told_who_is_writing(tmp_path, holder):
    with pytest.raises(Busy) as refused:
        Register.open(tmp_path)
    assert refused.value.key == "busy" and refused.value.values["pid"] == holder.pid
    for language in ("it", "en"):
        said = refused.value.say(language)
        assert str(holder.pid) in said and refused.value.values["host"] in said and str(tmp_path) in said


def test_a_writer_that_was_killed_holds_nobody_up(tmp_path, holder):
    holder.kill()
    holder.wait()
    documents.write_bytes(Campaign(tmp_path).issued_form("interim", "S1"), b"modulo")
    with Register.open(tmp_path) as register:
        register.record_form("interim", "S1", number=1, digest="0" * 16, sha256=sha256(b"modulo").hexdigest())
    assert verify(tmp_path) == []
    assert not (tmp_path / ".registro.lock.json").exists()


def test_the_right_to_write_is_free_again_after_closing(tmp_path, holder):
    holder.communicate()
    assert holder.returncode == 0
    with Register.open(tmp_path):
        with pytest.raises(Busy):
            Register.open(tmp_path)


def test_readers_do_not_wait_for_the_writer(tmp_path, holder):
    before = time.monotonic()
    with Register.open(tmp_path, write=False) as register:
        assert [e.kind for e in register.entries()] == ["created"]
        assert register.verify() == []
    assert time.monotonic() - before < 1


def test_readers_see_the_state_before_a_batch_while_it_is_written(tmp_path):
    with Register.open(tmp_path) as writer, writer.batch():
        writer.record_form("interim", "S1", number=1, digest="0" * 16, sha256="a" * 64)
        with Register.open(tmp_path, write=False) as reader:
            assert [e.kind for e in reader.entries()] == ["created"]
    with Register.open(tmp_path, write=False) as reader:
        assert [e.kind for e in reader.entries()] == ["created", "issued"]


def test_a_batch_that_is_cut_short_leaves_nothing_of_it(tmp_path):
    process = start(tmp_path, "batch")
    process.communicate()
    assert process.returncode != 0
    assert (tmp_path / "registro.sqlite-journal").stat().st_size > 0  # the crash left work half done
    assert verify(tmp_path) == []
    with Register.open(tmp_path, write=False) as register:
        assert [e.kind for e in register.entries()] == ["created"]


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_line_the_next_run_completes_to_the_same_log(tmp_path, whole, seed):
    expected, lines = whole
    ends = []
    for point in sorted(random.Random(seed).sample(range(1, lines), 3)):
        process = start(tmp_path, "record", point)
        process.communicate()
        ends.append(process.returncode)
        assert broken(tmp_path, expected) == []
    assert ends[0] != 0  # later ones have less left to do, and may reach their end
    assert start(tmp_path, "record", 0).communicate()[0]
    assert content(tmp_path) == expected
    assert verify(tmp_path) == []
    assert not [p for p in tmp_path.rglob(".*.json") if p.name != ".registro.ultima.json"] and not list((tmp_path / "archivio").rglob(".*"))


def test_killed_at_any_moment_the_next_run_completes_to_the_same_log(tmp_path, whole):
    chance = random.Random(7)
    for _ in range(12):
        process = start(tmp_path, "record", 0)
        time.sleep(0.05 + chance.random() * 0.5)
        process.kill()
        process.communicate()
        assert broken(tmp_path, whole[0]) == []
    process = start(tmp_path, "record", 0)
    process.communicate()
    assert process.returncode == 0 and verify(tmp_path) == []
    assert content(tmp_path) == whole[0]
