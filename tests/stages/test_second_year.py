"""The known faults of a second year are found, little else is told, and what is told stands on cells that can mend it."""

import re

import faults_year as real
import pytest
import second_year as second
from marked_cells import assert_mendable

from perfxl.stages import check, issue


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


#: What no user is to read in Italian: days and keys as programs write them, pointers, words of the code.
_RAW = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b[a-z]+_[a-z_\d]+\b|/[a-z_]+/\d+|[{}]|\b(?:None|True|False|Decimal)\b")
_ENGLISH = re.compile(r"\b(?:the|and|of|with|is|are|not|from|which|round|sector|objective|sheet|cell|value|weight|phases?|results?|percent|holding|"
                      r"reading|revision|status|achieved|partial|weighted|interim|final|monitoring|plan|missing|unknown)\b")


def test_what_is_told_of_either_year_is_told_in_words():
    told = [f for r in second.ROUNDS for f in second.findings(r, second.faulty(r))]
    told += [f for s in ("DG", "S1", "S9") for r in ("interim", "final")
             for f in check.check(real.returned(s, r), real.issued(s, r), plan=real.issued_on(r), round=r, places={}, file=f"{s}.xlsx")]
    assert len({f.code for f in told}) > 55
    for finding in told:
        message = finding.message("it")
        assert not _RAW.search(message), message
        assert not _ENGLISH.search(re.sub(r"«[^»]*»", "", message)), message
        assert not _RAW.search(re.sub(r"“[^”]*”", "", finding.message("en"))), finding.message("en")
