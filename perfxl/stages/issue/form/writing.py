"""Putting the fields of a return document into the cells of a form, found by their names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from perfxl.model import long_text
from perfxl.model.documents import get_path
from perfxl.model.fields import Field, extension_fields
from perfxl.model.readings import CLEARED
from perfxl.workbook.binding import (
    DONE,
    NARRATIVE,
    REVISED,
    STANDING,
    Table,
    objective_scalars,
    objective_tables,
    return_scalars,
    return_tables,
    scalar_name,
    table_name,
)
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import Entry
from perfxl.workbook.patch.stored_values import serial
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workbook.sheets.refs import Ref


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a document; an array of single values is one value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and any(isinstance(v, dict) for v in value):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path


def put(sheet: Sheet, row: int, column: int, f: Field, value: Any, language: str) -> None:
    """Write ``value`` of field ``f`` as its cell holds it; None leaves the cell blank."""
    if value is None:
        sheet.clear(row, column)
    elif f.cell in ("choice", "yesno"):
        sheet.put_text(row, column, str(f.labels(language).get(value, value)))
    elif f.cell == "lines":
        sheet.put_text(row, column, "\n".join(str(v) for v in value))
    elif f.cell == "date" and not (f.clears and value == CLEARED):
        try:
            sheet.put_number(row, column, serial(value))
        except ValueError:  # 31 September: as somebody would write it, so that it is told
            sheet.put_text(row, column, "/".join(reversed(str(value).split("-"))))
    elif f.cell == "percent":
        sheet.put_number(row, column, (value if isinstance(value, Decimal) else Decimal(str(value))).scaleb(-2))
    elif f.cell in ("integer", "number", "money"):
        sheet.put_number(row, column, value)
    else:
        sheet.put_text(row, column, value)


@dataclass
class Block:
    """A table of the form as it stands in a workbook: its sheet, columns by key, rows by slot, ``top`` (the row of keys)."""

    sheet: Sheet
    ref: Ref
    columns: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many items it has rows for."""
        return sum(map(str.isdecimal, self.rows))

    @classmethod
    def read(cls, sheet: Sheet, ref: Ref) -> "Block":
        """The block at ``ref``: keys from its first row, slots from the column of ``#``."""
        known = sheet.base.layouts if sheet.copied else {}  # of a copy nobody writes where keys and slots stand
        if ref[1:] in known:
            return cls(sheet, ref, *known[ref[1:]])
        block = cls(sheet, ref)
        for column in range(ref.left, ref.right + 1):
            key = sheet.text(ref.top, column)
            if key:
                block.columns.setdefault(key, column)
        if "#" in block.columns:
            for row in range(ref.top + 1, ref.bottom + 1):
                slot = sheet.text(row, block.columns["#"])
                if slot:
                    block.rows.setdefault(slot, row)
        known[ref[1:]] = block.columns, block.rows
        return block


