"""Ctrl-C at any moment, or being asked to end, is one sentence: no words of Python, of this process or of those that read for it, and
none of them stays.

The suite interrupts a few times; for many: PERFXL_INTERRUPTIONS=50 PERFXL_INTERRUPTION_SEED=7 pytest tests/workflow/test_interrupted.py
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from perfxl.demo.play import send_back
from perfxl.model.texts import Texts

TIMES, SEED = int(os.environ.get("PERFXL_INTERRUPTIONS", "2")), int(os.environ.get("PERFXL_INTERRUPTION_SEED", "14"))
#: The command line as it is started, telling when it has begun: what Python itself does before is not perfxl's.
PROGRAM = "import sys, perfxl.__main__ as begun\nprint('begun', flush=True)\nsys.exit(begun.main())"
COMMANDS = {"consolidate": (["consolidate", ".", "--round", "interim", "--workers", "2"], 2.5),
            "check": (["check", ".", "--round", "interim", "--workers", "1"], 1.5),
            "status": (["status", "."], 0.3)}


@pytest.mark.parametrize("signals", [(signal.SIGINT,), (signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)], ids=["once", "twice", "ended"])
@pytest.mark.parametrize("command", COMMANDS)
def test_an_interruption_at_any_moment_is_one_sentence(command, signals, campaign):
    send_back(campaign, "interim", "it")
    words, most = COMMANDS[command]
    moments = random.Random(f"{SEED} {command} {signals}")
    for _ in range(TIMES):
        moment = moments.uniform(0, most)
        with subprocess.Popen([sys.executable, "-P", "-c", PROGRAM, *words], cwd=campaign.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, start_new_session=True, preexec_fn=_heeding) as running:
            assert running.stdout.readline() == "begun\n"
            time.sleep(moment)
            for number in signals:
                _interrupt(running.pid, number)
            said = running.communicate(timeout=60)[1]
        assert "Traceback" not in said and "Exception" not in said and "guasto suo" not in said, (moment, said)
        assert running.returncode in (0, 1) or running.returncode == 2 and said.count(Texts("cli", "it")("interrupted")) == 1, (moment, said)
        assert not _others(running.pid), moment


def test_an_interruption_within_an_import_waits_for_its_end(tmp_path):
    (tmp_path / "long_import.py").write_text("import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    [0 for _ in range(10 ** 6)]\n"
                                             "except BaseException as cut:\n    raise ImportError('a part is missing') from cut\n")
    program = (f"import sys; sys.path.append({str(tmp_path)!r})\nfrom perfxl.model import interruption\ninterruption.handle_interrupts()\n"
               "try:\n    import long_import\n    import time; time.sleep(60)\nexcept KeyboardInterrupt:\n    print('after it')\n")
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=50, preexec_fn=_heeding)
    assert (done.stdout, done.stderr) == ("after it\n", "")


def test_an_interruption_where_none_can_be_raised_comes_again():
    program = ("import os, signal, time\nfrom perfxl.model import interruption\ninterruption.handle_interrupts()\nclass Gone:\n    def __del__(self):\n"
               "        os.kill(os.getpid(), signal.SIGINT); time.sleep(0)\ntry:\n    Gone(); time.sleep(60)\nexcept KeyboardInterrupt:\n    print('after it')\n")
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=50, preexec_fn=_heeding)
    assert (done.stdout, done.stderr) == ("after it\n", "")


def test_an_interruption_that_a_library_would_take_for_a_fault_of_its_own_comes_after_it():
    program = ("import os, signal, time\nfrom openpyxl.descriptors import Convertible, Strict\nfrom perfxl.model import interruption\n"
               "interruption.handle_interrupts()\nclass Range:\n    def __init__(self, given):\n        os.kill(os.getpid(), signal.SIGTERM)\n"
               "        [0 for _ in range(10 ** 6)]\nclass Rule(Strict):\n    cells = Convertible(expected_type=Range)\n"
               "try:\n    Rule().cells = 'A1'\n    print('made\\n', end='')\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('after it')\n")
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=50, preexec_fn=_heeding)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("after it", "")


#: An office program that leaves one of its own in its group and one in no group of its, and says so.
OFFICE = """#!/bin/sh
sleep 600 &
echo $! > one
setsid sh -c 'echo $$ > two.new; mv two.new two; exec sleep 600' &
wait
"""
#: A work that waits for it, in the main thread or beside it, as in the window.
PRINTING = """import sys, threading, time
from pathlib import Path
from perfxl.model import interruption
from perfxl.stages.report import pdf

interruption.handle_interrupts()
folder = Path(sys.argv[1])
work = threading.Thread(target=pdf._run, args=([str(folder / "office")], {"PATH": "/usr/bin:/bin"}),
                        kwargs={"said": folder / "said", "most": 600, "waiting": None}, daemon=True)
try:
    if sys.argv[2] == "window":
        work.start()
        while not (folder / "two").exists():
            time.sleep(0.05)
    else:
        work.run()
except KeyboardInterrupt:
    print("after it")
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, None], ids=["ctrl-c", "ended", "terminal closed", "window closed"])
def test_the_office_program_ends_with_the_work_it_was_started_for(end, tmp_path):
    office = tmp_path / "office"
    office.write_text(OFFICE)
    office.chmod(0o755)
    with subprocess.Popen([sys.executable, "-P", "-c", PRINTING, str(tmp_path), "window" if end is None else "main"], text=True,
                          stdout=subprocess.PIPE, preexec_fn=_heeding) as running:
        while not (tmp_path / "two").exists():
            assert running.poll() is None or end is None
            time.sleep(0.05)
        if end is not None:
            running.send_signal(end)
        assert running.communicate(timeout=60)[0] == ("" if end is None else "after it\n")
    for name in ("one", "two"):
        _gone(int((tmp_path / name).read_text()))


def _gone(number: int) -> None:
    """Come back when a process has ended."""
    deadline = time.monotonic() + 20
    while Path(f"/proc/{number}/stat").exists() and Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _heeding() -> None:
    """In a new process: Ctrl-C and the like are heard, whatever the tests were started with."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _interrupt(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:  # it was quicker
        pass


def _others(session: int) -> list[str]:
    """What still runs of a session, after a while in which it may end."""
    deadline = time.monotonic() + 20
    while True:
        left = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                left.append(stat.parent.name)
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)
