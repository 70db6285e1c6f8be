"""Time as the consolidated workbook tells it: what is late and by how much, when phases really ran, the outcome over the rounds."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from result_year import consolidated, content

from perfxl.model.explain import explain
from perfxl.model.lateness import Lateness, phase_lateness, result_lateness
from perfxl.model.rounds import Rounds
from perfxl.model.views import Phase, Result
from perfxl.stages.consolidate import workbook
from perfxl.stages.consolidate.dashboard_foot import late
from perfxl.stages.consolidate.gantt import actual_months
from perfxl.stages.consolidate.records import readings
from perfxl.stages.consolidate.rows import objectives
from perfxl.stages.consolidate.view import View

YEAR = Rounds.of({"rounds": [{"id": r, "kind": k, "reference_date": d} for r, k, d in
                             (("plan", "plan", "2021-01-31"), ("interim", "monitoring", "2021-09-30"), ("final", "final", "2021-12-31"))]})


@pytest.mark.parametrize(("phase", "expected"), [
    ({"end_1": "2021-06-30"}, Lateness(92, date(2021, 6, 30), True)),
    ({"end_1": "2021-06-30", "readings": [{"round": "interim", "realised": 40}]}, Lateness(92, date(2021, 6, 30), True)),
    ({"end_1": "2021-06-30", "readings": [{"round": "interim", "realised": 100}]}, None),  # done, nobody said when
    ({"end_1": "2021-06-30", "readings": [{"round": "interim", "realised": 100, "actual_end": "2021-07-10"}]}, Lateness(10, date(2021, 6, 30), False)),
    ({"end_1": "2021-06-30", "readings": [{"round": "interim", "actual_end": "2021-06-30"}]}, None),
    ({"end_1": "2021-06-30", "revisions": [{"round": "interim", "end_1": "2021-10-31"}]}, None),
    ({"end_1": "2021-06-30", "end_2": "2022-03-31"}, None),  # it goes on in the year after
    ({"end_1": "2021-06-30", "revisions": [{"round": "interim", "dropped": "Non serve."}]}, None),
    ({"end_1": "2021-06-30", "due": ["final"]}, None), ({"end_1": "2021-06-30", "added": "final"}, None),
    ({"end_1": "2021-09-30"}, None), ({}, None), ({"end_1": "2021-02-31"}, None)])
def test_a_phase_is_late_from_the_day_after_its_end_until_it_is_done(phase, expected):
    assert phase_lateness(Phase(phase), YEAR["interim"]) == expected


@pytest.mark.parametrize(("result", "expected"), [
    ({"deadline": "2021-09-01", "target": 10, "readings": [{"round": "interim", "actual": 5}]}, Lateness(29, date(2021, 9, 1), True)),
    ({"deadline": "2021-09-01", "target": 10, "readings": [{"round": "interim", "actual": 10}]}, None),
    ({"deadline": "2021-09-01", "target": 10, "readings": [{"round": "interim", "actual": 10, "achieved_on": "2021-09-21"}]}, Lateness(20, date(2021, 9, 1), False)),
    ({"target": 10}, None)])
def test_a_result_is_late_from_the_day_after_its_deadline_until_it_is_achieved(result, expected):
    assert result_lateness(Result(result), YEAR["interim"]) == expected


def test_a_phase_ran_from_its_actual_start_until_it_ended_or_until_now():
    started = {"readings": [{"round": "interim", "actual_start": "2021-07-15"}]}
    assert actual_months(started, {"year": 2021}, YEAR["interim"]) == {(2021, 7), (2021, 8), (2021, 9)}
    started["readings"].append({"round": "final", "actual_end": "2021-10-02"})
    assert actual_months(started, {"year": 2021}, YEAR["interim"]) == {(2021, 7), (2021, 8), (2021, 9)}  # what the final says does not reach back
    assert actual_months(started, {"year": 2021}, YEAR["final"]) == {(2021, 7), (2021, 8), (2021, 9), (2021, 10)}
    assert actual_months({"readings": [{"round": "interim", "actual_end": "2021-03-02"}]}, {"year": 2021}, YEAR["interim"]) == {(2021, 3)}
    assert actual_months({}, {"year": 2021}, YEAR["final"]) == set()


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


def test_the_dashboard_names_what_is_late_now(book):
    rows = [[c.value for c in row] for row in book["Cruscotto"].iter_rows()]
    at = next(n for n, row in enumerate(rows) if "In ritardo al 31/12/2021" in row)
    assert rows[at + 2][1:4] == ["DG", "DG.00001", "fase 3-bis: Nuova procedura in prova e formazione"] and rows[at + 2][9] == 31
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
    header = {c.value: n for n, c in enumerate(book["Fasi"][4])}
    told = {(r[0].value, r[2].value): (r[header["Giorni di ritardo"]].value, r[header["Ancora in ritardo"]].value) for r in book["Fasi"].iter_rows(min_row=5)}
    assert told["SG.00001", "1"] == (45, "No") and told["DG.00001", "3-bis"] == (31, "Sì") and told["DG.00002", "1"] == (None, None)
    rows = [[c.value for c in row] for row in book["Gantt"].iter_rows(min_row=5)]
    assert next(row for row in rows if row[2] == "effettivo · Ritardo, giorni: 45")[6:18] == [None, *["E"] * 4, *[None] * 7]
    assert next(row for row in rows if row[2] == "effettivo · Ritardo, giorni: 31")[6:18] == [*[None] * 7, *["E"] * 5]
    red = {c.column for row in book["Gantt"].iter_rows(min_row=5) for c in row if c.border.right.color and c.border.right.color.rgb == "FF9C1C16"}
    assert red == {18}  # December 2021, the month of the reference date


@pytest.fixture(scope="module")
def april():
    """A year from April to March: an objective of three years that is told at the final round alone, another at both rounds."""
    def objective(number: int, **more) -> dict:
        return {"code": f"A.{number}", "lead": "A", "sheet": {"title": f"Obiettivo {number}", "phases": [
            {"id": "1", "text": "Fare", "weight": 100, "start_1": "2021-04-01", "end_1": "2022-02-15"},
            {"id": "2", "text": "Finire", "weighting": "not_weighted", "end_3": "2024-03-31"}], "results": [
            {"id": "1", "text": "Fatte", "target": 10, "past_1": 4, "targets": [{"round": "interim", "value": 5}], "readings": [{"round": "interim", "actual": 3}],
             "revisions": [{"round": "interim", "target": 6}]}]},
            "holders": [{"sector": "A", "holding": {"weight": 50}}], **more}

    told = objective(2)
    told["holders"][0]["holding"]["readings"] = [{"round": "interim", "percent": 40}]
    plan = {"schema": "perfxl/plan/2", "year": 2021, "start": "2021-04-01", "body": {"code": "E", "name": "Ente"}, "sectors": [{"code": "A", "name": "Uno"}],
            "rounds": [{"id": "plan", "kind": "plan", "reference_date": "2021-04-01", "deadline": "2021-04-30"},
                       {"id": "interim", "kind": "monitoring", "reference_date": "2022-01-31", "deadline": "2022-02-10"},
                       {"id": "final", "kind": "final", "reference_date": "2022-03-31", "deadline": "2022-04-30"}],
            "objectives": [objective(1, due=["final"]), told]}
    return consolidated("interim", plan)


def test_the_gantt_of_a_year_that_begins_in_april_shows_its_own_months(april):
    sheet = openpyxl.load_workbook(BytesIO(workbook.write(april)), data_only=True)["Gantt"]
    heads = [c.value for c in sheet[4]][5:]
    assert (heads[0], heads[11], heads[12], heads[-1], len(heads)) == ("apr\n21", "mar\n22", "apr\n22", "mar\n24", 36)
    rows = {r[1].value: [c.value for c in r[5:]] for r in sheet.iter_rows(min_row=5) if r[0].value == "A.2"}
    assert rows["1"] == ["A"] * 11 + [None] * 25 and rows["2"] == [None] * 24 + ["A"] * 12  # an end without a start: from its April
    red = {c.column for row in sheet.iter_rows(min_row=5) for c in row if c.border.right.color and c.border.right.color.rgb == "FF9C1C16"}
    assert red == {6 + 9}  # January 2022


def test_word_calls_the_years_that_begin_in_april_by_both_and_tells_what_a_round_was_measured_by(april):
    from docx import Document

    from perfxl.stages.report import report

    cells = [c.text for t in Document(BytesIO(report(april, "it"))).tables for row in t.rows for c in row.cells]
    assert {"2021/22", "2022/23", "2023/24"} <= {*cells} and "dal\u00a001/04\nal\u00a015/02" in cells  # 2022 stands over the column
    text = "\n".join(cells)
    assert "2020/21: 4" in text and "1º" not in text and "Monitoraggio intermedio: 6" in text and "50%" in text


def test_what_is_not_due_is_not_called_without_an_outcome(april):
    book = openpyxl.load_workbook(BytesIO(workbook.write(april)), data_only=True)
    said = {name: {c.value for row in book[name].iter_rows() for c in row} for name in ("A", "Cascata", "Cruscotto")}
    assert "Non dovuto" in said["A"] and not any("Senza esito" in words for words in said.values())


def test_a_change_of_the_target_is_told_against_what_the_round_had(april):
    rows = [[c.value for c in row] for row in openpyxl.load_workbook(BytesIO(workbook.write(april)), data_only=True)["Modifiche"].iter_rows(min_row=5)]
    assert [row[5:7] for row in rows if row[3] == "Valore atteso"] == [[5, 6]] * 2


def test_readings_stand_in_one_list(book):
    rows = list(readings(View(year())))
    assert len(rows) == book["Letture"].max_row - 4 > 300
    mine = [r.values for r in rows if r.values["objective"] == "SG.00001" and r.values.get("item") == "1" and r.values["of"] == "phases"]
    assert [(v["round"], v["percent"], v.get("start"), v.get("end")) for v in mine] == [("interim", 100, None, None), ("final", 100, "2021-02-01", "2021-05-15")]
    assert {v.values["of"] for v in rows} == {"holding", "results", "entities", "phases", "measures"}


def test_word_tells_dates_other_years_and_lateness():
    from docx import Document

    from perfxl.stages.report import report

    given = year()
    result = given["content"]["objectives"][0]["sheet"]["results"][0]
    result |= {"past_1": 14, "past_3": 20, "target_2": 8, "dates_note": "Alla firma del contratto.", "targets": [{"round": "interim", "value": 11}], "counts": "period"}
    result["readings"][-1]["achieved_on"] = "2021-11-02"
    found = Document(BytesIO(report(given, "it")))
    text = "\n".join(c.text for t in found.tables for row in t.rows for c in row.cells)
    for part in ("negli anni prima: 2018: 20; 2020: 14", "attesi dopo: 2022: 8", "Alla firma del contratto.", "raggiunto il 02/11/2021", "Monitoraggio intermedio: 11",
                 "valori del solo periodo", "cominciata il 01/02/2021", "finita il 15/05/2021", "giorni di ritardo: 45", "in ritardo di 31 giorni"):
        assert part in text, part


@pytest.mark.parametrize(("phase", "codes"), [
    ({"end_1": "2021-06-30", "reading": {"realised": 40}}, ["DATE22"]),
    ({"end_1": "2021-06-30", "reading": {"realised": 40}, "revision": {"end_1": "2021-11-30"}}, []),
    ({"end_1": "2021-06-30", "reading": {"realised": 40}, "revision": {"dates_note": "Attesa l’autorizzazione."}}, []),
    ({"end_1": "2021-06-30", "reading": {"realised": 40}, "in_force": {"dates_note": "Attesa l’autorizzazione."}}, []),
    ({"end_1": "2021-06-30", "reading": {"realised": 100}}, []),
    ({"end_1": "2021-06-30", "reading": {"realised": 100, "actual_start": "2021-07-20", "actual_end": "2021-07-10"}}, ["DATE23"]),
    ({"end_1": "2021-12-31", "reading": {"realised": 40, "actual_start": "2021-10-02"}}, ["DATE24"])])
def test_a_late_phase_wants_a_new_end_or_a_note_and_actual_days_must_be_past(phase, codes):
    from perfxl.stages.check import dates, dates_moved
    from perfxl.stages.check.return_context import ReturnContext

    plan = {"year": 2021, "rounds": [{"id": str(r), "kind": r.kind, "reference_date": r.reference_date, "deadline": r.reference_date} for r in YEAR],
            "objectives": [{"code": "S1.00001", "lead": "S1", "holders": [{"sector": "S1"}]}], "sectors": [{"code": "S1"}]}
    told = {"identity": {"sector": "S1", "round": "interim", "year": 2021, "body": "B"},
            "objectives": [{"code": "S1.00001", "role": "lead", "holding": {"reading": {"percent": 100}}, "sheet": {"phases": [{"id": "1", "start_1": "2021-01-01", **phase}]}}]}
    case = ReturnContext.of(told, told, plan=plan, round=YEAR["interim"])
    assert [f.code for check in (dates_moved.late, dates.actual) for f in check(case)] == codes


@pytest.mark.parametrize(("realised", "shares", "late"), [(35, False, True), (35, True, False), (40, True, False), (20, True, True), (100, False, False)])
def test_a_phase_told_as_a_share_of_its_objective_is_done_at_its_weight(realised, shares, late):
    phase = {"id": "1", "weight": 35, "end_1": "2021-03-31", "readings": [{"round": "interim", "realised": realised}]}
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
    book = openpyxl.load_workbook(BytesIO(workbook.write(given)))
    words = ["scritte come quote"] * 2 if not late else [0.545] * 2
    assert _beside(book["Obiettivi"], objective.code, "Dalle fasi · monitoraggio", "Dalle fasi · consuntivo") == words
    assert _beside(book["Valutazioni"], objective.code, "Dalle fasi") == words[:1]
    row = next(r for r in objectives(view) if r.values["objective"] == objective.code)
    assert row.values["final_by_phases"] == (Decimal("54.50") if late else None)


def _beside(sheet, code, *titles) -> list:
    """What stands under each title of a list in the row of an objective."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(r for r in rows if titles[0] in r)
    mine = next(r for r in rows if code in r and rows.index(r) > rows.index(head))
    return [mine[head.index(title)] for title in titles]


def test_nothing_is_late_of_an_objective_that_is_replaced():
    given = year()
    view = View(given)
    late_ones = {item.objective for item in late(view)}
    assert late_ones
    for objective in given["content"]["objectives"]:
        for holder in objective["holders"]:
            holder.setdefault("holding", {}).setdefault("readings", [])
            told = holder["holding"]["readings"] = [r for r in holder["holding"]["readings"] if r["round"] != given["round"]]
            told.append({"round": given["round"], "status": "withdrawn"})
    assert late(View(given)) == []
