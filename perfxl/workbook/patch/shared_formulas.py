"""Formulas that a part writes once for several cells of a column, as the rows of a table have them.

While a sheet is patched every cell has its formula in full, and may be changed like any other. When the sheet is written, cells
that say the same of their own rows share one formula again: a form is a fifth smaller.
"""

from collections.abc import Iterator, Mapping

from perfxl.workbook.patch.cell import Cell, Together
from perfxl.workbook.patch.relative import in_row, relative
from perfxl.workbook.patch.rows import Row, Rows
from perfxl.workbook.sheets.refs import a1

#: Characters that the shared formulas of a sheet may come to in full, all and those that take long; more are left as they are.
_MOST, _MOST_SLOWLY = 16_000_000, 400_000


def shared(rows: Mapping[int, Row]) -> dict[int, dict[int, Together]]:
    """By row and column the formulas that are written together: the first has the text, the others refer to it. Between them their
    column has no other formula, so that whoever reads the part finds the text above. Nothing where some are written so already."""
    groups: list[tuple[int, list[int]]] = []
    last: dict[int, tuple[str | None, list[int]]] = {}
    for number, row in rows.items():
        sayings = row.sayings(number)
        if sayings is None:
            return {}
        for column, said in sayings:
            known = last.get(column)
            if known is None or said is None or known[0] != said:
                last[column] = known = said, []
                groups.append((column, known[1]))
            known[1].append(number)
    found: dict[int, dict[int, Together]] = {}
    for index, (column, numbers) in enumerate(g for g in groups if len(g[1]) > 1):
        first, *others = numbers
        found.setdefault(first, {})[column] = Together(index, f"{a1(first, column)}:{a1(numbers[-1], column)}")
        other = Together(index)
        for number in others:
            found.setdefault(number, {})[column] = other
    return found


def write_out(rows: Rows) -> None:
    """Give each cell of ``rows`` that shares a formula the formula itself; nothing where that would be too much."""
    there = list(_sharing(rows))
    origins = {cell.option("si"): (row, column, cell.formula) for row, column, cell in there if cell.formula}
    texts = {(row, column): origins.get(cell.option("si")) for row, column, cell in there}
    said = {si: relative(formula, row) for si, (row, _, formula) in origins.items()}
    slow = [origin for (_, column), origin in texts.items() if origin and (relative(origin[2], origin[0]) is None or column != origin[1])]
    if sum(len(o[2]) for o in texts.values() if o) > _MOST or sum(len(o[2]) for o in slow) > _MOST_SLOWLY:
        return
    for row, column, cell in there:
        origin, quick = texts[row, column], said.get(cell.option("si"))
        if origin is None:
            continue
        if (row, column) == origin[:2]:
            formula = cell.formula
        else:
            formula = in_row(quick, row) if quick is not None and column == origin[1] else _translated(*origin, to=a1(row, column))
        rows[row].put(column, Cell(cell.attributes, formula, value=cell.value, rest=cell.rest))


def _sharing(rows: Rows) -> Iterator[tuple[int, int, Cell]]:
    """Row, column and cell of every formula that is shared."""
    for number, row in rows.items():
        if row.raw is None or 't="shared"' in row.raw:
            yield from ((number, c, cell) for c in row.formulas if (cell := row.cells[c]).option("t") == "shared")


def _translated(row: int, column: int, formula: str, to: str) -> str:
    """``formula`` as the cell ``to`` says it."""
    from openpyxl.formula.translate import Translator  # forms of perfxl never need it

    return Translator("=" + formula, a1(row, column)).translate_formula(to)[1:]


def lines(rows: Mapping[int, Row]) -> Iterator[str]:
    """``rows`` as the part writes them, with what they share written once."""
    together = shared(rows)
    return (row.xml(together.get(number)) for number, row in rows.items())
