"""Time as the consolidated workbook tells it: what is late and by how much, when phases really ran, the outcome over the rounds."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from check_case import codes
from docx import Document
from looked_at import book_with, sheet_of
from plan_text import plan, row
from result_year import consolidated, content
from return_text import write as write_in
from text_tables import cells, lines, rows

from perfxl.model.explain import explain
from perfxl.model.lateness import Lateness, phase_lateness, result_lateness
from perfxl.model.rounds import Rounds
from perfxl.model.views import Phase, Result
from perfxl.stages.check import dates, dates_moved
from perfxl.stages.check.return_context import ReturnContext
from perfxl.stages.consolidate import workbook
from perfxl.stages.consolidate.dashboard_foot import late
from perfxl.stages.consolidate.gantt import actual_months
from perfxl.stages.consolidate.records import readings
from perfxl.stages.consolidate.rows import objectives
from perfxl.stages.consolidate.view import View
from perfxl.stages.report import report

ROUNDS = """
    Tornate
    Sigla   | Tipo         | Data di riferimento | Scadenza di restituzione
    plan    | Piano        | 31/01/2021          | 31/01/2021
    interim | Monitoraggio | 30/09/2021          | 30/09/2021
    final   | Consuntivo   | 31/12/2021          | 31/12/2021
"""
YEAR = Rounds.from_plan(plan(ROUNDS))


def late_by(text: str) -> Lateness | None:
    """How late: ``92 dal 30/06/2021``, and ``recuperati`` where it is late no more."""
    if not text:
        return None
    days, _, day, *rest = text.split()
    return Lateness(int(days), date(*map(int, reversed(day.split("/")))), not rest)


@pytest.mark.parametrize("case", rows("""
    giorni                       | fase
    92 dal 30/06/2021            | Fine nell’anno del piano: 30/06/2021
    92 dal 30/06/2021            | Fine nell’anno del piano: 30/06/2021; interim: Realizzata %: 40%
                                 | Fine nell’anno del piano: 30/06/2021; interim: Realizzata %: 100%
    10 dal 30/06/2021 recuperati | Fine nell’anno del piano: 30/06/2021; interim: Realizzata %: 100%; interim: Fine effettiva: 10/07/2021
                                 | Fine nell’anno del piano: 30/06/2021; interim: Fine effettiva: 30/06/2021
                                 | Fine nell’anno del piano: 30/06/2021; interim: Fine modificata nell’anno del piano: 31/10/2021
                                 | Fine nell’anno del piano: 30/06/2021; Fine nell’anno successivo: 31/03/2022
                                 | Fine nell’anno del piano: 30/06/2021; interim: Eliminata perché: Non serve.
                                 | Fine nell’anno del piano: 30/06/2021; Dovuto a: final
                                 | Fine nell’anno del piano: 30/06/2021; Aggiunto a: final
                                 | Fine nell’anno del piano: 30/09/2021
                                 |
                                 | Fine nell’anno del piano: 31/02/2021
"""), ids=lambda case: case["fase"])
def test_a_phase_is_late_from_the_day_after_its_end_until_it_is_done(case):
    assert phase_lateness(Phase(row("Fasi", case["fase"])), YEAR["interim"]) == late_by(case["giorni"])


@pytest.mark.parametrize("case", rows("""
    giorni                       | risultato
    29 dal 01/09/2021            | Scadenza: 01/09/2021; Valore atteso: 10; interim: Valore ottenuto: 5
                                 | Scadenza: 01/09/2021; Valore atteso: 10; interim: Valore ottenuto: 10
    20 dal 01/09/2021 recuperati | Scadenza: 01/09/2021; Valore atteso: 10; interim: Valore ottenuto: 10; interim: Data del risultato: 21/09/2021
                                 | Valore atteso: 10
"""), ids=lambda case: case["risultato"])
def test_a_result_is_late_from_the_day_after_its_deadline_until_it_is_achieved(case):
    assert result_lateness(Result(row("Risultati attesi", case["risultato"])), YEAR["interim"]) == late_by(case["giorni"])


@pytest.mark.parametrize("case", rows("""
    mesi     | alla    | fase
    7 8 9    | interim | interim: Inizio effettivo: 15/07/2021
    7 8 9    | interim | interim: Inizio effettivo: 15/07/2021; final: Fine effettiva: 02/10/2021
    7 8 9 10 | final   | interim: Inizio effettivo: 15/07/2021; final: Fine effettiva: 02/10/2021
    3        | interim | interim: Fine effettiva: 02/03/2021
             | final   |
