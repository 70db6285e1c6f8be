"""The stages one after the other on a campaign folder: what the commands and the buttons call.

Every function takes a ``Campaign`` and leaves documents in its folder; bad input comes back as findings, and
``CannotRun`` is raised only when the work cannot go on.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from perfxl.campaign import Campaign, open_files
from perfxl.campaign.register import Approval, Register, approvals, baseline
from perfxl.model import deadlines, documents
from perfxl.model.base import base_content
from perfxl.model.documents import write_bytes
from perfxl.model.fields import ROUNDS, round_name
from perfxl.model.findings import Finding, Place, counts, in_order
from perfxl.model.identity import Identity
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.review import Review
from perfxl.stages.review.noted import noted
from perfxl.workflow import emissions, register_updates, since_approval
from perfxl.workflow import workers as work
from perfxl.workflow.load_round import Gathered, Source
from perfxl.workflow.workers import FileRead, Job, Task, Workers

Progress = Callable[[Iterable, str, int], Iterable]


@dataclass(frozen=True)
class Issued:
    """What issuing made: the ``paths`` of the workbooks in plan order, the sectors whose form is a ``fresh`` one, not issued
    before as it is, and the ``findings`` on the plan."""

    paths: tuple[Path, ...]
    fresh: tuple[str, ...]
    findings: tuple[Finding, ...]


class CannotRun(Exception):
    """The work cannot go on; the message tells the user what to do."""

    def __init__(self, message: str, findings: Iterable[Finding] = ()):
        super().__init__(message)
        self.findings = tuple(findings)


def quiet(items: Iterable, label: str, total: int) -> Iterable:
    """A progress that shows nothing."""
    return items


def new(campaign: Campaign, year: int, given: dict | None, language: str, unfinished: bool = False) -> Path:
    """Make the campaign folder with its plan workbook; ``given`` is a plan document or None for a blank one.

    ``unfinished``: what the plan requires may be missing from it; the controller fills it in.
    """
    from perfxl.stages import plan

    say = Texts("cli", language)
    if campaign.plan.exists():
        raise CannotRun(say("plan_exists", path=campaign.plan))
    document = plan.blank(year, language) if given is None else given
    wrong = [v for v in documents.violations("plan", document, campaign.extension) if not (unfinished and v.rule == "required")] \
        if given is not None else []
    if wrong:
        listed = "\n".join(f"  {documents.pointer(v.path)}: {v.rule} {v.limit}" for v in wrong[:20])
        raise CannotRun(say("plan_invalid", count=len(wrong), listed=listed))
    for name in ("emesse", "ricevute", "risultati"):
        (campaign.folder / name).mkdir(parents=True, exist_ok=True)
    with register_updates.opened(campaign, language, CannotRun) as register:
        write_bytes(campaign.plan, plan.write(document, language, campaign.extension))
        register.record_once("created", str(year), {"year": document["year"], "body": document.get("body", {}).get("code", "")})
    return campaign.plan


def following(before: Campaign, campaign: Campaign, year: int | None, language: str) -> tuple[dict, list[Finding]]:
    """The plan document that follows the campaign ``before``, of ``year`` or of the year after its own, and what it
    leaves to the controller.

    The body's own fields and masters go with it to ``campaign``, where there are none yet.
    """
    from shutil import copyfile

    from perfxl.model.next_year import carry, notes
    from perfxl.stages.report import templates

    say = Texts("cli", language)
    with register_updates.opened(before, language, CannotRun, write=False) as register:
        last = register_updates.last(register, before)
    if last is None:
        raise CannotRun(say("nothing_consolidated", folder=before.folder))
    followed = last["content"]["year"] + 1 if year is None else year
    if followed <= last["content"]["year"]:
        raise CannotRun(say("year_not_after", year=followed, before=last["content"]["year"]))
    if campaign.plan.exists():
        raise CannotRun(say("plan_exists", path=campaign.plan))
    for name in ("estensione.schema.json", *(f"modelli/scheda-{r}.xlsx" for r in ROUNDS), *(f"modelli/{name}" for name in templates.names())):
        source, target = before.folder / name, campaign.folder / name
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(source, target)
    carried = carry(last, followed, before.extension)
    return carried, notes(last, carried)


def plan_of(campaign: Campaign, language: str) -> tuple[dict, list[Finding]]:
    """The plan document of the campaign with its findings; ``CannotRun`` without a usable plan workbook."""
    reading = _plan_reading(campaign, language)
    return reading.document, list(reading.findings)


def _plan_reading(campaign: Campaign, language: str):
    from perfxl.stages import plan

    _has_plan(campaign, language)
    reading = plan.read(campaign.plan.read_bytes(), campaign.relative(campaign.plan), campaign.extension)
    if reading.document is None or any(f.severity == "error" for f in reading.findings):
        raise CannotRun(Texts("cli", language)("plan_unusable", path=campaign.plan), reading.findings)
    return reading


def plan_faults(campaign: Campaign, round: str, language: str) -> list[Finding]:
    """What is wrong with the plan, and with the forms of ``round`` that would be issued from it: each at its cell of the plan
    workbook, for the controller."""
    from perfxl.workflow.form_faults import form_faults, ignored, in_force

    reading = _plan_reading(campaign, language)
    given = (reading.places, campaign.relative(campaign.plan))
    with register_updates.opened(campaign, language, CannotRun, write=False) as register:
        previous = register_updates.previous(register, campaign, round)
        content = base_content(reading.document, previous)

        def before(sector: str) -> dict | None:
            return register_updates.last_issued(register, campaign, previous["round"], sector) if previous else None

        faults = [*form_faults(prefilled_of(campaign, content, round, {}), reading.document, round, *given),
                  *in_force(content, reading.document, previous, *given),
                  *ignored(reading.document, content, previous, cache(before), *given)]
    return in_order([*(f for f in reading.findings if f.code != "PLAN70"), *faults])


def _has_plan(campaign: Campaign, language: str) -> None:
    if not campaign.plan.is_file():
        raise CannotRun(Texts("cli", language)("no_plan", path=campaign.plan, folder=campaign.folder))


def issue(campaign: Campaign, round: str, sectors: Iterable[str], language: str, progress: Progress = quiet,
          anyway: bool = False) -> Issued:
    """Write ``emesse/<round>/<sector>.xlsx`` for ``sectors`` (all when empty).

    Issuing again what has not changed gives the same bytes; what has changed, be it only a date or a contact on the first
    sheet, gets the next issue number. A round that is approved is issued again only with ``anyway``.
    """
    from perfxl.campaign.register import approvals

    say = Texts("cli", language)
    plan, _ = plan_of(campaign, language)
    if round not in {r["round"] for r in plan["rounds"]}:
        raise CannotRun(say("no_round", round=round_name(round, language)))
    findings = plan_faults(campaign, round, language)
    with register_updates.opened(campaign, language, CannotRun) as register:
        approval = approvals(register).get(round)
        if approval and not anyway:
            raise CannotRun(say("issue_approved", round=round_name(round, language), act=approval.act))
        extensions = register.extensions(round)
        content = base_content(plan, register_updates.previous(register, campaign, round))
        prefilled = prefilled_of(campaign, content, round, extensions)
        wanted, paths, fresh = chosen(sectors, prefilled, language), [], []
        for sector in progress(wanted, say("progress_issue"), len(wanted)):
            document, path = prefilled[sector], campaign.issued(round, sector)
            known = register.latest("issued", f"{round}/{sector}")
            again = known is not None and known.payload["digest"] == document["identity"]["digest"]
            document["identity"]["issue"] = 1 if known is None else known.payload["issue"] + (not again)
            made = form(campaign, document, deadlines.laid(content, round, extensions, sector), language)
            write_bytes(path, made)
            register_updates.issued(register, Identity(**document["identity"]), made)
            paths.append(path)
            if not again:
                fresh.append(sector)
    return Issued(tuple(paths), tuple(fresh), tuple(findings))


def prefilled_of(campaign: Campaign, content: dict, round: str, extensions: Mapping[str, str]) -> dict[str, dict]:
    """The return that each sector would be issued in ``round`` now, by sector."""
    from perfxl.stages import issue as stage

    return stage.returns(content, round, drawn_on=drawn_on(campaign, content, round), extensions=extensions)


def drawn_on(campaign: Campaign, content: dict, round: str) -> str:
    """What stands for that on which the forms of ``round`` are made: the master and the body's own fields."""
    from perfxl.stages.issue.form.stored import stored

    own = campaign.master(round)
    master = own.read_bytes() if own.is_file() else stored(round, content["body"].get("language", "it"))
    return documents.digest([sha256(master).hexdigest(), campaign.extension])


