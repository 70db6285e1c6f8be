"""What a change of the arithmetic would move and no other test notices: what is not due or not yet there, sums made again, edges."""

from copy import deepcopy
from decimal import Decimal

import pytest
from campaigns import year
from plan_text import plan, row, rules, sheet
from text_tables import rows, shown

from perfxl.model import lights, shares
from perfxl.model import outcomes as of
from perfxl.model.arithmetic import Rules, percent_text, rules_from
from perfxl.model.derived import by_measures, by_phases, by_results, measure_terms, phase_terms, result_terms
from perfxl.model.documents import schema
from perfxl.model.group_means import body_weight
from perfxl.model.means import Mean, follows_from, read_mean
from perfxl.model.objective_outcome import read_outcome
from perfxl.model.result_degree import computed_degree, falls, fault_of, last_degree, last_degree_round, progress, ratio
from perfxl.model.rounds import Rounds
from perfxl.model.views import Entity, MeanOutcome, Measure, ObjectiveOutcome, Result, RoundOutcomes, Sector, Sheet
from perfxl.model.weigh import weigh
from perfxl.workbook.formulas.compiling import compiled

D = Decimal
ROUNDS = """
    Tornate
    Sigla | Tipo         | Data di riferimento
    plan  | Piano        |
    q1    | Monitoraggio | 30/03/2021
    q2    | Monitoraggio | 30/06/2021
    q3    | Monitoraggio | 30/09/2021
    final | Consuntivo   |

    Settori
    Codice
    S1
"""
YEAR = Rounds.from_plan(plan(ROUNDS))


def content(text: str, changes: str = "", **more) -> dict:
    """The plan with the tables of ``text`` in a year of five rounds, of S1 alone unless it has others."""
    own_sectors = ROUNDS.partition("    Settori")[0] if "Settori\n" in text else ROUNDS
    return plan(f"{own_sectors}\n{text}", changes, **more)


def chosen(text: str) -> Rules:
    return rules_from(rules(text))


def result(text: str) -> Result:
    return Result(row("Risultati attesi", text))


def entity(text: str) -> Entity:
    return Entity(row("Valori per ente", text))


def measure(text: str) -> Measure:
    return Measure(row("Misure", text).get("measure", {}))


def told(text: str, **more) -> Sheet:
    """The sheet of an objective with the tables of ``text``."""
    return Sheet(sheet(text) | more)


# -- what is not due, or not there yet
def test_a_phase_that_is_not_due_is_out_unless_it_was_told_of():
    phases = """
        Fasi
        Fase | Peso | Dovuto a | q1: Realizzata %
        1    | 40%  |          | 50%
        2    | 60%  | final    | {second}
    """
    assert by_phases(told(phases.format(second="")), YEAR["q1"]) == 50
    assert by_phases(told(phases.format(second="100%")), YEAR["q1"]) == 80
    assert by_phases(told(phases.format(second="100%")), YEAR["final"]) is None  # both are due, neither was told of


def test_a_phase_that_a_later_round_added_was_not_there_before():
    phases = told("""
        Fasi
        Fase | Peso | Aggiunto a | q1: Realizzata % | q2: Realizzata %
        1    | 40%  |            | 50%              | 50%
        2    | 60%  | q2
    """)
    assert by_phases(phases, YEAR["q1"]) == 50
    assert by_phases(phases, YEAR["q2"]) is None


def test_a_result_that_is_not_due_is_out_and_one_that_was_told_of_counts():
    results = """
        Risultati attesi
        N. | Peso | Valore atteso | Dovuto a | q1: Valore ottenuto
        1  | 50%  | 10            |          | 5
        2  | 50%  | 10            | final    | {second}
    """
    assert by_results(told(results.format(second="")), YEAR["q1"]) == 50
    assert by_results(told(results.format(second="10")), YEAR["q1"]) == 75


def test_a_measure_that_is_not_due_is_out_and_one_that_was_told_of_counts():
    first, due_later = measure("N.: 1; q1: Realizzata %: 40%"), measure("N.: 2; Dovuto a: final")
    assert by_measures([first, due_later], YEAR["q1"]) == 40
    assert by_measures([first, measure("N.: 2; Dovuto a: final; q1: Realizzata %: 80%")], YEAR["q1"]) == 60
    assert by_measures([measure("N.: 1; Dovuto a: q1; q1: Realizzata %: 40%"), measure("N.: 2; Dovuto a: q1")], YEAR["q1"]) is None


