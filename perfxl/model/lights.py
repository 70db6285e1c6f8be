"""The traffic light of an outcome and its trend against the round before, each a symbol with a word: colour alone tells nobody
who cannot see it. A body that gives no thresholds has none."""

from decimal import Decimal

from perfxl.model.arithmetic import Rules
from perfxl.model.texts import Texts

#: Fill and ink of each light, legible in both.
COLOURS = {"green": ("#D8EED3", "#22692F"), "amber": ("#FFF0C2", "#7A5B00"), "red": ("#F8D7D3", "#9C1C12")}


def light(outcome: Decimal | None, rules: Rules) -> str | None:
    """``green``, ``amber`` or ``red`` by the thresholds of the body, of an outcome as it is printed; None without them."""
    if outcome is None or not rules.green:
        return None
    said = rules.printed(outcome) or Decimal(0)
    return "green" if said >= rules.green else "amber" if said >= rules.amber else "red"


def change(outcome: Decimal | None, before: Decimal | None, rules: Rules) -> Decimal | None:
    """By how many points an outcome moved against the round before: the difference of the two figures as they are printed, both
    with the decimals of ``rules``, those of the later round; None where one is missing."""
    now, then = rules.printed(outcome), rules.printed(before)
    return None if now is None or then is None else now - then


def trend(outcome: Decimal | None, before: Decimal | None, rules: Rules) -> str | None:
    """``up``, ``down`` or ``same`` against the round before, by ``change``; None where one is missing."""
    moved = change(outcome, before, rules)
    if moved is None or not rules.green:
        return None
    return "up" if moved > 0 else "down" if moved < 0 else "same"


def as_text(outcome: Decimal | None, before: Decimal | None, rules: Rules, language: str) -> str:
    """Light and trend as users read them: ``● in linea · ↗ in crescita``; "" where there is neither."""
    say, signs = Texts("lights", language), (light(outcome, rules), trend(outcome, before, rules))
    return " · ".join(say(key) for key in signs if key)


def formula(value: str, before: str, language: str, *, places: str = "pxm_printed",
            thresholds: tuple[str, str] = ("pxm_green", "pxm_amber"), none: str = "") -> str:
    """The same as a formula: ``value`` and ``before`` are cells with fractions, ``places`` those that are printed of a fraction;
    ``none``: what stands where there is no light."""
    say, now, then = Texts("lights", language), *(_printed(cell, places) for cell in (value, before))
    green, amber = thresholds
    state = f'IF({now}>={green},"{say("green")}",IF({now}>={amber},"{say("amber")}","{say("red")}"))'
    moved = f'IF({now}>{then},"{say("up")}",IF({now}<{then},"{say("down")}","{say("same")}"))'
    return f'IF(OR({green}=0,NOT(ISNUMBER({value}))),"{none}",{state}&IF(ISNUMBER({before})," · "&{moved},""))'


def change_formula(value: str, before: str, decimals: int, none: str) -> str:
    """``change`` as a formula: ``value`` and ``before`` are cells with fractions; ``none``: what stands where one is missing."""
    now, then = (_printed(cell, str(decimals + 2)) for cell in (value, before))
    return f'IF(AND(ISNUMBER({value}),ISNUMBER({before})),ROUND(({now}-{then})*100,{decimals}),"{none}")'


def _printed(cell: str, places: str) -> str:
    """A fraction as it is printed; the inner rounding undoes what binary fractions add or take."""
    return f"ROUND(ROUND({cell},14),{places})"
