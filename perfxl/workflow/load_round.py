"""A round as it lies in the campaign folder: its files read, put together and checked."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, local_day
from perfxl.model import deadlines
from perfxl.model.base import base_content
from perfxl.model.findings import Finding, Place, in_order, ranked
from perfxl.model.memory import give_back
from perfxl.model.packed import Waiting, said_once
from perfxl.model.rounds import PLAN, Round
from perfxl.model.succession import Successions, with_former
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages import check
from perfxl.stages.intake.indicators import Loaded
from perfxl.stages.merge.successors import as_asked
from perfxl.stages.review import Review
from perfxl.workbook.sheets import scan
from perfxl.workflow import emissions, plan_workbook, register_updates
from perfxl.workflow.form_faults import renumbered
from perfxl.workflow.gathered import Gathered, RoundInputs, Source
from perfxl.workflow.issued_documents import document_in
from perfxl.workflow.load import contradicted, loaded
from perfxl.workflow.merge_round import merge_round
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.prefilled import prefilled_of
from perfxl.workflow.read_files import read_files
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.sectors_at_issue import sectors_then
from perfxl.workflow.since_issued import since_issued
from perfxl.workflow.withdraw import withdrawn
from perfxl.workflow.workers import FileRead, Job, Task, Workers
from perfxl.workflow.workers.packed import Packed

#: Received files from which on memory counts more than a plan that need not be read again.
MANY = 100


@dataclass(frozen=True)
class _Recorded:
    """What the campaign knows of a round before its files are read. ``base``, ``prefilled``, ``asked``: as ``RoundInputs`` has them, the
    forms by path; ``previous``: the consolidated document of the round before; ``fresh``: the returns as they would be issued now;
    ``then``: the sectors as they were, of a round without one before it; ``elsewhere``: paths of earlier forms by digest; ``aside``:
    why files are left aside, ``came_on``: the day on which they came, ``counted``: sector and path of those that counted, by SHA-256;
    ``last``: the digests of the forms issued last; ``loaded``: the values from another system."""

    previous: dict[str, Any] | None
    base: dict[str, Any]
    fresh: dict[str, dict[str, Any]]
    prefilled: dict[str, dict[str, Any]]
    then: list[dict[str, Any]] | None
    asked: dict[str, str]
    elsewhere: dict[str, str]
    aside: Mapping[str, str]
    counted: dict[str, tuple[str, Path | None]]
    came_on: dict[str, date]
    last: set[str]
    outcomes_before: dict[str, dict[str, Any]]
    loaded: list[Loaded]


def load_round(campaign: Campaign, round: str, language: str, progress: Progress = quiet, workers: Workers = Workers(),
           register: Register | None = None, written: Review = Review()) -> Gathered:
    """Read what was received in ``round``, choose among versions, check, lay over the plan.

    ``register``: the campaign's, open; without it the register is only read. ``written``: what the controller has
    written in the consolidated workbook since the last run, recorded in ``register``.
    """
    begun = _begun(campaign, round, language, register)
    round, findings, issued, job = begun.round, begun.findings, begun.issued, begun.job
    give_back()
    reads = read_files(begun.tasks, job, workers=workers, language=language, progress=progress)
    plan, there = begun.waiting.taken()
    replaced = _replaced(there.counted, {*there.aside, *(r.sha256 for r in reads)}, job, workers=workers, language=language)
    del begun, job
    answered, earlier = (_answered(campaign, forms, reads, there.last) for forms in (there.asked, there.elsewhere))
    given = RoundInputs(plan, there.base, round=round, issued=issued, prefilled=there.prefilled, asked=answered, earlier=earlier,
                        extension=campaign.extension, language=language, outcomes_before=there.outcomes_before,
                        before=there.previous and there.previous["content"], replaced=replaced)
    gathered = _merged(campaign, given, reads, register=register)
    if register is not None:
        anything, stale = register_updates.record_review(register, gathered, written)
        gathered = _merged(campaign, given, reads, register=register) if anything else gathered
        findings += [*written.findings, *stale]
    with _opened(campaign, register, language) as known:
        gathered.negotiated = register_updates.negotiated(known, there.base, round) if round.kind == PLAN else None
    gathered.approved, gathered.forms = _approved(given, there), {**there.elsewhere, **there.asked}
    extra = [f for s in gathered.sources if s.verdict != "superseded"
             for f in (*s.read.extra, *_arrived(s, there.came_on.get(s.read.sha256, date.today())), *_contradicted(s, there.loaded))]
    irregular = check.by_rules([*extra, *_irregular(campaign, round)], plan)
    gathered.findings = ranked(check.without_repeats(in_order([*findings, *gathered.findings, *irregular])))
    return gathered


@dataclass(frozen=True)
class _Begun:
    """A round whose files are to be read: the ``tasks`` and the ``job`` of whoever reads them, the sectors that a form was ``issued`` to,
    the ``findings`` so far; plan and what is known of the round wait meanwhile, packed where files are many, since what they say needs
    the room."""

    round: Round
    issued: list[str]
    tasks: list[Task]
    job: Job
    findings: list[Finding]
    waiting: Waiting[tuple[dict[str, Any], _Recorded]]


def _begun(campaign: Campaign, round: str, language: str, register: Register | None) -> _Begun:
    """Everything before the files of ``round`` are read."""
    plan = plan_of(campaign, language)[0]  # what is wrong with it was told when it was issued
    round = known_round(plan, round, language)
    issued = campaign.issued_sectors(round)
    if not issued:
        raise CannotRun(Texts("cli", language)("nothing_issued", round=round, folder=campaign.folder))
    with _opened(campaign, register, language) as known:
        there = _recorded(known, campaign, plan, round)
    findings = _since_issued(campaign, plan, round, there=there, issued=issued)
    then = there.previous["content"]["sectors"] if there.previous else there.then or ()
    findings += renumbered(plan, then, {}, campaign.relative(campaign.plan))
    tasks, aside = _received(campaign, round, there.aside)
    few = len(tasks) <= MANY
    shared = check.Shared(with_former(there.base, issued))
    job = Job(campaign.extension, plan["year"], round=round, plan=shared if few else shared.packed(), issued=Packed(there.prefilled),
              home=campaign.folder, forms={**there.elsewhere, **there.asked})
    if not few:
        plan_workbook.forget()
        scan.forget()
        said_once([plan, there.base, there.previous or {}, there.prefilled, there.outcomes_before], {})
    return _Begun(round, issued, tasks=tasks, job=job, findings=[*findings, *aside], waiting=Waiting((plan, replace(there, fresh={})), few))


def _opened(campaign: Campaign, register: Register | None, language: str) -> AbstractContextManager[Register]:
    """``register``, else the campaign's to be read."""
    return nullcontext(register) if register else register_updates.open_register(campaign, language, CannotRun, write=False)


