"""Runs one thing in processes of its own and says what it took: time, processor time, peak of memory."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
MB = 1 << 20


@dataclass(frozen=True)
class Taken:
    """``wall`` and ``cpu`` in seconds, of all its processes; ``peak`` in MB, of all together (shared pages counted
    once), 0 where the system does not say; ``said``: what it returned."""

    wall: float
    cpu: float
    peak: float
    said: Any


def measured(name: str, *arguments: Any) -> Taken:
    """What ``benchmarks.subjects.<name>(*arguments)`` takes in a new session of processes.

    ``wall`` and ``cpu`` are those it says itself (``{"wall": ..., "cpu": ...}``), without start-up, when it does.
    """
    command = [sys.executable, "-m", "benchmarks.subjects", name, *map(str, arguments)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    cpu: dict[int, float] = {}
    peak, ended = 0.0, None
    while ended is None:
        looked = time.perf_counter()
        used = list(_session(process.pid))
        cpu |= {pid: seconds for pid, seconds, _ in used}
        peak = max(peak, sum(memory for _, _, memory in used))
        try:
            ended = process.wait(max(0.05, 20 * (time.perf_counter() - looked)))  # large processes stand still while their memory is counted
        except subprocess.TimeoutExpired:
            continue
    wall = time.perf_counter() - began
    if ended:
        raise SystemExit(f"benchmark {name} failed")
    said = json.loads((process.stdout.read() if process.stdout else "").splitlines()[-1])
    mine = said if isinstance(said, dict) else {}
    return Taken(mine.get("wall", wall), mine.get("cpu", sum(cpu.values())), peak / MB, said)


def _session(leader: int):
    """(pid, processor seconds, bytes) of each process in the session of ``leader``; nothing where /proc is not."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(stat[3]) == leader:
                seconds = sum(int(s) for s in stat[11:13]) / TICK
                yield int(entry.name), seconds, _memory(entry)
        except OSError:
            continue  # it ended meanwhile


def _memory(entry: Path) -> int:
    for line in (entry / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
