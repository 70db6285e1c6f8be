"""``python -m benchmarks``: perfxl against the floor, the fastest parser and what one would write instead, in one run."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import bodies, corpus
from benchmarks.figures import KEPT, Figures
from benchmarks.measure import Taken, measured
from perfxl.campaign import Campaign
from perfxl.model import documents

MB = 1 << 20
READERS = (("unzip", "unzip only: the floor"), ("calamine", "python-calamine, values only"),
           ("calamine_both", "the same, issued workbook too"), ("perfxl_read", "perfxl read"),
           ("perfxl_check", "perfxl read + check, issued too"),
           ("openpyxl", "openpyxl, read-only"), ("pandas", "pandas.read_excel + concat"))
#: Those that open two files for each return, and the parser that opens the same two.
SAME = {"calamine_both": "calamine_both", "perfxl_check": "calamine_both"}
#: Those that are also tried on files that another program has saved.
AGAIN = ("unzip", "calamine", "calamine_both", "perfxl_read", "perfxl_check")
#: Those that are also tried on a file of which nothing is known yet, and how often each file is read so.
FIRST, TWICE = ("calamine", "calamine_both", "perfxl_read", "perfxl_check"), 2


def main() -> None:
    """Builds what is asked for in a temporary folder, measures, prints tables."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--returns", type=int, default=110, help="returns to consolidate, in groups of eleven (default: 110)")
    asked.add_argument("--objectives", type=int, default=1000, help="objectives of the wide workbook, eight phases each (default: 1000)")
    asked.add_argument("--full", action="store_true", help="1,001 returns and 10,000 objectives: a quarter of an hour")
    asked.add_argument("--only", nargs="+", choices=list(CHAPTERS), default=list(CHAPTERS), help="these chapters alone")
    asked.add_argument("--bodies", type=int, default=200, help="campaigns to compare (default: 200)")
    asked.add_argument("--keep", action="store_true", help="make the figures those of the release, in benchmarks/figures.json")
    asked.add_argument("--grown", action="store_true", help="tell what takes more than a fifth longer than those, in ratio to calamine and unzip")
    given = asked.parse_args()
    if given.full:
        given.returns, given.objectives = 1001, 10_000
    if given.grown:
        kept = documents.load(KEPT)
        given.returns, given.objectives, given.bodies = (kept[k] for k in ("returns", "objectives", "bodies"))
    given.figures = Figures({"returns": given.returns, "objectives": given.objectives, "bodies": given.bodies})
    if (given.keep or given.grown) and "reading" not in given.only:
        asked.error("the figures are told in ratio to what reading measures: --only reading ... too")
    folder = Path(tempfile.mkdtemp(prefix="perfxl-bench-"))
    try:
        began = time.perf_counter()
        source = corpus.played(folder / "demo")
        campaign = corpus.grown(source, folder / "grown", given.returns)
        sent = [p.stat().st_size for p in campaign.received_files(corpus.ROUND)]
        print(f"{len(sent)} returns, {sum(sent) / len(sent) / 1024:.0f} KB each, built in {time.perf_counter() - began:.0f} s")
        failed = [name for name in given.only if not _measured(name, source, campaign, given)]
        grown = given.figures.grown(documents.load(KEPT)) if given.grown and "reading" not in failed else []
        if given.grown:
            print("\nGrown by more than a fifth since the last release:", *(grown or ["nothing"]), sep="\n  ")
        if failed:
            print(f"\nNot measured to the end: {', '.join(failed)}.{' No figures are kept.' if given.keep else ''}")
        elif given.keep:
            given.figures.keep()
        sys.exit(bool(grown or failed))
    finally:
        shutil.rmtree(folder)


def _measured(name: str, source: Campaign, campaign: Campaign, given: argparse.Namespace) -> bool:
    """Whether the chapter ``name`` came to its end; why it did not is told, and what comes after it is measured all the same."""
    print(f"\n{CHAPTERS[name].__doc__}", flush=True)
    try:
        CHAPTERS[name](source, campaign, given)
    except (Exception, SystemExit) as problem:  # a cluster that is lost, a process that came to nothing: whatever a chapter can fail with
        print(f"  FAILED: {type(problem).__name__}: {problem}", flush=True)
        return False
    return True


