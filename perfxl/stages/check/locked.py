"""What this round does not open for the sector must come back as it was issued."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import dec
from perfxl.model.fields import Field, objective_fields, return_fields
from perfxl.model.findings import Finding, quote
from perfxl.model.texts import FORMS
from perfxl.stages.check.closed import KEYS, fixed_columns, locked_fields
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import ReturnContext, is_blank
from perfxl.workbook.values import shown

#: Told by checks of their own, with better words.
ELSEWHERE = {("code",), ("sheet", "title"), ("sheet", "strategic_lines")}


def same_to_reader(a: Any, b: Any) -> bool:
    """Whether two values are one to a reader: blanks are equal, spaces at the ends and between words do not count."""
    if a == b or is_blank(a) and is_blank(b):
        return True
    if isinstance(a, str) and isinstance(b, str):
        return " ".join(a.split()) == " ".join(b.split())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same_to_reader(x, y) for x, y in zip(a, b, strict=True))
    if all(isinstance(x, (int, float, Decimal)) and not isinstance(x, bool) for x in (a, b)):
        return dec(a) == dec(b)
    return False


def _title(field: Field) -> dict[str, str]:
    return {language: field.title(language) for language in FORMS}


def fields(case: ReturnContext) -> Iterator[Finding]:
    """LOCK01: a single cell that was not open has changed."""
    for entry in case.entries:
        issued = entry.issued
        if issued is None:
            continue
        for f in locked_fields(entry):
            if f.cell == "table" or f.path in ELSEWHERE or f.path[0] == "sheet" and not entry.sheet:
                continue
            old, new = f.value(issued.data), f.value(entry.objective.data)
            if not same_to_reader(old, new):
                yield entry.finding("LOCK01", *f.path, name=_title(f), old=shown(old, f), new=shown(new, f))


def tables(case: ReturnContext) -> Iterator[Finding]:
    """LOCK02, LOCK03: a cell of an issued row, or a whole table, that was not open has changed."""
    for entry in case.entries:
        if entry.issued is None or not entry.sheet:
            continue
        closed = locked_fields(entry)
        for f in objective_fields():
            if f.cell != "table" or f.key not in KEYS and f not in closed:
                continue
            old, new = f.value(entry.issued.data) or [], f.value(entry.objective.data) or []
            if f.key in KEYS:
                yield from _rows(entry, f, old, new)
            elif not _equal(f, old, new):
                yield entry.finding("LOCK03", *f.path, old=_listed(f, old), new=_listed(f, new))


def _equal(table: Field, old: list[Any], new: list[Any]) -> bool:
    return len(old) == len(new) and all(same_to_reader(c.value(a), c.value(b)) for a, b in zip(old, new, strict=True) for c in table.items)


def _listed(table: Field, rows: list[Any]) -> dict[str, str]:
    """The rows of a small table in one line, by language."""
    return {language: "; ".join(" ".join(quote(shown(r[c.key], c), language) for c in table.items if r.get(c.key) is not None)
                                for r in rows) for language in FORMS}


def _rows(entry: Entry, table: Field, old: list[Any], new: list[Any]) -> Iterator[Finding]:
    keys = KEYS[table.key]
    issued: dict[tuple[Any, ...], list[Any]] = {}
    for row in old:
        issued.setdefault(tuple(row.get(k) for k in keys), []).append(row)
    columns = fixed_columns(entry, table)
    for i, row in enumerate(new):
        twins = issued.get(tuple(row.get(k) for k in keys))
        before = twins.pop(0) if twins else None
        for column in columns if before is not None else ():
            old_value, new_value = column.value(before), column.value(row)
            if not same_to_reader(old_value, new_value):
                yield entry.finding("LOCK02", *table.path, i, *column.path, row=" ".join(str(row.get(k)) for k in keys), name=_title(column),
                                 old=shown(old_value, column), new=shown(new_value, column))


def _entrusted(case: ReturnContext, array: str, keys: tuple[str, ...], code: str, name: str) -> Iterator[Finding]:
    """``code`` for each cell of the rows of ``array``, told apart by ``keys``, that was issued closed and says something else;
    ``name``: what the finding calls the row's number."""
    table = next(f for f in return_fields() if f.key == array)
    issued = {tuple(row.get(k) for k in keys): row for row in (case.issued.data.get(array, ()) if case.issued else ())}
    for i, row in enumerate(case.document.data.get(array) or ()):
        before = issued.get(tuple(row.get(k) for k in keys))
        for column in table.items if before else ():
            old, new = column.value(before), column.value(row)
            if column.shows(case.round) and not column.opens(case.round) and not same_to_reader(old, new):
                yield case.finding(code, array, i, *column.path, objective=row.get("objective", ""), old=shown(old, column),
                                new=shown(new, column), **{name: row.get("id")})


def measures(case: ReturnContext) -> Iterator[Finding]:
    """LOCK04: what the plan says of a measure has changed."""
    yield from _entrusted(case, "measures", keys=("objective", "id"), code="LOCK04", name="measure")


def questions(case: ReturnContext) -> Iterator[Finding]:
    """LOCK05: what the controller asked is told otherwise."""
    yield from _entrusted(case, "requests", keys=("id",), code="LOCK05", name="request")


CHECKS = (
    (fields, ("LOCK01",)),
    (tables, ("LOCK02", "LOCK03")),
    (measures, ("LOCK04",)),
    (questions, ("LOCK05",)),
)
