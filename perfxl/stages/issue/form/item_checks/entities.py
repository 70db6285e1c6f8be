"""What is wrong in the values by entity."""

from openpyxl.utils import get_column_letter

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.item_checks.measuring import entity_unmeasured
from perfxl.stages.issue.form.item_checks.row_formulas import RowFormulas


class EntityChecks(RowFormulas):
    """Writes the numbers beside values by entity."""

    def draw(self, row: int) -> None:
        """Whether the value is of a result of the sheet, once, measured by entities, and at the end there."""
        results, entities = self.sheet.cells("results", 1), [self.sheet.cells("entities", c) for c in (1, 2)]
        twice = f'SUMPRODUCT(({entities[0]}&""=$A{row}&"")*({entities[1]}&""=B{row}&""))>1'
        unknown = f'SUMPRODUCT(({results}&""=$A{row}&"")*1)=0'
        conditions = {faults.ENTITY_TWICE: twice, faults.NO_RESULT: unknown}
        if self.round == FINAL:
            ids, settled = self.sheet.cells("results_rule", 1), self.ranges("results_reading", get_column_letter(faults.SETTLED))
            actual = get_column_letter(self.sheet.columns_of("entities")["actual"]) + str(row)
            conditions[faults.NO_VALUE] = f'AND(ISNUMBER(E{row}),{actual}="",SUMPRODUCT(({ids}&""=$A{row}&"")*({settled}=1))=0)'
        else:
            conditions[faults.NO_WAY] = entity_unmeasured(self, row)
        self.put(row, faults.CONTENT["entities"], f'IF(AND($A{row}="",B{row}=""),0,{faults.first(conditions)})')
