"""What is wrong in a plan workbook is said once, with its code, at its cell."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from looked_at import sheet_of
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from plan_examples import EXTENSION, small
from text_tables import EMPTIED, cases, finding_lines, lines, rows

from perfxl.model import documents
from perfxl.model.findings import report
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan


def seen(reading) -> list[str]:
    """The lines ``code | sheet | cell`` of every finding."""
    return finding_lines(reading.findings)


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
    blank = plan.blank_plan(2026)
    reading = plan.read(write_plan(blank))
    assert reading.document is None
    assert finding_lines(reading.findings, "code | sheet | cell | field") == lines("""
        PLAN10 | Ente    | B8 | Codice
        PLAN10 | Ente    | B9 | Nome
        PLAN11 | Settori | A4 | Settori""")
    filled = {**blank, "body": {"code": "UPR", "name": "Unione"}, "sectors": [{"code": "S1", "name": "Uno"}]}
    assert not list(documents.violations("plan", filled))
    assert seen(plan.read(write_plan(filled))) == []


@pytest.mark.parametrize("row", rows(f"""
    foglio           | colonna            | riga | scritto                      | detto
    Settori          | Nome               | 5    | (vuoto)                      | PLAN10 B5
    Settori          | Codice             | 4    | S#1                          | PLAN15 A4
    Settori          | E-mail             | 4    | chi sa                       | PLAN19 E4
    Settori          | Nome               | 4    | {"x" * 201}                  | PLAN13 B4
    Settori          | Peso nell’ente     | 4    | 1001                         | PLAN14 H4
    Settori          | Peso nell’ente     | 4    | -1                           | PLAN24 H4
    Cascata          | Codice             | 6    | 3/1/2                        | PLAN17 A6
    Cascata          | Assessori          | 6    | a⏎b⏎c⏎d⏎e⏎f⏎g                | PLAN21 D6
    Obiettivi        | Linee strategiche  | 4    | 3/1/2                        | PLAN17 L4
    Obiettivi        | Linee strategiche  | 4    | 03.01.02⏎03.01.02            | PLAN22 L4
    Settori titolari | Codice nel settore | 4    | S1[1]                        | PLAN16 C4
    Fasi             | Fase               | 4    | prima fase, quella iniziale  | PLAN18 B4
    Misure           | Obiettivo          | 4    | (vuoto)                      | PLAN10 B4
