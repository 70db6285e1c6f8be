"""The proof that nothing in the register was changed: every hash anew, every file it tells of read again.

What it cannot see is a register rewritten from end to end, with every hash computed again: against that, keep the
hash of the last entry somewhere else, as in the act that approves a round.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import log, witness
from perfxl.campaign.register.recorded import RESULT, digest
from perfxl.campaign.register.store import FOLDER, Store, digest_of
from perfxl.campaign.register.words import Unreadable
from perfxl.model import documents
from perfxl.model.findings import Finding, Place

APPROVED = "approvati"
#: Kinds of entry about a file that is kept in the archive: ``sha256`` says which, ``path`` where it came from.
KEPT = ("received", "message", "taken")
#: Kinds of entry about what is copied into the archive by perfxl itself, and where they hold its digest.
COPIED = {"issued": "sha256", "asked": "sha256", "approval": "digest", "pass": "before"}


def findings(entries: log.Log, store: Store) -> list[Finding]:
    """Every break: of the chain by entry number, then of the kept files by their first entry."""
    place = Place(log.NAME)
    try:
        stored, highest = entries.rows()
    except Unreadable as problem:
        return [unreadable(problem)]
    if not stored and not store.empty():
        return [Finding("REGI06", place, {"folder": FOLDER})]
    broken = [f.at(file=log.NAME) for f in chain(stored, highest)]
    sound = [row for row in stored if _matches(row)]
    folder = store.root.parent
    try:
        kept = [*_originals(sound, store), *_copies(sound, store), *_approved(sound, folder)]
        # Of a register that is broken the rest would only tell the consequences.
        rest = [] if broken else [*_cut(stored, folder), *_strangers(sound, store), *_results(sound, folder), *_issued(sound, Campaign(folder))]
    except (KeyError, TypeError, AttributeError) as problem:  # sealed, and yet nothing that perfxl writes
        return [*broken, Finding("REGI05", place, {"reason": f"{type(problem).__name__}: {problem}"})]
    return [*broken, *kept, *rest]


def unreadable(problem: Unreadable) -> Finding:
    """A register that cannot be read, as a finding."""
    return Finding("REGI05", Place(log.NAME), {"reason": problem.reason})


def _matches(row: tuple[Any, ...]) -> bool:
    seq, at, kind, key, payload, previous, seal = row
    try:
        return log.entry_hash(seq, at, kind=kind, payload=payload,
                          previous=previous) == seal and log.canonical(documents.loads(payload)["key"]) == key
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def chain(stored: list[tuple[Any, ...]], highest: int) -> Iterator[Finding]:
    """Every break of the chain of entries ``stored``; ``highest``: the highest number ever given."""
    previous, expected = log.FIRST, 1
    for row in stored:
        seq, at, kind, _, payload, before, seal = row
        if seq != expected:
            yield Finding("REGI02", values={"first": expected, "last": seq - 1})
        elif before != previous:
            yield Finding("REGI03", values={"entry": seq, "value": before, "hash": previous})
        if not _matches(row):
            yield Finding("REGI01", values={"entry": seq, "at": at, "value": seal,
                                            "hash": _anew(seq, at, kind=kind, payload=payload, before=before)})
        previous, expected = seal, seq + 1
    if highest >= expected:
        yield Finding("REGI02", values={"first": expected, "last": highest})


def _anew(seq: Any, at: Any, kind: Any, payload: Any, before: Any) -> str:
    try:
        return log.entry_hash(seq, at, kind=kind, payload=payload, previous=before)
    except (ValueError, TypeError):  # what stands there is not even text
        return ""


def copy_of(kind: str, payload: dict[str, Any]) -> str:
    """The digest of what the archive keeps for an entry; "" where it keeps nothing."""
    return str(payload["sha256"] if kind in KEPT else payload.get(COPIED[kind], "") if kind in COPIED else "")


def _originals(stored: list[tuple[Any, ...]], store: Store) -> Iterator[Finding]:
    seen = set()
    for seq, _, kind, _, payload, _, _ in stored:
        content = documents.loads(payload)
        if kind not in KEPT or content["sha256"] in seen:
            continue
        seen.add(content["sha256"])
        path = store.path(content["sha256"])
        if path is None:
            yield Finding("REGI04", Place(f"{FOLDER}/{content['sha256'][:2]}"), {"entry": seq, "path": content["path"]})
        elif digest_of(path) != content["sha256"]:
            yield Finding("REGI07", Place(_name(path, store.root.parent)), {"entry": seq, "path": content["path"]})


def _copies(stored: list[tuple[Any, ...]], store: Store) -> Iterator[Finding]:
    """Copies in the archive of what went out or was approved that are not what they were, or are gone. Campaigns begun with older
    versions, which do not say that they keep them, keep none: of each kind one is missed only after the first that is there."""
    promised = {kind: seq for seq, content in _entries_of(stored, "created") for kind in content.get("copies", ())}
    kept: set[str] = set()
    seen: set[str] = set()
    for seq, kind, digest_, content in _copied(stored):
        path = store.path(digest_)
        if digest_ not in seen and (kind in kept or seq > promised.get(kind, seq) if path is None else digest_of(path) != digest_):
            yield Finding("REGI14", Place(_name(path, store.root.parent) if path else f"{FOLDER}/{digest_[:2]}"),
                          {"entry": seq, "digest": digest_}, sector=content.get("sector", ""))
        seen.add(digest_)
        if path is not None:
            kept.add(kind)


def _copied(stored: list[tuple[Any, ...]]) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """Number, kind, digest and content of each entry of which the archive has a copy that is not a received file."""
    for seq, _, kind, _, payload, _, _ in stored:
        if kind in COPIED:
            content = documents.loads(payload)
            yield seq, kind, content[COPIED[kind]], content


def _approved(stored: list[tuple[Any, ...]], folder: Path) -> Iterator[Finding]:
    last: dict[str, Any] = {}
    ever: set[str] = set()
    for seq, _, kind, _, payload, _, _ in stored:
        content = documents.loads(payload)
        if kind == "approval":
            last[content["round"]] = (seq, content)
            ever.add(content["round"])
        elif kind == "withdrawal":
            last.pop(content["round"], None)
    for round, (seq, content) in last.items():
        path = folder / APPROVED / f"{round}.json"
        if digest(path) != content["digest"]:
            yield Finding("REGI08", Place(_name(path, folder)), {"entry": seq, "act": content["act"]})
    for path in sorted((folder / APPROVED).glob("*.json")):
        if path.stem not in ever and digest(path) not in witness.approving(witness.read(folder), path.stem):
            yield Finding("REGI13", Place(_name(path, folder)))


def _results(stored: list[tuple[Any, ...]], folder: Path) -> Iterator[Finding]:
    """Results that are not what the last run of their round wrote."""
    there = {path.parent.name for path in (folder / "risultati").glob(f"*/{RESULT}")}
    for round in sorted(there | {entry["round"] for _, entry in _entries_of(stored, "run") if entry["stage"] == "consolidate"}):
        runs, path = _runs(stored, round), folder / "risultati" / round / RESULT
        if not runs or digest(path) != runs[-1]:
            yield Finding("REGI10", Place(_name(path, folder)), {"round": round})


def _runs(stored: list[tuple[Any, ...]], round: str) -> list[str]:
    """The digests of the results of a round, in the order in which they were made."""
    return [entry["results"] for _, entry in _entries_of(stored, "run") if (entry["stage"], entry["round"]) == ("consolidate", round)]


def _entries_of(stored: list[tuple[Any, ...]], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and content of each entry of ``kind``."""
    return ((seq, documents.loads(payload)) for seq, _, k, _, payload, _, _ in stored if k == kind)


