"""How the cells of a form are found again: by defined names, never by address.

A field outside the objectives is named ``px_compilation__name``; a field of the third objective sheet
``px03_holding__weight``. A table is one named block, ``px03_t_phases``: its first row is a hidden row of keys
(``id``, ``text``, ``weight`` ...), its column with key ``#`` is a hidden column of slots. Slot ``4`` is the
fourth item, slot ``4r`` the row of its revisions (key ``weight`` there is ``weight_revised``,
key ``weighting`` is ``dropped``). So rows and columns may be inserted, blocks moved and sheets renamed, and the block
still reads. In a master the objective sheet bears ``px_`` names without a number; ``issue`` numbers them.
"""

import re
from dataclasses import dataclass
from functools import cache

from perfxl.model.fields import Field, objective_fields, return_fields

#: Continuation rows under each narrative: cells that carry on a story longer than one cell.
STORY_SLOTS = 24

NAME = re.compile(r"px(?P<number>\d{2})?_(?P<rest>[A-Za-z0-9_]+)\Z")


@dataclass(frozen=True)
class Table:
    """A block of the form.

    ``id``: its part of the name; ``array``: path of the array it shows; ``columns``: its fields;
    ``slots``: how many items fit; ``revisions``: fields on the second row of each item, () where there is none.
    A *story* table (``story`` is a round) has columns ``phase`` and ``text``: each row carries on the story of
    that phase, or of the whole objective where ``phase`` is blank.
    """

    id: str
    array: tuple[str, ...]
    columns: tuple[Field, ...]
    slots: int
    revisions: tuple[Field, ...] = ()
    story: str = ""

    def shown(self, round: str) -> bool:
        """Whether the form of ``round`` has this block."""
        if self.story:
            return round == "final" or round == self.story
        return any(round in column.shown for column in self.columns if column.key != "id")


def scalar_name(path: tuple[str, ...], number: int | None = None) -> str:
    """Defined name of the field at ``path``: of objective sheet ``number``, or of the master when None."""
    return f"px{'' if number is None else f'{number:02d}'}_{'__'.join(path)}"


def table_name(table_id: str, number: int | None = None) -> str:
    """Defined name of the block ``table_id``."""
    return f"px{'' if number is None else f'{number:02d}'}_t_{table_id}"


def _stage(field: Field) -> str:
    if field.revision:
        return "revision"
    return next((r for r in ("interim", "final") if field.key.startswith(r + "_")), "base")


def _tables(field: Field) -> list[Table]:
    slots = field.schema["maxItems"]
    if field.key not in ("results", "phases"):
        return [Table(field.key, field.path, field.items, slots)]
    by_stage = {s: tuple(f for f in field.items if _stage(f) == s) for s in ("base", "revision", "interim", "final")}
    tables = [Table(field.key, field.path, by_stage["base"], slots, by_stage["revision"])]
    tables += [Table(f"{field.key}_{r}", field.path, (field.items[0], *by_stage[r]), slots) for r in ("interim", "final")]
    return tables


@cache
def objective_tables() -> tuple[Table, ...]:
    """The blocks of an objective sheet."""
    found = [t for f in objective_fields() if f.cell == "table" for t in _tables(f)]
    found += [Table(f"narrative_{r}", (), (), STORY_SLOTS, story=r) for r in ("interim", "final")]
    return tuple(found)


@cache
def objective_scalars() -> tuple[Field, ...]:
    """The single cells of an objective sheet (the narratives are story tables, not single cells)."""
    return tuple(f for f in objective_fields()
                 if f.cell != "table" and f.path[-1] not in ("interim_narrative", "final_narrative"))


@cache
def return_tables() -> tuple[Table, ...]:
    """The blocks outside the objective sheets: the measures, the controller's requests."""
    return tuple(t for f in return_fields() if f.cell == "table" for t in _tables(f))


@cache
def return_scalars() -> tuple[Field, ...]:
    """The single cells outside the objective sheets."""
    return tuple(f for f in return_fields() if f.cell != "table" and f.path[0] == "compilation")
