"""Outcomes: the printed totals of a real year, and every way an outcome can come about or be missing."""

from decimal import Decimal

import first_shape
import pytest
from plan_text import plan
from printed_year import YEAR, real_year
from text_tables import lines, rows, shown

from perfxl.model import derived, result_degree
from perfxl.model.arithmetic import DEFAULT, Rules, rounded, rules_from, weight_at
from perfxl.model.arithmetic import shown as figure
from perfxl.model.documents import schema
from perfxl.model.group_means import body_weight
from perfxl.model.outcomes import ComputedOutcomes, round_outcomes, with_totals
from perfxl.model.readings import dropped, in_force
from perfxl.model.views import Item, Measure, Result, RoundOutcomes, Sector, Sheet


def weigh(text: str, round: str = "final", **more) -> ComputedOutcomes:
    """The outcomes of ``round`` of the plan that ``text`` says."""
    return round_outcomes(plan(text, **more), round)


def only(items):
    """The one that there is."""
    item, = items
    return item


def sheet(text: str) -> Sheet:
    """The sheet of the one objective of ``text``, which begins with the table of its phases or results."""
    return Sheet(only(plan(f"Obiettivi\nCodice\nS1.00001\n\n{text}")["objectives"]).get("sheet", {}))


def by_phases(text: str, round: str) -> Decimal | None:
    return derived.by_phases(sheet(text), first_shape.at(round))


def by_results(text: str, round: str) -> Decimal | None:
    return derived.by_results(sheet(text), first_shape.at(round))


def by_measures(text: str, round: str) -> Decimal | None:
    measures = plan(f"Obiettivi\nCodice\nS1.00001\n\nMisure\n{text.strip()}")["measures"]
    return derived.by_measures([Measure(m["measure"]) for m in measures], first_shape.at(round))


def degree(text: str, round: str = "final", rules: Rules = DEFAULT) -> Decimal | None:
    """The degree of the one result of ``text``, of its values by entity where there are any."""
    found = sheet(text)
    return result_degree.degree(only(found.results), first_shape.at(round), found.entities, rules)


@pytest.mark.parametrize("round", ["interim", "final"])
@pytest.mark.parametrize("sector", [s for s in YEAR if s["sector"] != "SG"], ids=lambda s: s["sector"])
def test_printed_totals(sector, round):
    found = {s.code: s for s in round_outcomes(first_shape.now(real_year()), round).sectors}[sector["sector"]]
    assert found.outcome == Decimal(str(sector[round])).quantize(Decimal("0.01"))
    assert found.denominator == 100


def test_not_weighted_sector_has_no_outcome_and_leaves_the_body():
    body = round_outcomes(first_shape.now(real_year()), "final").body
    assert body.excluded == ("SG",)
    assert body.counted == 10
    assert body.outcome == rounded(sum(Decimal(str(s["final"])) for s in YEAR if s["sector"] != "SG") / 10)


def test_replaced_counted_in_would_give_the_other_totals():
    year = real_year()
    for objective in year["objectives"]:
        for holder in objective["holders"]:
            for round in ("interim", "final"):
                holder["holding"][round].pop("status", None)
    for round, total in (("interim", "74.55"), ("final", "90.91")):
        assert {s.code: s.outcome for s in round_outcomes(first_shape.now(year), round).sectors}["S3"] == Decimal(total)


def test_evaluated_goes_before_declared_and_says_so():
    outcomes = weigh("""
        Obiettivi
        Codice   | Peso | final: Esito %
        S1.00001 | 100% | 80%

        Valutazioni
        Obiettivo | Settore | Tornata | Esito valutato | Motivo
        S1.00001  | S1      | final   | 90%            | visto
    """)
    assert shown(outcomes.objectives, "declared", "evaluated", "value", "basis", "status") == lines("80 | 90 | 90 | evaluated | partial")


@pytest.mark.parametrize("rule, value", [("declared", 80), ("phases", Decimal("62.5")), ("results", 50), ("evaluated", 80)])
def test_the_rule_chooses_the_outcome_that_counts(rule, value):
    assert only(weigh("""
        Obiettivi
        Codice   | Peso | final: Esito %
        S1.00001 | 100% | 80%

        Fasi
        Fase | Peso | final: Realizzata %
        1    | 25%  | 100%
        2    | 75%  | 50%

        Risultati attesi
        N. | Valore atteso | final: Valore ottenuto
        1  | 10            | 5
    """, rules={"counting": rule}).objectives).value == value


