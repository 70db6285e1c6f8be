"""What cannot be measured is told in the plan and in returns, where it can be mended, with what to choose."""

import pytest
from plan_text import plan, row, rules
from text_tables import cases, lines, rows

from perfxl.model.indicators import borrowed, with_ready_made, with_shared_readings
from perfxl.model.outcomes import outcomes
from perfxl.model.result_degree import degree
from perfxl.model.rounds import Rounds
from perfxl.model.views import Result
from perfxl.stages.plan.checks import problems

#: A result to be measured, in a plan with a table of bands; ``_plan`` writes in its tables.
RESULT = """
    Settori
    Codice | Nome
    S1     | Uno

    Fasce
    Tabella | Da | A  | Grado
    A       | 0  | 10 | 50%
    A       | 10 |    | 100%

    Obiettivi
    Codice   | Titolo
    S1.00001 | Uno

    Risultati attesi
    N. | Risultato atteso
    1  | Uno
"""
ON_MEASURING = {"PLAN80", "PLAN81", "PLAN82", "PLAN83"}


def written(table: str, text: str) -> str:
    """The cells of a row of ``table``, as ``plan`` changes them: ``caption: value; caption: value``."""
    parts = [part.strip().rpartition(": ") for part in text.split(";") if part.strip()]
    return "\n".join(f"{table}: {caption} | {value}" for caption, _, value in parts)


def told(made: dict, codes: set[str] = ON_MEASURING) -> list[str]:
    """The lines ``code | row and key of the cell`` of the problems of a plan with one of ``codes``; a row counts from 0."""
    raised = [p for p in problems(made) if p.code in codes]
    return [f"{p.code} | {'/'.join(map(str, p.path[4:] if p.path[0] == 'objectives' else p.path))}" for p in raised]


@pytest.mark.parametrize("case", rows("""
    rilievo | a                    | risultato
            |                      | Valore atteso: 10
            |                      | Valore atteso: 0,5; Come si misura: Più basso è meglio
            |                      |
    PLAN81  | 0/target             | Valore atteso: 0
    PLAN81  | 0/target             | Valore atteso: -3; Come si misura: Più basso è meglio; Valore di partenza: 5
            |                      | Valore atteso: -3; Come si misura: Avanzamento dal valore di partenza; Valore di partenza: 5
            |                      | Valore atteso: 0; Come si misura: Avanzamento dal valore di partenza; Valore di partenza: 22
    PLAN82  | 0/target             | Valore atteso: 10; Come si misura: Avanzamento dal valore di partenza
    PLAN82  | 0/target             | Valore atteso: 10; Come si misura: Avanzamento dal valore di partenza; Valore di partenza: 10
            |                      | Valore atteso: 0; Come si misura: Grado indicato dal settore
    PLAN81  | 0/revisions/0/target | Valore atteso: 10; interim: Valore atteso modificato: 0
            |                      | Valore atteso: 0; interim: Valore atteso modificato: 10
            |                      | Valore atteso: 0; interim: Eliminato perché: Non serve.
            |                      | Valore atteso: 0; final: Raggiunto %: 80%
            |                      | Come si misura: Fasce del valore ottenuto; Tabella di fasce: A
            |                      | Come si misura: Entro la scadenza; Scadenza: 30/06/2021; Tabella di fasce: A
    PLAN83  | 0/scale              | Come si misura: Fasce del valore ottenuto
    PLAN83  | 0/scale              | Valore atteso: 5; Tabella di fasce: B
            |                      | Come si misura: Fatto o non fatto
    PLAN83  | 0/scale              | Come si misura: Fatto o non fatto; Tabella di fasce: A
    PLAN83  | 0/per                | Come si misura: Fatto o non fatto; Rapporto per: 100
    PLAN83  | 0/deadline           | Come si misura: Entro la scadenza
            |                      | Come si misura: Fra due valori; Fino a: 0
            |                      | Come si misura: Fra due valori; Valore atteso: 18; Fino a: 22
    PLAN83  | 0/until              | Come si misura: Fra due valori
    PLAN83  | 0/until              | Come si misura: Fra due valori; Valore atteso: 22; Fino a: 18
            |                      | Come si misura: Minimo, atteso, eccellenza; Minimo: 10; Valore atteso: 20; Eccellenza: 25
            |                      | Come si misura: Minimo, atteso, eccellenza; Minimo: 20; Valore atteso: 10; Eccellenza: 5
    PLAN83  | 0/minimum            | Come si misura: Minimo, atteso, eccellenza; Valore atteso: 20
    PLAN83  | 0/minimum            | Come si misura: Minimo, atteso, eccellenza; Valore atteso: 20; Minimo: 20
    PLAN83  | 0/minimum            | Come si misura: Minimo, atteso, eccellenza; Minimo: 10; Valore atteso: 20; Eccellenza: 15
"""), ids=lambda case: case["risultato"])
def test_a_result_that_cannot_be_measured(case):
    assert told(plan(RESULT, written("Risultati attesi 1", case["risultato"]))) == lines(f"{case['rilievo']} | {case['a']}" if case["rilievo"] else "")


