"""What a plan must be beyond its schema: codes that exist, once; dates in order; weights that sum to 100.

The checks look at the document alone and bear with missing parts: what the schema refuses is said elsewhere.
"""

from collections.abc import Iterator
from typing import Any

from perfxl.stages.plan import own_fields
from perfxl.stages.plan.check_codes import (
    entities,
    holders,
    levels,
    lines,
    repeated,
    successions,
    taken_names,
    unknown_objectives,
    unknown_rounds,
    unknown_sectors,
)
from perfxl.stages.plan.check_measuring import banded, measured, shared, thresholds, unmeasured
from perfxl.stages.plan.check_people_dates import dates, owners
from perfxl.stages.plan.check_weights import payment_times, sector_weights, weights
from perfxl.stages.plan.problem import Problem


def problems(plan: dict[str, Any]) -> Iterator[Problem]:
    """Everything that is wrong with ``plan``, check by check."""
    for check in CHECKS:
        yield from check(plan)


def own(plan: dict[str, Any]) -> Iterator[Problem]:
    """Fields of the body's own that cannot be used, and required ones that the plan leaves blank."""
    yield from (Problem(*problem) for problem in (*own_fields.faults(plan), *own_fields.wanted(plan)))


CHECKS = (repeated, taken_names, unknown_sectors, unknown_objectives, unknown_rounds, holders, lines, levels, entities, owners, dates,
          weights, sector_weights, thresholds, banded, shared, unmeasured, payment_times, measured, successions, own)
