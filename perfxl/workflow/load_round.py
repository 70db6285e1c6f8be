"""A round as it lies in the campaign folder: its files read, put together and checked."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import date
from hashlib import sha256
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, local_day
from perfxl.model import deadlines
from perfxl.model.base import base_content
from perfxl.model.findings import Finding, Place, in_order, ranked
from perfxl.model.rounds import PLAN
from perfxl.model.succession import Successions, with_former
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages import check
from perfxl.stages.merge.successors import as_asked
from perfxl.stages.review import Review
from perfxl.workflow import emissions, register_updates
from perfxl.workflow.issued_documents import document_in
from perfxl.workflow.merge_round import Gathered, Source, merge_round
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.prefilled import prefilled_of
from perfxl.workflow.read_files import read_files
from perfxl.workflow.rounds import known_round
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.sectors_then import sectors_then
from perfxl.workflow.since_issued import since_issued
from perfxl.workflow.withdraw import withdrawn
from perfxl.workflow.workers import FileRead, Job, Task, Workers


def load_round(campaign: Campaign, round: str, language: str, progress: Progress = quiet, workers: Workers = Workers(),
           register: Register | None = None, written: Review = Review()) -> Gathered:
    """Read what was received in ``round``, choose among versions, check, lay over the plan.

    ``register``: the campaign's, open; without it the register is only read. ``written``: what the controller has
    written in the consolidated workbook since the last run, recorded in ``register``.
    """

    say = Texts("cli", language)
    plan, findings = plan_of(campaign, language)[0], []  # what is wrong with the plan was told when it was issued
    round = known_round(plan, round, language)
    issued = campaign.issued_sectors(round)
    if not issued:
        raise CannotRun(say("nothing_issued", round=round, folder=campaign.folder))
    with nullcontext(register) if register else register_updates.opened(campaign, language, CannotRun, write=False) as known:
        previous = register_updates.previous(known, campaign, round)
        successions = Successions(plan)
        published = {r: successions.outcomes(told) for r, told in register_updates.earlier(known, campaign, round, previous).items()}
        extensions, aside = known.extensions(round), withdrawn(known, round)
        base = base_content(deadlines.laid(plan, round, extensions), previous)
        fresh = prefilled_of(campaign, base, round, extensions)
        prefilled = register_updates.as_issued(known, campaign, round, fresh)
        then = None if previous else sectors_then(known, campaign, base, round=round, now={s: d["identity"]["digest"] for s, d in fresh.items()})
        asked, elsewhere = register_updates.asked(known, campaign, round), emissions.elsewhere(known, campaign, round)
        counted = {e.payload["sha256"]: (e.payload["sector"], known.store.path(e.payload["sha256"]))
                   for e in known.entries("version", round=round) if e.payload["verdict"] in ("used", "merged")}
        came_on = {e.payload["sha256"]: local_day(e.payload.get("arrived", e.at)) for e in reversed(known.entries("received", round=round))}
        last = {several[-1].digest for several in emissions.emissions(known, round).values()}
    if not plan.get("successions"):  # codes that changed are told by themselves
        findings += check.by_rules(since_issued(round, {s: prefilled[s] for s in issued if s in prefilled}, fresh, campaign.relative(campaign.plan)), plan)
    received = campaign.received(round)
    digests = {p: sha256(p.read_bytes()).hexdigest() for p in received} if aside else {}
    tasks = [Task(p, campaign.relative(p)) for p in received if digests.get(p) not in aside]
    findings += [Finding("FILE40", Place(campaign.relative(p)), {"reason": aside[digests[p]]}) for p in received if digests.get(p) in aside]
    job = Job(campaign.extension, plan["year"], round=round, plan=check.Shared(with_former(base, issued)), issued=prefilled,
              home=campaign.folder, forms={**elsewhere, **asked})
    reads = read_files(tasks, job, workers=workers, language=language, progress=progress)

    replaced = _replaced(counted, {*aside, *(r.sha256 for r in reads)}, job, workers=workers, language=language)
    came = {r.reading.identity.digest for r in reads if r.reading.identity}
    answered, earlier = ({digest: document for digest, path in forms.items() if digest in came - last
                          and (document := document_in(campaign, campaign.folder / path, digest))}
                         for forms in (asked, elsewhere))

    def put_together() -> Gathered:
        with nullcontext(register) if register else register_updates.opened(campaign, language, CannotRun, write=False) as known:
            decisions, said = register_updates.decisions(known, round), register_updates.review(known)
        return merge_round(plan, base, round=round, issued=issued, prefilled=prefilled, reads=reads, asked=answered,
                           earlier=earlier, decisions=decisions, said=said, extension=campaign.extension, language=language,
                                outcomes_before=published, before=previous and previous["content"], replaced=replaced)

    found = put_together()
    if register is not None:
        anything, stale = register_updates.take(register, found, written)
        found = put_together() if anything else found
        findings += [*written.findings, *stale]
    started = as_asked(base if then is None else {**base, "sectors": then}, ((s, prefilled[s]) for s in issued if s in prefilled))
    with nullcontext(register) if register else register_updates.opened(campaign, language, CannotRun, write=False) as known:
        found.negotiated = register_updates.negotiated(known, base, round) if round.kind == PLAN else None
    found.approved, found.forms = started if previous is None else successions.consolidated(previous), {**elsewhere, **asked}
    extra = [f for s in found.sources if s.verdict != "superseded"
              for f in (*s.read.extra, *_arrived(s, came_on.get(s.read.sha256, date.today())))]
    irregular = check.by_rules([*extra, *_irregular(campaign, round)], plan)
    found.findings = ranked(check.without_repeats(in_order([*findings, *found.findings, *irregular])))
    return found


def _replaced(counted: Mapping[str, tuple[str, Path | None]], known: Collection[str], job: Job, workers: Workers,
              language: str) -> dict[str, FileRead]:
    """By sector, the last version that counted, as the archive keeps it, of which nothing is known any more: whose file is not
    there, and which nobody has withdrawn. ``counted``: by SHA-256, first to last; ``known``: those that are accounted for."""
    paths = {sector: path for sha256, (sector, path) in counted.items() if sha256 not in known and path is not None}
    tasks = [Task(path, path.name) for path in paths.values()]
    return dict(zip(paths, read_files(tasks, job, workers, language), strict=True)) if tasks else {}


def form_of(campaign: Campaign, found: Gathered, source: Source) -> Path:
    """The workbook that ``source`` began as: with questions, an earlier form, or the one last issued to its sector; may not
    exist."""
    other = found.forms.get(source.read.reading.identity.digest)
    return campaign.folder / other if other else campaign.issued(found.round, source.sector)


def _arrived(source: Source, day: date) -> list[Finding]:
    """What there is to say of a file that came on ``day``."""
    return [f.at(sector=source.sector) for f in check.arrived(source.read.reading.document, source.read.reading.places, source.read.file, day)]


def _irregular(campaign: Campaign, round: str) -> list[Finding]:
    """A finding for each thing among the received files that is no file: a link, a folder named like a workbook."""
    kinds = {kind: {lang: Texts("cli", lang)(f"kind_{kind}") for lang in LANGUAGES} for kind in ("link", "folder", "special")}
    return [Finding("FILE10", Place(campaign.relative(path)), {"kind": kinds[kind]}) for path, kind in campaign.irregular(round)]
