"""What rounds said of the items of a plan, laid out in tables of its workbook: a row for each reading, each revision.

In a document these stand inside the item that they are about; on a sheet, the first columns say which it is: the objective,
and the sector, phase, result, entity or measure.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from perfxl.model import documents, upgrade
from perfxl.model.fields import Field, part_fields, resolve
from perfxl.model.texts import Texts
from perfxl.stages.plan.layout import (
    READINGS,
    RESPONSIBLES,
    REVISIONS,
    TARGETS,
    Column,
    Sheet,
    columns_of,
    owner_column,
)

#: The parts of an objective that rounds speak of, with the definitions of what is said of each.
PARTS = {"holding": ("holdingReading", "holdingRevision", ""), "sheet": ("sheetReading", "sheetRevision", ""),
         "results": ("resultReading", "resultRevision", "roundTarget"), "phases": ("phaseReading", "phaseRevision", ""),
         "entities": ("entityReading", "", ""), "measures": ("measureReading", "measureRevision", "")}
#: What says which item a row is about: by part, the keys among ``AT``.
AT = ("sector", "phase", "result", "entity", "measure")
ABOUT = {"holding": ("sector",), "sheet": (), "results": ("result",), "phases": ("phase",), "entities": ("result", "entity"),
         "measures": ("sector", "measure")}
#: Why something is revised, and by which act: one column each, whatever the row is about.
WHY = ("reason", "act")
#: Ends the identifier of a row that bears one borne by others before it: which of them it is.
TURN = "#"


def sheets(objectives: Field) -> tuple[Sheet, ...]:
    """The tables of what rounds said; ``objectives``: the field of the plan's objectives."""
    say = {language: Texts("plan", language) for language in ("it", "en")}

    def field(key: str) -> Field:
        titles = {"title": say["it"](f"sheet_{key}"), "description": say["it"](f"note_{key}"),
                  "x-en": {"title": say["en"](f"sheet_{key}"), "description": say["en"](f"note_{key}")}}
        return Field((key,), "table", schema=titles, open=(), shown=())

    def table(key: str, number: int) -> Sheet:
        about = [k for k in AT if key != TARGETS or k in ABOUT["results"]]
        columns = [owner_column(objectives), *map(_locator, about), _round(), *(columns_of((), _why()) if key == REVISIONS else ())]
        for part, definitions in PARTS.items():
            own = tuple(replace(f, path=(part, f.key)) for f in part_fields(definitions[number])
                        if f.key != "round" and f.cell != "table" and not (key == REVISIONS and f.key in WHY)) if definitions[number] else ()
            columns += [replace(c, titles=_of_part(c, part)) for c in columns_of((), own)]
        return Sheet(key, (key,), owned=True, field=field(key), columns=tuple(columns))

    people = next(f for f in part_fields("sheetRevision") if f.key == "responsibles")
    responsibles = Sheet(RESPONSIBLES, (RESPONSIBLES,), owned=True, field=field(RESPONSIBLES),
                         columns=(owner_column(objectives), _round(), *columns_of((), people.items)))
    return table(READINGS, 0), table(REVISIONS, 1), responsibles, table(TARGETS, 2)


def _why() -> tuple[Field, ...]:
    return tuple(replace(f, path=(f.key,)) for f in part_fields("sheetRevision") if f.key in WHY)


def _locator(key: str) -> Column:
    definition = {"sector": "sectorCode", "entity": "name"}.get(key, "itemId")
    given = documents.schema("objective")["$defs"][definition]
    say = {language: Texts("plan", language)(f"about_{key}") for language in ("it", "en")}
    schema = {**given, "title": say["it"], "description": say["it"], "x-en": {"title": say["en"], "description": say["en"]}}
    schema.pop("pattern", None)  # a repeated identifier says which one it is
    return Column(f"@{key}", Field(("@", key), "text", schema=schema, open=(), shown=()), tuple(say.items()), "sectors" if key == "sector" else "")