def _recorded(known: Register, campaign: Campaign, plan: dict[str, Any], round: Round) -> _Recorded:
    previous, successions = register_updates.previous_consolidated(known, campaign, round), Successions(plan)
    before = register_updates.earlier_outcomes(known, campaign, round, previous)
    extensions = known.extensions(round)
    base = base_content(deadlines.with_deadline(plan, round, extensions), previous)
    fresh = prefilled_of(campaign, base, round, extensions)
    now = {s: d["identity"]["digest"] for s, d in fresh.items()}
    received = reversed(known.entries("received", round=round))
    return _Recorded(
        previous, base, fresh, prefilled=register_updates.as_issued(known, campaign, round, fresh),
        then=None if previous else sectors_then(known, campaign, base, round=round, now=now),
        asked=register_updates.request_forms(known, campaign, round), elsewhere=emissions.elsewhere(known, campaign, round), aside=withdrawn(known, round),
        counted={e.payload["sha256"]: (e.payload["sector"], known.store.path(e.payload["sha256"]))
                 for e in known.entries("version", round=round) if e.payload["verdict"] in ("used", "merged")},
        came_on={e.payload["sha256"]: local_day(e.payload.get("arrived", e.at)) for e in received},
        last={several[-1].digest for several in emissions.emissions(known, round).values()},
        outcomes_before={r: successions.outcomes(outcomes) for r, outcomes in before.items()},
        loaded=loaded(known, round))


