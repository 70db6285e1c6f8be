"""What a reading gathers on its way: findings with their places, and where every value came from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from perfxl.model.fields import Field
from perfxl.model.findings import Finding, Place
from perfxl.stages.read.places import At, Places
from perfxl.workbook.binding import REVISED, STANDING
from perfxl.workbook.sheets.model import BLANK, Book, Cell, Cells, Refused, Row, Written
from perfxl.workbook.sheets.refs import Ref, a1

if TYPE_CHECKING:
    from perfxl.stages.read.older import Older

#: Findings on one workbook, and cells looked at in its fields, each time one is.
MOST_FINDINGS, MOST_VISITED = 20_000, 400_000

#: Formulas of a sheet that nobody writes over one by one: where fewer are left, a program left them out.
FEW_FORMULAS = 3


@dataclass
class ReadContext:
    """The state of one reading. ``year``: the plan's, for dates without one; ``sector`` and ``objective``: whom the
    findings noted now are about; ``areas``: by sheet and row, the columns whose content ends in the document or in a
    finding; ``slots``: of cells already read as such, what they say; ``keys``: of rows already read as such, the keys of a table, by
    their id; ``headers``: the row of titles of each table, as it was last met; ``fractions``: the percentages
    and dates that have lost their format; ``older``: how an older form names its cells;
    ``visited``: how many cells were looked at."""

    book: Book
    file: str
    year: int | None = None
    sector: str = ""
    objective: str = ""
    findings: list[Finding] = field(default_factory=list)
    places: Places = field(init=False)
    areas: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    slots: dict[Written | Cell, str] = field(default_factory=dict)
    keys: dict[int, tuple[Row, int, dict[str, int]]] = field(default_factory=dict)
    headers: dict[str, Row] = field(default_factory=dict)
    fractions: list[At] = field(default_factory=list)
    older: "Older | None" = None
    visited: int = 0
    _computed: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = Places(self.file)

    @cached_property
    def lost_formats(self) -> bool:
        """Whether the workbook has no percentage at all, which every form has: a program left its formats out."""
        return not self.book.has_percents()

    def has_formulas(self, sheet: str) -> bool:
        """Whether more than a few cells of the sheet are computed: a program that keeps values alone leaves the form's own there."""
        if sheet not in self._computed:
            rows = self.book.by_name[sheet].cells.rows.values()
            computed = (True for row in rows for cell in row.values() if cell.formula is not None)
            self._computed[sheet] = len(list(islice(computed, FEW_FORMULAS))) == FEW_FORMULAS
        return self._computed[sheet]

    def scratch(self) -> "ReadContext":
        """A gathering of its own over the same workbook, for what is read only to be compared."""
        return ReadContext(self.book, self.file, year=self.year, sector=self.sector, objective=self.objective,
                           areas=self.areas, slots=self.slots, older=self.older)

    def mark_read(self, sheet: str, row: int, columns: Iterable[int]) -> None:
        """Say that the cells of ``row`` in ``columns`` were read."""
        rows = self.areas.get(sheet)
        if rows is None:
            rows = self.areas[sheet] = {}
        read = rows.get(row)
        if read is None:
            rows[row] = {*columns}
        else:
            read.update(columns)

    def shown(self, ref: Ref) -> None:
        """Say that the cells at ``ref`` only show what an earlier round found."""
        for row, columns in self.rows(ref):
            self.mark_read(ref.sheet, row, columns)

    def note(self, code: str, at: At, about: Field | None = None, path: str = "", **values: Any) -> None:
        """Add finding ``code`` on the cell ``at``."""
        title = {"it": about.title("it"), "en": about.title("en")} if about else {}
        self.add([Finding(code, values=values, field=title)], at, path)

    def add(self, findings: Iterable[Finding], at: At, path: str = "") -> None:
        """Add ``findings`` about the value at ``path``, which stands in the cell ``at``."""
        for finding in findings:
            place = Place(self.file, at[0], a1(at[1], at[2]))
            if len(self.findings) >= MOST_FINDINGS:
                raise self.refuse(len(self.findings), {"it": "cose da segnalare", "en": "things to tell"}, MOST_FINDINGS)
            self.findings.append(finding.at(place=place, path=path, sector=self.sector, objective=self.objective))

    def refuse(self, count: int, things: dict[str, str], limit: int) -> Refused:
        """The exception to raise when there is more of something than any form has."""
        return Refused(Finding("FILE08", Place(self.file), {"count": count, "things": things, "limit": limit}))

    def cell(self, at: At) -> Cell:
        """The cell ``at``, blank where nothing stands."""
        return self.book.by_name[at[0]].cells.get((at[1], at[2]), BLANK)

    def keys_of(self, cells: Cells, row: int, written: Row) -> tuple[int, dict[str, int]]:
        """The column of the slots, 0 when ``written`` is no row of keys, and the columns by key; sheets that are alike have the
        same rows."""
        if (kept := self.keys.get(id(written))) is not None:
            return kept[1], kept[2]
        texts = {c: cells.made(row, c, cell).value for c, cell in written.items()}
        slots = next((c for c, text in texts.items() if text == "#"), 0)
        if not slots:
            return 0, {}
        columns = {text: c for c, text in texts.items() if isinstance(text, str) and c != slots}
        self.keys[id(written)] = written, slots, columns
        return slots, columns

    def slot(self, cells: Cells, mark: Written | Cell | None) -> str:
        """The slot that ``mark``, one of ``cells``, says; "" where it is none."""
        if mark is None:
            return ""
        known = self.slots.get(mark)
        if known is None:
            known = slot_of(cells.make(mark))
            known = self.slots[mark] = self.older.slot(known) if self.older else known
        return known

    @cached_property
    def asked(self) -> tuple[object, ...]:
        """By what rules values are read, for tables that were read before; () where those are of no use."""
        return () if self.older or self.lost_formats else (self.year, self.book.from_1904)

    def visit(self, cells: int) -> None:
        """Count so many cells that were looked at; raises ``Refused`` when there are more than in any form."""
        self.visited += cells
        if self.visited > MOST_VISITED:
            raise self.refuse(self.visited, {"it": "celle sotto i nomi dei campi", "en": "cells under the names of fields"},
                              MOST_VISITED)

    def rows(self, ref: Ref) -> Iterator[tuple[int, Row]]:
        """(row, what its non-empty cells are made from) of ``ref``, downwards."""
        rows, left, right = self.book.by_name[ref.sheet].cells.rows, ref.left, ref.right
        bounds = range(ref.top, ref.bottom + 1) if ref.bottom - ref.top < len(rows) else [
            r for r in rows if ref.top <= r <= ref.bottom]
        for row in bounds:
            written = rows.get(row)
            if written is None:
                continue
            inside = within(written, left, right)
            if inside:
                self.visit(len(inside))
                yield row, inside


