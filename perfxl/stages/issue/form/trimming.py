"""What a form of this sector does not need is taken out or put out of sight: sheets, formulas, computed rows."""

from typing import Any

from perfxl.model import terms
from perfxl.model.arithmetic import Rules
from perfxl.model.documents import get_path
from perfxl.stages.issue.form import bands
from perfxl.stages.issue.form.names import CHECKS, SUMMARY
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.binding import return_tables, table_name
from perfxl.workbook.patch.names import tokens


def without_empty(form: Form, document: dict[str, Any], banded: bool) -> None:
    """Take out the sheets of tables that this sector has nothing in; that of the bands unless it is ``banded``."""
    for table in return_tables():
        if not get_path(document, table.array):
            _remove(form, table_name(table.id))
    if not banded:
        _remove(form, bands.NAME)


def without_summary(form: Form) -> None:
    """Take out the sector's totals: among questions there are only the sheets that were reopened."""
    _remove(form, SUMMARY)
    if terms.words_in_use().points:
        form.book.set_name("pxm_total_weight", "0")


def _remove(form: Form, name: str) -> None:
    """Take out the sheet where ``name`` is, unless it is the last one that is seen."""
    place, book = form.places.get(name), form.book
    if place and place[0] in book.entries and len([e for e in book.entries if e.state == "visible"]) > 1:
        book.remove(place[0])


def drop_orphans(form: Form) -> None:
    """Blank the formulas that speak of what this sector has not, and hide the rows that held nothing else."""
    book = form.book
    known = {n.name for n in book.names}
    there = [form.required_cell(n) for n in (SUMMARY, CHECKS) if form.places[n][0] in book.entries]
    kept = {row for _, ref in there for row in ref.rows}
    summary = there[0][0] if there else None
    for entry in book.entries:
        sheet = book.sheet(entry)
        for row, column, cell in sheet.computed("px"):
            if tokens(cell.formula or "") - known:
                sheet.clear(row, column)
                if sheet is not summary or row not in kept:
                    sheet.hide(row)


def hide_unused(form: Form, rules: Rules, count: int) -> None:
    """Hide the computed rows, of ``count`` objectives, that the body's rules leave blank: phases and results together, the
    traffic light."""
    unused = [key for key, used in (("by_mix", rules.counting == "mix"), ("light", rules.green)) if not used]
    for number in range(1, count + 1):
        for place in (form.cell(f"pxc{number:02d}_{key}") for key in unused):
            if place:
                place[0].hide(place[1].top)
