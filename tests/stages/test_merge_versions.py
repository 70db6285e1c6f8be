"""Several returns of one sector: which stand in place of which, and the rest settled into one with its places."""

from copy import deepcopy
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_examples import ISSUED, copy, edited, moved, returns
from return_text import pointer
from text_tables import finding_lines, lines, rows

from perfxl import demo
from perfxl.model.base import base_content
from perfxl.model.documents import dumps, violations
from perfxl.model.fast_validation import surely_valid
from perfxl.model.findings import Place
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.stages.merge import threeway, versions
from perfxl.stages.merge.flat import flatten, same_answer
from perfxl.stages.merge.remarks import differing, said
from perfxl.stages.merge.threeway import Decision
from perfxl.stages.merge.versions import Version

PESO = pointer(ISSUED, "Peso")


def version(name, told="", base=ISSUED, modified="", by="", parent=None):
    """The file ``name`` with ``told`` written in the form ``base``."""
    return Version(f"{name}.xlsx", sha256(name.encode()).hexdigest(), document=copy(told, of=base), modified=modified, modified_by=by,
                   parent=parent and parent.sha256)


def order(*given):
    """A line for each version, of one in whose place another stands that one and why, and one with the codes of the notes: the same for
    every order of arrival."""
    found = set()
    for arrived in permutations(given):
        ordered = versions.order(ISSUED, arrived)
        told = [v.file for v in ordered.heads] + [f"{v.file} | {by.file} | {why}" for v, by, why in ordered.superseded]
        found.add((*sorted(line.replace(".xlsx", "") for line in told), " ".join(sorted(n.code for n in ordered.notes))))
    only, = found
    return list(filter(None, only))


def heads(*given):
    return [line for line in order(*given) if "|" not in line and "MERG" not in line]


def test_a_single_version_is_the_head():
    assert order(version("a")) == ["a"]


def test_identical_content_under_another_name():
    a, b = version("a", "Peso | 10%"), version("b")
    b.document["objectives"][0]["holding"]["weight"] = 10.0
    first, second = (v.file.removesuffix(".xlsx") for v in sorted((a, b), key=lambda v: v.sha256))
    assert order(a, b) == [*sorted([first, f"{second} | {first} | copy"]), "MERG10"]


def test_a_copy_of_an_earlier_version_with_more_edits():
    empty, a, b = version("empty"), version("a", "Peso | 10%"), version("b", """
        Peso          | 10%
        S1.00002!Peso | 20%
        Fasi #4: Fase | 4""")
    assert order(empty, a, b) == lines("""
        a     | b | part
        b
        empty | b | part
        MERG11 MERG11""")


def test_the_date_alone_decides_nothing():
    a = version("a", "Peso | 10%", modified="2021-10-01T08:00:00Z")
    b = version("b", "S1.00002!Peso | 20%", modified="2021-10-02T08:00:00Z")
    assert order(a, b) == ["a", "b"]
    whole = version("whole", modified="2021-09-30T08:00:00Z", told="""
        Peso          | 10%
        S1.00002!Peso | 20%""")
    assert order(a, whole) == lines("""
        a     | whole | part
        whole
        MERG12""")


def test_who_filled_in_does_not_matter():
    a = version("a", """
        Peso                 | 10%
        Compilato da         | Anna
        Data di compilazione | 01/10/2021""")
    b = version("b", """
        Peso                 | 10%
        S1.00002!Peso        | 20%
        Compilato da         | Bice
        Data di compilazione | 02/10/2021""")
    assert heads(a, b) == ["b"]


def test_a_reply_to_a_marked_copy_also_by_way_of_another():
    a = version("a", """
        Peso   | 10%
        Titolo | A""")
    b = version("b", "Peso | 20%", parent=a)
    c = version("c", "Peso | 30%", parent=b)
    assert order(a, b, c) == lines("""
        a | c | reply
        b | c | reply
        c
        MERG13 MERG13 MERG15 MERG15 MERG15""")
    assert heads(c, version("x", "Peso | 7%", parent=version("lost"))) == ["c", "x"]


def test_a_reply_prevails_over_what_it_took_back():
    a = version("a", """
        Peso          | 10%
        S1.00002!Peso | 20%""")
    assert order(a, version("b", "Peso | 10%", parent=a)) == lines("""
        a | b | reply
        b
        MERG13 MERG15""")


def test_replies_that_claim_each_other_leave_a_head():
    a = version("a", "Peso | 10%")
    b = version("b", "Peso | 20%", parent=a)
    a = Version(a.file, a.sha256, a.document, parent=b.sha256)
    assert len(heads(a, b)) == 1


