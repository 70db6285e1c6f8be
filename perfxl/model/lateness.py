"""Lateness of phases and results, in days: the day each was done against the day it was to be done by, both as in force.

What was not told as done is late from its day on, up to the reference date of the round. Nothing is late of what was given
up, was not due yet, has no day, or was told as done without saying when.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from perfxl.model.arithmetic import DEFAULT, HUNDRED, Rules, dec, degree, weight_at
from perfxl.model.documents import day_of
from perfxl.model.readings import dropped, due, in_force, last_read, present
from perfxl.model.rounds import Round

#: The years of the plan in which a phase can end.
SPANS = (1, 2, 3)


@dataclass(frozen=True)
class Lateness:
    """``days`` late, from 1; ``expected``: the day it was to be done by; ``now``: whether it is not done yet at the round."""

    days: int
    expected: date
    now: bool


def phase_lateness(phase: dict[str, Any], round: Round, shares: bool = False) -> Lateness | None:
    """How late a phase is at ``round``: its last end in force against its actual end, else the reference date.

    ``shares``: whether the phases of its objective were told as shares of it: then one is done at its weight.
    """
    ends = [end for k in SPANS if (end := day_of(in_force(phase, f"end_{k}", round)))]
    done = dec(last_read(phase, round, "realised"))
    whole = (weight_at(phase, round) or HUNDRED) if shares else HUNDRED
    return _late(phase, round, expected=max(ends, default=None), happened=day_of(last_read(phase, round, "actual_end")),
                 done=done is not None and done >= whole)


def result_lateness(result: dict[str, Any], round: Round, entities: tuple[dict[str, Any], ...] = (), rules: Rules = DEFAULT) -> Lateness | None:
    """How late an expected result is at ``round``: its deadline in force against the day it was achieved."""
    found = degree(result, round, entities, rules)
    return _late(result, round, expected=day_of(in_force(result, "deadline", round)),
                 happened=day_of(last_read(result, round, "achieved_on")), done=found is not None and found >= HUNDRED)


def _late(item: dict[str, Any], round: Round, expected: date | None, happened: date | None, done: bool) -> Lateness | None:
    if expected is None or not round.reports or dropped(item, round) or not present(item, round):
        return None
    if happened is None and (done or not due(item, round)):
        return None
    until = happened or day_of(round.reference_date)
    if until is None or until <= expected:
        return None
    return Lateness((until - expected).days, expected, happened is None)
