"""What the checks look at: one return, what was issued, the plan, and where every value stands.

Documents are read here through their views; what goes by the fields of a schema, whatever they are, takes their ``data``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from perfxl.model.arithmetic import Rules, dec, rules_in, status_of
from perfxl.model.base import born
from perfxl.model.documents import pointer
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.findings import Finding, Place
from perfxl.model.indicators import borrowed
from perfxl.model.rounds import Round, first_day, last_day, reference_day
from perfxl.model.terms import cached_in_words
from perfxl.model.views import (
    Entity,
    Holding,
    Item,
    Measure,
    Objective,
    Phase,
    Plan,
    Reading,
    Result,
    Return,
    ReturnedObjective,
    Sheet,
)
from perfxl.model.views.facts import NOTHING
from perfxl.stages.check.rules import rules_of


def format_day(value: date) -> str:
    """A day as findings quote it: 31/12/2021."""
    return f"{value:%d/%m/%Y}"


def used(item: Item, key: str) -> tuple[str, ...]:
    """The way to the value in force of an item of a return: what the round changes, else what is in force from before."""
    return next(((part, key) for part in ("revision", "in_force") if (item.data.get(part) or {}).get(key) is not None), (key,))


def moved(item: Item, key: str) -> tuple[Any, Any]:
    """(what was in force before the round, what the round puts in its place); None where there is none."""
    said = item.data
    return (said.get("in_force") or {}).get(key, said.get(key)), (said.get("revision") or {}).get(key)


def blank(value: Any) -> bool:
    """Whether nothing is written: None, an empty list, text of spaces."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def says_nothing(value: Any) -> bool:
    """Whether a text that has to say why says nothing: it is blank, or has no letter and no digit, as dots and dashes."""
    return blank(value) or isinstance(value, str) and not any(c.isalnum() for c in value)


@cached_in_words
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


def _with_earlier(result: Result, earlier: Iterable[dict], round: Round) -> dict:
    """``result`` of a return with what ``earlier`` rounds found of it beside what its own did."""
    found = result.reading(round).data
    own = [{"round": str(round), **found}] if found else []
    return {**result.data, "readings": [*(r for r in earlier if r.get("round") != round), *own]}


