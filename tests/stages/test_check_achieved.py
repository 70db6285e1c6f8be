"""An objective said achieved and a measure that denies it, however it is measured: told at its cell; and nothing where none does."""

from copy import deepcopy

import pytest
from check_case import clean, codes, find
from plan_text import plan as plan_of
from return_text import named, write
from test_check_round import year
from text_tables import cases

from perfxl.stages import check as stage

BANDS = plan_of("""
    Fasce
    Tabella | Da | A | Grado
    A       | 0  | 5 | 50
    A       | 5  |   | 100""")["bands"]
#: What is said of the result of an objective declared achieved at the end, whose phases are all done, and what is told of it where.
SAID = cases("""
    rilievo | detto a                                | scritto
    OUTC32  | Risultati attesi 1: Fatto              | Come si misura = Fatto o non fatto; Fatto = No
    OUTC32  | Risultati attesi 1: Valore ottenuto    | Come si misura = Fra due valori; Fino a = 10; Valore atteso = 8; Valore ottenuto = 12
    OUTC32  | Risultati attesi 1: Data del risultato | Come si misura = Entro la scadenza; Scadenza = 30/11/2021; Data del risultato = 20/12/2021
    OUTC32  | Risultati attesi 1: Valore ottenuto    | Come si misura = Fasce del valore ottenuto; Tabella di fasce = A; Valore ottenuto = 3
    OUTC32  | Risultati attesi 1: Valore ottenuto    | Come si misura = Più alto è meglio; Tabella di fasce = A; Valore atteso = 100; Valore ottenuto = 3
    OUTC32  | Risultati attesi 1: Raggiunto %        | Valore ottenuto = (vuoto); Acero = (vuoto); Scadenza = 30/06/2021; Raggiunto % = 0%
    OUTC32  | Risultati attesi 1: Raggiunto %        | Come si misura = Grado indicato dal settore; Raggiunto % = 60%
    OUTC32  | Risultati attesi 1: Raggiunto %        | Valore atteso = (vuoto); Valore ottenuto = (vuoto); Acero = (vuoto); Raggiunto % = 99%
    OUTC32  | Valori per ente Acero: Valore ottenuto | Valore atteso = (vuoto); Valore ottenuto = (vuoto); Acero = 1
    OUTC32  | Risultati attesi 1: Numeratore         | Come si misura = Fra due valori; Rapporto per = 100; Valore atteso = 90; Fino a = (vuoto); Valore ottenuto = (vuoto); Numeratore = 1; Denominatore = 2
    OUTC17  | Risultati attesi 1: Valore ottenuto    | Come si misura = Minimo, atteso, eccellenza; Minimo = 5; Valore ottenuto = 8
    OUTC17  | Risultati attesi 1: Valore ottenuto    | Come si misura = Più basso è meglio; Valore ottenuto = 11
    OUTC33  | Risultati attesi 1: Data del risultato | Scadenza = 30/06/2021; Data del risultato = 01/07/2021
            |                                        | Come si misura = Fatto o non fatto; Fatto = Sì
            |                                        | Come si misura = Fra due valori; Fino a = 12; Valore atteso = 8
            |                                        | Come si misura = Entro la scadenza; Scadenza = 20/12/2021; Data del risultato = 20/12/2021
            |                                        | Come si misura = Fasce del valore ottenuto; Tabella di fasce = A; Valore ottenuto = 6
            |                                        | Scadenza = 30/06/2021; Data del risultato = 30/06/2021
            |                                        | Peso = 0%; Come si misura = Fatto o non fatto; Fatto = No
            |                                        | Come si misura = Fatto o non fatto; Fatto = No; Scadenza = 30/06/2022
            |                                        | Scadenza = 30/06/2022; Valore ottenuto = 5
            |                                        | Valore atteso = (vuoto); Valore ottenuto = (vuoto)
            |                                        | Valore atteso = (vuoto); Valore ottenuto = 3
""".replace("\n            |  ", "\n    –       |  "))


def typed(text: str) -> str:
    """``text`` as cells of the one result, or of its entity."""
    said = (pair.split(" = ") for pair in text.split("; "))
    return "\n".join(f"Valori per ente Acero: Valore ottenuto | {value}" if key == "Acero" else f"Risultati attesi 1: {key} | {value}" for key, value in said)


def told(text: str, round: str = "final", **rules) -> list:
    """Findings on measures against an achieved objective of the clean return with ``text`` typed in it."""
    found = find(round, text, rules=rules, issue=False, change_plan=lambda base: base.update(bands=BANDS))
    return [f for f in found if f.code in ("OUTC17", "OUTC32", "OUTC33", "OUTC34")]