def chosen(sectors: Iterable[str], known: Iterable[str], language: str) -> list[str]:
    """``sectors``, all that are ``known`` when there are none; ``CannotRun`` for one that is not."""
    listed, there = list(sectors), list(known)
    unknown = [s for s in listed if s not in there]
    if unknown:
        raise CannotRun(Texts("cli", language)("unknown_sectors", sectors=", ".join(unknown), known=", ".join(there)))
    return listed or there


def form(campaign: Campaign, document: dict, content: dict, language: str) -> bytes:
    """The workbook that the prefilled return ``document`` becomes, on the body's own master where it has one;
    ``CannotRun`` when that one cannot be used."""
    from perfxl.stages import issue as stage

    say, own = Texts("cli", language), campaign.master(document["identity"]["round"])
    try:
        return stage.issue(document, content, own.read_bytes() if own.is_file() else None,
                           content["body"].get("language", "it"), campaign.extension)
    except stage.MasterIncomplete as incomplete:
        raise CannotRun(say("master_incomplete", path=own, names=", ".join(incomplete.names))) from None
    except stage.Unreadable:
        raise CannotRun(say("master_unreadable", path=own)) from None


def read_files(tasks: Iterable[Task], job: Job, workers: Workers, language: str, progress: Progress = quiet) -> list[FileRead]:
    """What was read of each received file, in their order; ``CannotRun`` when the workers asked for cannot be had."""
    say = Texts("cli", language)
    try:
        return work.read_all(tasks, job, workers, lambda items, total: progress(items, say("progress_read"), total))
    except work.Unavailable as reason:
        raise CannotRun(Texts("work", language)(reason.key, **reason.values)) from None


