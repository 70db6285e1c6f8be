"""Whose word counts for whom, and what the outcomes of a round say of themselves: what a change there would move."""

from decimal import ROUND_HALF_UP, Decimal

from plan_text import plan, rules
from text_tables import lines, shown

from perfxl.model.arithmetic import rules_from
from perfxl.model.means import MeanTerm, outcomes_mean
from perfxl.model.outcomes import outcomes, round_outcomes

ROUNDS = """
    Tornate
    Sigla | Tipo
    plan  | Piano
    q1    | Monitoraggio
    final | Consuntivo
"""
ONCE, DECLARED = "Arrotondamento: Una volta, alla fine", "Esito che conta: Dichiarato"
OUT, ZERO, LAST = (f"Esiti mancanti: {way}" for way in ("Fuori dal calcolo", "Contati come zero", "Contati con l’ultimo esito noto"))


def content(text: str, chosen: str = "", changes: str = "") -> dict:
    """The plan with the tables of ``text`` and the rules of ``chosen``."""
    return plan(f"{ROUNDS}\n{text}", changes, rules=rules(chosen))


def values(document: dict, round: str = "final") -> dict[str, int | None]:
    """By objective and sector, the outcome."""
    return {f"{o.objective}/{o.sector}": o.value for o in round_outcomes(document, round).objectives}


#: Who holds A, in the order of the plan, and what each declared.
HELD = """
    Obiettivi
    Codice | Capofila | Tipo
    A      | {lead}   | {kind}

    Settori titolari
    Obiettivo | Settore | Peso | final: Esito %
    A         | S2      | 50%  | 10%
    A         | S1      | 50%  | {s1}
    A         | S3      | 50%  | {s3}
"""


def held(lead: str = "S1", kind: str = "Ordinario", s1: str = "70%", s3: str = "") -> dict:
    return content(HELD.format(lead=lead, kind=kind, s1=s1, s3=s3))


def test_the_lead_speaks_for_all_wherever_it_stands_among_them():
    assert values(held()) == {"A/S2": 70, "A/S1": 70, "A/S3": 70}
    assert values(held(kind="Trasversale di ente")) == {"A/S2": 10, "A/S1": 70, "A/S3": None}
    assert values(held(s1="")) == {"A/S2": 10, "A/S1": None, "A/S3": None}
    assert values(held(lead="S9", s3="20%")) == {"A/S2": 10, "A/S1": 70, "A/S3": 20}  # the lead does not hold it


JUDGED = """
    Obiettivi
    Codice | Capofila | Tipo
    A      | S1       | {kind}
    B      | S2       |

    Settori titolari
    Obiettivo | Settore | Peso | q1: Esito % | final: Esito %
    A         | S1      | 50%  | 60%         | 70%
    A         | S2      | 50%  | 60%         | 70%
    A         | S3      | 50%  | 60%         | 70%
    B         | S1      | 50%  | 60%         | 70%
    B         | S2      | 50%  | 60%         | 70%
    B         | S3      | 50%  | 60%         | 70%

    Valutazioni
    Obiettivo | Settore | Tornata | Esito valutato
    A         | S1      | final   | 90%
    A         | S2      | final   | 40%
    A         | S3      | q1      | 5%
    B         | S3      | final   | 6%
"""


def test_an_evaluation_is_of_one_objective_in_one_sector_at_one_round_and_that_of_the_lead_extends_to_the_others():
    judged = content(JUDGED.format(kind="Ordinario"))
    assert values(judged) == {"A/S1": 90, "A/S2": 40, "A/S3": 90, "B/S1": 70, "B/S2": 70, "B/S3": 6}
    assert values(judged, "q1") == {"A/S1": 60, "A/S2": 60, "A/S3": 5, "B/S1": 60, "B/S2": 60, "B/S3": 60}
    each = values(content(JUDGED.format(kind="Trasversale di ente")))
    assert {k: v for k, v in each.items() if k[0] == "A"} == {"A/S1": 90, "A/S2": 40, "A/S3": 70}
    declared = values(content(JUDGED.format(kind="Ordinario"), DECLARED))
    assert set(declared.values()) == {70}


