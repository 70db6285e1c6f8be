"""A consolidated document with the look-ups that its sheets and tables need."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from perfxl.model.arithmetic import ZERO, Rules, dec, rules_in, weight_at
from perfxl.model.cascade import Cascade
from perfxl.model.group_means import body_weight
from perfxl.model.lateness import Lateness, phase_lateness
from perfxl.model.objective_outcome import Outcome, read_outcome
from perfxl.model.readings import in_force, revised
from perfxl.model.rounds import REPORTING, Round, Rounds
from perfxl.model.shares import near_in, no_figure, typed_as_shares, whole_of
from perfxl.model.structure import Structure
from perfxl.model.views import Holder, MeanOutcome, Objective, ObjectiveOutcome, Phase, PlaceAbove, Plan, RoundOutcomes, Sector
from perfxl.stages.consolidate.origins import Origin, origins

#: How many rounds a table that is printed shows at most; those before them are folded away.
SHOWN_ROUNDS = 3


@dataclass(frozen=True)
class Assignment:
    """An objective in one of the sectors that hold it, with its positions in ``content``."""

    i: int
    j: int
    objective: Objective
    holder: Holder

    @property
    def at(self) -> str:
        """JSON Pointer of the holder."""
        return f"/objectives/{self.i}/holders/{self.j}"

    @property
    def key(self) -> tuple[str, str]:
        """(objective, sector): how outcomes are found."""
        return self.objective.code, self.holder.sector

    @property
    def codes(self) -> str:
        """All codes of the objective: ``DG.00003 / S7.00001``."""
        return " / ".join(dict.fromkeys([self.objective.code, *(h.code for h in self.objective.holders if h.code)]))

    @property
    def is_lead(self) -> bool:
        """Whether this sector speaks for the whole objective: the one that leads it, the first where the lead holds no part."""
        return self.objective.is_lead(self.holder)

    def weight(self, round: Round) -> Decimal | None:
        """The weight in force at ``round``, in points; None when there is none or it does not weigh here."""
        return weight_at(self.holder.holding, round) if self.holder.holding.weighs else None


class View:
    """The consolidated document, indexed. Nothing here changes it."""

    def __init__(self, document: dict[str, Any]):
        self.document = document
        self.content = document["content"]
        self.year = Rounds.from_plan(self.content)
        self.round: Round = self.year[document["round"]]
        self.outcomes = {r: RoundOutcomes(outcomes) for r, outcomes in document["outcomes"].items()}
        #: Rounds whose outcomes there are, in order.
        self.rounds = tuple(r for r in self.year.reporting if r in self.outcomes)
        #: Those of them that stand side by side in what is printed.
        self.shown = self.rounds[-SHOWN_ROUNDS:]
        self.structure = Structure(self.content)
        #: Those above before those below them.
        self.sectors = [self.structure.sectors[code] for code in self.structure.ordered] if self.structure.levelled else self.content["sectors"]
        self.objectives = Plan(self.content).objectives
        self._as_shares: dict[Round, dict[str, bool]] = {}
        self._without_figure: dict[tuple[Round, tuple[str, str]], bool] = {}
        self._rules: dict[str, Rules] = {}
        self._late: dict[Phase, Lateness | None] = {}

    @cached_property
    def cascade(self) -> Cascade:
        """How the strategic lines stand under one another."""
        return Cascade(self.content)

    def revised(self, item: dict[str, Any], key: str) -> Any:
        """The latest revision of ``key`` at the round; None where it was never revised."""
        return revised(item, key, self.round)

    def in_force(self, item: dict[str, Any], key: str) -> Any:
        """The value of ``key`` in force at the round."""
        return in_force(item, key, self.round)

    def phase_lateness(self, objective: Objective, phase: Phase) -> Lateness | None:
        """How late a phase of ``objective`` is at the round of the document; None of one that nobody pursues any more."""
        if objective.given_up(self.round):
            return None
        if phase not in self._late:
            self._late[phase] = phase_lateness(phase, self.round, self.as_shares(self.round).get(objective.code, False),
                                               whole_of(objective.sheet, self.round))
        return self._late[phase]

    def as_shares(self, round: Round) -> dict[str, bool]:
        """By code of objective, whether its phases were told at ``round`` as shares of what was declared."""
        if round not in self._as_shares:
            self._as_shares[round] = {
                held.objective.code: outcome.by_phases is not None
                and typed_as_shares(held.objective.sheet, round, dec(outcome.declared), self._near)
                for held in self.held if held.is_lead and round in self.rounds and (outcome := self.outcome(round, held))}
        return self._as_shares[round]

    def shares_for_phases(self, round: Round, held: Assignment) -> bool:
        """Whether words stand where the outcome by phases would: they were told as shares of what was declared."""
        if (round, held.key) not in self._without_figure:
            self._without_figure[round, held.key] = no_figure(held.objective.sheet, self.outcome(round, held), round, self._near)
        return self._without_figure[round, held.key]

    @cached_property
    def _near(self) -> Decimal:
        return near_in(self.content)

    @cached_property
    def columns(self) -> dict[str, Round | None]:
        """The rounds of the two columns of figures that reports have: the latest monitoring, and the final; None for the one
        that is not there yet."""
        by_kind = {kind: [r for r in self.rounds if r.kind == kind] for kind in REPORTING}
        return {kind: rounds[-1] if rounds else None for kind, rounds in by_kind.items()}

    @cached_property
    def held(self) -> list[Assignment]:
        """Every objective in every sector that holds it, in plan order."""
        return [Assignment(i, j, o, h) for i, o in enumerate(self.objectives) for j, h in enumerate(o.holders)]

    @cached_property
    def by_sector(self) -> dict[str, list[Assignment]]:
        """Objectives of each sector in the order of its table: by code, transversal ones last."""
        by_code: dict[str, list[Assignment]] = defaultdict(list)
        for held in self.held:
            by_code[held.holder.sector].append(held)
        for code, items in by_code.items():
            items.sort(key=lambda h: (h.objective.transversal, self._own_code(h, code)))
        return dict(by_code)

    @staticmethod
    def _own_code(held: Assignment, sector: str) -> str:
        own = [c for c in held.codes.split(" / ") if c.startswith(sector + ".")]
        return held.holder.code or (own or [held.objective.code])[0]

    @cached_property
    def _outcome(self) -> dict[tuple[str, str, str], ObjectiveOutcome]:
        return {(r, o.objective, o.sector): o for r in self.rounds for o in self.outcomes[r].objectives}

    def outcome(self, round: str | None, held: Assignment) -> ObjectiveOutcome:
        """The outcome of an objective in a sector; without facts when the round has none, or there is no round."""
        return self._outcome.get((round or "", *held.key), ObjectiveOutcome({}))

    @cached_property
    def _means(self) -> dict[tuple[str, str, str], MeanOutcome]:
        means: dict[tuple[str, str, str], MeanOutcome] = {(r, "sectors", m.code): m for r in self.rounds for m in self.outcomes[r].sectors}
        return means | {(r, "lines", m.code): m for r in self.rounds for m in self.outcomes[r].lines}

    def round_outcomes(self, round: str | None) -> RoundOutcomes:
        """The outcomes of ``round``; without facts when there are none."""
        return self.outcomes.get(round or "", RoundOutcomes({}))

    def mean(self, round: str | None, kind: str, code: str) -> MeanOutcome:
        """The mean of a sector (``kind`` is ``sectors``), of a line (``lines``) or of the ``body``; without facts when there is none."""
        return self.round_outcomes(round).body if kind == "body" else self._means.get((round or "", kind, code), MeanOutcome({}))

    def units(self, code: str) -> tuple[str, ...]:
        """The sectors right below ``code``, now or at a round that says so, where its outcome follows from theirs at some round."""
        levelled = any(self.mean(r, "sectors", code).levelled for r in self.rounds)
        then = (s for s in self.structure.sectors if any(self.place_under(r, s, code) for r in self.rounds))
        return tuple(dict.fromkeys((*self.structure.below.get(code, ()), *then))) if levelled else ()

    def place_under(self, round: str | None, unit: str, code: str) -> PlaceAbove:
        """The place of the sector ``unit`` in the mean of those below ``code``, as ``round`` says it; without facts where it stood elsewhere."""
        place = self.mean(round, "sectors", unit).above
        return place if place.code == code else PlaceAbove({})

    def rules(self, round: str = "") -> Rules:
        """The rules by which the outcomes of ``round`` (default: the document's) were computed: an earlier round keeps its own."""
        if round not in self._rules:
            self._rules[round] = rules_in(self.content, self.round_outcomes(round or self.round).rules)
        return self._rules[round]

    def weight(self, round: Round, held: Assignment) -> Decimal | None:
        """The weight of an objective in a sector at ``round``, as its outcomes say; None when it has none there."""
        if round not in self.rounds:
            return held.weight(round)
        return dec(self.outcome(round, held).weight)

    @cached_property
    def weight_sums(self) -> dict[str, Decimal]:
        """By sector, the sum of the weights that count in it at the latest round."""
        latest = self.rounds[-1] if self.rounds else self.round
        return {code: sum((self.weight(latest, h) or ZERO for h in items if self.weighs(latest, h)), ZERO) for code, items in self.by_sector.items()}

    def weighs(self, round: Round, held: Assignment) -> bool:
        """Whether an objective enters the mean of its sector at ``round``, or would if it were not missing."""
        if round not in self.rounds:
            return held.weight(round) is not None
        return self.outcome(round, held).weighs

    def body_weight(self, round: str, sector: dict[str, Any]) -> Decimal | None:
        """The weight of a sector in the body's mean at ``round``; None when it is out of it."""
        return body_weight(self.content, self.outcomes[round], Sector(sector))

    @cached_property
    def gone(self) -> dict[str, list[Assignment]]:
        """By sector, the objectives that an earlier round has outcomes of there and the plan has no more."""
        there = {h.key for h in self.held}
        gone: dict[str, list[Assignment]] = defaultdict(list)
        for r in self.rounds:
            for o in self.outcomes[r].objectives:
                if (key := (o.objective, o.sector)) not in there:
                    there.add(key)
                    bare = Objective({"code": o.objective, "lead": o.sector, "holders": [{"sector": o.sector}]})
                    gone[o.sector].append(Assignment(-1, 0, bare, bare.holders[0]))
        return dict(gone)

    def rows_of(self, round: str, items: Iterable[Assignment]) -> list[Outcome]:
        """The outcomes at ``round`` of the objectives ``items`` in their sectors, as they were computed."""
        return [self._computed[round, *h.key] for h in items if (round, *h.key) in self._computed]

    @cached_property
    def _computed(self) -> dict[tuple[str, str, str], Outcome]:
        return {key: read_outcome(outcome) for key, outcome in self._outcome.items() if outcome}

    @cached_property
    def evaluations(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """The evaluator's word by (objective, sector, round)."""
        return {(e["objective"], e["sector"], e["round"]): e for e in self.content.get("evaluations", ())}

    def own_evaluation(self, held: Assignment, round: str) -> dict[str, Any] | None:
        """The evaluator's word on an objective in its sector itself; None when there is none."""
        return self.evaluations.get((*held.key, round))

    def evaluation(self, held: Assignment, round: str) -> dict[str, Any] | None:
        """The evaluator's word that counts: the sector's own, else the lead's unless each sector speaks for itself."""
        if held.objective.transversal:
            return self.own_evaluation(held, round)
        return self.own_evaluation(held, round) or self.evaluations.get((held.objective.code, held.objective.lead, round))

    @property
    def reviewed(self) -> tuple[str, ...]:
        """The blocks of the controller's review that this round has: those on outcomes from the first monitoring on."""
        conflicts = ("conflicts",) if self.document.get("conflicts") else ()
        return conflicts + (("evaluations", "requests", "considerations", "lists") if self.round in self.rounds else ("requests", "lists"))

    @cached_property
    def dates(self) -> dict[str, dict[str, Any]]:
        """Dates and act of each round, by round."""
        return {r["id"]: r for r in self.content["rounds"]}

    def state(self, sector: str) -> str:
        """``returned``, ``missing`` or ``not_issued``: what became of the form of ``sector``."""
        if sector in self.document["returned"]:
            return "returned"
        return "missing" if sector in self.document["missing"] or sector in self.document["issued"] else "not_issued"

    def nearest(self, at: str) -> Origin | None:
        """Where the row at pointer ``at`` comes from, or what it is part of; None when nothing is known of it."""
        origins = self.origins
        while at:
            origin = origins.get(at)
            if origin is not None:
                return origin[0]
            at = at.rpartition("/")[0]
        return None

    @cached_property
    def origins(self) -> dict[str, tuple[Origin, ...]]:
        """Where each row of the lists comes from, by the JSON Pointer of the row."""
        return origins(self.document["places"])
