"""The controller's review as the register keeps it: one decision for each part, and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from perfxl.stages.review.content import evaluation_key
from perfxl.stages.review.record import Review


@dataclass(frozen=True)
class Entry:
    """A part of a review as the register keeps it: the arguments of ``Register.decide``, ``key`` the only one of its kind.

    ``choice`` is ``set`` or ``withdrawn``; ``value`` the document; ``answers`` what the sector had declared.
    """
    key: str
    sector: str
    choice: str
    value: dict[str, Any] | None
    answers: str | None = None
    by: str = ""


#: How the keys of entries begin; no sector has such a code.
PREFIX = "review"


def entries(review: Review) -> list[Entry]:
    """``review`` for the register; its requests are numbered first, and choices in conflicts are kept elsewhere."""
    entries = [Entry(_entry_key("request", r["id"]), r["sector"], "set", r) for r in review.requests]
    entries += [Entry(_entry_key("evaluation", *evaluation_key(e)), e["sector"], choice="set", value=e,
                    answers=review.seen.get(evaluation_key(e)), by=e.get("by", ""))
              for e in review.evaluations]
    entries += [Entry(_entry_key("consideration", c["sector"], c["round"]), c["sector"], "set", c) for c in review.considerations]
    return entries + [Entry(_entry_key(*key), key[-2], "withdrawn", None) for key in review.withdrawn]


def _entry_key(*parts: str) -> str:
    return ":".join((PREFIX, *parts))


def replay(kept: Iterable[Any]) -> Review:
    """The review that the register keeps: ``kept`` are its decisions (``register.Decision``) or ``Entry``; others are passed over."""
    parts: dict[str, list[dict[str, Any]]] = {"request": [], "evaluation": [], "consideration": []}
    withdrawn: list[tuple[str, ...]] = []
    seen: dict[tuple[str, ...], str | None] = {}
    for entry in kept:
        prefix, _, rest = entry.key.partition(":")
        kind, *key = rest.split(":")
        if prefix != PREFIX:
            continue
        if entry.choice == "withdrawn":
            withdrawn.append((kind, *key))
        else:
            parts[kind].append(entry.value)
            if kind == "evaluation":
                seen[tuple(key)] = entry.answers
    return Review((), tuple(parts["request"]), evaluations=tuple(parts["evaluation"]), considerations=tuple(parts["consideration"]),
                  withdrawn=tuple(withdrawn), seen=seen)