class Form:
    """A form open for writing. ``used`` collects what was written where, ``placed`` the paths that found a place."""

    def __init__(self, book: Workbook, language: str, extension: dict[str, Any] | None = None):
        self.book, self.language = book, language
        self.extension = extension_fields(extension)
        self.locate()
        self.placed: set[tuple[str | int, ...]] = set()
        self.used: dict[str, int] = {}

    def locate(self) -> None:
        """Find all names again, after sheets or names changed."""
        self.places: dict[str, tuple[Entry, Ref]] = self.book.places()
        self._blocks: dict[str, Block | None] = {}

    def cell(self, name: str) -> tuple[Sheet, Ref] | None:
        """Sheet and rectangle of ``name``."""
        place = self.places.get(name)
        return (self.book.sheet(place[0]), place[1]) if place else None

    def required_cell(self, name: str) -> tuple[Sheet, Ref]:
        """As ``cell``, of a ``name`` that every form has: raises ``KeyError`` where it has not."""
        entry, ref = self.places[name]
        return self.book.sheet(entry), ref

    def block(self, name: str) -> Block | None:
        """The block called ``name``."""
        if name not in self._blocks:
            place = self.cell(name)
            self._blocks[name] = Block.read(*place) if place else None
        return self._blocks[name]

    def show_head(self, name: str, shown: bool) -> None:
        """Show or hide the header of the block called ``name`` and, where the master names it, its caption."""
        block = self.block(name)
        if block is not None:
            block.sheet.hide(block.ref.top + 1, not shown)
            caption = self.cell(name.replace("px", "pxc", 1).replace("_t_", "_caption_", 1))
            if caption is not None:
                caption[0].hide(caption[1].top, not shown)

    # -- whole documents
    def put_frame(self, document: dict[str, Any]) -> None:
        """Write what stands outside the objectives: who filled the form in, and the measures."""
        for f in return_scalars():
            self._scalar(scalar_name(f.path), f, document, ())
        for table in return_tables():
            self._table(table_name(table.id), table, get_path(document, table.array) or [], table.array)

    def put_objective(self, number: int, objective: dict[str, Any], at: tuple[str | int, ...]) -> None:
        """Write ``objective`` into objective sheet ``number``; ``at`` is its path in the document."""
        for f in (*objective_scalars(), *self.extension):
            self._scalar(scalar_name(f.path, number), f, objective, at)
        for table in objective_tables():
            if table.story:
                self._stories(number, table, objective, at)
            else:
                self._table(table_name(table.id, number), table, get_path(objective, table.array) or [], (*at, *table.array))

    # -- parts
    def _scalar(self, name: str, f: Field, document: dict[str, Any], at: tuple[str | int, ...]) -> None:
        place, value = self.cell(name), get_path(document, f.path)
        if place is None:
            return
        sheet, ref = place
        rows = range(ref.top, ref.bottom + 1)
        pieces: list[Any] | None = [value]
        if f.cell == "long" and value is not None:
            pieces = long_text.split(value, len(rows))
        if pieces is None:
            return
        for row, piece in zip(rows, [*pieces, *[None] * (len(rows) - len(pieces))], strict=True):
            put(sheet, row, column=ref.left, f=f, value=piece, language=self.language)
        self.used[name] = 0 if value is None else len(pieces)
        if value is not None:
            self.placed.add((*at, *f.path))

    def _table(self, name: str, table: Table, items: list[dict[str, Any]], at: tuple[str | int, ...]) -> None:
        block = self.block(name)
        if block is None:
            return
        # A story is written with its continuations; the id of a joined row is for the eye.
        columns = {end: [(f, block.columns[f.below]) for f in table.below(end)
                         if f.below in block.columns and f.path != DONE and not (table.joined and f.key == "id")] for end in ("", STANDING, REVISED)}
        places = {end: tuple([column for _, column in fields]) for end, fields in columns.items()}
        for number in range(block.room):
            item = items[number] if number < len(items) else {}
            for end, fields in columns.items():
                row = block.rows.get(f"{number + 1}{end}")
                if row is None:
                    continue
                if not item:
                    block.sheet.clear_each(row, places[end])
                    continue
                for f, column in fields:
                    value = f.value(item)
                    put(block.sheet, row, column=column, f=f, value=value, language=self.language)
                    if value is not None:
                        self.placed.add((*at, number, *f.path))
        self.used[name] = len(items)

    def _stories(self, number: int, table: Table, objective: dict[str, Any], at: tuple[str | int, ...]) -> None:
        """The narratives: each phase's in its row, the rest of it and the objective's own in free rows."""
        free = self.block(table_name(table.id, number))
        phases = self.block(table_name("phases_reading", number))
        if free is None or phases is None:
            return
        items = get_path(objective, ("sheet", "phases")) or []
        ids = [p.get("id") for p in items]
        texts = {n: text for n, p in enumerate(items) if (text := get_path(p, DONE)) is not None and str(n + 1) in phases.rows}
        own = get_path(objective, NARRATIVE)
        rows = [free.rows[s] for s in sorted(free.rows, key=lambda s: int(s) if s.isdecimal() else 0)]
        single = {n for n in texts if ids.count(ids[n]) > 1}
        pieces, narrative = _shared_out(texts, own, single, len(rows))
        for n in range(len(phases.rows)):
            row = phases.rows.get(str(n + 1))
            if row is not None:
                self._text(phases, row, phases.columns[DONE[-1]], pieces.get(n, [""])[0])
        wanted = [("", piece) for piece in narrative]
        wanted += [(ids[n], piece) for n, parts in pieces.items() for piece in parts[1:]]
        for row, (phase, text) in zip(rows, [*wanted, *[("", "")] * (len(rows) - len(wanted))], strict=True):
            self._text(free, row, free.columns["phase"], phase)
            self._text(free, row, free.columns["text"], text)
        self.used[table_name(table.id, number)] = len(wanted)
        self.placed |= {(*at, "sheet", "phases", n, *DONE) for n in pieces}
        if narrative:
            self.placed.add((*at, *NARRATIVE))

    @staticmethod
    def _text(block: Block, row: int, column: int, text: str) -> None:
        if text:
            block.sheet.put_text(row, column, text)
        else:
            block.sheet.clear(row, column)

    def fit_rows(self) -> None:
        """Make every row as high as the texts written in it need."""
        for sheet in self.book.open_sheets():
            sheet.fit_rows()


def _shared_out(texts: dict[int, str], own: str | None, single: set[int], free: int) -> tuple[dict[int, list[str]], list[str]]:
    """The pieces of each phase's story and of the objective's own, as fine as ``free`` continuation rows allow.

    Phases in ``single`` may not continue (their id is not theirs alone); what does not fit is left out.
    """
    pieces: dict[int, list[str]] = {}
    narrative: list[str] = []
    for most in (free + 1, 12, 8, 6, 4, 3, 2, 1):
        pieces = {n: parts for n, text in texts.items() if (parts := long_text.split(text, 1 if n in single else most))}
        narrative = (long_text.split(own, most) or []) if own else []
        complete = len(pieces) == len(texts) and bool(own) == bool(narrative)
        if sum(len(p) - 1 for p in pieces.values()) + len(narrative) <= free and (complete or most == 1):
            return pieces, narrative
        if not complete and most < free:
            break
    return _within(texts, own, single, free)


def _within(texts: dict[int, str], own: str | None, single: set[int], free: int) -> tuple[dict[int, list[str]], list[str]]:
    """As ``_shared_out`` when no even share fits: every story in as few cells as it can be, first come first served."""
    def fewest(text: str, most: int) -> list[str] | None:
        return next((parts for n in range(1, most + 1) if (parts := long_text.split(text, n))), None)

    narrative = fewest(own, free) or [] if own else []
    free -= len(narrative)
    pieces = {}
    for n, text in texts.items():
        parts = fewest(text, 1 if n in single else free + 1)
        if parts and len(parts) - 1 <= free:
            pieces[n] = parts
            free -= len(parts) - 1
    return pieces, narrative
