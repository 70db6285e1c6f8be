"""Filling: every field to the character, what has no place in a finding, hidden rows shown when used."""

import io
from decimal import Decimal

import openpyxl
import pytest
from first_shape import at
from form_year import converted, declared, plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_issue import book_of, issued, rows_of
from text_tables import finding_lines, lines

from perfxl.model import documents
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.rounds import Round
from perfxl.stages import issue
from perfxl.stages.issue import fill
from perfxl.stages.read import read
from perfxl.workbook.patch.package import Unreadable


def prefilled(round: str = "interim") -> dict:
    return issue.returns(plan(), round)["S1"]


def codes(findings) -> list:
    return [(f.code, f.path) for f in findings]


def back(content: bytes) -> dict:
    return read(content, "x.xlsx").document


def test_what_was_filled_in_reads_back():
    filled = declared(prefilled())
    content, findings = fill.fill(issued("interim"), filled)
    assert findings == [] and back(content) == filled


def test_filling_is_deterministic_and_can_be_done_over():
    filled = declared(prefilled())
    once, _ = fill.fill(issued("interim"), filled)
    assert once == fill.fill(issued("interim"), filled)[0]
    empty, _ = fill.fill(once, prefilled())
    assert back(empty) == prefilled()


def test_a_form_saved_by_libreoffice_can_be_filled_in(tmp_path):
    filled = declared(prefilled())
    content, findings = fill.fill(converted(issued("interim"), tmp_path), filled)
    assert findings == [] and back(content) == filled


def _full(f, n: int = 0):
    """A value for ``f`` as long as the schema allows."""
    limits = f.schema
    if f.key in ("code", "objective", "replaced_by"):
        return "S1.00001"
    if f.key == "id":
        return str(n + 1)
    if f.cell == "lines":
        return {"strategic_lines": ["01.01.02", "01.01.03"], "other_codes": [f"S{k}.00009" for k in range(1, 9)]}.get(
            f.key, [f"{k} {'y' * 190}" for k in range(limits["maxItems"])])
    if f.cell in ("text", "long"):
        if f.key in ("result",):
            return "1"
        unit = "Riga di testo: è così,\n" if f.cell == "long" else "parola "
        return (unit * 2000)[: limits["maxLength"] - 1] + "." if "maxLength" in limits else "1"
    return {"choice": limits.get("enum", [""])[-1], "yesno": False, "integer": limits.get("maximum"), "date": "2199-12-31",
            "percent": max(Decimal("33.333333"), Decimal(limits.get("minimum", 0))), "number": Decimal("-999999999999.99"), "money": Decimal("0.01")}[f.cell]


def _item(table, n: int, round: Round) -> dict:
    """A row of ``table`` with every field that ``round`` shows at its limit."""
    made: dict = {}
    for column in (c for c in table.items if c.shows(round)):
        inner = made
        for part in column.path[:-1]:
            inner = inner.setdefault(part, {})
        inner[column.key] = _full(column, n)
    return made


def full(round: Round) -> dict:
    """A return of ``round`` with every field that it shows at its limit and as many items as the schema allows."""
    objective: dict = {}
    for f in (f for f in objective_fields() if f.shows(round)):
        inner = objective
        for part in f.path[:-1]:
            inner = inner.setdefault(part, {})
        inner[f.key] = [_item(f, n, round) for n in range(f.schema.get("x-slots", f.schema["maxItems"]))] if f.cell == "table" else _full(f)
    objective["role"] = "lead"
    measures = next(f for f in return_fields() if f.cell == "table")
    return {"schema": "perfxl/return/2", "identity": prefilled(round)["identity"], "compilation": {"considerations": "è" * 8000},
            "objectives": [objective], "measures": [_item(measures, n, round) for n in range(40)]}


#: Rounds that between them show every field.
LIMITS = ("interim", "final")


def test_every_field_is_shown_at_some_round():
    columns = [c for f in (*objective_fields(), *return_fields()) for c in (f, *f.items)]
    assert [c.path for c in columns if not any(c.shows(at(round)) for round in LIMITS)] == []


@pytest.mark.parametrize("round", LIMITS)
def test_every_field_at_its_limit_fits(round):
    document = full(at(round))
    assert not list(documents.violations("return", document))
    form = issue.issue({**document, "objectives": [{"code": "S1.00001", "role": "lead"}], "measures": document["measures"][:1]}, plan())
    content, findings = fill.fill(form, document)
    assert findings == [] and back(content) == document
    book = book_of(content)
    sheet = book["S1.00001"]
    assert not [row for table in ("phases", "results", "money", "phases_reading") for row in rows_of(book, table).values()
                if sheet.row_dimensions[row].hidden]


