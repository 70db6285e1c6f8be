"""The live checks and computed outcomes of an objective sheet: formulas that Excel and LibreOffice both know.

A check says what is to be done, or begins with the words of ``ok``; the summary counts those that do not.
"""

from perfxl.model import lights
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.arithmetic import both, figure, not_due, percent, printed
from perfxl.stages.issue.form.drawing import CALC, CALC2, LABEL, LEAST, SLOT, VALUE
from perfxl.workbook.binding import REVISED, STANDING


def keys(round: str, full: bool) -> tuple[str, ...]:
    """The checks of a sheet in ``round``, in order."""
    content = ("phases", "results", "dates") if full else ()
    outcome = () if round == "plan" else ("outcome", *(("agrees",) if full else ()), "reason", "replaced")
    return (*outcome, "weight", *content, "length", "typed")


def weight_in_force(sheet) -> str:
    """The weight that counts: the revised one, else the approved one; "==" and "*" where it is out of the total."""
    weight, weighting = sheet.at("holding/weight"), sheet.at("holding/weighting")
    changed = [sheet.at(f"holding/{part}/weight") for part in ("revision", "in_force")]
    own = both(*(percent(cell) for cell in (*changed, weight) if cell != '""'))
    return (f'IF({weighting}={sheet.label("holding/weighting", "not_weighted")},"==",'
            f'IF({weighting}={sheet.label("holding/weighting", "incentives")},"*",{own}))')


#: Computed rows below the declared outcome, on the sheet in full and in short.
COMPUTED = {True: 6, False: 4}


def count_open(sheet) -> str:
    """How many checks of the sheet are open."""
    return "+".join(f"({wrong})*1" for _, wrong in _failing(sheet))


def _failing(sheet) -> list[tuple[str, str]]:
    """The cell of each check, and the condition that it is open."""
    ok, states = sheet.words("ok"), [sheet.at(f"check_{key}") for key in keys(sheet.round, sheet.full)]
    return [(state, f'LEFT({state},{len(ok)})<>"{ok}"') for state in states]


def still_open(sheet, count: str) -> str:
    """What the bar says: how many checks are open, as the cell ``count`` has it, and what the first of them asks; that all is in
    order when none is."""
    first = '""'
    for state, wrong in reversed(_failing(sheet)):
        first = f"IF({wrong},{state},{first})"
    return f'IF({count}=0,"{sheet.words("bar_ok")}","{sheet.words("bar_open")} "&{count}&". "&{first})'


def draw(sheet) -> None:
    """The rows of the checks, each with its state."""
    canvas, ok = sheet.canvas, sheet.words("ok")
    for key in keys(sheet.round, sheet.full):
        formula = _FORMULAS[key](sheet, ok)
        canvas.put(LABEL, sheet.words(f"check_{key}"), "label")
        canvas.put(VALUE, "=" + formula, "state")
        here = canvas.at[f"check_{key}"] = canvas.named(canvas.own(f"check_{key}"), VALUE)
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f'LEFT({here},{len(ok)})="{ok}"', f'LEFT({here},{len(ok)})<>"{ok}"')
        canvas.row += 1


def _weight(sheet, ok: str) -> str:
    return f'IF({sheet.at("weight")}="","{sheet.words("todo_weight")}","{ok}")'


def _sum(table: str):
    def formula(sheet, ok: str) -> str:
        bare = ""
        if table == "phases":  # an item that wants a weight and has none
            place = sheet.columns_of(table)
            free = f'({sheet.cells(table, place["weighting"])}<>"{sheet.not_weighted}")' if "weighting" in place else "1"
            slots = sheet.cells(table, SLOT)
            items = "".join(f'*(RIGHT({slots},1)<>"{end}")' for end in (STANDING, REVISED))  # not the rows below them
            bare = f'SUMPRODUCT(({sheet.cells(table, 1)}<>"")*({sheet.cells(table, CALC)}="")*{free}{items}{sheet.kept(table)})>0'
        total = sheet.at(f"sum_{table}")
        before, after = sheet.words(f"todo_{table}").split("{sum}")
        none = f'"{ok}"' if table == "results" else \
            f'IF(SUMPRODUCT(--({sheet.cells("phases", 1)}<>""))=0,"{sheet.words("todo_no_phases")}","{ok}")'
        sums = (f'IF({total}="",{none},IF(ROUND(ABS({total}-1),6)<=pxm_tolerance,"{ok}",'
                f'"{before}"&ROUND({total}*100,2)&"{after}"))')
        return f'IF({bare},"{sheet.words("todo_bare_phase")}",{sums})' if bare else sums
    return formula