def test_missing_is_shown_three_ways_with_the_coverage():
    text = """
        Obiettivi
        Codice   | Peso | interim: Esito % | final: Esito %
        S1.00001 | 25%  | 40%              |
        S1.00002 | 75%  |                  | 100%
    """
    found = only(weigh(text).sectors)
    assert shown([found], "without_missing", "missing_as_zero", "missing_as_last") == lines("100 | 75 | 85")
    assert shown([found], "outcome", "denominator", "coverage", "counted", "missing") == lines("100 | 75 | 75 | 1 | 1")
    assert shown(weigh(text, rules={"missing": "zero"}).sectors, "outcome", "denominator") == lines("75 | 100")


def test_blank_is_neither_100_nor_0():
    outcomes = weigh("""
        Obiettivi
        Codice   | Peso | final: Stato
        S1.00001 | 100% | Raggiunto
    """)
    assert only(outcomes.objectives).value is None
    assert (only(outcomes.sectors).outcome, only(outcomes.sectors).missing, outcomes.body.outcome) == (None, 1, None)


def test_revised_weight_is_in_force_from_the_interim_on():
    assert only(weigh("""
        Obiettivi
        Codice   | Peso | interim: Peso modificato | interim: Esito %
        S1.00001 | 100% | 0%                       | 10%
        S1.00002 | 100% |                          | 90%
    """, "interim").sectors).outcome == 90


@pytest.mark.parametrize(("kind", "values"), [("Ordinario", "70 70"), ("Trasversale di ente", "70 10")])
def test_lead_speaks_for_a_shared_objective_and_each_sector_for_a_transversal_one(kind, values):
    outcomes = weigh(f"""
        Obiettivi
        Codice   | Tipo
        S1.00001 | {kind}

        Settori titolari
        Obiettivo | Settore | Peso | final: Esito %
        S1.00001  | S1      | 100% | 70%
        S1.00001  | S2      | 20%  | 10%
    """)
    assert shown(outcomes.objectives, "value") == values.split()


def test_transversal_outcome_falls_back_on_the_measures():
    outcomes = weigh("""
        Obiettivi
        Codice   | Tipo                | Capofila
        S1.00001 | Trasversale di ente | SG

        Settori titolari
        Obiettivo | Settore | Peso
        S1.00001  | S1      | 100%

        Fasi
        Fase | Peso | final: Realizzata %
        1    | 100% | 10%

        Misure
        Settore | Obiettivo | N. | Misura | interim: Applicabile | final: Realizzata %
        S1      | S1.00001  | 0  | m      | Sì                   | 100%
        S1      | S1.00001  | 1  | m      | Sì                   | 84%
        S1      | S1.00001  | 2  | m      | No                   | 0%
    """)
    assert shown(outcomes.objectives, "value", "basis", "by_phases") == lines("92 | measures |")


def test_a_line_takes_what_stands_below_it():
    outcomes = weigh("""
        Cascata
        Codice   | Titolo
        01       | 01
        01.02    | 01.02
        01.02.03 | 01.02.03
        01.02.04 | 01.02.04
        02       | 02

        Obiettivi
        Codice   | Peso | Linee strategiche | final: Esito %
        S1.00001 | 100% | 01.02.03          | 50%
    """)
    assert shown(outcomes.lines, "code", "outcome") == lines("""
        01       | 50
        01.02    | 50
        01.02.03 | 50
        01.02.04 |
        02       |""")


def test_body_mean_by_sector_weights():
    assert weigh("""
        Settori
        Codice | Nome | Peso nell’ente
        S1     | Uno  | 3
        S2     | Due  | 1

        Obiettivi
        Codice   | Peso | final: Esito %
        S1.00001 | 100% | 100%
        S2.00001 | 100% | 0%
    """, rules={"body_mean": "weighted"}).body.outcome == 75


def test_missing_sector_is_out_of_the_body_and_lowers_the_coverage():
    body = weigh("""
        Obiettivi
        Codice   | Peso | final: Esito %
        S1.00001 | 100% | 90%
        S2.00001 | 100% |
    """).body
    assert shown([body], "outcome", "missing_as_zero", "coverage", "counted", "missing") == lines("90 | 45 | 50 | 1 | 1")


