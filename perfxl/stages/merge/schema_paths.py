"""What the schema of returns says of a value, found by the path that leads to it: order, limits, names, who may fill it in."""


from typing import Any

from perfxl.model import documents
from perfxl.model.fields import Field, objective_fields, resolve, return_fields
from perfxl.model.terms import cached_in_words, title_by_language

#: The fields that say which row is which, by the name of the array; rows of other arrays are known by their content.
IDENTIFIERS = {
    "objectives": ("code",), "results": ("id",), "phases": ("id",), "entities": ("result", "entity"),
    "measures": ("objective", "id"), "requests": ("id",), "responsibles": ("name",),
    "money": ("kind", "label", "year"),
}

#: Arrays whose rows bear an identifier that the body gave them; the others only have what is written in them.
IDENTIFIED = frozenset(("objectives", "results", "phases", "entities", "measures", "requests"))

ROW = "*"  # stands for any row of an array in the paths of this module


@cached_in_words
def node(path: tuple[str, ...]) -> dict[str, Any]:
    """The schema at ``path`` (``("objectives", "*", "sheet", "title")``); {} where the schema has nothing."""
    schema, home = documents.schema("return"), "return"
    for part in path:
        inner = schema.get("items") if part == ROW else schema.get("properties", {}).get(part)
        if inner is None or "return" not in inner.get("x-in", ("return",)):
            return {}
        schema, home = resolve(inner, home)
    return schema


@cached_in_words
def order(path: tuple[str, ...]) -> dict[str, int]:
    """The position of each property of the object at ``path``."""
    return {key: position for position, key in enumerate(node(path).get("properties", {}))}


def needed(path: tuple[str, ...]) -> bool:
    """Whether the object that holds the value at ``path`` is not valid without it."""
    return path[-1] in node(path[:-1]).get("required", ())


def most(path: tuple[str, ...]) -> int:
    """How many rows the array at ``path`` holds at most."""
    return node(path).get("maxItems", 10**9)


@cached_in_words
def _fields() -> dict[tuple[str, ...], Field]:
    by_path = {}
    for head, fields in ((("objectives", ROW), objective_fields()), ((), return_fields())):
        for about in fields:
            by_path[(*head, *about.path)] = about
            by_path |= {(*head, *about.path, ROW, *column.path): column for column in about.items}
    return by_path


def field(path: tuple[str, ...]) -> Field | None:
    """The field at ``path``; None for rows, for the body's own fields and for what is no field."""
    return _fields().get(path)


def title(path: tuple[str, ...]) -> dict[str, str]:
    """What users call the value, row or array at ``path``, by language; {} when the schema does not name it."""
    about = node(path)
    if "title" not in about:
        return {}
    return title_by_language(about)
