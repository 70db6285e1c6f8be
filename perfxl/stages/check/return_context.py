"""What the checks look at: one return, what was issued, the plan, and where every value stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from perfxl.model.arithmetic import dec, dropped, in_force, status_of
from perfxl.model.base import born
from perfxl.model.documents import pointer
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.findings import Finding, Place
from perfxl.stages.check.rules import rules_of


def day(value: Any) -> date | None:
    """The day that a document's date is; None when blank or not a day of the calendar."""
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def told(value: date) -> str:
    """A day as findings quote it: 31/12/2021."""
    return f"{value:%d/%m/%Y}"


def used(item: dict, key: str, round: str) -> str:
    """The key that holds the value in force at ``round``: ``weight_revised`` where there is one."""
    return f"{key}_revised" if round != "plan" and item.get(f"{key}_revised") is not None else key


def blank(value: Any) -> bool:
    """Whether nothing is written: None, an empty list, text of spaces."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def says_nothing(value: Any) -> bool:
    """Whether a text that has to say why says nothing: it is blank, or has no letter and no digit, as dots and dashes."""
    return blank(value) or isinstance(value, str) and not any(c.isalnum() for c in value)


@cache
def _titles() -> dict[tuple, dict]:
    found = {}
    for f in (*objective_fields(), *return_fields()):
        head = () if f.path[0] in ("compilation", "measures", "requests") else ("objectives",)
        found[(*head, *f.path)] = {"it": f.title("it"), "en": f.title("en")}
        for column in f.items:
            found[(*head, *f.path, *column.path)] = {"it": column.title("it"), "en": column.title("en")}
    return found


def title_of(path: tuple) -> dict:
    """The title of the field at ``path`` of a return, by language; {} when it is not a field."""
    return _titles().get(tuple(p for p in path if not isinstance(p, int)), {})


#: The tables of a sheet and of a return: the first cell stands for the whole.
TABLES = frozenset(f.key for f in (*objective_fields(), *return_fields()) if f.cell == "table")


class Places:
    """Where values stand: the cell of a pointer, else of its row or table, else its sheet, else the file. Never the cell of
    another field: what cannot be shown on its own cell is not shown on one."""

    def __init__(self, places: dict[str, Place], file: str):
        self._exact, self._file = places, file

    @cached_property
    def _first(self) -> dict[str, Place]:
        first: dict[str, Place] = {}
        for where, place in self._exact.items():
            while where:
                first.setdefault(where, place)
                where = where.rpartition("/")[0]
        return first

    def of(self, path: tuple) -> Place:
        """The place of ``path``: its cell, the first of a row or table, its sheet, or the file alone."""
        where = pointer(path)
        found = self._exact.get(where)
        if found is None and path and (isinstance(path[-1], int) or len(path) == 1 or path[-1] in TABLES):
            found = self._first.get(where)
        if found is None and any(isinstance(p, int) for p in path[2:]):  # a cell that the form has not, in a row that it has
            last = max(n for n, p in enumerate(path) if isinstance(p, int))
            found = self._exact.get(pointer(path[:last + 1])) or self._first.get(pointer(path[:last + 1]))
        if found is not None:
            return found
        sheet = self._exact.get(pointer(path[:2])) or self._first.get(pointer(path[:2])) if len(path) > 1 else None
        return Place(self._file, sheet.sheet) if sheet else Place(self._file)


@dataclass(frozen=True)
class Entry:
    """One objective of the return. ``index``: its position there; ``code``: as the return has it."""

    case: "Case"
    index: int
    objective: dict

    @property
    def code(self) -> str:
        return self.objective.get("code") or ""

    @property
    def holding(self) -> dict:
        return self.objective.get("holding") or {}

    @property
    def sheet(self) -> dict:
        return self.objective.get("sheet") or {}

    @property
    def planned(self) -> dict | None:
        """The objective in the plan; None when the plan has no such code."""
        return self.case.planned.get(self.code)

    @property
    def issued(self) -> dict | None:
        """The objective as it was issued to this sector."""
        return self.case.issued_objectives.get(self.code)

    @cached_property
    def born(self) -> bool:
        """Whether the objective was added after the plan round: its sheet came blank, and is open as in that round."""
        return self.case.round != "plan" and self.speaks and self.issued is not None and born(self.issued)

    @property
    def transversal(self) -> bool:
        return self.objective.get("role") == "transversal" or (self.planned or {}).get("kind") == "transversal"

    @property
    def speaks(self) -> bool:
        """Whether this sector fills in the sheet: it leads the objective."""
        if self.planned:
            return self.planned.get("lead") == self.case.sector
        return self.objective.get("role", "lead") == "lead"

    @property
    def outcome(self) -> dict:
        """What was declared at this round: percent, status, reason, note."""
        return self.holding.get(self.case.round) or {}

    @property
    def percent(self) -> Decimal | None:
        return dec(self.outcome.get("percent"))

    @property
    def status(self) -> str | None:
        """The status declared, else the one that follows from the percentage."""
        return self.outcome.get("status") or status_of(self.percent)

    @property
    def achieved(self) -> bool:
        """Whether it is declared in full: by the percentage where there is one, else by the status."""
        return self.status == "achieved" if self.percent is None else self.percent >= 100

    @property
    def gone(self) -> bool:
        """Whether it was replaced or withdrawn, and so is out of the count."""
        return bool(self.holding.get("replaced_by")) or self.outcome.get("status") in ("replaced", "withdrawn")

    @property
    def weighted(self) -> bool:
        """Whether it enters the sector's total."""
        return not self.gone and self.holding.get("weighting") not in ("not_weighted", "incentives")

    def rows(self, table: str) -> Iterator[tuple[int, dict]]:
        """(index, row) of a table of the sheet."""
        return enumerate(self.sheet.get(table) or ())

    def kept(self, table: str) -> Iterator[tuple[int, dict]]:
        """(index, row) of the phases or results that were not dropped."""
        return ((i, row) for i, row in self.rows(table) if not dropped(row, self.case.round))

    def phases(self) -> Iterator[tuple[int, dict]]:
        """(index, phase) of the phases that are weighted this year, not dropped and not given weight 0."""
        return ((i, p) for i, p in self.kept("phases") if p.get("weighting") != "not_weighted"
                and dec(in_force(p, "weight", self.case.round)) != 0)

    def find(self, code: str, /, *path: str | int, **values: Any) -> Finding:
        """The finding ``code`` at ``path`` below this objective."""
        return self.case.find(code, "objectives", self.index, *path, objective=self.code, **values)


