"""How a plan lies in its workbook: which sheet, which column, taken from ``schemas/plan``.

Every array of objects is a sheet; objects inside its items are flattened into columns; an array inside an
objective is a sheet of its own whose first column is the objective's code. A head of three rows stands over
the rows: hidden keys (``holders:holding/weight``), a sentence about the sheet, the titles. The defined name
``px_plan_holders`` covers the head, so sheets may be renamed, columns moved and rows inserted or sorted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from perfxl.model import documents
from perfxl.model.fields import Field, resolve, walk
from perfxl.model.long_text import CELL_LIMIT
from perfxl.model.terms import cached_in_words, title_by_language, words_in_use
from perfxl.model.texts import Texts

#: Rows of the head: keys, sentence, titles.
KEY_ROW, NOTE_ROW, TITLE_ROW = 1, 2, 3
#: Key of the column that says which objective a row belongs to.
OWNER = "#objective"
#: End of the key and of the title of a column that carries on a text longer than a cell.
MORE = "+"
#: The tables of what rounds said of the items of other tables.
SAID = READINGS, REVISIONS, RESPONSIBLES, TARGETS = "readings", "revisions", "responsibles_revised", "targets"
#: What of a holding stands on the row of its objective too.
OWN = (("holding", "weighting"), ("holding", "weight"))
#: What cells refer to by its code.
REFERRED = ("sectors", "objectives", "rounds", "cascade", "bands", "indicators")
#: Key of the column that the workbook computes: the sum of a sector's weights.
COMPUTED = "="


@dataclass(frozen=True)
class Column:
    """One column: ``key`` inside its sheet, the ``field`` it holds, its titles by language.

    ``more`` columns carry on the text of the column whose key is theirs without the ending; ``computed`` ones hold
    a formula and are not read. ``refers`` is ``sectors``, ``objectives``, ``rounds``, ``cascade``, ``bands`` or ``indicators`` when the cell holds the code of one.
    """
    key: str
    field: Field
    titles: tuple[tuple[str, str], ...]
    refers: str = ""
    more: bool = False
    computed: bool = False

    @property
    def read(self) -> bool:
        """Whether a value of the plan begins in this column."""
        return not (self.more or self.computed)

    def title(self, language: str) -> str:
        """The heading users see."""
        return dict(self.titles)[language]


@dataclass(frozen=True)
class Sheet:
    """One array of the plan: ``id`` names it, ``path`` leads to it from the root or from an objective (``owned``)."""
    id: str
    path: tuple[str, ...]
    owned: bool
    field: Field
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """Defined name of its head."""
        return f"px_plan_{self.id}"

    def title(self, language: str) -> str:
        """The name of the sheet when it is written."""
        return self.field.title(language)

    def full_key(self, column: Column) -> str:
        """What stands in the hidden row over ``column``: it names the sheet too."""
        return f"{self.id}:{column.key}"

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Paths of the objects that an item must have even when nothing is in them."""
        return () if self.id in SAID else _required_groups(("objectives", *self.path) if self.owned else self.path)


def scalar_name(field: Field) -> str:
    """Defined name of the cell of a field outside the tables."""
    return "px_plan_" + "__".join(field.path)


@cached_in_words
def plan_fields() -> tuple[Field, ...]:
    """The fields at the root of a plan."""
    return tuple(walk(documents.schema("plan"), "plan"))


@cached_in_words
def scalars() -> tuple[Field, ...]:
    """The fields outside the tables: year, body, rules."""
    return tuple(f for f in plan_fields() if f.cell != "table")


def group_titles(key: str) -> dict[str, str]:
    """Titles by language of the object ``key`` at the root of a plan (``body``, ``rules``)."""
    prop, _ = resolve(documents.schema("plan")["properties"][key], "plan")
    return title_by_language(prop)


def with_children(field: Field, own: tuple[Field, ...]) -> Iterator[Sheet]:
    """The sheet of the array ``field``, then those of the arrays inside its items; ``own``: the body's own fields."""
    items = field.items + own if field.key == "objectives" else field.items
    columns = list(columns_of(field.path, items))
    if field.key == "sectors":
        columns.insert(2, _weights_column())
    if field.key == "objectives":
        after = 1 + next(n for n, c in enumerate(columns) if c.key == "lead")
        columns[after:after] = _own_holding(items)
    yield Sheet(field.key, field.path, owned=False, field=field, columns=tuple(columns))
    for child in (f for f in items if f.cell == "table"):
        yield Sheet(child.key, child.path, owned=True, field=child,
                    columns=(owner_column(field), *columns_of((*field.path, *child.path), child.items)))


