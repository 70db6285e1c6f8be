"""What ``perfxl check`` does: every finding on a campaign, a folder or single files, without consolidating anything."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign, open_files
from perfxl.model import deadlines
from perfxl.model.base import base_content
from perfxl.model.findings import Finding, grouped, in_order
from perfxl.model.identity import Identity
from perfxl.model.rounds import USUAL, Rounds
from perfxl.model.texts import Texts
from perfxl.workflow.read_files import read_files
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.workers import FileRead, Job, Task, Workers


@dataclass(frozen=True)
class Inspected:
    """One file that was looked at: where it is, what was read, what there is to say of it, the form it began as, the round
    as its plan calls it."""

    path: Path
    read: FileRead
    findings: tuple[Finding, ...]
    form: Path | None = None
    round: str = ""
    extension: dict[str, Any] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Inspection:
    """All findings, in order, and the files they are about."""

    findings: list[Finding]
    files: list[Inspected]


def inspect(paths: Iterable[Path], language: str, progress: Progress = quiet,
            workers: Workers = Workers(), round: str | None = None) -> Inspection:
    """Look at ``paths``: campaign folders (every round with received files, or ``round`` alone), other folders, single files.

    A file inside a campaign is checked against what was issued; a file elsewhere only by itself.
    """
    findings: list[Finding] = []
    files: list[Inspected] = []
    loose: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CannotRun(Texts("cli", language)("no_path", path=path))
        if (path / "piano.xlsx").is_file():
            inspection = _campaign(Campaign(path), language, progress=progress, workers=workers, only=round)
            findings += inspection.findings
            files += inspection.files
        else:
            loose += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for one in _files(loose, language, progress, workers):
        findings += one.findings
        files.append(one)
    return Inspection(in_order(grouped(findings)), files)


@dataclass(frozen=True)
class Marked:
    """Marked copies: the ``written`` ones, the returns that ``failed`` to be marked (an .ods whose form is not at hand), and copies
    of an earlier time that somebody has ``open``, left as they were."""

    written: tuple[Path, ...]
    failed: tuple[Path, ...]
    open: tuple[Path, ...]


def write_marked(inspection: Inspection, folder: Path, language: str) -> Marked:
    """Each sector's own workbook with its findings marked, as ``<sector>-<round>.xlsx`` in ``folder``.

    Only files with something to mend get one: notes alone do not ask the sector for anything.
    """
    from perfxl.stages import mark

    made: list[Path] = []
    held: list[Path] = []
    failed: list[Path] = []
    for one in inspection.files:
        findings = mark.for_sector(one.findings)
        if one.read.reading.document is None or all(f.severity == "note" for f in findings):
            continue
        identity = one.read.reading.identity
        name = f"{identity.sector}-{identity.round}"
        path = folder / f"{name}.xlsx"
        for number in range(2, 10_000):
            if path not in (*made, *held):
                break
            path = folder / f"{name}-{number}.xlsx"
        form = one.form.read_bytes() if one.form else None
        try:
            marked = mark.mark(one.path.read_bytes(), findings, language=language, form=form, document=one.read.reading.document,
                               extension=one.extension, open_only=True, round=one.round)
        except mark.Unreadable:
            failed.append(one.path)
            continue
        (made if open_files.replace(path, marked) else held).append(path)
    return Marked(tuple(made), tuple(failed), tuple(held))


def _campaign(campaign: Campaign, language: str, progress: Progress, workers: Workers, only: str | None) -> Inspection:
    from perfxl.workflow.issue import plan_faults
    from perfxl.workflow.load_round import form_of, load_round
    from perfxl.workflow.plan_workbook import plan_of
    from perfxl.workflow.rounds import known_round

    plan, findings = plan_of(campaign, language)
    files = []
    rounds = list(Rounds.from_plan(plan)) if only is None else [known_round(plan, only, language)]
    weighed = next((r for r in reversed(rounds) if campaign.issued_sectors(r)), None)
    if weighed:  # the weights of now are told once: those of the last round that went out
        findings = [f for f in findings if f.code != "PLAN70"]
    unissued = () if weighed else rounds[:1]  # what is wrong with the forms is told before they go out, when it costs least
    for round in rounds:
        if campaign.issued_sectors(round) or round in unissued:
            findings += [f for f in plan_faults(campaign, round, language) if f.code != "PLAN70" or round == weighed]
        if not campaign.received_files(round) or not campaign.issued_sectors(round):
            continue
        gathered = load_round(campaign, round, language=language, progress=progress, workers=workers)
        findings += gathered.findings
        for source in gathered.sources:
            path = source.read.file
            files.append(Inspected(campaign.folder / path, source.read, findings=tuple(f for f in gathered.findings if f.place.file == path),
                                   form=form_of(campaign, gathered, source), round=round, extension=campaign.extension))
    return Inspection(findings, files)


class _Home:
    """Where a file that was named by itself stands: its campaign, whose plan is read once, or None."""

    def __init__(self, folder: Path | None, language: str):
        self._campaign, self._language = Campaign(folder) if folder else None, language
        self.extension = self._campaign.extension if self._campaign else None
        self._bases: dict[str, dict[str, Any]] = {}
        with suppress(CannotRun):  # its words and own fields are in use from here on; without a plan, files are read all the same
            if self._campaign:
                self._plan  # noqa: B018

    @cached_property
    def _plan(self) -> dict[str, Any]:
        from perfxl.workflow.plan_workbook import plan_of

        return plan_of(self._campaign, self._language)[0] if self._campaign else {}

    def issued(self, identity: Identity) -> tuple[dict[str, Any], dict[str, Any] | None, Path | None] | None:
        """The plan that the return with ``identity`` belongs to, the form that it began as, and the path of that, None when it
        is nowhere; None when it belongs to no plan known here."""
        if self._campaign is None or (self._plan["body"]["code"], self._plan["year"]) != (identity.body, identity.year) \
                or identity.round not in Rounds.from_plan(self._plan):
            return None
        from perfxl.workflow import register_updates
        from perfxl.workflow.prefilled import prefilled_of

        with register_updates.open_register(self._campaign, self._language, CannotRun, write=False) as register:
            extensions = register.extensions(identity.round)
            if identity.round not in self._bases:
                self._bases[identity.round] = base_content(deadlines.with_deadline(self._plan, identity.round, extensions),
                                    register_updates.previous_consolidated(register, self._campaign, Rounds.from_plan(self._plan)[identity.round]))
            base, only = self._bases[identity.round], (identity.sector,)
            prefilled = prefilled_of(self._campaign, base, round=identity.round, extensions=extensions, only=only)
            prefilled = register_updates.as_issued(register, self._campaign, round=identity.round, prefilled=prefilled, only=only)
            issued = prefilled.get(identity.sector)
            path: Path | None = self._campaign.issued_form(identity.round, identity.sector)
            if issued and issued["identity"]["digest"] != identity.digest:  # questions, or an earlier form
                issued, path = register_updates.answered_form(register, self._campaign, identity) or (issued, None)
        return base, issued, path


def _files(paths: list[Path], language: str, progress: Progress, workers: Workers) -> Iterator[Inspected]:
    """The files at ``paths``, those of one home read together."""
    homes: dict[Path | None, list[Path]] = {}
    for path in paths:
        home = next((f for f in path.resolve().parents if (f / "piano.xlsx").is_file()), None)
        homes.setdefault(home, []).append(path)
    for folder, inside in homes.items():
        stands = _Home(folder, language)
        tasks = [Task(p, p.name) for p in inside]
        for path, read in zip(inside, read_files(tasks, Job(stands.extension, home=folder), workers=workers, language=language,
                                                 progress=progress), strict=True):
            yield _file(path, read, stands)


def _file(path: Path, read: FileRead, home: _Home) -> Inspected:
    from perfxl.stages import check
    from perfxl.stages.read import extra_findings
    from perfxl.stages.read.issued import Issued

    reading = read.reading
    findings = list(reading.findings)
    plan: dict[str, Any] = {}
    form: Path | None = None
    if reading.document is not None:
        known = home.issued(reading.identity)
        plan, issued, form = known or (_alone(reading.document, reading.points), None, None)
        given = (reading.document, issued, plan, reading.identity.round, reading.places, path.name)
        findings = check.about_taken(findings, *given) + check.check(*given)
        findings += check.check_arrival(reading.document, reading.places, path.name, date.today())
        if form and form.is_file():
            findings += extra_findings(reading, path.name, Issued(form.read_bytes(), form.name))
    return Inspected(path, read, findings=tuple(check.without_repeats(in_order(check.by_rules(findings, plan)))),
                     form=form if form and form.is_file() else None,
                     round=(Rounds.from_plan(plan).get(reading.identity.round) or "") if reading.identity else "", extension=home.extension)


def _alone(document: dict[str, Any], points: bool) -> dict[str, Any]:
    """The plan that a return seen alone tells of: its own objectives, entrusted to its own sector, without what this round says; its
    weights, where they are ``points``, of a scale whose total is not known."""
    identity = document["identity"]
    objectives = [{"code": o["code"], "lead": identity["sector"] if o.get("role", "lead") == "lead" else "",
                   "kind": "transversal" if o.get("role") == "transversal" else "ordinary",
                   "holders": [{"sector": identity["sector"], "holding": _before(o.get("holding", {}))}], "sheet": _before(o.get("sheet", {}))}
                  for o in document.get("objectives", ()) if o.get("code")]
    return {"schema": "perfxl/plan/2", **({"rules": {"weights_total": 0}} if points else {}), "year": identity["year"], "body": {"code": identity["body"], "name": identity["body"]},
            "rounds": _rounds(identity["round"]), "sectors": [{"code": identity["sector"], "name": identity["sector"]}], "objectives": objectives}


def _before(value: Any) -> Any:
    """``value`` without what the round of the return found and changed."""
    if isinstance(value, list):
        return [_before(item) for item in value]
    return {k: _before(v) for k, v in value.items() if k not in ("reading", "revision")} if isinstance(value, dict) else value


def _rounds(round: str) -> list[dict[str, Any]]:
    """The rounds of a year of which only one is known, by its id: what is neither the plan nor the final is a monitoring."""
    usual = [dict(r) for r in USUAL]
    return usual if round in {r["id"] for r in usual} else [usual[0], {"id": round, "kind": "monitoring"}, usual[-1]]
