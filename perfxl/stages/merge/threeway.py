"""Several copies of one form merged field by field against the form that was issued.

What one copy changed is taken; what several changed alike is taken once; what they changed differently stays as issued
and becomes a conflict that keeps every answer. Rows are known by their identifiers. The order in which copies arrive
makes no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from perfxl.stages.merge.answers import BASE, VALUE, Conflict, Decision, changed
from perfxl.stages.merge.flat import flatten, key_text, rebuild
from perfxl.stages.merge.merging import Merging
from perfxl.stages.merge.partial_merge import Remark

__all__ = ["Conflict", "Decision", "Remark", "Result", "changes", "decide", "merge", "merge_all"]


@dataclass(frozen=True)
class Result:
    """A merge: the ``document``, the ``conflicts`` still open, and those ``decided`` with the decision that settled them.

    ``sources``: by JSON Pointer in ``document``, the copy a value, row or array comes from and its pointer there; what
    an open conflict left as issued has none. ``remarks``: what else was done. ``stale``: decisions on conflicts that are
    still there with other answers.
    """

    document: dict[str, Any]
    conflicts: tuple[Conflict, ...]
    decided: tuple[tuple[Conflict, Decision], ...] = ()
    remarks: tuple[Remark, ...] = ()
    stale: tuple[Decision, ...] = ()
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    base: dict[str, Any] = field(default_factory=dict, repr=False)
    versions: tuple[tuple[str, dict[str, Any]], ...] = field(default=(), repr=False)
    split: bool = False


def merge(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> Result:
    """``ours`` and ``theirs``, two returns, merged against ``base``; the sources are called ``ours`` and ``theirs``."""
    return merge_all(base, [("ours", ours), ("theirs", theirs)])


def merge_all(base: dict[str, Any], versions: Iterable[tuple[str, dict[str, Any]]], decisions: Mapping[str, Decision] | None = None,
              split: bool = False) -> Result:
    """``versions``, each (source, return), merged against ``base``; ``decisions`` by key settle conflicts.

    Sources differ from one another and are none of ``base``, ``value``. ``split``: people may have split the work, so
    a sheet that one copy lacks and another has is not removed but left to that other. Valid returns give a valid return.
    """
    ordered = tuple(sorted(versions, key=lambda v: v[0]))
    if len({s for s, _ in ordered} | {BASE, VALUE}) != len(ordered) + 2:
        raise ValueError("every version needs a source of its own")
    work = Merging(base, ordered, decisions or {}, split)
    part = work.run()
    document = rebuild(part.flat, work.head())
    pointers = flatten(document).pointers
    sources = {pointers[k]: (c.source, c.flat.pointers[k]) for k, c in part.origins.items()
               if k in pointers and k in c.flat.pointers}
    open_ = tuple(sorted((c for _, c in part.conflicts), key=lambda c: c.key))
    stale = tuple(d for d in (decisions or {}).values() if d.key in {c.key for c in open_})
    return Result(document, open_, decided=tuple(sorted(part.decided, key=lambda e: e[0].key)),
                  remarks=tuple(sorted(part.remarks, key=lambda r: (r.key, r.kind))),
                  stale=tuple(sorted(stale, key=lambda d: d.key)), sources=sources, base=base, versions=ordered, split=split)


def decide(result: Result, decisions: Mapping[str, Decision]) -> Result:
    """The merge behind ``result`` with ``decisions``, by key, on its conflicts; those it had are kept unless replaced."""
    known = {d.key: d for d in (*result.stale, *(d for _, d in result.decided))}
    return merge_all(result.base, result.versions, {**known, **decisions}, result.split)


def changes(base: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """What ``document`` says differently from ``base``, by key.

    A value: the new one, None when cleared. A row: None when removed, its identifying fields when added. A table whose
    rows were moved: the identifiers of the rows that were there before, in their new order.
    """
    return {key_text(k): v for k, v in changed(flatten(base), flatten(document)).items()}
