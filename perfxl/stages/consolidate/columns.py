"""The columns of the consolidated tables, and what of an item stands in them: what the plan says, what rounds changed, what they found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from perfxl.model import documents
from perfxl.model.columns import further_values
from perfxl.model.fields import (
    Field,
    part_fields,
)
from perfxl.model.readings import reading
from perfxl.model.rounds import Round
from perfxl.model.terms import in_body_words, title_by_language, words_in_use
from perfxl.model.texts import LANGUAGES, Texts, area
from perfxl.model.upgrade import RENAMED
from perfxl.model.views import MeanOutcome
from perfxl.stages.consolidate.view import View

#: A text longer than this has rows of its own among the narratives.
LONG_TEXT = 8000


@dataclass(frozen=True)
class Column:
    """A column of a table. ``cell``: one of ``fields.CELLS`` or ``code``; ``moment``: whose colour it has."""

    key: str
    cell: str
    titles: dict[str, Any]
    moment: str = "plan"
    labels: dict[str, Any] = field(default_factory=dict)

    def title(self, language: str) -> str:
        """What users read above the column."""
        return self.titles[language]

    def label(self, value: Any, language: str) -> str:
        """A choice as users read it; what is not among the choices stands as it is."""
        if isinstance(value, bool):
            return {"it": {True: "Sì", False: "No"}, "en": {True: "Yes", False: "No"}}[language][value]
        return self.labels.get(language, {}).get(value, str(value))


@dataclass(frozen=True)
class Row:
    """One row: ``at`` is its JSON Pointer in ``content`` ("" when it has none), ``values`` by column key."""

    at: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table by name, with its columns; iterating builds its rows anew each time."""

    name: str
    columns: tuple[Column, ...]
    build: Callable[[], Iterator[Row]]

    def __iter__(self) -> Iterator[Row]:
        return self.build()


def column_from_texts(key: str, cell: str, moment: str = "plan", name: str = "") -> Column:
    """A column whose title stands in ``texts/result.toml`` as ``col_<name or key>``."""
    titles = area("result")[f"col_{name or key}"]
    return Column(key, cell, titles, moment)


def choice(key: str, group: str, moment: str = "plan", name: str = "") -> Column:
    """A column of choices whose labels stand in ``texts/result.toml`` as ``<group>_<value>``."""
    in_words = {k.removeprefix(group + "_"): v for k, v in area("result").items() if k.startswith(group + "_")}
    labels = {language: {k: v[language] for k, v in in_words.items()} for language in ("it", "en")}
    return Column(key, "choice", titles=area("result")[f"col_{name or key}"], moment=moment, labels=labels)


def column_from_field(given: Field, key: str = "") -> Column:
    """The column of a field of the schemas."""
    labels = {language: given.labels(language) for language in ("it", "en")} if given.cell in ("choice", "yesno") else {}
    return Column(key or given.key, given.cell, titles={x: given.title(x) for x in ("it", "en")}, moment=given.moment, labels=labels)


def is_story(given: Field) -> bool:
    """Whether a field may be too long for a row of a list: its text goes to the narratives."""
    return given.cell == "long" and given.schema.get("maxLength", 0) > LONG_TEXT


def percent(text: str | None) -> Decimal | None:
    """An outcome of the document, in points; None where there is none."""
    return None if text is None else Decimal(text)


def in_round(column: Column, round: str) -> Column:
    """The same column as it stands for ``round``: its key, its title and its colour say so."""
    titles = {x: f"{column.titles[x]} · {Texts('result', x).at('in', round)}" for x in LANGUAGES}
    return Column(f"{round}_{column.key}", column.cell, titles=titles, moment=round, labels=column.labels)


def schema_column(definition: str, key: str, cell: str) -> Column:
    """A column whose titles are those of a property of the consolidated document."""
    about = documents.schema("consolidated")["$defs"][definition]["properties"][key]
    labels = {language: {k: in_body_words(v[language], language) for k, v in about.get("x-labels", {}).items()} for language in ("it", "en")}
    return Column(key, cell, title_by_language(about), labels=labels)


MEAN_FIGURES = ("outcome", "without_missing", "missing_as_zero", "missing_as_last", "denominator", "coverage")


def mean_values(mean: MeanOutcome, round: str) -> dict[str, Any]:
    """The parts of a mean as row values, keys beginning with the round."""
    figures = {f"{round}_{k}": percent(getattr(mean, k)) for k in MEAN_FIGURES}
    return {**figures, f"{round}_counted": mean.counted if mean else None, f"{round}_missing": mean.missing if mean else None,
            f"{round}_excluded": list(mean.excluded)}


