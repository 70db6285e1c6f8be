"""Which files are whose."""

import pytest
from text_tables import finding_lines, lines

from perfxl.model.identity import Identity
from perfxl.model.rounds import Rounds
from perfxl.stages.merge.match_returns import Candidate, collect


def candidate(file, sector="S1", sha="a", issue=1, modified="", body="UPR", year=2021, round="final", digest="0" * 16):
    return Candidate(file, sha * 64, Identity(body, year, round=round, sector=sector, issue=issue, digest=digest), modified)


def collected(*candidates, issued=("S1", "S2")):
    fetched = collect(candidates, "UPR", year=2021, round="final", issued=dict.fromkeys(issued, "0" * 16), sectors=["S1", "S2"],
                    led={"S2": ["S2.00001"]})
    return ({s: [c.file for c in several] for s, several in fetched.accepted.items()},
            [(f.code, f.place.file, f.sector) for f in fetched.findings])


def test_a_return_a_sector_and_the_missing_are_named():
    assert collected(candidate("x.xlsx")) == ({"S1": ["x.xlsx"]}, [("RETN01", "", "S2")])


def test_a_missing_sector_that_leads_nothing_leaves_no_objective_without_outcome():
    fetched = collect((), "UPR", year=2021, round="final", issued=dict.fromkeys(("S1", "S2"), "0" * 16), sectors=["S1", "S2"],
                    led={"S2": ["S2.00001", "S2.00002"]})
    assert finding_lines(fetched.findings, "code | sector") == lines("""
        RETN10 | S1
        RETN01 | S2""")
    assert ["S2.00001, S2.00002" in f.message("it") for f in fetched.findings] == [False, True]


def test_several_returns_of_one_sector_are_all_kept():
    accepted, findings = collected(candidate("b", sha="b"), candidate("a", sha="a", issue=2), candidate("d", "S2", sha="d"))
    assert accepted == {"S1": ["a", "b"], "S2": ["d"]} and findings == []


def test_an_identical_copy_is_only_noted():
    assert collected(candidate("a"), candidate("b"), candidate("c", "S2", sha="c")) == (
        {"S1": ["a"], "S2": ["c"]}, [("RETN04", "b", "S1")])


def test_other_rounds_years_bodies_and_sectors_are_refused():
    accepted, findings = collected(candidate("a", sha="a", round="interim"), candidate("b", sha="b", year=2020),
                                   candidate("c", sha="c", body="ALT"), candidate("d", "S9", sha="d"), issued=())
    assert accepted == {}
    assert [code for code, _, _ in findings] == ["RETN02", "RETN02", "RETN02", "RETN05"]


def test_another_of_several_monitorings_is_told_by_its_name():
    rounds = Rounds.from_plan({"rounds": [{"id": f"m{n}", "kind": "monitoring", "reference_date": f"2021-0{3 * n}-30"} for n in (1, 2)]})
    fetched = collect([Candidate("a", "a" * 64, Identity("UPR", 2021, round="m1", sector="S1", issue=1, digest="0" * 16))], "UPR",
                    year=2021, round="m2", issued={}, sectors=["S1"], rounds=rounds)
    [told] = [f.values for f in fetched.findings if f.code == "RETN02"]
    for language in ("it", "en"):
        assert [told[k][language] for k in ("found", "expected")] == [f"UPR 2021, {rounds[m].name(language)}" for m in ("m1", "m2")]
    assert "m1" not in told["found"]["it"]


def test_a_form_of_another_issue_is_taken_and_said():
    accepted, findings = collected(candidate("a", digest="f" * 16), issued=("S1",))
    assert accepted == {"S1": ["a"]} and findings == [("RETN06", "a", "S1")]


@pytest.mark.parametrize("name, told", [
    ("S2 definitiva.xlsx", True), ("scheda_s2.xlsx", True), ("scheda.xlsx", False), ("S1 per DG.xlsx", False), ("S2bis.xlsx", False)])
def test_a_name_that_speaks_of_another_sector_is_told(name, told):
    mine = Identity("UTP", 2021, round="final", sector="S1", issue=1, digest="0" * 16)
    fetched = collect([Candidate(f"ricevute/final/{name}", "a" * 64, mine)], "UTP", year=2021, round="final",
                    issued={"S1": "0" * 16}, sectors=["DG", "S1", "S2"])
    assert [f.code for f in fetched.findings] == ["RETN07"] * told and list(fetched.accepted) == ["S1"]
