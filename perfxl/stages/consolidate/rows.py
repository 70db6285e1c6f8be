"""The rows of the consolidated tables: pure functions from the document, shared by the workbook and ``perfxl.tables``.

Values are the document's own (percentages in points, dates as ISO text, choices as their codes); outcomes, which
documents carry as text, are ``Decimal``. Each row knows its JSON Pointer in ``content``, by which its source is found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from perfxl.model.columns import further
from perfxl.model.documents import get_path
from perfxl.model.fields import (
    Field,
    extension_fields,
    objective_fields,
    return_fields,
)
from perfxl.model.lateness import Lateness, result_lateness
from perfxl.model.texts import area
from perfxl.model.views import Entity, Objective, Phase, Result
from perfxl.stages.consolidate.columns import (
    Column,
    Row,
    Table,
    base,
    choice,
    column_from_field,
    column_from_texts,
    field_key,
    in_round,
    is_story,
    mean_columns,
    mean_values,
    people,
    percent,
    read_columns,
    read_values,
    readings_of,
    revised_column,
    revised_values,
    revisions_of,
    schema_column,
    with_revised,
)
from perfxl.stages.consolidate.view import Assignment, View


def level_keys(view: View) -> tuple[str, ...]:
    """The columns that say how sectors stand under one another; none where they stand side by side."""
    return ("above", *(("level",) if view.structure.names else ())) if view.structure.levelled else ()


def sectors(view: View) -> Table:
    """One row per sector: outcome three ways, denominator, coverage, counted, excluded, for each round."""
    columns = (column_from_texts("sector", "code"), column_from_texts("name", "text"), column_from_texts("manager", "text"), column_from_texts("email", "text"),
               column_from_texts("appointment", "text"), choice("state", "state"), column_from_texts("objectives", "integer"),
               column_from_texts("sector_weight", "number"), Column("weighted", "yesno", area("result")["col_weighted"]),
               *(column_from_texts(key, "text") for key in level_keys(view)),
               *map(column_from_field, further("sectors")), *mean_columns(view.rounds))
    places = {s["code"]: k for k, s in enumerate(view.content["sectors"])}

    def build() -> Iterator[Row]:
        for sector in view.sectors:
            values = {"sector": sector["code"], "state": view.state(sector["code"]),
                      "objectives": len(view.by_sector.get(sector["code"], ())),
                      "sector_weight": sector.get("weight"), "weighted": sector.get("weighted", True),
                      **{key: sector.get(key) for key in ("name", "manager", "email", "appointment")},
                      **{f.key: sector.get(f.key) for f in further("sectors")}}
            if view.structure.levelled:
                values |= {"above": view.structure.above(sector["code"]) or None, "level": view.structure.level(sector["code"]) or None}
            for r in view.rounds:
                values |= mean_values(view.mean(r, "sectors", sector["code"]), r)
            yield Row(f"/sectors/{places[sector['code']]}", values)

    return Table("sectors", columns, build)


OUTCOME = {"by_phases": "percent", "by_results": "percent", "by_measures": "percent", "declared": "percent",
           "evaluated": "percent", "value": "percent", "counted": "yesno"}
EVALUATION = {"reason": "long", "by": "text", "date": "date"}


def outcome_columns(round: str) -> list[Column]:
    """The columns of one objective's outcomes in ``round``."""
    columns = [schema_column("outcome", k, cell) for k, cell in OUTCOME.items()]
    columns[6:6] = [choice("basis", "basis"), choice("status", "status", name="outcome_status")]
    columns += [choice("exclusion", "exclusion")]
    columns += [column_from_texts(f"evaluation_{k}", cell) for k, cell in EVALUATION.items()]
    return [in_round(c, round) for c in columns]


def _outcome_values(view: View, held: Assignment, round: str) -> dict[str, Any]:
    outcome = view.outcome(round, held)
    values = {f"{round}_{k}": percent(getattr(outcome, k)) if cell == "percent" else getattr(outcome, k) for k, cell in OUTCOME.items()}
    values |= {f"{round}_{k}": getattr(outcome, k) for k in ("basis", "status", "exclusion")}
    if view.shares_for_phases(view.year[round], held):
        values[f"{round}_by_phases"] = None
    said = view.evaluations.get((*held.key, round), {})
    return values | {f"{round}_evaluation_{k}": said.get(k) for k in EVALUATION}


