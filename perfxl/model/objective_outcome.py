"""The outcome of an objective in a sector: what was declared, evaluated or follows from its parts, and whether it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import Rules, dec, shown, status_of, weight_at
from perfxl.model.derived import by_measures, by_mix, by_phases, by_results
from perfxl.model.rounds import Round
from perfxl.model.views import Holder, Holding, Measure, Objective, ObjectiveOutcome


@dataclass(frozen=True)
class Outcome:
    """The outcome of one objective in one sector, as ``consolidated.schema.json#/$defs/outcome`` explains it.

    ``last``: the last outcome known from an earlier round; ``counted``: whether it stands in the denominator of the
    sector, by the body's rule on what is missing.
    """

    objective: str
    sector: str
    lines: tuple[str, ...]
    weight: Decimal | None
    by_phases: Decimal | None
    by_results: Decimal | None
    by_measures: Decimal | None
    declared: Decimal | None
    evaluated: Decimal | None
    value: Decimal | None
    basis: str | None
    status: str | None
    exclusion: str | None
    last: Decimal | None = None
    counted: bool = False

    @property
    def weighs(self) -> bool:
        """Whether it enters the mean, or would if it were not missing."""
        return self.exclusion in (None, "missing")

    def document(self) -> dict[str, Any]:
        """The outcome as the consolidated document has it."""
        figures = ("weight", "by_phases", "by_results", "by_measures", "declared", "evaluated", "value")
        fields = {"objective": self.objective, "sector": self.sector, **{k: shown(getattr(self, k)) for k in figures},
                 "basis": self.basis, "status": self.status, "counted": self.counted, "exclusion": self.exclusion}
        return {**fields, **({"last": shown(self.last)} if self.value is None and self.last is not None else {})}


def _declared(objective: Objective, holder: Holder, round: Round, rules: Rules) -> Decimal | None:
    """What was declared: for a shared objective the lead speaks, for a transversal one each sector for itself."""
    own = rules.percent(holder.holding.reading(round).percent)
    if objective.transversal:
        return own
    lead = objective.holder(objective.lead) or holder
    leads = rules.percent(lead.holding.reading(round).percent)
    return own if leads is None else leads


def _evaluated(evaluations: Mapping[tuple[str, str, str], Decimal | None], objective: Objective, sector: str, round: str) -> Decimal | None:
    own = evaluations.get((objective.code, sector, round))
    if own is None and not objective.transversal:
        own = evaluations.get((objective.code, objective.lead, round))
    return own


def _exclusion(holding: Holding, round: Round, weight: Decimal | None, value: Decimal | None) -> str | None:
    if not holding.weighs:
        return holding.weighting
    return holding.gone(round) or ("no_weight" if weight is None else "missing" if value is None else None)


#: What is looked for, in order, by the rule on the outcome that counts.
ORDER = {"evaluated": ("evaluated", "declared"), "declared": ("declared",), "phases": ("phases",), "results": ("results",), "mix": ("mix",)}


def outcome(objective: Objective, holder: Holder, round: Round, rules: Rules, evaluations: Mapping[tuple[str, str, str], Decimal | None],
            measures: list[Measure], last: Decimal | None = None) -> Outcome:
    """The outcome of ``objective`` in the sector of ``holder`` at ``round``.

    ``evaluations``: percent by (objective, sector, round); ``measures``: the sector's measures of the objective;
    ``last``: the outcome last known before.
    """
    holding, sheet, sector = holder.holding, objective.sheet, holder.sector
    is_lead = not objective.transversal or sector == objective.lead
    by_basis = {
        "evaluated": _evaluated(evaluations, objective, sector, round),
        "declared": _declared(objective, holder, round, rules),
        "phases": rules.figure(by_phases(sheet, round, rules)) if is_lead else None,
        "results": rules.figure(by_results(sheet, round, rules)) if is_lead else None,
        "mix": rules.figure(by_mix(sheet, round, rules)) if is_lead and rules.counting == "mix" else None,
        "measures": rules.figure(by_measures(measures, round, rules)),
    }
    order = ORDER[rules.counting]
    if not is_lead:
        order = (*(b for b in order if b in ("evaluated", "declared")), "measures")
    basis = next((b for b in order if by_basis[b] is not None), None)
    value = rules.figure(by_basis[basis]) if basis else None
    weight = weight_at(holding, round, rules)
    excluded = _exclusion(holding, round, weight, value)
    if excluded == "missing" and not objective.due(round):
        excluded = "not_due"
    said = holding.reading(round).status
    status = excluded if excluded in ("replaced", "withdrawn") else \
        status_of(value, rules) if basis != "declared" else said or status_of(value, rules)
    counted = excluded is None or excluded == "missing" and (rules.missing == "zero" or rules.missing == "last_known" and last is not None)
    return Outcome(objective.code, sector, tuple(sheet.strategic_lines),
                   weight=None if excluded in ("not_weighted", "incentives") else weight,
                   by_phases=by_basis["phases"], by_results=by_basis["results"], by_measures=by_basis["measures"],
                   declared=by_basis["declared"], evaluated=by_basis["evaluated"], value=value, basis=basis, status=status,
                   exclusion=excluded, last=last, counted=counted)


def read_outcome(recorded: ObjectiveOutcome) -> Outcome:
    """The outcome that ``Outcome.document`` wrote, without its strategic lines."""
    figures = ("weight", "by_phases", "by_results", "by_measures", "declared", "evaluated", "value")
    return Outcome(recorded.objective, recorded.sector, (), **{k: dec(getattr(recorded, k)) for k in figures}, basis=recorded.basis,
                   status=recorded.status, exclusion=recorded.exclusion, last=dec(recorded.last), counted=recorded.counted)
