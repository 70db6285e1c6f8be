"""What each live check of an objective sheet asks: conditions in order, and what is said when the first of them holds."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from openpyxl.utils import get_column_letter

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form import item_checks as rows
from perfxl.stages.issue.form.arithmetic import both, figure, printed, sum_told, whole
from perfxl.stages.issue.form.drawing import CALC, CALC2, CALC3
from perfxl.stages.issue.form.names import BEGINS

#: A condition, and what is said when it holds: both formulas.
Asked = tuple[str, str]


def _first_asked(sheet, asked: list[Asked], otherwise: str = "") -> str:
    """The formula of a check: the first that is asked, else that all is in order."""
    found = otherwise or f'"{sheet.words("ok")}"'
    for condition, said in reversed(asked):
        found = f"IF({condition},{said},{found})"
    return found


def _say(sheet, key: str) -> str:
    return f'"{sheet.words(key)}"'


def _some(sheet, table: str, column: int, fault: int) -> str:
    """The condition that a row of ``table`` has ``fault``."""
    return f"COUNTIF({sheet.cells(table, column)},{fault})>0"


def _listed(sheet, table: str, columns: dict[str, int], faults: dict[int, str]) -> list[Asked]:
    return [(_some(sheet, table, columns[table], fault), _say(sheet, key)) for fault, key in faults.items()]


# -- weights -----------------------------------------------------------------------------------------------------------

def _weight(sheet) -> str:
    """There is a weight where one is due, and none where the objective is out of the total."""
    out = ",".join(f'{sheet.at("holding/weighting")}={sheet.label("holding/weighting", k)}' for k in ("not_weighted", "incentives"))
    weight = sheet.weight_typed
    weighted = f"IF(OR({out}),IF(ISNUMBER({weight}),{weight}>0,FALSE),FALSE)"
    return _first_asked(sheet, [(f'{sheet.at("weight")}=""', _say(sheet, "todo_weight")), (weighted, _say(sheet, "todo_weight_out"))])


def _sums(sheet, table: str, none: str) -> str:
    total = sheet.at(f"sum_{table}")
    return f'IF({total}="",{none},IF({whole(total)},"{sheet.words("ok")}",{sum_told(str(sheet.words(f"todo_{table}")), total)}))'


def _phases(sheet) -> str:
    """Each phase has what a phase must have, and their weights are 100%."""
    faults = {rows.NAMELESS: "todo_phase_id", rows.TWICE: "todo_phase_twice", rows.WORDLESS: "todo_phase_text",
              rows.UNWEIGHTED: "todo_bare_phase", rows.WEIGHTED: "todo_phase_weighted"}
    lacking = f'IF(AND(pxm_phases,SUMPRODUCT(--({sheet.cells("phases", 1)}<>""))=0),{_say(sheet, "todo_no_phases")},{_say(sheet, "ok")})'
    return _first_asked(sheet, _listed(sheet, "phases", rows.CONTENT, faults), _sums(sheet, "phases", lacking))


def _results(sheet) -> str:
    """Each result has what a result must have, weights are 100%, what was found of it agrees."""
    asked: list[Asked] = []
    if sheet.round != FINAL:
        faults = {rows.NAMELESS: "todo_result_id", rows.TWICE: "todo_result_twice", rows.WORDLESS: "todo_result_text",
                  rows.UNWEIGHTED: "todo_bare_result", rows.UNMEASURED: "todo_unmeasured", rows.UNTIED: "todo_untied"}
        asked += _listed(sheet, "results", rows.CONTENT, faults)
    if sheet.round != "plan":
        faults = {rows.NO_DENOMINATOR: "todo_denominator", rows.ONE_NUMBER: "todo_ratio", rows.TWO_VALUES: "todo_two_values",
                  rows.NO_BAND: "todo_no_band", rows.MISSED: "todo_missed", rows.ACHIEVED: "todo_missed_achieved", rows.OVERSHOT: "todo_overshot",
                  rows.TYPED: "todo_degree", rows.WORSE: "todo_worse"}
        if sheet.round == FINAL:
            faults[rows.UNKNOWN] = "todo_no_value"
        asked += [(_some(sheet, "results_reading", rows.RESULT_READ, fault), _say(sheet, key)) for fault, key in faults.items()]
    faults = {rows.ENTITY_TWICE: "todo_entity_twice", rows.NO_RESULT: "todo_entity_result"}
    faults[rows.NO_VALUE if sheet.round == FINAL else rows.NO_WAY] = "todo_entity_value" if sheet.round == FINAL else "todo_unmeasured"
    asked += _listed(sheet, "entities", rows.CONTENT, faults)
    return _first_asked(sheet, asked, _say(sheet, "ok") if sheet.round == FINAL else _sums(sheet, "results", _say(sheet, "ok")))


# -- dates -------------------------------------------------------------------------------------------------------------

def _dates(sheet) -> str:
    """The objective's days, its years, those of its phases and results, and who is responsible when."""
    begins, ends = f"$M${sheet.years}", f"$N${sheet.years}"
    if sheet.round == FINAL:  # nothing of the plan can be mended any more
        return _first_asked(sheet, _actual(sheet, begins))
    asked = [(f'{cell}=""', _say(sheet, "todo_no_dates")) for cell in (begins, ends)] if sheet.round == "plan" else []
    apart = f"AND(ISNUMBER({begins}),ISNUMBER({ends}),{ends}<{begins})"
    away = f"OR(AND(ISNUMBER({ends}),{ends}<pxm_begins),AND(ISNUMBER({begins}),{begins}>=pxm_begins_2))"
    asked += [(apart, _say(sheet, "todo_frame")), (away, _say(sheet, "todo_other_year"))]
    if sheet.round == "plan":
        asked += _years(sheet, ends)
    faults = {rows.OTHER_YEAR: "todo_phase_year", rows.REVERSED: "todo_dates", rows.UNDATED: "todo_phase_dates", rows.OUTSIDE: "todo_phase_outside"}
    asked += _listed(sheet, "phases", rows.DATES, faults) + _listed(sheet, "results", rows.DATES, {rows.OUTSIDE: "todo_result_outside"})
    if sheet.round == "monitoring":
        asked += _actual(sheet, begins) + _moved(sheet)
    people = "responsibles" if sheet.round == "plan" else "revision_responsibles"
    faults = {rows.PERIOD: "todo_period", rows.OUT_OF_YEAR: "todo_period_year", rows.OVERLAP: "todo_period_overlap"}
    if people in sheet.tables:
        asked += _listed(sheet, people, rows.CONTENT, faults)
    return _first_asked(sheet, asked)


