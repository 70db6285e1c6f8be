"""Every table of the plan workbook, in the order of its sheets."""

from typing import Any

from perfxl.model.fields import extension_fields
from perfxl.stages.plan import round_tables
from perfxl.stages.plan.layout import Sheet, plan_fields, with_children


def sheets(extension: dict[str, Any] | None = None) -> tuple[Sheet, ...]:
    """Every sheet with a table, in the order of the workbook; ``extension``: the body's own fields."""
    own = extension_fields(extension)
    objectives = next(f for f in plan_fields() if f.key == "objectives")
    return (*(s for f in plan_fields() if f.cell == "table" for s in with_children(f, own)), *round_tables.sheets(objectives))
