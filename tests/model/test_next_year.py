"""The plan of the next year: what goes on, from where it starts, and what is left to decide."""

from copy import deepcopy

import pytest
from plan_text import plan as plan_of
from plan_text import row, table
from played_year import demo_year, document
from text_tables import finding_lines, lines
from text_tables import rows as cases

from perfxl.model import documents
from perfxl.model.findings import Finding
from perfxl.model.next_year import carry, notes, shifted
from perfxl.model.rounds import Rounds
from perfxl.stages import plan
from perfxl.stages.check.dates import phases as phase_dates
from perfxl.stages.check.return_context import ReturnContext
from perfxl.stages.issue import returns
from perfxl.stages.plan.drawing import write as write_plan


@pytest.fixture(scope="module")
def next_plan() -> dict:
    return carry(demo_year()[2], 2022)


def objective(plan: dict, code: str) -> dict:
    return next(o for o in plan["objectives"] if o["code"] == code)


def rows(plan: dict, code: str, table: str) -> dict[str, dict]:
    return {row["id"]: row for row in objective(plan, code)["sheet"][table]}


def test_the_plan_of_the_demo_is_valid_and_stands_in_its_workbook(next_plan):
    assert list(documents.violations("plan", next_plan)) == []
    reading = plan.read(write_plan(next_plan, "it", None), "piano.xlsx", None)
    assert reading.document == next_plan and not [f for f in reading.findings if f.severity == "error"]


def test_it_is_issued_without_dates_of_another_year(next_plan):
    for sector, form in returns(next_plan, "plan").items():
        case = ReturnContext.from_documents(form, form, plan=next_plan, round=Rounds.from_plan(next_plan)["plan"])
        assert not [f for f in phase_dates(case) if f.code in ("DATE04", "DATE06")], sector


def test_body_sectors_and_rounds(next_plan):
    content = demo_year()[2]["content"]
    assert next_plan["year"] == 2022 and all(next_plan[k] == content[k] for k in ("body", "sectors", "cascade"))
    assert next_plan.get("rules") == content.get("rules")
    assert next_plan["rounds"] == [{"id": "plan", "kind": "plan", "reference_date": "2022-06-30", "deadline": "2022-06-30"},
                                   {"id": "interim", "kind": "monitoring", "reference_date": "2022-09-30", "deadline": "2022-10-15"},
                                   {"id": "final", "kind": "final", "reference_date": "2022-12-31", "deadline": "2023-01-31"}]
    assert not {"evaluations", "requests", "considerations"} & set(next_plan)


def test_objectives_of_several_years_go_on_with_a_link(next_plan):
    before = {o["code"]: o for o in demo_year()[2]["content"]["objectives"]}
    going = {c for c, o in before.items() if o["sheet"]["year_number"] < o["sheet"]["year_count"]}
    assert {o["code"] for o in next_plan["objectives"]} == going and len(going) == 18
    for made in next_plan["objectives"]:
        old = before[made["code"]]["sheet"]
        assert made["continues"] == {"code": made["code"], "year": 2021}
        assert (made["sheet"]["year_number"], made["sheet"]["year_count"]) == (old["year_number"] + 1, old["year_count"])
    again = carry(document("final", next_plan), 2023)
    assert objective(again, "S8.00001")["continues"] == {"code": "S8.00001", "year": 2022}


def test_nothing_told_or_revised_in_the_year_is_left(next_plan):
    def keys(value):
        if isinstance(value, dict):
            for k, v in value.items():
                yield k
                yield from keys(v)
        elif isinstance(value, list):
            for v in value:
                yield from keys(v)

    assert not {"readings", "revisions", "added", "dropped", "replaced_by", "reason"} & set(keys(next_plan["objectives"]))


