"""Which rows of an issued form are seen, and which cells of the plan's items stay closed.

A block holds as many items as the schema allows; on the screen are those that exist and a few to add. An item
approved with the plan is black, and locked where a revision has a cell of its own.
"""

from perfxl.stages.issue.form.names import SHORT
from perfxl.stages.issue.form.writing import Block, Form, get
from perfxl.workbook.binding import (
    Table,
    objective_scalars,
    objective_tables,
    return_tables,
    scalar_name,
    table_name,
)

SPARE, STORY_ROWS = 3, 10


class Visibility:
    """Hides and closes what this sector does not need in this round."""

    def __init__(self, form: Form, document: dict, round: str):
        self.form, self.document, self.round = form, document, round

    def apply(self) -> None:
        """Go through every block and every long or revised field."""
        for table in return_tables():
            items = get(self.document, table.array) or []
            self._table(table_name(table.id), table, items, spare=0)
        for number, objective in enumerate(self.document.get("objectives", ()), 1):
            for table in objective_tables():
                if table.story:
                    self._story(number, table)
                else:
                    self._table(table_name(table.id, number), table, get(objective, table.array) or [], self._spare(table))
            for f in objective_scalars():
                self._scalar(scalar_name(f.path, number), f, objective)

    def _spare(self, table: Table) -> int:
        """How many rows to add to: none where what an item must have is closed."""
        if self.round == "plan" and table.revisions:
            return table.slots
        joined = not table.revisions and table.array[-1] in ("phases", "results")
        if joined:  # as many rows as the table whose items it goes on with
            return self._spare(next(t for t in objective_tables() if t.id == table.array[-1]))
        return SPARE if all(self.round in c.open for c in table.columns if c.required) else 0

    def _table(self, name: str, table: Table, items: list[dict], spare: int) -> None:
        block = self.form.block(name)
        if block is None:
            return
        alone = not table.revisions and table.array[-1] not in ("phases", "results")
        shown = max(0 if alone else 1, min(table.slots, len(items) + spare))
        if not shown:  # nothing to read and nothing to write: the header goes too
            self.form.show_head(name, False)
        for number in range(1, table.slots + 1):
            row, revised = block.rows.get(str(number)), block.rows.get(f"{number}r")
            item = items[number - 1] if number <= len(items) else None
            if row:
                block.sheet.hide(row, number > shown)
            if revised:
                seen = item is not None and (self.round == "interim" or any(c.key in item for c in table.revisions))
                block.sheet.hide(revised, not seen)
            if row and item is not None and self.round == "interim":
                self._approve(block, row, table, item)

    def _approve(self, block: Block, row: int, table: Table, item: dict) -> None:
        """Close what the plan approved and the interim revises in a cell of its own; make the rest of it black."""
        revisable = {c.below for c in table.revisions if c.key.endswith("_revised")}
        for f in table.columns:
            if f.key not in block.columns or f.moment != "plan" or self.round not in f.open:
                continue
            cell = block.sheet.cell(row, block.columns[f.key])
            locked = f.key in revisable or (f.key == "id" and bool(revisable))
            if locked or f.key in item:
                cell.set("s", str(self.form.book.styles.approved(int(cell.get("s", 0)), locked=locked)))

    def _story(self, number: int, table: Table) -> None:
        name = table_name(table.id, number)
        block = self.form.block(name)
        if block is None:
            return
        used = self.form.used.get(name, 0)
        shown = max(STORY_ROWS, used + SPARE) if table.story == self.round else max(1, used)
        for slot, row in block.rows.items():
            block.sheet.hide(row, slot.isdecimal() and int(slot) > shown)

    def _scalar(self, name: str, f, objective: dict) -> None:
        place = self.form.cell(name)
        if place is None:
            return
        sheet, ref = place
        lead = objective.get("role", "lead") == "lead"
        open_ = self.round in f.open and (lead or "/".join(f.path) not in SHORT)
        if open_:
            return
        used = self.form.used.get(name, 0)
        shown = used if f.key.endswith("_revised") else max(1, used)
        for number, row in enumerate(range(ref.top, ref.bottom + 1)):
            sheet.hide(row, number >= shown)
