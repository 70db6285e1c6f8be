"""Degrees and what an objective is computed from, at each turn of their rules: what a change there would move."""

from dataclasses import replace
from decimal import Decimal

import pytest
from plan_text import plan, row, rules, sheet
from text_tables import rows

from perfxl.model.arithmetic import KEPT, Rules, mean, rules_from, rules_in, status_of, weight_at
from perfxl.model.derived import by_measures, by_mix, by_phases, by_results, result_terms, share_of, worst_counts
from perfxl.model.means import Mean, MeanPlace
from perfxl.model.method import UNCAPPED
from perfxl.model.result_degree import computed_degree, degree, falls, fault_of, is_left_out, progress, ratio, values_of
from perfxl.model.rounds import Rounds
from perfxl.model.views import Entity, Holding, Measure, Phase, Result, Sheet

D = Decimal
PLAN = plan("""
    Tornate
    Sigla | Tipo
    plan  | Piano
    q1    | Monitoraggio
    q2    | Monitoraggio
    final | Consuntivo

    Fasce
    Tabella | Da  | A   | Grado
    Q       |     | 100 | 40%
    Q       | 100 |     | 90%
""")
YEAR, BANDS = Rounds.from_plan(PLAN), PLAN["bands"]
FINAL = YEAR["final"]


def chosen(text: str = "") -> Rules:
    return rules_from(rules(text))


def chosen_with_bands(text: str = "") -> Rules:
    return rules_in({**PLAN, "rules": rules(text)})


ONCE = chosen("Arrotondamento: Una volta, alla fine")


def result(text: str = "") -> Result:
    return Result(row("Risultati attesi", text))


def entity(text: str) -> Entity:
    return Entity(row("Valori per ente", text))


def told(text: str, **more) -> Sheet:
    """The sheet of an objective with the tables of ``text``."""
    return Sheet(sheet(text) | more)


# -- the rules themselves
def test_the_rules_of_a_round_keep_the_tables_of_the_body():
    content = {**PLAN, "rules": rules("Decimali degli esiti: 1")}
    of_round = [rules_in(content), rules_in(content, rules("Decimali degli esiti: 0")), rules_in({})]
    assert [(r.decimals, list(r.scales)) for r in of_round] == [(1, ["Q"]), (0, ["Q"]), (2, [])]


def test_a_figure_that_is_rounded_at_the_end_keeps_ten_decimals_and_a_typed_value_all():
    third = D(1) / 3
    assert (ONCE.figure(third), chosen().figure(third), ONCE.printed(third)) == (round(third, KEPT), D("0.33"), D("0.33"))
    assert (ONCE.typed(D("1.005")), chosen("Decimali degli esiti: 0").typed(D("1.005"))) == (D("1.005"), D("1.01"))


def test_the_weight_in_force_is_the_latest_that_was_said():
    changed = row("Settori titolari", "Peso: 10%; q1: Peso modificato: 30%; q2: Motivo delle modifiche: Altro; final: Peso modificato: 40%")["holding"]
    assert [weight_at(Holding(changed), YEAR[r]) for r in ("plan", "q1", "q2", "final")] == [10, 30, 30, 40]
    assert weight_at(Holding(row("Settori titolari", "Peso: 10%; q1: Peso modificato: 130%")["holding"]), FINAL) == 10


def test_a_mean_of_nothing_is_none():
    assert (mean([]), mean([(D(0), D(5))])) == (None, None)


# -- phases
PHASES_WITH_DECIMALS = """
    Fasi
    Fase | Peso    | final: Realizzata %
    2    | 33,333% | 66,666%
    3    | 66,667% | 50%
"""


def test_phases_of_no_weight_stop_nothing_and_all_decimals_count_where_rounding_is_once():
    phases = told(f"{PHASES_WITH_DECIMALS}    1 | 0%")
    assert by_phases(phases, FINAL, ONCE) == (D("33.333") * D("66.666") + D("66.667") * 50) / 100
    assert by_phases(phases, FINAL) == (D("33.33") * D("66.67") + D("66.67") * 50) / 100


# -- degrees
def test_the_computed_degree_goes_first_where_the_body_wants_it_and_the_typed_one_stands_in_for_it():
    both, typed, computed = (result(f"Valore atteso: 10; {cells}") for cells in (
        "final: Valore ottenuto: 5; final: Raggiunto %: 80%", "final: Raggiunto %: 80%", "final: Valore ottenuto: 5"))
    for rule, expected in (("Quello digitato", [80, 80, 50]), ("Quello calcolato", [50, 80, 50])):
        assert [degree(r, FINAL, rules=chosen(f"Grado che vale: {rule}")) for r in (both, typed, computed)] == expected


