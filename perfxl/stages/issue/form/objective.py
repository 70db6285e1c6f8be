"""The objective sheet of a master: the four parts of a sheet in full, or short for sectors that do not lead.

Formulas of a sheet refer to cells of the same sheet, so that a copy of the sheet is complete in itself.
"""

from perfxl.model.fields import objective_fields
from perfxl.model.rounds import FINAL
from perfxl.model.terms import words_in_use
from perfxl.stages.issue.form import arithmetic, checks, item_checks
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.drawing import (
    CALC,
    CALC2,
    HELP,
    HIDDEN_LAST,
    LABEL,
    VALUE,
    WEIGHT,
)
from perfxl.stages.issue.form.names import (
    BANNER_LIMIT,
    CHANGED,
    DROPPED,
    SHARE,
    SLOT,
    SUMMARY,
)
from perfxl.stages.issue.form.reporting import Reporting
from perfxl.stages.issue.form.result_degrees import ResultDegrees
from perfxl.stages.issue.form.sheet_cells import SheetCells
from perfxl.stages.issue.form.table_places import places
from perfxl.stages.issue.form.visible import SPARE
from perfxl.workbook.binding import (
    Table,
    objective_tables,
)

_LATE = ("detail", "phases_share", "results_as", "results", "entities", "phases")
#: The last of the rows that stay in view.
BAR = 2


