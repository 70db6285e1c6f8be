"""What one sector returned in a round: the versions of its form settled, its answers laid over it, brought up to the last form."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from perfxl.model.fields import kind_of
from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import PLAN
from perfxl.model.texts import LANGUAGES
from perfxl.stages import check
from perfxl.stages.merge.answered import answered
from perfxl.stages.merge.answers import Decision
from perfxl.stages.merge.emissions import added, altered, both_changed, brought_up, carried
from perfxl.stages.merge.flat import key_text
from perfxl.stages.merge.listed import listed
from perfxl.stages.merge.ordering import Version, emptied
from perfxl.stages.merge.overlay import Returned
from perfxl.stages.merge.remarks import CONTESTED
from perfxl.stages.merge.threeway import changes
from perfxl.stages.merge.versions import Settled, settle
from perfxl.stages.merge.words import key_title
from perfxl.workflow.gathered import Gathered, RoundInputs, Source
from perfxl.workflow.workers import FileRead

#: The controller's on conflicts, by sector and key.
Decisions = Mapping[str, Mapping[str, Decision]]


def sector_return(gathered: Gathered, given: RoundInputs, sector: str, usable: Mapping[str, FileRead], decisions: Decisions) -> Returned:
    """What ``sector`` returned, from the files that were collected of it among those ``usable``; what there is to say of them noted in
    ``gathered``."""
    first, later = ([usable[c.file] for c in of.get(sector, ())] for of in (gathered.collected.accepted, gathered.collected.answers))
    began, settled, single = given.prefilled.get(sector), None, False
    if first:
        settled, began, single = _settled(gathered, given, sector, reads=first, decisions=decisions)
        gathered.findings += _emptied(given.replaced.get(sector), settled, began)
    returned = settled.returned if settled else Returned(sector, given.prefilled.get(sector, {}), {}, later[0].file)
    for document in [d for digest, d in given.asked.items() if any(r.reading.identity.digest == digest for r in later)]:
        returned = _answers(gathered, returned, settled=settled, asked=document, reads=later, decisions=decisions, language=given.language)
    if first and not later and single:
        gathered.findings += usable[returned.file].checked
    elif first:
        gathered.findings += check.check(_form(returned.document), began, plan=given.base, round=given.round, places=returned.places,
                                      file=returned.file)
    return _brought_up(gathered, returned, began, last=given.prefilled.get(sector)) if first else replace(returned, issued=began)


def _brought_up(gathered: Gathered, returned: Returned, began: dict[str, Any] | None, last: dict[str, Any] | None) -> Returned:
    """``returned``, which answers the form ``began``, as an answer to the ``last`` one."""
    if not began or not last or began["identity"]["digest"] == last["identity"]["digest"]:
        return replace(returned, issued=began)
    talks = kind_of(gathered.round) == PLAN
    moved, both = brought_up(returned, began, last, negotiated=talks)
    gathered.findings += [*both_changed(both, returned, began, last, negotiated=talks),
                       *_reissued(returned.sector, began, last=last, file=returned.file, both={c.key for c in both})]
    return moved


def _settled(gathered: Gathered, given: RoundInputs, sector: str, reads: list[FileRead], decisions: Decisions) -> tuple[Settled, dict[str, Any] | None, bool]:
    """The versions of one sector settled, the newest form that they answer, and whether they are a single file; what there is
    to say of them noted in ``gathered``. Answers to a form that was issued again stand before those to the one before it."""
    settled: Settled | None = None
    before: dict[str, Any] = {}
    groups = _by_emission(reads, given.prefilled.get(sector), given.earlier)
    for began, group in groups:
        by_sha = {r.sha256: r for r in group}
        fresh = settle(sector, began, _versions(group), decisions.get(sector))
        heads = fresh.ordered.heads
        single = len(groups) == len(heads) == 1
        _noted(gathered, sector, settled=fresh, by_sha=by_sha, verdict="used" if single else "merged")
        _contested(gathered, sector, settled=fresh, versions=heads, places={s: r.reading.places for s, r in by_sha.items()}, language=given.language)
        if settled is not None:
            _superseded(gathered, sector, set(changes(began or {}, fresh.returned.document)))
            fresh = carried(settled, before, began or {}, fresh, negotiated=kind_of(gathered.round) == PLAN)
        settled, before = fresh, began or {}
    if settled is None:
        raise ValueError(f"no file of {sector}")
    return settled, began, single


def _by_emission(reads: list[FileRead], issued: dict[str, Any] | None, earlier: Mapping[str, dict[str, Any]]) -> list[tuple[dict[str, Any] | None, list[FileRead]]]:
    """``reads`` by the form that they answer, in the order of issue; those of a form that is not known go with the last."""
    groups = [(document, [r for r in reads if r.reading.identity.digest == digest]) for digest, document in earlier.items()]
    last = [r for r in reads if r.reading.identity.digest not in earlier]
    return [(began, group) for began, group in (*groups, (issued, last)) if group]


def _reissued(sector: str, began: dict[str, Any], last: dict[str, Any], file: str, both: Collection[str]) -> Iterator[Finding]:
    """RETN08, RETN09: what the last form of a sector asks besides, or says otherwise than the one that it answered; without what the
    sector says otherwise again, ``both`` by key, which is told apart."""
    for code, keys in (("RETN08", added(began, last)), ("RETN09", [k for k in altered(began, last) if key_text(k) not in both])):
        if keys:
            said = [key_title(key) for key in keys]
            what = {language: "; ".join(w[language] for w in said) for language in LANGUAGES}
            codes = tuple(str(k[1]) for k in keys if k[0] == "objectives")
            yield Finding(code, Place(file), {"sector": sector, "issue": began["identity"]["issue"], "what": what, "codes": codes,
                                              "last": last["identity"]["issue"]}, sector=sector)
            return


def _emptied(before: FileRead | None, settled: Settled, began: dict[str, Any] | None) -> Iterator[Finding]:
    """What the version whose file is there no more said, in the same form, and the return that came in its stead leaves blank."""
    now = settled.returned
    if before is None or before.reading.document is None or before.reading.identity.digest != (began or {}).get("identity", {}).get("digest"):
        return
    [(version, _)] = _versions([before])
    yield from emptied(began or {}, version, Version(now.file, "", now.document), now.places)


def _answers(gathered: Gathered, current: Returned, settled: Settled | None, asked: dict[str, Any], reads: list[FileRead],
             decisions: Decisions, language: str) -> Returned:
    """``current``, what a sector had returned (``settled``), with its answers to ``asked``, which are among ``reads``."""
    sector, answers = current.sector, [r for r in reads if r.reading.identity.digest == asked["identity"]["digest"]]
    by_sha = {r.sha256: r for r in answers}
    standing = settled.ordered.heads[-1] if settled else None
    merged = settled.result if settled else None
    disputed = {c.key for c in merged.conflicts} | {c.key for c, _ in merged.decided} if merged else set()
    result = answered(current, standing, asked=asked, versions=_versions(answers), decisions=decisions.get(sector), disputed=disputed)
    _superseded(gathered, sector, {key for v in result.ordered.heads for key in changes(asked, v.document)})
    _noted(gathered, sector, settled=result, by_sha=by_sha, verdict="answers")
    gathered.findings += [f for v in result.ordered.heads for f in by_sha[v.sha256].checked if f.code in check.ANSWERED]
    places = {s: r.reading.places for s, r in by_sha.items()} | ({standing.sha256: current.places} if standing else {})
    _contested(gathered, sector, settled=result, versions=(*result.ordered.heads, *([standing] if standing else [])),
               places=places, language=language)
    return result.returned


def _versions(reads: Iterable[FileRead]) -> list[tuple[Version, Mapping[str, Any]]]:
    return [(Version(r.file, r.sha256, document=r.reading.document, modified=r.reading.modified or "",
                     modified_by=r.reading.modified_by or "",
                     parent=r.reading.parent), r.reading.places) for r in reads]


def _noted(gathered: Gathered, sector: str, settled: Settled, by_sha: Mapping[str, FileRead], verdict: str) -> None:
    """Note in ``gathered`` what there is to say of the files that were settled, and what became of them."""
    for version in settled.ordered.heads:
        gathered.findings += [f.at(sector=f.sector or sector) for f in by_sha[version.sha256].reading.findings]
    gathered.findings += settled.findings
    became = [(v, verdict) for v in settled.ordered.heads] + [(v, "superseded") for v, _, _ in settled.ordered.superseded]
    gathered.sources += [Source(sector, read, what, read.reading.identity.issue) for v, what in became for read in [by_sha[v.sha256]]]


def _superseded(gathered: Gathered, sector: str, answered: set[str]) -> None:
    """Take out the conflicts among the sector's returns that its answers settle: it was asked, and has said which holds."""
    settled = {c.key for c in gathered.conflicts.get(sector, ())} & answered
    if settled:
        left = tuple(c for c in gathered.conflicts.pop(sector) if c.key not in settled)
        gathered.conflicts |= {sector: left} if left else {}
        gathered.listed = [c for c in gathered.listed if c["sector"] != sector or c["key"] not in settled]
        gathered.findings = [f for f in gathered.findings if not (f.sector == sector and f.code in CONTESTED and f.values.get("key") in settled)]


def _contested(gathered: Gathered, sector: str, settled: Settled, versions: Iterable[Version], places: Mapping[str, Mapping[str, Any]],
               language: str) -> None:
    """Note in ``gathered`` the conflicts that wait for a choice."""
    if settled.conflicts:
        gathered.conflicts[sector] = (*gathered.conflicts.get(sector, ()), *settled.conflicts)
        gathered.listed += listed(settled.conflicts, sector, heads=versions, places=places, language=language)


def _form(document: dict[str, Any]) -> dict[str, Any]:
    """A return without the controller's questions: the form that was issued."""
    return {k: v for k, v in document.items() if k != "requests"}
