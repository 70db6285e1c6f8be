"""What a round asks of an objective and what is computed of it: the outcome, phases and results as they were found, earlier rounds."""

from perfxl.model.fields import objective_fields
from perfxl.model.rounds import FINAL, MOST_MONITORINGS
from perfxl.stages.issue.form import arithmetic, outcome_rows
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.drawing import CALC, CALC2, CALC3, HELP, LABEL, VALUE, WEIGHT
from perfxl.stages.issue.form.names import EARLIER, FOUND
from perfxl.stages.issue.form.result_degrees import ResultDegrees
from perfxl.stages.issue.form.sheet_cells import SheetCells
from perfxl.stages.issue.form.table_places import places
from perfxl.workbook.binding import NARRATIVE, Table


class Reporting:
    """The parts of one sheet that a round fills in beyond the plan."""

    def __init__(self, sheet: SheetCells):
        self.sheet, self.canvas, self.words, self.round, self.full, self.tables = sheet, sheet.canvas, sheet.words, sheet.round, sheet.full, sheet.tables

    def declaration(self) -> None:
        canvas = self.canvas
        canvas.section(self.words(f"part_{self.round}"))
        for f in self.sheet.scalars.values():
            if f.path[:2] == ("holding", "reading"):
                self.sheet.scalar("/".join(f.path))
        self._computed = canvas.row
        canvas.row += outcome_rows.COMPUTED[self.full]  # written once the tables of the plan have their rows
        if self.full:
            self._reading("phases_reading", {4: self.words("weight_in_force")})
            self._reading("results_reading", {5: self.words("reference_target")})
            self._narrative()

    def declared(self) -> None:
        """Hidden beside the declared outcome: the figure that it counts as, the status that follows, whether it is in full."""
        self.sheet.typed, row = self.sheet.at("holding/reading/percent"), self.canvas.row
        self.canvas.row = int(self.sheet.typed.rpartition("$")[2])
        said, status = {s: self.sheet.label("holding/reading/status", s) for s in ("achieved", "partial", "not_achieved")}, self.sheet.at("holding/reading/status")
        counts = arithmetic.percent(self.sheet.typed)
        self.sheet.declared, self.sheet.state, self.sheet.achieved = (f"${letter}${self.canvas.row}" for letter in "MNO")
        p = self.sheet.declared
        self.sheet.echo(CALC2, f'=IF({counts}="","",{arithmetic.printed(counts)})', self.canvas.row, "hidden")
        follows = f'IF({p}="","",IF({p}>=1,{said["achieved"]},IF({p}<=0,{said["not_achieved"]},{said["partial"]})))'
        self.sheet.echo(CALC3, f'=IF({status}<>"",{status},{follows})', self.canvas.row, "hidden")
        self.sheet.echo(15, f'=IF({p}="",{status}={said["achieved"]},{p}>=1)', self.canvas.row, "hidden")
        self.canvas.row = row

    def past(self) -> None:
        """What earlier rounds found, a row each: when, in a few words, how much. Issue writes it; nobody reads it back."""
        self.canvas.section(self.words("part_earlier"))
        self.canvas.named(self.canvas.own("caption_earlier"), LABEL, self.canvas.row - 1)
        canvas, top = self.canvas, self.canvas.row
        for column, key in ((LABEL, "earlier_round"), (VALUE, "earlier_told"), (WEIGHT, "earlier_percent"), (4, "earlier_status")):
            canvas.put(column, self.words(key), "head")
        canvas.put(CALC, None, "hidden", "0.00%")
        canvas.at["before"] = canvas.named(canvas.own("before"), CALC)
        canvas.put(CALC2, None, "hidden", "@")
        canvas.at["gone"] = canvas.named(canvas.own("gone"), CALC2)
        canvas.row += 1
        for _ in range(MOST_MONITORINGS):
            canvas.put(LABEL, None, "past", "@")
            canvas.put(VALUE, None, "past", "@")
            canvas.put(WEIGHT, None, "past_figure", "0.00%")
            canvas.put(4, None, "past", "@")
            canvas.row += 1
        canvas.draft.name(canvas.own(EARLIER), canvas.sheet, top=top, left=LABEL, bottom=canvas.row - 1, right=4)

    def outcomes(self) -> None:
        """What is computed of the outcome, now that the plan is drawn too."""
        canvas = self.canvas
        if self.full:
            self._phase_outcomes()
            ResultDegrees(self.sheet).results()
            self._chooser.formula1 = str(self.sheet.cells("phases", 1))
        canvas.row = self._computed
        outcome_rows.draw(self.sheet)
        if self.full:
            self._missing_phases()
        self._offer()
        percent, status, reason = (self.sheet.at(f"holding/reading/{key}") for key in ("percent", "status", "reason"))
        state = canvas.at["status"]
        gone = [self.sheet.label("holding/reading/status", s) for s in ("replaced", "withdrawn")]
        lead = "TRUE" if self.full else f'{self.sheet.at("role")}<>{self.sheet.label("role", "partner")}'
        gone.append(f'"{self.words("not_due")}"')
        wanted = ",".join(f"{state}<>{s}" for s in gone)
        look.missing(canvas.sheet, percent.replace("$", ""), f'AND({percent}="",{canvas.at["outcome"]}="",{lead},{wanted})')
        part = [self.sheet.label("holding/reading/status", s) for s in ("partial", "not_achieved")]
        if self.full:
            look.missing(canvas.sheet, reason.replace("$", ""), f'AND({reason}="",OR({state}={part[0]},{state}={part[1]}))')

    def _offer(self) -> None:
        """Let the outcome be chosen from what the tables give: one click in place of a figure typed again."""
        cell = self.sheet.at("holding/reading/percent").replace("$", "")
        keys = ("by_phases", "by_results", "by_mix") if self.full else ("by_measures",)
        rule = self.canvas.open.rule_of(cell)
        rule.type, rule.operator, rule.showErrorMessage = "list", None, False
        cells = []
        for key in keys:  # what is blank repeats another: the list has no blank line
            here = self.sheet.at(key)
            row = int(here.rpartition("$")[2])
            self.sheet.echo(CALC, "=" + arithmetic.both(here, *(self.sheet.at(k) for k in keys if k != key)), row=row, part="hidden",
                       number_format="0.00%")
            cells.append(f"$L${row}")
        rule.formula1 = ":".join(dict.fromkeys((cells[0], cells[-1])))
        rule.prompt, rule.promptTitle, rule.showInputMessage = None, None, False
        self.canvas.put(HELP, self.words("offer" if self.full else "offer_shared"), "beside", row=int(cell[1:]))

    def _reading(self, table_id: str, heads: dict[int, str]) -> None:
        """The table of what the round finds of the items of another; ``heads``: of the columns that repeat what the plan says."""
        table = self.tables[table_id]
        self._caption_of(table.array[-1])
        if self.round == "monitoring":  # rows of the plan can be added and changed, further down
            name = f"{self.canvas.prefix}t_{table.array[-1]}"
            self.canvas.put(VALUE, f'=HYPERLINK("#{name}","{self.words(f"add_{table.array[-1]}")}")', "aside", row=self.canvas.row - 1)
        self.canvas.table(table, places(table))
        self._reference_heads(table, {LABEL: self.words(f"reference_{table.array[-1]}"), **heads})

    def _phase_outcomes(self) -> None:
        canvas, table = self.canvas, self.tables["phases_reading"]
        for row, source in zip(canvas.rows[table.id], canvas.rows["phases"], strict=True):
            self.sheet.put_item(row, source)
            if self.round != FINAL:
                self.sheet.echo(FOUND, f"=C{row}", source, "hidden")
            weight = f'IF(J{source}="{self.sheet.not_weighted}","==",L{source})'
            weight = f'IF(AND(C{row}="",{self.sheet.not_due("phases", source)}),"{self.words("not_due")}",{weight})'
            weight = f'IF({self.sheet.dropped(source)},"{self.words("dropped")}",{weight})'
            self.sheet.echo(4, f'=IF(A{row}="","",{weight})', row=row, part="figure", number_format=arithmetic.weight_format())
            self.sheet.echo(CALC, "=" + arithmetic.percent(f"C{row}"), row, "hidden")
        self.sheet.white_without_item(table)

    def _missing_phases(self) -> None:
        """What weighs and tells no share of itself is tinted, where the objective is due or has an outcome."""
        canvas = self.canvas
        first, last = canvas.rows["phases_reading"][0], canvas.rows["phases_reading"][-1]
        asked = f'{canvas.at["status"]}<>"{self.words("not_due")}"'
        look.missing(canvas.sheet, f"C{first}:C{last}", f'AND(ISNUMBER($D{first}),$D{first}<>0,$C{first}="",{asked})')

    def _caption_of(self, table_id: str) -> None:
        self.canvas.caption(self.words(f"table_{table_id}_{self.round}"), self.words(f"help_{table_id}_reading"))
        self.canvas.named(self.canvas.own(f"caption_{table_id}_reading"), LABEL, self.canvas.row - 1)

    def _reference_heads(self, table: Table, heads: dict[int, str]) -> None:
        header = self.canvas.rows[table.id][0] - 1
        for column, text in heads.items():
            self.canvas.put(column, text, "head", row=header)

    def _narrative(self) -> None:
        canvas, table = self.canvas, self.tables["narrative"]
        text = next(f for f in objective_fields() if f.path == NARRATIVE)
        canvas.caption(text.title(self.sheet.draft.language), self.words("help_narrative"))
        self._chooser = canvas.story(table, text)