def test_an_entity_that_a_later_round_added_was_not_there_before():
    entities = [entity("Valore atteso: 10; q1: Valore ottenuto: 5"), entity("Valore atteso: 10; Aggiunto a: q2")]
    assert computed_degree(result("N.: 1"), YEAR["q1"], entities) == 50
    assert computed_degree(result("N.: 1"), YEAR["q2"], entities) is None


DUE_LATER = """
    Obiettivi
    Codice   | Peso | Dovuto a | q1: Esito %
    S1.00001 | 60%  |          | 50%
    S1.00002 | 40%  | final    | {second}
"""


def test_an_objective_that_is_not_due_is_out_of_the_denominator_until_it_is():
    made = content(DUE_LATER.format(second=""))
    first, last = (of.round_outcomes(made, r) for r in ("q1", "final"))
    assert shown(first.objectives, "exclusion") == ["", "not_due"]
    sector, = first.document()["sectors"]
    assert (sector["denominator"], sector["missing"], sector["excluded"]) == ("60.00", 0, ["S1.00002"])
    assert shown(last.objectives, "exclusion") == ["missing", "missing"]
    sector, = of.round_outcomes(content(DUE_LATER.format(second="100%")), "q1").sectors
    assert sector.outcome == 70


def test_an_objective_that_is_not_due_and_replaced_is_replaced():
    made = content("""
        Obiettivi
        Codice | Peso | Dovuto a | q1: Stato
        S1.00001 | 60%  | final    | Sostituito""")
    assert shown(of.round_outcomes(made, "q1").objectives, "exclusion") == ["replaced"]


# -- targets of single rounds
def test_a_round_with_a_target_of_its_own_is_measured_by_it():
    cells = ("Valore atteso: 100; q1: Valore atteso: 20; q3: Valore atteso: 70; q2: Valore atteso modificato: 50; "
             + "; ".join(f"{r}: Valore ottenuto: 35" for r in ("q1", "q2", "q3", "final")))
    assert [computed_degree(result(cells), YEAR[r]) for r in ("q1", "q2", "q3", "final")] == [100, 70, 50, 70]
    assert computed_degree(result(f"{cells}; q3: Valore atteso modificato: 35"), YEAR["q3"]) == 100  # what the round itself changes goes before


# -- items that say little
def test_a_holder_without_holding_has_no_weight_and_a_lead_that_holds_nothing_does_not_speak():
    text = """
        Obiettivi
        Codice
        S1.00001
        S9.00001

        Settori titolari
        Obiettivo | Settore | Peso | q1: Esito %
        S1.00001  | S1
        S9.00001  | S1      | 100% | 30%
    """
    assert shown(of.round_outcomes(content(text), "q1").objectives, "exclusion", "declared") == ["no_weight |", "| 30"]
    _, of_others = of.round_outcomes(content(text, "Settori titolari #3: Obiettivo | S9.00001\nSettori titolari #3: Settore | S9"), "q1").objectives[:2]
    assert of_others.declared == 30


def test_a_plan_without_objectives_has_no_outcome():
    bare = {k: v for k, v in content("").items() if k != "objectives"}
    outcomes = of.round_outcomes(bare, "q1")
    sector, = outcomes.sectors
    assert (outcomes.body.outcome, sector.exclusion, outcomes.objectives) == (None, "empty", ())


def test_terms_are_called_by_their_identifiers():
    both = told("""
        Fasi
        Fase  | Peso | q1: Realizzata %
        3-bis | 5%   | 1%

        Risultati attesi
        N. | q1: Raggiunto %
        2  | 7%
    """)
    assert [(t.name, t.weight) for t in phase_terms(both, YEAR["q1"])] == [("3-bis", 5)]
    assert [(t.name, t.weight) for t in result_terms(both, YEAR["q1"])] == [("2", 1)]
    assert [t.name for t in measure_terms([measure("N.: m1; q1: Realizzata %: 1%"), measure("q1: Realizzata %: 2%")], YEAR["q1"])] == ["m1", ""]
    unnamed = told("""
        Risultati attesi
        N. | q1: Raggiunto %
           | 7%

        Fasi
        Fase | Peso | q1: Realizzata %
             | 1%   | 7%
    """)
    assert [t.name for t in (*result_terms(unnamed, YEAR["q1"]), *phase_terms(unnamed, YEAR["q1"]))] == ["", ""]


