"""The computed rows below the declared outcome: the status that follows, what counts, what phases, results and measures give."""

from perfxl.model import lights
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.arithmetic import figure, not_due, percent, printed
from perfxl.stages.issue.form.conditions.outcome import replacing
from perfxl.stages.issue.form.drawing import CALC, CALC2, LEAST
from perfxl.stages.issue.form.sheet_cells import SheetCells

#: Computed rows below the declared outcome, on the sheet in full and in short.
COMPUTED = {True: 6, False: 4}


def draw(sheet: SheetCells) -> None:
    """Below the declared outcome the status and percentage that follow, and what the tables or measures would give."""
    canvas, declared, status = sheet.canvas, sheet.at("holding/reading/percent"), sheet.at("holding/reading/status")
    said = {s: sheet.label("holding/reading/status", s) for s in ("achieved", "partial", "not_achieved", "replaced")}
    first = canvas.row
    canvas.row = first + 2
    if sheet.full:
        canvas.computed("by_phases", sheet.words("by_phases"), "=" + _by_phases(sheet), "0.00%")
        canvas.computed("by_results", sheet.words("by_results"), "=" + _by_results(sheet), "0.00%")
        canvas.computed("by_mix", sheet.words("by_mix"), "=" + _by_mix(sheet), "0.00%")
        otherwise = '""'
    else:
        canvas.computed("by_measures", sheet.words("by_measures"), "=" + _by_measures(sheet), "0.00%")
        measured = sheet.at("by_measures")
        otherwise = f'IF(AND({sheet.at("role")}={sheet.label("role", "transversal")},{measured}<>""),{measured},"")'
    canvas.row = first + 1
    own = f'IF({percent(declared)}<>"",IFERROR({figure(percent(declared))},""),{otherwise})'
    for key in ("phases", "results", "mix") if sheet.full else ():  # where the body counts what is computed, that is the outcome
        own = f'IF(pxm_counting="{key}",{sheet.at(f"by_{key}")},{own})'
    canvas.computed("outcome", sheet.words("outcome_in_force"), "=" + own, "0.00%")
    value = sheet.at("outcome")
    canvas.row = first + 2 + (3 if sheet.full else 1)
    before = canvas.at["before"]
    canvas.computed("light", sheet.words("light"), "=" + lights.formula(value, before, sheet.draft.language))
    here = canvas.at["light"]
    for key, colours in lights.COLOURS.items():
        mark = Texts("lights", sheet.draft.language)(key)[0]
        look.coloured(canvas.sheet, here.replace("$", ""), f'LEFT({here},1)="{mark}"', *(c.lstrip("#") for c in colours))
    canvas.row = first
    replaced = "OR(" + ",".join(f'{cell}<>""' for cell in replacing(sheet)) + ")"
    due, gone = sheet.at("due"), canvas.at["gone"]
    unasked = '""' if due == '""' else f'IF({not_due(due)},"{sheet.words("not_due")}","")'
    canvas.computed("status", sheet.words("status_in_force"),
                    f'=IF({replaced},{said["replaced"]},IF({status}<>"",{status},IF(AND({gone}<>"",{declared}=""),{gone},IF({value}="",{unasked},'
                    f'IF({printed(value)}>=1,{said["achieved"]},IF({printed(value)}<=0,{said["not_achieved"]},{said["partial"]}))))))')


def _by_phases(sheet: SheetCells) -> str:
    """Σ weight × realised / Σ weight; blank while a weighted phase lacks its weight or its percentage."""
    ids, done, weights = (str(sheet.cells("phases_reading", c)) for c in (1, CALC, 4))
    lacking = f'SUMPRODUCT(({ids}<>"")*({weights}=""))+SUMPRODUCT(ISNUMBER({weights})*({weights}<>0)*({done}=""))'
    return f'IF(OR(SUM({weights})=0,{lacking}>0),"",{figure(f"SUMPRODUCT({weights},{done})/SUM({weights})")})'


def _by_results(sheet: SheetCells) -> str:
    """Σ weight × degree / Σ weight, or the plain mean where no result has a weight, or the worst degree; blank while a degree
    lacks.

    What weighs 0 is left out; what was dropped has a word in the place of its degree, and no weight.
    """
    ids, degrees, weights, least = (str(sheet.cells("results_reading", c)) for c in (1, CALC, CALC2, LEAST))
    kept, several = _kept_results(sheet)
    heavy = f"SUMPRODUCT(ISNUMBER({weights})*({weights}<>0))"
    plain = figure(f"SUMPRODUCT({kept},{degrees})/{several}")
    weighted = figure(f"SUMPRODUCT({weights},{degrees})/SUM({weights})")
    own, labels = sheet.at("sheet/results_as"), sheet.scalars["sheet/results_as"].labels(sheet.draft.language)
    worst = f'IF({own}="",pxm_worst,{own}="{labels["worst"]}")'
    means = f"IF({heavy}=0,{plain},{weighted})"
    return (f'IF({several}=0,"",IF(SUMPRODUCT({kept}*({degrees}=""))>0,"",'
            f'IF(AND({heavy}>0,{heavy}<{several}),"",IF({worst},{figure(f"MIN({least})")},{means}))))')


def _kept_results(sheet: SheetCells) -> tuple[str, str]:
    """The condition, as an array, that a result counts, and how many do."""
    ids, degrees, weights = (str(sheet.cells("results_reading", c)) for c in (1, CALC, CALC2))
    kept = f'({ids}<>"")*({degrees}<>"{sheet.words("dropped")}")*({weights}<>0)'
    return kept, f"SUMPRODUCT({kept})"


def _by_mix(sheet: SheetCells) -> str:
    """Phases and results together by the share of the phases; where there are none of one, the other."""
    phases, results, own = sheet.at("by_phases"), sheet.at("by_results"), sheet.at("sheet/phases_share")
    share = f"IF(ISNUMBER({own}),{own},pxm_share)"
    weights = str(sheet.cells("phases_reading", 4))
    no_phases = f'SUMPRODUCT(({sheet.cells("phases_reading", 1)}<>"")*({weights}=""))+SUM({weights})=0'
    no_results = f"{_kept_results(sheet)[1]}=0"
    both = f'IF(OR({phases}="",{results}=""),"",{figure(f"{share}*{phases}+(1-{share})*{results}")})'
    return f'IF({no_phases},{results},IF({no_results},{phases},{both}))'


def _by_measures(sheet: SheetCells) -> str:
    """Plain mean of the objective's applicable measures; blank while one lacks its percentage."""
    no = sheet.draft.words("no")
    applicable = f'(pxm_measure_objective={sheet.at("code")})*(pxm_measure_applicable<>"{no}")*(pxm_measure_value<>"==")'
    percents = "pxm_measure_value"
    return (f'IF(OR(SUMPRODUCT({applicable})=0,SUMPRODUCT({applicable}*({percents}=""))>0),"",'
            f'{figure(f"SUMPRODUCT({applicable},{percents})/SUMPRODUCT({applicable})")})')
