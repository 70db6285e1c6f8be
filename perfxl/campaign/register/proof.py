"""The proof that nothing in the register was changed: every hash anew, every kept file read again.

What it cannot see is a register rewritten from end to end, with every hash computed again: against that, keep the
hash of the last entry somewhere else, as in the act that approves a round.
"""

from collections.abc import Iterator
from pathlib import Path

from perfxl.campaign.register import log
from perfxl.campaign.register.store import FOLDER, Store, digest_of
from perfxl.campaign.register.words import Unreadable
from perfxl.model import documents
from perfxl.model.findings import Finding, Place

APPROVED = "approvati"
#: Kinds of entry about a file that is kept in the archive: ``sha256`` says which, ``path`` where it came from.
KEPT = ("received", "message", "taken")


def findings(entries: log.Log, store: Store) -> list[Finding]:
    """Every break: of the chain by entry number, then of the kept files by their first entry."""
    place = Place(log.NAME)
    try:
        stored, highest = entries.rows()
    except Unreadable as problem:
        return [unreadable(problem)]
    if not stored and not store.empty():
        return [Finding("REGI06", place, {"folder": FOLDER})]
    broken = [f.at(file=log.NAME) for f in _chain(stored, highest)]
    sound = [row for row in stored if _matches(row)]
    return [*broken, *_originals(sound, store), *_approved(sound, store.root.parent)]


def unreadable(problem: Unreadable) -> Finding:
    """A register that cannot be read, as a finding."""
    return Finding("REGI05", Place(log.NAME), {"reason": problem.reason})


def _matches(row: tuple) -> bool:
    seq, at, kind, key, payload, previous, seal = row
    try:
        return log.sealed(seq, at, kind, payload, previous) == seal and log.canonical(documents.loads(payload)["key"]) == key
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _chain(stored: list[tuple], highest: int) -> Iterator[Finding]:
    previous, expected = log.FIRST, 1
    for row in stored:
        seq, at, kind, _, payload, before, seal = row
        if seq != expected:
            yield Finding("REGI02", values={"first": expected, "last": seq - 1})
        elif before != previous:
            yield Finding("REGI03", values={"entry": seq, "value": before, "hash": previous})
        if not _matches(row):
            yield Finding("REGI01", values={"entry": seq, "at": at, "value": seal,
                                            "hash": _anew(seq, at, kind, payload, before)})
        previous, expected = seal, seq + 1
    if highest >= expected:
        yield Finding("REGI02", values={"first": expected, "last": highest})


def _anew(seq, at, kind, payload, before) -> str:
    try:
        return log.sealed(seq, at, kind, payload, before)
    except (ValueError, TypeError):  # what stands there is not even text
        return ""


def _originals(stored: list[tuple], store: Store) -> Iterator[Finding]:
    seen = set()
    for seq, _, kind, _, payload, _, _ in stored:
        told = documents.loads(payload)
        if kind not in KEPT or told["sha256"] in seen:
            continue
        seen.add(told["sha256"])
        path = store.path(told["sha256"])
        if path is None:
            yield Finding("REGI04", Place(f"{FOLDER}/{told['sha256'][:2]}"), {"entry": seq, "path": told["path"]})
        elif digest_of(path) != told["sha256"]:
            yield Finding("REGI07", Place(_name(path, store.root.parent)), {"entry": seq, "path": told["path"]})


def _approved(stored: list[tuple], folder: Path) -> Iterator[Finding]:
    last = {}
    for seq, _, kind, _, payload, _, _ in stored:
        if kind == "approval":
            last[documents.loads(payload)["round"]] = (seq, documents.loads(payload))
    for round, (seq, told) in last.items():
        path = folder / APPROVED / f"{round}.json"
        if not path.is_file() or digest_of(path) != told["digest"]:
            yield Finding("REGI08", Place(_name(path, folder)), {"entry": seq, "act": told["act"]})


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
