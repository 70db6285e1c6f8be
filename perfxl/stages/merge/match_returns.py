"""Which returned files are whose, recognised by what they contain and never by their names."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
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


@dataclass
class _Matches:
    """The files while they are matched, as ``Collected`` has them at the end; ``first``: by SHA-256, the first with those bytes."""

    first: dict[str, Candidate] = field(default_factory=dict[str, Candidate])
    accepted: dict[str, list[Candidate]] = field(default_factory=dict[str, list[Candidate]])
    answers: dict[str, list[Candidate]] = field(default_factory=dict[str, list[Candidate]])
    refused: list[Candidate] = field(default_factory=list[Candidate])
    copies: list[tuple[Candidate, Candidate]] = field(default_factory=list[tuple[Candidate, Candidate]])
    findings: list[Finding] = field(default_factory=list[Finding])

    def refuse(self, candidate: Candidate, finding: Finding) -> None:
        """Set a file aside, and say why."""
        self.refused.append(candidate)
        self.findings.append(finding)


def collect(candidates: Iterable[Candidate], body: str, year: int, round: str, issued: dict[str, str],
            sectors: Iterable[str], asked: Container[str] = (), earlier: Container[str] = (),
            led: Mapping[str, list[str]] | None = None, rounds: Rounds | None = None) -> Collected:
    """The returns of each sector of ``sectors``: of several, ``merge`` says which count.

    ``issued``: digest of what was last issued, by sector code; ``asked``: those of workbooks with questions; ``earlier``:
    those of forms that were issued again since; ``led``: codes of the objectives that each sector leads; ``rounds``: those of the
    plan, which say what each is called. A byte for byte copy is only noted. A missing return is a finding, and so is a file that belongs elsewhere.
    """
    matched = _Matches()
    known, expected = set(sectors), {"body": body, "year": year, "round": round}
    for candidate in sorted(candidates, key=lambda c: c.file):
        identity, place = candidate.identity, Place(candidate.file)
        if candidate.sha256 in matched.first:
            matched.copies.append((candidate, matched.first[candidate.sha256]))
            matched.findings.append(Finding("RETN04", place, {"other": matched.first[candidate.sha256].file}, sector=identity.sector))
            continue
        matched.first[candidate.sha256] = candidate
        if any(getattr(identity, k) != v for k, v in expected.items()):
            here = replace(identity, body=body, year=year, round=round)
            matched.refuse(candidate, Finding("RETN02", place, {"found": _round_title(identity, rounds), "expected": _round_title(here, rounds)},
                                              sector=identity.sector))
        elif identity.sector not in known:
            matched.refuse(candidate, Finding("RETN05", place, {"sector": identity.sector}))
        elif identity.digest in asked:
            matched.answers.setdefault(identity.sector, []).append(candidate)
        else:
            matched.accepted.setdefault(identity.sector, []).append(candidate)
            matched.findings += _doubts(candidate, known, issued, earlier)
    matched.findings += _missing([s for s in issued if s in known and s not in matched.accepted], led or {})
    return Collected({s: tuple(c) for s, c in matched.accepted.items()}, tuple(matched.findings), refused=tuple(matched.refused),
                     answers={s: tuple(c) for s, c in matched.answers.items()}, copies=tuple(matched.copies))


def _doubts(candidate: Candidate, sectors: set[str], issued: Mapping[str, str], earlier: Container[str]) -> Iterator[Finding]:
    """RETN07, RETN06: a return whose file is named after another sector; one that answers a form which is not the last."""
    identity, place = candidate.identity, Place(candidate.file)
    named = _named(candidate.file, sectors)
    if named and identity.sector not in named:
        yield Finding("RETN07", place, {"named": ", ".join(sorted(named)), "sector": identity.sector}, sector=identity.sector)
    if issued.get(identity.sector, identity.digest) != identity.digest and identity.digest not in earlier:
        yield Finding("RETN06", place, {"sector": identity.sector, "issue": identity.issue}, sector=identity.sector)


def _missing(sectors: Iterable[str], led: Mapping[str, list[str]]) -> Iterator[Finding]:
    """RETN01, RETN10: the ``sectors`` that have not returned their form, with the objectives that they lead where there are any."""
    for sector in sectors:
        led_codes = ", ".join(led.get(sector, ()))
        yield Finding("RETN01" if led_codes else "RETN10", Place(), {"sector": sector, **({"codes": led_codes} if led_codes else {})}, sector=sector)


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
