"""What ``perfxl check`` does: every finding on a campaign, a folder or single files, without consolidating anything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from perfxl import documents, pipeline
from perfxl.campaign import Campaign
from perfxl.fields import ROUNDS
from perfxl.findings import Finding, in_order
from perfxl.pipeline import CannotRun, FileRead
from perfxl.texts import Texts


@dataclass(frozen=True)
class Inspected:
    """One file that was looked at: where it is, what was read, what there is to say of it, the form it began as."""

    path: Path
    read: FileRead
    findings: tuple[Finding, ...]
    form: Path | None = None
    extension: dict | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Inspection:
    """All findings, in order, and the files they are about."""

    findings: list[Finding]
    files: list[Inspected]


def inspect(paths: Iterable[Path], language: str, progress: pipeline.Progress = pipeline.quiet) -> Inspection:
    """Look at ``paths``: campaign folders (every round with received files), other folders, single files.

    A file inside a campaign is checked against what was issued; a file elsewhere only by itself.
    """
    findings: list[Finding] = []
    files: list[Inspected] = []
    for path in paths:
        if not path.exists():
            raise CannotRun(Texts("cli", language)("no_path", path=path))
        if (path / "piano.xlsx").is_file():
            found = _campaign(Campaign(path), language, progress)
        else:
            inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            each = [_file(p, language) for p in progress(inside, Texts("cli", language)("progress_read"), len(inside))]
            found = Inspection([f for one in each for f in one.findings], each)
        findings += found.findings
        files += found.files
    return Inspection(in_order(findings), files)


def write_marked(found: Inspection, folder: Path, language: str) -> list[Path]:
    """Each sector's own workbook with its findings marked, as ``<sector>-<round>.xlsx`` in ``folder``; the paths.

    Only files with something to mend get one: notes alone do not ask the sector for anything.
    """
    from perfxl import mark

    made: list[Path] = []
    for one in found.files:
        if one.read.reading.document is None or all(f.severity == "note" for f in one.findings):
            continue
        identity = one.read.reading.identity
        name = f"{identity.sector}-{identity.round}"
        path = folder / f"{name}.xlsx"
        for number in range(2, 10_000):
            if path not in made:
                break
            path = folder / f"{name}-{number}.xlsx"
        form = one.form.read_bytes() if one.form else None
        documents.write_bytes(path, mark.mark(one.path.read_bytes(), list(one.findings), language, form,
                                              one.read.reading.document, one.extension))
        made.append(path)
    return made


def _campaign(campaign: Campaign, language: str, progress: pipeline.Progress) -> Inspection:
    _, findings = pipeline.plan_of(campaign, language)
    files = []
    for round in ROUNDS:
        if not campaign.received(round) or not campaign.issued_sectors(round):
            continue
        found = pipeline.gather(campaign, round, language, progress)
        findings += found.findings
        files += [Inspected(campaign.folder / r.file, r, tuple(f for f in found.findings if f.place.file == r.file),
                            campaign.issued(round, sector), campaign.extension) for sector, (r, _) in found.sources.items()]
    return Inspection(findings, files)


def _file(path: Path, language: str) -> Inspected:
    from perfxl import check, issue

    home = next((f for f in path.resolve().parents if (f / "piano.xlsx").is_file()), None)
    campaign = Campaign(home) if home else None
    extension = campaign.extension if campaign else None
    read = pipeline.read_file(path, path.name, extension, None)
    reading = read.reading
    findings, form, plan = list(reading.findings), None, {}
    if reading.document is not None:
        identity = reading.identity
        plan, issued = _alone(reading.document), None
        if campaign:
            known, _ = pipeline.plan_of(campaign, language)
            if (known["body"]["code"], known["year"]) == (identity.body, identity.year):
                plan = pipeline.base_content(known, campaign.previous(identity.round))
                issued = issue.returns(plan, identity.round).get(identity.sector)
                form = campaign.issued(identity.round, identity.sector)
        findings += check.check(reading.document, issued, plan, identity.round, reading.places, path.name)
    return Inspected(path, read, tuple(in_order(check.by_rules(findings, plan))), form if form and form.is_file() else None, extension)


def _alone(document: dict) -> dict:
    """The plan that a return seen alone tells of: its own objectives, entrusted to its own sector."""
    identity = document["identity"]
    objectives = [{"code": o["code"], "lead": identity["sector"] if o.get("role", "lead") == "lead" else "",
                   "kind": "transversal" if o.get("role") == "transversal" else "ordinary",
                   "holders": [{"sector": identity["sector"], "holding": o.get("holding", {})}], "sheet": o.get("sheet", {})}
                  for o in document.get("objectives", ())]
    return {"schema": "perfxl/plan/1", "year": identity["year"], "body": {"code": identity["body"], "name": identity["body"]},
            "rounds": [], "sectors": [{"code": identity["sector"], "name": identity["sector"]}], "objectives": objectives}
