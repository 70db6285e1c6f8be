"""A process that records a small year in a campaign, and may kill itself on the way.

    register_writer.py FOLDER record N   records everything; killed at the N-th line run inside the register (0: never)
    register_writer.py FOLDER batch      records half a batch, and is killed
    register_writer.py FOLDER hold       takes the right to write, prints "ready", waits until its input ends
"""

import os
import signal
import sys
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, approve
from perfxl.model import documents

SECTORS = ("S1", "S2", "S3")


def clock():
    return datetime(2021, 9, day=30, hour=12, minute=0, tzinfo=UTC)


#: The consolidated document of the run.
RESULT = b'{"round": "interim", "content": {}}'


def end():
    """What a pulled plug does to a process."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def record(folder):
    campaign = Campaign(folder)
    with Register.open(folder, clock=clock) as register:
        for number, sector in enumerate(SECTORS, 1):
            form = f"modulo {sector}".encode()
            documents.write_bytes(campaign.issued_form("interim", sector), form)
            register.record_form("interim", sector, number=number, digest="0" * 16, sha256=sha256(form).hexdigest())
            for copy in (1, 2):
                content = f"scheda {sector} {copy}".encode() * 500
                came = register.receive(content, "interim", f"ricevute/interim/{sector}-{copy}.xlsx")
                verdict = "used" if copy == 2 else "superseded"
                register.record_version("interim", sector, sha256=came.payload["sha256"], number=copy, verdict=verdict)
        documents.write_bytes(campaign.result("interim"), RESULT)
        with register.batch():
            for sector in SECTORS:
                register.decide(f"{sector}.00001/weight", "second", 10, round="interim", sector=sector, answers=[5, 10])
            register.record_run("consolidate", "interim", inputs="1" * 16, results=sha256(RESULT).hexdigest(),
                         findings={"error": 0, "warning": 1, "note": 2}, questions={"S1": 1})
        approve(register, campaign, round="interim", act="DG n. 1 del 01/10/2021", date=date(2021, 10, 1))


def kill_at(count):
    """Let the process die at the ``count``-th line it runs inside the register."""
    left = [count]

    def trace(frame, event, _):
        if "perfxl/campaign/register/" not in Path(frame.f_code.co_filename).as_posix():
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                end()
        return trace

    sys.settrace(trace)
    return left


def main(folder, what, count="0"):
    if what == "record":
        left = kill_at(int(count) or 10**9)
        record(folder)
        sys.settrace(None)
        print(10**9 - left[0])
    elif what == "batch":
        register = Register.open(folder, clock=clock)
        with register.batch():
            for number in range(200):  # more than SQLite keeps in memory, so that it begins to write
                register.decide(f"S1.0000{number}/title", "first", "x" * 20_000, round="interim")
            end()
    else:
        with Register.open(folder, clock=clock):
            print("ready", flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