def _round() -> Column:
    given, _ = resolve({"$ref": "objective.schema.json#/$defs/round", "x-required": True}, "plan")
    made = Field(("round",), "text", schema=given, open=(), shown=())
    return Column("round", made, (("it", given["title"]), ("en", given["x-en"]["title"])), "rounds")


def _of_part(column: Column, part: str) -> tuple[tuple[str, str], ...]:
    return tuple((language, f"{Texts('plan', language)(f'part_{part}')}: {title}") for language, title in column.titles)


def rows(document: dict[str, Any], sheet: str) -> list[tuple[str, dict[str, Any]]]:
    """(code of the objective, item) for every row of one of these sheets, in document order."""
    made: list[tuple[str, dict[str, Any]]] = []
    for code, part, about, item in items(document):
        for statement in item.get("revisions" if sheet == RESPONSIBLES else sheet, ()):
            if sheet == RESPONSIBLES:
                made += [(code, {"round": statement.get("round"), **person}) for person in statement.get("responsibles", ())]
            else:
                why = {k: statement[k] for k in WHY if k in statement} if sheet == REVISIONS else {}
                said = {k: v for k, v in statement.items() if k not in ("round", "responsibles", *why)}
                if said or why or "responsibles" not in statement:
                    made.append((code, {"@": about, "round": statement.get("round"), **why, part: said}))
    return made


def items(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """(code of the objective, part, what says which item, the item) for all that rounds can speak of."""
    yield from ((code, part, about, item) for code, part, about, _, item in _found(document))


def placed(document: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """(path, the item) for all that rounds can speak of."""
    yield from ((path, item) for _, _, _, path, item in _found(document))


def _found(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], tuple[str | int, ...], dict[str, Any]]]:
    """As ``items``, with the way to the item before it."""
    for i, objective in enumerate(document.get("objectives", ())):
        code, sheet = objective.get("code"), objective.get("sheet", {})
        for about, j, holder in _turned(objective.get("holders", ()), "sector"):
            yield code, "holding", {"sector": about[0]}, ("objectives", i, "holders", j, "holding"), holder.get("holding", {})
        yield code, "sheet", {}, ("objectives", i, "sheet"), sheet
        for part, keys in (("results", ("id",)), ("phases", ("id",)), ("entities", ("result", "entity"))):
            for about, k, row in _turned(sheet.get(part, ()), *keys):
                yield code, part, dict(zip(ABOUT[part], about, strict=True)), ("objectives", i, "sheet", part, k), row
    measures = [{"sector": row.get("sector"), **row.get("measure", {})} for row in document.get("measures", ())]
    for about, k, _ in _turned(measures, "objective", "sector", "id"):
        path = ("measures", k, "measure")
        yield about[0], "measures", {"sector": about[1], "measure": about[2]}, path, document["measures"][k].get("measure", {})


def _turned(rows_: list[dict[str, Any]], *keys: str) -> Iterator[tuple[tuple[Any, ...], int, dict[str, Any]]]:
    """Rows with what tells them apart and their position; a repeated one says which it is."""
    seen: dict[tuple[Any, ...], int] = {}
    for k, row in enumerate(rows_):
        name = tuple(row.get(key) for key in keys)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else (*name[:-1], f"{name[-1]}{TURN}{seen[name]}")), k, row


