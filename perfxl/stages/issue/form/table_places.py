"""Where the columns of each table stand on an objective sheet, and how formulas write what is in them."""

from dataclasses import dataclass, replace

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
    return replace(table, **{part: tuple(c for c in getattr(table, part) if c.shows(round))
                             for part in ("columns", "revisions", "standing")})


def places(table: Table) -> dict[str, int]:
    """Column by key of ``table``."""
    fixed = {"id": LABEL} if table.own else PLACES.get(table.id, {})
    found = {c.key: fixed.get(c.key) for c in table.columns}
    free = [c for c in range(VALUE if table.own else WEIGHT, LAST + 1) if c not in found.values()]
    for key, column in found.items():
        if column is None:
            found[key] = free.pop(0)
    return found


@dataclass(frozen=True)
class Cells:
    """A range of one column of a table's item rows, as formulas write it."""

    column: str
    rows: tuple[int, ...]

    def __str__(self) -> str:
        return f"${self.column}${self.rows[0]}:${self.column}${self.rows[-1]}"
