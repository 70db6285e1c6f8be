"""The rows of the sheet of own fields that cannot be used, and the values of required ones that the plan lacks."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from perfxl.model import documents
from perfxl.model.fields import Field, objective_fields, return_fields, walk
from perfxl.model.own_fields import (
    IN_NO_FORM,
    MOST,
    WITH_THE_PLAN,
    missing_required,
    name_of,
    opens,
    usable,
)
from perfxl.model.texts import LANGUAGES, area

Told = tuple[str, tuple[str | int, ...], dict[str, Any]]


def faults(plan: dict[str, Any]) -> Iterator[Told]:
    """PLAN96: what is wrong with a row of the sheet: code, path and values of each."""
    seen: set[tuple[str, str]] = set()
    many: Counter[str] = Counter()
    for i, row in enumerate(plan.get("fields", ())):
        fault = _fault(row)
        why, key = (None, "code") if fault is None else fault
        if fault is None and usable(row):
            many[row["table"]] += 1
            name = name_of(row)
            why = "code_twice" if name in seen else "too_many" if many[row["table"]] > MOST[row["table"]] else None
            seen.add(name)
        if why is not None:
            values = {x: area("plan")[f"own_field_{why}"][x].format(most=MOST.get(row.get("table"), "")) for x in LANGUAGES}
            yield "PLAN96", ("fields", i, key), {"value": row.get("title") or row.get("code"), "why": values}


def _fault(row: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with one row by itself, and the column that can mend it."""
    kind, table = row.get("kind"), row.get("table")
    if kind == "choice" and not row.get("choices"):
        return "no_choices", "choices"
    if kind not in (None, "choice") and row.get("choices"):
        return "choices_of_other", "choices"
    if row.get("minimum") is not None and row.get("maximum") is not None and row["minimum"] > row["maximum"]:
        return "reversed", "maximum"
    if kind not in (None, "number", "money", "percent") and ("minimum" in row or "maximum" in row):
        return "limits_of_other", "minimum" if "minimum" in row else "maximum"
    if table in IN_NO_FORM and row.get("who") == "sector":
        return "in_no_form", "who"
    if table in WITH_THE_PLAN and row.get("who") != "body" and row.get("rounds", "plan") != "plan":
        return "with_the_plan", "rounds"
    if table == "responsibles" and row.get("published") is False:
        return "beside_names", "published"
    return None


def wanted(plan: dict[str, Any]) -> Iterator[Told]:
    """PLAN97: a required field that the body fills in and that a row lacks."""
    asked = {row["table"] for row in plan.get("fields", ()) if usable(row) and row.get("required") is True and not opens(row)}
    if not asked:
        return
    for path, item, fields in _items(plan):
        for f in missing_required(item, [f for f in fields if f.own and not f.open]):
            yield "PLAN97", (*path, f.key), {"field": {x: f.title(x) for x in LANGUAGES}}


def _items(plan: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any], list[Field]]]:
    """The items of every table that can have own fields, with where they stand and their fields."""
    for key, definition in (("sectors", "sector"), ("cascade", "line")):
        columns = _flat(walk(documents.schema("plan")["$defs"][definition], "plan"))
        yield from (((key, i), item, columns) for i, item in enumerate(plan.get(key, ())))
    sheet = [f for f in objective_fields() if f.path[0] == "sheet" and len(f.path) == 2]
    holding = _flat([f for f in objective_fields() if f.path[0] == "holding"], 1)
    for i, objective in enumerate(plan.get("objectives", ())):
        own_sheet = objective.get("sheet", {})
        yield ("objectives", i, "sheet"), own_sheet, _flat(sheet, 1)
        for table in (f for f in sheet if f.cell == "table"):
            yield from ((("objectives", i, "sheet", table.key, k), item, list(table.items)) for k, item in enumerate(own_sheet.get(table.key, ())))
        yield from ((("objectives", i, "holders", k, "holding"), h.get("holding", {}), holding) for k, h in enumerate(objective.get("holders", ())))
    measure = list(next(f for f in return_fields() if f.key == "measures").items)
    yield from ((("measures", i, "measure"), row.get("measure", {}), measure) for i, row in enumerate(plan.get("measures", ())))


def _flat(fields: list[Field], head: int = 0) -> list[Field]:
    """``fields`` as they lie in their own item: without the first ``head`` keys of their paths."""
    return [Field(f.path[head:], f.cell, schema=f.schema, open=f.open, shown=f.shown, items=f.items) for f in fields if f.own]