def test_revised_values_become_the_approved_ones(next_plan):
    old, new = objective(demo_year()[2]["content"], "S6.00005")["sheet"], objective(next_plan, "S6.00005")["sheet"]
    assert [r.get("purpose") for r in old["revisions"]] == [new["purpose"]] != [old["purpose"]]
    assert rows(next_plan, "S8.00001", "phases")["3"]["text"].startswith("Strategia del piano, scelte di fondo")
    assert objective(next_plan, "S2.00001")["sheet"]["responsibles"] == [{"name": "Rosanna Quartieri"}]


def test_phases_move_up_by_a_year(next_plan):
    phases = rows(next_plan, "S8.00001", "phases")
    assert phases["5"] == {"id": "5", "text": phases["5"]["text"], "start_1": "2022-02-01", "end_1": "2022-12-15"}  # as revised
    assert phases["6"] == {"id": "6", "text": phases["6"]["text"], "weighting": "not_weighted", "start_2": "2023-02-01", "end_2": "2023-11-30"}
    assert set(phases["4"]) == {"id", "text"}  # late: to be planned and weighted anew
    for done in ("0", "1", "2", "3"):
        assert phases[done] == {"id": done, "text": phases[done]["text"], "weighting": "not_weighted"}
    across = rows(next_plan, "S6.00005", "phases")["4"]  # begun in December, goes on
    assert (across["start_1"], across["end_1"]) == ("2022-01-01", "2022-11-30")


def test_two_years_later_the_third_year_is_this_years():
    made = carry(demo_year()[2], 2023)
    assert {o["code"]: o["sheet"]["year_number"] for o in made["objectives"]} == {"SG.00001": 3, "S2.00004": 3, "S8.00001": 4}
    assert rows(made, "S8.00001", "phases")["6"]["start_1"] == "2023-02-01" and "weighting" not in rows(made, "S8.00001", "phases")["6"]
    assert made["rounds"][0]["reference_date"] == "2023-06-30"


#: One objective in its first of two years, at the end of the year.
SMALL = """
    Tornate
    Sigla   | Tipo         | Data di riferimento | Scadenza di restituzione | Atto di approvazione
    plan    | Piano        |                     |                          |
    interim | Monitoraggio |                     |                          |
    final   | Consuntivo   | 29/02/2020          | 31/01/2022               | DG 1

    Settori
    Codice | Nome
    S1     | Uno
    S2     | Due

    Obiettivi
    Codice   | Tipo      | Titolo | Data inizio | Data fine  | Anno di durata | Anni in tutto
    S1.00001 | Ordinario | Titolo | 01/01/2021  | 31/12/2022 | 1              | 2

    Settori titolari
    Obiettivo | Settore | Tipo di peso | Peso | Nota a piè di tabella | interim: Peso modificato | interim: Motivo delle modifiche | final: Esito %
    S1.00001  | S1      |              | 60%  |                       | 50%                      | x                               | 80%
    S1.00001  | S2      | Non pesato   |      | Condiviso.            |                          |                                 |
"""


def small(text: str = "", changes: str = "") -> dict:
    """``SMALL`` with more tables, after the cells of ``changes`` were written."""
    return document("final", plan_of(f"{SMALL}\n{text}", changes))


def carried(text: str = "", changes: str = "", **more) -> dict:
    """What becomes of ``small`` in the year that follows."""
    return carry(small(text, changes), 2022, **more)


def sheet_of(made: dict) -> dict:
    only, = made["objectives"]
    return only["sheet"]


def test_weights_in_force_go_on_and_dates_move():
    made = carried()
    *_, last = made["rounds"]
    assert last == {"id": "final", "kind": "final", "reference_date": "2021-02-28", "deadline": "2023-01-31"}
    only, = made["objectives"]
    assert only["holders"] == [{"sector": "S1", "holding": {"weight": 50}},
                               {"sector": "S2", "footnote": "Condiviso.", "holding": {"weighting": "not_weighted"}}]
    assert shifted("2020-02-29", 4) == "2024-02-29"


