"""The invented year, cut at its moments: what the plan said, what each round adds."""

from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from perfxl.model import documents
from perfxl.model.readings import reading, revision

#: What tells one row of a table from another; a table that is not here is filled in whole.
ROW_KEYS = {"results": ("id",), "phases": ("id",), "entities": ("result", "entity")}
#: Sectors in the order of the body's tables; one file of objectives for each that has its own.
LEADERS = ("SG", "DG", "S1", "S2", "S3", "S4", "S5", "S6", "S8", "S9")


@cache
def _document(name: str) -> Any:
    return documents.loads((files("perfxl.demo") / "robinie" / f"{name}.json").read_bytes())


@cache
def _objectives() -> tuple[dict[str, Any], ...]:
    """Every objective as the plan document has it, with all that is known at the end of the year."""
    return tuple(o for sector in LEADERS for o in _document(f"objectives-{sector}"))


def plan() -> dict[str, Any]:
    """The plan document of the invented body for 2021, as approved: nothing in it was declared by a sector.

    It also carries what the controller and the evaluators add during the year: requests, evaluations, considerations.
    """
    document = deepcopy(_document("frame"))
    document["objectives"] = [_approved(o) for o in _objectives()]
    document["measures"] = [{"sector": row["sector"], "measure": _planned(row["measure"])} for row in _document("measures")]
    for part in ("evaluations", "requests", "considerations"):
        document[part] = deepcopy(_document("dialogue")[part])
    return document


def returns(round: str, issued: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The return documents of ``round`` (``interim`` or ``final``) by sector, as the sectors fill them in.

    ``issued``: the prefilled return documents by sector code; they stay as they are. ``KeyError`` for a sector, an
    objective or a measure that this year does not have.
    """
    return {sector: _filled(document, sector, round) for sector, document in issued.items()}


def _planned(item: dict[str, Any]) -> dict[str, Any]:
    """An item without what rounds said of it."""
    return {k: deepcopy(v) for k, v in item.items() if k not in ("revisions", "readings")}


def _approved(objective: dict[str, Any]) -> dict[str, Any]:
    sheet = _planned(objective["sheet"])
    for table in ROW_KEYS:
        rows = [_planned(row) for row in objective["sheet"].get(table, ()) if "added" not in row]
        sheet |= {table: rows} if rows else {}
    holders = [{**deepcopy(h), "holding": _planned(h["holding"])} for h in objective["holders"]]
    return {"code": objective["code"], "kind": objective["kind"], "lead": objective["lead"], "holders": holders, "sheet": sheet}


def _filled(document: dict[str, Any], sector: str, round: str) -> dict[str, Any]:
    document = deepcopy(document)
    document["compilation"] = {**document.get("compilation", {}), **_document("dialogue")["compilations"][round][sector]}
    for objective in document.get("objectives", ()):
        played, holder = _held(objective["code"], sector)
        _overlay(objective.setdefault("holding", {}), holder["holding"], round)
        if played["lead"] == sector:
            sheet = objective.setdefault("sheet", {})
            _overlay(sheet, played["sheet"], round)
            for table in ROW_KEYS:
                if table in played["sheet"]:
                    _overlay_rows(sheet.setdefault(table, []), played["sheet"][table], ROW_KEYS[table], round)
    for measure in document.get("measures", ()):
        _overlay(measure, _measure(sector, measure["id"]), round)
    return document


def _held(code: str, sector: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The objective that ``sector`` knows as ``code``, and what concerns it in that sector."""
    for objective in _objectives():
        for holder in objective["holders"]:
            if holder["sector"] == sector and code in (objective["code"], holder.get("code")):
                return objective, holder
    raise KeyError(f"{code} is not an objective of {sector}")


def _measure(sector: str, number: str) -> dict[str, Any]:
    for row in _document("measures"):
        if (row["sector"], row["measure"]["id"]) == (sector, number):
            return row["measure"]
    raise KeyError(f"{number} is not a measure of {sector}")


def _overlay(target: dict[str, Any], item: dict[str, Any], round: str) -> None:
    """Write into ``target``, an item of a return, what ``item``, the same item at the end of the year, says at ``round``."""
    for key, part in (("revision", revision(item, round)), ("reading", reading(item, round))):
        said = {k: deepcopy(v) for k, v in part.items() if k != "round"}
        if said:
            target[key] = {**target.get(key, {}), **said}


def _overlay_rows(target: list[dict[str, Any]], rows: list[dict[str, Any]], keys: tuple[str, ...], round: str) -> None:
    known = {tuple(row[k] for k in keys): row for row in target}
    for row in rows:
        present = known.get(tuple(row[k] for k in keys))
        if present is None and row.get("added") == round:  # the sector writes the whole row in the first free place
            present = {k: v for k, v in _planned(row).items() if k != "added"}
            target.append(present)
        if present is not None:
            _overlay(present, row, round)
