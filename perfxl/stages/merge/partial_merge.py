"""A piece of a merge's outcome."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from perfxl.stages.merge.answers import Conflict, Copy, Decision
from perfxl.stages.merge.flat import Flat, Key, key_text


@dataclass(frozen=True)
class Remark:
    """Something taken that is worth saying.

    ``kind``: ``moved`` (rows of a table), ``removed`` (a row), ``joined`` (a row that several copies added under one
    identifier), ``lacking`` (a sheet that a copy does not have and that is left to ``other``); ``key``: what;
    ``sources``: the copies it is about; ``objective``: whose sheet it is on.
    """

    kind: str
    key: str
    sources: tuple[str, ...]
    objective: str = ""
    other: str = ""


def remark(kind: str, key: Key, sources: Iterable[str], other: str = "") -> Remark:
    """A remark on what is at ``key``."""
    return Remark(kind, key_text(key), sources=tuple(sources),
                  objective=str(key[1]) if key[0] == "objectives" and len(key) > 1 else "", other=other)


@dataclass
class PartialMerge:
    """A piece of the outcome. ``origins``: the copy that each value, row and array comes from."""

    flat: Flat = field(default_factory=Flat)
    origins: dict[Key, Copy] = field(default_factory=dict)
    conflicts: list[tuple[Key, Conflict]] = field(default_factory=list)
    decided: list[tuple[Conflict, Decision]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, other: "PartialMerge") -> None:
        """Take in everything of ``other``."""
        for name in ("values", "rows", "orders"):
            getattr(self.flat, name).update(getattr(other.flat, name))
        self.origins |= other.origins
        self.conflicts += other.conflicts
        self.decided += other.decided
        self.remarks += other.remarks

    def settle(self, contested: Conflict, decision: Decision) -> None:
        """Note that ``decision`` settled ``contested``."""
        self.decided.append((contested, decision))
