"""One fault, one finding: what only follows from a fault that is told is left out."""

import pytest

from perfxl.model.findings import Finding, Place
from perfxl.stages.check import deduplicate

CELL, OTHER = Place("S1.xlsx", "S1.00001", "B207"), Place("S1.xlsx", "S1.00001", "B208")
FILE = Place("S1.xlsx")
FIELD = {"it": "Esito %", "en": "Outcome %"}


def left(*findings: Finding) -> list[str]:
    return [f.code for f in deduplicate.once(findings)]


@pytest.mark.parametrize("unusable", sorted(deduplicate.UNUSABLE))
def test_a_cell_that_cannot_be_read_is_not_also_called_blank(unusable):
    read = Finding(unusable, CELL, {"found": "x", "choices": "y"})
    assert left(read, Finding("OUTC01", CELL)) == [unusable]
    assert left(read, Finding("OUTC01", OTHER)) == [unusable, "OUTC01"]


def test_phases_without_a_figure_are_told_when_one_of_them_is_really_blank():
    values = {"percent": 60, "least": 40, "most": 80}
    missing = Finding("OUTC25", CELL, {**values, "phases": "2, 5"}, FIELD)
    first = Finding("DATA11", CELL, {"found": "n.d."}, FIELD)
    second = Finding("FORM07", OTHER, {"found": "=1"}, FIELD)
    assert left(first, missing) == ["DATA11", "OUTC25"]
    assert left(first, second, missing) == ["DATA11", "FORM07"]


def test_a_text_too_long_for_its_field_is_not_also_too_long_for_the_body():
    long, rule = Finding("DATA01", CELL, {"length": 50_000, "limit": 40_000}), Finding("TEXT10", CELL, {"length": 50_000})
    assert left(long, rule) == ["DATA01"]
    assert left(rule) == ["TEXT10"]


def test_a_deleted_sheet_is_told_by_its_code_and_not_counted_again():
    deleted = Finding("FORM05", FILE, {"number": 5})
    absent = Finding("MERG03", FILE, {"code": "S1.00004"}, sector="S1")
    nowhere = Finding("SHRD05", FILE, {"code": "S1.00004", "sectors": "S1"}, sector="S1")
    counts = Finding("SHRD06", FILE, {"codes": "S1.00004"}, sector="S1")
    assert left(deleted, absent, nowhere, counts, Finding("WGHT01", FILE)) == ["MERG03"]
    assert left(deleted, Finding("WGHT01", FILE)) == ["FORM05"]
    assert left(absent, Finding("SHRD06", FILE, {"codes": "S1.00004, S1.00005"})) == ["MERG03", "SHRD06"]


def test_a_misprinted_code_is_told_once_with_what_its_sheet_contains():
    misprinted = Finding("CODE01", CELL, {"code": "S1.0003", "likely": "S1.00003"})
    outside = Finding("MERG01", CELL, {"code": "S1.0003", "sector": "S1", "content": "tutto il foglio"})
    absent = Finding("MERG03", FILE, {"code": "S1.00003"})
    nowhere = Finding("SHRD05", FILE, {"code": "S1.00003", "sectors": "S1"})
    [told] = deduplicate.once([misprinted, outside, absent, nowhere])
    assert (told.code, told.values["content"]) == ("CODE01", "tutto il foglio")
    assert left(outside, absent) == ["MERG01", "MERG03"]
    assert left(Finding("MERG02", CELL, {"code": "S1.00001"}), Finding("CODE08", OTHER, {"code": "S1.00001"}, objective="S1.00001")) == ["MERG02"]


def test_a_phase_that_changed_number_is_not_also_a_phase_that_is_not_there():
    gone = Finding("MERG05", Place("S1.xlsx", "S1.00001"), {"item": "3", "table": {"it": "Fasi", "en": "Phases"}, "code": "S1.00001"})
    tied = Finding("CODE11", CELL, {"result": "4", "phase": "3", "phases": "1, 2, 3A"})
    assert left(gone, tied) == ["MERG05"]
    assert left(gone, tied.at(values={**tied.values, "phase": "9"})) == ["MERG05", "CODE11"]


def test_a_deleted_row_is_told_without_what_it_leaves_behind():
    gone = Finding("MERG05", Place("S1.xlsx", "S1.00001"), {"item": "3", "table": {"it": "Fasi", "en": "Phases"}, "code": "S1.00001"})
    sums = Finding("WGHT02", OTHER, {"count": 6, "sum": 85, "gap": 15})
    nameless = Finding("DATA05", CELL, {"missing": FIELD})
    assert left(gone, sums, nameless, Finding("TEXT02", CELL, {"phase": None}), Finding("WGHT05", CELL, {"phase": None})) == ["MERG05", "DATA05"]
    assert left(sums, Finding("TEXT02", CELL, {"phase": "2"})) == ["WGHT02", "TEXT02"]


def test_a_sheet_of_another_master_is_told_once_with_all_that_it_says():
    cells = [Finding("FORM16", Place("S1.xlsx", "Leggimi", f"A{n}"), {"old": "Year", "new": f"Anno {n}"}) for n in range(1, 15)]
    [told] = deduplicate.once(cells)
    assert (told.code, told.place, told.values["count"]) == ("FORM27", cells[0].place, 14)
    assert all(f"A{n}: Anno {n}" in told.values["found"] for n in range(1, 15))
    assert left(*cells[:5]) == ["FORM16"] * 5
