"""Weigh: the outcomes of every round that a plan-shaped document can already tell."""

from perfxl.outcomes import weighed
from perfxl.rounds import Rounds


def weigh(content: dict, round: str) -> dict[str, dict]:
    """By round, from the first monitoring up to ``round``, the outcomes as ``consolidated.schema.json#/$defs/round`` has them.

    Empty at the plan round: nothing has been realised yet.
    """
    return {str(r): weighed(content, r).document() for r in Rounds.of(content)[round].reported}
