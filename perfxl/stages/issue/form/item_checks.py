"""What is wrong in the rows of an objective sheet: beside each row, hidden, the number of the first fault that it has, 0 for none.

The checks count these numbers and say the first in words; a row is judged where it stands, so that a formula stays short.
"""

from openpyxl.utils import get_column_letter

from perfxl.model import methods
from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.arithmetic import printed
from perfxl.stages.issue.form.names import BEGINS, LAST_SHARE

#: Faults of a phase or result as such.
NAMELESS, TWICE, WORDLESS, UNWEIGHTED, WEIGHTED, UNMEASURED, UNTIED = range(1, 8)
#: Faults of its dates.
OTHER_YEAR, REVERSED, UNDATED, OUTSIDE, MOVED, ENDED, STARTED, BEHIND, LEFT = range(1, 10)
#: Faults of what was found of a phase: of its figure, of its days.
UNREAD, FALLEN, EARLY = range(1, 4)
BACKWARDS, TO_COME, BEFORE, UNBEGUN, LATE = range(1, 6)
#: Faults of what was found of a result.
NO_DENOMINATOR, ONE_NUMBER, TWO_VALUES, NO_BAND, MISSED, ACHIEVED, OVERSHOT, TYPED, WORSE, UNKNOWN = range(1, 11)
#: Faults of a value by entity, and of who is responsible.
ENTITY_TWICE, NO_RESULT, NO_VALUE, NO_WAY = range(1, 5)
PERIOD, OUT_OF_YEAR, OVERLAP = range(1, 4)
#: The hidden columns of these numbers, by table.
CONTENT, DATES = {"phases": 19, "results": 19, "entities": 20, "responsibles": 12, "revision_responsibles": 12}, {"phases": 20, "results": 20}
READ, DAYS, LENGTH, LAST_END, RESULT_READ, SETTLED = 15, 16, 17, 13, 21, 22
#: The hidden column, beside what was done of a phase, that says whether it is said of another one too, and of how many characters on.
COPIED, LIKELY = 19, 80
#: Characters of the longest line that is taken for one of several of a pasted text.
LINE = 240
#: The hidden column, beside the rule of a result, that says whether it cannot be measured so.
UNMEASURABLE = 19
#: The hidden column that says whether a row begins three that grow by one, by table, and the columns that may.
DRAGGED, DRAGS = {"phases_reading": 18, "results_reading": 27}, {"phases_reading": "LEF", "results_reading": "WF"}
#: The columns of a phase's dates, and beside them, hidden, those of the dates in force.
_TYPED, _IN_FORCE = "DEFGHI", "MNOPQR"


def _ways(rule: int) -> dict[str, str]:
    """By way of measuring a result, the condition that the one of the rule in row ``rule`` is measured so."""
    return {key: f'O{rule}="{key}"' for key in methods.METHODS}


def grows_by_one(column: str, row: int, step: str) -> str:
    """The condition that ``column`` grows by ``step`` from ``row`` to the next, and to the one after it."""
    one, two, three = (f"{column}{row + n}" for n in range(3))
    return f"IF(COUNT({one}:{three})=3,AND(ROUND({two}-{one}-{step},9)=0,ROUND({three}-{two}-{step},9)=0),FALSE)"


def first(faults: dict[int, str]) -> str:
    """The number of the first of the ``faults`` whose condition holds, 0 when none does."""
    found = "0"
    for number, condition in reversed(faults.items()):
        found = f"IF({condition},{number},{found})"
    return found