def slot_of(cell: Cell) -> str:
    """``4``, ``4f`` or ``4r``; "" for anything else."""
    text = str(int(cell.value)) if isinstance(cell.value, Decimal) and cell.value == int(cell.value) else cell.value
    if not isinstance(text, str):
        return ""
    text = text.strip()
    digits = text.rstrip(STANDING + REVISED) if text[-2:-1].isdigit() else text
    return text if digits.isascii() and digits.isdigit() and len(digits) <= 3 else ""


def within(written: Row, left: int, right: int) -> Row:
    """The cells of a row from column ``left`` to ``right``."""
    if len(written) == 1:
        (column,) = written
        return written if left <= column <= right else {}
    if next(iter(written)) < left or max(written) > right:
        return {c: cell for c, cell in written.items() if left <= c <= right}
    return written


def quoted(cells: Iterable[Cell]) -> str:
    """The contents of several cells as one text, for a finding that keeps them."""
    return " | ".join(text for cell in cells if (text := shown(cell)))


def shown(cell: Cell) -> str:
    """A cell's content as text; "" when blank."""
    if cell.kind == "error":
        return cell.error or "?"
    if cell.kind == "picture":
        return "[immagine]"
    if cell.struck:
        return f"{'' if cell.value is None else cell.value}[{cell.struck}]"
    if cell.value is None:
        return f"={cell.formula}" if cell.formula else ""
    if isinstance(cell.value, date):
        return f"{cell.value:%d/%m/%Y}"
    return ("FALSO", "VERO")[cell.value] if isinstance(cell.value, bool) else str(cell.value)
