"""How many rows the blocks of a form have: the usual number, or what the sector holds and some to spare."""

from typing import Any

from perfxl.model.documents import get_path, schema
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.binding import objective_tables, return_tables, table_name

#: Rows beyond what is there, for what the sector adds; forms are drawn in steps of so many, so that one serves several sectors.
SPARE, STEP = 3, 8
#: Rows of the summary for objectives, as it is drawn.
OBJECTIVES = "objectives"


def rooms(document: dict[str, Any]) -> dict[str, int]:
    """By the key of its array, the rows of each block that needs more than usual in the form of ``document``."""
    rows = {}
    objectives = document.get(OBJECTIVES, ())
    given = {t.array: (t.slots, _most(objectives, t.array), SPARE) for t in objective_tables() if t.array}
    given |= {t.array: (t.slots, len(get_path(document, t.array) or ()), 0) for t in return_tables()}
    given[OBJECTIVES,] = (usual_objectives(), len(objectives), 0)
    for array, (slots, held, spare) in given.items():
        if held + spare > slots:
            rows[array[-1]] = -(-(held + SPARE) // STEP) * STEP
    return rows


def usual_objectives() -> int:
    """How many objectives the summary has rows for, unless a sector holds more."""
    return schema("return")["properties"][OBJECTIVES]["x-slots"]


def _most(objectives: list[dict[str, Any]], array: tuple[str, ...]) -> int:
    return max((len(get_path(o, array) or ()) for o in objectives), default=0)


def too_small(form: Form, document: dict[str, Any]) -> list[str]:
    """The blocks of a master that have not the rows that ``document`` needs: their names, and how many."""
    tables = []
    for table in (*objective_tables(), *return_tables()):
        of_sheet = table in objective_tables()
        held = _most(document.get(OBJECTIVES, ()), table.array) if of_sheet else len(get_path(document, table.array) or ())
        block = form.block(table_name(table.id)) if table.array else None
        if block is not None and held > block.room:
            tables.append(f"{table_name(table.id)}: {held}")
    return tables
