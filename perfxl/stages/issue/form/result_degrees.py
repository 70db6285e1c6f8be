"""How far each result was reached: the rules that it is measured by, and hidden beside what the round found, the degree."""

from openpyxl.utils import get_column_letter

from perfxl.model import methods
from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form import arithmetic
from perfxl.stages.issue.form.bands import OFFERED
from perfxl.stages.issue.form.drawing import CALC, CALC2, CALC3, LABEL, LEAST
from perfxl.stages.issue.form.names import BASELINE, FOUND, GONE, LAST_DEGREE, LOWER, NUMBER, OWN_WEIGHT, SHARE, THERE
from perfxl.stages.issue.form.sheet_cells import SheetCells
from perfxl.stages.issue.form.table_places import places

#: The ways of measuring a result as hidden cells say them.
_KEYS = {key: key for key in methods.METHODS}


class ResultDegrees:
    """The degrees of the results of one sheet."""

    def __init__(self, sheet: SheetCells):
        self.sheet, self.canvas, self.words, self.round, self.full, self.tables = sheet, sheet.canvas, sheet.words, sheet.round, sheet.full, sheet.tables

    def rules(self) -> None:
        """How the results are measured beyond their targets, and beside it, hidden, what holds: the tolerance (L), the cap (M),
        the number of the table of bands (N), the way (O), what a missing value stands for (P); in Q issuing writes the degree that earlier rounds knew last."""
        canvas, table = self.canvas, self.tables["results_rule"]
        canvas.caption(self.words("table_rules"), self.words("help_rules"))
        canvas.named(canvas.own("caption_results_rule"), LABEL, canvas.row - 1)
        canvas.table(table, places(table))
        if any(f.key == "scale" and f.opens(self.round) for f in table.columns):  # chosen, not typed; another code is told when it is checked
            column = get_column_letter(places(table)["scale"])
            rule = canvas.open.rule_of(f"{column}{canvas.rows[table.id][0]}")
            rule.type, rule.operator, rule.showErrorMessage, rule.formula1 = "list", None, False, OFFERED
            for row in canvas.rows[table.id][1:]:
                rule.add(f"{column}{row}")
        labels = next(f for f in table.columns if f.key == "missing").labels(self.sheet.draft.language)
        for row, source in zip(canvas.rows[table.id], canvas.rows["results"], strict=True):
            self.sheet.identify(row, source)
            first_band = "SUMPRODUCT((pxm_band_code=B%d&\"\")*pxm_band_first)" % row
            self.sheet.echo(CALC, f"=IF(ISNUMBER(C{row}),C{row},pxm_near)", row, "hidden")
            capped = f'OR(B{row}="",O{row}="levels")'
            self.sheet.echo(CALC2, f"=IF({capped},IF(ISNUMBER(D{row}),D{row},pxm_cap),{methods.UNCAPPED / 100})", row, "hidden")
            self.sheet.echo(CALC3, f'=IF(OR(A{row}="",B{row}=""),0,IF({first_band}=0,-1,{first_band}))', row, "hidden")
            self.sheet.echo(18, f'=IF(A{row}="","",IF(F{source}="",pxm_way,F{source}))', row, "hidden")
            way = '""'
            for key, label in reversed(self.sheet.ways().items()):
                way = f'IF(R{row}="{label}","{key}",{way})'
            self.sheet.echo(15, "=" + way, row, "hidden")
            own = f'IF(I{row}="{labels["zero"]}","zero",IF(I{row}="{labels["out"]}","out",IF(I{row}="{labels["last_known"]}","last_known","unknown")))'
            self.sheet.echo(16, f'=IF(A{row}="","",IF(I{row}="",pxm_unread,{own}))', row, "hidden")
            canvas.put(LAST_DEGREE, None, "hidden", row=row)

    def results(self) -> None:
        canvas, table = self.canvas, self.tables["results_reading"]
        rules = canvas.rows["results_rule"]
        self.sheet.white_without_item(table)
        for row, source, rule in zip(canvas.rows[table.id], canvas.rows["results"], rules, strict=True):
            self.sheet.put_item(row, source)
            self.sheet.echo(5, "=" + self.sheet.force("H", source, blank=True), row, "figure")
            for column, formula in ((GONE, self.sheet.dropped(source)), (BASELINE, f'IF(G{source}="","",G{source})'), (OWN_WEIGHT, f"L{source}"),
                                  (NUMBER, f'A{source}&""')):
                self.sheet.echo(column, f"={formula}", row, "hidden")
            if self.round != FINAL:
                self.sheet.echo(FOUND, f"=C{row}", source, "hidden")
            self._measure(row, source, rule)
            typed, computed, dropped = f"W{row}", f"N{row}", f'"{self.words("dropped")}"'
            self.sheet.echo(SHARE, "=" + arithmetic.percent(f"C{row}"), row, "hidden")
            degree = f"IF(pxm_typed_degree,{arithmetic.both(typed, computed)},{arithmetic.both(computed, typed)})"
            missing = f'IF(P{rule}="zero",0,IF(P{rule}="out",{dropped},IF(AND(P{rule}="last_known",ISNUMBER(Q{rule})),Q{rule},"")))'
            missing = f'IF({self.sheet.not_due("results", source)},{dropped},{missing})'
            formula = f'IF({typed}&{computed}<>"",{degree},{missing})'
            self.sheet.echo(CALC, f'=IF(A{row}="","",IF(AB{row},{dropped},{formula}))', row, "hidden")
            self.sheet.echo(CALC2, f'=IF(OR(A{row}="",L{row}="{self.words("dropped")}"),"",AD{row})', row, "hidden")
            self.sheet.echo(LEAST, f'=IF(AND(ISNUMBER(L{row}),OR(M{row}="",M{row}<>0)),L{row},"")', row, "hidden")

    def _measure(self, row: int, source: int, rule: int) -> None:
        """Hidden beside a result's reading: its actual value (Q), its degree without a table of bands (O), what is looked up in
        one (P), and the degree that its values, or those of its entities, give (N)."""
        entity = [f'O{rule}="{k}"' for k, m in methods.METHODS.items() if m.entities and "target" not in m.needs]
        self.sheet.echo(17, f'=IF(AND(ISNUMBER(H{rule}),ISNUMBER(H{row}),ISNUMBER(I{row})),IF(I{row}=0,IF(ISNUMBER(D{row}),D{row},""),'
                       f'H{row}/I{row}*H{rule}),IF(ISNUMBER(D{row}),D{row},""))', row, "hidden")
        cells = methods.Cells(
            actual=f"Q{row}", target=f"E{row}", baseline=f"AC{row}", near=f"L{rule}", cap=f"M{rule}", until=f"E{rule}",
            minimum=f"F{rule}", excellence=f"G{rule}", deadline=f"S{row}", there=f"Z{row}", achieved_on=f"F{row}", achieved=f"J{row}", scale=f"N{rule}",
            yes=self.words("yes"), final=self.round == FINAL)
        self.sheet.echo(19, "=" + self.sheet.force("D", source, blank=True), row, "hidden")
        start = f'IF(O{rule}="progress",AC{row},IF(O{rule}="levels",F{rule},""))'
        self.sheet.echo(LOWER, f'=IF(O{rule}="lower",TRUE,IF(ISNUMBER({start}),E{row}<{start},FALSE))', row, "hidden")
        gap = f"ROUND(IF(Y{row},Q{row}-E{row},E{row}-Q{row})-ABS(E{row})*L{rule},9)<=0"
        self.sheet.echo(THERE, f"=IF(AND(ISNUMBER(E{row}),ISNUMBER(Q{row})),{gap},FALSE)", row, "hidden")
        for column, formula in zip((15, 16, 18),
                                   methods.formulas(cells, _KEYS, chosen=f"O{rule}", entities=False,
                                                    at=(f"O{row}", f"P{row}")), strict=True):
            self.sheet.echo(column, f'=IF(A{row}="","",{formula})', row, "hidden")
        there = f'AND(ISNUMBER(Q{row}),OR(ISNUMBER(E{row}),{",".join(entity)}))'
        own = f'IF(R{row}<>"",R{row},IF({there},"",{self._of_entities(row)}))'
        self.sheet.echo(CALC3, f'=IF(A{row}="","",IFERROR({arithmetic.figure(own)},""))', row, "hidden")

    def entities(self) -> None:
        """Beside the values of each entity, hidden, its degree, measured as its result says."""
        if not self.sheet.reports:
            return
        table, rules = self.tables["entities"], self.canvas.rows["results_rule"]
        ids, chosen, near, cap, scale = (f"${c}${rules[0]}:${c}${rules[-1]}" for c in "AOLMN")
        actual = get_column_letter(places(table)["actual"])
        for row in self.canvas.rows["entities"]:
            of_result = f'({ids}&""=$A{row}&"")'
            way = '"typed"'  # what values by entity are not measured by gives no degree
            for key in (k for k, m in methods.METHODS.items() if m.entities):
                way = f'IF(SUMPRODUCT({of_result}*({chosen}="{key}"))>0,"{key}",{way})'
            self.sheet.echo(CALC3, f'=IF($A{row}="","",{way})', row, "hidden")
            for column, entity_formula in ((15, near), (16, cap), (17, scale)):
                self.sheet.echo(column, f'=IF($A{row}="",0,SUMPRODUCT(--{of_result},{entity_formula}))', row, "hidden")
            cells = methods.Cells(actual=f"{actual}{row}", target=f"E{row}", baseline=f"D{row}", near=f"O{row}", cap=f"P{row}",
                                  scale=f"Q{row}", final=self.round == FINAL)
            for column, formula in zip((18, 19, CALC),
                                       methods.formulas(cells, _KEYS, chosen=f"N{row}", entities=True,
                                                        at=(f"R{row}", f"S{row}")), strict=True):
                self.sheet.echo(column, f'=IF($A{row}="","",{formula})', row, "hidden")

    def _of_entities(self, row: int) -> str:
        """The plain mean of the degrees of the entities of the result that ``row`` reads; blank while one lacks."""
        of_result = f'({self.sheet.cells("entities", LABEL)}&""=AE{row})'
        degrees = self.sheet.cells("entities", CALC)
        return (f'IF(OR(SUMPRODUCT({of_result}*1)=0,SUMPRODUCT({of_result}*({degrees}=""))>0),"",'
                f'SUMPRODUCT({of_result}*1,{degrees})/SUMPRODUCT({of_result}*1))')
