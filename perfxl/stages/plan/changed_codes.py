"""What is wrong with the codes that a plan says have changed during the year."""

from collections.abc import Iterator
from typing import Any

from perfxl.model.rounds import Rounds
from perfxl.model.succession import Successions


def changed_codes(plan: dict[str, Any]) -> Iterator[tuple[str, tuple[str | int, ...], dict[str, Any]]]:
    """(code of a finding, path, values): PLAN49 of a code of now that the plan has not, PLAN45 of a round it has not, PLAN90 of a
    code of before that cannot have become the one of now."""
    known = {array: {i.get("code") for i in plan.get(array, ()) if isinstance(i, dict)} for array in ("sectors", "objectives")}
    rounds, rows = Rounds.from_plan(plan), [(k, r) for k, r in enumerate(plan.get("successions", ())) if isinstance(r, dict)]
    successions = Successions(plan)
    given, became = [(r.get("before"), r.get("now")) for _, r in rows], [r.get("now") for _, r in rows]
    for k, row in rows:
        before, now, round = str(row.get("before", "")), str(row.get("now", "")), row.get("round")
        if round and round not in rounds:
            yield "PLAN45", ("successions", k, "round"), {"round": round}
        if not before or not now:
            continue
        if not any(now in codes for codes in known.values()) and now not in (b for b, _ in given):
            yield "PLAN49", ("successions", k, "now"), {"now": now}
        elif _impossible(before, now, known=known, given=given, became=became, objective=successions.of_objective(now)):
            yield "PLAN90", ("successions", k, "before"), {"before": before, "now": now}


def _impossible(before: str, now: str, known: dict[str, Any], given: list[tuple[str | None, str | None]], became: list[str | None], objective: bool) -> bool:
    """Whether ``before`` cannot have become ``now``: one code would stand for two things."""
    if before == now or given.count((before, now)) > 1:
        return True
    if objective:  # it is one thing, before and now
        return before in known["objectives"] or sum(b == before for b, _ in given) > 1 or became.count(now) > 1
    return before in known["sectors"] and before in became  # what was another's is given to whoever was called otherwise