def test_a_correction_by_the_same_person_lists_what_was_corrected():
    a = version("a", modified="2021-10-01T08:00:00Z", by="Mario Rossi", told="""
        Peso   | 10%
        Titolo | T""")
    b = version("b", modified="2021-10-02T08:00:00Z", by=" mario  ROSSI", told="""
        Peso          | 12%
        Titolo        | T
        S1.00002!Peso | 5%""")
    assert order(a, b) == lines("""
        a | b | correction
        b
        MERG14 MERG15""")
    places = {"a.xlsx": {PESO: Place("a.xlsx", "S1.00001", "C7")}}
    corrected = [n for n in versions.order(ISSUED, [a, b], places).notes if n.code == "MERG15"]
    assert finding_lines(corrected, "cell | path | objective | .before | .now") == [f"C7 | {PESO} | S1.00001 | 10% | 12%"]


@pytest.mark.parametrize("case", rows("""
    a è di      | a salvato  | b è di       | b salvato  | Esito % in a
    Mario Rossi | 2021-10-01 | Anna Bianchi | 2021-10-02 |
    Mario Rossi | 2021-10-01 | Mario Rossi  | 2021-10-01 |
    Mario Rossi |            | Mario Rossi  | 2021-10-02 |
    Utente      | 2021-10-01 | Utente       | 2021-10-02 |
                | 2021-10-01 |              | 2021-10-02 |
    Mario Rossi | 2021-10-01 | Mario Rossi  | 2021-10-02 | 5%"""), ids=lambda case: " ".join(case.values()))
def test_what_is_no_correction_stays_beside(case):
    a = version("a", by=case["a è di"], modified=case["a salvato"], told=f"""
        Peso    | 10%
        Esito % | {case["Esito % in a"]}""")
    assert heads(a, version("b", "Peso | 12%", by=case["b è di"], modified=case["b salvato"])) == ["a", "b"]


def settle(*given, decisions=None, base=ISSUED):
    """The same for every order of arrival; each value of a version stands in a cell named after its pointer."""
    found = [versions.settle("S1", base, [(v, cells(v)) for v in p], decisions) for p in permutations(given)]
    first, *_ = found
    assert len({dumps(s.returned.document) for s in found}) == 1
    assert all((s.conflicts, s.findings, s.returned) == (first.conflicts, first.findings, first.returned) for s in found)
    return first


def test_the_places_of_the_only_version_are_not_unpacked():
    given = version("a", "Peso | 10%")
    places = cells(given)
    assert versions.settle("S1", ISSUED, [(given, places)]).returned.places is places


def cells(version):
    return {p: Place(version.file, "Foglio", p) for p in flatten(version.document).pointers.values()}


def codes(settled):
    return finding_lines(settled.findings, "code")


def test_one_head_is_taken_as_it_is():
    b = version("b", """
        Peso          | 10%
        S1.00002!Peso | 20%""")
    settled = settle(version("a", "Peso | 10%"), b)
    assert settled.returned.document is b.document and settled.returned.file == "b.xlsx" and settled.returned.places == cells(b)
    assert settled.result is None and codes(settled) == ["MERG11"]


def test_parallel_copies_are_merged_with_the_cell_of_every_value():
    a, b = version("a", "Peso | 10%", modified="1"), version("b", "S1.00002!Peso | 20%", modified="2", base=moved("3", "2", "1"))
    settled = settle(a, b)
    assert settled.returned.document == copy("Peso | 10%", of=b.document) and not settled.conflicts
    places = settled.returned.places
    assert [places[PESO].file, places[pointer(ISSUED, "S1.00002!Peso")].file, settled.returned.file] == ["a.xlsx", "b.xlsx", "b.xlsx"]
    text = "Fasi 3: Descrizione della fase"
    assert places[pointer(b.document, text)] in [Place(v.file, "Foglio", pointer(v.document, text)) for v in (a, b)]
    assert codes(settled) == ["MERG20", "MERG26"]


def test_a_conflict_names_both_cells_and_waits_for_a_choice():
    a, b = version("a", "Peso | 10%"), version("b", "Peso | 20%")
    settled = settle(a, b)
    conflict, = settled.conflicts
    assert settled.returned.document == ISSUED and PESO not in settled.returned.places
    finding, = (f for f in settled.findings if f.code == "MERG21")
    first, second = (next(v for v in (a, b) if v.sha256 == s) for _, s in conflict.answers)
    assert finding_lines([finding], "file | sheet | cell | objective | sector") == [f"{first.file} | Foglio | {PESO} | S1.00001 | S1"]
    assert second.file in finding.say("it")["found"] and PESO in finding.say("it")["found"] and "Peso" in finding.message("it")
    taken = {conflict.key: Decision(conflict.key, b.sha256, conflict.answers)}
    done = settle(a, b, decisions=taken)
    assert done.returned.document == b.document and done.returned.places[PESO].file == "b.xlsx" and not done.conflicts
    newer = version("c", parent=b, told="""
        Peso          | 20%
        S1.00002!Peso | 7%""")
    assert settle(a, b, newer, decisions=taken).returned.document == newer.document
    assert sorted(codes(settle(a, version("d", "Peso | 21%"), decisions=taken))) == ["MERG20", "MERG21", "MERG28"]


