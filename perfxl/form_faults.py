"""What is wrong with the forms of a round before they go out, told where the plan says it.

The same checks that returns undergo look at each form as it would be issued: what it says already, and what no sector could
mend in it, is for the controller, in the plan and now.
"""

from collections.abc import Mapping

from perfxl import check
from perfxl.documents import pointer
from perfxl.findings import Finding, Place, in_order


def form_faults(prefilled: Mapping[str, dict], plan: dict, round: str, places: Mapping[str, Place], file: str) -> list[Finding]:
    """The faults of the forms ``prefilled``, by sector, of ``round``, each at its cell of the plan workbook.

    ``plan``: the plan document, whose cells are at ``places`` by JSON Pointer; ``file``: what findings call the workbook. A fault
    of an objective that several sectors hold is told once.
    """
    found = []
    for sector, document in prefilled.items():
        for finding in check.of_form(document, plan, round):
            at = _in_plan(finding.path, document, plan, sector)
            place = _nearest(at, places, file)
            found.append(finding.at(path=at, place=place, sector=sector if "/holders/" in at or not finding.objective else ""))
    return in_order(found)


def _in_plan(path: str, form: dict, plan: dict, sector: str) -> str:
    """The JSON Pointer in the plan of what stands at ``path`` in the form of ``sector``."""
    parts = path.split("/")[1:]
    if len(parts) < 2 or not parts[1].isdigit() or parts[0] not in ("objectives", "measures"):
        return ""
    item = form[parts[0]][int(parts[1])]
    if parts[0] == "measures":
        mine = (sector, item.get("objective"), item.get("id"))
        rows = [(m["sector"], m["measure"].get("objective"), m["measure"].get("id")) for m in plan.get("measures", ())]
        last = len(rows) - 1 - rows[::-1].index(mine) if mine in rows else None  # of one that stands twice the second
        return "" if last is None else pointer(("measures", last, "measure", *parts[2:]))
    for i, objective in enumerate(plan.get("objectives", ())):
        if objective["code"] == item.get("code"):
            if parts[2:3] == ["holding"]:
                k = next((k for k, h in enumerate(objective["holders"]) if h["sector"] == sector), 0)
                return pointer(("objectives", i, "holders", k, *parts[2:]))
            return pointer(("objectives", i, *parts[2:]))
    return ""


def _nearest(path: str, places: Mapping[str, Place], file: str) -> Place:
    """The cell of ``path``, else of its row, its objective, the workbook."""
    while path and path not in places:
        path = path.rpartition("/")[0]
    return places[path] if path else Place(file)