UP, DOWN, FROM, TYPED = "Più alto è meglio", "Più basso è meglio", "Avanzamento dal valore di partenza", "Grado indicato dal settore"


def result(row: dict[str, str]) -> str:
    """The table of the one result that ``row`` says."""
    names = {"misura": "Come si misura", "atteso": "Valore atteso", "nuovo atteso": "interim: Valore atteso modificato",
             "partenza": "Valore di partenza", "interim": "interim: Valore ottenuto", "ottenuto": "final: Valore ottenuto",
             "scritto": "final: Raggiunto %"}
    cells = [(names[k], v) for k, v in row.items() if k in names and v]
    return "Risultati attesi\n" + "\n".join(" | ".join(line) for line in (("N.", *(k for k, _ in cells)), ("1", *(v for _, v in cells))))


@pytest.mark.parametrize("row", rows(f"""
    misura  | partenza | atteso | nuovo atteso | ottenuto | scritto | grado
            |          | 2600   |              | 2523     |         | 97.04
            |          | 170    |              | 369      |         | 100.00
    {DOWN}  |          | 10     |              | 20       |         | 50.00
    {DOWN}  |          | 10     |              | 5        |         | 100.00
            |          | 0      |              | 0        |         | 100.00
    {DOWN}  |          | 0      |              | 3        |         | None
    {DOWN}  |          | -3     |              | -2,9     |         | None
    {DOWN}  |          | 0      |              | 0,01     |         | None
    {DOWN}  |          | -3     |              | -4       |         | 100.00
    {DOWN}  | 30       | 20     |              | 35       |         | 0.00
    {DOWN}  | 30       | 20     |              | 30       |         | 66.67
            | 10       | 20     |              | 9        |         | 0.00
            | 10       | 20     |              | 10       |         | 50.00
            | 25       | 20     |              | 15       |         | 75.00
    {DOWN}  | 15       | 20     |              | 25       |         | 80.00
            |          | 10     |              | -1       |         | 0.00
    {DOWN}  | 10       | 10     |              | 12       |         | 83.33
            | 10       | 10     |              | 8        |         | 80.00
    {FROM}  | 5        | -3     |              | -2,9     |         | 98.75
    {FROM}  | 30       | 20     |              | 35       |         | 0.00
    {FROM}  | 22       | 0      |              | 4        |         | 81.82
    {FROM}  | 10       | 10     |              | 12       |         | None
    {FROM}  |          | 10     |              | 12       |         | None
    {TYPED} |          | 10     |              | 12       |         | None
            |          | 8      |              | 4        | 120%    | 50.00
            |          | 8      |              | 4        | -1%     | 50.00
            |          | 8      |              | 4        | 70%     | 70.00
            |          | 10     | 5            | 5        |         | 100.00
"""), ids=lambda row: " ".join(filter(None, row.values())))
def test_degree(row):
    assert str(rounded(degree(result(row)))) == row["grado"]


@pytest.mark.parametrize("row", rows(f"""
    regola              | misura | partenza | atteso | ottenuto | grado
    reached_within 5    |        |          | 100    | 95       | 100.00
    reached_within 5    |        |          | 100    | 94,99    | 94.99
    reached_within 5    | {DOWN} |          | 100    | 105      | 100.00
    reached_within 5    | {DOWN} |          | 100    | 106      | 94.34
    reached_within 5    | {FROM} | -6       | -10    | -9,5     | 100.00
    reached_within 5    | {FROM} | -6       | -10    | -9,4     | 85.00
    degree_cap 120      |        |          | 100    | 130      | 120.00
    degree_cap 120      |        |          | 100    | 110      | 110.00
    degree_cap 150      | {DOWN} |          | 10     | 8        | 125.00
    degree_cap 150      | {DOWN} |          | 10     | 0        | 150.00
    degree_cap 150      | {DOWN} |          | -3     | -9       | 100.00
    degree_cap 150      | {FROM} | 10       | 0      | -2       | 120.00
                        | {FROM} | 10       | 0      | -2       | 100.00
"""), ids=lambda row: " ".join(filter(None, row.values())))
def test_the_body_may_let_a_little_pass_and_count_what_is_beyond(row):
    rule, _, value = row["regola"].partition(" ")
    assert str(degree(result(row), rules=rules_from({rule: int(value)} if rule else {}))) == row["grado"]