def test_an_outcome_says_the_last_known_one_only_where_it_has_none():
    made = content("""
        Obiettivi
        Codice | Capofila | Peso | q1: Esito % | final: Esito %
        A      | S1       | 50%  | 30%         | 70%
        B      | S1       | 50%  | 40%         |
        C      | S1       | 50%  |             |
    """, LAST)
    document = round_outcomes(made, "final").document()
    assert shown(document["objectives"], "value", "last", "counted") == lines("""
        70.00 |       | Sì
              | 40.00 | Sì
              |       | No""")
    assert [o["objective"] for o in document["objectives"] if "last" in o] == ["B"]
    assert shown(document["sectors"], "outcome", "denominator", "coverage") == lines("55.00 | 100.00 | 33.33")


def test_the_sum_of_the_weights_is_none_of_nothing_and_keeps_what_rounding_once_keeps():
    nothing = outcomes_mean("S1", [], ["A"], rules_from({}))
    assert (nothing.denominator, nothing.outcome, nothing.coverage, nothing.counted, nothing.missing, nothing.excluded) == (None, None, None, 0, 0, ("A",))
    parts = [MeanTerm("A", Decimal("33.335"), Decimal(10)), MeanTerm("B", Decimal(10) / 3, None), MeanTerm("B", Decimal(20) / 3, None)]
    denominators = [outcomes_mean("S1", parts, [], rules_from(rules(f"{ZERO}; {way}"))).denominator for way in (ONCE, "Arrotondamento: Ogni cifra dalle cifre stampate")]
    assert denominators == [Decimal("43.335"), Decimal("43.34")]
    mean = outcomes_mean("S1", parts, [], rules_from(rules(ZERO)))
    assert (mean.counted, mean.missing, mean.without_missing, mean.missing_as_zero, mean.missing_as_last, mean.coverage) == \
        (2, 1, 10, Decimal("7.69"), 10, Decimal("76.92"))


#: What stands on a sheet from which outcomes are computed.
ON_THE_SHEET = """
    Fasi
    Obiettivo | Fase | Peso    | final: Realizzata %
    {0}       | 1    | 33,335% | 66,665%
    {0}       | 2    | 50%     | 20%

    Risultati attesi
    Obiettivo | N. | Valore atteso | final: Valore ottenuto
    {0}       | 1  | 3             | 1
"""


def on_the_sheets_of(*codes: str) -> str:
    """The tables ``ON_THE_SHEET`` of each of the objectives ``codes``."""
    phases, results = ([block.format(code).strip().splitlines() for code in codes] for block in ON_THE_SHEET.split("\n\n"))
    return "\n\n".join("\n".join([*tables[0], *(line for more in tables[1:] for line in more[2:])]) for tables in (phases, results))


COMPUTED = """
    Obiettivi
    Codice | Capofila | Tipo
    A      | S1       | Trasversale di ente
    B      | S2       | Ordinario

    Settori titolari
    Obiettivo | Settore | Peso | final: Esito %
    A         | S1      | 50%  | 70%
    A         | S2      | 50%  | 10%
    A         | S3      | 50%  |
    B         | S2      | 50%  |
    B         | S3      | 50%  |

    Misure
    Settore | Obiettivo | N. | final: Realizzata %
    S2      | A         | 1  | 40%
    S3      | A         | 1  | 50,555%

    Valutazioni
    Obiettivo | Settore | Tornata | Esito valutato
    A         | S3      | final   | 90%

"""


def test_what_is_computed_from_the_sheet_is_the_leads_and_the_others_of_a_transversal_objective_have_their_measures():
    """Each objective as its outcome and what that is taken from, by what counts for the body."""
    ways = {"Valutato, altrimenti dichiarato": """
                A | S1 | 70 | declared
                A | S2 | 10 | declared
                A | S3 | 90 | evaluated
                B | S2 |    |
                B | S3 |       |""",
            "Dichiarato": """
                A | S1 | 70    | declared
                A | S2 | 10    | declared
                A | S3 | 50,56 | measures
                B | S2 |       |
                B | S3 |       |""",
            "Calcolato dalle fasi": """
                A | S1 | 38,67 | phases
                A | S2 | 40    | measures
                A | S3 | 50,56 | measures
                B | S2 | 38,67 | phases
                B | S3 | 38,67 | phases""",
            "Calcolato dai risultati": """
                A | S1 | 33,33 | results
                A | S2 | 40    | measures
                A | S3 | 50,56 | measures
                B | S2 | 33,33 | results
                B | S3 | 33,33 | results""",
            "Calcolato da fasi e risultati": """
                A | S1 | 36    | mix
                A | S2 | 40    | measures
                A | S3 | 50,56 | measures
                B | S2 | 36    | mix
                B | S3 | 36    | mix"""}
    for way, expected in ways.items():
        outcomes = round_outcomes(content(COMPUTED + on_the_sheets_of("A", "B"), f"Quota delle fasi: 50; Esito che conta: {way}"), "final").objectives
        others = [o for o in outcomes if o.objective == "A" and o.sector != "S1"]
        assert shown(others, "sector", "by_phases", "by_results", "by_measures") == lines("S2 | | | 40\nS3 | | | 50,56")
        assert shown(outcomes, "objective", "sector", "value", "basis") == lines(expected)


