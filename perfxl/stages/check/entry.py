"""One objective of a return, as the checks look at it: what the sector says, what it said before, what the plan and the form say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from perfxl.model.arithmetic import dec, status_of
from perfxl.model.base import born
from perfxl.model.derived import by_phases, by_results
from perfxl.model.findings import Finding
from perfxl.model.rounds import Round
from perfxl.model.shares import like_shares
from perfxl.model.views import (
    Entity,
    Holding,
    Item,
    Objective,
    Phase,
    Reading,
    Result,
    ReturnedObjective,
    Sheet,
)
from perfxl.model.views.facts import NOTHING

if TYPE_CHECKING:
    from perfxl.stages.check.return_context import ReturnContext


def _with_earlier(result: Result, earlier: Iterable[dict[str, Any]], round: Round) -> dict[str, Any]:
    """``result`` of a return with what ``earlier`` rounds found of it beside what its own did."""
    reading = result.reading(round).data
    own = [{"round": str(round), **reading}] if reading else []
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
    def phases_outcome(self) -> Decimal | None:
        """What its phases give, None where they give nothing."""
        return by_phases(self.sheet, self.case.round, self.case.arithmetic)

    @cached_property
    def results_outcome(self) -> Decimal | None:
        """What its results give, None where they give nothing."""
        return by_results(self.weighed_sheet, self.case.round, self.case.arithmetic)

    @cached_property
    def realised(self) -> list[tuple[int, Phase, Decimal | None, Decimal | None]]:
        """(index, phase, weight in force, realised) of each weighted phase that says what was realised of it, or is to say it."""
        round = self.case.round
        phases = [(i, p, dec(p.in_force("weight", round)), dec(p.reading(round).realised)) for i, p in self.weighted_phases]
        return [(i, p, w, r) for i, p, w, r in phases if r is not None or p.due(round)]

    @cached_property
    def shares(self) -> Decimal | None:
        """The sum of the realised percentages when they were told as shares of the objective, None when they were not."""
        near, phases = dec(self.case.rules["derivable_tolerance"]), self.phases_outcome
        whole = like_shares([(w, r) for _, _, w, r in self.realised], self.percent, near)
        return None if whole is None or phases is not None and abs(phases - whole) <= near else whole

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

    @property
    def full(self) -> bool:
        """Whether all of it counts as done: declared so, or, where the body counts its phases, because they are."""
        if self.achieved:
            return True
        given = self.phases_outcome if self.case.arithmetic.counting == "phases" else None
        return given is not None and given >= 100

    @cached_property
    def gone(self) -> bool:
        """Whether it was replaced or withdrawn, at this round or at one before it, and so is out of the count."""
        if self.holding.gone(self.case.round) is not None:
            return True
        data, before = self.outcome.data, self.case.round.before
        if before is None or "status" in data or "percent" in data:
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
