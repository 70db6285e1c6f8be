"""What is wrong in the periods of who is responsible."""

from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.item_checks.row_formulas import RowFormulas


class PeopleChecks(RowFormulas):
    """Writes the numbers beside the periods of who is responsible."""

    def draw(self, table: str) -> None:
        """Whether each period of ``table`` is one, in the year, after the one above."""
        above = '""'
        for row in self.rows[table]:
            begins, ends = f"D{row}", f"E{row}"
            out = f"OR(AND(ISNUMBER({ends}),{ends}<pxm_begins),AND(ISNUMBER({begins}),{begins}>=pxm_begins_2))"
            over = f"IF(AND(ISNUMBER({above}),ISNUMBER({begins})),AND({above}>={begins},{begins}>pxm_begins),FALSE)"
            self.put(row, faults.CONTENT[table], faults.first({
                faults.PERIOD: f"AND(ISNUMBER({begins}),ISNUMBER({ends}),{ends}<{begins})", faults.OUT_OF_YEAR: out, faults.OVERLAP: over}))
            self.put(row, 13, f"IF(AND(ISNUMBER({ends}),{ends}<pxm_begins_2-1),{ends},{above})")
            above = f"$M{row}"