@pytest.mark.parametrize("gone", ["interim: Sostituito da | S1.00009", "interim: Stato | Sostituito", "final: Stato | Ritirato"])
def test_what_was_replaced_or_withdrawn_stays_behind(gone):
    assert "objectives" not in carried(changes=f"Settori titolari #1: {gone}\nSettori titolari #1: final: Esito % | (vuoto)")
    assert table(carried(changes=f"Settori titolari #2: {gone}"), "Settori titolari", "Settore") == ["S1"]


@pytest.mark.parametrize(("end", "expected"), [
    ("Data fine | 31/12/2021", ""), ("Data fine | 31/12/2022", "31/12/2022"), ("interim: Data fine modificata | 30/11/2021", "")])
def test_an_end_that_is_past_is_left_blank(end, expected):
    assert table(carried(changes=f"Obiettivi S1.00001: {end}"), "Obiettivi", "Data fine") == [expected]


def test_those_in_charge_when_the_year_ended_stay():
    made = carried("""
        Responsabili
        Responsabile | Dal        | Al
        A            |            | 30/09/2021
        B            | 01/10/2021 | 31/12/2021
        C            | 01/02/2021 |
        D            |            | 31/03/2022""")
    assert table(made, "Responsabili", "Responsabile | Dal | Al") == lines("""
        B |  |
        C |  |
        D |  | 31/03/2022""")


def test_money_of_the_years_to_come_stays():
    made = carried("""
        Risorse economiche
        Natura         | Anno | Importo
        Spesa corrente |      | 1
        Spesa corrente | 2021 | 2
        Spesa corrente | 2022 | 3""")
    assert table(made, "Risorse economiche", "Natura | Anno | Importo") == lines("Spesa corrente | 2022 | 3")


def test_indicators_start_from_the_last_actual():
    made = carried("""
        Risultati attesi
        N. | Risultato atteso      | Valore atteso | Valore di partenza | Come si misura     | Peso | Scadenza   | interim: Valore ottenuto | interim: Valore atteso modificato | final: Valore ottenuto | final: Raggiunto %
        1  |                       | 10            | 2                  |                    | 40%  | 31/12/2021 | 4                        |                                   | 7                      |
        2  |                       | 10            |                    |                    | 60%  | 30/06/2022 | 12                       | 20                                |                        |
        3  |                       | 5             | 9                  | Più basso è meglio |      |            |                          |                                   | 4                      |
        4  | Regolamento approvato |               |                    |                    |      |            |                          |                                   |                        | 100%
        5  |                       | 3             | 1                  |                    |      |            |                          |                                   |                        |

        Valori per ente
        Risultato | Ente | Valore atteso | final: Valore ottenuto
        3         | A    | 5             | 6
        3         | B    | 5             | 5
        4         | A    | 5             |
    """)
    assert sheet_of(made)["results"] == [{"id": "1", "baseline": 7, "target": 10, "past_1": 7},
                                         {"id": "2", "deadline": "2022-06-30", "baseline": 12, "target": 20, "past_1": 12},
                                         {"id": "3", "direction": "lower", "baseline": 4, "past_1": 4}, {"id": "5", "baseline": 1, "target": 3}]
    assert sheet_of(made)["entities"] == [{"result": "3", "entity": "A", "baseline": 6, "target": 5}, {"result": "3", "entity": "B", "baseline": 5}]


WEIGHED = """
    Risultati attesi
    N. | Valore atteso | Peso | interim: Peso modificato | interim: Eliminato perché
    1  | 10            | 40%  | 30%                      |
    2  | 10            | 60%  | 70%                      | {why}
"""


def test_weights_of_results_stay_while_all_results_do():
    assert table(carried(WEIGHED.format(why="")), "Risultati attesi", "N. | Peso") == lines("1 | 30%\n2 | 70%")
    assert sheet_of(carried(WEIGHED.format(why="x")))["results"] == [{"id": "1", "target": 10}]


