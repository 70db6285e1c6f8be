"""A sheet laid beside one of a form by what no sector writes: labels, headings, the hidden keys of tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from perfxl.model.identity import CONSTANT
from perfxl.model.identity import NAME as IDENTITY
from perfxl.stages.read.names import parts
from perfxl.workbook.binding import REVISED, STANDING
from perfxl.workbook.sheets.model import Book, Cell, Sheet
from perfxl.workbook.sheets.refs import MAX_COLUMN, MAX_ROW, Ref

#: Rows and columns in which labels and keys are looked for: no form is bigger.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 4_000, 64, 20_000
#: Of the rows with labels, those that are laid beside a form's.
MOST_MARKS = 1_000
#: Rows of a field: likewise.
MOST_HIGH = 300
Texts = Callable[[Sheet], Iterable[tuple[int, dict[int, str]]]]

#: Names that are of no field: they say what the workbook is.
NO_FIELDS = (IDENTITY.removeprefix("px_"), CONSTANT.removeprefix("px_"))


@dataclass(frozen=True)
class Pattern:
    """A sheet of a form as it was made: ``number`` of its objective, ``GENERAL`` for the rest of the form; ``refs``: where
    its fields stand, by their names without prefix."""

    sheet: Sheet
    number: int
    refs: Mapping[str, Ref]

    @cached_property
    def marks(self) -> dict[int, tuple[tuple[int, str], ...]]:
        """By row, downwards, the labels and keys of the sheet with their columns: what is no field and not computed."""
        inside: dict[int, list[tuple[int, int, bool]]] = {}
        for rest, ref in self.refs.items():
            for row in range(ref.top, min(ref.bottom, ref.top + MOST_HIGH) + 1):
                inside.setdefault(row, []).append((ref.left, ref.right, rest.startswith("t_")))
        by_row = {}
        for row, columns in texts_of(self.sheet):
            table = any(is_table for _, _, is_table in inside.get(row, ()))
            keys = table and "#" in columns.values()
            kept = {c: text for c, text in columns.items()
                    if keys or not any(left <= c <= right for left, right, _ in inside.get(row, ()))}
            if kept:
                by_row[row] = tuple(kept.items())
        return by_row

    @cached_property
    def words(self) -> frozenset[str]:
        """Every label and key of the sheet."""
        return frozenset(text for row in self.marks.values() for _, text in row)

    def code(self) -> str:
        """The code of its objective as it was issued, "" where there is none."""
        ref = self.refs.get("code")
        return str(self.sheet.cell(ref.top, ref.left).value or "") if ref else ""


@dataclass(frozen=True, eq=False)
class Fit:
    """A sheet laid beside a pattern: ``rows``: the pattern's rows with labels, and the sheet's that say the same;
    ``marks``: the labels of the sheet by row, with their columns."""

    pattern: Pattern
    sheet: Sheet
    rows: Mapping[int, int]
    marks: Mapping[int, tuple[tuple[int, str], ...]]

    def of(self, number: int) -> "Fit":
        """The same for the sheet of objective ``number``."""
        return replace(self, pattern=replace(self.pattern, number=number))

    @property
    def part(self) -> float:
        """Which part of the pattern's rows the sheet has."""
        return len(self.rows) / max(1, len(self.pattern.marks))

    def place(self, rest: str) -> Ref | None:
        """Where the field ``rest`` stands on the sheet; None when what stood beside it does not."""
        ref = self.pattern.refs[rest]
        top = self.rows.get(ref.top)
        shifts = None if top is None else self._shifts(ref.top, top, ref)
        if top is None or shifts is None:
            return None
        left, right = ref.left + shifts[0], ref.right + shifts[1]
        bottom = self._table_end(ref, top, right) if rest.startswith("t_") else self._end(ref, top)
        return None if left < 1 or bottom > MAX_ROW or right > MAX_COLUMN else Ref(self.sheet.name, top, left=left,
            bottom=bottom, right=right)

    def _shifts(self, row: int, here: int, ref: Ref) -> tuple[int, int] | None:
        """How many columns to the right the first and the last column of the field stand: as the label at its left, or as the
        first and the last key of its table, which may have fewer columns here or more."""
        theirs = self.pattern.marks[row]
        columns: dict[str, int] = {}
        for column, text in self.marks[here]:
            columns.setdefault(text, column)
        labels = [(c, text) for c, text in theirs if text in columns]
        if not labels:
            return None
        before = [item for item in labels if item[0] < ref.left][-1:]
        shifts = [columns[text] - column for column, text in before or labels]
        return shifts[0], shifts[-1]

    def _end(self, ref: Ref, top: int) -> int:
        """The last row of a field over several cells."""
        known = self.rows.get(ref.bottom)
        return known if known is not None and known >= top else top + ref.bottom - ref.top

    def _table_end(self, ref: Ref, top: int, right: int) -> int:
        """The last row of a table: the last with a slot, before what follows the table."""
        slots = next((c for c, text in self.marks[top] if text == "#"), right)
        after = min((row for pattern_row, row in self.rows.items() if pattern_row > ref.bottom and row > top  # a row with a slot is the table's own
                     and not _is_slot(self.sheet.cells.get((row, slots)))), default=MAX_ROW)
        after = min((r for r, marks in self.marks.items() if top < r < after and (slots, "#") in marks), default=after)
        rows: list[int] = []
        for row in (r for r in self.sheet.cells.rows if top < r < after):
            cell = self.sheet.cells.get((row, slots))
            if cell is not None and _is_slot(cell):
                if len(rows) > 1 and row - rows[-1] > 1 and str(cell.value).strip() == "1":
                    break  # another table begins, which the pattern has not, or not with a label of its own before it
                rows.append(row)
        return rows[-1] if rows else min(top + ref.bottom - ref.top, after - 1)


