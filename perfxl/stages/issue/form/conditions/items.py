"""The checks of weights, of phases and of results."""

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.arithmetic import sum_told, whole
from perfxl.stages.issue.form.conditions.asking import Asked, first_asked, listed, say, some_row, without_marks
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.sheet_cells import SheetCells


def check_weight(sheet: SheetCells) -> str:
    """There is a weight where one is due, and none where the objective is out of the total."""
    out = ",".join(f'{sheet.at("holding/weighting")}={sheet.label("holding/weighting", k)}' for k in ("not_weighted", "incentives"))
    weight = sheet.weight_typed
    weighted = f"IF(OR({out}),IF(ISNUMBER({weight}),{weight}>0,FALSE),FALSE)"
    return first_asked(sheet, [(f'{sheet.at("weight")}=""', say(sheet, "todo_weight")), (weighted, say(sheet, "todo_weight_out"))])


def _sums(sheet: SheetCells, table: str, none: str) -> str:
    total = sheet.at(f"sum_{table}")
    return f'IF({total}="",{none},IF({whole(total)},"{sheet.words("ok")}",{sum_told(str(sheet.words(f"todo_{table}")), total)}))'


def check_phases(sheet: SheetCells) -> str:
    """Each phase has what a phase must have, and their weights are 100%."""
    sentences = {faults.NAMELESS: "todo_phase_id", faults.TWICE: "todo_phase_twice", faults.WORDLESS: "todo_phase_text",
                 faults.UNWEIGHTED: "todo_bare_phase", faults.WEIGHTED: "todo_phase_weighted"}
    lacking = f'IF(AND(pxm_phases,SUMPRODUCT(--({sheet.cells("phases", 1)}<>""))=0),{say(sheet, "todo_no_phases")},{say(sheet, "ok")})'
    return first_asked(sheet, listed(sheet, "phases", faults.CONTENT, sentences), _sums(sheet, "phases", lacking))


def check_results(sheet: SheetCells) -> str:
    """Each result has what a result must have, weights are 100%, what was found of it agrees."""
    asked: list[Asked] = []
    if sheet.round != FINAL:
        sentences = {faults.NAMELESS: "todo_result_id", faults.TWICE: "todo_result_twice", faults.WORDLESS: "todo_result_text",
                     faults.UNWEIGHTED: "todo_bare_result", faults.UNMEASURED: "todo_unmeasured", faults.UNTIED: "todo_untied"}
        asked += listed(sheet, "results", faults.CONTENT, sentences)
    if sheet.round != "plan":
        sentences = {faults.NO_DENOMINATOR: "todo_denominator", faults.ONE_NUMBER: "todo_ratio", faults.TWO_VALUES: "todo_two_values",
                     faults.NO_BAND: "todo_no_band", faults.MISSED: "todo_missed", faults.ACHIEVED: "todo_missed_achieved", faults.OVERSHOT: "todo_overshot",
                     faults.TYPED: "todo_degree", faults.WORSE: "todo_worse"}
        if sheet.round == FINAL:
            sentences[faults.UNKNOWN] = "todo_no_value"
        asked += [(some_row(sheet, "results_reading", faults.RESULT_READ, fault), say(sheet, key)) for fault, key in sentences.items()]
        late = some_row(sheet, "results_reading", faults.RESULT_READ, faults.CAME_LATE)
        asked.append((f'AND({late},{without_marks(sheet.at("holding/reading/reason"))}="")', say(sheet, "todo_late_achieved")))
    sentences = {faults.ENTITY_TWICE: "todo_entity_twice", faults.NO_RESULT: "todo_entity_result"}
    sentences[faults.NO_VALUE if sheet.round == FINAL else faults.NO_WAY] = "todo_entity_value" if sheet.round == FINAL else "todo_unmeasured"
    asked += listed(sheet, "entities", faults.CONTENT, sentences)
    return first_asked(sheet, asked, say(sheet, "ok") if sheet.round == FINAL else _sums(sheet, "results", say(sheet, "ok")))
