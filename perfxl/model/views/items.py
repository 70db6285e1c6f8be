"""What rounds find and change: phases, results, sheets, holdings and measures, in a plan as in a return.

In a plan an item has the readings and revisions of every round, in a return those of its own; both are read alike
(``model/readings.py``). What tells one row from another (``id``, ``result`` and ``entity``, ``name``) is always there in a
plan; in a return it may have been left out.
"""

from collections.abc import Iterator
from typing import Any

from perfxl.model.readings import dropped as dropped_at
from perfxl.model.readings import due, gone, in_force, last_read, present, readings, revised, revisions
from perfxl.model.readings import reading as reading_at
from perfxl.model.readings import revision as revision_at
from perfxl.model.rounds import Round
from perfxl.model.views.facts import EMPTY, NOTHING, Facts, Key, Number, Rows, Text


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
        return ((at, Reading(reading)) for at, reading in readings(self.data, round))

    def last_read(self, key: str, round: Round) -> Any:
        """The latest value of ``key`` read at ``round`` or before it; None where there is none."""
        return last_read(self.data, round, key)

    @property
    def all_revisions(self) -> list[dict[str, Any]]:
        """What every round changed, in the order of the document."""
        return list(self.data.get("revisions", EMPTY))

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
    id, text, weighting, weight, dates_note, added = Text(), Text(), Text(), Number(), Text(), Text()
    start_1, end_1, start_2, end_2, start_3, end_3 = Text(), Text(), Text(), Text(), Text(), Text()


class Result(Item):
    """An expected result of an objective: its indicator, its target, how it is measured."""

    __slots__ = ()
    id, heading, text, unit, direction, indicator = Text(), Text(), Text(), Text(), Text(), Text()
    weight, baseline, target, target_2, target_3 = Number(), Number(), Number(), Number(), Number()
    past_1, past_2, past_3 = Number(), Number(), Number()
    deadline, dates_note, counts, scale, added = Text(), Text(), Text(), Text(), Text()
    phases: Key[list[str] | tuple[()]] = Key(EMPTY)
    tolerance, cap, until, minimum, excellence = Number(), Number(), Number(), Number(), Number()
    per: Key[int | None] = Key(None)
    missing = Text()


class Entity(Item):
    """What a result measures in one of several places, schools, offices."""

    __slots__ = ()
    result, entity, baseline, target, added = Text(), Text(), Number(), Number(), Text()


class Person(Facts):
    """Who is in charge of an objective, and when."""

    __slots__ = ()
    name, from_, to = Text(), Text(), Text()


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
    strategic_lines: Key[list[str] | tuple[()]] = Key(EMPTY)
    councillors: Key[list[str] | tuple[()]] = Key(EMPTY)
    staff: Key[list[str] | tuple[()]] = Key(EMPTY)
    peg_codes: Key[list[str] | tuple[()]] = Key(EMPTY)
    year_number: Key[int] = Key(1)
    year_count: Key[int] = Key(1)
    priority, shared_with, constraints, detail, results_as = Text(), Text(), Text(), Text(), Text()
    quality_check: Key[bool | None] = Key(None)
    quality_check_which = Text()
    phases_share = Number()
    extension: Key[dict[str, Any]] = Key(NOTHING)

    def rows(self, table: str) -> list[Phase | Result | Entity]:
        """The rows of the table ``phases``, ``results`` or ``entities``; [] of any other."""
        kinds: dict[str, type[Phase | Result | Entity]] = {"phases": Phase, "results": Result, "entities": Entity}
        return [kinds[table](row) for row in self.data.get(table) or EMPTY] if table in kinds else []


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


class Measure(Item):
    """A measure that a sector owes to a transversal objective."""

    __slots__ = ()
    objective, id, section, measure, deadline, indicator = Text(), Text(), Text(), Text(), Text(), Text()
