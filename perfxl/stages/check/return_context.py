"""What the checks look at: one return, what was issued, the plan, and where every value stands.

Documents are read here through their views; what goes by the fields of a schema, whatever they are, takes their ``data``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Self

from perfxl.model.arithmetic import Rules, rules_in
from perfxl.model.documents import pointer
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.findings import Finding, Place
from perfxl.model.indicators import borrowed
from perfxl.model.packed import ObjectivesByCode, PackedList
from perfxl.model.plan_year import first_day, last_day
from perfxl.model.rounds import Round, Rounds, reference_day
from perfxl.model.terms import cached_in_words
from perfxl.model.views import (
    Item,
    Measure,
    Objective,
    Plan,
    Return,
    ReturnedObjective,
)
from perfxl.stages.check.code_shapes import OwnCodes
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.rules import rules_of

#: The way from a return to a value: keys of the schema, positions in lists.
Path = tuple[str | int, ...]


def format_day(value: date) -> str:
    """A day as findings quote it: 31/12/2021."""
    return f"{value:%d/%m/%Y}"


def path_in_force(item: Item, key: str) -> tuple[str, ...]:
    """The way to the value in force of an item of a return: what the round changes, else what is in force from before."""
    return next(((part, key) for part in ("revision", "in_force") if (item.data.get(part) or {}).get(key) is not None), (key,))


def before_and_after(item: Item, key: str) -> tuple[Any, Any]:
    """(what was in force before the round, what the round puts in its place); None where there is none."""
    said = item.data
    return (said.get("in_force") or {}).get(key, said.get(key)), (said.get("revision") or {}).get(key)


def is_blank(value: Any) -> bool:
    """Whether nothing is written: None, an empty list, text of spaces."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def says_nothing(value: Any) -> bool:
    """Whether a text that has to say why says nothing: it is blank, or has no letter and no digit, as dots and dashes."""
    return is_blank(value) or isinstance(value, str) and not any(c.isalnum() for c in value)


@cached_in_words
def _titles() -> dict[Path, dict[str, Any]]:
    titles: dict[Path, dict[str, Any]] = {}
    for f in (*objective_fields(), *return_fields()):
        head: tuple[str, ...] = () if f.path[0] in ("compilation", "measures", "requests") else ("objectives",)
        titles[(*head, *f.path)] = {"it": f.title("it"), "en": f.title("en")}
        for column in f.items:
            titles[(*head, *f.path, *column.path)] = {"it": column.title("it"), "en": column.title("en")}
    return titles


def title_of(path: Path) -> dict[str, Any]:
    """The title of the field at ``path`` of a return, by language; {} when it is not a field."""
    return _titles().get(tuple(p for p in path if not isinstance(p, int)), {})


#: The tables of a sheet and of a return: the first cell stands for the whole.
TABLES = frozenset(f.key for f in (*objective_fields(), *return_fields()) if f.cell == "table")


class Places:
    """Where values stand: the cell of a pointer, else of its row or table, else its sheet, else the file. Never the cell of
    another field: what cannot be shown on its own cell is not shown on one."""

    def __init__(self, places: Mapping[str, Place], file: str):
        self._exact, self._file = places, file

    @cached_property
    def _first(self) -> dict[str, Place]:
        first: dict[str, Place] = {}
        for where, place in self._exact.items():
            while where:
                first.setdefault(where, place)
                where = where.rpartition("/")[0]
        return first

    def place_of(self, path: Path) -> Place:
        """The place of ``path``: its cell, the first of a row or table, its sheet, or the file alone."""
        where = pointer(path)
        place = self._exact.get(where)
        if place is None and path and (isinstance(path[-1], int) or len(path) == 1 or path[-1] in TABLES):
            place = self._first.get(where)
        if place is None and any(isinstance(p, int) for p in path[2:]):  # a cell that the form has not, in a row that it has
            last = max(n for n, p in enumerate(path) if isinstance(p, int))
            place = self._exact.get(pointer(path[:last + 1])) or self._first.get(pointer(path[:last + 1]))
        if place is not None:
            return place
        sheet = self._exact.get(pointer(path[:2])) or self._first.get(pointer(path[:2])) if len(path) > 1 else None
        return Place(self._file, sheet.sheet) if sheet else Place(self._file)