"""), ids=lambda row: f"{row['detto']} {row['foglio']}")
def test_what_the_schema_refuses_is_said_at_its_cell(row):
    typed = row["scritto"].replace("⏎", "\n")
    value = None if typed == EMPTIED else int(typed) if typed.lstrip("-").isdecimal() else typed
    reading = edited(small(), put(row["foglio"], row["colonna"], row=int(row["riga"]), value=value))
    assert reading.document is None
    code, cell = row["detto"].split()
    assert f"{code} | {row['foglio']} | {cell}" in seen(reading)


def test_dates_that_do_not_exist_or_are_out_of_reach_are_said():
    reading = edited(small(), put("Tornate", "Scadenza di restituzione", row=4, value="31/09/2026"))
    assert {"DATA17 | Tornate | E4", "PLAN10 | Tornate | E4"} == set(seen(reading))
    reading = edited(small(), put("Tornate", "Scadenza di restituzione", row=4, value=date(2250, 12, 31)))
    assert seen(reading) == ["PLAN20 | Tornate | E4"]


def test_a_measure_of_a_sector_that_does_not_hold_the_objective():
    document = small()
    objective, = (o for o in document["objectives"] if o["code"] == "S1.00002")
    objective["holders"].pop()
    assert "PLAN43 | Misure | A4" in seen(plan.read(write_plan(document)))


def test_an_objective_of_one_sector_is_one_row_with_its_weight_on_it():
    document = small("""
        Obiettivi S1.00003: Codice       | S1.00003
        Obiettivi S1.00004: Codice       | S1.00004
        Obiettivi S1.00004: Tipo di peso | Pesato
        Obiettivi S1.00004: Peso         | 12%""")
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
    assert "PLAN78 | Obiettivi | E4" in seen(edited(small(), lambda book: twice(book, 0.5)))
    same = edited(small(), lambda book: twice(book, 0.6))
    assert "PLAN78" not in {f.code for f in same.findings} and same.document["objectives"] == small()["objectives"]


def test_nothing_optional_is_asked_for_and_no_is_no_answer():
    def say_no(book):
        heads = [c.value for c in book["Obiettivi"][3]]
        assert "Prosegue l’obiettivo" in heads  # without the asterisk of what is required
        for row in (4, 5):
            book["Obiettivi"].cell(row, heads.index("Prosegue l’obiettivo") + 1).value = "No"

    assert edited(small(), say_no).document["objectives"] == small()["objectives"]
    ws = sheet_of(write_plan(small()), "Obiettivi")
    asked = f"TRIM({column(ws, 'Prosegue l’obiettivo')}4)"
    yellow = {str(r.sqref): rule.formula[0] for r in ws.conditional_formatting for rule in r.rules if asked in rule.formula[0]}
    assert [f for f in yellow.values() if "SUMPRODUCT" in f] == [] and yellow


def test_what_later_rounds_say_stands_on_sheets_of_its_own():
    book = load_workbook(BytesIO(write_plan(small())))
    ws = book["Settori titolari"]
    keys = {ws.cell(1, n).value: ws.column_dimensions[get_column_letter(n)].hidden for n in range(1, ws.max_column + 1)}
    assert not keys["holders:holding/weight"] and not any("reading" in key or "revision" in key for key in keys if key)
    assert {"Letture", "Modifiche", "Responsabili modificati"} <= set(book.sheetnames)


@pytest.mark.parametrize("case", cases("""
    detto  | foglio           | cella | dove                                       | scritto
    PLAN30 | Settori          | A6    | Settori #3: Codice                         | S1
           |                  |       | Settori #3: Nome                           | Doppio
    PLAN32 | Cascata          | A7    | Cascata #4: Codice                         | 03
           |                  |       | Cascata #4: Titolo                         | Doppia
    PLAN64 | Tornate          | B5    | Tornate interim: Tipo                      | Piano
    PLAN33 | Tornate          | A7    | Tornate #4: Sigla                          | interim
           |                  |       | Tornate #4: Tipo                           | Monitoraggio
           |                  |       | Tornate #4: Data di riferimento            | 30/11/2026
           |                  |       | Tornate #4: Scadenza di restituzione       | 15/12/2026
    PLAN34 | Settori titolari | B6    | Settori titolari #5: Obiettivo             | S1.00001
           |                  |       | Settori titolari #5: Settore               | S2
    PLAN40 | Obiettivi        | C4    | Obiettivi S1.00001: Capofila               | S9
    PLAN40 | Settori titolari | B6    | Settori titolari #5: Obiettivo             | S1.00001
           |                  |       | Settori titolari #5: Settore               | S9
    PLAN40 | Misure           | A4    | Misure #1: Settore                         | S9
    PLAN40 | Valutazioni      | B4    | Valutazioni #1: Settore                    | S9
    PLAN40 | Richieste        | C4    | Richieste 1: Settore                       | S9
    PLAN40 | Considerazioni   | A4    | Considerazioni #1: Settore                 | S9
    PLAN41 | Misure           | B4    | Misure #1: Obiettivo                       | S1.99999
    PLAN41 | Valutazioni      | A4    | Valutazioni #1: Obiettivo                  | S1.99999
    PLAN41 | Richieste        | D4    | Richieste 1: Obiettivo                     | S1.99999
    PLAN34 | Settori titolari | B5    | Settori titolari #2: Settore               | S1
    PLAN42 | Obiettivi        | C4    | Obiettivi S1.00001: Capofila               | S3
           |                  |       | Settori #3: Codice                         | S3
           |                  |       | Settori #3: Nome                           | Terzo
    PLAN43 | Valutazioni      | B4    | Valutazioni #1: Settore                    | S3
           |                  |       | Settori #3: Codice                         | S3
           |                  |       | Settori #3: Nome                           | Terzo
    PLAN44 | Misure           | B4    | Misure #1: Obiettivo                       | S1.00001
    PLAN44 | Misure           | B4    | Obiettivi S1.00002: Tipo                   | Ordinario
    PLAN46 | Modifiche        | K4    | Settori titolari #1: interim: Sostituito da | S1.99999
    PLAN47 | Modifiche        | K4    | Settori titolari #1: interim: Sostituito da | S1.00001
    PLAN45 | Valutazioni      | C4    | Valutazioni #1: Tornata                    | q9
    PLAN45 | Considerazioni   | B4    | Considerazioni #1: Tornata                 | q9
    PLAN45 | Letture          | G4    | Settori titolari #3: q9: Esito %           | 57%
           |                  |       | Settori titolari #3: interim: Esito %      | (vuoto)
           |                  |       | Settori titolari #3: interim: Stato        | (vuoto)
           |                  |       | Settori titolari #3: interim: In quanto    | (vuoto)
    PLAN45 | Modifiche        | G4    | Fasi 3-bis: q9: Peso modificato            | 20%
    PLAN50 | Obiettivi        | L4    | Obiettivi S1.00001: Linee strategiche      | 09.09.09
    PLAN51 | Obiettivi        | L4    | Obiettivi S1.00001: Linee strategiche      | 03.01
    PLAN52 | Cascata          | A7    | Cascata #4: Codice                         | 04.01
           |                  |       | Cascata #4: Titolo                         | Senza indirizzo
    PLAN53 | Valori per ente  | B4    | Valori per ente #1: Risultato              | 7
    PLAN61 | Tornate          | E5    | Tornate interim: Scadenza di restituzione  | 01/09/2026
    PLAN62 | Tornate          | D5    | Tornate interim: Data di riferimento       | 31/12/2025
    PLAN63 | Tornate          | D6    | Tornate final: Data di riferimento         | 01/01/2027
    PLAN70 | Settori          | A4    | Settori titolari #1: interim: Peso modificato | 50%
    PLAN70 | Settori          | A4    | Settori titolari #1: Tipo di peso          | Remunerato con incentivi