def test_a_narrative_goes_on_in_the_free_rows_of_its_phase():
    filled = prefilled()
    story = ("Un atto dopo l’altro, con date. " * 4 + "\n") * 120 + "fine"
    filled["objectives"][0]["sheet"]["phases"][2].setdefault("reading", {})["done"] = story
    content, _ = fill.fill(issued("interim"), filled)
    book = book_of(content)
    sheet, rows = book["S1.00001"], rows_of(book, "narrative")
    used = [(sheet.cell(r, 1).value, sheet.cell(r, 2).value) for r in rows.values() if sheet.cell(r, 2).value]
    assert len(used) > 5 and {phase for phase, _ in used} == {"3-bis"}
    assert max(len(text.split("\n")) for _, text in used) <= 25
    assert back(content) == filled


def test_two_phases_of_one_id_never_mix_their_stories():
    filled = prefilled()
    phases = filled["objectives"][0]["sheet"]["phases"]
    phases[1]["id"] = phases[0]["id"]
    phases[0].setdefault("reading", {})["done"], phases[1].setdefault("reading", {})["done"] = "a\n" * 900 + "a", "b\n" * 900 + "b"
    content, findings = fill.fill(issued("interim"), filled)
    assert findings == [] and back(content) == filled


def test_what_has_no_place_is_a_finding_that_quotes_it():
    filled = prefilled()
    filled["objectives"][0]["holding"]["final"] = {"percent": 90}
    filled["objectives"][2]["sheet"]["detail"] = "Nel foglio breve non c’è."
    filled["objectives"][2]["sheet"].setdefault("revision", {})["end"] = "2022-03-31"
    filled["objectives"][1]["code"] = "S9.00009"
    filled["identity"] = {**filled["identity"], "sector": "S9"}
    _, findings = fill.fill(issued("interim"), filled)
    assert finding_lines(findings, "code | path") == lines("""
        FILL04 | /identity/sector
        FILL01 | /objectives/1
        FILL02 |
        FILL03 | /objectives/0/holding/final/percent
        FILL03 | /objectives/2/sheet/detail""")
    by_path = {f.path: f for f in findings}
    assert by_path[""].place.sheet == "S1.00002" and by_path["/objectives/0/holding/final/percent"].values == {"value": 90}
    for language in ("it", "en"):
        assert all(f.message(language) for f in findings)


def test_what_the_form_says_stays_where_the_document_has_no_such_objective():
    filled = prefilled()
    del filled["objectives"][1]
    content, findings = fill.fill(issued("interim"), filled)
    assert codes(findings) == [("FILL02", "")]
    assert read(content, "x").document["objectives"][1] == prefilled()["objectives"][1]


def test_values_of_formulas_are_of_what_stands_there_now():
    filled = prefilled()
    filled["objectives"][0]["sheet"].setdefault("revision", {})["title"] = "Nuovo titolo"
    filled["objectives"][0]["sheet"]["phases"][0]["id"] = "9"
    book = openpyxl.load_workbook(io.BytesIO(fill.fill(issued("interim"), filled)[0]), data_only=True)
    sheet = book["S1.00001"]
    assert sheet["B1"].value == "S1.00001  –  Nuovo titolo"
    assert sheet.cell(rows_of(book, "phases_reading")["1"], 1).value == "9 – Ricognizione"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"plain"])
def test_what_is_not_a_workbook_is_refused(content):
    with pytest.raises(Unreadable):
        fill.fill(content, prefilled())


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t"),
                min_size=1, max_size=300).filter(str.strip)
_HARD = st.sampled_from(["=1+1", "-", " x ", "_x000D_", "a\u2060", "\u2060b", "x\n\n", "\n y", "1e5", "'q", "TRUE", "#N/D",
                         "c" * 32_001, "d\n" * 9_000 + "d", "e " * 19_999, "f\u2060\n" * 400 + "f", "😀" * 20_000])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(_TEXT, _HARD), min_size=3, max_size=3), st.one_of(_TEXT, _HARD), _TEXT)
def test_any_text_reads_back_to_the_character(stories, narrative, reason):
    filled = prefilled()
    for phase, story in zip(filled["objectives"][0]["sheet"]["phases"], stories, strict=False):
        phase.setdefault("reading", {})["done"] = story
    filled["objectives"][0]["sheet"].setdefault("reading", {})["narrative"] = narrative
    filled["objectives"][0]["holding"].setdefault("revision", {})["reason"] = reason
    content, findings = fill.fill(issued("interim"), filled)
    assert findings == [] and back(content) == filled
