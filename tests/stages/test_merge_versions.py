"""Several returns of one sector: which stand in place of which, and the rest settled into one with its places."""

from copy import deepcopy
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_examples import ISSUED, copy_of, edited, returns

from perfxl import demo
from perfxl.model.base import base_content
from perfxl.model.documents import dumps, violations
from perfxl.model.fast_validation import sound
from perfxl.model.findings import Place
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.stages.merge import threeway, versions
from perfxl.stages.merge.flat import flatten, same
from perfxl.stages.merge.remarks import differing, said
from perfxl.stages.merge.threeway import Decision
from perfxl.stages.merge.versions import Version

W1, W2, TITLE = "/objectives/0/holding/weight", "/objectives/1/holding/weight", "/objectives/0/sheet/title"
PHASES = "/objectives/0/sheet/phases"


def version(name, base=ISSUED, modified="", by="", parent=None, **edits):
    document = copy_of(base, **edits)
    return Version(f"{name}.xlsx", sha256(name.encode()).hexdigest(), document=document, modified=modified, modified_by=by,
                   parent=parent and parent.sha256)


def order(*given):
    """(heads, {superseded: (by, why)}, codes of notes) the same for every order of arrival."""
    found = {(tuple(sorted(v.file[:-5] for v in o.heads)), tuple(sorted((v.file[:-5], (by.file[:-5], why)) for v, by, why in o.superseded)),
              tuple(sorted(n.code for n in o.notes))) for o in (versions.order(ISSUED, p) for p in permutations(given))}
    assert len(found) == 1
    heads, superseded, codes = found.pop()
    return list(heads), dict(superseded), list(codes)


def test_a_single_version_is_the_head():
    assert order(version("a")) == (["a"], {}, [])


def test_identical_content_under_another_name():
    a, b = version("a", **{W1: 10}), version("b", **{W1: 10.0})
    first, second = sorted((a, b), key=lambda v: v.sha256)
    assert order(a, b) == ([first.file[:-5]], {second.file[:-5]: (first.file[:-5], "copy")}, ["MERG10"])


def test_a_copy_of_an_earlier_version_with_more_edits():
    empty, a, b = version("empty"), version("a", **{W1: 10}), version("b", **{W1: 10, W2: 20, f"{PHASES}/-": {"id": "4"}})
    assert order(empty, a, b) == (["b"], {"empty": ("b", "part"), "a": ("b", "part")}, ["MERG11", "MERG11"])


def test_the_date_alone_decides_nothing():
    a, b = version("a", modified="2021-10-01T08:00:00Z", **{W1: 10}), version("b", modified="2021-10-02T08:00:00Z", **{W2: 20})
    assert order(a, b) == (["a", "b"], {}, [])
    whole = version("whole", modified="2021-09-30T08:00:00Z", **{W1: 10, W2: 20})
    assert order(a, whole) == (["whole"], {"a": ("whole", "part")}, ["MERG12"])


def test_who_filled_in_does_not_matter():
    a = version("a", **{W1: 10, "/compilation": {"name": "Anna", "date": "2021-10-01"}})
    b = version("b", **{W1: 10, W2: 20, "/compilation": {"name": "Bice", "date": "2021-10-02"}})
    assert order(a, b)[0] == ["b"]


def test_a_reply_to_a_marked_copy_also_by_way_of_another():
    a = version("a", **{W1: 10, TITLE: "A"})
    b = version("b", parent=a, **{W1: 20})
    c = version("c", parent=b, **{W1: 30})
    assert order(a, b, c) == (["c"], {"a": ("c", "reply"), "b": ("c", "reply")}, ["MERG13", "MERG13", "MERG15", "MERG15", "MERG15"])
    assert order(c, version("x", parent=version("lost"), **{W1: 7}))[0] == ["c", "x"]


def test_a_reply_prevails_over_what_it_took_back():
    a = version("a", **{W1: 10, W2: 20})
    assert order(a, version("b", parent=a, **{W1: 10})) == (["b"], {"a": ("b", "reply")}, ["MERG13", "MERG15"])