def _years(sheet, ends: str) -> list[Asked]:
    """The year of how many, and the end in the last of them."""
    number, count = sheet.at("sheet/year_number"), sheet.at("sheet/year_count")
    both = f"AND(ISNUMBER({number}),ISNUMBER({count}))"
    last = "+".join(f"({count}-{number}={n})*OR({ends}<{a},{ends}>={b})" for n, (a, b) in enumerate(pairwise(BEGINS)))
    return [(f"IF({both},{number}>{count},FALSE)", _say(sheet, "todo_years")),
            (f"IF(AND({both},ISNUMBER({ends})),{last}>0,FALSE)", _say(sheet, "todo_years_end"))]


def _actual(sheet, begins: str) -> list[Asked]:
    """What a round found of days: the right way round, past, and not before the objective."""
    asked = [(_some(sheet, "phases_reading", rows.DAYS, fault), _say(sheet, key)) for fault, key in (
        (rows.BACKWARDS, "todo_actual"), (rows.TO_COME, "todo_to_come"), (rows.BEFORE, "todo_before"))]
    achieved_on = sheet.cells("results_reading", sheet.columns_of("results_reading")["achieved_on"])
    return [*asked, (f"SUMPRODUCT(ISNUMBER({achieved_on})*({achieved_on}>pxm_at))>0", _say(sheet, "todo_to_come")),
            (f"IF(ISNUMBER({begins}),SUMPRODUCT(ISNUMBER({achieved_on})*({achieved_on}<{begins}))>0,FALSE)", _say(sheet, "todo_before"))]


