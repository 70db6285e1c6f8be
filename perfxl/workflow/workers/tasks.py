"""What travels: a file to read, what all files of a run share, and what was read; plain values that can be pickled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.model.findings import Finding, Place
from perfxl.model.identity import Identity
from perfxl.model.terms import Words, using_words, words_in_use
from perfxl.stages.read.issued import Issued

MB = 1 << 20
#: What a process does with a task and what all tasks of a run share: ``opened`` unless another is asked for.
Reader = Callable[[Any, Any], Any]


class Unavailable(Exception):
    """The workers asked for cannot be had; ``key`` and ``values`` say why in the words of ``texts/work.toml``."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values


class ReaderFailed(Exception):
    """A process failed over a task. ``code``: the finding that says how, ``values``: what it says."""

    def __init__(self, code: str, **values: Any):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Task:
    """One file to read: where it is, and what findings call it."""

    path: Path
    file: str


@dataclass(frozen=True)
class Job:
    """What the files of one run share.

    ``extension``: the body's own fields; ``year``: the plan's. With ``plan`` (and ``round``), every return of that
    plan's round is also checked, against the one of its sector in ``issued``; with ``home``, also laid beside the
    workbook issued to its sector in the campaign that stands there. ``forms``: the paths in the campaign of the other
    workbooks that returns can have begun as, those with questions and earlier emissions, by the digest in their identity. ``words``:
    what the body calls things, and its own fields, where there is no plan that says so.
    """

    extension: dict[str, Any] | None = None
    year: int | None = None
    round: str = ""
    plan: dict[str, Any] | None = None
    issued: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    home: Path | None = None
    forms: dict[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=words_in_use)

    def answered_form(self, identity: Identity, form: Issued | None) -> dict[str, Any] | None:
        """The prefilled return that a return of ``identity`` began as, which ``form`` has unless it is the last issued;
        None when not known."""
        from perfxl.stages import read

        other = (read.prefilled(form.data, form.file, identity.digest, self.extension)
                 if form and identity.digest in self.forms else None)
        return other or self.issued.get(identity.sector)

    def workbook(self, identity: Identity) -> Issued | None:
        """The same, to be opened."""
        form = self.form(identity)
        return Issued(*form) if form else None

    def form(self, identity: Identity | None) -> tuple[bytes, str] | None:
        """The workbook that a return of ``identity`` began as and what findings call it; None when there is none."""
        if self.home is None or identity is None:
            return None
        campaign = Campaign(self.home)
        if self.plan is None:
            return _among(campaign, identity)
        other, last = self.forms.get(identity.digest), self.issued.get(identity.sector, {}).get("identity", {})
        if other is None and last.get("digest") != identity.digest:
            return None  # of an emission that is nowhere: laid beside another, it would be blamed for what that one says
        path = self.home / other if other else campaign.issued_form(self.round, identity.sector)
        return (path.read_bytes(), campaign.relative(path)) if path.is_file() else None


def _among(campaign: Campaign, identity: Identity) -> tuple[bytes, str] | None:
    """The same among all that the sector was sent in its round, for a file that is read by itself."""
    sent = ((p.read_bytes(), campaign.relative(p)) for p in campaign.forms(identity.round, identity.sector) if p.is_file())
    return next((form for form in sent if Issued(*form).began(identity)), None)


@dataclass(frozen=True)
class FileRead:
    """One received file after reading: what findings call it, SHA-256, what ``read`` made of it.

    ``sha256`` is "" for a file that could not be read at all. ``checked``: the findings of its content, ``extra``: of
    what it has outside its fields, when the job has a plan; what stands there is then left out of ``reading``.
    """

    file: str
    sha256: str
    reading: Any
    checked: tuple[Finding, ...] = ()
    extra: tuple[Finding, ...] = ()


def read_in_plan_words(content: bytes, file: str, job: Job, form: tuple[bytes, str] | None = None) -> FileRead:
    """The same, in the words of the job's plan."""
    with using_words(job.plan or job.words):
        return _one(content, file, job, form)


def _one(content: bytes, file: str, job: Job, form: tuple[bytes, str] | None = None) -> FileRead:
    """What is read of ``content``; may raise what a fault of the reader raises.

    ``form``: the workbook issued to the sector and its name, where ``job`` cannot get at it.
    """
    from perfxl.stages import read
    from perfxl.workbook.sheets.foreign import may_be_a_workbook
    from perfxl.workbook.sheets.preflight import FILE_LIMIT

    issued = cache(lambda known: Issued(*form) if form else job.workbook(known))

    reading = read.read(content, file, extension=job.extension, year=job.year, issued=issued)
    whole = len(content) <= FILE_LIMIT and (reading.document is not None or may_be_a_workbook(content))
    digest = sha256(content).hexdigest() if whole else ""
    if job.plan is None:
        return FileRead(file, digest, reading)
    document, identity = reading.document, reading.identity
    if document is None or identity is None or not _expected(identity, job.plan, job.round):
        return FileRead(file, digest, replace(reading, outside=()))
    from perfxl.stages import check

    known = issued(identity)
    given = (document, job.answered_form(identity, known), job.plan, job.round, reading.places, file)
    checked = check.check(*given)
    reading = replace(reading, findings=check.about_taken(reading.findings, *given))
    extra = read.extra_findings(reading, file, known) if known else ()
    return FileRead(file, digest, reading=replace(reading, outside=()), checked=tuple(checked), extra=tuple(extra))


def _expected(known: Identity, plan: dict[str, Any], round: str) -> bool:
    """Whether it is a return of this plan and round."""
    return (known.body, known.year, known.round) == (plan["body"]["code"], plan["year"], round)


def opened(task: Task, job: Job, form: tuple[bytes, str] | None = None) -> FileRead:
    """What is read of the file of ``task``; a finding when it cannot be opened."""
    content = content_of(task)
    return content if isinstance(content, FileRead) else read_in_plan_words(content, task.file, job, form)


def content_of(task: Task) -> bytes | FileRead:
    """The file's bytes; of one too big to be read, or that can be no workbook, as much as shows that it is; a finding when
    it cannot be opened."""
    from perfxl.workbook.sheets.foreign import ENOUGH, may_be_a_workbook
    from perfxl.workbook.sheets.preflight import FILE_LIMIT

    try:
        with open(task.path, "rb") as file:
            head = file.read(ENOUGH)
            return head + file.read(FILE_LIMIT + MB - ENOUGH) if may_be_a_workbook(head) else head
    except OSError as problem:
        return unreadable(task.file, "WORK04", reason=problem.strerror or str(problem))


def unreadable(file: str, code: str, **values: Any) -> FileRead:
    """A file of which nothing is known but the finding ``code``."""
    from perfxl.stages.read import Reading

    return FileRead(file, "", Reading(None, None, {}, [Finding(code, Place(file), values)]))
