"""What is wrong in a plan workbook is said once, with its code, at its cell."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from plan_examples import EXTENSION, small

from perfxl.model import documents
from perfxl.model.findings import report
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan


def seen(reading) -> list[tuple[str, str, str]]:
    """(code, sheet, cell) of every finding."""
    return [(f.code, f.place.sheet, f.place.cell) for f in reading.findings]


def edited(document: dict, edit, extension=None):
    """The reading of ``document``'s workbook after ``edit`` changed it as a user would."""
    book = load_workbook(BytesIO(write_plan(document, extension=extension)))
    edit(book)
    out = BytesIO()
    book.save(out)
    return plan.read(out.getvalue(), extension=extension)


def column(sheet, title: str) -> str:
    """The letter of the column with ``title``, asterisk or not."""
    return next(c.column_letter for c in sheet[3] if str(c.value).rstrip(" *") == title)


def put(sheet: str, title: str, row: int, value):
    """An edit that writes ``value`` under ``title``."""
    def edit(book):
        book[sheet][f"{column(book[sheet], title)}{row}"] = value
    return edit


def test_a_blank_plan_says_which_cells_to_fill():
    blank = plan.blank(2026)
    reading = plan.read(write_plan(blank))
    assert reading.document is None
    assert seen(reading) == [("PLAN10", "Ente", "B8"), ("PLAN10", "Ente", "B9"), ("PLAN11", "Settori", "A4")]
    assert [f.field["it"] for f in reading.findings] == ["Codice", "Nome", "Settori"]
    filled = {**blank, "body": {"code": "UPR", "name": "Unione"}, "sectors": [{"code": "S1", "name": "Uno"}]}
    assert not list(documents.violations("plan", filled))
    assert seen(plan.read(write_plan(filled))) == []


@pytest.mark.parametrize(("sheet", "title", "row", "value", "found"), [
    ("Settori", "Nome", 5, None, ("PLAN10", "Settori", "B5")),
    ("Settori", "Codice", 4, "S#1", ("PLAN15", "Settori", "A4")),
    ("Settori", "E-mail", 4, "chi sa", ("PLAN19", "Settori", "E4")),
    ("Settori", "Nome", 4, "x" * 201, ("PLAN13", "Settori", "B4")),
    ("Settori", "Peso nell’ente", 4, 1001, ("PLAN14", "Settori", "H4")),
    ("Settori", "Peso nell’ente", 4, -1, ("PLAN24", "Settori", "H4")),
    ("Cascata", "Codice", 6, "3/1/2", ("PLAN17", "Cascata", "A6")),
    ("Cascata", "Assessori", 6, "\n".join("abcdefg"), ("PLAN21", "Cascata", "D6")),
    ("Obiettivi", "Linee strategiche", 4, "3/1/2", ("PLAN17", "Obiettivi", "L4")),
    ("Obiettivi", "Linee strategiche", 4, "03.01.02\n03.01.02", ("PLAN22", "Obiettivi", "L4")),
    ("Settori titolari", "Codice nel settore", 4, "S1[1]", ("PLAN16", "Settori titolari", "C4")),
    ("Fasi", "Fase", 4, "prima fase, quella iniziale", ("PLAN18", "Fasi", "B4")),
    ("Misure", "Obiettivo", 4, None, ("PLAN10", "Misure", "B4")),
])
def test_what_the_schema_refuses_is_said_at_its_cell(sheet, title, row, value, found):
    reading = edited(small(), put(sheet, title, row, value))
    assert reading.document is None
    assert found in seen(reading)


def test_dates_that_do_not_exist_or_are_out_of_reach_are_said():
    reading = edited(small(), put("Tornate", "Scadenza di restituzione", 4, "31/09/2026"))
    assert {("DATA17", "Tornate", "E4"), ("PLAN10", "Tornate", "E4")} == set(seen(reading))
    reading = edited(small(), put("Tornate", "Scadenza di restituzione", 4, date(2250, 12, 31)))
    assert seen(reading) == [("PLAN20", "Tornate", "E4")]


def test_a_measure_of_a_sector_that_does_not_hold_the_objective():
    document = small()
    document["objectives"][1]["holders"].pop()
    assert ("PLAN43", "Misure", "A4") in seen(plan.read(write_plan(document)))