def test_entities_stand_for_a_value_that_is_not_there_and_for_nothing_else():
    entities = [entity("Valore atteso: 100; final: Valore ottenuto: 96"), entity("Valore atteso: 100; final: Valore ottenuto: 50")]
    assert computed_degree(result("Valore atteso: 100"), FINAL, entities) == computed_degree(result("final: Valore ottenuto: 3"), FINAL, entities) == 73
    assert computed_degree(result("Valore atteso: 100"), FINAL, entities, chosen("Tolleranza sul valore atteso: 5")) == 75
    assert computed_degree(result("Valore atteso: 100; final: Valore ottenuto: 20"), FINAL, entities) == 20  # its own comes first
    of_no_meaning = result("Valore atteso: 0; Come si misura: Più basso è meglio; final: Valore ottenuto: 5")
    assert computed_degree(of_no_meaning, FINAL, entities) is None  # and stays none where it means nothing
    assert computed_degree(result("Valore atteso: 100; Fino a: 120; Come si misura: Fra due valori"), FINAL, entities) is None
    assert computed_degree(result("Valore atteso: 100"), FINAL, []) is None
    assert computed_degree(result("Valore atteso: 100"), FINAL, [*entities, entity("Valore atteso: 100")]) is None


def test_what_is_looked_up_in_a_table_is_not_capped_and_what_is_not_is():
    capped = chosen_with_bands("Grado massimo: 120")
    looked_up = result("Tabella di fasce: Q; Valore atteso: 10")
    assert values_of(looked_up, looked_up, FINAL, capped).cap == UNCAPPED
    cells = "Tabella di fasce: Q; Minimo: 1; Valore atteso: 2; Eccellenza: 3; final: Valore ottenuto: 9"
    levels = result(f"{cells}; Come si misura: Minimo, atteso, eccellenza")
    assert values_of(levels, levels, FINAL, capped).cap == 120 == computed_degree(levels, FINAL, rules=capped)
    own = result(f"{cells}; Grado massimo: 130%")  # measured so since its body measures so
    assert computed_degree(own, FINAL, rules=chosen_with_bands("Come si misurano i risultati: Minimo, atteso, eccellenza")) == 130
    assert computed_degree(result("Tabella di fasce: Q; Valore atteso: 200; final: Valore ottenuto: 250"), FINAL, rules=capped) == 90


@pytest.mark.parametrize("case", rows("""
    cala | risultato                                                                                   | l’ente misura
    sì   | Come si misura: Più basso è meglio                                                          |
    no   | Come si misura: Più alto è meglio; Valore atteso: 5; Valore di partenza: 9; Minimo: 9       |
    sì   |                                                                                             | Più basso è meglio
    sì   | Come si misura: Avanzamento dal valore di partenza; Valore atteso: 5; Valore di partenza: 9 |
    no   | Come si misura: Avanzamento dal valore di partenza; Valore atteso: 5; Minimo: 9             |
    no   | Come si misura: Avanzamento dal valore di partenza; Valore atteso: 9; Valore di partenza: 9 |
    sì   | Come si misura: Minimo, atteso, eccellenza; Valore atteso: 5; Minimo: 9                     |
    no   | Come si misura: Minimo, atteso, eccellenza; Valore atteso: 5; Valore di partenza: 9         |
    sì   | Valore atteso: 5; Minimo: 9                                                                 | Minimo, atteso, eccellenza
    no   | Come si misura: Minimo, atteso, eccellenza; Minimo: 9                                       |
"""), ids=lambda case: case["risultato"])
def test_a_result_improves_by_falling_where_its_way_says_so(case):
    assert falls(result(case["risultato"]), FINAL, measuring(case["l’ente misura"])) is (case["cala"] == "sì")


def measuring(way: str) -> Rules:
    return chosen_with_bands(f"Come si misurano i risultati: {way}" if way else "")


