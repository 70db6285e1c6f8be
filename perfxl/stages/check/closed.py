"""A finding stands on a cell that can mend it.

What this round closes came from the plan: its faults were told there, and are not told again to a sector that cannot touch
the cell. What a sector did with its revisions is told in the cell of the revision; what it typed over a closed cell is not
taken, and what would only follow from that is not said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from perfxl.model.documents import get_path, pointer
from perfxl.model.fields import Field, objective_fields, return_fields
from perfxl.model.findings import Finding
from perfxl.model.terms import cached_in_words
from perfxl.model.views import Item, Return, ReturnedObjective
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import Path, ReturnContext, title_of

#: Tables whose rows have an identity, and what it is; a row added or taken away is told when the returns are merged.
KEYS = {"phases": ("id",), "results": ("id",), "entities": ("result", "entity")}


@cached_in_words
def _fields() -> dict[Path, tuple[Field, Field | None]]:
    """By path without positions: the field, and the table that it is a column of."""
    by_path: dict[Path, tuple[Field, Field | None]] = {}
    for f in objective_fields():
        by_path[f.path] = (f, None)
        by_path |= {(*f.path, *c.path): (c, f) for c in f.items}
    return by_path


def open_to(entry: Entry, field: Field) -> bool:
    """Whether this round lets the sector fill in ``field``; an objective born in the round is open as in the plan round."""
    return _open_to(field, entry.case.round.kind, entry.is_lead, entry.born)


def _open_to(field: Field, kind: str, is_lead: bool, born: bool) -> bool:
    if field.path[0] == "sheet" and not is_lead:
        return False
    return field.opens(kind) or born and field.opens("plan")


def fixed(entry: Entry, table: Field, column: Field) -> bool:
    """Whether ``column`` is closed in a row that was issued: after the plan round, what the plan said of phases and results."""
    return _fixed(table, column, entry.case.round.kind, is_lead=entry.is_lead, born=entry.born)


def _fixed(table: Field, column: Field, kind: str, is_lead: bool, born: bool) -> bool:
    if not _open_to(column, kind, is_lead, born):
        return True
    return table.key in ("phases", "results") and kind != "plan" and column.opens("plan") and not born and not column.own


def locked_fields(entry: Entry) -> tuple[Field, ...]:
    """The fields that the form of the round shows and the sector cannot fill in: the round does not open them, or another sector leads."""
    return _locked_fields(entry.case.round.kind, entry.is_lead, entry.born)


@cached_in_words
def _locked_fields(kind: str, is_lead: bool, born: bool) -> tuple[Field, ...]:
    return tuple(f for f in objective_fields() if f.shows(kind) and not _open_to(f, kind, is_lead, born))


def fixed_columns(entry: Entry, table: Field) -> tuple[Field, ...]:
    """The columns of a table of ``KEYS`` that the form of the round shows and that are closed in rows that were issued, without those
    that tell the rows apart."""
    return _fixed_columns(table.key, entry.case.round.kind, entry.is_lead, entry.born)


@cached_in_words
def _fixed_columns(key: str, kind: str, is_lead: bool, born: bool) -> tuple[Field, ...]:
    table = next(f for f in objective_fields() if f.key == key and f.cell == "table")
    return tuple(c for c in table.items if c.path not in [(k,) for k in KEYS[key]] and c.shows(kind) and _fixed(table, c, kind, is_lead=is_lead, born=born))


def closed(entry: Entry, path: Path) -> bool:
    """Whether the cell at ``path`` below the objective is one that the sector cannot fill in."""
    known = _fields().get(tuple(p for p in path if not isinstance(p, int)))
    if known is None:
        return path == ("code",) or path[:1] == ("sheet",) and not entry.is_lead and path[1:2] != ("extension",)
    field, table = known
    if field.cell == "table":
        return not any(open_to(entry, c) for c in field.items)
    if table is None or table.key not in ("phases", "results"):
        return not open_to(entry, field)
    index = next((p for p in path if isinstance(p, int)), None)
    rows = entry.sheet.rows(table.key)
    row_id = _id(rows[index]) if index is not None and index < len(rows) else None
    issued = {_id(r) for r in entry.issued.sheet.rows(table.key)} if entry.issued else set()
    return fixed(entry, table, field) if row_id in issued else not open_to(entry, field)


def _id(row: Item) -> str | None:
    """What tells a phase or a result from the others of its sheet."""
    return row.data.get("id")


def _split(path: str) -> tuple[int | None, Path]:
    """The position of the objective that a JSON Pointer leads to, and the path below it."""
    parts = tuple(int(p) if p.isdigit() else p for p in path.split("/")[1:])
    if parts[:1] == ("objectives",) and len(parts) > 1 and isinstance(parts[1], int):
        return parts[1], parts[2:]
    return None, parts


def _what(case: ReturnContext, finding: Finding) -> tuple[str, str, Path]:
    """What a finding is about, whatever the positions of rows: to be compared between two documents."""
    at, path = _split(finding.path)
    if at is None:
        return finding.code, "", path
    entry = case.entries[at] if at < len(case.entries) else None
    owner: Any = entry.sheet.data if entry else {}
    named: list[str] = []
    for part in path:
        if isinstance(part, int):
            row = owner[part] if isinstance(owner, list) and part < len(owner) else {}
            named.append(str(row.get("id") or row.get("name") or part))
        else:
            named.append(part)
            owner = entry.sheet.data if part == "sheet" and entry else owner.get(part, {}) if isinstance(owner, dict) else {}
    return finding.code, entry.code if entry else "", tuple(named)


def is_on_closed_cell(finding: Finding, case: ReturnContext) -> bool:
    """Whether ``finding`` is on a cell of an objective that the sector cannot fill in."""
    at, path = _split(finding.path)
    return at is not None and at < len(case.entries) and bool(path) and closed(case.entries[at], path)


def mendable(findings: Iterable[Finding], case: ReturnContext, echoes: Iterable[Finding] | None) -> Iterator[Finding]:
    """``findings`` of one return, each on a cell that can mend it; ``echoes``: those of the form as it was issued, asked for
    only when one is on a closed cell."""
    listed = list(findings)
    before: set[tuple[str, str, Path]] | None = None
    for finding in listed:
        at, path = _split(finding.path)
        if at is None or not is_on_closed_cell(finding, case):
            yield finding
            continue
        moved = _revision(case, at, path)
        if finding.code.startswith("LOCK"):
            yield _at(finding, case, moved) if moved else finding.at(to="controller")
            continue
        if before is None:
            before = _about_the_form(case, echoes or ())
        if _what(case, finding) not in before:
            yield _at(finding, case, moved) if moved else finding.at(to="controller")


def _about_the_form(case: ReturnContext, echoes: Iterable[Finding]) -> set[tuple[str, str, Path]]:
    """What ``echoes`` are about, in the form as it was issued."""
    form = replace(case, document=case.issued or case.document, places={})
    return {_what(form, finding) for finding in echoes}


def as_taken(case: ReturnContext) -> ReturnContext:
    """``case`` with what was issued in the cells that the round closes: nothing else is taken of them. Positions stay; titles
    and strategic lines too, which are told in words of their own."""
    objectives = [entry.objective.data if entry.issued is None else _taken(entry, entry.issued) for entry in case.entries]
    return replace(case, document=Return({**case.document.data, "objectives": objectives}))


def _taken(entry: Entry, issued: ReturnedObjective) -> dict[str, Any]:
    made = {**entry.objective.data, "holding": dict(entry.holding.data), "sheet": dict(entry.sheet.data)}
    for f in objective_fields():
        if f.path[0] not in ("holding", "sheet") or f.path in (("sheet", "title"), ("sheet", "strategic_lines")):
            continue
        if f.key in ("phases", "results") and f.cell == "table":
            made["sheet"] |= {f.key: _rows(entry, issued, f)} if f.key in entry.sheet.data else {}
        elif f.shows(entry.case.round) and (entry.sheet or f.path[0] == "holding") and (
                not any(open_to(entry, c) for c in f.items) if f.cell == "table" else not open_to(entry, f)):
            _put(made, f.path, get_path(issued.data, f.path))
    return made


def _rows(entry: Entry, issued: ReturnedObjective, table: Field) -> list[dict[str, Any]]:
    by_id = {_id(r): r for r in issued.sheet.rows(table.key)}
    shut = fixed_columns(entry, table)
    rows = []
    for row in entry.sheet.rows(table.key):
        made, before = dict(row.data), by_id.get(_id(row))
        if before is not None:
            for column in shut:
                _put(made, column.path, column.value(before.data))
        rows.append(made)
    return rows


def _put(owner: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    if value is None and get_path(owner, path) is None:
        return
    for part in path[:-1]:
        inner = dict(owner.get(part) or {})
        owner[part] = inner
        owner = inner
    if value is None:
        owner.pop(path[-1], None)
    else:
        owner[path[-1]] = value


def on_closed(finding: Finding, case: ReturnContext) -> bool:
    """Whether ``finding``, of a reading, is about the value of a cell that the sector cannot fill in, and that was issued."""
    if not finding.code.startswith(("DATA", "FORM06", "FORM07", "FORM08")):
        return False
    at, path = _split(finding.path)
    if path[:1] in (("measures",), ("requests",)):
        column = next((c for f in return_fields() if f.key == path[0] for c in f.items if c.path == path[2:]), None)
        return column is not None and case.issued is not None and not column.opens(case.round)
    if at is None or at >= len(case.entries):
        return False
    entry = case.entries[at]
    return entry.issued is not None and path != ("code",) and closed(entry, path)


def _revision(case: ReturnContext, at: int, path: Path) -> Path | None:
    """The path of the open cell in which what stands at ``path`` can be changed; None when there is none."""
    if not path or isinstance(path[-1], int):
        return None
    other = (*(p for p in path[:-1] if p != "in_force"), "revision", path[-1])
    there = ("objectives", at, *other)
    known = tuple(p for p in other if not isinstance(p, int)) in _fields()
    return there if known and not closed(case.entries[at], other) and pointer(there) in case.places else None


def _at(finding: Finding, case: ReturnContext, path: Path) -> Finding:
    return finding.at(path=pointer(path), place=case.place(path), field=title_of(path), to="sector")
