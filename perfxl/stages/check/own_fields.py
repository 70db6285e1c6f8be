"""The fields of the body's own that have to be filled in."""

from collections.abc import Iterator
from typing import Any

from perfxl.model.fields import Field, objective_fields, return_fields
from perfxl.model.findings import Finding
from perfxl.model.own_fields import missing_required
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import ReturnContext


def missing_own_fields(case: ReturnContext) -> Iterator[Finding]:
    """TEXT12: a field of the body's own that this round asks for and that is blank; a form issued before there was the field has
    no cell for it, and is not blamed."""
    yield from (blank for blank in _blank(case) if not case.places or blank.path in case.places)


def _blank(case: ReturnContext) -> Iterator[Finding]:
    alone = [f for f in objective_fields() if f.own and _asked(f, case)]
    tables = [(f.key, columns) for f in objective_fields() if f.cell == "table" and (columns := [c for c in f.items if c.own and _asked(c, case)])]
    for entry in case.entries:
        yield from (entry.finding("TEXT12", *f.path, **_said(f)) for f in missing_required(entry.objective.data, [f for f in alone if f.path[0] == "holding"])
                    if not entry.gone)
    for entry in case.filled_entries:
        yield from (entry.finding("TEXT12", *f.path, **_said(f)) for f in missing_required(entry.objective.data, [f for f in alone if f.path[0] == "sheet"]))
        for key, columns in tables:
            yield from _rows(entry, key, columns)
    measures = [c for c in next(f for f in return_fields() if f.key == "measures").items if c.own and _asked(c, case)]
    for i, measure in case.measures:
        for f in missing_required(measure.data, measures):
            yield case.finding("TEXT12", "measures", i, *f.path, objective=measure.objective or "", **_said(f, measure.id))


def _asked(f: Field, case: ReturnContext) -> bool:
    return f.opens(case.round)


def _rows(entry: Entry, key: str, columns: list[Field]) -> Iterator[Finding]:
    given_up = {i for i, _ in entry.given_up(key)}
    for i, row in enumerate(entry.sheet.data.get(key) or ()):
        if i in given_up:
            continue
        for f in missing_required(row, columns):
            yield entry.finding("TEXT12", "sheet", key, i, *f.path, **_said(f, row.get("id")))


def _said(f: Field, item: str | None = None) -> dict[str, Any]:
    return {"field": {x: f.title(x) for x in ("it", "en")}, "help": {x: f.description(x).rstrip(".") for x in ("it", "en")}, "item": item or ""}


CHECKS = ((missing_own_fields, ("TEXT12",)),)
