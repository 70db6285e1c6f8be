"""Which rows of an issued form are seen, and which cells of the plan's items stay closed.

A block holds as many items as the schema allows; on the screen are those that exist and a few to add. An item
approved with the plan is black, and locked where a revision has a cell of its own.
"""

from collections.abc import Container
from typing import Any

from perfxl.model.arithmetic import Rules
from perfxl.model.base import born
from perfxl.model.documents import get_path
from perfxl.model.fields import Field
from perfxl.model.indicators import MEASURED
from perfxl.model.result_degree import way_of
from perfxl.model.rounds import FINAL
from perfxl.model.views import Result
from perfxl.stages.issue.form.names import SHORT, short
from perfxl.stages.issue.form.sheet_copies import Emptied
from perfxl.stages.issue.form.writing import Block, Form
from perfxl.workbook.binding import (
    ENDS,
    REVISED,
    Table,
    objective_scalars,
    objective_tables,
    return_tables,
    scalar_name,
    table_name,
)
from perfxl.workbook.patch.cells import Sheet

SPARE, STORY_ROWS = 4, 10


class Visibility:
    """Hides and closes what this sector does not need in this round."""

    def __init__(self, form: Form, document: dict[str, Any], kind: str, rules: Rules, offered: bool, borrowed: Container[tuple[str, str]] = (),
                 phased: bool = True):
        """``rules``: the body's arithmetic; ``offered``: whether the body uses more than targets to measure;
        ``borrowed``: (objective, result) of the results that another sector measures; ``phased``: whether the body's sheets ask for phases."""
        self.form, self.document, self.kind, self.rules, self.offered, self.borrowed, self.phased = form, document, kind, rules, offered, borrowed, phased

    def emptied(self, objective: dict[str, Any]) -> Emptied:
        """The rows of the master's sheet that stay without formulas where ``objective`` has no item for them: none ever will be."""
        if self.kind != FINAL:
            return Emptied()
        tables = [t for t in objective_tables() if not t.story and not self._left_out(objective, t) and not self._spare(t, born(objective))]
        rows, but = list[int](), list[int]()
        for table in tables:
            block, held = self.form.block(table_name(table.id)), len(get_path(objective, table.array) or ())
            if block is None:
                continue
            for number in range(1 if _alone(table) else 2, block.room + 1):
                lines = [row for end in ENDS if (row := block.rows.get(f"{number}{end}")) is not None]
                rows += lines
                but += lines if number <= held else ()
        return Emptied(frozenset(rows), tuple(but))

    def apply(self) -> None:
        """Go through every block and every long or revised field."""
        for table in return_tables():
            items = get_path(self.document, table.array) or []
            self._table(table_name(table.id), table, items, spare=0)
        for number, objective in enumerate(self.document.get("objectives", ()), 1):
            new = self.kind != "plan" and born(objective)
            for table in objective_tables():
                if table.story:
                    self._story(number, table)
                elif self._left_out(objective, table):
                    self._without(table_name(table.id, number))
                    if table.array[-1] == "phases":
                        self._without_total(number)
                else:
                    self._table(table_name(table.id, number), table, get_path(objective, table.array) or [], self._spare(table, new))
                    if new:
                        self._open_table(table_name(table.id, number), table)
            for f in objective_scalars():
                if new and f.opens("plan") and not f.opens(self.kind):
                    self._open_scalar(scalar_name(f.path, number))
                else:
                    self._scalar(scalar_name(f.path, number), f, objective, new)
            own = self.form.cell(f"pxc{number:02d}_born") if new else None
            if own is not None:  # its texts are asked for as in the plan round
                own[0].put_number(own[1].top, own[1].left, 1)
            self._asked(number, objective)
            self._close_borrowed(number, objective)
        for sheet in self.form.book.open_sheets():
            sheet.close_folds()

    def _left_out(self, objective: dict[str, Any], table: Table) -> bool:
        """Whether the block has nothing to ask: of phases, where the body has none; of how results are measured."""
        if table.array and table.array[-1] == "phases" and not self.phased and not get_path(objective, table.array):
            return True
        return table.id == "results_rule" and not self._ruled(objective, table)

    def _ruled(self, objective: dict[str, Any], table: Table) -> bool:
        """Whether the block of how results are measured has something to say: a result does, or one may still be read in the
        body's tables of bands."""
        return self.offered and (self.kind == "plan" or born(objective)) or \
            any(c.value(r) is not None for r in get_path(objective, table.array) or () for c in table.columns[1:])

    def _without(self, name: str) -> None:
        """Hide a block with its header and caption."""
        block = self.form.block(name)
        if block is not None:
            self.form.show_head(name, False)
            for row in block.rows.values():
                block.sheet.hide(row)

    def _without_total(self, number: int) -> None:
        """Hide the total of phases, where the body has none."""
        total = self.form.cell(f"pxc{number:02d}_sum_phases")
        if total is not None:
            total[0].hide(total[1].top)

    def _asked(self, number: int, objective: dict[str, Any]) -> None:
        """Blank, beside the values obtained, the columns that no result of the sheet is measured by."""
        block, results = self.form.block(table_name("results_reading", number)), get_path(objective, ("sheet", "results")) or []
        if block is None or born(objective) and self.kind != "plan":
            return
        ways = {way_of(Result(r), self.rules).reads for r in results}
        ratio = any("per" in r for r in results)
        wanted = {"numerator": ratio, "denominator": ratio, "achieved": "achieved" in ways}
        said = {key for r in results for key in r.get("reading", {})}
        for key in (k for k, there in wanted.items() if not there and k not in said and k in block.columns):
            column = block.columns[key]
            for row in (block.ref.top + 1, *block.rows.values()):
                block.sheet.clear(row, column)
                block.sheet.put_style(row, column, 0)

    def _close_borrowed(self, number: int, objective: dict[str, Any]) -> None:
        """Close what is measured once, by another sector: its values come from there."""
        block, results = self.form.block(table_name("results_reading", number)), get_path(objective, ("sheet", "results")) or []
        if block is None:
            return
        for n, result in enumerate(results, 1):
            row = block.rows.get(str(n))
            if row and (objective["code"], str(result.get("id"))) in self.borrowed:
                for column in (block.columns[k] for k in MEASURED if k in block.columns):
                    block.sheet.put_style(row, column, self.form.book.styles.approved(block.sheet.style(row, column), locked=True))

    def _spare(self, table: Table, new: bool = False) -> int:
        """How many rows to add to: none where what an item must have is closed; ``new``: on the sheet of an objective that was
        born in this round."""
        if (self.kind == "plan" or new) and table.revisions and not table.more:
            return table.slots
        if table.own:  # what is filled in of an item is filled in wherever there is one
            return self._spare(next(t for t in objective_tables() if t.id == table.array[-1]), new)
        if table.more:  # few items have anything there
            return SPARE if self.kind == "plan" or new else 0
        if table.joined:  # as many rows as the table whose items it goes on with
            return self._spare(next(t for t in objective_tables() if t.id == table.array[-1]), new)
        return SPARE if all(c.opens(self.kind) or new and c.opens("plan") for c in table.columns if c.required) else 0

    def _table(self, name: str, table: Table, items: list[dict[str, Any]], spare: int) -> None:
        block = self.form.block(name)
        if block is None:
            return
        shown = max(0 if _alone(table) else 1, min(block.room, len(items) + spare))
        if not shown:  # nothing to read and nothing to write: the header goes too
            self.form.show_head(name, False)
        revises = any(c.opens(self.kind) for c in table.revisions)
        for number in range(1, block.room + 1):
            item = items[number - 1] if number <= len(items) else None
            for end in ENDS:
                row = block.rows.get(f"{number}{end}")
                if row is None:
                    continue
                said = item is not None and any(c.value(item) is not None for c in table.below(end))
                seen = number <= shown if not end else said
                block.sheet.hide(row, not seen)
                if not seen and end == REVISED and item is not None and revises:
                    block.sheet.fold(row)  # a change that is not wanted yet
                elif spare and number > shown and not (end and number == block.room):
                    block.sheet.fold(row, 2 if end else 1)  # those beyond the spare ones open together, without what changes them
                if number > shown and self.kind == FINAL and not spare:  # no item will ever be there
                    block.sheet.clear_formulas(row)
            if item is not None and revises and str(number) in block.rows:
                self._approve(block, block.rows[str(number)], table, item)

    def _approve(self, block: Block, row: int, table: Table, item: dict[str, Any]) -> None:
        """Close what the plan approved, in black: a monitoring revises it in cells of their own, and takes nothing else."""
        revisable = any(c.below == c.key for c in table.revisions)
        for f in table.columns:
            if f.key not in block.columns or f.moment != "plan" or not f.opens(self.kind) or f.own:
                continue
            column = block.columns[f.key]
            if revisable or f.key in item:
                block.sheet.put_style(row, column, self.form.book.styles.approved(block.sheet.style(row, column), locked=revisable))

    def _open_table(self, name: str, table: Table) -> None:
        """Open what the plan round would, in every row."""
        block = self.form.block(name)
        if block is None:
            return
        for f in table.columns:
            if f.opens("plan") and f.key in block.columns:
                for number in range(1, block.room + 1):
                    row = block.rows.get(str(number))
                    if row:
                        self._open(block.sheet, row, block.columns[f.key])

    def _open_scalar(self, name: str) -> None:
        """Open what the plan round would."""
        place = self.form.cell(name)
        if place is not None:
            sheet, ref = place
            for row in range(ref.top, ref.bottom + 1):
                sheet.hide(row, False)
                self._open(sheet, row, ref.left)

    def _open(self, sheet: Sheet, row: int, column: int) -> None:
        sheet.put_style(row, column, self.form.book.styles.opened(sheet.style(row, column)))

    def _story(self, number: int, table: Table) -> None:
        name = table_name(table.id, number)
        block = self.form.block(name)
        if block is None:
            return
        used = self.form.used.get(name, 0)
        shown = max(STORY_ROWS, used + SPARE)
        for slot, row in block.rows.items():
            block.sheet.hide(row, slot.isdecimal() and int(slot) > shown)

    def _scalar(self, name: str, f: Field, objective: dict[str, Any], new: bool = False) -> None:
        place = self.form.cell(name)
        if place is None:
            return
        sheet, ref = place
        lead = objective.get("role", "lead") == "lead"
        open_ = f.opens(self.kind) and (lead or short(f.path) not in SHORT)
        if new and f.revision and f.path[0] == "sheet":  # nothing was approved that could be revised
            open_ = False
        if open_ and f.revision and f.path[0] == "sheet" and not self.form.used.get(name, 0):
            for row in range(ref.top, ref.bottom + 1):
                sheet.fold(row)
        if open_:
            return
        used = self.form.used.get(name, 0)
        shown = used if f.revision or f.shows_in_force or f.optional else max(1, used)
        for number, row in enumerate(range(ref.top, ref.bottom + 1)):
            sheet.hide(row, number >= shown)


def _alone(table: Table) -> bool:
    """Whether nothing of the table is seen where there is no item: whatever has none shows one row."""
    return table.more or not table.revisions and not table.joined