def _since_issued(campaign: Campaign, plan: dict[str, Any], round: Round, there: _Recorded, issued: list[str]) -> list[Finding]:
    """What forms would say otherwise by now; codes that changed are told by themselves."""
    if plan.get("successions"):
        return []
    then = {s: there.prefilled[s] for s in issued if s in there.prefilled}
    return list(check.by_rules(since_issued(round, then, there.fresh, campaign.relative(campaign.plan)), plan))


def _received(campaign: Campaign, round: Round, aside: Mapping[str, str]) -> tuple[list[Task], list[Finding]]:
    """The received files that are to be read, and a finding on each that is left ``aside``."""
    received = campaign.received_files(round)
    digests = {p: sha256(p.read_bytes()).hexdigest() for p in received} if aside else {}
    return ([Task(p, campaign.relative(p)) for p in received if digests.get(p) not in aside],
            [Finding("FILE40", Place(campaign.relative(p)), {"reason": aside[digests[p]]}) for p in received if digests.get(p) in aside])


def _answered(campaign: Campaign, forms: Mapping[str, str], reads: list[FileRead], last: set[str]) -> dict[str, dict[str, Any]]:
    """Those of the ``forms``, paths by digest, that a file answers and that are not the ``last`` of their sector, as returns."""
    came = {r.reading.identity.digest for r in reads if r.reading.identity}
    return {digest: document for digest, path in forms.items() if digest in came - last
            and (document := document_in(campaign, campaign.folder / path, digest))}


def _merged(campaign: Campaign, given: RoundInputs, reads: list[FileRead], register: Register | None) -> Gathered:
    """The round, with what the controller has decided so far."""
    with _opened(campaign, register, given.language) as known:
        decisions, said = register_updates.decisions(known, given.round), register_updates.recorded_review(known)
    return merge_round(given, reads, decisions=decisions, said=said)


def _approved(given: RoundInputs, there: _Recorded) -> dict[str, Any]:
    """What changes are told against: the consolidated document of the round before, else the plan as forms asked it."""
    if there.previous is not None:
        return given.successions.consolidated(there.previous)
    return as_asked(there.base if there.then is None else {**there.base, "sectors": there.then}, given.answered.items())


def _replaced(counted: Mapping[str, tuple[str, Path | None]], known: Collection[str], job: Job, workers: Workers,
              language: str) -> dict[str, FileRead]:
    """By sector, the last version that counted, as the archive keeps it, of which nothing is known any more: whose file is not
    there, and which nobody has withdrawn. ``counted``: by SHA-256, first to last; ``known``: those that are accounted for."""
    paths = {sector: path for sha256, (sector, path) in counted.items() if sha256 not in known and path is not None}
    tasks = [Task(path, path.name) for path in paths.values()]
    return dict(zip(paths, read_files(tasks, job, workers, language), strict=True)) if tasks else {}


def form_of(campaign: Campaign, gathered: Gathered, source: Source) -> Path:
    """The workbook that ``source`` began as: with questions, an earlier form, or the one last issued to its sector; may not
    exist."""
    other = gathered.forms.get(source.read.reading.identity.digest)
    return campaign.folder / other if other else campaign.issued_form(gathered.round, source.sector)


def _arrived(source: Source, day: date) -> list[Finding]:
    """What there is to say of a file that came on ``day``."""
    return [f.at(sector=source.sector) for f in check.check_arrival(source.read.reading.document, source.read.reading.places, source.read.file, day)]


def _contradicted(source: Source, values: Iterable[Loaded]) -> Iterable[Finding]:
    """What ``source`` says otherwise than the values that were loaded."""
    return contradicted(values, source.read.reading.document, source.read.reading.places, source.read.file)


def _irregular(campaign: Campaign, round: str) -> list[Finding]:
    """A finding for each thing among the received files that is no file: a link, a folder named like a workbook."""
    kinds = {kind: {lang: Texts("cli", lang)(f"kind_{kind}") for lang in LANGUAGES} for kind in ("link", "folder", "special")}
    return [Finding("FILE10", Place(campaign.relative(path)), {"kind": kinds[kind]}) for path, kind in campaign.irregular_files(round)]
