"""Several returns of one sector settled into one: which of them count, and those merged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.merge import remarks, threeway
from perfxl.stages.merge.flat import flatten
from perfxl.stages.merge.ordering import Ordered, Version, order, sort_key
from perfxl.stages.merge.overlay import Returned
from perfxl.stages.merge.threeway import Conflict, Decision, Result

__all__ = ["Ordered", "Settled", "Version", "order", "settle"]


@dataclass(frozen=True)
class Settled:
    """One sector's returns as one.

    ``returned``: what to lay over the plan, with the cell of each value in the file it was taken from; its ``file`` is
    the head saved last; ``conflicts``: those still open; ``ordered``: which files count; ``result``: the merge of the
    heads, None when there is only one.
    """

    returned: Returned
    conflicts: tuple[Conflict, ...]
    findings: tuple[Finding, ...]
    ordered: Ordered
    result: Result | None = None


def settle(sector: str, base: dict[str, Any] | None, versions: Iterable[tuple[Version, Mapping[str, Place]]],
           decisions: Mapping[str, Decision] | None = None) -> Settled:
    """The returns of ``sector``, each with the places of its values, settled into one.

    ``base``: the return as issued, None when it is not known; ``decisions``: the controller's, by key of the conflict.
    ``versions`` holds at least one; SHA-256s differ. Conflicts keep what the base has, or what the version has that
    all heads are replies to.
    """
    given = sorted(versions, key=lambda v: sort_key(v[0]))
    places = {v.sha256: p for v, p in given}
    ordered = order(base or {}, [v for v, _ in given], {v.file: p for v, p in given})
    last = ordered.heads[-1]
    if len(ordered.heads) == 1:
        returned = Returned(sector, last.document, places[last.sha256], last.file)
        return Settled(returned, (), ordered.notes, ordered)
    start = _common(ordered.heads, [v for v, _ in given])
    result = threeway.merge_all(start.document if start else base or {}, [(v.sha256, v.document) for v in ordered.heads],
                                decisions, split=True)
    findings = tuple(remarks.findings(result, sector, ordered.heads, places))
    returned = Returned(sector, result.document, placed(result, ordered.heads, places), last.file)
    return Settled(returned, result.conflicts, findings=ordered.notes + findings, ordered=ordered, result=result)


def _common(heads: Sequence[Version], versions: Sequence[Version]) -> Version | None:
    """The nearest version that every head is a reply to, directly or by way of others; None when there is none."""
    by_sha = {v.sha256: v for v in versions}
    lines = []
    for head in heads:
        line, at = [], by_sha.get(head.parent or "")
        while at is not None and at not in line:
            line.append(at)
            at = by_sha.get(at.parent or "")
        lines.append(line)
    return next((v for v in lines[0] if all(v in line for line in lines)), None)


def placed(result: Result, heads: Sequence[Version], places: Mapping[str, Mapping[str, Place]]) -> dict[str, Place]:
    """The cell of each value, row and blank field of the merged document, in the file that it was taken from."""
    places_of = {pointer: places[source][there] for pointer, (source, there) in result.sources.items()
             if there in places[source]}
    said = set(flatten(result.document).pointers.values())
    for head in heads:
        pointers = {there: pointer for pointer, (source, there) in result.sources.items() if source == head.sha256}
        flat = flatten(head.document)
        rows, filled = {flat.pointers[key] for key in flat.rows}, set(flat.pointers.values())
        for there, place in places[head.sha256].items():
            row = _row(there, rows)
            target = "" if row == "" else pointers.get(row)
            if there not in filled and target is not None and target + there[len(row):] not in said:
                places_of.setdefault(target + there[len(row):], place)
    return places_of


def _row(pointer: str, rows: set[str]) -> str:
    """The row that holds ``pointer``, "" when none does."""
    while pointer and pointer not in rows:
        pointer = pointer.rpartition("/")[0]
    return pointer
