"""The process that the extension starts, as the extension listens to it; without the office program."""

import importlib.util
import queue
from pathlib import Path

import pytest

from perfxl.ui.addin.libreoffice import extension

_FILE = Path(extension.__file__).parent / "starter" / "pythonpath" / "perfxl_office" / "child.py"
_SPEC = importlib.util.spec_from_file_location("perfxl_office_child", _FILE)
child = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(child)


@pytest.fixture
def started(tmp_path):
    """Start a shell script in place of Python; the child, and where what is heard of it goes."""
    made = []

    def start(text: str):
        script, heard = tmp_path / "python", queue.Queue()
        script.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        script.chmod(0o755)
        made.append(child.Child({"python": str(script)}, "status", language="it", state={"active": None}, heard=heard.put))
        return made[-1], heard
    yield start
    for one in made:
        one.end()
        one.process.wait()


def test_nothing_is_heard_of_a_process_before_whoever_started_it_knows_it(started):
    one, heard = started("""echo '{"progress": 1}'; echo rotto >&2; exit 3""")
    one.process.wait()
    assert heard.empty()
    one.listen()
    assert heard.get(timeout=60) == {"progress": 1} and heard.get(timeout=60) is None
    assert one.last_words() == "rotto"


def test_the_end_is_heard_last_and_once_also_when_something_else_holds_the_line(started):
    one, heard = started("""sleep 600 & echo 5; echo perfxl; echo '[]'; echo '{"end": true}'; kill -9 $$""")
    one.listen()
    assert heard.get(timeout=60) == {"end": True} and heard.get(timeout=60) is None
    assert not one._listener.is_alive() and heard.empty()


def test_one_that_does_not_stop_when_it_is_asked_is_ended(started, monkeypatch):
    monkeypatch.setattr(child, "GRACE", 0.01)
    one, heard = started("trap '' TERM INT; sleep 600")
    one.listen()
    one.cancel()
    assert heard.get(timeout=60) is None and one.process.poll() is not None
