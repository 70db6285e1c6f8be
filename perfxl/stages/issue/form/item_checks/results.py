"""What is wrong in the rows of results: those of the plan, and what a round found of them."""

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.arithmetic import printed
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.item_checks.measuring import unmeasured, ways
from perfxl.stages.issue.form.item_checks.row_formulas import RowFormulas


class ResultChecks(RowFormulas):
    """Writes the numbers beside results."""

    def check_plan(self, row: int, rule: int) -> None:
        """What is wrong in the plan's ``row``, measured as ``rule`` says, and, hidden beside it, its day in force."""
        sheet = self.sheet
        self.put(row, 13, sheet.force("D", row, blank=True))
        if self.round == FINAL:
            return
        weights = self.ranges("results", "L")
        content = faults.first({
            faults.TWICE: self.twice("results", row), faults.WORDLESS: f'{sheet.force("B", row)}=""',
            faults.UNWEIGHTED: self.and_kept(row, f'AND(L{row}="",COUNT({weights})>0)'), faults.UNMEASURED: self.and_kept(row, unmeasured(self, row, rule)),
            faults.UNTIED: self._untied(row)})
        self.put(row, faults.CONTENT["results"], f'IF(A{row}="",IF(COUNTA(B{row}:J{row})>0,{faults.NAMELESS},0),{content})')
        self.put(row, faults.DATES["results"], f'IF(A{row}="",0,{faults.first(self._dates(row))})')

    def _untied(self, row: int) -> str:
        """The condition that a result is tied to a phase that is not there, where the phases are named by numbers alone."""
        ids, named = self.sheet.cells("phases", 1), f"I{row}"
        for mark in (" ", ";", "/", "+", "-"):
            named = f'SUBSTITUTE({named},"{mark}","{"," if mark != " " else ""}")'
        there = f'SUMPRODUCT(({ids}<>"")*ISNUMBER(FIND(","&{ids}&",",","&{named}&",")))'
        many = f'LEN({named})-LEN(SUBSTITUTE({named},",",""))+(RIGHT({named})<>",")'
        return f'IF(OR(I{row}="",COUNTA({ids})=0),FALSE,IF(EXACT(UPPER(I{row}),LOWER(I{row})),{there}<{many},FALSE))'

    def _dates(self, row: int) -> dict[int, str]:
        """By number, the conditions of faults of its day."""
        due = f"M{row}"
        conditions = {faults.OUTSIDE: self.and_kept(row, f"AND({self.framed},ISNUMBER({due}),OR({due}<{self.begins},{due}>{self.ends}))")}
        if self.revises:
            revised = self.sheet.below(row)[0]
            done = f"AA{row}"
            brought = f"AND({self.unexplained},{done}<>1,{self.brought_back('D', row, revised)})"
            conditions |= {faults.BEHIND: self.and_kept(row, self._behind(row)), faults.MOVED: self.put_off("D", row, revised), faults.ENDED: self.and_kept(row, brought),
                      faults.LEFT: self.and_kept(row, self._left(row, revised))}
        return conditions

    def _behind(self, row: int) -> str:
        """The condition that a result is due before the end of the one phase it is tied to, which was moved."""
        n, p, r = (self.ranges("phases", c) for c in "NPR")
        moved = "+".join(f'({self.ranges("phases", c, step)}<>"")' for c in "EGI" for step in (1, 2))
        late = (f"(ISNUMBER({r})*({r}>M{row})+(1-ISNUMBER({r}))*ISNUMBER({p})*({p}>M{row})"
                f"+(1-ISNUMBER({r}))*(1-ISNUMBER({p}))*ISNUMBER({n})*({n}>M{row}))")
        return f'AND(ISNUMBER(M{row}),I{row}<>"",SUMPRODUCT(({self.sheet.cells("phases", 1)}&""=I{row}&"")*(({moved})>0)*{late})>0)'

    def _left(self, row: int, revised: int) -> str:
        """The condition that a result tied to no phase is due when one ended before it was moved on."""
        base, was, now = (self.ranges("phases", "E", step) for step in (0, 1, 2))
        items = f"ISNUMBER({self.ranges('phases', 'L')})"
        same = f'((({was}="")*({base}=M{row})+({was}=M{row}))>0)'
        return f'AND(ISNUMBER(M{row}),I{row}="",D{revised}="",SUMPRODUCT({items}*{same}*ISNUMBER({now})*({now}>M{row}))>0)'

    def check_reading(self, row: int, rule: int) -> None:
        """What is wrong in what was found of a result, in ``row``, measured as ``rule`` says."""
        sheet, way = self.sheet, ways(rule)
        goal, actual, typed, computed, base, lower = f"E{row}", f"Q{row}", f"W{row}", f"N{row}", f"AC{row}", f"Y{row}"
        settled = f'OR(AB{row},C{row}<>"",AND(ISNUMBER(S{row}),S{row}>=pxm_begins_2),L{row}="{sheet.words("dropped")}")'
        if self.round == FINAL:
            self.put(row, faults.SETTLED, f'IF(A{row}="",0,IF({settled},1,0))')
        both_there = f"AND(ISNUMBER({goal}),ISNUMBER({actual}))"
        towards = f'AND(OR({",".join(way[k] for k in ("higher", "lower", "progress", "typed", "levels"))}),B{rule}="",{both_there})'
        behind = f"AND({towards},NOT(Z{row}))"
        full = f"IF(ISNUMBER({typed}),{typed}>=1,FALSE)"
        ratio = f"AND(ISNUMBER(H{rule}),ISNUMBER(H{row}),ISNUMBER(I{row}))"
        value = f"H{row}/I{row}*H{rule}"
        weight = f'IF(ISNUMBER(M{row}),M{row}<>0,TRUE)'
        phased = f'IF(AND(pxm_counting="phases",ISNUMBER({sheet.at("by_phases")})),{sheet.at("by_phases")}>=1,FALSE)'
        denied = f"AND(OR({sheet.achieved},{phased}),{weight},NOT(AND(ISNUMBER(S{row}),S{row}>=pxm_begins_2)))"
        short = f"AND(COUNT({typed},{computed})>0,{','.join(f'IF(ISNUMBER({cell}),{cell}<1,TRUE)' for cell in (typed, computed))})"
        late = f"AND(ISNUMBER(F{row}),ISNUMBER(S{row}),F{row}>S{row},NOT({way['date']}))"
        improves = f"IF({lower},AND({goal}<{base},{base}<{actual}),AND({actual}<{base},{base}<{goal}))"
        ending = "TRUE" if self.round == FINAL else f"OR({way['progress']},{lower})"
        apart = f"ROUND(ABS({typed}-{printed(computed)}),6)>pxm_derivable"
        conditions = {
            faults.NO_DENOMINATOR: f"IF(ISNUMBER(I{row}),I{row}=0,FALSE)",
            faults.ONE_NUMBER: f"AND(ISNUMBER(H{rule}),ISNUMBER(H{row})<>ISNUMBER(I{row}))",
            faults.TWO_VALUES: f"IF({ratio},IF(ISNUMBER(D{row}),ABS({value}-D{row})>MAX(ABS({value})/1000,0.005),FALSE),FALSE)",
            faults.NO_BAND: f'AND(N{rule}>0,ISNUMBER(P{row}),{computed}="")',
            faults.MISSED: f"IF({behind},{full},FALSE)",
            faults.ACHIEVED: f"IF(OR({behind},{short}),{denied},FALSE)",
            faults.OVERSHOT: f"IF({towards},AND(NOT({lower}),{goal}>0,{actual}>{goal}*pxm_overshoot),FALSE)",
            faults.TYPED: f"IF(AND(ISNUMBER({typed}),ISNUMBER({computed})),{apart},FALSE)",
            faults.WORSE: f'IF(AND({both_there},ISNUMBER({base}),C{row}="",OR({way["higher"]},{way["lower"]},{way["progress"]})),AND({ending},{improves}),FALSE)',
            faults.CAME_LATE: f"IF({late},{denied},FALSE)"}
        if self.round == FINAL:
            conditions[faults.UNKNOWN] = self._unknown(row, way, settled)
        self.put(row, faults.RESULT_READ, f'IF(A{row}="",0,IF(AB{row},0,{faults.first(conditions)}))')

    def _unknown(self, row: int, way: dict[str, str], settled: str) -> str:
        """The condition that at the end what a result is measured from is missing."""
        entities = f'SUMPRODUCT(({self.sheet.cells("entities", 1)}&""=AE{row})*' \
                   f'ISNUMBER({self.sheet.cells("entities", self.sheet.columns_of("entities")["actual"])}))'
        asked = f'OR(ISNUMBER(E{row}),{",".join(way[k] for k in ("yesno", "date", "bands", "range"))})'
        formula = f'IF({way["yesno"]},J{row}="",IF({way["date"]},F{row}="",Q{row}=""))'
        return f"AND(NOT({settled}),{asked},{formula},{entities}=0)"
