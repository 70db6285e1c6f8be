"""Three-way merge of returns: one-cell edits pair by pair, rows by identifier, properties over any documents."""

import re
from copy import deepcopy
from decimal import Decimal
from functools import cache
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_examples import ISSUED, copy_of, edited, returns

from perfxl import demo
from perfxl.model import documents
from perfxl.model.base import base_content
from perfxl.model.fast_validation import sound
from perfxl.stages import issue
from perfxl.stages.merge import threeway
from perfxl.stages.merge.flat import Id, blank, canonical, flatten, same, written
from perfxl.stages.merge.threeway import Decision

PHASES = "/objectives/0/sheet/phases"
ROW = {"id": "9", "text": "nuova"}

#: One-cell edits, by where they are; the key they change, and the value that says it.
EDITS = [
    ("/objectives/0/holding/weight", "S1.00001/holding/weight", (50, 70)),
    ("/objectives/0/holding/reading/percent", "S1.00001/holding/reading/percent", (40, 0)),
    ("/objectives/0/holding/reading/note", "S1.00001/holding/reading/note", (None, "=altra")),
    ("/objectives/0/sheet/title", "S1.00001/title", ("Nuovo", "10")),
    ("/objectives/0/sheet/staff", "S1.00001/staff", (["Uno"], ["Uno", "Due", "Tre"])),
    ("/objectives/0/sheet/quality_check", "S1.00001/quality_check", (False, None)),
    ("/objectives/0/sheet/responsibles/0/to", "S1.00001/responsibles/Anna Verdi/to", (None, "2021-08-31")),
    ("/objectives/0/sheet/money/1/amount", "S1.00001/money/expense_current/amount", (1, Decimal("2.5"))),
    ("/objectives/0/sheet/results/1/target", "S1.00001/results/2/target", (5, 6)),
    ("/objectives/0/sheet/entities/0/target", "S1.00001/entities/1:Alfa/target", (5, None)),
    (f"{PHASES}/0/weight", "S1.00001/phases/1/weight", (30, None)),
    (f"{PHASES}/1/reading/done", "S1.00001/phases/2/reading/done", ("fatto", "- fatto\n- altro")),
    ("/objectives/1/sheet/title", "S1.00002/title", ("Nuovo", None)),
    ("/measures/1/revision/applicable", "measures/SG.00001:2/revision/applicable", (True, None)),
    ("/measures/0/reading/percent", "measures/SG.00001:1/reading/percent", (10, 20)),
    ("/compilation/considerations", "compilation/considerations", ("a", "b")),
]


def keys(conflicts):
    return [(c.key, c.kind) for c in conflicts]


@pytest.mark.parametrize("one, other", list(product(range(len(EDITS)), repeat=2)))
def test_every_pair_of_one_cell_edits(one, other):
    (where, key, (value, _)), (there, _, values) = EDITS[one], EDITS[other]
    second = values[1] if one == other else values[0]
    ours, theirs = copy_of(**{where: value}), copy_of(**{there: second})
    result = threeway.merge(ISSUED, ours, theirs)
    if one == other:
        assert result.document == ISSUED
        assert [(c.key, c.answers) for c in result.conflicts] == [(key, ((value, "ours"), (second, "theirs")))]
        assert same(result.conflicts[0].base, flatten(ISSUED).values.get(next(
            k for k in [*flatten(ours).values, *flatten(theirs).values, *flatten(ISSUED).values] if written(k) == key)))
    else:
        assert result.document == plain(copy_of(**{where: value, there: second})) and not result.conflicts


@pytest.mark.parametrize("where, key, values", EDITS)
def test_the_same_edit_on_both_sides_is_taken_once(where, key, values):
    edit = copy_of(**{where: values[0]})
    result = threeway.merge(ISSUED, edit, deepcopy(edit))
    assert result.document == plain(edit) and not result.conflicts
    assert set(threeway.changes(ISSUED, edit)) == {key}