def test_what_grows_is_held_against_its_baseline_at_the_end_alone():
    hours = result({"atteso": "22400", "partenza": "21000", "interim": "15900", "ottenuto": "15900"})
    assert (degree(hours, "interim"), degree(hours, "final")) == (Decimal("70.98"), 0)
    days = result({"misura": DOWN, "atteso": "20", "partenza": "30", "interim": "35", "ottenuto": "35"})
    assert (degree(days, "interim"), degree(days, "final")) == (0, 0)


def test_degree_of_several_entities_is_their_mean_and_unknown_when_one_is_blank():
    text = """
        Risultati attesi
        N.
        1

        Valori per ente
        Risultato | Ente  | Valore atteso | final: Valore ottenuto
        1         | Acero | 10            | 10
        1         | Olmo  | 10            | 5
    """
    assert degree(text) == 75
    assert degree(f"{text.rstrip()}\n        1 | Tiglio | 10") is None


def test_results_weigh_98_96_as_counted_by_hand():
    assert str(rounded(by_results("""
        Risultati attesi
        N. | Peso | Valore atteso | final: Valore ottenuto
        0  | 10%  | 1             | 1
        1  | 35%  | 2600          | 2523
        2  | 30%  | 170           | 175
        3  | 10%  | 4             | 4
        4  | 10%  | 12            | 18
        5  | 5%   | 1             | 1
    """, "final"))) == "98.96"


@pytest.mark.parametrize("phases", [
    """Fasi
       Fase | Peso | final: Realizzata %
       1    | 50%  | 100%
       2    | 50%  |""",
    """Fasi
       Fase | Peso | final: Realizzata %
       1    | 50%  | 100%
       2    |      | 100%""",
    """Fasi
       Fase | Pesata               | final: Realizzata %
       1    | Non pesata nell’anno | 100%""",
    "",
])
def test_phases_are_not_derivable_while_something_is_blank(phases):
    assert by_phases(phases, "final") is None


def test_unweighted_phases_and_revised_weights():
    assert by_phases("""
        Fasi
        Fase | Pesata               | Peso | interim: Peso modificato | interim: Realizzata %
        1    | Non pesata nell’anno |      |                          |
        2    |                      | 35%  | 20%                      | 100%
        3    |                      | 65%  | 80%                      | 0%
    """, "interim") == 20


def test_some_results_without_weight_are_not_derivable():
    assert by_results("""
        Risultati attesi
        N. | Peso | final: Raggiunto %
        1  | 50%  | 100%
        2  |      | 100%
    """, "final") is None


def test_measures_not_applicable_are_out_of_the_mean():
    assert by_measures("""
        N. | final: Realizzata % | interim: Applicabile
        1  | 100%                |
        2  | 50%                 |
        3  |                     | No
    """, "final") == 75
    assert by_measures("""
        N. | final: Realizzata %
        1  | 100%
        2  |
    """, "final") is None


def test_half_up():
    assert [str(rounded(Decimal(v))) for v in ("82.355", "82.345", "0.005", "79.0549999")] == ["82.36", "82.35", "0.01", "79.05"]


def published(content: dict, old: bool) -> dict:
    """The final outcomes of ``content`` as their document tells them; ``old``: before documents told rules and weights of sectors."""
    outcomes = round_outcomes(content, "final").document()
    if old:
        del outcomes["rules"]
        for mean in outcomes["sectors"]:
            mean.pop("weight", None)
            mean.pop("exclusion", None)
    return outcomes


@pytest.mark.parametrize("rule", ["equal", "weighted"])
@pytest.mark.parametrize("old", [True, False], ids=["old", "new"])
def test_the_weight_of_a_sector_is_known_from_documents_of_either_shape(rule, old):
    content = plan("""
        Settori
        Codice | Peso nell’ente | Concorre all’esito
        S1     | 3              |
        S2     | 2              | No
        S9     | 1              |

        Obiettivi
        Codice   | Peso | final: Esito %
        S1.00001 | 100% | 50%
        S2.00001 | 100% | 0%
    """, rules={"body_mean": rule})
    told = RoundOutcomes(published(content, old))
    weights = {code: body_weight(content, told, Sector(next((s for s in content["sectors"] if s["code"] == code), {"code": code})))
               for code in ("S1", "S2", "S9", "S7")}
    assert weights == {"S1": 3 if rule == "weighted" else 1, "S2": None, "S9": None, "S7": None}


