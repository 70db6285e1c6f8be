"""What stands on the page, as plain values: states, figures, lines, tables, texts, objectives, sectors."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from perfxl.model.rounds import Round


@dataclass(frozen=True)
class State:
    """How something stands: key of its colour, symbol of its own shape, word."""
    key: str
    symbol: str
    word: str


@dataclass(frozen=True)
class Moment:
    """A round on the page: its key, what it is called, the day its data refer to, written and short."""
    round: Round
    name: str
    day: str
    short: str


@dataclass(frozen=True)
class Figure:
    """An outcome at a moment, as it is written, in points (None where there is none), with its state."""
    moment: Moment
    value: Decimal | None
    written: str
    state: State


@dataclass(frozen=True)
class Line:
    """A strategic line or a sector in a table: code, title, depth from 1, its figures, its objectives: achieved of all, or how many;
    what the body tells of a line in fields of its own; the ``indicators`` that tell its public value, a sentence each."""
    code: str
    title: str
    depth: int
    figures: tuple[Figure, ...]
    objectives: str
    anchor: str = ""
    further: str = ""
    indicators: tuple[str, ...] = ()

    @property
    def last(self) -> Figure | None:
        """The latest figure; None when no round has outcomes."""
        return self.figures[-1] if self.figures else None


@dataclass(frozen=True)
class Grid:
    """A table inside an objective: caption, heads, rows; ``right``: positions of the columns that are figures."""
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int]


@dataclass(frozen=True)
class Story:
    """A text of the body: what it is about and the text."""
    about: str
    text: str


@dataclass(frozen=True)
class Objective:
    """An objective in one sector. ``whole``: this sector speaks for it; the others point to ``there``."""
    anchor: str
    code: str
    title: str
    whole: bool
    there: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    state: State | None
    outside: str
    reasons: tuple[Story, ...]
    grids: tuple[Grid, ...]
    stories: tuple[Story, ...]

    @property
    def last(self) -> Figure | None:
        """The latest figure; None when no round has outcomes."""
        return self.figures[-1] if self.figures else None


@dataclass(frozen=True)
class Sector:
    """A sector: its line in the table, who manages it, its mission, what its outcome follows from and what the body
    tells of it in fields of its own, its objectives."""
    line: Line
    manager: str
    mission: str
    further: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = field(default=())


def anchor(*parts: str) -> str:
    """An identifier for links, of letters, digits and hyphens."""
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", p).strip("-").lower() or "x" for p in parts)


def clean(text: str) -> str:
    """``text`` without control characters and without marks that turn the direction of writing."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c.isprintable() or c in "\n\t").strip()
