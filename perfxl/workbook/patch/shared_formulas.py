"""Formulas that a part writes once for several cells of a column, as the rows of a table have them.

While a sheet is patched every cell has its formula in full, and may be changed like any other. When the sheet is written, cells
that say the same of their own rows share one formula again: a form is a fifth smaller.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from perfxl.workbook.patch.rows import Cell, Row, Rows
from perfxl.workbook.sheets.refs import a1

#: Formulas that are written in full are no longer than this.
_SHORT = 48
#: Characters that the shared formulas of a sheet may come to in full, all and those that take long; more are left as they are.
_MOST, _MOST_SLOWLY = 16_000_000, 400_000
#: What looks like a cell and is none: a text, the name of a sheet.
_QUOTED = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""")
#: A cell whose row moves with the formula.
_MOVING = re.compile(r"(?<![\w.\\])(\$?[A-Z]{1,3})(\d{1,7})(?![\w.(!])")
#: Whole rows, other sheets and workbooks, tables, cells in small letters: not seen as cells that move.
_OTHERWISE = re.compile(r"[!\[]|\d\s*:\s*\$?\d|(?<![\w.\\$])\$?[a-zA-Z]{0,2}[a-z][a-zA-Z]{0,2}\$?\d{1,7}(?![\w.(!])")


@lru_cache(1 << 15)
def relative(formula: str, row: int) -> str | None:
    """``formula`` as cells of any row of its column say it: a row that moves with it counts from its own. None where that cannot
    be said."""
    pieces = _QUOTED.split(formula)
    if any(_OTHERWISE.search(piece) for piece in pieces[::2]):
        return None
    pieces[::2] = [_MOVING.sub(lambda m: f"{m[1]}\0{int(m[2]) - row}\1", piece) for piece in pieces[::2]]
    return "".join(pieces)


_COUNTED = re.compile("\0(-?\\d+)\1")


def _at(said: str, row: int) -> str:
    """What ``relative`` said, in a cell of ``row``."""
    return _COUNTED.sub(lambda m: str(int(m[1]) + row), said)


def shared(rows: Mapping[int, Row]) -> dict[int, dict[int, str]]:
    """By row and column the options of the formulas that are written together: the first has the text, the others refer to it.
    Between them their column has no other formula, so that whoever reads the part finds the text above. Nothing where some are
    written so already."""
    groups: list[tuple[int, list[int]]] = []
    last: dict[int, tuple[str | None, list[int]]] = {}
    for number, row in rows.items():
        for column in row.formulas:
            cell = row.cells[column]
            if cell.option("t") == "shared":
                return {}
            said = relative(cell.formula, number) if len(cell.formula) > _SHORT and not cell.options else None
            known = last.get(column)
            if known is None or said is None or known[0] != said:
                last[column] = known = said, []
                groups.append((column, known[1]))
            known[1].append(number)
    found: dict[int, dict[int, str]] = {}
    for index, (column, numbers) in enumerate(g for g in groups if len(g[1]) > 1):
        first, *others = numbers
        found.setdefault(first, {})[column] = f' t="shared" ref="{a1(first, column)}:{a1(numbers[-1], column)}" si="{index}"'
        for number in others:
            found.setdefault(number, {})[column] = f' t="shared" si="{index}"'
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
            formula = _at(quick, row) if quick is not None and column == origin[1] else _translated(*origin, to=a1(row, column))
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


def lines(rows: Mapping[int, Row], own: Iterable[int]) -> Iterator[str]:
    """``rows`` as the part writes them, with what they share written once; ``own``: those that no other sheet has."""
    together, alone = shared(rows), set(own)
    for number, row in rows.items():
        options = together.get(number)
        yield row.xml(options) if number in alone else row.written(options)
