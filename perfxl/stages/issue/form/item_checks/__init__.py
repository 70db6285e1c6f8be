"""What is wrong in the rows of an objective sheet: beside each row, hidden, the number of the first fault that it has, 0 for none.

The checks count these numbers and say the first in words; a row is judged where it stands, so that a formula stays short.
"""

from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.item_checks.entities import EntityChecks
from perfxl.stages.issue.form.item_checks.people import PeopleChecks
from perfxl.stages.issue.form.item_checks.phases import PhaseChecks
from perfxl.stages.issue.form.item_checks.results import ResultChecks
from perfxl.stages.issue.form.item_checks.row_formulas import RowFormulas, grows_by_one
from perfxl.stages.issue.form.sheet_cells import SheetCells


def draw(sheet: SheetCells) -> None:
    """Beside every table of ``sheet``, in full, its tables drawn, that has something to be wrong in this round."""
    rows = sheet.canvas.rows
    _draw_frame(sheet)
    phases, results, entities = PhaseChecks(sheet), ResultChecks(sheet), EntityChecks(sheet)
    for row in rows["phases"]:
        phases.check_plan(row)
    for row, rule in zip(rows["results"], rows["results_rule"], strict=True):
        results.check_plan(row, rule)
    if sheet.round != "plan":
        phases.copied()
        for row, source, more in zip(rows["phases_reading"], rows["phases"], rows["phases_more"], strict=True):
            phases.check_reading(row, source, more)
        for row, rule in zip(rows["results_reading"], rows["results_rule"], strict=True):
            results.check_reading(row, rule)
        _draw_dragged(RowFormulas(sheet))
    for row in rows["entities"]:
        entities.draw(row)
    people = "responsibles" if sheet.round == "plan" else "revision_responsibles"
    if people in rows:
        PeopleChecks(sheet).draw(people)


def _draw_frame(sheet: SheetCells) -> None:
    """Hidden beside the years of the phases: the objective's start and end in force."""
    for column, key in ((13, "start"), (14, "end")):
        cell = sheet.first(f"sheet/revision/{key}", f"sheet/in_force/{key}", f"sheet/{key}")
        sheet.canvas.put(column, f'=IF({cell}="","",{cell})', "hidden", row=sheet.years)


def _draw_dragged(formulas: RowFormulas) -> None:
    """Whether a row begins three that grow by one: what dragging a cell down leaves."""
    for table in faults.DRAGGED:
        for row in formulas.rows[table][:-2]:
            steps = [grows_by_one(column, row, "1" if column in "EF" else "0.01") for column in faults.DRAGS[table]]
            formulas.put(row, faults.DRAGGED[table], f"IF(OR({','.join(steps)}),1,0)")
