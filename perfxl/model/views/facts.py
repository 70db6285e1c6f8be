"""What a view is: an object over one dictionary of a document, its properties the keys of the schema.

Nothing of a particular document enters here: those that there are stand beside, by what they hold.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")

#: What stands where a document says nothing.
NOTHING: dict[str, Any] = {}
EMPTY: tuple[()] = ()


class Key(Generic[T]):
    """A property that is the key of that name: its value, ``default`` where the document does not say."""

    __slots__ = ("default", "name")

    def __init__(self, default: T):
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.rstrip("_")

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: "Facts", owner: type) -> T: ...
    def __get__(self, view: "Facts | None", owner: type) -> "Self | T":
        return self if view is None else view.data.get(self.name, self.default)


class Text(Key[str | None]):
    """Words, a code or an ISO date; None where there are none."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


class Number(Key[float | None]):
    """A number as the document has it, percentages in points; None where there is none."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


class Rows(Generic[T]):
    """A property that is a list of views of ``kind``, in the order of the document."""

    __slots__ = ("kind", "name")

    def __init__(self, kind: Callable[[dict[str, Any]], T]):
        self.kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: "Facts", owner: type) -> list[T]: ...
    def __get__(self, view: "Facts | None", owner: type) -> "Self | list[T]":
        return self if view is None else [self.kind(row) for row in view.data.get(self.name) or EMPTY]


class Facts:
    """A view of one dictionary of a document."""

    __slots__ = ("data",)

    def __init__(self, data: dict[str, Any]):
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and other.data is self.data

    def __hash__(self) -> int:
        return id(self.data)

    def __bool__(self) -> bool:
        """Whether the document says anything there."""
        return bool(self.data)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.data!r})"