"""), ids=lambda case: f"{case['alla']} {case['fase']}")
def test_a_phase_ran_from_its_actual_start_until_it_ended_or_until_now(case):
    """What the final says does not reach back."""
    assert actual_months(row("Fasi", case["fase"]), {"year": 2021}, YEAR[case["alla"]]) == {(2021, int(month)) for month in case["mesi"].split()}


def year() -> dict:
    """The real year in which one phase ended late and another is late still."""
    given = deepcopy(content())
    first, second = (o["sheet"]["phases"] for o in given["objectives"][:2])
    first[0]["readings"][-1] |= {"actual_start": "2021-02-01", "actual_end": "2021-05-15"}
    second[1]["readings"][-1] |= {"realised": 50, "actual_start": "2021-08-01"}
    return consolidated("final", given)


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(BytesIO(workbook.write(year())), data_only=True)


def under(sheet, captions: str) -> list[str]:
    """The lines of a list of ``sheet`` under some of its ``captions``, as far as a row says anything there."""
    head = next(line for line in sheet.iter_rows() if set(cells(captions)) <= {str(c.value) for c in line})
    column = {str(c.value): c.column for c in reversed(head)}
    values = ([sheet.cell(number, column[caption]).value for caption in cells(captions)] for number in range(head[0].row + 1, sheet.max_row + 1))
    return [" | ".join("" if value is None else str(value) for value in line).strip() for line in values if any(value is not None for value in line)]


def test_the_dashboard_names_what_is_late_now(book):
    assert "In ritardo al 31/12/2021" in {c.value for line in book["Cruscotto"].iter_rows() for c in line}
    first, *_ = under(book["Cruscotto"], "Settore | Obiettivo | Che cosa | Giorni")
    assert first == "DG | DG.00001 | fase 3-bis: Nuova procedura in prova e formazione | 31"
    assert [(item.objective, item.lateness.days) for item in late(View(year()))] == [("DG.00001", 31)]
    assert late(View(consolidated())) == []


def test_the_trend_has_a_line_for_the_body_and_one_for_each_sector(book):
    chart = next(c for c in book["Cruscotto"]._charts if c.tagname == "lineChart")
    sheet = book["Cruscotto"]
    found = {}
    for line in chart.series:
        name, values = (ref.f.partition("!")[2].replace("$", "") for ref in (line.tx.strRef, line.val.numRef))
        found[sheet[name].value] = [c.value for row in sheet[values] for c in row]
    outcomes = year()["outcomes"]
    assert found["ENTE"] == [pytest.approx(float(outcomes[r]["body"]["outcome"]) / 100) for r in ("interim", "final")]
    assert len(found) == 12 and found["S1"] == [pytest.approx(0.5725), pytest.approx(1)]


def test_phases_and_results_say_how_late_they_are_and_the_gantt_when_they_ran(book):
    said = under(book["Fasi"], "Obiettivo | Fase | Giorni di ritardo | Ancora in ritardo")
    assert {"SG.00001 | 1 | 45 | No", "DG.00001 | 3-bis | 31 | Sì", "DG.00002 | 1 |  |"} <= {*said}
    months = {line[2].value: "".join(str(c.value or "–") for c in line[6:18]) for line in book["Gantt"].iter_rows(min_row=5)}
    assert months["effettivo · Ritardo, giorni: 45"] == "–EEEE–––––––"
    assert months["effettivo · Ritardo, giorni: 31"] == "–––––––EEEEE"
    assert months_of_the_reference_date(book["Gantt"]) == {"dic\n21"}


def months_of_the_reference_date(sheet) -> set[str]:
    """What stands over the columns with the red line of the day to which the figures refer."""
    return {sheet.cell(4, c.column).value for line in sheet.iter_rows(min_row=5) for c in line if c.border.right.color and c.border.right.color.rgb == "FF9C1C16"}


#: A year from April to March: an objective of three years that is told at the final round alone, another at both rounds.
APRIL = """
    Tornate
    Sigla   | Tipo         | Data di riferimento | Scadenza di restituzione
    plan    | Piano        | 01/04/2021          | 30/04/2021
    interim | Monitoraggio | 31/01/2022          | 10/02/2022
    final   | Consuntivo   | 31/03/2022          | 30/04/2022

    Settori
    Codice | Nome
    A      | Uno

    Obiettivi
    Codice | Titolo      | Peso | Dovuto a | interim: Esito %
    A.1    | Obiettivo 1 | 50%  | final    |
    A.2    | Obiettivo 2 | 50%  |          | 40%

    Fasi
    Obiettivo | Fase | Descrizione della fase | Pesata               | Peso | Inizio nell’anno del piano | Fine nell’anno del piano | Fine nel terzo anno
    A.1       | 1    | Fare                   |                      | 100% | 01/04/2021                 | 15/02/2022               |
    A.1       | 2    | Finire                 | Non pesata nell’anno |      |                            |                          | 31/03/2024
    A.2       | 1    | Fare                   |                      | 100% | 01/04/2021                 | 15/02/2022               |
    A.2       | 2    | Finire                 | Non pesata nell’anno |      |                            |                          | 31/03/2024

    Risultati attesi
    Obiettivo | N. | Risultato atteso | Valore atteso | Valore dell’anno prima | interim: Valore atteso | interim: Valore ottenuto | interim: Valore atteso modificato
    A.1       | 1  | Fatte            | 10            | 4                      | 5                      | 3                        | 6
    A.2       | 1  | Fatte            | 10            | 4                      | 5                      | 3                        | 6
