"""The checks of the declared outcome: there, in agreement with what was found, explained, replaced by what."""

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form.arithmetic import both, figure, printed
from perfxl.stages.issue.form.conditions.asking import first_asked, say, some_row, without_marks
from perfxl.stages.issue.form.drawing import CALC
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.sheet_cells import SheetCells


def is_lead(sheet: SheetCells) -> str:
    """Whether this sector declares the outcome: the lead does, and everybody for a transversal objective."""
    return "TRUE" if sheet.full else f'{sheet.at("role")}<>{sheet.label("role", "partner")}'


def gone(sheet: SheetCells) -> str:
    """Whether nothing counts here: replaced, withdrawn, not due."""
    status, state = "holding/reading/status", sheet.at("status")
    names = [*(sheet.label(status, s) for s in ("replaced", "withdrawn")), f'"{sheet.words("not_due")}"']
    return "OR(" + ",".join(f"{state}={name}" for name in names) + ")"


def check_outcome(sheet: SheetCells) -> str:
    """An outcome is there, is a percentage from 0 to 100, and agrees with its status, with the round before and with the calendar."""
    typed, p, status = sheet.at("holding/reading/percent"), sheet.declared, sheet.at("holding/reading/status")
    wrong, missing = say(sheet, "todo_outcome_wrong"), f'AND(NOT({gone(sheet)}),{sheet.at("outcome")}="")'

    def is_(said: str) -> str:
        return f"{status}={sheet.label('holding/reading/status', said)}"
    against = f"OR(AND({is_('achieved')},{p}<1),AND({is_('not_achieved')},{p}>0),AND({is_('partial')},OR({p}<=0,{p}>=1)))"
    before = sheet.canvas.at["before"]
    asked = [(f'IF(ISERROR({typed}),TRUE,AND({typed}<>"",{p}=""))', wrong), (f'AND({typed}="",{missing})', say(sheet, "todo_outcome")),
             (f"IF(ISNUMBER({p}),{against},FALSE)", say(sheet, "todo_status")),
             (f"AND(NOT({gone(sheet)}),ISNUMBER({before}),ISNUMBER({p}),{p}<ROUND({before},pxm_printed))", say(sheet, "todo_fallen"))]
    if sheet.full:
        ends = sheet.cells("phases_reading", faults.LAST_END)
        asked.append((f"AND({sheet.achieved},NOT({gone(sheet)}),SUMPRODUCT(ISNUMBER({ends})*({ends}>pxm_at))>0)", say(sheet, "todo_running")))
    checked = first_asked(sheet, asked)
    return checked if sheet.full else f'IF(NOT({is_lead(sheet)}),"{sheet.words("ok_partner")}",{checked})'


def check_agrees(sheet: SheetCells) -> str:
    """What is declared follows from the phases or from the results, by the body's own measure of near, or from the measures."""
    p = sheet.declared
    if not sheet.full:
        given = sheet.at("by_measures")
        far = f"IF(AND(ISNUMBER({p}),ISNUMBER({given})),ROUND(ABS({printed(given)}-{p}),6)>pxm_derivable,FALSE)"
        return first_asked(sheet, [(f'AND({sheet.at("role")}={sheet.label("role", "transversal")},{far})', say(sheet, "todo_agrees_measures"))])
    from_each = [(sheet.at("by_phases"), 'pxm_derived<>"results"'), (sheet.at("by_results"), 'pxm_derived<>"phases"'), (sheet.at("by_mix"), 'pxm_counting="mix"')]
    counts = [f'AND({cell}<>"",{when})' for cell, when in from_each]
    near = [f"IF({there},ROUND(ABS({printed(cell)}-{p}),6)<=pxm_derivable,FALSE)" for there, (cell, _) in zip(counts, from_each, strict=True)]
    unread, read = some_row(sheet, "phases_reading", faults.READ, faults.UNREAD), sheet.cells("phases_reading", CALC)
    weights = sheet.cells("phases_reading", 4)
    least = f"SUMPRODUCT({weights},{read})/SUM({weights})"
    short = f"IF(AND(COUNT({read})>0,SUM({weights})>0),ROUND(ABS({figure(least)}-{p}),6)>pxm_derivable,FALSE)"
    ids, degrees, values, counted = (sheet.cells("results_reading", c) for c in (1, 3, 4, CALC))
    bare = f'SUMPRODUCT(({ids}<>"")*({degrees}="")*({values}="")*({counted}<>"{sheet.words("dropped")}"))>0'
    none = f"NOT(OR({','.join(counts[:2])}))"
    asked = [(f"IF(ISNUMBER({p}),{_shares(sheet)},FALSE)", say(sheet, "todo_shares")),
             (f'IF(OR({p}="",pxm_derived="free"),TRUE,OR({",".join(near)}))', ""),
             (f'AND({unread},pxm_derived<>"results")', say(sheet, "todo_unread")),
             (f'AND({none},pxm_derived<>"results",{short})', say(sheet, "todo_agrees")),
             (f'AND({none},pxm_derived<>"phases",OR(SUM({weights})=0,pxm_derived="results"),{bare})', say(sheet, "todo_bare_results")),
             (f"NOT({none})", say(sheet, "todo_agrees"))]
    steps = [(some_row(sheet, "phases_reading", faults.READ, fault), say(sheet, key)) for fault, key in ((faults.FALLEN, "todo_step_back"), (faults.EARLY, "todo_early"))]
    after = first_asked(sheet, steps)
    asked = [(condition, said or after) for condition, said in asked]
    return f'IF({gone(sheet)},"{sheet.words("ok")}",{first_asked(sheet, asked, after)})'


