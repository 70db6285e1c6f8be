"""What was typed over a locked cell: said as the cell shows it, and not counted."""

import pytest
from check_case import codes, find


def spoilt(path: str, value):
    def spoil(document):
        owner = document["objectives"][0]
        *above, last = path.split("/")
        for key in above:
            owner = owner[int(key)] if isinstance(owner, list) else owner[key]
        owner[last] = value
    return spoil


@pytest.mark.parametrize("path, value, code, old, new", [
    ("holding/weight", 65, "LOCK01", "«60%»", "«65%»"),
    ("sheet/end", "2021-11-30", "LOCK01", "«31/12/2021»", "«30/11/2021»"),
    ("holding/weighting", "not_weighted", "LOCK01", "«Pesato»", "«Non pesato»"),
    ("sheet/phases/0/end_1", "2021-05-31", "LOCK02", "«30/06/2021»", "«31/05/2021»"),
    ("sheet/phases/0/weight", 50, "LOCK02", "«60%»", "«50%»"),
    ("sheet/responsibles/0/name", "Ugo Bruni", "LOCK03", "«Ada Neri»", "«Ugo Bruni»"),
])
def test_values_stand_in_the_finding_as_in_the_cell(path, value, code, old, new):
    told = next(f for f in find("interim", spoilt(path, value)) if f.code == code).say("it")["found"]
    assert f"da {old} a {new}" in told


def test_a_weight_typed_over_the_approved_one_is_told_once():
    assert codes(find("interim", spoilt("holding/weight", 65))) == ["LOCK01"]
    assert codes(find("plan", spoilt("holding/weight", 65))) == ["WGHT01"]


def test_elapsed_time_beside_results_does_not_hide_a_phase_without_a_figure():
    def spoil(document):
        told = document["objectives"][0]
        told["holding"]["reading"]["percent"] = 80
        del told["sheet"]["phases"][1]["reading"]
        told["sheet"]["results"][0]["reading"] = {"degree": 20}
    assert codes(find("interim", spoil)) == ["OUTC24"]