def test_weights_of_results_count_as_they_are_printed_or_whole_by_the_rule():
    results = told("""
        Risultati attesi
        N. | Peso    | q1: Raggiunto %
        1  | 33,333% | 100%
        2  | 66,667% | 0%
    """)
    assert by_results(results, YEAR["q1"]) == D("33.33")
    assert by_results(results, YEAR["q1"], chosen("Arrotondamento: Una volta, alla fine")) == D("33.333")


# -- edges
def test_edges_of_the_ways_to_measure():
    most = chosen("Grado massimo: 150")
    assert ratio(D("0.5"), D("0.6"), lower=True, baseline=None, rules=most) == 120
    near = chosen("Tolleranza sul valore atteso: 5; Grado massimo: 150")
    assert progress(D("9.9"), D("10.1"), D(10), near) == 0  # worse than the start, whatever the tolerance
    assert progress(D(10), D("10.1"), D(10), near) == 100  # still at the start, within the tolerance
    assert progress(D("10.0005"), D("10.1"), D(10), near) == 100
    assert progress(D(12), D(10), D(20)) == 80 and progress(D(5), D(5), D(5)) is None


WEIGHED_SECTOR = """
    Settori
    Codice | Peso nell’ente
    S1     | {weight}

    Obiettivi
    Codice   | Peso | q1: Esito %
    S1.00001 | 100% | 40%

    Regole
    Voce            | Valore
    Esito dell’ente | Media pesata dei settori
"""


@pytest.mark.parametrize(("weight", "inside"), [("1000", True), ("1000,5", False), ("0", True), ("-1", False), ("", False)])
def test_the_weight_of_a_sector_has_limits(weight, inside):
    outcomes = of.round_outcomes(content(WEIGHED_SECTOR.format(weight=weight)), "q1")
    sector, = outcomes.sectors
    assert (sector.exclusion is None) == inside and (outcomes.body.excluded == ("S1",)) != inside and outcomes.body.code == ""


@pytest.mark.parametrize("case", rows("""
    risultato                                                                                   | cala | ha senso
    Valore atteso: 10                                                                           | no   | sì
    Valore atteso: 0                                                                            | no   | no
    Valore atteso: -3; Come si misura: Più basso è meglio                                       | sì   | no
    Valore atteso: 1; Come si misura: Più basso è meglio                                        | sì   | sì
    Valore atteso: 5; Valore di partenza: 9; Come si misura: Avanzamento dal valore di partenza | sì   | sì
    Valore atteso: 9; Valore di partenza: 5; Come si misura: Avanzamento dal valore di partenza | no   | sì
    Valore atteso: 5; Valore di partenza: 5; Come si misura: Avanzamento dal valore di partenza | no   | no
    Valore atteso: 5; Come si misura: Avanzamento dal valore di partenza                        | no   | no
    Valore di partenza: 5; Come si misura: Avanzamento dal valore di partenza                   | no   | sì
    Valore atteso: 0; Come si misura: Grado indicato dal settore                                | no   | sì
                                                                                                | no   | sì
    Valore atteso: 0,5                                                                          | no   | sì
"""), ids=lambda case: case["risultato"])
def test_which_way_a_result_improves_and_whether_a_share_of_it_means_anything(case):
    text, falling, meant = case["risultato"], case["cala"] == "sì", case["ha senso"] == "sì"
    assert falls(result(text), YEAR["q1"]) is falling
    assert (fault_of(result(text), YEAR["q1"]) is None) is meant
    cells = [part.strip() for part in text.split(";") if part]
    way = next((cell for cell in cells if cell.startswith("Come si misura")), "")
    by_entity = entity("; ".join(cell for cell in cells if cell != way))
    assert (fault_of(result(way), YEAR["q1"], entity=by_entity) is None) is (meant and "Grado indicato" not in way)
    later = f"{text}; q2: Valore atteso modificato: 3"
    assert fault_of(result(f"{later}; Valore di partenza: 9"), YEAR["q2"]) is None
    as_progress = result(f"Valore di partenza: 9; Come si misura: Avanzamento dal valore di partenza; {later}")  # unless its cells say otherwise
    assert falls(as_progress, YEAR["q2"]) == (not way or "Più basso" in way or "Avanzamento" in way)