def test_replies_that_claim_each_other_leave_a_head():
    a = version("a", **{W1: 10})
    b = version("b", parent=a, **{W1: 20})
    a = Version(a.file, a.sha256, a.document, parent=b.sha256)
    assert len(order(a, b)[0]) == 1


ROSSI = {"by": "Mario Rossi"}


def test_a_correction_by_the_same_person_lists_what_was_corrected():
    a = version("a", modified="2021-10-01T08:00:00Z", **ROSSI, **{W1: 10, TITLE: "T"})
    b = version("b", modified="2021-10-02T08:00:00Z", by=" mario  ROSSI", **{W1: 12, TITLE: "T", W2: 5})
    assert order(a, b) == (["b"], {"a": ("b", "correction")}, ["MERG14", "MERG15"])
    places = {"a.xlsx": {W1: Place("a.xlsx", "S1.00001", "C7")}}
    note = versions.order(ISSUED, [a, b], places).notes[1]
    assert (note.code, note.place.cell, note.path, note.objective, note.values["before"]["it"], note.values["now"]["it"]) == (
        "MERG15", "C7", W1, "S1.00001", "10%", "12%")


@pytest.mark.parametrize("a, b", [
    (ROSSI | {"modified": "2021-10-01"}, {"by": "Anna Bianchi", "modified": "2021-10-02"}),
    (ROSSI | {"modified": "2021-10-01"}, ROSSI | {"modified": "2021-10-01"}),
    (ROSSI, ROSSI | {"modified": "2021-10-02"}),
    ({"by": "Utente", "modified": "2021-10-01"}, {"by": "Utente", "modified": "2021-10-02"}),
    ({"modified": "2021-10-01"}, {"modified": "2021-10-02"}),
    (ROSSI | {"modified": "2021-10-01", "/objectives/0/holding/reading/percent": 5}, ROSSI | {"modified": "2021-10-02"}),
])
def test_what_is_no_correction_stays_beside(a, b):
    assert order(version("a", **a, **{W1: 10}), version("b", **b, **{W1: 12}))[0] == ["a", "b"]


def settle(*given, decisions=None, base=ISSUED):
    """The same for every order of arrival; each value of a version stands in a cell named after its pointer."""
    found = [versions.settle("S1", base, [(v, cells(v)) for v in p], decisions) for p in permutations(given)]
    assert len({dumps(s.returned.document) for s in found}) == 1
    assert all((s.conflicts, s.findings, s.returned) == (found[0].conflicts, found[0].findings, found[0].returned) for s in found)
    return found[0]


def cells(version):
    return {p: Place(version.file, "Foglio", p) for p in flatten(version.document).pointers.values()}


def test_one_head_is_taken_as_it_is():
    a, b = version("a", **{W1: 10}), version("b", **{W1: 10, W2: 20})
    settled = settle(a, b)
    assert settled.returned.document is b.document and settled.returned.file == "b.xlsx" and settled.returned.places == cells(b)
    assert settled.result is None and [f.code for f in settled.findings] == ["MERG11"]


def test_parallel_copies_are_merged_with_the_cell_of_every_value():
    a, b = version("a", modified="1", **{W1: 10}), version("b", modified="2", **{W2: 20, PHASES: ISSUED["objectives"][0]["sheet"]["phases"][::-1]})
    settled = settle(a, b)
    assert settled.returned.document == copy_of(b.document, **{W1: 10}) and not settled.conflicts
    places = settled.returned.places
    assert (places[W1].file, places[W2].file, settled.returned.file) == ("a.xlsx", "b.xlsx", "b.xlsx")
    assert places[f"{PHASES}/0/text"] in (Place("b.xlsx", "Foglio", f"{PHASES}/0/text"), Place("a.xlsx", "Foglio", f"{PHASES}/2/text"))
    assert [f.code for f in settled.findings] == ["MERG20", "MERG26"]


