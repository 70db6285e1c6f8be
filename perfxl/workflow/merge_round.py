"""A round read, checked and merged: everything that happens before anything is weighed or written."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from perfxl.model.fields import kind_of
from perfxl.model.findings import Finding, Place, grouped, in_order
from perfxl.model.indicators import shared
from perfxl.model.negotiation import Negotiated
from perfxl.model.rounds import PLAN, Rounds
from perfxl.model.succession import Successions
from perfxl.model.texts import LANGUAGES
from perfxl.stages import check
from perfxl.stages.consolidate import MergedRound
from perfxl.stages.merge import match_returns
from perfxl.stages.merge.answered import answered
from perfxl.stages.merge.answers import Conflict, Decision
from perfxl.stages.merge.emissions import added, altered, both_changed, brought_up, carried
from perfxl.stages.merge.flat import written
from perfxl.stages.merge.listed import listed
from perfxl.stages.merge.ordering import Version, emptied
from perfxl.stages.merge.overlay import Merged, Returned, merge
from perfxl.stages.merge.remarks import CONTESTED
from perfxl.stages.merge.successors import brought, formers_of
from perfxl.stages.merge.threeway import changes
from perfxl.stages.merge.versions import Settled, settle
from perfxl.stages.merge.words import called
from perfxl.stages.review import Review, lapsed, lay, with_requests
from perfxl.workflow.workers import FileRead


@dataclass(frozen=True)
class Source:
    """A file that a sector sent back, as read, with what became of it: ``used``, ``merged``, ``superseded`` or ``answers``;
    ``issue``: the number of the workbook that it answers."""
    sector: str
    read: FileRead
    verdict: str
    issue: int = 0

    def document(self) -> dict:
        """The file as the consolidated document lists it."""
        reading = self.read.reading
        known = {"issue": reading.identity.issue, "modified": reading.modified, "modified_by": reading.modified_by,
                 "compilation": reading.document.get("compilation")}
        return {"sector": self.sector, "file": self.read.file, "sha256": self.read.sha256, "verdict": self.verdict,
                **{k: v for k, v in known.items() if v}}


@dataclass
class Gathered:
    """A round after reading, choosing, checking and merging.

    ``issued``: sectors a form was issued to; ``sources``: every file that counts or was superseded, by sector;
    ``conflicts``: those still open, by sector; ``listed``: the same as the consolidated document lists them;
    ``approved``: what changes are told against, the consolidated document of the round before, else the plan; ``forms``:
    the paths of the workbooks with questions and of earlier forms, by the digest in their identity;
    ``outcomes_before``: the outcomes of the rounds before, by round, as their own documents say; ``negotiated``:
    of a plan round run again, the passes before.
    """
    round: str
    issued: list[str]
    merged: Merged
    sources: list[Source] = field(default_factory=list)
    conflicts: dict[str, tuple[Conflict, ...]] = field(default_factory=dict)
    listed: list[dict] = field(default_factory=list)
    collected: match_returns.Collected | None = None
    approved: dict | None = None
    forms: Mapping[str, str] = field(default_factory=dict)
    outcomes_before: Mapping[str, dict] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    negotiated: Negotiated | None = None

    def merged_round(self) -> MergedRound:
        """The round as the stage ``consolidate`` takes it."""
        order = sorted(self.sources, key=lambda s: (s.sector, s.verdict == "superseded", s.read.file))
        return MergedRound(round=self.round, content=self.merged.content, places=self.merged.places, approved=self.approved,
                           issued=sorted(self.issued), returned=sorted(self.collected.accepted),
                           sources=[s.document() for s in order], findings=self.findings, conflicts=self.listed, negotiated=self.negotiated)

    def release(self) -> None:
        """Keep in memory no longer what the files said and what it was laid over: the consolidated document has it."""
        self.sources = [replace(s, read=replace(s.read, reading=None)) for s in self.sources]
        self.merged, self.approved = Merged({}), None


def merge_round(plan: dict, base: dict, round: str, issued: list[str], prefilled: Mapping[str, dict], reads: Iterable[FileRead],
           asked: Mapping[str, dict], earlier: Mapping[str, dict], decisions: Mapping[str, Mapping[str, Decision]], said: Review, extension: dict | None,
           language: str, outcomes_before: Mapping[str, dict] = {}, before: dict | None = None,
           replaced: Mapping[str, FileRead] = {}) -> Gathered:
    """The round from its files as read.

    ``base``: plan-shaped, what was known when the round was issued; ``prefilled``: the returns as issued, by sector;
    ``asked``: the workbooks with questions that were answered, as returns by the digest in their identity, in the order of
    issue; ``earlier``: the same of the forms that were answered and issued again since;
    ``decisions``: the controller's on conflicts, by sector and key; ``said``: the controller's own evaluations, requests
    and considerations; ``outcomes_before``: the outcomes of the rounds before, by round, as their own documents say;
    ``before``: the contents of the round before, whose sectors and objectives may have changed since; ``replaced``: by sector, the
    last version that counted and whose file another has taken the place of.
    """
    reads, successions = list(reads), Successions(plan)
    former = [s for s in issued if s not in successions.sectors and successions.parts(s)]
    usable = {r.file: r for r in reads if r.reading.document is not None}
    findings = grouped(f for r in reads if r.file not in usable for f in r.reading.findings)
    led: dict[str, list[str]] = {}
    for objective in base.get("objectives", ()):
        led.setdefault(objective["lead"], []).append(objective["code"])
    collected = match_returns.collect(
        [match_returns.Candidate(r.file, r.sha256, r.reading.identity, r.reading.modified or "") for r in usable.values()],
        plan["body"]["code"], year=plan["year"], round=round,
        issued={s: prefilled[s]["identity"]["digest"] for s in issued if s in prefilled},
        sectors=[*(s["code"] for s in plan["sectors"]), *former], asked=asked,
        earlier=earlier, led=led, rounds=Rounds.of(plan))
    collected, awaited = _awaited(collected, successions, issued)
    found = Gathered(round, awaited, Merged({}), collected=collected, outcomes_before=outcomes_before,
                     findings=findings + list(collected.findings))
    returns = []
    for sector in sorted(collected.accepted.keys() | collected.answers.keys()):
        first, later = ([usable[c.file] for c in of.get(sector, ())] for of in (collected.accepted, collected.answers))
        began = prefilled.get(sector)
        settled = None
        if first:
            settled, began, single = _sector(found, sector, reads=first, issued=began, earlier=earlier, decisions=decisions,
                                             language=language)
            found.findings += _emptied(replaced.get(sector), settled, began)
        returned = settled.returned if settled else Returned(sector, prefilled.get(sector, {}), {}, later[0].file)
        for document in [d for digest, d in asked.items() if any(r.reading.identity.digest == digest for r in later)]:
            returned = _answers(found, returned, settled=settled, asked=document, reads=later, decisions=decisions, language=language)
        if first and not later and single:
            found.findings += usable[returned.file].checked
        elif first:
            found.findings += check.check(_form(returned.document), began, plan=base, round=round, places=returned.places,
                                          file=returned.file)
        last = prefilled.get(sector)
        if first and began and last and began["identity"]["digest"] != last["identity"]["digest"]:
            talks = kind_of(found.round) == PLAN
            moved, both = brought_up(returned, began, last, negotiated=talks)
            found.findings += [*both_changed(both, returned, began, last, negotiated=talks),
                               *_reissued(sector, began, last=last, file=returned.file, both={c.key for c in both})]
            returned = moved
        else:
            returned = replace(returned, issued=began)
        returns.append(returned)
    said = _renamed(said, successions)
    returns = brought(returns, base, formers_of(((s, prefilled[s]) for s in issued if s in prefilled), before, base))
    found.merged = merge(with_requests(base, said), returns, round, extension)
    found.findings += [*found.merged.findings, *lapsed(found.merged.content, said)]
    found.merged.content = shared(lay(found.merged.content, said), round)
    found.findings += check.check_round(found.merged.content, round, returned={r.sector: r.document for r in returns},
                                   places_by_sector={r.sector: r.places for r in returns},
                                   files={r.sector: r.file for r in returns}, earlier=outcomes_before)
    found.findings = check.without_repeats(in_order(check.by_rules(found.findings, plan)))
    return found


def _awaited(collected: match_returns.Collected, successions: Successions, issued: list[str]) -> tuple[match_returns.Collected, list[str]]:
    """Which of the sectors that a form was ``issued`` to are to answer, and ``collected`` without what says that others do not:
    where a sector became another, the answers to either form are those of both."""
    spared = set()
    for code in issued:
        parts = [p for p in successions.parts(code) if p != code and p in issued]
        if code in successions.sectors or not parts:
            continue
        if code in collected.accepted:
            spared |= {p for p in parts if p not in collected.accepted and all(b in collected.accepted for b in successions.before(p) if b in issued)}
        elif all(p in collected.accepted for p in parts):
            spared.add(code)
    missing = [f for f in collected.findings if not (f.code in ("RETN01", "RETN10") and f.sector in spared)]
    return replace(collected, findings=tuple(missing)), [s for s in issued if s not in spared]


def _renamed(said: Review, successions: Successions) -> Review:
    """What the controller wrote of sectors and objectives, under their codes of now."""
    if not successions.rows:
        return said
    return replace(said, **{key: tuple(successions.item(row) for row in getattr(said, key)) for key in ("requests", "evaluations", "considerations")},
                   seen={(successions.objective(o), successions.holder(s, successions.objective(o)) or successions.sector(s), r): v
                         for (o, s, r), v in said.seen.items()})


def _sector(found: Gathered, sector: str, reads: list[FileRead], issued: dict | None, earlier: Mapping[str, dict],
            decisions: Mapping[str, Mapping[str, Decision]], language: str) -> tuple[Settled, dict | None, bool]:
    """The versions of one sector settled, the newest form that they answer, and whether they are a single file; what there is
    to say of them noted in ``found``. Answers to a form that was issued again stand before those to the one before it."""
    settled, before = None, None
    groups = _by_emission(reads, issued, earlier)
    for began, mine in groups:
        by_sha = {r.sha256: r for r in mine}
        fresh = settle(sector, began, _versions(mine), decisions.get(sector))
        heads = fresh.ordered.heads
        single = len(groups) == len(heads) == 1
        _noted(found, sector, settled=fresh, by_sha=by_sha, verdict="used" if single else "merged")
        _contested(found, sector, settled=fresh, versions=heads, places={s: r.reading.places for s, r in by_sha.items()}, language=language)
        if settled is not None:
            _superseded(found, sector, set(changes(began or {}, fresh.returned.document)))
            fresh = carried(settled, before, began or {}, fresh, negotiated=kind_of(found.round) == PLAN)
        settled, before = fresh, began or {}
    return settled, began, single


def _by_emission(reads: list[FileRead], issued: dict | None, earlier: Mapping[str, dict]) -> list[tuple[dict | None, list[FileRead]]]:
    """``reads`` by the form that they answer, in the order of issue; those of a form that is not known go with the last."""
    found = [(document, [r for r in reads if r.reading.identity.digest == digest]) for digest, document in earlier.items()]
    last = [r for r in reads if r.reading.identity.digest not in earlier]
    return [(began, mine) for began, mine in (*found, (issued, last)) if mine]


def _reissued(sector: str, began: dict, last: dict, file: str, both: Collection[str]) -> Iterator[Finding]:
    """RETN08, RETN09: what the last form of a sector asks besides, or says otherwise than the one that it answered; without what the
    sector says otherwise again, ``both`` by key, which is told apart."""
    for code, keys in (("RETN08", added(began, last)), ("RETN09", [k for k in altered(began, last) if written(k) not in both])):
        if keys:
            said = [called(key) for key in keys]
            what = {language: "; ".join(w[language] for w in said) for language in LANGUAGES}
            codes = tuple(str(k[1]) for k in keys if k[0] == "objectives")
            yield Finding(code, Place(file), {"sector": sector, "issue": began["identity"]["issue"], "what": what, "codes": codes,
                                              "last": last["identity"]["issue"]}, sector=sector)
            return


def _emptied(before: FileRead | None, settled: Settled, began: dict | None) -> Iterator[Finding]:
    """What the version whose file is there no more said, in the same form, and the return that came in its stead leaves blank."""
    now = settled.returned
    if before is None or before.reading.document is None or before.reading.identity.digest != (began or {}).get("identity", {}).get("digest"):
        return
    [(version, _)] = _versions([before])
    yield from emptied(began or {}, version, Version(now.file, "", now.document), now.places)


def _answers(found: Gathered, current: Returned, settled: Settled | None, asked: dict, reads: list[FileRead],
             decisions: Mapping[str, Mapping[str, Decision]], language: str) -> Returned:
    """``current``, what a sector had returned (``settled``), with its answers to ``asked``, which are among ``reads``."""
    sector, mine = current.sector, [r for r in reads if r.reading.identity.digest == asked["identity"]["digest"]]
    by_sha = {r.sha256: r for r in mine}
    standing = settled.ordered.heads[-1] if settled else None
    merged = settled.result if settled else None
    disputed = {c.key for c in merged.conflicts} | {c.key for c, _ in merged.decided} if merged else set()
    result = answered(current, standing, asked=asked, versions=_versions(mine), decisions=decisions.get(sector), disputed=disputed)
    _superseded(found, sector, {key for v in result.ordered.heads for key in changes(asked, v.document)})
    _noted(found, sector, settled=result, by_sha=by_sha, verdict="answers")
    found.findings += [f for v in result.ordered.heads for f in by_sha[v.sha256].checked if f.code in check.ANSWERED]
    places = {s: r.reading.places for s, r in by_sha.items()} | ({standing.sha256: current.places} if standing else {})
    _contested(found, sector, settled=result, versions=(*result.ordered.heads, *([standing] if standing else [])),
               places=places, language=language)
    return result.returned


def _versions(reads: Iterable[FileRead]) -> list[tuple[Version, Mapping]]:
    return [(Version(r.file, r.sha256, document=r.reading.document, modified=r.reading.modified or "",
                     modified_by=r.reading.modified_by or "",
                     parent=r.reading.parent), r.reading.places) for r in reads]


def _noted(found: Gathered, sector: str, settled: Settled, by_sha: Mapping[str, FileRead], verdict: str) -> None:
    """Note in ``found`` what there is to say of the files that were settled, and what became of them."""
    for version in settled.ordered.heads:
        found.findings += [f.at(sector=f.sector or sector) for f in by_sha[version.sha256].reading.findings]
    found.findings += settled.findings
    became = [(v, verdict) for v in settled.ordered.heads] + [(v, "superseded") for v, _, _ in settled.ordered.superseded]
    found.sources += [Source(sector, read, what, read.reading.identity.issue) for v, what in became for read in [by_sha[v.sha256]]]


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
        found.listed += listed(settled.conflicts, sector, heads=versions, places=places, language=language)


def _form(document: dict) -> dict:
    """A return without the controller's questions: the form that was issued."""
    return {k: v for k, v in document.items() if k != "requests"}
