"""The checks that take several returns."""

from copy import deepcopy
from functools import cache

import pytest
from check_case import clean, codes, plan
from return_text import write
from text_tables import finding_lines, lines

from perfxl.model.findings import Place
from perfxl.model.weigh import weigh
from perfxl.stages import check as stage
from perfxl.stages.merge.overlay import Returned, merge

RAISED = ["SHRD01", "SHRD02", "SHRD03", "SHRD04", "SHRD05", "SHRD06", "SHRD07", "SHRD08", "RULE01", "RULE02"]
#: The form of S2, which holds the first objective of S1 with it and leads a transversal one.
OF_S2 = """
    S1.00001
    Ruolo        | Partecipante
    Tipo di peso | Non pesato
    Titolo       | Titolo di S1.00001
    Finalità     | Finalità di S1.00001

    S2.00001
    Ruolo             | Capofila
    Tipo di peso      | Pesato
    Peso              | 100%
    Esito %           | 50%
    In quanto         | In corso.
    Titolo            | Trasversale
    Linee strategiche | 02.01.01
"""


def of_s2(round: str) -> dict:
    identity = {"body": "UTP", "year": 2021, "round": round, "sector": "S2", "issue": 1, "digest": "0" * 16}
    return write({"schema": "perfxl/return/2", "objectives": [], "identity": identity}, OF_S2)


def laid(content: dict, returned: dict, round: str = "interim") -> dict:
    """The content after the returns."""
    return merge(content, [Returned(s, d, {}, f"{s}.xlsx") for s, d in returned.items()], round).content


@cache
def approved() -> dict:
    """The plan as the sectors completed it."""
    content = plan()
    shared = next(o for o in content["objectives"] if o["code"] == "S1.00001")
    shared["holders"].append({"sector": "S2"})
    content["measures"] = [{"sector": "S1", "measure": measure} for measure in clean("plan")["measures"]]
    return laid(content, {"S1": clean("plan"), "S2": of_s2("plan")}, "plan")


def year(round: str = "interim") -> tuple[dict, dict]:
    """The plan and the returns by sector; nothing to find."""
    return deepcopy(approved()), {"S1": clean(round), "S2": of_s2(round)}


def find(sector: str = "", text: str = "", *, round: str = "interim", change=None):
    """What is found of the round with ``text`` written in the form of ``sector``; ``change(content, returned)`` before it is merged."""
    content, returned = year(round)
    if text:
        write(returned[sector], text)
    if change:
        change(content, returned)
    merged = laid(content, returned, round)
    places = {s: {f"/objectives/{i}/code": Place(f"{s}.xlsx", o["code"], "B2") for i, o in enumerate(d["objectives"])}
              for s, d in returned.items()}
    earlier = weigh(laid(*year()), "interim") if round == "final" else {}
    return stage.check_round(merged, round, returned=returned, places_by_sector=places, files={s: f"{s}.xlsx" for s in returned},
                             earlier=earlier)


def test_nothing_to_find():
    assert find() == []
    assert find(round="final") == []


@pytest.mark.parametrize("code, sector, text", [
    ("SHRD01", "S2", "Esito % | 80%"),
    ("SHRD02", "S2", "Stato | Ritirato"),
    ("SHRD03", "S2", "Finalità | Tutt’altro"),
    ("SHRD04", "S2", "S2.00001!Esito % | 95%"),
    *[("SHRD07", "S1", f"Considerazioni del settore | {text}") for text in (
        "Gli obiettivi sono complessivamente raggiunti al 94,40%.", "Si è raggiunto il 94,40% complessivo.",
        "Il settore chiude al 94,4 % di realizzazione complessiva, meglio del previsto.",
        "Abbiamo realizzato il 94% nel complesso.", "We reached 94% overall.", "Il 94,40% è il grado di attuazione complessivo.")],
])
def test_each_fault_of_a_return(code, sector, text):
    assert codes(find(sector, text)) == [code]


@pytest.mark.parametrize("code, part", [
    ("SHRD07", {"considerations": [{"sector": "S1", "round": "interim", "text": "Totale 85,75 % dell’anno."}]}),
    ("RULE01", {"rules": {"blocking": ["WGHT99"]}}),
    ("RULE02", {"rules": {"as_error": ["WGHT01"], "as_note": ["WGHT01"]}}),
])
def test_each_fault_of_the_plan(code, part):
    assert codes(find(change=lambda content, _: content.update(part))) == [code]


def test_an_objective_that_nobody_returned_leaves_the_counts_open():
    findings = find(change=lambda _, returned: returned["S1"]["objectives"].pop(1))
    assert finding_lines(findings, "code | .codes | .issued | .consolidated | .replaced | .withdrawn")[-1:] == lines(
        "SHRD06 | S1.00002 | 3 | 2 | 0 | 0")
    assert codes(findings) == ["SHRD05", "SHRD06"]


def test_nothing_is_said_of_a_sector_that_has_not_answered():
    content, returned = year()
    del returned["S1"]
    assert stage.check_round(laid(content, returned), "interim", returned=returned, places_by_sector={}, files={"S2": "S2.xlsx"}) == []


def test_a_successor_the_sector_does_not_hold():
    def replace(content, returned):
        content["objectives"].append({"code": "S2.00002", "lead": "S2", "holders": [{"sector": "S2"}]})
        write(returned["S2"], """
            S2.00002
            Tipo di peso | Non pesato""")

    assert codes(find("S1", """
        S1.00002!Sostituito da | S2.00002
        S1.00002!Stato         | Sostituito
        S1.00002!Esito %       | (vuoto)
        S1.00002!In quanto     | (vuoto)""", change=replace)) == ["SHRD08"]


@pytest.mark.parametrize("text", [
    "Complessivamente gli obiettivi sono raggiunti al 59,50%.", "Totale: 59,5%.", "Il 59,5% complessivo.", "Abbiamo impegnato l’80% della spesa complessiva.",
    "Il 30% del totale delle istanze.", "La spesa complessiva è impegnata all’80%.", "80% of the overall budget was spent.", "Il 70% dei pagamenti passa dal portale.",
    "Nel totale l’obiettivo S1.00001 è al 60%.", ""])
def test_percentages_that_are_right_or_of_something_else(text):
    assert codes(find("S1", f"Considerazioni del settore | {text}")) == []


def test_the_final_words_may_recall_the_interim_total():
    assert codes(find("S1", "Considerazioni del settore | Il totale passa dal 59,5% al 97,5%.", round="final")) == []
