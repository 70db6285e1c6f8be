"""How the cells of a form are found again: by defined names, never by address.

A field outside the objectives is named ``px_compilation__name``; a field of the third objective sheet
``px03_holding__weight``. A table is one named block, ``px03_t_phases``: its first row is a hidden row of keys
(``id``, ``text``, ``weight`` ...), its column with key ``#`` is a hidden column of slots. Slot ``4`` is the
fourth item, slot ``4f`` the row of what earlier rounds changed of it and is in force, slot ``4r`` the row of what this
round changes (key ``weight`` there is the new weight, key ``weighting`` the reason for which it is dropped). So rows
and columns may be inserted, blocks moved and sheets renamed, and the block still reads. No name says which round the
form is of: a form of the fourth monitoring has the names of one of the first. In a master the objective sheet bears
``px_`` names without a number; ``issue`` numbers them.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from perfxl.model.fields import Field, kind_of, objective_fields, return_fields
from perfxl.model.rounds import REPORTING
from perfxl.model.terms import cached_in_words

#: Continuation rows under each narrative: cells that carry on a story longer than one cell.
STORY_SLOTS = 24

#: The story of the whole objective, and of a phase, below the objective and below the phase.
NARRATIVE, DONE = ("sheet", "reading", "narrative"), ("reading", "done")

NAME = re.compile(r"px(?P<number>\d{2})?_(?P<rest>[A-Za-z0-9_]+)\Z")
#: A longer name is no field's, and is not remembered.
LONG_NAME = 100


#: Ends of the slots of the rows below an item: of what is in force, and of what this round changes.
STANDING, REVISED = "f", "r"
ENDS = ("", STANDING, REVISED)


@dataclass(frozen=True)
class Table:
    """A block of the form.

    ``id``: its part of the name; ``array``: path of the array it shows; ``columns``: its fields;
    ``slots``: how many items a form has rows for, unless one of them holds more; ``revisions``: fields on the row of what this round changes of each item, ``standing``:
    those on the row of what is in force, () where there is none.
    The *story* table has columns ``phase`` and ``text``: each row carries on the story of that phase, or of the whole
    objective where ``phase`` is blank.
    """

    id: str
    array: tuple[str, ...]
    columns: tuple[Field, ...]
    slots: int
    revisions: tuple[Field, ...] = ()
    standing: tuple[Field, ...] = ()
    story: bool = False

    @property
    def joined(self) -> bool:
        """Whether it goes on with the items of another block."""
        return self.id != self.array[-1] and self.array[-1] in JOINED if self.array else False

    @property
    def more(self) -> bool:
        """Whether it holds what not every item of another block has."""
        return self.joined and self.id.endswith(f"_{MORE}")

    @property
    def own(self) -> bool:
        """Whether it holds the fields that the body's plan gives the items of another block."""
        return self.joined and all(c.own for c in self.columns[1:])

    def below(self, slot: str) -> tuple[Field, ...]:
        """The fields of the row whose slot ends like ``slot``: the item's own, those in force, those that change."""
        return {REVISED: self.revisions, STANDING: self.standing}.get(slot[-1:], self.columns)

    @cached_property
    def keyed(self) -> dict[str, tuple[tuple[str, str, Field], ...]]:
        """By the end of slots, the fields of such a row: the key of the column, the path as JSON Pointers have it, the field. Every
        block of a return asks."""
        return {end: tuple((f.below, "/".join(f.path), f) for f in self.below(end)) for end in ENDS}

    def shown(self, round: str) -> bool:
        """Whether the form of ``round``, a round or a kind of round, has this block."""
        if self.story:
            return kind_of(round) in REPORTING
        return any(column.shows(round) for column in self.columns if column.key != "id")


#: Tables whose items go on in further blocks: with what the round finds of them, and with ``MORE``, which not every item has.
JOINED, MORE = ("results", "phases"), "more"
#: The further block that says how results are measured beyond their targets.
RULE = "rule"


def part_of(name: str) -> tuple[int, str] | None:
    """Number of the objective (0 for the rest of the form) and the part of ``name`` that says which field of it; None when it is
    no name of a field."""
    return _part_of(name) if len(name) < LONG_NAME else _part_of.__wrapped__(name)


@lru_cache(4096)
def _part_of(name: str) -> tuple[int, str] | None:
    match = NAME.match(name)
    return (int(match["number"] or 0), match["rest"]) if match else None


def scalar_name(path: tuple[str, ...], number: int | None = None) -> str:
    """Defined name of the field at ``path``: of objective sheet ``number``, or of the master when None."""
    return f"px{'' if number is None else f'{number:02d}'}_{'__'.join(path)}"


def table_name(table_id: str, number: int | None = None) -> str:
    """Defined name of the block ``table_id``."""
    return f"px{'' if number is None else f'{number:02d}'}_t_{table_id}"


def _tables(field: Field) -> list[Table]:
    slots, name = field.schema.get("x-slots", field.schema["maxItems"]), "_".join(field.path[1:] if field.path[0] == "sheet" else field.path)
    if field.key not in JOINED or field.path[:-1] != ("sheet",):
        return [Table(name, field.path, field.items, slots)]
    def part(block: str, kind: str = "") -> tuple[Field, ...]:
        return tuple(f for f in field.items if f.block == block and (getattr(f, kind) if kind else not (f.revision or f.shows_in_force or f.reading)))

    first = field.items[0]
    tables = [Table(name, field.path, columns=part(""), slots=slots, revisions=part("", "revision"), standing=part("", "shows_in_force"))]
    if more := part(MORE):
        tables.append(Table(f"{name}_{MORE}", field.path, columns=(first, *more), slots=slots, revisions=part(MORE, "revision"),
                           standing=part(MORE, "shows_in_force")))
    if rule := part(RULE):
        tables.append(Table(f"{name}_{RULE}", field.path, (first, *rule), slots))
    own = dict.fromkeys(f.block for f in field.items if f.own)
    tables += [Table(f"{name}_{block}", field.path, (first, *part(block)), slots) for block in own]
    return [*tables, Table(f"{name}_reading", field.path, (first, *part("", "reading")), slots)]


@cached_in_words
def objective_tables() -> tuple[Table, ...]:
    """The blocks of an objective sheet."""
    tables = [t for f in objective_fields() if f.cell == "table" for t in _tables(f)]
    return (*tables, Table("narrative", (), (), STORY_SLOTS, story=True))


@cached_in_words
def objective_scalars() -> tuple[Field, ...]:
    """The single cells of an objective sheet (the narrative is a story table, not a single cell)."""
    return tuple(f for f in objective_fields() if f.cell != "table" and f.path != NARRATIVE)


@cached_in_words
def return_tables() -> tuple[Table, ...]:
    """The blocks outside the objective sheets: the measures, the controller's requests."""
    return tuple(t for f in return_fields() if f.cell == "table" for t in _tables(f))


@cached_in_words
def return_scalars() -> tuple[Field, ...]:
    """The single cells outside the objective sheets."""
    return tuple(f for f in return_fields() if f.cell != "table" and f.path[0] == "compilation")