def _moved(sheet) -> list[Asked]:
    """What a monitoring changes of days, and what is late."""
    asked = [(_some(sheet, "phases_reading", rows.DAYS, fault), _say(sheet, key)) for fault, key in (
        (rows.UNBEGUN, "todo_unbegun"), (rows.LATE, "todo_late"))]
    for table in ("phases", "results"):
        asked += [(_some(sheet, table, rows.DATES[table], fault), _say(sheet, "todo_moved"))
                  for fault in ((rows.MOVED, rows.ENDED, rows.STARTED) if table == "phases" else (rows.MOVED, rows.ENDED))]
    asked += _listed(sheet, "results", rows.DATES, {rows.BEHIND: "todo_behind", rows.LEFT: "todo_behind"})
    now, standing, plan = (sheet.at(f"sheet/{p}end") for p in ("revision/", "in_force/", ""))
    was = f'IF({standing}<>"",{standing},{plan})'
    put = f"AND(ISNUMBER({now}),ISNUMBER({was}))"
    off = f'IF({put},OR(AND({was}<pxm_at,{now}>{was}),AND(NOT({sheet.achieved}),{now}<{was},{now}<=pxm_at,{was}>=pxm_at)),FALSE)'
    return [*asked, (f'AND({sheet.at("holding/revision/reason")}="",{off})', _say(sheet, "todo_moved"))]


# -- texts, and what was typed --------------------------------------------------------------------------------------------

def _texts(sheet) -> str:
    asked = []
    if sheet.full:
        wanted = ("title", "purpose", "detail") if sheet.round == "plan" else ("purpose", "detail")
        blank = ",".join(f'SUMPRODUCT(LEN(SUBSTITUTE({sheet.at(f"sheet/{key}")}," ","")))=0' for key in wanted)
        born = "" if sheet.round == "plan" else f"{sheet.born}=1,"  # else approved long ago
        asked.append((f"AND({born}OR({blank}))", _say(sheet, "todo_text")))
    if sheet.round == "plan" and sheet.full:
        check, which = sheet.at("sheet/quality_check"), sheet.at("sheet/quality_check_which")
        asked.append((f'AND({check}="{sheet.words("yes")}",SUMPRODUCT(LEN({which}))=0)', _say(sheet, "todo_quality")))
    elif sheet.full:
        asked += _narratives(sheet)
    if wanted := sheet.canvas.wanted():
        asked.append((f"OR({','.join(wanted)})", _say(sheet, "todo_wanted")))
    over = "+".join(_too_long(sheet))
    if sheet.full and sheet.round == "plan":
        purpose, detail = sheet.at("sheet/purpose").split(":")[0], sheet.at("sheet/detail").split(":")[0]
        asked.append((f"IF(LEN({purpose})<{rows.LIKELY},FALSE,{purpose}={detail})", _say(sheet, "todo_copied")))
    return _first_asked(sheet, [*asked, *([(f"{over}>0", _say(sheet, "todo_length"))] if over else [])])


def _narratives(sheet) -> list[Asked]:
    """Something is told of what was done; nothing is told at more length than the body allows."""
    told, about = sheet.cells("narrative", 2), sheet.cells("narrative", 1)
    words = [told, sheet.at("holding/reading/note"), sheet.cells("phases_reading", 2), sheet.cells("results_reading", 2)]
    silent = "+".join(f"SUMPRODUCT(LEN({cells}))" for cells in words)
    said = ",".join(f"{sheet.state}={sheet.label('holding/reading/status', s)}" for s in ("achieved", "partial"))
    long = (f'(SUMPRODUCT(({about}="")*LEN({told}))>pxm_narrative)'
            f"+SUMPRODUCT(ISNUMBER({sheet.cells('phases_reading', rows.LENGTH)})*({sheet.cells('phases_reading', rows.LENGTH)}>pxm_narrative))")
    return [(f"AND(OR({said}),{silent}=0)", _say(sheet, "todo_silent")), (f"{long}>0", _say(sheet, "todo_narrative")),
            (_some(sheet, "phases_reading", rows.COPIED, 1), _say(sheet, "todo_copied"))]


