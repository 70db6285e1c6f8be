"""Which file counts for which sector."""

from perfxl.collect import Candidate, collect
from perfxl.identity import Identity


def candidate(file, sector="S1", sha="a", issue=1, modified="", body="UPR", year=2021, round="final", digest="0" * 16):
    return Candidate(file, sha * 64, Identity(body, year, round, sector, issue, digest), modified)


def collected(*candidates, issued=("S1", "S2")):
    found = collect(candidates, "UPR", 2021, "final", dict.fromkeys(issued, "0" * 16), ["S1", "S2"])
    return {s: c.file for s, c in found.chosen.items()}, [(f.code, f.place.file, f.sector) for f in found.findings]


def test_one_return_a_sector_and_the_missing_are_named():
    assert collected(candidate("x.xlsx")) == ({"S1": "x.xlsx"}, [("RETN01", "", "S2")])


def test_the_last_issue_then_the_last_saved_counts_and_the_others_are_named():
    chosen, findings = collected(candidate("a", sha="a", modified="2021-12-03"), candidate("b", sha="b", modified="2021-12-02"),
                                 candidate("c", sha="c", issue=2, modified="2021-12-01"), candidate("d", "S2", sha="d"))
    assert chosen == {"S1": "c", "S2": "d"}
    assert findings == [("RETN03", "b", "S1"), ("RETN03", "a", "S1")]


def test_an_identical_copy_is_only_noted():
    assert collected(candidate("a"), candidate("b"), candidate("c", "S2", sha="c")) == (
        {"S1": "a", "S2": "c"}, [("RETN04", "b", "S1")])


def test_other_rounds_years_bodies_and_sectors_are_refused():
    chosen, findings = collected(candidate("a", sha="a", round="interim"), candidate("b", sha="b", year=2020),
                                 candidate("c", sha="c", body="ALT"), candidate("d", "S9", sha="d"), issued=())
    assert chosen == {}
    assert [code for code, _, _ in findings] == ["RETN02", "RETN02", "RETN02", "RETN05"]


def test_a_form_of_another_issue_is_taken_and_said():
    chosen, findings = collected(candidate("a", digest="f" * 16), issued=("S1",))
    assert chosen == {"S1": "a"} and findings == [("RETN06", "a", "S1")]