def ten(value: Decimal) -> Decimal:
    """A figure with the decimals that are kept of it."""
    return value.quantize(Decimal("1E-10"), ROUND_HALF_UP)


def test_all_decimals_count_where_rounding_is_once():
    text = f"""
        Obiettivi
        Codice | Capofila | Peso    | final: Esito %
        A      | S1       | 33,335% | 66,6666%

        {on_the_sheets_of("A")}"""
    computed, = round_outcomes(content(text, ONCE), "final").objectives
    by_phases = (Decimal("33.335") * Decimal("66.665") + 1000) / Decimal("83.335")
    assert (computed.weight, computed.value) == (Decimal("33.335"), Decimal("66.6666"))
    assert (computed.by_phases, computed.by_results) == (ten(by_phases), ten(Decimal(100) / 3))
    measured = content("""
        Obiettivi
        Codice | Capofila | Tipo
        A      | S1       | Trasversale di ente

        Settori titolari
        Obiettivo | Settore | Peso
        A         | S1      | 50%
        A         | S2      | 50%

        Misure
        Settore | Obiettivo | N. | final: Realizzata %
        S2      | A         | 1  | 50,5555%
    """, ONCE)
    assert values(measured)["A/S2"] == Decimal("50.5555")
    mixed, = round_outcomes(content(text, f"{ONCE}; Quota delle fasi: 50; Esito che conta: Calcolato da fasi e risultati"), "final").objectives
    assert mixed.value == ten((ten(by_phases) + ten(Decimal(100) / 3)) / 2)


def test_a_status_that_was_chosen_stands_where_the_declared_outcome_counts_and_at_its_round_alone():
    made = content("""
        Obiettivi
        Codice | Capofila | Peso | q1: Esito % | final: Esito % | final: Stato
        A      | S1       | 50%  | 50%         | 60%            | Raggiunto
        B      | S1       | 50%  | 50%         | 60%            | Raggiunto
        C      | S1       | 50%  | 50%         | 60%            | Sostituito
        D      | S1       | 50%  | 50%         | 60%            | Ritirato
        E      | S1       | 50%  | 50%         | 60%            |

        Valutazioni
        Obiettivo | Settore | Tornata | Esito valutato
        B         | S1      | final   | 60%
    """)
    assert shown(round_outcomes(made, "final").objectives, "objective", "status", "exclusion") == lines("""
        A | achieved  |
        B | partial   |
        C | replaced  | replaced
        D | withdrawn | withdrawn
        E | partial   |""")
    assert shown(round_outcomes(made, "q1").objectives, "status") == ["partial"] * 5
    nearly = """
        Obiettivi
        Codice | Capofila | Peso | final: Esito %
        A      | S1       | 50%  | 99,6%
        B      | S1       | 50%  | 1%

        Valutazioni
        Obiettivo | Settore | Tornata | Esito valutato
        B         | S1      | final   | 99,6%
    """
    for rounding in ("Arrotondamento: Ogni cifra dalle cifre stampate", ONCE):
        whole = round_outcomes(content(nearly, f"Decimali degli esiti: 0; {rounding}"), "final")
        assert shown(whole.objectives, "status") == ["achieved", "achieved"]


def test_what_is_replaced_or_withdrawn_says_so_whatever_was_evaluated():
    made = content("""
        Obiettivi
        Codice | Capofila | Peso | final: Esito % | final: Stato
        A      | S1       | 50%  | 60%            | Sostituito
        B      | S1       | 50%  | 60%            | Ritirato
        C      | S1       | 50%  | 60%            |

        Valutazioni
        Obiettivo | Settore | Tornata | Esito valutato
        A         | S1      | final   | 100%
        B         | S1      | final   | 100%
        C         | S1      | final   | 100%
    """)
    assert shown(round_outcomes(made, "final").objectives, "status", "value") == lines("replaced | 100\nwithdrawn | 100\nachieved | 100")