def test_a_conflict_names_both_cells_and_waits_for_a_choice():
    a, b = version("a", **{W1: 10}), version("b", **{W1: 20})
    settled = settle(a, b)
    conflict = settled.conflicts[0]
    assert settled.returned.document == ISSUED and W1 not in settled.returned.places
    found = next(f for f in settled.findings if f.code == "MERG21")
    first, second = (next(v for v in (a, b) if v.sha256 == s) for _, s in conflict.answers)
    assert (found.place, found.objective, found.sector) == (Place(first.file, "Foglio", W1), "S1.00001", "S1")
    assert second.file in found.say("it")["found"] and W1 in found.say("it")["found"] and "Peso" in found.message("it")
    taken = {conflict.key: Decision(conflict.key, b.sha256, conflict.answers)}
    done = settle(a, b, decisions=taken)
    assert done.returned.document == b.document and done.returned.places[W1].file == "b.xlsx" and not done.conflicts
    newer = version("c", parent=b, **{W1: 20, W2: 7})
    assert settle(a, b, newer, decisions=taken).returned.document == copy_of(newer.document)
    changed = settle(a, version("d", **{W1: 21}), decisions=taken)
    assert sorted(f.code for f in changed.findings) == ["MERG20", "MERG21", "MERG28"]


def test_every_kind_of_conflict_has_its_finding():
    rows = ISSUED["objectives"][0]["sheet"]["phases"]
    people = "/objectives/0/sheet/responsibles"
    a = version("a", **{PHASES: [rows[1], rows[0]], f"{people}/1": {"name": "Bice"},
                        "/measures/-": {"objective": "SG.00001", "id": "7", "measure": "a"}, "/objectives/1/sheet/phases": [{"id": "1", "weight": 1}]})
    b = version("b", **{PHASES: [rows[1], rows[0] | {"weight": 1}, rows[2] | {"weight": 5}], f"{people}/1": {"name": "Caio"},
                        "/measures/-": {"objective": "SG.00001", "id": "7", "measure": "b"}, "/objectives/1/sheet/phases": [{"id": "1", "text": "t"}]})
    c = version("c", **{PHASES: [rows[2], rows[0], rows[1]], "/measures/0": None})
    settled = settle(a, b, c)
    assert sorted({f.code for f in settled.findings}) == ["MERG20", "MERG22", "MERG23", "MERG24", "MERG25", "MERG29", "MERG30"]
    for finding in settled.findings:
        for language in ("it", "en"):
            assert "None" not in finding.message(language) and "{" not in finding.message(language)


def test_people_who_split_the_work_and_removed_the_others_sheets():
    a = version("a", **{W1: 10, "/objectives/1": None})
    b = version("b", **{W2: 20, "/objectives/0": None, "/measures": None})
    settled = settle(a, b)
    assert settled.returned.document == copy_of(**{W1: 10, W2: 20}) and not settled.conflicts
    assert sorted((f.code, f.place.file, f.values.get("item")) for f in settled.findings if f.code == "MERG27") == [
        ("MERG27", "a.xlsx", "S1.00002"), ("MERG27", "b.xlsx", "S1.00001"), ("MERG27", "b.xlsx", "measures")]


def test_two_replies_to_one_copy_are_compared_with_that_copy():
    first = version("first", **{W1: 10, W2: 20})
    b, c = version("b", first.document, parent=first, **{W1: 11}), version("c", first.document, parent=first, **{W2: 21})
    settled = settle(first, b, c)
    assert settled.returned.document == copy_of(**{W1: 11, W2: 21}) and not settled.conflicts


def test_real_files_with_their_cells():
    plan = base_content(demo.plan(), None)
    base = issue.returns(plan, "interim")["S8"]
    whole = demo.returns("interim", {"S8": base})["S8"]
    form = issue.issue(base, plan)

    def sent(document, name):
        made, findings = fill.fill(form, document)
        reading = read.read(made, name)
        assert not findings and reading.document == document
        return Version(name, sha256(made).hexdigest(), document=reading.document, modified=reading.modified,
                       modified_by=reading.modified_by), reading.places

    one, other = deepcopy(whole), deepcopy(whole)
    one["objectives"][1:], other["objectives"][:1] = deepcopy(base["objectives"][1:]), deepcopy(base["objectives"][:1])
    settled = versions.settle("S8", base, [sent(one, "uno.xlsx"), sent(other, "due.xlsx")])
    assert settled.returned.document == whole and not settled.conflicts
    places = sent(whole, "tutto.xlsx")[1]
    assert {p: (v.sheet, v.cell) for p, v in settled.returned.places.items()} == {p: (places[p].sheet, places[p].cell) for p in places}
    filled = "/objectives/0/holding/reading/percent", "/objectives/1/holding/reading/percent"
    assert [settled.returned.places[p].file for p in filled] == ["uno.xlsx", "due.xlsx"]