@dataclass(frozen=True)
class Entry:
    """One objective of the return. ``index``: its position there."""

    case: "ReturnContext"
    index: int
    objective: ReturnedObjective

    @property
    def code(self) -> str:
        """As the return has it; "" where it has none."""
        return self.objective.code or ""

    @cached_property
    def holding(self) -> Holding:
        """What it is in the sector."""
        return self.objective.holding

    @cached_property
    def sheet(self) -> Sheet:
        """What it is; without facts where another sector tells it."""
        return self.objective.sheet

    @cached_property
    def weighed_sheet(self) -> Sheet:
        """Its sheet as outcomes are computed from it: where a missing value stands for the last one known, with what earlier
        rounds found of its results."""
        sheet = self.sheet
        if not any((r.missing or self.case.arithmetic.unread) == "last_known" for r in sheet.results):
            return sheet
        before = {r.id: r.data.get("readings", ()) for r in self.before.results}
        return Sheet({**sheet.data, "results": [_with_earlier(r, before.get(r.id, ()), self.case.round) for r in sheet.results]})

    @property
    def planned(self) -> Objective | None:
        """The objective in the plan-shaped document on which the round was issued, with what earlier rounds found; None when
        that has no such code."""
        return self.case.planned.get(self.code)

    @property
    def issued(self) -> ReturnedObjective | None:
        """The objective as it was issued to this sector."""
        return self.case.issued_objectives.get(self.code)

    @cached_property
    def born(self) -> bool:
        """Whether the objective was added after the plan round: its sheet came blank, and is open as in that round."""
        return self.case.round.kind != "plan" and self.is_lead and self.issued is not None and born(self.issued.data)

    @property
    def transversal(self) -> bool:
        """Whether each sector answers for its own measures of it."""
        return self.objective.role == "transversal" or self.planned is not None and self.planned.transversal

    @cached_property
    def is_lead(self) -> bool:
        """Whether this sector fills in the sheet: it leads the objective, as its form says; another may lead it since."""
        if self.issued:
            return self.issued.role in (None, "lead")
        if self.planned:
            return self.planned.lead == self.case.sector
        return self.objective.role in (None, "lead")

    @cached_property
    def outcome(self) -> Reading:
        """What was declared at this round: percent, status, reason, note."""
        return self.holding.reading(self.case.round)

    @property
    def due(self) -> bool:
        """Whether the plan asks for it at this round."""
        return self.planned is None or self.planned.due(self.case.round)

    @cached_property
    def before(self) -> Sheet:
        """The sheet in the plan-shaped document on which the round was issued, with what earlier rounds found."""
        return self.planned.sheet if self.planned else Sheet(NOTHING)

    @cached_property
    def holding_before(self) -> Holding:
        """What it was in this sector in that document."""
        holder = self.planned.holder(self.case.sector) if self.planned else None
        return holder.holding if holder else Holding(NOTHING)

    @property
    def last_percent(self) -> Decimal | None:
        """The outcome that this sector declared last before the round."""
        earlier = self.case.round.before
        return dec(self.holding_before.last_read("percent", earlier)) if earlier else None

    def phase_before(self, phase: Phase) -> Phase:
        """``phase`` as it stood when the round was issued, with what earlier rounds found; without facts where it was not."""
        return next((p for p in self.before.phases if p.id == phase.id), Phase(NOTHING))

    def result_before(self, result: Result) -> Result:
        """``result`` as it stood when the round was issued, with what earlier rounds found; without facts where it was not."""
        return next((r for r in self.before.results if r.id == result.id), Result(NOTHING))

    @cached_property
    def percent(self) -> Decimal | None:
        """What was declared, as it counts and is printed."""
        return self.case.arithmetic.figure(self.case.arithmetic.percent(self.outcome.percent))

    @property
    def status(self) -> str | None:
        """The status declared, else the one that follows from the percentage."""
        return self.outcome.status or status_of(self.percent, self.case.arithmetic)

    @property
    def achieved(self) -> bool:
        """Whether it is declared in full: by the percentage where there is one, else by the status."""
        return self.status == "achieved" if self.percent is None else self.percent >= 100

    @cached_property
    def gone(self) -> bool:
        """Whether it was replaced or withdrawn, at this round or at one before it, and so is out of the count."""
        if self.holding.gone(self.case.round) is not None:
            return True
        told, before = self.outcome.data, self.case.round.before
        if before is None or "status" in told or "percent" in told:
            return False
        return self.holding_before.gone(before) is not None

    @property
    def weighted(self) -> bool:
        """Whether it enters the sector's total."""
        return not self.gone and self.holding.weighs

    @cached_property
    def phases(self) -> tuple[tuple[int, Phase], ...]:
        """(index, phase) of every phase of the sheet."""
        return tuple(enumerate(self.sheet.phases))

    @cached_property
    def results(self) -> tuple[tuple[int, Result], ...]:
        """(index, result) of every expected result of the sheet."""
        return tuple(enumerate(self.sheet.results))

    @cached_property
    def entities(self) -> tuple[tuple[int, Entity], ...]:
        """(index, entity) of what the results are in each place."""
        return tuple(enumerate(self.sheet.entities))

    def given_up(self, table: str) -> Iterator[tuple[int, Item]]:
        """(index, row) of the phases or results that were given up; nothing else can be."""
        return ((i, row) for i, row in enumerate(self.sheet.rows(table)) if table != "entities" and row.dropped(self.case.round))

    @cached_property
    def kept_phases(self) -> tuple[tuple[int, Phase], ...]:
        """(index, phase) of the phases that were not given up."""
        return tuple((i, p) for i, p in self.phases if not p.dropped(self.case.round))

    @cached_property
    def kept_results(self) -> tuple[tuple[int, Result], ...]:
        """(index, result) of the expected results that were not given up."""
        return tuple((i, r) for i, r in self.results if not r.dropped(self.case.round))

    @cached_property
    def weighted_phases(self) -> tuple[tuple[int, Phase], ...]:
        """(index, phase) of the phases that are weighted this year, not given up and not given weight 0."""
        return tuple((i, p) for i, p in self.kept_phases if p.weighting != "not_weighted"
                     and dec(p.in_force("weight", self.case.round)) != 0)

    def finding(self, code: str, /, *path: str | int, **values: Any) -> Finding:
        """The finding ``code`` at ``path`` below this objective."""
        return self.case.finding(code, "objectives", self.index, *path, objective=self.code, **values)


class Shared(dict):
    """A plan document on which many returns are checked: what is the same for all of them is worked out once."""

    @cached_property
    def by_code(self) -> dict[str, Objective]:
        """Its objectives by every code they have."""
        found: dict[str, Objective] = {}
        for objective in Plan(self).objectives:
            for holder in objective.holders:
                if holder.code:
                    found.setdefault(holder.code, objective)
            found[objective.code] = objective
        return found

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
    plan: dict
    round: Round
    places: dict[str, Place] = field(default_factory=dict)
    file: str = ""

    @classmethod
    def of(cls, document: dict, issued: dict | None, **more: Any) -> Self:
        """The context of documents as JSON has them."""
        return cls(Return(document), None if issued is None else Return(issued), **more)

    @cached_property
    def rules(self) -> dict:
        """The body's rules with the defaults."""
        return rules_of(self.plan)

    @cached_property
    def borrowed(self) -> dict[tuple[str, str], str]:
        """By (objective, result), of every result measured elsewhere, the sector that measures it."""
        return borrowed(self.plan)

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
    def planned(self) -> dict[str, Objective]:
        """The plan's objectives by every code they have."""
        return self.shared.by_code

    @cached_property
    def former(self) -> frozenset[str]:
        """The codes that objectives and sectors had during the year and have no more."""
        return frozenset(r["before"] for r in self.plan.get("successions", ()) if "before" in r)

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

    def place(self, path: tuple) -> Place:
        """Where ``path`` of the return stands."""
        return self._where.of(path)

    def finding(self, code: str, /, *path: str | int, objective: str = "", **values: Any) -> Finding:
        """The finding ``code`` at ``path`` of the return."""
        return Finding(code, self.place(path), values=values, field=title_of(path), path=pointer(path), sector=self.sector,
                       objective=objective)
