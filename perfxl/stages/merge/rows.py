"""The order of the rows of a table after a merge."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

Ids = tuple[str, ...]


def kept_order(base: Ids, version: Ids, kept: set[str]) -> Ids:
    """The rows of ``base`` in ``kept``, in the order of ``version``; one that ``version`` lacks follows its predecessor."""
    there = set(version)
    still = [i for i in version if i in kept]
    before = None
    for name in base:
        if name in kept and name not in there:
            still.insert(still.index(before) + 1 if before is not None else 0, name)
        if name in kept:
            before = name
    return tuple(still)


def with_added(kept: Ids, versions: Iterable[Ids], added: set[str]) -> Ids:
    """``kept`` with each row of ``added`` behind the row it was written under; the same whatever the order of versions."""
    known = set(kept)
    under: dict[str | None, list[Ids]] = {}
    for version in versions:
        runs: dict[str | None, list[str]] = {}
        anchor = None
        for name in version:
            if name in known:
                anchor = name
            elif name in added:
                runs.setdefault(anchor, []).append(name)
        for anchor, typed in runs.items():
            under.setdefault(anchor, []).append(tuple(typed))
    placed: list[str] = []
    seen: set[str] = set()
    for anchor in (None, *kept):
        if anchor is not None:
            placed.append(anchor)
        for run in sorted(under.get(anchor, []), key=lambda r: (-len(r), _natural(r))):
            placed += [name for name in run if name not in seen]
            seen.update(run)
    return tuple(placed)


def _natural(names: Sequence[str]) -> list[Any]:
    """A key that puts 2 before 10 and 6-bis after 6."""
    return [[(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.findall(r"\d+|\D+", name)] for name in names]
