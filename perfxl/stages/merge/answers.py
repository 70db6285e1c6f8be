"""What copies of one form say where they differ from what was issued, and what the controller decides about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from perfxl.stages.merge import schema_paths
from perfxl.stages.merge.flat import (
    Flat,
    Id,
    Key,
    below,
    canonical,
    key_text,
    owner,
    path,
    same_answer,
)

#: The choice of a decision that gives a value of its own, and the one that leaves what was issued.
VALUE, BASE = "value", "base"


@dataclass(frozen=True)
class Conflict:
    """Something that copies of one form say differently, and that what was issued says otherwise again.

    ``key``: what it is about, as people read it; ``path_base``: its JSON Pointer in the base, "" when it is not there;
    ``base``: what stands there; ``answers``: (what the copy says, its source), one for each copy that changed it;
    ``paths``: the JSON Pointers of the answers, each in its own copy; ``way``: path in the schema of returns;
    ``objective``: whose sheet it is on, "" outside the objectives.

    ``kind`` says what an answer is: ``value``, the new value, None when cleared; ``row``, a row (or a whole objective)
    that one copy removed (None) and another changed, or that several added: {changed field: value}; ``rows``, all
    rows of a table without identifiers; ``order``, the identifiers of the rows of a table in their order.
    """

    key: str
    path_base: str
    base: Any
    answers: tuple[tuple[Any, str], ...]
    kind: str = "value"
    paths: tuple[str, ...] = field(default=(), compare=False)
    way: tuple[str, ...] = field(default=(), compare=False)
    objective: str = field(default="", compare=False)

    @property
    def title(self) -> dict[str, str]:
        """What users call it, by language; {} when the schema does not say."""
        return schema_paths.title(self.way)


@dataclass(frozen=True)
class Decision:
    """What the controller chose where copies differ.

    ``choice``: ``base``, the source of an answer, or ``value`` for ``value`` itself (kind ``value`` only);
    ``answers_seen``: the answers it was taken on, as ``Conflict.answers`` has them. It holds while they are still the
    answers, whichever copies give them.
    """

    key: str
    choice: str
    answers_seen: tuple[tuple[Any, str], ...]
    value: Any = None

    def applies(self, conflict: Conflict) -> bool:
        """Whether the answers are those that it was taken on, and it chooses something that can be done."""
        seen, now = ({canonical(v) for v, _ in answers} for answers in (self.answers_seen, conflict.answers))
        possible = self.choice == BASE or self.choice in {s for _, s in self.answers_seen} or (
            self.choice == VALUE and conflict.kind == "value")
        return seen == now and possible

    def winner(self, conflict: Conflict) -> str:
        """The source among today's answers that says what was chosen; "" when none was."""
        chosen = [v for v, s in self.answers_seen if s == self.choice]
        return next((s for v, s in conflict.answers if chosen and same_answer(v, chosen[0])), "")


def changed(base: Flat, version: Flat) -> dict[Key, Any]:
    """What ``version`` says differently from ``base``.

    By key: the new value, None when cleared; for a row, None when removed and its identifying fields when added; for
    an array whose rows were moved, the identifiers of those that were there before in their new order.
    """
    changes: dict[Key, Any] = {}
    for key in base.rows:
        if key not in version.rows and version.has(owner(key[:-1])):
            changes[key] = None
    for key, fields in version.rows.items():
        if key not in base.rows:
            changes[key] = fields
    for key, value in version.values.items():
        if not same_answer(value, base.values.get(key)):
            changes[key] = value
    for key in base.values:
        if key not in version.values and version.has(owner(key)):
            changes[key] = None
    for key, ids in version.orders.items():
        before = base.orders.get(key, ())
        kept = tuple(i for i in ids if i in set(before))
        if kept != tuple(i for i in before if i in set(ids)):
            changes[key] = kept
    return changes


@dataclass(frozen=True)
class Copy:
    """One copy: its source, its content and what it changed, also as the set of rows in which something changed."""

    source: str
    flat: Flat
    changes: dict[Key, Any]
    touched: frozenset[Key]

    @classmethod
    def from_flat(cls, source: str, flat: Flat, base: Flat) -> "Copy":
        """The copy with its changes against ``base``."""
        changes = changed(base, flat)
        touched = {key[:end] for key in changes for end in range(1, len(key) + 1) if isinstance(key[end - 1], Id)}
        return cls(source, flat, changes, frozenset(touched))

    def inside(self, row: Key) -> dict[str, Any]:
        """What it changed in ``row``, by the key as written from inside it."""
        return {below(k, row): v for k, v in self.changes.items() if len(k) > len(row) and k[: len(row)] == row}


def conflict(key: Key, base: Flat, stands: Any, answers: Iterable[tuple[Any, Copy]], kind: str = "value") -> Conflict:
    """The conflict on ``key`` between what copies say of it."""
    ordered = sorted(answers, key=lambda a: a[1].source)
    objective = key[1] if key[0] == "objectives" and len(key) > 1 else ""
    return Conflict(key_text(key), base.pointers.get(key, ""), base=stands, answers=tuple((v, c.source) for v, c in ordered), kind=kind,
                    paths=tuple(c.flat.pointers.get(key, "") for _, c in ordered), way=path(key), objective=str(objective))
