"""The fields of the form, as the schemas declare them.

The schemas say everything once: what a field is called, what it may hold, at which kinds of round the sector may
fill it in (``x-open``) and at which it is seen (``x-shown``). The form, the reader, the checks and
the consolidated workbook all take it from here.
"""

from dataclasses import dataclass
from typing import Any

from perfxl.model import documents, languages
from perfxl.model.extension import faults
from perfxl.model.rounds import KINDS
from perfxl.model.terms import cached_in_words, in_body_words, translated, using_words, words_in_use

#: How a value stands in a cell. ``percent`` is a fraction in the cell (0.15) and points in documents (15).
CELLS = ("text", "long", "lines", "choice", "yesno", "integer", "number", "percent", "money", "date", "table")

_YES_NO = {"s": True, "n": False, "y": True, "true": True, "false": False, "vero": True, "falso": False}


@dataclass(frozen=True)
class Field:
    """One property of a document that has a place in a workbook.

    ``path``: keys from the root of its document, without array indexes; ``cell``: one of ``CELLS``;
    ``schema``: its schema with ``$ref`` resolved; ``open``: kinds of round at which the sector fills it in;
    ``shown``: kinds of round at which the form has it; ``items``: the columns, when ``cell`` is ``table``.
    Equal when path and schema are.
    """

    path: tuple[str, ...]
    cell: str
    schema: dict[str, Any]
    open: tuple[str, ...]
    shown: tuple[str, ...]
    items: tuple["Field", ...] = ()

    @property
    def key(self) -> str:
        """The last part of the path."""
        return self.path[-1]

    def title(self, language: str) -> str:
        """What users call the field."""
        return self._said("title", language)

    def description(self, language: str) -> str:
        """One or two sentences of help."""
        return self._said("description", language)

    def _said(self, part: str, language: str) -> str:
        if language in languages.COMPLETE:
            return in_body_words(self.schema[part] if language == "it" else self.schema["x-en"][part], language)
        return translated(self.schema["x-en"][part], language)

    def labels(self, language: str) -> dict[Any, str]:
        """For a choice: what users see, by the value that documents hold."""
        if self.cell == "yesno":
            return {True: "Sì", False: "No"} if language == "it" else {True: translated("Yes", language), False: translated("No", language)}
        return {value: in_body_words(label[language], language) if language in label else translated(label["en"], language)
                for value, label in self.schema.get("x-labels", {}).items()}

    def values(self) -> dict[str, Any]:
        """For a choice: the value by every label, in every language of forms, in the words in use and in the usual ones, casefolded."""
        with using_words({}):
            usual = {label.casefold(): value for language in languages.spoken_to_sectors() for value, label in self.labels(language).items()}
        return usual | {label.casefold(): value for language in languages.spoken_to_sectors() for value, label in self.labels(language).items()}

    @property
    def answers(self) -> dict[str, Any]:
        """For a choice: the value by every text that surely stands for it: ``values``, codes, usual short forms."""
        by_words = self.__dict__.setdefault("_answers", {})  # by the words in use: every cell of a return asks
        if (words := words_in_use()) not in by_words:
            by_words[words] = self._answers_now()
        return by_words[words]

    def _answers_now(self) -> dict[str, Any]:
        short = {v: v for v in self.schema.get("enum", ()) if isinstance(v, str)} if self.cell == "choice" else _YES_NO
        return {**self.values(), **short}

    @property
    def required(self) -> bool:
        """Whether the schema wants it in every item."""
        return self.schema.get("x-required", False)

    @property
    def optional(self) -> bool:
        """Whether a form may do without it: a body's own master, drawn before it was thought of, still serves."""
        return self.schema.get("x-optional", False)

    @property
    def own(self) -> bool:
        """Whether the body's plan declares it (``own_fields``)."""
        return self.schema.get("x-own", False)

    @property
    def block(self) -> str:
        """For a column of a table that goes on in further blocks, the one in which it stands; "" for the first."""
        return self.schema.get("x-block", "")

    @property
    def revision(self) -> bool:
        """Whether it changes, from its round on, what the plan approved."""
        return "revision" in self.path[:-1]

    @property
    def clears(self) -> bool:
        """Whether it may also say that what it changes holds no more."""
        return self.schema.get("x-clears", False)

    @property
    def shows_in_force(self) -> bool:
        """Whether it shows what earlier rounds changed and is still in force."""
        return "in_force" in self.path[:-1]

    @property
    def reading(self) -> bool:
        """Whether it says what a round found."""
        return "reading" in self.path[:-1]

    @property
    def below(self) -> str:
        """For a field on the row of an item's revisions, the key of the column it stands in: ``weight`` for the new weight;
        ``x-below`` for a field that revises no other.
        """
        return self.schema.get("x-below", self.key)

    @property
    def moment(self) -> str:
        """The kind of round whose colour the field has: black plan, blue monitoring, green final."""
        return self.open[0] if self.open else "monitoring" if self.shows_in_force else "plan"

    def opens(self, round: str) -> bool:
        """Whether the sector fills it in at ``round``, a round or a kind of round."""
        return kind_of(round) in self.open

    def shows(self, round: str) -> bool:
        """Whether the form of ``round``, a round or a kind of round, has it."""
        return kind_of(round) in self.shown

    def value(self, owner: Any) -> Any:
        """What stands at the field's path below ``owner``; None where nothing does."""
        for part in self.path:
            if not isinstance(owner, dict):
                return None
            owner = owner.get(part)
        return owner


