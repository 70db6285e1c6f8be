"""More rows of the consolidated tables: narratives, the strategic cascade, findings, sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from perfxl.model.columns import further
from perfxl.model.fields import Field, extension_fields, objective_fields, part_fields
from perfxl.model.texts import area
from perfxl.stages.consolidate.columns import (
    LONG_TEXT,
    Column,
    Row,
    Table,
    base,
    choice,
    column_from_field,
    column_from_texts,
    is_story,
    mean_columns,
    mean_values,
    revised_key,
    round_column,
    schema_column,
)
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.workbook.binding import return_scalars

#: Column of the list of readings in which each part of an objective says what a round found of it.
READ: dict[str, dict[str, str | tuple[str, ...]]] = {
    "holding": {"percent": "percent", "status": "status", "text": ("reason", "note")}, "phases": {"percent": "realised", "start": "actual_start", "end": "actual_end"},
        "results": {"percent": "degree", "actual": "actual", "text": ("note",), "end": "achieved_on"}, "entities": {"actual": "actual"},
        "measures": {"percent": "percent", "text": ("result",)}}
SEVERITIES = ("error", "warning", "note")


def readings(view: View) -> Table:
    """One row for each thing that each round found: of objectives in their sectors, phases, results, entities, measures."""
    percent, status = (column_from_field(f) for f in part_fields("holdingReading") if f.key in ("percent", "status"))
    columns = (round_column(view), column_from_texts("objective", "code"), column_from_texts("sector", "code"), choice("of", "reading_of", name="reading_part"),
               column_from_texts("item", "text", name="reading_item"), percent, column_from_texts("actual", "number", name="reading_actual"), status,
               column_from_texts("text", "long", name="reading_text"), column_from_texts("start", "date", name="reading_start"), column_from_texts("end", "date", name="reading_end"))

    def build() -> Iterator[Row]:
        for r in view.round.reported:
            for at, values, item in _readable_items(view):
                own = next((reading for reading in item.get("readings", ()) if reading["round"] == r), dict[str, Any]())
                said: dict[str, Any] = {}
                for key, names in READ[values["of"]].items():
                    parts = [own.get(name) for name in ((names,) if isinstance(names, str) else names)]
                    kept = [p for p in parts if p is not None]
                    said |= {key: kept[0] if isinstance(names, str) else "\n".join(kept)} if kept else {}
                if said:
                    yield Row(at, {"round": str(r), **values, **said})

    return Table("readings", columns, build)


def _readable_items(view: View) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(pointer, what says which it is, the item) of everything that rounds find something of."""
    for i, objective in enumerate(view.objectives):
        about = {"objective": objective.code, "sector": objective.lead}
        for j, holder in enumerate(objective.holders):
            yield f"/objectives/{i}/holders/{j}", {**about, "sector": holder.sector, "of": "holding"}, holder.holding.data
        for table in ("results", "entities", "phases"):
            for k, row in enumerate(objective.sheet.data.get(table, ())):
                name = f"{row.get('result')}: {row.get('entity')}" if table == "entities" else str(row.get("id", ""))
                yield f"/objectives/{i}/sheet/{table}/{k}", {**about, "of": table, "item": name}, row
    for k, row in enumerate(view.content.get("measures", ())):
        measure = row["measure"]
        yield f"/measures/{k}", {"objective": measure["objective"], "sector": row["sector"], "of": "measures", "item": measure["id"]}, measure


def narratives(view: View, extension: dict[str, Any] | None = None) -> Table:
    """One row per long text, whole: detail, narratives of each round, what was done in each phase.

    A text of the body's own fields is here when it is too long for the list of objectives.
    """
    stories = [f for f in objective_fields() if f.cell == "long" and is_story(f) and f.path[0] == "sheet" and base(f)]
    said = {definition: [f for f in part_fields(definition) if is_story(f)] for definition in ("sheetRevision", "sheetReading", "phaseReading")}
    first = {kind: rounds[0] for kind in ("plan", "monitoring", "final") if (rounds := view.year.of_kind(kind))}
    extra = [f for f in extension_fields(extension) if f.cell in ("text", "long")]
    columns = (column_from_texts("objective", "code"), column_from_texts("sector", "code", name="lead"), round_column(view),
               column_from_texts("about", "text"), column_from_texts("phase", "text", name="phase"), column_from_texts("text", "long", name="narrative"))

    def long_texts(item: dict[str, Any], key: str, definition: str, at: str, base_: dict[str, Any], round: str) -> Iterator[Row]:
        """What ``round`` said of an item in long texts."""
        for n, statement in enumerate(item.get(key, ())):
            for f in said[definition] if statement["round"] == round else ():
                if isinstance(statement.get(f.key), str):
                    about = revised_key(f.key) if key == "revisions" else f.key
                    yield Row(f"{at}/{key}/{n}/{f.key}", {"phase": None, **base_, "about": about, "text": statement[f.key]})

    def build() -> Iterator[Row]:
        for i, objective in enumerate(view.objectives):
            sheet, at = objective.sheet.data, f"/objectives/{i}/sheet"
            for r in view.round.until:
                about = {"objective": objective.code, "sector": objective.lead, "round": str(r)}
                if r.kind == "plan":
                    yield from _stories(sheet, at, about, stories)
                yield from long_texts(sheet, "revisions", definition="sheetRevision", at=at, base_=about, round=r)
                yield from long_texts(sheet, "readings", definition="sheetReading", at=at, base_=about, round=r)
                for k, phase in enumerate(sheet.get("phases", ())):
                    yield from long_texts(phase, "readings", definition="phaseReading", at=f"{at}/phases/{k}",
                                    base_={**about, "phase": phase.get("id")}, round=r)
                yield from (row for row in _stories(sheet.get("extension", {}), f"{at}/extension", about,
                                                    [f for f in extra if f.opens(r) and r == first[f.moment]])
                            if len(row.values["text"]) > LONG_TEXT)

    return Table("narratives", columns, build)


