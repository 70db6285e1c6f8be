"""A round read, checked and merged: everything that happens before anything is weighed or written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from perfxl import collect
from perfxl.findings import Finding, in_order
from perfxl.merge.answered import answered
from perfxl.merge.answers import Conflict, Decision
from perfxl.merge.listed import listed
from perfxl.merge.ordering import Version
from perfxl.merge.overlay import Merged, Returned, merge
from perfxl.merge.remarks import CONTESTED
from perfxl.merge.threeway import changes
from perfxl.merge.versions import Settled, settle
from perfxl.review import Review, lapsed, lay, with_requests
from perfxl.work import FileRead


@dataclass(frozen=True)
class Source:
    """A file that a sector sent back, as read, with what became of it: ``used``, ``merged``, ``superseded`` or ``answers``."""

    sector: str
    read: FileRead
    verdict: str


@dataclass
class Gathered:
    """A round after reading, choosing, checking and merging.

    ``issued``: sectors a form was issued to; ``sources``: every file that counts or was superseded, by sector;
    ``conflicts``: those still open, by sector; ``listed``: the same as the consolidated document lists them;
    ``approved``: what changes are told against, the consolidated document of the round before, else the plan; ``asked``:
    the paths of the workbooks with questions, by the digest in their identity; ``earlier``: the outcomes of the rounds
    before, by round, as their own documents say.
    """

    round: str
    issued: list[str]
    merged: Merged
    sources: list[Source] = field(default_factory=list)
    conflicts: dict[str, tuple[Conflict, ...]] = field(default_factory=dict)
    listed: list[dict] = field(default_factory=list)
    collected: collect.Collected | None = None
    approved: dict | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, dict] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def let_go(self) -> None:
        """Keep in memory no longer what the files said and what it was laid over: the consolidated document has it."""
        self.sources = [replace(s, read=replace(s.read, reading=None)) for s in self.sources]
        self.merged, self.approved = Merged({}), None


def gather(plan: dict, base: dict, round: str, issued: list[str], prefilled: Mapping[str, dict], reads: Iterable[FileRead],
           asked: Mapping[str, dict], decisions: Mapping[str, Mapping[str, Decision]], said: Review, extension: dict | None,
           language: str, earlier: Mapping[str, dict] = {}) -> Gathered:
    """The round from its files as read.

    ``base``: plan-shaped, what was known when the round was issued; ``prefilled``: the returns as issued, by sector;
    ``asked``: the workbooks with questions that were answered, as returns by the digest in their identity, in the order of issue;
    ``decisions``: the controller's on conflicts, by sector and key; ``said``: the controller's own evaluations, requests
    and considerations; ``earlier``: the outcomes of the rounds before, by round, as their own documents say.
    """
    from perfxl import check

    reads = list(reads)
    usable = {r.file: r for r in reads if r.reading.document is not None}
    findings = [f for r in reads if r.file not in usable for f in r.reading.findings]
    collected = collect.collect(
        [collect.Candidate(r.file, r.sha256, r.reading.identity, r.reading.modified or "") for r in usable.values()],
        plan["body"]["code"], plan["year"], round,
        {s: prefilled[s]["identity"]["digest"] for s in issued if s in prefilled}, [s["code"] for s in plan["sectors"]], asked)
    found = Gathered(round, issued, Merged({}), collected=collected, earlier=earlier,
                     findings=findings + list(collected.findings))
    returns = []
    for sector in sorted(collected.accepted.keys() | collected.answers.keys()):
        first, later = ([usable[c.file] for c in of.get(sector, ())] for of in (collected.accepted, collected.answers))
        settled = _sector(found, sector, first, prefilled.get(sector), decisions, language) if first else None
        returned = settled.returned if settled else Returned(sector, prefilled.get(sector, {}), {}, later[0].file)
        for document in [d for digest, d in asked.items() if any(r.reading.identity.digest == digest for r in later)]:
            returned = _answers(found, returned, settled, document, later, decisions, language)
        if first and not later and len(settled.ordered.heads) == 1:
            found.findings += usable[returned.file].checked
        elif first:
            found.findings += check.check(_form(returned.document), prefilled.get(sector), base, round, returned.places, returned.file)
        returns.append(returned)
    found.merged = merge(with_requests(base, said), returns, round, extension)
    found.findings += [*found.merged.findings, *lapsed(found.merged.content, said)]
    found.merged.content = lay(found.merged.content, said)
    found.findings += check.across(found.merged.content, round, {r.sector: r.document for r in returns},
                                   {r.sector: r.places for r in returns}, {r.sector: r.file for r in returns}, earlier)
    found.findings = check.once(in_order(check.by_rules(found.findings, plan)))
    return found


def _sector(found: Gathered, sector: str, reads: list[FileRead], issued: dict | None,
            decisions: Mapping[str, Mapping[str, Decision]], language: str) -> Settled:
    """The versions of one sector settled, with what there is to say of them noted in ``found``."""
    by_sha = {r.sha256: r for r in reads}
    settled = settle(sector, issued, _versions(reads), decisions.get(sector))
    heads = settled.ordered.heads
    _noted(found, sector, settled, by_sha, "used" if len(heads) == 1 else "merged")
    _contested(found, sector, settled, heads, {s: r.reading.places for s, r in by_sha.items()}, language)
    return settled


def _answers(found: Gathered, current: Returned, settled: Settled | None, asked: dict, reads: list[FileRead],
             decisions: Mapping[str, Mapping[str, Decision]], language: str) -> Returned:
    """``current``, what a sector had returned (``settled``), with its answers to ``asked``, which are among ``reads``."""
    from perfxl import check

    sector, mine = current.sector, [r for r in reads if r.reading.identity.digest == asked["identity"]["digest"]]
    by_sha = {r.sha256: r for r in mine}
    standing = settled.ordered.heads[-1] if settled else None
    merged = settled.result if settled else None
    disputed = {c.key for c in merged.conflicts} | {c.key for c, _ in merged.decided} if merged else set()
    result = answered(current, standing, asked, _versions(mine), decisions.get(sector), disputed)
    _superseded(found, sector, {key for v in result.ordered.heads for key in changes(asked, v.document)})
    _noted(found, sector, result, by_sha, "answers")
    found.findings += [f for v in result.ordered.heads for f in by_sha[v.sha256].checked if f.code in check.ANSWERED]
    places = {s: r.reading.places for s, r in by_sha.items()} | ({standing.sha256: current.places} if standing else {})
    _contested(found, sector, result, (*result.ordered.heads, *([standing] if standing else [])), places, language)
    return result.returned


def _versions(reads: Iterable[FileRead]) -> list[tuple[Version, Mapping]]:
    return [(Version(r.file, r.sha256, r.reading.document, r.reading.modified or "", r.reading.modified_by or "",
                     r.reading.parent), r.reading.places) for r in reads]


def _noted(found: Gathered, sector: str, settled: Settled, by_sha: Mapping[str, FileRead], verdict: str) -> None:
    """Note in ``found`` what there is to say of the files that were settled, and what became of them."""
    for version in settled.ordered.heads:
        found.findings += [f.at(sector=f.sector or sector) for f in by_sha[version.sha256].reading.findings]
    found.findings += settled.findings
    found.sources += [Source(sector, by_sha[v.sha256], verdict) for v in settled.ordered.heads]
    found.sources += [Source(sector, by_sha[v.sha256], "superseded") for v, _, _ in settled.ordered.superseded]


def _superseded(found: Gathered, sector: str, answered: set[str]) -> None:
    """Take out the conflicts among the sector's returns that its answers settle: it was asked, and has said which holds."""
    settled = {c.key for c in found.conflicts.get(sector, ())} & answered
    if settled:
        left = tuple(c for c in found.conflicts.pop(sector) if c.key not in settled)
        found.conflicts |= {sector: left} if left else {}
        found.listed = [c for c in found.listed if c["sector"] != sector or c["key"] not in settled]
        found.findings = [f for f in found.findings if not (f.sector == sector and f.code in CONTESTED and f.values.get("key") in settled)]


def _contested(found: Gathered, sector: str, settled: Settled, versions: Iterable[Version], places: Mapping[str, Mapping],
               language: str) -> None:
    """Note in ``found`` the conflicts that wait for a choice."""
    if settled.conflicts:
        found.conflicts[sector] = (*found.conflicts.get(sector, ()), *settled.conflicts)
        found.listed += listed(settled.conflicts, sector, versions, places, language)


def _form(document: dict) -> dict:
    """A return without the controller's questions: the form that was issued."""
    return {k: v for k, v in document.items() if k != "requests"}
