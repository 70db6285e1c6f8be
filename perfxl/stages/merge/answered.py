"""Answers to the controller's questions, laid over what the sector had returned.

A workbook with questions holds the questions and the sheets that were reopened, as they stood when it was issued. What
comes back is merged three ways: that workbook as issued, what the sector's returns say by now, and the answers.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.merge import remarks, threeway
from perfxl.stages.merge.answers import Conflict, Decision, changed
from perfxl.stages.merge.flat import canonical, flatten
from perfxl.stages.merge.ordering import Version, order, sort_key
from perfxl.stages.merge.overlay import Returned
from perfxl.stages.merge.versions import Settled, placed

#: By array of a return, what tells its rows apart.
ROWS: Mapping[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "objectives": lambda o: (o.get("code"),), "measures": lambda m: (m.get("objective"), m.get("id")),
    "requests": lambda r: (r.get("id"),)}


def answered(current: Returned, standing: Version | None, asked: dict[str, Any], versions: Iterable[tuple[Version, Mapping[str, Place]]],
             decisions: Mapping[str, Decision] | None = None, disputed: Container[str] = ()) -> Settled:
    """``current``, what a sector had returned, with the answers to ``asked`` in it.

    ``standing``: the file that ``current`` was last taken from, None when the sector has returned nothing;
    ``versions``: the answers that came, at least one, each with the places of its values; ``decisions``: the
    controller's, by key of the conflict. A conflict keeps what was asked; on a key that copies of the return ``disputed``
    the answer holds, whatever was decided among those copies: it is newer, and changed the very cell.
    """
    given = sorted(versions, key=lambda v: sort_key(v[0]))
    places = {v.sha256: p for v, p in given}
    ordered = order(asked, [v for v, _ in given], {v.file: p for v, p in given})
    sides = list(ordered.heads)
    part, part_places = _part(current, asked)
    if standing is not None and changed(flatten(asked), flatten(part)):
        sides.append(replace(standing, document=part, parent=None))
        places[standing.sha256] = part_places
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[Finding, ...] = ()
    if len(sides) == 1:
        said, there, result = sides[0].document, places[sides[0].sha256], None
    else:
        result = threeway.merge_all(asked, [(v.sha256, v.document) for v in sides], decisions, split=True)
        result = threeway.decide(result, {c.key: newest for c in result.conflicts if c.key in disputed and (newest := _newest(c, standing))})
        said, there, conflicts = result.document, placed(result, sides, places), result.conflicts
        notes = tuple(remarks.findings(result, current.sector, sides, places))
    return Settled(_laid(current, said, there), conflicts, findings=ordered.notes + notes, ordered=ordered, result=result)


def _newest(conflict: Conflict, standing: Version | None) -> Decision | None:
    """The decision for what the answers say against what ``standing`` says; None when they differ among themselves."""
    newer = [(value, source) for value, source in conflict.answers if standing is None or source != standing.sha256]
    return Decision(conflict.key, newer[0][1], conflict.answers) if len({canonical(v) for v, _ in newer}) == 1 else None


def _part(current: Returned, asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Place]]:
    """What ``current`` says of that which was asked, with its places; the questions as they were asked."""
    part: dict[str, Any] = {k: v for k, v in asked.items() if k in ("schema", "identity")}
    moves: dict[str, str] = {}
    for array, key in ROWS.items():
        if array not in asked:
            continue
        there = {key(row): n for n, row in enumerate(current.document.get(array, ()))}
        part[array] = []
        for row in asked[array]:
            n = there.get(key(row))
            if n is not None:
                moves[f"/{array}/{n}"] = f"/{array}/{len(part[array])}"
            if n is not None or array == "requests":
                part[array].append(row if n is None else current.document[array][n])
    return part, dict(_moved(current.places, moves))


def _laid(current: Returned, said: dict[str, Any], places: Mapping[str, Place]) -> Returned:
    """``current`` with the rows that ``said`` has in place of its own, and new ones after them."""
    document, kept, moves = dict(current.document), dict(current.places), {}
    for array, key in ROWS.items():
        rows = list(document.get(array, ()))
        there = {key(row): n for n, row in enumerate(rows)}
        for n, row in enumerate(said.get(array, ())):
            at = there.setdefault(key(row), len(rows))
            rows[at:at + 1] = [row]
            moves[f"/{array}/{n}"] = f"/{array}/{at}"
        if rows:
            document[array] = rows
    taken = set(moves.values())
    kept = {pointer: place for pointer, place in kept.items() if _head(pointer) not in taken}
    return replace(current, document=document, places={**kept, **dict(_moved(places, moves))})


def _moved(places: Mapping[str, Place], moves: Mapping[str, str]) -> Iterable[tuple[str, Place]]:
    """The places below the pointers in ``moves``, each at the pointer it moves to."""
    for pointer in places:
        head = _head(pointer)
        if head in moves:
            yield moves[head] + pointer[len(head):], places[pointer]


def _head(pointer: str) -> str:
    """The row of an array of the return that ``pointer`` leads into: ``/objectives/3``."""
    return "/".join(pointer.split("/", 3)[:3])
