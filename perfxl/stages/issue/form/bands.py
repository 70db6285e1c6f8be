"""The sheet of the body's tables of bands: what the sector reads, and beside it, hidden, the numbers that formulas look up.

Issue writes it from the plan, and takes it out of a form whose results are read in no table.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfxl.model.bands import Band, limits
from perfxl.model.documents import get_path, schema
from perfxl.model.rounds import PLAN
from perfxl.model.terms import pick, title_by_language
from perfxl.model.texts import Texts
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.patch.cells import Sheet
from perfxl.workbook.patch.names import quoted
from perfxl.workbook.sheets.refs import column_letters

if TYPE_CHECKING:  # who fills a form in need not load what draws one
    from perfxl.stages.issue.form.drawing import Canvas

#: Cells that the sector reads, and hidden ones that formulas do, each a named column: from the first row on.
SEEN = ("scale", "from", "to", "degree", "points", "label")
LOOKED_UP = {"number": "scale", "code": "code", "first": "first", "low": "from", "high": "to", "low_in": "from_in", "high_in": "to_in", "value": "degree", "offered": "offered"}
WIDTHS = {1: 24, 2: 14, 3: 14, 4: 12, 5: 10, 6: 40}
#: The end of a band that has none, as formulas compare with it.
ENDLESS = 10**15
#: The name of the codes of the tables, each once: what a result chooses from.
OFFERED = "pxm_band_offered"
#: The name of what the sector reads.
NAME = "pxm_bands"


def most() -> int:
    """Bands that a form has room for: all that a plan may have."""
    return schema("plan")["properties"]["bands"]["maxItems"]


def needed(document: dict[str, Any], plan: dict[str, Any], kind: str) -> bool:
    """Whether a result of the form ``document``, of a ``kind`` of round, is read in a table of bands, or may still be."""
    results = [r for o in document.get("objectives", ()) for r in get_path(o, ("sheet", "results")) or ()]
    return any("scale" in r for r in results) or kind == PLAN and bool(plan.get("bands"))


def draw(canvas: "Canvas") -> None:
    """The whole sheet, on a canvas of ``WIDTHS``."""
    draft, sheet = canvas.draft, canvas.sheet
    canvas.banner(draft.words("bands_title"))
    canvas.put(1, draft.words("bands_help"), "help")
    canvas.row += 2
    properties = schema("plan")["$defs"]["band"]["properties"]
    for column, key in enumerate(SEEN, 1):
        titles = properties[key]
        canvas.put(column, pick(title_by_language(titles), draft.language), "head")
    canvas.row += 1
    first, last = canvas.row, canvas.row + most() - 1
    for row in range(first, last + 1):
        for column, key in enumerate(SEEN, 1):
            canvas.put(column, None, "past_figure" if key in ("from", "to", "degree", "points") else "past", "0.00%" if key == "degree" else "General", row=row)
        for column in range(len(SEEN) + 1, len(SEEN) + len(LOOKED_UP) + 1):
            canvas.put(column, None, "hidden", row=row)
    draft.name(NAME, sheet, top=first, left=1, bottom=last, right=len(SEEN))
    for column, name in enumerate(LOOKED_UP.values(), len(SEEN) + 1):
        draft.name(f"pxm_band_{name}", sheet, top=first, left=column, bottom=last)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].hidden = True
    canvas.row = last + 1
    canvas.finish(f"1:{first - 1}", f"A{first}")


def looked_up() -> tuple[str, ...]:
    """The names that formulas look up in."""
    return tuple(f"pxm_band_{name}" for name in LOOKED_UP.values())


def write(form: Form, scales: Mapping[str, tuple[Band, ...]]) -> None:
    """Write ``scales``, the body's tables by code."""
    place = form.cell(NAME)
    if place is None:
        return
    sheet, ref = place
    row, words = ref.top, Texts("form", form.language)
    for number, (code, bands) in enumerate(scales.items(), 1):
        for n, (band, low, high, low_in, high_in) in enumerate(limits(bands)[:max(0, ref.bottom + 1 - row)]):
            _write_seen(sheet, row, code, band=band, words=words)
            _write_looked_up(sheet, row, code, {
                "number": number, "first": number if n == 0 else 0, "low": -ENDLESS if low is None else low, "high": ENDLESS if high is None else high,
                "low_in": int(low_in), "high_in": int(high_in), "value": band.degree / 100})
            row += 1
    for left in range(row, ref.bottom + 1):
        sheet.hide(left)
    _write_offered(form, sheet, list(scales))


def _write_seen(sheet: Sheet, row: int, code: str, band: Band, words: Texts) -> None:
    """What the sector reads of a band of the table ``code``."""
    sheet.put_text(row, 1, code)
    for column, value, none in ((2, band.low, words("band_no_low")), (3, band.high, words("band_no_high"))):
        if value is None:
            sheet.put_text(row, column, none)
        else:
            sheet.put_number(row, column, value)
    sheet.put_number(row, 4, band.degree / 100)
    if band.points is not None:
        sheet.put_number(row, 5, band.points)
    if band.label:
        sheet.put_text(row, 6, band.label)


def _write_looked_up(sheet: Sheet, row: int, code: str, figures: Mapping[str, int | Decimal]) -> None:
    """The hidden cells of a band of the table ``code``; ``figures``: what they hold, by the keys of ``LOOKED_UP``."""
    for column, key in enumerate(LOOKED_UP, len(SEEN) + 1):
        if key == "code":
            sheet.put_text(row, column, code)
        elif key in figures:
            sheet.put_number(row, column, figures[key])


def _write_offered(form: Form, sheet: Sheet, codes: list[str]) -> None:
    """The codes of the tables, each once, for results to choose from; not in a master from before tables were offered."""
    offered = form.cell(OFFERED)
    if offered is None or not codes:
        return
    cells = offered[1]
    for k, code in enumerate(codes[: cells.bottom - cells.top + 1]):
        sheet.put_text(cells.top + k, cells.left, code)
    letters, last = column_letters(cells.left), min(cells.bottom, cells.top + len(codes) - 1)
    form.book.set_name(OFFERED, f"{quoted(form.places[NAME][0].name)}!${letters}${cells.top}:${letters}${last}")
