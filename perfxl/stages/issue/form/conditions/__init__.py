"""What each live check of an objective sheet asks: conditions in order, and what is said when the first of them holds.

One module for what is looked at; each check is a function of the sheet, whose formula it returns.
"""

from collections.abc import Callable

from perfxl.stages.issue.form.conditions.dates import check_dates
from perfxl.stages.issue.form.conditions.items import check_phases, check_results, check_weight
from perfxl.stages.issue.form.conditions.outcome import check_agrees, check_outcome, check_reason, check_replaced
from perfxl.stages.issue.form.conditions.texts import check_texts
from perfxl.stages.issue.form.conditions.typed import check_typed
from perfxl.stages.issue.form.sheet_cells import SheetCells

CHECKS: dict[str, Callable[[SheetCells], str]] = {
    "weight": check_weight, "phases": check_phases, "results": check_results, "dates": check_dates, "texts": check_texts, "typed": check_typed,
    "agrees": check_agrees, "outcome": check_outcome, "reason": check_reason, "replaced": check_replaced}
