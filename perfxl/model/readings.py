"""What each round said of an item of a document, and what is in force at a round.

An item (a holding, a sheet, a phase, a result, a measure) of a plan-shaped document has ``readings`` and ``revisions``,
one for each round that said something; an item of a return has those of its own round alone, as ``reading`` and
``revision``, and ``in_force``: what earlier rounds changed. These functions bear both shapes.
"""

from collections.abc import Iterator
from typing import Any

from perfxl.model.rounds import Round, Rounds

#: What revises a date that holds no more: from then on there is none.
CLEARED = "–"
#: Statuses of an objective that is no longer pursued.
GONE = ("replaced", "withdrawn")

_NOTHING: dict[str, Any] = {}


def reading(item: dict[str, Any], round: str) -> dict[str, Any]:
    """What ``round`` found of ``item``; {} where it says nothing."""
    rows = item.get("readings")
    if rows is not None:
        return next((r for r in rows if r["round"] == round), _NOTHING)
    return item.get("reading") or _NOTHING


def read(item: dict[str, Any], round: str, key: str) -> Any:
    """One value of the reading of ``item`` at ``round``; None where there is none."""
    return reading(item, round).get(key)


def readings(item: dict[str, Any], round: Round) -> Iterator[tuple[Round, dict[str, Any]]]:
    """(round, reading) of every round up to ``round`` that found something, first to last."""
    by_round = {r["round"]: r for r in item.get("readings", ())}
    yield from ((r, by_round[r]) for r in round.until if r in by_round)


def last_read(item: dict[str, Any], round: Round, key: str) -> Any:
    """The latest value of ``key`` read at ``round`` or before it; None where there is none. Of an item of a return, what it reads."""
    if "readings" not in item:
        return read(item, round, key)
    return next((reading[key] for _, reading in reversed(list(readings(item, round))) if reading.get(key) is not None), None)


def revision(item: dict[str, Any], round: str) -> dict[str, Any]:
    """What ``round`` changed of ``item``; {} where it changed nothing."""
    rows = item.get("revisions")
    if rows is not None:
        return next((r for r in rows if r["round"] == round), _NOTHING)
    return item.get("revision") or _NOTHING


def revisions(item: dict[str, Any], round: Round) -> Iterator[tuple[Round, dict[str, Any]]]:
    """(round, revision) of every round up to ``round`` that changed something, first to last."""
    by_round = {r["round"]: r for r in item.get("revisions", ())}
    yield from ((r, by_round[r]) for r in round.until if r in by_round)


def changes(item: dict[str, Any], round: Round) -> list[dict[str, Any]]:
    """What was changed of ``item`` up to ``round``, first to last; what of a return earlier rounds changed is one change."""
    if "revisions" in item:
        return [changed for _, changed in revisions(item, round)]
    return [item[part] for part in ("in_force", "revision") if part in item]


def revised(item: dict[str, Any], key: str, round: Round) -> Any:
    """The latest revision of ``key`` at ``round`` or before it; None where it was never revised."""
    if "revisions" in item:
        return next((changed[key] for changed in reversed(changes(item, round)) if changed.get(key) is not None), None)
    for part in ("revision", "in_force"):  # of a return, whose every cell is asked for
        if part in item and (value := item[part].get(key)) is not None:
            return value
    return None


def last_revised(item: dict[str, Any], key: str) -> Any:
    """The last revision of ``key`` of an item of a plan, whatever its round; None where it was never revised."""
    return next((r[key] for r in reversed(item.get("revisions", ())) if r.get(key) is not None), None)


def in_force(item: dict[str, Any], key: str, round: Round) -> Any:
    """The value of ``key`` in force at ``round``: the latest revision at or before it, else what the plan says. None where there
    is none, or the revision clears it.

    A target that the plan gives to ``round`` itself goes before what earlier rounds changed of the year's.
    """
    if key == "target":
        value = revision(item, round).get(key)
        value = round_target(item, round) if value is None else value
        if value is not None:
            return value
    value = revised(item, key, round)
    return item.get(key) if value is None else None if value == CLEARED else value


def unrevised(item: dict[str, Any], key: str, round: Round) -> Any:
    """The value of ``key`` that would be in force at ``round`` had it changed nothing itself."""
    return in_force({**item, "revisions": [r for r in item.get("revisions", ()) if r["round"] != round]}, key, round)


def round_target(item: dict[str, Any], round: str) -> Any:
    """The target that the plan gives to ``round`` alone; None where the year's holds."""
    return next((t.get("value") for t in item.get("targets", ()) if t.get("round") == round), None)


def dropped(item: dict[str, Any], round: Round) -> bool:
    """Whether a phase or expected result was given up at ``round`` or before it: from then on it is out of the calculation."""
    return bool(revised(item, "dropped", round))


def present(item: dict[str, Any], round: Round) -> bool:
    """Whether ``item`` was there at ``round``: what a later round added was not."""
    added = item.get("added")
    return added is None or added in round.until


def revisions_in_force(item: dict[str, Any], round: Round) -> dict[str, Any]:
    """Everything that rounds before ``round`` changed of ``item``, the latest change of each key."""
    values: dict[str, Any] = {}
    for at, changed in revisions(item, round):
        if at != round:
            values |= {k: v for k, v in changed.items() if k != "round"}
    return values


def due(item: dict[str, Any], round: Round) -> bool:
    """Whether ``item`` is to be reported at ``round``: at every round where it does not say at which."""
    asked = item.get("due")
    return not asked or any(round.called(word) for word in asked)


def idle(plan: dict[str, Any], round: str) -> set[str]:
    """The sectors that hold objectives or measures of ``plan`` of which nothing is to be reported at ``round``: none is due, nor a
    phase or a result that says its rounds itself. At a round that reports nothing, none."""
    at = Rounds.from_plan(plan).get(round)
    if at is None or not at.reports:
        return set()

    def asked(item: dict[str, Any], *parts: dict[str, Any]) -> bool:
        return due(item, at) or any(p.get("due") and due(p, at) for p in parts)

    asked_of = [(h["sector"], asked(o, *(p for table in ("phases", "results") for p in o.get("sheet", {}).get(table, ()))))
            for o in plan.get("objectives", ()) for h in o["holders"]]
    asked_of += [(m["sector"], asked(m.get("measure", {}))) for m in plan.get("measures", ())]
    return {sector for sector, _ in asked_of} - {sector for sector, is_asked in asked_of if is_asked}


def gone(holding: dict[str, Any], round: Round) -> str | None:
    """``replaced`` or ``withdrawn`` when the objective is no longer pursued in its sector at ``round``; None otherwise.

    What an earlier round said holds as long as later ones declare nothing else.
    """
    if revised(holding, "replaced_by", round):
        return "replaced"
    declared = (r for _, r in reversed(list(readings(holding, round))) if "status" in r or "percent" in r)
    last = next(declared, reading(holding, round))
    return last["status"] if last.get("status") in GONE else None


def as_returned(item: dict[str, Any], round: Round) -> dict[str, Any]:
    """``item`` of a plan-shaped document as a return of ``round`` has it: what it said itself, what is in force from before."""
    made = {k: v for k, v in item.items() if k not in ("readings", "revisions", "added", "targets")}
    own = round_target(item, round)
    parts = {"in_force": revisions_in_force(item, round) | ({} if own is None else {"target": own}), "revision": revision(item, round),
             "reading": reading(item, round)}
    return made | {k: {q: v for q, v in part.items() if q != "round"} for k, part in parts.items() if part}
