"""A round read, checked and merged: everything that happens before anything is weighed or written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from perfxl import collect
from perfxl.findings import Finding, in_order
from perfxl.merge.answers import Conflict, Decision
from perfxl.merge.listed import listed
from perfxl.merge.ordering import Version
from perfxl.merge.overlay import Merged, merge
from perfxl.merge.versions import Settled, settle
from perfxl.review import Review, lapsed, lay
from perfxl.work import FileRead


@dataclass(frozen=True)
class Source:
    """A file that a sector sent back, as read, with what became of it: ``used``, ``merged`` or ``superseded``."""

    sector: str
    read: FileRead
    verdict: str


@dataclass
class Gathered:
    """A round after reading, choosing, checking and merging.

    ``issued``: sectors a form was issued to; ``sources``: every file that counts or was superseded, by sector;
    ``conflicts``: those still open, by sector; ``listed``: the same as the consolidated document lists them;
    ``approved``: what changes are told against, the consolidated document of the round before, else the plan.
    """

    round: str
    issued: list[str]
    merged: Merged
    sources: list[Source] = field(default_factory=list)
    conflicts: dict[str, tuple[Conflict, ...]] = field(default_factory=dict)
    listed: list[dict] = field(default_factory=list)
    collected: collect.Collected | None = None
    approved: dict | None = None
    findings: list[Finding] = field(default_factory=list)


def gather(plan: dict, base: dict, round: str, issued: list[str], prefilled: Mapping[str, dict], reads: Iterable[FileRead],
           decisions: Mapping[str, Mapping[str, Decision]], said: Review, extension: dict | None, language: str) -> Gathered:
    """The round from its files as read.

    ``base``: plan-shaped, what was known when the round was issued; ``prefilled``: the returns as issued, by sector;
    ``decisions``: the controller's on conflicts, by sector and key; ``said``: the controller's own evaluations, requests
    and considerations.
    """
    from perfxl import check

    reads = list(reads)
    usable = {r.file: r for r in reads if r.reading.document is not None}
    findings = [f for r in reads if r.file not in usable for f in r.reading.findings]
    collected = collect.collect(
        [collect.Candidate(r.file, r.sha256, r.reading.identity, r.reading.modified or "") for r in usable.values()],
        plan["body"]["code"], plan["year"], round,
        {s: prefilled[s]["identity"]["digest"] for s in issued if s in prefilled}, [s["code"] for s in plan["sectors"]])
    found = Gathered(round, issued, Merged({}), collected=collected, findings=findings + list(collected.findings))
    returns = []
    for sector, candidates in collected.accepted.items():
        settled = _sector(found, sector, [usable[c.file] for c in candidates], prefilled.get(sector), decisions, language)
        returned = settled.returned
        found.findings += usable[returned.file].checked if len(settled.ordered.heads) == 1 else check.check(
            returned.document, prefilled.get(sector), base, round, returned.places, returned.file)
        returns.append(returned)
    found.merged = merge(base, returns, round, extension)
    found.findings += [*found.merged.findings, *lapsed(found.merged.content, said)]
    found.merged.content = lay(found.merged.content, said)
    found.findings += check.across(found.merged.content, round, {r.sector: r.document for r in returns},
                                   {r.sector: r.places for r in returns}, {r.sector: r.file for r in returns})
    found.findings = check.once(in_order(check.by_rules(found.findings, plan)))
    return found


def _sector(found: Gathered, sector: str, reads: list[FileRead], issued: dict | None,
            decisions: Mapping[str, Mapping[str, Decision]], language: str) -> Settled:
    """The versions of one sector settled, with what there is to say of them noted in ``found``."""
    by_sha = {r.sha256: r for r in reads}
    versions = [Version(r.file, r.sha256, r.reading.document, r.reading.modified or "", r.reading.modified_by or "",
                        r.reading.parent) for r in reads]
    settled = settle(sector, issued, [(v, by_sha[v.sha256].reading.places) for v in versions], decisions.get(sector))
    heads = settled.ordered.heads
    for version in heads:
        found.findings += [f.at(sector=f.sector or sector) for f in by_sha[version.sha256].reading.findings]
    found.findings += settled.findings
    verdict = "used" if len(heads) == 1 else "merged"
    found.sources += [Source(sector, by_sha[v.sha256], verdict) for v in heads]
    found.sources += [Source(sector, by_sha[v.sha256], "superseded") for v, _, _ in settled.ordered.superseded]
    if settled.conflicts:
        found.conflicts[sector] = settled.conflicts
        found.listed += listed(settled.conflicts, sector, heads, {s: r.reading.places for s, r in by_sha.items()}, language)
    return settled
