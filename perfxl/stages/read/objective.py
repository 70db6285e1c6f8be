"""Reads one objective sheet, and the measures, by their defined names."""

from collections.abc import Iterable
from typing import Any

from perfxl.model import long_text
from perfxl.model.documents import put_path
from perfxl.model.fields import Field, objective_fields, return_fields
from perfxl.model.rounds import KINDS
from perfxl.model.terms import cached_in_words
from perfxl.stages.read import blocks
from perfxl.stages.read.issued import Kept
from perfxl.stages.read.places import Items
from perfxl.stages.read.read_context import ReadContext, shown
from perfxl.stages.read.unknown_fields import note_unknown
from perfxl.workbook.binding import (
    DONE,
    ENDS,
    NARRATIVE,
    Table,
    objective_scalars,
    objective_tables,
    return_scalars,
    return_tables,
)
from perfxl.workbook.sheets.refs import Ref


@cached_in_words
def _tables() -> dict[str, Table]:
    return {t.id: t for t in objective_tables()}


@cached_in_words
def _owners() -> dict[tuple[str, ...], Field]:
    return {f.path: f for f in objective_fields() + return_fields()}


def _named(fields: Iterable[Field]) -> tuple[tuple[str, str, Field], ...]:
    """What the names of the fields end with, and their paths as JSON Pointers have them."""
    return tuple(("__".join(f.path), "/".join(f.path), f) for f in fields)


@cached_in_words
def _scalars() -> tuple[tuple[str, str, Field], ...]:
    return _named(objective_scalars())


@cached_in_words
def _arrays() -> tuple[tuple[Field, list[Table]], ...]:
    """The tables of an objective, each with the blocks in which it stands."""
    return tuple((owner, [t for t in objective_tables() if t.array == owner.path]) for owner in objective_fields() if owner.cell == "table")


@cached_in_words
def _known_names() -> frozenset[str]:
    """What the names of an objective's fields end with."""
    return frozenset((*(rest for rest, _, _ in _scalars()), *(f"t_{t}" for t in _tables())))


def array(gather: ReadContext, refs: dict[str, Ref], tables: list[Table], owner: Field, path: str,
          kept: Kept | None = None) -> tuple[list[dict[str, Any]], list[int]]:
    """The items of one array, from its table and that of its readings, joined by slot; and their slots.

    A table that cannot be read says what the issued form, ``kept``, says in it.
    """
    merged: dict[int, dict[tuple[str, ...], Any]] = {}
    read: list[tuple[Table, blocks.Block]] = []
    start = len(gather.findings)
    for table in tables:
        name = f"t_{table.id}"
        ref = refs.get(name)
        block: blocks.Block | None = None
        values: dict[int, dict[tuple[str, ...], Any]] = {}
        if ref is not None:
            block, values = blocks.items(gather, ref, table, owner)
        if block:
            read.append((table, block))
        elif kept and (issued := kept.ref(name, there=ref is not None)):
            _, values = blocks.items(kept.gather(gather), issued, table, owner)
        for slot, item in values.items():
            merged.setdefault(slot, {}).update(item)
    if kept and merged:
        _keys_as_issued(gather, read, merged=merged, tables=tables, owner=owner, kept=kept)
    slots = sorted(merged)
    ordered = [in_order(merged[s], owner) for s in slots]
    for table, block in read[:1]:  # of a blank table, where its first item would begin
        columns = [block.columns[f.key] for f in table.columns if f.key in block.columns]
        gather.places.put_first(path, (block.sheet, min(block.rows.values()), min(columns, default=1)))
    if slots:
        for table, block in read:
            gather.places.put_items(path, Items(block.sheet, rows=block.rows, slots=slots, layout=block.layout(table)))
    if len(gather.findings) > start:
        _give_paths(gather, start, path)
    return ordered, slots


