"""What was typed over a locked cell: said as the cell shows it, and not counted."""

import pytest
from check_case import codes, find
from text_tables import rows


@pytest.mark.parametrize("row", rows("""
    cella                            | scritto    | rilievo | da           | a
    Peso                             | 65%        | LOCK01  | «60%»        | «65%»
    Data fine                        | 30/11/2021 | LOCK01  | «31/12/2021» | «30/11/2021»
    Tipo di peso                     | Non pesato | LOCK01  | «Pesato»     | «Non pesato»
    Fasi 1: Fine nell’anno del piano | 31/05/2021 | LOCK02  | «30/06/2021» | «31/05/2021»
    Fasi 1: Peso                     | 50%        | LOCK02  | «60%»        | «50%»
    Responsabili #1: Responsabile    | Ugo Bruni  | LOCK03  | «Ada Neri»   | «Ugo Bruni»
"""), ids=lambda row: row["cella"])
def test_values_stand_in_the_finding_as_in_the_cell(row):
    told = next(f for f in find("interim", f"{row['cella']} | {row['scritto']}") if f.code == row["rilievo"]).say("it")["found"]
    assert f"da {row['da']} a {row['a']}" in told


def test_a_weight_typed_over_the_approved_one_is_told_once():
    assert codes(find("interim", "Peso | 65%")) == ["LOCK01"]
    assert codes(find("plan", "Peso | 65%")) == ["WGHT01"]


def test_elapsed_time_beside_results_does_not_hide_a_phase_without_a_figure():
    assert codes(find("interim", """
        Esito %                         | 80%
        Fasi 2: Realizzata %            | (vuoto)
        Risultati attesi 1: Raggiunto % | 20%""")) == ["OUTC24"]