@pytest.mark.parametrize("case", rows("""
    fault        | risultato                                                       | l’ente misura                      | di un ente
                 | Valore atteso: 5                                                |                                    |
    share        | Valore atteso: 0                                                |                                    |
    progress     | Valore atteso: 5                                                | Avanzamento dal valore di partenza |
    entities     | Come si misura: Fra due valori; Valore atteso: 5                |                                    | Valore atteso: 5
                 | Valore atteso: 0                                                |                                    | Valore atteso: 5
    share        | Valore atteso: 5                                                |                                    | Valore atteso: 0
                 | Valore atteso: 5; Tabella di fasce: Q                           |                                    |
    scale        | Valore atteso: 5; Tabella di fasce: Z                           |                                    |
    scale_unused | Come si misura: Grado indicato dal settore; Tabella di fasce: Z |                                    |
    scale_unused | Come si misura: Grado indicato dal settore; Tabella di fasce: Q |                                    |
    per_unused   | Come si misura: Fatto o non fatto; Rapporto per: 100            |                                    |
                 | Valore atteso: 5; Rapporto per: 100                             |                                    |
                 | Come si misura: Fatto o non fatto                               |                                    |
"""), ids=lambda case: case["risultato"])
def test_what_makes_a_result_impossible_to_measure_is_named(case):
    own = entity(case["di un ente"]) if case["di un ente"] else None
    assert fault_of(result(case["risultato"]), FINAL, measuring(case["l’ente misura"]), own) == (case["fault"] or None)


def test_shares_and_progress_by_themselves_follow_the_rules_too():
    near, high = chosen("Tolleranza sul valore atteso: 5"), chosen("Grado massimo: 120")
    assert [ratio(D(a), D(10), lower) for a, lower in ((5, False), (20, True), (20, False))] == [50, 50, 100]
    assert (ratio(D(8), D(10), False, D(9)), ratio(D(96), D(100), False, None, near), ratio(D(130), D(100), False, None, high)) == (0, 100, 120)
    assert (progress(D(14), D(20), D(10)), progress(D("19.5"), D(20), D(10), near), progress(D(23), D(20), D(10), high), progress(D(5), D(20), None)) == (40, 100, 120, None)


# -- results, and both
def test_an_objective_has_its_own_share_and_its_own_way_to_count_results():
    worst = chosen("Quota delle fasi: 60; Come contano i risultati: Il grado peggiore")
    assert [share_of(Sheet(row("Obiettivi", f"Quota delle fasi: {share}").get("sheet", {})), worst) for share in ("(vuoto)", "25%", "0%", "120%")] == [60, 25, 0, 60]
    nothing, of_mean, of_worst = (Sheet(row("Obiettivi", f"Come contano i risultati: {way}").get("sheet", {})) for way in ("(vuoto)", "Media dei gradi", "Il grado peggiore"))
    assert [worst_counts(s, r) for s, r in ((nothing, worst), (of_mean, worst), (of_worst, chosen()), (nothing, chosen()))] == [True, False, True, False]


#: One that would be out without a value, and one without.
RESULTS_WITH_VALUES = """
    Risultati attesi
    N. | Valore atteso | Se il valore manca | final: Valore ottenuto
    1  | 10            | Fuori dal calcolo  | 5
    2  | 10            |                    | 10
"""


def test_a_result_with_a_value_counts_though_it_would_be_out_without_one_and_one_without_stops_the_rest():
    assert [t.value for t in result_terms(told(RESULTS_WITH_VALUES), FINAL)] == [50, 100]
    assert by_results(told(f"{RESULTS_WITH_VALUES}    3 | 10"), FINAL) is None
    assert by_results(told(f"{RESULTS_WITH_VALUES}    3 | 10 | Fuori dal calcolo"), FINAL) == 75


PHASES = """
    Fasi
    Fase | Peso | final: Realizzata %
    1    | 10%  | {realised}
"""
RESULTS = """
    Risultati attesi
    N. | Valore atteso | final: Valore ottenuto
    1  | {target}      | {actual}
"""


def both(case: dict[str, str]) -> str:
    """The tables of a sheet with a phase and a result, each unless it says ``–``, as far as they say something."""
    phases = "" if case["realizzata"] == "–" else PHASES.format(realised=case["realizzata"])
    return phases + ("" if case["ottenuto"] == "–" else RESULTS.format(target=10, actual=case["ottenuto"]))


@pytest.mark.parametrize("case", rows("""
    realizzata | ottenuto | esito
    20%        | 5        | 41
    20%        | –        | 20
    –          | 5        | 50
    –          | –        |
               | 5        |
    20%        |          |
               | –        |
    –          |          |
               |          |
"""), ids=lambda case: " / ".join(case.values()))
def test_phases_and_results_together_stop_at_a_blank_of_either(case):
    assert by_mix(told(both(case)), FINAL, chosen("Quota delle fasi: 30")) == (int(case["esito"]) if case["esito"] else None)


