"""What a filled plan still wants: codes that were given in no form that a plan has, and without what it cannot hold."""

import re
from collections.abc import Mapping
from typing import Any

from perfxl.model import documents
from perfxl.model.codes import code_pattern, sort_key
from perfxl.model.findings import Place
from perfxl.stages.intake.list_rows import Remarks, listed
from perfxl.stages.intake.named_sectors import Sectors
from perfxl.stages.intake.targets import plain

_OBJECTIVE = code_pattern("objectiveCode")
#: Where a value of the document stood in the list, by the object that holds it and its key.
Where = Mapping[tuple[int, str | int], Place]


def finish(document: dict[str, Any], sectors: Sectors, where: Where, remarks: Remarks) -> None:
    """Give every objective its code and its holders; leave out what is empty."""
    made: list[tuple[Place, str, str]] = []
    leaderless: list[Place] = []
    for objective in document.get("objectives", ()):
        given, place = objective["code"], where.get((id(objective), "code"), Place(remarks.file))
        _code(objective, document, sectors)
        if objective["code"] != given.upper().replace(" ", ""):
            made.append((place, given, objective["code"]))
        for key in [k for k, v in objective["sheet"].items() if v == []]:
            del objective["sheet"][key]
        if not objective["lead"]:
            del objective["lead"]
            for waiting in (h for h in objective["holders"] if not h["sector"]):
                del waiting["sector"]  # its weight, on the row of the objective in the plan
            if not objective["holders"]:
                del objective["holders"]
            leaderless.append(place)
        else:
            _settle(objective)
            objective["holders"].sort(key=lambda h: h["sector"] != objective["lead"])
    _tell_codes(made, remarks)
    if leaderless:
        rows = [re.sub(r"\D", "", place.cell) for place in leaderless]
        remarks.say("LIST08", leaderless[0], {"count": len(rows), "listed": listed(rows, len(rows))})
    if not document["sectors"]:
        del document["sectors"]
    if document.get("cascade"):
        document["cascade"].sort(key=lambda line: sort_key(line["code"]))


def _code(objective: dict[str, Any], document: dict[str, Any], sectors: Sectors) -> None:
    """The code of an objective as a plan has it, made where the list gave none of that form; its lead, where the code says it."""
    code, head = objective["code"].upper().replace(" ", ""), plain(objective["code"].partition(".")[0])
    if not objective["lead"] and _OBJECTIVE.match(code) and head in sectors.known:
        objective["lead"] = sectors.known[head]["code"]
    taken = {o["code"] for o in document["objectives"] if o is not objective}
    if not _OBJECTIVE.match(code) or code in taken:
        first = objective["lead"] or "X"
        code = next(c for n in range(1, 100_000) if (c := f"{first}.{n:05}") not in taken)
    objective["code"] = code


def _settle(objective: dict[str, Any]) -> None:
    """Have the lead of an objective among its holders, with the weight that waited for it."""
    lead = holder(objective, objective["lead"])
    for waiting in [h for h in objective["holders"] if not h["sector"]]:
        objective["holders"].remove(waiting)
        lead.setdefault("holding", waiting["holding"])


def holder(objective: dict[str, Any], sector: str) -> dict[str, Any]:
    """What ``sector`` holds of an objective, added where it holds nothing yet."""
    held = next((h for h in objective["holders"] if h["sector"] == sector), None)
    if held is None:
        held = {"sector": sector}
        objective["holders"].append(held)
    return held


def _tell_codes(made: list[tuple[Place, str, str]], remarks: Remarks) -> None:
    """One note for all codes that were made, at the first: those that had another form, and those that had none."""
    for code, several in (("LIST04", [m for m in made if m[1]]), ("LIST09", [m for m in made if not m[1]])):
        if several:
            remarks.say(code, several[0][0], {"count": len(several), "listed": listed((f"{given} → {new}" if given else new for _, given, new in several), len(several))})


def prune(document: dict[str, Any], extension: dict[str, Any] | None, where: Where, remarks: Remarks) -> None:
    """Take out what the plan could not hold, each told at its cell; what is only missing stays to be filled in."""
    for _ in range(20):
        wrong = [v for v in documents.violations("plan", document, extension) if v.rule != "required" and v.path]
        if not wrong:
            return
        for violation in wrong:
            _drop(document, violation, where, remarks)


def _whole(document: dict[str, Any], path: list[str | int], where: Where, remarks: Remarks) -> Place:
    """The cell of a list of texts."""
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    return where.get((id(parent), path[-1]), Place(remarks.file))


def _drop(document: dict[str, Any], violation: documents.Violation, where: Where, remarks: Remarks) -> None:
    *above, last = violation.path
    parent: Any = document
    try:
        for key in above:
            parent = parent[key]
        value = parent[last]
    except (KeyError, IndexError, TypeError):
        return  # taken out already with what it stood in
    place = where.get((id(parent), last), Place(remarks.file))
    if isinstance(last, int):  # of several in one cell
        place = _whole(document, above, where, remarks)
    said = remarks.met.get(place)
    remarks.say("LIST01", place, {"value": " ".join(str(value).split())[:120], "field": said.field if said and isinstance(last, int) else violation.title})
    del parent[last]