@pytest.mark.parametrize("where, key, values", [e for e in EDITS if e[0].startswith("/objectives/0")])
def test_an_edit_against_a_removed_sheet(where, key, values):
    edit, gone = copy_of(**{where: values[0]}), copy_of(**{"/objectives/0": None})
    result = threeway.merge(ISSUED, edit, gone)
    assert result.document == ISSUED and keys(result.conflicts) == [("S1.00001", "row")]
    assert result.conflicts[0].answers == (({key.removeprefix("S1.00001/"): values[0]}, "ours"), (None, "theirs"))


def test_typed_equality():
    base = copy_of(**{"/objectives/0/holding/weight": 10})
    for value, differs in ((Decimal("10.0"), False), (10.0, False), ("10", True), (True, True), ("", True), (None, True)):
        changed = copy_of(**{"/objectives/0/holding/weight": value})
        assert bool(threeway.changes(base, changed)) == differs, value
    assert threeway.changes(ISSUED, copy_of(**{"/compilation": {"name": ""}, "/objectives/1/holding/reading": {}})) == {}
    assert threeway.changes(copy_of(**{"/objectives/0/sheet/quality_check": False}),
                            copy_of(**{"/objectives/0/sheet/quality_check": 0})) == {"S1.00001/quality_check": 0}


def test_rows_are_known_by_their_identifier_wherever_they_stand():
    ours = copy_of(**{PHASES: [{"id": "0", "text": "storia"}, *ISSUED["objectives"][0]["sheet"]["phases"]], f"{PHASES}/2/weight": 55})
    theirs = copy_of(**{f"{PHASES}/1/reading/done": "fatto"})
    result = threeway.merge(ISSUED, ours, theirs)
    phases = result.document["objectives"][0]["sheet"]["phases"]
    assert [p["id"] for p in phases] == ["0", "1", "2", "3"] and not result.conflicts
    assert phases[2] == {"id": "2", "text": "due", "weight": 55, "reading": {"done": "fatto"}}
    assert list(phases[2]) == ["id", "text", "weight", "reading"]


def test_a_removed_row_against_one_left_alone_and_one_edited():
    gone = copy_of(**{f"{PHASES}/1": None})
    result = threeway.merge(ISSUED, gone, ISSUED)
    assert result.document == gone
    assert [(r.kind, r.key, r.sources) for r in result.remarks] == [("removed", "S1.00001/phases/2", ("ours",))]
    edit = copy_of(**{f"{PHASES}/1/weight": 20, f"{PHASES}/1/text": None})
    result = threeway.merge(ISSUED, gone, edit)
    assert result.document == ISSUED and keys(result.conflicts) == [("S1.00001/phases/2", "row")]
    assert result.conflicts[0].answers == ((None, "ours"), ({"weight": 20, "text": None}, "theirs"))
    assert result.conflicts[0].path_base == f"{PHASES}/1"


def test_rows_added_under_one_identifier_are_one_row():
    ours, theirs = copy_of(**{f"{PHASES}/-": ROW | {"weight": 5}}), copy_of(**{f"{PHASES}/-": ROW | {"text": "altra", "end_1": "2021-12-31"}})
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document["objectives"][0]["sheet"]["phases"][3] == {"id": "9", "weight": 5, "end_1": "2021-12-31"}
    assert [(c.key, c.base, c.answers) for c in result.conflicts] == [
        ("S1.00001/phases/9/text", None, (("nuova", "ours"), ("altra", "theirs")))]
    assert [(r.kind, r.key) for r in result.remarks] == [("joined", "S1.00001/phases/9")]


def test_an_added_row_that_would_lack_what_it_needs_stays_out():
    ours, theirs = (copy_of(**{"/measures/-": {"objective": "SG.00001", "id": "7", "measure": m}}) for m in "ab")
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == ISSUED and keys(result.conflicts) == [("measures/SG.00001:7", "row")]
    chosen = threeway.decide(result, decision(result, "theirs"))
    assert chosen.document == theirs and not chosen.conflicts