def gather(campaign: Campaign, round: str, language: str, progress: Progress = quiet, workers: Workers = Workers(),
           register: Register | None = None, written: Review = Review()) -> Gathered:
    """Read what was received in ``round``, choose among versions, check, lay over the plan.

    ``register``: the campaign's, open; without it the register is only read. ``written``: what the controller has
    written in the consolidated workbook since the last run, recorded in ``register``.
    """
    from perfxl.stages import check
    from perfxl.workflow import load_round

    say = Texts("cli", language)
    plan, findings = plan_of(campaign, language)[0], []  # what is wrong with the plan was told when it was issued
    if round not in {r["round"] for r in plan["rounds"]}:
        raise CannotRun(say("no_round", round=round_name(round, language)))
    issued = campaign.issued_sectors(round)
    if not issued:
        raise CannotRun(say("nothing_issued", round=round, folder=campaign.folder))
    with nullcontext(register) if register else register_updates.opened(campaign, language, CannotRun, write=False) as known:
        previous = register_updates.previous(known, campaign, round)
        published = register_updates.earlier(known, campaign, round, previous)
        extensions = known.extensions(round)
        base = base_content(deadlines.laid(plan, round, extensions), previous)
        prefilled = register_updates.as_issued(known, campaign, round, prefilled_of(campaign, base, round, extensions))
        asked, elsewhere = register_updates.asked(known, campaign, round), emissions.elsewhere(known, campaign, round)
        last = {several[-1].digest for several in emissions.emissions(known, round).values()}
    tasks = [Task(p, campaign.relative(p)) for p in campaign.received(round)]
    job = Job(campaign.extension, plan["year"], round, check.Shared(base), prefilled, campaign.folder, {**elsewhere, **asked})
    reads = read_files(tasks, job, workers, language, progress)

    came = {r.reading.identity.digest for r in reads if r.reading.identity}
    answered, earlier = ({digest: document for digest, path in forms.items() if digest in came - last
                          and (document := register_updates.document_in(campaign, campaign.folder / path, digest))}
                         for forms in (asked, elsewhere))

    def put_together() -> Gathered:
        with nullcontext(register) if register else register_updates.opened(campaign, language, CannotRun, write=False) as known:
            decisions, said = register_updates.decisions(known, round), register_updates.review(known)
        return load_round.gather(plan, base, round, issued, prefilled, reads, answered, earlier, decisions, said, campaign.extension, language,
                                published)

    found = put_together()
    if register is not None:
        anything, stale = register_updates.take(register, found, written)
        found = put_together() if anything else found
        findings += [*written.findings, *stale]
    found.approved, found.forms = base if previous is None else previous, {**elsewhere, **asked}
    beyond = [f for s in found.sources if s.verdict != "superseded" for f in s.read.beyond]
    irregular = check.by_rules([*beyond, *_irregular(campaign, round)], plan)
    found.findings = check.once(in_order([*findings, *found.findings, *irregular]))
    return found


