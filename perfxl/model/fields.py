"""The fields of the form, as the schemas declare them.

The schemas say everything once: what a field is called, what it may hold, in which round the sector may
fill it in (``x-open``) and in which rounds it is seen (``x-shown``). The form, the reader, the checks and
the consolidated workbook all take it from here.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from perfxl.model import documents
from perfxl.model.extension import faults

ROUNDS = ("plan", "interim", "final")

#: How a value stands in a cell. ``percent`` is a fraction in the cell (0.15) and points in documents (15).
CELLS = ("text", "long", "lines", "choice", "yesno", "integer", "number", "percent", "money", "date", "table")

_YES_NO = {"s": True, "n": False, "y": True, "true": True, "false": False, "vero": True, "falso": False}


@dataclass(frozen=True)
class Field:
    """One property of a document that has a place in a workbook.

    ``path``: keys from the root of its document, without array indexes; ``cell``: one of ``CELLS``;
    ``schema``: its schema with ``$ref`` resolved; ``open``: rounds in which the sector fills it in;
    ``shown``: rounds in which the form has it; ``items``: the columns, when ``cell`` is ``table``.
    Equal when path and schema are.
    """

    path: tuple[str, ...]
    cell: str
    schema: dict
    open: tuple[str, ...]
    shown: tuple[str, ...]
    items: tuple["Field", ...] = ()

    @property
    def key(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    def title(self, language: str) -> str:
        """What users call the field."""
        return self.schema["title"] if language == "it" else self.schema["x-en"]["title"]

    def description(self, language: str) -> str:
        """One or two sentences of help."""
        return self.schema["description"] if language == "it" else self.schema["x-en"]["description"]

    def labels(self, language: str) -> dict[str, str]:
        """For a choice: what users see, by the value that documents hold."""
        if self.cell == "yesno":
            return {True: "Sì", False: "No"} if language == "it" else {True: "Yes", False: "No"}
        return {value: label[language] for value, label in self.schema.get("x-labels", {}).items()}

    def values(self) -> dict[str, Any]:
        """For a choice: the value by every label, in both languages, casefolded."""
        return {label.casefold(): value for language in ("it", "en")
                for value, label in self.labels(language).items()}

    @cached_property
    def answers(self) -> dict[str, Any]:
        """For a choice: the value by every text that surely stands for it: ``values``, codes, usual short forms."""
        short = {v: v for v in self.schema.get("enum", ()) if isinstance(v, str)} if self.cell == "choice" else _YES_NO
        return {**self.values(), **short}

    @property
    def required(self) -> bool:
        """Whether the schema wants it in every item."""
        return self.schema.get("x-required", False)

    @property
    def revision(self) -> bool:
        """Whether it changes what the plan approved, in a cell of its own beside it."""
        return self.key.endswith("_revised") or "x-below" in self.schema

    @property
    def below(self) -> str:
        """For a field on the row of an item's revisions, the key of the column it stands in.

        ``weight`` for ``weight_revised``; ``x-below`` for a field that revises no other.
        """
        return self.schema.get("x-below", self.key.removesuffix("_revised"))

    @property
    def moment(self) -> str:
        """The round whose colour the field has: black plan, blue interim, green final."""
        return self.open[0] if self.open else "plan"


def resolve(schema: dict, home: str) -> tuple[dict, str]:
    """``schema`` with its ``$ref`` followed (own keywords win), and the document the reference leads to."""
    while "$ref" in schema:
        reference = schema["$ref"]
        file, _, place = reference.partition("#")
        home = file.removesuffix(".schema.json") or home
        target: dict = documents.schema(home)
        for part in place.strip("/").split("/"):
            if part:
                target = target[part]
        own = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **own}
        if not place and "$ref" not in own:
            schema.pop("$defs", None)
    return schema, home


def walk(schema: dict, home: str, path: tuple[str, ...] = (), open_: tuple = (), shown: tuple = ROUNDS) -> list[Field]:
    """The fields below an object schema, in its order; arrays of objects become one ``table`` field."""
    fields = []
    for key, raw in schema.get("properties", {}).items():
        prop, where = resolve(raw, home)
        here = (*path, key)
        opens = tuple(prop.get("x-open", open_))
        seen = tuple(prop.get("x-shown", shown))
        if key in schema.get("required", ()):
            prop = {**prop, "x-required": True}
        if prop.get("x-cell") == "table":
            items, inner = resolve(prop["items"], where)
            columns = tuple(walk(items, inner, (), opens, seen))
            fields.append(Field(here, "table", prop, opens, seen, columns))
        elif "x-cell" in prop:
            fields.append(Field(here, prop["x-cell"], prop, opens, seen))
        elif prop.get("type") == "object" and not prop.get("x-extension"):
            fields += walk(prop, where, here, opens, seen)
    return fields


@cache
def objective_fields() -> tuple[Field, ...]:
    """The fields of one objective in a return: ``code``, ``holding/...``, ``sheet/...``."""
    items, home = resolve(documents.schema("return")["properties"]["objectives"]["items"], "return")
    return tuple(walk(items, home))


@cache
def return_fields() -> tuple[Field, ...]:
    """The fields of a return outside its objectives: ``identity/...``, ``compilation/...``, ``measures``."""
    return tuple(f for f in walk(documents.schema("return"), "return") if f.path[0] != "objectives")


def round_name(round: str, language: str) -> str:
    """What users call a round: ``Monitoraggio intermedio`` for ``interim``."""
    return documents.schema("objective")["$defs"]["round"]["x-labels"][round][language]


def extension_fault(extension: Any) -> str:
    """The first thing that is wrong with the schema of a body's own fields, in one line; "" when nothing is."""
    fault = next(faults(extension), None)
    return "" if fault is None else f"{fault.place or '/'}: {fault.found[:80]} ({fault.expected['en']})"


def extension_fields(extension: dict | None) -> tuple[Field, ...]:
    """The body's own fields: an object schema whose properties carry title, description and type.

    ``x-cell`` and ``x-open`` are optional: the cell follows from the type, and a field without
    ``x-open`` is filled in with the plan. A missing English text falls back on the Italian one.
    """
    by_type = {"number": "number", "integer": "integer", "boolean": "yesno"}
    fields = []
    for key, given in (extension or {}).get("properties", {}).items():
        cell = given.get("x-cell") or ("choice" if "enum" in given else
                                       "date" if given.get("format") == "date" else
                                       by_type.get(given.get("type"), "text"))
        title, description = given.get("title", key), given.get("description", given.get("title", key))
        english = {"title": title, "description": description, **given.get("x-en", {})}
        labels = {v: {"it": str(v), "en": str(v)} for v in given.get("enum", ())} | given.get("x-labels", {})
        schema = {**given, "title": title, "description": description, "x-en": english, "x-labels": labels,
                  "x-required": key in (extension or {}).get("required", ())}
        opens = tuple(given.get("x-open", ("plan",)))
        fields.append(Field(("sheet", "extension", key), cell, schema, opens, tuple(given.get("x-shown", ROUNDS))))
    return tuple(fields)
