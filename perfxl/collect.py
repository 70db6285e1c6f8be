"""Which returned file counts for which sector, recognised by what it contains and never by its name."""

from collections.abc import Iterable
from dataclasses import dataclass

from perfxl.findings import Finding, Place
from perfxl.identity import Identity


@dataclass(frozen=True)
class Candidate:
    """A file that was read: its path in the campaign, SHA-256, identity, and when it was last saved (ISO, or "")."""

    file: str
    sha256: str
    identity: Identity
    modified: str = ""


@dataclass(frozen=True)
class Collected:
    """The file chosen for each sector, and what there is to say about the others."""

    chosen: dict[str, Candidate]
    findings: tuple[Finding, ...]


def collect(candidates: Iterable[Candidate], body: str, year: int, round: str, issued: dict[str, str],
            sectors: Iterable[str]) -> Collected:
    """The return that counts for each sector of ``sectors``.

    ``issued``: digest of what was issued, by sector code. Of several returns the one with the highest issue number
    counts, then the one saved last; an identical copy is only noted. A missing return is a finding.
    """
    findings, accepted, seen = [], {}, {}
    known = set(sectors)
    for found in sorted(candidates, key=lambda c: c.file):
        mine = found.identity
        place = Place(found.file)
        if found.sha256 in seen:
            findings.append(Finding("RETN04", place, {"other": seen[found.sha256]}, sector=mine.sector))
            continue
        seen[found.sha256] = found.file
        expected = {"body": body, "year": year, "round": round}
        wrong = [k for k, v in expected.items() if getattr(mine, k) != v]
        if wrong:
            findings.append(Finding("RETN02", place, {
                "found": f"{mine.body} {mine.year} {mine.round}", "expected": f"{body} {year} {round}"}, sector=mine.sector))
        elif mine.sector not in known:
            findings.append(Finding("RETN05", place, {"sector": mine.sector}))
        else:
            accepted.setdefault(mine.sector, []).append(found)
            if issued.get(mine.sector, mine.digest) != mine.digest:
                findings.append(Finding("RETN06", place, {"sector": mine.sector, "issue": mine.issue}, sector=mine.sector))
    chosen = {}
    for sector, several in accepted.items():
        ordered = sorted(several, key=lambda c: (c.identity.issue, c.modified, c.sha256))
        chosen[sector] = ordered[-1]
        findings += [Finding("RETN03", Place(c.file), {"used": ordered[-1].file, "sector": sector}, sector=sector)
                     for c in ordered[:-1]]
    findings += [Finding("RETN01", Place(), {"sector": s}, sector=s) for s in issued if s in known and s not in chosen]
    return Collected(chosen, tuple(findings))
