"""What a form tells of the levels of the sectors: who stands below its own and how they count, and above whom it stands itself."""

from collections.abc import Mapping
from typing import Any

from perfxl.model.arithmetic import HUNDRED, Rules, rules_in
from perfxl.model.languages import number_text
from perfxl.model.structure import Structure
from perfxl.model.texts import Texts

#: The names of the cells of the first sheet that say it, and of the one under the totals.
ABOVE, BELOW, NOTE = "pxm_above", "pxm_below", "pxm_levels_note"


def cell_texts(plan: Mapping[str, Any], sector: str, language: str) -> dict[str, str]:
    """What the form of ``sector`` says by name of its cell; {} where sectors stand side by side."""
    structure, rules, words = Structure(dict(plan)), rules_in(plan), Texts("form", language)
    if sector not in structure.sectors or not structure.levelled:
        return {}
    texts, above, below = {}, structure.above(sector), structure.below.get(sector, ())
    if above:
        counts = rules.units != "own" and structure.sectors[sector].get("weighted") is not False
        texts[ABOVE] = f"{_name(structure, above)}. {words('above_counts' if counts else 'above_counts_not')}"
    if below:
        rule = _rule(rules, words, language)
        texts[BELOW] = f"{'; '.join(_unit(structure, code, rules=rules, words=words, language=language) for code in below)}. {rule}"
        texts[NOTE] = f"{words('below_note')} {rule}"
    return texts


def _name(structure: Structure, code: str) -> str:
    return f"{code} {structure.sectors[code].get('name', '')}".strip()


def _unit(structure: Structure, code: str, rules: Rules, words: Texts, language: str) -> str:
    """A sector below: with its weight where the mean takes it, or that it is out of it."""
    sector = structure.sectors[code]
    if rules.units == "own":
        return _name(structure, code)
    if sector.get("weighted") is False:
        return f"{_name(structure, code)} ({words('below_out')})"
    weight = sector.get("weight") if rules.units_mean == "weighted" else None
    return _name(structure, code) + ("" if weight is None else f" ({words('below_weight', weight=number_text(str(weight), language))})")


def _rule(rules: Rules, words: Texts, language: str) -> str:
    """Whether those below count in the outcome, and how."""
    if rules.units == "own":
        return words("below_own")
    kind = words(f"below_{rules.units_mean}")
    share, rest = (number_text(f"{value.normalize():f}", language) for value in (rules.units_share, HUNDRED - rules.units_share))
    return words("below_mean", kind=kind) if rules.units == "mean" else words("below_mix", kind=kind, units=share, own=rest)
