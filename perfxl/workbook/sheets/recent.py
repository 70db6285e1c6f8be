"""What was made lately, kept as long as there is room: forms of one campaign say the same things over and over."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """Things by what they were made from. What was not asked for while others filled half the room is forgotten.

    ``room``: how much is kept at most, in the unit of the weights given to ``put``.
    """

    def __init__(self, room: int):
        self._half, self._weight = room // 2, 0
        self._new: dict[Key, tuple[Made, int]] = {}
        self._old: dict[Key, tuple[Made, int]] = {}

    def get(self, key: Key) -> Made | None:
        """What was made from ``key``, None when that is not known (any more)."""
        entry = self._new.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None:
                return None
            self.put(key, *entry)
        return entry[0]

    def each(self, keys: Sequence[Key], make: Callable[[Key], Made]) -> list[Made]:
        """What was made from each of ``keys``; ``make`` makes, and may put, what is not known."""
        known = map(self._new.get, keys)
        if not self._old:
            return [entry[0] if entry else make(key) for key, entry in zip(keys, known, strict=True)]
        return [entry[0] if entry else self.get(key) or make(key) for key, entry in zip(keys, known, strict=True)]

    def put(self, key: Key, made: Made, weight: int) -> None:
        """Keep ``made``, unless it alone would take much of the room."""
        if weight > self._half // 8:
            return
        if self._weight + weight > self._half:
            self._old, self._new, self._weight = self._new, {}, 0
        self._new[key] = made, weight
        self._weight += weight

    def forget(self) -> None:
        """Keep nothing of what was made so far."""
        self._new, self._old, self._weight = {}, {}, 0
