"""What is wrong in the rows of phases: those of the plan, and what a round found of them."""

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.item_checks.row_formulas import DATES_IN_FORCE, DATES_TYPED, RowFormulas
from perfxl.stages.issue.form.names import BEGINS, LAST_SHARE


class PhaseChecks(RowFormulas):
    """Writes the numbers beside phases."""

    def check_plan(self, row: int) -> None:
        """What is wrong in the plan's ``row`` and, hidden beside it, its dates in force."""
        sheet = self.sheet
        if self.round != "plan":
            for column, typed in zip(DATES_IN_FORCE, DATES_TYPED, strict=True):
                self.put(row, ord(column) - 64, sheet.force(typed, row, blank=True))
        if self.round == FINAL:
            return
        free = f'J{row}="{sheet.not_weighted}"'
        weight = f"W{row}"
        content = faults.first({
            faults.TWICE: self.twice("phases", row), faults.WORDLESS: f'{sheet.force("B", row)}=""',
            faults.UNWEIGHTED: self.and_kept(row, f'AND(NOT({free}),L{row}="")'), faults.WEIGHTED: f"IF({free},IF(ISNUMBER({weight}),{weight}>0,FALSE),FALSE)"})
        self.put(row, faults.CONTENT["phases"], f'IF(A{row}="",IF(COUNTA(B{row}:J{row})>0,{faults.NAMELESS},0),{content})')
        self.put(row, faults.DATES["phases"], f'IF(A{row}="",0,{faults.first(self._dates(row))})')

    def _dates(self, row: int) -> dict[int, str]:
        """By number, the conditions of faults of its dates."""
        cells = [f"{column}{row}" for column in self.dates]
        pairs = list(zip(cells[::2], cells[1::2], strict=True))
        other = [f'MAX({s}:{e})>={BEGINS[n + 1]},COUNTIF({s}:{e},"<"&{BEGINS[n]})>0' for n, (s, e) in enumerate(pairs)]
        back = [f"AND(COUNT({s}:{e})=2,{e}<{s})" for s, e in pairs]
        out = [f'COUNTIF({cells[0]}:{cells[-1]},"<"&{self.begins})>0', f"MAX({','.join(f'{e}:{e}' for _, e in pairs)})>{self.ends}"]  # of blocks only what is a number
        bare = f'AND(ISNUMBER(L{row}),L{row}<>0,OR({cells[0]}="",{cells[1]}=""))'
        revised = self.sheet.below(row)[0] if self.revises else None
        if revised:  # a phase that was moved on into another year leaves nothing in this one
            bare = f"AND({bare},NOT(ISNUMBER(F{revised})),NOT(ISNUMBER(H{revised})))"
        conditions = {faults.OTHER_YEAR: f"OR({','.join(other)})", faults.REVERSED: f"OR({','.join(back)})", faults.UNDATED: bare, faults.OUTSIDE: f"AND({self.framed},OR({','.join(out)}))"}
        conditions = {number: self.and_kept(row, condition) for number, condition in conditions.items()}
        if revised:
            done = f"AA{row}"
            ended = [self.brought_back(column, row, revised) for column in "EGI"]
            started = f"ISNUMBER(D{revised}),ISNUMBER({self.was('D', row)}),D{revised}<{self.was('D', row)},D{revised}<=pxm_at"
            conditions |= {faults.MOVED: self.put_off("E", row, revised), faults.ENDED: self.and_kept(row, f"AND({self.unexplained},{done}<>1,OR({','.join(ended)}))"),
                      faults.STARTED: f"AND({self.unexplained},{started})"}
        return conditions

    def copied(self) -> None:
        """Whether what was done of a phase is what was done of another one, or of the whole objective, word by word."""
        done, whole = self.sheet.cells("phases_reading", 2), self.sheet.cells("narrative", 2)
        for row in self.rows["phases_reading"]:
            self.put(row, faults.COPIED, f"IF(LEN(B{row})<{faults.LIKELY},0,IF(SUMPRODUCT(({done}=B{row})*1)+SUMPRODUCT(({whole}=B{row})*1)>1,1,0))")

    def check_reading(self, row: int, source: int, more: int) -> None:
        """What is wrong in what was found of the phase of ``source``, told in ``row`` and ``more``."""
        sheet = self.sheet
        counts = f'AND(A{source}<>"",NOT({self.dropped(source)}),J{source}<>"{sheet.not_weighted}",IF(ISNUMBER(L{source}),L{source}<>0,TRUE))'
        later = f"IF(ISNUMBER(R{source}),R{source},IF(ISNUMBER(P{source}),P{source},0))"
        self.put(row, faults.LAST_END, f'IF({counts},IF(AND({later}>0,OR(N{source}="",L{row}<>1)),{later},N{source}),"")')
        sheet.canvas.put(LAST_SHARE, None, "hidden", row=row)
        begins = f"IF(ISNUMBER(M{source}),M{source},IF(ISNUMBER(O{source}),O{source},0))"
        since = begins
        if self.revises:  # a phase that was moved on with nothing done begins where it was put
            moved = sheet.below(source)[0]
            since = f'IF(AND(ISNUMBER(F{moved}),D{moved}=""),F{moved},{begins})'
        missing = f'IF(AND(ISNUMBER(D{row}),L{row}=""),AND(D{row}<>0,{since}<=pxm_at),FALSE)'
        fallen = self.and_kept(source, f"AND(ISNUMBER(N{row}),ISNUMBER(L{row}),L{row}<N{row})")
        early = self.and_kept(source, f"IF(AND(L{row}=1,ISNUMBER(N{source})),AND(N{source}-pxm_at>31,NOT({sheet.achieved})),FALSE)")
        self.put(row, faults.READ, f'IF(A{row}="",0,{faults.first({faults.UNREAD: missing, faults.FALLEN: fallen, faults.EARLY: early})})')
        texts, phases = sheet.cells("narrative", 2), sheet.cells("narrative", 1)
        self.put(row, faults.LENGTH, f'LEN(B{row})+SUMPRODUCT(({phases}&""=A{source}&"")*LEN({texts}))')
        begun = f"IF(ISNUMBER({self.begins}),OR(AND(ISNUMBER(E{row}),E{row}<{self.begins}-366),AND(ISNUMBER(F{row}),F{row}<{self.begins})),FALSE)"
        days = {faults.BACKWARDS: f"AND(ISNUMBER(E{row}),ISNUMBER(F{row}),F{row}<E{row})",
                faults.TO_COME: f"OR(AND(ISNUMBER(E{row}),E{row}>pxm_at),AND(ISNUMBER(F{row}),F{row}>pxm_at))", faults.BEFORE: begun}
        if self.revises:
            last = f"IF({later}>0,{later},IF(ISNUMBER(N{source}),N{source},0))"
            late = (f'AND({sheet.achieved},{sheet.at("holding/reading/reason")}="",{sheet.at("holding/reading/note")}="",{self.unexplained},'
                    f'ISNUMBER(L{row}),L{row}<1,{last}>0,{last}<pxm_at,F{row}="",{sheet.force("B", more)}="")')
            days[faults.UNBEGUN] = (f'AND(NOT({sheet.achieved}),IF(ISNUMBER(L{row}),L{row}<>0,FALSE),{begins}>pxm_at,E{row}="",'
                                    f'{sheet.force("B", more)}="")')
            days[faults.LATE] = late
        self.put(row, faults.DAYS, f'IF(A{row}="",0,{self.if_kept(source, faults.first(days))})')
