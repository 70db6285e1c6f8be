"""One fault, one finding: what only follows from a fault that is told is left out."""

import io

import pytest

from perfxl.model import documents
from perfxl.model.findings import Finding, Place, ranked, report
from perfxl.stages.check import deduplicate
from perfxl.ui import screen

CELL, OTHER = Place("S1.xlsx", "S1.00001", "B207"), Place("S1.xlsx", "S1.00001", "B208")
FILE = Place("S1.xlsx")
FIELD = {"it": "Esito %", "en": "Outcome %"}


def left(*findings: Finding) -> list[str]:
    return [f.code for f in deduplicate.without_repeats(findings)]


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
    [told] = deduplicate.without_repeats([misprinted, outside, absent, nowhere])
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
    [told] = deduplicate.without_repeats(cells)
    first, *_ = cells
    assert (told.code, told.place, told.values["count"]) == ("FORM27", first.place, 14)
    assert all(f"A{n}: Anno {n}" in told.values["found"] for n in range(1, 15))
    assert left(*cells[:5]) == ["FORM16"] * 5


def at(code: str, cell: str, sheet: str = "S1.00001", **more) -> Finding:
    values = {"found": f"{cell} a parole"} | more.pop("values", {})
    return Finding(code, Place("S1.xlsx", sheet, cell), values, more.pop("field", FIELD), **more)


def test_what_is_alike_in_one_column_is_told_once_with_all_its_cells():
    amounts = [at("DATA11", f"D{n}") for n in range(10, 33)]
    [told] = deduplicate.without_repeats(amounts)
    assert told.place.cell == "D10" and [f.place.cell for f in told.others] == [f"D{n}" for n in range(11, 33)]
    document = told.document("it")
    assert document["count"] == 23 and "S1.00001!D32" in document["also"]
    assert "altre 22 celle: D11, D12" in document["message"] and all(f"D{n} a parole" in document["full"] for n in range(11, 33))
    assert not list(documents.violations("findings", report([told], "it")))
    assert left(at("DATA11", "D10"), at("DATA11", "D11", sheet="S1.00002")) == ["DATA11", "DATA11"]
    assert left(at("DATA11", "D10"), at("DATA11", "E10", field={"it": "Altro", "en": "Other"})) == ["DATA11", "DATA11"]
    assert left(at("OUTC01", "B7"), at("OUTC01", "B8")) == ["OUTC01", "OUTC01"]  # each is worth a call of its own


def test_each_code_that_a_text_names_wrongly_is_told_and_the_same_one_once():
    def named(code, cell):
        return Finding("CODE05", Place("S1.xlsx", "S1.00001", cell), {"code": code, "likely": "S1.00001"}, FIELD)

    told = deduplicate.without_repeats([named("S1.0001", "B19"), named("S1.00091", "B19"), named("S1.0001", "B20")])
    assert [(f.values["code"], [o.place.cell for o in f.others]) for f in told] == [("S1.0001", ["B20"]), ("S1.00091", [])]


def test_what_was_typed_over_closed_cells_of_a_sheet_is_told_once():
    over = [at("LOCK01", "B5", values={"name": "Titolo", "old": "a", "new": "b"}),
            at("LOCK02", "C9", values={"name": "Peso", "row": "1", "old": 1, "new": 2}, field={"it": "Peso", "en": "Weight"})]
    [told] = deduplicate.without_repeats(over)
    assert told.code == "LOCK01" and [f.code for f in told.others] == ["LOCK02"]


def test_an_impossible_value_gets_no_second_finding():
    percent = at("DATA03", "B9", values={"limit": 100})
    assert left(percent, at("OUTC22", "B9", values={"percent": 150, "computed": 60})) == ["DATA03"]
    assert left(at("DATE01", "E5", values={"value": "31/09/2021"}), at("DATE05", "E5")) == ["DATE01"]
    weight = at("DATA03", "C7", values={"limit": 100})
    assert left(weight, at("WGHT02", "C6", values={"sum": 210, "gap": 110, "count": 3})) == ["DATA03"]


def test_a_datum_in_conflict_gets_no_second_finding():
    way = "holding/interim/percent"
    conflict = Finding("MERG21", CELL, values={"key": "k"}, field=FIELD, path=f"/objectives/0/{way}", sector="S1", objective="S1.00001")
    blank = Finding("OUTC01", OTHER, values={}, field=FIELD, path=f"/objectives/3/{way}", sector="S1", objective="S1.00001")
    assert left(conflict, blank) == ["MERG21"]
    assert left(conflict, blank.at(objective="S1.00002")) == ["MERG21", "OUTC01"]
    row = Finding("MERG22", CELL, values={"key": "k"}, field=FIELD, path="/objectives/0/sheet/phases/1", sector="S1", objective="S1.00001")
    assert left(row, Finding("WGHT05", OTHER, values={"phase": "2"}, field=FIELD, path="/objectives/0/sheet/phases/1/weight",
                             sector="S1", objective="S1.00001")) == ["MERG22"]


