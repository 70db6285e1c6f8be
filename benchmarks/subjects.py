"""What is measured: each subject runs alone in a process of its own and prints what it has to say as JSON."""

import gc
import io
import json
import os
import sys
import time
from pathlib import Path

from benchmarks import corpus

#: Groups of eleven files that are read at most; the first warms up.
GROUPS = 7


def _best(folder: str, run) -> dict:
    """The least time that a group of files takes, after one to warm up. Every file is read once."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # as the reading processes have it
    walls, cpus = [], []
    for group in corpus.received(Path(folder))[:GROUPS]:
        contents = [(p.name, p.read_bytes()) for p in group]
        wall, cpu = time.perf_counter(), time.process_time()
        for name, content in contents:
            run(name, content)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {"wall": min(walls[1:]), "cpu": min(cpus[1:]), "files": len(contents)}


def first(name: str, file: str, other: str) -> dict:
    """What the subject ``name`` takes for ``file``, the first of its kind, in a process that has met one file: ``other``, of another
    campaign and make, after which everything is loaded and nothing of ``file`` is known. Both are paths of returns in campaigns."""
    runs = [_reader(name, Path(path)) for path in (other, file)]
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # as the reading processes have it
    cpu = 0.0
    for run in runs:
        cpu = time.process_time()
        run()
    return {"cpu": time.process_time() - cpu, "files": 1}


def _reader(name: str, path: Path):
    """What reads the return at ``path``, as the subject ``name`` does."""
    folder, round, content = path.parents[2], path.parent.name, path.read_bytes()
    if name == "calamine":
        return lambda: _values(content)
    if name == "calamine_both":
        issued = (folder / "emesse" / round / f"{corpus.sector(path)}.xlsx").read_bytes()
        return lambda: _values(content, issued)
    if name == "perfxl_read":
        from perfxl.stages import read

        return lambda: read.read(content, path.name, None, 2021)
    job = _job(str(folder), round)
    return lambda: _checked(path.name, content, job)


def unzip(folder: str) -> dict:
    """The floor: every part unpacked, nothing looked at."""
    import zipfile

    def run(_, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                archive.read(info)

    return _best(folder, run)


def calamine(folder: str) -> dict:
    """The fastest parser: values of every sheet, no formulas, no names, no proof of blank."""
    return _best(folder, lambda _name, content: _values(content))


def calamine_both(folder: str) -> dict:
    """The same, of each return and of the workbook that was issued: the two files that checking opens."""
    from perfxl.campaign import Campaign
    from perfxl.stages import read

    campaign, issued = Campaign(Path(folder)), {}
    for group in corpus.received(Path(folder))[:GROUPS]:
        for path in group:
            known = read.read(path.read_bytes(), path.name).identity
            if known is None:
                raise SystemExit(f"{path} says nothing of itself")
            issued[path.name] = campaign.issued_form(corpus.ROUND, known.sector).read_bytes()

    def run(name, content):
        _values(content)
        _values(issued[name])

    return _best(folder, run)


def _values(*contents: bytes) -> None:
    from python_calamine import CalamineWorkbook

    for content in contents:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def openpyxl(folder: str) -> dict:
    """openpyxl, read-only: values of every sheet."""
    from openpyxl import load_workbook

    def run(_, content):
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book:
            for row in sheet.iter_rows(values_only=True):
                tuple(row)

    return _best(folder, run)


def pandas(folder: str) -> dict:
    """What one would write: every sheet of every file, one below the other."""
    import pandas

    frames = []

    def run(name, content):
        sheets = pandas.read_excel(io.BytesIO(content), sheet_name=None, header=None, engine="openpyxl")
        frames.append(pandas.concat([sheet.assign(file=name) for sheet in sheets.values()]))

    said = _best(folder, run)
    pandas.concat(frames)
    return said


def perfxl_read(folder: str) -> dict:
    """perfxl: a typed document with the cell of every value, its findings, and what stands outside the fields."""
    from perfxl.stages import read

    return _best(folder, lambda name, content: read.read(content, name, None, 2021))


def perfxl_check(folder: str) -> dict:
    """perfxl: the same, checked against plan and issued return, and laid beside the issued workbook."""
    job = _job(folder)
    return _best(folder, lambda name, content: _checked(name, content, job))


def _checked(name: str, content: bytes, job) -> None:
    from perfxl.workflow.workers import tasks

    known = tasks.read_in_plan_words(content, name, job).reading.identity
    if known is None or job.issued[known.sector]["identity"]["digest"] != known.digest:  # then it is half of the work that is measured
        raise SystemExit(f"{name} is not laid beside the workbook that was issued")


def _job(folder: str, round: str = corpus.ROUND):
    """What reading and checking the returns of a round of the campaign takes, as ``perfxl consolidate`` has it."""
    from perfxl.campaign import Campaign
    from perfxl.model.base import base_content
    from perfxl.model.rounds import Rounds
    from perfxl.stages import check
    from perfxl.workflow import register_updates
    from perfxl.workflow import workers as work
    from perfxl.workflow.plan_workbook import plan_of
    from perfxl.workflow.prefilled import prefilled_of
    from perfxl.workflow.running import CannotRun

    campaign = Campaign(Path(folder))
    plan, _ = plan_of(campaign, "it")
    with register_updates.open_register(campaign, "it", CannotRun, write=False) as register:
        base = check.Shared(base_content(plan, register_updates.previous_consolidated(register, campaign, Rounds.from_plan(plan)[round])))
    return work.Job(None, plan["year"], round=round, plan=base, issued=prefilled_of(campaign, base, round, {}), home=campaign.folder)


def throughput(folder: str, count: str, address: str = "") -> dict:
    """All files read and checked by ``count`` local processes, or by the cluster at ``address``."""
    from perfxl.workflow import workers as work

    tasks, job = [work.Task(p, p.name) for group in corpus.received(Path(folder)) for p in group], _job(folder)
    workers = work.Workers(address or None, 0 if address else int(count))
    wall = time.perf_counter()
    read = work.read_all(tasks, job, workers)
    return {"wall": time.perf_counter() - wall, "files": len(read), "whole": sum(r.reading.document is not None for r in read)}


def consolidation(folder: str, workers: str) -> dict:
    """``perfxl consolidate`` of everything in the campaign."""
    from perfxl.campaign import Campaign
    from perfxl.workflow.consolidate import consolidate
    from perfxl.workflow.workers import Workers

    gc.set_threshold(20_000, 20, 50)  # as the command line has it
    run = consolidate(Campaign(Path(folder)), corpus.ROUND, "it", workers=Workers(None, int(workers)))
    content = run.document["content"]["objectives"]
    return {"returned": len(run.document["returned"]), "findings": len(run.findings), "objectives": len(content),
            "phases": sum(len(o.get("sheet", {}).get("phases", ())) for o in content),
            "size": run.workbook.stat().st_size}


def issuing(folder: str) -> dict:
    """Every form of the demo's monitoring, one after the other, after one to warm up."""
    from perfxl import demo
    from perfxl.stages import issue

    gc.set_threshold(20_000, 20, 50)  # as the command line has it
    plan = demo.plan()
    prefilled = issue.returns(plan, "interim")
    issue.issue(prefilled["S1"], plan)
    wall, cpu = time.perf_counter(), time.process_time()
    for document in prefilled.values():
        issue.issue(document, plan)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "forms": len(prefilled)}


