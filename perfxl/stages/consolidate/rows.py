"""The rows of the consolidated tables: pure functions from the document, shared by the workbook and ``perfxl.tables``.

Values are the document's own (percentages in points, dates as ISO text, choices as their codes); outcomes, which
documents carry as text, are ``Decimal``. Each row knows its JSON Pointer in ``content``, by which its source is found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from perfxl.model import documents
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.texts import area
from perfxl.stages.consolidate.view import Held, View

#: A text longer than this has rows of its own among the narratives.
LONG_TEXT = 8000


@dataclass(frozen=True)
class Column:
    """A column of a table. ``cell``: one of ``fields.CELLS`` or ``code``; ``moment``: whose colour it has."""

    key: str
    cell: str
    titles: dict
    moment: str = "plan"
    labels: dict = field(default_factory=dict)

    def title(self, language: str) -> str:
        """What users read above the column."""
        return self.titles[language]

    def label(self, value, language: str) -> str:
        """A choice as users read it; what is not among the choices stands as it is."""
        if isinstance(value, bool):
            return {"it": {True: "Sì", False: "No"}, "en": {True: "Yes", False: "No"}}[language][value]
        return self.labels.get(language, {}).get(value, str(value))


@dataclass(frozen=True)
class Row:
    """One row: ``at`` is its JSON Pointer in ``content`` ("" when it has none), ``values`` by column key."""

    at: str
    values: dict


@dataclass(frozen=True)
class Table:
    """A table by name, with its columns; iterating builds its rows anew each time."""

    name: str
    columns: tuple[Column, ...]
    build: Callable[[], Iterator[Row]]

    def __iter__(self) -> Iterator[Row]:
        return self.build()


def own(key: str, cell: str, moment: str = "plan", name: str = "") -> Column:
    """A column whose title stands in ``texts/result.toml`` as ``col_<name or key>``."""
    titles = area("result")[f"col_{name or key}"]
    return Column(key, cell, titles, moment)


def choice(key: str, group: str, moment: str = "plan", name: str = "") -> Column:
    """A column of choices whose labels stand in ``texts/result.toml`` as ``<group>_<value>``."""
    found = {k.removeprefix(group + "_"): v for k, v in area("result").items() if k.startswith(group + "_")}
    labels = {language: {k: v[language] for k, v in found.items()} for language in ("it", "en")}
    return Column(key, "choice", area("result")[f"col_{name or key}"], moment, labels)


def of(given: Field, key: str = "") -> Column:
    """The column of a field of the schemas."""
    labels = {language: given.labels(language) for language in ("it", "en")} if given.cell in ("choice", "yesno") else {}
    return Column(key or given.key, given.cell, {x: given.title(x) for x in ("it", "en")}, given.moment, labels)


def is_story(given: Field) -> bool:
    """Whether a field may be too long for a row of a list: its text goes to the narratives."""
    return given.cell == "long" and given.schema.get("maxLength", 0) > LONG_TEXT


def percent(text: str | None) -> Decimal | None:
    """An outcome of the document, in points; None where there is none."""
    return None if text is None else Decimal(text)


def in_round(column: Column, round: str) -> Column:
    """The same column as it stands for ``round``: its key, its title and its colour say so."""
    said = area("result")[f"in_{round}"]
    titles = {x: f"{column.titles[x]} · {said[x]}" for x in ("it", "en")}
    return Column(f"{round}_{column.key}", column.cell, titles, round, column.labels)


def schema_column(definition: str, key: str, cell: str) -> Column:
    """A column whose titles are those of a property of the consolidated document."""
    about = documents.schema("consolidated")["$defs"][definition]["properties"][key]
    labels = {language: {k: v[language] for k, v in about.get("x-labels", {}).items()} for language in ("it", "en")}
    return Column(key, cell, {"it": about["title"], "en": about["x-en"]["title"]}, labels=labels)


FIGURES = ("outcome", "without_missing", "missing_as_zero", "missing_as_last", "denominator", "coverage")


def mean_values(mean: dict, round: str) -> dict:
    """The parts of a mean as row values, keys beginning with the round."""
    figures = {f"{round}_{k}": percent(mean.get(k)) for k in FIGURES}
    return {**figures, f"{round}_counted": mean.get("counted"), f"{round}_missing": mean.get("missing"),
            f"{round}_excluded": list(mean.get("excluded", ()))}


def mean_columns(rounds: tuple[str, ...]) -> list[Column]:
    """The columns of ``mean_values`` for each round."""
    kinds = {**{k: "percent" for k in FIGURES}, "counted": "integer", "missing": "integer", "excluded": "lines"}
    return [in_round(schema_column("mean", k, cell), r) for r in rounds for k, cell in kinds.items()]


def sectors(view: View) -> Table:
    """One row per sector: outcome three ways, denominator, coverage, counted, excluded, for each round."""
    columns = (own("sector", "code"), own("name", "text"), own("manager", "text"), own("email", "text"),
               own("appointment", "text"), choice("state", "state"), own("objectives", "integer"),
               own("sector_weight", "number"), Column("weighted", "yesno", area("result")["col_weighted"]),
               *mean_columns(view.rounds))

    def build():
        for k, sector in enumerate(view.sectors):
            values = {"sector": sector["code"], "state": view.state(sector["code"]),
                      "objectives": len(view.by_sector.get(sector["code"], ())),
                      "sector_weight": sector.get("weight"), "weighted": sector.get("weighted", True),
                      **{key: sector.get(key) for key in ("name", "manager", "email", "appointment")}}
            for r in view.rounds:
                values |= mean_values(view.mean(r, "sectors", sector["code"]), r)
            yield Row(f"/sectors/{k}", values)

    return Table("sectors", columns, build)


OUTCOME = {"by_phases": "percent", "by_results": "percent", "by_measures": "percent", "declared": "percent",
           "evaluated": "percent", "value": "percent", "counted": "yesno"}
EVALUATION = {"reason": "long", "by": "text", "date": "date"}


def outcome_columns(round: str) -> list[Column]:
    """The columns of one objective's outcomes in ``round``."""
    columns = [schema_column("outcome", k, cell) for k, cell in OUTCOME.items()]
    columns[6:6] = [choice("basis", "basis"), choice("status", "status", name="outcome_status")]
    columns += [choice("exclusion", "exclusion")]
    columns += [own(f"evaluation_{k}", cell) for k, cell in EVALUATION.items()]
    return [in_round(c, round) for c in columns]


