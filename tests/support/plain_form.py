"""Draws a bare returned workbook from a ``return`` document, bound by names as every form is, with openpyxl."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from perfxl.model import long_text
from perfxl.model.fields import extension_fields
from perfxl.model.identity import Identity
from perfxl.workbook import values
from perfxl.workbook.binding import (
    DONE,
    NARRATIVE,
    STORY_SLOTS,
    objective_scalars,
    objective_tables,
    return_scalars,
    return_tables,
    scalar_name,
    table_name,
)
from perfxl.workbook.sheets.refs import a1

IDENTITY = Identity("UTP", 2021, round="final", sector="S1", issue=1, digest="0123456789abcdef")
#: The most cells of the narrative that the objective's own takes; what is left is for the stories of phases.
OWN_PIECES = 8
FORMATS = {"percent": "0.00%", "date": "dd/mm/yyyy", "number": "#,##0.##", "money": "#,##0.00", "integer": "0"}


def form(document: dict, extension: dict | None = None, language: str = "it", edit=None, **drawn) -> bytes:
    """The .xlsx bytes; ``edit(workbook)`` may change it before it is saved."""
    book = draw(document, extension, language, **drawn)
    if edit:
        edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def draw(document: dict, extension: dict | None = None, language: str = "it", identity: Identity | None = IDENTITY) -> Workbook:
    """The workbook: Leggimi, Misure, Richieste where there are any, one sheet per objective, the hidden sheet."""
    book = Workbook()
    first = book.active
    first.title = "Leggimi"
    row = 1
    for about in return_scalars():
        row = _scalar(book, first, row=row, about=about, document=document, label=scalar_name(about.path), language=language)
    if identity:
        first.cell(row, 1, identity.token)
        name(book, "px_identity", sheet=first, row=row, column=1)
        book.defined_names["px_token"] = DefinedName("px_token", attr_text=f'"{identity.token}"')
        book.custom_doc_props.append(StringProperty(name="perfxl", value=identity.token))
        hidden = book.create_sheet("_perfxl")
        hidden.sheet_state = "veryHidden"
        hidden["A1"] = identity.token
        first.oddFooter.left.text = identity.token
    for table in return_tables():
        if table.id in document or table.id == "measures":
            _table(book, book.create_sheet({"measures": "Misure", "requests": "Richieste"}[table.id]), top=1, table=table,
                   items=document.get(table.id, []), label=table_name(table.id), language=language)
    for number, objective in enumerate(document.get("objectives", []), 1):
        _objective(book, number, objective=objective, extension=extension, language=language)
    return book


def name(book: Workbook, label: str, sheet, row: int, column: int, bottom: int = 0, right: int = 0) -> None:
    """Define a name on a range."""
    text = f"{a1(row, column)}:{a1(bottom, right)}" if bottom else a1(row, column)
    quoted = sheet.title.replace("'", "''")
    parts = ":".join("$" + "".join(filter(str.isalpha, p)) + "$" + "".join(filter(str.isdigit, p)) for p in text.split(":"))
    book.defined_names[label] = DefinedName(label, attr_text=f"'{quoted}'!{parts}")


def put(sheet, row: int, column: int, value, about, language: str) -> None:
    """Write a document's value as a form would hold it."""
    content = values.to_cell(value, about, language)
    cell = sheet.cell(row, column)
    if content.kind == "blank":
        return
    cell.value = content.content
    cell.data_type = {"text": "s", "number": "n", "date": "d", "bool": "b"}[content.kind]
    cell.number_format = FORMATS.get(about.cell, "General")


def at(document: dict, path: tuple) -> Any:
    """The value at ``path``; None when there is none."""
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _scalar(book, sheet, row, about, document, label, language) -> int:
    cells = 6 if about.cell == "long" and about.schema["maxLength"] > 8000 else 1
    sheet.cell(row, 1, about.title(language))
    value = at(document, about.path)
    for offset, piece in enumerate((long_text.split(value, cells) if value is not None and cells > 1 else None) or [value]):
        put(sheet, row + offset, column=2, value=piece, about=about, language=language)
    name(book, label, sheet=sheet, row=row, column=2, bottom=row + cells - 1 if cells > 1 else 0, right=2)
    return row + cells


def _objective(book, number, objective, extension, language) -> None:
    sheet = book.create_sheet(objective["code"] if objective["code"] not in book.sheetnames else f"n{number}")
    row = 3
    for about in (*objective_scalars(), *extension_fields(extension)):
        row = _scalar(book, sheet, row=row, about=about, document=objective, label=scalar_name(about.path, number), language=language)
    more: list = []
    for table in objective_tables():
        row += 2
        if table.story:
            row = _story(book, sheet, top=row, table=table, own=at(objective, NARRATIVE), more=more, number=number)
            continue
        items = [dict(item) for item in at(objective, table.array) or []]
        if table.id == "phases_reading":
            for item in items:
                pieces = long_text.split(at(item, DONE) or "", STORY_SLOTS - OWN_PIECES) or []
                if pieces:
                    item["reading"] = {**item["reading"], "done": pieces[0]}
                    more += [(item["id"], piece) for piece in pieces[1:]]
        row = _table(book, sheet, top=row, table=table, items=items, label=table_name(table.id, number), language=language)


def _table(book, sheet, top, table, items, label, language) -> int:
    slot_column = len(table.columns) + 2
    for column, about in enumerate(table.columns, 1):
        sheet.cell(top, column, about.key)
        sheet.cell(top + 1, column, about.title(language))
    sheet.cell(top, slot_column, "#")
    row = top + 2
    for slot in range(1, table.slots + 1):
        item = items[slot - 1] if slot <= len(items) else {}
        for column, about in enumerate(table.columns, 1):
            put(sheet, row, column=column, value=about.value(item), about=about, language=language)
        sheet.cell(row, slot_column, str(slot))
        for end, fields in (("f", table.standing), ("r", table.revisions)):
            if not fields:
                continue
            row += 1
            keys = {f.below: f for f in fields}
            for column, about in enumerate(table.columns, 1):
                if about.key in keys:
                    put(sheet, row, column=column, value=keys[about.key].value(item), about=keys[about.key], language=language)
            sheet.cell(row, 1, "↳ modificato")
            sheet.cell(row, slot_column, f"{slot}{end}")
        row += 1
    name(book, label, sheet=sheet, row=top, column=1, bottom=row - 1, right=slot_column)
    return row


def _story(book, sheet, top, table, own, more, number) -> int:
    for column, key in enumerate(("phase", "text", "#"), 1):
        sheet.cell(top, column, key)
    sheet.cell(top + 1, 1, "Fase")
    rows = [("", piece) for piece in long_text.split(own or "", OWN_PIECES) or []] + more
    assert len(rows) <= STORY_SLOTS
    for slot in range(1, STORY_SLOTS + 1):
        row = top + 1 + slot
        sheet.cell(row, 3, str(slot))
        if slot <= len(rows):
            phase, piece = rows[slot - 1]
            if phase:
                sheet.cell(row, 1, phase)
            sheet.cell(row, 2).value = piece
            sheet.cell(row, 2).data_type = "s"
    name(book, table_name(table.id, number), sheet=sheet, row=top, column=1, bottom=top + 1 + STORY_SLOTS, right=3)
    return top + 2 + STORY_SLOTS