def _single_fields(extension: dict[str, Any] | None) -> tuple[Field, ...]:
    """The fields of the objective that stand in one cell of the list of objectives, as the plan has them."""
    return tuple(f for f in (*objective_fields(), *extension_fields(extension))
                 if f.cell != "table" and not is_story(f) and f.path[0] in ("holding", "sheet") and base(f))


def objectives(view: View, extension: dict[str, Any] | None = None) -> Table:
    """One row per objective and holder: the whole sheet, all outcomes, the body's own fields."""
    single = _single_fields(extension)
    people_of = next(f for f in objective_fields() if f.path == ("sheet", "responsibles"))
    changes = {part: revisions_of(f"{part}Revision") for part in ("sheet", "holding")}
    fields = readings_of("holdingReading")
    columns = (column_from_texts("objective", "code"), column_from_texts("code_in_sector", "code"), column_from_texts("sector", "code"), column_from_texts("lead", "code"),
               choice("kind", "kind"), *with_revised([f for f in single if f.path[0] == "sheet" and len(f.path) == 2],
                                                      [f for f in changes["sheet"] if f.cell != "table"]),
               Column("responsibles", "text", column_from_field(people_of).titles, people_of.moment),
               *(revised_column(f) for f in changes["sheet"] if f.cell == "table"),
               *(column_from_field(f, field_key(f)) for f in single if f.path[:2] == ("sheet", "extension")),
               *with_revised([f for f in single if f.path[0] == "holding"], changes["holding"]),
               *read_columns(view, fields, "declared_"), column_from_texts("footnote", "text"),
               *(c for r in view.rounds for c in outcome_columns(r)))

    revised_sheet, revised_holding = (revised_values(view, changes[part]) for part in ("sheet", "holding"))
    declared = read_values(view, fields, "declared_")

    def build() -> Iterator[Row]:
        for held in view.held:
            o, h, holding = held.objective, held.holder, held.holder.holding.data
            values = {"objective": o.code, "code_in_sector": h.code, "sector": h.sector, "lead": o.lead, "kind": o.kind, "footnote": h.footnote}
            values |= {field_key(f): get_path((h if f.path[0] == "holding" else o).data, f.path) for f in single}
            values |= {"responsibles": people(get_path(o.data, people_of.path)), **revised_sheet(o.sheet.data), **revised_holding(holding),
                       **declared(holding)}
            for r in view.rounds:
                values |= _outcome_values(view, held, r)
            yield Row(held.at, values)

    return Table("objectives", columns, build)


def _items(view: View, key: str) -> Iterator[tuple[str, Objective, dict[str, Any]]]:
    """(pointer, objective, item) of every item of an array of the objective sheets."""
    for i, objective in enumerate(view.objectives):
        for k, item in enumerate(objective.sheet.data.get(key, ())):
            yield f"/objectives/{i}/sheet/{key}/{k}", objective, item


def _columns_of(key: str) -> tuple[Field, ...]:
    table = next(f for f in objective_fields() if f.path == ("sheet", key))
    return tuple(f for f in table.items if not is_story(f) and base(f))


OWNER = ("objective", "sector")


def _owner_columns() -> tuple[Column, ...]:
    return column_from_texts("objective", "code"), column_from_texts("sector", "code", name="lead")


def _list(view: View, key: str) -> Table:
    """One row per item of an array of the objective sheets, with the objective and its lead sector before."""
    part = _Said.of_items(key)
    values = part.values(view)

    def build() -> Iterator[Row]:
        for at, objective, item in _items(view, key):
            yield Row(at, {"objective": objective.code, "sector": objective.lead, **values(item)})

    return Table(key, (*_owner_columns(), *part.columns(view)), build)


#: How late an item is at the round of the document, and whether it still is.
LATE = ("late", "late_now")


def _late_columns() -> tuple[Column, ...]:
    return column_from_texts("late", "integer", "monitoring"), Column("late_now", "yesno", area("result")["col_late_now"], "monitoring")


def _late_values(lateness: Lateness | None) -> dict[str, Any]:
    return {} if lateness is None else {"late": lateness.days, "late_now": lateness.now}