def patterns(book: Book) -> list[Pattern]:
    """The sheets of a form with the fields on each, in tab order."""
    known, of_sheets = parts(book), []
    for sheet in book.sheets:
        for number, part in known.items():
            refs = {rest: ref for rest, ref in part.refs.items() if ref.sheet == sheet.name and rest not in NO_FIELDS}
            if refs:
                of_sheets.append(Pattern(sheet, number, refs))
    return of_sheets


def lay(pattern: Pattern, sheet: Sheet, texts: Texts | None = None) -> Fit:
    """``sheet`` beside ``pattern``: rows with the same labels and keys, in the same order, are the same rows. ``texts``: those of
    a sheet by row, where they are not to be taken as they stand: of an older form, whose parts follow one another in another order."""
    from difflib import SequenceMatcher  # few sheets have lost their names

    marked = ((row, columns, kept) for row, columns in (texts or texts_of)(sheet)
              if (kept := tuple((c, text) for c, text in columns.items() if text in pattern.words)))
    marks = list(islice(marked, MOST_MARKS))
    sheet_marks = {row: kept for row, _, kept in marks}
    pattern_rows, here = list(pattern.marks), list(sheet_marks)
    said = [[_sign(of[row]) for row in rows] for of, rows in ((pattern.marks, pattern_rows), (sheet_marks, here))]
    rows: dict[int, int] = {}
    for first, second, size in SequenceMatcher(a=said[0], b=said[1], autojunk=False).get_matching_blocks():
        rows.update(zip(pattern_rows[first:first + size], here[second:second + size], strict=True))
    if texts:
        _elsewhere(pattern, rows, sheet_marks={row: kept for row, columns, kept in marks
                                               if "#" not in columns.values() or len(kept) == sum(map(bool, columns.values()))})
    return Fit(pattern, sheet, rows, sheet_marks)


def _elsewhere(pattern: Pattern, rows: dict[int, int], sheet_marks: Mapping[int, tuple[tuple[int, str], ...]]) -> None:
    """Lay rows that stand in another order: those whose label is the only one of its kind on both sides, and those of keys that are
    all keys of one table of the pattern, and of no other."""
    theirs = {row: _sign(marks) for row, marks in pattern.marks.items()}
    here = {row: _sign(marks) for row, marks in sheet_marks.items()}
    counts, laid = Counter(theirs.values()), set(rows.values())
    own = Counter(here.values())
    for row, sign in here.items():
        if row in laid or own[sign] > 1:
            continue
        fits = [r for r, said in theirs.items() if said == sign] if isinstance(sign, str) or counts[sign] else [
            r for r, said in theirs.items() if isinstance(said, frozenset) and sign <= said]
        if len(fits) == 1 and fits[0] not in rows:
            rows[fits[0]] = row


def _sign(marks: Iterable[tuple[int, str]]) -> str | frozenset[str]:
    """What a row is known by: the keys of its table, or its first label. What follows it may be written over."""
    texts = [text for _, text in marks]
    return frozenset(texts) if "#" in texts else texts[0]


def texts_of(sheet: Sheet) -> Iterator[tuple[int, dict[int, str]]]:
    """(row, the texts typed in it by column) of the rows that have any."""
    cells, left = sheet.cells, MOST_CELLS
    for row, columns in cells.rows.items():
        left -= len(columns)
        if row > MOST_ROWS or left < 0:
            break
        by_column = {}
        for column, written in columns.items():
            if column <= MOST_COLUMNS and written.formula is None:
                cell = cells.made(row, column, written)
                if text := " ".join(cell.text.split()):
                    by_column[column] = text
        if by_column:
            yield row, by_column


def _is_slot(cell: Cell | None) -> bool:
    text = "" if cell is None or cell.value is None else str(cell.value).strip()
    text = text[:-1] if text[-1:] in (STANDING, REVISED) else text
    return text.isascii() and text.isdigit() and len(text) <= 3
