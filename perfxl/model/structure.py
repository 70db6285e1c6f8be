"""How the sectors of a body stand under one another: directions, areas, services, or all beside one another.

A sector stands under the one that it names (``above``); one that names none, or names one that the plan has not or that would
lead back to itself, is of the first level.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from perfxl.model.tree import Tree


class Structure(Tree):
    """The sectors of a plan, by code, and how they stand under one another."""

    def __init__(self, content: dict[str, Any]):
        self.names = tuple((content.get("words") or {}).get("sector_levels", ()))
        self.sectors = {s["code"]: s for s in content.get("sectors", ()) if "code" in s}

    @cached_property
    def levelled(self) -> bool:
        """Whether some sector stands under another."""
        return any(self.above(code) for code in self.sectors)

    def above(self, code: str) -> str:
        """The sector that ``code`` stands under; "" for one of the first level."""
        named = self.sectors.get(code, {}).get("above", "")
        return named if named in self.sectors and code not in self._chain(named) else ""

    def _chain(self, code: str) -> list[str]:
        """``code`` and what it names above it, as far as it goes without coming back."""
        chain: list[str] = []
        while code in self.sectors and code not in chain:
            chain.append(code)
            code = self.sectors[code].get("above", "")
        return chain

    def in_order(self) -> Iterable[str]:
        """The sectors in the order of the plan."""
        return self.sectors

    def level(self, code: str) -> str:
        """What the body calls the sectors of the level of ``code``; "" where it says nothing."""
        depth = self.depth(code)
        return self.names[depth - 1] if depth <= len(self.names) else ""
