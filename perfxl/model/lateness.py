"""Lateness of phases and results, in days: the day each was done against the day it was to be done by, both as in force.

What was not told as done is late from its day on, up to the reference date of the round. Nothing is late of what was given
up, was not due yet, has no day, or was told as done without saying when.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from perfxl.model.arithmetic import DEFAULT, HUNDRED, Rules, dec, weight_at
from perfxl.model.documents import day_of
from perfxl.model.result_degree import degree
from perfxl.model.rounds import Round
from perfxl.model.views import Entity, Item, Phase, Result

#: The years of the plan in which a phase can end.
SPANS = (1, 2, 3)


@dataclass(frozen=True)
class Lateness:
    """``days`` late, from 1; ``expected``: the day it was to be done by; ``now``: whether it is not done yet at the round."""

    days: int
    expected: date
    now: bool


def phase_lateness(phase: Phase, round: Round, shares: bool = False, whole: Decimal = HUNDRED) -> Lateness | None:
    """How late a phase is at ``round``: its last end in force against its actual end, else the reference date.

    ``shares``: whether the phases of its objective were told as shares of it: then one is done at its weight, in per cent of the
    ``whole`` that all of them weigh.
    """
    ends = [end for k in SPANS if (end := day_of(phase.in_force(f"end_{k}", round)))]
    done = dec(phase.last_read("realised", round))
    weight = weight_at(phase, round) if shares and whole else None
    enough = HUNDRED if not weight else weight * HUNDRED / whole
    return _late(phase, round, expected=max(ends, default=None), happened=day_of(phase.last_read("actual_end", round)),
                 done=done is not None and done >= enough)


def result_lateness(result: Result, round: Round, entities: tuple[Entity, ...] = (), rules: Rules = DEFAULT) -> Lateness | None:
    """How late an expected result is at ``round``: its deadline in force against the day it was achieved."""
    achieved = degree(result, round, entities, rules)
    return _late(result, round, expected=day_of(result.in_force("deadline", round)),
                 happened=day_of(result.last_read("achieved_on", round)), done=achieved is not None and achieved >= HUNDRED)


def _late(item: Item, round: Round, expected: date | None, happened: date | None, done: bool) -> Lateness | None:
    if expected is None or not round.reports or item.dropped(round) or not item.present(round):
        return None
    if happened is None and (done or not item.due(round)):
        return None
    until = happened or day_of(round.reference_date)
    if until is None or until <= expected:
        return None
    return Lateness((until - expected).days, expected, happened is None)