def _shares(sheet: SheetCells) -> str:
    """The condition that what was realised of the phases looks like shares of the objective (``perfxl.model.shares``)."""
    w, r, p = sheet.cells("phases_reading", 4), sheet.cells("phases_reading", CALC), sheet.declared
    known = f"ISNUMBER({w})*ISNUMBER({r})*({w}<>0)"
    above, same = f"SUMPRODUCT({known}*({r}>{w}))", f"SUMPRODUCT({known}*({r}={w})*({w}<1))"
    whole = f"SUMPRODUCT({known},{r})"
    capped = f"({whole}-SUMPRODUCT({known}*({r}>{w}),{r})+SUMPRODUCT({known}*({r}>{w}),{w}))"
    close = f"MIN(ABS({whole}-{p}),ABS({capped}-{p}))"
    phases = sheet.at("by_phases")
    explained = f'IF({phases}="",FALSE,ROUND(ABS({phases}-{whole}),6)<=pxm_derivable)'
    return (f"AND(SUMPRODUCT({known})>1,2*{above}<=SUMPRODUCT({known}),{same}>0,{whole}>0,ROUND({close},6)<=pxm_derivable,NOT({explained}))")


def check_reason(sheet: SheetCells) -> str:
    """Partial or not achieved, the lead says why: in words, not in dots and dashes."""
    if not sheet.full:
        return say(sheet, "ok")
    reason = without_marks(sheet.at("holding/reading/reason"))
    partial = ",".join(f"{sheet.state}={sheet.label('holding/reading/status', s)}" for s in ("partial", "not_achieved"))
    return first_asked(sheet, [(f'AND(OR({partial}),NOT({gone(sheet)}),{reason}="")', say(sheet, "todo_reason"))])


def replacing(sheet: SheetCells) -> list[str]:
    """The cells that say by what the objective is replaced: in force from before, and from this round on."""
    cells = [sheet.at(f"holding/{part}/replaced_by") for part in ("in_force", "revision")]
    return [cell for cell in cells if cell != '""']


def check_replaced(sheet: SheetCells) -> str:
    """Replaced: by another objective that is named, with no weight left and no outcome of its own."""
    status, p = sheet.at("holding/reading/status"), sheet.declared
    said, cells = f"{status}={sheet.label('holding/reading/status', 'replaced')}", replacing(sheet)
    successor = both(*reversed(cells))
    there = f'{successor}<>""'
    asked = [(f"AND({said},NOT({there}))", say(sheet, "todo_replaced")), (f"AND({there},{successor}={sheet.at('code')})", say(sheet, "todo_replaced_self")),
             (f'AND({there},OR(AND({status}<>"",NOT({said})),IF(AND({status}="",ISNUMBER({p})),{p}>0,FALSE)))', say(sheet, "todo_replaced_outcome"))]
    if sheet.round != FINAL:
        weight = sheet.at("weight")
        asked.append((f"AND({there},IF(ISNUMBER({weight}),{weight}>0,FALSE))", say(sheet, "todo_replaced_weight")))
    return first_asked(sheet, asked)
