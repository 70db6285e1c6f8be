"""Where the rows of the lists come from: the cells of the files that were returned."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from perfxl.workbook.sheets.refs import column_letters, parse_cell

_OWNER = re.compile(r"/objectives/\d+/(?:holders/\d+|sheet/(?:phases|results|entities|money)/\d+)|/(?:objectives|measures)/\d+")
_STORY = re.compile(r"/(?:detail|narrative|done)\Z")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from: a file of the campaign, a sheet, and cells as ``C12:K12, F40``."""

    file: str
    sheet: str
    cells: str

    @property
    def first(self) -> str:
        """The first cell: ``C12``."""
        return self.cells.partition(",")[0].partition(":")[0].strip()


def as_ranges(addresses: list[str]) -> str:
    """Addresses with neighbours on one row written as one range, in the order of rows and columns."""
    loose: list[str] = []
    by_row: dict[int, set[int]] = defaultdict(set)
    for address in addresses:
        first, _, last = address.partition(":")
        start, end = parse_cell(first), parse_cell(last or first)
        if start is None or end is None or start[0] != end[0]:
            loose.append(address)
        else:
            by_row[start[0]].update(range(start[1], end[1] + 1))
    ranges = []
    for row in sorted(by_row):
        columns = sorted(by_row[row])
        begin = 0
        for n in range(1, len(columns) + 1):
            if n == len(columns) or columns[n] != columns[n - 1] + 1:
                left, right = (f"{column_letters(c)}{row}" for c in (columns[begin], columns[n - 1]))
                ranges.append(left if left == right else f"{left}:{right}")
                begin = n
    return ", ".join(ranges + sorted(set(loose)))


def origins(places: Iterable[dict[str, Any]]) -> dict[str, tuple[Origin, ...]]:
    """Where each row of the lists comes from, by the JSON Pointer of the row; ``places``: of every value, as the document has them."""
    grouped: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        path = place["path"]
        owner = _OWNER.match(path)
        at = path if _STORY.search(path) or owner is None else owner[0]
        grouped[at][place["file"], place["sheet"]].append(place["cell"])
    return {at: tuple(Origin(file, sheet, as_ranges(cells)) for (file, sheet), cells in by_file.items())
            for at, by_file in grouped.items()}