def _too_long(sheet) -> Iterator[str]:
    for f in sheet.scalars.values():
        place, limit = sheet.at("/".join(f.path)), f.schema.get("maxLength")
        if limit and f.cell in ("text", "long") and place != '""':
            yield f"(SUMPRODUCT(LEN({place}))>{limit})"
    for table in sheet.tables.values():
        for f in table.columns if sheet.full and not table.story else ():
            limit = f.schema.get("maxLength")
            if f.cell == "long" and limit and limit <= 8_000:
                column = sheet.canvas.columns[table.id][f.key]
                yield f"SUMPRODUCT(--(LEN({sheet.cells(table.id, column)})>{limit}))"


def _typed(sheet) -> str:
    """A cell holds what was hardly meant, what is of another kind than its own, or more decimals than are printed.

    How many do is counted in hidden cells beside the check: in one formula all that would be too long for Excel.
    """
    canvas, asked = sheet.canvas, []
    for column, key, found in ((CALC, "todo_typed", canvas.small()), (CALC2, "todo_kind", canvas.other_kind()), (CALC3, "todo_decimals", canvas.decimals())):
        if found:
            canvas.put(column, "=" + "+".join(found), "hidden")
            asked.append((f"${get_column_letter(column)}${canvas.row}>0", _say(sheet, key)))
    if sheet.round != "plan" and sheet.full:
        over = "+".join(f"SUM({sheet.cells(table, column)})" for table, column in rows.DRAGGED.items())
        asked += [(f"{over}>0", _say(sheet, "todo_dragged")), (_spilled(sheet), _say(sheet, "todo_spilled"))]
    if sheet.round != "plan":
        asked.append((f"IF(ISNUMBER({sheet.typed}),ABS(ROUND({sheet.typed},pxm_printed)-{sheet.typed})>0.0000000001,FALSE)", _say(sheet, "todo_decimals")))
    return _first_asked(sheet, asked)


def _spilled(sheet) -> str:
    """The condition that a text pasted on a cell ran over the rows below: lines that adjoin, of which a later one begins small or
    the one before ends open (``perfxl.stages.check.typed`` looks closer). Each part stands in a hidden cell beside the check."""
    parts = [_run_on(sheet.cells(table, 2)) for table in ("phases_reading", "results_reading")]
    sheet.canvas.put(CALC3 + 1, "=" + "+".join(parts), "hidden")
    return f"${get_column_letter(CALC3 + 1)}${sheet.canvas.row}>0"


def _run_on(cells) -> str:
    """How many rows of ``cells`` go on with the text of the row above; counted only where two or more were written."""
    column, (first, *others) = cells.column, cells.rows
    above, below = f"${column}${first}:${column}${others[-1] - 1}", f"${column}${others[0]}:${column}${others[-1]}"

    def line(where: str) -> str:
        return f'(LEN({where})>0)*(LEN({where})<={rows.LINE})*(LEN(SUBSTITUTE({where},CHAR(10),""))=LEN({where}))'

    def small(where: str) -> str:
        return f"EXACT(LEFT({where}),LOWER(LEFT({where})))*(1-EXACT(LEFT({where}),UPPER(LEFT({where}))))"

    def capital(where: str) -> str:
        return f"EXACT(LEFT({where}),UPPER(LEFT({where})))*(1-EXACT(LEFT({where}),LOWER(LEFT({where}))))"
    both_lines = f"{line(above)}*{line(below)}"
    ends_open = "+".join(f'(RIGHT({above})="{mark}")' for mark in ",;:")
    open_end = f"SUMPRODUCT({both_lines}*({ends_open})*(1-{capital(below)}))"
    begins = f"SUMPRODUCT({both_lines}*(1-{small(above)})*{small(below)})"
    all_small = f"SUMPRODUCT((1-{line(above)})*{line(below)}*{small(below)})+{line(f'${column}${first}')}*{small(f'${column}${first}')}"
    return f"IF(COUNTA({cells})<2,0,{open_end}+IF({all_small}=0,{begins},0))"


