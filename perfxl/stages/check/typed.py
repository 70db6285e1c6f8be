"""What a hand or a program did while a cell was being filled in: a percentage a hundred times too small, a pasted text that ran on
over the rows below, a cell whose corner was dragged."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import dec
from perfxl.model.documents import day_of
from perfxl.model.fields import Field, objective_fields, return_fields
from perfxl.model.findings import Finding
from perfxl.model.terms import cached_in_words
from perfxl.model.texts import FORMS
from perfxl.stages.check.return_context import Path, ReturnContext, format_day
from perfxl.workbook.values import likely_percent, percent_words

#: The longest line, in characters, that is taken for one of several of a pasted text.
LINE = 240
#: Rows that grow by one from which on that was hardly meant.
STEPS = 3
_LISTED = re.compile(r"[-–—•·*▪◦>]|\(?\w{1,3}[.)]\s")
#: A line that goes on: it ends in a comma or in a word that no sentence ends with.
_OPEN_END = re.compile(r"(?:[,;:(–-]|\b(?:a|al|alla|con|da|dal|dalla|dei|del|della|delle|di|e|ed|in|il|i|la|le|lo|gli|nel|nella|o|per|su|un|una|"
                       r"and|at|by|for|from|in|of|on|or|the|to|with))$", re.IGNORECASE)


#: What gives the fields of an objective, or those outside it.
FieldsOf = Callable[[], tuple[Field, ...]]


def _rows(owner: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    rows: Any = owner
    for key in path:
        rows = rows.get(key) or {} if isinstance(rows, dict) else {}
    return rows if isinstance(rows, list) else []


def _like(row: dict[str, Any], rows: list[dict[str, Any]], index: int) -> dict[str, Any]:
    """``row`` as it was issued: the one of its id, else the one in its place."""
    if row.get("id") is not None:
        return next((r for r in rows if r.get("id") == row["id"]), {})
    return rows[index] if index < len(rows) else {}


def _owners(case: ReturnContext) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any], FieldsOf, str]]:
    """(path, what was returned, what was issued, what gives its fields, code) of each objective and of what stands outside them."""
    for entry in case.entries:
        yield ("objectives", entry.index), entry.objective.data, entry.issued.data if entry.issued else {}, objective_fields, entry.code
    yield (), case.document.data, case.issued.data if case.issued else {}, return_fields, ""


@cached_in_words
def _columns(fields: FieldsOf, wanted: Callable[[Field, Field], bool]) -> tuple[tuple[Field, tuple[Field, ...]], ...]:
    """The tables among ``fields`` that have columns that are ``wanted`` of (table, column), each with those."""
    tables = ((f, tuple(c for c in f.items if wanted(f, c))) for f in fields())
    return tuple((f, columns) for f, columns in tables if columns)


def _is_percent(_table: Field, column: Field) -> bool:
    return column.cell == "percent"


def _is_narrative(table: Field, column: Field) -> bool:
    return column.cell == "long" and (column.reading or table.key == "requests")


def _is_reading(_table: Field, column: Field) -> bool:
    return column.cell in ("percent", "date") and column.reading


def _fractions(case: ReturnContext) -> Iterator[tuple[Path, str, Decimal, Any]]:
    """(path, code of the objective, value, value issued) of every percentage of the return above 0 and below 1."""
    for path, said, issued, fields, code in _owners(case):
        for f in fields():
            if f.cell == "percent" and (points := _fraction(f.value(said))) is not None:
                yield (*path, *f.path), code, points, f.value(issued)
        for f, columns in _columns(fields, _is_percent):
            for index, row in enumerate(_rows(said, f.path)):
                for column in columns:
                    if (points := _fraction(column.value(row))) is not None:
                        yield (*path, *f.path, index, *column.path), code, points, column.value(_like(row, _rows(issued, f.path), index))


def _fraction(value: Any) -> Decimal | None:
    points = dec(value)
    return points if points is not None and 0 < points < 1 else None


def too_small(case: ReturnContext) -> Iterator[Finding]:
    """TYPE01: a percentage above 0 and below 1 that the form did not have: 0,35 typed for 35."""
    for path, code, points, issued in _fractions(case):
        if points != dec(issued):
            yield case.finding("TYPE01", *path, objective=code, found=percent_words(Decimal(points)), likely=percent_words(likely_percent(points)))


def _runs(rows: list[dict[str, Any]], before: list[dict[str, Any]], column: Field) -> Iterator[list[tuple[int, str]]]:
    """Adjoining rows that were blank in ``column`` and each hold one line now."""
    run: list[tuple[int, str]] = []
    for index, row in enumerate(rows):
        text = column.value(row)
        if isinstance(text, str) and "\n" not in text and len(text) <= LINE and not column.value(_like(row, before, index)):
            run.append((index, text.strip()))
        else:
            yield run
            run = []
    yield run


def _goes_on(first: str, before: str, line: str) -> bool:
    """Whether ``line`` can only be the next of a text that begins with ``first``."""
    lower = line[:1].islower() and not first[:1].islower()
    listed = bool(_LISTED.match(line)) and not _LISTED.match(first)
    return lower or listed or bool(_OPEN_END.search(before)) and not line[:1].isupper()


def spilled(case: ReturnContext) -> Iterator[Finding]:
    """TYPE02: a text of several lines that was pasted on a cell, and of which each line went into the cell of another row."""
    for path, said, issued, fields, code in _owners(case):
        for f, columns in _columns(fields, _is_narrative):
            rows = _rows(said, f.path)
            for column in columns if rows else ():
                if not column.opens(case.round):
                    continue
                for run in _runs(rows, _rows(issued, f.path), column):
                    lines = [text for _, text in run]
                    over = [n for n in range(1, len(run)) if _goes_on(lines[0], lines[n - 1], lines[n])]
                    if not over:
                        continue
                    names = [str(rows[i].get("id") or i + 1) for i, _ in run]
                    first = over[0] - 1 if len(over) < len(run) - 1 else 0
                    yield case.finding("TYPE02", *path, *f.path, run[over[0]][0], *column.path, objective=code,
                                    row=names[first], rows=", ".join(names[n] for n in over), text=lines[over[0]])


def _steps(rows: list[dict[str, Any]], before: list[dict[str, Any]], column: Field) -> Iterator[list[tuple[int, Any]]]:
    """Adjoining rows in which ``column`` was filled in, each with one more than the row before: a point, or a day."""
    run: list[tuple[int, Any]] = []
    for index, row in enumerate(rows):
        value = column.value(row)
        number = day_of(value) if column.cell == "date" else dec(value)
        if number is None or value == column.value(_like(row, before, index)):
            yield run
            run = []
            continue
        grown = run and number - run[-1][1] == (timedelta(days=1) if column.cell == "date" else 1)
        if run and not grown:
            yield run
            run = []
        run.append((index, number))
    yield run


def dragged(case: ReturnContext) -> Iterator[Finding]:
    """TYPE03: three rows or more of what a round found that grow by one: the corner of the first cell was dragged over the others."""
    for path, said, issued, fields, code in _owners(case):
        for f, columns in _columns(fields, _is_reading):
            rows = _rows(said, f.path)
            for column in (c for c in columns if rows and c.opens(case.round)):
                for run in _steps(rows, _rows(issued, f.path), column):
                    if len(run) >= STEPS:
                        at, ends = run[1][0], (run[0][1], run[-1][1])
                        first, last = (format_day(end) if column.cell == "date" else percent_words(end) for end in ends)
                        yield case.finding("TYPE03", *path, *f.path, at, *column.path, objective=code, first=first, last=last,
                                           column={lang: column.title(lang) for lang in FORMS},
                                           rows=", ".join(str(rows[i].get("id") or i + 1) for i, _ in run))


CHECKS = (
    (too_small, ("TYPE01",)),
    (spilled, ("TYPE02",)),
    (dragged, ("TYPE03",)),
)
