"""Documents of the first shape, brought to the second: what rounds said, told by name in fields, becomes readings and revisions.

The first shape knew one plan, one interim and one final: ``interim_realised``, ``weight_revised``, ``holding/final``.
"""

from collections.abc import Callable
from typing import Any

from perfxl.model.copied import copied

#: The rounds of the first shape with their kinds, in order.
ROUNDS = {"plan": "plan", "interim": "monitoring", "final": "final"}
_REPORTING = ("interim", "final")
#: Keys of the first shape that were revisions without saying so in their name, and what they are called now.
RENAMED = {"revision_reason": "reason", "replaced_by": "replaced_by", "dropped": "dropped", "applicable": "applicable"}
#: Those that either round could revise, in one field for both.
LATE = ("replaced_by", "applicable")
#: What keys of today's returns have where the first shape had none, with the body's own fields, which both had alike.
_OF_ROUND = frozenset(("reading", "revision", "in_force", "extension"))
_ROWS = frozenset(("phases", "results", "entities", "measures", "responsibles", "requests"))


def document_shape(document: Any) -> int:
    """The shape of a plan, return or consolidated document: 1, or 2; 0 of anything else."""
    kind = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(kind, str) or not kind.startswith(("perfxl/plan/", "perfxl/return/", "perfxl/consolidated/")):
        return 0
    return {"1": 1, "2": 2}.get(kind.rpartition("/")[2], 0)


def upgraded(document: Any) -> Any:
    """``document`` in the second shape; what is no document of the first is given back as it is."""
    if document_shape(document) != 1:
        return document
    kind = document["schema"].split("/")[1]
    made = {"plan": plan, "return": _return, "consolidated": _consolidated}[kind](copied(document))
    made["schema"] = f"perfxl/{kind}/2"
    return made


