"""The faces of a document: what a plan, an objective, a phase, a result is, with its facts as properties.

A document is nested dictionaries, as JSON has it. A view stands over one of them and says what it is: each property is
a key of its schema (a test holds them against it), ``None`` or what is named here where the document says nothing, and
what is in force or was read at a round is a method. Views are read only and cost a pointer: they are made where they are
read, and ``data`` gives the dictionary back. Merging, reading workbooks and writing JSON keep to dictionaries; no rule of
a figure and no file enters here.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, Self, TypeVar, overload

from perfxl.model.readings import dropped as dropped_at
from perfxl.model.readings import due, gone, in_force, last_read, present, readings, revised, revisions
from perfxl.model.readings import reading as reading_at
from perfxl.model.readings import revision as revision_at
from perfxl.model.rounds import Round, Rounds

T = TypeVar("T")

_NOTHING: dict[str, Any] = {}
_EMPTY: tuple[()] = ()


class Key(Generic[T]):
    """A property that is the key of that name: its value, ``default`` where the document does not say."""

    __slots__ = ("default", "name")

    def __init__(self, default: T):
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.rstrip("_")

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: "Facts", owner: type) -> T: ...
    def __get__(self, view: "Facts | None", owner: type) -> "Self | T":
        return self if view is None else view.data.get(self.name, self.default)


class Text(Key[str | None]):
    """Words, a code or an ISO date; None where there are none."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


class Number(Key[float | None]):
    """A number as the document has it, percentages in points; None where there is none."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


class Rows(Generic[T]):
    """A property that is a list of views of ``kind``, in the order of the document."""

    __slots__ = ("kind", "name")

    def __init__(self, kind: Callable[[dict[str, Any]], T]):
        self.kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: "Facts", owner: type) -> list[T]: ...
    def __get__(self, view: "Facts | None", owner: type) -> "Self | list[T]":
        return self if view is None else [self.kind(row) for row in view.data.get(self.name, _EMPTY)]


class Facts:
    """A view of one dictionary of a document."""

    __slots__ = ("data",)

    def __init__(self, data: dict[str, Any]):
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and other.data is self.data

    def __hash__(self) -> int:
        return id(self.data)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.data!r})"

    def own(self, key: str) -> Any:
        """What stands under a key that is the body's own; None where there is nothing."""
        return self.data.get(key)


class Reading(Facts):
    """What a round found; of a holding, a sheet, a phase, a result or a measure, which has the keys that it can have."""

    __slots__ = ()
    round = Text()
    # of a holding
    percent, status, reason = Number(), Text(), Text()
    # of a holding and of a result
    note = Text()
    # of a sheet
    narrative = Text()
    # of a phase
    realised, done, actual_start, actual_end = Number(), Text(), Text(), Text()
    # of a result
    actual, numerator, denominator, degree = Number(), Number(), Number(), Number()
    achieved: Key[bool | None] = Key(None)
    achieved_on = Text()
    # of a measure, with percent
    result = Text()


class Item(Facts):
    """Something of which rounds say what they found and what they changed."""

    __slots__ = ()

    def in_force(self, key: str, round: Round) -> Any:
        """The value of ``key`` in force at ``round``; None where there is none."""
        return in_force(self.data, key, round)

    def revised(self, key: str, round: Round) -> Any:
        """The latest revision of ``key`` at ``round`` or before it; None where it was never revised."""
        return revised(self.data, key, round)

    def revision(self, round: str) -> dict[str, Any]:
        """What ``round`` itself changed; {} where it changed nothing."""
        return revision_at(self.data, round)

    def revisions(self, round: Round) -> Iterator[tuple[Round, dict[str, Any]]]:
        """(round, what it changed), up to ``round``, first to last."""
        return revisions(self.data, round)

    def reading(self, round: str) -> Reading:
        """What ``round`` found; without facts where it said nothing."""
        return Reading(reading_at(self.data, round))

    def readings(self, round: Round) -> Iterator[tuple[Round, Reading]]:
        """(round, what it found), up to ``round``, first to last."""
        return ((at, Reading(found)) for at, found in readings(self.data, round))

    def last_read(self, key: str, round: Round) -> Any:
        """The latest value of ``key`` read at ``round`` or before it; None where there is none."""
        return last_read(self.data, round, key)

    @property
    def all_revisions(self) -> list[dict[str, Any]]:
        """What every round changed, in the order of the document."""
        return list(self.data.get("revisions", _EMPTY))

    def present(self, round: Round) -> bool:
        """Whether it was there at ``round``: what a later round added was not."""
        return present(self.data, round)

    def dropped(self, round: Round) -> bool:
        """Whether it was given up at ``round`` or before it, as phases and expected results can be."""
        return dropped_at(self.data, round)

    def due(self, round: Round) -> bool:
        """Whether it is to be reported at ``round``."""
        return due(self.data, round)