# -- outcomes ----------------------------------------------------------------------------------------------------------

def is_lead(sheet) -> str:
    """Whether this sector declares the outcome: the lead does, and everybody for a transversal objective."""
    return "TRUE" if sheet.full else f'{sheet.at("role")}<>{sheet.label("role", "partner")}'


def gone(sheet) -> str:
    """Whether nothing counts here: replaced, withdrawn, not due."""
    status, state = "holding/reading/status", sheet.at("status")
    names = [*(sheet.label(status, s) for s in ("replaced", "withdrawn")), f'"{sheet.words("not_due")}"']
    return "OR(" + ",".join(f"{state}={name}" for name in names) + ")"


def _outcome(sheet) -> str:
    """An outcome is there, is a percentage from 0 to 100, and agrees with its status, with the round before and with the calendar."""
    typed, p, status = sheet.at("holding/reading/percent"), sheet.declared, sheet.at("holding/reading/status")
    wrong, missing = _say(sheet, "todo_outcome_wrong"), f'AND(NOT({gone(sheet)}),{sheet.at("outcome")}="")'

    def is_(said: str) -> str:
        return f"{status}={sheet.label('holding/reading/status', said)}"
    against = f"OR(AND({is_('achieved')},{p}<1),AND({is_('not_achieved')},{p}>0),AND({is_('partial')},OR({p}<=0,{p}>=1)))"
    before = sheet.canvas.at["before"]
    asked = [(f'IF(ISERROR({typed}),TRUE,AND({typed}<>"",{p}=""))', wrong), (f'AND({typed}="",{missing})', _say(sheet, "todo_outcome")),
             (f"IF(ISNUMBER({p}),{against},FALSE)", _say(sheet, "todo_status")),
             (f"AND(NOT({gone(sheet)}),ISNUMBER({before}),ISNUMBER({p}),{p}<ROUND({before},pxm_printed))", _say(sheet, "todo_fallen"))]
    if sheet.full:
        ends = sheet.cells("phases_reading", rows.LAST_END)
        asked.append((f"AND({sheet.achieved},NOT({gone(sheet)}),SUMPRODUCT(ISNUMBER({ends})*({ends}>pxm_at))>0)", _say(sheet, "todo_running")))
    checked = _first_asked(sheet, asked)
    return checked if sheet.full else f'IF(NOT({is_lead(sheet)}),"{sheet.words("ok_partner")}",{checked})'


