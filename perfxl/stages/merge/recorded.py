"""What a round says of an item of a plan, kept among what other rounds said of it."""

from collections.abc import Iterable
from typing import Any

from perfxl.model.fields import Field
from perfxl.model.readings import in_force
from perfxl.model.rounds import Round

#: What a round says of an item: where a return has it, and where a plan keeps it.
SAID = {"revision": "revisions", "reading": "readings"}
#: Revisions that a form shows in the cell where they are changed: what is only repeated is no new one.
REPEATED = ("replaced_by", "applicable")


def kept(old: list[dict[str, Any]], item: dict[str, Any], keys: tuple[str, ...], closed: list[str]) -> dict[str, Any]:
    """What the row of ``old`` that ``item`` answers says and its form left closed, or did not have."""
    row = next((o for o in old if keys and all(o.get(k) == item.get(k) for k in keys)), {})
    return {k: row[k] for k in closed if k in row}


def take_own(row: dict[str, Any], item: dict[str, Any], columns: Iterable[Field], round: Round) -> None:
    """Put what a returned item says in the body's own fields that ``round`` opens in the place of what ``row`` said."""
    for f in (c for c in columns if c.own and c.opens(round)):
        row.pop(f.key, None)
        if f.key in item:
            row[f.key] = item[f.key]


def record(item: dict[str, Any], said: dict[str, dict[str, Any]], round: Round) -> dict[str, int]:
    """Put what ``round`` says of ``item`` in the place of what it said before: ``said`` has its revision and its reading.

    Returns the position of each among what all rounds said.
    """
    positions = {}
    repeated = [k for k in REPEATED if k in said["revision"] and round.before and in_force(item, k, round.before) == said["revision"][k]]
    for key, values in said.items():
        others = [r for r in item.pop(SAID[key], ()) if r["round"] != round]
        values = {k: v for k, v in values.items() if key != "revision" or k not in repeated}
        if values:
            earlier = [r for r in others if r["round"] in round.earlier]
            positions[key] = len(earlier)
            others = [*earlier, {"round": str(round), **values}, *[r for r in others if r not in earlier]]
        if others:
            item[SAID[key]] = others
    return positions


def prune(owner: dict[str, Any]) -> None:
    """Drop the empty objects that blank cells leave behind."""
    for key in list(owner):
        if isinstance(owner[key], dict):
            prune(owner[key])
            if not owner[key]:
                del owner[key]