"""


@pytest.fixture(scope="module")
def april():
    return consolidated("interim", plan(APRIL, start="2021-04-01", body={"code": "E", "name": "Ente"}))


def test_the_gantt_of_a_year_that_begins_in_april_shows_its_own_months(april):
    sheet = sheet_of(workbook.write(april), "Gantt", data_only=True)
    _, _, _, _, _, *heads = (c.value for c in sheet[4])
    assert (heads[0], heads[11], heads[12], heads[-1], len(heads)) == ("apr\n21", "mar\n22", "apr\n22", "mar\n24", 36)
    months = {line[1].value: "".join(str(c.value or "–") for c in line[5:]) for line in sheet.iter_rows(min_row=5) if line[0].value == "A.2"}
    assert months["1"] == "A" * 11 + "–" * 25 and months["2"] == "–" * 24 + "A" * 12  # an end without a start: from its April
    assert months_of_the_reference_date(sheet) == {"gen\n22"}


def test_word_calls_the_years_that_begin_in_april_by_both_and_tells_what_a_round_was_measured_by(april):
    cells = [c.text for t in Document(BytesIO(report(april, "it"))).tables for row in t.rows for c in row.cells]
    assert {"2021/22", "2022/23", "2023/24"} <= {*cells} and "dal\u00a001/04\nal\u00a015/02" in cells  # 2022 stands over the column
    text = "\n".join(cells)
    assert "2020/21: 4" in text and "1º" not in text and "Monitoraggio intermedio: 6" in text and "50%" in text


def test_what_is_not_due_is_not_called_without_an_outcome(april):
    book = book_with(workbook.write(april), "A", "Cascata", "Cruscotto", data_only=True)
    said = {name: {c.value for row in book[name].iter_rows() for c in row} for name in ("A", "Cascata", "Cruscotto")}
    assert "Non dovuto" in said["A"] and not any("Senza esito" in words for words in said.values())


def test_a_change_of_the_target_is_told_against_what_the_round_had(april):
    sheet = sheet_of(workbook.write(april), "Modifiche", data_only=True)
    assert [line for line in under(sheet, "Obiettivo | Che cosa | Approvato | Modificato") if "Valore atteso" in line] == lines("""
        A.1 | Valore atteso | 5 | 6
        A.2 | Valore atteso | 5 | 6""")


def test_readings_stand_in_one_list(book):
    rows = list(readings(View(year())))
    assert len(rows) == book["Letture"].max_row - 4 > 300
    mine = [r.values for r in rows if r.values["objective"] == "SG.00001" and r.values.get("item") == "1" and r.values["of"] == "phases"]
    assert [(v["round"], v["percent"], v.get("start"), v.get("end")) for v in mine] == [("interim", 100, None, None), ("final", 100, "2021-02-01", "2021-05-15")]
    assert {v.values["of"] for v in rows} == {"holding", "results", "entities", "phases", "measures"}


def test_word_tells_dates_other_years_and_lateness():
    given = year()
    result = given["content"]["objectives"][0]["sheet"]["results"][0]
    result |= {"past_1": 14, "past_3": 20, "target_2": 8, "dates_note": "Alla firma del contratto.", "targets": [{"round": "interim", "value": 11}], "counts": "period"}
    result["readings"][-1]["achieved_on"] = "2021-11-02"
    word = Document(BytesIO(report(given, "it")))
    text = "\n".join(c.text for t in word.tables for row in t.rows for c in row.cells)
    for part in ("negli anni prima: 2018: 20; 2020: 14", "attesi dopo: 2022: 8", "Alla firma del contratto.", "raggiunto il 02/11/2021", "Monitoraggio intermedio: 11",
                 "valori del solo periodo", "cominciata il 01/02/2021", "finita il 15/05/2021", "giorni di ritardo: 45", "in ritardo, giorni: 31"):
        assert part in text, part


#: S1 tells of a phase at the monitoring.
RETURNED = """
    S1.00001
    Ruolo                              | Capofila
    Esito %                            | 100%
    Fasi 1: Inizio nell’anno del piano | 01/01/2021
"""
HELD = plan(ROUNDS + """
    Obiettivi
    Codice
    S1.00001
