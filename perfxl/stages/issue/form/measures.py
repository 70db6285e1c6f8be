"""The sheet of the transversal measures that a sector answers for."""

from openpyxl.worksheet.worksheet import Worksheet

from perfxl.stages.issue.form import arithmetic
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.drawing import Canvas
from perfxl.stages.issue.form.item_checks.row_formulas import grows_by_one
from perfxl.stages.issue.form.table_places import shown_in
from perfxl.workbook.binding import return_tables

WIDTHS = {"objective": 13, "id": 6, "section": 26, "measure": 62, "deadline": 18, "indicator": 36, "applicable": 12,
          "result": 60, "percent": 12, "due": 16}
#: What stays in view on the left, and what is filled in beside it; the rest follows.
KEPT, ASKED = ("objective", "id", "measure"), ("result", "percent", "applicable")
#: Names of the columns that the formulas of other sheets use, by key.
NAMES = {"objective": "pxm_measure_objective", "measure": "pxm_measure_text", "applicable": "pxm_measure_applicable",
         "percent": "pxm_measure_percent", "result": "pxm_measure_result"}


def draw(draft: Draft, sheet: Worksheet) -> None:
    """The whole sheet."""
    table = shown_in(next(t for t in return_tables() if t.id == "measures"), draft.round)
    keys = [c.key for c in table.columns]
    asked = [k for k in ASKED if k in keys]
    places = {k: n for n, k in enumerate((*KEPT, *asked, *(k for k in keys if k not in (*KEPT, *asked))), 1)}
    last = len(places)
    canvas = Canvas(draft, sheet, prefix="px_", widths={n: WIDTHS.get(k, 20) for k, n in places.items()}, last=last)
    canvas.banner(draft.words("measures_title"))
    canvas.put(1, draft.words(f"measures_help_{draft.round}"), "help")
    canvas.row += 1
    canvas.table(table, places, slot=last + 1, prompted=False)
    rows = canvas.rows[table.id]
    for key, name in NAMES.items():
        if key in places:
            draft.name(name, sheet, top=rows[0], left=places[key], bottom=rows[-1])
    if "percent" in places:
        letters = {k: sheet.cell(1, c).column_letter for k, c in places.items()}
        due_now = f'NOT({arithmetic.not_due("$" + letters["due"] + str(rows[0]))})'
        look.missing(sheet, f"{letters['percent']}{rows[0]}:{letters['percent']}{rows[-1]}",
                     f'AND(${letters["measure"]}{rows[0]}<>"",${letters["applicable"]}{rows[0]}<>"{draft.words("no")}",'
                     f'${letters["percent"]}{rows[0]}="",{due_now})')
        for row in rows:
            typed, due = f"{letters['percent']}{row}", arithmetic.not_due(f"{letters['due']}{row}")
            canvas.put(last + 2, f'=IF(AND({typed}="",{due}),"==",{arithmetic.percent(typed)})', "hidden", row=row)
            value = sheet.cell(1, last + 2).column_letter
            if row + 2 <= rows[-1]:
                canvas.put(last + 3, f'=IF({grows_by_one(value, row, "0.01")},1,0)', "hidden", row=row)
        draft.name("pxm_measure_value", sheet, top=rows[0], left=last + 2, bottom=rows[-1])
        kind = [f"{count}>0" for count in canvas.open.other_kind()]
        for column, name, formula in ((last + 2, "pxm_measure_wanted", canvas.open.wanted()), (last + 3, "pxm_measure_kind", kind)):
            canvas.put(column, f"=IF(OR({','.join(formula) or 'FALSE'}),1,0)", "hidden", row=2)
            draft.name(name, sheet, top=2, left=column)
        draft.name("pxm_measure_dragged", sheet, top=rows[0], left=last + 3, bottom=rows[-1])
    canvas.finish(f"1:{rows[0] - 1}", f"{sheet.cell(1, len(KEPT) + 1).column_letter}{rows[0]}")
    for column in range(last + 1, last + 4):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].hidden = True
