"""Codes of the body's own: what files, sheets, formulas, lists and mails can bear, and why not the rest."""

import re

import pytest

from perfxl.model import codes, identity
from perfxl.model.cascade import Cascade
from perfxl.model.identity import Identity
from perfxl.model.structure import Structure
from perfxl.stages.check.codes import likely
from perfxl.stages.mail.message import REFERENCE
from perfxl.stages.merge.match_returns import _named
from perfxl.stages.plan.check_codes import levels, lines, taken_names
from perfxl.stages.plan.check_weights import sector_weights

OWN = ("12", "DIR-AMB", "OB-12.01-A", "M12.01", "1", "S1.00001", "A_B", "U.O.3", "X" * 20)


@pytest.mark.parametrize("code", OWN)
def test_a_code_of_the_body_is_one_of_a_sector_an_objective_a_line_and_an_item(code):
    assert all(codes.code_pattern(kind).search(code) for kind in ("sectorCode", "objectiveCode", "lineCode", "itemId"))


@pytest.mark.parametrize("code", OWN)
def test_a_workbook_and_a_mail_say_whose_they_are_by_any_code(code):
    mine = Identity("UPR", 2026, round="mon2", sector=code, issue=3, digest="0123456789abcdef")
    assert identity.parse(f"Scheda {mine.token} pagina 3") == mine
    assert REFERENCE.search(f"R: Scheda [UPR-2026-mon2-{code}]").groups() == ("UPR", "2026", "mon2", code)


@pytest.mark.parametrize(("code", "reason"), [
    ("X" * 21, "code_long"), ("=1+1", "code_formula"), ("+A", "code_formula"), ("-A", "code_formula"), ("@A", "code_formula"),
    ("A/B", "code_file"), ("A:B", "code_file"), ("A\\B", "code_file"), ("A|B", "code_file"), ("[A]", "code_sheet"), ("A'", "code_sheet"),
    ("A*", "code_match"), ("A?", "code_match"), ("A~B", "code_match"), ("A,B", "code_list"), ("A;B", "code_list"), ("A\nB", "code_list"),
    (".A", "code_ends"), ("A.", "code_ends"), ("DIR-", "code_ends"), ("À1", "code_accent"), ("A#1", "code_signs")])
def test_what_cannot_be_a_code_is_refused_with_the_reason(code, reason):
    assert not codes.code_pattern("sectorCode").search(code)
    assert codes.refusal_reason(code) == reason


def test_phases_and_results_keep_their_slashes_and_spaces():
    assert codes.code_pattern("itemId").search("R1/a bis") and codes.refusal_reason("R1/*", slash=True) == "code_match"


@pytest.mark.parametrize(("code", "finding"), [("CON", "PLAN36"), ("LPT1.X", "PLAN36"), ("VERO", "PLAN35"), ("TRUE.1", "PLAN35"), ("CONS", None), ("12", None)])
def test_names_that_windows_or_a_cell_take_for_something_else_are_refused(code, finding):
    assert [p.code for p in taken_names({"sectors": [{"code": code}]})] == [finding] * bool(finding)


@pytest.mark.parametrize("code", ["con", "Con", "CON.txt", "con.txt.", "CON.", "CON ", "CON .X", "nul.tar.gz", "COM¹", "COM²", "LPT³", "LPT9", "LPT9.A", "COM0", "PRN.01",
                                  "vero", "True", "VERO.1", "FALSE.A", "Falso", "CONIN$", "CONOUT$", "CLOCK$", "=R1C1", "A1:B2", "A1!B", "'A1'", "1/2", "OGGI()"])
def test_devices_and_values_are_refused_however_they_are_written(code):
    """By its shape, or by what it is taken for."""
    assert not codes.code_pattern("sectorCode").search(code) or [p.code for p in taken_names({"sectors": [{"code": code}]})] in (["PLAN35"], ["PLAN36"])


def test_a_file_is_named_after_the_longest_code_and_no_day_is_a_sector():
    known = ("DIR", "DIR-AMB", "12", "31", "S1")
    assert _named("ricevute/scheda dir-amb.xlsx", known) == {"DIR-AMB"}
    assert _named("ricevute/DIR e S1.xlsx", known) == {"DIR", "S1"}
    assert _named("Rendiconto al 31-12-2026.xlsx", known) == set()
    assert _named("12.xlsx", known) == {"12"} and _named("UPR-2026-finale-12.xlsx", known) == {"12"}


def test_codes_are_in_the_order_of_their_numbers():
    assert sorted(["M10", "M2", "01.10", "01.9", "M2.1"], key=codes.sort_key) == ["01.9", "01.10", "M2", "M2.1", "M10"]