@dataclass(frozen=True)
class _Said:
    """What is told of an item of a table: what the plan says, what rounds changed, what they found."""

    fields: tuple[Field, ...]
    changes: tuple[Field, ...]
    readings: tuple[Field, ...]

    @classmethod
    def of_items(cls, key: str) -> "_Said":
        """That of the items of ``key``: ``phases``, ``results``, ``entities``, ``money``, ``measures``."""
        names = {"phases": ("phaseRevision", "phaseReading"), "results": ("resultRevision", "resultReading"),
                 "entities": ("", "entityReading"), "measures": ("measureRevision", "measureReading")}.get(key, ("", ""))
        table = next(f for f in return_fields() if f.key == key) if key == "measures" else None
        fields = tuple(f for f in table.items if base(f)) if table else _columns_of(key)
        return cls(fields, *(revisions_of(name) if name else () for name in names))

    def columns(self, view: View) -> list[Column]:
        """The columns, in the order of the schema, each revised one beside its own."""
        return [*with_revised(list(self.fields), self.changes), *read_columns(view, self.readings)]

    def values(self, view: View) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """What gives the values of an item by column key."""
        keys = [f.key for f in self.fields]
        revised, read = revised_values(view, self.changes), read_values(view, self.readings)
        return lambda item: {**{key: item.get(key) for key in keys}, **revised(item), **read(item)}


def phases(view: View) -> Table:
    """One row per phase: text, weights, three years of dates, realised, lateness; what was done is among the narratives."""
    table = _list(view, "phases")

    def build() -> Iterator[Row]:
        items = {at: (objective, Phase(item)) for at, objective, item in _items(view, "phases")}
        for row in table:
            yield Row(row.at, row.values | _late_values(view.phase_lateness(*items[row.at])))

    return Table("phases", (*table.columns, *_late_columns()), build)


def money(view: View) -> Table:
    """One row per amount; a blank year is the plan's."""
    table = _list(view, "money")

    def build() -> Iterator[Row]:
        for row in table:
            yield Row(row.at, {**row.values, "year": row.values["year"] or view.content["year"]})

    return Table("money", table.columns, build)


def results(view: View) -> Table:
    """One row per expected result, followed by one row per entity that has values of its own for it."""
    part, by_entity = _Said.of_items("results"), _Said.of_items("entities")
    first, *rest = part.columns(view)
    rest += [c for c in map(column_from_field, further("entities")) if c.key not in {r.key for r in rest}]
    columns = (*_owner_columns(), first, column_from_texts("entity", "text"), *rest, *_late_columns())
    values, of_entity = part.values(view), by_entity.values(view)

    def build() -> Iterator[Row]:
        for i, objective in enumerate(view.objectives):
            owner = {"objective": objective.code, "sector": objective.lead}
            sheet = objective.sheet.data
            entities = list(enumerate(sheet.get("entities", ())))
            for k, result in enumerate(sheet.get("results", ())):
                of_result = [e for e in entities if e[1].get("result") == result.get("id")]
                late = result_lateness(Result(result), view.round, tuple(Entity(e) for _, e in of_result), view.rules())
                yield Row(f"/objectives/{i}/sheet/results/{k}", {**owner, **values(result), **_late_values(late)})
                entities = [e for e in entities if e[1].get("result") != result.get("id")]
                yield from (_entity(i, n, owner=owner, entity=e, values=of_entity(e)) for n, e in of_result)
            yield from (_entity(i, n, owner=owner, entity=e, values=of_entity(e)) for n, e in entities)

    return Table("results", columns, build)


def _entity(i: int, n: int, owner: dict[str, Any], entity: dict[str, Any], values: dict[str, Any]) -> Row:
    own = {k: v for k, v in values.items() if k not in ("result", "entity")}
    return Row(f"/objectives/{i}/sheet/entities/{n}", {**owner, "id": entity.get("result"), "entity": entity.get("entity"), **own})


def measures(view: View) -> Table:
    """One row per measure of the transversal objectives, with the sector it is entrusted to."""
    part = _Said.of_items("measures")
    values = part.values(view)

    def build() -> Iterator[Row]:
        for k, row in enumerate(view.content.get("measures", ())):
            yield Row(f"/measures/{k}", {"sector": row["sector"], **values(row["measure"])})

    return Table("measures", (column_from_texts("sector", "code"), *part.columns(view)), build)
