"""The plan workbook: a plan document drawn for Excel, and read back to the character.

``read(write(x))`` gives ``x`` for every plan the schema accepts whose objectives have different codes, save that
a group with nothing in it (``"sheet": {}``) is left out.
"""

from perfxl.model.terms import worded
from perfxl.stages.plan.layout import scalars
from perfxl.stages.plan.reading import PlanReading, read

__all__ = ["PlanReading", "blank", "read", "write"]


def blank(year: int, language: str = "it") -> dict:
    """A plan to begin ``year`` with: the rules' defaults, the usual dates, the rest left to the controller.

    ``language``: of its forms, until the controller says otherwise. The schema refuses the plan as long as body and sectors
    are not filled in.
    """
    return {
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


@worded()
def write(document: dict, language: str = "it", extension: dict | None = None) -> bytes:
    """The workbook of ``document`` as bytes of an .xlsx file; ``extension``: the body's own fields.

    Raises ``ValueError`` when an objective holds fields of the body that ``extension`` does not declare: they
    would be lost.
    """
    from perfxl.stages.plan.drawing import draw

    declared = set((extension or {}).get("properties", ()))
    for objective in document.get("objectives", ()):
        stray = set(objective.get("sheet", {}).get("extension", ())) - declared
        if stray:
            raise ValueError(f"{objective.get('code')}: fields not declared by the extension: {', '.join(sorted(stray))}")
    return draw(document, language, extension)