@pytest.mark.parametrize("old", [True, False], ids=["old", "new"])
@pytest.mark.parametrize("rules", [{}, {"missing": "zero"}, {"missing": "last_known"}, {"body_mean": "weighted"}])
def test_what_was_published_adds_up_from_its_rows(rules, old):
    content = plan("""
        Settori
        Codice | Peso nell’ente | Concorre all’esito
        S1     | 3              |
        S2     | 2              |
        S3     | 1              | No

        Obiettivi
        Codice   | Peso | interim: Esito % | final: Esito %
        S1.00001 | 60%  | 20%              |
        S1.00002 | 40%  | 30%              | 90%
        S2.00001 | 40%  | 30%              |
        S3.00001 | 40%  | 30%              | 10%
    """, rules=rules)
    told, before = published(content, old), [round_outcomes(content, "interim").document()]
    again = with_totals(content, told, before)
    known = set.intersection(*(set(s) for s in told["sectors"]))
    assert again["body"] == told["body"]
    assert [{k: s[k] for k in known} for s in again["sectors"]] == [{k: s[k] for k in known} for s in told["sectors"]]
    for sector, mean in zip(again["sectors"], told["sectors"], strict=True):
        assert {k: v for k, v in sector.items() if k in mean}.items() <= mean.items()
    for k, key in enumerate(("outcome", "coverage", "missing_as_last")):
        wrong = {**told, "sectors": [{**s, key: f"{k}.00"} if s["code"] == "S1" else s for s in told["sectors"]]}
        by_code = {s["code"]: s for s in with_totals(content, wrong, before)["sectors"]}
        assert by_code["S1"][key] != f"{k}.00"


def test_the_rounds_before_are_weighed_one_on_the_other():
    text, rules = """
        Obiettivi
        Codice   | Peso | interim: Esito %
        S1.00001 | 100% | 40%
    """, {"missing": "last_known"}
    assert only(weigh(text, rules=rules).objectives).last == 40 and weigh(text, rules=rules).body.outcome == 40
    assert only(weigh(text, "interim", rules=rules).objectives).last is None


def test_what_is_revised_or_given_up_during_the_year_is_not_so_in_the_plan():
    objective = only(plan("""
        Obiettivi
        Codice
        S1.00001

        Fasi
        Fase | Peso | interim: Peso modificato | interim: Eliminata perché
        1    | 40%  | 60%                      | Non serve.
    """)["objectives"])
    phase = only(objective["sheet"]["phases"])
    phase |= {"target": 1, "revisions": [{**revision, "target": 2} for revision in phase["revisions"]]}
    assert [in_force(phase, "target", r) for r in first_shape.USUAL] == [1, 2, 2]
    assert [weight_at(Item(phase), r) for r in first_shape.USUAL] == [40, 60, 60]
    assert [dropped(phase, r) for r in first_shape.USUAL] == [False, True, True]


def test_the_plan_round_has_no_outcomes():
    from perfxl.model.weigh import weigh as by_round

    content = plan("""
        Obiettivi
        Codice   | Peso | interim: Esito %
        S1.00001 | 100% | 40%
    """)
    assert by_round(content, "plan") == {}
    assert list(by_round(content, "interim")) == ["interim"] and list(by_round(content, "final")) == ["interim", "final"]


@pytest.mark.parametrize("given", [
    {}, {"counting": "phases"}, {"missing": "last_known"}, {"body_mean": "weighted"}, {"rounding": "once"}, {"decimals": 0}, {"decimals": 1},
    {"degree": "computed"}, {"reached_within": Decimal("2.5")}, {"degree_cap": 150}, {"rounding": "each", "degree": "typed", "decimals": 2}])
def test_the_rules_that_a_round_was_computed_by_come_back_from_its_document(given):
    rules = rules_from(given)
    told = rules.document()
    assert rules_from(told) == rules and told.items() >= given.items()
    assert set(told) <= set(schema("plan")["$defs"]["rules"]["properties"])
    assert weigh("Obiettivi\nCodice | Peso | final: Esito %\nS1.00001 | 100% | 50%", rules=given).document()["rules"] == told


def test_without_rules_the_defaults_hold():
    defaults = {k: v["default"] for k, v in schema("plan")["$defs"]["rules"]["properties"].items()}
    assert rules_from(None) == rules_from({}) == rules_from(defaults) == DEFAULT


