"""The check of texts: there, told once, not longer than they may be."""

from collections.abc import Iterator

from perfxl.stages.issue.form.conditions.asking import Asked, first_asked, say, some_row
from perfxl.stages.issue.form.item_checks import faults
from perfxl.stages.issue.form.sheet_cells import SheetCells


def check_texts(sheet: SheetCells) -> str:
    asked: list[Asked] = []
    if sheet.full:
        wanted = ("title", "purpose", "detail") if sheet.round == "plan" else ("purpose", "detail")
        blank = ",".join(f'SUMPRODUCT(LEN(SUBSTITUTE({sheet.at(f"sheet/{key}")}," ","")))=0' for key in wanted)
        born = "" if sheet.round == "plan" else f"{sheet.born}=1,"  # else approved long ago
        asked.append((f"AND({born}OR({blank}))", say(sheet, "todo_text")))
    if sheet.round == "plan" and sheet.full:
        check, which = sheet.at("sheet/quality_check"), sheet.at("sheet/quality_check_which")
        asked.append((f'AND({check}="{sheet.words("yes")}",SUMPRODUCT(LEN({which}))=0)', say(sheet, "todo_quality")))
    elif sheet.full:
        asked += _narratives(sheet)
    if blanks := sheet.canvas.open.wanted():
        asked.append((f"OR({','.join(blanks)})", say(sheet, "todo_wanted")))
    over = "+".join(_too_long(sheet))
    if sheet.full and sheet.round == "plan":
        purpose, detail = sheet.at("sheet/purpose").split(":")[0], sheet.at("sheet/detail").split(":")[0]
        asked.append((f"IF(LEN({purpose})<{faults.LIKELY},FALSE,{purpose}={detail})", say(sheet, "todo_copied")))
    return first_asked(sheet, [*asked, *([(f"{over}>0", say(sheet, "todo_length"))] if over else [])])


def _narratives(sheet: SheetCells) -> list[Asked]:
    """Something is told of what was done; nothing is told at more length than the body allows."""
    narratives, about = sheet.cells("narrative", 2), sheet.cells("narrative", 1)
    words = [narratives, sheet.at("holding/reading/note"), sheet.cells("phases_reading", 2), sheet.cells("results_reading", 2)]
    silent = "+".join(f"SUMPRODUCT(LEN({cells}))" for cells in words)
    said = ",".join(f"{sheet.state}={sheet.label('holding/reading/status', s)}" for s in ("achieved", "partial"))
    long = (f'(SUMPRODUCT(({about}="")*LEN({narratives}))>pxm_narrative)'
            f"+SUMPRODUCT(ISNUMBER({sheet.cells('phases_reading', faults.LENGTH)})*({sheet.cells('phases_reading', faults.LENGTH)}>pxm_narrative))")
    return [(f"AND(OR({said}),{silent}=0)", say(sheet, "todo_silent")), (f"{long}>0", say(sheet, "todo_narrative")),
            (some_row(sheet, "phases_reading", faults.COPIED, 1), say(sheet, "todo_copied"))]


def _too_long(sheet: SheetCells) -> Iterator[str]:
    for f in sheet.scalars.values():
        place, limit = sheet.at("/".join(f.path)), f.schema.get("maxLength")
        if limit and f.cell in ("text", "long") and place != '""':
            yield f"(SUMPRODUCT(LEN({place}))>{limit})"
    for table in sheet.tables.values():
        for f in table.columns if sheet.full and not table.story else ():
            limit = f.schema.get("maxLength")
            if f.cell == "long" and limit and limit <= 8_000:
                column = sheet.canvas.columns[table.id][f.key]
                yield f"SUMPRODUCT(--(LEN({sheet.cells(table.id, column)})>{limit}))"