def _outcome_values(view: View, held: Held, round: str) -> dict:
    found = view.outcome(round, held)
    values = {f"{round}_{k}": percent(found.get(k)) if cell == "percent" else found.get(k) for k, cell in OUTCOME.items()}
    values |= {f"{round}_{k}": found.get(k) for k in ("basis", "status", "exclusion")}
    said = view.evaluations.get((*held.key, round), {})
    return values | {f"{round}_evaluation_{k}": said.get(k) for k in EVALUATION}


def people(responsibles: list[dict] | None) -> str | None:
    """Responsibles on one line each, with their period: ``A. Rossi (2021-01-01 – 2021-09-30)``."""
    lines = []
    for person in responsibles or ():
        period = " – ".join(person.get(k, "…") for k in ("from", "to")) if "from" in person or "to" in person else ""
        lines.append(person["name"] + (f" ({period})" if period else ""))
    return "\n".join(lines) or None


def _single_fields(extension: dict | None) -> tuple[Field, ...]:
    """The fields of the objective that stand in one cell of the list of objectives."""
    return tuple(f for f in (*objective_fields(), *extension_fields(extension))
                 if f.cell != "table" and not is_story(f) and f.path[0] in ("holding", "sheet"))


def field_key(given: Field) -> str:
    """Column key of a field in the list of objectives: ``weight``, ``interim_declared_reason``, ``x_cig``."""
    match given.path:
        case ("holding", "interim" | "final" as round, key):
            return f"{round}_declared_{key}"
        case ("sheet", "extension", key):
            return f"x_{key}"
        case _:
            return given.key


def dig(place: dict, path: tuple[str, ...]):
    """The value at ``path`` below ``place``; None where there is none."""
    for key in path:
        if not isinstance(place, dict) or key not in place:
            return None
        place = place[key]
    return place