def _keys_as_issued(gather: ReadContext, read: list[tuple[Table, blocks.Block]], merged: dict[int, dict[tuple[str, ...], Any]], tables: list[Table], owner: Field, kept: Kept) -> None:
    """Give the items in ``merged`` that have lost what they are known by (an identifier, what is never open) the one they were
    issued with: without it each would be another item beside its own."""
    keys = [f for f in owner.items if f.required and (f.key == "id" or not any(f.opens(kind) for kind in KINDS))]
    lacking = [slot for slot, item in sorted(merged.items()) if any(f.path not in item for f in keys)]
    if not lacking:
        return
    issued: dict[int, dict[tuple[str, ...], Any]] = {}
    for ref, table in ((kept.ref(f"t_{table.id}", there=True), table) for table in tables):
        for slot, item in (blocks.items(kept.gather(gather), ref, table, owner)[1] if ref else {}).items():
            issued.setdefault(slot, {}).update(item)
    taken = {tuple(item.get(f.path) for f in keys) for item in merged.values()}
    given = {}
    for slot in lacking:
        known = {f.path: issued[slot][f.path] for f in keys if f.path in issued.get(slot, {})}
        missing = {path: value for path, value in known.items() if path not in merged[slot]}
        if missing and tuple(known.get(f.path) for f in keys) not in taken and all(merged[slot].get(path, value) == value for path, value in known.items()):
            merged[slot] |= missing
            given[slot] = " ".join(str(known[f.path]) for f in keys if f.path in known)
    if given and read:
        slot = min(given)
        block, row = next(((block, row) for _, block in read for end in ENDS if (row := block.rows.get(f"{slot}{end}"))), (read[0][1], min(read[0][1].rows.values())))
        gather.note("FORM37", (block.sheet, row, min(block.columns.values())), owner, count=len(given), issued=", ".join(given.values()))


def in_order(values: dict[tuple[str, ...], Any], owner: Field) -> dict[str, Any]:
    """An item from its values by path, in the order of its fields."""
    item: dict[str, Any] = {}
    for f in owner.items:
        if f.path in values:
            put_path(item, f.path, values[f.path])
    return item


def _give_paths(gather: ReadContext, start: int, path: str) -> None:
    """Findings noted since ``start`` on cells of the items below ``path`` get their path."""
    by_cell = {(p.sheet, p.cell): pointer for pointer in gather.places if pointer.startswith(path)
               and pointer.count("/") > path.count("/") + 1 and (p := gather.places[pointer])}
    for index, finding in enumerate(gather.findings[start:], start):
        pointer = by_cell.get((finding.place.sheet, finding.place.cell))
        if pointer and not finding.path:
            gather.findings[index] = finding.at(path=pointer)


def _stories(gather: ReadContext, refs: dict[str, Ref], values: dict[tuple[str, ...], Any], path: str, kept: Kept | None) -> None:
    """Carry on the stories of the phases, and tell the objective's own, from the narrative block."""
    table, about = _tables()["narrative"], _owners()[NARRATIVE]
    ref = refs.get("t_narrative")
    if ref is None and kept and (ref := kept.ref("t_narrative")):
        gather = kept.gather(gather)
    start = len(gather.findings)
    block = None if ref is None else blocks.block(gather, ref, table, about)
    if block and ref and len(gather.findings) == start:
        blocks.remember(gather, ref, table, block)
    if block is None or "text" not in block.columns:
        return
    gather.places.put_first(f"{path}/{'/'.join(NARRATIVE)}", (block.sheet, min(block.rows.values()), block.columns["text"]))
    rows = sorted([*((r, block.filled[r]) for r in block.rows.values()), *block.loose])
    own = _own_story(gather, block, rows=rows, about=about, values=values, path=path)
    if own:
        values[about.path] = long_text.join(own)


def _own_story(gather: ReadContext, block: blocks.Block, rows: list[tuple[int, list[int]]], about: Field, values: dict[tuple[str, ...], Any], path: str) -> list[str]:
    """The pieces of the objective's own narrative; those of phases are joined to what the phases already say."""
    phases = values.get(("sheet", "phases"), [])
    own: list[str] = []
    more: dict[int, list[str]] = {}
    here = f"{path}/{'/'.join(about.path)}"
    phase_column, text_column = block.columns.get("phase", 0), block.columns["text"]
    for row, filled in rows:
        for column in filled:
            cell, is_field = gather.cell((block.sheet, row, column)), column in (phase_column, text_column)
            if is_field or cell.formula is None:
                gather.mark_read(block.sheet, row, (column,))
            if not is_field and cell.formula is None and shown(cell).strip():
                gather.note("FORM12", (block.sheet, row, column), about, here, found=shown(cell))
        piece = blocks.value(gather, (block.sheet, row, text_column), about, here) if text_column in filled else None
        phase = shown(gather.cell((block.sheet, row, phase_column))).strip() if phase_column in filled else ""
        if piece is None:
            if phase:
                gather.note("FORM14", (block.sheet, row, phase_column), about, here, found=phase)
            continue
        matching = [i for i, item in enumerate(phases) if item.get("id") == phase] if phase else []
        if len(matching) == 1:
            more.setdefault(matching[0], []).append(piece)
            continue
        if phase:
            gather.note("FORM10", (block.sheet, row, phase_column), about, here, found=phase)
            piece = f"{phase}: {piece}"
        if not own:
            gather.places.put(here, (block.sheet, row, text_column))
        own.append(piece)
    for index, pieces in more.items():
        part, key = DONE
        narrative = {**phases[index].get(part, {}), key: long_text.join([phases[index].get(part, {}).get(key, ""), *pieces])}
        reported = {f.path: narrative[f.key] for f in _owners()["sheet", "phases"].items if f.reading and f.key in narrative}
        kept = {f.path: value for f in _owners()["sheet", "phases"].items if not f.reading and (value := f.value(phases[index])) is not None}
        phases[index] = in_order(kept | reported, _owners()["sheet", "phases"])
    return own


