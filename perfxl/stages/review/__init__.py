"""The controller's review: read back from the consolidated workbook, and laid over the contents of the next run.

What the controller wrote is kept apart from what the sectors sent: ``read`` takes it from the workbook, ``entries`` and
``replay`` carry it through the register, ``lay`` puts it over a plan-shaped document. What the sectors declared stays.
"""

from perfxl.stages.review.content import lapsed, lay, numbered, with_requests
from perfxl.stages.review.decisions import PREFIX, Entry, entries, replay
from perfxl.stages.review.reading import read
from perfxl.stages.review.record import Review
from perfxl.stages.review.rules import Choice

__all__ = ["PREFIX", "Choice", "Entry", "Review", "entries", "lapsed", "lay", "numbered", "read", "replay", "with_requests"]