def test_more_rows_than_a_table_holds_stay_out():
    many = [{"name": f"Persona {n}"} for n in range(4)]
    ours = copy_of(**{"/objectives/1/sheet/responsibles": many[:2]})
    theirs = copy_of(**{"/objectives/1/sheet/responsibles": [{"name": f"Altra {n}"} for n in range(3)]})
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == ISSUED and {c.kind for c in result.conflicts} == {"row"} and len(result.conflicts) == 5
    one = result.conflicts[0]
    chosen = threeway.decide(result, {one.key: Decision(one.key, "theirs", one.answers)})
    assert chosen.document["objectives"][1]["sheet"]["responsibles"] == [{"name": "Altra 0"}] and len(chosen.conflicts) == 4


def test_moved_rows():
    rows = ISSUED["objectives"][0]["sheet"]["phases"]
    ours, theirs = copy_of(**{PHASES: [rows[2], rows[0], rows[1]]}), copy_of(**{f"{PHASES}/1/weight": 1, f"{PHASES}/-": ROW})
    result = threeway.merge(ISSUED, ours, theirs)
    assert [p["id"] for p in result.document["objectives"][0]["sheet"]["phases"]] == ["3", "9", "1", "2"]
    assert [(r.kind, r.key, r.sources) for r in result.remarks] == [("moved", "S1.00001/phases", ("ours",))]
    other = copy_of(**{PHASES: [rows[1], rows[0], rows[2]]})
    result = threeway.merge(ISSUED, ours, other)
    assert result.document == ISSUED
    assert [(c.key, c.kind, c.base, c.answers) for c in result.conflicts] == [
        ("S1.00001/phases", "order", ("1", "2", "3"), ((("3", "1", "2"), "ours"), (("2", "1", "3"), "theirs")))]
    assert threeway.decide(result, decision(result, "theirs")).document == other


def test_rows_without_identifiers():
    path = "/objectives/0/sheet/responsibles"
    ours, theirs = (copy_of(**{f"{path}/-": {"name": n}}) for n in ("Bice Blu", "Caio Gialli"))
    result = threeway.merge(ISSUED, ours, theirs)
    assert [r["name"] for r in result.document["objectives"][0]["sheet"]["responsibles"]] == ["Anna Verdi", "Ugo Neri", "Bice Blu", "Caio Gialli"]
    ours, theirs = (copy_of(**{f"{path}/1": {"name": n}}) for n in ("Bice Blu", "Caio Gialli"))
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == ISSUED and keys(result.conflicts) == [("S1.00001/responsibles", "rows")]
    for side, document in (("ours", ours), ("theirs", theirs), ("base", ISSUED)):
        assert threeway.decide(result, decision(result, side)).document == document


def test_repeated_and_missing_identifiers_are_kept_apart():
    rows = [{"id": "5", "text": "a"}, {"id": "5", "text": "b"}, {"text": "senza"}]
    base = copy_of(**{PHASES: rows})
    edit = copy_of(base, **{f"{PHASES}/1/text": "c"})
    assert threeway.changes(base, edit) == {"S1.00001/phases/5#2/text": "c"}
    assert threeway.merge(base, edit, copy_of(base, **{f"{PHASES}/0/text": "d"})).document == copy_of(edit, **{f"{PHASES}/0/text": "d"})


def test_keys_can_be_read_typed_and_told_apart():
    names = ["A/B", "A:B", "A#2", "~", "x" * 200, "x" * 199 + "y", "riga\nnuova"]
    edit = copy_of(**{"/objectives/1/sheet/entities": [{"result": "1", "entity": n} for n in names]})
    found = [k.removeprefix("S1.00002/entities/") for k in threeway.changes(ISSUED, edit)]
    assert found[:4] == ["1:A~1B", "1:A~3B", "1:A~22", "1:~0"]
    assert len(set(found)) == len(names) and all(k.isprintable() and len(k) < 100 for k in found)
    odd = copy_of(ISSUED, **{"/objectives/-": {"code": "measures", "sheet": {"title": "T"}}})
    assert set(threeway.changes(ISSUED, odd)) == {"?measures", "?measures/title"}


