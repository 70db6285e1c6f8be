"""Three-way merge of returns: one-cell edits pair by pair, rows by identifier, properties over any documents."""

import re
from copy import deepcopy
from decimal import Decimal
from functools import cache
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_examples import ISSUED, copy, edited, moved, returns
from return_text import pointer, values
from text_tables import rows, shown

from perfxl import demo
from perfxl.model import documents
from perfxl.model.base import base_content
from perfxl.model.fast_validation import surely_valid
from perfxl.stages import issue
from perfxl.stages.merge import threeway
from perfxl.stages.merge.flat import Id, canonical, flatten, is_empty, key_text, same_answer
from perfxl.stages.merge.threeway import Decision

#: Edits of one cell, with the key that they change.
EDITS = rows("""
    cella                               | chiave                                  | uno     | altro
    Peso                                | S1.00001/holding/weight                 | 50%     | 70%
    Esito %                             | S1.00001/holding/reading/percent        | 40%     | 0%
    Nota                                | S1.00001/holding/reading/note           | (vuoto) | =altra
    Titolo                              | S1.00001/title                          | Nuovo   | 10
    Personale                           | S1.00001/staff                          | Uno     | Uno⏎Due⏎Tre
    Verifiche di qualità                | S1.00001/quality_check                  | No      | (vuoto)
    Responsabili Anna Verdi: Al         | S1.00001/responsibles/Anna Verdi/to     | (vuoto) | 31/08/2021
    Risorse economiche #2: Importo      | S1.00001/money/expense_current/amount   | 1       | 2,5
    Risultati attesi 2: Valore atteso   | S1.00001/results/2/target               | 5       | 6
    Valori per ente Alfa: Valore atteso | S1.00001/entities/1:Alfa/target         | 5       | (vuoto)
    Fasi 1: Peso                        | S1.00001/phases/1/weight                | 30%     | (vuoto)
    Fasi 2: Che cosa è stato fatto      | S1.00001/phases/2/reading/done          | fatto   | - fatto⏎- altro
    S1.00002!Titolo                     | S1.00002/title                          | Nuovo   | (vuoto)
    Misure 2: Applicabile               | measures/SG.00001:2/revision/applicable | Sì      | (vuoto)
    Misure 1: Realizzata %              | measures/SG.00001:1/reading/percent     | 10%     | 20%
    Considerazioni del settore          | compilation/considerations              | a       | b
""")
OF_THE_FIRST = [edit for edit in EDITS if edit["chiave"].startswith("S1.00001/")]


def conflicts(result):
    return shown(result.conflicts, "key", "kind")


def remarks(result):
    return [f"{r.kind} | {r.key} | {' '.join(r.sources)}" for r in result.remarks]


def answers(result):
    """What each source answers to the one question that is open."""
    conflict, = result.conflicts
    return {source: value for value, source in conflict.answers}


def phases(result):
    return result.document["objectives"][0]["sheet"]["phases"]


def cell(document, name):
    value, = values(document, name)
    return value


def named(edits):
    return pytest.mark.parametrize("edit", edits, ids=[edit["cella"] for edit in edits])


@pytest.mark.parametrize("one, other", list(product(EDITS, repeat=2)), ids=[f"{a['cella']}-{b['cella']}" for a, b in product(EDITS, repeat=2)])
def test_every_pair_of_one_cell_edits(one, other):
    mine = f"{one['cella']} | {one['uno']}"
    theirs = f"{other['cella']} | {other['altro' if one is other else 'uno']}"
    result = threeway.merge(ISSUED, copy(mine), copy(theirs))
    if one is other:
        assert result.document == ISSUED
        assert [c.key for c in result.conflicts] == [one["chiave"]]
        assert answers(result) == {"ours": cell(copy(mine), one["cella"]), "theirs": cell(copy(theirs), one["cella"])}
        assert all(same_answer(c.base, cell(ISSUED, one["cella"])) for c in result.conflicts)
    else:
        assert result.document == plain(copy(f"{mine}\n{theirs}")) and not result.conflicts


@named(EDITS)
def test_the_same_edit_on_both_sides_is_taken_once(edit):
    changed = copy(f"{edit['cella']} | {edit['uno']}")
    result = threeway.merge(ISSUED, changed, deepcopy(changed))
    assert result.document == plain(changed) and not result.conflicts
    assert set(threeway.changes(ISSUED, changed)) == {edit["chiave"]}