@pytest.mark.parametrize(("value", "text"), [
    (None, None), ("57.25", "57.25"), ("57.2", "57.20"), ("100", "100.00"), ("0", "0.00"), ("-0.5", "-0.50"), ("66.6666666667", "66.6666666667"),
    ("33.333", "33.333"), ("66.66666666666", "66.6666666667"), ("1E+2", "100.00"), ("57.2500", "57.25")])
def test_figures_stand_in_documents_with_two_decimals_or_as_many_as_they_have(value, text):
    assert figure(value if value is None else Decimal(value)) == text


@pytest.mark.parametrize("realised, declared, typed", [
    ("50% 20% 30%", 100, True), ("50% 30% 20%", 100, True), ("50% 30% 30%", 100, True), ("50% 30% 30%", 90, False), ("100% 100% 100%", 100, False),
    ("50% 20% 30%", 60, False), ("50% (vuoto) (vuoto)", 50, False)])
def test_phases_told_as_shares_are_not_read_as_what_they_give(realised, declared, typed):
    """Phases of 50, 20 and 30: shares that sum to what was declared are known to be shares, wherever a document shows them."""
    from perfxl.model.shares import typed_as_shares

    first, second, third = realised.split()
    phases = sheet(f"""
        Fasi
        Fase | Pesata | Peso | final: Realizzata %
        1    | Pesata | 50%  | {first}
        2    | Pesata | 20%  | {second}
        3    | Pesata | 30%  | {third}
    """)
    assert typed_as_shares(phases, first_shape.USUAL["final"], Decimal(declared), Decimal("0.5")) == typed


@pytest.mark.parametrize(("outcome", "before", "told"), [
    ("90", "80", "● in linea · ↗ in crescita"), ("89.99", "90", "▲ da seguire · ↘ in calo"), ("60", None, "▲ da seguire"),
    ("59.994", "59.99", "■ critico · → stabile"), (None, "10", "")])
def test_a_traffic_light_says_symbol_and_word_by_the_printed_figure(outcome, before, told):
    from perfxl.model.lights import as_text as light

    rules = rules_from({"light_green": 90, "light_amber": 60})
    assert light(*(None if v is None else Decimal(v) for v in (outcome, before)), rules, "it") == told
    assert light(*(None if v is None else Decimal(v) for v in (outcome, before)), rules_from({}), "it") == ""


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_the_formula_of_the_light_says_what_the_engine_says_of_figures_that_are_not_rounded(decimals):
    from itertools import product
    from types import SimpleNamespace

    from perfxl.model.lights import as_text, change, change_formula, formula, trend
    from perfxl.workbook.formulas.compiling import compiled

    rules = rules_from({"light_green": 60, "light_amber": 30, "decimals": decimals, "rounding": "once"})
    live = compiled(formula("now", "then", "it", places=str(decimals + 2), thresholds=("0.6", "0.3")))
    moved = compiled(change_formula("now", "then", decimals, "–"))
    figures = [None, *map(Decimal, ("0", "29.4", "29.995", "33.5820299", "34.48254902", "59.49", "59.5", "59.95", "59.994", "60", "100"))]
    for now, then in product(figures, figures):
        cells = {"now": "" if now is None else float(now / 100), "then": "" if then is None else float(then / 100)}
        sheet = SimpleNamespace(comma=True, named=lambda name, _entry, cells=cells: cells[name])
        assert live(sheet, None) == as_text(now, then, rules, "it"), (now, then)
        by = change(now, then, rules)
        assert moved(sheet, None) == ("–" if by is None else float(by)), (now, then)
        # what is read beside "steady" is 0, and 0 is read beside nothing else
        assert trend(now, then, rules) == (None if by is None else "same" if by == 0 else "up" if by > 0 else "down")


@pytest.mark.parametrize(("top", "bottom", "per", "target"), [(1, 3, 30, 10), (1, 3, 3, 1), (2, 3, 150, 100), (7, 100, 100, 7), (1, 3, 300, 100)])
@pytest.mark.parametrize("away", [-1, 1])
def test_a_ratio_that_is_its_target_has_reached_it(top, bottom, per, target, away):
    """Levels turn on one digit: what is a hair below its target would have the degree of the minimum."""
    result = {"direction": "levels", "target": target, "minimum": target + 5 * away, "per": per,
              "readings": [{"round": "final", "numerator": top, "denominator": bottom}]}
    assert result_degree.computed_degree(Result(result), first_shape.USUAL["final"]) == 100
