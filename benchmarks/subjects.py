"""What is measured: each subject runs alone in a process of its own and prints what it has to say as JSON."""

import io
import json
import sys
import time
from pathlib import Path

REPEATS = 3


def _best(files: list[Path], run) -> dict:
    """The least time of some rounds over all files after one to warm up, and the work of one file in milliseconds."""
    contents = [(p.name, p.read_bytes()) for p in files]
    for name, content in contents[:2]:
        run(name, content)
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        for name, content in contents:
            run(name, content)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {"wall": min(walls), "cpu": min(cpus), "files": len(contents)}


def _received(folder: str, most: str) -> list[Path]:
    return sorted((Path(folder) / "ricevute" / "final").iterdir())[: int(most)]


def unzip(folder: str, most: str) -> dict:
    """The floor: every part unpacked, nothing looked at."""
    import zipfile

    def run(_, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                archive.read(info)

    return _best(_received(folder, most), run)


def calamine(folder: str, most: str) -> dict:
    """The fastest parser: values of every sheet, no formulas, no names, no proof of blank."""
    from python_calamine import CalamineWorkbook

    def run(_, content):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    return _best(_received(folder, most), run)


def openpyxl(folder: str, most: str) -> dict:
    """openpyxl, read-only: values of every sheet."""
    from openpyxl import load_workbook

    def run(_, content):
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book:
            for row in sheet.iter_rows(values_only=True):
                tuple(row)

    return _best(_received(folder, most), run)


def pandas(folder: str, most: str) -> dict:
    """What one would write: every sheet of every file, one below the other."""
    import pandas

    frames = []

    def run(name, content):
        sheets = pandas.read_excel(io.BytesIO(content), sheet_name=None, header=None, engine="openpyxl")
        frames.append(pandas.concat([sheet.assign(file=name) for sheet in sheets.values()]))

    said = _best(_received(folder, most), run)
    pandas.concat(frames)
    return said


def perfxl_read(folder: str, most: str) -> dict:
    """perfxl: a typed document with the cell of every value, its findings, and what stands outside the fields."""
    from perfxl import read

    return _best(_received(folder, most), lambda name, content: read.read(content, name, None, 2021))


def perfxl_check(folder: str, most: str) -> dict:
    """perfxl: the same, checked against plan and issued return, and laid beside the issued workbook."""
    from perfxl.working import tasks

    job = _job(folder)
    return _best(_received(folder, most), lambda name, content: tasks.one(content, name, job))


def _job(folder: str):
    """What reading and checking the returns of the campaign takes, as ``perfxl consolidate`` has it."""
    from benchmarks.corpus import ROUND
    from perfxl import check, issue, pipeline, work
    from perfxl.base import base_content
    from perfxl.campaign import Campaign

    campaign = Campaign(Path(folder))
    plan, _ = pipeline.plan_of(campaign, "it")
    base = check.Shared(base_content(plan, campaign.previous(ROUND)))
    return work.Job(None, plan["year"], ROUND, base, issue.returns(base, ROUND), campaign.folder)


def throughput(folder: str, count: str, address: str = "") -> dict:
    """All files read and checked by ``count`` local processes, or by the cluster at ``address``."""
    from perfxl import work

    tasks, job = [work.Task(p, p.name) for p in _received(folder, "1000000")], _job(folder)
    workers = work.Workers(address or None, 0 if address else int(count))
    wall = time.perf_counter()
    read = work.read_all(tasks, job, workers)
    return {"wall": time.perf_counter() - wall, "files": len(read), "whole": sum(r.reading.document is not None for r in read)}


def consolidation(folder: str, workers: str) -> dict:
    """``perfxl consolidate`` of everything in the campaign."""
    from benchmarks.corpus import ROUND
    from perfxl import pipeline
    from perfxl.campaign import Campaign
    from perfxl.work import Workers

    run = pipeline.consolidate(Campaign(Path(folder)), ROUND, "it", workers=Workers(None, int(workers)))
    content = run.document["content"]["objectives"]
    return {"returned": len(run.document["returned"]), "findings": len(run.findings), "objectives": len(content),
            "phases": sum(len(o.get("sheet", {}).get("phases", ())) for o in content),
            "size": run.workbook.stat().st_size}


def workbook(folder: str, objectives: str) -> dict:
    """The consolidated workbook of so many objectives with eight phases each, written from its document."""
    from benchmarks.corpus import wide
    from perfxl import result
    from perfxl.campaign import Campaign

    document = wide(Campaign(Path(folder)), int(objectives))
    wall, cpu = time.perf_counter(), time.process_time()
    made = result.write(document, "it")
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "size": len(made)}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