@named(OF_THE_FIRST)
def test_an_edit_against_a_removed_sheet(edit):
    changed, gone = copy(f"{edit['cella']} | {edit['uno']}"), copy()
    del gone["objectives"][0]
    result = threeway.merge(ISSUED, changed, gone)
    assert result.document == ISSUED and conflicts(result) == ["S1.00001 | row"]
    assert answers(result) == {"ours": {edit["chiave"].removeprefix("S1.00001/"): cell(changed, edit["cella"])}, "theirs": None}


def test_typed_equality():
    base = copy("Peso | 10%")
    for value, differs in ((Decimal("10.0"), False), (10.0, False), ("10", True), (True, True), ("", True), (None, True)):
        changed = copy()
        changed["objectives"][0]["holding"]["weight"] = value
        assert bool(threeway.changes(base, changed)) == differs, value
    blanks = copy()
    blanks["compilation"], blanks["objectives"][1]["holding"]["reading"] = {"name": ""}, {}
    assert threeway.changes(ISSUED, blanks) == {}
    number = copy()
    number["objectives"][0]["sheet"]["quality_check"] = 0
    assert threeway.changes(copy("Verifiche di qualità | No"), number) == {"S1.00001/quality_check": 0}


def test_rows_are_known_by_their_identifier_wherever_they_stand():
    ours = moved("0", "1", "2", "3", of=copy("""
        Fasi 0: Descrizione della fase | storia
        Fasi 2: Peso                   | 55%"""))
    result = threeway.merge(ISSUED, ours, copy("Fasi 2: Che cosa è stato fatto | fatto"))
    assert not result.conflicts and result.document == copy("Fasi 2: Che cosa è stato fatto | fatto", of=ours)
    assert list(phases(result)[2]) == ["id", "text", "weight", "reading"]


def test_a_removed_row_against_one_left_alone_and_one_edited():
    gone = copy("Fasi 2 | (vuoto)")
    result = threeway.merge(ISSUED, gone, ISSUED)
    assert result.document == gone
    assert remarks(result) == ["removed | S1.00001/phases/2 | ours"]
    result = threeway.merge(ISSUED, gone, copy("""
        Fasi 2: Peso                   | 20%
        Fasi 2: Descrizione della fase | (vuoto)"""))
    assert result.document == ISSUED and conflicts(result) == ["S1.00001/phases/2 | row"]
    assert answers(result) == {"ours": None, "theirs": {"weight": 20, "text": None}}
    assert [c.path_base for c in result.conflicts] == [pointer(ISSUED, "Fasi 2")]


def test_rows_added_under_one_identifier_are_one_row():
    ours = copy("""
        Fasi 9: Descrizione della fase | nuova
        Fasi 9: Peso                   | 5%""")
    theirs = copy("""
        Fasi 9: Descrizione della fase   | altra
        Fasi 9: Fine nell’anno del piano | 31/12/2021""")
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == copy("""
        Fasi 9: Peso                     | 5%
        Fasi 9: Fine nell’anno del piano | 31/12/2021""")
    assert shown(result.conflicts, "key", "base") == ["S1.00001/phases/9/text |"]
    assert answers(result) == {"ours": "nuova", "theirs": "altra"}
    assert shown(result.remarks, "kind", "key") == ["joined | S1.00001/phases/9"]


def test_an_added_row_that_would_lack_what_it_needs_stays_out():
    ours, theirs = (copy(f"""
        Misure #3: Obiettivo | SG.00001
        Misure #3: N.        | 7
        Misure #3: Misura    | {measure}""") for measure in "ab")
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == ISSUED and conflicts(result) == ["measures/SG.00001:7 | row"]
    chosen = threeway.decide(result, decision(result, "theirs"))
    assert chosen.document == theirs and not chosen.conflicts


def people(*names):
    """Responsibles of the second objective."""
    return copy("\n".join(f"S1.00002!Responsabili #{n}: Responsabile | {name}" for n, name in enumerate(names, 1)))