def test_what_was_dropped_goes_with_the_ties_to_it():
    made = carried("""
        Fasi
        Fase  | Descrizione della fase | Peso | final: Realizzata % | final: Eliminata perché
        1     | a                      | 100% | 100%                |
        3-bis | b                      |      |                     | x

        Risultati attesi
        N. | Valore atteso | Fasi
        1  | 1             | 1-3-bis
        2  | 1             | 1-3
    """)
    assert sheet_of(made)["phases"] == [{"id": "1", "text": "a", "weighting": "not_weighted"}]
    assert table(made, "Risultati attesi", "N. | Fasi") == lines("1 |\n2 | 1-3")


@pytest.mark.parametrize("case", cases("""
    interim: Realizzata % | final: Realizzata % | resta come storia
                          | 100%                | sì
    100%                  | 90%                 | no
    100%                  |                     | sì
                          |                     | no
"""), ids=lambda case: " ".join(case.values()))
def test_a_phase_is_done_by_what_was_told_last(case):
    realised = "\n".join(f"Fasi 1: {round}: Realizzata % | {case[f'{round}: Realizzata %']}" for round in ("interim", "final"))
    made = carried("""
        Fasi
        Fase | Peso | Inizio nell’anno del piano | Fine nell’anno del piano
        1    | 20%  | 01/01/2021                 | 01/03/2021
    """, realised)
    assert sheet_of(made)["phases"] == [{"id": "1", **({"weighting": "not_weighted"} if case["resta come storia"] == "sì" else {})}]


ONE_YEAR_TRANSVERSAL = "Obiettivi S1.00001: Anni in tutto | 1\nObiettivi S1.00001: Tipo | Trasversale di ente"


def test_measures_not_finished_go_on_with_their_objective():
    measures = """
        Misure
        Settore | Obiettivo | N. | Misura | Termine    | interim: Realizzata % | final: Realizzata % | interim: Applicabile
        S2      | S1.00001  | 0  | Fare   | semestrale | 100%                  |                     |
        S2      | S1.00001  | 3  | Fare   | semestrale |                       | 100%                |"""
    unfinished = """
        S2 | S1.00001 | 1 | Fare | semestrale | 100% | 90% |
        S2      | S1.00001  | 2  | Fare   | semestrale |                       |                     | No"""
    made = carried(measures + unfinished, ONE_YEAR_TRANSVERSAL)
    assert made["measures"] == [{"sector": "S2", "measure": {"objective": "S1.00001", "measure": "Fare", "deadline": "semestrale", "id": n}} for n in ("1", "2")]
    assert sheet_of(made) | {"end": ""} == {"title": "Titolo", "start": "2021-01-01", "end": "", "year_number": 1, "year_count": 1}
    assert not {"objectives", "measures"} & set(carried(measures, ONE_YEAR_TRANSVERSAL))


def test_the_bodys_own_fields_of_the_plan_stay():
    extension = {"properties": {"cup": {"type": "string"}, "fine": {"type": "string", "x-open": ["final"]}}}
    made = small()
    sheet_of(made["content"])["extension"] = {"cup": "A1", "fine": "sì"}
    assert sheet_of(carry(made, 2022, extension))["extension"] == {"cup": "A1"}
    assert sheet_of(carry(made, 2022))["extension"] == {"cup": "A1", "fine": "sì"}


@pytest.mark.parametrize("year", [2020, 2021])
def test_a_year_that_does_not_follow_is_refused(year):
    with pytest.raises(ValueError, match=f"{year} does not follow 2021"):
        carry(small(), year)


def test_the_consolidated_document_is_left_as_it_was():
    made = small("Fasi\nFase | Peso\n1 | 3%\n\nResponsabili\nResponsabile\nA")
    before = deepcopy(made)
    sheet_of(carry(made, 2022))["responsibles"][0]["name"] = "B"
    assert made == before


