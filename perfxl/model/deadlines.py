"""By when a round is due: the day of the plan, unless the controller has given more time, to all sectors or to some."""

from collections.abc import Mapping
from typing import Any

#: Stands for all sectors.
ALL = "*"


def due_day(plan: dict[str, Any], round: str, extensions: Mapping[str, str], sector: str = "") -> str:
    """The day (ISO) by which ``sector`` owes the return of ``round``, "" when there is none: the latest of what was said."""
    planned = next((r.get("deadline") or "" for r in plan.get("rounds", ()) if r["id"] == round), "")
    return max(planned, extensions.get(ALL, ""), extensions.get(sector, ""))


def with_deadline(plan: dict[str, Any], round: str, extensions: Mapping[str, str], sector: str = "") -> dict[str, Any]:
    """``plan`` with ``round`` due on the day on which it is due for ``sector``; without one, for all."""
    day = due_day(plan, round, extensions, sector)
    if not day:
        return plan
    rounds = [{**r, "deadline": day} if r["id"] == round else r for r in plan["rounds"]]
    return {**plan, "rounds": rounds}