class Placing:
    """Puts the rows of these sheets where they belong in ``document``."""

    def __init__(self, document: dict[str, Any]):
        self.document = document
        self.leads = {o.get("code"): o.get("lead") for o in document.get("objectives", ())}

    @cached_property
    def ways(self) -> dict[tuple[Any, ...], tuple[str | int, ...]]:
        """The path to each item by the code of its objective, its part and what says which it is."""
        return {(code, part, *sorted(about.items())): path for code, part, about, path, _ in _found(self.document)}

    def put(self, sheet: str, owner: str, row: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
        """The paths at which the row of ``sheet`` about objective ``owner`` now stands, each with the part it speaks of; none when
        there is no such item, or the row says something of another part.

        A row about the objective alone may say something of the sector that leads it too.
        """
        if sheet == RESPONSIBLES:
            way = self._person(owner, row)
            return [way] if way else []
        about = dict(row.get("@", {}))
        part = next(p for p, keys in ABOUT.items() if set(keys) == set(about)) if set(about) in map(set, ABOUT.values()) else ""
        if part == "sheet" and "holding" in row:
            rest = {k: v for k, v in row.items() if k != "holding"}
            holding = self._one(sheet, owner, part="holding", about={"sector": self.leads.get(owner)},
                             row={k: v for k, v in row.items() if k not in ("@", "sheet")})
            both = [holding, *([self._one(sheet, owner, part=part, about=about, row=rest)] if "sheet" in row else [])]
            there = [p for p in both if p is not None]
            return there if len(there) == len(both) else []
        way = self._one(sheet, owner, part=part, about=about, row=row)
        return [way] if way else []

    def _one(self, sheet: str, owner: str, part: str, about: dict[str, Any], row: dict[str, Any]) -> tuple[tuple[str | int, ...], str] | None:
        path, round = self.ways.get((owner, part, *sorted(about.items()))), row.get("round")
        if path is None or set(row) - {"@", "round", part, *(WHY if sheet == REVISIONS else ())}:
            return None
        statements = self._list(path, sheet)
        entry = next((r for r in statements if r.get("round") == round and len(r) == 1), None)  # made by its responsibles
        if entry is None:
            entry = {"round": round} if round else {}
            statements.append(entry)
        entry.update({k: row[k] for k in WHY if k in row} | row.get(part, {}))
        return (*path, sheet, next(n for n, r in enumerate(statements) if r is entry)), part

    def _person(self, owner: str, row: dict[str, Any]) -> tuple[tuple[str | int, ...], str] | None:
        path = self.ways.get((owner, "sheet"))
        if path is None:
            return None
        statements, round = self._list(path, REVISIONS), row.get("round")
        entry = next((r for r in statements if r.get("round") == round), None)
        if entry is None:  # a row that names no round is refused at its own cell
            statements.append(entry := {"round": round} if round else {})
        people = entry.setdefault("responsibles", [])
        people.append({k: v for k, v in row.items() if k != "round"})
        return (*path, REVISIONS, next(n for n, r in enumerate(statements) if r is entry), "responsibles", len(people) - 1), ""

    def _list(self, path: tuple[str | int, ...], key: str) -> list[dict[str, Any]]:
        owner: Any = self.document
        for part in path:
            owner = owner[part] if isinstance(part, int) else owner.setdefault(part, {})
        return owner.setdefault(key, [])


def old_columns(sheet: str) -> dict[str, Column]:
    """The columns that ``sheet`` had when a plan knew one interim and one final round, by key."""
    heads = {"holders": ("holding", "holding/"), "objectives": ("sheet", "sheet/"), "results": ("results", ""), "phases": ("phases", ""),
             "entities": ("entities", ""), "measures": ("measures", "measure/")}
    if sheet == REVISIONS:  # when only a holding said why
        reason = next(f for f in part_fields("holdingRevision") if f.key == "reason")
        return {"holding/reason": Column("holding/reason", replace(reason, path=("holding", "reason")), (("it", reason.title("it")), ("en", reason.title("en"))))}
    if sheet not in heads:
        return {}
    part, head = heads[sheet]
    reading, revision, _ = PARTS[part]
    names = {new: old for old, new in upgrade.RENAMED.items()}
    columns = {}
    for f in part_fields(revision) if revision else ():
        if f.cell != "table" and f.key != "round":
            columns[head + (names[f.key] if f.key in names else f"{f.key}_revised")] = f
    for f in part_fields(reading):
        for round in ("interim", "final") if f.key != "round" else ():
            columns[f"{head}{round}/{f.key}" if part == "holding" else f"{head}{round}_{f.key}"] = f
    return {key: Column(key, replace(f, path=tuple(key.split("/"))), (("it", f.title("it")), ("en", f.title("en"))))
            for key, f in columns.items()}
