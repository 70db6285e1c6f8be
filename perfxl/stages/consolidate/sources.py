"""*Fonti*: the returned files, and the sheet and cell behind every row of the lists."""

import re

from perfxl.stages.consolidate import records
from perfxl.stages.consolidate.book import Book, Sheet
from perfxl.stages.consolidate.columns import column_from_texts
from perfxl.stages.consolidate.layout import TOP, Layout
from perfxl.stages.consolidate.lists import head, header, lines_of, put
from perfxl.stages.consolidate.styles import TABS
from perfxl.stages.consolidate.view import View

_ITEM = re.compile(r"/objectives/(\d+)(?:/holders/(\d+)|/sheet/(phases|results|entities|money)/(\d+))?|/measures/(\d+)")


def write_sources(view: View, book: Book, layout: Layout) -> None:
    """Files first, then one row per (row of a list, file, sheet) with its cells."""
    sheet = book.sheet(layout.name("sources"), TABS["sources"])
    table = records.sources(view)
    head(book, layout, sheet, "sources")
    header(book, sheet, row=TOP, columns=list(table.columns),
           widths={"compilation_considerations": 46, "sector": 34, "file": 44, "sha256": 40, "issue": 14})
    row = TOP
    for item in table:
        row += 1
        sheet.height(row, lines_of(list(table.columns), item.values, 6, {"sha256": 34}))
        for k, column in enumerate(table.columns):
            value = item.values.get(column.key)
            if column.key == "file":
                look = book.styles.link_cell(text_wrap=True)
                sheet.link_file(row, k, place=(value or "", "", ""), text=value or "", link_style=look, style=book.styles.cell())
            else:
                put(book, sheet, row=row, k=k, column=column, value=value)
    if row == TOP:
        row += 1
        sheet.text(row, 0, book.words("no_sources"), book.styles.soft())
    else:
        sheet.grid((TOP + 1, 0), (row, len(table.columns) - 1))
    _origins(view, book, sheet, row + 2)
    sheet.sheet.freeze_panes(TOP + 1, 0)
    sheet.printed(None)


def _origins(view: View, book: Book, sheet: Sheet, row: int) -> None:
    sheet.text(row, 0, book.words("origins"), book.styles.heading())
    row += 1
    columns = [column_from_texts(f"origin_{k}", "code") for k in ("what", "file", "cells", "sheet", "row")]
    order = ("what", "file", "cells", "sheet", "row")
    sheet.sheet.set_row(row, 30)
    for k, column in enumerate(columns):
        sheet.text(row, k, column.title(book.language), book.styles.header())
    first, style = row, book.styles.cell("text", text_wrap=False)
    link = book.styles.link_cell()
    for at, origins in view.origins.items():
        where = book.rows.get(at) or book.rows.get(f"{at}/holders/0")
        for origin in origins:
            row += 1
            values = {"what": named(view, book, at), "file": origin.file, "cells": f"{origin.sheet}!{origin.cells}",
                      "sheet": where[0] if where else ""}
            for k, key in enumerate(order[:4]):
                if key == "cells":
                    sheet.link_file(row, k, place=(origin.file, origin.sheet, origin.first), text=values[key], link_style=link, style=style)
                else:
                    sheet.text(row, k, values[key], style)
            if where:
                sheet.number(row, 4, where[1] + 1, book.styles.cell("integer"))
            else:
                sheet.blank(row, 4, style)
    if row > first:
        sheet.sheet.autofilter(first, 0, row, len(columns) - 1)
    else:
        sheet.text(row + 1, 0, book.words("nothing_here"), book.styles.soft())


def named(view: View, book: Book, at: str) -> str:
    """What a pointer stands for, in words: ``S1.00001 · fase 3``; the pointer itself where nothing stands there."""
    match = _ITEM.match(at)
    try:
        return _named(view, book, at, match) if match else at
    except (KeyError, IndexError):
        return at


def _named(view: View, book: Book, at: str, match: re.Match[str]) -> str:
    i, holder, array, k, measure = match.groups()
    if measure is not None:
        item = view.content["measures"][int(measure)]
        return f"{item['sector']} · {book.words('item_measures', id=item['measure']['id'])}"
    objective = view.objectives[int(i)]
    if holder is not None:
        return f"{objective.code} · {book.words('item_holder', id=objective.holders[int(holder)].sector)}"
    if array is None:
        rest = at[match.end():].rsplit("/", 1)[-1]
        return objective.code + (f" · {records.about_label(rest, book.language)}" if rest else "")
    item = objective.sheet.data[array][int(k)]
    said = book.words(f"item_{array}", id=item.get("id") or item.get("result") or item.get("label") or str(int(k) + 1))
    rest = at[match.end():].rsplit("/", 1)[-1]
    return f"{objective.code} · {said}" + (f" · {records.about_label(rest, book.language)}" if rest else "")
