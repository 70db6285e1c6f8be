"""Weigh: the outcomes of every round that a plan-shaped document can already tell."""

from perfxl.model.fields import ROUNDS
from perfxl.model.outcomes import weighed


def weigh(content: dict, round: str) -> dict[str, dict]:
    """By round, from the interim up to ``round``, the outcomes as ``consolidated.schema.json#/$defs/round`` has them.

    Empty at the plan round: nothing has been realised yet.
    """
    return {r: weighed(content, r).document() for r in ROUNDS[1 : ROUNDS.index(round) + 1]}