def test_figures_are_told_with_the_decimals_of_the_body():
    assert [percent_text("57.255", n, lang) for n, lang in ((2, "it"), (1, "en"), (0, "it"))] == ["57,26%", "57.3%", "57%"]


def test_rules_of_a_body_that_says_none():
    assert of.rules_of({}) == {"counting": "evaluated", "missing": "out", "body_mean": "equal", "weight_tolerance": D("0.05")}
    assert of.rules_of({"rules": {"missing": "zero"}})["missing"] == "zero"
    kept = rules_from({"reached_within": 5, "degree_cap": D("120.5")}).document()
    assert (type(kept["reached_within"]), kept["degree_cap"]) == (int, D("120.5"))


def test_the_rules_of_a_round_are_read_as_they_were_written():
    said = {"counting": "mix", "missing": "zero", "body_mean": "weighted", "rounding": "once", "decimals": 1, "degree": "computed", "reached_within": 5,
            "degree_cap": 120, "method": "lower", "minimum_degree": D("33.3"), "missing_value": "last_known", "phases_share": 70, "results_as": "worst",
            "light_green": 90, "light_amber": 60, "units": "mix", "units_mean": "weighted", "units_share": D("12.5"), "body_levels": "last", "weights_total": 30}
    rules = rules_from(said)
    assert rules.document() == said and rules_from(rules.document()) == rules
    assert {r["$ref"].rpartition("/")[2] for r in schema("consolidated")["$defs"]["round"]["properties"]["rules"]["properties"].values()} == set(said)
    assert list(rules_from({}).document()) == list(said)[:8] and rules_from(None) == rules_from({}) == rules_from(rules_from({}).document())


@pytest.mark.parametrize(("units", "levels", "counted"), [("own", "auto", "all"), ("mean", "auto", "first"), ("mix", "auto", "first"), ("own", "first", "first"),
                                                          ("mix", "all", "all"), ("mean", "last", "last")])
def test_the_levels_that_enter_the_body_follow_the_outcomes_of_sectors_unless_said(units, levels, counted):
    assert rules_from({"units": units, "body_levels": levels}).levels_in_body == counted


# -- sums made again
@pytest.mark.parametrize("seed", range(1, 16))
def test_sectors_and_body_are_made_again_from_the_outcomes_of_objectives(seed):
    earlier = []
    document = year(seed).last
    for round, outcomes in document["outcomes"].items():
        ruined = deepcopy(outcomes)
        for mean in (ruined["body"], *ruined["sectors"]):
            mean.update(outcome="1.23", denominator="4.56", without_missing=None, missing_as_zero="7.89", counted=99, missing=98, coverage="0.01")
        assert of.with_totals(document["content"], ruined, earlier) == outcomes, round
        earlier.append(outcomes)


THREE_SECTORS = """
    Settori
    Codice | Peso nell’ente | Concorre all’esito
    S1     | 3              |
    S2     |                | No
    S3     |                |

    Obiettivi
    Codice   | Peso | q1: Esito %
    S1.00001 | 100% | 40%

    Regole
    Voce            | Valore
    Esito dell’ente | Media pesata dei settori
    Esiti mancanti  | Contati come zero
"""


def test_outcomes_written_before_they_said_their_rules_are_read_with_those_of_the_plan():
    made = content(THREE_SECTORS)
    now = of.round_outcomes(made, "q1").document()
    old = {k: v for k, v in now.items() if k != "rules"}
    old["sectors"] = [{k: v for k, v in s.items() if k not in ("weight", "exclusion")} for s in now["sectors"]]
    again = of.with_totals(made, old, [])
    assert again["body"] == now["body"] and again["sectors"] == now["sectors"]
    sectors = [*map(Sector, made["sectors"])]
    assert [body_weight(made, RoundOutcomes(old), s) for s in sectors] == [3, None, None]
    assert [body_weight(made, RoundOutcomes(now), s) for s in sectors] == [3, None, None]
    assert body_weight({**made, "rules": {}}, RoundOutcomes(old), sectors[0]) == 1
    assert body_weight(made, RoundOutcomes(now), Sector({"code": "S9"})) is None
    assert shown(of.with_totals({**made, "sectors": made["sectors"][1:]}, old, [])["sectors"], "exclusion") == ["no_weight", "not_weighted", "empty"]


#: What counts with the last known outcome where there is none.
LAST_KNOWN = """
    Obiettivi
    Codice   | Peso | q1: Esito % | q2: Esito %
    S1.00001 | 50%  | 40%         |
    S1.00002 | 50%  |             | 80%

    Regole
    Voce           | Valore
    Esiti mancanti | Contati con l’ultimo esito noto
"""


