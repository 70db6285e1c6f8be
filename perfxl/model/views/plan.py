"""What a plan is: its sectors, its strategic lines, its objectives and who holds them, what is asked of whom."""

from typing import Any

from perfxl.model.readings import due
from perfxl.model.rounds import Round, Rounds
from perfxl.model.views.facts import EMPTY, NOTHING, Facts, Key, Number, Rows, Text
from perfxl.model.views.items import Holding, Measure, Sheet


class Holder(Facts):
    """A sector that holds an objective."""

    __slots__ = ()
    sector: Key[str] = Key("")
    code, footnote = Text(), Text()

    @property
    def holding(self) -> Holding:
        """What the objective is there."""
        return Holding(self.data.get("holding", NOTHING))


class Objective(Facts):
    """An objective of the plan, with the sectors that hold it."""

    __slots__ = ()
    code: Key[str] = Key("")
    lead: Key[str] = Key("")
    kind: Key[str] = Key("ordinary")
    ready = Text()
    holders = Rows(Holder)
    continues: Key[dict[str, Any]] = Key(NOTHING)

    @property
    def sheet(self) -> Sheet:
        """What it is."""
        return Sheet(self.data.get("sheet", NOTHING))

    @property
    def transversal(self) -> bool:
        """Whether each sector answers for its own measures of it."""
        return self.kind == "transversal"

    def holder(self, sector: str) -> Holder | None:
        """The part of ``sector``; None where it holds none."""
        return next((h for h in self.holders if h.sector == sector), None)

    def is_lead(self, holder: Holder) -> bool:
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
    copies: Key[list[str] | tuple[()]] = Key(EMPTY)
    above: Key[str] = Key("")


class Line(Facts):
    """A strategic line."""

    __slots__ = ()
    code: Key[str] = Key("")
    title: Key[str] = Key("")
    above = Text()
    councillors: Key[list[str] | tuple[()]] = Key(EMPTY)


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


class Evaluation(Facts):
    """The evaluator's word on an objective in a sector, at one round; without facts where there is none."""

    __slots__ = ()
    objective: Key[str] = Key("")
    sector: Key[str] = Key("")
    round: Key[str] = Key("")
    percent: Key[float | None] = Key(None)
    reason: Key[str] = Key("")
    by, date = Text(), Text()


class Consideration(Facts):
    """What a sector says of its year as a whole, at one round."""

    __slots__ = ()
    sector: Key[str] = Key("")
    round: Key[str] = Key("")
    text: Key[str] = Key("")


class Plan(Facts):
    """The plan of a body for a year, or the content of its consolidation."""

    __slots__ = ()
    year: Key[int] = Key(0)
    start = Text()
    body: Key[dict[str, Any]] = Key(NOTHING)
    rules: Key[dict[str, Any]] = Key(NOTHING)
    sectors, cascade = Rows(Sector), Rows(Line)
    objectives, measures = Rows(Objective), Rows(SectorMeasure)
    owners, requests, considerations = Rows(Owner), Rows(Request), Rows(Consideration)
    evaluations = Rows(Evaluation)

    @property
    def rounds(self) -> Rounds:
        """The rounds of its year."""
        return Rounds.from_plan(self.data)

    @property
    def assignments(self) -> list[Assignment]:
        """Every objective in every sector that holds it, in plan order."""
        return [Assignment(o, h) for o in self.objectives for h in o.holders]

    def sector(self, code: str) -> Sector | None:
        """The sector of that code; None where there is none."""
        return next((s for s in self.sectors if s.code == code), None)