def kind_of(round: str) -> str:
    """The kind of a round; a kind stands for itself."""
    return getattr(round, "kind", round)


def resolve(schema: dict[str, Any], home: str) -> tuple[dict[str, Any], str]:
    """``schema`` with its ``$ref`` followed (own keywords win), and the document the reference leads to."""
    while "$ref" in schema:
        reference = schema["$ref"]
        file, _, place = reference.partition("#")
        home = file.removesuffix(".schema.json") or home
        target: dict[str, Any] = documents.schema(home)
        for part in place.strip("/").split("/"):
            if part:
                target = target[part]
        own = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **own}
        if not place and "$ref" not in own:
            schema.pop("$defs", None)
    return schema, home


def walk(schema: dict[str, Any], home: str, path: tuple[str, ...] = (), open_: tuple[Any, ...] = (), shown: tuple[Any, ...] = KINDS, *,
         part: str = "", closed: bool = False) -> list[Field]:
    """The fields below an object schema, in its order; arrays of objects become one ``table`` field.

    ``part``: ``return`` or ``plan``, the kind of document, when ``schema`` is not that of the document itself (``x-in``);
    ``closed``: whether the sector never fills in what is below.
    """
    part, fields = part or home, []
    for key, raw in schema.get("properties", {}).items():
        if part not in raw.get("x-in", (part,)):
            continue
        prop, where = resolve(raw, home)
        here = (*path, key)
        opens = () if closed else tuple(prop.get("x-open", open_))
        seen = shown if closed else tuple(prop.get("x-shown", shown))
        if key in schema.get("required", ()):
            prop = {**prop, "x-required": True}
        if prop.get("x-cell") == "table":
            items, inner = resolve(prop["items"], where)
            columns = tuple(walk(items, inner, path=(), open_=opens, shown=seen, part=part, closed=closed))
            fields.append(Field(here, "table", schema=prop, open=opens, shown=seen, items=columns))
        elif "x-cell" in prop:
            fields.append(Field(here, prop["x-cell"], schema=prop, open=opens, shown=seen))
        elif prop.get("type") == "object" and not prop.get("x-extension"):
            inside = walk(prop, where, path=here, open_=opens, shown=seen, part=part, closed=closed or prop.get("x-closed", False))
            fields += [_called_after(f, schema, home) for f in inside] if prop.get("x-closed") else inside
    return fields


def _called_after(field: Field, owner: dict[str, Any], home: str) -> Field:
    """A field that shows what is in force, called after the one that it is about."""
    about, _ = resolve(owner["properties"].get(field.key, field.schema), home)
    titles = {"title": f"{about['title']} (in vigore)", "x-en": {**field.schema["x-en"], "title": f"{about['x-en']['title']} (in force)"}}
    return Field(field.path, field.cell, schema={**field.schema, **titles}, open=field.open, shown=field.shown, items=field.items)


@cached_in_words
def objective_fields() -> tuple[Field, ...]:
    """The fields of one objective in a return: ``code``, ``holding/...``, ``sheet/...``."""
    items, home = resolve(documents.schema("return")["properties"]["objectives"]["items"], "return")
    return tuple(walk(items, home, part="return"))


@cached_in_words
def return_fields() -> tuple[Field, ...]:
    """The fields of a return outside its objectives: ``identity/...``, ``compilation/...``, ``measures``."""
    return tuple(f for f in walk(documents.schema("return"), "return") if f.path[0] != "objectives")


def part_fields(definition: str) -> tuple[Field, ...]:
    """The fields of a definition of the plan's parts, its round first: ``phaseReading``, ``holdingRevision``."""
    return _part_fields(definition)


@cached_in_words
def _part_fields(definition: str) -> tuple[Field, ...]:
    return tuple(walk(documents.schema("objective")["$defs"][definition], "objective", part="plan"))


#: What kinds of round were called when there was one monitoring.
_OLD_KINDS = {"interim": "monitoring"}


def extension_fault(extension: Any) -> str:
    """Where the first thing stands that is wrong with the schema of a body's own fields, and what; "" when nothing is."""
    fault = next(faults(extension), None)
    return "" if fault is None else ": ".join(filter(None, (fault.place or "/", fault.found[:80])))


def extension_fields(extension: dict[str, Any] | None) -> tuple[Field, ...]:
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
        opens, seen = (tuple(_OLD_KINDS.get(k, k) for k in given.get(word, usual))
                       for word, usual in (("x-open", ("plan",)), ("x-shown", KINDS)))
        fields.append(Field(("sheet", "extension", key), cell, schema=schema, open=opens, shown=seen))
    return tuple(fields)