def test_the_controllers_come_first_then_the_worst_and_what_blocks():
    given = [at("TEXT06", "A1"), at("OUTC07", "A2"), at("OUTC01", "A3"), at("OUTC02", "A4", blocks=True), at("MERG03", "A5"), at("LOCK01", "A6")]
    assert [f.code for f in ranked(given)] == ["MERG03", "LOCK01", "OUTC02", "OUTC01", "OUTC07", "TEXT06"]


def test_notes_are_counted_unless_they_are_asked_for():
    out = io.StringIO()
    screen.show_findings([at("DATE08", "B2"), at("TEXT06", "B3")], "it", out, notes=False)
    assert "DATE08" in out.getvalue() and "TEXT06" not in out.getvalue() and "1. Per leggerle aggiungi --notes" in out.getvalue()
    screen.show_findings([at("TEXT06", "B3")], "it", out)
    assert "TEXT06" in out.getvalue()


@pytest.mark.parametrize("lost, of_file", [(Finding("FORM31", FILE, {"count": 3, "found": "Fasi"}), True),
                                           (Finding("FORM11", CELL, {"found": "Fase | 1"}), False)])
def test_what_could_not_be_read_is_not_also_called_missing(lost, of_file):
    elsewhere = Place("S1.xlsx", "S1.00002", "B4")
    missing = [Finding(code, place, {"phases": "1", "result": "1"}) for place in (OTHER, elsewhere)
               for code in ("OUTC14", "OUTC25", "TEXT05", "WGHT02")]
    wrong = Finding("DATE06", OTHER)
    assert left(lost, *missing, wrong) == [lost.code, *([] if of_file else [f.code for f in missing[4:]]), "DATE06"]
    assert "OUTC14" in left(Finding("FORM31", Place("S2.xlsx")), *missing)


@pytest.mark.parametrize("told, besides, kept", [
    # of an outcome: what explains it goes before that it is not derived, and that before that it fell
    (Finding("OUTC07", CELL, {}, FIELD), Finding("OUTC22", CELL, {}, FIELD), ["OUTC07"]), (Finding("OUTC22", CELL, {}, FIELD), Finding("OUTC08", CELL, {}, FIELD), ["OUTC22"]),
    (Finding("OUTC07", CELL, {}, FIELD), Finding("OUTC08", CELL, {}, FIELD), ["OUTC07"]), (Finding("OUTC22", CELL, {}, FIELD), Finding("OUTC08", OTHER, {}, FIELD), ["OUTC22", "OUTC08"]),
    (Finding("WGHT02", OTHER, {}), Finding("OUTC22", CELL, {}, FIELD), ["WGHT02"]), (Finding("WGHT02", Place("S1.xlsx", "S1.00002", "C3")), Finding("OUTC22", CELL, {}, FIELD), ["WGHT02", "OUTC22"]),
    # of a phase that had not begun: that it is done long before its end is the same
    (Finding("DATE25", CELL), Finding("OUTC28", CELL), ["DATE25"]), (Finding("DATE25", CELL), Finding("OUTC28", OTHER), ["DATE25", "OUTC28"]),
    (Finding("TYPE01", CELL), Finding("DATE25", CELL), ["TYPE01"]), (Finding("TYPE01", CELL), Finding("DATE25", OTHER), ["TYPE01", "DATE25"]),
    (Finding("OUTC30", CELL, objective="S1.00001"), Finding("DATE25", OTHER, objective="S1.00001"), ["OUTC30"]),
    # of a cell that was emptied: that it is blank or cannot be read is told at the cell
    (Finding("OUTC01", CELL), Finding("MERG16", CELL), ["OUTC01"]), (Finding("DATA11", CELL, {"found": "x"}), Finding("MERG31", CELL), ["DATA11"]),
    (Finding("OUTC01", OTHER), Finding("MERG16", CELL), ["OUTC01", "MERG16"]),
    (Finding("DATE04", CELL), Finding("DATE21", CELL), ["DATE04"]),
    *[(Finding("DATE21", CELL, {}, path="/objectives/0/sheet/revision/end", objective="S1.00001"), Finding(code, OTHER, {}, objective="S1.00001"), ["DATE21"])
      for code in ("DATE05", "DATE09")],
    (Finding("DATE21", CELL, {}, path="/objectives/0/sheet/phases/0/revision/end_1", objective="S1.00001"), Finding("DATE05", OTHER, {}, objective="S1.00001"),
     ["DATE21", "DATE05"]),
    # of what is missing beside an impossible value
    (Finding("DATA04", CELL, {"found": "-20%"}, FIELD), Finding("OUTC24", CELL, {"phases": "1"}, FIELD), ["DATA04"]),
])
def test_what_follows_from_another_is_not_told(told, besides, kept):
    assert left(told, besides) == kept