def test_two_people_who_fill_in_different_objectives():
    ours = copy_of(**{"/objectives/0/holding/reading/percent": 40, "/compilation": {"name": "Bice", "contact": "051", "date": "2021-10-01"}})
    theirs = copy_of(**{"/objectives/1/holding/reading": {"percent": 70}, "/compilation": {"name": "Anna", "contact": "051", "date": "2021-10-03"}})
    result = threeway.merge(ISSUED, ours, theirs)
    assert not result.conflicts
    assert result.document["compilation"] == {"name": "Anna; Bice", "contact": "051", "date": "2021-10-03"}
    assert [o["holding"]["reading"]["percent"] for o in result.document["objectives"]] == [40, 70]


def test_sources_say_where_every_value_comes_from():
    ours, theirs = copy_of(**{f"{PHASES}/0/weight": 1}), copy_of(**{PHASES: list(reversed(ISSUED["objectives"][0]["sheet"]["phases"])), "/objectives/1/sheet/title": "T"})
    sources = threeway.merge(ISSUED, ours, theirs).sources
    assert sources[f"{PHASES}/2/weight"] == ("ours", f"{PHASES}/0/weight")
    assert sources[f"{PHASES}/2"] == ("ours", f"{PHASES}/0") and sources["/objectives/1/sheet/title"] == ("theirs", "/objectives/1/sheet/title")


def decision(result, choice, value=None):
    return {c.key: Decision(c.key, choice, c.answers, value) for c in result.conflicts}


def test_a_decision_holds_while_its_answers_stand():
    where = "/objectives/0/holding/weight"
    first = threeway.merge_all(ISSUED, [("a", copy_of(**{where: 50})), ("b", copy_of(**{where: 70}))])
    for choice, value, expected in (("a", None, 50), ("b", None, 70), ("base", None, 60), ("value", 65, 65), ("value", None, None)):
        taken = decision(first, choice, value)
        done = threeway.decide(first, taken)
        assert done.document["objectives"][0]["holding"].get("weight") == expected and not done.conflicts
        assert [d.choice for _, d in done.decided] == [choice]
        newer = [("a", copy_of(**{where: 50})), ("c", copy_of(**{where: Decimal("70.0"), "/objectives/1/sheet/title": "T"}))]
        stored = documents.loads(documents.dumps([[d.key, d.choice, d.answers_seen, d.value] for d in taken.values()]))
        taken = {k: Decision(k, c, tuple(map(tuple, seen)), v) for k, c, seen, v in stored}
        again = threeway.merge_all(ISSUED, newer, taken)
        assert again.document["objectives"][0]["holding"].get("weight") == expected and not again.conflicts
        changed = threeway.merge_all(ISSUED, [newer[0], ("d", copy_of(**{where: 71}))], taken)
        assert keys(changed.conflicts) == [("S1.00001/holding/weight", "value")] and [d.choice for d in changed.stale] == [choice]


def test_a_decision_between_keeping_and_removing_a_row():
    gone, edit = copy_of(**{f"{PHASES}/1": None}), copy_of(**{f"{PHASES}/1/weight": 20})
    result = threeway.merge(ISSUED, gone, edit)
    for choice, document in (("ours", gone), ("theirs", edit), ("base", ISSUED)):
        assert threeway.decide(result, decision(result, choice)).document == document
    refused = threeway.decide(result, decision(result, "value", {"weight": 1}))
    assert refused.document == ISSUED and keys(refused.conflicts) == [("S1.00001/phases/2", "row")]


def test_sources_must_differ():
    for names in (("a", "a"), ("base", "a"), ("a", "value")):
        with pytest.raises(ValueError):
            threeway.merge_all(ISSUED, [(n, ISSUED) for n in names])


MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
copies = returns.flatmap(lambda b: st.tuples(st.just(b), edited(b) | returns, edited(b) | returns, edited(b)))


def swapped(conflicts):
    other = {"ours": "theirs", "theirs": "ours"}
    return [(c.key, c.kind, c.base, tuple(sorted(((v, other[s]) for v, s in c.answers), key=lambda a: a[1]))) for c in conflicts]