class Shared(dict):
    """A plan document on which many returns are checked: what is the same for all of them is worked out once."""

    @cached_property
    def by_code(self) -> dict[str, dict]:
        """Its objectives by every code they have."""
        found = {}
        for objective in self.get("objectives", ()):
            for holder in objective["holders"]:
                if holder.get("code"):
                    found.setdefault(holder["code"], objective)
            found[objective["code"]] = objective
        return found


@dataclass(frozen=True)
class Case:
    """One return in one round: ``document`` (schemas/return), ``issued`` to the same sector or None, the ``plan``,
    the place of every value by JSON Pointer, and the file's name in findings."""

    document: dict
    issued: dict | None
    plan: dict
    round: str
    places: dict[str, Place] = field(default_factory=dict)
    file: str = ""

    @cached_property
    def rules(self) -> dict:
        """The body's rules with the defaults."""
        return rules_of(self.plan)

    @cached_property
    def year(self) -> int:
        """The year of the plan."""
        return self.plan["year"]

    @cached_property
    def sector(self) -> str:
        """Code of the sector."""
        return (self.document.get("identity") or {}).get("sector", "")

    @cached_property
    def reference(self) -> date:
        """The day the figures of this round refer to."""
        return self.reference_of(self.round)

    def reference_of(self, round: str) -> date:
        """The day the figures of ``round`` refer to; the round's usual day where the plan does not say."""
        given = next((day(r.get("reference_date")) for r in self.plan.get("rounds", ()) if r.get("round") == round), None)
        usual = {"plan": (1, 1), "interim": (9, 30), "final": (12, 31)}[round]
        return given or date(self.year, *usual)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The objectives of the return."""
        return tuple(Entry(self, i, o) for i, o in enumerate(self.document.get("objectives") or ()))

    @cached_property
    def told(self) -> tuple[Entry, ...]:
        """The objectives whose sheet this sector fills in, without those replaced or withdrawn."""
        return tuple(e for e in self.entries if e.speaks and not e.gone)

    @cached_property
    def planned(self) -> dict[str, dict]:
        """The plan's objectives by every code they have."""
        return self.plan.by_code if isinstance(self.plan, Shared) else Shared(self.plan).by_code

    @cached_property
    def issued_objectives(self) -> dict[str, dict]:
        """What was issued, by code."""
        return {o["code"]: o for o in (self.issued or {}).get("objectives", ())}

    @cached_property
    def _where(self) -> Places:
        return Places(self.places, self.file)

    def place(self, path: tuple) -> Place:
        """Where ``path`` of the return stands."""
        return self._where.of(path)

    def find(self, code: str, /, *path: str | int, objective: str = "", **values: Any) -> Finding:
        """The finding ``code`` at ``path`` of the return."""
        return Finding(code, self.place(path), values, title_of(path), pointer(path), self.sector, objective)