def test_answers_in_the_words_of_users():
    rows = ISSUED["objectives"][0]["sheet"]["phases"]
    a = copy_of(**{PHASES: [rows[0], rows[1] | {"weighting": "not_weighted", "weight": None}, rows[2], {"id": "3-bis", "text": "t"}],
                   TITLE: None, "/objectives/0/sheet/quality_check": False, "/measures/-": {"objective": "SG.00001", "id": "7", "measure": "a"}})
    b = copy_of(**{"/objectives/0": None, "/measures/-": {"objective": "SG.00001", "id": "7", "measure": "b"}})
    measure, sheet = sorted(threeway.merge(ISSUED, a, b).conflicts, key=lambda c: c.key != "measures/SG.00001:7")
    assert [said(measure, v, "it") for v in (measure.base, *(v for v, _ in measure.answers))] == ["(riga assente)", "Misura: a", "Misura: b"]
    (kept, _), (removed, _) = sheet.answers
    assert [said(sheet, v, "it") for v in (sheet.base, removed)] == ["(com’era all’emissione)", "(riga tolta)"]
    assert set(said(sheet, kept, "it").split("; ")) == {
        "Fase 2, Pesata: Non pesata nell’anno", "Fase 2, Peso: (vuoto)", "Fase 3-bis (riga presente)",
        "Fase 3-bis, Descrizione della fase: t", "Titolo: (vuoto)", "Verifiche di qualità: No"}


def test_long_answers_are_shown_where_they_differ_and_kept_in_full():
    story = "parola " * 300
    a, b = version("a", **{"/objectives/0/sheet/purpose": story + "fatto"}), version("b", **{"/objectives/0/sheet/purpose": story + "da fare"})
    settled = settle(a, b)
    assert sorted(said(settled.conflicts[0], v, "it") for v, _ in settled.conflicts[0].answers) == [story + "da fare", story + "fatto"]
    shown = next(f for f in settled.findings if f.code == "MERG21").say("it")["found"]
    assert "… parola parola" in shown and "fatto»" in shown and "da fare»" in shown


@pytest.mark.parametrize("one, other, shown", [
    ("a", "b", ("a", "b")), ("x" * 100 + "a", "x" * 100, ("… " + "x" * 20 + "a", "… " + "x" * 20)), ("", "a", ("", "a"))])
def test_where_texts_differ(one, other, shown):
    assert differing(one, other) == shown


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(returns.flatmap(lambda base: st.tuples(st.just(base), st.lists(st.tuples(
    edited(base), st.sampled_from(["", "2021-10-01", "2021-10-02"]), st.sampled_from(["", "Rossi", "Utente"]), st.integers(0, 4)),
    min_size=1, max_size=3))))
def test_any_versions_settle_the_same_in_any_order(drawn):
    base, told = drawn
    shas = [f"{n:064x}" for n in range(5)]
    given_ = [Version(f"{n}.xlsx", shas[n], document=d, modified=modified, modified_by=by, parent=None if parent == n else shas[parent])
              for n, (d, modified, by, parent) in enumerate(told)]
    settled = settle(*given_, base=base)
    heads = {v.file for v in settled.ordered.heads}
    assert heads and heads | {v.file for v, _, _ in settled.ordered.superseded} == {v.file for v in given_}
    assert heads.isdisjoint(v.file for v, _, _ in settled.ordered.superseded)
    assert sound("return", settled.returned.document) or not list(violations("return", settled.returned.document))
    assert {p.file for p in settled.returned.places.values()} <= heads
    for where, place in settled.returned.places.items():
        mine = next(v for v in given_ if v.file == place.file)
        assert same(at(mine.document, place.cell), at(settled.returned.document, where)) or isinstance(at(mine.document, place.cell), (dict, list))


def at(document, where):
    for part in where.strip("/").split("/"):
        document = document[int(part)] if isinstance(document, list) else document.get(part)
    return document