def mean_columns(rounds: tuple[str, ...]) -> list[Column]:
    """The columns of ``mean_values`` for each round."""
    kinds = {**{k: "percent" for k in MEAN_FIGURES}, **({"denominator": "number"} if words_in_use().points else {}), "counted": "integer", "missing": "integer", "excluded": "lines"}
    return [in_round(schema_column("mean", k, cell), r) for r in rounds for k, cell in kinds.items()]


def people(responsibles: list[dict[str, Any]] | None) -> str | None:
    """Responsibles on one line each, with their period: ``A. Rossi (01/01/2021 – 30/09/2021)``."""
    lines = []
    for person in responsibles or ():
        period = " – ".join("/".join(reversed(str(person.get(k, "…")).split("-"))) for k in ("from", "to")) if "from" in person or "to" in person else ""
        more = "".join(f", {value}" for _, value in further_values("responsibles", person))
        lines.append(person["name"] + (f" ({period})" if period else "") + more)
    return "\n".join(lines) or None


def round_column(view: View, key: str = "round") -> Column:
    """The column that names a round, by the names that the body gives them."""
    labels = {x: {str(r): Texts("result", x).at("round", r) for r in view.year} for x in LANGUAGES}
    return Column(key, "choice", area("result")["col_round"], labels=labels)


def folded(view: View, column: Column) -> bool:
    """Whether a column is of a round that is folded away: only the latest stand side by side."""
    return isinstance(column.moment, Round) and column.moment.reports and column.moment not in view.shown


def base(given: Field) -> bool:
    """Whether a field says what the plan says, not what a round changed or found."""
    return not (given.revision or given.shows_in_force or given.reading)


def field_key(given: Field) -> str:
    """Column key of a field in the list of objectives: ``weight``, ``x_cig``."""
    return f"x_{given.key}" if given.path[:2] == ("sheet", "extension") else given.key


_OLD_NAMES = {new: old for old, new in RENAMED.items()}


def revised_key(key: str) -> str:
    """Column key of what is in force of a field that rounds revise: ``weight_revised``, ``dropped``."""
    return _OLD_NAMES.get(key, f"{key}_revised")


def revisions_of(definition: str) -> tuple[Field, ...]:
    """The fields that a round may change of an item, those that fit in a cell of a list; why and by which act is told among
    the changes."""
    return tuple(f for f in part_fields(definition) if "x-in" not in f.schema and not is_story(f))


def readings_of(definition: str) -> tuple[Field, ...]:
    """The fields that a round finds of an item, those that fit in a cell of a list."""
    return tuple(f for f in part_fields(definition) if f.key != "round" and not is_story(f))


def revised_values(view: View, fields: tuple[Field, ...]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What gives of an item, by column key, what is in force of the ``fields`` that rounds revised."""
    names = [(f.key, revised_key(f.key)) for f in fields]
    blank = dict.fromkeys(column for _, column in names)

    def values(item: dict[str, Any]) -> dict[str, Any]:
        if not any(item.get(part) for part in ("revisions", "revision", "in_force")):
            return blank
        revised = {column: view.revised(item, key) for key, column in names}
        return {k: people(v) if k == "responsibles_revised" else v for k, v in revised.items()}

    return values


def revised_column(given: Field) -> Column:
    """The column of what is in force of a field that rounds revise."""
    made = column_from_field(given, revised_key(given.key))
    return Column(made.key, "text" if made.cell == "table" else made.cell, titles=made.titles, moment="monitoring", labels=made.labels)


def read_values(view: View, fields: tuple[Field, ...], middle: str = "") -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What gives of an item, by column key (``interim_realised``), what every round found of it."""
    names = [(r, [(f.key, f"{r}_{middle}{f.key}") for f in fields]) for r in view.rounds]

    def values(item: dict[str, Any]) -> dict[str, Any]:
        values = {}
        for r, keys in names:
            said = reading(item, r)
            for key, column in keys:
                values[column] = said.get(key)
        return values

    return values


def read_columns(view: View, fields: tuple[Field, ...], middle: str = "") -> list[Column]:
    """The columns of ``read_values``."""
    return [in_round(column_from_field(f, middle + f.key), r) for r in view.rounds for f in fields]


def with_revised(fields: list[Field], changes: Iterable[Field]) -> list[Column]:
    """The columns of ``fields``, each with that of what is in force after it; then those of what revises no other."""
    left = {f.key: f for f in changes}
    columns = []
    for f in fields:
        columns.append(column_from_field(f, field_key(f)))
        if f.key in left:
            columns.append(revised_column(left.pop(f.key)))
    return columns + [revised_column(f) for f in left.values()]
