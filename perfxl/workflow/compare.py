"""``compare``: the campaigns of many bodies side by side, in a workbook, a page and a data package.

Bodies are independent: their facts are read part by part in local processes or on a Dask cluster, and kept as Parquet; what
is told of all together is made of the parts with Dask DataFrame. What is in memory does not grow with the bodies.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from perfxl.campaign import open_files
from perfxl.campaign.register.log import NAME
from perfxl.model.documents import write_bytes
from perfxl.model.texts import Texts
from perfxl.stages.compare import book, package, page, standings, store
from perfxl.stages.compare.overview import Overview
from perfxl.stages.compare.tables import TABLES
from perfxl.workflow import workers as work
from perfxl.workflow.campaign_facts import TOKEN, Batch, BatchFacts, Comparing, Source, left_out, read_part
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.workers import Workers
from perfxl.workflow.workers.cluster import connected, each_on

#: Campaigns in a part: enough that a part is worth a file, few enough to be read in seconds.
TOGETHER = 8
#: How far below a folder of folders campaigns are looked for, and how many are taken.
DEEP, MOST = 4, 100_000
#: From so many campaigns on, parts are put together in processes instead of threads.
MANY = 400


@dataclass(frozen=True)
class Compared:
    """What comparing made: the ``workbook``, the ``page`` and the ``data`` folder; how many campaigns were ``read``, how many
    ``left_out``, and whether several moments are among them."""
    workbook: Path
    page: Path
    data: Path
    read: int
    left_out: int
    moments: int


def compare(paths: Iterable[Path], output: Path, language: str, round: str | None = None, progress: Progress = quiet,
            workers: Workers = Workers()) -> Compared:
    """Compare the campaigns at ``paths``, folders of campaigns or of folders of them, at ``round`` (None: the last that each has
    results of), in ``output`` and beside it. Nothing is written in the campaigns."""
    say = Texts("compare", language)
    if output.suffix.lower() != ".xlsx":
        raise CannotRun(say("output_wrong", path=output))
    _parquet(say)
    folders = campaigns(paths, language)
    if not folders:
        raise CannotRun(say("nothing_there", paths=", ".join(map(str, paths))))
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".confronto-", dir=output.parent))  # beside the output: a cluster may see it there
    try:
        with _cluster(workers, language) as cluster:
            read = _facts(folders, output.parent, folder=folder, language=language, round=round, progress=progress,
                          workers=workers, cluster=cluster)
            _stand(folder, cluster if read.shared else None, len(folders))
        return _shown(folder / "standings", output, language, read.count)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def campaigns(paths: Iterable[Path], language: str) -> list[Path]:
    """The campaign folders at ``paths`` and below, each once, in order; links are not followed."""
    folders: dict[Path, Path] = {}
    for path in paths:
        if not path.is_dir():
            raise CannotRun(Texts("cli", language)("no_path", path=path))
        for one in islice(_below(path, DEEP), MOST):
            folders.setdefault(one.resolve(), one)
    return sorted(folders.values())


def _below(folder: Path, deep: int) -> Iterator[Path]:
    if (folder / "piano.xlsx").is_file() or (folder / NAME).is_file():
        yield folder
    elif deep:
        with os.scandir(folder) as listed:
            inside = sorted(e.name for e in listed if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
        for name in inside:
            yield from _below(folder / name, deep - 1)


def _parquet(say: Texts) -> None:
    """``CannotRun`` where the packages that keep and order the rows are not there."""
    try:
        import dask.dataframe  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        raise CannotRun(say("no_packages")) from None


# --- facts, part by part -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """How many campaigns were looked at, and whether every part was put by whoever made it where all see it."""
    count: int
    shared: bool


@contextmanager
def _cluster(workers: Workers, language: str) -> Iterator[Any]:
    """The client of the cluster that was asked for; None for this machine."""
    if not workers.executor:
        yield None
        return

    try:
        client = connected(workers.executor)
    except work.Unavailable as reason:
        raise CannotRun(Texts("work", language)(reason.key, **reason.values)) from None
    try:
        yield client
    finally:
        client.close()


def _facts(folders: list[Path], home: Path, folder: Path, language: str, round: str | None, progress: Progress,
           workers: Workers, cluster: Any) -> _Read:
    """Every campaign's facts as parts in ``folder``; ``home``: where the comparison will lie, which names and links start from."""
    say = Texts("compare", language)
    job = Comparing(round, language, (folder / "facts").absolute(), uuid4().hex)
    job.folder.mkdir()
    (job.folder / TOKEN).write_text(job.token)

    def batches() -> Iterator[Batch]:
        for number in range(0, len(folders), TOGETHER):
            yield Batch(number, tuple(Source.at(f.absolute(), _from(home, f)) for f in folders[number:number + TOGETHER]))

    shared = cluster is not None
    waiting: list[Batch] = []

    def keep(batch: Batch, part: Any) -> int:
        """Put the rows of a part that its maker could not put; what is left of the batch waits. How many are done."""
        nonlocal shared
        if isinstance(part, work.ReaderFailed):
            waiting.extend(Batch(batch.number + k, (s,)) for k, s in enumerate(batch.sources))
            return 0
        for table, content in part.rows.items():
            shared = False
            store.put(job.folder, table, batch.number, content)
        if part.unseen:
            # The number of a campaign of the batch that is not done: no two parts of a table have one number.
            waiting.append(Batch(batch.number + TOGETHER - len(part.unseen) if part.read else batch.number, part.unseen))
        return len(part.read)

    def done() -> Iterator[int]:
        for batch, part in _parts(batches(), job, workers=workers, cluster=cluster, language=language):
            yield from range(keep(batch, part))
        for batch, part in _again(waiting, job, cluster, language):
            shared_before = part.rows
            for table, content in shared_before.items():
                store.put(job.folder, table, batch.number, content)
            yield from part.read

    count = sum(1 for _ in progress(done(), say("progress_compare"), len(folders)))
    return _Read(count, shared and not waiting)


