"""The icons of the buttons, drawn here: a few shapes each, smoothed, as PNG files with the same bytes every time."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

SIDE = 64      # pixels: Excel scales the icon to 32, or more on dense screens
_FINE = 4      # samples a pixel has, each way: what smooths the edges

Colour = tuple[int, int, int]


class Shape(NamedTuple):
    """What has no dent. ``inside``: whether a point of the unit square is in it; the others: the edges that it does not pass."""

    inside: Callable[[float, float], bool]
    left: float
    top: float
    right: float
    bottom: float


INK, PAPER, BLUE, GREEN, AMBER = (34, 54, 77), (255, 255, 255), (31, 78, 158), (34, 105, 47), (214, 137, 16)


def box(left: float, top: float, right: float, bottom: float) -> Shape:
    """A rectangle."""
    return Shape(lambda x, y: left <= x <= right and top <= y <= bottom, left=left, top=top, right=right, bottom=bottom)


def disc(cx: float, cy: float, radius: float) -> Shape:
    """A circle."""
    return Shape(lambda x, y: (x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2, left=cx - radius, top=cy - radius, right=cx + radius, bottom=cy + radius)


def line(x1: float, y1: float, x2: float, y2: float, width: float) -> Shape:
    """A stroke with round ends."""
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2

    def inside(x: float, y: float) -> bool:
        t = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
        return (x - x1 - t * (x2 - x1)) ** 2 + (y - y1 - t * (y2 - y1)) ** 2 <= (width / 2) ** 2
    half = width / 2
    return Shape(inside, left=min(x1, x2) - half, top=min(y1, y2) - half, right=max(x1, x2) + half, bottom=max(y1, y2) + half)


def _sheet(left: float, top: float, right: float, bottom: float) -> list[tuple[Shape, Colour]]:
    """A page with its edge and two rows of text."""
    e, step = 0.045, (bottom - top) / 4
    rows = [(line(left + 0.12, top + step * n, x2=right - 0.12, y2=top + step * n, width=0.045), (150, 165, 182)) for n in (1.2, 2.1)]
    return [(box(left, top, right, bottom), INK), (box(left + e, top + e, right - e, bottom - e), PAPER), *rows]


def _arrow(x: float, top: float, bottom: float, colour: Colour) -> list[tuple[Shape, Colour]]:
    """A vertical arrow that points to ``bottom``."""
    back = -0.15 if bottom > top else 0.15
    return [(line(x, top, x2=x, y2=bottom, width=0.1), colour), (line(x - 0.15, bottom + back, x2=x, y2=bottom, width=0.1), colour),
            (line(x + 0.15, bottom + back, x2=x, y2=bottom, width=0.1), colour)]


_DRAWINGS: dict[str, list[tuple[Shape, Colour]]] = {
    "new": [*_sheet(0.14, 0.06, 0.74, 0.86), (disc(0.72, 0.72, 0.23), GREEN), (line(0.6, 0.72, x2=0.84, y2=0.72, width=0.07), PAPER),
            (line(0.72, 0.6, x2=0.72, y2=0.84, width=0.07), PAPER)],
    "issue": [*_sheet(0.06, 0.3, 0.5, 0.92), *_sheet(0.3, 0.3, 0.74, 0.92), *_arrow(0.8, 0.6, 0.08, BLUE)],
    "collect": [(box(0.06, 0.58, 0.94, 0.94), INK), (box(0.11, 0.63, 0.89, 0.89), (214, 224, 235)),
                (box(0.33, 0.54, 0.67, 0.72), PAPER), *_arrow(0.5, 0.08, 0.6, BLUE)],
    "check": [*_sheet(0.14, 0.06, 0.74, 0.86), (line(0.48, 0.7, x2=0.63, y2=0.86, width=0.12), GREEN),
              (line(0.63, 0.86, x2=0.92, y2=0.5, width=0.12), GREEN)],
    "consolidate": [(box(0.06, 0.08, 0.94, 0.92), INK), (box(0.1, 0.12, 0.9, 0.88), PAPER), (box(0.19, 0.52, 0.33, 0.8), (157, 183, 224)),
                    (box(0.43, 0.38, 0.57, 0.8), BLUE), (box(0.67, 0.22, 0.81, 0.8), GREEN)],
    "report": [*_sheet(0.1, 0.06, 0.78, 0.94), (box(0.2, 0.6, 0.68, 0.66), (0, 0, 0)), (box(0.2, 0.7, 0.68, 0.76), BLUE),
               (box(0.2, 0.8, 0.54, 0.86), GREEN)],
    "status": [(disc(0.5, 0.5, 0.44), INK), (disc(0.5, 0.5, 0.37), PAPER), (line(0.5, 0.5, x2=0.5, y2=0.24, width=0.07), INK),
               (line(0.5, 0.5, x2=0.68, y2=0.6, width=0.07), AMBER)],
    "next": [*_sheet(0.06, 0.06, 0.6, 0.86), (line(0.42, 0.66, x2=0.9, y2=0.66, width=0.1), GREEN), (line(0.74, 0.5, x2=0.9,
        y2=0.66, width=0.1), GREEN),
             (line(0.74, 0.82, x2=0.9, y2=0.66, width=0.1), GREEN)],
    "extend": [(disc(0.44, 0.5, 0.38), INK), (disc(0.44, 0.5, 0.31), PAPER), (line(0.44, 0.5, x2=0.44, y2=0.28, width=0.07), INK),
               (line(0.44, 0.5, x2=0.6, y2=0.58, width=0.07), INK), (line(0.64, 0.78, x2=0.96, y2=0.78,
                   width=0.09), GREEN), (line(0.8, 0.62, x2=0.8, y2=0.94, width=0.09), GREEN)],
    "send": [(box(0.06, 0.24, 0.94, 0.8), INK), (box(0.11, 0.29, 0.89, 0.75), PAPER), (line(0.1, 0.3, x2=0.5, y2=0.56, width=0.06), BLUE),
             (line(0.9, 0.3, x2=0.5, y2=0.56, width=0.06), BLUE)],
    "remind": [(box(0.06, 0.24, 0.94, 0.8), INK), (box(0.11, 0.29, 0.89, 0.75), PAPER), (line(0.1, 0.3, x2=0.5, y2=0.56,
        width=0.06), AMBER),
               (line(0.9, 0.3, x2=0.5, y2=0.56, width=0.06), AMBER), (disc(0.8, 0.78, 0.2), AMBER), (line(0.8, 0.68, x2=0.8,
                   y2=0.78, width=0.07), PAPER),
               (disc(0.8, 0.89, 0.035), PAPER)],
    "resolve": [(line(0.12, 0.2, x2=0.5, y2=0.5, width=0.1), BLUE), (line(0.12, 0.8, x2=0.5, y2=0.5,
        width=0.1), AMBER), (line(0.5, 0.5, x2=0.9, y2=0.5, width=0.1), GREEN),
                (line(0.74, 0.34, x2=0.9, y2=0.5, width=0.1), GREEN), (line(0.74, 0.66, x2=0.9, y2=0.5, width=0.1), GREEN)],
    "ask": [(disc(0.5, 0.44, 0.4), INK), (disc(0.5, 0.44, 0.33), PAPER), (line(0.3, 0.72, x2=0.2, y2=0.94,
        width=0.12), INK), (line(0.38, 0.34, x2=0.5, y2=0.24, width=0.09), BLUE),
            (line(0.5, 0.24, x2=0.62, y2=0.34, width=0.09), BLUE), (line(0.62, 0.34, x2=0.5, y2=0.5,
                width=0.09), BLUE), (disc(0.5, 0.64, 0.055), BLUE)],
    "explain": [(disc(0.42, 0.42, 0.34), INK), (disc(0.42, 0.42, 0.26), PAPER), (line(0.66, 0.66, x2=0.9, y2=0.9, width=0.14), INK),
                (line(0.3, 0.36, x2=0.54, y2=0.36, width=0.06), BLUE), (line(0.3, 0.48, x2=0.54, y2=0.48, width=0.06), BLUE)],
    "approve": [*_sheet(0.14, 0.06, 0.74, 0.86), (disc(0.7, 0.7, 0.24), (142, 27, 16)), (disc(0.7, 0.7, 0.15), PAPER), (disc(0.7, 0.7, 0.1), (142, 27, 16))],
    "publish": [(disc(0.5, 0.5, 0.44), BLUE), (disc(0.5, 0.5, 0.37), PAPER), (line(0.1, 0.5, x2=0.9, y2=0.5,
        width=0.06), BLUE), (line(0.5, 0.08, x2=0.5, y2=0.92, width=0.06), BLUE),
                (line(0.26, 0.2, x2=0.26, y2=0.8, width=0.05), BLUE), (line(0.74, 0.2, x2=0.74, y2=0.8, width=0.05), BLUE)],
    "bundle": [(box(0.08, 0.14, 0.92, 0.36), INK), (box(0.14, 0.36, 0.86, 0.9), INK), (box(0.19, 0.41, 0.81, 0.85), (214, 224, 235)),
               (box(0.38, 0.5, 0.62, 0.58), INK), (box(0.13, 0.19, 0.87, 0.31), PAPER)],
    "cancel": [(disc(0.5, 0.5, 0.44), (142, 27, 16)), (line(0.33, 0.33, x2=0.67, y2=0.67, width=0.12), PAPER), (line(0.67,
        0.33, x2=0.33, y2=0.67, width=0.12), PAPER)],
    "guide": [(disc(0.5, 0.5, 0.44), BLUE), (line(0.5, 0.46, x2=0.5, y2=0.72, width=0.12), PAPER), (disc(0.5, 0.27, 0.075), PAPER)],
}


@cache
def icon(stage: str, side: int = SIDE) -> bytes:
    """The icon of the button that runs ``stage``, as a PNG file of ``side`` pixels each way with a transparent ground."""
    samples = _samples(_DRAWINGS[stage], side * _FINE)
    rows = [b"\0" + b"".join(_pixel(samples, i, j) for i in range(side)) for j in range(side)]
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + _chunk(b"IEND", b""))


def _samples(shapes: list[tuple[Shape, Colour]], side: int) -> list[list[Colour | None]]:
    """The colour of every sample, row by row, each shape over those before it; only what is near an edge is looked at."""
    grid: list[list[Colour | None]] = [[None] * side for _ in range(side)]
    for shape, colour in shapes:
        first, last = max(0, int(shape.left * side) - 1), min(side, int(shape.right * side) + 2)
        for j in range(max(0, int(shape.top * side) - 1), min(side, int(shape.bottom * side) + 2)):
            y = (j + 0.5) / side
            begin = next((i for i in range(first, last) if shape.inside((i + 0.5) / side, y)), None)
            if begin is not None:
                end = next(i for i in range(last - 1, begin - 1, -1) if shape.inside((i + 0.5) / side, y)) + 1
                grid[j][begin:end] = [colour] * (end - begin)
    return grid


def _pixel(samples: list[list[Colour | None]], i: int, j: int) -> bytes:
    """The mean of the samples of one pixel: red, green, blue, opacity."""
    seen = [c for row in samples[j * _FINE:(j + 1) * _FINE] for c in row[i * _FINE:(i + 1) * _FINE] if c]
    return bytes([*(sum(part) // len(seen) for part in zip(*seen, strict=True)), len(seen) * 255 // _FINE ** 2]) if seen else bytes(4)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
