"""The plan workbook: a plan document drawn for Excel, and read back to the character.

``read(write(x))`` (``drawing.write``) gives ``x`` for every plan the schema accepts whose objectives have different codes, whose
items have one statement a round at most and whose texts have a mark that is seen, save that a group with nothing in it (``"sheet": {}``) is left out.
"""

from decimal import Decimal
from typing import Any

from perfxl.stages.plan.layout import scalars
from perfxl.stages.plan.reading import PlanReading, read

__all__ = ["PlanReading", "blank_plan", "read"]


def blank_plan(year: int, language: str = "it", points: Decimal | None = None) -> dict[str, Any]:
    """A plan to begin ``year`` with: the rules' defaults, the usual dates, the rest left to the controller.

    ``language``: of its forms, until the controller says otherwise; ``points``: what weights make in all where they are points. The schema refuses the plan as long as body and sectors
    are not filled in.
    """
    made: dict[str, Any] = {
        "schema": "perfxl/plan/2",
        "year": year,
        "body": {"language": language},
        "rules": {f.key: f.schema["default"] for f in scalars() if f.path[0] == "rules" and f.schema.get("default") != []},
        "rounds": [
            {"id": "plan", "kind": "plan", "reference_date": f"{year}-01-01", "deadline": f"{year}-01-31"},
            {"id": "interim", "kind": "monitoring", "reference_date": f"{year}-09-30", "deadline": f"{year}-10-31"},
            {"id": "final", "kind": "final", "reference_date": f"{year}-12-31", "deadline": f"{year + 1}-01-31"},
        ],
    }
    if points is not None:
        made["rules"]["weights_total"] = points
    return made