def test_a_short_code_is_not_near_every_other():
    assert likely("7", ["12", "1"]) is None
    assert likely("DIR-ANB", ["DIR-AMB", "DIR-URB2"]) == "DIR-AMB"


@pytest.mark.parametrize("code, known, stands_for", [
    ("S8.00099", ["S3.00009", "S8.00001", "S8.00002"], None),  # two slips
    ("S1.00004", ["S1.00003", "S1.00005"], None), ("S1.00004", ["S1.00003"], None), ("S1.00002", ["S1.00001", "S1.00003"], None),  # one that was deleted
    ("DG.0003", ["DG.00003", "DG.00002"], "DG.00003"), ("DG-00003", ["DG.00003"], "DG.00003"), ("DG.OOO03", ["DG.00003"], "DG.00003"),
    ("S1.00021", ["S1.00012", "S1.00020"], None), ("S1.00210", ["S1.00120", "S1.00002"], "S1.00120"), ("S1.000121", ["S1.00012", "S1.00002"], "S1.00012"),
    ("SS1.00001", ["S1.00001", "S2.00001"], "S1.00001"), ("S3.00001", ["S1.00001", "S2.00001"], None), ("S9.00012", ["S8.00012", "S9.00001"], "S8.00012")])
def test_a_code_stands_for_another_only_where_one_slip_explains_it(code, known, stands_for):
    assert likely(code, known) == stands_for


def _codes(problems):
    return [(p.code, p.path[1]) for p in problems]


def cascade(*given):
    return {"cascade": [{"code": c.partition("<")[0], "title": c, **({"above": c.partition("<")[2]} if "<" in c else {})} for c in given]}


@pytest.mark.parametrize("given", [(), ("1.1", "1.2", "2.1"), ("M1", "M1.P1", "M1.P1.A", "M1.P1.A.1", "M1.P1.A.1.X", "M1.P1.A.1.X.9"),
                                   ("VP1", "DR3<VP1", "DR4<VP1", "AZ9<DR3")])
def test_a_legitimate_cascade_of_any_depth_is_never_spoken_of(given):
    plan = cascade(*given)
    lowest = [code for code in Cascade(plan).lines if not Cascade(plan).below.get(code)]
    plan["objectives"] = [{"code": "12.1", "sheet": {"strategic_lines": lowest[:1]}}] if lowest else [{"code": "12.1", "sheet": {}}]
    assert list(lines(plan)) == []


def test_lines_that_go_round_hang_nowhere_or_go_too_deep_are_told():
    assert _codes(lines(cascade("A<B", "B<A"))) == [("PLAN55", 0)] or _codes(lines(cascade("A<B", "B<A"))) == [("PLAN55", 0), ("PLAN55", 1)]
    assert _codes(lines(cascade("A<A"))) == [("PLAN55", 0)]
    assert _codes(lines(cascade("A<Z"))) == [("PLAN50", 0)]
    assert _codes(lines(cascade("1", "1.1", "2.1"))) == [("PLAN52", 2)]
    assert _codes(lines(cascade("1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1", "1.1.1.1.1.1", "1.1.1.1.1.1.1"))) == [("PLAN56", 6)]


def test_the_tree_goes_by_what_lines_name_above_them_and_by_their_numbers():
    tree = Cascade(cascade("M10", "M2", "P7<M10", "M2.1", "M2.1.3", "A<P7"))
    assert tree.ordered == ("M2", "M2.1", "M2.1.3", "M10", "P7", "A")
    assert tree.path("A") == ("M10", "P7", "A") and tree.depth("A") == 3 and tree.deepest == 3
    assert tree.path("M2.1.9") == ("M2", "M2.1") and tree.home("M2.1.9") == "M2.1" and tree.home("ZZ") == ""


def test_the_names_of_the_levels_are_the_bodys():
    tree = Cascade({"words": {"levels": ["Missione", "Programma"]}})
    assert [tree.level(n, "it") for n in (1, 2, 3, 5)] == ["Missione", "Programma", "Obiettivo operativo", "Livello 5"]
    assert re.match("Direction", Cascade({}).level(1, "en"))


def sectors(*given, **rules):
    return {"sectors": [{"code": c.partition("<")[0], "name": c, **({"above": c.partition("<")[2]} if "<" in c else {})} for c in given], "rules": rules}


