"""Whether a result, or an entity's value of it, can be measured in the way that was chosen for it."""

from collections.abc import Callable, Iterable

from perfxl.model import methods
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.item_checks.row_formulas import RowFormulas


def ways(rule: int) -> dict[str, str]:
    """By way of measuring a result, the condition that the one of the rule in row ``rule`` is measured so."""
    return {key: f'O{rule}="{key}"' for key in methods.METHODS}


def unmeasured(on: RowFormulas, row: int, rule: int) -> str:
    """The condition that the way in which a result is measured means nothing for what it has."""
    target, base, weight, due, way = f"H{row}", f"G{row}", f"L{row}", f"M{row}", ways(rule)
    if on.round != "plan":  # what is repeated where the row is read
        read = on.rows["results_reading"][on.rows["results"].index(row)]
        target, base, weight, due = (f"{column}{read}" for column in ("E", "AC", "AD", "S"))

    def those(test: Callable[[methods.Method], bool]) -> str:
        return f"OR({','.join(way[k] for k, m in methods.METHODS.items() if test(m))})"
    until, minimum, best = f"E{rule}", f"F{rule}", f"G{rule}"
    there, goal = f"ISNUMBER({target})", target
    levels = f"IF(AND(ISNUMBER({minimum}),{there}),OR({minimum}={goal},AND(ISNUMBER({best}),IF({goal}<{minimum},{best}>={goal},{best}<={goal}))),TRUE)"
    wrong = [f"AND(N{rule}=-1,{those(lambda m: m.scaled)})", f'AND(B{rule}<>"",{those(lambda m: not m.scaled)})',
             f"AND(ISNUMBER(H{rule}),{those(lambda m: m.reads != 'actual')})",
             f"IF({those(lambda m: m.key in ('higher', 'lower'))},IF({there},{goal}<=0,FALSE),FALSE)",
             f"IF({way['progress']},IF({there},IF(ISNUMBER({base}),{base}={goal},TRUE),FALSE),FALSE)",
             f'AND({way["bands"]},N{rule}=0)', f"IF({way['range']},IF(AND({there},ISNUMBER({until})),{goal}>{until},NOT(OR({there},ISNUMBER({until})))),FALSE)",
             f"IF({way['levels']},{levels},FALSE)", f"AND({way['date']},NOT(ISNUMBER({due})))"]
    typed = "" if on.round == "plan" else f',C{read}=""'
    formula = f"AND(IF(ISNUMBER({weight}),{weight}<>0,TRUE){typed},OR({','.join(wrong)}))"
    if on.round == "plan":
        return formula
    on.put(rule, faults.UNMEASURABLE, f'IF(A{rule}="",0,IF({formula},1,0))')
    return f"S{rule}=1"


def entity_unmeasured(on: RowFormulas, row: int) -> str:
    """The condition that the value of an entity is given to a result that is not measured so, or means nothing."""
    ids, chosen = on.sheet.cells("results_rule", 1), on.sheet.cells("results_rule", 15)
    same_result = f'({ids}&""=$A{row}&"")'

    def measured(keys: Iterable[str]) -> str:
        those = "+".join(f'({chosen}="{k}")' for k in keys)
        return f"SUMPRODUCT({same_result}*({those}))>0"
    goal, base = f"E{row}", f"D{row}"
    whole = f'SUMPRODUCT(({on.sheet.cells("results", 1)}&""=$A{row}&"")*ISNUMBER({on.sheet.cells("results", 8)}))'
    alone = [k for k, m in methods.METHODS.items() if not m.entities]
    wrong = [measured(alone), f"AND(ISNUMBER({goal}),{goal}<=0,{measured(('higher', 'lower'))})",
             f"AND(ISNUMBER({goal}),IF(ISNUMBER({base}),{base}={goal},TRUE),{measured(('progress',))})"]
    return f"AND({whole}=0,OR({','.join(wrong)}))"
