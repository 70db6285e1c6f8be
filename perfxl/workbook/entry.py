"""What may be typed in the cells of a field, and what was hardly meant, as formulas that Excel and Calc both know."""

from perfxl.model.fields import Field
from perfxl.model.readings import CLEARED

#: Years before and after the first day of the plan's beyond which a date is hardly meant.
YEARS_BACK, YEARS_ON = 10, 3
#: Characters that a cell surely holds.
CELL_MOST = 32_000


def percentage(cell: str, most: float, top: str = "") -> str:
    """The condition under which ``cell`` holds a percentage up to ``most`` points, or to the fraction that the formula ``top`` gives;
    35%% is what Calc makes of 35% typed there."""
    twice, top = f"VALUE(LEFT({cell},LEN({cell})-1))", top or f"{most / 100:g}"
    return (f'IF(ISNUMBER({cell}),AND({cell}>=0,{cell}<={top}),'
            f'IF(RIGHT({cell},2)="%%",IFERROR(AND({twice}>=0,{twice}<={top}),FALSE),FALSE))')


def doubtful(field: Field, cell: str, begins: str | None = None, top: str = "") -> str | None:
    """The condition under which what stands in ``cell`` of ``field`` is hardly what was meant: a percentage below 1 % or beyond
    the limit, a date of another year than the column's, a text too long, one of the wrong kind; None where there is none.

    ``top``: as in ``percentage``; ``begins``: what says the first day of the plan's year, in formulas; None where nothing does.
    """
    limits, text = field.schema, f"ISTEXT({cell})"
    if field.cell == "date" and field.clears:
        text = f'AND({text},{cell}<>"{CLEARED}",{cell}<>"-")'
    if field.cell == "percent":
        top = top or f"{limits.get('maximum', 100) / 100:g}"
        return f'OR(AND(ISNUMBER({cell}),OR({cell}<0,AND({cell}>0,{cell}<0.01),{cell}>{top})),AND({text},RIGHT({cell},2)<>"%%"))'
    if field.cell == "date":
        first, last = (limits["x-year"] - 1, limits["x-year"]) if "x-year" in limits else (-YEARS_BACK, YEARS_ON)
        days = [f"DATE(YEAR({begins}){n:+d},MONTH({begins}),DAY({begins}))" for n in (first, last)]
        outside = f",{cell}<{days[0]},{cell}>={days[1]}" if begins else ""
        return f"OR({text},IF(ISNUMBER({cell}),OR({cell}<1{outside}),FALSE))"
    if field.cell in ("integer", "number", "money"):
        return text
    if field.cell in ("text", "long") and limits.get("maxLength"):
        return f"LEN({cell})>{min(limits['maxLength'], CELL_MOST)}"
    return None