def test_sectors_that_go_round_hang_nowhere_or_go_too_deep_are_told():
    assert _codes(levels(sectors("D1", "A1<D1", "S1<A1", "S2<A1", "D2"))) == []
    assert _codes(levels(sectors("A<B", "B<A"))) == [("PLAN58", 0), ("PLAN58", 1)]
    assert _codes(levels(sectors("A<A"))) == [("PLAN58", 0)]
    assert _codes(levels(sectors("A<Z"))) == [("PLAN40", 0)]
    assert _codes(levels(sectors("1", "2<1", "3<2", "4<3", "5<4", "6<5", "7<6"))) == [("PLAN59", 6)]


def test_those_above_come_before_those_below_and_the_rest_in_the_order_of_the_plan():
    structure = Structure(sectors("S1<A1", "D2", "A1<D1", "D1", "A2<D1", "B<C", "C<B"))
    assert structure.ordered == ("D2", "D1", "A1", "S1", "A2", "B", "C") and not Structure(sectors("D1", "D2")).levelled
    assert [structure.depth(c) for c in structure.ordered] == [1, 1, 2, 3, 2, 1, 1]


def test_levels_of_sectors_are_called_as_the_body_calls_them():
    structure = Structure({**sectors("D1", "A1<D1", "S1<A1", "T<S1"), "words": {"sector_levels": ["Direzione", "Area", "Servizio"]}})
    assert [structure.level(c) for c in ("D1", "A1", "S1", "T")] == ["Direzione", "Area", "Servizio", ""] and structure.levelled
    assert list(structure.upwards("S1")) == ["S1", "A1", "D1"] and structure.below == {"": ["D1"], "D1": ["A1"], "A1": ["S1"], "S1": ["T"]}
    assert Structure({**sectors("D1"), "words": None}).level("D1") == "" == Structure(sectors("D1")).level("D1")


def test_a_sector_that_the_plan_has_not_is_of_the_first_level():
    structure = Structure({"sectors": [{"code": "D1"}, {"name": "ancora senza codice", "above": "D1"}, {"code": "A1", "above": "D1"}]})
    assert (structure.above("Z"), structure.depth("Z"), structure.ordered) == ("", 1, ("D1", "A1"))
    assert (Structure({}).ordered, Structure({}).below, Structure({}).levelled) == ((), {}, False)


def test_only_a_weight_that_some_mean_takes_is_missed():
    assert _codes(sector_weights(sectors("D1", "S1<D1", units="mix", units_mean="weighted"))) == [("PLAN80", 1)]
    assert _codes(sector_weights(sectors("D1", "S1<D1", units="mix", body_mean="weighted"))) == [("PLAN80", 0)]
    assert _codes(sector_weights(sectors("D1", "S1<D1", units="own", units_mean="weighted"))) == []
    assert _codes(sector_weights(sectors("D1", "S1<D1", units="own", body_mean="weighted"))) == [("PLAN80", 0), ("PLAN80", 1)]


def test_a_line_stands_under_the_nearest_one_declared_and_none_leads_back_to_itself():
    cascade = Cascade({"cascade": [{"title": "A line without a code"}, {"code": "M1"}, {"code": "M1.2.3", "above": "X"}, {"code": "A"}, {"code": "A.1"}]})
    assert list(cascade.lines) == ["M1", "M1.2.3", "A", "A.1"]
    assert (cascade.above("M1.2.3"), cascade.above("M1.2.9.9"), cascade.home("M1.2.3"), cascade.home("M1.2.9"), cascade.home("Z.1")) == ("M1", "M1", "M1.2.3", "M1", "")
    back = Cascade({"cascade": [{"code": "M1", "above": "M1.2.3"}, {"code": "M1.2.3", "above": "X"}]})  # the second stands under the first by its code
    assert (back.above("M1"), back.above("M1.2.3")) == ("", "M1")
    both = Cascade({"cascade": [{"code": "M1", "above": "B"}, {"code": "B", "above": "M1"}, {"code": "C", "above": "B"}]})
    assert (both.above("M1"), both.above("B"), both.above("C")) == ("", "", "B")


def test_levels_without_names_are_counted_and_a_plan_without_lines_has_none():
    assert Cascade({}).deepest == 0 and Cascade({"cascade": [{"code": "A"}, {"code": "A.1"}]}).deepest == 2
    names = [Cascade({}).level(depth, "it") for depth in range(1, 6)]
    assert len(set(names)) == 5 and [("4" in n, "5" in n) for n in names] == [(False, False)] * 3 + [(True, False), (False, True)]


def test_a_sector_under_one_that_the_plan_has_not_is_of_the_first_level():
    structure = Structure(sectors("A<Z", "B<A"))
    assert (structure.above("A"), structure.above("B"), structure.above("Z"), structure.ordered, structure.depth("B")) == ("", "A", "", ("A", "B"), 2)