def _weights_column() -> Column:
    words = {lang: Texts("plan", lang) for lang in ("it", "en")}
    said = {lang: {"title": say("weights_title"), "description": say("weights_help")} for lang, say in words.items()}
    field = Field((COMPUTED,), "number" if words_in_use().points else "percent", schema={**said["it"], "x-en": said["en"]}, open=(), shown=())
    return Column(COMPUTED, field, tuple((lang, said[lang]["title"]) for lang in said), computed=True)


def _own_holding(items: tuple[Field, ...]) -> list[Column]:
    """The weight of an objective in the sector that leads it, on the row of the objective: one that a sector holds alone needs
    no other row."""
    holders = next(f for f in items if f.key == "holders")
    said = {lang: Texts("plan", lang) for lang in ("it", "en")}
    columns = []
    for key in OWN:
        field = next(f for f in holders.items if f.path == key)
        help_ = {lang: f"{field.description(lang)} {say('own_help')}" for lang, say in said.items()}
        explained = replace(field, schema={**field.schema, "description": help_["it"], "x-en": {**field.schema["x-en"], "description": help_["en"]}})
        columns.append(Column("/".join(key), explained, tuple((lang, field.title(lang)) for lang in said)))
    return columns


def alone(objective: dict[str, Any]) -> dict[str, Any] | None:
    """What the sector that leads an objective holds, when it holds it alone and nothing more than its weight is said of it."""
    holders = objective.get("holders", ())
    if len(holders) != 1 or holders[0].get("sector") != objective.get("lead") or holders[0].keys() - {"sector", "holding"}:
        return None
    holding = holders[0].get("holding", {})
    return None if holding.keys() - {*(key[-1] for key in OWN), READINGS, REVISIONS} else holding


def optional(sheet: Sheet, column: Column) -> bool:
    """Whether a column belongs to a group of its item that may be left out altogether."""
    group, _, inner = column.key.partition("/")
    return bool(inner) and (group,) not in sheet.groups and group != "sheet"


def owner_column(objectives: Field) -> Column:
    item, _ = _item(objectives.path)
    code = next(f for f in objectives.items if f.key == "code")
    help_ = {"description": item["description"], "x-en": {**code.schema["x-en"], "description": item["x-en"]["description"]}}
    field = Field((OWNER,), "text", schema={**code.schema, **help_, "x-required": True}, open=(), shown=code.shown)
    return Column(OWNER, field, tuple(title_by_language(item).items()), "objectives")


def columns_of(path: tuple[str, ...], items: tuple[Field, ...]) -> Iterator[Column]:
    """The columns of a table whose items are at ``path``; a long text has a second one."""
    plain = [f for f in items if f.cell != "table"]
    repeated = Counter(f.title("it") for f in plain)
    for field in plain:
        titles = {lang: field.title(lang) for lang in ("it", "en")}
        if repeated[titles["it"]] > 1 and len(field.path) > 1:
            above, _ = _item(path, field.path[:-1])
            titles = {lang: f"{title}: {titles[lang]}" for lang, title in title_by_language(above).items()}
        key = "/".join(field.path)
        yield Column(key, field, tuple(titles.items()), "" if path == (field.schema.get("x-given"),) else _refers(field))
        if field.cell == "long" and field.schema.get("maxLength", CELL_LIMIT + 1) > CELL_LIMIT:
            follows = {"it": f"{titles['it']} (segue)", "en": f"{titles['en']} (continued)"}
            yield Column(key + MORE, field, tuple(follows.items()), more=True)


def _item(path: tuple[str, ...], below: tuple[str, ...] = ()) -> tuple[dict[str, Any], str]:
    """The schema of one item of the array at ``path`` (of the object ``below`` in it), and its home."""
    schema, home = documents.schema("plan"), "plan"
    for key in (*path, *below):
        schema, home = resolve(schema["properties"][key], home)
        if schema.get("type") == "array":
            schema, home = resolve(schema["items"], home)
    return schema, home


def _refers(field: Field) -> str:
    """Codes are called ``code`` where they are given; a code under another key refers to one given elsewhere."""
    kind = field.schema.get("x-code", "")
    if field.path in (("code",), ("id",)) or field.schema.get("pattern") is None:
        return ""
    return kind if kind in REFERRED else ""


@cached_in_words
def _required_groups(path: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    groups = []

    def look(schema: dict[str, Any], home: str, below: tuple[str, ...]) -> None:
        for key in schema.get("required", ()):
            prop, where = resolve(schema["properties"][key], home)
            if prop.get("type") == "object":
                groups.append((*below, key))
                look(prop, where, (*below, key))

    look(*_item(path), ())
    return tuple(groups)
