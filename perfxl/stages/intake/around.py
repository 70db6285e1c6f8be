"""What stands around the rows of a table: labels over it that hold for all of them, notes and signatures under it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from perfxl.workbook.sheets import Cell

#: ``Responsabile: Livia Montanelli`` in one cell.
_LABEL = re.compile(r"\s*([^:\n]{2,60}?)\s*:\s*(\S.*)\Z", re.S)
#: What a line under the last row begins with, when it is no row: a note, a source, who signs.
_UNDER = re.compile(r"\s*(?:\*|\(\*|n\.?\s?b\.?\b|not[ae]s?\s*(?:[:–-]|\Z)|fonte\s*:|legenda\b|source\s*:|key\s*:|firm[ae]\s*(?::|\Z)|f\.to\b|"
                    r"(?:il|la|the)\s+(?:vice\s*)?(?:segretari|sindac|presidente|direttor|direttric|dirigente|responsabile|assessor|commissari|capo|mayor|chief|director|head))", re.I)


@dataclass(frozen=True)
class Label:
    """A heading with one value that all rows have: what it says, the value, the cell where it stands."""

    head: str
    value: Cell
    at: tuple[int, int]


def labels(grid: dict[int, dict[int, Cell]], top: int, known: Callable[[str], bool]) -> list[Label]:
    """The labels over the row ``top``: a usual heading and its value, in one cell or in two side by side, several in a row."""
    labels = []
    for number in sorted(n for n in grid if n < top):
        cells = sorted(grid[number].items())
        if (pairs := _pairs(number, cells, known)):
            labels += pairs
            continue
        for column, cell in cells:
            said = _LABEL.match(cell.text) if cell.kind == "text" and len(cell.text) < 400 else None
            if said and known(said[1]):
                labels.append(Label(" ".join(said[1].split()), Cell(said[2].strip(), "text"), (number, column)))
    return labels


def _pairs(number: int, cells: list[tuple[int, Cell]], known: Callable[[str], bool]) -> list[Label]:
    """The labels of a row of nothing but headings and their values: first, third … are headings, the others are none."""
    if len(cells) % 2 or not all(c.kind == "text" and len(c.text) < 60 for _, c in cells[::2]):
        return []
    heads = [" ".join(str(c.value).split()).rstrip(": ") for _, c in cells[::2]]
    values = [c for _, c in cells[1::2]]
    apart = any(after - before > 1 for (before, _), (after, _) in zip(cells[::2], cells[1::2], strict=True))
    if not all(map(known, heads)) or (apart or len(values) > 1) and all(c.kind == "text" and known(c.text) for c in values):
        return []  # headings over several columns each
    return [Label(head, cell, (number, column)) for head, (column, cell) in zip(heads, cells[1::2], strict=True)]


def under(grid: dict[int, dict[int, Cell]], numbers: Iterable[int]) -> set[int]:
    """Of the rows ``numbers`` of a table, those under its end: from a note or a signature on, where at most two cells of each are filled."""
    last: set[int] = set()
    for number in sorted(numbers, reverse=True):
        cells = [c for _, c in sorted(grid[number].items())]
        if len(cells) > 2:
            break
        last.add(number)
    begun = next((n for n in sorted(last) if (first := grid[n][min(grid[n])]).kind == "text" and _UNDER.match(first.text)), None)
    return {n for n in last if begun is not None and n >= begun}