def test_an_objective_of_one_sector_is_one_row_with_its_weight_on_it():
    document = small()
    document["objectives"].append({"code": "S1.00003", "lead": "S1", "holders": [{"sector": "S1"}]})
    document["objectives"].append({"code": "S1.00004", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weighting": "weighted", "weight": 12}}]})
    book = load_workbook(BytesIO(write_plan(document)))
    assert [book["Settori titolari"].cell(r, 1).value for r in range(4, 10)] == ["S1.00001", "S1.00001", "S1.00002", "S1.00002", None, None]
    heads = [c.value for c in book["Obiettivi"][3]]
    assert book["Obiettivi"].cell(7, heads.index("Peso") + 1).value == 0.12
    reading = plan.read(write_plan(document))
    assert reading.document["objectives"] == document["objectives"]
    assert reading.places["/objectives/3/holders/0/holding/weight"].sheet == "Obiettivi"


def test_a_weight_written_twice_is_told_when_the_two_differ():
    def twice(book, weight):
        heads = [c.value for c in book["Obiettivi"][3]]
        book["Obiettivi"].cell(4, heads.index("Peso") + 1).value = weight
    assert ("PLAN78", "Obiettivi", "E4") in seen(edited(small(), lambda book: twice(book, 0.5)))
    same = edited(small(), lambda book: twice(book, 0.6))
    assert "PLAN78" not in {f.code for f in same.findings} and same.document["objectives"] == small()["objectives"]


def test_nothing_optional_is_asked_for_and_no_is_no_answer():
    def say_no(book):
        heads = [c.value for c in book["Obiettivi"][3]]
        assert "Prosegue l’obiettivo" in heads  # without the asterisk of what is required
        for row in (4, 5):
            book["Obiettivi"].cell(row, heads.index("Prosegue l’obiettivo") + 1).value = "No"

    assert edited(small(), say_no).document["objectives"] == small()["objectives"]
    ws = load_workbook(BytesIO(write_plan(small())))["Obiettivi"]
    asked = f"TRIM({column(ws, 'Prosegue l’obiettivo')}4)"
    yellow = {str(r.sqref): rule.formula[0] for r in ws.conditional_formatting for rule in r.rules if asked in rule.formula[0]}
    assert [f for f in yellow.values() if "SUMPRODUCT" in f] == [] and yellow


def test_what_later_rounds_say_stands_on_sheets_of_its_own():
    book = load_workbook(BytesIO(write_plan(small())))
    ws = book["Settori titolari"]
    keys = {ws.cell(1, n).value: ws.column_dimensions[get_column_letter(n)].hidden for n in range(1, ws.max_column + 1)}
    assert not keys["holders:holding/weight"] and not any("reading" in key or "revision" in key for key in keys if key)
    assert {"Letture", "Modifiche", "Responsabili modificati"} <= set(book.sheetnames)


def _change(document: dict, path: str, value) -> dict:
    *above, last = [int(p) if p.isdigit() else p for p in path.split("/")]
    item = document
    for key in above:
        item = item[key] if isinstance(key, int) else item.setdefault(key, {})
    if isinstance(item, list):
        item.insert(last, value)
    else:
        item[last] = value
    return document


@pytest.mark.parametrize(("path", "value", "found"), [
    ("sectors/2", {"code": "S1", "name": "Doppio"}, ("PLAN30", "Settori", "A6")),
    ("cascade/3", {"code": "03", "title": "Doppia"}, ("PLAN32", "Cascata", "A7")),
    ("rounds/1/kind", "plan", ("PLAN64", "Tornate", "B5")),
    ("rounds/2", {"id": "interim", "kind": "monitoring", "reference_date": "2026-11-30", "deadline": "2026-12-15"}, ("PLAN33", "Tornate", "A6")),
    ("objectives/0/holders/2", {"sector": "S2"}, ("PLAN34", "Settori titolari", "B6")),
    ("objectives/0/lead", "S9", ("PLAN40", "Obiettivi", "C4")),
    ("objectives/0/holders/2", {"sector": "S9"}, ("PLAN40", "Settori titolari", "B6")),
    ("measures/0/sector", "S9", ("PLAN40", "Misure", "A4")),
    ("evaluations/0/sector", "S9", ("PLAN40", "Valutazioni", "B4")),
    ("requests/0/sector", "S9", ("PLAN40", "Richieste", "C4")),
    ("considerations/0/sector", "S9", ("PLAN40", "Considerazioni", "A4")),
    ("measures/0/measure/objective", "S1.99999", ("PLAN41", "Misure", "B4")),
    ("evaluations/0/objective", "S1.99999", ("PLAN41", "Valutazioni", "A4")),
    ("requests/0/objective", "S1.99999", ("PLAN41", "Richieste", "D4")),
    ("objectives/0/holders/1/sector", "S1", ("PLAN34", "Settori titolari", "B5")),
    ("objectives/0/lead", "S3", ("PLAN42", "Obiettivi", "C4")),
    ("evaluations/0/sector", "S3", ("PLAN43", "Valutazioni", "B4")),
    ("measures/0/measure/objective", "S1.00001", ("PLAN44", "Misure", "B4")),
    ("objectives/1/kind", "ordinary", ("PLAN44", "Misure", "B4")),
    ("objectives/0/holders/0/holding/revisions", [{"round": "interim", "replaced_by": "S1.99999"}], ("PLAN46", "Modifiche", "K4")),
    ("objectives/0/holders/0/holding/revisions", [{"round": "interim", "replaced_by": "S1.00001"}], ("PLAN47", "Modifiche", "K4")),
    ("evaluations/0/round", "q9", ("PLAN45", "Valutazioni", "C4")),
    ("considerations/0/round", "q9", ("PLAN45", "Considerazioni", "B4")),
    ("objectives/1/holders/0/holding/readings/0/round", "q9", ("PLAN45", "Letture", "G4")),
    ("objectives/0/sheet/phases/1/revisions", [{"round": "q9", "weight": 20}], ("PLAN45", "Modifiche", "G4")),
    ("objectives/0/sheet/strategic_lines", ["09.09.09"], ("PLAN50", "Obiettivi", "L4")),
    ("objectives/0/sheet/strategic_lines", ["03.01"], ("PLAN51", "Obiettivi", "L4")),
    ("cascade/3", {"code": "04.01", "title": "Senza indirizzo"}, ("PLAN52", "Cascata", "A7")),
    ("objectives/0/sheet/entities/0/result", "7", ("PLAN53", "Valori per ente", "B4")),
    ("rounds/1/deadline", "2026-09-01", ("PLAN61", "Tornate", "E5")),
    ("rounds/1/reference_date", "2025-12-31", ("PLAN62", "Tornate", "D5")),
    ("rounds/2/reference_date", "2027-01-01", ("PLAN63", "Tornate", "D6")),
    ("objectives/0/holders/0/holding/revisions", [{"round": "interim", "weight": 50}], ("PLAN70", "Settori", "A4")),
    ("objectives/0/holders/0/holding/weighting", "incentives", ("PLAN70", "Settori", "A4")),
])
def test_what_does_not_hold_together_is_said_at_its_cell(path, value, found):
    document = small()
    if value == "S3":
        document["sectors"].append({"code": "S3", "name": "Terzo"})
    document = _change(document, path, value)
    reading = plan.read(write_plan(document))
    assert reading.document == document
    assert found in seen(reading)


def test_repeated_objectives_are_said_and_their_rows_go_to_the_first():
    document = small()
    document["objectives"].append({"code": "S1.00001", "lead": "S2", "holders": [{"sector": "S2"}]})
    reading = plan.read(write_plan(document))
    assert ("PLAN31", "Obiettivi", "A6") in seen(reading)


def test_rows_of_an_objective_that_is_not_there_are_said_and_left_out():
    def edit(book):
        book["Fasi"]["A6"], book["Fasi"]["B6"] = "S9.00001", "1"
        book["Responsabili"]["B8"] = "Senza obiettivo"
    reading = edited(small(), edit)
    assert seen(reading) == [("PLAN41", "Fasi", "A6"), ("PLAN10", "Responsabili", "A8")]
    assert reading.document == small()


def test_weights_in_force_follow_revisions_and_leave_out_what_does_not_count():
    document = small()
    first, second = (document["objectives"][i]["holders"] for i in (0, 1))
    first[0]["holding"]["revisions"] = [{"round": "interim", "replaced_by": "S1.00002"}]
    second[0]["holding"]["revisions"] = [revised := {"round": "interim", "weight": 100}]
    assert seen(plan.read(write_plan(document))) == []
    revised["weight"] = Decimal("99.9")
    assert seen(plan.read(write_plan(document))) == [("PLAN70", "Settori", "A4")]
    document["rules"] = {"weight_tolerance": Decimal("0.1")}
    assert seen(plan.read(write_plan(document))) == []
    revised["weight"] = 50
    document["sectors"][0]["weighted"] = False
    assert seen(plan.read(write_plan(document))) == []


@pytest.mark.parametrize(("number", "called"), [(0, "Piano"), (2, "Consuntivo")])
def test_a_missing_round_is_said(number, called):
    document = small()
    document["considerations"] = []
    del document["rounds"][number]
    reading = plan.read(write_plan(document))
    assert seen(reading) == [("PLAN60", "Tornate", "A4")]
    said = report(reading.findings, "it")["findings"][0]["found"]
    assert called in said


def test_a_year_without_monitorings_says_what_was_said_of_one():
    document = small()
    del document["rounds"][1]
    found = seen(plan.read(write_plan(document)))
    assert sorted(found) == [("PLAN45", "Letture", "G4"), ("PLAN45", "Modifiche", "G4"), ("PLAN45", "Valutazioni", "C4")]
    del document["evaluations"], document["measures"], document["objectives"][1]["holders"][0]["holding"]["readings"]
    assert seen(plan.read(write_plan(document))) == []


def test_files_that_are_no_plan():
    from openpyxl import Workbook

    from perfxl.model.identity import Identity

    book, out = Workbook(), BytesIO()
    book.save(out)
    assert [f.code for f in plan.read(out.getvalue()).findings] == ["PLAN01"]
    from openpyxl.packaging.custom import StringProperty
    token = Identity("UPR", 2026, round="plan", sector="S1", issue=1, digest="0" * 16).token
    book.custom_doc_props.append(StringProperty(name="perfxl", value=token))
    out = BytesIO()
    book.save(out)
    reading = plan.read(out.getvalue())
    assert [(f.code, f.sector) for f in reading.findings] == [("PLAN02", "S1")]
    reading = plan.read(b"PK no workbook")
    assert reading.document is None and len(reading.findings) == 1


def test_a_deleted_sheet_and_strange_columns_are_said():
    def edit(book):
        del book["Considerazioni"]
        sheet = book["Settori"]
        sheet["L3"], sheet["L4"] = "Appunti", "da sentire"
        sheet["M1"], sheet["M4"] = "sectors:name", "copia"
    reading = edited(small(), edit)
    assert seen(reading) == [("PLAN03", "", ""), ("PLAN04", "Settori", "L3"), ("PLAN06", "Settori", "M3")]
    assert reading.document == {k: v for k, v in small().items() if k != "considerations"}


def test_a_column_of_a_field_that_the_body_dropped_is_said():
    document = small()
    document["objectives"][0]["sheet"]["extension"] = {"pnrr": "M1C1"}
    written = write_plan(document, extension=EXTENSION)
    assert plan.read(written, extension=EXTENSION).document == document
    reading = plan.read(written)
    assert [f.code for f in reading.findings] == ["PLAN05"]
    assert reading.document == small()
    refused = plan.read(write_plan(document, extension=EXTENSION),
                        extension={"properties": {**EXTENSION["properties"], "pnrr": {"type": "string", "pattern": "^P"}}})
    assert [f.code for f in refused.findings] == ["PLAN25"]
    refused = plan.read(write_plan(document, extension=EXTENSION),
                        extension={"properties": {**EXTENSION["properties"], "pnrr": {"type": "string", "minLength": 9}}})
    assert [f.code for f in refused.findings] == ["PLAN23"]
    with pytest.raises(ValueError, match="pnrr"):
        write_plan(document)


def test_every_finding_speaks_both_languages():
    document = small()
    document["sectors"] = [{"code": "S1", "name": "Uno"}, {"code": "S1", "name": "Due"}]
    findings = plan.read(write_plan(document, "en")).findings
    for language in ("it", "en"):
        for finding in report(findings, language)["findings"]:
            assert finding["found"] and finding["expected"] and finding["remedy"]


def test_a_new_plan_begins_in_the_language_of_the_command(tmp_path):
    import openpyxl

    from perfxl.ui.cli import main

    for language, said in (("it", "Italiano"), ("en", "English")):
        assert main(["new", str(tmp_path / language), "--year", "2027", "--lang", language]) == 0
        book = openpyxl.load_workbook(tmp_path / language / "piano.xlsx")
        assert plan.blank(2027, language)["body"] == {"language": language}
        assert said in {c.value for row in book[{"it": "Ente", "en": "Body"}[language]].iter_rows() for c in row}