def _dates(sheet, ok: str) -> str:
    pairs = [f"ISNUMBER({sheet.cells('phases', c)})*ISNUMBER({sheet.cells('phases', c + 1)})"
             f"*({sheet.cells('phases', c + 1)}<{sheet.cells('phases', c)})" for c in (4, 6, 8)]
    return f'IF(SUMPRODUCT({"+".join(pairs)})>0,"{sheet.words("todo_dates")}","{ok}")'


def _length(sheet, ok: str) -> str:
    over = []
    for f in sheet.scalars.values():
        place, limit = sheet.at("/".join(f.path)), f.schema.get("maxLength")
        if limit and f.cell in ("text", "long") and place != '""':
            over.append(f"(SUMPRODUCT(LEN({place}))>{limit})")
    for table in sheet.tables.values():
        for f in table.columns if sheet.full and not table.story else ():
            limit = f.schema.get("maxLength")
            if f.cell == "long" and limit and limit <= 8_000:
                column = sheet.canvas.columns[table.id][f.key]
                over.append(f"SUMPRODUCT(--(LEN({sheet.cells(table.id, column)})>{limit}))")
    return f'IF({"+".join(over)}>0,"{sheet.words("todo_length")}","{ok}")'


def _typed(sheet, ok: str) -> str:
    """A cell of the sheet holds what was hardly meant: the same conditions that colour it."""
    found = "+".join(sheet.canvas.doubts(("percent",)))
    return f'IF({found}>0,"{sheet.words("todo_typed")}","{ok}")' if found else f'"{ok}"'


def _agrees(sheet, ok: str) -> str:
    """What is declared follows from the phases or from the results, by the body's own measure of near."""
    declared = percent(sheet.at("holding/reading/percent"))
    from_each = [(sheet.at("by_phases"), "results"), (sheet.at("by_results"), "phases"), (sheet.at("by_mix"), "neither")]
    counts = [f'AND({cell}<>"",pxm_derived<>"{other}")' for cell, other in from_each]
    near = [f'IF({there},ROUND(ABS({printed(cell)}-{declared}),6)<=pxm_derivable,FALSE)' for there, (cell, _) in zip(counts, from_each, strict=True)]
    return (f'IF(OR({declared}="",{_gone(sheet)},pxm_derived="free",NOT(OR({",".join(counts)}))),"{ok}",'
            f'IF(OR({",".join(near)}),"{ok}","{sheet.words("todo_agrees")}"))')


def _speaks(sheet) -> str:
    """Whether this sector declares the outcome: the lead does, and everybody for a transversal objective."""
    return "TRUE" if sheet.full else f'{sheet.at("role")}<>{sheet.label("role", "partner")}'


def _gone(sheet) -> str:
    status, state = "holding/reading/status", sheet.at("status")
    names = [*(sheet.label(status, s) for s in ("replaced", "withdrawn")), f'"{sheet.words("not_due")}"']
    return "OR(" + ",".join(f"{state}={name}" for name in names) + ")"


def _outcome(sheet, ok: str) -> str:
    """An outcome is there and is a percentage from 0 to 100; none is wanted of what is replaced or withdrawn."""
    value, wrong = sheet.at("outcome"), f'"{sheet.words("todo_outcome_wrong")}"'
    typed = sheet.at("holding/reading/percent")
    blank = f'IF(OR({_gone(sheet)},{value}<>""),"{ok}","{sheet.words("todo_outcome")}")'
    number = f'IF({percent(typed)}="",{wrong},"{ok}")'
    return f'IF(NOT({_speaks(sheet)}),"{sheet.words("ok_partner")}",IF(ISERROR({typed}),{wrong},IF({typed}="",{blank},{number})))'


