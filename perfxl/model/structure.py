"""How the sectors of a body stand under one another: directions, areas, services, or all beside one another.

A sector stands under the one that it names (``above``); one that names none, or names one that the plan has not or that would
lead back to itself, is of the first level.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

#: The most levels that sectors have.
LEVELS = 6


class Structure:
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
        found: list[str] = []
        while code in self.sectors and code not in found:
            found.append(code)
            code = self.sectors[code].get("above", "")
        return found

    def upwards(self, code: str) -> Iterator[str]:
        """The code of a sector and those of the sectors above it, up to the first level."""
        while code:
            yield code
            code = self.above(code)

    def depth(self, code: str) -> int:
        """The level of a sector, from 1."""
        return sum(1 for _ in self.upwards(code))

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """The sectors right under each sector, under "" those of the first level, in the order of the plan."""
        found: dict[str, list[str]] = {}
        for code in self.sectors:
            found.setdefault(self.above(code), []).append(code)
        return found

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """Every sector before those under it, otherwise in the order of the plan."""
        found: list[str] = []
        waiting = list(reversed(self.below.get("", ())))
        while waiting:
            code = waiting.pop()
            found.append(code)
            waiting += reversed(self.below.get(code, ()))
        return tuple(found)

    def level(self, code: str) -> str:
        """What the body calls the sectors of the level of ``code``; "" where it says nothing."""
        depth = self.depth(code)
        return self.names[depth - 1] if depth <= len(self.names) else ""
