"""The parts that formulas about the rows of an objective sheet have in common."""

from perfxl.stages.issue.form.sheet_cells import SheetCells

#: The columns of a phase's dates, and beside them, hidden, those of the dates in force.
DATES_TYPED, DATES_IN_FORCE = "DEFGHI", "MNOPQR"


def grows_by_one(column: str, row: int, step: str) -> str:
    """The condition that ``column`` grows by ``step`` from ``row`` to the next, and to the one after it."""
    one, two, three = (f"{column}{row + n}" for n in range(3))
    return f"IF(COUNT({one}:{three})=3,AND(ROUND({two}-{one}-{step},9)=0,ROUND({three}-{two}-{step},9)=0),FALSE)"


class RowFormulas:
    """Writes formulas about the rows of ``sheet``, in full, its tables drawn.

    ``unexplained``: the condition that no reason is given for what this round changes; ``begins``, ``ends``: the cells of the
    objective's days in force; ``framed``: the condition that both are there, the right way round.
    """

    def __init__(self, sheet: SheetCells):
        self.sheet, self.round, self.rows = sheet, sheet.round, sheet.canvas.rows
        self.revises = sheet.round == "monitoring"
        self.unexplained = f'{sheet.at("holding/revision/reason")}=""'
        self.dates = DATES_TYPED if self.round == "plan" else DATES_IN_FORCE
        self.begins, self.ends = f"$M${sheet.years}", f"$N${sheet.years}"
        self.framed = f"AND(ISNUMBER({self.begins}),ISNUMBER({self.ends}),{self.begins}<={self.ends})"

    def put(self, row: int, column: int, formula: str) -> None:
        """Write ``formula`` in a hidden cell of ``row``."""
        self.sheet.canvas.put(column, "=" + formula, "hidden", row=row)

    def dropped(self, row: int) -> str:
        """The condition that the item of ``row`` was dropped."""
        return self.sheet.dropped(row)

    def and_kept(self, row: int, condition: str) -> str:
        """``condition``, which holds of an item that was not dropped alone."""
        return f"AND(NOT({self.dropped(row)}),{condition})" if self.sheet.below(row) else condition

    def if_kept(self, row: int, formula: str) -> str:
        """``formula`` of a number, 0 of an item that was dropped."""
        return f"IF({self.dropped(row)},0,{formula})"

    def was(self, column: str, row: int) -> str:
        """What was in force before the round."""
        below = self.sheet.below(row)
        return f'IF({column}{below[-1]}<>"",{column}{below[-1]},{column}{row})' if len(below) > 1 else f"{column}{row}"

    def twice(self, table: str, row: int) -> str:
        """The condition that another row of ``table`` has the id of ``row``."""
        ids = self.sheet.cells(table, 1)
        return f'SUMPRODUCT(({ids}&""=A{row}&"")*1)>1'

    def ranges(self, table: str, column: str, step: int = 0) -> str:
        """The cells of a column of a table, or those ``step`` rows below them."""
        rows = self.rows[table]
        return f"${column}${rows[0] + step}:${column}${rows[-1] + step}"

    def put_off(self, column: str, row: int, revised: int) -> str:
        """The condition that an end already past was moved on, and nothing said why."""
        was = self.was(column, row)
        return f"AND({self.unexplained},ISNUMBER({column}{revised}),ISNUMBER({was}),{was}<pxm_at,{column}{revised}>{was})"

    def brought_back(self, column: str, row: int, revised: int) -> str:
        """The condition that an end was brought back into the past."""
        was, now = self.was(column, row), f"{column}{revised}"
        return f"AND(ISNUMBER({now}),ISNUMBER({was}),{now}<{was},{now}<=pxm_at,pxm_at<={was})"
