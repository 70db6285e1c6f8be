"""The invented year, cut at its moments: what the plan said, what each round adds.

What belongs to which moment is not said here: it is the first round in which the schemas leave a field open.
"""

from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from perfxl.model import documents
from perfxl.model.fields import ROUNDS, Field, objective_fields, return_fields

#: What tells one row of a table from another; a table that is not here is filled in whole.
ROW_KEYS = {"results": ("id",), "phases": ("id",), "entities": ("result", "entity")}
#: Sectors in the order of the body's tables; one file of objectives for each that has its own.
LEADERS = ("SG", "DG", "S1", "S2", "S3", "S4", "S5", "S6", "S8", "S9")


@cache
def _told(name: str) -> Any:
    return documents.loads((files("perfxl.demo") / "robinie" / f"{name}.json").read_bytes())


@cache
def _objectives() -> tuple[dict, ...]:
    """Every objective as the plan document has it, with all that is known at the end of the year.

    ``added`` lists, by table, the rows that the sector added at the interim.
    """
    return tuple(o for sector in LEADERS for o in _told(f"objectives-{sector}"))


def plan() -> dict:
    """The plan document of the invented body for 2021, as approved: nothing in it was declared by a sector.

    It also carries what the controller and the evaluators add during the year: requests, evaluations, considerations.
    """
    document = deepcopy(_told("frame"))
    document["objectives"] = [_approved(o) for o in _objectives()]
    document["measures"] = [{"sector": row["sector"], "measure": _row(row["measure"], _measure_fields(), ("plan",))}
                            for row in _told("measures")]
    for part in ("evaluations", "requests", "considerations"):
        document[part] = deepcopy(_told("dialogue")[part])
    return document


def returns(round: str, issued: dict[str, dict]) -> dict[str, dict]:
    """The return documents of ``round`` (``interim`` or ``final``) by sector, as the sectors fill them in.

    ``issued``: the prefilled return documents by sector code; they stay as they are. ``KeyError`` for a sector, an
    objective or a measure that this year does not have.
    """
    return {sector: _filled(document, sector, round) for sector, document in issued.items()}


def _approved(objective: dict) -> dict:
    added = objective.get("added", {})
    sheet = {table: [row for row in objective["sheet"][table] if row["id"] not in ids] for table, ids in added.items()}
    holders = [{**deepcopy(h), "holding": _part(h["holding"], "holding", ("plan",))} for h in objective["holders"]]
    return {"code": objective["code"], "kind": objective["kind"], "lead": objective["lead"], "holders": holders,
            "sheet": _part({**objective["sheet"], **sheet}, "sheet", ("plan",))}


def _filled(document: dict, sector: str, round: str) -> dict:
    document = deepcopy(document)
    document["compilation"] = {**document.get("compilation", {}), **_told("dialogue")["compilations"][round][sector]}
    for objective in document.get("objectives", ()):
        told, holder = _held(objective["code"], sector)
        _overlay(objective.setdefault("holding", {}), holder["holding"], "holding", round)
        if told["lead"] == sector:
            _overlay(objective.setdefault("sheet", {}), told["sheet"], "sheet", round)
    for measure in document.get("measures", ()):
        measure |= _row(_measure(sector, measure["id"]), _measure_fields(), (round,))
    return document


def _held(code: str, sector: str) -> tuple[dict, dict]:
    """The objective that ``sector`` knows as ``code``, and what concerns it in that sector."""
    for objective in _objectives():
        for holder in objective["holders"]:
            if holder["sector"] == sector and code in (objective["code"], holder.get("code")):
                return objective, holder
    raise KeyError(f"{code} is not an objective of {sector}")


def _measure(sector: str, number: str) -> dict:
    for row in _told("measures"):
        if (row["sector"], row["measure"]["id"]) == (sector, number):
            return row["measure"]
    raise KeyError(f"{number} is not a measure of {sector}")


def _measure_fields() -> tuple[Field, ...]:
    return next(f.items for f in return_fields() if f.path == ("measures",))


def _fields(prefix: str) -> Iterable[Field]:
    return (f for f in objective_fields() if f.path[0] == prefix)


def _at(owner: dict, path: tuple[str, ...]) -> Any:
    for key in path:
        owner = owner.get(key, {})
    return owner if owner != {} else None


def _put(owner: dict, path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        owner = owner.setdefault(key, {})
    owner[path[-1]] = deepcopy(value)


def _row(row: dict, columns: Iterable[Field], moments: tuple[str, ...]) -> dict:
    return {c.key: deepcopy(row[c.key]) for c in columns if c.key in row and c.moment in moments}


def _part(owner: dict, prefix: str, moments: tuple[str, ...]) -> dict:
    """What of a holding or a sheet was first told at ``moments``."""
    part: dict = {}
    for field in _fields(prefix):
        value = _at(owner, field.path[1:])
        if value is None or field.moment not in moments:
            continue
        if field.cell == "table":
            value = [_row(row, field.items, moments) for row in value]
        _put(part, field.path[1:], value)
    return part


def _overlay(target: dict, owner: dict, prefix: str, round: str) -> None:
    """Write into ``target`` what ``owner`` tells at ``round``."""
    for field in _fields(prefix):
        value = _at(owner, field.path[1:])
        if value is None:
            continue
        if field.moment == round:
            _put(target, field.path[1:], value)
        elif field.key in ROW_KEYS:
            _overlay_rows(target.setdefault(field.key, []), value, field, round)


def _overlay_rows(target: list[dict], rows: list[dict], field: Field, round: str) -> None:
    keys = ROW_KEYS[field.key]
    known = {tuple(row[k] for k in keys): row for row in target}
    for row in rows:
        present = known.get(tuple(row[k] for k in keys))
        if present is None:  # added by the sector: it writes the whole row in the first free place
            target.append(_row(row, field.items, ROUNDS[: ROUNDS.index(round) + 1]))
        else:
            present |= _row(row, field.items, (round,))
