"""Whether the consolidated documents of an archive hold: vouched for by its log, agreeing with themselves, their figures computed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from perfxl.model import documents
from perfxl.model.findings import Finding
from perfxl.model.rounds import Round, Rounds
from perfxl.stages.publish.archive import TOLD, Refused, json_in
from perfxl.stages.publish.bundle import MANIFEST
from perfxl.stages.publish.validation import recomputed

#: What Python raises over values that are not as expected: the archive's fault while it is read, perfxl's own after that.
ERRORS = (ArithmeticError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


class OwnFault(Exception):
    """perfxl stopped over ``path``, which it had found sound; ``kind``: of the error."""

    def __init__(self, path: str, problem: Exception):
        super().__init__(path)
        self.path, self.kind = path, type(problem).__name__


@contextmanager
def own_faults(path: str) -> Iterator[None]:
    """Within it, what was found sound is only worked on: an error is none of the archive's."""
    try:
        yield
    except ERRORS as problem:
        raise OwnFault(path, problem) from problem


def rounds_in(document: dict[str, Any]) -> tuple[Round, ...]:
    """The rounds whose consolidated documents an archive may have: those up to that of ``document``."""
    try:
        return Rounds.from_plan(document["content"])[document["round"]].until
    except (KeyError, TypeError, AttributeError) as problem:
        raise Refused("file", path=MANIFEST) from problem


def check_outcomes(files: dict[str, bytes], path: str, round: str, extension: dict[str, Any] | None, known: dict[str, Any],
              before: dict[str, dict[str, Any]]) -> tuple[list[Finding], int]:
    """What is wrong with one consolidated document, and how many figures of it were computed again.

    ``before``: the sound documents of the rounds before, by round; this one is added.
    """
    document = json_in(files, path)
    try:
        wrong = next(iter(documents.violations("consolidated", document, extension)), None)
        if wrong is not None:
            return [Finding("BNDL06", values={"path": path, "where": documents.pointer(wrong.path) or "/"})], 0
        findings = list(_vouched(files[path], document, path=path, round=round, known=known))
    except ERRORS as problem:
        raise Refused("file", path=path) from problem
    with own_faults(path):
        differ = recomputed(document, before)
    before[round] = document
    findings += [Finding("BNDL04", values={"path": path, "where": at}) for at in differ[:TOLD]]
    figures = sum(len(recorded["objectives"]) + len(recorded["sectors"]) + len(recorded["lines"]) + 1 for recorded in document["outcomes"].values())
    return findings, figures


def _vouched(content: bytes, document: dict[str, Any], path: str, round: str, known: dict[str, Any]) -> Iterator[Finding]:
    """Whether the log speaks of this very document and of the files it came from, and the document agrees with itself."""
    if document["round"] != round or known["runs"].get(round) != sha256(content).hexdigest():
        yield Finding("BNDL05", values={"path": path})
    for source in document["sources"]:
        if source["sha256"] not in known["received"]:
            yield Finding("BNDL07", values={"path": source["file"], "digest": source["sha256"]})
    yield from _agrees(document, path, round, known)


def _agrees(document: dict[str, Any], path: str, round: str, known: dict[str, Any]) -> Iterator[Finding]:
    """Where who was asked, who answered and where each datum stood do not follow from the sources and the log."""
    counted = {s["sector"] for s in document["sources"] if s.get("verdict", "used") in ("used", "merged")}
    if sorted(document["missing"]) != sorted({*document["issued"]} - {*document["returned"]}):
        yield Finding("BNDL12", values={"path": path, "what": "missing"})
    if {*document["returned"]} != counted:
        yield Finding("BNDL12", values={"path": path, "what": "returned"})
    if {*document["issued"]} - known["issued"].get(round, set()):
        yield Finding("BNDL12", values={"path": path, "what": "issued"})
    files = {s["file"] for s in document["sources"]}
    astray = [p for p in document["places"] if p["file"] not in files or not _stands(document["content"], p["path"])]
    yield from (Finding("BNDL12", values={"path": path, "what": f"places {p['path']}"}) for p in astray[:TOLD])


def _stands(content: dict[str, Any], path: str) -> bool:
    """Whether something stands in the contents at a JSON Pointer."""
    at: Any = content
    for part in path.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        try:
            at = at[int(part)] if isinstance(at, list) else at[part]
        except (KeyError, IndexError, ValueError, TypeError):
            return False
    return True
