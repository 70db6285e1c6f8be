"""The tables that are published as open data: those of the consolidated document without what is for the body alone.

Left out: fields that the schemas mark internal (staff names), addresses and telephone numbers, findings and returned
files. Values are those of the documents: percentages in points, dates as ISO text, choices as their codes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from perfxl.model import documents
from perfxl.model.columns import further
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.fields import walk as fields_of
from perfxl.model.terms import cached_in_words, in_body_words, worded
from perfxl.model.texts import LANGUAGES, area
from perfxl.stages.consolidate import indicators, records, rows
from perfxl.stages.consolidate.columns import Table, field_key, revised_key
from perfxl.stages.consolidate.view import View

#: Columns that name people who are not office holders, or how to reach them.
KEPT_INSIDE = {"sectors": {"email", "state"}}
#: What tells one row from another, where something does.
KEYS = {"sectors": ("sector",), "objectives": ("objective", "sector"), "cascade": ("line",), "indicators": ("code",)}
#: Columns that name a row of another table: column, table, its column.
REFERENCES = {"objectives": (("sector", "sectors", "sector"),)}
#: Where the words on the columns of each table stand: arrays of the objective's sheet, definitions of the schemas.
ITEMS = {"phases": ("phases",), "results": ("results", "entities"), "money": ("money",), "measures": ("measures",)}
DEFINITIONS = {"sectors": ("mean", "sector"), "cascade": ("mean", "line"), "objectives": ("outcome",)}
#: Columns that mean the same in every table that has them.
COMMON = ("objective", "sector")


@dataclass(frozen=True)
class OpenColumn:
    """A column: key, kind of value (one of ``fields.CELLS`` or ``code``), words by language, choices by code."""

    key: str
    cell: str
    titles: dict[str, Any]
    descriptions: dict[str, Any]
    labels: dict[str, Any]


@dataclass(frozen=True)
class OpenTable:
    """A table by name; ``rows`` gives (JSON Pointer in the content, values in the order of the columns). ``mark``: what the first
    column says on every row, of what is not to be published."""

    name: str
    columns: tuple[OpenColumn, ...]
    source: Table
    mark: str = ""

    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """The rows, with texts, ``int``, ``Decimal``, ``bool`` or None; a list is one text separated by ``; ``."""
        for row in self.source:
            yield row.at, [self.mark if c is DRAFT else _value(row.values.get(c.key)) for c in self.columns]

    def marked(self, words: str) -> "OpenTable":
        """The table with ``words`` in front of every row."""
        return replace(self, columns=(DRAFT, *self.columns), mark=words)


#: The column in front of the rows of what is not to be published: whoever opens the file alone sees it.
DRAFT = OpenColumn("draft", "text", titles=area("publish")["draft_title"], descriptions=area("publish")["draft_column"], labels={})


def _value(value: Any) -> str | int | Decimal | bool | None:
    if isinstance(value, list):
        return "; ".join(map(str, value)) or None
    return Decimal(str(value)) if isinstance(value, float) else value


@worded()
def open_tables(view: View, extension: dict[str, Any] | None = None) -> list[OpenTable]:
    """The tables to be published, in the order of the consolidated workbook."""
    inside = {f.key if f.path[:2] != ("sheet", "extension") else f"x_{f.key}"
              for f in (*objective_fields(), *extension_fields(extension)) if f.schema.get("x-internal")}
    inside_keys = {k.removeprefix("x_") for k in inside}
    of_items = {name: {f.key for key in ITEMS.get(name, (name,)) for f in further(key) if f.schema.get("x-internal")}
                for name in ("sectors", "cascade", *ITEMS)}
    tables = []
    for table in (rows.sectors(view), rows.objectives(view, extension), rows.phases(view), rows.results(view),
                  *([indicators.table(view)] if view.content.get("indicators") else []),
                  records.narratives(view, extension), rows.measures(view), rows.money(view), records.cascade(view)):
        left_out = (inside if table.name == "objectives" else of_items.get(table.name, set())) | KEPT_INSIDE.get(table.name, set())
        known = _descriptions(table.name, extension)
        columns = tuple(OpenColumn(c.key, c.cell, titles=c.titles,
                                   descriptions=known.get(c.key) or known.get(_bare(c.key, view)) or c.titles, labels=c.labels)
                        for c in table.columns if c.key not in left_out)
        if table.name == "narratives":
            table = _without(table, inside_keys)
        tables.append(OpenTable(table.name, columns, table))
    return tables


def _without(table: Table, about: set[str]) -> Table:
    """The narratives that are not about internal fields."""
    return Table(table.name, table.columns, lambda: (row for row in table if row.values["about"] not in about))


def _bare(key: str, view: View) -> str:
    """The key of a column without its round: ``final_outcome`` is about ``outcome``."""
    round, _, rest = key.partition("_")
    return rest if round in view.year else key


def _descriptions(table: str, extension: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """What each column of ``table`` means, by key, in both languages; the body's own fields under ``x_<key>``."""
    descriptions: dict[str, dict[str, Any]] = {}
    for field in (*objective_fields(), *return_fields()):
        if field.key in ITEMS.get(table, ()):
            for item in (i for i in field.items if not i.shows_in_force):
                descriptions.setdefault(revised_key(item.key) if item.revision else item.key, _said(item))
    for name in DEFINITIONS.get(table, ()):
        descriptions = _defined(name) | descriptions
    if table == "indicators":
        descriptions |= {f.key: _said(f) for f in indicators.fields()}
    if table == "objectives":
        own = [f for f in (*objective_fields(), *extension_fields(extension)) if not f.shows_in_force]
        descriptions |= {revised_key(f.key) if f.revision else f"declared_{f.key}" if f.reading else field_key(f): _said(f) for f in own}
        descriptions |= {f"evaluation_{key}": said for key, said in _defined("evaluation").items()}
    words = area("publish")
    return descriptions | {k: words[f"field_{k}"] for k in COMMON if f"field_{k}" in words} \
        | {k.removeprefix(f"field_{table}_"): said for k, said in words.items() if k.startswith(f"field_{table}_")}


def _said(field: Field) -> dict[str, str]:
    return {language: field.description(language) for language in LANGUAGES}


@cached_in_words
def _defined(name: str) -> dict[str, dict[str, Any]]:
    """The descriptions of the properties of a definition of the schemas."""
    if name in ("mean", "outcome"):
        properties = documents.schema("consolidated")["$defs"][name]["properties"]
        return {key: {"it": in_body_words(node["description"], "it"), "en": in_body_words(node["x-en"]["description"], "en")} for key, node in properties.items()}
    return {field.key: _said(field) for field in fields_of(documents.schema("plan")["$defs"][name], "plan")}