def test_a_mean_and_an_outcome_are_read_as_they_were_written():
    whole = Mean("S1", D(1), denominator=D(2), without_missing=D(3), missing_as_zero=D(4), missing_as_last=D(5), coverage=D(6),
                 counted=7, missing=8, excluded=("S1.00001",), weight=D(9), exclusion="empty")
    assert read_mean(MeanOutcome(whole.document())) == whole
    bare = Mean("S1", None, denominator=None, without_missing=None, missing_as_zero=None, missing_as_last=None, coverage=None,
                counted=0, missing=0, excluded=())
    assert read_mean(MeanOutcome(bare.document())) == bare
    made = content(LAST_KNOWN, "Obiettivi S1.00002: q2: Esito % | (vuoto)")
    for outcome in (*of.round_outcomes(made, "q1").objectives, *of.round_outcomes(made, "q2").objectives):
        again = read_outcome(ObjectiveOutcome(outcome.document()))
        assert again == outcome and again.lines == ()


def test_the_weight_of_a_sector_is_that_of_its_outcomes_whatever_the_plan_says_later():
    now = of.round_outcomes(content(WEIGHED_SECTOR.format(weight=3)), "q1").document()
    later = content(WEIGHED_SECTOR.format(weight=9))
    sector, = later["sectors"]
    assert body_weight(later, RoundOutcomes(now), Sector(sector)) == 3


def test_a_round_without_a_document_of_its_own_knows_what_those_before_it_published():
    made = content(LAST_KNOWN)
    first = weigh(made, "q1")["q1"]
    first["objectives"][0]["value"] = "20.00"  # as it was approved
    assert shown(weigh(made, "q3", {"q1": first})["q2"]["sectors"], "outcome") == ["50.00"]


def test_what_is_last_known_comes_from_every_round_before():
    made = content(LAST_KNOWN)
    alone, together = of.round_outcomes(made, "final").document(), weigh(made, "final")
    assert together["final"] == alone and shown(alone["objectives"], "last") == ["40.00", "80.00"]
    assert shown([*together["q2"]["sectors"], *alone["sectors"], alone["body"]], "outcome") == ["60.00", "60.00", "60.00"]
    assert list(together) == ["q1", "q2", "q3", "final"] and weigh(made, "plan") == {}
    assert shown(of.round_outcomes(made, "plan").objectives, "last") == ["", ""]


@pytest.mark.parametrize(("weight", "counts"), [("0", True), ("1000", True), ("1000,01", False), ("1000,004", True), ("-1", False)])
def test_a_sector_weighs_from_nothing_to_a_thousand_in_the_body(weight, counts):
    sector, = of.round_outcomes(content(WEIGHED_SECTOR.format(weight=weight)), "q1").sectors
    assert (sector.exclusion is None) == counts


# -- sectors that stand under one another
LEVELS = """
    Settori
    Codice | Sta sotto | Peso nell’ente | Concorre all’esito
    D1     |           |                |
    U1     | D1        | {u1}           |
    U2     | D1        | {u2}           |
    D2     |           |                |

    Obiettivi
    Codice | Peso | q2: Esito %
"""


def levelled(rules_: str, outcomes: str = "D1.0 10 · U1.1 40 · U2.2 80 · D2.3 90", u1: str = "", u2: str = "", changes: str = "") -> of.ComputedOutcomes:
    """The outcomes at q2 of D1 above U1 and U2, and of D2; ``outcomes``: objectives of weight 100, with what they came to where they did."""
    said = [objective.split() for objective in outcomes.split("·") if objective.strip()]
    text = LEVELS.format(u1=u1, u2=u2) + "\n".join(f"    {code} | 100% | {percent[0] if percent else ''}" for code, *percent in said)
    return of.round_outcomes(content(text, changes, rules=rules(rules_)), "q2")


MEAN, MIX = "Esito di chi ne ha altri sotto di sé: La media di chi sta sotto", "Esito di chi ne ha altri sotto di sé: I propri obiettivi e chi sta sotto"
WEIGHTED = "Media di chi sta sotto: Media pesata"