class ObjectiveSheet(SheetCells):
    """Draws one objective sheet; ``full`` or short."""

    def draw(self) -> None:
        """The whole sheet: the bar, what this round asks, its checks, then the plan and what earlier rounds found."""
        canvas, reporting = self.canvas, Reporting(self)
        canvas.row = BAR + 1
        if self.reports:
            reporting.declaration()
            first_check = self._room_for_checks()
            reporting.past()
        self._frame()
        if self.full:
            self._detail()
            self._phases()
        if not self.reports:
            first_check = self._room_for_checks()
        if self.reports:
            reporting.outcomes()
            reporting.declared()
        self.born = canvas.named(canvas.own("born"), CALC2, BAR)
        canvas.put(CALC2, None, "hidden", row=BAR)
        if self.full:
            item_checks.draw(self)
        canvas.row = first_check
        checks.draw(self)
        self._bar()
        canvas.finish(f"1:{BAR}", f"C{BAR + 1}")
        for column in range(SLOT, HIDDEN_LAST + 1):
            canvas.sheet.column_dimensions[canvas.sheet.cell(1, column).column_letter].hidden = True

    def _room_for_checks(self) -> int:
        """The heading of the checks, and the row where they will begin."""
        self.canvas.section(self.words("part_checks"))
        first = self.canvas.row
        self.canvas.row += len(checks.keys(self.round, self.full))
        return first

    def _bar(self) -> None:
        """The rows that stay in view: back to the summary, which objective this is, on to the next one, what is still open here.

        The link to the next sheet leads to this one until issuing says which that is.
        """
        canvas = self.canvas
        for column in range(1, canvas.last + 1):
            for row in (1, BAR):
                canvas.put(column, None, "banner" if row == 1 else "bar", row=row)
        canvas.put(LABEL, f'=HYPERLINK("#{SUMMARY}","{self.words("bar_back")}")', "jump", row=1)
        canvas.named(canvas.own("back"), LABEL, 1)
        force = self.first("sheet/revision/title", "sheet/in_force/title", "sheet/title")
        short = f'IF(LEN({force})>{BANNER_LIMIT},LEFT({force},{BANNER_LIMIT - 1})&"…",{force})'
        canvas.put(VALUE, f'={self.at("code")}&"  –  "&{short}', "banner", row=1)
        canvas.named(canvas.own("banner"), VALUE, 1)
        canvas.sheet.row_dimensions[1].height = 24
        code = f"{canvas.prefix}code"
        canvas.put(LABEL, f'=HYPERLINK("#{code}","{self.words("bar_next")}"&{code})', "jump", row=BAR)
        canvas.named(canvas.own("next"), LABEL, BAR)
        canvas.put(CALC, "=" + checks.count_open(self), "hidden", row=BAR)
        count = canvas.named(canvas.own("count"), CALC, BAR)
        canvas.put(VALUE, "=" + checks.still_open(self, count), "bar", row=BAR)
        here = canvas.named(canvas.own("open"), VALUE, BAR)
        canvas.put(HELP, self.words("bar_paste"), "bar_help", row=BAR)
        canvas.sheet.row_dimensions[BAR].height = 18
        ok = self.words("bar_ok")
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f'{here}="{ok}"', f'{here}<>"{ok}"')

    def _with_changes(self, part: str, key: str) -> None:
        """A field of a holding or a sheet, what is in force in its place, and what this round changes."""
        for path in (f"{part}/{key}", f"{part}/in_force/{key}", f"{part}/revision/{key}"):
            table = "_".join(path.split("/")[1:])
            if part == "sheet" and table in self.tables:
                if self.full:
                    self._table(table)
                    self.canvas.row += table != "entities"
            else:
                self.scalar(path)

    def _table(self, table_id: str) -> None:
        table = self.tables.get(table_id)
        if table:
            self._caption(table_id)
            self.canvas.table(table, places(table))
            self._room(table)

    def _room(self, table: Table) -> None:
        """Below a table to which rows can be added: where there are more of them, and what to do beyond the last."""
        if all(c.opens(self.round) for c in table.columns if c.required):
            rows = len(self.canvas.rows[table.id])
            # see Visibility: of other tables there are rows folded away
            revised = next(t.revisions for t in objective_tables() if t.id == table.id)  # of the whole year: of a plan's own, none are left
            all_seen = self.round == "plan" and revised or rows <= SPARE
            self.canvas.put(LABEL, self.words("more_rows_plan" if all_seen else "more_rows_later", slots=rows), "help")
            self.canvas.row += 1

    def _caption(self, table_id: str) -> None:
        owner = next(f for f in objective_fields() if f.path == self.tables[table_id].array)
        self.canvas.caption(owner.title(self.draft.language), owner.description(self.draft.language))
        self.canvas.named(self.canvas.own(f"caption_{table_id}"), LABEL, self.canvas.row - 1)

    def _frame(self) -> None:
        canvas = self.canvas
        canvas.section(self.words("part_frame"))
        if self.round == "monitoring" and self.full:
            canvas.put(LABEL, self.words("folded"), "help")
            canvas.row += 1
        for path in ("code", "other_codes", "role", "due"):
            self.scalar(path)
        self._with_changes("sheet", "title")
        self.scalar("holding/weighting")
        for key in ("weight", "replaced_by", "reason"):
            self._with_changes("holding", key)
        self.weight_typed = self._weight_typed()
        canvas.computed("weight", self.words("weight_in_force"), "=" + checks.weight_in_force(self), arithmetic.weight_format())
        if words_in_use().points:
            here = self.at("weight")
            sentence = self.words("weight_share").replace("{sum}", '"&ROUND(pxm_total_weight,2)&"').replace("{share}", f'"&ROUND({here}/pxm_total_weight*100,2)&"')
            canvas.put(HELP, f'=IF(AND(ISNUMBER({here}),pxm_total_weight<>0),"{sentence}","")', "beside", row=canvas.row - 1)
        if self.round == "plan":
            look.missing(canvas.sheet, self.at("holding/weight").replace("$", ""), f'{self.at("weight")}=""')
        for f in objective_fields():
            if f.path[0] == "sheet" and len(f.path) == 2 and f.key not in (*_LATE, "title"):
                self._with_changes("sheet", f.key)
        for f in objective_fields():
            if f.own and f.path[0] == "holding":
                self.scalar("/".join(f.path))
        if self.extension and self.full:
            canvas.section(self.words("part_extension"))
            for f in self.extension:
                canvas.scalar(f)

    def _weight_typed(self) -> str:
        """The hidden cell, beside the weight in force, of the weight as it was typed, in force or not in the total."""
        changed, standing, weight = (self.at(f"holding/{part}weight") for part in ("revision/", "in_force/", ""))
        formula = arithmetic.weight(weight)
        if standing != '""':
            formula = arithmetic.standing_weight(standing, formula)
        if changed != '""':
            own = f"$W${changed.rpartition('$')[2]}"
            self.echo(SHARE, "=" + arithmetic.weight(changed), int(changed.rpartition("$")[2]), "hidden")
            formula = f'IF({own}<>"",{own},{formula})'
        self.echo(SHARE, "=" + formula, self.canvas.row, "hidden")
        return f"$W${self.canvas.row}"

    def _detail(self) -> None:
        self.canvas.section(self.words("part_detail"))
        for key in ("detail", "phases_share", "results_as"):
            self._with_changes("sheet", key)
        self._table("results")
        self._sum("results")
        ResultDegrees(self).rules()
        self._more("results")
        self._own("results")
        self._table("entities")
        ResultDegrees(self).entities()

    def _phases(self) -> None:
        canvas = self.canvas
        canvas.section(self.words("part_phases"))
        self._caption("phases")
        row = canvas.row
        for column in range(4, 10):
            canvas.put(column, None, "head", row=row)
        for number, column in enumerate((4, 6, 8)):
            canvas.put(column, "=" + arithmetic.year_name(number), "head", "0", row=row)
        canvas.draft.name(canvas.own("years"), canvas.sheet, top=row, left=4, bottom=row, right=9)
        self.years = row
        canvas.row += 1
        canvas.table(self.tables["phases"], places(self.tables["phases"]))
        self._room(self.tables["phases"])
        self._sum("phases")
        self._more("phases")
        self._own("phases")

    def _more(self, table_id: str) -> None:
        """Under a table, what not every item has: notes on dates, values of other years, the rounds at which it is due."""
        canvas, table = self.canvas, self.tables[f"{table_id}_more"]
        canvas.caption(self.words(f"table_{table.id}"), self.words("help_more"))
        canvas.named(canvas.own(f"caption_{table.id}"), LABEL, canvas.row - 1)
        canvas.table(table, places(table))
        for row, source in zip(canvas.rows[table.id], canvas.rows[table_id], strict=True):
            self.identify(row, source)

    def _own(self, table_id: str) -> None:
        """Under a table, the fields that the body gives its items, so many side by side."""
        canvas = self.canvas
        for table in (t for t in self.tables.values() if t.own and t.array[-1] == table_id):
            canvas.caption(self.words(f"table_{table_id}_own"), self.words("help_own"))
            canvas.named(canvas.own(f"caption_{table.id}"), LABEL, canvas.row - 1)
            canvas.table(table, places(table))
            for row, source in zip(canvas.rows[table.id], canvas.rows[table_id], strict=True):
                self.identify(row, source, kept=True)

    def _sum(self, table_id: str) -> None:
        """Below the weights of a table their sum; beside them, hidden, the weights in force."""
        canvas, table = self.canvas, self.tables[table_id]
        weighting = places(table).get("weighting")
        rows = canvas.rows[table_id]
        for row in rows:
            self._typed_weight(row)
            weight = f"W{row}"
            if self.reports:
                weight = f'IF({self.dropped(row)},"",{weight})'
            if weighting:
                weight = f'IF(J{row}="{self.not_weighted}","",{weight})'
            canvas.put(CALC, "=" + weight, "hidden", row=row)
        if weighting and self.round != "final":
            look.missing(canvas.sheet, " ".join(f"C{row}" for row in rows),
                         f'AND($A{rows[0]}<>"",$J{rows[0]}<>"{self.not_weighted}",$L{rows[0]}=""{self.also_kept(rows[0])})')
        if self.reports:
            look.struck(canvas.sheet, " ".join(f"A{row}:J{row}" for row in rows), self.reason_below(rows[0], "$"))
        in_force = self.cells(table_id, CALC)
        must = arithmetic.sum_told(str(self.words("must_make")), "")
        canvas.put(VALUE, f'="{self.words(f"sum_{table_id}")}"&IF(pxm_whole=0,"",{must})', "total_label")
        canvas.put(WEIGHT, f'=IF(COUNT({in_force})=0,"",SUM({in_force}))', "total", arithmetic.weight_format())
        here = canvas.named(canvas.own(f"sum_{table_id}"), WEIGHT)
        canvas.at[f"sum_{table_id}"] = here
        fair = arithmetic.whole(here)
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f"AND(ISNUMBER({here}),{fair})",
                         f"AND(ISNUMBER({here}),NOT({fair}))")
        canvas.row += 1

    def _typed_weight(self, row: int) -> None:
        """Hidden beside the item of ``row``: the weight in force as typed, and whether the item was dropped."""
        base = arithmetic.standing_weight(f"C{row}") if self.round == FINAL else arithmetic.weight(f"C{row}")
        if self.round == "monitoring":
            self.echo(CHANGED, "=" + arithmetic.weight(f"C{row + 2}"), row + 2, "hidden")
        if self.below(row):
            base = arithmetic.standing_weight(f"C{row + 1}", base)
            self.echo(DROPPED, "=" + self.reason_below(row), row, "hidden")
        if self.round == "monitoring":
            base = f'IF(Z{row + 2}<>"",Z{row + 2},{base})'
        self.echo(SHARE, "=" + base, row, "hidden")
