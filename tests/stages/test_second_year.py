"""The known faults of a second year are found, little else is told, and what is told stands on cells that can mend it."""

import pytest
import second_year as second
from marked_cells import assert_mendable

from perfxl.stages import issue


@pytest.mark.parametrize("round", second.ROUNDS)
def test_the_clean_year_gives_no_finding(round):
    assert [(f.code, f.sector, f.path) for f in second.findings(round, second.rounds()[round][2])] == []


@pytest.mark.parametrize("round", second.ROUNDS)
def test_its_faults_are_found_and_nothing_else_is_told(round):
    faults = [f for f in second.FAULTS if f.round == round]
    told = {(f.sector, f.objective, f.code): f for f in second.findings(round, second.faulty(round))}
    missed = [f for f in faults if not any((f.sector, o, c) in told for o in (f.objective, "") for c in f.codes)]
    assert not missed
    known = {(f.sector, o, c) for f in faults for o in (f.objective, "") for c in (*f.codes, *f.follows)}
    assert sorted(told.keys() - known) == []


def test_there_are_many_and_of_many_kinds():
    assert len(second.FAULTS) >= 40 and len({f.codes for f in second.FAULTS}) >= 25
    total = sum(len(second.findings(r, second.faulty(r))) for r in second.ROUNDS)
    assert len(second.FAULTS) <= total <= 1.25 * len(second.FAULTS)


@pytest.mark.parametrize("round, sector", [("plan", "AFF"), ("plan", "TEC"), ("plan", "POL"), ("m1", "AFF"), ("m1", "SOC"), ("m2", "FIN"), ("final", "FIN")])
def test_what_is_told_to_a_sector_stands_on_a_cell_that_it_can_fill_in(round, sector):
    content, issued, _ = second.rounds()[round]
    form = issue.issue(issued[sector], content)
    assert assert_mendable(form, issued[sector], returned=second.faulty(round)[sector], content=content, round=round) > 1