ENTITIES = """
    Valori per ente
    Risultato | Ente | Valore atteso
    1         | A    | 0
    1         | B    | 5
    2         | C    | 0
"""


def test_what_the_entities_have_of_it_is_measured_alike():
    assert told(plan(f"{RESULT}\n{ENTITIES}")) == lines("PLAN81 | 0/target")
    assert told(plan(f"{RESULT}\n{ENTITIES}", "Risultati attesi 1: Valore atteso | 10")) == []  # the result has a target of its own: theirs are not used
    alone = ("Valori per ente #1: Ente | B\nValori per ente #1: Risultato | 1\nValori per ente #1: Valore atteso | 5\n"
             "Risultati attesi 1: Come si misura | Avanzamento dal valore di partenza")
    assert told(plan(RESULT, alone)) == lines("PLAN82 | 0/target")


@pytest.mark.parametrize("case", rows("""
    media dell’ente            | Peso nell’ente | Concorre all’esito | rilievo
    Media pesata dei settori   |                |                    | PLAN80
    Media pesata dei settori   | 0              |                    |
    Media pesata dei settori   |                | No                 |
    Media semplice dei settori |                |                    |
"""))
def test_a_sector_without_the_weight_that_the_bodys_mean_needs(case):
    second = "\n".join(f"Settori S2: {caption} | {case[caption]}" for caption in ("Peso nell’ente", "Concorre all’esito"))
    made = plan(RESULT, f"Settori S1: Peso nell’ente | 1\nSettori S2: Codice | S2\n{second}", rules=rules(f"Esito dell’ente: {case['media dell’ente']}"))
    assert told(made) == lines(f"{case['rilievo']} | sectors/1/weight" if case["rilievo"] else "")


def test_the_bodys_own_way_holds_where_a_result_chooses_none():
    progress, between = (rules(f"Come si misurano i risultati: {way}") for way in ("Avanzamento dal valore di partenza", "Fra due valori"))
    assert told(plan(RESULT, "Risultati attesi 1: Valore atteso | 10", rules=progress)) == lines("PLAN82 | 0/target")
    own = written("Risultati attesi 1", "Valore atteso: 10; Come si misura: Più basso è meglio")
    assert told(plan(RESULT, own, rules=progress)) == []
    entity = written("Valori per ente #1", "Risultato: 1; Ente: A; Valore atteso: 3")
    assert told(plan(RESULT, entity, rules=between)) == lines("PLAN83 | 0/until")