def filling(folder: str) -> dict:
    """Every form of the demo's final round filled in with what came back."""
    from perfxl.campaign import Campaign
    from perfxl.stages import read
    from perfxl.stages.issue.fill import fill

    campaign = Campaign(Path(folder))
    found = [document for p in campaign.received_files(corpus.ROUND) if (document := read.read(p.read_bytes(), p.name).document)]
    given = [(campaign.issued_form(corpus.ROUND, d["identity"]["sector"]).read_bytes(), d) for d in found]
    gc.set_threshold(20_000, 20, 50)
    fill(*given[0])
    wall, cpu = time.perf_counter(), time.process_time()
    for form, document in given:
        fill(form, document)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "forms": len(given)}


def issued(folder: str) -> dict:
    """``perfxl issue`` of the final round of a copy of the grown campaign: what its own forms say is what its returns answer."""
    import shutil
    import tempfile

    from perfxl.campaign import Campaign
    from perfxl.workflow.issue import issue

    gc.set_threshold(20_000, 20, 50)
    with tempfile.TemporaryDirectory() as made:
        copy = shutil.copytree(folder, Path(made) / "campaign")
        wall = time.perf_counter()
        forms = len(issue(Campaign(copy), corpus.ROUND, (), "it").paths)
        wall = time.perf_counter() - wall
    return {"wall": wall, "forms": forms}


def comparison(folder: str, count: str, workers: str, address: str = "") -> dict:
    """``perfxl compare`` of the first so many campaigns below ``folder``."""
    import tempfile

    from perfxl.workflow.compare import campaigns, compare
    from perfxl.workflow.workers import Workers

    gc.set_threshold(20_000, 20, 50)
    chosen = campaigns([Path(folder)], "it")[:int(count)]
    with tempfile.TemporaryDirectory() as made:
        done = compare(chosen, Path(made) / "confronto.xlsx", "it", workers=Workers(address or None, 0 if address else int(workers)))
    return {"read": done.read}


def workbook(folder: str, objectives: str) -> dict:
    """The consolidated workbook of so many objectives with eight phases each, written from its document by two processes."""
    from perfxl.campaign import Campaign
    from perfxl.stages.consolidate import workbook as result

    document = corpus.wide(Campaign(Path(folder)), int(objectives))
    gc.set_threshold(20_000, 20, 50)  # as the command line has it
    wall, before = time.perf_counter(), os.times()
    made = result.write(document, "it", processes=2)
    wall, after = time.perf_counter() - wall, os.times()
    return {"wall": wall, "cpu": sum(after[:4]) - sum(before[:4]), "size": len(made)}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
