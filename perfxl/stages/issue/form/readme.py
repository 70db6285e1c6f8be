"""The first sheet of a master: what to do, by when, to whom, and what the colours mean."""

from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.identity import NAME
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.drawing import Canvas
from perfxl.stages.issue.form.levels import ABOVE, BELOW
from perfxl.stages.issue.form.names import STEPS, TITLE

#: What issue writes here, by name: number format of the cell.
FACTS = {"pxm_body": "@", "pxm_sector": "@", "pxm_manager": "@", ABOVE: "@", BELOW: "@", "pxm_year": "0", "pxm_round": "@",
         "pxm_reference": "dd/mm/yyyy", "pxm_deadline": "dd/mm/yyyy", "pxm_return_to": "@", "pxm_questions": "@"}


def draw(draft: Draft, sheet: Worksheet) -> None:
    """The whole sheet."""
    words = draft.words
    canvas = Canvas(draft, sheet, "px_", {1: 30, 2: 105}, last=2)
    canvas.put(1, words("readme_title"), "title")
    canvas.named(TITLE, 1)
    sheet.row_dimensions[1].height = 32
    canvas.row = 3
    for name, number_format in FACTS.items():
        canvas.put(1, words(name), "label")
        canvas.put(2, None, "computed", number_format)
        canvas.named(name, 2)
        canvas.row += 1
    canvas.section(words("readme_steps"))
    steps = [n for n in range(1, STEPS + 1) if n != 5 or draft.round != "plan"]  # nothing is told at length in the plan round
    for number, step in enumerate(steps, 1):
        canvas.put(1, words("step", number=number), "label")
        canvas.put(2, words(f"step_{step}") if step != 3 else words(f"step_3_{draft.round}"), "text")
        canvas.named(f"pxm_step_{number}", 2)
        canvas.row += 1
    canvas.section(words("readme_legend"))
    moments = [("monitoring", "monitoring", False), ("final", "final", False)][: ("plan", "monitoring", "final").index(draft.round)]
    for key, moment, open_ in (("open", draft.round, True), ("locked", "plan", False), *moments):
        draft.look.paint(canvas.put(1, words(f"legend_{key}"), "text"), moment=moment, open_=False)
        if open_:
            sheet.cell(canvas.row, 1).fill = look.fill(look.TINT)
        canvas.put(2, words(f"legend_{key}_help"), "text")
        canvas.row += 1
    for key, (back, front) in (("good", look.GOOD), ("bad", look.BAD)):
        cell = canvas.put(1, words(f"legend_{key}"), "state")
        cell.fill, cell.font = look.fill(back), Font(name=look.FAMILY, size=look.SIZE, color=front)
        canvas.put(2, words(f"legend_{key}_help"), "text")
        canvas.row += 1
    canvas.row += 1
    canvas.put(1, words("readme_identity"), "trace")
    canvas.put(2, None, "trace", "@")
    canvas.named(NAME, 2)
    canvas.finish("1:1", "A3")
    sheet.page_setup.fitToHeight = 1
