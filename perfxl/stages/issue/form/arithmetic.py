"""The arithmetic of the engine (``perfxl.model.arithmetic``) as formulas of the form.

A master does not know the body's rules: its formulas name them, and issuing says what the names stand for.
"""

from typing import Any

from perfxl.model import documents
from perfxl.model.arithmetic import DEFAULT, KEPT, TYPED, Rules
from perfxl.model.methods import label
from perfxl.model.points import MOST
from perfxl.model.terms import pick, words_in_use
from perfxl.stages.issue.form.names import BEGINS


def constants(rules: Rules, language: str = "it") -> dict[str, str]:
    """What the names in the formulas stand for: places of a fraction for typed and computed figures and for printed ones,
    whether a typed degree goes before a computed one, how a missing outcome counts, the share of a target that may be
    missed, the highest degree, the body's way of measuring, the degree of a minimum, what a missing value stands for."""
    kept = KEPT if rules.once else rules.decimals
    return {"pxm_typed": str(14 if rules.once else TYPED + 2), "pxm_figure": str(kept + 2), "pxm_printed": str(rules.decimals + 2),
            "pxm_typed_degree": str(rules.typed_degree).upper(), "pxm_missing": f'"{rules.missing}"',
            "pxm_near": f"{rules.near / 100:f}", "pxm_cap": f"{rules.cap / 100:f}", "pxm_way": f'"{pick(label(rules.method), language)}"',
            "pxm_least": f"{rules.least / 100:f}", "pxm_unread": f'"{rules.unread}"',
            "pxm_counting": f'"{rules.counting}"', "pxm_share": f"{rules.share / 100:f}", "pxm_worst": str(rules.results_as == "worst").upper(),
            "pxm_green": f"{rules.green / 100:f}", "pxm_amber": f"{rules.amber / 100:f}",
            "pxm_whole": f"{rules.whole / unit():f}"}


#: The names that forms have had from the first: two forms are told apart by all of these, by the later ones where they are used.
_FIRST = ("pxm_typed", "pxm_figure", "pxm_printed", "pxm_typed_degree", "pxm_missing", "pxm_near", "pxm_cap")


def own_constants(rules: Rules) -> dict[str, str]:
    """The constants by which one form is another than the next: a form issued before a name was thought of stays what it was."""
    usual = constants(DEFAULT)
    return {k: v for k, v in constants(rules).items() if k in _FIRST or v != usual[k]}


def derived(rules: dict[str, Any]) -> dict[str, str]:
    """What the names in the checks stand for: how near a declared outcome is to be to what is computed, and to what; how far a
    target may be passed, how long a narrative may be, whether the body's sheets have phases."""
    known = documents.schema("plan")["$defs"]["rules"]["properties"]
    near, source, most, length, phases = (rules.get(key, known[key]["default"]) for key in (
        "derivable_tolerance", "derivable_from", "overshoot_limit", "narrative_limit", "phases"))
    return {"pxm_derivable": f"{float(near) / 100:.10g}", "pxm_derived": f'"{source}"', "pxm_overshoot": f"{float(most) / 100:.10g}",
            "pxm_narrative": str(length), "pxm_phases": str(bool(phases)).upper()}


def figure(formula: str) -> str:
    """A computed fraction as those above it are computed from; the inner rounding undoes what binary fractions leave."""
    return f"ROUND(ROUND({formula},14),pxm_figure)"


def printed(formula: str) -> str:
    """A computed fraction as it is printed."""
    return f"ROUND(ROUND({formula},14),pxm_printed)"


def percent(cell: str) -> str:
    """A typed percentage as it counts; a blank for a blank, for text and for what is no percentage.

    ``35%%`` is what Calc leaves when 35% is typed in a cell of percentages: it counts as 35%.
    """
    typed = f'IF(ISNUMBER({cell}),IF(AND({cell}>=0,{cell}<=1),ROUND({cell},pxm_typed),""),{{other}})'
    twice = f"VALUE(LEFT({cell},LEN({cell})-1))"
    return typed.replace("{other}", f'IF(RIGHT({cell},2)="%%",IFERROR(IF(AND({twice}>=0,{twice}<=1),ROUND({twice},pxm_typed),""),""),"")')


def unit() -> int:
    """How much of a weight is 1 in its cell: a hundred where weights are percentages, one where they are points."""
    return 1 if words_in_use().points else 100


def weight_format() -> str:
    """How a computed weight, or a sum of them, is shown."""
    return "General" if words_in_use().points else "0.00%"


def weight(cell: str) -> str:
    """A typed weight as it counts; a blank for a blank, for text and for what is none."""
    return f'IF(ISNUMBER({cell}),IF(AND({cell}>=0,{cell}<={MOST}),ROUND({cell},pxm_typed-2),""),"")' if words_in_use().points else percent(cell)


def standing_weight(cell: str, otherwise: str = '""') -> str:
    """As ``weight``, of a cell that issuing writes and that is locked; ``otherwise`` where it is blank."""
    return f"IF(ISNUMBER({cell}),ROUND({cell},pxm_typed{'-2' * words_in_use().points}),{otherwise})"


def whole(total: str) -> str:
    """The condition that a sum of weights is what the body wants it to be; where its points have no total, any is."""
    return f"OR(pxm_whole=0,ROUND(ABS({total}-pxm_whole),6)<=pxm_tolerance)"


def sum_told(text: str, total: str) -> str:
    """``text`` with ``{sum}``, the sum of weights in the cell ``total``, and ``{whole}``, what it should be, as a formula."""
    times = "" if words_in_use().points else "*100"
    text_formula = text.replace("{sum}", f'"&ROUND({total}{times},2)&"').replace("{whole}", f'"&ROUND(pxm_whole{times},2)&"')
    return f'"{text_formula}"'


def both(*formulas: str) -> str:
    """The first of ``formulas`` that is not blank."""
    first, *rest = formulas
    return f'IF({first}<>"",{first},{both(*rest)})' if rest else first


def year_name(later: int) -> str:
    """What the plan's year, or one ``later`` than it, is called: its number, or both where it ends in the next (2026/27)."""
    first, last = BEGINS[later], f"{BEGINS[later + 1]}-1"
    number = f"pxm_year+{later}" if later else "pxm_year"
    return f'IF(YEAR({first})=YEAR({last}),{number},YEAR({first})&"/"&RIGHT(YEAR({last}),2))'


def not_due(cell: str) -> str:
    """The condition that the rounds listed in ``cell``, one a line, are not this one; a blank stands for every round."""
    return f'AND({cell}<>"",ISERROR(FIND(CHAR(10)&pxm_round&CHAR(10),CHAR(10)&{cell}&CHAR(10))))'
