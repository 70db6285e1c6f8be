"""Weights of a plan: of the objectives of a sector, of the sectors, and what the body pays for within a time."""

from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Any

from perfxl.model import indicators
from perfxl.model.arithmetic import rounded, rules_in
from perfxl.model.readings import gone, in_force
from perfxl.model.rounds import Round, Rounds
from perfxl.model.structure import Structure
from perfxl.stages.plan.problem import Problem, holders_of, rows_of


def weights(plan: dict[str, Any], new: Container[str] = ()) -> Iterator[Problem]:
    """Sectors whose weights in force do not sum to what the body wants (100 as a rule) within the tolerance; those that have not all their weights yet are left
    alone. ``new``: codes of objectives added since the plan was approved, which may stand for others that are still to be
    replaced by them: with or without those the sum has to be right."""
    tolerance, whole = Decimal(str(plan.get("rules", {}).get("weight_tolerance", "0.05"))), rules_in(plan).whole
    held: dict[str | None, list[tuple[str | None, Decimal | None]]] = {}
    last = Rounds.from_plan(plan).all[-1:]
    for _, _, objective, holder in holders_of(plan) if last else ():
        if _counts(holder, last[0]):
            held.setdefault(holder.get("sector"), []).append((objective.get("code"), weight_in_force(holder, last[0])))
    for i, sector in rows_of(plan, "sectors"):
        held_weights = held.get(sector.get("code"), [])
        weighed = [(code, w) for code, w in held_weights if w is not None]
        if not held_weights or sector.get("weighted") is False or len(weighed) < len(held_weights):
            continue
        totals = [sum((w for code, w in weighed if code not in without), Decimal(0)) for without in ((), new)]
        if whole and all(abs(total - whole) > tolerance for total in totals):
            yield Problem("PLAN70", ("sectors", i, "code"), {"sector": sector["code"], "total": totals[0], "whole": whole})


def _counts(holder: dict[str, Any], round: Round) -> bool:
    """Whether an objective counts in a sector's total at ``round``: it is weighted, and neither replaced nor withdrawn."""
    holding = holder.get("holding", {})
    return holding.get("weighting", "weighted") == "weighted" and not gone(holding, round)


def weight_in_force(holder: dict[str, Any], round: Round) -> Decimal | None:
    """The weight of an objective in a sector in points, in force at ``round``; None when it has none or does not count there."""
    weight = in_force(holder.get("holding", {}), "weight", round) if _counts(holder, round) else None
    return None if weight is None else Decimal(str(weight))


def sector_weights(plan: dict[str, Any]) -> Iterator[Problem]:
    """Sectors without the weight that the mean that they enter needs: the body's, or that of the one above them."""
    rules, structure = rules_in(plan), Structure(plan)
    for i, sector in rows_of(plan, "sectors"):
        code = sector.get("code", "")
        above, below = structure.above(code), structure.below.get(code)
        in_body = {"first": not above, "last": not below, "all": True}[rules.levels_in_body]
        weighted = in_body and rules.body_mean == "weighted" or above and rules.units != "own" and rules.units_mean == "weighted"
        if weighted and sector.get("weighted") is not False and sector.get("weight") is None:
            yield Problem("PLAN80", ("sectors", i, "weight"), {"sector": sector.get("code")})


def _share(plan: dict[str, Any], holder: dict[str, Any], round: Round) -> Decimal | None:
    """The weight of an objective in a sector as per cent of the whole: of the total of the body's points, or of the sum of the sector's
    where they have none; None when it has no weight."""
    rules, weight = rules_in(plan), weight_in_force(holder, round)
    if weight is None or not rules.points:
        return weight
    sector_weights = (weight_in_force(h, round) for *_, h in holders_of(plan) if h.get("sector") == holder.get("sector"))
    whole = rules.whole or sum((w for w in sector_weights if w is not None), Decimal(0))
    return rounded(weight * 100 / whole) if whole else None


def payment_times(plan: dict[str, Any]) -> Iterator[Problem]:
    """The payment-times objective: at least 30 % of the result pay in each sector that holds it; a target at or below 0."""
    made, last = indicators.with_ready_made(plan), Rounds.from_plan(plan).all[-1:]
    for i, objective in rows_of(made, "objectives") if last else ():
        if objective.get("ready") != "payment_times":
            continue
        for k, holder in enumerate(objective.get("holders", ())):
            weight = _share(made, holder, last[0])
            if weight is not None and weight < indicators.PAYMENT_WEIGHT:
                yield Problem("PLAN89", ("objectives", i, "holders", k, "holding", "weight"),
                              {"objective": objective.get("code"), "sector": holder.get("sector"), "weight": weight})
        for k, result in enumerate(objective.get("sheet", {}).get("results", ())):
            goal = in_force(result, "target", last[0]) if result.get("until") is None else result["until"]
            if goal is not None and goal > 0:
                yield Problem("PLAN95", ("objectives", i, "sheet", "results", k, "until" if "until" in result else "target"),
                              {"objective": objective.get("code"), "target": goal})
