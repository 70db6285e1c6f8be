"""For a return that cannot be annotated: the issued form filled in with what was read, and where the findings go in it."""

from collections.abc import Mapping
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages import read
from perfxl.stages.issue import fill


def rebuild(returned: bytes, findings: list[Finding], form: bytes, document: dict[str, Any], extension: dict[str, Any] | None) -> tuple[bytes, list[Place]]:
    """``form`` filled in with ``document``, and the place of each finding there (its file alone when it has none).

    A finding goes by its path in ``document``, else by what stands in its cell of ``returned``.
    """
    made, _ = fill.fill(form, document, extension)
    was = read.read(returned, "", extension)
    now = read.read(made, "", extension)
    standing = {(place.sheet, place.cell): pointer for pointer, place in was.places.items()}
    positions = _positions(document, now.document or {})
    places = []
    for finding in findings:
        pointer = finding.path or standing.get((finding.place.sheet, finding.place.cell.partition(":")[0]), "")
        nearest = _nearest(_renumbered(pointer, positions), now.places)
        places.append(Place(finding.place.file, nearest.sheet, nearest.cell) if nearest else Place(finding.place.file))
    return made, places


def _positions(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    """The position in ``new`` of each objective of ``old``, matched by code: a sheet may have got lost."""
    by_code = {o.get("code"): str(i) for i, o in reversed(list(enumerate(new.get("objectives", ()))))}
    return {str(i): by_code[o.get("code")] for i, o in enumerate(old.get("objectives", ())) if o.get("code") in by_code}


def _renumbered(pointer: str, positions: dict[str, str]) -> str:
    """``pointer`` with the objective's position in the copy; "" when the copy has no such objective."""
    parts = pointer.split("/")
    if parts[1:2] != ["objectives"] or len(parts) < 3:
        return pointer
    if parts[2] not in positions:
        return ""
    return "/".join([*parts[:2], positions[parts[2]], *parts[3:]])


def _nearest(pointer: str, places: Mapping[str, Place]) -> Place | None:
    """The cell of ``pointer``, else the first below it, else that of what contains it within its objective."""
    while pointer and pointer != "/objectives":
        place = places.get(pointer) or next((places[p] for p in places if p.startswith(pointer + "/")), None)
        if place:
            return place
        pointer = pointer.rpartition("/")[0]
    return None