def objective(gather: ReadContext, refs: dict[str, Ref], path: str, extension: tuple[Field, ...], kept: Kept | None = None) -> dict[str, Any]:
    """The objective whose fields stand at ``refs``, as the return document has it at ``path``.

    Fields that are not in ``refs`` say what ``kept`` says, the same sheet of the issued form.
    """
    values: dict[tuple[str, ...], Any] = {}
    code = refs.get("code")
    if code:
        gather.places.put(path, (code.sheet, code.top, code.left))
        gather.objective = str(gather.cell((code.sheet, code.top, code.left)).value or "")
    for rest, pointer, about in (*_scalars(), *_named(extension)):
        ref = refs.get(rest)
        if ref is not None:
            got = blocks.scalar(gather, ref, about, f"{path}/{pointer}")
        elif kept and (issued := kept.ref(rest)):
            got = blocks.scalar(kept.gather(gather), issued, about, "")
        else:
            continue
        if got is not None:
            values[about.path] = got
    if kept and ("code",) not in values:
        _code_as_issued(gather, refs, values=values, path=path, kept=kept)
    for owner, tables in _arrays():
        got, _ = array(gather, refs, tables=tables, owner=owner, path=f"{path}/{'/'.join(owner.path)}", kept=kept)
        if got:
            values[owner.path] = got
    _stories(gather, refs, values=values, path=path, kept=kept)
    note_unknown(gather, refs, _known_names().union(rest for rest, _, _ in _named(extension)) if extension else _known_names())
    document: dict[str, Any] = {}
    for about in (*objective_fields(), *extension):
        if about.path in values:
            put_path(document, about.path, values[about.path])
    return document


def _code_as_issued(gather: ReadContext, refs: dict[str, Ref], values: dict[tuple[str, ...], Any], path: str, kept: Kept) -> None:
    """Give an objective whose code was emptied the one it was issued with: without it nobody could tell which it is."""
    about = next(f for f in objective_scalars() if f.path == ("code",))
    ref = kept.ref("code", there="code" in refs)
    code = blocks.scalar(kept.gather(gather), ref, about, "") if ref else None
    if code is not None:
        values[about.path] = gather.objective = code
        if "code" in refs:
            gather.note("FORM32", (refs["code"].sheet, refs["code"].top, refs["code"].left), about, f"{path}/code", issued=code)


def general(gather: ReadContext, refs: dict[str, Ref], document: dict[str, Any], kept: Kept | None = None) -> dict[str, list[dict[str, Any]]]:
    """Puts the single fields outside the objectives in ``document``; the rows of each table, where there are any.

    Tables that are not in ``refs`` say what ``kept`` says, the same part of the issued form.
    """
    for about in return_scalars():
        ref = refs.get("__".join(about.path))
        if ref is not None:
            got = blocks.scalar(gather, ref, about, "/" + "/".join(about.path))
            if got is not None:
                put_path(document, about.path, got)
    tables = {t.id: array(gather, refs, tables=[t], owner=_owners()[t.array], path=f"/{t.id}", kept=kept)[0] for t in return_tables()}
    note_unknown(gather, refs, {"__".join(f.path) for f in return_scalars()} | {f"t_{t}" for t in tables})
    return {name: rows for name, rows in tables.items() if rows}
