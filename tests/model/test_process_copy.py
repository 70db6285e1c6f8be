"""What a copy of the process does meanwhile is what the process itself would have done, whatever becomes of the copy."""

import os

import pytest

from perfxl.model import process_copy


@pytest.fixture
def copies(monkeypatch):
    """There can be copies, whatever else this process runs."""
    monkeypatch.setattr(process_copy, "possible", lambda: True)


def test_a_copy_does_it_and_this_process_goes_on(copies):
    with process_copy.meanwhile(lambda: [os.getpid(), {"what": "stands here"}]) as result:
        pid, value = result()
    assert pid != os.getpid() and value == {"what": "stands here"}
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("keeps_it", ["too little to do", "no copies", "no room", "it ends", "not sent"])
def test_without_a_copy_this_process_does_it(copies, monkeypatch, keeps_it):
    own = os.getpid()

    def no_room():
        raise BlockingIOError("Resource temporarily unavailable")

    def work():
        if os.getpid() != own:
            return os._exit(9) if keeps_it == "it ends" else lambda: "cannot be sent"
        return "done here"
    if keeps_it == "no copies":
        monkeypatch.setattr(process_copy, "possible", lambda: False)
    if keeps_it == "no room":
        monkeypatch.setattr(os, "fork", no_room)
    with process_copy.meanwhile(work, worthwhile=keeps_it != "too little to do") as result:
        assert result() == "done here"


def test_what_goes_wrong_in_the_copy_goes_wrong_here(copies):
    with pytest.raises(ZeroDivisionError), process_copy.meanwhile(lambda: 1 / 0) as result:
        result()


def test_who_does_not_wait_leaves_no_copy_behind(copies, tmp_path):
    started = tmp_path / "started"

    def work():
        started.write_text(str(os.getpid()))
        while True:
            os.sched_yield()
    with process_copy.meanwhile(work):
        while not (started.exists() and started.read_text()):
            os.sched_yield()
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
