"""What the controller wrote, apart from where it was read and where it is laid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perfxl.model.findings import Finding
from perfxl.stages.review.grid import Pending
from perfxl.stages.review.rules import Choice


@dataclass(frozen=True)
class Review:
    """What the controller wrote.

    ``choices`` in conflicts; ``requests``, ``evaluations`` and ``considerations`` as ``schemas/plan`` has them, new
    requests without ``id``; ``withdrawn``: what was taken away, ("evaluation", objective, sector, round) or
    ("consideration", sector, round); ``seen``: by (objective, sector, round), what the sector had declared when it was
    evaluated, in points, None when nothing; ``findings``: what could not be taken, and ``pending`` the rows it stands on,
    which the next workbook shows again as they were.
    """
    choices: tuple[Choice, ...] = ()
    requests: tuple[dict[str, Any], ...] = ()
    evaluations: tuple[dict[str, Any], ...] = ()
    considerations: tuple[dict[str, Any], ...] = ()
    withdrawn: tuple[tuple[str, ...], ...] = ()
    seen: Mapping[tuple[str, ...], str | None] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    pending: tuple[Pending, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to take or to say."""
        return bool(self.choices or self.requests or self.evaluations or self.considerations or self.withdrawn or self.findings)