def test_more_rows_than_a_table_holds_stay_out():
    result = threeway.merge(ISSUED, people("Persona 0", "Persona 1"), people("Altra 0", "Altra 1", "Altra 2"))
    assert result.document == ISSUED and {c.kind for c in result.conflicts} == {"row"} and len(result.conflicts) == 5
    one, *_ = result.conflicts
    chosen = threeway.decide(result, {one.key: Decision(one.key, "theirs", one.answers)})
    assert chosen.document == people("Altra 0") and len(chosen.conflicts) == 4


def test_moved_rows():
    ours, theirs = moved("3", "1", "2"), copy("""
        Fasi 2: Peso                   | 1%
        Fasi 9: Descrizione della fase | nuova""")
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == moved("3", "9", "1", "2", of=theirs) and not result.conflicts
    assert remarks(result) == ["moved | S1.00001/phases | ours"]
    other = moved("2", "1", "3")
    result = threeway.merge(ISSUED, ours, other)
    assert result.document == ISSUED
    assert conflicts(result) == ["S1.00001/phases | order"] and [c.base for c in result.conflicts] == [("1", "2", "3")]
    assert answers(result) == {"ours": ("3", "1", "2"), "theirs": ("2", "1", "3")}
    assert threeway.decide(result, decision(result, "theirs")).document == other


def test_rows_without_identifiers():
    ours, theirs = (copy(f"Responsabili #3: Responsabile | {name}") for name in ("Bice Blu", "Caio Gialli"))
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == copy("""
        Responsabili #3: Responsabile | Bice Blu
        Responsabili #4: Responsabile | Caio Gialli""")
    ours, theirs = (copy(f"Responsabili #2: Responsabile | {name}") for name in ("Bice Blu", "Caio Gialli"))
    result = threeway.merge(ISSUED, ours, theirs)
    assert result.document == ISSUED and conflicts(result) == ["S1.00001/responsibles | rows"]
    for side, document in (("ours", ours), ("theirs", theirs), ("base", ISSUED)):
        assert threeway.decide(result, decision(result, side)).document == document


def test_repeated_and_missing_identifiers_are_kept_apart():
    base = copy("""
        Fasi                            | (vuoto)
        Fasi #1: Fase                   | 5
        Fasi #1: Descrizione della fase | a
        Fasi #2: Fase                   | 5
        Fasi #2: Descrizione della fase | b
        Fasi #3: Descrizione della fase | senza""")
    mine, theirs = "Fasi #2: Descrizione della fase | c", "Fasi #1: Descrizione della fase | d"
    assert threeway.changes(base, copy(mine, of=base)) == {"S1.00001/phases/5#2/text": "c"}
    assert threeway.merge(base, copy(mine, of=base), copy(theirs, of=base)).document == copy(f"{mine}\n{theirs}", of=base)


def test_keys_can_be_read_typed_and_told_apart():
    names = ["A/B", "A:B", "A#2", "~", "x" * 200, "x" * 199 + "y", "riga\nnuova"]
    edit = copy()
    edit["objectives"][1]["sheet"]["entities"] = [{"result": "1", "entity": n} for n in names]
    found = [k.removeprefix("S1.00002/entities/") for k in threeway.changes(ISSUED, edit)]
    assert found[:4] == ["1:A~1B", "1:A~3B", "1:A~22", "1:~0"]
    assert len(set(found)) == len(names) and all(k.isprintable() and len(k) < 100 for k in found)
    odd = copy("measures!Titolo | T", of={**ISSUED, "objectives": [*ISSUED["objectives"], {"code": "measures"}]})
    assert set(threeway.changes(ISSUED, odd)) == {"?measures", "?measures/title"}


def test_two_people_who_fill_in_different_objectives():
    ours = """
        Compilato da         | Bice
        Recapito             | 051
        Data di compilazione | 01/10/2021
        Esito %              | 40%"""
    theirs = """
        Compilato da         | Anna
        Recapito             | 051
        Data di compilazione | 03/10/2021
        S1.00002!Esito %     | 70%"""
    result = threeway.merge(ISSUED, copy(ours), copy(theirs))
    assert not result.conflicts
    assert result.document == copy(f"{ours}{theirs}\nCompilato da | Anna; Bice")