def seconds(value: float) -> str:
    """Seconds as tables tell them: with a decimal below ten."""
    return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"


def reading(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """Reading, one process: milliseconds of processor a file, against the floor and against calamine; peak memory."""
    print("  files as their senders left them")
    _readers(campaign.folder, READERS, given.figures, "")
    print("  the same saved again by openpyxl, as by any other program")
    again = campaign.folder.parent / "saved again"
    corpus.saved_again(campaign.folder, again, 4)
    _readers(again, [r for r in READERS if r[0] in AGAIN], given.figures, "saved again, ")
    before = campaign.folder.parent / "before"
    for label, folder, files in (("as its sender left it", campaign.folder, ""), ("saved again", again, "saved again, ")):
        print(f"  the first file, nothing remembered: {label}")
        _first(folder, corpus.of_before(source, before / label, not files), given.figures, files)


def _readers(folder: Path, readers: Iterable[tuple[str, str]], figures: Figures, files: str) -> None:
    taken = {name: measured(name, folder) for name, _ in readers}
    spent = {name: t.cpu / t.said["files"] * 1000 for name, t in taken.items()}
    for name, label in readers:
        figures.note(files + name, spent[name])
        print(f"  {label:<31} {spent[name]:8.1f} ms  {spent[name] / spent['unzip']:7.1f} x floor"
              f"  {spent[name] / spent[SAME.get(name, 'calamine')]:6.2f} x calamine on the same files  {taken[name].peak:6.0f} MB")


def _first(folder: Path, other: Path, figures: Figures, files: str) -> None:
    """Each of some files as the first in a process of its own, after ``other``: the mean of the least that each takes."""
    chosen = corpus.received(folder)[0][::3]
    spent = {name: sum(min(measured("first", name, path, other).cpu for _ in range(TWICE)) for path in chosen) / len(chosen) * 1000
             for name in FIRST}
    for name, label in (r for r in READERS if r[0] in FIRST):
        figures.note(f"first, {files}{name}", spent[name])
        print(f"  {label:<31} {spent[name]:8.1f} ms  {'':15}  {spent[name] / spent[SAME.get(name, 'calamine')]:6.2f} x calamine on the same files")


def throughput(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """Throughput against workers: files read a second."""
    for count in (1, 2):
        _told(f"{count} local processes" if count > 1 else "1 local process", measured("throughput", campaign.folder, count))
    for count in (1, 2):
        with cluster(count) as address:
            _told(f"Dask, {count} worker" + "s" * (count > 1), measured("throughput", campaign.folder, count, address))


def _told(label: str, taken) -> None:
    print(f"  {label:<30} {taken.said['files'] / taken.wall:8.1f} files/s")


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a real scheduler on this machine with so many worker processes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0") as made:
        yield made.scheduler_address.replace("tcp://", "dask://")


def consolidation(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """Consolidating everything in one go on two local processes, from the received files to the workbook; eleven returns, the least of three."""
    few = corpus.grown(source, source.folder.parent / "eleven", 11)
    alone = []
    for number in range(3):  # each as one that has not been consolidated yet
        copy = shutil.copytree(few.folder, few.folder.with_name(f"eleven, {number}"))
        alone.append(measured("consolidation", copy, 2))
    _consolidated(min(alone, key=lambda t: t.wall), 11)
    taken = measured("consolidation", campaign.folder, 2)
    _consolidated(taken, given.returns)
    given.figures.note("consolidate, a return", taken.cpu / taken.said["returned"] * 1000)


def _consolidated(taken: Taken, returns: int) -> None:
    said = taken.said
    if said["findings"] or said["returned"] < returns:  # then it is another work that is measured
        raise SystemExit(f"a clean year comes to {said['returned']} returns and {said['findings']} findings")
    print(f"  {said['returned']} returns, {said['objectives']} objectives, {said['phases']} phases: "
          f"{seconds(taken.wall)}, {seconds(taken.cpu)} of processor, {taken.peak:.0f} MB at most, workbook {said['size'] / MB:.1f} MB")


def workbook(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """The consolidated workbook alone, from its document."""
    taken = measured("workbook", source.folder, given.objectives)
    given.figures.note("workbook, an objective", taken.cpu / given.objectives * 1000)
    print(f"  {given.objectives} objectives, {8 * given.objectives} phases: {seconds(taken.wall)}, {seconds(taken.cpu)} of processor, "
          f"{taken.peak:.0f} MB at most, {taken.said['size'] / MB:.1f} MB")


def start(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """Start-up, modules and texts compiled as they are after an installation: the least of five, wall and processor time."""
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": str(source.folder.parent / "compiled")}
    one = source.received_files(corpus.ROUND)[0]
    alone = source.folder.parent / "una sola scheda.xlsx"
    shutil.copy(one, alone)
    for label, command in (("python -c pass", ["-c", "pass"]), ("perfxl --help", ["-m", "perfxl", "--help"]),
                           ("perfxl check, one file alone", ["-m", "perfxl", "check", alone]),
                           ("perfxl check, one file of a year", ["-m", "perfxl", "check", one])):
        _run(command, compiled)
        taken = [_run(command, compiled) for _ in range(5)]
        given.figures.note(label, min(c for _, c in taken) * 1000)
        print(f"  {label:<34} {min(w for w, _ in taken) * 1000:6.0f} ms  {min(c for _, c in taken) * 1000:6.0f} ms of processor")


def issuing(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """Issuing and filling in: milliseconds of processor a form, one process; and a round issued on as many as there are."""
    for name in ("issuing", "filling"):
        taken = measured(name, source.folder)
        given.figures.note(f"{name}, a form", taken.cpu / taken.said["forms"] * 1000)
        print(f"  {name:<30} {taken.cpu / taken.said['forms'] * 1000:8.1f} ms a form")
    taken = measured("issued", campaign.folder)
    print(f"  {taken.said['forms']} forms issued in {taken.wall:.1f} s of wall, {taken.cpu:.1f} s of processor, {taken.peak:.0f} MB at most")


def comparing(source: Campaign, campaign: Campaign, given: argparse.Namespace) -> None:
    """Comparing bodies: local processes, then Dask workers; how well each further one is used."""
    folder = source.folder.parent / "bodies"
    for _ in bodies.many(folder, given.bodies):
        pass
    alone = 0.0
    for count in (1, 2):
        taken = measured("comparison", folder, given.bodies, count)
        _compared(f"{count} local process" + "es" * (count > 1), taken, given.bodies)
        if count == 1:
            given.figures.note("compare, a body", taken.cpu / given.bodies * 1000)
    if given.bodies >= 8:
        few = measured("comparison", folder, given.bodies // 4, 1)
        _compared(f"a quarter of them ({given.bodies // 4})", few, given.bodies // 4)
    for count in (1, 2):
        with cluster(count) as address:
            taken = measured("comparison", folder, given.bodies, count, address)
        alone = alone or taken.wall
        _compared(f"Dask, {count} worker" + "s" * (count > 1), taken, given.bodies)
        print(f"    efficiency {alone / taken.wall / count:.2f}")


def _compared(label: str, taken: Taken, count: int) -> None:
    print(f"  {label:<30} {taken.wall:6.1f} s, {taken.cpu / count * 1000:6.1f} ms of processor a body, {taken.peak:5.0f} MB at most")


def _run(command: list, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and seconds of processor, that a command takes."""
    before, began = os.times(), time.perf_counter()
    code = subprocess.run([sys.executable, *map(str, command)], stdout=subprocess.DEVNULL, env=environment).returncode
    wall, after = time.perf_counter() - began, os.times()
    if code not in (0, 1):  # 1 says there are findings
        raise SystemExit(f"{command} failed")
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


CHAPTERS = {"start": start, "reading": reading, "issuing": issuing, "comparing": comparing, "throughput": throughput, "consolidation": consolidation, "workbook": workbook}

if __name__ == "__main__":
    main()
