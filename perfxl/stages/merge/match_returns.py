"""Which returned files are whose, recognised by what they contain and never by their names."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from perfxl.model import codes
from perfxl.model.findings import Finding, Place
from perfxl.model.identity import Identity
from perfxl.model.rounds import Rounds, round_name
from perfxl.model.texts import LANGUAGES


@dataclass(frozen=True)
class Candidate:
    """A file that was read: its path in the campaign, SHA-256, identity, and when it was last saved (ISO, or "")."""

    file: str
    sha256: str
    identity: Identity
    modified: str = ""


@dataclass(frozen=True)
class Collected:
    """The files of each sector, oldest name first, each once; and what there is to say about the others.

    ``answers``: the same of the files that answer questions.
    ``refused``: the files that belong to another campaign, round or sector; ``copies``: (file, the one it equals).
    """

    accepted: dict[str, tuple[Candidate, ...]]
    findings: tuple[Finding, ...]
    refused: tuple[Candidate, ...] = ()
    answers: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)
    copies: tuple[tuple[Candidate, Candidate], ...] = ()


def collect(candidates: Iterable[Candidate], body: str, year: int, round: str, issued: dict[str, str],
            sectors: Iterable[str], asked: Container[str] = (), earlier: Container[str] = (),
            led: Mapping[str, list[str]] | None = None, rounds: Rounds | None = None) -> Collected:
    """The returns of each sector of ``sectors``: of several, ``merge`` says which count.

    ``issued``: digest of what was last issued, by sector code; ``asked``: those of workbooks with questions; ``earlier``:
    those of forms that were issued again since; ``led``: codes of the objectives that each sector leads; ``rounds``: those of the
    plan, which say what each is called. A byte for byte copy is only noted. A missing return is a finding, and so is a file that belongs elsewhere.
    """
    findings: list[Finding] = []
    accepted: dict[str, list[Candidate]] = {}
    answers: dict[str, list[Candidate]] = {}
    seen: dict[str, Candidate] = {}
    refused: list[Candidate] = []
    copies: list[tuple[Candidate, Candidate]] = []
    known, expected = set(sectors), {"body": body, "year": year, "round": round}
    for candidate in sorted(candidates, key=lambda c: c.file):
        mine, place = candidate.identity, Place(candidate.file)
        if candidate.sha256 in seen:
            copies.append((candidate, seen[candidate.sha256]))
            findings.append(Finding("RETN04", place, {"other": seen[candidate.sha256].file}, sector=mine.sector))
            continue
        seen[candidate.sha256] = candidate
        if any(getattr(mine, k) != v for k, v in expected.items()):
            refused.append(candidate)
            findings.append(Finding("RETN02", place, {
                "found": _round_title(mine, rounds), "expected": _round_title(replace(mine, body=body, year=year, round=round), rounds)}, sector=mine.sector))
        elif mine.sector not in known:
            refused.append(candidate)
            findings.append(Finding("RETN05", place, {"sector": mine.sector}))
        elif mine.digest in asked:
            answers.setdefault(mine.sector, []).append(candidate)
        else:
            accepted.setdefault(mine.sector, []).append(candidate)
            named = _named(candidate.file, known)
            if named and mine.sector not in named:
                findings.append(Finding("RETN07", place, {"named": ", ".join(sorted(named)), "sector": mine.sector}, sector=mine.sector))
            if issued.get(mine.sector, mine.digest) != mine.digest and mine.digest not in earlier:
                findings.append(Finding("RETN06", place, {"sector": mine.sector, "issue": mine.issue}, sector=mine.sector))
    for sector in (s for s in issued if s in known and s not in accepted):
        codes = ", ".join((led or {}).get(sector, ()))
        findings.append(Finding("RETN01" if codes else "RETN10", Place(), {"sector": sector, **({"codes": codes} if codes else {})},
                                sector=sector))
    return Collected({s: tuple(c) for s, c in accepted.items()}, tuple(findings), refused=tuple(refused),
                     answers={s: tuple(c) for s, c in answers.items()}, copies=tuple(copies))


def _named(file: str, sectors: Iterable[str]) -> set[str]:
    """The sectors whose code is a word of the file's name. A code without letters is one only where it is the whole name or
    stands as perfxl's own names have it: ``12`` may be a day."""
    name = file.rpartition("/")[2].rpartition(".")[0].upper()
    return {s for s in codes.named_in(name, sectors) if not s[:1].isdigit() or any(map(str.isalpha, s))
            or name == s or re.search(rf"-\d{{4}}-[^-]+-{re.escape(s)}(?:-|\Z)", name)}


def _round_title(one: Identity, rounds: Rounds | None) -> dict[str, str]:
    """The round of a body that ``one`` belongs to as findings name it, by language: of several monitorings, which."""
    named = rounds and rounds.get(one.round) or one.round
    return {language: f"{one.body} {one.year}, {round_name(named, language)}" for language in LANGUAGES}