def test_sources_say_where_every_value_comes_from():
    ours, theirs = copy("Fasi 1: Peso | 1%"), copy("S1.00002!Titolo | T", of=moved("3", "2", "1"))
    result = threeway.merge(ISSUED, ours, theirs)
    found = {name: result.sources[pointer(result.document, name)] for name in ("Fasi 1: Peso", "Fasi 1", "S1.00002!Titolo")}
    assert found == {"Fasi 1: Peso": ("ours", pointer(ours, "Fasi 1: Peso")), "Fasi 1": ("ours", pointer(ours, "Fasi 1")),
                     "S1.00002!Titolo": ("theirs", pointer(theirs, "S1.00002!Titolo"))}
    assert pointer(result.document, "Fasi 1") != pointer(ours, "Fasi 1")  # it stands elsewhere there


def decision(result, choice, value=None):
    return {c.key: Decision(c.key, choice, c.answers, value) for c in result.conflicts}


@pytest.mark.parametrize("case", rows("""
    scelta | valore | peso
    a      |        | 50
    b      |        | 70
    base   |        | 60
    value  | 65     | 65
    value  |        |
    """), ids=lambda case: " ".join(case.values()))
def test_a_decision_holds_while_its_answers_stand(case):
    choice, value, expected = case["scelta"], *(int(case[key]) if case[key] else None for key in ("valore", "peso"))
    first = threeway.merge_all(ISSUED, [("a", copy("Peso | 50%")), ("b", copy("Peso | 70%"))])
    taken = decision(first, choice, value)
    done = threeway.decide(first, taken)
    assert cell(done.document, "Peso") == expected and not done.conflicts
    assert [d.choice for _, d in done.decided] == [choice]
    written_otherwise = copy("S1.00002!Titolo | T")
    written_otherwise["objectives"][0]["holding"]["weight"] = Decimal("70.0")
    mine, newer = ("a", copy("Peso | 50%")), ("c", written_otherwise)
    stored = documents.loads(documents.dumps([[d.key, d.choice, d.answers_seen, d.value] for d in taken.values()]))
    taken = {k: Decision(k, c, tuple(map(tuple, seen)), v) for k, c, seen, v in stored}
    again = threeway.merge_all(ISSUED, [mine, newer], taken)
    assert cell(again.document, "Peso") == expected and not again.conflicts
    changed = threeway.merge_all(ISSUED, [mine, ("d", copy("Peso | 71%"))], taken)
    assert conflicts(changed) == ["S1.00001/holding/weight | value"] and [d.choice for d in changed.stale] == [choice]


def test_a_decision_between_keeping_and_removing_a_row():
    gone, edit = copy("Fasi 2 | (vuoto)"), copy("Fasi 2: Peso | 20%")
    result = threeway.merge(ISSUED, gone, edit)
    for choice, document in (("ours", gone), ("theirs", edit), ("base", ISSUED)):
        assert threeway.decide(result, decision(result, choice)).document == document
    refused = threeway.decide(result, decision(result, "value", {"weight": 1}))
    assert refused.document == ISSUED and conflicts(refused) == ["S1.00001/phases/2 | row"]


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
    return surely_valid("return", document) or not list(documents.violations("return", document))


def plain(document):
    """A document without blank objects."""
    if isinstance(document, dict):
        return {k: p for k, v in document.items() if not is_empty(p := plain(v))}
    return [plain(v) for v in document] if isinstance(document, list) else document


def nothing_lost(base, document, source, merged):
    """Every change of ``document`` is in the merged document, or in a conflict that has an answer of its source.

    Of rows whose identifier is repeated only what was filled in is looked for: they are told apart by their number.
    """
    flat = flatten(merged.document)
    there = {}
    for k, v in flat.values.items():
        there.setdefault(unnumbered(key_text(k)), []).append(v)
    rows, orders = {unnumbered(key_text(k)) for k in flat.rows}, {key_text(k): v for k, v in flat.orders.items()}
    issued = {key_text(k): v for k, v in flatten(base).orders.items()}
    kept = {c.key for c in merged.conflicts if source in {s for _, s in c.answers}}
    numbered = {unnumbered(key_text(r)) for d in (base, *(d for _, d in merged.versions)) for r in flatten(d).rows if "#" in r[-1]}
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
