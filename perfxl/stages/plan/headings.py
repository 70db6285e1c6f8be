"""Tables of the plan whose hidden keys were lost: found again by the headings that everybody sees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from perfxl.stages.plan.layout import KEY_ROW, TITLE_ROW, Sheet
from perfxl.workbook import sheets
from perfxl.workbook.sheets import Book

#: How far down a row of headings is looked for.
SEARCHED_ROWS = 30
#: The share of a table's headings that must be there, when its sheet has another name.
ENOUGH = 0.8


@dataclass(frozen=True)
class Headed:
    """A table found by its headings: where they stand, and the column of each key."""

    sheet: sheets.Sheet
    row: int
    columns: dict[str, int]


def _plain(text: object) -> str:
    return " ".join(text.split()).rstrip("* ").casefold() if isinstance(text, str) else ""


def titles(layout: Sheet) -> dict[str, str]:
    """The key of each heading of ``layout``, in both languages; headings that stand for two columns are left out."""
    by_title: dict[str, str] = {}
    doubtful = set()
    for column in layout.columns:
        for _, title in column.titles:
            if by_title.setdefault(_plain(title), column.key) != column.key:
                doubtful.add(_plain(title))
    return {title: key for title, key in by_title.items() if title not in doubtful}


def _rows(sheet: sheets.Sheet) -> Iterator[tuple[int, dict[int, str]]]:
    by_row: dict[int, dict[int, str]] = {}
    for row, column in sheet.cells:
        if row <= SEARCHED_ROWS and sheet.cells[row, column].kind == "text":
            by_row.setdefault(row, {})[column] = _plain(sheet.cells[row, column].value)
    yield from sorted(by_row.items())


def of_row(layout: Sheet, sheet: sheets.Sheet, row: int) -> dict[str, int]:
    """The column of each key of ``layout`` by the headings that stand in ``row``."""
    known = titles(layout)
    by_column: dict[str, Any] = {}
    for column in range(1, len(layout.columns) * 2 + 8):
        cell = sheet.cell(row, column)
        key = known.get(_plain(cell.value)) if cell.kind == "text" else None
        if key is not None:
            by_column.setdefault(key, column)
    return by_column


def find(book: Book, layout: Sheet, taken: Iterable[str]) -> Headed | None:
    """The table of ``layout`` on a sheet that is not one of ``taken``: one that bears its name and two of its headings, or
    one that has nearly all of them."""
    used, names = set(taken), {_plain(layout.title(lang)) for lang in ("it", "en")}
    best: tuple[float, Headed] | None = None
    for sheet in book.sheets:
        if sheet.name in used:
            continue
        for row, cells in _rows(sheet):
            known = titles(layout)
            columns: dict[str, int] = {}
            for column, text in sorted(cells.items()):
                if text in known:
                    columns.setdefault(known[text], column)
            share = len(columns) / len(layout.columns)
            named = _plain(sheet.name) in names and len(columns) >= min(2, len(layout.columns))
            if (named or share >= ENOUGH and len(columns) > 2) and (best is None or share + named > best[0]):
                best = share + named, Headed(sheet, row, columns)
    return best[1] if best else None


#: Rows between the keys and the headings.
ABOVE = TITLE_ROW - KEY_ROW