def _agrees(sheet) -> str:
    """What is declared follows from the phases or from the results, by the body's own measure of near, or from the measures."""
    p = sheet.declared
    if not sheet.full:
        given = sheet.at("by_measures")
        far = f"IF(AND(ISNUMBER({p}),ISNUMBER({given})),ROUND(ABS({printed(given)}-{p}),6)>pxm_derivable,FALSE)"
        return _first_asked(sheet, [(f'AND({sheet.at("role")}={sheet.label("role", "transversal")},{far})', _say(sheet, "todo_agrees_measures"))])
    from_each = [(sheet.at("by_phases"), 'pxm_derived<>"results"'), (sheet.at("by_results"), 'pxm_derived<>"phases"'), (sheet.at("by_mix"), 'pxm_counting="mix"')]
    counts = [f'AND({cell}<>"",{when})' for cell, when in from_each]
    near = [f"IF({there},ROUND(ABS({printed(cell)}-{p}),6)<=pxm_derivable,FALSE)" for there, (cell, _) in zip(counts, from_each, strict=True)]
    unread, read = _some(sheet, "phases_reading", rows.READ, rows.UNREAD), sheet.cells("phases_reading", CALC)
    weights = sheet.cells("phases_reading", 4)
    least = f"SUMPRODUCT({weights},{read})/SUM({weights})"
    short = f"IF(AND(COUNT({read})>0,SUM({weights})>0),ROUND(ABS({figure(least)}-{p}),6)>pxm_derivable,FALSE)"
    ids, degrees, values, counted = (sheet.cells("results_reading", c) for c in (1, 3, 4, CALC))
    bare = f'SUMPRODUCT(({ids}<>"")*({degrees}="")*({values}="")*({counted}<>"{sheet.words("dropped")}"))>0'
    none = f"NOT(OR({','.join(counts[:2])}))"
    asked = [(f"IF(ISNUMBER({p}),{_shares(sheet)},FALSE)", _say(sheet, "todo_shares")),
             (f'IF(OR({p}="",pxm_derived="free"),TRUE,OR({",".join(near)}))', ""),
             (f'AND({unread},pxm_derived<>"results")', _say(sheet, "todo_unread")),
             (f'AND({none},pxm_derived<>"results",{short})', _say(sheet, "todo_agrees")),
             (f'AND({none},pxm_derived<>"phases",OR(SUM({weights})=0,pxm_derived="results"),{bare})', _say(sheet, "todo_bare_results")),
             (f"NOT({none})", _say(sheet, "todo_agrees"))]
    steps = [(_some(sheet, "phases_reading", rows.READ, fault), _say(sheet, key)) for fault, key in ((rows.FALLEN, "todo_step_back"), (rows.EARLY, "todo_early"))]
    after = _first_asked(sheet, steps)
    asked = [(condition, said or after) for condition, said in asked]
    return f'IF({gone(sheet)},"{sheet.words("ok")}",{_first_asked(sheet, asked, after)})'


def _shares(sheet) -> str:
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


def _reason(sheet) -> str:
    """Partial or not achieved, the lead says why: in words, not in dots and dashes."""
    if not sheet.full:
        return _say(sheet, "ok")
    reason = f'{sheet.at("holding/reading/reason")}'
    for mark in (" ", ".", "-", "–", "—", "…", "_", "/"):
        reason = f'SUBSTITUTE({reason},"{mark}","")'
    partial = ",".join(f"{sheet.state}={sheet.label('holding/reading/status', s)}" for s in ("partial", "not_achieved"))
    return _first_asked(sheet, [(f'AND(OR({partial}),NOT({gone(sheet)}),{reason}="")', _say(sheet, "todo_reason"))])


def replacing(sheet) -> list[str]:
    """The cells that say by what the objective is replaced: in force from before, and from this round on."""
    cells = [sheet.at(f"holding/{part}/replaced_by") for part in ("in_force", "revision")]
    return [cell for cell in cells if cell != '""']


def _replaced(sheet) -> str:
    """Replaced: by another objective that is named, with no weight left and no outcome of its own."""
    status, p = sheet.at("holding/reading/status"), sheet.declared
    said, cells = f"{status}={sheet.label('holding/reading/status', 'replaced')}", replacing(sheet)
    successor = both(*reversed(cells))
    there = f'{successor}<>""'
    asked = [(f"AND({said},NOT({there}))", _say(sheet, "todo_replaced")), (f"AND({there},{successor}={sheet.at('code')})", _say(sheet, "todo_replaced_self")),
             (f'AND({there},OR(AND({status}<>"",NOT({said})),IF(AND({status}="",ISNUMBER({p})),{p}>0,FALSE)))', _say(sheet, "todo_replaced_outcome"))]
    if sheet.round != FINAL:
        weight = sheet.at("weight")
        asked.append((f"AND({there},IF(ISNUMBER({weight}),{weight}>0,FALSE))", _say(sheet, "todo_replaced_weight")))
    return _first_asked(sheet, asked)


CHECKS: dict[str, Callable] = {"weight": _weight, "phases": _phases, "results": _results, "dates": _dates, "texts": _texts, "typed": _typed,
                               "agrees": _agrees, "outcome": _outcome, "reason": _reason, "replaced": _replaced}