def test_phases_and_results_together_are_made_of_figures_as_the_body_rounds_them():
    thirds = told(PHASES_WITH_DECIMALS + RESULTS.format(target=3, actual=1), phases_share=50)
    whole = (D("33.333") * D("66.666") + D("66.667") * 50) / 100
    assert by_mix(thirds, FINAL, ONCE) == (50 * round(whole, KEPT) + 50 * round(D(100) / 3, KEPT)) / 100
    assert by_mix(thirds, FINAL, chosen("Decimali degli esiti: 0")) == (50 * D(56) + 50 * D(33)) / 100


def test_measures_count_with_all_their_decimals_where_rounding_is_once():
    measures = [Measure(row("Misure", f"N.: {n}; final: Realizzata %: {percent}")["measure"]) for n, percent in (("1", "66,666%"), ("2", "50%"))]
    assert [by_measures(measures, FINAL, r) for r in (ONCE, chosen())] == [D("58.333"), D("58.335")]


@pytest.mark.parametrize("case", rows("""
    fuori | detto | fase
    no    | sì    |
    no    | no    |
    sì    | no    | Dovuto a: q1
    no    | sì    | Dovuto a: q1
    sì    | sì    | q1: Eliminata perché: No more.
    no    | sì    | Aggiunto a: final
"""), ids=lambda case: " ".join(case.values()))
def test_what_was_given_up_or_is_not_due_is_out(case):
    assert is_left_out(Phase(row("Fasi", case["fase"])), FINAL, 5 if case["detto"] == "sì" else None) is (case["fuori"] == "sì")
    assert is_left_out(Phase(row("Fasi", "Aggiunto a: final")), YEAR["q2"], 5)


@pytest.mark.parametrize("case", rows("""
    esito  | decimali | stato
    0      | 2        | not_achieved
    0.004  | 2        | not_achieved
    0.005  | 2        | partial
    0.4    | 0        | not_achieved
    1      | 0        | partial
    1.5    | 0        | partial
    99.994 | 2        | partial
    99.995 | 2        | achieved
    120    | 2        | achieved
           | 2        |
"""), ids=lambda case: f"{case['esito']} {case['stato']}")
def test_the_status_follows_from_the_percentage_as_it_is_printed(case):
    percent = D(case["esito"]) if case["esito"] else None
    assert status_of(percent, chosen(f"Decimali degli esiti: {case['decimali']}")) == (case["stato"] or None)


def test_the_place_of_a_sector_says_its_weight_or_why_it_has_none_and_nothing_else():
    assert MeanPlace("D1", weight=D(3)).document() == {"code": "D1", "weight": "3.00"}
    assert MeanPlace("D1", exclusion="empty").document() == {"code": "D1", "exclusion": "empty"}
    bare = Mean("S1", *[None] * 6, counted=0, missing=0, excluded=())
    assert {"weight", "exclusion", "own", "units", "above"} & bare.document().keys() == set()
    assert replace(bare, exclusion="empty", own=bare).document().keys() >= {"exclusion", "own"}


def test_an_objective_may_want_its_worst_result_to_count_where_its_body_wants_the_mean():
    two = f"{RESULTS.format(target=10, actual=5)}    2 | 10 | 9"
    assert [by_results(told(two, **own), FINAL) for own in ({}, row("Obiettivi", "Come contano i risultati: Il grado peggiore")["sheet"])] == [70, 50]


def test_what_stops_phases_and_results_together_goes_by_the_rules_of_the_body():
    blank = told(PHASES.format(realised="20%") + RESULTS.format(target=10, actual=""))
    by_rule = [by_mix(blank, FINAL, chosen(f"Quota delle fasi: 30; Valori mancanti: {rule}")) for rule in ("Non si calcola", "Vale zero", "Fuori dal calcolo")]
    assert by_rule == [None, 6, 20]
    light = told(f"{PHASES.format(realised='20%')}    2 | 0,004%\n{RESULTS.format(target=10, actual=5)}", phases_share=30)
    assert (by_mix(light, FINAL), by_mix(light, FINAL, ONCE)) == (41, None)  # a weight that is printed as 0 is one where rounding is once
