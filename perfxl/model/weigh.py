"""Weigh: the outcomes of every round that a plan-shaped document can already tell."""

from collections.abc import Mapping
from typing import Any

from perfxl.model.outcomes import reporting_rounds, round_outcomes


def weigh(content: dict[str, Any], round: str, earlier: Mapping[str, dict[str, Any]] = {}) -> dict[str, dict[str, Any]]:
    """By round, up to ``round``, the outcomes as ``consolidated.schema.json#/$defs/round`` has them.

    ``earlier``: by round, what an earlier round's own document says. It stands as it is: what a round said is not
    computed again from what was stated later. A round without a document of its own is computed from ``content``.
    Empty at the plan round: nothing has been realised yet.
    """
    rounds = reporting_rounds(content)
    outcomes: dict[str, dict[str, Any]] = {}
    for r in rounds[: rounds.index(round)] if round in rounds else ():
        outcomes[str(r)] = earlier.get(r) or round_outcomes(content, r, list(outcomes.values())).document()
    return {**outcomes, **({str(round): round_outcomes(content, round, list(outcomes.values())).document()} if round in rounds else {})}