@pytest.mark.parametrize("case", rows(f"""
    D1 | ente | livelli | regole
    10 | 55   | all     |
    10 | 50   | first   | Livelli che contano per l’ente: Il primo livello
    10 | 70   | last    | Livelli che contano per l’ente: Chi non ha altri sotto di sé
    60 | 75   | first   | {MEAN}
    50 | 70   | first   | {MEAN}; {WEIGHTED}
    60 | 67.5 | all     | {MEAN}; Livelli che contano per l’ente: Tutti i livelli
    35 | 62.5 | first   | {MIX}
    20 | 55   | first   | {MIX}; Quota di chi sta sotto: 20
    10 | 50   | first   | {MIX}; Quota di chi sta sotto: 0
    50 | 70   | first   | {MIX}; Quota di chi sta sotto: 100; {WEIGHTED}
"""), ids=lambda case: case["regole"])
def test_the_outcome_of_a_sector_follows_from_its_own_or_from_those_below_it(case):
    """D1 follows from 10 of its own, from 40 and 80 below it (weights 3 and 1)."""
    outcomes = levelled(case["regole"], u1="3", u2="1")
    below = MEAN in case["regole"] or MIX in case["regole"]
    assert ({m.code: m.outcome for m in outcomes.sectors}["D1"], outcomes.body.outcome) == (D(case["D1"]), D(case["ente"]))
    assert [m.code for m in outcomes.sectors if m.units] == ["D1"] * below and [m.code for m in outcomes.sectors if m.own] == ["D1"] * below
    weighted = WEIGHTED in case["regole"]
    assert [(m.code, m.above.code, m.above.weight, m.above.exclusion) for m in outcomes.sectors if m.above] == (
        [("U1", "D1", 3 if weighted else 1, None), ("U2", "D1", 1, None)] if below else [])
    other = {"first": ("U1", "U2"), "last": ("D1",), "all": ()}[case["livelli"]]
    assert outcomes.body.excluded == other and [m.code for m in outcomes.sectors if m.exclusion == "other_level"] == list(other)
    assert of.with_totals(content("", rules=rules(case["regole"])), outcomes.document(), []) == outcomes.document()
    assert [read_mean(MeanOutcome(m.document())) for m in outcomes.sectors] == list(outcomes.sectors)


def test_what_is_in_the_mean_of_those_below_and_what_is_not():
    mix = f"{MIX}; {WEIGHTED}; Quota di chi sta sotto: 75"

    def above(outcomes: of.ComputedOutcomes) -> dict:
        return {m.code: m.above.exclusion for m in outcomes.sectors if m.above}

    outcomes = levelled(mix, u2="2", changes="Settori U1: Concorre all’esito | No")
    assert above(outcomes) == {"U1": "not_weighted", "U2": None}
    d1 = outcomes.sectors[0]
    assert (d1.outcome, d1.denominator, d1.own.outcome, d1.units.outcome, d1.units.denominator) == (D("62.5"), 100, 10, 80, 2)  # 25 × 10 + 75 × 80
    assert (d1.units.code, d1.own.code, d1.code, d1.counted, d1.missing, d1.excluded, d1.coverage) == ("D1", "D1", "D1", 2, 0, ("U1",), 100)
    alone = levelled(mix, "D1.0 10 · U2.1 80", u1="1")
    assert above(alone) == {"U1": "empty", "U2": "no_weight"}
    d1 = alone.sectors[0]
    assert (d1.outcome, d1.denominator, d1.units.outcome, d1.units.denominator) == (10, 100, None, None)
    only = levelled(mix, "U1.0 40 · U2.1", u1="3", u2="1")
    d1, *_, d2 = only.sectors
    assert (d1.outcome, d1.denominator, d1.counted, d1.missing, d1.coverage, d1.missing_as_zero) == (40, 3, 1, 1, 75, 30)
    assert d2.exclusion == "empty" and levelled(mix, "", u1="3", u2="1").sectors[0].exclusion == "empty"
    assert levelled(MEAN, "D1.0 10").sectors[0].outcome == 10  # nobody below has anything: what is its own counts