class Phase(Item):
    """A phase of an objective: what is to be done, with the dates of up to three years and its weight in this one."""

    __slots__ = ()
    id: Key[str] = Key("")
    text, weighting, weight, dates_note, added = Text(), Text(), Number(), Text(), Text()
    start_1, end_1, start_2, end_2, start_3, end_3 = Text(), Text(), Text(), Text(), Text(), Text()


class Result(Item):
    """An expected result of an objective: its indicator, its target, how it is measured."""

    __slots__ = ()
    id: Key[str] = Key("")
    heading, text, unit, direction, indicator = Text(), Text(), Text(), Text(), Text()
    weight, baseline, target, target_2, target_3 = Number(), Number(), Number(), Number(), Number()
    past_1, past_2, past_3 = Number(), Number(), Number()
    deadline, dates_note, counts, scale, added = Text(), Text(), Text(), Text(), Text()
    phases: Key[list[str] | tuple[()]] = Key(_EMPTY)
    tolerance, cap, until, minimum, excellence = Number(), Number(), Number(), Number(), Number()
    per: Key[int | None] = Key(None)
    missing = Text()


class Entity(Item):
    """What a result measures in one of several places, schools, offices."""

    __slots__ = ()
    result: Key[str] = Key("")
    entity: Key[str] = Key("")
    baseline, target, added = Number(), Number(), Text()


class Person(Facts):
    """Who is in charge of an objective, and when."""

    __slots__ = ()
    name: Key[str] = Key("")
    from_, to = Text(), Text()


class Money(Facts):
    """A row of the resources of an objective."""

    __slots__ = ()
    kind, label = Text(), Text()
    year: Key[int | None] = Key(None)
    amount = Number()


class Sheet(Item):
    """What an objective is: its purpose, its people, its phases, its results."""

    __slots__ = ()
    title, purpose, service, start, end = Text(), Text(), Text(), Text(), Text()
    responsibles, money = Rows(Person), Rows(Money)
    phases, results, entities = Rows(Phase), Rows(Result), Rows(Entity)
    strategic_lines: Key[list[str] | tuple[()]] = Key(_EMPTY)
    councillors: Key[list[str] | tuple[()]] = Key(_EMPTY)
    staff: Key[list[str] | tuple[()]] = Key(_EMPTY)
    peg_codes: Key[list[str] | tuple[()]] = Key(_EMPTY)
    year_number: Key[int] = Key(1)
    year_count: Key[int] = Key(1)
    priority, shared_with, constraints, detail, results_as = Text(), Text(), Text(), Text(), Text()
    quality_check: Key[bool | None] = Key(None)
    quality_check_which = Text()
    phases_share = Number()
    extension: Key[dict[str, Any]] = Key(_NOTHING)


class Holding(Item):
    """What an objective is in a sector: its weight there, and what the sector says of its outcome."""

    __slots__ = ()
    weighting, weight = Text(), Number()

    @property
    def weighs(self) -> bool:
        """Whether it can have a weight: it is neither outside the weights nor paid otherwise."""
        return self.weighting not in ("not_weighted", "incentives")

    def gone(self, round: Round) -> str | None:
        """``replaced`` or ``withdrawn`` when it is no longer pursued at ``round``; None otherwise."""
        return gone(self.data, round)


class Holder(Facts):
    """A sector that holds an objective."""

    __slots__ = ()
    sector: Key[str] = Key("")
    code, footnote = Text(), Text()

    @property
    def holding(self) -> Holding:
        """What the objective is there."""
        return Holding(self.data.get("holding", _NOTHING))


