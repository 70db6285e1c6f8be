"""Documents that wait packed until somebody asks for them: as objects they take some twenty times the room."""

import pickle
import zlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from perfxl.model.views import Objective

T = TypeVar("T")

#: Items of a list that are at hand: more than a return has objectives.
AT_HAND = 64
#: Small rows that are packed together.
TOGETHER = 1_000


def packed(value: Any) -> bytes:
    """``value``, of plain values, as bytes that this program alone has made and reads."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpacked(content: bytes) -> Any:
    """What ``packed`` made ``content`` of."""
    return pickle.loads(zlib.decompress(content))


def said_once(document: Any, known: dict[str, str]) -> None:
    """Let texts of ``document`` that are the same be one object, as those in ``known`` are, in place: of a plan's codes, days, states and
    names of files there are a hundred alike for each that is another."""
    same = known.setdefault
    waiting = [document]
    while waiting:
        value = waiting.pop()
        for key, part in value.items() if value.__class__ is dict else enumerate(value):
            kind = part.__class__
            if kind is str:
                value[key] = same(part, part)
            elif kind is dict or kind is list:
                waiting.append(part)


class Waiting(Generic[T]):
    """A value that waits until it is taken, ``small`` or not: packed unless it is. What in it is the same object is so again."""

    def __init__(self, value: T, small: bool = False):
        self._value: Any = value if small else packed(value)
        self._small = small

    def taken(self) -> T:
        """The value; nothing waits after that."""
        value, self._value = self._value, None
        taken: T = value if self._small else unpacked(value)
        return taken


class _PackedSequence(Sequence[dict[str, Any]]):
    """Documents in their order, of which ``_unpacked`` gives one by its place."""

    @overload
    def __getitem__(self, number: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, number: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, number: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        places = range(len(self))[number]
        return [self._unpacked(place) for place in places] if isinstance(places, range) else self._unpacked(places)

    @abstractmethod
    def _unpacked(self, place: int) -> dict[str, Any]:
        """The document at ``place``, which is there."""


class PackedList(_PackedSequence):
    """Documents in their order, each packed by itself and unpacked when it is asked for; those asked for last are at hand. Nothing that is
    changed in one of them stays so."""

    def __init__(self, documents: Iterable[dict[str, Any]]):
        self._packed = [packed(document) for document in documents]
        self._at_hand: dict[int, dict[str, Any]] = {}

    def _unpacked(self, place: int) -> dict[str, Any]:
        known = self._at_hand.get(place)
        if known is None:
            if len(self._at_hand) >= AT_HAND:
                self._at_hand.clear()
            known = self._at_hand[place] = unpacked(self._packed[place])
        return known

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(unpacked, self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __getstate__(self) -> list[bytes]:
        return self._packed

    def __setstate__(self, packed: list[bytes]) -> None:
        self._packed, self._at_hand = packed, {}


class PackedRows(_PackedSequence):
    """Many small rows in their order, packed some together: they are gone through, and seldom asked for one by one."""

    def __init__(self, rows: Sequence[dict[str, Any]]):
        self._packed = [packed(rows[n:n + TOGETHER]) for n in range(0, len(rows), TOGETHER)]
        self._count = len(rows)

    def _unpacked(self, place: int) -> dict[str, Any]:
        row: dict[str, Any] = unpacked(self._packed[place // TOGETHER])[place % TOGETHER]
        return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for content in self._packed:
            rows: list[dict[str, Any]] = unpacked(content)
            said_once(rows, {})
            yield from rows

    def __len__(self) -> int:
        return self._count


class ObjectivesByCode(Mapping[str, Objective]):
    """Objectives of a plan, packed or not, by every code that they have, which ``known`` of the same says."""

    def __init__(self, objectives: Sequence[dict[str, Any]], known: "ObjectivesByCode | None" = None):
        self._objectives = objectives
        self._places: dict[str, int] = known._places if known else {}
        for number, data in enumerate(() if known else objectives):
            objective = Objective(data)
            for holder in objective.holders:
                if holder.code:
                    self._places.setdefault(holder.code, number)
            self._places[objective.code] = number

    def __getitem__(self, code: str) -> Objective:
        return Objective(self._objectives[self._places[code]])

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
