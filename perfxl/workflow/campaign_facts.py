"""What a process that compares does: the facts of some campaigns read through their registers, kept as parts of tables.

It runs here or on another machine. A campaign is read where it lies, in a folder that both machines see; only what cannot be
seen from there is sent, packed: the register and the documents that it vouches for.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Refusal, Register, approvals, board
from perfxl.campaign.register.board import local_day
from perfxl.campaign.register.log import NAME, utc_now
from perfxl.campaign.register.proof import APPROVED
from perfxl.campaign.register.witness import NAME as NOTE
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.stages.compare import store
from perfxl.stages.compare.facts import Facts, Origin, facts
from perfxl.stages.compare.tables import TABLES
from perfxl.workflow import register_updates
from perfxl.workflow.current_document import current_document
from perfxl.workflow.running import CannotRun

#: What lies in the folder that parts are written to: whoever finds these words there sees the same folder.
TOKEN = "confronto"


@dataclass(frozen=True)
class Source:
    """A campaign: the ``folder`` it lies in, what the comparison calls it, the ``note`` of its last entry, by which it is
    known again on another machine, and what was sent of it where it cannot be seen."""

    folder: Path
    name: str
    note: bytes
    sent: bytes = b""

    @classmethod
    def at(cls, folder: Path, name: str) -> "Source":
        """The campaign in ``folder``."""
        return cls(folder, name, register_note(folder))

    def whole(self) -> "Source":
        """The same with what has to be sent."""
        return Source(self.folder, self.name, self.note, packed(self.folder))


@dataclass(frozen=True)
class Batch:
    """Some campaigns, which make one part of every table."""

    number: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Comparing:
    """What all parts share: the round in the user's word (None: the last of each campaign), the language of what is told, the
    folder for the parts and what lies in it when it is the right one."""

    round: str | None
    language: str
    folder: Path
    token: str


@dataclass(frozen=True)
class BatchFacts:
    """What came of a batch: the campaigns that cannot be seen from there, the names of the others; ``rows``: the tables as
    Parquet, where the folder for them cannot be seen either."""

    unseen: tuple[Source, ...]
    read: tuple[str, ...]
    rows: dict[str, bytes]


def read_part(batch: Batch, job: Comparing) -> BatchFacts:
    """The facts of a batch of campaigns, put in the folder for the parts or returned."""
    unseen, facts = [], Facts()
    for source in batch.sources:
        if not source.sent and register_note(source.folder) != source.note:
            unseen.append(source)
            continue
        try:
            taken = _sent(source, job) if source.sent else _facts(Campaign(source.folder), source, job)
        except (CannotRun, Refusal, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
            facts.add("left_out", left_out(source, job, problem))
            continue
        for table, rows in taken.rows.items():
            facts.rows.setdefault(table, []).extend(rows)
    kept = {table: store.packed(facts.rows.get(table, ()), table) for table in TABLES}
    names = tuple(s.name for s in batch.sources if s not in unseen)
    if not names:
        return BatchFacts(tuple(unseen), names, {})
    if noted_token(job.folder) != job.token:
        return BatchFacts(tuple(unseen), names, kept)
    for table, content in kept.items():
        store.put(job.folder, table, batch.number, content)
    return BatchFacts(tuple(unseen), names, {})


def left_out(source: Source, job: Comparing, problem: Exception) -> dict[str, Any]:
    """The row that tells why a campaign is not compared."""
    say = Texts("compare", job.language)
    if isinstance(problem, Refusal):
        reason = problem.say(job.language)
    elif isinstance(problem, CannotRun):
        reason = str(problem)
    else:  # a document that the register vouches for and that is not what a document of perfxl is
        reason = say("unreadable", reason=f"{type(problem).__name__}: {problem}")
    return {"campaign": source.name, "reason": reason}


def _facts(campaign: Campaign, source: Source, job: Comparing) -> Facts:
    with register_updates.open_register(campaign, job.language, CannotRun, write=False) as register:
        rounds = _consolidated(register)
        if not rounds:
            raise CannotRun(Texts("compare", job.language)("never_consolidated"))
    of = current_document(campaign, rounds[-1], job.language, write=False)
    year = Rounds.from_plan(of.document["content"])
    wanted = year.parse(job.round) if job.round else max((year[r] for r in rounds if r in year), key=lambda r: year.position(r))
    if wanted is None or wanted not in rounds:
        raise CannotRun(Texts("compare", job.language)("round_missing", round=job.round))
    if wanted != of.document["round"]:
        of = current_document(campaign, wanted, job.language, write=False)
    with register_updates.open_register(campaign, job.language, CannotRun, write=False) as register:
        runs = register.entries("run", stage="consolidate", round=wanted)
        day = local_day(runs[-1].at if runs else of.approval.at if of.approval else utc_now().isoformat())
        status = board(register, campaign, plan=of.document["content"], round=wanted, today=day, document=of.document)
    return facts(of.document, status, approval=of.approval, newer=of.newer,
                 origin=Origin(source.name, f"{source.name}/risultati/{wanted}/consolidato.xlsx"))


def _consolidated(register: Register) -> list[str]:
    """The rounds that have results or are approved, the last that had a run last."""
    runs = [e.payload["round"] for e in register.entries("run", stage="consolidate")]
    return list(dict.fromkeys([*approvals(register), *runs][::-1]))[::-1]


# --- what is seen, and what is sent ------------------------------------------------------------------------------------


def register_note(folder: Path) -> bytes:
    """The note of the last entry of the register in ``folder``; b"" where there is none."""
    try:
        return (folder / NOTE).read_bytes()[:10_000] if (folder / NAME).is_file() else b""
    except OSError:
        return b""


def noted_token(folder: Path) -> str:
    """What lies in the folder for the parts; "" where it cannot be seen."""
    try:
        return (folder / TOKEN).read_text()
    except OSError:
        return ""


def packed(folder: Path) -> bytes:
    """What has to be sent of a campaign: its register, and the documents of its results."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in _documents(folder):
            archive.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()


def _documents(folder: Path) -> Iterator[Path]:
    yield from (p for name in (NAME, NOTE) if (p := folder / name).is_file())
    yield from sorted((folder / APPROVED).glob("*.json"))
    yield from sorted((folder / "risultati").glob("*/consolidato.json"))


def _sent(source: Source, job: Comparing) -> Facts:
    """The facts of a campaign that was sent."""
    with TemporaryDirectory(prefix="perfxl-") as folder, zipfile.ZipFile(io.BytesIO(source.sent)) as archive:
        archive.extractall(folder)
        return _facts(Campaign(Path(folder)), source, job)