class Objective(Facts):
    """An objective of the plan, with the sectors that hold it."""

    __slots__ = ()
    code: Key[str] = Key("")
    lead: Key[str] = Key("")
    kind: Key[str] = Key("ordinary")
    ready = Text()
    holders = Rows(Holder)
    continues: Key[dict[str, Any]] = Key(_NOTHING)

    @property
    def sheet(self) -> Sheet:
        """What it is."""
        return Sheet(self.data.get("sheet", _NOTHING))

    @property
    def transversal(self) -> bool:
        """Whether each sector answers for its own measures of it."""
        return self.kind == "transversal"

    def holder(self, sector: str) -> Holder | None:
        """The part of ``sector``; None where it holds none."""
        return next((h for h in self.holders if h.sector == sector), None)

    def speaks(self, holder: Holder) -> bool:
        """Whether the sector of ``holder`` speaks for the whole objective: the one that leads it, the first where the lead
        holds no part."""
        holders = self.holders
        lead = next((h for h in holders if h.sector == self.lead), holders[0] if holders else None)
        return lead is not None and lead.data is holder.data

    def given_up(self, round: Round) -> bool:
        """Whether it is replaced or withdrawn in every sector that holds it."""
        return all(h.holding.gone(round) for h in self.holders)

    def due(self, round: Round) -> bool:
        """Whether it is to be reported at ``round``."""
        return due(self.data, round)


class Assignment:
    """An objective in one of the sectors that hold it."""

    __slots__ = ("holder", "objective")

    def __init__(self, objective: Objective, holder: Holder):
        self.objective, self.holder = objective, holder

    @property
    def key(self) -> tuple[str, str]:
        """(objective, sector): how outcomes are found."""
        return self.objective.code, self.holder.sector


class Measure(Item):
    """A measure that a sector owes to a transversal objective."""

    __slots__ = ()
    objective: Key[str] = Key("")
    id: Key[str] = Key("")
    section, measure, deadline, indicator = Text(), Text(), Text(), Text()


class SectorMeasure(Facts):
    """A measure and the sector that owes it."""

    __slots__ = ()
    sector: Key[str] = Key("")

    @property
    def measure(self) -> Measure:
        """What is owed."""
        return Measure(self.data["measure"])


class Sector(Facts):
    """A sector of the body: whom it answers to, how it weighs."""

    __slots__ = ()
    code: Key[str] = Key("")
    name: Key[str] = Key("")
    manager, email, appointment, mission, weight = Text(), Text(), Text(), Text(), Number()
    weighted: Key[bool] = Key(True)
    copies: Key[list[str] | tuple[()]] = Key(_EMPTY)
    above: Key[str] = Key("")


class Line(Facts):
    """A strategic line."""

    __slots__ = ()
    code: Key[str] = Key("")
    title: Key[str] = Key("")
    above = Text()
    councillors: Key[list[str] | tuple[()]] = Key(_EMPTY)


class Owner(Facts):
    """Who is to be reminded of an objective, or of one thing of it."""

    __slots__ = ()
    objective: Key[str] = Key("")
    kind, item, sector = Text(), Text(), Text()
    name: Key[str] = Key("")
    email: Key[str] = Key("")


class Request(Facts):
    """A question to a sector, with its answer."""

    __slots__ = ()
    id: Key[str] = Key("")
    sector: Key[str] = Key("")
    question: Key[str] = Key("")
    round, objective, about, date, due, answer, answer_date = Text(), Text(), Text(), Text(), Text(), Text(), Text()
    reopen: Key[bool] = Key(False)
    internal: Key[bool] = Key(False)


class Plan(Facts):
    """The plan of a body for a year, or the content of its consolidation."""

    __slots__ = ()
    year: Key[int] = Key(0)
    start = Text()
    body: Key[dict[str, Any]] = Key(_NOTHING)
    rules: Key[dict[str, Any]] = Key(_NOTHING)
    sectors, cascade = Rows(Sector), Rows(Line)
    objectives, measures = Rows(Objective), Rows(SectorMeasure)
    owners, requests = Rows(Owner), Rows(Request)

    @property
    def rounds(self) -> Rounds:
        """The rounds of its year."""
        return Rounds.of(self.data)

    @property
    def assignments(self) -> list[Assignment]:
        """Every objective in every sector that holds it, in plan order."""
        return [Assignment(o, h) for o in self.objectives for h in o.holders]

    def sector(self, code: str) -> Sector | None:
        """The sector of that code; None where there is none."""
        return next((s for s in self.sectors if s.code == code), None)