def form_of(campaign: Campaign, found: Gathered, source: Source) -> Path:
    """The workbook that ``source`` began as: with questions, an earlier form, or the one last issued to its sector; may not
    exist."""
    other = found.forms.get(source.read.reading.identity.digest)
    return campaign.folder / other if other else campaign.issued(found.round, source.sector)


def _irregular(campaign: Campaign, round: str) -> list[Finding]:
    """A finding for each thing among the received files that is no file: a link, a folder named like a workbook."""
    kinds = {kind: {lang: Texts("cli", lang)(f"kind_{kind}") for lang in LANGUAGES} for kind in ("link", "folder", "special")}
    return [Finding("FILE10", Place(campaign.relative(path)), {"kind": kinds[kind]}) for path, kind in campaign.irregular(round)]


@dataclass(frozen=True)
class Run:
    """What a consolidation made: the consolidated document, all findings, and where the workbook went: beside its usual
    place when somebody has that one open. ``approval`` of the round, when it is approved, and in words what now ``differs``
    from what was."""

    document: dict
    findings: tuple[Finding, ...]
    workbook: Path
    approval: Approval | None = None
    differs: tuple[str, ...] = ()

    def summary(self) -> dict:
        """What ``perfxl consolidate --json`` prints."""
        round = self.document["round"]
        outcomes = self.document["outcomes"].get(round)
        return {"round": round,
                "outcomes": {s["code"]: s["outcome"] for s in outcomes["sectors"]} if outcomes else {},
                "body": outcomes["body"]["outcome"] if outcomes else None,
                **{k: self.document[k] for k in ("issued", "returned", "missing")},
                "findings": counts(self.findings),
                **({"approved": {"act": self.approval.act, "date": self.approval.date, "differs": list(self.differs)}} if self.approval else {})}


def consolidate(campaign: Campaign, round: str, language: str, progress: Progress = quiet,
                workers: Workers = Workers()) -> Run:
    """Gather ``round``, weigh it, and write ``risultati/<round>/``.

    Both results are made in full before either is put in place: a run that fails leaves the earlier ones. Findings
    that the body's rules call blocking stop it with ``CannotRun``.
    """
    _has_plan(campaign, language)
    with register_updates.opened(campaign, language, CannotRun) as register:
        register_updates.receive(register, campaign, round)
        written = _written(campaign, round, language)
        found = gather(campaign, round, language, progress, workers, register, written)
        run, made, text = _made(campaign, found, language, written)
        register_updates.writing(register, round, text, made)
        run = replace(run, workbook=open_files.put(run.workbook, made, noted))
        write_bytes(campaign.result(round), text)
        register_updates.consolidated(register, campaign, found, run.document, text, made)
        approval = approvals(register).get(round)
        if approval:
            run = replace(run, approval=approval, differs=tuple(since_approval.lines(baseline(register, round), run.document, language)))
    return run


def _written(campaign: Campaign, round: str, language: str) -> Review:
    """What the controller wrote in the consolidated workbook of ``round`` since perfxl made it."""
    from perfxl.stages import review

    path = campaign.result(round, "consolidato.xlsx")
    return review.read(path.read_bytes(), campaign.relative(path), language) if path.is_file() else Review()


def _made(campaign: Campaign, found: Gathered, language: str, written: Review) -> tuple[Run, bytes, bytes]:
    """The run, its workbook and its document, both as bytes; ``CannotRun`` when a finding forbids it.

    What the controller had ``written`` that cannot be taken stands in the new workbook as it was.
    """
    from perfxl.model.weigh import weigh
    from perfxl.stages import check
    from perfxl.stages import consolidate as stage
    from perfxl.stages.consolidate import workbook as result

    content = found.merged.content
    barred = check.blocking(found.findings, content)
    if barred:
        raise CannotRun(Texts("cli", language)("blocked", codes=", ".join(sorted({f.code for f in barred}))), found.findings)
    document = stage.consolidated(found.merged_round(), weigh(content, found.round, found.outcomes_before), language)
    found.let_go()
    run = Run(document, tuple(found.findings), campaign.result(found.round, "consolidato.xlsx"))
    return run, result.write(document, language, campaign.extension, written.pending), documents.encoded(document)
