"""Sentences that explain an outcome, with the cells."""

import pytest
from plan_text import plan

from perfxl.model.explain import explain
from perfxl.model.outcomes import round_outcomes

PLAN = """
    Settori
    Codice | Nome
    S1     | Uno
    S2     | Due

    Cascata
    Codice   | Titolo
    01       | 01
    01.01    | 01.01
    01.01.01 | 01.01.01
    02       | 02

    Obiettivi
    Codice   | Tipo di peso             | Peso | Linee strategiche | final: Esito %
    S1.00001 |                          | 60%  | 01.01.01          | 57,25%
    S1.00002 |                          | 40%  |                   | 80%
    S1.00003 | Remunerato con incentivi |      |                   | 1%
    S2.00001 |                          | 100% |                   |
"""
EVALUATED = """
    Valutazioni
    Obiettivo | Settore | Tornata | Esito valutato | Motivo | Deciso da | Data
    S1.00002  | S1      | final   | {percent}      | {why}  | {by}      | {day}
"""


def consolidated(text: str, changes: str = "", places=(), **more) -> dict:
    """The consolidated document of the final over the plan with the tables of ``text``."""
    content = plan(text, changes, **more)
    return {"round": "final", "content": content, "outcomes": {"final": round_outcomes(content, "final").document()}, "places": list(places)}


DOCUMENT = consolidated(PLAN + EVALUATED.format(percent="90%", why="verbali visti", by="Nucleo", day=""), places=[
    {"path": "/objectives/0/holders/0/holding/readings/0/percent", "file": "ricevute/final/a.xlsx", "sheet": "S1.00001", "cell": "B70"}])


@pytest.mark.parametrize("what, parts", [
    ("S1", ["settore S1", "70,35%", "S1.00001 60,00 × 57,25% (cella B70 del foglio S1.00001, ricevute/final/a.xlsx)",
            "S1.00002 40,00 × 90,00%", "100,00", "S1.00003 (remunerato con incentivi)"]),
    ("S1.00002", ["90,00%", "riconosciuto dal valutatore", "verbali visti", "Nucleo", "dichiarato 80,00%", "peso 40,00"]),
    ("s1/s1.00003", ["1,00%", "non entra nel totale: remunerato con incentivi"]),
    ("S2", ["non c’è ancora", "esiti mancanti: 1", "copertura 0,00%"]),
    ("01", ["linea strategica 01", "57,25%"]),
    ("ENTE", ["dell’ente", "70,35%", "S1 70,35%", "esiti mancanti: 1"]),
])
def test_italian(what, parts):
    sentence = explain(DOCUMENT, what, "it")
    assert all(part in sentence for part in parts), sentence
    assert sentence.endswith(".")


def test_english_and_unknown():
    assert "of sector S1 at the final is 70.35%" in explain(DOCUMENT, "S1", "en")
    assert explain(DOCUMENT, "S9", "it") is None
    assert "monitoraggio intermedio" in explain({**DOCUMENT, "round": "plan", "outcomes": {}}, "S1", "it")


@pytest.mark.parametrize(("percent", "by", "day", "counting", "sentence"), [
    ("90%", "Nucleo", "01/03/2022", "Valutato, altrimenti dichiarato",
     "è 90,00%, riconosciuto dal valutatore al posto di quello dichiarato dal settore, 80,00% perché «visti» (deciso da Nucleo il 01/03/2022); cifre"),
    ("80%", "", "", "Valutato, altrimenti dichiarato", "è 80,00%, dichiarato dal settore e accettato dal valutatore perché «visti»; cifre"),
    ("90%", "Nucleo", "", "Dichiarato",
     "è 80,00%, dichiarato dal settore; il valutatore ha riconosciuto 90,00%, che per le regole dell’ente non conta, perché «visti» (deciso da Nucleo); cifre"),
])
def test_what_the_evaluator_decided(percent, by, day, counting, sentence):
    rules = f"\n    Regole\n    Voce | Valore\n    Esito che conta | {counting}"
    document = consolidated(PLAN + EVALUATED.format(percent=percent, why="visti", by=by, day=day) + rules)
    assert sentence in explain(document, "S1.00002", "it")


def test_each_sector_of_a_transversal_objective_has_its_own_reason():
    document = consolidated("""
        Settori
        Codice | Nome
        S1     | Uno
        S2     | Due

        Obiettivi
        Codice   | Capofila | Tipo
        SG.00001 | SG       | Trasversale di ente

        Settori titolari
        Obiettivo | Settore | Peso | final: Esito %
        SG.00001  | S1      | 5%   | 70%
        SG.00001  | S2      | 5%   | 70%

        Valutazioni
        Obiettivo | Settore | Tornata | Esito valutato | Motivo
        SG.00001  | S1      | final   | 80%            | ragione S1
        SG.00001  | S2      | final   | 80%            | ragione S2
    """)
    reasons = {sector: [r for r in ("ragione S1", "ragione S2") if r in explain(document, f"{sector}/SG.00001", "it")] for sector in ("S1", "S2")}
    assert reasons == {"S1": ["ragione S1"], "S2": ["ragione S2"]}


def test_a_total_says_which_outcomes_are_the_evaluators():
    assert "S1.00002 40,00 × 90,00% (riconosciuto dal valutatore; dichiarato 80,00%)" in explain(DOCUMENT, "S1", "it")


def test_a_line_that_its_body_places_under_another_tells_what_realises_it():
    """Lines stand where the body says, whatever their codes begin with."""
    document = consolidated("""
        Cascata
        Codice   | Titolo  | Linea superiore
        AREA-A   | A       |
        P7       | Sette   | AREA-A
        AREA-A.1 | Altrove | P7

        Obiettivi
        Codice   | Peso | Linee strategiche | final: Esito %
        S1.00001 | 60%  | AREA-A.1          | 57,25%
    """)
    for line in ("AREA-A.1", "P7", "AREA-A"):
        assert "S1.00001 60,00 × 57,25%" in explain(document, line, "it")


def test_a_code_that_a_body_gives_to_a_sector_an_objective_and_a_line_is_explained_as_each():
    document = consolidated("""
        Settori
        Codice | Nome
        01     | Uno
        S2     | Due

        Cascata
        Codice   | Titolo
        01       | 01
        01.01    | 01.01
        01.01.01 | 01.01.01

        Obiettivi
        Codice | Capofila | Peso | Linee strategiche | final: Esito %
        01     | 01       | 100% | 01.01.01          | 57,25%
    """)
    sentence = explain(document, "01", "it")
    assert all(part in sentence for part in ("dell’obiettivo 01 nel settore 01", "del settore 01", "della linea strategica 01")), sentence
