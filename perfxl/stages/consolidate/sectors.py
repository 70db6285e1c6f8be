"""*Settori*: one row per sector with its outcome three ways, and the body under them; every figure by formula."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from perfxl.model.arithmetic import KEPT, TYPED, dec
from perfxl.model.columns import further
from perfxl.model.group_means import body_mean
from perfxl.model.means import Mean, read_mean
from perfxl.stages.consolidate import rows
from perfxl.stages.consolidate.book import Book, Sheet, a1, span
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.columns import MEAN_FIGURES, Column, column_from_texts, in_round
from perfxl.stages.consolidate.formulas import (
    NONE,
    adds_up,
    level_format,
    level_value,
    percent_format,
    rounded,
    value_or_none,
)
from perfxl.stages.consolidate.layout import FIRST as FIRST_OBJECTIVE
from perfxl.stages.consolidate.layout import TOP, Layout
from perfxl.stages.consolidate.links import quoted
from perfxl.stages.consolidate.lists import head, header, put
from perfxl.stages.consolidate.styles import TABS
from perfxl.stages.consolidate.view import View

#: The columns before the figures; the others of the table come after them.
BASE = ("sector", "name", "manager", "state", "objectives", "sector_weight", "weighted")
FIGURES = (*MEAN_FIGURES, "counted", "missing", "excluded")
FIRST = TOP + 1


def base(view: View) -> tuple[str, ...]:
    """The columns before the figures: where some sectors stand under others, with those above and what their level is called."""
    return (*BASE[:2], *rows.level_keys(view), *BASE[2:])


def column_of(view: View, round: str, part: str) -> int:
    """Column of a part of the mean in ``round``."""
    return len(base(view)) + len(FIGURES) * view.rounds.index(round) + FIGURES.index(part)


def row_of(view: View, sector: str) -> int:
    """Row of a sector, or of the body when ``sector`` is blank."""
    codes = [s["code"] for s in view.sectors]
    return FIRST + (codes.index(sector) if sector else len(codes))


def figure(view: View, layout: Layout, sector: str, round: str, part: str) -> str:
    """The cell of a figure as formulas on other sheets write it."""
    return f"{quoted(layout.name('sectors'))}!{a1(row_of(view, sector), column_of(view, round, part), True)}"


def write_sectors(view: View, book: Book, layout: Layout) -> None:
    """Write the sheet."""
    sheet = book.sheet(layout.name("sectors"), TABS["summary"])
    table = rows.sectors(view)
    by_key = {c.key: c for c in table.columns}
    figures = [by_key[f"{r}_{p}"] for r in view.rounds for p in FIGURES]
    columns = [*(by_key[k] for k in base(view)), *figures, by_key["email"], by_key["appointment"],
               *(by_key[f.key] for f in further("sectors"))]
    helpers = [in_round(c, r) for r in view.rounds for c in (column_from_texts("inside", "integer"), column_from_texts("body_weight", "number"),
                                                                  column_from_texts("last_or_before", "percent"))]
    head(book, layout, sheet=sheet, key="sectors", note=book.words("sectors_note"))
    counts = {f"{r}_{part}": 15 for r in view.rounds for part in ("counted", "missing")}
    header(book, sheet, row=TOP, columns=columns + helpers, widths={"name": 30, "manager": 24, "sector": 10, **counts}, view=view)
    sheet.sheet.set_row(TOP, 60)
    for row, item in enumerate(table, FIRST):
        _sector(view, book, layout=layout, sheet=sheet, row=row, columns=columns, values=item.values)
        _helpers(view, book, sheet=sheet, row=row, k=len(columns), sector=view.sectors[row - FIRST])
    if view.rounds:
        _body(view, book, sheet=sheet, columns=columns, k=len(columns))
    sheet.grid((FIRST, 0), (FIRST + len(view.sectors) - 1, len(columns) - 1))
    sheet.sheet.autofilter(TOP, 0, FIRST + len(view.sectors) - 1, len(columns) - 1)
    sheet.sheet.freeze_panes(FIRST, 2)
    sheet.printed((TOP, TOP), wide=max(1, len(view.shown)), left=2)
    sheet.sheet.print_area(0, 0, row_of(view, ""), len(base(view)) + len(figures) - 1)


def _sector(view: View, book: Book, layout: Layout, sheet: Sheet, row: int, columns: list[Column], values: dict[str, Any]) -> None:
    code = values["sector"]
    sheet.height(row, max(2, len(values.get(f"{view.rounds[-1]}_excluded", ())) if view.rounds else 1))
    for k, column in enumerate(columns):
        (_, _, part), r = column.key.partition("_"), column.moment
        if column.key == "sector":
            sheet.link(row, k, sheet=layout.sectors[code].sheet, cell=a1(FIRST_OBJECTIVE, 0), text=code, style=book.styles.link_cell(bold=True))
        elif r in view.rounds and part in MEAN_FIGURES:
            cell = layout.sectors[code].part(r, part)
            mean, rules = view.mean(r, "sectors", code), view.rules(r)
            look = book.styles.cell("percent", r, bold=part == "outcome", num_format=level_format(mean, part, rules))
            sheet.formula(row, k, formula=f"={cell}", style=look, value=level_value(mean, part, rules))
        else:
            indent = {"indent": view.structure.depth(code) - 1} if column.key == "name" and view.structure.levelled else {}
            put(book, sheet, row=row, k=k, column=column, value=values.get(column.key), **indent)


def _helper(view: View, k: int, round: str, key: str) -> int:
    """Column of the calculation of the body: ``inside``, ``weight`` or ``known`` in ``round``; ``k``: the first of them."""
    return k + 3 * view.rounds.index(round) + ("inside", "weight", "known").index(key)


def _helpers(view: View, book: Book, sheet: Sheet, row: int, k: int, sector: dict[str, Any]) -> None:
    """In each round whether the sector is in the body's mean, with which weight, and its outcome as last known or before."""
    for n, r in enumerate(view.rounds):
        weight = view.body_weight(r, sector)
        sheet.number(row, _helper(view, k, r, "inside"), int(weight is not None), book.styles.soft())
        sheet.number(row, _helper(view, k, r, "weight"), weight or 0, book.styles.soft())
        formula = f'"{NONE}"'
        value: str | float = NONE
        for q in view.rounds[: n + 1]:
            cell = a1(row, column_of(view, q, "missing_as_last"))
            formula = f"IF(ISNUMBER({cell}),{cell},{formula})"
            known = view.mean(q, "sectors", sector["code"]).missing_as_last
            value = value if known is None else points(known)
        sheet.formula(row, _helper(view, k, r, "known"), formula=f"={formula}",
                      style=book.styles.soft(num_format=percent_format(view.rules(r))), value=value)


