"""What a sector answered to an earlier emission of its form, carried to the one that it answered after it.

A newer emission that was answered stands before the older: where both answers say something, the newer holds; what only the
older one filled in is kept. What was changed in the form between the two is no change of the sector's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from perfxl.stages.merge import threeway
from perfxl.stages.merge.answers import Conflict, Decision, changed
from perfxl.stages.merge.flat import Key, flatten
from perfxl.stages.merge.ordering import Version
from perfxl.stages.merge.overlay import Returned
from perfxl.stages.merge.versions import Settled, placed

#: Sources of a merge that are no files: their names stand for no SHA-256.
_ISSUED, _OLDER = "issued", "older"


def carried(older: Settled, began: dict, issued: dict, newer: Settled, negotiated: bool = False) -> Settled:
    """``newer``, the answers to ``issued``, with what ``older``, those to ``began``, has besides.

    ``negotiated``: the newer form says what was proposed in the older answers, or what was answered to it: where it says
    otherwise than they do, it holds.

    Both forms are given as issued. Conflicts among the copies of the older emission stay open where the newer says nothing.
    """
    returned = under(older.returned, began, issued=issued, newer=newer.returned, negotiated=negotiated)
    said = {c.key for c in newer.conflicts} | set(threeway.changes(issued, newer.returned.document))
    left = tuple(c for c in older.conflicts if c.key not in said)
    return replace(newer, returned=returned, conflicts=(*newer.conflicts, *left), findings=newer.findings)


def under(older: Returned, began: dict, issued: dict, newer: Returned, negotiated: bool = False) -> Returned:
    """``newer``, what was answered to ``issued``, with what ``older``, what was answered to ``began``, has besides."""
    moved = _moved(older, began, issued, _ISSUED if negotiated else _OLDER)
    sides = [(_OLDER, moved.document), ("newer", newer.document)]
    places = {_OLDER: moved.places, "newer": newer.places}
    result = _preferring("newer", issued, sides)
    document = {**result.document, "identity": newer.document.get("identity", issued.get("identity"))}
    return replace(newer, document=document, places=placed(result, _versions(sides), places))


def _moved(older: Returned, began: dict, issued: dict, holds: str) -> Returned:
    """What was answered to ``began`` as if it had been answered to ``issued``: the sector's own changes, on the newer form; where
    both changed a value, that of the source that ``holds``."""
    sides = [(_ISSUED, issued), (_OLDER, older.document)]
    result = _preferring(holds, began, sides, rows=_ISSUED)
    places = placed(result, _versions(sides), {_ISSUED: {}, _OLDER: older.places})
    return replace(older, document=result.document, places=places)


def _preferring(source: str, base: dict, sides: list[tuple[str, dict]], rows: str = "") -> threeway.Result:
    """``sides`` merged against ``base``; where they differ ``source`` holds, on whether a row is there ``rows``."""
    result = threeway.merge_all(base, sides)
    while result.conflicts:
        chosen = {c.key: _decision(c, rows if rows and c.kind == "row" else source) for c in result.conflicts}
        following = threeway.decide(result, chosen)
        if {c.key for c in following.conflicts} >= set(chosen):
            return following
        result = following
    return result


def _decision(conflict: Conflict, source: str) -> Decision:
    there = {s for _, s in conflict.answers}
    return Decision(conflict.key, source if source in there else next(iter(sorted(there))), conflict.answers)


def _versions(sides: Iterable[tuple[str, dict]]) -> list[Version]:
    return [Version("", source, document) for source, document in sides]


def added(began: Mapping, issued: Mapping) -> list[Key]:
    """The objectives and measures that the form ``issued`` asks about and ``began`` did not."""
    old, new = flatten(began), flatten(issued)
    return [k for k in new.rows if len(k) == 2 and k not in old.rows]


def altered(began: Mapping, issued: Mapping) -> list[Key]:
    """What else the two forms say differently."""
    fresh = set(added(began, issued))
    return [k for k in changed(flatten(began), flatten(issued)) if k[:2] not in fresh]