def _issued(stored: list[tuple[Any, ...]], campaign: Campaign) -> Iterator[Finding]:
    """Workbooks that went to the sectors and are not, or no longer, what went."""
    last = {campaign.issued_form(content["round"], content["sector"]): (seq, content) for seq, content in _entries_of(stored, "issued")}
    last |= {campaign.request_form(content["round"], content["sector"], content["number"]): (seq, content) for seq, content in _entries_of(stored, "asked")}
    for path, (seq, content) in sorted(last.items()):
        if digest(path) != content["sha256"]:
            yield Finding("REGI11", Place(_name(path, campaign.folder)), {"entry": seq}, sector=content["sector"])


def _strangers(stored: list[tuple[Any, ...]], store: Store) -> Iterator[Finding]:
    """Files of the archive that no entry tells of."""
    known = {entry["sha256"] for kind in KEPT for _, entry in _entries_of(stored, kind)} | {digest_ for _, _, digest_, _ in _copied(stored)}
    for path in sorted(store.root.glob("??/*")):
        if path.stem not in known and not path.name.startswith(".") and not path.name.endswith(".alterato"):
            yield Finding("REGI12", Place(_name(path, store.root.parent)))


def _cut(stored: list[tuple[Any, ...]], folder: Path) -> Iterator[Finding]:
    """Whether entries that were noted beside the register are no longer at its end."""
    noted = witness.read(folder)
    if noted.entry and not any((row[0], row[-1]) == (noted.entry, noted.hash) for row in stored):
        yield Finding("REGI09", Place(log.NAME), {"last": stored[-1][0] if stored else 0, "noted": noted.entry})


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
