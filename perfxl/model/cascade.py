"""The strategic cascade of a body: one to six levels of lines, or none.

A line stands under the one that it names (``above``), else under the longest code that its own begins with up to a dot:
``M12.01`` under ``M12``. One under none is of the first level. A line names none above it that would lead back to itself.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from perfxl.model import codes
from perfxl.model.texts import Texts
from perfxl.model.tree import Tree


class Cascade(Tree):
    """The lines of a plan, by code, and how they stand under one another."""

    def __init__(self, content: dict[str, Any]):
        self.names = tuple(content.get("words", {}).get("levels", ()))
        self.lines = {line["code"]: line for line in content.get("cascade", ()) if "code" in line}

    def above(self, code: str) -> str:
        """The line that ``code`` stands under; "" for one of the first level. An undeclared code is under the nearest declared one."""
        named = self.lines.get(code, {}).get("above")
        if named in self.lines and code not in self._chain(named):
            return named
        return next((c for c in _beginnings(code) if c in self.lines), "")

    def _chain(self, code: str) -> list[str]:
        """``code`` and what it names above it, as far as it goes without coming back."""
        chain: list[str] = []
        while code and code not in chain:
            chain.append(code)
            named = self.lines.get(code, {}).get("above")
            code = named if named in self.lines else next((c for c in _beginnings(code) if c in self.lines), "")
        return chain

    def in_order(self) -> Iterable[str]:
        """The lines in the order of their codes."""
        return sorted(self.lines, key=codes.sort_key)

    def path(self, code: str) -> tuple[str, ...]:
        """The declared lines from the first level down to ``code``, itself where it is declared."""
        return tuple(c for c in reversed(list(self.upwards(code))) if c in self.lines)

    def home(self, code: str) -> str:
        """The line itself where it is declared, else the nearest declared one above it; "" where there is none."""
        return code if code in self.lines else self.above(code)

    def level(self, depth: int, language: str) -> str:
        """What the body calls the lines of a level, from 1; the usual names where it says nothing."""
        if depth <= len(self.names):
            return self.names[depth - 1]
        say = Texts("result", language)
        return say(f"level_{depth}") if depth <= 3 else say("level_number", number=depth)

    @cached_property
    def deepest(self) -> int:
        """How many levels there are; 0 where there is no cascade."""
        return max(map(self.depth, self.lines), default=0)


def _beginnings(code: str) -> Iterator[str]:
    while "." in code:
        code = code.rpartition(".")[0]
        yield code