@MANY
@given(copies)
def test_properties(drawn):
    base, ours, theirs, third = drawn
    assert all(valid(d) for d in drawn)
    for one in (ours, theirs):
        for pair in ((one, one), (base, one), (one, base)):
            result = threeway.merge(base, *pair)
            assert plain(result.document) == plain(one) and not result.conflicts
    result, mirror = threeway.merge(base, ours, theirs), threeway.merge(base, theirs, ours)
    assert documents.dumps(result.document) == documents.dumps(mirror.document)
    assert [(c.key, c.kind, c.base, c.answers) for c in result.conflicts] == swapped(mirror.conflicts)
    sources = {"a": ours, "b": theirs, "c": third}
    ways = [threeway.merge_all(base, order) for order in permutations(sources.items())]
    assert len({documents.dumps(w.document) for w in ways}) == 1 and all(w.conflicts == ways[0].conflicts for w in ways)
    for merged, versions in ((result, {"ours": ours, "theirs": theirs}), (ways[0], sources)):
        assert valid(merged.document)
        assert all(c.answers for c in merged.conflicts)
        for source, document in versions.items():
            nothing_lost(base, document, source, merged)


def valid(document):
    return sound("return", document) or not list(documents.violations("return", document))


def plain(document):
    """A document without blank objects."""
    if isinstance(document, dict):
        return {k: p for k, v in document.items() if not blank(p := plain(v))}
    return [plain(v) for v in document] if isinstance(document, list) else document


def nothing_lost(base, document, source, merged):
    """Every change of ``document`` is in the merged document, or in a conflict that has an answer of its source.

    Of rows whose identifier is repeated only what was filled in is looked for: they are told apart by their number.
    """
    flat = flatten(merged.document)
    there = {}
    for k, v in flat.values.items():
        there.setdefault(unnumbered(written(k)), []).append(v)
    rows, orders = {unnumbered(written(k)) for k in flat.rows}, {written(k): v for k, v in flat.orders.items()}
    issued = {written(k): v for k, v in flatten(base).orders.items()}
    kept = {c.key for c in merged.conflicts if source in {s for _, s in c.answers}}
    numbered = {unnumbered(written(r)) for d in (base, *(d for _, d in merged.versions)) for r in flatten(d).rows if "#" in r[-1]}
    for key, value in threeway.changes(base, document).items():
        if any(key == k or key.startswith(f"{k}/") for k in kept):
            continue
        bare = unnumbered(key)
        repeated = any(bare == n or bare.startswith(f"{n}/") for n in numbered)
        if key in ("compilation/name", "compilation/date"):
            assert value is None or value in there[key][0] or key.endswith("date") and there[key][0] > value
        elif isinstance(value, tuple) and all(isinstance(i, Id) for i in value):
            ids, before = orders.get(key, ()), issued[key]
            left = [i for i in value if i in ids]
            assert any(n.startswith(f"{bare}/") for n in numbered) or repeated or left in ([i for i in ids if i in value], [i for i in before if i in left]), key
        elif isinstance(value, dict):
            assert bare in rows, key
        elif value is None:
            assert repeated or bare not in rows and bare not in there, key
        else:
            assert canonical(value) in map(canonical, there[bare]), key


def unnumbered(key):
    return re.sub(r"#\d+", "", key)


@cache
def year(round):
    issued = issue.returns(base_content(demo.plan(), None), round)
    return issued, demo.returns(round, issued)


@pytest.mark.parametrize("round, sector", [(r, s) for r in ("interim", "final") for s in ("S1", "S2", "S5", "S9")])
def test_a_real_form_split_between_two_people(round, sector):
    base, whole = year(round)[0][sector], year(round)[1][sector]
    half = len(whole["objectives"]) // 2
    ours = whole | {"objectives": whole["objectives"][:half] + base["objectives"][half:]}
    theirs = whole | {"objectives": base["objectives"][:half] + whole["objectives"][half:]}
    only = whole | {"objectives": whole["objectives"][half:]}
    for one, other in ((ours, theirs), (whole, base), (whole, ours)):
        result = threeway.merge(base, one, other)
        assert result.document == whole and not result.conflicts
        assert list(result.document)[:4] == ["schema", "identity", "compilation", "objectives"]
    result = threeway.merge_all(base, [("a", ours), ("b", only)], split=True)
    assert result.document == whole and not result.conflicts
    assert {(r.kind, r.sources, r.other) for r in result.remarks} == {("lacking", ("b",), "a")}