class ItemChecks:
    """Writes the numbers on ``sheet`` (an ``ObjectiveSheet`` in full, its tables drawn)."""

    def __init__(self, sheet):
        self.sheet, self.round, self.rows = sheet, sheet.round, sheet.canvas.rows
        self.revises = sheet.round == "monitoring"
        self.unexplained = f'{sheet.at("holding/revision/reason")}=""'
        self.dates = _TYPED if self.round == "plan" else _IN_FORCE

    def draw(self) -> None:
        """Every table of the sheet that has something to be wrong in this round."""
        self._frame()
        for row in self.rows["phases"]:
            self._phase(row)
        for row, rule in zip(self.rows["results"], self.rows["results_rule"], strict=True):
            self._result(row, rule)
        if self.round != "plan":
            self._copied()
            for row, source, more in zip(self.rows["phases_reading"], self.rows["phases"], self.rows["phases_more"], strict=True):
                self._phase_read(row, source, more)
            for row, rule in zip(self.rows["results_reading"], self.rows["results_rule"], strict=True):
                self._result_read(row, rule)
            for table in DRAGGED:
                for row in self.rows[table][:-2]:
                    steps = [grows_by_one(column, row, "1" if column in "EF" else "0.01") for column in DRAGS[table]]
                    self._put(row, DRAGGED[table], f"IF(OR({','.join(steps)}),1,0)")
        for row in self.rows["entities"]:
            self._entity(row)
        for table in ("responsibles", "revision_responsibles"):
            if table in self.rows and (table == "responsibles") is (self.round == "plan"):
                self._people(table)

    # -- parts of formulas
    def _put(self, row: int, column: int, formula: str) -> None:
        self.sheet.canvas.put(column, "=" + formula, "hidden", row=row)

    def _dropped(self, row: int) -> str:
        return self.sheet.dropped(row)

    def _kept(self, row: int, condition: str) -> str:
        return f"AND(NOT({self._dropped(row)}),{condition})" if self.sheet.below(row) else condition

    def _was(self, column: str, row: int) -> str:
        """What was in force before the round."""
        below = self.sheet.below(row)
        return f'IF({column}{below[-1]}<>"",{column}{below[-1]},{column}{row})' if len(below) > 1 else f"{column}{row}"

    def _twice(self, table: str, row: int) -> str:
        ids = self.sheet.cells(table, 1)
        return f'SUMPRODUCT(({ids}&""=A{row}&"")*1)>1'

    def _ranges(self, table: str, column: str, step: int = 0) -> str:
        """The cells of a column of a table, or those ``step`` rows below them."""
        rows = self.rows[table]
        return f"${column}${rows[0] + step}:${column}${rows[-1] + step}"

    def _frame(self) -> None:
        """Hidden beside the years of the phases: the objective's start and end in force."""
        sheet = self.sheet
        for column, key in ((13, "start"), (14, "end")):
            found = sheet.first(f"sheet/revision/{key}", f"sheet/in_force/{key}", f"sheet/{key}")
            sheet.canvas.put(column, f'=IF({found}="","",{found})', "hidden", row=sheet.years)
        self.begins, self.ends = f"$M${sheet.years}", f"$N${sheet.years}"
        self.framed = f"AND(ISNUMBER({self.begins}),ISNUMBER({self.ends}),{self.begins}<={self.ends})"

    # -- the plan's items
    def _phase(self, row: int) -> None:
        sheet = self.sheet
        if self.round != "plan":
            for column, typed in zip(_IN_FORCE, _TYPED, strict=True):
                self._put(row, ord(column) - 64, sheet.force(typed, row, blank=True))
        if self.round == FINAL:
            return
        free = f'J{row}="{sheet.not_weighted}"'
        weight = f"W{row}"
        content = first({
            TWICE: self._twice("phases", row), WORDLESS: f'{sheet.force("B", row)}=""',
            UNWEIGHTED: self._kept(row, f'AND(NOT({free}),L{row}="")'), WEIGHTED: f"IF({free},IF(ISNUMBER({weight}),{weight}>0,FALSE),FALSE)"})
        self._put(row, CONTENT["phases"], f'IF(A{row}="",IF(COUNTA(B{row}:J{row})>0,{NAMELESS},0),{content})')
        self._put(row, DATES["phases"], f'IF(A{row}="",0,{first(self._phase_dates(row))})')

    def _phase_dates(self, row: int) -> dict[int, str]:
        cells = [f"{column}{row}" for column in self.dates]
        pairs = list(zip(cells[::2], cells[1::2], strict=True))
        other = [f'MAX({s}:{e})>={BEGINS[n + 1]},COUNTIF({s}:{e},"<"&{BEGINS[n]})>0' for n, (s, e) in enumerate(pairs)]
        back = [f"AND(COUNT({s}:{e})=2,{e}<{s})" for s, e in pairs]
        out = [f'COUNTIF({cells[0]}:{cells[-1]},"<"&{self.begins})>0', f"MAX({','.join(f'{e}:{e}' for _, e in pairs)})>{self.ends}"]  # of blocks only what is a number
        bare = f'AND(ISNUMBER(L{row}),L{row}<>0,OR({cells[0]}="",{cells[1]}=""))'
        revised = self.sheet.below(row)[0] if self.revises else None
        if revised:  # a phase that was moved on into another year leaves nothing in this one
            bare = f"AND({bare},NOT(ISNUMBER(F{revised})),NOT(ISNUMBER(H{revised})))"
        found = {OTHER_YEAR: f"OR({','.join(other)})", REVERSED: f"OR({','.join(back)})", UNDATED: bare, OUTSIDE: f"AND({self.framed},OR({','.join(out)}))"}
        found = {number: self._kept(row, condition) for number, condition in found.items()}
        if revised:
            done = f"AA{row}"
            ended = [self._brought_back(column, row, revised) for column in "EGI"]
            started = f"ISNUMBER(D{revised}),ISNUMBER({self._was('D', row)}),D{revised}<{self._was('D', row)},D{revised}<=pxm_at"
            found |= {MOVED: self._put_off("E", row, revised), ENDED: self._kept(row, f"AND({self.unexplained},{done}<>1,OR({','.join(ended)}))"),
                      STARTED: f"AND({self.unexplained},{started})"}
        return found

    def _put_off(self, column: str, row: int, revised: int) -> str:
        """The condition that an end already past was moved on, and nothing said why."""
        was = self._was(column, row)
        return f"AND({self.unexplained},ISNUMBER({column}{revised}),ISNUMBER({was}),{was}<pxm_at,{column}{revised}>{was})"

    def _brought_back(self, column: str, row: int, revised: int) -> str:
        """The condition that an end was brought back into the past."""
        was, now = self._was(column, row), f"{column}{revised}"
        return f"AND(ISNUMBER({now}),ISNUMBER({was}),{now}<{was},{now}<=pxm_at,pxm_at<={was})"

    def _result(self, row: int, rule: int) -> None:
        sheet = self.sheet
        self._put(row, 13, sheet.force("D", row, blank=True))
        if self.round == FINAL:
            return
        weights = self._ranges("results", "L")
        content = first({
            TWICE: self._twice("results", row), WORDLESS: f'{sheet.force("B", row)}=""',
            UNWEIGHTED: self._kept(row, f'AND(L{row}="",COUNT({weights})>0)'), UNMEASURED: self._kept(row, self._unmeasured(row, rule)),
            UNTIED: self._untied(row)})
        self._put(row, CONTENT["results"], f'IF(A{row}="",IF(COUNTA(B{row}:J{row})>0,{NAMELESS},0),{content})')
        self._put(row, DATES["results"], f'IF(A{row}="",0,{first(self._result_dates(row))})')

    def _untied(self, row: int) -> str:
        """The condition that a result is tied to a phase that is not there, where the phases are named by numbers alone."""
        ids, named = self.sheet.cells("phases", 1), f"I{row}"
        for mark in (" ", ";", "/", "+", "-"):
            named = f'SUBSTITUTE({named},"{mark}","{"," if mark != " " else ""}")'
        there = f'SUMPRODUCT(({ids}<>"")*ISNUMBER(FIND(","&{ids}&",",","&{named}&",")))'
        many = f'LEN({named})-LEN(SUBSTITUTE({named},",",""))+(RIGHT({named})<>",")'
        return f'IF(OR(I{row}="",COUNTA({ids})=0),FALSE,IF(EXACT(UPPER(I{row}),LOWER(I{row})),{there}<{many},FALSE))'

    def _result_dates(self, row: int) -> dict[int, str]:
        due = f"M{row}"
        found = {OUTSIDE: self._kept(row, f"AND({self.framed},ISNUMBER({due}),OR({due}<{self.begins},{due}>{self.ends}))")}
        if self.revises:
            revised = self.sheet.below(row)[0]
            done = f"AA{row}"
            brought = f"AND({self.unexplained},{done}<>1,{self._brought_back('D', row, revised)})"
            found |= {BEHIND: self._kept(row, self._behind(row)), MOVED: self._put_off("D", row, revised), ENDED: self._kept(row, brought),
                      LEFT: self._kept(row, self._left(row, revised))}
        return found

    def _behind(self, row: int) -> str:
        """The condition that a result is due before the end of the one phase it is tied to, which was moved."""
        n, p, r = (self._ranges("phases", c) for c in "NPR")
        moved = "+".join(f'({self._ranges("phases", c, step)}<>"")' for c in "EGI" for step in (1, 2))
        late = (f"(ISNUMBER({r})*({r}>M{row})+(1-ISNUMBER({r}))*ISNUMBER({p})*({p}>M{row})"
                f"+(1-ISNUMBER({r}))*(1-ISNUMBER({p}))*ISNUMBER({n})*({n}>M{row}))")
        return f'AND(ISNUMBER(M{row}),I{row}<>"",SUMPRODUCT(({self.sheet.cells("phases", 1)}&""=I{row}&"")*(({moved})>0)*{late})>0)'

    def _left(self, row: int, revised: int) -> str:
        """The condition that a result tied to no phase is due when one ended before it was moved on."""
        base, was, now = (self._ranges("phases", "E", step) for step in (0, 1, 2))
        items = f"ISNUMBER({self._ranges('phases', 'L')})"
        same = f'((({was}="")*({base}=M{row})+({was}=M{row}))>0)'
        return f'AND(ISNUMBER(M{row}),I{row}="",D{revised}="",SUMPRODUCT({items}*{same}*ISNUMBER({now})*({now}>M{row}))>0)'

    def _unmeasured(self, row: int, rule: int) -> str:
        """The condition that the way in which a result is measured means nothing for what it has."""
        target, base, weight, due, way = f"H{row}", f"G{row}", f"L{row}", f"M{row}", _ways(rule)
        if self.round != "plan":  # what is repeated where the row is read
            read = self.rows["results_reading"][self.rows["results"].index(row)]
            target, base, weight, due = (f"{column}{read}" for column in ("E", "AC", "AD", "S"))

        def those(test) -> str:
            return f"OR({','.join(way[k] for k, m in methods.METHODS.items() if test(m))})"
        until, minimum, best = f"E{rule}", f"F{rule}", f"G{rule}"
        there, goal = f"ISNUMBER({target})", target
        levels = f"IF(AND(ISNUMBER({minimum}),{there}),OR({minimum}={goal},AND(ISNUMBER({best}),IF({goal}<{minimum},{best}>={goal},{best}<={goal}))),TRUE)"
        faults = [f"AND(N{rule}=-1,{those(lambda m: m.scaled)})", f'AND(B{rule}<>"",{those(lambda m: not m.scaled)})',
                  f"AND(ISNUMBER(H{rule}),{those(lambda m: m.reads != 'actual')})",
                  f"IF({those(lambda m: m.key in ('higher', 'lower'))},IF({there},{goal}<=0,FALSE),FALSE)",
                  f"IF({way['progress']},IF({there},IF(ISNUMBER({base}),{base}={goal},TRUE),FALSE),FALSE)",
                  f'AND({way["bands"]},N{rule}=0)', f"IF({way['range']},IF(AND({there},ISNUMBER({until})),{goal}>{until},NOT(OR({there},ISNUMBER({until})))),FALSE)",
                  f"IF({way['levels']},{levels},FALSE)", f"AND({way['date']},NOT(ISNUMBER({due})))"]
        typed = "" if self.round == "plan" else f',C{read}=""'
        found = f"AND(IF(ISNUMBER({weight}),{weight}<>0,TRUE){typed},OR({','.join(faults)}))"
        if self.round == "plan":
            return found
        self._put(rule, UNMEASURABLE, f'IF(A{rule}="",0,IF({found},1,0))')
        return f"S{rule}=1"

    # -- what the round found
    def _copied(self) -> None:
        """Whether what was done of a phase is what was done of another one, or of the whole objective, word by word."""
        told, whole = self.sheet.cells("phases_reading", 2), self.sheet.cells("narrative", 2)
        for row in self.rows["phases_reading"]:
            self._put(row, COPIED, f"IF(LEN(B{row})<{LIKELY},0,IF(SUMPRODUCT(({told}=B{row})*1)+SUMPRODUCT(({whole}=B{row})*1)>1,1,0))")

    def _phase_read(self, row: int, source: int, more: int) -> None:
        sheet = self.sheet
        counts = f'AND(A{source}<>"",NOT({self._dropped(source)}),J{source}<>"{sheet.not_weighted}",IF(ISNUMBER(L{source}),L{source}<>0,TRUE))'
        later = f"IF(ISNUMBER(R{source}),R{source},IF(ISNUMBER(P{source}),P{source},0))"
        self._put(row, LAST_END, f'IF({counts},IF(AND({later}>0,OR(N{source}="",L{row}<>1)),{later},N{source}),"")')
        sheet.canvas.put(LAST_SHARE, None, "hidden", row=row)
        begins = f"IF(ISNUMBER(M{source}),M{source},IF(ISNUMBER(O{source}),O{source},0))"
        since = begins
        if self.revises:  # a phase that was moved on with nothing done begins where it was put
            moved = sheet.below(source)[0]
            since = f'IF(AND(ISNUMBER(F{moved}),D{moved}=""),F{moved},{begins})'
        missing = f'IF(AND(ISNUMBER(D{row}),L{row}=""),AND(D{row}<>0,{since}<=pxm_at),FALSE)'
        fallen = self._kept(source, f"AND(ISNUMBER(N{row}),ISNUMBER(L{row}),L{row}<N{row})")
        early = self._kept(source, f"IF(AND(L{row}=1,ISNUMBER(N{source})),AND(N{source}-pxm_at>31,NOT({sheet.achieved})),FALSE)")
        self._put(row, READ, f'IF(A{row}="",0,{first({UNREAD: missing, FALLEN: fallen, EARLY: early})})')
        told, phases = sheet.cells("narrative", 2), sheet.cells("narrative", 1)
        self._put(row, LENGTH, f'LEN(B{row})+SUMPRODUCT(({phases}&""=A{source}&"")*LEN({told}))')
        begun = f"IF(ISNUMBER({self.begins}),OR(AND(ISNUMBER(E{row}),E{row}<{self.begins}-366),AND(ISNUMBER(F{row}),F{row}<{self.begins})),FALSE)"
        days = {BACKWARDS: f"AND(ISNUMBER(E{row}),ISNUMBER(F{row}),F{row}<E{row})",
                TO_COME: f"OR(AND(ISNUMBER(E{row}),E{row}>pxm_at),AND(ISNUMBER(F{row}),F{row}>pxm_at))", BEFORE: begun}
        if self.revises:
            last = f"IF({later}>0,{later},IF(ISNUMBER(N{source}),N{source},0))"
            late = (f'AND({sheet.achieved},{sheet.at("holding/reading/reason")}="",{sheet.at("holding/reading/note")}="",{self.unexplained},'
                    f'ISNUMBER(L{row}),L{row}<1,{last}>0,{last}<pxm_at,F{row}="",{sheet.force("B", more)}="")')
            days[UNBEGUN] = (f'AND(NOT({sheet.achieved}),IF(ISNUMBER(L{row}),L{row}<>0,FALSE),{begins}>pxm_at,E{row}="",'
                             f'{sheet.force("B", more)}="")')
            days[LATE] = late
        self._put(row, DAYS, f'IF(A{row}="",0,{self._if_kept(source, first(days))})')

    def _if_kept(self, row: int, formula: str) -> str:
        return f"IF({self._dropped(row)},0,{formula})"

    def _result_read(self, row: int, rule: int) -> None:
        sheet, way = self.sheet, _ways(rule)
        goal, actual, typed, computed, base, lower = f"E{row}", f"Q{row}", f"W{row}", f"N{row}", f"AC{row}", f"Y{row}"
        settled = f'OR(AB{row},C{row}<>"",AND(ISNUMBER(S{row}),S{row}>=pxm_begins_2),L{row}="{sheet.words("dropped")}")'
        if self.round == FINAL:
            self._put(row, SETTLED, f'IF(A{row}="",0,IF({settled},1,0))')
        both_there = f"AND(ISNUMBER({goal}),ISNUMBER({actual}))"
        towards = f'AND(OR({",".join(way[k] for k in ("higher", "lower", "progress", "typed", "levels"))}),B{rule}="",{both_there})'
        behind = f"AND({towards},NOT(Z{row}))"
        full = f"IF(ISNUMBER({typed}),{typed}>=1,FALSE)"
        ratio = f"AND(ISNUMBER(H{rule}),ISNUMBER(H{row}),ISNUMBER(I{row}))"
        value = f"H{row}/I{row}*H{rule}"
        weight = f'IF(ISNUMBER(M{row}),M{row}<>0,TRUE)'
        improves = f"IF({lower},AND({goal}<{base},{base}<{actual}),AND({actual}<{base},{base}<{goal}))"
        ending = "TRUE" if self.round == FINAL else f"OR({way['progress']},{lower})"
        apart = f"ROUND(ABS({typed}-{printed(computed)}),6)>pxm_derivable"
        found = {
            NO_DENOMINATOR: f"IF(ISNUMBER(I{row}),I{row}=0,FALSE)",
            ONE_NUMBER: f"AND(ISNUMBER(H{rule}),ISNUMBER(H{row})<>ISNUMBER(I{row}))",
            TWO_VALUES: f"IF({ratio},IF(ISNUMBER(D{row}),ABS({value}-D{row})>MAX(ABS({value})/1000,0.005),FALSE),FALSE)",
            NO_BAND: f'AND(N{rule}>0,ISNUMBER(P{row}),{computed}="")',
            MISSED: f"IF({behind},{full},FALSE)",
            ACHIEVED: f"IF({behind},AND({sheet.achieved},{weight}),FALSE)",
            OVERSHOT: f"IF({towards},AND(NOT({lower}),{goal}>0,{actual}>{goal}*pxm_overshoot),FALSE)",
            TYPED: f"IF(AND(ISNUMBER({typed}),ISNUMBER({computed})),{apart},FALSE)",
            WORSE: f'IF(AND({both_there},ISNUMBER({base}),C{row}="",OR({way["higher"]},{way["lower"]},{way["progress"]})),AND({ending},{improves}),FALSE)'}
        if self.round == FINAL:
            found[UNKNOWN] = self._unknown(row, way, settled)
        self._put(row, RESULT_READ, f'IF(A{row}="",0,IF(AB{row},0,{first(found)}))')

    def _unknown(self, row: int, way: dict[str, str], settled: str) -> str:
        """The condition that at the end what a result is measured from is missing."""
        entities = f'SUMPRODUCT(({self.sheet.cells("entities", 1)}&""=AE{row})*' \
                   f'ISNUMBER({self.sheet.cells("entities", self._actual)}))'
        asked = f'OR(ISNUMBER(E{row}),{",".join(way[k] for k in ("yesno", "date", "bands", "range"))})'
        found = f'IF({way["yesno"]},J{row}="",IF({way["date"]},F{row}="",Q{row}=""))'
        return f"AND(NOT({settled}),{asked},{found},{entities}=0)"

    @property
    def _actual(self) -> int:
        return self.sheet.columns_of("entities")["actual"]

    def _entity(self, row: int) -> None:
        results, entities = self.sheet.cells("results", 1), [self.sheet.cells("entities", c) for c in (1, 2)]
        twice = f'SUMPRODUCT(({entities[0]}&""=$A{row}&"")*({entities[1]}&""=B{row}&""))>1'
        unknown = f'SUMPRODUCT(({results}&""=$A{row}&"")*1)=0'
        found = {ENTITY_TWICE: twice, NO_RESULT: unknown}
        if self.round == FINAL:
            ids, settled = self.sheet.cells("results_rule", 1), self._ranges("results_reading", get_column_letter(SETTLED))
            actual = f"{get_column_letter(self._actual)}{row}"
            found[NO_VALUE] = f'AND(ISNUMBER(E{row}),{actual}="",SUMPRODUCT(({ids}&""=$A{row}&"")*({settled}=1))=0)'
        else:
            found[NO_WAY] = self._entity_unmeasured(row)
        self._put(row, CONTENT["entities"], f'IF(AND($A{row}="",B{row}=""),0,{first(found)})')

    def _entity_unmeasured(self, row: int) -> str:
        """The condition that the value of an entity is given to a result that is not measured so, or means nothing."""
        ids, chosen = self.sheet.cells("results_rule", 1), self.sheet.cells("results_rule", 15)
        mine = f'({ids}&""=$A{row}&"")'

        def measured(keys) -> str:
            those = "+".join(f'({chosen}="{k}")' for k in keys)
            return f"SUMPRODUCT({mine}*({those}))>0"
        goal, base = f"E{row}", f"D{row}"
        whole = f'SUMPRODUCT(({self.sheet.cells("results", 1)}&""=$A{row}&"")*ISNUMBER({self.sheet.cells("results", 8)}))'
        alone = [k for k, m in methods.METHODS.items() if not m.entities]
        faults = [measured(alone), f"AND(ISNUMBER({goal}),{goal}<=0,{measured(('higher', 'lower'))})",
                  f"AND(ISNUMBER({goal}),IF(ISNUMBER({base}),{base}={goal},TRUE),{measured(('progress',))})"]
        return f"AND({whole}=0,OR({','.join(faults)}))"

    def _people(self, table: str) -> None:
        above = '""'
        for row in self.rows[table]:
            begins, ends = f"D{row}", f"E{row}"
            out = f"OR(AND(ISNUMBER({ends}),{ends}<pxm_begins),AND(ISNUMBER({begins}),{begins}>=pxm_begins_2))"
            over = f"IF(AND(ISNUMBER({above}),ISNUMBER({begins})),AND({above}>={begins},{begins}>pxm_begins),FALSE)"
            self._put(row, CONTENT[table], first({
                PERIOD: f"AND(ISNUMBER({begins}),ISNUMBER({ends}),{ends}<{begins})", OUT_OF_YEAR: out, OVERLAP: over}))
            self._put(row, 13, f"IF(AND(ISNUMBER({ends}),{ends}<pxm_begins_2-1),{ends},{above})")
            above = f"$M{row}"
