"""What a comparison says in brief: how many bodies at which moments, how their outcomes spread, which findings are frequent."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perfxl.model.rounds import kind_labels
from perfxl.stages.compare import store

#: How many of the most shared lines stand side by side, and of the most frequent findings are told in brief.
LINES, FREQUENT = 60, 12


@dataclass(frozen=True)
class Group:
    """Rows of like things: their ``moment``, what they are called, in how many campaigns they are, and the spread of their
    values (texts, by the first words of ``tables.SPREAD``)."""

    moment: str
    key: str
    title: str
    row: dict[str, Any]

    @property
    def bodies(self) -> int:
        """In how many campaigns they are."""
        return self.row["bodies"]


@dataclass
class Overview:
    """``moments``: the group of each, in order; ``lines``: by moment the most shared lines; ``rules``: by moment the ways of
    counting that are in use; ``codes``: (code, severity) with how many campaigns have it and how often; ``twice``: bodies
    that are there more than once in a year; ``last``: the day of the latest consolidation (ISO)."""

    bodies: int = 0
    left_out: int = 0
    indicators: int = 0
    moments: list[Group] = field(default_factory=list)
    lines: dict[str, list[Group]] = field(default_factory=dict)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    codes: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    last: str = ""

    @classmethod
    def from_standings(cls, standings: Path) -> "Overview":
        """That of the tables in ``standings``, read once, row by row."""
        overview = cls()
        seen: Counter[Any] = Counter()
        for group in groups(standings, "bodies"):
            overview.moments.append(group)
        for row in store.rows(standings, "bodies"):
            overview.bodies += 1
            overview.rules.setdefault(row["moment"], Counter())[row["rules"]] += 1
            overview.last = max(overview.last, row["consolidated"] or row["approved"] or "")
            seen[row["name"], row["moment"]] += 1
        overview.twice = sorted(name for (name, _), count in seen.items() if count > 1)
        overview.left_out = sum(1 for _ in store.rows(standings, "left_out"))
        for group in groups(standings, "lines"):
            if group.bodies > 1 and group.row["median"] is not None:
                listed = overview.lines.setdefault(group.moment, [])
                listed.append(group)
                if len(listed) > 4 * LINES:
                    overview.lines[group.moment] = most_shared(listed)
        overview.lines = {moment: most_shared(listed) for moment, listed in overview.lines.items()}
        overview.indicators = sum(1 for _ in groups(standings, "indicators"))
        for row in store.rows(standings, "findings"):
            counts = overview.codes.setdefault((row["code"], row["severity"]), [0, 0])
            counts[0] += 1
            counts[1] += row["count"]
        return overview

    def frequent(self) -> list[tuple[str, str, int, int]]:
        """(code, severity, campaigns, times) of the findings that most campaigns have."""
        ordered = sorted(self.codes.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        return [(code, severity, campaigns, times) for (code, severity), (campaigns, times) in ordered[:FREQUENT]]


def most_shared(listed: Iterable[Group]) -> list[Group]:
    """The lines that most bodies have, in the order of their titles."""
    kept = sorted(listed, key=lambda g: (-g.bodies, g.key))[:LINES]
    return sorted(kept, key=lambda g: g.key)


def groups(standings: Path, table: str) -> Iterator[Group]:
    """The groups of a table that was put in order, one by one."""
    before: tuple[str, str] | None = None
    for row in store.rows(standings, table):
        at = row["moment"], row.get("key") or ""
        if at != before:
            yield Group(*at, row.get("title") or "", row)
        before = at


def moment_words(moment: str, language: str) -> str:
    """A moment in words: ``2021, consuntivo``; ``2021, monitoraggio al 30/09/2021``."""
    year, kind, *day = moment.split(" ")
    label = kind_labels().get(kind, {}).get(language, kind).lower()
    words = f"{year}, {label}"
    if day:
        y, m, d = day[0].split("-")
        words += f" {'al' if language == 'it' else 'at'} {d}/{m}/{y}"
    return words
