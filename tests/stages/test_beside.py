"""A workbook that two processes write is the one that one writes, whatever becomes of the second."""

import os
import signal
import subprocess
import sys
from copy import deepcopy

import pytest
from result_year import consolidated

from perfxl.model import process_copy
from perfxl.stages.consolidate import beside, inline
from perfxl.stages.consolidate import workbook as result


@pytest.fixture(scope="module")
def alone():
    """A workbook as one process writes it, the text of one of its rows being what no other row has."""
    return result.write(_document())


@pytest.fixture
def joined(monkeypatch):
    """What the other process said each time that its sheets were taken in; small workbooks are written by two, too."""
    taken, join = [], beside.Beside.join

    def joining(self):
        join(self)
        taken.append(self._written)

    monkeypatch.setattr(beside.Beside, "join", joining)
    monkeypatch.setattr(process_copy, "possible", lambda: True)
    monkeypatch.setattr(result, "MANY", 1)
    return taken


def _document() -> dict:
    """One whose texts hold what signs are made of."""
    document = deepcopy(consolidated())
    document["content"]["objectives"][0]["sheet"]["title"] = "\x01x0\x01 e _x0001_x0_x0001_"
    return document


def test_two_processes_write_what_one_writes(alone, joined):
    assert result.write(_document(), processes=2) == alone
    [written] = joined
    assert written.last_looks  # those that no row before the last has come after all others


def test_so_they_do_when_rows_go_to_disk_and_no_look_is_left_for_the_end(alone, joined, monkeypatch):
    monkeypatch.setattr(inline, "IN_MEMORY", 200)
    monkeypatch.setattr(inline.PlainSheet, "is_numbered", _numbering)
    other = result.write(_document())
    assert result.write(_document(), processes=2) == other
    [written] = joined
    assert not written.last_looks


def _numbering(self) -> bool:
    self.number_rest()
    return not self.charts


def test_one_process_is_asked_for_no_other(alone, joined):
    assert result.write(_document(), processes=1) == alone
    assert not joined


@pytest.mark.parametrize("said", [0, 1])
def test_one_that_ends_before_its_time_leaves_all_to_the_first(said, alone, joined, monkeypatch):
    def ending(connection, book, write):
        if said:
            write()
            connection.send(beside._Written([("Gantt", {})], looks=[], last_looks=[], conditions=[], rows={}))
        os._exit(3)

    monkeypatch.setattr(beside, "_serve", ending)
    assert result.write(_document(), processes=2) == alone


def test_where_none_can_be_started_one_writes_it_all(alone, joined, monkeypatch):
    def none():
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", none)
    assert result.write(_document(), processes=2) == alone
    assert not joined


PROGRAM = """
import os, time
from datetime import date
from perfxl.stages.consolidate import beside
from perfxl.stages.consolidate.book import Book

def never():
    print(os.getpid(), flush=True)
    time.sleep(600)

try:
    with beside.beside(Book("it", "x", footer="x", created=date(2021, 1, 1), folder=None), never) as other:
        other.join()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("number, said", [(signal.SIGINT, "interrupted\n"), (signal.SIGKILL, "")])
def test_the_second_ends_with_the_first(number, said):
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stdout.readline().strip().isdigit()
        os.kill(running.pid, number)
        assert running.stdout.read() == said  # which ends with the last that writes there


def test_nothing_of_a_process_that_runs_more_than_one_thing_is_copied(monkeypatch):
    monkeypatch.setattr(process_copy.threading, "active_count", lambda: 2)
    assert not process_copy.possible()
