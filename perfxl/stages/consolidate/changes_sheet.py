"""*Modifiche*: what differs from the approved plan, and why: approved in black, interim in blue, final in green."""

from collections.abc import Iterator
from typing import Any

from perfxl.model import long_text
from perfxl.model.change import Change, from_document
from perfxl.model.changes import changes
from perfxl.model.fields import objective_fields, return_fields
from perfxl.stages.consolidate.book import Book, Sheet
from perfxl.stages.consolidate.columns import Column, Row, Table, choice, column_from_texts, people, round_column
from perfxl.stages.consolidate.layout import TOP, Layout
from perfxl.stages.consolidate.lists import (
    end_list,
    head,
    header,
    lines_of,
    pages,
    put,
)
from perfxl.stages.consolidate.styles import TABS
from perfxl.stages.consolidate.view import View

WIDTHS = {"objective": 13, "sector": 9, "item": 22, "field": 26, "approved": 48, "revised": 48, "reason": 46, "round": 24, "origin": 20}
LINES = 12


#: The columns that only analysts read: on the sheet the pass stands in place of the round.
OF_PASSES = ("pass", "pass_by")


def table(view: View) -> Table:
    """One row per change. ``approved`` and ``revised`` are of the kind of their field, responsibles as text; of a plan negotiated in
    several passes, those of each pass, with its number and whose it was."""
    columns = (column_from_texts("objective", "code"), column_from_texts("sector", "code"), column_from_texts("item", "text", name="change_item"),
               column_from_texts("field", "text", name="change_field"), choice("kind", "change", name="change_kind"),
               column_from_texts("approved", "text"), column_from_texts("revised", "text"), column_from_texts("reason", "long", name="change_reason"),
               round_column(view), column_from_texts("pass", "integer"), choice("pass_by", "passby"))

    def build() -> Iterator[Row]:
        for change, of_pass in _with_passes(view):
            yield Row("" if of_pass else change.path, _values(change) | {"pass": of_pass.get("pass"), "pass_by": of_pass.get("by")})

    return Table("changes", columns, build)


def _values(change: Change) -> dict[str, Any]:
    parts = ("objective", "sector", "item", "field", "kind", "approved", "revised", "reason", "round")
    values = {key: getattr(change, key) or None if key in ("item", "reason") else getattr(change, key) for key in parts}
    if change.cell_kind == "table":
        values |= {key: people(values[key]) for key in ("approved", "revised")}
    return values


def _note(view: View, book: Book) -> str:
    """What the colours stand for, by the name of the final round where the body names its rounds."""
    if not any(r.named(book.language) for r in view.year.reporting):
        return book.words("changes_note")
    return book.words("changes_note_named", final=view.year.reporting[-1].name(book.language))


def write_changes(view: View, book: Book, layout: Layout) -> None:
    """Write the sheet; each row ends with a link to the cell that the change was written in."""
    sheet = book.sheet(layout.name("changes"), TABS["list"])
    columns = [*(c for c in table(view).columns if c.key not in OF_PASSES), column_from_texts("origin", "code")]
    head(book, layout, sheet=sheet, key="changes", note=_note(view, book))
    header(book, sheet, row=TOP, columns=columns, widths=WIDTHS)
    row = TOP
    for change, of_pass in _with_passes(view):
        row += 1
        when = book.words(f"pass_{of_pass['by']}", number=of_pass["pass"], round=view.year.all[0].name(book.language)) if of_pass else ""
        _row(view, book, sheet=sheet, row=row, columns=columns, change=change, when=when)
    if row == TOP:
        sheet.text(TOP + 1, 0, book.words("no_changes"), book.styles.soft())
    end_list(sheet, row, len(columns))
    sheet.sheet.freeze_panes(TOP + 1, 4)
    sheet.printed((TOP, TOP), wide=pages(columns, WIDTHS), left=4)


def _with_passes(view: View) -> Iterator[tuple[Change, dict[str, Any]]]:
    """Every change with the pass that it belongs to; {} where it belongs to none. Of a plan negotiated in several passes, each pass
    stands in place of what the plan round says as a whole."""
    passes = view.document.get("passes", ())
    for one_pass in passes:
        yield from ((change, one_pass) for change in map(from_document, one_pass["changes"]))
    plan = {str(r) for r in view.year if not r.reports} if passes else set()
    yield from ((change, {}) for change in changes(view.document) if change.round not in plan)


def _row(view: View, book: Book, sheet: Sheet, row: int, columns: list[Column], change: Change, when: str) -> None:
    """``when``: what stands in place of the round, "" for the round itself."""
    shown = _values(change)
    shown |= {"field": change.title[book.language], "item": _item(book, change),
              **{key: _value(shown[key], change, book, key) for key in ("approved", "revised")}}
    sheet.height(row, max(lines_of(columns, shown, LINES, WIDTHS), long_text.lines_shown(when, WIDTHS["round"])))
    for k, column in enumerate(columns):
        if column.key in ("approved", "revised"):
            moment = "plan" if column.key == "approved" else view.year.get(change.round) or "plan"
            struck = {"font_strikeout": True} if column.key == "approved" and change.kind == "dropped" else {}
            kind = change.cell_kind if change.cell_kind in ("percent", "number", "money", "integer", "date") else "text"
            put(book, sheet, row=row, k=k, column=Column(column.key, kind, column.titles, moment), value=shown[column.key],
                align="left", indent=1, **struck)
        elif column.key == "origin":
            place = (change.place.file, change.place.sheet, change.place.cell)
            if change.place.cell:
                sheet.link_file(row, k, place=place, text=f"{place[1]}!{place[2]}", link_style=book.styles.link_cell(font_size=9),
                                style=book.styles.cell("code", font_size=9))
        elif column.key == "round" and when:
            sheet.text(row, k, when, book.styles.cell("text", "plan"))
        else:
            put(book, sheet, row=row, k=k, column=column, value=shown[column.key])


def _item(book: Book, change: Change) -> str:
    """What the change is about, below the objective: ``fase 3-bis``."""
    if not change.table:
        return ""
    return book.words("item_holder" if change.table == "holders" else f"item_{change.table}", id=change.item)


def _value(value: Any, change: Change, book: Book, key: str) -> Any:
    """A value as users read it: the label of a choice; a kind of change that has no new value says so itself."""
    if value is None and key == "revised" and change.kind in ("dropped", "withdrawn"):
        return book.words(f"change_{change.kind}")
    if change.cell_kind in ("choice", "yesno") and value is not None:
        fields = [*objective_fields(), *(c for f in (*objective_fields(), *return_fields()) for c in f.items)]
        labels = next((f.labels(book.language) for f in fields if f.key == change.field), {})
        return labels.get(value, str(value))
    return value
