"""Reads one block of the form: a single field over one or more cells, or a table with its hidden keys and slots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from perfxl.model import long_text
from perfxl.model.fields import Field, objective_fields
from perfxl.model.terms import cached_in_words
from perfxl.stages.read import alike
from perfxl.stages.read.alike import Filled, Layout, Standing, Values
from perfxl.stages.read.places import At
from perfxl.stages.read.read_context import ReadContext, quoted, shown, within
from perfxl.workbook import values
from perfxl.workbook.binding import NARRATIVE, Table, objective_tables, return_tables
from perfxl.workbook.older_names import OlderNames
from perfxl.workbook.sheets.model import BLANK, Cell, Cells, Row
from perfxl.workbook.sheets.refs import Ref


def scalar(gather: ReadContext, ref: Ref, about: Field, path: str) -> Any:
    """The value of a single field, None when blank; long texts are joined from all their cells."""
    sheet, top, left, bottom, right = ref
    at = (sheet, top, left)
    gather.places.put(path, at)
    if top == bottom and left == right:
        gather.mark_read(sheet, top, (left,))
        cell = gather.cell(at)
        return None if cell is BLANK else value(gather, at, about=about, path=path, cell=cell)
    pieces: list[Any] = []
    for row, columns in gather.rows(ref):
        gather.mark_read(ref.sheet, row, columns)
        for column in columns:
            at = (ref.sheet, row, column)
            cell = gather.cell(at)
            if pieces and about.cell not in ("long", "lines"):
                if shown(cell).strip():
                    gather.note("FORM12", at, about, path, found=shown(cell))
                continue
            if (piece := value(gather, at, about=about, path=path, cell=cell)) is not None:
                pieces.append(piece)
    if not pieces or about.cell not in ("long", "lines"):
        return pieces[0] if pieces else None
    return long_text.join(pieces) if about.cell == "long" else [line for piece in pieces for line in piece]


def value(gather: ReadContext, at: At, about: Field, path: str, cell: Cell | None = None) -> Any:
    """The value in one cell; what is noticed goes to ``gather``."""
    cell = gather.cell(at) if cell is None else cell
    if cell is BLANK:
        return None
    if about.cell == "percent" and isinstance(cell.value, Decimal) and not cell.percent and abs(cell.value) <= 1 and gather.lost_formats:
        gather.fractions.append(at)
        cell = cell._replace(percent=True)
    converted, noticed = values.from_cell(cell, about, year=gather.year, from_1904=gather.book.from_1904)
    if noticed and about.cell == "date" and cell.kind == "number" and converted is not None and gather.lost_formats:
        gather.fractions.append(at)  # told once, with the percentages
    elif noticed:
        gather.add(noticed, at, path)
    return converted


@dataclass
class Block:
    """A table as it stands: ``rows``: sheet row by slot (``4``, ``4r``), in order; ``columns``: by key; ``slots``: the
    column of the slots; ``loose``: rows that hold something but have no slot, with their columns; ``written``: what the
    non-empty cells of a row are made from; ``past``: columns that show an earlier round; ``visited``: how many cells
    it has; ``before``: the table read before whose rows it has, but for the rows ``others``."""
    sheet: str
    slots: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    loose: list[tuple[int, list[int]]] = field(default_factory=list)
    written: dict[int, Row] = field(default_factory=dict)
    past: set[int] = field(default_factory=set)
    before: Standing | None = None
    others: dict[str, int] = field(default_factory=dict)
    visited: int = 0
    _layout: Layout | None = None

    @cached_property
    def filled(self) -> dict[int, list[int]]:
        """The columns of each row with a slot that are not empty, without that of the slots."""
        return {row: [c for c in written if c != self.slots] for row, written in self.written.items()}

    def layout(self, table: Table) -> Layout:
        """Where its columns stand, as one of ``table``."""
        if self._layout is None:
            self._layout = self.before.layout if self.before else Layout(table, self.slots, self.columns)
        return self._layout


def block(gather: ReadContext, ref: Ref, table: Table, about: Field) -> Block | None:
    """The rows and columns of ``table``; None, with a finding, when its hidden keys are gone."""
    here = gather.book.by_name[ref.sheet].cells
    return _as_before(gather, here, ref, table) or _looked_at(gather, here, ref=ref, table=table, about=about)


def _as_before(gather: ReadContext, here: Cells, ref: Ref, table: Table) -> Block | None:
    """The same, when a table read before has all its rows, but for some that bear the same slots; else None."""
    before = alike.known(here, ref, table, gather.asked) if gather.asked else None
    if before is None:
        return None
    rows = list(map(here.rows.get, ref.rows))
    block = Block(ref.sheet, before.layout.slots, rows=before.at, columns=before.layout.columns, before=before, written=before.written)
    other: dict[int, Row] = {}
    for index in before.others(rows):
        number, row, slot = ref.top + index, rows[index], before.slots[index]
        written = within(row, ref.left, ref.right) if row and slot else None
        if not written or gather.slot(here, written.get(block.slots)) != slot:
            return None
        other[number] = written
        block.others[slot] = number
    if other:
        block.written = {**before.written, **other}
    gather.visit(before.visited + sum(len(written) - len(before.written[number]) for number, written in other.items()))
    return block


def _looked_at(gather: ReadContext, here: Cells, ref: Ref, table: Table, about: Field) -> Block | None:
    """The same, row by row."""
    block = Block(ref.sheet)
    before: list[tuple[int, list[int]]] = []
    rows, visited = iter(gather.rows(ref)), gather.visited
    for row, written in rows:
        block.slots, block.columns = gather.keys_of(here, row, written)
        if block.slots:
            if gather.older:
                block.columns = _as_today(gather.older, block)
            break
        before.append((row, list(written)))
    slots, above = block.slots, dict[int, Row]()
    for row, written in rows:
        slot = gather.slot(here, written.get(slots))
        if not slot:
            if not block.rows:
                above[row] = written
            block.loose.append((row, [c for c in written if c != slots]))
        elif slot in block.rows:
            _repeated(gather, block, slot=slot, row=row, written=written, about=about)
        else:
            block.rows[slot] = row
            block.written[row] = written
    if not slots or not block.rows:
        typed = before + block.loose
        if typed:
            for row, columns in typed:
                gather.mark_read(ref.sheet, row, columns)
            keys = {"__".join(c.path) for c in about.items}
            text = quoted(cell for r, cs in typed for c in cs if (cell := gather.cell((ref.sheet, r, c))).value not in keys)
            gather.note("FORM11", (ref.sheet, *_first(typed)), about, found=text)
        return None
    block.visited = gather.visited - visited
    header = _header(gather, block, table, above)
    block.loose = before + [(r, columns) for r, columns in block.loose if r != header and columns]
    return block


def _as_today(older: OlderNames, block: Block) -> dict[str, int]:
    """The columns of a table of an older form by the keys of today; those that show an earlier round are noted apart."""
    named = {key: older.key(key) for key in block.columns}
    block.past = {block.columns[key] for key, new in named.items() if not new}
    return {new: block.columns[key] for key, new in named.items() if new}


def _first(rows: list[tuple[int, list[int]]]) -> tuple[int, int]:
    return rows[0][0], rows[0][1][0] if rows[0][1] else 1


def _repeated(gather: ReadContext, block: Block, slot: str, row: int, written: Row, about: Field) -> None:
    """A second row with the same slot: a row of the table was copied. What it says otherwise becomes a finding."""
    first = block.rows[slot]
    typed = [c for c, cell in written.items() if c != block.slots and cell.formula is None]
    gather.mark_read(block.sheet, row, typed)
    other = [c for c in typed if shown(gather.cell((block.sheet, row, c))) != shown(gather.cell((block.sheet, first, c)))]
    if other:
        text = quoted(gather.cell((block.sheet, row, c)) for c in other)
        gather.note("FORM03", (block.sheet, row, other[0]), about, found=text)


@cached_in_words
def _titles(table_id: str) -> frozenset[str]:
    """What the header of a table may say above its columns."""
    tables = [t for t in objective_tables() + return_tables() if t.id == table_id]
    said = {f.title(lang) for t in tables for f in (*t.columns, *t.revisions) for lang in ("it", "en")}
    return frozenset(said | {f.title(lang) for f in objective_fields() if f.path == NARRATIVE for lang in ("it", "en")})


def _header(gather: ReadContext, block: Block, table: Table, above: Mapping[int, Row]) -> int:
    """Which row of those ``above`` the first slot bears the columns' titles, else the first; 0 where there is none. Sheets that are
    alike have the same rows."""
    for number, row in above.items():
        if gather.headers.get(table.id) is row or any(
                c != block.slots and gather.cell((block.sheet, number, c)).value in _titles(table.id) for c in row):
            gather.headers[table.id] = row
            return number
    return next(iter(above), 0)


def loose_rows(gather: ReadContext, block: Block, about: Field) -> None:
    """A finding for each row of a table that holds something and has no slot."""
    for row, columns in block.loose:
        gather.mark_read(block.sheet, row, columns)
        cells = [gather.cell((block.sheet, row, c)) for c in columns]
        if text := quoted(c for c in cells if shown(c).strip()):
            gather.note("FORM02", (block.sheet, row, columns[0]), about, found=text)


def items(gather: ReadContext, ref: Ref, table: Table, about: Field) -> tuple[Block | None, dict[int, Values]]:
    """The values of a table by slot, then by the path of their field; ids of joined tables are for the eye and are not read.

    Findings on values get a path when the items are put in order, so here they have none.
    """
    start = len(gather.findings)
    read_block = block(gather, ref, table, about)
    if read_block is None:
        return None, {}
    loose_rows(gather, read_block, about)
    cells, before, layout = gather.book.by_name[read_block.sheet].cells, read_block.before, read_block.layout(table)
    by_slot: dict[int, Values] = {}
    if before:
        others = read_block.others.values()
        for row, filled in before.filled.items():
            if row not in others:
                cells.say(filled.characters)
                gather.mark_read(ref.sheet, row, filled.taken)
                by_slot.setdefault(filled.slot, {}).update(filled.said())
    certain, read = True, dict[int, Filled]()
    for slot, row in (read_block.others if before else read_block.rows).items():
        if len(read_block.written[row]) == 1:  # its slot: most rows of most forms
            continue
        filled, sure = _row(gather, read_block, layout=layout, about=about, slot=slot, row=row)
        certain &= sure
        if filled.taken:
            read[row] = filled
            gather.mark_read(ref.sheet, row, filled.taken)
            if filled.values:
                by_slot.setdefault(filled.slot, {}).update(filled.values)
    if certain and len(gather.findings) == start:
        remember(gather, ref, table=table, block=read_block, read=read)
    return read_block, by_slot


def _row(gather: ReadContext, block: Block, layout: Layout, about: Field, slot: str, row: int) -> tuple[Filled, bool]:
    """What the row says, and whether any row that is written alike says the same, in whatever sheet."""
    end, cells = layout.end(slot), gather.book.by_name[block.sheet].cells
    known, sure = layout.fields[end], True
    taken: list[int] = []
    values: Values = {}
    characters = 0
    for column, cell in block.written[row].items():
        if column == layout.slots:
            continue
        about_cell = known.get(column)
        if about_cell is not None:
            taken.append(column)
            made = cells.made(row, column, cell)
            got = value(gather, (block.sheet, row, column), about=about_cell, path="", cell=made)
            if got is not None:
                values[about_cell.path] = got
                characters += len(made.text)
        elif column in block.past:
            taken.append(column)
        elif cell.formula is None and not (column == layout.mark and (end or layout.joined)):
            sure = False
            if gather.has_formulas(block.sheet):
                taken.append(column)
                if text := shown(cells[row, column]).strip():  # typed where there is no field
                    gather.note("FORM12", (block.sheet, row, column), about, found=text)
    return Filled(int(slot.removesuffix(end) if end else slot), values, taken=tuple(taken), characters=characters), sure


def remember(gather: ReadContext, ref: Ref, table: Table, block: Block, read: dict[int, Filled] | None = None) -> None:
    """Keep the table ``block`` at ``ref``, in which nothing was noticed, for those that are alike; ``read``: what its rows say."""
    if gather.asked and not (block.before or block.loose or block.past):
        cells, slot_at = gather.book.by_name[ref.sheet].cells, {row: slot for slot, row in block.rows.items()}
        alike.keep(cells, ref, Standing(
            table, cells.own, rows=[cells.rows.get(row) for row in ref.rows], slots=[slot_at.get(row, "") for row in ref.rows], at=block.rows,
            written=block.written, layout=block.layout(table), visited=block.visited, filled=read or {}), gather.asked)