def objectives(view: View, extension: dict | None = None) -> Table:
    """One row per objective and holder: the whole sheet, all outcomes, the body's own fields."""
    single = _single_fields(extension)
    tables = [f for f in objective_fields() if f.key.startswith("responsibles")]

    def column(f: Field) -> Column:
        made = of(f, field_key(f))
        if made.key.startswith(("interim_", "final_")):
            return Column(made.key, made.cell, in_round(made, f.path[1]).titles, f.path[1], made.labels)
        return made

    columns = (own("objective", "code"), own("code_in_sector", "code"), own("sector", "code"), own("lead", "code"),
               choice("kind", "kind"), *(column(f) for f in single if f.path[0] == "sheet" and len(f.path) == 2),
               *(Column(f.key, "text", of(f).titles, f.moment) for f in tables),
               *(column(f) for f in single if f.path[:2] == ("sheet", "extension")),
               *(column(f) for f in single if f.path[0] == "holding"), own("footnote", "text"),
               *(c for r in view.rounds for c in outcome_columns(r)))

    def build():
        for held in view.held:
            o, h = held.objective, held.holder
            values = {"objective": o["code"], "code_in_sector": h.get("code"), "sector": h["sector"], "lead": o["lead"],
                      "kind": o.get("kind", "ordinary"), "footnote": h.get("footnote")}
            values |= {field_key(f): dig(h if f.path[0] == "holding" else o, f.path) for f in single}
            values |= {f.key: people(dig(o, f.path)) for f in tables}
            for r in view.rounds:
                values |= _outcome_values(view, held, r)
            yield Row(held.at, values)

    return Table("objectives", columns, build)


def _items(view: View, key: str) -> Iterator[tuple[str, dict, dict]]:
    """(pointer, objective, item) of every item of an array of the objective sheets."""
    for i, objective in enumerate(view.objectives):
        for k, item in enumerate(objective.get("sheet", {}).get(key, ())):
            yield f"/objectives/{i}/sheet/{key}/{k}", objective, item


def _columns_of(key: str) -> tuple[Field, ...]:
    table = next(f for f in objective_fields() if f.path == ("sheet", key))
    return tuple(f for f in table.items if not is_story(f))


OWNER = ("objective", "sector")


def _owner_columns() -> tuple[Column, ...]:
    return own("objective", "code"), own("sector", "code", name="lead")


def _list(view: View, key: str) -> Table:
    """One row per item of an array of the objective sheets, with the objective and its lead sector before."""
    fields = _columns_of(key)

    def build():
        for at, objective, item in _items(view, key):
            yield Row(at, {"objective": objective["code"], "sector": objective["lead"],
                           **{f.key: item.get(f.key) for f in fields}})

    return Table(key, (*_owner_columns(), *(of(f) for f in fields)), build)


def phases(view: View) -> Table:
    """One row per phase: text, weights, three years of dates, realised; what was done is among the narratives."""
    return _list(view, "phases")


def money(view: View) -> Table:
    """One row per amount; a blank year is the plan's."""
    table = _list(view, "money")

    def build():
        for row in table:
            yield Row(row.at, {**row.values, "year": row.values["year"] or view.content["year"]})

    return Table("money", table.columns, build)


def results(view: View) -> Table:
    """One row per expected result, followed by one row per entity that has values of its own for it."""
    fields, by_entity = _columns_of("results"), [f for f in _columns_of("entities") if f.key not in ("result", "entity")]
    columns = (*_owner_columns(), of(fields[0]), own("entity", "text"), *(of(f) for f in fields[1:]))

    def build():
        for i, objective in enumerate(view.objectives):
            owner = {"objective": objective["code"], "sector": objective["lead"]}
            sheet = objective.get("sheet", {})
            entities = list(enumerate(sheet.get("entities", ())))
            for k, result in enumerate(sheet.get("results", ())):
                yield Row(f"/objectives/{i}/sheet/results/{k}", {**owner, **{f.key: result.get(f.key) for f in fields}})
                mine = [e for e in entities if e[1]["result"] == result["id"]]
                entities = [e for e in entities if e[1]["result"] != result["id"]]
                yield from (_entity(i, n, owner, e, by_entity) for n, e in mine)
            yield from (_entity(i, n, owner, e, by_entity) for n, e in entities)

    return Table("results", columns, build)


def _entity(i: int, n: int, owner: dict, entity: dict, fields: list[Field]) -> Row:
    values = {**owner, "id": entity["result"], "entity": entity["entity"], **{f.key: entity.get(f.key) for f in fields}}
    return Row(f"/objectives/{i}/sheet/entities/{n}", values)


def measures(view: View) -> Table:
    """One row per measure of the transversal objectives, with the sector it is entrusted to."""
    fields = next(f for f in return_fields() if f.key == "measures").items

    def build():
        for k, row in enumerate(view.content.get("measures", ())):
            yield Row(f"/measures/{k}", {"sector": row["sector"], **{f.key: row["measure"].get(f.key) for f in fields}})

    return Table("measures", (own("sector", "code"), *(of(f) for f in fields)), build)
