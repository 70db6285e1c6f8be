"""Cases told in the first shape of documents (``interim_realised``, ``weight_revised``, ``holding/final``), as perfxl has them now.

The shape is short to write by hand, and every such case also proves that a document of the first shape still says what it said.
"""

from copy import deepcopy

from perfxl.model.rounds import Round, Rounds
from perfxl.model.upgrade import item, upgraded

USUAL = Rounds.from_plan({})


def now(document: dict) -> dict:
    """A plan-shaped document, or what a test needs of one."""
    return upgraded({**deepcopy(document), "schema": "perfxl/plan/1"})


def consolidated(document: dict) -> dict:
    """A consolidated document, or what a test needs of one."""
    return upgraded({"places": [], **deepcopy(document), "schema": "perfxl/consolidated/1"})


def returned(document: dict, round: str) -> dict:
    """A return of ``round``, or what a test needs of one."""
    return upgraded({**deepcopy(document), "identity": {**document.get("identity", {}), "round": round}, "schema": "perfxl/return/1"})


def shaped(document: dict | None) -> dict | None:
    """A plan or consolidated document whose rounds are told in the first shape; any other as it is."""
    plan = (document or {}).get("content", document) or {}
    if document is None or not any("round" in r for r in plan.get("rounds", ())):
        return document
    return consolidated(document) if "content" in document else now(document)


_OLD = {"reason": "revision_reason", "replaced_by": "replaced_by", "dropped": "dropped", "applicable": "applicable"}


def told(value, round: str = ""):
    """What documents of today say, in the names of the first shape; ``round``: that of a return."""
    if isinstance(value, list):
        return [told(v, round) for v in value]
    if not isinstance(value, dict):
        return value
    made = {k: told(v, round) for k, v in value.items() if k not in ("readings", "revisions", "reading", "revision", "in_force", "added")}
    read = [(r["round"], r) for r in value.get("readings", ())] + ([(round, value["reading"])] if round and "reading" in value else [])
    for name, reading in read:
        said = {k: v for k, v in reading.items() if k != "round"}
        made |= {name: said} | {f"{name}_{k}": v for k, v in said.items()}
    for changed in (*value.get("revisions", ()), value.get("in_force", {}), value.get("revision", {})):
        made |= {_OLD.get(k, f"{k}_revised"): told(v, round) for k, v in changed.items() if k != "round"}
    return made


def sheet(given: dict) -> dict:
    """The sheet of an objective."""
    return now({"objectives": [{"sheet": given, "holders": []}]})["objectives"][0]["sheet"]


def at(round: str) -> Round:
    """One of the usual rounds."""
    return USUAL[round]


__all__ = ["USUAL", "at", "consolidated", "item", "now", "returned", "shaped", "sheet", "told"]
