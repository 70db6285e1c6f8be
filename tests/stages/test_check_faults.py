"""The known faults of a real year are found, and a clean year gives no finding."""

import shutil
from functools import cache

import faults_year as real
import first_shape
import pytest
from printed_year import real_year

from perfxl import demo
from perfxl.model import base
from perfxl.model.readings import as_returned, read
from perfxl.stages import check, issue, merge
from perfxl.workflow.check import inspect

PRINTED = ("DG", "SG", "S1", "S9")


@cache
def findings(round: str) -> list:
    returned = {s: real.returned(s, round) for s in (*PRINTED, "S2", "S4")}  # of the last two only the measures are printed
    found = [f for s, d in returned.items() for f in check.check(d, real.issued(s, round), plan=real.issued_on(round),
        round=round, places={}, file=f"{s}.xlsx")]
    forms = [f.at(sector=s) for s in returned for f in check.check_form(real.issued(s, round), real.plan(), round)]  # told as they are issued
    return found + forms + check.check_round(real.content(round), round, returned={s: returned[s] for s in PRINTED},
                                        places_by_sector={}, files={})


DETECTABLE = [f for f in real.KNOWN["faults"] if isinstance(f[4], list)]
FOUND = [f for f in DETECTABLE if f[4]]


@pytest.mark.parametrize("sector, objective, number, round, expected, what", FOUND, ids=[f"{f[1]}-{f[2]}" for f in FOUND])
def test_known_fault_is_found(sector, objective, number, round, expected, what):
    raised = {f.code for f in findings(round) if f.sector == sector and f.objective == objective}
    assert set(expected) <= raised, what


def test_how_many_of_the_known_faults_are_found():
    assert len(real.KNOWN["faults"]) == 136
    assert (len(FOUND), len(DETECTABLE)) == (44, 44)


def test_whatever_else_is_found_in_the_real_year_is_listed():
    """Every finding on the real sheets is a fault of the list, or a consequence of one that is listed as such."""
    listed = {(f[0], f[1], c) for f in FOUND for c in f[4]}
    others = {(f.sector, f.objective, f.code) for round in ("interim", "final") for f in findings(round)} - listed
    assert sorted(map(list, others)) == sorted(real.KNOWN["consequences"])


def test_totals_told_in_the_closing_words():
    """S2 closes with 94.40 for 94.00, S8 with 85.75 for 87.65; S3 declares an objective replaced without a successor."""
    content = first_shape.now(real_year() | {"year": 2021})
    content["considerations"] = [{"sector": s, "round": "final", "text": f"Obiettivi complessivamente raggiunti al {p}%."}
                                 for s, p in (("S1", "100,00"), ("S2", "94,40"), ("S5", "99,45"), ("S8", "85,75"))]
    found = check.check_round(content, "final", returned={}, places_by_sector={}, files={})
    assert [(f.code, f.sector, f.values["fragment"], str(f.values["computed"])) for f in found] == \
        [("SHRD07", "S2", "94,40%", "94.00"), ("SHRD07", "S8", "85,75%", "87.65")]
    told = [{"code": o["code"], "holding": as_returned(h["holding"], first_shape.at("final"))} for o in content["objectives"]
            for h in o["holders"] if h["sector"] == "S3" and read(h["holding"], "final", "status") == "replaced"]
    returned = {"objectives": told, "identity": {"sector": "S3"}}
    assert [(f.code, f.objective) for f in check.check(returned, None, plan=content, round="final", places={},
                                                       file="") if f.code.startswith("OUTC")] == \
        [("OUTC09", "S3.00009")]


def test_a_clean_year_gives_no_finding():
    previous = None
    for round in ("plan", "interim", "final"):
        content = base.base_content(demo.plan(), previous)
        issued = issue.returns(content, round)
        returned = issued if round == "plan" else demo.returns(round, issued)
        found = [f for s, d in returned.items() for f in check.check(d, issued[s], plan=content, round=round, places={}, file=s)]
        merged = merge.merge(content, [merge.Returned(s, d, {}, s) for s, d in returned.items()], round)
        found += check.check_round(merged.content, round, returned=returned, places_by_sector={}, files={})
        assert [(f.code, f.sector, f.path) for f in found] == [], round
        previous = {"content": merged.content}


def test_a_clean_return_is_clean_when_it_is_seen_alone_too(demo_year, tmp_path):
    """Of a file outside its campaign only what it says is known, and what an earlier round said is not."""
    for n, path in enumerate(demo_year.received_files("final")):
        shutil.copy(path, tmp_path / f"{n}.xlsx")
    inspected = inspect([tmp_path], "it")
    assert len(inspected.files) == 11
    assert [(f.code, f.place) for f in inspected.findings if f.severity != "note"] == []
