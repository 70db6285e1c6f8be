"""On the sheet of a sector that has others below it: those others, their mean, and the outcome that follows from both."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from perfxl.model.arithmetic import Rules, dec
from perfxl.model.group_means import body_mean, with_units
from perfxl.model.means import Mean, follows_from, read_mean
from perfxl.model.views import MeanOutcome
from perfxl.stages.consolidate.book import Book, Sheet, a1, span
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.formulas import (
    NONE,
    adds_up,
    level_format,
    level_value,
    percent_format,
    rounded,
    value_or_none,
)
from perfxl.stages.consolidate.layout import FIRST, PARTS, UNIT_PARTS, Layout, SectorPlace
from perfxl.stages.consolidate.styles import SOFT, ink
from perfxl.stages.consolidate.view import View

#: By the rule on what is missing, the part of a mean that enters the one above.
ENTERING = {"out": "without_missing", "zero": "missing_as_zero", "last_known": "missing_as_last"}


def write_units(view: View, book: Book, layout: Layout, sheet: Sheet, place: SectorPlace) -> None:
    """Write the block; nothing where no round has the outcome of the sector follow from others."""
    if not place.units:
        return
    words, styles = book.words, book.styles
    head = place.units_head
    sheet.text(head, 0, words("units_below"), styles.header())
    for column, key in enumerate(("", "head_weight", ""), 1):
        sheet.text(head, column, words(key) if key else "", styles.header(align="center"))
    for r in place.rounds:
        sheet.text(head, place.status_column(r), words("units_outcome"), styles.header(r, align="center"))
        sheet.text(head, place.value_column(r), "%", styles.header(r, align="center"))
        for part in UNIT_PARTS:
            sheet.text(head, place.unit_column(r, part), f"{words(f'working_unit_{part}')} ({words.at('in', r)})", styles.soft(text_wrap=True, italic=True))
    for k, unit in enumerate(place.units):
        _unit(view, book, layout, sheet=sheet, place=place, row=place.unit_row(k), unit=unit)
    _mean(view, book, sheet, place)
    _both(view, book, sheet, place)


def _mean_of(view: View, r: str, unit: str) -> MeanOutcome:
    return view.mean(r, "sectors", unit)


def _unit(view: View, book: Book, layout: Layout, sheet: Sheet, place: SectorPlace, row: int, unit: str) -> None:
    """One sector below: its outcome, and beside the table what enters the mean of it."""
    styles, name = book.styles, view.structure.sectors[unit].get("name", "")
    sheet.link(row, 0, sheet=layout.sectors[unit].sheet, cell=a1(FIRST, 0), text=f"{unit} · {name}", style=styles.link_cell())
    places = [view.place_under(r, unit, place.code) for r in place.rounds]
    weights = [p.weight for p in places]
    if weights[-1] is None:
        sheet.text(row, 2, book.words("weight_not_weighted"), styles.cell(align="center", font_color=SOFT))
    else:
        sheet.number(row, 2, weights[-1], styles.cell("number", align="center", num_format="0.##"))
    for column in (1, 3):
        sheet.blank(row, column, styles.cell())
    for n, r in enumerate(place.rounds):
        there, look = layout.sectors[unit], styles.soft(num_format=percent_format(view.rules(r)))
        sheet.blank(row, place.status_column(r), styles.cell(moment=r))
        mean, shown = _mean_of(view, r, unit), styles.cell("percent", r, num_format=percent_format(view.rules(r)))
        if places[n]:
            sheet.formula(row, place.value_column(r), formula=f"={there.part(r, 'outcome')}", value=value_or_none(mean.outcome), style=shown)
        else:  # it stood elsewhere
            sheet.text(row, place.value_column(r), NONE, shown)
        sheet.number(row, place.unit_column(r, "weight"), weights[n] or 0, styles.soft())
        sheet.number(row, place.unit_column(r, "inside"), int(weights[n] is not None), styles.soft())
        for part in ("without_missing", "missing_as_zero", "coverage"):
            sheet.formula(row, place.unit_column(r, part), formula=f"={there.part(r, part)}", style=look, value=value_or_none(getattr(mean, part)))
        formula = f'"{NONE}"'
        value: str | float = NONE
        for q in place.rounds[: n + 1]:
            formula = f"IF(ISNUMBER({there.part(q, 'missing_as_last')}),{there.part(q, 'missing_as_last')},{formula})"
            known = _mean_of(view, q, unit).missing_as_last
            value = value if known is None else points(known)
        sheet.formula(row, place.unit_column(r, "missing_as_last"), formula=f"={formula}", style=look, value=value)


def _again(view: View, place: SectorPlace, r: str) -> Mean:
    """The mean of the sectors below at ``r`` as the rows of the sheet give it."""
    inside = [replace(read_mean(mean), weight=dec(view.place_under(r, u, place.code).weight)) for u in place.units if (mean := _mean_of(view, r, u))]
    before = place.rounds[: place.rounds.index(r)]
    known = {u: v for q in before for u in place.units if (v := dec(_mean_of(view, q, u).missing_as_last)) is not None}
    return body_mean(inside, known, view.rules(r))


def _mean(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    """The mean of the sectors below: what is seen, and beside it the three ways and the coverage."""
    styles, row = book.styles, place.units_mean
    sheet.text(row, 0, book.words(f"units_mean_{view.rules().units_mean}"), styles.cell("text", bold=True))
    for column in (1, 2, 3):
        sheet.blank(row, column, styles.cell())
    for r in place.rounds:
        sheet.blank(row, place.status_column(r), styles.cell(moment=r))
        mean = view.mean(r, "sectors", place.code).units
        look = styles.cell("percent", r, bold=True, num_format=percent_format(view.rules(r)))
        if not mean:
            sheet.text(row, place.value_column(r), NONE, look)
            continue
        same, soft = adds_up(mean, _again(view, place, r)), styles.soft(num_format=percent_format(view.rules(r)))
        formulas = _mean_formulas(view.rules(r), partial(_column, place, r))
        entering = a1(row, place.unit_column(r, ENTERING[view.rules(r).missing]))
        sheet.figure(row, place.value_column(r), formula=f"={entering}" if same else None, style=look, value=value_or_none(mean.outcome))
        for part in UNIT_PARTS[2:]:
            sheet.figure(row, place.unit_column(r, part), formula=formulas[part] if same else None, style=soft, value=value_or_none(getattr(mean, part)))
        weight = mean.denominator
        sheet.figure(row, place.unit_column(r, "weight"), formula=formulas["denominator"] if same else None, style=styles.soft(),
                     value=NONE if weight is None else float(Decimal(weight)))


def _column(place: SectorPlace, r: str, part: str) -> str:
    column = place.unit_column(r, part)
    return span((place.unit_row(0), column), (place.unit_row(len(place.units) - 1), column))


def _mean_formulas(rules: Rules, at: Callable[[str], str]) -> dict[str, str]:
    """The formulas of a mean of sectors by part; ``at`` gives the range of a column."""
    weights, inside = at("weight"), at("inside")
    whole = f"SUMPRODUCT({weights},{inside})"

    def has(part: str) -> str:
        return whole if part == "missing_as_zero" else f"SUMPRODUCT({weights},{inside},--ISNUMBER({at(part)}))"

    def ratio(part: str, below: str) -> str:
        return f'=IF({below}=0,"{NONE}",{rounded(f"SUMPRODUCT({weights},{inside},{at(part)})/{below}", rules)})'

    ways = {part: ratio(part, has(part)) for part in ("without_missing", "missing_as_zero", "missing_as_last")}
    below = has(ENTERING[rules.missing])
    return {**ways, "coverage": ratio("coverage", whole), "denominator": f'=IF(SUM({inside})=0,"{NONE}",ROUND({below},10))'}


def _both(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    """The outcome of the sector and its parts: from its own objectives, from those below it, or from both by their shares."""
    styles, words = book.styles, book.words
    for n, part in enumerate(PARTS):
        row = place.outcome_row(part)
        if n == 0:
            sheet.text(row, 0, _said(view, book, place), styles.total())
            for column in (1, 2, 3):
                sheet.blank(row, column, styles.total())
        else:
            sheet.text(row, 0, words(f"part_{part}"), styles.soft(align="right", indent=1, valign="vcenter"))
        for r in place.rounds:
            mean, rules = view.mean(r, "sectors", place.code), view.rules(r)
            number = level_format(mean, part, rules)
            look = styles.total("percent", r, num_format=number) if n == 0 else \
                styles.soft(num_format=number, align="right", indent=1, font_color=ink(r))
            formula = _formulas(place, r, mean, rules)[part] if _same(view, place, r) else None
            sheet.figure(row, place.value_column(r), formula=formula, style=look, value=level_value(mean, part, rules))
            if n == 0:
                sheet.blank(row, place.status_column(r), styles.total(moment=r))


def _said(view: View, book: Book, place: SectorPlace) -> str:
    """What the outcome follows from at the last round, in words."""
    r = place.rounds[-1]
    rules, parts = view.rules(r), follows_from(view.mean(r, "sectors", place.code), view.rules(r))
    share = f"{rules.units_share.normalize():f}", f"{(100 - rules.units_share).normalize():f}"
    units, own = (s.replace(".", ",") if book.language == "it" else s for s in share)
    return book.words("units_both" if len(parts) == 2 else f"units_from_{parts[0]}", code=place.code, units=units, own=own)


def _same(view: View, place: SectorPlace, r: str) -> bool:
    """Whether the figures of the round are those that the cells of the sheet give."""
    mean = view.mean(r, "sectors", place.code)
    if not mean.levelled:
        return True
    return adds_up(mean, with_units(read_mean(mean.own), _again(view, place, r), view.rules(r)))


def _formulas(place: SectorPlace, r: str, mean: MeanOutcome, rules: Rules) -> dict[str, str]:
    """The formulas of the outcome by part."""
    own = {part: a1(place.own_row(part), place.value_column(r), True) for part in PARTS}
    units = {part: a1(place.units_mean, place.unit_column(r, part), True) for part in UNIT_PARTS[2:]}
    units |= {"outcome": a1(place.units_mean, place.value_column(r), True), "denominator": a1(place.units_mean, place.unit_column(r, "weight"), True)}
    parts = follows_from(mean, rules)
    if len(parts) == 1:
        return {part: f"={(own if parts[0] == 'own' else units)[part]}" for part in PARTS}
    shares = f"{100 - rules.units_share:f}", f"{rules.units_share:f}"

    def both(part: str, all_count: bool) -> tuple[str, str]:
        cells = own[part], units[part]
        top = "+".join(f"N({c})*{s}" for c, s in zip(cells, shares, strict=True))
        return top, "100" if all_count else "(" + "+".join(f"ISNUMBER({c})*{s}" for c, s in zip(cells, shares, strict=True)) + ")"

    def ratio(part: str, all_count: bool = False) -> str:
        top, below = both(part, all_count)
        return f'=IF({below}=0,"{NONE}",{rounded(f"({top})/{below}", rules)})'

    ways = {"without_missing": ratio("without_missing"), "missing_as_zero": ratio("missing_as_zero", True), "missing_as_last": ratio("missing_as_last")}
    entering = ENTERING[rules.missing]
    return {**ways, "outcome": ways[entering], "coverage": ratio("coverage", True),
            "denominator": f"={both(entering, entering == 'missing_as_zero')[1]}/100"}