@pytest.mark.parametrize("case", cases("""
    caso                           | Da | A | Grado | Punti | rilievo
    a common end, a gap, open ends |    | 5 | 20%   |       |
                                   | 5  | 9 | 60%   |       |
                                   | 11 |   | 100%  |       |
    over one another               |    | 5 | 20%   |       |
                                   | 4  |   | 60%   |       | PLAN84
    over one that has no ends      |    |   | 20%   |       |
                                   | 4  |   | 60%   |       | PLAN84
    ends the wrong way round       | 5  | 4 | 20%   |       | PLAN84
    without a degree               | 5  | 6 |       |       | PLAN84
    the same value twice           | 0  | 0 | 1%    |       |
                                   | 0  | 0 | 2%    |       | PLAN84
    points, then a degree          |    | 5 |       | 1     |
                                   | 5  |   | 60%   |       | PLAN84
    a degree and points            |    | 5 | 1%    | 1     | PLAN84
    points of nothing              |    | 5 |       | 0     | PLAN84
"""), ids=lambda case: next(iter(case))["caso"])
def test_bands_that_make_no_sense(case):
    bands = [row("Fasce", "Tabella: A; " + "; ".join(f"{caption}: {line[caption]}" for caption in ("Da", "A", "Grado", "Punti"))) for line in case]
    raised = [(p.code, p.path[1]) for p in problems(plan(RESULT, "Risultati attesi 1: Valore atteso | 1", bands=bands)) if p.code.startswith("PLAN8")]
    assert raised == [(line["rilievo"], number) for number, line in enumerate(case) if line["rilievo"]]


@pytest.mark.parametrize("case", rows("""
    rilievo | regole
            | Semaforo: verde da: 90; Semaforo: giallo da: 60
            |
    PLAN85  | Semaforo: verde da: 60; Semaforo: giallo da: 60
    PLAN85  | Semaforo: giallo da: 10
"""), ids=lambda case: case["regole"])
def test_thresholds_of_a_traffic_light(case):
    chosen = rules(case["regole"])
    assert [p.code for p in problems(plan(RESULT, "Risultati attesi 1: Valore atteso | 1", rules=chosen)) if p.code == "PLAN85"] == lines(case["rilievo"])


# -- indicators that objectives share
ON_INDICATORS = {"PLAN40", "PLAN83", "PLAN86", "PLAN87", "PLAN88", "PLAN89", "PLAN91", "PLAN95"}
SHARED = """
    Settori
    Codice
    S1
    S2

    Indicatori
    Codice | Settore che misura | Come si misura     | Valore atteso
    I1     | S2                 | Più basso è meglio | 5

    Obiettivi
    Codice | Peso
    S1.001 | 100%
    S2.001 | 100%

    Risultati attesi
    Obiettivo | N. | Indicatore
    S1.001    | 1  | I1
    S2.001    | 1  | I1
"""
OF_S2, OF_S1 = ("\n".join(line for line in SHARED.splitlines() if not line.strip().startswith(code)) for code in ("S1.001", "S2.001"))


def codes(text: str, changes: str = "") -> list[str]:
    return sorted(p.code for p in problems(plan(text, changes)) if p.code in ON_INDICATORS)


def test_shared_indicators_that_nobody_defines_or_measures():
    assert codes(SHARED) == []
    assert codes(OF_S1) == ["PLAN88"]
    assert codes(OF_S2, written("Indicatori #2", "Codice: I1; Settore che misura: S2; Come si misura: Più basso è meglio; Valore atteso: 5")) == ["PLAN86"]
    assert codes(OF_S1, "Indicatori I1: Codice | I2") == ["PLAN87"]
    assert codes(OF_S1, "Indicatori I1: Settore che misura | S9") == ["PLAN40", "PLAN88"]
    assert codes(OF_S2, "Indicatori I1: Come si misura | Fasce del valore ottenuto") == ["PLAN83"]  # as what it gives is measured


LINES = """
    Settori
    Codice
    S1
    S2

    Cascata
    Codice | Titolo
    L1     | Abitare

    Indicatori
    Codice | Indicatore | Come si misura    | Valore atteso | Linea strategica | Settore che misura
    I1     | Residenti  | Più alto è meglio | 5             | L1               | {owner}
    I1     | Residenti  | Più alto è meglio | 5             | L1               | {owner}
    I2     | Residenti  | Più alto è meglio | 5             | L9               | {owner}
    I3     | Residenti  | Più alto è meglio | 5             |                  | {owner}

    Obiettivi
    Codice     | Peso | Obiettivo pronto
    {lead}.001 | 100% | {ready}
"""


