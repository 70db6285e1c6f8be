"""The check of days: the objective's and its years, those of its phases and results, who is responsible when."""

from itertools import pairwise

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.conditions.asking import Asked, first_asked, listed, say, some_row
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.names import BEGINS
from perfxl.stages.issue.form.sheet_cells import SheetCells


def check_dates(sheet: SheetCells) -> str:
    """The objective's days, its years, those of its phases and results, and who is responsible when."""
    begins, ends = f"$M${sheet.years}", f"$N${sheet.years}"
    if sheet.round == FINAL:  # nothing of the plan can be mended any more
        return first_asked(sheet, _actual(sheet, begins))
    asked = [(f'{cell}=""', say(sheet, "todo_no_dates")) for cell in (begins, ends)] if sheet.round == "plan" else []
    apart = f"AND(ISNUMBER({begins}),ISNUMBER({ends}),{ends}<{begins})"
    away = f"OR(AND(ISNUMBER({ends}),{ends}<pxm_begins),AND(ISNUMBER({begins}),{begins}>=pxm_begins_2))"
    asked += [(apart, say(sheet, "todo_frame")), (away, say(sheet, "todo_other_year"))]
    if sheet.round == "plan":
        asked += _years(sheet, ends)
    sentences = {faults.OTHER_YEAR: "todo_phase_year", faults.REVERSED: "todo_dates", faults.UNDATED: "todo_phase_dates", faults.OUTSIDE: "todo_phase_outside"}
    asked += listed(sheet, "phases", faults.DATES, sentences) + listed(sheet, "results", faults.DATES, {faults.OUTSIDE: "todo_result_outside"})
    if sheet.round == "monitoring":
        asked += _actual(sheet, begins) + _moved(sheet)
    people = "responsibles" if sheet.round == "plan" else "revision_responsibles"
    sentences = {faults.PERIOD: "todo_period", faults.OUT_OF_YEAR: "todo_period_year", faults.OVERLAP: "todo_period_overlap"}
    if people in sheet.tables:
        asked += listed(sheet, people, faults.CONTENT, sentences)
    return first_asked(sheet, asked)


def _years(sheet: SheetCells, ends: str) -> list[Asked]:
    """The year of how many, and the end in the last of them."""
    number, count = sheet.at("sheet/year_number"), sheet.at("sheet/year_count")
    both = f"AND(ISNUMBER({number}),ISNUMBER({count}))"
    last = "+".join(f"({count}-{number}={n})*OR({ends}<{a},{ends}>={b})" for n, (a, b) in enumerate(pairwise(BEGINS)))
    return [(f"IF({both},{number}>{count},FALSE)", say(sheet, "todo_years")),
            (f"IF(AND({both},ISNUMBER({ends})),{last}>0,FALSE)", say(sheet, "todo_years_end"))]


def _actual(sheet: SheetCells, begins: str) -> list[Asked]:
    """What a round found of days: the right way round, past, and not before the objective."""
    asked = [(some_row(sheet, "phases_reading", faults.DAYS, fault), say(sheet, key)) for fault, key in (
        (faults.BACKWARDS, "todo_actual"), (faults.TO_COME, "todo_to_come"), (faults.BEFORE, "todo_before"))]
    achieved_on = sheet.cells("results_reading", sheet.columns_of("results_reading")["achieved_on"])
    return [*asked, (f"SUMPRODUCT(ISNUMBER({achieved_on})*({achieved_on}>pxm_at))>0", say(sheet, "todo_to_come")),
            (f"IF(ISNUMBER({begins}),SUMPRODUCT(ISNUMBER({achieved_on})*({achieved_on}<{begins}))>0,FALSE)", say(sheet, "todo_before"))]


def _moved(sheet: SheetCells) -> list[Asked]:
    """What a monitoring changes of days, and what is late."""
    asked = [(some_row(sheet, "phases_reading", faults.DAYS, fault), say(sheet, key)) for fault, key in (
        (faults.UNBEGUN, "todo_unbegun"), (faults.LATE, "todo_late"))]
    for table in ("phases", "results"):
        asked += [(some_row(sheet, table, faults.DATES[table], fault), say(sheet, "todo_moved"))
                  for fault in ((faults.MOVED, faults.ENDED, faults.STARTED) if table == "phases" else (faults.MOVED, faults.ENDED))]
    asked += listed(sheet, "results", faults.DATES, {faults.BEHIND: "todo_behind", faults.LEFT: "todo_behind"})
    now, standing, plan = (sheet.at(f"sheet/{p}end") for p in ("revision/", "in_force/", ""))
    was = f'IF({standing}<>"",{standing},{plan})'
    put = f"AND(ISNUMBER({now}),ISNUMBER({was}))"
    off = f'IF({put},OR(AND({was}<pxm_at,{now}>{was}),AND(NOT({sheet.achieved}),{now}<{was},{now}<=pxm_at,{was}>=pxm_at)),FALSE)'
    return [*asked, (f'AND({sheet.at("holding/revision/reason")}="",{off})', say(sheet, "todo_moved"))]
