"""How a code of the plan stands in a text: in the usual shape, or as the body writes codes of its own."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from perfxl.model import codes

if TYPE_CHECKING:
    from perfxl.stages.check.return_context import Shared

#: A code of the usual shape, with or without its strategic line before it.
USUAL = re.compile(r"(?<![\w.])(?:(\d{2}\.\d{2}\.\d{2})\.)?([A-Z][A-Z0-9]{0,7})\.(\d{3,6})(?![\w]|\.\d)")


@dataclass(frozen=True)
class OwnCodes:
    """The codes of a plan that are not of the usual shape (``planned``), every other code and number of it (``others``), and how the
    former are written (``skeletons``): those of digits alone are told from numbers by nothing."""

    planned: frozenset[str]
    others: frozenset[str]
    skeletons: frozenset[str]

    @classmethod
    def from_plan(cls, plan: "Shared") -> Self | None:
        """Those of ``plan``; None where all its codes are of the usual shape."""
        planned = frozenset(c for c in plan.by_code if not USUAL.fullmatch(c))
        if not planned:
            return None
        return cls(planned, plan.sector_codes | plan.line_codes | plan.row_ids,
                   frozenset(codes.skeleton(c) for c in planned if any(map(str.isalpha, c)) and any(map(str.isdigit, c))))