def _stories(place: dict[str, Any], at: str, about: dict[str, Any], fields: list[Field]) -> Iterator[Row]:
    for f in fields:
        if isinstance(place.get(f.key), str):
            yield Row(f"{at}/{f.key}", {"phase": None, **about, "about": f.key, "text": place[f.key]})


def about_label(key: str, language: str, extension: dict[str, Any] | None = None) -> str:
    """What a narrative is about, as users read it: the title of its field."""
    for f in (*objective_fields(), *extension_fields(extension)):
        for g in (f, *f.items):
            if (revised_key(g.key) if g.revision else g.key) == key and not g.shows_in_force:
                return g.title(language)
    return key


@dataclass(frozen=True)
class Node:
    """A line of the strategic tree and the objectives right under it; ``depth`` from 1 (the first level) to 6.

    ``line`` is None for the objectives that stand under no declared line.
    """

    line: dict[str, Any] | None
    position: int
    depth: int
    leaves: tuple[Assignment, ...]


def tree(view: View) -> list[Node]:
    """The cascade in the order of its codes; an objective stands under each line it realises.

    A line that is not declared is replaced by the nearest declared one above it.
    """
    cascade = view.cascade
    position = {line["code"]: k for k, line in enumerate(view.content.get("cascade", ()))}
    under: dict[str | None, list[Assignment]] = {}
    for held in view.held:
        homes = [cascade.home(code) or None for code in held.objective.sheet.strategic_lines]
        for home in dict.fromkeys(homes or [None]):
            under.setdefault(home, []).append(held)
    nodes = [Node(cascade.lines[code], position[code], cascade.depth(code), tuple(under.get(code, ()))) for code in cascade.ordered]
    return nodes + ([Node(None, -1, 1, tuple(under[None]))] if None in under else [])


def below(nodes: list[Node], n: int) -> range:
    """Positions in ``nodes`` of the subtree of node ``n``, itself included."""
    end = n + 1
    while end < len(nodes) and nodes[n].line and nodes[end].line and nodes[end].depth > nodes[n].depth:
        end += 1
    return range(n, end)


def cascade(view: View) -> Table:
    """One row per strategic line with its outcomes and the objectives that realise it; ``realised`` False marks the others."""
    columns = (column_from_texts("line", "code"), column_from_texts("depth", "integer"), column_from_texts("title", "text", name="line_title"),
               column_from_texts("councillors", "lines"), column_from_texts("objectives", "lines", name="realised_by"),
               column_from_texts("realised", "yesno"), *map(column_from_field, further("cascade")), *mean_columns(view.rounds))

    def build() -> Iterator[Row]:
        nodes = tree(view)
        for n, node in enumerate(nodes):
            if node.line is None:
                continue
            leaves = [h.objective.code for m in below(nodes, n) for h in nodes[m].leaves]
            values = {"line": node.line["code"], "depth": node.depth, "title": node.line["title"],
                      "councillors": node.line.get("councillors"), "objectives": list(dict.fromkeys(leaves)),
                      "realised": bool(leaves), **{f.key: node.line.get(f.key) for f in further("cascade")}}
            for r in view.rounds:
                values |= mean_values(view.mean(r, "lines", node.line["code"]), r)
            yield Row(f"/cascade/{node.position}", values)

    return Table("cascade", columns, build)


def _schema_columns(definition: str, given: dict[str, str]) -> tuple[Column, ...]:
    return tuple(schema_column(definition, k, cell) for k, cell in given.items())


FINDING = {"file": "text", "sheet": "text", "cell": "code", "field": "text", "sector": "code", "objective": "code",
           "found": "long", "expected": "long", "remedy": "long", "path": "text"}


def findings(view: View) -> Table:
    """One row per finding, in the order of severity, then of the document."""
    columns = (choice("severity", "severity"), column_from_texts("code", "code", name="finding_code"),
               *(Column(k, cell, area("result")[f"col_finding_{k}"]) for k, cell in FINDING.items()))

    def build() -> Iterator[Row]:
        ordered = sorted(view.document["findings"], key=lambda f: SEVERITIES.index(f["severity"]))
        for f in ordered:
            yield Row("", {"severity": f["severity"], "code": f["code"], **{k: f.get(k) for k in FINDING}})

    return Table("findings", columns, build)


SOURCE = {"sector": "code", "file": "text", "verdict": "choice", "sha256": "text", "issue": "integer", "modified": "text", "modified_by": "text"}


def sources(view: View) -> Table:
    """One row per returned file: digest, when and by whom it was saved, who filled it in, the sector's considerations."""
    filled = return_scalars()
    columns = (*_schema_columns("source", SOURCE), *(column_from_field(f, f"compilation_{f.key}") for f in filled))

    def build() -> Iterator[Row]:
        for source in view.document["sources"]:
            said = source.get("compilation", {})
            yield Row("", {**{k: source.get(k) for k in SOURCE}, **{f"compilation_{f.key}": said.get(f.key) for f in filled}})

    return Table("sources", columns, build)
