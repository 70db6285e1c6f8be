"""The drawings of the page, as SVG inside it: bars, a ring, the path over the rounds.

Colours are classes of the style sheet, so that light, dark and print have their own. Geometry is in attributes: the
page allows no style but its own. Every drawing that says something has a title and a description that say it in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import pi

from markupsafe import Markup

#: Measures of the path in user units: left and right margins, height of the plot, room above and below it.
_SIDE, _PLOT, _ABOVE, _BELOW = 54, 110, 26, 24
#: Characters of a figure that fit in the ring; longer ones are smaller.
RING_WIDTH = 5
#: Room that one round takes at least, so that its label and its figure can be read.
STEP = 74


@dataclass(frozen=True)
class Point:
    """A round on the path: its label below, the outcome in points (None where there is none) and as it is written."""

    label: str
    value: Decimal | None
    written: str


def _n(value: Decimal | float) -> str:
    """A coordinate: short, with a full stop."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _clamped(value: Decimal) -> Decimal:
    return max(Decimal(0), min(Decimal(100), value))


def bar(value: Decimal | None, state: str) -> Markup:
    """A bar of ``value`` points out of 100; it repeats the figure beside it, so that readers of screens pass over it."""
    filled = "" if value is None else Markup('<rect class="fill {}" width="{}" height="8"/>').format(state, _n(_clamped(value)))
    return Markup('<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
                  '<rect class="rail" width="100" height="8"/>{}</svg>').format(filled)


def ring(value: Decimal | None, written: str, state: str, words: tuple[str, str], key: str) -> Markup:
    """A ring filled for ``value`` points out of 100, with the figure inside; ``words``: title and description."""
    around = Decimal(2 * 52) * Decimal(pi)
    part = around * _clamped(value or Decimal(0)) / 100
    return _drawing("ring", (120, 120), words=words, key=key, drawn=Markup(
        '<circle class="rail-line" cx="60" cy="60" r="52"/>'
        '<circle class="line {}" cx="60" cy="60" r="52" stroke-dasharray="{} {}" transform="rotate(-90 60 60)"/>'
        '<text x="60" y="68" text-anchor="middle" class="{}">{}</text>').format(
            state, _n(part), _n(around), "figure" if len(written) <= RING_WIDTH else "figure long", written))


def parts(counted: Sequence[tuple[str, int]], words: tuple[str, str], key: str) -> Markup:
    """One bar in parts, each as wide as its number; ``counted``: (state, number)."""
    total, at, drawn = sum(n for _, n in counted), Decimal(0), Markup()
    for state, count in counted:
        width = Decimal(300 * count) / total
        drawn += Markup('<rect class="part {}" x="{}" width="{}" height="28"/>').format(state, _n(at), _n(width))
        if width >= 16:
            drawn += Markup('<text x="{}" y="19" text-anchor="middle" class="on {}">{}</text>').format(_n(at + width / 2), state, count)
        at += width
    return _drawing("parts", (300, 28), words=words, key=key, drawn=drawn)


def width_of_path(points: Sequence[object]) -> int:
    """How wide the path is drawn, in user units."""
    return max(320, STEP * len(points) + 40)


def path(points: Sequence[Point], words: tuple[str, str], key: str) -> Markup:
    """The outcome over the rounds: one point each, joined where two rounds in a row have one."""
    wide = width_of_path(points)
    step = Decimal(wide - 2 * _SIDE) / max(1, len(points) - 1)
    across = [Decimal(wide) / 2] if len(points) == 1 else [_SIDE + step * k for k in range(len(points))]
    heights = [None if p.value is None else _ABOVE + _PLOT - _PLOT * _clamped(p.value) / 100 for p in points]
    drawn = Markup()
    for level in (0, 50, 100):
        tick = _n(_ABOVE + _PLOT - Decimal(_PLOT * level) / 100)
        drawn += Markup('<line class="grid" x1="32" x2="{}" y1="{}" y2="{}"/><text x="27" y="{}" text-anchor="end" class="small">{}</text>').format(
            wide - 4, tick, tick, _n(Decimal(tick) + 4), level)
    for k in range(1, len(points)):
        before, after = heights[k - 1], heights[k]
        if before is not None and after is not None:
            drawn += Markup('<line class="trail" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
                *map(_n, (across[k - 1], before, across[k], after)))
    for x, y, point in zip(across, heights, points, strict=True):
        if y is not None:
            drawn += Markup('<circle class="dot" cx="{}" cy="{}" r="5"/>').format(_n(x), _n(y))
        above = _n((y if y is not None else _ABOVE + _PLOT) - 10)
        drawn += Markup('<text x="{}" y="{}" text-anchor="middle" class="value">{}</text><text x="{}" y="{}" text-anchor="middle" class="small">{}</text>').format(
            _n(x), above, point.written, _n(x), _ABOVE + _PLOT + 18, point.label)
    return _drawing("path", (wide, _ABOVE + _PLOT + _BELOW), words=words, key=key, drawn=drawn)


def _drawing(kind: str, size: tuple[int, int], words: tuple[str, str], key: str, drawn: Markup) -> Markup:
    title, description = words
    return Markup('<svg class="{0}" viewBox="0 0 {1} {2}" width="{1}" height="{2}" role="img" aria-labelledby="{3}-t {3}-d" focusable="false">'
                  '<title id="{3}-t">{4}</title><desc id="{3}-d">{5}</desc>{6}</svg>').format(kind, *size, key, title, description, drawn)