@pytest.mark.parametrize("case", rows("""
    caso                                              | misura | capofila | pronto                             | usa | rilievo
    nobody uses it                                    | S1     | S1       |                                    |     | PLAN91
    the ready-made objective of its owner brings it   | S1     | S1       | Indicatori delle linee strategiche |     |
    that of another does not                          | S1     | S2       | Indicatori delle linee strategiche |     | PLAN91
    nor any, where nobody is said to measure it       |        | S1       | Indicatori delle linee strategiche |     | PLAN91
    nor one with results of its own                   | S1     | S1       | Indicatori delle linee strategiche | I2  | PLAN91
    a result uses it                                  |        | S2       |                                    | I1  |
    a result uses it; then whoever measures it has to | S1     | S2       |                                    | I1  | PLAN88
"""), ids=lambda case: case["caso"])
def test_an_indicator_of_a_strategic_line_that_nobody_measures_is_told(case):
    made = plan(LINES.format(owner=case["misura"], lead=case["capofila"], ready=case["pronto"]),
                f"Risultati attesi 1: N. | 1\nRisultati attesi 1: Indicatore | {case['usa']}" if case["usa"] else "")
    raised = [p for p in problems(made) if p.code in ("PLAN88", "PLAN91")]  # once, though the row stands twice; not of a line that is not there
    assert [p.code for p in raised if p.values["value"] != "I2"] == lines(case["rilievo"])
    assert all(p.path == ("indicators", 0, "line") and p.values == {"value": "I1", "line": "L1"} for p in raised if p.code == "PLAN91")


def test_an_indicator_is_measured_once_and_counts_where_it_is_used():
    given = """
        Indicatori
        Codice | Settore che misura | Indicatore | Come si misura     | Valore atteso | Rapporto per
        I1     | S2                 | Giorni     | Più basso è meglio | 10            | 1

        Obiettivi
        Codice | Peso
        S1.001 | 100%
        S2.001 | 100%

        Risultati attesi
        Obiettivo | N. | Indicatore | Valore atteso | final: Valore ottenuto | final: Numeratore | final: Denominatore | final: Evidenze
        S1.001    | 7  | I1         | 99            | 1                      |                   |                     | Visto.
        S2.001    | 1  | I1         |               |                        | 60                | 3                   | Dal protocollo."""
    made = with_ready_made(plan(given))
    assert borrowed(made) == {("S1.001", "7"): "S2"}
    assert [result["target"] for o in made["objectives"] for result in o["sheet"]["results"]] == [10, 10]
    measured = with_shared_readings(made, "final")
    borrowing, _ = (result for o in measured["objectives"] for result in o["sheet"]["results"])
    assert borrowing["readings"] == [{"note": "Visto.", "round": "final", "numerator": 60, "denominator": 3}]
    assert [o.by_results for o in outcomes(measured, "final")] == [50, 50]  # 10 / 20 both times
    assert with_shared_readings(measured, "final") == measured


PAYMENTS = """
    Settori
    Codice
    S1
    S2

    Obiettivi
    Codice | Peso | Obiettivo pronto
    S1.001 | 30%  | Tempi di pagamento
"""


def test_the_payment_times_objective_is_one_line_of_the_plan():
    made = plan(PAYMENTS)
    assert codes(PAYMENTS) == []
    objective, = made["objectives"]
    filled, = with_ready_made(made)["objectives"]
    sheet = filled["sheet"]
    assert "pagamento" in sheet["title"] and "13/2023" in sheet["purpose"] and "ready" in objective and "sheet" not in objective
    result, = sheet["results"]
    for actual, expected in ((-4, 100), (0, 100), (1, 0)):
        assert degree(Result({**result, "readings": [{"round": "final", "actual": actual}]}), Rounds.from_plan({})["final"]) == expected
    assert codes(PAYMENTS, "Obiettivi S1.001: Peso | 20%") == ["PLAN89"]
    own = written("Risultati attesi 1", "N.: 1; Come si misura: Fra due valori; Fino a: 5")
    assert codes(PAYMENTS, f"Obiettivi S1.001: Peso | 20%\n{own}") == ["PLAN89", "PLAN95"]