def _parts(batches: Iterator[Any], job: Any, workers: Workers, cluster: Any, language: str) -> Iterator[tuple[Any, Any]]:
    """Each batch with what came of it, as they are asked for."""
    try:
        if cluster is not None:
            yield from each_on(cluster, batches, job, read_part)
            return
        asked: list[Any] = []

        def noted() -> Iterator[Any]:
            for batch in batches:
                asked.append(batch)
                yield batch

        for part in work.each(noted(), job, read_part, workers):
            yield asked.pop(0), part
    except work.Unavailable as reason:
        raise CannotRun(Texts("work", language)(reason.key, **reason.values)) from None


def _again(waiting: list[Any], job: Any, cluster: Any, language: str) -> Iterator[tuple[Any, Any]]:
    """What was not done: sent to the cluster that could not see it, or read alone where whoever read it failed."""

    def alone(batch: Any) -> Any:
        try:
            return work.guarded(read_part, batch, job)
        except work.ReaderFailed as lost:
            reason = Texts("compare", language)("too_much", reason=lost.values.get("reason", lost.code))
            rows = [left_out(s, job, CannotRun(reason)) for s in batch.sources]
            return BatchFacts((), tuple(s.name for s in batch.sources), {t: store.packed(rows if t == "left_out" else (), t) for t in TABLES})

    if cluster is None:
        yield from ((batch, alone(batch)) for batch in waiting)
        return


    sent = (replace(b, sources=tuple(s.whole() for s in b.sources)) for b in waiting)
    for batch, part in each_on(cluster, sent, job, read_part):
        yield batch, alone(batch) if isinstance(part, work.ReaderFailed) else part


def _from(home: Path, folder: Path) -> str:
    """``folder`` as it is named from ``home``, with forward slashes; in full where it lies on another disk."""
    try:
        return Path(os.path.relpath(folder.absolute(), home.absolute())).as_posix()
    except ValueError:
        return folder.absolute().as_posix()


# --- what all say together ---------------------------------------------------------------------------------------------


def _stand(folder: Path, cluster: Any, count: int) -> None:
    """Put the parts in order with places: on the ``cluster`` that made them and sees them, else here."""
    import dask


    (folder / "standings").mkdir()
    given = (folder / "facts").absolute(), (folder / "standings").absolute()
    if cluster is not None:
        with cluster.as_current(), dask.config.set(scheduler=cluster):
            standings.stand(*given)
    else:
        with dask.config.set(scheduler="processes" if count >= MANY else "synchronous"):
            standings.stand(*given)


def _shown(standings: Path, output: Path, language: str, count: int) -> Compared:
    """The workbook, the page and the data package of the ``standings``."""
    whole = Overview.from_standings(standings)
    made = standings.parent
    page_path, data = output.with_suffix(".html"), output.with_name(f"{output.stem}-dati")
    package.write(standings, made / "dati", whole, language)
    page.write(standings, made / "page.html", overview=whole, language=language, data=data.name)
    workbook = book.write(standings, whole, language)
    data.mkdir(exist_ok=True)
    for path in sorted((made / "dati").iterdir()):
        os.replace(path, data / path.name)
    os.replace(made / "page.html", page_path)
    return Compared(_put(output, workbook), page_path, data=data, read=whole.bodies, left_out=count - whole.bodies,
                    moments=len(whole.moments))


def _put(path: Path, workbook: bytes) -> Path:
    """Write the workbook, beside its place where somebody has it open; where it went."""
    try:
        if open_files.holder(path) is None:
            write_bytes(path, workbook)
            return path
    except PermissionError:
        if not path.exists():
            raise
    return open_files.write_beside(path, workbook)