def test_notes_say_what_is_left_to_decide():
    made = small("""
        Fasi
        Fase | Peso | Fine nell’anno successivo
        1    | 60%  |
        2    |      | 31/05/2022

        Responsabili
        Responsabile | Al
        A            | 01/05/2021

        Risultati attesi
        N. | Valore atteso | final: Valore ottenuto
        1  | 1             | 1
    """)
    first, = made["content"]["objectives"]
    made["content"]["objectives"].append(deepcopy(first) | {"code": "S1.00002", "sheet": {"year_count": 1}})
    findings = notes(made, carry(made, 2022))
    assert finding_lines(findings, "code | sector | objective") == lines("""
        YEAR01 | S1 | S1.00002
        YEAR02 | S1 | S1.00001
        YEAR04 | S1 | S1.00001
        YEAR03 | S1 |
        YEAR05 | S1 |""")
    by_code = {f.code: f for f in findings}
    assert by_code["YEAR02"] == Finding("YEAR02", values={"code": "S1.00001", "phases": "1", "year": 2022}, sector="S1", objective="S1.00001")
    assert by_code["YEAR03"].values == {"sector": "S1", "list": "S1.00001"} and by_code["YEAR05"].values["list"] == "S1.00001 (1)"
    first, *_ = notes(document("plan", made["content"]), carry(made, 2022))
    assert first.code == "YEAR02"


# -- the values of other years, and objectives of one year
#: An objective of two years whose result has values of other years, ended at 8 of 10.
MEASURED = """
    Tornate
    Sigla | Tipo       | Data di riferimento | Scadenza di restituzione
    final | Consuntivo | 31/12/2021          | 31/01/2022

    Settori
    Codice | Nome
    S1     | Uno

    Obiettivi
    Codice   | Peso | Titolo | Anno di durata | Anni in tutto
    S1.00001 | 100% | T      | 1              | 2

    Risultati attesi
    N. | Risultato atteso | Valore atteso | Valore dell’anno prima | Valore di due anni prima | Valore di tre anni prima | Valore atteso l’anno dopo | Valore atteso fra due anni | final: Valore ottenuto
    1  | Pratiche         | 10            | 6                      | 5                        | 4                        | 12                        | 15                         | 8
"""


def measured(changes: str = "") -> dict:
    return document("final", plan_of(MEASURED, changes))


def result_cells(text: str) -> str:
    """Cells of the result, ``caption: value; caption: value``, as changes of a plan."""
    return "\n".join("Risultati attesi 1: {0} | {2}".format(*cell.strip().rpartition(": ")) for cell in text.split(";") if cell.strip())


@pytest.mark.parametrize("case", cases("""
    cambia                                                                  | anno | Valore di partenza | Valore atteso | Valore dell’anno prima | Valore di due anni prima | Valore di tre anni prima | Valore atteso l’anno dopo | Valori delle tornate
                                                                            | 2022 | 8                  | 12            | 8                      | 6                        | 5                        | 15
                                                                            | 2023 | 8                  | 15            |                        | 8                        | 6                        |
    Valore atteso l’anno dopo: (vuoto); Valore atteso fra due anni: (vuoto) | 2022 | 8                  | 10            | 8                      | 6                        | 5                        |
    final: Valore ottenuto: (vuoto); Valore atteso l’anno dopo: 7           | 2022 |                    | 7             |                        | 6                        | 5                        | 15
    final: Valore atteso: 9; Valori delle tornate: Del solo periodo         | 2022 | 8                  | 12            | 8                      | 6                        | 5                        | 15                        | Del solo periodo
"""), ids=lambda case: f"{case['anno']} {case['cambia']}")
def test_values_of_earlier_years_and_targets_of_later_ones_move_with_the_year(case):
    cells = {caption: value for caption, value in case.items() if caption not in ("cambia", "anno")}
    made = carry(measured(result_cells(case["cambia"])), int(case["anno"]), None, every=True)
    moved, = sheet_of(made)["results"]
    assert moved == row("Risultati attesi", "N.: 1; Risultato atteso: Pratiche; " + "; ".join(f"{caption}: {value}" for caption, value in cells.items()))


