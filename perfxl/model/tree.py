"""Things that stand under one another by their codes: the lines of a cascade, the sectors of a body."""

from collections.abc import Iterable, Iterator
from functools import cached_property

#: The most levels that a tree has.
LEVELS = 6


class Tree:
    """A tree by codes; what it is made of says what stands ``above`` a code, and in which order those beside one another are."""

    def above(self, code: str) -> str:
        """What ``code`` stands under; "" for what is of the first level."""
        raise NotImplementedError

    def in_order(self) -> Iterable[str]:
        """Every code, in the order of those that stand beside one another."""
        raise NotImplementedError

    def upwards(self, code: str) -> Iterator[str]:
        """``code`` and those above it, up to the first level."""
        seen = set()
        while code and code not in seen:
            seen.add(code)
            yield code
            code = self.above(code)

    def depth(self, code: str) -> int:
        """The level of ``code``, from 1."""
        return sum(1 for _ in self.upwards(code))

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """Those right under each code, under "" those of the first level."""
        children: dict[str, list[str]] = {}
        for code in self.in_order():
            children.setdefault(self.above(code), []).append(code)
        return children

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """Every code before those under it."""
        codes: list[str] = []
        waiting = list(reversed(self.below.get("", ())))
        while waiting:
            code = waiting.pop()
            codes.append(code)
            waiting += reversed(self.below.get(code, ()))
        return tuple(codes)
