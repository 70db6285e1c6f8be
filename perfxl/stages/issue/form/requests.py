"""The sheet of the controller's questions: one a row, with a cell for the answer."""

from openpyxl.worksheet.worksheet import Worksheet

from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.drawing import Canvas
from perfxl.workbook.binding import return_tables

WIDTHS = {"id": 6, "objective": 13, "about": 24, "question": 62, "due": 13, "answer": 70, "answer_date": 14}
#: What stays in view on the left, with the answer beside it.
KEPT = ("id", "objective", "question", "answer")


def draw(draft: Draft, sheet: Worksheet) -> None:
    """The whole sheet."""
    table = next(t for t in return_tables() if t.id == "requests")
    keys = [c.key for c in table.columns]
    places = {k: n for n, k in enumerate((*KEPT, *(k for k in keys if k not in KEPT)), 1)}
    last = len(places)
    canvas = Canvas(draft, sheet, prefix="px_", widths={n: WIDTHS[k] for k, n in places.items()}, last=last)
    canvas.banner(draft.words("requests_title"))
    canvas.put(1, draft.words("requests_help"), "help")
    canvas.row += 1
    state = canvas.row
    canvas.row += 1
    canvas.table(table, places, slot=last + 1, prompted=False)
    rows = canvas.rows[table.id]
    question, answer = (sheet.cell(1, places[k]).column_letter for k in ("question", "answer"))
    look.missing(sheet, f"{answer}{rows[0]}:{answer}{rows[-1]}", f'AND(${question}{rows[0]}<>"",${answer}{rows[0]}="")')
    blank = f'SUMPRODUCT((${question}${rows[0]}:${question}${rows[-1]}<>"")*(${answer}${rows[0]}:${answer}${rows[-1]}=""))'
    canvas.put(places["answer"], f'=IF({blank}=0,"{draft.words("ok_answered")}","{draft.words("todo_unanswered")}"&{blank})', "state", row=state)
    here, ok = canvas.named("pxm_check_answers", places["answer"], state), draft.words("ok")
    look.good_or_bad(sheet, here.replace("$", ""), f'LEFT({here},{len(ok)})="{ok}"', f'LEFT({here},{len(ok)})<>"{ok}"')
    canvas.finish(f"1:{rows[0] - 1}", f"{sheet.cell(1, KEPT.index('answer') + 1).column_letter}{rows[0]}")
    sheet.column_dimensions[sheet.cell(1, last + 1).column_letter].hidden = True
