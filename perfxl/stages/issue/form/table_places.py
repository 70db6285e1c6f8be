"""Where the columns of each table stand on an objective sheet, and how formulas write what is in them."""

from dataclasses import dataclass, replace

from perfxl.model.fields import Field
from perfxl.stages.issue.form.drawing import LABEL, LAST, VALUE, WEIGHT
from perfxl.workbook.binding import Table

#: Columns of the keys of each table; a key that is not here takes the first free narrow column.
PLACES = {
    **dict.fromkeys(("responsibles", "in_force_responsibles", "revision_responsibles"), {"name": 2, "from": 4, "to": 5}),
    "money": {"kind": 1, "label": 2, "year": 3, "amount": 4},
    "results": {"id": 1, "text": 2, "weight": 3, "deadline": 4, "unit": 5, "direction": 6, "baseline": 7,
                "target": 8, "phases": 9, "heading": 10},
    "results_reading": {"id": 1, "note": 2, "degree": 3, "actual": 4, "achieved_on": 6, "numerator": 8, "denominator": 9, "achieved": 10},
    "results_more": {"id": 1, "dates_note": 2, "past_3": 3, "past_2": 4, "past_1": 5, "target_2": 6, "target_3": 7, "counts": 8, "due": 10},
    "results_rule": {"id": 1, "scale": 2, "tolerance": 3, "cap": 4, "until": 5, "minimum": 6, "excellence": 7, "per": 8, "missing": 9,
                     "indicator": 10},
    "entities": {"result": 1, "entity": 2, "baseline": 4, "target": 5, "actual": 6},
    "phases": {"id": 1, "text": 2, "weight": 3, "start_1": 4, "end_1": 5, "start_2": 6, "end_2": 7, "start_3": 8,
               "end_3": 9, "weighting": 10},
    "phases_reading": {"id": 1, "done": 2, "realised": 3, "actual_start": 5, "actual_end": 6},
    "phases_more": {"id": 1, "dates_note": 2, "due": 10},
}


def shown_in(table: Table, round: str) -> Table:
    """``table`` with the columns that the form of ``round``, a kind of round, has."""
    def shown(fields: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(f for f in fields if f.shows(round))
    return replace(table, columns=shown(table.columns), revisions=shown(table.revisions), standing=shown(table.standing))


def places(table: Table) -> dict[str, int]:
    """Column by key of ``table``."""
    fixed = {"id": LABEL} if table.own else PLACES.get(table.id, {})
    taken = {fixed.get(c.key) for c in table.columns}
    free = iter([column for column in range(VALUE if table.own else WEIGHT, LAST + 1) if column not in taken])
    return {c.key: fixed[c.key] if c.key in fixed else next(free) for c in table.columns}


@dataclass(frozen=True)
class Cells:
    """A range of one column of a table's item rows, as formulas write it."""

    column: str
    rows: tuple[int, ...]

    def __str__(self) -> str:
        return f"${self.column}${self.rows[0]}:${self.column}${self.rows[-1]}"
