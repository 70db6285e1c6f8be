"""What every marked copy has to be, whatever is marked in it."""

import io

import openpyxl

from perfxl.stages import check, mark
from perfxl.stages.issue import fill
from perfxl.stages.read import read


def assert_mendable(form: bytes, issued: dict, returned: dict, content: dict, round: str) -> int:
    """Mark what ``returned`` gives on ``form``; how many cells were marked."""
    made, _ = fill.fill(form, returned)
    reading = read(made, "S.xlsx")
    document, places = reading.document or {}, dict(reading.places)
    given = (document, issued, content, round, places, "S.xlsx")
    findings = mark.for_sector(check.without_repeats(check.about_taken(reading.findings, *given) + check.check(*given)))
    book = openpyxl.load_workbook(io.BytesIO(mark.mark(made, findings, "it", open_only=True)))
    marked = {(sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment}
    assert all(not cell.protection.locked for cell in marked.values())
    placed = {(f.place.sheet, f.place.cell): f for f in findings if f.place.cell}
    assert set(marked) == set(placed), "a finding for the sector stands on a cell that is closed to it"
    for finding in placed.values():
        assert reading.places.get(finding.path) == finding.place or finding.path not in reading.places, finding
        assert finding.field, finding
        shown = f"{finding.code}: {finding.field['it']}"
        assert shown in marked[finding.place.sheet, finding.place.cell].comment.text
    return len(marked)