def test_every_kind_of_conflict_has_its_finding():
    a = version("a", base=moved("2", "1"), told="""
        Responsabili #2: Responsabile | Bice
        Misure #3: Obiettivo          | SG.00001
        Misure #3: N.                 | 7
        Misure #3: Misura             | a
        S1.00002!Fasi 1: Peso         | 1%""")
    b = version("b", base=moved("2", "1", "3"), told="""
        Fasi 1: Peso                            | 1%
        Fasi 3: Peso                            | 5%
        Responsabili #2: Responsabile           | Caio
        Misure #3: Obiettivo                    | SG.00001
        Misure #3: N.                           | 7
        Misure #3: Misura                       | b
        S1.00002!Fasi 1: Descrizione della fase | t""")
    c = version("c", "Misure 1 | (vuoto)", base=moved("3", "1", "2"))
    settled = settle(a, b, c)
    assert sorted({*codes(settled)}) == ["MERG20", "MERG22", "MERG23", "MERG24", "MERG25", "MERG29", "MERG30"]
    for finding in settled.findings:
        for language in ("it", "en"):
            assert "None" not in finding.message(language) and "{" not in finding.message(language)


def without(key, of):
    """``of`` without an objective, or without a part of it."""
    made = copy(of=of)
    made.pop(key, None)
    made["objectives"] = [o for o in made["objectives"] if o["code"] != key]
    return made


def test_people_who_split_the_work_and_removed_the_others_sheets():
    a = version("a", base=without("S1.00002", copy("Peso | 10%")))
    b = version("b", base=without("measures", without("S1.00001", copy("S1.00002!Peso | 20%"))))
    settled = settle(a, b)
    assert settled.returned.document == copy("""
        Peso          | 10%
        S1.00002!Peso | 20%""") and not settled.conflicts
    assert sorted(finding_lines((f for f in settled.findings if f.code == "MERG27"), "file | .item")) == lines("""
        a.xlsx | S1.00002
        b.xlsx | S1.00001
        b.xlsx | measures""")


def test_two_replies_to_one_copy_are_compared_with_that_copy():
    first = version("first", """
        Peso          | 10%
        S1.00002!Peso | 20%""")
    b, c = (version(name, told, first.document, parent=first) for name, told in (("b", "Peso | 11%"), ("c", "S1.00002!Peso | 21%")))
    settled = settle(first, b, c)
    assert not settled.conflicts and settled.returned.document == copy("""
        Peso          | 11%
        S1.00002!Peso | 21%""")


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
    a = copy("""
        Fasi 2: Pesata                     | Non pesata nell’anno
        Fasi 2: Peso                       | (vuoto)
        Fasi 3-bis: Descrizione della fase | t
        Titolo                             | (vuoto)
        Verifiche di qualità               | No
        Misure #3: Obiettivo               | SG.00001
        Misure #3: N.                      | 7
        Misure #3: Misura                  | a""")
    b = without("S1.00001", copy("""
        Misure #3: Obiettivo | SG.00001
        Misure #3: N.        | 7
        Misure #3: Misura    | b"""))
    told = {c.key: [said(c, value, "it") for value in (c.base, *(v for v, _ in c.answers))] for c in threeway.merge(ISSUED, a, b).conflicts}
    assert told["measures/SG.00001:7"] == ["(riga assente)", "Misura: a", "Misura: b"]
    issued, kept, removed = told["S1.00001"]
    assert told.keys() == {"measures/SG.00001:7", "S1.00001"} and (issued, removed) == ("(com’era all’emissione)", "(riga tolta)")
    assert set(kept.split("; ")) == {
        "Fase 2, Pesata: Non pesata nell’anno", "Fase 2, Peso: (vuoto)", "Fase 3-bis (riga presente)",
        "Fase 3-bis, Descrizione della fase: t", "Titolo: (vuoto)", "Verifiche di qualità: No"}


def test_long_answers_are_shown_where_they_differ_and_kept_in_full():
    story = "parola " * 300
    settled = settle(version("a", f"Finalità | {story}fatto"), version("b", f"Finalità | {story}da fare"))
    conflict, = settled.conflicts
    assert sorted(said(conflict, v, "it") for v, _ in conflict.answers) == [story + "da fare", story + "fatto"]
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
    assert surely_valid("return", settled.returned.document) or not list(violations("return", settled.returned.document))
    assert {p.file for p in settled.returned.places.values()} <= heads
    for where, place in settled.returned.places.items():
        mine = next(v for v in given_ if v.file == place.file)
        assert same_answer(at(mine.document, place.cell), at(settled.returned.document, where)) or isinstance(at(mine.document, place.cell), (dict, list))


def at(document, where):
    for part in where.strip("/").split("/"):
        document = document[int(part)] if isinstance(document, list) else document.get(part)
    return document