"""), ids=lambda case: f"{case[0]['detto']} {case[0]['dove']}")
def test_what_does_not_hold_together_is_said_at_its_cell(case):
    document = small("\n".join(f"{row['dove']} | {row['scritto']}" for row in case))
    reading = plan.read(write_plan(document))
    assert reading.document == document
    said = case[0]
    assert f"{said['detto']} | {said['foglio']} | {said['cella']}" in seen(reading)


def test_repeated_objectives_are_said_and_their_rows_go_to_the_first():
    document = small()
    document["objectives"].append({"code": "S1.00001", "lead": "S2", "holders": [{"sector": "S2"}]})
    reading = plan.read(write_plan(document))
    assert "PLAN31 | Obiettivi | A6" in seen(reading)


def test_rows_of_an_objective_that_is_not_there_are_said_and_left_out():
    def edit(book):
        book["Fasi"]["A6"], book["Fasi"]["B6"] = "S9.00001", "1"
        book["Responsabili"]["B8"] = "Senza obiettivo"
    reading = edited(small(), edit)
    assert seen(reading) == lines("""
        PLAN41 | Fasi         | A6
        PLAN10 | Responsabili | A8""")
    assert reading.document == small()


def test_weights_in_force_follow_revisions_and_leave_out_what_does_not_count():
    changes = """
        Settori titolari #1: interim: Sostituito da   | S1.00002
        Settori titolari #3: interim: Peso modificato | {weight}
    """

    def told(weight: str, more: str = "", **rules):
        return seen(plan.read(write_plan(small(changes.format(weight=weight) + more) | rules)))

    assert told("100%") == []
    assert told("99,9%") == ["PLAN70 | Settori | A4"]
    assert told("99,9%", rules={"weight_tolerance": Decimal("0.1")}) == []
    assert told("50%", "Settori S1: Concorre all’esito | No", rules={"weight_tolerance": Decimal("0.1")}) == []


@pytest.mark.parametrize(("round", "called"), [("plan", "Piano"), ("final", "Consuntivo")])
def test_a_missing_round_is_said(round, called):
    document = small()
    document["considerations"] = []
    document["rounds"] = [r for r in document["rounds"] if r["id"] != round]
    reading = plan.read(write_plan(document))
    assert seen(reading) == ["PLAN60 | Tornate | A4"]
    said, = report(reading.findings, "it")["findings"]
    assert called in said["found"]


def test_a_year_without_monitorings_says_what_was_said_of_one():
    def told(changes: str = "", *without: str) -> list[str]:
        document = {k: v for k, v in small(changes).items() if k not in without}
        document["rounds"] = [r for r in document["rounds"] if r["kind"] != "monitoring"]
        return sorted(seen(plan.read(write_plan(document))))

    assert told() == lines("""
        PLAN45 | Letture     | G4
        PLAN45 | Modifiche   | G4
        PLAN45 | Valutazioni | C4""")
    assert told("""
        Settori titolari #3: interim: Esito %   | (vuoto)
        Settori titolari #3: interim: Stato     | (vuoto)
        Settori titolari #3: interim: In quanto | (vuoto)""", "evaluations", "measures") == []


def test_files_that_are_no_plan():
    from openpyxl import Workbook

    from perfxl.model.identity import Identity

    book, out = Workbook(), BytesIO()
    book.save(out)
    assert finding_lines(plan.read(out.getvalue()).findings, "code") == ["PLAN01"]
    from openpyxl.packaging.custom import StringProperty
    token = Identity("UPR", 2026, round="plan", sector="S1", issue=1, digest="0" * 16).token
    book.custom_doc_props.append(StringProperty(name="perfxl", value=token))
    out = BytesIO()
    book.save(out)
    reading = plan.read(out.getvalue())
    assert finding_lines(reading.findings, "code | sector") == ["PLAN02 | S1"]
    reading = plan.read(b"PK no workbook")
    assert reading.document is None and len(reading.findings) == 1


def test_a_deleted_sheet_and_strange_columns_are_said():
    def edit(book):
        del book["Considerazioni"]
        sheet = book["Settori"]
        sheet["L3"], sheet["L4"] = "Appunti", "da sentire"
        sheet["M1"], sheet["M4"] = "sectors:name", "copia"
    reading = edited(small(), edit)
    assert seen(reading) == lines("""
        PLAN03 |         |
        PLAN04 | Settori | L3
        PLAN06 | Settori | M3""")
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
        assert plan.blank_plan(2027, language)["body"] == {"language": language}
        assert said in {c.value for row in book[{"it": "Ente", "en": "Body"}[language]].iter_rows() for c in row}