def test_what_counts_in_the_sum_of_the_weights_is_told_of_each_objective():
    text = """
        Obiettivi
        Codice | Capofila | Tipo di peso             | Peso | q1: Esito % | final: Esito % | final: Stato
        A      | S1       |                          | 50%  | 20%         | 30%            |
        B      | S1       |                          | 50%  | 40%         |                |
        C      | S1       |                          | 50%  |             |                |
        D      | S1       |                          | 50%  |             | 50%            | Ritirato
        E      | S1       | Remunerato con incentivi | 50%  |             | 50%            |
        F      | S1       | Non pesato               | 50%  |             | 50%            |
    """
    for way, counted in ((OUT, "A"), (ZERO, "ABC"), (LAST, "AB")):
        weighed = round_outcomes(content(text, way), "final").objectives
        assert "".join(o.objective for o in weighed if o.counted) == counted
        assert shown(weighed, "weight") == ["50", "50", "50", "50", "", ""]
    assert shown(weighed, "last") == ["20", "40", "", "", "", ""] and shown(outcomes(content(text), "final"), "last") == [""] * 6


def test_a_line_counts_each_objective_once_with_what_was_last_known_and_names_those_that_count_nowhere():
    made = content("""
        Cascata
        Codice
        L

        Obiettivi
        Codice | Capofila | Linee strategiche
        A      | S1       | L
        B      | S1       | L
        C      | S1       | L

        Settori titolari
        Obiettivo | Settore | Tipo di peso             | Peso | q1: Esito % | final: Esito %
        A         | S1      |                          | 50%  | 40%         |
        A         | S2      | Non pesato               | 50%  |             |
        B         | S1      |                          | 50%  |             | 80%
        C         | S1      | Remunerato con incentivi | 50%  |             | 10%
    """, LAST)  # A is weighted in one of its two sectors alone
    line, = round_outcomes(made, "final").lines
    assert (line.outcome, line.denominator, line.counted, line.missing, line.excluded, line.coverage) == (60, 100, 2, 1, ("C",), 50)


def test_a_sector_whose_objectives_weigh_nothing_counts_as_zero_where_what_is_missing_does():
    text = """
        Obiettivi
        Codice | Capofila | Peso | final: Esito %
        A      | S1       | 0%   | 50%
        B      | S2       | 50%  | 80%
    """
    for way, outcome in ((OUT, 80), (ZERO, 40), (LAST, 80)):
        body = round_outcomes(content(text, way), "final").body
        assert (body.outcome, body.missing_as_zero, body.coverage, body.missing) == (outcome, 40, 50, 1)


def test_a_sector_without_any_outcome_counts_in_the_body_as_it_was_last_known():
    outcomes = round_outcomes(content("""
        Obiettivi
        Codice | Capofila | Peso | q1: Esito % | final: Esito % | final: Stato
        A      | S1       | 50%  | 40%         |                | Ritirato
        B      | S1       | 50%  |             |                |
        C      | S2       | 50%  | 10%         | 80%            |
    """, LAST), "final")
    first, _ = outcomes.sectors
    assert (first.missing_as_last, outcomes.body.outcome, outcomes.body.counted) == (None, 60, 2)


def test_who_has_others_below_names_what_is_out_of_its_own_objectives_and_of_those_below():
    outcomes = round_outcomes(content("""
        Settori
        Codice | Sta sotto | Concorre all’esito
        D1     |           |
        U1     | D1        |
        U2     | D1        | No

        Obiettivi
        Codice | Capofila | Tipo di peso             | Peso | final: Esito %
        A      | D1       |                          | 50%  | 50%
        B      | D1       | Remunerato con incentivi | 50%  | 5%
        C      | U1       |                          | 50%  | 70%
        D      | U2       |                          | 50%  | 9%
    """, "Esito di chi ne ha altri sotto di sé: I propri obiettivi e chi sta sotto; Quota di chi sta sotto: 50"), "final")
    directorate, *_ = outcomes.sectors
    assert (directorate.outcome, directorate.excluded, directorate.counted, directorate.missing) == (60, ("B", "U2"), 2, 0)