def test_annual_objectives_go_on_where_all_are_asked_for():
    phases = """
        Fasi
        Fase | Descrizione della fase | Peso | Inizio nell’anno del piano | Fine nell’anno del piano | final: Realizzata %
        1    | Fare                   | 100% | 01/01/2021                 | 31/12/2021               | 100%
    """
    annual = "Obiettivi S1.00001: Anni in tutto | 1\nObiettivi S1.00001: Data fine | 31/12/2021\nObiettivi S1.00001: Data inizio | "
    made = document("final", plan_of(f"{MEASURED}\n{phases}", f"{annual}01/02/2021"))
    assert "objectives" not in carry(made, 2022)
    every = carry(made, 2022, every=True)
    assert table(every, "Obiettivi", "Data inizio | Data fine") == lines("01/02/2022 | 31/12/2022")
    of_several = document("final", plan_of(f"{MEASURED}\n{phases}", f"{annual}01/02/2019"))  # at its end: the year that follows is its own
    assert sheet_of(carry(of_several, 2022, every=True))["start"] == "2022-01-01"
    assert list(documents.violations("plan", every)) == []
    only, = every["objectives"]
    assert only["continues"] == {"code": "S1.00001", "year": 2021}
    assert sheet_of(every)["phases"] == [{"id": "1", "text": "Fare"}]  # to be done again, with a weight and dates of its own
    assert table(every, "Obiettivi", "Anno di durata | Anni in tutto") == lines("1 | 1")


SHARED = """
    Tornate
    Sigla | Tipo
    plan  | Piano
    final | Consuntivo

    Settori
    Codice | Nome
    S1     | Uno

    Fasce
    Tabella | Da | A  | Grado
    RIT     | 0  | 10 | 100%
    RIT     | 10 |    | 0%

    Indicatori
    Codice | Indicatore   | Come si misura     | Valore di partenza | Valore atteso | Valore dell’anno prima | Valore atteso l’anno dopo
    I1     | Raccolta     | Più alto è meglio  | 60                 | 65            | 58                     | 70
    I2     | Ritardo      | Più basso è meglio |                    | 5             |                        |
    I3     | Mai misurato |                    |                    | 9             | 7                      |

    Obiettivi
    Codice   | Peso | Titolo  | Anno di durata | Anni in tutto
    S1.00001 | 100% | Rifiuti | 1              | 3

    Risultati attesi
    N. | Indicatore | Come si misura     | Valore atteso | final: Valore ottenuto | final: Valore atteso modificato
    1  | I1         | Più alto è meglio  | 65            | 66                     |
    2  | I2         | Più basso è meglio | 5             | 4                      | {revised}
"""
OF_INDICATORS = ("Codice | Indicatore | Come si misura | Valore di partenza | Valore atteso | Valore di due anni prima | Valore dell’anno prima"
                 " | Valore atteso l’anno dopo")


@pytest.mark.parametrize(("every", "reached"), [(False, ""), (True, "5")])
def test_tables_of_bands_the_mailbox_and_shared_indicators_go_on(every, reached):
    """Indicators begin from what was measured of them, as results do: the target of the year after becomes this year's."""
    given = plan_of(SHARED.format(revised=""), year=2026, mail={"way": "smtp", "remind_days": 3})
    made = carry(document("final", given), 2027, every=every)
    assert made["mail"] == given["mail"] and made["bands"] == given["bands"]
    assert table(made, "Indicatori", OF_INDICATORS) == lines(f"""
        I1 | Raccolta | Più alto è meglio  | 66 | 70        | 58 | 66 |
        I2 | Ritardo  | Più basso è meglio | 4  | {reached} |    | 4  |
        I3 | Mai misurato |                    |    | 9         | 7  |    |""")


def test_what_was_revised_of_a_shared_indicator_is_its_target_from_then_on():
    made = carry(document("final", plan_of(SHARED.format(revised="3"), year=2026)), 2027)
    assert "I2 | 3 | 4" in table(made, "Indicatori", "Codice | Valore atteso | Valore di partenza")  # 4 is not yet 3: the target stays
