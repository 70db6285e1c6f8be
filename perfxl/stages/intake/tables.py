"""The tables of a list, as they stand in a workbook or in a CSV file: headings of one row or of several, then rows.

A heading merged over several columns counts for each of them; a row with one text alone is a title over the rows that
follow, kept in a column of its own, as is the sector that a line over the headings or the name of the sheet says; a row
of totals is none. Nothing in the file is trusted: it is opened within the
bounds of every returned workbook.
"""

import contextlib
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from perfxl.model.findings import Finding, Place
from perfxl.stages.intake import around
from perfxl.workbook.sheets import BLANK, Cell, Refused, open_book
from perfxl.workbook.sheets.model import LAST_COLUMN, LAST_ROW, Sheet
from perfxl.workbook.sheets.refs import a1, column_letters

#: How far down the headings are looked for; how long one may be.
HEAD_ROWS, HEAD_LENGTH = 40, 160
#: The largest CSV file that is read, in bytes; the longest field, in characters: what one cell of Excel holds.
CSV_MOST, FIELD_MOST = 32_000_000, 32_767
#: The column of the titles that stand over rows.
TITLES = 0
#: What is added to the columns of a table that stands under another one on the same sheet; labels over a table are columns below ``TITLES``.
BLOCK = 100_000
#: How many rows of headings a table may have.
HEAD_DEPTH = 4
#: A line over the headings, or the name of a sheet, that says whose all its rows are.
_WHOSE = re.compile(r"\s*(?:settore|area|servizio|direzione|ripartizione|dipartimento|sector|department|directorate)\b(?!\s+strateg)[\s:]*\S", re.I)
#: What tells one way of writing letters from another: accented letters in words, and signs that hardly stand in one.
_ACCENTED = re.compile(r"[A-Za-zàèéìòù][àèéìòùÀÈÉÌÒÙáíóúâêôîûäöüçñëï]|[’–€«»]")
_UNLIKELY = re.compile(r"[\ufffd‡†‰ŠŽŸƒˆ˜…“”„¥§¶ßÂÃÐÞþ¤¦ŒœÏÓÔÚÛ˘˙˚˝˛ˇ•™█▓▒░─│┤┐└┴├┼]")
#: Nothing that a list says.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOTAL = re.compile(r"\s*(?:sub)?total[ei]?\b", re.I)

#: The cells of a sheet that say something, by row, then by column.
Grid = dict[int, dict[int, Cell]]


@dataclass(frozen=True)
class Table:
    """A table: name of its sheet, headings by column (from 1; ``TITLES`` for titles over rows), its rows by number.

    ``totals``: numbers of the rows left out because they sum others; ``apart``: the cells over the
    headings and under the rows that say nothing of these; ``places``: where the labels that all rows have stand, by their column.
    """

    sheet: str
    heads: dict[int, str]
    rows: tuple[tuple[int, dict[int, Cell]], ...]
    totals: tuple[int, ...] = field(default=())
    apart: tuple[tuple[tuple[int, int], str], ...] = field(default=())
    places: dict[int, tuple[int, int]] = field(default_factory=dict)

    def at(self, row: int, column: int) -> str:
        """The address of the cell of ``column`` in ``row``, or of the label that it is for all rows."""
        return a1(*self.places.get(column, (row, max(1, column % BLOCK))))

    def letters(self, column: int) -> str:
        """What the column is called in its sheet: ``C``; of a label the cell where it stands; "" for titles over rows."""
        return self.at(0, column) if column in self.places else column_letters(column % BLOCK) if column else ""

    def column(self, number: int) -> list[Cell]:
        """What stands in a column, blanks left out."""
        return [cells[number] for _, cells in self.rows if number in cells]


@dataclass(frozen=True)
class Listed:
    """A list that was read: its tables; ``hidden`` and ``headless``: the sheets that were passed over, with how many filled cells."""

    tables: list[Table]
    hidden: tuple[tuple[str, int], ...] = ()
    headless: tuple[tuple[str, int], ...] = ()


def read(data: bytes, file: str, known: Callable[[str], bool]) -> list[Table]:
    """The tables of the list ``data``; ``known``: whether a heading is one that lists usually have.

    Raises ``Refused`` with the finding that says why it cannot be read.
    """
    return read_all(data, file, known).tables


def read_all(data: bytes, file: str, known: Callable[[str], bool]) -> Listed:
    """As ``read``, with the sheets that it passed over."""
    hidden = []
    if PurePath(file).suffix.lower() in (".csv", ".tsv", ".txt"):
        grids = [(PurePath(file).stem, _csv(data, file))]
    else:
        sheets = [(s, _cells(s)) for s in open_book(data, file).sheets]
        grids = [(s.name, cells) for s, cells in sheets if s.state == "visible"]
        hidden = [(s.name, _filled(cells)) for s, cells in sheets if s.state != "visible" and cells]
    tables_of = [(name, grid, _table(name, grid, known)) for name, grid in grids]
    headless = [(name, _filled(grid)) for name, grid, table in tables_of if table is None and grid]
    return Listed([table for *_, table in tables_of if table is not None], tuple(hidden), tuple(headless))


