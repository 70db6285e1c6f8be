"""Formulas that a part writes once for several cells of a column, as the rows of a table have them.

While a sheet is patched every cell has its formula in full, and may be changed like any other. When the sheet is written, cells
that say the same of their own rows share one formula again: a form is a fifth smaller.
"""

from collections.abc import Iterable, Iterator, Mapping

from perfxl.workbook.patch.cell import Cell, Together
from perfxl.workbook.patch.relative import in_row, relative
from perfxl.workbook.patch.row import Row
from perfxl.workbook.patch.rows import Rows, recent
from perfxl.workbook.sheets.refs import a1

#: Characters that the shared formulas of a sheet may come to in full, all and those that take long; more are left as they are.
_MOST, _MOST_SLOWLY = 16_000_000, 400_000


#: What the formulas of rows say, by number and column; of sheets of so many makes it is known which they share.
_Sayings = tuple[tuple[int, tuple[tuple[int, str | None], ...]], ...]
_SHEETS = 48
_known: dict[_Sayings, dict[int, dict[int, Together]]] = {}


def shared(rows: Mapping[int, Row]) -> dict[int, dict[int, Together]]:
    """By row and column the formulas that are written together: the first has the text, the others refer to it. Between them their
    column has no other formula, so that whoever reads the part finds the text above. Nothing where some are written so already."""
    there = []
    for number, row in rows.items():
        sayings = row.sayings(number)
        if sayings is None:
            return {}
        if sayings:
            there.append((number, sayings))
    key = tuple(there)
    if key not in _known:
        if len(_known) >= _SHEETS:
            _known.pop(next(iter(_known)))
        _known[key] = _shared(key)
    return _known[key]


def _shared(rows: _Sayings) -> dict[int, dict[int, Together]]:
    groups: list[tuple[int, list[int]]] = []
    last: dict[int, tuple[str | None, list[int]]] = {}
    for number, sayings in rows:
        for column, said in sayings:
            known = last.get(column)
            if known is None or said is None or known[0] != said:
                last[column] = known = said, []
                groups.append((column, known[1]))
            known[1].append(number)
    by_row: dict[int, dict[int, Together]] = {}
    for index, (column, numbers) in enumerate(g for g in groups if len(g[1]) > 1):
        first, *others = numbers
        by_row.setdefault(first, {})[column] = Together(index, f"{a1(first, column)}:{a1(numbers[-1], column)}")
        other = Together(index)
        for number in others:
            by_row.setdefault(number, {})[column] = other
    return by_row


_Origin = tuple[int, int, str]


def write_out(rows: Rows) -> None:
    """Have each cell of ``rows`` that shares a formula hold the formula itself; nothing where that would be too much."""
    there = [(number, row) for number, row in rows.items() if row.sharing]
    origins: dict[str | None, _Origin] = {
        cell.option("si"): (number, column, cell.formula) for number, row in there for column, cell in row.sharing if cell.formula}
    said = {origin: relative(origin[2], origin[0]) for origin in origins.values()}
    written = {number: tuple([origins.get(cell.option("si")) for _, cell in row.sharing]) for number, row in there}
    slow = [origin for number, row in there for (column, _), origin in zip(row.sharing, written[number], strict=True)
            if origin and (said[origin] is None or column != origin[1])]
    if sum(len(o[2]) for cells in written.values() for o in cells if o) > _MOST or sum(len(o[2]) for o in slow) > _MOST_SLOWLY:
        return
    for number, row in there:
        key = number, tuple(row.attributes.items()), row.raw, written[number]
        known = recent.get(key)
        if known is None:
            known = _written_out(row, number, written[number], said)
            recent.put(key, known, weight=len(known.raw or ""))
        rows[number] = known


def _written_out(row: Row, number: int, origins: Iterable[_Origin | None], said: Mapping[_Origin, str | None]) -> Row:
    """``row`` with each formula that it shares in full; ``origins``: where each of them stands."""
    made = row.own()
    for (column, cell), origin in zip(row.sharing, origins, strict=True):
        if origin is None:
            continue
        quick = said[origin]
        if (number, column) == origin[:2]:
            formula = cell.formula
        else:
            formula = in_row(quick, number) if quick is not None and column == origin[1] else _translated(*origin, to=a1(number, column))
        made.put(column, Cell(cell.attributes, formula, value=cell.value, rest=cell.rest))
    return made.settled()


def _translated(row: int, column: int, formula: str, to: str) -> str:
    """``formula`` as the cell ``to`` says it."""
    from openpyxl.formula.translate import Translator  # forms of perfxl never need it

    return Translator("=" + formula, a1(row, column)).translate_formula(to)[1:]


def lines(rows: Mapping[int, Row]) -> Iterator[str]:
    """``rows`` as the part writes them, with what they share written once."""
    together = shared(rows)
    return (row.xml(together.get(number)) for number, row in rows.items())