def _body(view: View, book: Book, sheet: Sheet, columns: list[Column], k: int) -> None:
    """The row of the body: the mean of the sectors' published outcomes."""
    row = row_of(view, "")
    sheet.sheet.set_row(row, 30)
    sums: dict[str, bool] = {r: adds_up(view.mean(r, "body", ""), _again(view, r)) for r in view.rounds}
    for n, column in enumerate(columns):
        (_, _, part), r = column.key.partition("_"), column.moment
        style = book.styles.total(column.cell, column.moment)
        if r in view.rounds:
            given = getattr(view.mean(r, "body", ""), part)
            if part in MEAN_FIGURES:
                value = float(Decimal(given)) if part == "denominator" and given is not None else value_or_none(given)
                style = book.styles.total("number", r, num_format="0.00" if part == "denominator" else percent_format(view.rules(r)))
                sheet.figure(row, n, formula=_formulas(view, r, k)[part] if sums[r] else None, style=style, value=value)
            elif part == "excluded":
                sheet.text(row, n, ", ".join(given), style)
            else:
                sheet.number(row, n, given, style)
        else:
            sheet.text(row, n, book.words("the_body") if n == 0 else book.words(f"body_mean_{_mean(view)}") if n == 1 else "", style)


def _mean(view: View) -> str:
    return view.rules().body_mean


def _again(view: View, r: str) -> Mean:
    """The body's mean at ``r`` as the rows of the sheet give it."""
    means = {s["code"]: read_mean(view.mean(r, "sectors", s["code"])) for s in view.sectors if view.mean(r, "sectors", s["code"])}
    inside = [replace(means[s["code"]], weight=view.body_weight(r, s)) for s in view.sectors if s["code"] in means]
    before = view.rounds[: view.rounds.index(r)]
    known = {s["code"]: v for q in before for s in view.sectors if (v := dec(view.mean(q, "sectors", s["code"]).missing_as_last)) is not None}
    return body_mean(inside, known, view.rules(r))


def _formulas(view: View, r: str, k: int) -> dict[str, str]:
    last = FIRST + len(view.sectors) - 1

    def column(n: int) -> str:
        return span((FIRST, n), (last, n))

    part = {p: column(column_of(view, r, p)) for p in MEAN_FIGURES}
    inside, weights, known = (column(_helper(view, k, r, key)) for key in ("inside", "weight", "known"))
    rules = view.rules(r)

    def ratio(values: str, below: str) -> str:
        return f'=IF({below}=0,"{NONE}",{rounded(f"SUMPRODUCT({weights},{inside},{values})/{below}", rules)})'

    def has(values: str) -> str:
        return f"SUMPRODUCT({weights},{inside},--ISNUMBER({values}))"

    whole = f"SUMPRODUCT({weights},{inside})"
    ways = {"out": (part["without_missing"], has(part["without_missing"])), "zero": (part["missing_as_zero"], whole),
            "last_known": (known, has(known))}
    below = ways[rules.missing][1]
    return {"outcome": ratio(*ways[rules.missing]), "without_missing": ratio(*ways["out"]),
            "missing_as_zero": ratio(*ways["zero"]), "missing_as_last": ratio(*ways["last_known"]),
            "coverage": ratio(part["coverage"], whole),
            "denominator": f'=IF(SUM({inside})=0,"{NONE}",ROUND(ROUND({below},12),{KEPT if rules.once else TYPED}))'}
