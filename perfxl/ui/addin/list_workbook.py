"""A list shown as a workbook of its own: findings, the board."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from perfxl.model.findings import Finding, in_order
from perfxl.model.texts import Texts
from perfxl.stages.consolidate.plain_text import clean

_CLOCK = datetime(2000, 1, 1, 12)
_WIDEST = 70


def table(title: str, notes: Sequence[str], headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An .xlsx workbook with one sheet: title, a line for each note, the table. Texts stay texts."""
    from perfxl.stages.consolidate.inline import PlainSheet
    from perfxl.stages.consolidate.packaged import PackedWorkbook

    book = PackedWorkbook()
    book.set_properties({"title": clean(title), "author": "perfxl", "created": _CLOCK})
    sheet = book.add_worksheet(title[:31], PlainSheet)
    look = {"valign": "top", "text_wrap": True, "font_size": 10}
    head = book.add_format({"bold": True, "bg_color": "#22364D", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"})
    cell = book.add_format({**look, "border": 1, "border_color": "#C9D1DB"})
    sheet.write_string(0, 0, clean(title), book.add_format({"bold": True, "font_size": 15, "font_color": "#22364D"}))
    for number, note in enumerate(notes, 1):
        sheet.write_string(number, 0, clean(note), book.add_format({"font_color": "#5F6B7A"}))
    top = len(notes) + 2
    rows = [[clean(value) for value in row] for row in rows]
    for column, heading in enumerate(headings):
        sheet.write_string(top, column, clean(heading), head)
        longest = max([len(heading), *(len(row[column]) for row in rows)])
        sheet.set_column(column, column, min(_WIDEST, max(10, longest + 2)))
    for number, row in enumerate(rows, top + 1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value, cell)
    sheet.freeze_panes(top + 1, 0)
    sheet.hide_gridlines(2)
    sheet.autofilter(top, 0, top + max(1, len(rows)), max(0, len(headings) - 1))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    return book.packed()


def findings(listed: Iterable[Finding], language: str) -> bytes:
    """The findings, one a row: severity, code, sector, where, what was found, what was expected, what to do."""
    say, words = Texts("cli", language), Texts("addin", language)
    rows = []
    for f in in_order(listed):
        said = f.say(language)
        rows.append([say(f"severity_{f.severity}"), f.code, f.sector, f.place.file, f.place.sheet, f.place.cell,
                     said["found"], said["expected"], said["remedy"]])
    headings = [words(f"column_{c}") for c in ("severity", "code", "sector", "file", "sheet", "cell", "found", "expected", "remedy")]
    return table(words("findings_sheet"), [words("findings_count", count=len(rows))], headings, rows)
