"""Sentences that explain an outcome, with the cells."""

import first_shape
import pytest

from perfxl.model.explain import explain
from perfxl.model.outcomes import round_outcomes as weigh

CONTENT = {
    "sectors": [{"code": "S1", "name": "Uno"}, {"code": "S2", "name": "Due"}],
    "cascade": [{"code": c, "title": c} for c in ("01", "01.01", "01.01.01", "02")],
    "evaluations": [{"objective": "S1.00002", "sector": "S1", "round": "final", "percent": 90, "reason": "verbali visti", "by": "Nucleo"}],
    "objectives": [
        {"code": "S1.00001", "lead": "S1", "sheet": {"strategic_lines": ["01.01.01"]},
         "holders": [{"sector": "S1", "holding": {"weight": 60, "final": {"percent": 57.25}}}]},
        {"code": "S1.00002", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weight": 40, "final": {"percent": 80}}}]},
        {"code": "S1.00003", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weighting": "incentives", "final": {"percent": 1}}}]},
        {"code": "S2.00001", "lead": "S2", "holders": [{"sector": "S2", "holding": {"weight": 100}}]}],
}
NOW = first_shape.now(CONTENT)
DOCUMENT = {"round": "final", "content": NOW, "outcomes": {"final": weigh(NOW, "final").document()}, "places": [
    {"path": "/objectives/0/holders/0/holding/readings/0/percent", "file": "ricevute/final/a.xlsx", "sheet": "S1.00001", "cell": "B70"}]}


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


@pytest.mark.parametrize(("evaluation", "rules", "said"), [
    ({"percent": 90, "by": "Nucleo", "date": "2022-03-01"}, {},
     "è 90,00%, riconosciuto dal valutatore al posto di quello dichiarato dal settore, 80,00% perché «visti» (deciso da Nucleo il 01/03/2022); cifre"),
    ({"percent": 80}, {}, "è 80,00%, dichiarato dal settore e accettato dal valutatore perché «visti»; cifre"),
    ({"percent": 90, "by": "Nucleo"}, {"counting": "declared"},
     "è 80,00%, dichiarato dal settore; il valutatore ha riconosciuto 90,00%, che per le regole dell’ente non conta, perché «visti» (deciso da Nucleo); cifre"),
])
def test_what_the_evaluator_decided(evaluation, rules, said):
    made = {"objective": "S1.00002", "sector": "S1", "round": "final", "reason": "visti", **evaluation}
    content = first_shape.now({**CONTENT, "evaluations": [made], "rules": rules})
    document = {**DOCUMENT, "content": content, "outcomes": {"final": weigh(content, "final").document()}}
    assert said in explain(document, "S1.00002", "it")


def test_each_sector_of_a_transversal_objective_has_its_own_reason():
    holders = [{"sector": s, "holding": {"weight": 5, "final": {"percent": 70}}} for s in ("S1", "S2")]
    made = [{"objective": "SG.00001", "sector": s, "round": "final", "percent": 80, "reason": f"ragione {s}"} for s in ("S1", "S2")]
    content = first_shape.now({"sectors": CONTENT["sectors"], "evaluations": made,
                               "objectives": [{"code": "SG.00001", "lead": "SG", "kind": "transversal", "holders": holders}]})
    document = {"round": "final", "content": content, "outcomes": {"final": weigh(content, "final").document()}, "places": []}
    assert [f"ragione {s}" in explain(document, f"{t}/SG.00001", "it") for s in ("S1", "S2") for t in ("S1", "S2")] == [True, False, False, True]


def test_a_total_says_which_outcomes_are_the_evaluators():
    assert "S1.00002 40,00 × 90,00% (riconosciuto dal valutatore; dichiarato 80,00%)" in explain(DOCUMENT, "S1", "it")


def test_a_line_that_its_body_places_under_another_tells_what_realises_it():
    """Lines stand where the body says (``above``), whatever their codes begin with."""
    cascade = [{"code": "AREA-A", "title": "A"}, {"code": "P7", "title": "Sette", "above": "AREA-A"}, {"code": "AREA-A.1", "title": "Altrove", "above": "P7"}]
    objective = {**CONTENT["objectives"][0], "sheet": {"strategic_lines": ["AREA-A.1"]}}
    content = first_shape.now({**CONTENT, "cascade": cascade, "evaluations": [], "objectives": [objective]})
    document = {**DOCUMENT, "content": content, "outcomes": {"final": weigh(content, "final").document()}}
    for line in ("AREA-A.1", "P7", "AREA-A"):
        assert "S1.00001 60,00 × 57,25%" in explain(document, line, "it")


def test_a_code_that_a_body_gives_to_a_sector_an_objective_and_a_line_is_explained_as_each():
    content = first_shape.now({**CONTENT, "evaluations": [], "sectors": [{"code": "01", "name": "Uno"}, {"code": "S2", "name": "Due"}], "objectives": [
        {"code": "01", "lead": "01", "sheet": {"strategic_lines": ["01.01.01"]}, "holders": [{"sector": "01", "holding": {"weight": 100, "final": {"percent": 57.25}}}]}]})
    said = explain({**DOCUMENT, "content": content, "outcomes": {"final": weigh(content, "final").document()}}, "01", "it")
    assert all(part in said for part in ("dell’obiettivo 01 nel settore 01", "del settore 01", "della linea strategica 01")), said