def _filled(grid: Grid) -> int:
    return sum(map(len, grid.values()))


def _cells(sheet: Sheet) -> Grid:
    grid: Grid = {}
    for (row, column), cell in ((at, sheet.cells[at]) for at in sheet.cells):
        if not _blank(cell):
            grid.setdefault(row, {})[column] = cell
    return grid


def _blank(cell: Cell) -> bool:
    return cell.kind == "blank" or cell.kind == "text" and not cell.text.strip()


def _csv(data: bytes, file: str) -> Grid:
    if len(data) > CSV_MOST:
        raise Refused(Finding("LIST20", Place(file), {"most": CSV_MOST // 1_000_000}))
    text = _decoded(data)
    beginning = text[:20_000].splitlines()[:20]
    delimiter = max(";,\t|", key=lambda d: sum(d in line for line in beginning) * 1000 + min(999, sum(line.count(d) for line in beginning)))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    grid: Grid = {}
    begun = 1  # the line of the file on which a row begins: a quote that nobody closes swallows those below it
    try:
        for number, line in zip(range(1, LAST_ROW + 1), lines, strict=False):
            if any(len(v) > FIELD_MOST for v in line):  # ours: csv.field_size_limit belongs to the whole process, and others move it
                raise csv.Error
            begun = lines.line_num + 1
            cells = {k: Cell(v.strip(), "text") for k, v in enumerate(line[:LAST_COLUMN], 1) if v.strip()}
            if cells:
                grid[number] = cells
    except csv.Error:
        raise Refused(Finding("LIST21", Place(file), {"line": begun})) from None
    return grid


def _decoded(data: bytes) -> str:
    """The text of a CSV file: Unicode where it is, else as Windows writes it in Western Europe, a Mac, or DOS."""
    for encoding in ("utf-16", *_unmarked(data), "utf-8-sig"):
        if encoding != "utf-16" or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            with contextlib.suppress(UnicodeDecodeError):
                return _CONTROL.sub("", data.decode(encoding))
    several = [data.decode(encoding, "replace") for encoding in ("cp1252", "mac_roman", "cp850")]
    return _CONTROL.sub("", max(several, key=lambda text: len(_ACCENTED.findall(text)) - len(_UNLIKELY.findall(text))))


def _unmarked(data: bytes) -> tuple[str, ...]:
    """How text of two bytes a character is read where nothing at its beginning says so: every other byte of it is mostly nought."""
    head = data[:4000]
    high, low = (head[k::2].count(0) for k in (0, 1))
    return ("utf-16-be",) if high * 4 > len(head) else ("utf-16-le",) if low * 4 > len(head) else ()


def _table(name: str, grid: Grid, known: Callable[[str], bool]) -> Table | None:
    """The table of a sheet; None where no headings are."""
    head = _head_row(grid, known)
    if head is None:
        return None
    top, last = _with_neighbours(grid, head, known)
    heads = _heads(grid, top, last)
    labels = {-k: label for k, label in enumerate(around.labels(grid, top, known), 1)}
    rows: list[tuple[int, dict[int, Cell]]] = []
    totals: list[int] = []
    title, block = _whose(name, grid, top), 0
    common = {k: label.value for k, label in labels.items()}
    under = around.under(grid, (n for n in grid if n > last))
    taken = {*(label.at for label in labels.values()), *((label.at[0], c) for label in labels.values() for c in grid[label.at[0]] if known(_shown(grid[label.at[0]][c])))}
    apart = tuple(((n, c), _shown(cell)) for n in sorted(grid) if n < top or n in under for c, cell in sorted(grid[n].items())
                  if (n, c) not in taken and (title is None or _shown(cell) != title.value))
    all_heads = dict(heads)
    for number in (n for n in sorted(grid) if n > last and n not in under):
        if _other_heads(grid[number], heads, known) and rows:
            block, heads = block + 1, _heads(grid, number, number)
            all_heads |= {c + block * BLOCK: text for c, text in heads.items()}
            continue
        cells = {c: cell for c, cell in grid[number].items() if c in heads}
        first = next((cell for _, cell in sorted(cells.items())), BLANK)
        if not cells or {c: _text(v) for c, v in cells.items()} == {c: h for c, h in heads.items() if c in cells and len(cells) > 2}:
            continue  # headings that are repeated on every page
        if first.kind == "text" and _TOTAL.match(first.text):
            totals.append(number)
        elif len(cells) == 1 and len(heads) > 3 and min(cells) <= 2 and first.kind == "text" and _titles_follow(grid, number, heads):
            title = first
        else:
            rows.append((number, {**({TITLES: title} if title else {}), **common, **{c + block * BLOCK: cell for c, cell in cells.items()}}))
    titled = {TITLES: ""} if title else {}
    said = {k: label.head for k, label in labels.items()}
    return Table(name, {**titled, **said, **all_heads}, tuple(rows), totals=tuple(totals), apart=apart,
                 places={k: label.at for k, label in labels.items()}) if rows else None


def _other_heads(cells: dict[int, Cell], heads: dict[int, str], known: Callable[[str], bool]) -> bool:
    """Whether a row begins another table under the first: usual headings and nothing else, not those of the table above."""
    words = _words(cells)
    return len(words) > 1 and len(words) == len(cells) and all(map(known, words.values())) and not any(heads.get(c) == w for c, w in words.items())


def _whose(name: str, grid: Grid, top: int) -> Cell | None:
    """What says whose all the rows of a sheet are: a line alone over its headings, else its name; None where nothing does."""
    alone = (_words(grid[n]) for n in sorted(grid, reverse=True) if n < top)
    lines = [(c, words[c]) for words in alone if len(words) == 1 for c in words]
    said = next((text for _, text in lines if _WHOSE.match(text)), name if _WHOSE.match(name) and re.search(r"\d|\s\S{3}", name) else None)
    return None if said is None else Cell(said, "text")


def _titles_follow(grid: Grid, number: int, heads: dict[int, str]) -> bool:
    """Whether what stands alone in a row is a title: the next row has several cells, the first column among them."""
    following = next((grid[n] for n in range(number + 1, number + 4) if n in grid), dict[int, Cell]())
    return len([c for c in following if c in heads]) > 1 and min(following) <= 2 or len(following) == 1


def _shown(cell: Cell) -> str:
    return _text(cell) if cell.kind == "text" else str(cell.value)


def _text(cell: Cell) -> str:
    return " ".join(str(cell.value).split())


def _words(cells: dict[int, Cell]) -> dict[int, str]:
    """The cells of a row that may be headings."""
    return {c: _text(v) for c, v in cells.items() if v.kind == "text" and v.formula is None and len(v.text) <= HEAD_LENGTH}


def _head_row(grid: Grid, known: Callable[[str], bool]) -> int | None:
    """The row whose cells are headings that lists have; else the first of at least two texts with rows under it."""
    best: tuple[int, int, int | None] = (0, 0, None)
    first: int | None = None
    numbers = sorted(grid)[:HEAD_ROWS]
    for number in numbers:
        words = _words(grid[number])
        if len(words) < 2:
            continue
        if first is None and len(words) == len(grid[number]):
            first = number
        met = sum(known(w) for w in words.values())
        best = max(best, (met, len(words), number), key=lambda b: (b[0], -(b[2] or 0) if b[0] == best[0] else 0))
    return best[2] if best[0] >= 2 else first


def _with_neighbours(grid: Grid, head: int, known: Callable[[str], bool]) -> tuple[int, int]:
    """First and last row of the headings: those above or below belong to them where they span or divide columns."""
    top = last = head
    while last - top < HEAD_DEPTH - 1:
        if _divides(grid, last, last + 1, known):
            last += 1
        elif _divides(grid, top - 1, top, known) and not around.labels({top - 1: grid[top - 1]}, top, known):
            top -= 1
        else:
            break
    return top, last


def _divides(grid: Grid, top: int, last: int, known: Callable[[str], bool]) -> bool:
    """Whether the row ``last`` divides headings of the row ``top``, both of nothing but texts."""
    above, below = _words(grid.get(top, {})), _words(grid.get(last, {}))
    if len(above) < 2 or not below or len(above) != len(grid[top]) or len(below) != len(grid[last]):
        return False
    divided = [c for c in below if c not in above and any(a < c for a in above)]
    over = [c for c in above if c not in below or c + 1 in divided]
    return bool(divided and over) and (
        sum(known(w) for w in below.values()) * 2 >= len(below) or all(len(w) <= 30 for w in below.values()) and len(below) > 1
        and not any(known(w) for w in above.values() if w in below.values()))


def _heads(grid: Grid, top: int, last: int) -> dict[int, str]:
    """The heading of each column: those of the rows above, which count for what is divided to their right, and that of its own."""
    levels = [_words(grid.get(n, {})) for n in range(top, last + 1)]
    columns = sorted({c for level in levels for c in level} | {c for row in grid if row > last for c in grid[row]})
    heads, spanning = {}, [""] * len(levels)
    for c in columns:
        begins = next((k for k, level in enumerate(levels) if c in level), len(levels))
        for k, level in enumerate(levels):
            spanning[k] = level[c] if c in level else spanning[k] if k < begins < len(levels) else ""
        heads[c] = " – ".join(dict.fromkeys(w for w in spanning if w))
    return heads
