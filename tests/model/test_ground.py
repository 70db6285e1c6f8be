"""The ground: exact documents, schemas complete in both languages, long texts, identities, the texts themselves."""

import re
import string
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfxl import demo
from perfxl.model import documents, fields, long_text
from perfxl.model.findings import Finding, Place, counts, in_order, report
from perfxl.model.identity import Identity, parse
from perfxl.model.texts import area

SCHEMAS = ("objective", "plan", "return", "consolidated", "findings")
AREAS = sorted(p.stem for p in (Path(documents.__file__).parent / "texts").glob("*.toml") if p.stem != "terms")


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_valid_and_every_property_speaks_both_languages(name):
    from jsonschema import Draft202012Validator

    schema = documents.schema(name)
    Draft202012Validator.check_schema(schema)
    for path, prop in _properties(schema, (name,)):
        if "$ref" in prop and "title" not in prop:
            prop, _ = fields.resolve(prop, name)
        assert prop.get("title") and prop.get("description"), path
        assert prop["x-en"]["title"] and prop["x-en"]["description"], path
        for label in prop.get("x-labels", {}).values():
            assert label["it"] and label["en"], path


def _properties(node, path):
    if isinstance(node, dict):
        for key, prop in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
            yield (*path, key), prop
        for key, inner in node.items():
            if key not in ("x-en", "x-labels"):
                yield from _properties(inner, (*path, key))
    elif isinstance(node, list):
        for inner in node:
            yield from _properties(inner, path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_unknown_properties_are_refused_everywhere(name):
    for path, node in _objects(documents.schema(name), (name,)):
        assert node.get("additionalProperties") is False or "propertyNames" in node or node.get("x-extension"), path


def _objects(node, path):
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield path, node
        for key, inner in node.items():
            yield from _objects(inner, (*path, key))


def test_extension_place_accepts_only_what_the_body_declares():
    document = {"schema": "perfxl/return/2", "identity": {"body": "UPR", "year": 2021, "round": "plan", "sector": "S1",
                "issue": 1, "digest": "0" * 16}, "objectives": [{"code": "S1.00001", "sheet": {"extension": {"pnrr": "M1"}}}]}
    path = ("objectives", 0, "sheet", "extension")
    assert [v.path for v in documents.violations("return", document)] == [path]
    extension = {"properties": {"pnrr": {"type": "string", "maxLength": 1}}}
    assert [(v.path, v.rule) for v in documents.violations("return", document, extension)] == [((*path, "pnrr"), "maxLength")]
    extension["properties"]["pnrr"]["maxLength"] = 2
    assert not list(documents.violations("return", document, extension))


def test_fields_know_their_rounds_and_moments():
    by_path = {"/".join(f.path): f for f in fields.objective_fields()}
    assert by_path["holding/reading/percent"].open == by_path["holding/reading/percent"].shown == ("monitoring", "final")
    assert by_path["holding/revision/weight"].open == by_path["holding/revision/weight"].shown == ("monitoring",)
    assert by_path["holding/in_force/weight"].open == () and by_path["holding/in_force/weight"].shown == ("monitoring", "final")
    assert [by_path[p].moment for p in ("sheet/title", "sheet/revision/title", "sheet/in_force/title")] == ["plan", "monitoring", "monitoring"]
    assert by_path["sheet/strategic_lines"].open == ()
    assert by_path["holding/reading/status"].values()["parzialmente raggiunto"] == "partial"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(st.none() | st.booleans() | st.integers(-10**15, 10**15) | st.text()
                    | st.decimals(-10**6, 10**6, places=6).map(lambda d: Decimal(repr(float(d)))),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_documents_read_back_what_was_written(document):
    assert documents.loads(documents.dumps(document)) == document


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_documents_refuse_what_is_not_a_number(text):
    with pytest.raises(ValueError):
        documents.loads(text)


@pytest.mark.parametrize("text", [
    "una riga", "a\n\n\nb", "\n  rientro\n", "x" * 40_000, "riga di prova\n" * 300, "z" * 39_000 + "\n" + "b" * 900,
    "fine con giuntura" + long_text.SEAM + "\ncontinua" * 2000, " " * 30_000 + "c" + " " * 5_000, "parola " * 5_700])
@pytest.mark.parametrize("cells", [25, 24, 2])
def test_long_texts_come_back_exactly(text, cells):
    pieces = long_text.split(text, cells)
    assert pieces is not None and len(pieces) <= cells
    assert long_text.join(pieces) == text
    assert all(piece.strip() and len(piece) <= 32_767 for piece in pieces)


@given(st.lists(st.sampled_from(["a", " ", "\n", "\n\n", "parola ", "x" * 90, long_text.SEAM, "y" * 3000, "riga\n" * 40]),
                min_size=1, max_size=80).map("".join).filter(lambda t: t.strip() and len(t) <= 40_000))
def test_any_text_comes_back_exactly(text):
    assert long_text.join(long_text.split(text, 25)) == text


def test_a_story_that_fits_the_eye_is_cut_for_the_eye():
    pieces = long_text.split("riga\n" * 299 + "riga", 24)
    assert max(long_text.lines_shown(p) for p in pieces) <= long_text.VISIBLE_LINES


def test_identity_survives_in_any_text_and_refuses_damage():
    identity = Identity("UPR", 2021, round="final", sector="S1", issue=3, digest="0123456789abcdef")
    assert parse(f"Scheda: {identity.token}.") == identity
    assert parse(identity.token.replace("2021", "2022")) is None
    assert parse("") is None


@pytest.mark.parametrize("name", AREAS)
def test_texts_are_complete_in_both_languages(name):
    for key, entry in area(name).items():
        both = [entry[language] for language in ("it", "en")]
        parts = [b.items() if isinstance(b, dict) else [("", b)] for b in both]
        for (part, it), (other, en) in zip(*parts, strict=True):
            assert part == other and it.strip() and en.strip(), key
            if name != "argparse":
                assert _placeholders(it) == _placeholders(en), (key, part)


def _placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_findings_are_ordered_unique_and_counted():
    a = Finding("RETN10", Place("b.xlsx", "S1", "C10"), {"sector": "S1"})
    b = Finding("RETN10", Place("b.xlsx", "S1", "C9"), {"sector": "S1"})
    c = Finding("RETN04", Place("a.xlsx"), {"other": None})
    assert in_order([a, b, c, a]) == [c, b, a]
    assert counts([a, b, c]) == {"error": 0, "warning": 2, "note": 1}
    document = report([a, b, c], "it")
    assert not list(documents.violations("findings", document))
    *worse, least = document["findings"]
    assert [f["code"] for f in (*worse, least)] == ["RETN10", "RETN10", "RETN04"]  # the worst first
    assert "(vuoto)" in least["found"]


def test_what_a_message_shortens_stands_in_full_in_the_document():
    long = "riga\n" * 200
    document = Finding("RETN04", values={"other": long}).document("it")
    assert len(document["message"]) < 400 and document["full"] == long
    assert "full" not in Finding("RETN04", values={"other": "breve"}).document("it")


def test_every_finding_says_what_to_do():
    for code, kind in area("findings").items():
        assert re.fullmatch(r"[A-Z]{3,4}\d{2}", code)
        assert kind["severity"] in ("error", "warning", "note")
        for language in ("it", "en"):
            assert set(kind[language]) == {"found", "expected", "remedy"}, code


def test_a_pattern_of_a_bodys_own_field_is_matched_in_linear_time_wherever_it_stands():
    extension = {"properties": {"proprio": {"type": "string", "title": "Proprio", "description": "x", "pattern": "^(a+)+$"}}}
    content = demo.plan()
    content["objectives"][0].setdefault("sheet", {})["extension"] = {"proprio": "a" * 60 + "!"}
    wrong = list(documents.violations("plan", content, extension))
    assert [(v.rule, v.path[-1]) for v in wrong] == [("pattern", "proprio")]