def test_what_those_below_had_last_counts_where_the_body_wants_it():
    made = content("""
        Settori
        Codice | Sta sotto
        D1     |
        U1     | D1
        U2     | D1

        Obiettivi
        Codice | Peso | q1: Esito % | q2: Esito %
        U1.1   | 100% | 20%         |
        U2.1   | 100% |             | 60%
    """, rules=rules(f"{MEAN}; Esiti mancanti: Contati con l’ultimo esito noto"))
    first, second = of.round_outcomes(made, "q1"), of.round_outcomes(made, "q2")
    assert shown([*first.sectors, first.body], "code", "outcome") == ["D1 | 20", "U1 | 20", "U2 |", "| 20"]
    assert shown([*second.sectors, second.body], "code", "outcome") == ["D1 | 40", "U1 | 20", "U2 | 60", "| 40"]
    assert second.sectors[0].units.missing == 1 and of.with_totals(made, second.document(), [first.document()]) == second.document()


def test_what_a_sector_counts_is_what_both_its_parts_count():
    d1 = levelled(f"{MIX}; Esiti mancanti: Contati come zero", "D1.0 10 · D1.1 30 · U1.2 40 · U2.3").sectors[0]
    assert (d1.counted, d1.missing, d1.own.counted, d1.units.counted, d1.units.missing) == (4, 1, 2, 2, 1)
    outcomes = levelled(MEAN, changes="Settori D1: Concorre all’esito | No")  # out of the body's mean, whatever it follows from
    d1 = outcomes.sectors[0]
    assert (d1.weight, d1.exclusion, outcomes.body.excluded, outcomes.body.outcome) == (None, "not_weighted", ("D1", "U1", "U2"), 90)


# -- what stands for a result that says nothing
def test_a_result_that_says_nothing_has_the_last_degree_that_it_had():
    known = chosen("Valori mancanti: Vale l’ultimo noto")
    cells = "Valore atteso: 10; q1: Valore ottenuto: 2; q2: Valore ottenuto: 5"
    assert [last_degree(result(cells), YEAR[r], rules=known) for r in ("q1", "q2", "q3", "final")] == [None, 20, 50, 50]
    assert [last_degree_round(result(cells), YEAR[r], rules=known) for r in ("q1", "q2", "q3")] == [None, YEAR["q1"], YEAR["q2"]]
    results = told("Risultati attesi\nN. | Valore atteso | q1: Valore ottenuto | q2: Valore ottenuto\n1 | 10 | 2 | 5")
    assert by_results(results, YEAR["q3"], known) == 50 and by_results(results, YEAR["q3"]) is None
    assert last_degree(result(f"{cells}; Aggiunto a: q2"), YEAR["q2"], rules=known) is None  # it was not there at q1
    assert last_degree(result("plan: Raggiunto %: 80%"), YEAR["q1"], rules=known) is None  # a plan finds nothing


def test_the_values_of_entities_are_those_of_their_own_result_and_stand_for_it_later():
    both = told("""
        Risultati attesi
        N. | Se il valore manca
        1  | Vale l’ultimo noto
        2  | Vale zero

        Valori per ente
        Risultato | Valore atteso | q1: Valore ottenuto
        1         | 10            | 2
        1         | 10            | 4
        2         | 10            | 9
    """)
    values = {r: {t.name: t.value for t in result_terms(both, YEAR[r])} for r in ("q1", "q2")}
    assert values == {"q1": {"1": 30, "2": 90}, "q2": {"1": 30, "2": 0}}
    assert last_degree_round(both.results[0], YEAR["q2"], [e for e in both.entities if e.result == "1"]) == YEAR["q1"]


@pytest.mark.parametrize("case", rows("""
    segue da  | chi sta sotto                      | esiti
    own units | I propri obiettivi e chi sta sotto | D1.0 10 · U1.1 40 · U2.2 80 · D2.3 90
    units     | La media di chi sta sotto          | D1.0 10 · U1.1 40 · U2.2 80 · D2.3 90
    own       | I propri obiettivi                 | D1.0 10 · U1.1 40 · U2.2 80 · D2.3 90
    own       | I propri obiettivi e chi sta sotto | D1.0 10
    units     | I propri obiettivi e chi sta sotto | U1.1 40 · U2.2 80 · D2.3 90
    own       | La media di chi sta sotto          | D1.0 10
    units     | I propri obiettivi e chi sta sotto | U1.0
    own units | I propri obiettivi e chi sta sotto | D1.0 · U1.1 5
"""), ids=lambda case: " ".join(case.values()))
def test_what_an_outcome_follows_from_is_told_from_its_document(case):
    parts = tuple(case["segue da"].split())
    units = f"Esito di chi ne ha altri sotto di sé: {case['chi sta sotto']}"
    for chosen_ in (units, f"{units}; Esiti mancanti: Contati come zero"):  # what is missing and counts as 0 is there too
        outcomes = levelled(chosen_, case["esiti"])
        assert follows_from(MeanOutcome(outcomes.sectors[0].document()), outcomes.rules) == parts


