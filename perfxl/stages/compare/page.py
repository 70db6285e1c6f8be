"""The page of a comparison: one HTML file with all that it needs inside it and no script, written piece by piece."""

import base64
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from markupsafe import Markup

from perfxl.model.texts import Texts
from perfxl.model.version import __version__
from perfxl.stages.compare import store, words
from perfxl.stages.compare.overview import Group, Overview, moment_words
from perfxl.stages.compare.tables import TABLES
from perfxl.stages.publish.web import template

#: How many indicators the page tells, and how many bodies of each.
INDICATORS, PLACES = 200, 100


@cache
def _style() -> str:
    own = (files(__name__.rpartition(".")[0]) / "page.css").read_text(encoding="utf-8")
    return (files("perfxl.stages.publish.page") / "page.css").read_text(encoding="utf-8") + own


def write(standings: Path, path: Path, overview: Overview, language: str, data: str) -> None:
    """The page at ``path``; ``data``: the folder of the data package beside it."""
    style = _style()
    stream = template(__name__.rpartition(".")[0]).stream(
        say=Texts("compare", language), language=language, version=__version__, style=Markup(style),
        digest=base64.b64encode(sha256(style.encode()).digest()).decode(), overview=overview, words=words, moment=moment_words,
        bodies=_bodies(standings), indicators=_indicators(standings), left_out=store.rows(standings, "left_out"), most=INDICATORS, places=PLACES,
        box=_box, files=[(f"{data}/{name}", name) for name in (*(f"{t}.csv" for t in TABLES), "dictionary.csv", "datapackage.json")])
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(stream)


def _bodies(standings: Path) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """The bodies of each moment."""
    yield from groupby(store.rows(standings, "bodies"), lambda row: row["moment"])


def _indicators(standings: Path) -> Iterator[tuple[Group, list[dict[str, Any]]]]:
    """The first indicators, each with its first rows; of what comes after nothing is kept."""
    grouped = groupby(store.rows(standings, "indicators"), lambda r: (r["moment"], r["key"]))
    for (moment, key), rows in islice(grouped, INDICATORS):
        listed = list(islice(rows, PLACES))
        yield Group(moment, key, listed[0]["title"], listed[0]), listed


def _box(row: dict[str, Any], value: str | None = None) -> Markup:
    """The spread of a group as a drawing: the line from the least to the greatest, the box of the middle half, the median;
    ``value``: a point on it."""
    low, first, median, third, high = (float(row[k]) for k in ("least", "first", "median", "third", "most"))
    span = (high - low) or 1.0

    def at(x: float) -> str:
        return format(4 + 112 * (x - low) / span, ".1f")

    point = f'<circle cx="{at(float(value))}" cy="9" r="3.2" class="point"/>' if value is not None else ""
    return Markup(f'<svg class="box" viewBox="0 0 120 18" width="120" height="18" aria-hidden="true" focusable="false">'
                  f'<path d="M{at(low)} 9H{at(high)}" class="whisker"/><rect x="{at(first)}" y="4" width="{float(at(third)) - float(at(first)):.1f}" height="10" class="middle"/>'
                  f'<path d="M{at(median)} 3V15" class="median"/>{point}</svg>')
