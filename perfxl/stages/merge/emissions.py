"""What a sector answered to an earlier emission of its form, carried to the one that it answered after it.

A newer emission that was answered stands before the older: where both answers say something, the newer holds; what only the
older one filled in is kept. What was changed in the form between the two is no change of the sector's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.model.texts import LANGUAGES
from perfxl.stages.merge import threeway
from perfxl.stages.merge.answers import Conflict, Decision, changed
from perfxl.stages.merge.flat import Key, flatten
from perfxl.stages.merge.ordering import Version
from perfxl.stages.merge.overlay import Returned
from perfxl.stages.merge.remarks import said
from perfxl.stages.merge.versions import Settled, placed
from perfxl.stages.merge.words import written_key_title

#: Sources of a merge that are no files: their names stand for no SHA-256.
_ISSUED, _OLDER = "issued", "older"


def carried(older: Settled, began: dict[str, Any], issued: dict[str, Any], newer: Settled, negotiated: bool = False) -> Settled:
    """``newer``, the answers to ``issued``, with what ``older``, those to ``began``, has besides.

    ``negotiated``: the newer form says what was proposed in the older answers, or what was answered to it: where it says
    otherwise than they do, it holds.

    Both forms are given as issued. Conflicts among the copies of the older emission stay open where the newer says nothing.
    """
    returned = under(older.returned, began, issued=issued, newer=newer.returned, negotiated=negotiated)
    said = {c.key for c in newer.conflicts} | set(threeway.changes(issued, newer.returned.document))
    left = tuple(c for c in older.conflicts if c.key not in said)
    return replace(newer, returned=returned, conflicts=(*newer.conflicts, *left), findings=newer.findings)


def under(older: Returned, began: dict[str, Any], issued: dict[str, Any], newer: Returned, negotiated: bool = False) -> Returned:
    """``newer``, what was answered to ``issued``, with what ``older``, what was answered to ``began``, has besides."""
    moved = _moved(older, began, issued, _ISSUED if negotiated else _OLDER)
    sides = [(_OLDER, moved.document), ("newer", newer.document)]
    places = {_OLDER: moved.places, "newer": newer.places}
    result = _preferring("newer", issued, sides)
    document = {**result.document, "identity": newer.document.get("identity", issued.get("identity"))}
    return replace(newer, document=document, places=placed(result, _versions(sides), places))


def brought_up(returned: Returned, began: dict[str, Any], issued: dict[str, Any], negotiated: bool = False) -> tuple[Returned, tuple[Conflict, ...]]:
    """``returned``, what was answered to ``began``, as if it had been answered to ``issued``, the form that was issued since and
    nobody has answered; and what was changed differently in both.

    What changed in the form since holds where the sector left the cell as it was; where it did not, what the sector says, or the
    newer form when it was ``negotiated``. The conflicts have two answers, the form's and the sector's; of whole objectives and measures the overlay tells. Objectives and
    measures that only the newer form asks about are not answered; those that it asks about no more stay as they were answered.
    """
    sides = [(_ISSUED, issued), (_OLDER, returned.document)]
    both = tuple(c for c in threeway.merge_all(began, sides).conflicts if c.kind in ("value", "row") and len(c.way) > 2)
    moved = _moved(returned, began, issued=issued, holds=_ISSUED if negotiated else _OLDER, rows=_OLDER)
    document, places = dict(moved.document), dict(moved.places)
    for key, name in (("objectives", _objective), ("measures", _measure)):
        asked, rows = {name(row) for row in began.get(key, ())}, []
        returned_rows = {name(row): n for n, row in enumerate(returned.document.get(key, ()))}
        for n, row in enumerate(document.get(key, ())):
            if name(row) in asked or name(row) in returned_rows:
                rows.append((row, moved.places, f"/{key}/{n}"))
        there = {name(row) for row, _, _ in rows}
        rows += [(returned.document[key][n], returned.places, f"/{key}/{n}") for code, n in returned_rows.items() if code not in there]
        places = {p: at for p, at in places.items() if not p.startswith(f"/{key}/")}
        for n, (_, known, head) in enumerate(rows):
            places |= {f"/{key}/{n}{p[len(head):]}": at for p, at in known.items() if p == head or p.startswith(f"{head}/")}
        if key in document or rows:
            document[key] = [row for row, _, _ in rows]
    form = {**issued, **{key: [*(row for row in issued.get(key, ()) if name(row) in {name(r) for r in began.get(key, ())}),
                               *(row for row in began.get(key, ()) if name(row) not in {name(r) for r in issued.get(key, ())})]
                         for key, name in (("objectives", _objective), ("measures", _measure)) if key in issued or key in began}}
    return replace(returned, document=document, places=places, issued=form), both


def _objective(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row.get("code"),)


def _measure(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row.get("objective"), row.get("id"))


def both_changed(conflicts: Iterable[Conflict], returned: Returned, began: dict[str, Any], issued: dict[str, Any], negotiated: bool = False) -> Iterator[Finding]:
    """RETN11, RETN12: what a newer form says, that nobody has answered, and the sector wrote otherwise in the one before it."""
    for conflict in conflicts:
        answers = dict(zip((s for _, s in conflict.answers), zip((v for v, _ in conflict.answers), conflict.paths, strict=True), strict=True))
        (ours, _), (theirs, path) = answers[_ISSUED], answers[_OLDER]
        spoken = {name: {lang: said(conflict, value, lang) for lang in LANGUAGES} for name, value in
                  (("ours", ours), ("theirs", theirs), ("base", conflict.base)) if name != "base" or conflict.kind == "value"}
        yield Finding("RETN12" if conflict.kind == "row" else "RETN11", _nearest(path, returned), {
            "about": written_key_title(conflict.key), "sector": returned.sector, "issue": began["identity"]["issue"], "last": issued["identity"]["issue"],
            "kept": spoken["ours" if negotiated and conflict.kind == "value" else "theirs"], **spoken},
            field=conflict.title, path=path, sector=returned.sector, objective=conflict.objective)


def _nearest(path: str, returned: Returned) -> Place:
    while path and path not in returned.places:
        path = path.rpartition("/")[0]
    return returned.places[path] if path else Place(returned.file)


def _moved(older: Returned, began: dict[str, Any], issued: dict[str, Any], holds: str, rows: str = _ISSUED) -> Returned:
    """What was answered to ``began`` as if it had been answered to ``issued``: the sector's own changes, on the newer form; where
    both changed a value, that of the source that ``holds``, on whether a row is there ``rows``."""
    sides = [(_ISSUED, issued), (_OLDER, older.document)]
    result = _preferring(holds, began, sides, rows=rows)
    places = placed(result, _versions(sides), {_ISSUED: {}, _OLDER: older.places})
    return replace(older, document=result.document, places=places)


def _preferring(source: str, base: dict[str, Any], sides: list[tuple[str, dict[str, Any]]], rows: str = "") -> threeway.Result:
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


def _versions(sides: Iterable[tuple[str, dict[str, Any]]]) -> list[Version]:
    return [Version("", source, document) for source, document in sides]


def added(began: Mapping[str, Any], issued: Mapping[str, Any]) -> list[Key]:
    """The objectives and measures that the form ``issued`` asks about and ``began`` did not."""
    old, new = flatten(began), flatten(issued)
    return [k for k in new.rows if len(k) == 2 and k not in old.rows]


def altered(began: Mapping[str, Any], issued: Mapping[str, Any]) -> list[Key]:
    """What else the two forms say differently."""
    fresh = set(added(began, issued))
    return [k for k in changed(flatten(began), flatten(issued)) if k[:2] not in fresh]