""")


@pytest.mark.parametrize("case", rows("""
    rilievo | fase
    DATE22  | Fine nell’anno del piano: 30/06/2021; Realizzata %: 40%
            | Fine nell’anno del piano: 30/06/2021; Realizzata %: 40%; Fine modificata nell’anno del piano: 30/11/2021
            | Fine nell’anno del piano: 30/06/2021; Realizzata %: 40%; Nota sulle date modificata: Attesa l’autorizzazione.
            | Fine nell’anno del piano: 30/06/2021; Realizzata %: 40%; in vigore: Attesa l’autorizzazione.
            | Fine nell’anno del piano: 30/06/2021; Realizzata %: 100%
    DATE23  | Fine nell’anno del piano: 30/06/2021; Realizzata %: 100%; Inizio effettivo: 20/07/2021; Fine effettiva: 10/07/2021
    DATE24  | Fine nell’anno del piano: 31/12/2021; Realizzata %: 40%; Inizio effettivo: 02/10/2021
"""), ids=lambda case: case["fase"])
def test_a_late_phase_wants_a_new_end_or_a_note_and_actual_days_must_be_past(case):
    typed = [cell.strip().rpartition(": ") for cell in case["fase"].split(";")]
    returned: dict = {"identity": {"sector": "S1", "round": "interim", "year": 2021, "body": "B"}, "objectives": []}
    write_in(returned, RETURNED + "\n".join(f"Fasi 1: {caption} | {value}" for caption, _, value in typed if caption != "in vigore"))
    phase, = returned["objectives"][0]["sheet"]["phases"]
    for caption, _, value in typed:
        if caption == "in vigore":
            phase["in_force"] = {"dates_note": value}
#X: {"dates_note": value}} for caption, _, value in typed if caption == "in vigore")
    context = ReturnContext.from_documents(returned, returned, plan=HELD, round=YEAR["interim"])
    assert codes([f for check in (dates_moved.late, dates.actual) for f in check(context)]) == lines(case["rilievo"])


@pytest.mark.parametrize(("realised", "shares", "late"), [(35, False, True), (35, True, False), (40, True, False), (20, True, True), (100, False, False)])
def test_a_phase_told_as_a_share_of_its_objective_is_done_at_its_weight(realised, shares, late):
    phase = row("Fasi", f"Peso: 35%; Fine nell’anno del piano: 31/03/2021; interim: Realizzata %: {realised}%")
    assert (phase_lateness(Phase(phase), YEAR["interim"], shares) is not None) == late


@pytest.mark.parametrize(("declared", "late"), [("100", False), ("54.50", True)])
def test_the_documents_call_no_phase_late_that_was_told_as_a_share(declared, late):
    """35 of a phase of 35 % and 65 of one of 65 %: done, where 100 was declared; begun, where their mean was."""
    given = year()
    objective = given["content"]["objectives"][0]
    objective["sheet"]["phases"] = [
        {"id": str(n), "text": f"Fase {n}", "weight": weight, "start_1": "2021-01-01", "end_1": "2021-03-31",
         "readings": [{"round": r, "realised": weight} for r in ("interim", "final")]} for n, weight in ((1, 35), (2, 65))]
    for outcome in (o for round in given["outcomes"].values() for o in round["objectives"] if o["objective"] == objective["code"]):
        outcome |= {"declared": declared, "by_phases": "54.50"}
    view = View(given)
    objective = view.objectives[0]
    assert [view.phase_lateness(objective, p) is not None for p in objective.sheet.phases] == [late, late]
    said = explain(given, objective.code, "it")
    assert ("dalle fasi scritte come quote" in said, "dalle fasi 54,50%" in said) == (not late, late), said
    book = book_with(workbook.write(given), "Obiettivi", "Valutazioni")
    words = "0.545" if late else "scritte come quote"
    assert f"{objective.code} | {words} | {words}" in under(book["Obiettivi"], "Obiettivo | Dalle fasi · monitoraggio | Dalle fasi · consuntivo")
    assert f"{objective.code} | {words}" in under(book["Valutazioni"], "Obiettivo | Dalle fasi")
    computed = next(r for r in objectives(view) if r.values["objective"] == objective.code)
    assert computed.values["final_by_phases"] == (Decimal("54.50") if late else None)


def test_nothing_is_late_of_an_objective_that_is_replaced():
    given = year()
    view = View(given)
    late_ones = {item.objective for item in late(view)}
    assert late_ones
    for objective in given["content"]["objectives"]:
        for holder in objective["holders"]:
            holder.setdefault("holding", {}).setdefault("readings", [])
            others = holder["holding"]["readings"] = [r for r in holder["holding"]["readings"] if r["round"] != given["round"]]
            others.append({"round": given["round"], "status": "withdrawn"})
    assert late(View(given)) == []
