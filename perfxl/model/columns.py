"""The columns of tables that papers do not place by hand: what a body or a law has asked for since.

Each paper gives the usual columns a place and a shape of their own; whatever else the schema declares is told after them, by its
title. So a column added to a schema is on every paper, and none has to know it.
"""

from dataclasses import replace
from typing import Any

from perfxl.model import documents
from perfxl.model.fields import Field, objective_fields, return_fields, walk

#: The columns that papers place by hand, or leave out on purpose, by table.
PLACED = {
    "sectors": "code name above manager email appointment mission weight weighted copies",
    "cascade": "code title above councillors",
    "responsibles": "name from to",
    "money": "kind label year amount",
    "results": "id text weight deadline unit direction baseline target phases heading past_3 past_2 past_1 target_2 target_3 counts due dates_note "
               "scale tolerance cap until minimum excellence per missing indicator",
    "entities": "result entity baseline target",
    "phases": "id text weight weighting start_1 end_1 start_2 end_2 start_3 end_3 due dates_note",
    "measures": "objective section id measure deadline indicator applicable due",
}
_DEFINITIONS = {"sectors": "sector", "cascade": "line"}
#: Objects whose own fields alone are told after the usual ones, and the part of an objective that they are.
_PARTS = {"objectives": "sheet", "assignments": "holding"}


def further(table: str) -> tuple[Field, ...]:
    """The fields of the items of ``table`` beyond those that papers place, in the order of the schema."""
    if table in _PARTS:
        return tuple(replace(f, path=f.path[1:]) for f in objective_fields() if f.own and f.path[0] == _PARTS[table])
    if table in _DEFINITIONS:
        fields = walk(documents.schema("plan")["$defs"][_DEFINITIONS[table]], "plan")
    else:
        frame = return_fields() if table == "measures" else objective_fields()
        fields = list(next(f for f in frame if f.key == table and f.cell == "table" and not (f.revision or f.shows_in_force)).items)
    return tuple(f for f in fields if f.key not in PLACED[table].split() and f.cell != "table"
                 and not (f.revision or f.reading or f.shows_in_force))


def further_values(table: str, item: dict[str, Any], inside: bool = False) -> list[tuple[Field, Any]]:
    """The further fields of ``item`` that say something, with their values; internal ones only ``inside`` the body."""
    return [(f, value) for f in further(table) if (inside or not f.schema.get("x-internal")) and (value := f.value(item)) not in (None, "", [])]