def _reason(sheet, ok: str) -> str:
    status, state = "holding/reading/status", sheet.at("status")
    partial = ",".join(f"{state}={sheet.label(status, s)}" for s in ("partial", "not_achieved"))
    return (f'IF(AND({_speaks(sheet)},OR({partial}),{sheet.at("holding/reading/reason")}="",'
            f'{sheet.at("holding/reading/note")}=""),"{sheet.words("todo_reason")}","{ok}")')


def _replaced(sheet, ok: str) -> str:
    status = "holding/reading/status"
    blank = "".join(f',{cell}=""' for cell in _replacing(sheet))
    return (f'IF(AND({sheet.at(status)}={sheet.label(status, "replaced")}{blank}),'
            f'"{sheet.words("todo_replaced")}","{ok}")')


def _replacing(sheet) -> list[str]:
    """The cells that say by what the objective is replaced: in force from before, and from this round on."""
    cells = [sheet.at(f"holding/{part}/replaced_by") for part in ("in_force", "revision")]
    return [cell for cell in cells if cell != '""']


_FORMULAS = {"weight": _weight, "phases": _sum("phases"), "results": _sum("results"), "dates": _dates,
             "length": _length, "typed": _typed, "agrees": _agrees, "outcome": _outcome, "reason": _reason, "replaced": _replaced}


def draw_outcome(sheet) -> None:
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
    replaced = "OR(" + ",".join(f'{cell}<>""' for cell in _replacing(sheet)) + ")"
    due = sheet.at("due")
    unasked = '""' if due == '""' else f'IF({not_due(due)},"{sheet.words("not_due")}","")'
    canvas.computed("status", sheet.words("status_in_force"),
                    f'=IF({replaced},{said["replaced"]},IF({status}<>"",{status},IF({value}="",{unasked},'
                    f'IF({printed(value)}>=1,{said["achieved"]},IF({printed(value)}<=0,{said["not_achieved"]},{said["partial"]})))))')


def _by_phases(sheet) -> str:
    """Σ weight × realised / Σ weight; blank while a weighted phase lacks its weight or its percentage."""
    ids, done, weights = (str(sheet.cells("phases_reading", c)) for c in (1, CALC, 4))
    lacking = f'SUMPRODUCT(({ids}<>"")*({weights}=""))+SUMPRODUCT(ISNUMBER({weights})*({weights}<>0)*({done}=""))'
    return f'IF(OR(SUM({weights})=0,{lacking}>0),"",{figure(f"SUMPRODUCT({weights},{done})/SUM({weights})")})'


def _by_results(sheet) -> str:
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


def _kept_results(sheet) -> tuple[str, str]:
    """The condition, as an array, that a result counts, and how many do."""
    ids, degrees, weights = (str(sheet.cells("results_reading", c)) for c in (1, CALC, CALC2))
    kept = f'({ids}<>"")*({degrees}<>"{sheet.words("dropped")}")*({weights}<>0)'
    return kept, f"SUMPRODUCT({kept})"


def _by_mix(sheet) -> str:
    """Phases and results together by the share of the phases; where there are none of one, the other."""
    phases, results, own = sheet.at("by_phases"), sheet.at("by_results"), sheet.at("sheet/phases_share")
    share = f"IF(ISNUMBER({own}),{own},pxm_share)"
    weights = str(sheet.cells("phases_reading", 4))
    no_phases = f'SUMPRODUCT(({sheet.cells("phases_reading", 1)}<>"")*({weights}=""))+SUM({weights})=0'
    no_results = f"{_kept_results(sheet)[1]}=0"
    both = f'IF(OR({phases}="",{results}=""),"",{figure(f"{share}*{phases}+(1-{share})*{results}")})'
    return f'IF({no_phases},{results},IF({no_results},{phases},{both}))'


def _by_measures(sheet) -> str:
    """Plain mean of the objective's applicable measures; blank while one lacks its percentage."""
    no = sheet.draft.words("no")
    mine = f'(pxm_measure_objective={sheet.at("code")})*(pxm_measure_applicable<>"{no}")*(pxm_measure_value<>"==")'
    percents = "pxm_measure_value"
    return (f'IF(OR(SUMPRODUCT({mine})=0,SUMPRODUCT({mine}*({percents}=""))>0),"",'
            f'{figure(f"SUMPRODUCT({mine},{percents})/SUMPRODUCT({mine})")})')