@pytest.mark.parametrize("case", SAID, ids=[f"{n}-{case[0]['rilievo']}" for n, case in enumerate(SAID)])
def test_a_measure_that_denies_an_achieved_objective_is_told_at_its_cell(case):
    row = case[0]
    found = told(typed(row["scritto"]))
    assert codes(found) == ([row["rilievo"]] if row["rilievo"] != "–" else [])
    assert named(clean("final"), {f.path for f in found}) == ([row["detto a"]] if found else [])
    assert told(f"{typed(row['scritto'])}\nEsito % | 80%\nStato | (vuoto)\nIn quanto | Manca una parte.") == []  # an objective not said achieved


NOT_DONE = typed("Come si misura = Fatto o non fatto; Fatto = No")


def test_phases_that_count_as_all_done_are_denied_as_what_is_declared():
    nothing = f"Esito % | (vuoto)\nStato | (vuoto)\n{NOT_DONE}"
    assert codes(told(nothing, counting="phases")) == ["OUTC32"]
    assert told(nothing) == [] == told(nothing + "\nFasi 2: Realizzata % | 90%", counting="phases")


def test_it_is_told_at_a_monitoring_too_and_says_how_the_degree_came_about():
    done = "Esito % | 100%\nIn quanto | (vuoto)\nFasi 2: Realizzata % | 100%\nFasi 2: Fine modificata nell’anno del piano | 30/09/2021\nMotivo delle modifiche | Anticipata."
    [finding] = told(f"{done}\n{NOT_DONE}", "interim")
    assert finding.code == "OUTC32" and "0% (fatto: no)" in finding.say("it")["found"] and "0% (done: no)" in finding.say("en")["found"]


def test_a_reason_beside_the_outcome_explains_a_late_result_and_not_one_that_is_missed():
    late = typed("Scadenza = 30/06/2021; Data del risultato = 01/07/2021")
    assert codes(told(late)) == ["OUTC33"] and codes(told(f"{late}\nIn quanto | ...")) == ["OUTC33"]
    assert told(f"{late}\nIn quanto | Un giorno dopo: la gara è andata deserta.") == []
    assert codes(told(f"{NOT_DONE}\nIn quanto | Conta il resto.")) == ["OUTC32"]


def test_what_results_give_less_than_declared_is_not_told_again_where_one_of_them_says_why():
    without_phases = "\n".join(f"Fasi {n}: Pesata | Non pesata nell’anno\nFasi {n}: Peso | (vuoto)" for n in (1, 2))
    found = find("final", f"{NOT_DONE}\n{without_phases}", issue=False)
    assert [f.code for f in stage.without_repeats(found) if f.code.startswith("OUTC")] == ["OUTC32"]


def test_the_lead_of_a_transversal_objective_is_denied_by_its_own_measures():
    content, returned = year("final")
    mine = write(returned["S2"], """
        S2.00001!Esito % | 100%
        S2.00001!Stato   | Raggiunto
        Misure
        Obiettivo | N. | Misura   | Realizzata % | Risultato
        S2.00001  | 1  | Misura 1 | 70%          | Fatta in parte.
        S2.00001  | 2  | Misura 2 | 100%         | Fatta.""")
    found = [f for f in stage.check(deepcopy(mine), None, plan=content, round="final", places={}, file="S2.xlsx") if f.code == "OUTC34"]
    assert [f.path for f in found] == ["/measures/0/reading/percent"]


def test_a_result_that_another_sector_measures_denies_an_achieved_objective_as_its_own_do():
    content, returned = year("final")
    content["indicators"] = [{"code": "A", "name": "Tempi", "owner": "S2", "direction": "yesno"}]
    other = next(o for o in content["objectives"] if o["lead"] == "S2")
    other["sheet"]["results"] = [{"id": "1", "text": "Tempi", "indicator": "A", "direction": "yesno", "readings": [{"round": "final", "achieved": False}]}]
    mine = next(o for o in content["objectives"] if o["code"] == "S1.00001")["sheet"]["results"][0]
    mine |= {"indicator": "A", "direction": "yesno", "readings": [{"round": "final", "achieved": False}]}
    found = [f for f in stage.check_round(content, "final", returned, {}, {}, outcomes={}) if f.code in ("OUTC17", "OUTC32")]
    assert [(f.code, f.objective, f.sector) for f in found] == [("OUTC32", "S1.00001", "S1")]
