"""The live checks of an objective sheet: formulas that Excel and LibreOffice both know.

A check says what is to be done, or begins with the words of ``ok``; the summary counts those that do not. Which findings each
check tells before they are found is in ``perfxl.model.live``.
"""

from perfxl.model.rounds import FINAL
from perfxl.stages.issue.form import conditions
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.drawing import LABEL, VALUE
from perfxl.stages.issue.form.sheet_cells import SheetCells


def keys(round: str, full: bool) -> tuple[str, ...]:
    """The checks of a sheet in ``round``, in order; at the final nothing of the plan can be mended any more."""
    outcome = () if round == "plan" else ("outcome", "agrees", "reason", "replaced")
    content = ("phases", "results", "dates") if full and round != FINAL else ("results", "dates") if full else ()
    return (*outcome, *(("weight",) if round != FINAL else ()), *content, "texts", "typed")


def weight_in_force(sheet: SheetCells) -> str:
    """The weight that counts: the revised one, else the approved one; "==" and "*" where it is out of the total."""
    weighting = sheet.at("holding/weighting")
    return (f'IF({weighting}={sheet.label("holding/weighting", "not_weighted")},"==",'
            f'IF({weighting}={sheet.label("holding/weighting", "incentives")},"*",{sheet.weight_typed}))')


def count_open(sheet: SheetCells) -> str:
    """How many checks of the sheet are open."""
    return "+".join(f"({wrong})*1" for _, wrong in _failing(sheet))


def _failing(sheet: SheetCells) -> list[tuple[str, str]]:
    """The cell of each check, and the condition that it is open."""
    ok, states = sheet.words("ok"), [sheet.at(f"check_{key}") for key in keys(sheet.round, sheet.full)]
    return [(state, f'LEFT({state},{len(ok)})<>"{ok}"') for state in states]


def still_open(sheet: SheetCells, count: str) -> str:
    """What the bar says: how many checks are open, as the cell ``count`` has it, and what the first of them asks; that all is in
    order when none is."""
    first = '""'
    for state, wrong in reversed(_failing(sheet)):
        first = f"IF({wrong},{state},{first})"
    return f'IF({count}=0,"{sheet.words("bar_ok")}","{sheet.words("bar_open")} "&{count}&". "&{first})'


def draw(sheet: SheetCells) -> None:
    """The rows of the checks, each with its state."""
    canvas, ok = sheet.canvas, sheet.words("ok")
    for key in keys(sheet.round, sheet.full):
        formula = conditions.CHECKS[key](sheet)
        canvas.put(LABEL, sheet.words("agrees_short" if key == "agrees" and not sheet.full else f"check_{key}"), "label")
        canvas.put(VALUE, f'=IFERROR({formula},"{sheet.words("todo_error")}")', "state")
        here = canvas.at[f"check_{key}"] = canvas.named(canvas.own(f"check_{key}"), VALUE)
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f'LEFT({here},{len(ok)})="{ok}"', f'LEFT({here},{len(ok)})<>"{ok}"')
        canvas.row += 1