class Shared(dict[str, Any]):
    """A plan document on which many returns are checked: what is the same for all of them is worked out once."""

    def packed(self) -> Self:
        """The same for processes that each check a few of many returns: every objective packed until one of them is about it, and what
        looks at all of them worked out."""
        objectives = PackedList(self.get("objectives", ()))
        made = type(self)({**self, "objectives": objectives})
        made.__dict__ |= {"by_code": ObjectivesByCode(objectives, self.by_code), "row_ids": self.row_ids, "borrowed": self.borrowed,
                          "read_rounds": self.read_rounds}
        return made

    @cached_property
    def by_code(self) -> ObjectivesByCode:
        """Its objectives by every code they have."""
        return ObjectivesByCode(self.get("objectives", ()))

    @cached_property
    def rounds(self) -> Rounds:
        """Its rounds."""
        return Rounds.from_plan(self)

    @cached_property
    def sector_codes(self) -> frozenset[str]:
        """The codes of its sectors."""
        return frozenset(s.code for s in Plan(self).sectors)

    @cached_property
    def line_codes(self) -> frozenset[str]:
        """The codes of its cascade."""
        return frozenset(line.code for line in Plan(self).cascade)

    @cached_property
    def row_ids(self) -> frozenset[str]:
        """What tells the phases and results of its objectives from one another."""
        sheets = [o.sheet for o in self.by_code.values()]
        return frozenset(str(p.id) for s in sheets for p in s.phases) | frozenset(str(r.id) for s in sheets for r in s.results)

    @cached_property
    def borrowed(self) -> dict[tuple[str, str], str]:
        """By (objective, result), of every result measured elsewhere, the sector that measures it."""
        return borrowed(self)

    @cached_property
    def former(self) -> frozenset[str]:
        """The codes that objectives and sectors had during the year and have no more."""
        return frozenset(r["before"] for r in self.get("successions", ()) if "before" in r)

    @cached_property
    def own_codes(self) -> OwnCodes | None:
        """How the body writes codes of its own; None where it has none."""
        return OwnCodes.from_plan(self)

    @cached_property
    def read_rounds(self) -> frozenset[str]:
        """The rounds at which anything was found of anything of the year: those that are at hand."""
        items = (item for o in Plan(self).objectives
                 for item in (*(h.holding for h in o.holders), o.sheet, *o.sheet.phases, *o.sheet.results, *o.sheet.entities))
        return frozenset(r["round"] for item in items for r in item.data.get("readings", ()))


@dataclass(frozen=True)
class ReturnContext:
    """One return in one round: ``document`` (schemas/return), ``issued`` to the same sector or None, the ``plan``,
    the place of every value by JSON Pointer, and the file's name in findings."""

    document: Return
    issued: Return | None
    plan: dict[str, Any]
    round: Round
    places: Mapping[str, Place] = field(default_factory=dict)
    file: str = ""

    @classmethod
    def from_documents(cls, document: dict[str, Any], issued: dict[str, Any] | None, **more: Any) -> Self:
        """The context of documents as JSON has them."""
        return cls(Return(document), None if issued is None else Return(issued), **more)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The body's rules with the defaults."""
        return rules_of(self.plan)

    @property
    def borrowed(self) -> dict[tuple[str, str], str]:
        """By (objective, result), of every result measured elsewhere, the sector that measures it."""
        return self.shared.borrowed

    @cached_property
    def arithmetic(self) -> Rules:
        """The body's rules of the arithmetic."""
        return rules_in(self.plan)

    @cached_property
    def year(self) -> int:
        """The year of the plan."""
        return self.plan["year"]

    @cached_property
    def sector(self) -> str:
        """Code of the sector."""
        return self.document.identity.sector

    @cached_property
    def reference(self) -> date:
        """The day the figures of this round refer to."""
        return self.reference_of(self.round)

    def reference_of(self, round: Round) -> date:
        """The day the figures of ``round`` refer to."""
        return reference_day(self.plan, round)

    @cached_property
    def begins(self) -> date:
        """The first day of the year of the plan."""
        return first_day(self.plan)

    @cached_property
    def ends(self) -> date:
        """The last day of the year of the plan."""
        return last_day(self.plan)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The objectives of the return."""
        return tuple(Entry(self, i, o) for i, o in enumerate(self.document.objectives))

    @cached_property
    def filled_entries(self) -> tuple[Entry, ...]:
        """The objectives whose sheet this sector fills in, without those replaced or withdrawn."""
        return tuple(e for e in self.entries if e.is_lead and not e.gone)

    @cached_property
    def shared(self) -> Shared:
        """The plan, with what is worked out once for all returns."""
        return self.plan if isinstance(self.plan, Shared) else Shared(self.plan)

    @cached_property
    def content(self) -> Plan:
        """The plan by its face."""
        return Plan(self.plan)

    @property
    def planned(self) -> Mapping[str, Objective]:
        """The plan's objectives by every code they have."""
        return self.shared.by_code

    @property
    def former(self) -> frozenset[str]:
        """The codes that objectives and sectors had during the year and have no more."""
        return self.shared.former

    @cached_property
    def issued_objectives(self) -> dict[str, ReturnedObjective]:
        """What was issued, by code."""
        return {o.code: o for o in self.issued.objectives} if self.issued else {}

    @cached_property
    def measures(self) -> tuple[tuple[int, Measure], ...]:
        """(index, measure) of the measures that the sector owes to transversal objectives."""
        return tuple(enumerate(self.document.measures))

    def measures_of(self, objective: str) -> list[tuple[int, Measure]]:
        """Those that it owes to one."""
        return [(i, m) for i, m in self.measures if m.objective == objective]

    @cached_property
    def _where(self) -> Places:
        return Places(self.places, self.file)

    def place(self, path: Path) -> Place:
        """Where ``path`` of the return stands."""
        return self._where.place_of(path)

    def finding(self, code: str, /, *path: str | int, objective: str = "", **values: Any) -> Finding:
        """The finding ``code`` at ``path`` of the return."""
        return Finding(code, self.place(path), values=values, field=title_of(path), path=pointer(path), sector=self.sector,
                       objective=objective)
