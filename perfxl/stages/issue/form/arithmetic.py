"""The arithmetic of the engine (``perfxl.model.arithmetic``) as formulas of the form.

A master does not know the body's rules: its formulas name them, and issuing says what the names stand for.
"""

from perfxl.model import documents
from perfxl.model.arithmetic import KEPT, TYPED, Rules


def constants(rules: Rules) -> dict[str, str]:
    """What the names in the formulas stand for: places of a fraction for typed and computed figures and for printed ones,
    whether a typed degree goes before a computed one, how a missing outcome counts, the share of a target that may be
    missed, the highest degree."""
    kept = KEPT if rules.once else rules.decimals
    return {"pxm_typed": str(14 if rules.once else TYPED + 2), "pxm_figure": str(kept + 2), "pxm_printed": str(rules.decimals + 2),
            "pxm_typed_degree": str(rules.typed_degree).upper(), "pxm_missing": f'"{rules.missing}"',
            "pxm_near": f"{rules.near / 100:f}", "pxm_cap": f"{rules.cap / 100:f}"}


def derived(rules: dict) -> dict[str, str]:
    """What the names in the check of a declared outcome stand for: how near it is to be to what is computed, and to what."""
    known = documents.schema("plan")["$defs"]["rules"]["properties"]
    near, source = (rules.get(key, known[key]["default"]) for key in ("derivable_tolerance", "derivable_from"))
    return {"pxm_derivable": f"{float(near) / 100:.10g}", "pxm_derived": f'"{source}"'}


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


def both(*formulas: str) -> str:
    """The first of ``formulas`` that is not blank."""
    first, *rest = formulas
    return f'IF({first}<>"",{first},{both(*rest)})' if rest else first


def degree(actual: str, target: str, way: str, baseline: str, labels: dict[str, str], final: bool) -> str:
    """The degree that the cells ``actual``, ``target`` and ``baseline`` give, measured as the cell ``way`` says, as a
    fraction; blank where there is none. ``labels``: what users see for each way; ``final``: whether the year is over."""
    worse = f"AND(ISNUMBER({baseline}),{target}<{baseline},{baseline}<{actual})"
    better = f"AND(ISNUMBER({baseline}),{actual}<{baseline},{baseline}<{target})" if final else "FALSE"
    near = f"ABS({target})*pxm_near"
    down, up = f"ROUND({actual}-{target}-{near},9)<=0", f"ROUND({target}-{near}-{actual},9)<=0"
    passed = {way: f"IF({target}<=0,1,IF({bottom}<=0,pxm_cap,MAX(1,MIN(pxm_cap,{top}/{bottom}))))"
              for way, top, bottom in (("lower", target, actual), ("higher", actual, target))}
    lower = f'IF({down},{passed["lower"]},IF({target}<=0,"",IF({worse},0,{target}/{actual})))'
    higher = f'IF({up},{passed["higher"]},IF({target}<=0,"",IF({better},0,MAX(0,{actual}/{target}))))'
    made = f"({actual}-{baseline})/({target}-{baseline})"
    there = f"IF({target}<{baseline},{down},{up})"
    progress = f'IF(ISNUMBER({baseline}),IF({baseline}={target},"",IF({made}<0,0,MAX(IF({there},1,0),MIN(pxm_cap,{made})))),"")'
    chosen = f'IF({way}="{labels["typed"]}","",IF({way}="{labels["progress"]}",{progress},IF({way}="{labels["lower"]}",{lower},{higher})))'
    return f'IF(AND(ISNUMBER({actual}),ISNUMBER({target})),{chosen},"")'


def not_due(cell: str) -> str:
    """The condition that the rounds listed in ``cell``, one a line, are not this one; a blank stands for every round."""
    return f'AND({cell}<>"",ISERROR(FIND(CHAR(10)&pxm_round&CHAR(10),CHAR(10)&{cell}&CHAR(10))))'
