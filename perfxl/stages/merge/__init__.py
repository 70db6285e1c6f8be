"""What the sectors sent back: copies of one form put together, and the result laid over the plan."""

from perfxl.stages.merge.overlay import Merged, Returned, merge

__all__ = ["Merged", "Returned", "merge"]
