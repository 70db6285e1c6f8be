"""People and days of a plan: owners, addresses, deadlines in order."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from perfxl.model.plan_year import first_day, last_day
from perfxl.model.rounds import FINAL, PLAN, Rounds, kind_labels
from perfxl.stages.plan.problem import Problem, holders_of, rows_of, written_day


def owners(plan: dict[str, Any]) -> Iterator[Problem]:
    """Owners of a phase, result or measure that the objective does not have; of which one, without saying of what."""
    known = {o.get("code"): {kind: {r.get("id") for r in o.get("sheet", {}).get(kind, ())} for kind in ("phases", "results")}
             for _, o in rows_of(plan, "objectives")}
    for _, row in rows_of(plan, "measures"):
        measure = row.get("measure", {})
        known.get(measure.get("objective"), {}).setdefault("measures", set()).add(measure.get("id"))
    for i, owner in rows_of(plan, "owners"):
        kind, item = owner.get("kind"), owner.get("item")
        if item and owner.get("objective") in known and item not in known[owner["objective"]].get(str(kind), ()):
            yield Problem("PLAN48", ("owners", i, "item" if kind else "kind"), {"item": item, "objective": owner["objective"]})


def dates(plan: dict[str, Any]) -> Iterator[Problem]:
    """Rounds that are missing, out of order, outside the year, or due before the day they refer to."""
    given = {r.get("id"): (i, r) for i, r in rows_of(plan, "rounds")}
    rounds = Rounds.from_plan(plan)
    for kind in (PLAN, FINAL):
        several = [i for i, r in rows_of(plan, "rounds") if r.get("kind") == kind]
        if plan.get("rounds") and not several:
            yield Problem("PLAN60", ("rounds",), {"round": kind_labels()[kind]})
        for i in several[1:]:
            yield Problem("PLAN64", ("rounds", i, "kind"), {"kind": kind_labels()[kind]})
    before = None
    for name in (r for r in rounds if r in given):
        i, round = given[name]
        day, due = round.get("reference_date", ""), round.get("deadline", "")
        if day and due and due < day and name.kind != PLAN:
            yield Problem("PLAN61", ("rounds", i, "deadline"), {"deadline": written_day(due), "reference": written_day(day)})
        if day and before and day <= before:
            yield Problem("PLAN62", ("rounds", i, "reference_date"), {"day": written_day(day), "before": written_day(before)})
        if _outside(plan, day):
            yield Problem("PLAN63", ("rounds", i, "reference_date"), {"day": written_day(day), "year": str(plan["year"])})
        before = day or before


def _outside(plan: dict[str, Any], day: str) -> bool:
    """Whether ``day`` is not in the year of the plan."""
    try:
        return bool(day) and "year" in plan and not first_day(plan) <= date.fromisoformat(day) <= last_day(plan)
    except (TypeError, ValueError):
        return False


def addresses(plan: dict[str, Any]) -> Iterator[Problem]:
    """Sectors that hold something and have no e-mail address, where messages are sent to others."""
    holding = {h.get("sector") for _, _, _, h in holders_of(plan)} | {m.get("sector") for _, m in rows_of(plan, "measures")}
    listed = list(rows_of(plan, "sectors"))
    for i, sector in listed if any(s.get("email") for _, s in listed) else ():
        if sector.get("code") in holding and not sector.get("email"):
            yield Problem("PLAN71", ("sectors", i, "code"), {"sector": sector["code"]})
