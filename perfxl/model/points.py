"""Weights that are points of a scale of the body's own: what the schemas say of a weight then.

A body whose weights do not make 100 in all (``weights_total`` of its rules) gives points: 250 of 1,000, or so many without a total (0).
``documents.schema`` weaves it in while the body's words are in use, so that whatever follows from the schemas has it: a weight
stands in a cell as a number, may be more than 100, and is called what it is.
"""

from decimal import Decimal
from functools import cache
from typing import Any

from perfxl.model import languages, toml_files
from perfxl.model.copied import copied

#: The most that a weight, or the total of a scale, can be.
MOST = 1_000_000
#: The name by which a form says that its weights are points.
CONSTANT = "pxm_points"
#: What weights make in all where they are percentages.
HUNDRED = 100
_PARTS = ("properties", "weight")
#: The weights, by the keys that lead to them in the schema of objectives.
PLACES = (("$defs", "holding", *_PARTS), ("$defs", "holdingRevision", *_PARTS), ("$defs", "resultRevision", *_PARTS), ("$defs", "phaseRevision", *_PARTS),
          *(("$defs", "sheet", "properties", table, "items", *_PARTS) for table in ("results", "phases")))
#: What is said after the usual title of a weight, by language.
TITLE = {"it": " (punti)", "en": " (points)"}


def in_points(rules: Any) -> bool:
    """Whether the ``rules`` of a plan, as they may come from a workbook, have weights in points."""
    total = rules.get("weights_total") if isinstance(rules, dict) else None
    return isinstance(total, (int, float, Decimal)) and not isinstance(total, bool) and total != HUNDRED


def with_points(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """``schema``, called ``name``, with its weights in points; ``schema`` stays as it was."""
    if name != "objective":
        return schema
    made = copied(schema)
    for *path, key in PLACES:
        node = made
        for part in path:
            node = node[part]
        node[key] = _in_points({**made["$defs"]["percent"], **{k: v for k, v in node[key].items() if k != "$ref"}}, "/".join(path))
    return made


def _in_points(weight: dict[str, Any], place: str) -> dict[str, Any]:
    """The property of a weight in points; ``place``, where it stands, tells those of the same title apart."""
    help_ = _texts()["help_revised" if "Revision" in place else "help"]
    english = {"title": weight["x-en"]["title"] + TITLE["en"], "description": help_["en"]}
    return {**weight, "title": weight["title"] + TITLE["it"], "description": help_["it"], "x-en": english,
            "x-cell": "number", "x-points": place, "minimum": 0, "maximum": MOST}


@cache
def _texts() -> dict[str, Any]:
    return toml_files.load(languages.HOME / "points.toml")


def sign(language: str, points: bool) -> str:
    """What stands after a weight as users read it: a percent sign, or that it is points."""
    if points:
        signs = _texts()["sign"]
        return signs.get(language) or languages.catalogue(language).get(signs["en"], signs["en"])
    return "%" if language in languages.COMPLETE else languages.number_text("%", language)