def test_results_count_as_they_have_weights_or_none():
    results = """
        Risultati attesi
        N. | Peso | Se il valore manca | q1: Raggiunto %
        1  | {0}  |                    | 30%
        2  | 5%   |                    | 90%
    """
    others = "        3 | 5% | Fuori dal calcolo\n        4 | 5% | Vale zero"
    assert [(t.name, t.weight, t.value) for t in result_terms(told(results.format("0%") + others), YEAR["q1"])] == [("2", 5, 90), ("4", 5, 0)]
    assert result_terms(told(results.format("")), YEAR["q1"]) is None


def test_a_degree_is_rounded_as_the_body_does_also_where_an_earlier_one_stands_for_it():
    whole = chosen("Decimali degli esiti: 0; Valori mancanti: Vale l’ultimo noto")
    results = told("Risultati attesi\nN. | Valore atteso | q1: Valore ottenuto\n1 | 3 | 1")
    assert [t.value for r in ("q1", "q2") for t in result_terms(results, YEAR[r], whole)] == [33, 33]


def test_an_outcome_of_nothing_is_below_the_lowest_threshold():
    low = chosen("Semaforo: verde da: 1; Semaforo: giallo da: 0,5")
    assert [lights.light(D(v), low) for v in ("0", "0.49", "0.495", "0.99", "0.995")] == ["red", "red", "amber", "amber", "green"]


def test_the_light_of_a_cell_is_the_light_of_its_outcome():
    assert set(lights.COLOURS) == {"green", "amber", "red"}
    formula, limits = compiled(lights.formula("now", "then", "en")), chosen("Semaforo: verde da: 90; Semaforo: giallo da: 60; Decimali degli esiti: 1")
    names = {"pxm_green": 0.9, "pxm_amber": 0.6, "pxm_printed": 3.0}
    for now, then in ((95, 80), (D("89.95"), 90), (D("89.94"), 95), (60, None), (D("59.94"), 10), (None, 10)):
        cells = {key: "" if v is None else float(v) / 100 for key, v in (("now", now), ("then", then))}
        assert formula(Named(names | cells), None) == lights.as_text(now if now is None else D(now), then if then is None else D(then), limits, "en")
    assert formula(Named({"now": 0.95, "then": 0.8, **names, "pxm_green": 0.0}), None) == ""


# -- phases that were told as shares of the objective
def phases(*cells: str) -> Sheet:
    """Phases as ``weight realised``."""
    return told("Fasi\nFase | Peso | q1: Realizzata %\n" + "\n".join(f"{n} | " + " | ".join(line.split()) for n, line in enumerate(cells)))


def test_what_phases_give_is_no_figure_where_they_were_told_as_shares_and_do_not_count():
    of_shares, beside = phases("30% 30%", "70% 70%"), {"by_phases": "58.00", "basis": "declared", "declared": "100.00"}

    def no_figure(round: str = "q1", near: str = "1", **other) -> bool:
        return shares.no_figure(of_shares, ObjectiveOutcome(beside | other), YEAR[round], D(near))

    assert no_figure() and no_figure(declared=None, basis=None)
    assert no_figure(declared="99.00") and not no_figure(near="0.5", declared="99.00")
    for other in ({"basis": "phases"}, {"basis": "mix"}, {"by_phases": None}, {"declared": "50.00"}):
        assert not no_figure(**other)
    assert not no_figure("q2")  # nothing was told of them then
    assert [shares.near_in(c) for c in ({}, {"rules": {}}, {"rules": rules("Tolleranza sull’esito dichiarato: 2")})] == [D("0.5"), D("0.5"), 2]


def test_phases_of_no_weight_and_blank_ones_do_not_hide_shares():
    assert shares.typed_as_shares(phases("30% 30%", "70% 70%", "0% 5%"), YEAR["q1"], None, D("0.5"))
    assert shares.typed_as_shares(phases("30% 30%", "40% 40%", "30%"), YEAR["q1"], D(70), D("0.5"))  # the phases give nothing yet


class Named:
    """Gives a formula the values of names, in place of a workbook."""

    comma = True

    def __init__(self, values: dict):
        self.named = lambda name, _entry: values[name]
