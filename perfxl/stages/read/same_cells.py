"""Whether the cells of a returned workbook say what the cells of the issued one say at their places.

The two are often written differently, by different programs; the rows of a form are the same in the files of all sectors. Two rows
that were laid beside each other are therefore not compared again, as far as what they say depends on them alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

from perfxl.stages.read.outside_fields import Said, said_by
from perfxl.workbook.sheets.formats import day_of
from perfxl.workbook.sheets.model import Cell, Cells, Row, SharedRow, Written
from perfxl.workbook.sheets.recent import Recent
from perfxl.workbook.sheets.refs import LONGEST_FORMULA

#: What makes the cells of a workbook.
Make = Callable[[Any], Cell]
#: How many pairs of makers are remembered at most, and of each, in characters, how much of their rows and of their cells.
MAKERS, ROWS, PAIRS = 16, 4 << 20, 2 << 20
#: What a cell takes besides its texts.
CELL = 64

_STRING = re.compile(r'"((?:[^"]|"")*)"')
_FUNCTION = re.compile(r"\b([A-Z][A-Z0-9]*)\(")
_NUMBER = re.compile(r"(?<![\w.$:!)])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w(!:.])")

#: Two rows, and the columns of the first in which they have still to be compared: the others agree in every workbook whose own
#: cells are made alike. The rows are kept with it, so that nothing else is ever called by their ids.
Compared = tuple[Row, Row, frozenset[int]]
#: A returned cell and what stands at its place in the form, its formula written out.
Pair = tuple[Written | Cell, Written | Cell | None]


class Known(NamedTuple):
    """What was compared lately of workbooks whose own cells are made alike: rows by their ids; ``pairs``: cells that agree,
    with the texts of shared strings as ``_spelled`` has them; ``here``: those with shared strings in the two books at hand."""

    compared: Recent[tuple[int, int], Compared]
    pairs: Recent[tuple[Any, Any], bool]
    here: set[Pair]


#: By what makes the cells of the returned workbook and of the issued one.
_known: Recent[tuple[Make, Make], Known] = Recent(MAKERS)
_NOTHING: Row = {}
_NONE: frozenset[int] = frozenset()


def forget() -> None:
    """Remember no rows: no workbook is read for some time."""
    _known.forget()


@lru_cache(4096)
def _skeleton(formula: str) -> tuple[object, ...]:
    """What stays of a formula through inserted rows and other programs: its functions, texts and numbers."""
    if len(formula) > LONGEST_FORMULA:
        return (formula,)
    texts = sorted(t for t in _STRING.findall(formula) if not t.startswith("#"))
    bare = _STRING.sub("", formula)
    functions = sorted(f for f in _FUNCTION.findall(bare) if f not in ("TRUE", "FALSE"))
    return tuple(texts), tuple(functions), tuple(sorted(float(n) for n in _NUMBER.findall(bare)))


def key_of(said: Said) -> tuple[object, ...]:
    """What two cells that say the same have in common."""
    if said.kind == "formula":
        return ("formula", _skeleton(said.text)) if said.text else ("formula", None)
    return (said.kind, " ".join(said.text.split()))


def same(returned: Said, issued: Said | None) -> bool:
    """Whether what a returned cell says is no news beside what the one issued says."""
    if returned == issued:
        return True
    if issued is None or returned.kind != issued.kind:
        return issued is not None and issued.kind == "date" and returned.kind == "number" and _is_day(returned.text, issued.text)
    return not returned.text or key_of(returned) == key_of(issued)


def _is_day(number: str, day: str) -> bool:
    """Whether ``number`` counts the days up to ``day``: a date whose format a program left out."""
    return number.isdecimal() and len(number) < 7 and str(day_of(Decimal(number), False)) == day


def _agree(returned: Cells, of_form: Cells, cell: Written | Cell, issued: Written | Cell | None) -> bool:
    """Whether two cells say the same; of computed ones, the value is no news."""
    if issued is None:
        return False
    return cell.formula is not None and cell.formula == issued.formula or same(
        said_by(returned.make(cell)), said_by(of_form.make(issued)))


def agree(returned: Cells, of_form: Cells, taken: Mapping[int, Set[int]], sure: dict[tuple[Make, Make], set[Pair]]) -> bool:
    """Whether every cell of ``returned`` surely stands at its place in ``of_form``, those ``taken`` (columns by row) aside. Rows that
    both books write alike are the same, shared strings aside; of the others, cells are laid beside each other once for all rows
    that write them so. ``sure``: pairs of cells with shared strings, by what makes them, that agreed on other sheets of the two books."""
    alike = returned.own is of_form.own
    memory, issued = _known_of(returned.own, of_form.own), of_form.rows.get
    memory = memory._replace(here=sure.setdefault((returned.make, of_form.make), set()))
    seen = memory.compared.get
    for row, columns in returned.rows.items():
        known = issued(row, _NOTHING)
        if alike and columns is known and type(columns) is not SharedRow:
            continue
        before = seen((id(columns), id(known)))
        if before is None:
            if alike and type(columns) is not SharedRow and columns == known:
                continue
            left = _left(returned, of_form, memory, row=row, columns=columns, taken=taken.get(row, _NONE))
            if left is None:
                return False
            memory.compared.put((id(columns), id(known)), (columns, known, left), _weight(*columns.values()))
        elif before[2] and not before[2] <= (fields := taken.get(row, _NONE)) and _left(
                returned, of_form, memory, row=row, columns=before[2], taken=fields) is None:
            return False
    return True


def _left(returned: Cells, of_form: Cells, memory: Known, *, row: int, columns: Iterable[int],
          taken: Set[int]) -> frozenset[int] | None:
    """None when one of the cells in ``columns`` of ``row`` does not agree. Else those of which that is not sure for every workbook
    with the same two rows: fields, which were not looked at, shared strings, and formulas that stand in another row."""
    own, issued = returned.rows[row], of_form.rows.get(row, _NOTHING)
    left = []
    for column in columns:
        if column in taken:
            left.append(column)
            continue
        cell, other = own[column], issued.get(column)
        full = of_form.in_full((row, column)) if other and other.formula == "" and cell.formula else other
        numbered = _is_shared(cell) or _is_shared(other)
        if not (numbered and (cell, full) in memory.here):
            pair = (_spelled(returned, cell), _spelled(of_form, full)) if numbered else (cell, full)
            if not memory.pairs.get(pair):
                if not _agree(returned, of_form, cell, full):
                    return None
                memory.pairs.put(pair, True, _weight(cell))
            if numbered:
                memory.here.add((cell, full))
        if full is not other or numbered:
            left.append(column)
    return frozenset(left)


def _spelled(cells: Cells, cell: Written | Cell | None) -> Written | Cell | None | tuple[str | None, ...]:
    """``cell`` with the text of its shared string in place of the number, so that it says the same in every workbook; longer than
    any other cell is written, and therefore equal to none."""
    if not _is_shared(cell):
        return cell
    make: Any = cells.make
    return "s", cell.style, make.string(cell.text), cell.formula, ""


def _is_shared(cell: Written | Cell | None) -> TypeGuard[Written]:
    """Whether the cell numbers a shared string."""
    return type(cell) is Written and cell.type == "s"


def _known_of(returned: Make, issued: Make) -> Known:
    """What is remembered of the workbooks whose cells these make."""
    known = _known.get((returned, issued))
    if known is None:
        known = Known(Recent(ROWS), Recent(PAIRS), set())
        _known.put((returned, issued), known, 1)
    return known


def _weight(*cells: Written | Cell) -> int:
    """About how many characters it takes to keep the cells."""
    return sum(CELL + len(cell.text or "") + len(cell.formula or "") for cell in cells) + CELL