def renamed(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """The way to a value of the first shape, as the second has it: ``weight_revised`` is ``revisions/interim/weight``.

    Rounds stand in the place of indexes.
    """
    *above, key = path
    if not isinstance(key, str):
        return path
    if len(path) >= 2 and above[-1] in _REPORTING and key in ("percent", "status", "reason", "note"):
        return (*above[:-1], "readings", above[-1], key)
    for round in _REPORTING:
        if key.startswith(round + "_"):
            return (*above, "readings", round, key.removeprefix(round + "_"))
    if key.endswith("_revised"):
        return (*above, "revisions", "interim", key.removesuffix("_revised"))
    return (*above, "revisions", "interim", RENAMED[key]) if key in RENAMED else path


def returned_key(written: str) -> str:
    """The key of a value of a return of the first shape (``S1.00001/phases/3-bis/interim_realised``), as the second has it
    (``S1.00001/phases/3-bis/reading/realised``); one of the second is given back as it is.

    Decisions on answers that differ are kept by such keys, in registers and in the consolidated workbooks of the time. What they
    were taken on is of the round in which they were taken.
    """
    parts = written.split("/")
    if not _OF_ROUND.isdisjoint(parts):
        return written
    for end in range(1, len(parts) + 1):
        *above, key = parts[:end]
        if above and above[-1] in _ROWS:  # what follows is the identifier of a row
            continue
        way = renamed((*above, key))
        if way != (*above, key):
            *above, kind, _, key = way
            return "/".join([*above, {"readings": "reading", "revisions": "revision"}[kind], key, *parts[end:]])
    return written


# -- whole documents
def plan(document: dict[str, Any], last: str = "") -> dict[str, Any]:
    """A plan document, which is changed, with what it says in the first shape brought to the second; ``last``: the round that
    it comes from."""
    document["rounds"] = [_round(r) for r in document.get("rounds", ())]
    for objective in document.get("objectives", ()):
        for holder in objective.get("holders", ()):
            if "holding" in holder:
                holder["holding"] = _holding(holder["holding"], last=last)
        if "sheet" in objective:
            objective["sheet"] = _sheet(objective["sheet"])
    for row in document.get("measures", ()):
        row["measure"] = item(row["measure"])
    return document


def _round(given: dict[str, Any]) -> dict[str, Any]:
    if "round" not in given:
        return given
    return {"id": given["round"], "kind": ROUNDS.get(given["round"], "monitoring"), **{k: v for k, v in given.items() if k != "round"}}


def _return(document: dict[str, Any]) -> dict[str, Any]:
    round = document.get("identity", {}).get("round", "plan")
    late = "final" if round == "final" else "interim"
    for objective in document.get("objectives", ()):
        if "holding" in objective:
            objective["holding"] = of_round(_holding(objective["holding"], late), round)
        if "sheet" in objective:
            objective["sheet"] = _sheet(objective["sheet"], lambda sheet: of_round(sheet, round))
    if "measures" in document:
        document["measures"] = [of_round(item(m, late), round) for m in document["measures"]]
    return document


def _consolidated(document: dict[str, Any]) -> dict[str, Any]:
    before = document["content"]
    document["content"] = {**plan(copied(before), document.get("round", "")), "schema": "perfxl/plan/2"}
    for place in document.get("places", ()):
        place["path"] = pointer(place["path"], document["content"])
    for change in document.get("changes", ()):
        if "path" in change:
            change["path"] = pointer(change["path"], document["content"])
        change["field"] = renamed((change["field"],))[-1]
    return document


def pointer(path: str, content: dict[str, Any]) -> str:
    """The JSON Pointer ``path`` of a plan of the first shape, in ``content``, the same plan in the second."""
    parts = [p for p in path.split("/") if p]
    for end in range(1, len(parts) + 1):
        way = renamed(tuple(parts[:end]))
        if len(way) == len(parts[:end]) and way[-1] == parts[end - 1]:
            continue
        owner: Any = content
        for part in way[:-2]:
            owner = (owner[int(part)] if int(part) < len(owner) else {}) if isinstance(owner, list) else owner.get(part, {})
        at = next((n for n, r in enumerate(owner) if r["round"] == way[-2]), 0) if isinstance(owner, list) else 0
        return "/" + "/".join([*way[:-2], str(at), way[-1], *parts[end:]])
    return path


# -- items
def item(first: dict[str, Any], late: str = "interim") -> dict[str, Any]:
    """An item of the first shape (a phase, a result, a measure) in the second; ``late``: the round to which belongs what
    both rounds could revise."""
    readings: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    kept = {}
    for key, value in first.items():
        round = next((r for r in _REPORTING if key.startswith(r + "_")), None)
        if round:
            readings.setdefault(round, {})[key.removeprefix(round + "_")] = value
        elif key.endswith("_revised"):
            changed.setdefault("interim", {})[key.removesuffix("_revised")] = value
        elif key in RENAMED:
            changed.setdefault(late if key in LATE else "interim", {})[RENAMED[key]] = value
        else:
            kept[key] = value
    return _with(kept, readings, changed)


def _holding(first: dict[str, Any], late: str = "", last: str = "") -> dict[str, Any]:
    """``late``: the round to which belongs what both could revise; else the first that says it is replaced, else the one after
    the last that declares an outcome for it."""
    readings = {r: first[r] for r in _REPORTING if first.get(r)}
    gone = [r for r in _REPORTING if first.get(r, {}).get("status") == "replaced"]
    after = "final" if "interim" in readings and ("final" in readings or last == "final") else "interim"
    return _with(item({k: v for k, v in first.items() if k not in _REPORTING}, late or (gone or [after])[0]), readings, {})


def _sheet(first: dict[str, Any], each: Callable[[dict[str, Any]], dict[str, Any]] = lambda made: made) -> dict[str, Any]:
    tables: dict[str, Any] = {key: [each(item(row)) for row in first[key]] for key in ("results", "entities", "phases") if key in first}
    return each(item({**first, **tables}))


def _with(kept: dict[str, Any], readings: dict[str, dict[str, Any]], changed: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """``kept`` with what the first shape said of its rounds after what the second says, of whatever rounds."""
    extension = {k: kept.pop(k) for k in ("extension",) if k in kept}
    for key, by_round in (("revisions", changed), ("readings", readings)):
        there = kept.pop(key, [])
        made = [{"round": r, **by_round[r]} for r in _REPORTING if r in by_round]
        if there or made:
            kept[key] = [*there, *made]
    return kept | extension


def of_round(item: dict[str, Any], round: str) -> dict[str, Any]:
    """An item with ``readings`` and ``revisions`` as a return of ``round`` has it: its own, and what was in force before."""
    extension = {k: item[k] for k in ("extension",) if k in item}
    made = {k: v for k, v in item.items() if k not in ("readings", "revisions", "extension")}
    parts: dict[str, dict[str, Any]] = {"in_force": {}, "revision": {}, "reading": {}}
    for changed in item.get("revisions", ()):
        parts["revision" if changed["round"] == round else "in_force"] |= {k: v for k, v in changed.items() if k != "round"}
    for reading in item.get("readings", ()):
        if reading["round"] == round:
            parts["reading"] = {k: v for k, v in reading.items() if k != "round"}
    return made | {k: v for k, v in parts.items() if v} | extension
